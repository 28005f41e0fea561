//! Codes of hospitals 医疗机构编码, and those that a spreadsheet robbed of their letter or zeros.
//!
//! The surprise: what is lost is put back only when the hospitals of the same batch leave a single
//! possibility, and the row says so. A whole code is not looked up; it may be of elsewhere.

use std::collections::{BTreeSet, HashMap};

use super::cell_text::Parsed;
use super::code;
use super::fault::Fault;
use super::row::RowReader;
use crate::domain::Text;
use crate::flow::{Cell, Field};

const REGION_DIGITS: usize = 6;
/// Region and serial number.
const DIGITS: usize = 11;

/// The codes of the batch's hospitals and pharmacies, by their digits.
#[derive(Default)]
pub(super) struct HospitalCodes(HashMap<Box<str>, BTreeSet<Box<str>>>);

impl<'a> FromIterator<&'a str> for HospitalCodes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(codes: I) -> HospitalCodes {
        let mut known = HospitalCodes::default();
        for code in codes {
            let digits = code.trim_start_matches(['H', 'P']);
            known.0.entry(digits.into()).or_default().insert(code.into());
        }
        known
    }
}

impl HospitalCodes {
    /// Those that the rest of a code can stand for, in their order.
    fn like(&self, text: &str) -> Vec<&str> {
        let (letter, digits) = match text.strip_prefix(['H', 'P']) {
            Some(digits) => (&text[..1], digits),
            None => ("", text),
        };
        let is_rest = digits.len() > REGION_DIGITS
            && digits.len() <= DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_rest {
            return Vec::new();
        }
        let (region, serial) = digits.split_at(REGION_DIGITS);
        let whole = format!("{region}{serial:0>5}");
        let known = self.0.get(whole.as_str()).into_iter().flatten();
        known.map(|code| &**code).filter(|code| code.starts_with(letter)).collect()
    }
}

/// A hospital `H` or pharmacy `P` and eleven digits, nothing lost.
pub(super) fn whole(cell: Cell<'_>) -> Parsed<String> {
    let Some(text) = code::capital(cell)? else { return Ok(None) };
    if is_whole(&text) { Ok(Some(text.into_owned())) } else { Err(no_code(&[])) }
}

/// A code that may be empty, restored and told where that is certain.
pub(super) fn restored(row: &mut RowReader, field: Field) -> Option<String> {
    let known = row.hospital_codes();
    let mut lost = None;
    let code = row.optional(field, |cell| {
        let Some(text) = code::capital(cell)? else { return Ok(None) };
        if is_whole(&text) {
            return Ok(Some(text.into_owned()));
        }
        match known.like(&text)[..] {
            [only] => {
                lost = Some(text.into_owned());
                Ok(Some(only.to_owned()))
            }
            ref several => Err(no_code(several)),
        }
    });
    if let (Some(lost), Some(code)) = (lost, &code) {
        row.note_once(field, &lost, told(code));
    }
    code
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['H', 'P']).unwrap_or_default();
    digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn told(code: &str) -> Fault {
    let why = (
        format!("编码缺字母或前导零，按本批定点机构名单补全为 {code}"),
        format!("lost its letter or zeros; the batch's hospitals make it {code}"),
    );
    let hint = ("请把该列设为文本，并核对编码", "format the column as text and check the code");
    Fault::new("hospital-code-restored", (&why.0, &why.1), hint)
}

fn no_code(candidates: &[&str]) -> Fault {
    let mut fault = Fault::new(
        "hospital-code",
        ("机构编码应为 H 或 P 加 11 位数字", "a code is H or P and eleven digits"),
        ("请核对国家医保编码；没有编码时留空并填写名称", "check it, or leave it empty and name it"),
    );
    if !candidates.is_empty() {
        let list = candidates.join("、");
        fault.hint = Text::new(
            format!("{}；可能是：{list}", fault.hint.zh),
            format!("{}; it may be: {list}", fault.hint.en),
        );
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_code_stands_for_those_with_its_region_and_serial_number() {
        let list = ["H44030500001", "P44030500001", "H44030500012", "P44030600012"];
        let known: HospitalCodes = list.into_iter().collect();
        for (text, expected) in [
            ("44030500001", vec!["H44030500001", "P44030500001"]),
            ("H4403051", vec!["H44030500001"]),
            ("P44030501", vec!["P44030500001"]),
            ("4403051", vec!["H44030500001", "P44030500001"]),
            ("44030512", vec!["H44030500012"]),
            ("4403060012", vec!["P44030600012"]),
            ("H44030612", vec![]),
            ("440305", vec![]),
            ("440305000001", vec![]),
            ("44030510", vec![]),
            ("44030A1", vec![]),
            ("X4403051", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(known.like(text), expected, "{text}");
        }
    }

    #[test]
    fn a_code_is_a_letter_and_eleven_digits() {
        assert_eq!(whole(Cell::Text("h44030500001")), Ok(Some("H44030500001".to_owned())));
        for wrong in ["H4403050000", "X44030500001", "44030500001", "H4403050000A"] {
            let kind = whole(Cell::Text(wrong)).map_err(|fault| fault.kind);
            assert_eq!(kind, Err("hospital-code"), "{wrong}");
        }
    }
}
