//! # F205 票据已显示统筹支付 invoice-shows-fund
//!
//! ## 查什么
//! 票据上“医保统筹基金支付”一栏大于零的申报。
//!
//! ## 为什么要紧
//! 统筹支付大于零，说明这张票据当时已经按医保结算，基金不应再付。
//!
//! ## 什么情况下无辜
//! 录入人把“个人账户支付”或“其他支付”填进了统筹栏；结算后退费、换开了自费票据而沿用旧数。以票据原件
//! 或电子票据查验为准。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use crate::domain::Code;
use crate::flow::ClaimIx;

use super::detector::{Detector, TWICE_PAID};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F205,
    name: "invoice-shows-fund",
    source: include_str!("f205_invoice_shows_fund.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, _| shows_fund(scene, claim))
}

fn shows_fund(scene: &Scene, ix: ClaimIx) -> Draft {
    let (about, claim) = (scene.about(ix), scene.claim(ix));
    let (invoice, fund, total) = (&claim.invoice.number, claim.invoice_fund_paid, claim.total);
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的票据 {invoice} 上已有统筹支付 {fund} 元，总额 {total} 元。", about.zh),
            format!(
                "{}: invoice {invoice} itself shows a fund payment of {fund}; total {total}.",
                about.en
            ),
        )
        .under(TWICE_PAID)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{check, money};
    use crate::flow::decisions::GateVerdict;

    #[test]
    fn an_invoice_with_a_fund_payment_is_told() {
        check(
            Code::F205,
            &[
                (
                    "the fund paid part of it",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.edit(claim).invoice_fund_paid = money("312.55");
                        b.gate(claim, Code::F205, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "the patient paid all of it",
                    |b| {
                        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                    },
                    &[],
                ),
            ],
        );
    }
}
