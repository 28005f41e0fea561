//! The rows under a header: which are data, and which are blank, a header printed again after a
//! page break, a total, or a note.
//!
//! The surprise: a row in which every required cell is filled is always data, whatever it says.
//! Nothing complete is ever passed over.

use crate::flow::raw::{PassedOver, PassedOverWhy};
use crate::flow::row_key::TOLD_TITLES;
use crate::flow::{Cell, Column, Field, Place, RawRow, RawRows, RowRef, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::Layouts;

use super::header;
use super::sheet::{EPOCH_DAYS, FoundTable, Merge, SheetFacts, is_date, may_be_merged};
use super::told;

const TOTAL_WORDS: [&str; 5] = ["小计", "合计", "总计", "共计", "累计"];
/// A cell that says "total" and little else has at most this many characters.
const TOTAL_CHARS_MAX: usize = 14;
/// What may stand behind a total word: `合计金额(元):`, `合计:12人`.
const TOTAL_TAIL: &str = "金额费用大写人民币元人次笔条项张份行数共:()¥.,-/";
const NOTE_WORDS: [&str; 20] = [
    "注:",
    "备注",
    "说明",
    "填表",
    "填报",
    "制表",
    "制单",
    "审核",
    "复核",
    "经办人",
    "负责人",
    "打印",
    "导出",
    "日期:",
    "附注",
    "附:",
    "以上",
    "数据来源",
    "单位:",
    "盖章",
];
/// A note has few cells; a lone cell of that many ideographs is a sentence.
const NOTE_CELLS_MAX: usize = 4;
const SENTENCE_IDEOGRAPHS_MIN: usize = 8;

/// The part of a sheet under its header.
pub(super) struct Body<'a> {
    layouts: &'a Layouts,
    kind: TableKind,
    columns: Vec<Column>,
    /// The field of each column of the sheet, from column 0.
    fields: Vec<Option<Field>>,
    /// Columns of required fields; the second stands in for the first.
    required: Vec<(Option<usize>, Option<usize>)>,
    /// The header rows, folded, to recognise them when they come again.
    titles: Vec<Vec<String>>,
    facts: SheetFacts,
    /// Merged cells that reach below the row read last, each with the row that holds its value.
    merged: Vec<(Merge, RawRow)>,
    /// The row in hand, if anything has to be changed in it.
    mended: RawRow,
    rows: RawRows,
    passed_over: Vec<PassedOver>,
    blank: Vec<u32>,
    /// The first cell with something in it that stands under no header.
    stray: Option<(u32, u32)>,
}

impl<'a> Body<'a> {
    pub fn new(
        layouts: &'a Layouts,
        kind: TableKind,
        columns: Vec<Column>,
        titles: &[RawRow],
        facts: SheetFacts,
    ) -> Body<'a> {
        let width = columns.last().map_or(0, |column| column.index as usize + 1);
        let mut fields = vec![None; width];
        for column in &columns {
            fields[column.index as usize] = column.field;
        }
        let at = |field| fields.iter().position(|&f| f == Some(field));
        let required = layouts.get(kind).fields.iter().filter(|entry| entry.required);
        let required = required.map(|entry| (at(entry.field), entry.or.and_then(at))).collect();
        let titles = titles
            .iter()
            .map(|row| row.view().cells().map(|cell| fold::title(as_text(cell))).collect())
            .collect();
        Body {
            layouts,
            kind,
            columns,
            fields,
            required,
            titles,
            facts,
            merged: Vec::new(),
            mended: RawRow::default(),
            rows: RawRows::default(),
            passed_over: Vec::new(),
            blank: Vec::new(),
            stray: None,
        }
    }

    /// Takes the next row. An error names the tables when a second one begins on the sheet.
    pub fn push(&mut self, row: RowRef<'_>) -> Result<(), Vec<TableKind>> {
        if is_blank(row) {
            self.blank.push(row.row);
            return Ok(());
        }
        for row in std::mem::take(&mut self.blank) {
            self.pass_over(row, PassedOverWhy::Blank);
        }
        if let Some(first) = first_title(row, self.layouts) {
            if self.repeats_header(row, first) {
                self.pass_over(row.row, PassedOverWhy::RepeatedHeader);
                return Ok(());
            }
            if let Some(second) = header::of_row(row, self.layouts) {
                return Err(vec![self.kind, second]);
            }
        }
        self.remember_merged(row);
        if self.lacks_required(row) {
            let why = if is_total(row) {
                Some(PassedOverWhy::Total)
            } else {
                self.is_note(row).then_some(PassedOverWhy::Note)
            };
            if let Some(why) = why {
                self.pass_over(row.row, why);
                return Ok(());
            }
        }
        self.keep(row);
        Ok(())
    }

    pub fn blank_rows(&mut self, rows: std::ops::Range<u32>) {
        self.blank.extend(rows);
    }

    /// Blank rows after the last one with content are not part of the table.
    pub fn finish(mut self, place: &Place) -> FoundTable {
        self.rows.fit();
        let mut notes = Vec::new();
        // What the list of quarantined rows says of a corrected row is known and not needed.
        let is_returned = self.columns.iter().any(|column| column.field == Some(Field::RowKey));
        let is_told = |column: &Column| {
            TOLD_TITLES.iter().any(|(zh, en)| [*zh, *en].contains(&column.title.as_str()))
        };
        let unknown = self
            .columns
            .iter()
            .filter(|column| column.field.is_none() && !(is_returned && is_told(column)));
        let unknown: Vec<String> = unknown.map(Column::label).collect();
        if !unknown.is_empty() {
            notes.push(told::unknown_columns(place.clone(), self.kind, &unknown));
        }
        if let Some((row, column)) = self.stray {
            let letters = crate::flow::raw::column_letters(column);
            notes.push(told::untitled_column(place.clone().row(row).column(letters)));
        }
        FoundTable {
            kind: self.kind,
            columns: self.columns,
            rows: self.rows,
            passed_over: self.passed_over,
            notes,
        }
    }

    fn pass_over(&mut self, row: u32, why: PassedOverWhy) {
        self.passed_over.push(PassedOver { row, why });
    }

    fn keep(&mut self, row: RowRef<'_>) {
        if self.stray.is_none() {
            let titled = |i: usize| self.columns.iter().any(|column| column.index as usize == i);
            let stray = row.cells().enumerate().find(|&(i, cell)| {
                is_filled(cell) && self.fields.get(i).is_none_or(Option::is_none) && !titled(i)
            });
            self.stray = stray.map(|(i, _)| (row.row, i as u32));
        }
        let is_kept_as_it_is =
            row.len() <= self.fields.len() && self.merged.is_empty() && !self.facts.from_1904;
        if is_kept_as_it_is {
            self.rows.push(row);
            return;
        }
        self.mended.copy_from(row);
        self.mended.truncate(self.fields.len());
        self.fill_from_merged();
        if self.facts.from_1904 {
            self.count_from_1900();
        }
        self.rows.push(self.mended.view());
    }

    /// A bare number in a column of days counts from the epoch of its workbook.
    fn count_from_1900(&mut self) {
        for (i, field) in self.fields.iter().enumerate() {
            if let Cell::Number(days) = self.mended.view().cell(i)
                && days < 100_000.0
                && field.is_some_and(is_date)
            {
                self.mended.set(i, Cell::Number(days + EPOCH_DAYS));
            }
        }
    }

    fn lacks_required(&self, row: RowRef<'_>) -> bool {
        let filled = |column: Option<usize>| column.is_some_and(|i| is_filled(row.cell(i)));
        self.required.iter().any(|&(column, or)| !filled(column) && !filled(or))
    }

    fn remember_merged(&mut self, row: RowRef<'_>) {
        self.merged.retain(|(merge, _)| merge.last_row >= row.row);
        for merge in self.facts.merges.iter().filter(|merge| merge.first_row == row.row) {
            let cell = row.cell(merge.column as usize);
            if is_filled(cell) {
                let mut value = RawRow::new(row.row);
                value.push(cell);
                self.merged.push((*merge, value));
            }
        }
    }

    fn fill_from_merged(&mut self) {
        for (merge, value) in &self.merged {
            let i = merge.column as usize;
            let Some(field) = self.fields.get(i).copied().flatten() else { continue };
            if !is_filled(self.mended.view().cell(i)) && may_be_merged(field) {
                self.mended.set(i, value.view().cell(0));
            }
        }
    }

    /// Every filled cell says what a header row says in that column, or names the field of its
    /// column in other words.
    fn repeats_header(&self, row: RowRef<'_>, first: usize) -> bool {
        let layout = self.layouts.get(self.kind);
        let folded: Vec<String> = row.cells().map(|cell| fold::title(as_text(cell))).collect();
        let filled = || folded.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let same = |titles: &Vec<String>| filled().all(|(i, text)| titles.get(i) == Some(text));
        let named = |i: usize, text: &str| {
            let field = self.fields.get(i).copied().flatten();
            field.is_some() && layout.field_of(text).map(|(f, _)| f) == field
        };
        let agreeing = filled().filter(|(i, text)| named(*i, text)).count();
        self.titles.iter().any(same)
            || named(first, &folded[first]) && agreeing > 1 && agreeing * 2 > filled().count()
    }

    /// Few cells, no amount, and words that begin a note or a line of signatures.
    fn is_note(&self, row: RowRef<'_>) -> bool {
        let filled: Vec<(usize, Cell<'_>)> =
            row.cells().enumerate().filter(|&(_, cell)| is_filled(cell)).collect();
        let amount = self.kind.amount_field();
        let has_amount = filled
            .iter()
            .any(|(i, _)| amount.is_some() && self.fields.get(*i).copied().flatten() == amount);
        if filled.len() > NOTE_CELLS_MAX || has_amount {
            return false;
        }
        let Some((_, Cell::Text(first))) = filled.first() else { return false };
        let first = fold::word(first);
        let first = first.trim_start_matches(['(', '[', '【', '※', '—', '-', '*']);
        let is_page_number = first.starts_with('第') && first.contains('页');
        let ideographs = first.chars().filter(|&c| fold::is_ideograph(c)).count();
        NOTE_WORDS.iter().any(|word| first.starts_with(word))
            || is_page_number
            || filled.len() == 1 && ideographs >= SENTENCE_IDEOGRAPHS_MIN
    }
}

pub(super) fn is_blank(row: RowRef<'_>) -> bool {
    !row.cells().any(is_filled)
}

pub(super) fn is_filled(cell: Cell<'_>) -> bool {
    match cell {
        Cell::Empty => false,
        Cell::Text(text) => !text.chars().all(|c| c.is_whitespace() || fold::is_invisible(c)),
        _ => true,
    }
}

pub(super) fn as_text(cell: Cell<'_>) -> &str {
    match cell {
        Cell::Text(text) => text,
        _ => "",
    }
}

/// The first filled cell, if it is a known header. Most rows begin with a number of some kind,
/// which saves looking it up.
fn first_title(row: RowRef<'_>, layouts: &Layouts) -> Option<usize> {
    let first = row.cells().position(is_filled)?;
    let text = as_text(row.cell(first));
    let may_be_title = !text.is_empty() && !text.bytes().any(|byte| byte.is_ascii_digit());
    (may_be_title && layouts.knows(&fold::title(text))).then_some(first)
}

fn is_total(row: RowRef<'_>) -> bool {
    row.cells().any(|cell| {
        let folded = fold::word(as_text(cell));
        if folded.is_empty() || folded.chars().count() > TOTAL_CHARS_MAX {
            return false;
        }
        let begun = folded.strip_prefix("本页").unwrap_or(&folded);
        let is_tail = |c: char| c.is_ascii_digit() || TOTAL_TAIL.contains(c);
        TOTAL_WORDS.iter().any(|word| {
            let tail = begun.strip_prefix(word);
            tail.is_some_and(|tail| tail.chars().all(is_tail))
                || folded.trim_end_matches(':').ends_with(word)
        })
    })
}
