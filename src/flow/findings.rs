//! What detection hands on: findings 疑点, each a lead with its evidence, and the decisions with
//! the consequences drawn.

use crate::domain::identity::PersonKey;
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};

use super::books::Reckoning;
use super::decisions::Adjudicated;
use super::records::{ClaimIx, HospitalIx};

/// Decisions and findings: all that reports are made of.
#[derive(Clone, Debug, Default)]
pub struct Detected {
    pub adjudicated: Adjudicated,
    /// Sorted by code, then by the claims they rest on.
    pub findings: Vec<Finding>,
    /// What the decisions make of the books.
    pub reckoning: Reckoning,
}

impl Detected {
    /// Places in [`Detected::findings`] of all findings on each claim, in the claims' order.
    pub fn findings_by_claim(&self) -> Vec<Vec<usize>> {
        let mut by_claim = vec![Vec::new(); self.adjudicated.decisions.len()];
        for (place, finding) in self.findings.iter().enumerate() {
            for &(claim, _) in &finding.claims {
                by_claim[claim.at()].push(place);
            }
        }
        by_claim
    }
}

/// A doubtful point.
#[derive(Clone, Debug)]
pub struct Finding {
    /// `F301-` and eight characters made from the code and the claims; the same in every run.
    pub id: String,
    pub code: Code,
    pub severity: Severity,
    pub subject: Subject,
    /// The claims it rests on, ascending, each with the amount at risk there.
    pub claims: Vec<(ClaimIx, Money)>,
    /// What no other finding listed before it already put at risk: these sum to the register's
    /// total, which is never more than what was claimed.
    pub counted: Money,
    /// One plain sentence with the numbers in it. Names, ids and accounts are masked.
    pub sentence: Text,
    /// The clause it would break.
    pub legal_basis: String,
    /// The rows to open, ascending.
    pub evidence: Vec<Origin>,
    /// The thresholds used, as `name=value`, `;` between.
    pub thresholds: String,
}

impl Finding {
    /// The amount at risk, before it is shared with other findings.
    pub fn at_risk(&self) -> Money {
        self.claims.iter().map(|&(_, amount)| amount).sum()
    }
}

/// Whom or what a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Claim(ClaimIx),
    Person(PersonKey),
    Hospital(HospitalIx),
    /// A bank account; shown masked.
    Account(String),
}

impl Subject {
    /// The word of machine outputs.
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Claim(_) => "claim",
            Subject::Person(_) => "person",
            Subject::Hospital(_) => "hospital",
            Subject::Account(_) => "account",
        }
    }
}
