//! `index.html`: the run at a glance on one page that needs no network: totals that tie, charts,
//! claims and findings to sort and search, and the working of a claim on a click.
//!
//! The surprise: a page cannot hold a million claims. It lists those that need a person first and
//! says how many it lists; the rest stand in the workbooks, and `lingbao explain` tells them all.

use std::path::Path;

use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior, context};
use sha2::{Digest, Sha256};

use crate::domain::Lang;
use crate::domain::words::Outcome;

use super::cells::{grouped, plain};
use super::summary::Sums;
use super::{Cause, Job, write_file};

mod charts;
pub(super) mod island;

const TEMPLATE: &str = include_str!("template.html");
pub(super) const STYLE: &str = include_str!("style.css");
/// `list.js` begins what another script goes on with: every page has lists.
const SCRIPT: &str = concat!(include_str!("list.js"), include_str!("script.js"));

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let page = render(job)?;
    write_file(path, |out| Ok(std::io::Write::write_all(out, page.as_bytes())?))
}

fn render(job: &Job<'_>) -> Result<String, Cause> {
    let lang = job.lang();
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_function("t", move |zh: String, en: String| lang.pick(zh, en));
    templates.add_template("page.html", TEMPLATE)?;
    let claims = island::claims(job)?;
    let findings = island::findings(job)?;
    let summary = job.summary;
    let notes: Vec<String> =
        job.context.coverage.iter().map(|note| plain(note.get(lang)).into_owned()).collect();
    let page = templates.get_template("page.html")?.render(context! {
        lang => lang.pick("zh-CN", "en"),
        month => job.context.month.to_string(),
        as_of => job.context.as_of.to_string(),
        unmask => job.context.unmask,
        program => format!("{} {}", job.context.program.name, job.context.program.version),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        script_hash => base64(&Sha256::digest(SCRIPT.as_bytes())),
        glance => glance(job),
        outcomes => outcomes(job),
        all => sums_row("all", lang.pick("合计", "all"), &summary.claims),
        figures => figures(job),
        ties => summary.ties.iter().map(|tie| context! {
            name => tie.name.get(lang),
            left => &tie.left,
            sign => tie.sign(),
            right => &tie.right,
        }).collect::<Vec<_>>(),
        tallies => tallies(job),
        notes => notes,
        files => files(lang),
        listed => claims.listed,
        with_working => claims.with_working,
        claim_count => summary.claims.claims,
        finding_count => summary.findings_total.findings,
        findings_listed => findings.listed,
        claims_island => Value::from_safe_string(claims.json),
        findings_island => Value::from_safe_string(findings.json),
    })?;
    Ok(page)
}

/// A row of a table with counts and money, already put into words.
fn sums_row(word: &str, name: &str, sums: &Sums) -> Value {
    context! {
        word => word,
        name => plain(name),
        claims => sums.claims,
        total => grouped(sums.total),
        fund => grouped(sums.fund),
        person => grouped(sums.person),
    }
}

fn outcomes(job: &Job<'_>) -> Vec<Value> {
    let by_outcome = job.summary.by_outcome.iter();
    by_outcome
        .map(|(outcome, sums)| sums_row(outcome.word(), outcome.shown(job.lang()), sums))
        .collect()
}

/// The few numbers everybody asks for first: what it is, the number, a remark.
fn glance(job: &Job<'_>) -> Vec<Value> {
    let (lang, summary) = (job.lang(), job.summary);
    let paid = |outcome: &Outcome| matches!(outcome, Outcome::Pay | Outcome::PayReduced);
    let mut payable = Sums::default();
    for (_, sums) in summary.by_outcome.iter().filter(|(outcome, _)| paid(outcome)) {
        payable.claims += sums.claims;
        payable.fund += sums.fund;
    }
    let (claims, findings) = (&summary.claims, &summary.findings_total);
    let unread = summary.unread;
    let card = |name: &str, number: String, remark: String| {
        context! { name => name, number => number, remark => remark }
    };
    vec![
        card(
            lang.pick("申报", "claims"),
            claims.claims.to_string(),
            lang.pick("总费用 ", "total ").to_owned() + &grouped(claims.total),
        ),
        card(
            lang.pick("本次应付", "to pay"),
            grouped(payable.fund),
            lang.pick(format!("{} 件", payable.claims), format!("{} claims", payable.claims)),
        ),
        card(
            lang.pick("疑点", "findings"),
            findings.findings.to_string(),
            lang.pick("涉及（不重复）", "at risk, once ").to_owned() + &grouped(findings.counted),
        ),
        card(
            lang.pick("隔离行", "rows quarantined"),
            summary.quarantined_total().to_string(),
            lang.pick(format!("未读文件或表 {unread}"), format!("{unread} files or sheets unread")),
        ),
    ]
}

/// Charts, each with the numbers behind it.
fn figures(job: &Job<'_>) -> Vec<Value> {
    let (lang, summary) = (job.lang(), job.summary);
    let name = job.context.region_names;
    let by_money = |mut rows: Vec<(String, Sums)>| {
        rows.sort_by(|a, b| b.1.total.cmp(&a.1.total).then_with(|| a.0.cmp(&b.0)));
        rows
    };
    let outcomes = summary.by_outcome.iter();
    let pairs = summary.by_region_pair.iter();
    let tiers = summary.by_tier.iter();
    let reasons = summary.by_headline.iter();
    let charts = [
        (
            lang.pick("按结论", "By outcome"),
            outcomes.map(|(outcome, sums)| (outcome.shown(lang).to_owned(), *sums)).collect(),
        ),
        (
            lang.pick("按参保地 → 就医地", "By insured and treated region"),
            by_money(
                pairs.map(|((a, b), s)| (format!("{} → {}", name(a.0), name(b.0)), *s)).collect(),
            ),
        ),
        (
            lang.pick("按医院等级", "By hospital tier"),
            tiers
                .map(|(tier, sums)| {
                    let none = lang.pick("无等级", "none");
                    (tier.map_or(none, |tier| tier.shown(lang)).to_owned(), *sums)
                })
                .collect(),
        ),
        (
            lang.pick("按首要理由", "By headline reason"),
            by_money(
                reasons
                    .map(|(code, s)| (format!("{code} {}", lang.pick(code.zh(), code.en())), *s))
                    .collect(),
            ),
        ),
    ];
    charts
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(title, rows)| {
            let numbers = rows.iter().map(|(name, sums)| sums_row("", name, sums));
            context! {
                title => title,
                svg => Value::from_safe_string(charts::bars(title, &rows, lang)),
                rows => numbers.collect::<Vec<_>>(),
            }
        })
        .collect()
}

fn tallies(job: &Job<'_>) -> Vec<Value> {
    let lang = job.lang();
    let tallies = job.records().tallies.iter();
    tallies
        .map(|tally| {
            context! {
                sheet => plain(&job.records().source(tally.source).label()),
                kind => lang.pick(tally.kind.zh(), tally.kind.word()),
                read => tally.rows_read,
                accepted => tally.accepted,
                quarantined => tally.quarantined,
                passed_over => tally.passed_over,
                amount => grouped(tally.amount_read),
                amount_accepted => grouped(tally.amount_accepted),
                amount_quarantined => grouped(tally.amount_quarantined),
            }
        })
        .collect()
}

fn files(lang: Lang) -> Vec<Value> {
    let link = |file, zh, en| context! { file => file, what => lang.pick(zh, en) };
    vec![
        link("payments.xlsx", "拨付清单（未脱敏）", "payments (not masked)"),
        link("payments.csv", "银行代发文件（未脱敏）", "bank transfer file (not masked)"),
        link(
            "decisions.xlsx",
            "全部结论、未匹配和限定待核项目",
            "every decision; items to look at",
        ),
        link("deltas.xlsx", "差额表：已过账结论的变动", "deltas: posted decisions that change"),
        link("findings.xlsx", "疑点台账", "register of findings"),
        link("quarantine.xlsx", "隔离清单（未脱敏）", "quarantine (not masked)"),
        link("decisions.csv", "结论，供程序读取", "decisions, for machines"),
        link("findings.csv", "疑点，供程序读取", "findings, for machines"),
        link("links.csv", "匹配关系，供程序读取", "links, for machines"),
        link(
            "manifest.json",
            "输入、政策数据、程序与输出的校验",
            "inputs, rules, program, outputs by hash",
        ),
    ]
}

/// Base64 with padding, for the page's own content policy.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(bits);
        for place in 0..4 {
            if place > group.len() {
                text.push('=');
            } else {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_what_is_left_over() {
        let check = |text: &str, expected: &str| assert_eq!(base64(text.as_bytes()), expected);
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foobar", "Zm9vYmFy");
    }
}
