//! What can be wrong with a cell: a fixed word, an explanation and a hint, each written once.

use std::fmt::Display;

use crate::domain::Text;

/// A list of words: what its words say, in both languages, and the usual ones among them.
pub(super) type List = (&'static str, &'static str, fn() -> String);

/// Why a cell cannot be read. Its place and text are added by whoever knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub kind: &'static str,
    pub explanation: Text,
    pub hint: Text,
}

impl Fault {
    pub fn new(kind: &'static str, why: (&str, &str), hint: (&str, &str)) -> Fault {
        Fault { kind, explanation: Text::new(why.0, why.1), hint: Text::new(hint.0, hint.1) }
    }

    pub fn missing() -> Fault {
        let hint = ("请补填该单元格", "fill in the cell");
        Fault::new("cell-missing", ("必填项为空", "a required cell is empty"), hint)
    }

    pub fn formula_error() -> Fault {
        let hint = ("请改正公式或直接填值", "mend the formula or write the value");
        Fault::new("cell-error", ("公式出错，没有值", "a formula error instead of a value"), hint)
    }

    pub fn encoding() -> Fault {
        let why = ("含有乱码，无法还原", "holds characters that could not be decoded");
        let hint = ("请以 UTF-8 重新导出文件", "export the file again as UTF-8");
        Fault::new("cell-encoding", why, hint)
    }

    pub fn unknown_word((zh, en, usual): List) -> Fault {
        let usual = usual();
        let hint = (
            format!("可填：{usual}；其他写法须先加入 vocabulary.csv"),
            format!("write one of {usual}, or add this word to vocabulary.csv first"),
        );
        let why = (format!("不认识的{zh}写法"), format!("unknown word for {en}"));
        Fault::new("word-unknown", (&why.0, &why.1), (&hint.0, &hint.1))
    }

    /// Some words of a cell with several.
    pub fn unknown_words(list: List, unknown: &[&str]) -> Fault {
        let unknown = unknown.join("、");
        let fault = Fault::unknown_word(list);
        let Text { zh, en } = fault.explanation;
        Fault {
            explanation: Text::new(format!("{zh}：{unknown}"), format!("{en}: {unknown}")),
            ..fault
        }
    }

    /// The end of something is before its beginning.
    pub fn reversed(first: impl Display, last: impl Display) -> Fault {
        let why = (
            format!("结束（{last}）早于开始（{first}）"),
            format!("the end ({last}) is before the beginning ({first})"),
        );
        let hint = ("请核对两个日期", "check both dates");
        Fault::new("dates-reversed", (&why.0, &why.1), hint)
    }

    pub fn damaged_number() -> Fault {
        Fault::new(
            "number-damaged",
            (
                "号码曾被表格当作数字保存，末尾数位已丢失",
                "the spreadsheet stored it as a number and lost its last digits",
            ),
            ("请把该列设为文本并重新填写原号码", "format the column as text and enter it anew"),
        )
    }
}
