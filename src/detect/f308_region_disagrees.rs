//! # F308 机构代码与就医地不符 region-disagrees
//!
//! ## 查什么
//! 医疗机构编码（H 或 P 加六位区划）里的地区与申报的就医地不在同一个地级市；直辖市按全市比较。已撤并的
//! 区划代码先换成后继再比。
//!
//! ## 为什么要紧
//! 编码和就医地必有一个是错的：写错就医地会选错目录、限价和备案；编码是抄来的，票据也可能是编的。
//!
//! ## 什么情况下无辜
//! 就医地只写到省、编码在该省的，不列；省直机构的编码用省级代码（后四位为零，或市级两位为 99）的，与全省
//! 各市相符；医院名单登记的地区与就医地一致的（分院、迁址而沿用旧编码），不列；区划代码不存在、无法解释
//! 的，不列，由定点名单核对。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条（伪造、变造有关资料）；国家医疗保障局医疗机构编码规则；
//! GB/T 2260。

use crate::domain::{Code, RegionCode};
use crate::flow::ClaimIx;
use crate::rulebook::divisions::RegionFault;

use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F308,
    name: "region-disagrees",
    source: include_str!("f308_region_disagrees.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let (code, digits) = coded_region(scene, claim)?;
        let treated = scene.claim(claim).treated.0;
        let registered_here =
            scene.hospital(claim).is_some_and(|hospital| is_near(hospital.region, treated));
        if is_near(digits, treated) || registered_here {
            return None;
        }
        // Only what differs is looked up: its code may be one of the past.
        let today = successors(scene, digits);
        let elsewhere = !today.is_empty() && !today.iter().any(|&place| is_near(place, treated));
        elsewhere.then(|| disagrees(scene, claim, code, digits))
    })
}

/// The claim's hospital code, else that of the hospital it was found to be, and the region in it.
fn coded_region<'a>(scene: &Scene<'a>, ix: ClaimIx) -> Option<(&'a str, RegionCode)> {
    let stated = scene.claim(ix).hospital_code.as_deref();
    let code = stated.or(scene.hospital(ix).map(|hospital| &*hospital.code))?;
    let digits = code.strip_prefix(['H', 'P'])?.get(..6)?;
    Some((code, RegionCode::parse(digits)?))
}

/// Whether two regions can be one place, as far as both say.
fn is_near(one: RegionCode, other: RegionCode) -> bool {
    let whole =
        |region: RegionCode| if is_province_wide(region) { region.province() } else { region };
    let (one, other) = (whole(one), whole(other));
    one.pool() == other.pool() || one.covers(other) || other.covers(one)
}

/// Codes that institutions of a province itself have: no city, or the city 99.
fn is_province_wide(region: RegionCode) -> bool {
    let prefecture = region.prefecture();
    prefecture == region.province() || prefecture.to_string().ends_with("9900")
}

/// What a code means today: itself, its successor, or several; nothing if nobody knows it.
fn successors(scene: &Scene, code: RegionCode) -> Vec<RegionCode> {
    match scene.ground.divisions.resolve(&code.to_string()) {
        Ok(place) => vec![place],
        Err(RegionFault::Ambiguous { candidates }) => {
            candidates.into_iter().map(|(place, _)| place).collect()
        }
        Err(RegionFault::Unknown { .. }) => Vec::new(),
    }
}

fn disagrees(scene: &Scene, ix: ClaimIx, code: &str, digits: RegionCode) -> Draft {
    let divisions = scene.ground.divisions;
    let treated = scene.claim(ix).treated.0;
    let (about, hospital) = (scene.about(ix), scene.hospital_shown(ix));
    let (of_code, stated) = (divisions.full_name(digits), divisions.full_name(treated));
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!(
                "{}的机构 {hospital} 编码 {code} 属 {of_code}（{digits}），申报的就医地是 {stated}\
                 （{treated}）。",
                about.zh
            ),
            format!(
                "{}: the code {code} of {hospital} is of {digits}, the place of treatment is \
                 {treated}.",
                about.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第四十条；GB/T 2260")
        .shown_by(scene.hospital(ix).map(|hospital| hospital.origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only, region};
    use crate::domain::TreatedRegion;

    fn treated(b: &mut Batch, place: &str, code: &str) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        b.pays(claim, "600.00");
        let claim = b.edit(claim);
        claim.treated = TreatedRegion(region(place));
        claim.hospital_code = Some(code.to_owned());
    }

    #[test]
    fn another_city_is_told_and_what_covers_or_follows_it_is_not() {
        check(
            Code::F308,
            &[
                (
                    "another city of the province",
                    |b| treated(b, "440300", "H44010000001"),
                    &[("C1", "600.00")],
                ),
                (
                    "a pharmacy in another province",
                    |b| treated(b, "440300", "P42010000001"),
                    &[("C1", "600.00")],
                ),
                ("another district of the city", |b| treated(b, "440303", "H44030500001"), &[]),
                ("another district of Beijing", |b| treated(b, "110105", "H11010800001"), &[]),
                ("only the province is stated", |b| treated(b, "440000", "H44030500001"), &[]),
                ("a hospital of the province", |b| treated(b, "440300", "H44000000001"), &[]),
                ("the province's own code 99", |b| treated(b, "440300", "H44990000001"), &[]),
                // 莱芜市 became a part of 济南市 in 2019.
                ("a city that was merged", |b| treated(b, "370100", "H37120200001"), &[]),
                (
                    "a city that was merged elsewhere",
                    |b| treated(b, "370200", "H37120200001"),
                    &[("C1", "600.00")],
                ),
                ("a region nobody knows", |b| treated(b, "440300", "H66010000001"), &[]),
                ("no code of this form", |b| treated(b, "440300", "123456"), &[]),
            ],
        );
    }

    #[test]
    fn the_register_may_say_that_it_is_a_branch() {
        let branch = |b: &mut Batch, place: &str| {
            treated(b, "440300", "H44010000001");
            b.hospital(ClaimIx(0), "H44010000001").region = region(place);
        };
        let mut batch = Batch::default();
        branch(&mut batch, "440305");
        assert!(batch.detect().findings.iter().all(|finding| finding.code != Code::F308));
        let mut batch = Batch::default();
        branch(&mut batch, "440100");
        let detected = batch.detect();
        let finding = only(&detected, Code::F308);
        let said =
            "编码 H44010000001 属 广东省广州市（440100），申报的就医地是 广东省深圳市（440300）";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn a_hospital_found_by_name_lends_its_code() {
        let mut batch = Batch::default();
        treated(&mut batch, "440300", "");
        batch.edit(ClaimIx(0)).hospital_code = None;
        batch.hospital(ClaimIx(0), "H44010000001").region = region("440100");
        only(&batch.detect(), Code::F308);
    }
}
