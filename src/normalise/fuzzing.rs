//! Cells of any content in every column of every table; see [`crate::fuzzing`].

use std::fmt::Debug;
use std::path::Path;
use std::sync::OnceLock;

use super::cell_text::Parsed;
use super::{date, money, normalise};
use crate::domain::SourceId;
use crate::flow::{
    Cell, Column, RawBatch, RawRow, RawRows, RawTable, Records, Silent, Source, TableKind,
};
use crate::rulebook::divisions::Divisions;
use crate::rulebook::layouts::Layouts;
use crate::rulebook::vocabulary::Vocabulary;

/// A cell of text.
pub fn cells(text: &str) {
    everywhere(Cell::Text(text));
}

/// A cell of a number, given by its eight bytes.
pub fn numbers(data: &[u8]) {
    if let Some(bytes) = data.first_chunk() {
        everywhere(Cell::Number(f64::from_le_bytes(*bytes)));
    }
}

fn everywhere(cell: Cell<'_>) {
    // What was understood is understood in the same way when it is written down.
    same_again(money::amount(cell), money::amount);
    same_again(date::day(cell), date::day);
    if let Ok(Some((first, last))) = date::months(cell) {
        assert!(first <= last, "{cell:?}: {first} to {last}");
    }
    let records = typed(cell);
    assert_eq!(records.tallies.len(), TableKind::ALL.len());
    assert!(records.tallies.iter().all(|tally| tally.ties()), "{cell:?} does not tie");
}

fn same_again<T: Debug + PartialEq + ToString>(
    read: Parsed<T>,
    reader: impl Fn(Cell<'_>) -> Parsed<T>,
) {
    if let Ok(Some(value)) = read {
        let again = reader(Cell::Text(&value.to_string()));
        assert_eq!(again, Ok(Some(value)));
    }
}

/// A row in each table that says the same in all its columns.
fn typed(cell: Cell<'_>) -> Records {
    type Shipped = (Layouts, Divisions, Vocabulary);
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    let (layouts, divisions, vocabulary) = SHIPPED.get_or_init(|| {
        let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
        let layouts = Layouts::load(data).expect("layouts");
        let divisions = Divisions::load(data).expect("divisions");
        (layouts, divisions, Vocabulary::load(data).expect("a vocabulary"))
    });
    let mut batch = RawBatch::default();
    for (source, layout) in (0..).zip(layouts.iter()) {
        let mut row = RawRow::new(2);
        let columns = (0..).zip(&layout.fields).map(|(index, entry)| {
            row.push(cell);
            Column { index, title: entry.header.clone(), field: Some(entry.field) }
        });
        let columns: Vec<Column> = columns.collect();
        let file = format!("{}.csv", layout.kind.word());
        batch.sources.push(Source { file, sheet: String::new() });
        batch.tables.push(RawTable {
            source: SourceId(source),
            kind: layout.kind,
            columns,
            rows: RawRows::from_iter([row]),
            passed_over: Vec::new(),
        });
    }
    normalise(batch, divisions, vocabulary, &Silent)
}
