//! `lines.parquet`: how every bill line was split. `workings.jsonl` refers to its rows by number,
//! so the rows stand exactly in the order of the decisions' lines.

use std::path::Path;

use super::columns::of_lines;
use super::view::LineView;
use super::{Cause, Job, parquet};

pub const FILE: &str = "lines.parquet";

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let records = job.records();
    let rows = job.detected.adjudicated.own_lines().iter().map(|split| LineView {
        job,
        line: &records.lines[split.line.at()],
        split,
    });
    parquet::write(path, &of_lines(), rows)
}
