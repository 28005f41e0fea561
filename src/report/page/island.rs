//! What the page's tables are filled from: JSON inside the page, in which nothing can end the
//! script element early.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::Lang;
use crate::domain::words::Outcome;

use super::super::cells::plain;
use super::super::view::ClaimView;
use super::super::wording::{self, citation};
use super::super::working::StepRecord;
use super::super::{Cause, Job};

/// Claims a page lists, and how many of them carry their working.
const LISTED: usize = 20_000;
const WITH_WORKING: usize = 2_000;

/// JSON ready to stand in a script element.
pub struct Island {
    pub json: String,
    pub listed: usize,
    pub with_working: usize,
}

/// The claims that need a person first, then the dearest.
pub fn claims(job: &Job<'_>) -> Result<Island, Cause> {
    let mut views: Vec<ClaimView<'_>> = job.claims().collect();
    views.sort_by_key(|view| {
        (urgency(view.decision.outcome), -view.decision.amounts.total.fen(), view.decision.claim)
    });
    views.truncate(LISTED);
    let rows: Vec<Value> = views.iter().map(claim).collect();
    let workings: Vec<Value> = views.iter().take(WITH_WORKING).map(working).collect();
    let island = json!({ "rows": rows, "workings": workings });
    Ok(Island { json: embedded(&island)?, listed: rows.len(), with_working: workings.len() })
}

pub fn findings(job: &Job<'_>) -> Result<Island, Cause> {
    let lang = job.lang();
    let rows: Vec<Value> = job
        .findings()
        .take(LISTED)
        .map(|view| {
            let finding = view.finding;
            json!([
                finding.id,
                format!("{} {}", finding.code, view.code_name().get(lang)),
                finding.severity.shown(lang),
                plain(&view.subject_shown()),
                finding.at_risk().fen(),
                finding.counted.fen(),
                plain(finding.sentence.get(lang)),
                plain(&view.evidence().join(" ; ")),
                plain(&view.claim_ids().join("; ")),
            ])
        })
        .collect();
    let island = json!({ "rows": rows });
    Ok(Island { json: embedded(&island)?, listed: rows.len(), with_working: 0 })
}

fn urgency(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Hold => 0,
        Outcome::Pend => 1,
        Outcome::Reject => 2,
        Outcome::PayReduced => 3,
        Outcome::Pay => 4,
    }
}

fn claim(view: &ClaimView<'_>) -> Value {
    let (decision, lang) = (view.decision, view.job.lang());
    let codes = view.reason_codes().into_iter();
    let reasons: Vec<String> =
        codes.map(|code| format!("{code} {}", lang.pick(code.zh(), code.en()))).collect();
    json!([
        plain(&view.claim.claim_id),
        decision.outcome.word(),
        reasons.join(lang.pick("；", "; ")),
        plain(&view.shown_name()),
        plain(&view.insured_name()),
        plain(&view.treated_name()),
        plain(view.hospital()),
        decision.route.route.shown(lang),
        decision.amounts.total.fen(),
        decision.amounts.fund_total().fen(),
        decision.amounts.person_total.fen(),
    ])
}

/// Reasons, steps with their sources, and cures: each a list of plain texts.
fn working(view: &ClaimView<'_>) -> Value {
    let lang = view.job.lang();
    let adjudicated = &view.job.detected.adjudicated;
    let steps: Vec<Value> = view
        .decision
        .steps
        .iter()
        .map(|step| {
            let clause = step.clause.map(|id| adjudicated.clause(id));
            let source = clause.map(|c| format!("{} · {}", c.clause, citation(c).get(lang)));
            let record = StepRecord::of(view, step);
            let sentence = plain(record.sentence().get(lang)).into_owned();
            let source = source.map(|source| plain(&source).into_owned());
            json!([sentence, source, plain(&record.rows.join(" ; "))])
        })
        .collect();
    let reasons: Vec<String> =
        view.reason_words().iter().map(|words| plain(words).into_owned()).collect();
    let cures: Vec<String> = view.decision.cures.iter().map(|cure| told_cure(cure, lang)).collect();
    json!({
        "steps": steps,
        "reasons": reasons,
        "cures": cures,
        "id": plain(&view.shown_id()),
        "stay": view.claim.stay.to_string(),
        "source": plain(&view.place()),
    })
}

fn told_cure(cure: &crate::flow::Cure, lang: Lang) -> String {
    let by = cure.by.as_ref().map(|day| day as &dyn std::fmt::Display);
    wording::cure(&plain(cure.what.get(lang)), by, cure.worth, lang)
}

/// JSON in which no character can be taken for markup.
pub fn embedded<T: Serialize>(value: &T) -> Result<String, Cause> {
    let json = serde_json::to_string(value)?;
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => safe.push(c),
        }
    }
    Ok(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_island_can_end_its_element() {
        let hostile = "</script><!-- <b onclick='x'>&amp;\u{2028}";
        let written = embedded(&hostile).expect("json");
        assert!(!written.contains(['<', '>', '&', '\'', '\u{2028}']), "{written}");
        let read: String = serde_json::from_str(&written).expect("json");
        assert_eq!(read, hostile);
    }
}
