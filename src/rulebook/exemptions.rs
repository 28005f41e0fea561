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
