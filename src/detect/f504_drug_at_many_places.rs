//! # F504 一人一药多机构 drug-at-many-places
//!
//! ## 查什么
//! 同一人在 window_days 天内（默认 30 天，含首尾）从 institutions_min 家以上的机构（默认 3 家）取得同一
//! 西药或中成药。同一药：国家编码前十位（药品通用名）相同；没有国家编码的按目录品名、再按账单名称。只看本
//! 批和账上的申报，因为既往结算没有明细；有编码的和没有编码的行可能认不出是同一药。
//!
//! ## 为什么要紧
//! 一个人吃不了几家机构同时开的同一种药：多出的药多半被倒卖，或是他人冒用证件所开。
//!
//! ## 什么情况下无辜
//! 几乎人人都用的溶媒（solvents.csv，如氯化钠、葡萄糖注射液）不看；中药饮片不看；转院（出院当日或次日转
//! 入另一家）前后的医院算一家；冲销后净额不为正的不计。全部是慢特病取药的降为“提示”：换定点、缺货时会在
//! 几家取药。涉及金额只计第二家及以后的机构。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复开药、倒卖药品、冒名就医）。

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::dates::{Date, days_between};
use crate::domain::words::{CareType, ItemKind, Severity};
use crate::domain::{Code, Money, Origin};
use crate::flow::{ClaimIx, LineIx};
use crate::rulebook::detector_settings::Threshold;

use super::care::Episode;
use super::detector::Detector;
use super::line_kind::LineKind;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F504,
    name: "drug-at-many-places",
    source: include_str!("f504_drug_at_many_places.rs"),
    run,
};

/// So much of a drug's national code names the substance; what follows is form, pack and maker.
const SUBSTANCE_CHARS: usize = 10;

/// A drug line, and from where the drug was.
struct Got<'a> {
    drug: &'a str,
    day: Date,
    source: &'a str,
    claim: ClaimIx,
    line: LineIx,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in scene.shared.care.by_person().filter(|person| person.len() > 1) {
        let mut claimed = scene.looked_at(person);
        claimed.retain(|episode| episode.claim().is_some());
        let Some(first) = claimed.iter().find_map(|episode| episode.claim()) else { continue };
        let institutions_min = scene.threshold(Threshold::InstitutionsMin, first) as usize;
        let sources = sources(scene, &claimed);
        let distinct: BTreeSet<&str> = sources.iter().flatten().copied().collect();
        // Nearly everybody is done with here, before any line is looked at.
        if distinct.len() < institutions_min {
            continue;
        }
        let mut got = drugs_got(scene, &claimed, &sources);
        got.sort_by_key(|got| (got.drug, got.day, got.claim, got.line));
        let drugs = got.chunk_by(|one, next| one.drug == next.drug);
        drafts.extend(drugs.filter_map(|of_drug| spread(scene, of_drug)));
    }
    drafts
}

/// Of each episode the institution it counts for: hospitals between which the person was
/// transferred are one.
fn sources<'a>(scene: &Scene<'a>, claimed: &[Episode]) -> Vec<Option<&'a str>> {
    let hospital = |episode: &Episode| episode.hospital_key(scene.adjudicated);
    let mut same_as: BTreeMap<&str, &str> = BTreeMap::new();
    let root = |same_as: &BTreeMap<&'a str, &'a str>, mut name: &'a str| {
        while let Some(next) = same_as.get(name) {
            name = next;
        }
        name
    };
    let stays: Vec<&Episode> = claimed.iter().filter(|episode| episode.is_stay()).collect();
    for pair in stays.windows(2) {
        let gap_days = days_between(pair[0].period.last(), pair[1].period.first());
        let both = hospital(pair[0]).zip(hospital(pair[1]));
        if let Some((one, next)) = both.filter(|_| (0..=1).contains(&gap_days)) {
            let (one, next) = (root(&same_as, one), root(&same_as, next));
            if one != next {
                same_as.insert(next, one);
            }
        }
    }
    claimed.iter().map(|episode| hospital(episode).map(|name| root(&same_as, name))).collect()
}

/// The drugs of all bills that were not taken back.
fn drugs_got<'a>(
    scene: &Scene<'a>,
    claimed: &[Episode],
    sources: &[Option<&'a str>],
) -> Vec<Got<'a>> {
    let mut got = Vec::new();
    for (episode, source) in claimed.iter().zip(sources) {
        let (Some(claim), Some(source)) = (episode.claim(), *source) else { continue };
        let lines = scene.splits(claim).iter().map(|split| split.line);
        let drugs = lines.filter_map(|line| Some((drug(scene, line)?, line)));
        let mut drugs: Vec<(&str, LineIx)> = drugs.collect();
        drugs.sort_unstable();
        for same in drugs.chunk_by(|one, next| one.0 == next.0) {
            let net: Money = same.iter().map(|(_, line)| scene.line(*line).amount).sum();
            let bought = same.iter().filter(|(_, line)| scene.line(*line).amount.is_positive());
            got.extend(bought.filter(|_| net.is_positive()).map(|&(drug, line)| {
                let day = scene.line(line).service_on;
                Got { drug, day, source, claim, line }
            }));
        }
    }
    got
}

/// By what a drug is known again; nothing of herbs, solvents and what is no drug.
fn drug<'a>(scene: &Scene<'a>, ix: LineIx) -> Option<&'a str> {
    if scene.line_kind(ix) != LineKind::Drug {
        return None;
    }
    let (line, names) = (scene.line(ix), &scene.records().names);
    let (name, item) = (names.get(line.item_name), scene.item(line));
    let category = line.category.map_or("", |symbol| names.get(symbol));
    let code = line.item_code.map_or("", |symbol| names.get(symbol));
    let is_herb = item.map_or_else(
        || code.starts_with('T') || category.contains("饮片") || category.contains("草药"),
        |item| item.kind == ItemKind::Herb,
    );
    let solvents = &scene.ground.settings.facts.solvents;
    let is_solvent = solvents.has(name) || item.is_some_and(|item| solvents.has(&item.name));
    if is_herb || is_solvent {
        return None;
    }
    let by_item = item.map_or("", |item| &*item.code);
    let substance = [code, by_item].into_iter().find_map(substance);
    substance.or(item.map(|item| item.name.as_str())).or(Some(name))
}

fn substance(code: &str) -> Option<&str> {
    let is_drug = code.starts_with(['X', 'Z']) && code.len() > SUBSTANCE_CHARS;
    code.get(..SUBSTANCE_CHARS).filter(|_| is_drug)
}

/// The finding on one drug, whose lines come by day: the days in which most institutions gave it.
fn spread(scene: &Scene, of_drug: &[Got]) -> Option<Draft> {
    let claim = of_drug.first()?.claim;
    let window_days = scene.threshold(Threshold::WindowDays, claim);
    let institutions_min = scene.threshold(Threshold::InstitutionsMin, claim) as usize;
    let mut inside: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut start, mut most) = (0, (0, 0..0));
    for (end, got) in of_drug.iter().enumerate() {
        *inside.entry(got.source).or_default() += 1;
        while days_between(of_drug[start].day, got.day) >= window_days as i32 {
            let left = inside.entry(of_drug[start].source).or_default();
            *left -= 1;
            if *left == 0 {
                inside.remove(of_drug[start].source);
            }
            start += 1;
        }
        if inside.len() > most.0 {
            most = (inside.len(), start..end + 1);
        }
    }
    let (count, range) = most;
    let thresholds = vec![
        (Threshold::InstitutionsMin, institutions_min as u32),
        (Threshold::WindowDays, window_days),
    ];
    (count >= institutions_min).then(|| told(scene, &of_drug[range], count, thresholds))
}

fn told(scene: &Scene, got: &[Got], count: usize, thresholds: Vec<(Threshold, u32)>) -> Draft {
    let first = &got[0];
    let mut amounts: BTreeMap<ClaimIx, Money> = BTreeMap::new();
    for line in got {
        // One institution is where the person ought to have got it.
        let counts = line.source != first.source;
        let amount = if counts { scene.line(line.line).amount } else { Money::ZERO };
        *amounts.entry(line.claim).or_default() += amount;
    }
    let claims: Vec<(ClaimIx, Money)> = amounts
        .into_iter()
        .map(|(claim, amount)| (claim, amount.min(scene.whole(claim))))
        .collect();
    let rows: Vec<Origin> = got.iter().map(|got| scene.line(got.line).origin).collect();
    let of_claims: Vec<Origin> =
        claims.iter().map(|(claim, _)| scene.claim(*claim).origin).collect();
    let harmless = claims.iter().all(|(claim, _)| scene.claim(*claim).care == CareType::Chronic);
    let name = scene.records().names.get(scene.line(first.line).item_name);
    let (from, to) = (first.day, got[got.len() - 1].day);
    let (claim, sum) =
        (first.claim, got.iter().map(|got| scene.line(got.line).amount).sum::<Money>());
    let about = scene.about(claim);
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        thresholds,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人 {from} 至 {to} 在 {count} 家机构取得“{name}”，共 {sum} 元。",
                about.zh
            ),
            format!(
                "{}: from {from} to {to} the person got {name} from {count} institutions, {sum} \
                 in all.",
                about.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十七条、第四十一条")
        .shown_by(of_claims)
        .shown_by(rows);
    if harmless { draft.at_most(Severity::Info) } else { draft }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only};

    const HOSPITALS: [&str; 3] = ["H11010000001", "H11010000002", "H31010000003"];

    /// Visits on these days, each in another hospital, with one drug on each bill.
    fn visits(b: &mut Batch, days: &[&str], drug: &str, category: &str) {
        for (at, day) in days.iter().enumerate() {
            b.visit(&format!("C{}", at + 1), 1, day, HOSPITALS[at % HOSPITALS.len()]);
            b.costs(drug, category, "100.00");
        }
    }

    /// The code of the drug on the bill of the claim added last.
    fn coded(b: &mut Batch, code: &str) {
        let records = &mut b.adjudicated.linked.records;
        let code = records.names.intern(code);
        records.lines.last_mut().expect("a line").item_code = Some(code);
    }

    const DAYS: [&str; 3] = ["2024-03-01", "2024-03-10", "2024-03-30"];
    const DRUG: &str = "某某片";

    #[test]
    fn one_drug_from_three_institutions_in_a_month_is_told() {
        check(
            Code::F504,
            &[
                (
                    "on the thirtieth day",
                    |b| visits(b, &DAYS, DRUG, "西药费"),
                    &[("C1+C2+C3", "200.00")],
                ),
                (
                    "on the thirty-first day",
                    |b| visits(b, &["2024-03-01", "2024-03-10", "2024-03-31"], DRUG, "西药费"),
                    &[],
                ),
                ("two institutions", |b| visits(b, &DAYS[..2], DRUG, "西药费"), &[]),
                ("a solvent", |b| visits(b, &DAYS, "0.9%氯化钠注射液", "西药费"), &[]),
                ("herbs", |b| visits(b, &DAYS, "某草", "中药饮片费"), &[]),
                ("no drug", |b| visits(b, &DAYS, "血常规", "化验费"), &[]),
                (
                    "two drugs",
                    |b| {
                        visits(b, &DAYS[..2], DRUG, "西药费");
                        b.visit("C3", 1, DAYS[2], HOSPITALS[2]);
                        b.costs("另一片", "西药费", "100.00");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn what_counts_as_one_drug_one_person_and_one_institution() {
        check(
            Code::F504,
            &[
                (
                    "one substance from two makers",
                    |b| {
                        for (at, code) in ["XX99ZZZ001P001010100233", "XX99ZZZ001P001010100999"]
                            .iter()
                            .enumerate()
                        {
                            b.visit(&format!("C{at}"), 1, DAYS[at], HOSPITALS[at]);
                            b.costs(&format!("品名{at}"), "西药费", "100.00");
                            coded(b, code);
                        }
                        b.visit("C3", 1, DAYS[2], HOSPITALS[2]);
                        b.costs("品名", "西药费", "100.00");
                        coded(b, "XX99ZZZ001C003010100233");
                    },
                    &[("C0+C1+C3", "200.00")],
                ),
                (
                    "taken back",
                    |b| {
                        visits(b, &DAYS, DRUG, "西药费");
                        b.costs(DRUG, "西药费", "-100.00");
                    },
                    &[],
                ),
                (
                    "three persons",
                    |b| {
                        visits(b, &DAYS, DRUG, "西药费");
                        b.edit(ClaimIx(2)).person =
                            crate::domain::Identity::Id(crate::detect::scene_test::person(2));
                    },
                    &[],
                ),
                (
                    "antibiotics through a chain of transfers",
                    |b| {
                        let stays = [
                            ("2024-03-01", "2024-03-05"),
                            ("2024-03-05", "2024-03-09"),
                            ("2024-03-10", "2024-03-20"),
                        ];
                        for (at, stay) in stays.into_iter().enumerate() {
                            b.stay(&format!("C{at}"), 1, stay, HOSPITALS[at]);
                            b.costs("头孢某针", "西药费", "100.00");
                        }
                    },
                    &[],
                ),
                (
                    "three stays that are no transfers",
                    |b| {
                        let stays = [
                            ("2024-03-01", "2024-03-05"),
                            ("2024-03-07", "2024-03-09"),
                            ("2024-03-11", "2024-03-20"),
                        ];
                        for (at, stay) in stays.into_iter().enumerate() {
                            b.stay(&format!("C{at}"), 1, stay, HOSPITALS[at]);
                            b.costs("头孢某针", "西药费", "100.00");
                        }
                    },
                    &[("C0+C1+C2", "200.00")],
                ),
            ],
        );
    }

    #[test]
    fn chronic_care_is_milder_and_the_numbers_are_said() {
        let mut batch = Batch::default();
        visits(&mut batch, &DAYS, DRUG, "西药费");
        let detected = batch.detect();
        let finding = only(&detected, Code::F504);
        assert_eq!(finding.severity, Severity::Warn);
        assert_eq!(finding.thresholds, "institutions_min=3;window_days=30");
        let said = "2024-03-01 至 2024-03-30 在 3 家机构取得“某某片”，共 300.00 元。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 6);
        let mut chronic = Batch::default();
        visits(&mut chronic, &DAYS, DRUG, "西药费");
        (0..3).for_each(|at| chronic.edit(ClaimIx(at)).care = CareType::Chronic);
        assert_eq!(only(&chronic.detect(), Code::F504).severity, Severity::Info);
    }

    #[test]
    fn the_day_of_the_line_counts() {
        let mut batch = Batch::default();
        visits(&mut batch, &DAYS, DRUG, "西药费");
        batch.adjudicated.linked.records.lines[2].service_on = day("2024-04-05");
        assert_eq!(crate::detect::scene_test::of_code(&batch.detect(), Code::F504).count(), 0);
    }
}
