//! A large batch is made of blocks, each some thousand claims: planted cases at their rates, and
//! honest traffic around them.
//!
//! The surprise: a block is a matter of the plan and its number alone. Blocks are made on any
//! number of threads, in any order, and are the same bytes.

use super::bills::Bills;
use super::model::Batch;
use super::people::Share;
use super::plant;
use super::planted::Planted;
use super::pool;
use super::traffic;
use super::world::{Part, World};

/// What a large batch is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub claims: u32,
    /// Lines of a bill, more or less.
    pub lines: u32,
    pub seed: u64,
    /// How many of ten thousand claims belong to a planted case or a near miss.
    pub planted_in_10_000: u32,
}

/// The fewest claims of a block: enough that a ring or a busy agent drowns in it.
const BLOCK: u32 = 2_000;
/// More would leave no numbers of people and invoices for one.
const BLOCKS_MAX: u32 = 1_000;

impl Plan {
    /// Of more, the blocks would run out of numbers for people.
    pub const CLAIMS_MAX: u32 = 2_000_000;
    pub const LINES_MAX: u32 = 200;
    /// Planted cases need honest claims around them.
    pub const PLANTED_MAX: u32 = 5_000;

    pub fn blocks(&self) -> u32 {
        self.claims.div_ceil(BLOCK).clamp(1, BLOCKS_MAX)
    }

    /// How many claims that block has.
    pub fn claims_of(&self, block: u32) -> u32 {
        let up_to = |block: u32| u64::from(self.claims) * u64::from(block);
        let blocks = u64::from(self.blocks());
        (up_to(block + 1) / blocks - up_to(block) / blocks) as u32
    }

    /// How many hospitals of the pool each city has: a large one sees hundreds of these claims.
    pub fn hospitals(&self) -> u32 {
        (self.claims / 500).clamp(6, pool::A_CITY)
    }

    /// Makes that block.
    pub(super) fn block(&self, bills: &Bills<'_>, block: u32) -> (Batch, Planted) {
        let share = Share { part: block, of: self.blocks() };
        let part = Part { share, hospitals: self.hospitals(), lines: self.lines };
        let mut world = World::of_part(bills, self.seed, part);
        let claims = self.claims_of(block);
        plant::scatter(&mut world, claims, self.planted_in_10_000);
        traffic::fill(&mut world, claims);
        // As they came in over the month, planted and honest alike.
        world.batch.claims.sort_by(|a, b| (a.received, &a.id).cmp(&(b.received, &b.id)));
        (world.batch, world.planted)
    }
}
