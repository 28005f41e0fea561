//! What was settled before 既往结算, and reports of suspected fraud 举报线索.

use super::cell_text;
use super::claims::{care_type, period, scheme};
use super::row::{RowReader, word};
use super::table::Record;
use super::{code, credit_code, date, hospital_code, identity, money};
use crate::domain::words::{Channel, SettlementStatus, SubjectKind};
use crate::domain::{Money, dates::Period};
use crate::flow::{Field, Invoice, Names, Settlement, Tip};

impl Record for Settlement {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Settlement> {
        let words = row.words();
        let settlement_id = row.required(Field::SettlementId, code::boxed);
        let person = identity::required(row, Field::PersonId);
        let channel = row.required(Field::Channel, |cell| {
            word(cell, ("结算方式", "way of settlement", Channel::all_zh), |text| {
                words.channel(text)
            })
        });
        let invoice_code = row.optional(Field::InvoiceCode, code::boxed);
        let invoice_no = row.optional(Field::InvoiceNo, code::boxed);
        let total = row.required(Field::Total, money::amount);
        let settled_on = row.required(Field::SettledOn, date::day);
        let person = identity::on_day(person, settled_on);
        let status = row.optional(Field::Status, |cell| {
            word(cell, ("结算状态", "state of a settlement", SettlementStatus::all_zh), |text| {
                words.settlement_status(text)
            })
        });
        let mut part = |field| row.optional(field, money::amount).unwrap_or_default();
        let (in_scope, deductible) = (part(Field::InScope), part(Field::Deductible));
        let (fund_basic, fund_large) = (part(Field::FundBasic), part(Field::FundLarge));
        let (fund_serious, fund_supplement) =
            (part(Field::FundSerious), part(Field::FundSupplement));
        let (fund_aid, person_paid) = (part(Field::FundAid), part(Field::PersonPaid));
        Some(Settlement {
            origin: row.origin(),
            scheme: row.optional(Field::Scheme, |cell| scheme(cell, words)),
            care: row.optional(Field::CareType, |cell| care_type(cell, words)),
            invoice: invoice_no.map(|number| Invoice { code: invoice_code, number }),
            hospital_code: hospital_code::restored(row, Field::HospitalCode),
            diagnosis_code: row.optional(Field::DiagnosisCode, code::capital_owned),
            stay: stay(row),
            in_scope,
            deductible,
            fund_basic,
            fund_large,
            fund_serious,
            fund_supplement,
            fund_aid,
            person_paid,
            status: status.unwrap_or(SettlementStatus::Normal),
            settlement_id: settlement_id?,
            person: person?,
            channel: channel?,
            total: total?,
            settled_on: settled_on?,
        })
    }

    fn amount(&self) -> Money {
        self.total
    }
}

/// Of a stay with only one of its days known, that day.
fn stay(row: &mut RowReader) -> Option<Period> {
    let admitted_on = row.optional(Field::AdmittedOn, date::day);
    let discharged_on = row.optional(Field::DischargedOn, date::day);
    let first = admitted_on.or(discharged_on)?;
    period(row, first, discharged_on.unwrap_or(first))
}

impl Record for Tip {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Tip> {
        let words = row.words();
        let tip_id = row.required(Field::TipId, code::boxed);
        let received_on = row.required(Field::ReceivedOn, date::day);
        let region = row.region(Field::Region);
        let subject_kind = row.required(Field::SubjectKind, |cell| {
            word(cell, ("被举报对象类型", "kind of subject", SubjectKind::all_zh), |text| {
                words.subject_kind(text)
            })
        });
        let subject = row.required(Field::Subject, credit_code::name_or_code);
        credit_code::tell(row, Field::Subject, subject.as_deref());
        let period_from = row.optional(Field::PeriodFrom, date::day);
        let period_to = row.optional(Field::PeriodTo, date::open_end);
        row.in_order(Field::PeriodTo, period_from, period_to);
        Some(Tip {
            origin: row.origin(),
            region,
            allegation: row.optional(Field::Allegation, cell_text::owned).unwrap_or_default(),
            tipper_ref: row.optional(Field::TipperRef, code::owned),
            anonymous: row.flag(Field::Anonymous),
            tip_id: tip_id?,
            received_on: received_on?,
            subject_kind: subject_kind?,
            subject: subject?,
            period_from,
            period_to,
        })
    }
}
