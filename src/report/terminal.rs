//! The closing lines of a run, for the terminal: claims by outcome with their money, what could
//! not be read, findings by code, and the ties.

use crate::domain::Lang;
use crate::flow::{Detected, Orders};

use super::cells::grouped;
use super::summary::Summary;
use super::wording::{pad_left, pad_right};

/// The run at a glance, a few lines of text. Names no person.
pub fn summary_lines(detected: &Detected, lang: Lang) -> String {
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    Summary::of(detected, &orders).lines(lang)
}

impl Summary {
    /// Like [`summary_lines`], from totals already computed.
    pub fn lines(&self, lang: Lang) -> String {
        shown(self, lang)
    }
}

fn shown(summary: &Summary, lang: Lang) -> String {
    let mut lines = vec![row(
        lang.pick("结论", "outcome"),
        lang.pick("件数", "claims"),
        [
            lang.pick("总费用", "total").into(),
            lang.pick("基金支付", "fund").into(),
            lang.pick("个人负担", "person").into(),
        ],
    )];
    for (outcome, sums) in &summary.by_outcome {
        let money = [grouped(sums.total), grouped(sums.fund), grouped(sums.person)];
        lines.push(row(outcome.shown(lang), &sums.claims.to_string(), money));
    }
    let all = &summary.claims;
    let money = [grouped(all.total), grouped(all.fund), grouped(all.person)];
    lines.push(row(lang.pick("合计", "all"), &all.claims.to_string(), money));
    lines.push(String::new());
    lines.push(not_read(summary, lang));
    lines.extend(let_go(summary, lang));
    if !summary.findings.is_empty() {
        lines.push(lang.pick("疑点", "findings").to_owned());
        for (code, sums) in &summary.findings {
            lines.push(format!(
                "  {} {} {} {}",
                pad_right(code.as_str(), 12),
                pad_left(&sums.findings.to_string(), 7),
                pad_left(&grouped(sums.counted), 18),
                lang.pick(code.zh(), code.en())
            ));
        }
    }
    let broken: Vec<String> =
        summary.ties.iter().filter(|tie| !tie.holds()).map(|tie| tie.shown(lang)).collect();
    lines.push(if broken.is_empty() {
        let count = summary.ties.len();
        let zh = format!("✓ {count} 项总数全部勾稽相符");
        lang.pick(zh, format!("✓ all {count} control totals tie"))
    } else {
        broken.join("\n")
    });
    lines.join("\n") + "\n"
}

/// What goes to accounts, and what the run changes of the books.
fn let_go(summary: &Summary, lang: Lang) -> Vec<String> {
    let paid = &summary.paid;
    let (transfers, total) = (paid.transfers, grouped(paid.total));
    let (lacking, lacking_total) = (paid.lacking, grouped(paid.lacking_total));
    let mut lines = vec![lang.pick(
        format!("拨付 {transfers} 笔 {total} 元，待补账户 {lacking} 件 {lacking_total} 元"),
        format!(
            "{transfers} transfers of {total}; {lacking} claims lack an account, {lacking_total}"
        ),
    )];
    if let Some(books) = &summary.books {
        let (posted, changed) = (books.posted, books.changed);
        let (more, less) = (grouped(books.supplement), grouped(books.recovery));
        lines.push(lang.pick(
            format!(
                "账上已有 {posted} 件一并重算，{changed} 件有变动：补支 {more} 元，追回 {less} 元"
            ),
            format!(
                "{posted} posted claims decided again, {changed} change: {more} more to pay, \
                     {less} to ask back"
            ),
        ));
    }
    lines
}

fn not_read(summary: &Summary, lang: Lang) -> String {
    let (rows, unread) = (summary.quarantined_total(), summary.unread);
    if rows == 0 && unread == 0 {
        return lang.pick("全部读入，无隔离行", "everything was read, no row quarantined").into();
    }
    let tables: Vec<String> = summary
        .quarantined
        .iter()
        .map(|(kind, rows)| format!("{} {rows}", lang.pick(kind.zh(), kind.word())))
        .collect();
    let tables = |between, open, close| match tables.is_empty() {
        true => String::new(),
        false => format!("{open}{}{close}", tables.join(between)),
    };
    let zh = tables("、", "（", "）");
    let zh = format!("隔离 {rows} 行{zh}，未读文件或工作表 {unread} 个");
    let en = tables(", ", " (", ")");
    let en = format!("quarantined {rows} rows{en}, files or sheets not read {unread}");
    lang.pick(zh, en)
}

fn row(name: &str, count: &str, money: [String; 3]) -> String {
    let cells: Vec<String> = money.iter().map(|cell| pad_left(cell, 20)).collect();
    format!("{} {} {}", pad_right(name, 12), pad_left(count, 9), cells.join(" "))
}
