//! A person's years, counted again from the steps of their claims: what a limit of the year
//! leaves is never passed, a yearly deductible is never charged twice, and a layer that counts
//! over the year goes on where the last claim left it.

use std::collections::{BTreeMap, BTreeSet};

use lingbao::domain::Money;
use lingbao::domain::dates::{Month, age_on};
use lingbao::domain::words::{CareType, SettlementStatus};
use lingbao::flow::decisions::LimitMeaning;
use lingbao::flow::{Adjudicated, Claim, Decision, PersonLink};
use lingbao::rulebook::Policy;
use lingbao::rulebook::clauses::Seat;
use lingbao::rulebook::clauses::deductible::Per;
use lingbao::rulebook::clauses::route::Distance;

use super::ladder::{self, Climbed, Layer, climb};
use super::records::Batch;
use super::world::Law;

/// What came together in a year, by kind of care.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    fund: Money,
    entered: Money,
    deductible: Money,
    figure: Money,
    serious: Option<Money>,
    supplement: Option<Money>,
    aid: Option<Money>,
}

/// What came before a claim in its year, and what was settled since it was handed in.
#[derive(Clone, Debug, Default)]
struct Year {
    before: BTreeMap<CareType, Sums>,
    later: BTreeMap<CareType, Sums>,
}

pub fn hold(batch: &Batch, decided: &Adjudicated) -> Result<(), String> {
    let records = &decided.linked.records;
    let mut order: Vec<&Decision> = decided.decisions.iter().collect();
    order.sort_by_key(|decision| {
        let claim = records.claim(decision.claim);
        (decision.governing_day, &claim.invoice, &claim.claim_id)
    });
    let mut years: BTreeMap<(String, i16), BTreeMap<CareType, Sums>> = BTreeMap::new();
    for decision in order {
        let claim = records.claim(decision.claim);
        for part in climb(batch.law, decided, decision)? {
            let policy = ladder::policy(batch.law, decided, decision, claim.stay.last());
            let policy = policy.ok_or("paid without a policy")?;
            let key = (claim.person.reveal().to_owned(), part.year);
            let entered = years.entry(key).or_default();
            let mut year = opened(batch, claim, policy, part.year);
            for (care, sums) in &*entered {
                year.before.entry(*care).or_default().add(sums);
            }
            let limit = limit(batch.law, decided, decision, policy);
            enter(&year, entered.entry(claim.care).or_default(), (policy, limit), &part)
                .map_err(|fault| format!("{}: {fault}\n{part:#?}\n{year:#?}", claim.claim_id))?;
        }
    }
    Ok(())
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.fund += other.fund;
        self.entered += other.entered;
        self.deductible += other.deductible;
        self.figure = self.figure.max(other.figure);
    }
}

/// The settlements of the person and year, each once.
fn opened(batch: &Batch, claim: &Claim, policy: &Policy, year: i16) -> Year {
    let mut opened = Year::default();
    let handed_in = Month::of(claim.received_on).last_day();
    let mut known = BTreeSet::new();
    for settlement in &batch.records.settlements {
        let end = settlement.stay.map_or(settlement.settled_on, |stay| stay.last());
        let counts = settlement.person.reveal() == claim.person.reveal()
            && settlement.status == SettlementStatus::Normal
            && settlement.scheme.is_none_or(|scheme| scheme == claim.scheme)
            && policy.year.rule.year_of(end, settlement.settled_on) == year;
        if counts && known.insert(&settlement.settlement_id) {
            let known = settlement.settled_on <= handed_in;
            let side = if known { &mut opened.before } else { &mut opened.later };
            let sums = side.entry(settlement.care.unwrap_or(CareType::Inpatient)).or_default();
            sums.fund += settlement.fund_basic;
            sums.entered += settlement.in_scope;
            sums.deductible += settlement.deductible;
            sums.figure = sums.figure.max(settlement.deductible);
        }
    }
    opened
}

fn over(year: &BTreeMap<CareType, Sums>, care: &[CareType], of: fn(&Sums) -> Money) -> Money {
    care.iter().filter_map(|care| year.get(care)).map(of).sum()
}

fn enter(
    year: &Year,
    sums: &mut Sums,
    (policy, limit): (&Policy, Option<Money>),
    part: &Climbed,
) -> Result<(), String> {
    limited(year, policy, limit, part)?;
    charged(year, policy, part)?;
    sums.fund += part.basic;
    sums.entered += part.charged + part.entered;
    sums.deductible += part.charged;
    sums.figure = sums.figure.max(part.figure);
    goes_on(&mut sums.serious, part.serious)?;
    goes_on(&mut sums.supplement, part.supplement)?;
    goes_on(&mut sums.aid, part.aid)
}

/// Where the layer says what came before it, no claim of the year is missing there; settlements
/// may be more, for those known to a claim differ. Only of claims of one kind of care.
fn goes_on(before: &mut Option<Money>, layer: Option<Layer>) -> Result<(), String> {
    let Some(Layer { before: Some(told), base, .. }) = layer else { return Ok(()) };
    let held = before.unwrap_or_default();
    if told < held {
        return Err(format!("the layer counts from {told}, the claims before it from {held}"));
    }
    *before = Some(held + base);
    Ok(())
}

/// The year's limit of the basic pool for the claim.
fn limit(law: &Law, decided: &Adjudicated, decision: &Decision, policy: &Policy) -> Option<Money> {
    let (records, links) = (&decided.linked.records, &decided.linked.links);
    let claim = records.claim(decision.claim);
    let hospital = &records.hospitals[links[decision.claim.at()].hospital.one()?.at()];
    let PersonLink::Known { entry: Some(entry), .. } = &links[decision.claim.at()].person else {
        return None;
    };
    let person = &records.persons[entry.at()];
    let distance = match hospital.region.province() == law.region.province() {
        true => Distance::SameProvince,
        false => Distance::OtherProvince,
    };
    let route = policy.route(decision.route.route, distance, hospital.networked)?;
    let admission = claim.stay.first();
    let adjusted = route.rule.effect.adjustment();
    let seat = Seat {
        tier: adjusted.and_then(|it| it.base_tier).or(hospital.tier),
        owner: adjusted.and_then(|it| it.base_owner).or(hospital.owner_level),
        kind: Some(hospital.kind),
        person: person.person_type,
        age: person.birth_date().map(|born| age_on(born, admission)),
        hardship: &person.hardship,
        civil_servant: person.civil_servant,
        retired_on: person.retired_on,
        member_years: person.insured_since.map(|since| age_on(since, admission)),
        diagnosis: claim.diagnosis_code.as_deref().unwrap_or_default(),
    };
    policy.limit.as_ref()?.rule.amount(&seat).ok().map(|capped| capped.amount)
}

fn limited(
    year: &Year,
    policy: &Policy,
    limit: Option<Money>,
    part: &Climbed,
) -> Result<(), String> {
    let (Some(clause), Some(limit)) = (&policy.limit, limit) else {
        return Ok(());
    };
    let care = &clause.applies.care;
    let used = |of| over(&year.before, care, of) + over(&year.later, care, of);
    let (fund, entered) = (used(|it| it.fund), used(|it| it.entered));
    let deductible = used(|it| it.deductible);
    let (before, now) = match clause.rule.meaning {
        LimitMeaning::Fund => (fund, part.basic),
        LimitMeaning::Entering => (entered + part.charged, part.entered),
        LimitMeaning::FundAndPerson => (entered - deductible, part.entered),
    };
    if let Some(told) = part.limit.filter(|told| *told != (clause.rule.meaning, limit, before)) {
        return Err(format!("the step says {told:?}, the year {before} of {limit}"));
    }
    // Where the opening leaves no room nothing more enters.
    if now.is_positive() && before + now > limit {
        return Err(format!("{before} and {now} pass the limit of {limit}"));
    }
    Ok(())
}

fn charged(year: &Year, policy: &Policy, part: &Climbed) -> Result<(), String> {
    let clause = &policy.deductible;
    let care = &clause.applies.care;
    let before = over(&year.before, care, |it| it.deductible);
    let dearest = care.iter().filter_map(|care| year.before.get(care)).map(|it| it.figure).max();
    let left = match clause.rule.per {
        Per::Year => part.figure - before,
        Per::YearTopUp => part.figure - dearest.unwrap_or_default(),
        _ => return Ok(()),
    };
    if part.charged > left.or_zero() {
        return Err(format!("{} is charged where {left} was left of the year's", part.charged));
    }
    Ok(())
}
