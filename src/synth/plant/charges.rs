//! Charges above what the stay, the item or the person admits; and honest ones at the very edge.

use crate::domain::Code;
use crate::domain::dates::{Date, plus_days};
use crate::domain::words::{CareType, Sex};

use super::super::lanes::*;
use super::super::traffic::{again_and_again, early_day, fitting, settled_lane};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

fn stay(world: &mut World, illness: &'static str, nights: i32) -> (ClaimNo, Date) {
    let lane = settled_lane(world);
    let admitted = plus_days(early_day(world), world.random.between(0, 70));
    let claim = world.hand_in(Wish::on(lane).stay(admitted, nights).ill_with(illness));
    (claim, admitted)
}

pub fn days_above_stay(world: &mut World) {
    let nights = world.random.between(5, 9);
    let (claim, admitted) = stay(world, "J18.900", nights);
    let names = ["普通病房床位费(三人间)", "Ⅱ级护理", "住院诊查费"];
    let name = world.random.pick(&names);
    let more = world.random.between(2, 6).unsigned_abs();
    world.charge(claim, name, plus_days(admitted, 1), more);
    let what = ("床位、护理或诊查天数多于住院天数", "more days of bed or nursing than of the stay");
    wrong(world, &[claim], what, &[Code::F405]).tolerates(&[Code::F407]);
}

pub fn bed_of_one_day(world: &mut World) {
    let (claim, _) = stay(world, "K40.900", 0);
    let what = ("当日入出院，按一天床位", "in and out on one day, one day of bed");
    honest_case(world, &[claim], what, &[Code::F405, Code::F309]);
}

/// An item, and one that is a part of it.
const CONTAINED: [(&str, &str, &str); 3] = [
    ("经皮冠状动脉内支架置入术(STENT)", "冠状动脉造影术", "I25.100x003"),
    ("经皮冠状动脉腔内成形术(PTCA)", "冠状动脉造影术", "I25.100x003"),
    ("血液灌流", "血液透析", "N18.900"),
];

fn with_component(world: &mut World, apart: i32) -> ClaimNo {
    let (whole, part, illness) = world.random.pick(&CONTAINED);
    let (claim, admitted) = stay(world, illness, 9);
    let others = ["冠状", "血液"];
    let kept = |name: &str| !others.iter().any(|word| name.contains(word));
    world.claim(claim).lines.retain(|line| kept(&line.item_name));
    world.charge(claim, whole, plus_days(admitted, 1), 1);
    world.charge(claim, part, plus_days(admitted, 1 + apart), 1);
    claim
}

pub fn duplicate_charge(world: &mut World) {
    let claim = with_component(world, 0);
    let what = ("同日收取手术和其所含项目", "an item and its component on one day");
    wrong(world, &[claim], what, &[Code::F406]);
}

pub fn component_another_day(world: &mut World) {
    let claim = with_component(world, 3);
    let what = ("所含项目在另一天做", "the component on another day");
    honest_case(world, &[claim], what, &[Code::F406]);
}

const ONCE_A_DAY: [&str; 3] = ["机械辅助排痰", "胃肠减压", "病房空调降温费"];

fn with_frequency(world: &mut World, a_day: u32) -> ClaimNo {
    let nights = world.random.between(5, 9);
    let (claim, admitted) = stay(world, "E11.900", nights);
    world.claim(claim).lines.retain(|line| !ONCE_A_DAY.contains(&line.item_name.as_str()));
    let first = world.random.below(2) as usize;
    let names = [ONCE_A_DAY[first], ONCE_A_DAY[1 - first], ONCE_A_DAY[2]];
    world.charge_one_of(claim, &names, admitted, a_day * nights.unsigned_abs());
    claim
}

pub fn above_frequency(world: &mut World) {
    let claim = with_frequency(world, 3);
    let what = ("每日限一次的项目收了三倍", "an item of once a day, three times as often");
    wrong(world, &[claim], what, &[Code::F407]).tolerates(&[Code::F405]);
}

pub fn at_frequency(world: &mut World) {
    let claim = with_frequency(world, 1);
    let what = ("每日限一次的项目，每日一次", "an item of once a day, once every day");
    honest_case(world, &[claim], what, &[Code::F405, Code::F407]);
}

pub fn wrong_sex_or_age(world: &mut World) {
    let (claim, admitted) = stay(world, "K80.200", 6);
    let names = match (world.random.percent(35), world.person_of(claim).sex) {
        (true, _) => ["孟鲁司特钠口溶膜", "小儿豉翘清热颗粒"],
        (false, Sex::Male) => ["坤泰胶囊", "宫血宁胶囊"],
        (false, Sex::Female) => ["普适泰片", "比卡鲁胺胶囊"],
    };
    world.charge_one_of(claim, &names, plus_days(admitted, 2), 12);
    let what = ("限性别或年龄的项目用错了人", "an item for another sex or age");
    wrong(world, &[claim], what, &[Code::F408]).tolerates(&[Code::F409]);
}

const FOR_STROKE: [&str; 3] = ["疏血通注射液", "注射用奥扎格雷钠", "注射用曲克芦丁"];

pub fn outside_scope(world: &mut World) {
    let (claim, admitted) = stay(world, "K80.200", 6);
    world.charge_one_of(claim, &FOR_STROKE, plus_days(admitted, 1), 5);
    let what = ("限脑梗死的药用于胆囊结石", "a drug for strokes, given for gallstones");
    wrong(world, &[claim], what, &[Code::F409]);
}

pub fn inside_scope(world: &mut World) {
    let (claim, admitted) = stay(world, "I63.900", 9);
    world.claim(claim).lines.retain(|line| !FOR_STROKE.contains(&line.item_name.as_str()));
    world.charge_one_of(claim, &FOR_STROKE, plus_days(admitted, 1), 5);
    let what = ("限脑梗死的药用于脑梗死", "a drug for strokes, given for a stroke");
    honest_case(world, &[claim], what, &[Code::F408, Code::F409, Code::F410]);
}

/// Chronic visits of a man with a prostate cancer, his drug each time.
pub(super) fn drug_visits(
    world: &mut World,
    (times, apart, units): (i32, i32, u32),
) -> Vec<ClaimNo> {
    let lane = WH_SHENZHEN;
    let person = fitting(world, lane, "C61.x00");
    let first = early_day(world);
    let wish = Wish::on(lane).of(&person).ill_with("C61.x00");
    let visit = |wish: Wish, day| wish.visit(CareType::Chronic, day);
    let claims = again_and_again(world, &wish, first, (times, apart), visit);
    for &claim in &claims {
        let day = world.claim(claim).admitted;
        world.claim(claim).lines.retain(|line| line.item_name != "比卡鲁胺胶囊");
        world.charge(claim, "比卡鲁胺胶囊", day, units);
    }
    claims
}

pub fn over_supply_by_quantity(world: &mut World) {
    let claims = drug_visits(world, (2, 8, 168));
    let what = ("8天内开出近一年的药量", "nearly a year's supply within eight days");
    wrong(world, &claims, what, &[Code::F410]).tolerates(&[Code::F504, Code::F506]);
}

pub fn over_supply_by_visits(world: &mut World) {
    let claims = drug_visits(world, (3, 2, 28));
    let what = ("五天内三次开同一种药，每次一月量", "a month's supply three times in five days");
    wrong(world, &claims, what, &[Code::F410]).tolerates(&[Code::F407, Code::F504]);
}

/// Payable on fourteen days, billed on one and twenty.
pub fn over_supply_in_a_stay(world: &mut World) {
    let (claim, admitted) = stay(world, "I63.900", 22);
    world.claim(claim).lines.retain(|line| line.item_name != "注射用奥扎格雷钠");
    for day in 0..21 {
        world.charge(claim, "注射用奥扎格雷钠", plus_days(admitted, day), 2);
    }
    let what = ("限14天的药用了21天", "a drug of fourteen days, billed on one and twenty");
    wrong(world, &[claim], what, &[Code::F410]).tolerates(&[Code::F409, Code::F506]);
}

pub fn monthly_refill(world: &mut World) {
    let claims = drug_visits(world, (3, 29, 28));
    let what = ("每月一次、一月药量", "a month's supply every month");
    honest_case(world, &claims, what, &[Code::F204, Code::F410, Code::F504]);
}
