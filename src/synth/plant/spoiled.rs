//! Planted rows that cannot be typed: each goes to quarantine with its place, and no decision is
//! made on it.

use super::super::lanes::*;
use super::super::model::Cell;
use super::super::wish::Wish;
use super::super::world::World;

/// Where the row lies, the column, what stands there, and why that cannot be.
type Spoiling = (Lane, &'static str, &'static str, &'static str, &'static str);

const SPOILINGS: [Spoiling; 5] = [
    (WH_SHENZHEN, "医疗费总额", "8123.456", "金额有三位小数", "an amount with a third decimal"),
    (NC_SHENZHEN, "入院日期", "2024-02-30", "日期不存在", "a date that does not exist"),
    (SJ_BEIJING, "出院日期", "24/5/12", "两位数年份", "a year of two digits"),
    (WH_HOME, "险种", "商业医疗险", "险种无法识别", "an unknown scheme"),
    (NC_WUHAN, "票据号码", "1.23457E+14", "票据号码已损坏", "a damaged invoice number"),
];

pub fn plant(world: &mut World) {
    for spoiling in SPOILINGS {
        spoil(world, spoiling);
    }
}

/// One of them.
pub fn one(world: &mut World) {
    let spoiling = world.random.pick(&SPOILINGS);
    spoil(world, spoiling);
}

fn spoil(world: &mut World, (lane, header, written, zh, en): Spoiling) {
    let claim = world.hand_in(Wish::on(lane));
    world.claim(claim).spoil(header, Cell::Text(written.into()));
    let ids = [world.id(claim)];
    world.planted.add(&ids, (zh, en), None, &[]).quarantined = true;
}
