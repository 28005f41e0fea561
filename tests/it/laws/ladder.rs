//! A decision's working, climbed again: every step must begin where the one before it ended, no
//! layer pays more than its base, and what the parts of a claim come to is the claim.
//!
//! The surprise: nothing is computed here that could be taken from the program. A product is
//! remade from the rate and the amount that the step itself shows.

use std::iter::Peekable;
use std::slice::Iter;

use lingbao::domain::dates::{Date, plus_days};
use lingbao::domain::words::Outcome;
use lingbao::domain::{Exact, Money, Rate};
use lingbao::flow::decisions::LimitMeaning;
use lingbao::flow::{Adjudicated, Decision, LineVerdict, Step, StepKind};
use lingbao::rulebook::Policy;
use lingbao::rulebook::clauses::layer::{Part as Share, Shares};
use lingbao::rulebook::clauses::year::Belongs;

use super::told::splits;
use super::world::Law;

/// What one part of a claim came to.
#[derive(Clone, Debug)]
pub struct Climbed {
    pub year: i16,
    pub scope: Money,
    pub figure: Money,
    pub charged: Money,
    pub entered: Money,
    pub over: Money,
    pub basic: Money,
    pub large: Option<Layer>,
    pub serious: Option<Layer>,
    pub supplement: Option<Layer>,
    pub aid: Option<Layer>,
    /// Of the large-amount layer.
    pub second: Money,
    pub limit: Option<(LimitMeaning, Money, Money)>,
}

/// What came into a layer: earlier in the year (none where the step does not say), now, and what
/// it paid.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    pub before: Option<Money>,
    pub base: Money,
    pub fund: Money,
}

impl Climbed {
    fn funds(&self) -> Money {
        let layers = [self.large, self.serious, self.supplement, self.aid];
        let paid: Money = layers.iter().flatten().map(|layer| layer.fund).sum();
        self.basic + paid + self.second
    }
}

pub fn pays(decision: &Decision) -> bool {
    matches!(decision.outcome, Outcome::Pay | Outcome::PayReduced | Outcome::Hold)
}

macro_rules! holds {
    ($condition:expr, $($told:tt)+) => {
        if !$condition {
            return Err(format!("{}: {}", stringify!($condition), format!($($told)+)));
        }
    };
}

/// Climbs one decision; none of its parts where nothing is paid.
pub fn climb(
    law: &Law,
    adjudicated: &Adjudicated,
    decision: &Decision,
) -> Result<Vec<Climbed>, String> {
    let amounts = &decision.amounts;
    bill(adjudicated, decision)?;
    let Some((Step { kind: StepKind::Result { total, fund, person }, .. }, steps)) =
        decision.steps.split_last()
    else {
        return Err("the last step is no result".into());
    };
    let result = (*total, *fund, *person);
    holds!(result == (amounts.total, amounts.fund_total(), amounts.person_total), "{result:?}");
    let standing = |step: &&Step| {
        matches!(
            step.kind,
            StepKind::Person { .. }
                | StepKind::Hospital { .. }
                | StepKind::Route { .. }
                | StepKind::Opening { .. }
                | StepKind::LapsedMonths { .. }
                | StepKind::Lines { .. }
        )
    };
    let first = steps.iter().take_while(standing).count();
    let mut steps = steps[first..].iter().peekable();
    if !pays(decision) {
        let nothing = amounts.fund_total().is_zero() && amounts.deductible.is_zero();
        holds!(nothing && decision.stay_ordinal.is_none(), "{amounts:?}");
        holds!(amounts.person_total == amounts.total, "{amounts:?}");
        holds!(steps.next().is_none(), "a ladder of a claim that is not paid");
        return Ok(Vec::new());
    }
    let stay = adjudicated.linked.records.claim(decision.claim).stay;
    let mut parts = Vec::new();
    let mut next_day = stay.first();
    while !matches!(steps.peek().map(|step| &step.kind), None | Some(StepKind::Floor { .. })) {
        let (last, scope) = match steps.peek().map(|step| &step.kind) {
            Some(StepKind::Part { first, last, scope }) => {
                holds!(*first == next_day && first <= last, "{first} after {next_day}");
                steps.next();
                (*last, *scope)
            }
            _ => (stay.last(), amounts.in_scope),
        };
        next_day = plus_days(last, 1);
        let policy = policy(law, adjudicated, decision, last).ok_or("paid without a policy")?;
        parts.push(part(policy, adjudicated, decision, (last, scope), &mut steps)?);
    }
    holds!(next_day == plus_days(stay.last(), 1), "the parts end before {next_day}");
    whole(decision, &parts, steps.next())?;
    holds!(steps.next().is_none(), "steps after the last layer");
    Ok(parts)
}

/// The lines add up to the claim's four parts.
fn bill(adjudicated: &Adjudicated, decision: &Decision) -> Result<(), String> {
    let splits = splits(adjudicated, decision);
    let lines = &adjudicated.linked.records.lines;
    let sum = |part: fn(&lingbao::flow::LineSplit) -> Money| splits.iter().map(part).sum::<Money>();
    let parts = [
        sum(|split| split.full_self_paid),
        sum(|split| split.over_ceiling),
        sum(|split| split.first_pay),
        sum(|split| split.in_scope),
    ];
    let amounts = &decision.amounts;
    let told = [amounts.full_self_paid, amounts.over_ceiling, amounts.first_pay, amounts.in_scope];
    holds!(parts == told, "{parts:?} {told:?}");
    let billed: Money = splits.iter().map(|split| lines[split.line.at()].amount).sum();
    for step in &decision.steps {
        match &step.kind {
            StepKind::Lines { count, total, self_paid, over, first, scope } => {
                holds!(*count as usize == splits.len() && *total == billed, "{step:?}");
                holds!([*self_paid, *over, *first, *scope] == parts, "{step:?}");
            }
            StepKind::LapsedMonths { moved, .. } => {
                let lapsed = splits.iter().filter(|s| s.verdict == LineVerdict::LapsedMonth);
                let lapsed: Money = lapsed.map(|s| lines[s.line.at()].amount).sum();
                holds!(*moved == lapsed, "{step:?} but {lapsed}");
            }
            _ => {}
        }
    }
    Ok(())
}

/// The policy of a part: that of the claim, or of the last day of a part cut off with its year.
pub fn policy<'l>(
    law: &'l Law,
    adjudicated: &Adjudicated,
    decision: &Decision,
    last: Date,
) -> Option<&'l Policy> {
    let claim = adjudicated.linked.records.claim(decision.claim);
    let region = law.world.rulebook.region(claim.insured)?;
    let on = |day| region.policy(claim.scheme, claim.care, day).value();
    let policy = on(decision.governing_day)?;
    match policy.year.rule.belongs {
        Belongs::Cut => Some(on(last).unwrap_or(policy)),
        Belongs::Discharge | Belongs::Settlement => Some(policy),
    }
}

type Steps<'s> = Peekable<Iter<'s, Step>>;

/// Takes the next step if it is of that kind.
macro_rules! take {
    ($steps:expr, $pattern:pat => $value:expr) => {
        match $steps.peek().map(|step| &step.kind) {
            Some($pattern) => {
                let value = $value;
                $steps.next();
                Some(value)
            }
            _ => None,
        }
    };
}

/// One part, from the route's first pay to aid.
fn part(
    policy: &Policy,
    adjudicated: &Adjudicated,
    decision: &Decision,
    (last, scope): (Date, Money),
    steps: &mut Steps,
) -> Result<Climbed, String> {
    let first_pay = take!(steps, StepKind::RouteFirstPay { scope, rate, person } =>
        (*scope, *rate, *person));
    let route_first = first_pay.map_or(Money::ZERO, |(.., person)| person);
    if let Some((of, rate, person)) = first_pay {
        holds!(of == scope && person == rate.of_rounded(scope), "{first_pay:?} of {scope}");
    }
    let payable = (scope - route_first).or_zero();
    let (figure, charged) = deductible(payable, steps)?;
    let after = payable - charged;
    let ratio = ratio(steps)?;
    let (entered, basic, exact) = bands(ratio, steps)?;
    let over = after - entered;
    holds!(!over.is_negative() && !basic.is_negative() && basic <= entered, "{entered} {basic}");
    let limit = take!(steps, StepKind::Limit { meaning, limit, used, over } =>
        (*meaning, *limit, *used, *over));
    holds!(limit.map_or(Money::ZERO, |(.., over)| over) == over, "{limit:?}, over {over}");
    match limit {
        Some((LimitMeaning::Fund, limit, used, _)) => {
            let room = (limit - used).or_zero();
            holds!(basic == room.min(entered), "{basic} of {room}");
            holds!((exact.round() - basic).abs() <= Money::from_fen(1), "{basic}, {exact:?}");
        }
        Some((_, limit, used, _)) => {
            holds!(entered == (limit - used).or_zero(), "{entered} of {limit} less {used}");
            holds!(exact.round() == basic, "{basic}, {exact:?}");
        }
        None => holds!(exact.round() == basic, "{basic}, {exact:?}"),
    }
    let mut part = Climbed {
        year: year_of(policy, adjudicated, decision, last),
        scope,
        figure,
        charged,
        entered,
        over,
        basic,
        large: None,
        serious: None,
        supplement: None,
        aid: None,
        second: Money::ZERO,
        limit: limit.map(|(meaning, limit, used, _)| (meaning, limit, used)),
    };
    let shares = Shares {
        basic_share: entered - basic,
        large_share: Money::ZERO,
        deductible: charged,
        route_first_pay: route_first,
        over_limit: over,
        first_pay: decision.amounts.first_pay,
    };
    layers(policy, shares, &mut part, steps)?;
    Ok(part)
}

fn year_of(policy: &Policy, adjudicated: &Adjudicated, decision: &Decision, last: Date) -> i16 {
    let rule = policy.year.rule;
    let is_last = adjudicated.linked.records.claim(decision.claim).stay.last() == last;
    if is_last { decision.benefit_year } else { rule.of(last) }
}

/// The figure, and what of it was charged.
fn deductible(payable: Money, steps: &mut Steps) -> Result<(Money, Money), String> {
    let mut lowered: Option<(Money, Money)> = None;
    while let Some((before, after)) =
        take!(steps, StepKind::PersonDeductible { before, after } => (*before, *after))
    {
        holds!(lowered.is_none_or(|(_, held)| held == before), "{lowered:?}, then {before}");
        let table = lowered.map_or(before, |(table, _)| table);
        holds!(after <= table && !after.is_negative(), "{after} of {table}");
        lowered = Some((table, after));
    }
    let Some(step) = steps.next() else { return Err("no deductible".into()) };
    let (figure, charged) = match step.kind {
        StepKind::Deductible { figure, scope, charged, .. } => {
            holds!(scope == payable && charged == figure.min(payable), "{step:?}");
            (figure, charged)
        }
        StepKind::RemainingDeductible { figure, due, charged, .. } => {
            holds!(due < figure && charged == due.min(payable), "{step:?} of {payable}");
            (figure, charged)
        }
        StepKind::TransferDeductible { figure, charged, .. } => {
            holds!(charged <= payable, "{step:?} of {payable}");
            (figure, charged)
        }
        _ => return Err(format!("no deductible: {step:?}")),
    };
    holds!(!charged.is_negative(), "{step:?}");
    holds!(lowered.is_none_or(|(_, held)| held == figure), "{lowered:?}, then {figure}");
    Ok((figure, charged))
}

/// The first band's ratio after person and route.
fn ratio(steps: &mut Steps) -> Result<Rate, String> {
    let Some(table) = take!(steps, StepKind::Ratio { ratio, .. } => *ratio) else {
        return Err(format!("no ratio: {:?}", steps.peek()));
    };
    let mut ratio = table;
    while let Some((before, after)) =
        take!(steps, StepKind::PersonRatio { before, after } => (*before, *after))
    {
        holds!(before == ratio, "{before} after {ratio}");
        ratio = after;
    }
    holds!(ratio >= table && ratio <= Rate::ONE, "{ratio} of {table}");
    if let Some((before, after)) =
        take!(steps, StepKind::RouteRatio { before, after } => (*before, *after))
    {
        holds!(before == ratio && after < before, "{before} to {after}, after {ratio}");
        ratio = after;
    }
    Ok(ratio)
}

/// What entered, what of it is paid, and what the bands give exactly.
fn bands(first: Rate, steps: &mut Steps) -> Result<(Money, Money, Exact), String> {
    let mut sum = Money::ZERO;
    let mut exact = Exact::ZERO;
    let mut end: Option<Money> = None;
    while let Some((from, to, amount, ratio)) =
        take!(steps, StepKind::Band { from, to, amount, ratio } => (*from, *to, *amount, *ratio))
    {
        holds!(amount.is_positive() && ratio <= Rate::ONE, "{amount} at {ratio}");
        holds!(end.is_none_or(|end| end == from), "{from} after {end:?}");
        holds!(!from.is_zero() || ratio == first, "{ratio} is not {first}");
        holds!(to.is_none_or(|to| amount <= to - from), "{amount} in {from} to {to:?}");
        end = to;
        sum += amount;
        exact += ratio.of(amount);
    }
    let Some((entered, fund, person)) =
        take!(steps, StepKind::Basic { entered, fund, person } => (*entered, *fund, *person))
    else {
        return Err(format!("no basic pool: {:?}", steps.peek()));
    };
    holds!(sum == entered && fund + person == entered, "{sum}: {entered} {fund} {person}");
    Ok((entered, fund, exact))
}

fn layers(
    policy: &Policy,
    mut shares: Shares,
    part: &mut Climbed,
    steps: &mut Steps,
) -> Result<(), String> {
    if let Some((base, fund, second)) =
        take!(steps, StepKind::Large { base, fund, supplement, .. } => (*base, *fund, *supplement))
    {
        holds!(base == part.over && fund + second <= base, "{base}: {fund} {second}");
        shares.large_share = base - fund - second;
        shares.over_limit = Money::ZERO;
        part.large = Some(Layer { before: None, base, fund });
        part.second = second;
    }
    let sum = |parts: &[Share]| shares.sum(parts);
    part.serious = take!(steps, StepKind::SeriousIllness { before, base, fund } =>
        Layer { before: Some(*before), base: *base, fund: *fund });
    if let Some(layer) = part.serious {
        let rule = policy.serious_illness.as_ref().ok_or("serious illness by no clause")?;
        let of_parts = rule.rule.base.contains(&Share::FirstPay);
        holds!(of_parts || layer.base == sum(&rule.rule.base), "{layer:?} of {shares:?}");
        holds!(layer.fund <= layer.base, "{layer:?}");
    }
    part.supplement = take!(steps, StepKind::Supplement { before, base, fund } =>
        Layer { before: Some(*before), base: *base, fund: *fund });
    if let Some(layer) = part.supplement {
        let rule = policy.supplement.as_ref().ok_or("a supplement by no clause")?;
        holds!(layer.base <= sum(&rule.rule.base), "{layer:?} of {shares:?}");
        holds!(layer.fund <= layer.base, "{layer:?}");
    }
    let funds = part.funds();
    part.aid = take!(steps, StepKind::Aid { before, base, fund } =>
        Layer { before: Some(*before), base: *base, fund: *fund });
    if let Some(layer) = part.aid {
        holds!(layer.base == (part.scope - funds).or_zero(), "{layer:?} after {funds}");
        holds!(layer.fund <= layer.base, "{layer:?}");
    }
    Ok(())
}

/// The parts come to the claim, with the floor under all of them.
fn whole(decision: &Decision, parts: &[Climbed], floor: Option<&Step>) -> Result<(), String> {
    let amounts = &decision.amounts;
    let sum = |of: fn(&Climbed) -> Money| parts.iter().map(of).sum::<Money>();
    let fund = |layer: Option<Layer>| layer.map_or(Money::ZERO, |layer| layer.fund);
    holds!(sum(|part| part.scope) == amounts.in_scope, "{parts:?}");
    holds!(sum(|part| part.charged) == amounts.deductible, "{parts:?}");
    holds!(sum(|part| part.basic) == amounts.fund_basic, "{parts:?}");
    let layers = parts.iter().fold([Money::ZERO; 4], |[large, serious, other, aid], part| {
        [
            large + fund(part.large),
            serious + fund(part.serious),
            other + fund(part.supplement) + part.second,
            aid + fund(part.aid),
        ]
    });
    let told =
        [amounts.fund_large, amounts.fund_serious, amounts.fund_supplement, amounts.fund_aid];
    holds!(layers == told, "{layers:?} {told:?}");
    let funds = sum(Climbed::funds);
    let paid = match floor.map(|step| &step.kind) {
        Some(StepKind::Floor { share, scope, funds: held, fund }) => {
            holds!(*scope == amounts.in_scope && *held == funds, "{floor:?} after {funds}");
            holds!(*fund == share.of_rounded(*scope) - funds && fund.is_positive(), "{floor:?}");
            *fund
        }
        Some(_) => return Err(format!("an unknown last step {floor:?}")),
        None => Money::ZERO,
    };
    holds!(paid == amounts.fund_floor && funds + paid == amounts.fund_total(), "{funds} {paid}");
    // What no part was paid from stays with the person, to the fen.
    let not_paid = amounts.full_self_paid + amounts.over_ceiling + amounts.first_pay;
    let left = amounts.in_scope - amounts.fund_total();
    holds!(amounts.person_total == not_paid + left, "{amounts:?}");
    Ok(())
}
