//! Honest traffic of a large batch: what comes over a counter in a month. Single stays, several of
//! one person, visits, refills, pharmacies, families with one account, rounds of chemotherapy,
//! dialysis, operations of one day.

use jiff::civil::date;

use crate::domain::dates::{Date, plus_days};
use crate::domain::words::CareType;

use super::lanes::{self, CHILDREN, Lane, SETTLED};
use super::people::Person;
use super::wish::Wish;
use super::world::{ClaimNo, World};

/// How many of a hundred are of which kind, the most claims one of them makes, and how it is made.
type Kind = (u32, u32, fn(&mut World));

const KINDS: [Kind; 9] = [
    (59, 1, one_stay),
    (6, 2, two_stays),
    (13, 3, visits),
    (6, 3, refills),
    (3, 1, pharmacy),
    (5, 2, family),
    (4, 1, day_surgery),
    (3, 4, chemotherapy),
    (1, 5, dialysis),
];

/// Adds honest claims until there are so many.
pub fn fill(world: &mut World, claims: u32) {
    loop {
        let left = (claims as usize).saturating_sub(world.batch.claims.len());
        if left == 0 {
            return;
        }
        let mut drawn = world.random.below(100);
        for (share, most, make) in KINDS {
            if drawn < share {
                if most as usize <= left {
                    make(world)
                } else {
                    one_stay(world)
                }
                break;
            }
            drawn -= share;
        }
    }
}

/// A first day that leaves room for what follows in the spring.
pub(super) fn early_day(world: &mut World) -> Date {
    plus_days(date(2024, 1, 15), world.random.between(0, 30))
}

pub(super) fn settled_lane(world: &mut World) -> Lane {
    world.random.pick(&SETTLED)
}

fn one_stay(world: &mut World) {
    let lane = lanes::honest(&mut world.random);
    world.hand_in(Wish::on(lane));
}

/// Two illnesses of one person, weeks apart.
fn two_stays(world: &mut World) {
    let lane = settled_lane(world);
    let first = early_day(world);
    let nights = world.random.between(4, 9);
    let one = world.hand_in(Wish::on(lane).stay(first, nights).ill_with("E11.900"));
    let person = world.person_of(one);
    let again = plus_days(first, nights + world.random.between(30, 70));
    let nights = world.random.between(5, 10);
    let wish = Wish::on(lane).of(&person).without_filing().stay(again, nights);
    world.hand_in(wish.ill_with("J18.900"));
}

/// The same person again and again at one hospital, so many days apart.
pub(super) fn again_and_again(
    world: &mut World,
    wish: &Wish,
    first: Date,
    (times, apart): (i32, i32),
    make: impl Fn(Wish, Date) -> Wish,
) -> Vec<ClaimNo> {
    let mut claims: Vec<ClaimNo> = Vec::new();
    for time in 0..times {
        let mut next = wish.clone();
        if let Some(&before) = claims.first() {
            let (person, hospital) = (world.person_of(before), world.claim(before).hospital);
            next = next.of(&person).within(hospital).without_filing();
        }
        let day = plus_days(first, time * apart + world.random.between(0, 1));
        claims.push(world.hand_in(make(next, day)));
    }
    claims
}

fn visits(world: &mut World) {
    let lane = settled_lane(world);
    let (first, times) = (early_day(world), world.random.between(1, 3));
    let apart = world.random.between(9, 35);
    let visit = |wish: Wish, day| wish.visit(CareType::Outpatient, day);
    again_and_again(world, &Wish::on(lane), first, (times, apart), visit);
}

fn refills(world: &mut World) {
    let lane = settled_lane(world);
    let first = early_day(world);
    let times = world.random.between(2, 3);
    let illness = world.random.pick(&["C61.x00", "N40.x00", "D25.900", "C50.900"]);
    let person = fitting(world, lane, illness);
    let wish = Wish::on(lane).of(&person).ill_with(illness);
    let visit = |wish: Wish, day| wish.visit(CareType::Chronic, day);
    again_and_again(world, &wish, first, (times, 30), visit);
}

/// Somebody new who can have that illness.
pub(super) fn fitting(world: &mut World, lane: Lane, illness: &str) -> Person {
    let sex = super::diagnoses::by_code(illness).sex;
    loop {
        let person = world.people.person(lane.insured(), lane.scheme, lane.kind);
        if sex.is_none_or(|only| only == person.sex) {
            world.register(&person);
            return person;
        }
    }
}

fn pharmacy(world: &mut World) {
    let lane = world.random.pick(&[lanes::WH_SHENZHEN, lanes::SJ_BEIJING, lanes::NC_SHENZHEN]);
    let day = early_day(world);
    world.hand_in(Wish::on(lane).visit(CareType::Pharmacy, day).ill_with("J06.900"));
}

/// A parent collects for a child, or one of a couple for the other; they share a telephone.
fn family(world: &mut World) {
    let children = world.random.percent(50);
    let lane = if children { CHILDREN.0 } else { settled_lane(world) };
    let one = world.hand_in(Wish::on(lane));
    let person = world.person_of(one);
    let surname: String = person.name.chars().take(1).collect();
    let lane = if children { CHILDREN.1 } else { lane };
    let sex = world.random.pick(crate::domain::words::Sex::ALL);
    let other = world.people.named(&surname, sex, lane.insured(), lane.scheme, lane.kind);
    world.register(&other);
    let other = world.hand_in(Wish::on(lane).of(&other));
    let claim = world.claim(other);
    claim.account = person.account;
    claim.payee = person.name;
    claim.phone = person.phone;
}

fn day_surgery(world: &mut World) {
    let lane = settled_lane(world);
    let day = plus_days(early_day(world), world.random.between(0, 80));
    world.hand_in(Wish::on(lane).stay(day, 1).ill_with("K40.900"));
}

fn chemotherapy(world: &mut World) {
    let lane = settled_lane(world);
    let (first, times) = (early_day(world), world.random.between(2, 4));
    let apart = world.random.between(21, 28);
    let wish = Wish::on(lane).ill_with("Z51.103");
    again_and_again(world, &wish, first, (times, apart), |wish, day| wish.stay(day, 3));
}

fn dialysis(world: &mut World) {
    let lane = settled_lane(world);
    let first = early_day(world);
    let wish = Wish::on(lane).ill_with("N18.001");
    let visit = |wish: Wish, day| wish.visit(CareType::Chronic, day);
    again_and_again(world, &wish, first, (5, 3), visit);
}
