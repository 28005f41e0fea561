//! The line split 明细拆分: every bill line into full self-pay, over ceiling, first pay and in
//! scope. Two parts are rounded products, the last is the difference, so a line always adds up.

use crate::domain::dates::Month;
use crate::domain::words::{CareType, ItemClass, ItemKind};
use crate::domain::{Money, Quantity, Rate, RegionCode, UnitPrice};
use crate::flow::{BillLine, LineIx, LineSplit, LineVerdict};
use crate::rulebook::Catalog;
use crate::rulebook::catalog::CatalogEntry;
use crate::rulebook::clauses::catalog_rule::CatalogRule;
use crate::rulebook::items::ItemLimits;

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

/// Splits the claim's lines, appending one split each.
pub fn split(case: &Case, lost_months: &[Month], splits: &mut Vec<LineSplit>) -> BillSplit {
    let catalogs = Catalogs::of(case);
    let mut bill = BillSplit::default();
    let mut bed_days = Quantity::whole(case.claim.stay.hospital_days());
    for place in case.links.lines.clone() {
        let line = &case.linked.records.lines[place as usize];
        let mut split = Splitter { case, catalogs: &catalogs, line }.split(
            LineIx(place),
            lost_months,
            &mut bed_days,
        );
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
}

impl Splitter<'_, '_> {
    /// Splits the line's absolute amount; the caller restores the sign.
    fn split(&self, ix: LineIx, lost: &[Month], bed_days: &mut Quantity) -> LineSplit {
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
        let (items, names) = (&self.case.rulebook.items, &self.case.linked.records.names);
        let text = |symbol: Option<_>| symbol.map(|symbol| names.get(symbol));
        let (code, local) = (text(self.line.item_code), text(self.line.hospital_item_code));
        let name = names.get(self.line.item_name);
        let Some(found) = catalog.find(items, code, local, name) else { return split };
        let (tier, day) = (self.case.tier(), self.line.service_on);
        let ceiling_in = |catalog: Option<&Catalog>| {
            catalog.and_then(|catalog| catalog.entry(found.item, day)?.ceiling(tier))
        };
        split.found_by = Some(found.found_by);
        split.treatment_ceiling = ceiling_in(self.catalogs.treatment);
        let Some(entry) = catalog.entry(found.item, day) else { return split };
        split.class = entry.class;
        split.verdict = self.verdict(entry, &items.get(found.item).limits, lost);
        if split.verdict != LineVerdict::Listed {
            return split;
        }
        split.ceiling = ceiling_in(self.catalogs.ceiling);
        split.first_pay_rate = entry.first_pay;
        let is_bed = items.get(found.item).kind == ItemKind::Bed && self.case.is_inpatient();
        let (kept, quantity) = if is_bed && self.line.amount.is_positive() {
            within_days(amount, self.line.quantity, bed_days)
        } else {
            (amount, self.line.quantity.abs())
        };
        split.full_self_paid = amount - kept;
        split.over_ceiling = over(kept, split.ceiling, quantity);
        let under = kept - split.over_ceiling;
        split.first_pay = entry.first_pay.of_rounded(under);
        split.in_scope = under - split.first_pay;
        split
    }

    fn verdict(&self, entry: &CatalogEntry, limits: &ItemLimits, lost: &[Month]) -> LineVerdict {
        let case = self.case;
        let tier_too_low = |needed| case.tier().is_none_or(|tier| tier < needed);
        let age = case.age();
        let too_young = age.zip(limits.age_min).is_some_and(|(age, min)| age < i32::from(min));
        let too_old = age.zip(limits.age_max).is_some_and(|(age, max)| age > i32::from(max));
        let emergency_counts = case.is_emergency() && limits.care.contains(&CareType::Emergency);
        let wrong_care =
            !limits.care.is_empty() && !limits.care.contains(&case.claim.care) && !emergency_counts;
        let diagnosis = case.claim.diagnosis_code.as_deref().unwrap_or_default();
        let indicated = limits.diagnosis.is_empty()
            || limits.diagnosis.iter().any(|prefix| diagnosis.starts_with(prefix.as_str()));
        if lost.contains(&Month::of(self.line.service_on)) {
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

/// The part of a bed line within the days of the stay that are left, and its days.
fn within_days(amount: Money, billed: Quantity, left: &mut Quantity) -> (Money, Quantity) {
    let counted = billed.min(*left);
    *left = left.less(counted);
    if counted == billed { (amount, billed) } else { (billed.share_of(counted, amount), counted) }
}

fn over(amount: Money, ceiling: Option<UnitPrice>, quantity: Quantity) -> Money {
    ceiling.map_or(Money::ZERO, |ceiling| (amount - ceiling.times(quantity)).or_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bed_days_above_the_stay_are_taken_out_once() {
        let days = Quantity::whole;
        let mut left = days(3);
        let ten_yuan = |n: i64| Money::from_yuan(10 * n);
        assert_eq!(within_days(ten_yuan(2), days(2), &mut left), (ten_yuan(2), days(2)));
        assert_eq!(within_days(ten_yuan(2), days(2), &mut left), (ten_yuan(1), days(1)));
        assert_eq!(within_days(ten_yuan(2), days(2), &mut left), (Money::ZERO, days(0)));
    }

    #[test]
    fn only_what_exceeds_the_ceiling_is_over_it() {
        let ceiling = UnitPrice::parse("33.335");
        let quantity = Quantity::whole(3);
        assert_eq!(over(Money::from_fen(10_500), ceiling, quantity).to_string(), "4.99");
        assert_eq!(over(Money::from_fen(9_000), ceiling, quantity), Money::ZERO);
        assert_eq!(over(Money::from_fen(9_000), None, quantity), Money::ZERO);
    }
}
