//! Rates, quantities and unit prices: exact fixed-point numbers, and the one place that rounds.
//!
//! A [`Rate`] counts in billionths of a thousandth (1e-12). Data files may give four decimals,
//! so the product of three rates (person share × factor × route factor) is still exact.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use rust_decimal::Decimal;

use super::money::Money;

const RATE_ONE: i64 = 1_000_000_000_000;
const RATE_DECIMALS: u32 = 4;
const QUANTITY_ONE: i64 = 10_000;
const PRICE_YUAN: i64 = 1_000_000;
const PRICE_FEN: i64 = PRICE_YUAN / 100;
/// Quantity × unit price counts in 1e-10 yuan; a fen is this many of them.
const PRODUCT_FEN: i128 = (QUANTITY_ONE as i128) * (PRICE_YUAN as i128) / 100;

/// A share between 0 and 1, exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

/// Why a text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateFault {
    NotANumber,
    OutOfRange,
    TooManyDecimals,
}

impl Rate {
    pub const ZERO: Rate = Rate(0);
    pub const ONE: Rate = Rate(RATE_ONE);

    /// Reads `0.888`; at most four decimals, within 0..=1.
    pub fn parse(text: &str) -> Result<Rate, RateFault> {
        let value = Decimal::from_str_exact(text.trim()).map_err(|_| RateFault::NotANumber)?;
        if value < Decimal::ZERO || value > Decimal::ONE {
            return Err(RateFault::OutOfRange);
        }
        if value.normalize().scale() > RATE_DECIMALS {
            return Err(RateFault::TooManyDecimals);
        }
        let scaled = (value * Decimal::from(RATE_ONE)).normalize();
        i64::try_from(scaled.mantissa()).map(Rate).map_err(|_| RateFault::OutOfRange)
    }

    /// `1 − self`: the other party's share.
    pub fn complement(self) -> Rate {
        Rate(RATE_ONE - self.0)
    }

    /// `self × factor`. Exact for up to three factors of four decimals.
    ///
    /// # Panics
    /// When the product has more digits than a rate can hold; data files cannot bring that about.
    pub fn times(self, factor: Rate) -> Rate {
        let product = i128::from(self.0) * i128::from(factor.0);
        let one = i128::from(RATE_ONE);
        assert!(product % one == 0, "a product of more than three rates");
        Rate((product / one) as i64)
    }

    /// `self + points`, at most 1.
    pub fn plus_points(self, points: Rate) -> Rate {
        Rate((self.0 + points.0).min(RATE_ONE))
    }

    /// `self − points`, at least 0.
    pub fn minus_points(self, points: Rate) -> Rate {
        Rate((self.0 - points.0).max(0))
    }

    /// The exact product, to be summed before it is rounded.
    pub fn of(self, amount: Money) -> Exact {
        Exact(i128::from(amount.fen()) * i128::from(self.0))
    }

    /// The product, rounded half away from zero to the fen.
    pub fn of_rounded(self, amount: Money) -> Money {
        self.of(amount).round()
    }

    /// The amount of which `self` is `part`: `round(part / self)`; nothing when the rate is 0.
    pub fn base_of(self, part: Money) -> Option<Money> {
        if self.0 == 0 {
            return None;
        }
        let fen = divide_rounding(i128::from(part.fen()) * i128::from(RATE_ONE), self.0.into());
        Some(Money::from_fen(i64::try_from(fen).expect("an amount past the range of fen")))
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// As a number of percentage points: `10` for a tenth.
    pub fn percent(self) -> Decimal {
        Decimal::from_i128_with_scale(self.0.into(), 10).normalize()
    }
}

impl fmt::Display for Rate {
    /// As a percentage without trailing zeros: `88.8%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}

/// An exact amount between fen: a sum of money × rate that has not been rounded yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i128);

impl Exact {
    pub const ZERO: Exact = Exact(0);

    /// Half away from zero, to the fen. This is the only rounding of money in the program.
    pub fn round(self) -> Money {
        let fen = divide_rounding(self.0, RATE_ONE.into());
        Money::from_fen(i64::try_from(fen).expect("an amount past the range of fen"))
    }
}

impl Add for Exact {
    type Output = Exact;
    fn add(self, other: Exact) -> Exact {
        Exact(self.0.checked_add(other.0).expect("a sum past the range of fen"))
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Exact) {
        *self = *self + other;
    }
}

impl Sub for Exact {
    type Output = Exact;
    fn sub(self, other: Exact) -> Exact {
        Exact(self.0.checked_sub(other.0).expect("a difference past the range of fen"))
    }
}

/// How many units were billed 数量, up to four decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

/// Price of one unit 单价 in yuan, up to six decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitPrice(i64);

/// Why a number is not a quantity or a price: it has more decimals than the field allows, or
/// does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFine;

impl Quantity {
    pub const DECIMALS: u32 = 4;

    pub fn whole(units: u32) -> Quantity {
        Quantity(i64::from(units) * QUANTITY_ONE)
    }

    /// That many ten-thousandths.
    pub const fn from_units(units: i64) -> Quantity {
        Quantity(units)
    }

    /// How many ten-thousandths it is.
    pub const fn units(self) -> i64 {
        self.0
    }

    pub fn from_decimal(value: Decimal) -> Result<Quantity, TooFine> {
        scaled(value, QUANTITY_ONE).map(Quantity)
    }

    pub fn abs(self) -> Quantity {
        Quantity(self.0.abs())
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn plus(self, other: Quantity) -> Quantity {
        Quantity(self.0.checked_add(other.0).expect("a sum past the range of quantities"))
    }

    /// What is left after taking `other` away, at least nothing.
    pub fn less(self, other: Quantity) -> Quantity {
        Quantity((self.0 - other.0).max(0))
    }

    /// `round(amount · part / self)`: the share of a line that `part` of its units carry.
    pub fn share_of(self, part: Quantity, amount: Money) -> Money {
        let fen = divide_rounding(i128::from(amount.fen()) * i128::from(part.0), self.0.into());
        Money::from_fen(i64::try_from(fen).expect("an amount past the range of fen"))
    }
}

impl UnitPrice {
    pub const DECIMALS: u32 = 6;

    /// That many millionths of a yuan.
    pub const fn from_units(units: i64) -> UnitPrice {
        UnitPrice(units)
    }

    /// In millionths of a yuan.
    pub const fn units(self) -> i64 {
        self.0
    }

    pub fn from_decimal(yuan: Decimal) -> Result<UnitPrice, TooFine> {
        scaled(yuan, PRICE_YUAN).map(UnitPrice)
    }

    pub fn parse(text: &str) -> Option<UnitPrice> {
        UnitPrice::from_decimal(Decimal::from_str_exact(text.trim()).ok()?).ok()
    }

    pub fn abs(self) -> UnitPrice {
        UnitPrice(self.0.abs())
    }

    /// The price as an amount; nothing where it is finer than the fen.
    pub fn whole_fen(self) -> Option<Money> {
        (self.0 % PRICE_FEN == 0).then(|| Money::from_fen(self.0 / PRICE_FEN))
    }

    /// `round(price × quantity)` to the fen.
    pub fn times(self, quantity: Quantity) -> Money {
        self.checked_times(quantity).expect("an amount past the range of fen")
    }

    /// As [`UnitPrice::times`]; nothing where the product is no amount of money any more, which
    /// a mistyped quantity can bring about.
    pub fn checked_times(self, quantity: Quantity) -> Option<Money> {
        let fen = divide_rounding(i128::from(self.0) * i128::from(quantity.0), PRODUCT_FEN);
        i64::try_from(fen).ok().map(Money::from_fen)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0, Quantity::DECIMALS).normalize())
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut yuan = Decimal::new(self.0, UnitPrice::DECIMALS).normalize();
        if yuan.scale() < 2 {
            yuan.rescale(2);
        }
        write!(f, "{yuan}")
    }
}

fn scaled(value: Decimal, one: i64) -> Result<i64, TooFine> {
    let scaled = value.checked_mul(Decimal::from(one)).ok_or(TooFine)?.normalize();
    if scaled.scale() > 0 {
        return Err(TooFine);
    }
    i64::try_from(scaled.mantissa()).map_err(|_| TooFine)
}

/// Integer division, half away from zero. `divisor` is not zero.
fn divide_rounding(dividend: i128, divisor: i128) -> i128 {
    let quotient = dividend / divisor;
    let remainder = dividend % divisor;
    if remainder.abs() * 2 >= divisor.abs() {
        quotient + if (dividend < 0) == (divisor < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect(text)
    }

    #[test]
    fn five_percent_of_545_50_rounds_up_and_the_rest_is_the_difference() {
        let line = Money::from_fen(54_550);
        let first_pay = rate("0.05").of_rounded(line);
        assert_eq!(first_pay.to_string(), "27.28");
        assert_eq!((line - first_pay).to_string(), "518.22");
        assert_eq!(rate("0.05").of_rounded(-line), -first_pay);
    }

    #[test]
    fn the_retiree_factor_is_exact() {
        let ratio = rate("0.86").complement().times(rate("0.80")).complement();
        assert_eq!(ratio.to_string(), "88.8%");
        assert_eq!(ratio.of_rounded(Money::from_yuan(19_200)).to_string(), "17049.60");
    }

    #[test]
    fn a_rate_is_refused_outside_its_range_and_past_four_decimals() {
        assert_eq!(Rate::parse("1.01"), Err(RateFault::OutOfRange));
        assert_eq!(Rate::parse("-0.1"), Err(RateFault::OutOfRange));
        assert_eq!(Rate::parse("0.12345"), Err(RateFault::TooManyDecimals));
        assert_eq!(Rate::parse("15%"), Err(RateFault::NotANumber));
    }

    #[test]
    fn price_times_quantity_rounds_once() {
        let price = UnitPrice::parse("0.333333").expect("a price");
        let quantity = Quantity::from_decimal(Decimal::new(15, 1)).expect("a quantity");
        assert_eq!(price.times(quantity).to_string(), "0.50");
        assert_eq!(price.to_string(), "0.333333");
        assert_eq!(UnitPrice::parse("12").expect("a price").to_string(), "12.00");
    }

    #[test]
    fn the_base_of_a_part_undoes_the_rate() {
        let half = rate("0.5");
        assert_eq!(half.base_of(Money::from_fen(3)), Some(Money::from_fen(6)));
        assert_eq!(Rate::ZERO.base_of(Money::from_fen(3)), None);
    }
}
