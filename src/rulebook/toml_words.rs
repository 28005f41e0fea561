//! What the TOML reader complains of, in both languages. It speaks English only, and whoever keeps
//! the data of a county need not.

use crate::domain::Text;

/// The reader's message in both languages; of the rarer ones the Chinese only says that the file
/// is not written correctly and repeats it.
pub fn in_both_languages(message: &str) -> Text {
    let zh = known(message).unwrap_or_else(|| format!("文件写法有误：{message}"));
    Text::new(zh, message)
}

fn known(message: &str) -> Option<String> {
    if let Some((key, expected)) = split(message, "unknown field ") {
        return Some(format!("没有 {key} 这个键；可用的键：{expected}"));
    }
    if let Some((word, expected)) = split(message, "unknown variant ") {
        return Some(format!("没有 {word} 这个词；可用的词：{expected}"));
    }
    if let Some(key) = message.strip_prefix("missing field ") {
        return Some(format!("缺少 {} 这个键", bare(key)));
    }
    if message.starts_with("duplicate key") || message.starts_with("duplicate field") {
        return Some("同一个键写了两次".to_owned());
    }
    let (found, expected) = split(message, "invalid type: ")?;
    let known = EXPECTED.iter().find(|(english, _)| expected.starts_with(english));
    let expected = known.map_or(expected.as_str(), |(_, zh)| zh);
    let found = FOUND.iter().fold(found, |found, (english, zh)| found.replacen(english, zh, 1));
    Some(format!("类型不对：写的是{found}，应为{expected}"))
}

/// What the reader calls what it found.
const FOUND: [(&str, &str); 6] = [
    ("string ", "文字 "),
    ("integer ", "整数 "),
    ("floating point ", "小数 "),
    ("boolean ", "逻辑值 "),
    ("sequence", "列表"),
    ("map", "表"),
];

/// What the reader calls the types that our files use.
const EXPECTED: [(&str, &str); 8] = [
    ("a string", "加引号的文字"),
    ("a boolean", " true 或 false"),
    ("a sequence", "方括号括起的列表 [ ]"),
    ("a map", "花括号括起的表 { }"),
    ("struct", "花括号括起的表 { }"),
    ("u", "不加引号的整数"),
    ("i", "不加引号的整数"),
    ("enum", "规定的词"),
];

/// `unknown field `x`, expected one of `a`, `b`` → `x` and `a、b`.
fn split(message: &str, prefix: &str) -> Option<(String, String)> {
    let (found, expected) = message.strip_prefix(prefix)?.split_once(", expected ")?;
    let expected = expected.trim_start_matches("one of ").replace(" or ", ", ");
    Some((bare(found), bare(&expected).replace(", ", "、")))
}

fn bare(text: &str) -> String {
    text.replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "days")]
        _days: u8,
    }

    #[test]
    fn the_usual_complaints_are_told_in_chinese() {
        for (text, expected) in [
            ("name = \"a\"\ndays = 1\ncolour = 2", "没有 colour 这个键；可用的键：name、days"),
            ("name = \"a\"", "缺少 days 这个键"),
            ("name = 1\ndays = 1", "类型不对：写的是整数 1，应为加引号的文字"),
            ("name = \"a\"\ndays = \"1\"", "类型不对：写的是文字 \"1\"，应为不加引号的整数"),
            ("name = \"a\"\nname = \"b\"\ndays = 1", "同一个键写了两次"),
            ("name = \"a", "文件写法有误：invalid basic string, expected `\"`"),
        ] {
            let error = toml::from_str::<Shape>(text).expect_err(text);
            assert_eq!(in_both_languages(error.message()).zh, expected, "{text}");
        }
    }
}
