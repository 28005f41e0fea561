//! # F411 住院无治疗 stay-without-treatment
//!
//! ## 查什么
//! 住院 n 天以上（默认 2 天）的账单，扣除红冲后只有床位、护理、诊查、检查化验一类项目，没有任何药品、治疗、
//! 手术、材料。每行属于哪一类按国家编码、名称、费用类别判断（data/charge_kinds.csv），判断不了的一律当作
//! 治疗。
//!
//! ## 为什么要紧
//! 住院而不治疗，多半是把门诊检查、体检做成住院，或者挂床。
//!
//! ## 什么情况下无辜
//! 住院当天或次日就转走、自动出院、死亡的，还来不及治疗：不满 n 天的不列；出院当日转入另一家医院的降为
//! “提示”。诊断性住院（疑难病例、术前检查后放弃手术）也可能没有治疗，须看病历。精神、康复住院有治疗项目，
//! 不会列。明细不全（与总额不等）或没有明细的不列，缺的行可能正是治疗。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（挂床住院）。

use std::collections::BTreeSet;

use crate::domain::words::{CareType, Severity};
use crate::domain::{Code, Money, Origin};
use crate::flow::ClaimIx;
use crate::rulebook::charge_kinds::ChargeKind;
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::line_items::LineItem;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F411,
    name: "stay-without-treatment",
    source: include_str!("f411_stay_without_treatment.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let moved = moved_on(scene);
    scene.each_claim(|claim| {
        let stay = scene.claim(claim);
        let days_min = scene.threshold(Threshold::TreatedDaysMin, claim);
        let long = stay.care == CareType::Inpatient && stay.stay.hospital_days() >= days_min;
        // Lines that are missing may be the treatment.
        let complete = || !scene.splits(claim).is_empty() && scene.billed(claim) == stay.total;
        let long = long && stay.total.is_positive();
        let told = long && complete() && !is_treated(scene, claim);
        told.then(|| untreated(scene, claim, days_min, moved.contains(&claim)))
    })
}

/// Whether anything that treats is left after reversals.
fn is_treated(scene: &Scene, claim: ClaimIx) -> bool {
    let treats = scene.items(claim).filter(|(_, item)| treats(*item));
    treats.map(|(split, _)| scene.line(split.line).amount).sum::<Money>().is_positive()
}

/// What nobody can tell is taken for a treatment.
fn treats(item: LineItem) -> bool {
    match item.kind {
        None | Some(ChargeKind::Treatment | ChargeKind::Injection | ChargeKind::Hours) => true,
        Some(
            ChargeKind::Bed
            | ChargeKind::NewbornBed
            | ChargeKind::Nursing
            | ChargeKind::NewbornNursing
            | ChargeKind::Consultation
            | ChargeKind::Ward
            | ChargeKind::Examination,
        ) => false,
    }
}

/// Claims of stays that went on in another hospital on the day of discharge.
fn moved_on(scene: &Scene) -> BTreeSet<ClaimIx> {
    let mut moved = BTreeSet::new();
    for person in scene.shared.stays.by_person() {
        for pair in person.windows(2) {
            let [one, next] = pair else { continue };
            let same_day = one.period.last() == next.period.first();
            if same_day && one.same_hospital(*next, scene.adjudicated) != Some(true) {
                moved.extend(one.claim());
            }
        }
    }
    moved
}

fn untreated(scene: &Scene, claim: ClaimIx, days_min: u32, moved: bool) -> Draft {
    let (about, hospital) = (scene.about(claim), scene.hospital_shown(claim));
    let (days, lines) = (scene.claim(claim).stay.hospital_days(), scene.splits(claim));
    let of_kind = |kind| scene.items(claim).filter(move |(_, item)| item.kind == Some(kind));
    let examined = of_kind(ChargeKind::Examination).map(|(split, _)| scene.line(split.line).amount);
    let (examined, total): (Money, Money) = (examined.sum(), scene.claim(claim).total);
    let rows: Vec<Origin> = lines.iter().map(|split| scene.line(split.line).origin).collect();
    let (doubt, doubt_en) = if moved {
        ("；出院当日转入另一家医院", "; the person went on to another hospital that day")
    } else {
        ("", "")
    };
    let draft = Draft::on_claim(scene, claim, scene.whole(claim))
        .saying(
            format!(
                "{}在{hospital}住院 {days} 天，{} 行明细只有床位、护理、诊查和检查，没有药品、治疗、\
                 手术、材料；总额 {total} 元，其中检查化验 {examined} 元{doubt}。",
                about.zh,
                lines.len()
            ),
            format!(
                "{}: {days} days in {hospital}, and none of {} lines is a drug, treatment, \
                 operation or material; total {total}, of which examinations {examined}{doubt_en}.",
                about.en,
                lines.len()
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
        .shown_by(rows);
    let draft = Draft { thresholds: vec![(Threshold::TreatedDaysMin, days_min)], ..draft };
    if moved { draft.at_most(Severity::Info) } else { draft }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    const BED: (&str, &str) = ("001109000010300", "普通病房床位费(三人间)");
    const NURSING: (&str, &str) = ("", "Ⅱ级护理");
    const BLOOD: (&str, &str) = ("002503020010000", "葡萄糖测定");
    const SCAN: (&str, &str) = ("", "胸部CT平扫");
    const DRUG: (&str, &str) = ("", "阿莫西林胶囊");
    const MASSAGE: (&str, &str) = ("", "某某理疗");

    /// A bill of these lines, 100 yuan each.
    fn billed(b: &mut Batch, stay: (&str, &str), lines: &[(&str, &str)]) {
        let total = format!("{}.00", lines.len() * 100);
        let claim = b.claim("C1", 1, stay, &total);
        b.hospital(claim, "H11010000001");
        for &item in lines {
            b.charge(item, stay.0, "1", "100.00");
        }
    }

    const THREE: (&str, &str) = ("2024-03-01", "2024-03-04");
    const LOOKED_AT: [(&str, &str); 4] = [BED, NURSING, BLOOD, SCAN];

    #[test]
    fn a_stay_of_beds_and_examinations_is_told() {
        check(
            Code::F411,
            &[
                ("nothing but looked at", |b| billed(b, THREE, &LOOKED_AT), &[("C1", "400.00")]),
                ("a drug", |b| billed(b, THREE, &[BED, BLOOD, DRUG]), &[]),
                ("something nobody knows", |b| billed(b, THREE, &[BED, BLOOD, MASSAGE]), &[]),
                (
                    "a drug that was reversed",
                    |b| {
                        billed(b, THREE, &[BED, BLOOD]);
                        b.charge(DRUG, "2024-03-02", "1", "9.00");
                        b.charge(DRUG, "2024-03-03", "-1", "9.00");
                    },
                    &[("C1", "200.00")],
                ),
                (
                    "an operation by its category",
                    |b| {
                        billed(b, THREE, &[BED, ("", "某某检查")]);
                        b.charge(("", "右膝"), "2024-03-02", "1", "100.00");
                        b.category("手术费");
                        b.edit(ClaimIx(0)).total += Money::from_yuan(100);
                    },
                    &[],
                ),
                (
                    "an examination by its category",
                    |b| {
                        billed(b, THREE, &[BED]);
                        b.charge(("", "胃镜"), "2024-03-02", "1", "100.00");
                        b.category("检查费");
                        b.edit(ClaimIx(0)).total += Money::from_yuan(100);
                    },
                    // The fund pays what was claimed at first.
                    &[("C1", "100.00")],
                ),
            ],
        );
    }

    #[test]
    fn short_stays_and_bills_with_gaps_are_not_told() {
        check(
            Code::F411,
            &[
                ("one day", |b| billed(b, ("2024-03-01", "2024-03-02"), &LOOKED_AT), &[]),
                (
                    "two days",
                    |b| billed(b, ("2024-03-01", "2024-03-03"), &LOOKED_AT),
                    &[("C1", "400.00")],
                ),
                (
                    "without lines",
                    |b| {
                        b.claim("C1", 1, THREE, "400.00");
                    },
                    &[],
                ),
                (
                    "lines are missing",
                    |b| {
                        billed(b, THREE, &LOOKED_AT);
                        b.edit(ClaimIx(0)).total += Money::from_yuan(1);
                    },
                    &[],
                ),
                (
                    "an outpatient",
                    |b| {
                        billed(b, THREE, &LOOKED_AT);
                        b.edit(ClaimIx(0)).care = CareType::Outpatient;
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn going_on_to_another_hospital_makes_it_information() {
        let severity = |next: &str| {
            let mut batch = Batch::default();
            billed(&mut batch, THREE, &LOOKED_AT);
            let second = batch.claim("C2", 1, ("2024-03-04", "2024-03-09"), "900.00");
            batch.hospital(second, next);
            let detected = batch.detect();
            only(&detected, Code::F411).severity
        };
        assert_eq!(severity("H31010000002"), Severity::Info);
        assert_eq!(severity("H11010000001"), Severity::Warn);
    }
}
