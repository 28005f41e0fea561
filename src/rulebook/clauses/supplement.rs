//! Supplements 补充保障 of civil servants 公务员补助 and others: pay on what persons bore inside
//! the basic and large-amount layers, cumulative over the year.

use crate::domain::Text;
use crate::rulebook::keys::Keys;

use super::Rule;
use super::layer::{Part, YearlyLayer, told_base};

/// The layer, for the persons its rows name, and which parts it pays on.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplement {
    pub layer: YearlyLayer,
    pub base: Vec<Part>,
}

impl Rule for Supplement {
    const KIND: &'static str = "supplement";
    const TITLE: (&'static str, &'static str) = ("补充保障", "supplement");

    fn read(keys: &mut Keys) -> Option<Supplement> {
        let layer = YearlyLayer::read(keys);
        let base = keys.need_list("base");
        Some(Supplement { layer: layer?, base: base? })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = vec![told_base(&self.base)];
        told.extend(self.layer.told());
        told
    }
}
