//! By what posted claims of different people hang together, kept so that it can be looked up; and
//! the witnesses 旁证 found by it: claims that share something with a batch.
//!
//! The surprise: a key that stands in thousands of claims (a service desk, a large hospital) is
//! not followed to its end. Of each only the nearest to the batch's days are looked at, and which
//! those are depends on the books as they stood, never on what was posted since.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};

use crate::domain::words::CareType;
use crate::flow::books::{ClaimNumber, Past};
use crate::flow::ties::{TieKind, ties};
use crate::flow::{Claim, Records, Tie, Witness};

use super::bytes::In;
use super::{Ledger, LedgerError};

/// How far from the batch's days (of invoices: numbers) one looks, and at how many claims.
struct Reach {
    around: i64,
    claims_max: usize,
}

/// Two years: what lies longer back is time-barred or long investigated.
const LOOK_BACK_DAYS: i64 = 731;

fn reach(kind: TieKind) -> Reach {
    match kind {
        TieKind::Account | TieKind::Phone | TieKind::Agent => {
            Reach { around: LOOK_BACK_DAYS, claims_max: 2_000 }
        }
        TieKind::Hospital => Reach { around: 3, claims_max: 200 },
        TieKind::Invoice => Reach { around: 12, claims_max: 50 },
    }
}

/// Whether each place is looked around by itself, and not the whole span of the batch's places.
fn is_local(kind: TieKind) -> bool {
    matches!(kind, TieKind::Hospital | TieKind::Invoice)
}

/// What the books keep of a claim. At hospitals only stays meet.
fn kept(claim: &Claim) -> impl Iterator<Item = Tie> {
    let is_stay = claim.care == CareType::Inpatient;
    ties(claim).into_iter().filter(move |tie| is_stay || tie.kind != TieKind::Hospital)
}

/// Keeps the ties of a content.
pub fn keep(connection: &Connection, content: i64, claim: &Claim) -> Result<(), LedgerError> {
    let sql = "INSERT INTO ties (kind, key, at, content) VALUES (?, ?, ?, ?)";
    let mut insert = connection.prepare_cached(sql)?;
    for tie in kept(claim) {
        insert.execute(params![tie.kind.word(), tie.key, tie.at, content])?;
    }
    Ok(())
}

/// Works the ties of all contents out, in books that did not have them.
pub fn fill(connection: &Connection) -> Result<(), LedgerError> {
    let mut statement = connection.prepare("SELECT id, record FROM contents ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let record: Vec<u8> = row.get(1)?;
        keep(connection, row.get(0)?, &In::new(&record).get()?)?;
    }
    Ok(())
}

/// How many ties a content has, if all of them are kept.
pub fn count_if_kept(
    connection: &Connection,
    content: i64,
    claim: &Claim,
) -> Result<Option<u64>, LedgerError> {
    let sql = "SELECT 1 FROM ties WHERE kind = ? AND key = ? AND at = ? AND content = ?";
    let mut find = connection.prepare_cached(sql)?;
    let mut count = 0;
    for tie in kept(claim) {
        if !find.exists(params![tie.kind.word(), tie.key, tie.at, content])? {
            return Ok(None);
        }
        count += 1;
    }
    Ok(Some(count))
}

/// The places around which a key is looked for.
type Sought = BTreeMap<(TieKind, String), BTreeSet<i64>>;

impl Ledger {
    /// Posted claims that share something with a batch or with what is decided together with it,
    /// and are not decided with it themselves, by their numbers.
    pub(super) fn witnesses(
        &self,
        records: &Records,
        past: &Past,
    ) -> Result<Vec<Witness>, LedgerError> {
        let recalled = past.claims.iter().map(|posted| &posted.claim);
        let sought = sought(records, recalled);
        let known: HashSet<ClaimNumber> = past.claims.iter().map(|posted| posted.number).collect();
        let mut found =
            Found { ledger: self, known, contents: HashMap::new(), claims: BTreeMap::new() };
        for ((kind, key), places) in &sought {
            let (Some(&first), Some(&last)) = (places.first(), places.last()) else { continue };
            if is_local(*kind) {
                for &place in places {
                    found.look(*kind, key, place..=place)?;
                }
            } else {
                found.look(*kind, key, first..=last)?;
            }
        }
        Ok(found.claims.into_values().collect())
    }
}

fn sought<'c>(records: &'c Records, recalled: impl Iterator<Item = &'c Claim>) -> Sought {
    let mut codes: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for hospital in &records.hospitals {
        for name in hospital.aliases.iter().chain([&hospital.name]) {
            codes.entry(name).or_default().insert(&hospital.code);
        }
    }
    let mut sought = Sought::new();
    let mut add = |kind, key: String, at| {
        sought.entry((kind, key)).or_default().insert(at);
    };
    for claim in records.claims.iter().chain(recalled) {
        for tie in kept(claim) {
            if tie.kind == TieKind::Hospital {
                // The books may know it by its other name.
                let name = claim.hospital_name.as_deref();
                let listed = name.and_then(|name| codes.get(name)).into_iter().flatten().copied();
                for key in listed.chain(name).filter(|key| **key != *tie.key) {
                    add(tie.kind, key.to_owned(), tie.at);
                }
            }
            add(tie.kind, tie.key, tie.at);
        }
    }
    sought
}

/// What was found so far.
struct Found<'l> {
    ledger: &'l Ledger,
    /// Claims that are decided with the batch.
    known: HashSet<ClaimNumber>,
    /// Contents that were looked at: whether a witness stands with them.
    contents: HashMap<i64, bool>,
    claims: BTreeMap<ClaimNumber, Witness>,
}

impl Found<'_> {
    fn look(
        &mut self,
        kind: TieKind,
        key: &str,
        places: std::ops::RangeInclusive<i64>,
    ) -> Result<(), LedgerError> {
        let Reach { around, claims_max } = reach(kind);
        let sql = "SELECT content FROM ties
                   WHERE kind = ?1 AND key = ?2 AND at BETWEEN ?3 - ?5 AND ?4 + ?5
                   ORDER BY max(?3 - at, at - ?4, 0), content";
        let mut statement = self.ledger.connection.prepare_cached(sql)?;
        let (first, last) = (places.start(), places.end());
        let mut rows = statement.query(params![kind.word(), key, first, last, around])?;
        let mut witnesses = 0;
        while let Some(row) = rows.next()? {
            witnesses += usize::from(self.is_witness(row.get(0)?)?);
            if witnesses == claims_max {
                break;
            }
        }
        Ok(())
    }

    /// Whether a claim stands with a content that is not decided with the batch.
    fn is_witness(&mut self, content: i64) -> Result<bool, LedgerError> {
        if let Some(&is_witness) = self.contents.get(&content) {
            return Ok(is_witness);
        }
        let mut is_witness = false;
        for standing in self.ledger.standings("contents.id = ?1", &content)? {
            let number = ClaimNumber(standing.number);
            if self.known.contains(&number) {
                continue;
            }
            let posted = self.ledger.posted(standing.entry)?;
            is_witness = true;
            self.claims.insert(
                number,
                Witness {
                    number,
                    month: posted.month,
                    outcome: posted.outcome,
                    fund_paid: posted.payable(),
                    reasons: posted.reasons,
                    claim: standing.claim,
                },
            );
        }
        self.contents.insert(content, is_witness);
        Ok(is_witness)
    }
}
