//! What becomes of a batch when workbooks take their reader down: each costs one rejected input.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lingbao::flow::{Problem, Silent};
use lingbao::ingest::{Workbooks, read_batch};
use tempfile::TempDir;

use crate::batch::{Batch, setup};
use crate::workbooks::{endless, far_apart, small};

/// A program that behaves as a reader must not.
fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("reader.sh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a program");
    path
}

/// What is told of a workbook whose reader is such a program.
pub fn told(script: &str) -> Vec<Problem> {
    let tools = TempDir::new().expect("a folder");
    let program = program(tools.path(), script);
    told_by(&Workbooks::Isolated { program }, &small())
}

pub fn told_by(workbooks: &Workbooks, workbook: &[u8]) -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("表.xlsx"), workbook).expect("a file");
    let batch = read_batch(folder.path(), &setup().layouts, workbooks, &Silent);
    let batch = batch.expect("a batch");
    assert!(batch.tables.is_empty() && batch.notes.is_empty());
    batch.unread
}

#[test]
fn a_reader_that_misbehaves_costs_one_input_whatever_it_does() {
    let row = r"printf 'S\021\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'";
    for (script, kind) in [
        ("exit 0", "file-crashes-reader"),
        ("cat >/dev/null; exit 101", "file-crashes-reader"),
        ("kill -SEGV $$", "file-crashes-reader"),
        ("kill -KILL $$", "file-time"),
        ("kill -XCPU $$", "file-time"),
        ("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$", "file-memory"),
        // It talks nonsense, begins a sheet and dies, or says too much.
        ("cat >/dev/null; echo nonsense; sleep 1", "file-crashes-reader"),
        (&format!("{row}; exit 1"), "file-crashes-reader"),
        ("printf 'R\\377\\377\\377\\377'; sleep 1", "file-crashes-reader"),
        ("head -c 3000000 /dev/zero >&2; exit 1", "file-crashes-reader"),
    ] {
        let begun = Instant::now();
        let kinds: Vec<_> = told(script).iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [kind], "{script}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{script}");
    }
}

#[test]
fn a_reader_gives_itself_no_more_time_than_it_was_given() {
    let mut reader = Command::new(env!("CARGO_BIN_EXE_lingbao"))
        .args(["read-workbook", "1024", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a reader");
    let begun = Instant::now();
    let mut input = reader.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, &endless()).expect("the workbook");
    drop(input);
    let status = reader.wait().expect("it ends");
    let ended_by = [rustix::process::Signal::XCPU, rustix::process::Signal::KILL];
    let signal = status.signal();
    assert!(
        ended_by.iter().any(|by| Some(by.as_raw()) == signal),
        "{status} {:?}",
        begun.elapsed()
    );
}

#[test]
fn workbooks_that_take_their_reader_down_leave_the_rest_of_the_batch_alone() {
    let mut batch = Batch::world();
    batch.claim("SB1", &[]);
    let folder = batch.write();
    for name in ["一.xls", "二.xls", "三.xls"] {
        // Not the same bytes, or they would be read once.
        let bytes = [far_apart(), name.as_bytes().to_vec()].concat();
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let out = TempDir::new().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_lingbao"))
        .args(["run", "--month", "2024-06", "--lang", "zh", "--out"])
        .arg(out.path().join("out"))
        .arg("--key")
        .arg(out.path().join("key"))
        .arg(folder.path())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let decisions = fs::read_to_string(out.path().join("out/decisions.csv")).expect("decisions");
    assert!(decisions.contains("SB1"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("未读文件或工作表 3 个"), "{said}");
}
