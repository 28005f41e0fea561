//! Headers wherever offices put them: below notes, over several rows, off to the side.

use super::*;

const HEADER: [&str; 6] = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
const ROW: [&str; 6] = ["A1", "2024-06-01", "床位费", "2", "30", "60.00"];

/// A text of rows, and what is expected of it: the rows as shown, and those passed over.
fn check(text: &str, rows: &[&str], passed: &[(u32, PassedOverWhy)]) {
    let batch = one("表.csv", text.as_bytes());
    assert!(batch.unread.is_empty(), "{text}\n{:?}", batch.unread);
    assert_eq!(shown(&batch.tables[0]), rows, "{text}");
    assert_eq!(passed_over(&batch.tables[0]), passed, "{text}");
}

fn refused(text: &str, kind: &str, mentions: &str) {
    let batch = one("表.csv", text.as_bytes());
    assert!(batch.tables.is_empty(), "{text}");
    assert_eq!(kinds(&batch.unread), [kind], "{text}");
    let told = &batch.unread[0];
    let said = format!("{} {}", told.explanation.zh, told.excerpt);
    assert!(said.contains(mentions), "{text}\n{said}");
}

#[test]
fn a_header_may_come_late_below_titles_notes_and_blank_rows() {
    let notes =
        "某某医院费用明细\n说明：金额含自费部分，请逐行核对\n\n制表日期，2024年6月\n".repeat(8);
    let blank = notes.lines().filter(|line| line.is_empty()).count();
    assert!(notes.lines().count() - blank >= 20);
    let row = notes.lines().count() + 2;
    let text = format!("{notes}{}\n{}\n", HEADER.join(","), ROW.join(","));
    check(&text, &[&format!("{row}:{}", ROW.join("|"))], &[]);
}

#[test]
fn a_header_over_three_rows_is_read_column_by_column() {
    let text = "申报编号,费用,,,,\n,日期,项目,,计费,\n,,名称,数量,单价,金额\nA1,2024-06-01,床位费,2,30,60\n";
    // 费用日期 is made of the upper two rows, 项目名称 of the lower two.
    check(text, &["4:A1|2024-06-01|床位费|2|30|60"], &[]);
    let batch = one("表.csv", text.as_bytes());
    let titles: Vec<&str> = batch.tables[0].columns.iter().map(|c| c.title.as_str()).collect();
    assert_eq!(titles, ["申报编号", "费用日期", "项目名称", "数量", "单价", "费用金额"]);
    assert!(batch.notes.is_empty(), "{:?}", batch.notes);
}

#[test]
fn titles_merged_over_both_header_rows_show_how_deep_the_header_is() {
    let bytes = workbook(|book| {
        let plain = Format::new();
        let sheet = book.add_worksheet();
        for (column, title) in HEADER.into_iter().enumerate() {
            sheet.merge_range(2, column as u16, 3, column as u16, title, &plain).expect("a title");
        }
        // Two columns nobody knows under a group: only the merged titles show the second row.
        sheet.merge_range(2, 6, 2, 7, "内部", &plain).expect("a group");
        sheet.write_row(3, 6, ["甲", "乙"]).expect("titles");
        sheet.write_row(4, 0, ROW).expect("a row");
    });
    let batch = one("表.xlsx", &bytes);
    assert_eq!(shown(&batch.tables[0]), [format!("5:{}", ROW.join("|"))]);
    assert!(batch.tables[0].passed_over.is_empty());
    assert_eq!(batch.notes[0].excerpt, "G 甲、H 乙");
}

#[test]
fn a_table_may_stand_anywhere_with_blank_columns_in_it() {
    let text = format!(",,,\n,,,{}\n,,,{}\n", HEADER.join(",,"), ROW.join(",,"));
    check(&text, &[&format!("3:|||{}", ROW.join("||"))], &[]);
}

#[test]
fn a_header_without_rows_is_an_empty_table() {
    check(&format!("{}\n", HEADER.join(",")), &[], &[]);
    check(&format!("费用明细\n{}\n,,,,,\n", HEADER.join(",")), &[], &[]);
    check(&format!("{}\n合计,,,,,0\n", HEADER.join(",")), &[], &[(2, PassedOverWhy::Total)]);
}

#[test]
fn a_header_printed_again_is_passed_over_though_nobody_knows_its_first_column() {
    let header = format!("经办科室,{},18位校验", HEADER.join(","));
    let row = format!("甲,{},", ROW.join(","));
    let text = format!("{header}\n{row}\n{header}\n{row}\n");
    let shown = row.replace(',', "|");
    check(
        &text,
        &[&format!("2:{shown}"), &format!("4:{shown}")],
        &[(3, PassedOverWhy::RepeatedHeader)],
    );
    let header = "18位编号,申报编号,费用日期,项目名称,数量,单价,金额";
    let text = format!("{header}\n1,{}\n{header}\n", ROW.join(","));
    check(&text, &[&format!("2:1|{}", ROW.join("|"))], &[(3, PassedOverWhy::RepeatedHeader)]);
}

#[test]
fn both_rows_of_a_header_printed_again_are_passed_over() {
    let header = "申报编号,费用,,费用,,\n,日期,项目名称,数量,单价,金额\n";
    let text = format!("{header}{0}\n{header}{0}\n", ROW.join(","));
    let row = ROW.join("|");
    check(
        &text,
        &[&format!("3:{row}"), &format!("6:{row}")],
        &[(4, PassedOverWhy::RepeatedHeader), (5, PassedOverWhy::RepeatedHeader)],
    );
}

#[test]
fn tables_side_by_side_are_refused_by_name() {
    let lines = HEADER.join(",");
    let aliases = "报销编号,收费日期,收费项目,次数,价格,总价";
    let tips = "线索编号,受理日期,受理地,对象类型,被举报对象";
    let several = "sheet-several-tables";
    for (text, mentions) in [
        (format!("{lines},,{tips}\n"), "「费用明细」、「举报线索」"),
        (format!("{lines},{tips}\n"), "「费用明细」、「举报线索」"),
        (format!("{tips},{lines}\n"), "「举报线索」、「费用明细」"),
        (format!("{lines},,{lines}\n"), "「费用明细」、「费用明细」"),
        (format!("{lines},{lines}\n"), "「费用明细」、「费用明细」"),
        (format!("{lines},{aliases}\n"), "「费用明细」、「费用明细」"),
        (format!("标题\n序号,{lines},序号,{lines}\n"), "「费用明细」、「费用明细」"),
        // The right one begins further down.
        (format!("{lines},,右表\nA1,2024-06-01,甲,1,1,1,,{tips}\n"), "「费用明细」、「举报线索」"),
    ] {
        refused(&text, several, mentions);
    }
}

#[test]
fn a_wide_table_with_the_columns_of_another_in_it_is_one_table() {
    // Persons, but for the claim id; hospitals, but for the lines beside them.
    let person = "证件号码,姓名,参保地,险种,人员类别";
    let claim = "申报编号,医疗类别,就医地,医疗机构名称,入院日期,票据号码,医疗费总额,受理日期";
    let batch = one("宽.csv", format!("{person},{claim}\n").as_bytes());
    assert_eq!(batch.tables[0].kind, TableKind::Claims, "{:?}", batch.unread);
    let hospital = "医疗机构编码,医疗机构名称,所属地区,医院等级";
    let batch = one("宽.csv", format!("{hospital},{}\n", HEADER.join(",")).as_bytes());
    assert_eq!(batch.tables[0].kind, TableKind::BillLines, "{:?}", batch.unread);
    // Contributions and settlements share most of what persons have.
    let batch = one("宽.csv", format!("{person},费款所属期,状态\n").as_bytes());
    assert_eq!(batch.tables[0].kind, TableKind::Contributions, "{:?}", batch.unread);
}

#[test]
fn a_field_under_two_names_is_refused_with_both() {
    let header = HEADER.join(",").replace("金额", "总价,费用");
    refused(&format!("{header}\n"), "header-doubled", "F 总价、G 费用");
}

#[test]
fn tables_one_above_the_other_are_refused_wherever_the_second_begins() {
    let tips = "线索编号,受理日期,受理地,对象类型,被举报对象";
    let text = format!("{}\n{}\n\n举报线索\n{tips}\n", HEADER.join(","), ROW.join(","));
    refused(&text, "sheet-several-tables", "「费用明细」、「举报线索」");
    let text = format!("{}\n{}\n\n,,{tips}\n", HEADER.join(","), ROW.join(","));
    refused(&text, "sheet-several-tables", "「费用明细」、「举报线索」");
}

#[test]
fn what_is_nearest_is_told_by_what_is_there_and_what_is_not() {
    let text = "申报编号,证件号码,姓名,参保地,险种,人员类别,就医地,入院日期,票据号码,医疗费总额\n";
    refused(text, "sheet-unrecognised", "「零星报销申报表」缺少");
}
