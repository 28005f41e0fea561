//! # F302 数量乘单价与金额不符 line-arithmetic
//!
//! ## 查什么
//! 明细行的金额不等于数量乘单价（四舍五入到分，没有容差）。冲销行按绝对值比较。
//!
//! ## 为什么要紧
//! 系统开出的明细不会算错，对不上的行多半被人改过金额、数量或单价中的一个。
//!
//! ## 什么情况下无辜
//! 单价列只显示两位小数，而医院按拆零的四位小数计价：各行都差在这个进位之内、合计不到 1 元的，只作提示；
//! 数量列是包装数、金额按最小单位；打折行。金额小于乘积的行没有多报，涉及金额记为零。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条、第四十条（超标准收费，变造会计凭证）。

use crate::domain::words::Severity;
use crate::domain::{Code, Money, Quantity, Text};
use crate::flow::ClaimIx;

use super::detector::Detector;
use super::scene::{Draft, OddLine, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F302,
    name: "line-arithmetic",
    source: include_str!("f302_line_arithmetic.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let odd = scene.odd_lines(claim);
        (!odd.is_empty()).then(|| wrong_lines(scene, claim, odd))
    })
}

fn wrong_lines(scene: &Scene, ix: ClaimIx, odd: &[OddLine]) -> Draft {
    let about = scene.about(ix);
    let excess: Money = odd.iter().map(|odd| odd.excess(scene)).sum();
    let said: Vec<Text> = odd.iter().map(|odd| wrong_line(scene, odd)).collect();
    let (count, said) = (said.len(), listed(&said));
    let draft = Draft::on_claim(scene, ix, excess)
        .saying(
            format!(
                "{}有 {count} 行明细的数量×单价与金额不符，多出 {excess} 元：{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: on {count} lines quantity × price is not the amount, {excess} too much: {}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第三十八条、第四十条")
        .shown_by(odd.iter().map(|odd| scene.line(odd.line).origin));
    let rounded = excess < ROUNDING_MAX && odd.iter().all(|odd| is_rounded_price(scene, odd));
    if rounded { draft.at_most(Severity::Info) } else { draft }
}

/// What prices shown too short may come to in one bill.
const ROUNDING_MAX: Money = Money::from_yuan(1);
/// A fen, in the millionths of a yuan that prices have.
const FEN_OF_PRICE: i64 = 10_000;

/// Whether a price of whole fen may stand for one with more decimals: each unit is out by less
/// than half a fen, and the amount was rounded once more.
fn is_rounded_price(scene: &Scene, odd: &OddLine) -> bool {
    let line = scene.line(odd.line);
    let Some(product) = odd.product else { return false };
    let out = i128::from((line.amount - product).fen()).abs();
    let halves = i128::from(line.quantity.abs().units()) + i128::from(Quantity::whole(1).units());
    let whole_fen = line.unit_price.units() % FEN_OF_PRICE == 0;
    whole_fen && out * 2 * i128::from(Quantity::whole(1).units()) < halves
}

fn wrong_line(scene: &Scene, odd: &OddLine) -> Text {
    let (shown, line) = (scene.line_shown(odd.line), scene.line(odd.line));
    let (quantity, price, amount) = (line.quantity, line.unit_price, line.amount);
    let product = odd.product.map_or_else(|| "…".to_owned(), |product| product.to_string());
    Text::new(
        format!("{} {quantity}×{price}={product}，金额 {amount}", shown.zh),
        format!("{}: {quantity}×{price}={product}, amount {amount}", shown.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    fn with_lines(b: &mut Batch, lines: &[(&str, &str, &str)]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        for (quantity, price, amount) in lines {
            b.line(quantity, price, amount);
        }
    }

    #[test]
    fn products_are_rounded_to_the_fen_and_compared_without_tolerance() {
        check(
            Code::F302,
            &[
                ("a fen too much", |b| with_lines(b, &[("3", "0.33", "1.00")]), &[("C1", "0.01")]),
                (
                    "a fen too little",
                    |b| with_lines(b, &[("3", "0.33", "0.98")]),
                    &[("C1", "0.00")],
                ),
                ("half a fen rounds up", |b| with_lines(b, &[("1.5", "0.333333", "0.50")]), &[]),
                (
                    "a reversal mirrors its line",
                    |b| with_lines(b, &[("-2", "5.00", "-10.00")]),
                    &[],
                ),
                (
                    "a reversal with the sign on the amount alone",
                    |b| with_lines(b, &[("2", "5.00", "-10.00")]),
                    &[],
                ),
                (
                    "a reversal that takes back too little",
                    |b| with_lines(b, &[("-2", "5.00", "-8.00")]),
                    &[("C1", "2.00")],
                ),
                (
                    "several lines are one finding",
                    |b| with_lines(b, &[("1", "5.00", "6.00"), ("2", "5.00", "12.00")]),
                    &[("C1", "3.00")],
                ),
                (
                    "a quantity past all money stops nothing",
                    |b| with_lines(b, &[("99999999999999", "999999999999", "5.00")]),
                    &[("C1", "0.00")],
                ),
            ],
        );
    }

    #[test]
    fn what_a_price_shown_too_short_explains_is_information() {
        for (lines, expected) in [
            (&[("3", "0.33", "1.00")][..], Severity::Info),
            (&[("3", "0.33", "1.01")], Severity::Warn),
            (&[("1", "5.00", "5.01")], Severity::Warn),
            (&[("2", "5.00", "5.01"), ("3", "0.33", "1.00")], Severity::Warn),
            (&[("3", "0.3333", "1.01")], Severity::Warn),
            // 0.50 yuan may be rounding, 1.00 is no more.
            (&[("200", "0.33", "66.50")], Severity::Info),
            (&[("400", "0.33", "133.00")], Severity::Warn),
        ] {
            let mut batch = Batch::default();
            with_lines(&mut batch, lines);
            assert_eq!(only(&batch.detect(), Code::F302).severity, expected, "{lines:?}");
        }
    }

    #[test]
    fn the_line_is_named_with_its_figures() {
        let mut batch = Batch::default();
        with_lines(&mut batch, &[("1", "5.00", "5.00"), ("2", "5.50", "12.00")]);
        let detected = batch.detect();
        let finding = only(&detected, Code::F302);
        let said = "第 2 行“项目2” 2×5.50=11.00，金额 12.00";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 2);
    }
}
