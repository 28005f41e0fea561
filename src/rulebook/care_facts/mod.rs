//! Facts of care 就医常识 that detectors look up and no threshold can say: which provinces touch,
//! which days are holidays, which diseases bring people back every few weeks, which drugs only
//! carry others.
//!
//! The surprise: a file that is missing is a fault. Without it a detector would find nothing, and
//! nobody would know.

mod cyclic;
mod holidays;
mod neighbours;
mod solvents;

use std::path::Path;

use crate::flow::Problem;

use super::reading::{CsvRow, TRUE_OR_FALSE, is_true};
use super::sources::Sources;

pub use cyclic::CyclicDiseases;
pub use holidays::Holidays;
pub use neighbours::Neighbours;
pub use solvents::Solvents;

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct CareFacts {
    pub neighbours: Neighbours,
    pub holidays: Holidays,
    pub cyclic: CyclicDiseases,
    pub solvents: Solvents,
}

impl CareFacts {
    /// Reads the four files; every fault goes to `faults`.
    pub fn load(data: &Path, faults: &mut Vec<Problem>) -> CareFacts {
        // What is wrong with the list of sources is told where the rules are read.
        let sources = Sources::load(data, &mut Vec::new());
        CareFacts {
            neighbours: Neighbours::load(data, &sources, faults),
            holidays: Holidays::load(data, &sources, faults),
            cyclic: CyclicDiseases::load(data, &sources, faults),
            solvents: Solvents::load(data, &sources, faults),
        }
    }
}

/// What every row of these files must say: a source that is listed, and whether somebody compared
/// the row with it.
fn must_be_sourced(row: &CsvRow, sources: &Sources) -> Result<(), Problem> {
    sources.must_list(row)?;
    row.read("verified", is_true, TRUE_OR_FALSE).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::divisions::Divisions;
    use crate::rulebook::reading::DataFile;

    fn shipped() -> (CareFacts, Vec<Problem>) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut faults = Vec::new();
        let facts = CareFacts::load(&data, &mut faults);
        (facts, faults)
    }

    #[test]
    fn the_shipped_files_are_right() {
        let (facts, faults) = shipped();
        assert_eq!(faults, []);
        assert_eq!(facts.neighbours.provinces().count(), 34);
    }

    #[test]
    fn every_province_is_called_by_its_name() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let divisions = Divisions::load(&data).expect("the shipped divisions");
        let file = DataFile::open(&data, "neighbours.csv").expect("the file");
        for row in file.csv(&neighbours::COLUMNS, &mut Vec::new()) {
            let code = row.cell("province").parse::<u32>().expect("six digits");
            let code = crate::domain::RegionCode::parse(&code.to_string()).expect("a code");
            assert_eq!(divisions.name(code), row.cell("name"), "{code}");
        }
    }

    #[test]
    fn a_file_that_is_missing_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut faults = Vec::new();
        CareFacts::load(folder.path(), &mut faults);
        let files: Vec<&str> = faults.iter().map(|fault| fault.place.file.as_str()).collect();
        let expected = ["neighbours.csv", "holidays.csv", "cyclic_diseases.csv", "solvents.csv"];
        assert_eq!(files, expected);
    }
}
