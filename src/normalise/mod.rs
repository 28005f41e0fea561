//! Raw rows → typed records or rejects. Never fails: a row that cannot be typed is quarantined
//! with everything that is wrong with it.
//!
//! The surprise: this stage proves itself. For every sheet the rows and the fen that went in are
//! those that came out, or the program stops.

mod cell_text;
mod claims;
mod code;
mod corrections;
mod credit_code;
mod date;
mod disposed;
mod fault;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod hospital_code;
mod identity;
mod lines;
mod money;
mod registers;
mod returned;
mod row;
mod settled;
mod table;

use rayon::prelude::*;

use crate::flow::{
    Names, Problem, Progress, RawBatch, RawTable, Records, Source, Stage, TableKind,
};
use crate::rulebook::divisions::Divisions;
use crate::rulebook::vocabulary::Vocabulary;

use corrections::Corrections;
use hospital_code::HospitalCodes;
use row::{Meaning, Sheet};
use table::Typed;

/// Types every row of a batch.
///
/// # Panics
/// When the rows or the money of a sheet do not add up, which would be a fault of the program.
pub fn normalise(
    raw: RawBatch,
    divisions: &Divisions,
    vocabulary: &Vocabulary,
    progress: &dyn Progress,
) -> Records {
    let rows = raw.tables.iter().map(|table| table.rows.len() as u64).sum();
    progress.begin(Stage::Normalise, rows);
    let sources = raw.sources;
    let meaning = Meaning { divisions, words: vocabulary, hospitals: &HospitalCodes::default() };
    let corrections = corrections(&raw.tables, &sources, meaning);
    // The hospitals come first: what they are called mends the codes of the other tables.
    let (hospitals, others): (Vec<RawTable>, Vec<RawTable>) =
        raw.tables.into_iter().partition(|table| table.kind == TableKind::Hospitals);
    let read = |tables: Vec<RawTable>, codes: &HospitalCodes| -> Vec<AnyTable> {
        let meaning = Meaning { hospitals: codes, ..meaning };
        let tables = tables.into_par_iter();
        tables.map(|t| any_table(t, &sources, meaning, &corrections, progress)).collect()
    };
    let mut typed = read(hospitals, meaning.hospitals);
    let codes = typed.iter().flat_map(AnyTable::hospital_codes).collect();
    typed.extend(read(others, &codes));

    let mut records =
        Records { files: raw.files, unread: raw.unread, notes: raw.notes, ..Records::default() };
    for table in typed {
        add(&mut records, table);
    }
    records.sources = sources;
    records.quarantine.sort_by_key(|reject| reject.origin);
    corrections.count_repeats(&mut records.quarantine);
    records.notes.extend(corrections.notes);
    records.tallies.sort_by_key(|tally| (tally.source, tally.kind));
    records
        .notes
        .sort_by(|a, b| (&a.place, a.kind, &a.excerpt).cmp(&(&b.place, b.kind, &b.excerpt)));
    crate::flow::order::canonical(&mut records);
    records
}

fn corrections(tables: &[RawTable], sources: &[Source], meaning: Meaning) -> Corrections {
    let sheets = tables.iter().map(|table| {
        let source = &sources[table.source.0 as usize];
        (table, Sheet::new(table.source, table.kind, source, &table.columns, meaning))
    });
    Corrections::of(&sheets.collect::<Vec<_>>())
}

/// One table of any kind.
enum AnyTable {
    Claims(Typed<crate::flow::Claim>),
    Lines(Typed<crate::flow::BillLine>),
    Filings(Typed<crate::flow::Filing>),
    Persons(Typed<crate::flow::PersonRecord>),
    Contributions(Typed<crate::flow::Contribution>),
    Hospitals(Typed<crate::flow::Hospital>),
    Settlements(Typed<crate::flow::Settlement>),
    Tips(Typed<crate::flow::Tip>),
    Returns(Typed<crate::flow::PaymentReturn>),
    Dispositions(Typed<crate::flow::DispositionRow>),
}

impl AnyTable {
    fn hospital_codes(&self) -> impl Iterator<Item = &str> {
        let parts = match self {
            AnyTable::Hospitals(typed) => typed.parts.as_slice(),
            _ => &[],
        };
        parts.iter().flat_map(|(_, hospitals)| hospitals).map(|hospital| &*hospital.code)
    }
}

fn any_table(
    raw: RawTable,
    sources: &[Source],
    meaning: Meaning,
    corrections: &Corrections,
    progress: &dyn Progress,
) -> AnyTable {
    let source = &sources[raw.source.0 as usize];
    match raw.kind {
        TableKind::Claims => {
            AnyTable::Claims(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::BillLines => {
            AnyTable::Lines(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Filings => {
            AnyTable::Filings(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Persons => {
            AnyTable::Persons(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Contributions => {
            AnyTable::Contributions(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Hospitals => {
            AnyTable::Hospitals(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Settlements => {
            AnyTable::Settlements(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Tips => AnyTable::Tips(table::read(raw, source, meaning, corrections, progress)),
        TableKind::Returns => {
            AnyTable::Returns(table::read(raw, source, meaning, corrections, progress))
        }
        TableKind::Dispositions => {
            AnyTable::Dispositions(table::read(raw, source, meaning, corrections, progress))
        }
    }
}

fn add(records: &mut Records, table: AnyTable) {
    match table {
        AnyTable::Claims(typed) => append(records, typed, |records| &mut records.claims),
        AnyTable::Lines(typed) => {
            for (names, mut rows) in take_rest(records, typed) {
                let symbols = records.names.absorb(&names);
                rows.iter_mut().for_each(|line| lines::rename(line, &symbols));
                records.lines.append(&mut rows);
            }
        }
        AnyTable::Filings(typed) => append(records, typed, |records| &mut records.filings),
        AnyTable::Persons(typed) => append(records, typed, |records| &mut records.persons),
        AnyTable::Contributions(typed) => {
            append(records, typed, |records| &mut records.contributions);
        }
        AnyTable::Hospitals(typed) => append(records, typed, |records| &mut records.hospitals),
        AnyTable::Settlements(typed) => {
            append(records, typed, |records| &mut records.settlements);
        }
        AnyTable::Tips(typed) => append(records, typed, |records| &mut records.tips),
        AnyTable::Returns(typed) => append(records, typed, |records| &mut records.returns),
        AnyTable::Dispositions(typed) => append(records, typed, |records| &mut records.disposed),
    }
}

fn append<T>(records: &mut Records, typed: Typed<T>, table: fn(&mut Records) -> &mut Vec<T>) {
    let parts = take_rest(records, typed);
    table(records).extend(parts.into_iter().flat_map(|(_, rows)| rows));
}

/// Books everything of a table but its records, which are handed back.
fn take_rest<T>(records: &mut Records, typed: Typed<T>) -> Vec<(Names, Vec<T>)> {
    assert!(typed.tally.ties(), "rows or money of a sheet got lost: {:?}", typed.tally);
    records.quarantine.extend(typed.rejects);
    records.notes.extend::<Vec<Problem>>(typed.notes);
    records.tallies.push(typed.tally);
    typed.parts
}

#[cfg(test)]
mod tests;
