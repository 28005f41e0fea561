//! `verify`: control totals that do not hold, and with `--recompute` whatever of a run's inputs,
//! data, key, program or outputs is not what it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use lingbao::report::privacy::sha256;
use lingbao::report::verify;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::batch::Batch;
use crate::cli::{lingbao, text};
use crate::data;

/// A run with everything it came from in one folder.
pub struct Run {
    folder: TempDir,
}

impl Run {
    pub fn new(more: &[&str]) -> Run {
        let mut batch = Batch::world();
        batch.claim("A1", &[]);
        let (from, to) = (("入院日期", "2024-05-06"), ("出院日期", "2024-05-10"));
        batch.claim("A2", &[("工伤标志", "是"), ("票据号码", "2"), from, to]);
        let folder = TempDir::new().expect("a folder");
        let run = Run { folder };
        copy(batch.write().path(), &run.at("batch"));
        copy(&data(), &run.at("data"));
        let usual = [
            "run",
            &run.shown("batch"),
            "--month",
            "2024-06",
            "--out",
            &run.shown("out"),
            "--key",
            &run.shown("key"),
            "--data",
            &run.shown("data"),
        ];
        let output = lingbao(&[&usual[..], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        run
    }

    pub fn at(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn shown(&self, inside: &str) -> String {
        self.at(inside).to_str().expect("a plain path").to_owned()
    }

    fn recompute(&self, more: &[&str]) -> Output {
        lingbao(&[&["verify", &self.shown("out"), "--recompute"], more].concat())
    }

    /// Recomputes it and expects it not to be proven, for these reasons.
    fn refused(&self, more: &[&str], reasons: &[&str]) {
        let output = self.recompute(more);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        for reason in reasons {
            assert!(told.contains(reason), "{reason} is not in\n{told}");
        }
    }

    /// Changes a file of the run's folder.
    pub fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.at(file);
        let changed = change(fs::read_to_string(&path).expect("a file"));
        fs::write(path, changed).expect("a file");
    }

    pub fn edit_manifest(&self, change: impl FnOnce(&mut Value)) {
        self.edit("out/manifest.json", |manifest| {
            let mut manifest = serde_json::from_str(&manifest).expect("a manifest");
            change(&mut manifest);
            serde_json::to_string_pretty(&manifest).expect("a manifest")
        });
    }

    /// Gives the manifest the hash that a changed output has now.
    pub fn forge(&self, output: &str) {
        let hash = sha256(&fs::read(self.at("out").join(output)).expect("an output"));
        self.edit_manifest(|manifest| {
            let outputs = manifest["outputs"].as_array_mut().expect("outputs");
            let entry = outputs.iter_mut().find(|entry| entry["path"] == output);
            entry.expect("the output")["sha256"] = json!(hash);
        });
    }

    fn told(&self) -> Vec<String> {
        let problems = verify(&self.at("out")).expect("a manifest");
        let told = |problem: &lingbao::flow::Problem| {
            let (place, excerpt) = (lingbao::message::place(&problem.place), &problem.excerpt);
            format!("{} {place} {excerpt}", problem.kind).trim_end().to_owned()
        };
        problems.iter().map(told).collect()
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).expect("a file");
        }
    }
}

fn state(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime, u64)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let state = |entry: fs::DirEntry| {
        let facts = entry.metadata().expect("facts");
        (entry.path(), facts.modified().expect("a time"), facts.len())
    };
    let mut all: Vec<_> = entries.map(state).collect();
    all.sort();
    all
}

#[test]
fn a_run_is_proven_from_its_inputs_and_not_touched_by_that() {
    let run = Run::new(&["--lang", "en", "--unmask", "--as-of", "2024-07-05"]);
    let (before, beside) = (state(&run.at("out")), state(run.folder.path()).len());
    let output = run.recompute(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("逐字节相同") && !said.contains("另一个程序"), "{said}");
    assert_eq!(state(&run.at("out")), before);
    assert_eq!(state(run.folder.path()).len(), beside, "nothing is left beside it");

    run.edit_manifest(|manifest| manifest["program"]["sha256"] = json!("0".repeat(64)));
    let output = run.recompute(&["--lang", "en"]);
    assert_eq!(output.status.code(), Some(0), "another build proves it too");
    assert!(text(&output.stdout).contains("another build"), "{}", text(&output.stdout));
}

#[test]
fn every_input_that_is_not_what_it_was_is_named() {
    let run = Run::new(&[]);
    run.edit("batch/claims.csv", |claims| claims.replace("20000", "21000"));
    fs::rename(run.at("batch/filings.csv"), run.at("batch/filings2.csv")).expect("renamed");
    run.edit("data/findings.toml", |findings| findings + "\n# later\n");
    run.refused(
        &[],
        &[
            "批次文件与运行时不同\n  --> claims.csv",
            "批次文件已不存在\n  --> filings.csv",
            "批次文件运行时没有\n  --> filings2.csv",
            "数据文件与运行时不同\n  --> findings.toml",
            "重新计算得出的内容与清单不同\n  --> decisions.csv",
            "--> manifest.json totals.claims.total\n   | \"40000.00\" → \"42000.00\"",
        ],
    );
    fs::remove_dir_all(run.at("batch")).expect("removed");
    run.refused(&[], &["批次文件夹无法读取", "--batch"]);
    fs::write(run.at("data/findings.toml"), "[").expect("a file");
    run.refused(&[], &["数据文件与运行时不同\n  --> findings.toml", "--> findings.toml!"]);
}

#[test]
fn what_was_moved_is_found_where_the_command_line_says() {
    let run = Run::new(&[]);
    fs::rename(run.at("batch"), run.at("moved")).expect("moved");
    fs::rename(run.at("data"), run.at("rules")).expect("moved");
    run.refused(&[], &["--data"]);
    let (batch, data) = (run.shown("moved"), run.shown("rules"));
    let moved = ["--batch", &batch, "--data", &data];
    let output = run.recompute(&moved);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    fs::remove_file(run.at("out/job.toml")).expect("removed");
    run.refused(&[], &["job.toml"]);
    run.refused(&moved, &["密钥", "--key"]);
    let named = |key: &str, check: &dyn Fn(&[&str])| {
        check(&[&moved[..], &["--key", &run.shown(key)]].concat());
    };
    named("key", &|options| assert_eq!(run.recompute(options).status.code(), Some(0)));
    fs::write(run.at("other"), "ab".repeat(32)).expect("a key");
    named("other", &|options| run.refused(options, &["指纹", "--key"]));
    named("none", &|options| run.refused(options, &["文件或文件夹不存在"]));
    assert!(!run.at("none").exists(), "no key is made");
}

#[test]
fn totals_that_do_not_hold_are_told_though_every_hash_is_right() {
    let run = Run::new(&[]);
    assert_eq!(run.told(), [] as [&str; 0]);
    run.edit("out/decisions.csv", |decisions| {
        decisions.replace("16512.00,3488.00", "17000.00,3000.00").replace(",F111;", ",F101;")
    });
    run.forge("decisions.csv");
    assert_eq!(
        run.told(),
        [
            "totals-differ decisions.csv pay fund_total 16512.00 ≠ 17000.00",
            "totals-differ decisions.csv pay person_total 3488.00 ≠ 3000.00",
            "totals-differ findings.csv F111 A2",
        ]
    );
    run.edit("out/decisions.csv", |decisions| decisions.replace("17000.00", "99999999999999999"));
    run.forge("decisions.csv");
    assert!(run.told().iter().any(|told| told.starts_with("totals-differ decisions.csv!2")));
    run.edit("out/findings.csv", |findings| {
        findings.lines().take(1).map(|line| format!("{line}\n")).collect()
    });
    run.forge("findings.csv");
    let told = run.told();
    assert!(
        told.contains(&"totals-differ findings.csv F111 findings 1 ≠ 0".to_owned()),
        "{told:?}"
    );
}

#[test]
fn a_manifest_that_contradicts_itself_or_the_lines_is_told() {
    let run = Run::new(&[]);
    run.edit_manifest(|manifest| {
        let totals = &mut manifest["totals"];
        totals["lines"]["lines"] = json!(u64::MAX);
        totals["claims"]["fund"] = json!("16512.01");
        totals["ties"][0]["right"] = json!("1");
    });
    let told = run.told();
    for expected in [
        "totals-differ lines.parquet lines 18446744073709551615 ≠ 2",
        "totals-differ manifest.json fund 16512.01 ≠ 16512.00",
        "totals-differ manifest.json total 40000.00 ≠ 40000.01",
    ] {
        assert!(told.contains(&expected.to_owned()), "{expected} is not in {told:#?}");
    }
    assert!(told.iter().any(|told| told.contains("rows read and accepted")), "{told:#?}");
}

#[test]
fn a_forgery_that_holds_together_comes_out_when_it_is_recomputed() {
    let run = Run::new(&[]);
    run.edit("out/payments.csv", |payments| payments.replace("6200000000000000001", "6200"));
    run.forge("payments.csv");
    assert_eq!(run.told(), [] as [&str; 0]);
    run.refused(&[], &["重新计算得出的内容与清单不同\n  --> payments.csv"]);
    run.edit_manifest(|manifest| manifest["approved"] = json!("by nobody"));
    run.refused(&[], &["--> manifest.json approved\n   | \"by nobody\" → null"]);
    fs::create_dir(run.at("out/more")).expect("a folder");
    run.refused(&[], &["清单未列此文件\n  --> more"]);
}

#[test]
fn the_committed_demo_is_proven_by_this_build() {
    let output = lingbao(&["verify", "reports/demo/2024-06", "--recompute"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
