//! Which months of a stay lack a contribution 断缴, and which fall into the wait of somebody who
//! came back after a gap 等待期.
//!
//! A month counts as unpaid when the contribution table speaks of it for anybody and shows no
//! payment of this person: a table that does not reach a month proves nothing about it.

use std::collections::BTreeSet;

use crate::domain::dates::Month;
use crate::domain::words::ContributionStatus;
use crate::flow::{Contribution, Records};
use crate::rulebook::clauses::contribution::{ContributionRule, LapseEffect, Waiting};

use super::case::Case;

/// The months any row of the contribution table covers.
#[derive(Debug, Default)]
pub struct CoveredMonths(BTreeSet<Month>);

impl CoveredMonths {
    pub fn of(records: &Records) -> CoveredMonths {
        // What is recalled of some persons says nothing of others.
        let rows = records.contributions.iter().filter(|row| records.is_own_row(row.origin));
        let spans: BTreeSet<(Month, Month)> = rows.map(|row| (row.first, row.last)).collect();
        CoveredMonths(spans.into_iter().flat_map(|(first, last)| first.through(last)).collect())
    }

    /// Whether the table speaks of a month, or did when the person's claims were posted.
    fn speak_of(&self, month: Month, case: &Case) -> bool {
        let spoken = &case.linked.records.spoken_months;
        let then = case.claim.person.key().and_then(|key| spoken.get(&key));
        self.0.contains(&month)
            || then.is_some_and(|spans| {
                spans.iter().any(|(first, last)| *first <= month && month <= *last)
            })
    }
}

/// What a lapse does to one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    None,
    /// Lines of these months are lost.
    Months(Lost),
    /// The whole claim is lost.
    All(Lost),
}

/// Months without benefit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    pub unpaid: Vec<Month>,
    /// Paid, but in the wait after a gap.
    pub waiting: Vec<Month>,
    /// Both, ascending.
    all: Vec<Month>,
}

impl Lost {
    fn new(unpaid: Vec<Month>, waiting: Vec<Month>) -> Lost {
        let mut all = [unpaid.as_slice(), waiting.as_slice()].concat();
        all.sort_unstable();
        Lost { unpaid, waiting, all }
    }
}

impl Lapse {
    /// Months whose lines turn into full self-pay.
    pub fn lost_months(&self) -> &[Month] {
        match self {
            Lapse::Months(lost) => &lost.all,
            Lapse::None | Lapse::All(_) => &[],
        }
    }

    pub fn lost(&self) -> Option<&Lost> {
        match self {
            Lapse::None => None,
            Lapse::Months(lost) | Lapse::All(lost) => Some(lost),
        }
    }
}

pub fn judge(case: &Case, covered: &CoveredMonths) -> Lapse {
    let Some(policy) = case.policy() else { return Lapse::None };
    let rule = &policy.contribution.rule;
    if case.person_type().is_none_or(|person| rule.not_owed_by.contains(&person)) {
        return Lapse::None;
    }
    let payments = Payments { case, rule, covered };
    let stay = case.claim.stay;
    let unpaid: Vec<Month> = stay.months().filter(|month| payments.lack(*month)).collect();
    let waits = |month: &Month| rule.waiting.is_some_and(|wait| payments.wait_in(*month, wait));
    let paid = stay.months().filter(|month| !unpaid.contains(month));
    let lost = Lost::new(unpaid.clone(), paid.filter(waits).collect());
    let months = stay.months().count();
    match rule.lapse {
        _ if lost.all.is_empty() => Lapse::None,
        LapseEffect::ByDay if lost.all.len() < months => Lapse::Months(lost),
        LapseEffect::ByDay | LapseEffect::WholeStay => Lapse::All(lost),
        LapseEffect::AdmissionDay if lost.all.contains(&Month::of(stay.first())) => {
            Lapse::All(lost)
        }
        LapseEffect::AdmissionDay => Lapse::None,
    }
}

/// Whether contributions had lapsed in the month of a filing: as for a stay, but nothing is known
/// of the months before the person's first row.
pub fn had_lapsed(case: &Case, covered: &CoveredMonths, month: Month) -> bool {
    let Some(policy) = case.policy() else { return false };
    let rule = &policy.contribution.rule;
    let owes = case.person_type().is_some_and(|person| !rule.not_owed_by.contains(&person));
    let payments = Payments { case, rule, covered };
    owes && payments.begun_by(month) && payments.lack(month)
}

/// One person's contributions for the claim's region and scheme under a region's rule.
struct Payments<'p> {
    case: &'p Case<'p>,
    rule: &'p ContributionRule,
    covered: &'p CoveredMonths,
}

impl<'p> Payments<'p> {
    fn rows(&self) -> impl Iterator<Item = &'p Contribution> {
        let case = self.case;
        case.own_files()
            .into_iter()
            .flat_map(|files| &files.contributions)
            .map(|&place| &case.linked.records.contributions[place as usize])
            .filter(|row| {
                row.scheme == case.claim.scheme
                    && row.insured.0.pool() == case.claim.insured.0.pool()
            })
    }

    fn begun_by(&self, month: Month) -> bool {
        self.rows().map(|row| row.first).min().is_some_and(|first| first <= month)
    }

    /// Whether the month is one that the table speaks of and that this person did not pay.
    fn lack(&self, month: Month) -> bool {
        self.covered.speak_of(month, self.case) && !self.are_paid(month)
    }

    fn are_paid(&self, month: Month) -> bool {
        let speaks_of = |row: &&Contribution| {
            if self.rule.by_year {
                row.first.year() <= month.year() && month.year() <= row.last.year()
            } else {
                row.first <= month && month <= row.last
            }
        };
        self.rows().filter(speaks_of).any(|row| self.count(row, month))
    }

    fn count(&self, row: &Contribution, month: Month) -> bool {
        match row.status {
            ContributionStatus::Arrived => true,
            ContributionStatus::Owing => false,
            ContributionStatus::MadeUp => match (self.rule.make_up_months, row.paid_on) {
                // What is made up for a year is made up for its first month.
                (Some(limit), Some(paid)) => {
                    let owed = if self.rule.by_year { row.first } else { month };
                    Month::of(paid).since(owed) <= i32::from(limit)
                }
                _ => false,
            },
        }
    }

    /// Whether a paid month lies in the wait after a gap. Only months that the table speaks of
    /// make a gap, and none before the person's first row.
    fn wait_in(&self, month: Month, wait: Waiting) -> bool {
        let (months, gap_months) = (i32::from(wait.months), i32::from(wait.gap_months));
        let since = |from: Month| (0..).map(move |back| from.plus(-back));
        let resumed = since(month)
            .take(wait.months.into())
            .take_while(|m| self.covered.speak_of(*m, self.case) && self.are_paid(*m))
            .last();
        let Some(resumed) = resumed.filter(|resumed| month.since(*resumed) < months) else {
            return false;
        };
        let gap = since(resumed.plus(-1)).take(wait.gap_months.into());
        let gap = gap.take_while(|m| self.lack(*m) && self.begun_by(*m)).count();
        gap as i32 >= gap_months
    }
}
