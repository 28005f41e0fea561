//! What other hospitals of the same place and tier charge for the same thing, where no ceiling is
//! set.
//!
//! The surprise: a hospital counts once, with the lowest price it ever billed, however many lines
//! it has. So a hospital that is dear throughout cannot make its own market, and one that lifted a
//! few lines is still held against the others.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::domain::words::Tier;
use crate::domain::{RegionCode, UnitPrice};
use crate::flow::{ClaimIx, HospitalIx, LineSplit, Symbol};

use super::scene::Scene;

/// What makes prices comparable: the national code, spec and unit, the place and the tier.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Goods {
    item: Symbol,
    spec: Option<Symbol>,
    unit: Option<Symbol>,
    place: RegionCode,
    tier: Option<Tier>,
}

/// The lowest price of every hospital, by what it is for; ascending.
pub struct PeerPrices {
    prices: HashMap<Goods, Vec<(UnitPrice, HospitalIx)>>,
}

/// What the others charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peers {
    pub hospitals: usize,
    pub median: UnitPrice,
}

impl PeerPrices {
    /// One pass over the lines.
    pub fn build(scene: &Scene) -> PeerPrices {
        let decisions = scene.adjudicated.decisions.par_iter();
        let lowest = decisions.fold(HashMap::new, |mut lowest, decision| {
            let Some(seat) = Seat::of(scene, decision.claim) else { return lowest };
            for split in scene.splits(decision.claim) {
                let Some((goods, price)) = seat.goods(scene, split) else { continue };
                let known = lowest.entry((goods, seat.hospital)).or_insert(price);
                *known = price.min(*known);
            }
            lowest
        });
        let lowest = lowest.reduce(HashMap::new, |one, other| {
            let (mut into, from) =
                if one.len() < other.len() { (other, one) } else { (one, other) };
            for (key, price) in from {
                let known = into.entry(key).or_insert(price);
                *known = price.min(*known);
            }
            into
        });
        let mut prices: HashMap<Goods, Vec<(UnitPrice, HospitalIx)>> = HashMap::new();
        for ((goods, hospital), price) in lowest {
            prices.entry(goods).or_default().push((price, hospital));
        }
        prices.values_mut().for_each(|all| all.sort_unstable());
        PeerPrices { prices }
    }

    /// What the other hospitals charge for the line; nothing where the line cannot be compared.
    pub fn of(&self, scene: &Scene, claim: ClaimIx, split: &LineSplit) -> Option<Peers> {
        let seat = Seat::of(scene, claim)?;
        let (goods, _) = seat.goods(scene, split)?;
        let all = self.prices.get(&goods)?;
        let others = || all.iter().filter(|(_, hospital)| *hospital != seat.hospital);
        let hospitals = others().count();
        // Of an even number the upper of the two in the middle: who doubts, does not accuse.
        let (median, _) = others().nth(hospitals / 2)?;
        Some(Peers { hospitals, median: *median })
    }
}

/// Where a claim's prices were asked.
struct Seat {
    hospital: HospitalIx,
    place: RegionCode,
    tier: Option<Tier>,
}

impl Seat {
    fn of(scene: &Scene, claim: ClaimIx) -> Option<Seat> {
        let hospital = scene.links(claim).hospital.one()?;
        let known = scene.hospital(claim)?;
        Some(Seat { hospital, place: known.region.pool(), tier: known.tier })
    }

    /// What a line's price is for, where no ceiling is known and the national code says what it is.
    fn goods(&self, scene: &Scene, split: &LineSplit) -> Option<(Goods, UnitPrice)> {
        if split.treatment_ceiling.is_some() || split.found_by != Some("national_code") {
            return None;
        }
        let line = scene.line(split.line);
        let price = line.unit_price.abs();
        let (spec, unit) = (line.spec, line.unit);
        let goods = Goods { item: line.item_code?, spec, unit, place: self.place, tier: self.tier };
        (price.units() > 0).then_some((goods, price))
    }
}
