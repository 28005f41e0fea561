//! The manifest of a comparison: which two runs, by hash, the totals with their proof, and every
//! output by hash. Written last, so that a folder without one is no comparison.
//!
//! The surprise: its `kind` tells it from a run's, so that a comparison never replaces a run and
//! is never taken for one.

use std::path::Path;

use serde::Serialize;

use super::super::manifest::{FILE, FORMAT, Hashed, Program, TieRecord, hash_files, kind};
use super::super::working::Yuan;
use super::super::{Cause, write_file};
use super::Comparison;
use super::run_folder::RunFolder;
use super::totals::Sums;

const KIND: &str = "diff";

#[derive(Serialize)]
struct DiffManifest<'c> {
    format: u32,
    kind: &'static str,
    program: Program,
    lang: &'static str,
    old: RunRecord<'c>,
    new: RunRecord<'c>,
    totals: TotalsRecord,
    ties: Vec<TieRecord>,
    outputs: Vec<Hashed>,
}

#[derive(Serialize)]
struct RunRecord<'c> {
    run: &'c str,
    month: &'c str,
    as_of: &'c str,
    manifest_sha256: &'c str,
    unmask: bool,
}

#[derive(Serialize)]
struct TotalsRecord {
    claims: u64,
    changed: u64,
    payable_old: Yuan,
    payable_new: Yuan,
    difference: Yuan,
    gained: u64,
    gains: Yuan,
    lost: u64,
    losses: Yuan,
}

/// Whether a folder holds a comparison.
pub fn is_of_diff(folder: &Path) -> bool {
    kind(folder).as_deref() == Some(KIND)
}

pub fn write(comparison: &Comparison, folder: &Path) -> Result<(), Cause> {
    let program = &comparison.program;
    let manifest = DiffManifest {
        format: FORMAT,
        kind: KIND,
        program: Program {
            name: program.name.clone(),
            version: program.version.clone(),
            sha256: program.sha256.clone(),
        },
        lang: comparison.lang.pick("zh", "en"),
        old: run(&comparison.old),
        new: run(&comparison.new),
        totals: totals(&comparison.totals.all),
        ties: comparison
            .ties
            .iter()
            .map(|tie| TieRecord {
                name: tie.name.en.clone(),
                left: tie.left.clone(),
                relation: tie.sign().to_owned(),
                right: tie.right.clone(),
            })
            .collect(),
        outputs: hash_files(folder)?,
    };
    write_file(&folder.join(FILE), |out| Ok(serde_json::to_writer_pretty(out, &manifest)?))
}

fn run(run: &RunFolder) -> RunRecord<'_> {
    RunRecord {
        run: &run.label,
        month: &run.manifest.month,
        as_of: &run.manifest.as_of,
        manifest_sha256: &run.manifest_sha256,
        unmask: run.manifest.options.unmask,
    }
}

fn totals(sums: &Sums) -> TotalsRecord {
    TotalsRecord {
        claims: sums.claims,
        changed: sums.changed,
        payable_old: Yuan(sums.old),
        payable_new: Yuan(sums.new),
        difference: Yuan(sums.difference()),
        gained: sums.gained,
        gains: Yuan(sums.gains),
        lost: sums.lost,
        losses: Yuan(sums.losses),
    }
}
