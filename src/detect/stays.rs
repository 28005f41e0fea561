//! The hospital stays 住院 of each person that has a claim in the batch and at least two stays, in
//! order of admission.

use std::ops::Range;

use super::care::{Care, Episode};

/// An episode of inpatient care.
pub type Stay = Episode;

/// Everybody's stays; those of one person stand together.
#[derive(Debug, Default)]
pub struct Stays {
    all: Vec<Stay>,
    runs: Vec<Range<usize>>,
}

impl Stays {
    pub fn of(care: &Care) -> Stays {
        let mut stays = Stays::default();
        for person in care.by_person() {
            let start = stays.all.len();
            stays.all.extend(person.iter().filter(|episode| episode.is_stay()));
            if stays.all.len() - start < 2 {
                stays.all.truncate(start);
                continue;
            }
            stays.runs.push(start..stays.all.len());
        }
        stays
    }

    /// The stays of each person that has at least two, by admission.
    pub fn by_person(&self) -> impl Iterator<Item = &[Stay]> {
        self.runs.iter().map(|run| &self.all[run.clone()])
    }
}
