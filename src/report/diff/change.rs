//! What became of one claim between two runs, in a form that can be put aside and read again: a
//! million changes are sorted by money without being held at once.
//!
//! The surprise: steps keep the numbers of their clauses, and each number means something only in
//! the `clauses.json` of its own run.

use serde::{Deserialize, Serialize};

use crate::domain::Money;
use crate::domain::words::Outcome;
use crate::flow::Amounts;

use super::super::decisions_xlsx::MONEY;
use super::super::working::{StepRecord, Yuan};
use super::super::workings_jsonl::AmountsRecord;
use super::figures::FieldChange;

/// What a claim is in both runs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Same,
    Changed,
    OnlyOld,
    OnlyNew,
}

/// What is paid for a claim: its outcome and what its funds come to, paid or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub outcome: Outcome,
    pub fund: Money,
}

impl Standing {
    /// What is to be paid now: nothing while a claim is held, pends or is refused.
    pub fn payable(self) -> Money {
        match self.outcome {
            Outcome::Pay | Outcome::PayReduced => self.fund,
            Outcome::Reject | Outcome::Pend | Outcome::Hold => Money::ZERO,
        }
    }
}

/// A claim that is not the same in both runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub claim_id: String,
    /// As the runs have them: masked where they were.
    pub person_ref: String,
    pub name: String,
    pub id: String,
    pub insured_region: String,
    pub insured_name: String,
    pub treated_region: String,
    pub treated_name: String,
    pub hospital: String,
    pub kind: Kind,
    pub old: Option<Side>,
    pub new: Option<Side>,
    /// Codes of the reasons only the new run has, and of those only the old one had.
    pub came: Vec<String>,
    pub went: Vec<String>,
    pub cause: Cause,
    pub steps: Vec<StepChange>,
}

/// A claim as one run decided it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub outcome: String,
    pub route: String,
    pub reasons: Vec<String>,
    pub policy_version: String,
    pub catalog_version: String,
    pub amounts: AmountsRecord,
}

/// What a change is put down to: the first thing that differs on the way to the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    OnlyOld,
    OnlyNew,
    /// The bill is another one: its total or the number of its lines.
    Bill(Vec<FieldChange>),
    /// The bill is the same, but the days, the place or the kind of care or person are not.
    Facts(Vec<FieldChange>),
    /// A step of the working, by its place in [`Change::steps`].
    Step(usize),
    /// A reason came or went, which a step does not explain.
    Reason {
        code: String,
        came: bool,
        clause: Option<u32>,
    },
    /// Only what would mend the claim is another.
    Cures,
}

/// A step that is not the same in both runs; missing on the side that does not take it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepChange {
    pub old: Option<StepRecord>,
    pub new: Option<StepRecord>,
    pub role: Role,
}

/// Why a step differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its clause, or a figure the clause gives, is another.
    Rule,
    /// Only what went in or came out is another.
    Follows,
    /// One side stopped before it, by a reason the other side does not have.
    NotReached,
}

impl Change {
    pub fn standings(&self) -> (Option<Standing>, Option<Standing>) {
        (self.old.as_ref().and_then(Side::standing), self.new.as_ref().and_then(Side::standing))
    }

    /// How much more is payable than was.
    pub fn difference(&self) -> Money {
        let (old, new) = self.standings();
        payable(new) - payable(old)
    }

    /// The step a change is put down to.
    pub fn causing_step(&self) -> Option<&StepChange> {
        match self.cause {
            Cause::Step(at) => self.steps.get(at),
            _ => None,
        }
    }

    /// The money columns that differ: the column's place in [`MONEY`], old and new.
    pub fn money_changes(&self) -> Vec<(usize, Money, Money)> {
        let (Some(old), Some(new)) = (&self.old, &self.new) else {
            return Vec::new();
        };
        let (old, new) = (old.amounts(), new.amounts());
        let sides = MONEY.iter().map(|(_, _, amount)| (amount(&old), amount(&new)));
        let differ = sides.enumerate().filter(|(_, (old, new))| old != new);
        differ.map(|(at, (old, new))| (at, old, new)).collect()
    }
}

/// Nothing where a run does not have the claim.
pub fn payable(standing: Option<Standing>) -> Money {
    standing.map_or(Money::ZERO, Standing::payable)
}

impl Side {
    pub fn standing(&self) -> Option<Standing> {
        let outcome = Outcome::from_word(&self.outcome)?;
        Some(Standing { outcome, fund: self.amounts.fund_total.0 })
    }

    pub fn amounts(&self) -> Amounts {
        amounts(&self.amounts)
    }
}

/// The money of a working as the reports of a run know it.
pub fn amounts(record: &AmountsRecord) -> Amounts {
    let Yuan(total) = record.total;
    Amounts {
        total,
        full_self_paid: record.full_self_paid.0,
        over_ceiling: record.over_ceiling.0,
        first_pay: record.first_pay.0,
        in_scope: record.in_scope.0,
        deductible: record.deductible.0,
        fund_basic: record.fund_basic.0,
        fund_large: record.fund_large.0,
        fund_serious: record.fund_serious.0,
        fund_supplement: record.fund_supplement.0,
        fund_aid: record.fund_aid.0,
        fund_floor: record.fund_floor.0,
        person_total: record.person_total.0,
    }
}
