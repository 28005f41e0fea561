//! What a run changes of decisions that were posted before 差额: one row per claim, said once for
//! the workbook and the machine's file.

use std::collections::BTreeMap;

use crate::domain::Money;
use crate::flow::books::{Cause, Change, Posted, Standing, payable};

use super::Job;
use super::view::ClaimView;

/// A posted claim beside what is decided now.
#[derive(Clone, Copy)]
pub struct DeltaView<'j> {
    pub standing: &'j Standing,
    pub now: ClaimView<'j>,
}

/// A money column: its Chinese title, its word, and where it stands.
pub type Column = (&'static str, &'static str, fn(&crate::flow::Amounts) -> Money);

/// The columns that are shown before and after.
pub const COLUMNS: [Column; 9] = [
    ("政策范围", "in_scope", |amounts| amounts.in_scope),
    ("起付线", "deductible", |amounts| amounts.deductible),
    ("统筹", "fund_basic", |amounts| amounts.fund_basic),
    ("大额", "fund_large", |amounts| amounts.fund_large),
    ("大病", "fund_serious", |amounts| amounts.fund_serious),
    ("补充", "fund_supplement", |amounts| amounts.fund_supplement),
    ("救助", "fund_aid", |amounts| amounts.fund_aid),
    ("保底", "fund_floor", |amounts| amounts.fund_floor),
    ("个人负担", "person_total", |amounts| amounts.person_total),
];

impl<'j> DeltaView<'j> {
    pub fn before(&self) -> &'j Posted {
        &self.standing.before
    }

    /// Of a claim that was paid and then held, what was paid.
    pub fn payable_before(&self) -> Money {
        self.before().let_go(self.standing.ordered)
    }

    pub fn payable_now(&self) -> Money {
        payable(self.now.decision.outcome, &self.now.decision.amounts)
    }

    /// More is owed where it is positive, less where it is negative.
    pub fn difference(&self) -> Money {
        self.payable_now() - self.payable_before()
    }

    /// What this run pays or, negative, asks back.
    pub fn due(&self) -> Money {
        self.standing.due(self.now.decision)
    }

    pub fn change(&self) -> Change {
        self.standing.change
    }

    pub fn causes(&self) -> String {
        let lang = self.now.job.lang();
        let shown: Vec<&str> = self.standing.causes.iter().map(|cause| cause.shown(lang)).collect();
        shown.join(lang.pick("；", "; "))
    }

    pub fn cause_words(&self) -> String {
        self.standing.causes.iter().map(|cause: &Cause| cause.word()).collect::<Vec<_>>().join(";")
    }
}

impl<'a> Job<'a> {
    /// Every posted claim whose decision changes, in the order of the claims: the batch's own
    /// first.
    pub fn deltas(&self) -> impl Iterator<Item = DeltaView<'_>> {
        let standings = self.detected.reckoning.standings.iter();
        let changed = standings.filter(|standing| standing.change != Change::None);
        changed.map(|standing| {
            let decision = &self.detected.adjudicated.decisions[standing.claim.at()];
            DeltaView { standing, now: self.view(decision) }
        })
    }
}

/// What becomes of one person's posted money.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonDelta {
    pub claims: u64,
    pub supplement: Money,
    pub recovery: Money,
}

/// The changes by person: the pseudonym, with one claim to show the person by.
pub fn by_person<'j>(job: &'j Job<'_>) -> BTreeMap<String, (ClaimView<'j>, PersonDelta)> {
    let mut persons: BTreeMap<String, (ClaimView<'j>, PersonDelta)> = BTreeMap::new();
    for delta in job.deltas() {
        let entry = persons.entry(delta.now.person_ref());
        let (_, sums) = entry.or_insert((delta.now, PersonDelta::default()));
        sums.claims += 1;
        sums.supplement += delta.difference().or_zero();
        sums.recovery += (-delta.difference()).or_zero();
    }
    persons
}
