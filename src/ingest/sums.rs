//! Whether the amount of a row is the sum of the rows above it, to the fen.
//!
//! The surprise: an amount that cannot be read here makes the sums it would belong to unknown, and
//! an unknown sum equals nothing. Better one row too many in quarantine than one lost.

use crate::flow::Cell;
use crate::rulebook::fold;

/// A number of a spreadsheet is so many fen if it is this near to them, in yuan.
const NEAR_ENOUGH: f64 = 1e-6;
/// Numbers beyond it are exact no more.
const YUAN_MAX: f64 = 1e13;

/// What the cell of an amount says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Empty,
    Fen(i64),
    Unreadable,
}

impl Amount {
    pub fn of(cell: Cell<'_>) -> Amount {
        match cell {
            Cell::Empty => Amount::Empty,
            Cell::Number(number) => of_number(number),
            Cell::Text(text) => of_text(text),
            Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) => Amount::Unreadable,
        }
    }
}

fn of_number(yuan: f64) -> Amount {
    let fen = (yuan * 100.0).round();
    if yuan.abs() < YUAN_MAX && (yuan - fen / 100.0).abs() < NEAR_ENOUGH {
        Amount::Fen(fen as i64)
    } else {
        Amount::Unreadable
    }
}

/// Plain digits, with commas between thousands.
fn of_text(text: &str) -> Amount {
    // As nearly every cell has it.
    if let Some(fen) = plain_fen(text.as_bytes()) {
        return Amount::Fen(fen);
    }
    let folded = fold::word(text);
    if folded.is_empty() {
        return Amount::Empty;
    }
    let bare = folded.trim_start_matches('¥').trim_end_matches('元');
    let (is_negative, digits) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    match unsigned_fen(digits) {
        Some(fen) => Amount::Fen(if is_negative { -fen } else { fen }),
        None => Amount::Unreadable,
    }
}

/// `60` and `60.00`.
fn plain_fen(text: &[u8]) -> Option<i64> {
    let (yuan, cents) = match text {
        [yuan @ .., b'.', tens, ones] => (yuan, [*tens, *ones]),
        yuan => (yuan, [b'0'; 2]),
    };
    let is_short = (1..=12).contains(&yuan.len());
    let digits = yuan.iter().chain(&cents);
    let add =
        |sum: i64, &digit: &u8| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'));
    if is_short { digits.copied().try_fold(0, |sum, digit| add(sum, &digit)) } else { None }
}

fn unsigned_fen(digits: &str) -> Option<i64> {
    let (yuan, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = yuan.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && all_digits(first))?;
    let mut whole = first.to_owned();
    for group in groups {
        if group.len() != 3 || !all_digits(group) || first.len() > 3 {
            return None;
        }
        whole.push_str(group);
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 2 || !all_digits(decimals) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let cents: i64 = format!("{decimals:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(cents)
}

/// The sum of some rows; unknown as soon as one of them is.
#[derive(Clone, Copy, Debug)]
struct Sum {
    fen: Option<i64>,
    rows: u32,
}

impl Sum {
    const ZERO: Sum = Sum { fen: Some(0), rows: 0 };

    fn add(&mut self, amount: Amount) {
        let more = match amount {
            Amount::Empty => Some(0),
            Amount::Fen(fen) => Some(fen),
            Amount::Unreadable => None,
        };
        self.fen = self.fen.zip(more).and_then(|(sum, more)| sum.checked_add(more));
        self.rows += 1;
    }

    fn is(&self, fen: i64, rows_min: u32) -> bool {
        self.rows >= rows_min && self.fen == Some(fen)
    }
}

/// The sums that a total under some rows could say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    since_total: Sum,
    all: Sum,
    subtotals: Sum,
}

impl Default for Sums {
    fn default() -> Sums {
        Sums { since_total: Sum::ZERO, all: Sum::ZERO, subtotals: Sum::ZERO }
    }
}

impl Sums {
    pub fn data(&mut self, amount: Amount) {
        self.since_total.add(amount);
        self.all.add(amount);
    }

    /// Whether a total may say this amount: of at least `rows_min` rows since the last total, of
    /// as many of all rows, or of the subtotals.
    pub fn equals(&self, amount: Amount, rows_min: u32) -> bool {
        let Amount::Fen(fen) = amount else { return false };
        [self.since_total, self.all, self.subtotals].iter().any(|sum| sum.is(fen, rows_min))
    }

    pub fn total(&mut self, amount: Amount) {
        let is_grand = match amount {
            Amount::Fen(fen) => {
                let says_all = self.all.is(fen, 1) || self.subtotals.is(fen, 1);
                says_all && !self.since_total.is(fen, 1)
            }
            _ => self.since_total.rows == 0,
        };
        if !is_grand {
            self.subtotals.add(amount);
        }
        self.since_total = Sum::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_amounts_are_exact_fen_and_anything_else_is_unreadable() {
        for (text, fen) in [
            ("12.50", Some(1250)),
            ("1,234.5", Some(123_450)),
            ("１２３", Some(12_300)),
            ("-0.01", Some(-1)),
            ("¥3元", Some(300)),
            ("5.100", Some(510)),
            ("0.001", None),
            ("12,34", None),
            ("1234,567", None),
            ("约一千", None),
            ("1e3", None),
            (".5", None),
            ("99999999999999999999", None),
        ] {
            let expected = fen.map_or(Amount::Unreadable, Amount::Fen);
            assert_eq!(Amount::of(Cell::Text(text)), expected, "{text}");
        }
        assert_eq!(Amount::of(Cell::Number(0.1 + 0.2)), Amount::Fen(30));
        assert_eq!(Amount::of(Cell::Number(0.305)), Amount::Unreadable);
        assert_eq!(Amount::of(Cell::Number(f64::NAN)), Amount::Unreadable);
        assert_eq!(Amount::of(Cell::Text("　")), Amount::Empty);
    }

    #[test]
    fn a_total_says_the_rows_since_the_last_or_all_rows_or_the_subtotals() {
        let mut sums = Sums::default();
        let yuan = |yuan: i64| Amount::Fen(yuan * 100);
        assert!(!sums.equals(yuan(0), 1), "nothing to add up");
        sums.data(yuan(1));
        sums.data(yuan(2));
        assert!(sums.equals(yuan(3), 2));
        assert!(!sums.equals(Amount::Fen(301), 1), "no tolerance");
        sums.total(yuan(3));
        sums.data(yuan(4));
        assert!(sums.equals(yuan(4), 1) && !sums.equals(yuan(4), 2));
        assert!(sums.equals(yuan(7), 1));
        sums.total(yuan(4));
        assert!(sums.equals(yuan(7), 2));
        sums.data(Amount::Unreadable);
        assert!(!sums.equals(yuan(7), 3), "an unknown sum equals nothing");
        assert!(sums.equals(yuan(7), 2), "the subtotals are known");
    }
}
