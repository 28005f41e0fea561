//! Hospitals of one kind and tier, against which one of them is held 同类机构: sums of each, and of
//! the others without it.
//!
//! The surprise: a hospital is never its own peer, so one that does most of the business of its
//! tier is held against the few others and not against itself.

use std::collections::BTreeMap;

use crate::domain::words::{HospitalKind, Tier};
use crate::flow::{ClaimIx, HospitalIx};

use super::scene::Scene;

/// So many other hospitals are needed: one alone may be the odd one itself.
pub const PEERS_MIN: usize = 3;

/// What is counted of a hospital.
pub trait Sums: Default + Clone {
    fn add(&mut self, other: &Self);
    fn take(&mut self, other: &Self);
}

/// One hospital with its claims, and what its peers come to.
pub struct Compared<S> {
    pub hospital: HospitalIx,
    pub claims: Vec<ClaimIx>,
    pub sums: S,
    pub peers: usize,
    pub of_peers: S,
}

/// The claims of each hospital on the list for which the detector is on, by hospital.
pub fn by_hospital(
    scene: &Scene,
    counts: impl Fn(ClaimIx) -> bool,
) -> BTreeMap<HospitalIx, Vec<ClaimIx>> {
    let mut by_hospital: BTreeMap<HospitalIx, Vec<ClaimIx>> = BTreeMap::new();
    for decision in &scene.adjudicated.decisions {
        let claim = decision.claim;
        if let Some(hospital) = scene.links(claim).hospital.one()
            && scene.is_on(claim)
            && counts(claim)
        {
            by_hospital.entry(hospital).or_default().push(claim);
        }
    }
    by_hospital
}

/// Holds each hospital with a tier and at least so many claims against the others like it.
pub fn compared<S: Sums>(
    scene: &Scene,
    by_hospital: BTreeMap<HospitalIx, Vec<ClaimIx>>,
    claims_min: impl Fn(ClaimIx) -> u32,
    sums: impl Fn(&[ClaimIx]) -> S,
) -> Vec<Compared<S>> {
    let mut groups: BTreeMap<(HospitalKind, Tier), (usize, S)> = BTreeMap::new();
    let mut judged = Vec::new();
    for (hospital, claims) in by_hospital {
        let listed = &scene.records().hospitals[hospital.at()];
        let Some(tier) = listed.tier else { continue };
        if claims.len() < claims_min(claims[0]) as usize {
            continue;
        }
        let sums = sums(&claims);
        let group = groups.entry((listed.kind, tier)).or_default();
        group.0 += 1;
        group.1.add(&sums);
        judged.push(((listed.kind, tier), hospital, claims, sums));
    }
    let judged = judged.into_iter().filter_map(|(group, hospital, claims, sums)| {
        let (count, all) = &groups[&group];
        let mut of_peers = all.clone();
        of_peers.take(&sums);
        let peers = count - 1;
        (peers >= PEERS_MIN).then_some(Compared { hospital, claims, sums, peers, of_peers })
    });
    judged.collect()
}

/// A share of a whole in thousandths, rounded down; nothing of nothing.
pub fn per_mille(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (i128::from(part) * 1000 / i128::from(whole)) as i64 }
}

/// Thousandths as people read them: `12.5%`.
pub fn percent(per_mille: i64) -> String {
    format!("{}.{}%", per_mille / 10, (per_mille % 10).abs())
}
