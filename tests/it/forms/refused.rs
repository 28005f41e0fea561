//! Files that are not read: damaged, locked, hostile, or no tables. Each costs one line in the
//! report, by the real reader, and never the run.

use encoding_rs::BIG5;

use super::{Form, check, nothing};
use crate::packages::{self, Parts, SHEET, lines_xlsx, ods, with};
use crate::workbooks::{self, Days, lines_xls, package};

const PLAIN: Days = Days { format: 14, from_1904: false };
/// So many letters fit into a cell.
const CELL_MAX: usize = 32_767;

fn half(bytes: Vec<u8>) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn lines() -> Parts {
    lines_xlsx(PLAIN)
}

#[test]
fn damaged_files_are_named() {
    let mut flipped = package(&lines());
    let name = SHEET.as_bytes();
    let at = flipped.windows(name.len()).position(|part| part == name).expect("the sheet");
    flipped[at + name.len() + 40] ^= 0xFF;
    check(vec![
        nothing("an empty file", "a.xlsx", Vec::new(), "file-empty"),
        nothing("half an xlsx", "a.xlsx", half(package(&lines())), "file-corrupt"),
        nothing("half an xls", "a.xls", half(lines_xls(PLAIN)), "file-corrupt"),
        nothing("half an ods", "a.ods", half(package(&ods(""))), "file-corrupt"),
        nothing(
            "half an xlsb",
            "a.xlsb",
            half(package(&packages::lines_xlsb(PLAIN))),
            "file-corrupt",
        ),
        nothing("a flipped bit in a sheet", "a.xlsx", flipped, "file-corrupt"),
        nothing(
            "a sheet that ends in the middle",
            "a.xlsx",
            package(&with(lines(), SHEET, "<worksheet><sheetData><row><c><v>1</v>")),
            "file-corrupt",
        ),
        nothing(
            "a workbook whose sheet is not there",
            "a.xlsx",
            package(&lines().into_iter().filter(|(name, _)| name != SHEET).collect::<Parts>()),
            "file-corrupt",
        ),
        nothing(
            "a text that goes on in an empty record",
            "a.xls",
            workbooks::empty_continue(),
            "file-crashes-reader",
        ),
    ]);
}

#[test]
fn locked_files_are_named_as_locked() {
    let locked = "file-encrypted";
    check(vec![
        nothing("a password of today", "a.xlsx", workbooks::password_protected(), locked),
        nothing("a password of today, as xls", "a.xls", workbooks::password_protected(), locked),
        nothing("a password of Excel 97", "a.xls", workbooks::rc4_encrypted(), locked),
        nothing("a password of Excel 95", "a.xls", workbooks::xor_encrypted(), locked),
    ]);
}

#[test]
fn what_is_no_table_is_named_for_what_it_is() {
    let other = "file-format";
    let foreign = "file-not-a-spreadsheet";
    let archive = vec![("来信.pdf".to_owned(), b"%PDF-1.7\n\0".to_vec())];
    check(vec![
        nothing("a web page", "a.xls", b"<html><body><table>".to_vec(), other),
        nothing(
            "an XML spreadsheet",
            "a.xls",
            b"<?xml version=\"1.0\"?><Workbook>".to_vec(),
            other,
        ),
        nothing("an Excel 3 workbook", "a.xls", b"\x09\x02\x06\0\0\0\x10\0".to_vec(), other),
        nothing("a PDF", "a.xlsx", b"%PDF-1.7\n\0".to_vec(), foreign),
        nothing("a picture", "a.csv", b"\x89PNG\r\n\x1A\n\0".to_vec(), foreign),
        nothing("bytes", "a.csv", vec![0, 1, 2, 3], foreign),
        nothing("zeros in a text", "a.csv", b"a\0,b\0 c,d\n".to_vec(), foreign),
        nothing("a zip of letters", "a.xlsx", package(&archive), "archive-without-tables"),
        nothing(
            "a code page of Taiwan",
            "a.csv",
            BIG5.encode("申報編號,姓名\n1,王試\n").0.into_owned(),
            "file-encoding-unknown",
        ),
        nothing("another table", "a.csv", b"a,b\n1,2\n".to_vec(), "sheet-unrecognised"),
    ]);
}

/// An xlsx with one shared text, and rows that all consist of it.
fn of_one_text(text: String, rows: usize) -> Vec<u8> {
    let [header, _] = packages::rows(PLAIN);
    let cells: String = r#"<c t="s"><v>0</v></c>"#.repeat(6);
    let sheet = format!("{header}{}", format!("<row>{cells}</row>").repeat(rows));
    let parts = packages::xlsx(&sheet, PLAIN);
    let relations = "xl/_rels/workbook.xml.rels";
    let held = parts.iter().find(|(name, _)| name == relations).expect("the relations");
    let held = String::from_utf8(held.1.clone()).expect("XML");
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings";
    let added = format!(
        r#"<Relationship Id="rId9" Type="{kind}" Target="sharedStrings.xml"/></Relationships>"#
    );
    let parts = with(parts, relations, held.replace("</Relationships>", &added));
    let shared = format!("<sst><si><t>{text}</t></si></sst>");
    package(&with(parts, "xl/sharedStrings.xml", shared))
}

#[test]
fn hostile_files_take_no_more_than_a_reader_gets() {
    let memory = "file-memory";
    let entities: String = (1..10)
        .map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10)))
        .collect();
    let bomb = format!(
        "<!DOCTYPE w [<!ENTITY e0 \"哈\">{entities}]><worksheet><sheetData><row><c t=\"inlineStr\">\
         <is><t>&e9;</t></is></c></row></sheetData></worksheet>"
    );
    let outside = "<Relationships><Relationship Id=\"rId1\" Target=\"../../../../etc/passwd\"/>\
                   </Relationships>";
    let repeated = "<table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell \
                    table:number-columns-repeated=\"1000000000\" office:value-type=\"float\" \
                    office:value=\"1\"/></table:table-row>";
    let forms: Vec<Form> = vec![
        nothing("two cells of an xls far apart", "a.xls", workbooks::far_apart(), memory),
        nothing(
            "a long text in every cell",
            "a.xlsx",
            of_one_text("长".repeat(CELL_MAX), 20_000),
            memory,
        ),
        nothing(
            "a text larger than memory",
            "a.xlsx",
            of_one_text("a".repeat(1_300 << 20), 1),
            memory,
        ),
        nothing(
            "entities within entities",
            "a.xlsx",
            package(&with(lines(), SHEET, bomb)),
            "file-corrupt",
        ),
        nothing(
            "a sheet outside the package",
            "a.xlsx",
            package(&with(lines(), "xl/_rels/workbook.xml.rels", outside)),
            "file-corrupt",
        ),
        nothing(
            "a cell repeated more often than there are atoms",
            "a.ods",
            package(&ods(repeated)),
            "file-corrupt",
        ),
    ];
    for form in &forms {
        let mib = form.bytes.len() >> 20;
        assert!(mib < 3, "{} is no small file: {mib} MiB", form.says);
    }
    check(forms);
}
