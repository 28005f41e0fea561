//! Drafts → the register of findings 疑点台账: severity, id, order, the share of each in the total,
//! and what a holding finding does to a payment.
//!
//! The surprise: a finding's id is made of what it says, so it is the same in every run, whatever
//! the files are called and however their rows stand. Eight digits are enough for people; where
//! two findings of a large batch share them, both show more.

use std::collections::HashMap;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::domain::words::{CheckVerdict, Outcome, Remedy, Severity};
use crate::domain::{Code, Money, Text};
use crate::flow::books::Digest32;
use crate::flow::{Adjudicated, ClaimIx, Cure, Disposition, Finding, Records, Silenced, Subject};
use crate::rulebook::detector_settings::DetectorSettings;

use super::rows::name_rows;
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
    name_rows(&mut findings, adjudicated);
    let digests: Vec<Digest32> = findings.par_iter().map(|one| digest(one, records)).collect();
    name_all(&mut findings, &digests);
    findings
}

/// Leaves what is about the batch: claims recalled from the books were looked at so that nothing
/// is missed, and were on the register of their own month. Then each fen is counted once.
///
/// The answer are the findings that hold claims of the books only: a person must be able to
/// answer them, too.
pub fn keep_own(findings: &mut Vec<Finding>, records: &Records) -> Vec<Finding> {
    let mut earlier = Vec::new();
    findings.retain_mut(|finding| {
        let is_own = finding.claims.iter().any(|(claim, _)| records.is_own(*claim));
        if is_own {
            trim_to_own(finding, records);
        } else if finding.severity == Severity::Hold {
            earlier.push(finding.clone());
        }
        is_own
    });
    count_each_fen_once(findings, records);
    earlier
}

/// Leaves of a finding the claims of the batch; the others are remembered.
pub fn trim_to_own(finding: &mut Finding, records: &Records) {
    let (own, recalled): (Vec<_>, Vec<_>) =
        finding.claims.iter().partition(|(claim, _)| records.is_own(*claim));
    finding.recalled = recalled.into_iter().map(|(claim, _): (ClaimIx, Money)| claim).collect();
    finding.claims = own;
}

/// Takes out what somebody looked into and found innocent, on the very rows it rests on today.
/// What a gate decided stays on the register: a refusal is mended by its registers, not by a word.
pub fn silence(findings: &mut Vec<Finding>, adjudicated: &Adjudicated) -> Vec<Silenced> {
    let dispositions = adjudicated.linked.records.dispositions.iter();
    let innocent = dispositions.filter(|it| it.verdict == CheckVerdict::Innocent);
    let innocent: HashMap<(&str, &str), &Disposition> =
        innocent.map(|it| ((&*it.finding, &*it.rows), it)).collect();
    if innocent.is_empty() {
        return Vec::new();
    }
    let mut silenced = Vec::new();
    findings.retain(|finding| {
        let by = innocent.get(&(&*finding.id, &*finding.rows));
        let by = by.filter(|_| !stands_on_a_gate(finding, adjudicated));
        silenced.extend(by.map(|by| Silenced { finding: finding.clone(), by: (*by).clone() }));
        by.is_none()
    });
    silenced
}

fn stands_on_a_gate(finding: &Finding, adjudicated: &Adjudicated) -> bool {
    finding.claims.iter().any(|(claim, _)| {
        let gates = &adjudicated.decisions[claim.at()].gates;
        gates.iter().any(|gate| gate.code == finding.code)
    })
}

/// A holding finding stops a payment until a person decides, and says so among the cures; amounts
/// stay as they are.
pub fn hold_payments(adjudicated: &mut Adjudicated, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Hold) {
        // A bill that the pattern costs nothing is named beside the one it repeats, and paid.
        for (claim, _) in finding.claims.iter().filter(|(_, amount)| !amount.is_zero()) {
            let decision = &mut adjudicated.decisions[claim.at()];
            if matches!(decision.outcome, Outcome::Pay | Outcome::PayReduced) {
                decision.outcome = Outcome::Hold;
            }
            let is_answered = decision.cures.iter().any(|cure| cure.code == Some(finding.code));
            if decision.outcome == Outcome::Hold && !is_answered {
                decision.cures.push(released(finding.code, decision.amounts.fund_total()));
            }
        }
    }
}

/// What lets a held payment go: a person's word that the doubtful point is innocent.
fn released(code: Code, fund: Money) -> Cure {
    let (zh, en) = (code.zh(), code.en());
    Cure {
        code: Some(code),
        remedy: Remedy::Mends,
        what: Text::new(
            format!("经办核实疑点（{code} {zh}），属实无误即予支付"),
            format!("the agency looks into {code} ({en}); if it is innocent, it is paid"),
        ),
        by: None,
        worth: Some(fund),
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
        rows: String::new(),
        code,
        severity: at_most.map_or(severity, |limit| severity.min(limit)),
        subject,
        claims,
        recalled: Vec::new(),
        counted: Money::ZERO,
        sentence,
        legal_basis,
        evidence,
        thresholds: thresholds.join(";"),
        edges: draft.edges,
    }
}

/// Gives every finding its id. Where short ids meet, long ones are given; findings that say the
/// same of claims written with the same id are counted through.
fn name_all(findings: &mut [Finding], digests: &[Digest32]) {
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
fn digest(finding: &Finding, records: &Records) -> Digest32 {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update(part.as_bytes());
        hash.update([0]);
    };
    add(finding.code.as_str());
    let ids = finding.claims.iter().map(|(claim, _)| &*records.claim(*claim).claim_id);
    let mut ids: Vec<&str> = ids.collect();
    // Claims recalled from the books come last in the records, which says nothing of them.
    ids.sort_unstable();
    ids.into_iter().for_each(&mut add);
    // A number that is shown masked must not be found out from an id: only the kind is told.
    add(finding.subject.kind());
    if let Subject::Hospital(hospital) = &finding.subject {
        add(&records.hospitals[hospital.at()].code);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::detect::scene_test::{Batch, check, money, of_code, only};
    use crate::domain::words::Route;
    use crate::flow::ClaimIx;
    use crate::flow::decisions::GateVerdict;

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");

    /// `count` claims of unfiled care, the fund paying 400 of 1,000 each.
    fn unfiled(batch: &mut Batch, count: u16) {
        for number in 0..count {
            let claim = batch.claim(&format!("C{number:05}"), number % 999, STAY, "1000.00");
            batch.pays(claim, "400.00");
            batch.edit(claim).care = crate::domain::words::CareType::Outpatient;
            batch.decision(claim).route.route = Route::Unfiled;
        }
    }

    #[test]
    fn an_id_is_made_of_code_and_claims_and_knows_no_row() {
        let ids = |arrange: fn(&mut Batch)| {
            let mut batch = Batch::default();
            arrange(&mut batch);
            let detected = batch.detect();
            only(&detected, Code::F110).id.clone()
        };
        fn late(b: &mut Batch, id: &str) {
            let claim = b.claim(id, 1, STAY, "1000.00");
            b.gate(claim, Code::F110, GateVerdict::Reject);
        }
        let plain = ids(|b| late(b, "C7"));
        assert!(plain.starts_with("F110-") && plain.len() == 13, "{plain}");
        let moved = ids(|b| {
            b.row();
            b.claim("C1", 2, STAY, "1.00");
            late(b, "C7");
        });
        assert_eq!(plain, moved);
        assert_ne!(plain, ids(|b| late(b, "C8")));
    }

    #[test]
    fn no_id_is_given_twice_even_where_claim_ids_are() {
        let mut batch = Batch::default();
        unfiled(&mut batch, 600);
        for at in 300..600 {
            batch.edit(ClaimIx(at)).claim_id = "C-twice".into();
        }
        let detected = batch.detect();
        let ids: BTreeSet<_> = detected.findings.iter().map(|finding| &finding.id).collect();
        assert_eq!((ids.len(), detected.findings.len()), (600, 600));
    }

    #[test]
    fn short_ids_that_meet_are_lengthened() {
        let mut batch = Batch::default();
        unfiled(&mut batch, 3);
        let mut detected = batch.detect();
        let mut digests = [[7; 32], [7; 32], [9; 32]];
        digests[1][10] = 8;
        name_all(&mut detected.findings, &digests);
        let ids: Vec<&str> = detected.findings.iter().map(|finding| &*finding.id).collect();
        assert_eq!(ids[0], format!("F101-{}", "07".repeat(16)));
        assert_eq!(ids[1], format!("F101-{}08{}", "07".repeat(10), "07".repeat(5)));
        assert_eq!(ids[2], "F101-09090909");
    }

    #[test]
    fn each_fen_is_counted_once() {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, STAY, "1000.00");
        batch.line("1", "600.00", "700.00");
        batch.line("1", "300.00", "300.00");
        batch.ceiling("250.00");
        batch.pays(claim, "400.00");
        batch.decision(claim).route.route = Route::Unfiled;
        let detected = batch.detect();
        let counted: Vec<_> = detected
            .findings
            .iter()
            .map(|one| (one.code.as_str(), one.at_risk().to_string(), one.counted.to_string()))
            .collect();
        let row = |code, risk: &str, counted: &str| (code, risk.to_owned(), counted.to_owned());
        let expected = [
            row("F101", "400.00", "400.00"),
            row("F302", "100.00", "0.00"),
            row("F304", "50.00", "0.00"),
        ];
        assert_eq!(counted, expected);
    }

    #[test]
    fn a_graver_finding_counts_only_what_it_adds() {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, STAY, "1000.00");
        batch.line("1", "400.00", "400.00");
        batch.gate(claim, Code::F110, GateVerdict::Reject);
        batch.gate(claim, Code::F301, GateVerdict::Pend);
        let detected = batch.detect();
        let counted: Money = detected.findings.iter().map(|finding| finding.counted).sum();
        assert_eq!(counted, money("1000.00"));
        assert_eq!(only(&detected, Code::F110).counted, money("1000.00"));
        assert_eq!(only(&detected, Code::F301).counted, Money::ZERO);
    }

    #[test]
    fn a_warning_never_touches_an_outcome() {
        let mut batch = Batch::default();
        unfiled(&mut batch, 2);
        let before: Vec<_> =
            batch.adjudicated.decisions.iter().map(|one| (one.outcome, one.amounts)).collect();
        let detected = batch.detect();
        let after = detected.adjudicated.decisions.iter().map(|one| (one.outcome, one.amounts));
        assert_eq!(of_code(&detected, Code::F101).count(), 2);
        assert!(after.eq(before));
    }

    #[test]
    fn a_reversal_claim_puts_nothing_at_risk() {
        check(
            Code::F110,
            &[(
                "a negative total",
                |b| {
                    let claim = b.claim("C1", 1, STAY, "-50.00");
                    b.gate(claim, Code::F110, GateVerdict::Reject);
                },
                &[("C1", "0.00")],
            )],
        );
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let findings = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| {
                let mut batch = Batch::default();
                unfiled(&mut batch, 300);
                format!("{:?}", batch.detect().findings)
            })
        };
        assert_eq!(findings(1), findings(4));
    }
}
