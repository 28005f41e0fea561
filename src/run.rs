//! The only place that knows the order of the stages:
//! ingest → normalise → match → adjudicate → detect → report.

mod books;
pub mod disposed;
pub mod export;
pub mod returns;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub mod again;

pub use again::{Again, AgainError, again};

use crate::adjudicate::adjudicate;
use crate::detect::{Ground, detect, detector};
use crate::domain::dates::{Date, Month};
use crate::domain::{Code, Lang, Text};
use crate::flow::{Detected, Linked, Orders, Problem, Progress, Records, Stage};
use crate::ingest::{IngestError, Workbooks, read_batch};
use crate::ledger::Posting;
use crate::matching::link;
use crate::measure::committed;
use crate::normalise::normalise;
use crate::report::folder::Taken;
use crate::report::privacy::sha256;
use crate::report::{
    AboutFinding, Context, DataFile, JobFile, PostingSummary, ProgramIdentity, Pseudonyms,
    ReportError, Written, write_into,
};
use crate::rulebook::Rulebook;
use crate::rulebook::bank_layout::BankLayout;
use crate::rulebook::detector_settings::DetectorSettings;
use crate::rulebook::divisions::Divisions;
use crate::rulebook::layouts::Layouts;
use crate::rulebook::reading::unreadable;
use crate::rulebook::vocabulary::Vocabulary;

pub use books::decide_on_books;

/// Everything read from the data folder.
pub struct Setup {
    pub rulebook: Rulebook,
    pub divisions: Divisions,
    pub vocabulary: Vocabulary,
    pub layouts: Layouts,
    pub settings: DetectorSettings,
    pub bank_layout: BankLayout,
    /// Every file of the folder by hash, sorted: what the run rests on.
    pub data_files: Vec<DataFile>,
}

impl Setup {
    /// Reads and checks the whole data folder; all faults come back together.
    pub fn load(data: &Path) -> Result<Setup, Vec<Problem>> {
        // A folder that is not there is one fault, not one for each of its files.
        fs::read_dir(data).map_err(|fault| vec![unreadable(&data.to_string_lossy(), &fault)])?;
        // Each loader opens its files itself; the hashes are theirs only if nothing changed.
        let before = data_files(data);
        let mut faults = Vec::new();
        fn keep<T>(result: Result<T, Vec<Problem>>, faults: &mut Vec<Problem>) -> Option<T> {
            result.map_err(|found| faults.extend(found)).ok()
        }
        let rulebook = keep(Rulebook::load(data), &mut faults);
        let divisions = keep(Divisions::load(data), &mut faults);
        let vocabulary = keep(Vocabulary::load(data), &mut faults);
        let layouts = keep(Layouts::load(data), &mut faults);
        let settings = keep(DetectorSettings::load(data), &mut faults);
        let bank_layout = keep(BankLayout::load(data), &mut faults);
        let data_files = keep(same_twice(before, data_files(data)), &mut faults);
        let setup = || {
            Some(Setup {
                rulebook: rulebook?,
                divisions: divisions?,
                vocabulary: vocabulary?,
                layouts: layouts?,
                settings: settings?,
                bank_layout: bank_layout?,
                data_files: data_files?,
            })
        };
        setup().ok_or(faults)
    }

    /// What detectors look up.
    fn ground(&self) -> Ground<'_> {
        Ground { settings: &self.settings, rulebook: &self.rulebook, divisions: &self.divisions }
    }

    /// What the regions' data do not cover, region by region.
    fn coverage(&self) -> Vec<Text> {
        self.rulebook
            .regions()
            .map(|region| {
                let missing = region.coverage.not_modelled.join("；");
                Text::new(
                    format!("{}未建模：{missing}", region.name),
                    format!("{} {}: not modelled: {missing}", region.code, region.name),
                )
            })
            .collect()
    }
}

/// Every file below the data folder, sorted by path.
fn data_files(data: &Path) -> Result<Vec<DataFile>, Vec<Problem>> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let listed = list(&folder).map_err(|error| vec![unreadable(".", &error)])?;
        for path in listed {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(inside) = path.strip_prefix(data) {
                let name = inside.to_string_lossy().replace('\\', "/");
                let bytes = fs::read(&path).map_err(|error| vec![unreadable(&name, &error)])?;
                found.push(DataFile { path: name, sha256: sha256(&bytes) });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The files of the data folder, if they are after reading what they were before.
fn same_twice(
    before: Result<Vec<DataFile>, Vec<Problem>>,
    after: Result<Vec<DataFile>, Vec<Problem>>,
) -> Result<Vec<DataFile>, Vec<Problem>> {
    let (before, after) = (before?, after?);
    let changed = again::changed_data(&before, &after);
    if changed.is_empty() { Ok(after) } else { Err(changed) }
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Bytes on disk → typed records.
pub fn read(
    batch: &Path,
    setup: &Setup,
    workbooks: &Workbooks,
    progress: &dyn Progress,
) -> Result<Records, IngestError> {
    let mut records = read_all(batch, setup, workbooks, progress)?;
    returns::tell_unused(&mut records);
    Ok(records)
}

fn read_all(
    batch: &Path,
    setup: &Setup,
    workbooks: &Workbooks,
    progress: &dyn Progress,
) -> Result<Records, IngestError> {
    let raw = read_batch(batch, &setup.layouts, workbooks, progress)?;
    Ok(normalise(raw, &setup.divisions, &setup.vocabulary, progress))
}

/// Records → links, without deciding anything.
pub fn match_only(records: Records, progress: &dyn Progress) -> Linked {
    link(records, progress)
}

/// Records → decisions and findings. `as_of` is the last day of the books.
pub fn decide(records: Records, setup: &Setup, as_of: Date, progress: &dyn Progress) -> Detected {
    let linked = link(records, progress);
    let adjudicated = adjudicate(linked, &setup.rulebook, as_of, progress);
    detect(adjudicated, setup.ground(), progress)
}

/// How a run is reported.
pub struct ReportOptions {
    pub month: Month,
    pub as_of: Date,
    pub lang: Lang,
    pub unmask: bool,
    pub pseudonyms: Pseudonyms,
    pub program: ProgramIdentity,
    /// Where the inputs lay, for `job.toml`; without it there is none.
    pub job: Option<JobFile>,
}

/// Takes the place of a run's reports before the work begins, so that another run hears of it at
/// once and not when it has done its own.
pub fn hold(out: &Path, month: Month) -> Result<Taken, ReportError> {
    Taken::take(out, &format!("lingbao run --month {month}"))
}

/// Decisions and findings → the folder whose place is held, whole or not at all.
pub fn report(
    detected: &Detected,
    setup: &Setup,
    options: ReportOptions,
    out: Taken,
    progress: &dyn Progress,
) -> Result<Written, ReportError> {
    progress.begin(Stage::Report, 1);
    let written =
        with_context(setup, detected, options, |context| write_into(detected, context, out))?;
    progress.advance(1);
    Ok(written)
}

/// What reports need to know, for as long as `write` takes.
fn with_context<T>(
    setup: &Setup,
    detected: &Detected,
    options: ReportOptions,
    write: impl FnOnce(&Context<'_>) -> T,
) -> T {
    let names = |code| setup.divisions.name(code).to_owned();
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    let posting = Posting::of(detected, &orders, (options.month, options.as_of));
    let (pay, recover) = posting.money();
    let (digest, entries) = (posting.digest(), posting.entries() as u64);
    let posting = PostingSummary { digest, entries, pay, recover };
    let about = |code: Code| {
        let detector = detector(code);
        let section = |title: &str| detector.map_or_else(String::new, |it| it.section(title));
        AboutFinding {
            flags: section("查什么"),
            innocent: section("什么情况下无辜"),
            measured: committed(code).map(|rates| rates.text()).unwrap_or_default(),
        }
    };
    write(&Context {
        about_finding: &about,
        month: options.month,
        as_of: options.as_of,
        lang: options.lang,
        unmask: options.unmask,
        pseudonyms: options.pseudonyms,
        data_files: setup.data_files.clone(),
        program: options.program,
        posting,
        region_names: &names,
        coverage: setup.coverage(),
        bank_layout: setup.bank_layout.clone(),
        job: options.job,
    })
}
