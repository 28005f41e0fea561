//! `decisions.xlsx`: every claim with its outcome, money, reasons in words and cures, and on
//! sheets of their own the bill items no catalog entry was found for, and those whose restriction
//! a person must check, by money.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::{Money, RegionCode, Version};
use crate::flow::{Amounts, LineVerdict};

use super::view::ClaimView;
use super::workbook::{Book, Cell, Heading};
use super::{Cause, Job};

/// The money columns, in the order of the contract.
pub(super) type MoneyColumn = (&'static str, &'static str, fn(&Amounts) -> Money);
pub(super) const MONEY: [MoneyColumn; 14] = [
    ("医疗费总额", "total", |amounts| amounts.total),
    ("全自费", "full self-paid", |amounts| amounts.full_self_paid),
    ("超限价", "over ceiling", |amounts| amounts.over_ceiling),
    ("先行自付", "first pay", |amounts| amounts.first_pay),
    ("符合政策范围", "in scope", |amounts| amounts.in_scope),
    ("起付线", "deductible", |amounts| amounts.deductible),
    ("基本统筹", "basic pool", |amounts| amounts.fund_basic),
    ("大额", "large amount", |amounts| amounts.fund_large),
    ("大病", "serious illness", |amounts| amounts.fund_serious),
    ("补充", "supplement", |amounts| amounts.fund_supplement),
    ("救助", "aid", |amounts| amounts.fund_aid),
    ("保底", "floor", |amounts| amounts.fund_floor),
    ("基金支付合计", "fund total", |amounts| amounts.fund_total()),
    ("个人负担合计", "person total", |amounts| amounts.person_total),
];

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let lang = job.lang();
    let mut book = Book::new(job, lang.pick("结论表", "decisions"))?;
    let title = lang.pick(
        format!("异地就医手工报销结论 {}（试算，单位：元）", job.context.month),
        format!("Decisions {} (draft; yuan)", job.context.month),
    );
    let mut table = book.table(lang.pick("结论", "decisions"), &title, headings(job))?;
    for view in job.claims() {
        table.row(row(&view))?;
    }
    table.finish()?;
    items(job, &mut book, &UNMATCHED)?;
    items(job, &mut book, &TO_CHECK)?;
    coverage(job, &mut book)?;
    book.save(path)
}

fn headings(job: &Job<'_>) -> Vec<Heading> {
    let heading = |zh, en, width| Heading::new(job.lang().pick(zh, en), width);
    let mut headings = vec![
        heading("申报编号", "claim", 18),
        heading("结论", "outcome", 10),
        heading("理由", "reasons", 44),
        heading("能否补正", "cure", 36),
        heading("补正期限", "cure by", 12),
        heading("姓名", "name", 10),
        heading("证件号码", "identity number", 22),
        heading("人员代码", "person ref", 20),
        heading("参保地", "insured region", 14),
        heading("就医地", "treated region", 14),
        heading("医疗机构", "hospital", 26),
        heading("等级", "tier", 7),
        heading("险种", "scheme", 8),
        heading("人员类别", "person type", 12),
        heading("医疗类别", "care", 10),
        heading("就医身份", "route", 14),
        heading("政策适用日", "governing day", 12),
        heading("本年第几次住院", "stay of the year", 9),
    ];
    headings.extend(MONEY.map(|(zh, en, _)| Heading::summed(job.lang().pick(zh, en))));
    headings.extend([
        heading("政策版本", "policy", 22),
        heading("目录版本", "catalog", 22),
        heading("来源", "row", 30),
    ]);
    headings
}

fn row(view: &ClaimView<'_>) -> Vec<Cell> {
    let (claim, decision, lang) = (view.claim, view.decision, view.job.lang());
    let mut cells = vec![
        Cell::text(&*claim.claim_id),
        Cell::text(decision.outcome.shown(lang)),
        Cell::text(view.reason_words().join(lang.pick("；", "; "))),
        Cell::text(view.cures()),
        view.cure_by().map_or(Cell::Blank, Cell::Day),
        Cell::text(view.shown_name()),
        Cell::text(view.shown_id()),
        Cell::text(view.person_ref()),
        Cell::text(view.insured_name()),
        Cell::text(view.treated_name()),
        Cell::text(view.hospital()),
        Cell::text(decision.tier.map_or("", |tier| tier.shown(lang))),
        Cell::text(decision.scheme.shown(lang)),
        Cell::text(decision.person_type.map_or("", |kind| kind.shown(lang))),
        Cell::text(decision.care.shown(lang)),
        Cell::text(decision.route.route.shown(lang)),
        Cell::Day(decision.governing_day),
        decision.stay_ordinal.map_or(Cell::Blank, |ordinal| Cell::Count(ordinal.into())),
    ];
    cells.extend(MONEY.map(|(_, _, amount)| Cell::Money(amount(&decision.amounts))));
    cells.extend([
        Cell::text(Version::told(decision.policy_version)),
        Cell::text(Version::told(decision.catalog_version)),
        Cell::text(view.place()),
    ]);
    cells
}

/// A sheet of bill items that somebody has to look at.
struct ItemSheet {
    name: (&'static str, &'static str),
    title: (&'static str, &'static str),
    lists: fn(LineVerdict) -> bool,
}

const UNMATCHED: ItemSheet = ItemSheet {
    name: ("未匹配项目", "unmatched items"),
    title: (
        "未匹配到目录的项目（按金额从大到小；均按全自费处理）",
        "Items without a catalog entry, dearest first; all counted as self-paid",
    ),
    lists: |verdict| matches!(verdict, LineVerdict::NotListed | LineVerdict::NoCatalog),
};

const TO_CHECK: ItemSheet = ItemSheet {
    name: ("限定待核项目", "limits to check"),
    title: (
        "限定支付条件无法从申报材料判断的项目（按金额从大到小；均已按目录支付，请人工核对）",
        "Items whose restriction the claim does not answer, dearest first; all paid as listed",
    ),
    lists: |verdict| verdict == LineVerdict::ToCheck,
};

/// One item of such a sheet.
#[derive(Default)]
struct Gap {
    lines: u64,
    money: Money,
    why: Option<LineVerdict>,
    /// One row to look at.
    place: Option<crate::domain::Origin>,
}

/// Items by place of treatment, code and name, the dearest first.
fn items(job: &Job<'_>, book: &mut Book, sheet: &ItemSheet) -> Result<(), Cause> {
    let lang = job.lang();
    let records = job.records();
    let mut gaps: BTreeMap<(RegionCode, &str, &str), Gap> = BTreeMap::new();
    for split in job.detected.adjudicated.own_lines() {
        if !(sheet.lists)(split.verdict) {
            continue;
        }
        let line = &records.lines[split.line.at()];
        let code = line.item_code.map_or("", |code| records.names.get(code));
        let name = records.names.get(line.item_name);
        let gap = gaps.entry((records.claim(split.claim).treated.0, code, name)).or_default();
        gap.lines += 1;
        gap.money += split.total();
        gap.why = gap.why.max(Some(split.verdict));
        let place = gap.place.map_or(line.origin, |place| place.min(line.origin));
        gap.place = Some(place);
    }
    let mut gaps: Vec<_> = gaps.into_iter().collect();
    gaps.sort_by(|(a, x), (b, y)| y.money.cmp(&x.money).then_with(|| a.cmp(b)));
    let headings = vec![
        Heading::new(lang.pick("就医地", "treated region"), 16),
        Heading::new(lang.pick("医保编码", "item code"), 26),
        Heading::new(lang.pick("项目名称", "item"), 36),
        Heading::new(lang.pick("行数", "lines"), 8),
        Heading::summed(lang.pick("金额", "amount")),
        Heading::new(lang.pick("原因", "why"), 22),
        Heading::new(lang.pick("例", "for example"), 36),
    ];
    let (name, title) = (lang.pick(sheet.name.0, sheet.name.1), sheet.title);
    let mut table = book.table(name, lang.pick(title.0, title.1), headings)?;
    for ((region, code, name), gap) in gaps {
        let why = gap.why.map(|why| why.text().get(lang).to_owned()).unwrap_or_default();
        table.row(vec![
            Cell::text((job.context.region_names)(region)),
            Cell::text(code),
            Cell::text(name),
            Cell::Count(gap.lines),
            Cell::Money(gap.money),
            Cell::text(why),
            Cell::text(gap.place.map(|place| records.place(place)).unwrap_or_default()),
        ])?;
    }
    table.finish()
}

/// What the region data do not cover, so that nobody takes silence for an answer.
fn coverage(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let title = lang.pick("政策数据未覆盖的情形", "What the region data do not cover");
    let headings = vec![Heading::new(lang.pick("说明", "note"), 110)];
    let mut table = book.table(lang.pick("未覆盖", "not covered"), title, headings)?;
    for note in &job.context.coverage {
        table.row(vec![Cell::text(note.get(lang))])?;
    }
    table.finish()
}
