//! Takes a posted claim, or a whole run, off the books again by mirrored entries.
//!
//! The surprise: what was ordered is ordered back in the same transaction, and whoever's year lost
//! a claim is remembered, so that the next run decides that year again.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::domain::Money;
use crate::domain::words::DueKind;

use super::journal::{self, Appender, Entry, MIRROR, Order, Reversal, RunRecord};
use super::post::{mirror, order, stand};
use super::{Ledger, LedgerError, accumulators};

/// What is to be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By its number in the books.
    Claim(i64),
    /// By its place in the journal.
    Run(u64),
}

/// Who takes it back, when and why.
#[derive(Clone, Debug)]
pub struct Reverser {
    pub why: String,
    pub done_on: String,
    pub done_by: String,
}

/// What was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reversed {
    pub claims: u64,
    /// What the fund had been ordered to pay and is asked back.
    pub recovered: Money,
}

impl Ledger {
    /// Claims that stand on the books under an office's number, by their number in the books,
    /// with the month they were posted in.
    pub fn claims_called(&self, claim_id: &str) -> Result<Vec<(i64, String)>, LedgerError> {
        let sql = "SELECT claims.number, runs.month FROM claims
                   JOIN entries ON entries.seq = claims.standing
                   JOIN runs ON runs.seq = entries.run
                   WHERE claims.claim_id = ? ORDER BY claims.number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([claim_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Runs of a month, in the order of posting.
    pub fn runs_of(&self, month: &str) -> Result<Vec<(u64, RunRecord)>, LedgerError> {
        journal::select(&self.connection, "month = ?", params![month])
    }

    pub fn reverse(&mut self, target: &Target, by: &Reverser) -> Result<Reversed, LedgerError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let mut appender = Appender::new(&transaction)?;
        let what = match target {
            Target::Claim(number) => format!("claim {number}"),
            Target::Run(run) => format!("run {run}"),
        };
        let Reverser { why, done_on, done_by } = by.clone();
        let reversal = appender.append(&Reversal { what, why, done_on, done_by })?;
        let mut undo = Undo {
            connection: &transaction,
            appender,
            reversal,
            why: &by.why,
            touched: BTreeSet::new(),
            reversed: Reversed::default(),
        };
        match target {
            Target::Claim(number) => undo.claim(*number)?,
            Target::Run(run) => undo.run(*run)?,
        }
        let Undo { touched, reversed, .. } = undo;
        accumulators::renew(&transaction, &touched)?;
        transaction.commit()?;
        Ok(reversed)
    }
}

struct Undo<'c> {
    connection: &'c Connection,
    appender: Appender<'c>,
    reversal: u64,
    why: &'c str,
    touched: BTreeSet<accumulators::Key>,
    reversed: Reversed,
}

impl Undo<'_> {
    fn claim(&mut self, number: i64) -> Result<(), LedgerError> {
        let sql = "SELECT standing FROM claims WHERE number = ?";
        let standing = self.connection.query_row(sql, [number], |row| row.get(0)).optional()?;
        let Some(Some(standing)) = standing else { return Err(LedgerError::NotStanding) };
        self.entry(standing)?;
        stand(self.connection, number, None)?;
        // What is still with somebody, order by order, is asked back from the account it went to.
        let orders: Vec<(u64, Order)> =
            journal::select(self.connection, "claim = ?", params![number])?;
        let sql = "SELECT ordered FROM claims WHERE number = ?";
        let mut with_them: i64 = self.connection.query_row(sql, [number], |row| row.get(0))?;
        for (seq, it) in orders.into_iter().rev() {
            let amount = it.amount.min(with_them);
            if amount > 0 && !self.is_returned(seq)? {
                with_them -= amount;
                self.order_back(Order { amount, ..it })?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, seq: u64) -> Result<(), LedgerError> {
        let key = mirror(self.connection, &mut self.appender, seq, self.reversal, self.why)?;
        // Whoever's year it was in, and whoever claimed the same invoice, is decided again.
        let due = "INSERT OR IGNORE INTO due (person, since)
            SELECT DISTINCT other.person, ?2 FROM entries
            JOIN contents ON contents.claim = entries.claim AND contents.digest = entries.content
            JOIN contents AS other ON other.invoice_no = contents.invoice_no
            WHERE entries.seq = ?1 AND other.person <> ''";
        self.connection.prepare_cached(due)?.execute(params![seq, self.reversal])?;
        self.touched.insert(key);
        self.reversed.claims += 1;
        Ok(())
    }

    fn is_returned(&self, order: u64) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM returns WHERE ordered = ?";
        Ok(self.connection.prepare_cached(sql)?.exists([order])?)
    }

    /// Asks an order back; an order to ask back is called off.
    fn order_back(&mut self, it: Order) -> Result<(), LedgerError> {
        let kind = DueKind::Recover.word().into();
        let (run, amount) = (self.reversal, -it.amount);
        let back = Order { run, kind, amount, transfer: None, ..it };
        order(self.connection, &mut self.appender, &back)?;
        self.reversed.recovered -= Money::from_fen(amount);
        Ok(())
    }

    /// Every decision of the run that still stands is mirrored; where it had replaced one, that
    /// stands again. Claims that were taken back one by one since are left alone.
    fn run(&mut self, run: u64) -> Result<(), LedgerError> {
        let is_run = "SELECT 1 FROM runs WHERE seq = ?";
        if !self.connection.prepare_cached(is_run)?.exists([run])? {
            return Err(LedgerError::NoSuchRun);
        }
        let entries: Vec<(u64, Entry)> = journal::select(self.connection, "run = ?", params![run])?;
        let mut replaced: BTreeMap<i64, u64> = BTreeMap::new();
        for (_, entry) in entries.iter().filter(|(_, entry)| entry.kind == MIRROR) {
            replaced.extend(entry.mirrors.map(|before| (entry.claim, before)));
        }
        let decided: BTreeSet<i64> = entries.iter().map(|(_, entry)| entry.claim).collect();
        let mut taken_back = BTreeSet::new();
        for claim in decided {
            let sql = "SELECT standing FROM claims WHERE number = ?";
            let standing: Option<u64> =
                self.connection.query_row(sql, [claim], |row| row.get(0))?;
            let Some(standing) = standing else {
                taken_back.insert(claim);
                continue;
            };
            if !entries.iter().any(|(seq, _)| *seq == standing) {
                return Err(LedgerError::Replaced(claim));
            }
            self.entry(standing)?;
            let again = replaced.get(&claim).map(|before| self.reinstate(*before)).transpose()?;
            let again = again.as_ref().map(|(seq, entry)| (*seq, entry));
            stand(self.connection, claim, again)?;
        }
        let orders: Vec<(u64, Order)> = journal::select(self.connection, "run = ?", params![run])?;
        for (seq, it) in orders {
            if !taken_back.contains(&it.claim) && !self.is_returned(seq)? {
                self.order_back(it)?;
            }
        }
        Ok(())
    }

    /// Appends a decision that was replaced once more, under the run that first posted it.
    fn reinstate(&mut self, seq: u64) -> Result<(u64, Entry), LedgerError> {
        let entry: Entry = journal::find(self.connection, seq)?;
        let entry = Entry { why: format!("again {seq}"), ..entry };
        self.touched.insert(accumulators::key(&entry));
        Ok((self.appender.append(&entry)?, entry))
    }
}
