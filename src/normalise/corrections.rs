//! Rows that come back corrected: each knows the former row it replaces, and that row counts no
//! more, wherever it stands in this batch.
//!
//! The surprise: a former row need not be there. Then the corrected one is just a row.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::fault::Fault;
use super::row::Sheet;
use crate::domain::{Origin, Text};
use crate::flow::row_key::{RowContent, RowKey};
use crate::flow::{Cell, Field, Problem, RawTable, Reject, RowRef, TableKind};

/// What the corrected rows of a batch do to the others.
#[derive(Default)]
pub(super) struct Corrections {
    replaced: HashSet<Origin>,
    /// Corrected rows that contradict another correction of the same row.
    contradicted: HashSet<Origin>,
    /// Where rows stand that say what a wanted row says, in order.
    places: HashMap<RowContent, Vec<Origin>>,
    pub notes: Vec<Problem>,
}

impl Corrections {
    pub fn of(tables: &[(&RawTable, Sheet<'_>)]) -> Corrections {
        let mut corrections = Corrections::default();
        let returned: Vec<_> =
            tables.iter().filter(|(_, sheet)| sheet.has(Field::RowKey)).collect();
        let mut wanted: BTreeMap<RowKey, Vec<Origin>> = BTreeMap::new();
        for (table, sheet) in &returned {
            for row in table.rows.iter() {
                for key in keys(sheet.cell(row, Field::RowKey)).unwrap_or_default() {
                    wanted.entry(key).or_default().push(Origin::new(sheet.id, row.row));
                }
            }
        }
        if wanted.is_empty() {
            return corrections;
        }
        let kinds: HashSet<TableKind> = returned.iter().map(|(table, _)| table.kind).collect();
        let contents: HashSet<RowContent> = wanted.keys().map(|key| key.content).collect();
        let mut said = HashMap::new();
        for (table, sheet) in tables.iter().filter(|(table, _)| kinds.contains(&table.kind)) {
            for row in table.rows.iter() {
                let (origin, content) = (Origin::new(sheet.id, row.row), content(sheet, row));
                if sheet.has(Field::RowKey) {
                    said.insert(origin, content);
                }
                if contents.contains(&content) {
                    corrections.places.entry(content).or_default().push(origin);
                }
            }
        }
        corrections.places.values_mut().for_each(|places| places.sort());
        corrections.replaced = wanted.keys().filter_map(|&key| corrections.former(key)).collect();
        for mut by in wanted.into_values() {
            // A correction that was wrong and has itself been corrected is no rival.
            by.retain(|origin| !corrections.replaced.contains(origin));
            by.sort();
            let says = |origin: &Origin| said.get(origin);
            if by.iter().any(|origin| says(origin) != says(&by[0])) {
                corrections.contradicted.extend(by);
            } else {
                // The same correction given twice is one.
                corrections.replaced.extend(by.iter().skip(1));
            }
        }
        for (table, sheet) in &returned {
            corrections.notes.push(corrections.note(table, sheet));
        }
        corrections
    }

    /// Whether a row counts no more.
    pub fn replace(&self, origin: Origin) -> bool {
        self.replaced.contains(&origin)
    }

    /// Why a corrected row cannot stand.
    pub fn fault(&self, origin: Origin) -> Option<Fault> {
        self.contradicted.contains(&origin).then(contradiction)
    }

    fn former(&self, key: RowKey) -> Option<Origin> {
        self.places.get(&key.content)?.get(key.repeat as usize).copied()
    }

    /// Tells equal rejects apart; they are sorted by their place.
    pub fn count_repeats(&self, rejects: &mut [Reject]) {
        let mut seen: HashMap<RowContent, u32> = HashMap::new();
        for reject in rejects {
            let counted = seen.entry(reject.key.content).or_default();
            let place = self
                .places
                .get(&reject.key.content)
                .and_then(|places| places.iter().position(|&origin| origin == reject.origin));
            reject.key.repeat = place.map_or(*counted, |place| place as u32);
            *counted += 1;
        }
    }

    fn note(&self, table: &RawTable, sheet: &Sheet<'_>) -> Problem {
        let mut former = 0;
        for row in table.rows.iter() {
            let keys = keys(sheet.cell(row, Field::RowKey)).unwrap_or_default();
            former += keys.iter().filter(|key| self.former(**key).is_some()).count();
        }
        let rows = table.rows.len();
        Problem {
            kind: "rows-corrected",
            place: sheet.place_of_sheet(),
            excerpt: String::new(),
            explanation: Text::new(
                format!("更正后退回的 {rows} 行，替代本批中的 {former} 个原行"),
                format!("{rows} rows came back corrected and replace {former} rows of this batch"),
            ),
            hint: Text::new("原行不再计入，无需删除", "the former rows count no more; leave them"),
        }
    }
}

/// What a row says, apart from what the list of quarantined rows said about it.
pub(super) fn content(sheet: &Sheet<'_>, row: RowRef<'_>) -> RowContent {
    let replaces = keys(sheet.cell(row, Field::RowKey)).unwrap_or_default();
    RowContent::of(sheet.kind, &sheet.own_cells(row), &replaces)
}

/// The keys in a cell; nothing when something else stands there.
pub(super) fn keys(cell: Cell<'_>) -> Option<Vec<RowKey>> {
    match cell {
        Cell::Empty => Some(Vec::new()),
        Cell::Text(text) => text.split_whitespace().map(RowKey::parse).collect(),
        _ => None,
    }
}

pub(super) fn unreadable_key() -> Fault {
    let why = ("不是隔离清单给出的行标识", "not a row key from the list of quarantined rows");
    let hint =
        ("请恢复原来的行标识；新增的行留空", "put the key back; leave it empty for a new row");
    Fault::new("row-key-unreadable", why, hint)
}

fn contradiction() -> Fault {
    let why = ("同一行有几份不同的更正", "several corrections of this row say different things");
    let hint = ("请只保留正确的一份", "keep only the right one");
    Fault::new("correction-contradicted", why, hint)
}
