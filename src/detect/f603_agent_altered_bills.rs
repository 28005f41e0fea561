//! # F603 代办人多份改动票据 agent-altered-bills
//!
//! ## 查什么
//! 同一代办人递交的申报中，n 份以上的票据明细与总额不符（F301）或金额疑似改动（F303），且占其申报的 p%
//! 以上；n（altered_min）默认 3 份，p（altered_percent_min）默认 20。账上近两年该代办人经手、当时已认定
//! 明细与总额不符的他人申报一并计数。
//!
//! ## 为什么要紧
//! 一份改动可能是笔误或漏页，多份改动票据出自同一人之手，改票的多半就是这个人。
//!
//! ## 什么情况下无辜
//! 单位经办人经手几十份，其中三五份漏页，比例不高的不列；医院打印系统出错时，同院的票据都会对不上，不论
//! 谁代办；只替一个人（如父母）递交的，可能是同一次住院的几张分票。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（伪造、变造票据）。

use std::collections::BTreeSet;

use crate::domain::Code;
use crate::domain::identity::mask_name;
use crate::flow::{ClaimIx, Subject, ties};
use crate::rulebook::detector_settings::Threshold;

use super::appearances::by_column;
use super::circle::Circle;
use super::detector::{Detector, Profile, nothing_by_itself};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F603,
    name: "agent-altered-bills",
    source: include_str!("f603_agent_altered_bills.rs"),
    run: nothing_by_itself,
};

pub static PROFILE: Profile = Profile { code: Code::F603, run };

fn run(scene: &Scene, drafts: &[(Code, Draft)]) -> Vec<Draft> {
    let of_alteration = drafts.iter().filter(|(code, _)| matches!(code, Code::F301 | Code::F303));
    let altered: BTreeSet<ClaimIx> =
        of_alteration.flat_map(|(_, draft)| draft.claims.iter().map(|(claim, _)| *claim)).collect();
    let by_agent = by_column(scene, &scene.appearances().agent);
    let agents = by_agent.chunk_by(|one, next| one.0 == next.0);
    agents.filter_map(|group| altered_bills(&Circle::of(scene, group), &altered)).collect()
}

fn altered_bills(all: &Circle, altered: &BTreeSet<ClaimIx>) -> Option<Draft> {
    let scene = all.scene;
    let is_altered = |row: &u32| match scene.witness(*row) {
        Some(witness) => witness.was_altered(),
        None => altered.contains(&ClaimIx(*row)),
    };
    let circle = Circle::new(scene, all.rows.iter().copied().filter(is_altered));
    let &first = circle.rows.first()?;
    let min = scene.threshold_in_row(Threshold::AlteredMin, first);
    let percent_min = scene.threshold_in_row(Threshold::AlteredPercentMin, first);
    let (count, handed_in) = (circle.rows.len(), all.rows.len());
    let often = count * 100 >= handed_in * percent_min as usize;
    if count < min as usize || !often {
        return None;
    }
    let claim = scene.in_row(first);
    let agent = ties::agent(claim)?.to_owned();
    let named = claim.agent_name.as_deref().map_or_else(|| "—".to_owned(), mask_name);
    let (persons, bills, sum) = (circle.persons().len(), circle.bills(), circle.total());
    let draft = Draft {
        thresholds: vec![(Threshold::AlteredMin, min), (Threshold::AlteredPercentMin, percent_min)],
        ..circle.draft(Subject::Agent(agent))?
    };
    Some(
        draft
            .saying(
                format!(
                    "代办人 {named} 递交的 {handed_in} 份申报中，{}票据对不上或疑似改动，涉及 \
                     {persons} 人、总额 {sum} 元。",
                    bills.zh
                ),
                format!(
                    "of {handed_in} claims handed in by the agent {named}, bills do not add up or \
                     seem to be changed in {}, of {persons} persons, total {sum}.",
                    bills.en
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check};
    use crate::flow::decisions::GateVerdict;

    /// Claims of an agent, the first so many with a bill that does not add up.
    fn handed_in(b: &mut Batch, claims: u16, altered: u16) {
        for number in 0..claims {
            let id = format!("C{number:02}");
            let claim = b.claim(&id, number, ("2024-03-01", "2024-03-08"), "100.00");
            b.edit(claim).agent_name = Some("郑代办".into());
            if number < altered {
                b.gate(claim, Code::F301, GateVerdict::Pend);
            }
        }
    }

    fn posted(b: &mut Batch, id: &str, number: u16, reasons: Vec<Code>) {
        let past = b.witness(id, number, ("2024-01-01", "2024-01-08"), "100.00");
        past.reasons = reasons;
        past.claim.agent_name = Some("郑代办".into());
    }

    #[test]
    fn three_altered_bills_of_one_agent_are_told_unless_there_are_many_more() {
        check(
            Code::F603,
            &[
                ("three of four", |b| handed_in(b, 4, 3), &[("C00+C01+C02", "300.00")]),
                ("two of four", |b| handed_in(b, 4, 2), &[]),
                ("three of fifteen", |b| handed_in(b, 15, 3), &[("C00+C01+C02", "300.00")]),
                ("three of sixteen", |b| handed_in(b, 16, 3), &[]),
                (
                    "two agents",
                    |b| {
                        handed_in(b, 4, 4);
                        (0..2).for_each(|at| b.edit(ClaimIx(at)).agent_name = Some("王".into()));
                    },
                    &[],
                ),
                (
                    "two of them were posted before",
                    |b| {
                        handed_in(b, 1, 1);
                        posted(b, "P1", 7, vec![Code::F301]);
                        posted(b, "P2", 8, vec![Code::F303, Code::G11]);
                    },
                    &[("C00", "100.00")],
                ),
                (
                    "what was posted before was sound",
                    |b| {
                        handed_in(b, 1, 1);
                        posted(b, "P1", 7, vec![Code::G11]);
                        posted(b, "P2", 8, Vec::new());
                    },
                    &[],
                ),
                (
                    "only what was posted before is altered",
                    |b| {
                        handed_in(b, 1, 0);
                        for (number, id) in [(7, "P1"), (8, "P2"), (9, "P3")] {
                            posted(b, id, number, vec![Code::F301]);
                        }
                    },
                    &[],
                ),
            ],
        );
    }
}
