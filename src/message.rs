//! The one renderer of problems: place, excerpt, explanation, hint.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::domain::{Lang, Text};
use crate::flow::{Place, Problem};

/// `file#sheet!row column`, as far as they are known.
pub fn place(place: &Place) -> String {
    let mut text = place.file.clone();
    if let Some(sheet) = place.sheet.as_deref().filter(|sheet| !sheet.is_empty()) {
        text.push('#');
        text.push_str(sheet);
    }
    if let Some(row) = place.row {
        text.push_str(&format!("!{row}"));
    }
    if let Some(column) = &place.column {
        text.push(' ');
        text.push_str(column);
    }
    inert(&text)
}

/// Four lines: what is wrong, where, how it stood, what to do.
pub fn problem(problem: &Problem, lang: Lang) -> String {
    let mut lines = vec![problem.explanation.get(lang).to_owned()];
    lines.push(format!("  --> {}", place(&problem.place)));
    if !problem.excerpt.is_empty() {
        lines.push(format!("   | {}", inert(&problem.excerpt)));
    }
    lines.push(format!("   = {}", problem.hint.get(lang)));
    lines.join("\n")
}

/// What the system says of a file, in both languages where it is one of the usual things; its own
/// words follow, for whoever looks after the machine.
pub fn io_words(error: &io::Error) -> Text {
    let usual = match error.kind() {
        ErrorKind::NotFound => ("文件或文件夹不存在", "no such file or folder"),
        ErrorKind::PermissionDenied => ("没有权限", "no permission"),
        ErrorKind::StorageFull => ("磁盘已满", "the disk is full"),
        ErrorKind::QuotaExceeded => ("超出磁盘配额", "the disk quota is used up"),
        ErrorKind::FileTooLarge => ("文件超过系统允许的大小", "larger than the system allows"),
        ErrorKind::ReadOnlyFilesystem => ("磁盘只读", "the disk is read-only"),
        ErrorKind::NotADirectory => ("路径中有一段不是文件夹", "a part of the path is no folder"),
        _ => return Text::new(error.to_string(), error.to_string()),
    };
    Text::new(format!("{}（{error}）", usual.0), format!("{} ({error})", usual.1))
}

/// Like [`io_words`] for an error that may be the system's or only stem from one.
pub fn cause_words(error: &(dyn Error + 'static)) -> Text {
    let mut link = Some(error);
    while let Some(error) = link {
        if let Some(system) = error.downcast_ref::<io::Error>() {
            return io_words(system);
        }
        link = error.source();
    }
    Text::new(error.to_string(), error.to_string())
}

/// The text without control characters, which could drive a terminal.
pub fn inert(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_place_excerpt_explanation_and_hint() {
        let shown = problem(
            &Problem {
                kind: "money-fraction",
                place: Place::sheet("县A.xlsx", "申报").row(7).column("C 医疗费总额"),
                excerpt: "12.345\u{1b}[2J".into(),
                explanation: Text::new("金额有三位小数", "an amount has a third decimal"),
                hint: Text::new("改为两位小数", "write two decimals"),
            },
            Lang::Zh,
        );
        assert_eq!(
            shown,
            "金额有三位小数\n  --> 县A.xlsx#申报!7 C 医疗费总额\n   | 12.345\u{FFFD}[2J\n   = 改为两位小数"
        );
    }
}
