//! The cases beside the regions, to the fen.

use std::path::Path;

use lingbao::cases::{self, CaseResult};
use lingbao::rulebook::Rulebook;

use crate::data;

/// Runs the cases of a data folder; all of them hold.
fn check(data: &Path) -> (Rulebook, Vec<CaseResult>) {
    let rulebook = Rulebook::load(data).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let results = cases::run(data, &rulebook).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let failed: Vec<String> = results
        .iter()
        .filter(|result| !result.differences.is_empty())
        .map(|result| format!("{} {}: {:?}", result.region, result.name, result.differences))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    (rulebook, results)
}

#[test]
fn every_region_case_holds() {
    let (rulebook, results) = check(&data());
    for region in rulebook.regions() {
        let cases = results.iter().filter(|result| result.region == region.code).count();
        assert!(cases >= 4, "{} has only {cases} cases", region.code);
    }
}

/// Examples that people published without naming a region stand in regions made up for them.
#[test]
fn published_examples_hold_in_the_teaching_regions() {
    let teaching = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/teaching");
    let (_, results) = check(&teaching);
    assert_eq!(results.len(), 16);
}
