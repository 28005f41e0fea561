//! Layouts 表头布局: which header of a spreadsheet stands for which field, one file per table in
//! `data/layouts/`.
//!
//! `ignored` lists columns that are known and of no use to us, so that nobody has to be told of
//! them.
//!
//! The surprise: `never_with` names headers by which a sheet is some other table. A list of
//! settlements that happens to carry the category of each person is not an insured register.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::fold;
use super::reading::{DataFile, Wrong};
use crate::flow::{Field, Problem, TableKind};

/// The layouts of all tables.
#[derive(Clone, Debug)]
pub struct Layouts {
    tables: Vec<Layout>,
    titles: HashSet<String>,
}

/// The layout of one table.
#[derive(Clone, Debug)]
pub struct Layout {
    pub kind: TableKind,
    /// In the order in which a clean table has them.
    pub fields: Vec<LayoutField>,
    names: HashMap<String, (Field, Naming)>,
    never_with: HashSet<String>,
    ignored: HashSet<String>,
}

/// One field of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutField {
    pub field: Field,
    /// The canonical Chinese header.
    pub header: String,
    pub required: bool,
    /// A field whose column may stand in place of this required one.
    pub or: Option<Field>,
}

/// Whether a title is the canonical header of its field or another name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    Canonical,
    Alias,
    /// A name that stands for the field only where no other column does.
    Fallback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    #[serde(default)]
    never_with: Vec<Spanned<String>>,
    field: Vec<FieldEntry>,
    #[serde(default)]
    other_columns: OtherColumns,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherColumns {
    ignored: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    name: Spanned<String>,
    header: Spanned<String>,
    #[serde(default)]
    required: bool,
    or: Option<Spanned<String>>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    #[serde(default)]
    fallbacks: Vec<Spanned<String>>,
}

impl Layouts {
    /// Reads `layouts/<table>.toml` for every table; every fault at once, with file and line.
    pub fn load(data_dir: &Path) -> Result<Layouts, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut tables = Vec::new();
        let mut foreign = Vec::new();
        for kind in TableKind::ALL {
            let name = format!("layouts/{}.toml", kind.word());
            match DataFile::open_toml(data_dir, &name) {
                Ok((file, shape)) => {
                    let mut checked = Checked { file: &file, problems: &mut problems };
                    let (layout, never_with) = checked.layout(kind, shape);
                    tables.push(layout);
                    foreign.push((file, never_with));
                }
                Err(fault) => problems.push(fault),
            }
        }
        // Headers of a table that could not be read would be missed, and told twice.
        if problems.is_empty() {
            expand_never_with(&mut tables, foreign, &mut problems);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let titles = |table: &Layout| -> Vec<String> {
            table.names.keys().chain(&table.ignored).cloned().collect()
        };
        let titles = tables.iter().flat_map(titles).collect();
        Ok(Layouts { tables, titles })
    }

    pub fn get(&self, kind: TableKind) -> &Layout {
        self.tables.iter().find(|table| table.kind == kind).expect("load reads every table")
    }

    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.tables.iter()
    }

    /// Whether a folded title is a header of any table, used or ignored.
    pub fn knows(&self, folded_title: &str) -> bool {
        self.titles.contains(folded_title)
    }
}

impl Layout {
    /// The field that a title (folded by [`fold::title`]) stands for.
    pub fn field_of(&self, folded_title: &str) -> Option<(Field, Naming)> {
        self.names.get(folded_title).copied()
    }

    /// Whether the table may have such a column and makes no use of it.
    pub fn is_ignored(&self, folded_title: &str) -> bool {
        self.ignored.contains(folded_title)
    }

    pub fn has(&self, field: Field) -> bool {
        self.fields.iter().any(|entry| entry.field == field)
    }

    /// Whether the title shows that the sheet is some other table.
    pub fn is_foreign(&self, folded_title: &str) -> bool {
        self.never_with.contains(folded_title)
    }

    /// The required fields that are neither found nor replaced by their alternative.
    pub fn missing<'a>(
        &'a self,
        found: impl Fn(Field) -> bool + 'a,
    ) -> impl Iterator<Item = &'a LayoutField> + 'a {
        self.fields.iter().filter(move |entry| {
            entry.required && !found(entry.field) && !entry.or.is_some_and(&found)
        })
    }

    pub fn header_of(&self, field: Field) -> &str {
        self.fields.iter().find(|entry| entry.field == field).map_or("", |entry| &entry.header)
    }
}

/// Examines one file of claims on its own.
#[cfg(any(fuzzing, test))]
pub(super) fn examine(file: &DataFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    match file.toml::<LayoutFile>() {
        Ok(shape) => {
            Checked { file, problems: &mut problems }.layout(TableKind::Claims, shape);
        }
        Err(fault) => problems.push(fault),
    }
    problems
}

/// A layout file under examination.
struct Checked<'a> {
    file: &'a DataFile,
    problems: &'a mut Vec<Problem>,
}

impl Checked<'_> {
    fn layout(&mut self, kind: TableKind, file: LayoutFile) -> (Layout, Vec<Spanned<String>>) {
        let mut layout = Layout {
            kind,
            fields: Vec::new(),
            names: HashMap::new(),
            never_with: HashSet::new(),
            ignored: HashSet::new(),
        };
        for entry in file.field {
            let Some(field) = self.field(&entry.name) else { continue };
            if layout.fields.iter().any(|earlier| earlier.field == field) {
                let what = ("同一字段出现两次", "the field stands here twice");
                self.at(&entry.name, Wrong::twice(what));
            }
            let or = entry.or.as_ref().and_then(|other| self.field(other));
            self.title(&mut layout, &entry.header, field, Naming::Canonical);
            for alias in &entry.aliases {
                self.title(&mut layout, alias, field, Naming::Alias);
            }
            for fallback in &entry.fallbacks {
                self.title(&mut layout, fallback, field, Naming::Fallback);
            }
            let header = entry.header.into_inner();
            layout.fields.push(LayoutField { field, header, required: entry.required, or });
        }
        for title in &file.other_columns.ignored {
            self.ignored(&mut layout, title);
        }
        if let Some(amount) = kind.amount_field()
            && !layout.has(amount)
        {
            self.problems.push(self.file.at(0..0, no_amount(amount)));
        }
        (layout, file.never_with)
    }

    fn field(&mut self, name: &Spanned<String>) -> Option<Field> {
        let field = Field::from_word(name.get_ref());
        if field.is_none() {
            let what = ("没有这个字段", "there is no such field");
            let expected = ("程序已有的字段名", "the name of a field that the program has");
            self.at(name, Wrong::value(what, expected));
        }
        field
    }

    fn title(&mut self, layout: &mut Layout, title: &Spanned<String>, field: Field, how: Naming) {
        let folded = fold::title(title.get_ref());
        if folded.is_empty() {
            let expected = ("表格中写的表头", "a header as spreadsheets have it");
            self.at(title, Wrong::value(("表头为空", "the header is empty"), expected));
        } else if layout.names.insert(folded, (field, how)).is_some() {
            let what = ("表头在本表中重复", "the header stands twice in this table");
            self.at(title, Wrong::twice(what));
        }
    }

    fn ignored(&mut self, layout: &mut Layout, title: &Spanned<String>) {
        let folded = fold::title(title.get_ref());
        if folded.is_empty() {
            let expected = ("表格中写的表头", "a header as spreadsheets have it");
            self.at(title, Wrong::value(("表头为空", "the header is empty"), expected));
        } else if layout.names.contains_key(&folded) {
            let what = (
                "表头既在 ignored 中，又属于某个字段",
                "the header is ignored and belongs to a field",
            );
            self.at(title, Wrong::twice(what));
        } else if !layout.ignored.insert(folded) {
            let what = ("表头在 ignored 中重复", "the header is ignored twice");
            self.at(title, Wrong::twice(what));
        }
    }

    /// A problem of one word, which is its excerpt: aliases stand several to a line.
    fn at(&mut self, word: &Spanned<String>, wrong: Wrong) {
        let fault = self.file.at(word.span(), wrong);
        self.problems.push(Problem { excerpt: word.get_ref().clone(), ..fault });
    }
}

fn no_amount(field: Field) -> Wrong {
    let word = field.word();
    let hint = (
        format!("补上 name = \"{word}\" 的 [[field]]"),
        format!("add a [[field]] with name = \"{word}\""),
    );
    Wrong::new(
        "data-missing",
        ("缺少金额字段，无法核对总数", "the field of the amount is missing, so totals cannot tie"),
        (&hint.0, &hint.1),
    )
}

/// Turns the canonical headers of `never_with` into every name these columns have elsewhere.
fn expand_never_with(
    tables: &mut [Layout],
    foreign: Vec<(DataFile, Vec<Spanned<String>>)>,
    problems: &mut Vec<Problem>,
) {
    let mut synonyms: HashMap<String, HashSet<String>> = HashMap::new();
    for table in tables.iter() {
        for entry in &table.fields {
            let names = table.names.iter().filter(|(_, (field, _))| *field == entry.field);
            let known = synonyms.entry(fold::title(&entry.header)).or_default();
            known.extend(names.map(|(name, _)| name.clone()));
        }
    }
    for (table, (file, never_with)) in tables.iter_mut().zip(foreign) {
        let mut checked = Checked { file: &file, problems: &mut *problems };
        for header in never_with {
            match synonyms.get(&fold::title(header.get_ref())) {
                Some(names) => table.never_with.extend(names.iter().cloned()),
                None => {
                    let what = ("没有任何表使用这个表头", "no table has this header");
                    let expected = ("另一个表的 header", "the `header` of another table");
                    checked.at(&header, Wrong::value(what, expected));
                }
            }
        }
        table.never_with.retain(|title| !table.names.contains_key(title));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn shipped() -> Layouts {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        Layouts::load(&data).expect("the shipped layouts are right")
    }

    #[test]
    fn the_shipped_layouts_know_canonical_headers_aliases_and_column_codes() {
        let layouts = shipped();
        for (kind, title, field) in [
            (TableKind::Claims, "医疗费总额（元）", Field::Total),
            (TableKind::Claims, "BIZ_ACP_NO", Field::ClaimId),
            (TableKind::BillLines, "单位", Field::Unit),
            (TableKind::Claims, "单位", Field::Employer),
            (TableKind::Filings, "姓　名*", Field::Name),
            (TableKind::Settlements, "统筹基金支出", Field::FundBasic),
        ] {
            let found = layouts.get(kind).field_of(&fold::title(title)).map(|(field, _)| field);
            assert_eq!(found, Some(field), "{title}");
        }
        assert!(layouts.get(TableKind::Persons).is_foreign("setl_id"));
        assert!(!layouts.get(TableKind::Persons).is_foreign("姓名"));
    }

    #[test]
    fn one_of_two_required_columns_is_enough() {
        let layouts = shipped();
        let lines = layouts.get(TableKind::BillLines);
        let without = |absent: &'static [Field]| {
            lines.missing(move |field| !absent.contains(&field)).map(|entry| entry.field)
        };
        assert_eq!(without(&[Field::ClaimId]).next(), None);
        assert_eq!(without(&[Field::InvoiceNo]).next(), None);
        let both: Vec<_> = without(&[Field::ClaimId, Field::InvoiceNo]).collect();
        assert_eq!(both, [Field::ClaimId]);
    }

    #[test]
    fn every_fault_of_every_file_is_told_at_once_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let layouts = folder.path().join("layouts");
        fs::create_dir(&layouts).expect("a folder");
        for kind in TableKind::ALL {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/layouts");
            let name = format!("{}.toml", kind.word());
            fs::copy(shipped.join(&name), layouts.join(&name)).expect("a copy");
        }
        let entry = "[[field]]\nname = \"tip_id\"\nheader = \"线索\"\naliases = [\"线 索\"]\n";
        fs::write(
            layouts.join("tips.toml"),
            format!("{entry}[[field]]\nname = \"x\"\nheader=\"\""),
        )
        .expect("a file");
        fs::write(layouts.join("persons.toml"), "[[field]]\nnom = \"name\"\n").expect("a file");
        fs::remove_file(layouts.join("claims.toml")).expect("gone");
        let problems = Layouts::load(folder.path()).expect_err("four faults");
        let told: Vec<_> = problems
            .iter()
            .map(|p| (p.place.file.as_str(), p.place.row, p.excerpt.is_empty()))
            .collect();
        assert_eq!(told[0].0, "layouts/claims.toml");
        assert!(told.contains(&("layouts/persons.toml", Some(2), false)), "{told:?}");
        assert!(told.contains(&("layouts/tips.toml", Some(4), false)), "{told:?}");
        assert!(told.contains(&("layouts/tips.toml", Some(6), false)), "{told:?}");
    }
}
