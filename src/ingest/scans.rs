//! The sheets of one workbook as they come from its reader, each looked through for its table.

use crate::flow::{Place, Problem, RowRef};

use super::choices::Guides;
use super::sheet::{Hidden, SheetRead, SheetScan};
use super::told;
use super::workbook::{SheetHead, Sheets};

/// A sheet of a file, in the file's order.
#[derive(Debug)]
pub(super) struct NamedSheet {
    /// Empty for a text file.
    pub name: String,
    pub read: SheetRead,
}

/// Takes the sheets of one workbook.
pub(super) struct Scans<'a> {
    guides: Guides<'a>,
    file: &'a str,
    open: Option<Open<'a>>,
    pub sheets: Vec<NamedSheet>,
    pub notes: Vec<Problem>,
}

struct Open<'a> {
    head: SheetHead,
    scan: SheetScan<'a>,
    row_before: u32,
}

impl<'a> Scans<'a> {
    pub fn new(guides: Guides<'a>, file: &'a str) -> Scans<'a> {
        Scans { guides, file, open: None, sheets: Vec::new(), notes: Vec::new() }
    }

    fn open(&mut self, head: SheetHead) {
        let place = Place::sheet(self.file, &head.name);
        let guide = self.guides.of(self.file, &head.name);
        let scan = SheetScan::new(guide, place, head.facts.clone());
        self.open = Some(Open { head, scan, row_before: 0 });
    }

    fn close(&mut self, read: impl FnOnce(SheetScan<'a>) -> SheetRead) {
        let Some(Open { head, scan, .. }) = self.open.take() else { return };
        let read = read(scan);
        let place = || Place::sheet(self.file, &head.name);
        if head.is_hidden && !matches!(read, SheetRead::LeftOut) {
            self.notes.push(told::hidden_sheet(place()));
        }
        if let (SheetRead::Table(table), Some(hidden)) = (&read, &head.facts.hidden) {
            let titled = |column: &u32| table.columns.iter().any(|c| c.index == *column);
            let columns = hidden.columns.iter().copied().filter(titled).collect();
            let hidden = Hidden { columns, ..*hidden };
            if !hidden.is_empty() {
                self.notes.push(told::hidden_parts(place(), &hidden));
            }
        }
        self.sheets.push(NamedSheet { name: head.name, read });
    }
}

impl Sheets for Scans<'_> {
    fn begin(&mut self, sheet: SheetHead) {
        self.open(sheet);
    }

    fn row(&mut self, row: RowRef<'_>) {
        let Some(open) = &mut self.open else { return };
        open.scan.blank_rows(open.row_before + 1..row.row);
        open.scan.push(row);
        open.row_before = row.row;
    }

    fn again(&mut self) {
        if let Some(open) = self.open.take() {
            self.open(open.head);
        }
    }

    fn end(&mut self) {
        self.close(SheetScan::finish);
    }

    fn fail(&mut self, reason: &str) {
        let place = self.open.as_ref().map(|open| Place::sheet(self.file, &open.head.name));
        let problem = told::corrupt(place.unwrap_or_default(), reason);
        self.close(|_| SheetRead::Refused(problem));
    }
}
