//! What became of the findings on the books, by kind 核查结果: `verdicts.xlsx` and `verdicts.csv`.
//!
//! The surprise: the share that was right is measured on what people looked into, which is not
//! drawn at random. The interval says how little a few of them tell.

use std::path::Path;

use serde_json::json;

use crate::domain::dates::Date;
use crate::domain::{Code, Lang};
use crate::flow::books::Head;
use crate::flow::dispositions::VerdictCounts;

use super::cells::grouped;
use super::columns::{Value, columns, write_csv};
use super::privacy::hexadecimal;
use super::workbook::{Book, Cell, Heading};
use super::{Cause, ReportError, guarded, manifest, write_file};

/// The workbook of the folder.
pub const FILE: &str = "verdicts.xlsx";
const TABLE: &str = "verdicts.csv";

/// Everything that is reported of the verdicts.
pub struct VerdictsReport<'r> {
    pub counts: &'r [(Code, VerdictCounts)],
    pub head: Head,
    pub on: Date,
    pub lang: Lang,
}

/// A kind of finding in one line for the terminal.
pub fn line((code, counts): &(Code, VerdictCounts), lang: Lang) -> String {
    let VerdictCounts { found, confirmed, partly, innocent, unsettled, .. } = *counts;
    let (open, share) = (counts.open(), share_shown(counts));
    lang.pick(
        format!(
            "{code} {}：账上 {found}，属实 {confirmed}，部分属实 {partly}，排除 {innocent}，\
             无法查实 {unsettled}，未核查 {open}；查准率 {share}",
            code.zh()
        ),
        format!(
            "{code} {}: {found} on the books, {confirmed} confirmed, {partly} in part, {innocent} \
             innocent, {unsettled} unsettled, {open} open; right: {share}",
            code.en()
        ),
    )
}

/// `75.0%（46.8%–91.1%）`, by Wilson's interval of 95 %; nothing while nothing is known.
fn share_shown(counts: &VerdictCounts) -> String {
    match counts.right_of() {
        (_, 0) => "—".to_owned(),
        (right, of) => {
            let (low, high) = wilson(right, of);
            format!("{}（{}–{}）", percent(right as f64 / of as f64), percent(low), percent(high))
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// Wilson's interval of 95 % for `hits` of `of`.
fn wilson(hits: u64, of: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (hits, of) = (hits as f64, of as f64);
    let share = hits / of;
    let square = Z * Z / of;
    let middle = share + square / 2.0;
    let reach = Z * (share * (1.0 - share) / of + square / (4.0 * of)).sqrt();
    ((middle - reach) / (1.0 + square), (middle + reach) / (1.0 + square))
}

/// Writes the files into a folder whose place is held.
pub fn write(folder: &Path, report: &VerdictsReport<'_>) -> Result<(), ReportError> {
    let failed = |file| move |cause| ReportError::File { file, cause };
    guarded(|| workbook(folder, report)).map_err(failed(FILE))?;
    guarded(|| table(&folder.join(TABLE), report)).map_err(failed(TABLE))?;
    let head = report.head;
    let facts = json!({
        "on": report.on.to_string(),
        "ledger": { "entries": head.entries, "hash": hexadecimal(&head.hash) },
    });
    let listed = manifest::write_listed(folder, "verdicts", &facts).map(drop);
    listed.map_err(failed(manifest::FILE))
}

fn workbook(folder: &Path, report: &VerdictsReport<'_>) -> Result<(), Cause> {
    let lang = report.lang;
    let title = lang.pick("疑点核查结果", "verdicts on findings");
    let mut book = Book::begin(folder, title, env!("CARGO_PKG_NAME"), report.on, lang)?;
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("代码", "code", 8),
        heading("名称", "name", 28),
        heading("账上疑点", "on the books", 10),
        heading("属实", "confirmed", 10),
        heading("部分属实", "in part", 10),
        heading("排除", "innocent", 10),
        heading("无法查实", "unsettled", 10),
        heading("未核查", "open", 10),
        heading("查准率（95% 区间）", "right (95 % interval)", 24),
        Heading::summed(lang.pick("查实涉及金额", "at risk in confirmed ones")),
    ];
    let told = lang.pick(
        "各种疑点核查下来的结果（查准率只按已核查的算；区间为威尔逊法）",
        "What became of findings, by kind (right: of those looked into; Wilson's interval)",
    );
    let mut table = book.table(title, told, headings)?;
    for (code, counts) in report.counts {
        table.row(vec![
            Cell::text(code.as_str()),
            Cell::text(lang.pick(code.zh(), code.en())),
            Cell::Count(counts.found),
            Cell::Count(counts.confirmed),
            Cell::Count(counts.partly),
            Cell::Count(counts.innocent),
            Cell::Count(counts.unsettled),
            Cell::Count(counts.open()),
            Cell::text(share_shown(counts)),
            Cell::Money(counts.confirmed_risk),
        ])?;
    }
    table.finish()?;
    book.save(&folder.join(FILE))
}

fn table(path: &Path, report: &VerdictsReport<'_>) -> Result<(), Cause> {
    let columns = columns! {
        "code": Text = |row: &&(Code, VerdictCounts)| Value::text(row.0.as_str());
        "found": Count = |row: &&(Code, VerdictCounts)| count(row.1.found);
        "confirmed": Count = |row: &&(Code, VerdictCounts)| count(row.1.confirmed);
        "partly": Count = |row: &&(Code, VerdictCounts)| count(row.1.partly);
        "innocent": Count = |row: &&(Code, VerdictCounts)| count(row.1.innocent);
        "unsettled": Count = |row: &&(Code, VerdictCounts)| count(row.1.unsettled);
        "open": Count = |row: &&(Code, VerdictCounts)| count(row.1.open());
        "confirmed_risk": Money = |row: &&(Code, VerdictCounts)| Value::Money(row.1.confirmed_risk);
    };
    write_file(path, |out| write_csv(out, &columns, report.counts.iter()))
}

fn count(number: u64) -> Value<'static> {
    Value::Count(i64::try_from(number).ok())
}

/// What was recorded, in a line. Names nobody.
pub fn totals(counts: &[(Code, VerdictCounts)], lang: Lang) -> String {
    let found: u64 = counts.iter().map(|(_, it)| it.found).sum();
    let open: u64 = counts.iter().map(|(_, it)| it.open()).sum();
    let risk = counts.iter().map(|(_, it)| it.confirmed_risk).sum();
    let risk = grouped(risk);
    lang.pick(
        format!("账上疑点 {found} 条，未核查 {open} 条，查实涉及 {risk} 元"),
        format!("{found} findings on the books, {open} open, {risk} yuan in confirmed ones"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wide_where_little_is_known_and_stays_within_bounds() {
        for (right, innocent, shown) in [
            (0, 0, "—"),
            (1, 0, "100.0%（20.7%–100.0%）"),
            (9, 3, "75.0%（46.8%–91.1%）"),
            (0, 10, "0.0%（0.0%–27.8%）"),
            (900, 100, "90.0%（88.0%–91.7%）"),
        ] {
            let counts = VerdictCounts { confirmed: right, innocent, ..Default::default() };
            assert_eq!(share_shown(&counts), shown);
        }
    }
}
