//! Into which parts a claim falls before it is computed. Nearly always one; a long stay where the
//! region settles every so many days, or cuts at the year's end, is computed part by part, each
//! with what was billed in its days.

use crate::domain::Money;
use crate::domain::dates::{Date, Period, plus_days};
use crate::flow::LineSplit;
use crate::rulebook::Policy;
use crate::rulebook::clauses::period::Further;
use crate::rulebook::clauses::year::{Belongs, BenefitYear, Governs};

use super::case::Case;
use super::ladder::Gap;
use super::lines::BillSplit;

/// A stretch of a claim that is computed for itself.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub stretch: Period,
    /// The benefit year it counts in.
    pub year: i16,
    pub policy: &'a Policy,
    pub bill: PartBill,
    /// How it is charged if it is a further settlement period of the same stretch of a year.
    pub further: Option<Further>,
}

/// What was billed in a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartBill {
    pub total: Money,
    pub first_pay: Money,
    pub in_scope: Money,
}

/// The parts of a claim in the order of their days; a gap where the region has no policy for one
/// of them, or where it is not known whether to cut.
pub fn parts<'a>(
    case: &Case<'a>,
    bill: &BillSplit,
    splits: &[LineSplit],
) -> Result<Vec<Part<'a>>, Gap> {
    let policy = case.policy().ok_or(Gap::Policy(case.governing_day()))?;
    let rule = policy.year.rule;
    let whole = PartBill { total: bill.total, first_pay: bill.first_pay, in_scope: bill.in_scope };
    let mut cut = if case.is_inpatient() { cut(case, policy)? } else { Vec::new() };
    if cut.is_empty() {
        let stretch = case.claim.stay;
        let year = year_of(case, rule, stretch.last());
        return Ok(vec![Part { stretch, year, policy, bill: whole, further: None }]);
    }
    deal_out(case, &mut cut, splits);
    join_negative(&mut cut);
    debug_assert_eq!(cut.iter().map(|part| part.bill.in_scope).sum::<Money>(), bill.in_scope);
    Ok(cut)
}

fn year_of(case: &Case, rule: BenefitYear, last: Date) -> i16 {
    rule.year_of(last, case.settled_on())
}

/// The stay cut at the ends of years and of settlement periods; empty if it is not cut at all.
fn cut<'a>(case: &Case<'a>, policy: &'a Policy) -> Result<Vec<Part<'a>>, Gap> {
    let rule = policy.year.rule;
    let stay = case.claim.stay;
    let years: Vec<Date> = rule.cuts(stay).collect();
    let mut parts = Vec::new();
    for stretch in stretches(stay, &years) {
        // A part that is cut off with its year is governed by a day of its own.
        let day = match rule.governs {
            Governs::Discharge => stretch.last(),
            Governs::Admission => stretch.first(),
        };
        let policy = match rule.belongs {
            Belongs::Cut => case.policy_on(day).ok_or(Gap::Policy(day))?,
            Belongs::Discharge | Belongs::Settlement => policy,
        };
        let period = policy.period.as_ref().zip(case.seat());
        let cuts = period.map(|(clause, seat)| clause.rule.cuts(stretch, &seat));
        let cuts = cuts.transpose().map_err(Gap::Unknown)?.unwrap_or_default();
        let further = policy.period.as_ref().map(|clause| clause.rule.further);
        for (place, stretch) in stretches(stretch, &cuts).enumerate() {
            let year = year_of(case, rule, stretch.last());
            let further = further.filter(|_| place > 0);
            parts.push(Part { stretch, year, policy, bill: PartBill::default(), further });
        }
    }
    Ok(if parts.len() > 1 { parts } else { Vec::new() })
}

/// The stretches of a stay that begin on its first day and on each of `cuts`.
fn stretches(stay: Period, cuts: &[Date]) -> impl Iterator<Item = Period> {
    let firsts = std::iter::once(stay.first()).chain(cuts.iter().copied());
    let lasts = cuts.iter().map(|day| plus_days(*day, -1)).chain([stay.last()]);
    firsts.zip(lasts).filter_map(|(first, last)| Period::new(first, last))
}

/// Gives each part the lines of its days; lines dated outside the stay go to the nearest part.
fn deal_out(case: &Case, parts: &mut [Part], splits: &[LineSplit]) {
    for split in splits {
        let line = &case.linked.records.lines[split.line.at()];
        let after = parts.partition_point(|part| part.stretch.first() <= line.service_on);
        let bill = &mut parts[after.saturating_sub(1)].bill;
        bill.total += line.amount;
        bill.first_pay += split.first_pay;
        bill.in_scope += split.in_scope;
    }
}

/// A part in which more is reversed than billed is settled with the one before it, or after.
fn join_negative(parts: &mut Vec<Part>) {
    let negative =
        |part: &Part| part.bill.in_scope.is_negative() || part.bill.first_pay.is_negative();
    while parts.len() > 1
        && let Some(place) = parts.iter().position(negative)
    {
        let later = place.max(1);
        let joined = parts.remove(later);
        let into = &mut parts[later - 1];
        into.bill.total += joined.bill.total;
        into.bill.first_pay += joined.bill.first_pay;
        into.bill.in_scope += joined.bill.in_scope;
        if place == 0 {
            (into.year, into.policy) = (joined.year, joined.policy);
        }
        into.stretch =
            Period::new(into.stretch.first(), joined.stretch.last()).unwrap_or(into.stretch);
    }
}
