//! What people decided about findings, on the books: recorded once, found again by the next run,
//! counted by kind of finding.
//!
//! The surprise: an innocent finding may have held money. Whoever it was about is decided again by
//! the next run, which then finds the money owed.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::domain::words::{CheckVerdict, Severity};
use crate::domain::{Code, Money};
use crate::flow::books::Head;
use crate::flow::dispositions::VerdictCounts;
use crate::flow::{Detected, Disposition, Finding};
use crate::rulebook::reading::iso_date;

use super::bytes::Torn;
use super::journal::{self, Appender};
use super::{LATEST, Ledger, LedgerError};

impl Ledger {
    /// Of each finding and its rows the last decision, in the order of the findings.
    pub fn dispositions(&self) -> Result<Vec<Disposition>, LedgerError> {
        last_dispositions(&self.connection, self.upto)
    }

    /// Whether a finding with these rows was put on the books by a posted run.
    pub fn holds_finding(&self, finding: &str, rows: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM findings WHERE finding = ? AND rows = ?";
        Ok(self.connection.prepare_cached(sql)?.exists([finding, rows])?)
    }

    /// Every decision there ever was, in the order of the books.
    pub fn every_disposition(&self) -> Result<Vec<Disposition>, LedgerError> {
        let found: Vec<(u64, journal::Disposition)> =
            journal::select(&self.connection, "seq <= ?", params![self.upto])?;
        found.into_iter().map(|(_, it)| Ok(disposition(it)?)).collect()
    }

    /// The rows of a finding as it was last put on the books.
    pub fn rows_of(&self, finding: &str) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT rows FROM findings WHERE finding = ? ORDER BY run DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([finding], |row| row.get(0)).optional()?)
    }

    /// Puts decisions on the books in one transaction.
    pub fn record_dispositions(
        &mut self,
        expected: Head,
        dispositions: &[Disposition],
    ) -> Result<(), LedgerError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let found = journal::head(&transaction, LATEST)?;
        if found != expected {
            return Err(LedgerError::Moved { expected, found });
        }
        let mut appender = Appender::new(&transaction)?;
        for it in dispositions {
            let seq = appender.append(&record(it))?;
            make_due(&transaction, it, seq)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// What became of the findings on the books, by kind.
    pub fn verdicts(&self) -> Result<Vec<(Code, VerdictCounts)>, LedgerError> {
        let decided: HashMap<(String, String), CheckVerdict> = self
            .dispositions()?
            .into_iter()
            .map(|it| ((it.finding, it.rows), it.verdict))
            .collect();
        let sql = "SELECT code, finding, rows, max(at_risk) FROM findings WHERE run <= ?
                   GROUP BY code, finding, rows ORDER BY code, finding, rows";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([self.upto])?;
        let mut counts: Vec<(Code, VerdictCounts)> = Vec::new();
        while let Some(row) = rows.next()? {
            let code: String = row.get(0)?;
            let code =
                Code::ALL.iter().copied().find(|known| known.as_str() == code).ok_or(Torn)?;
            if counts.last().is_none_or(|(last, _)| *last != code) {
                counts.push((code, VerdictCounts::default()));
            }
            let Some((_, count)) = counts.last_mut() else { continue };
            count.found += 1;
            match decided.get(&(row.get(1)?, row.get(2)?)) {
                Some(CheckVerdict::Confirmed) => count.confirmed += 1,
                Some(CheckVerdict::Partly) => count.partly += 1,
                Some(CheckVerdict::Innocent) => count.innocent += 1,
                Some(CheckVerdict::Unsettled) => count.unsettled += 1,
                None => {}
            }
            let verdict = decided.get(&(row.get(1)?, row.get(2)?));
            if matches!(verdict, Some(CheckVerdict::Confirmed | CheckVerdict::Partly)) {
                count.confirmed_risk += Money::from_fen(row.get(3)?);
            }
        }
        counts.sort_by_key(|(code, _)| code.as_str());
        Ok(counts)
    }
}

pub(super) fn last_dispositions(
    connection: &Connection,
    upto: u64,
) -> Result<Vec<Disposition>, LedgerError> {
    let last = "seq IN (SELECT max(seq) FROM dispositions WHERE seq <= ? GROUP BY finding, rows)";
    let found: Vec<(u64, journal::Disposition)> = journal::select(connection, last, params![upto])?;
    let mut found =
        found.into_iter().map(|(_, it)| disposition(it)).collect::<Result<Vec<_>, Torn>>()?;
    found.sort_by(|one, two| (&one.finding, &one.rows).cmp(&(&two.finding, &two.rows)));
    Ok(found)
}

fn disposition(it: journal::Disposition) -> Result<Disposition, Torn> {
    Ok(Disposition {
        verdict: CheckVerdict::from_word(&it.verdict).ok_or(Torn)?,
        checked_on: iso_date(&it.decided_on).ok_or(Torn)?,
        finding: it.finding,
        rows: it.rows,
        checked_by: it.decided_by,
        note: it.why,
        reference: it.reference,
    })
}

fn record(it: &Disposition) -> journal::Disposition {
    journal::Disposition {
        finding: it.finding.clone(),
        rows: it.rows.clone(),
        verdict: it.verdict.word().to_owned(),
        decided_by: it.checked_by.clone(),
        decided_on: it.checked_on.to_string(),
        why: it.note.clone(),
        reference: it.reference.clone(),
    }
}

/// Whoever the finding was about is decided again: what it held may be paid now, or, where an
/// earlier word is taken back, must be held again.
fn make_due(transaction: &Transaction<'_>, it: &Disposition, seq: u64) -> Result<(), LedgerError> {
    let due = "INSERT OR IGNORE INTO due (person, since)
        SELECT DISTINCT contents.person, ?3 FROM finding_claims
        JOIN findings ON findings.id = finding_claims.of
        JOIN contents ON contents.claim = finding_claims.claim
        WHERE findings.finding = ?1 AND findings.rows = ?2 AND contents.person <> ''";
    transaction.prepare_cached(due)?.execute(params![it.finding, it.rows, seq])?;
    Ok(())
}

/// Keeps a posted run's findings, so that a decision about one finds its persons again.
/// `number` tells the number of a claim on the books.
pub(super) fn keep_findings(
    transaction: &Transaction<'_>,
    run: u64,
    detected: &Detected,
    number: impl Fn(crate::flow::ClaimIx) -> Option<i64>,
) -> Result<(), LedgerError> {
    let silenced = detected.silenced.iter().map(|it| (&it.finding, true));
    let listed = detected.findings.iter().chain(&detected.earlier);
    let findings = listed.map(|finding| (finding, false)).chain(silenced);
    for (finding, is_silenced) in findings {
        let of = keep(transaction, run, finding, is_silenced)?;
        // A verdict on anything else lets nobody's money go.
        if finding.severity != Severity::Hold {
            continue;
        }
        let sql = "INSERT OR IGNORE INTO finding_claims (of, claim) VALUES (?, ?)";
        let own = finding.claims.iter().map(|&(claim, _)| claim);
        let held = own.chain(finding.recalled.iter().copied());
        for claim in held.filter_map(&number) {
            transaction.prepare_cached(sql)?.execute(params![of, claim])?;
        }
    }
    Ok(())
}

fn keep(
    transaction: &Transaction<'_>,
    run: u64,
    finding: &Finding,
    is_silenced: bool,
) -> Result<i64, LedgerError> {
    let sql = "INSERT INTO findings
        (run, finding, rows, code, severity, at_risk, counted, silenced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let (code, severity) = (finding.code.as_str(), finding.severity.word());
    let (at_risk, counted) = (finding.at_risk().fen(), finding.counted.fen());
    transaction.prepare_cached(sql)?.execute(params![
        run,
        finding.id,
        finding.rows,
        code,
        severity,
        at_risk,
        counted,
        is_silenced
    ])?;
    Ok(transaction.last_insert_rowid())
}
