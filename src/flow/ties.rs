//! By what claims of different people hang together: accounts, telephones, agents, hospitals,
//! books of invoices. And the witnesses 旁证: posted claims of others that share one of these.
//!
//! The surprise: the books look claims up by the very keys that detectors compare, so that what a
//! detector would have seen in one batch it sees over months.

use std::borrow::Cow;

use crate::domain::dates::{Date, Month, days_between};
use crate::domain::words::{Outcome, words};
use crate::domain::{Code, Money};

use super::books::ClaimNumber;
use super::records::{Claim, Invoice};

/// A claim on the books of somebody whose year is not decided with the batch. It is looked at and
/// shown, never decided again.
#[derive(Clone, Debug)]
pub struct Witness {
    pub number: ClaimNumber,
    /// The month of the run that posted what stands.
    pub month: Month,
    pub outcome: Outcome,
    /// What the decision lets the fund pay.
    pub fund_paid: Money,
    /// The gates of the decision.
    pub reasons: Vec<Code>,
    pub claim: Claim,
}

impl Witness {
    /// Whether its bill was found not to add up, or a figure of it changed.
    pub fn was_altered(&self) -> bool {
        self.reasons.iter().any(|code| matches!(code, Code::F301 | Code::F303))
    }
}

words! {
    /// What two claims may have in common.
    TieKind {
        Account = "account", "收款账户";
        Phone = "phone", "联系电话";
        Agent = "agent", "代办人";
        Hospital = "hospital", "医疗机构";
        Invoice = "invoice", "票据号段";
    }
}

/// One key of a claim: claims with the same one, and places near each other, hang together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    pub kind: TieKind,
    pub key: String,
    /// Of an invoice its serial number, else the first day of care, counted from [`EPOCH`].
    pub at: i64,
}

const EPOCH: Date = jiff::civil::date(2000, 1, 1);

/// A day as a number.
pub fn day_number(day: Date) -> i32 {
    days_between(EPOCH, day)
}

/// Every key of a claim.
pub fn ties(claim: &Claim) -> Vec<Tie> {
    let admitted = i64::from(day_number(claim.stay.first()));
    let mut ties = Vec::new();
    let mut add = |kind, key: Option<Cow<str>>| {
        ties.extend(key.map(|key| Tie { kind, key: key.into_owned(), at: admitted }));
    };
    add(TieKind::Account, account(claim));
    add(TieKind::Phone, phone(claim));
    add(TieKind::Agent, agent(claim).map(Cow::Borrowed));
    add(TieKind::Hospital, hospital(claim).map(Cow::Borrowed));
    ties.extend(claim.invoice.serial().map(|serial| Tie {
        kind: TieKind::Invoice,
        key: serial.book(),
        at: i64::from(serial.number),
    }));
    ties
}

pub fn account(claim: &Claim) -> Option<Cow<'_, str>> {
    claim.account.as_deref().map(bare).filter(|text| !text.is_empty())
}

pub fn phone(claim: &Claim) -> Option<Cow<'_, str>> {
    claim.phone.as_deref().map(bare).filter(|text| !text.is_empty())
}

/// Who hands the claim in for the person: by identity number or, without one, by name. Who hands
/// in an own claim is no agent.
pub fn agent(claim: &Claim) -> Option<&str> {
    let by_id = claim.agent_id.as_ref().filter(|id| id.key().is_some()).map(|id| id.reveal());
    let named = claim.agent_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let is_own = by_id == Some(claim.person.reveal())
        || by_id.is_none() && named == Some(claim.name.as_str());
    by_id.or(named).filter(|_| !is_own)
}

/// The hospital as the claim names it: by its code or, without one, by name.
pub fn hospital(claim: &Claim) -> Option<&str> {
    claim.hospital_code.as_deref().or(claim.hospital_name.as_deref())
}

/// A number without the blanks and dashes that people put into it.
fn bare(text: &str) -> Cow<'_, str> {
    let is_filling = |c: char| c.is_whitespace() || c == '-';
    match text.contains(is_filling) {
        true => Cow::Owned(text.chars().filter(|&c| !is_filling(c)).collect()),
        false => Cow::Borrowed(text),
    }
}

/// An invoice's number as a place in a book of invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serial<'a> {
    pub code: Option<&'a str>,
    /// What stands before the last digits.
    pub stem: &'a str,
    pub number: u32,
}

const SERIAL_DIGITS: usize = 9;
/// Shorter numbers are no invoices'.
const SERIAL_DIGITS_MIN: usize = 6;

impl Serial<'_> {
    /// The book the number counts in.
    pub fn book(&self) -> String {
        format!("{}/{}", self.code.unwrap_or_default(), self.stem)
    }
}

impl Invoice {
    /// Nothing of numbers that do not count.
    pub fn serial(&self) -> Option<Serial<'_>> {
        let number = &*self.number;
        if number.len() < SERIAL_DIGITS_MIN || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (stem, last) = number.split_at(number.len().saturating_sub(SERIAL_DIGITS));
        Some(Serial { code: self.code.as_deref(), stem, number: last.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(code: Option<&str>, number: &str) -> Option<(String, u32)> {
        let invoice = Invoice { code: code.map(Into::into), number: number.into() };
        invoice.serial().map(|serial| (serial.book(), serial.number))
    }

    #[test]
    fn the_last_digits_of_an_invoice_count_and_the_rest_is_its_book() {
        let book = |book: &str, number| Some((book.to_owned(), number));
        assert_eq!(serial(Some("11060124"), "0000123456"), book("11060124/0", 123_456));
        assert_eq!(serial(None, "123456"), book("/", 123_456));
        assert_eq!(serial(None, "24312000000012345678"), book("/24312000000", 12_345_678));
        assert_eq!(serial(None, "12345"), None);
        assert_eq!(serial(None, "NO123456"), None);
    }

    #[test]
    fn blanks_and_dashes_in_a_number_say_nothing() {
        assert_eq!(bare("6222 0000-1"), "622200001");
        assert_eq!(bare("622200001"), "622200001");
    }
}
