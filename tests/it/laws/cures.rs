//! A cure is believed: what is said to bring so many yuan is done, the claim decided again, and it
//! brings exactly that.
//!
//! Tried on single claims, because a payment made up or a filing may mend other claims as well,
//! and only where nothing else stands in the way: then a cure alone brings nothing yet.

use std::cell::RefCell;
use std::collections::BTreeMap;

use lingbao::domain::dates::{Month, plus_days};
use lingbao::domain::words::{ContributionStatus, FilingType, Material, Remedy};
use lingbao::domain::{Code, Money};
use lingbao::flow::decisions::FilingFault;
use lingbao::flow::{Adjudicated, Cure, Decision};

use super::ladder::pays;
use super::records::{Batch, batch, contribution, filing_for};
use super::scene::{Kind, Scene};
use super::told::in_the_way;
use super::try_all;

#[test]
fn a_cure_brings_what_it_is_said_to_be_worth() {
    let cured: RefCell<BTreeMap<&str, u32>> = RefCell::default();
    try_all(Kind::Wild, 110, |law, scene| {
        let mut scene = Scene { claims: scene.claims[..1].to_vec(), ..scene.clone() };
        if scene.day.is_multiple_of(2) {
            scene.filings.clear();
            scene.claims[0].filed = None;
        }
        let sick = batch(law, &scene);
        let decided = sick.decide();
        let decision = &decided.decisions[0];
        for cure in &decision.cures {
            let Some(worth) = cure.worth else { continue };
            let blocking = in_the_way(decision);
            if blocking.iter().any(|code| cure.code != Some(*code)) || in_lapse(decision) {
                continue;
            }
            let Some((name, mended)) = apply(&sick, &decided, decision, cure) else { continue };
            let mended = mended.decide();
            let after = &mended.decisions[0];
            if in_lapse(after) {
                continue;
            }
            let brought = after.amounts.fund_total() - decision.amounts.fund_total();
            if !pays(after) || brought != worth {
                return Err(format!(
                    "{name} is said to bring {worth} and brings {brought}: {cure:?}\n{:#?}\n{:#?}",
                    decision, after
                ));
            }
            *cured.borrow_mut().entry(name).or_default() += 1;
        }
        Ok(())
    });
    let cured = cured.into_inner();
    let expected = ["late filing", "emergency", "made up", "papers", "register", "record"];
    let missing: Vec<_> = expected.iter().filter(|name| !cured.contains_key(**name)).collect();
    assert!(missing.is_empty(), "never tried: {missing:?}; {cured:?}");
}

/// A filing made while contributions lapsed: making them up mends it too, and a further filing
/// in such a month would be as void.
fn in_lapse(decision: &Decision) -> bool {
    decision.route.passed_over.iter().any(|(_, fault)| *fault == FilingFault::MadeInLapse)
}

/// The batch after the cure; none where the cure is nothing that records could show.
fn apply(
    sick: &Batch,
    decided: &Adjudicated,
    decision: &Decision,
    cure: &Cure,
) -> Option<(&'static str, Batch)> {
    let mut mended = sick.clone();
    let records = &mut mended.records;
    let link = &decided.linked.links[decision.claim.at()];
    let claim = &mut records.claims[0];
    let name = match cure.code {
        None | Some(Code::F101) if cure.what.en.starts_with("file late") => {
            let hospital = &records.hospitals[link.hospital.one()?.at()];
            let soonest = plus_days(claim.stay.last(), 1).max(sick.as_of);
            let on = cure.by.unwrap_or(soonest);
            records.filings.push(filing_for(claim, hospital, FilingType::Late, on));
            "late filing"
        }
        None | Some(Code::F101) => {
            claim.emergency = true;
            claim.materials.iter_mut().for_each(|given| given.push(Material::EmergencyProof));
            "emergency"
        }
        Some(Code::F102) if cure.remedy == Remedy::Mends => {
            let (person, insured, scheme) = (claim.person.clone(), claim.insured, claim.scheme);
            let listed = cure.what.en.strip_prefix("pay the contributions for ")?;
            for month in listed.split(", ").map(|month| Month::parse(month).expect(month)) {
                let status = ContributionStatus::MadeUp;
                let mut row = contribution(person.clone(), insured, month, status, cure.by);
                row.scheme = scheme;
                records.contributions.push(row);
            }
            "made up"
        }
        Some(Code::G11) => {
            claim.materials.clone_from(&Some(Material::ALL.to_vec()));
            "papers"
        }
        Some(Code::G12) => {
            let mut is_first = true;
            let own = claim.person.reveal().to_owned();
            records
                .persons
                .retain(|entry| entry.person.reveal() != own || std::mem::take(&mut is_first));
            "register"
        }
        Some(Code::F105) => {
            records.persons.iter_mut().for_each(|entry| entry.died_on = None);
            "record"
        }
        Some(Code::F110) => {
            // Handed in earlier, it would come before what was settled online meanwhile.
            let handed_in = Month::of(claim.stay.last()).last_day();
            if records.settlements.iter().any(|settled| settled.settled_on > handed_in) {
                return None;
            }
            claim.received_on = claim.stay.last();
            "record"
        }
        Some(Code::F111) => {
            (claim.work_injury, claim.third_party) = (false, false);
            "record"
        }
        // A hospital off the net is refused by a clause; the list says nothing of it.
        Some(Code::F107) if decision.gates.iter().all(|hit| hit.clause.is_none()) => {
            let hospital = &mut records.hospitals[link.hospital.one()?.at()];
            hospital.suspended_from.take()?;
            "record"
        }
        _ => return None,
    };
    Some((name, mended))
}

#[test]
fn a_cure_never_takes_anything_away() {
    try_all(Kind::Wild, 24, |law, scene| {
        for decision in batch(law, scene).decide().decisions {
            let lossy = |cure: &&Cure| cure.worth.is_some_and(Money::is_negative);
            if let Some(cure) = decision.cures.iter().find(lossy) {
                return Err(format!("{cure:?} of {:#?}", decision.steps));
            }
        }
        Ok(())
    });
}

/// A drug that outpatients are paid in an emergency only is part of what the proof is worth.
#[test]
fn the_proof_of_an_emergency_also_pays_what_is_payable_in_one_only() {
    let insured = [("参保地", "110000"), ("险种", "居民")];
    let visit = [
        ("医疗类别", "门诊"),
        ("入院日期", "2024-03-15"),
        ("已交材料", ""),
        ("医疗费总额", "3000"),
        ("明细", "@安宫牛黄丸|1|1000|1000|2024-03-15;003301000010000|1|2000|2000|2024-03-15"),
    ];
    let claim = |mark: &'static str| {
        let mut batch = crate::batch::Batch::default();
        batch.person(&[&insured[..], &[("人员类别", "居民成年")]].concat()).hospital(&[]);
        let visit = [&insured[..], &visit, &[("急诊标志", mark)]].concat();
        batch.contribution(&insured).claim("A1", &visit);
        batch.decide().adjudicated.decisions.remove(0)
    };
    let (unproven, proven) = (claim(""), claim("是"));
    let worth: Vec<_> = unproven.cures.iter().map(|cure| cure.worth).collect();
    assert_eq!(worth, [Some(proven.amounts.fund_total())]);
    // 550 are the person's, then the half.
    assert_eq!(worth, [Some(Money::from_yuan(1_225))]);
}
