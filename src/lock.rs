//! One writer at a time: a file that the system locks and that tells people who holds it.
//!
//! The surprise: only the system's lock decides. What the file says is for people; a file that a
//! killed process left behind stops nobody. On Unix the holder removes its file while it still
//! holds it, and whoever locks a file checks that it is the one others will find; elsewhere the
//! file stays.

use std::env;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::Duration;

use crate::domain::Text;
use crate::message::{inert, io_words};

/// A holder writes who it is right after it has the lock; whoever is refused waits so often and so
/// long for those words, and does without them otherwise.
const WORDS_TRIES: u32 = 10;
const WORDS_WAIT: Duration = Duration::from_millis(10);
/// What a lock file says is short; anything longer was written by somebody else.
const WORDS_BYTES_MAX: u64 = 4096;

/// Held until it is dropped, or until the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Who holds a lock, as far as its file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub path: PathBuf,
    pub process: Option<u32>,
    pub user: String,
    /// The command that it runs.
    pub doing: String,
}

/// Why a lock was not given.
#[derive(Debug)]
pub enum LockError {
    Held(Held),
    /// The lock file cannot be made, opened or locked.
    Unusable {
        path: PathBuf,
        reason: io::Error,
    },
}

impl Lock {
    /// Takes the lock or says who holds it; never waits for it. `doing` is told to others.
    pub fn take(path: &Path, doing: &str) -> Result<Lock, LockError> {
        let unusable = |reason| LockError::Unusable { path: path.to_owned(), reason };
        loop {
            let file = open(path).map_err(unusable)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(held(path))),
                Err(TryLockError::Error(reason)) => return Err(unusable(reason)),
            }
            // The former holder may have removed the file after it was opened here; a lock on it
            // would stop nobody.
            if is_at(&file, path).map_err(unusable)? {
                let mut lock = Lock { file, path: path.to_owned() };
                // The words only tell; a full disk is told by what is written under the lock.
                let _ = lock.tell(doing);
                return Ok(lock);
            }
        }
    }

    fn tell(&mut self, doing: &str) -> io::Result<()> {
        let words =
            format!("pid: {}\nuser: {}\ndoing: {}\n", process::id(), inert(&user()), inert(doing));
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(words.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is held: nobody can have locked it in between.
        if cfg!(unix) && is_at(&self.file, &self.path).unwrap_or(false) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl LockError {
    pub fn text(&self) -> Text {
        match self {
            LockError::Held(held) => held.text(),
            LockError::Unusable { path, reason } => {
                let (path, reason) = (path.display(), io_words(reason));
                Text::new(
                    format!("锁文件 {path} 不可用：{}", reason.zh),
                    format!("the lock file {path} cannot be used: {}", reason.en),
                )
            }
        }
    }
}

impl Held {
    pub fn text(&self) -> Text {
        let unknown = |text: &str, otherwise: &str| {
            if text.is_empty() { otherwise.to_owned() } else { inert(text) }
        };
        let path = self.path.display();
        let process = self.process.map_or("?".to_owned(), |id| id.to_string());
        let (user, doing) = (unknown(&self.user, "?"), unknown(&self.doing, "lingbao"));
        Text::new(
            format!(
                "另一个进程正在使用：进程号 {process}，用户 {user}，正在执行 {doing}（{path}）；\
                 请等它结束后再运行"
            ),
            format!(
                "in use by another process: pid {process}, user {user}, running {doing} ({path}); \
                 run again when it has ended"
            ),
        )
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // What a holder has written is not truncated before the lock is had.
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn held(path: &Path) -> Held {
    let mut held = Held { path: path.to_owned(), ..Held::default() };
    for _ in 0..WORDS_TRIES {
        let mut words = String::new();
        let read = File::open(path).and_then(|file| {
            file.take(WORDS_BYTES_MAX).read_to_string(&mut words)?;
            Ok(())
        });
        let value = |name: &str| {
            let mut lines = words.lines();
            lines.find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned()
        };
        held.process = value("pid: ").parse().ok();
        (held.user, held.doing) = (value("user: "), value("doing: "));
        if read.is_err() || words.ends_with('\n') {
            break;
        }
        thread::sleep(WORDS_WAIT);
    }
    held
}

/// Whether the path leads to this very file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let here = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((here.dev(), here.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Nobody removes a lock file there.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Who runs this program, as the system names them.
pub fn user() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(number)
}

#[cfg(unix)]
fn number() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn number() -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it_and_gets_it_afterwards() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join(".x.lock");
        let first = Lock::take(&path, "run --month 2024-06\u{1b}[2J").expect("free");
        let refused = Lock::take(&path, "run").expect_err("held");
        let LockError::Held(held) = &refused else { panic!("{refused:?}") };
        assert_eq!(held.process, Some(process::id()));
        assert_eq!(held.doing, "run --month 2024-06\u{FFFD}[2J");
        let text = refused.text();
        for said in [&text.zh, &text.en] {
            assert!(said.contains(&process::id().to_string()) && said.contains(&held.user));
        }
        drop(first);
        assert_eq!(path.exists(), !cfg!(unix), "removed where that is safe");
        Lock::take(&path, "run").expect("free again");
    }

    #[test]
    fn a_file_left_by_a_killed_process_stops_nobody_and_is_rewritten() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join(".x.lock");
        let left = "pid: 1\nuser: somebody\ndoing: something that takes long\n";
        fs::write(&path, left).expect("a file");
        let _lock = Lock::take(&path, "run").expect("free");
        let LockError::Held(held) = Lock::take(&path, "run").expect_err("held") else {
            panic!("not held")
        };
        assert_eq!((held.process, held.doing.as_str()), (Some(process::id()), "run"));
    }

    #[test]
    fn a_lock_that_cannot_be_made_says_where() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("nowhere/.x.lock");
        let refused = Lock::take(&path, "run").expect_err("no folder");
        assert!(refused.text().zh.contains("nowhere"), "{refused:?}");
    }

    #[test]
    fn removing_the_file_never_lets_two_in() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join(".x.lock");
        let (inside, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let Ok(_lock) = Lock::take(&path, "") else { continue };
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        taken.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(taken.into_inner() > 0);
    }
}
