//! One claim to its decision: route, split, ladder, gates, outcome and cures.

use crate::domain::words::{Outcome, Route};
use crate::domain::{Code, Money};
use crate::flow::decisions::GateVerdict;
use crate::flow::{Amounts, Decision, GateHit, LineSplit, RouteTaken};
use crate::rulebook::clauses::year::BenefitYear;

use super::case::Case;
use super::cure::{self, Patient};
use super::gates;
use super::ladder::{Computed, Gap, compute};
use super::lapse::{self, CoveredMonths, Lapse};
use super::lines::{BillSplit, split};
use super::parts::{Part, parts};
use super::route;
use super::working;
use super::year::{YearState, Years};

/// One claim with everything that was found out about it, before the verdict.
pub struct Weighed<'a> {
    pub case: &'a Case<'a>,
    /// As they stood before this claim.
    pub years: &'a Years,
    pub lapse: Lapse,
    pub route: RouteTaken,
    pub bill: BillSplit,
    /// None where it could not be said which.
    pub parts: Vec<Part<'a>>,
    pub computed: Result<Computed, Gap>,
}

impl Weighed<'_> {
    /// The year in which the claim begins, as it stood before it.
    pub fn year(&self) -> Option<&YearState> {
        self.years.state(self.case, self.parts.first()?.year)
    }
}

/// Decides one claim and, if it takes its place in the year, enters it there.
pub fn decide(
    case: &Case,
    covered: &CoveredMonths,
    years: &mut Years,
    splits: &mut Vec<LineSplit>,
) -> Decision {
    let lapse = lapse::judge(case, covered);
    let route = route::judge(case, covered, years);
    let first_split = splits.len();
    let bill = split(case, lapse.lost_months(), splits);
    let parts = parts(case, &bill, &splits[first_split..]);
    let year_rule = case.policy().map_or(BenefitYear::CALENDAR, |policy| policy.year.rule);
    let (parts, computed) = match parts {
        Ok(parts) => {
            for part in &parts {
                years.open(case, part.policy.year.rule, part.year);
            }
            let computed = compute(case, route.route, &parts, years);
            (parts, computed)
        }
        Err(gap) => (Vec::new(), Err(gap)),
    };
    let benefit_year = parts.last().map_or_else(
        || year_rule.year_of(case.claim.stay.last(), case.settled_on()),
        |part| part.year,
    );
    let weighed = Weighed { case, years, lapse, route, bill, parts, computed };
    let catalogs = case.catalogs;
    let gates = gates::evaluate(&weighed, catalogs.are_complete(case));
    let outcome = outcome(&weighed, &gates);
    let pays = matches!(outcome, Outcome::Pay | Outcome::PayReduced | Outcome::Hold);
    let paying = weighed.computed.as_ref().ok().filter(|_| pays);
    let amounts = amounts(case, &bill, paying);
    prove(case, &amounts, &gates);
    let paid = if outcome == Outcome::Hold { Money::ZERO } else { amounts.fund_total() };
    let cures = cure::find(&Patient { weighed: &weighed, gates: &gates, paid });
    let steps = working::steps(&weighed, paying, &amounts);
    let stay_ordinal = paying.and_then(|paid| paid.ordinal);
    let Weighed { route, computed, .. } = weighed;
    if let (Ok(computed), true) = (&computed, pays) {
        computed.enter(case, years);
        if let (Route::Referral, Some(filing)) = (route.route, route.filing) {
            years.use_referral(filing, case);
        }
    }
    Decision {
        claim: case.ix,
        outcome,
        gates,
        route,
        scheme: case.claim.scheme,
        person_type: case.person_type(),
        care: case.claim.care,
        tier: case.tier(),
        governing_day: case.governing_day(),
        benefit_year,
        stay_ordinal,
        amounts,
        policy_version: case.policy().map(|policy| policy.version),
        catalog_version: catalogs.deciding().map(|catalog| catalog.version(case.governing_day())),
        cures,
        steps,
        lines: case.links.lines.clone(),
    }
}

/// Any refusal refuses; else anything missing pends; else suspicion holds.
fn outcome(weighed: &Weighed, gates: &[GateHit]) -> Outcome {
    let any = |verdict| gates.iter().any(|hit| hit.verdict == verdict);
    let reduced = weighed
        .case
        .route_rule(weighed.route.route)
        .is_some_and(|clause| clause.rule.effect.adjustment().is_some());
    if any(GateVerdict::Reject) {
        Outcome::Reject
    } else if any(GateVerdict::Pend) || weighed.computed.is_err() {
        Outcome::Pend
    } else if any(GateVerdict::Hold) {
        Outcome::Hold
    } else if reduced || any(GateVerdict::Reduce) {
        Outcome::PayReduced
    } else {
        Outcome::Pay
    }
}

/// The money of the claim; without `paid` only the split of its lines.
fn amounts(case: &Case, bill: &BillSplit, paid: Option<&Computed>) -> Amounts {
    let total = case.claim.total;
    let mut amounts = Amounts {
        total,
        full_self_paid: bill.full_self_paid,
        over_ceiling: bill.over_ceiling,
        first_pay: bill.first_pay,
        in_scope: bill.in_scope,
        person_total: total,
        ..Amounts::default()
    };
    if let Some(paid) = paid {
        amounts.deductible = paid.deductible;
        amounts.fund_basic = paid.funds.basic;
        amounts.fund_large = paid.funds.large;
        amounts.fund_serious = paid.funds.serious;
        amounts.fund_supplement = paid.funds.supplement;
        amounts.fund_aid = paid.funds.aid;
        amounts.fund_floor = paid.funds.floor;
        amounts.person_total = total - amounts.fund_total();
    }
    amounts
}

/// Every claim balances, in release builds too.
fn prove(case: &Case, amounts: &Amounts, gates: &[GateHit]) {
    let adds_up = gates.iter().all(|hit| hit.code != Code::F301);
    if let Err(fault) = amounts.proof(adds_up) {
        panic!("claim {} does not balance: {fault}", case.claim.claim_id);
    }
}
