//! The shapes of a region's files, as they stand on disk. Every figure is a text (`"0.15"`,
//! `"1300"`), so no value passes through a float; every unknown key is refused.
//!
//! Shapes become domain types in [`super::region`]; nothing else sees them.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, de};
use toml::Spanned;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Material, OwnerLevel, PersonType, Route, Scheme, Tier};
use crate::domain::{Money, Rate, RegionCode};

use super::reading::{ISO_DATE, iso_date};
use super::toml_words::complaint;

/// A value written as text and read exactly.
pub trait FromText: Sized {
    /// What the text must be, in Chinese and English.
    const EXPECTED: (&'static str, &'static str);
    fn from_text(text: &str) -> Option<Self>;
}

/// A text in a data file that must be a `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<T>(pub T);

impl<'de, T: FromText> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_str(TextVisitor)?;
        let (zh, en) = T::EXPECTED;
        T::from_text(&text).map(Written).ok_or_else(|| {
            complaint(format!("“{text}” 不对，应为 {zh}"), format!("“{text}” is not {en}"))
        })
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a string in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

/// A word of a closed list.
macro_rules! one_of {
    ($words:literal) => {
        (concat!("以下之一：", $words), concat!("one of: ", $words))
    };
}

macro_rules! from_text {
    ($($type:ty, $expected:expr, $read:expr;)*) => {
        $(impl FromText for $type {
            const EXPECTED: (&'static str, &'static str) = $expected;
            fn from_text(text: &str) -> Option<Self> {
                $read(text)
            }
        })*
    };
}

from_text! {
    Money, ("金额（元），至多两位小数，如 \"1300\"", "yuan with at most two decimals, such as \"1300\""),
        |t| Money::parse(t).ok();
    Rate,
        ("0 到 1 的比例，至多四位小数，如 \"0.85\"",
         "a ratio from 0 to 1 with at most four decimals, such as \"0.85\""),
        |t| Rate::parse(t).ok();
    Date, ISO_DATE, iso_date;
    RegionCode, ("六位行政区划代码", "a six-digit region code"), RegionCode::parse;
    Scheme, one_of!("employee, resident"), Scheme::from_word;
    CareType,
        one_of!("inpatient, outpatient, emergency, chronic, pharmacy"),
        CareType::from_word;
    PersonType,
        one_of!("active, retired, resident_adult, resident_senior, student_child, other"),
        PersonType::from_word;
    Tier, one_of!("1, 2, 3"), Tier::from_word;
    OwnerLevel, one_of!("province, city, county, township"), OwnerLevel::from_word;
    Route,
        one_of!("home, exempt, long_term, referral, emergency, temporary, late_filed, unfiled"),
        Route::from_word;
    Material,
        one_of!("id_copy, invoice, fee_list, discharge_record, diagnosis_proof, prescription, \
                 bank_account, emergency_proof"),
        Material::from_word;
    MonthDay, ("月和日，如 \"01-20\"", "month and day, such as \"01-20\""), MonthDay::parse;
}

/// A day of any year: `01-20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    pub month: i8,
    pub day: i8,
}

impl MonthDay {
    fn parse(text: &str) -> Option<MonthDay> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        Date::new(2023, month, day).ok().map(|_| MonthDay { month, day })
    }
}

/// `region.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionShape {
    pub code: Spanned<Written<RegionCode>>,
    pub name: String,
    #[serde(default)]
    pub source: Vec<SourceShape>,
    pub coverage: CoverageShape,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceShape {
    pub id: Spanned<String>,
    pub title: String,
    pub document: Option<String>,
    pub link: Option<String>,
    /// How near the source is to the official text: Q-A, Q-B, Q-C, memory.
    #[serde(rename = "grade")]
    pub _grade: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageShape {
    pub modelled: Vec<String>,
    pub not_modelled: Vec<String>,
}

/// `policy.toml`: each clause kind is a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyShape {
    pub year: Vec<ClauseShape<YearShape>>,
    pub catalog: Vec<ClauseShape<CatalogRuleShape>>,
    pub contribution: Vec<ClauseShape<ContributionShape>>,
    pub filing: Vec<ClauseShape<FilingShape>>,
    pub deadline: Vec<ClauseShape<DeadlineShape>>,
    pub materials: Vec<ClauseShape<MaterialsShape>>,
    pub deductible: Vec<ClauseShape<DeductibleShape>>,
    pub ratio: Vec<ClauseShape<RatioShape>>,
    pub person: Vec<ClauseShape<PersonShape>>,
    pub route: Vec<ClauseShape<RouteShape>>,
    pub limit: Vec<ClauseShape<LimitShape>>,
    pub large_amount: Vec<ClauseShape<LargeShape>>,
    pub serious_illness: Vec<ClauseShape<SeriousShape>>,
}

/// What every clause has, with its rule under `rule`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseShape<T> {
    pub id: Spanned<String>,
    pub applies: AppliesShape,
    pub basis: BasisShape,
    pub rule: T,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliesShape {
    pub scheme: Vec<Written<Scheme>>,
    pub care: Vec<Written<CareType>>,
    pub from: Written<Date>,
    pub to: Option<Spanned<Written<Date>>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisShape {
    pub source: Spanned<String>,
    pub article: Option<String>,
    /// The day somebody compared the value with its source; absent: not compared.
    pub verified_on: Option<Written<Date>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearShape {
    pub first_day: Written<MonthDay>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogRuleShape {
    pub decides: CatalogWord,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogWord {
    Treatment,
    Insured,
    TreatmentWithInsuredCeiling,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionShape {
    pub lapse: LapseWord,
    pub make_up_months: Option<u8>,
    #[serde(default)]
    pub not_owed_by: Vec<Written<PersonType>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LapseWord {
    ByDay,
    WholeStay,
    AdmissionDay,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingShape {
    pub late: LateShape,
    pub commitment_counts: bool,
    pub third_place: Written<Route>,
    pub emergency_counts: bool,
}

/// `late = "no"`, `late = "until_deadline"` or `late = { days = 30 }`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LateShape {
    No,
    UntilDeadline,
    Days(u16),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineShape {
    pub months_after: Option<u8>,
    pub next_year: Option<Written<MonthDay>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialsShape {
    pub required: Vec<Written<Material>>,
    #[serde(default)]
    pub emergency: Vec<Written<Material>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeductibleShape {
    #[serde(default)]
    pub stays: Vec<StaysShape>,
    #[serde(default)]
    pub transfer_is_one_stay: bool,
    pub share_of_total: Option<ShareShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaysShape {
    pub tier: Written<Tier>,
    #[serde(default)]
    pub owners: Vec<Written<OwnerLevel>>,
    #[serde(default)]
    pub persons: Vec<Written<PersonType>>,
    /// Figures of the first, second, … stay; the last repeats.
    pub figures: Vec<Written<Money>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareShape {
    pub rate: Written<Rate>,
    pub floor: Written<Money>,
    pub ceiling: Written<Money>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioShape {
    pub axis: AxisWord,
    pub rows: Vec<RatioRowShape>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisWord {
    FromZero,
    AfterDeductible,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioRowShape {
    pub tier: Written<Tier>,
    #[serde(default)]
    pub owners: Vec<Written<OwnerLevel>>,
    #[serde(default)]
    pub persons: Vec<Written<PersonType>>,
    /// One ratio for every amount, or bands.
    pub ratio: Option<Written<Rate>>,
    #[serde(default)]
    pub bands: Vec<BandShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandShape {
    pub to: Option<Written<Money>>,
    pub ratio: Written<Rate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonShape {
    pub persons: Vec<Written<PersonType>>,
    pub share_factor: Option<Written<Rate>>,
    pub ratio_points: Option<Written<Rate>>,
    pub ratio_at_most: Option<Written<Rate>>,
    pub deductible_minus: Option<Written<Money>>,
    pub deductible_at_least: Option<Written<Money>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteShape {
    pub routes: Vec<Written<Route>>,
    pub effect: EffectWord,
    pub points: Option<Written<Rate>>,
    pub factor: Option<Written<Rate>>,
    pub person_first: Option<Written<Rate>>,
    pub deductible: Option<Written<Money>>,
    pub deductible_times: Option<u8>,
    pub deductible_share: Option<ShareShape>,
    pub ratio: Option<Written<Rate>>,
    pub base_tier: Option<Written<Tier>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectWord {
    Normal,
    Refused,
    Adjusted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitShape {
    pub meaning: MeaningWord,
    pub amount: Written<Money>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeaningWord {
    Fund,
    Entering,
    FundAndPerson,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargeShape {
    pub shares: Vec<LargeShareShape>,
    pub limit: Option<Written<Money>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargeShareShape {
    pub persons: Vec<Written<PersonType>>,
    pub ratio: Written<Rate>,
    pub supplement: Option<Written<Rate>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriousShape {
    pub bands: Vec<BandShape>,
    pub base: Vec<BaseWord>,
    pub limit: Option<Written<Money>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseWord {
    Deductible,
    FirstPay,
    RouteFirstPay,
    OverLimit,
}

/// `exemptions.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionsShape {
    pub source: Vec<SourceShape>,
    pub exemption: Vec<ExemptionShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionShape {
    pub id: Spanned<String>,
    /// Care in any of them counts as filed for the insured of the others.
    pub regions: Vec<Written<RegionCode>>,
    /// Between the cities inside each of them too.
    #[serde(default)]
    pub inside: bool,
    pub care: Vec<Written<CareType>>,
    pub from: Written<Date>,
    pub to: Option<Spanned<Written<Date>>>,
    pub basis: BasisShape,
}
