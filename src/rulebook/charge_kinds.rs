//! What kind of charge a bill line is for those who count days and look for treatment,
//! `charge_kinds.csv`: a bed, nursing by the day, an examination.
//!
//! The surprise: rows are tried in the order of the file and the first that fits holds, so a word
//! that would mislead (陪护床位) stands before the one it contains (床位).

use std::path::Path;

use crate::domain::words::words;
use crate::flow::Problem;

use super::reading::{CsvRow, DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

const FILE: &str = "charge_kinds.csv";
const COLUMNS: [&str; 5] = ["kind", "how", "text", "source", "verified"];

words! {
    /// The kind of a charge.
    ChargeKind {
        Bed = "bed", "床位";
        NewbornBed = "newborn_bed", "新生儿床位";
        Nursing = "nursing", "按日护理";
        NewbornNursing = "newborn_nursing", "新生儿护理";
        Consultation = "consultation", "住院诊查";
        // Goes with a stay and treats nobody: heating, a bed for a relative, nursing in general.
        Ward = "ward", "病房其他";
        Examination = "examination", "检查化验";
        Treatment = "treatment", "治疗";
        // A drug that is given where it is bought, day by day.
        Injection = "injection", "注射";
        // Billed by the hour, so that its quantity is no number of days.
        Hours = "hours", "按小时";
    }
}

words! {
    /// What of a line a row looks at.
    How {
        Code = "code", "国家编码的开头";
        Name = "name", "项目名称包含";
        Category = "category", "费用类别";
        Unit = "unit", "单位";
    }
}

/// A row's place; an earlier row goes before a later one.
pub type Rank = u16;

/// The rank of what no row fits.
pub const NO_RANK: Rank = Rank::MAX;

/// The rows of the file.
#[derive(Clone, Debug, Default)]
pub struct ChargeKinds(Vec<(ChargeKind, How, Box<str>)>);

impl ChargeKinds {
    /// Reads the list; every fault goes to `faults`.
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> ChargeKinds {
        let mut kinds = ChargeKinds::default();
        for row in DataFile::open_csv(data, FILE, &COLUMNS, faults) {
            match read(&row, sources) {
                Ok((_, how, text)) if kinds.0.iter().any(|(_, h, t)| (*h, t) == (how, &text)) => {
                    let what = ("同一文字有两行", "two rows look for the same text");
                    faults.push(row.cell_fault("text", Wrong::twice(what)));
                }
                Ok(read) => kinds.0.push(read),
                Err(fault) => faults.push(fault),
            }
        }
        kinds
    }

    /// The first row that fits a text of that column; [`NO_RANK`] if none does.
    pub fn rank(&self, how: How, text: &str) -> Rank {
        let fits = |words: &str| match how {
            How::Code => text.starts_with(words),
            How::Name => text.contains(words),
            How::Category | How::Unit => text == words,
        };
        let first = self.0.iter().position(|(_, column, words)| *column == how && fits(words));
        first.and_then(|at| Rank::try_from(at).ok()).unwrap_or(NO_RANK)
    }

    /// The kind of the row with that rank.
    pub fn kind(&self, rank: Rank) -> Option<ChargeKind> {
        self.0.get(usize::from(rank)).map(|(kind, ..)| *kind)
    }
}

fn read(row: &CsvRow, sources: &Sources) -> Result<(ChargeKind, How, Box<str>), Problem> {
    sources.must_list(row)?;
    row.read("verified", is_true, TRUE_OR_FALSE)?;
    let kinds = ChargeKind::all_words();
    let kind = row.read("kind", ChargeKind::from_word, (&kinds, &kinds))?;
    let hows = How::all_words();
    let how = row.read("how", How::from_word, (&hows, &hows))?;
    let filled = |text: &str| (!text.is_empty()).then(|| text.into());
    Ok((kind, how, row.read("text", filled, ("要找的文字", "the text to look for"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> ChargeKinds {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut faults = Vec::new();
        let kinds = ChargeKinds::load(&data, &Sources::default(), &mut faults);
        assert_eq!(faults, []);
        kinds
    }

    #[test]
    fn the_shipped_words_tell_beds_from_what_is_written_like_them() {
        let kinds = shipped();
        for (how, text, expected) in [
            (How::Code, "001109000010300", Some(ChargeKind::Bed)),
            (How::Code, "001109000010600", Some(ChargeKind::NewbornBed)),
            (How::Code, "001201000040000", Some(ChargeKind::Nursing)),
            (How::Code, "001201000020000", Some(ChargeKind::Ward)),
            (How::Code, "001102000050000", Some(ChargeKind::Consultation)),
            (How::Code, "001102000030000", Some(ChargeKind::Ward)),
            (How::Code, "002503020010000", Some(ChargeKind::Examination)),
            (How::Code, "002401000010000", None),
            (How::Name, "双人间床位费", Some(ChargeKind::Bed)),
            (How::Name, "陪护床位费", Some(ChargeKind::Ward)),
            (How::Name, "Ⅱ级护理", Some(ChargeKind::Nursing)),
            (How::Name, "新生儿护理", Some(ChargeKind::NewbornNursing)),
            (How::Name, "口腔护理", None),
            (How::Name, "内镜检查及切除术", Some(ChargeKind::Treatment)),
            (How::Name, "胸部CT检查", Some(ChargeKind::Examination)),
            (How::Category, "护理费", Some(ChargeKind::Ward)),
            (How::Category, "西药费", None),
            (How::Unit, "小时", Some(ChargeKind::Hours)),
            (How::Unit, "日", None),
        ] {
            assert_eq!(kinds.kind(kinds.rank(how, text)), expected, "{how:?} {text}");
        }
    }
}
