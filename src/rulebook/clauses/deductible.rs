//! Deductible 起付线: what the person pays before the fund pays anything; how high it is, and how
//! much of it is still due after what was charged earlier in the year.

use crate::domain::dates::{Date, Month};
use crate::domain::words::{CareType, words};
use crate::domain::{Money, Rate, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::table::Table;
use super::{NoRow, Rule, Seat, text, yuan};

words! {
    /// How often a deductible is due.
    Per {
        Stay = "stay", "按次住院";
        Visit = "visit", "按次就诊";
        Month = "month", "按月";
        Quarter = "quarter", "按季度";
        // What one claim leaves of it the next one bears.
        Year = "year", "按年累计";
        // Charged at the first stay; a dearer tier later is charged the difference of the figures.
        YearTopUp = "year_top_up", "按年收取一次，不足补齐";
        HospitalYear = "hospital_year", "每家医院每年一次";
    }
}
from_words! { Per }

/// How a deductible is fixed.
#[derive(Clone, Debug, PartialEq)]
pub struct Deductible {
    pub per: Per,
    figures: Table<Figure>,
    /// What is charged in a year at most.
    year_most: Option<Money>,
    /// A transfer on the day of discharge goes on as the same stay.
    pub transfer_is_one_stay: bool,
    /// Coming back with the same disease within so many days of discharge goes on as the same stay.
    pub same_disease_days: Option<u16>,
}

/// The figure of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// Of the first, second, … stay of the year; the last repeats. Never empty.
    ByStay(Vec<Money>),
    ShareOfTotal(ShareOfTotal),
}

/// A share of the claim's total cost, between a floor and a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareOfTotal {
    pub rate: Rate,
    pub floor: Money,
    pub ceiling: Money,
}

/// A deductible charged earlier in the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub day: Date,
    pub care: CareType,
    pub hospital: Option<Box<str>>,
    /// How high it was; of a past settlement what it charged.
    pub figure: Money,
    pub amount: Money,
}

impl Figure {
    /// `ordinal` counts from 1; `total` is the claim's total.
    pub fn of(&self, ordinal: u16, total: Money) -> Money {
        match self {
            Figure::ByStay(stays) => {
                let place = usize::from(ordinal.max(1) - 1).min(stays.len().saturating_sub(1));
                stays.get(place).copied().unwrap_or(Money::ZERO)
            }
            Figure::ShareOfTotal(share) => share.of(total),
        }
    }

    fn read(keys: &mut Keys) -> Option<Figure> {
        if keys.has("figures") == keys.has("share_of_total") {
            keys.contradiction(
                "figures 和 share_of_total 恰好写一个",
                "write exactly one of figures and share_of_total",
            );
        }
        let share = keys.maybe_table("share_of_total").and_then(ShareOfTotal::read);
        let figures = if keys.has("figures") { keys.need_list("figures") } else { None };
        figures.map(Figure::ByStay).or(share.map(Figure::ShareOfTotal))
    }

    pub fn told(&self) -> Text {
        match self {
            Figure::ByStay(stays) => told_stays(stays),
            Figure::ShareOfTotal(share) => share.told(),
        }
    }
}

/// `首次800元，第二次起400元`.
pub fn told_stays(stays: &[Money]) -> Text {
    let [first, later @ ..] = stays else { return text("", "") };
    if later.is_empty() {
        let each = yuan(*first);
        return text(format!("{each}元"), each);
    }
    let (mut zh, mut en) =
        (vec![format!("首次{}元", yuan(*first))], vec![format!("first {}", yuan(*first))]);
    for (place, figure) in later.iter().enumerate() {
        let (nth, last) = (place + 2, place + 1 == later.len());
        let (since_zh, since_en) = if last { ("起", " on") } else { ("", "") };
        zh.push(format!("第{nth}次{since_zh}{}元", yuan(*figure)));
        en.push(format!("no. {nth}{since_en} {}", yuan(*figure)));
    }
    text(zh.join("，"), en.join(", "))
}

impl ShareOfTotal {
    pub fn of(&self, total: Money) -> Money {
        self.rate.of_rounded(total).max(self.floor).min(self.ceiling)
    }

    pub fn read(mut keys: Keys) -> Option<ShareOfTotal> {
        let (rate, floor, ceiling) = (keys.need("rate"), keys.need("floor"), keys.need("ceiling"));
        if floor.zip(ceiling).is_some_and(|(floor, ceiling): (Money, Money)| ceiling < floor) {
            keys.contradiction("ceiling 低于 floor", "the ceiling is below the floor");
        }
        keys.end();
        Some(ShareOfTotal { rate: rate?, floor: floor?, ceiling: ceiling? })
    }

    pub fn told(&self) -> Text {
        let (rate, floor, ceiling) = (self.rate, yuan(self.floor), yuan(self.ceiling));
        text(
            format!("总费用的{rate}，不低于{floor}元，不高于{ceiling}元"),
            format!("{rate} of the total, at least {floor}, at most {ceiling}"),
        )
    }
}

impl Deductible {
    /// The figure for a stay, before the person's reductions.
    pub fn figure(&self, seat: &Seat, ordinal: u16, total: Money) -> Result<Money, NoRow> {
        self.figures.get(seat).map(|figure| figure.of(ordinal, total))
    }

    /// What is due of a figure on `day`, after the charges of the year so far.
    pub fn due<'c>(
        &self,
        figure: Money,
        earlier: impl Iterator<Item = &'c Charge> + Clone,
        day: Date,
        hospital: Option<&str>,
    ) -> Money {
        let charged = |counts: &dyn Fn(&Charge) -> bool| -> Money {
            earlier.clone().filter(|charge| counts(charge)).map(|charge| charge.amount).sum()
        };
        let due = match self.per {
            Per::Stay | Per::Visit => figure,
            Per::Year => figure - charged(&|_| true),
            Per::YearTopUp => {
                // A charge may itself be a difference; together they reach the dearest figure.
                let dearest = earlier.clone().map(|charge| charge.figure).max();
                figure - dearest.unwrap_or(Money::ZERO).max(charged(&|_| true))
            }
            Per::HospitalYear => {
                figure
                    - charged(&|charge| {
                        hospital.is_some() && charge.hospital.as_deref() == hospital
                    })
            }
            Per::Month => figure - charged(&|charge| Month::of(charge.day) == Month::of(day)),
            Per::Quarter => figure - charged(&|charge| quarter(charge.day) == quarter(day)),
        };
        self.within_year(due, earlier)
    }

    /// What is due within what a year charges at most.
    pub fn within_year<'c>(&self, due: Money, earlier: impl Iterator<Item = &'c Charge>) -> Money {
        let room = |most: Money| (most - earlier.map(|charge| charge.amount).sum()).or_zero();
        self.year_most.map_or(due, |most| due.min(room(most))).or_zero()
    }
}

fn quarter(day: Date) -> (i16, i8) {
    (day.year(), (day.month() - 1) / 3)
}

impl Rule for Deductible {
    const KIND: &'static str = "deductible";
    const TITLE: (&'static str, &'static str) = ("起付线", "deductible");

    fn read(keys: &mut Keys) -> Option<Deductible> {
        let per = keys.need("per");
        let figures = Table::read(keys, &["figures", "share_of_total"], Figure::read);
        let rule = Deductible {
            year_most: keys.maybe("year_most"),
            transfer_is_one_stay: keys.flag("transfer_is_one_stay"),
            same_disease_days: keys.maybe_number("same_disease_days", 1..=366),
            per: per?,
            figures: figures?,
        };
        let joins_stays = rule.transfer_is_one_stay || rule.same_disease_days.is_some();
        if joins_stays && rule.per != Per::Stay {
            keys.contradiction(
                "transfer_is_one_stay、same_disease_days 只用于 per = \"stay\"",
                "transfer_is_one_stay and same_disease_days need per = \"stay\"",
            );
        }
        Some(rule)
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![text(
            format!("{}收取", self.per.zh()),
            format!("due per {}", self.per.word().replace('_', " ")),
        )];
        told.extend(self.figures.told(Figure::told));
        if let Some(most) = self.year_most {
            let most = yuan(most);
            told.push(text(format!("全年累计不超过{most}元"), format!("at most {most} in a year")));
        }
        if self.transfer_is_one_stay {
            told.push(text(
                "转院按一次住院，只补高等级医院的差额",
                "a transfer is one stay; a dearer tier charges the difference",
            ));
        }
        if let Some(days) = self.same_disease_days {
            told.push(text(
                format!("出院{days}天内因同一疾病再次住院，按一次住院，只补差额"),
                format!("coming back with the same disease within {days} days is one stay"),
            ));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::clauses::conditions::tests::SEAT;
    use jiff::civil::date;

    fn yuans(amounts: &[i64]) -> Vec<Money> {
        amounts.iter().map(|&amount| Money::from_yuan(amount)).collect()
    }

    fn rule(per: Per, figures: &[i64]) -> Deductible {
        Deductible {
            per,
            figures: Table::plain(Figure::ByStay(yuans(figures))),
            year_most: None,
            transfer_is_one_stay: false,
            same_disease_days: None,
        }
    }

    #[test]
    fn the_last_figure_repeats() {
        let rule = rule(Per::Stay, &[800, 600, 480]);
        for (ordinal, expected) in [(0, 800), (1, 800), (2, 600), (3, 480), (9, 480)] {
            let figure = rule.figure(&SEAT, ordinal, Money::ZERO);
            assert_eq!(figure, Ok(Money::from_yuan(expected)), "stay {ordinal}");
        }
    }

    #[test]
    fn a_share_of_the_cost_stays_between_floor_and_ceiling() {
        let share = ShareOfTotal {
            rate: Rate::parse("0.20").expect("a rate"),
            floor: Money::from_yuan(2_000),
            ceiling: Money::from_yuan(10_000),
        };
        for (total, expected) in [(500_000, 200_000), (1_234_567, 246_913), (9_000_000, 1_000_000)]
        {
            let figure = share.of(Money::from_fen(total));
            assert_eq!(figure, Money::from_fen(expected), "total {total}");
        }
    }

    fn check(name: &str, per: Per, figure: i64, earlier: &[(Date, &str, i64, i64)], due: i64) {
        let charges: Vec<Charge> = earlier
            .iter()
            .map(|&(day, hospital, figure, amount)| Charge {
                day,
                care: CareType::Inpatient,
                hospital: Some(hospital.into()),
                figure: Money::from_yuan(figure),
                amount: Money::from_yuan(amount),
            })
            .collect();
        let figure = Money::from_yuan(figure);
        let found = rule(per, &[1]).due(figure, charges.iter(), date(2024, 6, 10), Some("A"));
        assert_eq!(found, Money::from_yuan(due), "{name}");
    }

    #[test]
    fn what_is_due_depends_on_how_often() {
        let (march, may, june) = (date(2024, 3, 5), date(2024, 5, 5), date(2024, 6, 5));
        check("each stay anew", Per::Stay, 800, &[(june, "A", 800, 800)], 800);
        check("each visit anew", Per::Visit, 20, &[(june, "A", 20, 20)], 20);
        check("what the year leaves", Per::Year, 1800, &[(march, "B", 1800, 500)], 1300);
        check("nothing left", Per::Year, 600, &[(march, "B", 1800, 700)], 0);
        check("once, though not filled", Per::YearTopUp, 800, &[(march, "B", 800, 300)], 0);
        check("a dearer tier later", Per::YearTopUp, 800, &[(march, "B", 500, 500)], 300);
        check("another hospital", Per::HospitalYear, 800, &[(march, "B", 800, 800)], 800);
        check("the same hospital", Per::HospitalYear, 800, &[(march, "A", 800, 300)], 500);
        check("last month", Per::Month, 100, &[(may, "A", 100, 100)], 100);
        check("this month", Per::Month, 100, &[(june, "A", 100, 60)], 40);
        check("this quarter", Per::Quarter, 100, &[(may, "A", 100, 60)], 40);
        check("last quarter", Per::Quarter, 100, &[(march, "A", 100, 60)], 100);
    }

    #[test]
    fn a_year_may_have_a_most() {
        let most = Deductible { year_most: Some(Money::from_yuan(1_000)), ..rule(Per::Stay, &[1]) };
        let charge = Charge {
            day: date(2024, 3, 5),
            care: CareType::Inpatient,
            hospital: None,
            figure: Money::from_yuan(800),
            amount: Money::from_yuan(800),
        };
        let due = |earlier: &[Charge]| {
            most.due(Money::from_yuan(600), earlier.iter(), date(2024, 6, 10), None)
        };
        assert_eq!(due(&[]), Money::from_yuan(600));
        assert_eq!(due(std::slice::from_ref(&charge)), Money::from_yuan(200));
    }

    #[test]
    fn figures_are_told_stay_by_stay() {
        let told = told_stays(&yuans(&[800, 600, 480]));
        assert_eq!(told.zh, "首次800元，第2次600元，第3次起480元");
        assert_eq!(told.en, "first 800, no. 2 600, no. 3 on 480");
    }
}
