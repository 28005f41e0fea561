//! Texts of cells without what spreadsheets and keyboards add: full-width letters and digits,
//! blanks of all kinds, invisible characters, a leading apostrophe, Excel's `="0123"`.
//!
//! The surprise: `/`, `-` and 无 mean that there is nothing. Offices write them into cells that
//! do not apply, and two people whose agent is 无 do not share an agent.

use std::borrow::Cow;

use super::fault::Fault;
use crate::flow::Cell;
use crate::rulebook::fold;

/// What offices write into a cell that does not apply.
const NOTHING: [&str; 13] =
    ["/", "\\", "-", "--", "---", "—", "——", "无", "空", "N/A", "n/a", "NULL", "null"];

/// What any cell parser answers: nothing for an empty cell.
pub(super) type Parsed<T> = Result<Option<T>, Fault>;

/// The text of a cell; a number as its digits.
pub(super) fn plain(cell: Cell<'_>) -> Parsed<Cow<'_, str>> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Error(_) => return Err(Fault::formula_error()),
        Cell::Text(text) => clean(text),
        other => Cow::Owned(shown(other)),
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Fault::encoding());
    }
    Ok((!text.is_empty() && !NOTHING.contains(&&*text)).then_some(text))
}

pub(super) fn owned(cell: Cell<'_>) -> Parsed<String> {
    Ok(plain(cell)?.map(Cow::into_owned))
}

/// A name of a person or a hospital: brackets half width, no blank beside an ideograph.
pub(super) fn name(cell: Cell<'_>) -> Parsed<String> {
    let Some(text) = plain(cell)? else { return Ok(None) };
    let chars: Vec<char> = text.chars().map(fold::half_width).collect();
    let is_ideograph =
        |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|&c| fold::is_ideograph(c));
    let kept = chars.iter().enumerate().filter(|&(i, &c)| {
        c != ' ' || !(is_ideograph(i.checked_sub(1)) || is_ideograph(Some(i + 1)))
    });
    Ok(Some(kept.map(|(_, &c)| c).collect()))
}

/// A text in half width throughout and without blanks: for numbers, dates, codes.
pub(super) fn compact(cell: Cell<'_>) -> Parsed<String> {
    let Some(text) = plain(cell)? else { return Ok(None) };
    let compact: String = text.chars().map(fold::half_width).filter(|&c| c != ' ').collect();
    Ok((!compact.is_empty() && !NOTHING.contains(&&*compact)).then_some(compact))
}

/// The text as a cell holds it, for excerpts and the list of rejected rows.
pub(super) fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Error(text) => text.to_owned(),
        Cell::Number(number) if number.abs() < 1e21 => number.to_string(),
        Cell::Number(number) => format!("{number:e}"),
        Cell::Date(day) => day.to_string(),
        Cell::Bool(is_true) => if is_true { "TRUE" } else { "FALSE" }.to_owned(),
    }
}

/// Most texts are clean already and are not copied.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_clean = text.chars().all(stays);
    let text = if is_clean {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(clean_char).collect::<String>())
    };
    let inner = without_dress(text.trim());
    if inner.len() == text.len() { text } else { Cow::Owned(inner.to_owned()) }
}

/// Whether a character is kept as it is; the cheap questions come first.
fn stays(c: char) -> bool {
    matches!(c, ' '..='~') || fold::is_ideograph(c) || !c.is_control() && clean_char(c) == Some(c)
}

fn clean_char(c: char) -> Option<char> {
    if fold::is_invisible(c) {
        return None;
    }
    if c.is_whitespace() || c.is_control() {
        return Some(' ');
    }
    let half = fold::half_width(c);
    Some(if half.is_ascii_alphanumeric() { half } else { c })
}

fn without_dress(text: &str) -> &str {
    let text = text.strip_prefix('\'').unwrap_or(text);
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text)
    }

    #[test]
    fn what_spreadsheets_add_is_taken_off() {
        for (written, expected) in [
            (" SB001\t", Some("SB001")),
            ("ＳＢ００１", Some("SB001")),
            ("\u{3000}张\u{200B}三\u{A0}", Some("张三")),
            ("'00123", Some("00123")),
            ("=\"00123\"", Some("00123")),
            ("北京\n协和", Some("北京 协和")),
            ("（一）", Some("（一）")),
            ("无", None),
            (" / ", None),
            ("\u{FEFF}", None),
        ] {
            let cell = text(written);
            assert_eq!(plain(cell).expect(written).as_deref(), expected, "{written:?}");
        }
    }

    #[test]
    fn a_clean_text_is_not_copied() {
        assert!(matches!(clean("床位费"), Cow::Borrowed(_)));
        assert!(matches!(clean("SB001"), Cow::Borrowed(_)));
    }

    #[test]
    fn blanks_inside_chinese_names_go_and_others_stay() {
        for (written, expected) in [
            ("张　三", "张三"),
            ("某市第一医院（东院）", "某市第一医院(东院)"),
            ("Anna  Li", "Anna  Li"),
        ] {
            assert_eq!(name(text(written)).expect(written).as_deref(), Some(expected));
        }
    }

    #[test]
    fn errors_and_undecodable_texts_are_faults() {
        let kind = |cell: Cell| plain(cell).expect_err("a fault").kind;
        assert_eq!(kind(Cell::Error("#N/A")), "cell-error");
        assert_eq!(kind(text("张\u{FFFD}")), "cell-encoding");
    }
}
