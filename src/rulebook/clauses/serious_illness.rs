//! Serious-illness insurance 大病保险 of residents: pays on what persons bore over the whole year,
//! above its own deductible. A claim gets `round(F(before + base) − F(before))`.

use crate::domain::Money;

use super::bands::Bands;

/// The layer and what enters its base.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriousIllness {
    /// On the year's axis; the deductible is a first band at ratio 0.
    pub bands: Bands,
    pub base: SeriousBase,
    /// What the layer pays in a year at most.
    pub limit: Option<Money>,
}

/// Which parts that a person bears enter the base. The share inside the basic pool always does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeriousBase {
    pub deductible: bool,
    /// The first pay of class B (and price bands).
    pub first_pay: bool,
    /// What the access route makes the person pay first.
    pub route_first_pay: bool,
    pub over_limit: bool,
}

impl SeriousIllness {
    /// Pays on `base`; `before` entered and `used` was paid earlier in the year.
    pub fn pay(&self, before: Money, base: Money, used: Money) -> Money {
        let wanted = self.bands.between(before, before + base).round();
        self.limit.map_or(wanted, |limit| wanted.min((limit - used).or_zero()))
    }
}
