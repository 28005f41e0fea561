//! One line of `divisions.csv`, and how offices write the codes of divisions.
//!
//! The surprise: insurance pools use codes that no division has.

use super::csv_table::CsvRow;
use crate::domain::RegionCode;

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
    pub is_in_force: bool,
    /// It changed its name or its code and lives on.
    pub is_renamed: bool,
    pub successors: Vec<RegionCode>,
}

impl Record {
    /// Reads a row; says in both languages what is wrong with it.
    pub fn parse(row: &CsvRow) -> Result<Record, (&'static str, &'static str)> {
        let [code, name, level, _parent, from, to, status, successors] = row.cells.as_slice()
        else {
            return Err(("列数不对", "not eight columns"));
        };
        let level = match level.as_str() {
            "province" => Level::Province,
            "prefecture" => Level::Prefecture,
            "county" => Level::County,
            _ => return Err(("级别应为 province、prefecture 或 county", "no such level")),
        };
        let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        if !is_year(from) || !(to.is_empty() || is_year(to)) {
            return Err(("年份应为四位数字", "a year has four digits"));
        }
        // `in_use` with an end, or a retired record without one, would contradict itself.
        let is_in_force = match (status.as_str(), to.is_empty()) {
            ("in_use", true) => true,
            ("retired" | "changed", false) => false,
            _ => return Err(("状态与止年不一致", "status and last year contradict each other")),
        };
        let successors = successors.split(';').filter(|text| !text.is_empty()).map(|text| {
            let (code, year) = text.split_once('@')?;
            is_year(year).then(|| RegionCode::parse(code))?
        });
        Ok(Record {
            code: RegionCode::parse(code).ok_or(("代码应为六位数字", "a code has six digits"))?,
            name: name.clone(),
            level,
            is_in_force,
            is_renamed: status == "changed",
            successors: successors
                .collect::<Option<_>>()
                .ok_or(("后继应写作 代码@年", "a successor is written code@year"))?,
        })
    }
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

/// Insurance pools write a city's own pool as `440399`, and municipalities as `110100`: neither
/// is a division, both mean the division above.
pub(super) fn pool_code(code: RegionCode) -> RegionCode {
    let digits = code.to_string();
    let is_city_pool = digits.ends_with("99") && !digits.ends_with("9900");
    let is_municipality = ["11", "12", "31", "50"].contains(&&digits[..2]);
    let is_collective = ["0100", "0200"].contains(&&digits[2..]);
    match (is_municipality, is_city_pool) {
        (true, true) => code.province(),
        (true, false) if is_collective => code.province(),
        (false, true) => code.prefecture(),
        _ => code,
    }
}
