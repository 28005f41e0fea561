//! The books as CSV and Parquet: one table a kind of record.
//!
//! The surprise: persons are pseudonyms and accounts keyed hashes, as in every machine output; who
//! pays by the books uses the books.

use std::path::Path;

use crate::domain::Money;
use crate::ledger::{
    Details, Disposition, Entry, Ledger, Order, Record, Return, Reversal, RunRecord, YearSums,
};
use crate::report::columns::{Column, Value, columns, write_csv};
use crate::report::folder::{Draft, Taken};
use crate::report::manifest::{self, LedgerHead};
use crate::report::{Cause, Pseudonyms, ReportError, parquet, write_file};

/// A record with what stands for the person and the account in it.
struct Shown<R> {
    seq: u64,
    record: R,
    person_ref: String,
    account_ref: String,
}

/// Writes every table into a folder of its own, whole or not at all; answers with how many files.
pub fn export(ledger: &Ledger, out: &Path, pseudonyms: &Pseudonyms) -> Result<usize, ReportError> {
    let draft = Draft::begin(Taken::take(out, "lingbao ledger export")?);
    let draft = draft.map_err(ReportError::Folder)?;
    let tables = Tables { ledger, folder: draft.path(), pseudonyms };
    let files = tables.write()?;
    draft.publish().map_err(ReportError::Folder)?;
    Ok(files)
}

struct Tables<'t> {
    ledger: &'t Ledger,
    folder: &'t Path,
    pseudonyms: &'t Pseudonyms,
}

impl Tables<'_> {
    fn write(&self) -> Result<usize, ReportError> {
        self.records(("runs.csv", "runs.parquet"), &runs())?;
        self.records(("entries.csv", "entries.parquet"), &entries())?;
        self.records(("orders.csv", "orders.parquet"), &orders())?;
        self.records(("returns.csv", "returns.parquet"), &returns())?;
        self.records(("details.csv", "details.parquet"), &details())?;
        self.records(("reversals.csv", "reversals.parquet"), &reversals())?;
        self.records(("dispositions.csv", "dispositions.parquet"), &dispositions())?;
        self.years(("accumulators.csv", "accumulators.parquet"))?;
        let head = self.ledger.head().map_err(|error| failed(manifest::FILE, Box::new(error)))?;
        let head = LedgerHead { entries: head.entries, hash: hex(&head.hash) };
        manifest::write_listed(self.folder, "ledger", &head)
            .map_err(|cause| failed(manifest::FILE, cause))
    }

    /// The records of one kind in both formats.
    fn records<R: Record + Private>(
        &self,
        (csv, frame): (&'static str, &'static str),
        columns: &[Column<Shown<R>>],
    ) -> Result<(), ReportError> {
        let mut pages = self.ledger.records::<R>();
        let rows = pages.by_ref().map(|record| self.shown(record));
        let written = write_file(&self.folder.join(csv), |out| write_csv(out, columns, rows));
        written
            .and_then(|()| pages.failed.map_or(Ok(()), |error| Err(error.into())))
            .map_err(|cause| failed(csv, cause))?;
        let mut pages = self.ledger.records::<R>();
        let rows = pages.by_ref().map(|record| self.shown(record));
        parquet::write(&self.folder.join(frame), columns, rows)
            .and_then(|()| pages.failed.map_or(Ok(()), |error| Err(error.into())))
            .map_err(|cause| failed(frame, cause))
    }

    /// What every benefit year comes to, in both formats.
    fn years(&self, (csv, frame): (&'static str, &'static str)) -> Result<(), ReportError> {
        let years = self.ledger.years().map_err(|error| failed(csv, Box::new(error)))?;
        let rows = || years.iter().map(|(person, sums)| (self.person_ref(person), sums));
        let columns = accumulators();
        write_file(&self.folder.join(csv), |out| write_csv(out, &columns, rows()))
            .map_err(|cause| failed(csv, cause))?;
        parquet::write(&self.folder.join(frame), &columns, rows())
            .map_err(|cause| failed(frame, cause))
    }

    fn person_ref(&self, person: &str) -> String {
        if person.is_empty() { String::new() } else { self.pseudonyms.person_ref(person) }
    }

    fn shown<R: Private>(&self, (seq, record): (u64, R)) -> Shown<R> {
        let account = record.account().filter(|account| !account.is_empty());
        Shown {
            seq,
            person_ref: self.person_ref(record.person().unwrap_or_default()),
            account_ref: account.map(|it| self.pseudonyms.account_ref(it)).unwrap_or_default(),
            record,
        }
    }
}

fn failed(file: &'static str, cause: Cause) -> ReportError {
    ReportError::File { file, cause }
}

/// What of a record is nobody's business.
trait Private {
    fn person(&self) -> Option<&str> {
        None
    }

    fn account(&self) -> Option<&str> {
        None
    }
}

impl Private for RunRecord {}
impl Private for Return {}
impl Private for Reversal {}
impl Private for Disposition {}

impl Private for Entry {
    fn person(&self) -> Option<&str> {
        Some(&self.person)
    }
}

impl Private for Order {
    fn account(&self) -> Option<&str> {
        Some(&self.account)
    }
}

impl Private for Details {
    fn account(&self) -> Option<&str> {
        Some(&self.account)
    }
}

fn count<'v>(number: u64) -> Value<'v> {
    Value::Count(i64::try_from(number).ok())
}

fn money<'v>(fen: i64) -> Value<'v> {
    Value::Money(Money::from_fen(fen))
}

fn runs() -> Vec<Column<Shown<RunRecord>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "month": Text = |row| Value::text(&*row.record.month);
        "as_of": Text = |row| Value::text(&*row.record.as_of);
        "posted_on": Text = |row| Value::text(&*row.record.posted_on);
        "posted_by": Text = |row| Value::text(&*row.record.posted_by);
        "manifest": Text = |row| Value::text(hex(&row.record.manifest));
        "posting": Text = |row| Value::text(hex(&row.record.posting));
        "rows": Text = |row| Value::text(hex(&row.record.rows));
        "program": Text = |row| Value::text(&*row.record.program);
    }
}

fn entries() -> Vec<Column<Shown<Entry>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "run": Count = |row| count(row.record.run);
        "kind": Text = |row| Value::text(&*row.record.kind);
        "claim": Count = |row| Value::Count(Some(row.record.claim));
        "mirrors": Count = |row| Value::Count(row.record.mirrors.map(|seq| seq as i64));
        "person_ref": Text = |row| Value::text(&*row.person_ref);
        "pool": Text = |row| Value::text(&*row.record.pool);
        "scheme": Text = |row| Value::text(&*row.record.scheme);
        "benefit_year": Count = |row| Value::Count(Some(row.record.benefit_year));
        "stay_ordinal": Count = |row| Value::Count(row.record.stay_ordinal);
        "governing_day": Text = |row| Value::text(&*row.record.governing_day);
        "outcome": Text = |row| Value::text(&*row.record.outcome);
        "reasons": Text = |row| Value::text(&*row.record.reasons);
        "route": Text = |row| Value::text(&*row.record.route);
        "total": Money = |row| money(row.record.total);
        "full_self_paid": Money = |row| money(row.record.full_self_paid);
        "over_ceiling": Money = |row| money(row.record.over_ceiling);
        "first_pay": Money = |row| money(row.record.first_pay);
        "in_scope": Money = |row| money(row.record.in_scope);
        "deductible": Money = |row| money(row.record.deductible);
        "fund_basic": Money = |row| money(row.record.fund_basic);
        "fund_large": Money = |row| money(row.record.fund_large);
        "fund_serious": Money = |row| money(row.record.fund_serious);
        "fund_supplement": Money = |row| money(row.record.fund_supplement);
        "fund_aid": Money = |row| money(row.record.fund_aid);
        "fund_floor": Money = |row| money(row.record.fund_floor);
        "person_total": Money = |row| money(row.record.person_total);
        "policy_version": Text = |row| Value::text(&*row.record.policy_version);
        "catalog_version": Text = |row| Value::text(&*row.record.catalog_version);
        "content": Text = |row| Value::text(hex(&row.record.content));
        "why": Text = |row| Value::text(&*row.record.why);
    }
}

fn orders() -> Vec<Column<Shown<Order>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "run": Count = |row| count(row.record.run);
        "claim": Count = |row| Value::Count(Some(row.record.claim));
        "kind": Text = |row| Value::text(&*row.record.kind);
        "amount": Money = |row| money(row.record.amount);
        "transfer": Count = |row| Value::Count(row.record.transfer);
        "account_ref": Text = |row| Value::text(&*row.account_ref);
    }
}

fn returns() -> Vec<Column<Shown<Return>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "order": Count = |row| count(row.record.ordered);
        "reason": Text = |row| Value::text(&*row.record.reason);
        "returned_on": Text = |row| Value::text(row.record.returned_on.as_deref().unwrap_or(""));
    }
}

fn details() -> Vec<Column<Shown<Details>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "claim": Count = |row| Value::Count(Some(row.record.claim));
        "account_ref": Text = |row| Value::text(&*row.account_ref);
    }
}

fn reversals() -> Vec<Column<Shown<Reversal>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "what": Text = |row| Value::text(&*row.record.what);
        "why": Text = |row| Value::text(&*row.record.why);
        "done_on": Text = |row| Value::text(&*row.record.done_on);
        "done_by": Text = |row| Value::text(&*row.record.done_by);
    }
}

fn dispositions() -> Vec<Column<Shown<Disposition>>> {
    columns! {
        "seq": Count = |row| count(row.seq);
        "finding": Text = |row| Value::text(&*row.record.finding);
        "rows": Text = |row| Value::text(&*row.record.rows);
        "verdict": Text = |row| Value::text(&*row.record.verdict);
        "decided_by": Text = |row| Value::text(&*row.record.decided_by);
        "decided_on": Text = |row| Value::text(&*row.record.decided_on);
        "why": Text = |row| Value::text(&*row.record.why);
        "reference": Text = |row| Value::text(&*row.record.reference);
    }
}

fn accumulators<'y>() -> Vec<Column<(String, &'y YearSums)>> {
    columns! {
        "person_ref": Text = |row| Value::text(&*row.0);
        "pool": Text = |row| Value::text(&*row.1.pool);
        "scheme": Text = |row| Value::text(&*row.1.scheme);
        "benefit_year": Count = |row| Value::Count(Some(row.1.benefit_year));
        "claims": Count = |row| count(row.1.claims);
        "stays": Count = |row| count(row.1.stays);
        "total": Money = |row| Value::Money(row.1.total);
        "in_scope": Money = |row| Value::Money(row.1.in_scope);
        "deductible": Money = |row| Value::Money(row.1.deductible);
        "fund_total": Money = |row| Value::Money(row.1.fund);
        "person_total": Money = |row| Value::Money(row.1.person);
    }
}

fn hex(bytes: &[u8]) -> String {
    crate::report::privacy::hexadecimal(bytes)
}
