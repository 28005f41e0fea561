//! Workbooks: xlsx, xlsm, xlsb, xls and ods, sheet by sheet and row by row, whoever takes the rows.
//!
//! The surprise: the library that reads them panics on some real files and asks for all memory on
//! others. So this code runs in a child process ([`child`]), and what it reads comes back through
//! a pipe ([`frames`]); only tests and the child itself call [`read`] directly.

mod biff;
pub(super) mod child;
mod frames;
mod ods_facts;
mod rows;
pub(super) mod worker;
mod xlsx_facts;

use std::fmt::Display;
use std::io::Cursor;

use calamine::{Data, DataRef, Ods, Range, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use crate::flow::{Cell, RowRef};

use super::content::Content;
use super::sheet::{Merge, SheetFacts};
use rows::{Rows, from_owned, from_ref, upright};

/// Takes the sheets of a workbook in their order: for each `begin`, then rows, then `end` or
/// `fail`.
pub trait Sheets {
    fn begin(&mut self, sheet: SheetHead);
    /// Rows come in ascending order; blank ones are left out.
    fn row(&mut self, row: RowRef<'_>);
    /// Cells further right than is read were left out, in this row first.
    fn cut(&mut self, row: u32);
    /// The rows of this sheet so far are void and come again from the first.
    fn again(&mut self);
    fn end(&mut self);
    /// The rest of the sheet cannot be read.
    fn fail(&mut self, reason: &str);
}

/// What is known of a sheet before its first row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetHead {
    pub name: String,
    pub is_hidden: bool,
    pub(super) facts: SheetFacts,
}

/// Why a workbook gives no sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkbookFault {
    Encrypted,
    /// In the words of the reader.
    Corrupt(String),
    /// Older than this program reads, or another program's.
    Unsupported(String),
    /// The reader ended without an answer.
    Crashed,
    /// It needs more memory than a reader gets: so many MiB.
    Memory(u64),
    /// It needs more time than a reader gets: so many seconds.
    Time(u64),
    /// No reader could be started.
    NotStarted(String),
}

/// How a cell is shown that has a formula and nobody knows its value.
const FORMULA_WITHOUT_VALUE: &str = "=?";

type Bytes<'a> = Cursor<&'a [u8]>;

/// Reads all worksheets, hidden ones too; charts and macros hold no cells.
///
/// # Panics
/// On some damaged files, which is why it is called in a process of its own.
pub(super) fn read(
    bytes: &[u8],
    content: Content,
    sink: &mut dyn Sheets,
) -> Result<(), WorkbookFault> {
    match content {
        Content::Ods => ods(bytes, sink),
        Content::Xls => xls(bytes, sink),
        Content::Xlsb => xlsb(bytes, sink),
        _ => xlsx(bytes, sink),
    }
}

fn xlsx(bytes: &[u8], sink: &mut dyn Sheets) -> Result<(), WorkbookFault> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| not_opened(&error))?;
    let from_1904 = book.has_1904_epoch();
    let mut facts = xlsx_facts::read(bytes);
    for (name, is_hidden) in worksheets(book.sheets_metadata()) {
        let facts = SheetFacts { from_1904, ..facts.remove(&name).unwrap_or_default() };
        sink.begin(SheetHead { name: name.clone(), is_hidden, facts });
        let mut rows = Rows::new(&mut *sink);
        match xlsx_cells(&mut book, &name, from_1904, &mut rows) {
            Ok(true) => rows.finish(),
            // Rows out of order, or a formula that makes no sense while its value does: rare, so
            // the way that sorts rows and knows no formulas may be slower.
            Ok(false) | Err(_) => {
                sink.again();
                range(book.worksheet_range(&name), from_1904, sink);
            }
        }
    }
    Ok(())
}

/// Reads cell by cell, which needs a tenth of the memory of a whole range. False when the rows
/// are out of order.
fn xlsx_cells(
    book: &mut Xlsx<Bytes>,
    name: &str,
    from_1904: bool,
    rows: &mut Rows<'_>,
) -> Result<bool, calamine::XlsxError> {
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        let (row, column) = cell.pos;
        let value = match (&cell.value, &cell.formula) {
            // Written by a program that leaves working it out to Excel.
            (DataRef::Empty, Some(_)) => Cell::Error(FORMULA_WITHOUT_VALUE),
            (value, _) => from_ref(value, from_1904),
        };
        if !rows.push(row, column, value) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn xlsb(bytes: &[u8], sink: &mut dyn Sheets) -> Result<(), WorkbookFault> {
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(|error| not_opened(&error))?;
    let from_1904 = book.has_1904_epoch();
    for (name, is_hidden) in worksheets(book.sheets_metadata()) {
        let facts = SheetFacts { from_1904, ..SheetFacts::default() };
        sink.begin(SheetHead { name: name.clone(), is_hidden, facts });
        range(book.worksheet_range(&name), from_1904, sink);
    }
    Ok(())
}

fn xls(bytes: &[u8], sink: &mut dyn Sheets) -> Result<(), WorkbookFault> {
    let stream = biff::workbook_stream(bytes);
    if stream.as_deref().is_some_and(biff::is_encrypted) {
        return Err(WorkbookFault::Encrypted);
    }
    let mut book: Xls<Bytes> = match Xls::new(Cursor::new(bytes)) {
        Ok(book) => book,
        // An encrypted xlsx comes in the container of an old xls.
        Err(error) => {
            return Err(match Xlsx::new(Cursor::new(bytes)) {
                Err(calamine::XlsxError::Password) => WorkbookFault::Encrypted,
                _ if biff::is_encrypted_wreck(bytes) => WorkbookFault::Encrypted,
                _ => not_opened(&error),
            });
        }
    };
    let from_1904 = book.has_1904_epoch();
    let mut hidden = stream.as_deref().map(biff::hidden).unwrap_or_default();
    for (name, is_hidden) in worksheets(book.sheets_metadata()) {
        let merges = upright(&book.merge_cells_by_sheet_name(&name).unwrap_or_default());
        let facts = SheetFacts { merges, from_1904, hidden: hidden.remove(&name) };
        sink.begin(SheetHead { name: name.clone(), is_hidden, facts });
        range(book.worksheet_range(&name), from_1904, sink);
    }
    Ok(())
}

fn ods(bytes: &[u8], sink: &mut dyn Sheets) -> Result<(), WorkbookFault> {
    let mut book: Ods<Bytes> = Ods::new(Cursor::new(bytes)).map_err(|error| not_opened(&error))?;
    let mut facts = ods_facts::read(bytes);
    for (name, is_hidden) in worksheets(book.sheets_metadata()) {
        let facts = facts.remove(&name).unwrap_or_default();
        sink.begin(SheetHead { name: name.clone(), is_hidden, facts });
        range(book.worksheet_range(&name), false, sink);
    }
    Ok(())
}

fn range<E: Display>(range: Result<Range<Data>, E>, from_1904: bool, sink: &mut dyn Sheets) {
    let range = match range {
        Ok(range) => range,
        Err(error) => return sink.fail(&error.to_string()),
    };
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = Rows::new(sink);
    for (row, column, value) in range.used_cells() {
        let (row, column) = (first_row + row as u32, first_column + column as u32);
        rows.push(row, column, from_owned(value, from_1904));
    }
    rows.finish();
}

/// Looks for what the library does not tell, as reading an .xls does.
#[cfg(any(fuzzing, test))]
pub(super) fn look_at_records(bytes: &[u8]) {
    if let Some(stream) = biff::workbook_stream(bytes) {
        let _ = (biff::is_encrypted(&stream), biff::hidden(&stream));
    }
    let _ = biff::is_encrypted_wreck(bytes);
}

/// Hears an answer as the parent of a reader does.
#[cfg(any(fuzzing, test))]
pub(super) fn hear(mut answer: &[u8], sink: &mut dyn Sheets) {
    let mut row = crate::flow::RawRow::default();
    while let Ok(Some(frame)) = frames::Frame::read(&mut answer) {
        if !matches!(frames::take(&frame, &mut row, sink), Some(None)) {
            break;
        }
    }
}

fn not_opened(error: &impl Display) -> WorkbookFault {
    let reason = error.to_string();
    if reason.to_ascii_lowercase().contains("password") {
        WorkbookFault::Encrypted
    } else {
        WorkbookFault::Corrupt(reason)
    }
}

fn worksheets(sheets: &[calamine::Sheet]) -> Vec<(String, bool)> {
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    worksheets.map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect()
}
