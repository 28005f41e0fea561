//! Which provinces touch one another, `neighbours.csv`: the only distance that is known here.
//!
//! The surprise: every border stands in two rows, once for each side, and a border that only one
//! side knows is a fault. Slips of the pen do not come in pairs.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::RegionCode;
use crate::flow::Problem;
use crate::rulebook::reading::{CsvRow, DataFile, Wrong};
use crate::rulebook::sources::Sources;

use super::must_be_sourced;

const FILE: &str = "neighbours.csv";
pub(super) const COLUMNS: [&str; 5] = ["province", "name", "neighbours", "source", "verified"];

const PROVINCE: (&str, &str) =
    ("省级行政区划代码，如 110000", "the code of a province, such as 110000");
const PROVINCES: (&str, &str) = (
    "本文件另有一行的省级代码，用 | 隔开",
    "codes of provinces with a row of their own here, with | between",
);

/// Each province with those it touches.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(BTreeMap<RegionCode, Vec<RegionCode>>);

impl Neighbours {
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Neighbours {
        let rows = DataFile::open_csv(data, FILE, &COLUMNS, faults);
        Neighbours::of(&rows, sources, faults)
    }

    fn of(rows: &[CsvRow], sources: &Sources, faults: &mut Vec<Problem>) -> Neighbours {
        let mut neighbours = Neighbours::default();
        let mut read = Vec::new();
        for row in rows {
            match province(row, sources) {
                Ok((code, around)) => {
                    if neighbours.0.insert(code, around).is_some() {
                        let what = ("同一省份有两行", "two rows have this province");
                        faults.push(row.cell_fault("province", Wrong::twice(what)));
                    }
                    read.push((code, row));
                }
                Err(fault) => faults.push(fault),
            }
        }
        // A row that could not be read would be missing in every row that names it.
        if read.len() == rows.len() {
            faults.extend(read.iter().flat_map(|(code, row)| neighbours.one_sided(*code, row)));
        }
        neighbours
    }

    /// The borders of a province that the other side does not know.
    fn one_sided(&self, code: RegionCode, row: &CsvRow) -> Vec<Problem> {
        let around = self.0.get(&code).map_or(&[][..], Vec::as_slice);
        let unknown = around.iter().filter(|other| match self.0.get(other) {
            Some(back) => **other == code || !back.contains(&code),
            None => true,
        });
        let told = unknown.map(|other| {
            let what = (
                format!("{other} 那一行没有 {code}"),
                format!("the row of {other} does not name {code}"),
            );
            row.cell_fault("neighbours", Wrong::value((&what.0, &what.1), PROVINCES))
        });
        told.collect()
    }

    /// Whether two places lie in provinces that do not touch. Of a province that is not listed
    /// nothing is known.
    pub fn are_far_apart(&self, one: RegionCode, other: RegionCode) -> bool {
        let (one, other) = (one.province(), other.province());
        let known = self.0.contains_key(&other);
        let around = self.0.get(&one).filter(|_| known && one != other);
        around.is_some_and(|around| !around.contains(&other))
    }

    pub fn provinces(&self) -> impl Iterator<Item = RegionCode> {
        self.0.keys().copied()
    }
}

fn province(row: &CsvRow, sources: &Sources) -> Result<(RegionCode, Vec<RegionCode>), Problem> {
    must_be_sourced(row, sources)?;
    let code = row.read("province", code_of_province, PROVINCE)?;
    let all = |text: &str| {
        let parts = text.split('|').map(str::trim).filter(|part| !part.is_empty());
        parts.map(code_of_province).collect::<Option<Vec<RegionCode>>>()
    };
    // An island may have none.
    Ok((code, row.read("neighbours", all, PROVINCES)?))
}

fn code_of_province(text: &str) -> Option<RegionCode> {
    RegionCode::parse(text).filter(|code| code.province() == *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> (Neighbours, Vec<Problem>) {
        let text = format!("province,name,neighbours,source,verified\n{rows}");
        let mut faults = Vec::new();
        let rows = DataFile::new(FILE, text).csv(&COLUMNS, &mut faults);
        (Neighbours::of(&rows, &Sources::default(), &mut faults), faults)
    }

    const THREE: &str = "110000,甲,130000,x,false\n130000,乙,110000|410000,x,false\n\
                         410000,丙,130000,x,false\n710000,丁,,x,false\n";

    #[test]
    fn provinces_that_do_not_touch_are_far_apart() {
        let (neighbours, faults) = read(THREE);
        assert_eq!(faults, []);
        let far = |one: &str, other: &str| {
            let code = |text| RegionCode::parse(text).expect(text);
            neighbours.are_far_apart(code(one), code(other))
        };
        assert!(far("110105", "410100") && far("410100", "110000") && far("110000", "710000"));
        assert!(!far("110105", "131000") && !far("110105", "110101"));
        assert!(!far("110000", "440300") && !far("440300", "110000"), "not listed");
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        for (from, to, lines) in [
            ("乙,110000|410000", "乙,410000", &[2][..]),
            ("丙,130000", "丙,", &[3]),
            ("丁,", "丁,710000", &[5]),
            ("丁,", "丁,999900", &[5]),
            ("丁,", "丁,820000", &[5]),
            ("丁,", "丁,福建", &[5]),
            ("710000,", "110105,", &[5]),
            ("710000,丁,,x", "110000,丁,,x", &[5, 3]),
            ("丁,,x,false", "丁,,x,perhaps", &[5]),
            ("丙,130000,x,false\n", "丙,130000,x,\n", &[4]),
        ] {
            let (_, faults) = read(&THREE.replacen(from, to, 1));
            let told: Vec<u32> = faults.iter().filter_map(|fault| fault.place.row).collect();
            assert_eq!(told, lines, "{to}: {faults:?}");
        }
    }
}
