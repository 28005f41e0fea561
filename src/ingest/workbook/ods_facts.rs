//! What an ods says of its sheets besides their cells: merged areas, hidden rows and columns.

use std::collections::HashMap;
use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::xlsx_facts::attribute;
use crate::ingest::sheet::{Hidden, Merge, SheetFacts};

/// Rows beyond this are the empty rest of a sheet, written as one row repeated.
const ROWS_MAX: u32 = 1 << 21;

/// Facts by the name of the sheet. Whatever is damaged has none: saying so is for the library
/// that reads the cells.
pub(super) fn read(bytes: &[u8]) -> HashMap<String, SheetFacts> {
    let Ok(mut package) = ZipArchive::new(Cursor::new(bytes)) else { return HashMap::new() };
    let Ok(content) = package.by_name("content.xml") else { return HashMap::new() };
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut tables = Tables::default();
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) | Event::Empty(element) => tables.take(&element),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    tables.end_table();
    tables.found
}

/// Where in the document the reader stands.
#[derive(Default)]
struct Tables {
    found: HashMap<String, SheetFacts>,
    name: Option<String>,
    merges: Vec<Merge>,
    hidden: Hidden,
    /// The row in hand, counted from 1, how often it is repeated, and whether it is hidden.
    row: u32,
    repeated: u32,
    is_hidden: bool,
    column: u32,
}

impl Tables {
    fn take(&mut self, element: &BytesStart<'_>) {
        let name = element.name();
        let count = |attributed| {
            attribute(element, attributed).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1)
        };
        match name.as_ref() {
            "table:table" => {
                self.end_table();
                self.name = attribute(element, "table:name");
            }
            "table:table-column" => {
                let repeated = count("table:number-columns-repeated");
                let last = self.column.saturating_add(repeated.saturating_sub(1));
                if is_hidden(element) {
                    self.hidden.add_columns(self.column, last);
                }
                self.column = last.saturating_add(1);
            }
            "table:table-row" => {
                self.row = self.row.saturating_add(self.repeated);
                self.repeated = count("table:number-rows-repeated");
                self.is_hidden = is_hidden(element);
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell(element, count("table:number-rows-spanned"));
                self.column = self.column.saturating_add(count("table:number-columns-repeated"));
            }
            _ => {}
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>, rows_spanned: u32) {
        if rows_spanned > 1 {
            let last_row = self.row.saturating_add(rows_spanned - 1);
            self.merges.push(Merge { first_row: self.row, last_row, column: self.column });
        }
        let is_filled = attribute(element, "office:value-type").is_some();
        if self.is_hidden && is_filled && self.row < ROWS_MAX {
            for row in self.row..self.row + self.repeated.min(ROWS_MAX - self.row) {
                self.hidden.add_row(row);
            }
            self.is_hidden = false;
        }
    }

    fn end_table(&mut self) {
        let (merges, hidden) = (std::mem::take(&mut self.merges), std::mem::take(&mut self.hidden));
        if let Some(name) = self.name.take() {
            let hidden = (!hidden.is_empty()).then_some(hidden);
            self.found.insert(name, SheetFacts { merges, hidden, from_1904: false });
        }
        (self.row, self.repeated, self.column, self.is_hidden) = (0, 1, 0, false);
    }
}

/// Hidden by hand (`collapse`) or by a filter.
fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "table:visibility").is_some_and(|shown| shown != "visible")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn merged_areas_and_hidden_rows_and_columns_are_found() {
        let content = r#"<office:body><table:table table:name="表1">
            <table:table-column table:number-columns-repeated="2"/>
            <table:table-column table:visibility="collapse"/>
            <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
            <table:table-row><table:table-cell table:number-columns-repeated="2"/>
                <table:table-cell office:value-type="string" table:number-rows-spanned="2"/>
            </table:table-row>
            <table:table-row table:visibility="filter">
                <table:table-cell office:value-type="float"/></table:table-row>
            <table:table-row table:visibility="collapse"><table:table-cell/></table:table-row>
            </table:table></office:body>"#;
        let mut package = zip::ZipWriter::new(Cursor::new(Vec::new()));
        package
            .start_file("content.xml", zip::write::SimpleFileOptions::default())
            .expect("a part");
        package.write_all(content.as_bytes()).expect("a part");
        let facts = read(&package.finish().expect("a package").into_inner());
        let facts = &facts["表1"];
        assert_eq!(facts.merges, [Merge { first_row: 4, last_row: 5, column: 2 }]);
        let hidden = facts.hidden.as_ref().expect("something hidden");
        assert_eq!((hidden.rows, hidden.first_row, &hidden.columns[..]), (1, 5, &[2][..]));
    }
}
