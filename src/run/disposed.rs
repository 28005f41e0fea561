//! Verdicts on findings → the books.
//!
//! The surprise: a verdict is about a finding *and the rows it rested on*. The register that comes
//! back carries their code; a table of one's own may leave it out, then the books must know the
//! finding.

use std::collections::HashSet;
use std::path::Path;

use crate::domain::dates::Date;
use crate::flow::{Disposition, DispositionRow, Records};
use crate::ledger::{Ledger, LedgerError};

/// What became of a table of verdicts.
#[derive(Clone, Debug, Default)]
pub struct RecordedVerdicts {
    /// Newly on the books.
    pub recorded: Vec<Disposition>,
    /// Of those, about findings that no posted run made: of a draft, or mistyped.
    pub ahead: u64,
    /// On the books already.
    pub repeated: u64,
    /// Rows without a verdict.
    pub open: u64,
    /// Places in [`Records::disposed`] of rows whose finding nobody knows.
    pub unknown: Vec<usize>,
}

/// Puts the verdicts of a table on the books. Whoever calls holds the lock of the books.
pub fn record(records: &Records, ledger: &Path, on: Date) -> Result<RecordedVerdicts, LedgerError> {
    let mut told = RecordedVerdicts::default();
    let head = {
        let books = Ledger::read(ledger)?;
        // A table that is handed in again says nothing new, though others decided since.
        let mut known: HashSet<Said> = books.every_disposition()?.iter().map(said).collect();
        for (place, row) in records.disposed.iter().enumerate() {
            let rows = match &row.rows {
                Some(rows) => Some(rows.clone()),
                None => books.rows_of(&row.finding)?,
            };
            let Some(rows) = rows else {
                told.unknown.push(place);
                continue;
            };
            let is_there = books.holds_finding(&row.finding, &rows)?;
            match disposition(row, rows, on) {
                None => told.open += 1,
                Some(it) if !known.insert(said(&it)) => told.repeated += 1,
                Some(it) => {
                    told.ahead += u64::from(!is_there);
                    told.recorded.push(it);
                }
            }
        }
        books.head()?
    };
    if !told.recorded.is_empty() {
        Ledger::write(ledger)?.record_dispositions(head, &told.recorded)?;
    }
    Ok(told)
}

/// What makes two verdicts one, whenever the table was handed in.
type Said = [String; 6];

fn said(it: &Disposition) -> Said {
    let (by, note) = (it.checked_by.clone(), it.note.clone());
    let verdict = it.verdict.word().to_owned();
    [it.finding.clone(), it.rows.clone(), verdict, by, note, it.reference.clone()]
}

fn disposition(row: &DispositionRow, rows: String, on: Date) -> Option<Disposition> {
    Some(Disposition {
        finding: row.finding.clone(),
        rows,
        verdict: row.verdict?,
        checked_by: row.checked_by.clone()?,
        checked_on: row.checked_on.unwrap_or(on),
        note: row.note.clone(),
        reference: row.reference.clone(),
    })
}
