//! Days, months, amounts and documents as people write them, in texts that the program made for
//! registers: `2024-05` becomes 2024年5月 or May 2024.

use crate::domain::words::Material;
use crate::domain::{Lang, Money};

use super::super::cells::grouped;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2024-03-04` in words.
pub(super) fn day(iso: &str, lang: Lang) -> Option<String> {
    let [year, month, day] = numbers(iso)?;
    let name = month_name(month)?;
    Some(lang.pick(format!("{year}年{month}月{day}日"), format!("{day} {name} {year}")))
}

/// `2024-03` in words.
fn month(iso: &str, lang: Lang) -> Option<String> {
    let [year, month] = numbers(iso)?;
    let name = month_name(month)?;
    Some(lang.pick(format!("{year}年{month}月"), format!("{name} {year}")))
}

fn month_name(month: u32) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?).copied()
}

fn numbers<const N: usize>(iso: &str) -> Option<[u32; N]> {
    let numbers: Option<Vec<u32>> = iso.split('-').map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// A document's name.
pub(super) fn material(material: Material, lang: Lang) -> &'static str {
    let english = match material {
        Material::IdCopy => "identity document",
        Material::Invoice => "invoice",
        Material::FeeList => "itemised bill",
        Material::DischargeRecord => "discharge record",
        Material::DiagnosisProof => "proof of the diagnosis",
        Material::Prescription => "prescription",
        Material::BankAccount => "bank account",
        Material::EmergencyProof => "proof of the emergency",
    };
    lang.pick(material.zh(), english)
}

/// A text with its words for documents as people say them.
pub(super) fn documents(text: &str, lang: Lang) -> String {
    let mut told = text.to_owned();
    for &known in Material::ALL.iter().filter(|material| material.word().contains('_')) {
        told = told.replace(known.word(), material(known, lang));
    }
    told
}

/// A phrase as a sentence.
pub(super) fn sentence(phrase: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{phrase}。"),
        Lang::En => {
            let mut chars = phrase.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>() + "."
        }
    }
}

/// A text with its days, months, amounts and documents as people write them.
pub(super) fn in_words(text: &str, lang: Lang) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        told.push_str(&rest[..at]);
        let run = rest[at..].find(|c: char| !c.is_ascii_digit() && c != '-' && c != '.');
        let (word, after) = rest[at..].split_at(run.unwrap_or(rest.len() - at));
        rest = after;
        // Behind a letter or a dash it is a part of some number.
        let is_part = told.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        match day_or_month(word, lang).filter(|_| !is_part) {
            Some(day) if lang == Lang::Zh => {
                told.truncate(told.trim_end().len());
                told.push_str(&day);
                rest = rest.trim_start();
            }
            Some(day) => told.push_str(&day),
            None => told.push_str(&amount(word).unwrap_or_else(|| word.to_owned())),
        }
    }
    told.push_str(rest);
    documents(&without_gaps(&told), lang)
}

fn day_or_month(word: &str, lang: Lang) -> Option<String> {
    match word.split('-').map(str::len).collect::<Vec<_>>()[..] {
        [4, 2, 2] => day(word, lang),
        [4, 2] => month(word, lang),
        _ => None,
    }
}

/// `1234.50` in groups.
fn amount(word: &str) -> Option<String> {
    let (_, fen) = word.split_once('.')?;
    let is_money = fen.len() == 2 && !word.contains('-');
    is_money.then(|| Money::parse(word).ok().map(grouped)).flatten()
}

/// Without blanks between two Chinese characters.
fn without_gaps(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_chinese = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c))
    };
    let kept = chars.iter().enumerate().filter(|&(at, &c)| {
        c != ' ' || !(is_chinese(at.checked_sub(1)) && is_chinese(Some(at + 1)))
    });
    kept.map(|(_, &c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_amounts_are_written_as_people_write_them() {
        for (text, zh, en) in [
            ("登记死亡日期 2024-03-29，早于", "登记死亡日期2024年3月29日，早于", "29 March 2024"),
            ("补缴 2024-11 的医保费", "补缴2024年11月的医保费", "November 2024"),
            ("2024-01、2024-02 未缴费", "2024年1月、2024年2月未缴费", "February 2024"),
            ("该月费用 2960.40 元", "该月费用 2,960.40 元", "2,960.40"),
            ("结算编号 JS-2024-05，票据 0071", "结算编号 JS-2024-05，票据 0071", "JS-2024-05"),
            ("已由 SJ-2024-0022 使用", "已由 SJ-2024-0022 使用", "SJ-2024-0022"),
            ("某市医院 在 3 楼", "某市医院在 3 楼", "3"),
            ("2024-13-01", "2024-13-01", "2024-13-01"),
        ] {
            assert_eq!(in_words(text, Lang::Zh), zh, "{text}");
            let english = in_words(text, Lang::En);
            assert!(english.contains(en), "{english}");
        }
    }
}
