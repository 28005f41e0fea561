//! Paid twice: settled before, under this invoice or another one, whole or in parts; and invoices
//! that only look as if.

use jiff::civil::date;

use crate::domain::dates::plus_days;
use crate::domain::words::{CareType, Channel, SettlementStatus};
use crate::domain::{Code, Quantity, Rate};

use super::super::lanes::*;
use super::super::traffic::{early_day, settled_lane};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

const NORMAL: SettlementStatus = SettlementStatus::Normal;
/// What one stay handed in twice looks like to detectors of stays.
const SAME_STAY: [Code; 4] = [Code::F204, Code::F207, Code::F401, Code::F404];

pub fn settled_directly(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(claim, Channel::Direct, NORMAL);
    wrong(world, &[claim], ("票据已直接结算", "already settled directly"), &[Code::F201])
        .tolerates(&SAME_STAY);
}

pub fn refunded(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(claim, Channel::Direct, SettlementStatus::Refunded);
    let what = ("直接结算已退费，改手工报销", "settled directly, refunded, then claimed by hand");
    honest_case(world, &[claim], what, &[Code::F201, Code::F204, Code::F206, Code::F207]);
}

pub fn paid_by_hand(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    world.settle(claim, Channel::Manual, NORMAL);
    wrong(world, &[claim], ("票据已手工报销", "already paid by hand"), &[Code::F202])
        .tolerates(&SAME_STAY);
}

/// A claim received early and the same one late in the month.
fn twice(world: &mut World) -> [ClaimNo; 2] {
    let lane = settled_lane(world);
    let first = world.hand_in(Wish::on(lane));
    world.claim(first).received = date(2024, 6, 5);
    let later = world.hand_in_again(first, date(2024, 6, 19));
    [first, later]
}

pub fn same_invoice(world: &mut World) {
    let claims = twice(world);
    let what = ("同一票据申报两次", "one invoice handed in twice");
    wrong(world, &claims, what, &[Code::F203]).tolerates(&SAME_STAY);
}

pub fn same_invoice_other_person(world: &mut World) {
    let claims = twice(world);
    let person = world.person_of(claims[0]);
    let other = world.enrol(person.insured, person.scheme, person.kind);
    let claim = world.claim(claims[1]);
    claim.payee = other.name.clone();
    claim.account = other.account.clone();
    claim.phone = other.phone.clone();
    claim.person = other;
    let what = ("同一票据由两人申报", "one invoice claimed by two persons");
    wrong(world, &claims, what, &[Code::F203]).tolerates(&[
        Code::F101,
        Code::F408,
        Code::F409,
        Code::F503,
    ]);
}

/// Two provinces count their invoices apart; the numbers may meet.
pub fn same_number_other_code(world: &mut World) {
    let one = world.hand_in(Wish::on(WH_SHENZHEN));
    let other = world.hand_in(Wish::on(BJ_SHANGHAI));
    let number = world.claim(one).invoice_no.clone();
    world.claim(other).invoice_no = number;
    let what = ("两省票据号码碰巧相同，代码不同", "one number under the codes of two provinces");
    honest_case(world, &[one, other], what, &[Code::F203, Code::F204, Code::F306]);
}

/// Another invoice of the claim's hospital and day.
fn other_invoice(world: &mut World, claim: ClaimNo) {
    let (hospital, day) = (world.claim(claim).hospital, world.claim(claim).end());
    let (code, number) = world.invoice(hospital, day);
    let claim = world.claim(claim);
    (claim.invoice_code, claim.invoice_no) = (code, number);
}

pub fn same_stay_again(world: &mut World) {
    let claims = twice(world);
    other_invoice(world, claims[1]);
    let what = ("同一次住院以另一张票据再次申报", "one stay again, under another invoice");
    wrong(world, &claims, what, &[Code::F204]).tolerates(&[Code::F401, Code::F404]);
}

/// The hospital took its first invoice back and wrote another; only that one is claimed.
pub fn reissued(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(claim, Channel::Direct, SettlementStatus::Reversed);
    other_invoice(world, claim);
    let what = ("原票已冲销，凭换开的票据申报", "the first invoice was reversed and issued anew");
    let codes = [Code::F201, Code::F202, Code::F204, Code::F206, Code::F207];
    honest_case(world, &[claim], what, &codes);
}

pub fn two_visits_one_day(world: &mut World) {
    let lane = settled_lane(world);
    let day = early_day(world);
    let morning = world.hand_in(Wish::on(lane).visit(CareType::Outpatient, day));
    let (person, hospital) = (world.person_of(morning), world.claim(morning).hospital);
    let wish = Wish::on(lane).of(&person).within(hospital).without_filing();
    let noon = world.hand_in(wish.visit(CareType::Outpatient, day).ill_with("J06.900"));
    let what = ("同日同院两次门诊，金额不同", "two visits of one day, of different totals");
    honest_case(world, &[morning, noon], what, &[Code::F203, Code::F204, Code::F403]);
}

pub fn fund_on_invoice(world: &mut World) {
    let claim = world.hand_in(Wish::on(SJ_BEIJING));
    let total = world.claim(claim).total;
    let share = Rate::parse("0.60").expect("a rate").of_rounded(total);
    world.claim(claim).invoice_fund_paid = share;
    let what = ("票据上已有统筹支付", "the invoice itself shows a fund payment");
    wrong(world, &[claim], what, &[Code::F205]);
}

/// The first invoice was taken back and another one issued and settled; the first is claimed.
pub fn reversed_and_reissued(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    let (hospital, day) = (world.claim(claim).hospital, world.claim(claim).end());
    let (code, number) = world.invoice(hospital, day);
    let settlement = world.settle(claim, Channel::Direct, NORMAL);
    (settlement.invoice_code, settlement.invoice_no) = (code, number);
    let settlement = world.settle(claim, Channel::Direct, SettlementStatus::Reversed);
    settlement.settled_on = plus_days(settlement.discharged, 3);
    let what = ("原票已冲销并换开新票结算，原票再来申报", "reversed, issued anew, and claimed");
    wrong(world, &[claim], what, &[Code::F206]).tolerates(&SAME_STAY).tolerates(&[Code::F201]);
}

/// The office holds both the invoice and the red one that takes it back.
pub fn reversed_in_red(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane));
    let red = world.hand_in_again(claim, date(2024, 6, 26));
    let red_here = world.claim(red);
    for line in &mut red_here.lines {
        line.quantity = Quantity::from_units(-line.quantity.units());
        line.amount = -line.amount;
    }
    world.retotal(red);
    let what = ("票据和它的红冲票一并申报", "an invoice beside the red one that takes it back");
    let codes = [Code::F203, Code::F204, Code::F301, Code::F302, Code::F303, Code::F401];
    wrong(world, &[claim, red], what, &[Code::F206]).tolerates(&codes);
}

/// The bill of a settled stay, handed in as two.
fn in_parts(world: &mut World, status: SettlementStatus) -> [ClaimNo; 2] {
    let one = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(one, Channel::Direct, status);
    let other = world.hand_in_again(one, date(2024, 6, 20));
    for part in [one, other] {
        other_invoice(world, part);
    }
    let lines = world.claim(one).lines.clone();
    let (first, second) = lines.split_at(lines.len() / 2);
    world.claim(one).bill(first.to_vec());
    world.claim(other).bill(second.to_vec());
    [one, other]
}

/// What half a bill looks like.
const PART: [Code; 4] = [Code::F401, Code::F404, Code::F405, Code::F411];

pub fn parts_of_settled(world: &mut World) {
    let claims = in_parts(world, NORMAL);
    let what = ("两张分票合计等于已结算的总额", "two part bills that add up to a settled one");
    wrong(world, &claims, what, &[Code::F207]).tolerates(&PART).tolerates(&[Code::F204]);
}

pub fn parts_of_refunded(world: &mut World) {
    let claims = in_parts(world, SettlementStatus::Refunded);
    let what = ("直接结算退费后分两张票申报", "refunded, then claimed on two part bills");
    honest_case(world, &claims, what, &[Code::F207, Code::F201])
        .tolerates(&PART)
        .tolerates(&[Code::F204]);
}
