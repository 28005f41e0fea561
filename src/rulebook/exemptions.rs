//! Groups of regions between which care counts as filed 免备案: 京津冀, 成都–广州. By date and
//! kind of care; judged on the day of admission.

use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::CareType;
use crate::domain::{Citation, InsuredRegion, RegionCode, TreatedRegion};
use crate::flow::{ClauseId, Problem};

use super::reading::DataFile;
use super::region::citation;
use super::shapes::ExemptionsShape;

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
    pub fn load(
        data: &Path,
        citations: &mut Vec<Citation>,
    ) -> Result<Vec<Exemption>, Vec<Problem>> {
        let file = DataFile::open(data, "exemptions.toml").map_err(|problem| vec![problem])?;
        let shape: ExemptionsShape = file.toml().map_err(|problem| vec![problem])?;
        let mut exemptions = Vec::with_capacity(shape.exemption.len());
        for exempt in shape.exemption {
            let id = ClauseId(citations.len() as u32);
            let source = shape.source.iter().find(|s| *s.id.get_ref() == exempt.basis.source);
            let clause = format!("exemption/{}", exempt.id.get_ref());
            citations.push(citation(clause, source, exempt.basis));
            exemptions.push(Exemption {
                id,
                regions: exempt.regions.into_iter().map(|w| w.0).collect(),
                inside: exempt.inside,
                care: exempt.care.into_iter().map(|w| w.0).collect(),
                from: exempt.from.0,
                to: exempt.to.map(|w| w.0),
            });
        }
        Ok(exemptions)
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
