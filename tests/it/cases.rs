//! The cases beside the regions, to the fen, and that they leave nothing out: every published
//! example, every kind of clause, every quarter.

use std::collections::BTreeSet;
use std::path::Path;

use lingbao::cases::{self, CaseResult};
use lingbao::domain::dates::Date;
use lingbao::domain::words::{CareType, Scheme};
use lingbao::rulebook::Rulebook;
use lingbao::rulebook::policy::KINDS;

use crate::data;

/// Published examples that are stated as cases. HE-01 and WH-01 are published in part only.
const PUBLISHED: [&str; 23] = [
    "BJ-01", "BJ-03", "WH-01", "HE-01", "WHX-01", "JY-01", "DB-01", "DB-03", "DB-05", "OP-01",
    "MA-01", "MA-03", "MA-11", "DP-01", "GN-01", "GN-03", "GN-05", "GN-06", "GN-07", "GN-08",
    "GN-09", "GN-10", "RD-01",
];

/// Runs the cases of a data folder; all of them hold.
fn check(data: &Path) -> (Rulebook, Vec<CaseResult>) {
    let rulebook = Rulebook::load(data).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let results = cases::run(data, &rulebook, None).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let failed: Vec<String> = results
        .iter()
        .filter(|result| !result.differences.is_empty())
        .map(|result| format!("{} {}: {:?}", result.region, result.name, result.differences))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    (rulebook, results)
}

fn teaching() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/teaching")
}

#[test]
fn every_region_case_holds() {
    let (rulebook, results) = check(&data());
    for region in rulebook.regions() {
        let cases = results.iter().filter(|result| result.region == region.code).count();
        assert!(cases >= 10, "{} has only {cases} cases", region.code);
    }
}

/// Examples that people published without naming a region stand in regions made up for them.
#[test]
fn every_published_example_is_a_case() {
    let (_, shipped) = check(&data());
    let (_, made_up) = check(&teaching());
    let follows: Vec<String> =
        shipped.into_iter().chain(made_up).map(|result| result.follows).collect();
    let missing: Vec<&str> =
        PUBLISHED.into_iter().filter(|id| !follows.iter().any(|text| text.contains(id))).collect();
    assert!(missing.is_empty(), "no case follows {missing:?}");
}

#[test]
fn every_kind_of_clause_decides_a_case() {
    let (_, shipped) = check(&data());
    let (_, made_up) = check(&teaching());
    let used: BTreeSet<String> =
        shipped.into_iter().chain(made_up).flat_map(|result| result.clauses).collect();
    let kinds: BTreeSet<&str> = used.iter().filter_map(|clause| clause.split('/').nth(1)).collect();
    let unused: Vec<&str> =
        KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !kinds.contains(kind)).collect();
    assert!(unused.is_empty(), "no case stands on a clause of {unused:?}");
}

/// Every clause that a region ships decides one of its cases, or a case says that it follows it:
/// what makes a claim pend leaves no step.
#[test]
fn every_shipped_clause_has_a_case() {
    let (rulebook, results) = check(&data());
    // Which day a year begins, and that documents are all there, shows in no step.
    let silent = ["year", "materials", "exemption"];
    let has_case = |clause: &str| {
        let (region, own) = clause.split_once('/').unwrap_or_default();
        let of_region = results.iter().filter(|result| result.region.to_string() == region);
        of_region
            .into_iter()
            .any(|result| result.clauses.contains(clause) || result.follows.contains(own))
    };
    let unused: Vec<&str> = rulebook
        .citations
        .iter()
        .map(|citation| citation.clause.as_str())
        .filter(|clause| !clause.split('/').any(|part| silent.contains(&part)))
        .filter(|clause| !has_case(clause))
        .collect();
    assert!(unused.is_empty(), "no case stands on {unused:#?}");
}

/// A typical claim of any quarter finds exactly one rule, or a reason why there is none.
#[test]
fn every_quarter_since_2019_has_a_rule_or_a_reason() {
    let rulebook = Rulebook::load(&data()).expect("the shipped data");
    let quarters = (2019..=2026).flat_map(|year| [1, 4, 7, 10].map(|month| (year, month)));
    let mut open = Vec::new();
    for (year, month) in quarters {
        let day = Date::new(year, month, 15).expect("a day");
        for region in rulebook.regions() {
            for &scheme in Scheme::ALL {
                for &care in CareType::ALL {
                    let has_rule = region.policy(scheme, care, day).value().is_some();
                    let has_reason = region.gap(scheme, care, day).is_some();
                    if has_rule == has_reason {
                        open.push(format!("{} {scheme:?} {care:?} {day}", region.code));
                    }
                }
            }
        }
    }
    assert!(open.is_empty(), "neither or both: {open:#?}");
}
