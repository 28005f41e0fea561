//! A small result built by hand, with everything a report must cope with: every outcome, hostile
//! names, a damaged identity number, a missing account, a quarantined row. All people are
//! invented.

use jiff::civil::date;

use crate::domain::citation::Checked;
use crate::domain::dates::{Month, Period};
use crate::domain::identity::Damage;
use crate::domain::words::{
    CareType, FilingStatus, FilingType, HospitalKind, Outcome, PersonType, Scheme, Tier,
};
use crate::domain::{
    Citation, IdNumber, Identity, InsuredRegion, Lang, Money, Origin, Quantity, RegionCode,
    SourceId, Text, TreatedRegion, UnitPrice,
};
use crate::flow::row_key::{RowContent, RowKey};
use crate::flow::*;

use super::sample_results_test::{decision, findings, split};
use crate::rulebook::bank_layout::BankLayout;

use super::{Context, DataFile, ProgramIdentity, Pseudonyms};

pub const HOSTILE_NAMES: [&str; 4] = [
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "张\u{202E}三\u{1b}[2J",
    "李\"明'&<b>",
];
pub const ACCOUNT: &str = "6217001230045678901";
/// The sheets of the sample, as `SourceId` numbers them.
pub const CLAIM_SHEET: SourceId = SourceId(0);
const LINE_SHEET: SourceId = SourceId(1);
const OTHER_SHEET: SourceId = SourceId(2);
pub const LINES_EACH: usize = 2;

pub fn context(lang: Lang) -> Context<'static> {
    Context {
        about_finding: &|_| crate::report::AboutFinding::default(),
        month: Month::parse("2024-06").expect("a month"),
        as_of: date(2024, 7, 5),
        lang,
        unmask: false,
        pseudonyms: Pseudonyms::from_key(b"a key for tests"),
        data_files: vec![DataFile {
            path: "regions/420100/policy.toml".into(),
            sha256: "0".repeat(64),
        }],
        program: ProgramIdentity {
            name: "lingbao".into(),
            version: "0.1.0".into(),
            sha256: "1".repeat(64),
        },
        posting: super::PostingSummary::default(),
        region_names: &|code| match code.to_string().as_str() {
            "420100" => "武汉市".into(),
            "440300" => "深圳市".into(),
            "110000" => "北京市".into(),
            other => other.into(),
        },
        coverage: vec![Text::new(
            "武汉市：门诊慢特病尚未建模",
            "Wuhan: chronic care is not modelled",
        )],
        bank_layout: BankLayout::load(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data"),
        )
        .expect("the shipped layout"),
        job: None,
    }
}

pub fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect("a region")
}

/// The identity number of the claim at a place.
pub fn id(at: usize) -> IdNumber {
    let born = date(1950 + (at % 60) as i16, 3, 1 + (at % 28) as i8);
    IdNumber::compose(region("420106"), born, (at % 999) as u16).expect("an identity number")
}

/// What the claim at a place becomes.
pub fn outcome(at: usize) -> Outcome {
    [Outcome::Pay, Outcome::PayReduced, Outcome::Reject, Outcome::Pend, Outcome::Hold, Outcome::Pay]
        [at % 6]
}

/// A result of so many claims, two bill lines each.
pub fn detected(claims: usize) -> Detected {
    let mut records = records(claims);
    records.tallies = tallies(&records);
    let lines = (0..records.lines.len()).map(|at| split(&records, at)).collect();
    let decisions = (0..claims).map(|at| decision(&records, at)).collect();
    let links = (0..claims).map(links).collect();
    let findings = findings(claims);
    let orphan_lines = records.lines.len() as u32..records.lines.len() as u32;
    let linked = Linked { records, links, orphan_lines, people: links::People::default() };
    let clauses = [
        citation("420100/deductible/employee-2023", Checked::On(date(2024, 5, 1))),
        citation("420100/ratio/employee-2023", Checked::Never),
    ];
    Detected {
        adjudicated: Adjudicated { linked, decisions, lines, clauses: clauses.into() },
        findings,
        earlier: Vec::new(),
        silenced: Vec::new(),
        reckoning: Reckoning::default(),
    }
}

fn citation(clause: &str, checked: Checked) -> Citation {
    Citation {
        clause: clause.into(),
        document: "武汉市职工医保待遇指南".into(),
        article: Some("第三条".into()),
        link: None,
        checked,
    }
}

fn records(claims: usize) -> Records {
    let source = |file: &str, sheet: &str| Source { file: file.into(), sheet: sheet.into() };
    let mut records = Records {
        files: vec![InputFile {
            path: "县A.xlsx".into(),
            bytes: 12_345,
            sha256: "2".repeat(64),
            same_as: None,
        }],
        sources: vec![
            source("县A.xlsx", "申报"),
            source("县A.xlsx", "明细"),
            source("参保.csv", ""),
        ],
        claims: (0..claims).map(claim).collect(),
        filings: vec![filing()],
        persons: (0..claims).map(person).collect(),
        hospitals: vec![hospital()],
        quarantine: vec![reject()],
        ..Records::default()
    };
    for at in 0..claims * LINES_EACH {
        let line = line(&mut records.names, at);
        records.lines.push(line);
    }
    records
}

fn name(at: usize) -> String {
    HOSTILE_NAMES.get(at).map_or_else(|| format!("参保人{at}"), |name| (*name).to_owned())
}

fn claim(at: usize) -> Claim {
    let person = match at {
        3 => Identity::Damaged { shown: "4.20106E+17".into(), fault: Damage::Scientific },
        _ => Identity::Id(id(at)),
    };
    let text = |text: &str| Some(text.to_owned());
    Claim {
        origin: Origin::new(CLAIM_SHEET, at as u32 + 2),
        claim_id: format!("SB{at:06}").into(),
        person,
        name: name(at),
        insured: InsuredRegion(region("420100")),
        scheme: Scheme::Employee,
        care: CareType::Inpatient,
        treated: TreatedRegion(region(if at.is_multiple_of(3) { "440300" } else { "110000" })),
        hospital_code: text("H1"),
        hospital_name: text("某某医院"),
        stay: Period::new(date(2024, 5, 1), date(2024, 5, 9)).expect("a stay"),
        diagnosis_code: text("I10"),
        diagnosis: text("高血压"),
        invoice: Invoice { code: None, number: format!("{at:08}").into() },
        total: total(at),
        invoice_fund_paid: Money::ZERO,
        reason: None,
        emergency: false,
        trauma: false,
        third_party: false,
        work_injury: false,
        received_on: date(2024, 6, 3),
        materials: None,
        payee: text(&name(at)),
        bank: text("某某银行武汉支行"),
        // The sixth claim cannot be paid yet; the first two share an account.
        account: match at {
            5 => None,
            0 | 1 => text(ACCOUNT),
            _ => Some(format!("62170099{at:011}")),
        },
        phone: text("13900000000"),
        agent_id: None,
        agent_name: None,
        employer: None,
        booked_on: None,
    }
}

/// The total of the claim at a place: two lines that differ.
pub fn total(at: usize) -> Money {
    amount(at * LINES_EACH) + amount(at * LINES_EACH + 1)
}

pub fn amount(line: usize) -> Money {
    Money::from_fen(123_456 + 789 * line as i64)
}

fn line(names: &mut Names, at: usize) -> BillLine {
    let listed = at.is_multiple_of(LINES_EACH);
    BillLine {
        origin: Origin::new(LINE_SHEET, at as u32 + 2),
        claim_id: Some(names.intern(&format!("SB{:06}", at / LINES_EACH))),
        invoice_no: None,
        line_no: Some((at % LINES_EACH) as u32 + 1),
        service_on: date(2024, 5, 2),
        item_code: listed.then(|| names.intern("XA02BCA001")),
        hospital_item_code: None,
        item_name: names.intern(if listed { "奥美拉唑肠溶胶囊" } else { "=自制药" }),
        spec: None,
        category: None,
        unit: None,
        quantity: Quantity::whole(1),
        unit_price: UnitPrice::default(),
        amount: amount(at),
        stated_class: None,
    }
}

fn filing() -> Filing {
    Filing {
        origin: Origin::new(OTHER_SHEET, 9),
        filing_id: "BA001".into(),
        person: Identity::Id(id(0)),
        name: None,
        insured: InsuredRegion(region("420100")),
        treated: TreatedRegion(region("440300")),
        kind: FilingType::LongTerm,
        valid_from: date(2024, 1, 1),
        valid_to: None,
        filed_on: date(2024, 1, 1),
        hospital: None,
        status: FilingStatus::Valid,
        commitment: false,
        materials_complete: true,
    }
}

fn person(at: usize) -> PersonRecord {
    PersonRecord {
        origin: Origin::new(OTHER_SHEET, at as u32 + 2),
        person: Identity::Id(id(at)),
        name: name(at),
        sex: None,
        born_on: None,
        insured: InsuredRegion(region("420100")),
        scheme: Scheme::Employee,
        person_type: PersonType::Active,
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

fn hospital() -> Hospital {
    Hospital {
        origin: Origin::new(OTHER_SHEET, 5),
        code: "H1".into(),
        name: "某某医院<i>".into(),
        aliases: Vec::new(),
        region: region("440300"),
        tier: Some(Tier::Three),
        owner_level: None,
        kind: HospitalKind::Hospital,
        networked: Some(true),
        networked_since: None,
        designated_from: None,
        designated_to: None,
        suspended_from: None,
        suspended_to: None,
    }
}

fn reject() -> Reject {
    let cell = |title: &str, text: &str| RejectedCell {
        title: title.to_owned(),
        field: None,
        text: text.to_owned(),
    };
    let content = RowContent::of(TableKind::Claims, &[], &[]);
    Reject {
        key: RowKey { content, repeat: 0 },
        replaces: Vec::new(),
        origin: Origin::new(CLAIM_SHEET, 900),
        kind: TableKind::Claims,
        cells: vec![
            cell("申报编号", "SB900"),
            cell("证件号码", id(0).reveal()),
            cell("医疗费总额", "12.345"),
        ],
        problems: vec![Problem {
            kind: "money-fraction",
            place: Place::sheet("县A.xlsx", "申报").row(900).column("C 医疗费总额"),
            excerpt: "12.345".into(),
            explanation: Text::new("金额有三位小数", "an amount has a third decimal"),
            hint: Text::new("改为两位小数", "write two decimals"),
        }],
        amount: None,
    }
}

fn tallies(records: &Records) -> Vec<SheetTally> {
    let tally = |source, kind, rows: usize, quarantined, amount| SheetTally {
        source,
        kind,
        rows_read: rows as u64 + quarantined + 1,
        accepted: rows as u64,
        quarantined,
        replaced: 0,
        passed_over: 1,
        amount_read: amount,
        amount_accepted: amount,
        amount_quarantined: Money::ZERO,
        amount_replaced: Money::ZERO,
        amount_unreadable: quarantined,
    };
    let claimed = records.claims.iter().map(|claim| claim.total).sum();
    let billed = records.lines.iter().map(|line| line.amount).sum();
    vec![
        tally(CLAIM_SHEET, TableKind::Claims, records.claims.len(), 1, claimed),
        tally(LINE_SHEET, TableKind::BillLines, records.lines.len(), 0, billed),
        tally(OTHER_SHEET, TableKind::Persons, records.persons.len(), 0, Money::ZERO),
    ]
}

fn links(at: usize) -> ClaimLinks {
    ClaimLinks {
        person: match at {
            3 => PersonLink::Unknown { nearest: vec![PersonIx(3)] },
            _ => PersonLink::Known {
                key: Identity::Id(id(at)).key().expect("a key"),
                entry: Some(PersonIx(at as u32)),
                rivals: Vec::new(),
            },
        },
        hospital: Match::One { found: HospitalIx(0), tier: "code" },
        lines: (at * LINES_EACH) as u32..((at + 1) * LINES_EACH) as u32,
        lines_tier: Some("claim_id"),
        lines_ambiguous: false,
        settled: Vec::new(),
        duplicate: match at {
            0 => Duplicate::First { others: vec![ClaimIx(1)], contested: false },
            1 => Duplicate::Later { first: ClaimIx(0) },
            _ => Duplicate::No,
        },
    }
}
