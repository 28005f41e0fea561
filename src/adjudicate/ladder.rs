//! The ladder of clauses: from what is in scope to what each fund pays. Every product is rounded
//! once and every other half is a difference; the result balances or the program stops.
//!
//! A claim is climbed part by part ([`super::parts`]), nearly always one; this file goes from the
//! route to the basic pool, [`super::layers`] takes it from there.

use crate::domain::dates::Date;
use crate::domain::words::{Route, Tier};
use crate::domain::{Money, Rate};
use crate::flow::decisions::LimitMeaning;
use crate::flow::{ClauseId, Step, StepKind};
use crate::rulebook::Policy;
use crate::rulebook::clauses::bands::Bands;
use crate::rulebook::clauses::deductible::{Charge, Per};
use crate::rulebook::clauses::layer::{LayerGap, Shares};
use crate::rulebook::clauses::limit::{Admitted, Limit, Over, admit};
use crate::rulebook::clauses::period::Further;
use crate::rulebook::clauses::person::Advantage;
use crate::rulebook::clauses::ratio::{Axis, BandsOver};
use crate::rulebook::clauses::route::{Adjustment, OtherDeductible, RouteEffect};
use crate::rulebook::clauses::{Clause, Fact, NoRow, Seat};

use super::case::Case;
use super::layers::Funds;
use super::parts::Part;
use super::year::{EndedStay, Entry, Tally, YearState, Years, disease};

/// Why the ladder has no answer: the region's data or the inputs do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing is on record of the day.
    Policy(Date),
    Route(Route),
    /// The route is refused, which has its own gate.
    Refused,
    Hospital,
    Person,
    /// No row of a rule fits.
    Row,
    /// Which row fits, or how high a limit is, depends on a fact that is not known.
    Unknown(Fact),
    OverLimit,
    SeriousIllness,
}

impl From<LayerGap> for Gap {
    fn from(gap: LayerGap) -> Gap {
        match gap {
            LayerGap::Unknown(fact) => Gap::Unknown(fact),
            LayerGap::NoLimit => Gap::Row,
        }
    }
}

/// How many steps a part usually has.
const STEPS_USUAL: usize = 8;

/// What the ladder gave, and what it adds to the year.
#[derive(Clone, Debug, Default)]
pub struct Computed {
    /// Which stay of the year it is; none for outpatients and stays outside the order.
    pub ordinal: Option<u16>,
    pub deductible: Money,
    pub funds: Funds,
    pub steps: Vec<Step>,
    climbed: Vec<Climbed>,
}

/// One part after the climb.
#[derive(Clone, Debug)]
struct Climbed {
    year: i16,
    ordinal: u16,
    entry: Entry,
}

impl Computed {
    pub fn fund(&self) -> Money {
        self.funds.total()
    }

    /// Writes the claim into its years.
    pub fn enter(&self, case: &Case, years: &mut Years) {
        for part in &self.climbed {
            years.enter(case, part.year, &part.entry);
        }
    }
}

/// Climbs the ladder for one claim on one route, with the years as they stand.
pub fn compute(case: &Case, route: Route, parts: &[Part], years: &Years) -> Result<Computed, Gap> {
    let policy = case.policy().ok_or(Gap::Policy(case.governing_day()))?;
    let seat = case.seat().ok_or(Gap::Person)?;
    if case.lacks_network(route) {
        return Err(Gap::Unknown(Fact::Networked));
    }
    let route_clause = case.route_rule(route).ok_or(Gap::Route(route))?;
    if route_clause.rule.effect == RouteEffect::Refused {
        return Err(Gap::Refused);
    }
    let none = Adjustment::default();
    let adjustment = route_clause.rule.effect.adjustment().unwrap_or(&none);
    let seat = Seat {
        tier: adjustment.base_tier.or(seat.tier),
        owner: adjustment.base_owner.or(seat.owner),
        ..seat
    };
    let mut computed = Computed {
        steps: Vec::with_capacity(STEPS_USUAL * parts.len()),
        climbed: Vec::with_capacity(parts.len()),
        ..Computed::default()
    };
    // A part sees what the parts before it brought into its year.
    let mut moved: Option<(i16, YearState)> = None;
    let mut same_stay = Tally::default();
    let mut ordinal_before = None;
    for (place, part) in parts.iter().enumerate() {
        let is_same_year = moved.as_ref().is_some_and(|(year, _)| *year == part.year);
        if !is_same_year {
            let opened = years.state(case, part.year).filter(|_| parts.len() > 1).cloned();
            moved = opened.map(|state| (part.year, state));
            (same_stay, ordinal_before) = (Tally::default(), None);
        }
        let fresh = YearState::default();
        let year = match &moved {
            Some((_, state)) => state,
            None => years.state(case, part.year).unwrap_or(&fresh),
        };
        if parts.len() > 1 {
            let (first, last) = (part.stretch.first(), part.stretch.last());
            let kind = StepKind::Part { first, last, scope: part.bill.in_scope };
            let clause = match part.further {
                Some(_) => part.policy.period.as_ref().map(|clause| clause.id),
                None => Some(part.policy.year.id),
            };
            computed.steps.push(Step { kind, clause });
        }
        let rung = Rung {
            case,
            policy: part.policy,
            seat,
            route_clause: route_clause.id,
            adjustment,
            year,
            part,
            same_stay,
            ordinal_before,
        };
        let climbed = rung.climb(&mut computed)?;
        if place == 0 {
            computed.ordinal = climbed.entry.ended.as_ref().map(|stay| stay.ordinal);
        }
        same_stay += climbed.entry.tally;
        ordinal_before = Some(climbed.ordinal);
        if let Some((_, state)) = &mut moved {
            state.enter(&climbed.entry);
        }
        computed.climbed.push(climbed);
    }
    let in_scope: Money = parts.iter().map(|part| part.bill.in_scope).sum();
    super::layers::floor(case, policy, in_scope, &mut computed);
    Ok(computed)
}

/// What a deductible came to.
struct Charged {
    figure: Money,
    charged: Money,
    ordinal: u16,
    /// The stay this one is counted as one with.
    goes_on: bool,
}

/// One part on its way up.
pub(super) struct Rung<'a> {
    pub case: &'a Case<'a>,
    pub policy: &'a Policy,
    pub seat: Seat<'a>,
    route_clause: ClauseId,
    adjustment: &'a Adjustment,
    pub year: &'a YearState,
    part: &'a Part<'a>,
    /// What earlier parts of the same claim brought into the same year.
    same_stay: Tally,
    /// As which stay the part before it in the same year was charged.
    ordinal_before: Option<u16>,
}

impl Rung<'_> {
    fn climb(&self, computed: &mut Computed) -> Result<Climbed, Gap> {
        let steps = &mut computed.steps;
        let bill = &self.part.bill;
        // A bill in which more is reversed than billed pends, but its ladder is climbed.
        let route_first = self.route_first(bill.in_scope.or_zero(), steps);
        let payable = (bill.in_scope - route_first).or_zero();
        let charged = self.deductible(payable, steps)?;
        let after = payable - charged.charged;
        let admitted = self.basic(&charged, after, steps)?;
        // Nothing in scope may be lost or made on the way up, in any build.
        assert!(
            payable == charged.charged + admitted.entered + admitted.over
                && admitted.fund <= admitted.entered,
            "a ladder that does not balance"
        );
        let mut tally = Tally {
            deductible: charged.charged,
            entered: charged.charged + admitted.entered,
            fund_basic: admitted.fund,
            ..Tally::default()
        };
        let shares = Shares {
            basic_share: admitted.entered - admitted.fund,
            deductible: charged.charged,
            route_first_pay: route_first,
            over_limit: admitted.over,
            first_pay: bill.first_pay.or_zero(),
            large_share: Money::ZERO,
        };
        let funds = self.layers(admitted.fund, shares, bill.in_scope, &mut tally, steps)?;
        computed.deductible += charged.charged;
        computed.funds.add(funds);
        Ok(self.climbed(&charged, tally))
    }

    /// What the part adds to its year.
    fn climbed(&self, charged: &Charged, tally: Tally) -> Climbed {
        let hospital = self.case.hospital.map(|hospital| &hospital.code);
        let former = self.former().filter(|_| charged.goes_on);
        let inpatient = self.case.is_inpatient();
        let stands_in_order = inpatient && !self.adjustment.outside_order;
        let entry = Entry {
            care: self.case.claim.care,
            tally,
            charge: Charge {
                day: self.part.stretch.last(),
                care: self.case.claim.care,
                hospital: hospital.cloned(),
                figure: charged.figure,
                amount: charged.charged,
            },
            is_new_stay: stands_in_order && !charged.goes_on && !self.is_charged_again(),
            ended: stands_in_order.then(|| EndedStay {
                discharged_on: self.part.stretch.last(),
                hospital: hospital.cloned(),
                disease: disease(self.case.claim.diagnosis_code.as_deref()).into(),
                ordinal: charged.ordinal,
                figure: charged.figure.max(former.map_or(Money::ZERO, |last| last.figure)),
                charged: charged.charged + former.map_or(Money::ZERO, |last| last.charged),
            }),
            former: former.cloned(),
        };
        Climbed { year: self.part.year, ordinal: charged.ordinal, entry }
    }

    /// A further settlement period that is charged like the first.
    fn is_charged_again(&self) -> bool {
        self.part.further == Some(Further::Again)
    }

    /// The stay this claim is counted as one with. Further parts follow one of their own.
    fn former(&self) -> Option<&EndedStay> {
        let rule = &self.policy.deductible.rule;
        let begins = self.part.stretch.first() == self.case.claim.stay.first();
        let considers = self.case.is_inpatient() && begins && rule.per == Per::Stay;
        considers.then(|| self.year.former(self.case, self.part.stretch, rule)).flatten()
    }

    /// What the route makes the person pay before anything else.
    fn route_first(&self, in_scope: Money, steps: &mut Vec<Step>) -> Money {
        let Some(rate) = self.adjustment.person_first else { return Money::ZERO };
        let person = rate.of_rounded(in_scope);
        steps.push(Step {
            kind: StepKind::RouteFirstPay { scope: in_scope, rate, person },
            clause: Some(self.route_clause),
        });
        person
    }

    fn deductible(&self, payable: Money, steps: &mut Vec<Step>) -> Result<Charged, Gap> {
        let clause = &self.policy.deductible;
        let (rule, care) = (&clause.rule, &clause.applies.care);
        let former = self.former();
        let ordinal = match former {
            Some(last) => last.ordinal,
            None if !self.case.is_inpatient() => self.year.charges(care).count() as u16 + 1,
            None if self.is_charged_again() => self.ordinal_before.unwrap_or(1),
            None => self.year.stays + 1,
        };
        let total = self.part.bill.total;
        let table =
            || rule.figure(&self.seat, ordinal, total).map_err(|no_row| self.no_row(no_row));
        let (figure, source) = match &self.adjustment.deductible {
            None => (table()?, clause.id),
            Some(OtherDeductible::Times(times)) => {
                let figure = Money::from_fen(table()?.fen() * i64::from(*times));
                (figure, self.route_clause)
            }
            Some(OtherDeductible::Figures(figures)) => {
                let place = usize::from(ordinal - 1).min(figures.len() - 1);
                (figures[place], self.route_clause)
            }
            Some(OtherDeductible::Share(share)) => (share.of(total), self.route_clause),
        };
        let figure = self.persons_deductible(figure, steps)?;
        let (day, hospital) = (self.part.stretch.last(), self.case.hospital);
        let hospital = hospital.map(|hospital| &*hospital.code);
        let due = match former {
            Some(last) => {
                let difference = (figure.max(last.figure) - last.charged).or_zero();
                rule.within_year(difference, self.year.charges(care))
            }
            None => rule.due(figure, self.year.charges(care), day, hospital),
        };
        let charged = due.min(payable);
        let kind = match former {
            Some(last) => StepKind::TransferDeductible { figure, already: last.charged, charged },
            None if due != figure => {
                StepKind::RemainingDeductible { per: rule.per.word(), figure, due, charged }
            }
            None => {
                let ordinal = self.case.is_inpatient().then_some(ordinal);
                StepKind::Deductible { ordinal, figure, scope: payable, charged }
            }
        };
        steps.push(Step { kind, clause: Some(source) });
        Ok(Charged { figure, charged, ordinal, goes_on: former.is_some() })
    }

    /// A table without a row for the claim: what would have to be known.
    pub fn no_row(&self, no_row: NoRow) -> Gap {
        match no_row {
            NoRow::Unknown(fact) => Gap::Unknown(fact),
            NoRow::None if self.seat.tier.is_none() => Gap::Hospital,
            NoRow::None => Gap::Row,
        }
    }

    /// What the clauses on persons give together, each with its clause.
    fn advantages(&self) -> Result<Vec<(ClauseId, Advantage)>, Gap> {
        let mut found = Vec::new();
        for clause in &self.policy.persons {
            match clause.rule.advantage(&self.seat) {
                Ok(advantage) => found.push((clause.id, *advantage)),
                Err(NoRow::None) => {}
                Err(NoRow::Unknown(fact)) => return Err(Gap::Unknown(fact)),
            }
        }
        Ok(found)
    }

    /// The figure after what the kind of person is let off.
    fn persons_deductible(&self, table: Money, steps: &mut Vec<Step>) -> Result<Money, Gap> {
        let mut together = Advantage::NONE;
        let mut before = table;
        for (clause, advantage) in self.advantages()? {
            together = together.and(advantage);
            let after = together.deductible(table);
            if after != before {
                let kind = StepKind::PersonDeductible { before, after };
                steps.push(Step { kind, clause: Some(clause) });
            }
            before = after;
        }
        Ok(before)
    }

    /// Every ratio of the table's row after the person's and the route's adjustment, and the
    /// clause the row stands on.
    fn bands(&self, steps: &mut Vec<Step>) -> Result<(Bands, ClauseId), Gap> {
        let own_row = self.adjustment.ratio.map(Bands::flat);
        let (row, tier, source): (&Bands, Option<Tier>, ClauseId) = match &own_row {
            Some(row) => (row, None, self.route_clause),
            None => {
                let row = self.policy.ratio.rule.bands(&self.seat);
                let row = row.map_err(|no_row| self.no_row(no_row))?;
                (row, self.seat.tier, self.policy.ratio.id)
            }
        };
        let is_own = own_row.is_some();
        let table = row.first_ratio();
        let kind = StepKind::Ratio { tier, is_own, ratio: table };
        steps.push(Step { kind, clause: Some(source) });
        let mut together = Advantage::NONE;
        let mut before = table;
        for (clause, advantage) in self.advantages()? {
            together = together.and(advantage);
            let after = together.ratio(table);
            if after != before {
                let kind = StepKind::PersonRatio { before, after };
                steps.push(Step { kind, clause: Some(clause) });
            }
            before = after;
        }
        let after = self.adjustment.ratio(before);
        if after != before {
            let kind = StepKind::RouteRatio { before, after };
            steps.push(Step { kind, clause: Some(self.route_clause) });
        }
        let adjusted = |ratio: Rate| self.adjustment.ratio(together.ratio(ratio));
        Ok((row.map(adjusted), source))
    }

    /// Where on the axis of the bands the part begins.
    fn low(&self, charged: &Charged) -> Money {
        let clause = &self.policy.ratio;
        let earlier = match clause.rule.over {
            BandsOver::Stay => self.same_stay,
            BandsOver::Period => Tally::default(),
            BandsOver::Year => self.year.so_far(&clause.applies.care),
        };
        match clause.rule.axis {
            Axis::FromZero => earlier.entered + charged.charged,
            Axis::AfterDeductible => earlier.entered - earlier.deductible,
        }
    }

    /// The basic pool: ratios by band, adjusted for person and route, within the limit.
    fn basic(
        &self,
        charged: &Charged,
        after: Money,
        steps: &mut Vec<Step>,
    ) -> Result<Admitted, Gap> {
        let (bands, source) = self.bands(steps)?;
        let limit = self.policy.limit.as_ref();
        let capped = limit.map(|clause| Ok((clause, clause.rule.amount(&self.seat)?)));
        // A limit for other persons only says nothing of how far the fund goes for this one.
        let capped = capped.transpose().map_err(|_: NoRow| Gap::Row)?;
        let room = capped.map(|(clause, capped)| {
            (clause.rule.meaning, (capped.amount - self.used(clause, charged)).or_zero())
        });
        let admitted = admit(&bands, self.low(charged), after, room);
        for slice in &admitted.slices {
            let (from, to) = (slice.from, slice.to);
            let kind = StepKind::Band { from, to, amount: slice.amount, ratio: slice.ratio };
            steps.push(Step { kind, clause: Some(source) });
        }
        let (entered, fund) = (admitted.entered, admitted.fund);
        let kind = StepKind::Basic { entered, fund, person: entered - fund };
        steps.push(Step { kind, clause: Some(source) });
        if let (Some((clause, capped)), true) = (capped, admitted.over.is_positive()) {
            if let Some(fact) = capped.unsure {
                return Err(Gap::Unknown(fact));
            }
            steps.push(Step {
                kind: StepKind::Limit {
                    meaning: clause.rule.meaning,
                    limit: capped.amount,
                    used: self.used(clause, charged),
                    over: admitted.over,
                },
                clause: Some(clause.id),
            });
        }
        Ok(admitted)
    }

    /// How much of the limit is used, this part's deductible included where it counts.
    fn used(&self, clause: &Clause<Limit>, charged: &Charged) -> Money {
        let used = self.year.used_up(&clause.applies.care);
        match clause.rule.meaning {
            LimitMeaning::Fund => used.fund_basic,
            LimitMeaning::Entering => used.entered + charged.charged,
            LimitMeaning::FundAndPerson => used.entered - used.deductible,
        }
    }

    /// Whether what is over the pool's limit is the person's, by the region's own word.
    pub fn over_is_persons(&self) -> bool {
        self.policy.limit.as_ref().is_some_and(|clause| clause.rule.over == Over::Person)
    }
}
