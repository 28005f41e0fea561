//! Zip archives of spreadsheets: their members are inputs like files of a folder.
//!
//! The surprise: nothing is ever unpacked to disk, so a member's path is only a name. It is
//! cleaned all the same, because it is shown, and what climbs out of a folder is a trick.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use encoding_rs::GB18030;
use rayon::prelude::*;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::flow::Problem;

use super::told;

/// No office sends more files in one archive.
const MEMBERS_MAX: usize = 10_000;
/// A member is held in memory as a whole.
pub(super) const MEMBER_MIB_MAX: u64 = 1_024;
type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads every member with `read`, which is given its path (the archive's before it) and bytes.
/// Members that cannot be unpacked are told.
pub(super) fn read_members<T: Send>(
    path: &str,
    bytes: &[u8],
    read: impl Fn(String, Vec<u8>) -> T + Sync,
) -> (Vec<T>, Vec<Problem>) {
    let archive = match guarded(|| ZipArchive::new(Cursor::new(bytes))) {
        Ok(archive) => archive,
        Err(error) => return (Vec::new(), vec![told::member(path, &error)]),
    };
    if archive.len() > MEMBERS_MAX {
        return (Vec::new(), vec![told::too_many_members(path, MEMBERS_MAX)]);
    }
    let mut problems = Vec::new();
    // The library keeps the last of several members of one name.
    if archive.has_duplicate_names() {
        problems.push(told::members_of_one_name(path));
    }
    let unpacked: Vec<Result<Option<T>, Problem>> = (0..archive.len())
        .into_par_iter()
        .map(|index| {
            let member = unpack(&mut archive.clone(), index, path)?;
            Ok(member.map(|(path, bytes)| read(path, bytes)))
        })
        .collect();
    let mut members = Vec::new();
    for member in unpacked {
        match member {
            Ok(member) => members.extend(member),
            Err(problem) => problems.push(problem),
        }
    }
    (members, problems)
}

/// Path and bytes of a member; nothing for a folder or a file that its system put there.
fn unpack(
    archive: &mut Archive<'_>,
    index: usize,
    container: &str,
) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let name = archive.file_names_raw().nth(index).map(name_of).unwrap_or_default();
    let path = format!("{container}/{}", clean(&name));
    let is_for_the_system = clean(&name)
        .split('/')
        .any(|part| part.starts_with('.') || part.starts_with("~$") || part == "__MACOSX");
    if name.ends_with(['/', '\\']) || is_for_the_system {
        return Ok(None);
    }
    match guarded(|| bytes_of(archive, index, MEMBER_MIB_MAX << 20)) {
        Ok(Some(bytes)) => Ok(Some((path, bytes))),
        Ok(None) => Err(told::member_too_large(&path)),
        Err(error) => Err(told::member(&path, &error)),
    }
}

/// The bytes of a member; nothing if there are more than `most`.
fn bytes_of(
    archive: &mut Archive<'_>,
    index: usize,
    most: u64,
) -> Result<Option<Vec<u8>>, ZipError> {
    let member = archive.by_index(index)?;
    if !matches!(member.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(ZipError::CompressionMethodNotSupported(0));
    }
    if member.size() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    // What an archive says of a member's size may be a lie.
    member.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// The library is not known to panic; if it does, one archive is damaged.
fn guarded<T>(unpack: impl FnOnce() -> Result<T, ZipError>) -> Result<T, ZipError> {
    catch_unwind(AssertUnwindSafe(unpack))
        .unwrap_or_else(|_| Err(ZipError::InvalidArchive("a damaged archive".into())))
}

/// Chinese systems write names in GB18030 and do not say so.
fn name_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn clean(name: &str) -> String {
    let name = name.replace('\\', "/");
    let is_kept = |part: &&str| !matches!(*part, "" | "." | "..");
    let parts: Vec<String> = name.split('/').filter(is_kept).map(crate::message::inert).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_member_that_is_larger_than_it_says_is_noticed() {
        let mut package = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let plain = zip::write::SimpleFileOptions::default();
        package.start_file("a.csv", plain).expect("a member");
        package.write_all(&[b'x'; 1000]).expect("a member");
        let mut bytes = package.finish().expect("an archive").into_inner();
        // Of 1,000 bytes it says 10, in both places.
        for at in (0..bytes.len() - 4).rev() {
            if bytes[at..at + 4] == 1000u32.to_le_bytes() {
                bytes[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
            }
        }
        let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).expect("an archive");
        assert_eq!(archive.by_index(0).expect("a member").size(), 10);
        assert!(matches!(bytes_of(&mut archive, 0, 100), Ok(None) | Err(_)));
        assert!(matches!(bytes_of(&mut archive, 0, 5), Ok(None)));
    }

    #[test]
    fn names_are_decoded_and_cannot_climb_out_of_the_archive() {
        let gbk = GB18030.encode("六月\\明细.csv").0;
        for (raw, expected) in [
            (&b"a/b.csv"[..], "a/b.csv"),
            (b"../../etc/passwd", "etc/passwd"),
            (b"/abs\\..\\.\\c.csv", "abs/c.csv"),
            (b"C:\\x.csv", "C:/x.csv"),
            (&gbk, "六月/明细.csv"),
            ("申报\u{1b}[2J.csv".as_bytes(), "申报\u{FFFD}[2J.csv"),
        ] {
            assert_eq!(clean(&name_of(raw)), expected);
        }
    }
}
