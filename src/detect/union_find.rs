//! Which things hang together, however long the chain: sets that are joined pair by pair.
//!
//! The surprise: the smallest member speaks for its set, so the answer does not depend on the order
//! in which pairs were joined.

/// Members are numbered from 0.
pub struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    pub fn new(members: usize) -> UnionFind {
        UnionFind { parent: (0..members as u32).collect() }
    }

    /// The smallest member of the set.
    pub fn find(&mut self, member: u32) -> u32 {
        let mut at = member;
        while self.parent[at as usize] != at {
            // Halves the way for whoever comes next.
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        self.parent[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_member_speaks_for_a_chain_in_any_order() {
        for pairs in [[(5, 4), (4, 1), (3, 2)], [(3, 2), (1, 4), (5, 4)]] {
            let mut sets = UnionFind::new(7);
            pairs.into_iter().for_each(|(one, other)| sets.join(one, other));
            let found: Vec<u32> = (0..7).map(|member| sets.find(member)).collect();
            assert_eq!(found, [0, 1, 2, 2, 1, 1, 6]);
        }
    }
}
