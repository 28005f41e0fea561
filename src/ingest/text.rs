//! Text files: which encoding, which delimiter, then record by record.
//!
//! The surprise: the delimiter is not counted but tried. The one under which the header of a
//! known table appears is right, whatever commas the titles above it hold.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};
use memchr::memmem;

use crate::flow::{Cell, Place, RawRow};

use super::choices::Guide;
use super::content;
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
/// Chinese has at most one character that hardly anybody writes in this many, and one that is not
/// in daily use (names of drugs are full of them) in so many.
const UNHEARD_OF_MIN: usize = 4;
const UNUSUAL_OF_MIN: usize = 2;
/// UTF-16 without its mark has at least one digit or mark in so many characters, and at most one
/// of these that no table has.
const ASCII_OF_UTF16: usize = 20;
const STRANGE_OF_MIN: usize = 20;
/// How much of a text is looked at to tell Chinese from nonsense, from its first character on.
const CHINESE_BYTES: usize = 1 << 20;

/// A decoded text, and whether some of its bytes meant nothing.
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub is_damaged: bool,
}

/// Why bytes give no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoText {
    Binary,
    /// A text, but in none of the encodings that are read.
    Encoding,
}

/// In the encoding that was chosen, else UTF-8 or UTF-16 by its mark, else UTF-8 if it is, else
/// GB18030 if that makes sense.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    chosen: Option<&'static Encoding>,
) -> Result<Decoded<'a>, NoText> {
    let (text, is_damaged) = match (chosen, Encoding::for_bom(bytes)) {
        (Some(encoding), _) | (None, Some((encoding, _))) => with(encoding, bytes),
        (None, None) if bytes.contains(&0) => {
            with(utf16_without_mark(bytes).ok_or(NoText::Binary)?, bytes)
        }
        (None, None) => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            Err(_) if is_mostly_utf8(bytes) => (String::from_utf8_lossy(bytes), true),
            Err(_) if bytes.iter().any(|&byte| content::is_binary(byte)) => {
                return Err(NoText::Binary);
            }
            Err(_) if !is_chinese(bytes) => return Err(NoText::Encoding),
            Err(_) => with(GB18030, bytes),
        },
    };
    let meaningless = meaningless(&text);
    let allowed = || REPLACEMENTS_MAX.max(text.chars().count() / CHARS_PER_REPLACEMENT_MIN);
    if meaningless > REPLACEMENTS_MAX && meaningless > allowed() {
        return Err(NoText::Binary);
    }
    let text = if text.contains('\r') && !text.contains('\n') {
        Cow::Owned(text.replace('\r', "\n"))
    } else {
        text
    };
    Ok(Decoded { text, is_damaged })
}

/// Replacement and control characters, found byte by byte: a text is a few hundred megabytes.
fn meaningless(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_control = |byte: u8| {
        byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A) || byte == 0x7F
    };
    // The controls beyond ASCII have two bytes.
    let is_beyond = |&at: &usize| matches!(bytes.get(at + 1), Some(0x80..=0x9F));
    memmem::find_iter(bytes, "\u{FFFD}").count()
        + bytes.iter().filter(|&&byte| is_control(byte)).count()
        + memchr::memchr_iter(0xC2, bytes).filter(is_beyond).count()
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
    let (text, _, is_damaged) = encoding.decode(bytes);
    (text, is_damaged)
}

/// Digits, commas and line ends have one zero byte each in UTF-16, always on the same side. A text
/// into which a few zeros strayed may have them on one side too, but is nonsense in UTF-16.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|&&b| b == 0).count();
    let (encoding, from_pair): (_, fn([u8; 2]) -> u16) = match (zeros(0), zeros(1)) {
        (0, 1..) => (UTF_16LE, u16::from_le_bytes),
        (1.., 0) => (UTF_16BE, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    let (mut ascii, mut strange) = (0usize, 0usize);
    for unit in pairs.iter().map(|&pair| from_pair(pair)) {
        match unit {
            9..=0x7E => ascii += 1,
            // Signs, Chinese, full-width forms, and halves of rare characters.
            0xA0..=0xFF | 0x2010..=0x2027 | 0x3000..=0x303F | 0x4E00..=0x9FFF => {}
            0xD800..=0xDFFF | 0xFF00..=0xFFEF => {}
            _ => strange += 1,
        }
    }
    let is_utf16 = ascii * ASCII_OF_UTF16 >= pairs.len() && strange * STRANGE_OF_MIN <= pairs.len();
    (odd.is_empty() && is_utf16).then_some(encoding)
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

/// Whether the bytes read as GB18030 are words that people write. Nearly any bytes of another code
/// page mean something in it, but something else: characters from the far ends of the dictionary.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut usual, mut unusual, mut unheard) = (0usize, 0usize, 0usize);
    let begin = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let mut rest = &bytes[begin..bytes.len().min(begin + CHINESE_BYTES)];
    while let Some((&lead, after)) = rest.split_first() {
        let length = match (lead, after.first()) {
            (0..=0x7F, _) => 1,
            // Three rows of signs and the characters in daily use.
            (0xA1..=0xA3 | 0xB0..=0xD7, Some(0xA1..=0xFE)) => {
                usual += 1;
                2
            }
            (0xA4..=0xA9 | 0xD8..=0xF7, Some(0xA1..=0xFE)) => {
                unusual += 1;
                2
            }
            (0x81..=0xFE, Some(0x40..=0x7E | 0x80..=0xFE)) => {
                unheard += 1;
                2
            }
            (0x81..=0xFE, Some(b'0'..=b'9')) => {
                unheard += 1;
                4
            }
            _ => {
                unheard += 1;
                1
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    let all = usual + unusual + unheard;
    unheard * UNHEARD_OF_MIN <= all && (unheard + unusual) * UNUSUAL_OF_MIN <= all
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
            let (rows, is_sound) = head.map(|h| first_rows(h, delimiter)).unwrap_or_default();
            let widest = rows.iter().map(|row| row.view().len()).max().unwrap_or(0);
            (header::score(&rows, guide), is_sound, widest > 1)
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
    let mut read = scan.finish();
    if let (SheetRead::Table(table), Some(row)) = (&mut read, records.cut) {
        table.notes.push(told::far_columns(Place::file(file).row(row)));
    }
    read
}

/// The rows a header may stand in, and whether every quotation mark in them has its partner.
fn first_rows(text: &str, delimiter: u8) -> (Vec<RawRow>, bool) {
    let mut records = Records::new(text, delimiter);
    let (mut rows, mut is_sound) = (Vec::new(), true);
    while rows.len() < HEADER_ROWS_MAX + DEPTH_MAX && records.next_row() {
        is_sound &= !records.has_open_quote;
        if !is_blank(records.row.view()) {
            rows.push(records.row.clone());
        }
    }
    (rows, is_sound)
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
pub(super) struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// The record read last, as a row.
    pub row: RawRow,
    delimiter: u8,
    /// The record read last holds a quotation mark without its partner.
    has_open_quote: bool,
    /// The first row with something further right than is read.
    cut: Option<u32>,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Records<'a> {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (record, row) = (StringRecord::new(), RawRow::default());
        Records { text, reader, record, row, delimiter, has_open_quote: false, cut: None }
    }

    /// Reads the next record into `row`; false after the last.
    pub fn next_row(&mut self) -> bool {
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
        let spans_lines = self.reader.position().line() > at.line() + 1;
        self.has_open_quote = spans_lines && self.record.iter().any(swallows)
            || is_last && begun.iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        self.row.begin(row);
        for cell in self.record.iter().take(COLUMNS_MAX) {
            self.row.push(match cell {
                "" | "\u{1A}" => Cell::Empty,
                error if error.starts_with('#') && FORMULA_ERRORS.contains(&error) => {
                    Cell::Error(error)
                }
                text => Cell::Text(text),
            });
        }
        if self.cut.is_none() && self.record.iter().skip(COLUMNS_MAX).any(|cell| !cell.is_empty()) {
            self.cut = Some(row);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::choices::{Choices, Guides};
    use crate::rulebook::layouts::Layouts;

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
        for bytes in [&b"\0\0\x01\x02"[..], b"a \0b,cd\n1,2,\0\n", b"ab\x01\x02\x03"] {
            assert_eq!(decode(bytes, None).err(), Some(NoText::Binary), "{bytes:?}");
        }
    }

    #[test]
    fn other_code_pages_are_told_apart_from_chinese() {
        use encoding_rs::{BIG5, ISO_8859_7, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
        for (encoding, text) in [
            (WINDOWS_1252, "id,name,prix\n1,Hélène Façade,12 €\n2,Ångström,3\n"),
            (ISO_8859_7, "κωδικός,όνομα\n1,Αθήνα\n2,Θεσσαλονίκη\n"),
            (WINDOWS_1251, "номер,имя\n1,Москва\n"),
            (BIG5, "申報編號,證件號碼,姓名,參保地,醫療費總額\n1,,王試,武漢市,12.50\n"),
            (SHIFT_JIS, "番号,氏名,カナ\n1,山田太郎,ヤマダタロウ\n"),
        ] {
            let bytes = encoding.encode(text).0;
            assert_eq!(decode(&bytes, None).err(), Some(NoText::Encoding), "{}", encoding.name());
        }
        for text in [
            "申报编号,姓名,医疗费总额\n1,李喆,￥12.50\n2,㛃龘,１２\n",
            "项目名称\n吡嗪酰胺片\n左氧氟沙星氯化钠注射液\n盐酸哌替啶\n羟苯磺酸钙\n呋塞米\n",
        ] {
            let bytes = GB18030.encode(text).0;
            assert_eq!(decode(&bytes, None).expect("a text").text, text);
        }
    }

    #[test]
    fn the_delimiter_that_closes_the_quotation_marks_is_preferred() {
        let text = "甲;乙;\"丙\n一,二,三\n,丁\"\n1;2;3\n";
        let layouts = Layouts::load("data".as_ref()).expect("layouts");
        let choices = Choices::default();
        let guide = Guides { layouts: &layouts, choices: &choices }.of("a.csv", "");
        let SheetRead::Refused(told) = read(text, "a.csv", guide) else { panic!("refused") };
        assert_eq!(told.kind, "sheet-unrecognised");
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
