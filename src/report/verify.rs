//! `lingbao verify`: proves that a run's outputs are those its manifest promises, no file more,
//! none less, none changed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::Text;
use crate::flow::{Place, Problem};

use super::Cause;
use super::manifest::{self, hash_files};

/// What is not as the manifest says, sorted by file; empty when all is well. An error when there
/// is no manifest to compare with.
pub fn verify(folder: &Path) -> Result<Vec<Problem>, Cause> {
    let promised: BTreeMap<String, String> = manifest::read(folder)?
        .outputs
        .into_iter()
        .map(|output| (output.path, output.sha256))
        .collect();
    let found: BTreeMap<String, String> =
        hash_files(folder)?.into_iter().map(|output| (output.path, output.sha256)).collect();
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
    for path in found.keys().filter(|path| !promised.contains_key(*path)) {
        problems.push(problem(
            "output-unknown",
            path,
            ("清单未列此文件", "the manifest does not list this file"),
        ));
    }
    problems.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(problems)
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
