//! Whether a sheet is a form 申请表: labels beside their values instead of a header above rows.
//!
//! The surprise: only a sheet in which no header was found is looked at, and a row of labels side
//! by side counts against it. A table that lacks a column is not a form.

use std::collections::BTreeSet;

use crate::flow::{Cell, Field, RawRow, RowRef, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::{Layout, Layouts};

use super::rows::is_filled;
use super::titles::text;

/// A form has at least so many labels over so many rows, or more of them over fewer rows.
const LABELS_MIN: usize = 4;
const ROWS_MIN: usize = 3;
const LABELS_OF_TWO_ROWS_MIN: usize = 6;
/// So many labels of a form are shown.
const LABELS_SHOWN: usize = 6;

/// A sheet that is a form.
#[derive(Debug)]
pub(super) struct Form {
    /// The table that its labels belong to.
    pub kind: TableKind,
    /// Where the first label stands, and some labels as they are written.
    pub row: u32,
    pub labels: Vec<String>,
}

/// The labels of one layout on a sheet.
#[derive(Default)]
struct Labels {
    /// Fields whose label has a value, or room for one, beside it.
    fields: BTreeSet<Field>,
    rows: BTreeSet<u32>,
    written: Vec<String>,
    /// Labels in all, and those that have another label right beside them.
    count: usize,
    touching: usize,
    /// The most labels that stand side by side in one row.
    longest_run: usize,
}

impl Labels {
    fn are_a_form(&self) -> bool {
        let (fields, rows) = (self.fields.len(), self.rows.len());
        let are_enough = fields >= LABELS_MIN && rows >= ROWS_MIN
            || fields >= LABELS_OF_TWO_ROWS_MIN && rows > 1;
        // A list of sums has labels and values too, but is about nobody.
        let names_somebody = self.fields.iter().any(|&field| names_somebody(field));
        // Two of three labels stand alone, and no row looks like the header of a table.
        are_enough
            && names_somebody
            && self.touching * 3 <= self.count
            && self.longest_run * 2 <= fields
    }

    fn take(&mut self, row: RowRef<'_>, layout: &Layout, layouts: &Layouts) {
        let mut run = 0;
        for (i, cell) in row.cells().enumerate() {
            let Some(words) = text(cell) else {
                run = 0;
                continue;
            };
            let folded = fold::title(words);
            let is_title = layouts.knows(&folded);
            let next_is_title = is_known(row.cell(i + 1), layouts);
            run = if is_title { run + 1 } else { 0 };
            self.longest_run = self.longest_run.max(run);
            if let Some((field, _)) = layout.field_of(&folded) {
                self.count += 1;
                let touches = next_is_title || run > 1 && !is_filled(row.cell(i + 1));
                self.touching += usize::from(touches);
                if !touches {
                    self.label(field, row.row, words);
                }
            } else if !is_title {
                for (field, label) in inside(words, layout) {
                    self.count += 1;
                    self.label(field, row.row, &label);
                }
            }
        }
    }

    fn label(&mut self, field: Field, row: u32, written: &str) {
        if self.fields.insert(field) && self.written.len() < LABELS_SHOWN {
            self.written.push(written.split_whitespace().collect());
        }
        self.rows.insert(row);
    }
}

/// The form that some rows are, none of which is a header.
pub(super) fn of_rows(rows: &[RawRow], layouts: &Layouts) -> Option<Form> {
    let forms = layouts.iter().filter_map(|layout| {
        let mut labels = Labels::default();
        rows.iter().for_each(|row| labels.take(row.view(), layout, layouts));
        labels.are_a_form().then_some((layout.kind, labels))
    });
    let fullest =
        forms.max_by_key(|(kind, labels)| (labels.fields.len(), std::cmp::Reverse(*kind)));
    fullest.map(|(kind, labels)| {
        let row = labels.rows.first().copied().unwrap_or(1);
        Form { kind, row, labels: labels.written }
    })
}

/// The form that a single row is, though its labels are all that the header of a table needs:
/// every label is followed by a value.
pub(super) fn of_header(row: &RawRow, kind: TableKind, layouts: &Layouts) -> Option<Form> {
    let (row, layout) = (row.view(), layouts.get(kind));
    let (mut labels, mut valued, mut figures) = (Vec::new(), 0, 0);
    for (i, cell) in row.cells().enumerate() {
        let Some(words) = text(cell) else { continue };
        if layout.field_of(&fold::title(words)).is_none() {
            continue;
        }
        labels.push(words.split_whitespace().collect::<String>());
        let value = row.cell(i + 1);
        if is_filled(value) && !is_known(value, layouts) {
            valued += 1;
            let has_digit = |text: &str| text.chars().any(|c| c.is_ascii_digit());
            figures += usize::from(text(value).is_none_or(has_digit));
        }
    }
    let is_form = valued * 3 >= labels.len() * 2 && figures > 1;
    labels.truncate(LABELS_SHOWN);
    is_form.then_some(Form { kind, row: row.row, labels })
}

/// A field that says whom or which institution a form is about.
fn names_somebody(field: Field) -> bool {
    matches!(field, Field::PersonId | Field::Name | Field::Code | Field::Subject)
}

fn is_known(cell: Cell<'_>, layouts: &Layouts) -> bool {
    text(cell).is_some_and(|words| layouts.knows(&fold::title(words)))
}

/// Labels and values in one cell: `姓名：张三  证件号码：…`.
fn inside(words: &str, layout: &Layout) -> Vec<(Field, String)> {
    let pieces = words.split_whitespace().filter_map(|piece| {
        let (label, _) = piece.split_once([':', '：'])?;
        let (field, _) = layout.field_of(&fold::title(label))?;
        Some((field, label.to_owned()))
    });
    pieces.collect()
}
