//! Words that clerk and claimant share: days, places, lists, sums, and who the person is.

use crate::domain::Money;
use crate::domain::words::{CareType, PersonType, Scheme, Tier};

use super::super::cells::grouped;
use super::{Telling, prose};

impl Telling<'_> {
    /// `2024年3月4日` or `4 March 2024`.
    pub(super) fn day(&self, iso: &str) -> String {
        prose::day(iso, self.lang).unwrap_or_else(|| iso.to_owned())
    }

    pub(super) fn sentence(&self, phrase: &str) -> String {
        prose::sentence(phrase, self.lang)
    }

    /// A text of the program as people write it.
    pub(super) fn in_words(&self, text: &str) -> String {
        prose::in_words(text, self.lang)
    }

    /// `1,234.50 元` or `1,234.50 yuan`.
    pub(super) fn yuan(&self, money: Money) -> String {
        let money = grouped(money);
        self.say(format!("{money} 元"), format!("{money} yuan"))
    }

    /// The stay as a person says it.
    pub(super) fn days(&self) -> String {
        let (first, last) = (self.day(&self.working.first_day), self.day(&self.working.last_day));
        if first == last {
            return first;
        }
        self.say(format!("{first}至{last}"), format!("{first} to {last}"))
    }

    /// The hospital, with its city where its name does not begin with it.
    pub(super) fn hospital(&self) -> String {
        let (hospital, place) = (&self.working.hospital, &self.working.treated_name);
        let city = place.trim_end_matches(['市', '省']);
        if hospital.starts_with(city) {
            return hospital.clone();
        }
        self.say(format!("{place}{hospital}"), format!("{hospital} ({place})"))
    }

    /// The hospital's tier; nothing where it has none or is not known.
    pub(super) fn tier(&self) -> &'static str {
        match Tier::from_word(&self.working.tier) {
            Some(Tier::One) => self.lang.pick("一级", "tier 1"),
            Some(Tier::Two) => self.lang.pick("二级", "tier 2"),
            Some(Tier::Three) => self.lang.pick("三级", "tier 3"),
            None => "",
        }
    }

    pub(super) fn scheme(&self) -> &'static str {
        Scheme::from_word(&self.working.scheme).map_or("", |scheme| scheme.shown(self.lang))
    }

    pub(super) fn care(&self) -> &'static str {
        let care = CareType::from_word(&self.working.care_type);
        let english = match care {
            Some(CareType::Inpatient) => "inpatient",
            Some(CareType::Outpatient) => "outpatient",
            Some(CareType::Emergency) => "emergency",
            Some(CareType::Chronic) => "chronic-disease outpatient",
            Some(CareType::Pharmacy) => "pharmacy purchase",
            None => "",
        };
        self.lang.pick(care.map_or("", CareType::zh), english)
    }

    /// The kind of person; nothing where the person is not known.
    pub(super) fn person_type(&self) -> &'static str {
        let kind = PersonType::from_word(&self.working.person_type);
        let english = match kind {
            Some(PersonType::Active) => "in work",
            Some(PersonType::Retired) => "retired",
            Some(PersonType::ResidentAdult) => "adult resident",
            Some(PersonType::ResidentSenior) => "senior resident",
            Some(PersonType::StudentChild) => "student or child",
            Some(PersonType::Other) | None => "",
        };
        self.lang.pick(kind.map_or("", PersonType::zh), english)
    }

    pub(super) fn listed(&self, parts: &[String]) -> String {
        parts.join(self.lang.pick("、", ", "))
    }
}
