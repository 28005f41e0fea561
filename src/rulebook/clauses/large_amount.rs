//! Large-amount fund 大额医疗互助 of employees: pays above the basic pool's limit, at its own
//! ratio, which no access route reduces.

use crate::domain::{Money, Rate, Text};
use crate::rulebook::keys::Keys;

use super::layer::{LayerGap, YearlyLayer};
use super::limit::Admitted;
use super::table::Table;
use super::{NoRow, Rule, Seat, text};

/// The layer above the basic pool.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeAmount {
    layer: YearlyLayer,
    /// A further share that a supplement pays on the same base (Beijing's retirees).
    supplements: Option<Table<Rate>>,
}

/// What the layer paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargePaid {
    pub admitted: Admitted,
    pub supplement: Money,
}

impl LargeAmount {
    /// Pays on `base`, with `before` entered and `used` paid earlier in the year; nothing for
    /// persons it does not name.
    pub fn pay(
        &self,
        seat: &Seat,
        before: Money,
        base: Money,
        used: Money,
    ) -> Result<Option<LargePaid>, LayerGap> {
        let Some(admitted) = self.layer.pay(seat, before, base, used)? else { return Ok(None) };
        let rate = match self.supplements.as_ref().map(|table| table.get(seat)) {
            Some(Ok(&rate)) => rate,
            Some(Err(NoRow::Unknown(fact))) => return Err(LayerGap::Unknown(fact)),
            Some(Err(NoRow::None)) | None => Rate::ZERO,
        };
        // Where the room ends the base that was paid ends with it, for the supplement too.
        let left = admitted.entered - admitted.fund;
        let supplement = rate.of_rounded(admitted.entered).min(left);
        Ok(Some(LargePaid { admitted, supplement }))
    }
}

impl Rule for LargeAmount {
    const KIND: &'static str = "large_amount";
    const TITLE: (&'static str, &'static str) = ("大额医疗互助", "large-amount fund");

    fn read(keys: &mut Keys) -> Option<LargeAmount> {
        let layer = YearlyLayer::read(keys);
        let rows = Table::read_rows(keys, "supplements", |row| row.need("ratio"))?;
        let supplements = (!rows.is_empty()).then(|| Table::new(rows));
        Some(LargeAmount { layer: layer?, supplements })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![text("超过统筹限额的部分：", "above the limit of the basic pool:")];
        told.extend(self.layer.told());
        if let Some(supplements) = &self.supplements {
            told.extend(supplements.told(|rate| {
                text(format!("补充保险另付{rate}"), format!("a supplement pays {rate} besides"))
            }));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::PersonType;
    use crate::rulebook::clauses::conditions::tests::SEAT;
    use crate::rulebook::keys::Reading;
    use crate::rulebook::reading::DataFile;

    #[test]
    fn the_layer_and_its_supplement_stop_at_the_limit() {
        let file = DataFile::new(
            "x.toml",
            r#"
            rows = [{ persons = ["retired"], ratio = "0.80" }]
            supplements = [{ persons = ["retired"], ratio = "0.10" }]
            limit = "400000"
            "#,
        );
        let layer = Reading::of(&file, |mut keys| LargeAmount::read(&mut keys)).expect("a layer");
        let retired = Seat { person: PersonType::Retired, ..SEAT };
        let paid = |seat: &Seat, base, used| {
            let [base, used] = [base, used].map(Money::from_yuan);
            let paid = layer.pay(seat, Money::ZERO, base, used).expect("nothing is unknown");
            paid.map(|paid| (paid.admitted.fund.to_string(), paid.supplement.to_string()))
        };
        let amounts = |fund: &str, supplement: &str| Some((fund.into(), supplement.into()));
        assert_eq!(paid(&retired, 10_000, 0), amounts("8000.00", "1000.00"));
        assert_eq!(paid(&retired, 10_000, 396_000), amounts("4000.00", "500.00"));
        assert_eq!(paid(&retired, 10_000, 400_000), amounts("0.00", "0.00"));
        assert_eq!(paid(&SEAT, 1, 0), None);
    }
}
