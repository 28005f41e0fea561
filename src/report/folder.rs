//! Puts a run's folder in place as a whole: everything is written beside it and renamed at the
//! end, so a run that dies leaves the old reports as they were. One run at a time: `.<name>.lock`.
//!
//! The surprise: the old folder is kept as `.<name>.previous` for the moment between the two
//! renames; if a run dies in that moment, the next one (or [`recover`]) puts it back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::lock::Lock;

use super::ReportError;

/// The place of an output folder, which nobody else writes to while this is held.
#[derive(Debug)]
pub struct Taken {
    out: PathBuf,
    lock: Lock,
}

impl Taken {
    /// Takes the place for oneself, or says who has it; `doing` is told to others. An `out` that
    /// holds something other than a run's reports is refused, never replaced.
    pub fn take(out: &Path, doing: &str) -> Result<Taken, ReportError> {
        let lock_file = beside(out, "lock").map_err(ReportError::Folder)?;
        fs::create_dir_all(parent_of(out)).map_err(ReportError::Folder)?;
        let lock = Lock::take(&lock_file, doing).map_err(ReportError::Lock)?;
        recover(out).and_then(|()| refuse_others(out)).map_err(ReportError::Folder)?;
        Ok(Taken { out: out.to_owned(), lock })
    }
}

/// A folder being written. Dropped before [`Draft::publish`], it vanishes.
#[derive(Debug)]
pub struct Draft {
    out: PathBuf,
    draft: PathBuf,
    previous: PathBuf,
    published: bool,
    /// Dropped last, when nothing is left to be done beside the folder.
    _lock: Lock,
}

impl Draft {
    /// Begins beside the place that is held.
    pub fn begin(taken: Taken) -> io::Result<Draft> {
        let Taken { out, lock } = taken;
        let (draft, previous) = (beside(&out, "draft")?, beside(&out, "previous")?);
        // It may have come in the way since the place was taken.
        refuse_others(&out)?;
        remove_if_there(&draft)?;
        remove_if_there(&previous)?;
        create_private(&draft)?;
        Ok(Draft { out, draft, previous, published: false, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.draft
    }

    /// Makes every file private and puts the folder where it belongs; answers with its path.
    pub fn publish(mut self) -> io::Result<PathBuf> {
        make_private(&self.draft)?;
        let replaces = self.out.exists();
        if replaces {
            fs::rename(&self.out, &self.previous)?;
        }
        if let Err(error) = fs::rename(&self.draft, &self.out) {
            if replaces {
                fs::rename(&self.previous, &self.out)?;
            }
            return Err(error);
        }
        self.published = true;
        remove_if_there(&self.previous)?;
        Ok(self.out.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            // Nothing can be done about a failure here; the next run removes the draft first.
            let _ = fs::remove_dir_all(&self.draft);
        }
    }
}

/// Puts back the reports of a run that was replaced by one that died while it took its place.
pub fn recover(out: &Path) -> io::Result<()> {
    let previous = beside(out, "previous")?;
    if !out.exists() && previous.exists() {
        fs::rename(previous, out)?;
    }
    Ok(())
}

/// Where something may be written beside a run's folder without touching it.
pub fn stage(run: &Path) -> io::Result<PathBuf> {
    // `.` and `..` have no name of their own.
    beside(&fs::canonicalize(run)?, "again")
}

/// A new file that only its owner can read.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn parent_of(out: &Path) -> &Path {
    out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(out: &Path, role: &str) -> io::Result<PathBuf> {
    let name = out.file_name().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the output folder needs a name")
    })?;
    Ok(parent_of(out).join(format!(".{}.{role}", name.to_string_lossy())))
}

fn refuse_others(out: &Path) -> io::Result<()> {
    if out.exists() && !is_replaceable(out)? {
        let what = format!("{} holds something other than reports", out.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, what));
    }
    Ok(())
}

fn is_replaceable(out: &Path) -> io::Result<bool> {
    if !out.is_dir() {
        return Ok(false);
    }
    Ok(out.join("manifest.json").is_file() || fs::read_dir(out)?.next().is_none())
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_private(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(out: &Path) -> Draft {
        Draft::begin(Taken::take(out, "a test").expect("free")).expect("a draft")
    }

    fn publish(out: &Path, content: &str) {
        let draft = begin(out);
        fs::write(draft.path().join("manifest.json"), content).expect("a file");
        draft.publish().expect("published");
    }

    fn content(out: &Path) -> String {
        fs::read_to_string(out.join("manifest.json")).expect("a file")
    }

    #[test]
    fn a_draft_that_is_dropped_leaves_the_old_reports_whole() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("2024-06");
        publish(&out, "old");
        let draft = begin(&out);
        fs::write(draft.path().join("manifest.json"), "half").expect("a file");
        drop(draft);
        assert_eq!(content(&out), "old");
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn new_reports_replace_old_ones_and_leave_nothing_beside_them() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("2024-06");
        publish(&out, "old");
        publish(&out, "new");
        assert_eq!(content(&out), "new");
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_run_that_died_between_the_renames_is_undone() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("2024-06");
        publish(&out, "old");
        fs::rename(&out, place.path().join(".2024-06.previous")).expect("renamed");
        fs::create_dir(place.path().join(".2024-06.draft")).expect("a half draft");
        drop(begin(&out));
        assert_eq!(content(&out), "old");
    }

    #[test]
    fn a_folder_of_something_else_is_never_replaced() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("documents");
        fs::create_dir(&out).expect("a folder");
        fs::write(out.join("letter.txt"), "mine").expect("a file");
        let refused = Taken::take(&out, "a test").expect_err("must be refused");
        let ReportError::Folder(reason) = &refused else { panic!("{refused:?}") };
        assert_eq!(reason.kind(), io::ErrorKind::AlreadyExists);
        assert!(out.join("letter.txt").exists());
    }

    #[test]
    fn one_run_at_a_time_and_the_other_hears_who_it_is() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("2024-06");
        let draft = begin(&out);
        let refused = Taken::take(&out, "another test").expect_err("must be refused");
        assert!(matches!(refused, ReportError::Lock(_)), "{refused:?}");
        assert!(refused.text().en.contains("running a test"), "{refused:?}");
        assert!(Taken::take(&place.path().join("2024-07"), "").is_ok(), "another folder is free");
        drop(draft);
        publish(&out, "new");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_is_published() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("2024-06");
        publish(&out, "new");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&out), mode(&out.join("manifest.json"))), (0o700, 0o600));
    }
}
