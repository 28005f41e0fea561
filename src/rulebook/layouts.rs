//! Layouts 表头布局: which header of a spreadsheet stands for which field, one file per table in
//! `data/layouts/`.
//!
//! The surprise: `never_with` names headers by which a sheet is some other table. A list of
//! settlements that happens to carry the category of each person is not an insured register.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::csv_table::fault;
use super::fold;
use crate::flow::{Field, Place, Problem, TableKind};

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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    #[serde(default)]
    never_with: Vec<Spanned<String>>,
    field: Vec<FieldEntry>,
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
}

impl Layouts {
    /// Reads `layouts/<table>.toml` for every table; every fault at once, with file and line.
    pub fn load(data_dir: &Path) -> Result<Layouts, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut tables = Vec::new();
        let mut foreign = Vec::new();
        for kind in TableKind::ALL {
            let name = format!("layouts/{}.toml", kind.word());
            let text = match std::fs::read_to_string(data_dir.join(&name)) {
                Ok(text) => text,
                Err(error) => {
                    let (zh, en) = ("布局文件无法读取", "the layout cannot be read");
                    problems.push(fault(Place::file(name), &error.to_string(), zh, en));
                    continue;
                }
            };
            let mut file = Checked { name: &name, text: &text, problems: &mut problems };
            if let Some((layout, never_with)) = file.layout(kind) {
                tables.push(layout);
                foreign.push((name, text, never_with));
            }
        }
        expand_never_with(&mut tables, foreign, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let titles = tables.iter().flat_map(|table| table.names.keys().cloned()).collect();
        Ok(Layouts { tables, titles })
    }

    pub fn get(&self, kind: TableKind) -> &Layout {
        self.tables.iter().find(|table| table.kind == kind).expect("load reads every table")
    }

    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.tables.iter()
    }

    /// Whether a folded title is a header of any table.
    pub fn knows(&self, folded_title: &str) -> bool {
        self.titles.contains(folded_title)
    }
}

impl Layout {
    /// The field that a title (folded by [`fold::title`]) stands for.
    pub fn field_of(&self, folded_title: &str) -> Option<(Field, Naming)> {
        self.names.get(folded_title).copied()
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

/// A layout file under examination.
struct Checked<'a> {
    name: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Checked<'_> {
    fn layout(&mut self, kind: TableKind) -> Option<(Layout, Vec<Spanned<String>>)> {
        let file: LayoutFile = match toml::from_str(self.text) {
            Ok(file) => file,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                self.fault(
                    span,
                    "",
                    "布局文件格式有误",
                    &format!("malformed: {}", error.message()),
                );
                return None;
            }
        };
        let mut layout =
            Layout { kind, fields: Vec::new(), names: HashMap::new(), never_with: HashSet::new() };
        for entry in file.field {
            let Some(field) = self.field(&entry.name) else { continue };
            if layout.fields.iter().any(|earlier| earlier.field == field) {
                self.at(&entry.name, "同一字段出现两次", "the field stands here twice");
            }
            let or = entry.or.as_ref().and_then(|other| self.field(other));
            self.title(&mut layout, &entry.header, field, Naming::Canonical);
            for alias in &entry.aliases {
                self.title(&mut layout, alias, field, Naming::Alias);
            }
            let header = entry.header.into_inner();
            layout.fields.push(LayoutField { field, header, required: entry.required, or });
        }
        if let Some(amount) = kind.amount_field()
            && !layout.fields.iter().any(|entry| entry.field == amount)
        {
            let en = format!("the field {} is missing", amount.word());
            self.fault(0..0, amount.word(), "缺少金额字段", &en);
        }
        Some((layout, file.never_with))
    }

    fn field(&mut self, name: &Spanned<String>) -> Option<Field> {
        let field = Field::from_word(name.get_ref());
        if field.is_none() {
            self.at(name, "没有这个字段", "there is no such field");
        }
        field
    }

    fn title(&mut self, layout: &mut Layout, title: &Spanned<String>, field: Field, how: Naming) {
        let folded = fold::title(title.get_ref());
        if folded.is_empty() {
            self.at(title, "表头为空", "the header is empty");
        } else if layout.names.insert(folded, (field, how)).is_some() {
            self.at(title, "表头在本表中重复", "the header stands twice in this table");
        }
    }

    fn at(&mut self, word: &Spanned<String>, zh: &str, en: &str) {
        let excerpt = word.get_ref().clone();
        self.fault(word.span(), &excerpt, zh, en);
    }

    fn fault(&mut self, span: Range<usize>, excerpt: &str, zh: &str, en: &str) {
        let place = Place::file(self.name).row(line_of(self.text, span.start));
        self.problems.push(fault(place, excerpt, zh, en));
    }
}

fn line_of(text: &str, offset: usize) -> u32 {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count() as u32
}

/// Turns the canonical headers of `never_with` into every name these columns have elsewhere.
fn expand_never_with(
    tables: &mut [Layout],
    foreign: Vec<(String, String, Vec<Spanned<String>>)>,
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
    for (table, (name, text, never_with)) in tables.iter_mut().zip(foreign) {
        for header in never_with {
            match synonyms.get(&fold::title(header.get_ref())) {
                Some(names) => table.never_with.extend(names.iter().cloned()),
                None => problems.push(fault(
                    Place::file(&name).row(line_of(&text, header.span().start)),
                    header.get_ref(),
                    "没有任何表使用这个表头",
                    "no table has this header",
                )),
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
        assert!(told.contains(&("layouts/persons.toml", Some(2), true)), "{told:?}");
        assert!(told.contains(&("layouts/tips.toml", Some(4), false)), "{told:?}");
        assert!(told.contains(&("layouts/tips.toml", Some(6), false)), "{told:?}");
    }
}
