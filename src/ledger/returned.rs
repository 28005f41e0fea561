//! Payments that came back: the orders a list of returns may mean, and their return put on the
//! books in one transaction.
//!
//! The surprise: nothing is paid again here. What came back is no longer ordered, so the next run
//! finds it owed.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use crate::domain::Money;
use crate::domain::dates::Month;
use crate::domain::words::ReturnReason;
use crate::flow::PaymentReturn;
use crate::flow::books::{ClaimNumber, Head, PayeeDetails};
use crate::flow::returns::{OrderedClaim, OrderedTransfer, Returned};
use crate::rulebook::reading::iso_date;

use super::bytes::Torn;
use super::journal::{self, Appender, Details, Order, Return, RunRecord};
use super::{LATEST, Ledger, LedgerError};

/// A run's place in the journal and a number in its list of transfers.
type Key = (u64, i64);

impl Ledger {
    /// The transfers that rows of a bank's list may mean or nearly mean, sorted by run and number.
    pub fn transfers_like(
        &self,
        rows: &[PaymentReturn],
    ) -> Result<Vec<OrderedTransfer>, LedgerError> {
        let mut keys: BTreeSet<Key> = BTreeSet::new();
        for row in rows {
            let mut found = self.keys("account = ?1", &row.account)?;
            for id in &row.claim_ids {
                let of_claim = "claim IN (SELECT claim FROM contents WHERE claim_id = ?1)";
                found.extend(self.keys(of_claim, id)?);
            }
            if let (Some(month), Some(number)) = (row.month, row.transfer) {
                let of_run = "transfer = ?1 AND run IN (SELECT seq FROM runs WHERE month = ?2)";
                let sql = format!("{KEYS} AND {of_run}");
                let mut statement = self.connection.prepare_cached(&sql)?;
                let read = statement
                    .query_map(params![number, month.to_string()], |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })?
                    .collect::<Result<Vec<Key>, _>>()?;
                found.extend(read);
            }
            // The payees have no index; it is looked for only where nothing else is known.
            if found.is_empty() {
                found = self.keys("payee = ?1", &row.payee)?;
            }
            keys.extend(found);
        }
        let mut months: BTreeMap<u64, Month> = BTreeMap::new();
        keys.into_iter().map(|key| self.ordered_transfer(key, &mut months)).collect()
    }

    fn keys(&self, condition: &str, value: &str) -> Result<Vec<Key>, LedgerError> {
        let sql = format!("{KEYS} AND {condition}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([value], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn ordered_transfer(
        &self,
        (run, number): Key,
        months: &mut BTreeMap<u64, Month>,
    ) -> Result<OrderedTransfer, LedgerError> {
        let connection = &self.connection;
        let month = match months.get(&run) {
            Some(month) => *month,
            None => {
                let record: RunRecord = journal::find(connection, run)?;
                let month = Month::parse(&record.month).ok_or(Torn)?;
                *months.entry(run).or_insert(month)
            }
        };
        let condition = "run = ? AND transfer = ?";
        let orders: Vec<(u64, Order)> =
            journal::select(connection, condition, params![run, number])?;
        let first = orders.first().ok_or(Torn)?;
        let to = payee_details(&first.1.payee, &first.1.bank, &first.1.account);
        let orders = orders.into_iter().map(|(seq, order)| self.ordered_claim(seq, &order));
        let orders = orders.collect::<Result<_, LedgerError>>()?;
        let number = u32::try_from(number).map_err(|_| Torn)?;
        Ok(OrderedTransfer { run, month, number, to, orders })
    }

    fn ordered_claim(&self, order: u64, it: &Order) -> Result<OrderedClaim, LedgerError> {
        let connection = &self.connection;
        let sql = "SELECT claim_id, standing IS NOT NULL FROM claims WHERE number = ?";
        let (claim_id, stands) = connection
            .prepare_cached(sql)?
            .query_row([it.claim], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let returned: Vec<(u64, Return)> =
            journal::select(connection, "ordered = ?", params![order])?;
        let returned = returned.into_iter().next_back().map(|(seq, it)| Returned {
            seq: Some(seq),
            reason: ReturnReason::from_word(&it.reason),
            words: it.words,
            returned_on: it.returned_on.as_deref().and_then(iso_date),
        });
        let details: Vec<(u64, Details)> =
            journal::select(connection, "claim = ?", params![it.claim])?;
        let details = details
            .into_iter()
            .map(|(seq, it)| (seq, payee_details(&it.payee, &it.bank, &it.account)));
        Ok(OrderedClaim {
            order,
            claim: ClaimNumber(it.claim),
            claim_id,
            amount: Money::from_fen(it.amount),
            stands,
            returned,
            details: details.collect(),
        })
    }

    /// Puts returns and corrected details on the books, all of them or nothing. The books must
    /// stand where they did when the orders were found.
    ///
    /// # Panics
    /// When the orders do not come to `amount`, which would be a fault of the program.
    pub fn record_returns(
        &mut self,
        expected: Head,
        amount: Money,
        returns: &[Return],
        details: &[Details],
    ) -> Result<(), LedgerError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let found = journal::head(&transaction, LATEST)?;
        if found != expected {
            return Err(LedgerError::Moved { expected, found });
        }
        let mut appender = Appender::new(&transaction)?;
        let mut sum = Money::ZERO;
        for returned in returns {
            let once = "SELECT 1 FROM returns WHERE ordered = ?";
            let before = transaction
                .prepare_cached(once)?
                .query_row([returned.ordered], |_| Ok(()))
                .optional()?;
            if before.is_some() {
                return Err(LedgerError::Torn(format!("order {} came back", returned.ordered)));
            }
            let order: Order = journal::find(&transaction, returned.ordered)?;
            appender.append(returned)?;
            let less = "UPDATE claims SET ordered = ordered - ? WHERE number = ?";
            transaction.prepare_cached(less)?.execute(params![order.amount, order.claim])?;
            sum += Money::from_fen(order.amount);
        }
        for it in details {
            appender.append(it)?;
        }
        assert!(sum == amount, "{sum} is no longer ordered, not {amount}");
        transaction.commit()?;
        Ok(())
    }
}

/// The transfers of runs; what a reversal asks back has no number.
const KEYS: &str =
    "SELECT DISTINCT run, transfer FROM orders WHERE transfer IS NOT NULL AND amount > 0";

fn payee_details(payee: &str, bank: &str, account: &str) -> PayeeDetails {
    let (payee, bank, account) = (payee.to_owned(), bank.to_owned(), account.to_owned());
    PayeeDetails { payee, bank, account }
}
