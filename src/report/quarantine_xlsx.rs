//! `quarantine.xlsx` 隔离清单: what could not be read, as it stood, with the wrong cells marked, to
//! be corrected and sent back; and the proof, sheet by sheet, that nothing else got lost.
//!
//! The surprise: rows are shown unmasked even in a masked run. Whoever corrects an identity
//! number must see it; the title of every sheet says so.

use std::collections::BTreeMap;
use std::path::Path;

use crate::flow::raw::column_letters;
use crate::flow::{Problem, Reject, TableKind};
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
        heading("略过（空行、合计等）", "passed over", 12),
        heading("读入金额", "amount read", 14),
        heading("有效金额", "amount accepted", 14),
        heading("隔离金额", "amount quarantined", 14),
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
            Cell::Count(tally.passed_over),
            Cell::Money(tally.amount_read),
            Cell::Money(tally.amount_accepted),
            Cell::Money(tally.amount_quarantined),
            Cell::Count(tally.amount_unreadable),
            Cell::text(if tally.ties() { "✓" } else { "✗" }),
        ])?;
    }
    table.finish()
}

/// Quarantined rows of one kind of table. Sheets may have different columns: their titles are
/// put together in the order in which they first appear.
fn rows(job: &Job<'_>, book: &mut Book, kind: TableKind, rejects: &[&Reject]) -> Result<(), Cause> {
    let lang = job.lang();
    let mut titles: Vec<Title<'_>> = Vec::new();
    for title in rejects.iter().flat_map(|reject| titles_of(reject)) {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let mut headings = vec![
        heading("文件", "file", 26),
        heading("工作表", "sheet", 14),
        heading("行", "row", 8),
        heading("列", "column", 18),
        heading("问题", "what is wrong", 40),
        heading("应如何改", "what to do", 40),
    ];
    headings.extend(titles.iter().map(|(title, _)| Heading::new(title, 16)));
    let title = lang.pick(
        format!("{}：改正标色的单元格后退回重报（未脱敏，仅供原报送人更正）", kind.zh()),
        format!("{}: correct the marked cells and send back (NOT masked)", kind.word()),
    );
    let mut table = book.table(lang.pick(kind.zh(), kind.word()), &title, headings)?;
    for reject in rejects {
        table.row(row(job, &titles, reject))?;
    }
    table.finish()
}

/// A column's title, and how many columns to its left have the same.
type Title<'r> = (&'r str, usize);

fn titles_of(reject: &Reject) -> Vec<Title<'_>> {
    let cells = &reject.cells;
    cells
        .iter()
        .enumerate()
        .map(|(place, (title, _))| {
            (&**title, cells[..place].iter().filter(|(other, _)| other == title).count())
        })
        .collect()
}

fn row(job: &Job<'_>, titles: &[Title<'_>], reject: &Reject) -> Vec<Cell> {
    let lang = job.lang();
    let source = job.records().source(reject.origin.source);
    let each = |part: &dyn Fn(&Problem) -> String| {
        let parts: Vec<String> = reject.problems.iter().map(part).collect();
        parts.join(lang.pick("；", "; "))
    };
    let columns = each(&|problem| problem.place.column.clone().unwrap_or_default());
    let mut cells = vec![
        Cell::text(&source.file),
        Cell::text(&source.sheet),
        Cell::Count(reject.origin.row.into()),
        Cell::text(columns),
        Cell::text(each(&|problem| problem.explanation.get(lang).to_owned())),
        Cell::text(each(&|problem| problem.hint.get(lang).to_owned())),
    ];
    let own = titles_of(reject);
    for title in titles {
        cells.push(match own.iter().position(|column| column == title) {
            None => Cell::Blank,
            Some(place) => {
                let text = reject.cells[place].1.clone();
                if is_bad(reject, place, title.0) { Cell::Bad(text) } else { Cell::Text(text) }
            }
        });
    }
    cells
}

/// Whether a problem names this column: by its letters and title, or by its title alone.
fn is_bad(reject: &Reject, place: usize, title: &str) -> bool {
    let label = format!("{} {title}", column_letters(place as u32));
    reject.problems.iter().filter_map(|problem| problem.place.column.as_deref()).any(|column| {
        column == label
            || column == title
            || column.split_once(' ').is_some_and(|(_, named)| named == title)
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
