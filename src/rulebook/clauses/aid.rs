//! Medical aid 医疗救助: pays persons in hardship on what all earlier funds left of what is in
//! scope, the deductible included.

use crate::domain::Text;
use crate::rulebook::keys::Keys;

use super::layer::YearlyLayer;
use super::{Rule, text};

/// The layer; whom no row names gets nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Aid {
    pub layer: YearlyLayer,
}

impl Rule for Aid {
    const KIND: &'static str = "aid";
    const TITLE: (&'static str, &'static str) = ("医疗救助", "medical aid");

    fn read(keys: &mut Keys) -> Option<Aid> {
        YearlyLayer::read(keys).map(|layer| Aid { layer })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![text(
            "各项基金支付后，政策范围内个人负担的费用：",
            "of what the funds leave in scope:",
        )];
        told.extend(self.layer.told());
        told
    }
}
