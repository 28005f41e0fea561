//! The auditor's voice: every step with its clause and source, every bill line, every row.

use std::fmt;

use crate::domain::words::{CareType, Outcome, Route, Scheme, Severity};

use super::super::cells::grouped;
use super::super::wording::{self, pad_left, pad_right};
use super::super::workings_jsonl::{CureRecord, FilingRecord};
use super::Telling;
use super::bill::Line;

impl Telling<'_> {
    pub(super) fn auditor(&self) -> Vec<String> {
        let mut told = self.head();
        self.gates(&mut told);
        self.route(&mut told);
        self.steps(&mut told);
        self.lines(&mut told);
        self.cures(&mut told);
        self.findings(&mut told);
        told
    }

    fn head(&self) -> Vec<String> {
        let (w, lang) = (self.working, self.lang);
        let outcome = Outcome::from_word(&w.outcome).map_or("", |word| word.shown(lang));
        let scheme = Scheme::from_word(&w.scheme).map_or("", |word| word.shown(lang));
        let care = CareType::from_word(&w.care_type).map_or("", |word| word.shown(lang));
        let amounts = &w.amounts;
        let money = [amounts.total, amounts.fund_total, amounts.person_total].map(|y| grouped(y.0));
        let [total, fund, person] = &money;
        vec![
            format!("{} {}  {outcome}", lang.pick("申报", "Claim"), w.claim_id),
            lang.pick(
                format!("  总费用 {total} = 基金支付 {fund} + 个人负担 {person}"),
                format!("  total {total} = fund {fund} + person {person}"),
            ),
            format!("  {} {} {}", w.name, w.id, w.person_ref),
            format!(
                "  {} {} → {} {}  {}  {} ~ {}",
                w.insured_name,
                w.insured_region,
                w.treated_name,
                w.treated_region,
                w.hospital,
                w.first_day,
                w.last_day
            ),
            format!(
                "  {scheme} {care}  {} {}",
                lang.pick("政策日", "governed by"),
                w.governing_day
            ),
            format!("  {} {}", lang.pick("政策", "policy"), w.policy_version),
            format!("  {} {}", lang.pick("目录", "catalog"), w.catalog_version),
            format!("  {} {}", lang.pick("来源", "row"), w.source),
        ]
    }

    fn gates(&self, told: &mut Vec<String>) {
        if self.working.gates.is_empty() {
            return;
        }
        self.heading(told, "理由", "Reasons");
        for gate in &self.working.gates {
            let (name, verdict) = (self.both(&gate.name), self.both(&gate.verdict));
            told.push(format!("  {} {name} [{verdict}] {}", gate.code, self.both(&gate.saw)));
            self.clause(gate.clause, told);
        }
    }

    fn route(&self, told: &mut Vec<String>) {
        self.heading(told, "就医身份", "Access route");
        let route = Route::from_word(&self.working.route).map_or("", |r| r.shown(self.lang));
        told.push(format!("  {route}"));
        let line = |filing: &FilingRecord| format!("{} ({})", filing.filing_id, filing.source);
        if let Some(filing) = &self.working.filing {
            told.push(format!("  {} {}", self.lang.pick("依据备案", "under"), line(filing)));
        }
        for filing in &self.working.passed_over {
            let why = filing.why_not.as_ref().map_or("", |why| self.both(why));
            let not = self.lang.pick("未采用", "not used");
            told.push(format!("  {not} {}: {why}", line(filing)));
        }
    }

    /// What a step or a reason stands on.
    fn clause(&self, number: Option<u32>, told: &mut Vec<String>) {
        if let Some(clause) = number.and_then(|number| self.clauses.get(number as usize)) {
            let shown = self.both(&clause.shown);
            told.push(format!("      · {}", clause.clause));
            told.push(format!("        {} {shown}", self.lang.pick("来源", "source")));
        }
    }

    fn steps(&self, told: &mut Vec<String>) {
        self.heading(told, "计算过程", "Working");
        for (place, step) in self.working.steps.iter().enumerate() {
            told.push(format!("  {:>2}. {}", place + 1, step.sentence().get(self.lang)));
            self.clause(step.clause, told);
            if !step.rows.is_empty() {
                let rows = step.rows.join(" ; ");
                told.push(format!("      · {} {rows}", self.lang.pick("数据", "rows")));
            }
        }
    }

    fn lines(&self, told: &mut Vec<String>) {
        const WIDTHS: [usize; 10] = [4, 10, 24, 4, 12, 12, 12, 12, 12, 16];
        if self.bill.lines.is_empty() {
            return;
        }
        self.heading(told, "费用明细", "Bill lines");
        let zh = "序号,日期,项目,类,金额,全自费,超限价,先行自付,符合范围,判定,行";
        let en = "no.,day,item,cl.,amount,self-paid,over,first pay,in scope,verdict,row";
        let titles: Vec<String> = self.lang.pick(zh, en).split(',').map(str::to_owned).collect();
        let rows = self.bill.lines.iter().map(|line| self.line(line));
        for cells in std::iter::once(titles).chain(rows) {
            let shown = cells.iter().enumerate().map(|(place, cell)| match WIDTHS.get(place) {
                Some(&width) if place == 0 || (4..9).contains(&place) => pad_left(cell, width),
                Some(&width) => pad_right(cell, width),
                None => cell.clone(),
            });
            told.push(format!("  {}", shown.collect::<Vec<_>>().join(" ")));
        }
    }

    fn line(&self, line: &Line) -> Vec<String> {
        let money = [line.amount, line.self_paid, line.over, line.first_pay, line.in_scope];
        let texts = [&line.number, &line.day, &line.item, &line.class].map(String::clone);
        let verdict = line.why_text().get(self.lang).to_owned();
        texts.into_iter().chain(money.map(grouped)).chain([verdict, line.source.clone()]).collect()
    }

    fn cures(&self, told: &mut Vec<String>) {
        if self.working.cures.is_empty() {
            return;
        }
        self.heading(told, "能否补正", "What would mend it");
        told.extend(self.working.cures.iter().map(|cure| format!("  {}", self.cure(cure))));
    }

    /// A cure in one phrase.
    pub(super) fn cure(&self, cure: &CureRecord) -> String {
        let by = cure.by.as_ref().map(|day| day as &dyn fmt::Display);
        let worth = cure.worth.map(|worth| worth.0);
        wording::cure(self.both(&cure.what), by, worth, self.lang)
    }

    fn findings(&self, told: &mut Vec<String>) {
        if self.working.findings.is_empty() {
            return;
        }
        self.heading(told, "疑点", "Findings");
        for finding in &self.working.findings {
            let severity = Severity::from_word(&finding.severity);
            let severity = severity.map_or("", |severity| severity.shown(self.lang));
            told.push(format!("  {} [{severity}] {}", finding.id, self.both(&finding.sentence)));
            told.push(format!("      · {}", finding.evidence.join(" ; ")));
        }
    }

    fn heading(&self, told: &mut Vec<String>, zh: &str, en: &str) {
        told.push(String::new());
        told.push(self.lang.pick(zh, en).to_owned());
    }
}
