//! # F501 多人共用收款账户 shared-account
//!
//! ## 查什么
//! 同一收款账户在本批里替 n 个以上的不同参保人收款，n 按参保地设置，默认 3 人。
//!
//! ## 为什么要紧
//! 职业骗保者借用他人身份和票据，最后总要把钱收到自己手里；收款账户往往是全案最硬的线索。
//!
//! ## 什么情况下无辜
//! 户名是其中一人、全部参保人不超过两个姓氏，多半是一家人；同一单位报送、收款户名就是该单位，由单位
//! 转发款项，是部分地区的常规做法。这两种仍列出，但降为“提示”并写明。单位经办人、村干部、护工以个人
//! 账户代多人收款也可能合法，须有委托书。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十一条（冒名就医、以骗取基金为目的使用他人凭证）。

use std::collections::BTreeSet;

use crate::domain::identity::{PersonKey, mask_name, mask_tail};
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{Claim, ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F501,
    name: "shared-account",
    source: include_str!("f501_shared_account.rs"),
    run,
};

const ACCOUNT_DIGITS_SHOWN: usize = 4;
/// A couple and their children have at most so many surnames.
const FAMILY_SURNAMES_MAX: usize = 2;

fn run(scene: &Scene) -> Vec<Draft> {
    let claims = scene.adjudicated.decisions.iter().map(|decision| decision.claim);
    let with_account = claims.filter(|&claim| scene.is_on(claim)).filter_map(|claim| {
        let account = scene.claim(claim).account.as_deref()?;
        (!account.is_empty()).then_some((account, claim))
    });
    let mut by_account: Vec<(&str, ClaimIx)> = with_account.collect();
    by_account.sort_unstable();
    let accounts = by_account.chunk_by(|one, next| one.0 == next.0);
    accounts.filter_map(|group| shared(scene, group)).collect()
}

fn shared(scene: &Scene, group: &[(&str, ClaimIx)]) -> Option<Draft> {
    let &(account, first) = group.first()?;
    let persons_min = scene.threshold(Threshold::PersonsMin, first);
    if group.len() < persons_min as usize {
        return None;
    }
    let claims: Vec<&Claim> = group.iter().map(|&(_, claim)| scene.claim(claim)).collect();
    let persons: BTreeSet<PersonKey> =
        claims.iter().filter_map(|claim| claim.person.key()).collect();
    if persons.len() < persons_min as usize {
        return None;
    }
    let amounts: Vec<(ClaimIx, Money)> =
        group.iter().map(|&(_, claim)| (claim, scene.whole(claim))).collect();
    let sum: Money = claims.iter().map(|claim| claim.total).sum();
    let rows: Vec<Origin> = claims.iter().map(|claim| claim.origin).collect();
    let (shown, payee) = (mask_tail(account, ACCOUNT_DIGITS_SHOWN), payee_shown(&claims));
    let (explained, harmless) = explanation(&claims);
    let (count, bills) = (persons.len(), claims.len());
    let draft = Draft {
        subject: Subject::Account(account.to_owned()),
        claims: amounts,
        thresholds: vec![(Threshold::PersonsMin, persons_min)],
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "账户 {shown}（户名 {payee}）替 {count} 人收款，共 {bills} 份申报、总额 {sum} \
                 元{}。",
                explained.zh
            ),
            format!(
                "account {shown} ({payee}) collects for {count} persons: {bills} claims, total \
                 {sum}{}.",
                explained.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第四十一条")
        .shown_by(rows);
    Some(if harmless { draft.at_most(Severity::Info) } else { draft })
}

/// The first account holder named, masked.
fn payee_shown(claims: &[&Claim]) -> String {
    let named = claims.iter().find_map(|claim| claim.payee.as_deref());
    named.map_or_else(|| "—".to_owned(), mask_name)
}

/// What speaks for the account, in words, and whether it makes the case harmless. One agent for
/// all, or one employer that is not the holder, explains it but does not excuse it.
fn explanation(claims: &[&Claim]) -> (Text, bool) {
    if let Some(employer) = in_common(claims, |claim| claim.employer.as_deref()) {
        let zh = format!("；均由单位 {employer} 报送");
        let holds = claims.iter().all(|claim| claim.payee.as_deref() == Some(employer));
        return (Text::new(zh, format!("; all handed in by the employer {employer}")), holds);
    }
    if is_family(claims) {
        let en = "; the holder is one of them and they have at most two surnames: maybe a family";
        return (Text::new("；户名是其中一人且不超过两个姓氏，可能是一家人", en), true);
    }
    if let Some(agent) = in_common(claims, |claim| claim.agent_name.as_deref()) {
        let agent = mask_name(agent);
        let zh = format!("；均由 {agent} 代办");
        return (Text::new(zh, format!("; all handed in by the agent {agent}")), false);
    }
    (Text::new("", ""), false)
}

/// The text all claims share.
fn in_common<'a>(
    claims: &[&'a Claim],
    text: impl Fn(&'a Claim) -> Option<&'a str>,
) -> Option<&'a str> {
    let common = text(claims.first()?).filter(|text| !text.is_empty())?;
    claims.iter().all(|claim| text(claim) == Some(common)).then_some(common)
}

fn is_family(claims: &[&Claim]) -> bool {
    let surnames: BTreeSet<char> =
        claims.iter().filter_map(|claim| claim.name.chars().next()).collect();
    let one_of_them = |payee: &str| claims.iter().any(|claim| claim.name == payee);
    let holders_claim = claims.iter().all(|claim| claim.payee.as_deref().is_some_and(one_of_them));
    holders_claim && surnames.len() <= FAMILY_SURNAMES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

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
