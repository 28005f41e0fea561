//! # F305 费用类别被抬高 class-lifted
//!
//! ## 查什么
//! 明细行标注的等级高于就医地目录：目录为乙类标成甲类，或目录为丙类标成甲、乙类。只看按编码对上目录、
//! 结算也以就医地目录为准的行。达到 n 行（默认 3 行），或少付的先行自付等达到 n 元（默认 10 元）才列，两
//! 个数都可按参保地设置。
//!
//! ## 为什么要紧
//! 抬高等级，先行自付就不用出，自费项目就能进统筹；照票面等级结算的地方，这笔钱直接从基金里出。
//!
//! ## 什么情况下无辜
//! 医院按自己省份的目录标注，而结算用参保地目录的，不列；没有标等级、按名称对上的行不列；目录在就医期间
//! 调整；一两行小金额多半是录入差错。本程序按目录结算，不采信票面等级，基金没有损失：涉及金额是假如照票
//! 面等级结算会少收的自付部分。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（串换药品、医用耗材、诊疗项目）；《基本医疗保险
//! 用药管理暂行办法》关于甲、乙类药品支付的规定。

use crate::domain::words::ItemClass;
use crate::domain::{Code, Money, Text};
use crate::flow::{ClaimIx, LineSplit, LineVerdict};
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F305,
    name: "class-lifted",
    source: include_str!("f305_class_lifted.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let lines = scene.splits(claim).iter().filter(|split| is_lifted(scene, split));
        let (count, saved) = lines.fold((0, Money::ZERO), |(count, saved), split| {
            // A reversal takes a line back, and what it would have saved.
            let one = if scene.line(split.line).amount.is_negative() { -1 } else { 1 };
            (count + one, saved + borne(split))
        });
        let yuan = scene.threshold(Threshold::LiftedYuanMin, claim);
        let least = i64::from(scene.threshold(Threshold::LiftedLinesMin, claim));
        let enough = count >= least || saved >= Money::from_yuan(yuan.into());
        // Asked last: it looks the catalog up.
        let told = saved.is_positive() && enough && is_priced_there(scene, claim);
        told.then(|| lifted(scene, claim, saved))
    })
}

/// Whether the line says a better class than the catalog that decided it.
fn is_lifted(scene: &Scene, split: &LineSplit) -> bool {
    let Some(stated) = scene.line(split.line).stated_class else { return false };
    let by_code = matches!(split.found_by, Some("national_code" | "local_code"));
    let known = match split.verdict {
        LineVerdict::Listed | LineVerdict::ToCheck => true,
        LineVerdict::ClassC => split.class == ItemClass::C,
        _ => false,
    };
    stated < split.class && by_code && known
}

/// Whether the catalog that decides is that of the place of treatment, in whose words the hospital
/// writes its bills.
fn is_priced_there(scene: &Scene, ix: ClaimIx) -> bool {
    let place = scene.hospital(ix).map_or(scene.claim(ix).treated.0, |hospital| hospital.region);
    let there = scene.ground.rulebook.catalog(place).map(|(number, _)| number);
    let decided = scene.splits(ix).iter().find_map(|split| split.catalog);
    there.is_some() && there == decided
}

/// What the person bears of the line, and would not at the stated class.
fn borne(split: &LineSplit) -> Money {
    if split.class == ItemClass::C { split.full_self_paid } else { split.first_pay }
}

fn lifted(scene: &Scene, ix: ClaimIx, saved: Money) -> Draft {
    let lines: Vec<&LineSplit> =
        scene.splits(ix).iter().filter(|split| is_lifted(scene, split)).collect();
    let said: Vec<Text> = lines.iter().map(|split| said(scene, split)).collect();
    let (about, count, said) = (scene.about(ix), said.len(), listed(&said));
    let mut draft = Draft::on_claim(scene, ix, saved);
    for threshold in [Threshold::LiftedLinesMin, Threshold::LiftedYuanMin] {
        draft.thresholds.push((threshold, scene.threshold(threshold, ix)));
    }
    draft
        .saying(
            format!(
                "{}有 {count} 行标注的等级高于目录，照此结算个人会少付 {saved} 元：{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: {count} lines state a better class than the catalog, worth {saved}: {}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
        .shown_by(lines.iter().map(|split| scene.line(split.line).origin))
}

fn said(scene: &Scene, split: &LineSplit) -> Text {
    let shown = scene.line_shown(split.line);
    let stated = scene.line(split.line).stated_class.unwrap_or(split.class);
    let (class, amount) = (split.class, scene.line(split.line).amount);
    Text::new(
        format!("{}标{}类、目录{}类，{amount} 元", shown.zh, stated.zh(), class.zh()),
        format!("{}: {} stated, {} listed, {amount}", shown.en, stated.word(), class.word()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, ground, money, only, region};

    /// Lines of the catalog's class, what the person bears of each, and the class stated.
    fn lines(b: &mut Batch, lines: &[(&str, &str, ItemClass, Option<ItemClass>)]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "10000.00");
        for (amount, borne, class, stated) in lines {
            let line = b.line("1", amount, amount);
            b.adjudicated.linked.records.lines[line.at()].stated_class = *stated;
            let split = b.adjudicated.lines.last_mut().expect("the line's split");
            (split.class, split.found_by) = (*class, Some("national_code"));
            split.catalog = ground().rulebook.catalog(region("110100")).map(|(number, _)| number);
            match class {
                ItemClass::C => {
                    split.full_self_paid = money(borne);
                    split.verdict = LineVerdict::ClassC;
                }
                _ => split.first_pay = money(borne),
            }
            split.in_scope = money(amount) - money(borne);
        }
    }

    const A: ItemClass = ItemClass::A;
    const B: ItemClass = ItemClass::B;
    const C: ItemClass = ItemClass::C;

    #[test]
    fn lifted_classes_are_told_from_so_many_lines_or_so_much_money_on() {
        check(
            Code::F305,
            &[
                (
                    "ten yuan in one line",
                    |b| lines(b, &[("100.00", "10.00", B, Some(A))]),
                    &[("C1", "10.00")],
                ),
                ("a fen less in one line", |b| lines(b, &[("100.00", "9.99", B, Some(A))]), &[]),
                (
                    "three small lines",
                    |b| lines(b, &[("9.00", "0.90", B, Some(A)); 3]),
                    &[("C1", "2.70")],
                ),
                ("two small lines", |b| lines(b, &[("9.00", "0.90", B, Some(A)); 2]), &[]),
                (
                    "not paid at all, stated as B",
                    |b| lines(b, &[("80.00", "80.00", C, Some(B))]),
                    &[("C1", "80.00")],
                ),
                (
                    "a lifted line that was taken back",
                    |b| {
                        let taken_back = ("-500.00", "-50.00", B, Some(A));
                        lines(b, &[("500.00", "50.00", B, Some(A)), taken_back]);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn what_is_stated_rightly_or_by_another_catalog_is_not_told() {
        let lifted = ("500.00", "50.00", B, Some(A));
        check(
            Code::F305,
            &[
                ("stated as listed", |b| lines(b, &[("500.00", "50.00", B, Some(B))]), &[]),
                ("stated worse than listed", |b| lines(b, &[("500.00", "0", A, Some(B))]), &[]),
                ("nothing stated", |b| lines(b, &[("500.00", "50.00", B, None)]), &[]),
                (
                    "found by its name only",
                    |b| {
                        lines(b, &[("500.00", "50.00", B, Some(A))]);
                        b.adjudicated.lines[0].found_by = Some("name");
                    },
                    &[],
                ),
                (
                    "the catalog of the insured's region decided",
                    |b| {
                        lines(b, &[("500.00", "50.00", B, Some(A))]);
                        let wuhan = ground().rulebook.catalog(region("420100"));
                        b.adjudicated.lines[0].catalog = wuhan.map(|(number, _)| number);
                    },
                    &[],
                ),
            ],
        );
        let mut batch = Batch::default();
        lines(&mut batch, &[lifted]);
        let detected = batch.detect();
        let finding = only(&detected, Code::F305);
        assert!(finding.sentence.zh.contains("第 1 行“项目1”标甲类、目录乙类，500.00 元"));
        assert_eq!(finding.evidence.len(), 2);
        assert_eq!(finding.thresholds, "lifted_lines_min=3;lifted_yuan_min=10");
    }
}
