//! `lingbao explain`: the auditor's working of one decision, read back from a run's folder without
//! reading the run again.
//!
//! The surprise: `workings.jsonl` is sorted by claim id, so a claim is found by looking at a few
//! dozen lines of it, and its bill lines are one slice of `lines.parquet`.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use polars::prelude::{AnyValue, DataFrame, PolarsResult};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde::Deserialize;

use crate::domain::words::{CareType, Outcome, Route, Scheme, Severity};
use crate::domain::{Lang, Money, Text};
use crate::flow::LineVerdict;

use super::cells::{grouped, plain};
use super::wording::{self, pad_left, pad_right};
use super::workings_jsonl::{Both, CLAUSES_FILE, ClauseRecord, FILE, FilingRecord, Working};
use super::{Cause, lines};

/// Why a claim cannot be explained.
#[derive(Debug)]
pub enum ExplainError {
    /// The folder holds no workings.
    NotARun,
    /// No such claim; the ids next to it in the order of ids.
    Unknown { claim_id: String, nearest: Vec<String> },
    /// The folder's files cannot be read as what they should be.
    Unreadable { file: &'static str, cause: Cause },
}

impl ExplainError {
    pub fn text(&self) -> Text {
        match self {
            ExplainError::NotARun => Text::new(
                format!("该文件夹不是一次运行的结果：没有 {FILE}"),
                format!("not the folder of a run: it has no {FILE}"),
            ),
            ExplainError::Unknown { claim_id, nearest } => {
                let id = plain(claim_id);
                Text::new(
                    format!("没有申报 {id}；相邻的有：{}", nearest.join("、")),
                    format!("no claim {id}; next to it: {}", nearest.join(", ")),
                )
            }
            ExplainError::Unreadable { file, cause } => Text::new(
                format!("{file} 无法读取：{cause}"),
                format!("{file} cannot be read: {cause}"),
            ),
        }
    }
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for ExplainError {}

/// The whole working of a claim, as text. A claim id that stands twice is explained twice.
pub fn explain(folder: &Path, claim_id: &str, lang: Lang) -> Result<String, ExplainError> {
    let unreadable = |file| move |cause: Cause| ExplainError::Unreadable { file, cause };
    let file = File::open(folder.join(FILE)).map_err(|_| ExplainError::NotARun)?;
    let mut sorted = SortedLines::new(file).map_err(unreadable(FILE))?;
    let at = sorted.first_not_before(claim_id).map_err(unreadable(FILE))?;
    let found = sorted.all_from(at, claim_id).map_err(unreadable(FILE))?;
    if found.is_empty() {
        let nearest = sorted.around(at).map_err(unreadable(FILE))?;
        return Err(ExplainError::Unknown { claim_id: claim_id.to_owned(), nearest });
    }
    let clauses = clauses(folder).map_err(unreadable(CLAUSES_FILE))?;
    let mut explained = Vec::new();
    for line in found {
        let working: Working =
            serde_json::from_str(&line).map_err(|e| unreadable(FILE)(e.into()))?;
        let table = bill_lines(folder, working.lines).map_err(unreadable(lines::FILE))?;
        explained.push(Telling { working: &working, clauses: &clauses, lang }.text(&table));
    }
    Ok(explained.join("\n"))
}

/// A file of JSON lines sorted by claim id, searched by halving.
struct SortedLines {
    reader: BufReader<File>,
    bytes: u64,
}

#[derive(Deserialize)]
struct Key {
    claim_id: String,
}

impl SortedLines {
    fn new(file: File) -> Result<SortedLines, Cause> {
        let bytes = file.metadata()?.len();
        Ok(SortedLines { reader: BufReader::new(file), bytes })
    }

    /// The line that begins at or after `from` (a byte anywhere), and where it begins.
    fn line_from(&mut self, from: u64) -> io::Result<Option<(u64, String)>> {
        let mut start = from;
        if from > 0 {
            // Begin one byte early: if that is the end of a line, the next begins at `from`.
            self.reader.seek(SeekFrom::Start(from - 1))?;
            let mut rest = Vec::new();
            start = from - 1 + self.reader.read_until(b'\n', &mut rest)? as u64;
        } else {
            self.reader.seek(SeekFrom::Start(0))?;
        }
        let mut line = String::new();
        let read = self.reader.read_line(&mut line)?;
        Ok((read > 0).then_some((start, line)))
    }

    /// Where the first line begins whose claim id is not before `claim_id`.
    fn first_not_before(&mut self, claim_id: &str) -> Result<u64, Cause> {
        let (mut low, mut high) = (0, self.bytes);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.line_from(middle)? {
                Some((start, line)) if key(&line)?.as_str() < claim_id => {
                    low = start + line.len() as u64;
                }
                _ => high = middle,
            }
        }
        Ok(low)
    }

    fn all_from(&mut self, at: u64, claim_id: &str) -> Result<Vec<String>, Cause> {
        let (mut found, mut next) = (Vec::new(), at);
        while let Some((start, line)) = self.line_from(next)? {
            if key(&line)? != claim_id {
                break;
            }
            next = start + line.len() as u64;
            found.push(line);
        }
        Ok(found)
    }

    /// The claim ids just before and just after a place between lines.
    fn around(&mut self, at: u64) -> Result<Vec<String>, Cause> {
        let mut ids = Vec::new();
        if at > 1 {
            let mut back = at - 1;
            while back > 0 && self.line_from(back)?.is_none_or(|(start, _)| start >= at) {
                back = back.saturating_sub(4096);
            }
            let mut next = back;
            while let Some((start, line)) = self.line_from(next)? {
                if start >= at {
                    break;
                }
                next = start + line.len() as u64;
                ids = vec![key(&line)?];
            }
        }
        if let Some((_, line)) = self.line_from(at)? {
            ids.push(key(&line)?);
        }
        Ok(ids)
    }
}

fn key(line: &str) -> Result<String, Cause> {
    Ok(serde_json::from_str::<Key>(line)?.claim_id)
}

fn clauses(folder: &Path) -> Result<Vec<ClauseRecord>, Cause> {
    let file = BufReader::new(File::open(folder.join(CLAUSES_FILE))?);
    Ok(serde_json::from_reader(file)?)
}

/// The claim's rows of `lines.parquet`, as texts; money is labelled, so it reads as yuan.
fn bill_lines(folder: &Path, (from, count): (u32, u32)) -> Result<Vec<Vec<String>>, Cause> {
    const SHOWN: [&str; 11] = [
        "line_no",
        "service_on",
        "item_name",
        "class",
        "amount",
        "full_self_paid",
        "over_ceiling",
        "first_pay",
        "in_scope",
        "verdict",
        "source",
    ];
    if count == 0 {
        return Ok(Vec::new());
    }
    let file = File::open(folder.join(lines::FILE))?;
    let frame = ParquetReader::new(file)
        .with_columns(Some(SHOWN.map(str::to_owned).to_vec()))
        .with_slice(Some((from as usize, count as usize)))
        .finish()?;
    Ok((0..frame.height()).map(|row| cells(&frame, &SHOWN, row)).collect::<PolarsResult<_>>()?)
}

fn cells(frame: &DataFrame, columns: &[&str], row: usize) -> PolarsResult<Vec<String>> {
    let text = |column: &&str| {
        Ok(match frame.column(column)?.get(row)? {
            AnyValue::Null => String::new(),
            AnyValue::String(text) => text.to_owned(),
            AnyValue::StringOwned(text) => text.to_string(),
            AnyValue::Decimal(fen, ..) => {
                i64::try_from(fen).map(Money::from_fen).map(grouped).unwrap_or_default()
            }
            other => other.to_string(),
        })
    };
    columns.iter().map(text).collect()
}

/// One working put into words.
struct Telling<'t> {
    working: &'t Working,
    clauses: &'t [ClauseRecord],
    lang: Lang,
}

impl Telling<'_> {
    fn text(&self, lines: &[Vec<String>]) -> String {
        let mut told = self.head();
        self.gates(&mut told);
        self.route(&mut told);
        self.steps(&mut told);
        self.lines(&mut told, lines);
        self.cures(&mut told);
        self.findings(&mut told);
        told.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n") + "\n"
    }

    fn both<'b>(&self, both: &'b Both) -> &'b str {
        self.lang.pick(&both.zh, &both.en)
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

    fn steps(&self, told: &mut Vec<String>) {
        self.heading(told, "计算过程", "Working");
        for (place, step) in self.working.steps.iter().enumerate() {
            told.push(format!("  {:>2}. {}", place + 1, step.sentence().get(self.lang)));
            let clause = step.clause.and_then(|clause| self.clauses.get(clause as usize));
            if let Some(clause) = clause {
                let shown = self.both(&clause.shown);
                told.push(format!("      · {}", clause.clause));
                told.push(format!("        {} {shown}", self.lang.pick("来源", "source")));
            }
            if !step.rows.is_empty() {
                let rows = step.rows.join(" ; ");
                told.push(format!("      · {} {rows}", self.lang.pick("数据", "rows")));
            }
        }
    }

    fn lines(&self, told: &mut Vec<String>, lines: &[Vec<String>]) {
        const WIDTHS: [usize; 10] = [4, 10, 24, 4, 12, 12, 12, 12, 12, 16];
        const VERDICT: usize = 9;
        if lines.is_empty() {
            return;
        }
        self.heading(told, "费用明细", "Bill lines");
        let zh = "序号,日期,项目,类,金额,全自费,超限价,先行自付,符合范围,判定,行";
        let en = "no.,day,item,cl.,amount,self-paid,over,first pay,in scope,verdict,row";
        let titles: Vec<String> = self.lang.pick(zh, en).split(',').map(str::to_owned).collect();
        for cells in std::iter::once(&titles).chain(lines) {
            let shown = cells.iter().enumerate().map(|(place, cell)| match WIDTHS.get(place) {
                Some(&width) if place == VERDICT => pad_right(&self.verdict(cell), width),
                Some(&width) if place == 0 || place > 3 => pad_left(cell, width),
                Some(&width) => pad_right(cell, width),
                None => cell.clone(),
            });
            told.push(format!("  {}", shown.collect::<Vec<_>>().join(" ")));
        }
    }

    /// A verdict's word in words; the title of the column stays as it is.
    fn verdict(&self, word: &str) -> String {
        match LineVerdict::from_word(word) {
            Some(verdict) => verdict.text().get(self.lang).to_owned(),
            None => word.to_owned(),
        }
    }

    fn cures(&self, told: &mut Vec<String>) {
        if self.working.cures.is_empty() {
            return;
        }
        self.heading(told, "可补正事项", "What would still help");
        for cure in &self.working.cures {
            let by = cure.by.as_ref().map(|day| day as &dyn fmt::Display);
            let worth = cure.worth.map(|worth| worth.0);
            let line = format!("  {}", wording::cure(self.both(&cure.what), by, worth, self.lang));
            told.push(line);
        }
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
