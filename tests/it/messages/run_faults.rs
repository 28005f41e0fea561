//! What is told of a run's folder: its job, outputs and totals that are not as they must be, and
//! what a recomputation finds.

use std::fs;

use lingbao::flow::{Problem, Silent};
use lingbao::report::{JobFile, Manifest, compare, job_file, manifest, verify};
use lingbao::run;
use serde_json::json;
use tempfile::TempDir;

use crate::batch::workbooks;
use crate::recompute::Run;

pub fn problems() -> Vec<Problem> {
    [jobs(), outputs(), recomputed()].concat()
}

fn jobs() -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    let missing = JobFile::read(folder.path());
    let text = "batch = \"六月\"\ndata = \"data\"\ncolour = \"red\"\n";
    fs::write(folder.path().join(job_file::FILE), text).expect("a file");
    let faulty = JobFile::read(folder.path());
    [missing, faulty].into_iter().map(|read| read.expect_err("a fault")).collect()
}

fn outputs() -> Vec<Problem> {
    let run = Run::new(&[]);
    run.edit("out/decisions.csv", |decisions| {
        decisions.replace("16512.00,3488.00", "17000.00,3000.00").replace(",F111;F306,", ",F306,")
    });
    run.forge("decisions.csv");
    run.edit("out/links.csv", |links| links + "more\n");
    run.edit_manifest(|manifest| manifest["totals"]["ties"][0]["right"] = json!("1"));
    fs::remove_file(run.at("out/index.html")).expect("removed");
    fs::write(run.at("out/more.txt"), "").expect("a file");
    verify(&run.at("out")).expect("a manifest")
}

fn recomputed() -> Vec<Problem> {
    let run = Run::new(&[]);
    run.edit("batch/claims.csv", |claims| claims.replace("工伤标志", "工伤"));
    fs::rename(run.at("batch/filings.csv"), run.at("batch/备案.csv")).expect("renamed");
    run.edit("data/findings.toml", |findings| findings + "\n# later\n");
    fs::rename(run.at("data/README.md"), run.at("data/README.txt")).expect("renamed");
    let job = JobFile::read(&run.at("out")).expect("a job");
    let manifest = manifest::read(&run.at("out")).expect("a manifest");
    let Ok(again) = run::again(&manifest, &job, &workbooks(), &Silent) else {
        panic!("it can be decided again")
    };
    [again.changed, compared(&run, manifest)].concat()
}

/// What is told of a manifest that comes out with one output otherwise, one less, one more, and
/// another total.
fn compared(run: &Run, mut again: Manifest) -> Vec<Problem> {
    again.outputs[0].sha256 = "0".repeat(64);
    again.outputs[1].path = "more.csv".to_owned();
    again.totals.unread += 1;
    compare(&run.at("out"), &again).expect("a manifest")
}
