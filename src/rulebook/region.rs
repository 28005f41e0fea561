//! A region's folder → its law. Every fault of the folder is collected.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Scheme};
use crate::domain::{Citation, InForce, RegionCode};
use crate::flow::{ClauseId, Problem};

use super::catalog::ends_too_soon;
use super::citations::{Basis, NamedSources, Source};
use super::clauses::{Applies, Clause, Rule};
use super::keys::{Keys, Reading};
use super::policy::{Clauses, Policies, Policy, PolicyFault, assemble, every_kind};
use super::reading::{DataFile, Wrong};

/// The law of one region.
#[derive(Clone, Debug)]
pub struct Region {
    pub code: RegionCode,
    pub name: String,
    pub coverage: Coverage,
    pub gaps: Vec<Gap>,
    /// Every clause, whenever it holds.
    pub clauses: Clauses,
    policies: Policies,
}

/// What a region's data say about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub modelled: Vec<String>,
    pub not_modelled: Vec<String>,
}

/// A stretch of time for which the region's data leave a benefit out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub applies: Applies,
    pub why: String,
}

/// `region.toml`, read.
struct Description {
    name: String,
    sources: Vec<Source>,
    coverage: Coverage,
    gaps: Vec<(Gap, Range<usize>)>,
}

impl Region {
    /// Reads `regions/<code>/region.toml` and `policy.toml`, adding to `citations`.
    pub fn load(
        data: &Path,
        code: RegionCode,
        citations: &mut Vec<Citation>,
    ) -> Result<Region, Vec<Problem>> {
        let open = |file| DataFile::open(data, &format!("regions/{code}/{file}"));
        match (open("region.toml"), open("policy.toml")) {
            (Ok(region), Ok(policy)) => Region::of(code, &region, &policy, citations),
            (region, policy) => Err(region.err().into_iter().chain(policy.err()).collect()),
        }
    }

    /// Checks the two files of a region.
    pub(super) fn of(
        code: RegionCode,
        region_file: &DataFile,
        policy_file: &DataFile,
        citations: &mut Vec<Citation>,
    ) -> Result<Region, Vec<Problem>> {
        let description = Reading::of(region_file, |keys| description(code, keys));
        let sources = description.as_ref().map(|d| d.sources.as_slice()).ok();
        let mut builder = Builder {
            code,
            sources: sources.map(|sources| NamedSources::new(&region_file.name, sources)),
            citations,
            seen: HashSet::new(),
            places: HashMap::new(),
        };
        let (clauses, mut faults) = Reading::all(policy_file, |keys| Some(builder.clauses(keys)));
        let (all_read, places) = (faults.is_empty(), builder.places);
        let assembled = clauses.and_then(|clauses| match assemble(code, &clauses) {
            Ok(policies) => Some((clauses, policies)),
            Err(found) => {
                let mut told_of = HashSet::new();
                let told_now = found.iter().filter(|fault| all_read || fault.is_sure());
                let once = told_now.filter(|fault| told_of.insert(fault.subject()));
                faults.extend(once.map(|fault| told(fault, policy_file, &places)));
                None
            }
        });
        let description = description.map_err(|found| faults.extend(found)).ok();
        let (Some(description), Some((clauses, policies))) = (description, assembled) else {
            return Err(faults);
        };
        for (gap, span) in &description.gaps {
            if let Some(day) = benefit_inside(gap, &clauses, &policies) {
                let zh = format!("[[gap]] 与 {day} 有效的待遇规定重叠");
                let en = format!("the gap covers {day}, on which a benefit is on record");
                let hint = ("改 gap 的起止日，或给规定写上 to", "mend the days of one of them");
                let wrong = Wrong::new("data-overlap", (&zh, &en), hint);
                faults.push(region_file.at(span.clone(), wrong));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let Description { name, coverage, gaps, .. } = description;
        let gaps = gaps.into_iter().map(|(gap, _)| gap).collect();
        Ok(Region { code, name, coverage, gaps, clauses, policies })
    }

    /// The rules for a scheme and kind of care on a day, or why there are none.
    pub fn policy(&self, scheme: Scheme, care: CareType, day: Date) -> InForce<&Policy> {
        self.policies.on(scheme, care, day)
    }

    /// Why the region's data say nothing of a scheme and kind of care on a day.
    pub fn gap(&self, scheme: Scheme, care: CareType, day: Date) -> Option<&Gap> {
        let mut gaps = self.gaps.iter();
        gaps.find(|gap| gap.applies.to(scheme, care) && gap.applies.holds_on(day))
    }
}

/// A day of a gap on which a benefit is in force after all: one on which something begins.
fn benefit_inside(gap: &Gap, clauses: &Clauses, policies: &Policies) -> Option<Date> {
    let applies = &gap.applies;
    let begins = |from: Date| from.max(applies.from);
    let days = clauses.ratio.iter().map(|clause| begins(clause.applies.from));
    let mut days: Vec<Date> =
        days.chain([applies.from]).filter(|day| applies.holds_on(*day)).collect();
    days.sort_unstable();
    days.into_iter().find(|&day| {
        applies.schemes.iter().any(|&scheme| {
            applies.care.iter().any(|&care| policies.on(scheme, care, day).value().is_some())
        })
    })
}

fn description(code: RegionCode, mut keys: Keys) -> Option<Description> {
    let written: Option<RegionCode> = keys.need("code");
    if written.is_some_and(|written| written != code) {
        let what = ("code 与文件夹名不符", "code differs from the name of the folder");
        let expected = code.to_string();
        keys.reading().tell(keys.span_of("code"), Wrong::value(what, (&expected, &expected)));
    }
    let name = keys.need("name");
    let sources = Source::read_all(&mut keys);
    let coverage = keys.need_table("coverage").map(|mut coverage| {
        let (modelled, not_modelled) = (coverage.list("modelled"), coverage.list("not_modelled"));
        coverage.end();
        Coverage { modelled, not_modelled }
    });
    let gaps = keys.tables("gap").into_iter().filter_map(|mut gap| {
        let (applies, why, span) = (applies(&mut gap), gap.need("why"), gap.span());
        gap.end();
        Some((Gap { applies: applies?, why: why? }, span))
    });
    let gaps = gaps.collect();
    keys.end();
    Some(Description { name: name?, sources, coverage: coverage?, gaps })
}

/// `scheme`, `care`, `from` and perhaps `to`.
fn applies(keys: &mut Keys) -> Option<Applies> {
    let (schemes, care) = (keys.need_list("scheme"), keys.need_list("care"));
    let from = keys.need("from");
    let to = keys.maybe("to");
    if from.zip(to).is_some_and(|(from, to): (Date, Date)| to <= from) {
        keys.reading().tell(keys.span_of("to"), ends_too_soon());
    }
    Some(Applies { schemes: schemes?, care: care?, from: from?, to })
}

/// A clause by its name, and where it stands in its file.
type Places = HashMap<ClauseId, (String, Range<usize>)>;

/// A fault of the clauses taken together, with the place of the clause it concerns.
fn told(fault: &PolicyFault, file: &DataFile, places: &Places) -> Problem {
    let named = |id: &ClauseId| places.get(id).cloned().unwrap_or_default();
    match fault {
        PolicyFault::Twice { kind, first, second, day } => {
            let ((first, _), (second, span)) = (named(first), named(second));
            let zh = format!("{kind} 的两条规定在 {day} 同时有效：{first}、{second}");
            let en = format!("two {kind} clauses hold on {day}: {first}, {second}");
            let hint = (
                "给旧的一条写上 to（失效的第一天，不含该日）",
                "end the older one with `to`, its first day without it",
            );
            file.at(span, Wrong::new("data-overlap", (&zh, &en), hint))
        }
        PolicyFault::TooManyFactors { last, day } => {
            let (name, span) = named(last);
            let zh = format!("{day} 同时有效的个人负担系数太多，{name} 无法精确计算");
            let en = format!("too many share factors hold on {day} for {name} to be exact");
            let hint = ("合并为一条 person 规定的几行", "make them rows of one person clause");
            file.at(span, Wrong::new("data-contradiction", (&zh, &en), hint))
        }
        PolicyFault::Missing { kind, scheme, care, day, beside } => {
            let zh = format!("{}{}自 {day} 起缺少 {kind} 条款", scheme.zh(), care.zh());
            let en = format!("{} {}: no {kind} clause from {day} on", scheme.word(), care.word());
            let (hint_zh, hint_en) = (
                format!("补上 [[{kind}]]，或让这条与其他条款同时失效"),
                format!("add a [[{kind}]], or end this clause when the others end"),
            );
            let wrong = Wrong::new("data-missing", (&zh, &en), (&hint_zh, &hint_en));
            file.at(named(beside).1, wrong)
        }
    }
}

/// Turns tables into clauses, numbering their citations.
struct Builder<'a> {
    code: RegionCode,
    /// None if the list of sources could not be read; that is told already.
    sources: Option<NamedSources<'a>>,
    citations: &'a mut Vec<Citation>,
    seen: HashSet<String>,
    places: Places,
}

macro_rules! read_clauses {
    ($($kind:ident: $rule:ty,)*) => {
        impl Builder<'_> {
            fn clauses(&mut self, mut keys: Keys) -> Clauses {
                let clauses = Clauses { $($kind: self.each(&mut keys),)* };
                keys.end();
                clauses
            }
        }
    };
}
every_kind! { read_clauses }

impl Builder<'_> {
    fn each<T: Rule>(&mut self, keys: &mut Keys) -> Vec<Clause<T>> {
        let tables = keys.tables(T::KIND);
        tables.into_iter().filter_map(|clause| self.clause(clause)).collect()
    }

    fn clause<T: Rule>(&mut self, mut keys: Keys) -> Option<Clause<T>> {
        let id: Option<String> = keys.need("id");
        let id_span = keys.span_of("id");
        let applies = keys.need_table("applies").and_then(|mut keys| {
            let read = applies(&mut keys);
            keys.end();
            read
        });
        let basis = keys.need_table("basis").and_then(Basis::read);
        let rule = keys.need_table("rule").and_then(|mut keys| {
            let rule = T::read(&mut keys);
            keys.end();
            rule
        });
        let reading = keys.reading();
        keys.end();
        let clause = format!("{}/{}/{}", self.code, T::KIND, id?);
        if !self.seen.insert(clause.clone()) {
            let what = ("同种类的条款编号重复", "two clauses of a kind have this id");
            reading.tell(id_span.clone(), Wrong::twice(what));
        }
        let basis = basis?;
        let source = self.sources.as_ref().and_then(|sources| sources.find(&basis, reading));
        let id = ClauseId(self.citations.len() as u32);
        self.places.insert(id, (clause.clone(), id_span));
        self.citations.push(basis.citation(clause, source));
        Some(Clause { id, applies: applies?, rule: rule? })
    }
}
