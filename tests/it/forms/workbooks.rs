//! Workbooks of every format: days, formulas, names of parts, and what else makes them differ.

use rust_xlsxwriter::{Formula, Workbook};

use super::{Form, Gives, ROW, check, form, reads};
use crate::packages::{self, SHEET, lines_xlsb, lines_xlsx, ods, ods_rows, strict, with};
use crate::workbooks::{Days, lines_xls, package};

/// Formats of dates: Excel's own, and those it has for Chinese and other languages of East Asia.
const DATE_FORMATS: [u16; 24] = [
    14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58,
];
const PLAIN: Days = Days { format: 14, from_1904: false };

/// Writes the table with days as given.
type Maker = fn(Days) -> Vec<u8>;

#[test]
fn days_are_days_in_every_format_of_dates_and_either_epoch() {
    let makers: [(&'static str, Maker); 3] = [
        ("a.xlsx", |days| package(&lines_xlsx(days))),
        ("a.xlsb", |days| package(&lines_xlsb(days))),
        ("a.xls", lines_xls),
    ];
    let mut forms: Vec<Form> = Vec::new();
    for (name, make) in makers {
        for format in DATE_FORMATS {
            let says = format!("{name} with days in format {format}");
            forms.push(reads(says, name, make(Days { format, from_1904: false })));
        }
        let from_1904 = Days { format: 31, from_1904: true };
        forms.push(reads(format!("{name} from 1904"), name, make(from_1904)));
    }
    forms.push(reads("an ods", "a.ods", package(&ods(&ods_rows()))));
    check(forms);
}

#[test]
fn packages_are_read_however_their_parts_are_named_and_ordered() {
    let plain = || lines_xlsx(PLAIN);
    let [header, row] = packages::rows(PLAIN);
    let relations = "xl/_rels/workbook.xml.rels";
    let text_of = |parts: &packages::Parts, name: &str| {
        let part = parts.iter().find(|(known, _)| known == name).expect("a part");
        String::from_utf8(part.1.clone()).expect("XML")
    };
    let replaced = |name: &str, from: &str, to: &str| {
        let text = text_of(&plain(), name);
        assert!(text.contains(from), "{from}");
        package(&with(plain(), name, text.replace(from, to)))
    };
    let unnamed = |rows: String| {
        let mut plain = String::new();
        let mut rest = rows.as_str();
        while let Some(at) = rest.find(" r=\"") {
            plain.push_str(&rest[..at]);
            rest = rest[at + 4..].split_once('"').expect("an end").1;
        }
        plain + rest
    };
    let types = "[Content_Types].xml";
    let macros = text_of(&plain(), types).replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    let macros =
        with(with(plain(), types, macros), "xl/vbaProject.bin", b"\xD0\xCF\x11\xE0".as_slice());
    let mut backwards = plain();
    backwards.reverse();
    check(vec![
        reads("a workbook with macros", "a.xlsm", package(&macros)),
        reads("a workbook without an ending in its name", "六月", package(&plain())),
        reads("a workbook under the name of a text", "a.csv", package(&plain())),
        reads("an xls under the name of an xlsx", "a.xlsx", lines_xls(PLAIN)),
        reads("an xlsx under the name of an xls", "a.xls", package(&plain())),
        reads("an ods under the name of an xlsx", "a.xlsx", package(&ods(&ods_rows()))),
        reads("strict OOXML", "a.xlsx", package(&strict(plain()))),
        reads("parts in another order", "a.xlsx", package(&backwards)),
        reads("rows in another order", "a.xlsx", {
            package(&packages::xlsx(&format!("{row}{header}"), PLAIN))
        }),
        reads("cells and rows without names", "a.xlsx", {
            package(&packages::xlsx(&unnamed(format!("{header}{row}")), PLAIN))
        }),
        reads("a sheet that claims to be enormous", "a.xlsx", {
            replaced(SHEET, "<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>")
        }),
        reads("a part named from the root", "a.xlsx", {
            replaced(relations, "\"worksheets/", "\"/xl/worksheets/")
        }),
        reads("parts that would leave the folder they are unpacked into", "a.xlsx", {
            let tricks = with(plain(), "../../../../tmp/零报", "x");
            package(&with(tricks, "/etc/零报", "x"))
        }),
    ]);
}

#[test]
fn formulas_give_the_value_that_was_saved_with_them_or_an_error() {
    let with_amount = |formula: Formula| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
        sheet.write_row(0, 0, titles).expect("a header");
        sheet.write_row(1, 0, ["A1", "2024-06-01", "床位费"]).expect("a row");
        sheet.write_row(1, 3, [2, 30]).expect("a row");
        sheet.write(1, 5, formula).expect("a formula");
        book.save_to_buffer().expect("a workbook")
    };
    let saved = ROW.replace(['<', '>'], "");
    let error = saved.replace("|60", "|!#REF!!");
    let never = ROW.replace("|60", "|!=?!");
    let [header, row] = packages::rows(PLAIN);
    let value = "<v>60</v>";
    let without = |formula: &str| {
        assert!(row.contains(value));
        let rows = format!("{header}{}", row.replace(value, formula));
        package(&packages::xlsx(&rows, PLAIN))
    };
    let rows = |says: &str, bytes: Vec<u8>, row: &str| {
        form(says, "a.xlsx", bytes, Gives::Rows(vec![row.to_owned()], Vec::new()))
    };
    check(vec![
        rows("a value", with_amount(Formula::new("=D2*E2").set_result("60")), &saved),
        rows("an error", with_amount(Formula::new("=X0").set_result("#REF!")), &error),
        rows("no value", without("<f>D2*E2</f>"), &never),
        rows("an empty value", without("<f>D2*E2</f><v></v>"), &never),
        rows("a shared formula without value", without("<f t=\"shared\" si=\"0\"/>"), &never),
        rows("a formula that makes no sense", without("<f t=\"shared\"/><v>60</v>"), ROW),
    ]);
}

#[test]
fn what_nobody_sees_is_read_and_told() {
    let lines = |book: &mut Workbook, name: &str| {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
        sheet.write_row(0, 0, titles).expect("a header");
        sheet.write_row(1, 0, ["A1", "2024-06-01", "床位费", "2", "30", "60"]).expect("a row");
    };
    let saved = |mut book: Workbook| book.save_to_buffer().expect("a workbook");
    let mut hidden = Workbook::new();
    hidden.add_worksheet();
    lines(&mut hidden, "藏");
    hidden.worksheets_mut()[1].set_very_hidden(true);
    let mut far = Workbook::new();
    lines(&mut far, "宽");
    far.worksheets_mut()[0].write(1, 16_383, "远").expect("a cell");
    let row = || vec![ROW.replace(['<', '>'], "")];
    let noted = |says: &str, book: Workbook, kind: &'static str| {
        form(says, "a.xlsx", saved(book), Gives::Rows(row(), vec![kind]))
    };
    check(vec![
        noted("a sheet hidden from Excel's menu too", hidden, "sheet-hidden"),
        noted("a cell in the last column Excel has", far, "columns-too-many"),
    ]);
}
