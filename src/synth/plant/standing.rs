//! Standing: filings, contributions, death, registers, deadlines, who else is liable; and the near
//! misses of each.

use jiff::civil::date;

use crate::domain::dates::{Date, Month, plus_days};
use crate::domain::words::{ContributionStatus, PersonType, Scheme, Sex};
use crate::domain::{Code, Text};

use super::super::hospitals::{CONTRACT_ENDED, SUSPENDED};
use super::super::lanes::*;
use super::super::model::Cell;
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

/// A stay inside one month of the spring, and that month.
fn stay_in_a_month(world: &mut World) -> (Date, i32, Month) {
    let first = Date::constant(2024, 2, 1);
    let month = Month::of(first).plus(world.random.between(0, 3));
    let admitted = plus_days(month.first_day(), world.random.between(2, 18));
    (admitted, world.random.between(4, 8), month)
}

pub fn unfiled(world: &mut World) {
    let lane = world.random.pick(&[BJ_SHENZHEN, BJ_CHENGDU, WH_SHANGHAI, SJ_SHENZHEN_UNFILED]);
    let claim = world.hand_in(Wish::on(lane).without_filing());
    wrong(world, &[claim], ("未备案异地就医", "care elsewhere, never filed"), &[Code::F101]);
}

pub fn filed_otherwise(world: &mut World) {
    let lane = world.random.pick(&[BJ_WUHAN_EMERGENCY, SJ_BEIJING, CD_GUANGZHOU, BJ_SHENZHEN]);
    let claim = world.hand_in(Wish::on(lane));
    if lane.treated == SHENZHEN {
        world.filing_of(claim).treated = place(GUANGDONG);
    }
    let what =
        ("急诊、免备案或备案到省", "an emergency, no filing needed, or filed for the province");
    honest_case(world, &[claim], what, &[Code::F101, Code::F103, Code::F104]);
}

/// Filed after discharge where the region takes that: less is paid, and it may be listed.
pub fn filed_late(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_BEIJING_LATE));
    let what = ("出院后按规定补办备案", "filed after discharge, as the region allows");
    honest_case(world, &[claim], what, &[Code::F101, Code::F104]).tolerates(&[Code::F103]);
}

pub fn lapsed(world: &mut World) {
    let (admitted, nights, month) = stay_in_a_month(world);
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).stay(admitted, nights));
    let id = world.person_of(claim).id;
    world.month_turns(id, month, ContributionStatus::Owing, None);
    let what = ("住院期间各月均断缴", "every month of the stay lapsed");
    wrong(world, &[claim], what, &[Code::F102]);
}

pub fn made_up(world: &mut World) {
    let (admitted, nights, month) = stay_in_a_month(world);
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).stay(admitted, nights));
    let id = world.person_of(claim).id;
    let paid_on = plus_days(month.last_day(), 12);
    world.month_turns(id, month, ContributionStatus::MadeUp, Some(paid_on));
    let what = ("断缴一个月后及时补缴", "one month lapsed and made up in time");
    honest_case(world, &[claim], what, &[Code::F102]);
}

pub fn filed_in_lapse(world: &mut World) {
    let admitted = plus_days(date(2024, 4, 3), world.random.between(0, 15));
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).stay(admitted, 7));
    let filed_on = plus_days(date(2024, 2, 5), world.random.between(0, 15));
    let filing = world.filing_of(claim);
    (filing.filed_on, filing.valid_from) = (filed_on, filed_on);
    let id = world.person_of(claim).id;
    world.month_turns(id, Month::of(filed_on), ContributionStatus::Owing, None);
    let what = ("断缴的月份里办的备案", "filed in a month that was never paid");
    wrong(world, &[claim], what, &[Code::F103]).tolerates(&[Code::F101, Code::F104]);
}

pub fn filed_after_discharge(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_CHENGDU));
    let after = plus_days(world.claim(claim).end(), world.random.between(2, 12));
    world.filing_of(claim).filed_on = after;
    let what = ("出院后才备案，生效日写在入院前", "filed after discharge, and dated back");
    wrong(world, &[claim], what, &[Code::F103]).tolerates(&[Code::F101]);
}

pub fn filed_on_admission(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHENZHEN));
    let admitted = world.claim(claim).admitted;
    let filing = world.filing_of(claim);
    (filing.filed_on, filing.valid_from) = (admitted, admitted);
    let what = ("入院当天备案", "filed on the day of admission");
    honest_case(world, &[claim], what, &[Code::F101, Code::F103]);
}

pub fn other_region(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_RESIDENT_GUANGZHOU));
    let elsewhere = world.random.pick(&[SHENZHEN, CHENGDU, WUHAN]);
    world.filing_of(claim).treated = place(elsewhere);
    let what = ("备案到别处，在广州就医", "filed for another place, treated in Guangzhou");
    wrong(world, &[claim], what, &[Code::F104]).tolerates(&[Code::F101]);
}

pub fn other_hospital(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHENZHEN).at("H44030000101"));
    world.filing_of(claim).hospital = Some("深圳市白鹭滩医院");
    let what = ("备案医院与就医医院不符", "filed for another hospital of the city");
    wrong(world, &[claim], what, &[Code::F104]).tolerates(&[Code::F101]);
}

pub fn died_before(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    let died = plus_days(world.claim(claim).admitted, -world.random.between(1, 60));
    world.insured_of(claim).died_on = Some(died);
    wrong(world, &[claim], ("入院前已死亡", "died before admission"), &[Code::F105]);
}

pub fn died_after(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    let days = world.random.pick(&[0, 0, 1, 9]);
    let died = plus_days(world.claim(claim).end(), days);
    world.insured_of(claim).died_on = Some(died);
    let what = ("出院当日或之后死亡", "died on the day of discharge, or later");
    honest_case(world, &[claim], what, &[Code::F105]).tolerates(&[Code::F505]);
}

pub fn insured_twice(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let mut twice = world.person_of(claim);
    twice.insured = place(NANCHANG);
    (twice.scheme, twice.kind) = (Scheme::Employee, PersonType::Active);
    if world.random.percent(50) {
        (twice.scheme, twice.kind) = (Scheme::Resident, PersonType::ResidentAdult);
    }
    world.register(&twice);
    let what = ("同一时期在武汉、南昌两地参保", "insured in Wuhan and in Nanchang at once");
    wrong(world, &[claim], what, &[Code::F106]);
}

pub fn moved_house(world: &mut World) {
    let admitted = plus_days(date(2024, 3, 1), world.random.between(0, 40));
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).stay(admitted, 7));
    let here = world.person_of(claim);
    world.batch.contributions.retain(|entry| entry.id != here.id);
    let mut before = here.clone();
    before.insured = place(NANCHANG);
    world.register(&before);
    world.batch.contributions.retain(|entry| entry.id != here.id);
    let arrived = ContributionStatus::Arrived;
    world.contribute(&before, "202101-202312".into(), arrived, None);
    world.contribute(&here, "202401-202406".into(), arrived, None);
    let what = ("2024年1月由南昌转到武汉参保", "insurance moved from Nanchang in January");
    honest_case(world, &[claim], what, &[Code::F106, Code::F102]);
}

pub fn not_designated(world: &mut World) {
    let (suspended, ended) = (date(2024, 3, 4), date(2024, 3, 12));
    let later = world.random.between(0, 40);
    let claim = match world.random.below(3) {
        0 => {
            let wish = Wish::on(WH_SHENZHEN).at(SUSPENDED).stay(plus_days(suspended, later), 7);
            world.hand_in(wish)
        }
        1 => {
            let wish = Wish::on(BJ_CHENGDU).at(CONTRACT_ENDED).stay(plus_days(ended, later), 6);
            world.hand_in(wish)
        }
        _ => {
            let claim = world.hand_in(Wish::on(WH_SHENZHEN));
            world.claim(claim).hospital_code = None;
            world.claim(claim).hospital_name = "深圳市无名样例门诊部";
            claim
        }
    };
    let what = ("非定点、已暂停或到期的医院", "a hospital not designated, suspended or ended");
    wrong(world, &[claim], what, &[Code::F107]);
}

pub fn suspended_next_day(world: &mut World) {
    let wish = Wish::on(WH_SHENZHEN).at(SUSPENDED).stay(date(2024, 2, 29), 7);
    let claim = world.hand_in(wish);
    let what = ("入院次日医院才暂停", "the hospital was suspended the day after admission");
    honest_case(world, &[claim], what, &[Code::F107]);
}

pub fn id_disagrees(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let person = world.person_of(claim);
    let what = match world.random.below(3) {
        0 => {
            let other = if person.sex == Sex::Male { Sex::Female } else { Sex::Male };
            let entry = &mut world.insured_of(claim).spoiled;
            entry.push(("性别", Cell::Text(other.zh().into())));
            ("登记性别与证件号码不符", "the register's sex is not the number's")
        }
        1 => {
            let born = plus_days(person.born, 400);
            world.insured_of(claim).spoiled.push(("出生日期", Cell::Date(born)));
            ("登记出生日期与证件号码不符", "the register's birth date is not the number's")
        }
        _ => {
            let stranger = world.people.person(person.insured, person.scheme, person.kind);
            world.claim(claim).spoil("姓名", Cell::Text(stranger.name.into()));
            ("申报姓名与参保姓名不符", "the claim's name is not the register's")
        }
    };
    // Under the register's sex, what suits the person does not.
    wrong(world, &[claim], what, &[Code::F108]).tolerates(&[Code::F408]);
}

pub fn damaged_id(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let id = world.person_of(claim).id;
    let (rest, check) = id.reveal().split_at(17);
    let wrong_check = if check == "1" { "2" } else { "1" };
    let what = Text::new("证件号码校验位不符", "an identity number whose check fails");
    world.claim(claim).spoil("证件号码", Cell::Text(format!("{rest}{wrong_check}").into()));
    wrong(world, &[claim], (&what.zh, &what.en), &[Code::F109]);
}

pub fn old_id(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHIJIAZHUANG));
    let id = world.person_of(claim).id;
    let old_form = format!("{}{}", &id.reveal()[..6], &id.reveal()[8..17]);
    world.claim(claim).spoil("证件号码", Cell::Text(old_form.into()));
    let what = ("15位旧证件号码", "the old identity number of 15 digits");
    honest_case(world, &[claim], what, &[Code::F108, Code::F109]);
}

pub fn past_deadline(world: &mut World) {
    let admitted = plus_days(date(2023, 8, 1), world.random.between(0, 100));
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI).stay(admitted, 9));
    let what = ("2023年住院，超过北京次年1月20日时限", "a stay of 2023, past 20 January");
    wrong(world, &[claim], what, &[Code::F110]);
}

pub fn january_discharge(world: &mut World) {
    let admitted = plus_days(date(2023, 12, 18), world.random.between(0, 10));
    let claim = world.hand_in(Wish::on(BJ_SHANGHAI).stay(admitted, 16));
    let what = ("跨年住院，2024年1月出院", "discharged in January: within the deadline");
    honest_case(world, &[claim], what, &[Code::F110]);
}

fn injured(world: &mut World) -> ClaimNo {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).ill_with("S32.000"));
    world.claim(claim).trauma = true;
    claim
}

pub fn other_payer(world: &mut World) {
    let claim = injured(world);
    if world.random.percent(50) {
        world.claim(claim).work_injury = true;
    } else {
        world.claim(claim).third_party = true;
    }
    let what = ("工伤或应由第三方负担", "a work injury, or a third party is liable");
    wrong(world, &[claim], what, &[Code::F111]);
}

pub fn injury_alone(world: &mut World) {
    let claim = injured(world);
    let what = ("外伤，无第三方责任", "an injury, with nobody else liable");
    honest_case(world, &[claim], what, &[Code::F111]);
}
