//! Old workbooks (.xls) made record by record: a small table in each of its variations, and files
//! no office would write, damaged, hostile or locked.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const NUMBER: u16 = 0x0203;
const DATE_MODE: u16 = 0x0022;
const XF: u16 = 0x00E0;
const SHARED_STRINGS: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const LABEL: u16 = 0x00FD;
const FILEPASS: u16 = 0x002F;

/// A cell of a table to be written in some format.
#[derive(Clone, Copy)]
pub enum Value {
    Text(&'static str),
    Number(f64),
    /// Days since the epoch 1900, shown as a date.
    Day(i32),
}

/// A header of bill lines and one row; 1 June 2024 is day 45,444.
pub const LINES: [[Value; 6]; 2] = [
    [
        Value::Text("申报编号"),
        Value::Text("费用日期"),
        Value::Text("项目名称"),
        Value::Text("数量"),
        Value::Text("单价"),
        Value::Text("金额"),
    ],
    [
        Value::Text("A1"),
        Value::Day(45_444),
        Value::Text("床位费"),
        Value::Number(2.0),
        Value::Number(30.0),
        Value::Number(60.0),
    ],
];

/// How many days fewer since the epoch 1904.
pub const EPOCHS_APART: i32 = 1_462;

/// How a file shows and counts its days.
#[derive(Clone, Copy)]
pub struct Days {
    pub format: u16,
    pub from_1904: bool,
}

impl Days {
    pub fn serial(self, day: i32) -> i32 {
        if self.from_1904 { day - EPOCHS_APART } else { day }
    }
}

/// A zip of these parts.
pub fn package(parts: &[(impl AsRef<str>, impl AsRef<[u8]>)]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        package.start_file(name.as_ref(), SimpleFileOptions::default()).expect("a part");
        package.write_all(bytes.as_ref()).expect("a part");
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
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", &relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", &sheet),
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

fn number(row: u16, column: u16, format: u16, number: f64) -> Vec<u8> {
    let place = [row, column, format].map(u16::to_le_bytes).concat();
    record(NUMBER, &[place, number.to_le_bytes().to_vec()].concat())
}

/// [`LINES`] as Excel 97 to 2003 write them.
pub fn lines_xls(days: Days) -> Vec<u8> {
    let mut texts = Vec::new();
    let mut cells = Vec::new();
    for (row, values) in (0u16..).zip(LINES) {
        for (column, value) in (0u16..).zip(values) {
            cells.push(match value {
                Value::Text(text) => {
                    let index = texts.len() as u32;
                    texts.push(text);
                    let place = [row, column, 0].map(u16::to_le_bytes).concat();
                    record(LABEL, &[place, index.to_le_bytes().to_vec()].concat())
                }
                Value::Number(value) => number(row, column, 0, value),
                Value::Day(day) => number(row, column, 1, days.serial(day).into()),
            });
        }
    }
    let count = (texts.len() as u32).to_le_bytes();
    let mut shared = [count, count].concat();
    for text in texts {
        let units: Vec<u16> = text.encode_utf16().collect();
        shared.extend((units.len() as u16).to_le_bytes());
        shared.push(1);
        shared.extend(units.into_iter().flat_map(u16::to_le_bytes));
    }
    let format = |format: u16| {
        let mut data = [0, format].map(u16::to_le_bytes).concat();
        data.resize(20, 0);
        record(XF, &data)
    };
    let globals = [
        record(DATE_MODE, &[u8::from(days.from_1904), 0]),
        format(0),
        format(days.format),
        record(SHARED_STRINGS, &shared),
    ];
    xls(&globals, &cells)
}

/// Two cells so far apart that the library asks for a hundred gigabytes to hold what lies between.
pub fn far_apart() -> Vec<u8> {
    xls(&[], &[number(0, 0, 0, 1.0), number(u16::MAX, u16::MAX, 0, 1.0)])
}

/// Encrypted the oldest way: nothing but a FILEPASS record of kind 0 tells.
pub fn xor_encrypted() -> Vec<u8> {
    xls(&[record(FILEPASS, &[0, 0, 0x12, 0x34, 0x56, 0x78])], &[number(0, 0, 0, 1.0)])
}

/// Encrypted as Excel 97 does: a FILEPASS record of kind 1 with salt and check values.
pub fn rc4_encrypted() -> Vec<u8> {
    let mut data = [1u16, 1, 1].map(u16::to_le_bytes).concat();
    data.resize(54, 0x5A);
    xls(&[record(FILEPASS, &data)], &[number(0, 0, 0, 1.0)])
}

/// A text that goes on in a record that is empty, which makes the library panic.
pub fn empty_continue() -> Vec<u8> {
    let count = 1u32.to_le_bytes();
    let shared = [&count[..], &count, &9u16.to_le_bytes(), &[0], b"half"].concat();
    xls(&[record(SHARED_STRINGS, &shared), record(CONTINUE, &[])], &[number(0, 0, 0, 1.0)])
}

/// The container in which Excel puts a workbook with a password, nothing in it but the name of
/// the encrypted part: a header, the list of its sectors, and its folder.
pub fn password_protected() -> Vec<u8> {
    const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
    const LIST_ITSELF: u32 = 0xFFFF_FFFD;
    const FREE: u32 = 0xFFFF_FFFF;
    let words = |words: &[u32]| -> Vec<u8> { words.iter().flat_map(|w| w.to_le_bytes()).collect() };
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.resize(24, 0);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header.resize(44, 0);
    header.extend(words(&[1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, 0]));
    header.resize(512, 0xFF);
    let mut sectors = words(&[LIST_ITSELF, END_OF_CHAIN]);
    sectors.resize(512, 0xFF);
    let entry = |name: &str, kind: u8| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = entry.len() as u8 + 2;
        entry.resize(64, 0);
        entry.extend([length, 0, kind, 1]);
        entry.extend(words(&[FREE, FREE, FREE]));
        entry.resize(116, 0);
        entry.extend(words(&[END_OF_CHAIN, 0, 0]));
        entry
    };
    let mut folder = [entry("Root Entry", 5), entry("EncryptedPackage", 2)].concat();
    folder.resize(512, 0);
    [header, sectors, folder].concat()
}
