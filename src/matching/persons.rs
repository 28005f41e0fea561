//! Who a claim is for: by id, else by name, birth date and insured region, which a human must
//! confirm. An id that is damaged is never matched; the nearest persons are shown.

use std::collections::HashMap;

use crate::domain::RegionCode;
use crate::domain::identity::{Identity, PersonKey};
use crate::flow::links::{People, PersonFiles};
use crate::flow::{
    Claim, ClaimIx, FilingIx, PersonIx, PersonLink, PersonRecord, Records, SettlementIx,
};

/// How many near misses are shown.
const NEAREST_MAX: usize = 3;

/// Everything of each person, lists in canonical order because the tables are.
pub fn gather(records: &Records) -> People {
    let mut people = People::default();
    let mut files_of = |identity: &Identity, add: &mut dyn FnMut(&mut PersonFiles)| {
        if let Some(key) = identity.key() {
            add(people.by_key.entry(key).or_default());
        }
    };
    for (i, person) in records.persons.iter().enumerate() {
        files_of(&person.person, &mut |files| files.register.push(PersonIx(i as u32)));
    }
    for (i, filing) in records.filings.iter().enumerate() {
        files_of(&filing.person, &mut |files| files.filings.push(FilingIx(i as u32)));
    }
    for (i, contribution) in records.contributions.iter().enumerate() {
        files_of(&contribution.person, &mut |files| files.contributions.push(i as u32));
    }
    for (i, settlement) in records.settlements.iter().enumerate() {
        files_of(&settlement.person, &mut |files| files.settlements.push(SettlementIx(i as u32)));
    }
    for (i, claim) in records.claims.iter().enumerate() {
        files_of(&claim.person, &mut |files| files.claims.push(ClaimIx(i as u32)));
    }
    people
}

/// The register by name and pooling area.
pub struct NameIndex<'r> {
    by_pool: HashMap<RegionCode, HashMap<&'r str, Vec<PersonIx>>>,
}

impl<'r> NameIndex<'r> {
    pub fn new(records: &'r Records) -> NameIndex<'r> {
        let mut by_pool: HashMap<RegionCode, HashMap<&str, Vec<PersonIx>>> = HashMap::new();
        for (i, person) in records.persons.iter().enumerate() {
            let pool = by_pool.entry(person.insured.0.pool()).or_default();
            pool.entry(&person.name).or_default().push(PersonIx(i as u32));
        }
        NameIndex { by_pool }
    }

    fn namesakes(&self, claim: &Claim) -> &[PersonIx] {
        let pool = self.by_pool.get(&claim.insured.0.pool());
        pool.and_then(|names| names.get(claim.name.as_str())).map_or(&[], Vec::as_slice)
    }
}

/// The person of one claim.
pub fn find(claim: &Claim, records: &Records, people: &People, names: &NameIndex) -> PersonLink {
    let namesakes = names.namesakes(claim);
    let nearest = || namesakes.iter().take(NEAREST_MAX).copied().collect();
    let Some(key) = claim.person.key() else {
        return PersonLink::Unknown { nearest: nearest() };
    };
    if let Some(files) = people.by_key.get(&key)
        && !files.register.is_empty()
    {
        let (entry, rivals) = entries_for(claim, &files.register, records);
        return PersonLink::Known { key, entry, rivals };
    }
    let born = match &key {
        PersonKey::Id(id) => id.birth_date(),
        PersonKey::Other(_) => None,
    };
    let candidates: Vec<PersonIx> = namesakes
        .iter()
        .filter(|ix| born.is_some() && records.persons[ix.at()].birth_date() == born)
        .copied()
        .collect();
    if candidates.is_empty() {
        PersonLink::Unknown { nearest: nearest() }
    } else {
        PersonLink::ByName { candidates }
    }
}

/// The register entry in the claim's pooling area and scheme, and those that contradict it.
fn entries_for(
    claim: &Claim,
    register: &[PersonIx],
    records: &Records,
) -> (Option<PersonIx>, Vec<PersonIx>) {
    let of = |ix: &PersonIx| &records.persons[ix.at()];
    let mut fitting = register.iter().copied().filter(|ix| {
        let entry = of(ix);
        entry.insured.0.pool() == claim.insured.0.pool() && entry.scheme == claim.scheme
    });
    let Some(first) = fitting.next() else { return (None, Vec::new()) };
    let rivals = fitting.filter(|other| !agree(of(&first), of(other))).collect();
    (Some(first), rivals)
}

/// Whether two entries say the same of what a decision rests on.
fn agree(one: &PersonRecord, two: &PersonRecord) -> bool {
    let facts = |entry: &PersonRecord| (entry.person_type, entry.died_on, entry.sex, entry.born_on);
    facts(one) == facts(two)
}
