//! What a person has settled in `batch.toml`: which table a sheet is, where its header stands, what
//! its columns mean, how a text file is written.
//!
//! The surprise: a fault in it stops the run before any file is read. Choices change what claims
//! are decided on, so none may be half understood.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::domain::Text;
use crate::flow::{Field, InputFile, Place, Problem, RawBatch, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::{Layout, Layouts};
use crate::rulebook::reading::{DataFile, Wrong};

use super::{steady, told};

/// The file in the batch folder.
pub(super) const FILE: &str = "batch.toml";
/// As a table: the sheet is left out.
const SKIP: &str = "skip";
const ENCODINGS: [(&str, &Encoding); 5] = [
    ("utf-8", UTF_8),
    ("utf-16le", UTF_16LE),
    ("utf-16be", UTF_16BE),
    ("gb18030", GB18030),
    ("gbk", GB18030),
];
const DELIMITERS: [char; 4] = [',', ';', '\t', '，'];

/// All choices of a batch.
#[derive(Debug, Default)]
pub(super) struct Choices {
    sheets: Vec<Choice>,
    /// The file they were read from, as an input of the run.
    pub input: Option<InputFile>,
}

/// What was chosen for one file or one sheet of it.
#[derive(Debug)]
struct Choice {
    line: u32,
    file: String,
    sheet: Option<String>,
    table: Option<Chosen>,
    header_row: Option<u32>,
    columns: Vec<ChosenColumn>,
    encoding: Option<&'static Encoding>,
    delimiter: Option<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chosen {
    LeftOut,
    Table(TableKind),
}

#[derive(Debug)]
struct ChosenColumn {
    line: u32,
    header: String,
    folded: String,
    means: Use,
}

/// What a column was chosen to mean.
#[derive(Debug)]
pub(super) enum Use {
    /// Not used, and nobody needs to be told.
    Nothing,
    /// One of these fields: a canonical header may be a different field in another table.
    As(Vec<Field>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(default)]
    sheet: Vec<SheetShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetShape {
    file: Spanned<String>,
    sheet: Option<String>,
    table: Option<Spanned<String>>,
    header_row: Option<Spanned<u32>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    encoding: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
}

impl Choices {
    /// Reads `batch.toml` if there is one. A link is not followed, as with every other file.
    pub fn load(folder: &Path, layouts: &Layouts) -> Result<Choices, Vec<Problem>> {
        let path = folder.join(FILE);
        match fs::symlink_metadata(&path) {
            Ok(facts) if !facts.is_symlink() => {}
            _ => return Ok(Choices::default()),
        }
        let bytes = steady::bytes_of(&path);
        let bytes = bytes.map_err(|fault| vec![told::not_read_whole(FILE, &fault)])?;
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let length = bytes.len() as u64;
        let file = DataFile::of_bytes(FILE, bytes).map_err(|fault| vec![fault])?;
        let shape = file.toml().map_err(|fault| vec![fault])?;
        let mut checked = Checked { file: &file, layouts, problems: Vec::new() };
        let sheets = checked.sheets(shape);
        if !checked.problems.is_empty() {
            checked.problems.sort_by_key(|problem| problem.place.row);
            return Err(checked.problems);
        }
        let path = FILE.to_owned();
        let input = Some(InputFile { path, bytes: length, sha256, same_as: None });
        Ok(Choices { sheets, input })
    }

    /// What was chosen for a sheet itself, else for its whole file.
    fn of(&self, file: &str, sheet: &str) -> Option<&Choice> {
        let of_file = || self.sheets.iter().filter(|choice| choice.file == file);
        let named = of_file().find(|choice| choice.sheet.as_deref() == Some(sheet));
        named.or_else(|| of_file().find(|choice| choice.sheet.is_none()))
    }

    /// Whether a whole file is left out, so that it is not even opened.
    pub fn leaves_out(&self, file: &str) -> bool {
        let mut of_file = self.sheets.iter().filter(|choice| choice.file == file);
        let is_left_out = of_file.all(|choice| choice.table == Some(Chosen::LeftOut));
        is_left_out && self.of(file, "").is_some_and(|choice| choice.sheet.is_none())
    }

    /// The choices that came to nothing, each with what it named in vain.
    pub fn unused(&self, batch: &RawBatch) -> Vec<Problem> {
        let mut told = Vec::new();
        for choice in &self.sheets {
            if let Some((excerpt, what)) = choice.file_in_vain(batch) {
                told.push(in_vain(choice.line, excerpt, what));
                continue;
            }
            for column in choice.columns.iter().filter(|column| choice.lacks(column, batch)) {
                let what = Text::new(
                    "表头中没有这一列，此项未起作用",
                    "the header has no such column; the entry has no effect",
                );
                told.push(in_vain(column.line, column.header.clone(), what));
            }
        }
        told
    }
}

impl Choice {
    /// Why the file or sheet cannot be what was meant, with the word that is wrong.
    fn file_in_vain(&self, batch: &RawBatch) -> Option<(String, Text)> {
        let Some(file) = batch.files.iter().find(|file| file.path == self.file) else {
            let what = Text::new("批次中没有这个文件", "the batch has no such file");
            return Some((self.file.clone(), what));
        };
        if let Some(first) = &file.same_as {
            let what = Text::new(
                format!("内容与「{first}」相同，读的是后者；请改写后者的路径"),
                format!("same content as {first}, which was read instead; name that file"),
            );
            return Some((self.file.clone(), what));
        }
        let mut sheets = batch
            .sources
            .iter()
            .filter(|s| s.file == self.file)
            .map(|s| s.sheet.as_str())
            .peekable();
        // A file that could not be opened has been told already.
        sheets.peek()?;
        let sheets: Vec<&str> = sheets.collect();
        if let Some(wanted) = &self.sheet
            && !sheets.contains(&wanted.as_str())
        {
            let there: Vec<&str> = sheets.into_iter().filter(|name| !name.is_empty()).collect();
            let what = if there.is_empty() {
                Text::new("文本文件没有工作表", "a text file has no sheets")
            } else {
                let (zh, en) = (there.join("、"), there.join(", "));
                Text::new(
                    format!("文件中没有这个工作表；有的是：{zh}"),
                    format!("the file has no such sheet, but these: {en}"),
                )
            };
            return Some((wanted.clone(), what));
        }
        let is_text = sheets.iter().all(|name| name.is_empty());
        let is_for_texts = self.encoding.is_some() || self.delimiter.is_some();
        (is_for_texts && !is_text).then(|| {
            let what = Text::new(
                "encoding 和 delimiter 只用于文本文件",
                "encoding and delimiter are for text files only",
            );
            (self.file.clone(), what)
        })
    }

    /// Whether tables were read under this choice and none has the column.
    fn lacks(&self, column: &ChosenColumn, batch: &RawBatch) -> bool {
        let mut tables = batch
            .tables
            .iter()
            .filter(|table| {
                let source = &batch.sources[table.source.0 as usize];
                let is_sheet = self.sheet.as_ref().is_none_or(|sheet| *sheet == source.sheet);
                source.file == self.file && is_sheet
            })
            .peekable();
        let has = |title: &str| fold::title(title) == column.folded;
        tables.peek().is_some() && !tables.any(|t| t.columns.iter().any(|c| has(&c.title)))
    }
}

fn in_vain(line: u32, excerpt: String, what: Text) -> Problem {
    let hint = Text::new(
        "请改正或删去 batch.toml 中的这一项",
        "correct this entry of batch.toml, or remove it",
    );
    let place = Place::file(FILE).row(line);
    Problem { kind: "choice-unused", place, excerpt, explanation: what, hint }
}

/// `batch.toml` under examination.
struct Checked<'a> {
    file: &'a DataFile,
    layouts: &'a Layouts,
    problems: Vec<Problem>,
}

impl Checked<'_> {
    fn sheets(&mut self, shape: Shape) -> Vec<Choice> {
        let mut sheets: Vec<Choice> = Vec::new();
        for entry in shape.sheet {
            let place = entry.file.span();
            let choice = self.sheet(entry);
            let same = |other: &Choice| other.file == choice.file && other.sheet == choice.sheet;
            if sheets.iter().any(same) {
                let what = ("同一文件、同一工作表写了两项", "the sheet has two entries");
                self.problems.push(self.file.at(place, Wrong::twice(what)));
            }
            sheets.push(choice);
        }
        sheets
    }

    fn sheet(&mut self, entry: SheetShape) -> Choice {
        let line = self.line(&entry.file);
        let file = entry.file.get_ref().replace('\\', "/");
        let file = file.trim_start_matches("./").to_owned();
        let table = entry.table.and_then(|table| self.table(&table));
        let header_row = entry.header_row.map(|row| {
            if *row.get_ref() == 0 {
                let expected = ("表格中显示的行号，从 1 起", "a row as the spreadsheet shows it");
                self.wrong(&row, ("行号不对", "there is no such row"), expected);
            }
            row.into_inner()
        });
        let columns = entry.columns.into_iter();
        let columns = columns.map(|(header, word)| self.column(header, &word, table)).collect();
        let encoding = entry.encoding.and_then(|word| {
            let lower = word.get_ref().to_lowercase();
            let known = ENCODINGS.iter().find(|(name, _)| *name == lower);
            if known.is_none() {
                let expected = "utf-8, utf-16le, utf-16be, gb18030";
                self.wrong(&word, ("没有这种编码", "no such encoding"), (expected, expected));
            }
            known.map(|(_, encoding)| *encoding)
        });
        let delimiter = entry.delimiter.and_then(|word| {
            let mut characters = word.get_ref().chars();
            let only = characters.next().filter(|_| characters.next().is_none());
            let known = only.filter(|only| DELIMITERS.contains(only));
            if known.is_none() {
                let expected = r#"",", ";", "，", "\t""#;
                self.wrong(&word, ("分隔符不对", "no such delimiter"), (expected, expected));
            }
            known
        });
        Choice { line, file, sheet: entry.sheet, table, header_row, columns, encoding, delimiter }
    }

    fn table(&mut self, word: &Spanned<String>) -> Option<Chosen> {
        let written = word.get_ref().trim();
        if written == SKIP {
            return Some(Chosen::LeftOut);
        }
        let is_named = |kind: &TableKind| kind.word() == written || kind.zh() == written;
        let kind = TableKind::ALL.into_iter().find(is_named);
        if kind.is_none() {
            let all = TableKind::ALL.iter();
            let mut words: Vec<String> =
                all.map(|kind| format!("{}（{}）", kind.word(), kind.zh())).collect();
            words.push(format!("{SKIP}（不读）"));
            let zh = words.join("、");
            let all = TableKind::ALL.iter().map(|kind| kind.word());
            let en = all.chain([SKIP]).collect::<Vec<_>>().join(", ");
            self.wrong(word, ("没有这种表", "there is no such table"), (&zh, &en));
        }
        kind.map(Chosen::Table)
    }

    fn column(
        &mut self,
        header: String,
        word: &Spanned<String>,
        table: Option<Chosen>,
    ) -> ChosenColumn {
        let (line, folded) = (self.line(word), fold::title(&header));
        let written = word.get_ref().trim();
        if written.is_empty() {
            return ChosenColumn { line, header, folded, means: Use::Nothing };
        }
        let of_table = |layout: &&Layout| match table {
            Some(Chosen::Table(kind)) => layout.kind == kind,
            _ => true,
        };
        let wanted = fold::title(written);
        let mut fields: Vec<Field> = Vec::new();
        for layout in self.layouts.iter().filter(of_table) {
            let named = layout.fields.iter().filter(|entry| {
                entry.field.word() == written || fold::title(&entry.header) == wanted
            });
            fields.extend(named.map(|entry| entry.field));
        }
        fields.sort_unstable();
        fields.dedup();
        if fields.is_empty() {
            let expected = self.possible(table);
            let what = ("没有这个字段", "there is no such field");
            self.wrong(word, what, (&expected.zh, &expected.en));
        }
        ChosenColumn { line, header, folded, means: Use::As(fields) }
    }

    /// The fields a column may stand for.
    fn possible(&self, table: Option<Chosen>) -> Text {
        let Some(Chosen::Table(kind)) = table else {
            return Text::new(
                "data/layouts/ 中某个表的 name 或 header",
                "a `name` or `header` of one of data/layouts/",
            );
        };
        let fields = || self.layouts.get(kind).fields.iter();
        let zh: Vec<&str> = fields().map(|entry| entry.header.as_str()).collect();
        let en: Vec<&str> = fields().map(|entry| entry.field.word()).collect();
        Text::new(zh.join("、"), en.join(", "))
    }

    fn line<T>(&self, word: &Spanned<T>) -> u32 {
        let before = self.file.text.bytes().take(word.span().start);
        before.filter(|&byte| byte == b'\n').count() as u32 + 1
    }

    fn wrong<T>(&mut self, word: &Spanned<T>, what: (&str, &str), expected: (&str, &str)) {
        self.problems.push(self.file.at(word.span(), Wrong::value(what, expected)));
    }
}

/// The layouts of all tables, and what a person chose among them.
#[derive(Clone, Copy)]
pub(super) struct Guides<'a> {
    pub layouts: &'a Layouts,
    pub choices: &'a Choices,
}

impl<'a> Guides<'a> {
    /// What to read a sheet by; a text file has a sheet without a name.
    pub fn of(self, file: &str, sheet: &str) -> Guide<'a> {
        Guide { layouts: self.layouts, choice: self.choices.of(file, sheet) }
    }
}

/// What one sheet is read by.
#[derive(Clone, Copy)]
pub(super) struct Guide<'a> {
    pub layouts: &'a Layouts,
    choice: Option<&'a Choice>,
}

impl<'a> Guide<'a> {
    /// Without any choice.
    pub fn free(layouts: &'a Layouts) -> Guide<'a> {
        Guide { layouts, choice: None }
    }

    pub fn leaves_out(self) -> bool {
        self.choice.is_some_and(|choice| choice.table == Some(Chosen::LeftOut))
    }

    /// The table that the sheet was said to be.
    pub fn table(self) -> Option<TableKind> {
        match self.choice?.table? {
            Chosen::Table(kind) => Some(kind),
            Chosen::LeftOut => None,
        }
    }

    /// The layouts that the sheet could have.
    pub fn tried(self) -> impl Iterator<Item = &'a Layout> {
        let table = self.table();
        self.layouts.iter().filter(move |layout| table.is_none_or(|kind| kind == layout.kind))
    }

    pub fn header_row(self) -> Option<u32> {
        self.choice?.header_row
    }

    /// What was said of a column, by its folded title.
    pub fn column(self, folded: &str) -> Option<&'a Use> {
        let mut columns = self.choice?.columns.iter();
        columns.find(|column| column.folded == folded).map(|column| &column.means)
    }

    pub fn encoding(self) -> Option<&'static Encoding> {
        self.choice?.encoding
    }

    pub fn delimiter(self) -> Option<char> {
        self.choice?.delimiter
    }
}
