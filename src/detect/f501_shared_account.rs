//! # F501 多人共用收款账户 shared-account
//!
//! ## 查什么
//! 同一收款账户替 n 个以上的不同参保人收款，n 按参保地设置（persons_min），默认 3 人。本批申报、同批
//! 调回的既往申报、账上近两年共用该账户的他人申报一并计数，分月申报也看得出。同一账户写了几个不同
//! 户名的，一并指出。
//!
//! ## 为什么要紧
//! 职业骗保者借用他人身份和票据，最后总要把钱收到自己手里；收款账户往往是全案最硬的线索。
//!
//! ## 什么情况下无辜
//! 连同户名不超过两个姓氏、不超过 6 人，多半是一家人（母亲替双胞胎、父母替子女收款）；同一单位报送、
//! 收款户名就是该单位，由单位转发款项，是部分地区的常规做法。这两种仍列出，但降为“提示”并写明。单位
//! 经办人、村干部、护工以个人账户代多人收款也可能合法，须有委托书。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十一条（冒名就医、以骗取基金为目的使用他人凭证）。

use std::collections::BTreeSet;

use crate::domain::identity::{mask_name, mask_tail};
use crate::domain::words::Severity;
use crate::domain::{Code, Text};
use crate::flow::Subject;
use crate::rulebook::detector_settings::Threshold;

use super::appearances::by_column;
use super::circle::Circle;
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F501,
    name: "shared-account",
    source: include_str!("f501_shared_account.rs"),
    run,
};

const ACCOUNT_DIGITS_SHOWN: usize = 4;

fn run(scene: &Scene) -> Vec<Draft> {
    let by_account = by_column(scene, &scene.appearances().account);
    let accounts = by_account.chunk_by(|one, next| one.0 == next.0);
    accounts.filter_map(|group| shared(&Circle::of(scene, group))).collect()
}

fn shared(circle: &Circle) -> Option<Draft> {
    let (scene, &first) = (circle.scene, circle.rows.first()?);
    let persons_min = scene.threshold_in_row(Threshold::PersonsMin, first);
    if circle.rows.len() < persons_min as usize {
        return None;
    }
    let count = circle.persons().len();
    if count < persons_min as usize {
        return None;
    }
    let account = scene.account_in_row(first).into_owned();
    let (shown, payee) = (mask_tail(&account, ACCOUNT_DIGITS_SHOWN), payee_shown(circle));
    let (explained, harmless) = explanation(circle);
    let (bills, sum) = (circle.bills(), circle.total());
    let draft = Draft {
        thresholds: vec![(Threshold::PersonsMin, persons_min)],
        ..circle.draft(Subject::Account(account))?
    };
    let draft = draft
        .saying(
            format!(
                "账户 {shown}（户名 {}）替 {count} 人收款，共 {}、总额 {sum} 元{}。",
                payee.zh, bills.zh, explained.zh
            ),
            format!(
                "account {shown} ({}) collects for {count} persons: {}, total {sum}{}.",
                payee.en, bills.en, explained.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第四十一条");
    Some(if harmless { draft.at_most(Severity::Info) } else { draft })
}

/// The first account holder named, masked, and under how many names the account goes.
fn payee_shown(circle: &Circle) -> Text {
    let named: BTreeSet<&str> =
        circle.claims().filter_map(|claim| claim.payee.as_deref()).collect();
    let first = circle.claims().find_map(|claim| claim.payee.as_deref());
    let first = first.map_or_else(|| "—".to_owned(), mask_name);
    match named.len() {
        0 | 1 => Text::new(first.clone(), first),
        count => Text::new(
            format!("{first}，先后写过 {count} 个户名"),
            format!("{first}, written with {count} different holders"),
        ),
    }
}

/// What speaks for the account, in words, and whether it makes the case harmless. One agent for
/// all, or one employer that is not the holder, explains it but does not excuse it.
fn explanation(circle: &Circle) -> (Text, bool) {
    if let Some(employer) = circle.employer() {
        let zh = format!("；均由单位 {employer} 报送");
        let holds = circle.claims().all(|claim| claim.payee.as_deref() == Some(employer));
        return (Text::new(zh, format!("; all handed in by the employer {employer}")), holds);
    }
    if is_family(circle) {
        let en = "; with the holder they have at most two surnames: maybe a family";
        return (Text::new("；连同户名不超过两个姓氏，可能是一家人", en), true);
    }
    if let Some(agent) = circle.in_common(|claim| claim.agent_name.as_deref()) {
        let agent = mask_name(agent);
        let zh = format!("；均由 {agent} 代办");
        return (Text::new(zh, format!("; all handed in by the agent {agent}")), false);
    }
    (Text::new("", ""), false)
}

/// Whether the holder, always named, and those collected for may be one family.
pub(super) fn is_family(circle: &Circle) -> bool {
    let holders = circle.claims().map(|claim| claim.payee.as_deref().filter(|it| !it.is_empty()));
    let holders: Option<Vec<&str>> = holders.collect();
    holders.is_some_and(|holders| circle.is_family_with(holders))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::flow::ClaimIx;

    const ACCOUNT: &str = "6222000000001234567";

    fn collects(b: &mut Batch, names: &[&str], payee: &str) {
        for (number, name) in (1..).zip(names) {
            let id = format!("C{number}");
            let claim = b.claim(&id, number, ("2024-03-01", "2024-03-08"), "100.00");
            let claim = b.edit(claim);
            claim.name = (*name).to_owned();
            claim.account = Some(ACCOUNT.to_owned());
            claim.payee = Some(payee.to_owned());
        }
    }

    #[test]
    fn three_persons_in_one_account_are_told_and_twins_are_not() {
        check(
            Code::F501,
            &[
                (
                    "three strangers",
                    |b| collects(b, &["赵一", "钱二", "孙三"], "李四"),
                    &[("C1+C2+C3", "300.00")],
                ),
                ("mother and child", |b| collects(b, &["赵一", "赵小一"], "赵一"), &[]),
                (
                    "three claims of two persons",
                    |b| {
                        collects(b, &["赵一", "赵二"], "赵一");
                        let claim = b.claim("C3", 1, ("2024-05-01", "2024-05-08"), "100.00");
                        b.edit(claim).account = Some(ACCOUNT.to_owned());
                    },
                    &[],
                ),
                (
                    "two of them were posted before, the number with blanks in it",
                    |b| {
                        collects(b, &["赵一"], "李四");
                        for (id, number, name) in [("P1", 7, "钱二"), ("P2", 8, "孙三")] {
                            let past = b.witness(id, number, ("2024-01-01", "2024-01-08"), "1.00");
                            past.claim.name = name.to_owned();
                            past.claim.account = Some("6222 0000 0000 1234 567".to_owned());
                        }
                    },
                    &[("C1", "100.00")],
                ),
                (
                    "three persons, one account each",
                    |b| {
                        collects(b, &["赵一", "钱二", "孙三"], "李四");
                        for at in 0..3 {
                            b.edit(ClaimIx(at)).account = Some(format!("{ACCOUNT}{at}"));
                        }
                    },
                    &[],
                ),
            ],
        );
    }

    fn severity(arrange: fn(&mut Batch)) -> (Severity, String) {
        let mut batch = Batch::default();
        arrange(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F501);
        (finding.severity, finding.sentence.zh.clone())
    }

    #[test]
    fn a_family_and_an_employer_are_told_as_information_and_an_agent_is_not_excused() {
        for (arrange, expected, said) in [
            (
                (|b| collects(b, &["赵一", "钱二", "赵三"], "钱二")) as fn(&mut Batch),
                Severity::Info,
                "可能是一家人",
            ),
            (
                |b| collects(b, &["赵一", "赵二", "赵三", "赵四", "赵五", "赵六"], "赵一"),
                Severity::Info,
                "可能是一家人",
            ),
            (|b| collects(b, &["赵一", "赵二", "赵三"], "钱母"), Severity::Info, "可能是一家人"),
            (
                |b| {
                    let seven = ["赵一", "赵二", "赵三", "赵四", "赵五", "赵六", "赵七"];
                    collects(b, &seven, "赵一");
                },
                Severity::Warn,
                "替 7 人收款",
            ),
            (
                |b| {
                    collects(b, &["赵一", "钱二", "孙三"], "虚构公司");
                    (0..3).for_each(|at| b.edit(ClaimIx(at)).employer = Some("虚构公司".into()));
                },
                Severity::Info,
                "均由单位 虚构公司 报送",
            ),
            (
                |b| {
                    collects(b, &["赵一", "钱二", "孙三"], "李四");
                    (0..3).for_each(|at| b.edit(ClaimIx(at)).employer = Some("虚构公司".into()));
                },
                Severity::Warn,
                "均由单位 虚构公司 报送",
            ),
            (
                |b| {
                    collects(b, &["赵一", "钱二", "孙三"], "李四");
                    (0..3).for_each(|at| b.edit(ClaimIx(at)).agent_name = Some("李四".into()));
                },
                Severity::Warn,
                "均由 李* 代办",
            ),
            (
                |b| collects(b, &["赵一", "钱二", "孙三"], "赵一"),
                Severity::Warn,
                "账户 ***************4567（户名 赵*）替 3 人收款，共 3 份申报、总额 300.00 元。",
            ),
        ] {
            let (severity, sentence) = severity(arrange);
            assert_eq!(severity, expected, "{sentence}");
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}
