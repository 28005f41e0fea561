//! Explains one figure by another: a digit put in, left out, moved, or two exchanged.
//!
//! The surprise: putting in and leaving out look at the yuan only. With two fixed decimals, a
//! digit pushed in behind the point would be a shifted point, which is another mistake.

use crate::domain::{Money, Text};

/// The one change that turns the true figure into the written one. A place is a power of ten of
/// fen: 2 is the yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The place is the one in the written figure.
    Inserted {
        digit: u8,
        place: u32,
    },
    /// The place is the one in the true figure.
    Dropped {
        digit: u8,
        place: u32,
    },
    /// Digits as the true figure has them.
    Swapped {
        high: Spot,
        low: Spot,
    },
    Moved {
        digit: u8,
        from: u32,
        to: u32,
    },
}

/// A digit and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub digit: u8,
    pub place: u32,
}

const YUAN_PLACE: u32 = 2;
const ONE_YUAN: u64 = 100;

/// The change from `truth` to `written`, if a single one explains it. Signs must agree.
pub fn between(truth: Money, written: Money) -> Option<Change> {
    if truth == written || truth.is_negative() != written.is_negative() {
        return None;
    }
    let (truth, written) = (truth.fen().unsigned_abs(), written.fen().unsigned_abs());
    if truth < ONE_YUAN || written < ONE_YUAN {
        return None;
    }
    let (true_digits, written_digits) = (truth.ilog10() + 1, written.ilog10() + 1);
    if written_digits == true_digits + 1 {
        let (digit, place) = extra_digit(written, truth)?;
        return Some(Change::Inserted { digit, place });
    }
    if true_digits == written_digits + 1 {
        let (digit, place) = extra_digit(truth, written)?;
        return Some(Change::Dropped { digit, place });
    }
    if true_digits == written_digits { rearranged(truth, written) } else { None }
}

/// The digit of `long` without which it is `short`, at the highest place possible.
fn extra_digit(long: u64, short: u64) -> Option<(u8, u32)> {
    (YUAN_PLACE..=long.ilog10()).rev().find_map(|place| {
        let power = 10_u64.pow(place);
        let without = long / power / 10 * power + long % power;
        (without == short).then(|| (digit_at(long, place), place))
    })
}

/// Two digits exchanged, or one moved and those between shifted by one place.
fn rearranged(truth: u64, written: u64) -> Option<Change> {
    let differs = |&place: &u32| digit_at(truth, place) != digit_at(written, place);
    let places = 0..=truth.ilog10();
    let (low, high) = (places.clone().find(differs)?, places.rev().find(differs)?);
    let at = |place| Spot { digit: digit_at(truth, place), place };
    let inner_agree = (low + 1..high).all(|place| !differs(&place));
    let ends_exchanged =
        at(low).digit == digit_at(written, high) && at(high).digit == digit_at(written, low);
    if inner_agree && ends_exchanged {
        return Some(Change::Swapped { high: at(high), low: at(low) });
    }
    // The digit of one end stands at the other end; all between have made room by one place.
    let down = (low..high).all(|place| digit_at(truth, place) == digit_at(written, place + 1));
    if down && at(high).digit == digit_at(written, low) {
        return Some(Change::Moved { digit: at(high).digit, from: high, to: low });
    }
    let up = (low..high).all(|place| digit_at(truth, place + 1) == digit_at(written, place));
    let moved = up && at(low).digit == digit_at(written, high);
    moved.then(|| Change::Moved { digit: at(low).digit, from: low, to: high })
}

fn digit_at(figure: u64, place: u32) -> u8 {
    (figure / 10_u64.pow(place) % 10) as u8
}

/// Of how many figures as long as the written one a single one lies one such change away from the
/// truth: a short figure may well be met by chance, a long one hardly. At least 1.
pub fn one_in(change: Change, truth: Money, written: Money) -> u64 {
    let digits = |money: Money| u64::from(money.fen().unsigned_abs().max(1).ilog10() + 1);
    let (long, wide) = (digits(written), digits(truth));
    let figures = 9 * 10_u64.pow(long as u32 - 1);
    let reachable = match change {
        // Ten digits at every place from the yuan up.
        Change::Inserted { .. } => 10 * wide.saturating_sub(u64::from(YUAN_PLACE)) + 10,
        Change::Dropped { .. } => wide.saturating_sub(u64::from(YUAN_PLACE)),
        // Pairs that change places, and digits that go anywhere else.
        Change::Swapped { .. } | Change::Moved { .. } => wide * (wide - 1) / 2 + wide * (wide - 1),
    };
    (figures / reachable.max(1)).max(1)
}

impl Change {
    /// What was done, in words: `万位多写了一个 0`.
    pub fn text(self) -> Text {
        match self {
            Change::Inserted { digit, place } => Text::new(
                format!("{}位多写了一个 {digit}", place_zh(place)),
                format!("a {digit} was put in at the {} place", place_en(place)),
            ),
            Change::Dropped { digit, place } => Text::new(
                format!("{}位漏写了一个 {digit}", place_zh(place)),
                format!("a {digit} was left out at the {} place", place_en(place)),
            ),
            Change::Swapped { high, low } => Text::new(
                format!(
                    "{}位的 {} 与{}位的 {} 互换了",
                    place_zh(high.place),
                    high.digit,
                    place_zh(low.place),
                    low.digit
                ),
                format!(
                    "the {} of the {} place and the {} of the {} place were exchanged",
                    high.digit,
                    place_en(high.place),
                    low.digit,
                    place_en(low.place)
                ),
            ),
            Change::Moved { digit, from, to } => Text::new(
                format!("{} 由{}位移到了{}位", digit, place_zh(from), place_zh(to)),
                format!(
                    "a {digit} moved from the {} to the {} place",
                    place_en(from),
                    place_en(to)
                ),
            ),
        }
    }
}

const PLACES: [(&str, &str); 13] = [
    ("分", "fen"),
    ("角", "jiao"),
    ("个", "yuan"),
    ("十", "tens"),
    ("百", "hundreds"),
    ("千", "thousands"),
    ("万", "ten-thousands"),
    ("十万", "hundred-thousands"),
    ("百万", "millions"),
    ("千万", "ten-millions"),
    ("亿", "hundred-millions"),
    ("十亿", "billions"),
    ("百亿", "ten-billions"),
];

/// Past the named places only the power of ten is told.
fn place_zh(place: u32) -> String {
    let named = PLACES.get(place as usize);
    named.map_or_else(|| format!("10^{} 元", place - YUAN_PLACE), |(zh, _)| (*zh).to_owned())
}

fn place_en(place: u32) -> String {
    let named = PLACES.get(place as usize);
    named.map_or_else(|| format!("10^{} yuan", place - YUAN_PLACE), |(_, en)| (*en).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(truth: &str, written: &str) -> Option<String> {
        let money = |text| Money::parse(text).expect(text);
        between(money(truth), money(written)).map(|change| change.text().zh)
    }

    #[test]
    fn one_changed_digit_is_named_with_its_place() {
        for (truth, written, expected) in [
            ("15263.14", "105263.14", "万位多写了一个 0"),
            ("452.00", "5452.00", "千位多写了一个 5"),
            ("452.00", "4520.00", "个位多写了一个 0"),
            ("5.00", "55.00", "十位多写了一个 5"),
            ("-452.00", "-5452.00", "千位多写了一个 5"),
            ("5452.00", "452.00", "千位漏写了一个 5"),
            ("1234.56", "1324.56", "百位的 2 与十位的 3 互换了"),
            ("1234.56", "4231.56", "千位的 1 与个位的 4 互换了"),
            ("12.34", "13.24", "个位的 2 与角位的 3 互换了"),
            ("1234.56", "2341.56", "1 由千位移到了个位"),
            ("1234.56", "4123.56", "4 由个位移到了千位"),
            ("10000000000000.00", "12000000000000.00", ""),
        ] {
            let expected = Some(expected.to_owned()).filter(|text| !text.is_empty());
            assert_eq!(said(truth, written), expected, "{truth} → {written}");
        }
    }

    #[test]
    fn what_takes_two_changes_is_not_explained() {
        for (truth, written) in [
            ("15263.14", "15263.14"),
            ("15263.14", "18263.14"),
            ("15263.14", "152631.40"),
            ("15263.14", "125263.41"),
            ("5.00", "105.00"),
            ("0.50", "10.50"),
            ("452.00", "-5452.00"),
            ("1234.00", "2143.00"),
        ] {
            assert_eq!(said(truth, written), None, "{truth} → {written}");
        }
    }

    #[test]
    fn the_longer_a_figure_the_less_it_is_met_by_chance() {
        for (truth, written, expected) in [
            ("5.00", "55.00", 450),
            ("452.00", "5452.00", 22_500),
            ("15263.14", "105263.14", 1_500_000),
            ("5452.00", "452.00", 22_500),
            ("1234.56", "1324.56", 20_000),
        ] {
            let money = |text| Money::parse(text).expect(text);
            let (truth, written) = (money(truth), money(written));
            let change = between(truth, written).expect("one change");
            assert_eq!(one_in(change, truth, written), expected, "{truth} → {written}");
        }
    }

    #[test]
    fn the_odds_against_chance_are_never_overstated() {
        for truth in [12_300_i64, 45_231, 99_999, 10_000] {
            let truth = Money::from_fen(truth);
            let inserted = (100_000..1_000_000).map(Money::from_fen);
            let met = inserted.filter(|&written| between(truth, written).is_some()).count() as u64;
            let change = Change::Inserted { digit: 1, place: 2 };
            let estimate = one_in(change, truth, Money::from_fen(100_000));
            assert!(estimate <= 900_000 / met.max(1), "{truth}: 1 in {estimate}, {met} met");
        }
    }

    proptest! {
        #[test]
        fn a_digit_put_in_is_always_explained_and_going_back_is_a_digit_left_out(
            fen in 100_i64..1_000_000_000_000,
            digit in 0_i64..10,
            place in 2_u32..14,
        ) {
            let power = 10_i64.pow(place);
            let longer = fen / power * power * 10 + digit * power + fen % power;
            prop_assume!(longer.ilog10() == fen.ilog10() + 1);
            let (truth, written) = (Money::from_fen(fen), Money::from_fen(longer));
            let put_in = matches!(between(truth, written), Some(Change::Inserted { .. }));
            let left_out = matches!(between(written, truth), Some(Change::Dropped { .. }));
            prop_assert!(put_in && left_out);
        }

        #[test]
        fn no_pair_of_figures_stops_the_program(truth: i64, written: i64) {
            let change = between(Money::from_fen(truth), Money::from_fen(written));
            prop_assert!(change.is_none_or(|change| !change.text().zh.is_empty()));
        }
    }
}
