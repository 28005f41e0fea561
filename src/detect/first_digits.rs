//! First digits of amounts and Benford's law 本福特定律, in whole numbers.
//!
//! The surprise: amounts of care often break the law by themselves, for prices are regulated. So a
//! group is odd only if it breaks the law and also differs from all the others, and if its figures
//! are spread widely enough for the law to hold at all.

use crate::domain::Money;

const DIGITS: usize = 9;
/// What part of 100,000 figures begins with 1, 2, … 9: log₁₀(1 + 1/d).
const BENFORD: [u64; DIGITS] = [30_103, 17_609, 12_494, 9_691, 7_918, 6_695, 5_799, 5_115, 4_576];
const WHOLE: u64 = 100_000;
/// Chi-square values are kept in hundredths.
const SCALE: u128 = 100;
/// Eight degrees of freedom, one in a thousand by chance: 26.12.
const CRITICAL: u128 = 2_612;
/// With many figures the smallest difference is past chance; it must also be large: chi-square at
/// least a tenth of the count.
const EFFECT_PARTS: u128 = 10;
/// The largest figure is so many times the smallest: two orders of magnitude.
const SPREAD: i64 = 100;

/// How many figures begin with each digit, and between which they lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    counts: [u64; DIGITS],
    spread: Option<(i64, i64)>,
}

/// The first digit of an amount that is positive.
pub fn leading(amount: Money) -> Option<u8> {
    let mut fen = amount.fen();
    while fen >= 10 {
        fen /= 10;
    }
    u8::try_from(fen).ok().filter(|digit| *digit > 0)
}

impl Digits {
    pub fn of(amounts: impl Iterator<Item = Money>) -> Digits {
        amounts.fold(Digits::default(), |mut digits, amount| {
            if let Some(digit) = leading(amount) {
                digits.counts[usize::from(digit) - 1] += 1;
                let fen = amount.fen();
                let (low, high) = digits.spread.unwrap_or((fen, fen));
                digits.spread = Some((low.min(fen), high.max(fen)));
            }
            digits
        })
    }

    /// The figures that are left when those of a part are taken out.
    pub fn without(&self, part: &Digits) -> Digits {
        let mut counts = self.counts;
        counts.iter_mut().zip(part.counts).for_each(|(count, of_part)| *count -= of_part);
        Digits { counts, spread: self.spread }
    }

    /// Whether the digits break the law and differ from those of the others, where the figures
    /// are spread widely enough. Without others only the law is asked.
    pub fn are_odd_beside(&self, others: &Digits) -> bool {
        let is_spread = self.spread.is_some_and(|(low, high)| high / SPREAD >= low);
        let is_odd = |chi_square: u128| {
            let effect = chi_square * EFFECT_PARTS >= u128::from(self.count()) * SCALE;
            chi_square > CRITICAL && effect
        };
        let differs = || others.count() < self.count() || is_odd(self.chi_square_beside(others));
        is_spread && is_odd(self.chi_square()) && differs()
    }

    /// The digit that occurs furthest above what the law gives.
    pub fn most_in_excess(&self) -> u8 {
        let excess = |digit: &u8| {
            let at = usize::from(*digit) - 1;
            i128::from(self.counts[at] * WHOLE) - i128::from(self.count() * BENFORD[at])
        };
        // The first of equals.
        (1..=DIGITS as u8).rev().max_by_key(excess).unwrap_or(1)
    }

    /// How many figures ought to begin with the digit.
    pub fn expected(&self, digit: u8) -> u64 {
        self.count() * BENFORD[usize::from(digit) - 1] / WHOLE
    }

    /// As people write it: `31.27`.
    pub fn chi_square_shown(&self) -> String {
        let hundredths = self.chi_square();
        format!("{}.{:02}", hundredths / SCALE, hundredths % SCALE)
    }

    fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Σ (O − E)² / E against the law, with E = n·e / 100,000: each term is
    /// (100,000·O − n·e)² / (100,000·n·e).
    fn chi_square(&self) -> u128 {
        let count = u128::from(self.count());
        let terms = self.counts.iter().zip(BENFORD).map(|(&seen, share)| {
            let (seen, expected) =
                (u128::from(seen) * u128::from(WHOLE), count * u128::from(share));
            let off = seen.abs_diff(expected);
            (off * off * SCALE).checked_div(expected * u128::from(WHOLE)).unwrap_or_default()
        });
        terms.sum()
    }

    /// The same between two groups of n and m figures: each digit gives
    /// (O·m − P·n)² / (n·m·(O + P)).
    fn chi_square_beside(&self, others: &Digits) -> u128 {
        let (own, other) = (u128::from(self.count()), u128::from(others.count()));
        let pairs = self.counts.iter().zip(&others.counts);
        let terms = pairs.map(|(&seen, &there)| {
            let (seen, there) = (u128::from(seen), u128::from(there));
            let off = (seen * other).abs_diff(there * own);
            (off * off * SCALE).checked_div(own * other * (seen + there)).unwrap_or_default()
        });
        terms.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: [u64; DIGITS]) -> Digits {
        Digits { counts, spread: Some((100, 10_000)) }
    }

    /// What the law gives of a thousand figures.
    const LAWFUL: [u64; DIGITS] = [301, 176, 125, 97, 79, 67, 58, 51, 46];

    #[test]
    fn a_figure_begins_with_its_first_digit() {
        for (amount, expected) in [
            ("0.07", Some(7)),
            ("12.34", Some(1)),
            ("98765.43", Some(9)),
            ("0", None),
            ("-3", None),
        ] {
            assert_eq!(leading(Money::parse(amount).expect(amount)), expected, "{amount}");
        }
    }

    #[test]
    fn the_law_adds_up() {
        assert_eq!(BENFORD.iter().sum::<u64>(), WHOLE);
        assert!(of(LAWFUL).chi_square() < 10);
        assert_eq!(of([0; DIGITS]).chi_square(), 0);
    }

    #[test]
    fn chi_square_is_what_the_formula_gives() {
        // All hundred begin with 1: 69.897² / 30.103 and the sum of the other shares, 69.897.
        let ones = of([100, 0, 0, 0, 0, 0, 0, 0, 0]);
        let exact = 23_219; // 162.29 + 69.89
        assert!(ones.chi_square().abs_diff(exact) <= DIGITS as u128, "{}", ones.chi_square());
        assert_eq!(ones.chi_square_shown(), "232.14");
        // 10 and 10 of ones beside 10 of ones and 10 of twos: 20·(…): 40/3 = 13.33.
        let (one, two) = (of([20, 0, 0, 0, 0, 0, 0, 0, 0]), of([10, 10, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(one.chi_square_beside(&two), 1_333);
    }

    #[test]
    fn odd_is_what_breaks_the_law_and_differs_from_the_others() {
        let nines = of([20, 15, 10, 8, 7, 5, 5, 5, 25]);
        let lawful = of(LAWFUL);
        assert!(nines.are_odd_beside(&lawful));
        assert!(!nines.are_odd_beside(&of(nines.counts.map(|count| count * 3))), "all are so");
        assert!(!lawful.are_odd_beside(&nines));
        assert!(nines.are_odd_beside(&of([0; DIGITS])), "nobody to compare with");
        let narrow = Digits { spread: Some((101, 10_000)), ..nines };
        assert!(!narrow.are_odd_beside(&lawful), "less than two orders of magnitude");
        assert_eq!(nines.most_in_excess(), 9);
        assert_eq!(nines.expected(9), 4);
    }

    #[test]
    fn many_figures_that_are_off_a_little_are_not_odd() {
        // Chi-square grows with the count; what matters is how far off they are.
        let off = LAWFUL.map(|count| count * 10);
        let mut off = of(off);
        (off.counts[0], off.counts[8]) = (off.counts[0] - 300, off.counts[8] + 300);
        assert!(off.chi_square() > CRITICAL);
        assert!(!off.are_odd_beside(&of(LAWFUL.map(|count| count * 20))));
    }
}
