//! Doubtful points 疑点: one detector per file, one line per detector in [`REGISTRY`].
//!
//! The surprise: a finding never refuses a claim. Whether a claim is refused or pending was
//! decided by its gates before; detectors put that on the register with its evidence, and the only
//! thing they change is that a payment may be held until a person decides.

mod appearances;
#[cfg(test)]
mod bill_test;
mod billed;
mod care;
#[cfg(test)]
mod care_test;
mod change;
mod circle;
mod companions;
mod detector;
mod f101_unfiled_care;
mod f102_contributions_lapsed;
mod f103_filing_in_lapse;
mod f104_outside_filing;
mod f105_died_before_service;
mod f106_insured_twice;
mod f107_hospital_not_designated;
mod f108_id_disagrees;
mod f109_damaged_id;
mod f110_past_deadline;
mod f111_other_payer;
mod f201_settled_directly;
mod f202_paid_by_hand;
mod f203_duplicate_invoice;
mod f204_same_stay_again;
mod f205_invoice_shows_fund;
mod f206_reversed_invoice;
mod f207_parts_of_settled_bill;
mod f301_lines_not_total;
mod f302_line_arithmetic;
mod f303_changed_digit;
mod f304_price_above_ceiling;
mod f305_class_lifted;
mod f306_malformed_invoice;
mod f307_consecutive_invoices;
mod f308_region_disagrees;
mod f309_impossible_dates;
mod f310_implausible_cost;
mod f401_overlapping_stays;
mod f402_outpatient_during_stay;
mod f403_two_places_one_day;
mod f404_split_stay;
mod f405_days_above_stay;
mod f406_duplicate_charge;
mod f407_frequency_above_limit;
mod f408_wrong_sex_or_age;
mod f409_outside_scope;
mod f410_drug_over_supply;
#[cfg(test)]
mod f410_test;
mod f411_stay_without_treatment;
mod f412_one_day_stay;
mod f413_holiday_stays;
mod f501_shared_account;
mod f502_busy_agent;
mod f503_companion_stays;
mod f504_drug_at_many_places;
mod f505_rising_to_limit;
mod f506_peer_outlier;
mod f507_linked_ring;
mod f601_hospital_findings;
mod f602_charge_mix;
mod f603_agent_altered_bills;
mod figures;
mod first_digits;
mod hoards;
mod house_prices;
mod invoice_runs;
mod line_items;
mod line_kind;
mod medians;
mod network;
mod past_bill;
mod peer_prices;
mod peers;
mod person_name;
mod persons;
mod register;
mod rows;
mod scene;
#[cfg(test)]
mod scene_test;
mod stays;
mod union_find;

pub use detector::{Detector, Profile};
pub use scene::Ground;

use rayon::prelude::*;

use crate::domain::Code;
use crate::flow::{Adjudicated, ClaimIx, Detected, Finding, Progress, Stage};
use crate::rulebook::detector_settings::DetectorSettings;

use scene::{Draft, Scene, Shared};

/// Every detector, by code.
pub static REGISTRY: &[&Detector] = &[
    &f101_unfiled_care::DETECTOR,
    &f102_contributions_lapsed::DETECTOR,
    &f103_filing_in_lapse::DETECTOR,
    &f104_outside_filing::DETECTOR,
    &f105_died_before_service::DETECTOR,
    &f106_insured_twice::DETECTOR,
    &f107_hospital_not_designated::DETECTOR,
    &f108_id_disagrees::DETECTOR,
    &f109_damaged_id::DETECTOR,
    &f110_past_deadline::DETECTOR,
    &f111_other_payer::DETECTOR,
    &f201_settled_directly::DETECTOR,
    &f202_paid_by_hand::DETECTOR,
    &f203_duplicate_invoice::DETECTOR,
    &f204_same_stay_again::DETECTOR,
    &f205_invoice_shows_fund::DETECTOR,
    &f206_reversed_invoice::DETECTOR,
    &f207_parts_of_settled_bill::DETECTOR,
    &f301_lines_not_total::DETECTOR,
    &f302_line_arithmetic::DETECTOR,
    &f303_changed_digit::DETECTOR,
    &f304_price_above_ceiling::DETECTOR,
    &f305_class_lifted::DETECTOR,
    &f306_malformed_invoice::DETECTOR,
    &f307_consecutive_invoices::DETECTOR,
    &f308_region_disagrees::DETECTOR,
    &f309_impossible_dates::DETECTOR,
    &f310_implausible_cost::DETECTOR,
    &f401_overlapping_stays::DETECTOR,
    &f402_outpatient_during_stay::DETECTOR,
    &f403_two_places_one_day::DETECTOR,
    &f404_split_stay::DETECTOR,
    &f405_days_above_stay::DETECTOR,
    &f406_duplicate_charge::DETECTOR,
    &f407_frequency_above_limit::DETECTOR,
    &f408_wrong_sex_or_age::DETECTOR,
    &f409_outside_scope::DETECTOR,
    &f410_drug_over_supply::DETECTOR,
    &f411_stay_without_treatment::DETECTOR,
    &f412_one_day_stay::DETECTOR,
    &f413_holiday_stays::DETECTOR,
    &f501_shared_account::DETECTOR,
    &f502_busy_agent::DETECTOR,
    &f503_companion_stays::DETECTOR,
    &f504_drug_at_many_places::DETECTOR,
    &f505_rising_to_limit::DETECTOR,
    &f506_peer_outlier::DETECTOR,
    &f507_linked_ring::DETECTOR,
    &f601_hospital_findings::DETECTOR,
    &f602_charge_mix::DETECTOR,
    &f603_agent_altered_bills::DETECTOR,
];

/// The detectors among them that judge by what the others found, by code.
pub static PROFILES: &[&Profile] =
    &[&f601_hospital_findings::PROFILE, &f603_agent_altered_bills::PROFILE];

/// The detector of a code; reasons that are no findings have none.
pub fn detector(code: Code) -> Option<&'static Detector> {
    REGISTRY.iter().copied().find(|detector| detector.code == code)
}

/// Looks at every decision and holds the payments that a finding stops.
pub fn detect(adjudicated: Adjudicated, ground: Ground<'_>, progress: &dyn Progress) -> Detected {
    let settings = ground.settings;
    progress.begin(Stage::Detect, REGISTRY.len() as u64);
    let shared = Shared::build(&adjudicated, ground.rulebook);
    let scene = |code: Code| Scene { adjudicated: &adjudicated, shared: &shared, ground, code };
    let coded = |code: Code, drafts: Vec<Draft>| drafts.into_iter().map(move |it| (code, it));
    let found = REGISTRY.par_iter().flat_map_iter(|detector| {
        let drafts = (detector.run)(&scene(detector.code));
        progress.advance(1);
        coded(detector.code, drafts)
    });
    let mut drafts: Vec<(Code, Draft)> = found.collect();
    let profiles = PROFILES
        .par_iter()
        .flat_map_iter(|profile| coded(profile.code, (profile.run)(&scene(profile.code), &drafts)));
    let profiles: Vec<(Code, Draft)> = profiles.collect();
    drafts.extend(profiles);
    let mut findings = register::register(drafts, &adjudicated, settings);
    assert_gates_are_found(&adjudicated, &findings, settings);
    let mut adjudicated = adjudicated;
    let mut silenced = register::silence(&mut findings, &adjudicated);
    register::hold_payments(&mut adjudicated, &findings);
    let records = &adjudicated.linked.records;
    let earlier = register::keep_own(&mut findings, records);
    silenced.iter_mut().for_each(|it| register::trim_to_own(&mut it.finding, records));
    silenced.retain(|it| !it.finding.claims.is_empty());
    Detected { adjudicated, findings, earlier, silenced, ..Detected::default() }
}

/// Gates and findings never disagree: what a gate of a finding's code stopped is on the register.
fn assert_gates_are_found(
    adjudicated: &Adjudicated,
    findings: &[Finding],
    settings: &DetectorSettings,
) {
    let on_claims = findings
        .iter()
        .flat_map(|finding| finding.claims.iter().map(|&(claim, _)| (finding.code, claim)));
    let mut found: Vec<(Code, ClaimIx)> = on_claims.collect();
    found.sort_unstable();
    for decision in &adjudicated.decisions {
        let insured = adjudicated.linked.records.claim(decision.claim).insured;
        for gate in &decision.gates {
            let expected = detector(gate.code).is_some() && settings.is_enabled(gate.code, insured);
            let listed = found.binary_search(&(gate.code, decision.claim)).is_ok();
            assert!(listed || !expected, "gate {} without its finding", gate.code);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::scene_test::{Batch, of_code, settings};
    use super::*;
    use crate::domain::{InsuredRegion, RegionCode};
    use crate::flow::decisions::GateVerdict;

    const SECTIONS: [&str; 4] = ["## 查什么", "## 为什么要紧", "## 什么情况下无辜", "## 依据"];

    #[test]
    fn detectors_are_sorted_by_code_and_no_code_or_name_is_used_twice() {
        let codes: Vec<_> = REGISTRY.iter().map(|detector| detector.code.as_str()).collect();
        assert!(codes.is_sorted_by(|one, next| one < next), "{codes:?}");
        let names: BTreeSet<_> = REGISTRY.iter().map(|detector| detector.name).collect();
        assert_eq!(names.len(), REGISTRY.len());
        for name in names {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.chars().all(kebab) && name.contains('-'), "{name}");
        }
    }

    #[test]
    fn every_detector_is_documented_in_four_sections_under_its_own_title() {
        for detector in REGISTRY {
            let page = detector.documentation();
            let title = format!("# {} {} {}\n", detector.code, detector.code.zh(), detector.name);
            assert!(page.starts_with(&title), "{page}");
            let mut rest = page.as_str();
            for section in SECTIONS {
                let at = rest.find(&format!("\n{section}\n"));
                let at = at.unwrap_or_else(|| panic!("{} lacks {section}", detector.code));
                rest = &rest[at + section.len() + 2..];
                let body = rest.split("\n##").next().unwrap_or_default();
                assert!(body.trim().chars().count() >= 10, "{} {section}", detector.code);
            }
        }
    }

    #[test]
    fn every_finding_code_has_a_detector_and_settings() {
        let anywhere = InsuredRegion(RegionCode::parse("110000").expect("Beijing"));
        for code in Code::ALL.iter().copied().filter(|code| code.as_str().starts_with('F')) {
            assert!(detector(code).is_some(), "{code} has no detector");
            assert!(settings().is_enabled(code, anywhere), "{code}");
        }
    }

    /// One claim with nothing but the gate.
    fn gated(code: Code, verdict: GateVerdict) -> Batch {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        batch.gate(claim, code, verdict);
        batch
    }

    #[test]
    fn every_gate_of_a_finding_is_on_the_register() {
        for code in [
            Code::F101,
            Code::F102,
            Code::F105,
            Code::F107,
            Code::F110,
            Code::F111,
            Code::F201,
            Code::F202,
            Code::F203,
            Code::F205,
            Code::F301,
        ] {
            for verdict in [GateVerdict::Reject, GateVerdict::Pend, GateVerdict::Reduce] {
                let detected = gated(code, verdict).detect();
                assert_eq!(of_code(&detected, code).count(), 1, "{code} {verdict:?}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "gate F110 without its finding")]
    fn a_gate_without_its_finding_stops_the_program() {
        let batch = gated(Code::F110, GateVerdict::Reject);
        assert_gates_are_found(&batch.adjudicated, &[], settings());
    }

    #[test]
    fn an_empty_batch_has_no_findings() {
        assert!(Batch::default().detect().findings.is_empty());
    }
}
