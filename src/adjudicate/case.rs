//! Everything one claim is decided from, gathered once: records, register entry, hospital, the
//! policy in force and the places that matter.

use crate::domain::dates::{Date, Month, age_on};
use crate::domain::words::{CareType, PersonType, Route, Sex, Tier};
use crate::domain::{InForce, RegionCode};
use crate::flow::links::PersonFiles;
use crate::flow::{
    Claim, ClaimIx, ClaimLinks, Hospital, Linked, PersonIx, PersonLink, PersonRecord,
};
use crate::rulebook::clauses::route::{Distance, RouteRule};
use crate::rulebook::clauses::{Clause, Seat};
use crate::rulebook::item_tables::ItemTables;
use crate::rulebook::{Policy, Region, Rulebook};

use super::Books;
use super::lines::Catalogs;

/// One claim with what it is decided from.
pub struct Case<'a> {
    pub ix: ClaimIx,
    pub claim: &'a Claim,
    pub links: &'a ClaimLinks,
    pub linked: &'a Linked,
    pub rulebook: &'a Rulebook,
    pub items: &'a ItemTables,
    /// The day up to which the books are read and cures are counted.
    pub as_of: Date,
    /// What was handed in under the claim's identity number, whoever that is.
    pub files: Option<&'a PersonFiles>,
    pub person_ix: Option<PersonIx>,
    pub person: Option<&'a PersonRecord>,
    pub hospital: Option<&'a Hospital>,
    pub region: Option<&'a Region>,
    /// Whose values govern the claim.
    pub policy: InForce<&'a Policy>,
    pub catalogs: Catalogs<'a>,
    governing_day: Date,
}

impl<'a> Case<'a> {
    pub fn new(ix: ClaimIx, files: Option<&'a PersonFiles>, books: &'a Books<'a>) -> Case<'a> {
        let Books { linked, rulebook, .. } = *books;
        let claim = linked.records.claim(ix);
        let links = &linked.links[ix.at()];
        let person_ix = match &links.person {
            PersonLink::Known { entry, .. } => *entry,
            PersonLink::ByName { .. } | PersonLink::Unknown { .. } => None,
        };
        let hospital = links.hospital.one().map(|ix| &linked.records.hospitals[ix.at()]);
        let law = books.laws.of_claim(ix);
        Case {
            ix,
            claim,
            links,
            linked,
            rulebook,
            items: &books.items,
            as_of: match linked.records.books_until {
                // A claim on the books is not set back by a run of an earlier month.
                Some(until) if claim.booked_on.is_some() => until.max(books.as_of),
                _ => books.as_of,
            },
            files,
            person_ix,
            person: person_ix.map(|ix| &linked.records.persons[ix.at()]),
            hospital,
            region: law.region,
            policy: law.policy,
            catalogs: Catalogs::of(rulebook, &law, place(claim, hospital)),
            governing_day: law.day,
        }
    }

    /// The same case, had the claim said something else than it does.
    pub fn with<'b>(&'b self, claim: &'b Claim) -> Case<'b> {
        Case { claim, ..*self }
    }

    /// The day whose values govern the claim.
    pub fn governing_day(&self) -> Date {
        self.governing_day
    }

    /// The last day of the month in which the claim was handed in: what was settled online by then
    /// keeps its place in the year before it, whenever the claim comes to be decided.
    pub fn known_until(&self) -> Date {
        Month::of(self.claim.received_on).last_day()
    }

    /// The day the claim is settled: the last of the books it is, or was first, put on.
    pub fn settled_on(&self) -> Date {
        self.claim.booked_on.unwrap_or(self.as_of)
    }

    /// The policy of the claim's region on another day.
    pub fn policy_on(&self, day: Date) -> Option<&'a Policy> {
        self.region?.policy(self.claim.scheme, self.claim.care, day).value()
    }

    /// The policy under which care of a kind was settled on a day; where none is on record of that
    /// day, that of the claim's own.
    pub fn policy_for(&self, care: CareType, day: Date) -> Option<&'a Policy> {
        let on = |day| self.region?.policy(self.claim.scheme, care, day).value();
        on(day).or_else(|| on(self.governing_day))
    }

    /// What the region says of an access route for this claim.
    pub fn route_rule(&self, route: Route) -> Option<&'a Clause<RouteRule>> {
        self.policy()?.route(route, self.distance(), self.networked())
    }

    /// Whether the hospital settled across regions on the day of admission, if that is known.
    fn networked(&self) -> Option<bool> {
        self.hospital?.is_networked_on(self.claim.stay.first())
    }

    /// Whether the rule of a route turns on a network of which the register says nothing.
    pub fn lacks_network(&self, route: Route) -> bool {
        let routes = self.policy().map_or(&[][..], |policy| &policy.routes);
        let turns = |asked: &RouteRule| {
            asked.networked.is_some() && asked.covers(route, self.distance(), asked.networked)
        };
        self.networked().is_none() && routes.iter().any(|clause| turns(&clause.rule))
    }

    pub fn distance(&self) -> Distance {
        if self.place().province() == self.claim.insured.0.province() {
            Distance::SameProvince
        } else {
            Distance::OtherProvince
        }
    }

    pub fn policy(&self) -> Option<&'a Policy> {
        self.policy.value()
    }

    /// Where the care was given: the hospital's own region, else as the claim says.
    pub fn place(&self) -> RegionCode {
        place(self.claim, self.hospital)
    }

    pub fn tier(&self) -> Option<Tier> {
        self.hospital.and_then(|hospital| hospital.tier)
    }

    pub fn person_type(&self) -> Option<PersonType> {
        self.person.map(|person| person.person_type)
    }

    /// What rows of rules are chosen by; none for a person who is not known.
    pub fn seat(&self) -> Option<Seat<'a>> {
        let diagnosis = self.claim.diagnosis_code.as_deref();
        self.seat_in(self.hospital, self.claim.stay.first(), diagnosis)
    }

    /// The same for other care of the person.
    pub fn seat_in(
        &self,
        hospital: Option<&Hospital>,
        admission: Date,
        diagnosis: Option<&'a str>,
    ) -> Option<Seat<'a>> {
        let person = self.person?;
        Some(Seat {
            tier: hospital.and_then(|hospital| hospital.tier),
            owner: hospital.and_then(|hospital| hospital.owner_level),
            kind: hospital.map(|hospital| hospital.kind),
            person: person.person_type,
            age: self.born().map(|born| age_on(born, admission)),
            hardship: &person.hardship,
            civil_servant: person.civil_servant,
            retired_on: person.retired_on,
            member_years: person.insured_since.map(|since| age_on(since, admission)),
            diagnosis: diagnosis.unwrap_or_default(),
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
        let entries = self.own_files().into_iter().flat_map(|files| &files.register);
        entries.filter_map(|ix| self.linked.records.persons[ix.at()].died_on).min()
    }

    /// As the register says, else the identity number.
    pub fn born(&self) -> Option<Date> {
        let by_id = || self.claim.person.key().and_then(|key| key.id()?.birth_date());
        self.person.and_then(PersonRecord::birth_date).or_else(by_id)
    }

    /// The last day on which the claim could be handed in, where the region has a deadline.
    pub fn claim_deadline(&self) -> Option<Date> {
        let clause = self.policy()?.deadline.as_ref()?;
        Some(clause.rule.last_day(self.claim.stay.last()))
    }

    /// The last day for papers that are missing, where the region gives one.
    pub fn papers_until(&self) -> Option<Date> {
        let rule = self.policy()?.deadline.as_ref()?.rule;
        rule.papers_days?;
        Some(rule.papers_until(self.claim.stay.last(), self.claim.received_on))
    }

    /// What is known of the person, if the person is.
    pub fn own_files(&self) -> Option<&'a PersonFiles> {
        self.files.filter(|_| matches!(self.links.person, PersonLink::Known { .. }))
    }
}

/// Where the care was given.
fn place(claim: &Claim, hospital: Option<&Hospital>) -> RegionCode {
    hospital.map_or(claim.treated.0, |hospital| hospital.region)
}
