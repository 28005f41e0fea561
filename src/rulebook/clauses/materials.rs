//! Which documents a claim must bring 报销材料.

use crate::domain::words::Material;

/// The documents asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterialRule {
    pub required: Vec<Material>,
    /// Asked for besides when the claim rests on an emergency.
    pub emergency: Vec<Material>,
}

impl MaterialRule {
    /// What is asked for and not among `given`.
    pub fn missing(&self, given: &[Material], emergency: bool) -> Vec<Material> {
        let besides = if emergency { self.emergency.as_slice() } else { &[] };
        self.required.iter().chain(besides).filter(|m| !given.contains(m)).copied().collect()
    }
}
