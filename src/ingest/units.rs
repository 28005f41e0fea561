//! Units of money: `单位：万元` above a table, `（千元）` behind a header. Amounts in anything but yuan
//! are never read; ten-thousandfold is a mistake nobody finds again.
//!
//! The surprise: 单位 is also an institution, so `单位：分宜县医院` says nothing about money.

use crate::flow::{Cell, RowRef};
use crate::rulebook::fold;

/// Units that say nothing new.
const YUAN: [&str; 5] = ["元", "人民币", "人民币元", "rmb", "cny"];
/// Units that change every amount. Those of several characters are looked for first.
const OTHER: [&str; 27] = [
    "十万元",
    "百万元",
    "千万元",
    "万元",
    "千元",
    "百元",
    "十元",
    "亿元",
    "美元",
    "港元",
    "日元",
    "欧元",
    "韩元",
    "澳门元",
    "新台币",
    "台币",
    "港币",
    "英镑",
    "usd",
    "hkd",
    "角",
    "分",
    "厘",
    "百",
    "千",
    "万",
    "亿",
];
/// What may stand between a header and its unit: `金额/万元`.
const BEFORE_UNIT: [char; 7] = ['/', ',', ':', '-', '_', '、', '|'];
/// What a header of money says of its unit.
const UNIT_LABEL: &str = "单位";

/// Whether a folded text is nothing but a unit of money: yuan, or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Yuan,
    Other,
}

/// The unit a folded text is, brackets and the word 单位 left aside.
pub(super) fn of_word(folded: &str) -> Option<Unit> {
    let bare = folded.trim_matches(['(', ')', '[', ']', '【', '】', '〔', '〕', ':']);
    let bare = bare.rsplit_once(UNIT_LABEL).map_or(bare, |(_, after)| after);
    let bare = bare.trim_start_matches([':', '(', '为']);
    let money = bare.strip_prefix("人民币").unwrap_or(bare).trim_start_matches([':', '(']);
    if YUAN.contains(&bare) || YUAN.contains(&money) {
        return Some(Unit::Yuan);
    }
    OTHER.contains(&money).then_some(Unit::Other)
}

/// A folded header without the unit other than yuan that stands behind or within it.
pub(super) fn without(folded: &str) -> Option<String> {
    let plain: String = folded.chars().map(round_bracket).collect();
    if let Some((before, after)) = bracketed_unit(&plain) {
        return Some(format!("{before}{after}"));
    }
    if let Some((before, unit)) = plain.rsplit_once(BEFORE_UNIT)
        && of_word(unit) == Some(Unit::Other)
    {
        return Some(before.to_owned());
    }
    // A unit of one character could be the end of a word: 部分, 角.
    let long = OTHER.iter().filter(|unit| unit.ends_with('元'));
    let without = long.into_iter().find_map(|unit| plain.strip_suffix(unit));
    without.filter(|before| !before.is_empty()).map(str::to_owned)
}

fn round_bracket(c: char) -> char {
    match c {
        '[' | '【' | '〔' => '(',
        ']' | '】' | '〕' => ')',
        _ => c,
    }
}

/// What stands before and behind the first brackets that hold such a unit.
fn bracketed_unit(plain: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(open) = plain[from..].find('(').map(|at| from + at) {
        let close = plain[open..].find(')').map(|at| open + at)?;
        let inside = &plain[open + 1..close];
        let mut parts = inside.split([',', ';', '、', '，', '；']);
        if parts.any(|part| of_word(part) == Some(Unit::Other)) {
            return Some((&plain[..open], &plain[close + 1..]));
        }
        from = close + 1;
    }
    None
}

/// The text of a row above or below a table by which its amounts are not in yuan.
pub(super) fn line(row: RowRef<'_>) -> Option<String> {
    let texts: Vec<&str> = row
        .cells()
        .filter_map(|cell| match cell {
            Cell::Text(text) if !fold::word(text).is_empty() => Some(text),
            _ => None,
        })
        .collect();
    for (i, text) in texts.iter().enumerate() {
        let folded = fold::word(text);
        let is_label = folded.trim_end_matches(':').ends_with(UNIT_LABEL);
        let next = texts.get(i + 1).map(|next| fold::word(next));
        if is_label && next.as_deref().and_then(of_word) == Some(Unit::Other) {
            return Some(format!("{text}{}", texts[i + 1]));
        }
        let is_unit = folded.chars().count() > 1 && of_word(&folded) == Some(Unit::Other);
        let plain: String = folded.chars().map(round_bracket).collect();
        if is_unit || bracketed_unit(&plain).is_some() || says_unit(text) {
            return Some((*text).to_owned());
        }
    }
    None
}

/// `单位：万元`, with whatever else on the line.
fn says_unit(text: &str) -> bool {
    let plain: String =
        text.chars().filter(|&c| !fold::is_invisible(c)).map(fold::half_width).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ").replace("单 位", "单位");
    let mut rest = plain.as_str();
    while let Some((before, after)) = rest.split_once(UNIT_LABEL) {
        let told = after.trim_start_matches([' ', ':', '(', '为', '是']);
        let told = told.strip_prefix("人民币").unwrap_or(told).trim_start_matches([' ', ':', '(']);
        let word: String = told.chars().take_while(|c| c.is_alphanumeric()).collect();
        let mut long = OTHER.iter().filter(|unit| unit.ends_with('元'));
        let word = word.to_lowercase();
        if OTHER.contains(&word.as_str()) || long.any(|unit| word.starts_with(unit)) {
            return true;
        }
        let before = before.trim_end_matches([' ', '为']);
        if OTHER.iter().any(|unit| before.ends_with(&format!("以{unit}"))) {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether a row under a header holds nothing but units: 元, 万元, 次.
pub(super) fn is_row_of_units(row: RowRef<'_>) -> bool {
    let mut has_unit = false;
    for cell in row.cells() {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => {
                let folded = fold::word(text);
                if !folded.is_empty() && of_word(&folded).is_none() {
                    return false;
                }
                has_unit |= !folded.is_empty();
            }
            _ => return false,
        }
    }
    has_unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::RawRow;

    fn row(cells: &[&str]) -> RawRow {
        let mut row = RawRow::new(1);
        cells.iter().for_each(|text| row.push(Cell::Text(text)));
        row
    }

    #[test]
    fn a_line_says_that_amounts_are_not_in_yuan() {
        for cells in [
            &["单位：万元"][..],
            &["", "金额单位：人民币万元"],
            &["单位:", "千元"],
            &["填报单位：某县医保局    单位：万元   2024年6月"],
            &["（单位：角）"],
            &["单 位：百元"],
            &["某某医院费用统计表（万元）"],
            &["金额以万元为单位"],
            &["币种：人民币 单位：分"],
            &["单位：美元"],
            &["千元"],
        ] {
            assert!(line(row(cells).view()).is_some(), "{cells:?}");
        }
    }

    #[test]
    fn an_institution_is_no_unit() {
        for cells in [
            &["单位：元"][..],
            &["单位：分宜县人民医院"],
            &["填报单位：千山区医院", "日期：2024年6月"],
            &["单位：", "某县人民医院"],
            &["10万元以上费用明细"],
            &["分", "角落"],
            &["单位：人民币元"],
        ] {
            assert_eq!(line(row(cells).view()), None, "{cells:?}");
        }
    }

    #[test]
    fn a_header_is_told_apart_from_its_unit() {
        for (title, expected) in [
            ("金额(万元)", Some("金额")),
            ("金额【单位:千元】", Some("金额")),
            ("医疗费总额/万元", Some("医疗费总额")),
            ("医疗费(万元)总额", Some("医疗费总额")),
            ("金额万元", Some("金额")),
            ("单价:角", Some("单价")),
            ("金额(元)", None),
            ("金额", None),
            ("部分", None),
            ("(万元)", Some("")),
        ] {
            assert_eq!(without(title).as_deref(), expected, "{title}");
        }
    }
}
