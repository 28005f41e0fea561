//! What can be wrong with a cell: a fixed word, an explanation and a hint, each written once.

use crate::domain::Text;

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
        let why = ("公式出错，没有值", "a formula error instead of a value");
        Fault::new(
            "cell-error",
            why,
            ("请改正公式或直接填值", "mend the formula or write the value"),
        )
    }

    pub fn encoding() -> Fault {
        let why = ("含有无法解码的字符", "holds characters that could not be decoded");
        Fault::new(
            "cell-encoding",
            why,
            ("请以 UTF-8 重新导出文件", "export the file again as UTF-8"),
        )
    }

    pub fn unknown_word(list_zh: &str, list_en: &str) -> Fault {
        Fault::new(
            "word-unknown",
            (&format!("不认识的{list_zh}"), &format!("unknown {list_en}")),
            ("请改用标准写法，或在用语表中加别名", "use a standard word, or add an alias"),
        )
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
