//! # F102 就医期间断缴 contributions-lapsed
//!
//! ## 查什么
//! 就医期间参保地没有到账缴费的月份。整次就医都在断缴期的拒付，只有部分月份断缴的，这些月份的费用
//! 已转为自费。
//!
//! ## 为什么要紧
//! 断缴期间不享受统筹待遇；手工报销在事后审核，最容易漏看就医当月的缴费状态。
//!
//! ## 什么情况下无辜
//! 单位欠缴后已补缴但到账记录未同步；刚换单位，由新参保地缴费；退休、灵活就业转接中的空档；参保地
//! 规定的补缴期内补缴即恢复待遇。
//!
//! ## 依据
//! 参保地基本医疗保险关于中断缴费、等待期与补缴的规定。

use crate::domain::{Code, Money, Month, Origin};
use crate::flow::decisions::GateVerdict;
use crate::flow::{ClaimIx, GateHit, StepKind};

use super::detector::Detector;
use super::scene::{Draft, Scene, in_brackets};

pub static DETECTOR: Detector = Detector {
    code: Code::F102,
    name: "contributions-lapsed",
    source: include_str!("f102_contributions_lapsed.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| lapsed(scene, claim, gate))
}

fn lapsed(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, saw) = (scene.about(ix), in_brackets(&gate.saw));
    let partial = scene.decision(ix).steps.iter().find_map(|step| match &step.kind {
        StepKind::LapsedMonths { months, moved } => Some((months.as_slice(), *moved)),
        _ => None,
    });
    let draft = match partial.filter(|(months, _)| !months.is_empty()) {
        Some((months, moved)) => {
            let months = listed(months);
            Draft::on_claim(scene, ix, at_stake(scene, ix, gate, moved)).saying(
                format!("{}就医期间 {months} 断缴，涉及费用 {moved} 元{}。", about.zh, saw.zh),
                format!(
                    "{}: contributions lapsed in {months}, which {moved} of the bill falls \
                     into{}.",
                    about.en, saw.en
                ),
            )
        }
        None => {
            let total = scene.claim(ix).total;
            Draft::on_claim(scene, ix, scene.whole(ix)).saying(
                format!("{}就医期间断缴，总额 {total} 元{}。", about.zh, saw.zh),
                format!("{}: contributions had lapsed; total {total}{}.", about.en, saw.en),
            )
        }
    };
    draft.under("参保地基本医疗保险关于中断缴费与补缴的规定").shown_by(contributions(scene, ix))
}

/// What a lapse of some months puts at risk: their cost where only that was lost, else the claim.
fn at_stake(scene: &Scene, ix: ClaimIx, gate: &GateHit, moved: Money) -> Money {
    if gate.verdict == GateVerdict::Reduce { moved } else { scene.whole(ix).max(moved) }
}

fn listed(months: &[Month]) -> String {
    months.iter().map(Month::to_string).collect::<Vec<_>>().join("、")
}

/// The contributions around the stay: those of its months and the last before it.
fn contributions(scene: &Scene, ix: ClaimIx) -> Vec<Origin> {
    let claim = scene.claim(ix);
    let files = claim.person.key().and_then(|key| scene.adjudicated.linked.people.by_key.get(&key));
    let (first, last) = (Month::of(claim.stay.first()), Month::of(claim.stay.last()));
    let all = &scene.records().contributions;
    let of_region = files.into_iter().flat_map(|files| &files.contributions);
    let of_region = of_region.map(|&at| &all[at as usize]).filter(|paid| {
        let here = paid.insured.0.pool() == claim.insured.0.pool();
        here && paid.scheme == claim.scheme && paid.first <= last
    });
    let before = of_region.clone().filter(|paid| paid.last < first).max_by_key(|paid| paid.last);
    let during = of_region.filter(|paid| paid.last >= first);
    during.chain(before).map(|paid| paid.origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only, region};
    use crate::domain::InsuredRegion;
    use crate::flow::Step;

    fn month(text: &str) -> Month {
        Month::parse(text).expect(text)
    }

    fn partly_lapsed(b: &mut Batch) {
        let claim = b.claim("C1", 1, ("2024-03-20", "2024-04-08"), "1000.00");
        b.gate(claim, Code::F102, GateVerdict::Reduce);
        b.pays(claim, "500.00");
        let kind =
            StepKind::LapsedMonths { months: vec![month("2024-04")], moved: money("260.00") };
        b.decision(claim).steps.push(Step { kind, clause: None });
    }

    #[test]
    fn a_lapse_of_some_months_risks_their_cost_and_a_whole_one_the_claim() {
        check(
            Code::F102,
            &[
                ("one of two months", partly_lapsed, &[("C1", "260.00")]),
                (
                    "one of two months, and papers are missing",
                    |b| {
                        partly_lapsed(b);
                        b.gate(crate::flow::ClaimIx(0), Code::G11, GateVerdict::Pend);
                    },
                    &[("C1", "260.00")],
                ),
                (
                    "the whole stay",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-20", "2024-03-28"), "1000.00");
                        b.gate(claim, Code::F102, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "made up in time: no gate, no finding",
                    |b| {
                        b.claim("C1", 1, ("2024-03-20", "2024-03-28"), "1000.00");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_last_contribution_before_and_those_of_the_stay_are_shown() {
        let mut batch = Batch::default();
        partly_lapsed(&mut batch);
        let mut rows = Vec::new();
        for (first, last) in
            [("2023-01", "2023-12"), ("2024-01", "2024-02"), ("2024-03", "2024-03")]
        {
            let row = batch.contributed(1, first, last);
            // A county of the same pool counts as much.
            row.insured = InsuredRegion(region("420106"));
            rows.push(row.origin);
        }
        let detected = batch.detect();
        let finding = only(&detected, Code::F102);
        assert_eq!(finding.evidence[1..], rows[1..]);
        assert!(finding.sentence.zh.contains("2024-04 断缴，涉及费用 260.00 元"));
    }
}
