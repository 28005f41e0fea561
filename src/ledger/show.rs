//! What the books say of one claim, one person, one month, found by its index.

use rusqlite::{Row, params};

use crate::domain::Money;
use crate::flow::Claim;

use super::bytes::In;
use super::journal::{self, Details, Entry, Order, Return, RunRecord};
use super::{Ledger, LedgerError};

/// Everything that was recorded of a claim.
#[derive(Clone, Debug)]
pub struct ClaimHistory {
    pub number: i64,
    /// As it was sent last.
    pub claim: Claim,
    /// Whether a decision on it stands.
    pub stands: bool,
    /// Every entry with its place and its month or reversal.
    pub entries: Vec<(u64, String, Entry)>,
    pub orders: Vec<OrderLine>,
    pub details: Vec<(u64, Details)>,
}

/// An order, and what came back of it.
#[derive(Clone, Debug)]
pub struct OrderLine {
    pub seq: u64,
    pub order: Order,
    pub returned: Option<(u64, Return)>,
}

/// What one benefit year of a person comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearSums {
    pub pool: String,
    pub scheme: String,
    pub benefit_year: i64,
    pub claims: u64,
    pub stays: u64,
    pub total: Money,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund: Money,
    pub person: Money,
}

/// A run of a month, and what of it still stands.
#[derive(Clone, Debug)]
pub struct MonthRun {
    pub run: u64,
    pub record: RunRecord,
    pub decisions: u64,
    pub standing: u64,
    pub payable: Money,
    /// Ordered to be paid, and asked back.
    pub paid: Money,
    pub recovered: Money,
}

/// Years as [`year`] reads them, and at last whose.
const YEARS: &str = "
    SELECT pool, scheme, benefit_year, claims, stays, total, in_scope, deductible,
           fund_basic + fund_large + fund_serious + fund_supplement + fund_aid + fund_floor,
           person_total, person
    FROM accumulators";

fn year(row: &Row) -> rusqlite::Result<YearSums> {
    let money = |place| Ok::<_, rusqlite::Error>(Money::from_fen(row.get(place)?));
    Ok(YearSums {
        pool: row.get(0)?,
        scheme: row.get(1)?,
        benefit_year: row.get(2)?,
        claims: row.get(3)?,
        stays: row.get(4)?,
        total: money(5)?,
        in_scope: money(6)?,
        deductible: money(7)?,
        fund: money(8)?,
        person: money(9)?,
    })
}

impl Ledger {
    /// Claims by the office's number, in the order of their numbers in the books.
    pub fn histories(&self, claim_id: &str) -> Result<Vec<ClaimHistory>, LedgerError> {
        let sql = "SELECT DISTINCT claim FROM contents WHERE claim_id = ? ORDER BY claim";
        self.numbers(sql, claim_id)?.into_iter().map(|number| self.history(number)).collect()
    }

    /// A person's claims.
    pub fn histories_of(&self, person: &str) -> Result<Vec<ClaimHistory>, LedgerError> {
        let sql = "SELECT DISTINCT claim FROM contents WHERE person = ? ORDER BY claim";
        self.numbers(sql, person)?.into_iter().map(|number| self.history(number)).collect()
    }

    fn numbers(&self, sql: &str, value: &str) -> Result<Vec<i64>, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([value], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn history(&self, number: i64) -> Result<ClaimHistory, LedgerError> {
        let connection = &self.connection;
        let record = "SELECT record FROM contents WHERE claim = ? ORDER BY id DESC LIMIT 1";
        let record: Vec<u8> =
            connection.prepare_cached(record)?.query_row([number], |row| row.get(0))?;
        let claim: Claim = In::new(&record).get()?;
        let standing = "SELECT standing IS NOT NULL FROM claims WHERE number = ?";
        let stands = connection.prepare_cached(standing)?.query_row([number], |row| row.get(0))?;
        let entries: Vec<(u64, Entry)> = journal::select(connection, "claim = ?", params![number])?;
        let entries = entries.into_iter().map(|(seq, entry)| {
            let month = "SELECT coalesce((SELECT month FROM runs WHERE seq = ?1),
                         (SELECT 'reversal ' || seq FROM reversals WHERE seq = ?1), '')";
            let mut month = connection.prepare_cached(month)?;
            let of = month.query_row([entry.run], |row| row.get(0))?;
            Ok((seq, of, entry))
        });
        let entries = entries.collect::<Result<_, LedgerError>>()?;
        let orders: Vec<(u64, Order)> = journal::select(connection, "claim = ?", params![number])?;
        let orders = orders.into_iter().map(|(seq, order)| {
            let returned = journal::select(connection, "ordered = ?", params![seq])?;
            Ok(OrderLine { seq, order, returned: returned.into_iter().next_back() })
        });
        let orders = orders.collect::<Result<_, LedgerError>>()?;
        let details = journal::select(connection, "claim = ?", params![number])?;
        Ok(ClaimHistory { number, claim, stands, entries, orders, details })
    }

    /// A person's benefit years.
    pub fn years_of(&self, person: &str) -> Result<Vec<YearSums>, LedgerError> {
        let sql = format!("{YEARS} WHERE person = ? ORDER BY benefit_year, pool, scheme");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([person], year)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everybody's benefit years, with whose they are.
    pub fn years(&self) -> Result<Vec<(String, YearSums)>, LedgerError> {
        let sql = format!("{YEARS} ORDER BY person, pool, scheme, benefit_year");
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(10)?, year(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The runs of a month.
    pub fn month(&self, month: &str) -> Result<Vec<MonthRun>, LedgerError> {
        let runs = self.runs_of(month)?;
        runs.into_iter().map(|(run, record)| self.month_run(run, record)).collect()
    }

    fn month_run(&self, run: u64, record: RunRecord) -> Result<MonthRun, LedgerError> {
        // A decision that was taken back and reinstated stands in the journal twice.
        let decisions = "SELECT count(DISTINCT claim) FROM entries
                         WHERE run = ? AND kind = 'decision'";
        let standing = "SELECT count(*), coalesce(sum(payable), 0) FROM entries
                        JOIN claims ON claims.number = entries.claim AND standing = entries.seq
                        WHERE run = ?";
        let (standing, payable): (u64, i64) =
            self.connection.query_row(standing, [run], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sums = "SELECT coalesce(sum(max(amount, 0)), 0), coalesce(sum(min(amount, 0)), 0)
                    FROM orders WHERE run = ?";
        let (paid, recovered): (i64, i64) =
            self.connection.query_row(sums, [run], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(MonthRun {
            run,
            record,
            decisions: self.connection.query_row(decisions, [run], |row| row.get(0))?,
            standing,
            payable: Money::from_fen(payable),
            paid: Money::from_fen(paid),
            recovered: Money::from_fen(-recovered),
        })
    }
}
