//! A bank's lists of returns → the books and a report: read, held against what was ordered,
//! reported, recorded.
//!
//! The surprise: the report is written first and takes its place last. What cannot be reported is
//! not recorded, and a list whose report got lost after all is read again without harm.

use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::{Lang, Text};
use crate::flow::returns::{Reconciled, Verdict};
use crate::flow::{PaymentReturn, Place, Problem, Progress, Records, TableKind};
use crate::ingest::{IngestError, Workbooks};
use crate::ledger::{Details, Ledger, LedgerError, Return};
use crate::report::ReportError;
use crate::report::folder::{Draft, Taken};
use crate::report::returns::{self as report, ReturnTotals, ReturnsReport};
use crate::returns::reconcile;

use super::Setup;

/// How lists are recorded.
pub struct ReturnsJob<'j> {
    pub ledger: &'j Path,
    pub out: &'j Path,
    /// The day of reading; the day of returns that name none.
    pub on: Date,
    pub by: &'j str,
    pub lang: Lang,
}

/// Why lists were not recorded.
#[derive(Debug)]
pub enum ReturnsError {
    Ledger(LedgerError),
    Report(ReportError),
}

impl From<LedgerError> for ReturnsError {
    fn from(error: LedgerError) -> ReturnsError {
        ReturnsError::Ledger(error)
    }
}

impl From<ReportError> for ReturnsError {
    fn from(error: ReportError) -> ReturnsError {
        ReturnsError::Report(error)
    }
}

impl From<std::io::Error> for ReturnsError {
    fn from(error: std::io::Error) -> ReturnsError {
        ReturnsError::Report(ReportError::Folder(error))
    }
}

/// What was recorded, and what became of every row.
pub struct Recorded {
    pub totals: ReturnTotals,
    pub reconciled: Reconciled,
}

/// Reads lists from a folder, or one file of them.
pub fn read(
    path: &Path,
    setup: &Setup,
    workbooks: &Workbooks,
    progress: &dyn Progress,
) -> Result<Records, IngestError> {
    super::read_all(path, setup, workbooks, progress)
}

/// Holds the lists against the books, reports, and records what came back. Whoever calls holds
/// the lock of the books.
pub fn record(records: &Records, job: &ReturnsJob<'_>) -> Result<Recorded, ReturnsError> {
    let taken = Taken::take(job.out, "lingbao returns")?;
    let (head, transfers) = {
        let books = Ledger::read(job.ledger)?;
        (books.head()?, books.transfers_like(&records.returns)?)
    };
    let reconciled = reconcile(&records.returns, transfers);
    let totals = ReturnTotals::of(records, &reconciled);
    let draft = Draft::begin(taken)?;
    let (on, lang) = (job.on, job.lang);
    let told = ReturnsReport { records, reconciled: &reconciled, totals, head, on, lang };
    report::write(draft.path(), &told)?;
    let source =
        |row: &PaymentReturn| format!("{} · {} {}", records.place(row.origin), job.on, job.by);
    let returns: Vec<Return> = reconciled
        .returns
        .iter()
        .map(|it| {
            let row = &records.returns[it.row];
            Return {
                ordered: it.order,
                reason: row.reason.word().into(),
                words: row.words.clone(),
                returned_on: Some(row.returned_on.unwrap_or(job.on).to_string()),
                source: source(row),
            }
        })
        .collect();
    let details: Vec<Details> = reconciled
        .details
        .iter()
        .map(|it| Details {
            claim: it.claim.0,
            payee: it.to.payee.clone(),
            bank: it.to.bank.clone(),
            account: it.to.account.clone(),
            source: source(&records.returns[it.row]),
        })
        .collect();
    if !returns.is_empty() || !details.is_empty() {
        let mut books = Ledger::write(job.ledger)?;
        books.record_returns(head, totals.matched.amount, &returns, &details)?;
    }
    draft.publish()?;
    Ok(Recorded { totals, reconciled })
}

impl Recorded {
    /// The rows a person should look at, a line each. Names nobody.
    pub fn left(&self, records: &Records, lang: Lang) -> Vec<String> {
        let rows = records.returns.iter().zip(&self.reconciled.verdicts);
        let looked_at = rows.filter(|(_, verdict)| {
            matches!(verdict, Verdict::Ambiguous { .. } | Verdict::Unmatched { .. })
        });
        let line = |(row, verdict): (&PaymentReturn, &Verdict)| {
            let (place, amount) = (records.place(row.origin), row.amount);
            let why = report::verdict_words(verdict, lang);
            lang.pick(format!("{place} {amount} 元：{why}"), format!("{place} {amount}: {why}"))
        };
        looked_at.map(line).collect()
    }
}

/// Tells of a batch's lists of returns that a run makes no use of them.
pub(super) fn tell_unused(records: &mut Records) {
    let sheets = records.tallies.iter().filter(|tally| tally.kind == TableKind::Returns);
    let told: Vec<Problem> = sheets.map(|tally| unused(records.source(tally.source))).collect();
    if told.is_empty() {
        return;
    }
    records.notes.extend(told);
    records
        .notes
        .sort_by(|a, b| (&a.place, a.kind, &a.excerpt).cmp(&(&b.place, b.kind, &b.excerpt)));
}

fn unused(source: &crate::flow::Source) -> Problem {
    let place = match source.sheet.as_str() {
        "" => Place::file(&source.file),
        sheet => Place::sheet(&source.file, sheet),
    };
    Problem {
        kind: "returns-unused",
        place,
        excerpt: String::new(),
        explanation: Text::new(
            "拨付退回清单不影响本次运行的结论，也没有登记",
            "a list of returned payments changes nothing in a run and was not recorded",
        ),
        hint: Text::new(
            "用 lingbao returns 登记退回，再运行本批",
            "record it by lingbao returns, then run the batch",
        ),
    }
}
