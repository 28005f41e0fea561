//! A corpus of the project's own: one small file for every rule about what kinds of files are
//! read and what becomes of those that are not. Each is a sentence, a file and what it must give.

mod refused;
mod texts;
mod workbooks;

use std::fs;

use lingbao::flow::{Cell, RawBatch, RowRef, Silent};
use lingbao::ingest::read_batch;
use tempfile::TempDir;

use crate::batch::setup;

/// The row that every readable file holds, if its days are dates.
const ROW: &str = "2:A1|<2024-06-01>|床位费|2|30|60";

/// One file and what it must give.
struct Form {
    says: String,
    name: &'static str,
    bytes: Vec<u8>,
    gives: Gives,
}

enum Gives {
    /// The rows of its one table, and the kinds of what is noted besides.
    Rows(Vec<String>, Vec<&'static str>),
    /// Nothing, and why.
    Nothing(&'static str),
}

fn form(says: impl Into<String>, name: &'static str, bytes: Vec<u8>, gives: Gives) -> Form {
    Form { says: says.into(), name, bytes, gives }
}

/// Reads as [`ROW`] with nothing to be noted.
fn reads(says: impl Into<String>, name: &'static str, bytes: Vec<u8>) -> Form {
    form(says, name, bytes, Gives::Rows(vec![ROW.to_owned()], Vec::new()))
}

fn nothing(says: &str, name: &'static str, bytes: Vec<u8>, why: &'static str) -> Form {
    form(says, name, bytes, Gives::Nothing(why))
}

/// Dates stand in angle brackets and errors between exclamation marks.
fn shown(row: RowRef<'_>) -> String {
    let cell = |cell: Cell<'_>| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => format!("<{day}>"),
        Cell::Bool(is_true) => is_true.to_string(),
        Cell::Error(error) => format!("!{error}!"),
    };
    format!("{}:{}", row.row, row.cells().map(cell).collect::<Vec<_>>().join("|"))
}

/// Tries all files, each in a batch of its own, and tells everything that is not as it must be.
fn check(forms: Vec<Form>) {
    let wrong: Vec<String> = forms.into_iter().filter_map(complaint).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn complaint(form: Form) -> Option<String> {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(form.name), &form.bytes).expect("a file");
    let batch = read_batch(folder.path(), &setup().layouts, &crate::batch::workbooks(), &Silent);
    let batch: RawBatch = batch.expect("a batch");
    let rows: Vec<String> =
        batch.tables.iter().flat_map(|table| table.rows.iter().map(shown)).collect();
    let unread: Vec<&str> = batch.unread.iter().map(|problem| problem.kind).collect();
    let notes: Vec<&str> = batch.notes.iter().map(|problem| problem.kind).collect();
    let is_right = match &form.gives {
        Gives::Rows(expected, noted) => {
            rows == *expected && unread.is_empty() && notes == *noted && batch.tables.len() == 1
        }
        Gives::Nothing(why) => batch.tables.is_empty() && unread == [*why],
    };
    let told = batch.unread.iter().map(|problem| problem.excerpt.as_str()).collect::<String>();
    (!is_right).then(|| format!("{}: {rows:?}, unread {unread:?} {told}, {notes:?}", form.says))
}
