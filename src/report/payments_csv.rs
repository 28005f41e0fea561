//! `payments.csv` 代发文件: one row per transfer, as the bank's layout wants it. Not masked.

use std::io::Write;
use std::path::Path;

use super::bank_layout::{BankValue, Content};
use super::cells::safe_cell;
use super::payments::{Payee, Payments};
use super::{Cause, Job, write_file};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let layout = &job.context.bank_layout;
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if layout.has_header() {
        csv.write_record(layout.columns().iter().map(|column| &*column.title))?;
    }
    for (place, payee) in Payments::of(job).payees.iter().enumerate() {
        csv.write_record(layout.columns().iter().map(|column| match &column.content {
            Content::Fixed(text) => text.clone(),
            Content::Value(value) => cell(job, payee, place + 1, *value),
        }))?;
    }
    let text = String::from_utf8(csv.into_inner()?)?;
    write_file(path, |out| Ok(out.write_all(&layout.encode(&text))?))
}

fn cell(job: &Job<'_>, payee: &Payee<'_>, number: usize, value: BankValue) -> String {
    match value {
        BankValue::Number => number.to_string(),
        BankValue::Payee => safe_cell(payee.payee).into_owned(),
        BankValue::Bank => safe_cell(payee.bank).into_owned(),
        BankValue::Account => safe_cell(payee.account).into_owned(),
        BankValue::Amount => payee.amount.to_string(),
        BankValue::Claims => payee.claims.len().to_string(),
        BankValue::Month => job.context.month.to_string(),
        BankValue::ClaimIds => {
            let ids: Vec<&str> = payee.claims.iter().map(|view| &*view.claim.claim_id).collect();
            safe_cell(&ids.join(";")).into_owned()
        }
    }
}
