//! `diff.xlsx`: the small tables, and between them every changed claim, the largest difference
//! first.

use std::path::Path;

use crate::domain::dates::Date;

use super::super::Cause;
use super::super::workbook::{Book, Cell, Heading};
use super::change::{Change, Side, Standing, payable};
use super::spool::Changes;
use super::tables::{CLAIMS_AT, Column, ColumnKind, Entry, SmallTable, tables};
use super::{Comparison, words};

pub const FILE: &str = "diff.xlsx";
const COUNT_WIDTH: u16 = 10;
const MONEY_WIDTH: u16 = 14;

/// `folder` is the private one the workbook may spill into.
pub fn write(
    comparison: &Comparison,
    changes: &Changes,
    folder: &Path,
    path: &Path,
) -> Result<(), Cause> {
    let lang = comparison.lang;
    // The books the new run closes date the comparison: no report reads the clock.
    let day: Date = comparison.new.manifest.as_of.parse()?;
    let title = lang.pick("差异", "differences");
    let mut book = Book::begin(folder, title, &comparison.program.name, day, lang)?;
    for (at, table) in tables(comparison).into_iter().enumerate() {
        if at == CLAIMS_AT {
            claims(comparison, changes, &mut book)?;
        }
        small(table, &mut book)?;
    }
    book.save(path)
}

fn small(small: SmallTable, book: &mut Book) -> Result<(), Cause> {
    let heading = |column: &Column| match column.kind {
        ColumnKind::Text(width) => Heading::new(&column.title, width),
        ColumnKind::Count => Heading::new(&column.title, COUNT_WIDTH),
        ColumnKind::Money => Heading::new(&column.title, MONEY_WIDTH),
        ColumnKind::Part => Heading::summed(&column.title),
    };
    let headings = small.columns.iter().map(heading).collect();
    let mut table = book.table(small.name, &small.title, headings)?;
    for row in small.rows {
        let cell = |entry| match entry {
            Entry::Text(text) => Cell::Text(text),
            Entry::Count(count) => Cell::Count(count),
            Entry::Money(money) => Cell::Money(money),
        };
        table.row(row.into_iter().map(cell).collect())?;
    }
    table.finish()
}

fn claims(comparison: &Comparison, changes: &Changes, book: &mut Book) -> Result<(), Cause> {
    let lang = comparison.lang;
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let summed = |zh, en| Heading::summed(lang.pick(zh, en));
    let headings = vec![
        heading("申报编号", "claim", 18),
        heading("变化", "change", 10),
        heading("旧结论", "old outcome", 10),
        heading("新结论", "new outcome", 10),
        summed("旧应付", "payable old"),
        summed("新应付", "payable new"),
        summed("差额", "difference"),
        summed("旧基金核算", "funds computed old"),
        summed("新基金核算", "funds computed new"),
        heading("首要原因", "put down to", 24),
        heading("数值变化", "values", 36),
        heading("条款", "clause", 36),
        heading("旧来源", "old source", 40),
        heading("新来源", "new source", 40),
        heading("新增理由", "reasons that came", 28),
        heading("消失理由", "reasons that went", 28),
        heading("旧就医身份", "old route", 12),
        heading("新就医身份", "new route", 12),
        heading("金额变化", "money that differs", 50),
        heading("不同的步骤", "steps that differ", 60),
        heading("姓名", "name", 10),
        heading("证件号码", "identity number", 22),
        heading("人员代码", "person ref", 20),
        heading("参保地", "insured region", 14),
        heading("就医地", "treated region", 14),
        heading("医疗机构", "hospital", 26),
    ];
    let title = lang.pick(
        "有变化的申报（差额从大到小，再按申报编号；单位：元）",
        "Changed claims, the largest difference first, then by claim (yuan)",
    );
    let mut table = book.table(lang.pick("申报", "claims"), title, headings)?;
    for change in changes.by_money() {
        table.row(row(&change?, comparison))?;
    }
    table.finish()
}

fn row(change: &Change, comparison: &Comparison) -> Vec<Cell> {
    let lang = comparison.lang;
    let sides = [change.old.as_ref(), change.new.as_ref()];
    let standings: [Option<Standing>; 2] = change.standings().into();
    let cause = words::cause(change, comparison);
    let route = |side: &Side| words::route(&side.route, lang);
    let mut cells = vec![Cell::text(&*change.claim_id), Cell::text(change.kind.shown(lang))];
    cells.extend(
        sides.map(|side| {
            Cell::text(words::outcome_of(side.map(|side| side.outcome.as_str()), lang))
        }),
    );
    cells.extend(standings.map(|side| Cell::Money(payable(side))));
    cells.push(Cell::Money(change.difference()));
    cells.extend(
        standings.map(|side| side.map_or(Cell::Blank, |standing| Cell::Money(standing.fund))),
    );
    cells.extend([
        Cell::text(cause.what),
        Cell::text(cause.values),
        Cell::text(cause.key.clauses(lang)),
        Cell::text(cause.old_source),
        Cell::text(cause.new_source),
        Cell::text(words::reasons(&change.came, lang)),
        Cell::text(words::reasons(&change.went, lang)),
    ]);
    cells.extend(sides.map(|side| side.map_or(Cell::Blank, |side| Cell::text(route(side)))));
    cells.extend([
        Cell::text(words::money(change, lang)),
        Cell::text(words::steps(change, lang)),
        Cell::text(&*change.name),
        Cell::text(&*change.id),
        Cell::text(&*change.person_ref),
        Cell::text(&*change.insured_name),
        Cell::text(&*change.treated_name),
        Cell::text(&*change.hospital),
    ]);
    cells
}
