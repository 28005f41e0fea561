//! The law of every claim, looked up once for each insured region, scheme, kind of care and day
//! that occur in the batch, and not for each claim.

use std::collections::HashMap;

use crate::domain::dates::{Date, Period};
use crate::domain::words::{CareType, Scheme};
use crate::domain::{InForce, InsuredRegion};
use crate::flow::{Claim, ClaimIx};
use crate::rulebook::clauses::year::Governs;
use crate::rulebook::{Catalog, Policy, Region, Rulebook};

/// The law a claim is under, and the day whose values govern it.
#[derive(Clone, Copy)]
pub struct Law<'a> {
    pub region: Option<&'a Region>,
    pub policy: InForce<&'a Policy>,
    pub day: Date,
    /// The insured region's own catalog, with its number.
    pub catalog: Option<(u16, &'a Catalog)>,
}

/// By what a law is looked up.
type Question = (InsuredRegion, Scheme, CareType, Date);

/// The laws of a batch.
pub struct Laws<'a> {
    rulebook: &'a Rulebook,
    answers: Vec<Law<'a>>,
    places: HashMap<Question, u32>,
    /// By claim: the place of its law.
    of_claims: Vec<u32>,
}

impl<'a> Laws<'a> {
    pub fn of(claims: &[Claim], rulebook: &'a Rulebook) -> Laws<'a> {
        let mut laws = Laws::new(rulebook);
        laws.of_claims = claims
            .iter()
            .map(|claim| laws.governing(claim.insured, claim.scheme, claim.care, claim.stay))
            .collect();
        laws
    }

    fn new(rulebook: &'a Rulebook) -> Laws<'a> {
        Laws { rulebook, answers: Vec::new(), places: HashMap::new(), of_claims: Vec::new() }
    }

    pub fn of_claim(&self, ix: ClaimIx) -> Law<'a> {
        self.answers[self.of_claims[ix.at()] as usize]
    }

    /// The rules of the last day of care say whether those of the first govern instead.
    fn governing(
        &mut self,
        insured: InsuredRegion,
        scheme: Scheme,
        care: CareType,
        stay: Period,
    ) -> u32 {
        let last = self.place((insured, scheme, care, stay.last()));
        let policy = self.answers[last as usize].policy.value();
        match policy.map(|policy| policy.year.rule.governs) {
            Some(Governs::Admission) => self.place((insured, scheme, care, stay.first())),
            Some(Governs::Discharge) | None => last,
        }
    }

    fn place(&mut self, question: Question) -> u32 {
        *self.places.entry(question).or_insert_with(|| {
            self.answers.push(Law::looked_up(self.rulebook, question));
            self.answers.len() as u32 - 1
        })
    }
}

impl<'a> Law<'a> {
    fn looked_up(rulebook: &'a Rulebook, (insured, scheme, care, day): Question) -> Law<'a> {
        let region = rulebook.region(insured);
        let policy = region.map_or(InForce::Never, |region| region.policy(scheme, care, day));
        Law { region, policy, day, catalog: rulebook.catalog(insured.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RegionCode;
    use jiff::civil::date;
    use std::collections::HashSet;
    use std::path::Path;

    #[test]
    fn each_question_is_looked_up_once_and_answered_as_the_rulebook_does() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let rulebook = Rulebook::load(&data).expect("the shipped data");
        let mut laws = Laws::new(&rulebook);
        let mut asked = HashSet::new();
        let codes = ["110105", "310000", "420100", "420106", "130102", "659004"];
        let stays = [(date(2023, 12, 29), date(2024, 1, 3)), (date(2024, 5, 6), date(2024, 5, 9))];
        for (code, scheme) in codes.into_iter().flat_map(|code| [(code, 0), (code, 1)]) {
            for (care, (first, last)) in CareType::ALL
                .iter()
                .flat_map(|care| stays.map(|stay| (*care, stay)))
                .cycle()
                .take(30)
            {
                let insured = InsuredRegion(RegionCode::parse(code).expect(code));
                let scheme = Scheme::ALL[scheme];
                let stay = Period::new(first, last).expect("a stay");
                let place = laws.governing(insured, scheme, care, stay);
                let law = laws.answers[place as usize];
                asked.extend([(insured, scheme, care, last), (insured, scheme, care, law.day)]);
                let region = rulebook.region(insured);
                let on = |day| region.and_then(|region| region.policy(scheme, care, day).value());
                let by_admission =
                    on(last).is_some_and(|policy| policy.year.rule.governs == Governs::Admission);
                assert_eq!(law.day, if by_admission { first } else { last });
                let version = |policy: Option<&Policy>| policy.map(|policy| policy.version);
                assert_eq!(version(law.policy.value()), version(on(law.day)), "{code} {last}");
                assert_eq!(
                    law.catalog.map(|found| found.0),
                    rulebook.catalog(insured.0).map(|found| found.0)
                );
            }
        }
        assert_eq!(laws.answers.len(), asked.len());
    }
}
