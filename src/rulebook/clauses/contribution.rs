//! What a lapse in contributions 断缴 does, and what mends it.

use crate::domain::words::PersonType;

/// The consequences of unpaid months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionRule {
    pub lapse: LapseEffect,
    /// A payment made up counts when it came at most so many months after the month it is for.
    pub make_up_months: Option<u8>,
    /// Persons who owe no contributions.
    pub not_owed_by: Vec<PersonType>,
}

/// What a lapse takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapseEffect {
    /// The lines dated in lapsed months; all of it when every month lapsed.
    ByDay,
    /// The whole stay, if any of its months lapsed.
    WholeStay,
    /// Everything or nothing, by the month of admission.
    AdmissionDay,
}
