//! # F410 超量开药 drug-over-supply
//!
//! ## 查什么
//! 四种情况：一是限疗程的药品或项目，审核认定一次住院内超过限定天数；二是同一人先后几次住院，限疗程药品
//! 间隔不超过 n 天（默认 7 天）一直在用，合计天数超过限定；三是同一人在门诊、药店 6 天内 3 次以上购买同一种
//! 药（次数、天数可设，注射剂和饮片不算），跨申报、跨月份一并看；四是同一人 21 天内购买同一种药（计价单位
//! 相同）的数量，达到其他人每次购买中位数的 6 倍（天数 supply_days、倍数 supply_times 可设；至少 10 人买过）。
//!
//! ## 为什么要紧
//! 超量开药、重复开药是倒卖药品骗保的起点；拆成几次住院、几次购药，正好绕过每次的限量。
//!
//! ## 什么情况下无辜
//! 注射剂当天开当天打，逐日收费正常，不列；急诊处方三天量，六天内三次必有重叠；退药的（红冲）不计；慢性病
//! 按月取药间隔长，不会列。剂量调整、药品短缺分次取药可能有理由。账单没有用法用量，开了几天的量无法推算，
//! 只按次数、天数和别人的购买量判断；长处方（12 周）通常是平时的 3 倍，不会列。涉及金额：一、二只计超出
//! 天数的行，三不计第一次购买，四不计平常一次的量。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（超量开药、重复开药）；国家医保局智能监管规则库、
//! 知识库第六、八批。

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::dates::{Date, days_between};
use crate::domain::identity::PersonKey;
use crate::domain::words::CareType;
use crate::domain::{Code, Money, Origin, Quantity, Text};
use crate::flow::{ClaimIx, Duplicate, LineIx, LineVerdict, Subject, Symbol};
use crate::rulebook::charge_kinds::ChargeKind;
use crate::rulebook::detector_settings::Threshold;
use crate::rulebook::items::ItemIx;

use super::billed::{self, Billed};
use super::detector::Detector;
use super::hoards::{Hoard, Purchase, Usual};
use super::line_items::LineItem;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F410,
    name: "drug-over-supply",
    source: include_str!("f410_drug_over_supply.rs"),
    run,
};

const LEGAL_BASIS: &str = "《医疗保障基金使用监督管理条例》第十五条、第三十八条；国家医保局智能监管规则库、\
                           知识库第六、八批";

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = scene.each_claim(|claim| too_many_days(scene, claim));
    let mut given = all_given(scene);
    given.sort_unstable_by(|one, next| {
        let by_item = (one.way, one.item, one.day).cmp(&(next.way, next.item, next.day));
        let by_place = (one.hospital, one.claim).cmp(&(next.hospital, next.claim));
        one.person.cmp(&next.person).then(by_item).then(by_place)
    });
    let bought = given.iter().filter(|given| given.way == Way::Purchase);
    let usual = Usual::of(bought.map(|it| (&it.person, (it.item, it.unit), it.quantity)));
    let key = |given: &Given| (given.way, given.item);
    let alike = given.chunk_by(|one, next| one.person == next.person && key(one) == key(next));
    for group in alike {
        match group[0].way {
            Way::Course(days) => drafts.extend(long_courses(scene, group, days)),
            Way::Purchase => {
                let quick = quick_purchases(scene, group);
                if quick.is_empty() {
                    drafts.extend(hoard(scene, &usual, group));
                }
                drafts.extend(quick);
            }
        }
    }
    drafts
}

/// What adjudication found: the days beyond those payable in one stay.
fn too_many_days(scene: &Scene, claim: ClaimIx) -> Option<Draft> {
    let late = scene.splits(claim).iter();
    let late = late.filter(|split| split.verdict == LineVerdict::TooManyDays);
    let lines: Vec<LineIx> = late.map(|split| split.line).collect();
    let amount: Money = lines.iter().map(|&line| scene.line(line).amount).sum();
    let billed = lines.iter().filter(|&&line| !scene.line(line).amount.is_negative());
    let said: Vec<Text> = billed.map(|&line| scene.line_shown(line)).collect();
    if !amount.is_positive() {
        return None;
    }
    let (about, count, said) = (scene.about(claim), said.len(), listed(&said));
    let draft = Draft::on_claim(scene, claim, amount)
        .saying(
            format!(
                "{}有 {count} 行超过一次住院限定支付的天数，共 {amount} 元，审核未付：{}。",
                about.zh, said.zh
            ),
            format!(
                "{}: {count} lines are past the days payable in a stay, {amount} in all, not \
                 paid: {}.",
                about.en, said.en
            ),
        )
        .under(LEGAL_BASIS)
        .shown_by(lines.iter().map(|&line| scene.line(line).origin));
    Some(draft)
}

/// How somebody came by an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// In a stay, payable on so many days of a course.
    Course(u16),
    Purchase,
}

/// An item that one person was given on one day.
struct Given<'a> {
    person: PersonKey,
    way: Way,
    item: ItemIx,
    day: Date,
    claim: ClaimIx,
    hospital: &'a str,
    /// As the first line counts it.
    unit: Option<Symbol>,
    quantity: Quantity,
    amount: Money,
    /// At least one.
    lines: Vec<LineIx>,
}

fn all_given<'a>(scene: &Scene<'a>) -> Vec<Given<'a>> {
    let claims = scene.adjudicated.decisions.par_iter().map(|decision| decision.claim);
    let standing = claims.filter(|&claim| {
        let repeated = matches!(scene.links(claim).duplicate, Duplicate::Later { .. });
        scene.is_on(claim) && !repeated
    });
    standing.flat_map_iter(|claim| given(scene, claim)).collect()
}

fn given<'a>(scene: &Scene<'a>, claim: ClaimIx) -> Vec<Given<'a>> {
    let Some(person) = scene.claim(claim).person.key() else { return Vec::new() };
    let inpatient = scene.claim(claim).care == CareType::Inpatient;
    let way = |item: LineItem| {
        let ix = item.item()?;
        if inpatient {
            let days = scene.ground.rulebook.items.get(ix).limits.days_max?;
            return Some((Way::Course(days), ix));
        }
        let bought = item.is_drug && item.kind != Some(ChargeKind::Injection);
        bought.then_some((Way::Purchase, ix))
    };
    let hospital = scene.hospital_shown(claim);
    let of_item = |billed: Billed<(Way, ItemIx)>| -> Vec<Given<'a>> {
        let lines_on = |day: Date| -> Vec<LineIx> {
            let lines = billed.lines.iter().copied();
            lines.filter(|&line| scene.line(line).service_on == day).collect()
        };
        let (way, item) = billed.key;
        let days = billed.days.iter().map(|one| (one, lines_on(one.day)));
        days.map(|(one, lines)| Given {
            person: person.clone(),
            way,
            item,
            day: one.day,
            claim,
            hospital,
            unit: scene.line(lines[0]).unit,
            quantity: one.quantity,
            amount: one.amount,
            lines,
        })
        .collect()
    };
    billed::by_key(scene, claim, way).into_iter().flat_map(of_item).collect()
}

/// Courses that go on through several stays and pass the days payable.
fn long_courses(scene: &Scene, group: &[Given], days_max: u16) -> Vec<Draft> {
    let goes_on = |one: &Given, next: &Given| {
        let gap_max = scene.threshold(Threshold::CourseGapDays, next.claim);
        // The days between the two on which it was not given.
        let gap = days_between(one.day, next.day) - 1;
        u32::try_from(gap).is_ok_and(|gap| gap > gap_max)
    };
    let courses = group.chunk_by(|one, next| !goes_on(one, next));
    courses.filter_map(|course| long_course(scene, course, days_max)).collect()
}

fn long_course(scene: &Scene, course: &[Given], days_max: u16) -> Option<Draft> {
    let days: BTreeSet<Date> = course.iter().map(|given| given.day).collect();
    let claims: BTreeSet<ClaimIx> = course.iter().map(|given| given.claim).collect();
    let last = *days.iter().nth(usize::from(days_max).checked_sub(1)?)?;
    // What is past the days of its own stay was told of that claim.
    let told = |given: &Given| {
        let verdict = |line: LineIx| scene.adjudicated.lines[line.at()].verdict;
        given.lines.iter().all(|&line| verdict(line) == LineVerdict::TooManyDays)
    };
    let late = |given: &&Given| given.day > last && !told(given);
    let amount: Money = course.iter().filter(late).map(|given| given.amount).sum();
    if claims.len() < 2 || !amount.is_positive() {
        return None;
    }
    let at_risk = |claim: ClaimIx| {
        let of_claim = course.iter().filter(late).filter(|given| given.claim == claim);
        of_claim.map(|given| given.amount).sum()
    };
    let amounts = claims.iter().map(|&claim| (claim, at_risk(claim))).collect();
    let first = &course[0];
    let gap = scene.threshold(Threshold::CourseGapDays, first.claim);
    let (about, name, count) = (scene.about(first.claim), name(scene, first), days.len());
    let stays = claims.len();
    let draft = of_person(scene, course, amounts).saying(
        format!(
            "{}的参保人连续 {stays} 次住院使用“{name}”共 {count} 天，间隔不超过 {gap} 天，限定支付 \
             {days_max} 天，超出部分 {amount} 元。",
            about.zh
        ),
        format!(
            "{}: the person was given {name} on {count} days in {stays} stays, never more than \
             {gap} days apart; {days_max} are payable, and {amount} is past them.",
            about.en
        ),
    );
    Some(Draft { thresholds: vec![(Threshold::CourseGapDays, gap)], ..draft })
}

/// Runs of purchases in which each belongs to some window that has too many.
fn quick_purchases(scene: &Scene, group: &[Given]) -> Vec<Draft> {
    let visits: Vec<&[Given]> =
        group.chunk_by(|one, next| (one.day, one.hospital) == (next.day, next.hospital)).collect();
    let mut drafts = Vec::new();
    let mut at = 0;
    while at < visits.len() {
        let end = run_end(scene, &visits, at);
        if end > at {
            drafts.push(bought_again(scene, &visits[at..end]));
        }
        at = end.max(at + 1);
    }
    drafts
}

/// Where the run ends that begins with this visit; `at` itself if none begins.
fn run_end(scene: &Scene, visits: &[&[Given]], at: usize) -> usize {
    let claim = visits[at][0].claim;
    let least = scene.threshold(Threshold::PurchasesMin, claim) as usize;
    let window = scene.threshold(Threshold::PurchaseDays, claim);
    let is_quick = |first: usize| {
        let last = first + least - 1;
        visits.get(last).is_some_and(|visit| {
            let days = days_between(visits[first][0].day, visit[0].day) + 1;
            u32::try_from(days).is_ok_and(|days| days <= window)
        })
    };
    let (mut end, mut first) = (at, at);
    while first < end.max(at + 1) {
        if is_quick(first) {
            end = first + least;
        }
        first += 1;
    }
    end
}

fn bought_again(scene: &Scene, visits: &[&[Given]]) -> Draft {
    let first = &visits[0][0];
    let (claim, count) = (first.claim, visits.len());
    let least = scene.threshold(Threshold::PurchasesMin, claim);
    let window = scene.threshold(Threshold::PurchaseDays, claim);
    let all = || visits.iter().flat_map(|visit| visit.iter());
    let mut amounts: Vec<(ClaimIx, Money)> = Vec::new();
    for (number, visit) in visits.iter().enumerate() {
        for given in *visit {
            let at_risk = if number == 0 { Money::ZERO } else { given.amount };
            match amounts.iter_mut().find(|(held, _)| *held == given.claim) {
                Some((_, amount)) => *amount += at_risk,
                None => amounts.push((given.claim, at_risk)),
            }
        }
    }
    let again: Money = amounts.iter().map(|(_, amount)| *amount).sum();
    let days: Vec<String> = visits.iter().map(|visit| visit[0].day.to_string()).collect();
    let places: BTreeSet<&str> = all().map(|given| given.hospital).collect();
    let (about, name) = (scene.about(claim), name(scene, first));
    let given: Vec<&Given> = all().collect();
    let draft = of_person(scene, given, amounts).saying(
        format!(
            "{}的参保人在 {} 家机构 {count} 次购买“{name}”（{}），{window} 天内达到 {least} 次，第二次起\
             共 {again} 元。",
            about.zh,
            places.len(),
            days.join("、")
        ),
        format!(
            "{}: the person bought {name} {count} times at {} institutions ({}), {least} times \
             within {window} days; {again} from the second on.",
            about.en,
            places.len(),
            days.join(", ")
        ),
    );
    let thresholds = vec![(Threshold::PurchasesMin, least), (Threshold::PurchaseDays, window)];
    Draft { thresholds, ..draft }
}

/// More within three weeks than others buy in half a year.
fn hoard(scene: &Scene, usual: &Usual, group: &[Given]) -> Option<Draft> {
    let first = group.first()?;
    let days = scene.threshold(Threshold::SupplyDays, first.claim);
    let times = scene.threshold(Threshold::SupplyTimes, first.claim);
    // Boxes and tablets are not added up.
    let counted: Vec<&Given> = group.iter().filter(|given| given.unit == first.unit).collect();
    let purchases: Vec<Purchase> =
        counted.iter().map(|it| Purchase { day: it.day, quantity: it.quantity }).collect();
    let drug = (first.item, first.unit);
    let Hoard { places, quantity, usual } = usual.hoard(drug, &purchases, (days, times))?;
    let bought = &counted[places.clone()];
    let paid: Money = bought.iter().map(|given| given.amount).sum();
    let above = paid - quantity.share_of(usual, paid);
    let mut amounts: Vec<(ClaimIx, Money)> = Vec::new();
    for given in bought {
        let share = quantity.share_of(usual, given.amount);
        match amounts.iter_mut().find(|(held, _)| *held == given.claim) {
            Some((_, amount)) => *amount += given.amount - share,
            None => amounts.push((given.claim, given.amount - share)),
        }
    }
    let unit =
        first.unit.map_or_else(String::new, |unit| format!(" {}", scene.records().names.get(unit)));
    let (about, name, count) = (scene.about(bought[0].claim), name(scene, first), bought.len());
    let given = bought.iter().copied();
    let draft = of_person(scene, given, amounts).saying(
        format!(
            "{}的参保人 {days} 天内 {count} 次共购买“{name}”{quantity}{unit}，其他人每次购买的中位数为 \
             {usual}{unit}，多出部分 {above} 元。",
            about.zh
        ),
        format!(
            "{}: the person bought {quantity}{unit} of {name} in {count} purchases within {days} \
             days; others buy {usual} at a time; {above} is above that.",
            about.en
        ),
    );
    let thresholds = vec![(Threshold::SupplyDays, days), (Threshold::SupplyTimes, times)];
    Some(Draft { thresholds, ..draft })
}

fn of_person<'g, 'a: 'g>(
    scene: &Scene,
    given: impl IntoIterator<Item = &'g Given<'a>>,
    claims: Vec<(ClaimIx, Money)>,
) -> Draft {
    let mut rows: Vec<Origin> =
        claims.iter().map(|&(claim, _)| scene.claim(claim).origin).collect();
    let mut person = None;
    for given in given {
        rows.extend(given.lines.iter().map(|&line| scene.line(line).origin));
        person = Some(&given.person);
    }
    let (claim, _) = *claims.first().expect("whatever was given was given in a claim");
    let subject = person.map_or(Subject::Claim(claim), |key| Subject::Person(key.clone()));
    Draft { subject, claims, ..Draft::on_claim(scene, claim, Money::ZERO) }
        .under(LEGAL_BASIS)
        .shown_by(rows)
}

/// As the first line writes it.
fn name<'a>(scene: &Scene<'a>, given: &Given) -> &'a str {
    scene.records().names.get(scene.line(given.lines[0]).item_name)
}
