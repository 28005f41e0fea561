//! The line split 明细拆分: every bill line into full self-pay, over ceiling, first pay and in
//! scope. Two parts are rounded products, the last is the difference, so a line always adds up.

use std::collections::{BTreeSet, HashMap};

use crate::domain::dates::{Date, Month};
use crate::domain::words::{CareType, ItemClass, ItemKind};
use crate::domain::{Money, Quantity, Rate, RegionCode, UnitPrice};
use crate::flow::{BillLine, LineIx, LineSplit, LineVerdict};
use crate::rulebook::Catalog;
use crate::rulebook::catalog::{CatalogEntry, FoundItem};
use crate::rulebook::clauses::catalog_rule::CatalogRule;
use crate::rulebook::items::{ItemIx, ItemLimits};

use super::case::Case;

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
    let catalogs = Catalogs::of(case);
    let found = catalogs.find_all(case);
    let last_days = last_payable_days(case, &found);
    let mut bill = BillSplit::default();
    let mut beds = BedDays::of_stay(case.claim.stay.hospital_days());
    for (place, found) in case.links.lines.clone().zip(found) {
        let line = &case.linked.records.lines[place as usize];
        let splitter = Splitter { case, catalogs: &catalogs, line, lost_months };
        let last_day = found.and_then(|found| last_days.get(&found.item).copied());
        let mut split = splitter.split(LineIx(place), found, last_day, &mut beds);
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

/// For items payable on so many days of a stay: the last of their days here that is payable.
fn last_payable_days(case: &Case, found: &[Option<FoundItem>]) -> HashMap<ItemIx, Date> {
    let mut days: HashMap<ItemIx, (u16, BTreeSet<Date>)> = HashMap::new();
    for (place, found) in case.links.lines.clone().zip(found) {
        let Some(item) = found.map(|found| found.item) else { continue };
        if let Some(most) = case.rulebook.items.get(item).limits.days_max {
            let day = case.linked.records.lines[place as usize].service_on;
            days.entry(item).or_insert_with(|| (most, BTreeSet::new())).1.insert(day);
        }
    }
    let last = |(item, (most, days)): (ItemIx, (u16, BTreeSet<Date>))| {
        days.into_iter().take(usize::from(most)).next_back().map(|day| (item, day))
    };
    days.into_iter().filter_map(last).collect()
}

/// The catalogs that decide a claim's lines.
pub struct Catalogs<'a> {
    /// Class and first pay.
    deciding: Option<(u16, &'a Catalog)>,
    ceiling: Option<&'a Catalog>,
    treatment: Option<&'a Catalog>,
}

impl<'a> Catalogs<'a> {
    pub fn of(case: &Case<'a>) -> Catalogs<'a> {
        let at = |place: RegionCode| case.rulebook.catalog(place);
        let treatment = at(case.place());
        let insured = at(case.claim.insured.0);
        let rule = case.policy().map_or(CatalogRule::Treatment, |policy| policy.catalog.rule);
        let (deciding, ceiling) = match rule {
            CatalogRule::Treatment => (treatment, treatment),
            CatalogRule::Insured => (insured, insured),
            CatalogRule::TreatmentWithInsuredCeiling => (treatment, insured),
        };
        Catalogs {
            deciding,
            ceiling: ceiling.map(|(_, catalog)| catalog),
            treatment: treatment.map(|(_, catalog)| catalog),
        }
    }

    /// What each line of the claim names, in their order.
    fn find_all(&self, case: &Case) -> Vec<Option<FoundItem>> {
        let Some(catalog) = self.deciding() else {
            return vec![None; case.links.lines.len()];
        };
        let (items, names) = (&case.rulebook.items, &case.linked.records.names);
        let text = |symbol: Option<_>| symbol.map(|symbol| names.get(symbol));
        let find = |place| {
            let line: &BillLine = &case.linked.records.lines[place as usize];
            let (code, local) = (text(line.item_code), text(line.hospital_item_code));
            catalog.find(items, code, local, names.get(line.item_name))
        };
        case.links.lines.clone().map(find).collect()
    }

    pub fn deciding(&self) -> Option<&'a Catalog> {
        self.deciding.map(|(_, catalog)| catalog)
    }

    /// Whether every catalog that the rule asks for is there.
    pub fn are_complete(&self) -> bool {
        self.deciding.is_some() && self.ceiling.is_some()
    }
}

struct Splitter<'s, 'a> {
    case: &'s Case<'a>,
    catalogs: &'s Catalogs<'a>,
    line: &'s BillLine,
    lost_months: &'s [Month],
}

impl Splitter<'_, '_> {
    /// Splits the line's absolute amount; the caller restores the sign. `last_day` is the last
    /// payable day of an item that is payable on so many only.
    fn split(
        &self,
        ix: LineIx,
        found: Option<FoundItem>,
        last_day: Option<Date>,
        beds: &mut BedDays,
    ) -> LineSplit {
        let amount = self.line.amount.abs();
        let mut split = LineSplit {
            line: ix,
            claim: self.case.ix,
            full_self_paid: amount,
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
        let Some((number, catalog)) = self.catalogs.deciding else { return split };
        split.catalog = Some(number);
        split.verdict = LineVerdict::NotListed;
        let Some(found) = found else { return split };
        let (tier, day) = (self.case.tier(), self.line.service_on);
        let ceiling_in = |catalog: Option<&Catalog>| {
            catalog.and_then(|catalog| catalog.entry(found.item, day)?.ceiling(tier))
        };
        let item = self.case.rulebook.items.get(found.item);
        // Days in a bed pass, whoever pays for them.
        let quantity = match item.kind {
            ItemKind::Bed if self.case.is_inpatient() => beds.count(self.line),
            _ => self.line.quantity.abs(),
        };
        split.found_by = Some(found.found_by);
        split.treatment_ceiling = ceiling_in(self.catalogs.treatment);
        let Some(entry) = catalog.entry(found.item, day) else { return split };
        split.class = entry.class;
        split.verdict = match self.verdict(entry, &item.limits) {
            LineVerdict::Listed if last_day.is_some_and(|last| day > last) => {
                LineVerdict::TooManyDays
            }
            verdict => verdict,
        };
        if split.verdict != LineVerdict::Listed {
            return split;
        }
        split.ceiling = ceiling_in(self.catalogs.ceiling);
        split.first_pay_rate = entry.first_pay;
        let billed = self.line.quantity.abs();
        let kept = if quantity == billed { amount } else { billed.share_of(quantity, amount) };
        split.full_self_paid = amount - kept;
        split.over_ceiling = over(kept, split.ceiling, quantity);
        let under = kept - split.over_ceiling;
        split.first_pay = entry.first_pay.of_rounded(under);
        split.in_scope = under - split.first_pay;
        split
    }

    fn verdict(&self, entry: &CatalogEntry, limits: &ItemLimits) -> LineVerdict {
        let case = self.case;
        // Of a hospital that is not known, the tier is not known either.
        let tier_too_low = |needed| {
            case.hospital.is_some_and(|hospital| hospital.tier.is_none_or(|tier| tier < needed))
        };
        let age = case.age();
        let too_young = age.zip(limits.age_min).is_some_and(|(age, min)| age < i32::from(min));
        let too_old = age.zip(limits.age_max).is_some_and(|(age, max)| age > i32::from(max));
        let emergency_counts = case.is_emergency() && limits.care.contains(&CareType::Emergency);
        let wrong_care =
            !limits.care.is_empty() && !limits.care.contains(&case.claim.care) && !emergency_counts;
        let diagnosis = case.claim.diagnosis_code.as_deref().unwrap_or_default();
        let indicated = limits.diagnosis.is_empty()
            || limits.diagnosis.iter().any(|prefix| diagnosis.starts_with(prefix.as_str()));
        if self.lost_months.contains(&Month::of(self.line.service_on)) {
            LineVerdict::LapsedMonth
        } else if entry.class == ItemClass::C {
            LineVerdict::ClassC
        } else if limits.sex.zip(case.sex()).is_some_and(|(limit, sex)| limit != sex) {
            LineVerdict::WrongSex
        } else if too_young || too_old {
            LineVerdict::WrongAge
        } else if limits.hospital_tier_min.is_some_and(tier_too_low) {
            LineVerdict::HospitalTooLow
        } else if wrong_care {
            LineVerdict::WrongCare
        } else if limits.other_fund {
            LineVerdict::OtherFund
        } else if !indicated {
            LineVerdict::DiagnosisNotListed
        } else {
            LineVerdict::Listed
        }
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
