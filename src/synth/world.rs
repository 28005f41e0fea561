//! The world a batch is made from: people are enrolled, fall ill, file, and hand in claims. A
//! planted case is an honest claim of this world with one thing changed.
//!
//! The surprise: an honest claim is honest in every register too. Its person is insured and paid
//! up, its hospital designated, its filing made in time, its materials complete; so whatever a
//! case changes is the only thing wrong with it.

use std::collections::BTreeMap;

use crate::domain::Money;
use crate::domain::dates::{Date, Period, age_on, plus_days};
use crate::domain::words::{CareType, Material, Route, Scheme, Tier};

use super::bills::{Bills, Order};
use super::diagnoses::{self, Diagnosis};
use super::hospitals::{self, Hospital};
use super::lanes::Lane;
use super::model::{Batch, Claim, Office};
use super::numbering::{Invoice, Invoices, Shelves};
use super::people::{People, Person, Share};
use super::planted::Planted;
use super::pool;
use super::random::Random;
use super::wish::Wish;

/// A claim's place in the batch while it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimNo(usize);

/// A batch being made, or one part of a large one.
#[derive(Debug)]
pub struct World<'r> {
    pub batch: Batch,
    pub planted: Planted,
    pub people: People,
    pub random: Random,
    bills: &'r Bills<'r>,
    part: Option<Part>,
    /// How many claims bear each prefix.
    claim_ids: BTreeMap<String, u32>,
    invoices: Invoices,
}

/// A part of a large batch, made apart from the others.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub share: Share,
    /// How many hospitals of the pool each city has.
    pub hospitals: u32,
    /// How many lines a bill is to have, more or less.
    pub lines: u32,
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
    /// The demo's world.
    pub fn new(bills: &'r Bills<'r>, seed: u64) -> World<'r> {
        World {
            batch: Batch::default(),
            planted: Planted::default(),
            people: People::new(seed, None),
            random: Random::stream(seed, "world"),
            bills,
            part: None,
            claim_ids: BTreeMap::new(),
            invoices: Invoices::OneRow(0),
        }
    }

    /// The world of one part of a large batch: a matter of the seed and the part alone.
    pub fn of_part(bills: &'r Bills<'r>, seed: u64, part: Part) -> World<'r> {
        World {
            people: People::new(seed, Some(part.share)),
            random: Random::stream(seed, &format!("world{}", part.share.part)),
            invoices: Invoices::Shelves(Shelves::new(part.share)),
            part: Some(part),
            ..World::new(bills, seed)
        }
    }

    pub(super) fn bills(&self) -> &'r Bills<'r> {
        self.bills
    }

    pub(super) fn part(&self) -> Option<Part> {
        self.part
    }

    pub(super) fn claim_at(&self, no: ClaimNo) -> &Claim {
        &self.batch.claims[no.0]
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
            None => self.random.pick(&diagnoses::for_person(person.sex, person.kind)),
        };
        let stay = self.stay(&wish, diagnosis);
        if wish.files {
            self.file(&person, lane, stay);
        }
        let order = Order {
            treated: hospital.region(),
            hospital_code: hospital.code,
            tier: hospital.tier,
            care: wish.care,
            stay,
            sex: person.sex,
            age: age_on(person.born, stay.first()),
            diagnosis,
        };
        let random = &mut self.random;
        let lines = match (wish.in_scope, self.part) {
            (Some(amount), _) => self.bills.in_scope_exactly(random, &order, amount),
            (None, None) if wish.care == CareType::Inpatient => self.bills.usual(random, &order),
            (None, None) => self.bills.visit(random, &order),
            (None, Some(part)) => self.bills.fee_list(random, &order, part.lines),
        };
        let mut claim = self.form(&person, lane, hospital, diagnosis, stay);
        claim.care = wish.care;
        claim.discharged = (wish.care == CareType::Inpatient).then(|| stay.last());
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
        let lines = self.bills.visit(&mut self.random, &order(claim));
        claim.bill(lines);
    }

    /// A hospital of the lane's place of treatment, as the world draws them.
    pub fn hospital_of(&mut self, lane: Lane) -> &'static Hospital {
        self.hospital(&Wish::on(lane))
    }

    fn hospital(&mut self, wish: &Wish) -> &'static Hospital {
        if let Some(hospital) = wish.hospital {
            return hospital;
        }
        if wish.care == CareType::Pharmacy {
            return hospitals::pharmacy_of(wish.lane.treated());
        }
        // Two of three people who go elsewhere go to a hospital of the third tier.
        let tier = match wish.tier {
            Some(tier) => tier,
            None if self.random.percent(66) => Tier::Three,
            None => Tier::Two,
        };
        if let Some(part) = self.part {
            return self.drawn_hospital(wish, tier, part.hospitals);
        }
        let ordinary = hospitals::in_city(wish.lane.treated());
        let mut of_tier = ordinary.clone();
        of_tier.retain(|hospital| hospital.tier == Some(tier));
        let choices = if of_tier.is_empty() { ordinary } else { of_tier };
        self.random.pick(&choices)
    }

    /// Of the pool the large ones are drawn more often; small towns' hospitals of the first tier
    /// have outpatients.
    fn drawn_hospital(&mut self, wish: &Wish, tier: Tier, count: u32) -> &'static Hospital {
        let city = wish.lane.treated();
        let any = wish.care != CareType::Inpatient && wish.tier.is_none();
        let fits = |hospital: &&Hospital| any || hospital.tier == Some(tier);
        let drawn = (0..64).map(|_| pool::draw(&mut self.random, city, count)).find(fits);
        drawn.unwrap_or_else(|| pool::in_city(city, 1)[0])
    }

    fn stay(&mut self, wish: &Wish, diagnosis: &Diagnosis) -> Period {
        let (low, high) = diagnosis.nights;
        let nights = wish.nights.unwrap_or_else(|| self.random.between(low, high));
        let admitted = wish.admitted.unwrap_or_else(|| {
            let spread = if self.part.is_some() { 130 } else { 95 };
            let last = jiff::civil::date(2024, 5, 31);
            let discharged = plus_days(last, -self.random.between(0, spread));
            plus_days(discharged, -nights)
        });
        Period::new(admitted, plus_days(admitted, nights)).expect("nights are not negative")
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
        let day = self.random.pick(&COUNTER_DAYS);
        let (invoice_code, invoice_no) = self.invoice(hospital, stay.last());
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
            reason: if emergency { "急诊入院未能登记" } else { self.random.pick(&REASONS) },
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
        match self.part {
            None => format!("{prefix}-2024-{number:04}"),
            Some(part) => format!("{prefix}-{:04}-{number:05}", part.share.part + 1),
        }
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

    /// The n-th entry's number in a register: `BA202400001`.
    pub(super) fn register_id(&self, letters: &str, before: usize) -> String {
        match self.part {
            None => format!("{letters}2024{:05}", before + 1),
            Some(part) => format!("{letters}2024{:04}{:05}", part.share.part + 1, before + 1),
        }
    }

    /// Code and number of an invoice nobody else has, given out there on that day.
    pub fn invoice(&mut self, hospital: &Hospital, day: Date) -> Invoice {
        self.invoices.next(&mut self.random, hospital, day)
    }

    /// As many invoices with neighbouring numbers.
    pub fn invoice_run(&mut self, hospital: &Hospital, day: Date, count: u64) -> Vec<Invoice> {
        self.invoices.run(&mut self.random, hospital, day, count)
    }
}

/// What a claim's bill is made from.
pub(super) fn order(claim: &Claim) -> Order {
    Order {
        treated: claim.hospital.region(),
        hospital_code: claim.hospital.code,
        tier: claim.hospital.tier,
        care: claim.care,
        stay: Period::new(claim.admitted, claim.end())
            .expect("the end is not before the beginning"),
        sex: claim.person.sex,
        age: age_on(claim.person.born, claim.admitted),
        diagnosis: claim.diagnosis,
    }
}
