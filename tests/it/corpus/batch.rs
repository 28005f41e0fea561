//! All files of the corpus in one batch folder: each is read or named once with its reason.

use std::fs;
use std::path::Path;

use lingbao::flow::{Problem, Silent};
use lingbao::ingest::read_batch;

use super::list::{Expected, Outcome};
use crate::batch::{setup, workbooks};

/// The kinds of problems that fit a reason of the list; any for a reason not named here.
const KINDS: &[(&str, &[&str])] = &[
    ("password protected", &["file-encrypted"]),
    ("entity bomb", &["file-corrupt", "file-memory"]),
    ("damaged zip container", &["file-corrupt"]),
    ("damaged compound file", &["file-corrupt", "file-memory"]),
    ("declared sizes are false", &["file-corrupt"]),
    ("17 billion cells", &["file-corrupt", "file-memory"]),
    ("text, not a spreadsheet", &["sheet-unrecognised"]),
    ("a bitmap image", &["file-not-a-spreadsheet"]),
    ("zip without a workbook", &["file-corrupt", "file-archive"]),
    ("empty file", &["file-empty"]),
];

/// How many were read and how many refused.
pub struct Tally {
    pub read: usize,
    pub refused: usize,
    pub wrong: Vec<String>,
}

pub fn read_all(folder: &Path, files: &[Expected]) -> Tally {
    let copy = tempfile::tempdir().expect("a folder");
    for file in files {
        let to = copy.path().join(&file.path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(folder.join(&file.path), to).expect("a copy");
    }
    let batch = read_batch(copy.path(), &setup().layouts, &workbooks(), &Silent);
    let batch = batch.expect("a batch");
    let mut tally = Tally { read: 0, refused: 0, wrong: Vec::new() };
    for expected in files {
        // Members of an archive have its path before theirs.
        let is_here = |path: &str| {
            let inside = path.strip_prefix(expected.path.as_str());
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let told = |problems: &[Problem]| -> Vec<&'static str> {
            let here = problems.iter().filter(|problem| is_here(&problem.place.file));
            here.map(|problem| problem.kind).collect()
        };
        let sources = batch.sources.iter().filter(|source| is_here(&source.file)).count();
        let file = batch.files.iter().find(|file| file.path == expected.path);
        let wrong = match file {
            None => Some(format!("{}: is not among the files", expected.path)),
            Some(file) if file.same_as.is_some() => None,
            // Neither a table by its name nor by what it holds: told, though not as a fault.
            Some(_) if told(&batch.notes).contains(&"file-not-read") => None,
            Some(_) => complaint(expected, &told(&batch.unread), sources),
        };
        tally.wrong.extend(wrong);
        // Files of the same content are read once.
        let is_read = sources > 0 || file.is_some_and(|file| file.same_as.is_some());
        *if is_read { &mut tally.read } else { &mut tally.refused } += 1;
    }
    tally
}

fn complaint(expected: &Expected, kinds: &[&str], sources: usize) -> Option<String> {
    // A sheet that is read and is no table of this program is named; so is one that is damaged.
    let is_whole = sources > 0 && kinds.len() <= sources;
    let fits = match expected.outcome {
        Outcome::Reads => is_whole && !kinds.iter().any(|kind| kind.starts_with("file-")),
        Outcome::Rejected => {
            let allowed = KINDS.iter().find(|(reason, _)| expected.reason.contains(reason));
            kinds.len() == 1 && allowed.is_none_or(|(_, allowed)| allowed.contains(&kinds[0]))
        }
        Outcome::Either => is_whole || kinds.len() == 1,
    };
    (!fits).then(|| format!("{}: {sources} sheets, told {kinds:?}", expected.path))
}
