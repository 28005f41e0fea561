//! # F503 结伴住院 companion-stays
//!
//! ## 查什么
//! 同样几个人先后 n 次以上在同一医疗机构、相差不超过 d 天入院；n（together_min）默认 2 次，d
//! （together_days_max）默认 1 天。三人以上满 n 次即列，只有两人的要多一次。本批申报、同批调回的既往
//! 申报、账上同院前后 3 天以内入院的他人申报一并看。
//! 大医院偶遇不算：先按各人在该院的住院次数和已知天数，推算随机情况下会有几对人碰上这么多次，不足一对才
//! 列；多次住院的人同时入院超过 40 人的日子不看。透析、化疗、放疗（诊断 Z49、Z50、Z51、N18）按疗程
//! 反复碰面的，无论多少次只算一次。
//!
//! ## 为什么要紧
//! 诱导住院、车接车送、集体挂床，总是同一批人在同几天被拉到同一家机构。
//!
//! ## 什么情况下无辜
//! 透析、化疗病友按同一周期住院；同住一家、共用账户或电话的人一起生病（不列）；夫妻同时调养；同村人搭车
//! 看病；康复机构按月结算。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条（诱导、协助他人冒名或者虚假就医）。

use crate::domain::{Code, Text};
use crate::flow::Subject;
use crate::rulebook::detector_settings::Threshold;

use super::circle::Circle;
use super::companions::{Companions, companions};
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F503,
    name: "companion-stays",
    source: include_str!("f503_companion_stays.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    companions(scene).iter().filter_map(|group| together(scene, group)).collect()
}

fn together(scene: &Scene, group: &Companions) -> Option<Draft> {
    let circle = Circle::new(scene, group.rows.iter().copied());
    let &(first, _) = circle.at_risk().first()?;
    let hospital = scene.links(first).hospital.one();
    let subject = hospital.map_or(Subject::Network(first), Subject::Hospital);
    let (persons, times, days) = (circle.persons().len(), group.times, group.days_max);
    let (names, bills, sum) = (circle.names_shown(), circle.bills(), circle.total());
    let (place, when) = (scene.hospital_shown(first), days_shown(&circle));
    let draft = Draft {
        thresholds: vec![
            (Threshold::TogetherMin, group.together_min),
            (Threshold::TogetherDaysMax, group.days_max),
        ],
        ..circle.draft(subject)?
    };
    Some(
        draft
            .saying(
                format!(
                    "{persons} 人（{}）在 {place} 结伴住院，其中两人最多同去 {times} 次（入院相差\
                     不超过 {days} 天）：{}、总额 {sum} 元，入院日期 {}。",
                    names.zh, bills.zh, when.zh
                ),
                format!(
                    "{persons} people ({}) went to {place} together, two of them up to {times} \
                     times (admitted within {days} days): {}, total {sum}, admitted on {}.",
                    names.en, bills.en, when.en
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条"),
    )
}

/// The days of admission, the first few.
fn days_shown(circle: &Circle) -> Text {
    const SHOWN: usize = 6;
    let mut days: Vec<_> = circle.claims().map(|claim| claim.stay.first()).collect();
    days.sort_unstable();
    days.dedup();
    let more = if days.len() > SHOWN { (" 等", " …") } else { ("", "") };
    let said: Vec<String> = days.iter().take(SHOWN).map(ToString::to_string).collect();
    Text::new(format!("{}{}", said.join("、"), more.0), format!("{}{}", said.join(", "), more.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::dates::{Date, plus_days};
    use crate::flow::{Claim, ClaimIx};

    const A: &str = "H11010000001";
    const SURNAMES: [&str; 6] = ["赵", "钱", "孙", "李", "周", "吴"];

    /// A stay of the n-th person at a hospital, admitted on a day of 2024.
    fn stay(b: &mut Batch, number: u16, admitted: &str, at: &str) -> ClaimIx {
        let first: Date = format!("2024-{admitted}").parse().expect(admitted);
        let last = plus_days(first, 5).to_string();
        let id = format!("C{:03}", b.adjudicated.linked.records.claims.len() + 1);
        let ix = b.claim(&id, number, (&first.to_string(), &last), "100.00");
        b.hospital(ix, at);
        b.edit(ix).name = format!("{}某", SURNAMES[usize::from(number) % 6]);
        ix
    }

    /// The persons are admitted on each of the days.
    fn go(b: &mut Batch, persons: &[u16], days: &[&str], change: fn(&mut Claim)) {
        for day in days {
            for &person in persons {
                let ix = stay(b, person, day, A);
                change(b.edit(ix));
            }
        }
    }

    fn nothing(_: &mut Claim) {}

    const SIX: &str = "C001+C002+C003+C004+C005+C006";

    #[test]
    fn people_who_go_together_again_are_told() {
        check(
            Code::F503,
            &[
                (
                    "three people twice",
                    |b| go(b, &[1, 2, 3], &["01-10", "04-10"], nothing),
                    &[(SIX, "600.00")],
                ),
                ("three people once", |b| go(b, &[1, 2, 3], &["01-10"], nothing), &[]),
                ("two people twice", |b| go(b, &[1, 2], &["01-10", "04-10"], nothing), &[]),
                (
                    "two people three times",
                    |b| go(b, &[1, 2], &["01-10", "04-10", "07-10"], nothing),
                    &[(SIX, "600.00")],
                ),
                (
                    "a day apart",
                    |b| {
                        go(b, &[1, 2], &["01-10", "04-10"], nothing);
                        go(b, &[3], &["01-11", "04-09"], nothing);
                    },
                    &[(SIX, "600.00")],
                ),
                (
                    "two days apart",
                    |b| {
                        go(b, &[1], &["01-10", "04-10"], nothing);
                        go(b, &[2], &["01-12", "04-12"], nothing);
                        go(b, &[3], &["01-14", "04-14"], nothing);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn courses_households_and_chance_are_not_told() {
        check(
            Code::F503,
            &[
                (
                    "two couples at one dialysis centre",
                    |b| {
                        let weeks = ["01-10", "02-10", "03-10", "04-10", "05-10", "06-10"];
                        go(b, &[1, 2, 3, 4], &weeks, |claim| {
                            claim.diagnosis_code = Some("N18.500".into());
                        });
                    },
                    &[],
                ),
                (
                    "a household",
                    |b| {
                        for day in ["01-10", "04-10"] {
                            for number in 1..=3 {
                                let ix = stay(b, number, day, A);
                                let claim = b.edit(ix);
                                claim.name = format!("赵{number}");
                                claim.phone = Some("13000001234".into());
                            }
                        }
                    },
                    &[],
                ),
                (
                    "at different hospitals",
                    |b| {
                        for (number, at) in [(1, A), (2, "H11010000002"), (3, "H11010000003")] {
                            stay(b, number, "01-10", at);
                            stay(b, number, "04-10", at);
                        }
                    },
                    &[],
                ),
                (
                    "chance at a big hospital",
                    |b| {
                        // Two hundred people, each there twice, spread over the year.
                        for number in 0..200_u16 {
                            let day = |offset: u16| {
                                let first: Date = "2024-01-01".parse().expect("a day");
                                let days = i32::from(number * 7 % 180 + offset);
                                plus_days(first, days).to_string()[5..].to_owned()
                            };
                            stay(b, number, &day(0), A);
                            stay(b, number, &day(number % 2 + 90), A);
                        }
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn a_meeting_that_was_posted_before_counts() {
        let mut batch = Batch::default();
        go(&mut batch, &[1], &["01-10", "04-10"], nothing);
        go(&mut batch, &[2], &["01-10", "04-10"], nothing);
        for day in ["2024-01-10", "2024-04-11"] {
            let past = batch.witness("P1", 3, (day, "2024-04-20"), "100.00");
            past.claim.name = "李某".to_owned();
            past.claim.hospital_code = Some(A.to_owned());
        }
        let detected = batch.detect();
        let finding = only(&detected, Code::F503);
        assert_eq!(finding.claims.len(), 4);
        let zh = &finding.sentence.zh;
        assert!(zh.contains("3 人（钱*、孙*、李*）"), "{zh}");
        assert!(zh.contains("6 份申报（其中既往已过账 2 份）"), "{zh}");
        assert!(zh.contains("2024-01-10、2024-04-10、2024-04-11"), "{zh}");
    }
}
