//! Tests of F410: courses through several stays, quick purchases, hoards.

use crate::domain::Code;
use crate::domain::words::CareType;
use crate::flow::{ClaimIx, LineVerdict};

use super::scene_test::{Batch, check, of_code, only};

/// Payable on 14 days.
const COURSE: (&str, &str) = ("XB01AXA223B002010100156", "奥扎格雷钠注射液");
const PILLS: (&str, &str) = ("XL02BGA045A001010101003", "阿那曲唑片");

/// A stay in which a drug is given on each day from `first` to `last` of March.
fn given(b: &mut Batch, id: &str, first: u32, last: u32) {
    let day = |day: u32| format!("2024-03-{day:02}");
    b.claim(id, 1, (&day(first), &day(last)), "5000.00");
    for on in first..=last {
        b.charge(COURSE, &day(on), "1", "10.00");
    }
}

#[test]
fn a_course_is_counted_through_several_stays() {
    check(
        Code::F410,
        &[
            (
                "what adjudication found",
                |b| {
                    given(b, "C1", 1, 16);
                    b.refused(LineVerdict::TooManyDays);
                },
                &[("C1", "10.00")],
            ),
            (
                "fourteen days in two stays",
                |b| {
                    given(b, "C1", 1, 7);
                    given(b, "C2", 8, 14);
                },
                &[],
            ),
            (
                "a day more",
                |b| {
                    given(b, "C1", 1, 7);
                    given(b, "C2", 8, 15);
                },
                &[("C1+C2", "10.00")],
            ),
            (
                "after a pause of seven days",
                |b| {
                    given(b, "C1", 1, 10);
                    given(b, "C2", 18, 23);
                },
                &[("C1+C2", "20.00")],
            ),
            (
                "after a pause of eight days",
                |b| {
                    given(b, "C1", 1, 10);
                    given(b, "C2", 19, 24);
                },
                &[],
            ),
            (
                "begun in a stay that is on the books",
                |b| {
                    given(b, "C2", 8, 15);
                    given(b, "C1", 1, 7);
                    b.last_recalled();
                },
                &[("C2", "10.00")],
            ),
        ],
    );
}

/// Each purchase is a claim of its own, 50 yuan; `days` of March.
fn bought(b: &mut Batch, drug: (&str, &str), days: &[u32]) {
    for (number, day) in days.iter().enumerate() {
        let on = format!("2024-03-{day:02}");
        let claim = b.claim(&format!("C{number}"), 2, (&on, &on), "50.00");
        b.edit(claim).care = CareType::Outpatient;
        b.charge(drug, &on, "1", "50.00");
    }
}

#[test]
fn a_drug_bought_again_and_again_is_told() {
    check(
        Code::F410,
        &[
            ("thrice in six days", |b| bought(b, PILLS, &[1, 3, 5]), &[("C0+C1+C2", "100.00")]),
            ("thrice in seven days", |b| bought(b, PILLS, &[1, 4, 7]), &[]),
            ("twice", |b| bought(b, PILLS, &[1, 2]), &[]),
            (
                "a run goes on as long as it is quick",
                |b| bought(b, PILLS, &[1, 3, 5, 7, 20]),
                &[("C0+C1+C2+C3", "150.00")],
            ),
            ("injections are given day by day", |b| bought(b, COURSE, &[1, 2, 3, 4]), &[]),
            ("monthly", |b| bought(b, PILLS, &[1, 30]), &[]),
            ("in one place on one day it is one purchase", |b| bought(b, PILLS, &[1, 1, 1]), &[]),
            (
                "in three places on one day it is not",
                |b| {
                    bought(b, PILLS, &[1, 1, 1]);
                    for (at, code) in (0..).zip(["H1", "H2", "H3"]) {
                        b.edit(ClaimIx(at)).hospital_name = Some(code.to_owned());
                    }
                },
                &[("C0+C1+C2", "100.00")],
            ),
            (
                "given back",
                |b| {
                    bought(b, PILLS, &[1, 3, 5]);
                    b.charge(PILLS, "2024-03-05", "-1", "50.00");
                },
                &[],
            ),
            (
                "of two persons",
                |b| {
                    bought(b, PILLS, &[1, 3]);
                    b.claim("C9", 4, ("2024-03-05", "2024-03-05"), "50.00");
                    b.edit(ClaimIx(2)).care = CareType::Outpatient;
                    b.charge(PILLS, "2024-03-05", "1", "50.00");
                },
                &[],
            ),
        ],
    );
}

/// Ten people buy 28 tablets each; another one what is said, on days of March.
fn beside_others(b: &mut Batch, bought: &[(u32, &str)]) {
    let buy = |b: &mut Batch, id: String, person: u16, on: &str, pieces: &str| {
        let claim = b.claim(&id, person, (on, on), "100.00");
        b.edit(claim).care = CareType::Outpatient;
        b.charge(PILLS, on, pieces, "1.00");
    };
    for (number, (day, pieces)) in bought.iter().enumerate() {
        let on = format!("2024-03-{day:02}");
        buy(b, format!("A{number}"), 1, &on, pieces);
    }
    for other in 0..10 {
        buy(b, format!("B{other}"), 10 + other, "2024-03-03", "28");
    }
}

#[test]
fn what_others_buy_at_one_time_tells_too_much_of_it() {
    check(
        Code::F410,
        &[
            (
                "half a year's worth at one time",
                |b| beside_others(b, &[(1, "168")]),
                &[("A0", "100.00")],
            ),
            ("a tablet less", |b| beside_others(b, &[(1, "167")]), &[]),
            (
                "in two purchases within three weeks",
                |b| beside_others(b, &[(1, "84"), (21, "84")]),
                &[("A0+A1", "140.00")],
            ),
            ("longer apart", |b| beside_others(b, &[(1, "84"), (22, "84")]), &[]),
            ("a prescription for twelve weeks", |b| beside_others(b, &[(1, "84")]), &[]),
            (
                "nine buyers are too few",
                |b| {
                    beside_others(b, &[(1, "168")]);
                    for at in [9, 10] {
                        b.edit(ClaimIx(at)).care = CareType::Inpatient;
                    }
                },
                &[],
            ),
            (
                "counted in boxes",
                |b| {
                    beside_others(b, &[(1, "168")]);
                    let names = &mut b.adjudicated.linked.records.names;
                    let tablets = names.intern("片");
                    b.adjudicated.linked.records.lines[0].unit = Some(tablets);
                },
                &[],
            ),
        ],
    );
}

#[test]
fn two_runs_are_two_findings_and_say_how_many() {
    let mut batch = Batch::default();
    bought(&mut batch, PILLS, &[1, 2, 3, 20, 21, 22]);
    let detected = batch.detect();
    assert_eq!(of_code(&detected, Code::F410).count(), 2);
    let mut batch = Batch::default();
    bought(&mut batch, PILLS, &[1, 2, 3]);
    let detected = batch.detect();
    let finding = only(&detected, Code::F410);
    assert!(finding.sentence.zh.contains("3 次购买“阿那曲唑片”"), "{}", finding.sentence.zh);
    assert_eq!(finding.thresholds, "purchases_min=3;purchase_days=6");
    assert_eq!(finding.evidence.len(), 6);
}
