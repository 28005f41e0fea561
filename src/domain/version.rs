//! Which wording of a region's rules holds on a day. A value, told when somebody asks: every
//! decision carries two.

use std::fmt;

use super::dates::Date;
use super::region::RegionCode;

/// The wording of a region's law or catalog: written `420100@2023-01-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    pub region: RegionCode,
    /// The last change up to the day asked about; none where nothing is on record so early.
    pub since: Option<Date>,
}

impl Version {
    /// Empty where no rule applies.
    pub fn told(version: Option<Version>) -> String {
        version.map_or_else(String::new, |version| version.to_string())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.since {
            Some(since) => write!(f, "{}@{since}", self.region),
            None => write!(f, "{}@", self.region),
        }
    }
}
