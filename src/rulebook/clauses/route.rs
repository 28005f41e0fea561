//! What an access route does to the benefit 就医身份待遇: the five ways in which regions reduce
//! care elsewhere, and refusal.
//!
//! 下浮10% in a notice may mean points or a factor; a clause says which, never both by accident.

use crate::domain::words::{Route, Tier};
use crate::domain::{Money, Rate};

use super::deductible::Deductible;

/// The rule for some access routes.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRule {
    pub routes: Vec<Route>,
    pub effect: RouteEffect,
}

/// What happens to a claim on that route.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteEffect {
    /// As at home.
    Normal,
    /// The fund pays nothing.
    Refused,
    /// Paid with adjustments.
    Adjusted(Box<Adjustment>),
}

/// Adjustments of a route; any of them may be absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjustment {
    /// Taken off the ratio.
    pub points: Option<Rate>,
    /// The ratio is multiplied by it, after the points.
    pub factor: Option<Rate>,
    /// The person pays this share of what is in scope before anything else.
    pub person_first: Option<Rate>,
    pub deductible: Option<OtherDeductible>,
    /// This ratio instead of the table's.
    pub ratio: Option<Rate>,
    /// The table row of this tier instead of the hospital's own.
    pub base_tier: Option<Tier>,
}

/// Another deductible than the table's.
#[derive(Clone, Debug, PartialEq)]
pub enum OtherDeductible {
    /// A fixed figure.
    Figure(Money),
    /// So many times the table's figure.
    Times(u8),
    /// A rule of its own.
    Rule(Deductible),
}

impl RouteEffect {
    pub fn adjustment(&self) -> Option<&Adjustment> {
        match self {
            RouteEffect::Adjusted(adjustment) => Some(adjustment),
            RouteEffect::Normal | RouteEffect::Refused => None,
        }
    }
}

impl Adjustment {
    /// A ratio after the route: a row of its own replaces the table before this is asked.
    pub fn ratio(&self, ratio: Rate) -> Rate {
        let lowered = self.points.map_or(ratio, |points| ratio.minus_points(points));
        self.factor.map_or(lowered, |factor| lowered.times(factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_factor_are_told_apart() {
        let rate = |text: &str| Rate::parse(text).expect(text);
        let cut = |points: Option<&str>, factor: Option<&str>| Adjustment {
            points: points.map(rate),
            factor: factor.map(rate),
            ..Adjustment::default()
        };
        assert_eq!(cut(Some("0.20"), None).ratio(rate("0.60")), rate("0.40"));
        assert_eq!(cut(None, Some("0.80")).ratio(rate("0.60")), rate("0.48"));
        assert_eq!(cut(Some("0.20"), Some("0.50")).ratio(rate("0.60")), rate("0.20"));
        assert_eq!(cut(Some("0.70"), None).ratio(rate("0.60")), Rate::ZERO);
    }
}
