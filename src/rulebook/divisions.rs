//! Administrative divisions 行政区划 since 1981: from what people write to a code in force.
//!
//! The surprise: a short name can be ambiguous although only one prefecture bears it, because a
//! county's name without its last character reads the same. A province before it settles that.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::division_record::{Level, Record, pool_code, split_code};
use super::fold;
use super::reading::{CsvRow, DataFile, Wrong};
use crate::domain::RegionCode;
use crate::flow::Problem;

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
/// How many divisions of similar name are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// Every division, in force and retired.
#[derive(Clone, Debug, Default)]
pub struct Divisions {
    in_force: HashMap<RegionCode, Division>,
    /// The last name and the successors of codes that are no longer in force.
    retired: HashMap<RegionCode, Retired>,
    full_names: HashMap<String, Vec<RegionCode>>,
    /// Full names of the past, with the code in force today of whatever took their place.
    past_names: HashMap<String, Vec<RegionCode>>,
    short_names: HashMap<String, Vec<ShortName>>,
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
                Ok(record) if record.is_in_force => divisions.add(record, row, &mut problems),
                Ok(record) => past.push(record),
                Err(fault) => problems.push(fault),
            }
        }
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
        if problems.is_empty() { Ok(divisions) } else { Err(problems) }
    }

    /// The division that a code or a name means: full, short, with or without what lies above it
    /// (`广东省深圳市`, `广东深圳`, `深圳`), or both code and name. A code or name of the past is
    /// answered with its successor when there is exactly one.
    pub fn resolve(&self, text: &str) -> Result<RegionCode, RegionFault> {
        let folded = fold::word(text);
        let (code, name) = split_code(&folded);
        let found = match (code, name.is_empty()) {
            (Some(code), true) => self.codes_in_force(code),
            (None, _) => self.named(&name),
            (Some(code), false) => {
                let by_code = self.codes_in_force(code);
                self.named(&name).intersection(&by_code).copied().collect()
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

    /// Whether identity numbers may begin with this code: it is or was some division's.
    pub fn is_known_prefix(&self, code: RegionCode) -> bool {
        self.in_force.contains_key(&code) || self.retired.contains_key(&code)
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
        for record in past {
            // A renamed division keeps its code, although parts of it may have gone elsewhere.
            let heirs = if record.is_renamed && self.in_force.contains_key(&record.code) {
                vec![record.code]
            } else {
                record.successors
            };
            let today: BTreeSet<RegionCode> =
                heirs.into_iter().flat_map(|code| self.codes_in_force(code)).collect();
            let known = self.past_names.entry(fold::word(&record.name).into_owned()).or_default();
            known.extend(today);
        }
    }

    fn add_short_name(&mut self, row: &CsvRow) -> Result<(), Problem> {
        let in_force =
            |text: &str| RegionCode::parse(text).filter(|code| self.in_force.contains_key(code));
        let others = |_: &str| row.parts("ambiguous_with", ';').map(in_force).collect();
        let short = ShortName {
            code: row.read("code", in_force, IN_FORCE)?,
            is_abbreviation: row.cell("kind") == "abbreviation",
            ambiguous_with: row.read("ambiguous_with", others, IN_FORCE)?,
        };
        let folded = fold::word(row.cell("short_name")).into_owned();
        self.short_names.entry(folded).or_default().push(short);
        Ok(())
    }

    /// The code itself if it is in force, else those of whatever took its place.
    fn codes_in_force(&self, code: RegionCode) -> BTreeSet<RegionCode> {
        let (mut today, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let known = self.is_known_prefix(code);
        let mut open = vec![if known { code } else { pool_code(code) }];
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

    fn named(&self, name: &str) -> BTreeSet<RegionCode> {
        let found = self.named_within(name, None);
        if !found.is_empty() {
            return found;
        }
        let short = self.short_names.get(name).into_iter().flatten();
        short.flat_map(|s| s.ambiguous_with.iter().copied().chain([s.code])).collect()
    }

    /// Full names first, then names with their province or prefecture before them, then full
    /// names of the past; below a division also short names.
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
        }
        if found.is_empty() && above.is_some() {
            let short = self.short_names.get(name).into_iter().flatten();
            found = short.map(|short| short.code).filter(inside).collect();
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

    fn nearest(&self, code: Option<RegionCode>, name: &str) -> Vec<(RegionCode, String)> {
        let mut nearest: Vec<(usize, RegionCode)> = match code {
            Some(code) => {
                let above = code.upwards().skip(1).filter(|up| self.in_force.contains_key(up));
                above.enumerate().collect()
            }
            None => self
                .in_force
                .iter()
                .filter_map(|(&code, division)| Some((distance(name, &division.name)?, code)))
                .collect(),
        };
        nearest.sort_unstable();
        nearest.truncate(SUGGESTIONS_MAX);
        nearest.into_iter().map(|(_, code)| (code, self.full_name(code).to_owned())).collect()
    }
}

/// How far two names are apart: nothing for a beginning, else the edits, at most two and at most
/// half of the name.
fn distance(text: &str, name: &str) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    if name.starts_with(text) {
        return Some(0);
    }
    let (a, b): (Vec<char>, Vec<char>) = (text.chars().collect(), name.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = previous[j] + usize::from(from != to);
            current.push(replaced.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    let edits = previous[b.len()];
    (edits <= 2 && edits * 2 <= b.len()).then_some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const FEW: &str = "\
110000,北京市,province,,1981,,in_use,
110105,朝阳区,county,110000,1981,,in_use,
110112,通州区,county,110000,1997,,in_use,
110223,通县,county,110000,1981,1997,retired,110112@1997
220000,吉林省,province,,1981,,in_use,
220100,长春市,prefecture,220000,1981,,in_use,
220104,朝阳区,county,220100,1981,,in_use,
220200,吉林市,prefecture,220000,1981,,in_use,
360000,江西省,province,,1981,,in_use,
360100,南昌市,prefecture,360000,1981,,in_use,
360121,南昌县,county,360100,1981,,in_use,
420000,湖北省,province,,1981,,in_use,
420600,襄樊市,prefecture,420000,1981,2010,changed,429004@1984;440304@1984
420600,襄阳市,prefecture,420000,2010,,in_use,
429004,仙桃市,county,420000,1994,,in_use,
440000,广东省,province,,1981,,in_use,
440300,深圳市,prefecture,440000,1981,,in_use,
440304,福田区,county,440300,1990,,in_use,
440322,旧县,county,440300,1981,1990,retired,440304@1990;440300@1990
512900,旧地区,prefecture,440000,1981,1990,retired,
";
    const SHORT: &str = "\
北京,110000,short,
粤,440000,abbreviation,
广东,440000,short,
深圳,440300,short,
江西,360000,short,
南昌,360100,short,360121
吉林,220000,short,220200
吉林,220200,short,220000
";

    fn load(rows: &str, short: &str) -> Result<Divisions, Vec<Problem>> {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name, columns: &[&str], rows| {
            let text = format!("{}\n{rows}", columns.join(","));
            fs::write(folder.path().join(name), text).expect("a file");
        };
        write(DIVISIONS, &COLUMNS, rows);
        write(NAMES, &NAME_COLUMNS, short);
        Divisions::load(folder.path())
    }

    #[test]
    fn a_region_is_found_by_code_by_name_and_with_what_lies_above_it() {
        let divisions = load(FEW, SHORT).expect("divisions");
        for (text, expected) in [
            ("440300", "440300"),
            ("４４０３００", "440300"),
            ("深圳市", "440300"),
            ("深圳", "440300"),
            ("广东省深圳市", "440300"),
            ("广东深圳", "440300"),
            ("广东省 深圳市 福田区", "440304"),
            ("深圳福田区", "440304"),
            ("深圳市市本级", "440300"),
            ("粤", "440000"),
            ("北京", "110000"),
            ("110100", "110000"),
            ("440399", "440300"),
            ("北京朝阳区", "110105"),
            ("湖北省仙桃市", "429004"),
            ("江西南昌", "360100"),
            ("南昌市", "360100"),
            ("吉林省吉林市", "220200"),
            ("吉林吉林", "220200"),
            ("440300 深圳市", "440300"),
            ("深圳市(440300)", "440300"),
            ("110223", "110112"),
            ("通县", "110112"),
            ("北京市通县", "110112"),
            ("襄樊市", "420600"),
        ] {
            let found = divisions.resolve(text).map(|code| code.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_may_mean_several_regions_is_told_with_all_of_them() {
        let divisions = load(FEW, SHORT).expect("divisions");
        for (text, expected) in [
            ("朝阳区", vec!["110105", "220104"]),
            ("南昌", vec!["360100", "360121"]),
            ("吉林", vec!["220000", "220200"]),
            ("440322", vec!["440300", "440304"]),
        ] {
            match divisions.resolve(text) {
                Err(RegionFault::Ambiguous { candidates }) => {
                    let codes: Vec<_> = candidates.iter().map(|c| c.0.to_string()).collect();
                    assert_eq!(codes, expected, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_means_none_is_told_with_the_nearest_names() {
        let divisions = load(FEW, SHORT).expect("divisions");
        for (text, nearest) in [
            ("福田", Some("广东省深圳市福田区")),
            ("深川市", Some("广东省深圳市")),
            ("440388", Some("广东省深圳市")),
            ("440300 南昌市", Some("广东省")),
            ("512900", None),
            ("", None),
            ("火星", None),
        ] {
            match divisions.resolve(text) {
                Err(RegionFault::Unknown { nearest: told }) if nearest.is_some() => {
                    assert_eq!(told.first().map(|n| n.1.as_str()), nearest, "{text}");
                }
                Err(RegionFault::Unknown { .. }) => {}
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn names_are_given_for_codes_in_force_and_of_the_past() {
        let divisions = load(FEW, SHORT).expect("divisions");
        let code = |text| RegionCode::parse(text).expect(text);
        assert_eq!(divisions.name(code("440304")), "福田区");
        assert_eq!(divisions.full_name(code("440304")), "广东省深圳市福田区");
        assert_eq!(divisions.full_name(code("110105")), "北京市朝阳区");
        assert_eq!(divisions.name(code("110223")), "通县");
        assert!(divisions.is_known_prefix(code("110223")));
        assert!(!divisions.is_known_prefix(code("999999")));
    }

    #[test]
    fn faults_of_the_data_are_told_with_their_lines() {
        let rows = "110000,北京市,province,,1981,,in_use,\n\
                    11,甲,county,,1981,,in_use,\n\
                    110101,乙,town,,1981,,in_use,\n\
                    110102,丙,county,110000,1981,,retired,\n\
                    110103,丁,county,110000,1981,2010,retired,110101\n\
                    110000,戊市,province,,1981,,in_use,\n";
        let problems = load(rows, "己,999999,short,\n").expect_err("five faults");
        let told = |problems: &[Problem]| -> Vec<(String, Option<u32>)> {
            problems.iter().map(|p| (p.place.file.clone(), p.place.row)).collect()
        };
        let expected = [3, 4, 5, 6, 7].map(|line| (DIVISIONS.to_owned(), Some(line)));
        assert_eq!(told(&problems), expected, "names wait until the divisions are right");
        let problems = load(FEW, "己,999999,short,\n").expect_err("a fault of the names");
        assert_eq!(told(&problems), [(NAMES.to_owned(), Some(2))]);
    }
}
