//! # F201 票据已直接结算 settled-directly
//!
//! ## 查什么
//! 同一张票据（或同一人、机构、日期、总额）在既往结算里已经联网直接结算过，又来手工报销。
//!
//! ## 为什么要紧
//! 直接结算时基金已付过一次，再付就是重复享受待遇，是手工报销里金额最实的一类损失。
//!
//! ## 什么情况下无辜
//! 直接结算后退费、冲销，改为全额自费（既往结算状态应为退费或冲销，本规则不再列出）；医院重打票据而
//! 参保人不知已结算。应请就医地医院出具结算状态证明。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use crate::domain::Code;
use crate::domain::words::Channel;

use super::detector::Detector;
use super::past_bill;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F201,
    name: "settled-directly",
    source: include_str!("f201_settled_directly.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    past_bill::refused(scene, Channel::Direct)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::{SettlementStatus, Severity};
    use crate::flow::decisions::GateVerdict;

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");

    fn settled(b: &mut Batch) {
        let claim = b.claim("C1", 1, STAY, "900.00");
        let past = b.past(1, STAY, Channel::Direct);
        b.settled(claim, past);
        b.gate(claim, Code::F201, GateVerdict::Reject);
    }

    #[test]
    fn a_bill_settled_directly_is_told_and_a_refunded_one_is_not() {
        check(
            Code::F201,
            &[
                ("settled on discharge", settled, &[("C1", "900.00")]),
                (
                    "settled, then refunded: no gate",
                    |b| {
                        let claim = b.claim("C1", 1, STAY, "900.00");
                        let past = b.past(1, STAY, Channel::Direct);
                        b.edit_past(past).status = SettlementStatus::Refunded;
                        b.settled(claim, past);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_settlement_is_named_and_its_row_shown() {
        let mut batch = Batch::default();
        settled(&mut batch);
        let row = batch.adjudicated.linked.records.settlements[0].origin;
        let detected = batch.detect();
        let finding = only(&detected, Code::F201);
        assert_eq!(finding.severity, Severity::Block);
        let said = "已直接结算（结算 S0，2024-03-08，基金已支付 600.00 元；票据代码和号码相同）";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert!(finding.evidence.contains(&row));
    }
}
