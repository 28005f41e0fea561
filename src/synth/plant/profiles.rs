//! Hospitals and agents whose claims, taken together, are unlike those of others.

use jiff::civil::date;

use crate::domain::dates::plus_days;
use crate::domain::words::{CareType, PersonType, Scheme};
use crate::domain::{Code, Money, UnitPrice};

use super::super::lanes::*;
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

/// What a claim of a conspicuous hospital may bear besides.
const BESIDE: [Code; 8] = [
    Code::F301,
    Code::F302,
    Code::F303,
    Code::F304,
    Code::F310,
    Code::F505,
    Code::F506,
    Code::F602,
];

/// Half of a small hospital's bills are wrong.
pub fn bad_hospital(world: &mut World) {
    let hospital = world.small_hospital(WH_SHENZHEN);
    let claims = world.crowd(WH_SHENZHEN, hospital, 26);
    for (place, &claim) in claims.iter().enumerate() {
        let more = Money::from_fen(i64::from(world.random.between(2_000, 90_000)));
        let claim_here = world.claim(claim);
        match (place % 4, claim_here.lines.last_mut()) {
            (0, Some(line)) => line.amount += more,
            (1, Some(line)) => {
                line.unit_price = UnitPrice::from_units(line.unit_price.units() * 2);
            }
            _ => continue,
        }
        world.retotal(claim);
    }
    let what = ("一家小医院半数票据有问题", "a small hospital, half of whose bills are wrong");
    wrong(world, &claims, what, &[Code::F601]).tolerates(&BESIDE);
}

/// Nearly all that a small hospital bills is drugs.
pub fn drug_hospital(world: &mut World) {
    let hospital = world.small_hospital(WH_SHENZHEN);
    let claims = world.crowd(WH_SHENZHEN, hospital, 26);
    for &claim in &claims {
        let factor = world.random.between(8, 12).unsigned_abs();
        world.multiply_drugs(claim, factor);
    }
    let what = ("一家小医院几乎只收药费", "a small hospital that bills hardly anything but drugs");
    let codes = [Code::F407, Code::F410, Code::F601];
    wrong(world, &claims, what, &[Code::F602]).tolerates(&BESIDE).tolerates(&codes);
}

/// So many bills of one agent, with a 9 before so many of their totals.
fn agent_with(world: &mut World, bills: u32, altered: usize) -> Vec<ClaimNo> {
    let agent = world.people.person(place(WUHAN), Scheme::Employee, PersonType::Active);
    let claims: Vec<ClaimNo> = (0..bills).map(|_| world.hand_in(Wish::on(WH_SHENZHEN))).collect();
    for (place, &claim) in claims.iter().enumerate() {
        let claim = world.claim(claim);
        claim.agent = Some((agent.id, agent.name.clone()));
        if place < altered {
            claim.total = Money::parse(&format!("9{}", claim.total)).expect("a digit more");
        }
    }
    claims
}

pub fn altering_agent(world: &mut World) {
    let claims = agent_with(world, 5, 4);
    let what = ("一名代办人的五份票据改动了四份", "four of one agent's five bills are altered");
    wrong(world, &claims, what, &[Code::F603, Code::F301, Code::F303])
        .tolerates(&BESIDE)
        .tolerates(&[Code::F502, Code::F507]);
}

pub fn agent_with_one_slip(world: &mut World) {
    let claims = agent_with(world, 4, 1);
    let what = ("一名代办人的四份票据有一份写错", "one of an agent's four bills has a slip");
    honest_case(world, &claims, what, &[Code::F603, Code::F502]).tolerates(&BESIDE);
}

/// A hospital whose totals somebody made up: they begin with 7, 8 and 9 alone.
pub fn invented_totals(world: &mut World) {
    let hospital = world.small_hospital(WH_SHENZHEN);
    let mut claims = world.crowd(WH_SHENZHEN, hospital, 70);
    for _ in 0..50 {
        let day = plus_days(date(2024, 2, 1), world.random.between(0, 100));
        let wish = Wish::on(WH_SHENZHEN).within(hospital).visit(CareType::Outpatient, day);
        claims.push(world.hand_in(wish));
    }
    for &claim in &claims {
        let total = world.claim(claim).total;
        let mut step = Money::from_yuan(100);
        while step.fen() * 7 < total.fen() * 10 {
            step = Money::from_fen(step.fen() * 10);
        }
        let parts = i64::from(world.random.between(700, 999));
        let wanted = Money::from_fen(step.fen() * parts / 1_000);
        if wanted > total {
            let missing = (wanted - total).to_string();
            world.charge_unlisted(claim, "一次性耗材包", &missing);
        }
    }
    let what = ("一家医院的总额像是编出来的", "a hospital whose totals look made up");
    let codes = [Code::F601, Code::F411, Code::F413];
    wrong(world, &claims, what, &[Code::F310]).tolerates(&BESIDE).tolerates(&codes);
}
