//! The written folder as a whole: what its readers may rely on, checked on the bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use crate::domain::words::Outcome;
use crate::domain::{Lang, Money};
use crate::flow::Detected;

use super::sample_test::{ACCOUNT, HOSTILE_NAMES, context, detected, id, total};
use super::{ReportError, Voice, explain, summary_lines, verify, write};

/// Files that may show names, numbers and accounts.
const UNMASKED: [&str; 3] = ["payments.xlsx", "payments.csv", "quarantine.xlsx"];

struct Run {
    place: tempfile::TempDir,
}

impl Run {
    fn of(detected: &Detected, lang: Lang) -> Run {
        let place = tempfile::tempdir().expect("a folder");
        write(detected, &context(lang), &place.path().join("run")).expect("reports");
        Run { place }
    }

    fn folder(&self) -> std::path::PathBuf {
        self.place.path().join("run")
    }

    fn text(&self, file: &str) -> String {
        String::from_utf8(fs::read(self.folder().join(file)).expect(file)).expect("utf-8")
    }

    fn csv(&self, file: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.folder().join(file)).expect(file);
        reader.deserialize().map(|row| row.expect("a row")).collect()
    }

    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.folder())
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// Every cell of every sheet.
fn cells(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let names = book.sheet_names();
    let sheet = |name: String| {
        let range = book.worksheet_range(&name).expect("a sheet");
        (name, range.rows().map(<[Data]>::to_vec).collect())
    };
    names.into_iter().map(sheet).collect()
}

fn texts(path: &Path) -> String {
    let cells = cells(path);
    let rows = cells.iter().flat_map(|(_, rows)| rows.iter().flatten());
    rows.map(|cell| cell.to_string() + "\n").collect()
}

#[test]
fn the_same_result_gives_the_same_bytes_on_any_number_of_threads() {
    let detected = detected(40);
    let first = Run::of(&detected, Lang::Zh).bytes();
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let second = alone.install(|| Run::of(&detected, Lang::Zh).bytes());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (file, bytes) in &first {
        assert!(bytes == &second[file], "{file} differs");
    }
}

#[test]
fn numbers_and_accounts_stand_only_where_they_must() {
    let detected = detected(8);
    let run = Run::of(&detected, Lang::Zh);
    let secrets: Vec<String> =
        (0..8).map(|at| id(at).reveal().to_owned()).chain([ACCOUNT.into()]).collect();
    for file in run.bytes().keys() {
        let path = run.folder().join(file);
        let text = if file.ends_with(".xlsx") {
            texts(&path)
        } else {
            String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned()
        };
        let shown = secrets.iter().any(|secret| text.contains(secret.as_str()));
        assert_eq!(shown, UNMASKED.contains(&file.as_str()), "{file}");
        assert!(UNMASKED.contains(&file.as_str()) || !text.contains("参保人4"), "{file}");
    }
}

#[test]
fn hostile_names_stay_texts_everywhere() {
    let detected = detected(8);
    let mut shown = context(Lang::Zh);
    shown.unmask = true;
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("run");
    write(&detected, &shown, &folder).expect("reports");
    let page = fs::read_to_string(folder.join("index.html")).expect("a page");
    assert!(!page.contains("<script>alert") && !page.contains("<b>"), "markup in the page");
    assert_eq!(page.matches("</script>").count(), 4);
    assert!(!page.contains('\u{202E}') && !page.contains('\u{1b}'));
    for file in ["decisions.xlsx", "payments.xlsx"] {
        let texts = texts(&folder.join(file));
        assert!(texts.contains("'=cmd|' /C calc'!A0"), "{file}");
        assert!(!texts.lines().any(|line| line.starts_with("=cmd")), "{file}");
        assert!(!texts.contains('\u{202E}') && !texts.contains('\u{1b}'), "{file}");
    }
    let paid = fs::read_to_string(folder.join("payments.csv")).expect("a file");
    assert!(paid.contains(",'=cmd|' /C calc'!A0,"), "{paid}");
    assert!(paid.contains(HOSTILE_NAMES[0]), "a bank needs the name as it is");
}

#[test]
fn the_sums_of_every_output_are_those_of_the_decisions() {
    let detected = detected(12);
    let run = Run::of(&detected, Lang::Zh);
    let all: Money = (0..12).map(total).sum();
    let decisions = run.csv("decisions.csv");
    let sum = |column: &str| -> Money {
        decisions.iter().map(|row| Money::parse(&row[column]).expect("money")).sum()
    };
    assert_eq!(sum("total"), all);
    assert_eq!(sum("fund_total") + sum("person_total"), all);
    assert_eq!(decisions[1]["reasons"], "F101;F404;F501");
    assert_eq!(decisions[1]["cure"], "补办异地就医备案（可多付 43.21 元）");
    assert_eq!(decisions[3]["person_ref"], "", "a damaged number is nobody");
    let payable: Money = decisions
        .iter()
        .filter(|row| row["outcome"].starts_with("pay"))
        .map(|row| Money::parse(&row["fund_total"]).expect("money"))
        .sum();
    let sheets = cells(&run.folder().join("payments.xlsx"));
    let last = |sheet: usize, column: usize| {
        let row = sheets[sheet].1.last().expect("a row");
        let Data::Float(yuan) = row[column] else { panic!("{:?}", row[column]) };
        Money::from_fen((yuan * 100.0).round() as i64)
    };
    assert_eq!(last(0, 5), last(0, 9), "transfers and their claims");
    assert_eq!(last(0, 5) + last(1, 6), payable);
    let page_sums = sheets[0].1.iter().filter(|row| row[0] == Data::String("本页核对".into()));
    assert_eq!(page_sums.count(), 1);
}

#[test]
fn parquet_says_what_csv_says_to_the_fen() {
    let detected = detected(12);
    let run = Run::of(&detected, Lang::En);
    for table in ["decisions", "findings"] {
        let file = fs::File::open(run.folder().join(format!("{table}.parquet"))).expect("a file");
        let frame = ParquetReader::new(file).finish().expect("a frame");
        let csv = run.csv(&format!("{table}.csv"));
        assert_eq!(frame.height(), csv.len());
        let header = run.text(&format!("{table}.csv"));
        let header: Vec<&str> = header.lines().next().expect("a header").split(',').collect();
        let names: Vec<String> =
            frame.get_column_names().iter().map(|name| name.to_string()).collect();
        assert_eq!(names, header);
        for (at, row) in csv.iter().enumerate() {
            for (column, expected) in row {
                let value = frame.column(column).expect("a column").get(at).expect("a row");
                let shown = match value {
                    polars::prelude::AnyValue::Null => String::new(),
                    polars::prelude::AnyValue::String(text) => text.to_owned(),
                    other => other.to_string(),
                };
                assert_eq!(&shown, expected, "{table} {column} of row {at}");
            }
        }
    }
}

#[test]
fn a_claim_is_explained_from_the_folder_alone() {
    let run = Run::of(&detected(300), Lang::Zh);
    for at in [0, 1, 2, 149, 298, 299] {
        let told = explain(&run.folder(), &format!("SB{at:06}"), Voice::Auditor, Lang::Zh)
            .expect("a working");
        assert!(told.starts_with(&format!("申报 SB{at:06}  ")), "{told}");
        assert!(told.contains("· 420100/deductible/employee-2023"), "{told}");
        assert!(told.contains("未核对") && told.contains("县A.xlsx#明细!"), "{told}");
        assert_eq!(told.matches("奥美拉唑").count(), 1, "{told}");
        assert_eq!(told.matches("未匹配到目录项目").count(), 1, "{told}");
    }
    let told = explain(&run.folder(), "SB000003", Voice::Auditor, Lang::En).expect("a working");
    assert!(told.contains("hand in the discharge record (by 2024-12-31, worth 273.50)"), "{told}");
    let check = |claim_id: &str, nearest: &[&str]| {
        let error =
            explain(&run.folder(), claim_id, Voice::Clerk, Lang::En).expect_err("no such claim");
        assert_eq!(
            error.to_string(),
            format!("no claim {claim_id}; next to it: {}", nearest.join(", "))
        );
    };
    check("A", &["SB000000"]);
    check("SB000148a", &["SB000148", "SB000149"]);
    check("Z", &["SB000299"]);
}

#[test]
fn no_voice_steers_a_terminal_whatever_the_names_are() {
    let run = Run::of(&detected(12), Lang::Zh);
    for voice in [Voice::Clerk, Voice::Auditor, Voice::Claimant] {
        for at in 0..12 {
            let told = explain(&run.folder(), &format!("SB{at:06}"), voice, Lang::Zh);
            let told = told.expect("a working");
            let steers = |c: char| c != '\n' && c.is_control() || c == '\u{202E}';
            assert!(!told.contains(steers), "{told}");
        }
    }
}

#[test]
fn a_change_after_the_run_is_found() {
    let run = Run::of(&detected(6), Lang::Zh);
    assert_eq!(verify(&run.folder()).expect("a manifest"), []);
    fs::write(run.folder().join("decisions.csv"), "x").expect("a file");
    fs::remove_file(run.folder().join("links.csv")).expect("a file");
    fs::write(run.folder().join("more.txt"), "x").expect("a file");
    let problems = verify(&run.folder()).expect("a manifest");
    let found: Vec<_> = problems.iter().map(|p| (p.place.file.as_str(), p.kind)).collect();
    assert_eq!(
        found,
        [
            ("decisions.csv", "output-changed"),
            ("decisions.csv", "totals-differ"),
            ("links.csv", "output-missing"),
            ("more.txt", "output-unknown"),
        ]
    );
}

#[test]
fn a_broken_tie_writes_nothing_and_leaves_the_old_reports() {
    let good = detected(6);
    let run = Run::of(&good, Lang::Zh);
    let before = run.bytes();
    let check = |change: &dyn Fn(&mut Detected), expected: &str| {
        let mut broken = good.clone();
        change(&mut broken);
        let error = write(&broken, &context(Lang::Zh), &run.folder()).expect_err("must not tie");
        assert!(matches!(error, ReportError::BrokenTies(_)));
        assert!(error.to_string().contains(expected), "{error}");
        assert!(run.bytes() == before, "the old reports changed");
    };
    let fen = Money::from_fen(1);
    check(&|broken| broken.adjudicated.decisions[2].amounts.person_total += fen, "do not balance");
    check(&|broken| broken.adjudicated.lines[3].in_scope += fen, "four parts");
    check(&|broken| broken.adjudicated.linked.records.tallies[0].accepted += 1, "rows read");
    check(&|broken| broken.adjudicated.linked.records.quarantine.clear(), "quarantined rows");
    check(&|broken| broken.findings[0].counted = Money::from_yuan(1_000_000), "at risk");
    check(
        &|broken| {
            broken.adjudicated.decisions.pop();
        },
        "accepted claim rows",
    );
}

#[test]
fn an_empty_month_still_gives_every_report() {
    let mut empty = detected(0);
    empty.findings.clear();
    let run = Run::of(&empty, Lang::En);
    assert_eq!(run.csv("decisions.csv"), []);
    let file = fs::File::open(run.folder().join("decisions.parquet")).expect("a file");
    let frame = ParquetReader::new(file).finish().expect("a frame");
    assert_eq!(frame.shape(), (0, 31));
    assert_eq!(verify(&run.folder()).expect("a manifest"), []);
    let told = summary_lines(&empty, Lang::En);
    assert!(told.contains("all 13 control totals tie"), "{told}");
}

#[test]
fn the_terminal_shows_every_outcome_and_the_ties() {
    let told = summary_lines(&detected(12), Lang::Zh);
    for outcome in Outcome::ALL {
        assert!(told.contains(outcome.zh()), "{told}");
    }
    assert!(told.contains("隔离 1 行（零星报销申报表 1）"), "{told}");
    assert!(told.contains("✓ 13 项总数全部勾稽相符"), "{told}");
}
