//! People who have something in common 共用: an account, a telephone, an agent, a run of invoices.
//! Who they are, what explains it innocently, and what a finding about them shows.
//!
//! The surprise: two strangers can never be told from a couple, for two people have at most two
//! surnames. A circle only says something from the third person on.

use std::collections::BTreeSet;

use crate::domain::identity::mask_name;
use crate::domain::{Money, Origin, Text};
use crate::flow::{Claim, ClaimIx, Subject};

use super::appearances::Name;
use super::scene::{Draft, Scene};

/// A couple and their children have at most so many surnames.
const FAMILY_SURNAMES_MAX: usize = 2;
/// And are at most so many people.
const FAMILY_PERSONS_MAX: usize = 6;

/// Rows of the appearances that share something, ascending.
pub struct Circle<'s, 'a> {
    pub scene: &'s Scene<'a>,
    pub rows: Vec<u32>,
}

impl<'s, 'a> Circle<'s, 'a> {
    pub fn new(scene: &'s Scene<'a>, rows: impl IntoIterator<Item = u32>) -> Circle<'s, 'a> {
        let mut rows: Vec<u32> = rows.into_iter().collect();
        rows.sort_unstable();
        rows.dedup();
        Circle { scene, rows }
    }

    /// A group of rows that stand together in a sorted column.
    pub fn of(scene: &'s Scene<'a>, group: &[(Name, u32)]) -> Circle<'s, 'a> {
        Circle::new(scene, group.iter().map(|&(_, row)| row))
    }

    pub fn claims(&self) -> impl Iterator<Item = &'a Claim> {
        self.rows.iter().map(|&row| self.scene.in_row(row))
    }

    /// The different persons; damaged numbers are nobody's.
    pub fn persons(&self) -> Vec<Name> {
        let person = &self.scene.appearances().person;
        let mut persons: Vec<Name> =
            self.rows.iter().filter_map(|&row| person[row as usize]).collect();
        persons.sort_unstable();
        persons.dedup();
        persons
    }

    /// The text all claims share.
    pub fn in_common(&self, text: impl Fn(&'a Claim) -> Option<&'a str>) -> Option<&'a str> {
        let mut texts = self.claims().map(text);
        let common = texts.next()?.filter(|text| !text.is_empty())?;
        texts.all(|text| text == Some(common)).then_some(common)
    }

    pub fn employer(&self) -> Option<&'a str> {
        self.in_common(|claim| claim.employer.as_deref())
    }

    /// Whether they may well be one family together with whoever acts for them.
    pub fn is_family_with(&self, heads: impl IntoIterator<Item = &'a str>) -> bool {
        let names = self.claims().map(|claim| claim.name.as_str());
        let surnames: BTreeSet<char> =
            names.chain(heads).filter_map(|name| name.chars().next()).collect();
        surnames.len() <= FAMILY_SURNAMES_MAX && self.persons().len() <= FAMILY_PERSONS_MAX
    }

    pub fn is_family(&self) -> bool {
        self.is_family_with([])
    }

    /// The claims among the rows, with what each puts at risk.
    pub fn at_risk(&self) -> Vec<(ClaimIx, Money)> {
        let claims = self.rows.iter().filter_map(|&row| self.scene.appearances().claim(row));
        claims.map(|claim| (claim, self.scene.whole(claim))).collect()
    }

    pub fn origins(&self) -> Vec<Origin> {
        self.rows.iter().map(|&row| self.scene.row_origin(row)).collect()
    }

    pub fn total(&self) -> Money {
        self.claims().map(|claim| claim.total).sum()
    }

    /// How many bills they are, the posted ones told apart: `5 份申报（其中既往已过账 2 份）`.
    pub fn bills(&self) -> Text {
        let (records, appearances) = (self.scene.records(), self.scene.appearances());
        let is_own = |row: &&u32| appearances.claim(**row).is_some_and(|it| records.is_own(it));
        let (all, own) = (self.rows.len(), self.rows.iter().filter(is_own).count());
        if all == own {
            return Text::new(format!("{all} 份申报"), format!("{all} claims"));
        }
        let past = all - own;
        Text::new(
            format!("{all} 份申报（其中既往已过账 {past} 份）"),
            format!("{all} claims ({past} of them posted before)"),
        )
    }

    /// A draft that rests on all claims of the circle; none where there are only witnesses.
    pub fn draft(&self, subject: Subject) -> Option<Draft> {
        let claims = self.at_risk();
        let &(first, _) = claims.first()?;
        let draft = Draft { subject, claims, ..Draft::on_claim(self.scene, first, Money::ZERO) };
        Some(draft.shown_by(self.origins()))
    }

    /// The first few names, masked, and how many more there are.
    pub fn names_shown(&self) -> Text {
        const SHOWN: usize = 5;
        let person = &self.scene.appearances().person;
        let mut said = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for &row in &self.rows {
            let Some(key) = person[row as usize] else { continue };
            if !said.contains(&key) && said.len() <= SHOWN {
                said.push(key);
                names.push(mask_name(&self.scene.in_row(row).name));
            }
        }
        let more = self.persons().len() > SHOWN;
        names.truncate(SHOWN);
        let (zh, en) = (names.join("、"), names.join(", "));
        if more { Text::new(format!("{zh} 等"), format!("{en} …")) } else { Text::new(zh, en) }
    }
}
