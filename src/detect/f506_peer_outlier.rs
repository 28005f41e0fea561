//! # F506 费用显著高于同病同级 peer-outlier
//!
//! ## 查什么
//! 一次住院的总费用达到同病（诊断编码前三位）、同等级医院住院费用中位数的 peer_times 倍（默认 3 倍），或
//! 总费用高于中位数而日均费用达到日均中位数的同样倍数。同类取其他医院的住院，本批、账上的申报和既往结算每
//! 份票据一次，不少于 peers_min 次（默认 20 次）；偶数个取较小的中间值。
//!
//! ## 为什么要紧
//! 同一种病在同级医院的花费相差有限；高出几倍的，常见虚增项目、套用高价耗材或编造票据。
//!
//! ## 什么情况下无辜
//! 一项手术或耗材（如植入物）就能解释差额的，即减去最贵的一行就不足倍数的，不列。重症监护、并发症、合并多
//! 种疾病、长期住院也会高出几倍，因此只作提示。涉及金额是高于中位数的部分。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（过度诊疗、虚构医药服务项目）。

use crate::domain::words::Tier;
use crate::domain::{Code, Money};
use crate::flow::ClaimIx;
use crate::rulebook::detector_settings::Threshold;

use super::care::Episode;
use super::detector::Detector;
use super::line_kind::LineKind;
use super::medians::Peers;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F506,
    name: "peer-outlier",
    source: include_str!("f506_peer_outlier.rs"),
    run,
};

/// What may make one stay dear, and is seen as one line of the bill.
const DEAR_KINDS: [LineKind; 2] = [LineKind::Operation, LineKind::Material];

/// A stay among those of its disease and tier.
struct Peer<'a> {
    group: (&'a str, Option<Tier>),
    hospital: &'a str,
    stay: Episode,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let adjudicated = scene.adjudicated;
    let stays = scene.shared.care.each_bill(adjudicated).filter(|bill| bill.is_stay());
    let with_disease = stays.filter_map(|stay| {
        let disease = stay.disease(adjudicated)?;
        let hospital = stay.hospital_key(adjudicated)?;
        Some(Peer { group: (disease, stay.tier(adjudicated)), hospital, stay })
    });
    let mut all: Vec<Peer> =
        with_disease.filter(|peer| peer.stay.total(adjudicated).is_positive()).collect();
    all.sort_by_key(|peer| (peer.group, peer.stay.bill));
    let groups = all.chunk_by(|one, next| one.group == next.group);
    groups.flat_map(|group| outliers(scene, group)).collect()
}

fn outliers(scene: &Scene, group: &[Peer]) -> Vec<Draft> {
    let figures = |figure: fn(Money, Episode) -> Money| {
        let of = |peer: &Peer| figure(peer.stay.total(scene.adjudicated), peer.stay).fen();
        Peers::new(group.iter().map(|peer| (of(peer), peer.hospital)))
    };
    let (totals, daily) = (figures(|total, _| total), figures(a_day));
    let judged = group.iter().filter_map(|peer| {
        let claim = peer.stay.claim().filter(|&claim| scene.is_on(claim))?;
        let (count, total) = totals.without(peer.hospital)?;
        let (_, a_day) = daily.without(peer.hospital)?;
        let medians = Medians { count, total, a_day };
        outlier(scene, claim, peer, medians)
    });
    judged.collect()
}

fn a_day(total: Money, stay: Episode) -> Money {
    Money::from_fen(total.fen() / i64::from(stay.period.hospital_days()))
}

/// What the peers' stays cost, in fen.
struct Medians {
    count: usize,
    total: i64,
    a_day: i64,
}

impl Medians {
    fn are_passed(&self, total: Money, stay: Episode, times: i64) -> bool {
        let dear = total.fen() >= self.total.saturating_mul(times);
        let dear_a_day = a_day(total, stay).fen() >= self.a_day.saturating_mul(times);
        dear || (dear_a_day && total.fen() > self.total)
    }
}

fn outlier(scene: &Scene, claim: ClaimIx, peer: &Peer, medians: Medians) -> Option<Draft> {
    let peers_min = scene.threshold(Threshold::PeersMin, claim);
    let times = scene.threshold(Threshold::PeerTimes, claim);
    let (total, stay) = (scene.claim(claim).total, peer.stay);
    let passes = |total| medians.are_passed(total, stay, i64::from(times));
    if medians.count < peers_min as usize || !passes(total) {
        return None;
    }
    let (_, dearest) = scene.billed_of(claim, &DEAR_KINDS);
    if !passes(total - dearest) {
        return None;
    }
    let excess = total - Money::from_fen(medians.total);
    let (about, count, disease) = (scene.about(claim), medians.count, peer.group.0);
    let (own_day, day) = (a_day(total, stay), Money::from_fen(medians.a_day));
    let (median, hospital) = (Money::from_fen(medians.total), scene.hospital_shown(claim));
    let draft = Draft {
        thresholds: vec![(Threshold::PeersMin, peers_min), (Threshold::PeerTimes, times)],
        ..Draft::on_claim(scene, claim, excess.or_zero().min(scene.whole(claim)))
    };
    let draft = draft
        .saying(
            format!(
                "{}在 {hospital} 住院 {total} 元、日均 {own_day} 元；同病 {disease}、同等级的其他 {count} \
                 次住院中位数为 {median} 元、日均 {day} 元。",
                about.zh
            ),
            format!(
                "{}: the stay in {hospital} cost {total}, {own_day} a day; the median of {count} \
                 others for {disease} in hospitals of the tier is {median}, {day} a day.",
                about.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条");
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::CareType;

    const A: &str = "H11010000001";
    const B: &str = "H11010000002";

    /// A stay of ten days at that total in one hospital, and peers of ten days at 1,000 in another.
    fn among(b: &mut Batch, total: &str, count: u16) {
        let claim = b.stay("C000", 1, ("2024-03-01", "2024-03-11"), A);
        b.diagnosed(claim, "J18.900");
        b.total(claim, total);
        peers(b, count);
    }

    fn peers(b: &mut Batch, count: u16) {
        for number in 2..2 + count {
            let claim = b.stay(&format!("C{number:03}"), number, ("2024-03-01", "2024-03-11"), B);
            b.diagnosed(claim, "J18.000");
            b.total(claim, "1000.00");
        }
    }

    /// The same at 4,000 with one line on the bill of the dear stay, the first of all.
    fn with_line(b: &mut Batch, name: &str, category: &str, amount: &str) {
        let claim = b.stay("C000", 1, ("2024-03-01", "2024-03-11"), A);
        b.diagnosed(claim, "J18.900");
        b.total(claim, "4000.00");
        b.costs(name, category, amount);
        peers(b, 20);
    }

    #[test]
    fn a_stay_far_above_its_peers_is_told() {
        check(
            Code::F506,
            &[
                ("three times", |b| among(b, "3000.00", 20), &[("C000", "2000.00")]),
                ("a fen less", |b| among(b, "2999.99", 20), &[]),
                ("too few peers", |b| among(b, "3000.00", 19), &[]),
                (
                    "three times a day in few days",
                    |b| {
                        among(b, "1200.00", 20);
                        let stay = crate::detect::scene_test::period("2024-03-01", "2024-03-05");
                        b.edit(ClaimIx(0)).stay = stay;
                    },
                    &[("C000", "200.00")],
                ),
                (
                    "short and no dearer than others",
                    |b| {
                        among(b, "1000.00", 20);
                        let stay = crate::detect::scene_test::period("2024-03-01", "2024-03-03");
                        b.edit(ClaimIx(0)).stay = stay;
                    },
                    &[],
                ),
                (
                    "another disease",
                    |b| {
                        among(b, "3000.00", 20);
                        b.diagnosed(ClaimIx(0), "I63.900");
                    },
                    &[],
                ),
                (
                    "another tier",
                    |b| {
                        among(b, "3000.00", 20);
                        b.hospital(ClaimIx(0), A).tier = Some(Tier::Two);
                    },
                    &[],
                ),
                (
                    "the hospital's own stays are no peers",
                    |b| {
                        among(b, "3000.00", 20);
                        (1..21).for_each(|at| b.put(ClaimIx(at), A));
                    },
                    &[],
                ),
                (
                    "past stays of others are peers",
                    |b| {
                        among(b, "3000.00", 19);
                        let days = ("2024-01-01", "2024-01-11");
                        let past = b.past_in(99, days, B, CareType::Inpatient);
                        b.edit_past(past).diagnosis_code = Some("J18.900".to_owned());
                    },
                    &[("C000", "2000.00")],
                ),
            ],
        );
    }

    #[test]
    fn one_operation_or_implant_explains_it() {
        check(
            Code::F506,
            &[
                ("an implant", |b| with_line(b, "人工髋关节", "材料费", "1000.01"), &[]),
                (
                    "an implant that is not enough",
                    |b| with_line(b, "人工髋关节", "材料费", "1000.00"),
                    &[("C000", "3000.00")],
                ),
                (
                    "a drug explains nothing",
                    |b| with_line(b, "某某注射液", "西药费", "3000.00"),
                    &[("C000", "3000.00")],
                ),
            ],
        );
    }

    #[test]
    fn the_peers_are_said() {
        let mut batch = Batch::default();
        among(&mut batch, "3000.00", 20);
        let detected = batch.detect();
        let finding = only(&detected, Code::F506);
        let said = "住院 3000.00 元、日均 300.00 元；同病 J18、同等级的其他 20 次住院中位数为 1000.00 元、日均 100.00 元。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.thresholds, "peers_min=20;peer_times=3");
    }
}
