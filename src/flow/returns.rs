//! What the bank sent back, held against what was ordered: the transfers of the books, and what
//! became of every row of the lists.
//!
//! The surprise: a row stands for orders, not for a transfer. A transfer pays several claims at
//! once, and a bank may send back the money of one of them.

use crate::domain::Money;
use crate::domain::dates::{Date, Month};
use crate::domain::words::ReturnReason;

use super::books::{ClaimNumber, PayeeDetails};

/// A transfer that was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedTransfer {
    /// The run's place in the journal.
    pub run: u64,
    pub month: Month,
    /// Its number in the run's list.
    pub number: u32,
    pub to: PayeeDetails,
    /// In the order of the journal.
    pub orders: Vec<OrderedClaim>,
}

/// The money of one claim in a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedClaim {
    /// Its place in the journal.
    pub order: u64,
    pub claim: ClaimNumber,
    pub claim_id: String,
    pub amount: Money,
    /// A decision on the claim stands; of one that was taken back the money was asked back too.
    pub stands: bool,
    pub returned: Option<Returned>,
    /// What was said since of where the claim's money is to go, with its place in the journal.
    pub details: Vec<(u64, PayeeDetails)>,
}

/// What the books say of an order that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Its place in the journal; none of one that this reading found itself.
    pub seq: Option<u64>,
    pub reason: Option<ReturnReason>,
    pub words: String,
    pub returned_on: Option<Date>,
}

/// Some orders of a transfer: all of them, or those of the claims that came back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// A place in [`Reconciled::transfers`].
    pub transfer: usize,
    /// Places in the transfer's orders, ascending.
    pub orders: Vec<usize>,
}

/// By what a row was recognised, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownBy {
    /// Month and number of the transfer, account and amount.
    Number,
    /// Account, payee and amount.
    Account,
    /// The claims and the amount.
    Claims,
}

/// What becomes of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// These orders came back.
    Matched {
        part: Part,
        by: KnownBy,
    },
    /// They had come back already, for the same reason.
    Repeated {
        part: Part,
    },
    /// It may be any of these.
    Ambiguous {
        parts: Vec<Part>,
    },
    Unmatched {
        why: Unmatched,
        nearest: Vec<usize>,
    },
}

/// Why a row is no order's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// Nothing was ordered that agrees.
    Unknown,
    /// The account was paid to, but never this amount.
    OtherAmount,
    /// Account and amount agree, the payee or the month do not.
    OtherPayee,
    /// It came back already, for another reason.
    OtherReason,
    /// A part of it came back already.
    PartReturned,
    /// The claim was taken back and its money asked back: with this it is back.
    AskedBack,
}

/// What becomes of the details that a row gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionVerdict {
    /// The row gives none.
    NotGiven,
    /// They are recorded, for every claim of the row.
    Recorded,
    /// The books have them already.
    Known,
    /// Another row says something else for one of the claims.
    Contradicted,
    /// The row itself was not recognised.
    NotTaken,
}

/// An order that came back, to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewReturn {
    /// The order's place in the journal.
    pub order: u64,
    /// The row's place in the records' returns.
    pub row: usize,
    pub amount: Money,
}

/// Details of a claim, to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDetails {
    pub claim: ClaimNumber,
    pub row: usize,
    pub to: PayeeDetails,
}

/// All lists against the books.
#[derive(Clone, Debug, Default)]
pub struct Reconciled {
    /// Every transfer that was looked at, sorted by run and number.
    pub transfers: Vec<OrderedTransfer>,
    /// One for each row, in the order of the records.
    pub verdicts: Vec<Verdict>,
    pub corrections: Vec<CorrectionVerdict>,
    pub returns: Vec<NewReturn>,
    pub details: Vec<NewDetails>,
}

impl Reconciled {
    pub fn orders<'r>(&'r self, part: &'r Part) -> impl Iterator<Item = &'r OrderedClaim> {
        part.orders.iter().map(|&place| &self.transfers[part.transfer].orders[place])
    }

    pub fn amount(&self, part: &Part) -> Money {
        self.orders(part).map(|order| order.amount).sum()
    }
}

impl OrderedTransfer {
    pub fn amount(&self) -> Money {
        self.orders.iter().map(|order| order.amount).sum()
    }
}
