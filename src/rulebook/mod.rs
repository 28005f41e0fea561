//! Data files → checked, immutable rules. The only stage that reads `data/`.
//!
//! What regions may say is a closed set of clause kinds ([`clauses`]); what they do say is data. A
//! fault in a file is never fatal to the reading of the others: all faults come back together.

pub mod catalog;
pub mod clauses;
pub(crate) mod csv_table;
pub mod detector_settings;
mod division_record;
pub mod divisions;
pub mod exemptions;
pub mod fold;
pub mod items;
pub mod layouts;
pub mod policy;
pub mod reading;
pub mod region;
pub mod shapes;
pub mod vocabulary;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::domain::dates::Date;
use crate::domain::words::CareType;
use crate::domain::{Citation, InsuredRegion, RegionCode, Text, TreatedRegion};
use crate::flow::{Place, Problem};

pub use catalog::Catalog;
pub use exemptions::Exemption;
pub use items::Items;
pub use policy::Policy;
pub use region::Region;

/// The law of all regions, and the catalogs.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    regions: BTreeMap<RegionCode, Region>,
    /// Sorted by region.
    catalogs: Vec<Catalog>,
    pub items: Items,
    pub exemptions: Vec<Exemption>,
    pub citations: Arc<[Citation]>,
}

impl Rulebook {
    /// Reads `items.csv`, `exemptions.toml` and every folder below `regions/`.
    pub fn load(data: &Path) -> Result<Rulebook, Vec<Problem>> {
        let mut faults = Vec::new();
        let mut citations = Vec::new();
        let mut rulebook = Rulebook::default();
        let mut keep = |result: Result<(), Vec<Problem>>| {
            if let Err(found) = result {
                faults.extend(found);
            }
        };
        keep(Items::load(data).map(|items| rulebook.items = items));
        keep(Exemption::load(data, &mut citations).map(|list| rulebook.exemptions = list));
        match region_folders(data) {
            Ok(folders) => {
                for code in folders {
                    let folder = data.join("regions").join(code.to_string());
                    if folder.join("policy.toml").exists() {
                        keep(Region::load(data, code, &mut citations).map(|region| {
                            rulebook.regions.insert(code, region);
                        }));
                    }
                    if folder.join("catalog.csv").exists() {
                        keep(
                            Catalog::load(data, code, &rulebook.items)
                                .map(|catalog| rulebook.catalogs.push(catalog)),
                        );
                    }
                }
            }
            Err(fault) => keep(Err(vec![fault])),
        }
        rulebook.citations = citations.into();
        if faults.is_empty() { Ok(rulebook) } else { Err(faults) }
    }

    /// The law that a person insured there is under: of the place itself, its city or its province.
    pub fn region(&self, insured: InsuredRegion) -> Option<&Region> {
        insured.0.upwards().find_map(|code| self.regions.get(&code))
    }

    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// The catalog in use at a place, with its number.
    pub fn catalog(&self, place: RegionCode) -> Option<(u16, &Catalog)> {
        place.upwards().find_map(|code| {
            let found = self.catalogs.binary_search_by_key(&code, |catalog| catalog.region).ok()?;
            Some((found as u16, &self.catalogs[found]))
        })
    }

    pub fn catalogs(&self) -> &[Catalog] {
        &self.catalogs
    }

    /// The group that makes this care count as filed.
    pub fn exemption(
        &self,
        insured: InsuredRegion,
        treated: TreatedRegion,
        care: CareType,
        day: Date,
    ) -> Option<&Exemption> {
        self.exemptions.iter().find(|exempt| exempt.covers(insured, treated, care, day))
    }
}

/// Codes of the folders below `regions/`, ascending.
fn region_folders(data: &Path) -> Result<Vec<RegionCode>, Problem> {
    let entries = std::fs::read_dir(data.join("regions")).map_err(|error| Problem {
        kind: "data-unreadable",
        place: Place::file("regions"),
        excerpt: error.to_string(),
        explanation: Text::new("找不到地区数据", "the region data are not there"),
        hint: Text::new("用 --data 指明 data 文件夹", "name the data folder with --data"),
    })?;
    let mut codes: Vec<RegionCode> =
        entries.filter_map(|entry| RegionCode::parse(entry.ok()?.file_name().to_str()?)).collect();
    codes.sort_unstable();
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_data_are_free_of_faults() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let rulebook = Rulebook::load(&data).unwrap_or_else(|faults| {
            let told: Vec<String> = faults
                .iter()
                .map(|f| crate::message::problem(f, crate::domain::Lang::En))
                .collect();
            panic!("{}", told.join("\n"))
        });
        assert!(rulebook.regions().count() >= 4);
        assert!(rulebook.catalogs().len() >= 7);
    }
}
