//! The hospital stays of each person that has a claim in the batch, own claims and past
//! settlements together, in order of admission.
//!
//! The surprise: a bill that appears twice, as a claim and as its past settlement or as two claims
//! for one invoice, is one stay here. That it was paid twice is other detectors' business.

use std::ops::Range;

use crate::domain::identity::PersonKey;
use crate::domain::words::{CareType, SettlementStatus};
use crate::domain::{Origin, Period};
use crate::flow::{Adjudicated, ClaimIx, Duplicate, SettlementIx};

/// Where a stay is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bill {
    Claim(ClaimIx),
    Settlement(SettlementIx),
}

/// One stay 住院.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    pub period: Period,
    pub bill: Bill,
}

/// Everybody's stays; those of one person stand together.
#[derive(Debug, Default)]
pub struct Stays {
    all: Vec<Stay>,
    runs: Vec<Range<usize>>,
}

impl Stays {
    pub fn build(adjudicated: &Adjudicated) -> Stays {
        let mut of_person = claims_by_person(adjudicated);
        of_person.sort_unstable();
        let mut stays = Stays::default();
        for run in of_person.chunk_by(|one, next| one.0 == next.0) {
            let start = stays.all.len();
            stays.all.extend(run.iter().map(|(_, claim)| {
                let period = adjudicated.linked.records.claim(*claim).stay;
                Stay { period, bill: Bill::Claim(*claim) }
            }));
            stays.add_settlements(adjudicated, run);
            if stays.all.len() - start < 2 {
                stays.all.truncate(start);
                continue;
            }
            stays.all[start..].sort_unstable();
            stays.runs.push(start..stays.all.len());
        }
        stays
    }

    /// The stays of each person that has at least two, by admission.
    pub fn by_person(&self) -> impl Iterator<Item = &[Stay]> {
        self.runs.iter().map(|run| &self.all[run.clone()])
    }

    fn add_settlements(&mut self, adjudicated: &Adjudicated, run: &[(PersonKey, ClaimIx)]) {
        let linked = &adjudicated.linked;
        let Some(files) = run.first().and_then(|(key, _)| linked.people.by_key.get(key)) else {
            return;
        };
        let claimed_again = |settlement: SettlementIx| {
            let mut links = run.iter().map(|(_, claim)| &linked.links[claim.at()]);
            links.any(|link| link.settled.iter().any(|past| past.settlement == settlement))
        };
        for &ix in &files.settlements {
            let settlement = &linked.records.settlements[ix.at()];
            let Some(period) = settlement.stay else { continue };
            let inpatient = match settlement.care {
                Some(care) => care == CareType::Inpatient,
                None => period.first() < period.last(),
            };
            let stands = settlement.status == SettlementStatus::Normal;
            if inpatient && stands && !claimed_again(ix) {
                self.all.push(Stay { period, bill: Bill::Settlement(ix) });
            }
        }
    }
}

impl Stay {
    pub fn claim(self) -> Option<ClaimIx> {
        match self.bill {
            Bill::Claim(claim) => Some(claim),
            Bill::Settlement(_) => None,
        }
    }

    /// The claim's id, or the settlement's.
    pub fn shown(self, adjudicated: &Adjudicated) -> &str {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(claim) => &records.claim(claim).claim_id,
            Bill::Settlement(past) => &records.settlements[past.at()].settlement_id,
        }
    }

    pub fn origin(self, adjudicated: &Adjudicated) -> Origin {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(claim) => records.claim(claim).origin,
            Bill::Settlement(past) => records.settlements[past.at()].origin,
        }
    }

    pub fn diagnosis_code(self, adjudicated: &Adjudicated) -> Option<&str> {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(claim) => records.claim(claim).diagnosis_code.as_deref(),
            Bill::Settlement(past) => records.settlements[past.at()].diagnosis_code.as_deref(),
        }
    }

    /// Whether both stays were in one hospital; nothing where that cannot be told.
    pub fn same_hospital(self, other: Stay, adjudicated: &Adjudicated) -> Option<bool> {
        let one = self.hospital(adjudicated);
        let two = other.hospital(adjudicated);
        match (one, two) {
            ((Some(code), _), (Some(other_code), _)) => Some(code == other_code),
            ((None, Some(name)), (None, Some(other_name))) => {
                // Two spellings may be one hospital: only equality says something.
                (name == other_name).then_some(true)
            }
            _ => None,
        }
    }

    /// Code and name; the name is only looked at where there is no code.
    fn hospital(self, adjudicated: &Adjudicated) -> (Option<&str>, Option<&str>) {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(ix) => {
                let claim = records.claim(ix);
                let linked = adjudicated.linked.links[ix.at()].hospital.one();
                let code = linked.map(|hospital| &*records.hospitals[hospital.at()].code);
                let stated = claim.hospital_code.as_deref();
                (code.or(stated), claim.hospital_name.as_deref())
            }
            Bill::Settlement(past) => {
                (records.settlements[past.at()].hospital_code.as_deref(), None)
            }
        }
    }
}

/// The inpatient claims that stand, with their persons; damaged numbers belong to nobody.
fn claims_by_person(adjudicated: &Adjudicated) -> Vec<(PersonKey, ClaimIx)> {
    let linked = &adjudicated.linked;
    let claims = linked.records.claims.iter().zip(&linked.links).zip(0..);
    let standing = claims.filter(|((claim, links), _)| {
        let repeated = matches!(links.duplicate, Duplicate::Later { .. });
        claim.care == CareType::Inpatient && !repeated
    });
    standing.filter_map(|((claim, _), ix)| Some((claim.person.key()?, ClaimIx(ix)))).collect()
}
