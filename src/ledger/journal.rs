//! The records of the books, each appended to the one before it by a hash.
//!
//! The surprise: a record is a list of columns and nothing else. What is stored, what is read and
//! what is hashed come from that one list, so no column can be changed without the chain showing.

use rusqlite::{Connection, Row, ToSql, params};
use sha2::{Digest, Sha256};

use crate::domain::Money;
use crate::flow::Amounts;
use crate::flow::books::{Digest32, Head};

use super::LedgerError;
use super::bytes::{Out, Stored};

/// The two kinds of entry.
pub const DECISION: &str = "decision";
pub const MIRROR: &str = "mirror";

/// A kind of record.
pub trait Record: Sized {
    /// How `journal.kind` names it.
    const KIND: &'static str;
    /// Inserts a record; the first parameter is its place in the journal.
    const INSERT: &'static str;
    /// Selects records with their places, as [`Record::from_row`] reads them.
    const SELECT: &'static str;

    fn values(&self) -> Vec<&dyn ToSql>;
    fn from_row(row: &Row) -> rusqlite::Result<(u64, Self)>;
    fn put(&self, out: &mut Out);
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $kind:literal in $table:literal {
        $($(#[$field_doc:meta])* $field:ident: $of:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $of,)*
        }

        impl Record for $name {
            const KIND: &'static str = $kind;
            const INSERT: &'static str = concat!(
                "INSERT INTO ", $table, " (seq", $(", ", stringify!($field),)*
                ") VALUES (?", $(records!(@mark $field),)* ")"
            );
            const SELECT: &'static str =
                concat!("SELECT seq", $(", ", stringify!($field),)* " FROM ", $table);

            fn values(&self) -> Vec<&dyn ToSql> {
                vec![$(&self.$field),*]
            }

            fn from_row(row: &Row) -> rusqlite::Result<(u64, $name)> {
                let mut place = 0;
                let mut next = || {
                    place += 1;
                    place
                };
                Ok((row.get(0)?, $name { $($field: row.get(next())?,)* }))
            }

            fn put(&self, out: &mut Out) {
                $(self.$field.put(out);)*
            }
        }
    )*};
    (@mark $field:ident) => { ", ?" };
}

records! {
    /// A run that was posted.
    RunRecord = "run" in "runs" {
        month: String,
        as_of: String,
        posted_on: String,
        posted_by: String,
        /// SHA-256 of the run's manifest.
        manifest: Vec<u8>,
        /// SHA-256 over what was posted, as the manifest promised it.
        posting: Vec<u8>,
        /// SHA-256 over the rows of registers that the run brought.
        rows: Vec<u8>,
        program: String,
    }
    /// A decision, or the mirror of one.
    Entry = "entry" in "entries" {
        run: u64,
        /// `decision` or `mirror`.
        kind: String,
        claim: i64,
        content: Vec<u8>,
        mirrors: Option<u64>,
        outcome: String,
        reasons: String,
        route: String,
        benefit_year: i64,
        stay_ordinal: Option<i64>,
        person: String,
        pool: String,
        scheme: String,
        governing_day: String,
        policy_version: String,
        catalog_version: String,
        total: i64,
        full_self_paid: i64,
        over_ceiling: i64,
        first_pay: i64,
        in_scope: i64,
        deductible: i64,
        fund_basic: i64,
        fund_large: i64,
        fund_serious: i64,
        fund_supplement: i64,
        fund_aid: i64,
        fund_floor: i64,
        person_total: i64,
        why: String,
    }
    /// Money to be paid or, negative, asked back.
    Order = "order" in "orders" {
        run: u64,
        claim: i64,
        /// `pay`, `supplement`, `repay` or `recover`.
        kind: String,
        amount: i64,
        /// The number in the run's list of transfers.
        transfer: Option<i64>,
        payee: String,
        bank: String,
        account: String,
    }
    /// A claim or a run that was taken back.
    Reversal = "reversal" in "reversals" {
        what: String,
        why: String,
        done_on: String,
        done_by: String,
    }
    /// An order that the bank returned.
    Return = "return" in "returns" {
        ordered: u64,
        reason: String,
        words: String,
        returned_on: Option<String>,
        source: String,
    }
    /// Corrected payment details of a claim.
    Details = "details" in "details" {
        claim: i64,
        payee: String,
        bank: String,
        account: String,
        source: String,
    }
    /// What a person decided about a finding.
    Disposition = "disposition" in "dispositions" {
        finding: String,
        rows: String,
        verdict: String,
        decided_by: String,
        decided_on: String,
        why: String,
        reference: String,
    }
}

impl Entry {
    pub fn amounts(&self) -> Amounts {
        let money = Money::from_fen;
        Amounts {
            total: money(self.total),
            full_self_paid: money(self.full_self_paid),
            over_ceiling: money(self.over_ceiling),
            first_pay: money(self.first_pay),
            in_scope: money(self.in_scope),
            deductible: money(self.deductible),
            fund_basic: money(self.fund_basic),
            fund_large: money(self.fund_large),
            fund_serious: money(self.fund_serious),
            fund_supplement: money(self.fund_supplement),
            fund_aid: money(self.fund_aid),
            fund_floor: money(self.fund_floor),
            person_total: money(self.person_total),
        }
    }

    pub fn set_amounts(&mut self, amounts: &Amounts) {
        self.total = amounts.total.fen();
        self.full_self_paid = amounts.full_self_paid.fen();
        self.over_ceiling = amounts.over_ceiling.fen();
        self.first_pay = amounts.first_pay.fen();
        self.in_scope = amounts.in_scope.fen();
        self.deductible = amounts.deductible.fen();
        self.fund_basic = amounts.fund_basic.fen();
        self.fund_large = amounts.fund_large.fen();
        self.fund_serious = amounts.fund_serious.fen();
        self.fund_supplement = amounts.fund_supplement.fen();
        self.fund_aid = amounts.fund_aid.fen();
        self.fund_floor = amounts.fund_floor.fen();
        self.person_total = amounts.person_total.fen();
    }

    /// Takes every amount of this entry back, for the run or reversal `run`.
    pub fn mirrored(&self, seq: u64, run: u64, why: &str) -> Entry {
        let mut mirror = self.clone();
        let Amounts {
            total,
            full_self_paid,
            over_ceiling,
            first_pay,
            in_scope,
            deductible,
            fund_basic,
            fund_large,
            fund_serious,
            fund_supplement,
            fund_aid,
            fund_floor,
            person_total,
        } = self.amounts();
        mirror.set_amounts(&Amounts {
            total: -total,
            full_self_paid: -full_self_paid,
            over_ceiling: -over_ceiling,
            first_pay: -first_pay,
            in_scope: -in_scope,
            deductible: -deductible,
            fund_basic: -fund_basic,
            fund_large: -fund_large,
            fund_serious: -fund_serious,
            fund_supplement: -fund_supplement,
            fund_aid: -fund_aid,
            fund_floor: -fund_floor,
            person_total: -person_total,
        });
        Entry { run, kind: MIRROR.into(), mirrors: Some(seq), why: why.into(), ..mirror }
    }
}

/// Where the books stood after a record, or after the last before it.
pub fn head(connection: &Connection, upto: u64) -> Result<Head, LedgerError> {
    let last = "SELECT seq, hash FROM journal WHERE seq <= ? ORDER BY seq DESC LIMIT 1";
    match connection.query_row(last, [upto], |row| Ok((row.get(0)?, row.get(1)?))) {
        Ok((entries, hash)) => Ok(Head { entries, hash }),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(Head::default()),
        Err(error) => Err(error.into()),
    }
}

/// The hash of a record that follows `former`.
pub fn chained<R: Record>(former: &Digest32, seq: u64, record: &R) -> Digest32 {
    let mut out = Out::new();
    out.number(seq);
    out.text(R::KIND);
    record.put(&mut out);
    let mut hash = Sha256::new();
    hash.update(former);
    hash.update(out.bytes());
    hash.finalize().into()
}

/// Appends to the journal inside a transaction.
pub struct Appender<'c> {
    connection: &'c Connection,
    head: Head,
}

impl<'c> Appender<'c> {
    pub fn new(connection: &'c Connection) -> Result<Appender<'c>, LedgerError> {
        Ok(Appender { connection, head: head(connection, super::LATEST)? })
    }

    /// Writes a record and answers with its place.
    pub fn append<R: Record>(&mut self, record: &R) -> Result<u64, LedgerError> {
        let seq = self.head.entries + 1;
        let hash = chained(&self.head.hash, seq, record);
        let insert = "INSERT INTO journal (seq, kind, hash) VALUES (?, ?, ?)";
        self.connection.prepare_cached(insert)?.execute(params![seq, R::KIND, hash])?;
        let mut values: Vec<&dyn ToSql> = vec![&seq];
        values.extend(record.values());
        self.connection.prepare_cached(R::INSERT)?.execute(values.as_slice())?;
        self.head = Head { entries: seq, hash };
        Ok(seq)
    }

    pub fn head(&self) -> Head {
        self.head
    }
}

/// One record by its place.
pub fn find<R: Record>(connection: &Connection, seq: u64) -> Result<R, LedgerError> {
    let sql = format!("{} WHERE seq = ?", R::SELECT);
    Ok(connection.prepare_cached(&sql)?.query_row([seq], |row| R::from_row(row))?.1)
}

/// Records by a condition on their table, in the order of their places.
pub fn select<R: Record>(
    connection: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
) -> Result<Vec<(u64, R)>, LedgerError> {
    let sql = format!("{} WHERE {condition} ORDER BY seq", R::SELECT);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(values, |row| R::from_row(row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The records of a kind that follow a place, as many as are read at once.
pub fn page<R: Record>(connection: &Connection, after: u64) -> Result<Vec<(u64, R)>, LedgerError> {
    const RECORDS: u32 = 8_192;
    let sql = format!("{} WHERE seq > ? ORDER BY seq LIMIT ?", R::SELECT);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![after, RECORDS], |row| R::from_row(row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
