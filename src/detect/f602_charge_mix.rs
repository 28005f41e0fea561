//! # F602 机构收费结构异常 charge-mix
//!
//! ## 查什么
//! 住院申报 n 份以上的医疗机构，药品、耗材、检查检验三类费用中某一类占清单金额的比重，比同类同等级其他
//! 机构高出 p 个百分点以上；n（mix_claims_min）默认 20 份，p（mix_points）默认 25，均按参保地设置。同类
//! 机构不含本机构，少于 3 家的不比。类别按医保编码认（X、Z、T 开头为药品，C 开头为耗材，15 位服务项目按
//! 第三、四位的分类认），没有编码的按清单上的费用类别认。
//!
//! ## 为什么要紧
//! 药占比、耗占比、检查占比畸高，常见于以药养医、套用耗材、套餐式检查；单份清单看不出，汇总才看得出。
//!
//! ## 什么情况下无辜
//! 肿瘤、血液、骨科、心脏介入等专科本来就药或耗材为主；体检转住院、术前集中检查会抬高检查占比；零星报销
//! 只是该机构业务的一角，可能有偏。只作统计提示，不计金额，列出该类费用最高的 20 份供抽查。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条。

use std::cmp::Reverse;

use crate::domain::words::CareType;
use crate::domain::{Code, Money, Text};
use crate::flow::{BillLine, ClaimIx, Names, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::detector::Detector;
use super::peers::{Compared, Sums, by_hospital, compared, per_mille, percent};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F602,
    name: "charge-mix",
    source: include_str!("f602_charge_mix.rs"),
    run,
};

/// So many claims are listed to be drawn from.
const LISTED: usize = 20;

/// What a hospital may charge too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Drug,
    Consumable,
    Examination,
    Other,
}

impl Kind {
    const JUDGED: [Kind; 3] = [Kind::Drug, Kind::Consumable, Kind::Examination];

    fn named(self) -> Text {
        match self {
            Kind::Drug => Text::new("药品", "drugs"),
            Kind::Consumable => Text::new("耗材", "consumables"),
            Kind::Examination => Text::new("检查检验", "examinations and tests"),
            Kind::Other => Text::new("其他", "other"),
        }
    }

    /// By the national code; nothing of texts that are none.
    fn of_code(code: &str) -> Option<Kind> {
        let is_service = code.len() == 15 && code.bytes().all(|byte| byte.is_ascii_digit());
        match code.as_bytes() {
            [b'X' | b'Z' | b'T', ..] if code.len() >= 10 => Some(Kind::Drug),
            [b'C', ..] if code.len() >= 10 => Some(Kind::Consumable),
            // Imaging, ultrasound, nuclear medicine, laboratory, blood typing, pathology.
            [_, _, b'2', b'1' | b'2' | b'3' | b'5' | b'6' | b'7', ..] if is_service => {
                Some(Kind::Examination)
            }
            _ => is_service.then_some(Kind::Other),
        }
    }

    /// By the words of a bill.
    fn of_category(category: &str) -> Kind {
        let says = |words: &[&str]| words.iter().any(|word| category.contains(word));
        if says(&["材料", "耗材"]) {
            Kind::Consumable
        } else if says(&["药", "草"]) {
            Kind::Drug
        } else if says(&["检查", "检验", "化验", "放射", "影像", "CT", "超声", "病理"])
        {
            Kind::Examination
        } else {
            Kind::Other
        }
    }
}

/// What each text says as a code and as a category, looked at once.
struct Kinds {
    as_code: Vec<Option<Kind>>,
    as_category: Vec<Kind>,
}

impl Kinds {
    fn of(names: &Names) -> Kinds {
        Kinds {
            as_code: names.iter().map(|(_, text)| Kind::of_code(text)).collect(),
            as_category: names.iter().map(|(_, text)| Kind::of_category(text)).collect(),
        }
    }

    fn of_line(&self, line: &BillLine) -> Kind {
        let by_code = line.item_code.and_then(|code| self.as_code[code.at()]);
        let by_category = || line.category.map(|category| self.as_category[category.at()]);
        by_code.or_else(by_category).unwrap_or(Kind::Other)
    }
}

/// What was billed, by kind.
#[derive(Clone, Copy, Default)]
struct Mix([Money; 4]);

impl Mix {
    fn all(&self) -> i64 {
        self.0.iter().map(|amount| amount.fen()).sum()
    }

    fn share(&self, kind: Kind) -> i64 {
        per_mille(self.0[kind as usize].fen(), self.all())
    }
}

impl Sums for Mix {
    fn add(&mut self, other: &Mix) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, amount)| *sum += amount);
    }

    fn take(&mut self, other: &Mix) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, amount)| *sum -= amount);
    }
}

fn run(scene: &Scene) -> Vec<Draft> {
    let kinds = Kinds::of(&scene.records().names);
    let claims_min = |claim: ClaimIx| scene.threshold(Threshold::MixClaimsMin, claim);
    let inpatient = |claim: ClaimIx| scene.claim(claim).care == CareType::Inpatient;
    let by_hospital = by_hospital(scene, inpatient);
    let sums = |claims: &[ClaimIx]| {
        let mut sums = Mix::default();
        claims.iter().for_each(|&claim| sums.add(&mix(scene, &kinds, claim)));
        sums
    };
    let judged = compared(scene, by_hospital, claims_min, sums);
    judged.iter().filter_map(|hospital| odd(scene, &kinds, hospital)).collect()
}

fn mix(scene: &Scene, kinds: &Kinds, claim: ClaimIx) -> Mix {
    let mut mix = Mix::default();
    for split in scene.splits(claim) {
        let line = scene.line(split.line);
        mix.0[kinds.of_line(line) as usize] += line.amount;
    }
    mix
}

fn odd(scene: &Scene, kinds: &Kinds, hospital: &Compared<Mix>) -> Option<Draft> {
    let first = hospital.claims[0];
    let points = scene.threshold(Threshold::MixPoints, first);
    let above = |kind: Kind| hospital.sums.share(kind) - hospital.of_peers.share(kind);
    // The first of equals, so that the answer is one.
    let kind = Kind::JUDGED.into_iter().min_by_key(|&kind| Reverse(above(kind)))?;
    if hospital.of_peers.all() <= 0 || above(kind) < i64::from(points) * 10 {
        return None;
    }
    let of_kind = |claim: ClaimIx| mix(scene, kinds, claim).0[kind as usize];
    let is_own = |claim: &ClaimIx| scene.records().is_own(*claim);
    let mut listed: Vec<ClaimIx> = hospital.claims.iter().copied().filter(is_own).collect();
    listed.sort_by_cached_key(|&claim| (Reverse(of_kind(claim)), claim));
    listed.truncate(LISTED);
    let &most = listed.first()?;
    let rows: Vec<_> = listed.iter().map(|&claim| scene.claim(claim).origin).collect();
    let [share, others] = [&hospital.sums, &hospital.of_peers].map(|mix| percent(mix.share(kind)));
    let (name, named, count) = (scene.hospital_shown(most), kind.named(), hospital.claims.len());
    let (amount, peers) = (hospital.sums.0[kind as usize], hospital.peers);
    let draft = Draft {
        subject: Subject::Hospital(hospital.hospital),
        claims: listed.iter().map(|&claim| (claim, Money::ZERO)).collect(),
        thresholds: vec![
            (Threshold::MixClaimsMin, scene.threshold(Threshold::MixClaimsMin, first)),
            (Threshold::MixPoints, points),
        ],
        ..Draft::on_claim(scene, most, Money::ZERO)
    };
    Some(
        draft
            .saying(
                format!(
                    "{name} 的 {count} 份住院申报中{}费用 {amount} 元，占清单金额 {share}，同类同\
                     等级 {peers} 家机构为 {others}；列出{}费用最高的 {} 份。",
                    named.zh,
                    named.zh,
                    listed.len()
                ),
                format!(
                    "{name}: in {count} inpatient claims {amount} is for {}, {share} of what was \
                     billed; {peers} hospitals of its kind and tier have {others}; the {} claims \
                     with most of it are listed.",
                    named.en,
                    listed.len()
                ),
            )
            .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条")
            .shown_by(rows),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, of_code, only};
    use crate::domain::words::Tier;

    /// Hospitals of one tier with so many claims of 100 yuan, of which so many yuan are drugs.
    fn hospitals(mixes: &[(u32, u32)]) -> Batch {
        let mut batch = Batch::default();
        let drug = batch.adjudicated.linked.records.names.intern("西药费");
        for (place, &(claims, drugs)) in mixes.iter().enumerate() {
            for number in 0..claims {
                let id = format!("C{place}-{number:03}");
                let first = format!("2024-{:02}-{:02}", number % 12 + 1, place + 1);
                let last = format!("2024-{:02}-{:02}", number % 12 + 1, place + 5);
                let person = (place as u32 * 100 + number) as u16;
                let claim = batch.claim(&id, person, (&first, &last), "100.00");
                batch.hospital(claim, &format!("H1101000000{place}")).tier = Some(Tier::Two);
                let (drugs, rest) = (format!("{drugs}.00"), format!("{}.00", 100 - drugs));
                let line = batch.line("1", &drugs, &drugs);
                batch.adjudicated.linked.records.lines[line.at()].category = Some(drug);
                batch.line("1", &rest, &rest);
            }
        }
        batch
    }

    #[test]
    fn a_mix_far_from_that_of_the_peers_is_told() {
        for (name, mixes, told) in [
            ("25 points above", &[(20, 65), (20, 40), (20, 40), (20, 40)][..], 1),
            ("24 points above", &[(20, 64), (20, 40), (20, 40), (20, 40)], 0),
            ("below", &[(20, 10), (20, 40), (20, 40), (20, 40)], 0),
            ("all alike", &[(20, 80), (20, 80), (20, 80), (20, 80)], 0),
            ("nineteen claims", &[(19, 90), (20, 40), (20, 40), (20, 40)], 0),
            ("two peers", &[(20, 90), (20, 40), (20, 40)], 0),
        ] {
            let detected = hospitals(mixes).detect();
            assert_eq!(of_code(&detected, Code::F602).count(), told, "{name}");
        }
    }

    #[test]
    fn shares_are_said_and_twenty_claims_listed() {
        let detected = hospitals(&[(30, 70), (20, 40), (20, 40), (20, 40)]).detect();
        let finding = only(&detected, Code::F602);
        assert_eq!((finding.claims.len(), finding.at_risk()), (20, Money::ZERO));
        let zh = &finding.sentence.zh;
        assert!(zh.contains("30 份住院申报中药品费用 2100.00 元"), "{zh}");
        assert!(zh.contains("占清单金额 70.0%，同类同等级 3 家机构为 40.0%"), "{zh}");
    }

    #[test]
    fn a_code_says_what_an_item_is_and_a_category_where_there_is_none() {
        for (code, kind) in [
            ("XA02BCA141E001010101234", Some(Kind::Drug)),
            ("ZA01AAJ0001010101234567", Some(Kind::Drug)),
            ("C0101010010000000000", Some(Kind::Consumable)),
            ("002501010010000", Some(Kind::Examination)),
            ("003301000010000", Some(Kind::Other)),
            ("CT平扫", None),
        ] {
            assert_eq!(Kind::of_code(code), kind, "{code}");
        }
        for (category, kind) in [
            ("西药费", Kind::Drug),
            ("中草药", Kind::Drug),
            ("卫生材料费", Kind::Consumable),
            ("化验费", Kind::Examination),
            ("护理费", Kind::Other),
        ] {
            assert_eq!(Kind::of_category(category), kind, "{category}");
        }
    }
}
