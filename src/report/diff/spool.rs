//! The changes put aside while two runs are compared: a file without a name in the folder being
//! written, and for each change only its place and its weight in memory.
//!
//! The surprise: this is what lets the dearest of a million changes come first.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::domain::Money;

use super::super::Cause;
use super::change::Change;

/// Changes being put aside, in the order of claim ids.
pub struct Spool {
    file: BufWriter<File>,
    places: Vec<Place>,
    end: u64,
}

#[derive(Clone, Copy)]
struct Place {
    weight: Money,
    at: u64,
    bytes: usize,
}

/// Changes put aside, to be read in two orders.
pub struct Changes {
    file: File,
    by_claim: Vec<Place>,
    by_money: Vec<Place>,
}

impl Spool {
    /// `folder` is private, and so is the file, which vanishes by itself.
    pub fn begin(folder: &Path) -> Result<Spool, Cause> {
        let file = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?);
        Ok(Spool { file, places: Vec::new(), end: 0 })
    }

    pub fn put(&mut self, change: &Change) -> Result<(), Cause> {
        let text = serde_json::to_vec(change)?;
        self.file.write_all(&text)?;
        let (at, bytes) = (self.end, text.len());
        self.places.push(Place { weight: change.difference().abs(), at, bytes });
        self.end += bytes as u64;
        Ok(())
    }

    pub fn finish(self) -> Result<Changes, Cause> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        let mut by_money = self.places.clone();
        // Stable: of equals the claim id that comes first.
        by_money.sort_by_key(|place| Reverse(place.weight));
        Ok(Changes { file, by_claim: self.places, by_money })
    }
}

impl Changes {
    pub fn count(&self) -> usize {
        self.by_claim.len()
    }

    pub fn by_claim(&self) -> impl Iterator<Item = Result<Change, Cause>> + '_ {
        self.by_claim.iter().map(|place| self.read(place))
    }

    /// The largest differences first, then by claim id.
    pub fn by_money(&self) -> impl Iterator<Item = Result<Change, Cause>> + '_ {
        self.by_money.iter().map(|place| self.read(place))
    }

    fn read(&self, place: &Place) -> Result<Change, Cause> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(place.at))?;
        let mut text = vec![0; place.bytes];
        file.read_exact(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }
}
