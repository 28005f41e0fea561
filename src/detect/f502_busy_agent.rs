//! # F502 同一电话或代办人多份申报 busy-agent
//!
//! ## 查什么
//! 同一代办人，或同一联系电话，在 d 天内受理的申报涉及 n 个以上的不同参保人；n（agent_persons_min）
//! 默认 5 人，d（agent_window_days）默认 92 天，均按参保地设置。代办人按证件号码认，没有号码的按姓名；
//! 替自己办的不算代办。账上近两年同一代办人、同一电话的他人申报一并计数。电话所涉申报都由同一代办人
//! 经手的，只列代办人。
//!
//! ## 为什么要紧
//! 组织骗保总要有人集中递件、集中接电话；收买来的身份各不相同，留的电话和跑腿的人却往往只有一个。
//!
//! ## 什么情况下无辜
//! 单位经办人替本单位职工递件是常规做法：全部申报属同一单位的不列。一家人共用电话、由一人代办
//! （连同代办人不超过两个姓氏、不超过 6 人）的不列。村医、护工、养老院工作人员代办也可能合法，须有
//! 委托书；电话可能是村委会或养老院的公用电话。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十一条（冒名就医、以骗取基金为目的使用他人凭证）。

use std::collections::HashMap;

use crate::domain::identity::{mask_name, mask_tail};
use crate::domain::{Code, Text};
use crate::flow::{Subject, ties};
use crate::rulebook::detector_settings::Threshold;

use super::appearances::{Name, by_column};
use super::circle::Circle;
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F502,
    name: "busy-agent",
    source: include_str!("f502_busy_agent.rs"),
    run,
};

const PHONE_DIGITS_SHOWN: usize = 4;

fn run(scene: &Scene) -> Vec<Draft> {
    let appearances = scene.appearances();
    let by_agent = by_column(scene, &appearances.agent);
    let agents = by_agent.chunk_by(|one, next| one.0 == next.0);
    let agents = agents.filter_map(|group| agent(&Circle::of(scene, group)));
    let by_phone = by_column(scene, &appearances.phone);
    let phones = by_phone.chunk_by(|one, next| one.0 == next.0);
    let phones = phones.filter_map(|group| phone(&Circle::of(scene, group)));
    agents.chain(phones).collect()
}

fn agent(circle: &Circle) -> Option<Draft> {
    let found = Busy::find(circle)?;
    if circle.is_family_with(agent_names(circle)) {
        return None;
    }
    let &first = circle.rows.first()?;
    let claim = circle.scene.in_row(first);
    let named = claim.agent_name.as_deref().map_or_else(|| "—".to_owned(), mask_name);
    let who = Text::new(format!("代办人 {named}"), format!("the agent {named}"));
    found.draft(circle, Subject::Agent(ties::agent(claim)?.to_owned()), &who)
}

fn phone(circle: &Circle) -> Option<Draft> {
    let found = Busy::find(circle)?;
    let agents = &circle.scene.appearances().agent;
    let &first = circle.rows.first()?;
    let by_one_agent = agents[first as usize].is_some()
        && circle.rows.iter().all(|&row| agents[row as usize] == agents[first as usize]);
    if by_one_agent || circle.is_family() {
        return None;
    }
    let phone = circle.scene.phone_in_row(first).into_owned();
    let shown = mask_tail(&phone, PHONE_DIGITS_SHOWN);
    let who = Text::new(format!("联系电话 {shown}"), format!("the telephone {shown}"));
    found.draft(circle, Subject::Phone(phone), &who)
}

/// The names under which whoever hands the claims in goes.
pub(super) fn agent_names<'a>(circle: &Circle<'_, 'a>) -> Vec<&'a str> {
    circle.claims().filter_map(|claim| claim.agent_name.as_deref()).collect()
}

/// Many persons within the window.
struct Busy {
    persons_min: u32,
    window_days: u32,
    /// The most in any window.
    persons: usize,
}

impl Busy {
    fn find(circle: &Circle) -> Option<Busy> {
        let (scene, &first) = (circle.scene, circle.rows.first()?);
        let persons_min = scene.threshold_in_row(Threshold::AgentPersonsMin, first);
        if circle.rows.len() < persons_min as usize {
            return None;
        }
        let window_days = scene.threshold_in_row(Threshold::AgentWindowDays, first);
        // An employer's agent hands in for the employer's people.
        if circle.employer().is_some() {
            return None;
        }
        let persons = most_within(circle, window_days);
        let enough = persons >= persons_min as usize;
        enough.then_some(Busy { persons_min, window_days, persons })
    }

    fn draft(&self, circle: &Circle, subject: Subject, who: &Text) -> Option<Draft> {
        let (bills, sum) = (circle.bills(), circle.total());
        let (all, most, days) = (circle.persons().len(), self.persons, self.window_days);
        let draft = circle.draft(subject)?;
        let draft = Draft {
            thresholds: vec![
                (Threshold::AgentPersonsMin, self.persons_min),
                (Threshold::AgentWindowDays, self.window_days),
            ],
            ..draft
        };
        let draft = draft
            .saying(
                format!(
                    "{}涉及 {all} 个参保人、{}、总额 {sum} 元，其中 {days} 天内最多 {most} 人。",
                    who.zh, bills.zh
                ),
                format!(
                    "{} stands for {all} persons: {}, total {sum}; up to {most} persons within \
                     {days} days.",
                    who.en, bills.en
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第四十一条");
        Some(draft)
    }
}

/// The most different persons whose claims came in within so many days of each other.
fn most_within(circle: &Circle, days: u32) -> usize {
    let appearances = circle.scene.appearances();
    let rows = circle.rows.iter().map(|&row| row as usize);
    let mut came: Vec<(i32, Name)> = rows
        .filter_map(|row| Some((appearances.received[row], appearances.person[row]?)))
        .collect();
    came.sort_unstable();
    let mut inside: HashMap<Name, u32> = HashMap::new();
    let (mut start, mut most) = (0, 0);
    for &(day, person) in &came {
        *inside.entry(person).or_default() += 1;
        while day.abs_diff(came[start].0) >= days {
            let gone = came[start].1;
            start += 1;
            let left = inside.get_mut(&gone).expect("whoever goes came before");
            *left -= 1;
            if *left == 0 {
                inside.remove(&gone);
            }
        }
        most = most.max(inside.len());
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, of_code, only};
    use crate::domain::Identity;
    use crate::domain::words::Severity;
    use crate::flow::ClaimIx;

    const SURNAMES: [&str; 6] = ["赵", "钱", "孙", "李", "周", "吴"];
    const PHONE: &str = "13000001234";

    /// Claims of so many persons with different surnames.
    fn handed_in(b: &mut Batch, persons: u16, change: fn(&mut crate::flow::Claim)) {
        for number in 1..=persons {
            let id = format!("C{number:02}");
            let claim = b.claim(&id, number, ("2024-03-01", "2024-03-08"), "100.00");
            let claim = b.edit(claim);
            claim.name = format!("{}某", SURNAMES[usize::from(number) % 6]);
            change(claim);
        }
    }

    fn by_agent(claim: &mut crate::flow::Claim) {
        claim.agent_name = Some("郑代办".into());
    }

    fn by_phone(claim: &mut crate::flow::Claim) {
        claim.phone = Some(PHONE.into());
    }

    #[test]
    fn five_strangers_behind_one_agent_or_phone_are_told_and_families_are_not() {
        check(
            Code::F502,
            &[
                ("an agent", |b| handed_in(b, 5, by_agent), &[("C01+C02+C03+C04+C05", "500.00")]),
                ("four persons", |b| handed_in(b, 4, by_agent), &[]),
                ("a phone", |b| handed_in(b, 5, by_phone), &[("C01+C02+C03+C04+C05", "500.00")]),
                (
                    "the same phone with a dash in it",
                    |b| {
                        handed_in(b, 5, by_phone);
                        b.edit(ClaimIx(2)).phone = Some("130-0000-1234".into());
                    },
                    &[("C01+C02+C03+C04+C05", "500.00")],
                ),
                (
                    "an agent and the agent's phone are told once",
                    |b| {
                        handed_in(b, 5, |claim| {
                            by_agent(claim);
                            by_phone(claim);
                        });
                    },
                    &[("C01+C02+C03+C04+C05", "500.00")],
                ),
                (
                    "a family with one phone",
                    |b| {
                        handed_in(b, 5, by_phone);
                        for at in 0..5 {
                            b.edit(ClaimIx(at)).name =
                                format!("{}家{at}", if at == 0 { "钱" } else { "赵" });
                        }
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn only_different_persons_within_the_window_count() {
        check(
            Code::F502,
            &[
                (
                    "everybody hands in their own",
                    |b| {
                        handed_in(b, 5, |claim| {
                            claim.agent_name = Some("同名".into());
                            claim.name = "同名".into();
                        });
                    },
                    &[],
                ),
                (
                    "five persons over half a year",
                    |b| {
                        handed_in(b, 5, by_agent);
                        b.edit(ClaimIx(0)).received_on = day("2024-08-31");
                    },
                    &[],
                ),
                (
                    "five persons within the window",
                    |b| {
                        handed_in(b, 5, by_agent);
                        b.edit(ClaimIx(0)).received_on = day("2024-09-01");
                    },
                    &[("C01+C02+C03+C04+C05", "500.00")],
                ),
                (
                    "forty claims of four persons",
                    |b| {
                        for number in 0..40_u16 {
                            let id = format!("C{number:02}");
                            let stay = ("2024-03-01", "2024-03-08");
                            let claim = b.claim(&id, number % 4, stay, "100.00");
                            by_agent(b.edit(claim));
                        }
                    },
                    &[],
                ),
                (
                    "two agents of one name but with numbers",
                    |b| {
                        handed_in(b, 6, by_agent);
                        for at in 0..6 {
                            let id = crate::detect::scene_test::person(900 + (at % 2) as u16);
                            b.edit(ClaimIx(at)).agent_id = Some(Identity::Id(id));
                        }
                    },
                    &[],
                ),
                (
                    "one of them was posted before",
                    |b| {
                        handed_in(b, 4, by_agent);
                        let past = b.witness("P1", 5, ("2024-02-01", "2024-02-03"), "100.00");
                        past.claim.name = "吴某".into();
                        by_agent(&mut past.claim);
                    },
                    &[("C01+C02+C03+C04", "400.00")],
                ),
            ],
        );
    }

    #[test]
    fn an_employers_agent_with_forty_claims_is_not_told_and_one_stranger_among_them_is() {
        let told = |stranger: bool| {
            let mut batch = Batch::default();
            handed_in(&mut batch, 40, |claim| {
                by_agent(claim);
                claim.employer = Some("虚构公司".into());
            });
            if stranger {
                batch.edit(ClaimIx(7)).employer = None;
            }
            of_code(&batch.detect(), Code::F502).count()
        };
        assert_eq!((told(false), told(true)), (0, 1));
    }

    #[test]
    fn what_was_posted_before_is_counted_and_shown() {
        let mut batch = Batch::default();
        handed_in(&mut batch, 4, by_agent);
        let past = batch.witness("P1", 5, ("2024-02-01", "2024-02-03"), "100.00");
        past.claim.name = "吴某".into();
        by_agent(&mut past.claim);
        let row = past.claim.origin;
        let detected = batch.detect();
        let finding = only(&detected, Code::F502);
        assert_eq!(finding.severity, Severity::Warn);
        assert!(finding.sentence.zh.contains("5 份申报（其中既往已过账 1 份）"));
        assert!(finding.evidence.contains(&row));
    }
}
