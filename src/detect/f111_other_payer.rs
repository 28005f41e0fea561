//! # F111 工伤或第三方责任 other-payer
//!
//! ## 查什么
//! 申报标明工伤，或标明应由第三方（如交通事故责任方）负担的费用。
//!
//! ## 为什么要紧
//! 这些费用不属于基本医疗保险；工伤保险或责任方支付之外再由医保支付，就是重复得利。
//!
//! ## 什么情况下无辜
//! 第三方不支付或无法确定第三方时，基金可以先行支付，但要凭证明并向第三方追偿；标志误填；仅有外伤
//! 标志而无第三方的，本规则不查。
//!
//! ## 依据
//! 《中华人民共和国社会保险法》第三十条。

use crate::domain::Code;
use crate::flow::{ClaimIx, GateHit};

use super::detector::Detector;
use super::scene::{Draft, Scene, in_brackets};

pub static DETECTOR: Detector = Detector {
    code: Code::F111,
    name: "other-payer",
    source: include_str!("f111_other_payer.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| other_payer(scene, claim, gate))
}

fn other_payer(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, claim, saw) = (scene.about(ix), scene.claim(ix), in_brackets(&gate.saw));
    let (zh, en) = match (claim.work_injury, claim.third_party) {
        (true, true) => ("标明工伤且涉及第三方责任", "a work injury with a third party liable"),
        (true, false) => ("标明为工伤", "a work injury"),
        (false, true) => ("标明由第三方负担", "a third party is liable"),
        (false, false) => ("不属基本医疗保险支付范围", "outside basic medical insurance"),
    };
    let total = claim.total;
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}{zh}{}，总额 {total} 元。", about.zh, saw.zh),
            format!("{}: {en}{}; total {total}.", about.en, saw.en),
        )
        .under("《中华人民共和国社会保险法》第三十条")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::check;
    use crate::flow::decisions::GateVerdict;

    #[test]
    fn a_work_injury_is_told_and_a_mere_trauma_is_not() {
        check(
            Code::F111,
            &[
                (
                    "work injury",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.edit(claim).work_injury = true;
                        b.gate(claim, Code::F111, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "trauma without a third party",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.edit(claim).trauma = true;
                    },
                    &[],
                ),
            ],
        );
    }
}
