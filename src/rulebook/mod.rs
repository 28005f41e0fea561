//! Data files → checked, immutable rules. The only stage that reads `data/`.
//!
//! What regions may say is a closed set of clause kinds ([`clauses`]); what they do say is data. A
//! fault in a file is never fatal to the reading of the others: all faults come back together.

pub mod bank_layout;
pub mod care_facts;
pub mod catalog;
pub mod charge_kinds;
mod citations;
pub mod clauses;
pub mod detector_settings;
pub mod divisions;
pub mod drug_names;
pub mod drugs;
pub mod exemptions;
pub mod fold;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
pub mod item_tables;
pub mod items;
pub mod keys;
pub mod layouts;
pub mod limits;
pub mod policy;
pub mod reading;
pub mod region;
mod sources;
pub mod special;
pub mod texts;
pub mod told;
pub mod toml_words;
pub mod usage;
pub mod vocabulary;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::domain::dates::Date;
use crate::domain::words::CareType;
use crate::domain::{Citation, InsuredRegion, RegionCode, TreatedRegion};
use crate::flow::{Place, Problem};

pub use catalog::Catalog;
pub use exemptions::Exemption;
pub use items::Items;
pub use policy::Policy;
pub use region::Region;
pub use usage::Usage;

use reading::{Wrong, unreadable};
use sources::Sources;

/// The law of all regions, and the catalogs.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    regions: BTreeMap<RegionCode, Region>,
    /// Sorted by region.
    catalogs: Vec<Catalog>,
    pub items: Items,
    /// How items may be charged.
    pub usage: Usage,
    pub exemptions: Vec<Exemption>,
    pub citations: Arc<[Citation]>,
}

impl Rulebook {
    /// Reads the national lists, `exemptions.toml` and every folder below `regions/`.
    pub fn load(data: &Path) -> Result<Rulebook, Vec<Problem>> {
        let mut faults = Vec::new();
        let mut citations = Vec::new();
        let mut rulebook = Rulebook::default();
        let sources = Sources::load(data, &mut faults);
        rulebook.items = Items::load(data, &sources, &mut faults);
        rulebook.usage = Usage::load(data, &sources, &mut faults);
        match Exemption::load(data, &mut citations) {
            Ok(exemptions) => rulebook.exemptions = exemptions,
            Err(found) => faults.extend(found),
        }
        for code in region_folders(data, &mut faults) {
            let folder = data.join("regions").join(code.to_string());
            let has = |file: &str| folder.join(file).exists();
            if has("policy.toml") || has("region.toml") {
                match Region::load(data, code, &mut citations) {
                    Ok(region) => {
                        rulebook.regions.insert(code, region);
                    }
                    Err(found) => faults.extend(found),
                }
            }
            if has("catalog.csv") {
                match Catalog::load(data, code, &rulebook.items, &sources) {
                    Ok(catalog) => rulebook.catalogs.push(catalog),
                    Err(found) => faults.extend(found),
                }
            }
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

/// Codes of the folders below `regions/`, ascending. A folder under another name would be passed
/// over in silence, so it is a fault.
fn region_folders(data: &Path, faults: &mut Vec<Problem>) -> Vec<RegionCode> {
    let entries = match std::fs::read_dir(data.join("regions")) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(unreadable("regions", &error));
            return Vec::new();
        }
    };
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    let mut codes = Vec::with_capacity(names.len());
    for name in names {
        match RegionCode::parse(&name) {
            Some(code) => codes.push(code),
            None => faults.push(not_a_region(&name)),
        }
    }
    codes
}

fn not_a_region(folder: &str) -> Problem {
    let what = ("文件夹名不是地区代码", "the name of the folder is not the code of a region");
    let expected = ("六位行政区划代码", "six digits");
    let Wrong { kind, what, hint } = Wrong::value(what, expected);
    let place = Place::file(format!("regions/{folder}"));
    Problem { kind, place, excerpt: String::new(), explanation: what, hint }
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
