//! `deltas.xlsx` 差额表: what this run changes of posted decisions 补支、追回, per claim and per
//! person, with both workings side by side.
//!
//! The surprise: the working of what was posted is worked out again from the books. Where today's
//! data yield another result than was posted, that is said instead.

use std::path::Path;

use crate::domain::Money;
use crate::flow::{Detected, Orders};

use super::deltas::{COLUMNS, DeltaView, by_person};
use super::summary::Summary;
use super::view::ClaimView;
use super::workbook::{Book, Cell, Heading};
use super::working::StepRecord;
use super::{Cause, Job};

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let lang = job.lang();
    let mut book = Book::new(job, lang.pick("差额表", "deltas"))?;
    claims(job, &mut book)?;
    persons(job, &mut book)?;
    workings(job, &mut book)?;
    book.save(path)
}

fn title(job: &Job<'_>) -> String {
    let lang = job.lang();
    if job.detected.reckoning.head.is_none() {
        return lang
            .pick("差额表：本次运行未使用账本", "Deltas: this run was decided without books")
            .to_owned();
    }
    let (mut count, mut more, mut less) = (0, Money::ZERO, Money::ZERO);
    for delta in job.deltas() {
        count += 1;
        more += delta.difference().or_zero();
        less += (-delta.difference()).or_zero();
    }
    let (more, less) = (super::cells::grouped(more), super::cells::grouped(less));
    let month = job.context.month;
    lang.pick(
        format!("差额表 {month}：已过账 {count} 件有变动，补支 {more} 元，应付减少 {less} 元"),
        format!("Deltas {month}: {count} posted claims change, {more} more, {less} less to pay"),
    )
}

fn claims(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let heading = |zh, en, width| Heading::new(lang.pick(zh, en), width);
    let mut headings = vec![
        heading("申报编号", "claim", 18),
        heading("参保人", "insured person", 12),
        heading("证件号码", "identity number", 22),
        heading("参保地", "insured region", 14),
        heading("原账期", "posted in", 9),
        heading("处理", "change", 10),
        heading("原结论", "outcome posted", 10),
        heading("现结论", "outcome now", 10),
        Heading::summed(lang.pick("原应付", "payable posted")),
        Heading::summed(lang.pick("现应付", "payable now")),
        Heading::summed(lang.pick("差额", "difference")),
        Heading::summed(lang.pick("本次应付（负为追回）", "due now (negative: asked back)")),
        heading("起因", "cause", 30),
        heading("现理由", "reasons now", 40),
    ];
    for (zh, word, _) in COLUMNS {
        headings.push(Heading::summed(&lang.pick(format!("原{zh}"), format!("{word} posted"))));
        headings.push(Heading::summed(&lang.pick(format!("现{zh}"), format!("{word} now"))));
    }
    headings.push(heading("来源", "row", 30));
    let mut table = book.table(lang.pick("差额", "deltas"), &title(job), headings)?;
    for delta in job.deltas() {
        table.row(row(&delta))?;
    }
    table.finish()
}

fn row(delta: &DeltaView<'_>) -> Vec<Cell> {
    let (view, before) = (&delta.now, delta.before());
    let lang = view.job.lang();
    let mut cells = vec![
        Cell::text(&*view.claim.claim_id),
        Cell::text(view.shown_name()),
        Cell::text(view.shown_id()),
        Cell::text(view.insured_name()),
        Cell::text(before.month.to_string()),
        Cell::text(delta.change().shown(lang)),
        Cell::text(before.outcome.shown(lang)),
        Cell::text(view.decision.outcome.shown(lang)),
        Cell::Money(delta.payable_before()),
        Cell::Money(delta.payable_now()),
        Cell::Money(delta.difference()),
        Cell::Money(delta.due()),
        Cell::text(delta.causes()),
        Cell::text(view.reason_words().join(lang.pick("；", "; "))),
    ];
    for (_, _, amount) in COLUMNS {
        cells.push(Cell::Money(amount(&before.amounts)));
        cells.push(Cell::Money(amount(&view.decision.amounts)));
    }
    cells.push(Cell::text(view.place()));
    cells
}

fn persons(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let headings = vec![
        Heading::new(lang.pick("人员代码", "person ref"), 20),
        Heading::new(lang.pick("参保人", "insured person"), 12),
        Heading::new(lang.pick("证件号码", "identity number"), 22),
        Heading::new(lang.pick("件数", "claims"), 8),
        Heading::summed(lang.pick("补支", "more to pay")),
        Heading::summed(lang.pick("应付减少", "less to pay")),
    ];
    let title =
        lang.pick("按人合计（补支与追回不相抵）", "By person; one is not set off by the other");
    let mut table = book.table(lang.pick("按人", "persons"), title, headings)?;
    for (person, (view, sums)) in by_person(job) {
        table.row(vec![
            Cell::text(person),
            Cell::text(view.shown_name()),
            Cell::text(view.shown_id()),
            Cell::Count(sums.claims),
            Cell::Money(sums.supplement),
            Cell::Money(sums.recovery),
        ])?;
    }
    table.finish()
}

/// Both workings of every changed claim, a step a row.
fn workings(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let headings = vec![
        Heading::new(lang.pick("申报编号", "claim"), 18),
        Heading::new(lang.pick("步", "step"), 6),
        Heading::new(lang.pick("原计算过程", "working posted"), 70),
        Heading::new(lang.pick("现计算过程", "working now"), 70),
        Heading::new(lang.pick("依据", "clause"), 40),
    ];
    let title = lang.pick("计算过程对照", "Both workings side by side");
    let mut table = book.table(lang.pick("计算过程", "workings"), title, headings)?;
    let none = (Detected::default(), Summary::default(), Orders::default());
    let (detected, summary, orders) = &none;
    let detected = job.detected.reckoning.earlier.as_deref().unwrap_or(detected);
    let (context, folder) = (job.context, job.folder);
    let earlier = Job { detected, context, summary, orders, findings_by_claim: Vec::new(), folder };
    for delta in job.deltas() {
        let now = told(&delta.now);
        let before = match delta.standing.earlier {
            Some(ix) => told(&earlier.view(&detected.adjudicated.decisions[ix.at()])),
            None => vec![(not_reproduced(&delta), String::new())],
        };
        for step in 0..now.len().max(before.len()) {
            let (was, was_clause) = before.get(step).cloned().unwrap_or_default();
            let (is, is_clause) = now.get(step).cloned().unwrap_or_default();
            let clause = match () {
                () if is_clause == was_clause || was_clause.is_empty() => is_clause,
                () if is_clause.is_empty() => was_clause,
                () => format!("{was_clause} → {is_clause}"),
            };
            let claim = if step == 0 { &*delta.now.claim.claim_id } else { "" };
            table.row(vec![
                Cell::text(claim),
                Cell::Count(step as u64 + 1),
                Cell::text(was),
                Cell::text(is),
                Cell::text(clause),
            ])?;
        }
    }
    table.finish()
}

/// Every step in words with the clause it stands on.
fn told(view: &ClaimView<'_>) -> Vec<(String, String)> {
    let lang = view.job.lang();
    let adjudicated = &view.job.detected.adjudicated;
    let steps = view.decision.steps.iter().map(|step| {
        let clause = step.clause.map(|clause| adjudicated.clause(clause).clause.clone());
        let words = StepRecord::of(view, step).sentence().get(lang).to_owned();
        (words, clause.unwrap_or_default())
    });
    steps.collect()
}

fn not_reproduced(delta: &DeltaView<'_>) -> String {
    let (month, before) = (delta.before().month, delta.before());
    let (policy, fund) = (&before.policy_version, delta.payable_before());
    delta.now.job.lang().pick(
        format!(
            "按现有数据和程序已算不出原结果（{month} 账期，政策 {policy}，应付 {fund} 元）；\
             原计算过程见当月报表"
        ),
        format!(
            "today's data and program no longer yield what was posted in {month} (policy \
             {policy}, payable {fund}); its working is in that month's reports"
        ),
    )
}
