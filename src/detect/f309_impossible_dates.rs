//! # F309 日期不可能 impossible-dates
//!
//! ## 查什么
//! 住院明细的费用日期早于入院 n 天以上（默认 3 天）或晚于出院 n 天以上（默认 1 天），两个数都可按参保地
//! 设置；费用日期或出院（就诊）日期晚于受理日；就医早于出生；登记死亡以后还有费用；与之相同的既往结算
//! 早于入院就已结算。
//!
//! ## 为什么要紧
//! 系统开出的票据不会出现不可能的日期；出现了，多半是改过日期、混入了别人的明细或整张编造。
//!
//! ## 什么情况下无辜
//! 入院前三天内的急诊留观和术前检查并入住院结算；出院次日补记的费用、死亡次日的料理；门诊把一段时间的费
//! 用开在一张票上的，不与就诊日比较；新生儿的费用记在母亲住院期间（出生落在住院之内），只作提示。受理日
//! 或出生日期录错的，改正后重新审核。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条（虚构医药服务项目，伪造、变造有关资料）。

use crate::domain::dates::{Date, days_between};
use crate::domain::words::{CareType, Severity};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{Claim, ClaimIx, PersonRecord};
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F309,
    name: "impossible-dates",
    source: include_str!("f309_impossible_dates.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let mut odd = Odd::default();
        whole_claim(scene, claim, &mut odd);
        lines(scene, claim, &mut odd);
        (!odd.said.is_empty()).then(|| impossible(scene, claim, odd))
    })
}

/// What is impossible about a claim.
#[derive(Default)]
struct Odd {
    said: Vec<Text>,
    /// What the dates put at risk, as far as it is not the whole claim.
    amount: Money,
    is_whole: bool,
    /// Whether there is more than what has an innocent explanation at hand.
    is_serious: bool,
    rows: Vec<Origin>,
}

fn whole_claim(scene: &Scene, ix: ClaimIx, odd: &mut Odd) {
    let claim = scene.claim(ix);
    let (stay, received) = (claim.stay, claim.received_on);
    if stay.last() > received {
        let last = stay.last();
        (odd.is_whole, odd.is_serious) = (true, true);
        odd.said.push(Text::new(
            format!("{last} 出院（就诊），{received} 已经受理"),
            format!("it ended on {last} and was received on {received}"),
        ));
    }
    let register = register(scene, ix);
    if let Some(born) = born(claim, &register).filter(|born| stay.first() < *born) {
        let at_birth = born <= stay.last();
        odd.is_whole |= !at_birth;
        odd.is_serious |= !at_birth;
        odd.rows.extend(register.iter().map(|entry| entry.origin));
        let first = stay.first();
        odd.said.push(Text::new(
            format!("{first} 入院（就诊），{born} 才出生"),
            format!("it began on {first}, before the birth on {born}"),
        ));
    }
    for settled in &scene.links(ix).settled {
        let past = &scene.records().settlements[settled.settlement.at()];
        let early = past.stay.filter(|stay| past.settled_on < stay.first());
        let Some(stay) = early else { continue };
        let (id, day, first) = (&past.settlement_id, past.settled_on, stay.first());
        odd.rows.push(past.origin);
        odd.said.push(Text::new(
            format!("既往结算 {id} 于 {day} 结算，早于入院日 {first}"),
            format!("the settlement {id} of {day} is older than its admission on {first}"),
        ));
    }
}

/// The register entries of the claim's person.
fn register<'a>(scene: &Scene<'a>, ix: ClaimIx) -> Vec<&'a PersonRecord> {
    let Some(key) = scene.claim(ix).person.key() else { return Vec::new() };
    let files = scene.adjudicated.linked.people.by_key.get(&key);
    let entries = files.into_iter().flat_map(|files| &files.register);
    entries.map(|at| &scene.records().persons[at.at()]).collect()
}

/// The earliest birth on record: where they differ, nothing after it is impossible.
fn born(claim: &Claim, register: &[&PersonRecord]) -> Option<Date> {
    let by_number = claim.person.key().and_then(|key| key.id()?.birth_date());
    register.iter().filter_map(|entry| entry.born_on).chain(by_number).min()
}

/// The kinds of lines that cannot be, in the order they are asked for.
const KINDS: [(&str, &str); 4] = [
    ("在入院之前", "before admission"),
    ("在出院之后", "after discharge"),
    ("在受理之后", "after the claim was received"),
    ("在登记死亡之后", "after the registered death"),
];

fn lines(scene: &Scene, ix: ClaimIx, odd: &mut Odd) {
    let claim = scene.claim(ix);
    let before_max = scene.threshold(Threshold::LineDaysBeforeMax, ix);
    let after_max = scene.threshold(Threshold::LineDaysAfterMax, ix);
    let in_hospital = claim.care == CareType::Inpatient;
    let days_over = |from: Date, to: Date, most: u32| {
        u32::try_from(days_between(from, to)).is_ok_and(|days| days > most)
    };
    // Death was before admission is F105's. Looked up only where some line is late enough.
    let mut died: Option<Option<Date>> = None;
    let mut death = || {
        *died.get_or_insert_with(|| {
            let deaths = register(scene, ix).into_iter().filter_map(|entry| entry.died_on);
            deaths.min().filter(|died| *died >= claim.stay.first())
        })
    };
    let mut found = [(0u32, Money::ZERO, None::<(Date, Date)>); 4];
    for split in scene.splits(ix) {
        let line = scene.line(split.line);
        let day = line.service_on;
        let kind = if day > claim.received_on {
            2
        } else if in_hospital && days_over(day, claim.stay.first(), before_max) {
            0
        } else if in_hospital && days_over(claim.stay.last(), day, after_max) {
            1
        } else if day > claim.stay.first()
            && death().is_some_and(|died| days_over(died, day, after_max))
        {
            3
        } else {
            continue;
        };
        let (count, amount, span) = &mut found[kind];
        *count += 1;
        *amount += line.amount;
        *span = Some(span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        odd.rows.push(line.origin);
    }
    for ((count, amount, span), (zh, en)) in found.into_iter().zip(KINDS) {
        let Some((first, last)) = span else { continue };
        odd.is_serious = true;
        odd.amount += amount;
        odd.said.push(Text::new(
            format!("{count} 行费用（{first} 至 {last}，{amount} 元）{zh}"),
            format!("{count} lines ({first} to {last}, {amount}) are {en}"),
        ));
    }
}

fn impossible(scene: &Scene, ix: ClaimIx, odd: Odd) -> Draft {
    let about = scene.about(ix);
    let zh: Vec<&str> = odd.said.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = odd.said.iter().map(|text| text.en.as_str()).collect();
    let at_risk = if odd.is_whole { scene.whole(ix) } else { odd.amount.or_zero() };
    let mut draft = Draft::on_claim(scene, ix, at_risk);
    for threshold in [Threshold::LineDaysBeforeMax, Threshold::LineDaysAfterMax] {
        draft.thresholds.push((threshold, scene.threshold(threshold, ix)));
    }
    let draft = draft
        .saying(
            format!("{}的日期不可能：{}。", about.zh, zh.join("；")),
            format!("{}: impossible dates: {}.", about.en, en.join("; ")),
        )
        .under("《医疗保障基金使用监督管理条例》第四十条")
        .shown_by(odd.rows);
    if odd.is_serious { draft } else { draft.at_most(Severity::Info) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only};
    use crate::domain::words::Channel;

    /// A stay from 10 to 20 March with a line of 40 yuan on each of these days.
    fn billed(b: &mut Batch, days: &[&str]) -> ClaimIx {
        let claim = b.claim("C1", 1, ("2024-03-10", "2024-03-20"), "1000.00");
        for on in days {
            let line = b.line("1", "40.00", "40.00");
            b.adjudicated.linked.records.lines[line.at()].service_on = day(on);
        }
        claim
    }

    #[test]
    fn lines_outside_the_stay_are_told_past_the_days_that_are_usual() {
        check(
            Code::F309,
            &[
                (
                    "within the stay",
                    |b| {
                        billed(b, &["2024-03-10", "2024-03-20"]);
                    },
                    &[],
                ),
                (
                    "three days before",
                    |b| {
                        billed(b, &["2024-03-07"]);
                    },
                    &[],
                ),
                (
                    "four days before",
                    |b| {
                        billed(b, &["2024-03-06"]);
                    },
                    &[("C1", "40.00")],
                ),
                (
                    "the day after discharge",
                    |b| {
                        billed(b, &["2024-03-21"]);
                    },
                    &[],
                ),
                (
                    "two days after discharge",
                    |b| {
                        billed(b, &["2024-03-22", "2024-03-15"]);
                    },
                    &[("C1", "40.00")],
                ),
                (
                    "outpatient care of a month on one bill",
                    |b| {
                        let claim = billed(b, &["2024-03-01", "2024-03-28"]);
                        b.edit(claim).care = CareType::Chronic;
                    },
                    &[],
                ),
                (
                    "a visit's line after the claim was received",
                    |b| {
                        let claim = billed(b, &["2024-03-15", "2024-03-26"]);
                        b.edit(claim).care = CareType::Outpatient;
                        b.edit(claim).received_on = day("2024-03-25");
                    },
                    &[("C1", "40.00")],
                ),
            ],
        );
    }

    #[test]
    fn a_claim_before_its_care_or_its_person_is_told() {
        check(
            Code::F309,
            &[
                (
                    "received before discharge",
                    |b| {
                        let claim = billed(b, &[]);
                        b.edit(claim).received_on = day("2024-03-19");
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "received on the day of discharge",
                    |b| {
                        let claim = billed(b, &[]);
                        b.edit(claim).received_on = day("2024-03-20");
                    },
                    &[],
                ),
                (
                    "before the birth",
                    |b| {
                        b.claim("C1", 1, ("1960-05-01", "1960-05-16"), "1000.00");
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "born during the stay",
                    |b| {
                        b.claim("C1", 1, ("1960-05-16", "1960-05-20"), "1000.00");
                    },
                    &[("C1", "0.00")],
                ),
                (
                    "the register knows an earlier birth",
                    |b| {
                        b.claim("C1", 1, ("1960-05-01", "1960-05-16"), "1000.00");
                        let ix = b.registered(1);
                        b.edit_person(ix).born_on = Some(day("1960-05-01"));
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn care_after_a_death_in_hospital_is_told() {
        check(
            Code::F309,
            &[
                (
                    "two days after",
                    |b| {
                        billed(b, &["2024-03-15", "2024-03-17"]);
                        b.died(1, "2024-03-15");
                    },
                    &[("C1", "40.00")],
                ),
                (
                    "the day after",
                    |b| {
                        billed(b, &["2024-03-15", "2024-03-16"]);
                        b.died(1, "2024-03-15");
                    },
                    &[],
                ),
                (
                    "dead before admission is another finding",
                    |b| {
                        billed(b, &["2024-03-15"]);
                        b.died(1, "2024-02-15");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn what_is_explained_is_information_and_the_days_are_named() {
        let mut batch = Batch::default();
        let claim = billed(&mut batch, &["2024-03-02", "2024-03-04", "2024-03-25"]);
        let past = batch.past(1, ("2024-03-10", "2024-03-20"), Channel::Manual);
        batch.edit_past(past).settled_on = day("2024-03-09");
        batch.settled(claim, past);
        let detected = batch.detect();
        let finding = only(&detected, Code::F309);
        let said = "2 行费用（2024-03-02 至 2024-03-04，80.00 元）在入院之前；\
                    1 行费用（2024-03-25 至 2024-03-25，40.00 元）在出院之后";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 5);
        assert_eq!(finding.severity, Severity::Warn);

        let mut batch = Batch::default();
        batch.claim("C1", 1, ("1960-05-16", "1960-05-20"), "1000.00");
        assert_eq!(only(&batch.detect(), Code::F309).severity, Severity::Info);
    }
}
