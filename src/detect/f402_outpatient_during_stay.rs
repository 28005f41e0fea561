//! # F402 住院期间门诊（挂床） outpatient-during-stay
//!
//! ## 查什么
//! 同一人住院期间（不含入院日和出院日）在另一家机构门诊、急诊或药店就诊，本批申报与既往结算一并看。
//! 是不是另一家，看机构编码；编码不全的，看是否在另一个城市。
//!
//! ## 为什么要紧
//! 人在别处看门诊，就不在病床上：要么住院是挂床，要么门诊票据是冒用或虚假的。
//!
//! ## 什么情况下无辜
//! 住院医院没有的检查送到外院做（外检）：票据明细只有检查、化验（可以带一次挂号或诊查）；家属在药店代购，
//! 或代取慢特病用药（明细只有药品）；母亲住院时新生儿用母亲的证件看门诊。全部属于这几种的仍列出，但降为
//! “提示”，不计金额。此外，互联网医院复诊、请假外出也可能无辜。涉及金额是院外就诊的那份申报；院外就诊只
//! 见于既往结算的，计住院一天的费用。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十一条（挂床住院，冒名或虚假就医）。

use crate::domain::words::{CareType, Severity};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::ClaimIx;

use super::care::Episode;
use super::detector::Detector;
use super::line_kind::LineKind;
use super::scene::{Draft, Scene, listed_of};

pub static DETECTOR: Detector = Detector {
    code: Code::F402,
    name: "outpatient-during-stay",
    source: include_str!("f402_outpatient_during_stay.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in scene.shared.care.by_person().filter(|person| person.len() > 1) {
        let episodes = scene.looked_at(person);
        let visits: Vec<Episode> =
            episodes.iter().copied().filter(|visit| visit.visit_day().is_some()).collect();
        let stays = episodes.into_iter().filter(|episode| episode.is_stay());
        drafts.extend(stays.filter_map(|stay| left_during(scene, stay, &visits)));
    }
    drafts
}

/// The finding on a stay with visits elsewhere. Visits come by day.
fn left_during(scene: &Scene, stay: Episode, visits: &[Episode]) -> Option<Draft> {
    let (admitted, discharged) = (stay.period.first(), stay.period.last());
    let start = visits.partition_point(|visit| visit.period.first() <= admitted);
    let inside = visits[start..].iter().take_while(|visit| visit.period.first() < discharged);
    let met = inside.filter(|visit| visit.is_elsewhere(stay, scene.adjudicated));
    let met: Vec<(Episode, Option<Text>)> =
        met.map(|&visit| (visit, excuse(scene, stay, visit))).collect();
    let unexplained = met.iter().filter(|(_, excuse)| excuse.is_none());
    let of_visits = met.iter().filter_map(|(visit, excuse)| {
        let claim = visit.claim()?;
        Some((claim, if excuse.is_none() { scene.whole(claim) } else { Money::ZERO }))
    });
    let days_settled = unexplained.clone().filter(|(visit, _)| visit.claim().is_none()).count();
    let of_stay = stay.claim().map(|claim| (claim, cost_of_days(scene, claim, days_settled)));
    let claims: Vec<(ClaimIx, Money)> = of_stay.into_iter().chain(of_visits).collect();
    let &(claim, _) = claims.first().filter(|_| !met.is_empty())?;
    let is_harmless = unexplained.count() == 0;
    let rows: Vec<Origin> = met.iter().map(|(visit, _)| visit.origin(scene.adjudicated)).collect();
    let said: Vec<Text> = met.iter().map(|(visit, excuse)| shown(scene, *visit, excuse)).collect();
    let (about, said, count) = (scene.about(claim), listed_of(&said, ("次", "visits")), met.len());
    let (id, period) = (stay.shown(scene.adjudicated), stay.period);
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人住院（{id}，{period}）期间另有 {count} 次院外就诊：{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: while in hospital ({id}, {period}) the person was seen elsewhere {count} \
                 times: {}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十一条")
        .shown_by(rows)
        .shown_by([stay.origin(scene.adjudicated)]);
    Some(if is_harmless { draft.at_most(Severity::Info) } else { draft })
}

/// What so many days of a stay cost.
fn cost_of_days(scene: &Scene, claim: ClaimIx, days: usize) -> Money {
    let all_days = i64::from(scene.claim(claim).stay.hospital_days());
    let days = i64::try_from(days).unwrap_or(all_days).min(all_days);
    Money::from_fen(scene.whole(claim).fen() / all_days * days)
}

/// What would explain a visit during a stay.
fn excuse(scene: &Scene, stay: Episode, visit: Episode) -> Option<Text> {
    if stay.is_mother_and_child(visit, scene.adjudicated) {
        return Some(Text::new("，可能是母亲与新生儿", ", maybe mother and newborn"));
    }
    if visit.is_pharmacy(scene.adjudicated) {
        return Some(Text::new("，药店购药可由家属代办", ", a relative may buy drugs"));
    }
    let claim = visit.claim()?;
    let kinds: Vec<LineKind> =
        scene.splits(claim).iter().map(|split| scene.line_kind(split.line)).collect();
    if visit.care == CareType::Chronic && are_only(&kinds, LineKind::Drug) {
        return Some(Text::new("，慢特病用药可由家属代取", ", a relative may collect drugs"));
    }
    let is_examination = are_only(&kinds, LineKind::Examination);
    is_examination.then(|| Text::new("，只有检查，可能是外检", ", examinations only"))
}

/// Whether nothing else was billed, but for the consultation that goes with it.
fn are_only(kinds: &[LineKind], kind: LineKind) -> bool {
    let fits = |one: &LineKind| *one == kind || *one == LineKind::Consultation;
    kinds.contains(&kind) && kinds.iter().all(fits)
}

fn shown(scene: &Scene, visit: Episode, excuse: &Option<Text>) -> Text {
    let (id, day) = (visit.shown(scene.adjudicated), visit.period.first());
    let (care, total) = (visit.care, visit.total(scene.adjudicated));
    let excuse = excuse.clone().unwrap_or_else(|| Text::new("", ""));
    Text::new(
        format!("{id} {day} {} {total} 元{}", care.zh(), excuse.zh),
        format!("{id} on {day} ({}, {total}){}", care.word(), excuse.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::flow::SettlementIx;

    const A: &str = "H11010000001";
    const B: &str = "H11010000002";

    /// Ten nights in one hospital and a visit on a day in another; its lines can be added.
    fn met(b: &mut Batch, day: &str, hospital: &str) -> ClaimIx {
        b.stay("C1", 1, ("2024-03-01", "2024-03-11"), A);
        b.visit("C2", 1, day, hospital)
    }

    #[test]
    fn a_visit_elsewhere_between_admission_and_discharge_is_told() {
        check(
            Code::F402,
            &[
                (
                    "the day after admission",
                    |b| {
                        met(b, "2024-03-02", B);
                    },
                    &[("C1+C2", "300.00")],
                ),
                (
                    "the day before discharge",
                    |b| {
                        met(b, "2024-03-10", B);
                        b.costs("某治疗", "治疗费", "300.00");
                    },
                    &[("C1+C2", "300.00")],
                ),
                (
                    "the day of admission",
                    |b| {
                        met(b, "2024-03-01", B);
                    },
                    &[],
                ),
                (
                    "the day of discharge",
                    |b| {
                        met(b, "2024-03-11", B);
                    },
                    &[],
                ),
                (
                    "the same hospital",
                    |b| {
                        met(b, "2024-03-05", A);
                    },
                    &[],
                ),
                (
                    "another person",
                    |b| {
                        b.stay("C1", 1, ("2024-03-01", "2024-03-11"), A);
                        b.visit("C2", 2, "2024-03-05", B);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn past_bills_count_and_what_explains_a_visit_is_no_money() {
        check(
            Code::F402,
            &[
                (
                    "a hospital nobody can tell, in the same city",
                    |b| {
                        let visit = met(b, "2024-03-05", B);
                        b.links(visit).hospital = crate::flow::Match::Nothing { nearest: vec![] };
                    },
                    &[],
                ),
                (
                    "a past visit counts a day of the stay",
                    |b| {
                        b.stay("C1", 1, ("2024-03-01", "2024-03-11"), A);
                        let day = ("2024-03-05", "2024-03-05");
                        b.past_in(1, day, B, CareType::Outpatient);
                    },
                    &[("C1", "90.00")],
                ),
                (
                    "a visit during a past stay",
                    |b| {
                        let stay = ("2024-03-01", "2024-03-11");
                        b.visit("C1", 1, "2024-03-05", B);
                        b.past_in(1, stay, A, CareType::Inpatient);
                    },
                    &[("C1", "300.00")],
                ),
                (
                    "the past visit is this very bill",
                    |b| {
                        let visit = met(b, "2024-03-05", B);
                        let day = ("2024-03-05", "2024-03-05");
                        b.past_in(1, day, B, CareType::Outpatient);
                        b.settled(visit, SettlementIx(0));
                    },
                    &[("C1+C2", "300.00")],
                ),
                (
                    "an examination sent out",
                    |b| {
                        met(b, "2024-03-05", B);
                        b.costs("磁共振平扫", "检查费", "290.00");
                        b.costs("门诊诊查费", "诊察费", "10.00");
                    },
                    &[("C1+C2", "0.00")],
                ),
                (
                    "a relative at a pharmacy",
                    |b| {
                        let visit = met(b, "2024-03-05", "P11010000003");
                        b.edit(visit).care = CareType::Pharmacy;
                    },
                    &[("C1+C2", "0.00")],
                ),
            ],
        );
    }

    #[test]
    fn what_explains_every_visit_makes_it_milder() {
        let severity = |arrange: fn(&mut Batch)| {
            let mut batch = Batch::default();
            arrange(&mut batch);
            only(&batch.detect(), Code::F402).severity
        };
        let chronic = |b: &mut Batch| {
            let visit = met(b, "2024-03-05", B);
            b.edit(visit).care = CareType::Chronic;
            b.costs("二甲双胍片", "西药费", "300.00");
        };
        assert_eq!(severity(chronic), Severity::Info);
        let treated = |b: &mut Batch| {
            met(b, "2024-03-05", B);
            b.costs("磁共振平扫", "检查费", "100.00");
            b.costs("某治疗", "治疗费", "200.00");
        };
        assert_eq!(severity(treated), Severity::Warn, "an examination and more");
        let consultation = |b: &mut Batch| {
            met(b, "2024-03-05", B);
            b.costs("门诊诊查费", "诊察费", "300.00");
        };
        assert_eq!(severity(consultation), Severity::Warn, "a consultation is no examination");
        let newborn = |b: &mut Batch| {
            let visit = met(b, "2024-03-05", B);
            b.diagnosed(visit, "P59.900");
        };
        assert_eq!(severity(newborn), Severity::Info);
        let mixed = |b: &mut Batch| {
            met(b, "2024-03-05", B);
            b.costs("磁共振平扫", "检查费", "300.00");
            b.visit("C3", 1, "2024-03-06", B);
        };
        assert_eq!(severity(mixed), Severity::Warn, "the second visit is not explained");
    }

    #[test]
    fn every_visit_is_named() {
        let mut batch = Batch::default();
        met(&mut batch, "2024-03-05", B);
        let detected = batch.detect();
        let finding = only(&detected, Code::F402);
        let said = "住院（C1，2024-03-01 ~ 2024-03-11）期间另有 1 次院外就诊：C2 2024-03-05 门诊 300.00 元。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 2);
    }
}
