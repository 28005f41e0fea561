//! The world a batch is made from: people are enrolled, fall ill, file, and hand in claims. A
//! planted case is an honest claim of this world with one thing changed.
//!
//! The surprise: an honest claim is honest in every register too. Its person is insured and paid
//! up, its hospital designated, its filing made in time, its materials complete; so whatever a
//! case changes is the only thing wrong with it.

use std::collections::BTreeMap;

use crate::domain::dates::{Date, Month, Period, age_on, plus_days};
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingType, Material, PersonType, Route, Scheme,
    SettlementStatus, Tier,
};
use crate::domain::{IdNumber, Money, Rate, RegionCode};
use crate::rulebook::Rulebook;

use super::bills::{Bills, Order};
use super::diagnoses::{self, Diagnosis};
use super::hospitals::{self, Hospital};
use super::lanes::Lane;
use super::model::{Batch, Claim, Contribution, Filing, Insured, Office, Settlement};
use super::people::{People, Person};
use super::planted::Planted;
use super::random::Random;

/// A claim's place in the batch while it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimNo(usize);

/// What a claim is to be; all that is left open is drawn.
#[derive(Clone, Debug)]
pub struct Wish {
    lane: Lane,
    tier: Option<Tier>,
    hospital: Option<&'static str>,
    admitted: Option<Date>,
    nights: Option<i32>,
    diagnosis: Option<&'static str>,
    in_scope: Option<Money>,
    person: Option<Person>,
    files: bool,
}

impl Wish {
    pub fn on(lane: Lane) -> Wish {
        Wish {
            lane,
            tier: None,
            hospital: None,
            admitted: None,
            nights: None,
            diagnosis: None,
            in_scope: None,
            person: None,
            files: true,
        }
    }

    pub fn tier(self, tier: Tier) -> Wish {
        Wish { tier: Some(tier), ..self }
    }

    pub fn at(self, hospital_code: &'static str) -> Wish {
        Wish { hospital: Some(hospital_code), ..self }
    }

    pub fn stay(self, admitted: Date, nights: i32) -> Wish {
        Wish { admitted: Some(admitted), nights: Some(nights), ..self }
    }

    pub fn ill_with(self, diagnosis_code: &'static str) -> Wish {
        Wish { diagnosis: Some(diagnosis_code), ..self }
    }

    /// All of the bill is in scope, and it comes to exactly this.
    pub fn in_scope(self, amount: Money) -> Wish {
        Wish { in_scope: Some(amount), ..self }
    }

    /// Somebody who is already there.
    pub fn of(self, person: &Person) -> Wish {
        Wish { person: Some(person.clone()), ..self }
    }

    pub fn without_filing(self) -> Wish {
        Wish { files: false, ..self }
    }
}

/// A batch being made.
#[derive(Debug)]
pub struct World<'r> {
    pub batch: Batch,
    pub planted: Planted,
    pub people: People,
    pub random: Random,
    bills: Bills<'r>,
    /// How many claims bear each prefix.
    claim_ids: BTreeMap<String, u32>,
    invoices: u32,
}

/// Working days of June 2024 (the 10th was a holiday).
const COUNTER_DAYS: [i8; 19] =
    [3, 4, 5, 6, 7, 11, 12, 13, 14, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28];

const REASONS: [&str; 4] =
    ["出院时未能直接结算", "就医地医院系统故障", "医保电子凭证未激活", "备案信息未及时同步"];

const PAPERS: [Material; 6] = [
    Material::IdCopy,
    Material::Invoice,
    Material::FeeList,
    Material::DischargeRecord,
    Material::DiagnosisProof,
    Material::BankAccount,
];

impl<'r> World<'r> {
    pub fn new(rulebook: &'r Rulebook, seed: u64) -> World<'r> {
        World {
            batch: Batch::default(),
            planted: Planted::default(),
            people: People::new(seed),
            random: Random::stream(seed, "world"),
            bills: Bills::new(rulebook),
            claim_ids: BTreeMap::new(),
            invoices: 0,
        }
    }

    pub fn claim(&mut self, no: ClaimNo) -> &mut Claim {
        &mut self.batch.claims[no.0]
    }

    pub fn id(&self, no: ClaimNo) -> String {
        self.batch.claims[no.0].id.clone()
    }

    pub fn person_of(&self, no: ClaimNo) -> Person {
        self.batch.claims[no.0].person.clone()
    }

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
        self.batch.persons.push(Insured { person: person.clone(), retired_on, died_on: None });
        let periods: &[&str] = match (person.scheme, person.kind) {
            (_, PersonType::Retired) => &[],
            (Scheme::Resident, _) => &["202101-202212", "202301-202312", "202401-202412"],
            (Scheme::Employee, _) => &["202101-202406"],
        };
        for period in periods {
            self.contribute(person, (*period).to_owned(), ContributionStatus::Arrived, None);
        }
    }

    fn contribute(
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

    /// Hands in a claim as wished; what the wish leaves open is drawn.
    pub fn hand_in(&mut self, wish: Wish) -> ClaimNo {
        let lane = wish.lane;
        let person = match &wish.person {
            Some(person) => person.clone(),
            None => self.enrol(lane.insured(), lane.scheme, lane.kind),
        };
        let hospital = self.hospital(&wish);
        let diagnosis = match wish.diagnosis {
            Some(code) => diagnoses::by_code(code),
            None => *self.random.pick(&diagnoses::for_person(person.sex, person.kind)),
        };
        let stay = self.stay(&wish, diagnosis);
        if wish.files {
            self.file(&person, lane, stay);
        }
        let order = Order {
            treated: hospital.region(),
            hospital_code: hospital.code,
            tier: hospital.tier,
            stay,
            sex: person.sex,
            age: age_on(person.born, stay.first()),
            diagnosis,
        };
        let lines = match wish.in_scope {
            Some(amount) => self.bills.in_scope_exactly(&mut self.random, &order, amount),
            None => self.bills.usual(&mut self.random, &order),
        };
        let mut claim = self.form(&person, lane, hospital, diagnosis, stay);
        claim.bill(lines);
        self.batch.claims.push(claim);
        ClaimNo(self.batch.claims.len() - 1)
    }

    /// The same invoice again, under another claim id and on another day.
    pub fn hand_in_again(&mut self, first: ClaimNo, received: Date) -> ClaimNo {
        let mut again = self.batch.claims[first.0].clone();
        let prefix = again.id.get(..2).unwrap_or_default().to_owned();
        again.id = self.numbered(&prefix);
        again.received = received;
        self.batch.claims.push(again);
        ClaimNo(self.batch.claims.len() - 1)
    }

    /// Makes an inpatient claim one for a visit on its first day.
    pub fn make_visit(&mut self, no: ClaimNo, care: CareType) {
        let claim = &mut self.batch.claims[no.0];
        claim.care = care;
        claim.discharged = None;
        let order = Order {
            treated: claim.hospital.region(),
            hospital_code: claim.hospital.code,
            tier: claim.hospital.tier,
            stay: Period::day(claim.admitted),
            sex: claim.person.sex,
            age: age_on(claim.person.born, claim.admitted),
            diagnosis: claim.diagnosis,
        };
        let lines = self.bills.visit(&mut self.random, &order);
        claim.bill(lines);
    }

    fn hospital(&mut self, wish: &Wish) -> &'static Hospital {
        if let Some(code) = wish.hospital {
            return hospitals::by_code(code);
        }
        let ordinary = hospitals::in_city(wish.lane.treated());
        // Two of three people who go elsewhere go to a hospital of the third tier.
        let tier = match wish.tier {
            Some(tier) => tier,
            None if self.random.percent(66) => Tier::Three,
            None => Tier::Two,
        };
        let mut of_tier = ordinary.clone();
        of_tier.retain(|hospital| hospital.tier == Some(tier));
        let choices = if of_tier.is_empty() { ordinary } else { of_tier };
        *self.random.pick(&choices)
    }

    fn stay(&mut self, wish: &Wish, diagnosis: &Diagnosis) -> Period {
        let (low, high) = diagnosis.nights;
        let nights = wish.nights.unwrap_or_else(|| self.random.between(low, high));
        let admitted = wish.admitted.unwrap_or_else(|| {
            let discharged = plus_days(jiff::civil::date(2024, 5, 31), -self.random.between(0, 95));
            plus_days(discharged, -nights)
        });
        Period::new(admitted, plus_days(admitted, nights)).expect("nights are not negative")
    }

    /// Files as the lane's footing asks for; some footings need none.
    fn file(&mut self, person: &Person, lane: Lane, stay: Period) {
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
            id: format!("BA2024{:05}", self.batch.filings.len() + 1),
            person: person.clone(),
            treated: lane.treated(),
            kind,
            valid_from: from,
            valid_to: to,
            filed_on,
            hospital: None,
            by_commitment: false,
        });
    }

    /// The last filing of the person who handed a claim in.
    pub fn filing_of(&mut self, no: ClaimNo) -> &mut Filing {
        let id = self.batch.claims[no.0].person.id;
        let mut filings = self.batch.filings.iter_mut().rev();
        filings.find(|filing| filing.person.id == id).expect("this lane files")
    }

    /// The register entry of the person who handed a claim in.
    pub fn insured_of(&mut self, no: ClaimNo) -> &mut Insured {
        let id = self.batch.claims[no.0].person.id;
        let mut entries = self.batch.persons.iter_mut();
        entries.find(|entry| entry.person.id == id).expect("everybody is enrolled")
    }

    fn form(
        &mut self,
        person: &Person,
        lane: Lane,
        hospital: &'static Hospital,
        diagnosis: &'static Diagnosis,
        stay: Period,
    ) -> Claim {
        let emergency = lane.route == Route::Emergency;
        let mut materials = PAPERS.to_vec();
        materials.extend(emergency.then_some(Material::EmergencyProof));
        let day = *self.random.pick(&COUNTER_DAYS);
        let (invoice_code, invoice_no) = self.invoice(hospital.region());
        Claim {
            id: self.claim_id(lane.insured),
            office: self.office(lane),
            insured: lane.insured(),
            scheme: lane.scheme,
            care: CareType::Inpatient,
            hospital,
            hospital_code: Some(hospital.code),
            hospital_name: hospital.name,
            admitted: stay.first(),
            discharged: Some(stay.last()),
            diagnosis,
            invoice_code,
            invoice_no,
            total: Money::ZERO,
            invoice_fund_paid: Money::ZERO,
            reason: if emergency {
                "急诊入院未能登记"
            } else {
                *self.random.pick(&REASONS)
            },
            emergency,
            trauma: false,
            third_party: false,
            work_injury: false,
            received: jiff::civil::date(2024, 6, day),
            materials,
            payee: person.name.clone(),
            bank: person.bank,
            account: person.account.clone(),
            phone: person.phone.clone(),
            agent: None,
            employer: None,
            lines: Vec::new(),
            spoiled: Vec::new(),
            person: person.clone(),
        }
    }

    fn claim_id(&mut self, insured: &'static str) -> String {
        let prefix = match insured {
            "110000" => "BJ",
            "130100" => "SJ",
            "360100" => "NC",
            "420100" => "WH",
            _ => "QT",
        };
        self.numbered(prefix)
    }

    fn numbered(&mut self, prefix: &str) -> String {
        let number = self.claim_ids.entry(prefix.to_owned()).or_default();
        *number += 1;
        format!("{prefix}-2024-{number:04}")
    }

    fn office(&mut self, lane: Lane) -> Office {
        match (lane.insured, lane.scheme) {
            ("110000", _) if self.random.percent(60) => Office::BeijingPaper,
            ("110000", _) => Office::BeijingElectronic,
            ("130100", _) => Office::Shijiazhuang,
            ("420100", Scheme::Employee) => Office::EastLake,
            _ => Office::WestHill,
        }
    }

    /// Code and number of an invoice nobody else has; never two in a row.
    pub fn invoice(&mut self, region: RegionCode) -> (String, String) {
        self.invoices += self.random.between(3, 97).unsigned_abs();
        let province = region.province().to_string();
        (format!("{}060124", &province[..2]), format!("{:010}", 71_204_500 + self.invoices))
    }

    /// A settlement of exactly the bill that a claim is for.
    pub fn settle(&mut self, no: ClaimNo, channel: Channel, status: SettlementStatus) {
        let claim = &self.batch.claims[no.0];
        let discharged = claim.end();
        let share = Rate::parse("0.70").expect("a rate");
        let settlement = Settlement {
            id: format!("JS2024{:05}", self.batch.settlements.len() + 1),
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
    }

    /// An earlier inpatient stay of a person, settled on the spot.
    pub fn earlier_stay(
        &mut self,
        person: &Person,
        hospital_code: &'static str,
        stay: (Date, Date),
        money: EarlierMoney,
    ) {
        let (invoice_code, invoice_no) = self.invoice(hospitals::by_code(hospital_code).region());
        self.batch.settlements.push(Settlement {
            id: format!("JS2024{:05}", self.batch.settlements.len() + 1),
            person: person.clone(),
            channel: Channel::Direct,
            care: CareType::Inpatient,
            invoice_code,
            invoice_no,
            hospital_code,
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
