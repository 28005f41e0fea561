//! One batch in which everything is wrong that can be wrong with files, sheets and cells.

use std::fs;
use std::path::Path;

use encoding_rs::{BIG5, GB18030};
use lingbao::flow::{Problem, Silent};
use lingbao::ingest::IngestError;
use lingbao::run::{self, Setup};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::batch::workbooks;
use crate::data;
use crate::workbooks::{package, patched};

const LINES: &str = "申报编号,票据号码,序号,费用日期,项目名称,数量,单价,金额,等级";

const CLAIM: &[(&str, &str)] = &[
    ("申报编号", "SB1"),
    ("证件号码", "420106197003059969"),
    ("姓名", "王试"),
    ("参保地", "湖北省武汉市"),
    ("险种", "职工"),
    ("医疗类别", "住院"),
    ("就医地", "广东深圳"),
    ("医疗机构编码", ""),
    ("医疗机构名称", "某市试验医院"),
    ("入院日期", "2024-06-01"),
    ("出院日期", "2024-06-09"),
    ("票据号码", "00012345"),
    ("医疗费总额", "15263.14"),
    ("急诊标志", ""),
    ("受理日期", "2024-07-01"),
    ("已交材料", ""),
    ("银行账号", ""),
    ("单位", ""),
];

/// Rows of claims, each with one cell that is wrong.
const CLAIM_FAULTS: &[(&str, &str)] = &[
    ("申报编号", ""),
    ("证件号码", "王试"),
    ("证件号码", "42010619700305996912"),
    ("姓名", "#N/A"),
    ("参保地", "火星市"),
    ("参保地", "420106197003059969"),
    ("参保地", "深川市"),
    ("参保地", "朝阳区"),
    ("险种", "商业保险"),
    ("医疗类别", "体检"),
    ("医疗机构编码", "H4403"),
    ("医疗机构名称", ""),
    ("入院日期", "24-06-01"),
    ("入院日期", "2024-02-30"),
    ("入院日期", "六月初"),
    ("入院日期", "0224-06-01"),
    ("出院日期", ""),
    ("出院日期", "2024-05-31"),
    ("票据号码", "2.43200E+19"),
    ("医疗费总额", "12.345"),
    ("医疗费总额", "约一千"),
    ("医疗费总额", "9999999999999999万"),
    ("急诊标志", "也许"),
    ("已交材料", "照片"),
    ("已交材料", "票据、照片"),
    ("银行账号", "6.2220E+18"),
    ("证件号码", "990101199001019988"),
    ("证件号码", "429001202006069972"),
    ("医疗机构编码", "44030500001"),
    ("医疗机构编码", "4403052"),
    ("单位", "12420106YY00001X8P"),
];

/// What a person settled of this batch, half of it in vain.
const CHOICES: &str = r#"[[sheet]]
file = "没有.csv"
table = "claims"
[[sheet]]
file = "通知.txt"
table = "skip"
[[sheet]]
file = "指定的表.csv"
table = "claims"
[[sheet]]
file = "指定的行.csv"
header_row = 2
[[sheet]]
file = "多余的列.csv"
columns = { "没有的列" = "" }
[[sheet]]
file = "缺列.csv"
sheet = "六月"
[[sheet]]
file = "隐藏.xlsx"
sheet = "六月"
[[sheet]]
file = "半个.xlsx"
encoding = "gb18030"
[[sheet]]
file = "逻辑值.xlsx"
delimiter = ","
[[sheet]]
file = "a的副本.csv"
table = "bill_lines"
"#;

/// What a person settled, every entry with a fault.
const FAULTY_CHOICES: &str = r#"[[sheet]]
file = "a.csv"
table = "claim"
[[sheet]]
file = "b.csv"
table = "tips"
columns = { "实收" = "total" }
[[sheet]]
file = "b.csv"
header_row = 0
encoding = "latin1"
delimiter = "|"
columns = { "实收" = "实收" }
"#;

/// A table of one file: its usual row, and what is wrong in each of its rows.
fn rows(usual: &[(&str, &str)], faults: &[(&str, &str)]) -> String {
    let line = |cells: Vec<&str>| format!("{}\n", cells.join(","));
    let header = line(usual.iter().map(|(title, _)| *title).collect());
    let row = |&(wrong, written): &(&str, &str)| {
        assert!(usual.iter().any(|(title, _)| *title == wrong), "no column {wrong}");
        line(usual.iter().map(|&(t, usual)| if t == wrong { written } else { usual }).collect())
    };
    header + &faults.iter().map(row).collect::<String>()
}

fn tables() -> Vec<(&'static str, String)> {
    let line = [
        ("申报编号", "SB1"),
        ("票据号码", ""),
        ("序号", "1"),
        ("费用日期", "2024-06-01"),
        ("项目名称", "床位费"),
        ("数量", "1"),
        ("单价", "30"),
        ("金额", "30"),
        ("等级", ""),
    ];
    let line_faults = [
        ("申报编号", ""),
        ("序号", "一"),
        ("项目名称", ""),
        ("数量", "0.00001"),
        ("单价", "0.3333333"),
        ("等级", "丁"),
    ];
    let filing = [
        ("备案编号", "BA1"),
        ("证件号码", "420106197003059969"),
        ("参保地", "武汉市"),
        ("就医地", "深圳市"),
        ("备案类型", "长期异地居住"),
        ("备案开始日期", "2024-01-01"),
        ("备案结束日期", "长期"),
        ("办理日期", "2024-01-01"),
    ];
    let contribution = [
        ("证件号码", "420106197003059969"),
        ("参保地", "武汉市"),
        ("险种", "职工"),
        ("费款所属期", "202401"),
        ("状态", "到账"),
    ];
    let hospital =
        [("编码", ""), ("名称", "某市试验医院"), ("所属地区", "深圳市"), ("等级", "三级")];
    let returned = [
        ("费款月份", "2024-06"),
        ("收款人", "王试"),
        ("银行账号", "6200000000000001"),
        ("金额（元）", "500.00"),
        ("退回原因", "退汇"),
        ("更正收款人", ""),
        ("更正银行账号", ""),
    ];
    let returned_faults = [
        ("费款月份", "202406-202407"),
        ("金额（元）", "-500"),
        ("退回原因", "请到柜面核实"),
        ("更正收款人", "王小试"),
        ("更正银行账号", "6200-0001"),
        ("更正银行账号", "6200"),
    ];
    let same = "2024-06,王试,6200000000000001,500.00,退汇,王试,6200000000000001\n";
    let codes = ["H44030500001", "H44030500002", "P44030500002"].map(|code| ("编码", code));
    vec![
        ("机构.csv", rows(&hospital, &codes)),
        ("申报.csv", rows(CLAIM, CLAIM_FAULTS)),
        ("明细.csv", rows(&line, &line_faults)),
        ("备案.csv", rows(&filing, &[("备案类型", "旅游"), ("备案结束日期", "2023-12-31")])),
        ("退回.csv", rows(&returned, &returned_faults) + same),
        ("缴费.csv", rows(&contribution, &[("费款所属期", "2024年"), ("状态", "未知")])),
    ]
}

fn sheets() -> Vec<(&'static str, Vec<u8>)> {
    let tips = "线索编号,受理日期,受理地,对象类型,被举报对象";
    let row = "SB9,,1,2024-06-01,床位费,1,30,30,";
    let mut book = Workbook::new();
    book.add_worksheet().set_name("汇总").expect("a name");
    let hidden = book.add_worksheet().set_name("旧表").expect("a name");
    hidden.write_row(0, 0, LINES.split(',')).expect("a header");
    hidden.set_hidden(true);
    let partly = book.add_worksheet().set_name("半隐").expect("a name");
    partly.write_row(0, 0, LINES.split(',')).expect("a header");
    partly.write_row(1, 0, row.split(',')).expect("a row");
    partly.set_row_hidden(1).expect("a row");
    partly.set_column_hidden(4).expect("a column");
    let book = book.save_to_buffer().expect("a workbook");
    let tables: Vec<(&str, String)> = vec![
        ("上下两表.csv", format!("{LINES}\n{row}\n{tips}\n")),
        ("左右两表.csv", format!("{LINES},,{tips}\n")),
        ("两表相连.csv", format!("{LINES},{tips}\n")),
        ("重复的列.csv", format!("{LINES},总价,费用\n").replace("金额", "金额合计")),
        ("缺列.csv", LINES.replace(",单价", "")),
        ("别的表.csv", "证件号码,姓名,参保地,险种,人员类别,结算编号\n".to_owned()),
        ("通知.txt", "今天天气很好\n".to_owned()),
        ("多余的列.csv", format!("{LINES},自拟栏\n{row},甲,乙\n")),
        (
            "更正.csv",
            format!(
                "文件,{LINES},行标识\n甲.csv,{row},改过\n甲.csv,{row},{key}\n甲.csv,{row}甲,{key}\n",
                key = "ab".repeat(12)
            ),
        ),
        (
            "交错.csv",
            "申报编号,线索编号,费用日期,受理日期,项目名称,受理地,数量,对象类型,单价,被举报对象,金额\n"
                .to_owned(),
        ),
        ("万元.csv", format!("单位：万元\n{LINES}\n{row}\n")),
        ("表头万元.csv", format!("{}（万元）\n{row}\n", LINES.trim_end_matches(",等级"))),
        ("指定的表.csv", format!("{LINES}\n{row}总\n")),
        ("指定的行.csv", format!("{LINES}\n{row}行\n")),
        (
            "申请表.csv",
            "医疗费用报销申请表\n姓名,王试,证件号码,x\n参保地,武汉,险种,职工\n\
             就医地,深圳,医疗机构名称,某院\n入院日期,2024-06-01,出院日期,2024-06-09\n"
                .to_owned(),
        ),
        (
            "batch.toml",
            CHOICES.to_owned(),
        ),
        ("引号.csv", format!("{LINES}\nSB9,,\"1,2024-06-01,床位费,1,30,30,\n")),
    ];
    let mut files: Vec<(&str, Vec<u8>)> =
        tables.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    files.push(("隐藏.xlsx", book));
    files
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let sound = format!("{LINES}\nSB8,,1,2024-06-01,床位费,1,30,30,\n");
    let packed = archive(&sound);
    let mut garbled = sound.replace("床位费", "护理费").into_bytes();
    let at = garbled.windows(3).rposition(|three| three == "费".as_bytes()).expect("the name");
    garbled.remove(at + 2);
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "x").expect("a cell");
    let workbook = workbook.save_to_buffer().expect("a workbook");
    vec![
        ("a.csv", sound.clone().into_bytes()),
        ("a的副本.csv", sound.into_bytes()),
        ("乱码.csv", garbled),
        ("空.csv", Vec::new()),
        ("繁体.csv", BIG5.encode("申報編號,證件號碼,姓名,參保地,醫療費總額\n").0.into_owned()),
        (
            "太宽.csv",
            format!("{LINES}\nSB7,,1,2024-06-01,床位费,1,30,30{},远\n", ",".repeat(1016)).into(),
        ),
        ("来信.pdf", b"%PDF-1.7 \x00".to_vec()),
        ("图片.xls", b"BM\x36\0\0\0\0\0".to_vec()),
        ("数据.xlsb", b"\x00\x01\x02\x03\x04".to_vec()),
        ("网页.xls", GB18030.encode("<html><table><tr><td>费用</td></tr></table>").0.into_owned()),
        ("坏的压缩包.zip", b"PK\x03\x04 a.csv".to_vec()),
        ("没有表格.zip", package(&[("来信.docx", b"")])),
        ("太多.zip", crowded_archive()),
        ("压缩包.zip", packed),
        ("半个.xlsx", workbook[..workbook.len() / 2].to_vec()),
        ("有密码.xlsx", crate::workbooks::password_protected()),
        ("旧式密码.xls", crate::workbooks::xor_encrypted()),
        ("逻辑值.xlsx", workbook_with_a_truth()),
    ]
}

/// More members than anybody sends.
fn crowded_archive() -> Vec<u8> {
    let names: Vec<String> = (0..10_001).map(|number| format!("{number}.csv")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    package(&members)
}

/// An archive in which everything is wrong: an archive, two members of one name, one with a
/// password, one packed in an unknown way.
fn archive(sound: &str) -> Vec<u8> {
    let inner = package(&[("a.csv", sound.as_bytes())]);
    let members = [
        ("里面.zip", &inner[..]),
        ("重名1.csv", b"x"),
        ("重名2.csv", b"y"),
        ("密码.csv", b"z"),
        ("怪的.csv", b"z"),
        ("大的.csv", b"z"),
    ];
    let archive = patched(package(&members), "重名2".as_bytes(), "重名1".as_bytes());
    // In the list of members: flags 38, way of packing 36, and the highest byte of the size 19
    // bytes before the name.
    let with = |mut archive: Vec<u8>, name: &str, before: usize, byte: u8| {
        let at = memchr::memmem::rfind(&archive, name.as_bytes()).expect("the member");
        archive[at - before] = byte;
        archive
    };
    with(with(with(archive, "密码", 38, 1), "怪的", 36, 97), "大的", 19, 0x70)
}

/// A claim whose id the spreadsheet took for a truth value.
fn workbook_with_a_truth() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, CLAIM.iter().map(|(title, _)| *title)).expect("a header");
    sheet.write_row(1, 0, CLAIM.iter().map(|(_, usual)| *usual)).expect("a row");
    sheet.write(1, 0, true).expect("a truth value");
    book.save_to_buffer().expect("a workbook")
}

/// What cannot be made by writing bytes: a link, and something that is no regular file.
#[cfg(unix)]
fn special(folder: &Path) -> std::os::unix::net::UnixListener {
    std::os::unix::fs::symlink(folder.join("a.csv"), folder.join("链接.csv")).expect("a link");
    std::os::unix::net::UnixListener::bind(folder.join("管道.csv")).expect("a socket")
}

/// Everything told about the batch, in the order of its places.
pub fn problems() -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in tables() {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    for (name, bytes) in sheets().into_iter().chain(files()) {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let _socket = special(folder.path());
    let setup = Setup::load(&data()).expect("the shipped data");
    let records = run::read(folder.path(), &setup, &workbooks(), &Silent).expect("a batch");
    let quarantined = records.quarantine.into_iter().flat_map(|reject| reject.problems);
    let mut problems: Vec<Problem> =
        records.unread.into_iter().chain(records.notes).chain(quarantined).collect();
    problems.sort_by(|a, b| (&a.place, a.kind).cmp(&(&b.place, b.kind)));
    problems
}

/// What is told of a `batch.toml` that is wrong; the run does not start.
pub fn faulty_choices() -> Vec<Problem> {
    let setup = Setup::load(&data()).expect("the shipped data");
    let mut told = Vec::new();
    for choices in [FAULTY_CHOICES, "[[sheet]]\nfile = \"a.csv\"\ntabel = \"tips\"\n"] {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("batch.toml"), choices).expect("a file");
        match run::read(folder.path(), &setup, &workbooks(), &Silent) {
            Err(IngestError::Choices(problems)) => told.extend(problems),
            _ => panic!("nothing is told of {choices}"),
        }
    }
    told
}
