//! Sources 出处 of the national lists and of the catalogs, `sources.csv`. Only their ids are
//! needed: a row whose source nobody can look up is refused.

use std::collections::HashSet;
use std::path::Path;

use crate::flow::Problem;

use super::reading::{CsvRow, DataFile, Wrong};

const FILE: &str = "sources.csv";
const COLUMNS: [&str; 7] = ["id", "title", "document", "publisher", "link", "grade", "note"];

/// The ids of all sources.
#[derive(Clone, Debug, Default)]
pub struct Sources(HashSet<String>);

impl Sources {
    /// Reads the list; every fault goes to `faults`.
    pub fn load(data: &Path, faults: &mut Vec<Problem>) -> Sources {
        let mut sources = Sources::default();
        for row in DataFile::open_csv(data, FILE, &COLUMNS, faults) {
            if !sources.0.insert(row.cell("id").to_owned()) {
                let what = ("出处编号重复", "the id of a source is used twice");
                faults.push(row.cell_fault("id", Wrong::twice(what)));
            }
        }
        sources
    }

    /// The `source` of a row, or each of several with `|` between them, must be listed. Where no
    /// list could be read nothing is asked of it: that fault is told already.
    pub fn must_list(&self, row: &CsvRow) -> Result<(), Problem> {
        let mut ids = row.cell("source").split('|').map(str::trim);
        if self.0.is_empty() || ids.all(|id| self.0.contains(id)) {
            return Ok(());
        }
        let what = ("没有这个出处", "there is no such source");
        let hint =
            ("改用 sources.csv 中的编号，或在其中补上", "use an id of sources.csv, or add it");
        Err(row.cell_fault("source", Wrong::new("data-source", what, hint)))
    }
}
