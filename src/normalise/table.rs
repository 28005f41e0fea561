//! One table: its rows in pieces on all threads, put together in their order.

use std::collections::HashSet;

use rayon::prelude::*;

use super::corrections::{self, Corrections};
use super::money;
use super::row::{Meaning, Note, RowReader, Sheet};
use crate::domain::{Money, Origin};
use crate::flow::cells::RowBlock;
use crate::flow::row_key::RowKey;
use crate::flow::{
    Names, Problem, Progress, RawTable, Reject, RowRef, SheetTally, Source, TableKind,
};

/// A record that one kind of row becomes.
pub(super) trait Record: Sized + Send {
    /// Reads a row; nothing only after a complaint. `names` holds the texts of bill lines.
    fn read(row: &mut RowReader, names: &mut Names) -> Option<Self>;

    /// What the record adds to the sum of its table.
    fn amount(&self) -> Money {
        Money::ZERO
    }
}

/// A table's records, rejects and the proof that nothing got lost.
pub(super) struct Typed<T> {
    /// The records of each piece, with the texts they refer to.
    pub parts: Vec<(Names, Vec<T>)>,
    pub rejects: Vec<Reject>,
    pub notes: Vec<Problem>,
    pub tally: SheetTally,
}

struct Piece<T> {
    names: Names,
    records: Vec<T>,
    rejects: Vec<Reject>,
    notes: Vec<Note>,
    amount_read: Money,
    amount_unreadable: u64,
    replaced: u64,
    amount_replaced: Money,
}

pub(super) fn read<T: Record>(
    raw: RawTable,
    source: &Source,
    meaning: Meaning,
    corrections: &Corrections,
    progress: &dyn Progress,
) -> Typed<T> {
    let sheet = Sheet::new(raw.source, raw.kind, source, &raw.columns, meaning);
    let pieces: Vec<Piece<T>> = raw
        .rows
        .blocks()
        .par_iter()
        .map(|rows| {
            let piece = read_piece(&sheet, rows, corrections);
            progress.advance(rows.len() as u64);
            piece
        })
        .collect();
    let mut typed = Typed {
        parts: Vec::with_capacity(pieces.len()),
        rejects: Vec::new(),
        notes: Vec::new(),
        tally: SheetTally {
            source: raw.source,
            kind: raw.kind,
            rows_read: (raw.rows.len() + raw.passed_over.len()) as u64,
            accepted: 0,
            quarantined: 0,
            replaced: 0,
            passed_over: raw.passed_over.len() as u64,
            amount_read: Money::ZERO,
            amount_accepted: Money::ZERO,
            amount_quarantined: Money::ZERO,
            amount_replaced: Money::ZERO,
            amount_unreadable: 0,
        },
    };
    let mut told = HashSet::new();
    for piece in pieces {
        let tally = &mut typed.tally;
        tally.accepted += piece.records.len() as u64;
        tally.quarantined += piece.rejects.len() as u64;
        tally.amount_read += piece.amount_read;
        tally.amount_accepted += piece.records.iter().map(T::amount).sum();
        tally.amount_quarantined += piece.rejects.iter().filter_map(|r| r.amount).sum();
        tally.replaced += piece.replaced;
        tally.amount_replaced += piece.amount_replaced;
        tally.amount_unreadable += piece.amount_unreadable;
        typed.rejects.extend(piece.rejects);
        let is_new = |note: &Note| note.once.as_ref().is_none_or(|said| told.insert(said.clone()));
        let new = piece.notes.into_iter().filter(is_new);
        typed.notes.extend(new.map(|note| note.problem));
        typed.parts.push((piece.names, piece.records));
    }
    typed
}

/// The amount of a row is read before the row is, so that both ways must agree in the end.
fn read_piece<T: Record>(sheet: &Sheet, rows: &RowBlock, corrections: &Corrections) -> Piece<T> {
    let mut piece = Piece {
        names: Names::default(),
        records: Vec::with_capacity(rows.len()),
        rejects: Vec::new(),
        notes: Vec::new(),
        amount_read: Money::ZERO,
        amount_unreadable: 0,
        replaced: 0,
        amount_replaced: Money::ZERO,
    };
    for raw in rows.iter() {
        let amount = amount_of(sheet, raw);
        piece.amount_read += amount.unwrap_or_default();
        let mut row = RowReader::new(sheet, raw);
        if corrections.replace(row.origin()) {
            piece.replaced += 1;
            piece.amount_replaced += amount.unwrap_or_default();
            continue;
        }
        let replaces = row.replaced_rows(corrections);
        let record = T::read(&mut row, &mut piece.names);
        let RowReader { problems, notes, .. } = row;
        piece.notes.extend(notes);
        match record {
            Some(record) if problems.is_empty() => piece.records.push(record),
            _ => {
                assert!(!problems.is_empty(), "a row was rejected without a reason");
                let has_amount = sheet.kind.amount_field().is_some();
                piece.amount_unreadable += u64::from(has_amount && amount.is_none());
                piece.rejects.push(Reject {
                    origin: Origin::new(sheet.id, raw.row),
                    kind: sheet.kind,
                    cells: sheet.cells_shown(raw),
                    key: RowKey { content: corrections::content(sheet, raw), repeat: 0 },
                    replaces,
                    problems,
                    amount,
                });
            }
        }
    }
    piece
}

fn amount_of(sheet: &Sheet, row: RowRef<'_>) -> Option<Money> {
    let field = TableKind::amount_field(sheet.kind)?;
    money::amount(sheet.cell(row, field)).ok().flatten()
}
