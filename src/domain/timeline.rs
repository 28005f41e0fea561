//! A value that changes over time: dated entries that never overlap, and an honest answer for a
//! day outside them.

use super::dates::Date;

/// Entries `[from, to)`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<T> {
    entries: Vec<Entry<T>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry<T> {
    from: Date,
    to: Option<Date>,
    value: T,
}

/// What a timeline says about one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InForce<T> {
    /// This value holds on that day.
    Value(T),
    /// Every entry begins later.
    BeforeFirst,
    /// The last value before that day ended and nothing took its place.
    Abolished,
    /// There is no entry at all.
    Never,
}

impl<T> InForce<T> {
    pub fn value(self) -> Option<T> {
        match self {
            InForce::Value(value) => Some(value),
            InForce::BeforeFirst | InForce::Abolished | InForce::Never => None,
        }
    }
}

/// Two entries of one timeline hold on the same day; given by their places in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub earlier: usize,
    pub later: usize,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Timeline { entries: Vec::new() }
    }
}

impl<T> Timeline<T> {
    /// Builds from `(from, to, value)` in any order; names every pair that overlaps.
    pub fn new(dated: Vec<(Date, Option<Date>, T)>) -> Result<Timeline<T>, Vec<Overlap>> {
        let mut order: Vec<usize> = (0..dated.len()).collect();
        order.sort_by_key(|&i| (dated[i].0, i));
        let overlaps: Vec<Overlap> = order
            .windows(2)
            .filter(|pair| dated[pair[0]].1.is_none_or(|to| dated[pair[1]].0 < to))
            .map(|pair| Overlap { earlier: pair[0], later: pair[1] })
            .collect();
        if !overlaps.is_empty() {
            return Err(overlaps);
        }
        let mut entries: Vec<Entry<T>> =
            dated.into_iter().map(|(from, to, value)| Entry { from, to, value }).collect();
        entries.sort_by_key(|entry| entry.from);
        Ok(Timeline { entries })
    }

    pub fn on(&self, day: Date) -> InForce<&T> {
        let after = self.entries.partition_point(|entry| entry.from <= day);
        match after.checked_sub(1).map(|last| &self.entries[last]) {
            None if self.entries.is_empty() => InForce::Never,
            None => InForce::BeforeFirst,
            Some(entry) if entry.to.is_none_or(|to| day < to) => InForce::Value(&entry.value),
            Some(_) => InForce::Abolished,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_before_in_force_or_after() {
        let timeline = Timeline::new(vec![
            (date(2024, 1, 1), Some(date(2025, 1, 1)), "new"),
            (date(2023, 1, 1), Some(date(2024, 1, 1)), "old"),
        ])
        .expect("no overlap");
        assert_eq!(timeline.on(date(2022, 12, 31)), InForce::BeforeFirst);
        assert_eq!(timeline.on(date(2023, 12, 31)), InForce::Value(&"old"));
        assert_eq!(timeline.on(date(2024, 1, 1)), InForce::Value(&"new"));
        assert_eq!(timeline.on(date(2025, 1, 1)), InForce::Abolished);
        assert_eq!(Timeline::<u8>::default().on(date(2025, 1, 1)), InForce::Never);
    }

    #[test]
    fn entries_that_overlap_are_named() {
        let overlap = Timeline::new(vec![(date(2024, 1, 1), None, 1), (date(2024, 6, 1), None, 2)]);
        assert_eq!(overlap, Err(vec![Overlap { earlier: 0, later: 1 }]));
    }
}
