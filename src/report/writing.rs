//! How a report gets to the disk, and what the system said when it did not.
//!
//! The surprise: libraries lose that. One that writes tables answers with words of its own when
//! the disk is full, the one that writes workbooks panics. So the file itself remembers its first
//! fault, and a panic that names a fault of the system is taken for that fault.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use super::Cause;
use super::folder::private_file;

const BUFFER_BYTES: usize = 1 << 16;
/// How a panic shows a fault of the system, its number after it.
const SYSTEM_FAULT: &str = "Os { code: ";

/// Where a report is written to.
pub(crate) type Out = BufWriter<Watched>;

/// A file that remembers the first fault of a write, also one that whoever wrote passed over. What
/// is written after it is dropped: a library that tidies up must not complain on the terminal.
pub(crate) struct Watched {
    file: File,
    fault: Option<io::Error>,
}

impl Watched {
    fn heeded<T>(&mut self, written: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &written
            && self.fault.is_none()
            && error.kind() != ErrorKind::Interrupted
        {
            self.fault = Some(same(error));
        }
        written
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.fault.is_some() {
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes);
        self.heeded(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.heeded(flushed)
    }
}

fn same(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// Opens a private file, lets `fill` write it through a buffer, and flushes it.
pub(crate) fn write_file(
    path: &Path,
    fill: impl FnOnce(&mut Out) -> Result<(), Cause>,
) -> Result<(), Cause> {
    let file = Watched { file: private_file(path)?, fault: None };
    write_watched(file, fill)
}

fn write_watched(
    file: Watched,
    fill: impl FnOnce(&mut Out) -> Result<(), Cause>,
) -> Result<(), Cause> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
    let filled = fill(&mut out).and_then(|()| Ok(out.flush()?));
    match out.get_mut().fault.take() {
        Some(fault) => Err(fault.into()),
        None => filled,
    }
}

/// Writes a report; a panic over a fault of the system is that fault, any other goes on.
pub(crate) fn guarded(write: impl FnOnce() -> Result<(), Cause>) -> Result<(), Cause> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|panicked| {
        let said = panicked.downcast_ref::<String>().and_then(|said| system_fault(said));
        match said {
            Some(fault) => Err(fault.into()),
            None => resume_unwind(panicked),
        }
    })
}

/// Says nothing of the panics that [`guarded`] turns into errors. For the whole process, once.
pub fn hush_system_faults() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        let said = panicked.payload().downcast_ref::<String>();
        if said.and_then(|said| system_fault(said)).is_none() {
            usual(panicked);
        }
    }));
}

fn system_fault(said: &str) -> Option<io::Error> {
    let (_, code) = said.split_once(SYSTEM_FAULT)?;
    let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
    Some(io::Error::from_raw_os_error(digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(result: Result<(), Cause>) -> Option<ErrorKind> {
        let cause = result.expect_err("a fault");
        cause.downcast_ref::<io::Error>().map(io::Error::kind)
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_fault_of_the_disk_comes_out_whatever_a_library_makes_of_it() {
        let full = || {
            let file = File::options().write(true).open("/dev/full").expect("the device");
            Watched { file, fault: None }
        };
        let told = |fill: &dyn Fn(&mut Out) -> Result<(), Cause>| kind(write_watched(full(), fill));
        let big = [b'x'; BUFFER_BYTES + 1];
        let fault = Some(ErrorKind::StorageFull);
        assert_eq!(told(&|out| Ok(out.write_all(b"x")?)), fault, "seen when flushed");
        assert_eq!(told(&|out| Ok(out.write_all(&big)?)), fault);
        assert_eq!(told(&|out| out.write_all(&big).map_err(|_| "transport".into())), fault);
        let passed_over = |out: &mut Out| {
            let _ = out.write_all(&big);
            Ok(())
        };
        assert_eq!(told(&passed_over), fault);
    }

    #[test]
    fn only_a_panic_over_a_fault_of_the_system_becomes_an_error() {
        let shown = format!("Couldn't write: {:?}", io::Error::from_raw_os_error(28));
        assert!(kind(guarded(|| panic!("{shown}"))).is_some());
        let other = catch_unwind(|| guarded(|| panic!("a defect, number {}", 28)));
        assert!(other.is_err(), "a defect stays a panic");
    }
}
