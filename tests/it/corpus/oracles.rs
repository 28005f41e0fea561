//! Excel's own text of many sheets of the corpus, compared cell by cell with what was read.

use std::fs;
use std::path::Path;

use csv::ReaderBuilder;
use encoding_rs::WINDOWS_1252;
use lingbao::flow::Cell;

use super::Sheet;
use super::list::Expected;
use super::shown::agrees;

/// Cells that rightly differ: the file, the cell of a sheet (or all of them), and why.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("apache-poi/49156.xlsx", "0:EF37", DASH),
    ("apache-poi/49156.xlsx", "0:H72", DASH),
    ("apache-poi/49156.xlsx", "0:H73", DASH),
    ("apache-poi/49156.xlsx", "0:H74", DASH),
    ("apache-poi/49156.xlsx", "0:E75", DASH),
    ("apache-poi/56278.xlsx", "5:D3", CODE_PAGE),
    ("apache-poi/56278.xlsx", "5:E3", CODE_PAGE),
    ("apache-poi/57535.xlsx", "0:E5", WORKED_OUT_AGAIN),
    ("apache-poi/57535.xlsx", "0:E6", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A8", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A9", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A18", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A19", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A28", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A29", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A38", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A39", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A48", WORKED_OUT_AGAIN),
    ("apache-poi/ElapsedFormatTests.xlsx", "1:A49", WORKED_OUT_AGAIN),
    ("apache-poi/bug60858.xlsx", "0:H1", WRONG_BYTES),
    ("apache-poi/bug60858.xlsx", "0:L1", WRONG_BYTES),
    ("apache-poi/bug60858.xlsx", "0:F2", NEVER_WORKED_OUT),
    ("apache-poi/bug60858.xlsx", "0:G2", NEVER_WORKED_OUT),
    ("apache-poi/bug60858.xlsx", "0:I2", NEVER_WORKED_OUT),
    ("apache-poi/bug60858.xlsx", "0:L2", NEVER_WORKED_OUT),
    ("apache-poi/bug60858.xlsx", "0:N2", "a negative time is shown as a row of #"),
    ("apache-poi/bug60858.xlsx", "0:O2", "a time of day: midnight is the number zero"),
];
const DASH: &str = "its format shows a dash for zero";
const CODE_PAGE: &str = "Excel's code page has no sign for it";
const WORKED_OUT_AGAIN: &str = "Excel worked the formula out again; the file holds another value";
const NEVER_WORKED_OUT: &str = "a formula without a value, which is an error cell here";
const WRONG_BYTES: &str = "the letters stand in the file as they are read";

/// Every cell that differs without a known reason.
pub fn differences(folder: &Path, expected: &Expected, sheets: &[Sheet]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, file) in &expected.oracles {
        let shown = shown_cells(&folder.join(file));
        let Some(sheet) = sheets.get(*place) else {
            found.push(format!("{}: no sheet {place}", expected.path));
            continue;
        };
        let rows = sheet.rows.last().map_or(0, |row| row.view().row as usize).max(shown.len());
        for number in 1..=rows {
            let row = sheet.rows.iter().find(|row| row.row as usize == number);
            let shown = shown.get(number - 1).map_or(&[][..], Vec::as_slice);
            let columns = row.map_or(0, |row| row.view().len()).max(shown.len());
            for column in 0..columns {
                let cell = row.map_or(Cell::Empty, |row| row.view().cell(column));
                let shown = shown.get(column).map_or("", String::as_str);
                let name = format!("{place}:{}", cell_name(number, column));
                if !agrees(cell, shown) && !is_explained(&expected.path, &name) {
                    found.push(format!("{} {name}: {cell:?}, Excel: {shown:?}", expected.path));
                }
            }
        }
    }
    found
}

fn is_explained(path: &str, cell: &str) -> bool {
    EXPLAINED.iter().any(|(file, place, _)| *file == path && (*place == "*" || *place == cell))
}

fn cell_name(row: usize, column: usize) -> String {
    format!("{}{row}", lingbao::flow::raw::column_letters(column as u32))
}

/// Rows and cells from A1 on. Blank lines are rows too, which the csv library would pass over.
fn shown_cells(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).expect("Excel's text");
    // Excel writes what it can in the code page of its country.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| WINDOWS_1252.decode(error.as_bytes()).0.into_owned());
    let mut rows = Vec::new();
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = record.expect("a record");
        let at = record.position().expect("a place").byte() as usize;
        // The library stands between the return and the line feed that end the record before.
        let begun = text[at..].strip_prefix('\n').filter(|_| text[..at].ends_with('\r'));
        let begun = begun.unwrap_or(&text[at..]);
        let blank = begun.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        rows.extend(blank.filter(|&byte| byte == b'\n').map(|_| Vec::new()));
        rows.push(record.iter().map(str::to_owned).collect());
    }
    rows
}
