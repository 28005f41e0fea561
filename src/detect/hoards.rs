//! Drugs bought in far larger amounts than other people buy them.
//!
//! The surprise: no dose is known, so nobody can say for how many days a purchase lasts. What
//! other people buy at one time says it instead: several months' worth of the usual purchase
//! within three weeks is more than anybody takes.

use std::collections::HashMap;

use crate::domain::Quantity;
use crate::domain::dates::{Date, days_between};
use crate::domain::identity::PersonKey;
use crate::flow::Symbol;
use crate::rulebook::items::ItemIx;

/// From fewer buyers the usual purchase is not known.
const BUYERS_MIN: usize = 10;

/// A drug as it is counted: tablets and boxes are not compared.
pub type Drug = (ItemIx, Option<Symbol>);

/// What one person bought of a drug at one place on one day.
#[derive(Clone, Copy, Debug)]
pub struct Purchase {
    pub day: Date,
    pub quantity: Quantity,
}

/// What people buy at one time, by drug.
pub struct Usual(HashMap<Drug, Quantity>);

/// Purchases that are too much together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hoard {
    /// Places of the purchases, ascending.
    pub places: std::ops::Range<usize>,
    pub quantity: Quantity,
    pub usual: Quantity,
}

impl Usual {
    /// `purchases` are sorted by person. Each person counts once, with the least they bought, so
    /// that whoever buys too much does not make it usual.
    pub fn of<'p>(purchases: impl Iterator<Item = (&'p PersonKey, Drug, Quantity)>) -> Usual {
        let mut least: HashMap<(&PersonKey, Drug), Quantity> = HashMap::new();
        for (person, drug, quantity) in purchases {
            let known = least.entry((person, drug)).or_insert(quantity);
            *known = quantity.min(*known);
        }
        let mut by_drug: HashMap<Drug, Vec<Quantity>> = HashMap::new();
        for ((_, drug), quantity) in least {
            by_drug.entry(drug).or_default().push(quantity);
        }
        let median = |(drug, mut quantities): (Drug, Vec<Quantity>)| {
            quantities.sort_unstable();
            let known = quantities.len() >= BUYERS_MIN;
            known.then(|| (drug, quantities[quantities.len() / 2]))
        };
        Usual(by_drug.into_iter().filter_map(median).collect())
    }

    /// The window of so many days in which most of a drug was bought, if that is so many times
    /// the usual purchase. The purchases are one person's, by day.
    pub fn hoard(
        &self,
        drug: Drug,
        purchases: &[Purchase],
        (days, times): (u32, u32),
    ) -> Option<Hoard> {
        let usual = *self.0.get(&drug)?;
        let mut most: Option<Hoard> = None;
        let mut first = 0;
        for (last, purchase) in purchases.iter().enumerate() {
            let near = |at: usize| days_between(purchases[at].day, purchase.day) < days as i32;
            while !near(first) {
                first += 1;
            }
            let window = first..last + 1;
            let units = purchases[window.clone()].iter().map(|it| it.quantity.units());
            let quantity = Quantity::from_units(units.fold(0, i64::saturating_add));
            if most.as_ref().is_none_or(|most| quantity > most.quantity) {
                most = Some(Hoard { places: window, quantity, usual });
            }
        }
        let limit = usual.units().saturating_mul(i64::from(times));
        most.filter(|most| most.quantity.units() >= limit)
    }
}
