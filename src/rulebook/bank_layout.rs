//! The bank's own file layout 代发格式 for `payments.csv`, read from a data file: which columns,
//! in which order, in which encoding.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::flow::Problem;

use super::reading::{DataFile, Wrong};

const FILE: &str = "layouts/bank_transfer.toml";

/// The layout of the transfer file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLayout {
    pub encoding: Encoding,
    pub has_header: bool,
    pub columns: Vec<BankColumn>,
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

/// How the file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Encoding {
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
    title: Spanned<String>,
    value: Option<BankValue>,
    text: Option<String>,
}

impl BankLayout {
    /// Reads `layouts/bank_transfer.toml`; every fault at once, with its line.
    pub fn load(data: &Path) -> Result<BankLayout, Vec<Problem>> {
        read(&DataFile::open(data, FILE).map_err(|fault| vec![fault])?)
    }
}

fn read(file: &DataFile) -> Result<BankLayout, Vec<Problem>> {
    let shape: FileShape = file.toml().map_err(|fault| vec![fault])?;
    let FileShape { purpose: Purpose::BankTransfer, encoding, header, column } = shape;
    let mut problems = Vec::new();
    let mut columns = Vec::with_capacity(column.len());
    for ColumnShape { title, value, text } in column {
        let content = match (value, text) {
            (Some(value), None) => Content::Value(value),
            (None, Some(text)) => Content::Fixed(text),
            _ => {
                problems.push(file.at(title.span(), neither_value_nor_text()));
                continue;
            }
        };
        columns.push(BankColumn { title: title.into_inner(), content });
    }
    let wants = |value| columns.iter().any(|column| column.content == Content::Value(value));
    // A column that could not be read may have been the one that is not found.
    if problems.is_empty() && !(wants(BankValue::Account) && wants(BankValue::Amount)) {
        problems.push(file.at(0..0, cannot_pay()));
    }
    if problems.is_empty() {
        Ok(BankLayout { encoding, has_header: header, columns })
    } else {
        Err(problems)
    }
}

fn neither_value_nor_text() -> Wrong {
    Wrong::new(
        "data-contradiction",
        ("该列没有写明内容", "it is not clear what this column holds"),
        ("value 和 text 恰好写一个", "write exactly one of `value` and `text`"),
    )
}

fn cannot_pay() -> Wrong {
    Wrong::new(
        "data-missing",
        (
            "没有账号列或金额列，无法付款",
            "no column for the account or the amount: nothing can be paid",
        ),
        (
            "补上 value = \"account\" 和 value = \"amount\" 的列",
            "add columns with value = \"account\" and value = \"amount\"",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../data/layouts/bank_transfer.toml");

    #[test]
    fn the_shipped_layout_reads() {
        let layout = read(&DataFile::new(FILE, SHIPPED)).expect("a layout");
        assert_eq!(layout.columns[3].content, Content::Value(BankValue::Account));
        assert_eq!(layout.encoding, Encoding::Utf8Marked);
    }

    #[test]
    fn a_wrong_layout_is_refused_with_its_line() {
        let check = |change: (&str, &str), expected: &str, line: Option<u32>| {
            let text = SHIPPED.replace(change.0, change.1);
            assert_ne!(text, SHIPPED, "the test changes nothing");
            let problems = read(&DataFile::new(FILE, text)).expect_err("must be refused");
            let told = &problems[0].explanation.en;
            assert!(told.contains(expected), "{told}");
            assert_eq!(problems[0].place.row, line, "{told}");
        };
        let line = |text: &str| {
            let at = SHIPPED.find(text).expect(text);
            Some(SHIPPED[..at].matches('\n').count() as u32 + 1)
        };
        let bank = "value = \"bank\"";
        check((bank, "value = \"branch\""), "unknown variant `branch`", line(bank));
        let header = "header = true";
        check((header, "headers = true"), "unknown field `headers`", line(header));
        check(("value = \"account\"", "text = \"1\""), "no column for the account", None);
        let title = line("title = \"用途\"");
        check(("text = \"异地就医手工报销\"", ""), "not clear what this column holds", title);
    }
}
