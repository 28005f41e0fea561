//! `payments.csv` 代发文件: one row per transfer, as the bank's layout wants it. Not masked.

use std::io::Write;
use std::path::Path;

use encoding_rs::GB18030;

use super::cells::safe_cell;
use super::payments::DueView;
use super::{Cause, Job, write_file};
use crate::flow::orders::Transfer;
use crate::rulebook::bank_layout::{BankValue, Content, Encoding};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let layout = &job.context.bank_layout;
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if layout.has_header {
        csv.write_record(layout.columns.iter().map(|column| &*column.title))?;
    }
    for (place, transfer) in job.orders.transfers.iter().enumerate() {
        csv.write_record(layout.columns.iter().map(|column| match &column.content {
            Content::Fixed(text) => text.clone(),
            Content::Value(value) => cell(job, transfer, place + 1, *value),
        }))?;
    }
    let text = String::from_utf8(csv.into_inner()?)?;
    write_file(path, |out| Ok(out.write_all(&encoded(&text, layout.encoding))?))
}

/// The text in the bank's encoding. Every character of Unicode has a GB18030 form.
fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Marked => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Gb18030 => GB18030.encode(text).0.into_owned(),
    }
}

fn cell(job: &Job<'_>, transfer: &Transfer, number: usize, value: BankValue) -> String {
    match value {
        BankValue::Number => number.to_string(),
        BankValue::Payee => safe_cell(&transfer.to.payee).into_owned(),
        BankValue::Bank => safe_cell(&transfer.to.bank).into_owned(),
        BankValue::Account => safe_cell(&transfer.to.account).into_owned(),
        BankValue::Amount => transfer.amount.to_string(),
        BankValue::Claims => transfer.dues.len().to_string(),
        BankValue::Month => job.context.month.to_string(),
        BankValue::ClaimIds => {
            let dues = transfer.dues.iter();
            let ids: Vec<&str> = dues.map(|due| DueView::new(job, due).claim_id()).collect();
            safe_cell(&ids.join(";")).into_owned()
        }
    }
}
