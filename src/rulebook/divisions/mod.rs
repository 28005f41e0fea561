//! Administrative divisions 行政区划 since 1981: from what people write to a code in force.
//!
//! The surprise: a short name can be ambiguous although only one prefecture bears it, because a
//! county's name without its last character reads the same. A province before it settles that.

mod address;
mod nearest;
mod record;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

pub use address::AddressCode;

use super::fold;
use super::reading::{CsvRow, DataFile, Wrong};
use crate::domain::RegionCode;
use crate::flow::Problem;
use address::Years;
use nearest::Spelling;
use record::{Level, Record, collective, split_code};

const DIVISIONS: &str = "divisions.csv";
const COLUMNS: [&str; 8] =
    ["code", "name", "level", "parent", "from_year", "to_year", "status", "successors"];
const NAMES: &str = "division_names.csv";
const NAME_COLUMNS: [&str; 4] = ["short_name", "code", "kind", "ambiguous_with"];

/// What an insurance pool's own entry is called behind the name of its city.
const POOL_ITSELF: [&str; 5] = ["市本级", "本级", "市直", "市区", "市辖区"];
/// What a short name may stand for.
const IN_FORCE: (&str, &str) =
    ("divisions.csv 中现行的代码", "codes of divisions.csv that are in force");
const KIND: (&str, &str) = ("short、customary 或 abbreviation", "short, customary or abbreviation");
/// What offices leave off the name of a county behind the name of its city.
const COUNTY_ENDINGS: [&str; 4] = ["区", "县", "市", "旗"];

/// Code and name of a division with all that lies above it are shorter than this.
const NAME_CHARS_MAX: usize = 64;

/// Every division, in force and retired.
#[derive(Clone, Debug, Default)]
pub struct Divisions {
    in_force: HashMap<RegionCode, Division>,
    /// The last name and the successors of codes that are no longer in force.
    retired: HashMap<RegionCode, Retired>,
    /// When each code was in use, in the order of time: a code can come back.
    years: HashMap<RegionCode, Vec<Years>>,
    full_names: HashMap<String, Vec<RegionCode>>,
    /// Full names of the past, with the code in force today of whatever took their place.
    past_names: HashMap<String, Vec<RegionCode>>,
    short_names: HashMap<String, Vec<ShortName>>,
    /// What a misspelled name is compared with.
    spellings: Vec<Spelling>,
}

#[derive(Clone, Debug)]
struct Division {
    name: String,
    path: String,
    level: Level,
}

#[derive(Clone, Debug)]
struct Retired {
    name: String,
    successors: Vec<RegionCode>,
}

#[derive(Clone, Debug)]
struct ShortName {
    code: RegionCode,
    /// One character such as 粤: stands alone, never before another name.
    is_abbreviation: bool,
    ambiguous_with: Vec<RegionCode>,
}

/// Why a text is not one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionFault {
    /// No such division; those of similar name, nearest first.
    Unknown { nearest: Vec<(RegionCode, String)> },
    /// Several divisions are meant by it, by ascending code, each with its whole name.
    Ambiguous { candidates: Vec<(RegionCode, String)> },
}

impl Divisions {
    /// Reads `divisions.csv` and `division_names.csv`; every fault at once, with file and line.
    pub fn load(data_dir: &Path) -> Result<Divisions, Vec<Problem>> {
        let mut problems = Vec::new();
        let rows = DataFile::open_csv(data_dir, DIVISIONS, &COLUMNS, &mut problems);
        let mut divisions = Divisions::default();
        let mut past = Vec::new();
        for row in &rows {
            match Record::parse(row) {
                Ok(record) => {
                    divisions.years.entry(record.code).or_default().push(record.years);
                    match record.is_in_force {
                        true => divisions.add(record, row, &mut problems),
                        false => past.push(record),
                    }
                }
                Err(fault) => problems.push(fault),
            }
        }
        divisions.years.values_mut().for_each(|years| years.sort_unstable());
        let are_complete = problems.is_empty();
        divisions.name_paths();
        divisions.add_past(past);
        for row in DataFile::open_csv(data_dir, NAMES, &NAME_COLUMNS, &mut problems) {
            match divisions.add_short_name(&row) {
                // A code that is missing because its row is wrong is told once.
                Err(fault) if are_complete => problems.push(fault),
                _ => {}
            }
        }
        divisions.spell();
        if problems.is_empty() { Ok(divisions) } else { Err(problems) }
    }

    /// The division that a code or a name means: full, short, with or without what lies above it
    /// (`广东省深圳市`, `广东深圳`, `深圳`), or both code and name. A code or name of the past is
    /// answered with its successor when there is exactly one.
    pub fn resolve(&self, text: &str) -> Result<RegionCode, RegionFault> {
        let folded = fold::word(text);
        // A column slipped, or somebody means harm: looking up every part of it would take long.
        if folded.chars().nth(NAME_CHARS_MAX).is_some() {
            return Err(RegionFault::Unknown { nearest: Vec::new() });
        }
        let (code, name) = split_code(&folded);
        let found = match (code, name.is_empty()) {
            (Some(code), true) => self.codes_in_force(code),
            (None, _) => self.named_within(&name, None),
            (Some(code), false) => {
                let by_code = self.codes_in_force(code);
                self.named_within(&name, None).intersection(&by_code).copied().collect()
            }
        };
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(RegionFault::Unknown { nearest: self.nearest(code, &name) }),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(found);
                let candidates = all.map(|code| (code, self.full_name(code).to_owned())).collect();
                Err(RegionFault::Ambiguous { candidates })
            }
        }
    }

    /// Whether the code is, or was, a division's.
    pub fn knows(&self, code: RegionCode) -> bool {
        self.in_force.contains_key(&code) || self.retired.contains_key(&code)
    }

    /// Its own name, e.g. 深圳市; of a retired code the last one it had.
    pub fn name(&self, code: RegionCode) -> &str {
        match (self.in_force.get(&code), self.retired.get(&code)) {
            (Some(division), _) => &division.name,
            (None, Some(retired)) => &retired.name,
            (None, None) => "未知地区",
        }
    }

    /// The name with everything above it, e.g. 广东省深圳市.
    pub fn full_name(&self, code: RegionCode) -> &str {
        self.in_force.get(&code).map_or_else(|| self.name(code), |division| &division.path)
    }

    fn add(&mut self, record: Record, row: &CsvRow, problems: &mut Vec<Problem>) {
        let folded = fold::word(&record.name).into_owned();
        self.full_names.entry(folded).or_default().push(record.code);
        let division = Division { name: record.name, path: String::new(), level: record.level };
        if self.in_force.insert(record.code, division).is_some() {
            let what = ("同一代码有两条现行记录", "two records in force have this code");
            problems.push(row.cell_fault("code", Wrong::twice(what)));
        }
    }

    /// `upwards` lists the division itself first; the written name begins with the province.
    fn name_paths(&mut self) {
        let paths: Vec<(RegionCode, String)> = self
            .in_force
            .keys()
            .map(|&code| {
                let mut steps: Vec<RegionCode> = code.upwards().collect();
                steps.reverse();
                let names = steps.iter().filter_map(|step| self.in_force.get(step));
                (code, names.map(|division| division.name.as_str()).collect())
            })
            .collect();
        for (code, path) in paths {
            if let Some(division) = self.in_force.get_mut(&code) {
                division.path = path;
            }
        }
    }

    /// Records of one code stand in the order of their years, so the last one wins.
    fn add_past(&mut self, past: Vec<Record>) {
        for record in &past {
            let retired =
                Retired { name: record.name.clone(), successors: record.successors.clone() };
            self.retired.insert(record.code, retired);
        }
        self.find_heirs_of_prefectures(&past);
        for record in past {
            // A renamed division keeps its code, although parts of it may have gone elsewhere.
            let heirs = if record.is_renamed && self.in_force.contains_key(&record.code) {
                vec![record.code]
            } else if record.successors.is_empty() {
                self.codes_in_force(record.code).into_iter().collect()
            } else {
                record.successors
            };
            let today: BTreeSet<RegionCode> =
                heirs.into_iter().flat_map(|code| self.codes_in_force(code)).collect();
            let known = self.past_names.entry(fold::word(&record.name).into_owned()).or_default();
            known.extend(today);
        }
    }

    /// A prefecture that names no successor lives on where its counties went.
    fn find_heirs_of_prefectures(&mut self, past: &[Record]) {
        let mut above: HashMap<RegionCode, BTreeSet<RegionCode>> = HashMap::new();
        for county in past.iter().filter(|record| record.level == Level::County) {
            let heirs = self.codes_in_force(county.code).into_iter().map(|heir| {
                let prefecture = heir.prefecture();
                if self.in_force.contains_key(&prefecture) { prefecture } else { heir }
            });
            above.entry(county.code.prefecture()).or_default().extend(heirs);
        }
        for (code, heirs) in above {
            if let Some(retired) = self.retired.get_mut(&code)
                && retired.successors.is_empty()
            {
                retired.successors.extend(heirs);
            }
        }
    }

    fn add_short_name(&mut self, row: &CsvRow) -> Result<(), Problem> {
        let in_force =
            |text: &str| RegionCode::parse(text).filter(|code| self.in_force.contains_key(code));
        let others = |_: &str| row.parts("ambiguous_with", ';').map(in_force).collect();
        let is_abbreviation = |kind: &str| match kind {
            "short" | "customary" => Some(false),
            "abbreviation" => Some(true),
            _ => None,
        };
        let short = ShortName {
            code: row.read("code", in_force, IN_FORCE)?,
            is_abbreviation: row.read("kind", is_abbreviation, KIND)?,
            ambiguous_with: row.read("ambiguous_with", others, IN_FORCE)?,
        };
        let folded = fold::word(row.cell("short_name")).into_owned();
        self.short_names.entry(folded).or_default().push(short);
        Ok(())
    }

    /// The code itself if it is in force, else those of whatever took its place.
    fn codes_in_force(&self, code: RegionCode) -> BTreeSet<RegionCode> {
        let (mut today, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let is_listed = self.years.contains_key(&code);
        let mut open = vec![if is_listed { code } else { collective(code) }];
        while let Some(code) = open.pop() {
            if self.in_force.contains_key(&code) {
                today.insert(code);
            } else if seen.insert(code)
                && let Some(retired) = self.retired.get(&code)
            {
                open.extend(&retired.successors);
            }
        }
        today
    }

    /// Full names first, then names with their province or prefecture before them, then full
    /// names of the past and short names; below a division also counties without their ending.
    fn named_within(&self, name: &str, above: Option<RegionCode>) -> BTreeSet<RegionCode> {
        let inside = |code: &RegionCode| above.is_none_or(|a| a != *code && a.covers(*code));
        let all = |names: &HashMap<String, Vec<RegionCode>>| -> BTreeSet<RegionCode> {
            names.get(name).into_iter().flatten().copied().filter(inside).collect()
        };
        let full = all(&self.full_names);
        if !full.is_empty() {
            return full;
        }
        let mut found = BTreeSet::new();
        for (split, _) in name.char_indices().skip(1) {
            let (before, rest) = name.split_at(split);
            for prefix in self.prefixes(before).into_iter().filter(inside) {
                if POOL_ITSELF.contains(&rest) {
                    found.insert(prefix);
                } else {
                    found.extend(self.named_within(rest, Some(prefix)));
                }
            }
        }
        if found.is_empty() {
            found = all(&self.past_names);
            let short = self.short_names.get(name).into_iter().flatten();
            // What is above it settles what alone is ambiguous.
            let meant = short.flat_map(|short| {
                let others = if above.is_none() { short.ambiguous_with.as_slice() } else { &[] };
                others.iter().copied().chain([short.code])
            });
            found.extend(meant.filter(inside));
        }
        if found.is_empty() && above.is_some() {
            found = self.counties_without_ending(name).filter(inside).collect();
        }
        found
    }

    /// The provinces and prefectures that a text before another name can mean.
    fn prefixes(&self, text: &str) -> BTreeSet<RegionCode> {
        let full = self.full_names.get(text).into_iter().flatten().copied();
        let short = self.short_names.get(text).into_iter().flatten();
        let short = short.filter(|short| !short.is_abbreviation).map(|short| short.code);
        full.chain(short)
            .filter(|code| self.in_force.get(code).is_some_and(|d| d.level != Level::County))
            .collect()
    }

    /// Those whose name is this one and an ending: 福田 for 福田区.
    fn counties_without_ending(&self, name: &str) -> impl Iterator<Item = RegionCode> {
        let is_name = name.chars().nth(1).is_some();
        let endings = COUNTY_ENDINGS.iter().filter(move |_| is_name);
        endings.map(move |ending| format!("{name}{ending}")).flat_map(|name| {
            let short = self.short_names.get(&name).into_iter().flatten().map(|short| short.code);
            self.full_names.get(&name).into_iter().flatten().copied().chain(short)
        })
    }
}

#[cfg(test)]
mod shipped_test;
#[cfg(test)]
mod tests;
