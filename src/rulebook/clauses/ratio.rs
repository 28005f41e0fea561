//! Payment ratio 支付比例: bands by hospital tier, on one of two axes. The same words in a notice
//! can mean either axis, and the money differs.

use super::bands::Bands;
use super::{Seat, TierTable};

/// Where the amount axis of the bands begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// At zero: the deductible lies inside the first band (Beijing).
    FromZero,
    /// After the deductible.
    AfterDeductible,
}

/// Ratios of the basic pool.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioTable {
    pub axis: Axis,
    pub bands: TierTable<Bands>,
}

impl RatioTable {
    pub fn bands(&self, seat: Seat) -> Option<&Bands> {
        self.bands.get(seat)
    }
}
