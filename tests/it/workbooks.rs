//! Workbooks no office would write, made record by record: damaged, hostile, locked.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const NUMBER: u16 = 0x0203;

/// A zip of these parts.
pub fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        package.start_file(*name, SimpleFileOptions::default()).expect("a part");
        package.write_all(bytes).expect("a part");
    }
    package.finish().expect("a package").into_inner()
}

/// Makes a text in an archive another one of the same length, wherever it stands.
pub fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

/// The parts of a workbook of one sheet, around the XML of its rows.
fn xlsx(rows: &str) -> Vec<u8> {
    const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id='r1' Type='{TYPES}/{kind}' Target='{target}'/>\
             </Relationships>"
        )
    };
    let book = "<workbook><sheets><sheet name='表' sheetId='1' r:id='r1'/></sheets></workbook>";
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A workbook of one cell.
pub fn small() -> Vec<u8> {
    xlsx("<row r='1'><c r='A1'><v>1</v></c></row>")
}

/// A small file with a row of so many cells that reading them takes seconds.
pub fn endless() -> Vec<u8> {
    xlsx(&format!("<row r='1'>{}</row>", "<c r='A1'><v>1</v></c>".repeat(8_000_000)))
}

/// A record of an old workbook.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// An .xls of one sheet: records after the beginning of the workbook, and those of the sheet.
fn xls(globals: &[Vec<u8>], sheet: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u8| record(BOF, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let before = |at: u32| {
        let bound = [&at.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
        [begin(5), globals.concat(), record(BOUNDSHEET, &bound), record(EOF, &[])].concat()
    };
    let at = before(0).len() as u32;
    let stream = [before(at), begin(0x10), sheet.concat(), record(EOF, &[])].concat();
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    let mut workbook = container.create_stream("/Workbook").expect("a stream");
    workbook.write_all(&stream).expect("the records");
    drop(workbook);
    container.into_inner().into_inner()
}

fn number(row: u16, column: u16) -> Vec<u8> {
    let place = [row, column, 0].map(u16::to_le_bytes).concat();
    record(NUMBER, &[place, 1f64.to_le_bytes().to_vec()].concat())
}

/// Two cells so far apart that the library asks for a hundred gigabytes to hold what lies between.
pub fn far_apart() -> Vec<u8> {
    xls(&[], &[number(0, 0), number(u16::MAX, u16::MAX)])
}

/// Encrypted the oldest way: nothing but a FILEPASS record of kind 0 tells.
pub fn xor_encrypted() -> Vec<u8> {
    xls(&[record(0x002F, &[0, 0, 0x12, 0x34, 0x56, 0x78])], &[number(0, 0)])
}
