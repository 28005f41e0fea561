//! A run's folder as a comparison reads it: manifest, clauses, and where its workings stand.
//!
//! The surprise: the two files that are compared must be those of the manifest, by hash. A
//! comparison with a file that was changed since would put the change down to the law.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::Money;
use crate::domain::words::Outcome;

use super::super::manifest::{self, Manifest};
use super::super::privacy::sha256;
use super::super::workings_jsonl::{self, CLAUSES_FILE, ClauseRecord};
use super::DiffError;

/// One of the two runs.
pub struct RunFolder {
    /// What it is called in reports: its path as it was given.
    pub label: String,
    pub manifest: Manifest,
    /// Tells exactly which run it was.
    pub manifest_sha256: String,
    pub clauses: Vec<ClauseRecord>,
    folder: PathBuf,
}

/// As much of a manifest as every version of the program understands.
#[derive(Deserialize)]
struct Shape {
    format: u32,
    /// Set where a folder holds something other than a run.
    #[serde(default)]
    kind: Option<String>,
}

impl RunFolder {
    pub fn open(folder: &Path, label: &str) -> Result<RunFolder, DiffError> {
        let not_a_run = || DiffError::NotARun { run: label.to_owned() };
        let bytes = fs::read(folder.join(manifest::FILE)).map_err(|_| not_a_run())?;
        let shape: Shape = serde_json::from_slice(&bytes).map_err(|_| not_a_run())?;
        if shape.kind.is_some() {
            return Err(not_a_run());
        }
        if shape.format != manifest::FORMAT {
            return Err(DiffError::OtherFormat { run: label.to_owned(), format: shape.format });
        }
        let unreadable = |file: &str, cause| DiffError::Unreadable {
            run: label.to_owned(),
            file: file.to_owned(),
            cause,
        };
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|error| unreadable(manifest::FILE, error.into()))?;
        for file in [workings_jsonl::FILE, CLAUSES_FILE] {
            let promised = manifest.outputs.iter().find(|output| output.path == file);
            let promised = promised.ok_or_else(not_a_run)?;
            let found = manifest::hash_file(&folder.join(file))
                .map_err(|error| unreadable(file, error.into()))?;
            if found != promised.sha256 {
                return Err(DiffError::Altered { run: label.to_owned(), file: file.to_owned() });
            }
        }
        let clauses = read_clauses(folder).map_err(|cause| unreadable(CLAUSES_FILE, cause))?;
        Ok(RunFolder {
            label: label.to_owned(),
            manifest,
            manifest_sha256: sha256(&bytes),
            clauses,
            folder: folder.to_owned(),
        })
    }

    pub fn workings(&self) -> Result<File, DiffError> {
        let file = workings_jsonl::FILE;
        File::open(self.folder.join(file)).map_err(|error| DiffError::Unreadable {
            run: self.label.clone(),
            file: file.to_owned(),
            cause: error.into(),
        })
    }

    pub fn claims(&self) -> u64 {
        self.manifest.totals.claims.claims
    }

    /// What the run's control totals say is payable.
    pub fn payable(&self) -> Money {
        let by_outcome = &self.manifest.totals.claims_by_outcome;
        let paying = [Outcome::Pay, Outcome::PayReduced];
        paying.iter().filter_map(|it| by_outcome.get(it.word())).map(|sums| sums.fund.0).sum()
    }

    pub fn clause(&self, number: Option<u32>) -> Option<&ClauseRecord> {
        self.clauses.get(number? as usize)
    }
}

fn read_clauses(folder: &Path) -> Result<Vec<ClauseRecord>, super::super::Cause> {
    let file = BufReader::new(File::open(folder.join(CLAUSES_FILE))?);
    Ok(serde_json::from_reader(file)?)
}
