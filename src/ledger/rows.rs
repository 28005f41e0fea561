//! What the books keep of each kind of record: one list of fields a kind, written and read in
//! that order. A field that is added to a record does not compile until it is added here.
//!
//! The surprise: where a row stood (`origin`) is kept, but apart from what it says, so that a
//! claim sent again under another file name is the same claim.

use sha2::{Digest, Sha256};

use crate::domain::dates::{Date, Month};
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, Hardship, HospitalKind,
    ItemClass, Material, Outcome, OwnerLevel, PersonType, Route, Scheme, SettlementStatus, Sex,
    Tier,
};
use crate::domain::{Origin, SourceId};
use crate::flow::books::Digest32;
use crate::flow::{
    Amounts, BillLine, Claim, Contribution, Filing, Hospital, Invoice, Names, PersonRecord,
    Settlement, Symbol,
};

use super::bytes::{In, Out, Stored, Torn};

macro_rules! stored_words {
    ($($kind:ty)*) => {$(
        impl Stored for $kind {
            fn put(&self, out: &mut Out) {
                out.text(self.word());
            }

            fn get(from: &mut In) -> Result<$kind, Torn> {
                <$kind>::from_word(from.text()?).ok_or(Torn)
            }
        }
    )*};
}

stored_words! {
    Scheme PersonType Hardship CareType Sex FilingType FilingStatus ContributionStatus Channel
    SettlementStatus Tier OwnerLevel HospitalKind ItemClass Material Outcome Route
}

/// `A { a b } without c = value` writes the fields `a` and `b` of an `A`.
macro_rules! stored_records {
    ($($kind:ident { $($field:ident)* } $(without $left:ident = $value:expr)*;)*) => {$(
        impl Stored for $kind {
            fn put(&self, out: &mut Out) {
                $(self.$field.put(out);)*
            }

            fn get(from: &mut In) -> Result<$kind, Torn> {
                Ok($kind { $($field: from.get()?,)* $($left: $value,)* })
            }
        }
    )*};
}

/// Stands where the origin is kept apart.
const NOWHERE: Origin = Origin { source: SourceId(0), row: 0 };

stored_records! {
    Invoice { code number };
    Claim {
        claim_id person name insured scheme care treated hospital_code hospital_name stay
        diagnosis_code diagnosis invoice total invoice_fund_paid reason emergency trauma third_party
        work_injury received_on materials payee bank account phone agent_id agent_name employer
    } without origin = NOWHERE without booked_on = None;
    Filing {
        filing_id person name insured treated kind valid_from valid_to filed_on hospital status
        commitment materials_complete
    } without origin = NOWHERE;
    PersonRecord {
        person name sex born_on insured scheme person_type hardship civil_servant retired_on
        started_work_on died_on account home_hospital insured_since
    } without origin = NOWHERE;
    Contribution { person insured scheme first last status paid_on } without origin = NOWHERE;
    Hospital {
        code name aliases region tier owner_level kind networked networked_since designated_from
        designated_to suspended_from suspended_to
    } without origin = NOWHERE;
    Settlement {
        settlement_id person channel scheme care invoice hospital_code diagnosis_code stay total
        in_scope deductible fund_basic fund_large fund_serious fund_supplement fund_aid person_paid
        settled_on status
    } without origin = NOWHERE;
    Amounts {
        total full_self_paid over_ceiling first_pay in_scope deductible fund_basic fund_large
        fund_serious fund_supplement fund_aid fund_floor person_total
    };
}

/// How the texts of bill lines are written: in full, or by their number in the books.
pub enum Texts<'t> {
    InFull(&'t Names),
    /// Indexed by symbol.
    Numbered(&'t [u64]),
}

impl Texts<'_> {
    fn put(&self, symbol: Symbol, out: &mut Out) {
        match self {
            Texts::InFull(names) => out.text(names.get(symbol)),
            Texts::Numbered(numbers) => out.number(numbers[symbol.at()]),
        }
    }
}

/// Writes a bill line; whether it named its claim is all that is kept of how it found it.
pub fn put_line(line: &BillLine, texts: &Texts, out: &mut Out) {
    out.put(&line.claim_id.is_some()).put(&line.invoice_no.is_some());
    out.put(&line.line_no).put(&line.service_on);
    texts.put(line.item_name, out);
    for symbol in [line.item_code, line.hospital_item_code, line.spec, line.category, line.unit] {
        out.put(&symbol.is_some());
        symbol.into_iter().for_each(|symbol| texts.put(symbol, out));
    }
    out.put(&line.quantity).put(&line.unit_price).put(&line.amount).put(&line.stated_class);
}

/// Reads a bill line back; `text` answers what a number of the books stands for.
pub fn get_line(
    from: &mut In,
    claim: (Symbol, Symbol),
    text: &mut dyn FnMut(u64) -> Result<Symbol, Torn>,
) -> Result<BillLine, Torn> {
    let (by_id, by_invoice) = (from.get()?, from.get()?);
    let (line_no, service_on): (Option<u32>, Date) = (from.get()?, from.get()?);
    let item_name = text(from.number()?)?;
    let mut symbols = [None; 5];
    for symbol in &mut symbols {
        if from.get()? {
            *symbol = Some(text(from.number()?)?);
        }
    }
    let [item_code, hospital_item_code, spec, category, unit] = symbols;
    Ok(BillLine {
        origin: NOWHERE,
        claim_id: Some(claim.0).filter(|_| by_id),
        invoice_no: Some(claim.1).filter(|_| by_invoice),
        line_no,
        service_on,
        item_code,
        hospital_item_code,
        item_name,
        spec,
        category,
        unit,
        quantity: from.get()?,
        unit_price: from.get()?,
        amount: from.get()?,
        stated_class: from.get()?,
    })
}

/// Stands for a claim and its bill, wherever its rows stood.
pub fn content_digest(claim: &Claim, lines: &[BillLine], names: &Names) -> Digest32 {
    let mut out = Out::new();
    out.put(claim);
    out.number(lines.len() as u64);
    lines.iter().for_each(|line| put_line(line, &Texts::InFull(names), &mut out));
    digest(out.bytes())
}

pub fn digest(bytes: &[u8]) -> Digest32 {
    Sha256::digest(bytes).into()
}

/// A span of months as the books keep it.
pub fn put_months(months: &[(Month, Month)]) -> Vec<u8> {
    let mut out = Out::new();
    out.number(months.len() as u64);
    months.iter().for_each(|(first, last)| {
        out.put(first).put(last);
    });
    out.into_bytes()
}

pub fn get_months(bytes: &[u8]) -> Result<Vec<(Month, Month)>, Torn> {
    let mut from = In::new(bytes);
    (0..from.number()?).map(|_| Ok((from.get()?, from.get()?))).collect()
}
