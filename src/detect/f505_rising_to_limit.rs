//! # F505 冲顶 rising-to-limit
//!
//! ## 查什么
//! 一个参保人在一个待遇年度里，rising_bills_min 份以上的票据（默认 3 份）一起把统筹限额用到
//! near_limit_percent（默认 97%）以上，而没有大量超出。已用额按该地限额的口径（基金支付、进入统筹额或起付
//! 线以上额）计，本批、账上的申报和既往结算一并计。限额没有收录或取决于未知情况的，不看。
//!
//! ## 为什么要紧
//! 有意把年度限额用尽的，往往拿一份份票据凑到顶就收手，其中常有多开、冒名或虚假的票据。
//!
//! ## 什么情况下无辜
//! 一次大病就用去限额一半以上的，不列；超出限额达一成以上的，不像有意凑到顶，不列；已用额有一半以上出自
//! 按周期的放化疗、透析、输血等（见 cyclic_diseases.csv）的，不列。其余长期重病也会自然用到限额，因此只作
//! 提示。涉及金额是已用过半之后的那些申报；跨年分段结算的住院全部计在出院所在年度，可能略有出入。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（虚假就医、冒名就医）。

use std::collections::BTreeMap;

use crate::domain::dates::{Date, age_on};
use crate::domain::words::{Outcome, Scheme, SettlementStatus};
use crate::domain::{Code, Money, Origin, RegionCode};
use crate::flow::decisions::LimitMeaning;
use crate::flow::{ClaimIx, Decision, PersonLink, Settlement, StepKind};
use crate::rulebook::Policy;
use crate::rulebook::clauses::Seat;
use crate::rulebook::detector_settings::Threshold;

use super::care::{Bill, Episode};
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F505,
    name: "rising-to-limit",
    source: include_str!("f505_rising_to_limit.rs"),
    run,
};

/// Whoever is over the limit by a tenth did not stop at it.
const OVER_PARTS: i64 = 10;
/// One bill that uses half of the limit is a grave illness; courses that use half of it, too.
const SINGLE_PARTS: i64 = 2;

/// A benefit year of a person: pooling area, scheme, the year of its first day.
type Year = (RegionCode, Scheme, i16);

/// What one bill uses of the limit.
struct Use {
    day: Date,
    episode: Episode,
    amount: Money,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    // One bill alone rises to nothing.
    for person in scene.shared.care.by_person().filter(|person| person.len() > 1) {
        let episodes = scene.looked_at(person);
        let mut years: BTreeMap<Year, ClaimIx> = BTreeMap::new();
        for claim in episodes.iter().filter_map(|episode| episode.claim()) {
            // Of a year the last claim that has a limit says which.
            if limit(scene, claim).is_some() {
                years.insert(year(scene, claim), claim);
            }
        }
        drafts.extend(years.values().filter_map(|&claim| risen(scene, claim, &episodes)));
    }
    drafts
}

fn year(scene: &Scene, ix: ClaimIx) -> Year {
    let (claim, decision) = (scene.claim(ix), scene.decision(ix));
    (claim.insured.0.pool(), claim.scheme, decision.benefit_year)
}

/// The rules the claim was decided by, and the limit of its person for sure.
fn limit<'a>(scene: &Scene<'a>, ix: ClaimIx) -> Option<(&'a Policy, LimitMeaning, Money)> {
    let (claim, decision) = (scene.claim(ix), scene.decision(ix));
    let region = scene.ground.rulebook.region(claim.insured)?;
    let policy = region.policy(claim.scheme, claim.care, decision.governing_day).value()?;
    let rule = &policy.limit.as_ref()?.rule;
    let entry = match &scene.links(ix).person {
        PersonLink::Known { entry, .. } => entry.map(|ix| &scene.records().persons[ix.at()]),
        PersonLink::ByName { .. } | PersonLink::Unknown { .. } => None,
    };
    let hospital = scene.hospital(ix);
    let admitted = claim.stay.first();
    let born = entry.and_then(|entry| entry.birth_date());
    let seat = Seat {
        tier: decision.tier,
        owner: hospital.and_then(|hospital| hospital.owner_level),
        kind: hospital.map(|hospital| hospital.kind),
        person: decision.person_type?,
        age: born.map(|born| age_on(born, admitted)),
        hardship: entry.map_or(&[], |entry| &entry.hardship),
        civil_servant: entry.is_some_and(|entry| entry.civil_servant),
        retired_on: entry.and_then(|entry| entry.retired_on),
        member_years: entry.and_then(|entry| entry.insured_since).map(|day| age_on(day, admitted)),
        diagnosis: claim.diagnosis_code.as_deref().unwrap_or_default(),
    };
    let capped = rule.amount(&seat).ok().filter(|capped| capped.unsure.is_none())?;
    capped.amount.is_positive().then_some((policy, rule.meaning, capped.amount))
}

fn risen(scene: &Scene, last: ClaimIx, episodes: &[Episode]) -> Option<Draft> {
    let (policy, meaning, limit) = limit(scene, last)?;
    let percent = scene.threshold(Threshold::NearLimitPercent, last);
    let bills_min = scene.threshold(Threshold::RisingBillsMin, last);
    let care = &policy.limit.as_ref()?.applies.care;
    let mut uses: Vec<Use> = episodes
        .iter()
        .filter(|episode| care.contains(&episode.care) && is_of_year(scene, last, policy, episode))
        .map(|&episode| Use {
            day: episode.period.last(),
            episode,
            amount: used(scene, episode, meaning),
        })
        .filter(|bill| bill.amount.is_positive())
        .collect();
    uses.sort_by_key(|bill| (bill.day, bill.episode));
    let sum: Money = uses.iter().map(|bill| bill.amount).sum();
    let over: Money = uses.iter().map(|bill| over_limit(scene, bill.episode)).sum();
    let largest = uses.iter().map(|bill| bill.amount).max()?;
    let in_courses: Money =
        uses.iter().filter(|bill| is_cyclic(scene, bill)).map(|bill| bill.amount).sum();
    let is_near = sum.fen() >= limit.fen() / 100 * i64::from(percent);
    let is_innocent = largest.fen() >= limit.fen() / SINGLE_PARTS
        || over.fen() >= limit.fen() / OVER_PARTS
        || in_courses.fen() >= sum.fen() / SINGLE_PARTS;
    if !is_near || is_innocent || uses.len() < bills_min as usize {
        return None;
    }
    let thresholds =
        vec![(Threshold::NearLimitPercent, percent), (Threshold::RisingBillsMin, bills_min)];
    told(scene, &uses, (sum, limit), thresholds)
}

/// Whether an episode counts in the benefit year of a claim.
fn is_of_year(scene: &Scene, last: ClaimIx, policy: &Policy, episode: &Episode) -> bool {
    match episode.bill {
        Bill::Claim(claim) => year(scene, claim) == year(scene, last),
        Bill::Settlement(past) => {
            let settlement = &scene.records().settlements[past.at()];
            let rule = policy.year.rule;
            let year = rule.year_of(episode.period.last(), settlement.settled_on);
            let scheme = scene.claim(last).scheme;
            settlement.status == SettlementStatus::Normal
                && settlement.scheme.is_none_or(|of| of == scheme)
                && year == scene.decision(last).benefit_year
        }
    }
}

/// What a bill uses of a limit of that meaning.
fn used(scene: &Scene, episode: Episode, meaning: LimitMeaning) -> Money {
    match episode.bill {
        Bill::Claim(claim) => of_decision(scene.decision(claim), meaning),
        Bill::Settlement(past) => of_settlement(&scene.records().settlements[past.at()], meaning),
    }
}

fn of_decision(decision: &Decision, meaning: LimitMeaning) -> Money {
    if matches!(decision.outcome, Outcome::Reject | Outcome::Pend) {
        return Money::ZERO;
    }
    let entered = decision.steps.iter().map(|step| match step.kind {
        StepKind::Basic { entered, .. } => entered,
        _ => Money::ZERO,
    });
    match meaning {
        LimitMeaning::Fund => decision.amounts.fund_basic,
        LimitMeaning::FundAndPerson => entered.sum(),
        LimitMeaning::Entering => entered.sum::<Money>() + decision.amounts.deductible,
    }
}

/// As the opening of a year reads it: what was in scope is at least what was paid and charged.
fn of_settlement(settlement: &Settlement, meaning: LimitMeaning) -> Money {
    let least = settlement.deductible + settlement.fund_basic + settlement.fund_large;
    let in_scope = settlement.in_scope.max(least);
    match meaning {
        LimitMeaning::Fund => settlement.fund_basic,
        LimitMeaning::FundAndPerson => in_scope - settlement.deductible,
        LimitMeaning::Entering => in_scope,
    }
}

fn over_limit(scene: &Scene, episode: Episode) -> Money {
    let steps = episode.claim().map_or(&[][..], |claim| &scene.decision(claim).steps);
    let over = steps.iter().map(|step| match step.kind {
        StepKind::Limit { over, .. } => over,
        _ => Money::ZERO,
    });
    over.sum()
}

fn is_cyclic(scene: &Scene, bill: &Use) -> bool {
    let code = bill.episode.diagnosis_code(scene.adjudicated).unwrap_or_default();
    scene.ground.settings.facts.cyclic.has(code)
}

fn told(
    scene: &Scene,
    uses: &[Use],
    (sum, limit): (Money, Money),
    thresholds: Vec<(Threshold, u32)>,
) -> Option<Draft> {
    let half = limit.fen() / 2;
    let mut risen = Money::ZERO;
    let mut claims: Vec<(ClaimIx, Money)> = Vec::new();
    for bill in uses {
        risen += bill.amount;
        let late = bill.episode.claim().filter(|_| risen.fen() > half);
        claims.extend(late.map(|claim| (claim, scene.whole(claim))));
    }
    let &(claim, _) = claims.first()?;
    let rows: Vec<Origin> =
        uses.iter().map(|bill| bill.episode.origin(scene.adjudicated)).collect();
    let (about, count) = (scene.about(claim), uses.len());
    let (from, to) = (uses.first()?.day, uses.last()?.day);
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        thresholds,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人 {from} 至 {to} 的 {count} 份票据把年度统筹限额 {limit} 元用到 {sum} 元。",
                about.zh
            ),
            format!(
                "{}: from {from} to {to} the person's {count} bills used {sum} of the year's \
                 limit of {limit}.",
                about.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十七条、第四十一条")
        .shown_by(rows);
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only};
    use crate::domain::words::CareType;
    use crate::flow::Step;

    /// Stays in one year, each of which brought so much above its deductible into the pool. The
    /// limit of employees in Wuhan is 240,000 of that.
    fn stays(b: &mut Batch, amounts: &[&str]) {
        for (at, amount) in amounts.iter().enumerate() {
            let month = at + 1;
            let days = (format!("2024-{month:02}-01"), format!("2024-{month:02}-08"));
            let id = format!("C{month}");
            let claim = b.claim(&id, 1, (&days.0, &days.1), "100000.00");
            entered(b, claim, amount);
        }
    }

    fn entered(b: &mut Batch, claim: ClaimIx, amount: &str) {
        let entered = money(amount);
        let kind = StepKind::Basic { entered, fund: entered, person: Money::ZERO };
        b.decision(claim).steps.push(Step { kind, clause: None });
        b.pays(claim, amount);
    }

    const NEAR: [&str; 4] = ["60000.00", "60000.00", "60000.00", "52800.00"];

    #[test]
    fn bills_that_end_together_at_the_limit_are_told() {
        check(
            Code::F505,
            &[
                // Half of the limit is used after the second stay.
                ("97 per cent", |b| stays(b, &NEAR), &[("C3+C4", "112800.00")]),
                (
                    "a fen below",
                    |b| stays(b, &["60000.00", "60000.00", "60000.00", "52799.99"]),
                    &[],
                ),
                ("two bills", |b| stays(b, &["119999.00", "119999.00"]), &[]),
                ("one grave illness", |b| stays(b, &["120000.00", "60000.00", "59000.00"]), &[]),
                (
                    "far over the limit",
                    |b| {
                        stays(b, &NEAR);
                        let kind = StepKind::Limit {
                            meaning: LimitMeaning::FundAndPerson,
                            limit: money("240000.00"),
                            used: money("232800.00"),
                            over: money("24000.00"),
                        };
                        b.decision(ClaimIx(3)).steps.push(Step { kind, clause: None });
                    },
                    &[],
                ),
                (
                    "dialysis",
                    |b| {
                        stays(b, &NEAR);
                        b.diagnosed(ClaimIx(0), "N18.500");
                        b.diagnosed(ClaimIx(1), "N18.500");
                    },
                    &[],
                ),
                (
                    "another year",
                    |b| {
                        stays(b, &NEAR);
                        b.decision(ClaimIx(0)).benefit_year = 2023;
                    },
                    &[],
                ),
                (
                    "refused",
                    |b| {
                        stays(b, &NEAR);
                        b.decision(ClaimIx(0)).outcome = Outcome::Reject;
                    },
                    &[],
                ),
                (
                    "with a past settlement",
                    |b| {
                        stays(b, &NEAR[1..]);
                        let past = b.past_in(
                            1,
                            ("2024-02-10", "2024-02-20"),
                            "H11010000001",
                            CareType::Inpatient,
                        );
                        b.edit_past(past).in_scope = money("60000.00");
                    },
                    // The third of the four bills is the past one.
                    &[("C3", "52800.00")],
                ),
            ],
        );
    }

    #[test]
    fn the_limit_and_its_use_are_said() {
        let mut batch = Batch::default();
        stays(&mut batch, &NEAR);
        let detected = batch.detect();
        let finding = only(&detected, Code::F505);
        let said =
            "2024-01-08 至 2024-04-08 的 4 份票据把年度统筹限额 240000.00 元用到 232800.00 元。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.thresholds, "near_limit_percent=97;rising_bills_min=3");
        assert_eq!(finding.evidence.len(), 4);
    }
}
