//! What normalise hands on: typed records, each with the row it came from, and the rows that
//! could not be typed.
//!
//! The surprise: every table is sorted by what its rows say, not by where they stood, so an index
//! means the same record however the files were shuffled.

use std::collections::HashMap;

use crate::domain::dates::{Date, Month, Period};
use crate::domain::identity::PersonKey;
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, Hardship, HospitalKind,
    ItemClass, Material, OwnerLevel, PersonType, ReturnReason, Scheme, SettlementStatus, Sex,
    SubjectKind, Tier,
};
use crate::domain::{
    Identity, InsuredRegion, Money, Origin, Quantity, RegionCode, SourceId, TreatedRegion,
    UnitPrice,
};

use super::books::PayeeDetails;
use super::dispositions::{Disposition, DispositionRow};
use super::problem::Problem;
use super::raw::{Field, InputFile, Source, TableKind};
use super::row_key::RowKey;
use super::ties::Witness;

macro_rules! indexes {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            pub fn at(self) -> usize {
                self.0 as usize
            }
        })*
    };
}

indexes! {
    /// A claim's place in [`Records::claims`].
    ClaimIx
    /// A bill line's place in [`Records::lines`].
    LineIx
    /// A register entry's place in [`Records::persons`].
    PersonIx
    /// A filing's place in [`Records::filings`].
    FilingIx
    /// A hospital's place in [`Records::hospitals`].
    HospitalIx
    /// A past settlement's place in [`Records::settlements`].
    SettlementIx
}

/// Everything a batch says, typed.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub files: Vec<InputFile>,
    pub sources: Vec<Source>,
    /// Sorted by claim id, then by what else the row says; the recalled ones come last.
    pub claims: Vec<Claim>,
    /// Sorted by claim id or invoice, line number, day, item and amount; the bills of recalled
    /// claims come last.
    pub lines: Vec<BillLine>,
    /// The last of `claims`, which are on the books and decided again with the batch's: how many
    /// bill lines each has.
    pub recalled: Vec<u32>,
    /// Claims on the books that share something with those above and are not decided again.
    pub witnesses: Vec<Witness>,
    /// The texts of the bill lines, each held once.
    pub names: Names,
    pub filings: Vec<Filing>,
    pub persons: Vec<PersonRecord>,
    pub contributions: Vec<Contribution>,
    pub hospitals: Vec<Hospital>,
    pub settlements: Vec<Settlement>,
    pub tips: Vec<Tip>,
    pub returns: Vec<PaymentReturn>,
    /// What people decided about findings, as a table says that comes back.
    pub disposed: Vec<DispositionRow>,
    /// What the books hold of such decisions: of each finding and its rows the last.
    pub dispositions: Vec<Disposition>,
    /// How many of `sources` are the batch's own; all of them where nothing is recalled.
    pub own_sources: Option<u32>,
    /// The last day of any run on the books, where something is recalled.
    pub books_until: Option<Date>,
    /// Of which months, besides those of `contributions`, a contribution table spoke when the
    /// claims of a person were put on the books.
    pub spoken_months: HashMap<PersonKey, Vec<(Month, Month)>>,
    /// Rows that could not be typed, sorted by place.
    pub quarantine: Vec<Reject>,
    /// The proof that no row and no fen got lost, one per table found.
    pub tallies: Vec<SheetTally>,
    pub unread: Vec<Problem>,
    pub notes: Vec<Problem>,
}

impl Records {
    pub fn claim(&self, ix: ClaimIx) -> &Claim {
        &self.claims[ix.at()]
    }

    /// How many of the claims are the batch's own: the first.
    pub fn own_claims(&self) -> usize {
        self.claims.len() - self.recalled.len()
    }

    /// Whether a row stood in the batch, and not in one before it.
    pub fn is_own_row(&self, origin: Origin) -> bool {
        self.own_sources.is_none_or(|own| origin.source.0 < own)
    }

    /// Whether a claim is the batch's own, and not recalled from the books.
    pub fn is_own(&self, ix: ClaimIx) -> bool {
        ix.at() < self.own_claims()
    }

    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// `file#sheet!row`, as evidence is written.
    pub fn place(&self, origin: Origin) -> String {
        format!("{}!{}", self.source(origin.source).label(), origin.row)
    }
}

/// A text of a bill line, by its number in [`Names`]. Only equality means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

/// Texts held once each. Symbol numbers depend on the order of reading: never sort by them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Names {
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&number) = self.numbers.get(text) {
            return Symbol(number);
        }
        let number = u32::try_from(self.texts.len()).expect("more than 2^32 distinct texts");
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        Symbol(number)
    }

    pub fn get(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }

    /// Every text, with its symbol.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        self.texts.iter().enumerate().map(|(i, text)| (Symbol(i as u32), &**text))
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Takes over another table's texts; the answer maps its symbols to this one's.
    pub fn absorb(&mut self, other: &Names) -> Vec<Symbol> {
        other.texts.iter().map(|text| self.intern(text)).collect()
    }
}

impl Symbol {
    /// The number, for tables indexed by symbol.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// Code and number of an invoice 票据代码、票据号码.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Invoice {
    pub code: Option<Box<str>>,
    pub number: Box<str>,
}

/// One claim 申报.
#[derive(Clone, Debug)]
pub struct Claim {
    pub origin: Origin,
    pub claim_id: Box<str>,
    pub person: Identity,
    pub name: String,
    pub insured: InsuredRegion,
    pub scheme: Scheme,
    pub care: CareType,
    pub treated: TreatedRegion,
    pub hospital_code: Option<String>,
    pub hospital_name: Option<String>,
    /// Admission to discharge; of a visit, its one day.
    pub stay: Period,
    /// Capitals, as written otherwise.
    pub diagnosis_code: Option<String>,
    pub diagnosis: Option<String>,
    pub invoice: Invoice,
    pub total: Money,
    /// The pooled fund payment that the invoice itself shows 票据统筹支付金额.
    pub invoice_fund_paid: Money,
    pub reason: Option<String>,
    pub emergency: bool,
    pub trauma: bool,
    pub third_party: bool,
    pub work_injury: bool,
    pub received_on: Date,
    /// What was handed in; `None` where the office did not record it.
    pub materials: Option<Vec<Material>>,
    pub payee: Option<String>,
    pub bank: Option<String>,
    pub account: Option<String>,
    pub phone: Option<String>,
    pub agent_id: Option<Identity>,
    pub agent_name: Option<String>,
    pub employer: Option<String>,
    /// Of a claim that is on the books already: the last day of the run that first put it there.
    pub booked_on: Option<Date>,
}

/// One line of an itemised bill 费用明细.
#[derive(Clone, Debug)]
pub struct BillLine {
    pub origin: Origin,
    /// At least one of the claim id and the invoice number is there.
    pub claim_id: Option<Symbol>,
    pub invoice_no: Option<Symbol>,
    pub line_no: Option<u32>,
    pub service_on: Date,
    pub item_code: Option<Symbol>,
    pub hospital_item_code: Option<Symbol>,
    pub item_name: Symbol,
    pub spec: Option<Symbol>,
    pub category: Option<Symbol>,
    pub unit: Option<Symbol>,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub amount: Money,
    pub stated_class: Option<ItemClass>,
}

/// One filing 备案.
#[derive(Clone, Debug)]
pub struct Filing {
    pub origin: Origin,
    pub filing_id: Box<str>,
    pub person: Identity,
    pub name: Option<String>,
    pub insured: InsuredRegion,
    pub treated: TreatedRegion,
    pub kind: FilingType,
    pub valid_from: Date,
    /// Open for long-term filings.
    pub valid_to: Option<Date>,
    pub filed_on: Date,
    pub hospital: Option<String>,
    pub status: FilingStatus,
    pub commitment: bool,
    pub materials_complete: bool,
}

/// One entry of the insured register 参保信息. A person insured in two places has two.
#[derive(Clone, Debug)]
pub struct PersonRecord {
    pub origin: Origin,
    pub person: Identity,
    pub name: String,
    pub sex: Option<Sex>,
    pub born_on: Option<Date>,
    pub insured: InsuredRegion,
    pub scheme: Scheme,
    pub person_type: PersonType,
    /// Each once, in the order of the list; empty where the register names none.
    pub hardship: Vec<Hardship>,
    pub civil_servant: bool,
    pub retired_on: Option<Date>,
    pub started_work_on: Option<Date>,
    pub died_on: Option<Date>,
    pub account: Option<String>,
    pub home_hospital: Option<String>,
    /// Since when the person has been insured without a gap 连续参保.
    pub insured_since: Option<Date>,
}

impl PersonRecord {
    /// Date of birth: as the register says, else as the identity number does.
    pub fn birth_date(&self) -> Option<Date> {
        match (&self.born_on, &self.person) {
            (Some(born), _) => Some(*born),
            (None, Identity::Id(id)) => id.birth_date(),
            (None, _) => None,
        }
    }

    pub fn sex(&self) -> Option<Sex> {
        match (&self.sex, &self.person) {
            (Some(sex), _) => Some(*sex),
            (None, Identity::Id(id)) => Some(id.sex()),
            (None, _) => None,
        }
    }
}

/// Contributions for a span of months 缴费.
#[derive(Clone, Debug)]
pub struct Contribution {
    pub origin: Origin,
    pub person: Identity,
    pub insured: InsuredRegion,
    pub scheme: Scheme,
    pub first: Month,
    pub last: Month,
    pub status: ContributionStatus,
    pub paid_on: Option<Date>,
}

/// A designated hospital or pharmacy 定点医疗机构.
#[derive(Clone, Debug)]
pub struct Hospital {
    pub origin: Origin,
    pub code: Box<str>,
    pub name: String,
    pub aliases: Vec<String>,
    pub region: RegionCode,
    /// `None` for pharmacies and institutions without a tier.
    pub tier: Option<Tier>,
    pub owner_level: Option<OwnerLevel>,
    pub kind: HospitalKind,
    /// Whether it settles across regions 跨省联网, as far as the register says.
    pub networked: Option<bool>,
    pub networked_since: Option<Date>,
    pub designated_from: Option<Date>,
    pub designated_to: Option<Date>,
    pub suspended_from: Option<Date>,
    pub suspended_to: Option<Date>,
}

impl Hospital {
    /// Whether the fund may pay for care given there on that day; ends are inclusive.
    pub fn is_designated_on(&self, day: Date) -> bool {
        let begun = self.designated_from.is_none_or(|from| from <= day);
        let ended = self.designated_to.is_some_and(|to| to < day);
        begun && !ended && !self.is_suspended_on(day)
    }

    /// Whether it settled across regions on that day, as far as the register says.
    pub fn is_networked_on(&self, day: Date) -> Option<bool> {
        let begun = self.networked_since.is_none_or(|since| since <= day);
        self.networked.map(|networked| networked && begun)
    }

    pub fn is_suspended_on(&self, day: Date) -> bool {
        match (self.suspended_from, self.suspended_to) {
            (None, None) => false,
            (from, to) => from.is_none_or(|f| f <= day) && to.is_none_or(|t| day <= t),
        }
    }
}

/// What was settled before, online or by hand 既往结算.
#[derive(Clone, Debug)]
pub struct Settlement {
    pub origin: Origin,
    pub settlement_id: Box<str>,
    pub person: Identity,
    pub channel: Channel,
    pub scheme: Option<Scheme>,
    pub care: Option<CareType>,
    pub invoice: Option<Invoice>,
    pub hospital_code: Option<String>,
    pub diagnosis_code: Option<String>,
    pub stay: Option<Period>,
    pub total: Money,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund_basic: Money,
    pub fund_large: Money,
    pub fund_serious: Money,
    pub fund_supplement: Money,
    pub fund_aid: Money,
    pub person_paid: Money,
    pub settled_on: Date,
    pub status: SettlementStatus,
}

impl Settlement {
    pub fn fund_total(&self) -> Money {
        self.fund_basic + self.fund_large + self.fund_serious + self.fund_supplement + self.fund_aid
    }
}

/// A report of suspected fraud 举报线索. The tipper is only ever a reference.
#[derive(Clone, Debug)]
pub struct Tip {
    pub origin: Origin,
    pub tip_id: Box<str>,
    pub received_on: Date,
    pub region: Option<RegionCode>,
    pub subject_kind: SubjectKind,
    pub subject: String,
    pub period_from: Option<Date>,
    pub period_to: Option<Date>,
    pub allegation: String,
    pub tipper_ref: Option<String>,
    pub anonymous: bool,
}

/// A payment that the bank sent back 拨付退回, and perhaps where it is to go instead.
#[derive(Clone, Debug)]
pub struct PaymentReturn {
    pub origin: Origin,
    /// The number in the list of transfers of its month; a list may also count its own rows.
    pub transfer: Option<u32>,
    pub month: Option<Month>,
    pub payee: String,
    pub bank: Option<String>,
    pub account: String,
    pub amount: Money,
    /// Each once, as written.
    pub claim_ids: Vec<String>,
    pub reason: ReturnReason,
    /// The bank's words for the reason.
    pub words: String,
    pub returned_on: Option<Date>,
    /// Where a person says the money is to go from now on. Without a bank that of before is meant
    /// if the account stays.
    pub correction: Option<PayeeDetails>,
}

/// A row that could not be typed: every cell that is wrong, and the row as it stood.
#[derive(Clone, Debug)]
pub struct Reject {
    pub origin: Origin,
    pub kind: TableKind,
    /// Every column, in the order of the sheet, unmasked.
    pub cells: Vec<RejectedCell>,
    /// By which it is known again when it comes back corrected.
    pub key: RowKey,
    /// Of a correction that is wrong again: the rows it replaces.
    pub replaces: Vec<RowKey>,
    /// At least one.
    pub problems: Vec<Problem>,
    /// The amount the row carries, where it can be read.
    pub amount: Option<Money>,
}

/// A cell of a row that could not be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedCell {
    pub title: String,
    pub field: Option<Field>,
    pub text: String,
}

/// Counts and sums of one table of one sheet.
///
/// `rows_read = accepted + quarantined + replaced + passed_over` and
/// `amount_read = amount_accepted + amount_quarantined + amount_replaced`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetTally {
    pub source: SourceId,
    pub kind: TableKind,
    pub rows_read: u64,
    pub accepted: u64,
    pub quarantined: u64,
    /// Rows whose corrected form stands elsewhere in the batch.
    pub replaced: u64,
    pub passed_over: u64,
    /// Σ of the table's amount column over all data rows whose amount can be read.
    pub amount_read: Money,
    pub amount_accepted: Money,
    pub amount_quarantined: Money,
    pub amount_replaced: Money,
    /// Quarantined rows whose amount cannot be read, and so is in no sum.
    pub amount_unreadable: u64,
}

impl SheetTally {
    pub fn ties(&self) -> bool {
        self.rows_read == self.accepted + self.quarantined + self.replaced + self.passed_over
            && self.amount_read
                == self.amount_accepted + self.amount_quarantined + self.amount_replaced
    }
}
