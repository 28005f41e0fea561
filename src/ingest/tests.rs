//! Whole folders through [`super::read_batch`]: what a clerk's files look like, and what is told
//! about those that cannot be read.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook};

use super::*;
use crate::domain::dates::Date;
use crate::flow::raw::PassedOverWhy;
use crate::flow::{Cell, Field, RawRow, RowRef, Silent, TableKind};

mod choices_test;
mod forms_test;
mod headers_test;
mod meanwhile_test;
mod national_test;
mod random_test;
mod totals_test;
mod units_test;

const LINES: &str = "申报编号,费用日期,项目名称,数量,单价,金额\n\
                     A1,2024-06-01,床位费,2,30,60.00\n\
                     A1,2024-06-02,护理费,1,12.5,12.50\n";

fn layouts() -> &'static Layouts {
    static LAYOUTS: OnceLock<Layouts> = OnceLock::new();
    let data = || Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    LAYOUTS.get_or_init(|| Layouts::load(&data()).expect("layouts"))
}

fn batch(files: &[(&str, &[u8])]) -> RawBatch {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    read_batch(folder.path(), layouts(), &Workbooks::InProcess, &Silent).expect("a batch")
}

fn one(name: &str, bytes: &[u8]) -> RawBatch {
    batch(&[(name, bytes)])
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn workbook(fill: impl Fn(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().expect("a workbook")
}

/// The rows as text, `|` between the cells.
fn shown(table: &RawTable) -> Vec<String> {
    let cell = |cell: Cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Error(text) => text.to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Bool(is_true) => is_true.to_string(),
    };
    let cells = |row: RowRef| row.cells().map(cell).collect::<Vec<_>>().join("|");
    table.rows.iter().map(|row| format!("{}:{}", row.row, cells(row))).collect()
}

fn passed_over(table: &RawTable) -> Vec<(u32, PassedOverWhy)> {
    table.passed_over.iter().map(|passed| (passed.row, passed.why)).collect()
}

fn kinds(problems: &[crate::flow::Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn a_text_is_read_alike_in_every_encoding_under_every_delimiter_and_name() {
    let expected = ["2:A1|2024-06-01|床位费|2|30|60.00", "3:A1|2024-06-02|护理费|1|12.5|12.50"];
    let semicolons = LINES.replace(',', ";");
    for (name, bytes) in [
        ("明细.csv", LINES.as_bytes().to_vec()),
        ("有标记.csv", [b"\xEF\xBB\xBF", LINES.as_bytes()].concat()),
        ("国标.csv", GB18030.encode(LINES).0.to_vec()),
        ("统一.txt", utf16(LINES)),
        ("分号.csv", semicolons.into_bytes()),
        ("全角.csv", LINES.replace(',', "，").into_bytes()),
        ("制表.tsv", LINES.replace(',', "\t").into_bytes()),
        ("假的.xls", GB18030.encode(&LINES.replace(',', "\t")).0.to_vec()),
        ("回车.csv", LINES.replace('\n', "\r").into_bytes()),
    ] {
        let batch = one(name, &bytes);
        assert!(batch.unread.is_empty(), "{name}: {:?}", batch.unread);
        assert_eq!(batch.tables[0].kind, TableKind::BillLines, "{name}");
        assert_eq!(shown(&batch.tables[0]), expected, "{name}");
    }
}

#[test]
fn titles_notes_repeated_headers_totals_and_blank_rows_are_no_data() {
    let text = "某某医院，费用清单,,,,,\n,,,,,\n单位：元,,,,,\n\
                申报 编号,费用日期,项目名称*,数量,单价（元）,金额（元）\n\
                A1,2024-06-01,床位费,2,30,60.00\n\
                小计,,,,,60.00\n\
                ,,,,,\n\
                申报编号,费用日期,项目名称,数量,单价,金额\n\
                A1,2024-06-02,合计项目检查,1,12.5,12.50\n\
                ,,,合计：,,72.50\n\
                A2,,未填日期,1,1,1\n\
                制表人：甲,,审核：乙,,,\n\
                ,,,,,\n";
    let batch = one("清单.csv", text.as_bytes());
    let table = &batch.tables[0];
    assert_eq!(
        shown(table),
        [
            "5:A1|2024-06-01|床位费|2|30|60.00",
            "9:A1|2024-06-02|合计项目检查|1|12.5|12.50",
            "11:A2||未填日期|1|1|1"
        ]
    );
    assert_eq!(
        passed_over(table),
        [
            (6, PassedOverWhy::Total),
            (7, PassedOverWhy::Blank),
            (8, PassedOverWhy::RepeatedHeader),
            (10, PassedOverWhy::Total),
            (12, PassedOverWhy::Note),
        ]
    );
}

#[test]
fn an_incomplete_row_is_data_when_its_words_only_look_like_a_total_or_a_note() {
    let text =
        "申报编号,费用日期,项目名称,数量,单价,金额\nA1,,累计量表测评,1,5,5\n,,合计金额(元)：,,,5\n";
    let batch = one("明细.csv", text.as_bytes());
    assert_eq!(shown(&batch.tables[0]), ["2:A1||累计量表测评|1|5|5"]);
    let text = "名称,编码,所属地区,等级\n第一医院,H1,,\n附属医院,,,\n第 1 页 共 2 页,,,\n";
    let batch = one("医院.csv", text.as_bytes());
    assert_eq!(shown(&batch.tables[0]), ["2:第一医院|H1||", "3:附属医院|||"]);
    assert_eq!(passed_over(&batch.tables[0]), [(4, PassedOverWhy::Note)]);
}

#[test]
fn a_workbook_with_merged_titles_two_header_rows_and_an_offset_is_read() {
    let bytes = workbook(|book| {
        let plain = Format::new();
        let sheet = book.add_worksheet().set_name("费用").expect("a name");
        sheet.merge_range(1, 2, 1, 8, "某某医院费用明细", &plain).expect("a title");
        for (column, title) in [(2, "申报编号"), (3, "费用日期"), (4, "项目名称"), (8, "经办备注")]
        {
            sheet.merge_range(4, column, 5, column, title, &plain).expect("a title");
        }
        sheet.merge_range(4, 5, 4, 7, "费用", &plain).expect("a group");
        for (column, title) in [(5, "数量"), (6, "单价"), (7, "金额")] {
            sheet.write(5, column, title).expect("a title");
        }
        sheet.merge_range(6, 2, 7, 2, "A1", &plain).expect("a claim over two rows");
        let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        for (row, name, amount) in [(6, "床位费", 60.0), (7, "护理费", 12.5), (8, "检查费", 0.1)]
        {
            sheet.write_with_format(row, 3, 45_444 + row, &day).expect("a day");
            sheet.write(row, 4, name).expect("a name");
            sheet.write(row, 5, 1).expect("a quantity");
            sheet.write(row, 6, amount).expect("a price");
            sheet.write(row, 7, amount).expect("an amount");
        }
        sheet.merge_range(9, 2, 9, 6, "合计", &plain).expect("a total");
        sheet.write(9, 7, 72.6).expect("a total");
        book.add_worksheet().set_name("空表").expect("a name");
    });
    let batch = one("费用.xlsx", &bytes);
    assert!(batch.unread.is_empty(), "{:?}", batch.unread);
    assert_eq!(batch.sources.len(), 2);
    let table = &batch.tables[0];
    assert_eq!(
        shown(table),
        [
            "7:||A1|2024-06-07|床位费|1|60|60|",
            "8:||A1|2024-06-08|护理费|1|12.5|12.5|",
            "9:|||2024-06-09|检查费|1|0.1|0.1"
        ]
        .map(|row| row.trim_end_matches('|'))
    );
    assert_eq!(passed_over(table), [(10, PassedOverWhy::Total)]);
    assert_eq!(table.columns.last().expect("a column").field, None);
    assert_eq!(kinds(&batch.notes), ["column-unknown"]);
}

#[test]
fn a_merged_amount_is_never_counted_twice() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
        sheet.write_row(0, 0, titles).expect("a header");
        sheet.write_row(1, 0, ["A1", "2024-06-01", "甲", "1", "5"]).expect("a row");
        sheet.write_row(2, 0, ["A1", "2024-06-01", "乙", "1", "5"]).expect("a row");
        sheet.merge_range(1, 5, 2, 5, "10", &Format::new()).expect("one amount for both");
    });
    let rows = shown(&one("合并.xlsx", &bytes).tables[0]);
    assert_eq!(rows, ["2:A1|2024-06-01|甲|1|5|10", "3:A1|2024-06-01|乙|1|5"]);
}

#[test]
fn chinese_built_in_date_formats_are_dates() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let titles = ["证件号码", "参保地", "险种", "费款所属期", "状态", "到账日期"];
        sheet.write_row(0, 0, titles).expect("a header");
        for (i, id) in [14u8, 27, 31, 36, 50, 57, 58].into_iter().enumerate() {
            let row = i as u32 + 1;
            sheet.write_row(row, 0, ["x", "x", "x", "x", "x"]).expect("a row");
            let format = Format::new().set_num_format_index(id);
            sheet.write_with_format(row, 5, 45_444.99, &format).expect("a day");
        }
    });
    let batch = one("缴费.xlsx", &bytes);
    let expected = Cell::Date(Date::constant(2024, 6, 1));
    for row in batch.tables[0].rows.iter() {
        assert_eq!(row.cell(5), expected, "row {}", row.row);
    }
}

#[test]
fn a_sheet_that_is_not_exactly_one_table_is_refused_by_name() {
    let lines = "申报编号,费用日期,项目名称,数量,单价,金额";
    let tips = "线索编号,受理日期,受理地,对象类型,被举报对象";
    let stacked = format!("{lines}\nA1,2024-06-01,床位费,1,2,2\n{tips}\n");
    let beside = format!("{lines},,{tips}\n");
    let touching = format!("{lines},{tips}\n");
    let mixed =
        "申报编号,线索编号,费用日期,受理日期,项目名称,受理地,数量,对象类型,单价,被举报对象,金额\n";
    for (name, text, kind, mentions) in [
        ("上下.csv", stacked.as_str(), "sheet-several-tables", "「费用明细」、「举报线索」"),
        ("左右.csv", beside.as_str(), "sheet-several-tables", "「费用明细」、「举报线索」"),
        ("相连.csv", touching.as_str(), "sheet-several-tables", "「费用明细」、「举报线索」"),
        ("交错.csv", mixed, "sheet-fits-two", "「费用明细」、「举报线索」"),
        (
            "重列.csv",
            &format!("{lines},总价,费用\n").replace("金额", "金额合计"),
            "header-doubled",
            "金额",
        ),
        (
            "缺列.csv",
            "申报编号,费用日期,项目名称,数量,金额\n",
            "sheet-unrecognised",
            "「费用明细」缺少 单价",
        ),
        ("别的.txt", "今天天气很好\n", "sheet-unrecognised", "没有找到"),
    ] {
        let batch = one(name, text.as_bytes());
        assert!(batch.tables.is_empty(), "{name}");
        assert_eq!(kinds(&batch.unread), [kind], "{name}");
        let told = &batch.unread[0].explanation.zh;
        assert!(told.contains(mentions), "{name}: {told}");
    }
}

#[test]
fn files_that_cannot_be_read_cost_one_line_each_and_the_rest_is_read() {
    let xlsx = workbook(|book| {
        book.add_worksheet().write(0, 0, "x").expect("a cell");
    });
    let batch = batch(&[
        ("好.csv", LINES.as_bytes()),
        ("子/同.csv", LINES.as_bytes()),
        ("~$好.xlsx", b"lock"),
        (".隐藏.csv", LINES.as_bytes()),
        ("batch.toml", b""),
        ("图.xls", b"BM\x36\0\0\0\0\0"),
        ("空.csv", b""),
        ("坏.xlsx", &xlsx[..xlsx.len() / 2]),
        ("坏.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and nothing else"),
        ("页.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("二.xlsb", b"\x00\x01\x02\x03\x04"),
        ("信.pdf", b"%PDF-1.7 \x00"),
        ("包.zip", b"PK\x03\x04 a.csv"),
        ("引号.csv", "申报编号,费用日期,项目名称,数量,单价,金额\nA1,\"2024,1,1,1,1\n".as_bytes()),
    ]);
    let mut told: Vec<_> = batch.unread.iter().map(|p| (p.place.file.as_str(), p.kind)).collect();
    told.sort_unstable();
    let mut expected = [
        ("二.xlsb", "file-not-a-spreadsheet"),
        ("包.zip", "file-corrupt"),
        ("图.xls", "file-not-a-spreadsheet"),
        ("坏.xls", "file-corrupt"),
        ("坏.xlsx", "file-corrupt"),
        ("引号.csv", "file-quote"),
        ("空.csv", "file-empty"),
        ("页.xls", "file-format"),
    ];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(kinds(&batch.notes), ["file-not-read", "file-same"]);
    assert_eq!(batch.tables.len(), 1);
    let same = batch.files.iter().find(|file| file.path == "子/同.csv").expect("listed");
    assert_eq!(same.same_as.as_deref(), Some("好.csv"));
    assert_eq!(batch.files.len(), 12);
}

#[test]
fn a_canonical_header_wins_over_an_alias_and_the_other_column_is_told() {
    let text = "申报编号,费用日期,项目名称,数量,单价,金额,总价\nA1,2024-06-01,甲,1,1,1,9\n";
    let batch = one("明细.csv", text.as_bytes());
    let amounts = batch.tables[0].columns.iter().filter(|c| c.field == Some(Field::Amount));
    assert_eq!(amounts.map(|c| c.index).collect::<Vec<_>>(), [5]);
    assert_eq!(batch.notes[0].excerpt, "G 总价");
}

#[test]
fn a_folder_without_tables_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("说明.md"), "x").expect("a file");
    let error = read_batch(folder.path(), layouts(), &Workbooks::InProcess, &Silent)
        .expect_err("no inputs");
    assert!(matches!(error, IngestError::NoInputs { .. }));
    let gone = read_batch(&folder.path().join("没有"), layouts(), &Workbooks::InProcess, &Silent)
        .expect_err("gone");
    assert!(gone.text().zh.contains("无法读取"));
}

#[test]
fn a_hundred_thousand_merged_cells_do_not_hold_the_reader_up() {
    let merges = (0..100_000u32).map(|n| {
        let first_row = 2 + (n * 7919) % 100_000;
        sheet::Merge { first_row, last_row: first_row + 1, column: 1 }
    });
    let facts = sheet::SheetFacts { merges: merges.collect(), ..sheet::SheetFacts::default() };
    let (layouts, choices) = (layouts(), Choices::default());
    let mut scans = scans::Scans::new(Guides { layouts, choices: &choices }, "表.xlsx");
    scans.begin(SheetHead { name: "表".into(), facts, ..SheetHead::default() });
    let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
    for number in 1..100_000 {
        let mut row = RawRow::new(number);
        for (column, title) in titles.iter().enumerate() {
            // Every second day is left to the merged cell above it.
            let is_left = column == 1 && number % 2 == 1;
            row.push(if number == 1 {
                Cell::Text(title)
            } else if is_left {
                Cell::Empty
            } else {
                Cell::Text("2024-06-01")
            });
        }
        scans.row(row.view());
    }
    scans.end();
    let (sheets, _) = scans.finish();
    let sheet::SheetRead::Table(table) = &sheets[0].read else { panic!("no table") };
    assert_eq!(table.rows.len(), 99_998);
    assert!(table.rows.iter().all(|row| row.cell(1) == Cell::Text("2024-06-01")));
}
