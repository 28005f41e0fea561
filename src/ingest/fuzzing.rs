//! Files, sheets and answers of readers of any content; see [`crate::fuzzing`].

use std::path::Path;
use std::sync::OnceLock;

use super::choices::{Choices, Guides};
use super::content::{self, Content};
use super::scans::Scans;
use super::sheet::{Merge, SheetFacts, SheetRead, SheetScan};
use super::{text as texts, workbook};
use crate::flow::{Cell, Place, RawRow};
use crate::rulebook::layouts::Layouts;

const MERGES_MAX: usize = 4;

fn layouts() -> &'static Layouts {
    static LAYOUTS: OnceLock<Layouts> = OnceLock::new();
    let data = || Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
    LAYOUTS.get_or_init(|| Layouts::load(data()).expect("layouts"))
}

fn guides() -> Guides<'static> {
    static CHOICES: OnceLock<Choices> = OnceLock::new();
    Guides { layouts: layouts(), choices: CHOICES.get_or_init(Choices::default) }
}

/// A file: what it is, and what is looked up in it beside the library.
pub fn content(data: &[u8]) {
    if content::recognise(data) == Content::Xls {
        workbook::look_at_records(data);
    }
}

/// A text file.
pub fn text(data: &[u8]) {
    if let Ok(decoded) = texts::decode(data, None) {
        check(texts::read(&decoded.text, "a.csv", guides().of("a.csv", "")));
    }
}

/// What a reader's process sends through its pipe.
pub fn frames(data: &[u8]) {
    let mut scans = Scans::new(guides(), "a.xlsx");
    workbook::hear(data, &mut scans);
    let (sheets, _) = scans.finish();
    sheets.into_iter().for_each(|sheet| check(sheet.read));
}

/// A sheet: lines of cells between tabs, of which those that begin above ASCII are headers. Its
/// first bytes say what is merged.
pub fn sheet(data: &[u8]) {
    static TITLES: OnceLock<Vec<&str>> = OnceLock::new();
    let titles = TITLES.get_or_init(|| {
        let fields = layouts().iter().flat_map(|layout| &layout.fields);
        fields.map(|field| field.header.as_str()).collect()
    });
    let (head, lines) = data.split_at(data.len().min(1 + 3 * MERGES_MAX));
    let (from_1904, merges) = head.split_first().unwrap_or((&0, &[]));
    let merges = merges.as_chunks::<3>().0.iter().map(|&[first, rows, column]| Merge {
        first_row: u32::from(first),
        last_row: u32::from(first) + u32::from(rows),
        column: u32::from(column),
    });
    let facts =
        SheetFacts { merges: merges.collect(), from_1904: from_1904 % 2 == 1, hidden: None };
    let mut scan = SheetScan::new(guides().of("a.xlsx", "表"), Place::sheet("a.xlsx", "表"), facts);
    for (number, line) in (1..).zip(lines.split(|&byte| byte == b'\n')) {
        let mut row = RawRow::new(number);
        for cell in line.split(|&byte| byte == b'\t') {
            match *cell {
                [] => row.push(Cell::Empty),
                [high @ 0x80..=0xFF, low, ..] => {
                    let place = usize::from(high - 0x80) << 8 | usize::from(low);
                    row.push(Cell::Text(titles[place % titles.len()]));
                }
                _ => row.push(Cell::Text(&String::from_utf8_lossy(cell))),
            }
        }
        scan.push(row.view());
    }
    check(scan.finish());
}

/// Every row of a table is once data or once passed over.
fn check(read: SheetRead) {
    let SheetRead::Table(table) = read else { return };
    let mut rows: Vec<u32> = table.rows.iter().map(|row| row.row).collect();
    assert!(rows.is_sorted(), "rows out of order: {rows:?}");
    rows.extend(table.passed_over.iter().map(|passed| passed.row));
    rows.sort_unstable();
    let count = rows.len();
    rows.dedup();
    assert_eq!(rows.len(), count, "a row twice: {rows:?}");
}
