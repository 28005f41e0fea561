//! # F101 未备案异地就医 unfiled-care
//!
//! ## 查什么
//! 就医地不在参保地，而就医身份认定为“未备案”的申报：没有任何一条备案覆盖这次就医，也不属于免备案
//! 地区或急诊视同备案。因未备案被拒付的、按降低比例支付的，都列出。
//!
//! ## 为什么要紧
//! 未备案就医多数地区降低支付或不予支付；身份认错，少付会伤害参保人，多付会流失基金。
//!
//! ## 什么情况下无辜
//! 急诊抢救但没有附急诊证明；已备案而备案名单没有同步；出院后可以补办备案。补交材料或补办备案后应
//! 重新审核，先看结论里“如何补救”一栏。
//!
//! ## 依据
//! 《基本医疗保险跨省异地就医直接结算经办规程》（医保发〔2022〕22号）；参保地备案与降低支付的规定
//! 见该申报就医身份所引条款。

use crate::domain::Code;
use crate::domain::words::{Outcome, Route};
use crate::flow::ClaimIx;

use super::detector::{CROSS_REGION_RULES, Detector};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F101,
    name: "unfiled-care",
    source: include_str!("f101_unfiled_care.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let decision = scene.decision(claim);
        let paid = !matches!(decision.outcome, Outcome::Reject | Outcome::Pend);
        let unfiled_and_paid = decision.route.route == Route::Unfiled && paid;
        (unfiled_and_paid || scene.gate(claim).is_some()).then(|| unfiled(scene, claim, paid))
    })
}

fn unfiled(scene: &Scene, ix: ClaimIx, paid: bool) -> Draft {
    let (claim, route) = (scene.claim(ix), &scene.decision(ix).route);
    let (about, fund) = (scene.about(ix), scene.decision(ix).amounts.fund_total());
    let (insured, treated, total) = (claim.insured, claim.treated, claim.total);
    let (paid_zh, paid_en) = if paid {
        (format!("基金拟支付 {fund} 元"), format!("the fund would pay {fund}"))
    } else {
        ("基金不支付".to_owned(), "the fund pays nothing".to_owned())
    };
    let filings = &scene.records().filings;
    let passed_over = route.passed_over.iter().map(|(filing, _)| filings[filing.at()].origin);
    let (why_zh, why_en) = match route.route {
        Route::Unfiled => ("未备案".to_owned(), "without a filing".to_owned()),
        other => (format!("（{}）", other.zh()), format!("on the route “{}”", other.word())),
    };
    let clause = route.clause.map(|id| format!("；{}", scene.adjudicated.clause(id).short()));
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!(
                "{}参保地 {insured}，在 {treated} 就医{why_zh}，总额 {total} 元，{paid_zh}。",
                about.zh
            ),
            format!(
                "{}: insured in {insured}, treated in {treated} {why_en}; of {total} {paid_en}.",
                about.en
            ),
        )
        .under(format!("{CROSS_REGION_RULES}{}", clause.unwrap_or_default()))
        .shown_by(passed_over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::check;
    use crate::flow::decisions::GateVerdict;

    #[test]
    fn unfiled_care_is_listed_whether_it_is_refused_or_paid() {
        check(
            Code::F101,
            &[
                (
                    "paid less",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.pays(claim, "400.00");
                        b.decision(claim).route.route = Route::Unfiled;
                    },
                    &[("C1", "400.00")],
                ),
                (
                    "refused",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.gate(claim, Code::F101, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "unfiled, but refused for another reason",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.gate(claim, Code::F110, GateVerdict::Reject);
                        b.decision(claim).route.route = Route::Unfiled;
                    },
                    &[],
                ),
                (
                    "an emergency counts as filed",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.decision(claim).route.route = Route::Emergency;
                    },
                    &[],
                ),
            ],
        );
    }
}
