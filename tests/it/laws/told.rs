//! What was decided, told by ids: nothing in it knows where a record stood in its table.

use std::collections::BTreeMap;

use lingbao::domain::Code;
use lingbao::flow::decisions::GateVerdict;
use lingbao::flow::{Adjudicated, ClaimIx, Decision, Duplicate, LineIx, LineSplit, Step, StepKind};

/// Every claim by its id.
pub fn told(adjudicated: &Adjudicated) -> BTreeMap<String, String> {
    let records = &adjudicated.linked.records;
    let claims = adjudicated.decisions.iter().map(|decision| {
        let id = records.claim(decision.claim).claim_id.to_string();
        (id, claim(adjudicated, decision))
    });
    claims.collect()
}

fn claim(adjudicated: &Adjudicated, decision: &Decision) -> String {
    let records = &adjudicated.linked.records;
    let filing = |ix: lingbao::flow::FilingIx| records.filings[ix.at()].filing_id.clone();
    let gates: Vec<_> =
        decision.gates.iter().map(|hit| (hit.code, hit.verdict, hit.clause)).collect();
    let mut passed: Vec<_> =
        decision.route.passed_over.iter().map(|(ix, fault)| (filing(*ix), *fault)).collect();
    passed.sort();
    let steps: Vec<String> =
        decision.steps.iter().map(|step| self::step(adjudicated, step)).collect();
    let mut lines: Vec<String> = splits(adjudicated, decision)
        .iter()
        .map(|split| {
            let number = records.lines[split.line.at()].line_no;
            let bare = LineSplit { line: LineIx(0), claim: ClaimIx(0), ..*split };
            format!("{number:?} {bare:?}")
        })
        .collect();
    lines.sort();
    format!(
        "{:?} {gates:?}\n{:?} {:?} {passed:?}\n{:?} {:?}\n{:?} {:?} {:?} {:?} {:?}\n{:#?}\n{steps:#?}\
         \n{lines:#?}",
        decision.outcome,
        decision.route.route,
        decision.route.filing.map(filing),
        decision.person_type,
        decision.tier,
        decision.governing_day,
        decision.benefit_year,
        decision.stay_ordinal,
        decision.policy_version,
        decision.catalog_version,
        (decision.amounts, &decision.cures),
    )
}

fn step(adjudicated: &Adjudicated, step: &Step) -> String {
    let records = &adjudicated.linked.records;
    match &step.kind {
        StepKind::Person { tier, .. } => format!("person {tier}"),
        StepKind::Route { route, .. } => format!("route {route:?} {:?}", step.clause),
        StepKind::Opening { settlements, stays, deductible, fund } => {
            let ids = settlements.iter().map(|ix| &records.settlements[ix.at()].settlement_id);
            let mut ids: Vec<_> = ids.collect();
            ids.sort();
            format!("opening {ids:?} {stays} {deductible} {fund}")
        }
        _ => format!("{step:?}"),
    }
}

/// The splits of a claim's lines.
pub fn splits<'a>(adjudicated: &'a Adjudicated, decision: &Decision) -> &'a [LineSplit] {
    &adjudicated.lines[decision.lines.start as usize..decision.lines.end as usize]
}

/// What stands in the way of payment, each reason once.
pub fn in_the_way(decision: &Decision) -> Vec<Code> {
    let hits = decision.gates.iter().filter(|hit| hit.verdict != GateVerdict::Reduce);
    let mut codes: Vec<Code> = hits.map(|hit| hit.code).collect();
    codes.dedup();
    codes
}

pub fn is_duplicate(adjudicated: &Adjudicated, decision: &Decision) -> bool {
    adjudicated.linked.links[decision.claim.at()].duplicate != Duplicate::No
}
