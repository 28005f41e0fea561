//! How a quarantined row is known again when it comes back corrected: by what it said, not by
//! where it stood. Files are renamed and rows are sorted between two runs.
//!
//! The surprise: equal rows are told apart by counting them, so two rows that say the same can be
//! corrected one by one.

use std::fmt;

use sha2::{Digest, Sha256};

use super::raw::TableKind;

/// The title of the column that holds keys, in both languages. A sheet that has it holds
/// corrected rows.
pub const KEY_TITLE: (&str, &str) = ("行标识", "row key");

/// Titles of what the list of quarantined rows says about a row, before the row's own cells.
pub const TOLD_TITLES: [(&str, &str); 6] = [
    ("文件", "file"),
    ("工作表", "sheet"),
    ("行", "row"),
    ("列", "column"),
    ("问题", "what is wrong"),
    ("应如何改", "what to do"),
];

const HASH_BYTES: usize = 12;

/// The key of a row: what it says, and which of the rows that say it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    pub content: RowContent,
    /// How many rows of the same content stand before it.
    pub repeat: u32,
}

/// What a row says, hashed: its table, its cells under their titles, and the keys of the rows it
/// replaces. Empty cells and the order of columns say nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowContent([u8; HASH_BYTES]);

impl RowContent {
    pub fn of(kind: TableKind, cells: &[(String, String)], replaces: &[RowKey]) -> RowContent {
        let mut cells: Vec<&(String, String)> =
            cells.iter().filter(|(_, text)| !text.is_empty()).collect();
        cells.sort();
        let mut hash = Sha256::new_with_prefix(kind.word());
        for (title, text) in cells {
            for part in [title, text] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        for key in replaces {
            hash.update(key.to_string());
        }
        let mut content = [0; HASH_BYTES];
        content.copy_from_slice(&hash.finalize()[..HASH_BYTES]);
        RowContent(content)
    }
}

impl RowKey {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<RowKey> {
        let (digits, repeat) = match text.split_once('-') {
            Some((digits, repeat)) => (digits, repeat.parse().ok()?),
            None => (text, 0),
        };
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hex || digits.len() != 2 * HASH_BYTES {
            return None;
        }
        let mut content = [0; HASH_BYTES];
        for (byte, at) in content.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        }
        Some(RowKey { content: RowContent(content), repeat })
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        if self.repeat > 0 { write!(f, "-{}", self.repeat) } else { Ok(()) }
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[(&str, &str)]) -> Vec<(String, String)> {
        cells.iter().map(|(title, text)| ((*title).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_key_is_the_same_for_the_same_cells_in_any_order() {
        let of = |parts: &[(&str, &str)]| RowContent::of(TableKind::Claims, &cells(parts), &[]);
        let one = of(&[("申报编号", "SB1"), ("姓名", "王试")]);
        assert!(one == of(&[("姓名", "王试"), ("备注", ""), ("申报编号", "SB1")]));
        assert!(one != of(&[("申报编号", "SB"), ("姓名", "1王试")]));
        assert!(one != of(&[("申报编号", "SB2"), ("姓名", "王试")]));
        let key = RowKey { content: one, repeat: 0 };
        let replacing = RowContent::of(
            TableKind::Claims,
            &cells(&[("申报编号", "SB1"), ("姓名", "王试")]),
            &[key],
        );
        assert!(one != replacing);
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let content = RowContent::of(TableKind::Tips, &[], &[]);
        for repeat in [0, 1, 70] {
            let key = RowKey { content, repeat };
            assert_eq!(RowKey::parse(&key.to_string()), Some(key));
        }
        for wrong in ["", "12", "zz3456789012345678901234", "123456789012345678901234-x"] {
            assert_eq!(RowKey::parse(wrong), None, "{wrong}");
        }
    }
}
