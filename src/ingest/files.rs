//! The files of a batch folder and the members of its archives: found, hashed and read, each on
//! its own.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::flow::{InputFile, Place, Problem};

use super::choices::{self, Guides};
use super::content::{self, Content};
use super::scans::{NamedSheet, Scans};
use super::text::NoText;
use super::workbook::child::Workbooks;
use super::{archive, steady, text, told};

/// Extensions under which a file counts as a table that somebody wants to be read.
const TABLE_EXTENSIONS: [&str; 9] =
    ["xlsx", "xlsm", "xls", "xlsb", "ods", "et", "csv", "tsv", "txt"];

/// A file to be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FoundFile {
    /// Inside the batch, with forward slashes.
    pub path: String,
    pub on_disk: PathBuf,
}

/// What one file gave.
#[derive(Debug)]
pub(super) struct FileRead {
    pub file: InputFile,
    /// The archive it was a member of.
    pub container: Option<String>,
    pub sheets: Vec<NamedSheet>,
    pub unread: Vec<Problem>,
    pub notes: Vec<Problem>,
    /// Somebody meant it to be read; a scanned letter is no input.
    pub is_input: bool,
    /// A person says that it is not to be read.
    pub is_left_out: bool,
}

/// What is needed to read files.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub guides: Guides<'a>,
    pub workbooks: &'a Workbooks,
}

/// Every file under the folder, sorted by path. Links are not followed: they could lead anywhere.
/// A file that is named itself is all there is.
pub(super) fn walk(folder: &Path) -> io::Result<(Vec<FoundFile>, Vec<Problem>)> {
    if folder.is_file() {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        let path = name.to_string_lossy().into_owned();
        return Ok((vec![FoundFile { path, on_disk: folder.to_owned() }], Vec::new()));
    }
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.starts_with("~$") {
                continue;
            }
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else if kind.is_symlink() {
                notes.push(told::link_not_followed(&path));
            } else if path != choices::FILE {
                found.push(FoundFile { path, on_disk: entry.path() });
            }
        }
    }
    found.sort();
    notes.sort_by(|a, b| a.place.cmp(&b.place));
    Ok((found, notes))
}

/// Reads one file; of an archive also its members. It cannot fail: what goes wrong is in the
/// answer.
pub(super) fn read(found: &FoundFile, reading: Reading<'_>) -> Vec<FileRead> {
    let mut file = FileRead::named(found.path.clone());
    let bytes = match steady::bytes_of(&found.on_disk) {
        Ok(bytes) => bytes,
        Err(fault) => {
            file.unread.push(told::not_read_whole(&found.path, &fault));
            return vec![file];
        }
    };
    file.look_at(&bytes);
    let is_left_out = reading.guides.choices.leaves_out(&found.path);
    if is_left_out || content::recognise(&bytes) != Content::Zip {
        file.read(&bytes, reading);
        return vec![file];
    }
    file.is_input = true;
    let member = |path: String, bytes: Vec<u8>| {
        let mut member = FileRead::named(path);
        member.container = Some(found.path.clone());
        member.look_at(&bytes);
        member.read(&bytes, reading);
        member
    };
    let (members, problems) = archive::read_members(&found.path, &bytes, member);
    file.unread = problems;
    if file.unread.is_empty() && !members.iter().any(|member| member.is_input) {
        file.unread.push(told::archive_without_tables(&found.path));
    }
    [file].into_iter().chain(members).collect()
}

impl FileRead {
    fn named(path: String) -> FileRead {
        let is_input = has_table_extension(&path);
        FileRead {
            file: InputFile { path, bytes: 0, sha256: String::new(), same_as: None },
            container: None,
            sheets: Vec::new(),
            unread: Vec::new(),
            notes: Vec::new(),
            is_input,
            is_left_out: false,
        }
    }

    fn look_at(&mut self, bytes: &[u8]) {
        self.file.bytes = bytes.len() as u64;
        self.file.sha256 = hex(&Sha256::digest(bytes));
    }

    fn read(&mut self, bytes: &[u8], reading: Reading<'_>) {
        let path = self.file.path.as_str();
        if reading.guides.choices.leaves_out(path) {
            self.notes.push(told::left_out(Place::file(path)));
            (self.is_input, self.is_left_out) = (true, true);
            return;
        }
        let content = content::recognise(bytes);
        if !self.is_input && !content.is_workbook() && content != Content::Zip {
            self.notes.push(told::not_read(path));
            return;
        }
        self.is_input = true;
        if content.is_workbook() {
            let mut scans = Scans::new(reading.guides, path);
            match reading.workbooks.read(bytes, &mut scans) {
                Ok(()) => (self.sheets, self.notes) = scans.finish(),
                // What came before the fault is not kept: half a file is no file.
                Err(fault) => self.unread.push(told::workbook(path, &fault)),
            }
            return;
        }
        match read_text(bytes, content, path, reading.guides, &mut self.notes) {
            Ok(sheet) => self.sheets.push(sheet),
            Err(problem) => self.unread.push(*problem),
        }
    }
}

fn read_text(
    bytes: &[u8],
    content: Content,
    path: &str,
    guides: Guides<'_>,
    notes: &mut Vec<Problem>,
) -> Result<NamedSheet, Box<Problem>> {
    let guide = guides.of(path, "");
    let refused = match content {
        Content::Text => match text::decode(bytes, guide.encoding()) {
            Ok(decoded) => {
                if decoded.is_damaged {
                    let sound = decoded.text.split(char::REPLACEMENT_CHARACTER).next();
                    let row = sound.unwrap_or_default().matches('\n').count() as u32 + 1;
                    notes.push(told::replaced_characters(path, row));
                }
                let read = text::read(&decoded.text, path, guide);
                return Ok(NamedSheet { name: String::new(), read });
            }
            Err(NoText::Binary) => told::not_text(path),
            Err(NoText::Encoding) => told::unknown_encoding(path),
        },
        Content::Empty => told::empty_file(path),
        Content::Zip => told::nested_archive(path),
        Content::Unsupported(format) => told::unsupported(path, format),
        Content::Foreign(format) => told::foreign(path, format),
        // Workbooks are read elsewhere.
        Content::Xlsx | Content::Xlsb | Content::Xls | Content::Ods => told::not_text(path),
    };
    Err(Box::new(refused))
}

fn has_table_extension(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    TABLE_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
