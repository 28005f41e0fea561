//! Cases beside the regions: situations with the result the law gives them, run through the same
//! adjudication as real claims. `data/regions/<code>/cases.toml`.
//!
//! A case states amounts in scope, not bills: its bill is made of one listed item of class A and
//! one that is in no catalog, so that the split comes out as stated.

mod form;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::adjudicate::adjudicate;
use crate::domain::RegionCode;
use crate::domain::dates::Month;
use crate::flow::{ClauseId, Decision, Problem, Silent};
use crate::matching::link;
use crate::rulebook::Rulebook;
use crate::rulebook::keys::Reading;
use crate::rulebook::reading::DataFile;

use form::Case;
use scene::Scene;

/// What one case came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    pub region: RegionCode,
    pub name: String,
    /// What it follows, as its file says.
    pub follows: String,
    /// The clauses that the decision stands on.
    pub clauses: BTreeSet<String>,
    /// Field, expected, found; empty when the case holds.
    pub differences: Vec<(String, String, String)>,
}

/// Runs the cases of every region that has some, or of one.
pub fn run(
    data: &Path,
    rulebook: &Rulebook,
    only: Option<RegionCode>,
) -> Result<Vec<CaseResult>, Vec<Problem>> {
    let mut results = Vec::new();
    let mut faults = Vec::new();
    let wanted = rulebook.regions().filter(|region| only.is_none_or(|code| code == region.code));
    for region in wanted {
        let name = format!("regions/{}/cases.toml", region.code);
        if !data.join(&name).exists() {
            continue;
        }
        let file = DataFile::open(data, &name).map_err(|fault| vec![fault]);
        match file.and_then(|file| Reading::of(&file, form::read)) {
            Ok(cases) => {
                results.extend(cases.iter().map(|case| run_one(region.code, case, rulebook)));
            }
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(results) } else { Err(faults) }
}

fn run_one(region: RegionCode, case: &Case, rulebook: &Rulebook) -> CaseResult {
    let scene = Scene { region, case, rulebook };
    let last_day = Month::of(case.received_on.max(case.stay.last())).plus(1).last_day();
    let linked = link(scene.records(), &Silent);
    let adjudicated = adjudicate(linked, rulebook, last_day, &Silent);
    let found = adjudicated.decisions.first().map(fields).unwrap_or_default();
    let differences = case
        .expect
        .iter()
        .filter_map(|(field, expected)| {
            let found = found.get(field.as_str()).cloned().unwrap_or_else(|| "?".into());
            (found != *expected).then(|| (field.clone(), expected.clone(), found))
        })
        .collect();
    let clauses = adjudicated.decisions.iter().flat_map(clauses_of);
    CaseResult {
        region,
        name: case.name.clone(),
        follows: case.follows.clone(),
        clauses: clauses.map(|id| adjudicated.clause(id).clause.clone()).collect(),
        differences,
    }
}

/// The clauses of steps, gates and route.
fn clauses_of(decision: &Decision) -> impl Iterator<Item = ClauseId> {
    let steps = decision.steps.iter().filter_map(|step| step.clause);
    let gates = decision.gates.iter().filter_map(|gate| gate.clause);
    steps.chain(gates).chain(decision.route.clause)
}

/// The fields a case may expect, as machine outputs write them.
fn fields(decision: &Decision) -> BTreeMap<&'static str, String> {
    let amounts = &decision.amounts;
    let reasons: Vec<&str> = decision.gates.iter().map(|hit| hit.code.as_str()).collect();
    BTreeMap::from([
        ("outcome", decision.outcome.word().to_owned()),
        ("reasons", reasons.join(";")),
        ("route", decision.route.route.word().to_owned()),
        ("stay_ordinal", decision.stay_ordinal.map_or_else(String::new, |n| n.to_string())),
        ("benefit_year", decision.benefit_year.to_string()),
        ("in_scope", amounts.in_scope.to_string()),
        ("over_ceiling", amounts.over_ceiling.to_string()),
        ("first_pay", amounts.first_pay.to_string()),
        ("full_self_paid", amounts.full_self_paid.to_string()),
        ("deductible", amounts.deductible.to_string()),
        ("fund_basic", amounts.fund_basic.to_string()),
        ("fund_large", amounts.fund_large.to_string()),
        ("fund_serious", amounts.fund_serious.to_string()),
        ("fund_supplement", amounts.fund_supplement.to_string()),
        ("fund_aid", amounts.fund_aid.to_string()),
        ("fund_floor", amounts.fund_floor.to_string()),
        ("fund_total", amounts.fund_total().to_string()),
        ("person_total", amounts.person_total.to_string()),
    ])
}
