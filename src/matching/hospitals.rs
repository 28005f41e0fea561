//! Which hospital a claim names: by code, by exact name or alias in the place of treatment, by
//! normalised name. A merely similar name is shown, never used.

use std::collections::{BTreeSet, HashMap};

use crate::domain::RegionCode;
use crate::domain::dates::Date;
use crate::flow::{Claim, Hospital, HospitalIx, Match};

/// How many near misses are shown.
const NEAREST_MAX: usize = 3;
/// Similarity (shared pairs of characters, in percent) from which a name is shown as near.
const NEAR_PERCENT: usize = 50;

/// The register of hospitals, by code and by name within a pooling area.
pub struct HospitalIndex<'r> {
    hospitals: &'r [Hospital],
    by_code: HashMap<&'r str, BTreeSet<HospitalIx>>,
    by_name: HashMap<(RegionCode, &'r str), BTreeSet<HospitalIx>>,
    by_plain_name: HashMap<(RegionCode, String), BTreeSet<HospitalIx>>,
    by_pool: HashMap<RegionCode, Vec<HospitalIx>>,
}

impl<'r> HospitalIndex<'r> {
    pub fn new(hospitals: &'r [Hospital]) -> HospitalIndex<'r> {
        let mut index = HospitalIndex {
            hospitals,
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            by_plain_name: HashMap::new(),
            by_pool: HashMap::new(),
        };
        for (i, hospital) in hospitals.iter().enumerate() {
            let ix = HospitalIx(i as u32);
            let pool = hospital.region.pool();
            index.by_code.entry(&hospital.code).or_default().insert(ix);
            index.by_pool.entry(pool).or_default().push(ix);
            for name in std::iter::once(&hospital.name).chain(&hospital.aliases) {
                index.by_name.entry((pool, name)).or_default().insert(ix);
                index.by_plain_name.entry((pool, plain(name))).or_default().insert(ix);
            }
        }
        index
    }

    /// The hospital of one claim.
    pub fn find(&self, claim: &Claim) -> Match<HospitalIx> {
        let day = claim.stay.first();
        let by_code = claim.hospital_code.as_ref().and_then(|code| self.by_code.get(code.as_str()));
        if let Some(found) = by_code {
            return self.answer(found, "code", day);
        }
        let Some(name) = &claim.hospital_name else {
            return Match::Nothing { nearest: Vec::new() };
        };
        let pool = claim.treated.0.pool();
        if let Some(found) = self.by_name.get(&(pool, name.as_str())) {
            return self.answer(found, "name", day);
        }
        match self.by_plain_name.get(&(pool, plain(name))) {
            Some(found) => self.answer(found, "normalised_name", day),
            None => Match::Nothing { nearest: self.nearest(pool, name) },
        }
    }

    /// One hospital may stand in the register several times, once for each span of designation:
    /// the entry in force on the day of admission speaks for it.
    fn answer(
        &self,
        found: &BTreeSet<HospitalIx>,
        tier: &'static str,
        day: Date,
    ) -> Match<HospitalIx> {
        let mut distinct: Vec<HospitalIx> = Vec::new();
        for &ix in found {
            let entry = &self.hospitals[ix.at()];
            let known = distinct.iter_mut().find(|k| self.hospitals[k.at()].code == entry.code);
            match known {
                None => distinct.push(ix),
                Some(known) if !self.hospitals[known.at()].is_designated_on(day) => *known = ix,
                Some(_) => {}
            }
        }
        match distinct[..] {
            [found] => Match::One { found, tier },
            _ => Match::Several { found: distinct, tier },
        }
    }

    fn nearest(&self, pool: RegionCode, name: &str) -> Vec<HospitalIx> {
        let wanted = plain(name);
        let mut near: Vec<(usize, HospitalIx)> = self
            .by_pool
            .get(&pool)
            .into_iter()
            .flatten()
            .map(|&ix| (similarity_percent(&wanted, &plain(&self.hospitals[ix.at()].name)), ix))
            .filter(|&(percent, _)| percent >= NEAR_PERCENT)
            .collect();
        near.sort_by_key(|&(percent, ix)| (std::cmp::Reverse(percent), ix));
        near.into_iter().take(NEAREST_MAX).map(|(_, ix)| ix).collect()
    }
}

/// The name without what offices add or leave out: brackets, spaces, the province or city before
/// it, the campus after it.
fn plain(name: &str) -> String {
    let mut text: String = name
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect();
    if let (Some(open), true) = (text.find('('), text.ends_with("院区)")) {
        text.truncate(open);
    }
    if text.ends_with("院区")
        && let Some(end) = text.rfind("医院")
    {
        text.truncate(end + "医院".len());
    }
    text.retain(|c| c != '(' && c != ')');
    for suffix in ["省", "市"] {
        if let Some(at) = text.find(suffix)
            && (2..=4).contains(&text[..at].chars().count())
        {
            text.drain(..at + suffix.len());
        }
    }
    text
}

/// Pairs of neighbouring characters in common, of all there are, in percent.
fn similarity_percent(a: &str, b: &str) -> usize {
    let pairs =
        |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    let both = a.len() + b.len();
    (200 * a.intersection(&b).count()).checked_div(both).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stripped_of_place_brackets_and_campus() {
        for (name, expected) in [
            ("深圳市云杉综合医院", "云杉综合医院"),
            ("广东省深圳市云杉综合医院", "云杉综合医院"),
            ("云杉综合医院（福田院区）", "云杉综合医院"),
            ("云杉综合医院福田院区", "云杉综合医院"),
            ("云杉 (综合) 医院", "云杉综合医院"),
            ("市民医院", "市民医院"),
        ] {
            assert_eq!(plain(name), expected, "{name}");
        }
    }

    #[test]
    fn similar_names_share_pairs_of_characters() {
        assert_eq!(similarity_percent("云杉综合医院", "云杉综合医院"), 100);
        assert!(similarity_percent("云杉综合医院", "云衫综合医院") >= NEAR_PERCENT);
        assert!(similarity_percent("云杉综合医院", "海棠妇幼保健院") < NEAR_PERCENT);
        assert_eq!(similarity_percent("", ""), 0);
    }
}
