//! The records of a case, as a batch would have brought them: one person, one hospital, one claim.

use crate::domain::dates::Month;
use crate::domain::words::{
    Channel, ContributionStatus, FilingStatus, ItemClass, SettlementStatus,
};
use crate::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, RegionCode, SourceId, TreatedRegion,
    UnitPrice,
};
use crate::flow::{
    BillLine, Claim, Contribution, Filing, Hospital, Invoice, Names, PersonRecord, Records,
    Settlement,
};
use crate::rulebook::{Catalog, Rulebook};

use super::form::{Case, Earlier, Line, LineCode};

/// The records of one case: one person, one hospital, one claim.
pub struct Scene<'a> {
    pub region: RegionCode,
    pub case: &'a Case,
    pub rulebook: &'a Rulebook,
}

const HOSPITAL: &str = "H00000000001";
const NOWHERE: Origin = Origin { source: SourceId(0), row: 1 };

impl Scene<'_> {
    pub fn records(&self) -> Records {
        let mut records = Records {
            persons: vec![self.person()],
            hospitals: vec![self.hospital()],
            claims: vec![self.claim()],
            filings: self.filing().into_iter().collect(),
            contributions: self.contributions(),
            ..Records::default()
        };
        for (place, earlier) in self.case.earlier.iter().enumerate() {
            records.settlements.push(self.settlement(place, earlier));
        }
        let mut names = Names::default();
        for line in &self.case.lines {
            records.lines.push(self.line(&mut names, line));
        }
        records.names = names;
        records
    }

    fn identity(&self) -> Identity {
        let born = self.case.person.born_on.unwrap_or(jiff::civil::date(1955, 6, 1));
        IdNumber::compose(self.region, born, 998)
            .map_or_else(|| Identity::Other("case".into()), Identity::Id)
    }

    /// An item of class A without limit or ceiling at the place of treatment.
    fn listed_item(&self) -> String {
        let catalog: Option<&Catalog> =
            self.rulebook.catalog(self.case.treated).map(|(_, catalog)| catalog);
        let usable = |item: &crate::rulebook::items::Item, ix| {
            let entry = catalog.and_then(|catalog| catalog.entry(ix, self.case.stay.last()));
            item.limits == Default::default()
                && entry.is_some_and(|entry| {
                    entry.class == ItemClass::A && entry.ceilings == [None, None, None]
                })
        };
        let mut items = self.rulebook.items.coded();
        items
            .find(|(ix, item)| usable(item, *ix))
            .map_or_else(String::new, |(_, i)| i.code.to_string())
    }

    fn line(&self, names: &mut Names, line: &Line) -> BillLine {
        let code = match &line.code {
            LineCode::Listed => self.listed_item(),
            LineCode::Unlisted => "case-unlisted".to_owned(),
            LineCode::Code(code) => code.clone(),
        };
        BillLine {
            origin: NOWHERE,
            claim_id: Some(names.intern("case")),
            invoice_no: None,
            line_no: None,
            service_on: line.on,
            item_code: Some(names.intern(&code)),
            hospital_item_code: None,
            item_name: names.intern("case"),
            spec: None,
            category: None,
            unit: None,
            quantity: line.quantity,
            unit_price: unit_price(line),
            amount: line.amount,
            stated_class: None,
        }
    }

    fn claim(&self) -> Claim {
        Claim {
            origin: NOWHERE,
            claim_id: "case".into(),
            person: self.identity(),
            name: "甲".into(),
            insured: InsuredRegion(self.region),
            scheme: self.case.scheme,
            care: self.case.care,
            treated: TreatedRegion(self.case.treated),
            hospital_code: Some(HOSPITAL.into()),
            hospital_name: None,
            stay: self.case.stay,
            diagnosis_code: self.case.diagnosis.clone(),
            diagnosis: None,
            invoice: Invoice { code: None, number: "case".into() },
            total: self.case.lines.iter().map(|line| line.amount).sum(),
            invoice_fund_paid: Money::ZERO,
            reason: None,
            emergency: self.case.emergency,
            trauma: false,
            third_party: false,
            work_injury: false,
            received_on: self.case.received_on,
            materials: self.case.materials.clone(),
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

    fn person(&self) -> PersonRecord {
        PersonRecord {
            origin: NOWHERE,
            person: self.identity(),
            name: "甲".into(),
            sex: None,
            born_on: self.case.person.born_on,
            insured: InsuredRegion(self.region),
            scheme: self.case.scheme,
            person_type: self.case.person.kind,
            hardship: self.case.person.hardship.clone(),
            civil_servant: self.case.person.civil_servant,
            retired_on: self.case.person.retired_on,
            started_work_on: None,
            died_on: None,
            account: None,
            home_hospital: None,
            insured_since: self.case.person.insured_since,
        }
    }

    fn hospital(&self) -> Hospital {
        Hospital {
            origin: NOWHERE,
            code: HOSPITAL.into(),
            name: "甲医院".into(),
            aliases: Vec::new(),
            region: self.case.treated,
            tier: self.case.tier,
            owner_level: self.case.owner,
            kind: self.case.kind,
            networked: Some(self.case.networked),
            networked_since: None,
            designated_from: None,
            designated_to: None,
            suspended_from: None,
            suspended_to: None,
        }
    }

    fn filing(&self) -> Option<Filing> {
        let kind = self.case.filing?;
        Some(Filing {
            origin: NOWHERE,
            filing_id: "case".into(),
            person: self.identity(),
            name: None,
            insured: InsuredRegion(self.region),
            treated: TreatedRegion(self.case.treated),
            kind,
            valid_from: self.case.stay.first(),
            valid_to: None,
            filed_on: self.case.filed_on,
            hospital: None,
            status: FilingStatus::Valid,
            commitment: false,
            materials_complete: true,
        })
    }

    /// Paid for every month from the first one named, but for the lapsed ones; what was made up
    /// stands beside.
    fn contributions(&self) -> Vec<Contribution> {
        let case = self.case;
        let row = |month: Month, status, paid_on| Contribution {
            origin: NOWHERE,
            person: self.identity(),
            insured: InsuredRegion(self.region),
            scheme: case.scheme,
            first: month,
            last: month,
            status,
            paid_on,
        };
        let months = case.contributions.from.through(Month::of(case.stay.last()));
        let plain = months.map(|month| {
            let lapsed = case.contributions.lapsed.contains(&month);
            let status =
                if lapsed { ContributionStatus::Owing } else { ContributionStatus::Arrived };
            row(month, status, None)
        });
        let made_up = case
            .contributions
            .made_up
            .iter()
            .map(|&(month, paid_on)| row(month, ContributionStatus::MadeUp, Some(paid_on)));
        plain.chain(made_up).collect()
    }

    fn settlement(&self, place: usize, earlier: &Earlier) -> Settlement {
        let funds = earlier.fund_basic + earlier.fund_large + earlier.fund_serious;
        Settlement {
            origin: NOWHERE,
            settlement_id: format!("earlier-{place}").into(),
            person: self.identity(),
            channel: Channel::Direct,
            scheme: Some(self.case.scheme),
            care: Some(earlier.care),
            invoice: None,
            hospital_code: earlier.hospital.clone(),
            diagnosis_code: earlier.diagnosis.clone(),
            stay: Some(earlier.stay),
            total: earlier.in_scope,
            in_scope: earlier.in_scope,
            deductible: earlier.deductible,
            fund_basic: earlier.fund_basic,
            fund_large: earlier.fund_large,
            fund_serious: earlier.fund_serious,
            fund_supplement: Money::ZERO,
            fund_aid: Money::ZERO,
            person_paid: earlier.in_scope - funds,
            settled_on: earlier.stay.last(),
            status: SettlementStatus::Normal,
        }
    }
}

/// What one unit of a line costs; nothing where it is no price of six decimals.
fn unit_price(line: &Line) -> UnitPrice {
    let units = line.quantity.units();
    let price = i128::from(line.amount.fen()) * 100_000_000 / i128::from(units.max(1));
    i64::try_from(price).map(UnitPrice::from_units).unwrap_or_default()
}
