//! Records → cells by canonical header: the one place that knows which value stands under which
//! header of which table.

use std::borrow::Cow;

use crate::domain::Money;
use crate::domain::dates::Date;
use crate::domain::words::{ItemKind, OwnerLevel, Sex, Tier};

use super::hospitals::Hospital;
use super::model::{Cell, Claim, Contribution, Filing, Insured, Line, Settlement, Spoiled, Tip};

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    let text = text.into();
    if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
}

fn day(day: Option<Date>) -> Cell<'static> {
    day.map_or(Cell::Blank, Cell::Date)
}

/// A header that no table has is a slip in this program; the tests below find it.
fn unknown(header: &str) -> Cell<'static> {
    debug_assert!(false, "no value for the header {header}");
    Cell::Blank
}

/// What stands in a column instead of the truth.
fn spoiled<'a>(cells: &'a Spoiled, header: &str) -> Option<Cell<'a>> {
    let (_, cell) = cells.iter().find(|(spoiled, _)| *spoiled == header)?;
    Some(cell.clone())
}

pub fn claim<'a>(claim: &'a Claim, header: &str) -> Cell<'a> {
    if let Some(cell) = spoiled(&claim.spoiled, header) {
        return cell;
    }
    let materials = || claim.materials.iter().map(|m| m.zh()).collect::<Vec<_>>().join("、");
    match header {
        "申报编号" => text(&claim.id),
        "证件号码" => text(claim.person.id.reveal()),
        "姓名" => text(&claim.person.name),
        "参保地" => Cell::Region(claim.insured),
        "险种" => text(claim.scheme.zh()),
        "医疗类别" => text(claim.care.zh()),
        "就医地" => Cell::Region(claim.treated()),
        "医疗机构编码" => text(claim.hospital_code.unwrap_or_default()),
        "医疗机构名称" => text(claim.hospital_name),
        "入院日期" => Cell::Date(claim.admitted),
        "出院日期" => day(claim.discharged),
        "诊断编码" => text(claim.diagnosis.code),
        "诊断名称" => text(claim.diagnosis.name),
        "票据代码" => text(&claim.invoice_code),
        "票据号码" => text(&claim.invoice_no),
        "医疗费总额" => Cell::Money(claim.total),
        "票据统筹支付金额" => Cell::Money(claim.invoice_fund_paid),
        "手工报销原因" => text(claim.reason),
        "急诊标志" => Cell::Flag(claim.emergency),
        "外伤标志" => Cell::Flag(claim.trauma),
        "第三方责任标志" => Cell::Flag(claim.third_party),
        "工伤标志" => Cell::Flag(claim.work_injury),
        "受理日期" => Cell::Date(claim.received),
        "已交材料" => text(materials()),
        "收款人" => text(&claim.payee),
        "开户行" => text(claim.bank),
        "银行账号" => text(&claim.account),
        "联系电话" => text(&claim.phone),
        "代办人证件号" => text(claim.agent.as_ref().map_or("", |(id, _)| id.reveal())),
        "代办人" => text(claim.agent.as_ref().map_or("", |(_, name)| name.as_str())),
        "单位" => text(claim.employer.unwrap_or_default()),
        _ => unknown(header),
    }
}

pub fn line<'a>(claim: &'a Claim, number: usize, line: &'a Line, header: &str) -> Cell<'a> {
    match header {
        "申报编号" => text(&claim.id),
        "票据号码" => text(&claim.invoice_no),
        "序号" => Cell::Number((number + 1).to_string().into()),
        "费用日期" => Cell::Date(line.service_on),
        "医保编码" => text(line.item_code.as_deref().unwrap_or_default()),
        "院内编码" => text(line.hospital_item_code.as_deref().unwrap_or_default()),
        "项目名称" => text(&line.item_name),
        "费用类别" => text(category(line)),
        "规格" => Cell::Blank,
        "单位" => text(line.unit),
        "数量" => Cell::Number(line.quantity.to_string().into()),
        "单价" => Cell::Number(line.unit_price.to_string().into()),
        "金额" => Cell::Money(line.amount),
        "等级" => text(line.stated_class),
        _ => unknown(header),
    }
}

fn category(line: &Line) -> &'static str {
    let name = &line.item_name;
    match line.kind {
        ItemKind::Drug => "西药费",
        ItemKind::Patent => "中成药费",
        ItemKind::Herb => "中药饮片费",
        ItemKind::Bed => "床位费",
        ItemKind::Consumable if name.contains("融合器") => "卫生材料费",
        ItemKind::Consumable => "其他费",
        ItemKind::Service if name.contains("护理") => "护理费",
        ItemKind::Service if name.contains("诊查") => "诊察费",
        ItemKind::Service if name.contains("测定") || name.contains("常规") => "化验费",
        ItemKind::Service if name.ends_with('术') || name.contains("术(") => "手术费",
        ItemKind::Service if name.contains("检查") || name.contains("透视") => "检查费",
        ItemKind::Service => "治疗费",
    }
}

pub fn insured<'a>(entry: &'a Insured, header: &str) -> Cell<'a> {
    if let Some(cell) = spoiled(&entry.spoiled, header) {
        return cell;
    }
    let person = &entry.person;
    match header {
        "证件号码" => text(person.id.reveal()),
        "姓名" => text(&person.name),
        "性别" => text(Sex::zh(person.sex)),
        "出生日期" => Cell::Date(person.born),
        "参保地" => Cell::Region(person.insured),
        "险种" => text(person.scheme.zh()),
        "人员类别" => text(person.kind.zh()),
        "公务员标志" => Cell::Flag(false),
        "退休日期" => day(entry.retired_on),
        "死亡日期" => day(entry.died_on),
        "困难类别" | "参加工作日期" | "本市保留定点" => Cell::Blank,
        "银行账号" => text(&person.account),
        _ => unknown(header),
    }
}

pub fn contribution<'a>(entry: &'a Contribution, header: &str) -> Cell<'a> {
    match header {
        "证件号码" => text(entry.id.reveal()),
        "参保地" => Cell::Region(entry.insured),
        "险种" => text(entry.scheme.zh()),
        "费款所属期" => text(&entry.period),
        "状态" => text(entry.status.zh()),
        "到账日期" => day(entry.paid_on),
        _ => unknown(header),
    }
}

pub fn filing<'a>(filing: &'a Filing, header: &str) -> Cell<'a> {
    match header {
        "备案编号" => text(&filing.id),
        "证件号码" => text(filing.person.id.reveal()),
        "姓名" => text(&filing.person.name),
        "参保地" => Cell::Region(filing.person.insured),
        "就医地" => Cell::Region(filing.treated),
        "备案类型" => text(filing.kind.zh()),
        "备案开始日期" => Cell::Date(filing.valid_from),
        "备案结束日期" => day(filing.valid_to),
        "办理日期" => Cell::Date(filing.filed_on),
        "备案医疗机构" => text(filing.hospital.unwrap_or_default()),
        "状态" => text(filing.status.zh()),
        "承诺制标志" => Cell::Flag(filing.by_commitment),
        "材料补齐标志" => Cell::Flag(!filing.by_commitment),
        _ => unknown(header),
    }
}

pub fn hospital<'a>(hospital: &'a Hospital, header: &str) -> Cell<'a> {
    match header {
        "编码" => text(hospital.code),
        "名称" => text(hospital.name),
        "别名" => text(hospital.aliases),
        "所属地区" => Cell::Region(hospital.region()),
        "等级" => text(hospital.tier.map_or("", Tier::zh)),
        "隶属" => text(hospital.owner.map_or("", OwnerLevel::zh)),
        "机构类型" => text(hospital.kind.zh()),
        "跨省联网" => Cell::Flag(true),
        "联网日期" => text("2019-06-01"),
        "定点开始日期" => text(hospital.designated.0),
        "定点结束日期" => text(hospital.designated.1),
        "暂停开始日期" => text(hospital.suspended.0),
        "暂停结束日期" => text(hospital.suspended.1),
        _ => unknown(header),
    }
}

pub fn settlement<'a>(entry: &'a Settlement, header: &str) -> Cell<'a> {
    match header {
        "结算编号" => text(&entry.id),
        "证件号码" => text(entry.person.id.reveal()),
        "结算方式" => text(entry.channel.zh()),
        "险种" => text(entry.person.scheme.zh()),
        "医疗类别" => text(entry.care.zh()),
        "票据代码" => text(&entry.invoice_code),
        "票据号码" => text(&entry.invoice_no),
        "医疗机构编码" => text(entry.hospital_code),
        "诊断编码" => text(entry.diagnosis_code),
        "入院日期" => Cell::Date(entry.admitted),
        "出院日期" => Cell::Date(entry.discharged),
        "医疗费总额" => Cell::Money(entry.total),
        "符合政策范围金额" => Cell::Money(entry.in_scope),
        "起付线" => Cell::Money(entry.deductible),
        "统筹基金支付" => Cell::Money(entry.fund_basic),
        "大额支付" | "大病支付" | "公务员补助" | "医疗救助" => {
            Cell::Money(Money::ZERO)
        }
        "个人负担" => Cell::Money(entry.total - entry.fund_basic),
        "结算日期" => Cell::Date(entry.settled_on),
        "状态" => text(entry.status.zh()),
        _ => unknown(header),
    }
}

pub fn tip<'a>(tip: &'a Tip, header: &str) -> Cell<'a> {
    match header {
        "举报线索编号" => text(&tip.id),
        "受理日期" => Cell::Date(tip.received_on),
        "受理地" => Cell::Region(tip.region),
        "被举报对象类型" => text(tip.kind.zh()),
        "被举报对象" => text(&tip.subject),
        "涉及开始日期" => Cell::Date(tip.period.0),
        "涉及结束日期" => Cell::Date(tip.period.1),
        "举报内容" => text(tip.allegation),
        "举报人编号" => text(tip.tipper.unwrap_or_default()),
        "匿名标志" => Cell::Flag(tip.tipper.is_none()),
        _ => unknown(header),
    }
}
