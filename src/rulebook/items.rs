//! All items 医保目录项目: what a code or a name is, and to whom and where it is limited. How an item
//! is paid is each region's catalog ([`super::catalog`]).
//!
//! The surprise: a code of `items.csv` that `item_limits.csv` names too is limited by both and is
//! the drug of the latter.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::words::{CareType, ItemClass, ItemKind, Sex, Tier};
use crate::flow::Problem;

use super::drug_names::{List, NameIndex, Named};
use super::drugs::{self, National};
use super::limits::{AgeBound, AgeEnd, AgeGroups, AgeUnit, ItemLimits, OtherFund};
use super::reading::{CsvRow, DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

/// An item's place in [`Items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIx(pub u32);

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its national code, or the first of several; empty for a drug that is known by name only.
    pub code: Box<str>,
    pub kind: ItemKind,
    pub name: String,
    pub class: ItemClass,
    pub limits: ItemLimits,
    /// What the national drug list says of it.
    pub national: Option<National>,
    pub verified: bool,
}

/// All items, found by code or by name.
#[derive(Clone, Debug, Default)]
pub struct Items {
    items: Vec<Item>,
    by_code: HashMap<Box<str>, ItemIx>,
    names: NameIndex,
    /// How many stand in `items.csv`; they come first.
    own: usize,
    /// Every row of the files was read; otherwise an unknown code says nothing.
    pub is_complete: bool,
}

const COLUMNS: [&str; 15] = [
    "code",
    "kind",
    "name",
    "form",
    "class",
    "sex",
    "age_min",
    "age_max",
    "min_hospital_tier",
    "care",
    "only_fund",
    "max_days",
    "diagnosis",
    "source",
    "verified",
];

impl Items {
    /// Reads `items.csv` and the national drug list: the items that are right; every fault goes to
    /// `faults`.
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Items {
        let mut items = Items::default();
        let faults_before = faults.len();
        if data.join("drug_name_parts.csv").exists() {
            items.names = NameIndex::load(data, sources, faults);
        }
        for row in DataFile::open_csv(data, "items.csv", &COLUMNS, faults) {
            match item(&row, sources) {
                Ok(item) if items.by_code(&item.code).is_none() => {
                    let (code, name) = (item.code.to_string(), item.name.clone());
                    let ix = items.add_named(item, List::Items, &[&name], "");
                    items.add_code(code, ix);
                }
                Ok(_) => {
                    let what = ("同一编码有两行", "two rows have this code");
                    faults.push(row.cell_fault("code", Wrong::twice(what)));
                }
                Err(fault) => faults.push(fault),
            }
        }
        items.own = items.len();
        let groups = AgeGroups::load(data, sources, faults);
        drugs::load(data, sources, &groups, &mut items, faults);
        items.is_complete = faults.len() == faults_before;
        items
    }

    /// Adds an item under its names.
    pub(super) fn add_named(
        &mut self,
        item: Item,
        list: List,
        names: &[&str],
        form: &str,
    ) -> ItemIx {
        let ix = ItemIx(self.items.len() as u32);
        for name in names {
            self.names.add(name, list, ix, form);
        }
        self.items.push(item);
        ix
    }

    /// Lets a code mean an item. A code of `items.csv` stays with it, which takes over what the
    /// other item is limited to. False if the code means an item of the same list already.
    pub(super) fn add_code(&mut self, code: String, ix: ItemIx) -> bool {
        let Some(&held) = self.by_code.get(code.as_str()) else {
            self.by_code.insert(code.into(), ix);
            return true;
        };
        let listed = self.items[ix.at()].clone();
        if held.at() >= self.own || ix.at() < self.own {
            return false;
        }
        let own = &mut self.items[held.at()];
        own.limits = std::mem::take(&mut own.limits).and(&listed.limits);
        if listed.national.is_some() {
            (own.class, own.national) = (listed.class, listed.national);
        }
        true
    }

    pub(super) fn national_mut(&mut self, ix: ItemIx) -> &mut National {
        self.items[ix.at()].national.as_mut().expect("an entry of the national list")
    }

    pub fn get(&self, ix: ItemIx) -> &Item {
        &self.items[ix.at()]
    }

    pub fn by_code(&self, code: &str) -> Option<ItemIx> {
        self.by_code.get(code).copied()
    }

    /// What a name means; where several items bear it, `spec` may say which.
    pub fn named(&self, name: &str, spec: Option<&str>) -> Named {
        self.names.find(name, spec)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The entries of the national drug list; without one, none.
    pub fn national_list(&self) -> &[Item] {
        let of_list = self.items[self.own..].iter().take_while(|item| item.code.is_empty());
        &self.items[self.own..self.own + of_list.count()]
    }

    /// The items that have a code.
    pub fn coded(&self) -> impl Iterator<Item = (ItemIx, &Item)> {
        self.iter().filter(|(_, item)| !item.code.is_empty())
    }

    pub fn iter(&self) -> impl Iterator<Item = (ItemIx, &Item)> {
        self.items.iter().enumerate().map(|(i, item)| (ItemIx(i as u32), item))
    }
}

impl ItemIx {
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

fn item(row: &CsvRow, sources: &Sources) -> Result<Item, Problem> {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let age = |column, end| {
        let years = |count| AgeBound { end, count, unit: AgeUnit::Years };
        Ok(row.optional(column, |text| text.parse::<u8>().ok(), AGE)?.map(|n| years(n.into())))
    };
    sources.must_list(row)?;
    let care = row.parts("care", '|').map(CareType::from_word).collect::<Option<Vec<_>>>();
    Ok(Item {
        code: row.read("code", filled, ("国家编码", "a national code"))?.into(),
        kind: row.read("kind", ItemKind::from_word, KIND)?,
        name: row.read("name", filled, ("项目名称", "the name of the item"))?,
        class: row.read("class", ItemClass::from_word, CLASS)?,
        limits: ItemLimits {
            sex: row.optional("sex", Sex::from_word, ("M 或 F", "M or F"))?,
            ages: [age("age_min", AgeEnd::AtLeast)?, age("age_max", AgeEnd::AtMost)?]
                .into_iter()
                .flatten()
                .collect(),
            hospital_tier_min: row.optional("min_hospital_tier", Tier::from_word, TIER)?,
            care: row.read("care", |_| care.clone(), CARE)?,
            other_fund: row.optional("only_fund", OtherFund::from_word, FUND)?,
            days_max: row.optional("max_days", |text| text.parse().ok(), DAYS)?,
            diagnosis: row.parts("diagnosis", '|').map(str::to_ascii_uppercase).collect(),
            ..ItemLimits::default()
        },
        national: None,
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    })
}

const DAYS: (&str, &str) = ("天数", "a number of days");
const FUND: (&str, &str) = ("work_injury 或 maternity", "work_injury or maternity");
pub(super) const KIND: (&str, &str) = (
    "drug、patent、herb、service、bed 或 consumable",
    "drug, patent, herb, service, bed or consumable",
);
const TIER: (&str, &str) = ("1、2 或 3", "1, 2 or 3");
const AGE: (&str, &str) = ("0 到 255 的整数", "a whole number from 0 to 255");
const CARE: (&str, &str) = (
    "inpatient、outpatient、emergency、chronic、pharmacy，用 | 隔开",
    "inpatient, outpatient, emergency, chronic, pharmacy, with | between them",
);
/// The classes of an item, as files write them.
pub(super) const CLASS: (&str, &str) = ("A、B 或 C", "A, B or C");
