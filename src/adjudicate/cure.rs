//! What would still improve a result: which document or payment, by which day, worth how much.
//! The worth is computed, by climbing the ladder as if it were cured.
//!
//! The surprise: a refusal that nothing mends has its answer here too, see [`refusal`]; no refusal
//! is left without one.

use crate::domain::dates::{Date, Month};
use crate::domain::words::{Remedy, Route};
use crate::domain::{Code, Money, Text};
use crate::flow::decisions::GateVerdict;
use crate::flow::{Claim, Cure, GateHit};
use crate::rulebook::clauses::route::RouteEffect;

use super::case::Case;
use super::decide::Weighed;
use super::ladder::{Computed, compute};
use super::lapse::Lapse;
use super::lines::split;
use super::parts::parts;
use super::refusal;

/// A claim that is to be cured, as it was decided.
pub struct Patient<'a> {
    pub weighed: &'a Weighed<'a>,
    pub gates: &'a [GateHit],
    /// What the fund pays as things stand.
    pub paid: Money,
}

/// What answers each gate, in their order, then what a better route would bring. While something
/// stands against the claim that cannot be mended, only that is answered.
pub fn find(patient: &Patient) -> Vec<Cure> {
    let mut cures = answers(patient);
    let case = patient.weighed.case;
    if !case.catalogs.are_complete(case) {
        // What would be payable is not known.
        cures.iter_mut().for_each(|cure| cure.worth = None);
    }
    cures
}

fn answers(patient: &Patient) -> Vec<Cure> {
    let final_word = |hit: &GateHit| {
        let refuses = hit.verdict == GateVerdict::Reject;
        refuses.then(|| refusal::final_word(patient, hit.code)).flatten()
    };
    let final_words: Vec<Cure> = patient.gates.iter().filter_map(final_word).collect();
    if !final_words.is_empty() {
        return final_words;
    }
    let mut cures: Vec<Cure> =
        patient.gates.iter().filter_map(|hit| patient.cure_of(hit)).collect();
    cures.extend(patient.filing());
    cures.retain(|cure| cure.by.is_none_or(|by| by >= patient.weighed.case.as_of));
    let answered: Vec<Option<Code>> = cures.iter().map(|cure| cure.code).collect();
    let open = patient.gates.iter().filter(|hit| !answered.contains(&Some(hit.code)));
    cures.extend(open.filter_map(|hit| refusal::too_late(patient, hit)));
    cures
}

impl Patient<'_> {
    fn cure_of(&self, hit: &GateHit) -> Option<Cure> {
        let cure = match hit.code {
            Code::G01 => self.plain(
                "更正证件号码后重新申报",
                "hand the claim in again with the right identity number",
            ),
            Code::G12 => self.paying("经办核实后确认", "confirm the match"),
            Code::G11 => Cure {
                what: Text::new(
                    format!("补交材料（{}）", hit.saw.zh),
                    format!("hand in the documents ({})", hit.saw.en),
                ),
                by: self.papers_until(),
                ..self.paying("", "")
            },
            Code::F301 => self.plain(
                "由医院重新出具相符的票据和盖章明细",
                "get a matching invoice and stamped bill from the hospital",
            ),
            Code::F102 => self.make_up()?,
            Code::F203 if hit.verdict == GateVerdict::Hold => {
                self.paying("核实票据归属", "settle whose invoice it is")
            }
            Code::NotCovered => Cure {
                by: None,
                ..self.plain(
                    "由经办按参保地规定人工核定，申报人不必补交",
                    "the agency decides it by the region's rules; nothing is to be handed in",
                )
            },
            _ => return None,
        };
        Some(Cure { code: Some(hit.code), ..cure })
    }

    fn plain(&self, zh: &str, en: &str) -> Cure {
        Cure {
            code: None,
            remedy: Remedy::Mends,
            what: Text::new(zh, en),
            by: self.weighed.case.claim_deadline(),
            worth: None,
        }
    }

    /// A cure after which the fund pays what the ladder gave.
    fn paying(&self, zh: &str, en: &str) -> Cure {
        let fund = self.weighed.computed.as_ref().ok().map(Computed::fund);
        Cure { worth: fund.map(|fund| fund - self.paid), ..self.plain(zh, en) }
    }

    /// Paying the lapsed months later, as long as that still counts.
    fn make_up(&self) -> Option<Cure> {
        let last = self.make_up_until()?;
        let (case, route) = (self.weighed.case, self.weighed.route.route);
        let worth = self.fund_of(case, route, &[])? - self.paid;
        let cure = Cure { what: self.made_up(), by: Some(last), ..self.plain("", "") };
        // Where more was reversed than billed in the lapsed months, their bill is worth nothing.
        (!worth.is_negative()).then_some(Cure { worth: Some(worth), ..cure })
    }

    /// What the fund would pay on a route, the lines of these months being lost.
    fn fund_of(&self, case: &Case, route: Route, lost_months: &[Month]) -> Option<Money> {
        let mut splits = Vec::new();
        let whole = split(case, lost_months, &mut splits);
        let parts = parts(case, &whole, &splits).ok()?;
        Some(compute(case, route, &parts, self.weighed.years).ok()?.fund())
    }

    /// The payment that makes up for the lapse.
    pub fn made_up(&self) -> Text {
        let list: Vec<String> = self.lapsed_months().iter().map(Month::to_string).collect();
        Text::new(
            format!("补缴 {} 的医保费", list.join("、")),
            format!("pay the contributions for {}", list.join(", ")),
        )
    }

    fn lapsed_months(&self) -> &[Month] {
        match &self.weighed.lapse {
            Lapse::None => &[],
            Lapse::Months(lost) | Lapse::All(lost) => &lost.unpaid,
        }
    }

    /// The last day for missing papers: the region's own, else that for claims.
    pub fn papers_until(&self) -> Option<Date> {
        let case = self.weighed.case;
        case.papers_until().or_else(|| case.claim_deadline())
    }

    /// The last day on which the first lapsed month can be made up, where the region allows it.
    pub fn make_up_until(&self) -> Option<Date> {
        let rule = &self.weighed.case.policy()?.contribution.rule;
        let first = self.lapsed_months().first()?;
        Some(first.plus(i32::from(rule.make_up_months?)).last_day())
    }

    /// A better access route: a late filing where that counts, else proof of an emergency.
    fn filing(&self) -> Option<Cure> {
        let policy = self.weighed.case.policy()?;
        let reduced = self
            .weighed
            .case
            .route_rule(self.weighed.route.route)
            .is_some_and(|clause| !matches!(clause.rule.effect, RouteEffect::Normal));
        if !reduced {
            return None;
        }
        let filing = &policy.filing.rule;
        let case = self.weighed.case;
        let late = filing
            .late_until(case.claim.stay.last(), case.claim_deadline())
            .filter(|last| *last >= case.as_of && self.weighed.route.route == Route::Unfiled);
        let late = late.and_then(|last| {
            let by = (last < Date::MAX).then_some(last);
            let (parts, years) = (&self.weighed.parts, self.weighed.years);
            let fund = compute(case, Route::LateFiled, parts, years).ok()?.fund();
            self.better(fund, by, "补办异地就医备案", "file late for this stay")
        });
        if late.is_some() {
            return late;
        }
        let may = matches!(
            self.weighed.route.route,
            Route::Unfiled | Route::Temporary | Route::LateFiled
        );
        if !may || !filing.emergency_counts {
            return None;
        }
        // The proof also makes payable what is payable in an emergency only.
        let claim = Claim { emergency: true, ..case.claim.clone() };
        let lost_months = self.weighed.lapse.lost_months();
        let fund = self.fund_of(&case.with(&claim), Route::Emergency, lost_months)?;
        let (zh, en) = ("如属急诊抢救，补交急诊证明", "if it was an emergency, hand in the proof");
        self.better(fund, case.claim_deadline(), zh, en)
    }

    fn better(&self, fund: Money, by: Option<Date>, zh: &str, en: &str) -> Option<Cure> {
        let worth = fund - self.paid;
        let code = self.gates.iter().map(|hit| hit.code).find(|code| *code == Code::F101);
        let cure = Cure { code, by, worth: Some(worth), ..self.plain(zh, en) };
        worth.is_positive().then_some(cure)
    }
}
