//! # F303 金额疑似改动 changed-digit
//!
//! ## 查什么
//! 账单上互相印证的两个数不一致，而差异恰好能用一处改动解释：多写一位、漏写一位、移动一位或两位互换。
//! 依次对照：总额与明细合计；某行金额与数量×单价（金额与总额一致的，再看是不是数量或单价写错）；某行单价
//! 与同一账单上同一项目其余各行的单价（其余至少 2 行且全都相同）；与同一医院其他账单上的单价（至少 2 份、
//! 八成以上相同，这个价别处没有）；与就医地限价。写明改的是哪一位、真实数应为多少、凭什么知道、把握多大。
//! 把握分三档，取两者中较低的：旁证的分量（明细逐行相符、总额也随之印证的为高；单凭同项目其余行、其他账单
//! 的为中；单凭限价的为低），和碰巧的可能（同样位数的数里，每 1 万个以上才有一个碰巧符合的为高，500 个
//! 以上为中）。
//!
//! ## 为什么要紧
//! 在票据上添一个数字（15,263.14 改成 105,263.14，452 改成 5,452）是最典型的涂改，一张就可能多付数万元。
//!
//! ## 什么情况下无辜
//! 录入时手误多敲、漏敲或颠倒；明细不全而差额碰巧如此；同一项目换了规格或换了病房。调票据原件或在电子
//! 票据查验平台核对即可分清。只有少写没有多写的，以及把握不高的，降为“关注”，照付并列出。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（伪造、变造、涂改会计凭证骗取基金）。

use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, LineIx};

use super::detector::Detector;
use super::figures::{Altered, Figure, Sureness, Witness, altered};
use super::house_prices::HousePrices;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F303,
    name: "changed-digit",
    source: include_str!("f303_changed_digit.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let prices = HousePrices::build(scene);
    scene.each_claim(|claim| {
        let altered = altered(scene, &prices, claim);
        (!altered.is_empty()).then(|| changed(scene, claim, &altered))
    })
}

fn changed(scene: &Scene, ix: ClaimIx, altered: &[Altered]) -> Draft {
    let mut order: Vec<&Altered> = altered.iter().collect();
    // The surest first, for only the first few are told.
    order.sort_by_key(|altered| std::cmp::Reverse((altered.sureness(), altered.excess)));
    let said: Vec<Text> = order.iter().map(|altered| sentence(scene, altered)).collect();
    let (about, said) = (scene.about(ix), listed(&said));
    let lines = altered.iter().filter_map(|altered| line_of(altered.figure));
    let rows: Vec<Origin> = lines.map(|line| scene.line(line).origin).collect();
    let excess: Money = altered.iter().map(|altered| altered.excess).sum();
    let draft = Draft::on_claim(scene, ix, excess)
        .saying(
            format!("{}的金额疑似改动：{}。", about.zh, said.zh),
            format!("{}: a figure looks changed: {}.", about.en, said.en),
        )
        .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条")
        .shown_by(rows);
    let costs = |altered: &&Altered| altered.excess.is_positive();
    let sure = order.iter().any(|it| costs(it) && it.sureness() == Sureness::High);
    if sure { draft } else { draft.at_most(Severity::Warn) }
}

fn line_of(figure: Figure) -> Option<LineIx> {
    match figure {
        Figure::Total => None,
        Figure::Amount(line) | Figure::Quantity(line) | Figure::Price(line) => Some(line),
    }
}

/// `总额 105263.14，万位多写了一个 0，真实数应为 15263.14（明细逐行相符；把握高，碰巧的可能约 1/1500000）`.
fn sentence(scene: &Scene, altered: &Altered) -> Text {
    let Altered { change, .. } = *altered;
    // A quantity is counted in pieces, not in yuan.
    let is_count = matches!(altered.figure, Figure::Quantity(_));
    let shown = |money: Money| match is_count {
        true => (money.fen() / 100).to_string(),
        false => money.to_string(),
    };
    let (written, truth) = (shown(altered.written), shown(altered.truth));
    let (figure, what) = (figure_shown(scene, altered.figure), change.text());
    let (witness, sure) = (witness_shown(altered.witness), sureness_shown(altered.sureness()));
    let one_in = altered.one_in();
    Text::new(
        format!(
            "{} {written}，{}，真实数应为 {truth}（{}；把握{}，碰巧的可能约 1/{one_in}）",
            figure.zh, what.zh, witness.zh, sure.zh
        ),
        format!(
            "{} {written}, {}; true figure {truth} ({}; {} confidence, by chance about 1 in \
             {one_in})",
            figure.en, what.en, witness.en, sure.en
        ),
    )
}

fn figure_shown(scene: &Scene, figure: Figure) -> Text {
    let of_line = |line: LineIx, zh: &str, en: &str| {
        let shown = scene.line_shown(line);
        Text::new(format!("{}{zh}", shown.zh), format!("{}: {en}", shown.en))
    };
    match figure {
        Figure::Total => Text::new("总额", "total"),
        Figure::Amount(line) => of_line(line, "金额", "amount"),
        Figure::Quantity(line) => of_line(line, "数量", "quantity"),
        Figure::Price(line) => of_line(line, "单价", "unit price"),
    }
}

fn witness_shown(witness: Witness) -> Text {
    match witness {
        Witness::SoundLines => Text::new("明细逐行相符", "every line fits"),
        Witness::Lines => Text::new("按明细合计", "by the sum of the lines"),
        Witness::ProductAndTotal => {
            Text::new("数量×单价与总额都印证", "quantity × price and the total bear it out")
        }
        Witness::Product => Text::new("按数量×单价", "by quantity × price"),
        Witness::AmountAndTotal => {
            Text::new("金额与总额都印证", "the amount and the total bear it out")
        }
        Witness::OwnPrices(count) => Text::new(
            format!("同一账单另 {count} 行都是此价"),
            format!("{count} other lines of the bill have it"),
        ),
        Witness::HousePrices(bills) => Text::new(
            format!("该院另 {bills} 份账单都是此价"),
            format!("{bills} other bills of the hospital have it"),
        ),
        Witness::Ceiling => Text::new("恰为就医地限价", "exactly the ceiling"),
    }
}

fn sureness_shown(sureness: Sureness) -> Text {
    match sureness {
        Sureness::High => Text::new("高", "high"),
        Sureness::Middle => Text::new("中", "middling"),
        Sureness::Low => Text::new("低", "low"),
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
        let said = "金额 5452.00，千位多写了一个 5，真实数应为 452.00（按数量×单价；把握高";
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

    /// Lines of one item at the prices given, one piece each; the total is theirs.
    fn item(b: &mut Batch, prices: &[&str]) {
        let total: Money = prices.iter().map(|price| money(price)).sum();
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), &total.to_string());
        for price in prices {
            b.line("1", price, price);
            b.named("床位费");
        }
    }

    /// Bills of one hospital with a line of the same item each, the last of them in question.
    fn house(b: &mut Batch, usual: &[&str], price: &str) {
        let bills = (1..).zip(usual.iter().chain([&price]));
        let last = usual.len() as u16 + 1;
        for (number, price) in bills {
            let id = if number == last { "C9".to_owned() } else { format!("C{number}") };
            let claim = b.claim(&id, number, ("2024-03-01", "2024-03-08"), price);
            b.line("1", price, price);
            b.named("床位费");
            b.hospital(claim, "H11010000001");
        }
    }

    fn ceiling(b: &mut Batch, price: &str, ceiling: &str) {
        bill(b, price, price, price);
        b.ceiling(ceiling);
    }

    #[test]
    fn a_price_that_was_changed_with_its_amount_is_known_from_its_like() {
        check(
            Code::F303,
            &[
                (
                    "three lines say 35 and one 135",
                    |b| item(b, &["35.00", "35.00", "135.00", "35.00"]),
                    &[("C1", "100.00")],
                ),
                (
                    "one line is too little to know a price from",
                    |b| item(b, &["35.00", "135.00"]),
                    &[],
                ),
                (
                    "two dear lines are another room",
                    |b| item(b, &["35.00", "35.00", "35.00", "135.00", "135.00"]),
                    &[],
                ),
                (
                    "a price that no single digit explains",
                    |b| item(b, &["35.00", "35.00", "35.00", "80.00"]),
                    &[],
                ),
                (
                    "a cheaper line costs nobody anything",
                    |b| item(b, &["135.00", "135.00", "135.00", "35.00"]),
                    &[],
                ),
                (
                    "a digit before the ceiling",
                    |b| ceiling(b, "5452.00", "452.00"),
                    &[("C1", "5000.00")],
                ),
                (
                    "two other bills of the hospital say 35",
                    |b| house(b, &["35.00", "35.00"], "135.00"),
                    &[("C9", "100.00")],
                ),
                ("one other bill is too little", |b| house(b, &["35.00"], "135.00"), &[]),
                (
                    "another bill bears the dear price too",
                    |b| house(b, &["35.00", "35.00", "35.00", "35.00", "135.00"], "135.00"),
                    &[],
                ),
                (
                    "the hospital has no usual price",
                    |b| house(b, &["35.00", "35.00", "35.00", "36.00", "37.00"], "135.00"),
                    &[],
                ),
                ("above the ceiling, but by no digit", |b| ceiling(b, "500.00", "452.00"), &[]),
            ],
        );
    }

    fn said(arrange: fn(&mut Batch)) -> (Severity, String) {
        let mut batch = Batch::default();
        arrange(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F303);
        (finding.severity, finding.sentence.zh.clone())
    }

    #[test]
    fn it_says_which_figure_is_wrong_what_bears_that_out_and_how_sure_it_is() {
        for (arrange, severity, words) in [
            (
                (|b| bill(b, "105263.14", "15263.14", "15263.14")) as fn(&mut Batch),
                Severity::Hold,
                "总额 105263.14，万位多写了一个 0，真实数应为 15263.14（明细逐行相符；把握高，碰巧的可能约 \
                 1/1500000）",
            ),
            (
                |b| {
                    // The total fits the line put right: the line is wrong, not the total.
                    bill(b, "452.00", "452.00", "5452.00");
                },
                Severity::Hold,
                "金额 5452.00，千位多写了一个 5，真实数应为 452.00（数量×单价与总额都印证；把握高",
            ),
            (
                |b| bill(b, "452.00", "5452.00", "452.00"),
                Severity::Warn,
                "单价 5452.00，千位多写了一个 5，真实数应为 452.00（金额与总额都印证；把握高",
            ),
            (
                |b| {
                    b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "37.50");
                    b.line("13", "12.50", "37.50");
                },
                Severity::Warn,
                "数量 13，十位多写了一个 1，真实数应为 3（金额与总额都印证；把握低",
            ),
            (
                |b| bill(b, "55.00", "5.00", "55.00"),
                Severity::Warn,
                "（按数量×单价；把握低，碰巧的可能约 1/450）",
            ),
            (
                |b| item(b, &["35.00", "35.00", "135.00", "35.00"]),
                Severity::Warn,
                "第 3 行“床位费”单价 135.00，百位多写了一个 1，真实数应为 35.00（同一账单另 3 行都是此价；把握中",
            ),
            (|b| ceiling(b, "5452.00", "452.00"), Severity::Warn, "（恰为就医地限价；把握低"),
        ] {
            let (found, sentence) = said(arrange);
            assert!(sentence.contains(words), "{sentence}");
            assert_eq!(found, severity, "{sentence}");
        }
    }

    #[test]
    fn a_total_is_measured_by_the_lines_put_right() {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), "20452.00");
        batch.line("1", "1900.00", "9100.00");
        batch.line("1", "552.00", "552.00");
        batch.gate(claim, Code::F301, GateVerdict::Pend);
        let detected = batch.detect();
        let sentence = &only(&detected, Code::F303).sentence.zh;
        // 1,900 was written 9,100, and the total of 2,452 became 20,452.
        assert!(
            sentence.contains("总额 20452.00，千位多写了一个 0，真实数应为 2452.00"),
            "{sentence}"
        );
        assert!(sentence.contains("真实数应为 1900.00"), "{sentence}");
    }
}
