//! Verdicts on findings: the register is filled in, comes back, is kept on the books, lets go what
//! was held, and silences the finding for as long as its rows stay what they were.

use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};
use lingbao::domain::Code;
use lingbao::flow::dispositions::VerdictCounts;
use lingbao::ledger::Ledger;

use crate::batch::Batch;
use crate::cli::text;
use crate::returns::{Office, assert_owed, filled, liu, said, sheet, world};

/// Two stays of Wang's that overlap: both are held.
fn june() -> Batch {
    let mut batch = world();
    batch.claim("A1", &[("入院日期", "2024-01-04"), ("出院日期", "2024-01-15")]);
    overlapping(&mut batch, "2024-01-20");
    liu(&mut batch, "B1", 0, 6);
    batch
}

fn overlapping(batch: &mut Batch, discharged: &'static str) {
    batch.claim("A2", &[("入院日期", "2024-01-10"), ("出院日期", discharged)]);
}

/// A month in which Wang hands nothing in.
fn july() -> Batch {
    let mut batch = world();
    liu(&mut batch, "B2", 1, 7);
    batch
}

/// A2 comes again, with another day of discharge.
fn august() -> Batch {
    let mut batch = world();
    overlapping(&mut batch, "2024-01-21");
    batch
}

fn record(office: &Office, table: &str, expected: i32) -> String {
    let output = office.does(&["findings", "record", table, "--on", "2024-07-10"]);
    assert_eq!(output.status.code(), Some(expected), "{}", said(&output));
    office.check();
    said(&output)
}

/// The register of a run with a verdict on every overlap.
fn decided(office: &Office, run: &Path, verdict: &str, to: &str) -> String {
    let table = office.at(to);
    let fill = [
        ("代码", "F401", "核查结论", verdict),
        ("代码", "F401", "核查人", "陈核"),
        ("代码", "F401", "核查意见", "两张票据同一次住院"),
        ("代码", "F401", "文号", "核〔2024〕3号"),
    ];
    filled(&run.join("findings.xlsx"), &fill, &table);
    table
}

/// Claim ids of the overlaps on a run's register.
fn overlaps(run: &Path) -> Vec<String> {
    let rows = sheet(&run.join("findings.xlsx"), "疑点台账");
    let found = rows.iter().filter(|row| row["代码"] == "F401");
    found.map(|row| row["申报编号"].clone()).collect()
}

/// A month with another stay of Liu's.
fn world_of_liu() -> Batch {
    let mut batch = world();
    liu(&mut batch, "B3", 2, 7);
    batch
}

fn has_sheet(path: &Path, name: &str) -> bool {
    let book: Xlsx<_> = open_workbook(path).expect("a workbook");
    book.sheet_names().iter().any(|known| known == name)
}

fn counts(office: &Office) -> VerdictCounts {
    let books = Ledger::read(Path::new(&office.at("lingbao.db"))).expect("the books");
    let counts = books.verdicts().expect("the verdicts");
    let found = counts.into_iter().find(|(code, _)| *code == Code::F401);
    found.expect("overlaps on the books").1
}

#[test]
fn what_is_found_innocent_is_paid_by_the_next_run_and_told_no_more() {
    let office = Office::new();
    let run = office.run(&june(), "2024-06");
    assert_eq!(overlaps(&run), ["A1; A2"]);
    office.post(&run);
    assert_owed(&office, "16512.00", "16512.00");

    let table = decided(&office, &run, "排除", "核查.xlsx");
    assert!(record(&office, &table, 0).contains("登记核查结论 1 条；已登记过 0 条"));
    assert!(record(&office, &table, 0).contains("登记核查结论 0 条；已登记过 1 条"));
    let innocent = VerdictCounts { found: 1, innocent: 1, ..VerdictCounts::default() };
    assert_eq!(counts(&office), innocent);

    // Nothing of Wang's is in the batch, and yet both stays are decided again and paid.
    let run = office.run(&july(), "2024-07");
    let paid = sheet(&run.join("payments.xlsx"), "拨付清单");
    let claims: Vec<&str> =
        paid.iter().map(|row| &*row["申报编号"]).filter(|id| !id.is_empty()).collect();
    assert_eq!(claims, ["A1", "A2", "B2"]);
    assert_eq!(overlaps(&run), Vec::<String>::new());
    office.post(&run);
    assert_owed(&office, "66736.00", "66736.00");
}

#[test]
fn the_verdict_is_on_the_register_with_its_reference_and_goes_by_the_rows() {
    let office = Office::new();
    let run = office.run(&june(), "2024-06");
    office.post(&run);
    record(&office, &decided(&office, &run, "排除", "核查.xlsx"), 0);

    // The same batch once more: the same rows.
    let again = office.run(&june(), "2024-07");
    assert_eq!(overlaps(&again), Vec::<String>::new());
    let silenced = sheet(&again.join("findings.xlsx"), "已核查排除");
    assert_eq!(silenced.len(), 1);
    let told = "排除（陈核，2024-07-10，文号 核〔2024〕3号）：两张票据同一次住院";
    assert_eq!(silenced[0]["核查排除"], told);

    // Another day of discharge is another thing to look into.
    let run = office.run(&august(), "2024-08");
    assert_eq!(overlaps(&run), ["A2"]);
}

#[test]
fn a_later_verdict_takes_the_place_of_an_earlier_one() {
    let office = Office::new();
    let run = office.run(&june(), "2024-06");
    office.post(&run);
    record(&office, &decided(&office, &run, "排除", "核查.xlsx"), 0);
    record(&office, &decided(&office, &run, "属实", "复核.xlsx"), 0);
    // The former table once more says nothing new.
    let told = record(&office, &office.at("核查.xlsx"), 0);
    assert!(told.contains("登记核查结论 0 条；已登记过 1 条"), "{told}");
    let VerdictCounts { found, confirmed, innocent, confirmed_risk, .. } = counts(&office);
    assert_eq!((found, confirmed, innocent), (1, 1, 0));
    assert!(confirmed_risk.is_positive());
    assert_eq!(overlaps(&office.run(&june(), "2024-07")), ["A1; A2"]);

    let output = office.does(&["findings", "verdicts", "--out", &office.at("verdicts")]);
    let told = text(&output.stdout);
    assert!(told.contains("F401 住院时间重叠：账上 1，属实 1，部分属实 0，排除 0"), "{told}");
    let rows = sheet(Path::new(&office.at("verdicts/verdicts.xlsx")), "疑点核查结果");
    let row = rows.iter().find(|row| row["代码"] == "F401").expect("the overlaps");
    assert_eq!(row["查准率（95% 区间）"], "100.0%（20.7%–100.0%）");
}

#[test]
fn a_verdict_changes_no_run_that_was_decided_before_it() {
    let office = Office::new();
    let run = office.run(&june(), "2024-06");
    office.post(&run);
    record(&office, &decided(&office, &run, "排除", "核查.xlsx"), 0);
    let asked = ["verify", run.to_str().expect("a plain path"), "--recompute"];
    let output = crate::cli::lingbao(&asked);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn what_holds_a_posted_claim_only_can_be_answered_too() {
    let office = Office::new();
    let mut june = world();
    june.claim("A1", &[("入院日期", "2024-01-04"), ("出院日期", "2024-01-15")]);
    office.post(&office.run(&june, "2024-06"));
    // A stay elsewhere on the same days comes to be known when nothing of Wang's is handed in.
    let mut july = july();
    july.settlement(&[
        ("医疗机构编码", "H31010000002"),
        ("入院日期", "2024-01-10"),
        ("出院日期", "2024-01-12"),
        ("结算日期", "2024-01-12"),
    ]);
    let run = office.run(&july, "2024-07");
    assert_eq!(overlaps(&run), Vec::<String>::new());
    let rows = sheet(&run.join("findings.xlsx"), "既往申报的疑点");
    let found: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row["代码"], row["申报编号"])).collect();
    assert_eq!(found, ["F401 A1"]);
    office.post(&run);
    let table = decided(&office, &run, "排除", "核查.xlsx");
    assert!(record(&office, &table, 0).contains("登记核查结论 1 条"));
    assert_eq!(counts(&office).innocent, 1);
    let run = office.run(&world_of_liu(), "2024-08");
    assert!(!has_sheet(&run.join("findings.xlsx"), "既往申报的疑点"));
}

#[test]
fn a_row_that_says_too_little_is_told_and_the_others_are_recorded() {
    let office = Office::new();
    let run = office.run(&june(), "2024-06");
    office.post(&run);
    let found = sheet(&run.join("findings.xlsx"), "疑点台账");
    let finding = found.iter().find(|row| row["代码"] == "F401").expect("the overlap");
    let finding = &finding["疑点编号"];
    let table = office.at("核查.csv");
    let rows = format!(
        "疑点编号,核查结论,核查人\n{finding},排除,陈核\n{finding},大概吧,陈核\n\
         {finding},属实,\nF401-00000000,排除,陈核\n{finding},,\n"
    );
    std::fs::write(&table, rows).expect("the table");
    let told = record(&office, &table, 1);
    for line in [
        "登记核查结论 1 条；已登记过 0 条；未填结论 1 条",
        "不认识的核查结论写法",
        "必填项为空",
        "F401-00000000：账上没有这个疑点",
    ] {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
}
