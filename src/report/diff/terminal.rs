//! A comparison at a glance, for the terminal: claims and money, who gains and loses, and what
//! most of the difference is put down to. Names no person.

use crate::domain::Lang;

use super::super::cells::{grouped, plain};
use super::super::wording::{pad_left, pad_right};
use super::page::signed;
use super::totals::{Sums, Valued};
use super::{Comparison, tables, words};

/// Causes named; the rest stand in the reports.
const CAUSES: usize = 8;
/// Data files named.
const FILES: usize = 5;

impl Comparison {
    /// A few lines of text.
    pub fn lines(&self, lang: Lang) -> String {
        let mut lines = vec![
            format!("{} {}", lang.pick("旧", "old"), plain(&self.old.label)),
            format!("{} {}", lang.pick("新", "new"), plain(&self.new.label)),
        ];
        lines.extend(self.data_files(lang));
        lines.push(String::new());
        lines.push(row(
            lang.pick("申报", "claims"),
            lang.pick("件数", "count"),
            [
                lang.pick("旧应付", "payable old").into(),
                lang.pick("新应付", "payable new").into(),
                lang.pick("差额", "difference").into(),
            ],
        ));
        for (kind, sums) in &self.totals.kinds {
            lines.push(sums_row(kind.shown(lang), sums));
        }
        lines.push(sums_row(lang.pick("合计", "all"), &self.totals.all));
        lines.push(String::new());
        lines.extend(self.gains(lang));
        let count = self.ties.len();
        lines.push(lang.pick(
            format!("✓ {count} 项总数全部勾稽相符"),
            format!("✓ all {count} control totals tie"),
        ));
        lines.join("\n") + "\n"
    }

    fn gains(&self, lang: Lang) -> Vec<String> {
        let all = &self.totals.all;
        if self.totals.is_empty() {
            return vec![
                lang.pick(
                    "两边相同：没有一件申报的结论不同",
                    "identical: no claim is decided otherwise",
                )
                .into(),
            ];
        }
        let (gains, losses) = (signed(all.gains), signed(all.losses));
        let mut lines = vec![lang.pick(
            format!("增加 {} 件 {gains}，减少 {} 件 {losses}", all.gained, all.lost),
            format!("{} gain {gains}, {} lose {losses}", all.gained, all.lost),
        )];
        lines.push(lang.pick("首要原因", "put down to").into());
        let mut causes: Vec<_> = self.totals.causes.iter().collect();
        let weight = |valued: &Valued| std::cmp::Reverse(valued.sums.difference().abs());
        causes.sort_by_key(|(_, valued)| weight(valued));
        for (cause, valued) in causes.iter().take(CAUSES) {
            let told = [cause.word.shown(lang), cause.clauses(lang), words::values(valued, lang)];
            let told: Vec<&str> =
                told.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
            lines.push(format!(
                "  {} {}  {}",
                pad_left(&valued.sums.claims.to_string(), 7),
                pad_left(&signed(valued.sums.difference()), 18),
                plain(&told.join(" · "))
            ));
        }
        if causes.len() > CAUSES {
            let rest = causes.len() - CAUSES;
            lines.push(
                lang.pick(format!("  另有 {rest} 种原因"), format!("  and {rest} other causes")),
            );
        }
        lines
    }

    /// Which data files are not the same.
    fn data_files(&self, lang: Lang) -> Vec<String> {
        let differing = tables::files(&self.old.manifest.data_files, &self.new.manifest.data_files);
        if differing.is_empty() {
            return vec![lang.pick("数据文件全部相同", "all data files are the same").into()];
        }
        let named: Vec<&str> =
            differing.iter().take(FILES).map(|[path, ..]| path.as_str()).collect();
        let (count, named) =
            (differing.len(), plain(&named.join(lang.pick("、", ", "))).into_owned());
        let more = if count > FILES { "…" } else { "" };
        vec![lang.pick(
            format!("不同的数据文件 {count} 个：{named}{more}"),
            format!("{count} data files differ: {named}{more}"),
        )]
    }
}

fn sums_row(name: &str, sums: &Sums) -> String {
    let money = [grouped(sums.old), grouped(sums.new), signed(sums.difference())];
    row(name, &sums.claims.to_string(), money)
}

fn row(name: &str, count: &str, money: [String; 3]) -> String {
    let cells: Vec<String> = money.iter().map(|cell| pad_left(cell, 20)).collect();
    format!("{} {} {}", pad_right(name, 16), pad_left(count, 9), cells.join(" "))
}
