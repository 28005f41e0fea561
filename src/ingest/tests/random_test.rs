//! Random small tables with random rubbish around them: the header is found, every row is data or
//! passed over, and no complete row is lost.

use proptest::prelude::*;

use super::*;

const TITLES: [&str; 7] = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额", "经办意见"];
/// What stands above a table, and what stands below or between its rows.
const ABOVE: [&str; 7] = [
    "某某医院费用明细",
    "说明：请逐行核对",
    "单位：元",
    "2024年6月",
    "姓名：甲　住院号：1",
    "填报单位：某县医保局",
    "合计",
];
const BETWEEN: [&str; 6] =
    ["", "小计", "注：含自费", "第 1 页 共 3 页", "制表人：甲", "以上金额已核对无误，请查收"];

#[derive(Clone, Debug)]
struct Sheet {
    above: Vec<usize>,
    offset: usize,
    gaps: Vec<bool>,
    order: Vec<usize>,
    /// Amounts in fen; `None` for a row of rubbish.
    rows: Vec<Result<u32, usize>>,
    says_total: Option<bool>,
    repeats_header: Option<usize>,
}

fn sheet() -> impl Strategy<Value = Sheet> {
    let order = Just((0..TITLES.len()).collect::<Vec<_>>()).prop_shuffle();
    let row = prop_oneof![
        4 => (1u32..1_000_000).prop_map(Ok),
        1 => (0..BETWEEN.len()).prop_map(Err),
    ];
    (
        prop::collection::vec(0..ABOVE.len(), 0..8),
        0usize..4,
        prop::collection::vec(any::<bool>(), TITLES.len()),
        order,
        prop::collection::vec(row, 0..12),
        prop::option::of(any::<bool>()),
        prop::option::of(0usize..12),
    )
        .prop_map(|(above, offset, gaps, order, rows, says_total, repeats_header)| Sheet {
            above,
            offset,
            gaps,
            order,
            rows,
            says_total,
            repeats_header,
        })
}

impl Sheet {
    fn line(&self, cells: &[&str]) -> String {
        let mut line = ",".repeat(self.offset);
        for (&column, &gap) in self.order.iter().zip(&self.gaps) {
            line += if gap { "," } else { "" };
            line += cells.get(column).copied().unwrap_or_default();
            line.push(',');
        }
        line
    }

    fn lone(&self, text: &str) -> String {
        format!("{}{text}", ",".repeat(self.offset))
    }

    /// The text, how many lines stand under the header, and the complete rows by their amount.
    fn written(&self) -> (String, usize, Vec<String>) {
        let mut above: Vec<String> =
            self.above.iter().map(|&note| self.lone(ABOVE[note])).collect();
        above.push(self.line(&TITLES));
        let (mut below, mut complete) = (Vec::new(), Vec::new());
        let mut sum = 0;
        for (place, row) in self.rows.iter().enumerate() {
            if self.repeats_header == Some(place) {
                below.push(self.line(&TITLES));
            }
            match row {
                Ok(fen) => {
                    let amount = format!("{}.{:02}", fen / 100, fen % 100);
                    sum += fen;
                    below.push(self.line(&["A1", "2024-06-01", "甲", "1", "1", &amount, ""]));
                    complete.push(amount);
                }
                Err(rubbish) => below.push(self.lone(BETWEEN[*rubbish])),
            }
        }
        // A nameless amount that sums up nothing would be data.
        if let Some(says_it) = self.says_total
            && (says_it || sum > 0)
        {
            let amount = format!("{}.{:02}", sum / 100, sum % 100);
            let word = if says_it { "合计" } else { "" };
            below.push(self.line(&["", "", word, "", "", &amount, ""]));
        }
        // The last row, so that every row before it counts.
        below.push(self.line(&["A9", "2024-06-09", "乙", "1", "1", "7.77", ""]));
        complete.push("7.77".to_owned());
        let lines: Vec<String> = above.into_iter().chain(below.iter().cloned()).collect();
        (lines.join("\n") + "\n", below.len(), complete)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_header_is_found_and_no_complete_row_is_lost(sheet in sheet()) {
        let (text, below, complete) = sheet.written();
        let batch = one("表.csv", text.as_bytes());
        prop_assert!(batch.unread.is_empty(), "{text}\n{:?}", batch.unread);
        let table = &batch.tables[0];
        // The text reader never sees lines without any character.
        let unseen = text.lines().filter(|line| line.is_empty()).count();
        let counted = table.rows.len() + table.passed_over.len();
        prop_assert_eq!(counted + unseen, below, "{}\n{:?}", text, table.passed_over);
        let amount = table.columns.iter().find(|c| c.field == Some(Field::Amount));
        let amount = amount.expect("an amount").index as usize;
        let kept: Vec<&str> = table
            .rows
            .iter()
            .filter_map(|row| match row.cell(amount) {
                Cell::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        for amount in &complete {
            prop_assert!(kept.contains(&amount.as_str()), "{} is lost\n{}", amount, text);
        }
        prop_assert_eq!(kept, complete, "only complete rows have amounts here\n{}", text);
    }
}
