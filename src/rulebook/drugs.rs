//! The national drug list 国家医保药品目录, `drugs.csv` and `drug_standards.csv`, and the codes that
//! official lists name with their limits, `item_limits.csv`.
//!
//! The surprise: official lists name codes by product (硝酸咪康唑栓), the drug list names substances
//! and forms (咪康唑, 栓剂). `drug` in `item_limits.csv` says which entry a product is; a product
//! without it is in no entry, and so of class C.

use std::path::Path;

use crate::domain::UnitPrice;
use crate::domain::dates::Date;
use crate::domain::words::{ItemClass, ItemKind};
use crate::flow::Problem;

use super::drug_names::List;
use super::items::{Item, ItemIx, Items, KIND};
use super::limits::{AgeGroups, ItemLimits, LIMITS};
use super::reading::{CsvRow, DataFile, ISO_DATE, TRUE_OR_FALSE, Wrong, is_true, iso_date};
use super::sources::Sources;

/// What the national list says of a drug, whatever the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct National {
    pub group: DrugGroup,
    /// First and last day of the agreement 协议期 of a negotiated drug.
    pub agreed: Option<(Date, Date)>,
    pub standards: Vec<Standard>,
}

impl National {
    /// Whether the drug is payable on that day at all.
    pub fn is_agreed_on(&self, day: Date) -> bool {
        self.agreed.is_none_or(|(first, last)| first <= day && day <= last)
    }
}

/// Which of a region's rows for all drugs applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrugGroup {
    A,
    B,
    Negotiated,
    Herb,
}

impl DrugGroup {
    pub const ALL: [DrugGroup; 4] =
        [DrugGroup::A, DrugGroup::B, DrugGroup::Negotiated, DrugGroup::Herb];

    /// What stands for the code in a catalog.
    pub fn word(self) -> &'static str {
        match self {
            DrugGroup::A => "drug_A",
            DrugGroup::B => "drug_B",
            DrugGroup::Negotiated => "drug_negotiated",
            DrugGroup::Herb => "herb",
        }
    }

    pub fn from_word(word: &str) -> Option<DrugGroup> {
        DrugGroup::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The class where a catalog gives none.
    pub fn class(self) -> ItemClass {
        match self {
            DrugGroup::A => ItemClass::A,
            DrugGroup::B | DrugGroup::Negotiated | DrugGroup::Herb => ItemClass::B,
        }
    }
}

/// The payment standard 支付标准 of one specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    pub spec: Box<str>,
    /// What the price is for; empty where the source does not say it apart.
    pub unit: Box<str>,
    pub ceiling: UnitPrice,
}

impl Item {
    pub fn has_standards(&self) -> bool {
        self.national.as_ref().is_some_and(|drug| !drug.standards.is_empty())
    }

    /// The payment standard that a line's spec and unit name exactly. A line in another unit (a
    /// box of tablets) has none.
    pub fn standard(&self, spec: Option<&str>, unit: Option<&str>) -> Option<UnitPrice> {
        let standards = &self.national.as_ref()?.standards;
        let (spec, unit) = (spec?, unit?);
        let bare = spec.strip_suffix(unit).and_then(|spec| spec.strip_suffix('/')).unwrap_or(spec);
        let fits = |standard: &&Standard| &*standard.spec == bare && &*standard.unit == unit;
        standards.iter().find(fits).map(|standard| standard.ceiling)
    }
}

const DRUGS: &str = "drugs.csv";
const DRUG_COLUMNS: [&str; 10] = [
    "number",
    "kind",
    "names",
    "form",
    "class",
    "agreed_from",
    "agreed_to",
    "limits",
    "source",
    "verified",
];
const STANDARD_COLUMNS: [&str; 6] = ["drug", "spec", "unit", "ceiling", "source", "verified"];
const LIMIT_COLUMNS: [&str; 7] = ["name", "kind", "drug", "limits", "codes", "source", "verified"];

/// Adds the national list to `items`, where the data have one.
pub fn load(
    data: &Path,
    sources: &Sources,
    groups: &AgeGroups,
    items: &mut Items,
    faults: &mut Vec<Problem>,
) {
    if !data.join(DRUGS).exists() {
        return;
    }
    let mut list = DrugList::default();
    for row in DataFile::open_csv(data, DRUGS, &DRUG_COLUMNS, faults) {
        match drug(&row, list.0.len() + 1, groups, sources) {
            Ok((item, form)) => {
                let names: Vec<&str> = row.parts("names", '|').collect();
                list.0.push(Some(items.add_named(item, List::NationalDrugs, &names, &form)));
            }
            Err(fault) => {
                faults.push(fault);
                list.0.push(None);
            }
        }
    }
    let list = &list;
    for row in DataFile::open_csv(data, "drug_standards.csv", &STANDARD_COLUMNS, faults) {
        let added = standard(&row, list, sources).and_then(|(ix, standard)| {
            let Some(ix) = ix else { return Ok(()) };
            let standards = &mut items.national_mut(ix).standards;
            if standards.iter().any(|s| s.spec == standard.spec && s.unit == standard.unit) {
                let what = ("同一规格有两个支付标准", "a specification has two standards");
                return Err(row.cell_fault("spec", Wrong::twice(what)));
            }
            standards.push(standard);
            Ok(())
        });
        faults.extend(added.err());
    }
    for row in DataFile::open_csv(data, "item_limits.csv", &LIMIT_COLUMNS, faults) {
        match limited(&row, list, groups, sources, items) {
            Ok(item) => add_limited(&row, item, items, faults),
            Err(fault) => faults.push(fault),
        }
    }
}

/// Where the drugs of the national list stand among the items, number 1 first; none for an entry
/// with a fault, which is told already.
#[derive(Debug, Default)]
struct DrugList(Vec<Option<ItemIx>>);

impl DrugList {
    fn at(&self, number: &str) -> Option<Option<ItemIx>> {
        let number: usize = number.parse().ok()?;
        self.0.get(number.checked_sub(1)?).copied()
    }
}

/// One entry of the list. Entries are numbered from 1 without a gap, so that a number is a place.
fn drug(
    row: &CsvRow,
    number: usize,
    groups: &AgeGroups,
    sources: &Sources,
) -> Result<(Item, String), Problem> {
    sources.must_list(row)?;
    let in_order = |text: &str| text.parse().ok().filter(|given: &usize| *given == number);
    row.read(
        "number",
        in_order,
        (&format!("{number}（依次编号）"), &format!("{number}, in order")),
    )?;
    let kind = row.read("kind", ItemKind::from_word, KIND)?;
    let first_name = |text: &str| text.split('|').next().filter(|n| !n.is_empty()).map(Into::into);
    let class = row.optional("class", ItemClass::from_word, super::items::CLASS)?;
    let from = row.optional("agreed_from", iso_date, ISO_DATE)?;
    let not_before = |text: &str| iso_date(text).filter(|to| from.is_some_and(|from| from <= *to));
    let agreed = match (from, row.cell("agreed_to")) {
        (None, "") => None,
        _ => {
            let last = ("协议最后一天，不早于 agreed_from", "the last day, not before agreed_from");
            from.zip(Some(row.read("agreed_to", not_before, last)?))
        }
    };
    let group = match (kind, class) {
        (ItemKind::Herb, None | Some(ItemClass::C)) => DrugGroup::Herb,
        (_, Some(ItemClass::A)) if agreed.is_none() => DrugGroup::A,
        (_, Some(ItemClass::B)) if agreed.is_none() => DrugGroup::B,
        (_, Some(ItemClass::B)) => DrugGroup::Negotiated,
        _ => row.read("class", |_| None, DRUG_CLASS)?,
    };
    let item = Item {
        code: "".into(),
        kind,
        name: row.read("names", first_name, ("名称", "a name"))?,
        class: class.unwrap_or_else(|| group.class()),
        limits: limits(row, groups)?,
        national: Some(National { group, agreed, standards: Vec::new() }),
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    };
    Ok((item, row.cell("form").to_owned()))
}

fn limits(row: &CsvRow, groups: &AgeGroups) -> Result<ItemLimits, Problem> {
    row.read("limits", |text| ItemLimits::parse(text, groups), LIMITS)
}

fn standard(
    row: &CsvRow,
    list: &DrugList,
    sources: &Sources,
) -> Result<(Option<ItemIx>, Standard), Problem> {
    sources.must_list(row)?;
    row.read("verified", is_true, TRUE_OR_FALSE)?;
    let ix = row.read("drug", |text| list.at(text), NUMBER)?;
    let filled = |text: &str| (!text.is_empty()).then(|| text.into());
    let standard = Standard {
        spec: row.read("spec", filled, ("规格", "a specification"))?,
        unit: row.cell("unit").into(),
        ceiling: row.read("ceiling", UnitPrice::parse, super::catalog::PRICE)?,
    };
    Ok((ix, standard))
}

/// A row of `item_limits.csv` as an item: its own limits and those of the drug it is.
fn limited(
    row: &CsvRow,
    list: &DrugList,
    groups: &AgeGroups,
    sources: &Sources,
    items: &Items,
) -> Result<Item, Problem> {
    sources.must_list(row)?;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let own = limits(row, groups)?;
    let drug = row.optional("drug", |text| list.at(text), NUMBER)?;
    let drug = drug.flatten().map(|ix| items.get(ix));
    let codes = row.cell("codes");
    let first = codes_of(codes).and_then(|codes| codes.into_iter().next());
    Ok(Item {
        code: row.read("codes", |_| first.clone(), CODES)?.into(),
        kind: row.read("kind", ItemKind::from_word, KIND)?,
        name: row.read("name", filled, ("项目名称", "the name of the item"))?,
        class: drug.map_or(ItemClass::C, |drug| drug.class),
        limits: drug.map_or_else(|| own.clone(), |drug| own.clone().and(&drug.limits)),
        national: drug.and_then(|drug| drug.national.clone()),
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    })
}

fn add_limited(row: &CsvRow, item: Item, items: &mut Items, faults: &mut Vec<Problem>) {
    let list = match item.kind {
        ItemKind::Drug | ItemKind::Patent | ItemKind::Herb => List::LimitedDrugs,
        ItemKind::Service | ItemKind::Bed | ItemKind::Consumable => List::LimitedServices,
    };
    let name = item.name.clone();
    let ix = items.add_named(item, list, &[&name], "");
    for code in codes_of(row.cell("codes")).into_iter().flatten() {
        if !items.add_code(code, ix) {
            let what = ("同一编码有两行", "two rows have this code");
            faults.push(row.cell_fault("name", Wrong::twice(what)));
        }
    }
}

/// `XG04BEX006A001:010107360 010207360;XG04BEX006A002:…`: a stem with the endings of its codes,
/// or whole codes.
fn codes_of(text: &str) -> Option<Vec<String>> {
    let mut codes = Vec::new();
    for group in text.split(';').map(str::trim) {
        let (stem, endings) = group.split_once(':').unwrap_or(("", group));
        let before = codes.len();
        codes.extend(endings.split_whitespace().map(|ending| format!("{stem}{ending}")));
        if codes.len() == before {
            return None;
        }
    }
    Some(codes)
}

const NUMBER: (&str, &str) = ("drugs.csv 中的 number", "a number of drugs.csv");
const CODES: (&str, &str) =
    ("编码，或 词干:后缀 后缀，用 ; 隔开", "codes, or stem:ending ending, with ; between them");
const DRUG_CLASS: (&str, &str) = (
    "A 或 B；有协议期的只能是 B；饮片留空，不予支付的写 C",
    "A or B; with an agreement B only; empty for herbs, C for those never payable",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_stem_with_endings_or_stand_alone() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let codes = codes_of(text);
            assert_eq!(
                codes.as_deref().map(|c| c.iter().map(|c| &**c).collect()),
                expected.map(<[&str]>::to_vec),
                "{text}"
            );
        };
        check("X1:01 02;X2:03", Some(&["X101", "X102", "X203"]));
        check("002101030280000", Some(&["002101030280000"]));
        check("X1:", None);
        check("", None);
    }

    #[test]
    fn a_standard_is_tied_to_spec_and_unit_exactly() {
        let standard = Standard {
            spec: "10mg".into(),
            unit: "支".into(),
            ceiling: UnitPrice::parse("63.00").expect("a price"),
        };
        let national =
            National { group: DrugGroup::Negotiated, agreed: None, standards: vec![standard] };
        let item = Item {
            code: "".into(),
            kind: ItemKind::Drug,
            name: "某药".into(),
            class: ItemClass::B,
            limits: ItemLimits::default(),
            national: Some(national),
            verified: false,
        };
        for (spec, unit, is_tied) in [
            (Some("10mg"), Some("支"), true),
            (Some("10mg/支"), Some("支"), true),
            (Some("10mg"), Some("盒"), false),
            (Some("10mg/支"), None, false),
            (Some("10mg*5"), Some("支"), false),
            (None, Some("支"), false),
        ] {
            assert_eq!(item.standard(spec, unit).is_some(), is_tied, "{spec:?} {unit:?}");
        }
    }
}
