//! What people decided about findings 核查结论, in the register that was filled in and handed back.
//!
//! The surprise: a row nobody filled in is no fault. The register comes back whole, and most of it
//! is still to be looked into.

use super::cell_text;
use super::fault::{Fault, List};
use super::row::{RowReader, word};
use super::table::Record;
use super::{code, date};
use crate::domain::Money;
use crate::domain::words::CheckVerdict;
use crate::flow::{DispositionRow, Field, Names};

const VERDICT: List = ("核查结论", "verdict", CheckVerdict::all_zh);

impl Record for DispositionRow {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<DispositionRow> {
        let words = row.words();
        let finding = row.required(Field::FindingId, code::owned);
        let verdict = row.optional(Field::CheckVerdict, |cell| {
            word(cell, VERDICT, |text| words.check_verdict(text))
        });
        let checked_by = row.optional(Field::CheckedBy, cell_text::name);
        // A verdict that nobody answers for is none.
        if verdict.is_some() && checked_by.is_none() && !row.complained_of(Field::CheckedBy) {
            row.complain(Field::CheckedBy, Fault::missing());
        }
        Some(DispositionRow {
            origin: row.origin(),
            finding: finding?,
            rows: row.optional(Field::CheckCode, code::owned),
            verdict,
            checked_by,
            checked_on: row.optional(Field::CheckedOn, date::day),
            note: row.optional(Field::CheckNote, cell_text::owned).unwrap_or_default(),
            reference: row.optional(Field::Reference, cell_text::owned).unwrap_or_default(),
        })
    }

    fn amount(&self) -> Money {
        Money::ZERO
    }
}
