//! A batch before it is written: claims with their bills, and the registers.
//!
//! The surprise: a cell can be spoiled. [`Claim::spoiled`] holds what stands in a column instead of
//! the true value, which is how damaged numbers and impossible dates get into the files.

use std::borrow::Cow;

use crate::domain::dates::Date;
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, ItemKind, Material, Scheme,
    SettlementStatus, SubjectKind,
};
use crate::domain::{IdNumber, Money, Quantity, RegionCode, UnitPrice};

use super::diagnoses::Diagnosis;
use super::hospitals::Hospital;
use super::people::Person;

/// What the files of a batch say; of a large batch, one block of it.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub claims: Vec<Claim>,
    pub persons: Vec<Insured>,
    pub contributions: Vec<Contribution>,
    pub filings: Vec<Filing>,
    pub settlements: Vec<Settlement>,
    pub tips: Vec<Tip>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    /// Digits that a spreadsheet holds as a number, losing those past the fifteenth.
    Number(Cow<'a, str>),
    Money(Money),
    Date(Date),
    Region(RegionCode),
    Flag(bool),
}

/// Canonical header → what stands in its column instead of the truth.
pub type Spoiled = Vec<(&'static str, Cell<'static>)>;

/// The office a claim was handed in at: its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Office {
    EastLake,
    WestHill,
    Shijiazhuang,
    BeijingPaper,
    BeijingElectronic,
}

/// A claim and its bill.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: String,
    pub office: Office,
    pub person: Person,
    pub insured: RegionCode,
    pub scheme: Scheme,
    pub care: CareType,
    pub hospital: &'static Hospital,
    pub hospital_code: Option<&'static str>,
    pub hospital_name: &'static str,
    pub admitted: Date,
    /// Of a visit, none.
    pub discharged: Option<Date>,
    pub diagnosis: &'static Diagnosis,
    pub invoice_code: String,
    pub invoice_no: String,
    pub total: Money,
    pub invoice_fund_paid: Money,
    pub reason: &'static str,
    pub emergency: bool,
    pub trauma: bool,
    pub third_party: bool,
    pub work_injury: bool,
    pub received: Date,
    pub materials: Vec<Material>,
    pub payee: String,
    pub bank: &'static str,
    pub account: String,
    pub phone: String,
    pub agent: Option<(IdNumber, String)>,
    pub employer: Option<&'static str>,
    pub lines: Vec<Line>,
    /// Canonical header → what stands there instead.
    pub spoiled: Spoiled,
}

impl Claim {
    /// The last day of the care.
    pub fn end(&self) -> Date {
        self.discharged.unwrap_or(self.admitted)
    }

    pub fn treated(&self) -> RegionCode {
        self.hospital.region()
    }

    pub fn lines_total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// Puts the lines in place and makes the total theirs.
    pub fn bill(&mut self, lines: Vec<Line>) {
        self.lines = lines;
        self.total = self.lines_total();
    }

    /// Writes `cell` into a column instead of the truth.
    pub fn spoil(&mut self, header: &'static str, cell: Cell<'static>) {
        self.spoiled.push((header, cell));
    }
}

/// A line of a bill.
#[derive(Clone, Debug)]
pub struct Line {
    pub service_on: Date,
    pub item_code: Option<String>,
    pub hospital_item_code: Option<String>,
    pub item_name: String,
    pub kind: ItemKind,
    pub unit: &'static str,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub amount: Money,
    pub stated_class: &'static str,
}

/// An entry of the insured register.
#[derive(Clone, Debug)]
pub struct Insured {
    pub person: Person,
    pub retired_on: Option<Date>,
    pub died_on: Option<Date>,
    /// Canonical header → what stands there instead.
    pub spoiled: Spoiled,
}

#[derive(Clone, Debug)]
pub struct Contribution {
    pub id: IdNumber,
    pub insured: RegionCode,
    pub scheme: Scheme,
    /// `2024-05`, or a span `202301-202406`.
    pub period: String,
    pub status: ContributionStatus,
    pub paid_on: Option<Date>,
}

#[derive(Clone, Debug)]
pub struct Filing {
    pub id: String,
    pub person: Person,
    pub treated: RegionCode,
    pub kind: FilingType,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub filed_on: Date,
    pub hospital: Option<&'static str>,
    pub status: FilingStatus,
    /// Promised, with the papers still to come.
    pub by_commitment: bool,
}

#[derive(Clone, Debug)]
pub struct Settlement {
    pub id: String,
    pub person: Person,
    pub channel: Channel,
    pub care: CareType,
    pub invoice_code: String,
    pub invoice_no: String,
    pub hospital_code: &'static str,
    pub diagnosis_code: &'static str,
    pub admitted: Date,
    pub discharged: Date,
    pub total: Money,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund_basic: Money,
    pub settled_on: Date,
    pub status: SettlementStatus,
}

#[derive(Clone, Debug)]
pub struct Tip {
    pub id: String,
    pub received_on: Date,
    pub region: RegionCode,
    pub kind: SubjectKind,
    pub subject: String,
    pub period: (Date, Date),
    pub allegation: &'static str,
    /// None: the tipper did not say who they are.
    pub tipper: Option<&'static str>,
}
