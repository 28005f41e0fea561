//! Payment ratio 支付比例: bands by hospital tier, on one of two axes, for a stay or cumulative
//! over the year. The same words in a notice can mean either axis, and the money differs.

use crate::domain::Text;
use crate::domain::words::words;
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::from_words;

use super::bands::{Bands, Rounding};
use super::table::Table;
use super::{NoRow, Rule, Seat, text};

words! {
    /// Where the amount axis of the bands begins.
    Axis {
        // At zero: the deductible lies inside the first band (Beijing).
        FromZero = "from_zero", "从零起（含起付线）";
        AfterDeductible = "after_deductible", "起付线以上";
    }
}
words! {
    /// Over what amounts run up on the axis.
    BandsOver {
        Stay = "stay", "每次";
        Period = "period", "每个结算周期";
        Year = "year", "全年累计";
    }
}
from_words! { Axis BandsOver }

/// Ratios of the basic pool.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioTable {
    pub axis: Axis,
    pub over: BandsOver,
    rounding: Rounding,
    bands: Table<Bands>,
}

impl RatioTable {
    pub fn bands(&self, seat: &Seat) -> Result<&Bands, NoRow> {
        self.bands.get(seat)
    }
}

impl Rule for RatioTable {
    const KIND: &'static str = "ratio";
    const TITLE: (&'static str, &'static str) = ("支付比例", "payment ratio");

    fn read(keys: &mut Keys) -> Option<RatioTable> {
        let axis = keys.need("axis");
        let over = keys.maybe("bands_over").unwrap_or(BandsOver::Stay);
        let rounding = keys.maybe("rounding").unwrap_or(Rounding::Once);
        let bands = Table::read(keys, &["ratio", "bands"], |row| {
            Bands::read(row).map(|bands| bands.rounded(rounding))
        });
        Some(RatioTable { axis: axis?, over, rounding, bands: bands? })
    }

    fn told(&self) -> Vec<Text> {
        let mut told = self.bands.told(Bands::told);
        let has_bands = self.bands.rows().iter().any(|row| !row.value.is_flat());
        if has_bands {
            let axis = match self.axis {
                Axis::FromZero => "bands begin at zero, the deductible inside the first",
                Axis::AfterDeductible => "bands begin after the deductible",
            };
            told.push(text(
                format!("分段金额{}，{}", self.axis.zh(), self.over.zh()),
                format!("{axis}; per {}", self.over.word()),
            ));
        }
        if self.rounding == Rounding::EachBand {
            told.push(text(self.rounding.zh(), "each band is rounded to the fen"));
        }
        told
    }
}
