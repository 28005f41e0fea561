//! The days on which the country does not work 节假日, `holidays.csv`, as each year's notice gives
//! them.
//!
//! The surprise: the weekends that are worked instead 调休 are not listed. A weekend is a weekend
//! here, for every hospital alike.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Weekday;

use crate::domain::dates::{Date, plus_days};
use crate::flow::Problem;
use crate::rulebook::reading::{CsvRow, DataFile, ISO_DATE, Wrong, iso_date};
use crate::rulebook::sources::Sources;

use super::must_be_sourced;

const FILE: &str = "holidays.csv";
const COLUMNS: [&str; 5] = ["name", "first", "last", "source", "verified"];
/// A holiday that is longer is a slip of the pen.
const DAYS_MAX: i32 = 10;

/// Every holiday that is listed.
#[derive(Clone, Debug, Default)]
pub struct Holidays {
    days: BTreeSet<Date>,
    /// The years of which something is listed.
    years: BTreeSet<i16>,
}

impl Holidays {
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Holidays {
        let rows = DataFile::open_csv(data, FILE, &COLUMNS, faults);
        Holidays::of(&rows, sources, faults)
    }

    fn of(rows: &[CsvRow], sources: &Sources, faults: &mut Vec<Problem>) -> Holidays {
        let mut holidays = Holidays::default();
        let mut named = BTreeSet::new();
        for row in rows {
            match holiday(row, sources) {
                Ok((first, days)) => {
                    if !named.insert((row.cell("name"), first.year())) {
                        let what = ("这一年已有这个节日", "the year has this holiday already");
                        faults.push(row.cell_fault("name", Wrong::twice(what)));
                    }
                    holidays.years.insert(first.year());
                    holidays.days.extend((0..days).map(|day| plus_days(first, day)));
                }
                Err(fault) => faults.push(fault),
            }
        }
        holidays
    }

    pub fn is_holiday(&self, day: Date) -> bool {
        self.days.contains(&day)
    }

    /// A holiday, a Saturday or a Sunday.
    pub fn is_day_off(&self, day: Date) -> bool {
        self.is_holiday(day) || matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether the holidays of that year are listed at all.
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }
}

/// The first day and how many there are.
fn holiday(row: &CsvRow, sources: &Sources) -> Result<(Date, i32), Problem> {
    must_be_sourced(row, sources)?;
    let filled = |text: &str| (!text.is_empty()).then_some(());
    row.read("name", filled, ("节日名称", "the name of the holiday"))?;
    let first = row.read("first", iso_date, ISO_DATE)?;
    let last = row.read("last", iso_date, ISO_DATE)?;
    let days = crate::domain::dates::days_between(first, last) + 1;
    if !(1..=DAYS_MAX).contains(&days) || first.year() != last.year() {
        let what = ("起止日期不成一个节日", "the days make no holiday");
        let expected =
            ("同年、不早于 first、不超过10天", "the same year, at most 10 days, in order");
        return Err(row.cell_fault("last", Wrong::value(what, expected)));
    }
    Ok((first, days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(rows: &str) -> (Holidays, Vec<Problem>) {
        let mut faults = Vec::new();
        let text = format!("name,first,last,source,verified\n{rows}");
        let rows = DataFile::new(FILE, text).csv(&COLUMNS, &mut faults);
        (Holidays::of(&rows, &Sources::default(), &mut faults), faults)
    }

    const TWO: &str =
        "国庆节,2024-10-01,2024-10-03,x,false\n中秋节,2024-09-17,2024-09-17,x,false\n";

    #[test]
    fn both_ends_are_holidays_and_weekends_are_days_off() {
        let (holidays, faults) = read(TWO);
        assert_eq!(faults, []);
        for (day, holiday, off) in [
            (date(2024, 9, 30), false, false),
            (date(2024, 10, 1), true, true),
            (date(2024, 10, 3), true, true),
            (date(2024, 10, 4), false, false),
            (date(2024, 10, 5), false, true),
        ] {
            assert_eq!(holidays.is_holiday(day), holiday, "{day}");
            assert_eq!(holidays.is_day_off(day), off, "{day}");
        }
        assert!(holidays.knows(2024) && !holidays.knows(2023));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        for (from, to, lines) in [
            ("2024-10-03", "2024-09-30", &[2][..]),
            ("2024-10-03", "2024-10-11", &[2]),
            ("2024-10-03", "2025-10-03", &[2]),
            ("2024-10-03", "10月3日", &[2]),
            ("国庆节", "", &[2]),
            ("中秋节", "国庆节", &[3]),
            ("x,false\n中秋节", "x,no\n中秋节", &[2]),
        ] {
            let (_, faults) = read(&TWO.replacen(from, to, 1));
            let told: Vec<u32> = faults.iter().filter_map(|fault| fault.place.row).collect();
            assert_eq!(told, lines, "{to}: {faults:?}");
        }
    }
}
