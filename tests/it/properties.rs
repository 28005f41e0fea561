//! What holds for every batch: nothing is lost, order does not matter, more in scope never pays
//! less. Sums are also asserted by the program itself, in every build.

use lingbao::domain::Money;
use lingbao::flow::{Detected, LineIx, LineSplit};
use proptest::prelude::*;

use crate::batch::Batch;

/// A stay of the year: first day of the month, length, total in fen, kind of filing.
type Stay = (u8, u8, i64, usize);

const KINDS: [&str; 3] = ["长期异地居住", "转诊", "临时外出"];
const IDS: [&str; 5] = ["A1", "A2", "A3", "A4", "A5"];

fn stays() -> impl Strategy<Value = Vec<Stay>> {
    let stay = (1..=28_u8, 0..=20_u8, 1..=40_000_000_i64, 0..KINDS.len());
    proptest::collection::vec(stay, 1..=IDS.len())
}

fn batch(stays: &[Stay]) -> Batch {
    let mut batch = Batch::default();
    batch.person(&[]).hospital(&[]).contribution(&[]);
    for (place, &(day, length, fen, kind)) in stays.iter().enumerate() {
        let month = place + 1;
        let admitted = format!("2024-{month:02}-{day:02}");
        let discharged = format!("2024-{:02}-{:02}", month + usize::from(length > 10), 28);
        let filing = format!("B{place}");
        batch.filing(&[
            ("备案编号", &filing),
            ("备案类型", KINDS[kind]),
            ("备案开始日期", &admitted),
            ("备案结束日期", &admitted),
            ("办理日期", &admitted),
        ]);
        let total = Money::from_fen(fen).to_string();
        let row = [("入院日期", &*admitted), ("出院日期", &*discharged), ("医疗费总额", &*total)];
        batch.claim(IDS[place], &row);
    }
    batch
}

/// Everything a decision says, without the rows it was read from.
fn told(detected: &Detected) -> Vec<String> {
    let records = &detected.adjudicated.linked.records;
    let decisions = detected.adjudicated.decisions.iter().map(|decision| {
        let id = &records.claim(decision.claim).claim_id;
        let codes: Vec<_> = decision.gates.iter().map(|hit| hit.code).collect();
        format!(
            "{id} {:?} {codes:?} {:?} {:?} {:?}",
            decision.outcome, decision.stay_ordinal, decision.amounts, decision.cures
        )
    });
    let findings = detected.findings.iter().map(|f| format!("{} {:?}", f.id, f.sentence));
    decisions.chain(findings).collect()
}

/// Items of every kind of restriction: which of them, on which day of the stay, how many, at which
/// price in fen.
type Billed = (usize, u8, u8, i64);

const ITEMS: [&str; 14] = [
    "001109000010000",
    "003101000040000",
    "002501040040000",
    "XC01EBC109B001010102049",
    "XD11AXQ064F002010100319",
    "C0000000000000000001",
    "@阿莫西林胶囊",
    "@妇科千金片",
    "@小儿豉翘清热颗粒",
    "@甲磺酸多拉司琼注射液@1ml:12.5mg@支",
    "@西洋参",
    "@阿胶珠",
    "@川芎",
    "@左氧氟沙星@注射液@支",
];

fn bills() -> impl Strategy<Value = Vec<Billed>> {
    let billed = (0..ITEMS.len(), 4..=15_u8, 1..=30_u8, 1..=2_000_000_i64);
    proptest::collection::vec(billed, 1..=12)
}

/// A claim of these lines; with `taken_back` each of them is reversed as well.
fn billed(lines: &[Billed], taken_back: bool) -> Batch {
    let mut written = Vec::new();
    let mut total = Money::ZERO;
    for &(item, day, quantity, fen) in lines {
        let (price, amount) = (Money::from_fen(fen), Money::from_fen(fen * i64::from(quantity)));
        let item = ITEMS[item];
        written.push(format!("{item}|{quantity}|{price}|{amount}|2024-03-{day:02}"));
        total += amount;
        if taken_back {
            written.push(format!("{item}|-{quantity}|{price}|-{amount}|2024-03-{day:02}"));
            total -= amount;
        }
    }
    let mut batch = Batch::world();
    let (total, written) = (total.to_string(), written.join(";"));
    batch.claim("A1", &[("医疗费总额", &total), ("明细", &written)]);
    batch
}

/// The splits without their places, sorted.
fn splits(detected: &Detected) -> Vec<String> {
    let mut told: Vec<String> = detected
        .adjudicated
        .lines
        .iter()
        .map(|split| format!("{:?}", LineSplit { line: LineIx(0), ..*split }))
        .collect();
    told.sort_unstable();
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_rows_changes_nothing(stays in stays()) {
        let batch = batch(&stays);
        prop_assert_eq!(told(&batch.decide()), told(&batch.reversed().decide()));
    }

    #[test]
    fn every_fen_is_paid_by_fund_or_person(stays in stays()) {
        let detected = batch(&stays).decide();
        let claimed: i64 = stays.iter().map(|stay| stay.2).sum();
        let amounts = detected.adjudicated.decisions.iter().map(|decision| decision.amounts);
        let paid: i64 = amounts.map(|a| (a.fund_total() + a.person_total).fen()).sum();
        prop_assert_eq!(paid, claimed);
        let lines: i64 = detected.adjudicated.lines.iter().map(|line| line.total().fen()).sum();
        prop_assert_eq!(lines, claimed);
    }

    #[test]
    fn more_in_scope_never_pays_less(fen in 1..=23_000_000_i64, more in 1..=1_000_000_i64) {
        let paid = |fen: i64| {
            let total = Money::from_fen(fen).to_string();
            let mut batch = Batch::world();
            batch.claim("A1", &[("医疗费总额", &total)]);
            batch.decide().adjudicated.decisions[0].amounts.fund_total()
        };
        prop_assert!(paid(fen) <= paid(fen + more));
    }

    #[test]
    fn every_line_adds_up_and_the_order_of_lines_changes_nothing(lines in bills()) {
        let detected = billed(&lines, false).decide();
        let amounts = detected.adjudicated.decisions[0].amounts;
        prop_assert_eq!(amounts.lines_total(), amounts.total);
        let refused = |split: &&LineSplit| !split.verdict.is_payable();
        for split in detected.adjudicated.lines.iter().filter(refused) {
            prop_assert_eq!(split.full_self_paid, split.total());
        }
        prop_assert_eq!(splits(&detected), splits(&billed(&lines, false).reversed().decide()));
    }

    #[test]
    fn a_bill_that_is_taken_back_leaves_nothing_in_any_part(lines in bills()) {
        let amounts = billed(&lines, true).decide().adjudicated.decisions[0].amounts;
        let parts =
            [amounts.full_self_paid, amounts.over_ceiling, amounts.first_pay, amounts.in_scope];
        prop_assert_eq!(parts, [Money::ZERO; 4]);
    }
}
