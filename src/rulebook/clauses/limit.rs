//! Annual limit 封顶线 of the basic pool, in whichever of its three meanings the region uses.

use crate::domain::Money;
use crate::flow::decisions::LimitMeaning;

use super::bands::{Bands, Slice};

/// What the basic pool bears at most in a benefit year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub meaning: LimitMeaning,
    pub amount: Money,
}

/// What entered the basic pool under a limit, and what was over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The part of the amount (after the deductible) that the bands were applied to.
    pub entered: Money,
    /// The rest, which goes on to the next layer.
    pub over: Money,
    pub fund: Money,
    pub slices: Vec<Slice>,
}

/// Applies `bands` to the stretch of axis from `low` on which `amount` lies, within the room that
/// the limit leaves. Without a limit everything enters.
pub fn admit(
    bands: &Bands,
    low: Money,
    amount: Money,
    room: Option<(LimitMeaning, Money)>,
) -> Admitted {
    let all = |entered: Money| {
        let high = low + entered;
        Admitted {
            entered,
            over: amount - entered,
            fund: bands.between(low, high).round(),
            slices: bands.slices(low, high).collect(),
        }
    };
    match room {
        None => all(amount),
        Some((LimitMeaning::Entering | LimitMeaning::FundAndPerson, room)) => {
            all(amount.min(room.or_zero()))
        }
        Some((LimitMeaning::Fund, room)) => {
            let full = all(amount);
            if full.fund <= room { full } else { up_to_fund(bands, low, amount, room.or_zero()) }
        }
    }
}

/// The fund pays exactly `room`; inside the band where it ends, `round(room left / ratio)` of the
/// amount entered.
fn up_to_fund(bands: &Bands, low: Money, amount: Money, room: Money) -> Admitted {
    let mut entered = Money::ZERO;
    let mut slices = Vec::new();
    for slice in bands.slices(low, low + amount) {
        let before = bands.between(low, low + entered);
        let with_whole = before + slice.ratio.of(slice.amount);
        if with_whole.round() <= room {
            entered += slice.amount;
            slices.push(slice);
            continue;
        }
        let left = room - before.round();
        let part = slice.ratio.base_of(left).unwrap_or(Money::ZERO).min(slice.amount);
        entered += part;
        slices.push(Slice { amount: part, ..slice });
        break;
    }
    slices.retain(|slice| slice.amount.is_positive());
    Admitted { entered, over: amount - entered, fund: room.min(entered), slices }
}

impl Limit {
    /// The ratio table's answer never needs more than this much of the year's room.
    pub fn room(&self, used: Money) -> (LimitMeaning, Money) {
        (self.meaning, (self.amount - used).or_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Rate;
    use crate::rulebook::clauses::bands::Band;

    fn beijing_tier_three() -> Bands {
        let band = |to: Option<i64>, ratio| Band {
            to: to.map(Money::from_yuan),
            ratio: Rate::parse(ratio).expect(ratio),
        };
        Bands::new(vec![band(Some(30_000), "0.85"), band(Some(40_000), "0.90"), band(None, "0.95")])
            .expect("bands")
    }

    fn check(amount: i64, room: Option<(LimitMeaning, i64)>, expected: (&str, &str, &str)) {
        let low = Money::from_yuan(1_300);
        let room = room.map(|(meaning, yuan)| (meaning, Money::from_yuan(yuan)));
        let admitted = admit(&beijing_tier_three(), low, Money::from_yuan(amount), room);
        let shown =
            (admitted.entered.to_string(), admitted.over.to_string(), admitted.fund.to_string());
        assert_eq!((shown.0.as_str(), shown.1.as_str(), shown.2.as_str()), expected);
        assert_eq!(admitted.slices.iter().map(|s| s.amount).sum::<Money>(), admitted.entered);
    }

    #[test]
    fn without_a_limit_everything_enters() {
        check(10_700, None, ("10700.00", "0.00", "9095.00"));
    }

    #[test]
    fn a_limit_on_the_fund_ends_inside_a_band() {
        // 28,700 at 85 % = 24,395; 605 of the 25,000 left, at 90 % that is 672.22 of the amount.
        let limit = Some((LimitMeaning::Fund, 25_000));
        check(50_000, limit, ("29372.22", "20627.78", "25000.00"));
        check(10_700, limit, ("10700.00", "0.00", "9095.00"));
        check(10_700, Some((LimitMeaning::Fund, 0)), ("0.00", "10700.00", "0.00"));
    }

    #[test]
    fn a_limit_on_what_enters_cuts_the_amount() {
        check(10_700, Some((LimitMeaning::Entering, 700)), ("700.00", "10000.00", "595.00"));
        check(10_700, Some((LimitMeaning::FundAndPerson, -5)), ("0.00", "10700.00", "0.00"));
    }
}
