//! The text files of the corpus of others' spreadsheets: in which encoding they are read, and
//! that every record and cell of them is found. Which delimiter a text has is told by the header
//! of a known table, which these have not; so it is given here.

// What is unused here is used there.
#[allow(dead_code)]
#[path = "../../tests/it/corpus/list.rs"]
mod list;

use std::fs;
use std::path::Path;

use encoding_rs::Encoding;

use super::content::{self, Content};
use super::text::{Records, decode};
use crate::flow::Cell;
use list::{Expected, Outcome, TextFacts};

/// Files whose cells rightly differ from those the list counts, and why.
const EXPLAINED: &[(&str, &str)] = &[
    ("frictionless/dialect.csv", "neither `|` nor `#` is a mark of any table known here"),
    ("csv-spectrum/location_coordinates.csv", "its records show another telephone number"),
    ("frictionless/wide.csv", "no table has nine thousand columns; the rest is told"),
];

#[test]
fn every_text_of_the_corpus_is_decoded_and_split_as_the_list_says() {
    let Some(folder) = list::folder() else { return };
    let (mut wrong, mut read, mut refused) = (Vec::new(), 0, 0);
    for expected in list::read(&folder) {
        let Some(facts) = &expected.text else { continue };
        let bytes = fs::read(folder.join(&expected.path)).expect("a file of the corpus");
        if content::recognise(&bytes) != Content::Text {
            wrong.push(format!("{}: is no text", expected.path));
        }
        match (decode(&bytes, None), expected.outcome) {
            (Err(_), Outcome::Either) => refused += 1,
            (Err(reason), _) => wrong.push(format!("{}: {reason:?}", expected.path)),
            (Ok(decoded), _) => {
                read += 1;
                let complaint = if decoded.text != reference(&bytes, facts) {
                    // A code page that is not read: not in silence at least.
                    (!decoded.is_damaged).then(|| format!("nonsense: {:?}", decoded.text))
                } else {
                    miscounted(&decoded.text, facts).or_else(|| misread(&folder, &expected, &bytes))
                };
                let is_explained = EXPLAINED.iter().any(|(path, _)| *path == expected.path);
                if let Some(complaint) = complaint.filter(|_| !is_explained) {
                    wrong.push(format!("{}: {complaint}", expected.path));
                }
            }
        }
    }
    eprintln!("texts: {read} read, {refused} refused with a reason");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The text in the encoding that the list gives.
fn reference(bytes: &[u8], facts: &TextFacts) -> String {
    let label = facts.encoding.trim_end_matches("-sig");
    let encoding = Encoding::for_label(label.as_bytes()).expect("a known encoding");
    let text = encoding.decode(bytes).0.into_owned();
    if text.contains('\n') { text } else { text.replace('\r', "\n") }
}

fn rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut records = Records::new(text, delimiter);
    let text_of = |cell: Cell<'_>| match cell {
        Cell::Text(text) | Cell::Error(text) => text.to_owned(),
        _ => String::new(),
    };
    let next = || records.next_row().then(|| records.row.view().cells().map(text_of).collect());
    std::iter::from_fn(next).collect()
}

fn miscounted(text: &str, facts: &TextFacts) -> Option<String> {
    if facts.quote != "double" {
        return None;
    }
    let rows = rows(text, facts.delimiter);
    let cells = rows.iter().flatten().filter(|cell| !cell.is_empty()).count();
    let (found, expected) = ((rows.len(), cells), (facts.rows, facts.cells));
    (found != expected).then(|| format!("rows and cells are {found:?}, not {expected:?}"))
}

/// The records as another program read them, where the corpus has them.
fn misread(folder: &Path, expected: &Expected, bytes: &[u8]) -> Option<String> {
    let records = fs::read(folder.join(expected.records.as_ref()?)).expect("the records");
    let records: serde_json::Value = serde_json::from_slice(&records).expect("records");
    let records = match records {
        serde_json::Value::Array(records) => records,
        one => vec![one],
    };
    let rows = rows(std::str::from_utf8(bytes).expect("UTF-8"), b',');
    let (titles, rows) = rows.split_first()?;
    let differs = |(row, record): (&Vec<String>, &serde_json::Value)| {
        titles.iter().zip(row).any(|(title, cell)| record[title.as_str()] != cell.as_str())
    };
    let is_same = rows.len() == records.len() && !rows.iter().zip(&records).any(differs);
    (!is_same).then(|| format!("{rows:?} are not {records:?}"))
}
