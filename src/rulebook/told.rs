//! The rules of a region as a person would say them, for one day: what holds, since when, on
//! which source, and what the data leave out.

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Scheme};
use crate::domain::{Citation, Text};
use crate::flow::ClauseId;

use super::clauses::{Applies, Clause, Rule};
use super::policy::Policy;
use super::region::Region;

/// The rules for one scheme and the kinds of care that are under the same rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub scheme: Scheme,
    pub care: Vec<CareType>,
    pub said: Said,
}

/// What is said of a benefit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Rules(Vec<ToldClause>),
    /// The data leave it out, and why.
    LeftOut(String),
    /// Neither a rule nor a reason is on record.
    Nothing,
}

/// One clause in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldClause {
    pub id: ClauseId,
    pub title: Text,
    pub lines: Vec<Text>,
    pub from: Date,
    pub to: Option<Date>,
}

impl Region {
    /// What holds on a day, for every scheme and kind of care.
    pub fn told(&self, day: Date) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for &scheme in Scheme::ALL {
            for &care in CareType::ALL {
                let said = self.said(scheme, care, day);
                let same =
                    |section: &&mut Section| section.scheme == scheme && section.said == said;
                match sections.iter_mut().find(same) {
                    Some(section) => section.care.push(care),
                    None => sections.push(Section { scheme, care: vec![care], said }),
                }
            }
        }
        sections
    }

    fn said(&self, scheme: Scheme, care: CareType, day: Date) -> Said {
        match self.policy(scheme, care, day).value() {
            Some(policy) => Said::Rules(policy.told()),
            None => match self.gap(scheme, care, day) {
                Some(gap) => Said::LeftOut(gap.why.clone()),
                None => Said::Nothing,
            },
        }
    }
}

impl Policy {
    /// Every clause, in the order in which a claim meets them.
    fn told(&self) -> Vec<ToldClause> {
        let mut told = vec![one(&self.year)];
        told.extend(self.period.iter().map(one));
        told.extend([one(&self.contribution), one(&self.filing)]);
        told.extend(self.routes.iter().map(one));
        told.push(one(&self.catalog));
        told.push(one(&self.deductible));
        told.push(one(&self.ratio));
        told.extend(self.persons.iter().map(one));
        told.extend(self.limit.iter().map(one));
        told.extend(self.large_amount.iter().map(one));
        told.extend(self.serious_illness.iter().map(one));
        told.extend(self.supplement.iter().map(one));
        told.extend(self.aid.iter().map(one));
        told.extend(self.floor.iter().map(one));
        told.extend(self.deadline.iter().map(one));
        told.extend(self.materials.iter().map(one));
        told
    }
}

fn one<T: Rule>(clause: &Clause<T>) -> ToldClause {
    let (zh, en) = T::TITLE;
    let Applies { from, to, .. } = clause.applies;
    ToldClause { id: clause.id, title: Text::new(zh, en), lines: clause.rule.told(), from, to }
}

/// The clauses of a region, among all citations, that nobody compared with their source.
pub fn unverified<'c>(
    region: &'c Region,
    citations: &'c [Citation],
) -> impl Iterator<Item = &'c Citation> {
    let own = format!("{}/", region.code);
    citations
        .iter()
        .filter(move |citation| citation.clause.starts_with(&own) && !citation.checked.is_checked())
}
