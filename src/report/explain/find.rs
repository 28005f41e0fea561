//! Finding a claim in `workings.jsonl`, which is sorted by claim id: by looking at a few dozen of
//! its lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};

use serde::Deserialize;

use super::Cause;

/// A file of JSON lines sorted by claim id, searched by halving.
pub(super) struct SortedLines {
    reader: BufReader<File>,
    bytes: u64,
}

#[derive(Deserialize)]
struct Key {
    claim_id: String,
}

impl SortedLines {
    pub fn new(file: File) -> Result<SortedLines, Cause> {
        let bytes = file.metadata()?.len();
        Ok(SortedLines { reader: BufReader::new(file), bytes })
    }

    /// The line that begins at or after `from` (a byte anywhere), and where it begins.
    fn line_from(&mut self, from: u64) -> io::Result<Option<(u64, String)>> {
        let mut start = from;
        if from > 0 {
            // Begin one byte early: if that is the end of a line, the next begins at `from`.
            self.reader.seek(SeekFrom::Start(from - 1))?;
            let mut rest = Vec::new();
            start = from - 1 + self.reader.read_until(b'\n', &mut rest)? as u64;
        } else {
            self.reader.seek(SeekFrom::Start(0))?;
        }
        let mut line = String::new();
        let read = self.reader.read_line(&mut line)?;
        Ok((read > 0).then_some((start, line)))
    }

    /// Where the first line begins whose claim id is not before `claim_id`.
    pub fn first_not_before(&mut self, claim_id: &str) -> Result<u64, Cause> {
        let (mut low, mut high) = (0, self.bytes);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line_from(middle)? {
                Some((start, line)) if key(&line)?.as_str() < claim_id => {
                    low = start + line.len() as u64;
                }
                _ => high = middle,
            }
        }
        Ok(low)
    }

    pub fn all_from(&mut self, at: u64, claim_id: &str) -> Result<Vec<String>, Cause> {
        let (mut found, mut next) = (Vec::new(), at);
        while let Some((start, line)) = self.line_from(next)? {
            if key(&line)? != claim_id {
                break;
            }
            next = start + line.len() as u64;
            found.push(line);
        }
        Ok(found)
    }

    /// The claim ids just before and just after a place between lines.
    pub fn around(&mut self, at: u64) -> Result<Vec<String>, Cause> {
        let mut ids = Vec::new();
        if at > 1 {
            let mut back = at - 1;
            while back > 0 && self.line_from(back)?.is_none_or(|(start, _)| start >= at) {
                back = back.saturating_sub(4096);
            }
            let mut next = back;
            while let Some((start, line)) = self.line_from(next)? {
                if start >= at {
                    break;
                }
                next = start + line.len() as u64;
                ids = vec![key(&line)?];
            }
        }
        if let Some((_, line)) = self.line_from(at)? {
            ids.push(key(&line)?);
        }
        Ok(ids)
    }
}

fn key(line: &str) -> Result<String, Cause> {
    Ok(serde_json::from_str::<Key>(line)?.claim_id)
}
