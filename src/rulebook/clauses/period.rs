//! Settlement periods of a long stay 结算周期: after so many days in hospital the deductible is
//! due again.

use crate::domain::Text;
use crate::domain::dates::{Date, Period, plus_days};
use crate::domain::words::words;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::table::Table;
use super::{Fact, NoRow, Rule, Seat, text};

words! {
    /// What the further periods of a stay are charged.
    Further {
        NextStay = "next_stay", "按再次住院";
        Again = "again", "再收一次同样的起付线";
    }
}
from_words! { Further }

/// How long a settlement period is.
#[derive(Clone, Debug, PartialEq)]
pub struct SettlementPeriod {
    days: Table<u16>,
    pub further: Further,
}

impl SettlementPeriod {
    /// The first days of the further periods of a stretch in hospital. The day of discharge is no
    /// day in hospital, so it begins none. Whom no row names has no periods.
    pub fn cuts(&self, stretch: Period, seat: &Seat) -> Result<Vec<Date>, Fact> {
        let days = match self.days.get(seat) {
            Ok(&days) => days,
            Err(NoRow::None) => return Ok(Vec::new()),
            Err(NoRow::Unknown(fact)) => return Err(fact),
        };
        let starts = (1..).map(|n| plus_days(stretch.first(), n * i32::from(days)));
        Ok(starts.take_while(|day| *day < stretch.last()).collect())
    }
}

impl Rule for SettlementPeriod {
    const KIND: &'static str = "period";
    const TITLE: (&'static str, &'static str) = ("结算周期", "settlement period");

    fn read(keys: &mut Keys) -> Option<SettlementPeriod> {
        let days = Table::read(keys, &["days"], |row| row.need_number("days", 1..=366));
        let further = keys.need("further");
        Some(SettlementPeriod { days: days?, further: further? })
    }

    fn told(&self) -> Vec<Text> {
        let (zh, en) = match self.further {
            Further::NextStay => {
                ("按再次住院收起付线", "the next period is charged as a next stay")
            }
            Further::Again => ("再收一次起付线", "the deductible is charged again"),
        };
        self.days.told(|days| {
            text(
                format!("连续住院每满{days}天为一个结算周期，{zh}"),
                format!("every {days} days of one stay are a period; {en}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::clauses::conditions::tests::SEAT;
    use jiff::civil::date;

    #[test]
    fn whether_to_cut_may_depend_on_what_is_not_known() {
        use crate::rulebook::clauses::conditions::Conditions;
        use crate::rulebook::clauses::table::Row;
        let old = Conditions { age_from: Some(70), ..Conditions::default() };
        let days = Table::new(vec![Row { when: old, value: 90 }]);
        let rule = SettlementPeriod { days, further: Further::Again };
        let stay = Period::new(date(2024, 1, 1), date(2024, 4, 1)).expect("a stay");
        let aged = |age| rule.cuts(stay, &Seat { age, ..SEAT });
        assert_eq!(aged(Some(70)), Ok(vec![date(2024, 3, 31)]));
        assert_eq!(aged(Some(69)), Ok(vec![]));
        assert_eq!(aged(None), Err(Fact::Age));
    }

    #[test]
    fn a_period_begins_after_so_many_days_in_hospital() {
        let ninety = SettlementPeriod { days: Table::plain(90), further: Further::Again };
        let first = date(2024, 1, 1);
        for (last, expected) in [
            (date(2024, 3, 30), vec![]),
            // Ninety days in hospital: the last is 30 March, discharge on the 31st.
            (date(2024, 3, 31), vec![]),
            (date(2024, 4, 1), vec![date(2024, 3, 31)]),
            (date(2024, 6, 30), vec![date(2024, 3, 31), date(2024, 6, 29)]),
        ] {
            let stay = Period::new(first, last).expect("a stay");
            assert_eq!(ninety.cuts(stay, &SEAT), Ok(expected), "{last}");
        }
    }
}
