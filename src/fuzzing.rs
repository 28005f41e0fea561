//! One function for each kind of input that comes from outside, for the targets in `fuzz/`. None
//! of them may panic, whatever it is given. Not part of the program.
//!
//! The surprise: the same functions are tried a few hundred times in the ordinary tests, so that
//! a change that breaks them is seen without a fuzzer.

pub use crate::ingest::fuzzing::{content, frames, sheet, text};
pub use crate::normalise::fuzzing::{cells, numbers};
pub use crate::rulebook::fuzzing::{layout, policy, region};

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Pieces that cells are made of, so that more than noise is tried.
    const PIECES: &[&str] = &[
        "2024",
        "6",
        "06",
        "-",
        "/",
        ".",
        "年",
        "月",
        "日",
        "至",
        "~",
        " ",
        "　",
        "１",
        "２",
        "¥",
        ",",
        "元",
        "角",
        "分",
        "万",
        "亿",
        "壹",
        "零",
        "整",
        "(",
        ")",
        "%",
        "E+17",
        "420106197003059969",
        "X",
        "x",
        "市",
        "省",
        "区",
        "武汉",
        "湖北",
        "H",
        "00",
        "=\"",
        "\"",
        "'",
        "\u{200B}",
        "小计",
        "合计",
        "负",
        "二〇二四",
        "十",
        "廿",
        "\u{FFFD}",
        "#N/A",
        "长期",
        "NaN",
        "inf",
        "1e309",
        "\t",
        "\n",
        "，",
        ";",
    ];

    fn pieces() -> impl Strategy<Value = String> {
        let piece = (0..PIECES.len()).prop_map(|place| PIECES[place].to_owned());
        vec(prop_oneof![4 => piece, 1 => any::<String>()], 0..12).prop_map(|all| all.concat())
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let noise = vec(any::<u8>(), 0..600);
        prop_oneof![noise, pieces().prop_map(String::into_bytes)]
    }

    /// The shipped files, with some bytes replaced.
    fn mangled(file: &'static str) -> impl Strategy<Value = String> {
        let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file);
        let shipped = std::fs::read_to_string(shipped).expect("a shipped file");
        let changes = vec((any::<prop::sample::Index>(), pieces(), 0..9usize), 0..4);
        changes.prop_map(move |changes| {
            let mut text: Vec<char> = shipped.chars().collect();
            for (at, piece, length) in changes {
                let at = at.index(text.len());
                let end = (at + length).min(text.len());
                text.splice(at..end, piece.chars());
            }
            text.into_iter().collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn cells_are_read_or_refused(text in pieces()) {
            super::cells(&text);
            super::region(&text);
        }

        #[test]
        fn number_cells_are_read_or_refused(number in any::<f64>()) {
            super::numbers(&number.to_le_bytes());
        }

        #[test]
        fn files_of_any_bytes_are_recognised_and_read_or_refused(data in bytes()) {
            super::content(&data);
            super::text(&data);
            super::sheet(&data);
            super::frames(&data);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn data_files_are_read_or_refused(
            layout in mangled("layouts/claims.toml"),
            policy in mangled("regions/420100/policy.toml"),
        ) {
            super::layout(&layout);
            super::policy(&policy);
        }
    }
}
