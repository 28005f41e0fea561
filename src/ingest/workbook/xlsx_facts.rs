//! What an xlsx says of its sheets besides their cells: merged areas, hidden rows and columns.
//!
//! The surprise: nearly every sheet of data has none of these, and unpacking it only to find that
//! out is cheap while reading its XML is not. So the XML is read only where these words occur.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::ingest::sheet::{Hidden, Merge, SheetFacts};

const PIECE: usize = 1 << 16;
/// The words looked for may lie across two pieces.
const OVERLAP: usize = 16;
/// Merged areas of more rows than this are a formatted column, not a value for every row.
const MERGES_MAX: usize = 100_000;

type Package<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Facts by the name of the sheet. Whatever is damaged has none: saying so is for the library
/// that reads the cells.
pub(super) fn read(bytes: &[u8]) -> HashMap<String, SheetFacts> {
    let mut found = HashMap::new();
    let Ok(mut package) = ZipArchive::new(Cursor::new(bytes)) else { return found };
    for (name, part) in sheet_parts(&mut package).unwrap_or_default() {
        if let Some(true) = mentions_facts(&mut package, &part)
            && let Some(facts) = facts(&mut package, &part)
        {
            found.insert(name, facts);
        }
    }
    found
}

/// Name of each sheet and the part of the package it stands in.
fn sheet_parts(package: &mut Package<'_>) -> Option<Vec<(String, String)>> {
    let targets = elements(package, "xl/_rels/workbook.xml.rels", "Relationship")?;
    let targets: HashMap<String, String> = targets
        .iter()
        .filter_map(|e| Some((attribute(e, "Id")?, attribute(e, "Target")?)))
        .collect();
    let sheets = elements(package, "xl/workbook.xml", "sheet")?;
    let part = |target: &String| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    };
    let named = sheets.iter().filter_map(|element| {
        let id = attribute(element, "r:id").or_else(|| attribute(element, "id"))?;
        Some((attribute(element, "name")?, part(targets.get(&id)?)))
    });
    Some(named.collect())
}

fn elements(
    package: &mut Package<'_>,
    part: &str,
    local_name: &str,
) -> Option<Vec<BytesStart<'static>>> {
    let mut reader = Reader::from_reader(BufReader::new(package.by_name(part).ok()?));
    let (mut found, mut buffer) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == local_name =>
            {
                found.push(element.into_owned());
            }
            Event::Eof => return Some(found),
            _ => {}
        }
        buffer.clear();
    }
}

pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Whether the unpacked part holds any of the words that facts begin with.
fn mentions_facts(package: &mut Package<'_>, part: &str) -> Option<bool> {
    let words = ["mergeCell ", "hidden=\"1", "hidden=\"t"].map(memmem::Finder::new);
    let mut file = package.by_name(part).ok()?;
    let mut piece = vec![0; OVERLAP + PIECE];
    let mut kept = 0;
    loop {
        let read = file.read(&mut piece[kept..]).ok()?;
        if read == 0 {
            return Some(false);
        }
        let end = kept + read;
        if words.iter().any(|word| word.find(&piece[..end]).is_some()) {
            return Some(true);
        }
        let tail = end.saturating_sub(OVERLAP);
        piece.copy_within(tail..end, 0);
        kept = end - tail;
    }
}

fn facts(package: &mut Package<'_>, part: &str) -> Option<SheetFacts> {
    let mut reader = Reader::from_reader(BufReader::new(package.by_name(part).ok()?));
    let mut facts = SheetFacts::default();
    let mut hidden = Hidden::default();
    let mut row_before = 0;
    // The hidden row in hand, until a value in it shows that it holds something.
    let mut hidden_row = None;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "row" => {
                    let row = attribute(&element, "r").and_then(|r| r.parse().ok());
                    row_before = row.unwrap_or(row_before + 1);
                    hidden_row = is_hidden(&element).then_some(row_before);
                }
                "v" | "is" => {
                    if let Some(row) = hidden_row.take() {
                        hidden.add_row(row);
                    }
                }
                "col" if is_hidden(&element) => {
                    let bound =
                        |name| attribute(&element, name)?.parse::<u32>().ok()?.checked_sub(1);
                    if let (Some(first), Some(last)) = (bound("min"), bound("max")) {
                        hidden.add_columns(first, last);
                    }
                }
                "mergeCell" if facts.merges.len() < MERGES_MAX => {
                    facts.merges.extend(attribute(&element, "ref").and_then(|area| merge(&area)));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    facts.hidden = (!hidden.is_empty()).then_some(hidden);
    Some(facts)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "hidden").is_some_and(|value| value == "1" || value == "true")
}

/// `B3:B7`, if it covers several rows.
fn merge(area: &str) -> Option<Merge> {
    let (first, last) = area.split_once(':')?;
    let ((column, first_row), (_, last_row)) = (cell_name(first)?, cell_name(last)?);
    (first_row < last_row).then_some(Merge { first_row, last_row, column })
}

/// `B3` → column 1, row 3.
fn cell_name(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let place = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(place)
    })?;
    Some((column.checked_sub(1)?, row.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{Format, Workbook};

    #[test]
    fn merged_areas_and_hidden_rows_and_columns_are_found() {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "无").expect("a cell");
        let sheet = book.add_worksheet().set_name("表<1>").expect("a name");
        sheet.merge_range(2, 1, 6, 2, "合", &Format::new()).expect("an area");
        sheet.merge_range(0, 0, 0, 5, "题", &Format::new()).expect("an area");
        sheet.write(8, 0, "藏").expect("a cell");
        sheet.set_row_hidden(8).expect("a row");
        sheet.set_row_hidden(9).expect("an empty row");
        sheet.set_column_hidden(3).expect("a column");
        let bytes = book.save_to_buffer().expect("a workbook");
        let facts = read(&bytes);
        assert_eq!(facts.len(), 1);
        let facts = &facts["表<1>"];
        assert_eq!(facts.merges, [Merge { first_row: 3, last_row: 7, column: 1 }]);
        let hidden = facts.hidden.as_ref().expect("something hidden");
        assert_eq!((hidden.rows, hidden.first_row, &hidden.columns[..]), (1, 9, &[3][..]));
    }

    #[test]
    fn cells_are_named_by_letters_and_a_number() {
        assert_eq!(cell_name("B3"), Some((1, 3)));
        assert_eq!(cell_name("XFD1048576"), Some((16_383, 1_048_576)));
        for wrong in ["3", "B", "b3", "B3x", "ZZZZZZZZZZ1", ""] {
            assert_eq!(cell_name(wrong), None, "{wrong}");
        }
    }
}
