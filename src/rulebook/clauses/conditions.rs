//! What a row of a rule asks of a claim: tier, owner and kind of hospital, kind of person, age,
//! hardship, retirement, years of membership, diagnosis.
//!
//! The surprise: "fits" has three answers. Where a row would come first if only an age or a date
//! were known, its [`super::table::Table`] gives no answer at all and says what is missing.

use crate::domain::dates::Date;
use crate::domain::words::{Hardship, HospitalKind, OwnerLevel, PersonType, Tier};
use crate::domain::{Lang, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::Disease;

/// What a claim brings when a row is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    pub tier: Option<Tier>,
    pub owner: Option<OwnerLevel>,
    pub kind: Option<HospitalKind>,
    pub person: PersonType,
    /// Full years at admission.
    pub age: Option<i32>,
    pub hardship: &'a [Hardship],
    pub civil_servant: bool,
    pub retired_on: Option<Date>,
    /// Full years of membership without a break, at admission.
    pub member_years: Option<i32>,
    /// Principal diagnosis in capitals; empty if not given.
    pub diagnosis: &'a str,
}

/// What a row asks; everything that is named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    pub tier: Option<Tier>,
    pub owners: Vec<OwnerLevel>,
    pub kinds: Vec<HospitalKind>,
    pub persons: Vec<PersonType>,
    /// Full years at admission, both ends included.
    pub age_from: Option<u8>,
    pub age_to: Option<u8>,
    /// At least one of them.
    pub hardship: Vec<Hardship>,
    /// Every one of them.
    pub hardship_all: Vec<Hardship>,
    pub civil_servant: Option<bool>,
    pub retired_from: Option<Date>,
    pub retired_before: Option<Date>,
    pub member_years_from: Option<u8>,
    pub diseases: Vec<Disease>,
}

/// A fact that decides which row applies and that the inputs do not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Age,
    RetirementDay,
    MemberYears,
    /// At which of several rates somebody contributes.
    ContributionGrade,
    /// To whom the hospital belongs.
    Owner,
    /// Whether the hospital settles across regions.
    Networked,
}

/// Whether a row holds for a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    Yes,
    No,
    Unknown(Fact),
}

/// How much a row asks, in the order of weight; the more goes first.
pub(super) type Weight = ([bool; 10], u8);

impl Conditions {
    pub fn read(keys: &mut Keys) -> Conditions {
        let conditions = Conditions {
            tier: keys.maybe("tier"),
            owners: keys.list("owners"),
            kinds: keys.list("kinds"),
            persons: keys.list("persons"),
            age_from: keys.maybe_number("age_from", 0..=150),
            age_to: keys.maybe_number("age_to", 0..=150),
            hardship: keys.list("hardship"),
            hardship_all: keys.list("hardship_all"),
            civil_servant: keys.maybe_flag("civil_servant"),
            retired_from: keys.maybe("retired_from"),
            retired_before: keys.maybe("retired_before"),
            member_years_from: keys.maybe_number("member_years_from", 0..=100),
            diseases: keys.list("diseases"),
        };
        let ages = conditions.age_from.zip(conditions.age_to);
        if ages.is_some_and(|(from, to)| to < from) {
            keys.contradiction("age_to 小于 age_from", "age_to is below age_from");
        }
        let retired = conditions.retired_from.zip(conditions.retired_before);
        if retired.is_some_and(|(from, before)| before <= from) {
            keys.contradiction(
                "retired_before 不晚于 retired_from",
                "retired_before is not after retired_from",
            );
        }
        conditions
    }

    pub(super) fn fits(&self, seat: &Seat) -> Fits {
        let among = |named: bool, holds: bool| !named || holds;
        let plain = self.tier.is_none_or(|tier| seat.tier == Some(tier))
            && among(
                !self.kinds.is_empty(),
                seat.kind.is_some_and(|kind| self.kinds.contains(&kind)),
            )
            && among(!self.persons.is_empty(), self.persons.contains(&seat.person))
            && among(
                !self.hardship.is_empty(),
                self.hardship.iter().any(|kind| seat.hardship.contains(kind)),
            )
            && self.hardship_all.iter().all(|kind| seat.hardship.contains(kind))
            && self.civil_servant.is_none_or(|asked| seat.civil_servant == asked)
            && among(
                !self.diseases.is_empty(),
                self.diseases.iter().any(|disease| disease.covers(seat.diagnosis)),
            );
        if !plain {
            return Fits::No;
        }
        let facts = [
            known((!self.owners.is_empty()).then_some(()), seat.owner, Fact::Owner, |owner| {
                self.owners.contains(&owner)
            }),
            known(self.age_from.or(self.age_to), seat.age, Fact::Age, |age| {
                self.age_from.is_none_or(|from| i32::from(from) <= age)
                    && self.age_to.is_none_or(|to| age <= i32::from(to))
            }),
            known(
                self.retired_from.or(self.retired_before),
                seat.retired_on,
                Fact::RetirementDay,
                |day| {
                    self.retired_from.is_none_or(|from| from <= day)
                        && self.retired_before.is_none_or(|before| day < before)
                },
            ),
            known(
                self.member_years_from.filter(|from| *from > 0),
                seat.member_years,
                Fact::MemberYears,
                |years| self.member_years_from.is_none_or(|from| i32::from(from) <= years),
            ),
        ];
        if facts.contains(&Fits::No) {
            return Fits::No;
        }
        facts.into_iter().find(|fits| *fits != Fits::Yes).unwrap_or(Fits::Yes)
    }

    pub(super) fn weight(&self) -> Weight {
        let named = [
            !self.diseases.is_empty(),
            !self.hardship_all.is_empty(),
            !self.hardship.is_empty(),
            self.civil_servant.is_some(),
            self.retired_from.or(self.retired_before).is_some(),
            self.age_from.or(self.age_to).is_some(),
            !self.persons.is_empty(),
            !self.kinds.is_empty(),
            !self.owners.is_empty(),
            self.tier.is_some(),
        ];
        (named, self.member_years_from.unwrap_or(0))
    }

    /// Whether some claim fits both and neither goes first. Hardships are the exception: of a
    /// person with several the row that stands first counts.
    pub(super) fn clashes(&self, other: &Conditions) -> bool {
        fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
            a.is_empty() && b.is_empty() || a.iter().any(|value| b.contains(value))
        }
        let ages = self.age_from.unwrap_or(0) <= other.age_to.unwrap_or(u8::MAX)
            && other.age_from.unwrap_or(0) <= self.age_to.unwrap_or(u8::MAX);
        let begins = |row: &Conditions| row.retired_from.unwrap_or(Date::MIN);
        let ends = |row: &Conditions| row.retired_before.unwrap_or(Date::MAX);
        let diseases = self.diseases.is_empty()
            || self.diseases.iter().any(|a| other.diseases.iter().any(|b| a.meets(b)));
        self.weight() == other.weight()
            && self.tier == other.tier
            && self.civil_servant == other.civil_servant
            && meet(&self.owners, &other.owners)
            && meet(&self.kinds, &other.kinds)
            && meet(&self.persons, &other.persons)
            && meet(&self.hardship, &other.hardship)
            && self.hardship_all == other.hardship_all
            && ages
            && begins(self) < ends(other)
            && begins(other) < ends(self)
            && diseases
    }

    /// The conditions in words; empty where nothing is asked.
    pub fn told(&self) -> Text {
        Text::new(self.told_in(Lang::Zh), self.told_in(Lang::En))
    }

    fn told_in(&self, lang: Lang) -> String {
        let mut parts: Vec<String> = Vec::new();
        macro_rules! words {
            ($list:expr) => {
                if !$list.is_empty() {
                    let shown: Vec<&str> = $list.iter().map(|word| word.shown(lang)).collect();
                    parts.push(shown.join(lang.pick("、", "/")));
                }
            };
        }
        words!(self.persons);
        words!(self.hardship);
        if !self.hardship_all.is_empty() {
            let shown: Vec<&str> = self.hardship_all.iter().map(|kind| kind.shown(lang)).collect();
            parts.push(shown.join(lang.pick("且", " and ")));
        }
        if let Some(civil) = self.civil_servant {
            let (yes, no) = lang.pick(("公务员", "非公务员"), ("civil servants", "others"));
            parts.push(if civil { yes } else { no }.to_owned());
        }
        match (self.age_from, self.age_to) {
            (Some(from), Some(to)) => {
                parts.push(lang.pick(format!("{from}至{to}周岁"), format!("aged {from}–{to}")));
            }
            (Some(from), None) => {
                parts.push(lang.pick(format!("{from}周岁及以上"), format!("aged {from} and over")));
            }
            (None, Some(to)) => {
                parts.push(lang.pick(format!("{to}周岁及以下"), format!("aged up to {to}")));
            }
            (None, None) => {}
        }
        if let Some(from) = self.retired_from {
            parts.push(lang.pick(format!("{from}起退休"), format!("retired from {from} on")));
        }
        if let Some(before) = self.retired_before {
            parts.push(lang.pick(format!("{before}前退休"), format!("retired before {before}")));
        }
        if let Some(years) = self.member_years_from.filter(|years| *years > 0) {
            let en = format!("{years} years of membership");
            parts.push(lang.pick(format!("连续参保满{years}年"), en));
        }
        if !self.diseases.is_empty() {
            let codes: Vec<&str> = self.diseases.iter().map(Disease::as_str).collect();
            let codes = codes.join(lang.pick("、", "/"));
            parts.push(lang.pick(format!("诊断{codes}"), format!("diagnosis {codes}")));
        }
        words!(self.kinds);
        words!(self.owners.iter().map(|owner| Owned(*owner)).collect::<Vec<_>>());
        if let Some(tier) = self.tier {
            parts.push(lang.pick(format!("{}医院", tier.zh()), format!("tier {}", tier.word())));
        }
        parts.join(lang.pick("，", ", "))
    }
}

/// An owner as people say it of a hospital: 省级 rather than 省.
struct Owned(OwnerLevel);

impl Owned {
    fn shown(&self, lang: Lang) -> &'static str {
        let zh = match self.0 {
            OwnerLevel::Province => "省属",
            OwnerLevel::City => "市属",
            OwnerLevel::County => "县（区）属",
            OwnerLevel::Township => "乡镇",
        };
        lang.pick(zh, self.0.word())
    }
}

/// Whether a condition that is asked holds for a fact that may not be known.
fn known<A, V: Copy>(
    asked: Option<A>,
    value: Option<V>,
    fact: Fact,
    holds: impl Fn(V) -> bool,
) -> Fits {
    match (asked, value) {
        (None, _) => Fits::Yes,
        (Some(_), None) => Fits::Unknown(fact),
        (Some(_), Some(value)) if holds(value) => Fits::Yes,
        (Some(_), Some(_)) => Fits::No,
    }
}

impl Fact {
    pub fn text(self) -> Text {
        match self {
            Fact::Age => Text::new("年龄", "the age"),
            Fact::RetirementDay => Text::new("退休日期", "the day of retirement"),
            Fact::MemberYears => Text::new("连续参保年限", "the years of membership"),
            Fact::ContributionGrade => Text::new("缴费档次", "the grade of contributions"),
            Fact::Owner => Text::new("医院的隶属", "the owner of the hospital"),
            Fact::Networked => {
                Text::new("医院是否跨省联网", "whether the hospital settles across regions")
            }
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An active employee in a tier-3 hospital of no known owner.
    pub const SEAT: Seat<'static> = Seat {
        tier: Some(Tier::Three),
        owner: None,
        kind: Some(HospitalKind::Hospital),
        person: PersonType::Active,
        age: Some(50),
        hardship: &[],
        civil_servant: false,
        retired_on: None,
        member_years: None,
        diagnosis: "",
    };

    pub fn tier(tier: Tier) -> Conditions {
        Conditions { tier: Some(tier), ..Conditions::default() }
    }

    #[test]
    fn rows_that_no_weight_tells_apart_clash() {
        let aged =
            |from, to| Conditions { age_from: Some(from), age_to: Some(to), ..<_>::default() };
        let retired = Conditions { persons: vec![PersonType::Retired], ..<_>::default() };
        for (a, b, expected) in [
            (aged(50, 59), aged(60, 69), false),
            (aged(50, 60), aged(60, 69), true),
            (tier(Tier::Three), tier(Tier::Two), false),
            (tier(Tier::Three), tier(Tier::Three), true),
            (tier(Tier::Three), retired.clone(), false),
            (retired.clone(), retired.clone(), true),
        ] {
            assert_eq!(a.clashes(&b), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn conditions_are_told_as_people_say_them() {
        let when = Conditions {
            persons: vec![PersonType::Retired],
            age_from: Some(70),
            owners: vec![OwnerLevel::Province],
            ..tier(Tier::Three)
        };
        let told = Text::new(
            "退休，70周岁及以上，省属，三级医院",
            "retired, aged 70 and over, province, tier 3",
        );
        assert_eq!(when.told(), told);
    }
}
