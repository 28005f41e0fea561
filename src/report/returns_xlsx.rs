//! `returns.xlsx` 拨付退回: what came back and is recorded, to be filled in where another account is
//! needed; and every row that is not, with why and what comes near.
//!
//! The surprise: both sheets are lists of returns themselves. Filled in and handed back they are
//! read like the bank's own, so their titles are those of `data/layouts/returns.toml`, whatever
//! the language.

use std::path::Path;

use crate::flow::returns::{CorrectionVerdict, Part, Verdict};
use crate::flow::{Field, PaymentReturn, Reject, TableKind};

use super::Cause;
use super::cells::grouped;
use super::returns::{
    ReturnsReport, correction_words, lacks_details, transfer_words, verdict_words,
};
use super::workbook::{Book, Cell, Heading, Table};

/// The columns of the layout, in the order of the cells below.
const COLUMNS: [(Field, &str, u16); 12] = [
    (Field::Transfer, "序号", 7),
    (Field::Month, "费款月份", 10),
    (Field::Payee, "收款人", 14),
    (Field::Bank, "开户行", 22),
    (Field::Account, "银行账号", 24),
    (Field::Amount, "金额（元）", 14),
    (Field::ClaimIds, "申报编号", 20),
    (Field::ReturnReason, "退回原因", 18),
    (Field::ReturnedOn, "退回日期", 12),
    (Field::NewPayee, "更正收款人", 14),
    (Field::NewBank, "更正开户行", 22),
    (Field::NewAccount, "更正银行账号", 24),
];

pub fn write(report: &ReturnsReport<'_>, folder: &Path, path: &Path) -> Result<(), Cause> {
    let lang = report.lang;
    let title = lang.pick("拨付退回", "returned payments");
    let mut book = Book::begin(folder, title, env!("CARGO_PKG_NAME"), report.on, lang)?;
    matched(report, &mut book)?;
    others(report, &mut book)?;
    book.save(path)
}

fn headings(more: &[(&str, u16)]) -> Vec<Heading> {
    let known = COLUMNS.iter().map(|&(field, title, width)| match field {
        Field::Amount => Heading::summed(title),
        _ => Heading::new(title, width),
    });
    known.chain(more.iter().map(|&(title, width)| Heading::new(title, width))).collect()
}

/// The rows with what became of them, in the order of the records.
fn rows<'r>(
    report: &'r ReturnsReport<'_>,
) -> impl Iterator<Item = (&'r PaymentReturn, &'r Verdict, CorrectionVerdict)> {
    let reconciled = report.reconciled;
    let verdicts = reconciled.verdicts.iter().zip(&reconciled.corrections);
    let rows = report.records.returns.iter().zip(verdicts);
    rows.map(|(row, (verdict, correction))| (row, verdict, *correction))
}

fn matched(report: &ReturnsReport<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = report.lang;
    let sums = &report.totals.matched;
    let (count, amount) = (sums.rows, grouped(sums.amount));
    let title = lang.pick(
        format!("登记退回 {count} 笔 {amount}；须更正账户的填写标色栏后交回（未脱敏，仅供拨付）"),
        format!("{count} returns recorded, {amount}; fill in what is marked (NOT masked)"),
    );
    let more = [
        (lang.pick("退回类别", "kind of return"), 16),
        (lang.pick("账户更正", "correction"), 24),
        (lang.pick("说明", "explanation"), 30),
        (lang.pick("清单位置", "row of the list"), 30),
    ];
    let name = lang.pick("登记退回", "recorded");
    let mut table = book.table(name, &title, headings(&more))?;
    for (row, verdict, correction) in rows(report) {
        let Verdict::Matched { part, .. } = verdict else { continue };
        let mut cells = ordered_cells(report, row, part);
        cells.extend(correction_cells(row, lacks_details(row, correction)));
        cells.push(Cell::text(row.reason.shown(lang)));
        cells.push(Cell::text(correction_words(row, correction, lang)));
        cells.push(Cell::text(verdict_words(verdict, lang)));
        cells.push(Cell::text(report.records.place(row.origin)));
        table.row(cells)?;
    }
    table.finish()
}

/// A row as it was ordered, so that it is found by its number when it comes back.
fn ordered_cells(report: &ReturnsReport<'_>, row: &PaymentReturn, part: &Part) -> Vec<Cell> {
    let transfer = &report.reconciled.transfers[part.transfer];
    let ids: Vec<&str> = report.reconciled.orders(part).map(|order| &*order.claim_id).collect();
    vec![
        Cell::Count(transfer.number.into()),
        Cell::text(transfer.month.to_string()),
        Cell::text(&transfer.to.payee),
        Cell::text(&transfer.to.bank),
        Cell::text(&transfer.to.account),
        Cell::Money(row.amount),
        Cell::text(ids.join("、")),
        Cell::text(&row.words),
        Cell::Day(returned_on(report, row, part)),
    ]
}

/// The day as the books have it.
fn returned_on(
    report: &ReturnsReport<'_>,
    row: &PaymentReturn,
    part: &Part,
) -> crate::domain::dates::Date {
    let mut booked = report.reconciled.orders(part).filter_map(|order| order.returned.as_ref());
    let booked = booked.find_map(|returned| returned.returned_on);
    row.returned_on.or(booked).unwrap_or(report.on)
}

fn correction_cells(row: &PaymentReturn, is_lacking: bool) -> Vec<Cell> {
    let Some(to) = &row.correction else {
        let blank = || if is_lacking { Cell::Bad(String::new()) } else { Cell::Blank };
        return vec![blank(), blank(), blank()];
    };
    [&to.payee, &to.bank, &to.account].map(Cell::text).into()
}

fn others(report: &ReturnsReport<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = report.lang;
    let totals = &report.totals;
    let (unmatched, ambiguous) = (totals.unmatched.rows, totals.ambiguous.rows);
    let (repeated, quarantined) = (totals.repeated.rows, totals.quarantined.rows);
    let title = lang.pick(
        format!(
            "未登记：未对上 {unmatched} 行，不能确定 {ambiguous} 行，已登记过 {repeated} 行，\
             隔离 {quarantined} 行；改正后交回（未脱敏，仅供拨付）"
        ),
        format!(
            "Not recorded: {unmatched} rows no order's, {ambiguous} of several, {repeated} \
             recorded before, {quarantined} unreadable; correct and hand back (NOT masked)"
        ),
    );
    let more = [
        (lang.pick("结果", "result"), 14),
        (lang.pick("说明", "explanation"), 40),
        (lang.pick("账户更正", "correction"), 24),
        (lang.pick("相近的拨付", "nearest transfers"), 60),
        (lang.pick("清单位置", "row of the list"), 30),
    ];
    let name = lang.pick("未登记", "not recorded");
    let mut table = book.table(name, &title, headings(&more))?;
    for (row, verdict, correction) in rows(report) {
        other(report, &mut table, (row, verdict, correction))?;
    }
    let rejects = report.records.quarantine.iter();
    for reject in rejects.filter(|reject| reject.kind == TableKind::Returns) {
        table.row(quarantined_cells(report, reject))?;
    }
    table.finish()
}

fn other(
    report: &ReturnsReport<'_>,
    table: &mut Table<'_>,
    (row, verdict, correction): (&PaymentReturn, &Verdict, CorrectionVerdict),
) -> Result<(), Cause> {
    let lang = report.lang;
    let (result, nearest): (&str, Vec<usize>) = match verdict {
        Verdict::Matched { .. } => return Ok(()),
        Verdict::Repeated { part } => {
            (lang.pick("已登记过", "recorded before"), vec![part.transfer])
        }
        Verdict::Ambiguous { parts } => {
            (lang.pick("不能确定", "several"), parts.iter().map(|part| part.transfer).collect())
        }
        Verdict::Unmatched { nearest, .. } => (lang.pick("未对上", "none"), nearest.clone()),
    };
    let mut cells = match verdict {
        Verdict::Repeated { part } => ordered_cells(report, row, part),
        _ => listed_cells(row),
    };
    let is_lacking = matches!(verdict, Verdict::Repeated { .. }) && lacks_details(row, correction);
    cells.extend(correction_cells(row, is_lacking));
    let nearest: Vec<String> =
        nearest.iter().map(|&at| transfer_words(&report.reconciled.transfers[at], lang)).collect();
    cells.push(Cell::text(result));
    cells.push(Cell::text(verdict_words(verdict, lang)));
    cells.push(Cell::text(correction_words(row, correction, lang)));
    cells.push(Cell::text(nearest.join(lang.pick("；", "; "))));
    cells.push(Cell::text(report.records.place(row.origin)));
    table.row(cells)
}

/// A row as the list has it.
fn listed_cells(row: &PaymentReturn) -> Vec<Cell> {
    vec![
        row.transfer.map_or(Cell::Blank, |number| Cell::Count(number.into())),
        row.month.map_or(Cell::Blank, |month| Cell::text(month.to_string())),
        Cell::text(&row.payee),
        Cell::text(row.bank.clone().unwrap_or_default()),
        Cell::text(&row.account),
        Cell::Money(row.amount),
        Cell::text(row.claim_ids.join("、")),
        Cell::text(&row.words),
        row.returned_on.map_or(Cell::Blank, Cell::Day),
    ]
}

/// A row that could not be read, every cell as it stood and the wrong ones marked.
fn quarantined_cells(report: &ReturnsReport<'_>, reject: &Reject) -> Vec<Cell> {
    let lang = report.lang;
    let is_wrong = |title: &str| {
        let columns = reject.problems.iter().filter_map(|it| it.place.column.as_deref());
        columns.into_iter().any(|column| column.split_once(' ').is_some_and(|it| it.1 == title))
    };
    let mut cells: Vec<Cell> = COLUMNS
        .iter()
        .map(|&(field, ..)| {
            let held = reject.cells.iter().find(|cell| cell.field == Some(field));
            match held {
                None => Cell::Blank,
                Some(cell) if is_wrong(&cell.title) => Cell::Bad(cell.text.clone()),
                Some(cell) => match (field, reject.amount) {
                    (Field::Amount, Some(amount)) => Cell::Money(amount),
                    _ => Cell::text(&cell.text),
                },
            }
        })
        .collect();
    let told = |part: &dyn Fn(&crate::flow::Problem) -> String| {
        reject.problems.iter().map(part).collect::<Vec<_>>().join(lang.pick("；", "; "))
    };
    let why = told(&|it| it.explanation.get(lang).to_owned());
    let hint = told(&|it| it.hint.get(lang).to_owned());
    cells.push(Cell::text(lang.pick("隔离", "put aside")));
    cells.push(Cell::text(why));
    cells.push(Cell::Blank);
    cells.push(Cell::text(hint));
    cells.push(Cell::text(report.records.place(reject.origin)));
    cells
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rulebook::fold;
    use crate::rulebook::layouts::Layouts;

    /// What is written must be read again, whatever somebody does to the layout.
    #[test]
    fn the_titles_are_those_of_the_layout() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let layouts = Layouts::load(&data).expect("the shipped layouts");
        let layout = layouts.get(TableKind::Returns);
        for (field, title, _) in COLUMNS {
            let found = layout.field_of(&fold::title(title)).map(|(field, _)| field);
            assert_eq!(found, Some(field), "{title}");
        }
        let ours = COLUMNS.iter().map(|(field, ..)| *field);
        let theirs: Vec<Field> = layout.fields.iter().map(|entry| entry.field).collect();
        assert_eq!(ours.collect::<Vec<_>>(), theirs, "in the same order");
        for title in ["退回类别", "账户更正", "结果", "说明", "相近的拨付", "清单位置"]
            .into_iter()
            .chain(["kind of return", "correction", "result", "explanation"])
            .chain(["nearest transfers", "row of the list"])
        {
            assert!(layout.is_ignored(&fold::title(title)), "{title}");
        }
    }
}
