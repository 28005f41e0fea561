//! Serious-illness insurance 大病保险: pays on what persons bore over the whole year, above its
//! own deductible. A claim gets `round(F(before + base) − F(before))`.

use crate::domain::{Money, Text};
use crate::rulebook::keys::Keys;

use super::layer::{Part, YearlyLayer, told_base};
use super::{Rule, text, yuan};

/// The layer and which parts that a person bears come together in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriousIllness {
    pub pays: SeriousPays,
    pub base: Vec<Part>,
}

/// What is on record of the layer's payments.
#[derive(Clone, Debug, PartialEq)]
pub enum SeriousPays {
    /// The deductible is a first band at ratio 0.
    Layer(YearlyLayer),
    /// Nothing up to this amount of the year; what it pays above is not on record.
    UnknownAbove(Money),
}

impl Rule for SeriousIllness {
    const KIND: &'static str = "serious_illness";
    const TITLE: (&'static str, &'static str) = ("大病保险", "serious-illness insurance");

    fn read(keys: &mut Keys) -> Option<SeriousIllness> {
        let base = keys.need_list("base");
        let pays = if keys.has("unknown_above") {
            keys.maybe("unknown_above").map(SeriousPays::UnknownAbove)
        } else {
            YearlyLayer::read(keys).map(SeriousPays::Layer)
        };
        Some(SeriousIllness { pays: pays?, base: base? })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![told_base(&self.base)];
        match &self.pays {
            SeriousPays::Layer(layer) => told.extend(layer.told()),
            SeriousPays::UnknownAbove(amount) => {
                let amount = yuan(*amount);
                told.push(text(
                    format!("全年累计超过{amount}元的待遇没有收录，列为待补正"),
                    format!("what is paid above {amount} a year is not on record and pends"),
                ));
            }
        }
        told
    }
}
