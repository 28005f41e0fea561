//! Money 金额: whole fen. Sums are exact or they stop the program; there is no float anywhere.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;

/// An amount of money in fen (分), negative for reversals.
///
/// Overflow panics in every build: a batch of that size is a fault in the input, and a wrapped
/// sum would be a wrong payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyFault {
    /// Not a decimal number at all.
    NotANumber,
    /// A genuine third decimal: an amount is whole fen.
    FractionOfFen,
    /// More than about 92 quadrillion yuan.
    TooLarge,
}

impl Money {
    pub const ZERO: Money = Money(0);

    pub const fn from_fen(fen: i64) -> Money {
        Money(fen)
    }

    pub const fn from_yuan(yuan: i64) -> Money {
        match yuan.checked_mul(100) {
            Some(fen) => Money(fen),
            None => panic!("an amount in yuan past the range of fen"),
        }
    }

    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal such as `1234.5` or `-3` (no separators, no currency sign).
    pub fn parse(text: &str) -> Result<Money, MoneyFault> {
        let yuan = Decimal::from_str_exact(text.trim()).map_err(|_| MoneyFault::NotANumber)?;
        Money::from_decimal(yuan)
    }

    /// Takes an exact number of yuan; refuses a fraction of a fen.
    pub fn from_decimal(yuan: Decimal) -> Result<Money, MoneyFault> {
        let fen = yuan.checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyFault::TooLarge)?.normalize();
        if fen.scale() > 0 {
            return Err(MoneyFault::FractionOfFen);
        }
        i64::try_from(fen.mantissa()).map(Money).map_err(|_| MoneyFault::TooLarge)
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub fn abs(self) -> Money {
        Money(self.0.checked_abs().expect("an amount past the range of fen"))
    }

    /// `self` or nothing, whichever is larger: what is left after taking too much away.
    pub fn or_zero(self) -> Money {
        self.max(Money::ZERO)
    }
}

impl fmt::Display for Money {
    /// Yuan with two decimals, as every machine output writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        let written = format!("{sign}{}.{:02}", fen / 100, fen % 100);
        f.pad(&written)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.checked_add(other.0).expect("a sum past the range of fen"))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.checked_sub(other.0).expect("a difference past the range of fen"))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(self.0.checked_neg().expect("an amount past the range of fen"))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Money> for Money {
    fn sum<I: Iterator<Item = &'a Money>>(amounts: I) -> Money {
        amounts.copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_fen_or_it_is_refused() {
        for (text, expected) in [
            ("0.1", Ok(10)),
            ("1234.50", Ok(123_450)),
            ("-3", Ok(-300)),
            ("1.500", Ok(150)),
            ("1.005", Err(MoneyFault::FractionOfFen)),
            ("一元", Err(MoneyFault::NotANumber)),
            ("", Err(MoneyFault::NotANumber)),
            ("99999999999999999999", Err(MoneyFault::TooLarge)),
        ] {
            assert_eq!(Money::parse(text).map(Money::fen), expected, "{text}");
        }
    }

    #[test]
    fn it_is_written_in_yuan_with_two_decimals() {
        assert_eq!(Money::from_fen(-5).to_string(), "-0.05");
        assert_eq!(Money::from_fen(1_704_960).to_string(), "17049.60");
        assert_eq!(format!("{:>8}", Money::from_fen(1)), "    0.01");
    }

    #[test]
    #[should_panic(expected = "past the range")]
    fn a_sum_that_does_not_fit_stops_the_program() {
        let _ = Money::from_fen(i64::MAX) + Money::from_fen(1);
    }
}
