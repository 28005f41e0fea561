//! The books 账: an SQLite file that remembers every posted decision, what it was decided from,
//! and what was paid for it.
//!
//! The surprise: the books hold names, identity numbers and accounts as they are, because next
//! month's claims must find their persons and returned payments their accounts. The file is
//! private to its owner; what is shown from it is masked like every report.

mod accumulators;
mod bytes;
mod check;
mod disposed;
mod files;
mod journal;
mod past;
mod post;
mod posting;
mod returned;
mod reverse;
mod rows;
mod schema;
mod show;
mod text;
mod ties;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::domain::Text;
use crate::flow::books::Head;

pub use check::Checked;
pub use journal::{
    Details, Disposition, Entry, MIRROR, Order, Record, Return, Reversal, RunRecord,
};
pub use post::{Posted, PostedRun, Poster};
pub use posting::{Posting, contents};
pub use reverse::{Reversed, Reverser, Target};
pub use rows::content_digest;
pub use show::{ClaimHistory, MonthRun, OrderLine, YearSums};

/// Where the books are unless somebody says otherwise.
pub const LEDGER_FILE: &str = "lingbao.db";
/// No limit to the records that are looked at.
const LATEST: u64 = i64::MAX as u64;
/// How long a writer waits for another connection of this program before it says so.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
    /// The last record that is looked at.
    upto: u64,
}

/// Why the books cannot be read or written.
#[derive(Debug)]
pub enum LedgerError {
    /// The file is not there.
    Missing(PathBuf),
    /// Some other SQLite file.
    Foreign,
    /// Written by a later program, of that version.
    Newer(i32),
    /// Written by an earlier program, of that version.
    Older(i32),
    /// A record cannot be read back.
    Torn(String),
    /// Something was put on the books, or taken back, since the run was decided.
    Moved {
        expected: Head,
        found: Head,
    },
    /// The claim was taken back already.
    NotStanding,
    NoSuchRun,
    /// A later run changed this claim of the run that is to be taken back.
    Replaced(i64),
    Database(rusqlite::Error),
    File(PathBuf, std::io::Error),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> LedgerError {
        LedgerError::Database(error)
    }
}

impl From<bytes::Torn> for LedgerError {
    fn from(torn: bytes::Torn) -> LedgerError {
        LedgerError::Torn(torn.to_string())
    }
}

impl LedgerError {
    pub fn text(&self) -> Text {
        match self {
            LedgerError::Missing(path) => Text::new(
                format!("没有账本 {}；第一次过账（lingbao post）时建立", path.display()),
                format!("no ledger {}; the first lingbao post makes it", path.display()),
            ),
            LedgerError::Foreign => {
                Text::new("该文件不是零报的账本", "the file is not a ledger of lingbao")
            }
            LedgerError::Newer(version) => Text::new(
                format!("账本版本 {version} 由更新的程序写成，请升级程序"),
                format!("the ledger has version {version} of a later program; update this one"),
            ),
            LedgerError::Older(version) => Text::new(
                format!(
                    "账本版本 {version} 由较早的程序写成；备份后用 lingbao ledger upgrade 升级"
                ),
                format!(
                    "the ledger has version {version}; back it up, then lingbao ledger upgrade"
                ),
            ),
            LedgerError::Torn(what) => Text::new(
                format!("账本记录读不出来（{what}）；用 lingbao ledger check 检查，从备份恢复"),
                format!("{what}; try lingbao ledger check, and restore a backup"),
            ),
            LedgerError::Moved { expected, found } => Text::new(
                format!(
                    "试算之后账本已变动（试算时 {} 条，现在 {} 条）；请重新运行后再过账",
                    expected.entries, found.entries
                ),
                format!(
                    "the books have moved since the draft ({} records then, {} now); run again, \
                     then post",
                    expected.entries, found.entries
                ),
            ),
            LedgerError::NotStanding => {
                Text::new("该申报已冲销", "the claim was taken back already")
            }
            LedgerError::NoSuchRun => Text::new("账上没有这一期", "no such run on the books"),
            LedgerError::Replaced(claim) => Text::new(
                format!("账内编号 {claim} 的申报已被以后的账期改动；请先冲销以后的账期"),
                format!(
                    "a later run changed the claim with number {claim}; reverse that one first"
                ),
            ),
            LedgerError::Database(error) => {
                Text::new(format!("账本：{error}"), format!("ledger: {error}"))
            }
            LedgerError::File(path, error) => Text::new(
                format!("账本 {}：{error}", path.display()),
                format!("ledger {}: {error}", path.display()),
            ),
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for LedgerError {}

impl Ledger {
    /// Opens the books to look at them. Nothing is written, and writers are not kept waiting.
    pub fn read(path: &Path) -> Result<Ledger, LedgerError> {
        if !path.exists() {
            return Err(LedgerError::Missing(path.to_owned()));
        }
        // A reader of a WAL file must be able to make its index beside it.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        connection.busy_timeout(PATIENCE)?;
        let version = schema::version(&connection)?;
        let ledger = Ledger { connection, path: path.to_owned(), upto: LATEST };
        if version == 0 {
            return Err(LedgerError::Missing(path.to_owned()));
        }
        if version < schema::VERSION {
            return Err(LedgerError::Older(version));
        }
        // From here on every query sees one state of the books.
        ledger.connection.execute_batch("BEGIN")?;
        Ok(ledger)
    }

    /// Opens the books to write, and makes them if they are not there. Whoever writes holds the
    /// lock beside the file.
    pub fn write(path: &Path) -> Result<Ledger, LedgerError> {
        make_private(path).map_err(|error| LedgerError::File(path.to_owned(), error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        schema::version(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        schema::prepare(&mut connection)?;
        Ok(Ledger { connection, path: path.to_owned(), upto: LATEST })
    }

    /// Brings books of an earlier program up to date: nothing that was decided changes. Answers
    /// with the version they had and have.
    pub fn upgrade(path: &Path) -> Result<(i32, i32), LedgerError> {
        match Ledger::read(path) {
            Ok(_) => Ok((schema::VERSION, schema::VERSION)),
            Err(LedgerError::Older(before)) => {
                Ledger::write(path)?;
                Ok((before, schema::VERSION))
            }
            Err(error) => Err(error),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The books as they stood at an earlier time.
    pub fn at(mut self, head: Head) -> Result<Ledger, LedgerError> {
        self.upto = head.entries;
        let found = self.head()?;
        if found != head {
            return Err(LedgerError::Moved { expected: head, found });
        }
        Ok(self)
    }

    /// Where the books stand.
    pub fn head(&self) -> Result<Head, LedgerError> {
        journal::head(&self.connection, self.upto)
    }
}

/// Records of one kind in their order, read a page at a time.
#[derive(Debug)]
pub struct Pages<'l, R> {
    ledger: &'l Ledger,
    page: std::vec::IntoIter<(u64, R)>,
    after: u64,
    /// Why the records ended before the last.
    pub failed: Option<LedgerError>,
}

impl<R: Record> Iterator for Pages<'_, R> {
    type Item = (u64, R);

    fn next(&mut self) -> Option<(u64, R)> {
        if let Some(record) = self.page.next() {
            return Some(record);
        }
        match journal::page(&self.ledger.connection, self.after) {
            Ok(page) => {
                self.after = page.last().map_or(self.after, |(seq, _)| *seq);
                self.page = page.into_iter();
                self.page.next()
            }
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }
}

impl Ledger {
    /// Every record of a kind.
    pub fn records<R: Record>(&self) -> Pages<'_, R> {
        Pages { ledger: self, page: Vec::new().into_iter(), after: 0, failed: None }
    }
}

/// Makes the file if it is not there, for its owner only; SQLite gives its companions the same
/// permissions.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
