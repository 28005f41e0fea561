//! Planted cases that wait: for papers, for a person's choice, for a bill that adds up, or because
//! the region's law for them is not modelled.

use jiff::civil::date;

use crate::domain::words::Outcome::Pend;
use crate::domain::words::{CareType, Material, PersonType, Route, Scheme};
use crate::domain::{Code, Money, UnitPrice};

use super::super::hospitals::{self, PHARMACY, SAME_SHORT_NAME, SHORT_NAME};
use super::super::lanes::*;
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};

pub fn plant(world: &mut World) {
    papers(world);
    sums(world);
    not_covered(world);
}

fn pends(world: &mut World, claim: ClaimNo, what: (&str, &str), codes: &[Code]) {
    let ids = [world.id(claim)];
    world.planted.add(&ids, what, Some(Pend), codes);
}

fn papers(world: &mut World) {
    for (lane, lacking, zh, en) in [
        (WH_SHENZHEN, Material::DischargeRecord, "缺出院记录", "the discharge record is missing"),
        (BJ_SHANGHAI, Material::DiagnosisProof, "缺诊断证明", "the diagnosis proof is missing"),
        (
            BJ_WUHAN_EMERGENCY,
            Material::EmergencyProof,
            "急诊无急诊证明",
            "an emergency without its proof",
        ),
    ] {
        let claim = world.hand_in(Wish::on(lane));
        world.claim(claim).materials.retain(|material| *material != lacking);
        pends(world, claim, (zh, en), &[Code::G11]);
    }

    let claim = world.hand_in(Wish::on(BJ_RESIDENT_GUANGZHOU).at(SAME_SHORT_NAME[1]));
    world.claim(claim).hospital_code = None;
    world.claim(claim).hospital_name = SHORT_NAME;
    let what = ("无编码，简称对应两家医院", "no code, and a name that two hospitals bear");
    pends(world, claim, what, &[Code::G12]);
}

fn sums(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHENZHEN));
    world.claim(claim).total += Money::from_yuan(320);
    let what = ("总额比明细多320.00元", "the total is 320.00 more than the lines");
    pends(world, claim, what, &[Code::F301]);

    let claim = world.hand_in(Wish::on(SJ_BEIJING));
    world.claim(claim).lines.clear();
    pends(world, claim, ("没有费用明细", "no bill lines at all"), &[Code::F301]);

    let wish = Wish::on(WH_SHENZHEN).at("H44030000101").stay(date(2024, 4, 15), 8);
    let claim = world.hand_in(wish.ill_with("K80.200").in_scope(Money::from_fen(1_526_314)));
    world.claim(claim).total = Money::from_fen(10_526_314);
    let what = (
        "总额15263.14被加一个0成105263.14",
        "a 0 inserted into the total: 15,263.14 became 105,263.14",
    );
    pends(world, claim, what, &[Code::F301, Code::F303]);

    let claim = world.operation_at("452.00");
    let line = world.operation_line(claim);
    line.amount = Money::from_yuan(5_452);
    let what = (
        "手术费452.00改成5452.00，总额未改",
        "an operation of 452.00 became 5,452.00; the total was left",
    );
    pends(world, claim, what, &[Code::F301, Code::F302, Code::F303]);
}

fn not_covered(world: &mut World) {
    for (lane, care, zh, en) in [
        (SJ_BEIJING, CareType::Outpatient, "石家庄门诊未建模", "Shijiazhuang outpatient care"),
        (WH_SHENZHEN, CareType::Outpatient, "武汉门诊未建模", "Wuhan outpatient care"),
        (WH_SHENZHEN, CareType::Chronic, "武汉门诊慢特病未建模", "Wuhan chronic-disease care"),
        (BJ_SHANGHAI, CareType::Chronic, "北京门诊慢特病未建模", "Beijing chronic-disease care"),
    ] {
        let claim = world.hand_in(Wish::on(lane));
        world.make_visit(claim, care);
        pends(world, claim, (zh, en), &[Code::NotCovered]);
    }

    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    world.claim(claim).hospital = hospitals::by_code(PHARMACY);
    world.claim(claim).hospital_code = Some(PHARMACY);
    world.claim(claim).hospital_name = hospitals::by_code(PHARMACY).name;
    world.make_visit(claim, CareType::Pharmacy);
    pends(world, claim, ("药店购药未建模", "a pharmacy purchase"), &[Code::NotCovered]);

    for _ in 0..2 {
        let claim = world.hand_in(Wish::on(TJ_BEIJING));
        let what = ("参保地天津没有政策数据", "insured in Tianjin, which has no policy here");
        pends(world, claim, what, &[Code::NotCovered]);
    }

    let unfiled = Lane { route: Route::Unfiled, ..NC_SHENZHEN };
    let claim = world.hand_in(Wish::on(unfiled));
    let what = ("南昌未备案待遇未建模", "Nanchang: the rule for unfiled care is not modelled");
    pends(world, claim, what, &[Code::NotCovered]);

    let resident =
        Lane { scheme: Scheme::Resident, kind: PersonType::ResidentAdult, ..CD_GUANGZHOU };
    let claim = world.hand_in(Wish::on(resident));
    pends(world, claim, ("成都居民未建模", "Chengdu residents"), &[Code::NotCovered]);
}

impl World<'_> {
    /// A claim of a gall-bladder operation at a price of so many yuan.
    pub(super) fn operation_at(&mut self, yuan: &str) -> ClaimNo {
        let wish = Wish::on(WH_SHENZHEN).at("H44030000101").ill_with("K80.200");
        let claim = self.hand_in(wish);
        let line = self.operation_line(claim);
        line.unit_price = UnitPrice::parse(yuan).expect("a price");
        line.amount = line.unit_price.times(line.quantity);
        let total = self.claim(claim).lines_total();
        self.claim(claim).total = total;
        claim
    }

    pub(super) fn operation_line(&mut self, claim: ClaimNo) -> &mut super::super::model::Line {
        let mut lines = self.claim(claim).lines.iter_mut();
        lines.find(|line| line.item_name == "胆囊切除术").expect("the illness has this operation")
    }
}
