//! Groups of regions between which care counts as filed 免备案: 京津冀, 成都–广州. By date and
//! kind of care; judged on the day of admission.

use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::CareType;
use crate::domain::{Citation, InsuredRegion, RegionCode, TreatedRegion};
use crate::flow::{ClauseId, Problem};

use super::catalog::ends_too_soon;
use super::citations::{Basis, NamedSources, Source};
use super::keys::{Keys, Reading};
use super::reading::{DataFile, Wrong};

const FILE: &str = "exemptions.toml";

/// One group.
#[derive(Clone, Debug)]
pub struct Exemption {
    pub id: ClauseId,
    pub regions: Vec<RegionCode>,
    /// Between the cities inside each of them too.
    pub inside: bool,
    pub care: Vec<CareType>,
    pub from: Date,
    pub to: Option<Date>,
}

impl Exemption {
    /// Reads `exemptions.toml`, adding to `citations`; every fault at once, with its line.
    pub fn load(
        data: &Path,
        citations: &mut Vec<Citation>,
    ) -> Result<Vec<Exemption>, Vec<Problem>> {
        let file = DataFile::open(data, FILE).map_err(|problem| vec![problem])?;
        Reading::of(&file, |mut keys| {
            let sources = Source::read_all(&mut keys);
            let sources = NamedSources::new(FILE, &sources);
            let mut seen: Vec<String> = Vec::new();
            let groups = keys.tables("exemption").into_iter();
            let exemptions = groups
                .filter_map(|group| Exemption::read(group, &sources, &mut seen, citations))
                .collect();
            keys.end();
            Some(exemptions)
        })
    }

    fn read(
        mut keys: Keys,
        sources: &NamedSources,
        seen: &mut Vec<String>,
        citations: &mut Vec<Citation>,
    ) -> Option<Exemption> {
        let name: Option<String> = keys.need("id");
        let (regions, inside) = (keys.need_list("regions"), keys.flag("inside"));
        let care = keys.need_list("care");
        let (from, to) = (keys.need("from"), keys.maybe("to"));
        let basis = keys.need_table("basis").and_then(Basis::read);
        let reading = keys.reading();
        if name.as_ref().is_some_and(|name| seen.contains(name)) {
            let what = ("免备案编号重复", "the id of an exemption is used twice");
            reading.tell(keys.span_of("id"), Wrong::twice(what));
        }
        if from.zip(to).is_some_and(|(from, to): (Date, Date)| to <= from) {
            reading.tell(keys.span_of("to"), ends_too_soon());
        }
        keys.end();
        let (name, basis) = (name?, basis?);
        let id = ClauseId(citations.len() as u32);
        let source = sources.find(&basis, reading);
        citations.push(basis.citation(format!("exemption/{name}"), source));
        seen.push(name);
        Some(Exemption { id, regions: regions?, inside, care: care?, from: from?, to })
    }

    /// Whether care of that kind counts as filed between two regions of the group.
    pub fn covers(
        &self,
        insured: InsuredRegion,
        treated: TreatedRegion,
        care: CareType,
        day: Date,
    ) -> bool {
        let member = |code: RegionCode| self.regions.iter().position(|group| group.covers(code));
        let in_force = self.from <= day && self.to.is_none_or(|to| day < to);
        in_force
            && self.care.contains(&care)
            && match (member(insured.0), member(treated.0)) {
                (Some(home), Some(away)) => {
                    home != away || self.inside && insured.0.pool() != treated.0.pool()
                }
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn shipped() -> Vec<Exemption> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        Exemption::load(&data, &mut Vec::new()).expect("the shipped exemptions")
    }

    #[test]
    fn a_group_exempts_by_pair_day_and_kind_of_care() {
        let exemptions = shipped();
        let inpatient = CareType::Inpatient;
        let cases = [
            ("Beijing to Tianjin", "110000", "120000", inpatient, date(2023, 4, 1), true),
            ("the day before", "110000", "120000", inpatient, date(2023, 3, 31), false),
            ("a district counts", "110105", "130102", inpatient, date(2024, 1, 1), true),
            ("chronic care", "110000", "120000", CareType::Chronic, date(2024, 1, 1), false),
            ("Tianjin at home", "120000", "120101", inpatient, date(2024, 1, 1), false),
            ("inside Hebei", "130100", "130200", inpatient, date(2024, 1, 1), true),
            ("inside one city of Hebei", "130100", "130102", inpatient, date(2024, 1, 1), false),
            ("Chengdu to Guangzhou", "510100", "440100", inpatient, date(2023, 9, 1), true),
            ("Guangzhou to Chengdu", "440106", "510104", inpatient, date(2023, 9, 1), true),
            ("the day before too", "510100", "440100", inpatient, date(2023, 8, 31), false),
            ("Chengdu to Shenzhen", "510100", "440300", inpatient, date(2024, 1, 1), false),
        ];
        for (name, insured, treated, care, day, expected) in cases {
            let code = |text| RegionCode::parse(text).expect(text);
            let (insured, treated) = (InsuredRegion(code(insured)), TreatedRegion(code(treated)));
            let found = exemptions.iter().any(|exempt| exempt.covers(insured, treated, care, day));
            assert_eq!(found, expected, "{name}");
        }
    }
}
