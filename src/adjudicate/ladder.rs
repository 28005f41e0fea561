//! The ladder of clauses: from what is in scope to what each fund pays. Every product is rounded
//! once and every other half is a difference; the result balances or the program stops.

use crate::domain::words::{Route, Scheme};
use crate::domain::{Money, Rate};
use crate::flow::decisions::LimitMeaning;
use crate::flow::{ClauseId, Step, StepKind};
use crate::rulebook::Policy;
use crate::rulebook::clauses::bands::Bands;
use crate::rulebook::clauses::limit::{Admitted, Limit, admit};
use crate::rulebook::clauses::ratio::Axis;
use crate::rulebook::clauses::route::{Adjustment, OtherDeductible};
use crate::rulebook::clauses::{Clause, Seat};

use super::case::Case;
use super::lines::BillSplit;
use super::year::{LastStay, YearState};

/// What the ladder gave, and what it adds to the year.
#[derive(Clone, Debug)]
pub struct Computed {
    pub ordinal: u16,
    pub deductible: Money,
    pub fund_basic: Money,
    pub fund_large: Money,
    pub fund_supplement: Money,
    pub fund_serious: Money,
    pub steps: Vec<Step>,
    entered: Money,
    serious_base: Money,
    figure: Money,
    is_transfer: bool,
}

/// Why the ladder has no answer: the region's data do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    Policy,
    Route(Route),
    Hospital,
    Person,
    Deductible,
    Ratio,
    OverLimit,
}

impl Computed {
    pub fn fund(&self) -> Money {
        self.fund_basic + self.fund_large + self.fund_supplement + self.fund_serious
    }

    /// Writes the claim into its year.
    pub fn enter(&self, case: &Case, year: &mut YearState) {
        if !self.is_transfer {
            year.stays += 1;
        }
        year.deductible += self.deductible;
        year.entered += self.entered;
        year.fund_basic += self.fund_basic;
        year.fund_large += self.fund_large;
        year.fund_serious += self.fund_serious;
        year.serious_base += self.serious_base;
        let before = year.last_stay.as_ref().filter(|_| self.is_transfer);
        let charged_before = before.map_or(Money::ZERO, |last| last.charged);
        let figure_before = before.map_or(Money::ZERO, |last| last.figure);
        year.last_stay = Some(LastStay {
            discharged_on: case.claim.stay.last(),
            hospital: case.hospital.map(|hospital| hospital.code.clone()),
            ordinal: self.ordinal,
            figure: self.figure.max(figure_before),
            charged: charged_before + self.deductible,
        });
    }
}

/// Climbs the ladder for one claim on one route, with the year as it stands.
pub fn compute(
    case: &Case,
    route: Route,
    bill: &BillSplit,
    year: &YearState,
) -> Result<Computed, Gap> {
    let policy = case.policy().ok_or(Gap::Policy)?;
    let effect = policy.route(route).ok_or(Gap::Route(route))?;
    let seat = match case.seat() {
        Some(seat) => seat,
        None if case.person.is_none() => return Err(Gap::Person),
        None => return Err(Gap::Hospital),
    };
    let none = Adjustment::default();
    let rung = Rung {
        case,
        policy,
        seat: Seat {
            tier: effect.rule.effect.adjustment().and_then(|a| a.base_tier).unwrap_or(seat.tier),
            ..seat
        },
        route_clause: effect.id,
        adjustment: effect.rule.effect.adjustment().unwrap_or(&none),
        year,
    };
    rung.climb(bill)
}

/// What a deductible came to.
struct Charged {
    ordinal: u16,
    figure: Money,
    charged: Money,
    is_transfer: bool,
}

struct Rung<'a> {
    case: &'a Case<'a>,
    policy: &'a Policy,
    seat: Seat,
    route_clause: ClauseId,
    adjustment: &'a Adjustment,
    year: &'a YearState,
}

impl Rung<'_> {
    fn climb(&self, bill: &BillSplit) -> Result<Computed, Gap> {
        let mut steps = Vec::new();
        let route_first = self.route_first(bill.in_scope, &mut steps);
        let payable = (bill.in_scope - route_first).or_zero();
        let charged = self.deductible(payable, bill.total, &mut steps)?;
        let after = payable - charged.charged;
        let admitted = self.basic(&charged, after, &mut steps)?;
        let (fund_large, fund_supplement) = self.large(admitted.over, &mut steps)?;
        let share = admitted.entered - admitted.fund;
        let serious = self.policy.serious_illness.as_ref().map(|clause| &clause.rule.base);
        let serious_base = serious.map_or(Money::ZERO, |base| {
            let part = |counts: bool, amount: Money| if counts { amount } else { Money::ZERO };
            share
                + part(base.deductible, charged.charged)
                + part(base.first_pay, bill.first_pay)
                + part(base.route_first_pay, route_first)
                + part(base.over_limit, admitted.over)
        });
        let fund_serious = self.serious(serious_base, &mut steps);
        // Nothing in scope may be lost or made on the way up, in any build.
        assert!(
            payable == charged.charged + admitted.entered + admitted.over
                && admitted.fund <= admitted.entered
                && fund_large + fund_supplement <= admitted.over,
            "a ladder that does not balance"
        );
        Ok(Computed {
            ordinal: charged.ordinal,
            deductible: charged.charged,
            fund_basic: admitted.fund,
            fund_large,
            fund_supplement,
            fund_serious,
            steps,
            entered: charged.charged + admitted.entered,
            serious_base,
            figure: charged.figure,
            is_transfer: charged.is_transfer,
        })
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

    fn deductible(
        &self,
        payable: Money,
        total: Money,
        steps: &mut Vec<Step>,
    ) -> Result<Charged, Gap> {
        let clause = &self.policy.deductible;
        let last = clause.rule.transfer_is_one_stay().then(|| self.year.transfer_from(self.case));
        let last = last.flatten();
        let ordinal = last.map_or(self.year.stays + 1, |last| last.ordinal);
        let table = || clause.rule.figure(self.seat, ordinal, total).ok_or(Gap::Deductible);
        let (figure, source) = match &self.adjustment.deductible {
            None => (table()?, clause.id),
            Some(OtherDeductible::Figure(figure)) => (*figure, self.route_clause),
            Some(OtherDeductible::Times(times)) => {
                let figure = Money::from_fen(table()?.fen() * i64::from(*times));
                (figure, self.route_clause)
            }
            Some(OtherDeductible::Rule(rule)) => {
                let figure = rule.figure(self.seat, ordinal, total).ok_or(Gap::Deductible)?;
                (figure, self.route_clause)
            }
        };
        let person = self.policy.person(self.seat.person);
        let figure = person.map_or(figure, |clause| clause.rule.deductible(figure));
        let charged = match last {
            None => figure.min(payable),
            Some(last) => (figure.max(last.figure) - last.charged).or_zero().min(payable),
        };
        steps.push(Step {
            kind: match last {
                None => {
                    StepKind::Deductible { ordinal: Some(ordinal), figure, scope: payable, charged }
                }
                Some(last) => {
                    StepKind::TransferDeductible { figure, already: last.charged, charged }
                }
            },
            clause: Some(source),
        });
        Ok(Charged { ordinal, figure, charged, is_transfer: last.is_some() })
    }

    /// The basic pool: ratios by band, adjusted for person and route, within the limit.
    fn basic(
        &self,
        charged: &Charged,
        after: Money,
        steps: &mut Vec<Step>,
    ) -> Result<Admitted, Gap> {
        let table = &self.policy.ratio;
        let own_row = self.adjustment.ratio.map(Bands::flat);
        let row = match &own_row {
            Some(row) => row,
            None => table.rule.bands(self.seat).ok_or(Gap::Ratio)?,
        };
        let source = if own_row.is_some() { self.route_clause } else { table.id };
        let person = self.policy.person(self.seat.person);
        let for_person = |ratio: Rate| person.map_or(ratio, |clause| clause.rule.ratio(ratio));
        let bands = row.map(|ratio| self.adjustment.ratio(for_person(ratio)));
        let first = row.first_ratio();
        steps.push(Step {
            kind: StepKind::Ratio {
                tier: own_row.is_none().then_some(self.seat.tier),
                table: first,
                after_person: for_person(first),
                after_route: bands.first_ratio(),
            },
            clause: Some(source),
        });
        let low = match table.rule.axis {
            Axis::FromZero if own_row.is_none() => charged.charged,
            Axis::FromZero | Axis::AfterDeductible => Money::ZERO,
        };
        let limit = self.policy.limit.as_ref();
        let room = limit.map(|clause| clause.rule.room(self.used(clause, charged)));
        let admitted = admit(&bands, low, after, room);
        for slice in &admitted.slices {
            let (from, to) = (slice.from, slice.to);
            let kind = StepKind::Band { from, to, amount: slice.amount, ratio: slice.ratio };
            steps.push(Step { kind, clause: Some(source) });
        }
        steps.push(Step {
            kind: StepKind::Basic {
                entered: admitted.entered,
                fund: admitted.fund,
                person: admitted.entered - admitted.fund,
            },
            clause: Some(source),
        });
        if let (Some(clause), true) = (limit, admitted.over.is_positive()) {
            steps.push(Step {
                kind: StepKind::Limit {
                    meaning: clause.rule.meaning,
                    limit: clause.rule.amount,
                    used: self.used(clause, charged),
                    over: admitted.over,
                },
                clause: Some(clause.id),
            });
        }
        Ok(admitted)
    }

    /// How much of the limit is used, this claim's deductible included where it counts.
    fn used(&self, clause: &Clause<Limit>, charged: &Charged) -> Money {
        match clause.rule.meaning {
            LimitMeaning::Fund => self.year.fund_basic,
            LimitMeaning::Entering => self.year.entered + charged.charged,
            LimitMeaning::FundAndPerson => self.year.entered - self.year.deductible,
        }
    }

    /// Employees: what is over the limit goes to the large-amount layer. Residents: to serious
    /// illness. A region that says neither has not modelled the claim.
    fn large(&self, over: Money, steps: &mut Vec<Step>) -> Result<(Money, Money), Gap> {
        if !over.is_positive() {
            return Ok((Money::ZERO, Money::ZERO));
        }
        let Some(clause) = &self.policy.large_amount else {
            let serious = self.policy.serious_illness.as_ref();
            let residents = self.case.claim.scheme == Scheme::Resident;
            let goes_on = serious.is_some_and(|clause| clause.rule.base.over_limit);
            return if residents && goes_on {
                Ok((Money::ZERO, Money::ZERO))
            } else {
                Err(Gap::OverLimit)
            };
        };
        let paid =
            clause.rule.pay(self.seat.person, over, self.year.fund_large).ok_or(Gap::OverLimit)?;
        let (ratio, fund, supplement) = (paid.ratio, paid.fund, paid.supplement);
        steps.push(Step {
            kind: StepKind::Large { base: over, ratio, fund, supplement },
            clause: Some(clause.id),
        });
        Ok((fund, supplement))
    }

    fn serious(&self, base: Money, steps: &mut Vec<Step>) -> Money {
        let Some(clause) = &self.policy.serious_illness else { return Money::ZERO };
        let before = self.year.serious_base;
        let fund = clause.rule.pay(before, base, self.year.fund_serious);
        steps.push(Step {
            kind: StepKind::SeriousIllness { before, base, fund },
            clause: Some(clause.id),
        });
        fund
    }
}
