//! # F413 节假日集中住院 holiday-stays
//!
//! ## 查什么
//! 一家医院的入院日集中在节假日，或集中在周末和节假日：至少 holiday_stays_min 次（默认 10 次），
//! 且远多于应有的次数。应有比例取两者中大的：其他医院（合计 50 次以上）的比例，本批入院日跨度内这类日子
//! 的比例。多出的次数须超过四个标准差，且达到应有的一倍半。节假日见 holidays.csv（历年通知所定的放假
//! 日；调休上班的周末仍算周末）。本批申报与既往结算一并看；急诊、外伤、分娩和新生儿不计。
//!
//! ## 为什么要紧
//! 节假日只收急重症。平诊病人集中在假日入院，常见于节前集中办理、假日挂床和空挂虚假住院。
//!
//! ## 什么情况下无辜
//! 以急诊为主而票据没有急诊标志的医院；外出务工者返乡集中看病的县医院（同地其他医院也会如此，比较时已顾
//! 及）；日间病房周末开放。这是统计结果，只作线索；涉及金额按超出部分的比例分摊到各次住院。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条（挂床住院、虚假住院）。

use std::collections::BTreeMap;

use crate::domain::dates::{Date, days_between, plus_days};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::care::Episode;
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F413,
    name: "holiday-stays",
    source: include_str!("f413_holiday_stays.rs"),
    run,
};

/// Other hospitals are a measure from so many admissions on.
const PEER_STAYS_MIN: u64 = 50;
/// Four standard deviations, squared: by chance one hospital in thirty thousand.
const DEVIATIONS_SQUARED: u128 = 16;
/// At least three halves of what is expected, lest a large hospital be told for a trifle.
const TIMES: (u64, u64) = (3, 2);
/// Injuries, births and newborns choose no day.
const UNPLANNED: [char; 4] = ['S', 'T', 'O', 'P'];

/// Which days are counted.
#[derive(Clone, Copy)]
enum Days {
    Holidays,
    Off,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    part: u64,
    whole: u64,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let mut by_hospital: BTreeMap<&str, Vec<Episode>> = BTreeMap::new();
    for person in scene.shared.care.by_person() {
        for stay in scene.looked_at(person) {
            let hospital = stay.hospital_key(scene.adjudicated);
            if let Some(hospital) = hospital.filter(|_| is_planned(scene, stay)) {
                by_hospital.entry(hospital).or_default().push(stay);
            }
        }
    }
    let all = || by_hospital.values().flatten().copied();
    let span = all().map(|stay| stay.period.first()).fold(None, widened);
    let kinds = [Days::Holidays, Days::Off];
    let whole = kinds.map(|days| days.share(scene, all()));
    let calendar = kinds.map(|days| span.map(|span| days.in_calendar(scene, span)));
    let judged = by_hospital.iter().filter_map(|(name, stays)| {
        kinds.iter().zip(whole).zip(calendar).find_map(|((&days, whole), calendar)| {
            let own = days.share(scene, stays.iter().copied());
            let others = Share { part: whole.part - own.part, whole: whole.whole - own.whole };
            clustered(scene, (name, stays), days, own, expected(others, calendar?))
        })
    });
    judged.collect()
}

/// A stay that could have been on another day, in a year whose holidays are known.
fn is_planned(scene: &Scene, stay: Episode) -> bool {
    let urgent = stay.claim().is_some_and(|claim| {
        let claim = scene.claim(claim);
        claim.emergency || claim.trauma
    });
    let code = stay.diagnosis_code(scene.adjudicated).unwrap_or_default();
    let known = scene.ground.settings.facts.holidays.knows(stay.period.first().year());
    stay.is_stay() && known && !urgent && !code.starts_with(UNPLANNED)
}

fn widened(span: Option<(Date, Date)>, day: Date) -> Option<(Date, Date)> {
    Some(span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
}

impl Days {
    fn has(self, scene: &Scene, day: Date) -> bool {
        let holidays = &scene.ground.settings.facts.holidays;
        match self {
            Days::Holidays => holidays.is_holiday(day),
            Days::Off => holidays.is_day_off(day),
        }
    }

    fn share(self, scene: &Scene, stays: impl Iterator<Item = Episode>) -> Share {
        stays.fold(Share { part: 0, whole: 0 }, |share, stay| Share {
            part: share.part + u64::from(self.has(scene, stay.period.first())),
            whole: share.whole + 1,
        })
    }

    fn in_calendar(self, scene: &Scene, (first, last): (Date, Date)) -> Share {
        let days = (0..=days_between(first, last)).map(|day| plus_days(first, day));
        days.fold(Share { part: 0, whole: 0 }, |share, day| Share {
            part: share.part + u64::from(self.has(scene, day)),
            whole: share.whole + 1,
        })
    }

    fn text(self) -> Text {
        match self {
            Days::Holidays => Text::new("节假日", "holidays"),
            Days::Off => Text::new("周末和节假日", "weekends and holidays"),
        }
    }
}

/// The larger of the two shares; the others' only where there are enough of them.
fn expected(others: Share, calendar: Share) -> Share {
    let larger = others.part * calendar.whole > calendar.part * others.whole;
    if others.whole >= PEER_STAYS_MIN && larger { others } else { calendar }
}

/// Whether so many are more than chance gives. With n stays and an expected share p the variance
/// is n·p·(1 − p); everything is multiplied by the square of the share's whole, so that whole
/// numbers are compared.
fn is_above_chance(own: Share, expected: Share) -> bool {
    let [count, stays, part, whole] =
        [own.part, own.whole, expected.part, expected.whole].map(u128::from);
    let Some(excess) = (count * whole).checked_sub(stays * part) else { return false };
    let (times, of) = (u128::from(TIMES.0), u128::from(TIMES.1));
    let much = count * whole * of >= stays * part * times;
    much && excess * excess >= DEVIATIONS_SQUARED * stays * part * (whole - part)
}

fn clustered(
    scene: &Scene,
    (name, stays): (&str, &[Episode]),
    days: Days,
    own: Share,
    expected: Share,
) -> Option<Draft> {
    let met: Vec<Episode> =
        stays.iter().copied().filter(|stay| days.has(scene, stay.period.first())).collect();
    let claim = met.iter().find_map(|stay| stay.claim())?;
    let stays_min = scene.threshold(Threshold::HolidayStaysMin, claim);
    if own.part < u64::from(stays_min) || !is_above_chance(own, expected) {
        return None;
    }
    let usual = own.whole * expected.part / expected.whole;
    let (count, surplus) = (own.part, own.part - usual);
    // What is above the expected number cannot be told from the rest: each bears its part.
    let part = |claim| scene.whole(claim).fen() / count as i64 * surplus as i64;
    let claims = met.iter().filter_map(|stay| stay.claim());
    let claims: Vec<(ClaimIx, Money)> =
        claims.map(|claim| (claim, Money::from_fen(part(claim)))).collect();
    let rows: Vec<Origin> = met.iter().map(|stay| stay.origin(scene.adjudicated)).collect();
    let hospital = met.iter().find_map(|stay| stay.hospital(scene.adjudicated));
    let shown = hospital.map_or(name, |(_, hospital)| hospital.name.as_str());
    let (words, all) = (days.text(), own.whole);
    let draft = Draft {
        subject: hospital.map_or(Subject::Claim(claim), |(ix, _)| Subject::Hospital(ix)),
        claims,
        thresholds: vec![(Threshold::HolidayStaysMin, stays_min)],
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{shown} 的 {all} 次平诊住院中有 {count} 次在{}入院，按应有比例约 {usual} 次。",
                words.zh
            ),
            format!(
                "{shown}: {count} of {all} planned stays began on {}; about {usual} were to be \
                 expected.",
                words.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条")
        .shown_by(rows);
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, of_code, only};

    const A: &str = "H11010000001";
    const B: &str = "H31010000002";
    const HOLIDAYS: [&str; 3] = ["2024-10-01", "2024-10-02", "2024-10-03"];
    /// Mondays to Fridays of September.
    const WORKDAYS: [&str; 5] =
        ["2024-09-02", "2024-09-10", "2024-09-18", "2024-09-26", "2024-09-27"];
    const WEEKEND: [&str; 2] = ["2024-09-07", "2024-09-08"];

    /// Stays of a hospital that begin on these days in turn, each of another person.
    fn ward(b: &mut Batch, hospital: &str, days: &[&str], stays: usize) {
        for at in 0..stays {
            let number = b.adjudicated.linked.records.claims.len() as u16 + 1;
            let stay = (days[at % days.len()], "2024-10-20");
            b.stay(&format!("C{number:03}"), number, stay, hospital);
        }
    }

    fn count(arrange: impl Fn(&mut Batch)) -> usize {
        let mut batch = Batch::default();
        arrange(&mut batch);
        of_code(&batch.detect(), Code::F413).count()
    }

    #[test]
    fn a_hospital_that_fills_on_holidays_is_told() {
        let clustered = |b: &mut Batch, on_holidays, other| {
            ward(b, A, &HOLIDAYS, on_holidays);
            ward(b, A, &WORKDAYS, other);
            ward(b, B, &WORKDAYS, 60);
        };
        assert_eq!(count(|b| clustered(b, 10, 3)), 1);
        assert_eq!(count(|b| clustered(b, 9, 0)), 0, "too few");
        assert_eq!(count(|b| clustered(b, 10, 200)), 0, "no larger a share than days");
    }

    #[test]
    fn the_whole_week_of_a_festival_is_a_holiday() {
        let festival = ["2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16"];
        let around = ["2024-01-08", "2024-01-31", "2024-02-28", "2024-04-09"];
        assert_eq!(
            count(|b| {
                ward(b, A, &festival, 14);
                ward(b, B, &around, 60);
            }),
            1
        );
    }

    #[test]
    fn where_all_hospitals_fill_nobody_stands_out() {
        assert_eq!(
            count(|b| {
                ward(b, A, &HOLIDAYS, 30);
                ward(b, A, &WORKDAYS, 30);
                ward(b, B, &HOLIDAYS, 30);
                ward(b, B, &WORKDAYS, 30);
            }),
            0
        );
    }

    #[test]
    fn weekends_count_with_the_holidays() {
        let weekends = |b: &mut Batch, hospital| {
            ward(b, hospital, &WEEKEND, 30);
            ward(b, B, &WORKDAYS, 60);
        };
        assert_eq!(count(|b| weekends(b, A)), 1);
        assert_eq!(count(|b| ward(b, A, &WORKDAYS, 60)), 0);
    }

    #[test]
    fn urgent_stays_are_not_counted() {
        let urgent = |b: &mut Batch| {
            ward(b, A, &HOLIDAYS, 12);
            ward(b, B, &WORKDAYS, 60);
            for claim in (0..12).map(ClaimIx) {
                match claim.at() % 3 {
                    0 => b.edit(claim).emergency = true,
                    1 => b.edit(claim).trauma = true,
                    _ => b.diagnosed(claim, "O80.000"),
                }
            }
        };
        assert_eq!(count(urgent), 0);
        let unknown_year = |b: &mut Batch| {
            ward(b, A, &["2018-10-01", "2018-10-06"], 30);
            ward(b, B, &["2018-10-08"], 60);
        };
        assert_eq!(count(unknown_year), 0, "no holidays are on record");
    }

    #[test]
    fn what_chance_gives_is_told_from_what_it_does_not() {
        let share = |part, whole| Share { part, whole };
        // Expected 10 of 100, deviation 3: 22 is four of them.
        assert!(is_above_chance(share(22, 100), share(1, 10)));
        assert!(!is_above_chance(share(21, 100), share(1, 10)));
        // Far above chance, yet not half as much again.
        assert!(is_above_chance(share(45_000, 100_000), share(3, 10)));
        assert!(!is_above_chance(share(44_999, 100_000), share(3, 10)));
        assert!(!is_above_chance(share(5, 5), share(3, 3)));
    }

    #[test]
    fn the_numbers_are_said_and_only_the_surplus_is_at_risk() {
        let mut batch = Batch::default();
        ward(&mut batch, A, &HOLIDAYS, 10);
        ward(&mut batch, A, &WORKDAYS, 3);
        ward(&mut batch, B, &WORKDAYS, 60);
        let detected = batch.detect();
        let finding = only(&detected, Code::F413);
        // 32 days from 2 September to 3 October, six of them holidays: 2 of 13 stays.
        let said = "的 13 次平诊住院中有 10 次在节假日入院，按应有比例约 2 次。";
        assert!(finding.sentence.zh.ends_with(said), "{}", finding.sentence.zh);
        assert_eq!(finding.at_risk().to_string(), "7200.00");
        assert_eq!(finding.thresholds, "holiday_stays_min=10");
    }
}
