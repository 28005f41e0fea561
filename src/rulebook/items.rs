//! The national item list 医保目录项目: what a code is, and to whom and where it is limited.
//! How an item is paid is each region's catalog ([`super::catalog`]).

use std::collections::HashMap;
use std::path::Path;

use crate::domain::words::{CareType, ItemClass, ItemKind, Sex, Tier};
use crate::flow::Problem;

use super::reading::DataFile;

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
    pub source: String,
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
    pub fn load(data: &Path) -> Result<Items, Vec<Problem>> {
        let file = DataFile::open(data, "items.csv").map_err(|problem| vec![problem])?;
        let mut faults = Vec::new();
        let mut items = Items::default();
        for (line, record) in file.csv(&COLUMNS, &mut faults) {
            match item(&file, line, &record) {
                Ok(item) => {
                    if let Err(twice) = items.add(item) {
                        faults.push(file.cell_fault(
                            line,
                            "code",
                            &twice,
                            "每个编码一行 one row a code",
                        ));
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(items) } else { Err(faults) }
    }

    fn add(&mut self, item: Item) -> Result<(), String> {
        let ix = ItemIx(self.items.len() as u32);
        if self.by_code.insert(item.code.clone(), ix).is_some() {
            return Err(item.code.into());
        }
        self.by_name.entry(item.name.clone()).and_modify(|held| *held = None).or_insert(Some(ix));
        self.items.push(item);
        Ok(())
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

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

fn item(file: &DataFile, line: u32, record: &csv::StringRecord) -> Result<Item, Problem> {
    let cell = |column: &str| {
        let place = COLUMNS.iter().position(|&c| c == column).unwrap_or(COLUMNS.len());
        record.get(place).unwrap_or_default().trim()
    };
    let fault =
        |column: &str, expected: &str| file.cell_fault(line, column, cell(column), expected);
    let number = |column: &str| match cell(column) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| fault(column, "0…255")),
    };
    let days = match cell("max_days") {
        "" => None,
        text => Some(text.parse().map_err(|_| fault("max_days", "天数 a number of days"))?),
    };
    let care = cell("care")
        .split('|')
        .filter(|word| !word.is_empty())
        .map(|word| CareType::from_word(word).ok_or_else(|| fault("care", "inpatient|emergency…")))
        .collect::<Result<Vec<_>, _>>()?;
    let sex = match cell("sex") {
        "" => None,
        word => Some(Sex::from_word(word).ok_or_else(|| fault("sex", "M / F"))?),
    };
    let tier = match cell("min_hospital_tier") {
        "" => None,
        word => Some(Tier::from_word(word).ok_or_else(|| fault("min_hospital_tier", "2 / 3"))?),
    };
    if cell("code").is_empty() || cell("name").is_empty() {
        return Err(fault("code", "编码和名称 code and name"));
    }
    Ok(Item {
        code: cell("code").into(),
        kind: ItemKind::from_word(cell("kind")).ok_or_else(|| fault("kind", "drug, service, …"))?,
        name: cell("name").to_owned(),
        class: ItemClass::from_word(cell("class")).ok_or_else(|| fault("class", "A / B / C"))?,
        limits: ItemLimits {
            sex,
            age_min: number("age_min")?,
            age_max: number("age_max")?,
            hospital_tier_min: tier,
            care,
            other_fund: !cell("only_fund").is_empty(),
            days_max: days,
            diagnosis: cell("diagnosis")
                .split('|')
                .filter(|prefix| !prefix.is_empty())
                .map(str::to_ascii_uppercase)
                .collect(),
        },
        source: cell("source").to_owned(),
        verified: cell("verified") == "true",
    })
}
