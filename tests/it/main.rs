//! One binary for all integration tests: linking is what costs.

mod batch;
mod books;
mod cases;
mod cli;
mod codes;
mod corpus;
mod demo;
mod diff;
mod explain;
mod forms;
mod gates;
mod identities;
mod isolation;
mod laws;
mod ledger;
mod lines;
mod matching;
mod messages;
mod packages;
mod posting;
mod properties;
mod quarantine;
mod reading;
mod recompute;
mod regions;
mod returns;
mod survival;
mod synth;
mod tidy;
mod verdicts;
mod witnesses;
mod workbooks;
mod year;

use std::path::PathBuf;

/// The data folder of the repository.
fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data")
}
