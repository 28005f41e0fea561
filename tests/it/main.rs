//! One binary for all integration tests: linking is what costs.

mod batch;
mod cases;
mod cli;
mod codes;
mod corpus;
mod demo;
mod explain;
mod forms;
mod gates;
mod identities;
mod isolation;
mod laws;
mod lines;
mod matching;
mod messages;
mod packages;
mod properties;
mod quarantine;
mod reading;
mod regions;
mod tidy;
mod workbooks;
mod year;

use std::path::PathBuf;

/// The data folder of the repository.
fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data")
}
