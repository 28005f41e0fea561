//! `decisions.csv`: every claim, for machines. The columns are in `columns`.

use std::path::Path;

use super::columns::{of_decisions, write_csv};
use super::{Cause, Job, write_file};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    write_file(path, |out| write_csv(out, &of_decisions(), job.claims()))
}
