//! A claim's bill lines as `lines.parquet` holds them, and what of them the funds do not take over,
//! in groups.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use polars::prelude::{AnyValue, DataFrame, PolarsError, PolarsResult};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use crate::domain::{Money, Text};
use crate::flow::LineVerdict;

use super::{Cause, lines};

/// One bill line and its split.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub number: String,
    pub day: String,
    pub item: String,
    pub class: String,
    pub amount: Money,
    pub self_paid: Money,
    pub over: Money,
    pub first_pay: Money,
    pub in_scope: Money,
    /// The word of machine outputs.
    pub verdict: String,
    pub source: String,
}

/// The lines of one claim.
#[derive(Clone, Debug, Default)]
pub(super) struct Bill {
    pub lines: Vec<Line>,
}

/// What the person pays in full, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub verdict: String,
    pub money: Money,
    /// Names of its items, the dearest first, each once.
    pub items: Vec<String>,
}

const SHOWN: [&str; 11] = [
    "line_no",
    "service_on",
    "item_name",
    "class",
    "amount",
    "full_self_paid",
    "over_ceiling",
    "first_pay",
    "in_scope",
    "verdict",
    "source",
];

impl Line {
    /// Why it was split as it was.
    pub fn why_text(&self) -> Text {
        verdict_text(&self.verdict)
    }
}

/// A verdict's word in words; one that this program does not know stays as it is.
pub(super) fn verdict_text(word: &str) -> Text {
    LineVerdict::from_word(word).map_or_else(|| Text::new(word, word), LineVerdict::text)
}

impl Bill {
    /// The claim's rows of `lines.parquet`: the first and how many.
    pub fn read(folder: &Path, (from, count): (u32, u32)) -> Result<Bill, Cause> {
        if count == 0 {
            return Ok(Bill::default());
        }
        let file = File::open(folder.join(lines::FILE))?;
        let frame = ParquetReader::new(file)
            .with_columns(Some(SHOWN.map(str::to_owned).to_vec()))
            .with_slice(Some((from as usize, count as usize)))
            .finish()?;
        let lines = (0..frame.height()).map(|row| line(&frame, row));
        Ok(Bill { lines: lines.collect::<PolarsResult<_>>()? })
    }

    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// What is paid in full by the person, by reason, the largest sum first.
    pub fn self_paid(&self) -> Vec<Group> {
        let mut by_verdict: BTreeMap<&str, (Money, BTreeMap<&str, Money>)> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.self_paid != Money::ZERO) {
            let (money, items) = by_verdict.entry(&line.verdict).or_default();
            *money += line.self_paid;
            *items.entry(&line.item).or_default() += line.self_paid;
        }
        let mut groups: Vec<Group> = by_verdict
            .into_iter()
            .filter(|(_, (money, _))| *money != Money::ZERO)
            .map(|(verdict, (money, items))| {
                let mut items: Vec<(&str, Money)> = items.into_iter().collect();
                items.sort_by_key(|&(item, money)| (-money.fen(), item));
                let items = items.into_iter().map(|(item, _)| item.to_owned()).collect();
                Group { verdict: verdict.to_owned(), money, items }
            })
            .collect();
        groups.sort_by_key(|group| -group.money.fen());
        groups
    }
}

fn line(frame: &DataFrame, row: usize) -> PolarsResult<Line> {
    let value = |column: &str| frame.column(column)?.get(row);
    let text = |column: &str| -> PolarsResult<String> {
        Ok(match value(column)? {
            AnyValue::Null => String::new(),
            AnyValue::String(text) => text.to_owned(),
            AnyValue::StringOwned(text) => text.to_string(),
            other => other.to_string(),
        })
    };
    let money = |column: &str| -> PolarsResult<Money> {
        let fen = match value(column)? {
            AnyValue::Decimal(fen, ..) => i64::try_from(fen).ok(),
            _ => None,
        };
        fen.map(Money::from_fen).ok_or_else(|| PolarsError::ComputeError("not an amount".into()))
    };
    Ok(Line {
        number: text("line_no")?,
        day: text("service_on")?,
        item: text("item_name")?,
        class: text("class")?,
        amount: money("amount")?,
        self_paid: money("full_self_paid")?,
        over: money("over_ceiling")?,
        first_pay: money("first_pay")?,
        in_scope: money("in_scope")?,
        verdict: text("verdict")?,
        source: text("source")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_pays_is_grouped_by_reason_with_the_dearest_items_first() {
        let line = |item: &str, verdict: &str, fen| Line {
            item: item.into(),
            verdict: verdict.into(),
            self_paid: Money::from_fen(fen),
            ..Line::default()
        };
        let bill = Bill {
            lines: vec![
                line("护理垫", "not_listed", 500),
                line("空调费", "class_c", 900),
                line("陪护床", "not_listed", 700),
                line("护理垫", "not_listed", 300),
                line("床位费", "listed", 0),
                line("特需费", "wrong_care", 400),
                line("特需费", "wrong_care", -400),
            ],
        };
        let group = |verdict: &str, fen, items: &[&str]| Group {
            verdict: verdict.into(),
            money: Money::from_fen(fen),
            items: items.iter().map(|&item| item.to_owned()).collect(),
        };
        let expected =
            [group("not_listed", 1_500, &["护理垫", "陪护床"]), group("class_c", 900, &["空调费"])];
        assert_eq!(bill.self_paid(), expected);
    }
}
