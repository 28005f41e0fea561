//! Finds for every row of a bank's list of returns 退回清单 the orders that came back: by month and
//! number, else by account and payee, else by the claims. The amount agrees to the fen or it is
//! another payment.
//!
//! The surprise: where two orders fit, none is taken. A row that was read before is told from one
//! that came back once more by its day, and where that does not decide a person does.

mod corrections;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::PaymentReturn;
use crate::flow::returns::{
    KnownBy, NewReturn, OrderedTransfer, Part, Reconciled, Returned, Unmatched, Verdict,
};

/// How many transfers are shown beside a row that is nobody's.
const NEAREST_SHOWN: usize = 3;

/// Holds rows against transfers, in their order: an order that one row found is found no more.
pub fn reconcile(rows: &[PaymentReturn], transfers: Vec<OrderedTransfer>) -> Reconciled {
    let mut search = Search::of(transfers);
    let mut reconciled = Reconciled::default();
    for (place, row) in rows.iter().enumerate() {
        let verdict = search.verdict(row);
        if let Verdict::Matched { part, .. } = &verdict {
            let orders = &mut search.transfers[part.transfer].orders;
            for &at in &part.orders {
                let (order, amount) = (orders[at].order, orders[at].amount);
                reconciled.returns.push(NewReturn { order, row: place, amount });
                orders[at].returned = Some(Returned {
                    seq: None,
                    reason: Some(row.reason),
                    words: row.words.clone(),
                    returned_on: row.returned_on,
                });
            }
        }
        reconciled.verdicts.push(verdict);
    }
    reconciled.transfers = search.transfers;
    corrections::take(rows, &mut reconciled);
    reconciled
}

struct Search {
    transfers: Vec<OrderedTransfer>,
    by_account: BTreeMap<String, Vec<usize>>,
    by_claim: BTreeMap<String, BTreeSet<usize>>,
}

/// Parts that agree with a row, by what is known of them.
#[derive(Default)]
struct Agreeing {
    open: Vec<Part>,
    back: Vec<Part>,
    partly_back: Vec<Part>,
    asked_back: Vec<Part>,
}

impl Search {
    fn of(transfers: Vec<OrderedTransfer>) -> Search {
        let mut by_account: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_claim: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (place, transfer) in transfers.iter().enumerate() {
            by_account.entry(transfer.to.account.clone()).or_default().push(place);
            for order in &transfer.orders {
                by_claim.entry(order.claim_id.clone()).or_default().insert(place);
            }
        }
        Search { transfers, by_account, by_claim }
    }

    fn verdict(&self, row: &PaymentReturn) -> Verdict {
        let ways = [KnownBy::Number, KnownBy::Account, KnownBy::Claims];
        let found = ways.into_iter().find_map(|by| self.found(row, by));
        found.unwrap_or_else(|| self.unmatched(row))
    }

    /// What a row is in one way of knowing it; nothing if that way knows no order.
    fn found(&self, row: &PaymentReturn, by: KnownBy) -> Option<Verdict> {
        let parts = self.parts(row, by);
        if parts.is_empty() {
            return None;
        }
        let Agreeing { mut open, back, partly_back, asked_back } = self.sorted(parts);
        let same: Vec<&Part> = back.iter().filter(|part| self.said_the_same(row, part)).collect();
        let on_that_day = same.iter().rev().find(|part| self.has_day_of(row, part));
        if let Some(part) = on_that_day {
            return Some(Verdict::Repeated { part: (**part).clone() });
        }
        let is_news = back.iter().all(|part| self.is_before(row, part));
        if open.len() == 1 && is_news {
            return Some(Verdict::Matched { part: open.remove(0), by });
        }
        if !open.is_empty() {
            let parts = [open, back].concat();
            return Some(Verdict::Ambiguous { parts });
        }
        if let Some(part) = same.last() {
            return Some(Verdict::Repeated { part: (*part).clone() });
        }
        let unmatched = |why, parts: &[Part]| {
            let nearest = parts.iter().map(|part| part.transfer).collect::<BTreeSet<_>>();
            let nearest = nearest.into_iter().take(NEAREST_SHOWN).collect();
            Some(Verdict::Unmatched { why, nearest })
        };
        match () {
            () if !back.is_empty() => unmatched(Unmatched::OtherReason, &back),
            () if !partly_back.is_empty() => unmatched(Unmatched::PartReturned, &partly_back),
            () => unmatched(Unmatched::AskedBack, &asked_back),
        }
    }

    /// The parts of transfers that a row may mean in one way of knowing them.
    fn parts(&self, row: &PaymentReturn, by: KnownBy) -> Vec<Part> {
        let of_account = || self.by_account.get(&row.account).into_iter().flatten();
        let in_month =
            |transfer: &OrderedTransfer| row.month.is_none_or(|month| month == transfer.month);
        let candidates: Vec<usize> = match by {
            KnownBy::Number => of_account()
                .copied()
                .filter(|&at| {
                    let transfer = &self.transfers[at];
                    row.month == Some(transfer.month) && row.transfer == Some(transfer.number)
                })
                .collect(),
            KnownBy::Account => of_account()
                .copied()
                .filter(|&at| {
                    let transfer = &self.transfers[at];
                    transfer.to.payee == row.payee && in_month(transfer)
                })
                .collect(),
            KnownBy::Claims => {
                let first = row.claim_ids.first().and_then(|id| self.by_claim.get(id));
                let of_claim = first.into_iter().flatten().copied();
                of_claim.filter(|&at| in_month(&self.transfers[at])).collect()
            }
        };
        candidates.into_iter().filter_map(|at| self.part(row, at)).collect()
    }

    /// The orders of a transfer whose money a row says came back: all of them, or those of the
    /// claims that the row names.
    fn part(&self, row: &PaymentReturn, transfer: usize) -> Option<Part> {
        let orders = &self.transfers[transfer].orders;
        let part = |orders| Some(Part { transfer, orders });
        let pays = |id: &String| orders.iter().any(|order| order.claim_id == *id);
        if !row.claim_ids.iter().all(pays) {
            return None;
        }
        if self.transfers[transfer].amount() == row.amount {
            return part((0..orders.len()).collect());
        }
        let is_named = |at: &usize| row.claim_ids.contains(&orders[*at].claim_id);
        let named: Vec<usize> = (0..orders.len()).filter(is_named).collect();
        if named.iter().map(|&at| orders[at].amount).sum::<crate::domain::Money>() == row.amount {
            return part(named);
        }
        // One number may stand for two claims of the transfer.
        let alone: Vec<usize> =
            named.into_iter().filter(|&at| orders[at].amount == row.amount).collect();
        if alone.len() == 1 { part(alone) } else { None }
    }

    fn sorted(&self, parts: Vec<Part>) -> Agreeing {
        let mut agreeing = Agreeing::default();
        for part in parts {
            let orders = || part.orders.iter().map(|&at| &self.transfers[part.transfer].orders[at]);
            let came_back = orders().filter(|order| order.returned.is_some()).count();
            let kind = match () {
                () if came_back == part.orders.len() => &mut agreeing.back,
                () if came_back > 0 => &mut agreeing.partly_back,
                () if orders().any(|order| !order.stands) => &mut agreeing.asked_back,
                () => &mut agreeing.open,
            };
            kind.push(part);
        }
        agreeing
    }

    fn returned<'s>(&'s self, part: &'s Part) -> impl Iterator<Item = &'s Returned> {
        let orders = part.orders.iter().map(|&at| &self.transfers[part.transfer].orders[at]);
        orders.filter_map(|order| order.returned.as_ref())
    }

    fn said_the_same(&self, row: &PaymentReturn, part: &Part) -> bool {
        self.returned(part).all(|returned| {
            // Words nobody knows are the same only if they are written the same.
            let is_known = row.reason.is_known() || returned.words == row.words;
            returned.reason == Some(row.reason) && is_known
        })
    }

    fn has_day_of(&self, row: &PaymentReturn, part: &Part) -> bool {
        row.returned_on.is_some()
            && self.returned(part).all(|returned| returned.returned_on == row.returned_on)
    }

    /// Whether what came back did so before the row's day.
    fn is_before(&self, row: &PaymentReturn, part: &Part) -> bool {
        let Some(day) = row.returned_on else { return false };
        self.returned(part).all(|returned| returned.returned_on.is_some_and(|before| before < day))
    }

    fn unmatched(&self, row: &PaymentReturn) -> Verdict {
        let of_account = self.by_account.get(&row.account).map_or(&[][..], Vec::as_slice);
        let why = match () {
            () if of_account.is_empty() => Unmatched::Unknown,
            () if of_account.iter().any(|&at| self.part(row, at).is_some()) => {
                Unmatched::OtherPayee
            }
            () => Unmatched::OtherAmount,
        };
        let mut near: Vec<(u8, usize)> = (0..self.transfers.len())
            .map(|at| (self.nearness(row, at), at))
            .filter(|(nearness, _)| *nearness > 0)
            .collect();
        // The latest of those that are equally near.
        near.sort_by_key(|&(nearness, at)| std::cmp::Reverse((nearness, at)));
        let nearest = near.into_iter().take(NEAREST_SHOWN).map(|(_, at)| at).collect();
        Verdict::Unmatched { why, nearest }
    }

    fn nearness(&self, row: &PaymentReturn, at: usize) -> u8 {
        let transfer = &self.transfers[at];
        let same_amount = transfer.amount() == row.amount
            || transfer.orders.iter().any(|order| order.amount == row.amount);
        let same_claim = transfer.orders.iter().any(|it| row.claim_ids.contains(&it.claim_id));
        let same_number =
            row.month == Some(transfer.month) && row.transfer == Some(transfer.number);
        u8::from(transfer.to.account == row.account) * 8
            + u8::from(same_amount) * 4
            + u8::from(same_claim) * 3
            + u8::from(transfer.to.payee == row.payee) * 2
            + u8::from(same_number) * 2
    }
}
