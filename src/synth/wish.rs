//! What a claim is to be. A plant wishes for what its case needs and leaves the rest to chance.

use crate::domain::Money;
use crate::domain::dates::Date;
use crate::domain::words::{CareType, Tier};

use super::hospitals::{self, Hospital};
use super::lanes::Lane;
use super::people::Person;

/// What a claim is to be; all that is left open is drawn.
#[derive(Clone, Debug)]
pub struct Wish {
    pub lane: Lane,
    pub care: CareType,
    pub tier: Option<Tier>,
    pub hospital: Option<&'static Hospital>,
    pub admitted: Option<Date>,
    pub nights: Option<i32>,
    pub diagnosis: Option<&'static str>,
    pub in_scope: Option<Money>,
    pub person: Option<Person>,
    pub files: bool,
}

impl Wish {
    pub fn on(lane: Lane) -> Wish {
        Wish {
            lane,
            care: CareType::Inpatient,
            tier: None,
            hospital: None,
            admitted: None,
            nights: None,
            diagnosis: None,
            in_scope: None,
            person: None,
            files: true,
        }
    }

    pub fn tier(self, tier: Tier) -> Wish {
        Wish { tier: Some(tier), ..self }
    }

    /// At a hospital of the demo.
    pub fn at(self, hospital_code: &str) -> Wish {
        self.within(hospitals::by_code(hospital_code))
    }

    pub fn within(self, hospital: &'static Hospital) -> Wish {
        Wish { hospital: Some(hospital), ..self }
    }

    /// A visit of one day instead of a stay.
    pub fn visit(self, care: CareType, day: Date) -> Wish {
        Wish { care, admitted: Some(day), nights: Some(0), ..self }
    }

    pub fn stay(self, admitted: Date, nights: i32) -> Wish {
        Wish { admitted: Some(admitted), nights: Some(nights), ..self }
    }

    pub fn ill_with(self, diagnosis_code: &'static str) -> Wish {
        Wish { diagnosis: Some(diagnosis_code), ..self }
    }

    /// All of the bill is in scope, and it comes to exactly this.
    pub fn in_scope(self, amount: Money) -> Wish {
        Wish { in_scope: Some(amount), ..self }
    }

    /// Somebody who is already there.
    pub fn of(self, person: &Person) -> Wish {
        Wish { person: Some(person.clone()), ..self }
    }

    pub fn without_filing(self) -> Wish {
        Wish { files: false, ..self }
    }
}
