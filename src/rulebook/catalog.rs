//! A region's catalog 医保目录: class, first pay and price ceilings of each item, by day.
//!
//! The surprise: an item that stands in the national list but not in the region's catalog is not
//! payable there; the national list only says what a code is.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::{ItemClass, Tier};
use crate::domain::{Rate, RegionCode, Timeline, UnitPrice};
use crate::flow::Problem;

use super::items::{ItemIx, Items};
use super::reading::{DataFile, iso_date};

/// How one item is paid in one region for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    pub class: ItemClass,
    /// What the person pays first 先行自付; 0 for class A.
    pub first_pay: Rate,
    /// Price ceilings by hospital tier 1, 2, 3; for beds per day.
    pub ceilings: [Option<UnitPrice>; 3],
    pub verified: bool,
}

impl CatalogEntry {
    /// The ceiling at a hospital of that tier; a hospital without a tier counts as tier 1.
    pub fn ceiling(&self, tier: Option<Tier>) -> Option<UnitPrice> {
        match tier {
            Some(Tier::Three) => self.ceilings[2],
            Some(Tier::Two) => self.ceilings[1],
            Some(Tier::One) | None => self.ceilings[0],
        }
    }
}

/// The catalog of one region.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub region: RegionCode,
    entries: HashMap<ItemIx, Timeline<CatalogEntry>>,
    local_codes: HashMap<String, ItemIx>,
    /// Days on which anything changes, ascending.
    changes: Vec<Date>,
    pub unverified: usize,
}

/// An item as a bill line named it, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundItem {
    pub item: ItemIx,
    pub found_by: &'static str,
}

const COLUMNS: [&str; 12] = [
    "code",
    "local_code",
    "class",
    "first_pay",
    "ceiling_tier1",
    "ceiling_tier2",
    "ceiling_tier3",
    "from",
    "to",
    "source",
    "verified",
    "note",
];

/// A catalog row before rows of one item are joined.
struct Row {
    line: u32,
    item: ItemIx,
    from: Date,
    to: Option<Date>,
    entry: CatalogEntry,
}

impl Catalog {
    pub fn load(data: &Path, region: RegionCode, items: &Items) -> Result<Catalog, Vec<Problem>> {
        let name = format!("regions/{region}/catalog.csv");
        let file = DataFile::open(data, &name).map_err(|problem| vec![problem])?;
        let mut faults = Vec::new();
        let mut rows = Vec::new();
        let mut local_codes = HashMap::new();
        for (line, record) in file.csv(&COLUMNS, &mut faults) {
            match row(&file, line, &record, items) {
                Ok(row) => {
                    if !record[1].is_empty() {
                        local_codes.insert(record[1].to_owned(), row.item);
                    }
                    rows.push(row);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let mut changes: Vec<Date> =
            rows.iter().flat_map(|row| [Some(row.from), row.to]).flatten().collect();
        changes.sort_unstable();
        changes.dedup();
        let unverified = rows.iter().filter(|row| !row.entry.verified).count();
        let entries = join(&file, rows, items, &mut faults);
        if faults.is_empty() {
            Ok(Catalog { region, entries, local_codes, changes, unverified })
        } else {
            Err(faults)
        }
    }

    /// National code, then the region's own code, then the exact name.
    pub fn find(
        &self,
        items: &Items,
        national: Option<&str>,
        local: Option<&str>,
        name: &str,
    ) -> Option<FoundItem> {
        let found = |item, found_by| FoundItem { item, found_by };
        let by_code = national.and_then(|code| {
            let listed = items.by_code(code).map(|item| found(item, "national_code"));
            listed.or_else(|| self.local_codes.get(code).map(|&item| found(item, "local_code")))
        });
        let by_local = || {
            local.and_then(|code| self.local_codes.get(code)).map(|&item| found(item, "local_code"))
        };
        by_code.or_else(by_local).or_else(|| items.by_name(name).map(|item| found(item, "name")))
    }

    pub fn entry(&self, item: ItemIx, day: Date) -> Option<&CatalogEntry> {
        self.entries.get(&item)?.on(day).value()
    }

    /// `440300@2024-01-01`: the region and the last change up to that day.
    pub fn version(&self, day: Date) -> String {
        let after = self.changes.partition_point(|change| *change <= day);
        match after.checked_sub(1).map(|last| self.changes[last]) {
            Some(since) => format!("{}@{since}", self.region),
            None => format!("{}@", self.region),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn join(
    file: &DataFile,
    rows: Vec<Row>,
    items: &Items,
    faults: &mut Vec<Problem>,
) -> HashMap<ItemIx, Timeline<CatalogEntry>> {
    let mut by_item: HashMap<ItemIx, Vec<Row>> = HashMap::new();
    for row in rows {
        by_item.entry(row.item).or_default().push(row);
    }
    let mut entries = HashMap::with_capacity(by_item.len());
    for (item, rows) in by_item {
        let lines: Vec<u32> = rows.iter().map(|row| row.line).collect();
        match Timeline::new(rows.into_iter().map(|row| (row.from, row.to, row.entry)).collect()) {
            Ok(timeline) => {
                entries.insert(item, timeline);
            }
            Err(overlaps) => faults.extend(overlaps.into_iter().map(|overlap| {
                let code = &items.get(item).code;
                let other = lines[overlap.earlier];
                let expected = format!("与第 {other} 行不重叠的日期 dates clear of line {other}");
                file.cell_fault(lines[overlap.later], "from", code, &expected)
            })),
        }
    }
    faults.sort_by_key(|fault| fault.place.row);
    entries
}

fn row(
    file: &DataFile,
    line: u32,
    record: &csv::StringRecord,
    items: &Items,
) -> Result<Row, Problem> {
    let cell = |column: &str| {
        let place = COLUMNS.iter().position(|&c| c == column).unwrap_or(COLUMNS.len());
        record.get(place).unwrap_or_default().trim()
    };
    let fault =
        |column: &str, expected: &str| file.cell_fault(line, column, cell(column), expected);
    let item = items
        .by_code(cell("code"))
        .ok_or_else(|| fault("code", "items.csv 中的编码 a code of items.csv"))?;
    let class = match cell("class") {
        "" => items.get(item).class,
        word => ItemClass::from_word(word).ok_or_else(|| fault("class", "A / B / C"))?,
    };
    let first_pay = match (class, cell("first_pay")) {
        (ItemClass::A, "" | "0") | (ItemClass::C, "") => Rate::ZERO,
        (_, text) => Rate::parse(text)
            .map_err(|_| fault("first_pay", "0.10（乙类必填 class B needs one）"))?,
    };
    let price = |column: &str| match cell(column) {
        "" => Ok(None),
        text => UnitPrice::parse(text).map(Some).ok_or_else(|| fault(column, "12.50")),
    };
    let to = match cell("to") {
        "" => None,
        text => Some(iso_date(text).ok_or_else(|| fault("to", "2024-01-01"))?),
    };
    let from = iso_date(cell("from")).ok_or_else(|| fault("from", "2023-01-01"))?;
    if to.is_some_and(|to| to <= from) {
        return Err(fault("to", "晚于 from 的日期 a day after from"));
    }
    Ok(Row {
        line,
        item,
        from,
        to,
        entry: CatalogEntry {
            class,
            first_pay,
            ceilings: [price("ceiling_tier1")?, price("ceiling_tier2")?, price("ceiling_tier3")?],
            verified: cell("verified") == "true",
        },
    })
}
