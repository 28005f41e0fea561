//! How a stage says how far it has come, without knowing whether anybody looks.

/// A stage of a run, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Ingest,
    Normalise,
    Match,
    Adjudicate,
    Detect,
    Report,
    /// Inventing a batch.
    Synth,
}

/// Told by the stages; shown on a terminal or dropped.
pub trait Progress: Sync {
    /// A stage begins; `total` units of work (files, rows, claims) lie ahead.
    fn begin(&self, stage: Stage, total: u64);
    /// That many more units are done.
    fn advance(&self, done: u64);
}

/// Nobody looks.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: Stage, _total: u64) {}
    fn advance(&self, _done: u64) {}
}
