//! The sheets of one workbook as they come from its reader, each looked through for its table.

use crate::flow::{Column, Field, Place, Problem, RowRef};
use crate::rulebook::layouts::Layouts;

use super::sheet::{Hidden, SheetRead, SheetScan};
use super::told;
use super::workbook::{SheetHead, Sheets};

/// No spreadsheet has more rows; blank ones in between are counted one by one.
const ROWS_MAX: u32 = 1 << 21;

/// A sheet of a file, in the file's order.
#[derive(Debug)]
pub(super) struct NamedSheet {
    /// Empty for a text file.
    pub name: String,
    pub read: SheetRead,
}

impl NamedSheet {
    /// Whether its rows come back corrected from the list of quarantined rows.
    fn is_returned(&self) -> bool {
        let is_key = |column: &Column| column.field == Some(Field::RowKey);
        matches!(&self.read, SheetRead::Table(table) if table.columns.iter().any(is_key))
    }
}

/// Takes the sheets of one workbook.
pub(super) struct Scans<'a> {
    layouts: &'a Layouts,
    file: &'a str,
    open: Option<Open<'a>>,
    sheets: Vec<NamedSheet>,
    notes: Vec<Problem>,
}

struct Open<'a> {
    head: SheetHead,
    scan: SheetScan<'a>,
    row_before: u32,
    /// Its rows have numbers that no sheet has; what else it says means nothing.
    is_senseless: bool,
    /// The first row with cells further right than is read.
    cut: Option<u32>,
}

impl<'a> Scans<'a> {
    pub fn new(layouts: &'a Layouts, file: &'a str) -> Scans<'a> {
        Scans { layouts, file, open: None, sheets: Vec::new(), notes: Vec::new() }
    }

    /// The sheets and what is told of them. The list of quarantined rows has sheets that tell of
    /// other things; when it comes back they are left out.
    pub fn finish(mut self) -> (Vec<NamedSheet>, Vec<Problem>) {
        if self.sheets.iter().any(NamedSheet::is_returned) {
            self.sheets.retain(NamedSheet::is_returned);
        }
        (self.sheets, self.notes)
    }

    fn open(&mut self, head: SheetHead) {
        let place = Place::sheet(self.file, &head.name);
        let scan = SheetScan::new(self.layouts, place, head.facts.clone());
        self.open = Some(Open { head, scan, row_before: 0, is_senseless: false, cut: None });
    }

    fn close(&mut self, read: impl FnOnce(SheetScan<'a>) -> SheetRead) {
        let Some(Open { head, scan, cut, .. }) = self.open.take() else { return };
        let read = read(scan);
        let place = || Place::sheet(self.file, &head.name);
        if head.is_hidden {
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
        if let (SheetRead::Table(_), Some(row)) = (&read, cut) {
            self.notes.push(told::far_columns(place().row(row)));
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
        if row.row > ROWS_MAX || row.row <= open.row_before {
            open.is_senseless = true;
        }
        if open.is_senseless {
            return;
        }
        open.scan.blank_rows(open.row_before + 1..row.row);
        open.scan.push(row);
        open.row_before = row.row;
    }

    fn cut(&mut self, row: u32) {
        if let Some(open) = &mut self.open {
            open.cut = Some(row);
        }
    }

    fn again(&mut self) {
        if let Some(open) = self.open.take() {
            self.open(open.head);
        }
    }

    fn end(&mut self) {
        let place = self.open.as_ref().filter(|open| open.is_senseless);
        match place.map(|open| Place::sheet(self.file, &open.head.name)) {
            None => self.close(SheetScan::finish),
            Some(place) => {
                let problem = told::corrupt(place, "row numbers");
                self.close(|_| SheetRead::Refused(problem));
            }
        }
    }

    fn fail(&mut self, reason: &str) {
        let place = self.open.as_ref().map(|open| Place::sheet(self.file, &open.head.name));
        let problem = told::corrupt(place.unwrap_or_default(), reason);
        self.close(|_| SheetRead::Refused(problem));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::flow::{Cell, RawRow};

    #[test]
    fn a_sheet_whose_rows_have_impossible_numbers_is_refused() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let layouts = Layouts::load(&data).expect("layouts");
        for numbers in [[1, 2, 4_000_000_000], [1, 3, 2], [1, 2, 3]] {
            let mut scans = Scans::new(&layouts, "表.xlsx");
            scans.begin(SheetHead { name: "表".into(), ..SheetHead::default() });
            for number in numbers {
                let mut row = RawRow::new(number);
                for title in ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"]
                {
                    row.push(Cell::Text(if number == 1 { title } else { "x" }));
                }
                scans.row(row.view());
            }
            scans.end();
            let (sheets, _) = scans.finish();
            let is_table = matches!(sheets[0].read, SheetRead::Table(_));
            assert_eq!(is_table, numbers == [1, 2, 3], "{numbers:?}");
        }
    }
}
