//! What a benefit year remembers of a person: stays, deductibles and what each layer paid.
//! It opens with the past settlements and grows with each claim that takes its place in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::dates::{Date, Period};
use crate::domain::words::{CareType, Scheme, SettlementStatus};
use crate::domain::{Money, RegionCode};
use crate::flow::{FilingIx, Linked, Settlement, SettlementIx};
use crate::rulebook::clauses::year::BenefitYear;

use super::case::Case;

/// Which year: of one pooling area, scheme and first day's year.
pub type YearKey = (RegionCode, Scheme, i16);

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
    pub deductible: Money,
    /// What entered the basic pool, deductibles included.
    pub entered: Money,
    pub fund_basic: Money,
    pub fund_large: Money,
    pub serious_base: Money,
    pub fund_serious: Money,
    pub last_stay: Option<LastStay>,
}

/// What the past settlements brought in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    pub settlements: Vec<SettlementIx>,
    pub stays: u16,
    pub deductible: Money,
    pub fund: Money,
}

/// The last paid stay, which a transfer may go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastStay {
    pub discharged_on: Date,
    pub hospital: Option<Box<str>>,
    pub ordinal: u16,
    /// The figure its deductible was fixed at, and what was charged over the transfers so far.
    pub figure: Money,
    pub charged: Money,
}

impl Years {
    /// The year of a claim, opened from the settlements up to `case.as_of`.
    pub fn open(&mut self, case: &Case, rule: BenefitYear, year: i16) -> &mut YearState {
        let key = (case.claim.insured.0.pool(), case.claim.scheme, year);
        self.years.entry(key).or_insert_with(|| opened(case, rule, year))
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

fn opened(case: &Case, rule: BenefitYear, year: i16) -> YearState {
    let mut state = YearState::default();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let transfers = case.policy().is_some_and(|p| p.deductible.rule.transfer_is_one_stay());
    for ix in settlements(case) {
        let settlement = &case.linked.records.settlements[ix.at()];
        // A row given twice is one settlement.
        if belongs(settlement, case, rule, year) && known.insert(&settlement.settlement_id) {
            state.take_in(ix, settlement, transfers);
        }
    }
    state
}

/// The person's settlements in the order of their days, so that the last stay is the last.
fn settlements(case: &Case) -> Vec<SettlementIx> {
    let linked: &Linked = case.linked;
    let files = case.key().and_then(|key| linked.people.by_key.get(key));
    let mut found = files.map_or_else(Vec::new, |files| files.settlements.clone());
    found.sort_by_key(|ix| {
        let settlement = &linked.records.settlements[ix.at()];
        (settlement.stay.map_or(settlement.settled_on, |stay| stay.last()), *ix)
    });
    found
}

fn belongs(settlement: &Settlement, case: &Case, rule: BenefitYear, year: i16) -> bool {
    let day = settlement.stay.map_or(settlement.settled_on, |stay| stay.last());
    settlement.status == SettlementStatus::Normal
        && settlement.scheme.is_none_or(|scheme| scheme == case.claim.scheme)
        && settlement.settled_on <= case.as_of
        && rule.of(day) == year
}

impl YearState {
    fn take_in(&mut self, ix: SettlementIx, settlement: &Settlement, transfers: bool) {
        self.opening.settlements.push(ix);
        self.opening.deductible += settlement.deductible;
        self.opening.fund += settlement.fund_total();
        self.deductible += settlement.deductible;
        self.entered += settlement.in_scope;
        self.fund_basic += settlement.fund_basic;
        self.fund_large += settlement.fund_large;
        self.fund_serious += settlement.fund_serious;
        let share = settlement.in_scope - settlement.fund_basic - settlement.fund_large;
        self.serious_base += share.or_zero();
        let inpatient = match settlement.care {
            Some(care) => care == CareType::Inpatient,
            None => settlement.stay.is_some(),
        };
        if inpatient {
            self.take_in_stay(settlement, transfers);
        }
    }

    /// Counts a settled stay, or goes on with the one it was a transfer from.
    fn take_in_stay(&mut self, settlement: &Settlement, transfers: bool) {
        let hospital: Option<Box<str>> = settlement.hospital_code.as_deref().map(Into::into);
        let former = settlement.stay.filter(|_| transfers).and_then(|stay| {
            self.last_stay.take_if(|last| last.goes_on(stay, hospital.as_deref()))
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
            hospital,
            ordinal: self.stays,
            figure: figure.max(charged),
            charged,
        });
    }

    /// The former stay, when this one goes on from it by a transfer on the day of discharge.
    pub fn transfer_from(&self, case: &Case) -> Option<&LastStay> {
        let hospital = case.hospital.map(|hospital| &*hospital.code);
        self.last_stay.as_ref().filter(|last| last.goes_on(case.claim.stay, hospital))
    }
}

impl LastStay {
    /// Whether a stay begins elsewhere on the day this one ended.
    fn goes_on(&self, next: Period, hospital: Option<&str>) -> bool {
        self.discharged_on == next.first()
            && self.hospital.is_some()
            && hospital.is_some()
            && self.hospital.as_deref() != hospital
    }
}
