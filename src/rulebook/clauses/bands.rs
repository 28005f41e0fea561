//! Ratio bands 分段: an amount axis cut into pieces, each with its own ratio. The sum over the
//! pieces is exact; whoever asks rounds it once.

use crate::domain::{Exact, Money, Rate};

/// Consecutive bands; the last has no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands {
    bands: Vec<Band>,
}

/// From the former band's end (or zero) up to and including `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub to: Option<Money>,
    pub ratio: Rate,
}

/// The part of an amount that lies in one band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    pub from: Money,
    pub to: Option<Money>,
    pub amount: Money,
    pub ratio: Rate,
}

/// Why bands are not bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandsFault {
    Empty,
    NotAscending,
    /// A band after one without an end, or a last band with one.
    OpenEnd,
}

impl Bands {
    pub fn new(bands: Vec<Band>) -> Result<Bands, BandsFault> {
        let (last, before) = bands.split_last().ok_or(BandsFault::Empty)?;
        if last.to.is_some() || before.iter().any(|band| band.to.is_none()) {
            return Err(BandsFault::OpenEnd);
        }
        let mut floor = Money::ZERO;
        for to in before.iter().filter_map(|band| band.to) {
            if to <= floor {
                return Err(BandsFault::NotAscending);
            }
            floor = to;
        }
        Ok(Bands { bands })
    }

    /// One ratio for every amount.
    pub fn flat(ratio: Rate) -> Bands {
        Bands { bands: vec![Band { to: None, ratio }] }
    }

    /// The bands with every ratio changed.
    pub fn map(&self, change: impl Fn(Rate) -> Rate) -> Bands {
        let bands = self.bands.iter().map(|b| Band { to: b.to, ratio: change(b.ratio) });
        Bands { bands: bands.collect() }
    }

    /// The ratio of the first band, as reports name a table.
    pub fn first_ratio(&self) -> Rate {
        self.bands.first().map_or(Rate::ZERO, |band| band.ratio)
    }

    /// Cuts the stretch of the axis from `low` to `high` into its bands, empty pieces left out.
    pub fn slices(&self, low: Money, high: Money) -> impl Iterator<Item = Slice> {
        let mut from = Money::ZERO;
        self.bands.iter().filter_map(move |band| {
            let start = from.max(low);
            let end = band.to.map_or(high, |to| to.min(high));
            let slice =
                Slice { from, to: band.to, amount: (end - start).or_zero(), ratio: band.ratio };
            from = band.to.unwrap_or(high);
            slice.amount.is_positive().then_some(slice)
        })
    }

    /// The exact sum over the stretch from `low` to `high`.
    pub fn between(&self, low: Money, high: Money) -> Exact {
        self.slices(low, high).fold(Exact::ZERO, |sum, slice| sum + slice.ratio.of(slice.amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(parts: &[(Option<i64>, &str)]) -> Result<Bands, BandsFault> {
        Bands::new(
            parts
                .iter()
                .map(|(to, ratio)| Band {
                    to: to.map(Money::from_yuan),
                    ratio: Rate::parse(ratio).expect("a ratio"),
                })
                .collect(),
        )
    }

    #[test]
    fn a_stretch_of_the_axis_is_paid_band_by_band() {
        let serious = bands(&[
            (Some(12_000), "0"),
            (Some(30_000), "0.60"),
            (Some(100_000), "0.65"),
            (None, "0.75"),
        ])
        .expect("bands");
        let paid = |low, high| {
            serious.between(Money::from_yuan(low), Money::from_yuan(high)).round().to_string()
        };
        assert_eq!(paid(0, 150_000), "93800.00");
        assert_eq!(paid(0, 12_000), "0.00");
        assert_eq!(paid(20_000, 40_000), "12500.00");
        assert_eq!(paid(40_000, 20_000), "0.00");
    }

    #[test]
    fn bands_ascend_and_end_open() {
        assert_eq!(bands(&[]), Err(BandsFault::Empty));
        assert_eq!(bands(&[(Some(5), "0.1")]), Err(BandsFault::OpenEnd));
        assert_eq!(bands(&[(None, "0.1"), (None, "0.2")]), Err(BandsFault::OpenEnd));
        let twice = [(Some(5), "0.1"), (Some(5), "0.2"), (None, "0.3")];
        assert_eq!(bands(&twice), Err(BandsFault::NotAscending));
    }
}
