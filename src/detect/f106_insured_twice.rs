//! # F106 重复参保 insured-twice
//!
//! ## 查什么
//! 同一人在两个统筹区或两个险种同时参保，而申报的就医月份落在重叠期内：两处都有到账或补缴的月份达到 n
//! 个（默认 2 个，可按参保地设置）；退休人员不再缴费，自退休起视为在保。只有登记、缴费表里查不到其中
//! 一处的，列为“提示”，不计金额。
//!
//! ## 为什么要紧
//! 重复参保占用财政补助，也让同一笔费用可以在两处各报一次；手工报销时另一处的结算记录往往看不到。
//!
//! ## 什么情况下无辜
//! 换单位、换地方当月两边都缴了一个月；居民按年缴费，当年就业转职工的，当年余下的月份不算重复；旧参保
//! 地的登记没有注销而缴费早已停止；学生在原籍和学校两头登记，多半不知情。重复参保本身通常只需清退一
//! 处，是否在两处都享受了待遇才是关键。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）；参保地关于清理重复参保
//! 的规定。

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::dates::Date;
use crate::domain::words::{ContributionStatus, PersonType, Scheme, Severity};
use crate::domain::{Code, Money, Month, Origin, RegionCode};
use crate::flow::links::PersonFiles;
use crate::flow::{ClaimIx, Contribution, PersonRecord, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::detector::{Detector, TWICE_PAID};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F106,
    name: "insured-twice",
    source: include_str!("f106_insured_twice.rs"),
    run,
};

/// Where and how somebody is insured.
type Place = (RegionCode, Scheme);

/// What the registers say of one person's insurance in one place.
#[derive(Default)]
struct Insurance<'a> {
    entries: Vec<&'a PersonRecord>,
    paid: Vec<&'a Contribution>,
    months: BTreeSet<Month>,
    /// Since when no contributions are due any more.
    retired_since: Option<Month>,
}

/// Two insurances at once, and in which months as far as the contributions show.
struct Twice<'i, 'a> {
    one: (Place, &'i Insurance<'a>),
    other: (Place, &'i Insurance<'a>),
    months: BTreeSet<Month>,
    is_shown: bool,
    claims: Vec<ClaimIx>,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let persons = scene.persons(|files| is_in_several_places(scene, files));
    persons.par_iter().filter_map(|(_, files)| insured_twice(scene, files)).collect()
}

/// What nearly everybody is not, asked before anything is put together.
fn is_in_several_places(scene: &Scene, files: &PersonFiles) -> bool {
    let records = scene.records();
    let registered = files.register.iter().map(|ix| &records.persons[ix.at()]);
    let registered = registered.map(|entry| (entry.insured.0.pool(), entry.scheme));
    let paid = files.contributions.iter().map(|&at| &records.contributions[at as usize]);
    let paid = paid.map(|row| (row.insured.0.pool(), row.scheme));
    let mut places = registered.chain(paid);
    places.next().is_some_and(|first: Place| places.any(|place| place != first))
}

fn insured_twice(scene: &Scene, files: &PersonFiles) -> Option<Draft> {
    let places = insurances(scene, files);
    let all: Vec<(Place, &Insurance)> = places.iter().map(|(place, at)| (*place, at)).collect();
    let claims: Vec<ClaimIx> = scene.claims_of(files).collect();
    let first = *claims.first()?;
    let pairs = all
        .iter()
        .enumerate()
        .flat_map(|(at, &one)| all[at + 1..].iter().map(move |&other| (one, other)));
    let found: Vec<Twice> =
        pairs.filter_map(|(one, other)| overlap(scene, one, other, &claims)).collect();
    let surest = found.iter().find(|twice| twice.is_shown).or(found.first())?;
    Some(draft(scene, surest, scene.threshold(Threshold::OverlapMonthsMin, first)))
}

fn insurances<'a>(scene: &Scene<'a>, files: &PersonFiles) -> BTreeMap<Place, Insurance<'a>> {
    let records = scene.records();
    let mut places: BTreeMap<Place, Insurance> = BTreeMap::new();
    for ix in &files.register {
        let entry = &records.persons[ix.at()];
        let place = places.entry((entry.insured.0.pool(), entry.scheme)).or_default();
        if entry.person_type == PersonType::Retired {
            let since = Month::of(entry.retired_on.or(entry.insured_since).unwrap_or(Date::MIN));
            place.retired_since = Some(place.retired_since.map_or(since, |at| at.min(since)));
        }
        place.entries.push(entry);
    }
    for &at in &files.contributions {
        let row = &records.contributions[at as usize];
        let place = places.entry((row.insured.0.pool(), row.scheme)).or_default();
        place.paid.push(row);
        if row.status != ContributionStatus::Owing {
            place.months.extend(row.first.through(row.last));
        }
    }
    places
}

impl Insurance<'_> {
    fn is_in_force(&self, month: Month) -> bool {
        self.months.contains(&month) || self.retired_since.is_some_and(|since| since <= month)
    }

    /// Registered, but of what was paid nothing is known.
    fn is_silent(&self) -> bool {
        self.paid.is_empty() && self.retired_since.is_none()
    }

    /// Whether a silent entry may hold in a month: it had begun, and nobody had died.
    fn may_hold(&self, month: Month) -> bool {
        self.is_silent()
            && self.entries.iter().any(|entry| {
                let begun = entry.insured_since.is_none_or(|since| Month::of(since) <= month);
                begun && entry.died_on.is_none_or(|died| month <= Month::of(died))
            })
    }
}

fn overlap<'i, 'a>(
    scene: &Scene,
    one: (Place, &'i Insurance<'a>),
    other: (Place, &'i Insurance<'a>),
    claims: &[ClaimIx],
) -> Option<Twice<'i, 'a>> {
    let stays = claims.iter().flat_map(|&claim| scene.claim(claim).stay.months());
    let asked: BTreeSet<Month> =
        one.1.months.iter().chain(&other.1.months).copied().chain(stays).collect();
    let both = |month: &Month| one.1.is_in_force(*month) && other.1.is_in_force(*month);
    let changed = |month: Month| changes(one, other, month) || changes(other, one, month);
    let months: BTreeSet<Month> =
        asked.into_iter().filter(both).filter(|&month| !changed(month)).collect();
    // Two pensions last: the months in which somebody happens to be ill are not all there are.
    let for_good = one.1.retired_since.is_some() && other.1.retired_since.is_some();
    let least = scene.threshold(Threshold::OverlapMonthsMin, *claims.first()?) as usize;
    let is_shown = for_good || months.len() >= least;
    let holds = |at: &Insurance, month| at.is_in_force(month) || at.may_hold(month);
    let is_silent = one.1.is_silent() || other.1.is_silent();
    let touched = |month: Month| match is_shown {
        true => months.contains(&month),
        false => is_silent && holds(one.1, month) && holds(other.1, month),
    };
    let in_overlap = |claim: &ClaimIx| scene.claim(*claim).stay.months().any(touched);
    let claims: Vec<ClaimIx> = claims.iter().copied().filter(in_overlap).collect();
    (!claims.is_empty()).then_some(Twice { one, other, months, is_shown, claims })
}

/// Whether in that month somebody insured for the year as a resident had begun to be employed: the
/// rest of that year was paid before.
fn changes(resident: (Place, &Insurance), employee: (Place, &Insurance), month: Month) -> bool {
    if resident.0.1 != Scheme::Resident || employee.0.1 != Scheme::Employee {
        return false;
    }
    let mut start = month;
    while start.year() == month.year() && employee.1.is_in_force(start.plus(-1)) {
        start = start.plus(-1);
    }
    let paid_before =
        |row: &&&Contribution| row.first <= month && month <= row.last && row.first < start;
    start.year() == month.year() && resident.1.paid.iter().any(|row| paid_before(&row))
}

fn draft(scene: &Scene, twice: &Twice, least: u32) -> Draft {
    let first = twice.claims[0];
    let about = scene.about(first);
    let risk = |claim| if twice.is_shown { scene.whole(claim) } else { Money::ZERO };
    let amounts = twice.claims.iter().map(|&claim| (claim, risk(claim))).collect();
    let shown = |((pool, scheme), _): (Place, &Insurance)| (pool, scheme);
    let ((pool, scheme), (pool_2, scheme_2)) = (shown(twice.one), shown(twice.other));
    let (zh, en) = how(twice);
    let draft = Draft {
        subject: scene.claim(first).person.key().map_or(Subject::Claim(first), Subject::Person),
        claims: amounts,
        thresholds: vec![(Threshold::OverlapMonthsMin, least)],
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人既参加 {pool} {}医保，又参加 {pool_2} {}医保：{zh}。",
                about.zh,
                scheme.zh(),
                scheme_2.zh()
            ),
            format!(
                "{}: the person is insured in {pool} ({}) and in {pool_2} ({}): {en}.",
                about.en,
                scheme.word(),
                scheme_2.word()
            ),
        )
        .under(TWICE_PAID)
        .shown_by(rows(scene, twice));
    if twice.is_shown { draft } else { draft.at_most(Severity::Info) }
}

/// How both hold at once.
fn how(twice: &Twice) -> (String, String) {
    match (twice.months.first(), twice.months.last()) {
        (Some(first), Some(last)) if twice.is_shown => {
            let count = twice.months.len();
            (
                format!("{first} 至 {last} 有 {count} 个月两处都在保，本次就医在其中"),
                format!("{count} months between {first} and {last} in both, this care among them"),
            )
        }
        _ => (
            "就医当月两处都有登记，其中一处没有缴费记录可核".to_owned(),
            "both registers list them then, and one has no contributions to tell by".to_owned(),
        ),
    }
}

/// Both register entries, the contributions of the months paid twice, and the claims.
fn rows(scene: &Scene, twice: &Twice) -> Vec<Origin> {
    let mut rows: Vec<Origin> =
        twice.claims.iter().map(|&claim| scene.claim(claim).origin).collect();
    for (_, at) in [twice.one, twice.other] {
        rows.extend(at.entries.iter().map(|entry| entry.origin));
        let meets = |row: &&&Contribution| {
            twice.months.range(row.first..=row.last).next().is_some()
                && row.status != ContributionStatus::Owing
        };
        rows.extend(at.paid.iter().filter(meets).map(|row| row.origin));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only, region};
    use crate::domain::InsuredRegion;

    const STAY: (&str, &str) = ("2024-05-01", "2024-05-08");

    fn claim(b: &mut Batch) {
        let claim = b.claim("C1", 1, STAY, "1000.00");
        b.pays(claim, "600.00");
    }

    fn elsewhere(b: &mut Batch, first: &str, last: &str) {
        b.contributed(1, first, last).insured = InsuredRegion(region("310100"));
    }

    fn resident(b: &mut Batch, first: &str, last: &str) {
        b.contributed(1, first, last).scheme = Scheme::Resident;
    }

    fn entry(b: &mut Batch, place: &str, scheme: Scheme) -> crate::flow::PersonIx {
        let ix = b.registered(1);
        let entry = b.edit_person(ix);
        (entry.insured, entry.scheme) = (InsuredRegion(region(place)), scheme);
        ix
    }

    #[test]
    fn months_paid_in_two_pools_are_told_and_a_clean_break_is_not() {
        check(
            Code::F106,
            &[
                (
                    "two months in both",
                    |b| {
                        claim(b);
                        b.contributed(1, "2024-01", "2024-05");
                        elsewhere(b, "2024-04", "2024-09");
                    },
                    &[("C1", "600.00")],
                ),
                (
                    "the month of the move in both",
                    |b| {
                        claim(b);
                        b.contributed(1, "2024-01", "2024-05");
                        elsewhere(b, "2024-05", "2024-09");
                    },
                    &[],
                ),
                (
                    "the move with a clean break, both entries left",
                    |b| {
                        claim(b);
                        entry(b, "420100", Scheme::Employee);
                        entry(b, "310100", Scheme::Employee);
                        b.contributed(1, "2024-01", "2024-09");
                        elsewhere(b, "2023-01", "2023-12");
                    },
                    &[],
                ),
                (
                    "two counties of one pool",
                    |b| {
                        claim(b);
                        b.contributed(1, "2024-01", "2024-09");
                        b.contributed(1, "2024-01", "2024-09").insured =
                            InsuredRegion(region("420106"));
                    },
                    &[],
                ),
                (
                    "owed in the other",
                    |b| {
                        claim(b);
                        b.contributed(1, "2024-01", "2024-09");
                        let row = b.contributed(1, "2024-01", "2024-09");
                        row.insured = InsuredRegion(region("310100"));
                        row.status = ContributionStatus::Owing;
                    },
                    &[],
                ),
                (
                    "paid in both last year, ill this year",
                    |b| {
                        claim(b);
                        b.contributed(1, "2023-01", "2024-09");
                        elsewhere(b, "2023-01", "2023-12");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn a_resident_who_finds_work_is_not_told_in_that_year_and_is_in_the_next() {
        check(
            Code::F106,
            &[
                (
                    "employed since March of a year paid as a resident",
                    |b| {
                        claim(b);
                        resident(b, "2024-01", "2024-12");
                        b.contributed(1, "2024-03", "2024-09");
                    },
                    &[],
                ),
                (
                    "employed since the year before",
                    |b| {
                        claim(b);
                        resident(b, "2024-01", "2024-12");
                        b.contributed(1, "2023-11", "2024-09");
                    },
                    &[("C1", "600.00")],
                ),
                (
                    "employed since the year before, the resident's years in one row",
                    |b| {
                        claim(b);
                        resident(b, "2023-01", "2024-12");
                        b.contributed(1, "2023-11", "2024-09");
                    },
                    &[("C1", "600.00")],
                ),
            ],
        );
    }

    #[test]
    fn who_is_retired_is_insured_without_paying() {
        let retired = |b: &mut Batch| {
            claim(b);
            let ix = entry(b, "310100", Scheme::Employee);
            b.edit_person(ix).person_type = PersonType::Retired;
            b.edit_person(ix).retired_on = Some(day("2020-05-17"));
            entry(b, "420100", Scheme::Resident);
            resident(b, "2024-01", "2024-12");
        };
        let mut batch = Batch::default();
        retired(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F106);
        assert_eq!(finding.severity, Severity::Warn);
        assert!(finding.sentence.zh.contains("2024-01 至 2024-12 有 12 个月两处都在保"));
        assert_eq!(finding.evidence.len(), 4);
        assert_eq!(finding.thresholds, "overlap_months_min=2");
    }

    #[test]
    fn two_entries_of_which_one_shows_no_payment_are_information_without_money() {
        check(
            Code::F106,
            &[
                (
                    "registered in two places, paid here",
                    |b| {
                        claim(b);
                        entry(b, "420100", Scheme::Employee);
                        entry(b, "310100", Scheme::Resident);
                        b.contributed(1, "2024-01", "2024-09");
                    },
                    &[("C1", "0.00")],
                ),
                (
                    "registered there only since June",
                    |b| {
                        claim(b);
                        entry(b, "420100", Scheme::Employee);
                        let ix = entry(b, "310100", Scheme::Resident);
                        b.edit_person(ix).insured_since = Some(day("2024-06-01"));
                        b.contributed(1, "2024-01", "2024-09");
                    },
                    &[],
                ),
                (
                    "moved: nothing was paid here in the month of the care",
                    |b| {
                        claim(b);
                        entry(b, "420100", Scheme::Employee);
                        entry(b, "310100", Scheme::Employee);
                        b.contributed(1, "2023-01", "2024-03");
                    },
                    &[],
                ),
                (
                    "two entries for one place and scheme are another matter",
                    |b| {
                        claim(b);
                        entry(b, "420100", Scheme::Employee);
                        entry(b, "420106", Scheme::Employee);
                    },
                    &[],
                ),
            ],
        );
    }
}
