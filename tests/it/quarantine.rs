//! Rows that were put aside, corrected in the list of quarantined rows, and sent back.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use lingbao::flow::{Records, Silent};
use lingbao::run;
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::batch::{self, Batch, setup, workbooks};

/// A batch of three claims, of which the second has no discharge and the third an amount that
/// nobody can read; a second file says the total under another name.
fn folder() -> TempDir {
    let mut batch = Batch::world();
    batch.claim("SB1", &[]);
    let bill = "003301000010000|1|20000|20000|2024-03-15";
    batch.claim("SB2", &[("出院日期", "2024-03-32"), ("明细", bill)]);
    let folder = batch.write();
    let claims = fs::read_to_string(folder.path().join("claims.csv")).expect("the claims");
    let (header, rows) = claims.split_once('\n').expect("a header");
    let third = rows.lines().next().expect("a row").replace("SB1", "SB3");
    let third = third.replace("20000", "两万多");
    let header = header.replace("医疗费总额", "总费用");
    fs::write(folder.path().join("西山区.csv"), format!("{header}\n{third}\n")).expect("a file");
    folder
}

fn read(folder: &Path) -> Records {
    run::read(folder, setup(), &workbooks(), &Silent).expect("a batch")
}

/// The list of quarantined rows that a run on this folder writes.
fn listed(folder: &Path) -> Vec<u8> {
    let detected = run::decide(read(folder), setup(), batch::as_of(), &Silent);
    let out = TempDir::new().expect("a folder");
    let out = out.path().join("out");
    let options = batch::report_options();
    let taken = run::hold(&out, options.month).expect("nobody else writes there");
    run::report(&detected, setup(), options, taken, &Silent).expect("the reports");
    fs::read(out.join("quarantine.xlsx")).expect("the list")
}

/// The list with some cells written anew, everything else as it was: a claim, a title, a value.
fn corrected(list: &[u8], corrections: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut list: Xlsx<_> = Xlsx::new(Cursor::new(list)).expect("the list");
    let mut book = Workbook::new();
    for name in list.sheet_names() {
        let range = list.worksheet_range(&name).expect("a sheet");
        let sheet = book.add_worksheet().set_name(&name).expect("a name");
        let text = |row: usize, column: usize| range.get((row, column)).map(ToString::to_string);
        let title = |column| text(1, column).unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let holds = |id: &str| (0..range.width()).any(|c| text(row, c).as_deref() == Some(id));
            let right =
                corrections.iter().find(|(id, what, _)| *what == title(column) && holds(id));
            let (row, column) = (row as u32, column as u16);
            let written = match (right, value) {
                (Some((_, _, value)), _) if row > 1 => sheet.write(row, column, *value),
                (_, Data::Float(number)) => sheet.write(row, column, *number),
                (_, other) => sheet.write(row, column, other.to_string()),
            };
            written.expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

const RIGHT: [(&str, &str, &str); 2] =
    [("SB2", "出院日期", "2024-03-15"), ("SB3", "医疗费总额", "20000.00")];

/// How many claim rows were accepted, quarantined and replaced, and what was told of corrections.
fn told(records: &Records) -> (usize, usize, u64, Vec<&'static str>) {
    let replaced = records.tallies.iter().map(|tally| tally.replaced).sum();
    assert!(records.tallies.iter().all(|tally| tally.ties()), "{:?}", records.tallies);
    let notes = records.notes.iter().map(|note| note.kind);
    (records.claims.len(), records.quarantine.len(), replaced, notes.collect())
}

fn ids(records: &Records) -> Vec<&str> {
    records.claims.iter().map(|claim| &*claim.claim_id).collect()
}

#[test]
fn a_corrected_row_takes_the_place_of_the_one_that_was_put_aside() {
    let folder = folder();
    let before = read(folder.path());
    assert_eq!(told(&before), (1, 2, 0, vec![]));
    let list = corrected(&listed(folder.path()), &RIGHT);
    fs::write(folder.path().join("更正.xlsx"), list).expect("a file");
    let after = read(folder.path());
    assert!(after.unread.is_empty(), "{:#?}", after.unread);
    assert_eq!(told(&after), (3, 0, 2, vec!["rows-corrected"]));
    assert_eq!(ids(&after), ["SB1", "SB2", "SB3"]);
    assert_eq!(after.claims[2].total.to_string(), "20000.00");
    let place = after.place(after.claims[1].origin);
    assert_eq!(place, "更正.xlsx#零星报销申报表!3", "the evidence is the row that was sent back");
    assert!(after.notes[0].explanation.zh.contains("2 行，替代本批中的 2 个"));
}

#[test]
fn the_former_row_is_known_under_another_name_and_missed_by_nobody_when_it_is_gone() {
    let folder = folder();
    let list = corrected(&listed(folder.path()), &RIGHT);
    fs::write(folder.path().join("更正.xlsx"), list).expect("a file");
    fs::rename(folder.path().join("西山区.csv"), folder.path().join("改名.csv")).expect("a name");
    assert_eq!(told(&read(folder.path())), (3, 0, 2, vec!["rows-corrected"]));
    fs::remove_file(folder.path().join("改名.csv")).expect("gone");
    assert_eq!(told(&read(folder.path())), (3, 0, 1, vec!["rows-corrected"]));
}

#[test]
fn a_row_sent_back_wrong_is_put_aside_again_and_a_second_correction_ends_both() {
    let folder = folder();
    let once = corrected(&listed(folder.path()), &RIGHT[..1]);
    fs::write(folder.path().join("更正一.xlsx"), once).expect("a file");
    assert_eq!(told(&read(folder.path())), (2, 1, 2, vec!["rows-corrected"]));
    let twice = corrected(&listed(folder.path()), &RIGHT[1..]);
    fs::write(folder.path().join("更正二.xlsx"), twice).expect("a file");
    let (accepted, quarantined, replaced, _) = told(&read(folder.path()));
    assert_eq!((accepted, quarantined, replaced), (3, 0, 3));
    fs::remove_file(folder.path().join("更正一.xlsx")).expect("gone");
    let (accepted, quarantined, replaced, _) = told(&read(folder.path()));
    assert_eq!((accepted, quarantined, replaced), (2, 1, 1), "SB2's correction is gone with it");
}

#[test]
fn of_two_corrections_equal_ones_are_one_and_different_ones_are_put_aside() {
    let folder = folder();
    let list = listed(folder.path());
    let save = |name: &str, bytes: Vec<u8>| {
        fs::write(folder.path().join(name), bytes).expect("a file");
    };
    save("甲.xlsx", corrected(&list, &RIGHT));
    save("乙.csv", {
        // The same rows in another form, so that the file is not the same.
        let mut sheet: Xlsx<_> =
            Xlsx::new(Cursor::new(corrected(&list, &RIGHT))).expect("the list");
        let range = sheet.worksheet_range("零星报销申报表").expect("the claims");
        let mut rows = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in range.rows() {
            rows.write_record(row.iter().map(ToString::to_string)).expect("a row");
        }
        rows.into_inner().expect("a csv")
    });
    assert_eq!(told(&read(folder.path())).0, 3);
    assert_eq!(told(&read(folder.path())).1, 0);
    save("乙.csv", b"".to_vec());
    save("丙.xlsx", corrected(&list, &[RIGHT[0], ("SB3", "医疗费总额", "21000.00")]));
    let records = read(folder.path());
    assert_eq!(ids(&records), ["SB1", "SB2"]);
    let kinds: Vec<_> =
        records.quarantine.iter().flat_map(|reject| &reject.problems).map(|p| p.kind).collect();
    assert_eq!(kinds, ["correction-contradicted", "correction-contradicted"]);
}

#[test]
fn a_key_that_was_tampered_with_is_a_fault_of_its_row() {
    let folder = folder();
    let list = corrected(&listed(folder.path()), &[RIGHT[0], ("SB3", "行标识", "改过")]);
    fs::write(folder.path().join("更正.xlsx"), list).expect("a file");
    let records = read(folder.path());
    let kinds: Vec<_> =
        records.quarantine.iter().flat_map(|reject| &reject.problems).map(|p| p.kind).collect();
    assert!(kinds.contains(&"row-key-unreadable"), "{kinds:?}");
}
