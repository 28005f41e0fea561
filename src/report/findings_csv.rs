//! `findings.csv`: every finding, for machines. The columns are in `columns`.

use std::path::Path;

use super::columns::{of_findings, write_csv};
use super::{Cause, Job, write_file};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    write_file(path, |out| write_csv(out, &of_findings(), job.findings()))
}
