//! Zipped workbooks (.xlsx, .xlsb, .ods) made part by part, where the usual writer would refuse.

use crate::workbooks::{Days, LINES, Value};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// What ISO 29500 strict calls the same.
const STRICT_MAIN: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";
const STRICT_RELATIONS: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";

/// Parts by their names.
pub type Parts = Vec<(String, Vec<u8>)>;

/// Replaces a part or adds it.
pub fn with(mut parts: Parts, name: &str, content: impl Into<Vec<u8>>) -> Parts {
    let content = content.into();
    match parts.iter_mut().find(|(known, _)| known == name) {
        Some((_, held)) => *held = content,
        None => parts.push((name.to_owned(), content)),
    }
    parts
}

fn relations(targets: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!(r#"<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#)
    };
    let all: String = targets.iter().map(one).collect();
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    format!(r#"<Relationships xmlns="{namespace}">{all}</Relationships>"#)
}

/// Where the sheet of [`lines_xlsx`] stands.
pub const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The parts of an xlsx with one sheet, of which the rows are given as XML.
pub fn xlsx(rows: &str, days: Days) -> Parts {
    let kinds =
        [("xl/workbook.xml", "sheet.main"), (SHEET, "worksheet"), ("xl/styles.xml", "styles")].map(
            |(part, kind)| {
                let kind = format!(
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
                );
                format!(r#"<Override PartName="/{part}" ContentType="{kind}"/>"#)
            },
        );
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let date1904 = u8::from(days.from_1904);
    let format = days.format;
    let parts = [
        ("[Content_Types].xml", format!(r#"<Types xmlns="{types}">{}</Types>"#, kinds.concat())),
        ("_rels/.rels", relations(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{date1904}"/>
                <sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "styles", "styles.xml"),
            ]),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>
                <xf numFmtId="{format}" applyNumberFormat="1"/></cellXfs></styleSheet>"#
            ),
        ),
        (SHEET, format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#)),
    ];
    parts.map(|(name, text)| (name.to_owned(), text.into_bytes())).to_vec()
}

/// The rows of [`LINES`] as XML, each cell with its name.
pub fn rows(days: Days) -> [String; 2] {
    let cell = |row: usize, (column, value): (char, Value)| {
        let name = format!("{column}{row}");
        match value {
            Value::Text(text) => {
                format!(r#"<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>"#)
            }
            Value::Number(number) => format!(r#"<c r="{name}"><v>{number}</v></c>"#),
            Value::Day(day) => format!(r#"<c r="{name}" s="1"><v>{}</v></c>"#, days.serial(day)),
        }
    };
    let row = |index: usize| {
        let cells: String = ('A'..).zip(LINES[index]).map(|c| cell(index + 1, c)).collect();
        format!(r#"<row r="{}">{cells}</row>"#, index + 1)
    };
    [row(0), row(1)]
}

pub fn lines_xlsx(days: Days) -> Parts {
    xlsx(&rows(days).concat(), days)
}

/// The same parts in the words of the strict standard.
pub fn strict(parts: Parts) -> Parts {
    let strict = |text: Vec<u8>| {
        let text = String::from_utf8(text).expect("XML");
        text.replace(MAIN, STRICT_MAIN).replace(RELATIONS, STRICT_RELATIONS).into_bytes()
    };
    parts.into_iter().map(|(name, text)| (name, strict(text))).collect()
}

/// A record of a binary workbook: kind and length in seven bits a byte.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = match kind {
        0..0x80 => vec![kind as u8],
        _ => vec![kind as u8 | 0x80, (kind >> 7) as u8],
    };
    let mut length = data.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(data);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = (units.len() as u32).to_le_bytes().to_vec();
    [length, units.into_iter().flat_map(u16::to_le_bytes).collect()].concat()
}

/// [`LINES`] as a binary workbook.
pub fn lines_xlsb(days: Days) -> Parts {
    let zeros = |count: usize| vec![0u8; count];
    let mut sheet = [record(0x81, &[]), record(0x94, &zeros(16)), record(0x91, &[])].concat();
    for (row, values) in (0u32..).zip(LINES) {
        sheet.extend(record(0, &[row.to_le_bytes().to_vec(), zeros(13)].concat()));
        for (column, value) in (0u32..).zip(values) {
            let place = |style: u32| [column, style].map(u32::to_le_bytes).concat();
            let (kind, data) = match value {
                Value::Text(text) => (6, [place(0), wide(text)].concat()),
                Value::Number(number) => (5, [place(0), number.to_le_bytes().to_vec()].concat()),
                Value::Day(day) => {
                    let serial = f64::from(days.serial(day)).to_le_bytes();
                    (5, [place(1), serial.to_vec()].concat())
                }
            };
            sheet.extend(record(kind, &data));
        }
    }
    sheet.extend([record(0x92, &[]), record(0x82, &[])].concat());
    let bundle = [zeros(4), 1u32.to_le_bytes().to_vec(), wide("rId1"), wide("表")].concat();
    let workbook = [
        record(0x83, &[]),
        record(0x99, &[&[u8::from(days.from_1904), 0, 0, 0][..], &zeros(8)].concat()),
        record(0x8F, &[]),
        record(0x9C, &bundle),
        record(0x90, &[]),
        record(0x9D, &zeros(26)),
        record(0x84, &[]),
    ]
    .concat();
    let format =
        |format: u16| record(0x2F, &[&[0, 0][..], &format.to_le_bytes(), &zeros(12)].concat());
    let styles =
        [record(0x269, &2u32.to_le_bytes()), format(0), format(days.format), record(0x26A, &[])];
    let parts = [
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/workbook.bin", workbook),
        (
            "xl/_rels/workbook.bin.rels",
            relations(&[("rId1", "worksheet", "worksheets/sheet1.bin")]).into_bytes(),
        ),
        ("xl/worksheets/sheet1.bin", sheet),
        ("xl/styles.bin", styles.concat()),
    ];
    parts.map(|(name, content)| (name.to_owned(), content)).to_vec()
}

/// An ods with one table, of which the rows are given as XML.
pub fn ods(rows: &str) -> Parts {
    const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        r#"<office:document-content xmlns:office="{NAMES}:office:1.0"
        xmlns:table="{NAMES}:table:1.0" xmlns:text="{NAMES}:text:1.0"><office:body>
        <office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet>
        </office:body></office:document-content>"#
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        r#"<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0">
        <manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>
        </manifest:manifest>"#
    );
    let parts = [
        ("mimetype", kind.to_owned()),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ];
    parts.map(|(name, text)| (name.to_owned(), text.into_bytes())).to_vec()
}

/// The rows of [`LINES`] as an ods has them.
pub fn ods_rows() -> String {
    let cell = |value: Value| match value {
        Value::Text(text) => format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        ),
        Value::Number(number) => {
            format!(r#"<table:table-cell office:value-type="float" office:value="{number}"/>"#)
        }
        Value::Day(_) => {
            r#"<table:table-cell office:value-type="date" office:date-value="2024-06-01"/>"#.into()
        }
    };
    let row = |values: [Value; 6]| values.map(cell).concat();
    LINES.map(|values| format!("<table:table-row>{}</table:table-row>", row(values))).concat()
}
