//! # F401 住院时间重叠 overlapping-stays
//!
//! ## 查什么
//! 同一人的两次住院在时间上重叠，既查本批申报，也查既往结算。前一次的出院日可以是后一次的入院日。
//!
//! ## 为什么要紧
//! 一个人不能同时住两家医院，其中至少一次是冒名、挂床或虚假票据。
//!
//! ## 什么情况下无辜
//! 同一医院同一次住院开了两张票据（起止日期相同的不列）。新生儿借用母亲证件：两次住院恰有一次是新生儿
//! （诊断 P00–P96、Z38，或姓名以“之子”“之女”结尾）而证件上的人已满 14 周岁的，降为“提示”。同一医院、
//! 入院日相同、出院日不同的，多半是中途结算，也降为“提示”。此外可能是入出院日期录错。已直接结算又来申报
//! 的同一张票据由 F201 处理，这里不重复列。涉及金额各次都计，因为分不清哪一次是假的。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条（挂床住院，冒名或虚假就医）。

use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::ClaimIx;

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
    let excuse = excuse(scene, one, two);
    let [one, two] =
        [one, two].map(|stay| format!("{} {}", stay.shown(scene.adjudicated), stay.period));
    let about = scene.about(claim);
    let said = excuse.clone().unwrap_or_else(|| Text::new("", ""));
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人有 {count} 次住院时间重叠，如 {one} 与 {two}{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: {count} stays of the person overlap, such as {one} and {two}{}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条")
        .shown_by(rows);
    Some(if excuse.is_some() { draft.at_most(Severity::Info) } else { draft })
}

/// Two stays that overlap and are not two bills of one stay; two that nothing excuses, if there
/// are such.
fn apart(scene: &Scene, cluster: &[Stay]) -> Option<(Stay, Stay)> {
    let one_stay = |one: Stay, two: Stay| {
        one.period == two.period && one.same_hospital(two, scene.adjudicated) != Some(false)
    };
    let pairs = cluster.iter().enumerate().flat_map(|(at, &two)| {
        let met = cluster[..at].iter().filter(move |one| one.period.overlaps_stay(two.period));
        met.map(move |&one| (one, two))
    });
    let mut first = None;
    for (one, two) in pairs.filter(|&(one, two)| !one_stay(one, two)) {
        if excuse(scene, one, two).is_none() {
            return Some((one, two));
        }
        first = first.or(Some((one, two)));
    }
    first
}

/// What would explain that two stays overlap.
fn excuse(scene: &Scene, one: Stay, two: Stay) -> Option<Text> {
    if one.is_mother_and_child(two, scene.adjudicated) {
        let en = "; one of them is a newborn's, maybe the child of the person";
        return Some(Text::new("；其中一次是新生儿，可能是母亲与新生儿", en));
    }
    let admitted_once = one.period.first() == two.period.first();
    if admitted_once && one.same_hospital(two, scene.adjudicated) == Some(true) {
        let en = "; one admission to one hospital, maybe billed in between";
        return Some(Text::new("；同一医院、同一入院日，可能是中途结算", en));
    }
    None
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

    /// The row of the settlement added last once more, with its hospital written otherwise.
    fn past_again(b: &mut Batch) {
        let again = b.past(1, ("2024-02-01", "2024-02-09"), Channel::Direct);
        b.edit_past(again).settlement_id = "S0".into();
        b.edit_past(again).hospital_code = Some("H31010000009".to_owned());
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
            ],
        );
    }

    #[test]
    fn what_is_no_second_stay_is_not_told() {
        check(
            Code::F401,
            &[
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
                    "mother and newborn under her number",
                    |b| {
                        two(b, ("2024-03-03", "2024-03-09"), [A, B]);
                        b.diagnosed(ClaimIx(0), "O80.000");
                        b.diagnosed(ClaimIx(1), "P59.900");
                    },
                    &[("C1+C2", "1400.00")],
                ),
                (
                    "a row of the past given twice",
                    |b| {
                        past(b, ("2024-02-01", "2024-02-09"));
                        past_again(b);
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

    #[test]
    fn what_explains_an_overlap_makes_it_milder() {
        let severity = |arrange: fn(&mut Batch)| {
            let mut batch = Batch::default();
            arrange(&mut batch);
            only(&batch.detect(), Code::F401).severity
        };
        let child = |b: &mut Batch| {
            two(b, ("2024-03-03", "2024-03-09"), [A, B]);
            b.edit(ClaimIx(1)).name = "甲乙1之女".to_owned();
        };
        assert_eq!(severity(child), Severity::Info);
        assert_eq!(severity(|b| two(b, ("2024-03-01", "2024-03-31"), [A, A])), Severity::Info);
        assert_eq!(severity(|b| two(b, ("2024-03-01", "2024-03-31"), [A, B])), Severity::Hold);
        let own_child = |b: &mut Batch| {
            two(b, ("2024-03-03", "2024-03-09"), [A, B]);
            for claim in [ClaimIx(0), ClaimIx(1)] {
                b.diagnosed(claim, "P59.900");
            }
        };
        assert_eq!(severity(own_child), Severity::Info, "twins under the mother's number");
        let third = |b: &mut Batch| {
            two(b, ("2024-03-01", "2024-03-31"), [A, A]);
            let other = b.claim("C3", 1, ("2024-03-04", "2024-03-06"), "100.00");
            b.hospital(other, B);
        };
        assert_eq!(severity(third), Severity::Hold, "a third stay is not explained");
    }
}
