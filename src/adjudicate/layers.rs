//! The layers above the basic pool, in their order: large amount, serious illness, supplement,
//! aid, and the floor under all of them.

use crate::domain::Money;
use crate::flow::{Step, StepKind};
use crate::rulebook::Policy;
use crate::rulebook::clauses::layer::{Part, Shares, YearlyLayer};
use crate::rulebook::clauses::serious_illness::SeriousPays;

use super::case::Case;
use super::ladder::{Computed, Gap, Rung};
use super::year::Tally;

/// What each fund pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    pub basic: Money,
    pub large: Money,
    pub serious: Money,
    pub supplement: Money,
    pub aid: Money,
    pub floor: Money,
}

impl Funds {
    pub fn total(&self) -> Money {
        self.basic + self.large + self.serious + self.supplement + self.aid + self.floor
    }

    pub(super) fn add(&mut self, other: Funds) {
        self.basic += other.basic;
        self.large += other.large;
        self.serious += other.serious;
        self.supplement += other.supplement;
        self.aid += other.aid;
        self.floor += other.floor;
    }
}

impl Rung<'_> {
    /// Climbs from the basic pool's payment to the last layer, adding to `tally` what each layer
    /// brings into the year.
    pub(super) fn layers(
        &self,
        basic: Money,
        mut shares: Shares,
        in_scope: Money,
        tally: &mut Tally,
        steps: &mut Vec<Step>,
    ) -> Result<Funds, Gap> {
        let mut funds = Funds { basic, ..Funds::default() };
        self.large(&mut shares, &mut funds, tally, steps)?;
        self.serious(&shares, &mut funds, tally, steps)?;
        self.supplement(&shares, in_scope, &mut funds, tally, steps)?;
        self.aid(in_scope, &mut funds, tally, steps)?;
        Ok(funds)
    }

    /// What is over the limit goes to the large-amount layer, or into the base of serious illness.
    /// A region that says neither has not modelled the claim.
    fn large(
        &self,
        shares: &mut Shares,
        funds: &mut Funds,
        tally: &mut Tally,
        steps: &mut Vec<Step>,
    ) -> Result<(), Gap> {
        let base = shares.over_limit;
        if !base.is_positive() || self.over_is_persons() {
            return Ok(());
        }
        let Some(clause) = &self.policy.large_amount else {
            let serious = self.policy.serious_illness.as_ref();
            let goes_on = serious.is_some_and(|clause| clause.rule.base.contains(&Part::OverLimit));
            return if goes_on { Ok(()) } else { Err(Gap::OverLimit) };
        };
        let before = self.year.so_far(&clause.applies.care).large_base;
        let used = self.year.used_up(&clause.applies.care).fund_large;
        let paid = clause.rule.pay(&self.seat, before, base, used)?;
        let paid = paid.ok_or(Gap::OverLimit)?;
        let (fund, supplement) = (paid.admitted.fund, paid.supplement);
        let ratio = paid.admitted.slices.first().map(|slice| slice.ratio).unwrap_or_default();
        assert!(fund + supplement <= base, "a layer that pays more than its base");
        steps.push(Step {
            kind: StepKind::Large { base, ratio, fund, supplement },
            clause: Some(clause.id),
        });
        // What the layer does not pay is a share inside it, no longer an excess over the limit.
        shares.over_limit = Money::ZERO;
        shares.large_share = base - fund - supplement;
        funds.large = fund;
        funds.supplement += supplement;
        tally.large_base = base;
        tally.fund_large = fund;
        Ok(())
    }

    fn serious(
        &self,
        shares: &Shares,
        funds: &mut Funds,
        tally: &mut Tally,
        steps: &mut Vec<Step>,
    ) -> Result<(), Gap> {
        let Some(clause) = &self.policy.serious_illness else { return Ok(()) };
        let base = shares.sum(&clause.rule.base);
        let before = self.year.so_far(&clause.applies.care).serious_base;
        let used = self.year.used_up(&clause.applies.care).fund_serious;
        let layer = match &clause.rule.pays {
            SeriousPays::Layer(layer) => layer,
            SeriousPays::UnknownAbove(amount) if before + base > *amount => {
                return Err(Gap::SeriousIllness);
            }
            SeriousPays::UnknownAbove(_) => {
                tally.serious_base = base;
                return Ok(());
            }
        };
        let Some(fund) = self.pay(layer, before, base, used)? else {
            return Ok(());
        };
        steps.push(Step {
            kind: StepKind::SeriousIllness { before, base, fund },
            clause: Some(clause.id),
        });
        funds.serious = fund;
        tally.serious_base = base;
        tally.fund_serious = fund;
        Ok(())
    }

    fn supplement(
        &self,
        shares: &Shares,
        in_scope: Money,
        funds: &mut Funds,
        tally: &mut Tally,
        steps: &mut Vec<Step>,
    ) -> Result<(), Gap> {
        let Some(clause) = &self.policy.supplement else { return Ok(()) };
        let parts = &clause.rule.base;
        let first_pay =
            if parts.contains(&Part::FirstPay) { shares.first_pay } else { Money::ZERO };
        // Serious illness may have paid on the same shares.
        let left = (in_scope + first_pay - funds.total()).or_zero();
        let base = shares.sum(parts).min(left);
        let before = self.year.so_far(&clause.applies.care).supplement_base;
        let used = self.year.used_up(&clause.applies.care).fund_supplement;
        let layer = &clause.rule.layer;
        let Some(fund) = self.pay(layer, before, base, used)? else {
            return Ok(());
        };
        steps.push(Step {
            kind: StepKind::Supplement { before, base, fund },
            clause: Some(clause.id),
        });
        funds.supplement += fund;
        tally.supplement_base = base;
        tally.fund_supplement = fund;
        Ok(())
    }

    fn aid(
        &self,
        in_scope: Money,
        funds: &mut Funds,
        tally: &mut Tally,
        steps: &mut Vec<Step>,
    ) -> Result<(), Gap> {
        let Some(clause) = &self.policy.aid else { return Ok(()) };
        let base = (in_scope - funds.total()).or_zero();
        let before = self.year.so_far(&clause.applies.care).aid_base;
        let used = self.year.used_up(&clause.applies.care).fund_aid;
        let layer = &clause.rule.layer;
        let Some(fund) = self.pay(layer, before, base, used)? else { return Ok(()) };
        steps.push(Step { kind: StepKind::Aid { before, base, fund }, clause: Some(clause.id) });
        funds.aid = fund;
        tally.aid_base = base;
        tally.fund_aid = fund;
        Ok(())
    }

    /// What a layer pays on a base; nothing for persons whom no row of it names.
    fn pay(
        &self,
        layer: &YearlyLayer,
        before: Money,
        base: Money,
        used: Money,
    ) -> Result<Option<Money>, Gap> {
        let paid = layer.pay(&self.seat, before, base, used)?;
        let fund = paid.map(|paid| paid.fund);
        assert!(fund.is_none_or(|fund| fund <= base), "a layer that pays more than its base");
        Ok(fund)
    }
}

/// Pays what is missing to the floor, on the claim as a whole.
pub(super) fn floor(case: &Case, policy: &Policy, in_scope: Money, computed: &mut Computed) {
    let Some(clause) = policy.floor.as_ref().filter(|_| case.is_inpatient()) else { return };
    let (distance, funds) = (case.distance(), computed.funds.total());
    let fund = clause.rule.pay(distance, in_scope, funds);
    if fund.is_positive() {
        let share = clause.rule.share(distance);
        computed.steps.push(Step {
            kind: StepKind::Floor { share, scope: in_scope, funds, fund },
            clause: Some(clause.id),
        });
        computed.funds.floor = fund;
    }
}
