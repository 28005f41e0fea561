//! Links → decisions, to the fen. Persons are decided side by side; the claims of one person in
//! order of their governing day, because a year has memory.
//!
//! The surprise: nothing here looks at another person's claims. That is what lets a province be
//! split by person ([`decide_person`] is the whole unit of work).

mod case;
mod cure;
mod decide;
mod gates;
mod item_tables;
mod ladder;
mod lapse;
mod layers;
mod lines;
mod parts;
mod refusal;
mod restrictions;
mod route;
mod working;
mod year;

use std::collections::HashMap;

use rayon::prelude::*;

use crate::domain::dates::Date;
use crate::domain::identity::PersonKey;
use crate::flow::{Adjudicated, ClaimIx, Decision, LineSplit, Linked, PersonLink, Progress, Stage};
use crate::rulebook::Rulebook;

use case::{Case, Governing};
use item_tables::ItemTables;
use lapse::CoveredMonths;
use year::Years;

/// Decides every claim. `as_of` is the last day of the books: settlements made later are not
/// opened with, and cures that ended before are not offered.
pub fn adjudicate(
    linked: Linked,
    rulebook: &Rulebook,
    as_of: Date,
    progress: &dyn Progress,
) -> Adjudicated {
    progress.begin(Stage::Adjudicate, linked.records.claims.len() as u64);
    let covered = CoveredMonths::of(&linked.records);
    let items = ItemTables::of(&linked.records, rulebook);
    let mut decided: Vec<(Decision, Vec<LineSplit>)> = by_person(&linked)
        .into_par_iter()
        .flat_map_iter(|claims| {
            let done = decide_person(&claims, &linked, rulebook, &items, &covered, as_of);
            progress.advance(claims.len() as u64);
            done
        })
        .collect();
    decided.sort_unstable_by_key(|(decision, _)| decision.claim);
    assert!(decided.len() == linked.records.claims.len(), "a claim without a decision");
    let mut decisions = Vec::with_capacity(decided.len());
    let mut lines = Vec::with_capacity(linked.orphan_lines.start as usize);
    for (decision, splits) in decided {
        decisions.push(decision);
        lines.extend(splits);
    }
    Adjudicated { linked, decisions, lines, clauses: rulebook.citations.clone() }
}

/// The claims of each person; claims of nobody known stand alone.
fn by_person(linked: &Linked) -> Vec<Vec<ClaimIx>> {
    let mut places: HashMap<&PersonKey, usize> = HashMap::new();
    let mut persons: Vec<Vec<ClaimIx>> = Vec::new();
    for (place, links) in linked.links.iter().enumerate() {
        let ix = ClaimIx(place as u32);
        match &links.person {
            PersonLink::Known { key, .. } => {
                let person = *places.entry(key).or_insert_with(|| {
                    persons.push(Vec::new());
                    persons.len() - 1
                });
                persons[person].push(ix);
            }
            PersonLink::ByName { .. } | PersonLink::Unknown { .. } => persons.push(vec![ix]),
        }
    }
    persons
}

/// Decides the claims of one person in the order of the year.
fn decide_person(
    claims: &[ClaimIx],
    linked: &Linked,
    rulebook: &Rulebook,
    items: &ItemTables,
    covered: &CoveredMonths,
    as_of: Date,
) -> Vec<(Decision, Vec<LineSplit>)> {
    let mut order = claims.to_vec();
    order.sort_by_cached_key(|&ix| {
        let claim = linked.records.claim(ix);
        let day = Governing::of(claim, rulebook).day;
        (day, &claim.invoice, &claim.claim_id, ix)
    });
    let mut years = Years::default();
    order
        .into_iter()
        .map(|ix| {
            let case = Case::new(ix, linked, rulebook, items, as_of);
            let mut splits = Vec::with_capacity(case.links.lines.len());
            let decision = decide::decide(&case, covered, &mut years, &mut splits);
            (decision, splits)
        })
        .collect()
}
