//! The list that says what must come out of each file of the corpus of others' spreadsheets.

use std::fs;
use std::path::{Path, PathBuf};

/// Names another place for the corpus.
const FOLDER_VARIABLE: &str = "LINGBAO_CORPUS";

/// What a file must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Reads,
    Rejected,
    /// Both are right; crashing, hanging or inventing values is not.
    Either,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Expected {
    pub path: String,
    pub outcome: Outcome,
    pub reason: String,
    /// Sheets and cells that hold something, where two independent readers agree on them.
    pub counts: Option<(usize, usize)>,
    /// Sheet, counted from 0, and the file with Excel's own text of it.
    pub oracles: Vec<(usize, String)>,
    /// File with the records of a text.
    pub records: Option<String>,
    /// Only of text files.
    pub text: Option<TextFacts>,
}

/// How a text file must be read, and what it holds then.
#[derive(Clone, Debug)]
pub struct TextFacts {
    pub encoding: String,
    pub delimiter: u8,
    pub quote: String,
    /// Lines that are not blank.
    pub rows: usize,
    pub cells: usize,
}

/// The folder of the corpus; none when it is not there, which is said on stderr.
pub fn folder() -> Option<PathBuf> {
    let named = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    let folder =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    if folder.join("expected.csv").is_file() {
        return Some(folder);
    }
    eprintln!("skipped: the corpus of others' spreadsheets is not at {}", folder.display());
    None
}

pub fn read(folder: &Path) -> Vec<Expected> {
    let list = fs::read(folder.join("expected.csv")).expect("the list of the corpus");
    let mut reader = csv::Reader::from_reader(list.as_slice());
    let titles = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let value = |title: &str| {
            let column = titles.iter().position(|known| known == title).expect("a column");
            row.get(column).unwrap_or_default().to_owned()
        };
        expected(&value)
    });
    rows.collect()
}

fn expected(value: &impl Fn(&str) -> String) -> Expected {
    let number = |title: &str| value(title).parse::<usize>().ok();
    let is_agreed = value("readers_agree") == "both";
    let counts = number("sheets").zip(number("nonempty_cells")).filter(|_| is_agreed);
    let text = Some(value("encoding")).filter(|encoding| !encoding.is_empty());
    Expected {
        path: value("path"),
        outcome: match value("expected").as_str() {
            "reads" => Outcome::Reads,
            "rejected" => Outcome::Rejected,
            "either" => Outcome::Either,
            other => panic!("unknown outcome {other}"),
        },
        reason: value("reason"),
        counts,
        oracles: value("oracle").split(';').filter_map(oracle).collect(),
        records: value("oracle").strip_prefix("json:").map(str::to_owned),
        text: text.map(|encoding| TextFacts {
            encoding,
            delimiter: match value("delimiter").as_str() {
                "comma" => b',',
                "semicolon" => b';',
                "tab" => b'\t',
                "pipe" => b'|',
                other => panic!("unknown delimiter {other}"),
            },
            quote: value("quote"),
            rows: number("rows").expect("rows of a text"),
            cells: number("nonempty_cells").expect("cells of a text"),
        }),
    }
}

/// `1:oracles/name.csv`.
fn oracle(entry: &str) -> Option<(usize, String)> {
    let (sheet, file) = entry.split_once(':')?;
    Some((sheet.parse().ok()?, file.to_owned()))
}
