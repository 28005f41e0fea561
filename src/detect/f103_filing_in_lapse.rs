//! # F103 断缴期间或出院后备案 filing-in-lapse
//!
//! ## 查什么
//! 能覆盖这次就医的备案是在参保人断缴的月份办理的，或是出院以后超过参保地期限才补办的，因此本次按未
//! 备案处理；另列出院以后补办、参保地予以承认的备案，后者只作提示。备往别处的备案、另有有效备案或急诊
//! 视同备案的，不列。
//!
//! ## 为什么要紧
//! 断缴期间没有异地就医待遇，事后补一条备案就能把未备案变成已备案、少付的变成多付的；出院后补办的备案
//! 若是倒填日期，从单份申报里看不出来。
//!
//! ## 什么情况下无辜
//! 单位欠费、个人不知情；缴费已补、到账记录未同步；急诊住院来不及备案，出院后按参保地规定补办；承诺制
//! 备案材料没有补齐是另一回事，本规则不查。
//!
//! ## 依据
//! 《基本医疗保险跨省异地就医直接结算经办规程》（医保发〔2022〕22号）；参保地关于断缴和补办备案的规定
//! 见该申报就医身份所引条款。

use crate::domain::words::{Route, Severity};
use crate::domain::{Code, Money};
use crate::flow::decisions::FilingFault;
use crate::flow::{ClaimIx, Filing};

use super::detector::{CROSS_REGION_RULES, Detector};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F103,
    name: "filing-in-lapse",
    source: include_str!("f103_filing_in_lapse.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let route = &scene.decision(claim).route;
        let filings = &scene.records().filings;
        match route.route {
            Route::LateFiled => {
                let filing = &filings[route.filing?.at()];
                Some(accepted_late(scene, claim, filing))
            }
            Route::Unfiled => {
                let mut void = route.passed_over.iter().filter_map(|&(ix, fault)| {
                    let filing = &filings[ix.at()];
                    let is_here = covers(scene, claim, filing);
                    let of_it =
                        matches!(fault, FilingFault::MadeInLapse | FilingFault::MadeTooLate);
                    (of_it && is_here).then_some((filing, fault))
                });
                let (filing, fault) = void.next()?;
                Some(void_filing(scene, claim, filing, fault))
            }
            _ => None,
        }
    })
}

/// A filing for elsewhere would have been of no use anyway.
fn covers(scene: &Scene, ix: ClaimIx, filing: &Filing) -> bool {
    let place = scene.hospital(ix).map_or(scene.claim(ix).treated.0, |hospital| hospital.region);
    filing.treated.0.covers(place)
}

/// The filing is none, and the claim was treated as unfiled for that.
fn void_filing(scene: &Scene, ix: ClaimIx, filing: &Filing, fault: FilingFault) -> Draft {
    let (about, id, made) = (scene.about(ix), &filing.filing_id, filing.filed_on);
    let (zh, en) = match fault {
        FilingFault::MadeInLapse => ("当月断缴", "when contributions had lapsed"),
        _ => ("已出院且超过补办期限", "after discharge and too late"),
    };
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的备案 {id} 于 {made} 办理，{zh}，备案无效，本次按未备案处理。", about.zh),
            format!(
                "{}: filing {id} was made on {made}, {en}; it is void, the care counts as unfiled.",
                about.en
            ),
        )
        .under(under(scene, ix))
        .shown_by([filing.origin])
}

/// The filing carries the claim though it was made after discharge: nothing is lost, but the day
/// it was made is worth a look.
fn accepted_late(scene: &Scene, ix: ClaimIx, filing: &Filing) -> Draft {
    let (about, id, made) = (scene.about(ix), &filing.filing_id, filing.filed_on);
    let discharged = scene.claim(ix).stay.last();
    Draft::on_claim(scene, ix, Money::ZERO)
        .saying(
            format!(
                "{}的备案 {id} 于 {made} 办理，晚于出院（就诊）日 {discharged}，参保地承认补办。",
                about.zh
            ),
            format!(
                "{}: filing {id} was made on {made}, after {discharged}; the region accepts it.",
                about.en
            ),
        )
        .under(under(scene, ix))
        .shown_by([filing.origin])
        .at_most(Severity::Info)
}

fn under(scene: &Scene, ix: ClaimIx) -> String {
    let clause = scene.decision(ix).route.clause;
    let clause = clause.map(|id| format!("；{}", scene.adjudicated.clause(id).short()));
    format!("{CROSS_REGION_RULES}{}", clause.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only};

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");

    fn passed_over(b: &mut Batch, place: &str, fault: FilingFault, route: Route) {
        let claim = b.claim("C1", 1, STAY, "1000.00");
        b.pays(claim, "400.00");
        let filing = b.filing(1, place, "2024-02-01", "2024-06-30");
        let taken = &mut b.decision(claim).route;
        taken.route = route;
        taken.passed_over.push((filing, fault));
    }

    fn filed_late(b: &mut Batch) {
        let claim = b.claim("C1", 1, STAY, "1000.00");
        let filing = b.filing(1, "110000", "2024-02-01", "2024-06-30");
        b.adjudicated.linked.records.filings[filing.at()].filed_on = day("2024-03-15");
        let taken = &mut b.decision(claim).route;
        (taken.route, taken.filing) = (Route::LateFiled, Some(filing));
    }

    #[test]
    fn a_void_filing_for_this_place_is_told_and_one_for_elsewhere_is_not() {
        check(
            Code::F103,
            &[
                (
                    "made in a lapse",
                    |b| passed_over(b, "110000", FilingFault::MadeInLapse, Route::Unfiled),
                    &[("C1", "400.00")],
                ),
                (
                    "made too late",
                    |b| passed_over(b, "110100", FilingFault::MadeTooLate, Route::Unfiled),
                    &[("C1", "400.00")],
                ),
                (
                    "made in a lapse, but for another place",
                    |b| passed_over(b, "310000", FilingFault::MadeInLapse, Route::Unfiled),
                    &[],
                ),
                (
                    "the papers of a promise never came",
                    |b| passed_over(b, "110000", FilingFault::NotValid, Route::Unfiled),
                    &[],
                ),
                (
                    "an emergency needs no filing",
                    |b| passed_over(b, "110000", FilingFault::MadeInLapse, Route::Emergency),
                    &[],
                ),
                (
                    "another filing covers the stay",
                    |b| {
                        passed_over(b, "110000", FilingFault::MadeInLapse, Route::Temporary);
                        let other = b.filing(1, "110000", "2024-01-01", "2024-06-30");
                        b.adjudicated.decisions[0].route.filing = Some(other);
                    },
                    &[],
                ),
                ("made after discharge, and accepted", filed_late, &[("C1", "0.00")]),
            ],
        );
    }

    #[test]
    fn the_hospital_says_where_it_was() {
        let mut batch = Batch::default();
        passed_over(&mut batch, "310000", FilingFault::MadeInLapse, Route::Unfiled);
        batch.hospital(ClaimIx(0), "H31010000001").region =
            crate::detect::scene_test::region("310100");
        let detected = batch.detect();
        let finding = only(&detected, Code::F103);
        assert_eq!(finding.severity, Severity::Warn);
        assert!(finding.sentence.zh.contains("于 2024-02-01 办理，当月断缴，备案无效"));
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn an_accepted_late_filing_is_information_with_both_days() {
        let mut batch = Batch::default();
        filed_late(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F103);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.sentence.zh.contains("于 2024-03-15 办理，晚于出院（就诊）日 2024-03-08"));
    }
}
