//! `workings.jsonl`: the whole working of every claim, one JSON line each, sorted by claim id;
//! and `clauses.json`, the citations its steps point to.
//!
//! The surprise: bill lines are not in it. A working names its rows in `lines.parquet` by number,
//! which keeps a million workings within reach of a binary search.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::Text;
use crate::domain::Version;
use crate::domain::citation::Checked;
use crate::domain::words::{PersonType, Tier};
use crate::flow::Decision;

use super::view::ClaimView;
use super::wording::citation;
use super::working::{StepRecord, Yuan};
use super::{Cause, Job, write_file};

pub const FILE: &str = "workings.jsonl";
pub const CLAUSES_FILE: &str = "clauses.json";
/// Claims put into words at once; bounds memory, decides nothing.
const CLAIMS_AT_ONCE: usize = 8_192;

/// A sentence in both languages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Both {
    pub zh: String,
    pub en: String,
}

/// The working of one claim.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Working {
    pub claim_id: String,
    pub person_ref: String,
    /// Masked as the run wants it.
    pub name: String,
    pub id: String,
    pub insured_region: String,
    pub insured_name: String,
    pub treated_region: String,
    pub treated_name: String,
    pub hospital: String,
    /// Empty where it has none or is not known.
    pub tier: String,
    pub first_day: String,
    pub last_day: String,
    pub received_on: String,
    pub invoice_no: String,
    /// What was handed in, where the office recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materials: Option<Vec<String>>,
    pub source: String,
    pub outcome: String,
    pub route: String,
    pub scheme: String,
    /// Empty where the person is not known.
    pub person_type: String,
    pub care_type: String,
    pub governing_day: String,
    pub policy_version: String,
    pub catalog_version: String,
    pub amounts: AmountsRecord,
    pub gates: Vec<GateRecord>,
    pub filing: Option<FilingRecord>,
    pub passed_over: Vec<FilingRecord>,
    pub steps: Vec<StepRecord>,
    pub cures: Vec<CureRecord>,
    pub findings: Vec<FindingRecord>,
    /// The first row in `lines.parquet` and how many follow.
    pub lines: (u32, u32),
}

/// The money of a claim; of the funds those that pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountsRecord {
    pub total: Yuan,
    pub full_self_paid: Yuan,
    pub over_ceiling: Yuan,
    pub first_pay: Yuan,
    pub in_scope: Yuan,
    pub deductible: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_basic: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_large: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_serious: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_supplement: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_aid: Yuan,
    #[serde(default, skip_serializing_if = "Yuan::is_zero")]
    pub fund_floor: Yuan,
    pub fund_total: Yuan,
    pub person_total: Yuan,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GateRecord {
    pub code: String,
    /// `reject`, `pend`, `hold` or `reduce`.
    pub does: String,
    pub name: Both,
    pub verdict: Both,
    pub saw: Both,
    /// The clause it stands on: its place in `clauses.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<u32>,
}

/// A filing, and why it did not help if it did not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilingRecord {
    pub filing_id: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<Both>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CureRecord {
    /// The code of the reason it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub remedy: String,
    pub what: Both,
    pub by: Option<String>,
    pub worth: Option<Yuan>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindingRecord {
    pub id: String,
    pub code: String,
    pub severity: String,
    pub sentence: Both,
    pub evidence: Vec<String>,
}

/// A clause's source, as the steps' `clause` numbers them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClauseRecord {
    pub clause: String,
    pub document: String,
    pub article: Option<String>,
    pub link: Option<String>,
    pub checked_on: Option<String>,
    /// Document, article and whether it was checked, in words.
    pub shown: Both,
}

impl From<Text> for Both {
    fn from(text: Text) -> Both {
        Both { zh: text.zh, en: text.en }
    }
}

impl From<Both> for Text {
    fn from(both: Both) -> Text {
        Text { zh: both.zh, en: both.en }
    }
}

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let mut order: Vec<&Decision> = job.detected.adjudicated.own_decisions().iter().collect();
    order.sort_by_key(|decision| (&job.records().claim(decision.claim).claim_id, decision.claim));
    write_file(path, |out| {
        for decisions in order.chunks(CLAIMS_AT_ONCE) {
            let lines: Result<Vec<Vec<u8>>, serde_json::Error> = decisions
                .par_iter()
                .map(|decision| {
                    let mut line = serde_json::to_vec(&Working::of(&job.view(decision)))?;
                    line.push(b'\n');
                    Ok(line)
                })
                .collect();
            lines?.iter().try_for_each(|line| out.write_all(line))?;
        }
        Ok(())
    })
}

pub fn write_clauses(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let clauses: Vec<ClauseRecord> = job
        .detected
        .adjudicated
        .clauses
        .iter()
        .map(|clause| ClauseRecord {
            clause: clause.clause.clone(),
            document: clause.document.clone(),
            article: clause.article.clone(),
            link: clause.link.clone(),
            checked_on: match clause.checked {
                Checked::On(day) => Some(day.to_string()),
                Checked::Never => None,
            },
            shown: citation(clause).into(),
        })
        .collect();
    write_file(path, |out| Ok(serde_json::to_writer_pretty(out, &clauses)?))
}

impl Working {
    pub fn of(view: &ClaimView<'_>) -> Working {
        let (claim, decision) = (view.claim, view.decision);
        let filing = |ix: crate::flow::FilingIx, why_not| {
            let filing = &view.job.records().filings[ix.at()];
            let source = view.job.records().place(filing.origin);
            FilingRecord { filing_id: filing.filing_id.to_string(), source, why_not }
        };
        let route = &decision.route;
        Working {
            claim_id: claim.claim_id.to_string(),
            person_ref: view.person_ref(),
            name: view.shown_name(),
            id: view.shown_id(),
            insured_region: claim.insured.to_string(),
            insured_name: view.insured_name(),
            treated_region: claim.treated.to_string(),
            treated_name: view.treated_name(),
            hospital: view.hospital().to_owned(),
            tier: decision.tier.map_or("", Tier::word).to_owned(),
            first_day: claim.stay.first().to_string(),
            last_day: claim.stay.last().to_string(),
            received_on: claim.received_on.to_string(),
            invoice_no: claim.invoice.number.to_string(),
            materials: claim
                .materials
                .as_ref()
                .map(|given| given.iter().map(|material| material.word().to_owned()).collect()),
            source: view.place(),
            outcome: decision.outcome.word().to_owned(),
            route: route.route.word().to_owned(),
            scheme: decision.scheme.word().to_owned(),
            person_type: decision.person_type.map_or("", PersonType::word).to_owned(),
            care_type: decision.care.word().to_owned(),
            governing_day: decision.governing_day.to_string(),
            policy_version: Version::told(decision.policy_version),
            catalog_version: Version::told(decision.catalog_version),
            amounts: AmountsRecord::of(decision),
            gates: gates(decision),
            filing: route.filing.map(|ix| filing(ix, None)),
            passed_over: route
                .passed_over
                .iter()
                .map(|&(ix, fault)| filing(ix, Some(fault.text().into())))
                .collect(),
            steps: decision.steps.iter().map(|step| StepRecord::of(view, step)).collect(),
            cures: cures(decision),
            findings: findings(view),
            lines: (decision.lines.start, decision.lines.len() as u32),
        }
    }
}

impl AmountsRecord {
    fn of(decision: &Decision) -> AmountsRecord {
        let amounts = &decision.amounts;
        AmountsRecord {
            total: Yuan(amounts.total),
            full_self_paid: Yuan(amounts.full_self_paid),
            over_ceiling: Yuan(amounts.over_ceiling),
            first_pay: Yuan(amounts.first_pay),
            in_scope: Yuan(amounts.in_scope),
            deductible: Yuan(amounts.deductible),
            fund_basic: Yuan(amounts.fund_basic),
            fund_large: Yuan(amounts.fund_large),
            fund_serious: Yuan(amounts.fund_serious),
            fund_supplement: Yuan(amounts.fund_supplement),
            fund_aid: Yuan(amounts.fund_aid),
            fund_floor: Yuan(amounts.fund_floor),
            fund_total: Yuan(amounts.fund_total()),
            person_total: Yuan(amounts.person_total),
        }
    }
}

fn gates(decision: &Decision) -> Vec<GateRecord> {
    let gate = |gate: &crate::flow::GateHit| GateRecord {
        code: gate.code.as_str().to_owned(),
        does: gate.verdict.word().to_owned(),
        name: Both { zh: gate.code.zh().to_owned(), en: gate.code.en().to_owned() },
        verdict: super::wording::gate_verdict(gate.verdict).into(),
        saw: gate.saw.clone().into(),
        clause: gate.clause.map(|clause| clause.0),
    };
    decision.gates.iter().map(gate).collect()
}

fn cures(decision: &Decision) -> Vec<CureRecord> {
    let cure = |cure: &crate::flow::Cure| CureRecord {
        code: cure.code.map(|code| code.as_str().to_owned()),
        remedy: cure.remedy.word().to_owned(),
        what: cure.what.clone().into(),
        by: cure.by.map(|day| day.to_string()),
        worth: cure.worth.map(Yuan),
    };
    decision.cures.iter().map(cure).collect()
}

fn findings(view: &ClaimView<'_>) -> Vec<FindingRecord> {
    let records = view.job.records();
    let record = |finding: &crate::flow::Finding| FindingRecord {
        id: finding.id.clone(),
        code: finding.code.as_str().to_owned(),
        severity: finding.severity.word().to_owned(),
        sentence: finding.sentence.clone().into(),
        evidence: finding.evidence.iter().map(|&origin| records.place(origin)).collect(),
    };
    view.findings().map(record).collect()
}
