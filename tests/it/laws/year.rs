//! A person's years, counted again from the steps of their claims: what a limit of the year
//! leaves is never passed, a yearly deductible is never charged twice, and a layer that counts
//! over the year goes on where the last claim left it.

use std::collections::{BTreeMap, BTreeSet};

use lingbao::domain::Money;
use lingbao::domain::dates::age_on;
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

type Year = BTreeMap<CareType, Sums>;

pub fn hold(batch: &Batch, decided: &Adjudicated) -> Result<(), String> {
    let records = &decided.linked.records;
    let mut order: Vec<&Decision> = decided.decisions.iter().collect();
    order.sort_by_key(|decision| {
        let claim = records.claim(decision.claim);
        (decision.governing_day, &claim.invoice, &claim.claim_id)
    });
    let mut years: BTreeMap<(String, i16), Year> = BTreeMap::new();
    for decision in order {
        let claim = records.claim(decision.claim);
        for part in climb(batch.law, decided, decision)? {
            let policy = ladder::policy(batch.law, decided, decision, claim.stay.last());
            let policy = policy.ok_or("paid without a policy")?;
            let key = (claim.person.reveal().to_owned(), part.year);
            let year = years.entry(key).or_insert_with(|| opened(batch, claim, policy, part.year));
            let limit = limit(batch.law, decided, decision, policy);
            enter(year, claim.care, (policy, limit), &part)
                .map_err(|fault| format!("{}: {fault}\n{part:#?}\n{year:#?}", claim.claim_id))?;
        }
    }
    Ok(())
}

/// The settlements of the person and year, each once.
fn opened(batch: &Batch, claim: &Claim, policy: &Policy, year: i16) -> Year {
    let mut opened = Year::new();
    let mut known = BTreeSet::new();
    for settlement in &batch.records.settlements {
        let end = settlement.stay.map_or(settlement.settled_on, |stay| stay.last());
        let counts = settlement.person.reveal() == claim.person.reveal()
            && settlement.status == SettlementStatus::Normal
            && settlement.scheme.is_none_or(|scheme| scheme == claim.scheme)
            && settlement.settled_on <= batch.as_of
            && policy.year.rule.year_of(end, settlement.settled_on) == year;
        if counts && known.insert(&settlement.settlement_id) {
            let sums = opened.entry(settlement.care.unwrap_or(CareType::Inpatient)).or_default();
            sums.fund += settlement.fund_basic;
            sums.entered += settlement.in_scope;
            sums.deductible += settlement.deductible;
            sums.figure = sums.figure.max(settlement.deductible);
        }
    }
    opened
}

fn over(year: &Year, care: &[CareType], of: fn(&Sums) -> Money) -> Money {
    care.iter().filter_map(|care| year.get(care)).map(of).sum()
}

fn enter(
    year: &mut Year,
    care: CareType,
    (policy, limit): (&Policy, Option<Money>),
    part: &Climbed,
) -> Result<(), String> {
    limited(year, policy, limit, part)?;
    charged(year, policy, part)?;
    let sums = year.entry(care).or_default();
    sums.fund += part.basic;
    sums.entered += part.charged + part.entered;
    sums.deductible += part.charged;
    sums.figure = sums.figure.max(part.figure);
    goes_on(&mut sums.serious, part.serious)?;
    goes_on(&mut sums.supplement, part.supplement)?;
    goes_on(&mut sums.aid, part.aid)
}

/// Where the layer says what came before it, that is what came before it. Only of claims of one
/// kind of care that follow each other in the layer.
fn goes_on(before: &mut Option<Money>, layer: Option<Layer>) -> Result<(), String> {
    let Some(Layer { before: Some(told), base, .. }) = layer else { return Ok(()) };
    if before.is_some_and(|held| told < held) {
        return Err(format!("the layer counts from {told}, the year from {before:?}"));
    }
    *before = Some(told + base);
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
    let (fund, entered) = (over(year, care, |it| it.fund), over(year, care, |it| it.entered));
    let deductible = over(year, care, |it| it.deductible);
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
    let before = over(year, care, |it| it.deductible);
    let dearest = care.iter().filter_map(|care| year.get(care)).map(|it| it.figure).max();
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
