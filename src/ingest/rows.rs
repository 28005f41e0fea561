//! The rows under a header: which are data, and which are blank, a header printed again after a
//! page break, a total, or a note.
//!
//! The surprise: a row in which every required cell is filled is always data, whatever it says.
//! Nothing complete is ever passed over, and a row that is nearly a total is data too.

use crate::flow::raw::{PassedOver, PassedOverWhy};
use crate::flow::row_key::TOLD_TITLES;
use crate::flow::{Cell, Column, Field, Place, RawRow, RawRows, RowRef, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::Layouts;

use super::header::{self, Header};
use super::sheet::{EPOCH_DAYS, FoundTable, Merge, SheetFacts, is_date, is_money, may_be_merged};
use super::sums::{Amount, Sums};
use super::{told, units};

const TOTAL_WORDS: [&str; 5] = ["小计", "合计", "总计", "共计", "累计"];
/// A cell that says "total" and little else has at most this many characters.
const TOTAL_CHARS_MAX: usize = 14;
/// What may stand behind a total word: `合计金额(元):`, `合计:12人`.
const TOTAL_TAIL: &str = "金额费用大写人民币元人次笔条项张份行数共:()¥.,-/";
const NOTE_WORDS: [&str; 22] = [
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
    "大写",
    "人民币大写",
];
/// A note has few cells; a lone cell of that many ideographs is a sentence.
const NOTE_CELLS_MAX: usize = 4;
const SENTENCE_IDEOGRAPHS_MIN: usize = 8;

/// A row in other words than the header that names so many columns rightly repeats the header.
const NAMED_COLUMNS_MIN: usize = 3;

/// Why a sheet cannot be one table after all.
#[derive(Debug)]
pub(super) enum BodyFault {
    SecondTable(Vec<TableKind>),
    /// A note says that amounts are not in yuan.
    Unit(String),
}

/// The part of a sheet under its header.
pub(super) struct Body<'a> {
    layouts: &'a Layouts,
    kind: TableKind,
    columns: Vec<Column>,
    /// The field of each column of the sheet, from column 0.
    fields: Vec<Option<Field>>,
    /// The first column behind the last that is known.
    right_edge: usize,
    /// Columns that are not used and not told.
    quiet: Vec<u32>,
    /// Columns of required fields; the second stands in for the first.
    required: Vec<Required>,
    amount: Option<usize>,
    sums: Sums,
    /// The header rows, folded, to recognise them when they come again.
    titles: Vec<Vec<String>>,
    facts: SheetFacts,
    /// Merged cells that reach below the row read last, each with the row that holds its value.
    merged: Vec<(Merge, RawRow)>,
    /// How many of the merged cells begin at the row in hand or before.
    merges_seen: usize,
    /// The row in hand, if anything has to be changed in it.
    mended: RawRow,
    rows: RawRows,
    passed_over: Vec<PassedOver>,
    blank: Vec<u32>,
    /// The first cell with something in it that stands under no header.
    stray: Option<(u32, u32)>,
}

/// The column of a required field, and the one that may stand in for it.
struct Required {
    column: Option<usize>,
    or: Option<usize>,
    /// Says what a row is about, not how much.
    identifies: bool,
}

impl<'a> Body<'a> {
    pub fn new(
        layouts: &'a Layouts,
        header: Header,
        titles: &[RawRow],
        mut facts: SheetFacts,
    ) -> Body<'a> {
        facts.merges.sort_by_key(|merge| merge.first_row);
        let Header { kind, columns, quiet, .. } = header;
        let width = columns.last().map_or(0, |column| column.index as usize + 1);
        let mut fields = vec![None; width];
        for column in &columns {
            fields[column.index as usize] = column.field;
        }
        let at = |field| fields.iter().position(|&f| f == Some(field));
        let required = layouts.get(kind).fields.iter().filter(|entry| entry.required);
        let required = required.map(|entry| Required {
            column: at(entry.field),
            or: entry.or.and_then(at),
            identifies: !is_number(entry.field),
        });
        let required = required.collect();
        let amount = kind.amount_field().and_then(at);
        let right_edge = fields.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let titles = titles
            .iter()
            .map(|row| row.view().cells().map(|cell| fold::title(as_text(cell))).collect())
            .collect();
        Body {
            layouts,
            kind,
            columns,
            fields,
            right_edge,
            quiet,
            required,
            amount,
            sums: Sums::default(),
            titles,
            facts,
            merged: Vec::new(),
            merges_seen: 0,
            mended: RawRow::default(),
            rows: RawRows::default(),
            passed_over: Vec::new(),
            blank: Vec::new(),
            stray: None,
        }
    }

    /// Takes the next row.
    pub fn push(&mut self, row: RowRef<'_>) -> Result<(), BodyFault> {
        if is_blank(row) {
            self.blank.push(row.row);
            return Ok(());
        }
        for row in std::mem::take(&mut self.blank) {
            self.pass_over(row, PassedOverWhy::Blank);
        }
        if let Some(first) = self.first_title(row, 0) {
            if self.repeats_header(row) {
                self.pass_over(row.row, PassedOverWhy::RepeatedHeader);
                return Ok(());
            }
            if let Some(second) = header::of_row(row, first, self.layouts) {
                return Err(BodyFault::SecondTable(vec![self.kind, second]));
            }
        }
        // A table to the right may begin further down.
        if row.len() > self.right_edge
            && let Some(first) = self.first_title(row, self.right_edge)
            && let Some(second) = header::of_row(row, first, self.layouts)
        {
            return Err(BodyFault::SecondTable(vec![self.kind, second]));
        }
        self.remember_merged(row);
        let amount = self.amount.map_or(Amount::Empty, |column| Amount::of(row.cell(column)));
        if self.lacks_required(row) {
            if is_total(row) || self.is_sum(row, amount) {
                self.sums.total(amount);
                self.pass_over(row.row, PassedOverWhy::Total);
                return Ok(());
            }
            if self.is_note(row) {
                let unit = self.amount.and_then(|_| units::line(row));
                self.pass_over(row.row, PassedOverWhy::Note);
                return unit.map_or(Ok(()), |shown| Err(BodyFault::Unit(shown)));
            }
        }
        self.sums.data(amount);
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
        let is_from_list = |column: &Column| {
            TOLD_TITLES.iter().any(|(zh, en)| [*zh, *en].contains(&column.title.as_str()))
        };
        let is_told = |column: &&Column| {
            column.field.is_none()
                && !self.quiet.contains(&column.index)
                && !(is_returned && is_from_list(column))
        };
        let unknown: Vec<String> = self.columns.iter().filter(is_told).map(Column::label).collect();
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
        self.required.iter().any(|required| !self.is_given(row, required))
    }

    /// By its own cell or by a merged one that reaches down to it.
    fn is_given(&self, row: RowRef<'_>, required: &Required) -> bool {
        [required.column, required.or].into_iter().flatten().any(|column| {
            let field = self.fields.get(column).copied().flatten();
            let is_merged = || self.merged.iter().any(|(m, _)| m.column as usize == column);
            is_filled(row.cell(column)) || field.is_some_and(may_be_merged) && is_merged()
        })
    }

    /// A row that says nothing of what it is about and whose amount is a sum of those above. With
    /// other words in it, it could be a broken row that happens to say the same as the one row
    /// before it.
    fn is_sum(&self, row: RowRef<'_>, amount: Amount) -> bool {
        if self.required.iter().any(|it| it.identifies && self.is_given(row, it)) {
            return false;
        }
        let is_word = |(i, cell): (usize, Cell<'_>)| {
            let field = self.fields.get(i).copied().flatten();
            is_filled(cell) && !field.is_some_and(is_number)
        };
        let says_more = row.cells().enumerate().any(is_word);
        self.sums.equals(amount, if says_more { 2 } else { 1 })
    }

    fn remember_merged(&mut self, row: RowRef<'_>) {
        self.merged.retain(|(merge, _)| merge.last_row >= row.row);
        // Both come in ascending order, so none is looked at twice.
        let rest = &self.facts.merges[self.merges_seen..];
        let begun = rest.iter().take_while(|merge| merge.first_row <= row.row).count();
        self.merges_seen += begun;
        for merge in rest[..begun].iter().filter(|merge| merge.first_row == row.row) {
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
    fn repeats_header(&self, row: RowRef<'_>) -> bool {
        let layout = self.layouts.get(self.kind);
        let folded: Vec<String> = row.cells().map(|cell| fold::title(as_text(cell))).collect();
        let filled = || folded.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let same = |titles: &Vec<String>| filled().all(|(i, text)| titles.get(i) == Some(text));
        let named = |i: usize, text: &str| {
            let field = self.fields.get(i).copied().flatten();
            field.is_some() && layout.field_of(text).map(|(f, _)| f) == field
        };
        let agreeing = filled().filter(|(i, text)| named(*i, text)).count();
        let cells = row.cells().filter(|&cell| is_filled(cell)).count();
        filled().count() == cells && self.titles.iter().any(same)
            || agreeing >= NAMED_COLUMNS_MIN
            || agreeing > 1 && agreeing * 2 > cells
    }

    /// The first filled cell from a column on, if it could be the first title of a header. Most
    /// rows begin with a number of some kind, which saves looking it up.
    fn first_title(&self, row: RowRef<'_>, from: usize) -> Option<usize> {
        let first = (from..row.len()).find(|&i| is_filled(row.cell(i)))?;
        let text = as_text(row.cell(first));
        let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
        let own = || self.titles.iter().filter_map(|titles| titles.get(first));
        let could_be = |title: &String| title.bytes().any(|byte| byte.is_ascii_digit());
        if text.is_empty() || has_digits && !own().any(could_be) {
            return None;
        }
        let folded = fold::title(text);
        (self.layouts.knows(&folded) || own().any(|title| *title == folded)).then_some(first)
    }

    /// Few cells, no amount, and words that begin a note or a line of signatures.
    fn is_note(&self, row: RowRef<'_>) -> bool {
        let filled: Vec<(usize, Cell<'_>)> =
            row.cells().enumerate().filter(|&(_, cell)| is_filled(cell)).collect();
        let amount = filled.iter().position(|(i, _)| Some(*i) == self.amount);
        if filled.len() > NOTE_CELLS_MAX || amount.is_some_and(|place| place > 0) {
            return false;
        }
        let Some((_, Cell::Text(first))) = filled.first() else { return false };
        let first = fold::word(first);
        let first = first.trim_start_matches(['(', '[', '【', '※', '—', '-', '*']);
        let is_page_number = first.starts_with('第') && first.contains('页');
        let ideographs = first.chars().filter(|&c| fold::is_ideograph(c)).count();
        NOTE_WORDS.iter().any(|word| first.starts_with(word))
            || is_page_number
            || amount.is_none() && filled.len() == 1 && ideographs >= SENTENCE_IDEOGRAPHS_MIN
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

/// A field that says how much, not what.
fn is_number(field: Field) -> bool {
    is_money(field) || field == Field::Quantity
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
