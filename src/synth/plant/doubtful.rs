//! Planted cases that bear a finding: held until a person decides, or paid and listed.

use jiff::civil::date;

use crate::domain::words::Outcome::{self, Hold, Pay};
use crate::domain::words::{PersonType, Scheme, Sex};
use crate::domain::{Code, Money, UnitPrice};

use super::super::lanes::*;
use super::super::people::account;
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};

pub fn plant(world: &mut World) {
    overlapping_stays(world);
    split_stay(world);
    altered_lines(world);
    shared_account(world);
}

fn doubtful(
    world: &mut World,
    claims: &[ClaimNo],
    what: (&str, &str),
    outcome: Outcome,
    codes: &[Code],
) {
    let ids: Vec<String> = claims.iter().map(|&no| world.id(no)).collect();
    world.planted.add(&ids, what, Some(outcome), codes);
}

fn overlapping_stays(world: &mut World) {
    let wish = Wish::on(WH_SHENZHEN).at("H44030000101").stay(date(2024, 4, 2), 10);
    let one = world.hand_in(wish.ill_with("I63.900"));
    let person = world.person_of(one);
    let wish = Wish::on(WH_SHENZHEN).of(&person).without_filing().at("H44030000102");
    let other = world.hand_in(wish.stay(date(2024, 4, 9), 6).ill_with("E11.900"));
    let what = ("两次住院时间重叠", "two stays that overlap");
    doubtful(world, &[one, other], what, Hold, &[Code::F401]);
}

fn split_stay(world: &mut World) {
    let wish = Wish::on(SJ_BEIJING).at("H11000000103").stay(date(2024, 3, 6), 8);
    let one = world.hand_in(wish.ill_with("J18.900"));
    let person = world.person_of(one);
    let wish = Wish::on(SJ_BEIJING).of(&person).at("H11000000103");
    let other = world.hand_in(wish.stay(date(2024, 3, 17), 8).ill_with("J18.900"));
    let what = ("同院同病间隔3天再住院", "same hospital, same illness, three days later");
    doubtful(world, &[one, other], what, Pay, &[Code::F404]);
}

fn altered_lines(world: &mut World) {
    let claim = world.operation_at("452.00");
    let line = world.operation_line(claim);
    line.amount = Money::from_yuan(5_452);
    world.claim(claim).total += Money::from_yuan(5_000);
    let what = (
        "手术费452.00改成5452.00，总额同改",
        "an operation of 452.00 became 5,452.00, and the total with it",
    );
    doubtful(world, &[claim], what, Hold, &[Code::F302, Code::F303]);

    let claim = world.operation_at("5452.00");
    let what = ("手术单价5452.00超过限价", "an operation priced far above its ceiling");
    doubtful(world, &[claim], what, Pay, &[Code::F304]);

    let claim = world.hand_in(Wish::on(BJ_SHIJIAZHUANG));
    let claim_here = world.claim(claim);
    let line = claim_here.lines.last_mut().expect("a bill has lines");
    line.amount += Money::from_fen(1_738);
    claim_here.total += Money::from_fen(1_738);
    let what = ("一行数量乘单价不等于金额", "on one line quantity × price is not the amount");
    doubtful(world, &[claim], what, Pay, &[Code::F302]);

    let claim = world.hand_in(Wish::on(SJ_BEIJING));
    let claim_here = world.claim(claim);
    for line in claim_here.lines.iter_mut().filter(|line| line.item_name == "Ⅱ级护理") {
        line.unit_price = UnitPrice::parse("36.00").expect("a price");
        line.amount = line.unit_price.times(line.quantity);
    }
    claim_here.total = claim_here.lines_total();
    let what = ("护理费单价超过就医地限价", "nursing priced above the ceiling there");
    doubtful(world, &[claim], what, Pay, &[Code::F304]);
}

fn shared_account(world: &mut World) {
    let (employee, active) = (Scheme::Employee, PersonType::Active);
    let mut claims = Vec::new();
    for surname in ["林", "魏", "贾"] {
        let person = world.people.named(surname, Sex::Male, place(WUHAN), employee, active);
        world.register(&person);
        let claim = world.hand_in(Wish::on(WH_HOME).of(&person));
        world.claim(claim).account = account(90_002);
        world.claim(claim).payee = "样例代收人".into();
        claims.push(claim);
    }
    let what = ("三名无关人员共用一个收款账户", "one account for three unrelated persons");
    doubtful(world, &claims, what, Pay, &[Code::F501]);
}
