//! `quarantine.xlsx` 隔离清单: what could not be read, as it stood, with the wrong cells marked, to
//! be corrected and sent back; and the proof, sheet by sheet, that nothing else got lost.
//!
//! The surprise: rows are shown unmasked even in a masked run. Whoever corrects an identity
//! number must see it; the title of every sheet says so.

use std::collections::BTreeMap;
use std::path::Path;

use crate::flow::row_key::{KEY_TITLE, TOLD_TITLES};
use crate::flow::{Field, Problem, Reject, RejectedCell, TableKind};
use crate::message;

use super::workbook::{Book, Cell, Heading};
use super::{Cause, Job};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let lang = job.lang();
    let mut book = Book::new(job, lang.pick("隔离清单", "quarantine"))?;
    tallies(job, &mut book)?;
    let mut by_kind: BTreeMap<TableKind, Vec<&Reject>> = BTreeMap::new();
    for reject in &job.records().quarantine {
        by_kind.entry(reject.kind).or_default().push(reject);
    }
    for (kind, rejects) in &by_kind {
        rows(job, &mut book, *kind, rejects)?;
    }
    let unread = lang.pick("未读文件", "not read");
    let title = lang.pick("未能读取的文件和工作表", "Files and sheets that were not read");
    problems(job, &mut book, (unread, title), &job.records().unread)?;
    let notes = lang.pick("提示", "notes");
    let title = lang.pick("读取中的提示（不影响结果）", "Notes on reading; they change nothing");
    problems(job, &mut book, (notes, title), &job.records().notes)?;
    book.save(path)
}

fn tallies(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("文件", "file", 30),
        heading("工作表", "sheet", 16),
        heading("内容", "table", 18),
        heading("读入行", "rows read", 10),
        heading("有效", "accepted", 10),
        heading("隔离", "quarantined", 10),
        heading("已更正", "replaced", 10),
        heading("略过（空行、合计等）", "passed over", 12),
        heading("读入金额", "amount read", 14),
        heading("有效金额", "amount accepted", 14),
        heading("隔离金额", "amount quarantined", 14),
        heading("已更正金额", "amount replaced", 14),
        heading("金额无法读取的行", "amount unreadable", 12),
        heading("勾稽", "ties", 8),
    ];
    let title = lang.pick(
        format!("读入与隔离 {}（单位：元）", job.context.month),
        format!("What was read and what was not, {} (yuan)", job.context.month),
    );
    let mut table = book.table(lang.pick("汇总", "summary"), &title, headings)?;
    for tally in &job.records().tallies {
        let source = job.records().source(tally.source);
        table.row(vec![
            Cell::text(&source.file),
            Cell::text(&source.sheet),
            Cell::text(lang.pick(tally.kind.zh(), tally.kind.word())),
            Cell::Count(tally.rows_read),
            Cell::Count(tally.accepted),
            Cell::Count(tally.quarantined),
            Cell::Count(tally.replaced),
            Cell::Count(tally.passed_over),
            Cell::Money(tally.amount_read),
            Cell::Money(tally.amount_accepted),
            Cell::Money(tally.amount_quarantined),
            Cell::Money(tally.amount_replaced),
            Cell::Count(tally.amount_unreadable),
            Cell::text(if tally.ties() { "✓" } else { "✗" }),
        ])?;
    }
    table.finish()
}

/// Quarantined rows of one kind of table. Sheets may have different columns: those for the same
/// field are one, under the title that appears first; all others go by their title.
fn rows(job: &Job<'_>, book: &mut Book, kind: TableKind, rejects: &[&Reject]) -> Result<(), Cause> {
    let lang = job.lang();
    let mut columns: Vec<(Column<'_>, &str)> = Vec::new();
    for (column, cell) in rejects.iter().flat_map(|reject| columns_of(reject)) {
        if !columns.iter().any(|(known, _)| *known == column) {
            columns.push((column, &cell.title));
        }
    }
    const WIDTHS: [u16; TOLD_TITLES.len()] = [26, 14, 8, 18, 40, 40];
    let told = TOLD_TITLES.iter().zip(WIDTHS);
    let mut headings: Vec<Heading> =
        told.map(|(&(zh, en), width)| Heading::new(lang.pick(zh, en), width)).collect();
    headings.extend(columns.iter().map(|(_, title)| Heading::new(title, 16)));
    headings.push(Heading::new(lang.pick(KEY_TITLE.0, KEY_TITLE.1), 28));
    let title = lang.pick(
        format!("{}：改正标色的单元格后放回批次文件夹（未脱敏，仅供原报送人更正）", kind.zh()),
        format!("{}: correct the marked cells and put this back (NOT masked)", kind.word()),
    );
    let mut table = book.table(lang.pick(kind.zh(), kind.word()), &title, headings)?;
    for reject in rejects {
        table.row(row(job, &columns, reject))?;
    }
    table.finish()
}

/// What a column stands for: a field, or a title with the number of columns to its left that have
/// the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column<'r> {
    Field(Field),
    Title(&'r str, usize),
}

fn columns_of(reject: &Reject) -> Vec<(Column<'_>, &RejectedCell)> {
    let cells = &reject.cells;
    let column = |(place, cell): (usize, &RejectedCell)| match cell.field {
        Some(field) => Column::Field(field),
        None => {
            let same = cells[..place].iter().filter(|other| other.title == cell.title);
            // The title lives as long as the reject.
            Column::Title(&cells[place].title, same.count())
        }
    };
    cells.iter().enumerate().map(|(place, cell)| (column((place, cell)), cell)).collect()
}

fn row(job: &Job<'_>, columns: &[(Column<'_>, &str)], reject: &Reject) -> Vec<Cell> {
    let lang = job.lang();
    let source = job.records().source(reject.origin.source);
    let each = |part: &dyn Fn(&Problem) -> String| {
        let parts: Vec<String> = reject.problems.iter().map(part).collect();
        parts.join(lang.pick("；", "; "))
    };
    let mut cells = vec![
        Cell::text(&source.file),
        Cell::text(&source.sheet),
        Cell::Count(reject.origin.row.into()),
        Cell::text(each(&|problem| problem.place.column.clone().unwrap_or_default())),
        Cell::text(each(&|problem| problem.explanation.get(lang).to_owned())),
        Cell::text(each(&|problem| problem.hint.get(lang).to_owned())),
    ];
    let own = columns_of(reject);
    for (column, _) in columns {
        cells.push(match own.iter().find(|(known, _)| known == column) {
            None => Cell::Blank,
            Some((_, cell)) if is_bad(reject, cell) => Cell::Bad(cell.text.clone()),
            Some((_, cell)) => Cell::Text(cell.text.clone()),
        });
    }
    let keys: Vec<String> =
        [reject.key].iter().chain(&reject.replaces).map(ToString::to_string).collect();
    cells.push(Cell::text(keys.join(" ")));
    cells
}

/// Whether a problem names this column, by its letters and title or by its title alone.
fn is_bad(reject: &Reject, cell: &RejectedCell) -> bool {
    reject.problems.iter().filter_map(|problem| problem.place.column.as_deref()).any(|column| {
        column == cell.title || column.split_once(' ').is_some_and(|(_, named)| named == cell.title)
    })
}

fn problems(
    job: &Job<'_>,
    book: &mut Book,
    (name, title): (&str, &str),
    problems: &[Problem],
) -> Result<(), Cause> {
    let lang = job.lang();
    let headings = vec![
        Heading::new(lang.pick("位置", "place"), 40),
        Heading::new(lang.pick("原文", "as it stood"), 30),
        Heading::new(lang.pick("问题", "what is wrong"), 50),
        Heading::new(lang.pick("应如何做", "what to do"), 50),
    ];
    let none = if problems.is_empty() { lang.pick("：无", ": none") } else { "" };
    let mut table = book.table(name, &format!("{title}{none}"), headings)?;
    for problem in problems {
        table.row(vec![
            Cell::text(message::place(&problem.place)),
            Cell::text(&problem.excerpt),
            Cell::text(problem.explanation.get(lang)),
            Cell::text(problem.hint.get(lang)),
        ])?;
    }
    table.finish()
}
