//! Stays that cannot be, or that were cut or made to be paid more often; and honest ones that look
//! alike.

use jiff::civil::date;

use crate::domain::Code;
use crate::domain::dates::{Date, plus_days};
use crate::domain::words::{CareType, ItemKind};

use super::super::lanes::*;
use super::super::traffic::{again_and_again, early_day, settled_lane};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

/// A stay, and what a second claim of the same person on the same lane is wished on.
fn first_stay(world: &mut World, lane: Lane, nights: i32) -> (ClaimNo, Wish, Date) {
    let admitted = plus_days(early_day(world), world.random.between(0, 60));
    let one = world.hand_in(Wish::on(lane).stay(admitted, nights).ill_with("I63.900"));
    let person = world.person_of(one);
    (one, Wish::on(lane).of(&person).without_filing(), admitted)
}

pub fn overlapping(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 10);
    let second = again.within(world.other_hospital(one));
    let day = plus_days(admitted, world.random.between(1, 8));
    let other = world.hand_in(second.stay(day, 6).ill_with("E11.900"));
    let what = ("两次住院时间重叠", "two stays that overlap");
    wrong(world, &[one, other], what, &[Code::F401]);
}

pub fn transfer(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 5);
    let second = again.within(world.other_hospital(one));
    let other = world.hand_in(second.stay(plus_days(admitted, 5), 9).ill_with("I63.900"));
    let what = ("出院当日转上级医院", "moved to another hospital on the day of discharge");
    honest_case(world, &[one, other], what, &[Code::F401, Code::F402, Code::F403, Code::F404]);
}

pub fn outpatient_in_stay(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 11);
    let second = again.within(world.other_hospital(one));
    let day = plus_days(admitted, world.random.between(2, 8));
    let other = world.hand_in(second.visit(CareType::Outpatient, day).ill_with("E11.900"));
    let what = ("住院期间在别院门诊", "a visit elsewhere in the middle of a stay");
    wrong(world, &[one, other], what, &[Code::F402]);
}

pub fn visit_on_discharge_day(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 9);
    let second = again.within(world.other_hospital(one));
    let day = plus_days(admitted, world.random.pick(&[0, 9, 10]));
    let other = world.hand_in(second.visit(CareType::Outpatient, day).ill_with("I63.900"));
    let what = ("入院、出院当日或次日的门诊", "a visit on the first or last day of a stay");
    honest_case(world, &[one, other], what, &[Code::F401, Code::F402]);
}

/// One person's visits in two cities on one day; filed for both.
fn two_cities(world: &mut World, cities: [&'static str; 2]) -> [ClaimNo; 2] {
    let day = plus_days(early_day(world), world.random.between(0, 60));
    let person = world.enrol(place(BEIJING), BJ_SHENZHEN.scheme, BJ_SHENZHEN.kind);
    cities.map(|treated| {
        let lane = Lane { treated, ..BJ_SHENZHEN };
        let wish = Wish::on(lane).of(&person).visit(CareType::Outpatient, day);
        world.hand_in(wish.ill_with("E11.900"))
    })
}

pub fn two_places(world: &mut World) {
    let cities = world.random.pick(&[[SHENZHEN, SHANGHAI], [CHENGDU, SHANGHAI], [WUHAN, SHENZHEN]]);
    let claims = two_cities(world, cities);
    let what = ("同一天在相距千里的两地就医", "seen in two places far apart on one day");
    wrong(world, &claims, what, &[Code::F403]).tolerates(&[Code::F101, Code::F104]);
}

pub fn neighbouring_cities(world: &mut World) {
    let claims = two_cities(world, [SHENZHEN, GUANGZHOU]);
    let what = ("同一天在相邻的深圳、广州就医", "seen in two neighbouring cities on one day");
    honest_case(world, &claims, what, &[Code::F403]).tolerates(&[Code::F101, Code::F104]);
}

pub fn split(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 8);
    let hospital = world.claim(one).hospital;
    let day = plus_days(admitted, 8 + world.random.between(1, 6));
    let other = world.hand_in(again.within(hospital).stay(day, 8).ill_with("I63.900"));
    let what = ("同院同病几天后再住院", "the same hospital and illness, a few days later");
    wrong(world, &[one, other], what, &[Code::F404]).tolerates(&[Code::F407, Code::F410]);
}

pub fn monthly_chemotherapy(world: &mut World) {
    let lane = settled_lane(world);
    let first = early_day(world);
    let wish = Wish::on(lane).ill_with("Z51.103");
    let stay = |wish: Wish, day| wish.stay(day, 3);
    let apart = world.random.pick(&[14, 21, 28]);
    let rounds = again_and_again(world, &wish, first, (3, apart), stay);
    let what = ("每月一次化疗住院", "a round of chemotherapy every month");
    let codes = [Code::F204, Code::F401, Code::F404, Code::F412, Code::F503];
    honest_case(world, &rounds, what, &codes);
}

pub fn other_illness(world: &mut World) {
    let lane = settled_lane(world);
    let (one, again, admitted) = first_stay(world, lane, 8);
    let hospital = world.claim(one).hospital;
    let day = plus_days(admitted, 8 + world.random.between(2, 6));
    let other = world.hand_in(again.within(hospital).stay(day, 5).ill_with("K35.800"));
    let what = ("几天后因另一种病住院", "in hospital again days later, with another illness");
    honest_case(world, &[one, other], what, &[Code::F401, Code::F404]);
}

pub fn one_day_stays(world: &mut World) {
    let lane = settled_lane(world);
    let hospital = world.small_hospital(lane);
    let first = early_day(world);
    let wish = Wish::on(lane).ill_with("E11.900").within(hospital);
    let stay = |wish: Wish, day| wish.stay(day, 1);
    let stays = again_and_again(world, &wish, first, (3, 20), stay);
    for &claim in &stays {
        world.claim(claim).lines.retain(|line| !line.item_name.ends_with('术'));
        world.retotal(claim);
    }
    let what = ("同一人反复一日住院", "one-day stays of one person, again and again");
    wrong(world, &stays, what, &[Code::F412]).tolerates(&[Code::F404, Code::F407]);
}

pub fn day_surgery(world: &mut World) {
    let lane = settled_lane(world);
    let day = plus_days(early_day(world), world.random.between(0, 80));
    let claim = world.hand_in(Wish::on(lane).stay(day, 1).ill_with("K40.900"));
    let what = ("日间手术，住一夜", "an operation of one day");
    honest_case(world, &[claim], what, &[Code::F405, Code::F411, Code::F412]);
}

/// Holidays of the spring, and the days off around them.
const DAYS_OFF: [Date; 8] = [
    date(2024, 2, 10),
    date(2024, 2, 11),
    date(2024, 2, 12),
    date(2024, 2, 13),
    date(2024, 4, 4),
    date(2024, 5, 1),
    date(2024, 5, 1),
    date(2024, 5, 2),
];

pub fn holiday_stays(world: &mut World) {
    let lane = WH_SHENZHEN;
    let hospital = world.small_hospital(lane);
    let mut claims = Vec::new();
    for _ in 0..14 {
        let day = world.random.pick(&DAYS_OFF);
        claims.push(world.hand_in(Wish::on(lane).within(hospital).stay(day, 6)));
    }
    let what = ("小医院住院集中在节假日", "a small hospital's stays, clustered on holidays");
    wrong(world, &claims, what, &[Code::F413]).tolerates(&[Code::F503]);
}

/// What treats nobody: the bed, the round, tests.
fn is_no_treatment(kind: ItemKind, name: &str) -> bool {
    let words = ["护理", "诊查", "测定", "常规", "取暖", "降温"];
    kind == ItemKind::Bed || words.iter().any(|word| name.contains(word))
}

pub fn no_treatment(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).ill_with("E11.900"));
    let lines = &mut world.claim(claim).lines;
    lines.retain(|line| is_no_treatment(line.kind, &line.item_name));
    world.retotal(claim);
    let what = ("住院只有床位、护理和化验", "a stay of bed, nursing and tests alone");
    wrong(world, &[claim], what, &[Code::F411]);
}

pub fn drugs_alone(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).ill_with("I63.900"));
    let is_drug = |kind| matches!(kind, ItemKind::Drug | ItemKind::Patent);
    let lines = &mut world.claim(claim).lines;
    lines.retain(|line| is_drug(line.kind) || is_no_treatment(line.kind, &line.item_name));
    world.retotal(claim);
    let what = ("保守治疗，只有用药", "treated with drugs alone");
    honest_case(world, &[claim], what, &[Code::F411]);
}
