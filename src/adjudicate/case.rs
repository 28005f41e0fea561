//! Everything one claim is decided from, gathered once: records, register entry, hospital, the
//! policy in force and the places that matter.

use crate::domain::dates::{Date, age_on};
use crate::domain::identity::PersonKey;
use crate::domain::words::{CareType, PersonType, Sex, Tier};
use crate::domain::{InForce, RegionCode};
use crate::flow::{
    Claim, ClaimIx, ClaimLinks, Hospital, Linked, PersonIx, PersonLink, PersonRecord,
};
use crate::rulebook::clauses::Seat;
use crate::rulebook::{Policy, Region, Rulebook};

/// One claim with what it is decided from.
pub struct Case<'a> {
    pub ix: ClaimIx,
    pub claim: &'a Claim,
    pub links: &'a ClaimLinks,
    pub linked: &'a Linked,
    pub rulebook: &'a Rulebook,
    /// The day up to which the books are read and cures are counted.
    pub as_of: Date,
    pub person_ix: Option<PersonIx>,
    pub person: Option<&'a PersonRecord>,
    pub hospital: Option<&'a Hospital>,
    pub region: Option<&'a Region>,
    pub policy: InForce<&'a Policy>,
}

impl<'a> Case<'a> {
    pub fn new(ix: ClaimIx, linked: &'a Linked, rulebook: &'a Rulebook, as_of: Date) -> Case<'a> {
        let claim = linked.records.claim(ix);
        let links = &linked.links[ix.at()];
        let person_ix = match &links.person {
            PersonLink::Known { entry, .. } => *entry,
            PersonLink::ByName { .. } | PersonLink::Unknown { .. } => None,
        };
        let region = rulebook.region(claim.insured);
        let day = governing_day(claim);
        Case {
            ix,
            claim,
            links,
            linked,
            rulebook,
            as_of,
            person_ix,
            person: person_ix.map(|ix| &linked.records.persons[ix.at()]),
            hospital: links.hospital.one().map(|ix| &linked.records.hospitals[ix.at()]),
            region,
            policy: region
                .map_or(InForce::Never, |region| region.policy(claim.scheme, claim.care, day)),
        }
    }

    /// The day whose rules govern the claim: discharge, or the visit.
    pub fn governing_day(&self) -> Date {
        governing_day(self.claim)
    }

    pub fn policy(&self) -> Option<&'a Policy> {
        self.policy.value()
    }

    /// Where the care was given: the hospital's own region, else as the claim says.
    pub fn place(&self) -> RegionCode {
        self.hospital.map_or(self.claim.treated.0, |hospital| hospital.region)
    }

    pub fn tier(&self) -> Option<Tier> {
        self.hospital.and_then(|hospital| hospital.tier)
    }

    pub fn person_type(&self) -> Option<PersonType> {
        self.person.map(|person| person.person_type)
    }

    /// Which row of a tier table applies.
    pub fn seat(&self) -> Option<Seat> {
        Some(Seat {
            tier: self.tier()?,
            owner: self.hospital.and_then(|hospital| hospital.owner_level),
            person: self.person_type()?,
        })
    }

    pub fn is_inpatient(&self) -> bool {
        self.claim.care == CareType::Inpatient
    }

    /// Marked as an emergency, or emergency care by its kind.
    pub fn is_emergency(&self) -> bool {
        self.claim.emergency || self.claim.care == CareType::Emergency
    }

    /// As the register says, else the identity number.
    pub fn sex(&self) -> Option<Sex> {
        let by_id = || self.claim.person.key().and_then(|key| key.id().map(|id| id.sex()));
        self.person.and_then(PersonRecord::sex).or_else(by_id)
    }

    /// The earliest day of death that any register entry of the person gives.
    pub fn died_on(&self) -> Option<Date> {
        let files = self.key().and_then(|key| self.linked.people.by_key.get(key));
        let entries = files.into_iter().flat_map(|files| &files.register);
        entries.filter_map(|ix| self.linked.records.persons[ix.at()].died_on).min()
    }

    /// Full years at admission.
    pub fn age(&self) -> Option<i32> {
        let by_id = || self.claim.person.key().and_then(|key| key.id()?.birth_date());
        let born = self.person.and_then(PersonRecord::birth_date).or_else(by_id)?;
        Some(age_on(born, self.claim.stay.first()))
    }

    /// The last day on which the claim could be handed in, where the region has a deadline.
    pub fn claim_deadline(&self) -> Option<Date> {
        let clause = self.policy()?.deadline.as_ref()?;
        Some(clause.rule.last_day(self.claim.stay.last()))
    }

    pub fn key(&self) -> Option<&PersonKey> {
        match &self.links.person {
            PersonLink::Known { key, .. } => Some(key),
            PersonLink::ByName { .. } | PersonLink::Unknown { .. } => None,
        }
    }
}

/// Discharge, or the visit.
pub fn governing_day(claim: &Claim) -> Date {
    claim.stay.last()
}
