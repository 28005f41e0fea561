//! The bank's own file layout 代发格式 for `payments.csv`, read from a data file: which columns,
//! in which order, in which encoding.

use encoding_rs::GB18030;
use serde::Deserialize;

use crate::domain::Text;
use crate::flow::{Place, Problem};

/// The layout of the transfer file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLayout {
    encoding: Encoding,
    header: bool,
    columns: Vec<BankColumn>,
}

/// A column of the transfer file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankColumn {
    pub title: String,
    pub content: Content,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Value(BankValue),
    /// The same text in every row.
    Fixed(String),
}

/// Values a bank can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankValue {
    Number,
    Payee,
    Bank,
    Account,
    Amount,
    Claims,
    ClaimIds,
    Month,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-8-bom")]
    Utf8Marked,
    #[serde(rename = "gb18030")]
    Gb18030,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    purpose: Purpose,
    encoding: Encoding,
    header: bool,
    column: Vec<ColumnShape>,
}

/// Keeps a layout of something else from being taken for a bank's.
#[derive(Deserialize)]
enum Purpose {
    #[serde(rename = "bank_transfer")]
    BankTransfer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnShape {
    title: String,
    value: Option<BankValue>,
    text: Option<String>,
}

impl BankLayout {
    /// Reads `layouts/bank_transfer.toml`; `file` is how messages call it.
    pub fn parse(file: &str, text: &str) -> Result<BankLayout, Box<Problem>> {
        let shape: FileShape = toml::from_str(text).map_err(|error| {
            let row = error.span().map(|span| text[..span.start].matches('\n').count() as u32 + 1);
            let message = error.message();
            problem(file, row, format!("格式不对：{message}"), format!("not a layout: {message}"))
        })?;
        let FileShape { purpose: Purpose::BankTransfer, encoding, header, column } = shape;
        let columns: Result<Vec<BankColumn>, Box<Problem>> = column
            .into_iter()
            .map(|column| {
                let content = match (column.value, column.text) {
                    (Some(value), None) => Content::Value(value),
                    (None, Some(text)) => Content::Fixed(text),
                    _ => {
                        let title = &column.title;
                        let zh = format!("列“{title}”应当写 value 或 text 其中之一");
                        let en = format!("column \"{title}\" needs either value or text");
                        return Err(problem(file, None, zh, en));
                    }
                };
                Ok(BankColumn { title: column.title, content })
            })
            .collect();
        let layout = BankLayout { encoding, header, columns: columns? };
        let wants = |value| layout.columns.iter().any(|c| c.content == Content::Value(value));
        if !wants(BankValue::Account) || !wants(BankValue::Amount) {
            let zh = "没有账号列或金额列，无法付款".to_owned();
            return Err(problem(file, None, zh, "no column for the account or the amount".into()));
        }
        Ok(layout)
    }

    pub fn columns(&self) -> &[BankColumn] {
        &self.columns
    }

    pub fn has_header(&self) -> bool {
        self.header
    }

    /// The file's text in the bank's encoding. Every character of Unicode has a GB18030 form.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8Marked => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Encoding::Gb18030 => GB18030.encode(text).0.into_owned(),
        }
    }
}

fn problem(file: &str, row: Option<u32>, zh: String, en: String) -> Box<Problem> {
    let mut place = Place::file(file);
    place.row = row;
    Box::new(Problem {
        kind: "bank-layout",
        place,
        excerpt: String::new(),
        explanation: Text::new(zh, en),
        hint: Text::new(
            "对照该文件开头的说明改正",
            "correct it as the notes at the top of that file describe",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../data/layouts/bank_transfer.toml");

    #[test]
    fn the_shipped_layout_reads() {
        let layout = BankLayout::parse("layouts/bank_transfer.toml", SHIPPED).expect("a layout");
        assert_eq!(layout.columns()[3].content, Content::Value(BankValue::Account));
        assert!(layout.encode("张").starts_with(b"\xEF\xBB\xBF"));
    }

    #[test]
    fn a_wrong_layout_is_refused_with_its_line() {
        let check = |change: (&str, &str), expected: &str| {
            let text = SHIPPED.replace(change.0, change.1);
            assert_ne!(text, SHIPPED, "the test changes nothing");
            let problem = BankLayout::parse("bank.toml", &text).expect_err("must be refused");
            assert!(problem.explanation.en.contains(expected), "{}", problem.explanation.en);
        };
        check(("value = \"bank\"", "value = \"branch\""), "unknown variant `branch`");
        check(("header = true", "headers = true"), "unknown field `headers`");
        check(("value = \"account\"", "text = \"1\""), "no column for the account");
        check(("text = \"异地就医手工报销\"", ""), "needs either value or text");
    }
}
