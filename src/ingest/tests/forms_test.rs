//! Forms: labels beside values. Each is one message; no table is taken for one.

use super::*;

fn told(text: &str) -> crate::flow::Problem {
    let mut batch = one("表.csv", text.as_bytes());
    assert!(batch.tables.is_empty(), "{text}");
    assert_eq!(batch.unread.len(), 1, "{text}");
    batch.unread.remove(0)
}

const FORMS: [&str; 10] = [
    // Two labels to the row.
    "医疗费用报销申请表\n姓名,张三,身份证号,42010019900101001X\n参保地,武汉市,险种,职工\n\
     就医地,深圳市,就诊医院,某医院\n入院日期,2024-06-01,出院日期,2024-06-09\n\
     医疗费总额,1234.50,票据号码,00012345\n申请人签字：,,日期：,\n",
    // One label to the row, with colons.
    "申请表\n姓名：,张三\n身份证号码：,42010019900101001X\n参保地区：,武汉市\n就医地：,深圳市\n\
     联系电话：,027-00000000\n开户银行：,某银行\n",
    // Empty, to be filled in by hand, merged labels leave gaps.
    "申请表\n姓名,,,身份证号码,,\n参保地,,,险种类型,,\n就医地,,,就诊医院,,\n开户行,,,银行账号,,\n",
    // Labels and values in one cell.
    "异地就医报销申请\n姓名：张三　身份证号：42010019900101001X\n参保地：武汉市　险种：职工\n\
     就医地：深圳市　就诊医院：某医院\n入院日期：2024-06-01　出院日期：2024-06-09\n",
    // Three labels to the row, over two rows.
    "姓名,张三,身份证号,4201,参保地,武汉\n就医地,深圳,就诊医院,甲,医疗费总额,12.50\n",
    // Offset to the right, blank rows between, a remark beside a value.
    ",,姓名,张三,,\n,,,,,\n,,证件号码,4201,（本人）,\n,,,,,\n,,联系电话,027,,\n,,开户行,某银行,,\n",
    // A grid of lines below, which is no table by itself.
    "姓名,张三,身份证号,4201\n参保地,武汉,险种,职工\n就医地,深圳,医疗类别,住院\n\
     入院日期,2024-06-01,出院日期,2024-06-09\n收款人,张三,银行账号,6222\n\
     项目,金额,备注栏\n床位费,60.00,\n",
    // A filing.
    "异地就医备案登记表\n姓名,张三,证件号码,4201\n参保地,武汉,安置地,深圳\n\
     备案类型,长期居住,备案开始日期,2024-01-01\n办理日期,2024-01-01,,\n",
    // The label of a section to the left of everything.
    "基本信息,姓名,张三,身份证号,4201\n,参保地,武汉,险种,职工\n就医信息,就医地,深圳,就诊医院,甲\n\
     银行信息,开户行,某银行,银行账号,6222\n",
    // A whole claim in one row: every required label is there, each with its value.
    "申报编号,S1,证件号码,4201,姓名,张三,参保地,武汉,险种,职工,医疗类别,住院,就医地,深圳,\
     医院名称,甲,入院日期,2024-06-01,票据号码,0001,医疗费总额,12.50,受理日期,2024-07-01\n",
];

#[test]
fn a_form_is_told_as_one_form() {
    for text in FORMS {
        let problem = told(text);
        assert_eq!(problem.kind, "sheet-form", "{text}\n{}", problem.explanation.zh);
        assert!(problem.excerpt.contains('、'), "{text}");
    }
    assert!(told(FORMS[0]).hint.zh.contains("「零星报销申报表」"));
    assert!(told(FORMS[7]).hint.zh.contains("「备案」"));
    assert_eq!(told(FORMS[0]).place.row, Some(2));
}

#[test]
fn a_form_with_merged_cells_is_told() {
    let bytes = workbook(|book| {
        let plain = Format::new();
        let sheet = book.add_worksheet().set_name("申请表").expect("a name");
        sheet.merge_range(0, 0, 0, 7, "医疗费用报销申请表", &plain).expect("a title");
        for (row, labels) in
            [["姓名", "身份证号"], ["参保地", "险种"], ["就医地", "就诊医院"]].iter().enumerate()
        {
            let row = row as u32 * 2 + 1;
            for (side, label) in labels.iter().enumerate() {
                let column = side as u16 * 4;
                sheet.merge_range(row, column, row + 1, column + 1, label, &plain).expect("one");
                let value = "某某";
                sheet
                    .merge_range(row, column + 2, row + 1, column + 3, value, &plain)
                    .expect("one");
            }
        }
    });
    assert_eq!(kinds(&one("表.xlsx", &bytes).unread), ["sheet-form"]);
}

#[test]
fn a_table_that_cannot_be_read_is_not_called_a_form() {
    for text in [
        // A column is missing.
        "申报编号,费用日期,项目名称,数量,金额\nA1,2024-06-01,床位费,1,30\nA1,2024-06-02,护理费,1,30\n",
        // The same, below a patient's data.
        "姓名：张三　住院号：1\n入院日期：2024-06-01　出院日期：2024-06-09\n诊断：甲\n\
         费用日期,项目名称,数量,单价,金额\n2024-06-01,床位费,1,30,30\n",
        "姓名,张三,性别,男\n入院日期,2024-06-01,出院日期,2024-06-09\n诊断,甲,就诊医院,乙\n\
         收费日期,收费项目,规格,数量,单价,金额\n2024-06-01,床位费,,1,30,30\n",
        // The header comes again and again.
        "申报编号,费用日期,数量,金额\nA1,2024-06-01,1,30\n申报编号,费用日期,数量,金额\n\
         A1,2024-06-02,1,30\n申报编号,费用日期,数量,金额\n",
        // Two header rows.
        "申报编号,票据号码,费用,,备注栏\n,,数量,单价,\nA1,1,2,3,\n",
        // Sums of a month.
        "既往结算汇总\n医疗费总额,1234.00\n统筹基金支付,900.00\n医疗救助,100.00\n个人负担,234.00\n\
         起付线,100.00\n",
        // A letter.
        "通知\n各县区：\n请于月底前报送姓名、证件号码、参保地。\n",
        // Words of the trade, but no labels.
        "医院,金额\n某医院,12\n某药店,13\n",
    ] {
        assert_eq!(told(text).kind, "sheet-unrecognised", "{text}");
    }
}

#[test]
fn a_table_below_a_patients_data_is_a_table() {
    let text = "某医院费用清单\n姓名,张三,性别,男,科室,内科\n入院日期,2024-06-01,出院日期,2024-06-09\n\
                诊断,甲,身份证号,4201,参保地,武汉\n\
                票据号码,费用日期,项目名称,数量,单价,金额\n0001,2024-06-01,床位费,1,30,30\n";
    let batch = one("清单.csv", text.as_bytes());
    assert_eq!(shown(&batch.tables[0]), ["6:0001|2024-06-01|床位费|1|30|30"]);
}

#[test]
fn a_table_with_many_unknown_columns_is_a_table() {
    let text = "证件号码,A1,姓名,B2,参保地,C3,险种,D4,人员类别,E5\n";
    let batch = one("表.csv", text.replace(|c: char| c.is_ascii_digit(), "栏").as_bytes());
    assert_eq!(batch.tables.len(), 1, "{:?}", batch.unread);
}
