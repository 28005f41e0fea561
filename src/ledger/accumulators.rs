//! What each person's benefit year comes to 年度累计: worked out from the decisions that stand.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::LedgerError;
use super::journal::Entry;

/// Person, pool, scheme and benefit year.
pub type Key = (String, String, String, i64);

pub fn key(entry: &Entry) -> Key {
    (entry.person.clone(), entry.pool.clone(), entry.scheme.clone(), entry.benefit_year)
}

/// Sums over the decisions that stand and take a place in a year.
pub const STANDING: &str = "
    SELECT person, pool, scheme, benefit_year, count(*) AS claims,
           count(DISTINCT stay_ordinal) AS stays, sum(total), sum(in_scope), sum(deductible),
           sum(fund_basic), sum(fund_large), sum(fund_serious), sum(fund_supplement),
           sum(fund_aid), sum(fund_floor), sum(person_total)
    FROM entries JOIN claims ON claims.number = entries.claim AND claims.standing = entries.seq
    WHERE outcome IN ('pay', 'pay_reduced', 'hold')";

/// Works years out again.
pub fn renew(connection: &Connection, keys: &BTreeSet<Key>) -> Result<(), LedgerError> {
    let remove = "DELETE FROM accumulators
                  WHERE person = ? AND pool = ? AND scheme = ? AND benefit_year = ?";
    let insert = format!(
        "INSERT INTO accumulators {STANDING}
         AND person = ? AND pool = ? AND scheme = ? AND benefit_year = ?
         GROUP BY person, pool, scheme, benefit_year"
    );
    let (mut remove, mut insert) =
        (connection.prepare_cached(remove)?, connection.prepare_cached(&insert)?);
    for (person, pool, scheme, year) in keys {
        remove.execute(params![person, pool, scheme, year])?;
        insert.execute(params![person, pool, scheme, year])?;
    }
    Ok(())
}
