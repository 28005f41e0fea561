//! How a region treats filings 备案: made late, by commitment, or for another place.

use crate::domain::dates::{Date, plus_days};
use crate::domain::words::Route;

/// A region's rule on filings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingRule {
    pub late: LateFiling,
    /// A filing by commitment 承诺制 counts while its papers are still missing.
    pub commitment_counts: bool,
    /// How a long-term filer is treated in a third place: temporary or unfiled.
    pub third_place: Route,
    /// Emergency care counts as filed 视同备案.
    pub emergency_counts: bool,
}

/// Whether a filing made after discharge counts 补办备案.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateFiling {
    No,
    /// As long as the claim itself may be handed in.
    UntilDeadline,
    /// So many days after discharge, the last one included.
    Days(u16),
}

impl FilingRule {
    /// The last day a filing for care that ended on `end` can be made; none: not after discharge.
    /// Without a claim deadline, a filing "until the deadline" has no last day.
    pub fn late_until(&self, end: Date, claim_deadline: Option<Date>) -> Option<Date> {
        match self.late {
            LateFiling::No => None,
            LateFiling::UntilDeadline => Some(claim_deadline.unwrap_or(Date::MAX)),
            LateFiling::Days(days) => Some(plus_days(end, i32::from(days))),
        }
    }
}
