//! The books: what is posted stays, what comes late makes the year be decided again, and the order
//! in which months arrive changes nothing in the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lingbao::domain::dates::{Date, Month};
use lingbao::domain::words::Outcome;
use lingbao::flow::books::{Cause, Change};
use lingbao::flow::{BillLine, Claim, Detected, Orders, Records, Silent};
use lingbao::ledger::{Ledger, LedgerError, Poster, Posting};
use lingbao::run::decide_on_books;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;

use crate::batch::{Batch, LIU, WANG, setup};

/// A ledger in a folder of its own.
pub struct Books {
    folder: TempDir,
}

impl Books {
    pub fn new() -> Books {
        Books { folder: TempDir::new().expect("a folder") }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("lingbao.db")
    }

    pub fn decide(&self, records: Records, month: &str) -> Detected {
        let books = self.path().exists().then(|| Ledger::read(&self.path()).expect("the books"));
        let as_of = last_day(month);
        decide_on_books(records, setup(), as_of, books.as_ref(), &Silent).expect("decided")
    }

    /// Decides and posts a batch; answers with what was decided.
    pub fn post(&self, records: Records, month: &str) -> Detected {
        let detected = self.decide(records, month);
        post(&self.path(), &detected, month);
        self.assert_sound();
        detected
    }

    pub fn assert_sound(&self) {
        let checked = Ledger::read(&self.path()).expect("the books").check().expect("checked");
        assert!(checked.problems.is_empty(), "{:#?}", checked.problems);
    }

    /// Every decision that stands: claim, outcome, ordinal, and the money.
    pub fn standing(&self, of: &Records) -> BTreeMap<String, String> {
        let past = Ledger::read(&self.path()).expect("the books").past(of).expect("the past");
        let told = past.claims.iter().map(|it| {
            let (posted, claim) = (&it.posted, &it.claim);
            let key = format!("{} {}", claim.claim_id, claim.invoice.number);
            // What was paid before a claim came to be held, or to pend, is not asked back while it
            // is.
            let ordered = match posted.outcome {
                Outcome::Hold | Outcome::Pend => String::new(),
                _ => format!(" ordered {}", it.ordered),
            };
            let what = format!(
                "{} {:?} {:?}{ordered}",
                posted.outcome.word(),
                posted.stay_ordinal,
                posted.amounts,
            );
            (key, what)
        });
        told.collect()
    }
}

fn last_day(month: &str) -> Date {
    Month::parse(month).expect("a month").last_day()
}

fn post(path: &Path, detected: &Detected, month: &str) {
    try_post(path, detected, month).expect("posted");
}

pub fn try_post(path: &Path, detected: &Detected, month: &str) -> Result<(), LedgerError> {
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    let month = Month::parse(month).expect("a month");
    let posting = Posting::of(detected, &orders, (month, month.last_day()));
    let poster = Poster {
        posted_on: month.last_day(),
        posted_by: "a clerk".into(),
        manifest: posting.digest(),
        program: "test".into(),
    };
    Ledger::write(path)?.post(&posting, &poster).map(drop)
}

/// The part of a batch with some of its claims; the registers come whole every month.
pub fn part(records: &Records, keeps: impl Fn(&Claim) -> bool) -> Records {
    let mut part = records.clone();
    part.claims.retain(&keeps);
    let ids: Vec<&str> = part.claims.iter().map(|claim| &*claim.claim_id).collect();
    let invoices: Vec<&str> = part.claims.iter().map(|claim| &*claim.invoice.number).collect();
    let of_one = |line: &&BillLine| {
        let named = |symbol| records.names.get(symbol);
        let by_id = line.claim_id.map(|id| ids.contains(&named(id)));
        by_id.unwrap_or_else(|| line.invoice_no.is_some_and(|no| invoices.contains(&named(no))))
    };
    let lines = records.lines.iter().filter(of_one);
    part.lines = lines.cloned().collect();
    part
}

const JANUARY: [(&str, &str); 3] =
    [("入院日期", "2024-01-04"), ("出院日期", "2024-01-15"), ("受理日期", "2024-06-03")];
const MARCH: [(&str, &str); 1] = [("受理日期", "2024-03-20")];

/// A stay of March, posted in March; one of January that is handed in in June.
pub fn late_january() -> (Records, Records) {
    let mut march = Batch::world();
    march.claim("M1", &MARCH);
    let mut june = Batch::world();
    june.claim("J1", &JANUARY);
    (march.read(), june.read())
}

#[test]
fn a_late_january_claim_changes_what_march_should_have_been() {
    let (march, june) = late_january();
    let books = Books::new();
    books.post(march, "2024-03");
    let detected = books.decide(june, "2024-06");
    let standings = &detected.reckoning.standings;
    assert_eq!(standings.len(), 1);
    let standing = &standings[0];
    // March becomes the second stay: its deductible falls from 800 to 400, at 86 %.
    assert_eq!(standing.change, Change::Supplement);
    assert_eq!(standing.causes, [Cause::Year]);
    let now = &detected.adjudicated.decisions[standing.claim.at()];
    assert_eq!(standing.before.amounts.fund_basic.to_string(), "16512.00");
    assert_eq!(now.amounts.fund_basic.to_string(), "16856.00");
    assert_eq!(now.stay_ordinal, Some(2));
    assert_eq!(standing.due(now).to_string(), "344.00");
    assert!(standing.earlier.is_some(), "the books' own working is at hand");
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    assert_eq!(orders.total.to_string(), "16856.00", "16512 of January and 344 of March");
}

#[test]
fn a_month_run_again_after_posting_changes_nothing() {
    let (march, _) = late_january();
    let books = Books::new();
    books.post(march.clone(), "2024-03");
    let again = books.decide(march, "2024-03");
    assert!(again.reckoning.standings.iter().all(|it| it.change == Change::None));
    let orders = Orders::of(&again.adjudicated, &again.reckoning);
    assert!(orders.transfers.is_empty() && orders.recoveries.is_empty());
}

#[test]
fn months_may_be_posted_in_any_order() {
    let (march, june) = late_january();
    let (one, other) = (Books::new(), Books::new());
    one.post(march.clone(), "2024-03");
    one.post(june.clone(), "2024-06");
    other.post(june.clone(), "2024-06");
    other.post(march.clone(), "2024-03");
    let mut all = march;
    all.claims.extend(june.claims);
    assert_eq!(one.standing(&all), other.standing(&all));
    assert_eq!(one.standing(&all).len(), 2);
}

/// The whole demo batch, posted at once and in parts in any order, stands alike in the end.
#[test]
fn the_demo_in_parts_comes_to_the_demo_at_once() {
    let folder = TempDir::new().expect("a folder");
    lingbao::synth::write_demo(folder.path(), &setup().rulebook).expect("the demo batch");
    let all = crate::batch::read(folder.path());
    let whole = Books::new();
    whole.post(all.clone(), "2024-06");
    let expected = whole.standing(&all);
    assert_eq!(expected.len(), all.claims.len());
    for (parts, order) in [(2, [1, 0, 2]), (3, [2, 0, 1])] {
        let books = Books::new();
        for part_number in order.into_iter().filter(|number| *number < parts) {
            let keeps = |claim: &Claim| {
                claim.claim_id.bytes().map(usize::from).sum::<usize>() % parts == part_number
            };
            books.post(part(&all, keeps), "2024-06");
        }
        let found = books.standing(&all);
        let differing: Vec<_> = expected
            .iter()
            .filter(|(claim, what)| found.get(*claim) != Some(what))
            .map(|(claim, what)| {
                format!("{claim}\n  one batch {what}\n  in parts {:?}", found.get(claim))
            })
            .collect();
        assert!(differing.is_empty(), "{}", differing.join("\n"));
    }
}

/// A claim of the year: whose, month and day of admission, length, total in fen, the month it is
/// handed in, whether it repeats the invoice of the claim before it.
type Stay = (usize, u8, u8, u8, i64, u8, bool);
/// Something settled online: whose, month, total in yuan.
type Online = (usize, u8, i64);

/// Which claims are handed in with which month, and in which order the months are posted.
type Arrival = (Vec<usize>, Vec<usize>);

fn year() -> impl Strategy<Value = (Vec<Stay>, Vec<Online>, Arrival)> {
    let stay = (0..2_usize, 1..=12_u8, 1..=20_u8, 0..=8_u8, 1..=45_000_000_i64, 0..=4_u8, 0..8_u8);
    let stay = stay.prop_map(|(who, month, day, length, fen, later, twice)| {
        (who, month, day, length, fen, (month + later).min(12), twice == 0)
    });
    let online = (0..2_usize, 1..=12_u8, 1..=400_000_i64);
    (
        proptest::collection::vec(stay, 1..=7),
        proptest::collection::vec(online, 0..=2),
        (proptest::collection::vec(0..4_usize, 7), Just(vec![0, 1, 2, 3]).prop_shuffle()),
    )
}

fn batch_of(stays: &[Stay], online: &[Online]) -> Batch {
    const IDS: [&str; 7] = ["Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"];
    let people = [(WANG, "王试"), (LIU, "刘试")];
    let mut batch = Batch::default();
    batch.hospital(&[]);
    for (id, name) in people {
        batch.person(&[("证件号码", id), ("姓名", name)]).contribution(&[("证件号码", id)]);
        let filing = format!("B-{name}");
        batch.filing(&[("备案编号", &filing), ("证件号码", id)]);
    }
    for (place, (who, month, total)) in online.iter().enumerate() {
        let (first, last) = (format!("2024-{month:02}-03"), format!("2024-{month:02}-09"));
        let (number, total) = (format!("S{place}"), total.to_string());
        let row = [
            ("结算编号", &*number),
            ("证件号码", people[*who].0),
            ("票据号码", &*number),
            ("入院日期", &*first),
            ("出院日期", &*last),
            ("医疗费总额", &*total),
            ("符合政策范围金额", &*total),
            ("起付线", "1"),
            ("统筹基金支付", "0"),
            ("结算日期", &*last),
        ];
        batch.settlement(&row);
    }
    let mut invoice = String::new();
    for (place, &(who, month, day, length, fen, handed_in, twice)) in stays.iter().enumerate() {
        let admitted = format!("2024-{month:02}-{day:02}");
        let discharged = format!("2024-{month:02}-{:02}", day + length);
        let received = format!("2024-{handed_in:02}-29");
        let total = lingbao::domain::Money::from_fen(fen).to_string();
        if !twice || invoice.is_empty() {
            invoice = format!("I{place}");
        }
        batch.claim(
            IDS[place],
            &[
                ("证件号码", people[who].0),
                ("姓名", people[who].1),
                ("票据号码", &invoice),
                ("入院日期", &admitted),
                ("出院日期", &discharged),
                ("受理日期", &received),
                ("医疗费总额", &total),
            ],
        );
    }
    batch
}

/// The same years each time, unless somebody asks for more of them.
fn config() -> ProptestConfig {
    let usual = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => usual,
        None => ProptestConfig { cases: 40, rng_seed: RngSeed::Fixed(2024), ..usual },
    }
}

proptest! {
    #![proptest_config(config())]

    /// Any split of a year into batches, posted in any order, ends as one batch does: every
    /// decision, every fen, and what was ordered for it.
    #[test]
    fn any_split_of_a_year_ends_as_one_batch((stays, online, (parts, order)) in year()) {
        const MONTHS: [&str; 4] = ["2024-03", "2024-06", "2024-09", "2024-12"];
        let all = batch_of(&stays, &online).read();
        let whole = Books::new();
        whole.post(all.clone(), "2024-12");
        let split = Books::new();
        for number in order {
            let of = |claim: &Claim| parts[usize::from(claim.claim_id.as_bytes()[1] - b'1')];
            split.post(part(&all, |claim| of(claim) == number), MONTHS[number]);
        }
        prop_assert_eq!(whole.standing(&all), split.standing(&all));
    }
}

/// A number used again for another bill of another stay is another claim; the same row again, or
/// a corrected one, is not.
#[test]
fn a_claim_sent_again_takes_the_place_of_the_posted_one() {
    let books = Books::new();
    let (march, _) = late_january();
    books.post(march.clone(), "2024-03");
    let sent = |other: &[(&'static str, &str)]| {
        let mut batch = Batch::world();
        batch.claim("M1", &[&MARCH[..], other].concat());
        books.decide(batch.read(), "2024-04")
    };
    let changes = |detected: &Detected| -> Vec<(Change, Vec<Cause>)> {
        let standings = detected.reckoning.standings.iter();
        standings.map(|it| (it.change, it.causes.clone())).collect()
    };
    // Another total: the difference is paid, for the claim's own reason.
    let corrected = sent(&[("医疗费总额", "21000")]);
    assert_eq!(changes(&corrected), [(Change::Supplement, vec![Cause::Corrected])]);
    let less = sent(&[("医疗费总额", "19000")]);
    assert_eq!(changes(&less), [(Change::Recovery, vec![Cause::Corrected])]);
    let orders = Orders::of(&less.adjudicated, &less.reckoning);
    assert_eq!((orders.transfers.len(), orders.recoveries_total.to_string()), (0, "860.00".into()));
    // Another account alone changes no money.
    let account = sent(&[("银行账号", "6200000000000000002")]);
    assert_eq!(changes(&account), [(Change::Wording, vec![Cause::Corrected])]);
    // Given twice, it is the claim on the books and a duplicate of it.
    let mut twice = Batch::world();
    twice.claim("M1", &MARCH).claim("M1", &[&MARCH[..], &[("明细", "")]].concat());
    let twice = books.decide(twice.read(), "2024-04");
    assert_eq!(changes(&twice), [(Change::None, vec![])]);
    // The number again, but another stay and another invoice: a second stay of the year.
    let april = [("入院日期", "2024-04-04"), ("出院日期", "2024-04-15"), ("票据号码", "777")];
    let other = sent(&april);
    assert_eq!(other.adjudicated.own_decisions()[0].stay_ordinal, Some(2));
    assert_eq!(changes(&other), [(Change::None, vec![])]);
}

/// What the fund paid by the books comes back in the register of settlements, as a payment by
/// hand. It neither refuses the claim nor counts twice.
#[test]
fn the_books_own_payment_in_the_register_is_no_second_one() {
    let books = Books::new();
    let (march, _) = late_january();
    books.post(march, "2024-03");
    let mut april = Batch::world();
    let own = [
        ("结算方式", "手工报销"),
        ("票据号码", "M1"),
        ("入院日期", "2024-03-04"),
        ("出院日期", "2024-03-15"),
        ("医疗费总额", "20000"),
        ("结算日期", "2024-03-31"),
    ];
    april.settlement(&own).claim(
        "A1",
        &[("入院日期", "2024-04-04"), ("出院日期", "2024-04-15"), ("受理日期", "2024-04-20")],
    );
    let detected = books.post(april.read(), "2024-04");
    assert_eq!(detected.reckoning.own_settlements, 1);
    assert!(detected.reckoning.standings.iter().all(|it| it.change == Change::None));
    assert_eq!(detected.adjudicated.own_decisions()[0].stay_ordinal, Some(2));
}

/// Contributions made up for a month in which care was lost are found by the next run that has
/// the row, though nobody handed in a claim again.
#[test]
fn contributions_made_up_later_pay_what_a_lapse_had_taken() {
    let lapsed = |rows: &[[(&'static str, &str); 2]]| {
        let mut batch = Batch::default();
        batch.person(&[]).hospital(&[]).filing(&[]);
        for row in rows {
            batch.contribution(&row[..]);
        }
        batch
    };
    let paid = [("费款所属期", "202401-202402"), ("状态", "到账")];
    let owing = [("费款所属期", "202403"), ("状态", "欠费")];
    let made_up = [("费款所属期", "202403"), ("状态", "补缴")];
    let books = Books::new();
    let mut march = lapsed(&[paid, owing]);
    march.claim("M1", &MARCH);
    let posted = books.post(march.read(), "2024-03");
    assert_eq!(posted.adjudicated.decisions[0].outcome.word(), "reject");
    let mut april = lapsed(&[paid, made_up]);
    april.contribution(&[("费款所属期", "202404"), ("状态", "到账")]);
    let mut records = april.read();
    for row in &mut records.contributions {
        row.paid_on = Some(last_day("2024-04"));
    }
    let detected = books.decide(records, "2024-04");
    let standing = &detected.reckoning.standings[0];
    assert_eq!(
        (standing.change, standing.causes.as_slice()),
        (Change::Supplement, &[Cause::Year][..])
    );
    assert_eq!(detected.adjudicated.decisions[0].amounts.fund_basic.to_string(), "16512.00");
    // A month that is simply paid on time concerns nobody's past.
    let mut may = lapsed(&[paid, owing]);
    may.contribution(&[("费款所属期", "202405"), ("状态", "到账")]);
    assert!(books.decide(may.read(), "2024-05").reckoning.standings.is_empty());
}

/// An invoice that somebody was paid for is refused to another, and the first is looked at.
#[test]
fn an_invoice_on_the_books_is_refused_to_whoever_claims_it_later() {
    let books = Books::new();
    let (march, _) = late_january();
    books.post(march, "2024-03");
    let mut april = Batch::world();
    april.person(&[("证件号码", LIU), ("姓名", "刘试")]).contribution(&[("证件号码", LIU)]);
    april.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    let row = [("证件号码", LIU), ("姓名", "刘试"), ("票据号码", "M1"), ("受理日期", "2024-04-20")];
    april.claim("L1", &row);
    let detected = books.decide(april.read(), "2024-04");
    assert_eq!(crate::batch::verdict(&detected.adjudicated.own_decisions()[0]), "reject F202");
    let standing = &detected.reckoning.standings[0];
    assert_eq!(standing.change, Change::Suspended, "paid, and now to be looked at");
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    assert!(orders.recoveries.is_empty(), "nothing is asked back before a person decides");
    assert!(detected.findings.iter().any(|finding| finding.code.as_str() == "F202"));
}
