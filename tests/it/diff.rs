//! `lingbao diff`: what changed between two runs or two versions of the data, to the fen, with
//! the clause and its source; and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use calamine::{Data, Reader, Xlsx, open_workbook};
use lingbao::domain::Money;
use tempfile::TempDir;

use crate::batch::{Batch, LIU};
use crate::cli::{lingbao, text};
use crate::data;

const DEDUCTIBLE: &str = "420100/deductible/employee";

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a plain path")
}

/// A place for runs and comparisons, with one key for all of them.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: TempDir::new().expect("a temporary folder") }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a batch into a folder of this name.
    fn run(&self, batch: &Batch, name: &str, more: &[&str]) -> PathBuf {
        let written = batch.write();
        let (out, key) = (self.at(name), self.at("key"));
        let usual = ["run", path(written.path()), "--month", "2024-06", "--quiet"];
        let places = ["--out", path(&out), "--key", path(&key)];
        let output = lingbao(&[&usual[..], &places, more].concat());
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", text(&output.stderr));
        out
    }

    fn diff(&self, old: &Path, new: &Path, more: &[&str]) -> Output {
        let out = self.at("diff");
        lingbao(&[&["diff", path(old), path(new), "--out", path(&out)], more].concat())
    }

    /// Two batches, each run, and what changed, by claim.
    fn compared(&self, old: &Batch, new: &Batch) -> BTreeMap<String, Row> {
        let (old, new) = (self.run(old, "old", &[]), self.run(new, "new", &[]));
        let output = self.diff(&old, &new, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        self.rows()
    }

    /// `diff.csv` by claim; its differences add up to the manifest's.
    fn rows(&self) -> BTreeMap<String, Row> {
        let mut file = csv::Reader::from_path(self.at("diff/diff.csv")).expect("diff.csv");
        let titles = file.headers().expect("a header").clone();
        let rows: Vec<Row> = file
            .records()
            .map(|row| {
                let row = row.expect("a row");
                Row(titles.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect())
            })
            .collect();
        let money = |row: &Row| Money::parse(row.get("difference")).expect("an amount");
        let sum: Money = rows.iter().map(money).sum();
        let totals = &self.manifest()["totals"];
        assert_eq!(totals["difference"], sum.to_string(), "the differences tie");
        assert_eq!(totals["changed"], rows.len());
        let found = rows.into_iter().map(|row| (row.get("claim_id").to_owned(), row));
        found.collect()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at("diff").join(name)).expect("a file")
    }

    fn manifest(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("manifest.json")).expect("a manifest")
    }

    fn sheet(&self, name: &str) -> Vec<Vec<Data>> {
        let mut book: Xlsx<_> = open_workbook(self.at("diff/diff.xlsx")).expect("a workbook");
        let rows = book.worksheet_range(name).expect("a sheet");
        rows.rows().map(<[Data]>::to_vec).collect()
    }
}

/// A row of `diff.csv` by its columns.
#[derive(Debug)]
struct Row(BTreeMap<String, String>);

impl Row {
    fn get(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    fn check(&self, expected: &[(&str, &str)]) {
        for (column, value) in expected {
            assert_eq!(self.get(column), *value, "{column} of {self:?}");
        }
    }
}

/// Claims of two people: one paid, one whose whole bill is under the deductible, one refused, and
/// a second stay.
fn batch() -> Batch {
    let mut batch = Batch::world();
    batch.person(&[("证件号码", LIU), ("姓名", "刘试")]);
    batch.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    batch.contribution(&[("证件号码", LIU)]);
    let liu = [("证件号码", LIU), ("姓名", "刘试"), ("收款人", "刘试")];
    let with = |more: &[(&'static str, &'static str)]| [&liu[..], more].concat();
    batch.claim("A1", &[]);
    batch.claim("A2", &with(&[("票据号码", "2"), ("医疗费总额", "500")]));
    let refused = [("票据号码", "3"), ("工伤标志", "是"), ("入院日期", "2024-04-04")];
    batch.claim("A3", &with(&[&refused[..], &[("出院日期", "2024-04-09")]].concat()));
    let second = [("票据号码", "4"), ("入院日期", "2024-05-06"), ("出院日期", "2024-05-10")];
    batch.claim("A4", &second);
    batch
}

#[test]
fn a_batch_run_twice_gives_an_empty_comparison_and_says_so() {
    let place = Place::new();
    let old = place.run(&batch(), "old", &["--threads", "1"]);
    let new = place.run(&batch().reversed(), "new", &["--threads", "2"]);
    let output = place.diff(&old, &new, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("两边相同") && said.contains("数据文件全部相同"), "{said}");
    assert!(place.rows().is_empty());
    assert_eq!(place.read("diff.csv").lines().count(), 1, "only the header");
    assert!(place.read("index.html").contains("没有一件申报的结论不同"));
    let sheets: [&str; 7] =
        ["总计", "按参保地", "按理由", "按条款", "申报", "条款变化", "两次运行"];
    let book: Xlsx<_> = open_workbook(place.at("diff/diff.xlsx")).expect("a workbook");
    assert_eq!(book.sheet_names(), sheets);
    let english = text(&place.diff(&old, &new, &["--lang", "en"]).stdout);
    assert!(english.contains("identical: no claim is decided otherwise"), "{english}");
    assert!(place.read("index.html").contains("No claim is decided otherwise."));
    assert_eq!(lingbao(&["verify", path(&place.at("diff"))]).status.code(), Some(0));
}

/// A copy of the data folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let copied = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &copied);
        } else {
            fs::copy(entry.path(), copied).expect("a copy");
        }
    }
}

#[test]
fn a_changed_deductible_changes_exactly_its_claims_to_the_fen_and_is_named() {
    let (place, batch) = (Place::new(), batch().write());
    let changed = place.at("data");
    copy(&data(), &changed);
    let policy = changed.join("regions/420100/policy.toml");
    let law = fs::read_to_string(&policy).expect("the policy");
    let lower = law.replacen("figures = [\"800\", \"400\"]", "figures = [\"600\", \"400\"]", 1);
    assert_ne!(law, lower);
    fs::write(&policy, lower).expect("the policy");
    let (data, out, key) = (data(), place.at("diff"), place.at("key"));
    let arguments = [
        "diff",
        "--data",
        path(&data),
        path(&changed),
        "--batch",
        path(batch.path()),
        "--month",
        "2024-06",
        "--out",
        path(&out),
        "--key",
        path(&key),
    ];
    let output = lingbao(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for told in ["+172.00", DEDUCTIBLE, "标准 800.00 → 600.00", "regions/420100/policy.toml"] {
        assert!(said.contains(told), "{told} is not in\n{said}");
    }
    let rows = place.rows();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["A1", "A2"], "neither refusal nor second stay");
    rows["A1"].check(&[
        ("change", "changed"),
        ("outcome_old", "pay"),
        ("outcome_new", "pay"),
        ("payable_old", "16512.00"),
        ("payable_new", "16684.00"),
        ("difference", "172.00"),
        ("cause", "deductible"),
        ("cause_clause_old", DEDUCTIBLE),
        ("cause_clause_new", DEDUCTIBLE),
        ("cause_value_old", "standard 800.00"),
        ("cause_value_new", "standard 600.00"),
        ("deductible_old", "800.00"),
        ("deductible_new", "600.00"),
        ("steps", "deductible;band;basic;result"),
    ]);
    assert!(rows["A1"].get("cause_source_old").contains("武汉市职工医保住院待遇"));
    // The whole bill is under either deductible.
    rows["A2"].check(&[("difference", "0.00"), ("cause", "deductible"), ("steps", "deductible")]);
    let clauses = place.sheet("条款变化");
    let row = &clauses[2];
    assert_eq!(row[1], Data::String(DEDUCTIBLE.into()));
    assert_eq!(row[2], Data::String("标准 800.00".into()));
    assert_eq!(row[4], Data::String("标准 600.00".into()));
    assert_eq!((&row[5], &row[6]), (&Data::Float(2.0), &Data::Float(172.0)));
    assert!(row[8].to_string().contains("武汉市职工医保住院待遇"), "its source: {row:?}");
    let regions = place.sheet("按参保地");
    assert_eq!(regions[2][0], Data::String("武汉市".into()));
    assert_eq!(regions[2][6], Data::Float(172.0));
    let page = place.read("index.html");
    assert!(page.contains("\"A1\"") && page.contains(DEDUCTIBLE), "the page has the rows");
    let left = fs::read_dir(place.folder.path()).expect("the place");
    let mut left: Vec<_> = left.map(|it| it.expect("an entry").file_name()).collect();
    left.sort();
    assert_eq!(left, ["data", "diff", "key"], "the two runs are gone");
    let before = place.read("diff.csv") + &page;
    assert_eq!(lingbao(&arguments).status.code(), Some(0), "an earlier comparison is replaced");
    assert_eq!(place.read("diff.csv") + &place.read("index.html"), before, "the same bytes");
}

#[test]
fn a_claim_that_left_came_or_has_another_bill_is_put_down_to_that() {
    let (mut old, mut new) = (Batch::world(), Batch::world());
    let may = [("票据号码", "4"), ("入院日期", "2024-05-06"), ("出院日期", "2024-05-10")];
    old.claim("A1", &[]).claim("A4", &may);
    new.claim("A1", &[("医疗费总额", "19000")]).claim("A5", &may);
    let place = Place::new();
    let rows = place.compared(&old, &new);
    assert_eq!(rows.len(), 3);
    rows["A1"].check(&[
        ("change", "changed"),
        ("payable_old", "16512.00"),
        ("payable_new", "15652.00"),
        ("difference", "-860.00"),
        ("cause", "bill"),
        ("cause_value_old", "bill total 20000.00"),
        ("cause_value_new", "bill total 19000.00"),
        ("total_old", "20000.00"),
        ("total_new", "19000.00"),
    ]);
    rows["A4"].check(&[
        ("change", "only_old"),
        ("outcome_new", ""),
        ("payable_new", ""),
        ("difference", "-16856.00"),
        ("cause", "only_old"),
    ]);
    rows["A5"].check(&[("change", "only_new"), ("outcome_old", ""), ("difference", "16856.00")]);
    let totals = &place.manifest()["totals"];
    assert_eq!(totals["difference"], "-860.00");
    assert_eq!((&totals["gained"], &totals["lost"]), (&1.into(), &2.into()));
    let claims = place.sheet("申报");
    let order: Vec<String> = claims[2..5].iter().map(|row| row[0].to_string()).collect();
    assert_eq!(order, ["A4", "A5", "A1"], "the largest difference first, then by claim");
    assert_eq!(claims[5][6], Data::Float(-860.0), "the total below");
    let totals = place.sheet("总计");
    assert_eq!(totals.last().map(|row| row[8].clone()), Some(Data::Float(-860.0)));
}

#[test]
fn the_earlier_stay_of_a_year_that_left_makes_the_next_the_first() {
    let (mut old, mut new) = (Batch::world(), Batch::world());
    let may = [("票据号码", "4"), ("入院日期", "2024-05-06"), ("出院日期", "2024-05-10")];
    old.claim("A1", &[]).claim("A4", &may);
    new.claim("A4", &may);
    let rows = Place::new().compared(&old, &new);
    rows["A4"].check(&[
        ("difference", "-344.00"),
        ("cause", "deductible"),
        ("cause_value_old", "stay of the year 2, standard 400.00"),
        ("cause_value_new", "stay of the year 1, standard 800.00"),
    ]);
}

#[test]
fn a_reason_that_came_is_the_cause_and_takes_what_was_paid() {
    let (mut old, mut new) = (Batch::world(), Batch::world());
    old.claim("A1", &[]);
    new.claim("A1", &[("工伤标志", "是")]);
    let place = Place::new();
    let rows = place.compared(&old, &new);
    rows["A1"].check(&[
        ("outcome_old", "pay"),
        ("outcome_new", "reject"),
        ("difference", "-16512.00"),
        ("reasons_came", "F111"),
        ("reasons_went", ""),
        ("cause", "F111"),
    ]);
    let reasons = place.sheet("按理由");
    assert_eq!(reasons[2][0], Data::String("F111 工伤或第三方责任".into()));
    assert_eq!((&reasons[2][1], &reasons[2][2]), (&Data::Float(1.0), &Data::Float(-16512.0)));
    let back = place.diff(&place.at("new"), &place.at("old"), &[]);
    assert_eq!(back.status.code(), Some(0));
    place.rows()["A1"].check(&[
        ("difference", "16512.00"),
        ("reasons_came", ""),
        ("reasons_went", "F111"),
        ("cause", "F111"),
    ]);
}

#[test]
fn another_route_is_the_cause_with_its_clause() {
    let (mut old, mut new) = (Batch::world(), Batch::default());
    new.person(&[]).hospital(&[]).contribution(&[]).filing(&[("备案结束日期", "2023-12-31")]);
    old.claim("A1", &[]);
    new.claim("A1", &[]);
    let rows = Place::new().compared(&old, &new);
    let row = &rows["A1"];
    row.check(&[("route_old", "long_term"), ("route_new", "unfiled"), ("cause", "route")]);
    assert!(row.get("cause_clause_new").starts_with("420100/route/"), "{row:?}");
    assert!(row.get("reasons_came").contains("F101"), "{row:?}");
}

#[test]
fn a_claim_id_that_stands_twice_is_compared_twice() {
    let (mut old, mut new) = (Batch::world(), Batch::world());
    let may = [("票据号码", "4"), ("入院日期", "2024-05-06"), ("出院日期", "2024-05-10")];
    old.claim("A1", &[]).claim("A1", &may);
    new.claim("A1", &may);
    let place = Place::new();
    let (old, new) = (place.run(&old, "old", &[]), place.run(&new, "new", &[]));
    let output = place.diff(&old, &new, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let kinds: Vec<String> = csv::Reader::from_path(place.at("diff/diff.csv"))
        .expect("diff.csv")
        .records()
        .map(|row| row.expect("a row")[3].to_owned())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "only_old").count(), 1, "{kinds:?}");
    assert!(!kinds.contains(&"only_new".to_owned()), "{kinds:?}");
}

#[test]
fn hostile_names_stay_text_on_the_page_and_in_the_files() {
    const NAME: &str = "</script><script>alert(1)</script>";
    let (mut old, mut new) = (Batch::world(), Batch::world());
    let hostile = [("医疗机构名称", NAME), ("医疗机构编码", ""), ("就医地", "440300")];
    for (batch, total) in [(&mut old, "20000"), (&mut new, "30000")] {
        batch.claim("=1+1", &[&hostile[..], &[("医疗费总额", total)]].concat());
        batch.claim(NAME, &[("医疗费总额", total), ("票据号码", "2"), ("出院日期", "2024-03-09")]);
    }
    let place = Place::new();
    let (old, new) = (place.run(&old, "old", &[]), place.run(&new, "new", &[]));
    assert_eq!(place.diff(&old, &new, &[]).status.code(), Some(0));
    let page = place.read("index.html");
    assert!(!page.contains("<script>alert"), "the page is inert");
    assert!(page.contains("\\u003c/script\\u003e\\u003cscript\\u003ealert(1)"), "and tells it");
    assert!(place.read("diff.csv").contains("\n'=1+1,"), "no formula in a spreadsheet");
    let policy = page.find("Content-Security-Policy").expect("a policy");
    assert!(page[policy..].contains("default-src 'none'"));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name_in_both_languages() {
    let place = Place::new();
    let mut one = Batch::world();
    one.claim("A1", &[]);
    let (old, new) = (place.run(&one, "old", &[]), place.run(&one, "new", &[]));
    let check = |old: &Path, new: &Path, zh: &str, en: &str| {
        for (lang, expected) in [("zh", zh), ("en", en)] {
            let output = place.diff(old, new, &["--lang", lang]);
            assert_eq!(output.status.code(), Some(2));
            let said = text(&output.stderr);
            assert!(said.contains(expected), "{expected} is not in\n{said}");
            assert!(!place.at("diff").exists(), "nothing is written");
        }
    };
    let nothing = place.at("nothing");
    check(&nothing, &new, "不是一次运行的报表文件夹", "is not the folder of a run");
    let workings = new.join("workings.jsonl");
    let honest = fs::read_to_string(&workings).expect("workings");
    fs::write(&workings, honest.replace("16512.00", "96512.00")).expect("workings");
    check(&old, &new, "workings.jsonl 在运行后被改动", "workings.jsonl was changed since");
    fs::write(&workings, honest).expect("workings");
    let manifest = new.join("manifest.json");
    let known = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, known.replacen("\"format\": ", "\"format\": 9", 1)).expect("a manifest");
    check(&old, &new, "清单格式为 9", "manifest of format 9");
    let untrue = known.replace("16512.00", "16512.01");
    fs::write(&manifest, untrue).expect("a manifest");
    check(&old, &new, "总数不相符", "totals do not tie");
    fs::write(&manifest, known).expect("a manifest");
    let onto = lingbao(&["diff", path(&old), path(&new), "--out", path(&old)]);
    assert_eq!(onto.status.code(), Some(2));
    assert!(text(&onto.stderr).contains("另给 --out"), "{}", text(&onto.stderr));
    assert!(old.join("decisions.csv").exists(), "the run is untouched");
    assert_eq!(place.diff(&old, &new, &[]).status.code(), Some(0));
    let itself = place.at("diff");
    let output = lingbao(&["diff", path(&itself), path(&new), "--out", path(&place.at("x"))]);
    assert!(text(&output.stderr).contains("不是一次运行"), "a comparison is no run");
}

#[test]
fn the_command_line_asks_for_one_of_the_two_forms() {
    for (arguments, expected) in [
        (vec!["diff"], "OLD_RUN"),
        (vec!["diff", "a"], "OLD_RUN"),
        (vec!["diff", "--data", "a", "b"], "--batch"),
        (vec!["diff", "--data", "a", "--batch", "c", "--month", "2024-06"], "--data"),
        (
            vec!["diff", "a", "b", "--data", "c", "d", "--batch", "e", "--month", "2024-06"],
            "--data",
        ),
        (vec!["diff", "a", "b", "--month", "2024-06"], "--data"),
    ] {
        let output = lingbao(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{arguments:?} said {said}");
    }
}
