//! A small seeded generator (SplitMix64). The standard library has none, and a batch must be the
//! same bytes for the same seed on every machine, so it is written out here.
//!
//! The surprise: every part of a batch draws from a stream of its own ([`Random::stream`]), so a
//! draw more in one part does not change the others.

/// A stream of numbers that look random and never change.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for the part of a batch called `name`.
    pub fn stream(seed: u64, name: &str) -> Random {
        Random(hash(name) ^ seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`; 0 when there is nothing to choose from.
    pub fn below(&mut self, bound: u32) -> u32 {
        // The high half of a product is even enough, and needs no second draw.
        let product = u128::from(self.next()) * u128::from(bound);
        (product >> 64) as u32
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(width))
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    /// One of `choices`, which are not empty.
    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len() as u32) as usize]
    }
}

/// A number made from a text, the same everywhere (FNV-1a).
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |held, byte| {
        (held ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_for_ever() {
        // The first outputs of SplitMix64 for seed 1234567.
        let mut random = Random(1_234_567);
        let drawn = [random.next(), random.next(), random.next()];
        let known =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(drawn, known);
    }

    #[test]
    fn both_ends_of_a_range_are_reached_and_never_passed() {
        let mut random = Random::stream(7, "ends");
        let drawn: Vec<i32> = (0..200).map(|_| random.between(-2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
    }

    #[test]
    fn streams_of_different_names_differ() {
        assert_ne!(Random::stream(1, "people").next(), Random::stream(1, "bills").next());
    }
}
