//! Bytes → raw cells with their place. Recognises each sheet by its header and gives no cell a
//! meaning; what cannot be read or recognised becomes a problem, never a failure of the run.
//!
//! The surprise: formats are told by content, so a text under the name `.xls` is read as text.

mod archive;
mod choices;
mod content;
mod files;
mod form;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod header;
mod rows;
mod scans;
mod sheet;
mod steady;
mod sums;
mod text;
mod titles;
mod told;
mod units;
mod workbook;

pub use workbook::child::{READER, Workbooks};
pub use workbook::worker::{Limits, serve};
pub use workbook::{SheetHead, Sheets, WorkbookFault};

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::{SourceId, Text};
use crate::flow::{InputFile, Place, Problem, Progress, RawBatch, RawTable, Source, Stage};
use crate::rulebook::layouts::Layouts;

use choices::{Choices, Guides};
use files::{FileRead, Reading};
use sheet::SheetRead;

/// Why a batch cannot be read at all.
#[derive(Debug)]
pub enum IngestError {
    /// The folder itself cannot be listed.
    Folder { path: PathBuf, reason: std::io::Error },
    /// The folder holds no file that could be a table.
    NoInputs { path: PathBuf },
    /// What a person has settled in `batch.toml` is not right.
    Choices(Vec<Problem>),
}

impl IngestError {
    pub fn text(&self) -> Text {
        match self {
            IngestError::Folder { path, reason } => Text::new(
                format!("批次文件夹无法读取：{}（{reason}）", path.display()),
                format!("the batch folder cannot be read: {} ({reason})", path.display()),
            ),
            IngestError::NoInputs { path } => Text::new(
                format!("批次文件夹中没有表格文件：{}", path.display()),
                format!("the batch folder holds no spreadsheets: {}", path.display()),
            ),
            IngestError::Choices(problems) => Text::new(
                format!("{} 有 {} 处错误", choices::FILE, problems.len()),
                format!("{} has {} faults", choices::FILE, problems.len()),
            ),
        }
    }
}

/// Reads every spreadsheet under `folder`. The answer does not depend on the order in which files
/// are listed or on the number of threads.
pub fn read_batch(
    folder: &Path,
    layouts: &Layouts,
    workbooks: &Workbooks,
    progress: &dyn Progress,
) -> Result<RawBatch, IngestError> {
    let (found, mut notes) = files::walk(folder)
        .map_err(|reason| IngestError::Folder { path: folder.to_owned(), reason })?;
    let choices = Choices::load(folder, layouts).map_err(IngestError::Choices)?;
    let guides = Guides { layouts, choices: &choices };
    progress.begin(Stage::Ingest, found.len() as u64);
    let reading = Reading { guides, workbooks };
    let read: Vec<Vec<FileRead>> = found
        .par_iter()
        .map(|file| {
            let read = files::read(file, reading);
            progress.advance(1);
            read
        })
        .collect();
    let mut read: Vec<FileRead> = read.into_iter().flatten().collect();
    read.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    if !read.iter().any(|file| file.is_input) {
        return Err(IngestError::NoInputs { path: folder.to_owned() });
    }
    let mut batch = RawBatch::default();
    batch.notes.append(&mut notes);
    let mut first_of = HashMap::new();
    for file in read {
        add(&mut batch, file, &mut first_of);
    }
    batch.notes.extend(choices.unused(&batch));
    if let Some(input) = choices.input {
        let at = batch.files.partition_point(|file| file.path < input.path);
        batch.files.insert(at, input);
    }
    Ok(batch)
}

/// Files come sorted by path, so ids and the order of everything follow from the paths alone.
/// `first_of` holds the path of each content that was read, by its hash.
fn add(batch: &mut RawBatch, mut read: FileRead, first_of: &mut HashMap<String, String>) {
    // Of an archive that was given twice the members are not told one by one.
    let is_its_archive_twice = |file: &InputFile| {
        file.same_as.is_some() && read.container.as_deref() == Some(file.path.as_str())
    };
    if batch.files.iter().any(is_its_archive_twice) {
        return;
    }
    // A file that is left out stands for no other of the same content.
    if read.is_input && !read.is_left_out && read.file.bytes > 0 {
        let (path, hash) = (read.file.path.clone(), read.file.sha256.clone());
        match first_of.entry(hash) {
            Entry::Vacant(unseen) => {
                unseen.insert(path);
            }
            Entry::Occupied(first) => {
                batch.notes.push(told::same_content(&path, first.get()));
                read.file.same_as = Some(first.get().clone());
                batch.files.push(read.file);
                return;
            }
        }
    }
    batch.notes.append(&mut read.notes);
    batch.unread.append(&mut read.unread);
    for sheet in read.sheets {
        let source = SourceId(batch.sources.len() as u32);
        if let SheetRead::LeftOut = sheet.read {
            batch.notes.push(told::left_out(Place::sheet(&read.file.path, &sheet.name)));
        }
        batch.sources.push(Source { file: read.file.path.clone(), sheet: sheet.name });
        match sheet.read {
            SheetRead::Empty | SheetRead::LeftOut => {}
            SheetRead::Refused(problem) => batch.unread.push(problem),
            SheetRead::Table(table) => {
                batch.notes.extend(table.notes);
                batch.tables.push(RawTable {
                    source,
                    kind: table.kind,
                    columns: table.columns,
                    rows: table.rows,
                    passed_over: table.passed_over,
                });
            }
        }
    }
    batch.files.push(read.file);
}

#[cfg(test)]
mod corpus_test;
#[cfg(test)]
mod tests;
