//! The same invoice claimed more than once in a batch. The claim received first stands (then the
//! lower claim id); whether the persons differ is remembered, because then even the first waits.

use std::collections::HashMap;

use crate::flow::{Claim, ClaimIx, Duplicate, HospitalIx, Match};

/// One answer per claim, in their order.
pub fn find(claims: &[Claim], hospitals: &[Match<HospitalIx>]) -> Vec<Duplicate> {
    let mut by_number: HashMap<&str, Vec<ClaimIx>> = HashMap::with_capacity(claims.len());
    for (i, claim) in claims.iter().enumerate() {
        by_number.entry(&claim.invoice.number).or_default().push(ClaimIx(i as u32));
    }
    let mut answers = vec![Duplicate::No; claims.len()];
    for group in by_number.into_values().filter(|group| group.len() > 1) {
        mark(claims, hospitals, group, &mut answers);
    }
    answers
}

/// Splits claims of one invoice number into those of one invoice each, and marks them.
fn mark(
    claims: &[Claim],
    hospitals: &[Match<HospitalIx>],
    mut group: Vec<ClaimIx>,
    answers: &mut [Duplicate],
) {
    group.sort_by_key(|ix| {
        let claim = &claims[ix.at()];
        (claim.received_on, claim.claim_id.clone(), *ix)
    });
    while let Some(first) = (!group.is_empty()).then(|| group.remove(0)) {
        let (same, rest): (Vec<ClaimIx>, Vec<ClaimIx>) =
            group.into_iter().partition(|&other| same_invoice(claims, hospitals, first, other));
        group = rest;
        if same.is_empty() {
            continue;
        }
        let person = |ix: ClaimIx| claims[ix.at()].person.reveal();
        let contested = same.iter().any(|&other| person(other) != person(first));
        for &other in &same {
            answers[other.at()] = Duplicate::Later { first };
        }
        answers[first.at()] = Duplicate::First { others: same, contested };
    }
}

/// The numbers agree already. Codes decide where both are known; without them the hospital does.
fn same_invoice(claims: &[Claim], hospitals: &[Match<HospitalIx>], a: ClaimIx, b: ClaimIx) -> bool {
    let (one, two) = (&claims[a.at()], &claims[b.at()]);
    match (&one.invoice.code, &two.invoice.code) {
        (Some(code), Some(other)) => code == other,
        _ => match (hospitals[a.at()].one(), hospitals[b.at()].one()) {
            (Some(hospital), Some(other)) => hospital == other,
            _ => {
                one.hospital_name.is_some() && one.hospital_name == two.hospital_name
                    || one.hospital_code.is_some() && one.hospital_code == two.hospital_code
            }
        },
    }
}
