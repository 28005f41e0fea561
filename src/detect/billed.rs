//! What one claim was billed of one thing, day by day, net of reversals.
//!
//! The surprise: a bill often sums up many days in one line. [`Billed::room`] says over how many
//! days the quantity of a line may spread, so that a month of nursing in one line is no excess.

use crate::domain::dates::{Date, days_between, plus_days};
use crate::domain::{Money, Quantity};
use crate::flow::{BillLine, ClaimIx, LineIx};

use super::line_items::LineItem;
use super::scene::Scene;

/// Of one thing.
#[derive(Clone, Debug)]
pub struct Billed<K> {
    pub key: K,
    /// In order, each day once; nothing that reversals took away.
    pub days: Vec<BilledDay>,
    pub lines: Vec<LineIx>,
}

/// On one day; both positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledDay {
    pub day: Date,
    pub quantity: Quantity,
    pub amount: Money,
}

/// What the claim's lines with a key were billed for, by key.
pub fn by_key<K: Copy + Ord>(
    scene: &Scene,
    claim: ClaimIx,
    key: impl Fn(LineItem) -> Option<K>,
) -> Vec<Billed<K>> {
    let keyed = scene.items(claim).filter_map(|(split, item)| Some((key(item)?, split.line)));
    let mut lines: Vec<(K, Date, LineIx)> =
        keyed.map(|(key, line)| (key, scene.line(line).service_on, line)).collect();
    lines.sort_unstable();
    lines.chunk_by(|one, next| one.0 == next.0).filter_map(|group| billed(scene, group)).collect()
}

fn billed<K: Copy>(scene: &Scene, group: &[(K, Date, LineIx)]) -> Option<Billed<K>> {
    let &(key, ..) = group.first()?;
    let mut days: Vec<(Date, i64, Money)> = Vec::with_capacity(group.len());
    for &(_, day, line) in group {
        let line = scene.line(line);
        match days.last_mut() {
            Some((held, quantity, amount)) if *held == day => {
                *quantity = quantity.saturating_add(signed(line));
                *amount += line.amount;
            }
            _ => days.push((day, signed(line), line.amount)),
        }
    }
    take_back(&mut days);
    let left = days.iter().filter(|(_, quantity, amount)| *quantity > 0 && amount.is_positive());
    let days: Vec<BilledDay> = left
        .map(|&(day, quantity, amount)| BilledDay {
            day,
            quantity: Quantity::from_units(quantity),
            amount,
        })
        .collect();
    let lines = group.iter().map(|&(.., line)| line).collect();
    (!days.is_empty()).then_some(Billed { key, days, lines })
}

/// The quantity of a line, below zero where it reverses another; the sign may stand in the
/// quantity or in the amount alone.
fn signed(line: &BillLine) -> i64 {
    let quantity = line.quantity.units();
    if line.amount.is_negative() { -quantity.saturating_abs() } else { quantity }
}

/// A day on which more is reversed than billed takes from the days before it, then from those
/// behind.
fn take_back(days: &mut [(Date, i64, Money)]) {
    for at in 0..days.len() {
        if days[at].1 >= 0 {
            continue;
        }
        for from in (0..at).rev().chain(at + 1..days.len()) {
            let (owed, held) = (days[at].1, days[from].1);
            if owed >= 0 || held <= 0 {
                continue;
            }
            let taken = held.min(owed.saturating_neg());
            let share =
                Quantity::from_units(held).share_of(Quantity::from_units(taken), days[from].2);
            days[from].1 -= taken;
            days[from].2 -= share;
            days[at].1 += taken;
            days[at].2 += share;
        }
    }
}

impl<K> Billed<K> {
    pub fn quantity(&self) -> Quantity {
        sum(self.days.iter().map(|day| day.quantity))
    }

    pub fn amount(&self) -> Money {
        self.days.iter().map(|day| day.amount).sum()
    }

    /// What a part of the quantity cost, at the average price.
    pub fn cost_of(&self, part: Quantity) -> Money {
        self.quantity().share_of(part.min(self.quantity()), self.amount())
    }

    pub fn on(&self, day: Date) -> Quantity {
        let found = self.days.binary_search_by_key(&day, |billed| billed.day);
        found.map_or(Quantity::default(), |at| self.days[at].quantity)
    }

    /// The days of the stay, and those billed outside it.
    pub fn span(&self, scene: &Scene, claim: ClaimIx) -> (Date, Date) {
        let stay = scene.claim(claim).stay;
        let (first, last) = (self.days[0].day, self.days[self.days.len() - 1].day);
        (stay.first().min(first), stay.last().max(last))
    }

    /// How many days a day's quantity may stand for: those around it, within the span, on which
    /// nothing else was billed.
    pub fn room(&self, at: usize, (first, last): (Date, Date)) -> u32 {
        let before = at.checked_sub(1).map_or(plus_days(first, -1), |before| self.days[before].day);
        let after = self.days.get(at + 1).map_or(plus_days(last, 1), |after| after.day);
        (days_between(before, after) - 1).max(1).unsigned_abs()
    }
}

pub fn sum(quantities: impl Iterator<Item = Quantity>) -> Quantity {
    let units = quantities.fold(0_i64, |sum, quantity| sum.saturating_add(quantity.units()));
    Quantity::from_units(units)
}

/// So many times a number of days.
pub fn times(most: u32, days: u32) -> Quantity {
    Quantity::whole(most.saturating_mul(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(days: &[(i8, i64, i64)], expected: &[(i8, i64, i64)]) {
        let money = Money::from_yuan;
        let mut taken: Vec<(Date, i64, Money)> =
            days.iter().map(|&(day, n, yuan)| (date(2024, 3, day), n, money(yuan))).collect();
        take_back(&mut taken);
        let expected: Vec<(Date, i64, Money)> =
            expected.iter().map(|&(day, n, yuan)| (date(2024, 3, day), n, money(yuan))).collect();
        assert_eq!(taken, expected, "{days:?}");
    }

    #[test]
    fn a_reversal_takes_from_the_day_before_it_then_from_those_behind() {
        check(&[(1, 2, 20), (2, 1, 10), (3, -1, -10)], &[(1, 2, 20), (2, 0, 0), (3, 0, 0)]);
        check(&[(1, 2, 20), (2, 1, 10), (3, -2, -20)], &[(1, 1, 10), (2, 0, 0), (3, 0, 0)]);
        check(&[(1, -1, -10), (2, 3, 30)], &[(1, 0, 0), (2, 2, 20)]);
        check(&[(1, 1, 10), (2, -2, -20)], &[(1, 0, 0), (2, -1, -10)]);
    }
}
