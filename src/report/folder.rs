//! Puts a run's folder in place as a whole: everything is written beside it and renamed at the
//! end, so a run that dies leaves the old reports as they were.
//!
//! The surprise: the old folder is kept as `.<name>.previous` for the moment between the two
//! renames; if a run dies in that moment, the next one (or [`recover`]) puts it back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder being written. Dropped before [`Draft::publish`], it vanishes.
#[derive(Debug)]
pub struct Draft {
    out: PathBuf,
    draft: PathBuf,
    previous: PathBuf,
    published: bool,
    /// Held while writing, so that two runs do not write the same reports at once.
    _lock: Option<File>,
}

impl Draft {
    /// Begins beside `out`, waiting while another run writes there. An `out` that holds something
    /// other than a run's reports is refused, never replaced.
    pub fn begin(out: &Path) -> io::Result<Draft> {
        let (draft, previous) = (beside(out, "draft")?, beside(out, "previous")?);
        let parent = parent_of(out);
        fs::create_dir_all(parent)?;
        let lock = lock(parent)?;
        recover(out)?;
        if out.exists() && !is_replaceable(out)? {
            let what = format!("{} holds something other than reports", out.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, what));
        }
        remove_if_there(&draft)?;
        remove_if_there(&previous)?;
        create_private(&draft)?;
        Ok(Draft { out: out.to_owned(), draft, previous, published: false, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.draft
    }

    /// Makes every file private and puts the folder where it belongs.
    pub fn publish(mut self) -> io::Result<()> {
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
        remove_if_there(&self.previous)
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
fn lock(parent: &Path) -> io::Result<Option<File>> {
    let folder = File::open(parent)?;
    folder.lock()?;
    Ok(Some(folder))
}

#[cfg(not(unix))]
fn lock(_parent: &Path) -> io::Result<Option<File>> {
    Ok(None)
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

    fn publish(out: &Path, content: &str) {
        let draft = Draft::begin(out).expect("a draft");
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
        let draft = Draft::begin(&out).expect("a draft");
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
        drop(Draft::begin(&out).expect("a draft"));
        assert_eq!(content(&out), "old");
    }

    #[test]
    fn a_folder_of_something_else_is_never_replaced() {
        let place = tempfile::tempdir().expect("a folder");
        let out = place.path().join("documents");
        fs::create_dir(&out).expect("a folder");
        fs::write(out.join("letter.txt"), "mine").expect("a file");
        let refused = Draft::begin(&out).expect_err("must be refused");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert!(out.join("letter.txt").exists());
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
