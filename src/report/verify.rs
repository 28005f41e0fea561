//! `lingbao verify`: proves that a run's outputs are those its manifest promises, no file more,
//! none less, none changed, and that its control totals hold; and tells what a recomputation gave
//! that differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::domain::Text;
use crate::flow::{Place, Problem};

use super::manifest::{self, Hashed, Manifest, hash_files};
use super::recount::{recount, recount_lines};
use super::{Cause, job_file, lines};

/// What is not as the manifest says, sorted by file; empty when all is well. An error when there
/// is no manifest to compare with.
pub fn verify(folder: &Path) -> Result<Vec<Problem>, Cause> {
    let (outputs, hashed) = (manifest::outputs(folder)?, hash_files(folder)?);
    let (promised, found) = (by_path(&outputs), by_path(&hashed));
    let mut problems = Vec::new();
    for (path, sha256) in &promised {
        match found.get(path) {
            None => problems.push(problem(
                "output-missing",
                path,
                ("清单所列文件不存在", "the manifest lists this file, but it is not there"),
            )),
            Some(actual) if actual != sha256 => problems.push(problem(
                "output-changed",
                path,
                ("内容与清单不符，运行后被改动", "changed since the run: its hash is another"),
            )),
            Some(_) => {}
        }
    }
    for path in names(folder)?.iter().filter(|path| !promised.contains_key(path.as_str())) {
        problems.push(problem(
            "output-unknown",
            path,
            ("清单未列此文件", "the manifest does not list this file"),
        ));
    }
    if manifest::kind(folder).is_some() {
        problems.sort_by(|a, b| a.place.cmp(&b.place));
        return Ok(problems);
    }
    let manifest = manifest::read(folder)?;
    problems.extend(recount(folder, &manifest));
    // One that is changed is told already, and need not even be a table.
    if found.get(lines::FILE).is_some_and(|hash| promised.get(lines::FILE) == Some(hash)) {
        problems.extend(recount_lines(folder, &manifest)?);
    }
    problems.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(problems)
}

/// What a recomputation gave that is not as the run's own manifest says: outputs by name, then
/// whatever else the manifest holds. Inputs, data files and the program are compared elsewhere.
pub fn compare(folder: &Path, again: &Manifest) -> Result<Vec<Problem>, Cause> {
    let manifest = manifest::read(folder)?;
    let (promised, found) = (by_path(&manifest.outputs), by_path(&again.outputs));
    let mut problems = Vec::new();
    for path in promised.keys().chain(found.keys()).copied().collect::<BTreeSet<&str>>() {
        let why = match (promised.get(path), found.get(path)) {
            (Some(promised), Some(found)) if promised == found => continue,
            (Some(_), Some(_)) => (
                "重新计算得出的内容与清单不同",
                "recomputed, its content is not that of the manifest",
            ),
            (Some(_), None) => ("重新计算没有得出此文件", "the recomputation gives no such file"),
            _ => ("重新计算多出此文件", "the recomputation gives this file, the run did not"),
        };
        problems.push(Problem { hint: hint_again(), ..problem("output-differs", path, why) });
    }
    // As values: also what this program does not know of a manifest is seen.
    let mut promised: Value = serde_json::from_slice(&fs::read(folder.join(manifest::FILE))?)?;
    let mut found = serde_json::to_value(again)?;
    for told_elsewhere in ["program", "inputs", "data_files", "outputs"] {
        for manifest in [&mut promised, &mut found] {
            manifest.as_object_mut().map(|entries| entries.remove(told_elsewhere));
        }
    }
    let mut differences = Vec::new();
    differing("", &promised, &found, &mut differences);
    for (path, excerpt) in differences {
        let why = ("重新计算得出的清单内容不同", "recomputed, the manifest says something else");
        let told = Problem { excerpt, ..problem("manifest-differs", manifest::FILE, why) };
        let place = told.place.clone().column(path);
        problems.push(Problem { place, hint: hint_again(), ..told });
    }
    Ok(problems)
}

/// Every leaf in which two values differ, with its path: `totals.claims.fund`.
fn differing(path: &str, promised: &Value, found: &Value, told: &mut Vec<(String, String)>) {
    let inside = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match (promised, found) {
        (Value::Object(promised), Value::Object(found)) => {
            for name in promised.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
                let side = |of: &serde_json::Map<String, Value>| {
                    of.get(name).cloned().unwrap_or(Value::Null)
                };
                differing(&inside(name), &side(promised), &side(found), told);
            }
        }
        (Value::Array(promised), Value::Array(found)) => {
            for place in 0..promised.len().max(found.len()) {
                let side = |of: &[Value]| of.get(place).cloned().unwrap_or(Value::Null);
                differing(&inside(&place.to_string()), &side(promised), &side(found), told);
            }
        }
        _ if promised == found => {}
        _ => told.push((path.to_owned(), format!("{promised} → {found}"))),
    }
}

/// What stands in a folder besides the manifest and the job, plain file or not.
fn names(folder: &Path) -> Result<BTreeSet<String>, Cause> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name == manifest::FILE || name == job_file::FILE;
        if !(is_ours && entry.file_type()?.is_file()) {
            names.insert(name);
        }
    }
    Ok(names)
}

fn by_path(files: &[Hashed]) -> BTreeMap<&str, &str> {
    files.iter().map(|file| (&*file.path, &*file.sha256)).collect()
}

fn hint_again() -> Text {
    Text::new(
        "先看批次、数据和程序是否与运行时相同；都相同，则此文件不是这次运行的结果",
        "see first whether batch, data and program are those of the run; if they are, this is not \
         what the run came to",
    )
}

fn problem(kind: &'static str, path: &str, (zh, en): (&str, &str)) -> Problem {
    Problem {
        kind,
        place: Place::file(path),
        excerpt: String::new(),
        explanation: Text::new(zh, en),
        hint: Text::new(
            "用同样的输入重新运行，或从备份取回",
            "run again with the same inputs, or take the file from a backup",
        ),
    }
}
