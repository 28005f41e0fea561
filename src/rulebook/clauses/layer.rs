//! A layer above the basic pool: bands on what has come together over the year, within an annual
//! limit. Large amounts, serious illness, supplements and aid differ in what comes together.

use crate::domain::words::words;
use crate::domain::{Money, Text};
use crate::flow::decisions::LimitMeaning;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::bands::Bands;
use super::limit::{Admitted, Cap, admit};
use super::table::Table;
use super::{Fact, NoRow, Seat, text};

words! {
    /// A part of a claim that the person bears, as the bases of layers name it.
    Part {
        BasicShare = "basic_share", "统筹内个人负担";
        LargeShare = "large_share", "大额内个人负担";
        Deductible = "deductible", "起付线";
        RouteFirstPay = "route_first_pay", "就医身份先行自付";
        OverLimit = "over_limit", "超统筹限额";
        FirstPay = "first_pay", "乙类先行自付";
    }
}
from_words! { Part }

/// What the person bears of a claim, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub basic_share: Money,
    pub large_share: Money,
    pub deductible: Money,
    pub route_first_pay: Money,
    pub over_limit: Money,
    pub first_pay: Money,
}

impl Shares {
    /// The parts that a base names, together.
    pub fn sum(&self, parts: &[Part]) -> Money {
        let part = |part: &Part| match part {
            Part::BasicShare => self.basic_share,
            Part::LargeShare => self.large_share,
            Part::Deductible => self.deductible,
            Part::RouteFirstPay => self.route_first_pay,
            Part::OverLimit => self.over_limit,
            Part::FirstPay => self.first_pay,
        };
        parts.iter().map(part).sum()
    }
}

/// `计入：起付线、…`
pub fn told_base(parts: &[Part]) -> Text {
    let zh: Vec<&str> = parts.iter().map(|part| part.zh()).collect();
    let en: Vec<String> = parts.iter().map(|part| part.word().replace('_', " ")).collect();
    text(format!("计入：{}", zh.join("、")), format!("what counts: {}", en.join(", ")))
}

/// Bands by person, on the year's axis, and a limit of the year.
#[derive(Clone, Debug, PartialEq)]
pub struct YearlyLayer {
    bands: Table<Bands>,
    limit: Option<Cap>,
}

/// Why a layer has no answer for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerGap {
    /// It depends on a fact that is not known.
    Unknown(Fact),
    /// Its limit is given for other persons only.
    NoLimit,
}

impl YearlyLayer {
    pub fn read(keys: &mut Keys) -> Option<YearlyLayer> {
        let bands = Table::read(keys, &["ratio", "bands"], Bands::read);
        let limit = Cap::read(keys);
        Some(YearlyLayer { bands: bands?, limit })
    }

    /// Pays on `base`, with `before` entered and `used` paid earlier in the year. Nothing for
    /// persons that no row names.
    pub fn pay(
        &self,
        seat: &Seat,
        before: Money,
        base: Money,
        used: Money,
    ) -> Result<Option<Admitted>, LayerGap> {
        let bands = match self.bands.get(seat) {
            Ok(bands) => bands,
            Err(NoRow::None) => return Ok(None),
            Err(NoRow::Unknown(fact)) => return Err(LayerGap::Unknown(fact)),
        };
        let cap = self.limit.as_ref().map(|limit| limit.of(seat)).transpose();
        let cap = cap.map_err(|_| LayerGap::NoLimit)?;
        let room = cap.map(|cap| (LimitMeaning::Fund, (cap.amount - used).or_zero()));
        let paid = admit(bands, before, base, room);
        match cap.and_then(|cap| cap.unsure) {
            Some(fact) if paid.over.is_positive() => Err(LayerGap::Unknown(fact)),
            _ => Ok(Some(paid)),
        }
    }

    pub fn told(&self) -> Vec<Text> {
        let mut told = self.bands.told(Bands::told);
        if let Some(limit) = &self.limit {
            told.extend(limit.told());
        }
        told
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::domain::Rate;
    use crate::domain::words::Hardship;
    use crate::rulebook::clauses::bands::Band;
    use crate::rulebook::clauses::conditions::Conditions;
    use crate::rulebook::clauses::conditions::tests::SEAT;
    use crate::rulebook::clauses::table::Row;

    pub fn bands(parts: &[(Option<i64>, &str)]) -> Bands {
        let band = |&(to, ratio): &(Option<i64>, &str)| Band {
            to: to.map(Money::from_yuan),
            ratio: Rate::parse(ratio).expect(ratio),
        };
        Bands::new(parts.iter().map(band).collect()).expect("bands")
    }

    fn poor(value: Bands) -> Row<Bands> {
        let when = Conditions { hardship: vec![Hardship::MinimumLiving], ..<_>::default() };
        Row { when, value }
    }

    fn paid(layer: &YearlyLayer, seat: &Seat, before: i64, base: i64, used: i64) -> String {
        let [before, base, used] = [before, base, used].map(Money::from_yuan);
        match layer.pay(seat, before, base, used) {
            Ok(Some(paid)) => paid.fund.to_string(),
            Ok(None) => "not for them".into(),
            Err(gap) => format!("{gap:?}"),
        }
    }

    #[test]
    fn a_claim_gets_the_difference_it_makes_over_the_year() {
        let everybody = bands(&[
            (Some(12_000), "0"),
            (Some(30_000), "0.60"),
            (Some(100_000), "0.65"),
            (None, "0.75"),
        ]);
        let plain = Row { when: Conditions::default(), value: everybody };
        let gentler = poor(bands(&[(Some(6_000), "0"), (None, "0.65")]));
        let layer = YearlyLayer { bands: Table::new(vec![plain, gentler]), limit: None };
        assert_eq!(paid(&layer, &SEAT, 0, 150_000, 0), "93800.00");
        assert_eq!(paid(&layer, &SEAT, 20_000, 20_000, 0), "12500.00");
        let hardship = Seat { hardship: &[Hardship::MinimumLiving], ..SEAT };
        assert_eq!(paid(&layer, &hardship, 0, 16_000, 0), "6500.00");
    }

    #[test]
    fn a_layer_only_for_some_pays_nobody_else() {
        let rows = Table::new(vec![poor(bands(&[(None, "0.70")]))]);
        let layer = YearlyLayer { bands: rows, limit: None };
        assert_eq!(paid(&layer, &SEAT, 0, 1_000, 0), "not for them");
    }

    #[test]
    fn a_limit_that_may_be_higher_is_sure_up_to_the_lowest() {
        let years = |from, amount| Row {
            when: Conditions { member_years_from: Some(from), ..<_>::default() },
            value: Money::from_yuan(amount),
        };
        let limit = Cap::from_rows(vec![years(0, 1_000), years(5, 2_000)]);
        let layer =
            YearlyLayer { bands: Table::plain(bands(&[(None, "0.50")])), limit: Some(limit) };
        assert_eq!(paid(&layer, &SEAT, 0, 2_000, 0), "1000.00");
        assert_eq!(paid(&layer, &SEAT, 0, 2_001, 0), "Unknown(MemberYears)");
        let member = Seat { member_years: Some(6), ..SEAT };
        assert_eq!(paid(&layer, &member, 0, 5_000, 500), "1500.00");
    }
}
