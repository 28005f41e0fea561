//! Identity numbers and other documents of persons.
//!
//! The surprise: a number cell of more than 15 digits is damaged even when its check character
//! happens to fit. The spreadsheet has put zeros in place of the last digits.

use super::cell_text::{Parsed, compact};
use super::code::{LARGEST_EXACT, is_scientific};
use super::fault::Fault;
use crate::domain::identity::{Damage, IdFault, IdNumber, Identity};
use crate::flow::Cell;

/// Whatever stands in an identity column. A damaged number is not an error here: its claim is
/// accepted and refused later, with that reason.
pub(super) fn identity(cell: Cell<'_>) -> Parsed<Identity> {
    if let Cell::Number(number) = cell {
        let digits = number.abs().to_string();
        if number.abs() >= LARGEST_EXACT {
            return Ok(Some(damaged(digits, Damage::Rounded)));
        }
    }
    let Some(text) = compact(cell)? else { return Ok(None) };
    let text = text.to_uppercase();
    if is_scientific(&text) {
        return Ok(Some(damaged(text, Damage::Scientific)));
    }
    match IdNumber::parse(&text) {
        Ok(id) => Ok(Some(Identity::Id(id))),
        Err(IdFault::Check(_)) if text.ends_with("000") => Ok(Some(damaged(text, Damage::Rounded))),
        Err(IdFault::Check(_)) => Ok(Some(damaged(text, Damage::Check))),
        Err(IdFault::Birth) => Ok(Some(damaged(text, Damage::Birth))),
        Err(IdFault::Form) if is_other_document(&text) => Ok(Some(Identity::Other(text))),
        Err(IdFault::Form) => Err(unreadable()),
    }
}

fn damaged(shown: String, fault: Damage) -> Identity {
    Identity::Damaged { shown, fault }
}

/// Passports, the travel permits of Hong Kong, Macao and Taiwan, and the old permanent residence
/// card: letters, then as many digits.
fn is_other_document(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &text[letters..];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match letters {
        0 => digits.len() == 8,
        1 if text.starts_with(['H', 'M']) => (7..=10).contains(&digits.len()),
        1 | 2 => (7..=9).contains(&digits.len()),
        3 => digits.len() == 12,
        _ => false,
    }
}

fn unreadable() -> Fault {
    Fault::new(
        "identity-unreadable",
        ("不是身份证号，也不是已知的其他证件", "neither an identity number nor a known document"),
        ("请核对证件号码", "check the number against the document"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, expected: &str) {
        let read = match identity(cell) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(Identity::Id(id))) => format!("id {}", id.reveal()),
            Ok(Some(Identity::Other(text))) => format!("other {text}"),
            Ok(Some(Identity::Damaged { fault, .. })) => format!("{fault:?}"),
            Err(fault) => fault.kind.to_owned(),
        };
        assert_eq!(read, expected, "{cell:?}");
    }

    #[test]
    fn numbers_and_documents_are_told_apart_from_what_is_damaged() {
        for (text, expected) in [
            ("110105194912310 02x", "id 11010519491231002X"),
            ("１１０１０５４９１２３１００２", "id 11010519491231002X"),
            ("'11010519491231002X", "id 11010519491231002X"),
            ("810000199408230021", "id 810000199408230021"),
            ("110105194912310021", "Check"),
            ("110105194912310000", "Rounded"),
            ("110105190002299986", "Birth"),
            ("1.10105E+17", "Scientific"),
            ("1.10105194912e17", "Scientific"),
            ("EA0123456", "other EA0123456"),
            ("e12345678", "other E12345678"),
            ("H01234567", "other H01234567"),
            ("M0123456789", "other M0123456789"),
            ("12345678", "other 12345678"),
            ("ABC110105000001", "other ABC110105000001"),
            ("无", "nothing"),
            ("", "nothing"),
            ("1101051949123100211", "identity-unreadable"),
            ("11010519491231O02X", "identity-unreadable"),
            ("张三", "identity-unreadable"),
        ] {
            check(Cell::Text(text), expected);
        }
    }

    #[test]
    fn a_long_number_cell_is_damaged_whatever_its_check_says() {
        check(Cell::Number(110_105_194_912_310_000.0), "Rounded");
        check(Cell::Number(420_106_196_902_119_000.0), "Rounded");
        check(Cell::Number(110_105_491_231_002.0), "id 11010519491231002X");
    }
}
