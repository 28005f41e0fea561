//! A region's catalog 医保目录: class, first pay and price ceilings of each item, by day.
//!
//! The surprise: drugs are national. A drug of the national list is payable in every region that
//! says how drugs of its group are (`drug_B` instead of a code), unless a row of its own says
//! otherwise. A service that is not in the region's catalog is not payable there.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::{ItemClass, Tier};
use crate::domain::{Rate, RegionCode, Timeline, UnitPrice, Version};
use crate::flow::Problem;

use super::drug_names::Named;
use super::drugs::{DrugGroup, National};
use super::items::{CLASS, ItemIx, Items};
use super::reading::{CsvRow, DataFile, ISO_DATE, TRUE_OR_FALSE, Wrong, is_true, iso_date};
use super::sources::Sources;
use super::special::{Line, Special, Specials};

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

/// What a catalog asks of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub first_pay: Rate,
    pub ceiling: Option<UnitPrice>,
}

/// The catalog of one region.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub region: RegionCode,
    /// By item.
    places: Vec<Shelf>,
    entries: Vec<Timeline<CatalogEntry>>,
    /// For the drugs of each group that have no row of their own.
    groups: [Timeline<CatalogEntry>; 4],
    local_codes: HashMap<String, ItemIx>,
    specials: Specials,
    /// Days on which anything changes, ascending.
    changes: Vec<Date>,
    /// Rows of the file, and how many of them nobody compared with a source.
    pub rows: usize,
    pub unverified: usize,
}

/// Where one item's entries stand.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    /// Its place in [`Catalog::entries`].
    own: Option<u32>,
    group: Option<DrugGroup>,
    agreed: Option<(Date, Date)>,
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

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum About {
    Item(ItemIx),
    Group(DrugGroup),
}

/// A catalog row before rows of one item are joined.
struct Row {
    written: CsvRow,
    about: About,
    from: Date,
    to: Option<Date>,
    entry: CatalogEntry,
}

impl Catalog {
    /// Reads `regions/<code>/catalog.csv` and `special.csv`. Codes are only held against `items`
    /// when those are complete.
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
            let code = written.cell("code");
            let group = DrugGroup::from_word(code).map(About::Group);
            let Some(about) = group.or_else(|| items.by_code(code).map(About::Item)) else {
                if items.is_complete {
                    faults.push(unlisted(&written));
                }
                continue;
            };
            let class = match about {
                About::Item(item) => items.get(item).class,
                About::Group(group) => group.class(),
            };
            match entry(&written, class, sources) {
                Ok((from, to, entry)) => {
                    faults.extend(local_code(&written, about, &mut local_codes).err());
                    rows.push(Row { written, about, from, to, entry });
                }
                Err(fault) => faults.push(fault),
            }
        }
        let specials = Specials::load(data, region, items, sources, &mut faults);
        let mut changes: Vec<Date> =
            rows.iter().flat_map(|row| [Some(row.from), row.to]).flatten().collect();
        changes.extend(specials.changes());
        changes.sort_unstable();
        changes.dedup();
        let unverified = rows.iter().filter(|row| !row.entry.verified).count();
        let mut catalog = Catalog {
            region,
            places: items.iter().map(|(_, item)| Shelf::of(item.national.as_ref())).collect(),
            entries: Vec::new(),
            groups: Default::default(),
            local_codes,
            changes,
            rows: rows.len() + specials.rows,
            unverified: unverified + specials.unverified,
            specials,
        };
        catalog.shelve(rows, &mut faults);
        if faults.is_empty() {
            Ok(catalog)
        } else {
            faults.sort_by_key(|fault| fault.place.row);
            Err(faults)
        }
    }

    /// Joins the rows of each item and of each group.
    fn shelve(&mut self, rows: Vec<Row>, faults: &mut Vec<Problem>) {
        let mut by_item: HashMap<About, Vec<Row>> = HashMap::new();
        for row in rows {
            by_item.entry(row.about).or_default().push(row);
        }
        for (about, rows) in by_item {
            let dated = rows.iter().map(|row| (row.from, row.to, row.entry)).collect();
            match (Timeline::new(dated), about) {
                (Ok(timeline), About::Item(item)) => {
                    self.places[item.at()].own = Some(self.entries.len() as u32);
                    self.entries.push(timeline);
                }
                (Ok(timeline), About::Group(group)) => self.groups[group as usize] = timeline,
                (Err(overlaps), _) => faults.extend(overlaps.into_iter().map(|overlap| {
                    overlapping(&rows[overlap.later].written, rows[overlap.earlier].written.line)
                })),
            }
        }
    }

    /// National code, then the region's own code, then the name. A bill's lines are found in
    /// tables made of the same three looks.
    pub fn find(
        &self,
        items: &Items,
        national: Option<&str>,
        local: Option<&str>,
        name: &str,
    ) -> Option<FoundItem> {
        let by_code = |code: &str| {
            let listed = items.by_code(code).map(FoundItem::by_national_code);
            listed.or_else(|| self.by_local_code(code))
        };
        national
            .and_then(by_code)
            .or_else(|| local.and_then(|code| self.by_local_code(code)))
            .or_else(|| FoundItem::named(items.named(name, None)))
    }

    /// The item that the region's own code means.
    pub fn by_local_code(&self, code: &str) -> Option<FoundItem> {
        self.local_codes.get(code).copied().map(FoundItem::by_local_code)
    }

    /// How an item is paid on a day: by its own row, else as the drugs of its group, within the
    /// days of its agreement.
    pub fn entry(&self, item: ItemIx, day: Date) -> Option<&CatalogEntry> {
        let shelf = self.places[item.at()];
        if shelf.agreed.is_some_and(|(first, last)| day < first || last < day) {
            return None;
        }
        let own = shelf.own.and_then(|own| self.entries[own as usize].on(day).value());
        own.or_else(|| self.groups[shelf.group? as usize].on(day).value())
    }

    /// What the catalog asks of a line for an item that has this entry.
    pub fn terms(&self, item: ItemIx, entry: &CatalogEntry, line: &Line) -> Terms {
        let special: Option<&Special> = self.specials.of(item, line);
        Terms {
            first_pay: special.and_then(|special| special.first_pay).unwrap_or(entry.first_pay),
            ceiling: special
                .and_then(|special| special.ceiling)
                .or_else(|| entry.ceiling(line.tier)),
        }
    }

    /// The first day of which it says anything.
    pub fn begins(&self) -> Option<Date> {
        self.changes.first().copied()
    }

    /// `440300@2024-01-01`: the region and the last change up to that day.
    pub fn version(&self, day: Date) -> Version {
        let after = self.changes.partition_point(|change| *change <= day);
        let since = after.checked_sub(1).map(|last| self.changes[last]);
        Version { region: self.region, since }
    }
}

impl FoundItem {
    pub fn by_national_code(item: ItemIx) -> FoundItem {
        FoundItem { item, found_by: "national_code" }
    }

    pub fn by_local_code(item: ItemIx) -> FoundItem {
        FoundItem { item, found_by: "local_code" }
    }

    /// None if no item, or more than one, bears the name.
    pub fn named(named: Named) -> Option<FoundItem> {
        match named {
            Named::One { item, found_by } => Some(FoundItem { item, found_by }),
            Named::Several | Named::Nothing => None,
        }
    }
}

impl Shelf {
    fn of(national: Option<&National>) -> Shelf {
        Shelf {
            own: None,
            group: national.map(|national| national.group),
            agreed: national.and_then(|national| national.agreed),
        }
    }
}

/// Notes the region's own code of a row's item.
fn local_code(
    row: &CsvRow,
    about: About,
    known: &mut HashMap<String, ItemIx>,
) -> Result<(), Problem> {
    let local = row.cell("local_code");
    let About::Item(item) = about else { return Ok(()) };
    if local.is_empty() || *known.entry(local.to_owned()).or_insert(item) == item {
        return Ok(());
    }
    let what = ("同一地方编码指两个项目", "the local code means two items");
    Err(row.cell_fault("local_code", Wrong::twice(what)))
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
    let (from, to) = dates(row)?;
    sources.must_list(row)?;
    let entry = CatalogEntry {
        class,
        first_pay,
        ceilings: [ceiling("ceiling_tier1")?, ceiling("ceiling_tier2")?, ceiling("ceiling_tier3")?],
        verified: row.read("verified", is_true, TRUE_OR_FALSE)?,
    };
    Ok((from, to, entry))
}

/// `from` and `to` of a row.
pub(super) fn dates(row: &CsvRow) -> Result<(Date, Option<Date>), Problem> {
    let from = row.read("from", iso_date, ISO_DATE)?;
    let to = row.optional("to", iso_date, ISO_DATE)?;
    if to.is_some_and(|to| to <= from) {
        return Err(row.cell_fault("to", ends_too_soon()));
    }
    Ok((from, to))
}

pub(super) const FIRST_PAY: (&str, &str) = (
    "0 到 1 的比例，如 0.10（乙类必填）",
    "a ratio from 0 to 1 such as 0.10 (class B must have one)",
);
pub(super) const PRICE: (&str, &str) = ("金额（元），如 12.50", "yuan, such as 12.50");

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

pub(super) fn unlisted(row: &CsvRow) -> Problem {
    let what = ("没有项目用这个编码", "no item has this code");
    let hint = ("核对国家编码，或先在 items.csv 中补上", "check it, or add it to items.csv first");
    row.cell_fault("code", Wrong::new("data-value", what, hint))
}

pub(super) fn overlapping(row: &CsvRow, earlier_line: u32) -> Problem {
    let zh = format!("与第 {earlier_line} 行同一项目的日期重叠");
    let en = format!("the same item has a price on these days on line {earlier_line} already");
    let hint_zh = format!("给第 {earlier_line} 行写上 to，不晚于本行的 from");
    let hint_en = format!("end line {earlier_line} with a `to` no later than this `from`");
    row.cell_fault("from", Wrong::new("data-overlap", (&zh, &en), (&hint_zh, &hint_en)))
}
