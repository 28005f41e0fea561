//! Deductible 起付线: what the person pays before the fund pays anything.

use crate::domain::{Money, Rate};

use super::{Seat, TierTable};

/// How a deductible is fixed.
#[derive(Clone, Debug, PartialEq)]
pub enum Deductible {
    /// Per stay, by its ordinal in the year: the last figure repeats.
    ByStay {
        figures: TierTable<Vec<Money>>,
        /// A transfer on the day of discharge goes on as the same stay.
        transfer_is_one_stay: bool,
    },
    /// A share of this stay's total cost, between a floor and a ceiling.
    ShareOfTotal { rate: Rate, floor: Money, ceiling: Money },
}

impl Deductible {
    /// The figure for a stay, before the person's reductions; none where the table has no row.
    ///
    /// `ordinal` counts from 1; `total` is the claim's total.
    pub fn figure(&self, seat: Seat, ordinal: u16, total: Money) -> Option<Money> {
        match self {
            Deductible::ByStay { figures, .. } => {
                let stays = figures.get(seat)?;
                let place = usize::from(ordinal.max(1) - 1).min(stays.len().checked_sub(1)?);
                stays.get(place).copied()
            }
            Deductible::ShareOfTotal { rate, floor, ceiling } => {
                Some(rate.of_rounded(total).max(*floor).min(*ceiling))
            }
        }
    }

    pub fn transfer_is_one_stay(&self) -> bool {
        matches!(self, Deductible::ByStay { transfer_is_one_stay: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::{PersonType, Tier};
    use crate::rulebook::clauses::TierRow;

    const SEAT: Seat = Seat { tier: Tier::Three, owner: None, person: PersonType::Active };

    #[test]
    fn the_last_figure_repeats() {
        let yuan = |amounts: &[i64]| amounts.iter().map(|&y| Money::from_yuan(y)).collect();
        let rule = Deductible::ByStay {
            figures: TierTable {
                rows: vec![TierRow {
                    tier: Tier::Three,
                    owners: Vec::new(),
                    persons: Vec::new(),
                    value: yuan(&[800, 600, 480]),
                }],
            },
            transfer_is_one_stay: false,
        };
        for (ordinal, expected) in [(0, 800), (1, 800), (2, 600), (3, 480), (9, 480)] {
            let figure = rule.figure(SEAT, ordinal, Money::ZERO);
            assert_eq!(figure, Some(Money::from_yuan(expected)), "stay {ordinal}");
        }
        let other_tier = Seat { tier: Tier::One, ..SEAT };
        assert_eq!(rule.figure(other_tier, 1, Money::ZERO), None);
    }

    #[test]
    fn a_share_of_the_cost_stays_between_floor_and_ceiling() {
        let rule = Deductible::ShareOfTotal {
            rate: Rate::parse("0.20").expect("a rate"),
            floor: Money::from_yuan(2_000),
            ceiling: Money::from_yuan(10_000),
        };
        for (total, expected) in [(500_000, 200_000), (1_234_567, 246_913), (9_000_000, 1_000_000)]
        {
            let figure = rule.figure(SEAT, 1, Money::from_fen(total));
            assert_eq!(figure, Some(Money::from_fen(expected)), "total {total}");
        }
    }
}
