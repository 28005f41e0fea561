//! Itemised bills: lines that stand in the catalog of the place of treatment, at prices a hospital
//! of that tier may ask, dated inside the stay.
//!
//! The surprise: nothing here is rounded to fit. The total of a bill is the sum of its lines, and
//! where a total is wished for ([`Bills::in_scope_exactly`]) the last line's price is chosen so
//! that price × quantity gives what is left to the fen.

use std::collections::HashMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::dates::{Date, Month, Period, days_between, plus_days};
use crate::domain::words::{CareType, ItemClass, ItemKind, Sex, Tier};
use crate::domain::{Money, Quantity, RegionCode, UnitPrice};
use crate::rulebook::catalog::CatalogEntry;
use crate::rulebook::drug_names::Named;
use crate::rulebook::items::{Item, ItemIx};
use crate::rulebook::limits::{HandCheck, ItemLimits};
use crate::rulebook::{Catalog, Rulebook};

use super::diagnoses::{BED_AND_CARE, CHILD_SUPPORT, Diagnosis, LABS, SUPPORT, UNLISTED};
use super::fee_list::are_parts;
use super::model::Line;
use super::random::{Random, hash};

/// Whose stay, where, with what.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub treated: RegionCode,
    /// Prices differ between hospitals.
    pub hospital_code: &'static str,
    pub tier: Option<Tier>,
    pub care: CareType,
    pub stay: Period,
    pub sex: Sex,
    /// In full years at admission.
    pub age: i32,
    pub diagnosis: &'static Diagnosis,
}

/// Makes bills from the region data.
#[derive(Debug)]
pub struct Bills<'r> {
    pub(super) rulebook: &'r Rulebook,
    by_name: HashMap<&'r str, Vec<ItemIx>>,
}

/// A catalog item at its price in one hospital.
pub(super) struct Priced<'r> {
    pub item: &'r Item,
    entry: &'r CatalogEntry,
    price: UnitPrice,
}

impl<'r> Bills<'r> {
    pub fn new(rulebook: &'r Rulebook) -> Bills<'r> {
        let mut by_name: HashMap<&str, Vec<ItemIx>> = HashMap::new();
        for (ix, item) in rulebook.items.coded() {
            by_name.entry(item.name.as_str()).or_default().push(ix);
        }
        Bills { rulebook, by_name }
    }

    /// A bill as hospitals write them: mostly payable, with something of class C or unlisted now
    /// and then, some lines under the region's own code and some by name alone.
    pub fn usual(&self, random: &mut Random, order: &Order) -> Vec<Line> {
        let mut lines = self.listed(random, order, |_| true);
        let parts = are_parts(&lines);
        self.extras(random, order, &mut lines);
        for line in &mut lines {
            self.vary_code(random, order, line);
        }
        // What follows stays what it is, whatever is taken out here.
        let mut parts = parts.into_iter();
        lines.retain(|_| !parts.next().unwrap_or(false));
        lines.sort_by_key(|line| line.service_on);
        lines
    }

    /// A bill all of which is in scope, of class A and below the ceilings, and adds up to `target`.
    pub fn in_scope_exactly(&self, random: &mut Random, order: &Order, target: Money) -> Vec<Line> {
        let payable = |found: &Priced| {
            let class_a = found.entry.class == ItemClass::A;
            class_a && meets(&found.item.limits, order)
        };
        let mut lines = self.listed(random, order, payable);
        let mut left = target;
        lines.retain(|line| {
            let fits = line.amount < left;
            if fits {
                left -= line.amount;
            }
            fits
        });
        self.top_up(random, order, left, &mut lines);
        lines.sort_by_key(|line| line.service_on);
        lines
    }

    /// A visit: the consultation and what was prescribed.
    pub fn visit(&self, random: &mut Random, order: &Order) -> Vec<Line> {
        let names = ["急诊诊查费", "葡萄糖测定", "钾测定"];
        let once = names.iter().chain(order.diagnosis.daily);
        once.filter_map(|name| self.find(order, name, order.stay.first()))
            .map(|found| found.line(order.stay.first(), random.between(1, 2) as u32))
            .collect()
    }

    fn listed(
        &self,
        random: &mut Random,
        order: &Order,
        wanted: impl Fn(&Priced) -> bool,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for name in BED_AND_CARE {
            self.by_day(order, name, 1, &wanted, &mut lines);
        }
        let support = if order.age < 14 { &CHILD_SUPPORT[..] } else { &SUPPORT[..] };
        let mut daily = order.diagnosis.daily.to_vec();
        for _ in 0..2 {
            let name = random.pick(support);
            if !daily.contains(&name) {
                daily.push(name);
            }
        }
        for name in daily {
            let a_day = units_a_day(random, name);
            self.by_day(order, name, a_day, &wanted, &mut lines);
        }
        let labs = LABS.iter().filter(|_| random.percent(45)).collect::<Vec<_>>();
        for name in labs.into_iter().chain(order.diagnosis.once) {
            let day = day_of(random, order.stay);
            let found = self.find(order, name, day).filter(|found| wanted(found));
            lines.extend(found.map(|found| found.line(day, 1)));
        }
        lines
    }

    /// A line a month for what is charged every day of the stay.
    fn by_day(
        &self,
        order: &Order,
        name: &str,
        a_day: u32,
        wanted: &impl Fn(&Priced) -> bool,
        lines: &mut Vec<Line>,
    ) {
        for (day, days) in days_by_month(order.stay) {
            let found = self.find(order, name, day).filter(|found| wanted(found));
            lines.extend(found.map(|found| found.line(day, days * a_day)));
        }
    }

    fn extras(&self, random: &mut Random, order: &Order, lines: &mut Vec<Line>) {
        if random.percent(25) {
            self.by_day(order, "病房空调降温费", 1, &|_| true, lines);
        }
        if random.percent(30) {
            self.unlisted(random, order, lines);
        }
    }

    /// Something that no list has and the hospital knows alone.
    pub(super) fn unlisted(&self, random: &mut Random, order: &Order, lines: &mut Vec<Line>) {
        let (name, unit, price) = random.pick(&UNLISTED);
        let unit_price = UnitPrice::parse(price).expect("a price of the table");
        let quantity = Quantity::whole(random.between(1, 6) as u32);
        lines.push(Line {
            service_on: day_of(random, order.stay),
            item_code: None,
            hospital_item_code: Some(format!("YN{:05}", hash(name) % 100_000)),
            item_name: name.into(),
            kind: ItemKind::Consumable,
            unit,
            quantity,
            unit_price,
            amount: unit_price.times(quantity),
            stated_class: "丙",
        });
    }

    /// Some hospitals write the region's own code, some no code at all.
    pub(super) fn vary_code(&self, random: &mut Random, order: &Order, line: &mut Line) {
        let (Some(code), Some(catalog)) = (line.item_code.clone(), self.catalog(order)) else {
            return;
        };
        let items = &self.rulebook.items;
        // A region's own code is a part of the national one, where the catalog knows it at all.
        let is_own = |part: &&str| {
            let found = catalog.find(items, None, Some(part), "");
            found.is_some_and(|found| *items.get(found.item).code == *code)
        };
        let local = code.get(2..11).filter(is_own);
        if let Some(local) = local
            && random.percent(60)
        {
            line.hospital_item_code = Some(local.to_owned());
            line.item_code = None;
        } else if is_named(items.named(&line.item_name, None)) && random.percent(3) {
            line.item_code = None;
        }
    }

    /// Lines of class-A drugs without a ceiling that add up to `left`, none of them absurd.
    fn top_up(&self, random: &mut Random, order: &Order, left: Money, lines: &mut Vec<Line>) {
        let mut drugs = self.unlimited_drugs(order);
        drugs.retain(|drug| lines.iter().all(|line| line.item_name != drug.item.name));
        let mut parts = (left.fen() / 350_000 + 1).min(14);
        let mut left = left;
        while left.is_positive() && !drugs.is_empty() {
            let drug = drugs.remove(random.below(drugs.len() as u32) as usize);
            let day = day_of(random, order.stay);
            let units = if parts > 1 { random.pick(&[14_u32, 20, 28, 30]) } else { 20 };
            let share = Decimal::new(left.fen() / parts.max(1), 2);
            // The last line takes what is left: a twentieth of it has at most four decimals.
            let decimals = if parts > 1 { 2 } else { UnitPrice::DECIMALS };
            let price = (share / Decimal::from(units))
                .round_dp_with_strategy(decimals, RoundingStrategy::ToZero);
            let price = UnitPrice::from_decimal(price).expect("rounded to six decimals or fewer");
            let line = Priced { price, ..drug }.line(day, units);
            left -= line.amount;
            parts -= 1;
            lines.push(line);
        }
    }

    fn unlimited_drugs(&self, order: &Order) -> Vec<Priced<'r>> {
        let mut seen = Vec::new();
        let items = self.rulebook.items.coded().map(|(_, item)| item);
        items
            .filter(|item| matches!(item.kind, ItemKind::Drug | ItemKind::Patent))
            .filter(|item| meets(&item.limits, order))
            .filter_map(|item| self.find(order, &item.name, order.stay.first()))
            .filter(|found| found.entry.class == ItemClass::A)
            .filter(|found| found.entry.ceiling(order.tier).is_none())
            .filter(|found| {
                let new = !seen.contains(&found.item.name.as_str());
                seen.push(found.item.name.as_str());
                new
            })
            .collect()
    }

    fn catalog(&self, order: &Order) -> Option<&'r Catalog> {
        self.rulebook.catalog(order.treated).map(|(_, catalog)| catalog)
    }

    /// The highest price of an item there.
    pub(super) fn ceiling(&self, order: &Order, name: &str, day: Date) -> Option<UnitPrice> {
        self.find(order, name, day)?.entry.ceiling(order.tier)
    }

    /// The first item of that name that the catalog holds on that day.
    pub(super) fn find(&self, order: &Order, name: &str, day: Date) -> Option<Priced<'r>> {
        let catalog = self.catalog(order)?;
        self.by_name.get(name)?.iter().find_map(|&ix| {
            let item = self.rulebook.items.get(ix);
            let entry = catalog.entry(ix, day)?;
            let price = usual_price(item, entry, order);
            Some(Priced { item, entry, price })
        })
    }
}

impl Priced<'_> {
    pub(super) fn line(&self, service_on: Date, units: u32) -> Line {
        let quantity = Quantity::whole(units);
        Line {
            service_on,
            item_code: Some(self.item.code.to_string()),
            hospital_item_code: None,
            item_name: self.item.name.clone(),
            kind: self.item.kind,
            unit: unit(self.item),
            quantity,
            unit_price: self.price,
            amount: self.price.times(quantity),
            stated_class: self.entry.class.zh(),
        }
    }
}

/// Whether the item may be paid for this person there.
pub(super) fn meets(limits: &ItemLimits, order: &Order) -> bool {
    limits.sex.is_none_or(|sex| sex == order.sex)
        && limits.ages.iter().all(|bound| bound.may_be_met_at(order.age))
        && limits.hospital_tier_min.is_none_or(|least| order.tier.is_some_and(|t| t >= least))
        && (limits.care.is_empty() || limits.care.contains(&order.care))
        && limits.other_fund.is_none()
        && (order.age < 14 || !limits.by_hand.contains(&HandCheck::AgeGroup))
        && (limits.diagnosis.is_empty()
            || limits.diagnosis.iter().any(|prefix| order.diagnosis.code.starts_with(prefix)))
}

fn is_named(named: Named) -> bool {
    matches!(named, Named::One { .. })
}

/// What the hospital asks: something below the ceiling, or a price made from the code.
fn usual_price(item: &Item, entry: &CatalogEntry, order: &Order) -> UnitPrice {
    let drawn = hash(&format!("{}{}", item.code, order.hospital_code));
    let yuan = match entry.ceiling(order.tier) {
        Some(ceiling) => {
            let ceiling = Decimal::from_str_exact(&ceiling.to_string())
                .expect("a price is written as a decimal number");
            let percent = Decimal::new(i64::try_from(80 + drawn % 21).unwrap_or(100), 2);
            let lower = (ceiling * percent).round_dp_with_strategy(1, RoundingStrategy::ToZero);
            if lower.is_zero() { ceiling } else { lower }
        }
        None => free_price(item),
    };
    UnitPrice::from_decimal(yuan).expect("four decimals at most")
}

/// The price of an item without a ceiling: the same in every hospital.
fn free_price(item: &Item) -> Decimal {
    let drawn = i64::try_from(hash(&item.code) % 10_000).unwrap_or(0);
    let solid = ["片", "胶囊", "颗粒", "丸", "散", "口服液", "栓"];
    if item.name.contains("单抗") || item.name.contains("肽注射液") {
        Decimal::new(30_000 + drawn * 8, 2)
    } else if solid.iter().any(|form| item.name.ends_with(form)) {
        Decimal::new(4_500 + drawn * 4, 4)
    } else {
        Decimal::new(4_000 + drawn * 2, 2)
    }
}

fn unit(item: &Item) -> &'static str {
    match item.kind {
        ItemKind::Bed => "床日",
        ItemKind::Service if item.name.ends_with("护理") => "日",
        ItemKind::Service => "次",
        ItemKind::Drug | ItemKind::Patent if item.name.ends_with('片') => "片",
        ItemKind::Drug | ItemKind::Patent if item.name.ends_with("胶囊") => "粒",
        ItemKind::Drug | ItemKind::Patent => "支",
        ItemKind::Herb => "克",
        ItemKind::Consumable => "个",
    }
}

pub(super) fn units_a_day(random: &mut Random, name: &str) -> u32 {
    match name {
        "重症监护" | "呼吸机辅助呼吸" => 12,
        _ if name.ends_with('片') || name.ends_with("胶囊") || name.ends_with("颗粒") => {
            random.between(2, 4) as u32
        }
        _ if name.contains("注射") => random.between(1, 2) as u32,
        _ => 1,
    }
}

pub(super) fn day_of(random: &mut Random, stay: Period) -> Date {
    plus_days(stay.first(), random.between(0, days_between(stay.first(), stay.last())))
}

/// Days of the stay in each month it touches: the first of them there, and how many.
fn days_by_month(stay: Period) -> Vec<(Date, u32)> {
    let mut pieces: Vec<(Date, u32)> = Vec::new();
    for night in 0..stay.hospital_days() {
        let day = plus_days(stay.first(), night as i32);
        match pieces.last_mut() {
            Some((first, days)) if Month::of(*first) == Month::of(day) => *days += 1,
            _ => pieces.push((day, 1)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::diagnoses::{self, DIAGNOSES};
    use crate::synth::hospitals::HOSPITALS;
    use crate::synth::test_rulebook;
    use jiff::civil::date;

    fn order(diagnosis: &'static Diagnosis, hospital: &str) -> Order {
        let hospital = crate::synth::hospitals::by_code(hospital);
        Order {
            treated: hospital.region(),
            hospital_code: hospital.code,
            tier: hospital.tier,
            care: CareType::Inpatient,
            stay: Period::new(date(2024, 4, 26), date(2024, 5, 6)).expect("a stay"),
            sex: Sex::Female,
            age: 66,
            diagnosis,
        }
    }

    #[test]
    fn every_line_is_price_times_quantity_below_the_ceiling_and_inside_the_stay() {
        let rulebook = test_rulebook();
        let bills = Bills::new(&rulebook);
        let mut random = Random::stream(3, "bills");
        for hospital in HOSPITALS.iter().filter(|h| h.is_ordinary()) {
            for diagnosis in &DIAGNOSES {
                let order = order(diagnosis, hospital.code);
                let lines = bills.usual(&mut random, &order);
                assert!(lines.len() >= 4, "{} {}", hospital.name, diagnosis.name);
                let (_, catalog) = rulebook.catalog(order.treated).expect("a catalog");
                for line in lines {
                    assert_eq!(line.amount, line.unit_price.times(line.quantity));
                    assert!(order.stay.contains(line.service_on));
                    let local = line.hospital_item_code.as_deref();
                    let found = catalog.find(
                        &rulebook.items,
                        line.item_code.as_deref(),
                        local,
                        &line.item_name,
                    );
                    let entry = found.and_then(|f| catalog.entry(f.item, line.service_on));
                    let ceiling = entry.and_then(|e| e.ceiling(order.tier));
                    assert!(ceiling.is_none_or(|c| line.unit_price <= c), "{}", line.item_name);
                }
            }
        }
    }

    #[test]
    fn a_bill_in_scope_adds_up_to_the_fen() {
        let rulebook = test_rulebook();
        let bills = Bills::new(&rulebook);
        for (diagnosis, yuan) in
            [("I63.900", "20000.00"), ("I61.900", "97372.18"), ("K80.200", "30000.01")]
        {
            let order = order(diagnoses::by_code(diagnosis), "H44030000101");
            let target = Money::parse(yuan).expect(yuan);
            let lines = bills.in_scope_exactly(&mut Random::stream(5, "bills"), &order, target);
            assert_eq!(lines.iter().map(|line| line.amount).sum::<Money>(), target);
            for line in lines {
                assert_eq!(line.amount, line.unit_price.times(line.quantity));
                assert_eq!(line.stated_class, "甲", "{}", line.item_name);
                assert!(line.amount < Money::from_yuan(15_000), "{}", line.item_name);
            }
        }
    }

    #[test]
    fn a_stay_over_the_end_of_a_month_is_billed_in_two_pieces() {
        let stay = Period::new(date(2024, 4, 29), date(2024, 5, 3)).expect("a stay");
        assert_eq!(days_by_month(stay), [(date(2024, 4, 29), 2), (date(2024, 5, 1), 2)]);
        let visit = Period::day(date(2024, 4, 30));
        assert_eq!(days_by_month(visit), [(date(2024, 4, 30), 1)]);
    }
}
