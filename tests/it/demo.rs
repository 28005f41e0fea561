//! The demo: the committed reports come out again byte for byte, every planted case is decided as
//! planted, and neither threads nor the order of files and rows change anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lingbao::domain::Code;
use lingbao::domain::words::Outcome;
use lingbao::flow::{Detected, RawBatch, RawRow, Silent};
use lingbao::ingest::read_batch;
use lingbao::measure::{Measurement, SlipKind};
use lingbao::normalise::normalise;
use lingbao::report::{JobFile, job_file};
use lingbao::{detect, run, synth};
use tempfile::TempDir;

use crate::batch::{as_of, decision, report_options, setup, verdict, workbooks};

fn demo(threads: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_lingbao"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["demo", "--quiet", "--threads", threads, "--out"])
        .arg(folder.path().join("demo"))
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// Every file below a folder, by its path inside.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(root).expect("below").to_path_buf();
                found.insert(inside, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The reports of a batch as read, written into a folder of their own.
fn report(raw: RawBatch) -> BTreeMap<PathBuf, Vec<u8>> {
    let setup = setup();
    let records = normalise(raw, &setup.divisions, &setup.vocabulary, &Silent);
    let detected = run::decide(records, setup, as_of(), &Silent);
    let options = report_options();
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().join("out");
    let taken = run::hold(&out, options.month).expect("nobody else writes there");
    run::report(&detected, setup, options, taken, &Silent).expect("the reports are written");
    files(&out)
}

/// Tables and their rows in another order, each row with the place it was read from.
fn shuffled(mut raw: RawBatch, seed: u64) -> RawBatch {
    let mut state = seed;
    let mut below = |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    for at in (1..raw.tables.len()).rev() {
        raw.tables.swap(at, below(at + 1));
    }
    for table in &mut raw.tables {
        let mut rows: Vec<RawRow> = table.rows.iter().map(RawRow::from).collect();
        for at in (1..rows.len()).rev() {
            rows.swap(at, below(at + 1));
        }
        table.rows = rows.into_iter().collect();
    }
    raw
}

#[test]
fn the_order_of_tables_and_rows_changes_no_byte_of_any_report() {
    let folder = TempDir::new().expect("a temporary folder");
    synth::write_demo(folder.path(), &setup().rulebook).expect("the demo is written");
    let raw = read_batch(folder.path(), &setup().layouts, &workbooks(), &Silent);
    let raw = raw.expect("the demo can be read");
    let expected = report(raw.clone());
    for seed in [1, 2] {
        assert_same(report(shuffled(raw.clone(), seed)), expected.clone());
    }
}

/// What tells where a run was made and not what came out of it.
fn without_jobs(files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    files.retain(|path, _| !path.ends_with(job_file::FILE));
}

/// The manifest without the hash of the program, which another build changes.
fn without_program(files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for (path, bytes) in files.iter_mut().filter(|(path, _)| path.ends_with("manifest.json")) {
        let mut manifest: serde_json::Value = serde_json::from_slice(bytes).expect("a manifest");
        let hash = manifest["program"]["sha256"].take();
        assert_eq!(hash.as_str().map(str::len), Some(64), "{}", path.display());
        *bytes = manifest.to_string().into_bytes();
    }
}

/// Fails with the names of the files that differ, not with their bytes.
fn assert_same(mut found: BTreeMap<PathBuf, Vec<u8>>, mut expected: BTreeMap<PathBuf, Vec<u8>>) {
    for files in [&mut found, &mut expected] {
        without_program(files);
        without_jobs(files);
    }
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected));
    let differ: Vec<_> = found.iter().filter(|(path, bytes)| expected[*path] != **bytes).collect();
    let differ: Vec<_> = differ.iter().map(|(path, _)| path.display().to_string()).collect();
    assert!(differ.is_empty(), "these differ: {}", differ.join(", "));
}

#[test]
fn the_committed_demo_comes_out_again_byte_for_byte() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo");
    let again = demo("1");
    assert_same(files(&again.path().join("demo")), files(&committed));
}

#[test]
fn the_job_of_the_committed_demo_says_where_everything_lies_in_the_repository() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo/2024-06");
    let (batch, data) = ("reports/demo/batch".into(), "data".into());
    assert_eq!(JobFile::read(&committed), Ok(JobFile { batch, data, key: None, ledger: None }));
}

#[test]
fn four_threads_write_what_one_thread_writes() {
    let (one, four) = (demo("1"), demo("4"));
    assert_same(files(four.path()), files(one.path()));
}

fn decide(batch: &Path) -> Detected {
    let records = run::read(batch, setup(), &workbooks(), &Silent).expect("the demo can be read");
    run::decide(records, setup(), as_of(), &Silent)
}

#[test]
fn every_planted_case_is_decided_as_planted() {
    let folder = TempDir::new().expect("a temporary folder");
    let planted = synth::write_demo(folder.path(), &setup().rulebook).expect("the demo is written");
    let detected = decide(folder.path());
    let records = &detected.adjudicated.linked.records;
    let by_claim = detected.findings_by_claim();
    let mut wrong = Vec::new();
    // The catalogue's cases are held as large batches' are: by what touches any of the claims.
    let mut measured = Measurement::default();
    let of_catalogue = planted.cases.iter().filter(|case| !case.pattern.is_empty());
    measured.add(0, &of_catalogue.cloned().collect::<Vec<_>>(), &detected);
    let missed = measured.slips.iter().filter(|slip| slip.kind == SlipKind::Missed);
    wrong.extend(missed.map(|slip| format!("{} {} missed", slip.pattern, slip.code)));
    for case in planted.cases.iter().filter(|case| case.pattern.is_empty()) {
        for id in &case.claim_ids {
            let Some(place) = records.claims.iter().position(|c| *c.claim_id == **id) else {
                if case.expected_outcome.is_some() {
                    wrong.push(format!("{id}: not among the claims ({})", case.what.en));
                }
                continue;
            };
            let decision = decision(&detected, id);
            let mut codes: BTreeSet<_> = decision.gates.iter().map(|hit| hit.code).collect();
            codes.extend(by_claim[place].iter().map(|&finding| detected.findings[finding].code));
            let outcome_differs = case.expected_outcome.is_some_and(|o| o != decision.outcome);
            let missing: Vec<_> =
                case.expected_codes.iter().filter(|code| !codes.contains(code)).collect();
            let alarms: Vec<_> =
                case.innocent_of.iter().filter(|code| codes.contains(code)).collect();
            if outcome_differs || !missing.is_empty() || !alarms.is_empty() {
                let what = &case.what.en;
                wrong.push(format!(
                    "{id} ({what}): {} {codes:?}, expected {:?}, missing {missing:?}, \
                     false alarms {alarms:?}",
                    verdict(decision),
                    case.expected_outcome
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_demo_shows_every_outcome_and_every_finding_built() {
    let folder = TempDir::new().expect("a temporary folder");
    synth::write_demo(folder.path(), &setup().rulebook).expect("the demo is written");
    let detected = decide(folder.path());
    let decisions = &detected.adjudicated.decisions;
    for outcome in Outcome::ALL {
        assert!(decisions.iter().any(|d| d.outcome == *outcome), "no {}", outcome.word());
    }
    // Some need a crowd, which the measurement's large batches have.
    let crowds = [Code::F310, Code::F413, Code::F506, Code::F601, Code::F602];
    for detector in detect::REGISTRY.iter().filter(|detector| !crowds.contains(&detector.code)) {
        let shown = detected.findings.iter().any(|finding| finding.code == detector.code);
        assert!(shown, "no {}", detector.code);
    }
    let records = &detected.adjudicated.linked.records;
    let pairs: BTreeSet<_> =
        records.claims.iter().map(|claim| (claim.insured, claim.treated)).collect();
    assert!(pairs.len() >= 8, "only {} region pairs", pairs.len());
    assert!(!records.quarantine.is_empty() && !records.unread.is_empty());
}

#[test]
fn the_published_examples_come_out_of_the_demo_to_the_fen() {
    let folder = TempDir::new().expect("a temporary folder");
    synth::write_demo(folder.path(), &setup().rulebook).expect("the demo is written");
    let detected = decide(folder.path());
    let wuhan = decision(&detected, "WH-2024-0001");
    assert_eq!(wuhan.amounts.in_scope.to_string(), "20000.00");
    assert_eq!(wuhan.amounts.fund_total().to_string(), "17049.60");
    let beijing = decision(&detected, "BJ-2024-0001");
    assert_eq!(beijing.amounts.in_scope.to_string(), "97372.18");
    assert_eq!(beijing.amounts.fund_basic.to_string(), "91759.51");
    let share = beijing.amounts.in_scope - beijing.amounts.fund_basic;
    assert_eq!(share.to_string(), "5612.67");
}

#[test]
fn the_readme_shows_what_the_demo_and_explain_print() {
    let readme = include_str!("../../README.md");
    let folder = TempDir::new().expect("a temporary folder");
    let said = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_lingbao"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .args(["--lang", "zh"])
            .output()
            .expect("the program runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let demo = folder.path().join("demo");
    let demo = demo.to_str().expect("a plain path");
    let run = format!("{demo}/2024-06");
    let printed = said(&["demo", "--out", demo]).replace(demo, "reports/demo");
    let working = said(&["explain", "WH-2024-0001", "--run", &run]);
    let (working, _) = working.split_once("\n费用明细").expect("the bill lines");
    let clerk = said(&["explain", "WH-2024-0019", "--voice", "clerk", "--run", &run]);
    let missing: Vec<&str> = printed
        .lines()
        .chain(working.lines())
        .chain(clerk.lines())
        .map(str::trim_end)
        .filter(|line| !readme.lines().any(|shown| shown == *line))
        .collect();
    assert!(missing.is_empty(), "the README does not show:\n{}", missing.join("\n"));
}
