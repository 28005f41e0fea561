//! Amounts in other units than yuan: the sheet is refused, never read ten-thousandfold wrong.

use super::*;

const ROW: &str = "A1,2024-06-01,床位费,2,30,60\n";

fn header(amount: &str) -> String {
    format!("申报编号,费用日期,项目名称,数量,单价,{amount}\n")
}

#[test]
fn yuan_is_nothing_new() {
    for text in [
        format!("单位：元,,,,,\n{}{ROW}", header("金额")),
        format!("清单,,,,,单位：元\n{}{ROW}", header("金额（元）")),
        format!("填报单位：分宜县人民医院,,,,,\n{}{ROW}", header("金额/元")),
        format!("{},,,,元,元\n{ROW}", header("金额")),
        format!("{},,,,（元）,（元）\n{ROW}", header("金额")),
    ] {
        let batch = one("表.csv", text.as_bytes());
        assert!(batch.unread.is_empty(), "{text}\n{:?}", batch.unread);
        assert_eq!(batch.tables[0].rows.len(), 1, "{text}\n{:?}", shown(&batch.tables[0]));
        assert!(batch.tables[0].passed_over.is_empty(), "{text}");
    }
}

#[test]
fn any_other_unit_refuses_the_sheet_with_the_text_that_says_so() {
    for (text, row, column, excerpt) in [
        (format!("单位：万元,,,,,\n{}{ROW}", header("金额")), 1, None, "单位：万元"),
        (format!("清单,,,,单位：,千元\n{}{ROW}", header("金额")), 1, None, "单位：千元"),
        (format!("清单（角）,,,,,\n{}{ROW}", header("金额")), 1, None, "清单（角）"),
        (format!("{}{ROW}", header("金额（万元）")), 1, Some("F 金额（万元）"), "金额（万元）"),
        (format!("{}{ROW}", header("金额(单位：分)")), 1, Some("F"), "金额(单位：分)"),
        (format!("{}{ROW}", header("金额/千元")), 1, Some("F"), "金额/千元"),
        (format!("{},,,,,万元\n{ROW}", header("金额")), 1, Some("F"), "万元"),
        (
            format!("申报编号,费用日期,项目名称,数量,计费（百元）,\n,,,,单价,金额\n{ROW}"),
            1,
            Some("E"),
            "计费（百元）",
        ),
        (format!("{}{ROW}注：,单位：万元\n", header("金额")), 3, None, "单位：万元"),
    ] {
        let batch = one("表.csv", text.as_bytes());
        assert!(batch.tables.is_empty(), "{text}");
        assert_eq!(kinds(&batch.unread), ["sheet-unit"], "{text}");
        let told = &batch.unread[0];
        assert_eq!(told.place.row, Some(row), "{text}");
        let place = told.place.column.as_deref().unwrap_or_default();
        assert!(place.starts_with(column.unwrap_or_default()), "{text}: {place}");
        assert_eq!(told.place.column.is_some(), column.is_some(), "{text}");
        assert_eq!(told.excerpt, excerpt, "{text}");
    }
}

#[test]
fn a_unit_matters_only_where_amounts_are_used() {
    let persons = "证件号码,姓名,参保地,险种,人员类别\n";
    let batch = one("参保.csv", format!("单位：万元,,,,\n{persons}").as_bytes());
    assert_eq!(batch.tables.len(), 1, "{:?}", batch.unread);
    // A column in yuan is there, so the other one is not needed.
    let both = header("金额").replace('\n', ",总价（万元）\n");
    let batch = one("两列.csv", format!("{both}{}", ROW.replace('\n', ",0.006\n")).as_bytes());
    assert_eq!(shown(&batch.tables[0]).len(), 1, "{:?}", batch.unread);
    assert_eq!(batch.notes[0].excerpt, "G 总价（万元）");
    // 数量（百） is no money.
    let text = header("金额").replace("数量", "数量（百）") + ROW;
    let batch = one("数量.csv", text.as_bytes());
    assert_eq!(batch.tables.len(), 1, "{:?}", batch.unread);
}
