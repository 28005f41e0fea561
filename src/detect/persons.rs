//! Everything known of one person, and the bills of a person that may be one bill: claimed in the
//! batch, recalled from the books, or settled before.

use rayon::prelude::*;

use crate::domain::dates::Date;
use crate::domain::identity::PersonKey;
use crate::flow::links::PersonFiles;
use crate::flow::{Claim, ClaimIx, Duplicate, Invoice, Settlement};

use super::care::{Bill, Episode, of_claim, of_settlement};
use super::scene::Scene;

impl<'a> Scene<'a> {
    /// The persons with claims whose files are wanted, in the order of their keys.
    pub fn persons(
        &self,
        wanted: impl Fn(&PersonFiles) -> bool,
    ) -> Vec<(&'a PersonKey, &'a PersonFiles)> {
        let all = self.adjudicated.linked.people.by_key.iter();
        let claiming = all.filter(|(_, files)| !files.claims.is_empty() && wanted(files));
        let mut persons: Vec<_> = claiming.collect();
        persons.par_sort_unstable_by_key(|(key, _)| *key);
        persons
    }

    /// The claims among a person's files for which the detector is switched on.
    pub fn claims_of<'s>(&'s self, files: &'s PersonFiles) -> impl Iterator<Item = ClaimIx> + 's {
        files.claims.iter().copied().filter(|&claim| self.is_on(claim))
    }

    /// The claims that stand and ask for money: no second claim for an invoice, no reversal.
    pub fn claimed_bills(&self, files: &PersonFiles) -> Vec<Episode> {
        let standing = self.claims_of(files).filter(|&ix| {
            let repeated = matches!(self.links(ix).duplicate, Duplicate::Later { .. });
            self.claim(ix).total.is_positive() && !repeated
        });
        standing.map(|ix| of_claim(self.adjudicated, ix)).collect()
    }

    /// The past settlements that stand, where their days are known.
    pub fn settled_bills(&self, files: &PersonFiles) -> Vec<Episode> {
        let all = &self.records().settlements;
        let positive = files.settlements.iter().filter(|ix| all[ix.at()].total.is_positive());
        positive.filter_map(|&ix| of_settlement(self.adjudicated, ix)).collect()
    }

    /// Whether a claim and a settlement are linked as one bill already.
    pub fn are_linked(&self, one: Episode, other: Episode) -> bool {
        let linked = |claim: Bill, past: Bill| match (claim, past) {
            (Bill::Claim(claim), Bill::Settlement(past)) => {
                self.links(claim).settled.iter().any(|settled| settled.settlement == past)
            }
            _ => false,
        };
        linked(one.bill, other.bill) || linked(other.bill, one.bill)
    }
}

impl Episode {
    pub fn invoice<'a>(self, scene: &Scene<'a>) -> Option<&'a Invoice> {
        self.either(scene, |claim| Some(&claim.invoice), |past| past.invoice.as_ref())
    }

    pub fn person(self, scene: &Scene) -> Option<PersonKey> {
        self.either(scene, |claim| claim.person.key(), |past| past.person.key())
    }

    /// When it was handed in, or settled.
    pub fn handled_on(self, scene: &Scene) -> Date {
        self.either(scene, |claim| claim.received_on, |past| past.settled_on)
    }

    /// The earlier handled first; what was settled before what is only claimed.
    pub fn precedence<'a>(self, scene: &Scene<'a>) -> (bool, Date, &'a str) {
        (self.claim().is_some(), self.handled_on(scene), self.shown(scene.adjudicated))
    }

    fn either<'a, T>(
        self,
        scene: &Scene<'a>,
        of_claim: impl FnOnce(&'a Claim) -> T,
        of_settlement: impl FnOnce(&'a Settlement) -> T,
    ) -> T {
        match self.bill {
            Bill::Claim(ix) => of_claim(scene.claim(ix)),
            Bill::Settlement(ix) => of_settlement(&scene.records().settlements[ix.at()]),
        }
    }
}

/// Whether two invoices are one: numbers agree, and codes do where both are known.
pub fn same_invoice(one: &Invoice, other: &Invoice) -> bool {
    let codes_differ = match (&one.code, &other.code) {
        (Some(code), Some(other_code)) => code != other_code,
        _ => false,
    };
    one.number == other.number && !codes_differ
}
