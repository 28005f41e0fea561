//! # F105 死亡后就医 died-before-service
//!
//! ## 查什么
//! 参保登记的死亡日期早于就医日期的申报。
//!
//! ## 为什么要紧
//! 人已去世而仍有就医费用，要么是冒用身份，要么是虚假票据，基金一律不支付。
//!
//! ## 什么情况下无辜
//! 死亡登记日期录错，或同名同号登记错人；票据把结算日写成了就医日（去世后家属才结账）。应调取死亡
//! 证明与病历核对。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（冒名、虚假就医骗取基金）。

use crate::domain::{Code, Origin};
use crate::flow::{ClaimIx, GateHit, PersonRecord};

use super::detector::Detector;
use super::scene::{Draft, Scene, in_brackets};

pub static DETECTOR: Detector = Detector {
    code: Code::F105,
    name: "died-before-service",
    source: include_str!("f105_died_before_service.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| died(scene, claim, gate))
}

fn died(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, total) = (scene.about(ix), scene.claim(ix).total);
    let dead = registered_dead(scene, ix);
    let (zh, en) = match dead.iter().filter_map(|entry| entry.died_on).min() {
        Some(day) => (format!("登记于 {day} 死亡"), format!("registered as dead on {day}")),
        None => {
            let saw = in_brackets(&gate.saw);
            (format!("登记已死亡{}", saw.zh), format!("registered as dead{}", saw.en))
        }
    };
    let rows: Vec<Origin> = dead.iter().map(|entry| entry.origin).collect();
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的就医日期在死亡之后：{zh}，总额 {total} 元。", about.zh),
            format!("{}: care after death, {en}; total {total}.", about.en),
        )
        .under("《医疗保障基金使用监督管理条例》第四十条、第四十一条")
        .shown_by(rows)
}

/// The register entries of the person that have a day of death.
fn registered_dead<'a>(scene: &Scene<'a>, ix: ClaimIx) -> Vec<&'a PersonRecord> {
    let Some(key) = scene.claim(ix).person.key() else { return Vec::new() };
    let files = scene.adjudicated.linked.people.by_key.get(&key);
    let register = files.into_iter().flat_map(|files| &files.register);
    let persons = &scene.records().persons;
    register.map(|at| &persons[at.at()]).filter(|entry| entry.died_on.is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::Severity;
    use crate::flow::decisions::GateVerdict;

    fn after_death(b: &mut Batch) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        b.died(1, "2024-02-10");
        b.gate(claim, Code::F105, GateVerdict::Reject);
    }

    #[test]
    fn care_after_death_is_told_and_death_in_hospital_is_not() {
        check(
            Code::F105,
            &[
                ("died three weeks before", after_death, &[("C1", "1000.00")]),
                (
                    "died during the stay: no gate",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.died(1, "2024-03-08");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_day_and_the_register_row_are_shown() {
        let mut batch = Batch::default();
        after_death(&mut batch);
        let row = batch.adjudicated.linked.records.persons[0].origin;
        let detected = batch.detect();
        let finding = only(&detected, Code::F105);
        assert_eq!(finding.severity, Severity::Block);
        assert!(finding.sentence.zh.contains("登记于 2024-02-10 死亡"));
        assert!(finding.evidence.contains(&row));
    }
}
