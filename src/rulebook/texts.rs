//! Values as data files write them: texts in quotes, read exactly. No value passes through a
//! float, and whatever is not of a closed list is refused with the list.

use crate::domain::dates::Date;
use crate::domain::words::{
    CareType, FilingType, Hardship, HospitalKind, Material, OwnerLevel, PersonType, Route, Scheme,
    Tier,
};
use crate::domain::{Money, Rate, RegionCode, Text};

use super::reading::{ISO_DATE, iso_date};

/// A value written as text.
pub trait FromText: Sized {
    fn from_text(text: &str) -> Option<Self>;
    /// What the text must be.
    fn expected() -> Text;
}

macro_rules! from_text {
    ($($type:ty, $expected:expr, $read:expr;)*) => {
        $(impl FromText for $type {
            fn from_text(text: &str) -> Option<Self> {
                $read(text)
            }
            fn expected() -> Text {
                let (zh, en) = $expected;
                Text::new(zh, en)
            }
        })*
    };
}

from_text! {
    Money,
        ("金额（元），至多两位小数，如 \"1300\"", "yuan with at most two decimals, such as \"1300\""),
        |t| Money::parse(t).ok().filter(|money| !money.is_negative());
    Rate,
        ("0 到 1 的比例，至多四位小数，如 \"0.85\"",
         "a ratio from 0 to 1 with at most four decimals, such as \"0.85\""),
        |t| Rate::parse(t).ok();
    Date, ISO_DATE, iso_date;
    RegionCode, ("六位行政区划代码", "a six-digit region code"), RegionCode::parse;
    MonthDay, ("月和日，如 \"01-20\"", "month and day, such as \"01-20\""), MonthDay::parse;
    Disease,
        ("诊断编码的开头，如 \"C34\"", "the beginning of a diagnosis code, such as \"C34\""),
        Disease::parse;
    String, ("文字", "a text"), |t: &str| Some(t.to_owned()).filter(|t| !t.trim().is_empty());
}

/// Words of a closed list, each of which a file writes as it is.
macro_rules! from_words {
    ($($type:ty)*) => {
        $(impl $crate::rulebook::texts::FromText for $type {
            fn from_text(text: &str) -> Option<Self> {
                <$type>::from_word(text)
            }
            fn expected() -> $crate::domain::Text {
                let told = |word: &$type| format!("{}（{}）", word.word(), word.zh());
                let zh: Vec<String> = <$type>::ALL.iter().map(told).collect();
                let (zh, en) = (zh.join("、"), <$type>::all_words());
                $crate::domain::Text::new(format!("以下之一：{zh}"), format!("one of: {en}"))
            }
        })*
    };
}
pub(super) use from_words;

from_words! {
    Scheme CareType PersonType Tier OwnerLevel HospitalKind Hardship Route Material FilingType
}

/// A day of any year: `01-20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    pub month: i8,
    pub day: i8,
}

impl MonthDay {
    /// A day that every year has: 29 February is none.
    fn parse(text: &str) -> Option<MonthDay> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        Date::new(2023, month, day).ok().map(|_| MonthDay { month, day })
    }

    pub fn of_year(self, year: i16) -> Date {
        Date::new(year, self.month, self.day).unwrap_or(Date::MAX)
    }
}

/// The beginning of diagnosis codes, in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disease(Box<str>);

impl Disease {
    pub fn parse(text: &str) -> Option<Disease> {
        let code = text.trim().to_ascii_uppercase();
        let is_code = code.starts_with(|c: char| c.is_ascii_uppercase())
            && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        is_code.then(|| Disease(code.into()))
    }

    /// Whether a diagnosis code, in capitals, begins with this.
    pub fn covers(&self, diagnosis: &str) -> bool {
        diagnosis.starts_with(&*self.0)
    }

    pub fn meets(&self, other: &Disease) -> bool {
        self.covers(&other.0) || other.covers(&self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A rate that multiplies another one: two decimals at most, so that a product of several stays
/// exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor(pub Rate);

impl FromText for Factor {
    fn from_text(text: &str) -> Option<Factor> {
        let decimals = text.trim().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        Rate::parse(text).ok().filter(|_| decimals <= 2).map(Factor)
    }

    fn expected() -> Text {
        Text::new(
            "0 到 1 的系数，至多两位小数，如 \"0.60\"",
            "a factor from 0 to 1 with at most two decimals, such as \"0.60\"",
        )
    }
}
