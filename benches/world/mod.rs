//! A year of invented claims in memory: persons insured in ten regions, four claims each, 20 bill
//! lines a claim with codes and names of `data/`, contributions, filings, past settlements.
//!
//! The surprise: nothing is drawn by chance; the same numbers give the same batch always.

use lingbao::domain::dates::{Date, Month, Period, plus_days};
use lingbao::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, HospitalKind, ItemKind,
    OwnerLevel, PersonType, Scheme, SettlementStatus, Tier,
};
use lingbao::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, Quantity, RegionCode, SourceId,
    TreatedRegion, UnitPrice,
};
use lingbao::flow::records::Invoice;
use lingbao::flow::{
    BillLine, Claim, Contribution, Filing, Hospital, PersonRecord, Records, Settlement, Source,
    Symbol,
};
use lingbao::rulebook::Items;

/// Bill lines of a claim.
pub const LINES: u32 = 20;
pub const CLAIMS_A_PERSON: u32 = 4;
/// The last day of the books.
pub const AS_OF: Date = Date::constant(2025, 3, 31);
/// Where the persons are insured: a county of the region, the schemes that its data cover, and
/// where they are treated.
const LANES: [(&str, &[Scheme], &str); 10] = [
    ("110105", Scheme::ALL, "130100"),
    ("420106", Scheme::ALL, "440300"),
    ("130102", Scheme::ALL, "110000"),
    ("360103", &[Scheme::Employee], "310000"),
    ("310104", &[Scheme::Employee], "420100"),
    ("510107", &[Scheme::Employee], "440100"),
    ("440106", &[Scheme::Employee], "510100"),
    ("440305", &[Scheme::Employee], "420100"),
    ("410302", &[Scheme::Resident], "110000"),
    ("341302", &[Scheme::Resident], "310000"),
];
/// The one of them whose outpatients are covered too.
const WITH_OUTPATIENTS: usize = 0;

/// What the invented batch draws from.
pub struct World<'r> {
    /// Code (perhaps none) and name of what a bill may name, by what it is.
    beds: Vec<(&'r str, &'r str)>,
    services: Vec<(&'r str, &'r str)>,
    drugs: Vec<(&'r str, &'r str)>,
    records: Records,
}

/// One person of the batch, as far as their claims need it.
struct Person {
    id: IdNumber,
    name: String,
    lane: usize,
    insured: InsuredRegion,
    scheme: Scheme,
}

const NO_ROW: Origin = Origin { source: SourceId(0), row: 0 };

fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect(code)
}

/// A number that looks like chance and is always the same.
fn chance(of: u32, about: u32) -> u32 {
    let mut state = (u64::from(of) << 32 | u64::from(about)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (state >> 32) as u32
}

impl World<'_> {
    pub fn new(items: &Items) -> World<'_> {
        let mut world = World {
            beds: Vec::new(),
            services: Vec::new(),
            drugs: Vec::new(),
            records: Records::default(),
        };
        for (_, item) in items.iter() {
            let named = (&*item.code, item.name.as_str());
            match item.kind {
                ItemKind::Bed => world.beds.push(named),
                ItemKind::Service => world.services.push(named),
                _ => world.drugs.push(named),
            }
        }
        world
    }

    pub fn batch(mut self, claims: u32) -> Records {
        self.records.sources.push(Source { file: "样例.csv".into(), sheet: String::new() });
        self.hospitals();
        let count = claims.div_ceil(CLAIMS_A_PERSON);
        let persons: Vec<Person> = (0..count).map(|number| self.person(number)).collect();
        for number in 0..claims {
            // The claims of one person lie far apart, as they come in over a year.
            let person = &persons[(number % count) as usize];
            let visit = number / count;
            self.claim(number, visit, person);
        }
        self.records
    }

    /// One of every tier at each place of treatment.
    fn hospitals(&mut self) {
        for (_, _, place) in LANES {
            for (number, tier) in [(0, Tier::Three), (1, Tier::Two), (2, Tier::One)] {
                self.records.hospitals.push(Hospital {
                    origin: NO_ROW,
                    code: format!("H{place}{number:05}").into(),
                    name: format!("样例{number}医院"),
                    aliases: Vec::new(),
                    region: region(place),
                    tier: Some(tier),
                    owner_level: Some(OwnerLevel::City),
                    kind: HospitalKind::Hospital,
                    networked: Some(true),
                    networked_since: None,
                    designated_from: None,
                    designated_to: None,
                    suspended_from: None,
                    suspended_to: None,
                });
            }
        }
        self.records.hospitals.sort_by(|a, b| a.code.cmp(&b.code));
        self.records.hospitals.dedup_by(|a, b| a.code == b.code);
    }

    /// A person with a register entry, contributions, mostly a filing, sometimes a settlement.
    fn person(&mut self, number: u32) -> Person {
        let lane = number as usize % LANES.len();
        let (county, schemes, place) = LANES[lane];
        let (in_lane, order) = (number / LANES.len() as u32 / 4, number / LANES.len() as u32 % 4);
        let born = plus_days(Date::constant(1938, 1, 1), (in_lane % 24_000) as i32);
        let id = IdNumber::compose(region(county), born, 996 + order as u16).expect("a number");
        let scheme = schemes[number as usize / 3 % schemes.len()];
        let old = born.year() < 1964;
        let person_type = match (scheme, old) {
            (Scheme::Employee, true) => PersonType::Retired,
            (Scheme::Employee, false) => PersonType::Active,
            (Scheme::Resident, true) => PersonType::ResidentSenior,
            (Scheme::Resident, false) => PersonType::ResidentAdult,
        };
        let person = Person {
            id,
            name: format!("样例{number}"),
            lane,
            insured: InsuredRegion(region(county)),
            scheme,
        };
        self.records.persons.push(PersonRecord {
            origin: NO_ROW,
            person: Identity::Id(id),
            name: person.name.clone(),
            sex: Some(id.sex()),
            born_on: Some(born),
            insured: person.insured,
            scheme,
            person_type,
            hardship: Vec::new(),
            civil_servant: false,
            retired_on: old.then(|| Date::constant(2004, 6, 1)),
            started_work_on: None,
            died_on: None,
            account: None,
            home_hospital: None,
            insured_since: Some(Date::constant(2012, 1, 1)),
        });
        self.contributions(&person, number);
        if !chance(number, 1).is_multiple_of(12) {
            self.filing(&person, number, region(place));
        }
        if chance(number, 2).is_multiple_of(3) {
            self.settlement(&person, number);
        }
        person
    }

    /// Employees month by month, residents for the year; a few with a gap.
    fn contributions(&mut self, person: &Person, number: u32) {
        let month = |month| Month::new(2024, month).expect("a month");
        let row = |first, last| Contribution {
            origin: NO_ROW,
            person: Identity::Id(person.id),
            insured: person.insured,
            scheme: person.scheme,
            first,
            last,
            status: ContributionStatus::Arrived,
            paid_on: None,
        };
        let gap = chance(number, 3).is_multiple_of(40);
        match person.scheme {
            Scheme::Employee => {
                let months = (1..=12).filter(|number| !(gap && *number == 7)).map(month);
                self.records.contributions.extend(months.map(|month| row(month, month)));
            }
            Scheme::Resident => self.records.contributions.push(row(month(1), month(12))),
        }
    }

    fn filing(&mut self, person: &Person, number: u32, place: RegionCode) {
        let kind = match chance(number, 4) % 16 {
            0..=2 => FilingType::Referral,
            3 => FilingType::Temporary,
            _ => FilingType::LongTerm,
        };
        self.records.filings.push(Filing {
            origin: NO_ROW,
            filing_id: format!("BA{number:08}").into(),
            person: Identity::Id(person.id),
            name: None,
            insured: person.insured,
            treated: TreatedRegion(place),
            kind,
            valid_from: Date::constant(2024, 1, 1),
            valid_to: (kind != FilingType::LongTerm).then(|| Date::constant(2024, 12, 31)),
            filed_on: Date::constant(2024, 1, 1),
            hospital: None,
            status: FilingStatus::Valid,
            commitment: false,
            materials_complete: true,
        });
    }

    fn settlement(&mut self, person: &Person, number: u32) {
        let (first, last) = (Date::constant(2024, 1, 3), Date::constant(2024, 1, 9));
        let yuan = Money::from_yuan;
        self.records.settlements.push(Settlement {
            origin: NO_ROW,
            settlement_id: format!("JS{number:08}").into(),
            person: Identity::Id(person.id),
            channel: Channel::Direct,
            scheme: Some(person.scheme),
            care: Some(CareType::Inpatient),
            invoice: Some(Invoice { code: None, number: format!("9{number:09}").into() }),
            hospital_code: None,
            diagnosis_code: None,
            stay: Period::new(first, last),
            total: yuan(9_000),
            in_scope: yuan(8_000),
            deductible: yuan(800),
            fund_basic: yuan(6_000),
            fund_large: Money::ZERO,
            fund_serious: Money::ZERO,
            fund_supplement: Money::ZERO,
            fund_aid: Money::ZERO,
            person_paid: yuan(3_000),
            settled_on: last,
            status: SettlementStatus::Normal,
        });
    }

    fn claim(&mut self, number: u32, visit: u32, person: &Person) {
        let (_, _, place) = LANES[person.lane];
        let day = 40 + visit * 75 + chance(number, 10) % 50;
        let first = plus_days(Date::constant(2024, 1, 1), day as i32);
        let days = 3 + chance(number, 11) % 12;
        let inpatient = person.lane != WITH_OUTPATIENTS || chance(number, 12).is_multiple_of(2);
        let stay = if inpatient {
            Period::new(first, plus_days(first, days as i32)).expect("a stay")
        } else {
            Period::day(first)
        };
        let claim_id = format!("SB2024{number:08}");
        let symbol = self.records.names.intern(&claim_id);
        let mut total = Money::ZERO;
        for place in 0..LINES {
            let line = self.line(number, place, symbol, stay, inpatient);
            total += line.amount;
            self.records.lines.push(line);
        }
        // Some bills do not add up, some claims come in late.
        if chance(number, 13).is_multiple_of(100) {
            total += Money::from_fen(100);
        }
        let late = if chance(number, 14).is_multiple_of(100) { 900 } else { 20 };
        self.records.claims.push(Claim {
            origin: NO_ROW,
            claim_id: claim_id.into(),
            person: Identity::Id(person.id),
            name: person.name.clone(),
            insured: person.insured,
            scheme: person.scheme,
            care: if inpatient { CareType::Inpatient } else { CareType::Outpatient },
            treated: TreatedRegion(region(place)),
            hospital_code: Some(format!("H{place}{:05}", chance(number, 15) % 3)),
            hospital_name: None,
            stay,
            diagnosis_code: Some(["I63.900", "J18.900", "K35.800"][number as usize % 3].into()),
            diagnosis: None,
            invoice: Invoice { code: None, number: format!("{number:010}").into() },
            total,
            invoice_fund_paid: Money::ZERO,
            reason: None,
            emergency: chance(number, 16).is_multiple_of(20),
            trauma: false,
            third_party: false,
            work_injury: false,
            received_on: plus_days(stay.last(), late),
            materials: None,
            payee: Some(person.name.clone()),
            bank: None,
            account: Some(format!("62{:017}", number / 2)),
            phone: None,
            agent_id: None,
            agent_name: None,
            employer: None,
            booked_on: None,
        });
    }

    /// The first line of a stay is its bed; of the others two thirds are services. Three in four
    /// have their code, the rest a name, one in fifty a name that nobody knows.
    fn line(
        &mut self,
        claim: u32,
        place: u32,
        claim_id: Symbol,
        stay: Period,
        inpatient: bool,
    ) -> BillLine {
        let seed = claim * LINES + place;
        let (listed, quantity) = match (place, chance(seed, 20) % 3) {
            (0, _) if inpatient => (&self.beds, stay.hospital_days()),
            (_, 0) => (&self.drugs, 1 + chance(seed, 21) % 5),
            _ => (&self.services, 1 + chance(seed, 21) % 5),
        };
        let (code, name) = listed[chance(seed, 22) as usize % listed.len()];
        let names = &mut self.records.names;
        let unknown = chance(seed, 23).is_multiple_of(50);
        let coded = !unknown && !code.is_empty() && !chance(seed, 24).is_multiple_of(4);
        let fen = 300 + chance(seed, 25) % 30_000;
        let unit_price = UnitPrice::from_units(i64::from(fen) * 10_000);
        let quantity = Quantity::whole(quantity);
        BillLine {
            origin: NO_ROW,
            claim_id: Some(claim_id),
            invoice_no: None,
            line_no: Some(place + 1),
            service_on: plus_days(stay.first(), (place % stay.hospital_days()) as i32),
            item_code: coded.then(|| names.intern(code)),
            hospital_item_code: Some(names.intern(&format!("Y{:05}", chance(seed, 26) % 9_000))),
            item_name: names.intern(if unknown { "院内自定项目" } else { name }),
            spec: Some(names.intern(["10mg*20片", "0.5g*12片", "次", "100ml"][place as usize % 4])),
            category: None,
            unit: Some(names.intern(["盒", "次"][place as usize % 2])),
            quantity,
            unit_price,
            amount: unit_price.times(quantity),
            stated_class: None,
        }
    }
}
