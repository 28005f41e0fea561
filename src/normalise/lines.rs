//! Lines of itemised bills 费用明细: by far the most rows, so their texts are held once each.

use super::cell_text;
use super::fault::Fault;
use super::row::{RowReader, word};
use super::table::Record;
use super::{code, date, money};
use crate::domain::Money;
use crate::domain::words::ItemClass;
use crate::flow::{BillLine, Field, Names, Symbol};

impl Record for BillLine {
    fn read(row: &mut RowReader, names: &mut Names) -> Option<BillLine> {
        let words = row.words();
        let claim_id = row.optional(Field::ClaimId, code::code).map(|text| names.intern(&text));
        let invoice_no = row.optional(Field::InvoiceNo, code::code).map(|text| names.intern(&text));
        let is_readable =
            !row.complained_of(Field::ClaimId) && !row.complained_of(Field::InvoiceNo);
        if claim_id.is_none() && invoice_no.is_none() && is_readable {
            row.complain(Field::ClaimId, no_claim());
        }
        let service_on = row.required(Field::ServiceOn, date::day);
        let item_name = row.required(Field::ItemName, cell_text::plain);
        let item_name = item_name.map(|text| names.intern(&text));
        let quantity = row.required(Field::Quantity, money::quantity);
        let unit_price = row.required(Field::UnitPrice, money::unit_price);
        let amount = row.required(Field::Amount, money::amount);
        let mut text = |row: &mut RowReader, field| {
            row.optional(field, cell_text::plain).map(|text| names.intern(&text))
        };
        let (spec, category) = (text(row, Field::Spec), text(row, Field::Category));
        let unit = text(row, Field::Unit);
        let mut code = |row: &mut RowReader, field| {
            row.optional(field, code::capital).map(|text| names.intern(&text))
        };
        Some(BillLine {
            origin: row.origin(),
            claim_id,
            invoice_no,
            line_no: row.optional(Field::LineNo, code::line_no),
            item_code: code(row, Field::ItemCode),
            hospital_item_code: code(row, Field::HospitalItemCode),
            spec,
            category,
            unit,
            stated_class: row.optional(Field::StatedClass, |cell| {
                word(cell, ("等级", "class", ItemClass::all_zh), |text| words.item_class(text))
            }),
            service_on: service_on?,
            item_name: item_name?,
            quantity: quantity?,
            unit_price: unit_price?,
            amount: amount?,
        })
    }

    fn amount(&self) -> Money {
        self.amount
    }
}

/// Moves a line from its piece's names to those of the whole batch.
pub(super) fn rename(line: &mut BillLine, symbols: &[Symbol]) {
    let renamed = |symbol: &mut Option<Symbol>| {
        *symbol = symbol.map(|symbol| symbols[symbol.at()]);
    };
    renamed(&mut line.claim_id);
    renamed(&mut line.invoice_no);
    renamed(&mut line.item_code);
    renamed(&mut line.hospital_item_code);
    renamed(&mut line.spec);
    renamed(&mut line.category);
    renamed(&mut line.unit);
    line.item_name = symbols[line.item_name.at()];
}

fn no_claim() -> Fault {
    let why = ("申报编号和票据号码都没有", "neither claim id nor invoice number");
    Fault::new("claim-missing", why, ("至少填写其中一项", "fill in one of them"))
}
