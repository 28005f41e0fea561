//! Tables 待遇表 of a rule: rows with conditions, of which the one that asks more goes first.

use crate::domain::Text;
use crate::rulebook::keys::Keys;
use crate::rulebook::reading::Wrong;

use super::conditions::{Conditions, Fact, Fits, Seat, Weight};

/// Why a table has no row for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRow {
    None,
    /// It depends on a fact that is not known.
    Unknown(Fact),
}

/// Rows of a rule, each with what it asks and what it gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<T> {
    rows: Vec<Row<T>>,
}

/// One row of a [`Table`].
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    pub when: Conditions,
    pub value: T,
}

impl<T> Table<T> {
    /// A table of one row that asks nothing.
    pub fn plain(value: T) -> Table<T> {
        Table { rows: vec![Row { when: Conditions::default(), value }] }
    }

    pub fn new(rows: Vec<Row<T>>) -> Table<T> {
        Table { rows }
    }

    /// The row for a claim. A fact that is not known gives no row where it would change the value.
    pub fn get(&self, seat: &Seat) -> Result<&T, NoRow>
    where
        T: PartialEq,
    {
        let mut best: Option<(&Row<T>, Weight)> = None;
        for row in &self.rows {
            let weight = row.when.weight();
            let goes_first = best.as_ref().is_none_or(|(_, held)| weight > *held);
            if goes_first && row.when.fits(seat) == Fits::Yes {
                best = Some((row, weight));
            }
        }
        let decides = |row: &&Row<T>| match &best {
            Some((held, weight)) => row.when.weight() > *weight && row.value != held.value,
            None => true,
        };
        let mut unknown: Option<(Fact, Weight)> = None;
        for row in self.rows.iter().filter(decides) {
            let weight = row.when.weight();
            if let Fits::Unknown(fact) = row.when.fits(seat)
                && unknown.is_none_or(|(_, held)| weight > held)
            {
                unknown = Some((fact, weight));
            }
        }
        match (best, unknown) {
            (_, Some((fact, _))) => Err(NoRow::Unknown(fact)),
            (Some((row, _)), None) => Ok(&row.value),
            (None, None) => Err(NoRow::None),
        }
    }

    /// The rows that fit as far as is known, and those that might if a fact were known.
    pub fn possible(&self, seat: &Seat) -> impl Iterator<Item = &T> {
        self.rows.iter().filter(|row| row.when.fits(seat) != Fits::No).map(|row| &row.value)
    }

    pub fn rows(&self) -> &[Row<T>] {
        &self.rows
    }

    /// Reads `rows = [...]`, or the value's own keys in the rule itself where there is but one
    /// row without conditions. `own` says whether the rule itself has those keys.
    pub fn read(
        keys: &mut Keys,
        own: &[&'static str],
        value: impl Fn(&mut Keys) -> Option<T>,
    ) -> Option<Table<T>> {
        if own.iter().any(|key| keys.has(key)) {
            if keys.has("rows") {
                let own = own.join("、");
                keys.contradiction(
                    &format!("rows 和 {own} 只写一种"),
                    &format!("write either rows or {own}"),
                );
            }
            return value(keys).map(Table::plain);
        }
        let rows = Table::read_rows(keys, "rows", value)?;
        if rows.is_empty() {
            let own = own.join("、");
            let either =
                if own.is_empty() { String::new() } else { format!("，或直接写 {own}") };
            let or = if own.is_empty() { String::new() } else { format!(", or {own}") };
            keys.contradiction(&format!("须写 rows{either}"), &format!("write rows{or}"));
            return None;
        }
        Some(Table { rows })
    }

    /// Reads the rows under a key; empty if it is not there, none if one of them is wrong.
    pub fn read_rows(
        keys: &mut Keys,
        key: &'static str,
        value: impl Fn(&mut Keys) -> Option<T>,
    ) -> Option<Vec<Row<T>>> {
        let mut rows: Vec<Row<T>> = Vec::new();
        let mut all_read = true;
        for mut row in keys.tables(key) {
            let when = Conditions::read(&mut row);
            let read = value(&mut row);
            if rows.iter().any(|earlier| earlier.when.clashes(&when)) {
                let what = ("两行可适用于同一份申报", "two rows fit the same claim");
                row.reading().tell(row.span(), Wrong::twice(what));
            }
            row.end();
            match read {
                Some(value) => rows.push(Row { when, value }),
                None => all_read = false,
            }
        }
        all_read.then_some(rows)
    }

    /// Every row in words: its conditions, then what `value` says.
    pub fn told(&self, value: impl Fn(&T) -> Text) -> Vec<Text> {
        let told = |row: &Row<T>| {
            let (mut when, value) = (row.when.told(), value(&row.value));
            if when.zh.is_empty() && self.rows.len() > 1 {
                when = Text::new("其他", "otherwise");
            }
            let join = |when: String, colon: &str, value: String| {
                if when.is_empty() { value } else { format!("{when}{colon}{value}") }
            };
            Text::new(join(when.zh, "：", value.zh), join(when.en, ": ", value.en))
        };
        self.rows.iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::{OwnerLevel, PersonType, Tier};
    use crate::rulebook::clauses::conditions::tests::{SEAT, tier};
    use crate::rulebook::texts::Disease;

    fn row<T>(value: T, when: Conditions) -> Row<T> {
        Row { when, value }
    }

    #[test]
    fn the_row_that_asks_more_goes_first() {
        let table = Table::new(vec![
            row(600, tier(Tier::Three)),
            row(900, Conditions { owners: vec![OwnerLevel::Province], ..tier(Tier::Three) }),
            row(500, Conditions { persons: vec![PersonType::Retired], ..tier(Tier::Three) }),
            row(
                0,
                Conditions {
                    diseases: Disease::parse("F20").into_iter().collect(),
                    ..<_>::default()
                },
            ),
        ]);
        let province = Seat { owner: Some(OwnerLevel::Province), ..SEAT };
        let retired = Seat { person: PersonType::Retired, ..province };
        for (seat, expected) in [
            (SEAT, Err(NoRow::Unknown(Fact::Owner))),
            (Seat { owner: Some(OwnerLevel::City), ..SEAT }, Ok(&600)),
            (province, Ok(&900)),
            (retired, Ok(&500)),
            (Seat { diagnosis: "F20.900", ..SEAT }, Ok(&0)),
            (Seat { person: PersonType::Retired, ..SEAT }, Ok(&500)),
            (Seat { tier: Some(Tier::One), ..SEAT }, Err(NoRow::None)),
            (Seat { tier: None, ..SEAT }, Err(NoRow::None)),
        ] {
            assert_eq!(table.get(&seat), expected, "{seat:?}");
        }
    }

    #[test]
    fn a_fact_that_would_decide_and_is_not_known_gives_no_row() {
        let old = Conditions { age_from: Some(70), ..tier(Tier::Three) };
        let table = Table::new(vec![row(600, tier(Tier::Three)), row(300, old)]);
        let aged = |age| Seat { age, ..SEAT };
        for (age, expected) in
            [(Some(69), Ok(&600)), (Some(70), Ok(&300)), (None, Err(NoRow::Unknown(Fact::Age)))]
        {
            assert_eq!(table.get(&aged(age)), expected, "{age:?}");
        }
        let the_same = Conditions { age_from: Some(80), ..tier(Tier::Three) };
        let table_of_one = Table::new(vec![row(600, tier(Tier::Three)), row(600, the_same)]);
        assert_eq!(table_of_one.get(&aged(None)), Ok(&600), "whatever the age");
        let elsewhere = Seat { tier: Some(Tier::One), age: None, ..SEAT };
        assert_eq!(table.get(&elsewhere), Err(NoRow::None), "age does not matter there");
    }

    #[test]
    fn years_of_membership_step_up() {
        let years = |from| Conditions { member_years_from: Some(from), ..Conditions::default() };
        let table = Table::new(vec![row(10, years(0)), row(20, years(5)), row(30, years(10))]);
        let member = |member_years| Seat { member_years, ..SEAT };
        for (known, expected) in [
            (Some(4), Ok(&10)),
            (Some(5), Ok(&20)),
            (Some(40), Ok(&30)),
            (None, Err(NoRow::Unknown(Fact::MemberYears))),
        ] {
            assert_eq!(table.get(&member(known)), expected, "{known:?}");
        }
        assert_eq!(table.possible(&member(None)).collect::<Vec<_>>(), [&10, &20, &30]);
    }
}
