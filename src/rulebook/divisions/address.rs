//! Address codes 地址码: whether an identity number may begin as it does.
//!
//! The surprise: nothing is said about when a code began. Numbers were first given out in 1984, to
//! people of all ages, so a code can be younger than its bearer by a hundred years.

use super::Divisions;
use super::record::collective;
use crate::domain::{IdNumber, RegionCode};

/// Residence permits of Hong Kong, Macao and Taiwan begin with these; the last is no division.
const PERMITS: [&str; 3] = ["810000", "820000", "830000"];

/// The years in which a code was one division's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Years {
    pub from: i16,
    /// The first year no longer in force; open for a division in force.
    pub to: Option<i16>,
}

/// What the first six digits of an identity number are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressCode {
    /// A division's code in or after the year of birth, or that of a permit.
    Sound,
    /// A division's code, given up in that year, before the person was born.
    RetiredBeforeBirth(i16),
    /// In no list at any time.
    Unknown,
}

impl Divisions {
    /// Whether the code was some division's in that year. Only years are known, so in the year
    /// of a change both the old and the new code were in use.
    pub fn was_in_use(&self, code: RegionCode, year: i16) -> bool {
        self.years_of(code).iter().any(|y| y.from <= year && y.to.is_none_or(|to| year <= to))
    }

    /// What the number's address code is, by the year its bearer was born.
    pub fn address_code(&self, id: &IdNumber) -> AddressCode {
        let digits = &id.reveal()[..6];
        let (Some(code), Some(born)) = (id.region(), id.birth_date()) else {
            return AddressCode::Unknown;
        };
        if PERMITS.contains(&digits) || self.is_foreigner(digits) {
            return AddressCode::Sound;
        }
        let last_year = |years: &Years| years.to.unwrap_or(i16::MAX);
        match self.years_of(code).iter().map(last_year).max() {
            None => AddressCode::Unknown,
            Some(last) if last < born.year() => AddressCode::RetiredBeforeBirth(last),
            Some(_) => AddressCode::Sound,
        }
    }

    /// Permanent residents 外国人永久居留身份证: 9, two digits of a province, three of a country.
    fn is_foreigner(&self, digits: &str) -> bool {
        let province = digits.strip_prefix('9').map(|rest| format!("{}0000", &rest[..2]));
        let province = province.and_then(|province| RegionCode::parse(&province));
        province.is_some_and(|province| self.in_force.contains_key(&province))
    }

    fn years_of(&self, code: RegionCode) -> &[Years] {
        let years = self.years.get(&code).or_else(|| self.years.get(&collective(code)));
        years.map_or(&[], Vec::as_slice)
    }
}
