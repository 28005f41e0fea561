//! # F601 机构疑点占比高于同类 hospital-findings
//!
//! ## 查什么
//! 申报 n 份以上的医疗机构，有票据、收费、诊疗类疑点（F301 至 F413、F503）的申报占比是同类同等级其他机构
//! 的 k 倍以上，且超出的份数不是偶然（超过期望值三个标准差）；n（hospital_claims_min）默认 20 份，k
//! （share_times）默认 3 倍，均按参保地设置。同类机构不含本机构，少于 3 家的不比。说明中并列金额占比。
//! 待遇、备案、重复报销等主要由参保人造成的疑点不计入机构。
//!
//! ## 为什么要紧
//! 单份申报的疑点可能是笔误，一家机构反复出现同样的问题往往是做法问题；按机构排查，检查力量用得最省。
//!
//! ## 什么情况下无辜
//! 专科机构（肿瘤、康复、精神）收费结构与综合医院不同；打印系统改版会使一批清单同样出错；收治重症多的
//! 机构项目多，出错机会也多。只作统计提示，涉及金额已计入各项疑点，这里不再计。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条。

use std::collections::BTreeMap;

use crate::domain::{Code, Money};
use crate::flow::{ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::detector::{Detector, Profile, nothing_by_itself};
use super::peers::{Compared, Sums, by_hospital, compared, per_mille, percent};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F601,
    name: "hospital-findings",
    source: include_str!("f601_hospital_findings.rs"),
    run: nothing_by_itself,
};

pub static PROFILE: Profile = Profile { code: Code::F601, run };

/// So many claims with findings at least.
const FOUND_MIN: i64 = 5;

#[derive(Clone, Copy, Default)]
struct Found {
    claims: i64,
    with_findings: i64,
    total: Money,
    at_risk: Money,
}

impl Sums for Found {
    fn add(&mut self, other: &Found) {
        self.claims += other.claims;
        self.with_findings += other.with_findings;
        self.total += other.total;
        self.at_risk += other.at_risk;
    }

    fn take(&mut self, other: &Found) {
        self.claims -= other.claims;
        self.with_findings -= other.with_findings;
        self.total -= other.total;
        self.at_risk -= other.at_risk;
    }
}

fn run(scene: &Scene, drafts: &[(Code, Draft)]) -> Vec<Draft> {
    let found = worst(scene, drafts);
    let claims_min = |claim: ClaimIx| scene.threshold(Threshold::HospitalClaimsMin, claim);
    let sums = |claims: &[ClaimIx]| Found {
        claims: claims.len() as i64,
        with_findings: claims.iter().filter(|claim| found.contains_key(*claim)).count() as i64,
        total: claims.iter().map(|&claim| scene.claim(claim).total).sum(),
        at_risk: claims.iter().filter_map(|claim| found.get(claim)).copied().sum(),
    };
    let judged = compared(scene, by_hospital(scene, |_| true), claims_min, sums);
    judged.iter().filter_map(|hospital| above_peers(scene, hospital, &found)).collect()
}

/// Of each claim with a finding that speaks of its hospital, the largest amount at risk.
fn worst(scene: &Scene, drafts: &[(Code, Draft)]) -> BTreeMap<ClaimIx, Money> {
    let speaks_of_hospital = |code: Code| {
        let code = code.as_str();
        code.starts_with("F3") || code.starts_with("F4") || code == Code::F503.as_str()
    };
    let mut worst: BTreeMap<ClaimIx, Money> = BTreeMap::new();
    for (_, draft) in drafts.iter().filter(|(code, _)| speaks_of_hospital(*code)) {
        for &(claim, amount) in &draft.claims {
            let amount = amount.min(scene.claim(claim).total).or_zero();
            let known = worst.entry(claim).or_insert(Money::ZERO);
            *known = amount.max(*known);
        }
    }
    worst
}

fn above_peers(
    scene: &Scene,
    hospital: &Compared<Found>,
    found: &BTreeMap<ClaimIx, Money>,
) -> Option<Draft> {
    let (own, peers) = (hospital.sums, hospital.of_peers);
    let times = scene.threshold(Threshold::ShareTimes, hospital.claims[0]);
    if own.with_findings < FOUND_MIN || !is_above(&own, &peers, times) {
        return None;
    }
    let with_findings = hospital.claims.iter().filter(|claim| found.contains_key(*claim));
    let claims: Vec<(ClaimIx, Money)> = with_findings.map(|&claim| (claim, Money::ZERO)).collect();
    let &(first, _) = claims.first()?;
    let rows: Vec<_> = claims.iter().map(|&(claim, _)| scene.claim(claim).origin).collect();
    let share = |part, whole| percent(per_mille(part, whole));
    let shares = [&own, &peers].map(|sums| share(sums.with_findings, sums.claims));
    let money = [&own, &peers].map(|sums| share(sums.at_risk.fen(), sums.total.fen()));
    let (name, count) = (scene.hospital_shown(first), own.with_findings);
    let (all, at_risk) = (own.claims, own.at_risk);
    let draft = Draft {
        subject: Subject::Hospital(hospital.hospital),
        claims,
        thresholds: vec![
            (
                Threshold::HospitalClaimsMin,
                scene.threshold(Threshold::HospitalClaimsMin, hospital.claims[0]),
            ),
            (Threshold::ShareTimes, times),
        ],
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    Some(
        draft
            .saying(
                format!(
                    "{name} 的 {all} 份申报中 {count} 份有票据、收费或诊疗疑点，占 {}，同类同等级 \
                     {} 家机构为 {}；疑点金额 {at_risk} 元，占申报总额 {}，同类为 {}。",
                    shares[0], hospital.peers, shares[1], money[0], money[1]
                ),
                format!(
                    "{name}: {count} of {all} claims have findings on bill, charges or care, {}; \
                     {} hospitals of its kind and tier have {}; {at_risk} at risk, {} of what was \
                     claimed, the others {}.",
                    shares[0], hospital.peers, shares[1], money[0], money[1]
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
            .shown_by(rows),
    )
}

/// Whether the share is so many times that of the peers, and more than chance: what is above the
/// expected count is over three times its root (Poisson). Peers without any count as with one.
fn is_above(own: &Found, peers: &Found, times: u32) -> bool {
    let (count, claims) = (i128::from(own.with_findings), i128::from(own.claims));
    let (of_peers, peers) = (i128::from(peers.with_findings.max(1)), i128::from(peers.claims));
    // Count ≥ times × expected, where expected = claims × of_peers ÷ peers.
    let (counted, expected) = (count * peers, claims * of_peers);
    let above = counted - expected;
    counted >= i128::from(times) * expected && above * above > 9 * expected * peers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::Batch;
    use crate::domain::words::Tier;

    /// Hospitals of tier three with so many claims, of which so many have a line that is not what
    /// quantity × price gives.
    fn hospitals(counts: &[(u32, u32)]) -> Batch {
        let mut batch = Batch::default();
        for (place, &(claims, odd)) in counts.iter().enumerate() {
            for number in 0..claims {
                let id = format!("C{place}-{number:03}");
                let day = |day| format!("2024-{:02}-{:02}", number % 12 + 1, place + day);
                let person = (place as u32 * 200 + number) as u16;
                let claim = batch.claim(&id, person, (&day(1), &day(5)), "100.00");
                batch.hospital(claim, &format!("H1101000000{place}")).tier = Some(Tier::Three);
                let price = if number < odd { "50.00" } else { "100.00" };
                batch.line("1", price, "100.00");
            }
        }
        batch
    }

    /// What the profile says where each of those lines is all that was found, under a code.
    fn told_of(batch: &Batch, code: Code) -> Vec<Draft> {
        batch.with_scene(Code::F601, |scene| {
            let drafts = scene.shared.odd_lines.iter().map(|odd| {
                let draft = Draft::on_claim(scene, odd.claim, odd.excess(scene));
                (code, draft)
            });
            run(scene, &drafts.collect::<Vec<_>>())
        })
    }

    fn told(batch: &Batch) -> usize {
        told_of(batch, Code::F302).len()
    }

    #[test]
    fn a_hospital_far_above_its_peers_is_told() {
        for (name, counts, expected) in [
            ("six times the peers", &[(20, 6), (20, 1), (20, 1), (20, 1)][..], 1),
            ("no peer has any", &[(20, 5), (20, 0), (20, 0), (20, 0)], 1),
            ("four findings", &[(20, 4), (20, 0), (20, 0), (20, 0)], 0),
            ("alike", &[(20, 6), (20, 5), (20, 6), (20, 6)], 0),
            ("twice the peers", &[(60, 12), (60, 6), (60, 6), (60, 6)], 0),
            ("two peers only", &[(20, 6), (20, 0), (20, 0)], 0),
            ("nineteen claims", &[(19, 6), (20, 0), (20, 0), (20, 0)], 0),
        ] {
            assert_eq!(told(&hospitals(counts)), expected, "{name}");
        }
    }

    #[test]
    fn findings_about_persons_do_not_count() {
        let batch = hospitals(&[(20, 6), (20, 0), (20, 0), (20, 0)]);
        assert!(told_of(&batch, Code::F101).is_empty());
    }

    #[test]
    fn shares_and_money_are_said_and_counted_nowhere_twice() {
        let batch = hospitals(&[(20, 6), (20, 1), (20, 1), (20, 1)]);
        let drafts = told_of(&batch, Code::F302);
        let [draft] = &drafts[..] else { panic!("{drafts:?}") };
        assert_eq!(draft.claims.len(), 6);
        assert!(draft.claims.iter().all(|(_, amount)| amount.is_zero()));
        let zh = &draft.sentence.zh;
        assert!(zh.contains("20 份申报中 6 份有票据"), "{zh}");
        assert!(zh.contains("占 30.0%，同类同等级 3 家机构为 5.0%"), "{zh}");
        assert!(zh.contains("疑点金额 300.00 元，占申报总额 15.0%，同类为 2.5%"), "{zh}");
    }

    #[test]
    fn another_tier_is_no_peer() {
        let mut batch = hospitals(&[(20, 6), (20, 0), (20, 0), (20, 0)]);
        batch.adjudicated.linked.records.hospitals[3].tier = Some(Tier::Two);
        assert_eq!(told(&batch), 0);
    }
}
