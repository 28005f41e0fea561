//! What is wrong with an input, in the four parts every message has: place, excerpt, explanation,
//! hint. Problems are data: they are collected, counted and reported, never thrown.

use crate::domain::Text;

/// Where in the inputs something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path inside the batch or the data folder, with forward slashes.
    pub file: String,
    pub sheet: Option<String>,
    /// Row (or line) counted from 1.
    pub row: Option<u32>,
    /// Column as the spreadsheet names it: `C`, with its title if it has one: `C 医疗费总额`.
    pub column: Option<String>,
}

impl Place {
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), ..Place::default() }
    }

    pub fn sheet(file: impl Into<String>, sheet: impl Into<String>) -> Place {
        Place { file: file.into(), sheet: Some(sheet.into()), ..Place::default() }
    }

    pub fn row(mut self, row: u32) -> Place {
        self.row = Some(row);
        self
    }

    pub fn column(mut self, column: impl Into<String>) -> Place {
        self.column = Some(column.into());
        self
    }
}

/// One thing that is wrong, said so that the reader can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A fixed word for tests and filters, e.g. `money-fraction`.
    pub kind: &'static str,
    pub place: Place,
    /// The text as it stood; identity numbers are masked by whoever makes the problem.
    pub excerpt: String,
    /// What is wrong.
    pub explanation: Text,
    /// What to do.
    pub hint: Text,
}
