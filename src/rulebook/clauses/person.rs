//! What a kind of person gets beside the table: a factor on their share, points on the ratio, a
//! lower deductible 退休人员优惠.

use crate::domain::words::PersonType;
use crate::domain::{Money, Rate};

/// The advantage of some kinds of person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonAdvantage {
    pub persons: Vec<PersonType>,
    /// The person's share is multiplied by it: 0.80 turns 14 % into 11.2 %.
    pub share_factor: Option<Rate>,
    /// Added to the ratio after the factor.
    pub ratio_points: Option<Rate>,
    /// The ratio never passes it.
    pub ratio_at_most: Rate,
    /// Taken off the deductible, which stays at or above `deductible_at_least` (a figure that is
    /// lower anyway is not raised).
    pub deductible_minus: Money,
    pub deductible_at_least: Money,
}

impl PersonAdvantage {
    pub fn ratio(&self, ratio: Rate) -> Rate {
        let mut adjusted = ratio;
        if let Some(factor) = self.share_factor {
            adjusted = adjusted.complement().times(factor).complement();
        }
        if let Some(points) = self.ratio_points {
            adjusted = adjusted.plus_points(points);
        }
        // A limit on what is added never takes away what the table itself gives.
        adjusted.min(self.ratio_at_most.max(ratio))
    }

    pub fn deductible(&self, figure: Money) -> Money {
        let lowered = (figure - self.deductible_minus).or_zero();
        lowered.max(self.deductible_at_least.min(figure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect(text)
    }

    #[test]
    fn a_factor_works_on_the_share_and_points_on_the_ratio() {
        let nothing = PersonAdvantage {
            persons: vec![PersonType::Retired],
            share_factor: None,
            ratio_points: None,
            ratio_at_most: Rate::ONE,
            deductible_minus: Money::ZERO,
            deductible_at_least: Money::ZERO,
        };
        let factor = PersonAdvantage { share_factor: Some(rate("0.80")), ..nothing.clone() };
        assert_eq!(factor.ratio(rate("0.86")), rate("0.888"));
        let points = PersonAdvantage {
            ratio_points: Some(rate("0.03")),
            ratio_at_most: rate("0.99"),
            ..nothing
        };
        assert_eq!(points.ratio(rate("0.82")), rate("0.85"));
        assert_eq!(points.ratio(rate("0.98")), rate("0.99"));
    }

    #[test]
    fn a_lower_deductible_has_a_floor() {
        let rule = PersonAdvantage {
            persons: vec![PersonType::Retired],
            share_factor: None,
            ratio_points: None,
            ratio_at_most: Rate::ONE,
            deductible_minus: Money::from_yuan(100),
            deductible_at_least: Money::from_yuan(100),
        };
        for (figure, expected) in [(900, 800), (150, 100), (100, 100), (80, 80)] {
            let lowered = rule.deductible(Money::from_yuan(figure));
            assert_eq!(lowered, Money::from_yuan(expected), "{figure}");
        }
    }
}
