//! Numbers of invoices. Those of one hospital rise with the day, as its machine gives them out, and
//! whoever comes next at the counter gets the next one.
//!
//! The surprise: parts of a large batch are made apart from one another and never give one number
//! twice. Of a hospital's day each part has a shelf of its own, and the shelves stand side by side.

use std::collections::HashSet;

use crate::domain::dates::{Date, days_between};

use super::hospitals::Hospital;
use super::people::Share;
use super::pool;
use super::random::Random;

/// Gives out code and number of invoices.
#[derive(Debug)]
pub enum Invoices {
    /// Of the demo: one row of numbers for all, never two next to one another.
    OneRow(u32),
    Shelves(Shelves),
}

/// The numbers of one part of a batch.
#[derive(Debug)]
pub struct Shelves {
    share: Share,
    /// Numbers on a shelf.
    width: u64,
    used: HashSet<u64>,
}

/// No hospital of the pool gave out a number before this day.
const FIRST_DAY: Date = Date::constant(2023, 7, 1);
const DAYS: u64 = 366;
/// Numbers have ten digits and do not begin with a zero.
const FIRST: u64 = 1_000_000_000;
const COUNT: u64 = 9_000_000_000;
/// A large hospital's counters write so many a day.
const WIDTH_MAX: u64 = 4_000;

impl Shelves {
    pub fn new(share: Share) -> Shelves {
        let shelves = pool::institutions() as u64 * DAYS * u64::from(share.of);
        let width = (COUNT / shelves).min(WIDTH_MAX / u64::from(share.of).min(100));
        assert!(width >= RUN_MAX, "a batch has fewer parts");
        Shelves { share, width, used: HashSet::new() }
    }

    fn shelf(&self, hospital: &Hospital, day: Date) -> u64 {
        let rank = pool::rank(hospital) as u64;
        let day = days_between(FIRST_DAY, day).rem_euclid(DAYS as i32) as u64;
        let shelf = (rank * DAYS + day) * u64::from(self.share.of) + u64::from(self.share.part);
        FIRST + shelf * self.width
    }

    /// The first of `count` numbers in a row that nobody has; of a later day where the day's are
    /// given out.
    fn take(&mut self, random: &mut Random, at: (&Hospital, Date), count: u64) -> u64 {
        let (hospital, mut day) = at;
        loop {
            let shelf = self.shelf(hospital, day);
            let from = u64::from(random.below((self.width - count + 1) as u32));
            let starts = (from..=self.width - count).chain(0..from);
            let free = |start: &u64| (0..count).all(|n| !self.used.contains(&(shelf + start + n)));
            if let Some(start) = starts.into_iter().find(free) {
                self.used.extend((0..count).map(|n| shelf + start + n));
                return shelf + start;
            }
            day = crate::domain::dates::plus_days(day, 1);
        }
    }
}

/// The longest row of neighbouring numbers that a case asks for.
const RUN_MAX: u64 = 8;

impl Invoices {
    /// Code and number of an invoice nobody else has.
    pub fn next(&mut self, random: &mut Random, hospital: &Hospital, day: Date) -> Invoice {
        self.run(random, hospital, day, 1).remove(0)
    }

    /// As many with neighbouring numbers.
    pub fn run(
        &mut self,
        random: &mut Random,
        hospital: &Hospital,
        day: Date,
        count: u64,
    ) -> Vec<Invoice> {
        let first = match self {
            Invoices::OneRow(given) => {
                let first = *given + random.between(3, 97).unsigned_abs();
                *given = first + count as u32 - 1;
                71_204_500 + u64::from(first)
            }
            Invoices::Shelves(shelves) => shelves.take(random, (hospital, day), count.min(RUN_MAX)),
        };
        let province = hospital.region().province().to_string();
        let code = format!("{}060124", &province[..2]);
        (0..count).map(|n| (code.clone(), format!("{:010}", first + n))).collect()
    }
}

/// Code and number.
pub type Invoice = (String, String);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_parts_never_give_one_number_twice_and_numbers_rise_with_the_day() {
        let hospitals = pool::in_city(crate::synth::lanes::place("440300"), 6);
        let mut seen = BTreeSet::new();
        for part in 0..40 {
            let shelves = Shelves::new(Share { part, of: 40 });
            let mut invoices = Invoices::Shelves(shelves);
            let mut random = Random::stream(9, "numbers");
            for hospital in &hospitals {
                let mut last = String::new();
                for day in 1..=28 {
                    let day = Date::constant(2024, 2, day);
                    let (code, number) = invoices.next(&mut random, hospital, day);
                    assert!(code.len() == 8 && number.len() == 10, "{code} {number}");
                    assert!(number > last, "{number} after {last}");
                    assert!(seen.insert(number.clone()), "{number} twice");
                    last = number;
                }
            }
        }
    }

    #[test]
    fn a_run_has_neighbouring_numbers() {
        let hospital = pool::in_city(crate::synth::lanes::place("440300"), 6)[0];
        let mut invoices = Invoices::Shelves(Shelves::new(Share { part: 3, of: 1000 }));
        let day = Date::constant(2024, 2, 1);
        let run = invoices.run(&mut Random::stream(9, "run"), hospital, day, 4);
        let numbers: Vec<u64> = run.iter().map(|(_, n)| n.parse().expect("digits")).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    }
}
