//! What became of a bank's lists of returns 拨付退回: the totals, proved before anything is written,
//! and the folder with `returns.xlsx` and its manifest.
//!
//! The surprise: nothing of it is masked. The clerk who pays fills it in and hands it back.

use std::path::Path;

use serde_json::json;

use crate::domain::dates::Date;
use crate::domain::{Lang, Money};
use crate::flow::books::Head;
use crate::flow::returns::{CorrectionVerdict, OrderedTransfer, Reconciled, Unmatched, Verdict};
use crate::flow::{PaymentReturn, Records, TableKind};

use super::cells::grouped;
use super::privacy::hexadecimal;
use super::{Cause, ReportError, guarded, manifest, returns_xlsx};

/// The workbook of a folder of returns.
pub const FILE: &str = "returns.xlsx";

/// Everything that is reported of the lists.
pub struct ReturnsReport<'r> {
    pub records: &'r Records,
    pub reconciled: &'r Reconciled,
    pub totals: ReturnTotals,
    /// Where the books stood when the lists were held against them.
    pub head: Head,
    /// The day on which they were read; the day of returns that name none.
    pub on: Date,
    pub lang: Lang,
}

/// Rows and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSums {
    pub rows: u64,
    pub amount: Money,
}

/// What became of all rows: `read = matched + repeated + ambiguous + unmatched`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReturnTotals {
    pub read: RowSums,
    pub matched: RowSums,
    pub repeated: RowSums,
    pub ambiguous: RowSums,
    pub unmatched: RowSums,
    /// Rows that could not be read; their money as far as it can be.
    pub quarantined: RowSums,
    /// Of `matched`: what cannot be paid before somebody gives other details.
    pub lacking: RowSums,
    /// Orders that are recorded as returned.
    pub orders: u64,
    /// Claims whose details are corrected.
    pub details: u64,
    /// Rows whose correction was not taken.
    pub refused_corrections: u64,
}

impl RowSums {
    fn add(&mut self, amount: Money) {
        self.rows += 1;
        self.amount += amount;
    }
}

impl ReturnTotals {
    /// Counts, and proves that no row and no fen got lost.
    ///
    /// # Panics
    /// When they did, which would be a fault of the program.
    pub fn of(records: &Records, reconciled: &Reconciled) -> ReturnTotals {
        let mut totals = ReturnTotals {
            orders: reconciled.returns.len() as u64,
            details: reconciled.details.len() as u64,
            ..ReturnTotals::default()
        };
        let rows = records.returns.iter().zip(&reconciled.verdicts).zip(&reconciled.corrections);
        for ((row, verdict), correction) in rows {
            let sums = match verdict {
                Verdict::Matched { .. } => &mut totals.matched,
                Verdict::Repeated { .. } => &mut totals.repeated,
                Verdict::Ambiguous { .. } => &mut totals.ambiguous,
                Verdict::Unmatched { .. } => &mut totals.unmatched,
            };
            sums.add(row.amount);
            if matches!(verdict, Verdict::Matched { .. }) && lacks_details(row, *correction) {
                totals.lacking.add(row.amount);
            }
            totals.refused_corrections += u64::from(is_refused(*correction));
        }
        let mut amount_quarantined = Money::ZERO;
        for tally in records.tallies.iter().filter(|tally| tally.kind == TableKind::Returns) {
            totals.read.rows += tally.accepted;
            totals.read.amount += tally.amount_accepted;
            totals.quarantined.rows += tally.quarantined;
            amount_quarantined += tally.amount_quarantined;
        }
        totals.quarantined.amount = amount_quarantined;
        totals.prove(reconciled);
        totals
    }

    fn prove(&self, reconciled: &Reconciled) {
        let parts = [self.matched, self.repeated, self.ambiguous, self.unmatched];
        let rows: u64 = parts.iter().map(|part| part.rows).sum();
        let amount: Money = parts.iter().map(|part| part.amount).sum();
        assert!(
            rows == self.read.rows && amount == self.read.amount,
            "rows or money of a list of returns got lost: {self:?}"
        );
        let ordered: Money = reconciled.returns.iter().map(|returned| returned.amount).sum();
        assert!(ordered == self.matched.amount, "{ordered} came back, not {:?}", self.matched);
    }

    /// Whether nothing is left for a person to look at.
    pub fn is_all_taken(&self) -> bool {
        let left = self.ambiguous.rows + self.unmatched.rows + self.quarantined.rows;
        left + self.refused_corrections == 0
    }

    /// The totals in lines for the terminal. Names nobody.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let line = |zh: &str, en: &str, sums: &RowSums| {
            let (rows, amount) = (sums.rows, grouped(sums.amount));
            lang.pick(format!("{zh} {rows} 行 {amount} 元"), format!("{en} {rows} rows, {amount}"))
        };
        let (orders, details) = (self.orders, self.details);
        let mut lines = vec![
            line("退回清单", "returned by the lists:", &self.read),
            line("  登记退回", "  recorded:", &self.matched)
                + &lang.pick(format!("，{orders} 件申报"), format!(", {orders} claims")),
            line("    其中须更正账户", "    of it needs other details:", &self.lacking),
            line("  已登记过", "  recorded before:", &self.repeated),
            line("  不能确定是哪一笔", "  may be one of several:", &self.ambiguous),
            line("  未对上", "  no order found:", &self.unmatched),
        ];
        if self.quarantined.rows > 0 {
            lines.push(line("另有隔离", "besides, put aside:", &self.quarantined));
        }
        lines.push(lang.pick(
            format!("更正账户 {details} 件"),
            format!("details corrected: {details} claims"),
        ));
        if self.refused_corrections > 0 {
            let refused = self.refused_corrections;
            lines.push(lang.pick(
                format!("  未采用的更正 {refused} 行"),
                format!("  corrections not taken: {refused} rows"),
            ));
        }
        lines.push(lang.pick("✓ 行数和金额勾稽相符".to_owned(), "✓ rows and money tie".to_owned()));
        lines
    }
}

/// Whether what came back cannot be paid as things are.
pub(super) fn lacks_details(row: &PaymentReturn, correction: CorrectionVerdict) -> bool {
    let is_answered = matches!(correction, CorrectionVerdict::Recorded | CorrectionVerdict::Known);
    row.reason.needs_details() && !is_answered
}

fn is_refused(correction: CorrectionVerdict) -> bool {
    matches!(correction, CorrectionVerdict::Contradicted | CorrectionVerdict::NotTaken)
}

/// Writes everything into the draft of a folder.
pub fn write(folder: &Path, report: &ReturnsReport<'_>) -> Result<(), ReportError> {
    let failed = |file| move |cause| ReportError::File { file, cause };
    let book = folder.join(FILE);
    guarded(|| returns_xlsx::write(report, folder, &book)).map_err(failed(FILE))?;
    list(report, folder).map_err(failed(manifest::FILE))
}

/// The manifest: what was read, what it came to, and the workbook by hash.
fn list(report: &ReturnsReport<'_>, folder: &Path) -> Result<(), Cause> {
    let sums = |sums: RowSums| json!({ "rows": sums.rows, "amount": sums.amount.to_string() });
    let totals = &report.totals;
    let inputs = report.records.files.iter();
    let inputs: Vec<_> =
        inputs.map(|file| json!({ "path": file.path, "sha256": file.sha256 })).collect();
    let facts = json!({
        "on": report.on.to_string(),
        "ledger": { "entries": report.head.entries, "hash": hexadecimal(&report.head.hash) },
        "totals": {
            "read": sums(totals.read),
            "matched": sums(totals.matched),
            "repeated": sums(totals.repeated),
            "ambiguous": sums(totals.ambiguous),
            "unmatched": sums(totals.unmatched),
            "quarantined": sums(totals.quarantined),
            "orders": totals.orders,
            "details": totals.details,
        },
        "inputs": inputs,
    });
    manifest::write_listed(folder, "returns", &facts).map(drop)
}

/// Why a row was taken for nothing, or for nothing new; without names and accounts.
pub fn verdict_words(verdict: &Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Matched { by, .. } => known_by(*by, lang),
        Verdict::Repeated { .. } => lang.pick(
            "此前已登记退回，不重复登记",
            "its return is on the books already and is not recorded again",
        ),
        Verdict::Ambiguous { .. } => lang.pick(
            "有几笔拨付都对得上，未登记；请填上费款月份和序号（拨付清单所列）后交回",
            "several transfers agree, none is recorded; fill in month and number of the payment \
             list and hand it back",
        ),
        Verdict::Unmatched { why, .. } => unmatched_words(*why, lang),
    }
    .to_owned()
}

fn known_by(by: crate::flow::returns::KnownBy, lang: Lang) -> &'static str {
    use crate::flow::returns::KnownBy;
    match by {
        KnownBy::Number => {
            lang.pick("月份、序号、账号、金额相符", "month, number, account and amount agree")
        }
        KnownBy::Account => lang.pick("账号、收款人、金额相符", "account, payee and amount agree"),
        KnownBy::Claims => lang.pick(
            "申报编号、金额相符；账号或收款人与所下达的不同",
            "claims and amount agree; account or payee are not the ordered ones",
        ),
    }
}

fn unmatched_words(why: Unmatched, lang: Lang) -> &'static str {
    match why {
        Unmatched::Unknown => lang.pick(
            "账上没有相符的拨付：没有付过这个账号",
            "no transfer agrees: nothing was ordered to this account",
        ),
        Unmatched::OtherAmount => lang.pick(
            "账号相符，金额不符：没有向这个账号付过这个金额",
            "the account agrees, the amount does not: it was never ordered to this account",
        ),
        Unmatched::OtherPayee => lang.pick(
            "账号、金额相符，收款人或月份不符",
            "account and amount agree, payee or month do not",
        ),
        Unmatched::OtherReason => lang.pick(
            "这一笔已按另一原因登记退回，请核对",
            "its return is on the books for another reason; look into it",
        ),
        Unmatched::PartReturned => lang.pick(
            "这一笔的一部分已登记退回，请按申报编号分列",
            "a part of it came back already; list the rest by claim",
        ),
        Unmatched::AskedBack => lang.pick(
            "申报已冲销，款项已列为追回：退回即已追回，不再拨付",
            "the claim was taken back and the money asked back: with this it is back",
        ),
    }
}

/// What became of a row's correction.
pub(super) fn correction_words(
    row: &PaymentReturn,
    correction: CorrectionVerdict,
    lang: Lang,
) -> &'static str {
    match correction {
        CorrectionVerdict::NotGiven if row.reason.needs_details() => {
            lang.pick("须更正：填写更正栏后交回", "needed: fill in 更正… and hand it back")
        }
        CorrectionVerdict::NotGiven => lang.pick("无须更正", "not needed"),
        CorrectionVerdict::Recorded => lang.pick("已登记更正", "recorded"),
        CorrectionVerdict::Known => lang.pick("此前已登记更正", "on the books already"),
        CorrectionVerdict::Contradicted => lang.pick(
            "未采用：同一申报的更正互相矛盾",
            "not taken: another row says something else for the same claim",
        ),
        CorrectionVerdict::NotTaken => {
            lang.pick("未采用：本行没有对上拨付", "not taken: the row is no order's")
        }
    }
}

/// A transfer in one line, unmasked: `2024-06 第 3 笔 …`.
pub(super) fn transfer_words(transfer: &OrderedTransfer, lang: Lang) -> String {
    let OrderedTransfer { month, number, to, orders, .. } = transfer;
    let ids: Vec<&str> = orders.iter().map(|order| &*order.claim_id).collect();
    let (ids, amount) = (ids.join("、"), grouped(transfer.amount()));
    let came_back = orders.iter().filter(|order| order.returned.is_some()).count();
    let returned = match came_back {
        0 => "",
        _ if came_back == orders.len() => lang.pick("，已退回", ", returned"),
        _ => lang.pick("，部分退回", ", returned in part"),
    };
    let (payee, account) = (&to.payee, &to.account);
    lang.pick(
        format!("{month} 第 {number} 笔 {payee} {account} {amount} 元（{ids}）{returned}"),
        format!("{month} no. {number} {payee} {account} {amount} ({ids}){returned}"),
    )
}
