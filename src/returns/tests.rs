//! Rows against transfers, way by way.

use super::*;
use crate::domain::dates::{Date, Month};
use crate::domain::words::ReturnReason;
use crate::domain::{Money, Origin, SourceId};
use crate::flow::books::{ClaimNumber, PayeeDetails};
use crate::flow::returns::{CorrectionVerdict, OrderedClaim};

fn details(payee: &str, account: &str) -> PayeeDetails {
    PayeeDetails { payee: payee.into(), bank: "某行".into(), account: account.into() }
}

fn month(month: i8) -> Month {
    Month::new(2024, month).expect("a month")
}

fn day(day: i8) -> Date {
    jiff::civil::date(2024, 7, day)
}

/// A transfer of a month with claims and their amounts in yuan.
fn transfer(of: i8, number: u32, to: (&str, &str), claims: &[(&str, i64)]) -> OrderedTransfer {
    let run = of as u64 * 1000;
    let orders = claims.iter().enumerate().map(|(place, (id, yuan))| OrderedClaim {
        order: run + u64::from(number) * 10 + place as u64,
        claim: ClaimNumber((run + u64::from(number) * 10 + place as u64) as i64),
        claim_id: (*id).into(),
        amount: Money::from_yuan(*yuan),
        stands: true,
        returned: None,
        details: Vec::new(),
    });
    let (orders, to) = (orders.collect(), details(to.0, to.1));
    OrderedTransfer { run, month: month(of), number, to, orders }
}

fn row(payee: &str, account: &str, yuan: i64) -> PaymentReturn {
    PaymentReturn {
        origin: Origin::new(SourceId(0), 2),
        transfer: None,
        month: None,
        payee: payee.into(),
        bank: None,
        account: account.into(),
        amount: Money::from_yuan(yuan),
        claim_ids: Vec::new(),
        reason: ReturnReason::Account,
        words: "账号有误".into(),
        returned_on: None,
        correction: None,
    }
}

fn books() -> Vec<OrderedTransfer> {
    vec![
        transfer(6, 1, ("甲", "001"), &[("A1", 300), ("A2", 200)]),
        transfer(6, 2, ("乙", "002"), &[("B1", 500)]),
        transfer(7, 1, ("乙", "002"), &[("B2", 500)]),
        transfer(7, 2, ("丙", "003"), &[("C1", 500)]),
    ]
}

fn returned(transfers: &mut [OrderedTransfer], at: usize, on: Option<Date>) {
    for order in &mut transfers[at].orders {
        order.returned = Some(Returned {
            seq: Some(9000),
            reason: Some(ReturnReason::Account),
            words: "账号有误".into(),
            returned_on: on,
        });
    }
}

/// What a row is, in a word, and the transfers that are named with it.
fn verdict(row: &PaymentReturn, transfers: Vec<OrderedTransfer>) -> (String, Vec<usize>) {
    shown(&reconcile(std::slice::from_ref(row), transfers).verdicts[0])
}

fn shown(verdict: &Verdict) -> (String, Vec<usize>) {
    match verdict {
        Verdict::Matched { part, by } => (format!("{by:?} {:?}", part.orders), vec![part.transfer]),
        Verdict::Repeated { part } => ("again".into(), vec![part.transfer]),
        Verdict::Ambiguous { parts } => {
            ("several".into(), parts.iter().map(|part| part.transfer).collect())
        }
        Verdict::Unmatched { why, nearest } => (format!("{why:?}"), nearest.clone()),
    }
}

fn is(row: &PaymentReturn, expected: &str, at: &[usize]) {
    let (told, named) = verdict(row, books());
    assert_eq!((told.as_str(), named.as_slice()), (expected, at), "{row:?}");
}

#[test]
fn month_number_account_and_amount_are_the_surest() {
    let numbered = |of, number| PaymentReturn {
        month: Some(month(of)),
        transfer: Some(number),
        ..row("乙", "002", 500)
    };
    is(&numbered(6, 2), "Number [0]", &[1]);
    is(&numbered(7, 1), "Number [0]", &[2]);
    // A bank that counts its own rows does not mislead: the account must agree, too.
    is(&numbered(7, 2), "Account [0]", &[2]);
    is(&PaymentReturn { payee: "某人".into(), ..numbered(6, 2) }, "Number [0]", &[1]);
}

#[test]
fn account_payee_and_amount_do_where_only_one_transfer_has_them() {
    is(&row("甲", "001", 500), "Account [0, 1]", &[0]);
    is(&row("丙", "003", 500), "Account [0]", &[3]);
    is(&row("乙", "002", 500), "several", &[1, 2]);
    is(&PaymentReturn { month: Some(month(6)), ..row("乙", "002", 500) }, "Account [0]", &[1]);
    let named = PaymentReturn { claim_ids: vec!["B2".into()], ..row("乙", "002", 500) };
    is(&named, "Account [0]", &[2]);
}

#[test]
fn claims_and_amount_do_where_the_account_is_written_otherwise() {
    let named = |ids: &[&str], yuan| PaymentReturn {
        claim_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..row("甲", "00*", yuan)
    };
    is(&named(&["A1", "A2"], 500), "Claims [0, 1]", &[0]);
    is(&named(&["A2"], 200), "Claims [1]", &[0]);
    is(&named(&["A2", "B1"], 700), "Unknown", &[0, 1]);
}

#[test]
fn a_part_comes_back_alone_only_if_its_claim_is_named() {
    let part = PaymentReturn { claim_ids: vec!["A2".into()], ..row("甲", "001", 200) };
    is(&part, "Account [1]", &[0]);
    is(&row("甲", "001", 200), "OtherAmount", &[0]);
    let rows = [part, row("甲", "001", 500)];
    let told = reconcile(&rows, books());
    assert_eq!(shown(&told.verdicts[1]), ("PartReturned".into(), vec![0]));
    assert_eq!(told.returns.len(), 1);
}

#[test]
fn what_agrees_in_part_is_told_with_what_does_not() {
    is(&row("甲", "001", 501), "OtherAmount", &[0]);
    is(&row("丁", "003", 500), "OtherPayee", &[3, 2, 1]);
    is(&row("丁", "009", 7), "Unknown", &[]);
    let mut taken_back = books();
    taken_back[3].orders[0].stands = false;
    let told = verdict(&row("丙", "003", 500), taken_back);
    assert_eq!(told, ("AskedBack".into(), vec![3]));
}

#[test]
fn a_list_that_is_given_twice_records_nothing_twice() {
    let rows = [row("丙", "003", 500), row("丙", "003", 500)];
    let told = reconcile(&rows, books());
    assert_eq!(shown(&told.verdicts[0]).0, "Account [0]");
    assert_eq!(shown(&told.verdicts[1]).0, "again");
    let mut back = books();
    returned(&mut back, 3, Some(day(1)));
    assert_eq!(verdict(&row("丙", "003", 500), back.clone()).0, "again");
    let other = PaymentReturn { reason: ReturnReason::Name, ..row("丙", "003", 500) };
    assert_eq!(verdict(&other, back).0, "OtherReason");
}

#[test]
fn a_second_return_of_the_same_money_is_told_from_a_repeated_row_by_its_day() {
    let mut back = books();
    returned(&mut back, 1, Some(day(1)));
    let on = |returned_on| PaymentReturn { returned_on, ..row("乙", "002", 500) };
    let told = |row: PaymentReturn| verdict(&row, back.clone());
    assert_eq!(told(on(Some(day(1)))), ("again".into(), vec![1]));
    assert_eq!(told(on(Some(day(9)))), ("Account [0]".into(), vec![2]));
    assert_eq!(told(on(None)), ("several".into(), vec![2, 1]), "no day, no guess");
}

#[test]
fn corrections_are_taken_for_every_claim_and_once() {
    let corrected = |to| PaymentReturn { correction: Some(to), ..row("甲", "001", 500) };
    let to = PayeeDetails { bank: String::new(), ..details("甲", "00100002") };
    let told = reconcile(&[corrected(to.clone()), corrected(to.clone())], books());
    assert_eq!(told.corrections, [CorrectionVerdict::Recorded; 2]);
    assert_eq!(told.details.len(), 2, "one a claim");
    let named = PayeeDetails { bank: String::new(), ..details("甲甲", "001") };
    let told = reconcile(&[corrected(named.clone())], books());
    assert_eq!(told.details[0].to.bank, "某行", "the account stays, so does its bank");
    let told = reconcile(&[corrected(to.clone()), corrected(named.clone())], books());
    assert_eq!(told.corrections, [CorrectionVerdict::Contradicted; 2]);
    assert!(told.details.is_empty());
    let mut back = books();
    returned(&mut back, 0, None);
    for order in &mut back[0].orders {
        order.details = vec![(9001, to.clone()), (9002, details("甲", "777"))];
    }
    let told = reconcile(&[corrected(to)], back);
    assert_eq!(told.corrections, [CorrectionVerdict::Known], "an old list undoes nothing");
    let unknown = PaymentReturn { correction: Some(named), ..row("丁", "009", 7) };
    let told = reconcile(&[unknown], books());
    assert_eq!(told.corrections, [CorrectionVerdict::NotTaken]);
}
