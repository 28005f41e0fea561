//! Planted cases that are refused: one for each gate that says no.

use jiff::civil::date;

use crate::domain::Code;
use crate::domain::dates::{Month, plus_days};
use crate::domain::words::Outcome::{Hold, Pay, Reject};
use crate::domain::words::{Channel, ContributionStatus, PersonType, Scheme, SettlementStatus};

use super::super::hospitals::{CONTRACT_ENDED, SUSPENDED};
use super::super::lanes::*;
use super::super::model::{Cell, Office};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};

pub fn plant(world: &mut World) {
    unknown_persons(world);
    not_insured_there(world);
    paid_before(world);
    duplicates(world);
    outside_the_fund(world);
    hospitals(world);
    unfiled(world);
}

fn refused(world: &mut World, claim: ClaimNo, what: (&str, &str), codes: &[Code]) {
    let ids = [world.id(claim)];
    world.planted.add(&ids, what, Some(Reject), codes);
}

fn unknown_persons(world: &mut World) {
    for (lane, office) in [(BJ_SHENZHEN, Office::BeijingPaper), (NC_SHENZHEN, Office::WestHill)] {
        let claim = world.hand_in(Wish::on(lane));
        let id = world.person_of(claim).id;
        // Only digits can be taken for a number.
        let digits = id.reveal().replace('X', "0");
        world.claim(claim).office = office;
        world.claim(claim).spoil("证件号码", Cell::Number(digits.into()));
        let what = ("证件号码被存成数字而损坏", "an identity number stored as a number, and lost");
        refused(world, claim, what, &[Code::G01, Code::F109]);
    }

    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let id = world.person_of(claim).id;
    let (rest, check) = id.reveal().split_at(17);
    let wrong = if check == "1" { "2" } else { "1" };
    world.claim(claim).spoil("证件号码", Cell::Text(format!("{rest}{wrong}").into()));
    let what = ("证件号码校验位不符", "an identity number whose check fails");
    refused(world, claim, what, &[Code::G01, Code::F109]);

    let (employee, active) = (Scheme::Employee, PersonType::Active);
    let stranger = world.people.person(place(WUHAN), employee, active);
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).of(&stranger));
    let what = ("参保库查无此人", "nobody of that number is insured");
    refused(world, claim, what, &[Code::G01]);
}

fn not_insured_there(world: &mut World) {
    let (employee, active) = (Scheme::Employee, PersonType::Active);
    let person = world.enrol(place(WUHAN), employee, active);
    let claim = world.hand_in(Wish::on(BJ_SHENZHEN).of(&person));
    let what = ("在武汉参保，向北京申报", "insured in Wuhan, claimed in Beijing");
    refused(world, claim, what, &[Code::G02]);

    let person = world.enrol(place(WUHAN), employee, active);
    let claim = world.hand_in(Wish::on(WH_RESIDENT_BEIJING).of(&person));
    let what = ("职工参保，按居民申报", "insured as an employee, claimed as a resident");
    refused(world, claim, what, &[Code::G02]);

    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    let admitted = world.claim(claim).admitted;
    world.insured_of(claim).died_on = Some(plus_days(admitted, -12));
    refused(world, claim, ("入院前已死亡", "died before admission"), &[Code::F105]);
}

fn paid_before(world: &mut World) {
    let normal = SettlementStatus::Normal;
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(claim, Channel::Direct, normal);
    refused(world, claim, ("票据已直接结算", "already settled directly"), &[Code::F201]);

    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    world.settle(claim, Channel::Manual, normal);
    refused(world, claim, ("票据已手工报销", "already paid by hand"), &[Code::F202]);

    let claim = world.hand_in(Wish::on(SJ_BEIJING));
    let total = world.claim(claim).total;
    let fund = crate::domain::Rate::parse("0.60").expect("a rate").of_rounded(total);
    world.claim(claim).invoice_fund_paid = fund;
    let what = ("票据上已有统筹支付", "the invoice itself shows a fund payment");
    refused(world, claim, what, &[Code::F205]);
}

fn duplicates(world: &mut World) {
    let first = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.claim(first).office = Office::BeijingPaper;
    world.claim(first).received = date(2024, 6, 5);
    let later = world.hand_in_again(first, date(2024, 6, 19));
    world.claim(later).office = Office::BeijingElectronic;
    let ids = [world.id(first)];
    let what = ("同一票据两次申报，先受理的一笔", "handed in twice: the first stands");
    world.planted.add(&ids, what, Some(Pay), &[]);
    let what = ("同一票据在电子表中再次申报", "the same invoice again, as an e-form");
    refused(world, later, what, &[Code::F203]);

    let first = world.hand_in(Wish::on(SJ_BEIJING));
    world.claim(first).received = date(2024, 6, 6);
    let later = world.hand_in_again(first, date(2024, 6, 21));
    let (employee, active) = (Scheme::Employee, PersonType::Active);
    let other = world.enrol(place(SHIJIAZHUANG), employee, active);
    let claim = world.claim(later);
    claim.payee = other.name.clone();
    claim.account = other.account.clone();
    claim.phone = other.phone.clone();
    claim.person = other;
    let ids = [world.id(first)];
    let what = ("同一票据被两人申报，先受理的暂缓", "claimed by two persons: the first is held");
    world.planted.add(&ids, what, Some(Hold), &[Code::F203]);
    let what = ("他人已申报的票据", "an invoice that somebody else claimed first");
    refused(world, later, what, &[Code::F203]);
}

fn outside_the_fund(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).ill_with("S32.000"));
    world.claim(claim).work_injury = true;
    world.claim(claim).trauma = true;
    refused(world, claim, ("工伤", "a work injury"), &[Code::F111]);

    let claim = world.hand_in(Wish::on(BJ_SHENZHEN).ill_with("S32.000"));
    world.claim(claim).third_party = true;
    world.claim(claim).trauma = true;
    refused(world, claim, ("应由第三方负担", "a third party is liable"), &[Code::F111]);

    let wish = Wish::on(WH_SHENZHEN).stay(date(2024, 5, 9), 7).ill_with("J18.900");
    let claim = world.hand_in(wish);
    let (id, may) = (world.person_of(claim).id, Month::of(date(2024, 5, 1)));
    world.month_turns(id, may, ContributionStatus::Owing, None);
    let what = ("住院期间各月均断缴", "every month of the stay lapsed");
    refused(world, claim, what, &[Code::F102]);

    let claim = world.hand_in(Wish::on(BJ_SHANGHAI).stay(date(2023, 8, 7), 9).ill_with("I63.900"));
    let what = ("2023年住院，超过北京次年1月20日时限", "a stay of 2023, past 20 January");
    refused(world, claim, what, &[Code::F110]);
}

fn hospitals(world: &mut World) {
    let wish = Wish::on(WH_SHENZHEN).at(SUSPENDED).stay(date(2024, 3, 20), 7);
    let claim = world.hand_in(wish.ill_with("M51.202"));
    refused(world, claim, ("医院暂停期间入院", "admitted while suspended"), &[Code::F107]);

    let wish = Wish::on(BJ_CHENGDU).at(CONTRACT_ENDED).stay(date(2024, 3, 12), 6);
    let claim = world.hand_in(wish.ill_with("J18.900"));
    let what = ("医院定点协议已到期", "the hospital's designation had ended");
    refused(world, claim, what, &[Code::F107]);

    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    world.claim(claim).hospital_code = None;
    world.claim(claim).hospital_name = "深圳市无名样例门诊部";
    let what = ("定点名录中没有的医院", "a hospital that is on no list");
    refused(world, claim, what, &[Code::F107]);
}

fn unfiled(world: &mut World) {
    for lane in [BJ_SHENZHEN, WH_SHANGHAI] {
        let claim = world.hand_in(Wish::on(lane).without_filing());
        let what = ("未备案，参保地不予支付", "unfiled, and the region refuses");
        refused(world, claim, what, &[Code::F101]);
    }

    let claim = world.hand_in(Wish::on(BJ_CHENGDU));
    let after = plus_days(world.claim(claim).end(), 6);
    let filing = world.filing_of(claim);
    filing.filed_on = after;
    let what = ("出院后才备案，北京不认", "filed after discharge, which Beijing does not accept");
    refused(world, claim, what, &[Code::F101]);

    let claim = world.hand_in(Wish::on(BJ_RESIDENT_GUANGZHOU));
    world.filing_of(claim).treated = place(SHENZHEN);
    let what = ("备案到深圳，在广州就医", "filed for Shenzhen, treated in Guangzhou");
    refused(world, claim, what, &[Code::F101, Code::F104]);

    let claim = world.hand_in(Wish::on(BJ_SHENZHEN).at("H44030000101"));
    world.filing_of(claim).hospital = Some("深圳市白鹭滩医院");
    let what = ("备案医院与就医医院不符", "filed for another hospital of the city");
    refused(world, claim, what, &[Code::F101, Code::F104]);
}
