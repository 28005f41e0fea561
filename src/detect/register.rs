//! Drafts → the register of findings 疑点台账: severity, id, order, the share of each in the total,
//! and what a holding finding does to a payment.
//!
//! The surprise: a finding's id is made of what it says, so it is the same in every run, whatever
//! the files are called and however their rows stand. Eight digits are enough for people; where
//! two findings of a large batch share them, both show more.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::domain::words::{Outcome, Severity};
use crate::domain::{Code, Money};
use crate::flow::{Adjudicated, Finding, Records, Subject};
use crate::rulebook::detector_settings::DetectorSettings;

use super::scene::Draft;

const SHORT_ID_BYTES: usize = 4;
const LONG_ID_BYTES: usize = 16;

/// All findings, sorted by code, then by the claims they rest on.
pub fn register(
    drafts: Vec<(Code, Draft)>,
    adjudicated: &Adjudicated,
    settings: &DetectorSettings,
) -> Vec<Finding> {
    let records = &adjudicated.linked.records;
    let findings = drafts.into_iter().map(|(code, draft)| finish(code, draft, records, settings));
    let mut findings: Vec<Finding> = findings.collect();
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| finding.code.as_str();
        let by_code = key(one).cmp(key(other));
        let by_claims = by_code.then_with(|| one.claims.cmp(&other.claims));
        let by_subject = by_claims.then_with(|| one.subject.cmp(&other.subject));
        by_subject.then_with(|| one.sentence.zh.cmp(&other.sentence.zh))
    });
    name_all(&mut findings, records);
    count_each_fen_once(&mut findings, records);
    findings
}

/// A holding finding stops a payment until a person decides; amounts stay as they are.
pub fn hold_payments(adjudicated: &mut Adjudicated, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Hold) {
        for (claim, _) in &finding.claims {
            let decision = &mut adjudicated.decisions[claim.at()];
            if matches!(decision.outcome, Outcome::Pay | Outcome::PayReduced) {
                decision.outcome = Outcome::Hold;
            }
        }
    }
}

fn finish(code: Code, draft: Draft, records: &Records, settings: &DetectorSettings) -> Finding {
    let Draft { subject, mut claims, at_most, sentence, legal_basis, mut evidence, .. } = draft;
    claims.sort_unstable();
    for (claim, amount) in &mut claims {
        *amount = (*amount).min(records.claim(*claim).total).or_zero();
    }
    evidence.sort_unstable();
    evidence.dedup();
    let (first, _) = claims.first().expect("a finding rests on at least one claim");
    let severity = settings.severity(code, records.claim(*first).insured);
    let thresholds: Vec<String> =
        draft.thresholds.iter().map(|(name, value)| format!("{}={value}", name.word())).collect();
    Finding {
        id: String::new(),
        code,
        severity: at_most.map_or(severity, |limit| severity.min(limit)),
        subject,
        claims,
        counted: Money::ZERO,
        sentence,
        legal_basis,
        evidence,
        thresholds: thresholds.join(";"),
    }
}

/// Gives every finding its id. Where short ids meet, long ones are given; findings that say the
/// same of claims written with the same id are counted through.
fn name_all(findings: &mut [Finding], records: &Records) {
    let digests: Vec<[u8; 32]> = findings.par_iter().map(|one| digest(one, records)).collect();
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_unstable_by_key(|&at| (findings[at].code, digests[at], at));
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    let short = |at: usize| (codes[at], &digests[at][..SHORT_ID_BYTES]);
    for alike in order.chunk_by(|&one, &next| short(one) == short(next)) {
        let distinct = digests[alike[0]] != digests[alike[alike.len() - 1]];
        let bytes = if distinct { LONG_ID_BYTES } else { SHORT_ID_BYTES };
        for equal in alike.chunk_by(|&one, &next| digests[one] == digests[next]) {
            for (&at, count) in equal.iter().zip(1..) {
                findings[at].id = id(codes[at], &digests[at][..bytes], count);
            }
        }
    }
}

fn id(code: Code, digest: &[u8], count: u32) -> String {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if count == 1 { format!("{code}-{digits}") } else { format!("{code}-{digits}-{count}") }
}

/// What a finding says, as 32 bytes: code, claim ids and subject, never rows or files.
fn digest(finding: &Finding, records: &Records) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update(part.as_bytes());
        hash.update([0]);
    };
    add(finding.code.as_str());
    for (claim, _) in &finding.claims {
        add(&records.claim(*claim).claim_id);
    }
    add(finding.subject.kind());
    match &finding.subject {
        Subject::Claim(claim) => add(&records.claim(*claim).claim_id),
        Subject::Person(key) => add(key.reveal()),
        Subject::Hospital(hospital) => add(&records.hospitals[hospital.at()].code),
        Subject::Account(account) => add(account),
    }
    hash.finalize().into()
}

/// Findings in order share the fen of each claim: each counts only what exceeds the largest
/// amount already counted there, so a claim counts as much as its gravest finding.
fn count_each_fen_once(findings: &mut [Finding], records: &Records) {
    let mut so_far = vec![Money::ZERO; records.claims.len()];
    for finding in findings.iter_mut() {
        finding.counted = Money::ZERO;
        for (claim, amount) in &finding.claims {
            let counted = &mut so_far[claim.at()];
            finding.counted += (*amount - *counted).or_zero();
            *counted = (*counted).max(*amount);
        }
    }
    let counted: Money = findings.iter().map(|finding| finding.counted).sum();
    let claimed: Money = records.claims.iter().map(|claim| claim.total.or_zero()).sum();
    assert!(counted <= claimed, "findings count {counted}, more than the {claimed} claimed");
}
