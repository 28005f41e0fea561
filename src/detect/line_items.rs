//! What every bill line is for the detectors that count items: the item, its place in the rule
//! lists, and the kind of charge. Worked out once a run, eight bytes a line.
//!
//! The surprise: nothing is looked up by text here. Each text of the batch is asked about once,
//! and a line then finds its answers by the symbols of its code, name, category and unit.

use rayon::prelude::*;

use crate::domain::words::ItemKind;
use crate::flow::{Adjudicated, BillLine, LineSplit, Names, Records, Symbol};
use crate::rulebook::Rulebook;
use crate::rulebook::charge_kinds::{ChargeKind, ChargeKinds, How, NO_RANK, Rank};
use crate::rulebook::item_tables::ItemTables;
use crate::rulebook::items::{Item, ItemIx};
use crate::rulebook::usage::{Usage, UsageIx};

/// How many lines a thread looks through at once.
const LINES_AT_ONCE: usize = 1 << 16;
const NO_ITEM: u32 = u32::MAX;
const NO_USAGE: u16 = u16::MAX;
/// A code of the national list of services has so many digits.
const SERVICE_CODE_DIGITS: usize = 15;

/// What one line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineItem {
    item: u32,
    usage: u16,
    /// Nothing where no row of `charge_kinds.csv` fits.
    pub kind: Option<ChargeKind>,
    /// A Western or Chinese patent drug.
    pub is_drug: bool,
}

/// Of every line, in the order of [`Adjudicated::lines`].
#[derive(Debug, Default)]
pub struct LineItems(Vec<LineItem>);

/// What is known of an item of the rulebook.
#[derive(Clone, Copy)]
struct OfItem {
    usage: u16,
    rank: Rank,
    is_drug: bool,
    /// A drug, a herb or a consumable: given to somebody, whatever its name says.
    is_goods: bool,
}

impl LineItem {
    pub fn item(self) -> Option<ItemIx> {
        (self.item != NO_ITEM).then_some(ItemIx(self.item))
    }

    pub fn usage(self) -> Option<UsageIx> {
        (self.usage != NO_USAGE).then_some(UsageIx(self.usage))
    }
}

impl LineItems {
    pub fn build(adjudicated: &Adjudicated, rulebook: &Rulebook) -> LineItems {
        let records = &adjudicated.linked.records;
        if adjudicated.lines.is_empty() {
            return LineItems::default();
        }
        let tables = ItemTables::of(records, rulebook);
        let texts = Texts::of(records, &rulebook.usage);
        let items = rulebook.items.iter();
        let known: Vec<OfItem> =
            items.map(|(_, item)| OfItem::new(item, &rulebook.usage)).collect();
        let of_line = |split: &LineSplit| {
            let line = &records.lines[split.line.at()];
            let found = tables.find(split.catalog, line).map(|found| found.item);
            texts.line(line, found.map(|item| (item, known[item.at()])), &rulebook.usage.kinds)
        };
        LineItems(adjudicated.lines.par_iter().map(of_line).collect())
    }

    /// Those of a stretch of lines.
    pub fn of(&self, lines: &std::ops::Range<u32>) -> &[LineItem] {
        &self.0[lines.start as usize..lines.end as usize]
    }
}

impl OfItem {
    fn new(item: &Item, usage: &Usage) -> OfItem {
        let is_drug = matches!(item.kind, ItemKind::Drug | ItemKind::Patent);
        let is_goods = is_drug || matches!(item.kind, ItemKind::Herb | ItemKind::Consumable);
        OfItem {
            usage: usage.by_code(&item.code).map_or(NO_USAGE, |ix| ix.0),
            rank: usage.kinds.rank(How::Code, &item.code),
            is_drug,
            is_goods,
        }
    }
}

/// What each text means where it stands as a code, a name, a category or a unit; by symbol.
struct Texts {
    usage: Vec<u16>,
    codes: Vec<Rank>,
    names: Vec<Rank>,
    categories: Vec<Rank>,
    units: Vec<Rank>,
}

const AS_CODE: u8 = 1;
const AS_NAME: u8 = 2;
const AS_CATEGORY: u8 = 4;
const AS_UNIT: u8 = 8;

impl Texts {
    fn of(records: &Records, usage: &Usage) -> Texts {
        let roles = roles(records);
        let names = &records.names;
        let ranks = |role, how| ranks_of(names, &roles, role, |text| usage.kinds.rank(how, text));
        let service = |text: &str| text.len() == SERVICE_CODE_DIGITS;
        let code = |text: &str| {
            if service(text) { usage.kinds.rank(How::Code, text) } else { NO_RANK }
        };
        let listed = |text: &str| usage.by_code(text).or_else(|| usage.by_name(text));
        let number = |text: &str| listed(text).map_or(NO_USAGE, |ix| ix.0);
        Texts {
            usage: ranks_of(names, &roles, AS_CODE | AS_NAME, number),
            codes: ranks_of(names, &roles, AS_CODE, code),
            names: ranks(AS_NAME, How::Name),
            categories: ranks(AS_CATEGORY, How::Category),
            units: ranks(AS_UNIT, How::Unit),
        }
    }

    fn line(
        &self,
        line: &BillLine,
        found: Option<(ItemIx, OfItem)>,
        kinds: &ChargeKinds,
    ) -> LineItem {
        let at = |ranks: &[Rank], symbol: Option<Symbol>| symbol.map(|symbol| ranks[symbol.at()]);
        let by_text = || {
            let texts = line.item_code.into_iter().chain([line.item_name]);
            texts.map(|symbol| self.usage[symbol.at()]).find(|&usage| usage != NO_USAGE)
        };
        let code = found.map_or_else(|| at(&self.codes, line.item_code), |(_, of)| Some(of.rank));
        let rank = [
            code,
            at(&self.names, Some(line.item_name)),
            at(&self.categories, line.category),
            at(&self.units, line.unit),
        ];
        let kind = rank.into_iter().flatten().min().and_then(|rank| kinds.kind(rank));
        let goods = found.is_some_and(|(_, of)| of.is_goods);
        let given = || kind.filter(|&kind| kind == ChargeKind::Injection);
        LineItem {
            item: found.map_or(NO_ITEM, |(item, _)| item.0),
            usage: found.map_or_else(|| by_text().unwrap_or(NO_USAGE), |(_, of)| of.usage),
            kind: if goods { given().or(Some(ChargeKind::Treatment)) } else { kind },
            is_drug: found.is_some_and(|(_, of)| of.is_drug),
        }
    }
}

/// Asks about every text that plays one of the roles.
fn ranks_of(names: &Names, roles: &[u8], role: u8, ask: impl Fn(&str) -> u16) -> Vec<u16> {
    let answer = |(symbol, text): (Symbol, &str)| {
        if roles[symbol.at()] & role == 0 { u16::MAX } else { ask(text) }
    };
    names.iter().map(answer).collect()
}

/// As what each text stands on a line.
fn roles(records: &Records) -> Vec<u8> {
    let none = || vec![0; records.names.len()];
    let seen = records.lines.par_chunks(LINES_AT_ONCE).fold(none, |mut roles: Vec<u8>, lines| {
        for line in lines {
            roles[line.item_name.at()] |= AS_NAME;
            let others = [(line.item_code, AS_CODE), (line.category, AS_CATEGORY)];
            for (symbol, role) in others.into_iter().chain([(line.unit, AS_UNIT)]) {
                if let Some(symbol) = symbol {
                    roles[symbol.at()] |= role;
                }
            }
        }
        roles
    });
    seen.reduce(none, |mut one, other| {
        one.iter_mut().zip(other).for_each(|(one, other)| *one |= other);
        one
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, ground, region};

    /// What one line is, in a claim whose lines Wuhan's catalog decides.
    fn line(item: (&str, &str), category: &str, unit: &str, in_catalog: bool) -> LineItem {
        let rulebook = ground().rulebook;
        let mut batch = Batch::default();
        batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
        batch.charge(item, "2024-03-01", "1", "10.00");
        batch.category(category);
        batch.unit(unit);
        if in_catalog {
            let (number, _) = rulebook.catalog(region("420100")).expect("a catalog");
            batch.in_catalog(number);
        }
        LineItems::build(&batch.adjudicated, rulebook).of(&(0..1))[0]
    }

    #[test]
    fn a_line_is_known_by_national_code_local_code_or_name() {
        let usage = &ground().rulebook.usage;
        let emergency = usage.by_code("001102000030000");
        assert!(emergency.is_some());
        for (item, in_catalog, expected) in [
            (("001102000030000", "随便"), false, emergency),
            (("110200003", "随便"), true, emergency),
            // A local code means nothing where nobody knows whose it is.
            (("110200003", "随便"), false, None),
            (("HIS-1", "急诊诊查费"), true, emergency),
            (("", "急诊诊查费"), false, emergency),
            // In the rule lists and in no catalog.
            (("003102010040000", "随便"), false, usage.by_code("003102010040000")),
            (("", "急诊诊查"), false, None),
        ] {
            assert_eq!(line(item, "其他", "次", in_catalog).usage(), expected, "{item:?}");
        }
    }

    #[test]
    fn the_kind_is_that_of_the_first_row_that_fits() {
        use ChargeKind::*;
        for (item, category, unit, expected) in [
            (("001109000010300", "三人间"), "其他费", "日", Some(Bed)),
            (("001109000010300", "三人间"), "其他费", "小时", Some(Hours)),
            (("", "双人间床位费"), "床位费", "日", Some(Bed)),
            (("", "陪护床"), "床位费", "日", Some(Ward)),
            (("", "甲类房"), "床位费", "日", Some(Bed)),
            (("", "Ⅱ级护理"), "护理费", "日", Some(Nursing)),
            (("", "吸痰"), "护理费", "次", Some(Ward)),
            (("", "胃镜"), "检查费", "次", Some(Examination)),
            (("", "某某"), "治疗费", "次", None),
            // A drug is given to somebody, whatever its category says.
            (("XL02BGA045A001010101003", "阿那曲唑片"), "检查费", "片", Some(Treatment)),
            (("XB01AXA223B002010100156", "奥扎格雷钠注射液"), "西药费", "支", Some(Injection)),
        ] {
            assert_eq!(line(item, category, unit, false).kind, expected, "{item:?} {category}");
        }
    }
}
