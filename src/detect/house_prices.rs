//! What a hospital charges for a thing on its other bills: the price nearly all of them bear.
//!
//! The surprise: a bill counts once for a price, however many lines it has, so a bill that was
//! changed throughout does not bear itself out.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::domain::UnitPrice;
use crate::flow::{ClaimIx, HospitalIx, LineIx, Symbol};

use super::scene::Scene;

/// From fewer other bills a price is not known.
const BILLS_MIN: u32 = 2;
/// So many of a hundred bills bear the usual price.
const USUAL_PERCENT: u32 = 80;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Goods {
    hospital: HospitalIx,
    /// The code where the line has one, else the name.
    item: usize,
    spec: Option<usize>,
    unit: Option<usize>,
}

/// How many bills bear which price, of everything a hospital charges for.
pub struct HousePrices {
    bills: HashMap<(Goods, UnitPrice), u32>,
    usual: HashMap<Goods, Usual>,
}

/// What a thing usually costs.
#[derive(Clone, Copy)]
struct Usual {
    price: UnitPrice,
    /// Bills that bear this price, and those that bear any.
    bills: u32,
    all: u32,
}

impl HousePrices {
    /// One pass over the lines.
    pub fn build(scene: &Scene) -> HousePrices {
        type Bills = HashMap<(Goods, UnitPrice), u32>;
        let decisions = scene.adjudicated.decisions.par_iter();
        let counted = decisions.fold(Bills::new, |mut bills, decision| {
            let mut of_claim: Vec<(Goods, UnitPrice)> = scene
                .splits(decision.claim)
                .iter()
                .filter_map(|split| goods(scene, decision.claim, split.line))
                .collect();
            of_claim.sort_unstable();
            of_claim.dedup();
            of_claim.into_iter().for_each(|priced| *bills.entry(priced).or_default() += 1);
            bills
        });
        let bills = counted.reduce(Bills::new, |one, other| {
            let (mut into, from) =
                if one.len() < other.len() { (other, one) } else { (one, other) };
            for (priced, count) in from {
                *into.entry(priced).or_default() += count;
            }
            into
        });
        let mut usual: HashMap<Goods, Usual> = HashMap::new();
        for (&(goods, price), &count) in &bills {
            let known = usual.entry(goods).or_insert(Usual { price, bills: 0, all: 0 });
            known.all += count;
            if (count, price) > (known.bills, known.price) || known.bills == 0 {
                (known.price, known.bills) = (price, count);
            }
        }
        HousePrices { bills, usual }
    }

    /// The usual price and on how many bills it stands, where this line's is another that no other
    /// bill bears.
    pub fn unlike(&self, scene: &Scene, claim: ClaimIx, line: LineIx) -> Option<(UnitPrice, u32)> {
        let (goods, price) = goods(scene, claim, line)?;
        let own = *self.bills.get(&(goods, price))?;
        let Usual { price: usual, bills, all } = *self.usual.get(&goods)?;
        let is_usual = bills >= BILLS_MIN && bills * 100 >= (all - own) * USUAL_PERCENT;
        (usual != price && own == 1 && is_usual).then_some((usual, bills))
    }
}

/// What a line's price is for; nothing of reversals, and where the hospital is not known.
fn goods(scene: &Scene, claim: ClaimIx, line: LineIx) -> Option<(Goods, UnitPrice)> {
    let hospital = scene.links(claim).hospital.one()?;
    let line = scene.line(line);
    let item = line.item_code.or(line.hospital_item_code).unwrap_or(line.item_name).at();
    let (spec, unit) = (line.spec.map(Symbol::at), line.unit.map(Symbol::at));
    let is_charged = line.amount.is_positive() && line.unit_price.units() > 0;
    is_charged.then_some((Goods { hospital, item, spec, unit }, line.unit_price))
}
