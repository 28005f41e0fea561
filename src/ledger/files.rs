//! What the registers said of a person, or of a hospital, kept as one record each time they said
//! something else.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};

use crate::domain::dates::{Date, Month};
use crate::domain::words::Scheme;
use crate::domain::{Identity, Origin};
use crate::flow::books::{Digest32, Known};
use crate::flow::{Claim, Contribution, Filing, Hospital, PersonRecord, Records, Settlement};
use crate::replay::{Register, holding, own_settlement};

use super::LedgerError;
use super::bytes::{In, Out, Stored, Torn};
use super::past::day;
use super::rows::{digest, get_months, put_months};

/// What a kept record is of.
pub const PERSON: &str = "person";
pub const HOSPITAL: &str = "hospital";

/// Stands for everything that a run kept: whose it is, and what it says.
pub fn digest_of_all<'k>(kept: impl IntoIterator<Item = (&'k str, String, Digest32)>) -> Digest32 {
    let mut out = Out::new();
    for (of, key, said) in kept {
        out.text(of);
        out.text(&key);
        out.put(&said.to_vec()).done();
    }
    digest(out.bytes())
}

/// What is kept of one person of one run.
#[derive(Clone, Debug)]
pub struct PersonFile {
    /// The last day of the books of the latest run that said so, and its place in the journal.
    pub since: (Date, u64),
    pub record: PersonRows,
}

/// Rows of registers about one person.
#[derive(Clone, Debug, Default)]
pub struct PersonRows {
    pub persons: Vec<PersonRecord>,
    pub filings: Vec<Filing>,
    pub contributions: Vec<Contribution>,
    pub settlements: Vec<Settlement>,
    /// Of which months the contribution table spoke.
    pub months: Vec<(Month, Month)>,
}

/// Which rows of a batch are about one person, by their places.
#[derive(Clone, Debug, Default)]
pub struct Told {
    persons: Vec<usize>,
    filings: Vec<usize>,
    contributions: Vec<usize>,
    settlements: Vec<usize>,
}

/// The rows of a batch's registers by person, in the order of the numbers.
pub fn by_person(records: &Records) -> BTreeMap<&str, Told> {
    let mut by_person: BTreeMap<&str, Told> = BTreeMap::new();
    let known = |identity: &'_ Identity| identity.key().is_some();
    macro_rules! add {
        ($($table:ident)*) => {$(
            for (place, row) in records.$table.iter().enumerate() {
                if known(&row.person) {
                    by_person.entry(row.person.reveal()).or_default().$table.push(place);
                }
            }
        )*};
    }
    add!(persons filings contributions settlements);
    by_person
}

impl Told {
    /// The rows themselves, of a batch whose contribution table speaks of some months.
    pub fn rows(&self, records: &Records, months: &[(Month, Month)]) -> PersonRows {
        fn pick<T: Clone>(table: &[T], places: &[usize]) -> Vec<T> {
            places.iter().map(|place| table[*place].clone()).collect()
        }
        PersonRows {
            persons: pick(&records.persons, &self.persons),
            filings: pick(&records.filings, &self.filings),
            contributions: pick(&records.contributions, &self.contributions),
            settlements: pick(&records.settlements, &self.settlements),
            months: months.to_vec(),
        }
    }

    /// The rows that speak of something otherwise than the rows of the kept files that hold.
    pub fn unknown_to(&self, kept: Vec<PersonFile>, records: &Records) -> Told {
        let (mut persons, mut filings) = (Vec::new(), Vec::new());
        let (mut contributions, mut settlements) = (Vec::new(), Vec::new());
        for PersonFile { since, record } in kept {
            persons.extend(known(since, record.persons));
            filings.extend(known(since, record.filings));
            contributions.extend(known(since, record.contributions));
            settlements.extend(known(since, record.settlements));
        }
        Told {
            persons: other(&records.persons, &self.persons, persons),
            filings: other(&records.filings, &self.filings, filings),
            contributions: other(&records.contributions, &self.contributions, contributions),
            settlements: other(&records.settlements, &self.settlements, settlements),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
            && self.filings.is_empty()
            && self.contributions.is_empty()
            && self.settlements.is_empty()
    }

    /// Whether any of the rows could change what was decided on the claims. Contributions for
    /// months after the last of them do not, nor does the register's row of the books' own payment.
    pub fn matters_to(&self, claims: &[&Claim], records: &Records) -> bool {
        let last = claims.iter().map(|claim| Month::of(claim.stay.last())).max();
        // Residents pay by the year, also after a stay; what is made up is for months before.
        let in_time = |at: &usize| {
            let row = &records.contributions[*at];
            last.is_none_or(|last| match row.scheme {
                Scheme::Resident => row.first.year() <= last.year(),
                Scheme::Employee => row.first <= last,
            })
        };
        let foreign = |at: &usize| {
            !claims.iter().any(|claim| own_settlement(&records.settlements[*at], claim))
        };
        !self.persons.is_empty()
            || !self.filings.is_empty()
            || self.contributions.iter().any(in_time)
            || self.settlements.iter().any(foreign)
    }
}

/// The rows, by their places, of everything of which they do not say just what holds: a row that
/// came, and a contradiction that went.
fn other<T: Stored + Register>(table: &[T], places: &[usize], kept: Vec<Known<T>>) -> Vec<usize> {
    let mut held: HashMap<T::Key, BTreeSet<Vec<u8>>> = HashMap::new();
    for row in holding(kept) {
        if let Some(key) = row.key() {
            held.entry(key).or_default().insert(encoded(&row));
        }
    }
    let mut said: HashMap<T::Key, BTreeSet<Vec<u8>>> = HashMap::new();
    for row in places.iter().map(|place| &table[*place]) {
        if let Some(key) = row.key() {
            said.entry(key).or_default().insert(encoded(row));
        }
    }
    let is_other = |place: &usize| {
        let key = table[*place].key();
        key.is_none_or(|key| held.get(&key) != said.get(&key))
    };
    places.iter().copied().filter(is_other).collect()
}

/// Rows with the run that brought them.
pub fn known<T>((as_of, seq): (Date, u64), rows: Vec<T>) -> impl Iterator<Item = Known<T>> {
    rows.into_iter().map(move |row| Known { as_of, seq, row })
}

fn encoded<T: Stored>(row: &T) -> Vec<u8> {
    let mut out = Out::new();
    row.put(&mut out);
    out.into_bytes()
}

impl PersonRows {
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
            && self.filings.is_empty()
            && self.contributions.is_empty()
            && self.settlements.is_empty()
    }

    /// Where the rows stood.
    pub fn origins(&mut self) -> impl Iterator<Item = &mut Origin> {
        let persons = self.persons.iter_mut().map(|row| &mut row.origin);
        let filings = self.filings.iter_mut().map(|row| &mut row.origin);
        let contributions = self.contributions.iter_mut().map(|row| &mut row.origin);
        let settlements = self.settlements.iter_mut().map(|row| &mut row.origin);
        persons.chain(filings).chain(contributions).chain(settlements)
    }

    /// What the rows say, and where they stood.
    fn bytes(&self) -> (Digest32, Vec<u8>) {
        let mut out = Out::new();
        out.put(&self.persons).put(&self.filings).put(&self.contributions).put(&self.settlements);
        let months = put_months(&self.months);
        let said = digest(&[out.bytes(), &months].concat());
        out.put(&months);
        let mut placed = self.clone();
        placed.origins().for_each(|origin| out.put(&*origin).done());
        (said, out.into_bytes())
    }

    fn from_bytes(bytes: &[u8]) -> Result<PersonRows, Torn> {
        let mut from = In::new(bytes);
        let mut rows = PersonRows {
            persons: from.get()?,
            filings: from.get()?,
            contributions: from.get()?,
            settlements: from.get()?,
            months: get_months(&from.get::<Vec<u8>>()?)?,
        };
        for origin in rows.origins() {
            *origin = from.get()?;
        }
        Ok(rows)
    }
}

/// Keeps what a run's registers said of a person; answers with its digest. A run is named by the
/// last day of its books and by its place in the journal.
pub fn keep_person(
    connection: &Connection,
    person: &str,
    rows: &PersonRows,
    run: (Date, u64),
) -> Result<Digest32, LedgerError> {
    let (said, bytes) = rows.bytes();
    keep(connection, (PERSON, person), (said, &bytes), run)
}

/// Keeps what a run's register said of a hospital; answers with its digest.
pub fn keep_hospital(
    connection: &Connection,
    hospital: &Hospital,
    run: (Date, u64),
) -> Result<Digest32, LedgerError> {
    let (said, bytes) = hospital_bytes(hospital);
    keep(connection, (HOSPITAL, &hospital.code), (said, &bytes), run)
}

fn keep(
    connection: &Connection,
    (of, key): (&str, &str),
    (said, bytes): (Digest32, &[u8]),
    (as_of, seq): (Date, u64),
) -> Result<Digest32, LedgerError> {
    let insert = "INSERT OR IGNORE INTO files (of, key, digest, record) VALUES (?, ?, ?, ?)";
    connection.prepare_cached(insert)?.execute(params![of, key, said, bytes])?;
    let seen = "INSERT OR IGNORE INTO seen (file, as_of, seq)
                SELECT id, ?, ? FROM files WHERE of = ? AND key = ? AND digest = ?";
    let as_of = as_of.to_string();
    connection.prepare_cached(seen)?.execute(params![as_of, seq, of, key, said])?;
    Ok(said)
}

/// What was kept up to a record of the journal, the oldest first; not what a run brought that was
/// taken back.
const KEPT: &str = "
    SELECT max(as_of || printf('%020d', seq)) AS since, record
    FROM files JOIN seen ON seen.file = files.id
    WHERE of = ?1 AND key = ?2 AND seq <= ?3
    AND NOT EXISTS (SELECT 1 FROM reversals WHERE what = 'run ' || seen.seq AND reversals.seq <= ?3)
    GROUP BY files.id ORDER BY since";

/// A day and a place in the journal, as [`KEPT`] joins them so that the later is the larger.
fn since_of(text: &str) -> Result<(Date, u64), Torn> {
    let (as_of, seq) = text.split_at_checked(10).ok_or(Torn)?;
    Ok((day(as_of)?, seq.parse().map_err(|_| Torn)?))
}

/// Everything kept of a person up to a record of the journal, the oldest first.
pub fn of_person(
    connection: &Connection,
    person: &str,
    upto: u64,
) -> Result<Vec<PersonFile>, LedgerError> {
    let mut statement = connection.prepare_cached(KEPT)?;
    let mut rows = statement.query(params![PERSON, person, upto])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (since, record): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        found.push(PersonFile {
            since: since_of(&since)?,
            record: PersonRows::from_bytes(&record)?,
        });
    }
    Ok(found)
}

/// Rows that several runs brought alike, with the latest of them only.
pub fn each_row_once(mut kept: Vec<PersonFile>) -> Vec<PersonFile> {
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    for PersonFile { record, .. } in kept.iter_mut().rev() {
        record.persons.retain(|row| seen.insert(encoded(row)));
        record.filings.retain(|row| seen.insert(encoded(row)));
        record.contributions.retain(|row| seen.insert(encoded(row)));
        record.settlements.retain(|row| seen.insert(encoded(row)));
    }
    kept
}

/// Hospitals by code, and all that claims found by one of the names.
pub fn hospitals(
    connection: &Connection,
    codes: &BTreeSet<String>,
    names: &BTreeSet<String>,
    upto: u64,
) -> Result<Vec<Known<Hospital>>, LedgerError> {
    let mut codes = codes.clone();
    let mut by_name =
        connection.prepare_cached("SELECT code FROM hospital_names WHERE name = ? AND seq <= ?")?;
    for name in names {
        for code in by_name.query_map(params![name, upto], |row| row.get::<_, String>(0))? {
            codes.insert(code?);
        }
    }
    let mut statement = connection.prepare_cached(KEPT)?;
    let mut found = Vec::new();
    for code in codes {
        let mut rows = statement.query(params![HOSPITAL, code, upto])?;
        while let Some(row) = rows.next()? {
            let (since, record): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let (as_of, seq) = since_of(&since)?;
            found.push(Known { as_of, seq, row: hospital(&record)? });
        }
    }
    Ok(found)
}

/// Kept records that are not what their digest says, by their numbers.
pub fn changed(connection: &Connection) -> Result<Vec<u64>, LedgerError> {
    let sql = "SELECT id, of, digest, record FROM files ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, of): (u64, String) = (row.get(0)?, row.get(1)?);
        let (kept, record): (Digest32, Vec<u8>) = (row.get(2)?, row.get(3)?);
        let found = match of.as_str() {
            PERSON => PersonRows::from_bytes(&record).map(|rows| rows.bytes()),
            _ => hospital(&record).map(|hospital| hospital_bytes(&hospital)),
        };
        if found != Ok((kept, record)) {
            changed.push(id);
        }
    }
    Ok(changed)
}

fn hospital(record: &[u8]) -> Result<Hospital, Torn> {
    let mut from = In::new(record);
    let hospital: Hospital = from.get()?;
    Ok(Hospital { origin: from.get()?, ..hospital })
}

fn hospital_bytes(hospital: &Hospital) -> (Digest32, Vec<u8>) {
    let mut out = Out::new();
    out.put(hospital);
    let said = digest(out.bytes());
    out.put(&hospital.origin);
    (said, out.into_bytes())
}

/// Runs whose kept records are not those they were posted with, by their places.
pub fn runs_changed(connection: &Connection) -> Result<Vec<u64>, LedgerError> {
    let mut runs = connection.prepare("SELECT seq, rows FROM runs ORDER BY seq")?;
    let kept = "SELECT of, key, digest FROM files JOIN seen ON seen.file = files.id WHERE seq = ?";
    let mut kept = connection.prepare(kept)?;
    let mut changed = Vec::new();
    for run in runs.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (seq, expected): (u64, Digest32) = run?;
        let rows = kept.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut all: Vec<(String, String, Digest32)> = rows.collect::<Result<_, _>>()?;
        all.sort_unstable();
        let found = digest_of_all(all.iter().map(|(of, key, said)| (&**of, key.clone(), *said)));
        if found != expected {
            changed.push(seq);
        }
    }
    Ok(changed)
}
