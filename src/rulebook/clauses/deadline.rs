//! Until when a claim may be handed in 报销时限. The last day counts.

use jiff::ToSpan;

use crate::domain::dates::Date;

/// How the last day is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// So many months after discharge or visit.
    MonthsAfter(u8),
    /// A day of the year after discharge: Beijing's 20 January.
    NextYear { month: i8, day: i8 },
}

impl Deadline {
    /// The last day on which care that ended on `end` may still be claimed.
    pub fn last_day(self, end: Date) -> Date {
        match self {
            Deadline::MonthsAfter(months) => {
                end.checked_add(i32::from(months).months()).unwrap_or(Date::MAX)
            }
            Deadline::NextYear { month, day } => {
                Date::new(end.year() + 1, month, day).unwrap_or(Date::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_day_is_counted_from_the_end_of_care() {
        let twelve = Deadline::MonthsAfter(12);
        assert_eq!(twelve.last_day(date(2024, 2, 29)), date(2025, 2, 28));
        let january = Deadline::NextYear { month: 1, day: 20 };
        assert_eq!(january.last_day(date(2023, 12, 31)), date(2024, 1, 20));
    }
}
