//! How a region treats filings 备案: made late, by commitment, or for another place.

use crate::domain::Text;
use crate::domain::dates::{Date, plus_days};
use crate::domain::words::Route;
use crate::rulebook::keys::Keys;

use super::{Rule, text};

/// A region's rule on filings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingRule {
    pub late: LateFiling,
    /// A filing by commitment 承诺制 counts while its papers are still missing.
    pub commitment_counts: bool,
    /// How a long-term filer is treated in a third place: temporary or unfiled.
    pub third_place: Route,
    /// Emergency care counts as filed 视同备案.
    pub emergency_counts: bool,
}

/// Whether a filing made after discharge counts 补办备案.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateFiling {
    No,
    /// As long as the claim itself may be handed in.
    UntilDeadline,
    /// So many days after discharge, the last one included.
    Days(u16),
}

impl FilingRule {
    /// The last day a filing for care that ended on `end` can be made; none: not after discharge.
    /// Without a claim deadline, a filing "until the deadline" has no last day.
    pub fn late_until(&self, end: Date, claim_deadline: Option<Date>) -> Option<Date> {
        match self.late {
            LateFiling::No => None,
            LateFiling::UntilDeadline => Some(claim_deadline.unwrap_or(Date::MAX)),
            LateFiling::Days(days) => Some(plus_days(end, i32::from(days))),
        }
    }
}

/// `late = "no"`, `late = "until_deadline"` or `late_days = 30`.
fn late(keys: &mut Keys) -> Option<LateFiling> {
    let days = keys.maybe_number("late_days", 1..=366);
    let word: Option<String> = keys.maybe("late");
    let read = match (word.as_deref(), days) {
        (Some("no"), None) => Some(LateFiling::No),
        (Some("until_deadline"), None) => Some(LateFiling::UntilDeadline),
        (None, Some(days)) => Some(LateFiling::Days(days)),
        _ => None,
    };
    if read.is_none() && (keys.has("late") || !keys.has("late_days")) {
        keys.contradiction(
            "写 late = \"no\"、late = \"until_deadline\" 或 late_days = 天数 之一",
            "write one of late = \"no\", late = \"until_deadline\" and late_days",
        );
    }
    read
}

impl Rule for FilingRule {
    const KIND: &'static str = "filing";
    const TITLE: (&'static str, &'static str) = ("备案", "filing");

    fn read(keys: &mut Keys) -> Option<FilingRule> {
        let late = late(keys);
        let commitment_counts = keys.need_flag("commitment_counts");
        let third_place = keys.need("third_place");
        let emergency_counts = keys.need_flag("emergency_counts");
        if third_place.is_some_and(|route| !matches!(route, Route::Temporary | Route::Unfiled)) {
            keys.contradiction(
                "third_place 只能是 temporary 或 unfiled",
                "third_place is temporary or unfiled",
            );
        }
        Some(FilingRule {
            late: late?,
            commitment_counts: commitment_counts?,
            third_place: third_place?,
            emergency_counts: emergency_counts?,
        })
    }

    fn told(&self) -> Vec<Text> {
        let late = match self.late {
            LateFiling::No => {
                text("出院后补办的备案无效", "a filing made after discharge does not count")
            }
            LateFiling::UntilDeadline => text(
                "出院后可在报销时限内补办备案",
                "a filing may be made after discharge, until the claim deadline",
            ),
            LateFiling::Days(days) => text(
                format!("出院后{days}天内可补办备案"),
                format!("a filing may be made up to {days} days after discharge"),
            ),
        };
        let either = |holds: bool, yes: (&str, &str), no: (&str, &str)| {
            let (zh, en) = if holds { yes } else { no };
            text(zh, en)
        };
        vec![
            late,
            either(
                self.emergency_counts,
                ("急诊抢救视同已备案", "emergency care counts as filed"),
                ("急诊抢救也须备案", "emergency care must be filed too"),
            ),
            either(
                self.commitment_counts,
                ("承诺制备案在材料补齐前有效", "a filing by commitment counts before its papers"),
                ("承诺制备案补齐材料后才有效", "a filing by commitment counts once papers are in"),
            ),
            either(
                self.third_place == Route::Temporary,
                ("长期备案人员到第三地按临时外出", "long-term filers in a third place: temporary"),
                ("长期备案人员到第三地按未备案", "long-term filers in a third place: unfiled"),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_late_filing_has_a_last_day_or_none() {
        let rule = |late| FilingRule {
            late,
            commitment_counts: true,
            third_place: Route::Unfiled,
            emergency_counts: true,
        };
        let end = date(2024, 3, 10);
        let deadline = Some(date(2025, 3, 10));
        for (late, claim_deadline, expected) in [
            (LateFiling::No, deadline, None),
            (LateFiling::UntilDeadline, deadline, deadline),
            (LateFiling::UntilDeadline, None, Some(Date::MAX)),
            (LateFiling::Days(30), deadline, Some(date(2024, 4, 9))),
        ] {
            assert_eq!(rule(late).late_until(end, claim_deadline), expected, "{late:?}");
        }
    }
}
