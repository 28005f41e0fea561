//! The line split 明细拆分: every bill line into full self-pay, over ceiling, first pay and in
//! scope. Two parts are rounded products, the last is the difference, so a line always adds up.

use crate::domain::dates::{Date, Month};
use crate::domain::words::{ItemClass, ItemKind};
use crate::domain::{Money, Quantity, Rate, RegionCode, UnitPrice};
use crate::flow::{BillLine, ClaimIx, LineIx, LineSplit, LineVerdict};
use crate::rulebook::catalog::{CatalogEntry, FoundItem, Terms};
use crate::rulebook::clauses::catalog_rule::CatalogRule;
use crate::rulebook::items::{Item, ItemIx};
use crate::rulebook::special::Line;
use crate::rulebook::{Catalog, Rulebook};

use super::case::Case;
use super::laws::Law;
use super::restrictions::Patient;

/// A split of no line, whose place another takes.
pub const UNSPLIT: LineSplit = LineSplit {
    line: LineIx(0),
    claim: ClaimIx(0),
    full_self_paid: Money::ZERO,
    over_ceiling: Money::ZERO,
    first_pay: Money::ZERO,
    in_scope: Money::ZERO,
    class: ItemClass::C,
    first_pay_rate: Rate::ZERO,
    ceiling: None,
    treatment_ceiling: None,
    verdict: LineVerdict::NoCatalog,
    found_by: None,
    catalog: None,
};

/// The four parts of a whole bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillSplit {
    pub total: Money,
    pub full_self_paid: Money,
    pub over_ceiling: Money,
    pub first_pay: Money,
    pub in_scope: Money,
    /// What the lapsed months took out of the bill.
    pub lapsed: Money,
}

impl BillSplit {
    /// A reversal without an original leaves some part below zero.
    pub fn has_unmatched_reversal(&self) -> bool {
        [self.full_self_paid, self.over_ceiling, self.first_pay, self.in_scope]
            .into_iter()
            .any(Money::is_negative)
    }
}

/// Splits the claim's lines, appending one split each.
pub fn split(case: &Case, lost_months: &[Month], splits: &mut Vec<LineSplit>) -> BillSplit {
    let catalogs = case.catalogs;
    let mut bill = BillSplit::default();
    let mut splitter = Splitter {
        case,
        lost_months,
        patient: Patient::of(case),
        whole: WholeBill::of(case, &catalogs),
        beds: BedDays::of_stay(case.claim.stay.hospital_days()),
        catalogs,
    };
    for (at, place) in case.links.lines.clone().enumerate() {
        let line = &case.linked.records.lines[place as usize];
        let mut split = splitter.split(LineIx(place), line, splitter.whole.found[at]);
        if line.amount.is_negative() {
            split.full_self_paid = -split.full_self_paid;
            split.over_ceiling = -split.over_ceiling;
            split.first_pay = -split.first_pay;
            split.in_scope = -split.in_scope;
        }
        assert!(split.total() == line.amount, "a bill line that does not add up after its split");
        bill.total += line.amount;
        bill.full_self_paid += split.full_self_paid;
        bill.over_ceiling += split.over_ceiling;
        bill.first_pay += split.first_pay;
        bill.in_scope += split.in_scope;
        if split.verdict == LineVerdict::LapsedMonth {
            bill.lapsed += line.amount;
        }
        splits.push(split);
    }
    bill
}

/// What the lines name, and what a line's verdict needs to know of the others.
#[derive(Debug, Default)]
struct WholeBill {
    /// By line of the bill.
    found: Vec<Option<FoundItem>>,
    /// The days such items were billed on, with how many of them are payable.
    days: Vec<(ItemIx, u16, Vec<Date>)>,
    /// Billed for herbs that are payable alone.
    other_herbs: Money,
}

impl WholeBill {
    fn of(case: &Case, catalogs: &Catalogs) -> WholeBill {
        let lines = case.links.lines.clone();
        let mut whole = WholeBill { found: Vec::with_capacity(lines.len()), ..<_>::default() };
        for place in lines {
            let line = &case.linked.records.lines[place as usize];
            let found = catalogs.find(case, line);
            whole.found.push(found);
            let Some(found) = found else { continue };
            let traits = case.items.traits(found.item);
            if traits.makes_compound {
                whole.other_herbs += line.amount;
            }
            if let Some(most) = traits.days_max {
                whole.bill_day(found.item, most, line.service_on);
            }
        }
        for (_, _, days) in &mut whole.days {
            days.sort_unstable();
            days.dedup();
        }
        whole
    }

    fn bill_day(&mut self, item: ItemIx, most: u16, day: Date) {
        match self.days.iter_mut().find(|(held, ..)| *held == item) {
            Some((_, _, days)) => days.push(day),
            None => self.days.push((item, most, vec![day])),
        }
    }

    /// Whether a day comes after the last one of the stay that is payable.
    fn is_too_late(&self, item: ItemIx, day: Date) -> bool {
        self.days
            .iter()
            .find(|(held, ..)| *held == item)
            .and_then(|(_, most, days)| days.get(usize::from(*most).checked_sub(1)?))
            .is_some_and(|last| day > *last)
    }
}

/// The catalogs that decide a claim's lines, each with its number.
#[derive(Clone, Copy)]
pub struct Catalogs<'a> {
    /// Class and first pay.
    deciding: Option<(u16, &'a Catalog)>,
    ceiling: Option<(u16, &'a Catalog)>,
    treatment: Option<(u16, &'a Catalog)>,
}

impl<'a> Catalogs<'a> {
    pub fn of(rulebook: &'a Rulebook, law: &Law<'a>, treated: RegionCode) -> Catalogs<'a> {
        let (treatment, insured) = (rulebook.catalog(treated), law.catalog);
        let rule = law.policy.value().map_or(CatalogRule::Treatment, |policy| policy.catalog.rule);
        let (deciding, ceiling) = match rule {
            CatalogRule::Treatment => (treatment, treatment),
            CatalogRule::Insured => (insured, insured),
            CatalogRule::TreatmentWithInsuredCeiling => (treatment, insured),
        };
        Catalogs { deciding, ceiling, treatment }
    }

    /// What a line names, in the words of the deciding catalog.
    fn find(&self, case: &Case, line: &BillLine) -> Option<FoundItem> {
        let (number, _) = self.deciding?;
        case.items.find(Some(number), line)
    }

    pub fn deciding(&self) -> Option<&'a Catalog> {
        self.deciding.map(|(_, catalog)| catalog)
    }

    /// Whether every catalog that the rule asks for is there, and reaches back to the care: an
    /// item that is in no catalog of its day is not for that reason out of scope.
    pub fn are_complete(&self, case: &Case) -> bool {
        let first = case.claim.stay.first();
        let reaches = |found: Option<(u16, &Catalog)>| {
            found.is_some_and(|(_, catalog)| catalog.begins().is_some_and(|day| day <= first))
        };
        reaches(self.deciding) && reaches(self.ceiling)
    }
}

struct Splitter<'s, 'a> {
    case: &'s Case<'a>,
    catalogs: Catalogs<'a>,
    lost_months: &'s [Month],
    patient: Patient<'a>,
    whole: WholeBill,
    beds: BedDays,
}

impl Splitter<'_, '_> {
    /// Splits the line's absolute amount; the caller restores the sign.
    fn split(&mut self, ix: LineIx, line: &BillLine, found: Option<FoundItem>) -> LineSplit {
        let amount = line.amount.abs();
        let mut split =
            LineSplit { line: ix, claim: self.case.ix, full_self_paid: amount, ..UNSPLIT };
        let Some((number, catalog)) = self.catalogs.deciding else { return split };
        split.catalog = Some(number);
        split.verdict = LineVerdict::NotListed;
        let Some(found) = found else { return split };
        let item = self.case.rulebook.items.get(found.item);
        let traits = self.case.items.traits(found.item);
        let billed = line.quantity.abs();
        // Days in a bed pass, whoever pays for them.
        let in_bed = traits.is_bed && self.case.is_inpatient();
        let quantity = if in_bed { self.beds.count(line) } else { billed };
        split.found_by = Some(found.found_by);
        let listed = self.terms(catalog, found.item, line);
        split.treatment_ceiling = match self.catalogs.treatment {
            Some((there, _)) if there == number => listed.and_then(|(_, terms)| terms.ceiling),
            treatment => self.ceiling_at(treatment, found.item, line),
        };
        let Some((entry, terms)) = listed else {
            (split.class, split.verdict) = without_entry(item, line.service_on);
            return split;
        };
        split.class = entry.class;
        split.verdict = self.verdict(entry, found.item, line);
        if !split.verdict.is_payable() {
            return split;
        }
        let priced_there = self.catalogs.ceiling.filter(|(ceiling, _)| *ceiling != number);
        let in_region = match (self.catalogs.ceiling, priced_there) {
            (Some(_), None) => terms.ceiling,
            (_, there) => self.ceiling_at(there, found.item, line),
        };
        let standard = || traits.has_standards.then(|| self.standard(item, line)).flatten();
        split.ceiling = in_region.or_else(standard);
        split.first_pay_rate = terms.first_pay;
        let kept = if quantity == billed { amount } else { billed.share_of(quantity, amount) };
        split.full_self_paid = amount - kept;
        split.over_ceiling = over(kept, split.ceiling, quantity);
        let under = kept - split.over_ceiling;
        split.first_pay = terms.first_pay.of_rounded(under);
        split.in_scope = under - split.first_pay;
        split
    }

    fn verdict(&self, entry: &CatalogEntry, item: ItemIx, line: &BillLine) -> LineVerdict {
        if self.lost_months.contains(&Month::of(line.service_on)) {
            return LineVerdict::LapsedMonth;
        }
        if entry.class == ItemClass::C {
            return LineVerdict::ClassC;
        }
        if !self.case.items.traits(item).is_limited {
            return LineVerdict::Listed;
        }
        let limits = &self.case.rulebook.items.get(item).limits;
        match self.patient.verdict(limits) {
            verdict if !verdict.is_payable() => verdict,
            _ if limits.not_alone && !self.whole.other_herbs.is_positive() => {
                LineVerdict::HerbAlone
            }
            _ if self.whole.is_too_late(item, line.service_on) => LineVerdict::TooManyDays,
            verdict => verdict,
        }
    }

    /// What a catalog says of the line, if the item is in it on that day.
    fn terms<'c>(
        &self,
        catalog: &'c Catalog,
        item: ItemIx,
        line: &BillLine,
    ) -> Option<(&'c CatalogEntry, Terms)> {
        let entry = catalog.entry(item, line.service_on)?;
        Some((entry, catalog.terms(item, entry, &self.asked(line))))
    }

    fn ceiling_at(
        &self,
        catalog: Option<(u16, &Catalog)>,
        item: ItemIx,
        line: &BillLine,
    ) -> Option<UnitPrice> {
        self.terms(catalog?.1, item, line)?.1.ceiling
    }

    fn asked(&self, line: &BillLine) -> Line {
        Line {
            scheme: self.case.claim.scheme,
            person: self.case.person_type(),
            tier: self.case.tier(),
            unit_price: line.unit_price,
            day: line.service_on,
        }
    }

    /// The payment standard of a negotiated drug, where the line says which specification it is.
    fn standard(&self, item: &Item, line: &BillLine) -> Option<UnitPrice> {
        let names = &self.case.linked.records.names;
        let text = |symbol: Option<_>| symbol.map(|symbol| names.get(symbol));
        item.standard(text(line.spec), text(line.unit))
    }
}

/// The days in a bed that a stay has, as its bed lines use them up.
#[derive(Debug)]
struct BedDays {
    left: Quantity,
    /// Billed above the stay.
    beyond: Quantity,
}

impl BedDays {
    fn of_stay(days: u32) -> BedDays {
        BedDays { left: Quantity::whole(days), beyond: Quantity::default() }
    }

    /// How many of a line's days lie within the stay. A reversal gives back what was billed above
    /// the stay first, so that it mirrors its original.
    fn count(&mut self, line: &BillLine) -> Quantity {
        let billed = line.quantity.abs();
        if line.amount.is_negative() {
            let above = billed.min(self.beyond);
            let within = billed.less(above);
            self.beyond = self.beyond.less(above);
            self.left = self.left.plus(within);
            within
        } else {
            let within = billed.min(self.left);
            self.left = self.left.less(within);
            self.beyond = self.beyond.plus(billed.less(within));
            within
        }
    }
}

/// Why an item has no entry on a day. A drug is in the national list or in none.
fn without_entry(item: &Item, day: Date) -> (ItemClass, LineVerdict) {
    let is_drug = matches!(item.kind, ItemKind::Drug | ItemKind::Patent | ItemKind::Herb);
    match &item.national {
        Some(drug) if !drug.is_agreed_on(day) => (item.class, LineVerdict::OutsideAgreement),
        None if is_drug && item.class == ItemClass::C => (ItemClass::C, LineVerdict::ClassC),
        _ => (ItemClass::C, LineVerdict::NotListed),
    }
}

fn over(amount: Money, ceiling: Option<UnitPrice>, quantity: Quantity) -> Money {
    ceiling.map_or(Money::ZERO, |ceiling| (amount - ceiling.times(quantity)).or_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exceeds_the_ceiling_is_over_it() {
        let ceiling = UnitPrice::parse("33.335");
        let quantity = Quantity::whole(3);
        assert_eq!(over(Money::from_fen(10_500), ceiling, quantity).to_string(), "4.99");
        assert_eq!(over(Money::from_fen(9_000), ceiling, quantity), Money::ZERO);
        assert_eq!(over(Money::from_fen(9_000), None, quantity), Money::ZERO);
    }
}
