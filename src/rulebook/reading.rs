//! The one way data files are read: as text, as TOML, or as CSV with fixed columns. Every fault is
//! told with file, line, excerpt, explanation and hint, and all of them at once.
//!
//! The surprise: the TOML reader stops at the first thing it does not understand, so of one TOML
//! file a single fault of writing is told at a time; the other files are read all the same.

use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::Path;

use csv::StringRecord;
use serde::de::DeserializeOwned;

use crate::domain::Text;
use crate::domain::dates::Date;
use crate::flow::{Place, Problem};

use super::toml_words;

/// What is wrong with a piece of data, before anybody says where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub kind: &'static str,
    pub what: Text,
    pub hint: Text,
}

impl Wrong {
    pub fn new(kind: &'static str, what: (&str, &str), hint: (&str, &str)) -> Wrong {
        Wrong { kind, what: Text::new(what.0, what.1), hint: Text::new(hint.0, hint.1) }
    }

    /// A value that is not what it must be; `expected` is what it must be.
    pub fn value(what: (&str, &str), expected: (&str, &str)) -> Wrong {
        let (zh, en) = (format!("应为 {}", expected.0), format!("expected: {}", expected.1));
        Wrong::new("data-value", what, (&zh, &en))
    }

    /// Something that may stand only once.
    pub fn twice(what: (&str, &str)) -> Wrong {
        Wrong::new("data-twice", what, ("只保留一处，或改名", "keep one of them, or rename one"))
    }
}

/// A data file held as text, to name lines in.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// As reports name it: below the data folder, with forward slashes.
    pub name: String,
    pub text: String,
}

impl DataFile {
    pub fn open(data: &Path, name: &str) -> Result<DataFile, Problem> {
        let bytes = fs::read(data.join(name)).map_err(|error| unreadable(name, &error))?;
        DataFile::of_bytes(name, bytes)
    }

    /// A file that was read already.
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<DataFile, Problem> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let wrong = Wrong::new(
                "data-encoding",
                ("文件不是 UTF-8 编码", "the file is not UTF-8"),
                (
                    "用 Excel 另存为“CSV UTF-8”，或用记事本另存为 UTF-8",
                    "save it as “CSV UTF-8” in Excel, or as UTF-8 in a text editor",
                ),
            );
            // What stands before the first wrong byte is the same in both texts.
            DataFile::new(name, text).at(valid..valid + 1, wrong)
        })?;
        Ok(DataFile::new(name, text))
    }

    /// Opens and reads a TOML file in one go.
    pub fn open_toml<T: DeserializeOwned>(
        data: &Path,
        name: &str,
    ) -> Result<(DataFile, T), Problem> {
        let file = DataFile::open(data, name)?;
        let shape = file.toml()?;
        Ok((file, shape))
    }

    pub fn new(name: impl Into<String>, text: impl Into<String>) -> DataFile {
        let text: String = text.into();
        // Excel begins a UTF-8 file with a mark that is no part of its first word.
        let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
        DataFile { name: name.into(), text }
    }

    /// The file as TOML; unknown keys are refused by the shapes.
    pub fn toml<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        toml::from_str(&self.text).map_err(|error| {
            let what = toml_words::in_both_languages(error.message());
            let hint = Text::new(
                "照 data/README.md 或该文件开头的说明改正；不认识的键一律不收",
                "write it as data/README.md or the file's head shows; unknown keys are refused",
            );
            let wrong = Wrong { kind: "data-malformed", what, hint };
            self.at(error.span().unwrap_or(0..0), wrong)
        })
    }

    /// A problem at a stretch of the text; `0..0` stands for the file as a whole.
    pub fn at(&self, span: Range<usize>, wrong: Wrong) -> Problem {
        let place = Place::file(&self.name);
        if span == (0..0) {
            return problem(place, String::new(), wrong);
        }
        let line = self.text.bytes().take(span.start).filter(|&byte| byte == b'\n').count();
        let excerpt = self.text.lines().nth(line).unwrap_or_default().trim().to_owned();
        problem(place.row(u32::try_from(line + 1).unwrap_or(u32::MAX)), excerpt, wrong)
    }

    /// Every record of a CSV file. A header that differs from `columns` is one fault; a record of
    /// another width is one each.
    pub fn csv(&self, columns: &'static [&'static str], faults: &mut Vec<Problem>) -> Vec<CsvRow> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let mut rows = Vec::new();
        // The text is UTF-8 and records may have any width, so reading one cannot fail.
        for (place, record) in reader.records().map_while(Result::ok).enumerate() {
            let line = self.line_of(&record);
            let row = CsvRow { file: self.name.clone(), line, columns, record };
            if place == 0 {
                if row.record.iter().map(str::trim).ne(columns.iter().copied()) {
                    faults.push(row.fault(not_the_columns(columns)));
                    return Vec::new();
                }
            } else if row.record.len() != columns.len() {
                faults.push(row.fault(not_the_columns(columns)));
            } else {
                rows.push(row);
            }
        }
        if self.text.trim().is_empty() {
            faults.push(self.at(0..0, not_the_columns(columns)));
        }
        rows
    }

    /// The line of a record. The reader takes a record to begin behind the `\r` of `\r\n`, and so
    /// on the line before its own.
    fn line_of(&self, record: &StringRecord) -> u32 {
        let Some(position) = record.position() else { return 0 };
        let begun = self.text.bytes().skip(position.byte() as usize);
        let breaks = begun.take_while(|byte| matches!(byte, b'\r' | b'\n'));
        position.line() as u32 + breaks.filter(|&byte| byte == b'\n').count() as u32
    }

    /// Opens and reads a CSV file; every fault goes to `faults`.
    pub fn open_csv(
        data: &Path,
        name: &str,
        columns: &'static [&'static str],
        faults: &mut Vec<Problem>,
    ) -> Vec<CsvRow> {
        match DataFile::open(data, name) {
            Ok(file) => file.csv(columns, faults),
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        }
    }
}

/// A record of a CSV data file; has as many cells as the file has columns.
#[derive(Clone, Debug)]
pub struct CsvRow {
    file: String,
    pub line: u32,
    columns: &'static [&'static str],
    record: StringRecord,
}

impl CsvRow {
    pub fn cell(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|&known| known == column);
        self.record.get(place.expect("a column of this file")).unwrap_or_default().trim()
    }

    /// The parts of a cell with several values.
    pub fn parts(&self, column: &str, separator: char) -> impl Iterator<Item = &str> {
        self.cell(column).split(separator).map(str::trim).filter(|part| !part.is_empty())
    }

    /// A cell that must be filled and readable.
    pub fn read<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        expected: (&str, &str),
    ) -> Result<T, Problem> {
        parse(self.cell(column)).ok_or_else(|| {
            let (zh, en) =
                (format!("{column} 的值不对"), format!("the value of {column} is wrong"));
            self.cell_fault(column, Wrong::value((&zh, &en), expected))
        })
    }

    /// A cell that may be empty.
    pub fn optional<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        expected: (&str, &str),
    ) -> Result<Option<T>, Problem> {
        match self.cell(column) {
            "" => Ok(None),
            _ => self.read(column, parse, expected).map(Some),
        }
    }

    /// A problem of one cell.
    pub fn cell_fault(&self, column: &str, wrong: Wrong) -> Problem {
        let place = Place::file(&self.file).row(self.line).column(column);
        problem(place, self.cell(column).to_owned(), wrong)
    }

    /// A problem of the whole record.
    pub fn fault(&self, wrong: Wrong) -> Problem {
        let excerpt = self.record.iter().collect::<Vec<_>>().join(",");
        problem(Place::file(&self.file).row(self.line), excerpt, wrong)
    }
}

/// A data file or folder that cannot be opened.
pub fn unreadable(name: &str, error: &io::Error) -> Problem {
    let (excerpt, what) = match error.kind() {
        ErrorKind::NotFound => {
            (String::new(), ("数据文件或文件夹不存在", "a file or folder of the data is not there"))
        }
        _ => (error.to_string(), ("数据文件无法打开", "a data file cannot be opened")),
    };
    let hint =
        ("检查 --data 指向的文件夹是否完整", "check that the folder named by --data is complete");
    problem(Place::file(name), excerpt, Wrong::new("data-unreadable", what, hint))
}

/// `true` or `false`, as files write whether somebody compared a value with its source.
pub fn is_true(text: &str) -> Option<bool> {
    text.parse().ok()
}

/// What [`is_true`] wants.
pub const TRUE_OR_FALSE: (&str, &str) = ("true 或 false", "true or false");

/// What [`iso_date`] wants.
pub const ISO_DATE: (&str, &str) = ("日期，如 2024-01-01", "a day such as 2024-01-01");

/// `2024-06-01` and nothing else.
pub fn iso_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}

/// Both answers, or the problems of both.
pub fn both<A, B>(a: Result<A, Problem>, b: Result<B, Problem>) -> Result<(A, B), Vec<Problem>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).collect()),
    }
}

fn not_the_columns(columns: &[&str]) -> Wrong {
    let expected = columns.join(",");
    Wrong::new(
        "data-columns",
        ("列与规定不符", "the columns are not those of this file"),
        (
            &format!("应有 {} 列：{expected}", columns.len()),
            &format!("expected {} columns: {expected}", columns.len()),
        ),
    )
}

fn problem(place: Place, excerpt: String, wrong: Wrong) -> Problem {
    Problem { kind: wrong.kind, place, excerpt, explanation: wrong.what, hint: wrong.hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["code", "name"];

    fn check(text: &str, lines: &[u32], faulty: &[u32]) {
        let mut faults = Vec::new();
        let rows = DataFile::new("x.csv", text).csv(COLUMNS, &mut faults);
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines, "{text:?}");
        let told: Vec<u32> = faults.iter().map(|fault| fault.place.row.unwrap_or(0)).collect();
        assert_eq!(told, faulty, "{text:?}");
    }

    #[test]
    fn records_of_the_wrong_width_are_told_and_the_others_are_read() {
        check("code,name\n1,a\n2\n3,c,d\n4,d\n", &[2, 5], &[3, 4]);
        check("\u{FEFF}code,name\r\n1,a\r\n", &[2], &[]);
        check("name,code\n1,a\n", &[], &[1]);
        check("", &[], &[0]);
    }

    #[test]
    fn a_cell_is_read_by_its_column() {
        let rows = DataFile::new("x.csv", "code,name\n1, a|b \n").csv(COLUMNS, &mut Vec::new());
        assert_eq!(rows[0].parts("name", '|').collect::<Vec<_>>(), ["a", "b"]);
        let number = |text: &str| text.parse::<u8>().ok();
        assert_eq!(rows[0].read("code", number, ("", "")), Ok(1));
        let fault = rows[0].read("name", number, ("数", "a number")).expect_err("no number");
        assert_eq!(fault.place, Place::file("x.csv").row(2).column("name"));
        assert_eq!(fault.excerpt, "a|b");
    }

    #[test]
    fn a_text_of_another_encoding_is_refused_at_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("x.csv"), b"code,name\n1,\xD6\xD0\n").expect("a file");
        let fault = DataFile::open(folder.path(), "x.csv").expect_err("not UTF-8");
        assert_eq!((fault.kind, fault.place.row), ("data-encoding", Some(2)));
    }
}
