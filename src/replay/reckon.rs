//! What was posted against what is decided now: which posted decisions change, what is to be paid
//! or asked back, and why.

use std::collections::BTreeMap;

use crate::domain::Version;
use crate::domain::words::Outcome;
use crate::flow::books::{
    Cause, Change, ClaimNumber, Digest32, PayeeDetails, PostedClaim, Reckoning, Standing,
    is_undecided, payable,
};
use crate::flow::{Adjudicated, ClaimIx, Decision, Detected};

use super::recall::Remembered;

/// The posted claims whose decision or content is another now, in the order of the records.
/// `content` answers with the digest of a claim of the batch.
pub fn changed(
    remembered: &Remembered,
    now: &Adjudicated,
    content: &dyn Fn(ClaimIx) -> Digest32,
) -> Vec<ClaimNumber> {
    let claims = remembered.claims.iter();
    let differs = claims.filter(|(ix, posted)| {
        let decision = &now.decisions[ix.at()];
        is_corrected(*ix, posted, now, content)
            || !posted.posted.agrees(decision, &decision.gate_codes())
    });
    differs.map(|(_, posted)| posted.number).collect()
}

fn is_corrected(
    ix: ClaimIx,
    posted: &PostedClaim,
    now: &Adjudicated,
    content: &dyn Fn(ClaimIx) -> Digest32,
) -> bool {
    now.linked.records.is_own(ix) && content(ix) != posted.posted.content
}

/// What today's data and program make of the books alone, and where each claim is in it.
pub type Alone = (Detected, BTreeMap<ClaimNumber, ClaimIx>);

/// Everything that is on the books against what is decided now. `alone` is of the claims that
/// change.
pub fn reckon(
    remembered: Remembered,
    now: &Adjudicated,
    alone: Option<Alone>,
    content: &dyn Fn(ClaimIx) -> Digest32,
) -> Reckoning {
    let Remembered { head, claims, open, own_settlements, sources } = remembered;
    let standings = claims.into_iter().map(|(ix, posted)| {
        let corrected = is_corrected(ix, &posted, now, content);
        let alone = alone.as_ref().and_then(|(alone, places)| {
            Some(&alone.adjudicated.decisions[places.get(&posted.number)?.at()])
        });
        let details = PayeeDetails::of(now.linked.records.claim(ix));
        standing((ix, details), posted, &now.decisions[ix.at()], corrected, alone)
    });
    let standings = standings.collect();
    Reckoning {
        head: Some(head),
        standings,
        open,
        own_settlements,
        sources: Some(sources),
        contents: Vec::new(),
        earlier: alone.map(|(alone, _)| Box::new(alone)),
    }
}

fn standing(
    (claim, said): (ClaimIx, PayeeDetails),
    posted: PostedClaim,
    now: &Decision,
    corrected: bool,
    alone: Option<&Decision>,
) -> Standing {
    let PostedClaim { number, claim: booked, posted: before, ordered, .. } = posted;
    let returned = posted.returned;
    let agrees = before.agrees(now, &now.gate_codes());
    // Of a claim that was paid and then held, what was paid is what a decision changes.
    let (let_go, now_payable) = (before.let_go(ordered), payable(now.outcome, &now.amounts));
    let change = match () {
        () if agrees && !corrected => Change::None,
        () if is_undecided(now.outcome) && ordered.is_positive() => Change::Suspended,
        () if now_payable > let_go => Change::Supplement,
        () if now_payable < let_go => Change::Recovery,
        () => Change::Wording,
    };
    let same_as_posted = |alone: &Decision| before.agrees(alone, &alone.gate_codes());
    let mut causes = Vec::new();
    if change != Change::None {
        let expired = alone.is_some_and(|alone| {
            before.outcome == Outcome::Pend
                && alone.outcome == Outcome::Reject
                && before.policy_version == Version::told(alone.policy_version)
        });
        let data = !expired && alone.is_some_and(|alone| !same_as_posted(alone));
        let year = alone.is_none_or(|alone| {
            alone.outcome != now.outcome
                || alone.amounts != now.amounts
                || alone.stay_ordinal != now.stay_ordinal
                || alone.route.route != now.route.route
                || alone.gate_codes() != now.gate_codes()
        });
        causes.extend(corrected.then_some(Cause::Corrected));
        causes.extend((year && !corrected).then_some(Cause::Year));
        causes.extend(expired.then_some(Cause::Expired));
        causes.extend(data.then_some(Cause::Data));
    }
    let earlier = alone.filter(|alone| same_as_posted(alone)).map(|alone| alone.claim);
    // Details that came with the claim since then are newer than any correction.
    let is_new = said != PayeeDetails::of(&booked);
    let needs_details = posted.needs_details && !is_new;
    let payee = posted.payee.filter(|_| !is_new).unwrap_or(said);
    Standing {
        claim,
        number,
        before,
        ordered,
        payee,
        needs_details,
        returned,
        change,
        causes,
        earlier,
    }
}
