//! `payments.xlsx` 拨付清单: every transfer with its claims beneath, a check sum per page, and the
//! claims that cannot be paid yet because payee or account is missing.
//!
//! The surprise: this workbook is not masked, because it is what the bank is paid by.

use std::path::Path;

use crate::domain::Money;
use crate::flow::orders::{Due, Transfer};

use super::cells::grouped;
use super::payments::DueView;
use super::workbook::{Book, Cell, Heading, Table};
use super::{Cause, Job};

/// Rows of a printed page, check sum included.
const PAGE_ROWS: u32 = 30;
/// The columns of transfers, of claims, and of check sums.
const TRANSFER: u16 = 5;
const PAGE_SUM: u16 = 10;

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let lang = job.lang();
    let month = job.context.month;
    let orders = job.orders;
    let mut book = Book::new(job, lang.pick("拨付清单", "payments"))?;
    let (count, total) = (orders.transfers.len(), grouped(orders.total));
    let title = lang.pick(
        format!("拨付清单 {month}：{count} 笔 {total} 元（试算；未脱敏，仅供拨付）"),
        format!("Payments {month}: {count} transfers, {total} yuan (draft; NOT masked)"),
    );
    let mut table = book.table(lang.pick("拨付清单", "payments"), &title, headings(job))?;
    let mut page = Page::default();
    for (place, to_pay) in orders.transfers.iter().enumerate() {
        transfer(job, &mut table, &mut page, place + 1, to_pay)?;
    }
    page.end(job, &mut table)?;
    table.finish()?;
    lacking(job, &mut book)?;
    recoveries(job, &mut book)?;
    book.save(path)
}

/// The rows of the page being filled.
#[derive(Default)]
struct Page {
    rows: u32,
    sum: Money,
}

impl Page {
    fn end(&mut self, job: &Job<'_>, table: &mut Table<'_>) -> Result<(), Cause> {
        if self.rows > 0 {
            let label = job.lang().pick("本页核对", "page check");
            table.page_sum(label, self.rows, (TRANSFER, PAGE_SUM), self.sum)?;
            *self = Page::default();
        }
        Ok(())
    }

    fn add(
        &mut self,
        job: &Job<'_>,
        table: &mut Table<'_>,
        cells: Vec<Cell>,
        transferred: Money,
    ) -> Result<(), Cause> {
        if self.rows + 1 >= PAGE_ROWS {
            self.end(job, table)?;
        }
        table.row(cells)?;
        self.rows += 1;
        self.sum += transferred;
        Ok(())
    }
}

fn headings(job: &Job<'_>) -> Vec<Heading> {
    let title = |zh, en| job.lang().pick(zh, en);
    vec![
        Heading::new(title("序号", "no."), 8),
        Heading::new(title("收款人", "payee"), 16),
        Heading::new(title("开户行", "bank"), 24),
        Heading::new(title("银行账号", "account"), 24),
        Heading::new(title("件数", "claims"), 7),
        Heading::summed(title("拨付金额", "paid")),
        Heading::new(title("申报编号", "claim"), 18),
        Heading::new(title("参保人", "insured person"), 12),
        Heading::new(title("类别", "kind"), 10),
        Heading::summed(title("其中：本件", "of it: this claim")),
        Heading::new(title("本页合计", "page check"), 14),
    ]
}

fn transfer(
    job: &Job<'_>,
    table: &mut Table<'_>,
    page: &mut Page,
    number: usize,
    payment: &Transfer,
) -> Result<(), Cause> {
    for (place, due) in payment.dues.iter().enumerate() {
        let view = DueView::new(job, due);
        // The first claim stands beside its transfer, the others beneath.
        let transferred = if place == 0 { payment.amount } else { Money::ZERO };
        let mut cells = if place == 0 {
            vec![
                Cell::Count(number as u64),
                Cell::text(&payment.to.payee),
                Cell::text(&payment.to.bank),
                Cell::text(&payment.to.account),
                Cell::Count(payment.dues.len() as u64),
                Cell::Money(payment.amount),
            ]
        } else {
            (0..=TRANSFER).map(|_| Cell::Blank).collect()
        };
        cells.extend([
            Cell::text(view.claim_id()),
            Cell::text(view.name()),
            Cell::text(view.kind()),
            Cell::Money(view.amount()),
        ]);
        page.add(job, table, cells, transferred)?;
    }
    Ok(())
}

/// The payable claims that lack an account; an empty table says there are none.
fn lacking(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let dues = &job.orders.lacking;
    let (count, total) = (dues.len(), grouped(job.orders.lacking_total));
    let title = lang.pick(
        format!("缺收款账户或被银行退回，补齐更正后方可拨付：{count} 件 {total} 元"),
        format!("No account, or returned by the bank: {count} claims, {total} yuan to complete"),
    );
    let name = lang.pick("缺收款账户", "no account");
    listed(job, book, (name, &title), lang.pick("应拨金额", "to be paid"), dues, |due| {
        due.lacks()
    })
}

/// Whom to ask for what was paid and is no longer owed.
fn recoveries(job: &Job<'_>, book: &mut Book) -> Result<(), Cause> {
    let lang = job.lang();
    let dues = &job.orders.recoveries;
    let (count, total) = (dues.len(), grouped(job.orders.recoveries_total));
    let title = lang.pick(
        format!("追回：{count} 件 {total} 元（不与拨付相抵）"),
        format!("To be asked back: {count} claims, {total} yuan; not set off against payments"),
    );
    let name = lang.pick("追回", "asked back");
    let amount = lang.pick("追回金额", "to be asked back");
    listed(job, book, (name, &title), amount, dues, |due| due.why_asked_back())
}

/// Dues that are no transfers, a claim a row, each with why.
fn listed(
    job: &Job<'_>,
    book: &mut Book,
    (name, title): (&str, &str),
    amount: &str,
    dues: &[Due],
    why: fn(&DueView<'_>) -> String,
) -> Result<(), Cause> {
    let lang = job.lang();
    let headings = vec![
        Heading::new(lang.pick("申报编号", "claim"), 18),
        Heading::new(lang.pick("参保人", "insured person"), 14),
        Heading::new(lang.pick("收款人", "payee"), 16),
        Heading::new(lang.pick("开户行", "bank"), 24),
        Heading::new(lang.pick("银行账号", "account"), 24),
        Heading::new(lang.pick("联系电话", "phone"), 16),
        Heading::summed(amount),
        Heading::new(lang.pick("原因", "why"), 28),
        Heading::new(lang.pick("来源", "row"), 30),
    ];
    let mut table = book.table(name, title, headings)?;
    for due in dues {
        let view = DueView::new(job, due);
        table.row(vec![
            Cell::text(view.claim_id()),
            Cell::text(view.name()),
            Cell::text(&due.to.payee),
            Cell::text(&due.to.bank),
            Cell::text(&due.to.account),
            Cell::text(view.phone()),
            Cell::Money(view.amount()),
            Cell::text(why(&view)),
            Cell::text(view.place()),
        ])?;
    }
    table.finish()
}
