//! Annual limit 封顶线 of the basic pool, in whichever of its three meanings the region uses.

use crate::domain::words::words;
use crate::domain::{Money, Text};
use crate::flow::decisions::LimitMeaning;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::bands::{Bands, Slice};
#[cfg(test)]
use super::table::Row;
use super::table::Table;
use super::{Fact, NoRow, Rule, Seat, text, yuan};

words! {
    /// Who bears what is over the limit.
    Over {
        // The large-amount layer, or the base of serious illness; without one the claim pends.
        NextLayer = "next_layer", "转入下一层保障";
        Person = "person", "由个人负担";
    }
}
words! {
    /// What a limit depends on besides, and the inputs never say.
    DependsOn { Grade = "grade", "缴费档次"; }
}
from_words! { Over LimitMeaning DependsOn }

/// What the basic pool bears at most in a benefit year.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub meaning: LimitMeaning,
    pub over: Over,
    amounts: Cap,
}

/// An amount that a year's payments may not pass, by person.
#[derive(Clone, Debug, PartialEq)]
pub struct Cap {
    amounts: Table<Money>,
    /// The amounts are the lowest; others have more, and who they are is not known.
    depends_on: Option<DependsOn>,
}

/// The amount of a [`Cap`] for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capped {
    pub amount: Money,
    /// The fact on which a higher amount depends and that is not known: up to `amount` all is
    /// sure, past it nothing is.
    pub unsure: Option<Fact>,
}

impl Cap {
    /// The amount for a claim; a fault for persons that no row names.
    pub fn of(&self, seat: &Seat) -> Result<Capped, NoRow> {
        let grade = self.depends_on.map(|DependsOn::Grade| Fact::ContributionGrade);
        match self.amounts.get(seat) {
            Ok(&amount) => Ok(Capped { amount, unsure: grade }),
            Err(NoRow::None) => Err(NoRow::None),
            Err(NoRow::Unknown(fact)) => {
                let least = self.amounts.possible(seat).min().copied();
                let amount = least.ok_or(NoRow::Unknown(fact))?;
                Ok(Capped { amount, unsure: Some(fact) })
            }
        }
    }

    /// `limit = "300000"`, or `limits = [{ …, amount = "300000" }]` where it depends on the
    /// person; none if neither is there.
    pub fn read(keys: &mut Keys) -> Option<Cap> {
        let plain: Option<Money> = keys.maybe("limit");
        let rows = Table::read_rows(keys, "limits", |row| row.need("amount"));
        let depends_on = keys.maybe("limit_depends_on");
        if keys.has("limit") && keys.has("limits") {
            keys.contradiction("limit 和 limits 只写一种", "write either limit or limits");
        }
        let amounts = match (plain, rows?) {
            (Some(amount), _) => Table::plain(amount),
            (None, rows) if rows.is_empty() => return None,
            (None, rows) => Table::new(rows),
        };
        Some(Cap { amounts, depends_on })
    }

    #[cfg(test)]
    pub fn from_rows(rows: Vec<Row<Money>>) -> Cap {
        Cap { amounts: Table::new(rows), depends_on: None }
    }

    pub fn told(&self) -> Vec<Text> {
        let mut told = self.amounts.told(|amount| {
            let amount = yuan(*amount);
            text(format!("年度限额{amount}元"), format!("at most {amount} a year"))
        });
        if self.depends_on.is_some() {
            told.push(text(
                "较高缴费档次限额更高，超过的列为待补正",
                "more for a higher grade of contributions; what passes it pends",
            ));
        }
        told
    }
}

/// What entered the basic pool under a limit, and what was over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The part of the amount (after the deductible) that the bands were applied to.
    pub entered: Money,
    /// The rest, which goes on to the next layer.
    pub over: Money,
    pub fund: Money,
    pub slices: Vec<Slice>,
}

/// Applies `bands` to the stretch of axis from `low` on which `amount` lies, within the room that
/// the limit leaves. Without a limit everything enters.
pub fn admit(
    bands: &Bands,
    low: Money,
    amount: Money,
    room: Option<(LimitMeaning, Money)>,
) -> Admitted {
    let all = |entered: Money| {
        let high = low + entered;
        Admitted {
            entered,
            over: amount - entered,
            fund: bands.paid(low, high),
            slices: bands.slices(low, high).collect(),
        }
    };
    match room {
        None => all(amount),
        Some((LimitMeaning::Entering | LimitMeaning::FundAndPerson, room)) => {
            all(amount.min(room.or_zero()))
        }
        Some((LimitMeaning::Fund, room)) => {
            let full = all(amount);
            if full.fund <= room { full } else { up_to_fund(bands, low, amount, room.or_zero()) }
        }
    }
}

/// The fund pays exactly `room`; inside the band where it ends, `round(room left / ratio)` of the
/// amount entered.
fn up_to_fund(bands: &Bands, low: Money, amount: Money, room: Money) -> Admitted {
    let mut entered = Money::ZERO;
    let mut slices = Vec::new();
    for slice in bands.slices(low, low + amount) {
        if bands.paid(low, low + entered + slice.amount) <= room {
            entered += slice.amount;
            slices.push(slice);
            continue;
        }
        let left = room - bands.paid(low, low + entered);
        let part = slice.ratio.base_of(left).unwrap_or(Money::ZERO).min(slice.amount);
        entered += part;
        slices.push(Slice { amount: part, ..slice });
        break;
    }
    slices.retain(|slice| slice.amount.is_positive());
    Admitted { entered, over: amount - entered, fund: room.min(entered), slices }
}

impl Limit {
    /// The amount for a claim; a fault for persons that no row names.
    pub fn amount(&self, seat: &Seat) -> Result<Capped, NoRow> {
        self.amounts.of(seat)
    }
}

impl Rule for Limit {
    const KIND: &'static str = "limit";
    const TITLE: (&'static str, &'static str) = ("统筹限额", "annual limit");

    fn read(keys: &mut Keys) -> Option<Limit> {
        let meaning = keys.need("meaning");
        let over = keys.maybe("over").unwrap_or(Over::NextLayer);
        let amounts = Cap::read(keys);
        if !keys.has("limit") && !keys.has("limits") {
            keys.contradiction("须写 limit 或 limits", "write limit or limits");
        }
        Some(Limit { meaning: meaning?, over, amounts: amounts? })
    }

    fn told(&self) -> Vec<Text> {
        let meaning = match self.meaning {
            LimitMeaning::Fund => "counting what the fund pays",
            LimitMeaning::Entering => "counting what enters, the deductible included",
            LimitMeaning::FundAndPerson => "counting fund and person share above the deductible",
        };
        let over = match self.over {
            Over::NextLayer => "the rest goes to the next layer; without one on record it pends",
            Over::Person => "the rest falls to the person",
        };
        let without = match self.over {
            Over::NextLayer => "（没有收录下一层的列为待补正）",
            Over::Person => "",
        };
        let mut told = self.amounts.told();
        told.push(text(
            format!("限额按{}计，超出部分{}{without}", self.meaning.zh(), self.over.zh()),
            format!("{meaning}; {over}"),
        ));
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Rate;
    use crate::rulebook::clauses::bands::Band;

    fn beijing_tier_three() -> Bands {
        let band = |to: Option<i64>, ratio| Band {
            to: to.map(Money::from_yuan),
            ratio: Rate::parse(ratio).expect(ratio),
        };
        Bands::new(vec![band(Some(30_000), "0.85"), band(Some(40_000), "0.90"), band(None, "0.95")])
            .expect("bands")
    }

    fn check(amount: i64, room: Option<(LimitMeaning, i64)>, expected: (&str, &str, &str)) {
        let low = Money::from_yuan(1_300);
        let room = room.map(|(meaning, yuan)| (meaning, Money::from_yuan(yuan)));
        let admitted = admit(&beijing_tier_three(), low, Money::from_yuan(amount), room);
        let shown =
            (admitted.entered.to_string(), admitted.over.to_string(), admitted.fund.to_string());
        assert_eq!((shown.0.as_str(), shown.1.as_str(), shown.2.as_str()), expected);
        assert_eq!(admitted.slices.iter().map(|s| s.amount).sum::<Money>(), admitted.entered);
    }

    #[test]
    fn without_a_limit_everything_enters() {
        check(10_700, None, ("10700.00", "0.00", "9095.00"));
    }

    #[test]
    fn a_limit_on_the_fund_ends_inside_a_band() {
        // 28,700 at 85 % = 24,395; 605 of the 25,000 left, at 90 % that is 672.22 of the amount.
        let limit = Some((LimitMeaning::Fund, 25_000));
        check(50_000, limit, ("29372.22", "20627.78", "25000.00"));
        check(10_700, limit, ("10700.00", "0.00", "9095.00"));
        check(10_700, Some((LimitMeaning::Fund, 0)), ("0.00", "10700.00", "0.00"));
    }

    #[test]
    fn a_limit_on_what_enters_cuts_the_amount() {
        check(10_700, Some((LimitMeaning::Entering, 700)), ("700.00", "10000.00", "595.00"));
        check(10_700, Some((LimitMeaning::FundAndPerson, -5)), ("0.00", "10700.00", "0.00"));
    }
}
