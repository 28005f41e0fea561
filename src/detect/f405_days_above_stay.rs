//! # F405 床位护理超过住院天数 days-above-stay
//!
//! ## 查什么
//! 住院账单里床位、分级护理、住院诊查三类按日收费的项目，各类的天数（扣除红冲）超过住院天数。入院当天
//! 计一天，出院当天不计，当天入出院计一天；参保地可以放宽若干天，默认不放宽。哪些项目属于这三类见
//! data/charge_kinds.csv。
//!
//! ## 为什么要紧
//! 多收的床位费、护理费是最常见的违规收费，也常常说明账单被改过，或者住院日期不实。
//!
//! ## 什么情况下无辜
//! 转科当天两个病区各记一天床位或护理：账单上有两种以上床位（护理）的，多一天不列。母婴同室的新生儿床位
//! 和护理单独计，不与产妇相加；陪护床、躺椅、取暖空调费不算床位；按小时收的护理不算天数。夜间出院按当地
//! 规定可多计一天的，由参保地放宽。涉及金额只计超出的天数。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（重复收费、超标准收费）。

use crate::domain::words::CareType;
use crate::domain::{Code, Money, Origin, Quantity, Text};
use crate::flow::ClaimIx;
use crate::rulebook::charge_kinds::ChargeKind;
use crate::rulebook::detector_settings::Threshold;

use super::billed::{self, Billed};
use super::detector::Detector;
use super::line_items::LineItem;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F405,
    name: "days-above-stay",
    source: include_str!("f405_days_above_stay.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let stays = scene.claim(claim).care == CareType::Inpatient;
        let by_day = if stays { billed::by_key(scene, claim, by_day) } else { Vec::new() };
        let above: Vec<Above> =
            by_day.into_iter().filter_map(|billed| Above::of(scene, claim, billed)).collect();
        (!above.is_empty()).then(|| too_many(scene, claim, &above))
    })
}

/// The kind of a line that is charged once a day of a stay. Those of newborns beside their mother
/// are another person's.
pub fn by_day(item: LineItem) -> Option<ChargeKind> {
    let kinds = [ChargeKind::Bed, ChargeKind::Nursing, ChargeKind::Consultation];
    item.kind.filter(|kind| kinds.contains(kind))
}

/// One kind of charge that has too many days.
struct Above {
    billed: Billed<ChargeKind>,
    excess: Quantity,
}

impl Above {
    fn of(scene: &Scene, claim: ClaimIx, billed: Billed<ChargeKind>) -> Option<Above> {
        let days = scene.claim(claim).stay.hospital_days();
        let extra = scene.threshold(Threshold::ExtraDaysMax, claim);
        let transfer = u32::from(billed.key != ChargeKind::Consultation && changes(scene, &billed));
        let allowed = Quantity::whole(days.saturating_add(extra).saturating_add(transfer));
        let excess = billed.quantity().less(allowed);
        (!excess.is_zero()).then_some(Above { billed, excess })
    }
}

/// Whether the lines name several beds or grades of nursing: on the day of the change both stand.
fn changes(scene: &Scene, billed: &Billed<ChargeKind>) -> bool {
    let mut names = billed.lines.iter().map(|&line| scene.line(line).item_name);
    let first = names.next();
    names.any(|name| Some(name) != first)
}

fn too_many(scene: &Scene, claim: ClaimIx, above: &[Above]) -> Draft {
    let (about, days) = (scene.about(claim), scene.claim(claim).stay.hospital_days());
    let extra = scene.threshold(Threshold::ExtraDaysMax, claim);
    let excess: Money = above.iter().map(|above| above.billed.cost_of(above.excess)).sum();
    let said: Vec<Text> = above
        .iter()
        .map(|Above { billed, excess }| {
            let (kind, quantity) = (billed.key, billed.quantity());
            let english = match kind {
                ChargeKind::Bed => "bed",
                ChargeKind::Nursing => "nursing",
                _ => "consultation",
            };
            Text::new(
                format!("{} {quantity} 天，多 {excess} 天", kind.zh()),
                format!("{english} for {quantity} days, {excess} too many"),
            )
        })
        .collect();
    let said = listed(&said);
    let lines = above.iter().flat_map(|above| &above.billed.lines);
    let rows: Vec<Origin> = lines.map(|&line| scene.line(line).origin).collect();
    let draft = Draft::on_claim(scene, claim, excess)
        .saying(
            format!("{}住院 {days} 天，账单收{}，多收约 {excess} 元。", about.zh, said.zh),
            format!(
                "{}: {days} hospital days, but the bill has {}; about {excess} too much.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
        .shown_by(rows);
    Draft { thresholds: vec![(Threshold::ExtraDaysMax, extra)], ..draft }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    const BED: (&str, &str) = ("001109000010300", "普通病房床位费(三人间)");
    const CLEAN_BED: (&str, &str) = ("001109000020000", "层流洁净病房床位费");
    const NURSING: (&str, &str) = ("001201000040000", "Ⅱ级护理");
    const CONSULTATION: (&str, &str) = ("001102000050000", "住院诊查费");

    /// Seven days, with these lines in all.
    fn week(b: &mut Batch, lines: &[((&str, &str), &str)]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "2000.00");
        for &(item, days) in lines {
            b.charge(item, "2024-03-01", days, "40.00");
        }
    }

    #[test]
    fn days_above_the_stay_are_told() {
        check(
            Code::F405,
            &[
                ("as long as the stay", |b| week(b, &[(BED, "7"), (NURSING, "7")]), &[]),
                ("a day too many", |b| week(b, &[(BED, "8")]), &[("C1", "40.00")]),
                (
                    "each kind for itself",
                    |b| week(b, &[(BED, "7"), (NURSING, "9"), (CONSULTATION, "8")]),
                    &[("C1", "120.00")],
                ),
                (
                    "line by line",
                    |b| {
                        week(b, &[]);
                        for day in 1..=8 {
                            b.charge(BED, &format!("2024-03-{day:02}"), "1", "40.00");
                        }
                    },
                    &[("C1", "40.00")],
                ),
                (
                    "by a local name without a code",
                    |b| week(b, &[(("", "双人间床位费"), "9")]),
                    &[("C1", "80.00")],
                ),
                (
                    "admitted and discharged on one day",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-01"), "100.00");
                        b.charge(BED, "2024-03-01", "1", "40.00");
                    },
                    &[],
                ),
                (
                    "twice on the only day",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-01"), "100.00");
                        b.charge(BED, "2024-03-01", "2", "40.00");
                    },
                    &[("C1", "40.00")],
                ),
                (
                    "a claim on the books is looked at and not told again",
                    |b| {
                        b.claim("C0", 1, ("2024-03-01", "2024-03-08"), "900.00");
                        week(b, &[(BED, "8")]);
                        b.last_recalled();
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn transfers_newborns_companions_and_hours_are_not_told() {
        check(
            Code::F405,
            &[
                (
                    "moved to another ward: one day in both",
                    |b| week(b, &[(BED, "5"), (CLEAN_BED, "3")]),
                    &[],
                ),
                (
                    "moved, and one day more",
                    |b| week(b, &[(BED, "5"), (CLEAN_BED, "4")]),
                    &[("C1", "40.00")],
                ),
                (
                    "a consultation does not move",
                    |b| week(b, &[(CONSULTATION, "4"), (("", "住院诊察费"), "4")]),
                    &[("C1", "40.00")],
                ),
                (
                    "mother and child",
                    |b| {
                        let child = ("001109000010600", "普通病房床位费(新生儿床)");
                        let nursed = ("001201000070000", "新生儿护理");
                        week(b, &[(BED, "7"), (child, "7"), (NURSING, "7"), (nursed, "7")]);
                    },
                    &[],
                ),
                (
                    "a bed for a companion",
                    |b| week(b, &[(BED, "7"), (("", "陪护床位费"), "7")]),
                    &[],
                ),
                ("reversed", |b| week(b, &[(BED, "9"), (BED, "-2")]), &[]),
                (
                    "nursing by the hour",
                    |b| {
                        week(b, &[(("", "一级护理"), "48")]);
                        b.unit("小时");
                    },
                    &[],
                ),
                (
                    "an outpatient has no days",
                    |b| {
                        week(b, &[(BED, "9")]);
                        b.edit(ClaimIx(0)).care = CareType::Outpatient;
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_sentence_counts_the_days() {
        let mut batch = Batch::default();
        week(&mut batch, &[(BED, "9"), (NURSING, "7")]);
        let detected = batch.detect();
        let finding = only(&detected, Code::F405);
        assert!(finding.sentence.zh.contains("住院 7 天，账单收床位 9 天，多 2 天，多收约 80.00"));
        assert_eq!(finding.thresholds, "extra_days_max=0");
        assert_eq!(finding.evidence.len(), 2);
    }
}
