//! The canonical order of every table: by what its rows say.
//!
//! The surprise: where the telling columns agree, the whole rows are compared, and only rows that
//! agree in everything are put in the order of their place. Shuffling the input changes nothing.

use std::cmp::Ordering;
use std::fmt::Debug;

use rayon::prelude::*;

use super::{
    BillLine, Claim, Contribution, DispositionRow, Filing, Hospital, Names, PaymentReturn,
    PersonRecord, Records, Settlement, Symbol, Tip,
};
use crate::domain::{Identity, Origin, SourceId};

/// Puts every table of a batch in order.
pub fn canonical(records: &mut Records) {
    claims(&mut records.claims);
    registers(records);
    records.tips.par_sort_by(compare);
    records.returns.par_sort_by(compare);
    records.disposed.par_sort_by(compare);
    sort_lines(&mut records.lines, &records.names);
}

pub fn claims(claims: &mut [Claim]) {
    claims.par_sort_by(compare);
}

/// Puts what the registers say in order again after rows came in or went.
pub fn registers(records: &mut Records) {
    records.filings.par_sort_by(compare);
    records.persons.par_sort_by(compare);
    records.contributions.par_sort_by(compare);
    records.hospitals.par_sort_by(compare);
    records.settlements.par_sort_by(compare);
}

/// A record with a place in its table.
trait Sorted: Clone + Debug {
    /// The order by the columns that nearly always tell rows apart.
    fn by_key(&self, other: &Self) -> Ordering;
    fn origin(&self) -> Origin;
    fn set_origin(&mut self, origin: Origin);
    /// Identities, which do not show themselves when the whole record is written out.
    fn identities(&self) -> Vec<&Identity>;
}

fn compare<T: Sorted>(a: &T, b: &T) -> Ordering {
    a.by_key(b)
        .then_with(|| revealed(a).cmp(&revealed(b)))
        .then_with(|| content(a).cmp(&content(b)))
        .then_with(|| a.origin().cmp(&b.origin()))
}

fn revealed<T: Sorted>(record: &T) -> Vec<&str> {
    record.identities().into_iter().map(Identity::reveal).collect()
}

/// The whole record but its place; only written out for rows that agree in their keys.
fn content<T: Sorted>(record: &T) -> String {
    let mut placeless = record.clone();
    placeless.set_origin(Origin::new(SourceId(0), 0));
    format!("{placeless:?}")
}

macro_rules! sorted {
    ($($record:ty: |$it:ident| $key:expr, $identities:expr;)*) => {$(
        impl Sorted for $record {
            fn by_key(&self, other: &Self) -> Ordering {
                let mine = { let $it = self; $key };
                let theirs = { let $it = other; $key };
                mine.cmp(&theirs)
            }

            fn origin(&self) -> Origin {
                self.origin
            }

            fn set_origin(&mut self, origin: Origin) {
                self.origin = origin;
            }

            fn identities(&self) -> Vec<&Identity> {
                let $it = self;
                let _ = $it;
                $identities
            }
        }
    )*};
}

sorted! {
    Claim: |it| (&it.claim_id, &it.invoice, it.received_on, it.total),
        [&it.person].into_iter().chain(&it.agent_id).collect();
    Filing: |it| (&it.filing_id, it.valid_from, it.filed_on), vec![&it.person];
    PersonRecord: |it| (it.person.reveal(), it.insured, it.scheme), vec![&it.person];
    Contribution: |it| (it.person.reveal(), it.insured, it.scheme, it.first, it.last),
        vec![&it.person];
    Hospital: |it| (&it.code, it.designated_from), Vec::new();
    Settlement: |it| (&it.settlement_id, it.settled_on, it.total), vec![&it.person];
    Tip: |it| (&it.tip_id, it.received_on), Vec::new();
    DispositionRow: |it| (&it.finding, &it.rows, it.checked_on), Vec::new();
    PaymentReturn: |it| (it.month, it.transfer, &it.account, it.amount, &it.payee), Vec::new();
}

/// Symbols have no order of their own, so each gets the rank of its text.
fn sort_lines(lines: &mut [BillLine], names: &Names) {
    let mut by_text: Vec<(&str, Symbol)> =
        names.iter().map(|(symbol, text)| (text, symbol)).collect();
    by_text.par_sort_unstable_by_key(|&(text, _)| text);
    let mut ranks = vec![0u32; names.len()];
    for (rank, (_, symbol)) in by_text.into_iter().enumerate() {
        ranks[symbol.at()] = rank as u32 + 1;
    }
    let rank = |symbol: Option<Symbol>| symbol.map_or(0, |symbol| ranks[symbol.at()]);
    let main = |line: &BillLine| {
        (rank(line.claim_id), rank(line.invoice_no), line.line_no, line.service_on)
    };
    let rest = |line: &BillLine| {
        let item = (rank(line.item_code), line.amount, rank(Some(line.item_name)));
        let counts = (line.quantity, line.unit_price, line.stated_class);
        let texts = [line.hospital_item_code, line.spec, line.category, line.unit].map(rank);
        (item, counts, texts, line.origin)
    };
    lines.par_sort_unstable_by(|a, b| main(a).cmp(&main(b)).then_with(|| rest(a).cmp(&rest(b))));
}
