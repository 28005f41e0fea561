//! The national item list 医保目录项目: what a code is, and to whom and where it is limited.
//! How an item is paid is each region's catalog ([`super::catalog`]).

use std::collections::HashMap;
use std::path::Path;

use crate::domain::words::{CareType, ItemClass, ItemKind, Sex, Tier};
use crate::flow::Problem;

use super::reading::{CsvRow, DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

/// An item's place in [`Items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIx(pub u32);

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub code: Box<str>,
    pub kind: ItemKind,
    pub name: String,
    pub class: ItemClass,
    pub limits: ItemLimits,
    pub verified: bool,
}

/// The restricted scope 限定支付范围; each part that is given must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLimits {
    pub sex: Option<Sex>,
    /// Full years at admission, both ends included.
    pub age_min: Option<u8>,
    pub age_max: Option<u8>,
    pub hospital_tier_min: Option<Tier>,
    /// Empty: any kind of care.
    pub care: Vec<CareType>,
    /// Paid by work-injury or maternity insurance only.
    pub other_fund: bool,
    /// Payable on so many days of one stay 限支付天数.
    pub days_max: Option<u16>,
    /// ICD-10 prefixes in capitals; empty: any diagnosis.
    pub diagnosis: Vec<String>,
}

/// All items, found by code or by exact name.
#[derive(Clone, Debug, Default)]
pub struct Items {
    items: Vec<Item>,
    by_code: HashMap<Box<str>, ItemIx>,
    /// Only names that a single item bears.
    by_name: HashMap<String, Option<ItemIx>>,
    /// Every row of the file was read; otherwise an unknown code says nothing.
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
    /// Reads `items.csv`: the items that are right; every fault goes to `faults`.
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Items {
        let mut items = Items::default();
        let faults_before = faults.len();
        for row in DataFile::open_csv(data, "items.csv", &COLUMNS, faults) {
            match item(&row, sources) {
                Ok(item) if items.by_code(&item.code).is_none() => items.add(item),
                Ok(_) => {
                    let what = ("同一编码有两行", "two rows have this code");
                    faults.push(row.cell_fault("code", Wrong::twice(what)));
                }
                Err(fault) => faults.push(fault),
            }
        }
        items.is_complete = faults.len() == faults_before;
        items
    }

    fn add(&mut self, item: Item) {
        let ix = ItemIx(self.items.len() as u32);
        self.by_code.insert(item.code.clone(), ix);
        self.by_name.entry(item.name.clone()).and_modify(|held| *held = None).or_insert(Some(ix));
        self.items.push(item);
    }

    pub fn get(&self, ix: ItemIx) -> &Item {
        &self.items[ix.0 as usize]
    }

    pub fn by_code(&self, code: &str) -> Option<ItemIx> {
        self.by_code.get(code).copied()
    }

    /// The one item of exactly that name; none if several bear it.
    pub fn by_name(&self, name: &str) -> Option<ItemIx> {
        self.by_name.get(name).copied().flatten()
    }

    pub fn iter(&self) -> impl Iterator<Item = (ItemIx, &Item)> {
        self.items.iter().enumerate().map(|(i, item)| (ItemIx(i as u32), item))
    }
}

fn item(row: &CsvRow, sources: &Sources) -> Result<Item, Problem> {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let age = |column| row.optional(column, |text| text.parse().ok(), AGE);
    sources.must_list(row)?;
    let care = row.parts("care", '|').map(CareType::from_word).collect::<Option<Vec<_>>>();
    Ok(Item {
        code: row.read("code", filled, ("国家编码", "a national code"))?.into(),
        kind: row.read("kind", ItemKind::from_word, KIND)?,
        name: row.read("name", filled, ("项目名称", "the name of the item"))?,
        class: row.read("class", ItemClass::from_word, CLASS)?,
        limits: ItemLimits {
            sex: row.optional("sex", Sex::from_word, ("M 或 F", "M or F"))?,
            age_min: age("age_min")?,
            age_max: age("age_max")?,
            hospital_tier_min: row.optional("min_hospital_tier", Tier::from_word, TIER)?,
            care: row.read("care", |_| care.clone(), CARE)?,
            other_fund: !row.cell("only_fund").is_empty(),
            days_max: row.optional("max_days", |text| text.parse().ok(), DAYS)?,
            diagnosis: row.parts("diagnosis", '|').map(str::to_ascii_uppercase).collect(),
        },
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    })
}

const DAYS: (&str, &str) = ("天数", "a number of days");
const KIND: (&str, &str) = (
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
