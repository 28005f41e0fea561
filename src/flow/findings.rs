//! What detection hands on: findings 疑点, each a lead with its evidence, and the decisions with
//! the consequences drawn.

use crate::domain::identity::PersonKey;
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};

use super::books::Reckoning;
use super::decisions::Adjudicated;
use super::dispositions::{RowsCode, Silenced};
use super::records::{ClaimIx, HospitalIx};

/// Decisions and findings: all that reports are made of.
#[derive(Clone, Debug, Default)]
pub struct Detected {
    pub adjudicated: Adjudicated,
    /// Sorted by code, then by the claims they rest on.
    pub findings: Vec<Finding>,
    /// Findings that hold claims of the books only, by what came to be known since. They are in no
    /// sum of the batch.
    pub earlier: Vec<Finding>,
    /// Findings that somebody looked into and found innocent on the same rows, in the same order.
    /// They hold nothing and are in no sum.
    pub silenced: Vec<Silenced>,
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
    /// Made of what the rows it rests on say; see [`super::dispositions::RowsCode`].
    pub rows: RowsCode,
    pub code: Code,
    pub severity: Severity,
    pub subject: Subject,
    /// The claims it rests on, ascending, each with the amount at risk there.
    pub claims: Vec<(ClaimIx, Money)>,
    /// Claims of the books that it rests on as well, ascending; they were on the register of their
    /// own month.
    pub recalled: Vec<ClaimIx>,
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
    /// Of a network: who is connected with what, by person.
    pub edges: Vec<Edge>,
}

/// One connection of a network: a person, what connects them with others, and the rows that show
/// it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub person: PersonKey,
    pub to: EdgeTo,
    /// How much the connection says: more is stronger.
    pub weight: u32,
    /// Ascending.
    pub rows: Vec<Origin>,
}

/// What connects people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeTo {
    Account(String),
    Agent(String),
    Phone(String),
    /// Stays at one hospital, together again and again; by its code or name, and a number that
    /// tells groups at one hospital apart.
    Together(String, u32),
    /// Neighbouring invoices; by code and number of the first.
    InvoiceRun(String),
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
    /// Who hands claims in for others, by identity number or, without one, by name.
    Agent(String),
    /// A telephone number; shown masked.
    Phone(String),
    /// People connected with one another, called by the first claim of theirs.
    Network(ClaimIx),
}

impl Subject {
    /// The word of machine outputs.
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Claim(_) => "claim",
            Subject::Person(_) => "person",
            Subject::Hospital(_) => "hospital",
            Subject::Account(_) => "account",
            Subject::Agent(_) => "agent",
            Subject::Phone(_) => "phone",
            Subject::Network(_) => "network",
        }
    }
}
