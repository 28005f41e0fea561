//! Which clauses meet on a day. Worked out once when the data are read: for each scheme and kind
//! of care a timeline of [`Policy`], in each of which every question has exactly one answer.

use std::array;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Route, Scheme};
use crate::domain::{InForce, RegionCode, Timeline, Version};
use crate::flow::ClauseId;

use super::clauses::aid::Aid;
use super::clauses::catalog_rule::CatalogRule;
use super::clauses::contribution::ContributionRule;
use super::clauses::deadline::Deadline;
use super::clauses::deductible::Deductible;
use super::clauses::filing::FilingRule;
use super::clauses::floor::Floor;
use super::clauses::large_amount::LargeAmount;
use super::clauses::limit::Limit;
use super::clauses::materials::MaterialRule;
use super::clauses::period::SettlementPeriod;
use super::clauses::person::PersonRule;
use super::clauses::ratio::RatioTable;
use super::clauses::route::{Distance, RouteRule};
use super::clauses::serious_illness::SeriousIllness;
use super::clauses::supplement::Supplement;
use super::clauses::year::BenefitYear;
use super::clauses::{Clause, Rule};

/// How many clauses that multiply a person's share may hold together: a rate has only so many
/// digits, and the route's factor comes on top.
const SHARE_FACTORS_MAX: usize = 2;
/// The same of clauses that multiply a deductible, on which nothing comes on top.
const DEDUCTIBLE_FACTORS_MAX: usize = 6;

/// Calls `$do!` with every kind of clause: its name in [`Clauses`] and its rule.
macro_rules! every_kind {
    ($do:ident) => {
        $do! {
            year: BenefitYear,
            period: SettlementPeriod,
            catalog: CatalogRule,
            contribution: ContributionRule,
            filing: FilingRule,
            deadline: Deadline,
            materials: MaterialRule,
            deductible: Deductible,
            ratio: RatioTable,
            person: PersonRule,
            route: RouteRule,
            limit: Limit,
            large_amount: LargeAmount,
            serious_illness: SeriousIllness,
            supplement: Supplement,
            aid: Aid,
            floor: Floor,
        }
    };
}
pub(super) use every_kind;

macro_rules! clauses {
    ($($kind:ident: $rule:ty,)*) => {
        /// Every clause of a region, by kind, in the order of its file.
        #[derive(Clone, Debug, Default)]
        pub struct Clauses {
            $(pub $kind: Vec<Clause<$rule>>,)*
        }

        /// The kinds of clauses as files name them, with what people call them.
        pub const KINDS: &[(&str, (&str, &str))] =
            &[$((<$rule as Rule>::KIND, <$rule as Rule>::TITLE),)*];

        impl Clauses {
            /// The days on which anything begins or ends for a scheme and kind of care, ascending.
            fn changes(&self, scheme: Scheme, care: CareType) -> Vec<Date> {
                let mut days = Vec::new();
                $(for clause in &self.$kind {
                    let applies = &clause.applies;
                    if applies.to(scheme, care) {
                        days.push(applies.from);
                        days.extend(applies.to);
                    }
                })*
                days.sort_unstable();
                days.dedup();
                days
            }
        }
    };
}
every_kind! { clauses }

/// The rules in force for one scheme and kind of care from one day to the next change.
#[derive(Clone, Debug)]
pub struct Policy {
    pub version: Version,
    pub year: Clause<BenefitYear>,
    pub period: Option<Clause<SettlementPeriod>>,
    pub catalog: Clause<CatalogRule>,
    pub contribution: Clause<ContributionRule>,
    pub filing: Clause<FilingRule>,
    pub deadline: Option<Clause<Deadline>>,
    pub materials: Option<Clause<MaterialRule>>,
    pub deductible: Clause<Deductible>,
    pub ratio: Clause<RatioTable>,
    pub persons: Vec<Clause<PersonRule>>,
    pub routes: Vec<Clause<RouteRule>>,
    pub limit: Option<Clause<Limit>>,
    pub large_amount: Option<Clause<LargeAmount>>,
    pub serious_illness: Option<Clause<SeriousIllness>>,
    pub supplement: Option<Clause<Supplement>>,
    pub aid: Option<Clause<Aid>>,
    pub floor: Option<Clause<Floor>>,
}

impl Policy {
    /// The rule for an access route; where several speak of it, the one that asks more.
    pub fn route(
        &self,
        route: Route,
        distance: Distance,
        networked: Option<bool>,
    ) -> Option<&Clause<RouteRule>> {
        let covers = |clause: &&Clause<RouteRule>| clause.rule.covers(route, distance, networked);
        self.routes.iter().filter(covers).max_by_key(|clause| clause.rule.weight())
    }
}

/// Policies of a region by scheme and kind of care.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    timelines: [[Timeline<Policy>; CareType::ALL.len()]; Scheme::ALL.len()],
}

impl Policies {
    pub fn on(&self, scheme: Scheme, care: CareType, day: Date) -> InForce<&Policy> {
        self.timelines[scheme as usize][care as usize].on(day)
    }
}

/// What is wrong with a region's clauses taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// Two clauses answer one question on the same day.
    Twice { kind: &'static str, first: ClauseId, second: ClauseId, day: Date },
    /// More clauses multiply the person's share than can be computed exactly.
    TooManyFactors { last: ClauseId, day: Date },
    /// A benefit (deductible and ratio) without a clause it cannot do without.
    Missing { kind: &'static str, scheme: Scheme, care: CareType, day: Date, beside: ClauseId },
}

impl PolicyFault {
    /// A clause that is wrong by itself may seem to be missing; what is there is there.
    pub fn is_sure(&self) -> bool {
        !matches!(self, PolicyFault::Missing { .. })
    }

    /// What a reader has to mend: the same two clauses may meet for several schemes, kinds of
    /// care and stretches of time, and one clause may lack the same companion in all of them.
    pub fn subject(&self) -> (&'static str, ClauseId, ClauseId) {
        match *self {
            PolicyFault::Twice { kind, first, second, .. } => (kind, first, second),
            PolicyFault::TooManyFactors { last, .. } => (PersonRule::KIND, last, last),
            PolicyFault::Missing { kind, beside, .. } => (kind, beside, beside),
        }
    }
}

/// Cuts time at every change and gathers what holds in each piece.
pub fn assemble(region: RegionCode, clauses: &Clauses) -> Result<Policies, Vec<PolicyFault>> {
    let mut faults = Vec::new();
    let timelines = array::from_fn(|scheme| {
        array::from_fn(|care| {
            let (scheme, care) = (Scheme::ALL[scheme], CareType::ALL[care]);
            let days = clauses.changes(scheme, care);
            let mut dated = Vec::new();
            for (place, &day) in days.iter().enumerate() {
                let piece = Piece { region, clauses, scheme, care, day };
                if let Some(policy) = piece.policy(&mut faults) {
                    dated.push((day, days.get(place + 1).copied(), policy));
                }
            }
            // Pieces between ascending days cannot overlap.
            Timeline::new(dated).unwrap_or_default()
        })
    });
    if faults.is_empty() { Ok(Policies { timelines }) } else { Err(faults) }
}

/// One stretch of time for one scheme and kind of care.
struct Piece<'c> {
    region: RegionCode,
    clauses: &'c Clauses,
    scheme: Scheme,
    care: CareType,
    day: Date,
}

impl Piece<'_> {
    /// The policy of this stretch; none where the region gives no benefit at all.
    fn policy(&self, faults: &mut Vec<PolicyFault>) -> Option<Policy> {
        let clauses = self.clauses;
        let deductible = self.one(&clauses.deductible, faults);
        let ratio = self.one(&clauses.ratio, faults);
        let beside = match (&deductible, &ratio) {
            (Some(clause), _) => clause.id,
            (None, Some(clause)) => clause.id,
            (None, None) => return None,
        };
        let year = self.one(&clauses.year, faults);
        let catalog = self.one(&clauses.catalog, faults);
        let contribution = self.one(&clauses.contribution, faults);
        let filing = self.one(&clauses.filing, faults);
        for (kind, missing) in [
            (Deductible::KIND, deductible.is_none()),
            (RatioTable::KIND, ratio.is_none()),
            (BenefitYear::KIND, year.is_none()),
            (CatalogRule::KIND, catalog.is_none()),
            (ContributionRule::KIND, contribution.is_none()),
            (FilingRule::KIND, filing.is_none()),
        ] {
            if missing {
                let (scheme, care, day) = (self.scheme, self.care, self.day);
                faults.push(PolicyFault::Missing { kind, scheme, care, day, beside });
            }
        }
        Some(Policy {
            version: Version { region: self.region, since: Some(self.day) },
            year: year?,
            period: self.one(&clauses.period, faults),
            catalog: catalog?,
            contribution: contribution?,
            filing: filing?,
            deductible: deductible?,
            ratio: ratio?,
            deadline: self.one(&clauses.deadline, faults),
            materials: self.one(&clauses.materials, faults),
            persons: self.persons(faults),
            routes: self.routes(faults),
            limit: self.one(&clauses.limit, faults),
            large_amount: self.one(&clauses.large_amount, faults),
            serious_illness: self.one(&clauses.serious_illness, faults),
            supplement: self.one(&clauses.supplement, faults),
            aid: self.one(&clauses.aid, faults),
            floor: self.one(&clauses.floor, faults),
        })
    }

    fn in_force<'a, T>(&'a self, clauses: &'a [Clause<T>]) -> impl Iterator<Item = &'a Clause<T>> {
        clauses.iter().filter(|clause| {
            clause.applies.to(self.scheme, self.care) && clause.applies.holds_on(self.day)
        })
    }

    fn one<T: Rule + Clone>(
        &self,
        clauses: &[Clause<T>],
        faults: &mut Vec<PolicyFault>,
    ) -> Option<Clause<T>> {
        let mut found = self.in_force(clauses);
        let first = found.next()?;
        for second in found {
            let (kind, first, second, day) = (T::KIND, first.id, second.id, self.day);
            faults.push(PolicyFault::Twice { kind, first, second, day });
        }
        Some(first.clone())
    }

    /// Several may hold for one claim.
    fn persons(&self, faults: &mut Vec<PolicyFault>) -> Vec<Clause<PersonRule>> {
        let found: Vec<_> = self.in_force(&self.clauses.person).cloned().collect();
        let mut shares = found.iter().filter(|clause| clause.rule.has_share_factor());
        let mut deductibles = found.iter().filter(|clause| clause.rule.has_deductible_factor());
        let too_many = shares.nth(SHARE_FACTORS_MAX);
        if let Some(last) = too_many.or_else(|| deductibles.nth(DEDUCTIBLE_FACTORS_MAX)) {
            faults.push(PolicyFault::TooManyFactors { last: last.id, day: self.day });
        }
        found
    }

    /// Several may hold, for different claims.
    fn routes(&self, faults: &mut Vec<PolicyFault>) -> Vec<Clause<RouteRule>> {
        let found: Vec<&Clause<RouteRule>> = self.in_force(&self.clauses.route).collect();
        for (place, second) in found.iter().enumerate() {
            for first in found[..place].iter().filter(|first| first.rule.clashes(&second.rule)) {
                let (first, second, day) = (first.id, second.id, self.day);
                faults.push(PolicyFault::Twice { kind: RouteRule::KIND, first, second, day });
            }
        }
        found.into_iter().cloned().collect()
    }
}
