//! Workbooks: xlsx, xls and ods through calamine, sheet by sheet.
//!
//! The surprise: calamine panics on some damaged files. A panic is caught here and costs one
//! file; what cannot be caught (asking for all memory) is not this file's business.

use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, SheetType, SheetVisible, Xls,
    Xlsx,
};

use crate::domain::dates::{Date, from_serial};
use crate::flow::{Cell, Place, Problem, RawRow};
use crate::rulebook::layouts::Layouts;

use super::content::Content;
use super::sheet::{COLUMNS_MAX, EPOCH_DAYS, Merge, SheetFacts, SheetRead, SheetScan};
use super::told;

/// A sheet of a file, in the file's order.
#[derive(Debug)]
pub(super) struct NamedSheet {
    /// Empty for a text file.
    pub name: String,
    pub read: SheetRead,
    pub is_hidden: bool,
}

/// The sheets, or the one reason why the file is not read.
pub(super) type Read = Result<Vec<NamedSheet>, Box<Problem>>;

type Bytes<'a> = Cursor<&'a [u8]>;

/// Reads all worksheets, hidden ones too; charts and macros hold no cells.
pub(super) fn read(bytes: &[u8], content: Content, file: &str, layouts: &Layouts) -> Read {
    let sheets = Sheets { file, layouts };
    let read = catch_unwind(AssertUnwindSafe(|| match content {
        Content::Ods => sheets.ods(bytes),
        Content::Xls => sheets.xls(bytes),
        _ => sheets.xlsx(bytes),
    }));
    read.unwrap_or_else(|_| Err(Box::new(told::corrupt(Place::file(file), ""))))
}

struct Sheets<'a> {
    file: &'a str,
    layouts: &'a Layouts,
}

impl Sheets<'_> {
    fn xlsx(&self, bytes: &[u8]) -> Read {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| self.not_opened(&error))?;
        let from_1904 = book.has_1904_epoch();
        let named = worksheets(book.sheets_metadata());
        let read = named.into_iter().map(|(name, is_hidden)| {
            let facts = SheetFacts { from_1904, ..SheetFacts::default() };
            let mut read = self.xlsx_sheet(&mut book, &name, facts);
            // Merged cells stand behind all others in the file, so they are looked for only when
            // they could help.
            if let SheetRead::Table(table) = &read
                && table.lacks_merged
                && let Ok(merged) = book.merge_cells_by_sheet_name(&name)
                && let merges = upright(&merged)
                && !merges.is_empty()
            {
                read = self.xlsx_sheet(&mut book, &name, SheetFacts { merges, from_1904 });
            }
            NamedSheet { name, read, is_hidden }
        });
        Ok(read.collect())
    }

    fn xlsx_sheet(&self, book: &mut Xlsx<Bytes>, name: &str, facts: SheetFacts) -> SheetRead {
        match self.xlsx_cells(book, name, facts.clone()) {
            Some(read) => read,
            // Rows out of order: rare, so the way that sorts them may be slower.
            None => self.range(name, facts, book.worksheet_range(name)),
        }
    }

    /// Reads cell by cell, which needs a tenth of the memory of a whole range.
    fn xlsx_cells(
        &self,
        book: &mut Xlsx<Bytes>,
        name: &str,
        facts: SheetFacts,
    ) -> Option<SheetRead> {
        let from_1904 = facts.from_1904;
        let mut rows = Rows::new(self.scan(name, facts));
        let mut reader = match book.worksheet_cells_reader(name) {
            Ok(reader) => reader,
            Err(error) => return Some(self.sheet_unreadable(name, &error)),
        };
        loop {
            match reader.next_cell() {
                Ok(Some(cell)) => {
                    let (row, column) = cell.get_position();
                    if !rows.push(row, column, from_ref(cell.get_value(), from_1904)) {
                        return rows.scan.is_refused().then(|| rows.finish());
                    }
                }
                Ok(None) => return Some(rows.finish()),
                Err(error) => return Some(self.sheet_unreadable(name, &error)),
            }
        }
    }

    fn xls(&self, bytes: &[u8]) -> Read {
        let mut book: Xls<Bytes> = match Xls::new(Cursor::new(bytes)) {
            Ok(book) => book,
            // An encrypted xlsx comes in the container of an old xls.
            Err(error) => {
                return Err(match Xlsx::new(Cursor::new(bytes)) {
                    Err(calamine::XlsxError::Password) => Box::new(told::encrypted(self.file)),
                    _ => self.not_opened(&error),
                });
            }
        };
        let from_1904 = book.has_1904_epoch();
        let named = worksheets(book.sheets_metadata());
        let read = named.into_iter().map(|(name, is_hidden)| {
            let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            let facts = SheetFacts { merges: upright(&merged), from_1904 };
            let read = self.range(&name, facts, book.worksheet_range(&name));
            NamedSheet { name, read, is_hidden }
        });
        Ok(read.collect())
    }

    fn ods(&self, bytes: &[u8]) -> Read {
        let mut book: Ods<Bytes> =
            Ods::new(Cursor::new(bytes)).map_err(|error| self.not_opened(&error))?;
        let named = worksheets(book.sheets_metadata());
        let read = named.into_iter().map(|(name, is_hidden)| {
            let read = self.range(&name, SheetFacts::default(), book.worksheet_range(&name));
            NamedSheet { name, read, is_hidden }
        });
        Ok(read.collect())
    }

    fn range<E: Display>(
        &self,
        name: &str,
        facts: SheetFacts,
        range: Result<Range<Data>, E>,
    ) -> SheetRead {
        let range = match range {
            Ok(range) => range,
            Err(error) => return self.sheet_unreadable(name, &error),
        };
        let from_1904 = facts.from_1904;
        let mut rows = Rows::new(self.scan(name, facts));
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let (row, column) = (first_row + row as u32, first_column + column as u32);
            if !rows.push(row, column, from_owned(value, from_1904)) {
                break;
            }
        }
        rows.finish()
    }

    fn scan(&self, name: &str, facts: SheetFacts) -> SheetScan<'_> {
        SheetScan::new(self.layouts, Place::sheet(self.file, name), facts)
    }

    fn not_opened(&self, error: &impl Display) -> Box<Problem> {
        let reason = error.to_string();
        Box::new(if reason.to_ascii_lowercase().contains("password") {
            told::encrypted(self.file)
        } else {
            told::corrupt(Place::file(self.file), &reason)
        })
    }

    fn sheet_unreadable(&self, name: &str, error: &impl Display) -> SheetRead {
        SheetRead::Refused(told::corrupt(Place::sheet(self.file, name), &error.to_string()))
    }
}

fn worksheets(sheets: &[calamine::Sheet]) -> Vec<(String, bool)> {
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    worksheets.map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect()
}

/// Merged cells of several rows; the value stands in the first of their columns.
fn upright(merged: &[Dimensions]) -> Vec<Merge> {
    let several = merged.iter().filter(|area| area.end.0 > area.start.0);
    several
        .map(|area| Merge {
            first_row: area.start.0 + 1,
            last_row: area.end.0 + 1,
            column: area.start.1,
        })
        .collect()
}

/// Puts cells together into rows.
struct Rows<'a> {
    scan: SheetScan<'a>,
    current: RawRow,
}

impl<'a> Rows<'a> {
    fn new(scan: SheetScan<'a>) -> Rows<'a> {
        Rows { scan, current: RawRow { row: 0, cells: Vec::new() } }
    }

    /// Takes a cell (counted from 0). False when reading on makes no sense: the sheet is refused
    /// or its rows are out of order.
    fn push(&mut self, row: u32, column: u32, cell: Cell) -> bool {
        let (row, column) = (row + 1, column as usize);
        if column >= COLUMNS_MAX || cell == Cell::Empty {
            return true;
        }
        if row < self.current.row {
            return false;
        }
        if row > self.current.row {
            self.flush();
            let begun = self.current.row + 1;
            self.scan.blank_rows(begun..row);
            self.current.row = row;
        }
        if self.current.cells.len() <= column {
            self.current.cells.resize(column + 1, Cell::Empty);
        }
        self.current.cells[column] = cell;
        !self.scan.is_refused()
    }

    fn flush(&mut self) {
        if !self.current.cells.is_empty() {
            let cells = Vec::with_capacity(self.current.cells.len());
            let cells = std::mem::replace(&mut self.current.cells, cells);
            self.scan.push(RawRow { row: self.current.row, cells });
        }
    }

    fn finish(mut self) -> SheetRead {
        self.flush();
        self.scan.finish()
    }
}

fn from_ref(value: &DataRef, from_1904: bool) -> Cell {
    match value {
        DataRef::SharedString(text) => from_text(text),
        DataRef::String(text) => from_text(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(is_true) => Cell::Bool(*is_true),
        DataRef::DateTime(moment) => from_moment(moment, from_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => from_iso(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

fn from_owned(value: &Data, from_1904: bool) -> Cell {
    match value {
        Data::String(text) => from_text(text),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(is_true) => Cell::Bool(*is_true),
        Data::DateTime(moment) => from_moment(moment, from_1904),
        Data::DateTimeIso(text) | Data::DurationIso(text) => from_iso(text),
        Data::Error(error) => Cell::Error(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn from_text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// The day of a date cell, without its time. What is no day (a time alone, a duration, 29 February
/// 1900) stays the number that it is.
fn from_moment(moment: &ExcelDateTime, from_1904: bool) -> Cell {
    let days = moment.as_f64() + if from_1904 { EPOCH_DAYS } else { 0.0 };
    let is_day = !moment.is_duration() && moment.as_f64() >= 1.0;
    let day = if is_day { from_serial(days.floor() as i32) } else { None };
    day.map_or(Cell::Number(moment.as_f64()), Cell::Date)
}

fn from_iso(text: &str) -> Cell {
    let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
    day.map_or_else(|| from_text(text), Cell::Date)
}
