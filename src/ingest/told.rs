//! What ingest has to tell: every problem of a file or sheet, with its words in one place.

use std::io::ErrorKind;

use crate::domain::Text;
use crate::flow::raw::column_letters;
use crate::flow::{Place, Problem, TableKind};

use zip::result::ZipError;

use super::archive::MEMBER_MIB_MAX;
use super::choices::Guide;
use super::form::Form;
use super::header::{HeaderFault, Near};
use super::sheet::{COLUMNS_MAX, Hidden};
use super::steady::NotRead;
use super::workbook::WorkbookFault;

fn problem(kind: &'static str, place: Place, why: (String, String), hint: (&str, &str)) -> Problem {
    Problem {
        kind,
        place,
        excerpt: String::new(),
        explanation: Text::new(why.0, why.1),
        hint: Text::new(hint.0, hint.1),
    }
}

fn plain(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

pub(super) fn same_content(path: &str, first: &str) -> Problem {
    let why =
        (format!("内容与「{first}」相同，只读一次"), format!("same content as {first}; read once"));
    let hint = ("如非有意重复，请删去其一", "remove one of them unless it is meant");
    problem("file-same", Place::file(path), why, hint)
}

pub(super) fn not_read(path: &str) -> Problem {
    let why = plain("不是表格文件，未读取", "not a spreadsheet; not read");
    problem(
        "file-not-read",
        Place::file(path),
        why,
        (
            "如是表格，请另存为 .xlsx；否则无需处理",
            "if it is a table, save it as .xlsx; else nothing needs to be done",
        ),
    )
}

pub(super) fn link_not_followed(path: &str) -> Problem {
    let why = plain("符号链接，未跟随", "a symbolic link; not followed");
    let hint = ("请把文件本身放入批次文件夹", "put the file itself into the folder");
    problem("file-link", Place::file(path), why, hint)
}

/// A file of the batch that could not be read from its first byte to its last.
pub(super) fn not_read_whole(path: &str, fault: &NotRead) -> Problem {
    match fault {
        NotRead::Changed => {
            let why =
                plain("读取时文件被改动，未采用", "changed while it was being read; not used");
            let hint = (
                "请等复制、同步或保存完成后重新运行",
                "run again when nothing copies, syncs or saves it any more",
            );
            problem("file-changed", Place::file(path), why, hint)
        }
        NotRead::System(error) if error.kind() == ErrorKind::NotFound => {
            let why = plain("读取前文件已消失", "gone before it was read");
            let hint = ("请核对批次文件夹后重新运行", "check the batch folder and run again");
            problem("file-changed", Place::file(path), why, hint)
        }
        NotRead::System(error) => unreadable(path, error),
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> Problem {
    let why = plain("文件无法打开", "the file cannot be opened");
    let hint =
        ("请关闭占用它的程序，检查权限和磁盘", "close what uses it; check permissions and disk");
    Problem { excerpt: error.to_string(), ..problem("file-io", Place::file(path), why, hint) }
}

pub(super) fn empty_file(path: &str) -> Problem {
    let why = plain("文件为空", "the file is empty");
    problem("file-empty", Place::file(path), why, ("请重新导出", "export it again"))
}

const UNPACK: (&str, &str) = ("请解压后放入批次文件夹", "unpack it into the batch folder");

pub(super) fn nested_archive(path: &str) -> Problem {
    let why = plain("压缩包里的压缩包不读取", "an archive inside an archive is not read");
    problem("archive-nested", Place::file(path), why, UNPACK)
}

pub(super) fn archive_without_tables(path: &str) -> Problem {
    let why = plain("压缩包中没有表格文件", "no spreadsheet in the archive");
    let hint = ("请核对压缩包内容", "check what is in it");
    problem("archive-without-tables", Place::file(path), why, hint)
}

pub(super) fn too_many_members(path: &str, most: usize) -> Problem {
    let why =
        (format!("压缩包中的文件超过 {most} 个"), format!("more than {most} files in the archive"));
    problem("archive-too-many", Place::file(path), why, UNPACK)
}

pub(super) fn members_of_one_name(path: &str) -> Problem {
    let why = plain(
        "压缩包中有同名文件，同名的只读了一个",
        "several files of one name in the archive; of each name one was read",
    );
    problem("archive-same-name", Place::file(path), why, UNPACK)
}

pub(super) fn member_too_large(path: &str) -> Problem {
    let why = (
        format!("解压后超过 {MEMBER_MIB_MAX} MiB"),
        format!("more than {MEMBER_MIB_MAX} MiB when unpacked"),
    );
    problem("archive-too-large", Place::file(path), why, UNPACK)
}

/// An archive, or one member of it, that cannot be unpacked.
pub(super) fn member(path: &str, error: &ZipError) -> Problem {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            let why = plain("压缩包有密码保护", "the archive is protected by a password");
            problem("archive-encrypted", Place::file(path), why, UNPACK)
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            let why = plain("压缩方式不支持", "packed in a way that is not supported");
            problem("archive-method", Place::file(path), why, UNPACK)
        }
        _ => corrupt(Place::file(path), &error.to_string()),
    }
}

pub(super) fn unsupported(path: &str, format: &str) -> Problem {
    let why = (
        format!("内容是 {format} 格式，不能直接读取"),
        format!("its content is {format}, which cannot be read as it is"),
    );
    let hint = ("请用 Excel 或 WPS 打开，另存为 .xlsx", "open it in Excel or WPS, save as .xlsx");
    problem("file-format", Place::file(path), why, hint)
}

pub(super) fn foreign(path: &str, format: &str) -> Problem {
    let why = (
        format!("不是表格：内容是 {format}"),
        format!("not a spreadsheet: its content is {format}"),
    );
    let hint = ("请换成真正的表格文件", "replace it by a spreadsheet");
    problem("file-not-a-spreadsheet", Place::file(path), why, hint)
}

pub(super) fn not_text(path: &str) -> Problem {
    let why = plain("既不是表格也不是文本", "neither a spreadsheet nor text");
    let hint = ("请换成真正的表格文件", "replace it by a spreadsheet");
    problem("file-not-a-spreadsheet", Place::file(path), why, hint)
}

pub(super) fn unknown_encoding(path: &str) -> Problem {
    let why = plain(
        "文字编码无法识别：不是 UTF-8 或 UTF-16，按 GB18030 读是乱码",
        "unknown encoding: neither UTF-8 nor UTF-16, and read as GB18030 it makes no sense",
    );
    let hint = (
        "请重新导出为 UTF-8，或在 Excel 中选对编码导入后另存为 .xlsx",
        "export it as UTF-8, or import it into Excel with the right encoding and save as .xlsx",
    );
    problem("file-encoding-unknown", Place::file(path), why, hint)
}

pub(super) fn encrypted(path: &str) -> Problem {
    let why = plain("文件有密码保护", "the file is protected by a password");
    let hint = ("请用 Excel 打开，取消密码后另存", "open it in Excel and save it without one");
    problem("file-encrypted", Place::file(path), why, hint)
}

pub(super) fn corrupt(place: Place, reason: &str) -> Problem {
    let why = plain("文件损坏，无法读取", "damaged; it cannot be read");
    Problem { excerpt: reason.to_owned(), ..problem("file-corrupt", place, why, SAVE_AGAIN) }
}

/// Why a workbook gave no sheets.
pub(super) fn workbook(path: &str, fault: &WorkbookFault) -> Problem {
    let place = Place::file(path);
    match fault {
        WorkbookFault::Encrypted => encrypted(path),
        WorkbookFault::Corrupt(reason) => corrupt(place, reason),
        WorkbookFault::Unsupported(format) => unsupported(path, format),
        WorkbookFault::Crashed => {
            let why = plain(
                "文件内容使读取程序崩溃，可能已损坏",
                "reading it crashes the reader; it may be damaged",
            );
            problem("file-crashes-reader", place, why, SAVE_AGAIN)
        }
        WorkbookFault::Memory(mib) => {
            let why = (
                format!("读取它需要的内存超过 {mib} MiB，可能已损坏或有意构造"),
                format!("reading it takes more than {mib} MiB; it may be damaged or made to harm"),
            );
            problem("file-memory", place, why, SPLIT_OR_SAVE)
        }
        WorkbookFault::Time(seconds) => {
            let why = (
                format!("{seconds} 秒内未能读完，可能已损坏或有意构造"),
                format!("not read within {seconds} s; it may be damaged or made to harm"),
            );
            problem("file-time", place, why, SPLIT_OR_SAVE)
        }
        WorkbookFault::NotStarted(reason) => {
            let why = plain("无法启动读取程序", "the reader could not be started");
            let hint = ("请检查系统资源后重试", "check the system's resources and try again");
            Problem { excerpt: reason.clone(), ..problem("reader-not-started", place, why, hint) }
        }
    }
}

const SAVE_AGAIN: (&str, &str) =
    ("请用 Excel 打开并另存，或重新导出", "open and save it in Excel, or export it again");
const SPLIT_OR_SAVE: (&str, &str) = (
    "请用 Excel 打开并另存；确属过大的，分成几个文件或另存为 CSV",
    "open and save it in Excel; if it really is that large, split it or save it as CSV",
);

/// `row` is the first that holds such characters.
pub(super) fn replaced_characters(path: &str, row: u32) -> Problem {
    let why = plain(
        "从此行起有乱码；用到乱码单元格的行会进入隔离区",
        "from here on some bytes mean nothing; rows that need them are quarantined",
    );
    let hint = ("请以 UTF-8 重新导出", "export it again as UTF-8");
    problem("file-encoding", Place::file(path).row(row), why, hint)
}

pub(super) fn open_quote(place: Place) -> Problem {
    let why = plain(
        "引号没有配对，其后的行会被并入一个单元格",
        "a quotation mark is not closed and would swallow the rows after it",
    );
    let hint = ("请补上或删去该处的引号", "close or remove the quotation mark");
    problem("file-quote", place, why, hint)
}

pub(super) fn hidden_sheet(place: Place) -> Problem {
    let why = plain("工作表被隐藏，已照常读取", "the sheet is hidden; it was read all the same");
    problem(
        "sheet-hidden",
        place,
        why,
        ("请确认其中的数据应当读取", "make sure its data are meant"),
    )
}

/// Rows and columns of a table that nobody sees who opens the sheet.
pub(super) fn hidden_parts(place: Place, hidden: &Hidden) -> Problem {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if hidden.rows > 0 {
        let (rows, first) = (hidden.rows, hidden.first_row);
        zh.push(format!("{rows} 行（从第 {first} 行起）"));
        en.push(format!("{rows} rows, from row {first} on"));
    }
    if !hidden.columns.is_empty() {
        let columns: Vec<String> = hidden.columns.iter().map(|&c| column_letters(c)).collect();
        zh.push(format!("列 {}", columns.join("、")));
        en.push(format!("columns {}", columns.join(", ")));
    }
    let why = (
        format!("被隐藏，已照常读取：{}", zh.join("；")),
        format!("hidden; read all the same: {}", en.join("; ")),
    );
    problem(
        "sheet-hidden-parts",
        place,
        why,
        ("请确认其中的数据应当读取", "make sure its data are meant"),
    )
}

pub(super) fn unknown_columns(place: Place, kind: TableKind, labels: &[String]) -> Problem {
    let why = plain("不认识这些列，未使用", "these columns are not known and not used");
    let layout = format!("layouts/{}.toml", kind.word());
    let hint = (
        format!("不需要可不理会；需要的请作为别名加入 {layout}"),
        format!("ignore them, or add the needed ones as aliases to {layout}"),
    );
    let told = problem("column-unknown", place, why, (&hint.0, &hint.1));
    Problem { excerpt: labels.join("、"), ..told }
}

pub(super) fn untitled_column(place: Place) -> Problem {
    let why = plain("没有表头的列中有内容，未读取", "cells in a column without a header; not read");
    let hint = ("如需读取，请补上表头", "give the column a header if it is needed");
    problem("column-untitled", place, why, hint)
}

/// `row` is the first that holds such cells.
pub(super) fn far_columns(place: Place) -> Problem {
    let last = column_letters(COLUMNS_MAX as u32 - 1);
    let why = (
        format!("{last} 列以右还有内容，未读取"),
        format!("cells to the right of column {last}; not read"),
    );
    let hint = ("请删去右侧与本表无关的内容", "remove what stands to the right of the table");
    problem("columns-too-many", place, why, hint)
}

pub(super) fn several_tables(place: Place, kinds: &[TableKind]) -> Problem {
    let why = (
        format!("一张工作表中有多个表：{}", listed_zh(kinds)),
        format!("several tables on one sheet: {}", listed_en(kinds)),
    );
    let hint = ("请把每个表放到单独的工作表", "put each table on a sheet of its own");
    problem("sheet-several-tables", place, why, hint)
}

/// Why a sheet is no table, from what was found of its header.
pub(super) fn header(place: Place, fault: &HeaderFault, guide: Guide<'_>) -> Problem {
    match fault {
        HeaderFault::None { nearest } => unrecognised(place, nearest, guide),
        HeaderFault::Several { row, kinds } => several_tables(place.row(*row), kinds),
        HeaderFault::FitsSeveral { row, kinds } => {
            let why = (
                format!("表头同时符合：{}", listed_zh(kinds)),
                format!("the header fits several tables: {}", listed_en(kinds)),
            );
            let hint = ("请删去不属于本表的列", "remove the columns of the other table");
            problem("sheet-fits-two", place.row(*row), why, hint)
        }
        HeaderFault::Doubled { row, header, columns } => {
            let why = (
                format!("有多列都表示「{header}」，可能是并排的两个表"),
                format!("several columns mean {header}; perhaps two tables side by side"),
            );
            let hint = ("请只保留一列", "keep only one of them");
            let told = problem("header-doubled", place.row(*row), why, hint);
            Problem { excerpt: columns.join("、"), ..told }
        }
        HeaderFault::Unit { row, column, shown } => {
            let place = place.row(*row);
            let place = column.iter().fold(place, |place, column| place.column(column));
            unit(place, shown)
        }
    }
}

/// Amounts in 万元 and the like: `shown` is the text that says so.
pub(super) fn unit(place: Place, shown: &str) -> Problem {
    let why = plain(
        "金额不是以元为单位，整张表未读取",
        "the amounts are not in yuan; the sheet was not read",
    );
    let hint = (
        "请把所有金额换算成元，并改写或删去单位",
        "convert every amount to yuan, and correct or remove the unit",
    );
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    Problem { excerpt: shown, ..problem("sheet-unit", place, why, hint) }
}

/// A sheet with labels beside their values.
pub(super) fn form(place: Place, form: &Form) -> Problem {
    let why = plain("这是一张表单，不是数据表", "this is a form, not a table");
    let hint = (
        format!("请按「{}」的表头录成一行；不必读取的请移出批次文件夹", form.kind.zh()),
        format!("enter it as one row of a {} table, or take it out of the batch", form.kind.word()),
    );
    let told = problem("sheet-form", place, why, (&hint.0, &hint.1));
    Problem { excerpt: form.labels.join("、"), ..told }
}

/// A file or sheet that `batch.toml` says is not to be read.
pub(super) fn left_out(place: Place) -> Problem {
    let why = plain("按 batch.toml 不读取", "left out, as batch.toml says");
    let hint = ("如应读取，请改 batch.toml", "change batch.toml if it is to be read");
    problem("sheet-left-out", place, why, hint)
}

/// Why a sheet with a chosen header row or table cannot be read as chosen.
fn not_as_chosen(place: Place, nearest: &[Near], guide: Guide<'_>) -> Option<Problem> {
    let hint = ("请改正表头或 batch.toml", "correct the header or batch.toml");
    let place = guide.header_row().into_iter().fold(place, Place::row);
    if let (Some(_), []) = (guide.header_row(), nearest) {
        let why = plain(
            "batch.toml 指定的表头行中没有已知的表头",
            "the header row that batch.toml names holds no known header",
        );
        return Some(problem("sheet-unrecognised", place, why, hint));
    }
    let (kind, near) = (guide.table()?, nearest.first()?);
    let layout = guide.layouts.get(kind);
    let missing: Vec<&str> = near.missing.iter().map(|&field| layout.header_of(field)).collect();
    let why = (
        format!("batch.toml 指定为「{}」，但缺少 {}", kind.zh(), missing.join("、")),
        format!("batch.toml says {}, but it lacks {}", kind.word(), missing.join(", ")),
    );
    Some(problem("sheet-unrecognised", place, why, hint))
}

fn unrecognised(place: Place, nearest: &[Near], guide: Guide<'_>) -> Problem {
    if let Some(told) = not_as_chosen(place.clone(), nearest, guide) {
        return told;
    }
    let hint = (
        "如是数据表，请补上所缺的表头，或在 layouts 中加别名；否则请移出批次文件夹",
        "add the headers, or aliases in layouts; if it is no table, take it out of the batch",
    );
    if nearest.is_empty() {
        let why = plain("没有找到任何已知的表头", "no header of a known table was found");
        return problem("sheet-unrecognised", place, why, hint);
    }
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for near in nearest {
        let layout = guide.layouts.get(near.kind);
        let missing: Vec<&str> =
            near.missing.iter().map(|&field| layout.header_of(field)).collect();
        match &near.foreign {
            Some(title) => {
                zh.push(format!("「{}」不应有“{title}”列", near.kind.zh()));
                en.push(format!("{} never has a column {title}", near.kind.word()));
            }
            None => {
                zh.push(format!("「{}」缺少 {}", near.kind.zh(), missing.join("、")));
                en.push(format!("{} lacks {}", near.kind.word(), missing.join(", ")));
            }
        }
    }
    let why = (
        format!("不符合任何一种表；最接近的：{}", zh.join("；")),
        format!("fits no table; nearest: {}", en.join("; ")),
    );
    problem("sheet-unrecognised", place, why, hint)
}

fn listed_zh(kinds: &[TableKind]) -> String {
    kinds.iter().map(|kind| format!("「{}」", kind.zh())).collect::<Vec<_>>().join("、")
}

fn listed_en(kinds: &[TableKind]) -> String {
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", ")
}
