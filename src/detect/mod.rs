//! Doubtful points 疑点: one detector per file, one line per detector in [`REGISTRY`].
//!
//! The surprise: a finding never refuses a claim. Whether a claim is refused or pending was
//! decided by its gates before; detectors put that on the register with its evidence, and the only
//! thing they change is that a payment may be held until a person decides.

mod change;
mod detector;
mod f101_unfiled_care;
mod f102_contributions_lapsed;
mod f104_outside_filing;
mod f105_died_before_service;
mod f107_hospital_not_designated;
mod f109_damaged_id;
mod f110_past_deadline;
mod f111_other_payer;
mod f201_settled_directly;
mod f202_paid_by_hand;
mod f203_duplicate_invoice;
mod f205_invoice_shows_fund;
mod f301_lines_not_total;
mod f302_line_arithmetic;
mod f303_changed_digit;
mod f304_price_above_ceiling;
mod f401_overlapping_stays;
mod f404_split_stay;
mod f501_shared_account;
mod past_bill;
mod register;
mod scene;
#[cfg(test)]
mod scene_test;
mod stays;

pub use detector::Detector;

use rayon::prelude::*;

use crate::domain::Code;
use crate::flow::{Adjudicated, ClaimIx, Detected, Finding, Progress, Stage};
use crate::rulebook::detector_settings::DetectorSettings;

use scene::{Draft, Scene, Shared};

/// Every detector, by code.
pub static REGISTRY: &[&Detector] = &[
    &f101_unfiled_care::DETECTOR,
    &f102_contributions_lapsed::DETECTOR,
    &f104_outside_filing::DETECTOR,
    &f105_died_before_service::DETECTOR,
    &f107_hospital_not_designated::DETECTOR,
    &f109_damaged_id::DETECTOR,
    &f110_past_deadline::DETECTOR,
    &f111_other_payer::DETECTOR,
    &f201_settled_directly::DETECTOR,
    &f202_paid_by_hand::DETECTOR,
    &f203_duplicate_invoice::DETECTOR,
    &f205_invoice_shows_fund::DETECTOR,
    &f301_lines_not_total::DETECTOR,
    &f302_line_arithmetic::DETECTOR,
    &f303_changed_digit::DETECTOR,
    &f304_price_above_ceiling::DETECTOR,
    &f401_overlapping_stays::DETECTOR,
    &f404_split_stay::DETECTOR,
    &f501_shared_account::DETECTOR,
];

/// The detector of a code; reasons that are no findings have none.
pub fn detector(code: Code) -> Option<&'static Detector> {
    REGISTRY.iter().copied().find(|detector| detector.code == code)
}

/// Looks at every decision and holds the payments that a finding stops.
pub fn detect(
    adjudicated: Adjudicated,
    settings: &DetectorSettings,
    progress: &dyn Progress,
) -> Detected {
    progress.begin(Stage::Detect, REGISTRY.len() as u64);
    let shared = Shared::build(&adjudicated);
    let per_detector: Vec<Vec<Draft>> = REGISTRY
        .par_iter()
        .map(|detector| {
            let code = detector.code;
            let scene = Scene { adjudicated: &adjudicated, shared: &shared, settings, code };
            let drafts = (detector.run)(&scene);
            progress.advance(1);
            drafts
        })
        .collect();
    let coded = REGISTRY.iter().zip(per_detector);
    let drafts =
        coded.flat_map(|(detector, drafts)| drafts.into_iter().map(|draft| (detector.code, draft)));
    let mut findings = register::register(drafts.collect(), &adjudicated, settings);
    assert_gates_are_found(&adjudicated, &findings, settings);
    let mut adjudicated = adjudicated;
    register::hold_payments(&mut adjudicated, &findings);
    register::keep_own(&mut findings, &adjudicated.linked.records);
    Detected { adjudicated, findings, ..Detected::default() }
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
        assert_gates_are_found(&batch.adjudicated, &[], &settings());
    }

    #[test]
    fn an_empty_batch_has_no_findings() {
        assert!(Batch::default().detect().findings.is_empty());
    }
}
