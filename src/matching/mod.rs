//! Records → links: for every claim its person, bill, hospital, past settlements and duplicates,
//! each with the tier that found it. Exact and explained, never a guess.
//!
//! The surprise: matching moves the bill lines. They come out in the order of the claims, each
//! claim's lines in one run, so the later stages walk them without looking anything up.

mod bills;
mod duplicates;
mod hospitals;
mod persons;
mod settlements;

use rayon::prelude::*;

use crate::flow::{ClaimIx, ClaimLinks, Linked, Progress, Records, Stage};

/// Claims told of at once.
const PROGRESS_STEP: u64 = 1_000;

/// Links every claim of the batch.
pub fn link(mut records: Records, progress: &dyn Progress) -> Linked {
    progress.begin(Stage::Match, records.claims.len() as u64);
    let people = persons::gather(&records);
    let hospital_index = hospitals::HospitalIndex::new(&records.hospitals);
    let hospitals: Vec<_> =
        records.claims.par_iter().map(|claim| hospital_index.find(claim)).collect();
    let duplicates = duplicates::find(&records.claims, &hospitals);
    let bills = bills::assign(&mut records, &duplicates);
    let names = persons::NameIndex::new(&records);
    let settled = settlements::SettlementIndex::new(&records);
    let links: Vec<ClaimLinks> = hospitals
        .into_par_iter()
        .zip(duplicates)
        .zip(bills.claims)
        .enumerate()
        .map(|(place, ((hospital, duplicate), bill))| {
            let claim = records.claim(ClaimIx(place as u32));
            if (place as u64 + 1).is_multiple_of(PROGRESS_STEP) {
                progress.advance(PROGRESS_STEP);
            }
            ClaimLinks {
                person: persons::find(claim, &records, &people, &names),
                settled: settled.find(claim, hospital.one(), &records, &people),
                hospital,
                lines: bill.lines,
                lines_tier: bill.tier,
                lines_ambiguous: bill.ambiguous,
                duplicate,
            }
        })
        .collect();
    progress.advance(records.claims.len() as u64 % PROGRESS_STEP);
    Linked { records, links, orphan_lines: bills.orphans, people }
}
