//! Reads a CSV data file of the program: fixed columns, UTF-8, every fault with file and line.

use std::path::Path;

use crate::domain::Text;
use crate::flow::{Place, Problem};

/// One record of a data file; `cells` has as many entries as the file has columns.
pub(crate) struct CsvRow {
    pub line: u32,
    pub cells: Vec<String>,
}

/// All records, or every reason why the file is not as it should be.
pub(crate) fn read(
    data_dir: &Path,
    name: &str,
    columns: &[&str],
) -> Result<Vec<CsvRow>, Vec<Problem>> {
    let at_file = || Place::file(name);
    let bytes = std::fs::read(data_dir.join(name)).map_err(|error| {
        vec![fault(at_file(), "", "数据文件无法读取", "the data file cannot be read").with(&error)]
    })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
    let header_agrees = reader.headers().is_ok_and(|header| header.iter().eq(columns.to_vec()));
    if !header_agrees {
        let zh = format!("表头应为 {}", columns.join(","));
        let en = format!("the header must be {}", columns.join(","));
        return Err(vec![fault(at_file().row(1), "", &zh, &en)]);
    }
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |p| p.line()) as u32;
                if record.len() == columns.len() {
                    rows.push(CsvRow { line, cells: record.iter().map(str::to_owned).collect() });
                } else {
                    let (zh, en) = ("列数与表头不符", "not as many columns as the header");
                    problems.push(fault(at_file().row(line), &as_line(&record), zh, en));
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, |p| p.line()) as u32;
                let (zh, en) = ("不是 UTF-8 文本", "not UTF-8 text");
                problems.push(fault(at_file().row(line), "", zh, en));
            }
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// A problem of a data file, which whoever keeps the data has to mend.
pub(crate) fn fault(place: Place, excerpt: &str, zh: &str, en: &str) -> Problem {
    Problem {
        kind: "data-file",
        place,
        excerpt: excerpt.to_owned(),
        explanation: Text::new(zh, en),
        hint: Text::new("请改正该数据文件", "correct the data file"),
    }
}

fn as_line(record: &csv::StringRecord) -> String {
    record.iter().collect::<Vec<_>>().join(",")
}

trait With {
    fn with(self, error: &std::io::Error) -> Self;
}

impl With for Problem {
    fn with(mut self, error: &std::io::Error) -> Problem {
        self.excerpt = error.to_string();
        self
    }
}
