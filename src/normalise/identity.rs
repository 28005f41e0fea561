//! Identity numbers and other documents of persons.
//!
//! The surprise: a number cell of more than 15 digits is damaged even when its check character
//! happens to fit. The spreadsheet has put zeros in place of the last digits.

use super::cell_text::{Parsed, compact};
use super::code::{LARGEST_EXACT, is_scientific};
use super::fault::Fault;
use super::row::RowReader;
use crate::domain::dates::Date;
use crate::domain::identity::{Damage, IdFault, IdNumber, Identity};
use crate::flow::{Cell, Field};
use crate::rulebook::divisions::{AddressCode, Divisions};

/// Whatever stands in an identity column. A damaged number is not an error here: its claim is
/// accepted and refused later, with that reason.
fn identity(cell: Cell<'_>, divisions: &Divisions) -> Parsed<Identity> {
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
        // Fifteen digits have no check character: only the address code vouches for them.
        Ok(id) if text.len() == 15 && divisions.address_code(&id) == AddressCode::Unknown => {
            Err(unreadable())
        }
        Ok(id) => Ok(Some(Identity::Id(id))),
        Err(IdFault::Check(_)) if text.ends_with("000") => Ok(Some(damaged(text, Damage::Rounded))),
        Err(IdFault::Check(_)) => Ok(Some(damaged(text, Damage::Check))),
        Err(IdFault::Birth) => Ok(Some(damaged(text, Damage::Birth))),
        Err(IdFault::Form) if is_other_document(&text) => Ok(Some(Identity::Other(text))),
        Err(IdFault::Form) => Err(unreadable()),
    }
}

/// The identity that a row must hold.
pub(super) fn required(row: &mut RowReader, field: Field) -> Option<Identity> {
    let divisions = row.divisions();
    row.required(field, |cell| identity(cell, divisions))
}

pub(super) fn optional(row: &mut RowReader, field: Field) -> Option<Identity> {
    let divisions = row.divisions();
    row.optional(field, |cell| identity(cell, divisions))
}

/// The identity in a row written on that day, where the row says its day.
pub(super) fn on_day(identity: Option<Identity>, day: Option<Date>) -> Option<Identity> {
    match day {
        Some(day) => identity.map(|identity| identity.on(day)),
        None => identity,
    }
}

/// Tells of a sound number that begins with no code of its time; once for each number of a sheet.
/// It is asked of rows that introduce a person, not of those that only refer to one.
pub(super) fn tell(row: &mut RowReader, field: Field, identity: Option<&Identity>) {
    let Some(Identity::Id(id)) = identity else { return };
    let code = &id.reveal()[..6];
    let hint = (
        "号码仍按原样采用；请与证件核对",
        "the number is used as it stands; check it against the document",
    );
    let fault = match row.divisions().address_code(id) {
        AddressCode::Sound => return,
        AddressCode::Unknown => {
            let why = (
                format!("号码前六位 {code} 从来不是任何行政区划的代码"),
                format!("it begins with {code}, which never was the code of a division"),
            );
            Fault::new("identity-region-unknown", (&why.0, &why.1), hint)
        }
        AddressCode::RetiredBeforeBirth(year) => {
            let why = (
                format!("号码前六位 {code} 在 {year} 年已停用，早于本人出生"),
                format!("it begins with {code}, given up in {year}, before the person was born"),
            );
            Fault::new("identity-region-retired", (&why.0, &why.1), hint)
        }
    };
    row.note_once(field, id.reveal(), fault);
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
    use std::path::Path;
    use std::sync::LazyLock;

    use super::*;

    fn check(cell: Cell, expected: &str) {
        static DIVISIONS: LazyLock<Divisions> = LazyLock::new(|| {
            let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
            Divisions::load(&data).expect("the shipped divisions are right")
        });
        let read = match identity(cell, &DIVISIONS) {
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
            ("111111111111111", "identity-unreadable"),
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
