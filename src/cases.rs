//! Cases beside the regions: situations with the result the law gives them, run through the same
//! adjudication as real claims. `data/regions/<code>/cases.toml`.
//!
//! A case states amounts in scope, not bills: its bill is made of one listed item of class A and
//! one that is in no catalog, so that the split comes out as stated.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::adjudicate::adjudicate;
use crate::domain::dates::{Date, Month, Period, plus_days};
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, HospitalKind, ItemClass,
    OwnerLevel, PersonType, Scheme, SettlementStatus, Tier,
};
use crate::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, Quantity, RegionCode, SourceId,
    TreatedRegion, UnitPrice,
};
use crate::flow::{
    BillLine, Claim, Contribution, Decision, Filing, Hospital, Invoice, Names, PersonRecord,
    Problem, Records, Settlement, Silent,
};
use crate::matching::link;
use crate::rulebook::reading::DataFile;
use crate::rulebook::shapes::Written;
use crate::rulebook::{Catalog, Rulebook};

/// `cases.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesShape {
    case: Vec<CaseShape>,
}

/// A situation and what must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseShape {
    name: String,
    /// The source or article it follows; `derived` or `published` and from where.
    #[serde(rename = "follows")]
    _follows: String,
    scheme: Written<Scheme>,
    person_type: Written<PersonType>,
    care: Option<Written<CareType>>,
    treated: Written<RegionCode>,
    tier: Written<Tier>,
    owner: Option<Written<OwnerLevel>>,
    admitted: Written<Date>,
    discharged: Written<Date>,
    /// Kind of filing; none: not filed.
    filing: Option<FilingWord>,
    /// When the filing was made; 60 days before admission if absent.
    filed_on: Option<Written<Date>>,
    #[serde(default)]
    emergency: bool,
    in_scope: Written<Money>,
    self_paid: Option<Written<Money>>,
    /// Months without a contribution.
    #[serde(default)]
    lapsed: Vec<String>,
    #[serde(default)]
    earlier: Vec<EarlierShape>,
    expect: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FilingWord {
    LongTerm,
    Referral,
    Temporary,
}

/// A settlement earlier in the year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierShape {
    admitted: Written<Date>,
    discharged: Written<Date>,
    hospital: Option<String>,
    in_scope: Written<Money>,
    deductible: Written<Money>,
    fund_basic: Written<Money>,
}

/// What one case came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    pub region: RegionCode,
    pub name: String,
    /// Field, expected, found; empty when the case holds.
    pub differences: Vec<(String, String, String)>,
}

/// Runs the cases of every region that has some.
pub fn run(data: &Path, rulebook: &Rulebook) -> Result<Vec<CaseResult>, Vec<Problem>> {
    let mut results = Vec::new();
    let mut faults = Vec::new();
    for region in rulebook.regions() {
        let name = format!("regions/{}/cases.toml", region.code);
        if !data.join(&name).exists() {
            continue;
        }
        match DataFile::open(data, &name).and_then(|file| file.toml::<CasesShape>()) {
            Ok(shape) => {
                results.extend(shape.case.iter().map(|case| run_one(region.code, case, rulebook)));
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(results) } else { Err(faults) }
}

fn run_one(region: RegionCode, case: &CaseShape, rulebook: &Rulebook) -> CaseResult {
    let scene = Scene { region, case, rulebook };
    let last_day = Month::of(case.discharged.0).plus(1).last_day();
    let linked = link(scene.records(), &Silent);
    let adjudicated = adjudicate(linked, rulebook, last_day, &Silent);
    let found = adjudicated.decisions.first().map(fields).unwrap_or_default();
    let differences = case
        .expect
        .iter()
        .filter_map(|(field, expected)| {
            let found = found.get(field.as_str()).cloned().unwrap_or_else(|| "?".into());
            (found != *expected).then(|| (field.clone(), expected.clone(), found))
        })
        .collect();
    CaseResult { region, name: case.name.clone(), differences }
}

/// The fields a case may expect, as machine outputs write them.
fn fields(decision: &Decision) -> BTreeMap<&'static str, String> {
    let amounts = &decision.amounts;
    let reasons: Vec<&str> = decision.gates.iter().map(|hit| hit.code.as_str()).collect();
    BTreeMap::from([
        ("outcome", decision.outcome.word().to_owned()),
        ("reasons", reasons.join(";")),
        ("route", decision.route.route.word().to_owned()),
        ("stay_ordinal", decision.stay_ordinal.map_or_else(String::new, |n| n.to_string())),
        ("in_scope", amounts.in_scope.to_string()),
        ("full_self_paid", amounts.full_self_paid.to_string()),
        ("deductible", amounts.deductible.to_string()),
        ("fund_basic", amounts.fund_basic.to_string()),
        ("fund_large", amounts.fund_large.to_string()),
        ("fund_serious", amounts.fund_serious.to_string()),
        ("fund_supplement", amounts.fund_supplement.to_string()),
        ("fund_total", amounts.fund_total().to_string()),
        ("person_total", amounts.person_total.to_string()),
    ])
}

/// The records of one case: one person, one hospital, one claim.
struct Scene<'a> {
    region: RegionCode,
    case: &'a CaseShape,
    rulebook: &'a Rulebook,
}

const HOSPITAL: &str = "H00000000001";
const NOWHERE: Origin = Origin { source: SourceId(0), row: 1 };

impl Scene<'_> {
    fn records(&self) -> Records {
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
        let items = [
            (self.listed_item(), self.case.in_scope.0),
            ("case-unlisted".to_owned(), self.case.self_paid.map_or(Money::ZERO, |w| w.0)),
        ];
        for (code, amount) in items.iter().filter(|(_, amount)| amount.is_positive()) {
            records.lines.push(self.line(&mut names, code, *amount));
        }
        records.names = names;
        records
    }

    fn identity(&self) -> Identity {
        let born = jiff::civil::date(1955, 6, 1);
        IdNumber::compose(self.region, born, 998)
            .map_or_else(|| Identity::Other("case".into()), Identity::Id)
    }

    fn stay(&self) -> Period {
        let (first, last) = (self.case.admitted.0, self.case.discharged.0);
        Period::new(first, last).unwrap_or_else(|| Period::day(last))
    }

    /// An item of class A without limit or ceiling at the place of treatment.
    fn listed_item(&self) -> String {
        let catalog: Option<&Catalog> =
            self.rulebook.catalog(self.case.treated.0).map(|(_, catalog)| catalog);
        let usable = |item: &crate::rulebook::items::Item, ix| {
            let entry = catalog.and_then(|catalog| catalog.entry(ix, self.case.discharged.0));
            item.limits == Default::default()
                && entry.is_some_and(|entry| {
                    entry.class == ItemClass::A && entry.ceilings == [None, None, None]
                })
        };
        let mut items = self.rulebook.items.iter();
        items
            .find(|(ix, item)| usable(item, *ix))
            .map_or_else(String::new, |(_, i)| i.code.to_string())
    }

    fn line(&self, names: &mut Names, code: &str, amount: Money) -> BillLine {
        BillLine {
            origin: NOWHERE,
            claim_id: Some(names.intern("case")),
            invoice_no: None,
            line_no: None,
            service_on: self.case.discharged.0,
            item_code: Some(names.intern(code)),
            hospital_item_code: None,
            item_name: names.intern("case"),
            spec: None,
            category: None,
            unit: None,
            quantity: Quantity::whole(1),
            unit_price: UnitPrice::parse(&amount.to_string()).unwrap_or_default(),
            amount,
            stated_class: None,
        }
    }

    fn claim(&self) -> Claim {
        let scope = self.case.in_scope.0;
        Claim {
            origin: NOWHERE,
            claim_id: "case".into(),
            person: self.identity(),
            name: "甲".into(),
            insured: InsuredRegion(self.region),
            scheme: self.case.scheme.0,
            care: self.case.care.map_or(CareType::Inpatient, |w| w.0),
            treated: TreatedRegion(self.case.treated.0),
            hospital_code: Some(HOSPITAL.into()),
            hospital_name: None,
            stay: self.stay(),
            diagnosis_code: None,
            diagnosis: None,
            invoice: Invoice { code: None, number: "case".into() },
            total: scope + self.case.self_paid.map_or(Money::ZERO, |w| w.0),
            invoice_fund_paid: Money::ZERO,
            reason: None,
            emergency: self.case.emergency,
            trauma: false,
            third_party: false,
            work_injury: false,
            received_on: self.case.discharged.0,
            materials: None,
            payee: None,
            bank: None,
            account: None,
            phone: None,
            agent_id: None,
            agent_name: None,
            employer: None,
        }
    }

    fn person(&self) -> PersonRecord {
        PersonRecord {
            origin: NOWHERE,
            person: self.identity(),
            name: "甲".into(),
            sex: None,
            born_on: None,
            insured: InsuredRegion(self.region),
            scheme: self.case.scheme.0,
            person_type: self.case.person_type.0,
            hardship: Vec::new(),
            civil_servant: false,
            retired_on: None,
            started_work_on: None,
            died_on: None,
            account: None,
            home_hospital: None,
            insured_since: None,
        }
    }

    fn hospital(&self) -> Hospital {
        Hospital {
            origin: NOWHERE,
            code: HOSPITAL.into(),
            name: "甲医院".into(),
            aliases: Vec::new(),
            region: self.case.treated.0,
            tier: Some(self.case.tier.0),
            owner_level: self.case.owner.map(|w| w.0),
            kind: HospitalKind::Hospital,
            networked: true,
            networked_since: None,
            designated_from: None,
            designated_to: None,
            suspended_from: None,
            suspended_to: None,
        }
    }

    fn filing(&self) -> Option<Filing> {
        let kind = match self.case.filing? {
            FilingWord::LongTerm => FilingType::LongTerm,
            FilingWord::Referral => FilingType::Referral,
            FilingWord::Temporary => FilingType::Temporary,
        };
        Some(Filing {
            origin: NOWHERE,
            filing_id: "case".into(),
            person: self.identity(),
            name: None,
            insured: InsuredRegion(self.region),
            treated: TreatedRegion(self.case.treated.0),
            kind,
            valid_from: self.case.admitted.0,
            valid_to: None,
            filed_on: self.case.filed_on.map_or(plus_days(self.case.admitted.0, -60), |w| w.0),
            hospital: None,
            status: FilingStatus::Valid,
            commitment: false,
            materials_complete: true,
        })
    }

    /// Paid for every month of the stay but the lapsed ones.
    fn contributions(&self) -> Vec<Contribution> {
        let month = |month: Month| Contribution {
            origin: NOWHERE,
            person: self.identity(),
            insured: InsuredRegion(self.region),
            scheme: self.case.scheme.0,
            first: month,
            last: month,
            status: if self.case.lapsed.contains(&month.to_string()) {
                ContributionStatus::Owing
            } else {
                ContributionStatus::Arrived
            },
            paid_on: None,
        };
        self.stay().months().map(month).collect()
    }

    fn settlement(&self, place: usize, earlier: &EarlierShape) -> Settlement {
        let scope = earlier.in_scope.0;
        Settlement {
            origin: NOWHERE,
            settlement_id: format!("earlier-{place}").into(),
            person: self.identity(),
            channel: Channel::Direct,
            scheme: Some(self.case.scheme.0),
            care: Some(CareType::Inpatient),
            invoice: None,
            hospital_code: earlier.hospital.clone(),
            diagnosis_code: None,
            stay: Period::new(earlier.admitted.0, earlier.discharged.0),
            total: scope,
            in_scope: scope,
            deductible: earlier.deductible.0,
            fund_basic: earlier.fund_basic.0,
            fund_large: Money::ZERO,
            fund_serious: Money::ZERO,
            fund_supplement: Money::ZERO,
            fund_aid: Money::ZERO,
            person_paid: scope - earlier.fund_basic.0,
            settled_on: earlier.discharged.0,
            status: SettlementStatus::Normal,
        }
    }
}
