//! # F301 明细与总额不符 lines-not-total
//!
//! ## 查什么
//! 费用明细合计与申报总额不相等，分毫不差才算相符；没有找到明细、总额不是正数、冲销多于原费用的也列。
//!
//! ## 为什么要紧
//! 总额大于明细，多出的钱没有依据；明细大于总额，说明混入了别的票据或改过明细。两种情况都先待补正。
//!
//! ## 什么情况下无辜
//! 明细缺页、漏传；医院优惠减免、四舍五入单列一行而未导出；一张票据分两份清单；多张票据共用一份清单。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条（虚开费用单据，变造会计凭证）。

use crate::domain::Code;
use crate::flow::{ClaimIx, GateHit};

use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F301,
    name: "lines-not-total",
    source: include_str!("f301_lines_not_total.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| {
        let adds_up = scene.billed(claim) == scene.claim(claim).total;
        if adds_up || scene.splits(claim).is_empty() {
            cannot_be_checked(scene, claim, gate)
        } else {
            does_not_add_up(scene, claim)
        }
    })
}

/// Sums that agree, or of which one is not there, are not what the gate saw: it says what is.
fn cannot_be_checked(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, saw) = (scene.about(ix), &gate.saw);
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(format!("{}：{}。", about.zh, saw.zh), format!("{}: {}.", about.en, saw.en))
        .under("《医疗保障基金使用监督管理条例》第四十条")
        .shown_by(scene.splits(ix).iter().map(|split| scene.line(split.line).origin))
}

fn does_not_add_up(scene: &Scene, ix: ClaimIx) -> Draft {
    let (about, total, billed) = (scene.about(ix), scene.claim(ix).total, scene.billed(ix));
    let (splits, difference) = (scene.splits(ix), (total - billed).abs());
    let count = splits.len();
    let (zh, en) = if total > billed { ("多", "more") } else { ("少", "less") };
    // All lines are in question; their first and last row are enough to find them.
    let rows = splits.iter().map(|split| scene.line(split.line).origin);
    let ends = [rows.clone().min(), rows.max()];
    Draft::on_claim(scene, ix, difference)
        .saying(
            format!(
                "{}的总额 {total} 元比 {count} 行明细合计 {billed} 元{zh} {difference} 元。",
                about.zh
            ),
            format!(
                "{}: the total of {total} is {difference} {en} than its {count} lines, {billed}.",
                about.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第四十条")
        .shown_by(ends.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::flow::decisions::GateVerdict;

    fn unbalanced(b: &mut Batch, total: &str) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), total);
        b.line("2", "100.00", "200.00");
        b.line("1", "50.01", "50.01");
        b.gate(claim, Code::F301, GateVerdict::Pend);
    }

    #[test]
    fn the_difference_is_at_risk_and_never_more_than_the_claim() {
        check(
            Code::F301,
            &[
                ("one fen", |b| unbalanced(b, "250.02"), &[("C1", "0.01")]),
                ("lines above the total", |b| unbalanced(b, "200.00"), &[("C1", "50.01")]),
                ("lines far above the total", |b| unbalanced(b, "10.00"), &[("C1", "10.00")]),
                (
                    "it adds up",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "50.01");
                        b.line("1", "50.01", "50.01");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn what_adds_up_or_has_no_lines_is_told_in_the_words_of_the_gate() {
        for (total, line, at_risk) in
            [("1000.00", None, "1000.00"), ("100.00", Some("100.00"), "100.00")]
        {
            let mut batch = Batch::default();
            let claim = batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), total);
            line.map(|amount| batch.line("1", amount, amount));
            batch.gate(claim, Code::F301, GateVerdict::Pend);
            let detected = batch.detect();
            let finding = only(&detected, Code::F301);
            assert!(finding.sentence.zh.contains("：见闻。"), "{}", finding.sentence.zh);
            assert!(!finding.sentence.zh.contains("0.00 元少"), "{}", finding.sentence.zh);
            assert_eq!(finding.at_risk().to_string(), at_risk);
        }
    }

    #[test]
    fn the_sentence_has_the_three_figures() {
        let mut batch = Batch::default();
        unbalanced(&mut batch, "250.02");
        let detected = batch.detect();
        let said = "总额 250.02 元比 2 行明细合计 250.01 元多 0.01 元";
        assert!(only(&detected, Code::F301).sentence.zh.contains(said));
    }
}
