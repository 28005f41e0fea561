//! `lingbao region`: what the data of the regions say, whether their cases hold, and how a new
//! region begins.

use std::fs;
use std::path::Path;

use crate::cases;
use crate::domain::dates::Date;
use crate::domain::{Citation, RegionCode, Text};
use crate::report::citation_shown;
use crate::rulebook::divisions::Divisions;
use crate::rulebook::told::{Said, Section, ToldClause, unverified};
use crate::rulebook::{Region, Rulebook};

use super::args::{RegionCommand, RegionJob};
use super::{Done, Failure, Terminal};

/// The files a new region begins with. `{code}` and `{name}` are filled in.
const NEW: [(&str, &str); 3] = [
    ("region.toml", include_str!("new_region/region.toml")),
    ("policy.toml", include_str!("new_region/policy.toml")),
    ("cases.toml", include_str!("new_region/cases.toml")),
];

pub fn region(region: &RegionCommand, terminal: &Terminal) -> Result<Done, Failure> {
    let data = &region.folder;
    match region.job {
        RegionJob::List => list(&Rulebook::load(data)?, terminal),
        RegionJob::Show { code, on } => show(&Rulebook::load(data)?, code, on, terminal)?,
        RegionJob::Test { code } => test(data, &Rulebook::load(data)?, code, terminal)?,
        RegionJob::New { code } => new(data, code, terminal)?,
    }
    Ok(Done::All)
}

fn list(rulebook: &Rulebook, terminal: &Terminal) {
    for region in rulebook.regions() {
        terminal.print(&format!("{} {}", region.code, region.name));
        let coverage = &region.coverage;
        for (mark, list) in [("+", &coverage.modelled), ("-", &coverage.not_modelled)] {
            list.iter().for_each(|line| terminal.print(&format!("  {mark} {line}")));
        }
        let own = format!("{}/", region.code);
        let clauses = rulebook.citations.iter().filter(|c| c.clause.starts_with(&own)).count();
        let open: Vec<&str> = unverified(region, &rulebook.citations)
            .map(|citation| citation.clause.strip_prefix(&own).unwrap_or(&citation.clause))
            .collect();
        let (count, open) = (open.len(), open.join(terminal.lang.pick("、", ", ")));
        terminal.print(&terminal.lang.pick(
            format!("  规定 {clauses} 条，其中未核对出处 {count} 条：{open}"),
            format!("  {clauses} clauses, {count} of them not verified: {open}"),
        ));
    }
    for catalog in rulebook.catalogs() {
        let (region, rows, unverified) = (catalog.region, catalog.rows, catalog.unverified);
        terminal.print(&terminal.lang.pick(
            format!("{region} 医保目录 {rows} 行，其中 {unverified} 行未核对出处"),
            format!("{region} catalog: {rows} rows, {unverified} of them not verified"),
        ));
    }
    let drugs = rulebook.items.national_list();
    let (entries, open) = (drugs.len(), drugs.iter().filter(|drug| !drug.verified).count());
    terminal.print(&terminal.lang.pick(
        format!("国家药品目录 {entries} 条，其中 {open} 条未核对出处"),
        format!("national drug list: {entries} entries, {open} of them not verified"),
    ));
}

fn known(rulebook: &Rulebook, code: RegionCode) -> Result<&Region, Failure> {
    rulebook.regions().find(|region| region.code == code).ok_or_else(|| {
        Failure::Said(Text::new(
            format!("没有地区 {code} 的数据；用 lingbao region list 查看"),
            format!("no data for region {code}; see lingbao region list"),
        ))
    })
}

fn show(
    rulebook: &Rulebook,
    code: RegionCode,
    day: Date,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let region = known(rulebook, code)?;
    let lang = terminal.lang;
    terminal.print(&lang.pick(
        format!("{code} {}，{day} 有效的规定（金额单位：元）", region.name),
        format!("{code} {}, rules in force on {day} (amounts in yuan)", region.name),
    ));
    for section in region.told(day) {
        terminal.print("");
        show_section(&section, &rulebook.citations, terminal);
    }
    terminal.print("");
    terminal.print(lang.pick("未建模", "Not modelled"));
    for line in &region.coverage.not_modelled {
        terminal.print(&format!("  - {line}"));
    }
    Ok(())
}

fn show_section(section: &Section, citations: &[Citation], terminal: &Terminal) {
    let lang = terminal.lang;
    let care: Vec<&str> = section.care.iter().map(|care| care.shown(lang)).collect();
    let scheme = section.scheme.shown(lang);
    terminal.print(&format!("【{scheme}】{}", care.join(lang.pick("、", ", "))));
    match &section.said {
        Said::Rules(rules) => {
            for (place, rule) in rules.iter().enumerate() {
                // Several clauses of a kind stand under one title.
                let same = |earlier: &ToldClause| {
                    (&earlier.title, earlier.from, earlier.to) == (&rule.title, rule.from, rule.to)
                };
                let goes_on = place.checked_sub(1).is_some_and(|before| same(&rules[before]));
                show_clause(rule, goes_on, citations, terminal);
            }
        }
        Said::LeftOut(why) => {
            terminal.print(&lang.pick(format!("  未收录：{why}"), format!("  left out: {why}")));
        }
        Said::Nothing => {
            let (zh, en) = ("  没有规定，也没有说明", "  no rule and no reason on record");
            terminal.print(lang.pick(zh, en));
        }
    }
}

fn show_clause(rule: &ToldClause, goes_on: bool, citations: &[Citation], terminal: &Terminal) {
    let lang = terminal.lang;
    let days = match rule.to {
        None => lang.pick(format!("{} 起", rule.from), format!("from {}", rule.from)),
        Some(to) => lang
            .pick(format!("{} 起，{to} 前", rule.from), format!("from {}, before {to}", rule.from)),
    };
    if !goes_on {
        let title = rule.title.get(lang);
        terminal.print(&lang.pick(format!("  {title}（{days}）"), format!("  {title} ({days})")));
    }
    for line in &rule.lines {
        terminal.print(&format!("    {}", line.get(lang).replace('_', " ")));
    }
    if let Some(citation) = citations.get(rule.id.0 as usize) {
        let shown = citation_shown(citation);
        let link = citation.link.as_ref().map_or_else(String::new, |link| format!(" {link}"));
        let (source, clause) = (shown.get(lang), &citation.clause);
        terminal.print(&lang.pick(
            format!("    · 出处：{source}{link} [{clause}]"),
            format!("    · source: {source}{link} [{clause}]"),
        ));
    }
}

fn test(
    data: &Path,
    rulebook: &Rulebook,
    only: Option<RegionCode>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if let Some(code) = only {
        known(rulebook, code)?;
    }
    let results = cases::run(data, rulebook, only)?;
    let failed: Vec<_> = results.iter().filter(|result| !result.differences.is_empty()).collect();
    for result in &failed {
        terminal.print(&format!("{} {}", result.region, result.name));
        for (field, expected, found) in &result.differences {
            terminal.print(&terminal.lang.pick(
                format!("  {field}：应为 {expected}，得到 {found}"),
                format!("  {field}: expected {expected}, found {found}"),
            ));
        }
    }
    let (passed, failed) = (results.len() - failed.len(), failed.len());
    let said = Text::new(
        format!("{passed} 个例子相符，{failed} 个不符"),
        format!("{passed} cases hold, {failed} do not"),
    );
    if failed > 0 {
        return Err(Failure::Said(said));
    }
    terminal.say(said.get(terminal.lang));
    Ok(())
}

/// Writes the folder of a region that is not on record yet. What is there is never touched.
fn new(data: &Path, code: RegionCode, terminal: &Terminal) -> Result<(), Failure> {
    let folder = data.join("regions").join(code.to_string());
    if folder.join("region.toml").exists() || folder.join("policy.toml").exists() {
        let folder = folder.display();
        return Err(Failure::Said(Text::new(
            format!("{folder} 已有规定，未改动"),
            format!("{folder} has rules already and was left as it is"),
        )));
    }
    let divisions = Divisions::load(data)?;
    let name = divisions.name(code);
    if !divisions.knows(code) {
        return Err(Failure::Said(Text::new(
            format!("行政区划表中没有代码 {code}"),
            format!("no division has the code {code}"),
        )));
    }
    let unwritable = |error: std::io::Error| {
        let folder = folder.display();
        Failure::Said(Text::new(
            format!("写不到 {folder}：{error}"),
            format!("{folder} cannot be written: {error}"),
        ))
    };
    fs::create_dir_all(&folder).map_err(unwritable)?;
    let mut written = Vec::new();
    for (file, text) in NEW.into_iter().filter(|(file, _)| !folder.join(file).exists()) {
        let text = text.replace("{code}", &code.to_string()).replace("{name}", name);
        fs::write(folder.join(file), text).map_err(unwritable)?;
        written.push(file);
    }
    let (folder, written) = (folder.display(), written.join(terminal.lang.pick("、", ", ")));
    terminal.say(&terminal.lang.pick(
        format!("{folder}：已写 {written}。写法见文件内说明和 data/README.md"),
        format!("{folder}: wrote {written}; how to go on stands in them and in data/README.md"),
    ));
    terminal.say(terminal.lang.pick(
        "写好后：lingbao region test，再 lingbao region show",
        "then: lingbao region test, and lingbao region show",
    ));
    Ok(())
}
