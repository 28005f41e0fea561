//! The benefit year 待遇年度: when it begins, which day puts a claim into it, and which day's
//! values govern the claim.

use crate::domain::Text;
use crate::domain::dates::{Date, Period};
use crate::domain::words::words;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::{MonthDay, from_words};

use super::{Rule, text};

words! {
    /// What puts a claim into a year.
    Belongs {
        Discharge = "discharge", "出院（就诊）日";
        Settlement = "settlement", "结算日";
        Cut = "cut", "跨年分段";
    }
}
words! {
    /// The day whose values govern a claim.
    Governs {
        Discharge = "discharge", "出院（就诊）日";
        Admission = "admission", "入院（就诊）日";
    }
}
from_words! { Belongs Governs }

/// The region's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BenefitYear {
    pub first: MonthDay,
    pub belongs: Belongs,
    pub governs: Governs,
}

impl BenefitYear {
    /// The year of regions without a policy.
    pub const CALENDAR: BenefitYear = BenefitYear {
        first: MonthDay { month: 1, day: 1 },
        belongs: Belongs::Discharge,
        governs: Governs::Discharge,
    };

    /// The year a day belongs to, named by the year of its first day.
    pub fn of(self, day: Date) -> i16 {
        if day >= self.first.of_year(day.year()) { day.year() } else { day.year() - 1 }
    }

    /// The year of care that ended on `end` and is settled on `settled`.
    pub fn year_of(self, end: Date, settled: Date) -> i16 {
        self.of(if self.belongs == Belongs::Settlement { settled } else { end })
    }

    /// The first days of years inside a stay, where the region cuts there. A day of discharge
    /// alone makes no part of its own, for a day in hospital ends on the next.
    pub fn cuts(self, stay: Period) -> impl Iterator<Item = Date> {
        let years = stay.first().year()..=stay.last().year();
        let inside = move |day: &Date| stay.first() < *day && *day < stay.last();
        let cuts = self.belongs == Belongs::Cut;
        years.filter(move |_| cuts).map(move |year| self.first.of_year(year)).filter(inside)
    }
}

impl Rule for BenefitYear {
    const KIND: &'static str = "year";
    const TITLE: (&'static str, &'static str) = ("待遇年度", "benefit year");

    fn read(keys: &mut Keys) -> Option<BenefitYear> {
        let first = keys.need("first_day");
        let belongs = keys.maybe("belongs").unwrap_or(Belongs::Discharge);
        let governs = keys.maybe("governed_by").unwrap_or(Governs::Discharge);
        Some(BenefitYear { first: first?, belongs, governs })
    }

    fn told(&self) -> Vec<Text> {
        let MonthDay { month, day } = self.first;
        let (zh, en) = match self.belongs {
            Belongs::Discharge => {
                ("按出院（就诊）日归年", "a claim counts in the year of discharge")
            }
            Belongs::Settlement => ("按结算日归年", "a claim counts in the year it is settled"),
            Belongs::Cut => ("跨年住院在年末分段", "a stay is cut at the year's end"),
        };
        vec![
            text(
                format!("每年{month}月{day}日起算，{zh}"),
                format!("begins on {month:02}-{day:02}; {en}"),
            ),
            text(
                format!("待遇标准按{}执行", self.governs.zh()),
                format!("values of the day of {}", self.governs.word()),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_may_begin_in_july() {
        let july = BenefitYear { first: MonthDay { month: 7, day: 1 }, ..BenefitYear::CALENDAR };
        assert_eq!(july.of(date(2024, 6, 30)), 2023);
        assert_eq!(july.of(date(2024, 7, 1)), 2024);
        assert_eq!(BenefitYear::CALENDAR.of(date(2024, 1, 1)), 2024);
    }

    #[test]
    fn a_stay_is_cut_where_a_year_begins_inside_it() {
        let cut = BenefitYear { belongs: Belongs::Cut, ..BenefitYear::CALENDAR };
        let stay = |first, last| Period::new(first, last).expect("a stay");
        for (first, last, expected) in [
            (date(2023, 12, 20), date(2024, 1, 5), vec![date(2024, 1, 1)]),
            (date(2023, 12, 20), date(2024, 1, 1), vec![]),
            (date(2024, 1, 1), date(2024, 1, 5), vec![]),
            (date(2022, 12, 20), date(2024, 1, 5), vec![date(2023, 1, 1), date(2024, 1, 1)]),
        ] {
            let stay = stay(first, last);
            assert_eq!(cut.cuts(stay).collect::<Vec<_>>(), expected, "{first} {last}");
            assert_eq!(BenefitYear::CALENDAR.cuts(stay).count(), 0, "not cut");
        }
    }
}
