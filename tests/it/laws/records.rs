//! A scene as the records that a batch would have brought. Ids follow the order of the scene.

use lingbao::adjudicate::adjudicate;
use lingbao::domain::dates::{Date, Month, Period, plus_days};
use lingbao::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, PersonType, SettlementStatus,
};
use lingbao::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, Quantity, RegionCode, SourceId,
    TreatedRegion, UnitPrice,
};
use lingbao::flow::{
    Adjudicated, BillLine, Claim, Contribution, Filing, Hospital, Invoice, PersonRecord, Records,
    Settlement, Silent, Symbol,
};
use lingbao::matching::link;

use super::scene::{self, ClaimFlaw, Flaw, Gap, Goods, Place, Scene};
use super::world::{Benefit, Law};

const NOWHERE: Origin = Origin { source: SourceId(0), row: 1 };

/// Records of one law, and the day on which the books are closed.
#[derive(Clone)]
pub struct Batch {
    pub law: &'static Law,
    pub records: Records,
    pub as_of: Date,
}

impl Batch {
    pub fn decide(&self) -> Adjudicated {
        let linked = link(self.records.clone(), &Silent);
        adjudicate(linked, self.law.world.rulebook, self.as_of, &Silent)
    }
}

struct Making<'s> {
    law: &'static Law,
    scene: &'s Scene,
    benefit: &'s Benefit,
    day: Date,
    records: Records,
}

pub fn batch(law: &'static Law, scene: &Scene) -> Batch {
    let benefit = &law.benefits[scene.benefit];
    let day = benefit.days[scene.day];
    let mut making = Making { law, scene, benefit, day, records: Records::default() };
    for ix in 0..scene.persons.len() {
        making.person(ix);
    }
    for ix in 0..scene.hospitals.len() {
        making.hospital(ix);
    }
    for ix in 0..scene.claims.len() {
        making.claim(ix);
    }
    for (ix, filing) in scene.filings.iter().enumerate() {
        making.filing(ix, filing);
    }
    for (ix, settled) in scene.settlements.iter().enumerate() {
        making.settlement(ix, settled);
    }
    let received = making.records.claims.iter().map(|claim| claim.received_on);
    let last = received.max().unwrap_or(day);
    let as_of = plus_days(last, i32::from(scene.books_open));
    Batch { law, records: making.records, as_of }
}

impl Making<'_> {
    fn insured(&self) -> InsuredRegion {
        InsuredRegion(self.law.region)
    }

    fn identity(&self, ix: usize) -> Identity {
        let ix = ix % self.scene.persons.len();
        let Some(age) = self.scene.persons[ix].age else {
            return Identity::Other(format!("document-{ix}"));
        };
        let born = plus_days(self.day, -366 * i32::from(age) - 400);
        let number = IdNumber::compose(self.law.region, born, 996 + ix as u16);
        number.map_or_else(|| Identity::Other(format!("made-up-{ix}")), Identity::Id)
    }

    fn person(&mut self, ix: usize) {
        let person = &self.scene.persons[ix];
        let before = |years: u8| plus_days(self.day, -366 * i32::from(years));
        let entry = PersonRecord {
            origin: NOWHERE,
            person: self.identity(ix),
            name: format!("甲{ix}"),
            sex: person.sex,
            born_on: None,
            insured: self.insured(),
            scheme: self.benefit.scheme,
            person_type: person.kind,
            hardship: person.hardship.clone(),
            civil_servant: person.civil_servant,
            retired_on: person.retired_years.map(before),
            started_work_on: None,
            died_on: (person.flaw == Some(Flaw::Died)).then(|| plus_days(self.day, -300)),
            account: None,
            home_hospital: None,
            insured_since: person.member_years.map(before),
        };
        if person.flaw == Some(Flaw::Rival) {
            let other = PersonRecord { person_type: PersonType::Other, ..entry.clone() };
            self.records.persons.push(other);
        }
        if person.flaw != Some(Flaw::Missing) {
            self.records.persons.push(entry);
        }
        if !person.no_rows {
            self.contributions(ix, person);
        }
    }

    /// A row a month, two years long, but for the gaps.
    fn contributions(&mut self, ix: usize, person: &scene::Person) {
        for offset in -14..=14 {
            let month = Month::of(self.day).plus(offset);
            let gap = person.gaps.iter().find(|(at, _)| *at == offset).map(|(_, gap)| *gap);
            let (status, paid_on) = match gap {
                None => (ContributionStatus::Arrived, None),
                Some(Gap::Silent) => continue,
                Some(Gap::Owing) => (ContributionStatus::Owing, None),
                Some(Gap::MadeUp(months)) => {
                    (ContributionStatus::MadeUp, Some(month.plus(i32::from(months)).last_day()))
                }
            };
            let row = contribution(self.identity(ix), self.insured(), month, status, paid_on);
            self.records.contributions.push(Contribution { scheme: self.benefit.scheme, ..row });
        }
    }

    fn place(&self, place: Place) -> RegionCode {
        match place {
            Place::Home => self.law.region,
            Place::Near => {
                let province = self.law.region.province().to_string();
                RegionCode::parse(&format!("{}9000", &province[..2])).unwrap_or(self.law.region)
            }
            Place::Far(at) => {
                let places = &self.law.world.places;
                places[at % places.len()]
            }
        }
    }

    fn hospital(&mut self, ix: usize) {
        let hospital = &self.scene.hospitals[ix];
        self.records.hospitals.push(Hospital {
            origin: NOWHERE,
            code: hospital_code(ix).into(),
            name: format!("医院{ix}"),
            aliases: Vec::new(),
            region: self.place(hospital.place),
            tier: hospital.tier,
            owner_level: hospital.owner,
            kind: hospital.kind,
            networked: Some(hospital.networked),
            networked_since: None,
            designated_from: None,
            designated_to: None,
            suspended_from: hospital.suspended.then_some(self.day),
            suspended_to: None,
        });
    }

    fn filing(&mut self, ix: usize, filing: &scene::Filing) {
        let at = filing.hospital % self.scene.hospitals.len();
        let from = plus_days(self.day, filing.from);
        self.records.filings.push(Filing {
            origin: NOWHERE,
            filing_id: format!("filing-{ix}").into(),
            person: self.identity(filing.person),
            name: None,
            insured: self.insured(),
            treated: TreatedRegion(self.place(self.scene.hospitals[at].place)),
            kind: filing.kind,
            valid_from: from,
            valid_to: filing.length.map(|days| plus_days(from, i32::from(days))),
            filed_on: plus_days(self.day, filing.filed),
            hospital: filing.names_hospital.then(|| hospital_code(at)),
            status: filing.status,
            commitment: filing.commitment,
            materials_complete: filing.complete,
        });
    }

    fn claim(&mut self, ix: usize) {
        let claim = &self.scene.claims[ix];
        let former = self.records.claims.last().filter(|_| claim.follows).cloned();
        let other = usize::from(former.is_some()) * (ix + 1);
        let at = (claim.hospital + other) % self.scene.hospitals.len();
        let care = match claim.other_care {
            false => self.benefit.care,
            true if self.benefit.care == CareType::Inpatient => CareType::Outpatient,
            true => CareType::Inpatient,
        };
        let last = match &former {
            Some(former) => plus_days(former.stay.last(), i32::from(claim.length)),
            None => plus_days(self.day, claim.end),
        };
        let length = if care == CareType::Inpatient { i32::from(claim.length) } else { 0 };
        let stay = Period::new(plus_days(last, -length), last).expect("a stay");
        let is = |flaw| claim.flaw == Some(flaw);
        let id = format!("claim-{ix}");
        let billed = self.lines(&id, &claim.lines, stay);
        let off = match claim.flaw {
            Some(ClaimFlaw::Off(fen)) => Money::from_fen(fen.into()),
            _ => Money::ZERO,
        };
        let invoice = if is(ClaimFlaw::SameInvoiceAsFirst) { 0 } else { ix };
        let record = Claim {
            invoice: Invoice { code: Some("1".into()), number: format!("I{invoice}").into() },
            hospital_code: Some(match is(ClaimFlaw::UnknownHospital) {
                true => "nowhere".into(),
                false => hospital_code(at),
            }),
            treated: TreatedRegion(self.place(self.scene.hospitals[at].place)),
            total: billed + off,
            invoice_fund_paid: Money::from_fen(i64::from(is(ClaimFlaw::FundOnInvoice))),
            emergency: claim.emergency,
            third_party: is(ClaimFlaw::ThirdParty),
            work_injury: is(ClaimFlaw::WorkInjury),
            received_on: plus_days(last, i32::from(claim.received_after)),
            materials: claim.papers.clone(),
            diagnosis_code: Some(claim.disease.to_owned()).filter(|code| !code.is_empty()),
            ..self.plain_claim(&id, claim.person, care, stay)
        };
        let record = match former {
            Some(former) => Claim { person: former.person, name: former.name, ..record },
            None => record,
        };
        if let Some((kind, days)) = claim.filed {
            let hospital = &self.records.hospitals[at];
            let filing = filing_for(&record, hospital, kind, plus_days(last, days));
            let filing_id = format!("filing-of-{id}").into();
            self.records.filings.push(Filing { filing_id, ..filing });
        }
        if is(ClaimFlaw::SettledBefore) {
            self.records.settlements.push(Settlement {
                settlement_id: format!("of-{id}").into(),
                invoice: Some(record.invoice.clone()),
                stay: Some(stay),
                total: record.total,
                ..self.plain_settlement(claim.person, at, stay.last())
            });
        }
        self.records.claims.push(record);
    }

    fn plain_claim(&self, id: &str, person: usize, care: CareType, stay: Period) -> Claim {
        Claim {
            origin: NOWHERE,
            claim_id: id.into(),
            person: self.identity(person),
            name: format!("甲{}", person % self.scene.persons.len()),
            insured: self.insured(),
            scheme: self.benefit.scheme,
            care,
            treated: TreatedRegion(self.law.region),
            hospital_code: None,
            hospital_name: None,
            stay,
            diagnosis_code: None,
            diagnosis: None,
            invoice: Invoice { code: None, number: id.into() },
            total: Money::ZERO,
            invoice_fund_paid: Money::ZERO,
            reason: None,
            emergency: false,
            trauma: false,
            third_party: false,
            work_injury: false,
            received_on: stay.last(),
            materials: None,
            payee: None,
            bank: None,
            account: None,
            phone: None,
            agent_id: None,
            agent_name: None,
            employer: None,
            booked_on: None,
        }
    }

    /// The bill of a claim: always a plain line first, so that no bill is empty.
    fn lines(&mut self, id: &str, lines: &[scene::Line], stay: Period) -> Money {
        let first = scene::Line {
            goods: Goods::Plain,
            day: 0,
            quantity: 1,
            price: lines.first().map_or(100_000, |line| line.price),
            reverses: None,
        };
        let start = self.records.lines.len();
        for line in std::iter::once(&first).chain(lines) {
            let billed = self.records.lines.len() - start;
            let record = match line.reverses.filter(|at| *at < billed) {
                Some(at) => {
                    let original = self.records.lines[start + at].clone();
                    if original.amount.is_negative() {
                        continue;
                    }
                    let units = -original.quantity.units();
                    let quantity = Quantity::from_units(units);
                    BillLine { quantity, amount: -original.amount, ..original }
                }
                None => self.line(id, line, stay),
            };
            let line_no = Some(billed as u32 + 1);
            self.records.lines.push(BillLine { line_no, ..record });
        }
        self.records.lines[start..].iter().map(|line| line.amount).sum()
    }

    fn line(&mut self, id: &str, line: &scene::Line, stay: Period) -> BillLine {
        let world = self.law.world;
        let written = match line.goods {
            Goods::Plain => world.plain,
            Goods::Bed(at) => &world.beds[at % world.beds.len()],
            Goods::Other(at) => &world.goods[at % world.goods.len()],
        };
        let days = stay.hospital_days().max(1);
        let names = &mut self.records.names;
        let (code, name) = match written.strip_prefix('@') {
            Some(name) => (None, names.intern(name)),
            None => (Some(names.intern(written)), names.intern("项目")),
        };
        BillLine {
            service_on: plus_days(stay.first(), i32::from(line.day) % days as i32),
            ..bill_line(
                names.intern(id),
                code,
                name,
                Quantity::whole(line.quantity.into()),
                line.price,
            )
        }
    }

    fn settlement(&mut self, ix: usize, settled: &scene::Settled) {
        let at = settled.hospital % self.scene.hospitals.len();
        let last = plus_days(self.day, settled.end);
        let care = match settled.other_care {
            false => self.benefit.care,
            true => CareType::Inpatient,
        };
        let days = if care == CareType::Inpatient { settled.length } else { 0 };
        let fund = (settled.in_scope - settled.deductible) * i64::from(settled.fund) / 100;
        let status = match settled.is_normal {
            true => SettlementStatus::Normal,
            false => SettlementStatus::Reversed,
        };
        self.records.settlements.push(Settlement {
            settlement_id: format!("settled-{ix}").into(),
            care: Some(care),
            stay: Period::new(plus_days(last, -i32::from(days)), last),
            total: Money::from_fen(settled.in_scope),
            in_scope: Money::from_fen(settled.in_scope),
            deductible: Money::from_fen(settled.deductible),
            fund_basic: Money::from_fen(fund),
            person_paid: Money::from_fen(settled.in_scope - fund),
            status,
            ..self.plain_settlement(settled.person, at, last)
        });
    }

    fn plain_settlement(&self, person: usize, hospital: usize, settled_on: Date) -> Settlement {
        Settlement {
            origin: NOWHERE,
            settlement_id: "".into(),
            person: self.identity(person),
            channel: Channel::Direct,
            scheme: Some(self.benefit.scheme),
            care: Some(self.benefit.care),
            invoice: None,
            hospital_code: Some(hospital_code(hospital)),
            diagnosis_code: None,
            stay: None,
            total: Money::ZERO,
            in_scope: Money::ZERO,
            deductible: Money::ZERO,
            fund_basic: Money::ZERO,
            fund_large: Money::ZERO,
            fund_serious: Money::ZERO,
            fund_supplement: Money::ZERO,
            fund_aid: Money::ZERO,
            person_paid: Money::ZERO,
            settled_on,
            status: SettlementStatus::Normal,
        }
    }
}

pub fn hospital_code(ix: usize) -> String {
    format!("H{ix:011}")
}

/// A line of so many units at a price in fen, on no day yet.
pub fn bill_line(
    claim_id: Symbol,
    item_code: Option<Symbol>,
    item_name: Symbol,
    quantity: Quantity,
    price: i64,
) -> BillLine {
    let unit_price = UnitPrice::from_units(price * 10_000);
    BillLine {
        origin: NOWHERE,
        claim_id: Some(claim_id),
        invoice_no: None,
        line_no: None,
        service_on: Date::MIN,
        item_code,
        hospital_item_code: None,
        item_name,
        spec: None,
        category: None,
        unit: None,
        quantity,
        unit_price,
        amount: unit_price.times(quantity),
        stated_class: None,
    }
}

/// A month's contribution of an employee.
pub fn contribution(
    person: Identity,
    insured: InsuredRegion,
    month: Month,
    status: ContributionStatus,
    paid_on: Option<Date>,
) -> Contribution {
    let scheme = lingbao::domain::words::Scheme::Employee;
    Contribution {
        origin: NOWHERE,
        person,
        insured,
        scheme,
        first: month,
        last: month,
        status,
        paid_on,
    }
}

/// A filing that serves one claim's admission in its hospital, and no other day or place.
pub fn filing_for(claim: &Claim, hospital: &Hospital, kind: FilingType, filed_on: Date) -> Filing {
    Filing {
        origin: NOWHERE,
        filing_id: "made for it".into(),
        person: claim.person.clone(),
        name: None,
        insured: claim.insured,
        treated: TreatedRegion(hospital.region),
        kind,
        valid_from: claim.stay.first(),
        valid_to: Some(claim.stay.first()),
        filed_on,
        hospital: Some(hospital.code.to_string()),
        status: FilingStatus::Valid,
        commitment: false,
        materials_complete: true,
    }
}
