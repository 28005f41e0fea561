//! # F412 一日住院 one-day-stay
//!
//! ## 查什么
//! 住院不超过一夜、又没有手术的住院：同一人在 365 天里有 short_stays_min 次以上（默认 3 次）；或同一医院
//! 有 short_hospital_min 次以上（默认 10 次），占其住院的五分之一以上，且占比是同等级其他医院的
//! short_share_times 倍以上（默认 3 倍）。本批申报与既往结算一并看。
//!
//! ## 为什么要紧
//! 门诊能做的检查、治疗办成住院，可以多报、多记次数；空挂床位的住院也常常只有一天。
//!
//! ## 什么情况下无辜
//! 日间手术（票据有手术项目的不计）；按周期的放化疗、透析、输血（见 cyclic_diseases.csv，不计）；当日转往
//! 或转自另一家医院（不计）；住院当日或次日死亡（不计）；新生儿（不计）。既往结算没有明细，看不出是不是
//! 日间手术，因此只有既往结算的不列。急诊留观、自动出院也可能无辜。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（诱导、低标准住院，挂床住院）。

use std::collections::BTreeMap;

use crate::domain::dates::{days_between, plus_days};
use crate::domain::words::Tier;
use crate::domain::{Code, Money, Origin};
use crate::flow::{ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::care::Episode;
use super::detector::Detector;
use super::line_kind::LineKind;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F412,
    name: "one-day-stay",
    source: include_str!("f412_one_day_stay.rs"),
    run,
};

/// Stays of one person are counted together within a year.
const WINDOW_DAYS: i32 = 365;
/// A hospital is told only if one of so many of its stays is short.
const SHARE_PARTS: usize = 5;
const LEGAL_BASIS: &str = "《医疗保障基金使用监督管理条例》第十五条、第三十八条";

/// What a hospital has of short stays.
#[derive(Default)]
struct Ward {
    tier: Option<Tier>,
    stays: usize,
    short: Vec<Episode>,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut wards: BTreeMap<&str, Ward> = BTreeMap::new();
    for person in scene.shared.care.by_person() {
        let mut stays = scene.looked_at(person);
        stays.retain(|episode| episode.is_stay());
        let is_short = |&stay: &Episode| stay.nights() <= 1 && !is_explained(scene, stay, &stays);
        let short: Vec<Episode> = stays.iter().copied().filter(|stay| is_short(stay)).collect();
        drafts.extend(of_person(scene, &short));
        for &stay in &stays {
            let Some(hospital) = stay.hospital_key(scene.adjudicated) else { continue };
            let ward = wards.entry(hospital).or_default();
            ward.tier = ward.tier.or(stay.tier(scene.adjudicated));
            ward.stays += 1;
            ward.short.extend(short.contains(&stay).then_some(stay));
        }
    }
    drafts.extend(of_hospitals(scene, &wards));
    drafts
}

/// Whether a short stay has a reason to be short.
fn is_explained(scene: &Scene, stay: Episode, stays: &[Episode]) -> bool {
    let adjudicated = scene.adjudicated;
    let operated = stay.claim().is_some_and(|ix| scene.has_line_of(ix, LineKind::Operation));
    let diagnosis = stay.diagnosis_code(adjudicated).unwrap_or_default();
    let course = scene.ground.settings.facts.cyclic.is_course(diagnosis, stay.nights());
    let (first, last) = (stay.period.first(), stay.period.last());
    let meets = |other: &&Episode| other.period.first() == last || other.period.last() == first;
    let mut transfers = stays.iter().filter(|other| **other != stay).filter(meets);
    operated
        || course
        || transfers.any(|other| other.is_elsewhere(stay, adjudicated))
        || stay.is_newborns(adjudicated)
        || died_then(scene, stay)
}

/// Whether the register says that the person died in the stay, or on the day after.
fn died_then(scene: &Scene, stay: Episode) -> bool {
    let linked = &scene.adjudicated.linked;
    let key = stay.claim().and_then(|claim| scene.claim(claim).person.key());
    let files = key.and_then(|key| linked.people.by_key.get(&key));
    let entries = files.into_iter().flat_map(|files| &files.register);
    let mut days = entries.filter_map(|ix| linked.records.persons[ix.at()].died_on);
    days.any(|day| stay.period.first() <= day && day <= plus_days(stay.period.last(), 1))
}

/// The finding on a person's short stays, which come by admission: those of which so many lie
/// within a year.
fn of_person(scene: &Scene, short: &[Episode]) -> Option<Draft> {
    let claim = short.iter().find_map(|stay| stay.claim())?;
    let stays_min = scene.threshold(Threshold::ShortStaysMin, claim) as usize;
    let mut met: Vec<Episode> = Vec::new();
    for window in short.windows(stays_min) {
        let (first, last) = (window.first()?, window.last()?);
        if days_between(first.period.first(), last.period.first()) <= WINDOW_DAYS {
            met.extend(window);
        }
    }
    met.sort_unstable();
    met.dedup();
    let claim = met.iter().find_map(|stay| stay.claim())?;
    let (about, count) = (scene.about(claim), met.len());
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        thresholds: vec![(Threshold::ShortStaysMin, stays_min as u32)],
        ..on_stays(scene, claim, &met)
    };
    let days: Vec<String> = met.iter().map(|stay| stay.period.first().to_string()).collect();
    Some(draft.saying(
        format!(
            "{}的参保人一年内有 {count} 次住院不超过一夜且没有手术，入院日 {}。",
            about.zh,
            days.join("、")
        ),
        format!(
            "{}: within a year {count} stays of at most one night without an operation, admitted \
             on {}.",
            about.en,
            days.join(", ")
        ),
    ))
}

fn of_hospitals(scene: &Scene, wards: &BTreeMap<&str, Ward>) -> Vec<Draft> {
    let mut of_tier: BTreeMap<Option<Tier>, (usize, usize)> = BTreeMap::new();
    for ward in wards.values() {
        let (stays, short) = of_tier.entry(ward.tier).or_default();
        *stays += ward.stays;
        *short += ward.short.len();
    }
    let judged = wards.iter().filter_map(|(name, ward)| {
        let (stays, short) = of_tier[&ward.tier];
        of_hospital(scene, name, ward, (stays - ward.stays, short - ward.short.len()))
    });
    judged.collect()
}

/// The finding on a hospital beside the others of its tier: their stays, and the short ones.
fn of_hospital(
    scene: &Scene,
    name: &str,
    ward: &Ward,
    (others, others_short): (usize, usize),
) -> Option<Draft> {
    let claim = ward.short.iter().find_map(|stay| stay.claim())?;
    let short_min = scene.threshold(Threshold::ShortHospitalMin, claim);
    let times = scene.threshold(Threshold::ShortShareTimes, claim);
    let (count, stays) = (ward.short.len(), ward.stays);
    // Peers without any count as if they had one.
    let above = count * others >= times as usize * others_short.max(1) * stays;
    if count < short_min as usize || count * SHARE_PARTS < stays || !above || others == 0 {
        return None;
    }
    let hospital = ward.short.iter().find_map(|stay| stay.hospital(scene.adjudicated));
    let shown = hospital.map_or(name, |(_, hospital)| hospital.name.as_str());
    let draft = Draft {
        subject: hospital.map_or(Subject::Claim(claim), |(ix, _)| Subject::Hospital(ix)),
        thresholds: vec![
            (Threshold::ShortHospitalMin, short_min),
            (Threshold::ShortShareTimes, times),
        ],
        ..on_stays(scene, claim, &ward.short)
    };
    Some(draft.saying(
        format!(
            "{shown} 的 {stays} 次住院中有 {count} 次不超过一夜且没有手术；同等级其他医院 {others} \
             次中有 {others_short} 次。"
        ),
        format!(
            "{shown}: {count} of {stays} stays lasted at most one night without an operation; \
             {others_short} of {others} in the other hospitals of its tier."
        ),
    ))
}

/// A finding on the claims among these stays, all of them shown.
fn on_stays(scene: &Scene, claim: ClaimIx, stays: &[Episode]) -> Draft {
    let claims = stays.iter().filter_map(|stay| stay.claim());
    let claims: Vec<(ClaimIx, Money)> = claims.map(|ix| (ix, scene.whole(ix))).collect();
    let rows: Vec<Origin> = stays.iter().map(|stay| stay.origin(scene.adjudicated)).collect();
    let draft = Draft { claims, ..Draft::on_claim(scene, claim, Money::ZERO) };
    draft.under(LEGAL_BASIS).shown_by(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::CareType;

    const A: &str = "H11010000001";
    const B: &str = "H31010000002";

    /// One-night stays of a person on these days.
    fn nights(b: &mut Batch, days: &[(&str, &str)]) {
        for (at, days) in days.iter().enumerate() {
            b.stay(&format!("C{}", at + 1), 1, *days, A);
        }
    }

    const JANUARY: (&str, &str) = ("2024-01-05", "2024-01-06");
    const MARCH: (&str, &str) = ("2024-03-05", "2024-03-06");
    const MAY: (&str, &str) = ("2024-05-05", "2024-05-05");

    #[test]
    fn three_short_stays_in_a_year_are_told() {
        check(
            Code::F412,
            &[
                ("three", |b| nights(b, &[JANUARY, MARCH, MAY]), &[("C1+C2+C3", "2700.00")]),
                ("two", |b| nights(b, &[JANUARY, MARCH]), &[]),
                (
                    "one of two nights",
                    |b| nights(b, &[JANUARY, MARCH, ("2024-05-05", "2024-05-07")]),
                    &[],
                ),
                (
                    "three in 365 days",
                    |b| nights(b, &[JANUARY, MARCH, ("2025-01-04", "2025-01-05")]),
                    &[("C1+C2+C3", "2700.00")],
                ),
                (
                    "three in 366 days",
                    |b| nights(b, &[JANUARY, MARCH, ("2025-01-05", "2025-01-06")]),
                    &[],
                ),
                (
                    "day surgery",
                    |b| {
                        nights(b, &[JANUARY, MARCH, MAY]);
                        b.costs("白内障超声乳化摘除术", "手术费", "800.00");
                    },
                    &[],
                ),
                (
                    "chemotherapy",
                    |b| {
                        nights(b, &[JANUARY, MARCH, MAY]);
                        b.diagnosed(ClaimIx(1), "Z51.100");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn transfers_deaths_and_past_stays_are_looked_at() {
        check(
            Code::F412,
            &[
                (
                    "sent on to another hospital",
                    |b| {
                        nights(b, &[JANUARY, MARCH, MAY]);
                        b.stay("C4", 1, ("2024-05-05", "2024-05-20"), B);
                    },
                    &[],
                ),
                (
                    "back in the same hospital",
                    |b| {
                        nights(b, &[JANUARY, MARCH, MAY]);
                        b.stay("C4", 1, ("2024-05-05", "2024-05-20"), A);
                    },
                    &[("C1+C2+C3", "2700.00")],
                ),
                (
                    "died the next day",
                    |b| {
                        nights(b, &[JANUARY, MARCH, MAY]);
                        b.died(1, "2024-05-06");
                    },
                    &[],
                ),
                (
                    "one of this batch, two past",
                    |b| {
                        nights(b, &[JANUARY]);
                        for days in [MARCH, MAY] {
                            b.past_in(1, days, A, CareType::Inpatient);
                        }
                    },
                    &[("C1", "900.00")],
                ),
            ],
        );
    }

    /// So many short stays among so many of a hospital, each of another person.
    fn ward(b: &mut Batch, hospital: &str, first: u16, short: u16, stays: u16) {
        for number in first..first + stays {
            let discharged = if number < first + short { "2024-03-02" } else { "2024-03-09" };
            b.stay(&format!("C{number:03}"), number, ("2024-03-01", discharged), hospital);
        }
    }

    #[test]
    fn a_hospital_far_above_its_peers_is_told() {
        let found = |short: u16, stays: u16, others_short: u16| {
            let mut batch = Batch::default();
            ward(&mut batch, A, 1, short, stays);
            ward(&mut batch, B, 200, others_short, 60);
            crate::detect::scene_test::of_code(&batch.detect(), Code::F412).count()
        };
        assert_eq!(found(10, 30, 6), 1, "a third beside a tenth");
        assert_eq!(found(10, 30, 7), 0, "less than three times");
        assert_eq!(found(9, 27, 3), 0, "too few");
        assert_eq!(found(10, 50, 0), 1, "a fifth");
        assert_eq!(found(10, 51, 0), 0, "less than a fifth");
        let mut alone = Batch::default();
        ward(&mut alone, A, 1, 30, 30);
        assert_eq!(crate::detect::scene_test::of_code(&alone.detect(), Code::F412).count(), 0);
    }

    #[test]
    fn the_shares_are_said() {
        let mut batch = Batch::default();
        ward(&mut batch, A, 1, 10, 30);
        ward(&mut batch, B, 200, 2, 60);
        let detected = batch.detect();
        let finding = only(&detected, Code::F412);
        let said = "的 30 次住院中有 10 次不超过一夜且没有手术；同等级其他医院 60 次中有 2 次。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.thresholds, "short_hospital_min=10;short_share_times=3");
        assert!(matches!(finding.subject, Subject::Hospital(_)));
    }
}
