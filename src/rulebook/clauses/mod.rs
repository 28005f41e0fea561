//! The closed set of clause kinds: what a region's law can say. One kind, one file; each knows
//! its own arithmetic and nothing of files.
//!
//! A clause is dated `[from, to)` and cited. Which clauses meet in a decision is settled once per
//! region, scheme, kind of care and day (see [`super::policy`]).

pub mod bands;
pub mod catalog_rule;
pub mod contribution;
pub mod deadline;
pub mod deductible;
pub mod filing;
pub mod large_amount;
pub mod limit;
pub mod materials;
pub mod person;
pub mod ratio;
pub mod route;
pub mod serious_illness;
pub mod year;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, OwnerLevel, PersonType, Scheme, Tier};
use crate::flow::ClauseId;

/// A rule of a region's law with the claims it applies to and its place among the citations.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause<T> {
    pub id: ClauseId,
    pub applies: Applies,
    pub rule: T,
}

/// To which claims and days a clause applies.
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

/// A table with a row per hospital tier, some rows only for hospitals of given owners or for
/// given persons.
#[derive(Clone, Debug, PartialEq)]
pub struct TierTable<T> {
    pub rows: Vec<TierRow<T>>,
}

/// One row of a [`TierTable`].
#[derive(Clone, Debug, PartialEq)]
pub struct TierRow<T> {
    pub tier: Tier,
    /// Empty: any owner.
    pub owners: Vec<OwnerLevel>,
    /// Empty: any person.
    pub persons: Vec<PersonType>,
    pub value: T,
}

/// What a row of a [`TierTable`] is chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub tier: Tier,
    pub owner: Option<OwnerLevel>,
    pub person: PersonType,
}

impl<T> TierTable<T> {
    /// The row for this hospital and person; a row that names the owner or the person goes before
    /// one that does not.
    pub fn get(&self, seat: Seat) -> Option<&T> {
        self.rows
            .iter()
            .filter(|row| row.tier == seat.tier)
            .filter(|row| {
                row.owners.is_empty() || seat.owner.is_some_and(|owner| row.owners.contains(&owner))
            })
            .filter(|row| row.persons.is_empty() || row.persons.contains(&seat.person))
            .max_by_key(|row| (!row.persons.is_empty(), !row.owners.is_empty()))
            .map(|row| &row.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_that_says_more_wins() {
        let row = |tier, owners: &[OwnerLevel], persons: &[PersonType], value| TierRow {
            tier,
            owners: owners.to_vec(),
            persons: persons.to_vec(),
            value,
        };
        let table = TierTable {
            rows: vec![
                row(Tier::Three, &[], &[], 600),
                row(Tier::Three, &[OwnerLevel::Province], &[], 900),
                row(Tier::Three, &[], &[PersonType::Retired], 500),
            ],
        };
        let seat = |tier, owner, person| Seat { tier, owner, person };
        for (asked, expected) in [
            (seat(Tier::Three, None, PersonType::Active), Some(&600)),
            (seat(Tier::Three, Some(OwnerLevel::City), PersonType::Active), Some(&600)),
            (seat(Tier::Three, Some(OwnerLevel::Province), PersonType::Active), Some(&900)),
            (seat(Tier::Three, Some(OwnerLevel::Province), PersonType::Retired), Some(&500)),
            (seat(Tier::One, None, PersonType::Active), None),
        ] {
            assert_eq!(table.get(asked), expected, "{asked:?}");
        }
    }
}
