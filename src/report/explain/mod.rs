//! `lingbao explain`: one decision told from the files of a run's folder, without reading the run
//! again, in the voice of whoever asks: clerk, auditor or claimant.
//!
//! The surprise: all three voices are made from the same working, so they cannot disagree about a
//! fen; and none of them needs to know every kind of step.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::domain::{Lang, Text};

use super::cells::plain;
use super::workings_jsonl::{Both, CLAUSES_FILE, ClauseRecord, FILE, Working};
use super::{Cause, lines};

mod auditor;
mod bill;
mod claimant;
mod clerk;
mod course;
mod find;
mod notice_money;
mod notice_words;
mod prose;
mod shown;

use bill::Bill;
use find::SortedLines;

/// Who is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// One paragraph, as one clerk tells another.
    Clerk,
    /// Every step with clause, source, file, sheet and row.
    #[default]
    Auditor,
    /// A plain notice 告知书 for the person.
    Claimant,
}

/// Why a claim cannot be explained.
#[derive(Debug)]
pub enum ExplainError {
    /// The folder holds no workings.
    NotARun,
    /// No such claim; the ids next to it in the order of ids.
    Unknown { claim_id: String, nearest: Vec<String> },
    /// The folder's files cannot be read as what they should be.
    Unreadable { file: &'static str, cause: Cause },
}

impl ExplainError {
    pub fn text(&self) -> Text {
        match self {
            ExplainError::NotARun => Text::new(
                format!("该文件夹不是一次运行的结果：没有 {FILE}"),
                format!("not the folder of a run: it has no {FILE}"),
            ),
            ExplainError::Unknown { claim_id, nearest } => {
                let id = plain(claim_id);
                Text::new(
                    format!("没有申报 {id}；相邻的有：{}", nearest.join("、")),
                    format!("no claim {id}; next to it: {}", nearest.join(", ")),
                )
            }
            ExplainError::Unreadable { file, cause } => Text::new(
                format!("{file} 无法读取：{cause}"),
                format!("{file} cannot be read: {cause}"),
            ),
        }
    }
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for ExplainError {}

/// What a voice tells from.
struct Telling<'t> {
    working: &'t Working,
    clauses: &'t [ClauseRecord],
    bill: &'t Bill,
    lang: Lang,
}

impl Telling<'_> {
    /// The lines of the text, made harmless for a terminal.
    fn text(&self, voice: Voice) -> String {
        let told = match voice {
            Voice::Clerk => self.clerk(),
            Voice::Auditor => self.auditor(),
            Voice::Claimant => self.claimant(),
        };
        told.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n") + "\n"
    }

    fn both<'b>(&self, both: &'b Both) -> &'b str {
        self.lang.pick(&both.zh, &both.en)
    }

    fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        self.lang.pick(zh.into(), en.into())
    }
}

/// A claim's decision in one voice. A claim id that stands twice is explained twice.
pub fn explain(
    folder: &Path,
    claim_id: &str,
    voice: Voice,
    lang: Lang,
) -> Result<String, ExplainError> {
    let unreadable = |file| move |cause: Cause| ExplainError::Unreadable { file, cause };
    let file = File::open(folder.join(FILE)).map_err(|_| ExplainError::NotARun)?;
    let mut sorted = SortedLines::new(file).map_err(unreadable(FILE))?;
    let at = sorted.first_not_before(claim_id).map_err(unreadable(FILE))?;
    let found = sorted.all_from(at, claim_id).map_err(unreadable(FILE))?;
    if found.is_empty() {
        let nearest = sorted.around(at).map_err(unreadable(FILE))?;
        return Err(ExplainError::Unknown { claim_id: claim_id.to_owned(), nearest });
    }
    let clauses = clauses(folder).map_err(unreadable(CLAUSES_FILE))?;
    let mut explained = Vec::new();
    for line in found {
        let working: Working =
            serde_json::from_str(&line).map_err(|e| unreadable(FILE)(e.into()))?;
        let bill = Bill::read(folder, working.lines).map_err(unreadable(lines::FILE))?;
        let telling = Telling { working: &working, clauses: &clauses, bill: &bill, lang };
        explained.push(telling.text(voice));
    }
    Ok(explained.join("\n"))
}

fn clauses(folder: &Path) -> Result<Vec<ClauseRecord>, Cause> {
    let file = BufReader::new(File::open(folder.join(CLAUSES_FILE))?);
    Ok(serde_json::from_reader(file)?)
}
