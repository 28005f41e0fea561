//! `findings.xlsx` 疑点台账: the register on the first sheet, and per code a sheet with every claim
//! and every row to open. Register and sheets lead to each other.
//!
//! The surprise: the column 计入金额 counts each fen once over the whole register, so its sum is
//! never more than what was claimed; 涉及金额 is what a finding puts at risk by itself.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::Code;

use super::view::FindingView;
use super::workbook::{Book, Cell, Heading};
use super::{Cause, Job};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let lang = job.lang();
    let mut book = Book::new(job, lang.pick("疑点台账", "findings"))?;
    let views: Vec<FindingView<'_>> = job.findings().collect();
    register(job, &mut book, &views)?;
    let mut by_code: BTreeMap<Code, Vec<(u32, FindingView<'_>)>> = BTreeMap::new();
    for (place, view) in views.iter().enumerate() {
        by_code.entry(view.finding.code).or_default().push((place as u32, *view));
    }
    about(job, &mut book, by_code.keys().copied())?;
    for (code, views) in &by_code {
        of_code(job, &mut book, *code, views)?;
    }
    earlier(job, &mut book)?;
    silenced(job, &mut book)?;
    book.save(path)
}

fn register_name(job: &Job<'_>) -> &'static str {
    job.lang().pick("疑点台账", "findings")
}

/// A code's sheet is called by the code alone, which no rewording of its name can break.
fn register(job: &Job<'_>, book: &mut Book, views: &[FindingView<'_>]) -> Result<(), Cause> {
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("疑点编号", "finding", 18),
        heading("代码", "code", 8),
        heading("名称", "name", 22),
        heading("程度", "severity", 8),
        heading("对象", "subject", 26),
        heading("申报编号", "claims", 22),
        heading("涉及金额", "at risk", 14),
        Heading::summed(lang.pick("计入金额", "counted once")),
        heading("说明", "what was seen", 56),
        heading("依据", "legal basis", 30),
        heading("证据（文件#表!行）", "evidence (file#sheet!row)", 36),
        heading("阈值", "thresholds", 24),
        heading("核查结论", "verdict", 14),
        heading("核查人", "who", 10),
        heading("核查日期", "when", 12),
        heading("核查意见", "why", 24),
        heading("文号", "reference", 16),
        heading("核对码", "rows", 18),
    ];
    let title = lang.pick(
        format!("疑点台账 {}（疑点是线索，不是结论；单位：元）", job.context.month),
        format!("Findings {} (leads, not verdicts; yuan)", job.context.month),
    );
    let mut table = book.table(register_name(job), &title, headings)?;
    let mut next_index: BTreeMap<Code, u32> = BTreeMap::new();
    for view in views {
        let finding = view.finding;
        let next = next_index.entry(finding.code).or_default();
        let link = Cell::Link {
            shown: finding.id.clone(),
            table: finding.code.as_str().to_owned(),
            index: *next,
        };
        *next += rows_of(view);
        table.row(vec![
            link,
            Cell::text(finding.code.as_str()),
            Cell::text(view.code_name().get(lang)),
            Cell::text(finding.severity.shown(lang)),
            Cell::text(view.subject_shown()),
            Cell::text(view.claim_ids().join("; ")),
            Cell::Money(finding.at_risk()),
            Cell::Money(finding.counted),
            Cell::text(finding.sentence.get(lang)),
            Cell::text(&finding.legal_basis),
            Cell::text(view.evidence().join("; ")),
            Cell::text(&finding.thresholds),
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::text(&finding.rows),
        ])?;
    }
    table.finish()
}

/// What holds claims of earlier months only: to be answered like the register.
fn earlier(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    if job.detected.earlier.is_empty() {
        return Ok(());
    }
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("疑点编号", "finding", 18),
        heading("代码", "code", 8),
        heading("名称", "name", 22),
        heading("对象", "subject", 26),
        heading("申报编号", "claims", 22),
        heading("涉及金额", "at risk", 14),
        heading("说明", "what was seen", 56),
        heading("核查结论", "verdict", 14),
        heading("核查人", "who", 10),
        heading("核查日期", "when", 12),
        heading("核查意见", "why", 24),
        heading("文号", "reference", 16),
        heading("核对码", "rows", 18),
    ];
    let name = lang.pick("既往申报的疑点", "findings on posted claims");
    let title = lang.pick(
        "只涉及已过账申报的疑点：因后来的材料而暂缓，不计入本月金额，核查结论同样登记",
        "Findings that hold posted claims only, by what came to be known since",
    );
    let mut table = book.table(name, title, headings)?;
    for finding in &job.detected.earlier {
        let view = job.finding(finding);
        let mut cells = vec![
            Cell::text(&finding.id),
            Cell::text(finding.code.as_str()),
            Cell::text(view.code_name().get(lang)),
            Cell::text(view.subject_shown()),
            Cell::text(view.claim_ids().join("; ")),
            Cell::Money(finding.at_risk()),
            Cell::text(finding.sentence.get(lang)),
        ];
        cells.extend((0..5).map(|_| Cell::Blank));
        cells.push(Cell::text(&finding.rows));
        table.row(cells)?;
    }
    table.finish()
}

/// What is to be known of each kind of finding before anybody is asked about one.
fn about(job: &Job<'_>, book: &mut Book, codes: impl Iterator<Item = Code>) -> Result<(), Cause> {
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("代码", "code", 8),
        heading("名称", "name", 24),
        heading("查什么", "what it looks for", 60),
        heading("什么情况下无辜", "when it is innocent", 60),
        heading("实测误差", "measured error", 50),
    ];
    let title =
        lang.pick("疑点说明（疑点是线索，不是结论）", "About the findings (leads, not verdicts)");
    let mut table = book.table(lang.pick("疑点说明", "about"), title, headings)?;
    for code in codes {
        let about = (job.context.about_finding)(code);
        table.row(vec![
            Cell::text(code.as_str()),
            Cell::text(lang.pick(code.zh(), code.en())),
            Cell::text(&about.flags),
            Cell::text(&about.innocent),
            Cell::text(about.measured.get(lang)),
        ])?;
    }
    table.finish()
}

/// What somebody found innocent on the same rows: listed, but neither held nor counted.
fn silenced(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    if job.detected.silenced.is_empty() {
        return Ok(());
    }
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let headings = vec![
        heading("疑点编号", "finding", 18),
        heading("名称", "name", 22),
        heading("对象", "subject", 26),
        heading("申报编号", "claims", 22),
        heading("涉及金额", "at risk", 14),
        heading("说明", "what was seen", 56),
        heading("核查排除", "found innocent by", 40),
        heading("核对码", "rows", 18),
    ];
    let name = lang.pick("已核查排除", "found innocent");
    let title = lang.pick(
        "已核查排除的疑点（材料未变，不再列入台账，不计金额，不暂缓支付）",
        "Findings that were looked into and found innocent on the same rows",
    );
    let mut table = book.table(name, title, headings)?;
    for it in &job.detected.silenced {
        let view = job.finding(&it.finding);
        table.row(vec![
            Cell::text(&it.finding.id),
            Cell::text(view.code_name().get(lang)),
            Cell::text(view.subject_shown()),
            Cell::text(view.claim_ids().join("; ")),
            Cell::Money(it.finding.at_risk()),
            Cell::text(it.finding.sentence.get(lang)),
            Cell::text(it.by.text().get(lang)),
            Cell::text(&it.finding.rows),
        ])?;
    }
    table.finish()
}

/// Claims, rows and connections stand side by side: as many rows as the longest of them.
fn rows_of(view: &FindingView<'_>) -> u32 {
    let finding = view.finding;
    finding.claims.len().max(finding.evidence.len()).max(finding.edges.len()).max(1) as u32
}

fn of_code(
    job: &Job<'_>,
    book: &mut Book,
    code: Code,
    views: &[(u32, FindingView<'_>)],
) -> Result<(), Cause> {
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let mut headings = vec![
        heading("疑点编号", "finding", 18),
        heading("对象", "subject", 26),
        heading("申报编号", "claim", 18),
        heading("结论", "outcome", 10),
        heading("医疗机构", "hospital", 26),
        Heading::summed(lang.pick("本件涉及金额", "at risk in this claim")),
        heading("证据（文件#表!行）", "evidence (file#sheet!row)", 44),
        heading("说明", "what was seen", 60),
    ];
    let is_network = views.iter().any(|(_, view)| !view.finding.edges.is_empty());
    if is_network {
        headings.push(heading("关联（人 — 事项（强度）：行）", "connection (strength): rows", 70));
    }
    let title = format!("{code} {}", lang.pick(code.zh(), code.en()));
    let mut table = book.table(code.as_str(), &title, headings)?;
    for (place, view) in views {
        let (evidence, edges) = (view.evidence(), view.edges_shown());
        for at in 0..rows_of(view) as usize {
            let claim = view.finding.claims.get(at).map(|&(claim, amount)| {
                (job.view(&job.detected.adjudicated.decisions[claim.at()]), amount)
            });
            let text = |text: Option<&str>| Cell::text(text.unwrap_or_default());
            let mut cells = vec![
                Cell::Link {
                    shown: view.finding.id.clone(),
                    table: register_name(job).to_owned(),
                    index: *place,
                },
                Cell::text(view.subject_shown()),
                text(claim.map(|(view, _)| &*view.claim.claim_id)),
                text(claim.map(|(view, _)| view.decision.outcome.shown(lang))),
                text(claim.map(|(view, _)| view.hospital())),
                claim.map_or(Cell::Blank, |(_, amount)| Cell::Money(amount)),
                text(evidence.get(at).map(String::as_str)),
                text((at == 0).then(|| view.finding.sentence.get(lang))),
            ];
            cells.extend(is_network.then(|| text(edges.get(at).map(String::as_str))));
            table.row(cells)?;
        }
    }
    table.finish()
}
