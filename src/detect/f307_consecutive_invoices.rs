//! # F307 票据号码连续 consecutive-invoices
//!
//! ## 查什么
//! 同一票据代码（没有代码的，同一医疗机构）下号码相差不超过 g 的票据连成一串，g（number_gap_max）默认
//! 3。成串本身不列，有下列情形之一才列：
//! 一、号码与日期对不上：相邻两票之间，号码往后走、日期却倒退 7 天以上，或日期一跳超过 30 天，或换了一家
//! 医疗机构。同一种情形在一段里（至多隔两步一次）出现两次以上，或倒退与跳跃不相邻，才列；单独一张补开的票据
//! 不列。
//! 二、连号票据落在一个人手里：n 个以上的不同参保人的连号票据由同一代办人递交、打入同一账户或留同一
//! 电话，n（neighbours_min）默认 3。
//! 账上号码相邻（前后 12 号以内）的他人票据一并看。
//!
//! ## 为什么要紧
//! 伪造或套开的票据常从一本空白票据上撕下来：号码挨着，日期和人却对不上。
//!
//! ## 什么情况下无辜
//! 大医院同一天给互不相识的病人连号开票是常态，不列。补开票据会使号码靠后而日期靠前；业务量小的机构
//! 一个月也开不了几张；同村人结伴看病、一人代办的，票据也会连号。同一单位集中送报的、一家人的不列。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（伪造、变造票据）。

use std::collections::BTreeSet;

use crate::domain::identity::{mask_name, mask_tail};
use crate::domain::{Code, Text};
use crate::flow::{Subject, ties};
use crate::rulebook::detector_settings::Threshold;

use super::circle::Circle;
use super::detector::Detector;
use super::invoice_runs::{Held, Stretch, in_one_hand, stretches};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F307,
    name: "consecutive-invoices",
    source: include_str!("f307_consecutive_invoices.rs"),
    run,
};

const DIGITS_SHOWN: usize = 4;

fn run(scene: &Scene) -> Vec<Draft> {
    let stretches = stretches(scene);
    let mut drafts: Vec<Draft> =
        stretches.iter().filter_map(|stretch| contradictory(scene, stretch)).collect();
    let mut told: BTreeSet<Vec<u32>> = BTreeSet::new();
    for held in Held::ALL {
        for rows in in_one_hand(scene, held) {
            let circle = Circle::new(scene, rows);
            // Whoever hands in may also be the one that is called and paid.
            if told.insert(circle.rows.clone()) {
                drafts.extend(handed_in(&circle, held));
            }
        }
    }
    drafts
}

fn contradictory(scene: &Scene, stretch: &Stretch) -> Option<Draft> {
    let circle = Circle::new(scene, stretch.rows.iter().copied());
    let claims = circle.at_risk();
    let &(first, _) = claims.first()?;
    let (count, persons) = (stretch.rows.len(), circle.persons().len());
    let gap = scene.threshold_in_row(Threshold::NumberGapMax, stretch.rows[0]);
    let mut odd = Vec::new();
    let mut add = |times: usize, zh: &str, en: &str| {
        if times > 0 {
            odd.push(Text::new(format!("{times} 处{zh}"), format!("{times} × {en}")));
        }
    };
    add(stretch.back, "日期倒退 7 天以上", "the day more than 7 days back");
    add(stretch.apart, "日期相隔 30 天以上", "the days more than 30 apart");
    add(stretch.elsewhere, "换了医疗机构", "another hospital");
    let (said, run) = (super::scene::listed(&odd), shown(scene, &stretch.rows));
    let (bills, sum) = (circle.bills(), circle.total());
    let draft = Draft {
        thresholds: vec![(Threshold::NumberGapMax, gap)],
        ..circle.draft(Subject::Claim(first))?
    };
    Some(
        draft
            .saying(
                format!(
                    "{count} 张票据号码相连（相邻相差不超过 {gap}），{}，涉及 {persons} 人、\
                     总额 {sum} 元，但号码顺序与就医对不上：{}。号码与日期：{}。",
                    bills.zh, said.zh, run.zh
                ),
                format!(
                    "{count} invoices with neighbouring numbers (at most {gap} apart), {}, of \
                     {persons} persons, total {sum}, in an order that contradicts the care: {}. \
                     Numbers and days: {}.",
                    bills.en, said.en, run.en
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条"),
    )
}

/// The first invoices with their days; numbers show their end only.
fn shown(scene: &Scene, rows: &[u32]) -> Text {
    const SHOWN: usize = 6;
    let one = |&row: &u32| {
        let claim = scene.in_row(row);
        let number = &*claim.invoice.number;
        let end = &number[number.len().saturating_sub(DIGITS_SHOWN)..];
        format!("…{end} {}", claim.stay.last())
    };
    let said: Vec<String> = rows.iter().take(SHOWN).map(one).collect();
    let more = if rows.len() > SHOWN { (" 等", " …") } else { ("", "") };
    Text::new(format!("{}{}", said.join("，"), more.0), format!("{}{}", said.join(", "), more.1))
}

fn handed_in(circle: &Circle, held: Held) -> Option<Draft> {
    let (scene, &first) = (circle.scene, circle.rows.first()?);
    let claim = scene.in_row(first);
    let (subject, who) = match held {
        Held::Agent => {
            let named = claim.agent_name.as_deref().map_or_else(|| "—".to_owned(), mask_name);
            let who = Text::new(format!("由代办人 {named} 递交"), format!("the agent {named}"));
            (Subject::Agent(ties::agent(claim)?.to_owned()), who)
        }
        Held::Account => {
            let account = scene.account_in_row(first).into_owned();
            let shown = mask_tail(&account, DIGITS_SHOWN);
            let who = Text::new(format!("打入账户 {shown}"), format!("the account {shown}"));
            (Subject::Account(account), who)
        }
        Held::Phone => {
            let phone = scene.phone_in_row(first).into_owned();
            let shown = mask_tail(&phone, DIGITS_SHOWN);
            let who = Text::new(format!("留电话 {shown}"), format!("the telephone {shown}"));
            (Subject::Phone(phone), who)
        }
    };
    let gap = scene.threshold_in_row(Threshold::NumberGapMax, first);
    let min = scene.threshold_in_row(Threshold::NeighboursMin, first);
    let mut by_number = circle.rows.clone();
    by_number.sort_by_key(|&row| scene.appearances().serial[row as usize]);
    let (count, run) = (circle.persons().len(), shown(scene, &by_number));
    let (bills, sum) = (circle.bills(), circle.total());
    let draft = Draft {
        thresholds: vec![(Threshold::NeighboursMin, min), (Threshold::NumberGapMax, gap)],
        ..circle.draft(subject)?
    };
    Some(
        draft
            .saying(
                format!(
                    "{count} 个不同参保人的票据号码相连（相邻相差不超过 {gap}），都{}：{}、总额 \
                     {sum} 元。号码与日期：{}。",
                    who.zh, bills.zh, run.zh
                ),
                format!(
                    "invoices of {count} different persons with neighbouring numbers (at most \
                     {gap} apart) are in one hand, {}: {}, total {sum}. Numbers and days: {}.",
                    who.en, bills.en, run.en
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::flow::{Claim, Invoice};

    const A: &str = "H11010000001";
    const B: &str = "H11010000002";
    const SURNAMES: [&str; 6] = ["赵", "钱", "孙", "李", "周", "吴"];

    fn invoice(number: u32) -> Invoice {
        Invoice { code: Some("11060124".into()), number: format!("{number:010}").into() }
    }

    /// Invoices with these numbers on these days of 2024, of different persons at one hospital.
    fn invoices(b: &mut Batch, written: &[(u32, &str)], change: fn(&mut Claim)) {
        for (place, &(number, day)) in (1_u16..).zip(written) {
            let id = format!("C{place}");
            let stay = format!("2024-{day}");
            let ix = b.claim(&id, place, (&stay, &stay), "100.00");
            b.hospital(ix, A);
            let claim = b.edit(ix);
            claim.name = format!("{}某", SURNAMES[usize::from(place) % 6]);
            claim.invoice = invoice(number);
            change(claim);
        }
    }

    const SAME_DAY: [(u32, &str); 4] =
        [(101, "03-04"), (102, "03-04"), (104, "03-04"), (107, "03-04")];

    fn nothing(_: &mut Claim) {}

    #[test]
    fn numbers_that_run_on_while_the_days_do_not_are_told_and_a_busy_hospital_is_not() {
        check(
            Code::F307,
            &[
                ("a busy hospital on one day", |b| invoices(b, &SAME_DAY, nothing), &[]),
                (
                    "a small one with an invoice a month",
                    |b| invoices(b, &[(1, "01-04"), (2, "02-03"), (3, "03-04")], nothing),
                    &[],
                ),
                (
                    "the days go back twice",
                    |b| invoices(b, &[(1, "03-20"), (2, "03-12"), (3, "03-04")], nothing),
                    &[("C1+C2+C3", "300.00")],
                ),
                (
                    "back by a week only",
                    |b| invoices(b, &[(1, "03-20"), (2, "03-13"), (3, "03-06")], nothing),
                    &[],
                ),
                (
                    "an invoice written late",
                    |b| {
                        let written =
                            [(1, "03-20"), (2, "03-20"), (3, "01-04"), (4, "03-20"), (5, "03-21")];
                        invoices(b, &written, nothing);
                    },
                    &[],
                ),
                (
                    "far apart twice",
                    |b| invoices(b, &[(1, "01-04"), (2, "02-04"), (3, "03-06")], nothing),
                    &[("C1+C2+C3", "300.00")],
                ),
                (
                    "numbers farther apart than the gap",
                    |b| invoices(b, &[(1, "03-20"), (5, "03-12"), (9, "03-04")], nothing),
                    &[],
                ),
                (
                    "at the gap",
                    |b| invoices(b, &[(1, "03-20"), (4, "03-12"), (7, "03-04")], nothing),
                    &[("C1+C2+C3", "300.00")],
                ),
            ],
        );
    }

    #[test]
    fn one_persons_run_is_told_and_so_are_hospitals_in_turn_and_what_was_posted_before() {
        check(
            Code::F307,
            &[
                (
                    "one person with neighbouring invoices of three months",
                    |b| {
                        invoices(b, &[(1, "01-04"), (2, "02-24"), (3, "04-20")], |claim| {
                            claim.person =
                                crate::domain::Identity::Id(crate::detect::scene_test::person(1));
                        });
                    },
                    &[("C1+C2+C3", "300.00")],
                ),
                (
                    "two hospitals in turn in one book",
                    |b| {
                        invoices(b, &SAME_DAY, nothing);
                        b.hospital(crate::flow::ClaimIx(1), B);
                    },
                    &[("C1+C2+C3", "300.00")],
                ),
                (
                    "two spellings of one hospital in turn",
                    |b| {
                        invoices(b, &SAME_DAY, nothing);
                        for at in [1, 3] {
                            let ix = crate::flow::ClaimIx(at);
                            b.links(ix).hospital = crate::flow::Match::Nothing { nearest: vec![] };
                            b.edit(ix).hospital_name = Some("别的写法".to_owned());
                        }
                    },
                    &[],
                ),
                (
                    "two books that meet",
                    |b| {
                        invoices(b, &SAME_DAY, nothing);
                        b.hospital(crate::flow::ClaimIx(2), B);
                        b.hospital(crate::flow::ClaimIx(3), B);
                    },
                    &[],
                ),
                (
                    "without a code, two hospitals count on their own",
                    |b| {
                        invoices(b, &SAME_DAY, |claim| claim.invoice.code = None);
                        b.hospital(crate::flow::ClaimIx(1), B);
                    },
                    &[],
                ),
                (
                    "two of them were posted before",
                    |b| {
                        invoices(b, &[(2, "03-12")], nothing);
                        for (id, number, day, person) in
                            [("P1", 1, "2024-03-20", 8), ("P2", 3, "2024-03-04", 9)]
                        {
                            let past = b.witness(id, person, (day, day), "100.00");
                            past.claim.invoice = invoice(number);
                            past.claim.hospital_code = Some(A.to_owned());
                        }
                    },
                    &[("C1", "100.00")],
                ),
            ],
        );
    }

    #[test]
    fn neighbouring_numbers_in_one_hand_are_told_unless_family_or_employer_explain_it() {
        fn agent(claim: &mut Claim) {
            claim.agent_name = Some("郑代办".into());
        }
        check(
            Code::F307,
            &[
                ("one agent", |b| invoices(b, &SAME_DAY, agent), &[("C1+C2+C3+C4", "400.00")]),
                (
                    "agent, account and phone are one hand",
                    |b| {
                        invoices(b, &SAME_DAY, |claim| {
                            agent(claim);
                            claim.account = Some("6222000000001234567".into());
                            claim.phone = Some("13000001234".into());
                        });
                    },
                    &[("C1+C2+C3+C4", "400.00")],
                ),
                ("two persons", |b| invoices(b, &SAME_DAY[..2], agent), &[]),
                (
                    "three persons",
                    |b| invoices(b, &SAME_DAY[..3], agent),
                    &[("C1+C2+C3", "300.00")],
                ),
                (
                    "an employer's visit",
                    |b| {
                        invoices(b, &SAME_DAY, |claim| {
                            agent(claim);
                            claim.employer = Some("虚构公司".into());
                        });
                    },
                    &[],
                ),
                (
                    "a family",
                    |b| {
                        invoices(b, &SAME_DAY, |claim| {
                            agent(claim);
                            claim.name = claim.name.replace(['孙', '李', '周', '吴'], "钱");
                        });
                    },
                    &[],
                ),
                (
                    "an agent whose claims lie far apart in a long run",
                    |b| {
                        invoices(b, &SAME_DAY, nothing);
                        for (at, number) in [(0, 100), (1, 104), (2, 108), (3, 106)] {
                            b.edit(crate::flow::ClaimIx(at)).invoice = invoice(number);
                        }
                        (0..3).for_each(|at| agent(b.edit(crate::flow::ClaimIx(at))));
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_numbers_and_days_are_said() {
        let mut batch = Batch::default();
        invoices(&mut batch, &[(1, "03-20"), (2, "03-12"), (3, "03-04")], nothing);
        let detected = batch.detect();
        let finding = only(&detected, Code::F307);
        let zh = &finding.sentence.zh;
        assert!(zh.contains("2 处日期倒退 7 天以上"), "{zh}");
        assert!(zh.contains("…0001 2024-03-20，…0002 2024-03-12"), "{zh}");
        assert_eq!(finding.thresholds, "number_gap_max=3");
    }
}
