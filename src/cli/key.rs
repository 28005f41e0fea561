//! The key of the pseudonyms: a file the agency keeps. The same key gives the same pseudonyms in
//! every month, so it is made once and then only read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::report::Pseudonyms;

const KEY_BYTES: usize = 32;

/// Reads the key, or makes one that only its owner may read.
pub fn open(path: &Path) -> io::Result<Pseudonyms> {
    if !path.exists() {
        make(path)?;
    }
    let text = fs::read_to_string(path)?;
    let key = text.trim();
    let hexadecimal = key.len() == KEY_BYTES * 2 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if !hexadecimal {
        let said = "the key file does not hold 64 hexadecimal digits";
        return Err(io::Error::new(io::ErrorKind::InvalidData, said));
    }
    Ok(Pseudonyms::from_key(key.as_bytes()))
}

fn make(path: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = private(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
