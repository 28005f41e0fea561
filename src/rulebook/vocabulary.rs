//! Vocabulary 用语表: which of the program's fixed words an office's word or platform code means.
//! Two data files with the same columns; more words need no code.

use std::collections::HashMap;
use std::path::Path;

use super::csv_table::{self, CsvRow, fault};
use super::fold;
use crate::domain::words::{
    CareType, Channel, ContributionStatus, FilingStatus, FilingType, HospitalKind, ItemClass,
    Material, OwnerLevel, PersonType, Scheme, SettlementStatus, Sex, SubjectKind, Tier,
};
use crate::flow::{Place, Problem};

const FILES: [&str; 2] = ["vocabulary.csv", "vocabulary_materials.csv"];
const COLUMNS: [&str; 3] = ["list", "word", "alias"];

/// One list: folded alias → the word it means.
#[derive(Clone, Debug)]
struct List<W>(HashMap<String, W>);

impl<W> Default for List<W> {
    fn default() -> Self {
        List(HashMap::new())
    }
}

impl<W: Copy + PartialEq> List<W> {
    /// Adds an alias; says in both languages what is wrong with it.
    fn add(&mut self, alias: &str, word: Option<W>) -> Result<(), (&'static str, &'static str)> {
        let word = word.ok_or(("没有这个标准词", "there is no such word in this list"))?;
        let folded = fold::word(alias).into_owned();
        if folded.is_empty() {
            return Err(("别名为空", "the alias is empty"));
        }
        match self.0.insert(folded, word) {
            Some(other) if other != word => {
                Err(("同一别名有两种含义", "the alias has two meanings in this list"))
            }
            _ => Ok(()),
        }
    }

    fn find(&self, text: &str) -> Option<W> {
        // Most words stand in the list as they are written, which saves folding them.
        self.0.get(text).or_else(|| self.0.get(&*fold::word(text))).copied()
    }
}

macro_rules! lists {
    ($($name:ident: $word:ty = $parse:expr;)*) => {
        /// All lists. A lookup folds width, case and blanks.
        #[derive(Clone, Debug, Default)]
        pub struct Vocabulary { $($name: List<$word>),* }

        impl Vocabulary {
            $(pub fn $name(&self, text: &str) -> Option<$word> {
                self.$name.find(text)
            })*

            fn add(&mut self, row: &CsvRow) -> Result<(), (&'static str, &'static str)> {
                let [list, word, alias] = row.cells.as_slice() else { return Ok(()) };
                match list.as_str() {
                    $(stringify!($name) => self.$name.add(alias, $parse(word)),)*
                    _ => Err(("没有这个列表", "there is no such list")),
                }
            }

            #[cfg(test)]
            fn sizes(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($name), self.$name.0.len())),*]
            }
        }
    };
}

lists! {
    scheme: Scheme = Scheme::from_word;
    person_type: PersonType = PersonType::from_word;
    care_type: CareType = CareType::from_word;
    sex: Sex = Sex::from_word;
    flag: bool = flag_from_word;
    filing_type: FilingType = FilingType::from_word;
    filing_status: FilingStatus = FilingStatus::from_word;
    contribution_status: ContributionStatus = ContributionStatus::from_word;
    channel: Channel = Channel::from_word;
    settlement_status: SettlementStatus = SettlementStatus::from_word;
    hospital_tier: Tier = Tier::from_word;
    owner_level: OwnerLevel = OwnerLevel::from_word;
    hospital_kind: HospitalKind = HospitalKind::from_word;
    item_class: ItemClass = ItemClass::from_word;
    subject_kind: SubjectKind = SubjectKind::from_word;
    material: Material = Material::from_word;
}

fn flag_from_word(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

impl Vocabulary {
    /// Reads both files; every fault at once, with file and line.
    pub fn load(data_dir: &Path) -> Result<Vocabulary, Vec<Problem>> {
        let mut vocabulary = Vocabulary::default();
        let mut problems = Vec::new();
        let mut seen: HashMap<(String, String), u32> = HashMap::new();
        for file in FILES {
            let rows = match csv_table::read(data_dir, file, &COLUMNS) {
                Ok(rows) => rows,
                Err(faults) => {
                    problems.extend(faults);
                    continue;
                }
            };
            for row in rows {
                let key = (row.cells[0].clone(), row.cells[2].clone());
                let place = Place::file(file).row(row.line);
                let excerpt = row.cells.join(",");
                if seen.insert(key, row.line).is_some() {
                    let en = "the alias stands twice in this list";
                    problems.push(fault(place, &excerpt, "别名在该列表中重复", en));
                } else if let Err((zh, en)) = vocabulary.add(&row) {
                    problems.push(fault(place, &excerpt, zh, en));
                }
            }
        }
        if problems.is_empty() { Ok(vocabulary) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn load(rows: &str, materials: &str) -> Result<Vocabulary, Vec<Problem>> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILES[0]), format!("list,word,alias\n{rows}"))
            .expect("a file");
        fs::write(folder.path().join(FILES[1]), format!("list,word,alias\n{materials}"))
            .expect("a file");
        Vocabulary::load(folder.path())
    }

    #[test]
    fn a_word_is_found_whatever_its_width_case_and_blanks() {
        let words = load("scheme,employee,职工医保\nflag,yes,Y\n", "material,invoice,发票\n")
            .expect("a vocabulary");
        assert_eq!(words.scheme(" 职工　医保 "), Some(Scheme::Employee));
        assert_eq!(words.flag("ｙ"), Some(true));
        assert_eq!(words.material("发票"), Some(Material::Invoice));
        assert_eq!(words.scheme("职工"), None);
        let filled = words.sizes().into_iter().filter(|(_, size)| *size > 0).count();
        assert_eq!(filled, 3);
    }

    #[test]
    fn unknown_words_and_double_aliases_are_refused_with_their_lines() {
        let rows = "scheme,employee,职工\nscheme,staff,员工\nscheme,resident,职 工\n\
                    nonsense,a,b\nflag,yes,是\nflag,yes,是\nitem_class,A,a\nitem_class,A,A\n";
        let problems = load(rows, "").expect_err("four faults");
        let lines: Vec<_> = problems.iter().map(|problem| problem.place.row).collect();
        assert_eq!(lines, [Some(3), Some(4), Some(5), Some(7)]);
    }
}
