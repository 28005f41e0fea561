//! How items may be charged 收费规则: what contains what, `duplicate_charges.csv`, and how often,
//! `frequencies.csv`. Both are official lists; what breaks them is told by detectors.
//!
//! The surprise: the lists name far more items than the catalogs pay, so they know their items by
//! code and name themselves.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::words::words;
use crate::flow::Problem;

use super::charge_kinds::ChargeKinds;
use super::reading::{CsvRow, DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

/// A place in [`Usage`]'s items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsageIx(pub u16);

words! {
    /// Within what a contained item may not be charged beside the one that contains it.
    Window {
        Day = "day", "同一天";
        // One visit or stay 单次就诊.
        Visit = "visit", "单次就诊";
        SixHours = "6h", "6小时内";
        OneHour = "1h", "1小时内";
    }
}

words! {
    /// What a limit counts.
    CountedUnit {
        Day = "day", "日";
        Hour = "hour", "小时";
        Time = "time", "次";
    }
}

/// An item that the lists name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageItem {
    pub code: Box<str>,
    pub name: Box<str>,
    pub includes: Vec<Included>,
    pub frequency: Option<Frequency>,
}

/// What an item contains already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    pub item: UsageIx,
    pub window: Window,
    /// The words of the official item content 项目内涵 that say so.
    pub content: Box<str>,
}

/// How much of an item may be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    pub most: u32,
    pub unit: CountedUnit,
    /// 1: on each calendar day. Otherwise the fewest days between two charges.
    pub window_days: u16,
}

/// Both lists, and the kinds of charges.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    items: Vec<UsageItem>,
    by_code: HashMap<Box<str>, UsageIx>,
    /// A name of several items means none of them.
    by_name: HashMap<Box<str>, Option<UsageIx>>,
    pub kinds: ChargeKinds,
}

const CHARGES: &str = "duplicate_charges.csv";
const CHARGE_COLUMNS: [&str; 9] = [
    "item",
    "item_name",
    "included",
    "included_name",
    "window",
    "content",
    "batch",
    "source",
    "verified",
];
const FREQUENCIES: &str = "frequencies.csv";
const FREQUENCY_COLUMNS: [&str; 9] =
    ["item", "item_name", "most", "unit", "window_days", "basis", "batch", "source", "verified"];

impl Usage {
    /// Reads the three lists; every fault goes to `faults`.
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> Usage {
        let mut usage = Usage { kinds: ChargeKinds::load(data, sources, faults), ..<_>::default() };
        for row in DataFile::open_csv(data, CHARGES, &CHARGE_COLUMNS, faults) {
            faults.extend(usage.read_charge(&row, sources).err());
        }
        for row in DataFile::open_csv(data, FREQUENCIES, &FREQUENCY_COLUMNS, faults) {
            faults.extend(usage.read_frequency(&row, sources).err());
        }
        usage
    }

    pub fn get(&self, ix: UsageIx) -> &UsageItem {
        &self.items[usize::from(ix.0)]
    }

    pub fn by_code(&self, code: &str) -> Option<UsageIx> {
        self.by_code.get(code).copied()
    }

    pub fn by_name(&self, name: &str) -> Option<UsageIx> {
        self.by_name.get(name).copied().flatten()
    }

    fn read_charge(&mut self, row: &CsvRow, sources: &Sources) -> Result<(), Problem> {
        must_be_proved(row, sources)?;
        let windows = Window::all_words();
        let window = row.read("window", Window::from_word, (&windows, &windows))?;
        let item = self.item(row, "item", "item_name")?;
        let included = self.item(row, "included", "included_name")?;
        if item == included {
            let what = ("项目不能包含自己", "an item cannot contain itself");
            let expected = ("另一个项目的编码", "the code of another item");
            return Err(row.cell_fault("included", Wrong::value(what, expected)));
        }
        let held = &mut self.items[usize::from(item.0)].includes;
        if held.iter().any(|held| held.item == included) {
            let what = ("同一对项目有两行", "two rows say that the one contains the other");
            return Err(row.cell_fault("included", Wrong::twice(what)));
        }
        held.push(Included { item: included, window, content: row.cell("content").into() });
        Ok(())
    }

    fn read_frequency(&mut self, row: &CsvRow, sources: &Sources) -> Result<(), Problem> {
        must_be_proved(row, sources)?;
        let units = CountedUnit::all_words();
        let unit = row.read("unit", CountedUnit::from_word, (&units, &units))?;
        let most = row.read("most", |text| text.parse().ok().filter(|&most| most > 0), MOST)?;
        let days = |text: &str| text.parse().ok().filter(|days| (1..=366).contains(days));
        let window_days = row.read("window_days", days, WINDOW_DAYS)?;
        let item = self.item(row, "item", "item_name")?;
        let held = &mut self.items[usize::from(item.0)].frequency;
        if held.is_some() {
            let what = ("同一项目有两行", "two rows limit this item");
            return Err(row.cell_fault("item", Wrong::twice(what)));
        }
        *held = Some(Frequency { most, unit, window_days });
        Ok(())
    }

    /// The item of a code, which is made where no row named it before.
    fn item(
        &mut self,
        row: &CsvRow,
        column: &'static str,
        named: &'static str,
    ) -> Result<UsageIx, Problem> {
        let code = row.read(column, service_code, CODE)?;
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let name = row.read(named, filled, NAME)?;
        if let Some(known) = self.by_code(&code) {
            if *self.get(known).name == *name {
                return Ok(known);
            }
            let what = ("同一编码有两个名称", "one code has two names");
            let held = self.get(known).name.to_string();
            return Err(row.cell_fault(named, Wrong::value(what, (&held, &held))));
        }
        let ix = u16::try_from(self.items.len()).map_err(|_| row.fault(too_many()))?;
        let ix = UsageIx(ix);
        self.by_code.insert(code.clone(), ix);
        self.by_name
            .entry(name.as_str().into())
            .and_modify(|held| *held = None)
            .or_insert(Some(ix));
        self.items.push(UsageItem {
            code,
            name: name.into(),
            includes: Vec::new(),
            frequency: None,
        });
        Ok(ix)
    }
}

/// Each row names its source, the official batch, and whether somebody compared it.
fn must_be_proved(row: &CsvRow, sources: &Sources) -> Result<(), Problem> {
    sources.must_list(row)?;
    row.read("verified", is_true, TRUE_OR_FALSE)?;
    let numbered = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()).then_some(());
    row.read("batch", numbered, ("官方批次，如 7 或 8-1", "the official batch, such as 7 or 8-1"))
}

fn too_many() -> Wrong {
    let what = ("项目太多", "there are too many items");
    Wrong::value(what, ("至多 65535 个不同编码", "at most 65535 different codes"))
}

/// Fifteen digits.
fn service_code(text: &str) -> Option<Box<str>> {
    (text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.into())
}

const CODE: (&str, &str) =
    ("15 位医疗服务项目国家编码", "the national code of a service, fifteen digits");
const NAME: (&str, &str) = ("项目名称", "the name of the item");
const MOST: (&str, &str) = ("大于 0 的整数", "a whole number above 0");
const WINDOW_DAYS: (&str, &str) = ("1 到 366 的整数", "a whole number from 1 to 366");

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Usage {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut faults = Vec::new();
        let usage = Usage::load(&data, &Sources::default(), &mut faults);
        assert_eq!(faults, []);
        usage
    }

    #[test]
    fn the_shipped_lists_are_complete() {
        let usage = shipped();
        let pairs = usage.items.iter().flat_map(|item| &item.includes);
        let in_window = |window| pairs.clone().filter(|pair| pair.window == window).count();
        let counted = Window::ALL.iter().map(|&window| in_window(window));
        assert_eq!(counted.collect::<Vec<_>>(), [446, 429, 18, 7]);
        let limits = usage.items.iter().filter_map(|item| item.frequency);
        assert_eq!(limits.clone().count(), 81);
        assert_eq!(limits.filter(|limit| limit.window_days == 1).count(), 67);
    }

    #[test]
    fn an_item_is_found_by_code_and_by_name() {
        let usage = shipped();
        let monitoring = usage.by_code("001103000010000").expect("急诊监护费");
        assert_eq!(usage.by_name("急诊监护费"), Some(monitoring));
        let item = usage.get(monitoring);
        assert_eq!(item.frequency.map(|limit| (limit.most, limit.window_days)), Some((1, 1)));
        let consultation = usage.by_code("001102000030000").expect("急诊诊查费");
        let within = item.includes.iter().find(|one| one.item == consultation);
        assert_eq!(within.map(|one| one.window), Some(Window::Day));
        assert_eq!(usage.by_name("没有的项目"), None);
    }
}
