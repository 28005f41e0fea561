//! Until when a claim may be handed in 报销时限, and how long missing papers may follow. The last
//! day counts.

use jiff::ToSpan;

use crate::domain::Text;
use crate::domain::dates::{Date, plus_days};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::MonthDay;

use super::{Rule, text};

/// The region's time limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub until: Until,
    /// Missing papers may be brought so many days after the claim was received, also past the
    /// last day for claims.
    pub papers_days: Option<u16>,
}

/// How the last day is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So many months after discharge or visit.
    MonthsAfter(u8),
    /// A day so many years after the year of discharge: Beijing's 20 January of the next.
    DayOfYear { years_later: u8, day: MonthDay },
}

impl Deadline {
    /// The last day on which care that ended on `end` may still be claimed.
    pub fn last_day(self, end: Date) -> Date {
        match self.until {
            Until::MonthsAfter(months) => {
                end.checked_add(i32::from(months).months()).unwrap_or(Date::MAX)
            }
            Until::DayOfYear { years_later, day } => {
                day.of_year(end.year().saturating_add(i16::from(years_later)))
            }
        }
    }

    /// The last day for papers that were missing when a claim was received.
    pub fn papers_until(self, end: Date, received_on: Date) -> Date {
        let with_claims = self.last_day(end);
        self.papers_days
            .map_or(with_claims, |days| plus_days(received_on, i32::from(days)).max(with_claims))
    }
}

impl Rule for Deadline {
    const KIND: &'static str = "deadline";
    const TITLE: (&'static str, &'static str) = ("报销时限", "claim deadline");

    fn read(keys: &mut Keys) -> Option<Deadline> {
        let months = keys.maybe_number("months_after", 1..=120);
        let this_year = keys.maybe("this_year");
        let next_year = keys.maybe("next_year");
        let papers_days = keys.maybe_number("papers_days", 1..=366);
        let day_of = |years_later| move |day| Until::DayOfYear { years_later, day };
        let ways =
            [months.map(Until::MonthsAfter), this_year.map(day_of(0)), next_year.map(day_of(1))];
        let written = ["months_after", "this_year", "next_year"].iter().filter(|k| keys.has(k));
        if written.count() != 1 {
            keys.contradiction(
                "months_after、this_year、next_year 恰好写一个",
                "write exactly one of months_after, this_year and next_year",
            );
        }
        let until = ways.into_iter().flatten().next();
        Some(Deadline { until: until?, papers_days })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![match self.until {
            Until::MonthsAfter(months) => text(
                format!("出院（就诊）后{months}个月内申报"),
                format!("within {months} months of discharge or visit"),
            ),
            Until::DayOfYear { years_later, day: MonthDay { month, day } } => {
                let (zh, en) = match years_later {
                    0 => ("当年", "of the same year"),
                    _ => ("次年", "of the next year"),
                };
                text(
                    format!("出院（就诊）{zh}{month}月{day}日前申报"),
                    format!("until {month:02}-{day:02} {en}"),
                )
            }
        }];
        if let Some(days) = self.papers_days {
            told.push(text(
                format!("材料不全的，受理后{days}天内补齐"),
                format!("missing papers within {days} days of receipt"),
            ));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_day_is_counted_from_the_end_of_care() {
        let rule = |until| Deadline { until, papers_days: Some(30) };
        let twelve = rule(Until::MonthsAfter(12));
        assert_eq!(twelve.last_day(date(2024, 2, 29)), date(2025, 2, 28));
        let day_of = |years_later, month, day| {
            rule(Until::DayOfYear { years_later, day: MonthDay { month, day } })
        };
        let january = day_of(1, 1, 20);
        assert_eq!(january.last_day(date(2023, 12, 31)), date(2024, 1, 20));
        assert_eq!(day_of(0, 12, 31).last_day(date(2023, 2, 1)), date(2023, 12, 31));
        let papers = |received| january.papers_until(date(2023, 12, 31), received);
        assert_eq!(papers(date(2024, 1, 15)), date(2024, 2, 14), "after the last day for claims");
        assert_eq!(papers(date(2023, 12, 31)), date(2024, 1, 30));
        assert_eq!(papers(date(2023, 12, 1)), date(2024, 1, 20), "never before it");
    }
}
