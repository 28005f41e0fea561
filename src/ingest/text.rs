//! Text files: which encoding, which delimiter, then record by record.
//!
//! The surprise: the delimiter is not counted but tried. The one under which the header of a
//! known table appears is right, whatever commas the titles above it hold.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::flow::{Cell, Place, RawRow};

use super::choices::Guide;
use super::header::{self, HEADER_ROWS_MAX};
use super::rows::is_blank;
use super::sheet::{COLUMNS_MAX, SheetFacts, SheetRead, SheetScan};
use super::titles::DEPTH_MAX;
use super::told;

const FULL_WIDTH_COMMA: char = '，';
/// Stands in for the full-width comma, which is more than one byte.
const UNIT_SEPARATOR: u8 = 0x1F;
/// The delimiters, the more usual first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', UNIT_SEPARATOR];
/// What a spreadsheet exports for a formula that has no value.
const FORMULA_ERRORS: [&str; 7] =
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];
/// How much of a text is looked at to choose the delimiter.
const HEAD_BYTES: usize = 1 << 18;
/// A cell of several lines with this many delimiters to the line has swallowed other rows.
const SWALLOWED_DELIMITERS_PER_LINE: usize = 5;
const SWALLOWED_LINES_MIN: usize = 2;
/// A text may have one replaced character in this many, or two; with more it is none.
const CHARS_PER_REPLACEMENT_MIN: usize = 200;
const REPLACEMENTS_MAX: usize = 2;

/// A decoded text, and whether some of its bytes meant nothing.
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub is_damaged: bool,
}

/// In the encoding that was chosen, else UTF-8 or UTF-16 by its mark, else UTF-8 if it is, else
/// GB18030; nothing when it is no text.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    chosen: Option<&'static Encoding>,
) -> Option<Decoded<'a>> {
    let (text, is_damaged) = match (chosen, Encoding::for_bom(bytes)) {
        (Some(encoding), _) | (None, Some((encoding, _))) => with(encoding, bytes),
        (None, None) if bytes.contains(&0) => with(utf16_without_mark(bytes)?, bytes),
        (None, None) => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            Err(_) if is_mostly_utf8(bytes) => (String::from_utf8_lossy(bytes), true),
            Err(_) => with(GB18030, bytes),
        },
    };
    let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{C}' | '\u{1A}');
    let strange = text.chars().filter(|&c| control(c)).count();
    let allowed = text.chars().count() / CHARS_PER_REPLACEMENT_MIN;
    if replaced + strange > allowed.max(REPLACEMENTS_MAX) {
        return None;
    }
    let text = if text.contains('\r') && !text.contains('\n') {
        Cow::Owned(text.replace('\r', "\n"))
    } else {
        text
    };
    Some(Decoded { text, is_damaged })
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
    let (text, _, is_damaged) = encoding.decode(bytes);
    (text, is_damaged)
}

/// Digits, commas and line ends have one zero byte each in UTF-16, always on the same side.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|&&b| b == 0).count();
    match (bytes.len() % 2, zeros(0), zeros(1)) {
        (0, 0, 1..) => Some(UTF_16LE),
        (0, 1.., 0) => Some(UTF_16BE),
        _ => None,
    }
}

/// Chinese in GB18030 hardly ever looks like UTF-8, so a text that mostly does is damaged UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right > wrong * 10
}

/// Reads a whole text as one table.
pub(super) fn read(text: &str, file: &str, guide: Guide<'_>) -> SheetRead {
    match guide.delimiter().map(u8::try_from) {
        Some(Ok(chosen)) => return read_delimited(text, chosen, file, guide),
        Some(Err(_)) => return read_delimited(&separate(text), UNIT_SEPARATOR, file, guide),
        None => {}
    }
    let head = &text[..text.floor_char_boundary(HEAD_BYTES)];
    let separated = text.contains(FULL_WIDTH_COMMA).then(|| separate(head));
    let best = DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|&delimiter| {
            let head = if delimiter == UNIT_SEPARATOR { separated.as_deref() } else { Some(head) };
            let rows = head.map(|head| first_rows(head, delimiter)).unwrap_or_default();
            let widest = rows.iter().map(|row| row.view().len()).max().unwrap_or(0);
            (header::score(&rows, guide), widest > 1)
        })
        .unwrap_or(b',');
    if best == UNIT_SEPARATOR {
        read_delimited(&separate(text), best, file, guide)
    } else {
        read_delimited(text, best, file, guide)
    }
}

fn read_delimited(text: &str, delimiter: u8, file: &str, guide: Guide<'_>) -> SheetRead {
    let mut scan = SheetScan::new(guide, Place::file(file), SheetFacts::default());
    let mut records = Records::new(text, delimiter);
    while records.next_row() {
        if records.has_open_quote {
            return SheetRead::Refused(told::open_quote(Place::file(file).row(records.row.row)));
        }
        scan.push(records.row.view());
        if scan.is_settled() {
            break;
        }
    }
    scan.finish()
}

fn first_rows(text: &str, delimiter: u8) -> Vec<RawRow> {
    let mut records = Records::new(text, delimiter);
    let rows = std::iter::from_fn(|| records.next_row().then(|| records.row.clone()));
    rows.filter(|row| !is_blank(row.view())).take(HEADER_ROWS_MAX + DEPTH_MAX).collect()
}

/// The text with unit separators for the full-width commas outside quotation marks.
fn separate(text: &str) -> String {
    let mut in_quotes = false;
    text.chars()
        .map(|c| {
            in_quotes ^= c == '"';
            if c == FULL_WIDTH_COMMA && !in_quotes { char::from(UNIT_SEPARATOR) } else { c }
        })
        .collect()
}

/// The records of a delimited text with their first lines.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// The record read last, as a row.
    row: RawRow,
    delimiter: u8,
    /// The record read last holds a quotation mark without its partner.
    has_open_quote: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8) -> Records<'a> {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (record, row) = (StringRecord::new(), RawRow::default());
        Records { text, reader, record, row, delimiter, has_open_quote: false }
    }

    /// Reads the next record into `row`; false after the last.
    fn next_row(&mut self) -> bool {
        // The text is UTF-8 and records may have any length, so reading cannot fail.
        if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
            return false;
        }
        let Some(at) = self.record.position() else { return false };
        let begun = self.text.as_bytes().get(at.byte() as usize..).unwrap_or_default();
        let blank = begun.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        let row = at.line() as u32 + blank.filter(|&&byte| byte == b'\n').count() as u32;
        let swallows = |cell: &str| {
            let count = |byte: u8| cell.bytes().filter(|&b| b == byte).count();
            cell.contains('\n') && {
                let lines = count(b'\n');
                lines >= SWALLOWED_LINES_MIN
                    && count(self.delimiter) >= (lines - 1) * SWALLOWED_DELIMITERS_PER_LINE
            }
        };
        let is_last = self.reader.position().byte() as usize >= self.text.len();
        self.has_open_quote = self.record.iter().any(swallows)
            || is_last && begun.iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        self.row.begin(row);
        for cell in self.record.iter().take(COLUMNS_MAX) {
            self.row.push(match cell {
                "" | "\u{1A}" => Cell::Empty,
                error if FORMULA_ERRORS.contains(&error) => Cell::Error(error),
                text => Cell::Text(text),
            });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_told_by_mark_or_by_content() {
        let text = "姓名,金额\n张三,12.50\n";
        let utf16 = |little: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
        };
        let damaged = [&b"\xE5\xA7"[..], text.repeat(99).as_bytes()].concat();
        for (bytes, damage) in [
            (text.as_bytes().to_vec(), false),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), false),
            (GB18030.encode(text).0.to_vec(), false),
            (utf16(true, true), false),
            (utf16(false, true), false),
            (utf16(true, false), false),
            (damaged, true),
        ] {
            let decoded = decode(&bytes, None).expect("a text");
            assert!(decoded.text.contains(text), "{bytes:?}");
            assert_eq!(decoded.is_damaged, damage);
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"\0\0\x01\x02"[..], &[0xFF; 64], b"ab\x01\x02\x03"] {
            assert!(decode(bytes, None).is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn records_know_their_first_line_across_blank_lines_and_quoted_breaks() {
        let mut records = Records::new("\n\na,\"x\ny\"\r\n\r\nb,=\"012\"\n", b',');
        let next = || records.next_row().then(|| records.row.clone());
        let rows: Vec<_> = std::iter::from_fn(next).collect();
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 6]);
        assert_eq!(rows[1].view().cell(1), Cell::Text("=\"012\""));
    }

    #[test]
    fn a_quotation_mark_that_swallows_rows_is_noticed() {
        let mut records = Records::new("a,\"b\n1,2,3,4,5,6\n1,2,3,4,5,6\n\",c\nd,e\n", b',');
        records.next_row();
        assert!(records.has_open_quote);
        let mut records = Records::new("a,\"one, two\nthree\nfour\",c\n", b',');
        records.next_row();
        assert!(!records.has_open_quote);
    }

    #[test]
    fn a_quotation_mark_without_partner_is_noticed() {
        let mut records = Records::new("a,b\nc,\"d\ne,f\n", b',');
        records.next_row();
        assert!(!records.has_open_quote);
        records.next_row();
        assert!(records.has_open_quote);
    }
}
