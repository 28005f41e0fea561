//! The steps of a decision, in the order in which it was made: what came in, the value used, the
//! clause it stands on, what went out.

use crate::flow::{Amounts, Match, PersonLink, Step, StepKind};

use super::decide::Weighed;
use super::ladder::Computed;

/// How many steps there are besides those of the ladder: where the claim stands, its lines, the
/// result.
const OWN_STEPS_MAX: usize = 7;

pub fn steps(weighed: &Weighed, paying: Option<&Computed>, amounts: &Amounts) -> Vec<Step> {
    let climbed = paying.map_or(0, |computed| computed.steps.len());
    let mut steps = Vec::with_capacity(climbed + OWN_STEPS_MAX);
    standing(weighed, &mut steps);
    let (case, bill) = (weighed.case, &weighed.bill);
    if !weighed.lapse.lost_months().is_empty() {
        let months = weighed.lapse.lost_months().to_vec();
        steps.push(Step {
            kind: StepKind::LapsedMonths { months, moved: bill.lapsed },
            clause: case.policy().map(|policy| policy.contribution.id),
        });
    }
    steps.push(Step {
        kind: StepKind::Lines {
            count: case.links.lines.len() as u32,
            total: bill.total,
            self_paid: bill.full_self_paid,
            over: bill.over_ceiling,
            first: bill.first_pay,
            scope: bill.in_scope,
        },
        clause: case.policy().map(|policy| policy.catalog.id),
    });
    if let Some(computed) = paying {
        steps.extend(computed.steps.iter().cloned());
    }
    steps.push(plain(StepKind::Result {
        total: amounts.total,
        fund: amounts.fund_total(),
        person: amounts.person_total,
    }));
    steps
}

/// Who, where, on which route, and what the year had seen.
fn standing(weighed: &Weighed, steps: &mut Vec<Step>) {
    let (case, route) = (weighed.case, &weighed.route);
    let found_by = match &case.links.person {
        PersonLink::Known { .. } => "id",
        PersonLink::ByName { .. } => "name_birth_region",
        PersonLink::Unknown { .. } => "none",
    };
    steps.push(plain(StepKind::Person { entry: case.person_ix, tier: found_by }));
    if let (Some(hospital), Match::One { tier: found_by, .. }) =
        (case.hospital, &case.links.hospital)
    {
        let (code, tier) = (hospital.code.clone(), hospital.tier);
        steps.push(plain(StepKind::Hospital { code, tier, found_by }));
    }
    let route_clause = case.route_rule(route.route);
    steps.push(Step {
        kind: StepKind::Route { route: route.route, filing: route.filing },
        clause: route_clause.map(|clause| clause.id).or(route.clause),
    });
    let opening = weighed.year().map(|year| &year.opening);
    if let Some(opening) = opening.filter(|opening| !opening.settlements.is_empty()) {
        steps.push(plain(StepKind::Opening {
            settlements: opening.settlements.clone(),
            stays: opening.stays,
            deductible: opening.deductible,
            fund: opening.fund,
        }));
    }
}

fn plain(kind: StepKind) -> Step {
    Step { kind, clause: None }
}
