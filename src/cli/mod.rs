//! Arguments, languages and exit codes; the work is done by [`crate::run`].
//!
//! Exit codes: 0 all read and done; 1 done, but something could not be read; 2 it could not run.
//! Findings and refusals are results, not failures.

mod args;
mod bars;
mod books;
mod commands;
mod diff;
mod key;
mod ledger_show;
mod region;
mod returns;
mod synth;
mod values;
mod verdicts;
mod verify;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::domain::{Lang, Text};
use crate::flow::{Problem, Progress, Silent};
use crate::ingest::{self, Limits};
use crate::ledger::LedgerError;
use crate::message;
use crate::report;

use args::{Arguments, Command};
use bars::Bars;

/// Why a command could not do its work.
enum Failure {
    /// Faults of the data folder or of the inputs as a whole.
    Problems(Vec<Problem>),
    /// Anything else, said in a sentence.
    Said(Text),
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Failure {
        Failure::Problems(problems)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        Failure::Said(error.text())
    }
}

/// What a command that ran came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// Exit code 0.
    All,
    /// Exit code 1: something was put aside, and named.
    WithQuarantine,
}

/// What every command shares.
struct Terminal {
    lang: Lang,
    /// The language of reports: Chinese unless asked otherwise.
    report_lang: Lang,
    quiet: bool,
}

impl Terminal {
    /// Bars on a terminal, silence elsewhere.
    fn progress(&self) -> Box<dyn Progress> {
        if self.quiet || !io::stderr().is_terminal() {
            Box::new(Silent)
        } else {
            Box::new(Bars::new(self.lang))
        }
    }

    /// A line for people, on stdout; dropped with `--quiet`.
    fn say(&self, text: &str) {
        if !self.quiet {
            // A closed pipe is the reader's choice, not a failure of the run.
            let _ = writeln!(io::stdout(), "{text}");
        }
    }

    /// What was asked for, on stdout.
    fn print(&self, text: &str) {
        let _ = writeln!(io::stdout(), "{text}");
    }

    fn complain(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        match failure {
            Failure::Problems(problems) => {
                for problem in problems {
                    let _ = writeln!(stderr, "{}\n", message::problem(problem, self.lang));
                }
            }
            Failure::Said(text) => {
                let _ = writeln!(stderr, "{}", text.get(self.lang));
            }
        }
    }
}

/// Parses the command line, runs the command, and answers with its exit code.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    if let Command::ReadWorkbook(reader) = arguments.command {
        let (memory_mib, seconds) = (reader.memory_mib, reader.seconds);
        return ingest::serve(Limits { memory_mib, seconds });
    }
    report::hush_system_faults();
    let asked = arguments.lang.map(Lang::from);
    let terminal = Terminal {
        lang: asked.unwrap_or_else(locale),
        report_lang: asked.unwrap_or(Lang::Zh),
        quiet: arguments.quiet,
    };
    if let Some(threads) = arguments.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get());
        if let Err(error) = pool.build_global() {
            let said = Text::new(format!("无法设置线程数：{error}"), format!("threads: {error}"));
            terminal.complain(&Failure::Said(said));
            return ExitCode::from(2);
        }
    }
    let result = match arguments.command {
        Command::Demo(demo) => commands::demo(&demo, &terminal),
        Command::Check(check) => commands::check(&check, &terminal),
        Command::Run(run) => commands::run(&run, &terminal),
        Command::Explain(explain) => commands::explain(&explain, &terminal),
        Command::Diff(diff) => diff::diff(&diff, &terminal),
        Command::Verify(verify) => verify::verify(&verify, &terminal),
        Command::Post(post) => books::post(&post, &terminal),
        Command::Reverse(reverse) => books::reverse(&reverse, &terminal),
        Command::Returns(list) => returns::returns(&list, &terminal),
        Command::Ledger(ledger) => books::ledger(&ledger, &terminal),
        Command::Region(region) => region::region(&region, &terminal),
        Command::Findings(findings) => commands::findings(&findings, &terminal),
        Command::Synth(plan) => synth::synth(&plan, &terminal),
        Command::BenchFindings(bench) => synth::bench_findings(&bench, &terminal),
        Command::ReadWorkbook(_) => Ok(Done::All),
    };
    match result {
        Ok(Done::All) => ExitCode::SUCCESS,
        Ok(Done::WithQuarantine) => ExitCode::from(1),
        Err(failure) => {
            terminal.complain(&failure);
            ExitCode::from(2)
        }
    }
}

/// Chinese where the locale is, English elsewhere.
fn locale() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match set {
        Some(value) if value.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
