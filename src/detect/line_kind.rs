//! What a bill line is, as far as a detector must tell drugs, examinations, operations and
//! materials apart.
//!
//! The surprise: the national code says most of it without any list. Its first letter names drugs
//! and materials, and the digits behind `00` are the chapter of the service: 21 to 27 examine, 32
//! and 33 operate. Without such a code the category on the bill decides, then the name.

use crate::domain::Money;
use crate::domain::words::ItemKind;
use crate::flow::{BillLine, ClaimIx, LineIx};
use crate::rulebook::drug_names::Named;
use crate::rulebook::items::Item;

use super::scene::Scene;

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Drug,
    Examination,
    Operation,
    Material,
    /// A consultation or registration, which goes with any visit.
    Consultation,
    Other,
}

/// Words in a category on the bill, in the order they are tried.
const BY_CATEGORY: [(LineKind, &[&str]); 5] = [
    (LineKind::Material, &["材料", "耗材"]),
    (LineKind::Operation, &["手术", "麻醉"]),
    (LineKind::Consultation, &["诊察", "诊查", "挂号"]),
    (LineKind::Examination, &["检查", "化验", "检验", "放射", "影像", "病理"]),
    (LineKind::Drug, &["药", "饮片"]),
];

/// Words in a name, where neither code nor category says anything.
const BY_NAME: [(LineKind, &[&str]); 4] = [
    (LineKind::Consultation, &["诊查", "诊察", "挂号"]),
    (LineKind::Examination, &["检查", "测定", "超声", "CT", "磁共振", "心电图", "造影", "摄影"]),
    (LineKind::Operation, &["切除术", "置入术", "植入术", "置换术", "成形术", "手术"]),
    (
        LineKind::Material,
        &[
            "耗材",
            "材料",
            "融合器",
            "支架",
            "假体",
            "起搏器",
            "吻合器",
            "钢板",
            "人工关节",
            "人工晶体",
        ],
    ),
];

/// The national code of a service has fifteen digits, of a drug 23 characters, of a material 20.
const SERVICE_DIGITS: usize = 15;
const DRUG_CHARS: usize = 23;
const MATERIAL_CHARS: usize = 20;

impl<'a> Scene<'a> {
    pub fn line_kind(&self, ix: LineIx) -> LineKind {
        let (line, names) = (self.line(ix), &self.records().names);
        let category = line.category.map_or("", |symbol| names.get(symbol));
        self.kind_by_code(line)
            .or_else(|| worded(category, &BY_CATEGORY))
            .or_else(|| self.item_named(line).map(kind_of))
            .or_else(|| worded(names.get(line.item_name), &BY_NAME))
            .unwrap_or(LineKind::Other)
    }

    fn kind_by_code(&self, line: &BillLine) -> Option<LineKind> {
        let code = self.records().names.get(line.item_code?);
        let items = &self.ground.rulebook.items;
        let listed = || items.by_code(code).map(|item| kind_of(items.get(item)));
        by_shape(code).or_else(listed)
    }

    /// The item its code names, else the one item of its name.
    pub fn item(&self, line: &BillLine) -> Option<&'a Item> {
        let items = &self.ground.rulebook.items;
        let names = &self.records().names;
        let by_code = line.item_code.and_then(|code| items.by_code(names.get(code)));
        by_code.map(|item| items.get(item)).or_else(|| self.item_named(line))
    }

    fn item_named(&self, line: &BillLine) -> Option<&'a Item> {
        let (items, names) = (&self.ground.rulebook.items, &self.records().names);
        let spec = line.spec.map(|spec| names.get(spec));
        match items.named(names.get(line.item_name), spec) {
            Named::One { item, .. } => Some(items.get(item)),
            Named::Several | Named::Nothing => None,
        }
    }

    /// What the lines of some kinds add up to, and the dearest of them.
    pub fn billed_of(&self, ix: ClaimIx, kinds: &[LineKind]) -> (Money, Money) {
        let lines = self.splits(ix).iter().map(|split| split.line);
        let amounts = lines.filter(|&line| kinds.contains(&self.line_kind(line)));
        amounts
            .map(|line| self.line(line).amount)
            .fold((Money::ZERO, Money::ZERO), |(sum, dearest), amount| {
                (sum + amount, dearest.max(amount))
            })
    }

    /// Whether a claim's bill has a line of that kind that was not taken back.
    pub fn has_line_of(&self, ix: ClaimIx, kind: LineKind) -> bool {
        self.billed_of(ix, &[kind]).1.is_positive()
    }
}

/// What a national code says by its form alone.
fn by_shape(code: &str) -> Option<LineKind> {
    let first = code.bytes().next()?;
    match (first, code.len()) {
        (b'X' | b'Z' | b'T', DRUG_CHARS) => Some(LineKind::Drug),
        (b'C', MATERIAL_CHARS) => Some(LineKind::Material),
        (b'0', SERVICE_DIGITS) if code.bytes().all(|byte| byte.is_ascii_digit()) => {
            let chapter = code.get(2..4)?;
            match chapter {
                "11" if code.get(4..6) == Some("02") => Some(LineKind::Consultation),
                "21" | "22" | "23" | "25" | "26" | "27" => Some(LineKind::Examination),
                "32" | "33" => Some(LineKind::Operation),
                // Chapter 31 holds both examinations and treatment: the words decide.
                _ => None,
            }
        }
        _ => None,
    }
}

fn kind_of(item: &Item) -> LineKind {
    match item.kind {
        ItemKind::Drug | ItemKind::Patent | ItemKind::Herb => LineKind::Drug,
        ItemKind::Consumable => LineKind::Material,
        ItemKind::Bed => LineKind::Other,
        ItemKind::Service => {
            by_shape(&item.code).or_else(|| worded(&item.name, &BY_NAME)).unwrap_or(LineKind::Other)
        }
    }
}

fn worded(text: &str, words: &[(LineKind, &[&str])]) -> Option<LineKind> {
    let fits = |words: &[&str]| words.iter().any(|word| text.contains(word));
    words.iter().find(|(_, words)| fits(words)).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_code_says_what_a_line_is() {
        for (code, expected) in [
            ("XA06ADF336P001010100233", Some(LineKind::Drug)),
            ("ZA01AAA0001010100001000", Some(LineKind::Drug)),
            ("C0101010010101010101", Some(LineKind::Material)),
            ("001102000030000", Some(LineKind::Consultation)),
            ("001109000010000", None),
            ("002101010000001", Some(LineKind::Examination)),
            ("002501040040000", Some(LineKind::Examination)),
            ("003301000010000", Some(LineKind::Operation)),
            ("003200000010000", Some(LineKind::Operation)),
            ("003110000060000", None),
            ("X01", None),
            ("", None),
        ] {
            assert_eq!(by_shape(code), expected, "{code}");
        }
    }

    #[test]
    fn words_say_it_where_no_code_does() {
        for (category, expected) in [
            ("西药费", Some(LineKind::Drug)),
            ("中药饮片费", Some(LineKind::Drug)),
            ("检查费", Some(LineKind::Examination)),
            ("手术材料费", Some(LineKind::Material)),
            ("麻醉费", Some(LineKind::Operation)),
            ("诊察费", Some(LineKind::Consultation)),
            ("床位费", None),
            ("其他费", None),
        ] {
            assert_eq!(worded(category, &BY_CATEGORY), expected, "{category}");
        }
        for (name, expected) in [
            ("椎间融合器（进口）", Some(LineKind::Material)),
            ("冠状动脉支架置入术", Some(LineKind::Operation)),
            ("头颅CT平扫", Some(LineKind::Examination)),
            ("某某片", None),
        ] {
            assert_eq!(worded(name, &BY_NAME), expected, "{name}");
        }
    }
}
