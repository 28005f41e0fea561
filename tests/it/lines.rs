//! The line split, through the whole program: catalogs by date and place, ceilings, first pay, bed
//! days, restricted scope, and how an item is found.

use std::fs;
use std::path::Path;

use lingbao::flow::{LineSplit, Silent};
use lingbao::run::{self, Setup};
use tempfile::TempDir;

use crate::batch::{Batch, CLASS_A, as_of, decision};
use crate::data;

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
    // Its indication is in words, so a person must look at the payable days too.
    let (within, beyond) =
        ("0.00/0.00/20.00/80.00 to_check", "100.00/0.00/0.00/0.00 too_many_days");
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

/// `self/over/first/scope verdict class found_by` of one line of 100 yuan named `item`.
fn check_one(name: &str, item: &str, other: &[(&'static str, &str)], expected: &str) {
    let day = other.iter().find(|(title, _)| *title == "出院日期").map_or("2024-03-15", |o| o.1);
    let mut batch = Batch::world();
    let line = format!("{item}|2|50|100|{day}");
    let row = [&[("医疗费总额", "100"), ("明细", &*line)][..], other].concat();
    batch.claim("A1", &row);
    let detected = batch.decide();
    let split = &detected.adjudicated.lines[0];
    let how = split.found_by.unwrap_or("-");
    assert_eq!(format!("{} {} {how}", shown(split), split.class.word()), expected, "{name}");
}

const IN_2025: [(&str, &str); 3] =
    [("入院日期", "2025-03-01"), ("出院日期", "2025-03-15"), ("受理日期", "2025-04-01")];

#[test]
fn a_drug_is_national_and_found_by_code_or_name() {
    // Shenzhen has no row of its own for any of them.
    for (name, item, expected) in [
        ("name and form", "@阿莫西林胶囊", "0.00/0.00/0.00/100.00 listed A name_form"),
        ("a patent medicine", "@妇科千金胶囊", "0.00/0.00/0.00/100.00 listed A name"),
        ("of class B", "@妇科调经滴丸", "0.00/0.00/10.00/90.00 listed B name"),
        (
            "with an acid and as an infusion, an entry of its own",
            "@盐酸左氧氟沙星氯化钠注射液",
            "0.00/0.00/10.00/90.00 listed B name_salt",
        ),
        ("something like it", "@左氧氟沙星粉针液", "100.00/0.00/0.00/0.00 not_listed C -"),
        ("two forms", "@左氧氟沙星", "100.00/0.00/0.00/0.00 not_listed C -"),
        ("its spec", "@左氧氟沙星@注射液 2ml:0.2g@支", "0.00/0.00/0.00/100.00 listed A name_spec"),
        ("an acid", "@盐酸左氧氟沙星片", "0.00/0.00/0.00/100.00 listed A name_salt"),
        ("in no list", "@枸橼酸西地那非片", "100.00/0.00/0.00/0.00 class_c C name"),
        (
            "in no list, by code",
            "XG04BEX006A001050107360",
            "100.00/0.00/0.00/0.00 class_c C national_code",
        ),
        (
            "a code in no items.csv",
            "ZD02AAF0201020205046",
            "0.00/0.00/0.00/100.00 listed A national_code",
        ),
    ] {
        check_one(name, item, &[], expected);
    }
    let henan = [("就医地", "410300"), ("医疗机构编码", ""), ("医疗机构名称", "某院")];
    check_one("Luoyang", "@阿莫西林胶囊", &henan, "0.00/0.00/0.00/100.00 listed A name_form");
}

#[test]
fn a_negotiated_drug_is_payable_within_its_agreement() {
    // 甲磺酸多拉司琼注射液: 2025-01-01 to 2026-12-31, 13.60 for 1ml:12.5mg/支.
    let drug = "@甲磺酸多拉司琼注射液";
    check_one("before", drug, &[], "100.00/0.00/0.00/0.00 outside_agreement B name");
    check_one("within", drug, &IN_2025, "0.00/0.00/20.00/80.00 listed B name");
    let tied = "@甲磺酸多拉司琼注射液@1ml:12.5mg@支";
    check_one("a standard", tied, &IN_2025, "0.00/72.80/5.44/21.76 listed B name");
    let box_of = "@甲磺酸多拉司琼注射液@1ml:12.5mg@盒";
    check_one("in another unit", box_of, &IN_2025, "0.00/0.00/20.00/80.00 listed B name");
}

#[test]
fn a_restriction_is_met_or_not_or_shown() {
    let outpatient = [("医疗类别", "门诊"), ("入院日期", "2024-03-15")];
    let emergency = [("医疗类别", "急诊"), ("入院日期", "2024-03-15")];
    for (name, item, other, expected) in [
        ("for women", "@妇科调经片", &[][..], "listed B"),
        ("for men", "@五子衍宗丸", &[], "class_c C"),
        ("for work injury", "@氢醌乳膏", &[], "other_fund B"),
        ("inpatient or emergency", "@安宫牛黄丸", &outpatient, "wrong_care A"),
        ("as an emergency", "@安宫牛黄丸", &emergency, "listed A"),
        ("for children, no age given", "@小儿豉翘清热颗粒", &[], "to_check B"),
        ("never payable", "@西洋参", &[], "not_payable A"),
        ("never payable, another name", "@鹿茸片", &[], "not_payable A"),
        ("not alone", "@阿胶珠", &[], "herb_alone A"),
    ] {
        let mut batch = Batch::world();
        let line = format!("{item}|1|10|10|2024-03-15");
        batch.claim("A1", &[&[("医疗费总额", "10"), ("明细", &*line)][..], other].concat());
        let detected = batch.decide();
        let split = &detected.adjudicated.lines[0];
        assert_eq!(format!("{} {}", split.verdict.word(), split.class.word()), expected, "{name}");
    }
}

#[test]
fn a_herb_that_is_not_payable_alone_is_payable_in_a_compound() {
    let herbs = |other: &str| format!("@阿胶珠|1|30|30|2024-03-05;{other}");
    let alone = herbs("@鹿角胶|1|10|10|2024-03-05");
    let refused = "10.00/0.00/0.00/0.00 herb_alone";
    check("among its like", "40", &alone, &[], &[refused, "30.00/0.00/0.00/0.00 herb_alone"]);
    let compound = herbs("@川芎|1|10|10|2024-03-05");
    let paid = ["0.00/0.00/0.00/10.00 listed", "0.00/0.00/0.00/30.00 listed"];
    check("with another", "40", &compound, &[], &paid);
    let taken_back = herbs("@川芎|1|10|10|2024-03-05;@川芎|-1|10|-10|2024-03-05");
    let expected = [
        "0.00/0.00/0.00/-10.00 listed",
        "0.00/0.00/0.00/10.00 listed",
        "30.00/0.00/0.00/0.00 herb_alone",
    ];
    check("the other was taken back", "30", &taken_back, &[], &expected);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a copy");
        }
    }
}

#[test]
fn a_special_row_holds_for_its_persons_and_prices() {
    let folder = TempDir::new().expect("a folder");
    copy(&data(), folder.path());
    // Ceiling 300.00 and first pay 10 % otherwise.
    let rows = "code,scheme,persons,tier,unit_price_to,first_pay,ceiling,from,to,source,verified,\
        note\n003101000040000,employee,retired,3,400,0.05,,2024-01-01,,unverified,false,\n\
        003101000040000,,,3,1000,,350,2024-01-01,,unverified,false,\n";
    fs::write(folder.path().join("regions/440300/special.csv"), rows).expect("a file");
    let setup = Setup::load(folder.path()).expect("right data");
    let check = |name: &str, person: &str, price: &str, expected: &str| {
        let mut batch = Batch::default();
        batch.person(&[("人员类别", person)]).hospital(&[]).filing(&[]).contribution(&[]);
        let line = format!("003101000040000|1|{price}|{price}|2024-03-05");
        batch.claim("A1", &[("医疗费总额", price), ("明细", &line)]);
        let detected = run::decide(batch.read(), &setup, as_of(), &Silent);
        assert_eq!(shown(&detected.adjudicated.lines[0]), expected, "{name}");
    };
    check("retired", "退休", "400", "0.00/100.00/15.00/285.00 listed");
    check("active", "在职", "400", "0.00/50.00/35.00/315.00 listed");
    check("retired, above the band", "退休", "401", "0.00/51.00/35.00/315.00 listed");
    check("above every band", "退休", "1001", "0.00/701.00/30.00/270.00 listed");
}
