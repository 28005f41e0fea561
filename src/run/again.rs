//! Decides a run again from what its folder says of it: the job, which tells where the inputs lay,
//! and the manifest, which tells what they were and what was asked.
//!
//! The surprise: inputs that differ do not stop it. Each is told, and what they come to is told
//! too; whoever wants the very same run asks whether anything is told.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::dates::{Date, Month};
use crate::domain::{Lang, Text};
use crate::flow::books::Head;
use crate::flow::{Detected, Place, Problem, Progress};
use crate::ingest::{IngestError, Workbooks};
use crate::ledger::{LEDGER_FILE, Ledger, LedgerError};
use crate::report::manifest::Manifest;
use crate::report::{DataFile, JobFile, ProgramIdentity, Pseudonyms, ReportError, rehearse};
use crate::rulebook::reading::iso_date;

use super::{ReportOptions, Setup, data_files, decide_on_books, read, with_context};

/// A run, decided once more.
pub struct Again {
    pub setup: Setup,
    pub detected: Detected,
    pub month: Month,
    pub as_of: Date,
    pub lang: Lang,
    pub unmask: bool,
    /// Input and data files that are not those of the manifest, each by name; empty when the run
    /// was decided from the very same bytes.
    pub changed: Vec<Problem>,
}

/// Why a run cannot be decided again at all.
#[derive(Debug)]
pub enum AgainError {
    /// Faults of the data folder or of `batch.toml`.
    Problems(Vec<Problem>),
    /// Anything else, said in a sentence.
    Said(Text),
}

/// Reads a run's batch and data again and decides it. Writes nothing.
pub fn again(
    manifest: &Manifest,
    job: &JobFile,
    workbooks: &Workbooks,
    progress: &dyn Progress,
) -> Result<Again, AgainError> {
    let (month, as_of, lang) = asked(manifest).ok_or_else(|| {
        AgainError::Said(Text::new(
            "清单中的月份、截止日或语言读不懂",
            "month, last day or language of the manifest make no sense",
        ))
    })?;
    let promised = manifest.data_files.iter().map(|file| (&*file.path, &*file.sha256)).collect();
    let setup = Setup::load(&job.data).map_err(|faults| {
        // A folder that cannot be used may be one that was changed: that is the first to say.
        let found = data_files(&job.data).unwrap_or_default();
        let changed = if found.is_empty() {
            Vec::new()
        } else {
            differing(&DATA, &promised, &by_path(&found))
        };
        AgainError::Problems([changed, faults].concat())
    })?;
    let mut changed = differing(&DATA, &promised, &by_path(&setup.data_files));
    let records = read(&job.batch, &setup, workbooks, progress).map_err(|error| match error {
        IngestError::Choices(problems) => AgainError::Problems(problems),
        other => {
            let (said, hint) = (other.text(), INPUT.hint);
            AgainError::Said(Text::new(
                format!("{}；{}", said.zh, hint.0),
                format!("{}; {}", said.en, hint.1),
            ))
        }
    })?;
    let promised = manifest.inputs.iter().map(|file| (&*file.path, &*file.sha256)).collect();
    let found = records.files.iter().map(|file| (&*file.path, &*file.sha256)).collect();
    changed.extend(differing(&INPUT, &promised, &found));
    let books = books(manifest, job).map_err(|error| AgainError::Said(error.text()))?;
    let detected = decide_on_books(records, &setup, as_of, books.as_ref(), progress)
        .map_err(|error| AgainError::Said(error.text()))?;
    Ok(Again { setup, detected, month, as_of, lang, unmask: manifest.options.unmask, changed })
}

/// The books as they stood when the run was decided; none if it was decided without.
fn books(manifest: &Manifest, job: &JobFile) -> Result<Option<Ledger>, LedgerError> {
    let Some(head) = &manifest.ledger else { return Ok(None) };
    let path = job.ledger.clone().unwrap_or_else(|| LEDGER_FILE.into());
    let hash = digest_of(&head.hash).unwrap_or_default();
    Ledger::read(&path)?.at(Head { entries: head.entries, hash }).map(Some)
}

/// Reads the 64 digits of a SHA-256.
pub fn digest_of(hexadecimal: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    let digits = hexadecimal.len() == 64 && hexadecimal.is_ascii();
    for (place, byte) in digest.iter_mut().enumerate().filter(|_| digits) {
        *byte = u8::from_str_radix(&hexadecimal[2 * place..2 * place + 2], 16).ok()?;
    }
    digits.then_some(digest)
}

impl Again {
    /// Writes every report as the run did, beside the run's folder and only for so long as it
    /// takes to hash them; answers with the manifest that came out. The run's folder is not
    /// touched.
    pub fn rehearse(
        &self,
        pseudonyms: Pseudonyms,
        program: ProgramIdentity,
        run: &Path,
    ) -> Result<Manifest, ReportError> {
        let (month, as_of, lang, unmask) = (self.month, self.as_of, self.lang, self.unmask);
        let options = ReportOptions { month, as_of, lang, unmask, pseudonyms, program, job: None };
        with_context(&self.setup, &self.detected, options, |context| {
            rehearse(&self.detected, context, run)
        })
    }
}

/// Data files that are other ones after they were read than before.
pub(super) fn changed_data(before: &[DataFile], after: &[DataFile]) -> Vec<Problem> {
    differing(&WHILE_READ, &by_path(before), &by_path(after))
}

fn by_path(files: &[DataFile]) -> BTreeMap<&str, &str> {
    files.iter().map(|file| (&*file.path, &*file.sha256)).collect()
}

fn asked(manifest: &Manifest) -> Option<(Month, Date, Lang)> {
    let lang = match manifest.options.lang.as_str() {
        "zh" => Lang::Zh,
        "en" => Lang::En,
        _ => return None,
    };
    Some((Month::parse(&manifest.month)?, iso_date(&manifest.as_of)?, lang))
}

/// The fixed word, and the Chinese and English of what became of a file.
type Kind = (&'static str, &'static str, &'static str);

/// How a file that is not as promised is told: the three kinds, what it is called, what to do.
struct Words {
    changed: Kind,
    missing: Kind,
    new: Kind,
    name: (&'static str, &'static str),
    hint: (&'static str, &'static str),
}

const INPUT: Words = Words {
    changed: ("input-changed", "与运行时不同", "is not what the run read"),
    missing: ("input-missing", "已不存在", "is gone since the run"),
    new: ("input-new", "运行时没有", "was not there for the run"),
    name: ("批次文件", "a file of the batch"),
    hint: (
        "取回运行时的批次文件夹，或用 --batch 指明它",
        "bring back the batch folder as it was for the run, or name it by --batch",
    ),
};

const DATA: Words = Words {
    changed: ("data-changed", "与运行时不同", "is not what the run read"),
    missing: ("data-missing", "已不存在", "is gone since the run"),
    new: ("data-new", "运行时没有", "was not there for the run"),
    name: ("数据文件", "a data file"),
    hint: (
        "取回运行时的数据文件夹，或用 --data 指明它",
        "bring back the data folder as it was for the run, or name it by --data",
    ),
};

const WHILE_READ: Words = Words {
    changed: ("data-changed", "在读取时被改动", "changed while it was being read"),
    missing: ("data-changed", "在读取时消失", "went away while the data were being read"),
    new: ("data-changed", "在读取时出现", "appeared while the data were being read"),
    name: ("数据文件", "a data file"),
    hint: (
        "请等数据文件夹不再改动时重新运行",
        "run again when nobody works on the data folder any more",
    ),
};

/// Files by path and hash that are not as promised, in the order of their paths.
fn differing(
    words: &Words,
    promised: &BTreeMap<&str, &str>,
    found: &BTreeMap<&str, &str>,
) -> Vec<Problem> {
    let mut paths: Vec<&str> = promised.keys().chain(found.keys()).copied().collect();
    paths.sort_unstable();
    paths.dedup();
    let (zh, en) = words.name;
    let told = |path: &str| {
        let (kind, why_zh, why_en) = match (promised.get(path), found.get(path)) {
            (Some(promised), Some(found)) if promised == found => return None,
            (Some(_), Some(_)) => words.changed,
            (Some(_), None) => words.missing,
            _ => words.new,
        };
        Some(Problem {
            kind,
            place: Place::file(path),
            excerpt: String::new(),
            explanation: Text::new(format!("{zh}{why_zh}"), format!("{en} {why_en}")),
            hint: Text::new(words.hint.0, words.hint.1),
        })
    };
    paths.into_iter().filter_map(told).collect()
}
