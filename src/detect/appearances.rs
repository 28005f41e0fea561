//! Every claim that can bear witness, in columns: the batch's, those recalled from the books, and
//! the posted claims of others that share something with them. Networks are looked for here.
//!
//! The surprise: texts are numbers. Two appearances share an account if the numbers are the same;
//! what the account is called is asked of the claim.

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZeroU32;

use rayon::prelude::*;

use crate::domain::words::CareType;
use crate::domain::{InsuredRegion, Origin};
use crate::flow::ties::{self, day_number};
use crate::flow::{Adjudicated, Claim, ClaimIx, Duplicate, Witness};
use crate::rulebook::detector_settings::Threshold;

use super::scene::Scene;

/// A text by its number; only equality means anything.
pub type Name = NonZeroU32;

/// The columns. Rows are claims by their place, then witnesses by theirs.
#[derive(Debug, Default)]
pub struct Appearances {
    claims: u32,
    pub person: Vec<Option<Name>>,
    pub account: Vec<Option<Name>>,
    pub phone: Vec<Option<Name>>,
    pub agent: Vec<Option<Name>>,
    pub hospital: Vec<Option<Name>>,
    /// The hospital is known by its code; two that are known by name may be one.
    pub hospital_coded: Vec<bool>,
    /// In which book of invoices the number counts; without a code it counts at its hospital.
    pub invoice_book: Vec<Option<Name>>,
    pub serial: Vec<u32>,
    /// Days as numbers.
    pub admitted: Vec<i32>,
    pub discharged: Vec<i32>,
    pub received: Vec<i32>,
    pub inpatient: Vec<bool>,
    /// The same bill stands in an earlier row.
    pub repeated: Vec<bool>,
}

impl Appearances {
    pub fn build(adjudicated: &Adjudicated) -> Appearances {
        let records = &adjudicated.linked.records;
        let witnesses = records.witnesses.iter().map(|witness| &witness.claim);
        let all: Vec<&Claim> = records.claims.iter().chain(witnesses).collect();
        let hospitals = hospital_texts(adjudicated, &all);
        let (((person, account), (phone, agent)), (hospital, (invoice_book, serial))) = rayon::join(
            || {
                let person = |claim: &&Claim| claim.person.key();
                rayon::join(
                    || {
                        (
                            numbered(all.iter().map(person)),
                            numbered(all.iter().map(|claim| ties::account(claim))),
                        )
                    },
                    || {
                        (
                            numbered(all.iter().map(|claim| ties::phone(claim))),
                            numbered(all.iter().map(|claim| ties::agent(claim))),
                        )
                    },
                )
            },
            || rayon::join(|| numbered(hospitals.iter().copied()), || books(&all, &hospitals)),
        );
        let day = |of: fn(&Claim) -> i32| all.par_iter().map(|claim| of(claim)).collect();
        let links = adjudicated.linked.links.iter();
        let mut repeated: Vec<bool> =
            links.map(|link| matches!(link.duplicate, Duplicate::Later { .. })).collect();
        repeated.resize(all.len(), false);
        Appearances {
            claims: records.claims.len() as u32,
            person,
            account,
            phone,
            agent,
            hospital,
            hospital_coded: hospitals.iter().map(|text| text.is_some_and(str::is_ascii)).collect(),
            invoice_book,
            serial,
            admitted: day(|claim| day_number(claim.stay.first())),
            discharged: day(|claim| day_number(claim.stay.last())),
            received: day(|claim| day_number(claim.received_on)),
            inpatient: all.iter().map(|claim| claim.care == CareType::Inpatient).collect(),
            repeated,
        }
    }

    pub fn rows(&self) -> std::ops::Range<u32> {
        0..self.person.len() as u32
    }

    /// The claim that a row is; none of a witness.
    pub fn claim(&self, row: u32) -> Option<ClaimIx> {
        (row < self.claims).then_some(ClaimIx(row))
    }
}

/// The rows that have something in a column and for whose region the detector is on, sorted by
/// it; those that share it stand together.
pub fn by_column(scene: &Scene, column: &[Option<Name>]) -> Vec<(Name, u32)> {
    let rows = scene.shared.appearances.rows().into_par_iter();
    let named = rows.filter_map(|row| Some((column[row as usize]?, row)));
    let mut named: Vec<(Name, u32)> = named.filter(|&(_, row)| scene.is_on_row(row)).collect();
    named.par_sort_unstable();
    named
}

fn numbered<T: std::hash::Hash + Eq>(values: impl Iterator<Item = Option<T>>) -> Vec<Option<Name>> {
    let mut numbers: HashMap<T, Name> = HashMap::new();
    let number = |value: Option<T>| {
        let next = Name::MIN.saturating_add(numbers.len() as u32);
        value.map(|value| *numbers.entry(value).or_insert(next))
    };
    values.map(number).collect()
}

/// What names each row's hospital: the code of the one on the list, of whose names the claim has
/// one, else what the claim says.
fn hospital_texts<'a>(adjudicated: &'a Adjudicated, all: &[&'a Claim]) -> Vec<Option<&'a str>> {
    let linked = &adjudicated.linked;
    let hospitals = &linked.records.hospitals;
    let mut by_name: HashMap<&str, &str> = HashMap::new();
    for hospital in hospitals {
        for name in hospital.aliases.iter().chain([&hospital.name]) {
            by_name.entry(name).or_insert(&hospital.code);
        }
    }
    let text = |(row, claim): (usize, &&'a Claim)| {
        let link = linked.links.get(row).and_then(|links| links.hospital.one());
        if let Some(hospital) = link {
            return Some(&*hospitals[hospital.at()].code);
        }
        let said = ties::hospital(claim)?;
        Some(by_name.get(said).copied().unwrap_or(said))
    };
    all.iter().enumerate().map(text).collect()
}

fn books(all: &[&Claim], hospitals: &[Option<&str>]) -> (Vec<Option<Name>>, Vec<u32>) {
    let serials: Vec<_> = all.iter().map(|claim| claim.invoice.serial()).collect();
    let book = numbered(serials.iter().zip(hospitals).map(|(serial, &hospital)| {
        let serial = serial.as_ref()?;
        // Numbers without a code are given out everywhere anew.
        let issuer = if serial.code.is_some() { "" } else { hospital? };
        Some((serial.code, serial.stem, issuer))
    }));
    (book, serials.iter().map(|serial| serial.map_or(0, |serial| serial.number)).collect())
}

impl<'a> Scene<'a> {
    pub fn appearances(&self) -> &'a Appearances {
        &self.shared.appearances
    }

    /// The claim that stands in a row of the appearances, be it a witness.
    pub fn in_row(&self, row: u32) -> &'a Claim {
        match self.witness(row) {
            Some(witness) => &witness.claim,
            None => self.claim(ClaimIx(row)),
        }
    }

    pub fn witness(&self, row: u32) -> Option<&'a Witness> {
        let place = row.checked_sub(self.shared.appearances.claims)?;
        self.records().witnesses.get(place as usize)
    }

    fn insured_in_row(&self, row: u32) -> InsuredRegion {
        self.in_row(row).insured
    }

    pub fn is_on_row(&self, row: u32) -> bool {
        self.ground.settings.is_enabled(self.code, self.insured_in_row(row))
    }

    pub fn threshold_in_row(&self, threshold: Threshold, row: u32) -> u32 {
        self.ground.settings.threshold(threshold, self.insured_in_row(row))
    }

    pub fn row_origin(&self, row: u32) -> Origin {
        self.in_row(row).origin
    }

    /// The account of a row, without blanks.
    pub fn account_in_row(&self, row: u32) -> Cow<'a, str> {
        ties::account(self.in_row(row)).unwrap_or_default()
    }

    pub fn phone_in_row(&self, row: u32) -> Cow<'a, str> {
        ties::phone(self.in_row(row)).unwrap_or_default()
    }
}
