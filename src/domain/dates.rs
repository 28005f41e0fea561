//! Days, months and spans of days. A day is a [`jiff::civil::Date`]; nothing here knows today.

use std::fmt;

use jiff::ToSpan;
pub use jiff::civil::Date;

/// A calendar month, as contributions 费款所属期 and runs are counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// `month` counts from 1; `None` outside 1..=12.
    pub fn new(year: i16, month: i8) -> Option<Month> {
        (1..=12).contains(&month).then(|| Month(i32::from(year) * 12 + i32::from(month) - 1))
    }

    pub fn of(day: Date) -> Month {
        Month(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// Reads `2024-06` or `202406`.
    pub fn parse(text: &str) -> Option<Month> {
        let digits: String = text.trim().replacen('-', "", 1);
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Month::new(digits[..4].parse().ok()?, digits[4..].parse().ok()?)
    }

    pub fn year(self) -> i16 {
        self.0.div_euclid(12) as i16
    }

    pub fn month(self) -> i8 {
        self.0.rem_euclid(12) as i8 + 1
    }

    pub fn first_day(self) -> Date {
        jiff::civil::date(self.year(), self.month(), 1)
    }

    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    pub fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    /// Whole months from `earlier` to `self`.
    pub fn since(self, earlier: Month) -> i32 {
        self.0 - earlier.0
    }

    /// Every month from `self` to `last`, both included.
    pub fn through(self, last: Month) -> impl Iterator<Item = Month> {
        (self.0..=last.0).map(Month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A span of days, first and last included, never the wrong way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Date,
    last: Date,
}

impl Period {
    pub fn new(first: Date, last: Date) -> Option<Period> {
        (first <= last).then_some(Period { first, last })
    }

    pub fn day(day: Date) -> Period {
        Period { first: day, last: day }
    }

    pub fn first(self) -> Date {
        self.first
    }

    pub fn last(self) -> Date {
        self.last
    }

    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Days of a stay 住院天数: the day of admission counts, the day of discharge does not, and a
    /// stay has at least one.
    pub fn hospital_days(self) -> u32 {
        days_between(self.first, self.last).max(1).unsigned_abs()
    }

    /// Whether two stays cover a night in common; one may begin on the day the other ends.
    pub fn overlaps_stay(self, other: Period) -> bool {
        if self.first == self.last || other.first == other.last {
            return self.first < other.last && other.first < self.last || self == other;
        }
        self.first < other.last && other.first < self.last
    }

    pub fn months(self) -> impl Iterator<Item = Month> {
        Month::of(self.first).through(Month::of(self.last))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ~ {}", self.first, self.last)
    }
}

/// Days from `earlier` to `later`, negative when they stand the other way round.
pub fn days_between(earlier: Date, later: Date) -> i32 {
    earlier.until(later).map_or(0, |span| span.get_days())
}

/// `day` moved by a number of days; stays put at the ends of the calendar.
pub fn plus_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// The day of a spreadsheet's serial date counted from 1900. There is none for 60, which
/// spreadsheets take for 29 February 1900.
pub fn from_serial(days: i32) -> Option<Date> {
    let before_first = match days {
        1..=59 => jiff::civil::date(1899, 12, 31),
        61..=2_958_465 => jiff::civil::date(1899, 12, 30),
        _ => return None,
    };
    before_first.checked_add(days.days()).ok()
}

/// Age in full years 周岁 on a day.
pub fn age_on(born: Date, day: Date) -> i32 {
    let years = i32::from(day.year()) - i32::from(born.year());
    let before_birthday = (day.month(), day.day()) < (born.month(), born.day());
    years - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_admission_day_counts_and_the_discharge_day_does_not() {
        let stay = Period::new(date(2022, 11, 1), date(2022, 11, 12)).expect("a stay");
        assert_eq!(stay.hospital_days(), 11);
        assert_eq!(Period::day(date(2022, 11, 1)).hospital_days(), 1);
    }

    #[test]
    fn a_transfer_on_the_discharge_day_is_no_overlap() {
        let stay = |a, b| Period::new(date(2024, 3, a), date(2024, 3, b)).expect("a stay");
        assert!(!stay(1, 8).overlaps_stay(stay(8, 12)));
        assert!(stay(1, 8).overlaps_stay(stay(7, 12)));
        assert!(stay(1, 8).overlaps_stay(stay(3, 4)));
        assert!(stay(1, 8).overlaps_stay(stay(3, 3)));
        assert!(!stay(1, 8).overlaps_stay(stay(8, 8)));
    }

    #[test]
    fn months_count_across_years() {
        let december = Month::parse("2023-12").expect("a month");
        assert_eq!(december.plus(1).to_string(), "2024-01");
        assert_eq!(Month::parse("202402").expect("a month").since(december), 2);
        assert_eq!(Month::parse("2024-13"), None);
    }

    #[test]
    fn serial_dates_skip_the_day_that_never_was() {
        for (serial, expected) in [
            (1, Some(date(1900, 1, 1))),
            (59, Some(date(1900, 2, 28))),
            (60, None),
            (61, Some(date(1900, 3, 1))),
            (45_444, Some(date(2024, 6, 1))),
            (0, None),
            (i32::MAX, None),
        ] {
            assert_eq!(from_serial(serial), expected, "{serial}");
        }
    }

    #[test]
    fn an_age_changes_on_the_birthday() {
        let born = date(1964, 3, 10);
        assert_eq!(age_on(born, date(2024, 3, 9)), 59);
        assert_eq!(age_on(born, date(2024, 3, 10)), 60);
    }
}
