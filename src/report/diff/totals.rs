//! The counts and sums of a comparison, and the proof that they tie.
//!
//! The surprise: what each run pays is known twice, from its workings and from the control totals
//! of its manifest, so a working that is missing cannot hide. Reasons are no parts of the whole:
//! a claim stands under each of its reasons.

use std::collections::BTreeMap;

use crate::domain::words::Outcome;
use crate::domain::{Code, Money};

use super::super::summary::Tie;
use super::change::{Cause, Change, Kind, Role, Standing, StepChange, payable};
use super::compare::Compared;
use super::figures::{FieldChange, differing, of_law, step_name};
use super::run_folder::RunFolder;

/// Kinds of values kept for one clause; more are only counted.
const VALUES_MAX: usize = 200;

/// Claims with what was and is paid for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub claims: u64,
    /// Of them, those that are not the same in both runs.
    pub changed: u64,
    pub old: Money,
    pub new: Money,
    /// What the funds come to, held claims included.
    pub old_fund: Money,
    pub new_fund: Money,
    pub gained: u64,
    pub gains: Money,
    pub lost: u64,
    pub losses: Money,
}

/// What a change is put down to, as totals count it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CauseKey {
    pub word: CauseWord,
    /// The clauses it stands on, where it stands on any.
    pub old_clause: Option<String>,
    pub new_clause: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseWord {
    OnlyOld,
    OnlyNew,
    Bill,
    Facts,
    Step(StepWord),
    Reason { code: String, came: bool },
    Cures,
}

/// A step by its word, and its name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepWord {
    pub word: &'static str,
    pub zh: String,
    pub en: String,
}

/// Claims of a cause or a clause, and apart for each of the values that changed.
#[derive(Clone, Debug, Default)]
pub struct Valued {
    pub sums: Sums,
    /// As JSON, so that they are told in whatever language.
    values: BTreeMap<String, Sums>,
    /// Claims whose values were too many kinds to keep.
    pub others: Sums,
}

/// A clause that applies otherwise: its step and the clauses of both runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseKey {
    pub step: StepWord,
    pub old: Option<u32>,
    pub new: Option<u32>,
}

/// Claims for which a reason came, and for which it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReasonSums {
    pub came: Sums,
    pub went: Sums,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub all: Sums,
    pub kinds: BTreeMap<Kind, Sums>,
    pub transitions: BTreeMap<(Option<Outcome>, Option<Outcome>), Sums>,
    /// By code, with the name of the region.
    pub regions: BTreeMap<String, (String, Sums)>,
    /// By the place of the code in its list, then the code.
    pub reasons: BTreeMap<(usize, String), ReasonSums>,
    pub causes: BTreeMap<CauseKey, Valued>,
    /// Of claims that are themselves the same in both runs.
    pub clauses: BTreeMap<ClauseKey, Valued>,
    old_claims: u64,
    new_claims: u64,
    differences: Money,
}

impl Sums {
    pub fn difference(&self) -> Money {
        self.new - self.old
    }

    fn add(&mut self, old: Option<Standing>, new: Option<Standing>, changed: bool) {
        let fund = |side: Option<Standing>| side.map_or(Money::ZERO, |side| side.fund);
        self.claims += 1;
        self.changed += u64::from(changed);
        self.old += payable(old);
        self.new += payable(new);
        self.old_fund += fund(old);
        self.new_fund += fund(new);
        let difference = payable(new) - payable(old);
        if difference.is_positive() {
            self.gained += 1;
            self.gains += difference;
        } else if difference.is_negative() {
            self.lost += 1;
            self.losses += difference;
        }
    }
}

impl Valued {
    fn add(&mut self, change: &Change, values: &[FieldChange]) {
        let (old, new) = change.standings();
        self.sums.add(old, new, true);
        // A list of plain values: it cannot fail to be written.
        let key = serde_json::to_string(values).unwrap_or_default();
        let is_kept = self.values.contains_key(&key) || self.values.len() < VALUES_MAX;
        let sums = if is_kept { self.values.entry(key).or_default() } else { &mut self.others };
        sums.add(old, new, true);
    }

    /// The values that changed and the claims of each, the commonest first.
    pub fn values(&self) -> Vec<(Vec<FieldChange>, Sums)> {
        let mut values: Vec<(&String, &Sums)> = self.values.iter().collect();
        values.sort_by(|(a, x), (b, y)| y.claims.cmp(&x.claims).then_with(|| a.cmp(b)));
        let read = |key: &str| serde_json::from_str(key).unwrap_or_default();
        values.into_iter().map(|(key, sums)| (read(key), *sums)).collect()
    }
}

impl Totals {
    pub fn add(&mut self, compared: &Compared, old: &RunFolder, new: &RunFolder) {
        let (was, is) = (compared.old, compared.new);
        let kind = compared.change.as_ref().map_or(Kind::Same, |change| change.kind);
        let changed = kind != Kind::Same;
        self.old_claims += u64::from(was.is_some());
        self.new_claims += u64::from(is.is_some());
        self.all.add(was, is, changed);
        self.kinds.entry(kind).or_default().add(was, is, changed);
        let outcome = |side: Option<Standing>| side.map(|side| side.outcome);
        self.transitions.entry((outcome(was), outcome(is))).or_default().add(was, is, changed);
        let region = self.regions.entry(compared.region.clone()).or_default();
        region.0.clone_from(&compared.region_name);
        region.1.add(was, is, changed);
        if let Some(change) = &compared.change {
            self.change(change, old, new);
        }
    }

    fn change(&mut self, change: &Change, old: &RunFolder, new: &RunFolder) {
        self.differences += change.difference();
        let (was, is) = change.standings();
        let place = |code: &str| Code::ALL.iter().position(|known| known.as_str() == code);
        let key = |code: &String| (place(code).unwrap_or(usize::MAX), code.clone());
        for code in &change.came {
            self.reasons.entry(key(code)).or_default().came.add(was, is, true);
        }
        for code in &change.went {
            self.reasons.entry(key(code)).or_default().went.add(was, is, true);
        }
        let (cause, values) = put_down(change, old, new);
        self.causes.entry(cause).or_default().add(change, &values);
        if !matches!(change.cause, Cause::Step(_) | Cause::Reason { .. } | Cause::Cures) {
            return;
        }
        // A clause may be applied several times to one claim, which is one claim nevertheless.
        let mut applied: BTreeMap<ClauseKey, Vec<FieldChange>> = BTreeMap::new();
        for step in change.steps.iter().filter(|step| step.role == Role::Rule) {
            let (old, new) = step.clauses();
            if old.is_some() || new.is_some() {
                let values = applied.entry(ClauseKey { step: step.word(), old, new }).or_default();
                values.extend(figures_of_law(step));
                values.dedup();
            }
        }
        for (key, values) in applied {
            self.clauses.entry(key).or_default().add(change, &values);
        }
    }

    /// What must be equal, both sides named.
    pub fn ties(&self, old: &RunFolder, new: &RunFolder) -> Vec<Tie> {
        let sum = |sums: &mut dyn Iterator<Item = Sums>| -> Money {
            sums.map(|sums| sums.difference()).sum()
        };
        let whole = new.payable() - old.payable();
        let claims = "claims = claims in its manifest";
        let payable = "payable = control totals of its manifest";
        vec![
            Tie::equal(
                "旧运行件数 = 清单所列件数",
                &format!("old run: {claims}"),
                self.old_claims,
                old.claims(),
            ),
            Tie::equal(
                "新运行件数 = 清单所列件数",
                &format!("new run: {claims}"),
                self.new_claims,
                new.claims(),
            ),
            Tie::equal(
                "旧运行应付 = 清单总数",
                &format!("old run: {payable}"),
                self.all.old,
                old.payable(),
            ),
            Tie::equal(
                "新运行应付 = 清单总数",
                &format!("new run: {payable}"),
                self.all.new,
                new.payable(),
            ),
            Tie::equal(
                "各件差额之和 = 新应付 − 旧应付",
                "differences of the claims = new payable − old payable",
                self.differences,
                whole,
            ),
            Tie::equal(
                "按结论变化的差额之和 = 总差额",
                "differences by outcome = the whole",
                sum(&mut self.transitions.values().copied()),
                whole,
            ),
            Tie::equal(
                "按参保地的差额之和 = 总差额",
                "differences by region = the whole",
                sum(&mut self.regions.values().map(|(_, sums)| *sums)),
                whole,
            ),
            Tie::equal(
                "按原因的差额之和 = 总差额",
                "differences by cause = the whole",
                sum(&mut self.causes.values().map(|cause| cause.sums)),
                whole,
            ),
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.all.changed == 0
    }
}

/// Figures of the law among the values of a step; amounts would be others for every claim, and
/// so would the split of a bill.
fn figures_of_law(step: &StepChange) -> Vec<FieldChange> {
    let values = step.values();
    of_law(&values).into_iter().filter(|value| value.of != "lines").cloned().collect()
}

/// The cause of a change as totals count it, and the values that changed.
pub fn put_down(change: &Change, old: &RunFolder, new: &RunFolder) -> (CauseKey, Vec<FieldChange>) {
    let id = |run: &RunFolder, number: Option<u32>| {
        run.clause(number).map(|clause| clause.clause.clone())
    };
    let plain = |word| CauseKey { word, old_clause: None, new_clause: None };
    match &change.cause {
        Cause::OnlyOld => (plain(CauseWord::OnlyOld), Vec::new()),
        Cause::OnlyNew => (plain(CauseWord::OnlyNew), Vec::new()),
        Cause::Bill(_) => (plain(CauseWord::Bill), Vec::new()),
        Cause::Facts(_) => (plain(CauseWord::Facts), Vec::new()),
        Cause::Cures => (plain(CauseWord::Cures), Vec::new()),
        Cause::Step(at) => match change.steps.get(*at) {
            None => (plain(CauseWord::Cures), Vec::new()),
            Some(step) => {
                let (old_clause, new_clause) = step.clauses();
                let key = CauseKey {
                    word: CauseWord::Step(step.word()),
                    old_clause: id(old, old_clause),
                    new_clause: id(new, new_clause),
                };
                (key, figures_of_law(step))
            }
        },
        Cause::Reason { code, came, clause } => {
            let word = CauseWord::Reason { code: code.clone(), came: *came };
            let (old_clause, new_clause) = match came {
                true => (None, id(new, *clause)),
                false => (id(old, *clause), None),
            };
            (CauseKey { word, old_clause, new_clause }, Vec::new())
        }
    }
}

impl StepChange {
    pub fn word(&self) -> StepWord {
        let side = self.new.as_ref().or(self.old.as_ref());
        let (word, name) = side
            .map_or_else(|| ("", crate::domain::Text::new("", "")), |side| step_name(&side.did));
        StepWord { word, zh: name.zh, en: name.en }
    }

    /// The numbers of its clauses, each in the list of its own run.
    pub fn clauses(&self) -> (Option<u32>, Option<u32>) {
        (
            self.old.as_ref().and_then(|side| side.clause),
            self.new.as_ref().and_then(|side| side.clause),
        )
    }

    pub fn values(&self) -> Vec<FieldChange> {
        differing(self.old.as_ref().map(|side| &side.did), self.new.as_ref().map(|side| &side.did))
    }
}

/// The ties that do not hold.
pub fn prove(ties: &[Tie]) -> Result<(), Vec<Tie>> {
    let broken: Vec<Tie> = ties.iter().filter(|tie| !tie.holds()).cloned().collect();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}
