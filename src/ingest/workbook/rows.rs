//! Cells as the library gives them, put together into rows of ours.

use calamine::{CellErrorType, Data, DataRef, Dimensions, ExcelDateTime};

use crate::domain::dates::{Date, from_serial};
use crate::flow::{Cell, RawRow};

use super::{Merge, Sheets};
use crate::ingest::sheet::{COLUMNS_MAX, EPOCH_DAYS};

/// Puts the cells of one sheet together into rows.
pub(super) struct Rows<'a> {
    sink: &'a mut dyn Sheets,
    current: RawRow,
    is_cut: bool,
}

impl<'a> Rows<'a> {
    pub fn new(sink: &'a mut dyn Sheets) -> Rows<'a> {
        Rows { sink, current: RawRow::default(), is_cut: false }
    }

    /// Takes a cell (counted from 0). False when its row should have come before.
    pub fn push(&mut self, row: u32, column: u32, cell: Cell<'_>) -> bool {
        let (row, column) = (row + 1, column as usize);
        if cell == Cell::Empty {
            return true;
        }
        if column >= COLUMNS_MAX {
            if !self.is_cut {
                self.sink.cut(row);
                self.is_cut = true;
            }
            return true;
        }
        if row < self.current.row {
            return false;
        }
        if row > self.current.row {
            self.flush();
            self.current.begin(row);
        }
        self.current.set(column, cell);
        true
    }

    fn flush(&mut self) {
        if !self.current.view().is_empty() {
            self.sink.row(self.current.view());
        }
    }

    pub fn finish(mut self) {
        self.flush();
        self.sink.end();
    }
}

/// Merged cells of several rows; the value stands in the first of their columns.
pub(super) fn upright(merged: &[Dimensions]) -> Vec<Merge> {
    let several = merged.iter().filter(|area| area.end.0 > area.start.0);
    several
        .map(|area| Merge {
            first_row: area.start.0 + 1,
            last_row: area.end.0 + 1,
            column: area.start.1,
        })
        .collect()
}

pub(super) fn from_ref<'a>(value: &'a DataRef<'_>, from_1904: bool) -> Cell<'a> {
    match value {
        DataRef::SharedString(text) => from_text(text),
        DataRef::String(text) => from_text(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(is_true) => Cell::Bool(*is_true),
        DataRef::DateTime(moment) => from_moment(moment, from_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => from_iso(text),
        DataRef::Error(error) => Cell::Error(shown(error)),
        DataRef::Empty => Cell::Empty,
    }
}

pub(super) fn from_owned(value: &Data, from_1904: bool) -> Cell<'_> {
    match value {
        Data::String(text) => from_text(text),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(is_true) => Cell::Bool(*is_true),
        Data::DateTime(moment) => from_moment(moment, from_1904),
        Data::DateTimeIso(text) | Data::DurationIso(text) => from_iso(text),
        Data::Error(error) => Cell::Error(shown(error)),
        Data::Empty => Cell::Empty,
    }
}

fn shown(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

fn from_text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// The day of a date cell, without its time. What is no day (a time alone, a duration, 29 February
/// 1900) stays the number that it is.
fn from_moment(moment: &ExcelDateTime, from_1904: bool) -> Cell<'static> {
    let days = moment.as_f64() + if from_1904 { EPOCH_DAYS } else { 0.0 };
    let is_day = !moment.is_duration() && moment.as_f64() >= 1.0;
    let day = if is_day { from_serial(days.floor() as i32) } else { None };
    day.map_or(Cell::Number(moment.as_f64()), Cell::Date)
}

fn from_iso(text: &str) -> Cell<'_> {
    let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
    day.map_or_else(|| from_text(text), Cell::Date)
}
