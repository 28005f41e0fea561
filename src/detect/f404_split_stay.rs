//! # F404 分解住院 split-stay
//!
//! ## 查什么
//! 同一人以同一诊断（诊断编码前三位相同）出院后 n 天内又入院，本批申报与既往结算一并看。n 按参保地
//! 设置（gap_max_days），默认 7 天。出院当日转入另一家医院的属转院，不列；住院时间重叠的由 F401 处理。
//!
//! ## 为什么要紧
//! 把一次住院拆成几次，可以绕开限额、重复计收费用，也会让参保人多付起付线。
//!
//! ## 什么情况下无辜
//! 按周期往返的治疗（cyclic_diseases.csv 中的放化疗、透析、定期输血等，且每次住院不超过表中的夜数）；
//! 同一医院年末、年初结账（12 月 31 日出院，当日或次日又入院）；住满 60 夜以后出院，当日或次日又入同一
//! 医院，多为长期住院按期结算；次日转入另一家医院，多为转院。这四种仍列出，但降为“提示”并写明。此外病情反复、术后
//! 并发症、急诊留观后转住院也可能无辜。涉及金额只计第二次及以后的住院。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（分解住院）。

use crate::domain::dates::days_between;
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::ClaimIx;
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::scene::{Draft, Scene};
use super::stays::Stay;

pub static DETECTOR: Detector = Detector {
    code: Code::F404,
    name: "split-stay",
    source: include_str!("f404_split_stay.rs"),
    run,
};

/// From so many nights on a stay is long enough to be settled in parts.
const LONG_STAY_NIGHTS: i32 = 60;

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in scene.shared.stays.by_person() {
        let looked_at = scene.looked_at(person).into_iter();
        let mut coded: Vec<(&str, Stay)> =
            looked_at.filter_map(|stay| Some((stay.disease(scene.adjudicated)?, stay))).collect();
        // By disease; within one, still by admission.
        coded.sort_by_key(|(disease, _)| *disease);
        let splits = coded.chunk_by(|one, next| one.0 == next.0 && is_split(scene, one.1, next.1));
        drafts.extend(splits.filter_map(|chain| split(scene, chain)));
    }
    drafts
}

fn is_split(scene: &Scene, one: Stay, next: Stay) -> bool {
    let Some(judged) = next.claim().or(one.claim()) else {
        // Two past stays: the law of the place is not known here, only claims tell it.
        return false;
    };
    let gap_days = days_between(one.period.last(), next.period.first());
    let gap_max_days = scene.threshold(Threshold::GapMaxDays, judged);
    let near = u32::try_from(gap_days).is_ok_and(|days| days <= gap_max_days);
    // On one day, only staying in the same hospital is no transfer.
    let transfer = gap_days == 0 && one.same_hospital(next, scene.adjudicated) != Some(true);
    near && !transfer
}

fn split(scene: &Scene, chain: &[(&str, Stay)]) -> Option<Draft> {
    let (_, first) = chain.first()?;
    let claims: Vec<(ClaimIx, Money)> = chain
        .iter()
        .filter_map(|(_, stay)| Some((stay.claim()?, stay == first)))
        .map(|(claim, is_first)| (claim, if is_first { Money::ZERO } else { scene.whole(claim) }))
        .collect();
    let (claim, _) = *claims.first().filter(|_| chain.len() > 1)?;
    let (about, count, disease) = (scene.about(claim), chain.len(), chain[0].0);
    let gaps = claims.iter().map(|&(claim, _)| scene.threshold(Threshold::GapMaxDays, claim));
    let gap_max_days = gaps.max().unwrap_or_default();
    let rows: Vec<Origin> = chain.iter().map(|(_, stay)| stay.origin(scene.adjudicated)).collect();
    let said: Vec<String> = chain
        .iter()
        .map(|(_, stay)| format!("{} {}", stay.shown(scene.adjudicated), stay.period))
        .collect();
    let excuse = excuse(scene, chain);
    let excused = excuse.clone().unwrap_or_else(|| Text::new("", ""));
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        thresholds: vec![(Threshold::GapMaxDays, gap_max_days)],
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人以诊断 {disease} 连续住院 {count} 次，间隔不超过 {gap_max_days} 天：{}{}。",
                about.zh,
                said.join("，"),
                excused.zh
            ),
            format!(
                "{}: the person was admitted {count} times for {disease}, each within \
                 {gap_max_days} days: {}{}.",
                about.en,
                said.join(", "),
                excused.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
        .shown_by(rows);
    Some(if excuse.is_some() { draft.at_most(Severity::Info) } else { draft })
}

/// What explains every return of the chain.
fn excuse(scene: &Scene, chain: &[(&str, Stay)]) -> Option<Text> {
    let cyclic = &scene.ground.settings.facts.cyclic;
    let is_course = |(_, stay): &(&str, Stay)| {
        let code = stay.diagnosis_code(scene.adjudicated).unwrap_or_default();
        cyclic.is_course(code, stay.nights())
    };
    if chain.iter().all(is_course) {
        let en = "; a treatment that comes in courses";
        return Some(Text::new("；属按周期往返的治疗", en));
    }
    let explained = |pair: &[(&str, Stay)]| is_settled_in_parts(scene, pair[0].1, pair[1].1);
    chain.windows(2).all(explained).then(|| {
        let en = "; maybe one stay settled in parts, or a transfer";
        Text::new("；可能是长期住院按期结算、年末结账或转院", en)
    })
}

/// Whether the second stay may be the first going on: billed by the year or by periods, or in
/// another hospital on the next day.
fn is_settled_in_parts(scene: &Scene, one: Stay, next: Stay) -> bool {
    let (ended, begun) = (one.period.last(), next.period.first());
    let gap_days = days_between(ended, begun);
    if one.same_hospital(next, scene.adjudicated) == Some(false) {
        return gap_days <= 1;
    }
    let year_end = (ended.month(), ended.day()) == (12, 31);
    gap_days <= 1 && (year_end || one.nights() >= LONG_STAY_NIGHTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::{Channel, Severity};

    const A: &str = "H11010000001";
    const B: &str = "H31010000002";

    fn again(b: &mut Batch, second: (&str, &str), diagnoses: [&str; 2], hospitals: [&str; 2]) {
        let one = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
        let two = b.claim("C2", 1, second, "500.00");
        for (claim, at) in [(one, 0), (two, 1)] {
            b.hospital(claim, hospitals[at]);
            b.edit(claim).diagnosis_code = Some(diagnoses[at].to_owned());
        }
    }

    const SAME: [&str; 2] = ["J18.900", "J18.000"];

    #[test]
    fn a_return_within_the_gap_is_told_and_a_transfer_is_not() {
        check(
            Code::F404,
            &[
                (
                    "back after seven days",
                    |b| again(b, ("2024-03-15", "2024-03-20"), SAME, [A, A]),
                    &[("C1+C2", "500.00")],
                ),
                (
                    "back the same day",
                    |b| again(b, ("2024-03-08", "2024-03-20"), SAME, [A, A]),
                    &[("C1+C2", "500.00")],
                ),
                (
                    "another hospital a day later",
                    |b| again(b, ("2024-03-09", "2024-03-20"), SAME, [A, B]),
                    &[("C1+C2", "500.00")],
                ),
                (
                    "back after eight days",
                    |b| again(b, ("2024-03-16", "2024-03-20"), SAME, [A, A]),
                    &[],
                ),
                (
                    "a transfer on the day of discharge",
                    |b| again(b, ("2024-03-08", "2024-03-20"), SAME, [A, B]),
                    &[],
                ),
                (
                    "another disease",
                    |b| again(b, ("2024-03-10", "2024-03-20"), ["J18.900", "S72.000"], [A, A]),
                    &[],
                ),
                (
                    "overlapping stays are another finding",
                    |b| again(b, ("2024-03-05", "2024-03-20"), SAME, [A, A]),
                    &[],
                ),
                (
                    "a monthly course of treatment",
                    |b| again(b, ("2024-03-29", "2024-04-02"), ["Z51.100", "Z51.100"], [A, A]),
                    &[],
                ),
                (
                    "a past stay before the claim",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
                        b.edit(claim).diagnosis_code = Some("J18.900".to_owned());
                        let past = b.past(1, ("2024-02-20", "2024-02-27"), Channel::Direct);
                        b.edit_past(past).diagnosis_code = Some("J18.900".to_owned());
                    },
                    &[("C1", "900.00")],
                ),
            ],
        );
    }

    #[test]
    fn the_gap_that_was_used_is_kept_with_the_finding() {
        let mut batch = Batch::default();
        again(&mut batch, ("2024-03-15", "2024-03-20"), SAME, [A, A]);
        let detected = batch.detect();
        let finding = only(&detected, Code::F404);
        assert_eq!(finding.thresholds, "gap_max_days=7");
        assert_eq!(finding.severity, Severity::Warn);
        assert!(finding.sentence.zh.contains("以诊断 J18 连续住院 2 次，间隔不超过 7 天"));
    }

    #[test]
    fn what_explains_a_return_makes_it_milder() {
        const WEEKLY: [&str; 2] = ["Z51.100", "Z51.101"];
        let severity = |first: (&str, &str), second, diagnoses: [&str; 2], hospitals| {
            let mut batch = Batch::default();
            again(&mut batch, second, diagnoses, hospitals);
            batch.edit(ClaimIx(0)).stay = crate::detect::scene_test::period(first.0, first.1);
            only(&batch.detect(), Code::F404).severity
        };
        let march = ("2024-03-01", "2024-03-03");
        for (first, second, diagnoses, hospitals, expected) in [
            (march, ("2024-03-08", "2024-03-10"), WEEKLY, [A, A], Severity::Info),
            (march, ("2024-03-08", "2024-03-15"), WEEKLY, [A, A], Severity::Info),
            (march, ("2024-03-08", "2024-03-16"), WEEKLY, [A, A], Severity::Warn),
            (march, ("2024-03-08", "2024-03-10"), SAME, [A, A], Severity::Warn),
            (march, ("2024-03-04", "2024-03-10"), SAME, [A, B], Severity::Info),
            (march, ("2024-03-05", "2024-03-10"), SAME, [A, B], Severity::Warn),
            (
                ("2024-12-20", "2024-12-31"),
                ("2025-01-01", "2025-01-20"),
                SAME,
                [A, A],
                Severity::Info,
            ),
            (
                ("2024-12-20", "2024-12-30"),
                ("2025-01-01", "2025-01-20"),
                SAME,
                [A, A],
                Severity::Warn,
            ),
            (
                ("2024-01-01", "2024-03-01"),
                ("2024-03-01", "2024-03-20"),
                SAME,
                [A, A],
                Severity::Info,
            ),
            (
                ("2024-01-01", "2024-03-01"),
                ("2024-03-02", "2024-03-20"),
                SAME,
                [A, A],
                Severity::Info,
            ),
            (
                ("2024-01-01", "2024-03-01"),
                ("2024-03-03", "2024-03-20"),
                SAME,
                [A, A],
                Severity::Warn,
            ),
            (
                ("2024-01-02", "2024-03-01"),
                ("2024-03-01", "2024-03-20"),
                SAME,
                [A, A],
                Severity::Warn,
            ),
        ] {
            assert_eq!(severity(first, second, diagnoses, hospitals), expected, "{second:?}");
        }
    }
}
