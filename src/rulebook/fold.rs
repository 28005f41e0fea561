//! Makes texts comparable that mean the same to a reader: full width and half width, kinds of
//! blanks, characters nobody sees.
//!
//! The surprise: brackets in a header are dropped only when they hold a unit or a remark of a
//! fixed list. （元） says nothing new, but （万元） would change every amount ten-thousandfold.

use std::borrow::Cow;

/// The half-width form of a full-width letter, digit or sign; blanks of any kind as a space.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{FFE5}' => '¥',
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

/// Zero-width and direction marks, the byte-order mark, the soft hyphen.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}' | '\u{180E}'
    )
}

/// Half width, lower case, without blanks and invisible characters: what words are compared by.
pub fn word(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|&c| !is_invisible(c)).map(half_width).filter(|&c| c != ' ');
    Cow::Owned(kept.flat_map(char::to_lowercase).filter(|c| !c.is_control()).collect())
}

/// What brackets behind a header may hold without changing its meaning, folded.
const REMARKS: &[&str] = &[
    "元",
    "单位:元",
    "人民币",
    "人民币元",
    "必填",
    "选填",
    "必填项",
    "选填项",
    "可选",
    "可不填",
    "是/否",
    "是否",
    "1/0",
    "0/1",
    "年月日",
    "年-月-日",
    "yyyy-mm-dd",
    "yyyymmdd",
    "yyyy/mm/dd",
    "yyyymm",
    "18位",
    "6位",
    "代码",
    "名称",
    "文本",
    "文本格式",
];

/// A header for comparison: a folded word without `*`, a colon at the end and bracketed remarks.
pub fn title(text: &str) -> String {
    let folded = word(text);
    let mut rest: String = folded
        .chars()
        .filter(|&c| c != '*')
        .map(|c| match c {
            '[' | '【' | '〔' => '(',
            ']' | '】' | '〕' => ')',
            _ => c,
        })
        .collect();
    while let Some(shorter) = without_remark(&rest) {
        rest = shorter;
    }
    rest
}

fn without_remark(title: &str) -> Option<String> {
    if let Some(shorter) = title.strip_suffix([':', '：']) {
        return Some(shorter.to_owned());
    }
    if let Some(shorter) = title.strip_suffix("/元").or_else(|| title.strip_suffix(",元")) {
        return Some(shorter.to_owned());
    }
    let (before, remark) = title.strip_suffix(')')?.rsplit_once('(')?;
    (REMARKS.contains(&remark) && !before.is_empty()).then(|| before.to_owned())
}

/// Whether the character is a Chinese ideograph (the blocks in common use).
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_mean_the_same_fold_to_the_same() {
        for (written, expected) in [
            ("医疗费总额（元）", "医疗费总额"),
            ("* 医疗费总额 (元)：", "医疗费总额"),
            ("医疗费\n总额【单位：元】*", "医疗费总额"),
            ("ＣＥＲＴＮＯ", "certno"),
            ("入院（就诊）日期", "入院(就诊)日期"),
            ("医疗费总额（万元）", "医疗费总额(万元)"),
            ("\u{FEFF}姓　名", "姓名"),
            ("（元）", "(元)"),
        ] {
            assert_eq!(title(written), expected, "{written}");
        }
    }
}
