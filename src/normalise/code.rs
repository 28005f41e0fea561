//! Codes and numbers that are texts: claim, invoice, item, diagnosis, account, phone.
//!
//! The surprise: a code in scientific notation or beyond 15 digits in a number cell has lost its
//! end. It goes to quarantine, because matching by it would match strangers.

use std::borrow::Cow;

use super::cell_text::{Parsed, compact, plain};
use super::fault::Fault;
use crate::flow::Cell;

/// From here on a number cell no longer holds every digit that was typed.
pub(super) const LARGEST_EXACT: f64 = 1e15;

/// A code as text, half width, without blanks: claim ids, invoice numbers, accounts.
pub(super) fn code(cell: Cell<'_>) -> Parsed<Cow<'_, str>> {
    if let Cell::Text(text) = cell
        && is_plain_code(text)
    {
        return if is_scientific(text) {
            Err(Fault::damaged_number())
        } else {
            Ok(Some(Cow::Borrowed(text)))
        };
    }
    match cell {
        Cell::Number(number) if number.abs() >= LARGEST_EXACT || number.fract() != 0.0 => {
            return Err(Fault::damaged_number());
        }
        Cell::Date(_) | Cell::Bool(_) => return Err(not_a_code()),
        _ => {}
    }
    match compact(cell)? {
        Some(text) if is_scientific(&text) || has_point_zero(&text) => Err(Fault::damaged_number()),
        text => Ok(text.map(Cow::Owned)),
    }
}

pub(super) fn boxed(cell: Cell<'_>) -> Parsed<Box<str>> {
    Ok(code(cell)?.map(|text| text.into_owned().into_boxed_str()))
}

pub(super) fn owned(cell: Cell<'_>) -> Parsed<String> {
    Ok(code(cell)?.map(Cow::into_owned))
}

/// A code in capitals: items, diagnoses.
pub(super) fn capital(cell: Cell<'_>) -> Parsed<Cow<'_, str>> {
    let Some(text) = code(cell)? else { return Ok(None) };
    let has_small = text.bytes().any(|byte| byte.is_ascii_lowercase());
    Ok(Some(if has_small { Cow::Owned(text.to_ascii_uppercase()) } else { text }))
}

pub(super) fn capital_owned(cell: Cell<'_>) -> Parsed<String> {
    Ok(capital(cell)?.map(Cow::into_owned))
}

/// The running number of a line.
pub(super) fn line_no(cell: Cell<'_>) -> Parsed<u32> {
    let Some(text) = compact(cell)? else { return Ok(None) };
    let fault = |_| {
        let why = ("序号应为整数", "a line number is a whole number");
        Fault::new("line-no", why, ("请改为整数或留空", "write a whole number or leave it empty"))
    };
    text.parse().map(Some).map_err(fault)
}

/// The several names in one cell.
pub(super) fn names(cell: Cell<'_>) -> Parsed<Vec<String>> {
    split(cell, |c| NAMES_APART.contains(&c))
}

/// The several words in one cell, which slashes and plus signs may part too.
pub(super) fn names_and_slashes(cell: Cell<'_>) -> Parsed<Vec<String>> {
    split(cell, |c| NAMES_APART.contains(&c) || matches!(c, '/' | '／' | '+' | '＋'))
}

const NAMES_APART: [char; 6] = ['、', ';', '；', '|', ',', '，'];

fn split(cell: Cell<'_>, is_between: impl Fn(char) -> bool) -> Parsed<Vec<String>> {
    let Some(text) = plain(cell)? else { return Ok(None) };
    let parts = text.split(is_between).map(str::trim);
    Ok(Some(parts.filter(|name| !name.is_empty()).map(str::to_owned).collect()))
}

/// `4.20106E+17`: a digit, perhaps a fraction, an exponent of one or two digits.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let signed = exponent.strip_prefix(['+', '-']);
    let digits = signed.unwrap_or(exponent);
    // Without point and sign, 1E05 could be a code of its own.
    let is_marked = mantissa.contains('.') || signed.is_some();
    is_marked
        && whole.len() == 1
        && is_digits(whole)
        && is_digits(fraction)
        && (1..=3).contains(&digits.len())
        && is_digits(digits)
}

/// `12345678.0`: a float somebody exported as text.
fn has_point_zero(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, fraction)| {
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        is_digits(whole) && fraction.bytes().all(|b| b == b'0')
    })
}

fn is_plain_code(text: &str) -> bool {
    text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn not_a_code() -> Fault {
    let hint = ("请把该列设为文本并重新填写", "format the column as text and enter it anew");
    Fault::new("code-unreadable", ("不是编码或号码", "neither a code nor a number"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text)
    }

    #[test]
    fn codes_are_texts_and_damaged_ones_are_recognised() {
        for (cell, expected) in [
            (text("00123456"), Ok(Some("00123456"))),
            (text(" ２４３２ ００１７ "), Ok(Some("24320017"))),
            (text("=\"0012\""), Ok(Some("0012"))),
            (text("SB-2024/001"), Ok(Some("SB-2024/001"))),
            (text("1E05"), Ok(Some("1E05"))),
            (text("无"), Ok(None)),
            (Cell::Number(24_320_017.0), Ok(Some("24320017"))),
            (text("2.43200E+19"), Err("number-damaged")),
            (text("2E+19"), Err("number-damaged")),
            (text("24320017.0"), Err("number-damaged")),
            (Cell::Number(2.4e19), Err("number-damaged")),
            (Cell::Number(1.5), Err("number-damaged")),
            (Cell::Bool(true), Err("code-unreadable")),
        ] {
            let read = code(cell).map_err(|fault| fault.kind);
            assert_eq!(read, expected.map(|text| text.map(Cow::Borrowed)), "{cell:?}");
        }
    }

    #[test]
    fn diagnosis_and_item_codes_are_capitals() {
        assert_eq!(capital(text("i10.x00x002")).expect("a code").as_deref(), Some("I10.X00X002"));
    }
}
