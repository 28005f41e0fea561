//! `lingbao diff`: what changed between two runs, claim by claim: who gains or loses, how much,
//! by which clause, with sources. Made from the folders of the runs alone.
//!
//! The surprise: the two runs are read side by side and neither is ever held; what changed is put
//! aside on disk until the totals tie, and only then is anything written.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::{Lang, Text};
use crate::flow::{Progress, Stage};

use super::cells::plain;
use super::folder::{Draft, Taken};
use super::summary::Tie;
use super::{Cause, ProgramIdentity, ReportError, manifest};

mod change;
mod compare;
mod csv_file;
mod diff_manifest;
mod diff_xlsx;
mod figures;
mod page;
mod run_folder;
mod spool;
mod steps;
mod tables;
mod terminal;
mod totals;
mod walk;
mod words;

use compare::{Clauses, compare};
use run_folder::RunFolder;
use spool::{Changes, Spool};
use totals::{Totals, prove};
use walk::{Ended, walk};

/// Where runs stand that were made for a comparison only, inside the folder being written.
const RUNS: &str = "runs";

/// What is set against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Two runs as they stand.
    Runs,
    /// Two versions of the region data, by two runs of one batch.
    Data,
}

/// A run to compare: its folder, and what it is called in reports.
pub struct RunAt<'a> {
    pub folder: &'a Path,
    pub label: &'a str,
}

/// How a comparison is reported.
pub struct DiffOptions {
    pub of: Of,
    pub lang: Lang,
    pub program: ProgramIdentity,
}

/// Two runs and what differs between them, as reports tell it.
pub struct Comparison {
    of: Of,
    lang: Lang,
    program: ProgramIdentity,
    old: RunFolder,
    new: RunFolder,
    totals: Totals,
    ties: Vec<Tie>,
}

/// What was written where.
pub struct DiffWritten {
    pub folder: PathBuf,
    pub files: Vec<&'static str>,
    pub comparison: Comparison,
}

/// Why two runs cannot be compared. Reports of an earlier comparison are untouched.
#[derive(Debug)]
pub enum DiffError {
    NotARun {
        run: String,
    },
    OtherFormat {
        run: String,
        format: u32,
    },
    Altered {
        run: String,
        file: String,
    },
    Unreadable {
        run: String,
        file: String,
        cause: Cause,
    },
    OutHoldsOther {
        out: PathBuf,
    },
    /// Somebody else writes there, or nobody can.
    Taken(ReportError),
    BrokenTies(Vec<Tie>),
    Folder(io::Error),
    File {
        file: &'static str,
        cause: Cause,
    },
}

impl DiffError {
    pub fn text(&self) -> Text {
        match self {
            DiffError::NotARun { run } => Text::new(
                format!("{} 不是一次运行的报表文件夹，不能比较", plain(run)),
                format!("{} is not the folder of a run: nothing to compare", plain(run)),
            ),
            DiffError::OtherFormat { run, format } => {
                let (run, known) = (plain(run), manifest::FORMAT);
                Text::new(
                    format!(
                        "{run} 的清单格式为 {format}，本程序只读格式 {known}：请用本程序重新运行该批"
                    ),
                    format!(
                        "{run} has a manifest of format {format}, this program reads format \
                         {known}: run that batch again with this program"
                    ),
                )
            }
            DiffError::Altered { run, file } => Text::new(
                format!("{}/{file} 在运行后被改动，不能比较：用 lingbao verify 核对", plain(run)),
                format!(
                    "{}/{file} was changed since the run: nothing to compare; see lingbao verify",
                    plain(run)
                ),
            ),
            DiffError::Unreadable { run, file, cause } => Text::new(
                format!("{}/{file} 无法读取：{cause}", plain(run)),
                format!("{}/{file} cannot be read: {cause}", plain(run)),
            ),
            DiffError::Taken(error) => error.text(),
            DiffError::OutHoldsOther { out } => {
                let out = out.display();
                Text::new(
                    format!("{out} 是一次运行的报表，不会被差异报表替换：请另给 --out"),
                    format!(
                        "{out} holds the reports of a run, which a comparison never replaces: \
                             give another --out"
                    ),
                )
            }
            DiffError::BrokenTies(ties) => {
                let shown =
                    |lang| ties.iter().map(|tie| tie.shown(lang)).collect::<Vec<_>>().join("; ");
                Text::new(
                    format!("总数不相符，未写出任何报表：{}", shown(Lang::Zh)),
                    format!("totals do not tie, nothing was written: {}", shown(Lang::En)),
                )
            }
            DiffError::Folder(error) => {
                Text::new(format!("输出文件夹：{error}"), format!("output folder: {error}"))
            }
            DiffError::File { file, cause } => {
                Text::new(format!("{file}：{cause}"), format!("{file}: {cause}"))
            }
        }
    }
}

impl fmt::Display for DiffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for DiffError {}

/// A comparison being made: a private folder beside the one it is for, gone if it is given up.
pub struct DiffDraft {
    out: PathBuf,
    draft: Draft,
}

impl DiffDraft {
    /// Begins beside `out`, which must hold nothing or an earlier comparison.
    pub fn begin(out: &Path) -> Result<DiffDraft, DiffError> {
        if out.join(manifest::FILE).exists() && !diff_manifest::is_of_diff(out) {
            return Err(DiffError::OutHoldsOther { out: out.to_owned() });
        }
        let taken = Taken::take(out, "lingbao diff").map_err(DiffError::Taken)?;
        let draft = Draft::begin(taken).map_err(DiffError::Folder)?;
        Ok(DiffDraft { out: out.to_owned(), draft })
    }

    /// A place for a run that is made only to be compared.
    pub fn run_folder(&self, name: &str) -> PathBuf {
        self.draft.path().join(RUNS).join(name)
    }

    /// Compares and writes the reports, or nothing.
    pub fn write(
        self,
        (old, new): (&RunAt<'_>, &RunAt<'_>),
        options: DiffOptions,
        progress: &dyn Progress,
    ) -> Result<DiffWritten, DiffError> {
        let (old, new) = rayon::join(
            || RunFolder::open(old.folder, old.label),
            || RunFolder::open(new.folder, new.label),
        );
        let (old, new) = (old?, new?);
        progress.begin(Stage::Report, old.claims().max(new.claims()));
        let folder = self.draft.path();
        let (totals, changes) = differences(&old, &new, folder, progress)?;
        let ties = totals.ties(&old, &new);
        prove(&ties).map_err(DiffError::BrokenTies)?;
        match fs::remove_dir_all(folder.join(RUNS)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(DiffError::Folder(error));
            }
            _ => {}
        }
        let DiffOptions { of, lang, program } = options;
        let comparison = Comparison { of, lang, program, old, new, totals, ties };
        let files = comparison.write(&changes, folder)?;
        self.draft.publish().map_err(DiffError::Folder)?;
        Ok(DiffWritten { folder: self.out, files, comparison })
    }
}

/// Everything that is counted, and what changed, put aside in `folder`.
fn differences(
    old: &RunFolder,
    new: &RunFolder,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<(Totals, Changes), DiffError> {
    let aside = |cause| DiffError::File { file: csv_file::FILE, cause };
    let unreadable = |run: &RunFolder, cause| DiffError::Unreadable {
        run: run.label.clone(),
        file: super::workings_jsonl::FILE.to_owned(),
        cause,
    };
    let clauses = Clauses { old: &old.clauses, new: &new.clauses };
    let alike = clauses.are_numbered_alike();
    let mut totals = Totals::default();
    let mut spool = Spool::begin(folder).map_err(aside)?;
    let walked = walk(old.workings()?, new.workings()?, |pairs| {
        let compared: Result<Vec<_>, Cause> =
            pairs.par_iter().map(|pair| compare(pair, &clauses, alike)).collect();
        for compared in compared.map_err(|cause| unreadable(new, cause))? {
            totals.add(&compared, old, new);
            if let Some(change) = &compared.change {
                spool.put(change).map_err(aside)?;
            }
        }
        progress.advance(pairs.len() as u64);
        Ok(())
    });
    walked.map_err(|ended| match ended {
        Ended::Unreadable(walk::Of::Old, cause) => unreadable(old, cause),
        Ended::Unreadable(walk::Of::New, cause) => unreadable(new, cause),
        Ended::Given(error) => error,
    })?;
    let changes = spool.finish().map_err(aside)?;
    Ok((totals, changes))
}

impl Comparison {
    /// Whether no claim is decided otherwise.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// What is compared, as a title.
    fn subject(&self, lang: Lang) -> &'static str {
        match self.of {
            Of::Runs => lang.pick("两次运行的差异", "Two runs compared"),
            Of::Data => lang.pick("两版数据的差异", "Two versions of the data compared"),
        }
    }

    /// Writes every report into `folder`, the manifest last.
    fn write(&self, changes: &Changes, folder: &Path) -> Result<Vec<&'static str>, DiffError> {
        let of = |file| move |cause| DiffError::File { file, cause };
        let at = |file: &str| folder.join(file);
        csv_file::write(self, changes, &at(csv_file::FILE)).map_err(of(csv_file::FILE))?;
        diff_xlsx::write(self, changes, folder, &at(diff_xlsx::FILE))
            .map_err(of(diff_xlsx::FILE))?;
        page::write(self, changes, &at(page::FILE)).map_err(of(page::FILE))?;
        diff_manifest::write(self, folder).map_err(of(manifest::FILE))?;
        Ok(vec![csv_file::FILE, diff_xlsx::FILE, page::FILE, manifest::FILE])
    }
}

#[cfg(test)]
mod compare_test;
