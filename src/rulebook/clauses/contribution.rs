//! What a lapse in contributions 断缴 does, what mends it, and how long whoever comes back waits
//! 等待期.

use crate::domain::Text;
use crate::domain::words::{PersonType, words};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::{Rule, text};

words! {
    /// What a lapse takes away.
    LapseEffect {
        // The lines dated in lapsed months; all of it when every month lapsed.
        ByDay = "by_day", "断缴月份的费用";
        // The whole stay, if any of its months lapsed.
        WholeStay = "whole_stay", "整次住院";
        // Everything or nothing, by the month of admission.
        AdmissionDay = "admission_day", "按入院月份";
    }
}
from_words! { LapseEffect }

/// The consequences of unpaid months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionRule {
    pub lapse: LapseEffect,
    /// A payment made up counts when it came at most so many months after the month it is for.
    pub make_up_months: Option<u8>,
    /// Persons who owe no contributions.
    pub not_owed_by: Vec<PersonType>,
    /// A payment for any month of a calendar year is for the whole year (residents).
    pub by_year: bool,
    pub waiting: Option<Waiting>,
}

/// Who comes back after a gap has no benefit at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Gaps of at least so many months lead to waiting.
    pub gap_months: u8,
    /// So many months from the first one paid again.
    pub months: u8,
}

impl Rule for ContributionRule {
    const KIND: &'static str = "contribution";
    const TITLE: (&'static str, &'static str) = ("缴费与断缴", "contributions");

    fn read(keys: &mut Keys) -> Option<ContributionRule> {
        let lapse = keys.need("lapse");
        let make_up_months = keys.maybe_number("make_up_months", 0..=60);
        let not_owed_by = keys.list("not_owed_by");
        let by_year = keys.flag("by_year");
        let has_waiting = keys.has("waiting");
        let waiting = keys.maybe_table("waiting").and_then(|mut keys| {
            let gap_months = keys.need_number("gap_months", 1..=60);
            let months = keys.need_number("months", 1..=24);
            keys.end();
            Some(Waiting { gap_months: gap_months?, months: months? })
        });
        if has_waiting && waiting.is_none() {
            return None;
        }
        Some(ContributionRule { lapse: lapse?, make_up_months, not_owed_by, by_year, waiting })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![match self.lapse {
            LapseEffect::ByDay => text(
                "断缴月份发生的费用由个人负担",
                "what is dated in unpaid months falls to the person",
            ),
            LapseEffect::WholeStay => text(
                "住院期间任一月断缴，整次住院不予支付",
                "one unpaid month of a stay takes the whole stay away",
            ),
            LapseEffect::AdmissionDay => text(
                "入院当月断缴，不予支付",
                "nothing is paid if the month of admission is unpaid",
            ),
        }];
        if self.by_year {
            told.push(text(
                "按年度缴费，当年任一月到账即全年有效",
                "paid for a calendar year: any month of it counts for all",
            ));
        }
        told.push(match self.make_up_months {
            Some(months) => text(
                format!("{months}个月内补缴的恢复待遇"),
                format!("a payment made up within {months} months restores the benefit"),
            ),
            None => text("补缴不恢复待遇", "payments made up restore nothing"),
        });
        if let Some(Waiting { gap_months, months }) = self.waiting {
            told.push(text(
                format!("中断{gap_months}个月及以上的，恢复缴费后等待{months}个月"),
                format!("after a gap of {gap_months} months or more, {months} months of waiting"),
            ));
        }
        if !self.not_owed_by.is_empty() {
            let zh: Vec<&str> = self.not_owed_by.iter().map(|person| person.zh()).collect();
            let en: Vec<&str> = self.not_owed_by.iter().map(|person| person.word()).collect();
            told.push(text(
                format!("{}人员不缴费", zh.join("、")),
                format!("not owed by: {}", en.join(", ")),
            ));
        }
        told
    }
}
