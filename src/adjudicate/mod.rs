//! Links → decisions, to the fen. Persons are decided side by side; the claims of one person in
//! order of their governing day, because a year has memory.
//!
//! The surprise: nothing here looks at another person's claims. That is what lets a province be
//! split by person ([`decide_person`] is the whole unit of work).

mod case;
mod cure;
mod decide;
mod gates;
mod ladder;
mod lapse;
mod laws;
mod layers;
mod lines;
mod parts;
mod refusal;
mod restrictions;
mod route;
mod working;
mod year;

use rayon::prelude::*;

use crate::domain::dates::Date;
use crate::flow::links::PersonFiles;
use crate::flow::{Adjudicated, ClaimIx, Decision, LineSplit, Linked, PersonLink, Progress, Stage};
use crate::rulebook::Rulebook;
use crate::rulebook::item_tables::ItemTables;

use case::Case;
use lapse::CoveredMonths;
use laws::Laws;
use lines::UNSPLIT;
use year::Years;

/// What persons are decided from, made once a run.
struct Books<'a> {
    linked: &'a Linked,
    rulebook: &'a Rulebook,
    laws: Laws<'a>,
    items: ItemTables,
    covered: CoveredMonths,
    /// The last day of the books: cures that ended before are not offered.
    as_of: Date,
}

/// A claim that is to be decided, and the places that wait for what comes of it.
struct Task<'a> {
    ix: ClaimIx,
    /// The first claim of the same person; of nobody known, the claim itself.
    first: ClaimIx,
    files: Option<&'a PersonFiles>,
    decision: &'a mut Option<Decision>,
    splits: &'a mut [LineSplit],
}

/// Decides every claim. `as_of` is the last day of the books: cures that ended before are not
/// offered.
pub fn adjudicate(
    linked: Linked,
    rulebook: &Rulebook,
    as_of: Date,
    progress: &dyn Progress,
) -> Adjudicated {
    progress.begin(Stage::Adjudicate, linked.records.claims.len() as u64);
    let books = Books {
        linked: &linked,
        rulebook,
        laws: Laws::of(&linked.records.claims, rulebook),
        items: ItemTables::of(&linked.records, rulebook),
        covered: CoveredMonths::of(&linked.records),
        as_of,
    };
    let mut decisions: Vec<Option<Decision>> = linked.links.par_iter().map(|_| None).collect();
    let mut lines: Vec<LineSplit> =
        rayon::iter::repeat_n(UNSPLIT, linked.orphan_lines.start as usize).collect();
    let mut tasks = tasks(&linked, &mut decisions, &mut lines);
    tasks.par_sort_unstable_by_key(|task| (task.first, task.ix));
    tasks.par_chunk_by_mut(|one, next| one.first == next.first).for_each(|tasks| {
        decide_person(tasks, &books);
        progress.advance(tasks.len() as u64);
    });
    drop(tasks);
    let decisions = decisions.into_iter().map(|made| made.expect("a decision of every claim"));
    let decisions = decisions.collect();
    Adjudicated { decisions, lines, clauses: rulebook.citations.clone(), linked }
}

/// One task a claim. The lines of the claims follow one another, so each claim can be given its
/// own stretch of `lines` to write to.
fn tasks<'a>(
    linked: &'a Linked,
    decisions: &'a mut [Option<Decision>],
    mut lines: &'a mut [LineSplit],
) -> Vec<Task<'a>> {
    let people: Vec<(ClaimIx, Option<&PersonFiles>)> =
        (0..linked.links.len()).into_par_iter().map(|at| person(linked, at)).collect();
    let mut next = 0;
    let mut tasks = Vec::with_capacity(people.len());
    for (at, ((first, files), decision)) in people.into_iter().zip(decisions).enumerate() {
        let range = linked.links[at].lines.clone();
        assert!(range.start == next, "bill lines that are not in the order of the claims");
        next = range.end;
        let (splits, rest) = std::mem::take(&mut lines).split_at_mut(range.len());
        lines = rest;
        tasks.push(Task { ix: ClaimIx(at as u32), first, files, decision, splits });
    }
    tasks
}

/// The first claim of a claim's person, and what is filed under the person's number.
fn person(linked: &Linked, at: usize) -> (ClaimIx, Option<&PersonFiles>) {
    let ix = ClaimIx(at as u32);
    let key = linked.records.claim(ix).person.key();
    let files = key.and_then(|key| linked.people.by_key.get(&key));
    match (&linked.links[at].person, files) {
        (PersonLink::Known { .. }, Some(files)) => {
            (files.claims.first().copied().unwrap_or(ix), Some(files))
        }
        (_, files) => (ix, files),
    }
}

/// Decides the claims of one person in the order of the year.
fn decide_person(tasks: &mut [Task], books: &Books) {
    tasks.sort_unstable_by_key(|task| {
        let claim = books.linked.records.claim(task.ix);
        (books.laws.of_claim(task.ix).day, &claim.invoice, &claim.claim_id, task.ix)
    });
    let mut years = Years::default();
    let mut splits = Vec::new();
    for task in tasks {
        let case = Case::new(task.ix, task.files, books);
        splits.clear();
        *task.decision = Some(decide::decide(&case, &books.covered, &mut years, &mut splits));
        task.splits.copy_from_slice(&splits);
    }
}
