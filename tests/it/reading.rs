//! From files to records: what a clerk's folder says is what the records say, to the fen, whatever
//! the form it comes in.

use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use lingbao::domain::Money;
use lingbao::domain::words::Hardship;
use lingbao::flow::{Records, Silent, TableKind};
use lingbao::ingest::read_batch;
use lingbao::normalise::normalise;
use lingbao::rulebook::divisions::Divisions;
use lingbao::rulebook::layouts::Layouts;
use lingbao::rulebook::vocabulary::Vocabulary;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::batch::workbooks;
use crate::data;
use crate::workbooks::{package, patched};

const HEADER: [&str; 13] = [
    "申报编号",
    "证件号码",
    "姓名",
    "参保地",
    "险种",
    "医疗类别",
    "就医地",
    "医疗机构名称",
    "入院日期",
    "出院日期",
    "票据号码",
    "医疗费总额",
    "受理日期",
];
const CLAIM: [&str; 13] = [
    "SB1",
    "420106197003059969",
    "王试",
    "湖北省武汉市",
    "职工医保",
    "住院",
    "广东深圳",
    "某市试验医院",
    "2024-06-01",
    "2024-06-09",
    "00012345",
    "15263.14",
    "2024-07-01",
];

fn read(folder: &Path) -> Records {
    let layouts = Layouts::load(&data()).expect("layouts");
    let divisions = Divisions::load(&data()).expect("divisions");
    let words = Vocabulary::load(&data()).expect("a vocabulary");
    let raw = read_batch(folder, &layouts, &workbooks(), &Silent).expect("a batch");
    normalise(raw, &divisions, &words, &Silent)
}

fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn csv(rows: &[[&str; 13]]) -> String {
    let lines = std::iter::once(&HEADER).chain(rows).map(|row| row.join(","));
    lines.collect::<Vec<_>>().join("\n")
}

/// The claim as a workbook holds it when every cell has its own type.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 12, "六月零星报销申报表", &plain).expect("a title");
    sheet.write_row(3, 0, HEADER).expect("a header");
    sheet.write_row(4, 0, CLAIM).expect("a row");
    let day = Format::new().set_num_format_index(31);
    for (column, day_of, month) in [(8, 1, 6), (9, 9, 6), (12, 1, 7)] {
        let value = ExcelDateTime::from_ymd(2024, month, day_of).expect("a day");
        sheet.write_with_format(4, column, value, &day).expect("a day");
    }
    sheet.write(4, 11, 15_263.14).expect("an amount");
    sheet.write(5, 0, "合计").expect("a total");
    sheet.write(5, 11, 15_263.14).expect("a total");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn the_same_claim_is_read_from_every_form() {
    let text = csv(&[CLAIM]);
    for (name, bytes) in [
        ("a.csv", text.clone().into_bytes()),
        ("a.xls", GB18030.encode(&text.replace(',', "\t")).0.into_owned()),
        ("a.xlsx", workbook()),
    ] {
        let folder = folder(&[(name, bytes)]);
        let records = read(folder.path());
        assert!(records.unread.is_empty() && records.quarantine.is_empty(), "{name}");
        let claim = &records.claims[0];
        assert_eq!(claim.total, Money::from_fen(1_526_314), "{name}");
        assert_eq!(claim.stay.hospital_days(), 8, "{name}");
        assert_eq!(claim.insured.to_string(), "420100", "{name}");
        assert_eq!(claim.treated.to_string(), "440300", "{name}");
        assert_eq!(&*claim.invoice.number, "00012345", "{name}");
        assert_eq!(claim.received_on.to_string(), "2024-07-01", "{name}");
    }
}

#[test]
fn the_members_of_an_archive_are_inputs_with_a_path_of_their_own() {
    let mut second = CLAIM;
    (second[0], second[10]) = ("SB2", "00012346");
    let first = csv(&[CLAIM]);
    let second = GB18030.encode(&csv(&[second])).0.into_owned();
    let archive = package(&[
        ("西山区/一.csv", first.as_bytes()),
        ("ABCD.csv", &second),
        ("../二.xlsx", &workbook()),
        ("__MACOSX/._一.csv", b"\0"),
        ("说明.docx", b"\x01\x02"),
    ]);
    // As a Chinese system writes a name: in GB18030, without saying so.
    let archive = patched(archive, b"ABCD.csv", &[&GB18030.encode("六月").0[..], b".csv"].concat());
    let folder = folder(&[("六月.zip", archive.clone()), ("六月的副本.zip", archive)]);
    let records = read(folder.path());
    assert!(records.unread.is_empty() && records.quarantine.is_empty(), "{:?}", records.unread);
    let places: Vec<String> = records.claims.iter().map(|c| records.place(c.origin)).collect();
    let expected = ["六月.zip/二.xlsx#Sheet1!5", "六月.zip/西山区/一.csv!2", "六月.zip/六月.csv!2"];
    assert_eq!(places, expected);
    let told: Vec<_> = records.notes.iter().map(|n| (n.kind, n.place.file.as_str())).collect();
    assert_eq!(told, [("file-not-read", "六月.zip/说明.docx"), ("file-same", "六月的副本.zip")]);
    let files: Vec<_> = records.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    assert!(records.files.iter().all(|file| file.sha256.len() == 64));
}

#[test]
fn what_is_quarantined_names_its_cell_and_every_row_and_fen_is_accounted_for() {
    let mut wrong = CLAIM;
    (wrong[0], wrong[3], wrong[9]) = ("SB2", "朝阳区", "2024-05-09");
    let text = format!("{}\n合计,,,,,,,,,,,30526.28,\n", csv(&[CLAIM, wrong]));
    let folder = folder(&[("申报.csv", text.into_bytes())]);
    let records = read(folder.path());
    let reject = &records.quarantine[0];
    let told: Vec<_> =
        reject.problems.iter().map(|p| (p.kind, p.place.column.as_deref())).collect();
    assert_eq!(
        told,
        [("region-ambiguous", Some("D 参保地")), ("dates-reversed", Some("J 出院日期"))]
    );
    assert_eq!(reject.problems[0].place.row, Some(3));
    let tally = &records.tallies[0];
    assert_eq!(tally.kind, TableKind::Claims);
    assert_eq!(
        (tally.rows_read, tally.accepted, tally.quarantined, tally.passed_over),
        (3, 1, 1, 1)
    );
    assert_eq!(tally.amount_read, Money::from_fen(2 * 1_526_314));
    assert!(tally.ties());
}

#[test]
fn what_the_register_says_of_hardship_and_of_continuous_insurance_is_read_with_the_claims() {
    let persons = "身份证号,姓名,参保地,险种,人员类别,困难群体类别,本次参保日期,连续参保开始时间\n\
        420106197003059969,王试,武汉市,居民医保,居民成年,低保对象、一级残疾,2010-03-01,2019年9月\n\
        420106198811239989,刘试,武汉市,居民医保,居民成年,无,2011-03-01,2024-01-15\n\
        420106199105059979,孙试,武汉市,居民医保,居民成年,低保；劳模,2012-03-01,\n";
    let claims = csv(&[CLAIM]).into_bytes();
    let folder = folder(&[("参保.csv", persons.into()), ("申报.csv", claims)]);
    let records = read(folder.path());
    assert_eq!((records.claims.len(), records.persons.len()), (1, 2));
    let told: Vec<_> = records.persons.iter().map(|p| (&*p.name, &p.hardship[..])).collect();
    let both = [Hardship::MinimumLiving, Hardship::Disabled];
    assert_eq!(told, [("王试", &both[..]), ("刘试", &[])]);
    let since = records.persons.iter().filter_map(|p| p.insured_since).map(|day| day.to_string());
    assert_eq!(since.collect::<Vec<_>>(), ["2019-09-01", "2024-01-15"]);
    let problem = &records.quarantine[0].problems[0];
    let column = problem.place.column.as_deref();
    assert_eq!((problem.kind, column), ("word-unknown", Some("F 困难群体类别")));
    assert!(problem.explanation.zh.contains("劳模") && problem.hint.zh.contains("低保边缘"));
    assert!(records.tallies.iter().all(|tally| tally.ties()));
}

#[test]
fn the_names_and_the_order_of_files_and_threads_change_nothing() {
    let claims = |id: &'static str, no: &'static str| {
        let mut claim = CLAIM;
        (claim[0], claim[10]) = (id, no);
        csv(&[claim]).into_bytes()
    };
    let ids = |files: &[(&str, Vec<u8>)], threads: usize| {
        let folder = folder(files);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let records = pool.install(|| read(folder.path()));
        records.claims.iter().map(|claim| claim.claim_id.to_string()).collect::<Vec<_>>()
    };
    let one = [("a.csv", claims("SB2", "1")), ("b.csv", claims("SB1", "2"))];
    let other = [("b.csv", claims("SB2", "1")), ("a.csv", claims("SB1", "2"))];
    assert_eq!(ids(&one, 1), ["SB1", "SB2"]);
    assert_eq!(ids(&one, 1), ids(&other, 2));
}
