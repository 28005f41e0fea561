//! # F107 非定点或暂停医疗机构 hospital-not-designated
//!
//! ## 查什么
//! 入院（就诊）当日，就医机构不在定点名单内、定点协议未生效或已终止，或正被暂停医保服务；机构是否开通
//! 异地联网一并写明，仅供参考，除非参保地规定非联网机构不予支付。
//!
//! ## 为什么要紧
//! 非定点机构的费用除急诊抢救外基金不支付；被暂停的机构往往正因违规被查处。
//!
//! ## 什么情况下无辜
//! 急诊抢救就近送医；机构改名、合并、迁址后名单未更新；名单只收录了部分日期。未联网本身不违规，正是
//! 需要手工报销的常见原因。
//!
//! ## 依据
//! 参保地定点医疗机构管理规定；《基本医疗保险跨省异地就医直接结算经办规程》（医保发〔2022〕22号）关于
//! 未联网机构按参保地规定执行的规定。

use crate::domain::Code;
use crate::domain::dates::Date;
use crate::flow::{ClaimIx, GateHit, Hospital};

use super::detector::Detector;
use super::scene::{Draft, Scene, in_brackets};

pub static DETECTOR: Detector = Detector {
    code: Code::F107,
    name: "hospital-not-designated",
    source: include_str!("f107_hospital_not_designated.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_gate(|claim, gate| not_designated(scene, claim, gate))
}

fn not_designated(scene: &Scene, ix: ClaimIx, gate: &GateHit) -> Draft {
    let (about, claim) = (scene.about(ix), scene.claim(ix));
    let (total, hospital) = (claim.total, scene.hospital(ix));
    let (zh, en) = match hospital {
        Some(hospital) if hospital.is_designated_on(claim.stay.first()) => outside_network(),
        Some(hospital) => standing(hospital, claim.stay.first()),
        None => {
            let saw = in_brackets(&gate.saw);
            (format!("不在定点名单内{}", saw.zh), format!("is not on the list{}", saw.en))
        }
    };
    let name = scene.hospital_shown(ix);
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的就医机构 {name} {zh}，总额 {total} 元。", about.zh),
            format!("{}: {name} {en}; total {total}.", about.en),
        )
        .under("参保地定点医疗机构管理规定；医保发〔2022〕22号")
        .shown_by(hospital.map(|hospital| hospital.origin))
}

/// A designated hospital that the region of insurance refuses all the same.
fn outside_network() -> (String, String) {
    let (zh, en) =
        ("未开通异地联网，参保地不予支付", "is outside the network, which the region refuses");
    (zh.to_owned(), en.to_owned())
}

/// How the hospital stood on that day, and whether it is networked.
fn standing(hospital: &Hospital, day: Date) -> (String, String) {
    let (mut zh, mut en) = if hospital.is_suspended_on(day) {
        (format!("于 {day} 处于暂停医保服务期间"), format!("was suspended on {day}"))
    } else {
        (format!("于 {day} 不是定点机构"), format!("was not designated on {day}"))
    };
    if hospital.networked == Some(false) {
        zh.push_str("（且未开通异地联网）");
        en.push_str(" (and is not networked)");
    }
    (zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only};
    use crate::flow::decisions::GateVerdict;

    fn suspended(b: &mut Batch) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        let hospital = b.hospital(claim, "H11010000001");
        hospital.suspended_from = Some(day("2024-03-01"));
        hospital.networked = Some(false);
        b.gate(claim, Code::F107, GateVerdict::Reject);
    }

    #[test]
    fn the_hospital_must_be_designated_on_the_day_of_admission() {
        check(
            Code::F107,
            &[
                ("suspended from the day of admission", suspended, &[("C1", "1000.00")]),
                (
                    "on no list",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        b.gate(claim, Code::F107, GateVerdict::Reject);
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "suspended after admission, and not networked: no gate",
                    |b| {
                        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
                        let hospital = b.hospital(claim, "H11010000001");
                        hospital.suspended_from = Some(day("2024-03-02"));
                        hospital.networked = Some(false);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn the_sentence_says_how_the_hospital_stood() {
        let mut batch = Batch::default();
        suspended(&mut batch);
        let detected = batch.detect();
        let sentence = &only(&detected, Code::F107).sentence;
        assert!(sentence.zh.contains("于 2024-03-01 处于暂停医保服务期间（且未开通异地联网）"));
        assert!(sentence.en.contains("was suspended on 2024-03-01 (and is not networked)"));
    }

    #[test]
    fn a_designated_hospital_is_not_called_undesignated() {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        batch.hospital(claim, "H11010000001").networked = Some(false);
        batch.gate(claim, Code::F107, GateVerdict::Reject);
        let detected = batch.detect();
        let sentence = &only(&detected, Code::F107).sentence;
        assert!(sentence.zh.contains("未开通异地联网，参保地不予支付"), "{}", sentence.zh);
    }
}
