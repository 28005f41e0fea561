//! One claim in two runs: whether anything of its decision is another, and what that is put down
//! to.
//!
//! The surprise: a working names everything that followed, too. The cause is the first thing that
//! differs and does not follow: the bill, the facts of the claim, a step whose clause or figure is
//! another, a reason that came or went; only then a step whose amounts alone differ.

use serde_json::Value;

use crate::domain::Code;
use crate::domain::words::Outcome;

use super::super::Cause as Fault;
use super::super::working::Did;
use super::super::workings_jsonl::{ClauseRecord, CureRecord, GateRecord, Working};
use super::change::{Cause, Change, Kind, Role, Side, Standing, StepChange};
use super::figures::FieldChange;
use super::steps::{self, ClauseIds, Stopped};
use super::walk::{Line, Pair};

/// What the clause numbers of the two runs stand for.
pub struct Clauses<'r> {
    pub old: &'r [ClauseRecord],
    pub new: &'r [ClauseRecord],
}

impl Clauses<'_> {
    /// Whether every number stands for the same clause in both runs.
    pub fn are_numbered_alike(&self) -> bool {
        let ids = |clauses: &[ClauseRecord]| -> Vec<String> {
            clauses.iter().map(|clause| clause.clause.clone()).collect()
        };
        ids(self.old) == ids(self.new)
    }
}

impl ClauseIds for Clauses<'_> {
    fn old_id(&self, number: u32) -> &str {
        self.old.get(number as usize).map_or("?", |clause| &clause.clause)
    }

    fn new_id(&self, number: u32) -> &str {
        self.new.get(number as usize).map_or("?", |clause| &clause.clause)
    }
}

/// A claim as totals count it.
pub struct Compared {
    pub region: String,
    pub region_name: String,
    pub old: Option<Standing>,
    pub new: Option<Standing>,
    /// None when the claim is the same in both runs.
    pub change: Option<Change>,
}

/// Compares a claim; `alike` where clause numbers mean the same in both runs.
pub fn compare(pair: &Pair, clauses: &Clauses<'_>, alike: bool) -> Result<Compared, Fault> {
    let any = pair.new.as_ref().or(pair.old.as_ref()).ok_or("a pair of nothing")?;
    let standing = |line: &Line| Standing { outcome: line.outcome, fund: line.fund };
    let change = match (&pair.old, &pair.new) {
        (Some(old), Some(new)) if alike && old.text == new.text => None,
        (Some(old), Some(new)) => between(&working(&old.text)?, &working(&new.text)?, clauses),
        (Some(old), None) => Some(alone(&working(&old.text)?, Kind::OnlyOld)),
        (None, new) => new
            .as_ref()
            .map(|new| Ok::<_, Fault>(alone(&working(&new.text)?, Kind::OnlyNew)))
            .transpose()?,
    };
    Ok(Compared {
        region: any.insured_region.clone(),
        region_name: any.insured_name.clone(),
        old: pair.old.as_ref().map(standing),
        new: pair.new.as_ref().map(standing),
        change,
    })
}

fn working(line: &str) -> Result<Working, Fault> {
    let working: Working = serde_json::from_str(line)?;
    if Outcome::from_word(&working.outcome).is_none() {
        return Err(format!("outcome {:?} of {:?}", working.outcome, working.claim_id).into());
    }
    Ok(working)
}

/// A claim that only one run has.
fn alone(working: &Working, kind: Kind) -> Change {
    let side = side(working);
    let reasons = side.reasons.clone();
    let empty = change(working, kind);
    match kind {
        Kind::OnlyOld => Change { old: Some(side), went: reasons, cause: Cause::OnlyOld, ..empty },
        _ => Change { new: Some(side), came: reasons, cause: Cause::OnlyNew, ..empty },
    }
}

/// What differs between two workings of a claim; nothing when the decision is the same.
pub fn between(old: &Working, new: &Working, clauses: &impl ClauseIds) -> Option<Change> {
    let (old_side, new_side) = (side(old), side(new));
    let missing = |of: &[String], from: &[String]| -> Vec<String> {
        of.iter().filter(|code| !from.contains(code)).cloned().collect()
    };
    let came = missing(&new_side.reasons, &old_side.reasons);
    let went = missing(&old_side.reasons, &new_side.reasons);
    let stopped = Stopped { old: stops(old, new), new: stops(new, old) };
    let steps = steps::changes(&old.steps, &new.steps, clauses, stopped);
    let is_same = old_side.outcome == new_side.outcome
        && old_side.route == new_side.route
        && old_side.amounts == new_side.amounts
        && came.is_empty()
        && went.is_empty()
        && steps.is_empty()
        && same_cures(old, new);
    if is_same {
        return None;
    }
    let mut found = Change {
        old: Some(old_side),
        new: Some(new_side),
        came,
        went,
        steps,
        ..change(new, Kind::Changed)
    };
    found.cause = cause(&found, old, new);
    Some(found)
}

fn change(of: &Working, kind: Kind) -> Change {
    Change {
        claim_id: of.claim_id.clone(),
        person_ref: of.person_ref.clone(),
        name: of.name.clone(),
        id: of.id.clone(),
        insured_region: of.insured_region.clone(),
        insured_name: of.insured_name.clone(),
        treated_region: of.treated_region.clone(),
        treated_name: of.treated_name.clone(),
        hospital: of.hospital.clone(),
        kind,
        old: None,
        new: None,
        came: Vec::new(),
        went: Vec::new(),
        cause: Cause::Cures,
        steps: Vec::new(),
    }
}

fn side(working: &Working) -> Side {
    Side {
        outcome: working.outcome.clone(),
        route: working.route.clone(),
        reasons: reasons(working),
        policy_version: working.policy_version.clone(),
        catalog_version: working.catalog_version.clone(),
        amounts: working.amounts,
    }
}

/// The reasons as `decisions.csv` has them: codes of the gates in their order, then of the other
/// findings in the order of codes, each once.
fn reasons(working: &Working) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for gate in &working.gates {
        if !codes.contains(&gate.code) {
            codes.push(gate.code.clone());
        }
    }
    let place = |code: &str| Code::ALL.iter().position(|known| known.as_str() == code);
    let findings = working.findings.iter().map(|finding| &finding.code);
    let mut others: Vec<&String> = findings.filter(|code| !codes.contains(code)).collect();
    others.sort_by_key(|code| (place(code).unwrap_or(usize::MAX), code.as_str()));
    others.dedup();
    codes.extend(others.into_iter().cloned());
    codes
}

/// Whether `one` has a gate that takes the payment away and `other` has not.
fn stops(one: &Working, other: &Working) -> bool {
    let is_there = |gate: &GateRecord| other.gates.iter().any(|it| it.code == gate.code);
    one.gates.iter().any(|gate| gate.does != "reduce" && !is_there(gate))
}

/// Whether the same would mend both, by the same day and worth as much, in whatever words.
fn same_cures(old: &Working, new: &Working) -> bool {
    let same = |(a, b): (&CureRecord, &CureRecord)| {
        a.code == b.code && a.remedy == b.remedy && a.by == b.by && a.worth == b.worth
    };
    old.cures.len() == new.cures.len() && old.cures.iter().zip(&new.cures).all(same)
}

fn cause(change: &Change, old: &Working, new: &Working) -> Cause {
    let bill = bill(old, new);
    if !bill.is_empty() {
        return Cause::Bill(bill);
    }
    let facts = facts(old, new);
    if !facts.is_empty() {
        return Cause::Facts(facts);
    }
    let first = |wanted: &dyn Fn(&StepChange) -> bool| {
        change.steps.iter().position(wanted).map(Cause::Step)
    };
    let of_rule = first(&|step| step.role == Role::Rule);
    let reason = || {
        let came = change.came.first().map(|code| (code, true, &new.gates));
        let (code, came, gates) =
            came.or_else(|| change.went.first().map(|code| (code, false, &old.gates)))?;
        let gate = gates.iter().find(|gate| gate.code == *code);
        Some(Cause::Reason { code: code.clone(), came, clause: gate.and_then(|it| it.clause) })
    };
    let is_result = |step: &StepChange| {
        let side = step.new.as_ref().or(step.old.as_ref());
        side.is_some_and(|side| matches!(side.did, Did::Result { .. }))
    };
    of_rule
        .or_else(reason)
        .or_else(|| first(&|step| !is_result(step)))
        .or_else(|| first(&|_| true))
        .unwrap_or(Cause::Cures)
}

/// The bill's total and the number of its lines, where they differ.
fn bill(old: &Working, new: &Working) -> Vec<FieldChange> {
    let total = |working: &Working| working.amounts.total.to_string();
    let lines = |working: &Working| working.lines.1;
    let mut found = fact("total", &total(old), &total(new)).into_iter().collect::<Vec<_>>();
    if lines(old) != lines(new) {
        found.push(FieldChange {
            of: "claim".into(),
            field: "count".into(),
            old: Some(Value::from(lines(old))),
            new: Some(Value::from(lines(new))),
        });
    }
    found
}

/// What else the claim says that decides what it is paid.
fn facts(old: &Working, new: &Working) -> Vec<FieldChange> {
    type FactOf = fn(&Working) -> &str;
    let facts: [(&str, FactOf); 6] = [
        ("treated_region", |it| &it.treated_region),
        ("first_day", |it| &it.first_day),
        ("last_day", |it| &it.last_day),
        ("scheme", |it| &it.scheme),
        ("care_type", |it| &it.care_type),
        ("person_type", |it| &it.person_type),
    ];
    facts.iter().filter_map(|(field, of)| fact(field, of(old), of(new))).collect()
}

fn fact(field: &str, old: &str, new: &str) -> Option<FieldChange> {
    let change = || FieldChange {
        of: "claim".into(),
        field: field.into(),
        old: Some(Value::from(old)),
        new: Some(Value::from(new)),
    };
    (old != new).then(change)
}
