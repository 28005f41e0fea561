//! Amounts, unit prices and quantities, as offices and workbooks write them.
//!
//! The surprise: a binary float is read as Excel shows it (15 significant digits), but a third
//! decimal of yuan that Excel would show too is an error. It is never rounded away.

use rust_decimal::Decimal;

use super::cell_text::{Parsed, compact};
use super::fault::Fault;
use crate::domain::money::{Money, MoneyFault};
use crate::domain::{Quantity, UnitPrice};
use crate::flow::Cell;

/// How far a float may be from a whole number of the smallest unit.
const FLOAT_SLACK: f64 = 1e-6;
/// Significant digits that a spreadsheet shows.
const SHOWN_DIGITS: usize = 15;
/// Below this a float holds every whole number.
const EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;
const FEN_DECIMALS: u32 = 2;

/// An amount of money 金额.
pub(super) fn amount(cell: Cell<'_>) -> Parsed<Money> {
    if let Some(fen) = plain_units(cell, FEN_DECIMALS) {
        return Ok(Some(Money::from_fen(fen)));
    }
    let Some(yuan) = decimal(cell, FEN_DECIMALS)? else { return Ok(None) };
    match Money::from_decimal(yuan) {
        Ok(amount) => Ok(Some(amount)),
        Err(MoneyFault::FractionOfFen) => Err(too_fine("money-fraction", FEN_DECIMALS)),
        Err(MoneyFault::NotANumber | MoneyFault::TooLarge) => Err(too_large()),
    }
}

/// A quantity 数量, up to four decimals.
pub(super) fn quantity(cell: Cell<'_>) -> Parsed<Quantity> {
    if let Some(units) = plain_units(cell, Quantity::DECIMALS) {
        return Ok(Some(Quantity::from_units(units)));
    }
    let Some(value) = decimal(cell, Quantity::DECIMALS)? else { return Ok(None) };
    let fault = |_| too_fine("quantity-fraction", Quantity::DECIMALS);
    Quantity::from_decimal(value).map(Some).map_err(fault)
}

/// A unit price 单价, up to six decimals.
pub(super) fn unit_price(cell: Cell<'_>) -> Parsed<UnitPrice> {
    if let Some(units) = plain_units(cell, UnitPrice::DECIMALS) {
        return Ok(Some(UnitPrice::from_units(units)));
    }
    let Some(value) = decimal(cell, UnitPrice::DECIMALS)? else { return Ok(None) };
    let fault = |_| too_fine("price-fraction", UnitPrice::DECIMALS);
    UnitPrice::from_decimal(value).map(Some).map_err(fault)
}

/// `1234.5` and its like, which nearly every cell of a CSV is, in units of the last decimal and
/// without the detour over decimals.
fn plain_units(cell: Cell<'_>, decimals: u32) -> Option<i64> {
    let Cell::Text(text) = cell else { return None };
    if !(1..=15).contains(&text.len()) {
        return None;
    }
    let (mut units, mut missing, mut seen_point) = (0i64, decimals, false);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                if seen_point {
                    missing = missing.checked_sub(1)?;
                }
                units = units * 10 + i64::from(byte - b'0');
            }
            b'.' if !seen_point => seen_point = true,
            _ => return None,
        }
    }
    let is_whole = text.as_bytes()[0] != b'.' && !text.ends_with('.');
    if is_whole { units.checked_mul(10i64.pow(missing)) } else { None }
}

fn decimal(cell: Cell<'_>, decimals: u32) -> Parsed<Decimal> {
    match cell {
        Cell::Number(number) => from_float(number, decimals).map(Some),
        Cell::Date(_) | Cell::Bool(_) => Err(not_a_number()),
        _ => match compact(cell)? {
            None => Ok(None),
            Some(text) => from_text(&text, decimals).map(Some),
        },
    }
}

/// The decimal that a spreadsheet shows for a float.
fn from_float(number: f64, decimals: u32) -> Result<Decimal, Fault> {
    if !number.is_finite() || number.abs() >= 1e15 {
        return Err(too_large());
    }
    let units = number * 10f64.powi(decimals as i32);
    // Further up every float is whole, and multiplying has already cost digits.
    if units.abs() < EXACT_WHOLE && (units - units.round()).abs() <= FLOAT_SLACK {
        return Ok(Decimal::from_i128_with_scale(units.round() as i128, decimals).normalize());
    }
    let shown = format!("{number:.*e}", SHOWN_DIGITS - 1);
    Decimal::from_scientific(&shown).map(|d| d.normalize()).map_err(|_| not_a_number())
}

fn from_text(text: &str, decimals: u32) -> Result<Decimal, Fault> {
    let bare = text
        .trim_start_matches("人民币")
        .trim_start_matches("RMB")
        .trim_start_matches("CNY")
        .trim_start_matches(['¥', '￥']);
    if bare.chars().any(|c| numeral(c).is_some() || unit_of_section(c).is_some()) {
        return capitals(bare).ok_or_else(not_a_number);
    }
    let in_brackets = bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let (bare, is_negative) = match in_brackets {
        Some(inner) => (inner, true),
        None => match bare.strip_prefix(['-', '−', '–', '负']) {
            Some(rest) => (rest, true),
            None => (bare.strip_prefix('+').unwrap_or(bare), false),
        },
    };
    let bare = bare.trim_start_matches(['¥', '￥']);
    let bare = bare.strip_suffix('整').unwrap_or(bare);
    let bare = bare.strip_suffix(['元', '圆']).unwrap_or(bare);
    let (bare, factor) = match bare.strip_suffix('万') {
        Some(rest) => (rest, Decimal::from(10_000)),
        None => (bare, Decimal::ONE),
    };
    let digits = without_separators(bare).ok_or_else(not_a_number)?;
    let value = shown_decimal(&digits, decimals)?;
    let value = value.checked_mul(factor).ok_or_else(too_large)?;
    Ok(if is_negative { -value } else { value })
}

/// A text of more digits than a spreadsheet shows, and more decimals than the field has, was a
/// float before somebody exported it.
fn shown_decimal(digits: &str, decimals: u32) -> Result<Decimal, Fault> {
    let significant = digits.trim_start_matches(['0', '.']).bytes().filter(|&b| b != b'.').count();
    let fraction = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if significant > SHOWN_DIGITS && fraction > decimals as usize {
        return from_float(digits.parse().map_err(|_| not_a_number())?, decimals);
    }
    Decimal::from_str_exact(digits).map_err(|_| too_large())
}

/// Digits with one point at most; commas only between groups of three.
fn without_separators(text: &str) -> Option<String> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.is_empty() || (1..=3).contains(&first.len());
    let right = is_grouped
        && is_digits(first)
        && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        && fraction.is_none_or(|fraction| !fraction.is_empty() && is_digits(fraction))
        && !(first.is_empty() && fraction.is_none());
    let whole = if whole.is_empty() { "0".to_owned() } else { whole.replace(',', "") };
    right.then(|| fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

fn numeral(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '壹' | '一' => 1,
        '贰' | '二' | '貳' | '两' => 2,
        '叁' | '三' | '參' => 3,
        '肆' | '四' => 4,
        '伍' | '五' => 5,
        '陆' | '六' | '陸' => 6,
        '柒' | '七' => 7,
        '捌' | '八' => 8,
        '玖' | '九' => 9,
        _ => return None,
    })
}

fn unit_of_section(c: char) -> Option<i64> {
    Some(match c {
        '拾' | '十' => 10,
        '佰' | '百' => 100,
        '仟' | '千' => 1000,
        _ => return None,
    })
}

/// An amount in capitals 大写金额: 壹万贰仟叁佰元伍角. Units must fall, as they are spoken.
fn capitals(text: &str) -> Option<Decimal> {
    let (text, is_negative) = match text.strip_prefix('负') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let text = text.strip_suffix(['整', '正']).unwrap_or(text);
    let split = text.find(['元', '圆']);
    let (yuan, rest) = match split {
        Some(at) => (&text[..at], &text[at + '元'.len_utf8()..]),
        None => ("", text),
    };
    let mut fen = if split.is_some() { whole_yuan(yuan)?.checked_mul(100)? } else { 0 };
    let mut chars = rest.chars().filter(|&c| c != '零').peekable();
    let mut smallest = 100;
    while let Some(digit) = chars.next() {
        let unit = match chars.next()? {
            '角' => 10,
            '分' => 1,
            _ => return None,
        };
        if unit >= smallest {
            return None;
        }
        smallest = unit;
        fen += numeral(digit)? * unit;
    }
    let is_amount = split.is_some() || smallest < 100;
    is_amount.then(|| Decimal::new(if is_negative { -fen } else { fen }, FEN_DECIMALS))
}

fn whole_yuan(text: &str) -> Option<i64> {
    let (mut total, mut section, mut digit) = (0i64, 0i64, None);
    let (mut last_unit, mut last_myriad) = (i64::MAX, i64::MAX);
    for c in text.chars() {
        if let Some(value) = numeral(c) {
            if digit.is_some_and(|d| d != 0) {
                return None;
            }
            digit = Some(value);
        } else if let Some(unit) = unit_of_section(c) {
            if unit >= last_unit {
                return None;
            }
            last_unit = unit;
            // 拾元 is ten yuan; other units need a digit before them.
            let default = (unit == 10 && section == 0).then_some(1);
            section += digit.take().filter(|&d| d != 0).or(default)? * unit;
        } else {
            let myriad = match c {
                '万' | '萬' => 10_000,
                '亿' | '億' => 100_000_000,
                _ => return None,
            };
            if myriad >= last_myriad {
                return None;
            }
            last_myriad = myriad;
            total =
                total.checked_add((section + digit.take().unwrap_or(0)).checked_mul(myriad)?)?;
            (section, last_unit) = (0, i64::MAX);
        }
    }
    (!text.is_empty()).then(|| total + section + digit.unwrap_or(0))
}

fn not_a_number() -> Fault {
    let hint = ("请填写数字，例如 1234.50", "write a number such as 1234.50");
    Fault::new("number-unreadable", ("不是数字", "not a number"), hint)
}

fn too_large() -> Fault {
    let why = ("数字过大", "the number is too large");
    Fault::new("number-too-large", why, ("请核对该数字", "check the number"))
}

fn too_fine(kind: &'static str, decimals: u32) -> Fault {
    Fault::new(
        kind,
        (&format!("超过 {decimals} 位小数"), &format!("more than {decimals} decimals")),
        ("请按票据原值填写，不要填计算值", "write the value of the invoice, not a computed one"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(Cell, Result<i64, &'static str>)]) {
        for (cell, expected) in cases {
            let read = amount(*cell).map(|m| m.map_or(i64::MIN, Money::fen)).map_err(|f| f.kind);
            assert_eq!(read, *expected, "{cell:?}");
        }
    }

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text)
    }

    #[test]
    fn amounts_are_read_as_offices_write_them() {
        check(&[
            (text("1234.5"), Ok(123_450)),
            (text("0"), Ok(0)),
            (text(".50"), Ok(50)),
            (text("1,234.50"), Ok(123_450)),
            (text("¥1,234.50元"), Ok(123_450)),
            (text("￥ 12"), Ok(1_200)),
            (text("１２３４．５０"), Ok(123_450)),
            (text("１，２３４"), Ok(123_400)),
            (text("(123.00)"), Ok(-12_300)),
            (text("（１２３）"), Ok(-12_300)),
            (text("-123.00"), Ok(-12_300)),
            (text("-¥5"), Ok(-500)),
            (text("1.2万元"), Ok(1_200_000)),
            (text("人民币12元整"), Ok(1_200)),
            (text("12.340"), Ok(1_234)),
            (text("0.30000000000000004"), Ok(30)),
            (text("420106197059969.01"), Ok(42_010_619_705_996_901)),
            (text("="), Err("number-unreadable")),
            (text("12.345"), Err("money-fraction")),
            (text("1,23"), Err("number-unreadable")),
            (text("1234,567"), Err("number-unreadable")),
            (text("12 元 3"), Err("number-unreadable")),
            (text("12."), Err("number-unreadable")),
            (text("1.2E+5"), Err("number-unreadable")),
            (text("约100"), Err("number-unreadable")),
            (text("99999999999999999999999999999999"), Err("number-too-large")),
            (text(" "), Ok(i64::MIN)),
            (Cell::Empty, Ok(i64::MIN)),
            (Cell::Bool(true), Err("number-unreadable")),
            (Cell::Error("#REF!"), Err("cell-error")),
        ]);
    }

    #[test]
    fn floats_of_a_workbook_are_read_as_it_shows_them() {
        check(&[
            (Cell::Number(0.1 + 0.2), Ok(30)),
            (Cell::Number(1.1 * 3.0), Ok(330)),
            (Cell::Number(15_263.14), Ok(1_526_314)),
            (Cell::Number(-0.01), Ok(-1)),
            (Cell::Number(12_345_678_901.23), Ok(1_234_567_890_123)),
            (Cell::Number(420_106_197_059_969.0), Ok(42_010_619_705_996_900)),
            (Cell::Number(12.345), Err("money-fraction")),
            (Cell::Number(100.0 / 3.0), Err("money-fraction")),
            (Cell::Number(f64::NAN), Err("number-too-large")),
            (Cell::Number(1e300), Err("number-too-large")),
        ]);
    }

    #[test]
    fn amounts_in_capitals_are_read_when_their_units_fall() {
        check(&[
            (text("壹万贰仟叁佰元伍角"), Ok(1_230_050)),
            (text("人民币壹佰贰拾叁元肆角伍分"), Ok(12_345)),
            (text("拾元整"), Ok(1_000)),
            (text("壹仟零伍元零贰分"), Ok(100_502)),
            (text("壹拾万零叁佰元整"), Ok(10_030_000)),
            (text("壹亿贰仟万元"), Ok(12_000_000_000)),
            (text("负伍角"), Ok(-50)),
            (text("零元"), Ok(0)),
            (text("壹万贰仟叁佰"), Err("number-unreadable")),
            (text("壹佰贰仟元"), Err("number-unreadable")),
            (text("壹贰元"), Err("number-unreadable")),
            (text("伍分贰角"), Err("number-unreadable")),
            (text("元"), Err("number-unreadable")),
        ]);
    }

    #[test]
    fn prices_have_six_decimals_and_quantities_four() {
        let price = |cell: Cell| unit_price(cell).map(|p| p.map(|p| p.to_string()));
        let count = |cell: Cell| quantity(cell).map(|q| q.map(|q| q.to_string()));
        assert_eq!(price(text("0.333333")), Ok(Some("0.333333".into())));
        assert_eq!(price(Cell::Number(1.1 * 1.1)), Ok(Some("1.21".into())));
        assert_eq!(price(text("0.3333333")).expect_err("too fine").kind, "price-fraction");
        assert_eq!(count(Cell::Number(0.1 * 3.0)), Ok(Some("0.3".into())));
        assert_eq!(count(text("-1.5")), Ok(Some("-1.5".into())));
        assert_eq!(count(text("0.00001")).expect_err("too fine").kind, "quantity-fraction");
    }
}
