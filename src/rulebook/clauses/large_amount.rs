//! Large-amount fund 大额医疗互助 of employees: pays above the basic pool's limit, at its own
//! ratio, which no access route reduces.

use crate::domain::words::PersonType;
use crate::domain::{Money, Rate};

/// The layer above the basic pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeAmount {
    pub shares: Vec<LargeShare>,
    /// What the layer pays in a year at most; none: no limit.
    pub limit: Option<Money>,
}

/// The ratio for some kinds of person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeShare {
    pub persons: Vec<PersonType>,
    pub ratio: Rate,
    /// A further share that a supplement pays on the same base (Beijing's retirees).
    pub supplement: Rate,
}

/// What the layer paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LargePaid {
    pub ratio: Rate,
    pub fund: Money,
    pub supplement: Money,
}

impl LargeAmount {
    /// Pays on `base`, with `used` already paid this year; none for persons it does not name.
    pub fn pay(&self, person: PersonType, base: Money, used: Money) -> Option<LargePaid> {
        let share = self.shares.iter().find(|share| share.persons.contains(&person))?;
        let wanted = share.ratio.of_rounded(base);
        let room = self.limit.map_or(wanted, |limit| (limit - used).or_zero());
        let fund = wanted.min(room);
        // Where the room ends the base that was paid ends with it, for the supplement too.
        let paid_base = if fund == wanted { base } else { share.ratio.base_of(fund)?.min(base) };
        let supplement = share.supplement.of_rounded(paid_base).min(base - fund);
        Some(LargePaid { ratio: share.ratio, fund, supplement })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_stops_at_its_limit() {
        let rate = |text| Rate::parse(text).expect(text);
        let layer = LargeAmount {
            shares: vec![LargeShare {
                persons: vec![PersonType::Retired],
                ratio: rate("0.80"),
                supplement: rate("0.10"),
            }],
            limit: Some(Money::from_yuan(400_000)),
        };
        let paid = |base, used| {
            layer
                .pay(PersonType::Retired, Money::from_yuan(base), Money::from_yuan(used))
                .map(|p| (p.fund.to_string(), p.supplement.to_string()))
        };
        assert_eq!(paid(10_000, 0), Some(("8000.00".into(), "1000.00".into())));
        assert_eq!(paid(10_000, 396_000), Some(("4000.00".into(), "500.00".into())));
        assert_eq!(paid(10_000, 400_000), Some(("0.00".into(), "0.00".into())));
        assert_eq!(layer.pay(PersonType::Active, Money::from_yuan(1), Money::ZERO), None);
    }
}
