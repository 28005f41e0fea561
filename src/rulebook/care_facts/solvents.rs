//! Drugs that carry others and are given to nearly everybody 溶媒, `solvents.csv`: getting them in
//! many places means nothing.
//!
//! The surprise: a name is compared without its strength and without 注射液, and then as a whole, so
//! that a drug dissolved in salt water (丁苯酞氯化钠注射液) is not taken for the salt water.

use std::collections::BTreeSet;
use std::path::Path;

use crate::flow::Problem;
use crate::rulebook::fold;
use crate::rulebook::reading::{CsvRow, DataFile, Wrong};
use crate::rulebook::sources::Sources;

use super::must_be_sourced;

const FILE: &str = "solvents.csv";
const COLUMNS: [&str; 3] = ["name", "source", "verified"];

/// Their names, bare.
#[derive(Clone, Debug, Default)]
pub struct Solvents(BTreeSet<String>);

impl Solvents {
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Solvents {
        let rows = DataFile::open_csv(data, FILE, &COLUMNS, faults);
        Solvents::of(&rows, sources, faults)
    }

    fn of(rows: &[CsvRow], sources: &Sources, faults: &mut Vec<Problem>) -> Solvents {
        let mut solvents = Solvents::default();
        for row in rows {
            let filled = |text: &str| Some(bare(text)).filter(|name| !name.is_empty());
            let expected = ("药名，不写浓度", "the name of a drug without its strength");
            let read = must_be_sourced(row, sources);
            match read.and_then(|()| row.read("name", filled, expected)) {
                Ok(name) => {
                    if !solvents.0.insert(name) {
                        let what = ("同一药名有两行", "two rows have this name");
                        faults.push(row.cell_fault("name", Wrong::twice(what)));
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        solvents
    }

    pub fn has(&self, drug: &str) -> bool {
        self.0.contains(&bare(drug))
    }
}

/// `0.9%氯化钠注射液(软袋)` → `氯化钠`.
fn bare(name: &str) -> String {
    let folded = fold::word(name);
    let is_strength =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | '%' | 'm' | 'l' | 'g' | ':');
    let name = folded.trim_start_matches(is_strength);
    let name = name.split('(').next().unwrap_or_default().trim_end_matches(is_strength);
    ["注射液", "注射剂"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> (Solvents, Vec<Problem>) {
        let mut faults = Vec::new();
        let text = format!("name,source,verified\n{rows}");
        let rows = DataFile::new(FILE, text).csv(&COLUMNS, &mut faults);
        (Solvents::of(&rows, &Sources::default(), &mut faults), faults)
    }

    #[test]
    fn a_solvent_is_known_by_its_bare_name() {
        let (solvents, faults) = read("氯化钠,x,false\n葡萄糖,x,false\n灭菌注射用水,x,false\n");
        assert_eq!(faults, []);
        for (name, expected) in [
            ("氯化钠", true),
            ("氯化钠注射液", true),
            ("0.9%氯化钠注射液", true),
            ("氯化钠注射液（０.９％）", true),
            ("5% 葡萄糖注射液250ml", true),
            ("灭菌注射用水", true),
            ("丁苯酞氯化钠注射液", false),
            ("氯化钠胶囊", false),
            ("", false),
        ] {
            assert_eq!(solvents.has(name), expected, "{name}");
        }
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let (_, faults) = read("氯化钠,x,false\n0.9%氯化钠注射液,x,false\n,x,false\n水,x,\n");
        let told: Vec<u32> = faults.iter().filter_map(|fault| fault.place.row).collect();
        assert_eq!(told, [3, 4, 5]);
    }
}
