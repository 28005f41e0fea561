//! Regions 行政区划 by their six-digit GB/T 2260 code. Where a person is insured and where they
//! were treated are different types, so that one is never passed for the other.

use std::fmt;

/// A division of province, prefecture or county level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(u32);

impl RegionCode {
    /// Six digits, the first not zero.
    pub fn parse(text: &str) -> Option<RegionCode> {
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        let code: u32 = if digits { text.parse().ok()? } else { return None };
        (code >= 100_000).then_some(RegionCode(code))
    }

    /// The province's own code: `440300` → `440000`.
    pub fn province(self) -> RegionCode {
        RegionCode(self.0 / 10_000 * 10_000)
    }

    /// The prefecture's own code: `440305` → `440300`. Of a province, itself.
    pub fn prefecture(self) -> RegionCode {
        RegionCode(self.0 / 100 * 100)
    }

    /// The area that pools its funds 统筹区: the prefecture, or the whole of a municipality.
    pub fn pool(self) -> RegionCode {
        match self.0 / 10_000 {
            11 | 12 | 31 | 50 => self.province(),
            _ => self.prefecture(),
        }
    }

    /// Whether `self` is `other` or stands above it: a province covers its cities.
    pub fn covers(self, other: RegionCode) -> bool {
        self == other || self == other.prefecture() || self == other.province()
    }

    /// `self`, then its prefecture, then its province: where regional data are looked for.
    pub fn upwards(self) -> impl Iterator<Item = RegionCode> {
        let (prefecture, province) = (self.prefecture(), self.province());
        let above = [(prefecture, self), (province, prefecture)];
        let steps = above.into_iter().filter(|(step, below)| step != below).map(|(step, _)| step);
        std::iter::once(self).chain(steps)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the person is insured 参保地: its policy decides how much is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsuredRegion(pub RegionCode);

/// Where the care was given 就医地: its catalog mostly decides what is payable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreatedRegion(pub RegionCode);

impl fmt::Display for InsuredRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for TreatedRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_covers_its_cities_and_a_city_does_not_cover_its_province() {
        let code = |text| RegionCode::parse(text).expect(text);
        assert!(code("440000").covers(code("440305")));
        assert!(code("440300").covers(code("440305")));
        assert!(!code("440300").covers(code("440000")));
        assert!(!code("440300").covers(code("440100")));
        let upwards: Vec<_> = code("110105").upwards().map(|c| c.to_string()).collect();
        assert_eq!(upwards, ["110105", "110100", "110000"]);
    }

    #[test]
    fn a_code_is_six_digits() {
        assert_eq!(RegionCode::parse("44030"), None);
        assert_eq!(RegionCode::parse("044030"), None);
        assert_eq!(RegionCode::parse("四四零三零零"), None);
    }
}
