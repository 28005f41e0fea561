//! Puts a run on the books: one transaction, all of it or nothing.
//!
//! The surprise: a posted decision that changes is never touched. Its mirror, all amounts turned
//! round, and the new decision are appended; the old one stays where it was.

use std::collections::{BTreeSet, HashMap};
use std::slice;

use crate::domain::dates::{Date, Month};
use crate::domain::words::Outcome;
use crate::domain::{Money, Origin};
use crate::flow::books::{Digest32, Head, payable};
use crate::flow::orders::DueOf;
use crate::flow::{Claim, ClaimIx, Match, Records};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::bytes::Out;
use super::disposed;
use super::files::{self, HOSPITAL, PERSON};
use super::journal::{self, Appender, Entry, Order, RunRecord};
use super::posting::{Draft, Posting};
use super::rows::{Texts, put_line};
use super::{LATEST, Ledger, LedgerError, accumulators, text, ties};

/// Who posts, when, and what the run said of itself.
#[derive(Clone, Debug)]
pub struct Poster {
    pub posted_on: Date,
    pub posted_by: String,
    /// SHA-256 of the manifest's file.
    pub manifest: Digest32,
    pub program: String,
}

/// What was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub run: u64,
    pub head: Head,
}

/// A run that is on the books already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedRun {
    pub run: u64,
    pub month: String,
    pub posted_on: String,
    pub posted_by: String,
}

impl Ledger {
    /// Whether a run with this manifest was posted.
    pub fn posted_run(&self, manifest: &Digest32) -> Result<Option<PostedRun>, LedgerError> {
        let runs: Vec<(u64, RunRecord)> =
            journal::select(&self.connection, "manifest = ?", params![manifest])?;
        Ok(runs.into_iter().next_back().map(|(run, it)| PostedRun {
            run,
            month: it.month,
            posted_on: it.posted_on,
            posted_by: it.posted_by,
        }))
    }

    /// Posts a run. The head must still be the one the run was decided on.
    pub fn post(&mut self, posting: &Posting, poster: &Poster) -> Result<Posted, LedgerError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let expected = posting.detected.reckoning.head.unwrap_or_default();
        let found = journal::head(&transaction, LATEST)?;
        if found != expected {
            return Err(LedgerError::Moved { expected, found });
        }
        let posted = Writer::new(&transaction, posting)?.write(poster)?;
        transaction.commit()?;
        Ok(posted)
    }
}

struct Writer<'w> {
    connection: &'w Transaction<'w>,
    posting: &'w Posting<'w>,
    records: &'w Records,
    appender: Appender<'w>,
    /// Numbers of texts in the books, by symbol; 0 is not looked up yet.
    texts: Vec<u64>,
    sources: HashMap<u32, u32>,
    /// Claims of this run by their place, once they have a number.
    numbers: HashMap<ClaimIx, i64>,
    touched: BTreeSet<accumulators::Key>,
}

impl<'w> Writer<'w> {
    fn new(
        connection: &'w Transaction<'w>,
        posting: &'w Posting<'w>,
    ) -> Result<Writer<'w>, LedgerError> {
        let records = &posting.detected.adjudicated.linked.records;
        let standings = posting.detected.reckoning.standings.iter();
        Ok(Writer {
            connection,
            posting,
            records,
            appender: Appender::new(connection)?,
            texts: vec![0; records.names.len()],
            sources: HashMap::new(),
            numbers: standings.map(|standing| (standing.claim, standing.number.0)).collect(),
            touched: BTreeSet::new(),
        })
    }

    fn write(mut self, poster: &Poster) -> Result<Posted, LedgerError> {
        let rows = self.keep_registers()?;
        let run = self.appender.append(&RunRecord {
            month: self.posting.month.to_string(),
            as_of: self.posting.as_of.to_string(),
            posted_on: poster.posted_on.to_string(),
            posted_by: poster.posted_by.clone(),
            manifest: poster.manifest.to_vec(),
            posting: self.posting.digest().to_vec(),
            rows: rows.to_vec(),
            program: poster.program.clone(),
        })?;
        for draft in &self.posting.entries {
            self.entry(draft, run)?;
        }
        for draft in &self.posting.orders {
            let claim = match draft.of {
                DueOf::Claim(ix) => self.numbers[&ix],
                DueOf::Open(place) => self.posting.detected.reckoning.open[place].number.0,
            };
            order(
                self.connection,
                &mut self.appender,
                &Order { run, claim, ..draft.order.clone() },
            )?;
        }
        accumulators::renew(self.connection, &self.touched)?;
        let number = |ix: ClaimIx| self.numbers.get(&ix).copied();
        disposed::keep_findings(self.connection, run, self.posting.detected, number)?;
        self.forget_due()?;
        Ok(Posted { run, head: self.appender.head() })
    }

    fn entry(&mut self, draft: &Draft, run: u64) -> Result<(), LedgerError> {
        let claim = self.records.claim(draft.claim);
        let number = match draft.standing {
            Some((number, before)) => {
                mirror(self.connection, &mut self.appender, before, run, &draft.entry.why)
                    .map(|key| self.touched.insert(key))?;
                number.0
            }
            None => self.new_claim(draft.claim)?,
        };
        if self.records.is_own(draft.claim) {
            self.keep_content(draft.claim, number)?;
        }
        let entry = Entry { run, claim: number, ..draft.entry.clone() };
        let seq = self.appender.append(&entry)?;
        stand(self.connection, number, Some((seq, &entry)))?;
        let sql = "UPDATE claims SET claim_id = ? WHERE number = ?";
        self.connection.prepare_cached(sql)?.execute(params![&*claim.claim_id, number])?;
        self.touched.insert(accumulators::key(&entry));
        Ok(())
    }

    fn new_claim(&mut self, ix: ClaimIx) -> Result<i64, LedgerError> {
        let sql = "INSERT INTO claims (claim_id, booked_on, standing, payable, ordered)
                   VALUES (?, ?, NULL, 0, 0)";
        let claim_id = &*self.records.claim(ix).claim_id;
        let booked_on = self.posting.as_of.to_string();
        self.connection.prepare_cached(sql)?.execute(params![claim_id, booked_on])?;
        let number = self.connection.last_insert_rowid();
        self.numbers.insert(ix, number);
        Ok(number)
    }

    /// Keeps what the claim and its bill say, if the books do not have it yet.
    fn keep_content(&mut self, ix: ClaimIx, number: i64) -> Result<(), LedgerError> {
        let claim = self.records.claim(ix);
        let digest = self.posting.detected.reckoning.contents[ix.at()];
        let held = "SELECT 1 FROM contents WHERE claim = ? AND digest = ?";
        let held = self.connection.prepare_cached(held)?.exists(params![number, digest])?;
        if held {
            return Ok(());
        }
        let range = &self.posting.detected.adjudicated.linked.links[ix.at()].lines;
        let lines = &self.records.lines[range.start as usize..range.end as usize];
        let (mut record, mut written, mut places) = (Out::new(), Out::new(), Out::new());
        record.put(claim).done();
        let origin = self.origin(claim.origin)?;
        places.put(&origin).done();
        written.number(lines.len() as u64);
        for line in lines {
            let symbols = [
                Some(line.item_name),
                line.item_code,
                line.hospital_item_code,
                line.spec,
                line.category,
                line.unit,
            ];
            for symbol in symbols.into_iter().flatten() {
                let number = &mut self.texts[symbol.at()];
                if *number == 0 {
                    *number = text::number(self.connection, self.records.names.get(symbol))?;
                }
            }
            put_line(line, &Texts::Numbered(&self.texts), &mut written);
            let origin = self.origin(line.origin)?;
            places.put(&origin).done();
        }
        let person = claim.person.key().map(|key| key.reveal().to_owned()).unwrap_or_default();
        let sql = "INSERT INTO contents
                   (claim, digest, claim_id, person, invoice_no, record, lines, places)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        self.connection.prepare_cached(sql)?.execute(params![
            number,
            digest,
            &*claim.claim_id,
            person,
            &*claim.invoice.number,
            record.bytes(),
            written.bytes(),
            places.bytes()
        ])?;
        ties::keep(self.connection, self.connection.last_insert_rowid(), claim)
    }

    /// Keeps what the batch's registers say of everybody whose claims it touches, and of their
    /// hospitals. Rows recalled from the books are there already.
    fn keep_registers(&mut self) -> Result<Digest32, LedgerError> {
        let persons: BTreeSet<&str> = (self.records.claims.iter())
            .filter(|claim| claim.person.key().is_some())
            .map(|claim| claim.person.reveal())
            .collect();
        let records = self.records;
        let is_own = |origin: Origin| records.is_own_row(origin);
        let spans: BTreeSet<(Month, Month)> = (self.records.contributions.iter())
            .filter(|row| is_own(row.origin))
            .map(|row| (row.first, row.last))
            .collect();
        let spans: Vec<(Month, Month)> = joined(spans);
        // The run's own record comes next.
        let run = (self.posting.as_of, self.appender.head().entries + 1);
        let mut kept = BTreeSet::new();
        let by_person = files::by_person(self.records);
        let nothing = files::Told::default();
        for &person in &persons {
            let told = by_person.get(person).unwrap_or(&nothing);
            let mut rows = told.rows(self.records, &spans);
            rows.persons.retain(|row| is_own(row.origin));
            rows.filings.retain(|row| is_own(row.origin));
            rows.contributions.retain(|row| is_own(row.origin));
            rows.settlements.retain(|row| is_own(row.origin));
            // Of somebody without a row the table has said just that.
            if rows.is_empty() && spans.is_empty() {
                continue;
            }
            for origin in rows.origins() {
                *origin = self.origin(*origin)?;
            }
            let digest = files::keep_person(self.connection, person, &rows, run)?;
            kept.insert((PERSON, person.to_owned(), digest));
        }
        for place in self.hospitals(&persons)? {
            let mut hospital = self.records.hospitals[place].clone();
            if is_own(hospital.origin) {
                hospital.origin = self.origin(hospital.origin)?;
                let digest = files::keep_hospital(self.connection, &hospital, run)?;
                kept.insert((HOSPITAL, hospital.code.to_string(), digest));
            }
        }
        Ok(files::digest_of_all(kept))
    }

    /// The hospitals on which decisions rest: those that the claims found, and those of the past
    /// settlements, for where somebody was treated before says how high a deductible was.
    fn hospitals(&self, persons: &BTreeSet<&str>) -> Result<BTreeSet<usize>, LedgerError> {
        let mut hospitals: BTreeSet<usize> = BTreeSet::new();
        let links = &self.posting.detected.adjudicated.linked.links;
        for (claim, links) in self.records.claims.iter().zip(links) {
            let found = match &links.hospital {
                Match::One { found, .. } => slice::from_ref(found),
                Match::Several { found, .. } => found,
                Match::Nothing { .. } => &[],
            };
            for hospital in found {
                hospitals.insert(hospital.at());
                self.keep_hospital_name(claim, &self.records.hospitals[hospital.at()].code)?;
            }
        }
        let settled = self.records.settlements.iter();
        let settled = settled.filter(|row| persons.contains(row.person.reveal()));
        let codes: BTreeSet<&str> =
            settled.filter_map(|row| row.hospital_code.as_deref()).collect();
        let all = self.records.hospitals.iter().enumerate();
        hospitals.extend(all.filter(|(_, it)| codes.contains(&*it.code)).map(|(place, _)| place));
        Ok(hospitals)
    }

    fn keep_hospital_name(&self, claim: &Claim, code: &str) -> Result<(), LedgerError> {
        if let Some(name) = &claim.hospital_name {
            let sql = "INSERT OR IGNORE INTO hospital_names (name, code, seq) VALUES (?, ?, ?)";
            let run = self.appender.head().entries + 1;
            self.connection.prepare_cached(sql)?.execute(params![name, code, run])?;
        }
        Ok(())
    }

    /// The same place by the books' number of the sheet.
    fn origin(&mut self, origin: Origin) -> Result<Origin, LedgerError> {
        let id = match self.sources.get(&origin.source.0) {
            Some(id) => *id,
            None => {
                let source = self.records.source(origin.source);
                let file = format!("[{}] {}", self.posting.month, source.file);
                let id = source_id(self.connection, &file, &source.sheet)?;
                self.sources.insert(origin.source.0, id);
                id
            }
        };
        Ok(Origin::new(crate::domain::SourceId(id), origin.row))
    }

    /// Whoever was to be decided again has been.
    fn forget_due(&self) -> Result<(), LedgerError> {
        let forget = "UPDATE due SET done = ? WHERE done IS NULL";
        self.connection.prepare_cached(forget)?.execute([self.appender.head().entries])?;
        Ok(())
    }
}

fn source_id(connection: &Connection, file: &str, sheet: &str) -> Result<u32, LedgerError> {
    let find = "SELECT id FROM sources WHERE file = ? AND sheet = ?";
    let found = connection.prepare_cached(find)?.query_row([file, sheet], |row| row.get(0));
    if let Some(id) = found.optional()? {
        return Ok(id);
    }
    let insert = "INSERT INTO sources (file, sheet) VALUES (?, ?)";
    connection.prepare_cached(insert)?.execute([file, sheet])?;
    Ok(connection.last_insert_rowid() as u32)
}

/// Spans that meet or overlap as one.
fn joined(spans: BTreeSet<(Month, Month)>) -> Vec<(Month, Month)> {
    let mut joined: Vec<(Month, Month)> = Vec::new();
    for (first, last) in spans {
        match joined.last_mut() {
            Some((_, end)) if first <= end.plus(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// Appends the mirror of an entry; answers with the year it belongs to.
pub(super) fn mirror(
    connection: &Connection,
    appender: &mut Appender,
    seq: u64,
    run: u64,
    why: &str,
) -> Result<accumulators::Key, LedgerError> {
    let entry: Entry = journal::find(connection, seq)?;
    appender.append(&entry.mirrored(seq, run, why))?;
    Ok(accumulators::key(&entry))
}

/// Says which decision stands for a claim, or that none does any more.
pub(super) fn stand(
    connection: &Connection,
    claim: i64,
    entry: Option<(u64, &Entry)>,
) -> Result<(), LedgerError> {
    let payable = entry.map_or(Money::ZERO, |(_, entry)| owed(entry));
    let sql = "UPDATE claims SET standing = ?, payable = ? WHERE number = ?";
    let seq = entry.map(|(seq, _)| seq);
    connection.prepare_cached(sql)?.execute(params![seq, payable.fen(), claim])?;
    Ok(())
}

/// What an entry lets the fund pay.
pub(super) fn owed(entry: &Entry) -> Money {
    let outcome = Outcome::from_word(&entry.outcome);
    outcome.map_or(Money::ZERO, |outcome| payable(outcome, &entry.amounts()))
}

/// Appends an order and counts it to its claim.
pub(super) fn order(
    connection: &Connection,
    appender: &mut Appender,
    order: &Order,
) -> Result<u64, LedgerError> {
    let seq = appender.append(order)?;
    let sql = "UPDATE claims SET ordered = ordered + ? WHERE number = ?";
    connection.prepare_cached(sql)?.execute(params![order.amount, order.claim])?;
    Ok(seq)
}
