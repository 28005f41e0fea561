//! Texts made harmless before they are written: no control character, no direction override, and
//! nothing that a spreadsheet would run.
//!
//! The surprise: full-width signs are guarded too, because spreadsheets set to Chinese take `＝`
//! for `=`.

use std::borrow::Cow;

use crate::domain::Money;

/// Characters a spreadsheet takes for the beginning of a formula.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The text on one line, with everything that steers a terminal or turns the reading direction
/// replaced by a visible mark.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| match c {
                '\n' | '\r' | '\t' => ' ',
                c if steers(c) => '\u{FFFD}',
                c => c,
            })
            .collect(),
    )
}

/// [`plain`], and with an apostrophe before what a spreadsheet would run as a formula.
pub fn safe_cell(text: &str) -> Cow<'_, str> {
    let shown = plain(text);
    if text.starts_with(FORMULA_STARTS) || shown.trim_start().starts_with(FORMULA_STARTS) {
        return Cow::Owned(format!("'{shown}"));
    }
    shown
}

/// Control characters and the marks that override reading direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Yuan with thousands separators, for people: `-1,234,567.80`.
pub fn grouped(money: Money) -> String {
    let written = money.to_string();
    let (sign, digits) = written.strip_prefix('-').map_or(("", &*written), |rest| ("-", rest));
    let (yuan, fen) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut shown = String::from(sign);
    for (place, digit) in yuan.chars().enumerate() {
        if place > 0 && (yuan.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown + "." + fen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_gets_an_apostrophe() {
        let check = |text: &str, expected: &str| assert_eq!(safe_cell(text), expected, "{text:?}");
        check("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "' =1");
        check("\r=1", "' =1");
        check("  =1", "'  =1");
        check("＝1+1", "'＝1+1");
        check("A-1", "A-1");
        check("阿莫西林", "阿莫西林");
        check("", "");
    }

    #[test]
    fn what_steers_a_terminal_or_turns_the_text_is_made_visible() {
        assert_eq!(plain("a\u{1b}[2J\nb"), "a\u{FFFD}[2J b");
        assert_eq!(plain("\u{202E}txt.exe"), "\u{FFFD}txt.exe");
        assert!(matches!(plain("张三"), Cow::Borrowed(_)));
    }

    #[test]
    fn thousands_are_set_apart() {
        let check = |fen, expected: &str| assert_eq!(grouped(Money::from_fen(fen)), expected);
        check(0, "0.00");
        check(99_999, "999.99");
        check(100_000, "1,000.00");
        check(-123_456_780, "-1,234,567.80");
    }
}
