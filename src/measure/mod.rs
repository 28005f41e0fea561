//! How often detectors are right: the findings of a batch held against the truth about it.
//!
//! The surprise: chance excuses nothing. An honest claim that happens to fit a detector's pattern
//! is a false alarm here, as it is on an auditor's desk.

mod committed;
mod rates;
mod table;

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Code, Lang};
use crate::flow::{Detected, Finding};
use crate::synth::PlantedCase;

pub use committed::{Committed, committed};
pub use rates::{Interval, wilson};
pub use table::{Conditions, csv, lines};

/// What came out for one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases in which the code must appear, and those of them in which it did.
    pub planted: u32,
    pub found: u32,
    /// Findings that touch such a case.
    pub right: u32,
    /// Findings that touch no case in which the code must or may appear.
    pub false_alarms: u32,
    /// Cases in which the code must not appear, and those of them in which it did.
    pub near_misses: u32,
    pub near_miss_alarms: u32,
}

/// Something a detector did not do, or did wrongly: what calibration looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    pub kind: SlipKind,
    pub seed: u64,
    pub code: Code,
    pub pattern: &'static str,
    pub claims: Vec<String>,
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipKind {
    Missed,
    FalseAlarm,
    NearMissAlarm,
}

impl SlipKind {
    pub fn word(self) -> &'static str {
        match self {
            SlipKind::Missed => "missed",
            SlipKind::FalseAlarm => "false_alarm",
            SlipKind::NearMissAlarm => "near_miss_alarm",
        }
    }
}

/// The sum over several batches.
#[derive(Clone, Debug, Default)]
pub struct Measurement {
    pub codes: BTreeMap<Code, Tally>,
    /// Of each code, by pattern: cases and how many of them were found.
    pub patterns: BTreeMap<(Code, &'static str), (u32, u32)>,
    pub slips: Vec<Slip>,
    pub claims: u64,
}

/// What the truth says of a code on a case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    /// Not spoken of: as of any honest claim.
    Nothing,
    Innocent,
    May,
    Must,
}

fn word(case: &PlantedCase, code: Code) -> Word {
    match () {
        () if case.expected_codes.contains(&code) => Word::Must,
        () if case.tolerates.contains(&code) => Word::May,
        () if case.innocent_of.contains(&code) => Word::Innocent,
        () => Word::Nothing,
    }
}

impl Measurement {
    /// Holds one batch's findings against its truth.
    pub fn add(&mut self, seed: u64, cases: &[PlantedCase], detected: &Detected) {
        let claims = &detected.adjudicated.linked.records.claims;
        self.claims += claims.len() as u64;
        let case_of: HashMap<&str, usize> = cases
            .iter()
            .enumerate()
            .flat_map(|(place, case)| case.claim_ids.iter().map(move |id| (id.as_str(), place)))
            .collect();
        // Which cases a code was found on, and which it was found on by a false alarm.
        let mut found: BTreeMap<(usize, Code), Word> = BTreeMap::new();
        for finding in &detected.findings {
            let ids = finding.claims.iter().map(|(claim, _)| &*claims[claim.at()].claim_id);
            let touched: Vec<usize> = ids.filter_map(|id| case_of.get(id).copied()).collect();
            let best = touched.iter().map(|&place| word(&cases[place], finding.code)).max();
            let best = best.unwrap_or(Word::Nothing);
            let tally = self.codes.entry(finding.code).or_default();
            match best {
                Word::Must => tally.right += 1,
                Word::May => {}
                Word::Nothing | Word::Innocent => {
                    tally.false_alarms += 1;
                    self.slips.push(false_alarm(seed, finding, detected));
                }
            }
            for place in touched {
                let entry = found.entry((place, finding.code)).or_insert(Word::Nothing);
                *entry = (*entry).max(best);
            }
        }
        for (place, case) in cases.iter().enumerate().filter(|(_, case)| !case.quarantined) {
            self.count(seed, case, |code| found.get(&(place, code)).copied());
        }
    }

    /// Counts a case by what was found on it.
    fn count(&mut self, seed: u64, case: &PlantedCase, found: impl Fn(Code) -> Option<Word>) {
        let slip = |kind, code| Slip {
            kind,
            seed,
            code,
            pattern: case.pattern,
            claims: case.claim_ids.clone(),
            what: case.what.get(Lang::Zh).to_owned(),
        };
        for &code in &case.expected_codes {
            let is_found = found(code).is_some();
            let tally = self.codes.entry(code).or_default();
            let pattern = self.patterns.entry((code, case.pattern)).or_default();
            tally.planted += 1;
            pattern.0 += 1;
            if is_found {
                tally.found += 1;
                pattern.1 += 1;
            } else {
                self.slips.push(slip(SlipKind::Missed, code));
            }
        }
        for &code in &case.innocent_of {
            let tally = self.codes.entry(code).or_default();
            tally.near_misses += 1;
            if found(code).is_some_and(|best| best <= Word::Innocent) {
                tally.near_miss_alarms += 1;
                self.slips.push(slip(SlipKind::NearMissAlarm, code));
            }
        }
    }
}

fn false_alarm(seed: u64, finding: &Finding, detected: &Detected) -> Slip {
    let claims = &detected.adjudicated.linked.records.claims;
    let ids = finding.claims.iter().map(|(claim, _)| claims[claim.at()].claim_id.to_string());
    Slip {
        kind: SlipKind::FalseAlarm,
        seed,
        code: finding.code,
        pattern: "",
        claims: ids.collect(),
        what: finding.sentence.get(Lang::Zh).to_owned(),
    }
}

impl Tally {
    /// Of the cases in which the code must appear, how many it appeared in.
    pub fn recall(&self) -> Option<Interval> {
        wilson(self.found, self.planted)
    }

    /// Of the findings that are right or wrong, how many are right.
    pub fn precision(&self) -> Option<Interval> {
        wilson(self.right, self.right + self.false_alarms)
    }
}
