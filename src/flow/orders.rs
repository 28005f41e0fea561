//! What money a run lets go 拨付: transfers by account, what cannot be paid yet, what is to be
//! asked back. The one grouping behind the payment list, the bank's file and the books.
//!
//! The surprise: what is to be asked back is never set off against a payment. A person who is owed
//! 300 and owes 100 is paid 300 and asked for 100.

use std::collections::BTreeMap;

use crate::domain::Money;
use crate::domain::words::DueKind;

use super::books::{Change, PayeeDetails, Reckoning, payable};
use super::decisions::Adjudicated;
use super::records::ClaimIx;

/// Everything a run pays, cannot pay yet, and asks back.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// Sorted by account, payee and bank; their numbers count from 1 in this order.
    pub transfers: Vec<Transfer>,
    pub total: Money,
    /// No payee or account is known, or the bank returned what was paid there.
    pub lacking: Vec<Due>,
    pub lacking_total: Money,
    /// Each with what is asked back, a positive amount.
    pub recoveries: Vec<Due>,
    pub recoveries_total: Money,
}

/// One payment to one account.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub to: PayeeDetails,
    pub dues: Vec<Due>,
    pub amount: Money,
}

/// Money of one claim.
#[derive(Clone, Debug)]
pub struct Due {
    pub of: DueOf,
    pub kind: DueKind,
    pub amount: Money,
    pub to: PayeeDetails,
}

/// Whose claim it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueOf {
    /// Of the batch, or recalled.
    Claim(ClaimIx),
    /// A place in [`Reckoning::open`].
    Open(usize),
}

impl Orders {
    pub fn of(adjudicated: &Adjudicated, reckoning: &Reckoning) -> Orders {
        let mut orders = Orders::default();
        let mut groups: BTreeMap<(String, String, String), Transfer> = BTreeMap::new();
        let mut pay = |orders: &mut Orders, due: Due, is_payable: bool| {
            if !is_payable {
                orders.lacking_total += due.amount;
                orders.lacking.push(due);
                return;
            }
            orders.total += due.amount;
            let PayeeDetails { payee, bank, account } = due.to.clone();
            let transfer = groups.entry((account, payee, bank)).or_insert_with(|| Transfer {
                to: due.to.clone(),
                dues: Vec::new(),
                amount: Money::ZERO,
            });
            transfer.amount += due.amount;
            transfer.dues.push(due);
        };
        let mut standings = reckoning.standings.iter().peekable();
        for decision in &adjudicated.decisions {
            let claim = decision.claim;
            let standing = standings.next_if(|standing| standing.claim == claim);
            let (amount, kind, to, needs) = match standing {
                None => {
                    let said = PayeeDetails::of(adjudicated.linked.records.claim(claim));
                    let amount = payable(decision.outcome, &decision.amounts);
                    (amount, DueKind::Pay, said, false)
                }
                Some(standing) => {
                    let kind = match standing.change {
                        Change::Supplement => DueKind::Supplement,
                        _ => DueKind::Repay,
                    };
                    (standing.due(decision), kind, standing.payee.clone(), standing.needs_details)
                }
            };
            if amount.is_positive() {
                let is_payable = to.is_complete() && !needs;
                pay(&mut orders, Due { of: DueOf::Claim(claim), kind, amount, to }, is_payable);
            } else if amount.is_negative() {
                orders.recoveries_total += -amount;
                let kind = DueKind::Recover;
                orders.recoveries.push(Due { of: DueOf::Claim(claim), kind, amount: -amount, to });
            }
        }
        assert!(standings.next().is_none(), "a standing of no claim");
        for (place, item) in reckoning.open.iter().enumerate() {
            let (of, to) = (DueOf::Open(place), item.payee.clone());
            let due = Due { of, kind: DueKind::Repay, amount: item.amount, to };
            pay(&mut orders, due, item.is_payable());
        }
        orders.transfers = groups.into_values().collect();
        orders
    }
}
