//! The corpus of others' spreadsheets: what real programs wrote and real bugs were reported with.
//! Each file is tried; what must come out stands in a list beside them. The corpus is not part of
//! the repository: where it is not there, these tests say so and pass.
//!
//! The surprise: readers get a third of the memory they are usually given, so that "bounded" is
//! something a test can fail on.

mod batch;
// What is unused here is used by the test of text files beside the reader of texts.
#[allow(dead_code)]
mod list;
mod oracles;
mod shown;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use lingbao::flow::{Cell, RawRow, RowRef};
use lingbao::ingest::{READER, SheetHead, Sheets, WorkbookFault, Workbooks};
use list::{Expected, Outcome};

/// What any file may take.
const MEMORY_MIB: u32 = 512;
const SECONDS: u32 = 10;
const MEASURE: &str = "/usr/bin/time";
const PEAKS: &str = "peaks.txt";
/// A formula whose value nobody has worked out: no value, though told as an error.
const NO_VALUE: Cell<'_> = Cell::Error("=?");

/// A sheet as its reader gave it.
#[derive(Default)]
struct Sheet {
    rows: Vec<RawRow>,
    failed: Option<String>,
}

impl Sheet {
    fn cells(&self) -> usize {
        let cells = self.rows.iter().flat_map(|row| row.view().cells());
        cells.filter(|cell| !matches!(*cell, Cell::Empty | NO_VALUE)).count()
    }
}

#[derive(Default)]
struct Kept(Vec<Sheet>);

impl Sheets for Kept {
    fn begin(&mut self, _: SheetHead) {
        self.0.push(Sheet::default());
    }
    fn row(&mut self, row: RowRef<'_>) {
        self.0.last_mut().expect("a sheet").rows.push(row.into());
    }
    fn cut(&mut self, _: u32) {}
    fn again(&mut self) {
        self.0.last_mut().expect("a sheet").rows.clear();
    }
    fn end(&mut self) {}
    fn fail(&mut self, reason: &str) {
        self.0.last_mut().expect("a sheet").failed = Some(reason.to_owned());
    }
}

/// The program itself, with less memory and time than it would give its readers. What they take
/// is written down where the system has a program for that.
fn strict_reader(folder: &Path) -> Workbooks {
    let program = folder.join("reader.sh");
    let lingbao = env!("CARGO_BIN_EXE_lingbao");
    let measured = if Path::new(MEASURE).exists() {
        format!("{MEASURE} -f %M -a -o '{}'", folder.join(PEAKS).display())
    } else {
        String::new()
    };
    let script =
        format!("#!/bin/sh\nexec {measured} '{lingbao}' {READER} {MEMORY_MIB} {SECONDS}\n");
    fs::write(&program, script).expect("a script");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("a program");
    Workbooks::Isolated { program }
}

/// What one workbook gave, and how long that took.
struct Tried {
    sheets: Vec<Sheet>,
    result: Result<(), WorkbookFault>,
    took: Duration,
}

fn attempt(bytes: &[u8], workbooks: &Workbooks) -> Tried {
    let begun = Instant::now();
    let mut kept = Kept::default();
    let result = workbooks.read(bytes, &mut kept);
    Tried { sheets: kept.0, result, took: begun.elapsed() }
}

/// What is wrong with it; empty when it is as the list says.
fn complaints(expected: &Expected, tried: &Tried) -> Vec<String> {
    let mut wrong = Vec::new();
    if tried.took > Duration::from_secs(SECONDS.into()) {
        wrong.push(format!("took {:?}", tried.took));
    }
    let failed = tried.sheets.iter().find_map(|sheet| sheet.failed.as_deref());
    match (&tried.result, expected.outcome) {
        // No workbook; what is in it is read with the batch.
        (Err(_), Outcome::Reads) if expected.path.ends_with(".zip") => {}
        (Err(fault), Outcome::Reads) => wrong.push(format!("not read: {fault:?}")),
        (Err(fault), Outcome::Rejected) => {
            let is_password = expected.reason.contains("password");
            if is_password != (*fault == WorkbookFault::Encrypted) {
                wrong.push(format!("{fault:?} although {}", expected.reason));
            }
        }
        (Err(WorkbookFault::NotStarted(why)), _) => wrong.push(why.clone()),
        (Ok(()), Outcome::Rejected) if failed.is_none() => wrong.push("was read".to_owned()),
        (Ok(()), Outcome::Reads) => {
            wrong.extend(failed.map(|why| format!("a sheet was not read: {why}")));
            let cells = tried.sheets.iter().map(Sheet::cells).sum();
            let counted = (tried.sheets.len(), cells);
            if let Some(counts) = expected.counts
                && counts != counted
            {
                wrong.push(format!("sheets and cells are {counted:?}, not {counts:?}"));
            }
        }
        _ => {}
    }
    wrong
}

#[test]
fn every_file_of_the_corpus_is_read_or_refused_as_the_list_says() {
    let Some(folder) = list::folder() else { return };
    let files = list::read(&folder);
    let scratch = tempfile::tempdir().expect("a folder");
    let workbooks = strict_reader(scratch.path());
    let mut wrong = Vec::new();
    let mut slowest = (Duration::ZERO, "");
    for expected in files.iter().filter(|file| file.text.is_none()) {
        let bytes = fs::read(folder.join(&expected.path)).expect("a file of the corpus");
        let tried = attempt(&bytes, &workbooks);
        let complaints = complaints(expected, &tried);
        wrong.extend(complaints.into_iter().map(|why| format!("{}: {why}", expected.path)));
        wrong.extend(oracles::differences(&folder, expected, &tried.sheets));
        slowest = slowest.max((tried.took, &expected.path));
    }
    let batch = batch::read_all(&folder, &files);
    wrong.extend(batch.wrong);
    eprintln!(
        "corpus: {} read, {} refused with a reason, 0 crashed; slowest {} in {} ms; \
         largest child memory {}",
        batch.read,
        batch.refused,
        slowest.1,
        slowest.0.as_millis(),
        largest(scratch.path())
    );
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the readers took at most.
fn largest(folder: &Path) -> String {
    let peaks = fs::read_to_string(folder.join(PEAKS)).unwrap_or_default();
    let largest = peaks.lines().filter_map(|line| line.parse::<u32>().ok()).max();
    let shown = largest.map(|kib| format!("{} MiB of", kib / 1024));
    format!("{} {MEMORY_MIB} MiB", shown.unwrap_or_else(|| "below".to_owned()))
}
