//! # F304 单价超过就医地限价 price-above-ceiling
//!
//! ## 查什么
//! 明细行的单价高于就医地目录当日对该等级医院的最高限价。不论结算按就医地还是参保地目录，都与就医地
//! 限价比较。没有限价、按国家编码对上的行，与同一统筹区、同等级的其他医院比：同编码、同规格、同单位，有
//! n 家以上（默认 5 家）可比，单价高于各家最低价的中位数 t 倍（默认 3 倍），整份申报合计高出 m 元以上（默
//! 认 100 元）才列。三个数都可按参保地设置。
//!
//! ## 为什么要紧
//! 医院收费不得超过当地限价；异地票据平时没人核对，容易成为超标准收费的出口，也容易在单价上加一位数。
//!
//! ## 什么情况下无辜
//! 特需、国际部或经批准的自主定价项目；限价在就医期间调整；同名不同规格匹配到了别的目录项。贵重植入物按
//! 国家编码和规格分开比，只与同一产品比。超出部分若已列为超限价由个人负担，基金没有损失，但患者可向医院
//! 追回。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条（超标准收费）。

use crate::domain::{Code, Money, Origin, Text, UnitPrice};
use crate::flow::{ClaimIx, LineSplit};
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::peer_prices::{PeerPrices, Peers};
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F304,
    name: "price-above-ceiling",
    source: include_str!("f304_price_above_ceiling.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let prices = PeerPrices::build(scene);
    scene.each_claim(|claim| {
        // A dear line that was reversed costs nobody anything.
        let ceiling = dear_lines(scene, claim).map(|(_, _, above)| above).sum::<Money>();
        let ceiling = ceiling.is_positive().then(|| above_ceiling(scene, claim, ceiling));
        let peers = above_peers(scene, claim, &prices);
        (ceiling.is_some() || peers.is_some())
            .then(|| too_dear(scene, claim, ceiling, peers.as_ref().map(|dear| dear.finish(scene))))
    })
}

/// Part of a finding: what is said, the rows, and what is at risk.
struct Part {
    said: Text,
    rows: Vec<Origin>,
    excess: Money,
}

/// The lines priced above the ceiling, with the ceiling and what it exceeds; reversals count
/// backwards.
fn dear_lines<'a>(
    scene: &'a Scene,
    ix: ClaimIx,
) -> impl Iterator<Item = (&'a LineSplit, UnitPrice, Money)> {
    scene.splits(ix).iter().filter_map(|split| {
        let ceiling = split.treatment_ceiling?;
        let price = scene.line(split.line).unit_price.abs();
        let above = (price > ceiling).then(|| excess(scene, split, ceiling))??;
        Some((split, ceiling, above))
    })
}

/// What a line is billed above a price, with the sign of the line.
fn excess(scene: &Scene, split: &LineSplit, price: UnitPrice) -> Option<Money> {
    let line = scene.line(split.line);
    let allowed = price.checked_times(line.quantity.abs())?;
    let above = (line.amount.abs() - allowed).or_zero();
    Some(if line.amount.is_negative() { -above } else { above })
}

fn above_ceiling(scene: &Scene, ix: ClaimIx, excess: Money) -> Part {
    let hospital = scene.hospital_shown(ix);
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
    let said = Text::new(
        format!(
            "有 {count} 行单价超过就医地限价（{hospital}），超出 {excess} 元，其中 {borne} 元已由个人\
             负担：{}",
            said.zh
        ),
        format!(
            "{count} lines are above the ceiling of the place of treatment ({hospital}) by \
             {excess}, of which the person already bears {borne}: {}",
            said.en
        ),
    );
    Part { said, rows, excess }
}

/// The lines far above what other hospitals charge.
struct FarAbove<'a> {
    claim: ClaimIx,
    lines: Vec<(&'a LineSplit, Peers)>,
    excess: Money,
}

fn above_peers<'a>(scene: &'a Scene, ix: ClaimIx, prices: &PeerPrices) -> Option<FarAbove<'a>> {
    let least = scene.threshold(Threshold::PricePeersMin, ix) as usize;
    let times = i128::from(scene.threshold(Threshold::PriceTimes, ix));
    let mut dear = FarAbove { claim: ix, lines: Vec::new(), excess: Money::ZERO };
    for split in scene.splits(ix) {
        let Some(peers) = prices.of(scene, ix, split) else { continue };
        let price = scene.line(split.line).unit_price.abs().units();
        let far = i128::from(price) > i128::from(peers.median.units()) * times;
        if peers.hospitals < least || !far {
            continue;
        }
        let Some(above) = excess(scene, split, peers.median) else { continue };
        dear.excess += above;
        dear.lines.push((split, peers));
    }
    let worth = Money::from_yuan(scene.threshold(Threshold::PriceExcessYuanMin, ix).into());
    (dear.excess.is_positive() && dear.excess >= worth).then_some(dear)
}

impl FarAbove<'_> {
    fn finish(&self, scene: &Scene) -> Part {
        let times = scene.threshold(Threshold::PriceTimes, self.claim);
        let said = self.lines.iter().map(|(split, peers)| {
            let (shown, line) = (scene.line_shown(split.line), scene.line(split.line));
            let (price, count, median) = (line.unit_price, peers.hospitals, peers.median);
            Text::new(
                format!("{}单价 {price}，{count} 家医院中位价 {median}", shown.zh),
                format!("{}: price {price}, median of {count} hospitals {median}", shown.en),
            )
        });
        let said: Vec<Text> = said.collect();
        let (count, excess, said) = (said.len(), self.excess, listed(&said));
        let said = Text::new(
            format!(
                "有 {count} 行没有限价而单价超过同地同级其他医院中位价 {times} 倍，多出 {excess} 元：{}",
                said.zh
            ),
            format!(
                "{count} lines without a ceiling are above {times} times the median of other \
                 hospitals of the place and tier, by {excess}: {}",
                said.en
            ),
        );
        let rows = self.lines.iter().map(|(split, _)| scene.line(split.line).origin);
        Part { said, rows: rows.collect(), excess }
    }
}

fn too_dear(scene: &Scene, ix: ClaimIx, ceiling: Option<Part>, peers: Option<Part>) -> Draft {
    let about = scene.about(ix);
    let mut draft = Draft::on_claim(scene, ix, Money::ZERO);
    if peers.is_some() {
        let used = Threshold::ALL.iter().filter(|threshold| threshold.code() == Code::F304);
        draft.thresholds.extend(used.map(|&threshold| (threshold, scene.threshold(threshold, ix))));
    }
    let parts: Vec<Part> = ceiling.into_iter().chain(peers).collect();
    draft.claims = vec![(ix, parts.iter().map(|part| part.excess).sum())];
    let zh: Vec<&str> = parts.iter().map(|part| part.said.zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.said.en.as_str()).collect();
    let (zh, en) = (zh.join("。又"), en.join("; and "));
    draft
        .saying(format!("{}{zh}。", about.zh), format!("{}: {en}.", about.en))
        .under("《医疗保障基金使用监督管理条例》第三十八条")
        .shown_by(parts.into_iter().flat_map(|part| part.rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only};
    use crate::domain::words::Tier;

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

    /// `peers` hospitals that charge 10.00, and a claim somewhere else with these lines.
    fn market(b: &mut Batch, peers: u16, lines: &[(&str, &str)]) {
        for number in 0..peers {
            asked(b, &format!("A{number}"), &format!("H1101000000{number}"), &[("1", "10.00")]);
        }
        asked(b, "C1", "H11010000099", lines);
    }

    /// A claim with lines of the same goods without a ceiling.
    fn asked(b: &mut Batch, id: &str, hospital: &str, lines: &[(&str, &str)]) {
        let number = b.adjudicated.decisions.len() as u16;
        let claim = b.claim(id, number, ("2024-03-01", "2024-03-08"), "90000.00");
        b.hospital(claim, hospital).tier = Some(Tier::Three);
        for (quantity, price) in lines {
            let price_of_one = UnitPrice::parse(price).expect(price);
            let quantity_of = quantity.parse().expect(quantity);
            let quantity_of = crate::domain::Quantity::from_decimal(quantity_of).expect(quantity);
            let amount = price_of_one.times(quantity_of).to_string();
            b.line(quantity, price, &amount);
            let code = b.adjudicated.linked.records.names.intern("C0101010000000000001");
            let line = b.adjudicated.linked.records.lines.last_mut().expect("the line");
            line.item_code = Some(code);
            b.adjudicated.lines.last_mut().expect("its split").found_by = Some("national_code");
        }
    }

    fn last_line(b: &mut Batch) -> &mut crate::flow::BillLine {
        b.adjudicated.linked.records.lines.last_mut().expect("a line")
    }

    #[test]
    fn a_price_far_above_other_hospitals_is_told_where_there_is_no_ceiling() {
        check(
            Code::F304,
            &[
                (
                    "a fen past three times the median",
                    |b| market(b, 5, &[("5", "30.01")]),
                    &[("C1", "100.05")],
                ),
                ("three times the median", |b| market(b, 5, &[("6", "30.00")]), &[]),
                ("four hospitals are no market", |b| market(b, 4, &[("5", "40.00")]), &[]),
                ("less than a hundred yuan", |b| market(b, 5, &[("4", "30.01")]), &[]),
                ("taken back", |b| market(b, 5, &[("5", "40.00"), ("-5", "40.00")]), &[]),
                (
                    "a dear implant of another spec",
                    |b| {
                        market(b, 5, &[("1", "9000.00")]);
                        let spec = b.adjudicated.linked.records.names.intern("生物型");
                        last_line(b).spec = Some(spec);
                    },
                    &[],
                ),
                (
                    "by the box, not by the piece",
                    |b| {
                        market(b, 5, &[("5", "100.00")]);
                        let unit = b.adjudicated.linked.records.names.intern("盒");
                        last_line(b).unit = Some(unit);
                    },
                    &[],
                ),
                (
                    "found by its name only",
                    |b| {
                        market(b, 5, &[("5", "100.00")]);
                        b.adjudicated.lines.last_mut().expect("a split").found_by = Some("name");
                    },
                    &[],
                ),
                (
                    "another tier",
                    |b| {
                        market(b, 5, &[("5", "100.00")]);
                        let hospitals = &mut b.adjudicated.linked.records.hospitals;
                        hospitals.last_mut().expect("the dear one").tier = Some(Tier::One);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn ceiling_and_peers_are_one_finding() {
        let mut batch = Batch::default();
        market(&mut batch, 5, &[("5", "40.00")]);
        batch.line("1", "60.00", "60.00");
        batch.ceiling("50.00");
        let detected = batch.detect();
        let finding = only(&detected, Code::F304);
        assert_eq!(finding.at_risk(), money("160.00"));
        let said = "第 1 行“项目1”单价 40.00，5 家医院中位价 10.00";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert!(finding.sentence.zh.contains("超过就医地限价"));
        let used = "price_peers_min=5;price_times=3;price_excess_yuan_min=100";
        assert_eq!((&*finding.thresholds, finding.evidence.len()), (used, 3));
    }
}
