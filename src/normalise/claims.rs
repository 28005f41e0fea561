//! Claims 零星报销申报表.
//!
//! The surprise: a damaged identity number does not hold a claim back here. The claim is refused
//! later with that reason, so that the person gets a letter and not silence.

use std::collections::BTreeSet;

use super::cell_text::{self, Parsed};
use super::fault::{Fault, List};
use super::row::{RowReader, word};
use super::table::Record;
use super::{code, credit_code, date, hospital_code, identity, money};
use crate::domain::dates::{Date, Period};
use crate::domain::words::{CareType, Material, Scheme};
use crate::domain::{InsuredRegion, Money, Text, TreatedRegion};
use crate::flow::{Cell, Claim, Field, Invoice, Names};
use crate::rulebook::vocabulary::Vocabulary;

impl Record for Claim {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Claim> {
        let words = row.words();
        let claim_id = row.required(Field::ClaimId, code::boxed);
        let person = identity::required(row, Field::PersonId);
        let name = row.required(Field::Name, cell_text::name);
        let insured = row.region(Field::InsuredRegion);
        let scheme = row.required(Field::Scheme, |cell| scheme(cell, words));
        let care = row.required(Field::CareType, |cell| care_type(cell, words));
        let treated = row.region(Field::TreatedRegion);
        let hospital_code = hospital_code::restored(row, Field::HospitalCode);
        let hospital_name = row.optional(Field::HospitalName, cell_text::name);
        let is_unnamed = hospital_code.is_none() && hospital_name.is_none();
        if is_unnamed && !row.complained_of(Field::HospitalCode) {
            row.complain(Field::HospitalName, no_hospital());
        }
        let stay = stay(row, care);
        let invoice_code = row.optional(Field::InvoiceCode, code::boxed);
        let invoice_no = row.required(Field::InvoiceNo, code::boxed);
        let total = row.required(Field::Total, money::amount);
        let received_on = row.required(Field::ReceivedOn, date::day);
        let person = identity::on_day(person, received_on);
        identity::tell(row, Field::PersonId, person.as_ref());
        let employer = row.optional(Field::Employer, credit_code::name_or_code);
        credit_code::tell(row, Field::Employer, employer.as_deref());
        let claim = Claim {
            origin: row.origin(),
            diagnosis_code: row.optional(Field::DiagnosisCode, code::capital_owned),
            diagnosis: row.optional(Field::Diagnosis, cell_text::owned),
            invoice_fund_paid: row
                .optional(Field::InvoiceFundPaid, money::amount)
                .unwrap_or_default(),
            reason: row.optional(Field::Reason, cell_text::owned),
            emergency: row.flag(Field::Emergency),
            trauma: row.flag(Field::Trauma),
            third_party: row.flag(Field::ThirdParty),
            work_injury: row.flag(Field::WorkInjury),
            materials: materials(row),
            payee: row.optional(Field::Payee, cell_text::name),
            bank: row.optional(Field::Bank, cell_text::name),
            account: row.optional(Field::Account, code::owned),
            phone: row.optional(Field::Phone, code::owned),
            agent_id: identity::on_day(identity::optional(row, Field::AgentId), received_on),
            agent_name: row.optional(Field::AgentName, cell_text::name),
            employer,
            booked_on: None,
            claim_id: claim_id?,
            person: person?,
            name: name?,
            insured: InsuredRegion(insured?),
            scheme: scheme?,
            care: care?,
            treated: TreatedRegion(treated?),
            hospital_code,
            hospital_name,
            stay: stay?,
            invoice: Invoice { code: invoice_code, number: invoice_no? },
            total: total?,
            received_on: received_on?,
        };
        Some(claim)
    }

    fn amount(&self) -> Money {
        self.total
    }
}

pub(super) fn scheme(cell: Cell<'_>, words: &Vocabulary) -> Parsed<Scheme> {
    word(cell, ("险种", "scheme", Scheme::all_zh), |text| words.scheme(text))
}

pub(super) fn care_type(cell: Cell<'_>, words: &Vocabulary) -> Parsed<CareType> {
    word(cell, ("医疗类别", "kind of care", CareType::all_zh), |text| words.care_type(text))
}

/// Admission to discharge. A stay needs both; a visit without an end is its one day.
fn stay(row: &mut RowReader, care: Option<CareType>) -> Option<Period> {
    let admitted_on = row.required(Field::AdmittedOn, date::day);
    let discharged_on = row.optional(Field::DischargedOn, date::day);
    if care != Some(CareType::Inpatient) {
        return period(row, admitted_on?, discharged_on.or(admitted_on)?);
    }
    if discharged_on.is_none() && !row.complained_of(Field::DischargedOn) {
        row.complain(Field::DischargedOn, no_discharge());
    }
    period(row, admitted_on?, discharged_on?)
}

/// The span of two days, or a complaint that they stand the wrong way round.
pub(super) fn period(row: &mut RowReader, first: Date, last: Date) -> Option<Period> {
    let period = Period::new(first, last);
    if period.is_none() {
        row.complain(Field::DischargedOn, Fault::reversed(first, last));
    }
    period
}

/// The documents handed in, each once. A word nobody knows is told; if none is known the row
/// cannot be judged.
fn materials(row: &mut RowReader) -> Option<Vec<Material>> {
    let listed = row.optional(Field::Materials, code::names)?;
    let words = row.words();
    let known: BTreeSet<Material> = listed.iter().filter_map(|name| words.material(name)).collect();
    let unknown = listed.iter().filter(|name| words.material(name).is_none());
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    if known.is_empty() {
        row.complain(Field::Materials, Fault::unknown_word(MATERIAL));
    } else if !unknown.is_empty() {
        let mut fault = Fault::unknown_word(MATERIAL);
        let unknown = unknown.join("、");
        fault.explanation = Text::new(
            format!("{}，未计入：{unknown}", fault.explanation.zh),
            format!("{}, not counted: {unknown}", fault.explanation.en),
        );
        row.note(Field::Materials, fault);
    }
    Some(known.into_iter().collect())
}

const MATERIAL: List = ("材料", "document", Material::all_zh);

fn no_discharge() -> Fault {
    let why = ("住院申报没有出院日期", "a stay in hospital without a day of discharge");
    let hint = ("请补填出院日期；未出院的待出院后再申报", "fill it in, or wait for the discharge");
    Fault::new("discharge-missing", why, hint)
}

fn no_hospital() -> Fault {
    let why = ("医疗机构编码和名称都没有", "neither code nor name of the hospital");
    Fault::new("hospital-missing", why, ("至少填写其中一项", "fill in one of them"))
}
