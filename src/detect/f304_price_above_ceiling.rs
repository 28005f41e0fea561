//! # F304 单价超过就医地限价 price-above-ceiling
//!
//! ## 查什么
//! 明细行的单价高于就医地目录当日对该等级医院的最高限价。不论结算按就医地还是参保地目录，都与就医地
//! 限价比较。
//!
//! ## 为什么要紧
//! 医院收费不得超过当地限价；异地票据平时没人核对，容易成为超标准收费的出口。
//!
//! ## 什么情况下无辜
//! 特需、国际部或经批准的自主定价项目；限价在就医期间调整；同名不同规格匹配到了别的目录项。超出部分
//! 若已列为超限价由个人负担，基金没有损失，但患者可向医院追回。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条（超标准收费）。

use crate::domain::{Code, Money, Origin, Text, UnitPrice};
use crate::flow::{ClaimIx, LineSplit};

use super::detector::Detector;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F304,
    name: "price-above-ceiling",
    source: include_str!("f304_price_above_ceiling.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let excess: Money = dear_lines(scene, claim).map(|(_, _, above)| above).sum();
        // A dear line that was reversed costs nobody anything.
        excess.is_positive().then(|| too_dear(scene, claim, excess))
    })
}

/// The lines priced above the ceiling, with the ceiling and what it exceeds; reversals count
/// backwards.
fn dear_lines<'a>(
    scene: &'a Scene,
    ix: ClaimIx,
) -> impl Iterator<Item = (&'a LineSplit, UnitPrice, Money)> {
    scene.splits(ix).iter().filter_map(|split| {
        let ceiling = split.treatment_ceiling?;
        let line = scene.line(split.line);
        if line.unit_price.abs() <= ceiling {
            return None;
        }
        let allowed = ceiling.checked_times(line.quantity.abs())?;
        let above = (line.amount.abs() - allowed).or_zero();
        Some((split, ceiling, if line.amount.is_negative() { -above } else { above }))
    })
}

fn too_dear(scene: &Scene, ix: ClaimIx, excess: Money) -> Draft {
    let (about, hospital) = (scene.about(ix), scene.hospital_shown(ix));
    let mut said: Vec<Text> = Vec::new();
    let mut rows: Vec<Origin> = Vec::new();
    let mut borne = Money::ZERO;
    for (split, ceiling, _) in dear_lines(scene, ix) {
        let (shown, price) = (scene.line_shown(split.line), scene.line(split.line).unit_price);
        said.push(Text::new(
            format!("{}单价 {price}，限价 {ceiling}", shown.zh),
            format!("{}: price {price}, ceiling {ceiling}", shown.en),
        ));
        rows.push(scene.line(split.line).origin);
        borne += split.over_ceiling;
    }
    let (count, said) = (said.len(), listed(&said));
    Draft::on_claim(scene, ix, excess)
        .saying(
            format!(
                "{}有 {count} 行单价超过就医地限价（{hospital}），超出 {excess} 元，其中 {borne} 元\
                 已由个人负担：{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: {count} lines are above the ceiling of the place of treatment ({hospital}) \
                 by {excess}, of which the person already bears {borne}: {}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第三十八条")
        .shown_by(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check};

    fn with_lines(b: &mut Batch, lines: &[(&str, &str, &str, &str)]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        for (quantity, price, amount, ceiling) in lines {
            b.line(quantity, price, amount);
            b.ceiling(ceiling);
        }
    }

    #[test]
    fn the_excess_over_the_ceiling_is_at_risk() {
        check(
            Code::F304,
            &[
                (
                    "twice ten above",
                    |b| with_lines(b, &[("2", "60.00", "120.00", "50.00")]),
                    &[("C1", "20.00")],
                ),
                (
                    "the ceiling times the quantity is rounded once",
                    |b| with_lines(b, &[("1.5", "0.50", "0.75", "0.333333")]),
                    &[("C1", "0.25")],
                ),
                ("at the ceiling", |b| with_lines(b, &[("2", "50.00", "100.00", "50.00")]), &[]),
                (
                    "above, but taken back whole",
                    |b| {
                        let bed = ("2", "60.00", "120.00", "50.00");
                        with_lines(b, &[bed, ("-2", "60.00", "-120.00", "50.00")]);
                    },
                    &[],
                ),
                (
                    "no ceiling there",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.line("1", "900.00", "900.00");
                    },
                    &[],
                ),
            ],
        );
    }
}
