//! Floor payment 保底报销: where all funds together pay less than a share of what is in scope,
//! the difference is paid. Inpatients only.

use crate::domain::{Money, Rate, Text};
use crate::rulebook::keys::Keys;

use super::route::Distance;
use super::{Rule, text};

/// The least that is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// In other places of the province.
    pub same_province: Rate,
    pub other_province: Rate,
}

impl Floor {
    pub fn share(&self, distance: Distance) -> Rate {
        match distance {
            Distance::SameProvince => self.same_province,
            Distance::OtherProvince => self.other_province,
        }
    }

    /// What is missing to the floor.
    pub fn pay(&self, distance: Distance, in_scope: Money, funds: Money) -> Money {
        (self.share(distance).of_rounded(in_scope) - funds).or_zero()
    }
}

impl Rule for Floor {
    const KIND: &'static str = "floor";
    const TITLE: (&'static str, &'static str) = ("保底报销", "floor payment");

    fn read(keys: &mut Keys) -> Option<Floor> {
        let same_province = keys.need("same_province");
        let other_province = keys.need("other_province");
        Some(Floor { same_province: same_province?, other_province: other_province? })
    }

    fn told(&self) -> Vec<Text> {
        let (inside, outside) = (self.same_province, self.other_province);
        vec![text(
            format!("政策范围内费用报销不足省内{inside}、省外{outside}的，按此补足"),
            format!("at least {inside} of what is in scope in the province, {outside} elsewhere"),
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_paid() {
        let rate = |text| Rate::parse(text).expect(text);
        let floor = Floor { same_province: rate("0.45"), other_province: rate("0.40") };
        let pay = |distance, scope, funds| {
            floor.pay(distance, Money::from_yuan(scope), Money::from_yuan(funds)).to_string()
        };
        assert_eq!(pay(Distance::OtherProvince, 10_000, 3_500), "500.00");
        assert_eq!(pay(Distance::SameProvince, 10_000, 3_500), "1000.00");
        assert_eq!(pay(Distance::SameProvince, 10_000, 4_500), "0.00");
        assert_eq!(pay(Distance::SameProvince, 10_000, 9_000), "0.00");
    }
}
