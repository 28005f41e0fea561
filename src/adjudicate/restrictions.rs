//! Whether the restricted scope 限定支付范围 of an item is met by this claim.
//!
//! The surprise: what is not known does not refuse. A limit on age for somebody whose birth date
//! nobody wrote down makes the line one that a person has to look at.

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Scheme, Sex, Tier};
use crate::flow::LineVerdict;
use crate::rulebook::limits::{ItemLimits, OtherFund};

use super::case::Case;

/// What limits are held against; the same for all lines of a claim.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'a> {
    pub sex: Option<Sex>,
    pub born: Option<Date>,
    pub admitted: Date,
    /// None: the hospital is not known. A known hospital without a tier is below every tier.
    pub tier: Option<Option<Tier>>,
    pub care: CareType,
    pub emergency: bool,
    pub scheme: Scheme,
    pub diagnosis: Option<&'a str>,
}

/// One part of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Met,
    NotMet,
    Unknown,
}

impl From<Option<bool>> for Answer {
    fn from(is_met: Option<bool>) -> Answer {
        match is_met {
            Some(true) => Answer::Met,
            Some(false) => Answer::NotMet,
            None => Answer::Unknown,
        }
    }
}

impl<'a> Patient<'a> {
    pub fn of(case: &Case<'a>) -> Patient<'a> {
        Patient {
            sex: case.sex(),
            born: case.born(),
            admitted: case.claim.stay.first(),
            tier: case.hospital.map(|hospital| hospital.tier),
            care: case.claim.care,
            emergency: case.is_emergency(),
            scheme: case.claim.scheme,
            diagnosis: case.claim.diagnosis_code.as_deref().filter(|code| !code.is_empty()),
        }
    }

    /// The first part that is not met; [`LineVerdict::ToCheck`] if one cannot be told.
    pub fn verdict(&self, limits: &ItemLimits) -> LineVerdict {
        if limits.not_payable {
            return LineVerdict::NotPayable;
        }
        let parts = [
            (self.sex(limits), LineVerdict::WrongSex),
            (self.age(limits), LineVerdict::WrongAge),
            (self.tier(limits), LineVerdict::HospitalTooLow),
            (self.care(limits), LineVerdict::WrongCare),
            (self.fund(limits), LineVerdict::OtherFund),
            (self.diagnosis(limits), LineVerdict::DiagnosisNotListed),
        ];
        if let Some((_, verdict)) = parts.iter().find(|(part, _)| *part == Answer::NotMet) {
            return *verdict;
        }
        let all_told = parts.iter().all(|(part, _)| *part == Answer::Met);
        if all_told && limits.by_hand.is_empty() {
            LineVerdict::Listed
        } else {
            LineVerdict::ToCheck
        }
    }

    fn sex(&self, limits: &ItemLimits) -> Answer {
        limits.sex.map_or(Answer::Met, |limit| self.sex.map(|sex| sex == limit).into())
    }

    fn age(&self, limits: &ItemLimits) -> Answer {
        if limits.ages.is_empty() {
            return Answer::Met;
        }
        let all = |born| limits.ages.iter().all(|bound| bound.is_met(born, self.admitted));
        self.born.map(all).into()
    }

    fn tier(&self, limits: &ItemLimits) -> Answer {
        let reached = |least| self.tier.map(|tier| tier.is_some_and(|tier| tier >= least));
        limits.hospital_tier_min.map_or(Answer::Met, |least| reached(least).into())
    }

    fn care(&self, limits: &ItemLimits) -> Answer {
        let allowed = &limits.care;
        let as_emergency = self.emergency && allowed.contains(&CareType::Emergency);
        Some(allowed.is_empty() || allowed.contains(&self.care) || as_emergency).into()
    }

    /// Residents have no maternity insurance: their own scheme pays for maternity care, and a bill
    /// does not say whether this is it.
    fn fund(&self, limits: &ItemLimits) -> Answer {
        match (limits.other_fund, self.scheme) {
            (None, _) => Answer::Met,
            (Some(OtherFund::Maternity), Scheme::Resident) => Answer::Unknown,
            (Some(_), _) => Answer::NotMet,
        }
    }

    fn diagnosis(&self, limits: &ItemLimits) -> Answer {
        if limits.diagnosis.is_empty() {
            return Answer::Met;
        }
        let fits = |code: &str| limits.diagnosis.iter().any(|prefix| code.starts_with(&**prefix));
        self.diagnosis.map(fits).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::limits::AgeGroups;
    use jiff::civil::date;

    /// An employee of 54 with a stroke, an inpatient of a tier-2 hospital.
    const WOMAN: Patient<'static> = Patient {
        sex: Some(Sex::Female),
        born: Some(date(1970, 3, 5)),
        admitted: date(2024, 3, 5),
        tier: Some(Some(Tier::Two)),
        care: CareType::Inpatient,
        emergency: false,
        scheme: Scheme::Employee,
        diagnosis: Some("I63.900"),
    };

    fn check(name: &str, limits: &str, patient: Patient, expected: LineVerdict) {
        let limits = ItemLimits::parse(limits, &AgeGroups::default()).expect(limits);
        assert_eq!(patient.verdict(&limits), expected, "{name}");
    }

    #[test]
    fn each_restriction_is_met_or_not_or_left_to_a_person() {
        use LineVerdict::*;
        let child = Patient { born: Some(date(2023, 12, 6)), ..WOMAN };
        let unknown = Patient { sex: None, born: None, tier: None, diagnosis: None, ..WOMAN };
        let outpatient = Patient { care: CareType::Outpatient, ..WOMAN };
        let resident = Patient { scheme: Scheme::Resident, ..WOMAN };
        let no_tier = Patient { tier: Some(None), ..WOMAN };
        let rows: &[(&str, &str, Patient, LineVerdict)] = &[
            ("none", "", unknown, Listed),
            ("for women", "sex=F", WOMAN, Listed),
            ("for men", "sex=M", WOMAN, WrongSex),
            ("of unknown sex", "sex=M", unknown, ToCheck),
            ("old enough on the birthday", "age>=54", WOMAN, Listed),
            ("too young", "age>=55", WOMAN, WrongAge),
            ("too old", "age>=6;age<=17", WOMAN, WrongAge),
            ("of unknown age", "age>=18", unknown, ToCheck),
            ("two months old", "age_months>=3", child, WrongAge),
            ("ninety days old", "age_days>=90", child, Listed),
            ("a child of no stated age", "age_group=child", WOMAN, ToCheck),
            ("tier reached", "tier>=2", WOMAN, Listed),
            ("tier too low", "tier>=3", WOMAN, HospitalTooLow),
            ("a hospital without a tier", "tier>=2", no_tier, HospitalTooLow),
            ("a hospital nobody knows", "tier>=2", unknown, ToCheck),
            ("an inpatient", "care=inpatient", WOMAN, Listed),
            ("an outpatient", "care=inpatient", outpatient, WrongCare),
            ("no emergency", "care=inpatient|emergency", outpatient, WrongCare),
            ("for work injury", "fund=work_injury", resident, OtherFund),
            ("for maternity, employees", "fund=maternity", WOMAN, OtherFund),
            ("for maternity, residents", "fund=maternity", resident, ToCheck),
            ("indicated", "icd=I61|I63", WOMAN, Listed),
            ("not indicated", "icd=C61", WOMAN, DiagnosisNotListed),
            ("without a diagnosis", "icd=I63", unknown, ToCheck),
            ("never payable", "not_payable", WOMAN, NotPayable),
            ("second line", "by_hand=second_line", WOMAN, ToCheck),
            ("a refusal beats a check by hand", "by_hand=indication;sex=M", WOMAN, WrongSex),
            ("the first part that is not met", "sex=M;age>=99", WOMAN, WrongSex),
        ];
        for (name, limits, patient, expected) in rows {
            check(name, limits, *patient, *expected);
        }
        let emergency = Patient { emergency: true, ..outpatient };
        check("an emergency", "care=inpatient|emergency", emergency, Listed);
        check("an emergency is no stay", "care=inpatient", emergency, WrongCare);
    }
}
