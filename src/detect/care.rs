//! Every episode of care 就医 of each person that has a claim, stays and visits, own claims and past
//! settlements together, in order of their first days.
//!
//! The surprise: a bill that appears twice, as a claim and as its past settlement or as two claims
//! for one invoice, is one episode here. That it was paid twice is other detectors' business.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::dates::{Date, age_on, days_between};
use crate::domain::identity::PersonKey;
use crate::domain::words::{CareType, HospitalKind, SettlementStatus, Tier};
use crate::domain::{Money, Origin, Period, RegionCode};
use crate::flow::{Adjudicated, ClaimIx, Duplicate, Hospital, HospitalIx, SettlementIx};

/// Where an episode is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bill {
    Claim(ClaimIx),
    Settlement(SettlementIx),
}

/// One stay 住院 or visit 就诊.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Episode {
    pub period: Period,
    pub bill: Bill,
    pub care: CareType,
}

/// Everybody's episodes; those of one person stand together.
#[derive(Debug, Default)]
pub struct Care {
    all: Vec<Episode>,
    runs: Vec<Range<usize>>,
    /// Of each past settlement, whether it stands for care that no claim stands for.
    alone: Vec<bool>,
}

impl Care {
    pub fn build(adjudicated: &Adjudicated) -> Care {
        let mut of_person = claims_by_person(adjudicated);
        of_person.sort_unstable();
        let mut care = Care { alone: alone(adjudicated), ..Care::default() };
        for run in of_person.chunk_by(|one, next| one.0 == next.0) {
            let start = care.all.len();
            care.all.extend(run.iter().map(|&(_, claim)| of_claim(adjudicated, claim)));
            care.add_settlements(adjudicated, run);
            care.all[start..].sort_unstable();
            care.runs.push(start..care.all.len());
        }
        care
    }

    /// The episodes of each person, by first day.
    pub fn by_person(&self) -> impl Iterator<Item = &[Episode]> {
        self.runs.iter().map(|run| &self.all[run.clone()])
    }

    /// Every bill once, of whomever: what is compared with the rest.
    pub fn each_bill<'a>(
        &'a self,
        adjudicated: &'a Adjudicated,
    ) -> impl Iterator<Item = Episode> + 'a {
        let linked = &adjudicated.linked;
        let claims = (0..).zip(&linked.links).filter(|(_, links)| !is_repeated(&links.duplicate));
        let claims = claims.map(|(ix, _)| of_claim(adjudicated, ClaimIx(ix)));
        let past = (0..).zip(&self.alone).filter(|&(_, &alone)| alone);
        claims.chain(past.filter_map(|(ix, _)| of_settlement(adjudicated, SettlementIx(ix))))
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
        // A row given twice is one settlement.
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let id = |ix: SettlementIx| &*linked.records.settlements[ix.at()].settlement_id;
        let past =
            files.settlements.iter().filter(|&&ix| !claimed_again(ix) && known.insert(id(ix)));
        self.all.extend(past.filter_map(|&ix| of_settlement(adjudicated, ix)));
    }
}

/// The claims that stand, with their persons; damaged numbers belong to nobody.
fn claims_by_person(adjudicated: &Adjudicated) -> Vec<(PersonKey, ClaimIx)> {
    let linked = &adjudicated.linked;
    let claims = linked.records.claims.iter().zip(&linked.links).zip(0..);
    let standing = claims.filter(|((_, links), _)| !is_repeated(&links.duplicate));
    standing.filter_map(|((claim, _), ix)| Some((claim.person.key()?, ClaimIx(ix)))).collect()
}

fn is_repeated(duplicate: &Duplicate) -> bool {
    matches!(duplicate, Duplicate::Later { .. })
}

/// Of each settlement, whether no claim is the same bill.
fn alone(adjudicated: &Adjudicated) -> Vec<bool> {
    let linked = &adjudicated.linked;
    let mut alone = vec![true; linked.records.settlements.len()];
    for past in linked.links.iter().flat_map(|links| &links.settled) {
        alone[past.settlement.at()] = false;
    }
    alone
}

pub fn of_claim(adjudicated: &Adjudicated, ix: ClaimIx) -> Episode {
    let claim = adjudicated.linked.records.claim(ix);
    Episode { period: claim.stay, bill: Bill::Claim(ix), care: claim.care }
}

/// Nothing of a settlement that was taken back, or that does not say when the care was.
pub fn of_settlement(adjudicated: &Adjudicated, ix: SettlementIx) -> Option<Episode> {
    let settlement = &adjudicated.linked.records.settlements[ix.at()];
    let period = settlement.stay?;
    let by_days = match period.first() < period.last() {
        true => CareType::Inpatient,
        false => CareType::Outpatient,
    };
    let care = settlement.care.unwrap_or(by_days);
    let stands = settlement.status == SettlementStatus::Normal;
    stands.then_some(Episode { period, bill: Bill::Settlement(ix), care })
}

/// From this age on somebody is no newborn, whatever a diagnosis says.
const CHILD_YEARS: i32 = 14;
/// What is put behind a mother's name for a child that has none yet.
const NEWBORN_ENDINGS: [&str; 3] = ["之子", "之女", "之婴"];

impl Episode {
    pub fn claim(self) -> Option<ClaimIx> {
        match self.bill {
            Bill::Claim(claim) => Some(claim),
            Bill::Settlement(_) => None,
        }
    }

    pub fn is_stay(self) -> bool {
        self.care == CareType::Inpatient
    }

    /// The one day of a visit.
    pub fn visit_day(self) -> Option<Date> {
        let day = self.period.first();
        (!self.is_stay() && day == self.period.last()).then_some(day)
    }

    pub fn nights(self) -> i32 {
        days_between(self.period.first(), self.period.last())
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

    pub fn total(self, adjudicated: &Adjudicated) -> Money {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(claim) => records.claim(claim).total,
            Bill::Settlement(past) => records.settlements[past.at()].total,
        }
    }

    pub fn diagnosis_code(self, adjudicated: &Adjudicated) -> Option<&str> {
        let records = &adjudicated.linked.records;
        match self.bill {
            Bill::Claim(claim) => records.claim(claim).diagnosis_code.as_deref(),
            Bill::Settlement(past) => records.settlements[past.at()].diagnosis_code.as_deref(),
        }
    }

    /// The category of the diagnosis: the first three characters of its code.
    pub fn disease(self, adjudicated: &Adjudicated) -> Option<&str> {
        self.diagnosis_code(adjudicated)?.get(..3)
    }

    /// Whether both were in one hospital; nothing where that cannot be told.
    pub fn same_hospital(self, other: Episode, adjudicated: &Adjudicated) -> Option<bool> {
        let one = self.code_and_name(adjudicated);
        let two = other.code_and_name(adjudicated);
        match (one, two) {
            ((Some(code), _), (Some(other_code), _)) => Some(code == other_code),
            ((None, Some(name)), (None, Some(other_name))) => {
                // Two spellings may be one hospital: only equality says something.
                (name == other_name).then_some(true)
            }
            _ => None,
        }
    }

    /// Whether the two were surely in different hospitals: other codes, or other cities.
    pub fn is_elsewhere(self, other: Episode, adjudicated: &Adjudicated) -> bool {
        self.same_hospital(other, adjudicated).map_or_else(
            || {
                let places = self.place(adjudicated).zip(other.place(adjudicated));
                places.is_some_and(|(one, two)| one.pool() != two.pool())
            },
            |same| !same,
        )
    }

    /// What its hospital is called when hospitals are counted: the code, else the name.
    pub fn hospital_key(self, adjudicated: &Adjudicated) -> Option<&str> {
        let (code, name) = self.code_and_name(adjudicated);
        code.or(name)
    }

    /// The hospital as registered, where it is.
    pub fn hospital(self, adjudicated: &Adjudicated) -> Option<(HospitalIx, &Hospital)> {
        let linked = &adjudicated.linked;
        let hospitals = &linked.records.hospitals;
        let ix = match self.bill {
            Bill::Claim(claim) => linked.links[claim.at()].hospital.one()?,
            Bill::Settlement(past) => {
                let code = linked.records.settlements[past.at()].hospital_code.as_deref()?;
                let at = hospitals.binary_search_by(|hospital| (*hospital.code).cmp(code)).ok()?;
                HospitalIx(at as u32)
            }
        };
        Some((ix, &hospitals[ix.at()]))
    }

    pub fn tier(self, adjudicated: &Adjudicated) -> Option<Tier> {
        self.hospital(adjudicated).and_then(|(_, hospital)| hospital.tier)
    }

    /// Where it was: as the hospital is registered, else as stated, else as its code says. Nothing
    /// where register and claim name two provinces: one of them is wrong.
    pub fn place(self, adjudicated: &Adjudicated) -> Option<RegionCode> {
        let registered = self.hospital(adjudicated).map(|(_, hospital)| hospital.region);
        match self.bill {
            Bill::Claim(claim) => {
                let stated = adjudicated.linked.records.claim(claim).treated.0;
                let place = registered.unwrap_or(stated);
                (place.province() == stated.province()).then_some(place)
            }
            Bill::Settlement(_) => registered.or_else(|| {
                let (code, _) = self.code_and_name(adjudicated);
                RegionCode::parse(code?.get(1..7)?)
            }),
        }
    }

    /// Whether drugs were bought there and nothing else was done.
    pub fn is_pharmacy(self, adjudicated: &Adjudicated) -> bool {
        let registered = self.hospital(adjudicated).map(|(_, hospital)| hospital.kind);
        let (code, _) = self.code_and_name(adjudicated);
        self.care == CareType::Pharmacy
            || registered == Some(HospitalKind::Pharmacy)
            || code.is_some_and(|code| code.starts_with('P'))
    }

    /// Whether exactly one of two is a newborn's who is treated under the number of a grown-up.
    pub fn is_mother_and_child(self, other: Episode, adjudicated: &Adjudicated) -> bool {
        let [one, two] = [self, other].map(|episode| episode.is_newborns(adjudicated));
        (one || two) && self.age(adjudicated).is_some_and(|age| age >= CHILD_YEARS)
    }

    /// Whether it is a newborn's, by the diagnosis or by what stands behind the mother's name.
    pub fn is_newborns(self, adjudicated: &Adjudicated) -> bool {
        let code = self.diagnosis_code(adjudicated).unwrap_or_default();
        let name = self.claim().map(|ix| adjudicated.linked.records.claim(ix).name.as_str());
        let named = |name: &str| NEWBORN_ENDINGS.iter().any(|ending| name.ends_with(ending));
        code.starts_with('P') || code.starts_with("Z38") || name.is_some_and(named)
    }

    /// As the identity number says.
    fn age(self, adjudicated: &Adjudicated) -> Option<i32> {
        let records = &adjudicated.linked.records;
        let person = match self.bill {
            Bill::Claim(claim) => &records.claim(claim).person,
            Bill::Settlement(past) => &records.settlements[past.at()].person,
        };
        let born = person.key()?.id()?.birth_date()?;
        Some(age_on(born, self.period.first()))
    }

    /// Code and name; the name is only looked at where there is no code.
    fn code_and_name(self, adjudicated: &Adjudicated) -> (Option<&str>, Option<&str>) {
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
