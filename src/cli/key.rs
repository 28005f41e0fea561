//! The key of the pseudonyms: a file the agency keeps. The same key gives the same pseudonyms in
//! every month, so it is made once and then only read.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::report::Pseudonyms;

const KEY_BYTES: usize = 32;

/// Reads the key, or makes one that only its owner may read.
pub fn open(path: &Path) -> io::Result<Pseudonyms> {
    if !path.exists() {
        make(path)?;
    }
    read(path)
}

/// Reads the key.
pub fn read(path: &Path) -> io::Result<Pseudonyms> {
    let text = fs::read_to_string(path)?;
    let key = text.trim();
    let hexadecimal = key.len() == KEY_BYTES * 2 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if !hexadecimal {
        let said = "the key file does not hold 64 hexadecimal digits";
        return Err(io::Error::new(io::ErrorKind::InvalidData, said));
    }
    Ok(Pseudonyms::from_key(key.as_bytes()))
}

/// The key appears whole or not at all: a run that is killed meanwhile must not leave half of one,
/// which would stop every later run. Of two runs that make one, both use the first.
fn make(path: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    // A temporary file of this kind is its owner's alone.
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}
