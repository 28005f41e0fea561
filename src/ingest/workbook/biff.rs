//! What the records of an old `.xls` say that the library does not tell: whether it is encrypted,
//! and which rows and columns are hidden.
//!
//! The surprise: the oldest encryption (XOR) leaves a file that opens without complaint and reads
//! as nonsense. Only its FILEPASS record gives it away.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use crate::ingest::sheet::Hidden;

const FILEPASS: u16 = 0x002F;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const ROW: u16 = 0x0208;
const COLINFO: u16 = 0x007D;
const BOF: u16 = 0x0809;
/// A stream begins at a multiple of this, and is whole at least so far.
const SECTOR: usize = 512;

/// The stream of records in the container, under either of its names; none where the container
/// is damaged, which is for the library to say.
pub(super) fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"]
        .into_iter()
        .find(|name| container.is_stream(name))?;
    let stream = container.open_stream(name).ok()?;
    let mut records = Vec::new();
    // A container may claim a stream longer than itself.
    stream.take(bytes.len() as u64).read_to_end(&mut records).ok()?;
    Some(records)
}

/// Whether any encryption is announced, before the records become unreadable by it.
pub(super) fn is_encrypted(stream: &[u8]) -> bool {
    let globals = Records { rest: stream }.take_while(|&(kind, _)| kind != EOF);
    globals.into_iter().any(|(kind, _)| kind == FILEPASS)
}

/// The same for a container that is too damaged to be opened: its stream begins at one of its
/// sectors, and the announcement is one of the first records.
pub(super) fn is_encrypted_wreck(bytes: &[u8]) -> bool {
    let begins = |sector: &&[u8]| matches!(sector, [0x09, 0x08, _, 0, 0, 5 | 6, 5, 0, ..]);
    bytes.chunks(SECTOR).filter(begins).any(is_encrypted)
}

/// Hidden rows that hold cells and hidden columns, by the name of their sheet.
pub(super) fn hidden(stream: &[u8]) -> HashMap<String, Hidden> {
    let globals = Records { rest: stream }.take_while(|&(kind, _)| kind != EOF);
    let sheets = globals.filter(|&(kind, _)| kind == BOUNDSHEET);
    sheets
        .filter_map(|(_, data)| {
            let at = u32_at(data, 0)? as usize;
            Some((sheet_name(data.get(6..)?)?, hidden_in(stream.get(at..)?)))
        })
        .filter(|(_, hidden)| !hidden.is_empty())
        .collect()
}

fn hidden_in(substream: &[u8]) -> Hidden {
    let mut hidden = Hidden::default();
    // Charts stand inside their sheet as streams of their own.
    let mut depth = 0;
    for (kind, data) in (Records { rest: substream }) {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            ROW if depth == 1 => {
                let is_hidden = data.get(12).is_some_and(|bits| bits & 0x20 != 0);
                let has_cells = u16_at(data, 2) < u16_at(data, 4);
                if let Some(row) = u16_at(data, 0)
                    && is_hidden
                    && has_cells
                {
                    hidden.add_row(u32::from(row) + 1);
                }
            }
            COLINFO if depth == 1 => {
                let is_hidden = data.get(8).is_some_and(|bits| bits & 1 != 0);
                if let (Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2))
                    && is_hidden
                {
                    hidden.add_columns(u32::from(first), u32::from(last));
                }
            }
            _ => {}
        }
    }
    hidden
}

/// Length, one byte that says whether characters have one byte or two, characters.
fn sheet_name(data: &[u8]) -> Option<String> {
    let (&length, rest) = data.split_first()?;
    let (&flags, characters) = rest.split_first()?;
    let length = usize::from(length);
    if flags & 1 == 0 {
        return Some(characters.get(..length)?.iter().map(|&byte| char::from(byte)).collect());
    }
    let units = characters.get(..length * 2)?.chunks_exact(2);
    let units: Vec<u16> = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16_at(data, at)?) | u32::from(u16_at(data, at + 2)?) << 16)
}

/// Kind and data of each record; ends where the stream does or is cut off.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_at(self.rest, 0)?, u16_at(self.rest, 2)?);
        let data = self.rest.get(4..4 + usize::from(length))?;
        self.rest = &self.rest[4 + data.len()..];
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    #[test]
    fn any_filepass_before_the_end_of_the_globals_is_encryption() {
        let begin = record(BOF, &[0, 6, 5, 0]);
        let xor = record(FILEPASS, &[0, 0, 0x12, 0x34, 0x56, 0x78]);
        let end = record(EOF, &[]);
        assert!(is_encrypted(&[begin.clone(), xor.clone()].concat()));
        assert!(!is_encrypted(&[begin.clone(), end.clone(), xor.clone()].concat()));
        assert!(!is_encrypted(&[begin.clone(), end].concat()));
        assert!(!is_encrypted(b"\x09"));
        let mut wreck = vec![0xFF; SECTOR];
        wreck.extend([&begin[..], &xor].concat());
        assert!(is_encrypted_wreck(&wreck));
        assert!(!is_encrypted_wreck(&wreck[1..]));
    }

    #[test]
    fn hidden_rows_count_when_they_hold_cells() {
        let row = |number: u16, end: u16, bits: u8| {
            let mut data = [number, 0, end, 255, 0, 0].map(u16::to_le_bytes).concat();
            data.extend([bits, 1, 0, 0]);
            record(ROW, &data)
        };
        let columns = [[2u16, 3, 0, 0].map(u16::to_le_bytes).concat(), vec![1, 0]].concat();
        let sheet = [
            record(BOF, &[0, 6, 0x10, 0]),
            record(COLINFO, &columns),
            row(4, 3, 0x20),
            row(5, 0, 0x20),
            row(6, 3, 0),
            record(EOF, &[]),
        ]
        .concat();
        let globals = |at: u32| {
            let mut bound = at.to_le_bytes().to_vec();
            bound.extend([0, 0, 2, 1, 0x68, 0x88, 0x31, 0]);
            [record(BOF, &[0, 6, 5, 0]), record(BOUNDSHEET, &bound), record(EOF, &[])].concat()
        };
        let at = globals(0).len() as u32;
        let hidden = hidden(&[globals(at), sheet].concat());
        let of = &hidden["表1"];
        assert_eq!((of.rows, of.first_row, of.columns.as_slice()), (1, 5, &[2, 3][..]));
    }
}
