//! The only stage that writes: one file per report, each joined by one line in [`REPORTS`].
//!
//! The surprise: nothing is written before the totals are proved. A broken tie is an error that
//! names both sides, and the reports of the run before stay where they are.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::dates::{Date, Month};
use crate::domain::{Lang, RegionCode, Text};
use crate::flow::Detected;
use crate::rulebook::bank_layout::BankLayout;

mod cells;
mod check;
mod columns;
mod decisions_csv;
mod decisions_xlsx;
pub mod explain;
mod findings_csv;
mod findings_xlsx;
pub mod folder;
mod lines;
mod links_csv;
mod look;
pub mod manifest;
mod page;
mod parquet;
mod payments;
mod payments_csv;
mod payments_xlsx;
pub mod privacy;
mod quarantine_xlsx;
#[cfg(test)]
mod sample_results_test;
#[cfg(test)]
mod sample_test;
pub mod summary;
mod terminal;
pub mod verify;
mod view;
mod wording;
mod workbook;
mod working;
mod workings_jsonl;
#[cfg(test)]
mod write_test;

pub use check::check_lines;
pub use explain::{Voice, explain};
pub use privacy::Pseudonyms;
pub use summary::{Summary, Tie};
pub use terminal::summary_lines;
pub use verify::verify;
pub use wording::citation as citation_shown;
pub use workings_jsonl::FILE as WORKINGS_FILE;

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
    /// The name of a region, or its code where the divisions do not know it.
    pub region_names: &'a (dyn Fn(RegionCode) -> String + Sync),
    /// What the region data do not cover, to be said in every report that people read.
    pub coverage: Vec<Text>,
    pub bank_layout: BankLayout,
}

/// A file of region data the run rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Path inside the data folder, with forward slashes.
    pub path: String,
    pub sha256: String,
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
    /// The output folder cannot be made or replaced.
    Folder(io::Error),
    /// One report failed.
    File { file: &'static str, cause: Cause },
}

/// Whatever made a report fail.
pub type Cause = Box<dyn Error + Send + Sync>;

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportError::BrokenTies(ties) => {
                let shown: Vec<String> = ties.iter().map(|tie| tie.shown(Lang::En)).collect();
                write!(f, "totals do not tie, nothing was written: {}", shown.join("; "))
            }
            ReportError::Folder(error) => write!(f, "output folder: {error}"),
            ReportError::File { file, cause } => write!(f, "{file}: {cause}"),
        }
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
    Report { file: "payments.xlsx", write: payments_xlsx::write },
    Report { file: "findings.xlsx", write: findings_xlsx::write },
    Report { file: "quarantine.xlsx", write: quarantine_xlsx::write },
    Report { file: "decisions.csv", write: decisions_csv::write },
    Report { file: "decisions.parquet", write: parquet::write_decisions },
    Report { file: "findings.csv", write: findings_csv::write },
    Report { file: "findings.parquet", write: parquet::write_findings },
    Report { file: "links.csv", write: links_csv::write },
    Report { file: "payments.csv", write: payments_csv::write },
    Report { file: "index.html", write: page::write },
];

/// What every report is written from.
pub(crate) struct Job<'a> {
    pub detected: &'a Detected,
    pub context: &'a Context<'a>,
    pub summary: &'a Summary,
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
    let summary = Summary::of(detected);
    let broken: Vec<Tie> = summary.ties.iter().filter(|tie| !tie.holds()).cloned().collect();
    if !broken.is_empty() {
        return Err(ReportError::BrokenTies(broken));
    }
    let draft = folder::Draft::begin(out).map_err(ReportError::Folder)?;
    let job = Job {
        detected,
        context,
        summary: &summary,
        findings_by_claim: detected.findings_by_claim(),
        folder: draft.path(),
    };
    REPORTS.par_iter().try_for_each(|report| {
        (report.write)(&job, &draft.path().join(report.file))
            .map_err(|cause| ReportError::File { file: report.file, cause })
    })?;
    manifest::write(&job, draft.path())
        .map_err(|cause| ReportError::File { file: manifest::FILE, cause })?;
    draft.publish().map_err(ReportError::Folder)?;
    let names: BTreeSet<&str> =
        REPORTS.iter().map(|report| report.file).chain([manifest::FILE]).collect();
    let files = names.into_iter().map(str::to_owned).collect();
    Ok(Written { folder: out.to_owned(), files, summary })
}

/// Opens a private file, lets `fill` write it through a buffer, and flushes it.
pub(crate) fn write_file(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), Cause>,
) -> Result<(), Cause> {
    let mut writer = BufWriter::with_capacity(1 << 16, folder::private_file(path)?);
    fill(&mut writer)?;
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_has_a_file_of_its_own() {
        let names: BTreeSet<&str> = REPORTS.iter().map(|report| report.file).collect();
        assert_eq!(names.len(), REPORTS.len());
        assert!(!names.contains(manifest::FILE));
    }
}
