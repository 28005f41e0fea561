//! A year has memory: what the books hold of the persons a batch touches is put beside the batch
//! ([`recall()`]), everything is decided together, and what comes out is held against what was
//! posted ([`reckon()`]).
//!
//! The surprise: nothing is adjusted. A late claim makes the whole year of its person be decided
//! again, so the order in which months arrive cannot matter.

mod recall;
mod reckon;

pub use recall::{Register, Remembered, holding, own_settlement, pairs, recall, same_claim};
pub use reckon::{Alone, changed, reckon};
