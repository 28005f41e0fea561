//! Text files: encodings, delimiters, line ends, whatever their names.

use encoding_rs::GB18030;

use super::{Form, Gives, check, form};

const TEXT: &str = "申报编号,费用日期,项目名称,数量,单价,金额\nA1,2024-06-01,床位费,2,30,60\n";
const ROW: &str = "2:A1|2024-06-01|床位费|2|30|60";

fn reads(says: &str, name: &'static str, bytes: impl Into<Vec<u8>>) -> Form {
    form(says, name, bytes.into(), Gives::Rows(vec![ROW.to_owned()], Vec::new()))
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

#[test]
fn texts_are_read_in_every_encoding_and_with_every_delimiter() {
    let with_mark = format!("\u{FEFF}{TEXT}");
    check(vec![
        reads("UTF-8", "a.csv", TEXT),
        reads("UTF-8 with its mark", "a.csv", with_mark.as_str()),
        reads("UTF-16, low byte first", "a.csv", utf16(&with_mark, u16::to_le_bytes)),
        reads("UTF-16, high byte first", "a.csv", utf16(&with_mark, u16::to_be_bytes)),
        reads("UTF-16 without its mark", "a.csv", utf16(TEXT, u16::to_le_bytes)),
        reads("UTF-16 without its mark, high first", "a.csv", utf16(TEXT, u16::to_be_bytes)),
        reads("GB18030", "a.csv", GB18030.encode(TEXT).0.into_owned()),
        reads("tabs", "a.tsv", TEXT.replace(',', "\t")),
        reads("tabs in UTF-16, Excel's own", "a.txt", {
            utf16(&with_mark.replace(',', "\t"), u16::to_le_bytes)
        }),
        reads("semicolons", "a.txt", TEXT.replace(',', ";")),
        reads("full-width commas", "a.csv", TEXT.replace(',', "，")),
        reads("full-width commas in GB18030", "a.csv", {
            GB18030.encode(&TEXT.replace(',', "，")).0.into_owned()
        }),
        reads("line ends of Windows", "a.csv", TEXT.replace('\n', "\r\n")),
        reads("line ends of old Macs", "a.csv", TEXT.replace('\n', "\r")),
        reads("no line end after the last row", "a.csv", TEXT.trim_end()),
        reads("the end mark of DOS", "a.csv", format!("{TEXT}\u{1A}")),
        reads("a text under the name of a workbook", "a.xlsx", TEXT),
        reads("a text under the name of an old workbook", "a.xls", TEXT.replace(',', "\t")),
        reads("every cell in quotation marks", "a.csv", {
            TEXT.lines()
                .map(|line| format!("\"{}\"\n", line.replace(',', "\",\"")))
                .collect::<String>()
        }),
    ]);
}

#[test]
fn cells_of_texts_stay_as_they_are_written() {
    let row = |cells: &str, expected: &str| {
        let text = TEXT.replace("床位费", cells);
        let expected = ROW.replace("床位费", expected);
        form(cells, "a.csv", text.into_bytes(), Gives::Rows(vec![expected], Vec::new()))
    };
    check(vec![
        row("\"上,下\"", "上,下"),
        row("\"上\n下\"", "上\n下"),
        row("\"他说\"\"好\"\"\"", "他说\"好\""),
        row("#N/A", "!#N/A!"),
        row("=\"0012\"", "=\"0012\""),
        row("　床位费\u{A0}", "　床位费\u{A0}"),
    ]);
}
