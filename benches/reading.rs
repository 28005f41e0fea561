//! How fast a batch is read and what memory that takes, against the floors: what the libraries
//! need alone for the same files. See `README.md` beside this file.
//!
//! The surprise: every measurement is a process of its own, this program started again with the
//! name of what it is to do, because a process remembers its largest memory for ever.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use calamine::{Reader, Xlsx};
use lingbao::flow::{RowRef, Silent};
use lingbao::ingest::{SheetHead, Sheets, Workbooks, read_batch};
use lingbao::run::{self, Setup};
use rust_xlsxwriter::Workbook;

const XLSX_ROWS: u32 = 200_000;
const CSV_ROWS: u32 = 2_000_000;
const ROUNDS: usize = 5;
const TITLES: [&str; 14] = [
    "申报编号",
    "票据号码",
    "序号",
    "费用日期",
    "医保编码",
    "院内编码",
    "项目名称",
    "费用类别",
    "规格",
    "单位",
    "数量",
    "单价",
    "金额",
    "等级",
];

type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// Reads something and says how many rows there were.
type Measured = fn(&Path) -> Answer<u64>;

/// What is measured, the floors first.
const VARIANTS: [(&str, Measured); 9] = [
    ("xlsx: calamine's cells alone (floor)", calamine_alone),
    ("xlsx: in this process, rows counted", in_process),
    ("xlsx: in a process of its own, rows counted", isolated),
    ("xlsx: the batch read", batch_of_xlsx),
    ("xlsx: read and normalised", normalised_xlsx),
    ("csv: csv's ByteRecord alone (floor)", csv_alone),
    ("csv: the batch read", batch_of_csv),
    ("csv: read and normalised", normalised_csv),
    ("nothing but starting", nothing),
];

fn main() -> Answer<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--measure", variant, folder] => measure(variant.parse()?, Path::new(folder)),
        // Cargo hands `--bench` to every bench.
        _ => compare(),
    }
}

/// One measurement: rows, seconds, and the largest memory in KiB.
fn measure(variant: usize, folder: &Path) -> Answer<()> {
    let begun = Instant::now();
    let rows = VARIANTS[variant].1(folder)?;
    let seconds = begun.elapsed().as_secs_f64() - *SETUP_SECONDS.lock().expect("no panic");
    println!("{rows} {seconds} {}", peak_kib()?);
    Ok(())
}

/// Loading the shipped data belongs to no reading.
static SETUP_SECONDS: std::sync::Mutex<f64> = std::sync::Mutex::new(0.0);

fn setup() -> Setup {
    let begun = Instant::now();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let setup = Setup::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    *SETUP_SECONDS.lock().expect("no panic") = begun.elapsed().as_secs_f64();
    setup
}

fn peak_kib() -> Answer<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no VmHWM")?.trim_end_matches("kB").trim().parse()?)
}

fn compare() -> Answer<()> {
    let folder = tempfile::tempdir()?;
    write_xlsx(&folder.path().join("xlsx"))?;
    write_csv(&folder.path().join("csv"))?;
    let mut measured = vec![Vec::new(); VARIANTS.len()];
    for round in 0..ROUNDS {
        eprintln!("round {} of {ROUNDS}", round + 1);
        // All variants in turn, so that a busy minute of the machine falls on all of them.
        for (variant, runs) in measured.iter_mut().enumerate() {
            runs.push(in_own_process(variant, folder.path())?);
        }
    }
    let mut table =
        String::from("| what | rows/s | of the floor | peak MiB |\n|---|---|---|---|\n");
    let mut floor = 0.0;
    for ((name, _), mut runs) in VARIANTS.iter().zip(measured) {
        runs.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (rows, seconds, kib) = runs[ROUNDS / 2];
        let speed = rows / seconds;
        if name.contains("floor") {
            floor = speed;
        }
        let (share, mib) = (100.0 * speed / floor, kib / 1024.0);
        writeln!(table, "| {name} | {speed:.0} | {share:.0} % | {mib:.0} |")?;
    }
    println!("{table}");
    Ok(())
}

fn in_own_process(variant: usize, folder: &Path) -> Answer<(f64, f64, f64)> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg("--measure").arg(variant.to_string()).arg(folder).output()?;
    let said = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    match numbers[..] {
        [rows, seconds, kib] => Ok((rows, seconds, kib)),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// A line of a bill like many others, and unlike all of them.
fn line(number: u32) -> [String; 14] {
    let (claim, order) = (number / 20, number % 20);
    let quantity = 1 + number % 3;
    let fen = 150 + u64::from(number) * 7_919 % 98_765;
    let amount = fen * u64::from(quantity);
    let yuan = |fen: u64| format!("{}.{:02}", fen / 100, fen % 100);
    [
        format!("SB2024{claim:08}"),
        format!("{:010}", u64::from(claim) * 37),
        (order + 1).to_string(),
        format!("2024-{:02}-{:02}", 1 + claim % 12, 1 + number % 28),
        format!("0033{:011}", number % 4_000 * 10_000),
        format!("Y{:05}", number % 9_000),
        format!("检验项目{}（试剂法）", number % 4_000),
        ["检查费", "西药费", "治疗费", "床位费"][number as usize % 4].to_owned(),
        ["10mg*20片", "", "次", "日"][number as usize % 4].to_owned(),
        ["盒", "次", "次", "日"][number as usize % 4].to_owned(),
        quantity.to_string(),
        yuan(fen),
        yuan(amount),
        ["甲", "乙", "丙", ""][number as usize % 4].to_owned(),
    ]
}

fn write_xlsx(folder: &Path) -> Answer<()> {
    fs::create_dir(folder)?;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.write_row(0, 0, TITLES)?;
    for number in 0..XLSX_ROWS {
        for (column, text) in (0u16..).zip(line(number)) {
            match column {
                2 | 10..=12 => sheet.write(number + 1, column, text.parse::<f64>()?)?,
                _ if text.is_empty() => continue,
                _ => sheet.write(number + 1, column, text)?,
            };
        }
    }
    book.save(folder.join("费用明细.xlsx"))?;
    Ok(())
}

fn write_csv(folder: &Path) -> Answer<()> {
    fs::create_dir(folder)?;
    let mut writer = csv::Writer::from_path(folder.join("费用明细.csv"))?;
    writer.write_record(TITLES)?;
    for number in 0..CSV_ROWS {
        writer.write_record(line(number))?;
    }
    writer.flush()?;
    Ok(())
}

fn workbook(folder: &Path) -> io::Result<Vec<u8>> {
    fs::read(folder.join("xlsx/费用明细.xlsx"))
}

fn calamine_alone(folder: &Path) -> Answer<u64> {
    let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(workbook(folder)?))?;
    let name = book.sheet_names().first().ok_or("no sheet")?.clone();
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut last = 0;
    while let Some(cell) = cells.next_cell()? {
        last = cell.get_position().0;
    }
    Ok(last.into())
}

#[derive(Default)]
struct Counted {
    rows: u64,
    cells: u64,
}

impl Sheets for Counted {
    fn begin(&mut self, _: SheetHead) {}
    fn row(&mut self, row: RowRef<'_>) {
        self.rows += 1;
        self.cells += row.len() as u64;
    }
    fn cut(&mut self, _: u32) {}
    fn again(&mut self) {}
    fn end(&mut self) {}
    fn fail(&mut self, _: &str) {}
}

fn counted(workbooks: &Workbooks, folder: &Path) -> Answer<u64> {
    let mut counted = Counted::default();
    workbooks.read(&workbook(folder)?, &mut counted).map_err(|fault| format!("{fault:?}"))?;
    assert!(counted.cells > 12 * counted.rows, "cells are missing");
    Ok(counted.rows - 1)
}

fn readers() -> Workbooks {
    Workbooks::Isolated { program: PathBuf::from(env!("CARGO_BIN_EXE_lingbao")) }
}

fn in_process(folder: &Path) -> Answer<u64> {
    counted(&Workbooks::InProcess, folder)
}

fn isolated(folder: &Path) -> Answer<u64> {
    counted(&readers(), folder)
}

fn batch(folder: &Path) -> Answer<u64> {
    let setup = setup();
    let batch = read_batch(folder, &setup.layouts, &readers(), &Silent);
    let batch = batch.map_err(|error| error.text().en)?;
    assert!(batch.unread.is_empty(), "{:?}", batch.unread);
    Ok(batch.tables.iter().map(|table| table.rows.len() as u64).sum())
}

fn batch_of_xlsx(folder: &Path) -> Answer<u64> {
    batch(&folder.join("xlsx"))
}

fn batch_of_csv(folder: &Path) -> Answer<u64> {
    batch(&folder.join("csv"))
}

fn normalised(folder: &Path) -> Answer<u64> {
    let setup = setup();
    let records = run::read(folder, &setup, &readers(), &Silent);
    let records = records.map_err(|error| error.text().en)?;
    assert!(records.quarantine.is_empty(), "{:?}", records.quarantine.first());
    Ok(records.tallies.iter().map(|tally| tally.accepted).sum())
}

fn normalised_xlsx(folder: &Path) -> Answer<u64> {
    normalised(&folder.join("xlsx"))
}

fn normalised_csv(folder: &Path) -> Answer<u64> {
    normalised(&folder.join("csv"))
}

fn csv_alone(folder: &Path) -> Answer<u64> {
    let mut reader = csv::Reader::from_path(folder.join("csv/费用明细.csv"))?;
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

fn nothing(_: &Path) -> Answer<u64> {
    Ok(0)
}
