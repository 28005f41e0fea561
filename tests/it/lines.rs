//! The line split, through the whole program: catalogs by date and place, ceilings, first pay, bed
//! days, restricted scope, and how an item is found.

use lingbao::flow::LineSplit;

use crate::batch::{Batch, CLASS_A, decision};

/// `self/over/first/scope verdict`, one text a line.
fn shown(split: &LineSplit) -> String {
    format!(
        "{}/{}/{}/{} {}",
        split.full_self_paid,
        split.over_ceiling,
        split.first_pay,
        split.in_scope,
        split.verdict.word()
    )
}

/// One claim whose lines add up to `total`, and how each was split.
fn check(name: &str, total: &str, lines: &str, other: &[(&'static str, &str)], expected: &[&str]) {
    let mut batch = Batch::world();
    let row = [&[("医疗费总额", total), ("明细", lines)][..], other].concat();
    batch.claim("A1", &row);
    let detected = batch.decide();
    let decision = decision(&detected, "A1");
    let lines = decision.lines.start as usize..decision.lines.end as usize;
    let found: Vec<String> = detected.adjudicated.lines[lines].iter().map(shown).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn a_line_is_cut_at_the_ceiling_and_then_shared() {
    // Shenzhen, tier 3: ceiling 300.00, first pay 10 %.
    let item = "003101000040000";
    let under = format!("{item}|1|285.55|285.55|2024-03-05");
    check("under", "285.55", &under, &[], &["0.00/0.00/28.56/256.99 listed"]);
    let over = format!("{item}|2|350|700|2024-03-05");
    check("over", "700", &over, &[], &["0.00/100.00/60.00/540.00 listed"]);
    let back = format!("{item}|2|350|700|2024-03-05;{item}|-1|350|-350|2024-03-06");
    let expected = ["0.00/100.00/60.00/540.00 listed", "0.00/-50.00/-30.00/-270.00 listed"];
    check("a reversal mirrors its original", "350", &back, &[], &expected);
}

#[test]
fn what_is_in_no_catalog_is_the_persons() {
    let unknown = "C0000000000000000001|1|80|80|2024-03-05";
    check("unknown code", "80", unknown, &[], &["80.00/0.00/0.00/0.00 not_listed"]);
    let class_c = "001109000010500|1|80|80|2024-03-05";
    check("class C", "80", class_c, &[], &["80.00/0.00/0.00/0.00 class_c"]);
}

#[test]
fn bed_days_end_with_the_stay() {
    // Ceiling 50.00 a day; 4 to 15 March is 11 days.
    let bed = "001109000010000";
    let within = format!("{bed}|11|60|660|2024-03-15");
    check("eleven days", "660", &within, &[], &["0.00/110.00/0.00/550.00 listed"]);
    let beyond = format!("{bed}|12|60|720|2024-03-15");
    check("twelve days", "720", &beyond, &[], &["60.00/110.00/0.00/550.00 listed"]);
}

#[test]
fn a_bed_reversal_mirrors_its_original() {
    let bed = "001109000010000";
    let rebooked = format!(
        "{bed}|11|50|550|2024-03-15;{bed}|-11|50|-550|2024-03-15;{bed}|11|40|440|2024-03-15"
    );
    // Lines of one day without numbers stand in the order of their amounts.
    let expected = [
        "0.00/0.00/0.00/-550.00 listed",
        "0.00/0.00/0.00/440.00 listed",
        "0.00/0.00/0.00/550.00 listed",
    ];
    check("rebooked", "440", &rebooked, &[], &expected);
    let one_too_many = format!("{bed}|12|50|600|2024-03-14;{bed}|-1|50|-50|2024-03-15");
    let expected = ["50.00/0.00/0.00/550.00 listed", "-50.00/0.00/0.00/0.00 listed"];
    check("the day above the stay goes first", "550", &one_too_many, &[], &expected);
}

#[test]
fn an_item_payable_on_three_days_is_the_persons_from_the_fourth() {
    let item = "XC01EBC109B001010102049";
    let line = |day: &str| format!("{item}|1|100|100|{day}");
    let days = ["2024-03-07", "2024-03-04", "2024-03-04", "2024-03-05", "2024-03-06"];
    let lines = days.map(line).join(";");
    let (within, beyond) = ("0.00/0.00/20.00/80.00 listed", "100.00/0.00/0.00/0.00 too_many_days");
    let expected = [within, within, within, within, beyond];
    check("by distinct days, the earliest first", "500", &lines, &[], &expected);
}

#[test]
fn values_hold_on_the_day_of_the_line() {
    // 住院诊查费: 22.50 until the end of 2023, 25.00 from 2024.
    let item = "001102000050000";
    let both = format!("{item}|1|30|30|2023-12-31;{item}|1|30|30|2024-01-01");
    let stay = [("入院日期", "2023-12-28"), ("出院日期", "2024-01-05")];
    let expected = ["0.00/7.50/0.00/22.50 listed", "0.00/5.00/0.00/25.00 listed"];
    check("across the new year", "60", &both, &stay, &expected);
}

#[test]
fn a_limit_that_is_not_met_makes_the_item_the_persons() {
    let day = "2024-03-05";
    for (name, item, expected) in [
        ("for men", "002501040040000", "wrong_sex"),
        ("for work injury", "XD11AXQ064F002010100319", "other_fund"),
        ("for children of 2 to 11", "XA06ADF336P001010100233", "wrong_age"),
    ] {
        let line = format!("{item}|1|10|10|{day}");
        check(name, "10", &line, &[], &[&format!("10.00/0.00/0.00/0.00 {expected}")]);
    }
}

#[test]
fn a_limit_that_is_met_does_not_matter() {
    let line = "002202020010000|1|10|10|2024-03-05";
    check("for women", "10", line, &[], &["0.00/0.00/0.00/10.00 listed"]);
}

#[test]
fn an_item_is_found_by_its_national_or_local_code() {
    let local = "110800001|1|10|10|2024-03-05";
    check("local code", "10", local, &[], &["10.00/0.00/0.00/0.00 class_c"]);
    let listed = format!("{CLASS_A}|1|10|10|2024-03-05");
    check("national code", "10", &listed, &[], &["0.00/0.00/0.00/10.00 listed"]);
}
