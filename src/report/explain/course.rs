//! The course of a claim's money, from its amounts and the few steps that tell how a sum came
//! about: what each fund pays, and what the person's part is made of.
//!
//! Steps that stand several times, because a stay was computed in parts, are added up.
//!
//! The surprise: the last part of the person's is always the difference, so the parts add up to
//! the claim whatever steps there are; and steps not known here are passed over.

use crate::domain::Money;

use super::super::working::{Did, Yuan};
use super::super::workings_jsonl::Working;

/// A fund that pays a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fund {
    Basic,
    Large,
    Serious,
    Supplement,
    Aid,
    Floor,
    /// What the total has beyond the funds named here.
    Other,
}

/// A part of what the person pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    SelfPaid,
    OverCeiling,
    FirstPay,
    /// Taken by the access route before anything else.
    RouteFirst,
    Deductible,
    /// The person's share by ratio, and what is over a limit.
    Share,
}

/// A ratio before and after it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub before: String,
    pub after: String,
}

/// How the money came about. Empty of a claim that is not paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    /// The rate in percent, and the amount.
    pub route_first: Option<(String, Money)>,
    pub stay_ordinal: Option<u16>,
    /// A transfer: the deductible is topped up only.
    pub is_transfer: bool,
    /// What was left for the ratio, within the limit.
    pub entered: Option<Money>,
    /// Every ratio applied, in the order of the bands.
    pub ratios: Vec<String>,
    pub by_person: Option<Changed>,
    pub by_route: Option<Changed>,
    /// The ratio is of a row of the route's own.
    pub own_row: bool,
    /// Limit, used before, over it now.
    pub over_limit: Option<[Money; 3]>,
}

impl Course {
    pub fn of(working: &Working) -> Course {
        let mut course = Course::default();
        for step in &working.steps {
            course.take(&step.did);
        }
        course
    }

    fn take(&mut self, did: &Did) {
        match did {
            Did::RouteFirstPay { rate, person, .. } => {
                let before = self.route_first.as_ref().map_or(Money::ZERO, |(_, money)| *money);
                self.route_first = Some((rate.clone(), before + person.0));
            }
            Did::Deductible { ordinal, .. } => self.stay_ordinal = *ordinal,
            Did::TransferDeductible { .. } => self.is_transfer = true,
            Did::Ratio { is_own: true, .. } => self.own_row = true,
            Did::PersonRatio { before, after } => self.by_person = changed(before, after),
            Did::RouteRatio { before, after } => self.by_route = changed(before, after),
            Did::Band { amount, ratio, .. }
                if !amount.is_zero() && !self.ratios.contains(ratio) =>
            {
                self.ratios.push(ratio.clone());
            }
            Did::Basic { entered, .. } => {
                self.entered = Some(self.entered.unwrap_or_default() + entered.0);
            }
            Did::Limit { limit, used, over, .. } => {
                let [used, before] =
                    self.over_limit.map_or([used.0, Money::ZERO], |[_, used, over]| [used, over]);
                self.over_limit = Some([limit.0, used, before + over.0]);
            }
            _ => {}
        }
    }

    /// What the deductible leaves, where the steps agree with the amounts about it.
    pub fn left(&self, working: &Working) -> Option<Money> {
        let amounts = &working.amounts;
        let route_first = self.route_first.as_ref().map_or(Money::ZERO, |(_, money)| *money);
        let over = self.over_limit.map_or(Money::ZERO, |[_, _, over]| over);
        let left = amounts.in_scope.0 - route_first - amounts.deductible.0;
        self.entered.filter(|entered| *entered + over == left).map(|_| left)
    }

    /// Whether the access route changed what is paid.
    pub fn is_adjusted_by_route(&self) -> bool {
        self.by_route.is_some() || self.route_first.is_some() || self.own_row
    }
}

fn changed(before: &str, after: &str) -> Option<Changed> {
    Some(Changed { before: before.to_owned(), after: after.to_owned() })
}

/// Every fund that pays, with its part; together they are the funds' total.
pub(super) fn funds(working: &Working) -> Vec<(Fund, Money)> {
    let amounts = &working.amounts;
    let named = [
        (Fund::Basic, amounts.fund_basic),
        (Fund::Large, amounts.fund_large),
        (Fund::Serious, amounts.fund_serious),
        (Fund::Supplement, amounts.fund_supplement),
        (Fund::Aid, amounts.fund_aid),
        (Fund::Floor, amounts.fund_floor),
    ];
    let known: Money = named.iter().map(|(_, Yuan(money))| *money).sum();
    let other = (Fund::Other, Yuan(amounts.fund_total.0 - known));
    let all = named.into_iter().chain([other]).map(|(fund, Yuan(money))| (fund, money));
    all.filter(|(_, money)| *money != Money::ZERO).collect()
}

/// What the person's part is made of; none where later funds took over so much that it cannot be
/// told apart.
pub(super) fn burden(working: &Working, course: &Course) -> Option<Vec<(Part, Money)>> {
    let amounts = &working.amounts;
    let route_first = course.route_first.as_ref().map_or(Money::ZERO, |(_, money)| *money);
    let named = [
        (Part::SelfPaid, amounts.full_self_paid.0),
        (Part::OverCeiling, amounts.over_ceiling.0),
        (Part::FirstPay, amounts.first_pay.0),
        (Part::RouteFirst, route_first),
        (Part::Deductible, amounts.deductible.0),
    ];
    let known: Money = named.iter().map(|(_, money)| *money).sum();
    let share = amounts.person_total.0 - known;
    if share.is_negative() {
        return None;
    }
    let all = named.into_iter().chain([(Part::Share, share)]);
    Some(all.filter(|(_, money)| *money != Money::ZERO).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A working with nothing in it but money and steps.
    fn working(amounts: Value, steps: Value) -> Working {
        let mut all = json!({
            "total": "0", "full_self_paid": "0", "over_ceiling": "0", "first_pay": "0",
            "in_scope": "0", "deductible": "0", "fund_total": "0", "person_total": "0",
        });
        for (name, amount) in amounts.as_object().expect("amounts") {
            all[name] = amount.clone();
        }
        let texts = [
            "claim_id",
            "person_ref",
            "name",
            "id",
            "insured_region",
            "insured_name",
            "treated_region",
            "treated_name",
            "hospital",
            "tier",
            "first_day",
            "last_day",
            "received_on",
            "invoice_no",
            "source",
            "outcome",
            "route",
            "scheme",
            "person_type",
            "care_type",
            "governing_day",
            "policy_version",
            "catalog_version",
        ];
        let mut record = json!({
            "amounts": all, "steps": steps, "gates": [], "filing": null, "passed_over": [],
            "cures": [], "findings": [], "lines": [0, 0],
        });
        for text in texts {
            record[text] = json!("");
        }
        serde_json::from_value(record).expect("a working")
    }

    fn shown<T: std::fmt::Debug>(parts: &[(T, Money)]) -> Vec<String> {
        parts.iter().map(|(part, money)| format!("{part:?} {money}")).collect()
    }

    #[test]
    fn the_persons_part_is_made_of_what_is_known_and_the_difference() {
        let amounts = json!({
            "total": "10000", "full_self_paid": "500", "over_ceiling": "100", "first_pay": "400",
            "in_scope": "9000", "deductible": "800", "fund_basic": "5000", "fund_total": "5000",
            "person_total": "5000",
        });
        let steps = json!([
            { "step": "route_first_pay", "scope": "9000", "rate": "10%", "person": "900" },
            { "step": "deductible", "ordinal": 2, "figure": "800", "scope": "8100",
              "charged": "800" },
            { "step": "person_ratio", "before": "80%", "after": "84%" },
            { "step": "band", "from": "0", "to": null, "amount": "7300", "ratio": "68.5%" },
            { "step": "basic", "entered": "7300", "fund": "5000", "person": "2300" },
        ]);
        let working = working(amounts, steps);
        let course = Course::of(&working);
        let parts = burden(&working, &course).expect("parts");
        let expected = [
            "SelfPaid 500.00",
            "OverCeiling 100.00",
            "FirstPay 400.00",
            "RouteFirst 900.00",
            "Deductible 800.00",
            "Share 2300.00",
        ];
        assert_eq!(shown(&parts), expected);
        assert_eq!(course.left(&working), Some(Money::from_yuan(7_300)));
        assert_eq!((course.stay_ordinal, course.ratios.len()), (Some(2), 1));
        assert!(course.is_adjusted_by_route() && course.by_route.is_none());
    }

    #[test]
    fn the_parts_of_a_long_stay_are_added_up() {
        let amounts = json!({
            "total": "5000", "in_scope": "5000", "deductible": "1200", "fund_basic": "2400",
            "fund_total": "2400", "person_total": "2600",
        });
        let part = |scope: &str, entered: &str| {
            json!([
                { "step": "deductible", "ordinal": 1, "figure": "600", "scope": scope,
                  "charged": "600" },
                { "step": "band", "from": "0", "to": null, "amount": entered, "ratio": "80%" },
                { "step": "basic", "entered": entered, "fund": "1200", "person": "300" },
            ])
        };
        let mut steps = part("2600", "2000").as_array().expect("steps").clone();
        steps.extend(part("2400", "1800").as_array().expect("steps").clone());
        let working = working(amounts, Value::Array(steps));
        let course = Course::of(&working);
        assert_eq!(course.entered, Some(Money::from_yuan(3_800)));
        assert_eq!(course.left(&working), Some(Money::from_yuan(3_800)));
        assert_eq!(course.ratios, ["80%"]);
    }

    #[test]
    fn a_fund_without_a_name_is_told_and_what_cannot_be_told_apart_is_not() {
        let amounts = json!({
            "total": "1000", "in_scope": "1000", "deductible": "800", "fund_basic": "200",
            "fund_aid": "500", "fund_total": "750", "person_total": "250",
        });
        let working = working(amounts, json!([]));
        let course = Course::of(&working);
        assert_eq!(shown(&funds(&working)), ["Basic 200.00", "Aid 500.00", "Other 50.00"]);
        assert_eq!(burden(&working, &course), None, "aid took over a part of the deductible");
        assert_eq!(course.left(&working), None, "no step says what entered");
    }
}
