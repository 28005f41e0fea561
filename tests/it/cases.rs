//! The cases beside the regions, to the fen.

use lingbao::cases;
use lingbao::rulebook::Rulebook;

use crate::data;

#[test]
fn every_region_case_holds() {
    let rulebook = Rulebook::load(&data()).expect("the shipped data are free of faults");
    let results = cases::run(&data(), &rulebook).expect("the cases can be read");
    let failed: Vec<String> = results
        .iter()
        .filter(|result| !result.differences.is_empty())
        .map(|result| format!("{} {}: {:?}", result.region, result.name, result.differences))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    for region in rulebook.regions() {
        let cases = results.iter().filter(|result| result.region == region.code).count();
        assert!(cases >= 4, "{} has only {cases} cases", region.code);
    }
}
