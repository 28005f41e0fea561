//! The demo batch: invented people, hospitals and claims with planted cases, and the truth about
//! them.
//!
//! The surprise: it is the same bytes every time. A batch is a function of its seed and of the
//! region data, so the demo's reports can be compared byte for byte.

mod bills;
mod diagnoses;
mod hospitals;
mod lanes;
mod model;
mod people;
mod plant;
pub mod planted;
mod random;
mod sheets;
mod tables;
mod world;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::rulebook::Rulebook;

use model::Batch;
pub use planted::{Planted, PlantedCase};
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
    let mut world = World::new(rulebook, DEMO_SEED);
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
