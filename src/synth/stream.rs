//! A large batch → files, block by block: as many blocks as there are threads are made at once and
//! written in their order, so memory holds a handful of blocks whatever the batch's size.
//!
//! The surprise: the truth is never inside. `batch/` is what an office would hand over; what was
//! planted in it stands beside, in `truth.csv`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::Money;
use crate::flow::{Progress, Stage};
use crate::rulebook::Rulebook;

use super::SynthError;
use super::bills::Bills;
pub use super::block::Plan;
use super::model::{Batch, Claim};
use super::planted::{HEADER, Planted};
use super::pool;
use super::sheets::{Column, Style, header_line, row};
use super::tables;
use super::write::{
    CLAIM, CONTRIBUTION, FILING, HOSPITAL, INSURED, LINE, SETTLEMENT, columns, of_offices,
};

/// The folder of the batch, below the one asked for.
pub const BATCH: &str = "batch";
/// The truth about it, beside.
pub const TRUTH: &str = "truth.csv";
/// Rows of a file; then comes another one.
const ROWS_MAX: u64 = 1_000_000;

/// What was written. Rows that were spoiled count with the figures of the claim they hide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub claims: u64,
    pub lines: u64,
    pub persons: u64,
    /// Of the claims as they stand in the files.
    pub total: Money,
    /// Of the bill lines.
    pub billed: Money,
    pub cases: u64,
    /// Claims whose row cannot be typed, on purpose.
    pub spoiled: u64,
}

/// A block ready to be written, and what it holds.
struct Block {
    made: Made,
    planted: Planted,
    written: Written,
}

enum Made {
    /// The rows of each table as text, and how many.
    Tables([(String, u64); TABLES.len()]),
    /// Files of its own: path inside the batch, and bytes.
    Files(Vec<(String, Vec<u8>)>),
}

/// File name and headers of every table that grows with the batch.
const TABLES: [(&str, &[&str]); 6] = [
    ("零星报销申报表", &CLAIM),
    ("费用明细", &LINE),
    ("参保信息", &INSURED),
    ("缴费", &CONTRIBUTION),
    ("备案", &FILING),
    ("既往结算", &SETTLEMENT),
];
const HOSPITALS: &str = "定点医疗机构.csv";
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// How the files look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One clean table a kind.
    Csv,
    /// Workbooks and texts as offices hand them over.
    Xlsx,
}

/// Writes the batch and the truth below `out`, and hands the truth of each block to `keep`.
pub fn write_batch(
    plan: &Plan,
    format: Format,
    out: &Path,
    rulebook: &Rulebook,
    progress: &dyn Progress,
    mut keep: impl FnMut(Planted),
) -> Result<Written, SynthError> {
    let folder = out.join(BATCH);
    fs::create_dir_all(&folder).map_err(told(&folder))?;
    write_hospitals(&folder.join(HOSPITALS), plan)?;
    let mut tables = TABLES.map(|(name, headers)| Rows::new(&folder, name, headers));
    let truth_path = out.join(TRUTH);
    let mut truth = create(&truth_path)?;
    truth.write_all(HEADER.as_bytes()).map_err(told(&truth_path))?;
    let bills = Bills::new(rulebook);
    let blocks: Vec<u32> = (0..plan.blocks()).collect();
    progress.begin(Stage::Synth, u64::from(plan.claims));
    let mut written = Written::default();
    for together in blocks.chunks(2 * rayon::current_num_threads()) {
        let make = |&number: &u32| block(plan, format, &bills, number);
        let made: Result<Vec<Block>, SynthError> = together.par_iter().map(make).collect();
        for block in made? {
            match &block.made {
                Made::Tables(texts) => {
                    for (table, (text, rows)) in tables.iter_mut().zip(texts) {
                        table.append(text, *rows)?;
                    }
                }
                Made::Files(files) => write_files(&folder, files)?,
            }
            let mut rows = String::new();
            block.planted.append_rows(written.cases as usize + 1, &mut rows);
            truth.write_all(rows.as_bytes()).map_err(told(&truth_path))?;
            written.add(block.written);
            progress.advance(block.written.claims);
            keep(block.planted);
        }
    }
    for table in tables {
        table.close()?;
    }
    truth.flush().map_err(told(&truth_path))?;
    Ok(written)
}

impl Written {
    fn add(&mut self, other: Written) {
        self.claims += other.claims;
        self.lines += other.lines;
        self.persons += other.persons;
        self.total += other.total;
        self.billed += other.billed;
        self.cases += other.cases;
        self.spoiled += other.spoiled;
    }

    fn of(batch: &Batch, planted: &Planted) -> Written {
        let lines = |claim: &Claim| claim.lines.len() as u64;
        let spoiled = planted.cases.iter().filter(|case| case.quarantined);
        Written {
            claims: batch.claims.len() as u64,
            lines: batch.claims.iter().map(lines).sum(),
            persons: batch.persons.len() as u64,
            total: batch.claims.iter().map(|claim| claim.total).sum(),
            billed: batch.claims.iter().map(Claim::lines_total).sum(),
            cases: planted.cases.len() as u64,
            spoiled: spoiled.map(|case| case.claim_ids.len() as u64).sum(),
        }
    }
}

fn block(plan: &Plan, format: Format, bills: &Bills<'_>, number: u32) -> Result<Block, SynthError> {
    let (batch, planted) = plan.block(bills, number);
    let written = Written::of(&batch, &planted);
    let made = match format {
        Format::Csv => Made::Tables(tables_of(&batch)),
        Format::Xlsx => {
            let files = of_offices(&batch)?.into_iter();
            let numbered = files.map(|(path, bytes)| (numbered(path, number), bytes));
            Made::Files(numbered.collect())
        }
    };
    Ok(Block { made, planted, written })
}

/// `西山区/申报表.csv` of the second block: `西山区/申报表-2.csv`.
fn numbered(path: &str, block: u32) -> String {
    let (name, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    format!("{name}-{}.{ending}", block + 1)
}

fn write_files(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), SynthError> {
    for (inside, bytes) in files {
        let path = folder.join(inside);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(told(parent))?;
        }
        fs::write(&path, bytes).map_err(told(&path))?;
    }
    Ok(())
}

fn tables_of(batch: &Batch) -> [(String, u64); TABLES.len()] {
    let claims = text_of(&CLAIM, &batch.claims, tables::claim);
    let persons = text_of(&INSURED, &batch.persons, tables::insured);
    let contributions = text_of(&CONTRIBUTION, &batch.contributions, tables::contribution);
    let filings = text_of(&FILING, &batch.filings, tables::filing);
    let settlements = text_of(&SETTLEMENT, &batch.settlements, tables::settlement);
    [claims, lines_text(batch), persons, contributions, filings, settlements]
}

/// The records as delimited text, and how many.
fn text_of<'a, T>(
    headers: &[&str],
    records: &'a [T],
    cell: impl Fn(&'a T, &str) -> super::model::Cell<'a>,
) -> (String, u64) {
    let mut text = String::new();
    for record in records {
        row(headers.iter().map(|header| cell(record, header)), Style::PLAIN, b',', &mut text);
    }
    (text, records.len() as u64)
}

fn lines_text(batch: &Batch) -> (String, u64) {
    let (mut text, mut count) = (String::new(), 0);
    for claim in &batch.claims {
        for (number, line) in claim.lines.iter().enumerate() {
            let cells = LINE.iter().map(|header| tables::line(claim, number, line, header));
            row(cells, Style::PLAIN, b',', &mut text);
            count += 1;
        }
    }
    (text, count)
}

/// The hospitals that the batch may name.
fn write_hospitals(path: &Path, plan: &Plan) -> Result<(), SynthError> {
    let mut text = BYTE_ORDER_MARK.to_owned();
    header_line(&columns(&HOSPITAL, &[]), b',', &mut text);
    for hospital in pool::register(plan.hospitals()) {
        let cells = HOSPITAL.iter().map(|header| tables::hospital(hospital, header));
        row(cells, Style::PLAIN, b',', &mut text);
    }
    fs::write(path, text).map_err(told(path))
}

/// A table in files of so many rows: `费用明细.csv`, `费用明细-2.csv`.
struct Rows {
    folder: PathBuf,
    name: &'static str,
    columns: Vec<Column>,
    file: Option<(PathBuf, BufWriter<File>)>,
    /// Rows of the open file.
    rows: u64,
    files: u32,
}

impl Rows {
    fn new(folder: &Path, name: &'static str, headers: &[&'static str]) -> Rows {
        let (folder, columns) = (folder.to_path_buf(), columns(headers, &[]));
        Rows { folder, name, columns, file: None, rows: 0, files: 0 }
    }

    fn append(&mut self, text: &str, rows: u64) -> Result<(), SynthError> {
        if self.file.is_none() || self.rows + rows > ROWS_MAX {
            self.open_next()?;
        }
        self.rows += rows;
        match &mut self.file {
            Some((path, file)) => file.write_all(text.as_bytes()).map_err(told(path)),
            None => Ok(()),
        }
    }

    fn open_next(&mut self) -> Result<(), SynthError> {
        if let Some((path, mut file)) = self.file.take() {
            file.flush().map_err(told(&path))?;
        }
        self.files += 1;
        self.rows = 0;
        let name = match self.files {
            1 => format!("{}.csv", self.name),
            n => format!("{}-{n}.csv", self.name),
        };
        let path = self.folder.join(name);
        let mut file = create(&path)?;
        let mut header = BYTE_ORDER_MARK.to_owned();
        header_line(&self.columns, b',', &mut header);
        file.write_all(header.as_bytes()).map_err(told(&path))?;
        self.file = Some((path, file));
        Ok(())
    }

    fn close(self) -> Result<(), SynthError> {
        match self.file {
            Some((path, mut file)) => file.flush().map_err(told(&path)),
            None => Ok(()),
        }
    }
}

fn create(path: &Path) -> Result<BufWriter<File>, SynthError> {
    File::create(path).map(|file| BufWriter::with_capacity(1 << 20, file)).map_err(told(path))
}

fn told(path: &Path) -> impl Fn(io::Error) -> SynthError {
    let path = path.to_path_buf();
    move |error| SynthError { path: path.clone(), reason: error.to_string() }
}
