//! The page of a comparison: one file that needs no network, in the look of a run's page, with
//! the totals that tie, the small tables, and the changed claims to sort, filter and open.
//!
//! The surprise: like a run's page it lists only so many claims, those with the largest
//! differences; all of them stand in the workbook and in `diff.csv`.

use std::path::Path;

use minijinja::value::Value as Shown;
use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::Lang;

use super::super::cells::{grouped, plain};
use super::super::decisions_xlsx::MONEY;
use super::super::page::island::embedded;
use super::super::page::{STYLE, base64};
use super::super::{Cause, write_file};
use super::change::{Change, StepChange, payable};
use super::spool::Changes;
use super::tables::{ColumnKind, Entry, SmallTable, tables};
use super::{Comparison, Of, words};

pub const FILE: &str = "index.html";
const TEMPLATE: &str = include_str!("page.html");
/// Goes on where the list script of every page ends.
const SCRIPT: &str = concat!(include_str!("../page/list.js"), include_str!("page.js"));
/// Claims a page lists, and how many of them open.
const LISTED: usize = 20_000;
const WITH_DETAIL: usize = 2_000;

pub fn write(comparison: &Comparison, changes: &Changes, path: &Path) -> Result<(), Cause> {
    let page = render(comparison, changes)?;
    write_file(path, |out| Ok(std::io::Write::write_all(out, page.as_bytes())?))
}

fn render(comparison: &Comparison, changes: &Changes) -> Result<String, Cause> {
    let lang = comparison.lang;
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_function("t", move |zh: String, en: String| lang.pick(zh, en));
    templates.add_template("page.html", TEMPLATE)?;
    let (rows, details) = islands(comparison, changes)?;
    let (listed, with_detail) = (rows.len(), details.len());
    let tables = tables(comparison);
    let (first, last) = tables.split_at(super::tables::CLAIMS_AT);
    let shown = |tables: &[SmallTable]| tables.iter().map(table).collect::<Vec<Shown>>();
    let (old, new) = (&comparison.old.manifest, &comparison.new.manifest);
    let page = templates.get_template("page.html")?.render(context! {
        lang => lang.pick("zh-CN", "en"),
        subject => comparison.subject(lang),
        old => plain(&comparison.old.label),
        new => plain(&comparison.new.label),
        months => months(&old.month, &new.month),
        unmask => old.options.unmask || new.options.unmask,
        program => format!("{} {}", comparison.program.name, comparison.program.version),
        style => Shown::from_safe_string(STYLE.to_owned()),
        script => Shown::from_safe_string(SCRIPT.to_owned()),
        script_hash => base64(&Sha256::digest(SCRIPT.as_bytes())),
        same => comparison.totals.is_empty(),
        of_data => comparison.of == Of::Data,
        glance => glance(comparison),
        first => shown(first),
        last => shown(last),
        ties => comparison.ties.iter().map(|tie| context! {
            name => tie.name.get(lang),
            left => &tie.left,
            sign => tie.sign(),
            right => &tie.right,
        }).collect::<Vec<_>>(),
        listed => listed,
        with_detail => with_detail,
        count => changes.count(),
        words_island => Shown::from_safe_string(script_words(lang)?),
        changes_island => Shown::from_safe_string(
            embedded(&json!({ "rows": rows, "details": details }))?
        ),
    })?;
    Ok(page)
}

/// What the script says, as JSON: an escape of HTML would be shown as it stands.
fn script_words(lang: Lang) -> Result<String, Cause> {
    let words = [
        ("page", "第 {0} / {1} 页", "page {0} of {1}"),
        ("before", "上一页", "previous"),
        ("after", "下一页", "next"),
        ("claim", "申报", "Claim"),
        ("payable", "应付", "payable"),
        ("cause", "首要原因", "put down to"),
        ("reasons", "理由（+新增 −消失）", "Reasons (+came −went)"),
        ("money", "金额变化", "Money that differs"),
        ("steps", "不同的步骤", "Steps that differ"),
        ("source", "依据", "source"),
        ("old", "旧依据", "old source"),
        ("now", "新依据", "new source"),
        (
            "absent",
            "本页未带此件的细节，见 diff.xlsx",
            "This page does not carry its detail; see diff.xlsx",
        ),
    ];
    let words = words.map(|(word, zh, en)| (word.to_owned(), Value::from(lang.pick(zh, en))));
    embedded(&words.into_iter().collect::<serde_json::Map<_, _>>())
}

fn months(old: &str, new: &str) -> String {
    if old == new { old.to_owned() } else { format!("{old} → {new}") }
}

/// The few numbers everybody asks for first.
fn glance(comparison: &Comparison) -> Vec<Shown> {
    let (lang, all) = (comparison.lang, &comparison.totals.all);
    let card = |name: &str, number: String, remark: String| {
        context! { name => name, number => number, remark => remark }
    };
    let claims = |count: u64| lang.pick(format!("{count} 件"), format!("{count} claims"));
    vec![
        card(
            lang.pick("有变化的申报", "claims changed"),
            all.changed.to_string(),
            lang.pick(format!("共 {} 件", all.claims), format!("of {}", all.claims)),
        ),
        card(
            lang.pick("应付差额", "difference payable"),
            signed(all.difference()),
            format!("{} → {}", grouped(all.old), grouped(all.new)),
        ),
        card(lang.pick("增加", "gains"), signed(all.gains), claims(all.gained)),
        card(lang.pick("减少", "losses"), signed(all.losses), claims(all.lost)),
    ]
}

/// With a sign, because a difference may go either way.
pub fn signed(money: crate::domain::Money) -> String {
    let sign = if money.is_positive() { "+" } else { "" };
    format!("{sign}{}", grouped(money))
}

fn table(small: &SmallTable) -> Shown {
    let is_text = |kind: ColumnKind| matches!(kind, ColumnKind::Text(_));
    let heads = small.columns.iter().map(|column| {
        context! { title => &column.title, class => if is_text(column.kind) { "" } else { "n" } }
    });
    let cell = |entry: &Entry| match entry {
        Entry::Text(text) => context! { text => plain(text), class => "" },
        Entry::Count(count) => context! { text => count.to_string(), class => "n" },
        Entry::Money(money) => context! { text => grouped(*money), class => "n" },
    };
    let rows = small.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>());
    context! {
        anchor => small.anchor,
        name => small.name,
        title => plain(&small.title),
        heads => heads.collect::<Vec<_>>(),
        rows => rows.collect::<Vec<_>>(),
    }
}

/// Rows of the list, and what the first of them open to.
fn islands(comparison: &Comparison, changes: &Changes) -> Result<(Vec<Value>, Vec<Value>), Cause> {
    let (mut rows, mut details) = (Vec::new(), Vec::new());
    for change in changes.by_money().take(LISTED) {
        let change = change?;
        rows.push(row(&change, comparison));
        if details.len() < WITH_DETAIL {
            details.push(detail(&change, comparison));
        }
    }
    Ok((rows, details))
}

/// Which way a claim went: what the list is filtered by.
fn direction(change: &Change) -> &'static str {
    let difference = change.difference();
    if difference.is_positive() {
        "gain"
    } else if difference.is_negative() {
        "loss"
    } else {
        "even"
    }
}

fn row(change: &Change, comparison: &Comparison) -> Value {
    let lang = comparison.lang;
    let side = |side: &Option<super::change::Side>| {
        words::outcome_of(side.as_ref().map(|side| side.outcome.as_str()), lang)
    };
    let (old, new) = change.standings();
    let cause = words::cause(change, comparison);
    let reasons: Vec<String> = [(&change.came, "+"), (&change.went, "−")]
        .into_iter()
        .flat_map(|(codes, sign)| {
            codes.iter().map(move |code| format!("{sign}{}", words::reason(code, lang)))
        })
        .collect();
    let (before, after) = (side(&change.old), side(&change.new));
    let outcome = match before == after {
        true => before.to_owned(),
        false => format!("{before} → {after}"),
    };
    let told = [cause.what, cause.values].join(" ");
    json!([
        plain(&change.claim_id),
        outcome,
        plain(told.trim()),
        plain(&cause.key.clauses(lang)),
        reasons.join(lang.pick("；", "; ")),
        plain(&change.name),
        plain(&change.insured_name),
        payable(old).fen(),
        payable(new).fen(),
        change.difference().fen(),
        direction(change),
    ])
}

/// Everything that differs in a claim, as plain texts.
fn detail(change: &Change, comparison: &Comparison) -> Value {
    let lang = comparison.lang;
    let money: Vec<Value> = change
        .money_changes()
        .into_iter()
        .map(|(at, old, new)| json!([lang.pick(MONEY[at].0, MONEY[at].1), old.fen(), new.fen()]))
        .collect();
    let steps: Vec<Value> = change.steps.iter().map(|it| step(it, comparison)).collect();
    let routes: Vec<String> = [&change.old, &change.new]
        .into_iter()
        .flatten()
        .map(|side| words::route(&side.route, lang))
        .collect();
    let route = match &routes[..] {
        [old, new] if old == new => old.clone(),
        routes => routes.join(" → "),
    };
    json!({
        "id": plain(&change.id),
        "ref": plain(&change.person_ref),
        "treated": plain(&change.treated_name),
        "hospital": plain(&change.hospital),
        "route": route,
        "money": money,
        "steps": steps,
    })
}

/// What changed, why it did, and the clauses with their sources.
fn step(step: &StepChange, comparison: &Comparison) -> Value {
    let lang = comparison.lang;
    let (old, new) = step.clauses();
    let sources = [(&comparison.old, old), (&comparison.new, new)].map(|(run, number)| {
        let clause = run.clause(number);
        let source = words::source(clause, lang);
        clause.map(|clause| plain(&format!("{} · {source}", clause.clause)).into_owned())
    });
    let name = step.word();
    let values = words::step_values(step, lang);
    json!([name.shown(lang), plain(&values), step.role.shown(lang), sources[0], sources[1],])
}
