//! What is told of a workbook whose reader ends: the reader is played by programs that do nothing
//! else, for the memory by the real one.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use lingbao::flow::{Problem, Silent};
use lingbao::ingest::{Workbooks, read_batch};
use tempfile::TempDir;

use crate::batch::{setup, workbooks};
use crate::isolation::{told, told_by};
use crate::workbooks::{far_apart, small};

/// Takes long enough to read for a write to fall into it.
const RESTLESS_BYTES: u64 = 64 << 20;

pub fn problems() -> Vec<Problem> {
    let nobody = Workbooks::Isolated { program: PathBuf::from("/nobody/here") };
    [
        told_by(&workbooks(), &far_apart()),
        told("exit 101"),
        told("kill -XCPU $$"),
        told_by(&nobody, &small()),
    ]
    .concat()
}

/// What is told of a file that somebody writes to as long as it is read.
pub fn restless() -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("正在复制.csv");
    let file = File::create(&path).expect("a file");
    file.set_len(RESTLESS_BYTES).expect("room");
    let is_over = AtomicBool::new(false);
    let batch = thread::scope(|scope| {
        scope.spawn(|| {
            let mut bytes = RESTLESS_BYTES;
            while !is_over.load(Ordering::Relaxed) {
                bytes += 1;
                file.set_len(bytes).expect("room");
            }
        });
        let batch = read_batch(folder.path(), &setup().layouts, &workbooks(), &Silent);
        is_over.store(true, Ordering::Relaxed);
        batch
    });
    let batch = batch.expect("a batch");
    assert!(batch.tables.is_empty() && batch.files[0].sha256.is_empty());
    batch.unread
}
