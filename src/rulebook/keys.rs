//! The keys of a TOML table on their way to a rule. Whoever reads a table asks for each key it
//! knows; what is missing, wrong, or not asked for is told with its line, and all of it at once.
//!
//! The surprise: a reader asks for every key before it gives up on one, so that two faults of one
//! clause are told together. A value is only made when nothing was wrong.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::Text;
use crate::flow::Problem;

use super::reading::{DataFile, Wrong};
use super::texts::FromText;
use super::toml_words;

/// Where faults are gathered while a file is read.
#[derive(Debug)]
pub struct Reading<'a> {
    file: &'a DataFile,
    faults: RefCell<Vec<Problem>>,
}

impl<'a> Reading<'a> {
    /// Reads a file from its outermost table; the answer is a value only if nothing was wrong.
    pub fn of<T>(
        file: &'a DataFile,
        read: impl FnOnce(Keys) -> Option<T>,
    ) -> Result<T, Vec<Problem>> {
        match Reading::all(file, read) {
            (Some(value), faults) if faults.is_empty() => Ok(value),
            (_, faults) => Err(faults),
        }
    }

    /// What could be read of a file, and everything that is wrong with it.
    pub fn all<T>(
        file: &'a DataFile,
        read: impl FnOnce(Keys) -> Option<T>,
    ) -> (Option<T>, Vec<Problem>) {
        let reading = Reading { file, faults: RefCell::default() };
        let (table, errors) = DeTable::parse_recoverable(&file.text);
        if !errors.is_empty() {
            // What seems missing or not known may be so because the text was cut at the fault.
            for error in errors {
                let what = toml_words::in_both_languages(error.message());
                reading.tell(error.span().unwrap_or(0..0), malformed(what));
            }
            return (None, reading.sorted());
        }
        let value = read(Keys::new(&reading, table.get_ref(), 0..0));
        (value, reading.sorted())
    }

    fn sorted(self) -> Vec<Problem> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| fault.place.row);
        faults
    }

    pub fn tell(&self, span: Range<usize>, wrong: Wrong) {
        self.faults.borrow_mut().push(self.file.at(span, wrong));
    }
}

fn malformed(what: Text) -> Wrong {
    let hint = Text::new("照 data/README.md 的写法改正", "write it as data/README.md shows");
    Wrong { kind: "data-malformed", what, hint }
}

/// One table being read.
pub struct Keys<'r> {
    reading: &'r Reading<'r>,
    table: &'r DeTable<'r>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'r> Keys<'r> {
    fn new(reading: &'r Reading<'_>, table: &'r DeTable<'_>, span: Range<usize>) -> Keys<'r> {
        Keys { reading, table, span, asked: Vec::new() }
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub fn reading(&self) -> &'r Reading<'r> {
        self.reading
    }

    fn get(&mut self, key: &'static str) -> Option<&'r Spanned<DeValue<'r>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The span of a key's value, else of the table.
    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.span(), |value| value.span())
    }

    /// A value that must be there.
    pub fn need<T: FromText>(&mut self, key: &'static str) -> Option<T> {
        let value = self.get(key);
        self.present(key, value).and_then(|value| self.text(value))
    }

    /// A value that may be there.
    pub fn maybe<T: FromText>(&mut self, key: &'static str) -> Option<T> {
        self.get(key).and_then(|value| self.text(value))
    }

    /// Values between brackets; none if the key is not there.
    pub fn list<T: FromText>(&mut self, key: &'static str) -> Vec<T> {
        let items = self.get(key).and_then(|value| self.array(value));
        items.into_iter().flatten().filter_map(|item| self.text(item)).collect()
    }

    /// Values between brackets, at least one.
    pub fn need_list<T: FromText>(&mut self, key: &'static str) -> Option<Vec<T>> {
        let value = self.get(key);
        let value = self.present(key, value)?;
        let items = self.array(value)?;
        if items.is_empty() {
            let what = (&*format!("{key} 是空的"), &*format!("{key} is empty"));
            self.reading.tell(value.span(), Wrong::value(what, ("至少一个", "at least one")));
        }
        let read: Vec<T> = items.iter().filter_map(|item| self.text(item)).collect();
        (!read.is_empty()).then_some(read)
    }

    /// `true` or `false`; `false` if the key is not there.
    pub fn flag(&mut self, key: &'static str) -> bool {
        self.get(key).and_then(|value| self.boolean(value)).unwrap_or(false)
    }

    pub fn maybe_flag(&mut self, key: &'static str) -> Option<bool> {
        self.get(key).and_then(|value| self.boolean(value))
    }

    pub fn need_flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key);
        self.present(key, value).and_then(|value| self.boolean(value))
    }

    /// A whole number without quotes within `range`.
    pub fn maybe_number<T>(&mut self, key: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let value = self.get(key)?;
        let written = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        let found: Option<T> = written.filter(|number| range.contains(number));
        if found.is_none() {
            let (low, high) = (range.start(), range.end());
            self.wrong_type(
                value,
                &format!("不加引号的整数，{low} 到 {high}"),
                &format!("a whole number from {low} to {high}, without quotes"),
            );
        }
        found
    }

    pub fn need_number<T>(&mut self, key: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let value = self.table.get(key);
        self.present(key, value);
        self.maybe_number(key, range)
    }

    /// A table inside this one.
    pub fn maybe_table(&mut self, key: &'static str) -> Option<Keys<'r>> {
        self.get(key).and_then(|value| self.inner(value))
    }

    pub fn need_table(&mut self, key: &'static str) -> Option<Keys<'r>> {
        let value = self.get(key);
        self.present(key, value).and_then(|value| self.inner(value))
    }

    /// The tables of a list; none if the key is not there.
    pub fn tables(&mut self, key: &'static str) -> Vec<Keys<'r>> {
        let items = self.get(key).and_then(|value| self.array(value));
        items.into_iter().flatten().filter_map(|item| self.inner(item)).collect()
    }

    /// The value of an optional key as what the file says it is, for keys that may be written in
    /// two ways.
    pub fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// Every key of the table with its text: for tables whose keys are not fixed.
    pub fn texts(&mut self) -> Vec<(String, String)> {
        let table = self.table;
        let pairs = table.iter().filter_map(|(key, value)| {
            Some((key.get_ref().to_string(), self.text::<AnyText>(value)?.0))
        });
        pairs.collect()
    }

    /// Tells what does not fit together in this table.
    pub fn contradiction(&self, zh: &str, en: &str) {
        let hint =
            ("见 data/README.md 中该种类的写法", "see data/README.md on this kind of clause");
        self.reading.tell(self.span(), Wrong::new("data-contradiction", (zh, en), hint));
    }

    /// Ends the reading of a table: every key that nobody asked for is told.
    pub fn end(self) {
        let (known_zh, known_en) = (self.asked.join("、"), self.asked.join(", "));
        for (key, _) in self.table.iter().filter(|(key, _)| !self.asked.contains(&&**key.get_ref()))
        {
            let name = key.get_ref();
            let wrong = Wrong::new(
                "data-unknown-key",
                (&format!("没有 {name} 这个键"), &format!("there is no key {name} here")),
                (&format!("可用的键：{known_zh}"), &format!("the keys of this table: {known_en}")),
            );
            self.reading.tell(key.span(), wrong);
        }
    }

    fn present(
        &self,
        key: &str,
        value: Option<&'r Spanned<DeValue<'r>>>,
    ) -> Option<&'r Spanned<DeValue<'r>>> {
        if value.is_none() {
            let wrong = Wrong::new(
                "data-missing",
                (&format!("缺少 {key} 这个键"), &format!("the key {key} is missing")),
                ("见 data/README.md 中该表的写法", "see data/README.md on this table"),
            );
            self.reading.tell(self.span(), wrong);
        }
        value
    }

    fn text<T: FromText>(&self, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let Some(text) = value.get_ref().as_str() else {
            let Text { zh, en } = T::expected();
            self.wrong_type(value, &format!("加引号的{zh}"), &format!("{en}, in quotes"));
            return None;
        };
        let read = T::from_text(text);
        if read.is_none() {
            let what = (&*format!("“{text}” 不对"), &*format!("“{text}” is not right"));
            let Text { zh, en } = T::expected();
            self.reading.tell(value.span(), Wrong::value(what, (&zh, &en)));
        }
        read
    }

    fn boolean(&self, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong_type(value, "true 或 false，不加引号", "true or false, without quotes");
        }
        read
    }

    fn array(&self, value: &'r Spanned<DeValue<'r>>) -> Option<&'r [Spanned<DeValue<'r>>]> {
        let read = value.get_ref().as_array();
        if read.is_none() {
            self.wrong_type(value, "方括号括起的列表 [ ]", "a list in brackets [ ]");
        }
        read.map(|items| &**items)
    }

    fn inner(&self, value: &'r Spanned<DeValue<'r>>) -> Option<Keys<'r>> {
        let read = value.get_ref().as_table();
        if read.is_none() {
            self.wrong_type(value, "花括号括起的表 { }", "a table in braces { }");
        }
        read.map(|table| Keys::new(self.reading, table, value.span()))
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, zh: &str, en: &str) {
        let (found_zh, found_en) = match value.get_ref() {
            DeValue::String(_) => ("加引号的文字", "a text in quotes"),
            DeValue::Integer(_) => ("不加引号的整数", "a number without quotes"),
            DeValue::Float(_) => ("不加引号的小数", "a decimal without quotes"),
            DeValue::Boolean(_) => ("逻辑值", "true or false"),
            DeValue::Datetime(_) => ("不加引号的日期", "a date without quotes"),
            DeValue::Array(_) => ("列表", "a list"),
            DeValue::Table(_) => ("表", "a table"),
        };
        let what = (&*format!("写的是{found_zh}"), &*format!("what is written is {found_en}"));
        self.reading.tell(value.span(), Wrong::value(what, (zh, en)));
    }
}

/// Any text at all, also an empty one.
struct AnyText(String);

impl FromText for AnyText {
    fn from_text(text: &str) -> Option<AnyText> {
        Some(AnyText(text.to_owned()))
    }

    fn expected() -> Text {
        Text::new("文字", "a text")
    }
}
