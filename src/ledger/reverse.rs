//! Takes a posted claim, or a whole run, off the books again by mirrored entries.
//!
//! The surprise: what was ordered is ordered back in the same transaction, and whoever's year lost
//! a claim is remembered, so that the next run decides that year again.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, TransactionBehavior, params};

use crate::domain::Money;
use crate::domain::words::DueKind;

use super::journal::{self, Appender, DECISION, Entry, MIRROR, Order, Reversal, RunRecord};
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
        let sql = "SELECT standing, ordered FROM claims WHERE number = ?";
        let (standing, ordered): (Option<u64>, i64) =
            self.connection.query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some(standing) = standing else { return Err(LedgerError::NotStanding) };
        self.entry(standing)?;
        stand(self.connection, number, None)?;
        self.order_back(number, ordered)
    }

    fn entry(&mut self, seq: u64) -> Result<(), LedgerError> {
        let key = mirror(self.connection, &mut self.appender, seq, self.reversal, self.why)?;
        let due = "INSERT OR IGNORE INTO due (person, since) VALUES (?, ?)";
        self.connection.prepare_cached(due)?.execute(params![key.0, self.reversal])?;
        self.touched.insert(key);
        self.reversed.claims += 1;
        Ok(())
    }

    /// What was ordered for a claim goes back to the account it was ordered for.
    fn order_back(&mut self, claim: i64, amount: i64) -> Result<(), LedgerError> {
        if amount == 0 {
            return Ok(());
        }
        let orders: Vec<(u64, Order)> =
            journal::select(self.connection, "claim = ?", params![claim])?;
        let Some((_, last)) = orders.into_iter().next_back() else { return Ok(()) };
        let kind = if amount > 0 { DueKind::Recover } else { DueKind::Repay };
        let back = Order {
            run: self.reversal,
            kind: kind.word().into(),
            amount: -amount,
            transfer: None,
            ..last
        };
        order(self.connection, &mut self.appender, &back)?;
        self.reversed.recovered += Money::from_fen(amount);
        Ok(())
    }

    /// Every decision of the run is mirrored; where it had replaced one, that stands again.
    fn run(&mut self, run: u64) -> Result<(), LedgerError> {
        let entries: Vec<(u64, Entry)> = journal::select(self.connection, "run = ?", params![run])?;
        if entries.is_empty() && !self.is_run(run)? {
            return Err(LedgerError::NoSuchRun);
        }
        let mut replaced: BTreeMap<i64, u64> = BTreeMap::new();
        for (_, entry) in entries.iter().filter(|(_, entry)| entry.kind == MIRROR) {
            replaced.extend(entry.mirrors.map(|before| (entry.claim, before)));
        }
        for (seq, entry) in entries.iter().filter(|(_, entry)| entry.kind == DECISION) {
            let sql = "SELECT standing FROM claims WHERE number = ?";
            let standing: Option<u64> =
                self.connection.query_row(sql, [entry.claim], |row| row.get(0))?;
            if standing != Some(*seq) {
                return Err(LedgerError::Replaced(entry.claim));
            }
            self.entry(*seq)?;
            let again = replaced.get(&entry.claim).map(|before| self.reinstate(*before));
            let again = again.transpose()?;
            let again = again.as_ref().map(|(seq, entry)| (*seq, entry));
            stand(self.connection, entry.claim, again)?;
        }
        let orders: Vec<(u64, Order)> = journal::select(self.connection, "run = ?", params![run])?;
        for (seq, it) in orders {
            let returned = "SELECT 1 FROM returns WHERE ordered = ?";
            if !self.connection.prepare_cached(returned)?.exists([seq])? {
                self.order_back(it.claim, it.amount)?;
            }
        }
        Ok(())
    }

    fn is_run(&self, run: u64) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM runs WHERE seq = ?";
        Ok(self.connection.prepare_cached(sql)?.exists([run])?)
    }

    /// Appends a decision that was replaced once more, under the run that first posted it.
    fn reinstate(&mut self, seq: u64) -> Result<(u64, Entry), LedgerError> {
        let entry: Entry = journal::find(self.connection, seq)?;
        let entry = Entry { why: format!("again {seq}"), ..entry };
        self.touched.insert(accumulators::key(&entry));
        Ok((self.appender.append(&entry)?, entry))
    }
}
