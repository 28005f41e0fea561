//! The closed set of clause kinds: what a region's law can say. One kind, one file; each knows
//! how it is written, how it is told and its own arithmetic, and nothing of claims or other kinds.
//!
//! A clause is dated `[from, to)` and cited. Which clauses meet in a decision is settled once per
//! region, scheme, kind of care and day (see [`super::policy`]).

pub mod aid;
pub mod bands;
pub mod catalog_rule;
pub mod conditions;
pub mod contribution;
pub mod deadline;
pub mod deductible;
pub mod filing;
pub mod floor;
pub mod large_amount;
pub mod layer;
pub mod limit;
pub mod materials;
pub mod period;
pub mod person;
pub mod ratio;
pub mod route;
pub mod serious_illness;
pub mod supplement;
pub mod table;
pub mod year;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Scheme};
use crate::domain::{Money, Text};
use crate::flow::ClauseId;

use super::keys::Keys;

pub use conditions::{Fact, Seat};
pub use table::NoRow;

/// What every kind of clause can do.
pub trait Rule: Sized {
    /// Its name in files: `[[deductible]]`.
    const KIND: &'static str;
    /// What people call it.
    const TITLE: (&'static str, &'static str);

    /// Reads the keys of `rule = { … }`; faults are told to the reading.
    fn read(keys: &mut Keys) -> Option<Self>;

    /// The rule as a person would say it, a sentence a line.
    fn told(&self) -> Vec<Text>;
}

/// A rule of a region's law with the claims it applies to and its place among the citations.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause<T> {
    pub id: ClauseId,
    pub applies: Applies,
    pub rule: T,
}

/// To which claims and days a clause applies.
///
/// What a clause limits over a year (a deductible, a limit, cumulative bands) it counts over all
/// kinds of care it applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applies {
    pub schemes: Vec<Scheme>,
    pub care: Vec<CareType>,
    pub from: Date,
    /// The first day it no longer holds.
    pub to: Option<Date>,
}

impl Applies {
    pub fn to(&self, scheme: Scheme, care: CareType) -> bool {
        self.schemes.contains(&scheme) && self.care.contains(&care)
    }

    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// An amount as a person would say it: without `.00`.
fn yuan(money: Money) -> String {
    let written = money.to_string();
    written.strip_suffix(".00").map_or(written.clone(), str::to_owned)
}

fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text::new(zh, en)
}
