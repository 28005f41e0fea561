//! What a run would put on the books, worked out before anything is written, and its digest.
//!
//! The surprise: the manifest of a draft carries this digest, and `post` works it out again from
//! the inputs. What goes on the books is what the draft promised, or nothing.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::domain::dates::{Date, Month};
use crate::domain::words::DueKind;
use crate::domain::{Money, Version};
use crate::flow::books::{Cause, Change, ClaimNumber, Digest32, Standing};
use crate::flow::orders::{DueOf, Orders};
use crate::flow::{Adjudicated, Claim, ClaimIx, Decision, Detected};

use super::bytes::Out;
use super::journal::{DECISION, Entry, Order, Record};
use super::rows::content_digest;

/// A run as the books would take it.
#[derive(Debug)]
pub struct Posting<'d> {
    pub month: Month,
    pub as_of: Date,
    pub(super) detected: &'d Detected,
    pub(super) entries: Vec<Draft>,
    pub(super) orders: Vec<OrderDraft>,
}

/// An entry that has no place, run or (if its claim is new) number yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub claim: ClaimIx,
    /// What stands on the books and is mirrored first.
    pub standing: Option<(ClaimNumber, u64)>,
    pub entry: Entry,
}

/// An order likewise.
#[derive(Debug)]
pub(super) struct OrderDraft {
    pub of: DueOf,
    pub order: Order,
}

/// The digest of every claim of the batch with its bill, in their order.
pub fn contents(adjudicated: &Adjudicated) -> Vec<Digest32> {
    let records = &adjudicated.linked.records;
    let claims = (0..records.own_claims()).into_par_iter();
    claims
        .map(|place| {
            let lines = &adjudicated.linked.links[place].lines;
            let lines = &records.lines[lines.start as usize..lines.end as usize];
            content_digest(&records.claims[place], lines, &records.names)
        })
        .collect()
}

impl<'d> Posting<'d> {
    pub fn of(
        detected: &'d Detected,
        orders: &Orders,
        (month, as_of): (Month, Date),
    ) -> Posting<'d> {
        let adjudicated = &detected.adjudicated;
        let mut standings = detected.reckoning.standings.iter().peekable();
        let mut entries = Vec::new();
        for decision in &adjudicated.decisions {
            let standing = standings.next_if(|standing| standing.claim == decision.claim);
            if standing.is_some_and(|standing| standing.change == Change::None) {
                continue;
            }
            let content = match detected.reckoning.contents.get(decision.claim.at()) {
                Some(content) => *content,
                None => standing.map(|standing| standing.before.content).unwrap_or_default(),
            };
            let claim = adjudicated.linked.records.claim(decision.claim);
            entries.push(Draft {
                claim: decision.claim,
                standing: standing.map(|standing| (standing.number, standing.before.entry)),
                entry: entry(claim, decision, content, standing),
            });
        }
        Posting { month, as_of, detected, entries, orders: order_drafts(orders) }
    }

    /// Stands for everything that would be written and does not depend on where.
    pub fn digest(&self) -> Digest32 {
        let records = &self.detected.adjudicated.linked.records;
        let mut hash = Sha256::new();
        let mut out = Out::new();
        out.put(&self.month).put(&self.as_of).done();
        for draft in &self.entries {
            out.text(&records.claim(draft.claim).claim_id);
            out.put(&draft.standing.map(|(_, entry)| entry)).done();
            draft.entry.put(&mut out);
            hash.update(out.bytes());
            out = Out::new();
        }
        out.number(self.entries.len() as u64);
        out.number(self.orders.len() as u64);
        for draft in &self.orders {
            out.put(&matches!(draft.of, DueOf::Open(_))).done();
            match draft.of {
                DueOf::Claim(claim) => out.text(&records.claim(claim).claim_id),
                DueOf::Open(place) => out.put(&self.detected.reckoning.open[place].number.0).done(),
            }
            draft.order.put(&mut out);
        }
        hash.update(out.bytes());
        hash.finalize().into()
    }

    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// What would be paid, and what asked back.
    pub fn money(&self) -> (Money, Money) {
        let sum = |wanted: fn(&i64) -> bool| {
            let amounts = self.orders.iter().map(|draft| draft.order.amount).filter(wanted);
            Money::from_fen(amounts.sum())
        };
        (sum(|amount| *amount > 0), -sum(|amount| *amount < 0))
    }
}

fn entry(
    claim: &Claim,
    decision: &Decision,
    content: Digest32,
    standing: Option<&Standing>,
) -> Entry {
    // Findings come and go with what others do; what they stop is in the outcome.
    let reasons: Vec<&str> = decision.gate_codes().iter().map(|code| code.as_str()).collect();
    let why = standing.map_or_else(String::new, |standing| causes(&standing.causes));
    let person = claim.person.key().map(|key| key.reveal().to_owned());
    let mut entry = Entry {
        run: 0,
        kind: DECISION.into(),
        claim: 0,
        content: content.to_vec(),
        mirrors: None,
        outcome: decision.outcome.word().into(),
        reasons: reasons.join(";"),
        route: decision.route.route.word().into(),
        benefit_year: decision.benefit_year.into(),
        stay_ordinal: decision.stay_ordinal.map(i64::from),
        person: person.unwrap_or_default(),
        pool: claim.insured.0.pool().to_string(),
        scheme: claim.scheme.word().into(),
        governing_day: decision.governing_day.to_string(),
        policy_version: Version::told(decision.policy_version),
        catalog_version: Version::told(decision.catalog_version),
        total: 0,
        full_self_paid: 0,
        over_ceiling: 0,
        first_pay: 0,
        in_scope: 0,
        deductible: 0,
        fund_basic: 0,
        fund_large: 0,
        fund_serious: 0,
        fund_supplement: 0,
        fund_aid: 0,
        fund_floor: 0,
        person_total: 0,
        why,
    };
    entry.set_amounts(&decision.amounts);
    entry
}

/// Why a posted decision is replaced, in the words of the books.
pub(super) fn causes(causes: &[Cause]) -> String {
    causes.iter().map(|cause| cause.word()).collect::<Vec<_>>().join(";")
}

fn order_drafts(orders: &Orders) -> Vec<OrderDraft> {
    let order =
        |kind: DueKind, amount: Money, to: &crate::flow::books::PayeeDetails, transfer| Order {
            run: 0,
            claim: 0,
            kind: kind.word().into(),
            amount: amount.fen(),
            transfer,
            payee: to.payee.clone(),
            bank: to.bank.clone(),
            account: to.account.clone(),
        };
    let mut drafts = Vec::new();
    for (transfer, number) in orders.transfers.iter().zip(1..) {
        for due in &transfer.dues {
            let order = order(due.kind, due.amount, &due.to, Some(number));
            drafts.push(OrderDraft { of: due.of, order });
        }
    }
    for due in &orders.recoveries {
        let order = order(due.kind, -due.amount, &due.to, None);
        drafts.push(OrderDraft { of: due.of, order });
    }
    drafts
}
