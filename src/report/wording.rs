//! Small words shared by the reports that people read: how a match was found, why a filing did
//! not help, and texts set in columns of a terminal, where a Chinese character is two wide.

use std::fmt;

use crate::domain::citation::Checked;
use crate::domain::{Citation, Lang, Money, Text};
use crate::flow::decisions::GateVerdict;

use super::cells::grouped;

/// The rule that found a link, in words; a rule not known here is shown as it is called.
pub fn found_by(tier: &str) -> Text {
    let (zh, en) = match tier {
        "id" | "person_id" => ("证件号码", "identity number"),
        "claim_id" => ("申报编号", "claim number"),
        "invoice" => ("票据代码和号码", "invoice code and number"),
        "invoice_hospital" => ("票据号码和医疗机构", "invoice number and hospital"),
        "stay_total" => ("人员、机构、日期和总额", "person, hospital, dates and total"),
        "code" => ("编码", "code"),
        "name" => ("名称", "name"),
        "alias" => ("别名", "alias"),
        "normalised_name" => ("规范化后的名称", "normalised name"),
        "name_birth_region" => ("姓名、出生日期和参保地", "name, birth date and region"),
        "similar_name" => ("相近名称", "similar name"),
        "national_code" => ("国家医保编码", "national code"),
        "local_code" => ("就医地编码", "local code of the place of treatment"),
        other => (other, other),
    };
    Text::new(zh, en)
}

pub fn gate_verdict(verdict: GateVerdict) -> Text {
    let (zh, en) = match verdict {
        GateVerdict::Reject => ("不予支付", "refused"),
        GateVerdict::Pend => ("待补正", "pending"),
        GateVerdict::Hold => ("暂缓", "held"),
        GateVerdict::Reduce => ("降低支付", "reduced"),
    };
    Text::new(zh, en)
}

/// Document, article, and whether somebody has compared the value with it.
pub fn citation(citation: &Citation) -> Text {
    let source = citation.short();
    match citation.checked {
        Checked::On(day) => {
            Text::new(format!("{source}（{day} 核对）"), format!("{source} (checked {day})"))
        }
        Checked::Never => {
            Text::new(format!("{source}（未核对）"), format!("{source} (NOT checked)"))
        }
    }
}

/// How many columns of a terminal a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

pub fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

pub fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// A cure in one phrase: what to do, the last day it helps, how much more the fund would pay.
pub fn cure(what: &str, by: Option<&dyn fmt::Display>, worth: Option<Money>, lang: Lang) -> String {
    let by = by.map(|day| lang.pick(format!("最迟 {day}"), format!("by {day}")));
    let worth = worth.filter(|worth| worth.is_positive()).map(|worth| {
        let worth = grouped(worth);
        lang.pick(format!("可多付 {worth} 元"), format!("worth {worth}"))
    });
    let details: Vec<String> = by.into_iter().chain(worth).collect();
    if details.is_empty() {
        return what.to_owned();
    }
    let list = details.join(lang.pick("，", ", "));
    lang.pick(format!("{what}（{list}）"), format!("{what} ({list})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_is_two_columns_wide() {
        assert_eq!(pad_right("支付", 6), "支付  ");
        assert_eq!(pad_left("pay", 6), "   pay");
        assert_eq!(width("张**，"), 6);
    }
}
