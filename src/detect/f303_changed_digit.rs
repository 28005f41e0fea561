//! # F303 金额疑似改动 changed-digit
//!
//! ## 查什么
//! 总额与明细合计不符、或某行金额与数量×单价不符，而差额恰好能用一处改动解释：多写一位、漏写一位、
//! 移动一位或两位互换。写明是哪一位、改了什么数字、真实数应为多少。
//!
//! ## 为什么要紧
//! 在票据上添一个数字（15,263.14 改成 105,263.14）是最典型的涂改，一张就可能多付数万元。
//!
//! ## 什么情况下无辜
//! 录入时手误多敲、漏敲或颠倒；明细不全而差额碰巧如此。调票据原件或在电子票据查验平台核对即可分清。
//! 只有少写没有多写的，降为“关注”。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（伪造、变造、涂改会计凭证骗取基金）。

use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::ClaimIx;

use super::change;
use super::detector::Detector;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F303,
    name: "changed-digit",
    source: include_str!("f303_changed_digit.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let changed = Changed::of(scene, claim);
        (!changed.said.is_empty()).then(|| changed.into_draft(scene, claim))
    })
}

/// Everything on a claim that one changed digit explains.
#[derive(Default)]
struct Changed {
    said: Vec<Text>,
    excess: Money,
    rows: Vec<Origin>,
}

impl Changed {
    fn of(scene: &Scene, ix: ClaimIx) -> Changed {
        let mut changed = Changed::default();
        changed.look_at_total(scene, ix);
        for odd in scene.odd_lines(ix) {
            let line = scene.line(odd.line);
            let Some(product) = odd.product else { continue };
            let Some(change) = change::between(product, line.amount) else { continue };
            let (shown, what, amount) = (scene.line_shown(odd.line), change.text(), line.amount);
            changed.excess += odd.excess(scene);
            changed.rows.push(line.origin);
            changed.said.push(Text::new(
                format!("{}金额 {amount}，{}，应为 {product}", shown.zh, what.zh),
                format!("{}: amount {amount}, {}; true figure {product}", shown.en, what.en),
            ));
        }
        changed
    }

    /// The total against its lines: only where adjudication found that they differ.
    fn look_at_total(&mut self, scene: &Scene, ix: ClaimIx) {
        let differs = scene.decision(ix).gates.iter().any(|gate| gate.code == Code::F301);
        if !differs {
            return;
        }
        let (total, billed) = (scene.claim(ix).total, scene.billed(ix));
        if let Some(change) = change::between(billed, total) {
            let what = change.text();
            self.excess += (total - billed).or_zero();
            self.said.push(Text::new(
                format!("总额 {total}，{}，按明细应为 {billed}", what.zh),
                format!("total {total}, {}; by its lines {billed}", what.en),
            ));
        }
    }

    fn into_draft(self, scene: &Scene, ix: ClaimIx) -> Draft {
        let (about, said) = (scene.about(ix), listed(&self.said));
        let draft = Draft::on_claim(scene, ix, self.excess)
            .saying(
                format!("{}的金额疑似改动：{}。", about.zh, said.zh),
                format!("{}: a figure looks changed: {}.", about.en, said.en),
            )
            .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条")
            .shown_by(self.rows);
        if self.excess.is_zero() { draft.at_most(Severity::Warn) } else { draft }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only};
    use crate::domain::words::Outcome;
    use crate::flow::decisions::GateVerdict;

    /// A claim of one line; where the total differs, its gate fires.
    fn bill(b: &mut Batch, total: &str, price: &str, amount: &str) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), total);
        b.line("1", price, amount);
        if money(total) != money(amount) {
            b.gate(claim, Code::F301, GateVerdict::Pend);
        }
    }

    #[test]
    fn a_difference_one_digit_explains_is_told_with_the_true_figure() {
        check(
            Code::F303,
            &[
                (
                    "a 0 put into the total",
                    |b| bill(b, "105263.14", "15263.14", "15263.14"),
                    &[("C1", "90000.00")],
                ),
                (
                    "a 5 put before a line and the total",
                    |b| bill(b, "5452.00", "452.00", "5452.00"),
                    &[("C1", "5000.00")],
                ),
                (
                    "two digits of a line exchanged",
                    |b| bill(b, "91.00", "19.00", "91.00"),
                    &[("C1", "72.00")],
                ),
                (
                    "a digit left out of the total",
                    |b| bill(b, "452.00", "5452.00", "5452.00"),
                    &[("C1", "0.00")],
                ),
                ("a plain difference", |b| bill(b, "460.00", "452.00", "452.00"), &[]),
                ("it adds up", |b| bill(b, "452.00", "452.00", "452.00"), &[]),
                (
                    "no lines were handed in, so no gate",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "105263.14");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn a_changed_line_holds_the_payment_and_keeps_the_amounts() {
        let mut batch = Batch::default();
        bill(&mut batch, "5452.00", "452.00", "5452.00");
        let detected = batch.detect();
        let said = "金额 5452.00，千位多写了一个 5，应为 452.00";
        assert!(only(&detected, Code::F303).sentence.zh.contains(said));
        let decision = &detected.adjudicated.decisions[0];
        assert_eq!(decision.outcome, Outcome::Hold);
        assert_eq!(decision.amounts.fund_total(), money("5452.00"));
    }

    #[test]
    fn a_line_that_claims_too_little_is_paid_and_listed() {
        let mut batch = Batch::default();
        bill(&mut batch, "452.00", "5452.00", "452.00");
        let detected = batch.detect();
        assert_eq!(only(&detected, Code::F303).severity, Severity::Warn);
        assert_eq!(detected.adjudicated.decisions[0].outcome, Outcome::Pay);
    }
}
