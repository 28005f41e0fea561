//! What a kind of person gets beside the tables 人员待遇: a factor on their share, points on the
//! ratio, a lower deductible. Retirees, ages, hardship, Chinese-medicine hospitals.
//!
//! Several clauses may hold for one claim. Factors multiply, then points add up, then the lowest
//! ceiling holds; of each clause the one row that fits.

use crate::domain::{Money, Rate, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::Factor;

use super::table::Table;
use super::{NoRow, Rule, Seat, text, yuan};

/// Rows of advantages; a claim that fits none has none.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRule {
    rows: Table<Advantage>,
}

/// What is changed for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advantage {
    /// The person's share is multiplied by it: 0.80 turns 14 % into 11.2 %.
    pub share_factor: Rate,
    /// Added to the ratio after the factor.
    pub ratio_points: Rate,
    /// The ratio never passes it.
    pub ratio_at_most: Rate,
    pub deductible_factor: Rate,
    /// Taken off the deductible after its factor; it stays at or above `deductible_at_least` (a
    /// figure that is lower anyway is not raised).
    pub deductible_minus: Money,
    pub deductible_at_least: Money,
}

impl Advantage {
    pub const NONE: Advantage = Advantage {
        share_factor: Rate::ONE,
        ratio_points: Rate::ZERO,
        ratio_at_most: Rate::ONE,
        deductible_factor: Rate::ONE,
        deductible_minus: Money::ZERO,
        deductible_at_least: Money::ZERO,
    };

    /// Both together.
    pub fn and(self, other: Advantage) -> Advantage {
        Advantage {
            share_factor: self.share_factor.times(other.share_factor),
            ratio_points: self.ratio_points.plus_points(other.ratio_points),
            ratio_at_most: self.ratio_at_most.min(other.ratio_at_most),
            deductible_factor: self.deductible_factor.times(other.deductible_factor),
            deductible_minus: self.deductible_minus + other.deductible_minus,
            deductible_at_least: self.deductible_at_least.max(other.deductible_at_least),
        }
    }

    pub fn ratio(&self, ratio: Rate) -> Rate {
        let for_share = ratio.complement().times(self.share_factor).complement();
        let with_points = for_share.plus_points(self.ratio_points);
        // A limit on what is added never takes away what the table itself gives.
        with_points.min(self.ratio_at_most.max(ratio))
    }

    pub fn deductible(&self, figure: Money) -> Money {
        let multiplied = self.deductible_factor.of_rounded(figure);
        let lowered = (multiplied - self.deductible_minus).or_zero();
        lowered.max(self.deductible_at_least.min(figure))
    }

    fn read(keys: &mut Keys) -> Option<Advantage> {
        let factor = |written: Option<Factor>| written.map_or(Rate::ONE, |factor| factor.0);
        let read = Advantage {
            share_factor: factor(keys.maybe("share_factor")),
            ratio_points: keys.maybe("ratio_points").unwrap_or(Rate::ZERO),
            ratio_at_most: keys.maybe("ratio_at_most").unwrap_or(Rate::ONE),
            deductible_factor: factor(keys.maybe("deductible_factor")),
            deductible_minus: keys.maybe("deductible_minus").unwrap_or(Money::ZERO),
            deductible_at_least: keys.maybe("deductible_at_least").unwrap_or(Money::ZERO),
        };
        let changes = ["share_factor", "ratio_points", "deductible_factor", "deductible_minus"];
        if !changes.iter().any(|key| keys.has(key)) {
            let list = changes.join("、");
            keys.contradiction(
                &format!("没有改变任何待遇；至少写一个：{list}"),
                &format!("it changes nothing; write at least one of {list}"),
            );
        }
        Some(read)
    }

    fn told(&self) -> Text {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let mut say = |a: String, b: String| {
            zh.push(a);
            en.push(b);
        };
        if self.share_factor != Rate::ONE {
            let factor = self.share_factor;
            say(format!("个人负担按{factor}计"), format!("bears {factor} of the usual share"));
        }
        if !self.ratio_points.is_zero() {
            let points = self.ratio_points.percent();
            say(format!("比例加{points}个百分点"), format!("{points} points more"));
        }
        if self.ratio_at_most != Rate::ONE {
            let most = self.ratio_at_most;
            say(format!("比例不高于{most}"), format!("at most {most}"));
        }
        if self.deductible_factor.is_zero() {
            say("不设起付线".into(), "no deductible".into());
        } else if self.deductible_factor != Rate::ONE {
            let factor = self.deductible_factor;
            say(format!("起付线按{factor}收"), format!("{factor} of the deductible"));
        }
        if self.deductible_minus.is_positive() {
            let minus = yuan(self.deductible_minus);
            say(format!("起付线减{minus}元"), format!("deductible less {minus}"));
        }
        if self.deductible_at_least.is_positive() {
            let least = yuan(self.deductible_at_least);
            say(format!("起付线不低于{least}元"), format!("deductible at least {least}"));
        }
        text(zh.join("，"), en.join(", "))
    }
}

impl PersonRule {
    /// The advantage of a claim, if it has one.
    pub fn advantage(&self, seat: &Seat) -> Result<&Advantage, NoRow> {
        self.rows.get(seat)
    }

    /// Whether any row multiplies the share: of such rules few may hold together, for a rate has
    /// only so many digits.
    pub fn has_share_factor(&self) -> bool {
        self.rows.rows().iter().any(|row| row.value.share_factor != Rate::ONE)
    }

    /// The same of deductibles.
    pub fn has_deductible_factor(&self) -> bool {
        self.rows.rows().iter().any(|row| row.value.deductible_factor != Rate::ONE)
    }
}

impl Rule for PersonRule {
    const KIND: &'static str = "person";
    const TITLE: (&'static str, &'static str) = ("人员待遇", "kinds of person");

    fn read(keys: &mut Keys) -> Option<PersonRule> {
        let rows = Table::read(keys, &[], Advantage::read);
        Some(PersonRule { rows: rows? })
    }

    fn told(&self) -> Vec<Text> {
        self.rows.told(Advantage::told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect(text)
    }

    #[test]
    fn a_factor_works_on_the_share_and_points_on_the_ratio() {
        let factor = Advantage { share_factor: rate("0.80"), ..Advantage::NONE };
        assert_eq!(factor.ratio(rate("0.86")), rate("0.888"));
        let points = Advantage {
            ratio_points: rate("0.03"),
            ratio_at_most: rate("0.99"),
            ..Advantage::NONE
        };
        for (ratio, expected) in [("0.82", "0.85"), ("0.98", "0.99"), ("1", "1")] {
            assert_eq!(points.ratio(rate(ratio)), rate(expected), "{ratio}");
        }
        // 1 − 14 % × 0.80 = 88.8 %, and 3 points.
        assert_eq!(factor.and(points).ratio(rate("0.86")), rate("0.918"));
    }

    #[test]
    fn a_lower_deductible_has_a_floor() {
        let minus = Advantage {
            deductible_minus: Money::from_yuan(100),
            deductible_at_least: Money::from_yuan(100),
            ..Advantage::NONE
        };
        for (figure, expected) in [(900, 800), (150, 100), (100, 100), (80, 80)] {
            let lowered = minus.deductible(Money::from_yuan(figure));
            assert_eq!(lowered, Money::from_yuan(expected), "{figure}");
        }
        let half = Advantage { deductible_factor: rate("0.5"), ..Advantage::NONE };
        assert_eq!(half.and(minus).deductible(Money::from_yuan(900)), Money::from_yuan(350));
    }
}
