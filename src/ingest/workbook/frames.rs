//! What a reader in a child process says through its pipe: frames of a letter, a length and a
//! payload.
//!
//! The surprise: nothing that comes back is trusted. The child has read a hostile file and may
//! have been broken by it; a frame that makes no sense is an error, never a panic.

use std::io::{self, Read, Write};

use super::{SheetHead, Sheets, WorkbookFault};
use crate::domain::dates::Date;
use crate::flow::{Cell, RawRow, RowRef};
use crate::ingest::sheet::{Hidden, Merge, SheetFacts};

/// Rows are sent together until a frame has this size.
const ROWS_FRAME: usize = 1 << 16;
/// No frame is larger: one row of a thousand of the longest cells.
const FRAME_MAX: u32 = 1 << 28;

/// A frame as it comes through the pipe.
pub(super) struct Frame {
    kind: u8,
    payload: Vec<u8>,
}

impl Frame {
    pub fn len(&self) -> u64 {
        self.payload.len() as u64
    }

    /// The next frame; nothing when the pipe is closed between two of them.
    pub fn read(from: &mut impl Read) -> io::Result<Option<Frame>> {
        let mut head = [0; 5];
        match from.read(&mut head[..1])? {
            0 => return Ok(None),
            _ => from.read_exact(&mut head[1..])?,
        }
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        if length > FRAME_MAX {
            return Err(senseless());
        }
        let mut payload = Vec::new();
        from.take(length.into()).read_to_end(&mut payload)?;
        if payload.len() < length as usize {
            return Err(senseless());
        }
        Ok(Some(Frame { kind: head[0], payload }))
    }
}

fn senseless() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame that makes no sense")
}

/// The child's side: whatever is read is written as frames. An error of the pipe is kept until
/// [`Writer::finish`]: the parent is gone then, and nobody waits for the rest.
pub(super) struct Writer<W: Write> {
    to: W,
    rows: Vec<u8>,
    broken: Option<io::Error>,
}

impl<W: Write> Writer<W> {
    pub fn new(to: W) -> Writer<W> {
        Writer { to, rows: Vec::with_capacity(2 * ROWS_FRAME), broken: None }
    }

    /// Says how the whole file went.
    pub fn finish(mut self, result: Result<(), WorkbookFault>) -> io::Result<()> {
        match result {
            Ok(()) => self.send(b'Z', &[]),
            Err(WorkbookFault::Encrypted) => self.send(b'P', &[]),
            Err(WorkbookFault::Unsupported(format)) => self.send(b'U', format.as_bytes()),
            Err(WorkbookFault::Corrupt(reason)) => self.send(b'C', reason.as_bytes()),
            Err(fault) => self.send(b'C', format!("{fault:?}").as_bytes()),
        }
        match self.broken {
            Some(error) => Err(error),
            None => self.to.flush(),
        }
    }

    fn send(&mut self, kind: u8, payload: &[u8]) {
        if self.broken.is_none() {
            let length = (payload.len() as u32).to_le_bytes();
            let head = [&[kind][..], &length].concat();
            let sent = self.to.write_all(&head).and_then(|()| self.to.write_all(payload));
            self.broken = sent.err();
        }
    }

    fn send_rows(&mut self) {
        if !self.rows.is_empty() {
            let mut rows = std::mem::take(&mut self.rows);
            self.send(b'R', &rows);
            rows.clear();
            self.rows = rows;
        }
    }
}

impl<W: Write> Sheets for Writer<W> {
    fn begin(&mut self, sheet: SheetHead) {
        let mut out = Vec::new();
        put_text(&mut out, &sheet.name);
        out.extend([u8::from(sheet.is_hidden), u8::from(sheet.facts.from_1904)]);
        put(&mut out, sheet.facts.merges.len() as u32);
        for merge in &sheet.facts.merges {
            put_all(&mut out, &[merge.first_row, merge.last_row, merge.column]);
        }
        let hidden = sheet.facts.hidden.unwrap_or_default();
        put_all(&mut out, &[hidden.rows, hidden.first_row, hidden.columns.len() as u32]);
        put_all(&mut out, &hidden.columns);
        self.send(b'S', &out);
    }

    fn row(&mut self, row: RowRef<'_>) {
        put(&mut self.rows, row.row);
        put(&mut self.rows, row.len() as u32);
        for cell in row.cells() {
            put_cell(&mut self.rows, cell);
        }
        if self.rows.len() >= ROWS_FRAME {
            self.send_rows();
        }
    }

    fn cut(&mut self, row: u32) {
        self.send_rows();
        self.send(b'X', &row.to_le_bytes());
    }

    fn again(&mut self) {
        self.rows.clear();
        self.send(b'A', &[]);
    }

    fn end(&mut self) {
        self.send_rows();
        self.send(b'E', &[]);
    }

    fn fail(&mut self, reason: &str) {
        self.send_rows();
        self.send(b'F', reason.as_bytes());
    }
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

fn put_all(out: &mut Vec<u8>, numbers: &[u32]) {
    numbers.iter().for_each(|&number| put(out, number));
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u32);
    out.extend(text.as_bytes());
}

fn put_cell(out: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Empty => out.push(0),
        Cell::Text(text) => {
            out.push(1);
            put_text(out, text);
        }
        Cell::Number(number) => {
            out.push(2);
            out.extend(number.to_le_bytes());
        }
        Cell::Date(day) => {
            out.push(3);
            out.extend(day.year().to_le_bytes());
            out.extend([day.month() as u8, day.day() as u8]);
        }
        Cell::Bool(is_true) => out.extend([4, u8::from(is_true)]),
        Cell::Error(text) => {
            out.push(5);
            put_text(out, text);
        }
    }
}

/// The parent's side: hands on what a frame says. The file's result when it was the last one.
pub(super) fn take(
    frame: &Frame,
    row: &mut RawRow,
    sink: &mut dyn Sheets,
) -> Option<Option<Result<(), WorkbookFault>>> {
    let mut from = Payload { rest: &frame.payload };
    let words = || String::from_utf8_lossy(&frame.payload).into_owned();
    match frame.kind {
        b'S' => sink.begin(from.head()?),
        b'R' => {
            while !from.rest.is_empty() {
                from.row(row)?;
                sink.row(row.view());
            }
        }
        b'X' => sink.cut(from.number()?),
        b'A' => sink.again(),
        b'E' => sink.end(),
        b'F' => sink.fail(&words()),
        b'Z' => return Some(Some(Ok(()))),
        b'P' => return Some(Some(Err(WorkbookFault::Encrypted))),
        b'U' => return Some(Some(Err(WorkbookFault::Unsupported(words())))),
        b'C' => return Some(Some(Err(WorkbookFault::Corrupt(words())))),
        _ => return None,
    }
    Some(None)
}

/// Reads numbers and texts off a payload; nothing where it ends too early.
struct Payload<'a> {
    rest: &'a [u8],
}

impl<'a> Payload<'a> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn number(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    fn head(&mut self) -> Option<SheetHead> {
        let name = self.text()?.to_owned();
        let [is_hidden, from_1904] = self.bytes()?;
        let count = self.number()?;
        let merge = |from: &mut Payload<'_>| {
            let (first_row, last_row) = (from.number()?, from.number()?);
            Some(Merge { first_row, last_row, column: from.number()? })
        };
        let merges = (0..count).map(|_| merge(self)).collect::<Option<_>>()?;
        let (rows, first_row, count) = (self.number()?, self.number()?, self.number()?);
        let columns = (0..count).map(|_| self.number()).collect::<Option<_>>()?;
        let hidden = Hidden { rows, first_row, columns };
        let hidden = (!hidden.is_empty()).then_some(hidden);
        let facts = SheetFacts { merges, from_1904: from_1904 != 0, hidden };
        Some(SheetHead { name, is_hidden: is_hidden != 0, facts })
    }

    fn row(&mut self, row: &mut RawRow) -> Option<()> {
        row.begin(self.number()?);
        for _ in 0..self.number()? {
            row.push(self.cell()?);
        }
        Some(())
    }

    fn cell(&mut self) -> Option<Cell<'a>> {
        let [kind] = self.bytes()?;
        Some(match kind {
            0 => Cell::Empty,
            1 => Cell::Text(self.text()?),
            2 => Cell::Number(f64::from_le_bytes(self.bytes()?)),
            3 => {
                let (year, [month, day]) = (i16::from_le_bytes(self.bytes()?), self.bytes()?);
                Cell::Date(Date::new(year, month as i8, day as i8).ok()?)
            }
            4 => Cell::Bool(self.bytes()? != [0]),
            5 => Cell::Error(self.text()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, PartialEq, Debug)]
    struct Told(Vec<String>);

    impl Sheets for Told {
        fn begin(&mut self, sheet: SheetHead) {
            self.0.push(format!("{sheet:?}"));
        }
        fn row(&mut self, row: RowRef<'_>) {
            self.0.push(format!("{} {:?}", row.row, row.cells().collect::<Vec<_>>()));
        }
        fn cut(&mut self, row: u32) {
            self.0.push(format!("cut in {row}"));
        }
        fn again(&mut self) {
            self.0.push("again".into());
        }
        fn end(&mut self) {
            self.0.push("end".into());
        }
        fn fail(&mut self, reason: &str) {
            self.0.push(reason.to_owned());
        }
    }

    fn say(sink: &mut dyn Sheets) {
        let hidden = Some(Hidden { rows: 2, first_row: 7, columns: vec![3, 9] });
        let merges = vec![Merge { first_row: 3, last_row: 5, column: 1 }];
        let facts = SheetFacts { merges, from_1904: true, hidden };
        sink.begin(SheetHead { name: "六月".into(), is_hidden: true, facts });
        let mut row = RawRow::new(3);
        for cell in [
            Cell::Text("床位费"),
            Cell::Empty,
            Cell::Number(-0.5),
            Cell::Date(Date::constant(2024, 2, 29)),
            Cell::Bool(true),
            Cell::Error("#N/A"),
        ] {
            row.push(cell);
        }
        sink.row(row.view());
        sink.again();
        (1..4_000).for_each(|number| {
            row.row = number;
            sink.row(row.view());
        });
        sink.cut(7);
        sink.end();
        sink.begin(SheetHead { name: String::new(), ..SheetHead::default() });
        sink.fail("broken");
    }

    fn sent() -> Vec<u8> {
        let mut pipe = Vec::new();
        let mut writer = Writer::new(&mut pipe);
        say(&mut writer);
        writer.finish(Err(WorkbookFault::Corrupt("half".into()))).expect("a pipe");
        pipe
    }

    #[test]
    fn what_is_said_on_one_side_arrives_on_the_other() {
        let (mut expected, mut heard, mut row) = (Told::default(), Told::default(), RawRow::new(0));
        say(&mut expected);
        // The first row was still waiting to be sent when the sheet began again.
        expected.0.remove(1);
        let pipe = sent();
        let mut from = &pipe[..];
        let mut result = None;
        while let Some(frame) = Frame::read(&mut from).expect("frames") {
            result = take(&frame, &mut row, &mut heard).expect("a frame that makes sense");
        }
        assert_eq!(heard, expected);
        assert_eq!(result, Some(Err(WorkbookFault::Corrupt("half".into()))));
    }

    #[test]
    fn a_pipe_that_is_cut_or_garbled_anywhere_is_an_error_and_no_panic() {
        let pipe = sent();
        let hear = |bytes: &[u8]| {
            let (mut from, mut row) = (bytes, RawRow::new(0));
            while let Ok(Some(frame)) = Frame::read(&mut from) {
                if let None | Some(Some(_)) = take(&frame, &mut row, &mut Told::default()) {
                    break;
                }
            }
        };
        for at in (0..300).chain((300..pipe.len()).step_by(4_001)) {
            hear(&pipe[..at]);
            for byte in [0, 0xFF, b'R'] {
                let mut garbled = pipe[..pipe.len().min(2_000)].to_vec();
                let place = at % garbled.len();
                garbled[place] = byte;
                hear(&garbled);
            }
        }
        let long = [b"R".as_slice(), &[0xFF; 4]].concat();
        assert!(Frame::read(&mut long.as_slice()).is_err());
    }
}
