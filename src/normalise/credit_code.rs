//! Cells that name a unit, by its name or by its unified social credit code 统一社会信用代码.
//!
//! The surprise: an identity number has the form of a credit code. Eighteen digits are taken for
//! a code only when its check holds or they are no person's number.

use super::cell_text::{self, Parsed, compact};
use super::code::{LARGEST_EXACT, is_scientific};
use super::fault::Fault;
use super::row::RowReader;
use crate::domain::{CreditCode, IdNumber};
use crate::flow::{Cell, Field};

/// A name as written, a credit code in its one form. A code that a spreadsheet took for a number
/// is damaged.
pub(super) fn name_or_code(cell: Cell<'_>) -> Parsed<String> {
    if matches!(cell, Cell::Number(number) if number.abs() >= LARGEST_EXACT) {
        return Err(Fault::damaged_number());
    }
    match compact(cell)? {
        Some(text) if is_scientific(&text) => Err(Fault::damaged_number()),
        Some(text) => match credit_code(&text) {
            Some(code) => Ok(Some(code.to_string())),
            None => cell_text::name(cell),
        },
        None => Ok(None),
    }
}

/// A further name, in its one form when it is a credit code.
pub(super) fn canonical(name: String) -> String {
    let text: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    credit_code(&text).map_or(name, |code| code.to_string())
}

/// Tells of a credit code whose check fails. It is used all the same.
pub(super) fn tell(row: &mut RowReader, field: Field, unit: Option<&str>) {
    let Some(unit) = unit else { return };
    if credit_code(unit).is_some_and(|code| !code.check_holds()) {
        let fault = Fault::new(
            "credit-code-check",
            (
                "统一社会信用代码的校验码不符",
                "the check character of the unified social credit code disagrees",
            ),
            (
                "代码仍按原样采用；早年发的代码有的不合校验，请与执照或证书核对",
                "it is used as it stands; some early codes fail the check: compare the certificate",
            ),
        );
        row.note_once(field, unit, fault);
    }
}

fn credit_code(text: &str) -> Option<CreditCode> {
    let code = CreditCode::parse(text)?;
    (code.check_holds() || IdNumber::parse(text).is_err()).then_some(code)
}
