//! The demo batch: invented people, hospitals and claims with planted cases, and the truth about
//! them.
//!
//! The surprise: it is the same bytes every time. A batch is a function of its seed and of the
//! region data, so the demo's reports can be compared byte for byte.

mod bills;
mod block;
mod diagnoses;
mod fee_list;
mod hospitals;
mod lanes;
mod model;
mod numbering;
mod people;
mod plant;
pub mod planted;
mod pool;
mod random;
mod registers;
mod sheets;
mod stream;
mod tables;
mod touch;
mod traffic;
mod wish;
mod world;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::rulebook::Rulebook;

use bills::Bills;
use model::Batch;
pub use planted::{Planted, PlantedCase};
pub use stream::{BATCH, Format, Plan, TRUTH, Written, write_batch};
use world::World;

const DEMO_SEED: u64 = 20_240_630;

/// Why a batch could not be written.
#[derive(Clone, Debug)]
pub struct SynthError {
    pub path: PathBuf,
    pub reason: String,
}

impl fmt::Display for SynthError {
    /// The place and what the system said; the caller tells in which errand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for SynthError {}

/// Writes the demo batch below `folder` and tells what was planted in it.
pub fn write_demo(folder: &Path, rulebook: &Rulebook) -> Result<Planted, SynthError> {
    let (batch, planted) = demo(rulebook);
    write::write(folder, &write::files(&batch)?)?;
    Ok(planted)
}

/// The demo before it is written.
fn demo(rulebook: &Rulebook) -> (Batch, Planted) {
    let bills = Bills::new(rulebook);
    let mut world = World::new(&bills, DEMO_SEED);
    plant::plant(&mut world);
    (world.batch, world.planted)
}

#[cfg(test)]
fn test_rulebook() -> Rulebook {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    Rulebook::load(&data).expect("the shipped data are free of faults")
}

#[cfg(test)]
mod tests;
