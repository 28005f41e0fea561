//! Lays the steps of two workings side by side and keeps those that differ, in their order.
//!
//! The surprise: steps have no names of their own, and a working may take one more band or leave
//! a rung out. They are paired so that as many as possible are the same, then of the same kind.

use std::mem::discriminant;

use super::super::working::StepRecord;
use super::change::{Role, StepChange};
use super::figures::{differing, of_law};

/// Pairs worth weighing; past that, steps are paired in their order.
const PAIRS_MAX: usize = 1 << 22;
const SAME: u32 = 4;
const SAME_CLAUSE: u32 = 2;
const SAME_KIND: u32 = 1;

/// The clause a number stands for in its own run, by its id.
pub trait ClauseIds {
    fn old_id(&self, number: u32) -> &str;
    fn new_id(&self, number: u32) -> &str;
}

/// On which side something stopped the working that does not stop the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stopped {
    pub old: bool,
    pub new: bool,
}

/// The steps that differ.
pub fn changes(
    old: &[StepRecord],
    new: &[StepRecord],
    clauses: &impl ClauseIds,
    stopped: Stopped,
) -> Vec<StepChange> {
    let scores = |a: &StepRecord, b: &StepRecord| score(a, b, clauses);
    let same = |a: &StepRecord, b: &StepRecord| scores(a, b) == SAME;
    let front = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    let pairs = pairs(old, new, &scores).into_iter();
    let differ = pairs.filter(|pair| !matches!(pair, (Some(a), Some(b)) if same(a, b)));
    differ
        .map(|(a, b)| StepChange {
            role: role(a, b, clauses, stopped),
            old: a.cloned(),
            new: b.cloned(),
        })
        .collect()
}

/// Rows are places in the inputs: a file may be renamed without anything being decided otherwise.
fn score(a: &StepRecord, b: &StepRecord, clauses: &impl ClauseIds) -> u32 {
    if discriminant(&a.did) != discriminant(&b.did) {
        return 0;
    }
    let clause = same_clause(a, b, clauses);
    match (clause, a.did == b.did) {
        (true, true) => SAME,
        (true, false) => SAME_CLAUSE,
        (false, _) => SAME_KIND,
    }
}

fn same_clause(a: &StepRecord, b: &StepRecord, clauses: &impl ClauseIds) -> bool {
    match (a.clause, b.clause) {
        (Some(a), Some(b)) => clauses.old_id(a) == clauses.new_id(b),
        (None, None) => true,
        _ => false,
    }
}

type Pair<'s> = (Option<&'s StepRecord>, Option<&'s StepRecord>);

/// The pairing with the highest score; of equals the one that pairs early.
fn pairs<'s>(
    old: &'s [StepRecord],
    new: &'s [StepRecord],
    score: &dyn Fn(&StepRecord, &StepRecord) -> u32,
) -> Vec<Pair<'s>> {
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        let longest = old.len().max(new.len());
        return (0..longest).map(|at| (old.get(at), new.get(at))).collect();
    }
    // `best[i][j]` is what the steps from `i` and `j` on can score.
    let mut best = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let paired = match score(a, b) {
                0 => 0,
                worth => worth + best[i + 1][j + 1],
            };
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < old.len() || j < new.len() {
        let both = old.get(i).zip(new.get(j));
        let worth = both.map_or(0, |(a, b)| score(a, b));
        if worth > 0 && best[i][j] == worth + best[i + 1][j + 1] {
            found.push((old.get(i), new.get(j)));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || best[i][j] == best[i + 1][j]) {
            found.push((old.get(i), None));
            i += 1;
        } else {
            found.push((None, new.get(j)));
            j += 1;
        }
    }
    found
}

fn role(
    old: Option<&StepRecord>,
    new: Option<&StepRecord>,
    clauses: &impl ClauseIds,
    stopped: Stopped,
) -> Role {
    match (old, new) {
        (Some(_), None) if stopped.new => Role::NotReached,
        (None, Some(_)) if stopped.old => Role::NotReached,
        (Some(a), Some(b)) => {
            let differing = differing(Some(&a.did), Some(&b.did));
            if !of_law(&differing).is_empty() || !same_clause(a, b, clauses) {
                Role::Rule
            } else {
                Role::Follows
            }
        }
        _ => Role::Rule,
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::Money;

    use super::super::super::working::{Did, Yuan};
    use super::*;

    /// Clause numbers that mean the same in both runs, but for 9, which is new 8.
    struct Numbers;

    impl ClauseIds for Numbers {
        fn old_id(&self, number: u32) -> &str {
            ["a", "b", "c", "d", "e", "f", "g", "h", "moved", "i"][number as usize]
        }
        fn new_id(&self, number: u32) -> &str {
            ["a", "b", "c", "d", "e", "f", "g", "h", "k", "moved"][number as usize]
        }
    }

    fn yuan(yuan: i64) -> Yuan {
        Yuan(Money::from_yuan(yuan))
    }

    fn step(did: Did, clause: u32) -> StepRecord {
        StepRecord { did, clause: Some(clause), rows: vec![format!("row of {clause}")] }
    }

    fn deductible(figure: i64, clause: u32) -> StepRecord {
        let (figure, scope) = (yuan(figure), yuan(9_000));
        step(Did::Deductible { ordinal: Some(1), figure, scope, charged: figure }, clause)
    }

    fn band(from: i64, to: Option<i64>, ratio: &str) -> StepRecord {
        let (from, to) = (yuan(from), to.map(yuan));
        step(Did::Band { from, to, amount: yuan(1), ratio: ratio.into() }, 2)
    }

    fn changed(old: &[StepRecord], new: &[StepRecord]) -> Vec<StepChange> {
        changes(old, new, &Numbers, Stopped::default())
    }

    #[test]
    fn the_same_steps_differ_in_nothing_though_clauses_are_numbered_anew() {
        let mut new = deductible(800, 9);
        new.rows = vec!["a renamed file".into()];
        assert_eq!(changed(&[deductible(800, 8)], &[new]), []);
    }

    #[test]
    fn a_clause_of_another_id_is_another_law_though_its_figure_is_the_same() {
        let found = changed(&[deductible(800, 1)], &[deductible(800, 2)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].role, Role::Rule);
    }

    #[test]
    fn a_band_more_is_one_step_more_and_leaves_the_others_paired() {
        let old = [band(0, Some(100), "80%"), band(100, None, "90%")];
        let new = [band(0, Some(50), "70%"), band(0, Some(100), "80%"), band(100, None, "90%")];
        let found = changed(&old, &new);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].old.as_ref(), found[0].new.as_ref()), (None, Some(&new[0])));
        let found = changed(&new, &old);
        assert_eq!((found[0].old.as_ref(), found[0].new.as_ref()), (Some(&new[0]), None));
    }

    #[test]
    fn what_a_reason_stopped_is_not_another_law() {
        let (old, new) = ([deductible(800, 1)], []);
        let found = changes(&old, &new, &Numbers, Stopped { old: false, new: true });
        assert_eq!(found[0].role, Role::NotReached);
        assert_eq!(changed(&old, &new)[0].role, Role::Rule, "a rung that a law left out");
    }
}
