//! Ratio bands 分段: an amount axis cut into pieces, each with its own ratio. The sum over the
//! pieces is exact and rounded once, unless a region rounds each.

use crate::domain::words::words;
use crate::domain::{Exact, Money, Rate, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::{text, yuan};

words! {
    /// When what the bands pay is rounded.
    Rounding {
        Once = "once", "各段相加后取整到分";
        EachBand = "each_band", "每段各自取整到分";
    }
}
from_words! { Rounding }

/// Consecutive bands; the last has no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands {
    bands: Vec<Band>,
    rounding: Rounding,
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
        Ok(Bands { bands, rounding: Rounding::Once })
    }

    /// Reads `ratio = "0.85"`, one ratio for every amount, or `bands = [{ to, ratio }, …]`.
    pub fn read(keys: &mut Keys) -> Option<Bands> {
        if keys.has("ratio") == keys.has("bands") {
            keys.contradiction("ratio 和 bands 恰好写一个", "write exactly one of ratio and bands");
        }
        let flat = keys.maybe("ratio");
        let mut bands = Vec::new();
        let mut all_read = true;
        for mut band in keys.tables("bands") {
            let (to, ratio) = (band.maybe("to"), band.need("ratio"));
            band.end();
            match ratio {
                Some(ratio) => bands.push(Band { to, ratio }),
                None => all_read = false,
            }
        }
        if let Some(ratio) = flat {
            return Some(Bands::flat(ratio));
        }
        if !all_read || !keys.has("bands") {
            return None;
        }
        Bands::new(bands).map_err(|fault| fault.tell(keys)).ok()
    }

    /// One ratio for every amount.
    pub fn flat(ratio: Rate) -> Bands {
        Bands { bands: vec![Band { to: None, ratio }], rounding: Rounding::Once }
    }

    /// `85%`, or each band with its end.
    pub fn told(&self) -> Text {
        if let [only] = &self.bands[..] {
            return text(only.ratio.to_string(), only.ratio.to_string());
        }
        let mut from = None;
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for Band { to, ratio } in &self.bands {
            match (from, *to) {
                (None, Some(to)) => {
                    zh.push(format!("{}元以内{ratio}", yuan(to)));
                    en.push(format!("up to {} {ratio}", yuan(to)));
                }
                (Some(from), Some(to)) => {
                    zh.push(format!("{}至{}元{ratio}", yuan(from), yuan(to)));
                    en.push(format!("{} to {} {ratio}", yuan(from), yuan(to)));
                }
                (Some(from), None) => {
                    zh.push(format!("{}元以上{ratio}", yuan(from)));
                    en.push(format!("above {} {ratio}", yuan(from)));
                }
                (None, None) => {}
            }
            from = *to;
        }
        text(zh.join("，"), en.join(", "))
    }

    /// The bands with every ratio changed.
    pub fn map(&self, change: impl Fn(Rate) -> Rate) -> Bands {
        let bands = self.bands.iter().map(|b| Band { to: b.to, ratio: change(b.ratio) });
        Bands { bands: bands.collect(), rounding: self.rounding }
    }

    pub fn is_flat(&self) -> bool {
        self.bands.len() == 1
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

    pub fn rounded(self, rounding: Rounding) -> Bands {
        Bands { rounding, ..self }
    }

    /// What is paid on the stretch from `low` to `high`.
    pub fn paid(&self, low: Money, high: Money) -> Money {
        let slices = self.slices(low, high);
        match self.rounding {
            Rounding::Once => {
                slices.fold(Exact::ZERO, |sum, slice| sum + slice.ratio.of(slice.amount)).round()
            }
            Rounding::EachBand => slices.map(|slice| slice.ratio.of_rounded(slice.amount)).sum(),
        }
    }
}

impl BandsFault {
    fn tell(self, keys: &Keys) {
        let (zh, en) = match self {
            BandsFault::Empty => ("bands 不能为空", "bands must not be empty"),
            BandsFault::NotAscending => ("bands 的 to 须递增", "the `to` of bands must ascend"),
            BandsFault::OpenEnd => {
                ("只有最后一段不写 to", "every band but the last has a `to`, and the last has none")
            }
        };
        keys.contradiction(zh, en);
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
        let paid =
            |low, high| serious.paid(Money::from_yuan(low), Money::from_yuan(high)).to_string();
        assert_eq!(paid(0, 150_000), "93800.00");
        assert_eq!(paid(0, 12_000), "0.00");
        assert_eq!(paid(20_000, 40_000), "12500.00");
        assert_eq!(paid(40_000, 20_000), "0.00");
    }

    #[test]
    fn bands_are_rounded_once_or_each() {
        // 4.5 fen and 4.5 fen: 9 together, 5 each.
        let once = bands(&[(Some(1), "0.045"), (None, "0.045")]).expect("bands");
        let each = once.clone().rounded(Rounding::EachBand);
        let two = Money::from_yuan(2);
        assert_eq!(once.paid(Money::ZERO, two).to_string(), "0.09");
        assert_eq!(each.paid(Money::ZERO, two).to_string(), "0.10");
        assert_eq!(each.map(|ratio| ratio).paid(Money::ZERO, two).to_string(), "0.10");
    }

    #[test]
    fn bands_are_told_with_their_ends() {
        let told = bands(&[(Some(30_000), "0.85"), (Some(40_000), "0.90"), (None, "0.95")]);
        let told = told.expect("bands").told();
        assert_eq!(told.zh, "30000元以内85%，30000至40000元90%，40000元以上95%");
        assert_eq!(told.en, "up to 30000 85%, 30000 to 40000 90%, above 40000 95%");
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
