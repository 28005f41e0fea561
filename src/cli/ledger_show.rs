//! `ledger show` and `ledger export`: what the books hold, in words and as tables.

use std::path::Path;

use crate::domain::dates::Month;
use crate::domain::identity::{mask_identities, mask_name, mask_tail};
use crate::domain::words::{DueKind, Outcome, ReturnReason, Scheme};
use crate::domain::{Identity, Lang, Money, Text};
use crate::ledger::{ClaimHistory, Ledger, MIRROR, YearSums};
use crate::run::export;

use super::commands::unusable_key;
use super::{Done, Failure, Terminal, key};

/// Digits of an account that stay readable when it is masked.
const ACCOUNT_DIGITS_SHOWN: usize = 4;

pub fn show(
    ledger: &Ledger,
    what: &str,
    unmask: bool,
    terminal: &Terminal,
) -> Result<Done, Failure> {
    let teller = Teller { lang: terminal.lang, unmask };
    let mut told = Vec::new();
    if Month::parse(what).is_some() {
        for run in ledger.month(what)? {
            told.push(teller.run(&run));
        }
    } else {
        for year in ledger.years_of(what)? {
            told.push(teller.year(&year));
        }
        let of_person = ledger.histories_of(what)?;
        let found = if of_person.is_empty() { ledger.histories(what)? } else { of_person };
        for history in found {
            told.extend(teller.claim(&history));
        }
    }
    if told.is_empty() {
        return Err(Failure::Said(Text::new(
            format!("账上没有 {}", mask_identities(what)),
            format!("nothing about {} on the books", mask_identities(what)),
        )));
    }
    terminal.print(&told.join("\n"));
    Ok(Done::All)
}

struct Teller {
    lang: Lang,
    unmask: bool,
}

impl Teller {
    fn run(&self, run: &crate::ledger::MonthRun) -> String {
        let record = &run.record;
        let (on, by) = (&record.posted_on, &record.posted_by);
        let (decisions, standing) = (run.decisions, run.standing);
        let (payable, paid, recovered) = (run.payable, run.paid, run.recovered);
        self.lang.pick(
            format!(
                "{} 账期（记录 {}，{on} 由 {by} 过账）：{decisions} 件结论，其中 {standing} 件现行，\
                 应付 {payable} 元；下达 {paid} 元，追回 {recovered} 元",
                record.month, run.run
            ),
            format!(
                "{} (record {}, posted on {on} by {by}): {decisions} decisions, {standing} of them \
                 stand with {payable} payable; {paid} ordered, {recovered} asked back",
                record.month, run.run
            ),
        )
    }

    fn year(&self, year: &YearSums) -> String {
        let scheme = Scheme::from_word(&year.scheme).map_or("", |scheme| scheme.shown(self.lang));
        let YearSums { pool, benefit_year, claims, stays, in_scope, deductible, .. } = year;
        let (fund, person) = (year.fund, year.person);
        self.lang.pick(
            format!(
                "{benefit_year} 年度 {pool} {scheme}：{claims} 件，住院 {stays} 次，政策范围 {in_scope}，\
                 起付线 {deductible}，基金 {fund}，个人 {person}"
            ),
            format!(
                "year {benefit_year}, {pool}, {scheme}: {claims} claims, {stays} stays, in scope \
                 {in_scope}, deductible {deductible}, fund {fund}, person {person}"
            ),
        )
    }

    fn claim(&self, history: &ClaimHistory) -> Vec<String> {
        let claim = &history.claim;
        let standing = match history.stands {
            true => self.lang.pick("现行", "stands"),
            false => self.lang.pick("已冲销", "taken back"),
        };
        let mut told = vec![format!(
            "#{} {} {} {} {}（{standing}）",
            history.number,
            claim.claim_id,
            self.name(&claim.name),
            self.id(&claim.person),
            claim.stay
        )];
        for (seq, month, entry) in &history.entries {
            let outcome = Outcome::from_word(&entry.outcome).map_or("", |it| it.shown(self.lang));
            let fund = entry.amounts().fund_total();
            let kind = match entry.kind.as_str() {
                MIRROR => self.lang.pick("冲销", "mirror"),
                _ => self.lang.pick("结论", "decision"),
            };
            let (total, reasons, why) = (Money::from_fen(entry.total), &entry.reasons, &entry.why);
            told.push(self.lang.pick(
                format!(
                    "  {seq:>6} {month} {kind} {outcome} 总费用 {total} 基金 {fund} {reasons} {why}"
                ),
                format!(
                    "  {seq:>6} {month} {kind} {outcome} total {total} fund {fund} {reasons} {why}"
                ),
            ));
        }
        for line in &history.orders {
            let order = &line.order;
            let kind = DueKind::from_word(&order.kind).map_or("", |kind| kind.shown(self.lang));
            let (amount, to) = (Money::from_fen(order.amount), self.account(&order.account));
            let mut words = format!("  {:>6} {kind} {amount} {to}", line.seq);
            if let Some((_, returned)) = &line.returned {
                let reason = ReturnReason::from_word(&returned.reason);
                let reason = reason.map_or("", |reason| reason.shown(self.lang));
                words.push_str(
                    &self
                        .lang
                        .pick(format!("（退回：{reason}）"), format!(" (returned: {reason})")),
                );
            }
            told.push(words);
        }
        for (seq, details) in &history.details {
            let to = self.account(&details.account);
            told.push(self.lang.pick(
                format!("  {seq:>6} 账户更正为 {to}（{}）", details.source),
                format!("  {seq:>6} account corrected to {to} ({})", details.source),
            ));
        }
        told
    }

    fn name(&self, name: &str) -> String {
        if self.unmask { name.to_owned() } else { mask_name(name) }
    }

    fn id(&self, id: &Identity) -> String {
        if self.unmask { id.reveal().to_owned() } else { id.masked() }
    }

    fn account(&self, account: &str) -> String {
        if self.unmask { account.to_owned() } else { mask_tail(account, ACCOUNT_DIGITS_SHOWN) }
    }
}

pub fn export(
    ledger: &Ledger,
    out: &Path,
    key: &Path,
    terminal: &Terminal,
) -> Result<Done, Failure> {
    let pseudonyms = key::open(key).map_err(|error| unusable_key(key, &error))?;
    let written = export::export(ledger, out, &pseudonyms).map_err(|error| {
        let why = error.text();
        Failure::Said(Text::new(
            format!("账本未导出：{}", why.zh),
            format!("the books were not exported: {}", why.en),
        ))
    })?;
    let (files, out) = (written, out.display());
    terminal.say(
        &terminal.lang.pick(format!("{files} 个文件写入 {out}"), format!("{files} files in {out}")),
    );
    Ok(Done::All)
}
