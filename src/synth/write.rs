//! Which file holds what, and how badly: the batch as five offices, an export system and a few
//! registers would hand it over.
//!
//! The surprise: no two claim sheets look alike, and that is the point. One has its header under a
//! title, one is GB18030 text, one is text under a workbook's name, one has a header of two rows.

use std::collections::BTreeMap;
use std::path::Path;

use encoding_rs::{GB18030, GBK};

use crate::domain::Money;

use super::SynthError;
use super::hospitals::HOSPITALS;
use super::model::{Batch, Cell, Claim, Office};
use super::sheets::{Column, Dates, Sheet, Style, delimited, workbook};
use super::tables;

/// Path inside the batch → bytes. No two entries are written twice.
pub type Files = BTreeMap<&'static str, Vec<u8>>;

pub const CLAIM: [&str; 31] = [
    "申报编号",
    "证件号码",
    "姓名",
    "参保地",
    "险种",
    "医疗类别",
    "就医地",
    "医疗机构编码",
    "医疗机构名称",
    "入院日期",
    "出院日期",
    "诊断编码",
    "诊断名称",
    "票据代码",
    "票据号码",
    "医疗费总额",
    "票据统筹支付金额",
    "手工报销原因",
    "急诊标志",
    "外伤标志",
    "第三方责任标志",
    "工伤标志",
    "受理日期",
    "已交材料",
    "收款人",
    "开户行",
    "银行账号",
    "联系电话",
    "代办人证件号",
    "代办人",
    "单位",
];

pub const LINE: [&str; 14] = [
    "申报编号",
    "票据号码",
    "序号",
    "费用日期",
    "医保编码",
    "院内编码",
    "项目名称",
    "费用类别",
    "规格",
    "单位",
    "数量",
    "单价",
    "金额",
    "等级",
];

pub const FILING: [&str; 13] = [
    "备案编号",
    "证件号码",
    "姓名",
    "参保地",
    "就医地",
    "备案类型",
    "备案开始日期",
    "备案结束日期",
    "办理日期",
    "备案医疗机构",
    "状态",
    "承诺制标志",
    "材料补齐标志",
];

pub const INSURED: [&str; 14] = [
    "证件号码",
    "姓名",
    "性别",
    "出生日期",
    "参保地",
    "险种",
    "人员类别",
    "困难类别",
    "公务员标志",
    "退休日期",
    "参加工作日期",
    "死亡日期",
    "银行账号",
    "本市保留定点",
];

pub const CONTRIBUTION: [&str; 6] =
    ["证件号码", "参保地", "险种", "费款所属期", "状态", "到账日期"];

pub const HOSPITAL: [&str; 13] = [
    "编码",
    "名称",
    "别名",
    "所属地区",
    "等级",
    "隶属",
    "机构类型",
    "跨省联网",
    "联网日期",
    "定点开始日期",
    "定点结束日期",
    "暂停开始日期",
    "暂停结束日期",
];

pub const SETTLEMENT: [&str; 22] = [
    "结算编号",
    "证件号码",
    "结算方式",
    "险种",
    "医疗类别",
    "票据代码",
    "票据号码",
    "医疗机构编码",
    "诊断编码",
    "入院日期",
    "出院日期",
    "医疗费总额",
    "符合政策范围金额",
    "起付线",
    "统筹基金支付",
    "大额支付",
    "大病支付",
    "公务员补助",
    "医疗救助",
    "个人负担",
    "结算日期",
    "状态",
];

const TIP: [&str; 10] = [
    "举报线索编号",
    "受理日期",
    "受理地",
    "被举报对象类型",
    "被举报对象",
    "涉及开始日期",
    "涉及结束日期",
    "举报内容",
    "举报人编号",
    "匿名标志",
];

/// What some offices write instead of the canonical header.
const HOUSE_NAMES: [(&str, &str); 10] = [
    ("证件号码", "身份证号码"),
    ("医疗费总额", "总费用"),
    ("入院日期", "入院时间"),
    ("出院日期", "出院时间"),
    ("医疗机构名称", "医院名称"),
    ("联系电话", "手机号"),
    ("开户行", "开户银行"),
    ("银行账号", "银行卡号"),
    ("票据号码", "发票号码"),
    ("受理日期", "申请日期"),
];

const NOTE: &str = "本文件是扫描件的目录说明，不是表格。\n\
    纸质票据和出院记录的扫描件另行保存在窗口的档案柜里，\n\
    需要核对原件时请与窗口联系。这里没有可以导入的数据。\n";

/// Every file of the demo.
pub fn files(batch: &Batch) -> Result<Files, SynthError> {
    let mut files = of_offices(batch)?;
    let export = files[EXPORT].clone();
    files.insert("石家庄窗口/六月申报（副本）.xls", export);
    let hospitals = format!("\u{FEFF}{}", delimited(&hospitals(), b','));
    files.insert("登记库/定点医疗机构.csv", hospitals.into_bytes());
    files.insert("登记库/举报线索.csv", delimited(&tips(batch), b',').into_bytes());
    files.insert("北京分中心/扫描件说明.txt", NOTE.as_bytes().to_vec());
    Ok(files)
}

/// Text under a workbook's name.
const EXPORT: &str = "石家庄窗口/六月申报.xls";

/// What the offices and the registers hand over.
pub fn of_offices(batch: &Batch) -> Result<Files, SynthError> {
    let mut files = Files::new();
    let book = |path: &'static str, sheets: &[Sheet<'_>]| {
        workbook(sheets)
            .map(|bytes| (path, bytes))
            .map_err(|error| SynthError { path: path.into(), reason: error.to_string() })
    };
    files.extend([
        book("东湖县/零星报销申报2024年6月.xlsx", &[east_lake(batch)])?,
        book("北京分中心/申报.xlsx", &beijing(batch))?,
        book("费用明细/费用明细2024年6月.xlsx", &bill_workbook(batch))?,
        book("登记库/参保信息.xlsx", &[persons(batch)])?,
        book("登记库/备案.xlsx", &[filings(batch)])?,
        book("登记库/既往结算.xlsx", &[settlements(batch)])?,
    ]);
    let west = delimited(&west_hill(batch), b',');
    files.insert("西山区/申报表.csv", GB18030.encode(&west).0.into_owned());
    let export = GBK.encode(&delimited(&shijiazhuang(batch), b'\t')).0.into_owned();
    files.insert(EXPORT, export);
    let electronic = format!("\u{FEFF}{}", delimited(&bill_list(batch), b','));
    files.insert("费用明细/电子清单.csv", electronic.into_bytes());
    files.insert("登记库/缴费.csv", delimited(&contributions(batch), b',').into_bytes());
    Ok(files)
}

/// Writes the files below `folder`, making the folders in between.
pub fn write(folder: &Path, files: &Files) -> Result<(), SynthError> {
    for (path, bytes) in files {
        let path = folder.join(path);
        let told =
            |error: std::io::Error| SynthError { path: path.clone(), reason: error.to_string() };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(told)?;
        }
        std::fs::write(&path, bytes).map_err(told)?;
    }
    Ok(())
}

pub fn columns(headers: &[&'static str], house_names: &[(&str, &'static str)]) -> Vec<Column> {
    let written = |canonical: &'static str| {
        let renamed = house_names.iter().find(|(name, _)| *name == canonical);
        renamed.map_or(canonical, |&(_, written)| written)
    };
    headers.iter().map(|&canonical| Column { canonical, written: written(canonical) }).collect()
}

fn sheet<'a>(name: &'static str, columns: Vec<Column>, style: Style) -> Sheet<'a> {
    Sheet {
        name,
        above: Vec::new(),
        groups: Vec::new(),
        columns,
        rows: Vec::new(),
        below: Vec::new(),
        header_every: None,
        style,
    }
}

/// A sheet of records, a row each.
fn table<'a, T>(
    name: &'static str,
    headers: &[&'static str],
    style: Style,
    records: &'a [T],
    cell: impl Fn(&'a T, &str) -> Cell<'a>,
) -> Sheet<'a> {
    let mut sheet = sheet(name, columns(headers, &[]), style);
    sheet.rows = records
        .iter()
        .map(|record| headers.iter().map(|header| cell(record, header)).collect())
        .collect();
    sheet
}

/// The claims of an office in the order they came in.
fn claims_of(batch: &Batch, office: Office) -> Vec<&Claim> {
    let mut claims: Vec<&Claim> =
        batch.claims.iter().filter(|claim| claim.office == office).collect();
    claims.sort_by(|a, b| (a.received, &a.id).cmp(&(b.received, &b.id)));
    claims
}

fn claim_rows<'a>(claims: &[&'a Claim], columns: &[Column]) -> Vec<Vec<Cell<'a>>> {
    let row = |claim: &'a Claim| {
        columns.iter().map(|column| tables::claim(claim, column.canonical)).collect()
    };
    claims.iter().map(|claim| row(claim)).collect()
}

/// A row 合计 with the sum of what can be read in its column.
fn total_row<'a>(sheet: &Sheet<'a>, header: &str) -> Vec<Cell<'a>> {
    let mut cells = vec![Cell::Blank; sheet.columns.len()];
    cells[0] = Cell::Text("合计".into());
    if let Some(place) = sheet.columns.iter().position(|column| column.canonical == header) {
        let amounts = sheet.rows.iter().map(|row| match &row[place] {
            Cell::Money(amount) => *amount,
            _ => Money::ZERO,
        });
        cells[place] = Cell::Money(amounts.sum());
    }
    cells
}

fn east_lake(batch: &Batch) -> Sheet<'_> {
    let style = Style { dates: Dates::Real(14), ..Style::PLAIN };
    let mut sheet = sheet("六月零报", columns(&CLAIM, &[]), style);
    sheet.above = vec![
        "东湖县异地就医零星报销申报汇总表（2024年6月）".into(),
        "填报单位：东湖县医疗保障服务窗口".into(),
        "单位：元".into(),
    ];
    sheet.rows = claim_rows(&claims_of(batch, Office::EastLake), &sheet.columns);
    let note =
        vec![Cell::Text("填表人：样例员甲    审核人：样例员乙    填表日期：2024年7月1日".into())];
    sheet.below = vec![total_row(&sheet, "医疗费总额"), note];
    sheet
}

/// Some offices have these columns only where somebody fills them.
const OF_AGENTS: [&str; 3] = ["代办人证件号", "代办人", "单位"];

fn has_agent(claim: &Claim) -> bool {
    claim.agent.is_some() || claim.employer.is_some()
}

fn west_hill(batch: &Batch) -> Sheet<'_> {
    let claims = claims_of(batch, Office::WestHill);
    let has_agents = claims.iter().any(|claim| has_agent(claim));
    let headers: Vec<&str> =
        CLAIM.into_iter().filter(|header| has_agents || !OF_AGENTS.contains(header)).collect();
    let style = Style { dates: Dates::Slashes, grouped_money: true, ..Style::PLAIN };
    let mut sheet = sheet("", columns(&headers, &[]), style);
    sheet.rows = claim_rows(&claims, &sheet.columns);
    sheet
}

fn shijiazhuang(batch: &Batch) -> Sheet<'_> {
    let style =
        Style { dates: Dates::Compact, region_codes: true, digit_flags: true, ..Style::PLAIN };
    let mut sheet = sheet("", columns(&CLAIM, &HOUSE_NAMES), style);
    sheet.rows = claim_rows(&claims_of(batch, Office::Shijiazhuang), &sheet.columns);
    sheet.below = vec![total_row(&sheet, "医疗费总额")];
    sheet
}

fn beijing(batch: &Batch) -> [Sheet<'_>; 2] {
    let headers = [
        "申报编号",
        "证件号码",
        "姓名",
        "参保地",
        "险种",
        "医疗类别",
        "就医地",
        "医疗机构编码",
        "医疗机构名称",
        "入院日期",
        "出院日期",
        "诊断编码",
        "诊断名称",
        "票据代码",
        "票据号码",
        "医疗费总额",
        "票据统筹支付金额",
        "急诊标志",
        "外伤标志",
        "第三方责任标志",
        "工伤标志",
        "受理日期",
        "已交材料",
        "手工报销原因",
        "收款人",
        "开户行",
        "银行账号",
        "联系电话",
    ];
    let groups = [
        (None, 1),
        (Some("参保人情况"), 4),
        (Some("就医情况"), 8),
        (Some("票据情况"), 4),
        (Some("责任情况"), 4),
        (Some("受理情况"), 3),
        (Some("收款情况"), 4),
    ];
    let offices = [
        ("纸质", Office::BeijingPaper, Dates::Chinese),
        ("电子", Office::BeijingElectronic, Dates::Real(31)),
    ];
    offices.map(|(name, office, dates)| {
        let style = Style { dates, ..Style::PLAIN };
        let claims = claims_of(batch, office);
        let (mut headers, mut groups) = (headers.to_vec(), groups.to_vec());
        if claims.iter().any(|claim| has_agent(claim)) {
            headers.extend(OF_AGENTS);
            groups.push((Some("代办情况"), OF_AGENTS.len() as u16));
        }
        let mut sheet = sheet(name, columns(&headers, &HOUSE_NAMES), style);
        sheet.groups = groups;
        sheet.rows = claim_rows(&claims, &sheet.columns);
        sheet
    })
}

/// Whether a claim's lines are in the electronic list, which knows invoices only. An invoice that
/// two claims share, or that is damaged, would not find its way back from there.
fn is_listed_by_invoice(batch: &Batch, claim: &Claim) -> bool {
    let shared = batch.claims.iter().filter(|other| other.invoice_no == claim.invoice_no).count();
    matches!(claim.office, Office::WestHill | Office::BeijingElectronic)
        && shared == 1
        && claim.spoiled.is_empty()
}

fn bill_workbook(batch: &Batch) -> [Sheet<'_>; 2] {
    let claims: Vec<&Claim> =
        batch.claims.iter().filter(|claim| !is_listed_by_invoice(batch, claim)).collect();
    let (first, second) = claims.split_at(claims.len() / 2);
    fn sheet_of<'a>(name: &'static str, claims: &[&'a Claim], dates: Dates) -> Sheet<'a> {
        let mut sheet = sheet(name, columns(&LINE, &[]), Style { dates, ..Style::PLAIN });
        for claim in claims {
            let rows = claim.lines.iter().enumerate().map(|(number, line)| {
                LINE.iter().map(|header| tables::line(claim, number, line, header)).collect()
            });
            sheet.rows.extend(rows);
        }
        sheet.header_every = Some(400);
        sheet
    }
    [sheet_of("第一批", first, Dates::Real(14)), sheet_of("第二批", second, Dates::Dashes)]
}

fn bill_list(batch: &Batch) -> Sheet<'_> {
    let without = ["申报编号", "规格"];
    let headers: Vec<&str> = LINE.into_iter().filter(|h| !without.contains(h)).collect();
    let mut sheet = sheet("", columns(&headers, &[]), Style::PLAIN);
    for claim in batch.claims.iter().filter(|claim| is_listed_by_invoice(batch, claim)) {
        for (number, line) in claim.lines.iter().enumerate() {
            let cells = headers.iter().map(|h| tables::line(claim, number, line, h));
            let mut row: Vec<Cell<'_>> = cells.collect();
            if sheet.rows.len() % 23 == 7 {
                full_width(&mut row, &headers, &["数量", "金额"]);
            }
            sheet.rows.push(row);
        }
        let mut subtotal = vec![Cell::Blank; headers.len()];
        subtotal[0] = Cell::Text("小计".into());
        if let Some(place) = headers.iter().position(|header| *header == "金额") {
            subtotal[place] = Cell::Money(claim.lines_total());
        }
        sheet.rows.push(subtotal);
    }
    sheet
}

/// Some people type figures with a Chinese input method.
fn full_width(row: &mut [Cell<'_>], headers: &[&str], of: &[&str]) {
    for (cell, header) in row.iter_mut().zip(headers) {
        let plain = match cell {
            Cell::Number(digits) => digits.clone().into_owned(),
            Cell::Money(money) => money.to_string(),
            _ => continue,
        };
        if of.contains(header) {
            let wide = plain.chars().map(|c| match c {
                '0'..='9' => char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c),
                '.' => '．',
                other => other,
            });
            *cell = Cell::Text(wide.collect());
        }
    }
}

fn persons(batch: &Batch) -> Sheet<'_> {
    let style = Style { dates: Dates::Real(14), ..Style::PLAIN };
    table("参保信息", &INSURED, style, &batch.persons, tables::insured)
}

fn filings(batch: &Batch) -> Sheet<'_> {
    let style = Style { dates: Dates::Real(31), ..Style::PLAIN };
    table("备案", &FILING, style, &batch.filings, tables::filing)
}

fn settlements(batch: &Batch) -> Sheet<'_> {
    let style = Style { dates: Dates::Real(14), ..Style::PLAIN };
    table("既往结算", &SETTLEMENT, style, &batch.settlements, tables::settlement)
}

fn contributions(batch: &Batch) -> Sheet<'_> {
    let style = Style { region_codes: true, ..Style::PLAIN };
    table("", &CONTRIBUTION, style, &batch.contributions, tables::contribution)
}

fn hospitals() -> Sheet<'static> {
    table("", &HOSPITAL, Style::PLAIN, &HOSPITALS, tables::hospital)
}

fn tips(batch: &Batch) -> Sheet<'_> {
    table("", &TIP, Style::PLAIN, &batch.tips, tables::tip)
}
