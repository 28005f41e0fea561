//! The only stage that writes: one file per report, each joined by one line in [`REPORTS`].
//!
//! The surprise: nothing is written before the totals are proved. A broken tie is an error that
//! names both sides, and the reports of the run before stay where they are.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::dates::{Date, Month};
use crate::domain::{Code, Lang, Money, RegionCode, Text};
use crate::flow::{Detected, Orders};
use crate::lock::LockError;
use crate::message::{cause_words, io_words};
use crate::rulebook::bank_layout::BankLayout;

mod cells;
mod check;
pub(crate) mod columns;
mod decisions_csv;
mod decisions_xlsx;
mod deltas;
mod deltas_csv;
mod deltas_xlsx;
pub mod diff;
pub mod explain;
mod findings_csv;
mod findings_xlsx;
pub mod folder;
pub mod job_file;
mod lines;
mod links_csv;
mod look;
pub mod manifest;
mod page;
pub(crate) mod parquet;
mod payments;
mod payments_csv;
mod payments_xlsx;
pub mod privacy;
mod quarantine_xlsx;
mod recount;
pub mod returns;
mod returns_xlsx;
#[cfg(test)]
mod sample_results_test;
#[cfg(test)]
mod sample_test;
pub mod summary;
mod terminal;
pub mod verdicts;
pub mod verify;
mod view;
mod wording;
mod workbook;
mod working;
mod workings_jsonl;
#[cfg(test)]
mod write_test;
mod writing;

pub use check::check_lines;
pub use explain::{Voice, explain};
pub use job_file::JobFile;
pub use manifest::Manifest;
pub use privacy::Pseudonyms;
pub use summary::{Summary, Tie};
pub use terminal::summary_lines;
pub use verify::{compare, verify};
pub use wording::citation as citation_shown;
pub use workings_jsonl::FILE as WORKINGS_FILE;
pub use writing::hush_system_faults;

pub(crate) use writing::write_file;

use writing::guarded;

/// What reports need to know besides the result itself.
pub struct Context<'a> {
    pub month: Month,
    /// The day the run is dated; the creation date of every workbook.
    pub as_of: Date,
    pub lang: Lang,
    /// Shows identity numbers, names and accounts everywhere. Recorded in the manifest.
    pub unmask: bool,
    pub pseudonyms: Pseudonyms,
    pub data_files: Vec<DataFile>,
    pub program: ProgramIdentity,
    pub posting: PostingSummary,
    /// The name of a region, or its code where the divisions do not know it.
    pub region_names: &'a (dyn Fn(RegionCode) -> String + Sync),
    /// What is to be known of a kind of finding.
    pub about_finding: &'a (dyn Fn(Code) -> AboutFinding + Sync),
    /// What the region data do not cover, to be said in every report that people read.
    pub coverage: Vec<Text>,
    pub bank_layout: BankLayout,
    /// Where the inputs lay; written beside the reports and part of none.
    pub job: Option<JobFile>,
}

/// What a reader of findings is to know of one kind of them.
#[derive(Clone, Debug, Default)]
pub struct AboutFinding {
    /// What it looks for, and when it is innocent.
    pub flags: String,
    pub innocent: String,
    /// How often it was right on invented batches.
    pub measured: Text,
}

/// A file of region data the run rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Path inside the data folder, with forward slashes.
    pub path: String,
    pub sha256: String,
}

/// What posting the run would put on the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostingSummary {
    pub digest: [u8; 32],
    pub entries: u64,
    pub pay: Money,
    pub recover: Money,
}

/// Which program made the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramIdentity {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// What was written where.
#[derive(Clone, Debug)]
pub struct Written {
    pub folder: PathBuf,
    /// Names inside the folder, sorted.
    pub files: Vec<String>,
    pub summary: Summary,
}

/// Why reports could not be written. The reports of an earlier run are untouched.
#[derive(Debug)]
pub enum ReportError {
    /// Totals that must be equal are not; each tie names both sides.
    BrokenTies(Vec<Tie>),
    /// Another run writes there.
    Lock(LockError),
    /// The output folder cannot be made or replaced.
    Folder(io::Error),
    /// One report failed.
    File { file: &'static str, cause: Cause },
}

/// Whatever made a report fail.
pub type Cause = Box<dyn Error + Send + Sync>;

impl ReportError {
    pub fn text(&self) -> Text {
        match self {
            ReportError::BrokenTies(ties) => {
                let shown = |lang| {
                    let shown: Vec<String> = ties.iter().map(|tie| tie.shown(lang)).collect();
                    shown.join("; ")
                };
                Text::new(
                    format!("总数勾稽不符，未写出任何报表：{}", shown(Lang::Zh)),
                    format!("totals do not tie, nothing was written: {}", shown(Lang::En)),
                )
            }
            ReportError::Lock(error) => error.text(),
            ReportError::Folder(error) => {
                let words = io_words(error);
                Text::new(
                    format!("输出文件夹：{}", words.zh),
                    format!("output folder: {}", words.en),
                )
            }
            ReportError::File { file, cause } => {
                let words = cause_words(&**cause);
                Text::new(format!("{file}：{}", words.zh), format!("{file}: {}", words.en))
            }
        }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl Error for ReportError {}

/// One report: its file and how it is written.
pub(crate) struct Report {
    pub file: &'static str,
    pub write: fn(&Job<'_>, &Path) -> Result<(), Cause>,
}

/// Every report of a run. The manifest, which lists them by hash, is written after them.
pub(crate) const REPORTS: &[Report] = &[
    // The longest work first, so that the shorter fill the other cores meanwhile.
    Report { file: "lines.parquet", write: lines::write },
    Report { file: "decisions.xlsx", write: decisions_xlsx::write },
    Report { file: "workings.jsonl", write: workings_jsonl::write },
    Report { file: "clauses.json", write: workings_jsonl::write_clauses },
    Report { file: "deltas.xlsx", write: deltas_xlsx::write },
    Report { file: "payments.xlsx", write: payments_xlsx::write },
    Report { file: "findings.xlsx", write: findings_xlsx::write },
    Report { file: "quarantine.xlsx", write: quarantine_xlsx::write },
    Report { file: "decisions.csv", write: decisions_csv::write },
    Report { file: "decisions.parquet", write: parquet::write_decisions },
    Report { file: "findings.csv", write: findings_csv::write },
    Report { file: "findings.parquet", write: parquet::write_findings },
    Report { file: "links.csv", write: links_csv::write },
    Report { file: "payments.csv", write: payments_csv::write },
    Report { file: "deltas.csv", write: deltas_csv::write },
    Report { file: "index.html", write: page::write },
];

/// What every report is written from.
pub(crate) struct Job<'a> {
    pub detected: &'a Detected,
    pub context: &'a Context<'a>,
    pub summary: &'a Summary,
    pub orders: &'a Orders,
    /// See [`Detected::findings_by_claim`].
    pub findings_by_claim: Vec<Vec<usize>>,
    /// The folder being written; workbooks spill there, because it is private.
    pub folder: &'a Path,
}

/// Writes every report of a run into `out`, or nothing.
pub fn write(
    detected: &Detected,
    context: &Context<'_>,
    out: &Path,
) -> Result<Written, ReportError> {
    write_into(detected, context, folder::Taken::take(out, "write reports")?)
}

/// Like [`write()`], into a place that was taken before.
pub fn write_into(
    detected: &Detected,
    context: &Context<'_>,
    taken: folder::Taken,
) -> Result<Written, ReportError> {
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    let summary = proved(detected, &orders)?;
    let draft = folder::Draft::begin(taken).map_err(ReportError::Folder)?;
    let mut files = fill((detected, context), &summary, &orders, draft.path())?;
    if let Some(job) = &context.job {
        let file = job_file::FILE;
        job.write(draft.path()).map_err(|cause| ReportError::File { file, cause })?;
        files.insert(file);
    }
    let folder = draft.publish().map_err(ReportError::Folder)?;
    Ok(Written { folder, files: files.into_iter().map(str::to_owned).collect(), summary })
}

/// Writes every report as a run does, but beside the folder of a run and only to see what
/// comes out: the manifest. Nothing is left behind, and the run's folder is not touched.
pub fn rehearse(
    detected: &Detected,
    context: &Context<'_>,
    run: &Path,
) -> Result<Manifest, ReportError> {
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    let summary = proved(detected, &orders)?;
    let stage = folder::stage(run).map_err(ReportError::Folder)?;
    let taken = folder::Taken::take(&stage, "lingbao verify --recompute")?;
    let draft = folder::Draft::begin(taken).map_err(ReportError::Folder)?;
    fill((detected, context), &summary, &orders, draft.path())?;
    let file = manifest::FILE;
    manifest::read(draft.path()).map_err(|cause| ReportError::File { file, cause })
}

/// The totals of a result, if all of them tie.
fn proved(detected: &Detected, orders: &Orders) -> Result<Summary, ReportError> {
    let summary = Summary::of(detected, orders);
    let broken: Vec<Tie> = summary.ties.iter().filter(|tie| !tie.holds()).cloned().collect();
    if broken.is_empty() { Ok(summary) } else { Err(ReportError::BrokenTies(broken)) }
}

/// Every report and the manifest, in a folder that is there and empty; answers with their names.
fn fill(
    (detected, context): (&Detected, &Context<'_>),
    summary: &Summary,
    orders: &Orders,
    folder: &Path,
) -> Result<BTreeSet<&'static str>, ReportError> {
    let findings_by_claim = detected.findings_by_claim();
    let job = Job { detected, context, summary, orders, findings_by_claim, folder };
    REPORTS.par_iter().try_for_each(|report| {
        guarded(|| (report.write)(&job, &folder.join(report.file)))
            .map_err(|cause| ReportError::File { file: report.file, cause })
    })?;
    manifest::write(&job, folder)
        .map_err(|cause| ReportError::File { file: manifest::FILE, cause })?;
    Ok(REPORTS.iter().map(|report| report.file).chain([manifest::FILE]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_has_a_file_of_its_own() {
        let names: BTreeSet<&str> = REPORTS.iter().map(|report| report.file).collect();
        assert_eq!(names.len(), REPORTS.len());
        assert!(!names.contains(manifest::FILE) && !names.contains(job_file::FILE));
    }
}
