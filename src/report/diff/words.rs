//! What a comparison says in words, the same for workbook, page and terminal.

use crate::domain::words::{Outcome, Route};
use crate::domain::{Code, Lang};

use super::super::cells::grouped;
use super::super::decisions_xlsx::MONEY;
use super::super::workings_jsonl::ClauseRecord;
use super::Comparison;
use super::change::{Cause, Change, Kind, Role};
use super::figures::{FieldChange, sentence, whole_sentence};
use super::totals::{CauseKey, CauseWord, StepWord, Valued, put_down};

impl Kind {
    pub fn shown(self, lang: Lang) -> &'static str {
        match self {
            Kind::Same => lang.pick("未变", "same"),
            Kind::Changed => lang.pick("有变化", "changed"),
            Kind::OnlyOld => lang.pick("仅旧有", "only in the old"),
            Kind::OnlyNew => lang.pick("仅新有", "only in the new"),
        }
    }

    /// The word of machine outputs.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Same => "same",
            Kind::Changed => "changed",
            Kind::OnlyOld => "only_old",
            Kind::OnlyNew => "only_new",
        }
    }
}

impl Role {
    pub fn shown(self, lang: Lang) -> &'static str {
        match self {
            Role::Rule => lang.pick("规定或数值变化", "another rule or figure"),
            Role::Follows => lang.pick("随之变化", "follows"),
            Role::NotReached => lang.pick("一方未计算到此", "one side stopped before it"),
        }
    }
}

impl StepWord {
    pub fn shown(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl CauseWord {
    pub fn shown(&self, lang: Lang) -> String {
        let plain = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
        match self {
            CauseWord::OnlyOld => plain("新运行没有此申报", "claim is not in the new run"),
            CauseWord::OnlyNew => plain("旧运行没有此申报", "claim is not in the old run"),
            CauseWord::Bill => plain("票据总额或明细不同", "another bill"),
            CauseWord::Facts => plain("申报内容不同", "other facts of the claim"),
            CauseWord::Step(step) => step.shown(lang).to_owned(),
            CauseWord::Reason { code, came: true } => {
                plain("新增理由 ", "reason came: ") + &reason(code, lang)
            }
            CauseWord::Reason { code, came: false } => {
                plain("理由消失 ", "reason went: ") + &reason(code, lang)
            }
            CauseWord::Cures => plain("仅补正办法不同", "only what would mend it"),
        }
    }

    /// The word of machine outputs: a step's word, a code, or what the claim is.
    pub fn word(&self) -> String {
        match self {
            CauseWord::OnlyOld => "only_old".into(),
            CauseWord::OnlyNew => "only_new".into(),
            CauseWord::Bill => "bill".into(),
            CauseWord::Facts => "facts".into(),
            CauseWord::Step(step) => step.word.into(),
            CauseWord::Reason { code, .. } => code.clone(),
            CauseWord::Cures => "cures".into(),
        }
    }
}

impl CauseKey {
    /// The clauses on one line: the one, or the old and the new.
    pub fn clauses(&self, lang: Lang) -> String {
        let none = lang.pick("无", "none");
        match (&self.old_clause, &self.new_clause) {
            (None, None) => String::new(),
            (Some(old), Some(new)) if old == new => old.clone(),
            (old, new) => {
                let shown = |clause: &Option<String>| clause.clone().unwrap_or(none.into());
                format!("{} → {}", shown(old), shown(new))
            }
        }
    }
}

/// A code with its name.
pub fn reason(code: &str, lang: Lang) -> String {
    match Code::ALL.iter().find(|known| known.as_str() == code) {
        Some(known) => format!("{code} {}", lang.pick(known.zh(), known.en())),
        None => code.to_owned(),
    }
}

pub fn reasons(codes: &[String], lang: Lang) -> String {
    let named: Vec<String> = codes.iter().map(|code| reason(code, lang)).collect();
    named.join(lang.pick("；", "; "))
}

/// An outcome, or that the run does not have the claim.
pub fn outcome(outcome: Option<Outcome>, lang: Lang) -> &'static str {
    outcome.map_or(lang.pick("（无此申报）", "(no claim)"), |outcome| outcome.shown(lang))
}

pub fn outcome_of(word: Option<&str>, lang: Lang) -> &'static str {
    outcome(word.and_then(Outcome::from_word), lang)
}

pub fn route(word: &str, lang: Lang) -> String {
    Route::from_word(word).map_or(word, |route| route.shown(lang)).to_owned()
}

/// A clause by its id, with document, article and whether it was checked.
pub fn source(clause: Option<&ClauseRecord>, lang: Lang) -> String {
    clause.map(|clause| lang.pick(&clause.shown.zh, &clause.shown.en).clone()).unwrap_or_default()
}

/// The commonest values of a cause, and that there are others.
pub fn values(valued: &Valued, lang: Lang) -> String {
    let values = valued.values();
    let Some((first, _)) = values.first().filter(|(values, _)| !values.is_empty()) else {
        return String::new();
    };
    let shown = sentence(first, lang);
    let kinds = values.len() as u64 + u64::from(valued.others.claims > 0);
    if kinds == 1 {
        return shown;
    }
    lang.pick(format!("{shown} 等 {kinds} 种"), format!("{shown} and others, {kinds} kinds"))
}

/// The cause of one change in words: what, by which clause, from which value to which.
pub struct CauseTold {
    pub key: CauseKey,
    pub what: String,
    pub old_source: String,
    pub new_source: String,
    /// `标准 800.00 → 600.00`; empty where there is nothing to say.
    pub values: String,
    /// The fields of the claim or step that differ.
    pub fields: Vec<FieldChange>,
}

pub fn cause(change: &Change, comparison: &Comparison) -> CauseTold {
    let lang = comparison.lang;
    let (key, _) = put_down(change, &comparison.old, &comparison.new);
    let fields = match &change.cause {
        Cause::Bill(fields) | Cause::Facts(fields) => fields.clone(),
        _ => change.causing_step().map(|step| step.values()).unwrap_or_default(),
    };
    let (old, new) = match &change.cause {
        Cause::Reason { came: true, clause, .. } => (None, *clause),
        Cause::Reason { came: false, clause, .. } => (*clause, None),
        _ => change.causing_step().map_or((None, None), |step| step.clauses()),
    };
    CauseTold {
        what: key.word.shown(lang),
        old_source: source(comparison.old.clause(old), lang),
        new_source: source(comparison.new.clause(new), lang),
        values: sentence(&fields, lang),
        fields,
        key,
    }
}

/// Which money columns differ, with their old and new amounts.
pub fn money(change: &Change, lang: Lang) -> String {
    let phrases: Vec<String> = change
        .money_changes()
        .into_iter()
        .map(|(at, old, new)| {
            let (zh, en, _) = MONEY[at];
            format!("{} {} → {}", lang.pick(zh, en), grouped(old), grouped(new))
        })
        .collect();
    phrases.join(lang.pick("；", "; "))
}

/// Every step that differs, each with what differs in it.
pub fn steps(change: &Change, lang: Lang) -> String {
    let phrases: Vec<String> = change
        .steps
        .iter()
        .map(|step| {
            let name = step.word();
            format!("{}{}{}", name.shown(lang), lang.pick("：", ": "), step_values(step, lang))
        })
        .collect();
    phrases.join(lang.pick("；", "; "))
}

/// What differs in a step; of one that a side does not take, that it came or went.
pub fn step_values(step: &super::change::StepChange, lang: Lang) -> String {
    let values = whole_sentence(&step.values(), lang);
    match (&step.old, &step.new) {
        (None, _) => lang.pick("新有", "came").to_owned() + &spaced(&values),
        (_, None) => lang.pick("不再有", "went").to_owned() + &spaced(&values),
        _ => values,
    }
}

fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {text}") }
}
