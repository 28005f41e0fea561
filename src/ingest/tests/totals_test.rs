//! Totals that do not say so: a row without any word of what it is about whose amount is a sum.

use super::*;

const HEADER: &str = "申报编号,费用日期,项目名称,费用类别,数量,单价,金额\n";

/// Rows under the header; the rows of the sheet that are expected to be totals.
fn check(rows: &[&str], totals: &[u32]) {
    let text = format!("{HEADER}{}\n", rows.join("\n"));
    let batch = one("表.csv", text.as_bytes());
    let table = &batch.tables[0];
    let expected: Vec<_> = totals.iter().map(|&row| (row, PassedOverWhy::Total)).collect();
    assert_eq!(passed_over(table), expected, "{text}");
    assert_eq!(table.rows.len() + totals.len(), rows.len(), "{text}");
}

const A: &str = "A1,2024-06-01,床位费,住院,1,10.10,10.10";
const B: &str = "A1,2024-06-01,护理费,住院,1,20.20,20.20";
const C: &str = "A2,2024-06-02,检查费,住院,1,\"1,000.00\",\"1,000.00\"";

#[test]
fn a_nameless_row_that_says_the_sum_is_a_total() {
    check(&[A, B, ",,,,,,30.30"], &[4]);
    check(&[A, B, ",,,,2,,30.3"], &[4]);
    check(&[A, B, C, ",,,,,,\"1,030.30\""], &[5]);
    check(&[A, ",,,,,,10.10"], &[3]);
    // Subtotals, then the total of all rows, which is that of the subtotals too.
    check(&[A, B, ",,,,,,30.30", C, ",,,,,,1000", ",,,,,,1030.30"], &[4, 6, 7]);
    check(&[A, B, "小计,,,,,,30.30", C, ",,,,,,1000", "合计,,,,,,1030.30"], &[4, 6, 7]);
    // The category of a subtotal stands in a column that does not say which line it is.
    check(&[A, B, ",,,住院,,,30.30"], &[4]);
}

#[test]
fn a_row_that_is_nearly_a_sum_or_says_what_it_is_about_stays_data() {
    check(&[A, B, ",,,,,,30.31"], &[]);
    check(&[A, B, ",,,,,,30.3001"], &[]);
    check(&[A, B, "A1,,,,,,30.30"], &[]);
    check(&[A, B, ",2024-06-01,,,,,30.30"], &[]);
    check(&[A, B, ",,复合,,,,30.30"], &[]);
    // With other words it may be a broken copy of the one row above.
    check(&[A, ",,,住院,,,10.10"], &[]);
    check(&[",,,,,,10.10", A], &[]);
    check(&[",,,,,,0", A], &[]);
    // What cannot be read makes the sum unknown.
    check(&[A, "A1,2024-06-01,护理费,住院,1,1,约二十", ",,,,,,30.10"], &[]);
    check(&[A, B, ",,,,,,约三十"], &[]);
}

#[test]
fn a_complete_row_is_data_whatever_its_amount() {
    check(&[A, B, "A1,2024-06-01,合计,住院,1,30.30,30.30"], &[]);
    check(&[A, A, A], &[]);
}

#[test]
fn numbers_of_a_spreadsheet_are_summed_to_the_fen() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
        sheet.write_row(0, 0, titles).expect("a header");
        for row in 1..4 {
            sheet.write_row(row, 0, ["A1", "2024-06-01", "甲", "1", "0.1"]).expect("a row");
            sheet.write(row, 5, 0.1).expect("an amount");
        }
        sheet.write(4, 5, 0.1 + 0.2).expect("a wrong sum");
        sheet.write(5, 5, 0.1 + 0.1 + 0.1 + 0.3).expect("the sum with it");
    });
    let batch = one("表.xlsx", &bytes);
    // 0.30 is the sum of three rows, although the float is not 0.3.
    assert_eq!(passed_over(&batch.tables[0]), [(5, PassedOverWhy::Total)]);
    assert_eq!(batch.tables[0].rows.len(), 4);
}

#[test]
fn a_row_that_takes_its_claim_from_a_merged_cell_is_no_total() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
        sheet.write_row(0, 0, titles).expect("a header");
        for (column, text) in ["A1", "2024-06-01", "甲"].into_iter().enumerate() {
            let column = column as u16;
            sheet.merge_range(1, column, 2, column, text, &Format::new()).expect("for both");
        }
        sheet.write_row(1, 3, [1, 5, 5]).expect("a row");
        sheet.write_row(2, 3, [1, 5, 5]).expect("a row");
    });
    let batch = one("表.xlsx", &bytes);
    assert_eq!(shown(&batch.tables[0])[1], "3:A1|2024-06-01|甲|1|5|5");
}

#[test]
fn tables_without_amounts_have_no_totals_by_sum() {
    let text = "证件号码,姓名,参保地,险种,人员类别\nx,甲,武汉,职工,在职\n,,,,\n,,,,10\n";
    let batch = one("参保.csv", text.as_bytes());
    assert_eq!(batch.tables[0].rows.len(), 2);
}
