//! Payments that the bank sent back 拨付退回, in the bank's list or in the report that was filled
//! in and handed back.
//!
//! The surprise: a reason nobody knows does not hold the row back. The money is there and must be
//! booked; it is taken to need another account until a person has looked, and told.

use std::collections::BTreeSet;

use super::cell_text::{self, Parsed};
use super::fault::{Fault, List};
use super::row::RowReader;
use super::table::Record;
use super::{code, date, money};
use crate::domain::words::ReturnReason;
use crate::domain::{Money, Month, Text};
use crate::flow::books::PayeeDetails;
use crate::flow::{Cell, Field, Names, PaymentReturn};

const REASON: List = ("退回原因", "reason of a return", ReturnReason::all_zh);
/// The digits of an account that somebody gives as the right one.
const ACCOUNT_DIGITS_MIN: usize = 8;
const ACCOUNT_DIGITS_MAX: usize = 32;

impl Record for PaymentReturn {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<PaymentReturn> {
        let month = row.optional(Field::Month, month);
        let payee = row.required(Field::Payee, cell_text::name);
        let account = row.required(Field::Account, code::owned);
        let amount = row.required(Field::Amount, returned_amount);
        let words = row.required(Field::ReturnReason, cell_text::owned);
        let reason = words.as_deref().map(|words| reason(row, words));
        let listed = row.optional(Field::ClaimIds, code::names).unwrap_or_default();
        let returned = PaymentReturn {
            origin: row.origin(),
            transfer: row.optional(Field::Transfer, transfer),
            month,
            bank: row.optional(Field::Bank, cell_text::name),
            claim_ids: listed.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            returned_on: row.optional(Field::ReturnedOn, date::day),
            payee: payee?,
            account: account?,
            amount: amount?,
            reason: reason?,
            words: words?,
            correction: None,
        };
        let correction = correction(row, &returned);
        Some(PaymentReturn { correction, ..returned })
    }

    fn amount(&self) -> Money {
        self.amount
    }
}

/// A list that counts its rows in some way of its own says nothing of our numbers.
fn transfer(cell: Cell<'_>) -> Parsed<u32> {
    Ok(code::line_no(cell).ok().flatten())
}

fn month(cell: Cell<'_>) -> Parsed<Month> {
    match date::months(cell)? {
        Some((first, last)) if first == last => Ok(Some(first)),
        None => Ok(None),
        Some((first, last)) => {
            let why = (
                format!("拨付的月份应为一个月，不是 {first} 至 {last}"),
                format!("payments are of one month, not of {first} to {last}"),
            );
            let hint = ("请填写拨付清单的月份，如 2024-06", "write the payment list's month");
            Err(Fault::new("return-month", (&why.0, &why.1), hint))
        }
    }
}

fn returned_amount(cell: Cell<'_>) -> Parsed<Money> {
    match money::amount(cell)? {
        Some(amount) if !amount.is_positive() => {
            let why = ("退回金额应大于零", "what was returned is more than nothing");
            let hint = ("请填写原拨付金额", "write the amount that had been paid");
            Err(Fault::new("return-amount", why, hint))
        }
        amount => Ok(amount),
    }
}

fn reason(row: &mut RowReader, words: &str) -> ReturnReason {
    if let Some(reason) = row.words().return_reason(words) {
        return reason;
    }
    let mut fault = Fault::unknown_word(REASON);
    fault.explanation = Text::new(
        format!("{}：照录原文，按须更正账户处理", fault.explanation.zh),
        format!("{}: kept as written, and taken to need another account", fault.explanation.en),
    );
    row.note_once(Field::ReturnReason, words, fault);
    ReturnReason::Other
}

/// Where the money is to go; whoever gives anything gives payee and account.
fn correction(row: &mut RowReader, returned: &PaymentReturn) -> Option<PayeeDetails> {
    let payee = row.optional(Field::NewPayee, cell_text::name);
    let bank = row.optional(Field::NewBank, cell_text::name);
    let account = row.optional(Field::NewAccount, account);
    let is_given = payee.is_some() || bank.is_some() || account.is_some();
    if !is_given || row.complained_of(Field::NewAccount) {
        return None;
    }
    for (field, is_missing) in
        [(Field::NewPayee, payee.is_none()), (Field::NewAccount, account.is_none())]
    {
        if is_missing {
            let why = ("更正不完整", "the correction is not complete");
            let hint = (
                "更正须同时填写更正收款人和更正银行账号，没有变的照原样填写",
                "give payee and account, also the one that stays as it was",
            );
            row.complain(field, Fault::new("correction-incomplete", why, hint));
        }
    }
    let (payee, account) = (payee?, account?);
    let same_bank = bank.is_none() || bank == returned.bank;
    if payee == returned.payee && account == returned.account && same_bank {
        let why = ("更正后与退回的收款人、账号相同", "the correction says what was returned");
        let hint = ("请填写正确的账户，或清空更正栏", "give other details, or leave them empty");
        row.complain(Field::NewAccount, Fault::new("correction-same", why, hint));
    }
    Some(PayeeDetails { payee, bank: bank.unwrap_or_default(), account })
}

fn account(cell: Cell<'_>) -> Parsed<String> {
    let Some(account) = code::owned(cell)? else { return Ok(None) };
    let is_number = account.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && (ACCOUNT_DIGITS_MIN..=ACCOUNT_DIGITS_MAX).contains(&account.len()) {
        return Ok(Some(account));
    }
    let why = if is_number {
        ("更正银行账号的位数不对", "no account has so few or so many digits")
    } else {
        ("更正银行账号不全是数字", "the corrected account is not all digits")
    };
    let hint = (
        "请填写完整的账号，8 至 32 位数字，不加星号和连接号",
        "write the whole number, 8 to 32 digits without asterisks and dashes",
    );
    Err(Fault::new("account-unusable", why, hint))
}
