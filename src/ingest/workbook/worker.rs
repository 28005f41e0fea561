//! The reader's own process: takes a workbook on stdin, answers with frames on stdout, and gives
//! itself limits of memory and time first.

use std::io::{self, BufWriter, Read};
use std::process::ExitCode;

use super::frames::Writer;
use super::{WorkbookFault, read};
use crate::ingest::content;

/// What one workbook may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub memory_mib: u64,
    /// Seconds of work, not of waiting.
    pub seconds: u64,
}

impl Limits {
    /// Enough for any workbook of this size that an office could have written: what is held of it
    /// are its texts (and, of the older formats, its cells).
    pub fn for_size(bytes: usize) -> Limits {
        let mib = (bytes as u64).div_ceil(1 << 20);
        Limits { memory_mib: (1_024 + 16 * mib).min(1_536), seconds: 10 + 4 * mib }
    }
}

/// Reads one workbook for the process that started this one.
pub fn serve(limits: Limits) -> ExitCode {
    // A panic is told by the exit code; its words could hold the text of a cell.
    std::panic::set_hook(Box::new(|_| {}));
    limit(limits);
    let mut bytes = Vec::new();
    if io::stdin().lock().read_to_end(&mut bytes).is_err() {
        return ExitCode::FAILURE;
    }
    let mut writer = Writer::new(BufWriter::new(io::stdout().lock()));
    let result = answer(&bytes, &mut writer);
    match writer.finish(result) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer(bytes: &[u8], writer: &mut Writer<impl io::Write>) -> Result<(), WorkbookFault> {
    match content::recognise(bytes) {
        content if content.is_workbook() => read(bytes, content, writer),
        _ => Err(WorkbookFault::Corrupt("not a workbook".to_owned())),
    }
}

/// Elsewhere the system has no such limits, and only the parent's patience ends a reader.
#[cfg(unix)]
fn limit(limits: Limits) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bytes = limits.memory_mib << 20;
    for (resource, most) in
        [(Resource::As, bytes), (Resource::Cpu, limits.seconds), (Resource::Core, 0)]
    {
        // A system that refuses its own limit leaves the reader without it, no worse than before.
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

#[cfg(not(unix))]
fn limit(_: Limits) {}
