//! Tables made once a run, so that a bill line finds its item by two array lookups: from the
//! symbol of a text to its number among the texts that name items, and from there to the item.
//!
//! The surprise: a name that several items bear is looked at again for each line, with its spec.

use crate::domain::words::ItemKind;
use crate::flow::{BillLine, Names, Records, Symbol};
use crate::rulebook::Rulebook;
use crate::rulebook::catalog::FoundItem;
use crate::rulebook::drug_names::Named;
use crate::rulebook::items::{Item, ItemIx};

/// What the lines of a batch name.
#[derive(Debug)]
pub struct ItemTables {
    /// By symbol: the number of the text in the tables below.
    numbers: Vec<u32>,
    by_code: Vec<Option<ItemIx>>,
    by_name: Vec<Named>,
    /// By catalog, then by text.
    by_local_code: Vec<Vec<Option<ItemIx>>>,
    /// By item.
    traits: Vec<Traits>,
}

/// What the split needs to know of an item before it looks at its limits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    pub is_limited: bool,
    pub days_max: Option<u16>,
    /// A herb beside which others are no longer alone.
    pub makes_compound: bool,
}

const NO_TEXT: u32 = u32::MAX;

impl ItemTables {
    pub fn of(records: &Records, rulebook: &Rulebook) -> ItemTables {
        let mut numbers = vec![NO_TEXT; records.names.len()];
        let mut texts: Vec<Symbol> = Vec::new();
        let mut number = |symbol: Symbol| {
            if numbers[symbol.at()] == NO_TEXT {
                numbers[symbol.at()] = texts.len() as u32;
                texts.push(symbol);
            }
        };
        for line in &records.lines {
            number(line.item_name);
            line.item_code.map(&mut number);
            line.hospital_item_code.map(&mut number);
        }
        let items = &rulebook.items;
        let text = |symbol: &Symbol| records.names.get(*symbol);
        let local = |catalog: &crate::rulebook::Catalog| {
            let found = |symbol| catalog.by_local_code(text(symbol)).map(|found| found.item);
            texts.iter().map(found).collect()
        };
        ItemTables {
            by_code: texts.iter().map(|symbol| items.by_code(text(symbol))).collect(),
            by_name: texts.iter().map(|symbol| items.named(text(symbol), None)).collect(),
            by_local_code: rulebook.catalogs().iter().map(local).collect(),
            traits: items.iter().map(|(_, item)| Traits::of(item)).collect(),
            numbers,
        }
    }

    /// National code, then the region's own code, then the name, as [`Catalog::find`] looks.
    ///
    /// [`Catalog::find`]: crate::rulebook::Catalog::find
    pub fn find(
        &self,
        catalog: u16,
        line: &BillLine,
        rulebook: &Rulebook,
        names: &Names,
    ) -> Option<FoundItem> {
        let local_codes = &self.by_local_code[usize::from(catalog)];
        let national = |symbol| self.by_code[self.number(symbol)].map(FoundItem::by_national_code);
        let local = |symbol| local_codes[self.number(symbol)].map(FoundItem::by_local_code);
        line.item_code
            .and_then(|code| national(code).or_else(|| local(code)))
            .or_else(|| line.hospital_item_code.and_then(local))
            .or_else(|| {
                FoundItem::named(match self.by_name[self.number(line.item_name)] {
                    Named::Several => {
                        let spec = line.spec.map(|spec| names.get(spec));
                        rulebook.items.named(names.get(line.item_name), spec)
                    }
                    named => named,
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

impl Traits {
    fn of(item: &Item) -> Traits {
        let limits = &item.limits;
        Traits {
            is_limited: *limits != Default::default(),
            days_max: limits.days_max,
            makes_compound: item.kind == ItemKind::Herb && !limits.not_alone && !limits.not_payable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, Origin, Quantity, SourceId, UnitPrice};
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
                    tables.find(number as u16, line, &rulebook, &records.names),
                    catalog.find(&rulebook.items, code, local, name),
                    "{} {code:?} {local:?} {name}",
                    catalog.region
                );
            }
        }
    }
}
