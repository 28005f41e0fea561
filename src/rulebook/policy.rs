//! Which clauses meet on a day. Worked out once when the data are read: for each scheme and kind
//! of care a timeline of [`Policy`], in each of which every question has exactly one answer.

use std::collections::HashMap;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, PersonType, Route, Scheme};
use crate::domain::{RegionCode, Timeline};
use crate::flow::ClauseId;

use super::clauses::Clause;
use super::clauses::catalog_rule::CatalogRule;
use super::clauses::contribution::ContributionRule;
use super::clauses::deadline::Deadline;
use super::clauses::deductible::Deductible;
use super::clauses::filing::FilingRule;
use super::clauses::large_amount::LargeAmount;
use super::clauses::limit::Limit;
use super::clauses::materials::MaterialRule;
use super::clauses::person::PersonAdvantage;
use super::clauses::ratio::RatioTable;
use super::clauses::route::RouteRule;
use super::clauses::serious_illness::SeriousIllness;
use super::clauses::year::BenefitYear;

/// Every clause of a region, by kind, in the order of its file.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    pub year: Vec<Clause<BenefitYear>>,
    pub catalog: Vec<Clause<CatalogRule>>,
    pub contribution: Vec<Clause<ContributionRule>>,
    pub filing: Vec<Clause<FilingRule>>,
    pub deadline: Vec<Clause<Deadline>>,
    pub materials: Vec<Clause<MaterialRule>>,
    pub deductible: Vec<Clause<Deductible>>,
    pub ratio: Vec<Clause<RatioTable>>,
    pub person: Vec<Clause<PersonAdvantage>>,
    pub route: Vec<Clause<RouteRule>>,
    pub limit: Vec<Clause<Limit>>,
    pub large_amount: Vec<Clause<LargeAmount>>,
    pub serious_illness: Vec<Clause<SeriousIllness>>,
}

/// The rules in force for one scheme and kind of care from one day to the next change.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `420100@2023-01-01`.
    pub version: String,
    pub year: Clause<BenefitYear>,
    pub catalog: Clause<CatalogRule>,
    pub contribution: Clause<ContributionRule>,
    pub filing: Clause<FilingRule>,
    pub deadline: Option<Clause<Deadline>>,
    pub materials: Option<Clause<MaterialRule>>,
    pub deductible: Clause<Deductible>,
    pub ratio: Clause<RatioTable>,
    pub persons: Vec<Clause<PersonAdvantage>>,
    pub routes: Vec<Clause<RouteRule>>,
    pub limit: Option<Clause<Limit>>,
    pub large_amount: Option<Clause<LargeAmount>>,
    pub serious_illness: Option<Clause<SeriousIllness>>,
}

impl Policy {
    pub fn route(&self, route: Route) -> Option<&Clause<RouteRule>> {
        self.routes.iter().find(|clause| clause.rule.routes.contains(&route))
    }

    pub fn person(&self, person: PersonType) -> Option<&Clause<PersonAdvantage>> {
        self.persons.iter().find(|clause| clause.rule.persons.contains(&person))
    }
}

/// Policies of a region by scheme and kind of care.
pub type Policies = HashMap<(Scheme, CareType), Timeline<Policy>>;

/// What is wrong with a region's clauses taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// Two clauses answer one question on the same day.
    Twice { kind: &'static str, first: ClauseId, second: ClauseId, day: Date },
    /// A benefit (deductible and ratio) without a clause it cannot do without.
    Missing { kind: &'static str, scheme: Scheme, care: CareType, day: Date, beside: ClauseId },
}

impl PolicyFault {
    pub fn is_twice(&self) -> bool {
        matches!(self, PolicyFault::Twice { .. })
    }

    /// What a reader has to mend: the same two clauses may meet for several schemes, kinds of
    /// care and stretches of time, and one clause may lack the same companion in all of them.
    pub fn subject(&self) -> (&'static str, ClauseId, ClauseId) {
        match *self {
            PolicyFault::Twice { kind, first, second, .. } => (kind, first, second),
            PolicyFault::Missing { kind, beside, .. } => (kind, beside, beside),
        }
    }
}

/// Cuts time at every change and gathers what holds in each piece.
pub fn assemble(region: RegionCode, clauses: &Clauses) -> Result<Policies, Vec<PolicyFault>> {
    let mut policies = Policies::new();
    let mut faults = Vec::new();
    for &scheme in Scheme::ALL {
        for &care in CareType::ALL {
            let days = clauses.changes(scheme, care);
            let mut dated = Vec::new();
            for (place, &day) in days.iter().enumerate() {
                let piece = Piece { region, clauses, scheme, care, day };
                if let Some(policy) = piece.policy(&mut faults) {
                    dated.push((day, days.get(place + 1).copied(), policy));
                }
            }
            if let Ok(timeline) = Timeline::new(dated)
                && !timeline.is_empty()
            {
                policies.insert((scheme, care), timeline);
            }
        }
    }
    if faults.is_empty() { Ok(policies) } else { Err(faults) }
}

impl Clauses {
    /// The days on which anything begins or ends for a scheme and kind of care, ascending.
    fn changes(&self, scheme: Scheme, care: CareType) -> Vec<Date> {
        let mut days = Vec::new();
        macro_rules! gather {
            ($($kind:ident)*) => {
                $(for clause in &self.$kind {
                    let applies = &clause.applies;
                    if applies.to(scheme, care) {
                        days.push(applies.from);
                        days.extend(applies.to);
                    }
                })*
            };
        }
        gather!(year catalog contribution filing deadline materials deductible ratio person route
                limit large_amount serious_illness);
        days.sort_unstable();
        days.dedup();
        days
    }
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
        let deductible = self.one("deductible", &clauses.deductible, faults);
        let ratio = self.one("ratio", &clauses.ratio, faults);
        let beside = match (&deductible, &ratio) {
            (Some(clause), _) => clause.id,
            (None, Some(clause)) => clause.id,
            (None, None) => return None,
        };
        let year = self.one("year", &clauses.year, faults);
        let catalog = self.one("catalog", &clauses.catalog, faults);
        let contribution = self.one("contribution", &clauses.contribution, faults);
        let filing = self.one("filing", &clauses.filing, faults);
        for (kind, missing) in [
            ("deductible", deductible.is_none()),
            ("ratio", ratio.is_none()),
            ("year", year.is_none()),
            ("catalog", catalog.is_none()),
            ("contribution", contribution.is_none()),
            ("filing", filing.is_none()),
        ] {
            if missing {
                let (scheme, care, day) = (self.scheme, self.care, self.day);
                faults.push(PolicyFault::Missing { kind, scheme, care, day, beside });
            }
        }
        Some(Policy {
            version: format!("{}@{}", self.region, self.day),
            year: year?,
            catalog: catalog?,
            contribution: contribution?,
            filing: filing?,
            deductible: deductible?,
            ratio: ratio?,
            deadline: self.one("deadline", &clauses.deadline, faults),
            materials: self.one("materials", &clauses.materials, faults),
            persons: self.each("person", &clauses.person, |rule| &rule.persons, faults),
            routes: self.each("route", &clauses.route, |rule| &rule.routes, faults),
            limit: self.one("limit", &clauses.limit, faults),
            large_amount: self.one("large_amount", &clauses.large_amount, faults),
            serious_illness: self.one("serious_illness", &clauses.serious_illness, faults),
        })
    }

    fn in_force<'a, T>(&'a self, clauses: &'a [Clause<T>]) -> impl Iterator<Item = &'a Clause<T>> {
        clauses.iter().filter(|clause| {
            clause.applies.to(self.scheme, self.care) && clause.applies.holds_on(self.day)
        })
    }

    fn one<T: Clone>(
        &self,
        kind: &'static str,
        clauses: &[Clause<T>],
        faults: &mut Vec<PolicyFault>,
    ) -> Option<Clause<T>> {
        let mut found = self.in_force(clauses);
        let first = found.next()?;
        for second in found {
            let (first, second, day) = (first.id, second.id, self.day);
            faults.push(PolicyFault::Twice { kind, first, second, day });
        }
        Some(first.clone())
    }

    /// All clauses in force of a kind of which several may hold, for different `subjects`.
    fn each<T: Clone, S: PartialEq>(
        &self,
        kind: &'static str,
        clauses: &[Clause<T>],
        subjects: impl Fn(&T) -> &Vec<S>,
        faults: &mut Vec<PolicyFault>,
    ) -> Vec<Clause<T>> {
        let found: Vec<&Clause<T>> = self.in_force(clauses).collect();
        for (place, second) in found.iter().enumerate() {
            for first in &found[..place] {
                if subjects(&first.rule).iter().any(|s| subjects(&second.rule).contains(s)) {
                    let (first, second, day) = (first.id, second.id, self.day);
                    faults.push(PolicyFault::Twice { kind, first, second, day });
                }
            }
        }
        found.into_iter().cloned().collect()
    }
}
