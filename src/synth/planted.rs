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
    pub claim_ids: Vec<String>,
    pub what: Text,
    /// What becomes of each of the claims; none where the rules leave it open.
    pub expected_outcome: Option<Outcome>,
    /// Codes that each of the claims must bear, as gate or finding.
    pub expected_codes: Vec<Code>,
    /// Codes that none of the claims may bear: what makes this a near miss.
    pub innocent_of: Vec<Code>,
    /// The rows cannot be typed, so no decision is made on them.
    pub quarantined: bool,
}

impl PlantedCase {
    /// Adds codes that must not appear.
    pub fn innocent_of(&mut self, codes: &[Code]) -> &mut PlantedCase {
        self.innocent_of.extend_from_slice(codes);
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
            claim_ids: claim_ids.to_vec(),
            what: Text::new(what.0, what.1),
            expected_outcome,
            expected_codes: expected_codes.to_vec(),
            innocent_of: Vec::new(),
            quarantined: false,
        });
        self.cases.last_mut().expect("a case was just added")
    }

    /// One row a claim of each case.
    pub fn to_csv(&self) -> String {
        let mut text =
            String::from("case,claim_id,what_zh,what_en,outcome,codes,innocent_of,quarantined\n");
        for (number, case) in self.cases.iter().enumerate() {
            for claim_id in &case.claim_ids {
                let cells = [
                    (number + 1).to_string(),
                    claim_id.clone(),
                    quoted(case.what.get(Lang::Zh)),
                    quoted(case.what.get(Lang::En)),
                    case.expected_outcome.map_or("", Outcome::word).to_owned(),
                    joined(&case.expected_codes),
                    joined(&case.innocent_of),
                    u8::from(case.quarantined).to_string(),
                ];
                text.push_str(&cells.join(","));
                text.push('\n');
            }
        }
        text
    }
}

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
                "1,A-1,\"甲\",\"a \"\"b\"\"\",hold,F401,F404,0",
                "1,A-2,\"甲\",\"a \"\"b\"\"\",hold,F401,F404,0",
            ]
        );
    }
}
