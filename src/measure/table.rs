//! A measurement as a table: for people on a terminal, and as the file that is committed.

use std::collections::BTreeSet;

use crate::domain::dates::Date;
use crate::domain::{Code, Lang};

use super::{Interval, Measurement, Tally};

/// Under which conditions was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    pub measured_on: Option<Date>,
    pub version: String,
    pub seeds: Vec<u64>,
    /// Claims of each batch, and lines of a bill.
    pub claims: u32,
    pub lines: u32,
    /// Of ten thousand claims, how many belong to a planted case or a near miss.
    pub planted_in_10_000: u32,
}

pub(super) const HEADER: &str = "code,planted,found,recall,recall_low,recall_high,right,\
    false_alarms,precision,precision_low,precision_high,near_misses,near_miss_alarms,measured_on,\
    version,seeds,claims_a_seed,lines,planted_percent";

/// One row a finding; a code that was not planted has empty shares.
pub fn csv(measured: &Measurement, conditions: &Conditions) -> String {
    let seeds: Vec<String> = conditions.seeds.iter().map(u64::to_string).collect();
    let told = format!(
        "{},{},{},{},{},{}.{:02}",
        conditions.measured_on.map_or_else(String::new, |day| day.to_string()),
        conditions.version,
        seeds.join(" "),
        conditions.claims,
        conditions.lines,
        conditions.planted_in_10_000 / 100,
        conditions.planted_in_10_000 % 100,
    );
    let mut text = format!("{HEADER}\n");
    for (code, tally) in findings(measured) {
        let Tally { planted, found, right, false_alarms, near_misses, near_miss_alarms } = tally;
        let (recall, precision) = (cells(tally.recall()), cells(tally.precision()));
        text.push_str(&format!(
            "{code},{planted},{found},{recall},{right},{false_alarms},{precision},\
             {near_misses},{near_miss_alarms},{told}\n"
        ));
    }
    text
}

/// Every finding of the list with what was counted of it.
fn findings(measured: &Measurement) -> impl Iterator<Item = (Code, Tally)> {
    let mut codes: Vec<Code> = Code::ALL.to_vec();
    codes.retain(|code| code.as_str().starts_with('F'));
    codes.sort_by_key(|code| code.as_str());
    codes.into_iter().map(|code| (code, measured.codes.get(&code).copied().unwrap_or_default()))
}

fn cells(interval: Option<Interval>) -> String {
    match interval {
        Some(Interval { share, low, high }) => format!("{share:.4},{low:.4},{high:.4}"),
        None => ",,".to_owned(),
    }
}

/// The table for a terminal, and under it the patterns that were not always found.
pub fn lines(measured: &Measurement, lang: Lang) -> String {
    let mut text = format!(
        "{:<5} {:>9} {:>22} {:>9} {:>7} {:>22} {:>13}\n",
        "",
        lang.pick("找到/植入", "found/of"),
        lang.pick("查全率 (95%)", "recall (95%)"),
        lang.pick("正确", "right"),
        lang.pick("误报", "false"),
        lang.pick("查准率 (95%)", "precision (95%)"),
        lang.pick("近似误报", "near misses"),
    );
    for (code, tally) in findings(measured) {
        text.push_str(&format!(
            "{code:<5} {:>9} {:>22} {:>9} {:>7} {:>22} {:>13}\n",
            format!("{}/{}", tally.found, tally.planted),
            shown(tally.recall()),
            tally.right,
            tally.false_alarms,
            shown(tally.precision()),
            format!("{}/{}", tally.near_miss_alarms, tally.near_misses),
        ));
    }
    let mut missed = BTreeSet::new();
    for (&(code, pattern), &(planted, found)) in &measured.patterns {
        if found < planted {
            missed.insert(format!("{code} {pattern} {found}/{planted}"));
        }
    }
    if !missed.is_empty() {
        text.push_str(lang.pick("未全部找到：\n", "not always found:\n"));
        for line in missed {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

fn shown(interval: Option<Interval>) -> String {
    match interval {
        Some(Interval { share, low, high }) => format!("{share:.3} ({low:.3}–{high:.3})"),
        None => "—".to_owned(),
    }
}
