//! # F401 住院时间重叠 overlapping-stays
//!
//! ## 查什么
//! 同一人的两次住院在时间上重叠，既查本批申报，也查既往结算。前一次的出院日可以是后一次的入院日。
//!
//! ## 为什么要紧
//! 一个人不能同时住两家医院，其中至少一次是冒名、挂床或虚假票据。
//!
//! ## 什么情况下无辜
//! 同一医院同一次住院开了两张票据（起止日期相同的不列）；中途结算而起止日期填成全程；新生儿借用母亲
//! 身份；入出院日期录错。已直接结算又来申报的同一张票据由 F201 处理，这里不重复列。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条（挂床住院，冒名或虚假就医）。

use crate::domain::{Code, Money, Origin};
use crate::flow::{ClaimIx, Subject};

use super::detector::Detector;
use super::scene::{Draft, Scene};
use super::stays::Stay;

pub static DETECTOR: Detector = Detector {
    code: Code::F401,
    name: "overlapping-stays",
    source: include_str!("f401_overlapping_stays.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut cluster: Vec<Stay> = Vec::new();
    for person in scene.shared.stays.by_person() {
        cluster.clear();
        for &stay in person {
            if stay.claim().is_some_and(|claim| !scene.is_on(claim)) {
                continue;
            }
            // Stays come by admission, so one that meets none of the cluster ends it.
            let meets = |other: &Stay| other.period.overlaps_stay(stay.period);
            if !cluster.iter().rev().any(meets) {
                drafts.extend(overlapping(scene, &cluster));
                cluster.clear();
            }
            cluster.push(stay);
        }
        drafts.extend(overlapping(scene, &cluster));
    }
    drafts
}

/// The finding on stays that hang together, if two of them are not merely two bills of one stay.
fn overlapping(scene: &Scene, cluster: &[Stay]) -> Option<Draft> {
    let claims: Vec<(ClaimIx, Money)> = cluster
        .iter()
        .filter_map(|stay| stay.claim())
        .map(|claim| (claim, scene.whole(claim)))
        .collect();
    let &(claim, _) = claims.first()?;
    let (one, two) = apart(scene, cluster)?;
    let rows: Vec<Origin> = cluster.iter().map(|stay| stay.origin(scene.adjudicated)).collect();
    let count = cluster.len();
    let [one, two] =
        [one, two].map(|stay| format!("{} {}", stay.shown(scene.adjudicated), stay.period));
    let about = scene.about(claim);
    let draft = Draft {
        subject: scene.claim(claim).person.key().map_or(Subject::Claim(claim), Subject::Person),
        claims,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!("{}的参保人有 {count} 次住院时间重叠，如 {one} 与 {two}。", about.zh),
            format!("{}: {count} stays of the person overlap, such as {one} and {two}.", about.en),
        )
        .under("《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条")
        .shown_by(rows);
    Some(draft)
}

/// The first two stays that overlap and are not two bills of one stay.
fn apart(scene: &Scene, cluster: &[Stay]) -> Option<(Stay, Stay)> {
    let one_stay = |one: Stay, two: Stay| {
        one.period == two.period && one.same_hospital(two, scene.adjudicated) != Some(false)
    };
    cluster.iter().enumerate().find_map(|(at, &two)| {
        let earlier = cluster[..at].iter().copied();
        let mut met = earlier.filter(|one| one.period.overlaps_stay(two.period));
        met.find(|&one| !one_stay(one, two)).map(|one| (one, two))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::{CareType, Channel, Outcome, SettlementStatus};

    const MARCH: (&str, &str) = ("2024-03-01", "2024-03-08");

    fn past(b: &mut Batch, stay: (&str, &str)) {
        let claim = b.claim("C1", 1, MARCH, "900.00");
        b.hospital(claim, "H11010000001");
        let past = b.past(1, stay, Channel::Direct);
        b.edit_past(past).hospital_code = Some("H31010000002".to_owned());
    }

    fn two(b: &mut Batch, second: (&str, &str), hospitals: [&str; 2]) {
        let one = b.claim("C1", 1, MARCH, "900.00");
        let two = b.claim("C2", 1, second, "500.00");
        b.hospital(one, hospitals[0]);
        b.hospital(two, hospitals[1]);
    }

    const A: &str = "H11010000001";
    const B: &str = "H31010000002";

    #[test]
    fn two_stays_at_once_are_told_and_a_transfer_is_not() {
        check(
            Code::F401,
            &[
                (
                    "two hospitals",
                    |b| two(b, ("2024-03-05", "2024-03-09"), [A, B]),
                    &[("C1+C2", "1400.00")],
                ),
                (
                    "two hospitals, the same days",
                    |b| two(b, MARCH, [A, B]),
                    &[("C1+C2", "1400.00")],
                ),
                (
                    "one hospital, other days",
                    |b| two(b, ("2024-03-05", "2024-03-09"), [A, A]),
                    &[("C1+C2", "1400.00")],
                ),
                ("two invoices of one stay", |b| two(b, MARCH, [A, A]), &[]),
                ("a transfer on one day", |b| two(b, ("2024-03-08", "2024-03-12"), [A, B]), &[]),
                (
                    "a past stay elsewhere",
                    |b| past(b, ("2024-03-07", "2024-03-20")),
                    &[("C1", "900.00")],
                ),
                ("a past stay that ended", |b| past(b, ("2024-02-20", "2024-03-01")), &[]),
                (
                    "the past stay was reversed",
                    |b| {
                        past(b, ("2024-03-07", "2024-03-20"));
                        b.edit_past(crate::flow::SettlementIx(0)).status =
                            SettlementStatus::Reversed;
                    },
                    &[],
                ),
                (
                    "the past stay is this very bill",
                    |b| {
                        past(b, ("2024-03-02", "2024-03-08"));
                        b.settled(ClaimIx(0), crate::flow::SettlementIx(0));
                    },
                    &[],
                ),
                (
                    "an outpatient visit during the stay",
                    |b| {
                        two(b, ("2024-03-05", "2024-03-05"), [A, B]);
                        b.edit(ClaimIx(1)).care = CareType::Outpatient;
                    },
                    &[],
                ),
                (
                    "two persons",
                    |b| {
                        b.claim("C1", 1, MARCH, "900.00");
                        b.claim("C2", 2, MARCH, "900.00");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn both_stays_are_held_and_named() {
        let mut batch = Batch::default();
        two(&mut batch, ("2024-03-05", "2024-03-09"), [A, B]);
        let detected = batch.detect();
        let said = "C1 2024-03-01 ~ 2024-03-08 与 C2 2024-03-05 ~ 2024-03-09";
        let finding = only(&detected, Code::F401);
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 2);
        let outcomes = detected.adjudicated.decisions.iter().map(|decision| decision.outcome);
        assert!(outcomes.into_iter().all(|outcome| outcome == Outcome::Hold));
    }
}
