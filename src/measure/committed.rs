//! The error rates that ship with the program, as `benches/finding_rates.csv` says them.
//!
//! The surprise: they are compiled in and no part of `data/`. They are a fact about the detectors
//! of this very program; a region's data may change without them, and they decide nothing.

use crate::domain::{Code, Text};

use super::table::HEADER;

const FILE: &str = include_str!("../../benches/finding_rates.csv");

/// What was measured of one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    cells: [&'static str; CELLS],
}

const CELLS: usize = 19;

/// The row of a code; none where it was never measured.
pub fn committed(code: Code) -> Option<Committed> {
    FILE.lines().skip(1).find_map(|line| {
        let cells: Vec<&'static str> = line.split(',').collect();
        let cells: [&'static str; CELLS] = cells.try_into().ok()?;
        (cells[0] == code.as_str()).then_some(Committed { cells })
    })
}

impl Committed {
    fn cell(&self, header: &str) -> &'static str {
        let place = HEADER.split(',').position(|known| known == header);
        place.map_or("", |place| self.cells[place])
    }

    /// What it says, in sentences.
    pub fn text(&self) -> Text {
        let cell = |header| self.cell(header);
        let share = |name: &str, zh: &str, en: &str| {
            let (low, high) = (format!("{name}_low"), format!("{name}_high"));
            let (share, low, high) = (self.cell(name), self.cell(&low), self.cell(&high));
            match share {
                "" => Text::new(format!("{zh}未测"), format!("{en} not measured")),
                _ => Text::new(
                    format!("{zh} {share}（95% 置信区间 {low}–{high}）"),
                    format!("{en} {share} (95 % interval {low}–{high})"),
                ),
            }
        };
        let recall = share("recall", "查全率", "recall");
        let precision = share("precision", "查准率", "precision");
        let (found, planted) = (cell("found"), cell("planted"));
        let (right, wrong) = (cell("right"), cell("false_alarms"));
        let (near, alarms) = (cell("near_misses"), cell("near_miss_alarms"));
        let (seeds, claims) = (cell("seeds"), cell("claims_a_seed"));
        let (on, version) = (cell("measured_on"), cell("version"));
        Text::new(
            format!(
                "{recall}：植入 {planted} 例，找到 {found} 例\n\
                 {precision}：正确 {right} 条，误报 {wrong} 条\n\
                 近似但无辜 {near} 例，误报 {alarms} 例\n\
                 {on} 以 lingbao {version} 在编造的批次上测得（种子 {seeds}，每批 {claims} \
                 件；Wilson 区间）。真实批次的比例会不同",
                recall = recall.zh,
                precision = precision.zh,
            ),
            format!(
                "{recall}: {found} of {planted} planted cases\n\
                 {precision}: {right} findings right, {wrong} false alarms\n\
                 near misses: {alarms} of {near} raised a false alarm\n\
                 measured on {on} with lingbao {version} on invented batches (seeds {seeds}, \
                 {claims} claims each; Wilson intervals). Real batches will differ",
                recall = recall.en,
                precision = precision.en,
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_row_that_can_be_read() {
        assert_eq!(FILE.lines().next(), Some(HEADER));
        assert_eq!(HEADER.split(',').count(), CELLS);
        for code in Code::ALL.iter().filter(|code| code.as_str().starts_with('F')) {
            let row = committed(*code).unwrap_or_else(|| panic!("no rates of {code}"));
            assert!(row.cell("measured_on").len() == 10, "{code} is not dated");
            for (part, whole) in [("found", "planted"), ("near_miss_alarms", "near_misses")] {
                let number = |header| row.cell(header).parse::<u32>().expect("a number");
                assert!(number(part) <= number(whole), "{code}");
            }
        }
        assert_eq!(committed(Code::G01), None);
    }
}
