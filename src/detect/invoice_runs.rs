//! Invoices in the order of their numbers 票据号段: where the days contradict the numbers, and where
//! neighbouring numbers lie in one hand.
//!
//! The surprise: that numbers are neighbours says nothing. A hospital hands them out in turn to
//! whoever comes, so only what does not go with that order is told.

use super::appearances::Name;
use super::circle::Circle;
use super::scene::Scene;
use crate::rulebook::detector_settings::Threshold;

/// So many days an invoice written later may lie back: invoices are written anew within a week.
const DAYS_BACK_MAX: i32 = 7;
/// So many days neighbouring numbers may lie apart at a place with few patients.
const DAYS_APART_MAX: i32 = 30;
/// One step alone may be an invoice written late.
const STEPS_MIN: usize = 2;

/// So many steps between two contradictions may be sound: in any order some days do rise.
const SOUND_BETWEEN: usize = 2;

/// Neighbouring invoices whose days or hospitals contradict their numbers.
pub struct Stretch {
    /// By number.
    pub rows: Vec<u32>,
    pub back: usize,
    pub apart: usize,
    pub elsewhere: usize,
}

/// An invoice in its book.
type Numbered = (Name, u32, u32);

/// Every stretch of contradictions, in the order of the books.
pub fn stretches(scene: &Scene) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut numbered = numbered(scene, |_| Some(Name::MIN));
    // The same invoice twice is another finding.
    numbered.dedup_by_key(|(_, (book, serial, _))| (*book, *serial));
    let invoices: Vec<Numbered> = numbered.into_iter().map(|(_, invoice)| invoice).collect();
    let neighbours = |one: &Numbered, next: &Numbered| is_next(scene, one, next);
    let runs = invoices.chunk_by(neighbours).filter(|run| run.len() > STEPS_MIN);
    for stretch in runs.flat_map(|run| contradicting(scene, run)) {
        let rows: Vec<u32> = stretch.iter().map(|(_, _, row)| *row).collect();
        let steps = rows.windows(2).map(|pair| Step::of(scene, pair[0], pair[1]));
        let mut sum = Stretch { rows: rows.clone(), back: 0, apart: 0, elsewhere: 0 };
        for step in steps {
            sum.back += usize::from(step.back);
            sum.apart += usize::from(step.apart);
            sum.elsewhere += usize::from(step.elsewhere);
        }
        let of_one_kind = sum.back.max(sum.apart).max(sum.elsewhere) >= STEPS_MIN;
        if of_one_kind || takes_two(scene, &sum.rows) {
            found.push(sum);
        }
    }
    found
}

/// Whether days leap forward and fall back at places apart: one invoice out of its turn does both,
/// but side by side.
fn takes_two(scene: &Scene, rows: &[u32]) -> bool {
    let steps: Vec<Step> = rows.windows(2).map(|pair| Step::of(scene, pair[0], pair[1])).collect();
    let back = || steps.iter().enumerate().filter(|(_, step)| step.back);
    let apart = || steps.iter().enumerate().filter(|(_, step)| step.apart);
    back().any(|(at, _)| apart().any(|(other, _)| at.abs_diff(other) > 1))
}

/// The parts of a run of neighbours in which every third step at least is a contradiction.
fn contradicting<'r>(scene: &Scene, run: &'r [Numbered]) -> Vec<&'r [Numbered]> {
    let odd = |pair: &[Numbered]| Step::of(scene, pair[0].2, pair[1].2) != Step::default();
    let steps: Vec<usize> =
        run.windows(2).enumerate().filter(|(_, pair)| odd(pair)).map(|(at, _)| at).collect();
    let parts = steps.chunk_by(|one, next| next - one <= SOUND_BETWEEN + 1);
    let of_several = parts.filter(|part| part.len() >= STEPS_MIN);
    of_several.map(|part| &run[part[0]..=part[part.len() - 1] + 1]).collect()
}

/// Invoices that count, sorted by what `holder` says of their rows, book and number.
fn numbered(scene: &Scene, holder: impl Fn(usize) -> Option<Name>) -> Vec<(Name, Numbered)> {
    let appearances = scene.appearances();
    let rows = appearances.rows().filter(|&row| scene.is_on_row(row));
    let invoice = |row: u32| {
        let at = row as usize;
        let book = appearances.invoice_book[at]?;
        Some((holder(at)?, (book, appearances.serial[at], row)))
    };
    let mut numbered: Vec<(Name, Numbered)> = rows.filter_map(invoice).collect();
    rayon::slice::ParallelSliceMut::par_sort_unstable(&mut numbered[..]);
    numbered
}

fn is_next(scene: &Scene, one: &Numbered, next: &Numbered) -> bool {
    let gap = || scene.threshold_in_row(Threshold::NumberGapMax, next.2);
    one.0 == next.0 && next.1 - one.1 <= gap()
}

/// What is odd between an invoice and the next one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Step {
    back: bool,
    apart: bool,
    elsewhere: bool,
}

impl Step {
    fn of(scene: &Scene, one: u32, next: u32) -> Step {
        let appearances = scene.appearances();
        let (one, next) = (one as usize, next as usize);
        // An invoice is written when the patient leaves.
        let days = appearances.discharged[next] - appearances.discharged[one];
        let coded = &appearances.hospital_coded;
        let differs = appearances.hospital[one] != appearances.hospital[next];
        Step {
            back: days < -DAYS_BACK_MAX,
            apart: days > DAYS_APART_MAX,
            elsewhere: coded[one] && coded[next] && differs,
        }
    }
}

/// In whose hand invoices may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Agent,
    Account,
    Phone,
}

impl Held {
    pub const ALL: [Held; 3] = [Held::Agent, Held::Account, Held::Phone];
}

/// Runs of neighbouring numbers of several unrelated persons in one hand.
pub fn in_one_hand(scene: &Scene, held: Held) -> Vec<Vec<u32>> {
    let appearances = scene.appearances();
    let column = match held {
        Held::Agent => &appearances.agent,
        Held::Account => &appearances.account,
        Held::Phone => &appearances.phone,
    };
    let numbered = numbered(scene, |at| column[at]);
    let run = |one: &(Name, Numbered), next: &(Name, Numbered)| {
        one.0 == next.0 && is_next(scene, &one.1, &next.1)
    };
    let mut found = Vec::new();
    for run in numbered.chunk_by(run) {
        let min = scene.threshold_in_row(Threshold::NeighboursMin, run[0].1.2) as usize;
        if run.len() < min {
            continue;
        }
        let circle = Circle::new(scene, run.iter().map(|(_, (_, _, row))| *row));
        let explained = circle.is_family() || circle.employer().is_some();
        if circle.persons().len() >= min && !explained {
            found.push(circle.rows);
        }
    }
    found
}
