//! # F110 超过报销时限 past-deadline
//!
//! ## 查什么
//! 受理日期晚于参保地规定的手工报销截止日期（截止日当天算在期限内）。
//!
//! ## 为什么要紧
//! 逾期申报多数地区不再受理；久拖的票据也更容易与别处已报的重复。
//!
//! ## 什么情况下无辜
//! 跨年度住院须待出院；遇节假日顺延；此前递交过、因材料不全被退回；参保地对特殊情形放宽。
//!
//! ## 依据
//! 参保地手工（零星）报销申报时限的规定。

use crate::domain::Code;
use crate::flow::{ClaimIx, GateHit};

use super::detector::Detector;
use super::scene::{Draft, Scene, in_brackets};

pub static DETECTOR: Detector = Detector {
    code: Code::F110,
    name: "past-deadline",
    source: include_str!("f110_past_deadline.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| late(scene, claim, gate))
}

fn late(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, saw, claim) = (scene.about(ix), in_brackets(&gate.saw), scene.claim(ix));
    let (received, total) = (claim.received_on, claim.total);
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}于 {received} 受理，已过报销时限{}，总额 {total} 元。", about.zh, saw.zh),
            format!(
                "{}: received on {received}, past the deadline{}; total {total}.",
                about.en, saw.en
            ),
        )
        .under("参保地手工报销申报时限的规定")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::check;
    use crate::flow::decisions::GateVerdict;

    #[test]
    fn only_a_claim_the_deadline_stopped_is_told() {
        check(
            Code::F110,
            &[
                (
                    "past the deadline",
                    |b| {
                        let claim = b.claim("C1", 1, ("2022-03-01", "2022-03-08"), "1000.00");
                        b.gate(claim, Code::F110, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "old, but the region sets no deadline",
                    |b| {
                        b.claim("C1", 1, ("2022-03-01", "2022-03-08"), "1000.00");
                    },
                    &[],
                ),
            ],
        );
    }
}
