//! Shares with their confidence: Wilson's score interval at 95 %.
//!
//! The surprise: thirty of thirty is not certainty. The interval of a share that was never wrong
//! still reaches down, the further the fewer cases there were.

/// A share and where it lies with a confidence of 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// The normal deviate that leaves 2.5 % on either side.
const DEVIATE: f64 = 1.959_963_984_540_054;

/// The interval of so many hits in so many trials (Wilson 1927, without a correction for
/// continuity); nothing where there was no trial.
pub fn wilson(hits: u32, trials: u32) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let (hits, trials) = (f64::from(hits), f64::from(trials));
    let share = hits / trials;
    let squared = DEVIATE * DEVIATE;
    let centre = share + squared / (2.0 * trials);
    let spread =
        DEVIATE * (share * (1.0 - share) / trials + squared / (4.0 * trials * trials)).sqrt();
    let scale = 1.0 + squared / trials;
    let low = ((centre - spread) / scale).clamp(0.0, share);
    let high = ((centre + spread) / scale).clamp(share, 1.0);
    Some(Interval { share, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        for (hits, trials, low, high) in [
            (10, 10, 0.7225, 1.0),
            (0, 10, 0.0, 0.2775),
            (8, 10, 0.4902, 0.9433),
            (81, 263, 0.2553, 0.3662),
            (500, 1000, 0.4691, 0.5309),
        ] {
            let interval = wilson(hits, trials).expect("there were trials");
            assert!((interval.low - low).abs() < 5e-5, "{hits}/{trials}: {interval:?}");
            assert!((interval.high - high).abs() < 5e-5, "{hits}/{trials}: {interval:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }
}
