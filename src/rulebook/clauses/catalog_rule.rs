//! Which catalog decides a manual claim 目录适用: of the place of treatment, of the place of
//! insurance, or the former cut to the latter's prices. Regions differ, unlike for direct
//! settlement.

use crate::domain::Text;
use crate::domain::words::words;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::{Rule, text};

words! {
    /// The catalog that decides.
    CatalogRule {
        Treatment = "treatment", "就医地目录";
        Insured = "insured", "参保地目录";
        // Class and first pay from the place of treatment, ceiling from the place of insurance.
        TreatmentWithInsuredCeiling = "treatment_with_insured_ceiling", "就医地目录、参保地限价";
    }
}
from_words! { CatalogRule }

impl Rule for CatalogRule {
    const KIND: &'static str = "catalog";
    const TITLE: (&'static str, &'static str) = ("目录适用", "catalog");

    fn read(keys: &mut Keys) -> Option<CatalogRule> {
        keys.need("decides")
    }

    fn told(&self) -> Vec<Text> {
        let en = match self {
            CatalogRule::Treatment => "the catalog of the place of treatment",
            CatalogRule::Insured => "the catalog of the place of insurance",
            CatalogRule::TreatmentWithInsuredCeiling => {
                "the catalog of the place of treatment with the price ceilings of the place of \
                 insurance"
            }
        };
        vec![text(format!("手工报销执行{}", self.zh()), en)]
    }
}
