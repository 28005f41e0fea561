//! What the books 账 say of the persons and bills a batch touches, and what the batch makes of it.
//!
//! The surprise: nothing here is summed up. The books give back the claims themselves, with their
//! bills and with what the registers said then, so that a year is decided again and not adjusted.

use std::collections::HashMap;

use crate::domain::dates::{Date, Month};
use crate::domain::identity::PersonKey;
use crate::domain::words::{Outcome, Route, words};
use crate::domain::{Code, Money};

use super::decisions::{Amounts, Decision};
use super::dispositions::Disposition;
use super::findings::Detected;
use super::raw::Source;
use super::records::{
    BillLine, Claim, ClaimIx, Contribution, Filing, Hospital, Names, PersonRecord, Settlement,
};
use super::ties::Witness;

/// A SHA-256.
pub type Digest32 = [u8; 32];

/// Where the books stand: how many entries, and the hash over all of them in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub entries: u64,
    pub hash: Digest32,
}

/// A claim's number in the books, given when it is first posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimNumber(pub i64);

/// What the books hold on persons and bills that a batch touches.
#[derive(Clone, Debug, Default)]
pub struct Past {
    pub head: Head,
    /// The last day of the books of any run on them.
    pub until: Option<Date>,
    /// The sheets that the origins below point to; their files begin with the month of the run.
    pub sources: Vec<Source>,
    /// The texts of the bill lines below.
    pub names: Names,
    /// Sorted by number.
    pub claims: Vec<PostedClaim>,
    /// Claims that share something with those and are not decided with them; sorted by number.
    pub witnesses: Vec<Witness>,
    pub persons: Vec<Known<PersonRecord>>,
    pub filings: Vec<Known<Filing>>,
    pub contributions: Vec<Known<Contribution>>,
    pub hospitals: Vec<Known<Hospital>>,
    pub settlements: Vec<Known<Settlement>>,
    /// Of which months the contribution tables spoke when each person's claims were posted.
    pub months: HashMap<PersonKey, Vec<(Month, Month)>>,
    /// What people decided about findings: of each finding and its rows the last.
    pub dispositions: Vec<Disposition>,
    /// Money of other claims that was decided and has not reached anybody.
    pub open: Vec<OpenItem>,
}

/// A row of a register, with the last day of the books of the latest run that brought it.
#[derive(Clone, Debug)]
pub struct Known<T> {
    pub as_of: Date,
    /// That run's place in the journal; of two runs of one day the later holds.
    pub seq: u64,
    pub row: T,
}

impl<T> Known<T> {
    /// Which of two rows is the later one.
    pub fn since(&self) -> (Date, u64) {
        (self.as_of, self.seq)
    }
}

/// A claim on the books.
#[derive(Clone, Debug)]
pub struct PostedClaim {
    pub number: ClaimNumber,
    pub claim: Claim,
    pub lines: Vec<BillLine>,
    pub posted: Posted,
    /// What was ordered to be paid for it, less what was ordered back or returned by the bank.
    pub ordered: Money,
    /// Where it is to be paid, if a person has corrected what the claim says.
    pub payee: Option<PayeeDetails>,
    /// The bank returned the last payment, for a reason that needs other details.
    pub needs_details: bool,
    /// What the bank said when it returned the last payment.
    pub returned: Option<String>,
}

/// The decision that stands in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Its place in the journal.
    pub entry: u64,
    /// The month of the run that posted it.
    pub month: Month,
    pub outcome: Outcome,
    pub reasons: Vec<Code>,
    pub route: Route,
    pub benefit_year: i16,
    pub stay_ordinal: Option<u16>,
    pub amounts: Amounts,
    pub policy_version: String,
    pub catalog_version: String,
    pub content: Digest32,
}

/// To whom and where money goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PayeeDetails {
    pub payee: String,
    pub bank: String,
    pub account: String,
}

impl PayeeDetails {
    /// As the claim says.
    pub fn of(claim: &Claim) -> PayeeDetails {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        PayeeDetails {
            payee: text(&claim.payee),
            bank: text(&claim.bank),
            account: text(&claim.account),
        }
    }

    /// Whether a bank could pay by it.
    pub fn is_complete(&self) -> bool {
        !self.payee.is_empty() && !self.account.is_empty()
    }
}

/// Money of a claim that was decided in an earlier month and has not reached anybody: no account
/// was known, or the bank returned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenItem {
    pub number: ClaimNumber,
    pub claim_id: String,
    pub name: String,
    pub phone: String,
    pub month: Month,
    pub amount: Money,
    pub payee: PayeeDetails,
    /// Of a returned payment, why.
    pub returned: Option<String>,
    /// It cannot be paid before somebody gives other details.
    pub needs_details: bool,
}

impl OpenItem {
    pub fn is_payable(&self) -> bool {
        self.payee.is_complete() && !self.needs_details
    }
}

/// What a decision lets the fund pay now; nothing while it pends or is held.
pub fn payable(outcome: Outcome, amounts: &Amounts) -> Money {
    match outcome {
        Outcome::Pay | Outcome::PayReduced => amounts.fund_total(),
        Outcome::Reject | Outcome::Pend | Outcome::Hold => Money::ZERO,
    }
}

/// Whether it is still open what the fund owes: what was paid is not asked back meanwhile.
pub fn is_undecided(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Hold | Outcome::Pend)
}

impl Posted {
    /// What the fund had let go for it, as far as that was decided.
    pub fn let_go(&self, ordered: Money) -> Money {
        if is_undecided(self.outcome) { ordered.or_zero() } else { self.payable() }
    }

    pub fn payable(&self) -> Money {
        payable(self.outcome, &self.amounts)
    }

    /// Whether a decision says the same.
    pub fn agrees(&self, decision: &Decision, reasons: &[Code]) -> bool {
        self.outcome == decision.outcome
            && self.amounts == decision.amounts
            && self.stay_ordinal == decision.stay_ordinal
            && self.benefit_year == decision.benefit_year
            && self.route == decision.route.route
            && self.reasons == reasons
    }
}

/// What a batch makes of the books: for every claim that is on them what stands there, what
/// should, and what follows.
#[derive(Clone, Debug, Default)]
pub struct Reckoning {
    /// Where the books stood; none without books.
    pub head: Option<Head>,
    /// In the order of the claims, those of the batch first.
    pub standings: Vec<Standing>,
    /// Money of other claims that is still to be paid.
    pub open: Vec<OpenItem>,
    /// Rows of past settlements that are the books' own payments and were not counted twice.
    pub own_settlements: u64,
    /// How many of the records' sheets are the batch's; those of the books follow. All are where
    /// there are no books.
    pub sources: Option<u32>,
    /// Digest of every claim of the batch with its bill, in their order.
    pub contents: Vec<Digest32>,
    /// What today's data and program make of the books alone, for the persons whose posted
    /// decisions change.
    pub earlier: Option<Box<Detected>>,
}

/// A claim that is on the books, as decided again.
#[derive(Clone, Debug)]
pub struct Standing {
    pub claim: ClaimIx,
    pub number: ClaimNumber,
    pub before: Posted,
    pub ordered: Money,
    pub payee: PayeeDetails,
    pub needs_details: bool,
    /// What the bank said when it returned the last payment.
    pub returned: Option<String>,
    pub change: Change,
    /// Why it changed; empty if it did not.
    pub causes: Vec<Cause>,
    /// Where in [`Reckoning::earlier`] the books' decision is worked out, if today's data still
    /// yield it.
    pub earlier: Option<ClaimIx>,
}

words! {
    /// What becomes of the money of a claim that was posted before.
    Change {
        None = "none", "不变";
        // Another decision or content, the same money.
        Wording = "wording", "金额不变";
        // More is to be paid.
        Supplement = "supplement", "补支";
        // Less should have been paid.
        Recovery = "recovery", "追回";
        // Paid, and now on hold or pending: that is decided before anything is asked back.
        Suspended = "suspended", "已付待查";
    }
}
words! {
    /// Why a posted decision comes out otherwise.
    Cause {
        // The claim or its bill was sent again and says something else.
        Corrected = "corrected", "本件材料更正";
        // Other claims or records of the person came in, or went.
        Year = "year", "本人年度内另有申报或记录变动";
        // A day passed by which something was to be brought.
        Expired = "expired", "补正期限已过";
        // The regions' data or the program are others than when it was posted.
        Data = "data", "地区数据或程序版本变动";
    }
}

impl Standing {
    /// What is still to be paid (or, if negative, to be asked back) after it is decided again.
    /// Nothing is asked back while the claim is on hold or lacks something.
    pub fn due(&self, decision: &Decision) -> Money {
        let due = payable(decision.outcome, &decision.amounts) - self.ordered;
        if is_undecided(decision.outcome) { due.or_zero() } else { due }
    }
}
