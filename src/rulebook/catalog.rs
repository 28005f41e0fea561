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

use super::items::{CLASS, ItemIx, Items};
use super::reading::{CsvRow, DataFile, ISO_DATE, TRUE_OR_FALSE, Wrong, is_true, iso_date};
use super::sources::Sources;

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
    /// The ceiling at a hospital of that tier. There is none to apply where the tier is not known.
    pub fn ceiling(&self, tier: Option<Tier>) -> Option<UnitPrice> {
        match tier? {
            Tier::One => self.ceilings[0],
            Tier::Two => self.ceilings[1],
            Tier::Three => self.ceilings[2],
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
    /// Rows of the file, and how many of them nobody compared with a source.
    pub rows: usize,
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
    written: CsvRow,
    item: ItemIx,
    from: Date,
    to: Option<Date>,
    entry: CatalogEntry,
}

impl Catalog {
    /// Reads `regions/<code>/catalog.csv`. Codes are only held against `items` when those are
    /// complete.
    pub fn load(
        data: &Path,
        region: RegionCode,
        items: &Items,
        sources: &Sources,
    ) -> Result<Catalog, Vec<Problem>> {
        let name = format!("regions/{region}/catalog.csv");
        let mut faults = Vec::new();
        let mut rows = Vec::new();
        let mut local_codes = HashMap::new();
        for written in DataFile::open_csv(data, &name, &COLUMNS, &mut faults) {
            let Some(item) = items.by_code(written.cell("code")) else {
                if items.is_complete {
                    faults.push(unlisted(&written));
                }
                continue;
            };
            match entry(&written, items.get(item).class, sources) {
                Ok((from, to, entry)) => {
                    let local = written.cell("local_code");
                    let known = (!local.is_empty())
                        .then(|| local_codes.insert(local.to_owned(), item))
                        .flatten();
                    if known.is_some_and(|known| known != item) {
                        let what = ("同一地方编码指两个项目", "the local code means two items");
                        faults.push(written.cell_fault("local_code", Wrong::twice(what)));
                    }
                    rows.push(Row { written, item, from, to, entry });
                }
                Err(fault) => faults.push(fault),
            }
        }
        let mut changes: Vec<Date> =
            rows.iter().flat_map(|row| [Some(row.from), row.to]).flatten().collect();
        changes.sort_unstable();
        changes.dedup();
        let (rows_read, unverified) =
            (rows.len(), rows.iter().filter(|row| !row.entry.verified).count());
        let entries = join(rows, &mut faults);
        if faults.is_empty() {
            Ok(Catalog { region, entries, local_codes, changes, rows: rows_read, unverified })
        } else {
            faults.sort_by_key(|fault| fault.place.row);
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
}

fn join(rows: Vec<Row>, faults: &mut Vec<Problem>) -> HashMap<ItemIx, Timeline<CatalogEntry>> {
    let mut by_item: HashMap<ItemIx, Vec<Row>> = HashMap::new();
    for row in rows {
        by_item.entry(row.item).or_default().push(row);
    }
    let mut entries = HashMap::with_capacity(by_item.len());
    for (item, rows) in by_item {
        match Timeline::new(rows.iter().map(|row| (row.from, row.to, row.entry)).collect()) {
            Ok(timeline) => {
                entries.insert(item, timeline);
            }
            Err(overlaps) => faults.extend(overlaps.into_iter().map(|overlap| {
                overlapping(&rows[overlap.later].written, rows[overlap.earlier].written.line)
            })),
        }
    }
    entries
}

/// What a row says of its item, and from when to when.
fn entry(
    row: &CsvRow,
    class_of_item: ItemClass,
    sources: &Sources,
) -> Result<(Date, Option<Date>, CatalogEntry), Problem> {
    let class = row.optional("class", ItemClass::from_word, CLASS)?.unwrap_or(class_of_item);
    let first_pay = match (class, row.cell("first_pay")) {
        (ItemClass::A, "" | "0") | (ItemClass::C, "") => Rate::ZERO,
        _ => row.read("first_pay", |text| Rate::parse(text).ok(), FIRST_PAY)?,
    };
    let ceiling = |column| row.optional(column, UnitPrice::parse, PRICE);
    let from = row.read("from", iso_date, ISO_DATE)?;
    let to = row.optional("to", iso_date, ISO_DATE)?;
    if to.is_some_and(|to| to <= from) {
        return Err(row.cell_fault("to", ends_too_soon()));
    }
    sources.must_list(row)?;
    let entry = CatalogEntry {
        class,
        first_pay,
        ceilings: [ceiling("ceiling_tier1")?, ceiling("ceiling_tier2")?, ceiling("ceiling_tier3")?],
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    };
    Ok((from, to, entry))
}

const FIRST_PAY: (&str, &str) = (
    "0 到 1 的比例，如 0.10（乙类必填）",
    "a ratio from 0 to 1 such as 0.10 (class B must have one)",
);
const PRICE: (&str, &str) = ("金额（元），如 12.50", "yuan, such as 12.50");

/// The end of a rule or price, which is its first day without it.
pub(super) fn ends_too_soon() -> Wrong {
    Wrong::new(
        "data-contradiction",
        ("to 不晚于 from", "`to` is not after `from`"),
        (
            "to 写失效的第一天（不含该日），或留空",
            "`to` is the first day without it; or leave it out",
        ),
    )
}

fn unlisted(row: &CsvRow) -> Problem {
    let what = ("items.csv 中没有这个编码", "the code is not in items.csv");
    let hint = ("核对国家编码，或先在 items.csv 中补上", "check it, or add it to items.csv first");
    row.cell_fault("code", Wrong::new("data-value", what, hint))
}

fn overlapping(row: &CsvRow, earlier_line: u32) -> Problem {
    let zh = format!("与第 {earlier_line} 行同一项目的日期重叠");
    let en = format!("the same item has a price on these days on line {earlier_line} already");
    let hint_zh = format!("给第 {earlier_line} 行写上 to，不晚于本行的 from");
    let hint_en = format!("end line {earlier_line} with a `to` no later than this `from`");
    row.cell_fault("from", Wrong::new("data-overlap", (&zh, &en), (&hint_zh, &hint_en)))
}
