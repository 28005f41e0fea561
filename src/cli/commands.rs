//! One function per command: what it reads, what it calls, what it says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::detect::{self, REGISTRY};
use crate::domain::dates::{Date, Month};
use crate::domain::{Code, Lang, Text};
use crate::flow::{Problem, Records};
use crate::ingest::{IngestError, Workbooks};
use crate::ledger::Ledger;
use crate::measure;
use crate::message;
use crate::report::explain::ExplainError;
use crate::report::privacy::sha256;
use crate::report::{self, JobFile, ProgramIdentity, Pseudonyms, ReportError};
use crate::run::{self, ReportOptions, Setup};
use crate::synth;

use super::args::{self, FindingsJob};
use super::{Done, Failure, Terminal, key, verdicts};

/// The month of the demo.
const DEMO_MONTH: &str = "2024-06";
/// The published example of a Wuhan retiree in Shenzhen.
const DEMO_CLAIM: &str = "WH-2024-0001";
/// The demo's people are invented and its reports public, so its key is no secret.
pub(super) const DEMO_KEY: &[u8] = b"lingbao demo";

pub fn demo(demo: &args::Demo, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&demo.data.folder)?;
    let batch = demo.out.join("batch");
    let planted = synth::write_demo(&batch, &setup.rulebook).map_err(|error| {
        Failure::Said(Text::new(
            format!("演示数据写不到 {}：{error}", batch.display()),
            format!("the demo batch cannot be written to {}: {error}", batch.display()),
        ))
    })?;
    let list = demo.out.join("planted.csv");
    fs::write(&list, planted.to_csv()).map_err(|error| unwritable(&list, &error))?;
    let month = Month::parse(DEMO_MONTH).expect("the demo's month is a month");
    let out = demo.out.join(DEMO_MONTH);
    let data = demo.data.folder.clone();
    let asked = JobFile { batch, data, key: None, ledger: None };
    let job = Job { asked, setup: &setup, month, as_of: month.last_day(), out: &out };
    job.process(false, || Ok(Pseudonyms::from_key(DEMO_KEY)), terminal)?;
    let (batch, out) = (demo.out.join("batch"), out.display());
    let batch = batch.display();
    terminal.say(&terminal.lang.pick(
        format!("演示材料：{batch}\n报表：{out}（先打开 index.html）"),
        format!("batch: {batch}\nreports: {out} (open index.html first)"),
    ));
    terminal.say(&terminal.lang.pick(
        format!("一份申报的计算过程：lingbao explain {DEMO_CLAIM} --run {out}"),
        format!("the working of a claim: lingbao explain {DEMO_CLAIM} --run {out}"),
    ));
    // What the demo plants for quarantine is meant to be there.
    Ok(Done::All)
}

pub fn check(check: &args::Check, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&check.data.folder)?;
    let progress = terminal.progress();
    let records = run::read(&check.batch, &setup, &workbooks(), &*progress);
    let records = records.map_err(unreadable)?;
    let linked = run::match_only(records, &*progress);
    drop(progress);
    let records = &linked.records;
    for problem in problems(records) {
        terminal.print(&format!("{}\n", message::problem(problem, terminal.lang)));
    }
    terminal.say(&report::check_lines(&linked, terminal.lang));
    Ok(done(records))
}

pub fn run(run: &args::Run, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&run.data.folder)?;
    let default = || Path::new("reports").join(run.month.to_string());
    let out = run.out.clone().unwrap_or_else(default);
    let as_of = run.as_of.unwrap_or_else(|| run.month.last_day());
    let (batch, data, key) = (run.batch.clone(), run.data.folder.clone(), run.key.clone());
    let asked = JobFile { batch, data, key: Some(key), ledger: Some(run.ledger.clone()) };
    let job = Job { asked, setup: &setup, month: run.month, as_of, out: &out };
    let key = || key::open(&run.key).map_err(|error| unusable_key(&run.key, &error));
    job.process(run.unmask, key, terminal)
}

/// A batch to be run for a month into a folder.
struct Job<'a> {
    asked: JobFile,
    setup: &'a Setup,
    month: Month,
    as_of: Date,
    out: &'a Path,
}

impl Job<'_> {
    /// Reads, decides, reports and says how it went. The key is asked for only once there is
    /// something to report.
    fn process(
        self,
        unmask: bool,
        key: impl FnOnce() -> Result<Pseudonyms, Failure>,
        terminal: &Terminal,
    ) -> Result<Done, Failure> {
        let taken = run::hold(self.out, self.month).map_err(unwritten)?;
        let progress = terminal.progress();
        let records = run::read(&self.asked.batch, self.setup, &workbooks(), &*progress);
        let records = records.map_err(unreadable)?;
        let asked = self.asked.ledger.as_deref();
        let books = asked.filter(|path| path.exists());
        if let (Some(missing), None) = (asked, books) {
            let path = missing.display();
            terminal.say(&terminal.lang.pick(
                format!("没有账本 {path}：按从未过账试算；已有账本请用 --ledger 指明"),
                format!(
                    "no ledger {path}: decided as if nothing was ever posted; name one by --ledger"
                ),
            ));
        }
        let books = books.map(Ledger::read).transpose()?;
        let (setup, as_of) = (self.setup, self.as_of);
        let detected = run::decide_on_books(records, setup, as_of, books.as_ref(), &*progress)?;
        drop(books);
        let options = ReportOptions {
            month: self.month,
            as_of: self.as_of,
            lang: terminal.report_lang,
            unmask,
            pseudonyms: key()?,
            program: program(),
            job: Some(self.asked),
        };
        let written = run::report(&detected, self.setup, options, taken, &*progress);
        let written = written.map_err(unwritten)?;
        drop(progress);
        terminal.say(&written.summary.lines(terminal.lang));
        let (files, folder) = (written.files.len(), written.folder.display());
        terminal.say(
            &terminal
                .lang
                .pick(format!("{files} 个文件写入 {folder}"), format!("{files} files in {folder}")),
        );
        Ok(done(&detected.adjudicated.linked.records))
    }
}

pub fn explain(explain: &args::Explain, terminal: &Terminal) -> Result<Done, Failure> {
    let folders = match &explain.run {
        Some(folder) => vec![folder.clone()],
        None => run_folders(Path::new("reports")),
    };
    let mut last = ExplainError::NotARun;
    for folder in folders {
        match report::explain(&folder, &explain.claim, explain.voice.into(), terminal.lang) {
            Ok(working) => {
                terminal.print(&working);
                return Ok(Done::All);
            }
            Err(error) => last = error,
        }
    }
    Err(Failure::Said(last.text()))
}

/// Folders with workings, at most two below `root`, newest month last in the alphabet first.
fn run_folders(root: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        // What a run that died was writing is hidden, and no run's.
        paths.filter(|path| path.is_dir() && !is_hidden(path)).collect()
    };
    let mut found: Vec<PathBuf> = below(root);
    found.extend(below(root).iter().flat_map(|folder| below(folder)));
    found.retain(|folder| folder.join(report::WORKINGS_FILE).exists());
    found.sort();
    found.reverse();
    found
}

pub fn findings(findings: &args::FindingsCommand, terminal: &Terminal) -> Result<Done, Failure> {
    match &findings.job {
        FindingsJob::Record(record) => verdicts::record(record, terminal),
        FindingsJob::Verdicts { ledger, out } => {
            verdicts::verdicts(ledger, out.as_deref(), terminal)
        }
        FindingsJob::List => {
            for detector in REGISTRY {
                let title = terminal.lang.pick(detector.code.zh(), detector.code.en());
                terminal.print(&format!("{}  {}  {title}", detector.code, detector.name));
            }
            Ok(Done::All)
        }
        FindingsJob::Show { code } => {
            let wanted = Code::ALL.iter().find(|known| known.as_str().eq_ignore_ascii_case(code));
            match wanted.and_then(|code| detect::detector(*code)) {
                Some(detector) => {
                    terminal.print(&detector.documentation());
                    terminal.print(&measured(detector.code, terminal.lang));
                    Ok(Done::All)
                }
                None => Err(Failure::Said(Text::new(
                    format!("没有疑点 {code}；用 lingbao findings list 查看"),
                    format!("no finding {code}; see lingbao findings list"),
                ))),
            }
        }
    }
}

/// The error rates of a finding, as they were measured when this program was made.
fn measured(code: Code, lang: Lang) -> String {
    let title = lang.pick("## 实测误差", "## Measured error");
    let unmeasured = Text::new("这种疑点没有实测过。", "This finding was never measured.");
    let rates = measure::committed(code).map_or(unmeasured, |rates| rates.text());
    format!("{title}\n{}\n", rates.get(lang))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Everything that could not be read, in the order of the files.
fn problems(records: &Records) -> impl Iterator<Item = &Problem> {
    let rows = records.quarantine.iter().flat_map(|reject| &reject.problems);
    records.notes.iter().chain(&records.unread).chain(rows)
}

pub(super) fn done(records: &Records) -> Done {
    if records.quarantine.is_empty() && records.unread.is_empty() {
        Done::All
    } else {
        Done::WithQuarantine
    }
}

/// Workbooks are read by this program, each in a process of its own.
pub(super) fn workbooks() -> Workbooks {
    let this = std::env::current_exe();
    Workbooks::Isolated { program: this.unwrap_or_else(|_| PathBuf::from("lingbao")) }
}

pub(super) fn unreadable(error: IngestError) -> Failure {
    match error {
        IngestError::Choices(problems) => Failure::Problems(problems),
        other => Failure::Said(other.text()),
    }
}

pub(super) fn unwritten(error: ReportError) -> Failure {
    let why = error.text();
    Failure::Said(Text::new(
        format!("报表未写出，原有报表未动：{}", why.zh),
        format!("no reports written, earlier ones untouched: {}", why.en),
    ))
}

pub(super) fn unusable_key(path: &Path, error: &std::io::Error) -> Failure {
    let (path, why) = (path.display(), message::io_words(error));
    Failure::Said(Text::new(
        format!("密钥文件 {path} 不可用：{}", why.zh),
        format!("the key file {path} cannot be used: {}", why.en),
    ))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let why = message::io_words(error);
    Failure::Said(Text::new(
        format!("{} 写不了：{}", path.display(), why.zh),
        format!("{} cannot be written: {}", path.display(), why.en),
    ))
}

/// This program, by the hash of its file; empty where the system does not say which that is.
pub(super) fn program() -> ProgramIdentity {
    let file = std::env::current_exe().and_then(fs::read);
    ProgramIdentity {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: file.map_or_else(|_| String::new(), |bytes| sha256(&bytes)),
    }
}
