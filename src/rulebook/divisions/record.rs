//! One line of `divisions.csv`, and how offices write the codes of divisions.
//!
//! The surprise: insurance pools use codes that no division has.

use super::address::Years;
use crate::domain::RegionCode;
use crate::flow::Problem;
use crate::rulebook::reading::{CsvRow, Wrong};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Province,
    Prefecture,
    County,
}

/// One record of `divisions.csv`.
pub(super) struct Record {
    pub code: RegionCode,
    pub name: String,
    pub level: Level,
    pub years: Years,
    pub is_in_force: bool,
    /// It changed its name or its code and lives on.
    pub is_renamed: bool,
    pub successors: Vec<RegionCode>,
}

impl Record {
    pub fn parse(row: &CsvRow) -> Result<Record, Problem> {
        let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let year = |text: &str| is_year(text).then(|| text.parse().ok())?;
        let code = row.read("code", RegionCode::parse, CODE)?;
        let level = row.read("level", Level::parse, LEVEL)?;
        let years = Years {
            from: row.read("from_year", year, YEAR)?,
            to: row.optional("to_year", year, YEAR)?,
        };
        let status = row.cell("status");
        // `in_use` with an end, or a retired record without one, would contradict itself.
        let is_in_force = match (status, years.to.is_some()) {
            ("in_use", false) => true,
            ("retired" | "changed", true) => false,
            _ => return Err(row.cell_fault("status", contradicts_its_end())),
        };
        let successor = |text: &str| {
            let (code, year) = text.split_once('@')?;
            is_year(year).then(|| RegionCode::parse(code))?
        };
        let successors = |_: &str| row.parts("successors", ';').map(successor).collect();
        Ok(Record {
            code,
            name: row.cell("name").to_owned(),
            level,
            years,
            is_in_force,
            is_renamed: status == "changed",
            successors: row.read("successors", successors, SUCCESSORS)?,
        })
    }
}

impl Level {
    fn parse(word: &str) -> Option<Level> {
        match word {
            "province" => Some(Level::Province),
            "prefecture" => Some(Level::Prefecture),
            "county" => Some(Level::County),
            _ => None,
        }
    }
}

const CODE: (&str, &str) = ("六位行政区划代码", "a six-digit region code");
const LEVEL: (&str, &str) = ("province、prefecture 或 county", "province, prefecture or county");
const YEAR: (&str, &str) = ("四位年份", "a year of four digits");
const SUCCESSORS: (&str, &str) = (
    "代码@年，多个用 ; 隔开，如 110112@1997",
    "code@year with ; between them, such as 110112@1997",
);

fn contradicts_its_end() -> Wrong {
    Wrong::new(
        "data-contradiction",
        ("status 与 to_year 矛盾", "status and to_year contradict each other"),
        (
            "in_use 不写 to_year；retired、changed 必须写",
            "in_use has no to_year; retired and changed must have one",
        ),
    )
}

/// The six digits a text holds, if it holds just one such run, and the text without them.
pub(super) fn split_code(text: &str) -> (Option<RegionCode>, String) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match RegionCode::parse(&digits) {
        Some(code) if text.contains(&digits) => {
            let name = text.replacen(&digits, "", 1);
            (Some(code), name.trim_matches(|c| "-_()/:、,|".contains(c)).to_owned())
        }
        _ => (None, text.to_owned()),
    }
}

/// What a code that no division has may still mean: the division above it.
///
/// Insurance pools write a city's own pool as `440399`, and municipalities as `110100`. The lists
/// of codes had `440301` 市辖区 and, long ago, `140120` 市区 for all districts of a city together;
/// identity numbers were given out under both.
pub(super) fn collective(code: RegionCode) -> RegionCode {
    let digits = code.to_string();
    let is_municipality = ["11", "12", "31", "50"].contains(&&digits[..2]);
    let is_whole_city = ["01", "20", "99"].contains(&&digits[4..]);
    let is_whole_municipality = is_whole_city || ["0100", "0200"].contains(&&digits[2..]);
    match is_municipality {
        true if is_whole_municipality => code.province(),
        false if is_whole_city => code.prefecture(),
        _ => code,
    }
}
