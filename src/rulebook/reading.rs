//! Reading data files so that every fault is told with file, line, excerpt and hint, and all of
//! them at once.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::domain::Text;
use crate::domain::dates::Date;
use crate::flow::{Place, Problem};

/// A data file held as text, to name lines in.
pub struct DataFile {
    /// As reports name it: below the data folder, with forward slashes.
    pub name: String,
    pub text: String,
}

impl DataFile {
    pub fn open(data: &Path, name: &str) -> Result<DataFile, Problem> {
        match fs::read_to_string(data.join(name)) {
            Ok(text) => Ok(DataFile { name: name.to_owned(), text }),
            Err(error) => Err(Problem {
                kind: "data-unreadable",
                place: Place::file(name),
                excerpt: error.to_string(),
                explanation: Text::new("数据文件读不了", "a data file cannot be read"),
                hint: Text::new(
                    "检查 --data 指向的文件夹是否完整，文件须为 UTF-8",
                    "check that --data names a complete folder; files are UTF-8",
                ),
            }),
        }
    }

    /// The file as TOML; unknown keys are refused by the shapes.
    pub fn toml<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            self.fault(
                span,
                Text::new(
                    format!("数据文件写法不对：{}", error.message()),
                    format!("a data file is malformed: {}", error.message()),
                ),
                Text::new(
                    "按 data/README.md 中该字段的写法改正；不认识的键一律不收",
                    "write the field as data/README.md shows; unknown keys are refused",
                ),
            )
        })
    }

    /// A fault at a stretch of the text.
    pub fn fault(&self, span: Range<usize>, explanation: Text, hint: Text) -> Problem {
        let start = span.start.min(self.text.len());
        let line = self.text[..start].matches('\n').count();
        let excerpt = self.text.lines().nth(line).unwrap_or_default().trim().to_owned();
        self.fault_at_line(line as u32 + 1, excerpt, explanation, hint)
    }

    /// A fault on a line counted from 1.
    pub fn fault_at_line(&self, line: u32, excerpt: String, what: Text, hint: Text) -> Problem {
        Problem {
            kind: "data-fault",
            place: Place::file(&self.name).row(line),
            excerpt,
            explanation: what,
            hint,
        }
    }

    /// Every record of a CSV file with its line and the named columns, in that order. A header
    /// that differs from `columns` is one fault; a record that has another width is one each.
    pub fn csv(
        &self,
        columns: &[&str],
        faults: &mut Vec<Problem>,
    ) -> Vec<(u32, csv::StringRecord)> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let mut records = Vec::new();
        for (place, record) in reader.records().enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    faults.push(self.csv_fault(place as u32 + 1, &error.to_string(), columns));
                    continue;
                }
            };
            let line = record.position().map_or(place as u32 + 1, |p| p.line() as u32);
            let shown = record.iter().collect::<Vec<_>>().join(",");
            if place == 0 {
                if record.iter().map(str::trim).ne(columns.iter().copied()) {
                    faults.push(self.csv_fault(line, &shown, columns));
                    return Vec::new();
                }
            } else if record.len() != columns.len() {
                faults.push(self.csv_fault(line, &shown, columns));
            } else {
                records.push((line, record));
            }
        }
        records
    }

    fn csv_fault(&self, line: u32, excerpt: &str, columns: &[&str]) -> Problem {
        let expected = columns.join(",");
        self.fault_at_line(
            line,
            excerpt.to_owned(),
            Text::new("列与规定不符", "the columns are not those of this file"),
            Text::new(format!("应为：{expected}"), format!("expected: {expected}")),
        )
    }

    /// A cell of a CSV record that must be read in some way.
    pub fn cell_fault(&self, line: u32, column: &str, text: &str, expected: &str) -> Problem {
        self.fault_at_line(
            line,
            text.to_owned(),
            Text::new(format!("{column} 读不懂"), format!("{column} cannot be read")),
            Text::new(format!("应为 {expected}"), format!("expected {expected}")),
        )
    }
}

/// `2024-06-01` and nothing else.
pub fn iso_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}
