//! The parent's side of a reader process: starts it, feeds it the workbook, hands on the rows it
//! sends, and says what became of it.
//!
//! The surprise: how long a reader may take is counted by the system in seconds of its own work.
//! The clock here only ends a reader that has stopped saying anything.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::frames::{self, Frame};
use super::worker::Limits;
use super::{Sheets, WorkbookFault, read};
use crate::flow::RawRow;
use crate::ingest::content;

/// The word by which this program becomes a reader.
pub const READER: &str = "read-workbook";
/// A reader that says nothing for so long hangs; a file of this program's own size takes less.
const SILENCE: Duration = Duration::from_secs(120);
/// Frames that may wait between the pipe and whoever takes the rows.
const FRAMES_WAITING: usize = 16;
/// How a Rust program says that it gets no more memory, before it aborts.
const OUT_OF_MEMORY: &str = "memory allocation of";
const LAST_WORDS_MAX: u64 = 4096;

/// How workbooks are read.
#[derive(Clone, Debug)]
pub enum Workbooks {
    /// Each in a process of its own: this program, started as [`READER`].
    Isolated { program: PathBuf },
    /// In this process. A file that makes the library panic or abort takes the process down.
    InProcess,
}

impl Workbooks {
    /// Reads a workbook, whichever of the known formats it has.
    pub fn read(&self, bytes: &[u8], sink: &mut dyn Sheets) -> Result<(), WorkbookFault> {
        match self {
            Workbooks::InProcess => read(bytes, content::recognise(bytes), sink),
            Workbooks::Isolated { program } => {
                let limits = Limits::for_size(bytes.len());
                let mut reader = Command::new(program);
                reader
                    .arg(READER)
                    .arg(limits.memory_mib.to_string())
                    .arg(limits.seconds.to_string());
                isolated(&mut reader, limits, bytes, sink)
            }
        }
    }
}

fn isolated(
    reader: &mut Command,
    limits: Limits,
    bytes: &[u8],
    sink: &mut dyn Sheets,
) -> Result<(), WorkbookFault> {
    let pipes = reader.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = pipes.env("RUST_BACKTRACE", "0").spawn();
    let mut child = Ended(started.map_err(|error| WorkbookFault::NotStarted(error.to_string()))?);
    let (stdin, stdout, stderr) =
        (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
    thread::scope(|scope| {
        // A reader that ends early closes its end; what is left over needs not be sent.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(bytes)));
        let last_words = scope.spawn(move || stderr.map(last_words).unwrap_or_default());
        let (send, frames) = sync_channel(FRAMES_WAITING);
        scope.spawn(move || {
            let mut pipe = stdout.map(std::io::BufReader::new);
            while let Some(Ok(Some(frame))) = pipe.as_mut().map(Frame::read) {
                if send.send(frame).is_err() {
                    break;
                }
            }
        });
        let answer = hear(&frames, answer_mib(bytes.len()), sink);
        if !matches!(answer, Heard::Ended) {
            // Also after a whole answer: nothing more is wanted from it.
            let _ = child.0.kill();
        }
        drop(frames);
        let status = child.0.wait();
        let last_words = last_words.join().unwrap_or_default();
        match answer {
            Heard::All(result) => result,
            Heard::TooMuch => Err(WorkbookFault::Memory(answer_mib(bytes.len()))),
            Heard::Silent => Err(WorkbookFault::Time(SILENCE.as_secs())),
            Heard::Senseless => Err(WorkbookFault::Crashed),
            Heard::Ended if last_words.contains(OUT_OF_MEMORY) => {
                Err(WorkbookFault::Memory(limits.memory_mib))
            }
            Heard::Ended if status.is_ok_and(ran_out_of_time) => {
                Err(WorkbookFault::Time(limits.seconds))
            }
            Heard::Ended => Err(WorkbookFault::Crashed),
        }
    })
}

/// What a reader may answer: a small file can name one long text in every cell. The tables of an
/// office are seldom ten times as long as the file that holds them.
fn answer_mib(bytes: usize) -> u64 {
    128 + 32 * (bytes as u64).div_ceil(1 << 20)
}

enum Heard {
    All(Result<(), WorkbookFault>),
    /// The pipe was closed in the middle.
    Ended,
    Silent,
    TooMuch,
    Senseless,
}

fn hear(frames: &Receiver<Frame>, answer_mib: u64, sink: &mut dyn Sheets) -> Heard {
    let mut row = RawRow::default();
    let mut left = answer_mib << 20;
    loop {
        match frames.recv_timeout(SILENCE) {
            Ok(frame) if frame.len() > left => return Heard::TooMuch,
            Ok(frame) => {
                left -= frame.len();
                match frames::take(&frame, &mut row, sink) {
                    Some(None) => {}
                    Some(Some(result)) => return Heard::All(result),
                    None => return Heard::Senseless,
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Heard::Ended,
            Err(RecvTimeoutError::Timeout) => return Heard::Silent,
        }
    }
}

/// The beginning of what a program writes before it dies; the rest is read and dropped, so that
/// it never waits for room in the pipe.
fn last_words(mut pipe: impl Read) -> String {
    let mut words = Vec::new();
    let _ = pipe.by_ref().take(LAST_WORDS_MAX).read_to_end(&mut words);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    String::from_utf8_lossy(&words).into_owned()
}

#[cfg(unix)]
fn ran_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal();
    [rustix::process::Signal::XCPU, rustix::process::Signal::KILL]
        .iter()
        .any(|ended_by| signal == Some(ended_by.as_raw()))
}

#[cfg(not(unix))]
fn ran_out_of_time(_: ExitStatus) -> bool {
    false
}

/// A child that does not outlive whoever waits for it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
