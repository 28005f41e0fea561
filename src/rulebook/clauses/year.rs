//! The benefit year 待遇年度: when it begins and which day puts a claim into it.

use crate::domain::dates::Date;

/// The region's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BenefitYear {
    pub first_month: i8,
    pub first_day: i8,
}

impl BenefitYear {
    /// The year a day belongs to, named by the year of its first day.
    pub fn of(self, day: Date) -> i16 {
        let begun = (day.month(), day.day()) >= (self.first_month, self.first_day);
        if begun { day.year() } else { day.year() - 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_may_begin_in_july() {
        let july = BenefitYear { first_month: 7, first_day: 1 };
        assert_eq!(july.of(date(2024, 6, 30)), 2023);
        assert_eq!(july.of(date(2024, 7, 1)), 2024);
        let january = BenefitYear { first_month: 1, first_day: 1 };
        assert_eq!(january.of(date(2024, 1, 1)), 2024);
    }
}
