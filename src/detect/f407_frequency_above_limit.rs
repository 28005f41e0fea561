//! # F407 超过限定频次 frequency-above-limit
//!
//! ## 查什么
//! 项目的收费数量（扣除红冲）超过智能监管规则库第八批规定的频次（data/frequencies.csv）：每日限一日、
//! 24 小时的，按日看；限周期的（如糖化血红蛋白 15 天一次），同一人在同一医院两次收费间隔不足规定天数，跨申报、
//! 跨月份一并看。床位、护理、住院诊查超过住院天数的由 F405 处理。
//!
//! ## 为什么要紧
//! 一天收 30 小时监护、一周做两次康复评定，数量本身就不可能或不予支付。
//!
//! ## 什么情况下无辜
//! 账单把几天合成一行：一行的数量可以摊到前后没有再收该项目的日子，摊得下的不列。病情变化需要提前复查
//! 的，须看病历；间隔恰好等于规定天数的不列。涉及金额只计超出的数量。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（重复收费、过度检查）；国家医保局智能监管规则库、
//! 知识库第八批。

use rayon::prelude::*;

use crate::domain::dates::{Date, days_between};
use crate::domain::words::CareType;
use crate::domain::{Code, Money, Origin, Quantity, Text};
use crate::flow::{ClaimIx, Duplicate, Subject};
use crate::rulebook::charge_kinds::ChargeKind;
use crate::rulebook::usage::{CountedUnit, Frequency, UsageIx};

use super::billed::{self, Billed};
use super::detector::Detector;
use super::f405_days_above_stay::by_day;
use super::line_items::LineItem;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F407,
    name: "frequency-above-limit",
    source: include_str!("f407_frequency_above_limit.rs"),
    run,
};

const LEGAL_BASIS: &str =
    "《医疗保障基金使用监督管理条例》第十五条、第三十八条；国家医保局智能监管规则库、知识库第八批";

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = scene.each_claim(|claim| above_a_day(scene, claim));
    drafts.extend(too_soon(scene));
    drafts
}

fn limit(scene: &Scene, item: UsageIx) -> Option<Frequency> {
    scene.ground.rulebook.usage.get(item).frequency
}

/// The items of one claim that are limited on each day.
fn above_a_day(scene: &Scene, claim: ClaimIx) -> Option<Draft> {
    let inpatient = scene.claim(claim).care == CareType::Inpatient;
    let limited = |item: LineItem| {
        let usage = item.usage()?;
        let limit = limit(scene, usage).filter(|limit| limit.window_days == 1)?;
        // Hours are no days, and days of a stay are counted elsewhere.
        let hours = limit.unit == CountedUnit::Day && item.kind == Some(ChargeKind::Hours);
        let elsewhere = inpatient && by_day(item).is_some();
        (!hours && !elsewhere).then_some(usage)
    };
    let mut said: Vec<Text> = Vec::new();
    let mut rows: Vec<Origin> = Vec::new();
    let mut at_risk = Money::ZERO;
    for billed in billed::by_key(scene, claim, limited) {
        let Some(limit) = limit(scene, billed.key) else { continue };
        let excess = daily_excess(scene, claim, &billed, limit);
        if excess.is_zero() {
            continue;
        }
        at_risk += billed.cost_of(excess);
        said.push(shown(scene, &billed, limit, excess));
        rows.extend(billed.lines.iter().map(|&line| scene.line(line).origin));
    }
    let (about, said) = (scene.about(claim), Some(listed(&said)).filter(|_| !said.is_empty())?);
    let draft = Draft::on_claim(scene, claim, at_risk)
        .saying(
            format!("{}收费超过每日限量 {at_risk} 元：{}。", about.zh, said.zh),
            format!("{}: {at_risk} above what a day allows: {}.", about.en, said.en),
        )
        .under(LEGAL_BASIS)
        .shown_by(rows);
    Some(draft)
}

/// What passes the limit wherever it is spread: on its own day and those around it without a
/// charge, and over the stay as a whole.
fn daily_excess(
    scene: &Scene,
    claim: ClaimIx,
    billed: &Billed<UsageIx>,
    limit: Frequency,
) -> Quantity {
    let span = billed.span(scene, claim);
    let above = billed
        .days
        .iter()
        .enumerate()
        .map(|(at, day)| day.quantity.less(billed::times(limit.most, billed.room(at, span))));
    let by_day = billed::sum(above);
    let days = (days_between(span.0, span.1) + 1).max(1).unsigned_abs();
    by_day.max(billed.quantity().less(billed::times(limit.most, days)))
}

fn shown(scene: &Scene, billed: &Billed<UsageIx>, limit: Frequency, excess: Quantity) -> Text {
    let name = &scene.ground.rulebook.usage.get(billed.key).name;
    let (most, unit, total) = (limit.most, limit.unit, billed.quantity());
    Text::new(
        format!("“{name}”每日限 {most} {}，共收 {total}，超 {excess}", unit.zh()),
        format!("{name}: at most {most} {} a day, {total} in all, {excess} above", unit.word()),
    )
}

/// What one person was charged of one item in one claim on one day.
struct Charge<'a> {
    person: Subject,
    /// Another hospital does not know what was done here.
    hospital: &'a str,
    item: UsageIx,
    day: Date,
    claim: ClaimIx,
    quantity: Quantity,
    amount: Money,
    /// Over how many days the quantity may be spread.
    room: u32,
    rows: Vec<Origin>,
}

/// The items that have a cycle, over all claims of each person at each hospital.
fn too_soon(scene: &Scene) -> Vec<Draft> {
    let claims = scene.adjudicated.decisions.par_iter().map(|decision| decision.claim);
    let standing = claims.filter(|&claim| {
        let repeated = matches!(scene.links(claim).duplicate, Duplicate::Later { .. });
        scene.is_on(claim) && !repeated
    });
    let mut charges: Vec<Charge> = standing.flat_map_iter(|claim| charges(scene, claim)).collect();
    charges.sort_by(|one, next| {
        let key = |charge: &Charge| (charge.item, charge.day, charge.claim);
        let by_place = one.person.cmp(&next.person).then(one.hospital.cmp(next.hospital));
        by_place.then_with(|| key(one).cmp(&key(next)))
    });
    let alike = charges.chunk_by(|one, next| {
        one.person == next.person && one.hospital == next.hospital && one.item == next.item
    });
    alike.filter_map(|group| in_cycles(scene, group)).collect()
}

fn charges<'a>(scene: &Scene<'a>, claim: ClaimIx) -> Vec<Charge<'a>> {
    let in_cycle = |item: LineItem| {
        item.usage().filter(|&usage| limit(scene, usage).is_some_and(|one| one.window_days > 1))
    };
    let mut charges = Vec::new();
    for billed in billed::by_key(scene, claim, in_cycle) {
        let span = billed.span(scene, claim);
        for (at, day) in billed.days.iter().enumerate() {
            let lines = billed.lines.iter().map(|&line| scene.line(line));
            charges.push(Charge {
                hospital: scene.hospital_shown(claim),
                person: scene
                    .claim(claim)
                    .person
                    .key()
                    .map_or(Subject::Claim(claim), Subject::Person),
                item: billed.key,
                day: day.day,
                claim,
                quantity: day.quantity,
                amount: day.amount,
                room: billed.room(at, span),
                rows: lines.filter(|line| line.service_on == day.day).map(|l| l.origin).collect(),
            });
        }
    }
    charges
}

/// Walks the charges of one item by day: each opens a cycle or falls into the one before.
fn in_cycles(scene: &Scene, charges: &[Charge]) -> Option<Draft> {
    let first = charges.first()?;
    let limit = limit(scene, first.item)?;
    let cycle = u32::from(limit.window_days);
    let mut claims: Vec<(ClaimIx, Money)> = Vec::new();
    let mut rows: Vec<Origin> = Vec::new();
    let mut excess = Quantity::default();
    let mut days: Vec<Date> = Vec::new();
    let (mut opened, mut used): (Option<&Charge>, Quantity) = (None, Quantity::default());
    for charge in charges {
        let gap = |open: &Charge| days_between(open.day, charge.day).unsigned_abs();
        let within = opened.filter(|open| gap(open) < cycle);
        // A line of a long stay may sum up several cycles.
        let spread = billed::times(limit.most, charge.room.div_ceil(cycle));
        let allowed = match within {
            Some(_) => Quantity::whole(limit.most).less(used),
            None => spread,
        };
        let above = charge.quantity.less(allowed);
        let before = if within.is_some() { used } else { Quantity::default() };
        used = billed::sum([before, charge.quantity].into_iter());
        if !above.is_zero() {
            let before = within.into_iter().map(|open| (open.claim, Money::ZERO));
            claims.extend(before.chain([(charge.claim, cost(charge, above))]));
            rows.extend(within.into_iter().chain([charge]).flat_map(|one| one.rows.clone()));
            days.extend(within.into_iter().chain([charge]).map(|one| one.day));
            excess = billed::sum([excess, above].into_iter());
        }
        if within.is_none() {
            opened = Some(charge);
        }
    }
    days.sort_unstable();
    days.dedup();
    Some(told(scene, limit, first, merged(claims), excess, &days)?.shown_by(rows))
}

fn cost(charge: &Charge, part: Quantity) -> Money {
    charge.quantity.share_of(part, charge.amount)
}

/// Each claim once.
fn merged(mut claims: Vec<(ClaimIx, Money)>) -> Vec<(ClaimIx, Money)> {
    claims.sort_unstable();
    let groups = claims.chunk_by(|one, next| one.0 == next.0);
    groups.map(|group| (group[0].0, group.iter().map(|one| one.1).sum())).collect()
}

fn told(
    scene: &Scene,
    limit: Frequency,
    charge: &Charge,
    claims: Vec<(ClaimIx, Money)>,
    excess: Quantity,
    days: &[Date],
) -> Option<Draft> {
    let &(claim, _) = claims.first()?;
    let at_risk: Money = claims.iter().map(|(_, amount)| *amount).sum();
    let (about, name) = (scene.about(claim), &scene.ground.rulebook.usage.get(charge.item).name);
    let (most, cycle) = (limit.most, limit.window_days);
    let days: Vec<String> = days.iter().map(Date::to_string).collect();
    let (days_zh, days_en) = (days.join("、"), days.join(", "));
    let draft =
        Draft { subject: charge.person.clone(), claims, ..Draft::on_claim(scene, claim, at_risk) };
    let draft = draft.saying(
        format!(
            "{}的参保人“{name}”每 {cycle} 天限 {most} 次，收费日 {days_zh}，多收 {excess} 次、\
             {at_risk} 元。",
            about.zh
        ),
        format!(
            "{}: {name} is allowed {most} time in {cycle} days and was charged on {days_en}: \
             {excess} too many, {at_risk}.",
            about.en
        ),
    );
    Some(draft.under(LEGAL_BASIS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    const ECG: (&str, &str) = ("003107010220000", "心电监测");
    const TURNING: (&str, &str) = ("003114000530000", "翻身床治疗");
    const HBA1C: (&str, &str) = ("002503020030000", "糖化血红蛋白测定");
    const WATCHED: (&str, &str) = ("001102000040000", "门急诊留观诊查费");

    fn week(b: &mut Batch, lines: &[((&str, &str), &str, &str)]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "9000.00");
        for &(item, on, quantity) in lines {
            b.charge(item, on, quantity, "10.00");
        }
    }

    #[test]
    fn more_than_a_day_holds_is_told_wherever_it_is_spread() {
        const FIRST: &str = "2024-03-01";
        check(
            Code::F407,
            &[
                (
                    "a whole day each day",
                    |b| week(b, &[(ECG, "2024-03-02", "24"), (ECG, "2024-03-03", "24")]),
                    &[],
                ),
                (
                    "an hour above between two days",
                    |b| {
                        let days =
                            [("2024-03-01", "20"), ("2024-03-02", "25"), ("2024-03-03", "24")];
                        week(b, &days.map(|(day, hours)| (ECG, day, hours)));
                    },
                    &[("C1", "10.00")],
                ),
                ("the stay in one line", |b| week(b, &[(ECG, FIRST, "192")]), &[]),
                ("more than the stay", |b| week(b, &[(ECG, FIRST, "193")]), &[("C1", "10.00")]),
                (
                    "a line a month",
                    |b| {
                        b.claim("C1", 1, ("2024-02-20", "2024-03-10"), "9000.00");
                        b.charge(TURNING, "2024-02-20", "10", "10.00");
                        b.charge(TURNING, "2024-03-01", "9", "10.00");
                    },
                    &[],
                ),
                ("reversed", |b| week(b, &[(ECG, FIRST, "200"), (ECG, FIRST, "-8")]), &[]),
                (
                    "beds are counted elsewhere",
                    |b| week(b, &[(("001109000010000", "普通病房床位费"), FIRST, "12")]),
                    &[],
                ),
                (
                    "observed twice on one day as an outpatient",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-01"), "90.00");
                        b.edit(claim).care = CareType::Emergency;
                        b.charge(WATCHED, FIRST, "2", "10.00");
                    },
                    &[("C1", "10.00")],
                ),
                (
                    "billed by the hour",
                    |b| {
                        week(b, &[(TURNING, FIRST, "30")]);
                        b.unit("小时");
                    },
                    &[],
                ),
            ],
        );
    }

    fn tested(b: &mut Batch, id: &str, person: u16, on: &str) {
        b.claim(id, person, (on, on), "100.00");
        b.charge(HBA1C, on, "1", "60.00");
    }

    #[test]
    fn a_cycle_is_kept_across_claims_of_one_person() {
        check(
            Code::F407,
            &[
                (
                    "a day too soon",
                    |b| {
                        tested(b, "C1", 1, "2024-03-01");
                        tested(b, "C2", 1, "2024-03-15");
                    },
                    &[("C1+C2", "60.00")],
                ),
                (
                    "after the cycle",
                    |b| {
                        tested(b, "C1", 1, "2024-03-01");
                        tested(b, "C2", 1, "2024-03-16");
                    },
                    &[],
                ),
                (
                    "another person",
                    |b| {
                        tested(b, "C1", 1, "2024-03-01");
                        tested(b, "C2", 2, "2024-03-02");
                    },
                    &[],
                ),
                (
                    "twice within one stay",
                    |b| week(b, &[(HBA1C, "2024-03-01", "1"), (HBA1C, "2024-03-05", "1")]),
                    &[("C1", "10.00")],
                ),
                (
                    "thrice in a stay of forty days, in one line",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-04-10"), "900.00");
                        b.charge(HBA1C, "2024-03-01", "3", "60.00");
                    },
                    &[],
                ),
                (
                    "after a claim that is on the books",
                    |b| {
                        tested(b, "C1", 1, "2024-03-10");
                        tested(b, "C0", 1, "2024-03-01");
                        b.last_recalled();
                    },
                    &[("C1", "60.00")],
                ),
            ],
        );
    }

    #[test]
    fn the_sentence_names_the_days() {
        let mut batch = Batch::default();
        tested(&mut batch, "C1", 1, "2024-03-01");
        tested(&mut batch, "C2", 1, "2024-03-10");
        let detected = batch.detect();
        let finding = only(&detected, Code::F407);
        assert!(finding.sentence.zh.contains("每 15 天限 1 次，收费日 2024-03-01、2024-03-10"));
        assert_eq!(finding.evidence.len(), 3);
        assert!(matches!(finding.subject, Subject::Person(_)));
    }
}
