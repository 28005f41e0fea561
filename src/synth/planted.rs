//! The truth of a batch: what was planted, and what must come of it. Written beside a batch, never
//! inside.
//!
//! The surprise: codes are said both ways. A near miss is a case whose codes must *not* appear;
//! without those a detector that flags everything would look perfect.

use crate::domain::words::Outcome;
use crate::domain::{Code, Lang, Text};

/// Everything planted in a batch, in the order of planting.
#[derive(Clone, Debug, Default)]
pub struct Planted {
    pub cases: Vec<PlantedCase>,
}

/// One thing planted.
#[derive(Clone, Debug)]
pub struct PlantedCase {
    /// The plant that made it, a word; empty for what the demo alone has.
    pub pattern: &'static str,
    pub claim_ids: Vec<String>,
    pub what: Text,
    /// What becomes of each of the claims; none where the rules leave it open.
    pub expected_outcome: Option<Outcome>,
    /// Codes that must appear, as gate or finding: of a case with a pattern at least one finding
    /// of each must touch its claims, of the demo's own each of the claims must bear them.
    pub expected_codes: Vec<Code>,
    /// Codes that none of the claims may bear: what makes this a near miss.
    pub innocent_of: Vec<Code>,
    /// Codes that may as well appear: what the same act looks like to another detector.
    pub tolerates: Vec<Code>,
    /// The rows cannot be typed, so no decision is made on them.
    pub quarantined: bool,
}

impl PlantedCase {
    /// Adds codes that must not appear.
    pub fn innocent_of(&mut self, codes: &[Code]) -> &mut PlantedCase {
        self.innocent_of.extend_from_slice(codes);
        self
    }

    /// Adds codes that may appear or not.
    pub fn tolerates(&mut self, codes: &[Code]) -> &mut PlantedCase {
        self.tolerates.extend_from_slice(codes);
        self
    }
}

impl Planted {
    pub fn add(
        &mut self,
        claim_ids: &[String],
        what: (&str, &str),
        expected_outcome: Option<Outcome>,
        expected_codes: &[Code],
    ) -> &mut PlantedCase {
        self.cases.push(PlantedCase {
            pattern: "",
            claim_ids: claim_ids.to_vec(),
            what: Text::new(what.0, what.1),
            expected_outcome,
            expected_codes: expected_codes.to_vec(),
            innocent_of: Vec::new(),
            tolerates: Vec::new(),
            quarantined: false,
        });
        self.cases.last_mut().expect("a case was just added")
    }

    /// One row a claim of each case.
    pub fn to_csv(&self) -> String {
        let mut text = String::from(HEADER);
        self.append_rows(1, &mut text);
        text
    }

    /// The rows of the cases, the first of which has that number.
    pub fn append_rows(&self, first: usize, text: &mut String) {
        for (number, case) in self.cases.iter().enumerate() {
            for claim_id in &case.claim_ids {
                let cells = [
                    (first + number).to_string(),
                    case.pattern.to_owned(),
                    claim_id.clone(),
                    quoted(case.what.get(Lang::Zh)),
                    quoted(case.what.get(Lang::En)),
                    case.expected_outcome.map_or("", Outcome::word).to_owned(),
                    joined(&case.expected_codes),
                    joined(&case.innocent_of),
                    joined(&case.tolerates),
                    u8::from(case.quarantined).to_string(),
                ];
                text.push_str(&cells.join(","));
                text.push('\n');
            }
        }
    }
}

/// The header of the truth table.
pub const HEADER: &str = "case,pattern,claim_id,what_zh,what_en,outcome,codes,innocent_of,\
    may_bear,quarantined\n";

fn joined(codes: &[Code]) -> String {
    codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_of_a_case_has_its_row() {
        let mut planted = Planted::default();
        let claims = ["A-1".to_owned(), "A-2".to_owned()];
        let case = planted.add(&claims, ("甲", "a \"b\""), Some(Outcome::Hold), &[Code::F401]);
        case.innocent_of(&[Code::F404]);
        let csv = planted.to_csv();
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(
            rows,
            [
                "1,,A-1,\"甲\",\"a \"\"b\"\"\",hold,F401,F404,,0",
                "1,,A-2,\"甲\",\"a \"\"b\"\"\",hold,F401,F404,,0",
            ]
        );
    }
}
