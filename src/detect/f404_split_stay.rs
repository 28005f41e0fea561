//! # F404 分解住院 split-stay
//!
//! ## 查什么
//! 同一人以同一诊断（诊断编码前三位相同）出院后 n 天内又入院，本批申报与既往结算一并看。n 按参保地
//! 设置，默认 7 天。出院当日转入另一家医院的属转院，不列；住院时间重叠的由 F401 处理。
//!
//! ## 为什么要紧
//! 把一次住院拆成几次，可以绕开限额、重复计收费用，也会让参保人多付起付线。
//!
//! ## 什么情况下无辜
//! 病情反复或术后并发症再入院；按周期的化疗、放疗、透析；急诊留观后转住院。涉及金额只计第二次及以后
//! 的住院。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（分解住院）。

use crate::domain::dates::days_between;
use crate::domain::{Code, Money, Origin};
use crate::flow::{ClaimIx, Subject};
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

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in scene.shared.stays.by_person() {
        let on = |stay: &Stay| stay.claim().is_none_or(|claim| scene.is_on(claim));
        let coded = person.iter().copied().filter(on);
        let mut coded: Vec<(&str, Stay)> =
            coded.filter_map(|stay| Some((disease(scene, stay)?, stay))).collect();
        // By disease; within one, still by admission.
        coded.sort_by_key(|(disease, _)| *disease);
        let splits = coded.chunk_by(|one, next| one.0 == next.0 && is_split(scene, one.1, next.1));
        drafts.extend(splits.filter_map(|chain| split(scene, chain)));
    }
    drafts
}

/// The category of the diagnosis: the first three characters of its code.
fn disease<'a>(scene: &Scene<'a>, stay: Stay) -> Option<&'a str> {
    stay.diagnosis_code(scene.adjudicated)?.get(..3)
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
    let draft = Draft {
        subject: scene.claim(claim).person.key().map_or(Subject::Claim(claim), Subject::Person),
        claims,
        thresholds: vec![(Threshold::GapMaxDays, gap_max_days)],
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人以诊断 {disease} 连续住院 {count} 次，间隔不超过 {gap_max_days} 天：{}。",
                about.zh,
                said.join("，")
            ),
            format!(
                "{}: the person was admitted {count} times for {disease}, each within \
                 {gap_max_days} days: {}.",
                about.en,
                said.join(", ")
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
        .shown_by(rows);
    Some(draft)
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
}
