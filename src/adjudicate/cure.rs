//! What would still improve a result: which document or payment, by which day, worth how much.
//! The worth is computed, by climbing the ladder as if it were cured.

use crate::domain::dates::{Date, Month};
use crate::domain::words::Route;
use crate::domain::{Code, Money, Text};
use crate::flow::decisions::GateVerdict;
use crate::flow::{Cure, GateHit};
use crate::rulebook::clauses::route::RouteEffect;

use super::decide::Weighed;
use super::ladder::{Computed, compute};
use super::lapse::Lapse;
use super::lines::split;

/// A claim that is to be cured, as it was decided.
pub struct Patient<'a> {
    pub weighed: &'a Weighed<'a>,
    pub gates: &'a [GateHit],
    /// What the fund pays as things stand.
    pub paid: Money,
}

/// Every cure, in the order of the gates; none while something stands against the claim that
/// cannot be mended.
pub fn find(patient: &Patient) -> Vec<Cure> {
    let mut cures = Vec::new();
    let hopeless = |hit: &GateHit| {
        let mendable = matches!(hit.code, Code::G01 | Code::F102 | Code::F101);
        hit.verdict == GateVerdict::Reject && !mendable
    };
    if patient.gates.iter().any(hopeless) {
        return cures;
    }
    for hit in patient.gates {
        match hit.code {
            Code::G01 => cures.push(
                patient
                    .plain("更正证件号码后重新申报", "hand the claim in again with the right id"),
            ),
            Code::G12 => cures.push(patient.paying("经办核实后确认", "confirm the match")),
            Code::G11 => cures.push(Cure {
                what: Text::new(
                    format!("补交材料（{}）", hit.saw.zh),
                    format!("hand in the documents ({})", hit.saw.en),
                ),
                ..patient.paying("", "")
            }),
            Code::F301 => cures.push(patient.plain(
                "由医院重新出具相符的票据和盖章明细",
                "get a matching invoice and stamped bill from the hospital",
            )),
            Code::F102 => cures.extend(patient.make_up()),
            Code::F203 if hit.verdict == GateVerdict::Hold => {
                cures.push(patient.paying("核实票据归属", "settle whose invoice it is"));
            }
            _ => {}
        }
    }
    cures.extend(patient.filing());
    cures.retain(|cure| cure.by.is_none_or(|by| by >= patient.weighed.case.as_of));
    cures
}

impl Patient<'_> {
    fn plain(&self, zh: &str, en: &str) -> Cure {
        Cure { what: Text::new(zh, en), by: self.weighed.case.claim_deadline(), worth: None }
    }

    /// A cure after which the fund pays what the ladder gave.
    fn paying(&self, zh: &str, en: &str) -> Cure {
        let fund = self.weighed.computed.as_ref().ok().map(Computed::fund);
        Cure { worth: fund.map(|fund| fund - self.paid), ..self.plain(zh, en) }
    }

    /// Paying the lapsed months later, as long as that still counts.
    fn make_up(&self) -> Option<Cure> {
        let months = match &self.weighed.lapse {
            Lapse::None => return None,
            Lapse::Months(months) | Lapse::All(months) => months,
        };
        let rule = &self.weighed.case.policy()?.contribution.rule;
        let last = months.first()?.plus(i32::from(rule.make_up_months?)).last_day();
        let list: Vec<String> = months.iter().map(Month::to_string).collect();
        let whole = split(self.weighed.case, &[], &mut Vec::new());
        let fund = compute(self.weighed.case, self.weighed.route.route, &whole, self.weighed.year)
            .ok()?
            .fund();
        Some(Cure {
            what: Text::new(
                format!("补缴 {} 的医保费", list.join("、")),
                format!("pay the contributions for {}", list.join(", ")),
            ),
            by: Some(last),
            worth: Some(fund - self.paid),
        })
    }

    /// A better access route: a late filing where that counts, else proof of an emergency.
    fn filing(&self) -> Option<Cure> {
        let policy = self.weighed.case.policy()?;
        let reduced = policy
            .route(self.weighed.route.route)
            .is_some_and(|clause| !matches!(clause.rule.effect, RouteEffect::Normal));
        if !reduced {
            return None;
        }
        let filing = &policy.filing.rule;
        let late = filing
            .late_until(self.weighed.case.claim.stay.last(), self.weighed.case.claim_deadline());
        if let (Route::Unfiled, Some(last)) = (self.weighed.route.route, late) {
            let by = (last < Date::MAX).then_some(last);
            return self.better(
                Route::LateFiled,
                by,
                "补办异地就医备案",
                "file late for this stay",
            );
        }
        let may = matches!(
            self.weighed.route.route,
            Route::Unfiled | Route::Temporary | Route::LateFiled
        );
        (may && filing.emergency_counts)
            .then(|| {
                self.better(
                    Route::Emergency,
                    self.weighed.case.claim_deadline(),
                    "如属急诊抢救，补交急诊证明",
                    "if it was an emergency, hand in the proof",
                )
            })
            .flatten()
    }

    fn better(&self, route: Route, by: Option<Date>, zh: &str, en: &str) -> Option<Cure> {
        let fund =
            compute(self.weighed.case, route, &self.weighed.bill, self.weighed.year).ok()?.fund();
        let worth = fund - self.paid;
        worth.is_positive().then(|| Cure { what: Text::new(zh, en), by, worth: Some(worth) })
    }
}
