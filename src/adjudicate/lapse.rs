//! Which months of a stay lack a contribution 断缴.
//!
//! A month counts as unpaid when the contribution table speaks of it for anybody and shows no
//! payment of this person: a table that does not reach a month proves nothing about it.

use std::collections::BTreeSet;

use crate::domain::dates::Month;
use crate::domain::words::ContributionStatus;
use crate::flow::{Contribution, Records};
use crate::rulebook::clauses::contribution::{ContributionRule, LapseEffect};

use super::case::Case;

/// The months any row of the contribution table covers.
#[derive(Debug, Default)]
pub struct CoveredMonths(BTreeSet<Month>);

impl CoveredMonths {
    pub fn of(records: &Records) -> CoveredMonths {
        let spans: BTreeSet<(Month, Month)> =
            records.contributions.iter().map(|row| (row.first, row.last)).collect();
        CoveredMonths(spans.into_iter().flat_map(|(first, last)| first.through(last)).collect())
    }
}

/// What a lapse does to one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    None,
    /// Lines of these months are lost.
    Months(Vec<Month>),
    /// The whole claim is lost; these months were not paid.
    All(Vec<Month>),
}

impl Lapse {
    /// Months whose lines turn into full self-pay.
    pub fn lost_months(&self) -> &[Month] {
        match self {
            Lapse::Months(months) => months,
            Lapse::None | Lapse::All(_) => &[],
        }
    }
}

pub fn judge(case: &Case, covered: &CoveredMonths) -> Lapse {
    let Some(policy) = case.policy() else { return Lapse::None };
    let rule = &policy.contribution.rule;
    if case.person_type().is_none_or(|person| rule.not_owed_by.contains(&person)) {
        return Lapse::None;
    }
    let unpaid: Vec<Month> = case
        .claim
        .stay
        .months()
        .filter(|month| covered.0.contains(month) && !is_paid(case, rule, *month))
        .collect();
    let all = case.claim.stay.months().count();
    match rule.lapse {
        _ if unpaid.is_empty() => Lapse::None,
        LapseEffect::ByDay if unpaid.len() < all => Lapse::Months(unpaid),
        LapseEffect::ByDay | LapseEffect::WholeStay => Lapse::All(unpaid),
        LapseEffect::AdmissionDay if unpaid.contains(&Month::of(case.claim.stay.first())) => {
            Lapse::All(unpaid)
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
    let begun = contributions(case).map(|row| row.first).min().is_some_and(|first| first <= month);
    owes && begun && covered.0.contains(&month) && !is_paid(case, rule, month)
}

fn is_paid(case: &Case, rule: &ContributionRule, month: Month) -> bool {
    contributions(case)
        .filter(|row| row.first <= month && month <= row.last)
        .any(|row| counts(row, rule, month))
}

fn counts(row: &Contribution, rule: &ContributionRule, month: Month) -> bool {
    match row.status {
        ContributionStatus::Arrived => true,
        ContributionStatus::Owing => false,
        ContributionStatus::MadeUp => match (rule.make_up_months, row.paid_on) {
            (Some(limit), Some(paid)) => Month::of(paid).since(month) <= i32::from(limit),
            _ => false,
        },
    }
}

/// This person's rows for the claim's region and scheme.
fn contributions<'a>(case: &'a Case) -> impl Iterator<Item = &'a Contribution> {
    let files = case.key().and_then(|key| case.linked.people.by_key.get(key));
    files
        .into_iter()
        .flat_map(|files| &files.contributions)
        .map(|&place| &case.linked.records.contributions[place as usize])
        .filter(|row| {
            row.scheme == case.claim.scheme && row.insured.0.pool() == case.claim.insured.0.pool()
        })
}
