//! What people made of findings 核查结论: it comes back through a table, is kept on the books, and
//! silences the same finding on the same rows.
//!
//! The surprise: nothing is silenced by a finding's number alone. [`RowsCode`] is made of the rows
//! it rests on, so a claim that was corrected meanwhile is looked into again.

use crate::domain::dates::Date;
use crate::domain::words::CheckVerdict;
use crate::domain::{Money, Origin, Text};

use super::findings::Finding;

/// A code made of the rows a finding rests on 核对码: 16 hexadecimal digits.
pub type RowsCode = String;

/// A row of a table of verdicts.
#[derive(Clone, Debug)]
pub struct DispositionRow {
    pub origin: Origin,
    pub finding: String,
    pub rows: Option<RowsCode>,
    /// None where nobody has decided yet.
    pub verdict: Option<CheckVerdict>,
    pub checked_by: Option<String>,
    pub checked_on: Option<Date>,
    pub note: String,
    pub reference: String,
}

/// What was decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition {
    pub finding: String,
    pub rows: RowsCode,
    pub verdict: CheckVerdict,
    pub checked_by: String,
    pub checked_on: Date,
    pub note: String,
    /// The owner's reference 文号: under what the papers are kept.
    pub reference: String,
}

impl Disposition {
    /// Whether it answers a finding made today.
    pub fn is_of(&self, finding: &Finding) -> bool {
        self.finding == finding.id && self.rows == finding.rows
    }

    /// Who decided, when, and where the papers are: `排除：某某 2024-07-02，文号 2024-3`.
    pub fn text(&self) -> Text {
        let (by, on) = (&self.checked_by, self.checked_on);
        let reference = match self.reference.as_str() {
            "" => (String::new(), String::new()),
            it => (format!("，文号 {it}"), format!(", reference {it}")),
        };
        let note = match self.note.as_str() {
            "" => (String::new(), String::new()),
            it => (format!("：{it}"), format!(": {it}")),
        };
        let (zh, en) = (self.verdict.zh(), self.verdict.word());
        Text::new(
            format!("{zh}（{by}，{on}{}）{}", reference.0, note.0),
            format!("{en} ({by}, {on}{}){}", reference.1, note.1),
        )
    }
}

/// A finding that was looked into and found innocent on these very rows.
#[derive(Clone, Debug)]
pub struct Silenced {
    pub finding: Finding,
    pub by: Disposition,
}

/// What became of the findings of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    /// On the books, each with its rows counted once.
    pub found: u64,
    pub confirmed: u64,
    pub partly: u64,
    pub innocent: u64,
    pub unsettled: u64,
    /// At risk in those that were confirmed, wholly or in part.
    pub confirmed_risk: Money,
}

impl VerdictCounts {
    /// Nobody has decided yet.
    pub fn open(&self) -> u64 {
        self.found.saturating_sub(self.confirmed + self.partly + self.innocent + self.unsettled)
    }

    /// Those that were right, of those of which that is known.
    pub fn right_of(&self) -> (u64, u64) {
        let right = self.confirmed + self.partly;
        (right, right + self.innocent)
    }
}
