//! What adjudication hands on: a decision per claim, to the fen, with the steps that led to it.
//!
//! Steps carry values, not sentences: they are put into words when somebody asks.

use std::ops::Range;
use std::sync::Arc;

use crate::domain::dates::{Date, Month};
use crate::domain::words::{
    CareType, ItemClass, Outcome, PersonType, Remedy, Route, Scheme, Tier, words,
};
use crate::domain::{Citation, Code, Money, Rate, Text, UnitPrice, Version};

use super::line_verdict::LineVerdict;
use super::links::Linked;
use super::records::{ClaimIx, FilingIx, LineIx, PersonIx, SettlementIx};

/// Decisions beside everything they rest on.
#[derive(Clone, Debug, Default)]
pub struct Adjudicated {
    pub linked: Linked,
    /// One per claim, in the order of the claims.
    pub decisions: Vec<Decision>,
    /// One per bill line that belongs to a claim, in the order of the lines.
    pub lines: Vec<LineSplit>,
    /// What [`ClauseId`] stands for.
    pub clauses: Arc<[Citation]>,
}

impl Adjudicated {
    /// The decisions on the batch's own claims; those on claims recalled from the books follow.
    pub fn own_decisions(&self) -> &[Decision] {
        let own = self.linked.records.own_claims();
        &self.decisions[..own.min(self.decisions.len())]
    }

    /// The bill lines of the batch's own claims.
    pub fn own_lines(&self) -> &[LineSplit] {
        let end = self.own_decisions().last().map_or(0, |last| last.lines.end);
        &self.lines[..end as usize]
    }

    pub fn clause(&self, id: ClauseId) -> &Citation {
        &self.clauses[id.0 as usize]
    }
}

/// A clause of a region's law: its place in [`Adjudicated::clauses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(pub u32);

/// What becomes of one claim, and why.
#[derive(Clone, Debug)]
pub struct Decision {
    pub claim: ClaimIx,
    pub outcome: Outcome,
    /// Every gate that fired, in the order of precedence; the first is the headline.
    pub gates: Vec<GateHit>,
    pub route: RouteTaken,
    pub scheme: Scheme,
    pub person_type: Option<PersonType>,
    pub care: CareType,
    pub tier: Option<Tier>,
    pub governing_day: Date,
    /// The year the claim counts in, by its first day's year.
    pub benefit_year: i16,
    /// Which stay of the year this is; none for outpatients and for claims that take no place.
    pub stay_ordinal: Option<u16>,
    pub amounts: Amounts,
    /// None where no rule applies.
    pub policy_version: Option<Version>,
    pub catalog_version: Option<Version>,
    pub cures: Vec<Cure>,
    pub steps: Vec<Step>,
    /// The claim's places in [`Adjudicated::lines`].
    pub lines: Range<u32>,
}

impl Decision {
    /// The codes of the gates that fired, in their order, each once.
    pub fn gate_codes(&self) -> Vec<Code> {
        let mut codes: Vec<Code> = Vec::new();
        for gate in &self.gates {
            if !codes.contains(&gate.code) {
                codes.push(gate.code);
            }
        }
        codes
    }
}

/// The money of one claim. All of it is proved: see [`Amounts::proof`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub total: Money,
    pub full_self_paid: Money,
    pub over_ceiling: Money,
    pub first_pay: Money,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund_basic: Money,
    pub fund_large: Money,
    pub fund_serious: Money,
    pub fund_supplement: Money,
    pub fund_aid: Money,
    pub fund_floor: Money,
    pub person_total: Money,
}

impl Amounts {
    pub fn fund_total(&self) -> Money {
        self.fund_basic
            + self.fund_large
            + self.fund_serious
            + self.fund_supplement
            + self.fund_aid
            + self.fund_floor
    }

    pub fn lines_total(&self) -> Money {
        self.full_self_paid + self.over_ceiling + self.first_pay + self.in_scope
    }

    /// Whether the claim balances: `total = fund + person`, no part negative unless the whole
    /// claim is a reversal, the funds within what they may pay on, and (where the bill adds up)
    /// `total` is the four parts of its lines.
    pub fn proof(&self, bill_adds_up: bool) -> Result<(), String> {
        let fund = self.fund_total();
        if self.total != fund + self.person_total {
            return Err(format!("{} ≠ {} + {}", self.total, fund, self.person_total));
        }
        if bill_adds_up && self.total != self.lines_total() {
            return Err(format!("{} ≠ {} of the lines", self.total, self.lines_total()));
        }
        if fund > (self.in_scope + self.first_pay).or_zero() {
            return Err(format!("the funds pay {fund} of {} in scope", self.in_scope));
        }
        if self.deductible > self.in_scope.or_zero() || fund.is_negative() {
            return Err(format!("deductible {} or fund {fund} out of range", self.deductible));
        }
        Ok(())
    }
}

/// A gate that fired: its code, and what it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateHit {
    pub code: Code,
    pub verdict: GateVerdict,
    pub saw: Text,
    /// The clause of the region's law it stands on, where it is one.
    pub clause: Option<ClauseId>,
}

/// What a gate does to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateVerdict {
    Reject,
    Pend,
    Hold,
    /// The claim is paid less (a part was lost), not refused.
    Reduce,
}

impl GateVerdict {
    /// The word of machine outputs.
    pub fn word(self) -> &'static str {
        match self {
            GateVerdict::Reject => "reject",
            GateVerdict::Pend => "pend",
            GateVerdict::Hold => "hold",
            GateVerdict::Reduce => "reduce",
        }
    }
}

/// The access route and why it is this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTaken {
    pub route: Route,
    /// The filing it rests on.
    pub filing: Option<FilingIx>,
    pub clause: Option<ClauseId>,
    /// Filings of the person that did not help, each with the reason.
    pub passed_over: Vec<(FilingIx, FilingFault)>,
}

/// Why a filing does not cover a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilingFault {
    OtherInsuredRegion,
    OtherTreatedRegion,
    OtherHospital,
    NotInForce,
    NotValid,
    MadeTooLate,
    MadeInLapse,
    ReferredElsewhere,
}

impl FilingFault {
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            FilingFault::OtherInsuredRegion => ("参保地不同", "another insured region"),
            FilingFault::OtherTreatedRegion => ("备案地不含就医地", "filed for another place"),
            FilingFault::OtherHospital => ("备案的医疗机构不同", "filed for another hospital"),
            FilingFault::NotInForce => ("入院日不在备案有效期内", "not in force on admission"),
            FilingFault::NotValid => ("已撤销、终止或材料未补齐", "cancelled, ended or incomplete"),
            FilingFault::MadeTooLate => ("出院后补办，超过期限", "made too late"),
            FilingFault::MadeInLapse => ("断缴期间办理，无效", "made while contributions lapsed"),
            FilingFault::ReferredElsewhere => {
                ("转诊备案已用于另一家医院", "the referral was used for another hospital")
            }
        };
        Text::new(zh, en)
    }
}

/// What would still improve the result; or, of a refusal that nothing mends, that it is so and
/// where to turn instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cure {
    /// The reason it answers; none for what the access route took away.
    pub code: Option<Code>,
    pub remedy: Remedy,
    pub what: Text,
    /// The last day it helps.
    pub by: Option<Date>,
    /// How much more the fund would pay; never of what nothing mends.
    pub worth: Option<Money>,
}

/// One step of the working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub clause: Option<ClauseId>,
}

/// What a step did, with the values that went in and came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    Person {
        entry: Option<PersonIx>,
        tier: &'static str,
    },
    Hospital {
        code: Box<str>,
        tier: Option<Tier>,
        found_by: &'static str,
    },
    Opening {
        settlements: Vec<SettlementIx>,
        stays: u16,
        deductible: Money,
        fund: Money,
    },
    Route {
        route: Route,
        filing: Option<FilingIx>,
    },
    Lines {
        count: u32,
        total: Money,
        self_paid: Money,
        over: Money,
        first: Money,
        scope: Money,
    },
    LapsedMonths {
        months: Vec<Month>,
        moved: Money,
    },
    RouteFirstPay {
        scope: Money,
        rate: Rate,
        person: Money,
    },
    /// The person's reduction of the deductible.
    PersonDeductible {
        before: Money,
        after: Money,
    },
    Deductible {
        ordinal: Option<u16>,
        figure: Money,
        scope: Money,
        charged: Money,
    },
    TransferDeductible {
        figure: Money,
        already: Money,
        charged: Money,
    },
    /// A deductible of which earlier claims of the year bore a part; `per` is a word of
    /// `data/README.md`.
    RemainingDeductible {
        per: &'static str,
        figure: Money,
        due: Money,
        charged: Money,
    },
    /// The first band's ratio in the table, or of a row of the route's own.
    Ratio {
        tier: Option<Tier>,
        is_own: bool,
        ratio: Rate,
    },
    PersonRatio {
        before: Rate,
        after: Rate,
    },
    RouteRatio {
        before: Rate,
        after: Rate,
    },
    Band {
        from: Money,
        to: Option<Money>,
        amount: Money,
        ratio: Rate,
    },
    Basic {
        entered: Money,
        fund: Money,
        person: Money,
    },
    Limit {
        meaning: LimitMeaning,
        limit: Money,
        used: Money,
        over: Money,
    },
    Large {
        base: Money,
        ratio: Rate,
        fund: Money,
        supplement: Money,
    },
    SeriousIllness {
        before: Money,
        base: Money,
        fund: Money,
    },
    Supplement {
        before: Money,
        base: Money,
        fund: Money,
    },
    Aid {
        before: Money,
        base: Money,
        fund: Money,
    },
    Floor {
        share: Rate,
        scope: Money,
        funds: Money,
        fund: Money,
    },
    /// A part of a long stay that is computed for itself; the steps of the part follow.
    Part {
        first: Date,
        last: Date,
        scope: Money,
    },
    Result {
        total: Money,
        fund: Money,
        person: Money,
    },
}

words! {
    /// The three meanings of an annual limit 封顶线.
    LimitMeaning {
        Fund = "fund", "基金支付额";
        // The amount that enters, the deductible included.
        Entering = "entering", "进入统筹额（含起付线）";
        // What follows the deductible.
        FundAndPerson = "fund_and_person", "起付线以上基金加个人负担额";
    }
}

/// How one bill line was split; the four parts add up to its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSplit {
    pub line: LineIx,
    pub claim: ClaimIx,
    pub full_self_paid: Money,
    pub over_ceiling: Money,
    pub first_pay: Money,
    pub in_scope: Money,
    pub class: ItemClass,
    pub first_pay_rate: Rate,
    pub ceiling: Option<UnitPrice>,
    /// The ceiling of the place of treatment, whichever catalog decides.
    pub treatment_ceiling: Option<UnitPrice>,
    pub verdict: LineVerdict,
    /// How the item was found: `national_code`, `local_code`, `name`, or a name in parts
    /// (`name_form`, `name_salt`, `name_spec`); none if it was not.
    pub found_by: Option<&'static str>,
    /// The region whose catalog decided, by its place in the rulebook's catalogs; none if no
    /// catalog is there.
    pub catalog: Option<u16>,
}

impl LineSplit {
    /// What the line's parts add up to: its amount.
    pub fn total(&self) -> Money {
        self.full_self_paid + self.over_ceiling + self.first_pay + self.in_scope
    }
}
