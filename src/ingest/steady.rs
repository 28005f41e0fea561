//! Reads a file's bytes once, for hashing and for parsing, and notices when somebody writes to it
//! meanwhile.
//!
//! The surprise: the bytes could be used all the same, for their hash is theirs; but half of an old
//! file and half of a new one is a file that nobody ever had, so they are refused.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

/// Why a file gave no bytes.
#[derive(Debug)]
pub(super) enum NotRead {
    /// It was written to while it was read.
    Changed,
    System(io::Error),
}

impl From<io::Error> for NotRead {
    fn from(error: io::Error) -> NotRead {
        NotRead::System(error)
    }
}

/// The bytes of a regular file. A pipe could keep the reader waiting for ever.
pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, NotRead> {
    bytes_by(path, |file, bytes| file.read_to_end(bytes))
}

fn bytes_by(
    path: &Path,
    read: impl FnOnce(&mut File, &mut Vec<u8>) -> io::Result<usize>,
) -> Result<Vec<u8>, NotRead> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file").into());
    }
    let mut file = File::open(path)?;
    let before = State::of(&file)?;
    let mut bytes = Vec::new();
    read(&mut file, &mut bytes)?;
    let after = State::of(&file)?;
    if before != after || after.length != bytes.len() as u64 {
        return Err(NotRead::Changed);
    }
    Ok(bytes)
}

/// What every write to a file changes. Of the opened file, so that another one put in its place
/// meanwhile, which is whole, is no change of this one.
#[derive(PartialEq, Eq)]
struct State {
    length: u64,
    /// Nothing where the system does not keep it.
    written: Option<SystemTime>,
}

impl State {
    fn of(file: &File) -> io::Result<State> {
        let facts = file.metadata()?;
        Ok(State { length: facts.len(), written: facts.modified().ok() })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};
    use std::time::Duration;

    use super::*;

    /// What comes of reading `a\n` when `meanwhile` happens after the first byte.
    fn interrupted(meanwhile: impl FnOnce(&Path)) -> Result<Vec<u8>, NotRead> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "a\n").expect("a file");
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = File::options().append(true).open(&path).expect("the file");
        file.set_modified(long_ago).expect("a time");
        bytes_by(&path, |file, bytes| {
            Read::by_ref(file).take(1).read_to_end(bytes)?;
            meanwhile(&path);
            file.read_to_end(bytes)
        })
    }

    fn write_at(path: &Path, at: u64, text: &str) {
        let mut file = File::options().write(true).open(path).expect("the file");
        file.seek(SeekFrom::Start(at)).expect("a place");
        file.write_all(text.as_bytes()).expect("written");
    }

    #[test]
    fn a_file_that_is_written_to_while_it_is_read_is_refused() {
        let refused = |meanwhile: &dyn Fn(&Path)| {
            let read = interrupted(meanwhile);
            assert!(matches!(read, Err(NotRead::Changed)), "{read:?}");
        };
        refused(&|path| write_at(path, 2, "b\n"));
        refused(&|path| write_at(path, 1, "b"));
        refused(&|path| write_at(path, 0, "b"));
        refused(&|path| fs::write(path, "").expect("emptied"));
        refused(&|path| fs::write(path, "c\n").expect("written anew"));
    }

    #[test]
    fn one_that_is_replaced_or_removed_meanwhile_is_read_as_it_was() {
        let whole = |meanwhile: &dyn Fn(&Path)| {
            let read = interrupted(meanwhile);
            assert!(matches!(&read, Ok(bytes) if bytes == b"a\n"), "{read:?}");
        };
        whole(&|_| {});
        if cfg!(unix) {
            whole(&|path| fs::remove_file(path).expect("removed"));
            whole(&|path| {
                let other = path.with_extension("new");
                fs::write(&other, "other\n").expect("a file");
                fs::rename(other, path).expect("replaced");
            });
        }
    }
}
