//! `lingbao diff`: two runs, or one batch decided with two data folders, set against each other.
//!
//! The surprise: of two data folders two ordinary runs are made, in the private folder in which
//! the comparison is written; they are gone when it is done, and when it is given up.

use std::path::Path;

use crate::domain::Text;
use crate::report::ReportError;
use crate::report::diff::{DiffDraft, DiffError, DiffOptions, Of, RunAt};
use crate::run::{self, ReportOptions, Setup};

use super::args;
use super::commands::{done, program, unreadable, unusable_key, workbooks};
use super::{Done, Failure, Terminal, key};

impl From<DiffError> for Failure {
    fn from(error: DiffError) -> Failure {
        Failure::Said(error.text())
    }
}

pub fn diff(diff: &args::Diff, terminal: &Terminal) -> Result<Done, Failure> {
    let draft = DiffDraft::begin(&diff.out)?;
    let mut come_to = Done::All;
    let (of, folders) = match (&diff.runs[..], &diff.data[..]) {
        ([old, new], _) => (Of::Runs, [old.clone(), new.clone()]),
        (_, [old, new]) => {
            let folders = [draft.run_folder("old"), draft.run_folder("new")];
            // Both are read first: a fault of either is told before anything is decided.
            let setups = [load(old)?, load(new)?];
            for (setup, out) in setups.iter().zip(&folders) {
                if decide(diff, setup, out, terminal)? == Done::WithQuarantine {
                    come_to = Done::WithQuarantine;
                }
            }
            (Of::Data, folders)
        }
        _ => return Err(usage()),
    };
    let named = if of == Of::Runs { &diff.runs } else { &diff.data };
    let labels: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
    let [old, new] = &folders;
    let (old, new) =
        (RunAt { folder: old, label: &labels[0] }, RunAt { folder: new, label: &labels[1] });
    let options = DiffOptions { of, lang: terminal.report_lang, program: program() };
    let progress = terminal.progress();
    let written = draft.write((&old, &new), options, &*progress)?;
    drop(progress);
    terminal.say(&written.comparison.lines(terminal.lang));
    let (files, folder) = (written.files.len(), written.folder.display());
    terminal.say(&terminal.lang.pick(
        format!("{files} 个文件写入 {folder}（先打开 index.html）"),
        format!("{files} files in {folder} (open index.html first)"),
    ));
    if come_to == Done::WithQuarantine {
        terminal.say(terminal.lang.pick(
            "材料有未读入的行，两边都没有算：用 lingbao check 查看",
            "rows of the batch could not be read and are in neither run: see lingbao check",
        ));
    }
    Ok(come_to)
}

/// A data folder; there are two, so a fault says in which it is.
fn load(data: &Path) -> Result<Setup, Failure> {
    Setup::load(data).map_err(|mut faults| {
        for fault in &mut faults {
            fault.place.file = format!("{}/{}", data.display(), fault.place.file);
        }
        Failure::Problems(faults)
    })
}

/// An ordinary run of the batch with one of the data folders.
fn decide(
    diff: &args::Diff,
    setup: &Setup,
    out: &Path,
    terminal: &Terminal,
) -> Result<Done, Failure> {
    let (Some(batch), Some(month)) = (&diff.batch, diff.month) else {
        return Err(usage());
    };
    let as_of = diff.as_of.unwrap_or_else(|| month.last_day());
    let progress = terminal.progress();
    let records = run::read(batch, setup, &workbooks(), &*progress).map_err(unreadable)?;
    let detected = run::decide(records, setup, as_of, &*progress);
    let options = ReportOptions {
        month,
        as_of,
        lang: terminal.report_lang,
        unmask: false,
        pseudonyms: key::open(&diff.key).map_err(|error| unusable_key(&diff.key, &error))?,
        program: program(),
        job: None,
    };
    let unwritten = |error: ReportError| {
        let why = error.text();
        Failure::Said(Text::new(
            format!("要比较的运行没有写成：{}", why.zh),
            format!("a run that was to be compared could not be written: {}", why.en),
        ))
    };
    let out = run::hold(out, month).map_err(unwritten)?;
    run::report(&detected, setup, options, out, &*progress).map_err(unwritten)?;
    Ok(done(&detected.adjudicated.linked.records))
}

/// The command line asks for both halves of either form; this is what it would say.
fn usage() -> Failure {
    Failure::Said(Text::new(
        "给出两次运行的文件夹，或 --data 旧 新 --batch 材料 --month 月份",
        "give two run folders, or --data OLD NEW --batch BATCH --month MONTH",
    ))
}
