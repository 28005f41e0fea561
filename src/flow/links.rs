//! What matching hands on: for every claim, what it belongs to and how sure that is.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::identity::PersonKey;

use super::records::{ClaimIx, FilingIx, HospitalIx, PersonIx, Records, SettlementIx};

/// Records and the links of every claim.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    pub records: Records,
    /// One per claim, in the order of [`Records::claims`].
    pub links: Vec<ClaimLinks>,
    /// Bill lines that belong to no claim: their places in [`Records::lines`].
    pub orphan_lines: Range<u32>,
    pub people: People,
}

/// Everything known of each person, by key.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub by_key: HashMap<PersonKey, PersonFiles>,
}

/// Indexes of one person's records, each list in canonical order.
#[derive(Clone, Debug, Default)]
pub struct PersonFiles {
    pub register: Vec<PersonIx>,
    pub filings: Vec<FilingIx>,
    /// Places in [`Records::contributions`].
    pub contributions: Vec<u32>,
    pub settlements: Vec<SettlementIx>,
    pub claims: Vec<ClaimIx>,
}

/// The result of trying a link in ordered tiers. `T` names what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<T> {
    /// One candidate; `tier` names the rule that found it.
    One { found: T, tier: &'static str },
    /// Several candidates at the same tier: the claim pends.
    Several { found: Vec<T>, tier: &'static str },
    /// None; the nearest misses are shown, never used.
    Nothing { nearest: Vec<T> },
}

impl<T: Clone> Match<T> {
    pub fn one(&self) -> Option<T> {
        match self {
            Match::One { found, .. } => Some(found.clone()),
            Match::Several { .. } | Match::Nothing { .. } => None,
        }
    }
}

/// What one claim belongs to.
#[derive(Clone, Debug)]
pub struct ClaimLinks {
    pub person: PersonLink,
    pub hospital: Match<HospitalIx>,
    /// The claim's lines: places in [`Records::lines`], which matching puts in claim order.
    pub lines: Range<u32>,
    /// How the lines were found: `claim_id`, `invoice`, or nothing.
    pub lines_tier: Option<&'static str>,
    /// Lines that might belong here or to another claim.
    pub lines_ambiguous: bool,
    /// Past settlements of the same bill, best tier first.
    pub settled: Vec<Settled>,
    pub duplicate: Duplicate,
}

/// Who the claim is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonLink {
    /// Found by id; `entry` is the register entry for the claim's region and scheme, if any.
    /// `rivals` are entries for the same that say something else: a human must settle which holds.
    Known { key: PersonKey, entry: Option<PersonIx>, rivals: Vec<PersonIx> },
    /// Found only by name, birth date and region: a human must confirm.
    ByName { candidates: Vec<PersonIx> },
    /// Nobody; the nearest are shown.
    Unknown { nearest: Vec<PersonIx> },
}

/// A past settlement of the same bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub settlement: SettlementIx,
    /// `invoice`, `invoice_hospital` or `stay_total`.
    pub tier: &'static str,
}

/// Whether the same invoice stands in the batch more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duplicate {
    No,
    /// Received first: it stands. `contested` when another person claims the same invoice.
    First {
        others: Vec<ClaimIx>,
        contested: bool,
    },
    /// A later claim for the same invoice: refused.
    Later {
        first: ClaimIx,
    },
}
