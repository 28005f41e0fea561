//! The registers of a world: who is insured and paid up, who filed, what was settled before.

use crate::domain::dates::{Date, Month, Period, plus_days};
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, PersonType, Route, Scheme,
    SettlementStatus,
};
use crate::domain::{IdNumber, Money, Rate, RegionCode};

use super::hospitals::Hospital;
use super::lanes::Lane;
use super::model::{Contribution, Filing, Insured, Settlement};
use super::people::Person;
use super::world::{ClaimNo, World};

impl World<'_> {
    /// Somebody new, insured and paid up.
    pub fn enrol(&mut self, insured: RegionCode, scheme: Scheme, kind: PersonType) -> Person {
        let person = self.people.person(insured, scheme, kind);
        self.register(&person);
        person
    }

    /// Enters a person in the registers of insured people and contributions.
    pub fn register(&mut self, person: &Person) {
        let retired_on = (person.kind == PersonType::Retired)
            .then(|| Date::new(person.born.year() + 60, 7, 1).ok())
            .flatten();
        let person = person.clone();
        let (died_on, spoiled) = (None, Vec::new());
        self.batch.persons.push(Insured { person: person.clone(), retired_on, died_on, spoiled });
        let person = &person;
        let periods: &[&str] = match (person.scheme, person.kind) {
            (_, PersonType::Retired) => &[],
            (Scheme::Resident, _) => &["202101-202212", "202301-202312", "202401-202412"],
            (Scheme::Employee, _) => &["202101-202406"],
        };
        for period in periods {
            self.contribute(person, (*period).to_owned(), ContributionStatus::Arrived, None);
        }
    }

    pub fn contribute(
        &mut self,
        person: &Person,
        period: String,
        status: ContributionStatus,
        paid_on: Option<Date>,
    ) {
        let (id, insured, scheme) = (person.id, person.insured, person.scheme);
        let entry = Contribution { id, insured, scheme, period, status, paid_on };
        self.batch.contributions.push(entry);
    }

    /// One month of a person's contributions turns out otherwise; the others stay paid.
    pub fn month_turns(
        &mut self,
        id: IdNumber,
        month: Month,
        status: ContributionStatus,
        paid_on: Option<Date>,
    ) {
        self.batch.contributions.retain(|entry| entry.id != id);
        let insured = self.batch.persons.iter().find(|entry| entry.person.id == id);
        let Some(person) = insured.map(|entry| entry.person.clone()) else { return };
        let span = |first: Month, last: Month| format!("{first}至{last}");
        let first = Month::of(jiff::civil::date(2021, 1, 1));
        let last = Month::of(jiff::civil::date(2024, 6, 1));
        self.contribute(&person, span(first, month.plus(-1)), ContributionStatus::Arrived, None);
        self.contribute(&person, month.to_string(), status, paid_on);
        if month < last {
            self.contribute(&person, span(month.plus(1), last), ContributionStatus::Arrived, None);
        }
    }

    /// Files as the lane's footing asks for; some footings need none.
    pub(super) fn file(&mut self, person: &Person, lane: Lane, stay: Period) {
        let (kind, filed_on, from, to) = match lane.route {
            Route::LongTerm => {
                let settled = plus_days(stay.first(), -self.random.between(150, 400));
                (FilingType::LongTerm, settled, settled, None)
            }
            Route::Referral | Route::Temporary => {
                let before = plus_days(stay.first(), -self.random.between(1, 6));
                let kind = match lane.route {
                    Route::Referral => FilingType::Referral,
                    _ => FilingType::Temporary,
                };
                (kind, before, before, Some(plus_days(before, 180)))
            }
            Route::LateFiled => {
                let after = plus_days(stay.last(), self.random.between(4, 12));
                let end = plus_days(stay.last(), 90);
                (FilingType::Late, after, stay.first(), Some(end))
            }
            Route::Home | Route::Exempt | Route::Emergency | Route::Unfiled => return,
        };
        self.batch.filings.push(Filing {
            id: self.register_id("BA", self.batch.filings.len()),
            person: person.clone(),
            treated: lane.treated(),
            kind,
            valid_from: from,
            valid_to: to,
            filed_on,
            hospital: None,
            status: FilingStatus::Valid,
            by_commitment: false,
        });
    }

    /// The last filing of the person who handed a claim in.
    pub fn filing_of(&mut self, no: ClaimNo) -> &mut Filing {
        let id = self.claim_at(no).person.id;
        let mut filings = self.batch.filings.iter_mut().rev();
        filings.find(|filing| filing.person.id == id).expect("this lane files")
    }

    /// The register entry of the person who handed a claim in.
    pub fn insured_of(&mut self, no: ClaimNo) -> &mut Insured {
        let id = self.claim_at(no).person.id;
        let mut entries = self.batch.persons.iter_mut();
        entries.find(|entry| entry.person.id == id).expect("everybody is enrolled")
    }

    /// A settlement of exactly the bill that a claim is for.
    pub fn settle(
        &mut self,
        no: ClaimNo,
        channel: Channel,
        status: SettlementStatus,
    ) -> &mut Settlement {
        let claim = &self.claim_at(no);
        let discharged = claim.end();
        let share = Rate::parse("0.70").expect("a rate");
        let settlement = Settlement {
            id: self.register_id("JS", self.batch.settlements.len()),
            person: claim.person.clone(),
            channel,
            care: claim.care,
            invoice_code: claim.invoice_code.clone(),
            invoice_no: claim.invoice_no.clone(),
            hospital_code: claim.hospital.code,
            diagnosis_code: claim.diagnosis.code,
            admitted: claim.admitted,
            discharged,
            total: claim.total,
            in_scope: claim.total,
            deductible: Money::ZERO,
            fund_basic: share.of_rounded(claim.total),
            settled_on: plus_days(discharged, if channel == Channel::Direct { 0 } else { 20 }),
            status,
        };
        self.batch.settlements.push(settlement);
        self.batch.settlements.last_mut().expect("one was just added")
    }

    /// An earlier inpatient stay of a person, settled on the spot.
    pub fn earlier_stay(
        &mut self,
        person: &Person,
        hospital: &'static Hospital,
        stay: (Date, Date),
        money: EarlierMoney,
    ) {
        let (invoice_code, invoice_no) = self.invoice(hospital, stay.1);
        self.batch.settlements.push(Settlement {
            id: self.register_id("JS", self.batch.settlements.len()),
            person: person.clone(),
            channel: Channel::Direct,
            care: CareType::Inpatient,
            invoice_code,
            invoice_no,
            hospital_code: hospital.code,
            diagnosis_code: "R10.400",
            admitted: stay.0,
            discharged: stay.1,
            total: money.total,
            in_scope: money.in_scope,
            deductible: money.deductible,
            fund_basic: money.fund_basic,
            settled_on: stay.1,
            status: SettlementStatus::Normal,
        });
    }
}

/// The money of an earlier stay.
#[derive(Clone, Copy, Debug)]
pub struct EarlierMoney {
    pub total: Money,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund_basic: Money,
}
