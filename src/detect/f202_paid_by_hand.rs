//! # F202 票据已手工报销 paid-by-hand
//!
//! ## 查什么
//! 同一张票据（或同一人、机构、日期、总额）在既往任何一个月已经手工报销过。
//!
//! ## 为什么要紧
//! 票据拍照、重打、换经办点再报，都是同一笔钱付第二次。
//!
//! ## 什么情况下无辜
//! 上次支付被银行退回后重新报送；上次只报了部分费用、本次补报差额（应走补支，而不是重新申报）；原结算
//! 已冲销。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use crate::domain::Code;
use crate::domain::words::Channel;

use super::detector::Detector;
use super::past_bill;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F202,
    name: "paid-by-hand",
    source: include_str!("f202_paid_by_hand.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    past_bill::refused(scene, Channel::Manual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::flow::Duplicate;
    use crate::flow::decisions::GateVerdict;

    #[test]
    fn the_claim_on_the_books_that_used_the_invoice_is_shown() {
        let mut batch = Batch::default();
        let stay = ("2024-03-01", "2024-03-08");
        let again = batch.claim("C2", 1, stay, "900.00");
        let first = batch.claim("C1", 1, stay, "900.00");
        batch.links(again).duplicate = Duplicate::Later { first };
        batch.gate(again, Code::F202, GateVerdict::Reject);
        let row = batch.edit(first).origin;
        batch.recalled(1);
        let detected = batch.detect();
        let finding = only(&detected, Code::F202);
        assert!(finding.evidence.contains(&row), "{:?}", finding.evidence);
        assert!(finding.sentence.zh.contains("已手工报销（见闻）"));
    }

    #[test]
    fn a_bill_paid_before_is_told_and_another_stay_there_is_not() {
        check(
            Code::F202,
            &[
                (
                    "paid in the month before",
                    |b| {
                        let stay = ("2024-03-01", "2024-03-08");
                        let claim = b.claim("C1", 1, stay, "900.00");
                        let past = b.past(1, stay, Channel::Manual);
                        b.settled(claim, past);
                        b.gate(claim, Code::F202, GateVerdict::Reject);
                    },
                    &[("C1", "900.00")],
                ),
                (
                    "an earlier stay of the same person was paid by hand",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
                        b.past(1, ("2024-01-01", "2024-01-08"), Channel::Manual);
                    },
                    &[],
                ),
            ],
        );
    }
}
