//! Figures of a group and the median of them, with one hospital left out: a hospital is not
//! compared with itself, however large a part of the group it is.
//!
//! The surprise: the median is the lower of the two in the middle, so that it is a figure that
//! really occurred and no fen is rounded.

/// The figures of one group, each with its hospital.
#[derive(Debug)]
pub struct Peers<'a> {
    sorted: Vec<(i64, &'a str)>,
    /// Each hospital with how many figures of others stand before each of its own, ascending.
    own: Vec<(&'a str, usize)>,
}

impl<'a> Peers<'a> {
    pub fn new(figures: impl IntoIterator<Item = (i64, &'a str)>) -> Peers<'a> {
        let mut sorted: Vec<(i64, &str)> = figures.into_iter().collect();
        sorted.sort_unstable();
        let places = sorted.iter().enumerate().map(|(at, (_, hospital))| (*hospital, at));
        let mut own: Vec<(&str, usize)> = places.collect();
        own.sort_unstable();
        for hospital in own.chunk_by_mut(|one, next| one.0 == next.0) {
            hospital.iter_mut().enumerate().for_each(|(nth, (_, place))| *place -= nth);
        }
        Peers { sorted, own }
    }

    /// How many figures are of other hospitals, and their lower median; nothing if there are none.
    pub fn without(&self, hospital: &str) -> Option<(usize, i64)> {
        let start = self.own.partition_point(|(name, _)| *name < hospital);
        let own = &self.own[start..];
        let own = &own[..own.partition_point(|(name, _)| *name == hospital)];
        let others = self.sorted.len() - own.len();
        let middle = others.checked_sub(1)? / 2;
        // A figure of its own stands before the middle one of the others if no more than `middle`
        // of them stand before it.
        let before = own.partition_point(|&(_, others)| others <= middle);
        Some((others, self.sorted[middle + before].0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_median_of_the_others() {
        let figures = [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "a"), (6, "b"), (7, "a")];
        for (hospital, expected) in
            [("a", Some((3, 4))), ("b", Some((5, 4))), ("c", Some((6, 3))), ("d", Some((7, 4)))]
        {
            assert_eq!(Peers::new(figures).without(hospital), expected, "{hospital}");
        }
        assert_eq!(Peers::new([(1, "a")]).without("a"), None);
        assert_eq!(Peers::new([]).without("a"), None);
    }

    #[test]
    fn leaving_out_is_the_same_as_never_having_been_there() {
        let names = ["a", "b", "c", "d"];
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for count in 1..60 {
            let pick = |_| (next(12) as i64, names[next(4) as usize]);
            let figures: Vec<(i64, &str)> = (0..count).map(pick).collect();
            let peers = Peers::new(figures.iter().copied());
            for name in names {
                let others = figures.iter().filter(|(_, hospital)| *hospital != name);
                let mut others: Vec<i64> = others.map(|(figure, _)| *figure).collect();
                others.sort_unstable();
                let middle = others.len().checked_sub(1).map(|last| others[last / 2]);
                let expected = middle.map(|median| (others.len(), median));
                assert_eq!(peers.without(name), expected, "{name} {figures:?}");
            }
        }
    }
}
