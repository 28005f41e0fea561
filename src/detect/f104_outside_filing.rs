//! # F104 就医地或机构与备案不符 outside-filing
//!
//! ## 查什么
//! 入院当日有有效备案，但备案的就医地或指定医院不是实际就医的地方，又没有别的备案覆盖这次就医。
//!
//! ## 为什么要紧
//! 备案地与就医地不符，既可能是参保人走错地方，也可能是拿着别处的备案套用较高的待遇。
//!
//! ## 什么情况下无辜
//! 在备案地住院后转往外省上级医院，还没来得及变更备案；备案填了省会而实际在同省别的城市；长期异地
//! 居住人员临时到第三地就医，参保地按临时外出处理。
//!
//! ## 依据
//! 《基本医疗保险跨省异地就医直接结算经办规程》（医保发〔2022〕22号）关于备案就医地的规定。

use crate::domain::Code;
use crate::domain::words::{FilingStatus, Route};
use crate::flow::decisions::FilingFault;
use crate::flow::{ClaimIx, Filing};

use super::detector::{CROSS_REGION_RULES, Detector};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F104,
    name: "outside-filing",
    source: include_str!("f104_outside_filing.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let route = &scene.decision(claim).route;
        let needs_filing =
            matches!(route.route, Route::Unfiled | Route::Temporary | Route::LateFiled);
        if !needs_filing {
            return None;
        }
        let elsewhere = route.passed_over.iter().find(|(ix, fault)| {
            let place =
                matches!(fault, FilingFault::OtherTreatedRegion | FilingFault::OtherHospital);
            let no_better = route.filing.is_none_or(|used| used == *ix);
            place && no_better && was_in_force(scene, claim, &scene.records().filings[ix.at()])
        });
        elsewhere
            .map(|(ix, fault)| outside(scene, claim, &scene.records().filings[ix.at()], *fault))
    })
}

/// An old filing for elsewhere says nothing about this stay.
fn was_in_force(scene: &Scene, claim: ClaimIx, filing: &Filing) -> bool {
    let admitted = scene.claim(claim).stay.first();
    let begun = filing.valid_from <= admitted;
    begun && filing.valid_to.is_none_or(|to| admitted <= to) && filing.status == FilingStatus::Valid
}

fn outside(scene: &Scene, ix: ClaimIx, filing: &Filing, fault: FilingFault) -> Draft {
    let (about, hospital, treated) =
        (scene.about(ix), scene.hospital_shown(ix), scene.claim(ix).treated);
    let (id, filed, since) = (&filing.filing_id, filing.treated, filing.valid_from);
    let (zh, en) = match (fault, &filing.hospital) {
        (FilingFault::OtherHospital, Some(named)) => (
            format!("备案 {id} 指定 {named}，实际在 {hospital}（{treated}）就医。"),
            format!("filing {id} names {named}; treated at {hospital} ({treated})."),
        ),
        _ => (
            format!("备案 {id} 自 {since} 起备往 {filed}，实际在 {treated}（{hospital}）就医。"),
            format!("filing {id} is for {filed} since {since}; treated in {treated} ({hospital})."),
        ),
    };
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(format!("{}{zh}", about.zh), format!("{}: {en}", about.en))
        .under(CROSS_REGION_RULES)
        .shown_by([filing.origin])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check};

    fn filed(b: &mut Batch, from: &str, to: &str, fault: FilingFault, route: Route) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        b.pays(claim, "600.00");
        let filing = b.filing(1, "310000", from, to);
        let taken = &mut b.decision(claim).route;
        taken.route = route;
        taken.passed_over.push((filing, fault));
    }

    #[test]
    fn only_a_filing_in_force_for_another_place_is_told() {
        check(
            Code::F104,
            &[
                (
                    "filed for Shanghai, treated in Beijing",
                    |b| {
                        let fault = FilingFault::OtherTreatedRegion;
                        filed(b, "2024-01-01", "2024-06-30", fault, Route::Unfiled);
                    },
                    &[("C1", "600.00")],
                ),
                (
                    "filed for another hospital, paid as temporary",
                    |b| {
                        let fault = FilingFault::OtherHospital;
                        filed(b, "2024-03-01", "2024-03-01", fault, Route::Temporary);
                    },
                    &[("C1", "600.00")],
                ),
                (
                    "that filing had ended the day before",
                    |b| {
                        let fault = FilingFault::OtherTreatedRegion;
                        filed(b, "2024-01-01", "2024-02-29", fault, Route::Unfiled);
                    },
                    &[],
                ),
                (
                    "the filing failed for its date, not its place",
                    |b| {
                        let fault = FilingFault::MadeTooLate;
                        filed(b, "2024-01-01", "2024-06-30", fault, Route::Unfiled);
                    },
                    &[],
                ),
                (
                    "an emergency needs no filing",
                    |b| {
                        let fault = FilingFault::OtherTreatedRegion;
                        filed(b, "2024-01-01", "2024-06-30", fault, Route::Emergency);
                    },
                    &[],
                ),
                (
                    "another filing covers the stay",
                    |b| {
                        let fault = FilingFault::OtherTreatedRegion;
                        filed(b, "2024-01-01", "2024-06-30", fault, Route::Temporary);
                        let covers = b.filing(1, "110000", "2024-01-01", "2024-06-30");
                        b.adjudicated.decisions[0].route.filing = Some(covers);
                    },
                    &[],
                ),
            ],
        );
    }
}
