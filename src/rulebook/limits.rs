//! The restricted scope of an item 限定支付范围 in a form that can be checked: `sex=F;age>=18`.
//!
//! The surprise: what nobody can check from a bill (second line, an indication in words) is kept as
//! [`HandCheck`], so that such a line is neither refused nor passed in silence.

use std::path::Path;

use crate::domain::dates::{Date, age_on, days_between};
use crate::domain::words::{CareType, Sex, Tier};
use crate::flow::Problem;

use super::reading::{DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

/// Each part that is given must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLimits {
    pub sex: Option<Sex>,
    pub ages: Vec<AgeBound>,
    pub hospital_tier_min: Option<Tier>,
    /// Empty: any kind of care.
    pub care: Vec<CareType>,
    pub other_fund: Option<OtherFund>,
    /// Payable on so many days of one stay 限支付天数.
    pub days_max: Option<u16>,
    /// ICD-10 prefixes in capitals; empty: any diagnosis.
    pub diagnosis: Vec<String>,
    /// A herb that is payable in a compound only 单方不予支付.
    pub not_alone: bool,
    /// Never payable 单复方均不予支付.
    pub not_payable: bool,
    pub by_hand: Vec<HandCheck>,
}

/// The fund that alone pays for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFund {
    WorkInjury,
    Maternity,
}

/// One end of an age limit, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBound {
    pub end: AgeEnd,
    pub count: u16,
    pub unit: AgeUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeEnd {
    AtLeast,
    AtMost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeUnit {
    Years,
    Months,
    Days,
}

impl AgeBound {
    /// Ages count in full units reached by that day.
    pub fn is_met(self, born: Date, day: Date) -> bool {
        self.admits(match self.unit {
            AgeUnit::Years => age_on(born, day),
            AgeUnit::Months => full_months(born, day),
            AgeUnit::Days => days_between(born, day),
        })
    }

    /// Whether an age in full years may be enough; bounds in months or days say nothing of it.
    pub fn may_be_met_at(self, years: i32) -> bool {
        self.unit != AgeUnit::Years || self.admits(years)
    }

    fn admits(self, age: i32) -> bool {
        match self.end {
            AgeEnd::AtLeast => age >= i32::from(self.count),
            AgeEnd::AtMost => age <= i32::from(self.count),
        }
    }
}

fn full_months(born: Date, day: Date) -> i32 {
    let months = (i32::from(day.year()) - i32::from(born.year())) * 12 + i32::from(day.month())
        - i32::from(born.month());
    months - i32::from(day.day() < born.day())
}

macro_rules! hand_checks {
    ($($variant:ident = $word:literal;)*) => {
        /// What a person must look at: the inputs do not tell it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HandCheck { $($variant),* }

        impl HandCheck {
            fn from_word(word: &str) -> Option<HandCheck> {
                match word { $($word => Some(HandCheck::$variant),)* _ => None }
            }
        }
    };
}

hand_checks! {
    SecondLine = "second_line";
    Indication = "indication";
    OneOfSeveral = "one_of_several";
    NutritionRisk = "nutrition_risk";
    ParenteralNutrition = "parenteral_nutrition";
    OnsetHours = "onset_hours";
    Rescue = "rescue";
    Months = "months";
    Units = "units";
    Interval = "interval";
    Prescriber = "prescriber";
    FirstPrescription = "first_prescription";
    Group = "group";
    AgeGroup = "age_group";
}

impl ItemLimits {
    /// `sex=F;age>=18;care=inpatient|emergency;by_hand=second_line`; empty: no limit.
    pub fn parse(text: &str, groups: &AgeGroups) -> Option<ItemLimits> {
        let mut limits = ItemLimits::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            limits.read_part(part, groups)?;
        }
        Some(limits)
    }

    fn read_part(&mut self, part: &str, groups: &AgeGroups) -> Option<()> {
        match part {
            "not_alone" => self.not_alone = true,
            "not_payable" => self.not_payable = true,
            _ => {
                let (name, value) = cut(part)?;
                match name {
                    "sex=" => self.sex = Some(Sex::from_word(value)?),
                    "age_group=" => match groups.bounds(value)? {
                        [] => self.by_hand.push(HandCheck::AgeGroup),
                        bounds => self.ages.extend(bounds),
                    },
                    "tier>=" => self.hospital_tier_min = Some(Tier::from_word(value)?),
                    "care=" => self.care = listed(value, CareType::from_word)?,
                    "fund=" => self.other_fund = Some(OtherFund::from_word(value)?),
                    "days<=" => self.days_max = Some(value.parse().ok()?),
                    "icd=" => self.diagnosis = listed(value, |p| Some(p.to_ascii_uppercase()))?,
                    "by_hand=" => self.by_hand.extend(listed(value, HandCheck::from_word)?),
                    _ => self.ages.push(age_bound(name, value)?),
                }
            }
        }
        Some(())
    }

    /// Both limits at once.
    pub fn and(mut self, other: &ItemLimits) -> ItemLimits {
        self.sex = self.sex.or(other.sex);
        self.hospital_tier_min = self.hospital_tier_min.max(other.hospital_tier_min);
        self.other_fund = self.other_fund.or(other.other_fund);
        self.days_max = match (self.days_max, other.days_max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if self.care.is_empty() {
            self.care.clone_from(&other.care);
        } else if !other.care.is_empty() {
            self.care.retain(|care| other.care.contains(care));
        }
        if self.diagnosis.is_empty() {
            self.diagnosis.clone_from(&other.diagnosis);
        }
        self.not_alone |= other.not_alone;
        self.not_payable |= other.not_payable;
        add_new(&mut self.ages, &other.ages);
        add_new(&mut self.by_hand, &other.by_hand);
        self
    }
}

fn add_new<T: Copy + PartialEq>(held: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !held.contains(one) {
            held.push(*one);
        }
    }
}

/// `age>=12` → `age>=` and `12`.
fn cut(part: &str) -> Option<(&str, &str)> {
    let end = part.find('=')? + 1;
    Some((&part[..end], part[end..].trim()))
}

fn listed<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split('|').map(|part| parse(part.trim())).collect()
}

fn age_bound(name: &str, value: &str) -> Option<AgeBound> {
    let (unit, end) = match name {
        "age>=" => (AgeUnit::Years, AgeEnd::AtLeast),
        "age<=" => (AgeUnit::Years, AgeEnd::AtMost),
        "age_months>=" => (AgeUnit::Months, AgeEnd::AtLeast),
        "age_months<=" => (AgeUnit::Months, AgeEnd::AtMost),
        "age_days>=" => (AgeUnit::Days, AgeEnd::AtLeast),
        "age_days<=" => (AgeUnit::Days, AgeEnd::AtMost),
        _ => return None,
    };
    Some(AgeBound { end, count: value.parse().ok()?, unit })
}

impl OtherFund {
    pub fn from_word(word: &str) -> Option<OtherFund> {
        match word {
            "work_injury" => Some(OtherFund::WorkInjury),
            "maternity" => Some(OtherFund::Maternity),
            _ => None,
        }
    }
}

/// What a cell with limits must hold.
pub const LIMITS: (&str, &str) = (
    "限定条件，如 sex=F;age>=18;by_hand=indication，写法见 data/README.md",
    "limits as data/README.md lists them, such as sex=F;age>=18;by_hand=indication",
);

/// The groups of ages that official lists name without saying from which age to which.
const GROUPS: [&str; 5] = ["adult", "child", "newborn", "infant", "working"];

/// The ages an office reads into such a group, `age_groups.csv`. A group without a row has none and
/// is checked by hand.
#[derive(Clone, Debug, Default)]
pub struct AgeGroups(Vec<(String, Vec<AgeBound>)>);

const COLUMNS: [&str; 4] = ["group", "ages", "source", "verified"];

impl AgeGroups {
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> AgeGroups {
        let mut groups = AgeGroups::default();
        if !data.join("age_groups.csv").exists() {
            return groups;
        }
        for row in DataFile::open_csv(data, "age_groups.csv", &COLUMNS, faults) {
            let known = |text: &str| GROUPS.contains(&text).then(|| text.to_owned());
            let expected = GROUPS.join("、");
            let read = || {
                sources.must_list(&row)?;
                row.read("verified", is_true, TRUE_OR_FALSE)?;
                let group = row.read("group", known, (&expected, &GROUPS.join(", ")))?;
                Ok((group, row.read("ages", ages, AGES)?))
            };
            match read() {
                Ok((group, _)) if groups.0.iter().any(|(held, _)| *held == group) => {
                    let what = ("同一年龄组有两行", "two rows have this group");
                    faults.push(row.cell_fault("group", Wrong::twice(what)));
                }
                Ok(read) => groups.0.push(read),
                Err(fault) => faults.push(fault),
            }
        }
        groups
    }

    /// Empty for a group that is known and has no ages.
    fn bounds(&self, group: &str) -> Option<&[AgeBound]> {
        let held = self.0.iter().find(|(held, _)| held == group);
        let known = GROUPS.contains(&group);
        held.map(|(_, bounds)| bounds.as_slice()).or_else(|| known.then_some(&[]))
    }
}

fn ages(text: &str) -> Option<Vec<AgeBound>> {
    let bound = |part: &str| cut(part.trim()).and_then(|(name, value)| age_bound(name, value));
    text.split(';').map(bound).collect()
}

const AGES: (&str, &str) =
    ("如 age>=18 或 age_days<=28，用 ; 隔开", "age>=18, age_days<=28 and the like, with ; between");

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn parse(text: &str) -> Option<ItemLimits> {
        let adult = AgeBound { end: AgeEnd::AtLeast, count: 18, unit: AgeUnit::Years };
        ItemLimits::parse(text, &AgeGroups(vec![("adult".into(), vec![adult])]))
    }

    #[test]
    fn a_limit_is_read_part_by_part_and_anything_else_is_refused() {
        let limits = parse("sex=F; tier>=2;care=inpatient|emergency;icd=i63|I64").expect("a limit");
        assert_eq!(limits.sex, Some(Sex::Female));
        assert_eq!(limits.hospital_tier_min, Some(Tier::Two));
        assert_eq!(limits.care, [CareType::Inpatient, CareType::Emergency]);
        assert_eq!(limits.diagnosis, ["I63", "I64"]);
        assert_eq!(parse(""), Some(ItemLimits::default()));
        for wrong in ["sex", "sex=女", "age>18", "age>=x", "days=14", "by_hand=luck", "group=adult"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_age_group_without_a_number_is_left_to_a_person() {
        assert_eq!(parse("age_group=adult").expect("a limit").ages.len(), 1);
        let child = parse("age_group=child").expect("a limit");
        assert_eq!((child.ages.len(), child.by_hand), (0, vec![HandCheck::AgeGroup]));
        assert_eq!(parse("age_group=elder"), None);
    }

    #[test]
    fn ages_count_in_full_units_both_ends_included() {
        let check = |part: &str, born: Date, day: Date, expected: bool| {
            let limits = parse(part).expect(part);
            assert_eq!(limits.ages[0].is_met(born, day), expected, "{part} {born} {day}");
        };
        let born = date(2023, 12, 31);
        check("age_months>=3", born, date(2024, 3, 30), false);
        check("age_months>=3", born, date(2024, 3, 31), true);
        check("age_days>=16", born, date(2024, 1, 15), false);
        check("age_days>=16", born, date(2024, 1, 16), true);
        check("age<=0", born, date(2024, 12, 30), true);
        check("age<=0", born, date(2024, 12, 31), false);
    }

    #[test]
    fn two_limits_hold_at_once_and_the_narrower_counts() {
        let both = parse("days<=14;care=inpatient|emergency;tier>=2").expect("a limit");
        let both = both.and(&parse("days<=10;care=inpatient;tier>=1;age>=6").expect("a limit"));
        assert_eq!(Some(both), parse("days<=10;care=inpatient;tier>=2;age>=6"));
    }
}
