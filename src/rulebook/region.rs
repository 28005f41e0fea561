//! A region's folder → its law. Shapes come in, checked clauses and citations go out; every fault
//! of the folder is collected.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use crate::domain::dates::Date;
use crate::domain::words::{CareType, Scheme};
use crate::domain::{Citation, InForce, Money, Rate, RegionCode};
use crate::flow::decisions::LimitMeaning;
use crate::flow::{ClauseId, Problem};

use super::catalog::ends_too_soon;
use super::citations::{NamedSources, citation};
use super::clauses::bands::{Band, Bands, BandsFault};
use super::clauses::catalog_rule::CatalogRule;
use super::clauses::contribution::{ContributionRule, LapseEffect};
use super::clauses::deadline::Deadline;
use super::clauses::deductible::Deductible;
use super::clauses::filing::{FilingRule, LateFiling};
use super::clauses::large_amount::{LargeAmount, LargeShare};
use super::clauses::limit::Limit;
use super::clauses::materials::MaterialRule;
use super::clauses::person::PersonAdvantage;
use super::clauses::ratio::{Axis, RatioTable};
use super::clauses::route::{Adjustment, OtherDeductible, RouteEffect, RouteRule};
use super::clauses::serious_illness::{SeriousBase, SeriousIllness};
use super::clauses::year::BenefitYear;
use super::clauses::{Applies, Clause, TierRow, TierTable};
use super::policy::{Clauses, Policies, Policy, PolicyFault, assemble};
use super::reading::{DataFile, Wrong, both};
use super::shapes::*;

/// The law of one region.
#[derive(Clone, Debug)]
pub struct Region {
    pub code: RegionCode,
    pub name: String,
    pub coverage: CoverageShape,
    policies: Policies,
}

impl Region {
    /// Reads `regions/<code>/region.toml` and `policy.toml`, adding to `citations`.
    pub fn load(
        data: &Path,
        code: RegionCode,
        citations: &mut Vec<Citation>,
    ) -> Result<Region, Vec<Problem>> {
        let name = |file| format!("regions/{code}/{file}");
        let region = DataFile::open_toml::<RegionShape>(data, &name("region.toml"));
        let policy = DataFile::open_toml::<PolicyShape>(data, &name("policy.toml"));
        let (region, policy) = both(region, policy)?;
        Region::of(code, region, policy, citations)
    }

    /// Checks the two files of a region.
    pub(super) fn of(
        code: RegionCode,
        (region_file, shape): (DataFile, RegionShape),
        (policy_file, policy): (DataFile, PolicyShape),
        citations: &mut Vec<Citation>,
    ) -> Result<Region, Vec<Problem>> {
        let mut builder = Builder::new(code, &region_file, &shape.source, &policy_file, citations);
        if shape.code.get_ref().0 != code {
            let what = ("code 与文件夹名不符", "code differs from the name of the folder");
            let expected = (&*code.to_string(), &*code.to_string());
            let fault = region_file.at(shape.code.span(), Wrong::value(what, expected));
            builder.faults.push(fault);
        }
        let clauses = builder.clauses(policy);
        let (mut faults, places) = (builder.faults, builder.places);
        match assemble(code, &clauses) {
            Ok(policies) if faults.is_empty() => {
                Ok(Region { code, name: shape.name, coverage: shape.coverage, policies })
            }
            Ok(_) => Err(faults),
            Err(found) => {
                // A clause that is wrong by itself is not also told as missing.
                let are_read = faults.is_empty();
                let told_for_sure = |fault: &&PolicyFault| are_read || fault.is_twice();
                let mut told_of = HashSet::new();
                let once = found.iter().filter(told_for_sure);
                let once = once.filter(|fault| told_of.insert(fault.subject()));
                faults.extend(once.map(|fault| told(fault, &policy_file, &places)));
                Err(faults)
            }
        }
    }

    /// The rules for a scheme and kind of care on a day, or why there are none.
    pub fn policy(&self, scheme: Scheme, care: CareType, day: Date) -> InForce<&Policy> {
        self.policies.get(&(scheme, care)).map_or(InForce::Never, |timeline| timeline.on(day))
    }
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

/// Turns shapes into clauses, numbering their citations.
struct Builder<'a> {
    code: RegionCode,
    sources: NamedSources<'a>,
    file: &'a DataFile,
    citations: &'a mut Vec<Citation>,
    seen: HashSet<String>,
    places: Places,
    faults: Vec<Problem>,
}

impl<'a> Builder<'a> {
    fn new(
        code: RegionCode,
        region_file: &'a DataFile,
        sources: &'a [SourceShape],
        file: &'a DataFile,
        citations: &'a mut Vec<Citation>,
    ) -> Builder<'a> {
        let mut faults = Vec::new();
        let sources = NamedSources::new(region_file, sources, &mut faults);
        let (seen, places) = (HashSet::new(), HashMap::new());
        Builder { code, sources, file, citations, seen, places, faults }
    }

    fn fault(&mut self, span: Range<usize>, wrong: Wrong) {
        self.faults.push(self.file.at(span, wrong));
    }

    fn clauses(&mut self, shape: PolicyShape) -> Clauses {
        Clauses {
            year: self.each("year", shape.year, year),
            catalog: self.each("catalog", shape.catalog, catalog),
            contribution: self.each("contribution", shape.contribution, contribution),
            filing: self.each("filing", shape.filing, filing),
            deadline: self.each("deadline", shape.deadline, deadline),
            materials: self.each("materials", shape.materials, materials),
            deductible: self.each("deductible", shape.deductible, deductible),
            ratio: self.each("ratio", shape.ratio, ratio),
            person: self.each("person", shape.person, person),
            route: self.each("route", shape.route, route),
            limit: self.each("limit", shape.limit, limit),
            large_amount: self.each("large_amount", shape.large_amount, large_amount),
            serious_illness: self.each("serious_illness", shape.serious_illness, serious_illness),
        }
    }

    fn each<S, T>(
        &mut self,
        kind: &str,
        shapes: Vec<ClauseShape<S>>,
        rule: impl Fn(S) -> Result<T, Wrong>,
    ) -> Vec<Clause<T>> {
        let mut clauses = Vec::with_capacity(shapes.len());
        for ClauseShape { id, applies, basis, rule: shape } in shapes {
            let span = id.span();
            let clause = self.cite(kind, id, basis);
            if applies.scheme.is_empty() || applies.care.is_empty() {
                let what = ("scheme 或 care 为空，该条款永不适用", "it applies to nothing at all");
                let expected =
                    ("至少一个险种和一个医疗类别", "a scheme and a kind of care at least");
                self.fault(span.clone(), Wrong::value(what, expected));
            }
            if let Some(to) = applies.to.as_ref().filter(|to| to.get_ref().0 <= applies.from.0) {
                self.fault(to.span(), ends_too_soon());
            }
            match rule(shape) {
                Ok(rule) => clauses.push(Clause {
                    id: clause,
                    applies: Applies {
                        schemes: plain(applies.scheme),
                        care: plain(applies.care),
                        from: applies.from.0,
                        to: applies.to.map(|to| to.into_inner().0),
                    },
                    rule,
                }),
                Err(wrong) => self.fault(span, wrong),
            }
        }
        clauses
    }

    fn cite(&mut self, kind: &str, id: Spanned<String>, basis: BasisShape) -> ClauseId {
        let number = ClauseId(self.citations.len() as u32);
        let clause = format!("{}/{kind}/{}", self.code, id.get_ref());
        if !self.seen.insert(clause.clone()) {
            let what = ("同种类的条款编号重复", "two clauses of a kind have this id");
            self.fault(id.span(), Wrong::twice(what));
        }
        let source = self.sources.find(&basis, self.file, &mut self.faults);
        self.places.insert(number, (clause.clone(), id.span()));
        self.citations.push(citation(clause, source, basis));
        number
    }
}

/// The parts of a rule do not make a rule.
fn complain<T>(zh: &str, en: &str) -> Result<T, Wrong> {
    let hint = ("见 data/README.md 中该种类的写法", "see data/README.md on this kind of clause");
    Err(Wrong::new("data-contradiction", (zh, en), hint))
}

fn plain<T>(written: Vec<Written<T>>) -> Vec<T> {
    written.into_iter().map(|w| w.0).collect()
}

fn year(shape: YearShape) -> Result<BenefitYear, Wrong> {
    let MonthDay { month, day } = shape.first_day.0;
    Ok(BenefitYear { first_month: month, first_day: day })
}

fn catalog(shape: CatalogRuleShape) -> Result<CatalogRule, Wrong> {
    Ok(match shape.decides {
        CatalogWord::Treatment => CatalogRule::Treatment,
        CatalogWord::Insured => CatalogRule::Insured,
        CatalogWord::TreatmentWithInsuredCeiling => CatalogRule::TreatmentWithInsuredCeiling,
    })
}

fn contribution(shape: ContributionShape) -> Result<ContributionRule, Wrong> {
    Ok(ContributionRule {
        lapse: match shape.lapse {
            LapseWord::ByDay => LapseEffect::ByDay,
            LapseWord::WholeStay => LapseEffect::WholeStay,
            LapseWord::AdmissionDay => LapseEffect::AdmissionDay,
        },
        make_up_months: shape.make_up_months,
        not_owed_by: plain(shape.not_owed_by),
    })
}

fn filing(shape: FilingShape) -> Result<FilingRule, Wrong> {
    use crate::domain::words::Route;
    let third_place = shape.third_place.0;
    if !matches!(third_place, Route::Temporary | Route::Unfiled) {
        return complain(
            "third_place 只能是 temporary 或 unfiled",
            "third_place is temporary or unfiled",
        );
    }
    Ok(FilingRule {
        late: match shape.late {
            LateShape::No => LateFiling::No,
            LateShape::UntilDeadline => LateFiling::UntilDeadline,
            LateShape::Days(days) => LateFiling::Days(days),
        },
        commitment_counts: shape.commitment_counts,
        third_place,
        emergency_counts: shape.emergency_counts,
    })
}

fn deadline(shape: DeadlineShape) -> Result<Deadline, Wrong> {
    match (shape.months_after, shape.next_year) {
        (Some(months), None) => Ok(Deadline::MonthsAfter(months)),
        (None, Some(Written(MonthDay { month, day }))) => Ok(Deadline::NextYear { month, day }),
        _ => complain(
            "months_after 和 next_year 恰好写一个",
            "write exactly one of months_after and next_year",
        ),
    }
}

fn materials(shape: MaterialsShape) -> Result<MaterialRule, Wrong> {
    Ok(MaterialRule { required: plain(shape.required), emergency: plain(shape.emergency) })
}

fn deductible(shape: DeductibleShape) -> Result<Deductible, Wrong> {
    match (shape.stays.is_empty(), shape.share_of_total) {
        (false, None) => {
            if shape.stays.iter().any(|row| row.figures.is_empty()) {
                return complain("figures 不能为空", "figures must not be empty");
            }
            let rows = shape.stays.into_iter().map(|row| TierRow {
                tier: row.tier.0,
                owners: plain(row.owners),
                persons: plain(row.persons),
                value: plain(row.figures),
            });
            Ok(Deductible::ByStay {
                figures: TierTable { rows: rows.collect() },
                transfer_is_one_stay: shape.transfer_is_one_stay,
            })
        }
        (true, Some(share)) => Ok(share_of_total(share)),
        _ => complain(
            "stays 和 share_of_total 恰好写一个",
            "write exactly one of stays and share_of_total",
        ),
    }
}

fn share_of_total(share: ShareShape) -> Deductible {
    Deductible::ShareOfTotal { rate: share.rate.0, floor: share.floor.0, ceiling: share.ceiling.0 }
}

fn bands(shapes: Vec<BandShape>) -> Result<Bands, Wrong> {
    let bands =
        shapes.into_iter().map(|band| Band { to: band.to.map(|to| to.0), ratio: band.ratio.0 });
    Bands::new(bands.collect()).or_else(|fault| match fault {
        BandsFault::Empty => complain("bands 不能为空", "bands must not be empty"),
        BandsFault::NotAscending => complain("bands 的 to 须递增", "the `to` of bands must ascend"),
        BandsFault::OpenEnd => complain(
            "只有最后一段不写 to",
            "every band but the last has a `to`, and the last has none",
        ),
    })
}

fn ratio(shape: RatioShape) -> Result<RatioTable, Wrong> {
    let mut rows = Vec::with_capacity(shape.rows.len());
    for row in shape.rows {
        let value = match (row.ratio, row.bands.is_empty()) {
            (Some(ratio), true) => Bands::flat(ratio.0),
            (None, false) => bands(row.bands)?,
            _ => {
                return complain(
                    "每行恰好写 ratio 或 bands 之一",
                    "each row has exactly one of ratio and bands",
                );
            }
        };
        rows.push(TierRow {
            tier: row.tier.0,
            owners: plain(row.owners),
            persons: plain(row.persons),
            value,
        });
    }
    let axis = match shape.axis {
        AxisWord::FromZero => Axis::FromZero,
        AxisWord::AfterDeductible => Axis::AfterDeductible,
    };
    Ok(RatioTable { axis, bands: TierTable { rows } })
}

fn person(shape: PersonShape) -> Result<PersonAdvantage, Wrong> {
    let money = |written: Option<Written<Money>>| written.map_or(Money::ZERO, |w| w.0);
    Ok(PersonAdvantage {
        persons: plain(shape.persons),
        share_factor: shape.share_factor.map(|w| w.0),
        ratio_points: shape.ratio_points.map(|w| w.0),
        ratio_at_most: shape.ratio_at_most.map_or(Rate::ONE, |w| w.0),
        deductible_minus: money(shape.deductible_minus),
        deductible_at_least: money(shape.deductible_at_least),
    })
}

fn route(shape: RouteShape) -> Result<RouteRule, Wrong> {
    let deductibles = [
        shape.deductible.map(|figure| OtherDeductible::Figure(figure.0)),
        shape.deductible_times.map(OtherDeductible::Times),
        shape.deductible_share.map(|share| OtherDeductible::Rule(share_of_total(share))),
    ];
    let mut given = deductibles.into_iter().flatten();
    let deductible = given.next();
    if given.next().is_some() {
        return complain("起付线只能改成一种", "give one other deductible, not several");
    }
    let adjustment = Adjustment {
        points: shape.points.map(|w| w.0),
        factor: shape.factor.map(|w| w.0),
        person_first: shape.person_first.map(|w| w.0),
        deductible,
        ratio: shape.ratio.map(|w| w.0),
        base_tier: shape.base_tier.map(|w| w.0),
    };
    let adjusts = adjustment != Adjustment::default();
    let effect = match (shape.effect, adjusts) {
        (EffectWord::Normal, false) => RouteEffect::Normal,
        (EffectWord::Refused, false) => RouteEffect::Refused,
        (EffectWord::Adjusted, true) => RouteEffect::Adjusted(Box::new(adjustment)),
        (EffectWord::Adjusted, false) => {
            return complain("adjusted 须写明怎样调整", "adjusted needs an adjustment");
        }
        (EffectWord::Normal | EffectWord::Refused, true) => {
            return complain(
                "有调整时 effect 须为 adjusted",
                "an adjustment needs effect adjusted",
            );
        }
    };
    Ok(RouteRule { routes: plain(shape.routes), effect })
}

fn limit(shape: LimitShape) -> Result<Limit, Wrong> {
    let meaning = match shape.meaning {
        MeaningWord::Fund => LimitMeaning::Fund,
        MeaningWord::Entering => LimitMeaning::Entering,
        MeaningWord::FundAndPerson => LimitMeaning::FundAndPerson,
    };
    Ok(Limit { meaning, amount: shape.amount.0 })
}

fn large_amount(shape: LargeShape) -> Result<LargeAmount, Wrong> {
    let shares = shape.shares.into_iter().map(|share| LargeShare {
        persons: plain(share.persons),
        ratio: share.ratio.0,
        supplement: share.supplement.map_or(Rate::ZERO, |w| w.0),
    });
    Ok(LargeAmount { shares: shares.collect(), limit: shape.limit.map(|w| w.0) })
}

fn serious_illness(shape: SeriousShape) -> Result<SeriousIllness, Wrong> {
    let has = |word| shape.base.contains(&word);
    let base = SeriousBase {
        deductible: has(BaseWord::Deductible),
        first_pay: has(BaseWord::FirstPay),
        route_first_pay: has(BaseWord::RouteFirstPay),
        over_limit: has(BaseWord::OverLimit),
    };
    Ok(SeriousIllness { bands: bands(shape.bands)?, base, limit: shape.limit.map(|w| w.0) })
}
