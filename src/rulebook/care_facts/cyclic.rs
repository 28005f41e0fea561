//! Diseases whose treatment comes in courses 按周期治疗, `cyclic_diseases.csv`: somebody who returns
//! every few weeks for a night or two splits no stay.

use std::path::Path;

use crate::flow::Problem;
use crate::rulebook::reading::{CsvRow, DataFile, Wrong};
use crate::rulebook::sources::Sources;

use super::must_be_sourced;

const FILE: &str = "cyclic_diseases.csv";
const COLUMNS: [&str; 5] = ["prefix", "name", "nights_max", "source", "verified"];

const PREFIX: (&str, &str) =
    ("诊断编码的开头，至少三位，如 Z51.1", "how diagnosis codes begin, such as Z51.1");
const NIGHTS: (&str, &str) = ("1 到 60 的夜数", "nights, 1 to 60");

/// How the codes of such diseases begin, and how many nights a course takes at most.
#[derive(Clone, Debug, Default)]
pub struct CyclicDiseases(Vec<(Box<str>, i32)>);

impl CyclicDiseases {
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> CyclicDiseases {
        let rows = DataFile::open_csv(data, FILE, &COLUMNS, faults);
        CyclicDiseases::of(&rows, sources, faults)
    }

    fn of(rows: &[CsvRow], sources: &Sources, faults: &mut Vec<Problem>) -> CyclicDiseases {
        let mut diseases = CyclicDiseases::default();
        for row in rows {
            match disease(row, sources) {
                Ok((prefix, _)) if diseases.0.iter().any(|(held, _)| *held == prefix) => {
                    let what = ("同一编码有两行", "two rows have this code");
                    faults.push(row.cell_fault("prefix", Wrong::twice(what)));
                }
                Ok(disease) => diseases.0.push(disease),
                Err(fault) => faults.push(fault),
            }
        }
        diseases
    }

    /// Whether the disease is treated in courses at all.
    pub fn has(&self, diagnosis: &str) -> bool {
        self.nights_max(diagnosis).is_some()
    }

    /// Whether a stay of so many nights may be one course.
    pub fn is_course(&self, diagnosis: &str, nights: i32) -> bool {
        self.nights_max(diagnosis).is_some_and(|most| nights <= most)
    }

    /// The longest prefix that fits decides.
    fn nights_max(&self, diagnosis: &str) -> Option<i32> {
        let fitting = self.0.iter().filter(|(prefix, _)| diagnosis.starts_with(&**prefix));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, nights)| *nights)
    }
}

fn disease(row: &CsvRow, sources: &Sources) -> Result<(Box<str>, i32), Problem> {
    must_be_sourced(row, sources)?;
    let prefix = row.read("prefix", prefix, PREFIX)?;
    let nights = |text: &str| text.parse().ok().filter(|nights| (1..=60).contains(nights));
    Ok((prefix, row.read("nights_max", nights, NIGHTS)?))
}

/// A capital, two digits and whatever follows.
fn prefix(text: &str) -> Option<Box<str>> {
    let bytes = text.as_bytes();
    let begins = bytes.len() >= 3
        && bytes[0].is_ascii_uppercase()
        && bytes[1..3].iter().all(u8::is_ascii_digit);
    begins.then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> (CyclicDiseases, Vec<Problem>) {
        let mut faults = Vec::new();
        let text = format!("prefix,name,nights_max,source,verified\n{rows}");
        let rows = DataFile::new(FILE, text).csv(&COLUMNS, &mut faults);
        (CyclicDiseases::of(&rows, &Sources::default(), &mut faults), faults)
    }

    const TWO: &str = "Z51,放化疗,5,x,false\nZ51.0,放射治疗,30,x,false\n";

    #[test]
    fn the_longest_prefix_decides_and_nights_count() {
        let (diseases, faults) = read(TWO);
        assert_eq!(faults, []);
        assert!(diseases.is_course("Z51.100", 5) && !diseases.is_course("Z51.100", 6));
        assert!(diseases.is_course("Z51.000", 30) && !diseases.is_course("Z51.000", 31));
        assert!(!diseases.has("J18.900") && diseases.has("Z51.800"));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        for (from, to, lines) in [
            ("Z51,", "Z5,", &[2][..]),
            ("Z51,", "z51,", &[2]),
            ("Z51.0", "Z51", &[3]),
            (",5,", ",0,", &[2]),
            (",30,", ",,", &[3]),
            ("5,x,false", "5,x,是", &[2]),
        ] {
            let (_, faults) = read(&TWO.replacen(from, to, 1));
            let told: Vec<u32> = faults.iter().filter_map(|fault| fault.place.row).collect();
            assert_eq!(told, lines, "{to}: {faults:?}");
        }
    }
}
