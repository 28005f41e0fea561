//! Groups of regions between which care counts as filed 免备案: 京津冀, 成都–广州. By date and
//! kind of care; judged on the day of admission.

use std::collections::HashSet;
use std::path::Path;

use toml::Spanned;

use crate::domain::dates::Date;
use crate::domain::words::CareType;
use crate::domain::{Citation, InsuredRegion, RegionCode, TreatedRegion};
use crate::flow::{ClauseId, Problem};

use super::catalog::ends_too_soon;
use super::citations::{NamedSources, citation};
use super::reading::{DataFile, Wrong};
use super::shapes::{ExemptionShape, ExemptionsShape};

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
        let (file, shape): (_, ExemptionsShape) =
            DataFile::open_toml(data, "exemptions.toml").map_err(|problem| vec![problem])?;
        let mut faults = Vec::new();
        let sources = NamedSources::new(&file, &shape.source, &mut faults);
        let mut seen = HashSet::new();
        let mut exemptions = Vec::with_capacity(shape.exemption.len());
        for exempt in shape.exemption {
            let id = ClauseId(citations.len() as u32);
            let mut fault = |span, wrong| faults.push(file.at(span, wrong));
            if !seen.insert(exempt.id.get_ref().clone()) {
                let what = ("免备案编号重复", "the id of an exemption is used twice");
                fault(exempt.id.span(), Wrong::twice(what));
            }
            if exempt.to.as_ref().is_some_and(|to| to.get_ref().0 <= exempt.from.0) {
                fault(exempt.to.as_ref().map_or(0..0, Spanned::span), ends_too_soon());
            }
            let source = sources.find(&exempt.basis, &file, &mut faults);
            let clause = format!("exemption/{}", exempt.id.get_ref());
            citations.push(citation(clause, source, exempt.basis.clone()));
            exemptions.push(Exemption::of(id, exempt));
        }
        if faults.is_empty() { Ok(exemptions) } else { Err(faults) }
    }

    fn of(id: ClauseId, shape: ExemptionShape) -> Exemption {
        Exemption {
            id,
            regions: shape.regions.into_iter().map(|w| w.0).collect(),
            inside: shape.inside,
            care: shape.care.into_iter().map(|w| w.0).collect(),
            from: shape.from.0,
            to: shape.to.map(|w| w.into_inner().0),
        }
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
