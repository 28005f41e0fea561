//! What ingest hands on: rows of cells under recognised headers, with their place, and what was
//! found of every file and sheet.

use crate::domain::SourceId;

use super::cells::RawRows;
use super::problem::Problem;

/// Everything read from a batch folder, before any meaning is given to it.
#[derive(Clone, Debug, Default)]
pub struct RawBatch {
    /// Every file found, sorted by path; files given twice carry the path of the first.
    pub files: Vec<InputFile>,
    /// One entry per sheet, sorted by file and by place in the file; `SourceId` indexes it.
    pub sources: Vec<Source>,
    pub tables: Vec<RawTable>,
    /// Files and sheets that could not be read or recognised, each with its reason.
    pub unread: Vec<Problem>,
    /// Things that are told but do not hinder, such as a file given twice.
    pub notes: Vec<Problem>,
}

/// One input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Path inside the batch, with forward slashes.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// The path of the file with the same content that was read instead.
    pub same_as: Option<String>,
}

/// One sheet of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    /// Empty for a file without sheets (CSV).
    pub sheet: String,
}

impl Source {
    /// `file#sheet`, or the file alone where there are no sheets.
    pub fn label(&self) -> String {
        if self.sheet.is_empty() {
            self.file.clone()
        } else {
            format!("{}#{}", self.file, self.sheet)
        }
    }
}

/// The tables a batch may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    Claims,
    BillLines,
    Filings,
    Persons,
    Contributions,
    Hospitals,
    Settlements,
    Tips,
    Returns,
    Dispositions,
}

impl TableKind {
    pub const ALL: [TableKind; 10] = [
        TableKind::Claims,
        TableKind::BillLines,
        TableKind::Filings,
        TableKind::Persons,
        TableKind::Contributions,
        TableKind::Hospitals,
        TableKind::Settlements,
        TableKind::Tips,
        TableKind::Returns,
        TableKind::Dispositions,
    ];

    /// The word in layout files and machine outputs.
    pub fn word(self) -> &'static str {
        match self {
            TableKind::Claims => "claims",
            TableKind::BillLines => "bill_lines",
            TableKind::Filings => "filings",
            TableKind::Persons => "persons",
            TableKind::Contributions => "contributions",
            TableKind::Hospitals => "hospitals",
            TableKind::Settlements => "settlements",
            TableKind::Tips => "tips",
            TableKind::Returns => "returns",
            TableKind::Dispositions => "dispositions",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            TableKind::Claims => "零星报销申报表",
            TableKind::BillLines => "费用明细",
            TableKind::Filings => "备案",
            TableKind::Persons => "参保信息",
            TableKind::Contributions => "缴费",
            TableKind::Hospitals => "定点医疗机构",
            TableKind::Settlements => "既往结算",
            TableKind::Tips => "举报线索",
            TableKind::Returns => "拨付退回清单",
            TableKind::Dispositions => "疑点核查结论",
        }
    }

    /// The column whose sum is proved from sheet to report, where the table has one.
    pub fn amount_field(self) -> Option<Field> {
        match self {
            TableKind::Claims | TableKind::Settlements => Some(Field::Total),
            TableKind::BillLines | TableKind::Returns => Some(Field::Amount),
            _ => None,
        }
    }
}

macro_rules! fields {
    ($($name:ident = $word:literal;)*) => {
        /// A column of some table. Names are shared between tables; `data/layouts/` says which
        /// table has which, and under which headers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($name),* }

        impl Field {
            pub const ALL: &'static [Field] = &[$(Field::$name),*];

            /// The word in layout files.
            pub fn word(self) -> &'static str {
                match self { $(Field::$name => $word),* }
            }

            pub fn from_word(word: &str) -> Option<Field> {
                match word { $($word => Some(Field::$name),)* _ => None }
            }
        }
    };
}

fields! {
    ClaimId = "claim_id";
    PersonId = "person_id";
    Name = "name";
    InsuredRegion = "insured_region";
    Scheme = "scheme";
    CareType = "care_type";
    TreatedRegion = "treated_region";
    HospitalCode = "hospital_code";
    HospitalName = "hospital_name";
    AdmittedOn = "admitted_on";
    DischargedOn = "discharged_on";
    DiagnosisCode = "diagnosis_code";
    Diagnosis = "diagnosis";
    InvoiceCode = "invoice_code";
    InvoiceNo = "invoice_no";
    Total = "total";
    InvoiceFundPaid = "invoice_fund_paid";
    Reason = "reason";
    Emergency = "emergency";
    Trauma = "trauma";
    ThirdParty = "third_party";
    WorkInjury = "work_injury";
    ReceivedOn = "received_on";
    Materials = "materials";
    Payee = "payee";
    Bank = "bank";
    Account = "account";
    Phone = "phone";
    AgentId = "agent_id";
    AgentName = "agent_name";
    Employer = "employer";
    LineNo = "line_no";
    ServiceOn = "service_on";
    ItemCode = "item_code";
    HospitalItemCode = "hospital_item_code";
    ItemName = "item_name";
    Category = "category";
    Spec = "spec";
    Unit = "unit";
    Quantity = "quantity";
    UnitPrice = "unit_price";
    Amount = "amount";
    StatedClass = "stated_class";
    FilingId = "filing_id";
    FilingType = "filing_type";
    ValidFrom = "valid_from";
    ValidTo = "valid_to";
    FiledOn = "filed_on";
    Hospital = "hospital";
    Status = "status";
    Commitment = "commitment";
    MaterialsComplete = "materials_complete";
    Sex = "sex";
    BornOn = "born_on";
    PersonType = "person_type";
    Hardship = "hardship";
    CivilServant = "civil_servant";
    RetiredOn = "retired_on";
    StartedWorkOn = "started_work_on";
    DiedOn = "died_on";
    HomeHospital = "home_hospital";
    InsuredSince = "insured_since";
    Period = "period";
    PaidOn = "paid_on";
    Code = "code";
    Aliases = "aliases";
    Region = "region";
    Level = "level";
    OwnerLevel = "owner_level";
    Kind = "kind";
    Networked = "networked";
    NetworkedSince = "networked_since";
    DesignatedFrom = "designated_from";
    DesignatedTo = "designated_to";
    SuspendedFrom = "suspended_from";
    SuspendedTo = "suspended_to";
    SettlementId = "settlement_id";
    Channel = "channel";
    InScope = "in_scope";
    Deductible = "deductible";
    FundBasic = "fund_basic";
    FundLarge = "fund_large";
    FundSerious = "fund_serious";
    FundSupplement = "fund_supplement";
    FundAid = "fund_aid";
    PersonPaid = "person_paid";
    SettledOn = "settled_on";
    TipId = "tip_id";
    SubjectKind = "subject_kind";
    Subject = "subject";
    PeriodFrom = "period_from";
    PeriodTo = "period_to";
    Allegation = "allegation";
    TipperRef = "tipper_ref";
    Anonymous = "anonymous";
    Transfer = "transfer";
    Month = "month";
    ClaimIds = "claim_ids";
    ReturnReason = "return_reason";
    ReturnedOn = "returned_on";
    NewPayee = "new_payee";
    NewBank = "new_bank";
    NewAccount = "new_account";
    FindingId = "finding_id";
    CheckCode = "check_code";
    CheckVerdict = "check_verdict";
    CheckedBy = "checked_by";
    CheckedOn = "checked_on";
    CheckNote = "check_note";
    Reference = "reference";
    RowKey = "row_key";
}

/// A table found on a sheet.
#[derive(Clone, Debug)]
pub struct RawTable {
    pub source: SourceId,
    pub kind: TableKind,
    pub columns: Vec<Column>,
    /// Data rows, in the order of the sheet.
    pub rows: RawRows,
    /// Rows that are no data: blank, repeated header, subtotal, note under the table.
    pub passed_over: Vec<PassedOver>,
}

/// A column with a header. Columns the layout does not know have no field and are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Counted from 0.
    pub index: u32,
    pub title: String,
    pub field: Option<Field>,
}

impl Column {
    /// The letters a spreadsheet shows above the column, and the title: `C 医疗费总额`.
    pub fn label(&self) -> String {
        format!("{} {}", column_letters(self.index), self.title)
    }
}

/// `0` → `A`, `26` → `AA`.
pub fn column_letters(index: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// A row that is recognised as no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedOver {
    pub row: u32,
    pub why: PassedOverWhy,
}

/// Why a row is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassedOverWhy {
    Blank,
    RepeatedHeader,
    Total,
    Note,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        let letters: Vec<_> = [0, 25, 26, 51, 702].map(column_letters).to_vec();
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "AAA"]);
    }
}
