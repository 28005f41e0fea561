//! What a benefit year remembers of a person: stays, deductibles and what each layer paid.
//! It opens with the past settlements and grows with each claim that takes its place in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::AddAssign;

use crate::domain::dates::{Date, Period, days_between};
use crate::domain::words::{CareType, Scheme, SettlementStatus};
use crate::domain::{Money, RegionCode};
use crate::flow::{FilingIx, Linked, Settlement, SettlementIx};
use crate::rulebook::Policy;
use crate::rulebook::clauses::deductible::{Charge, Deductible};
use crate::rulebook::clauses::layer::Shares;
use crate::rulebook::clauses::year::BenefitYear;

use super::case::Case;

/// Which year: of one pooling area, scheme and first day's year.
type YearKey = (RegionCode, Scheme, i16);

/// What is remembered of one person while their claims are walked.
#[derive(Debug, Default)]
pub struct Years {
    /// Each opened when a claim first needs it.
    years: BTreeMap<YearKey, YearState>,
    /// The hospital each referral 转诊 was used for: another one needs a new filing.
    referrals: HashMap<FilingIx, Box<str>>,
}

/// Accumulators of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearState {
    pub opening: Opening,
    pub stays: u16,
    /// What came together, by kind of care: each rule counts the kinds it applies to.
    tallies: [Tally; CareType::ALL.len()],
    charges: Vec<Charge>,
    pub last_stay: Option<LastStay>,
}

/// Sums of a year, or what one claim adds to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub deductible: Money,
    /// What entered the basic pool, deductibles included.
    pub entered: Money,
    pub fund_basic: Money,
    pub large_base: Money,
    pub fund_large: Money,
    pub serious_base: Money,
    pub fund_serious: Money,
    pub supplement_base: Money,
    pub fund_supplement: Money,
    pub aid_base: Money,
    pub fund_aid: Money,
}

/// What the past settlements brought in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    pub settlements: Vec<SettlementIx>,
    pub stays: u16,
    pub deductible: Money,
    pub fund: Money,
}

/// The last paid stay, which the next one may go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastStay {
    pub discharged_on: Date,
    pub hospital: Option<Box<str>>,
    /// Its principal diagnosis to three characters; empty if not known.
    pub disease: Box<str>,
    pub ordinal: u16,
    /// The figure its deductible was fixed at, and what was charged over all of it so far.
    pub figure: Money,
    pub charged: Money,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.deductible += other.deductible;
        self.entered += other.entered;
        self.fund_basic += other.fund_basic;
        self.large_base += other.large_base;
        self.fund_large += other.fund_large;
        self.serious_base += other.serious_base;
        self.fund_serious += other.fund_serious;
        self.supplement_base += other.supplement_base;
        self.fund_supplement += other.fund_supplement;
        self.aid_base += other.aid_base;
        self.fund_aid += other.fund_aid;
    }
}

impl Years {
    /// Opens a year of the claim's person and scheme, from the settlements up to `case.as_of`.
    pub fn open(&mut self, case: &Case, rule: BenefitYear, year: i16) {
        self.years.entry(key(case, year)).or_insert_with(|| opened(case, rule, year));
    }

    /// A year that was opened.
    pub fn state(&self, case: &Case, year: i16) -> Option<&YearState> {
        self.years.get(&key(case, year))
    }

    pub fn state_mut(&mut self, case: &Case, year: i16) -> Option<&mut YearState> {
        self.years.get_mut(&key(case, year))
    }

    /// Whether a referral was used for another hospital before.
    pub fn referred_elsewhere(&self, filing: FilingIx, case: &Case) -> bool {
        let used = self.referrals.get(&filing);
        used.is_some_and(|used| case.hospital.is_none_or(|hospital| hospital.code != *used))
    }

    /// Remembers that a paid claim rested on a referral.
    pub fn use_referral(&mut self, filing: FilingIx, case: &Case) {
        if let Some(hospital) = case.hospital {
            self.referrals.entry(filing).or_insert_with(|| hospital.code.clone());
        }
    }
}

fn key(case: &Case, year: i16) -> YearKey {
    (case.claim.insured.0.pool(), case.claim.scheme, year)
}

fn opened(case: &Case, rule: BenefitYear, year: i16) -> YearState {
    let mut state = YearState::default();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for ix in settlements(case) {
        let settlement = &case.linked.records.settlements[ix.at()];
        // A row given twice is one settlement.
        if belongs(settlement, case, rule, year) && known.insert(&settlement.settlement_id) {
            state.take_in(ix, settlement, case.policy());
        }
    }
    state
}

/// The person's settlements in the order of their days, so that the last stay is the last.
fn settlements(case: &Case) -> Vec<SettlementIx> {
    let linked: &Linked = case.linked;
    let files = case.key().and_then(|key| linked.people.by_key.get(key));
    let mut found = files.map_or_else(Vec::new, |files| files.settlements.clone());
    found.sort_by_key(|ix| (end(&linked.records.settlements[ix.at()]), *ix));
    found
}

/// The day on which the care of a settlement ended.
fn end(settlement: &Settlement) -> Date {
    settlement.stay.map_or(settlement.settled_on, |stay| stay.last())
}

fn belongs(settlement: &Settlement, case: &Case, rule: BenefitYear, year: i16) -> bool {
    settlement.status == SettlementStatus::Normal
        && settlement.scheme.is_none_or(|scheme| scheme == case.claim.scheme)
        && settlement.settled_on <= case.as_of
        && rule.year_of(end(settlement), settlement.settled_on) == year
}

/// A diagnosis to three characters: what counts as the same disease.
pub fn disease(diagnosis: Option<&str>) -> &str {
    diagnosis.and_then(|code| code.get(..3)).unwrap_or_default()
}

impl YearState {
    /// The sums of the kinds of care that a rule applies to.
    pub fn so_far(&self, care: &[CareType]) -> Tally {
        care.iter().fold(Tally::default(), |mut sum, care| {
            sum += self.tallies[*care as usize];
            sum
        })
    }

    /// The deductibles charged for the kinds of care that a rule applies to.
    pub fn charges<'y>(&'y self, care: &'y [CareType]) -> impl Iterator<Item = &'y Charge> + Clone {
        self.charges.iter().filter(move |charge| care.contains(&charge.care))
    }

    pub fn add(&mut self, care: CareType, tally: Tally, charge: Charge) {
        self.tallies[care as usize] += tally;
        self.charges.push(charge);
    }

    fn take_in(&mut self, ix: SettlementIx, settlement: &Settlement, policy: Option<&Policy>) {
        self.opening.settlements.push(ix);
        self.opening.deductible += settlement.deductible;
        self.opening.fund += settlement.fund_total();
        let inpatient = match settlement.care {
            Some(care) => care == CareType::Inpatient,
            None => settlement.stay.is_some(),
        };
        let usual = if inpatient { CareType::Inpatient } else { CareType::Outpatient };
        let hospital: Option<Box<str>> = settlement.hospital_code.as_deref().map(Into::into);
        let charge = Charge {
            day: end(settlement),
            care: settlement.care.unwrap_or(usual),
            hospital,
            figure: settlement.deductible,
            amount: settlement.deductible,
        };
        self.add(charge.care, brought_in(settlement, policy), charge);
        if inpatient {
            self.take_in_stay(settlement, policy.map(|policy| &policy.deductible.rule));
        }
    }

    /// Counts a settled stay, or goes on with the one it continues.
    fn take_in_stay(&mut self, settlement: &Settlement, rule: Option<&Deductible>) {
        let hospital = settlement.hospital_code.as_deref();
        let disease = disease(settlement.diagnosis_code.as_deref());
        let former = settlement.stay.zip(rule).and_then(|(stay, rule)| {
            self.last_stay.take_if(|last| last.goes_on(stay, hospital, disease, rule))
        });
        if former.is_none() {
            self.opening.stays += 1;
            self.stays += 1;
        }
        let before = former.as_ref().map_or(Money::ZERO, |last| last.charged);
        let figure = former.as_ref().map_or(Money::ZERO, |last| last.figure);
        let charged = before + settlement.deductible;
        self.last_stay = settlement.stay.map(|stay| LastStay {
            discharged_on: stay.last(),
            hospital: hospital.map(Into::into),
            disease: disease.into(),
            ordinal: self.stays,
            figure: figure.max(charged),
            charged,
        });
    }

    /// The former stay, when this one goes on from it.
    pub fn former(&self, case: &Case, stay: Period, rule: &Deductible) -> Option<&LastStay> {
        let hospital = case.hospital.map(|hospital| &*hospital.code);
        let disease = disease(case.claim.diagnosis_code.as_deref());
        self.last_stay.as_ref().filter(|last| last.goes_on(stay, hospital, disease, rule))
    }
}

/// What a past settlement adds to the sums of its year. What lay over a limit, was paid first or
/// was out of scope it does not say, so those parts are in no base.
fn brought_in(settlement: &Settlement, policy: Option<&Policy>) -> Tally {
    let basic = settlement.in_scope - settlement.deductible - settlement.fund_basic;
    let shares = Shares {
        basic_share: (basic - settlement.fund_large).or_zero(),
        deductible: settlement.deductible,
        ..Shares::default()
    };
    let base = |parts: Option<&Vec<_>>| parts.map_or(Money::ZERO, |parts| shares.sum(parts));
    let serious = policy.and_then(|policy| policy.serious_illness.as_ref());
    let supplement = policy.and_then(|policy| policy.supplement.as_ref());
    let before_aid = settlement.fund_total() - settlement.fund_aid;
    Tally {
        deductible: settlement.deductible,
        entered: settlement.in_scope,
        fund_basic: settlement.fund_basic,
        large_base: Money::ZERO,
        fund_large: settlement.fund_large,
        serious_base: base(serious.map(|clause| &clause.rule.base)),
        fund_serious: settlement.fund_serious,
        supplement_base: base(supplement.map(|clause| &clause.rule.base)),
        fund_supplement: settlement.fund_supplement,
        aid_base: (settlement.in_scope - before_aid).or_zero(),
        fund_aid: settlement.fund_aid,
    }
}

impl LastStay {
    /// Whether the next stay is counted as one with this: a transfer on the day of discharge, or
    /// the same disease again within the days the region gives.
    fn goes_on(
        &self,
        next: Period,
        hospital: Option<&str>,
        disease: &str,
        rule: &Deductible,
    ) -> bool {
        let between = days_between(self.discharged_on, next.first());
        let transfer = rule.transfer_is_one_stay
            && between == 0
            && self.hospital.is_some()
            && hospital.is_some()
            && self.hospital.as_deref() != hospital;
        let same_disease = rule.same_disease_days.is_some_and(|days| {
            (0..=i32::from(days)).contains(&between)
                && !disease.is_empty()
                && *self.disease == *disease
        });
        transfer || same_disease
    }
}
