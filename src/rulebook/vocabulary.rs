//! Vocabulary 用语表: which of the program's fixed words an office's word or platform code means.
//! Two data files with the same columns; more words need no code.

use std::collections::HashMap;
use std::path::Path;

use super::fold;
use super::reading::{CsvRow, DataFile, Wrong};
use crate::domain::words::{
    CareType, Channel, CheckVerdict, ContributionStatus, FilingStatus, FilingType, Hardship,
    HospitalKind, ItemClass, Material, OwnerLevel, PersonType, ReturnReason, Scheme,
    SettlementStatus, Sex, SubjectKind, Tier,
};
use crate::flow::Problem;

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
    fn add(
        &mut self,
        row: &CsvRow,
        parse: impl Fn(&str) -> Option<W>,
        words: impl Fn() -> String,
    ) -> Result<(), Problem> {
        let word = parse(row.cell("word")).ok_or_else(|| {
            let what = ("没有这个固定用词", "the list has no such word");
            let words = words();
            row.cell_fault("word", Wrong::value(what, (&words, &words)))
        })?;
        let folded = fold::word(row.cell("alias")).into_owned();
        if folded.is_empty() {
            let expected = ("表格中的一种写法", "the word as some office writes it");
            let what = ("alias 为空", "the alias is empty");
            return Err(row.cell_fault("alias", Wrong::value(what, expected)));
        }
        match self.0.insert(folded, word) {
            Some(other) if other != word => {
                let what = ("同一写法有两种含义", "the alias has two meanings in this list");
                Err(row.cell_fault("alias", Wrong::twice(what)))
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
    ($($name:ident: $word:ty = $parse:expr, $words:expr;)*) => {
        /// All lists. A lookup folds width, case and blanks.
        #[derive(Clone, Debug, Default)]
        pub struct Vocabulary { $($name: List<$word>),* }

        impl Vocabulary {
            $(pub fn $name(&self, text: &str) -> Option<$word> {
                self.$name.find(text)
            })*

            fn add(&mut self, row: &CsvRow) -> Result<(), Problem> {
                match row.cell("list") {
                    $(stringify!($name) => self.$name.add(row, $parse, $words),)*
                    _ => {
                        let lists = [$(stringify!($name)),*].join(", ");
                        let what = ("没有这个列表", "there is no such list");
                        Err(row.cell_fault("list", Wrong::value(what, (&lists, &lists))))
                    }
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
    scheme: Scheme = Scheme::from_word, Scheme::all_words;
    person_type: PersonType = PersonType::from_word, PersonType::all_words;
    hardship: Option<Hardship> = hardship_from_word, hardship_words;
    care_type: CareType = CareType::from_word, CareType::all_words;
    sex: Sex = Sex::from_word, Sex::all_words;
    flag: bool = flag_from_word, || "yes, no".to_owned();
    filing_type: FilingType = FilingType::from_word, FilingType::all_words;
    filing_status: FilingStatus = FilingStatus::from_word, FilingStatus::all_words;
    contribution_status: ContributionStatus =
        ContributionStatus::from_word, ContributionStatus::all_words;
    channel: Channel = Channel::from_word, Channel::all_words;
    settlement_status: SettlementStatus = SettlementStatus::from_word, SettlementStatus::all_words;
    hospital_tier: Tier = Tier::from_word, Tier::all_words;
    owner_level: OwnerLevel = OwnerLevel::from_word, OwnerLevel::all_words;
    hospital_kind: HospitalKind = HospitalKind::from_word, HospitalKind::all_words;
    item_class: ItemClass = ItemClass::from_word, ItemClass::all_words;
    subject_kind: SubjectKind = SubjectKind::from_word, SubjectKind::all_words;
    material: Material = Material::from_word, Material::all_words;
    return_reason: ReturnReason = ReturnReason::from_word, ReturnReason::all_words;
    check_verdict: CheckVerdict = CheckVerdict::from_word, CheckVerdict::all_words;
}

/// What an office writes for a person who is in no hardship.
const NO_HARDSHIP: &str = "none";

fn hardship_from_word(word: &str) -> Option<Option<Hardship>> {
    if word == NO_HARDSHIP { Some(None) } else { Hardship::from_word(word).map(Some) }
}

fn hardship_words() -> String {
    format!("{}, {NO_HARDSHIP}", Hardship::all_words())
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
        let mut seen: HashMap<(String, String), (&str, u32)> = HashMap::new();
        for file in FILES {
            for row in DataFile::open_csv(data_dir, file, &COLUMNS, &mut problems) {
                let key = (row.cell("list").to_owned(), row.cell("alias").to_owned());
                if let Some((file, line)) = seen.insert(key, (file, row.line)) {
                    let zh = format!("该列表中已有此写法（{file} 第 {line} 行）");
                    let en = format!("the list has this alias already ({file}, line {line})");
                    problems.push(row.cell_fault("alias", Wrong::twice((&zh, &en))));
                } else if let Err(fault) = vocabulary.add(&row) {
                    problems.push(fault);
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
    fn the_words_that_hints_offer_are_in_the_shipped_vocabulary() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let words = Vocabulary::load(&data).expect("the shipped vocabulary");
        macro_rules! check {
            ($($list:ident: $word:ty;)*) => {
                $(for &word in <$word>::ALL {
                    assert_eq!(words.$list(word.zh()), Some(word), "{}", word.zh());
                })*
            };
        }
        check! {
            scheme: Scheme; person_type: PersonType; care_type: CareType; sex: Sex;
            filing_type: FilingType; filing_status: FilingStatus;
            contribution_status: ContributionStatus; channel: Channel;
            settlement_status: SettlementStatus; hospital_tier: Tier; owner_level: OwnerLevel;
            hospital_kind: HospitalKind; item_class: ItemClass; subject_kind: SubjectKind;
            material: Material; return_reason: ReturnReason; check_verdict: CheckVerdict;
        }
        assert_eq!((words.flag("是"), words.flag("否")), (Some(true), Some(false)));
        for &word in Hardship::ALL {
            assert_eq!(words.hardship(word.zh()), Some(Some(word)), "{}", word.zh());
        }
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
