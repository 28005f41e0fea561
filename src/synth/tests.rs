//! What must hold of the whole demo batch, before anything reads it.

use std::collections::BTreeSet;

use crate::domain::words::{Outcome, Tier};
use crate::domain::{Code, IdNumber, Money};

use super::*;

#[test]
fn the_demo_is_the_same_bytes_twice() {
    let rulebook = test_rulebook();
    let once = write::files(&demo(&rulebook).0).expect("a batch");
    let again = write::files(&demo(&rulebook).0).expect("a batch");
    assert_eq!(once.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (path, bytes) in &once {
        assert!(bytes == &again[path], "{path} differs");
    }
}

#[test]
fn a_byte_identical_copy_and_a_file_of_prose_are_among_the_files() {
    let files = write::files(&demo(&test_rulebook()).0).expect("a batch");
    assert_eq!(files["石家庄窗口/六月申报.xls"], files["石家庄窗口/六月申报（副本）.xls"]);
    assert!(files.contains_key("北京分中心/扫描件说明.txt"));
    assert_eq!(files.len(), 14);
}

#[test]
fn it_is_of_the_size_of_a_month() {
    let (batch, _) = demo(&test_rulebook());
    let lines: usize = batch.claims.iter().map(|claim| claim.lines.len()).sum();
    assert!((220..=260).contains(&batch.claims.len()), "{} claims", batch.claims.len());
    assert!((2_400..=4_000).contains(&lines), "{lines} lines");
    let pairs: BTreeSet<_> =
        batch.claims.iter().map(|claim| (claim.insured, claim.treated())).collect();
    assert!(pairs.len() >= 8, "{} region pairs", pairs.len());
}

#[test]
fn every_identity_number_is_valid_and_belongs_to_nobody() {
    let (batch, _) = demo(&test_rulebook());
    let agents = batch.claims.iter().filter_map(|claim| Some(claim.agent.as_ref()?.0));
    let claimants = batch.claims.iter().map(|claim| claim.person.id);
    for id in batch.persons.iter().map(|entry| entry.person.id).chain(claimants).chain(agents) {
        assert_eq!(IdNumber::parse(id.reveal()), Ok(id));
        let order: u16 = id.reveal()[14..17].parse().expect("an order code");
        assert!((996..=999).contains(&order), "{order}");
    }
}

#[test]
fn lines_add_up_to_the_total_unless_the_sum_is_what_was_planted() {
    let (batch, planted) = demo(&test_rulebook());
    // What the catalogue does to a bill is the measurement's business.
    let of_catalogue = planted.cases.iter().filter(|case| !case.pattern.is_empty());
    let of_catalogue = |id: &String| of_catalogue.clone().any(|case| case.claim_ids.contains(id));
    let wrong = |code: Code| {
        let cases = planted.cases.iter().filter(move |case| case.expected_codes.contains(&code));
        cases.flat_map(|case| case.claim_ids.iter().cloned()).collect::<BTreeSet<_>>()
    };
    let (sums, products) = (wrong(Code::F301), wrong(Code::F302));
    for claim in batch.claims.iter().filter(|claim| !of_catalogue(&claim.id)) {
        let adds_up = claim.lines_total() == claim.total;
        assert_eq!(adds_up, !sums.contains(&claim.id), "{}", claim.id);
        let exact = |line: &model::Line| line.unit_price.times(line.quantity) == line.amount;
        assert_eq!(claim.lines.iter().all(exact), !products.contains(&claim.id), "{}", claim.id);
        let end = claim.end();
        assert!(claim.lines.iter().all(|l| claim.admitted <= l.service_on && l.service_on <= end));
        assert!(end < claim.received, "{} came in before the care ended", claim.id);
    }
}

#[test]
fn claim_ids_are_given_once_and_every_planted_one_exists() {
    let (batch, planted) = demo(&test_rulebook());
    let ids: BTreeSet<&str> = batch.claims.iter().map(|claim| claim.id.as_str()).collect();
    assert_eq!(ids.len(), batch.claims.len());
    let mut told = BTreeSet::new();
    for id in planted.cases.iter().flat_map(|case| &case.claim_ids) {
        assert!(ids.contains(id.as_str()), "{id}");
        assert!(told.insert(id.as_str()), "{id} is planted twice");
    }
    assert_eq!(told, ids, "every claim of the demo has its truth");
}

#[test]
fn every_outcome_and_every_code_that_can_be_planted_is() {
    let (_, planted) = demo(&test_rulebook());
    for outcome in Outcome::ALL {
        assert!(planted.cases.iter().any(|case| case.expected_outcome == Some(*outcome)));
    }
    // Some need a crowd: a large batch has them (`plant/catalogue.rs`).
    let crowds = [Code::F310, Code::F413, Code::F506, Code::F601, Code::F602];
    for code in Code::ALL.iter().filter(|code| !crowds.contains(code)) {
        assert!(planted.cases.iter().any(|case| case.expected_codes.contains(code)), "{code}");
    }
    assert_eq!(planted.cases.iter().filter(|case| case.quarantined).count(), 5);
}

#[test]
fn the_published_examples_are_in_scope_to_the_fen() {
    let rulebook = test_rulebook();
    let (batch, _) = demo(&rulebook);
    for (id, in_scope) in [("WH-2024-0001", 2_000_000), ("BJ-2024-0001", 9_737_218)] {
        let claim = batch.claims.iter().find(|claim| claim.id == id).expect(id);
        assert_eq!(claim.total, Money::from_fen(in_scope));
        assert_eq!(claim.hospital.tier, Some(Tier::Three));
        let (_, catalog) = rulebook.catalog(claim.treated()).expect("a catalog");
        for line in &claim.lines {
            let code = line.item_code.as_deref();
            let found = catalog.find(&rulebook.items, code, None, "").expect("a listed item");
            let entry = catalog.entry(found.item, line.service_on).expect("in force");
            assert_eq!(entry.class, crate::domain::words::ItemClass::A);
            assert!(entry.ceiling(Some(Tier::Three)).is_none_or(|c| line.unit_price <= c));
        }
    }
}

#[test]
fn accounts_and_telephones_cannot_be_anybodys() {
    let (batch, _) = demo(&test_rulebook());
    for claim in &batch.claims {
        assert!(claim.account.starts_with("62000000000000") && claim.account.len() == 19);
        assert!(claim.phone.starts_with("199-0000-"), "{}", claim.phone);
    }
}

/// A block of a large batch.
fn large(seed: u64, block: u32) -> (Batch, Planted) {
    let rulebook = test_rulebook();
    let plan = Plan { claims: 4_000, lines: 12, seed, planted_in_10_000: 2_000 };
    plan.block(&Bills::new(&rulebook), block)
}

#[test]
fn what_a_large_batch_gives_out_is_given_out_once() {
    let blocks = [large(3, 0), large(3, 1)];
    let mut seen = BTreeSet::new();
    for (batch, planted) in &blocks {
        assert_eq!(batch.claims.len(), 2_000);
        let ids: BTreeSet<&str> = batch.claims.iter().map(|claim| claim.id.as_str()).collect();
        for id in planted.cases.iter().flat_map(|case| &case.claim_ids) {
            assert!(ids.contains(id.as_str()), "{id}");
        }
        assert!(ids.into_iter().all(|id| seen.insert(id.to_owned())), "a claim id twice");
        let persons: BTreeSet<IdNumber> = batch.persons.iter().map(|p| p.person.id).collect();
        for id in persons {
            assert_eq!(IdNumber::parse(id.reveal()), Ok(id));
            assert!(seen.insert(id.reveal().to_owned()), "{} twice", id.reveal());
        }
        let accounts: BTreeSet<&str> =
            batch.persons.iter().map(|p| p.person.account.as_str()).collect();
        assert!(accounts.into_iter().all(|account| seen.insert(account.to_owned())));
    }
}

#[test]
fn honest_bills_are_whole_and_have_invoices_of_their_own() {
    let (batch, planted) = large(4, 0);
    let planted: BTreeSet<&String> = planted.cases.iter().flat_map(|c| &c.claim_ids).collect();
    let mut seen = BTreeSet::new();
    for claim in batch.claims.iter().filter(|claim| !planted.contains(&claim.id)) {
        assert!(seen.insert((&claim.invoice_code, &claim.invoice_no)), "{}", claim.id);
        assert!(!claim.lines.is_empty() && claim.lines_total() == claim.total, "{}", claim.id);
        let bed = claim.lines.iter().filter(|line| line.item_name.contains("床位费"));
        let days: i64 = bed.map(|line| line.quantity.units() / 10_000).sum();
        let stay = crate::domain::dates::Period::new(claim.admitted, claim.end()).expect("a stay");
        assert!(days <= i64::from(stay.hospital_days()), "{}: {days} days of bed", claim.id);
    }
}
