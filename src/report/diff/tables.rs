//! The small tables of a comparison, made once and shown by workbook and page alike: totals by
//! outcome, region, reason and cause, the clauses that apply otherwise, and the two runs.
//!
//! The surprise: only the tables whose rows are parts of the whole are summed below. A claim
//! stands under each of its reasons and under each clause, which add up to more.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::{Lang, Money};

use super::super::manifest::Hashed;
use super::super::workings_jsonl::ClauseRecord;
use super::totals::{ClauseKey, Sums, Valued};
use super::{Comparison, Of, figures, words};
use ColumnKind::{Count, Money as Amount, Part, Text};

/// A column: its title and what it holds.
pub struct Column {
    pub title: String,
    pub kind: ColumnKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// So many characters wide.
    Text(u16),
    Count,
    Money,
    /// Money that adds up to the whole.
    Part,
}

pub enum Entry {
    Text(String),
    Count(u64),
    Money(Money),
}

pub struct SmallTable {
    /// Where the page leads to it.
    pub anchor: &'static str,
    pub name: &'static str,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Entry>>,
}

/// All of them, in the order of the workbook; the changed claims come after the first
/// [`CLAIMS_AT`].
pub fn tables(comparison: &Comparison) -> Vec<SmallTable> {
    vec![
        outcomes(comparison),
        regions(comparison),
        reasons(comparison),
        causes(comparison),
        clauses(comparison),
        runs(comparison),
    ]
}

/// How many tables stand before the sheet of the claims.
pub const CLAIMS_AT: usize = 4;

fn columns(lang: Lang, columns: &[(&str, &str, ColumnKind)]) -> Vec<Column> {
    let column = |&(zh, en, kind): &(&str, &str, ColumnKind)| Column {
        title: lang.pick(zh, en).to_owned(),
        kind,
    };
    columns.iter().map(column).collect()
}

fn text(text: impl Into<String>) -> Entry {
    Entry::Text(text.into())
}

/// The money every table of parts ends with.
const PARTS: [(&str, &str, ColumnKind); 7] = [
    ("旧应付", "payable old", Part),
    ("新应付", "payable new", Part),
    ("差额", "difference", Part),
    ("增加件数", "gaining", Count),
    ("增加金额", "gains", Part),
    ("减少件数", "losing", Count),
    ("减少金额", "losses", Part),
];

fn parts(sums: &Sums) -> [Entry; 7] {
    [
        Entry::Money(sums.old),
        Entry::Money(sums.new),
        Entry::Money(sums.difference()),
        Entry::Count(sums.gained),
        Entry::Money(sums.gains),
        Entry::Count(sums.lost),
        Entry::Money(sums.losses),
    ]
}

fn outcomes(comparison: &Comparison) -> SmallTable {
    let (lang, totals) = (comparison.lang, &comparison.totals);
    let mut heads = vec![
        ("旧结论", "old outcome", Text(14)),
        ("新结论", "new outcome", Text(14)),
        ("件数", "claims", Count),
        ("其中有变化", "of them changed", Count),
        ("旧基金核算", "funds computed old", Part),
        ("新基金核算", "funds computed new", Part),
    ];
    heads.extend(PARTS);
    let row = |((old, new), sums): (&(_, _), &Sums)| {
        let mut row = vec![
            text(words::outcome(*old, lang)),
            text(words::outcome(*new, lang)),
            Entry::Count(sums.claims),
            Entry::Count(sums.changed),
            Entry::Money(sums.old_fund),
            Entry::Money(sums.new_fund),
        ];
        row.extend(parts(sums));
        row
    };
    let (claims, changed) = (totals.all.claims, totals.all.changed);
    let what = comparison.subject(lang);
    SmallTable {
        anchor: "totals",
        name: lang.pick("总计", "totals"),
        title: lang.pick(
            format!("{what}：申报 {claims} 件，有变化 {changed} 件，按结论（单位：元）"),
            format!("{what}: {claims} claims, {changed} changed, by outcome (yuan)"),
        ),
        columns: columns(lang, &heads),
        rows: totals.transitions.iter().map(row).collect(),
    }
}

fn regions(comparison: &Comparison) -> SmallTable {
    let lang = comparison.lang;
    let mut heads = vec![
        ("参保地", "insured region", Text(18)),
        ("代码", "code", Text(10)),
        ("件数", "claims", Count),
        ("其中有变化", "of them changed", Count),
    ];
    heads.extend(PARTS);
    let row = |(code, (name, sums)): (&String, &(String, Sums))| {
        let mut row =
            vec![text(name), text(code), Entry::Count(sums.claims), Entry::Count(sums.changed)];
        row.extend(parts(sums));
        row
    };
    SmallTable {
        anchor: "regions",
        name: lang.pick("按参保地", "by region"),
        title: lang.pick("按参保地", "By insured region").into(),
        columns: columns(lang, &heads),
        rows: comparison.totals.regions.iter().map(row).collect(),
    }
}

fn reasons(comparison: &Comparison) -> SmallTable {
    let lang = comparison.lang;
    let heads = [
        ("理由", "reason", Text(36)),
        ("新增件数", "came", Count),
        ("其差额", "their difference", Amount),
        ("消失件数", "went", Count),
        ("其差额", "their difference", Amount),
    ];
    let reasons = comparison.totals.reasons.iter();
    SmallTable {
        anchor: "reasons",
        name: lang.pick("按理由", "by reason"),
        title: lang
            .pick(
                "按理由：新增和消失的（一件有几个理由的，各计一次）",
                "By reason that came or went (a claim stands under each of its reasons)",
            )
            .into(),
        columns: columns(lang, &heads),
        rows: reasons
            .map(|((_, code), sums)| {
                vec![
                    text(words::reason(code, lang)),
                    Entry::Count(sums.came.claims),
                    Entry::Money(sums.came.difference()),
                    Entry::Count(sums.went.claims),
                    Entry::Money(sums.went.difference()),
                ]
            })
            .collect(),
    }
}

fn causes(comparison: &Comparison) -> SmallTable {
    let lang = comparison.lang;
    let mut heads = vec![
        ("首要原因", "put down to", Text(30)),
        ("条款", "clause", Text(40)),
        ("数值变化", "values", Text(36)),
        ("件数", "claims", Count),
    ];
    heads.extend(PARTS);
    let row = |(cause, valued): (&super::totals::CauseKey, &Valued)| {
        let mut row = vec![
            text(cause.word.shown(lang)),
            text(cause.clauses(lang)),
            text(words::values(valued, lang)),
            Entry::Count(valued.sums.claims),
        ];
        row.extend(parts(&valued.sums));
        row
    };
    let mut causes: Vec<_> = comparison.totals.causes.iter().collect();
    // Stable: of equals in the order of their kind.
    causes.sort_by_key(|(_, valued)| Reverse(valued.sums.difference().abs()));
    SmallTable {
        anchor: "causes",
        name: lang.pick("按条款", "by clause"),
        title: lang
            .pick(
                "按首要原因和条款（计算过程中最先不同之处，每件一次）",
                "By clause: the first thing that differs on the way to the decision, once a claim",
            )
            .into(),
        columns: columns(lang, &heads),
        rows: causes.into_iter().map(row).collect(),
    }
}

fn clauses(comparison: &Comparison) -> SmallTable {
    let lang = comparison.lang;
    let heads = [
        ("步骤", "step", Text(22)),
        ("旧条款", "old clause", Text(34)),
        ("旧值", "old value", Text(24)),
        ("新条款", "new clause", Text(34)),
        ("新值", "new value", Text(24)),
        ("件数", "claims", Count),
        ("其差额", "their difference", Amount),
        ("旧来源", "old source", Text(44)),
        ("新来源", "new source", Text(44)),
    ];
    let mut rows = Vec::new();
    for (key, valued) in &comparison.totals.clauses {
        for (values, sums) in valued.values() {
            rows.push(clause_row(comparison, key, figures::sides(&values, lang), &sums));
        }
        if valued.others.claims > 0 {
            let others = lang.pick("其他数值", "other values").to_owned();
            rows.push(clause_row(comparison, key, (others.clone(), others), &valued.others));
        }
    }
    rows.extend(untouched(comparison));
    SmallTable {
        anchor: "clauses",
        name: lang.pick("条款变化", "clauses"),
        title: lang
            .pick(
                "适用不同的条款及来源（申报本身相同的件；一件可涉及几条）",
                "Clauses that apply otherwise, with sources (of claims that are themselves the \
                 same; a claim may meet several)",
            )
            .into(),
        columns: columns(lang, &heads),
        rows,
    }
}

fn clause_row(
    comparison: &Comparison,
    key: &ClauseKey,
    (old_value, new_value): (String, String),
    sums: &Sums,
) -> Vec<Entry> {
    let lang = comparison.lang;
    let (old, new) = (comparison.old.clause(key.old), comparison.new.clause(key.new));
    let id = |clause: Option<&ClauseRecord>| clause.map_or("", |clause| &clause.clause).to_owned();
    vec![
        text(key.step.shown(lang)),
        text(id(old)),
        text(old_value),
        text(id(new)),
        text(new_value),
        Entry::Count(sums.claims),
        Entry::Money(sums.difference()),
        text(words::source(old, lang)),
        text(words::source(new, lang)),
    ]
}

/// Clauses that only one run has, or whose source is another, and that changed no claim.
fn untouched(comparison: &Comparison) -> Vec<Vec<Entry>> {
    let lang = comparison.lang;
    let told = |run: &super::run_folder::RunFolder, number: Option<u32>| {
        run.clause(number).map(|clause| clause.clause.clone())
    };
    let mut met: Vec<String> = Vec::new();
    for key in comparison.totals.clauses.keys() {
        met.extend(told(&comparison.old, key.old));
        met.extend(told(&comparison.new, key.new));
    }
    let mut both: BTreeMap<&str, [Option<&ClauseRecord>; 2]> = BTreeMap::new();
    for (side, run) in [&comparison.old, &comparison.new].into_iter().enumerate() {
        for clause in &run.clauses {
            both.entry(&clause.clause).or_default()[side] = Some(clause);
        }
    }
    let rows = both.into_iter().filter_map(|(id, [old, new])| {
        let what = match (old, new) {
            (Some(_), None) => lang.pick("条款不再有", "clause went"),
            (None, Some(_)) => lang.pick("条款新有", "clause came"),
            (Some(a), Some(b)) if a.shown.zh != b.shown.zh || a.link != b.link => {
                lang.pick("来源不同", "another source")
            }
            _ => return None,
        };
        let id = |clause: Option<&ClauseRecord>| clause.map_or(String::new(), |_| id.to_owned());
        Some(vec![
            text(what),
            text(id(old)),
            text(""),
            text(id(new)),
            text(""),
            Entry::Count(0),
            Entry::Money(Money::ZERO),
            text(words::source(old, lang)),
            text(words::source(new, lang)),
        ])
    });
    let is_met = |row: &Vec<Entry>| {
        let named = |at: usize| matches!(&row[at], Entry::Text(id) if met.contains(id));
        named(1) || named(3)
    };
    rows.filter(|row| !is_met(row)).collect()
}

fn runs(comparison: &Comparison) -> SmallTable {
    let lang = comparison.lang;
    let heads = [("项目", "what", Text(50)), ("旧", "old", Text(68)), ("新", "new", Text(68))];
    let (old, new) = (&comparison.old, &comparison.new);
    let (a, b) = (&old.manifest, &new.manifest);
    let mut rows: Vec<[String; 3]> = Vec::new();
    let mut row = |zh: &str, en: &str, old: String, new: String| {
        rows.push([lang.pick(zh, en).to_owned(), old, new]);
    };
    match comparison.of {
        Of::Runs => row("运行文件夹", "run folder", old.label.clone(), new.label.clone()),
        Of::Data => row("数据文件夹", "data folder", old.label.clone(), new.label.clone()),
    }
    row("月份", "month", a.month.clone(), b.month.clone());
    row("账面截止日", "as of", a.as_of.clone(), b.as_of.clone());
    let program = |it: &super::super::manifest::Program| {
        format!("{} {} {}", it.name, it.version, short(&it.sha256))
    };
    row("程序", "program", program(&a.program), program(&b.program));
    row("申报件数", "claims", old.claims().to_string(), new.claims().to_string());
    row("应付", "payable", old.payable().to_string(), new.payable().to_string());
    if comparison.of == Of::Runs {
        let sums = [&old.manifest_sha256, &new.manifest_sha256].map(|it| short(it).to_owned());
        let [old, new] = sums;
        row("清单校验", "manifest by hash", old, new);
    }
    if a.key_fingerprint != b.key_fingerprint {
        let (old, new) = (a.key_fingerprint.clone(), b.key_fingerprint.clone());
        row("化名密钥不同", "another key of pseudonyms", old, new);
    }
    let mut rows: Vec<Vec<Entry>> = rows.into_iter().map(|row| row.map(text).into()).collect();
    let data = (lang.pick("数据文件", "data file"), files(&a.data_files, &b.data_files));
    let inputs = |manifest: &super::super::manifest::Manifest| -> Vec<Hashed> {
        let hashed = manifest.inputs.iter();
        hashed.map(|it| Hashed { path: it.path.clone(), sha256: it.sha256.clone() }).collect()
    };
    let batch = (lang.pick("材料文件", "batch file"), files(&inputs(a), &inputs(b)));
    for (what, differing) in [data, batch] {
        if differing.is_empty() {
            let same = lang.pick("全部相同", "all the same");
            rows.push(vec![text(what), text(same), text(same)]);
        }
        for [path, old, new] in differing {
            let none = lang.pick("无", "none").to_owned();
            let told = |hash: String| text(if hash.is_empty() { none.clone() } else { hash });
            rows.push(vec![text(format!("{what} {path}")), told(old), told(new)]);
        }
    }
    SmallTable {
        anchor: "runs",
        name: lang.pick("两次运行", "the two runs"),
        title: lang
            .pick(
                "两次运行及其不同的文件（按清单校验）",
                "The two runs, and the files in which they differ, by hash",
            )
            .into(),
        columns: columns(lang, &heads),
        rows,
    }
}

fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

/// Files that only one side has or whose content is another: path, old hash, new hash.
pub fn files(old: &[Hashed], new: &[Hashed]) -> Vec<[String; 3]> {
    let mut both: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
    for (side, files) in [old, new].into_iter().enumerate() {
        for file in files {
            both.entry(&file.path).or_default()[side] = &file.sha256;
        }
    }
    let differing = both.into_iter().filter(|(_, [old, new])| old != new);
    differing
        .map(|(path, [old, new])| [path.to_owned(), short(old).to_owned(), short(new).to_owned()])
        .collect()
}
