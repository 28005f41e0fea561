//! What the books hold on the persons and bills that a batch touches.
//!
//! The surprise: what is connected comes together. A person's posted claims, whoever else claimed
//! one of their invoices, and the claims of those, because only together are they decided as they
//! would have been in one batch. Nobody else's year is looked at.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::dates::{Date, Month};
use crate::domain::identity::PersonKey;
use crate::domain::words::{Outcome, ReturnReason, Route};
use crate::domain::{Code, Identity, Money, Origin, SourceId};
use crate::flow::books::{ClaimNumber, OpenItem, Past, PayeeDetails, Posted, PostedClaim};
use crate::flow::{Claim, Invoice, Records, Source};
use crate::replay::{pairs, same_claim};
use crate::rulebook::reading::iso_date;

use super::bytes::{In, Torn};
use super::files::{self, PersonFile, known};
use super::journal::{self, Details, Entry, Return};
use super::rows::get_line;
use super::text::Reader;
use super::{LATEST, Ledger, LedgerError};

/// Claims with the decision that stood, and what was ordered for them, after the record `?2`.
const STANDINGS: &str = "
    SELECT contents.claim, contents.id, contents.record, contents.places, entries.seq,
           (SELECT coalesce(sum(amount), 0) FROM orders
            WHERE orders.claim = contents.claim AND orders.seq <= ?2
            AND NOT EXISTS (SELECT 1 FROM returns
                            WHERE returns.ordered = orders.seq AND returns.seq <= ?2)) AS ordered,
           claims.booked_on
    FROM contents
    JOIN claims ON claims.number = contents.claim
    JOIN entries ON entries.claim = contents.claim AND entries.content = contents.digest
    WHERE entries.kind = 'decision' AND entries.seq <= ?2
    AND NOT EXISTS (SELECT 1 FROM entries AS mirror
                    WHERE mirror.mirrors = entries.seq AND mirror.seq <= ?2)";

/// Claims for which money is still to be ordered, and how much.
const OPEN_NOW: &str = "
    SELECT number, payable - ordered FROM claims WHERE payable > ordered ORDER BY number";

/// The same after an earlier record, which takes a look at everything.
fn open_then() -> String {
    format!(
        "SELECT claim, due - ordered FROM
            (SELECT standing.claim, standing.ordered,
                    CASE WHEN entries.outcome IN ('pay', 'pay_reduced')
                    THEN entries.fund_basic + entries.fund_large + entries.fund_serious
                       + entries.fund_supplement + entries.fund_aid + entries.fund_floor
                    ELSE 0 END AS due
             FROM ({}) AS standing JOIN entries ON entries.seq = standing.seq)
         WHERE due > ordered ORDER BY claim",
        STANDINGS.replace("?2", "?1")
    )
}

/// A claim as it stands, before its bill is read.
pub(super) struct Standing {
    pub number: i64,
    content: i64,
    pub claim: Claim,
    pub entry: u64,
    ordered: i64,
}

/// What is looked for, and what was found so far.
#[derive(Default)]
struct Search {
    persons: BTreeSet<String>,
    /// By number, the codes with which it is looked for.
    invoices: BTreeMap<String, BTreeSet<Option<Box<str>>>>,
    /// Not yet looked up.
    next_persons: Vec<String>,
    next_invoices: Vec<String>,
    found: BTreeMap<i64, Standing>,
}

impl Search {
    fn person(&mut self, identity: &Identity) {
        if let Some(key) = identity.key()
            && self.persons.insert(key.reveal().to_owned())
        {
            self.next_persons.push(key.reveal().to_owned());
        }
    }

    fn invoice(&mut self, invoice: &Invoice) {
        let codes = self.invoices.entry(invoice.number.to_string()).or_default();
        if codes.insert(invoice.code.clone()) {
            self.next_invoices.push(invoice.number.to_string());
        }
    }

    /// Whether a claim with an invoice number that is looked for may have that very invoice: two
    /// known codes that differ are two invoices.
    fn may_be_meant(&self, invoice: &Invoice) -> bool {
        let codes = self.invoices.get(&*invoice.number);
        codes.is_some_and(|codes| {
            invoice.code.is_none() || codes.contains(&None) || codes.contains(&invoice.code)
        })
    }

    fn claim(&mut self, claim: &Claim) {
        self.person(&claim.person);
        self.invoice(&claim.invoice);
    }
}

impl Ledger {
    /// Everything on the books that decides together with a batch. Bills are read only of claims
    /// that the batch does not send again.
    pub fn past(&self, records: &Records) -> Result<Past, LedgerError> {
        if !self.holds_claims()? {
            let (head, dispositions) = (self.head()?, self.dispositions()?);
            return Ok(Past { head, dispositions, ..Past::default() });
        }
        let mut search = Search::default();
        for claim in &records.claims {
            search.claim(claim);
            // A corrected claim may have had another person and another invoice before.
            for standing in self.with_claim_id(&claim.claim_id)? {
                if same_claim(claim, &standing.claim) {
                    search.claim(&standing.claim);
                }
            }
        }
        for person in self.told_anew(records, &search.persons)? {
            search.persons.insert(person.clone());
            search.next_persons.push(person);
        }
        let due = "SELECT DISTINCT person FROM due
                   WHERE since <= ?1 AND (done IS NULL OR done > ?1) ORDER BY person";
        let due: Vec<String> = self.texts(due, params![self.upto])?;
        for person in due {
            if search.persons.insert(person.clone()) {
                search.next_persons.push(person);
            }
        }
        self.connected(&mut search)?;
        let posted: Vec<&Claim> = search.found.values().map(|standing| &standing.claim).collect();
        let pairs = pairs(&records.claims, &posted);
        let numbers: Vec<i64> = search.found.keys().copied().collect();
        let again: HashSet<i64> = pairs.into_iter().map(|(_, place)| numbers[place]).collect();
        let mut past = self.gathered(search, &again)?;
        past.witnesses = self.witnesses(records, &past)?;
        self.place(&mut past)?;
        past.open = self.open_items(&past)?;
        Ok(past)
    }

    /// Claims of the books and whatever is connected with them, with their bills.
    pub fn past_of(&self, claims: &[ClaimNumber]) -> Result<Past, LedgerError> {
        let mut search = Search::default();
        for number in claims {
            for standing in self.standings("contents.claim = ?1", &number.0)? {
                search.claim(&standing.claim);
            }
        }
        self.connected(&mut search)?;
        let mut past = self.gathered(search, &HashSet::new())?;
        self.place(&mut past)?;
        Ok(past)
    }

    /// Follows persons and invoices until nothing new is found.
    fn connected(&self, search: &mut Search) -> Result<(), LedgerError> {
        loop {
            let mut found = Vec::new();
            for person in std::mem::take(&mut search.next_persons) {
                found.extend(self.standings("contents.person = ?1", &person)?);
            }
            for invoice in std::mem::take(&mut search.next_invoices) {
                let with_number = self.standings("contents.invoice_no = ?1", &invoice)?;
                let meant = with_number.into_iter();
                found.extend(meant.filter(|it| search.may_be_meant(&it.claim.invoice)));
            }
            if found.is_empty() {
                return Ok(());
            }
            for standing in found {
                search.claim(&standing.claim);
                search.found.insert(standing.number, standing);
            }
        }
    }

    fn with_claim_id(&self, claim_id: &str) -> Result<Vec<Standing>, LedgerError> {
        self.standings("contents.claim_id = ?1", &claim_id)
    }

    /// The claims that stand with a content of which `condition` holds for the value `?1`.
    pub(super) fn standings(
        &self,
        condition: &str,
        value: &dyn rusqlite::ToSql,
    ) -> Result<Vec<Standing>, LedgerError> {
        let sql = format!("{STANDINGS} AND {condition} ORDER BY contents.claim");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![value, self.upto])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let blob = |place| row.get_ref(place)?.as_blob().map_err(|_| LedgerError::from(Torn));
            let mut claim: Claim = In::new(blob(2)?).get()?;
            claim.origin = In::new(blob(3)?).get()?;
            claim.booked_on = Some(day(&row.get::<_, String>(6)?)?);
            found.push(Standing {
                number: row.get(0)?,
                content: row.get(1)?,
                claim,
                entry: row.get(4)?,
                ordered: row.get(5)?,
            });
        }
        Ok(found)
    }

    /// Persons with posted claims of whom the batch's registers say something that the books did
    /// not know when these were posted.
    fn told_anew(
        &self,
        records: &Records,
        known: &BTreeSet<String>,
    ) -> Result<Vec<String>, LedgerError> {
        let mut anew = Vec::new();
        for (person, told) in files::by_person(records) {
            if known.contains(person) {
                continue;
            }
            // Nearly always the registers say of somebody what they said before.
            let kept = files::of_person(&self.connection, person, self.upto)?;
            let new = told.unknown_to(kept, records);
            if new.is_empty() {
                continue;
            }
            let claims = self.standings("contents.person = ?1", &person)?;
            let claims: Vec<&Claim> = claims.iter().map(|standing| &standing.claim).collect();
            if !claims.is_empty() && new.matters_to(&claims, records) {
                anew.push(person.to_owned());
            }
        }
        Ok(anew)
    }

    fn holds_claims(&self) -> Result<bool, LedgerError> {
        let any = "SELECT 1 FROM claims LIMIT 1";
        Ok(self.connection.query_row(any, [], |_| Ok(())).optional()?.is_some())
    }

    fn gathered(&self, search: Search, sent_again: &HashSet<i64>) -> Result<Past, LedgerError> {
        let until = "SELECT max(as_of) FROM runs WHERE seq <= ?";
        let until: Option<String> =
            self.connection.query_row(until, [self.upto], |row| row.get(0))?;
        let until = until.map(|until| day(&until)).transpose()?;
        let (head, dispositions) = (self.head()?, self.dispositions()?);
        let mut past = Past { head, until, dispositions, ..Past::default() };
        let mut texts = Reader::new(&self.connection);
        let mut hospitals: BTreeSet<String> = BTreeSet::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for standing in search.found.into_values() {
            let Standing { number, content, claim, entry, ordered } = standing;
            hospitals.extend(claim.hospital_code.clone());
            names.extend(claim.hospital_name.clone());
            let lines = match sent_again.contains(&number) {
                true => Vec::new(),
                false => self.lines(content, &claim, &mut texts)?,
            };
            let (payee, needs_details, returned) = self.payee(number)?;
            past.claims.push(PostedClaim {
                number: ClaimNumber(number),
                posted: self.posted(entry)?,
                lines,
                claim,
                ordered: Money::from_fen(ordered),
                payee,
                needs_details,
                returned,
            });
        }
        let mut persons: BTreeSet<PersonKey> = BTreeSet::new();
        persons.extend(past.claims.iter().filter_map(|posted| posted.claim.person.key()));
        for key in persons {
            let kept = files::of_person(&self.connection, key.reveal(), self.upto)?;
            for PersonFile { since, record } in files::each_row_once(kept) {
                let spans = past.months.entry(key.clone()).or_default();
                spans.extend(record.months);
                let of_settled = record.settlements.iter();
                hospitals.extend(of_settled.filter_map(|row| row.hospital_code.clone()));
                past.persons.extend(known(since, record.persons));
                past.filings.extend(known(since, record.filings));
                past.contributions.extend(known(since, record.contributions));
                past.settlements.extend(known(since, record.settlements));
            }
        }
        past.hospitals = files::hospitals(&self.connection, &hospitals, &names, self.upto)?;
        past.names = texts.names;
        Ok(past)
    }

    fn lines(
        &self,
        content: i64,
        claim: &Claim,
        texts: &mut Reader,
    ) -> Result<Vec<crate::flow::BillLine>, LedgerError> {
        let sql = "SELECT lines, places FROM contents WHERE id = ?";
        let (lines, places): (Vec<u8>, Vec<u8>) = self
            .connection
            .prepare_cached(sql)?
            .query_row([content], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let named =
            (texts.names.intern(&claim.claim_id), texts.names.intern(&claim.invoice.number));
        let (mut from, mut places) = (In::new(&lines), In::new(&places));
        let _: Origin = places.get()?;
        let mut read = Vec::new();
        for _ in 0..from.number()? {
            let mut line = get_line(&mut from, named, &mut |number| texts.symbol(number))?;
            line.origin = places.get()?;
            read.push(line);
        }
        Ok(read)
    }

    pub(super) fn posted(&self, seq: u64) -> Result<Posted, LedgerError> {
        let entry: Entry = journal::find(&self.connection, seq)?;
        let month: String = self
            .connection
            .prepare_cached("SELECT month FROM runs WHERE seq = ?")?
            .query_row([entry.run], |row| row.get(0))?;
        let reasons = entry.reasons.split(';').filter(|code| !code.is_empty());
        let reasons = reasons.map(|word| Code::ALL.iter().copied().find(|c| c.as_str() == word));
        Ok(Posted {
            entry: seq,
            month: Month::parse(&month).ok_or(Torn)?,
            outcome: Outcome::from_word(&entry.outcome).ok_or(Torn)?,
            reasons: reasons.collect::<Option<_>>().ok_or(Torn)?,
            route: Route::from_word(&entry.route).ok_or(Torn)?,
            benefit_year: i16::try_from(entry.benefit_year).map_err(|_| Torn)?,
            stay_ordinal: entry.stay_ordinal.and_then(|ordinal| u16::try_from(ordinal).ok()),
            amounts: entry.amounts(),
            content: entry.content.as_slice().try_into().map_err(|_| Torn)?,
            policy_version: entry.policy_version,
            catalog_version: entry.catalog_version,
        })
    }

    /// Corrected details of a claim, whether its last payment came back for want of others, and
    /// what the bank said when it came back.
    fn payee(
        &self,
        claim: i64,
    ) -> Result<(Option<PayeeDetails>, bool, Option<String>), LedgerError> {
        let upto = params![claim, self.upto];
        let details: Vec<(u64, Details)> =
            journal::select(&self.connection, "claim = ? AND seq <= ?", upto)?;
        let returned = self.open_returns(claim)?;
        let mut last = details.into_iter().next_back();
        let mut needs = false;
        for (seq, returned) in &returned {
            let is_answered = last.as_ref().is_some_and(|(answered, _)| answered > seq);
            let reason = ReturnReason::from_word(&returned.reason);
            let is_fault = reason.is_none_or(ReturnReason::needs_details);
            needs |= is_fault && !is_answered && !self.payee_changed_since(claim, *seq)?;
        }
        if let Some((seq, _)) = &last
            && self.payee_changed_since(claim, *seq)?
        {
            last = None;
        }
        let details = last.map(|(_, it)| PayeeDetails {
            payee: it.payee,
            bank: it.bank,
            account: it.account,
        });
        let words: Vec<String> = returned.into_iter().map(|(_, it)| it.words).collect();
        Ok((details, needs, (!words.is_empty()).then(|| words.join("；"))))
    }

    /// Whether the claim was sent again with other details after a record: they are newer than a
    /// correction, and answer a return.
    fn payee_changed_since(&self, claim: i64, since: u64) -> Result<bool, LedgerError> {
        let sql = "SELECT entries.seq, contents.record FROM entries JOIN contents
                   ON contents.claim = entries.claim AND contents.digest = entries.content
                   WHERE entries.claim = ?1 AND entries.kind = 'decision' AND entries.seq <= ?2
                   ORDER BY entries.seq";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![claim, self.upto])?;
        let mut before: Option<PayeeDetails> = None;
        while let Some(row) = rows.next()? {
            let record = row.get_ref(1)?.as_blob().map_err(|_| LedgerError::from(Torn))?;
            let said = PayeeDetails::of(&In::new(record).get()?);
            if row.get::<_, u64>(0)? > since && before.is_some_and(|before| before != said) {
                return Ok(true);
            }
            before = Some(said);
        }
        Ok(false)
    }

    /// What came back of a claim since it was last ordered to be paid, whichever order it was.
    fn open_returns(&self, claim: i64) -> Result<Vec<(u64, Return)>, LedgerError> {
        let since = "seq <= ?2 AND ordered IN (SELECT seq FROM orders WHERE claim = ?1)
            AND seq > (SELECT max(seq) FROM orders WHERE claim = ?1 AND amount > 0 AND seq <= ?2)";
        journal::select(&self.connection, since, params![claim, self.upto])
    }

    /// Money of claims that are not decided with the batch and that has not reached anybody.
    fn open_items(&self, past: &Past) -> Result<Vec<OpenItem>, LedgerError> {
        let with_batch: HashSet<i64> = past.claims.iter().map(|posted| posted.number.0).collect();
        let mut open = Vec::new();
        let (latest, earlier) = (OPEN_NOW, open_then());
        let now = self.upto >= journal::head(&self.connection, LATEST)?.entries;
        let mut statement = self.connection.prepare_cached(if now { latest } else { &earlier })?;
        let upto: &[&dyn rusqlite::ToSql] = if now { &[] } else { &[&self.upto] };
        let rows = statement.query_map(upto, |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            let (number, amount): (i64, i64) = row?;
            if with_batch.contains(&number) {
                continue;
            }
            for standing in self.standings("contents.claim = ?1", &number)? {
                let (payee, needs_details, returned) = self.payee(number)?;
                open.push(OpenItem {
                    number: ClaimNumber(number),
                    claim_id: standing.claim.claim_id.to_string(),
                    name: standing.claim.name.clone(),
                    phone: standing.claim.phone.clone().unwrap_or_default(),
                    month: self.posted(standing.entry)?.month,
                    amount: Money::from_fen(amount),
                    payee: payee.unwrap_or_else(|| PayeeDetails::of(&standing.claim)),
                    returned,
                    needs_details,
                });
            }
        }
        Ok(open)
    }

    /// Gives the origins of what was gathered a list of sheets of their own.
    fn place(&self, past: &mut Past) -> Result<(), LedgerError> {
        let mut ids: BTreeSet<u32> = BTreeSet::new();
        each_origin(past, &mut |origin| {
            ids.insert(origin.source.0);
        });
        let ids: Vec<u32> = ids.into_iter().collect();
        for id in &ids {
            past.sources.push(source(&self.connection, *id)?);
        }
        each_origin(past, &mut |origin| {
            let place = ids.binary_search(&origin.source.0).unwrap_or_default();
            origin.source = SourceId(place as u32);
        });
        Ok(())
    }

    pub(super) fn texts(
        &self,
        sql: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<String>, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn each_origin(past: &mut Past, visit: &mut dyn FnMut(&mut Origin)) {
    for posted in &mut past.claims {
        visit(&mut posted.claim.origin);
        posted.lines.iter_mut().for_each(|line| visit(&mut line.origin));
    }
    past.witnesses.iter_mut().for_each(|witness| visit(&mut witness.claim.origin));
    past.persons.iter_mut().for_each(|known| visit(&mut known.row.origin));
    past.filings.iter_mut().for_each(|known| visit(&mut known.row.origin));
    past.contributions.iter_mut().for_each(|known| visit(&mut known.row.origin));
    past.settlements.iter_mut().for_each(|known| visit(&mut known.row.origin));
    past.hospitals.iter_mut().for_each(|known| visit(&mut known.row.origin));
}

fn source(connection: &Connection, id: u32) -> Result<Source, LedgerError> {
    let sql = "SELECT file, sheet FROM sources WHERE id = ?";
    let read = |row: &rusqlite::Row| Ok(Source { file: row.get(0)?, sheet: row.get(1)? });
    Ok(connection.prepare_cached(sql)?.query_row([id], read)?)
}

/// A day as the books write it.
pub fn day(text: &str) -> Result<Date, Torn> {
    iso_date(text).ok_or(Torn)
}
