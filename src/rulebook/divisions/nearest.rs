//! What somebody may have meant whose region is none: divisions of similar name or code.
//!
//! The surprise: of equally similar names that of a province or a city comes first. 深训市 is as
//! near to 深州市, a county, but claims name cities.

use std::collections::{BTreeMap, BTreeSet};

use super::Divisions;
use super::record::Level;
use crate::domain::RegionCode;

/// How many divisions of similar name are suggested.
const SUGGESTIONS_MAX: usize = 3;
/// Names that differ in more characters are not similar.
const EDITS_MAX: usize = 2;

/// A name of a division in force, as characters.
#[derive(Clone, Debug)]
pub(super) struct Spelling {
    name: Box<[char]>,
    code: RegionCode,
}

/// Divisions, each with the fewest edits by which it was reached.
type Near = BTreeMap<RegionCode, usize>;

impl Divisions {
    /// At most three, the most similar first, each with its whole name.
    pub(super) fn nearest(
        &self,
        code: Option<RegionCode>,
        name: &str,
    ) -> Vec<(RegionCode, String)> {
        let found: Vec<RegionCode> = match code {
            // Code and name contradict each other: what each of them means.
            Some(code) if !name.is_empty() && !self.codes_in_force(code).is_empty() => {
                self.codes_in_force(code).into_iter().chain(self.named_within(name, None)).collect()
            }
            Some(code) => {
                code.upwards().skip(1).filter(|up| self.in_force.contains_key(up)).collect()
            }
            None => self.ranked(self.similar(name)),
        };
        let shown = found.into_iter().take(SUGGESTIONS_MAX);
        shown.map(|code| (code, self.full_name(code).to_owned())).collect()
    }

    fn ranked(&self, near: Near) -> Vec<RegionCode> {
        let rank = |(code, edits): (RegionCode, usize)| {
            self.in_force.get(&code).map(|division| (edits, division.level, code))
        };
        let mut ranked: Vec<(usize, Level, RegionCode)> =
            near.into_iter().filter_map(rank).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(.., code)| code).collect()
    }

    /// Similar as a whole, or sound in one half and similar in the other: 广东省深训市, 广冬省深圳市.
    fn similar(&self, name: &str) -> Near {
        let mut near = Near::new();
        self.similar_within(name, None, &mut near);
        let mut last_sound = BTreeSet::new();
        for (split, _) in name.char_indices().skip(1) {
            let (before, rest) = name.split_at(split);
            let above = self.sound(before);
            for &above in &above {
                self.similar_within(rest, Some(above), &mut near);
            }
            let meant = self.sound(rest);
            if !meant.is_empty() {
                let above = self.similar(before);
                for code in meant {
                    let edits = above.iter().filter(|(up, _)| **up != code && up.covers(code));
                    if let Some((_, &edits)) = edits.min_by_key(|(_, edits)| **edits) {
                        offer(&mut near, code, edits);
                    }
                }
            }
            if !above.is_empty() {
                last_sound = above;
            }
        }
        if near.is_empty() {
            // Nothing is like the end of it; the beginning is still a place.
            near.extend(last_sound.into_iter().map(|code| (code, EDITS_MAX + 1)));
        }
        near
    }

    /// What a text means; a county also without its ending, a single character nothing.
    fn sound(&self, text: &str) -> BTreeSet<RegionCode> {
        if text.chars().nth(1).is_none() {
            return BTreeSet::new();
        }
        let mut sound = self.named_within(text, None);
        if sound.is_empty() {
            sound.extend(self.counties_without_ending(text));
        }
        sound
    }

    fn similar_within(&self, name: &str, above: Option<RegionCode>, near: &mut Near) {
        let text: Vec<char> = name.chars().collect();
        let inside = |code: RegionCode| above.is_none_or(|up| up != code && up.covers(code));
        for spelling in self.spellings.iter().filter(|spelling| inside(spelling.code)) {
            if let Some(edits) = distance(&text, &spelling.name) {
                offer(near, spelling.code, edits);
            }
        }
    }

    /// Every name by which a division in force may have been meant, ready to be compared.
    pub(super) fn spell(&mut self) {
        let full = self.in_force.iter().map(|(&code, division)| (&division.name, code));
        let short = self.short_names.iter().flat_map(|(text, names)| {
            let names = names.iter().filter(|short| !short.is_abbreviation);
            names.map(move |short| (text, short.code))
        });
        let spelling =
            |(name, code): (&String, RegionCode)| Spelling { name: name.chars().collect(), code };
        self.spellings = full.chain(short).map(spelling).collect();
    }
}

fn offer(near: &mut Near, code: RegionCode, edits: usize) {
    near.entry(code).and_modify(|known| *known = edits.min(*known)).or_insert(edits);
}

/// How far two names are apart: nothing for a beginning, else the edits, at most two and at most
/// half of the name.
fn distance(text: &[char], name: &[char]) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    if name.starts_with(text) {
        return Some(0);
    }
    // A character that the text does not have costs an edit: nearly all names end here.
    let edits_max = EDITS_MAX.min(name.len() / 2);
    let mut foreign = name.iter().filter(|c| !text.contains(c));
    if text.len().abs_diff(name.len()) > edits_max || foreign.nth(edits_max).is_some() {
        return None;
    }
    let mut previous: Vec<usize> = (0..=name.len()).collect();
    for (i, from) in text.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, to) in name.iter().enumerate() {
            let replaced = previous[j] + usize::from(from != to);
            current.push(replaced.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    let edits = previous[name.len()];
    (edits <= edits_max).then_some(edits)
}
