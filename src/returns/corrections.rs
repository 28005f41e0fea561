//! Where money that came back is to go: what the correction columns 更正 say, for every claim of
//! the row.
//!
//! The surprise: what was once recorded is not recorded again, whatever was said since. A list
//! that lay about and is handed in a second time must not undo a later correction.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::PaymentReturn;
use crate::flow::books::{ClaimNumber, PayeeDetails};
use crate::flow::returns::{
    CorrectionVerdict, NewDetails, OrderedClaim, Part, Reconciled, Verdict,
};

/// Says of every row's correction what becomes of it, and lists what is to be recorded.
pub(super) fn take(rows: &[PaymentReturn], reconciled: &mut Reconciled) {
    let mut wanted: BTreeMap<ClaimNumber, BTreeSet<PayeeDetails>> = BTreeMap::new();
    let given: Vec<Option<(&Part, PayeeDetails)>> = rows
        .iter()
        .zip(&reconciled.verdicts)
        .map(|(row, verdict)| {
            let (Verdict::Matched { part, .. } | Verdict::Repeated { part }) = verdict else {
                return None;
            };
            let to = row.correction.as_ref()?;
            Some((part, whole(to, &reconciled.transfers[part.transfer].to)))
        })
        .collect();
    for (part, to) in given.iter().flatten() {
        for order in reconciled.orders(part) {
            wanted.entry(order.claim).or_default().insert(to.clone());
        }
    }
    let mut details: Vec<NewDetails> = Vec::new();
    let mut taken: BTreeSet<ClaimNumber> = BTreeSet::new();
    let mut verdicts = Vec::with_capacity(rows.len());
    for (row, given) in given.iter().enumerate() {
        let verdict = match given {
            None if rows[row].correction.is_some() => CorrectionVerdict::NotTaken,
            None => CorrectionVerdict::NotGiven,
            Some((part, _)) if reconciled.orders(part).any(|it| wanted[&it.claim].len() > 1) => {
                CorrectionVerdict::Contradicted
            }
            Some((part, to)) => {
                let news = reconciled.orders(part).filter(|order| !is_known(order, to));
                let news: Vec<ClaimNumber> = news.map(|order| order.claim).collect();
                for &claim in news.iter().filter(|claim| taken.insert(**claim)) {
                    details.push(NewDetails { claim, row, to: to.clone() });
                }
                match news.is_empty() {
                    true => CorrectionVerdict::Known,
                    false => CorrectionVerdict::Recorded,
                }
            }
        };
        verdicts.push(verdict);
    }
    (reconciled.corrections, reconciled.details) = (verdicts, details);
}

/// With the bank of before where only the payee is another.
fn whole(to: &PayeeDetails, before: &PayeeDetails) -> PayeeDetails {
    let mut to = to.clone();
    if to.bank.is_empty() && to.account == before.account {
        to.bank.clone_from(&before.bank);
    }
    to
}

/// Whether the books have these details since the order came back.
fn is_known(order: &OrderedClaim, to: &PayeeDetails) -> bool {
    let since = order.returned.as_ref().and_then(|returned| returned.seq);
    since.is_some_and(|since| order.details.iter().any(|(seq, it)| *seq > since && it == to))
}
