//! What a benefit year remembers of a person: stays, deductibles and what each layer paid.
//! It opens with the past settlements and grows with each claim that takes its place in it.

use std::collections::{BTreeSet, HashMap};
use std::ops::AddAssign;

use crate::domain::dates::{Date, Period, days_between};
use crate::domain::words::{CareType, Scheme, SettlementStatus};
use crate::domain::{Money, RegionCode};
use crate::flow::{FilingIx, Linked, Settlement, SettlementIx};
use crate::rulebook::Policy;
use crate::rulebook::clauses::deductible::{Charge, Deductible};
use crate::rulebook::clauses::layer::Shares;
use crate::rulebook::clauses::person::Advantage;
use crate::rulebook::clauses::year::BenefitYear;

use super::case::Case;

/// Which year: of one pooling area, scheme and first day's year.
type YearKey = (RegionCode, Scheme, i16);

/// What is remembered of one person while their claims are walked.
#[derive(Debug, Default)]
pub struct Years {
    /// Each opened when a claim first needs it; nearly always one or two.
    years: Vec<(YearKey, Year)>,
    /// The hospital each referral 转诊 was used for: another one needs a new filing.
    referrals: HashMap<FilingIx, Box<str>>,
}

/// A year as one claim after another finds it.
#[derive(Debug, Default)]
struct Year {
    /// The last day whose settlements it was opened with.
    known: Date,
    state: YearState,
    /// The claims that took their places in it, in their order.
    entered: Vec<Entry>,
}

/// A claim's place in a year: what it, or one part of a long stay, brings in.
#[derive(Clone, Debug)]
pub struct Entry {
    pub care: CareType,
    pub tally: Tally,
    pub charge: Charge,
    /// Whether it takes a place in the order of the year's stays.
    pub is_new_stay: bool,
    pub ended: Option<EndedStay>,
    /// The stay it went on from.
    pub former: Option<EndedStay>,
}

/// Accumulators of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearState {
    pub opening: Opening,
    pub stays: u16,
    /// What came together, by kind of care: each rule counts the kinds it applies to.
    tallies: [Tally; CareType::ALL.len()],
    /// What was settled after the claim was handed in. It has no place before the claim, but a
    /// limit of the year counts it.
    later: [Tally; CareType::ALL.len()],
    charges: Vec<Charge>,
    /// The stays that a later one may go on from, each as far as it went.
    ended: Vec<EndedStay>,
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

/// A paid stay, which a later one may go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedStay {
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
    /// Opens a year of the claim's person and scheme for the claim: from the settlements that were
    /// known in the month it was handed in, and from the claims that took their places before it.
    pub fn open(&mut self, case: &Case, rule: BenefitYear, year: i16) {
        let (wanted, known) = (key(case, year), case.known_until());
        let place = self.years.iter().position(|(held, _)| *held == wanted);
        let place = place.unwrap_or_else(|| {
            self.years.push((wanted, Year::default()));
            self.years.len() - 1
        });
        let (_, held) = &mut self.years[place];
        if held.known != known {
            held.known = known;
            held.state = opened(case, rule, year);
            held.entered.iter().for_each(|entry| held.state.enter(entry));
        }
    }

    /// A year that was opened, as the claim finds it.
    pub fn state(&self, case: &Case, year: i16) -> Option<&YearState> {
        let wanted = key(case, year);
        self.years.iter().find(|(held, _)| *held == wanted).map(|(_, held)| &held.state)
    }

    /// Gives a claim its place in a year that was opened.
    pub fn enter(&mut self, case: &Case, year: i16, entry: &Entry) {
        let wanted = key(case, year);
        if let Some((_, held)) = self.years.iter_mut().find(|(held, _)| *held == wanted) {
            held.state.enter(entry);
            held.entered.push(entry.clone());
        }
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
        // What the first claim of the year is for does not matter: each settlement was paid by
        // the rules of its own kind of care.
        let policy = case.policy_for(care(settlement), end(settlement));
        let rule = policy.map_or(rule, |policy| policy.year.rule);
        // A row given twice is one settlement.
        if !belongs(settlement, case, rule, year) || !known.insert(&settlement.settlement_id) {
            continue;
        }
        if settlement.settled_on <= case.known_until() {
            state.take_in(ix, case, policy);
        } else {
            state.later[care(settlement) as usize] += brought_in(settlement, policy);
        }
    }
    state
}

/// The person's settlements in the order of their days, so that the last stay is the last.
fn settlements(case: &Case) -> Vec<SettlementIx> {
    let linked: &Linked = case.linked;
    let mut found = case.own_files().map_or_else(Vec::new, |files| files.settlements.clone());
    found.sort_by_key(|ix| (end(&linked.records.settlements[ix.at()]), *ix));
    found
}

/// The day on which the care of a settlement ended.
fn end(settlement: &Settlement) -> Date {
    settlement.stay.map_or(settlement.settled_on, |stay| stay.last())
}

/// A settlement that does not say is a stay where it has the days of one.
fn care(settlement: &Settlement) -> CareType {
    let usual = match settlement.stay {
        Some(_) => CareType::Inpatient,
        None => CareType::Outpatient,
    };
    settlement.care.unwrap_or(usual)
}

fn belongs(settlement: &Settlement, case: &Case, rule: BenefitYear, year: i16) -> bool {
    settlement.status == SettlementStatus::Normal
        && settlement.scheme.is_none_or(|scheme| scheme == case.claim.scheme)
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

    /// The same with what was settled since: what is used up of a limit of the year.
    pub fn used_up(&self, care: &[CareType]) -> Tally {
        care.iter().fold(self.so_far(care), |mut sum, care| {
            sum += self.later[*care as usize];
            sum
        })
    }

    /// The deductibles charged for the kinds of care that a rule applies to.
    pub fn charges<'y>(&'y self, care: &'y [CareType]) -> impl Iterator<Item = &'y Charge> + Clone {
        self.charges.iter().filter(move |charge| care.contains(&charge.care))
    }

    fn add(&mut self, care: CareType, tally: Tally, charge: Charge) {
        self.tallies[care as usize] += tally;
        self.charges.push(charge);
    }

    pub fn enter(&mut self, entry: &Entry) {
        self.add(entry.care, entry.tally, entry.charge.clone());
        self.stays += u16::from(entry.is_new_stay);
        if let Some(ended) = &entry.ended {
            self.end_stay(ended.clone(), entry.former.as_ref());
        }
    }

    /// Remembers that a stay ended, in place of the one it went on from.
    fn end_stay(&mut self, stay: EndedStay, former: Option<&EndedStay>) {
        self.ended.retain(|ended| Some(ended) != former);
        self.ended.push(stay);
    }

    fn take_in(&mut self, ix: SettlementIx, case: &Case, policy: Option<&Policy>) {
        let settlement = &case.linked.records.settlements[ix.at()];
        self.opening.settlements.push(ix);
        self.opening.deductible += settlement.deductible;
        self.opening.fund += settlement.fund_total();
        let care = care(settlement);
        let ordinal = self.stays + 1;
        let figure = match care {
            CareType::Inpatient => figure(case, settlement, policy, ordinal),
            _ => settlement.deductible,
        };
        let charge = Charge {
            day: end(settlement),
            care,
            hospital: settlement.hospital_code.as_deref().map(Into::into),
            figure,
            amount: settlement.deductible,
        };
        self.add(care, brought_in(settlement, policy), charge);
        if care == CareType::Inpatient {
            self.take_in_stay(settlement, figure, policy.map(|policy| &policy.deductible.rule));
        }
    }

    /// Counts a settled stay, or goes on with the one it continues.
    fn take_in_stay(&mut self, settlement: &Settlement, figure: Money, rule: Option<&Deductible>) {
        let hospital = settlement.hospital_code.as_deref();
        let disease = disease(settlement.diagnosis_code.as_deref());
        let former = settlement.stay.zip(rule);
        let former = former.and_then(|(stay, rule)| self.gone_on(stay, hospital, disease, rule));
        let former = former.cloned();
        if former.is_none() {
            self.opening.stays += 1;
            self.stays += 1;
        }
        let before = former.as_ref().map_or(Money::ZERO, |former| former.charged);
        let figure = former.as_ref().map_or(figure, |former| figure.max(former.figure));
        let charged = before + settlement.deductible;
        let Some(stay) = settlement.stay else { return };
        let ended = EndedStay {
            discharged_on: stay.last(),
            hospital: hospital.map(Into::into),
            disease: disease.into(),
            ordinal: former.as_ref().map_or(self.stays, |former| former.ordinal),
            figure: figure.max(charged),
            charged,
        };
        self.end_stay(ended, former.as_ref());
    }

    /// The former stay, when this one goes on from it.
    pub fn former(&self, case: &Case, stay: Period, rule: &Deductible) -> Option<&EndedStay> {
        let hospital = case.hospital.map(|hospital| &*hospital.code);
        let disease = disease(case.claim.diagnosis_code.as_deref());
        self.gone_on(stay, hospital, disease, rule)
    }

    /// Of the stays that one goes on from, the last. Stays settled since then do not hide it.
    fn gone_on(
        &self,
        next: Period,
        hospital: Option<&str>,
        disease: &str,
        rule: &Deductible,
    ) -> Option<&EndedStay> {
        let goes_on = |ended: &&EndedStay| ended.goes_on(next, hospital, disease, rule);
        self.ended.iter().filter(goes_on).max_by_key(|ended| ended.discharged_on)
    }
}

/// How high the deductible of a settled stay was. Where the pool paid, all of it had been charged;
/// where the deductible took everything in scope, the region's table says how high it would have
/// been in that hospital.
fn figure(case: &Case, settlement: &Settlement, policy: Option<&Policy>, ordinal: u16) -> Money {
    let charged = settlement.deductible;
    if settlement.fund_basic.is_positive() {
        return charged;
    }
    let hospital = settlement.hospital_code.as_deref().and_then(|code| {
        let hospitals = &case.linked.records.hospitals;
        hospitals.get(hospitals.partition_point(|hospital| &*hospital.code < code))
    });
    let hospital = hospital.filter(|h| Some(&*h.code) == settlement.hospital_code.as_deref());
    let first = settlement.stay.map_or(settlement.settled_on, |stay| stay.first());
    let diagnosis = settlement.diagnosis_code.as_deref();
    let table = policy.zip(hospital).and_then(|(policy, hospital)| {
        let seat = case.seat_in(Some(hospital), first, diagnosis)?;
        let table = policy.deductible.rule.figure(&seat, ordinal, settlement.total).ok()?;
        let persons = policy.persons.iter().filter_map(|clause| clause.rule.advantage(&seat).ok());
        let together = persons.fold(Advantage::NONE, |sum, advantage| sum.and(*advantage));
        Some(together.deductible(table))
    });
    table.map_or(charged, |table| table.max(charged))
}

/// What a past settlement adds to the sums of its year. What lay over the limit or was paid first
/// for the route it does not say apart, so that counts as a share inside the pool; what was first
/// paid of class B is in no base. One that does not say what was in scope had at least what was
/// paid and charged in it.
fn brought_in(settlement: &Settlement, policy: Option<&Policy>) -> Tally {
    let least = settlement.deductible + settlement.fund_basic + settlement.fund_large;
    let in_scope = settlement.in_scope.max(least);
    let basic = in_scope - settlement.deductible - settlement.fund_basic;
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
        entered: in_scope,
        fund_basic: settlement.fund_basic,
        large_base: Money::ZERO,
        fund_large: settlement.fund_large,
        serious_base: base(serious.map(|clause| &clause.rule.base)),
        fund_serious: settlement.fund_serious,
        supplement_base: base(supplement.map(|clause| &clause.rule.base)),
        fund_supplement: settlement.fund_supplement,
        aid_base: (in_scope - before_aid).or_zero(),
        fund_aid: settlement.fund_aid,
    }
}

impl EndedStay {
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
