//! Tables made once a stage, so that a bill line finds its item by two array lookups: from the
//! symbol of a text to its number among the texts that name items, and from there to the item.
//!
//! The surprise: a name that several items bear is looked up with each spec it occurs with.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::domain::words::ItemKind;
use crate::flow::{BillLine, Records, Symbol};

use super::Rulebook;
use super::catalog::{Catalog, FoundItem};
use super::drug_names::Named;
use super::items::{Item, ItemIx};

/// What the lines of a batch name.
#[derive(Debug)]
pub struct ItemTables {
    /// By symbol: the number of the text in the tables below.
    numbers: Vec<u32>,
    by_code: Vec<Option<ItemIx>>,
    by_name: Vec<Named>,
    /// What a name that several items bear means together with a spec.
    by_spec: HashMap<(Symbol, Symbol), Named>,
    /// By catalog, then by text.
    by_local_code: Vec<Vec<Option<ItemIx>>>,
    /// By item.
    traits: Vec<Traits>,
}

/// What the split needs to know of every line's item. Items are large and lie far apart: only a
/// line for which this says so looks at its item.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    pub is_limited: bool,
    pub days_max: Option<u16>,
    /// A herb beside which others are no longer alone.
    pub makes_compound: bool,
    pub is_bed: bool,
    pub has_standards: bool,
}

const NO_TEXT: u32 = u32::MAX;
/// How many lines a thread looks through at once.
const LINES_AT_ONCE: usize = 1 << 16;

impl ItemTables {
    pub fn of(records: &Records, rulebook: &Rulebook) -> ItemTables {
        let named = named_in(records);
        let mut numbers = vec![NO_TEXT; records.names.len()];
        let all = records.names.iter().map(|(symbol, _)| symbol);
        let texts: Vec<Symbol> = all.filter(|symbol| named[symbol.at()]).collect();
        for (number, symbol) in texts.iter().enumerate() {
            numbers[symbol.at()] = number as u32;
        }
        let items = &rulebook.items;
        let text = |symbol: &Symbol| records.names.get(*symbol);
        let by_name: Vec<Named> =
            texts.iter().map(|symbol| items.named(text(symbol), None)).collect();
        let several = |symbol: Symbol| by_name[numbers[symbol.at()] as usize] == Named::Several;
        let with_spec = |(name, spec): (Symbol, Symbol)| {
            ((name, spec), items.named(text(&name), Some(text(&spec))))
        };
        let by_spec = specs_of(records, &several).into_iter().map(with_spec).collect();
        let local = |catalog: &Catalog| {
            let found = |symbol| catalog.by_local_code(text(symbol)).map(|found| found.item);
            texts.iter().map(found).collect()
        };
        ItemTables {
            by_code: texts.iter().map(|symbol| items.by_code(text(symbol))).collect(),
            by_local_code: rulebook.catalogs().iter().map(local).collect(),
            traits: items.iter().map(|(_, item)| Traits::of(item)).collect(),
            by_name,
            by_spec,
            numbers,
        }
    }

    /// National code, then the region's own code, then the name, as [`Catalog::find`] looks; where
    /// no catalog is known, codes of regions mean nothing.
    pub fn find(&self, catalog: Option<u16>, line: &BillLine) -> Option<FoundItem> {
        let local_codes = catalog.map(|catalog| &self.by_local_code[usize::from(catalog)]);
        let national = |symbol| self.by_code[self.number(symbol)].map(FoundItem::by_national_code);
        let local = |symbol| local_codes?[self.number(symbol)].map(FoundItem::by_local_code);
        line.item_code
            .and_then(|code| national(code).or_else(|| local(code)))
            .or_else(|| line.hospital_item_code.and_then(local))
            .or_else(|| {
                FoundItem::named(match (self.by_name[self.number(line.item_name)], line.spec) {
                    (Named::Several, Some(spec)) => self.by_spec[&(line.item_name, spec)],
                    (named, _) => named,
                })
            })
    }

    pub fn traits(&self, item: ItemIx) -> Traits {
        self.traits[item.at()]
    }

    fn number(&self, symbol: Symbol) -> usize {
        self.numbers[symbol.at()] as usize
    }
}

/// For each symbol, whether a line's code or name is it.
fn named_in(records: &Records) -> Vec<bool> {
    let none = || vec![false; records.names.len()];
    let named = records.lines.par_chunks(LINES_AT_ONCE).fold(none, |mut named, lines| {
        for line in lines {
            let codes = [line.item_code, line.hospital_item_code];
            for symbol in codes.into_iter().flatten().chain([line.item_name]) {
                named[symbol.at()] = true;
            }
        }
        named
    });
    named.reduce(none, |mut one, other| {
        one.iter_mut().zip(other).for_each(|(one, other)| *one |= other);
        one
    })
}

/// The specs with which names of several items occur.
fn specs_of(
    records: &Records,
    several: &(dyn Fn(Symbol) -> bool + Sync),
) -> HashSet<(Symbol, Symbol)> {
    let of_lines = |lines: &[BillLine]| -> HashSet<(Symbol, Symbol)> {
        let lines = lines.iter().filter(|line| several(line.item_name));
        lines.filter_map(|line| Some((line.item_name, line.spec?))).collect()
    };
    records.lines.par_chunks(LINES_AT_ONCE).map(of_lines).reduce(HashSet::new, |mut one, other| {
        one.extend(other);
        one
    })
}

impl Traits {
    fn of(item: &Item) -> Traits {
        let limits = &item.limits;
        Traits {
            is_limited: *limits != Default::default(),
            days_max: limits.days_max,
            is_bed: item.kind == ItemKind::Bed,
            has_standards: item.has_standards(),
            makes_compound: item.kind == ItemKind::Herb && !limits.not_alone && !limits.not_payable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, Origin, Quantity, SourceId, UnitPrice};
    use crate::flow::Names;
    use std::path::Path;

    fn line(names: &mut Names, code: &str, local: &str, name: &str) -> BillLine {
        let mut symbol = |text: &str| (!text.is_empty()).then(|| names.intern(text));
        BillLine {
            origin: Origin { source: SourceId(0), row: 1 },
            claim_id: symbol("A1"),
            invoice_no: None,
            line_no: None,
            service_on: jiff::civil::date(2024, 3, 5),
            item_code: symbol(code),
            hospital_item_code: symbol(local),
            item_name: symbol(name).expect("a name"),
            spec: None,
            category: None,
            unit: None,
            quantity: Quantity::whole(1),
            unit_price: UnitPrice::default(),
            amount: Money::ZERO,
            stated_class: None,
        }
    }

    #[test]
    fn the_tables_answer_as_the_catalogs_do() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let rulebook = Rulebook::load(&data).expect("the shipped data");
        let mut names = Names::default();
        let mut lines = Vec::new();
        let codes = ["", "001102000030000", "110200003", "ZD02AAF0201020205046", "X"];
        for code in codes {
            for local in codes {
                for name in ["葡萄糖测定", "阿莫西林胶囊", "左氧氟沙星", "妇科千金片", "无"]
                {
                    lines.push(line(&mut names, code, local, name));
                }
            }
        }
        let records = Records { lines, names, ..Records::default() };
        let tables = ItemTables::of(&records, &rulebook);
        for (number, catalog) in rulebook.catalogs().iter().enumerate() {
            for line in &records.lines {
                let text = |symbol: Option<Symbol>| symbol.map(|symbol| records.names.get(symbol));
                let (code, local) = (text(line.item_code), text(line.hospital_item_code));
                let name = records.names.get(line.item_name);
                assert_eq!(
                    tables.find(Some(number as u16), line),
                    catalog.find(&rulebook.items, code, local, name),
                    "{} {code:?} {local:?} {name}",
                    catalog.region
                );
            }
        }
    }
}
