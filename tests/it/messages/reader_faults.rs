//! What is told of a workbook whose reader ends: the reader is played by programs that do nothing
//! else, for the memory by the real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use lingbao::flow::{Problem, Silent};
use lingbao::ingest::{Workbooks, read_batch};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::batch::{setup, workbooks};
use crate::workbooks::far_apart;

/// A program that ends as a reader would.
fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("reader.sh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("a program");
    path
}

fn told(name: &str, bytes: &[u8], workbooks: &Workbooks) -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(name), bytes).expect("a file");
    let batch = read_batch(folder.path(), &setup().layouts, workbooks, &Silent);
    batch.expect("a batch").unread
}

pub fn problems() -> Vec<Problem> {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "x").expect("a cell");
    let book = book.save_to_buffer().expect("a workbook");
    let folder = TempDir::new().expect("a folder");
    let mut problems = told("太大.xls", &far_apart(), &workbooks());
    for (name, script) in [("崩溃.xlsx", "exit 101"), ("太久.xlsx", "kill -XCPU $$")] {
        let program = program(folder.path(), script);
        problems.extend(told(name, &book, &Workbooks::Isolated { program }));
    }
    let program = folder.path().join("没有");
    problems.extend(told("未读.xlsx", &book, &Workbooks::Isolated { program }));
    problems
}
