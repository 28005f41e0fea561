//! lingbao 零报: decides manual cross-region medical-insurance claims. See `src/README.md`.

pub mod adjudicate;
pub mod cases;
pub mod cli;
pub mod detect;
pub mod domain;
pub mod flow;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
pub mod ingest;
pub mod ledger;
pub mod lock;
pub mod matching;
pub mod measure;
pub mod message;
pub mod normalise;
pub mod replay;
pub mod report;
pub mod returns;
pub mod rulebook;
pub mod run;
pub mod synth;
