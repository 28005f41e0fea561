//! Planted cases that are paid less: by the access route, or for a lapsed month.

use jiff::civil::date;

use crate::domain::Code;
use crate::domain::dates::Month;
use crate::domain::words::ContributionStatus;
use crate::domain::words::Outcome::PayReduced;

use super::super::lanes::*;
use super::super::wish::Wish;
use super::super::world::World;

pub fn plant(world: &mut World) {
    for (lane, zh, en) in [
        (WH_SHANGHAI, "武汉转诊，降10个百分点", "Wuhan referral: 10 points less"),
        (WH_CHENGDU_EMERGENCY, "武汉急诊，降10个百分点", "Wuhan emergency: 10 points less"),
        (WH_GUANGZHOU, "武汉临时外出，降20个百分点", "Wuhan temporary: 20 points less"),
        (WH_BEIJING_LATE, "武汉出院后补办备案，降20个百分点", "Wuhan, filed late: 20 points less"),
        (SJ_SHANGHAI, "石家庄备案到京津冀以外，1500元/76%", "Shijiazhuang, filed: 1,500 and 76 %"),
        (SJ_SHENZHEN_UNFILED, "石家庄未备案，3000元/40%", "Shijiazhuang, unfiled: 3,000 and 40 %"),
        (NC_WUHAN, "南昌转诊，个人先付10%", "Nanchang referral: 10 % paid first"),
        (NC_GUANGZHOU, "南昌临时外出，个人先付20%", "Nanchang temporary: 20 % paid first"),
    ] {
        let claim = world.hand_in(Wish::on(lane));
        let ids = [world.id(claim)];
        let case = world.planted.add(&ids, (zh, en), Some(PayReduced), &[]);
        case.innocent_of(&[Code::F104, Code::F102]);
    }

    let wish = Wish::on(WH_SHENZHEN).stay(date(2024, 4, 24), 12).ill_with("I63.900");
    let claim = world.hand_in(wish);
    let (id, may) = (world.person_of(claim).id, Month::of(date(2024, 5, 1)));
    world.month_turns(id, may, ContributionStatus::Owing, None);
    let what = ("跨月住院，五月断缴", "a stay over two months, the second of them lapsed");
    let ids = [world.id(claim)];
    world.planted.add(&ids, what, Some(PayReduced), &[Code::F102]);

    // Shijiazhuang treats a long-term filer in a third place as one who is out for a while.
    let claim = world.hand_in(Wish::on(SJ_SHANGHAI));
    world.filing_of(claim).treated = place(CHENGDU);
    let what = ("长期备案到成都，在上海就医", "filed for Chengdu, treated in Shanghai");
    let ids = [world.id(claim)];
    world.planted.add(&ids, what, Some(PayReduced), &[Code::F104]);
}
