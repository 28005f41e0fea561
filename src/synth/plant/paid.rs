//! Planted cases that are paid in full: the published examples, and near misses of much that is
//! refused or flagged.

use jiff::civil::date;

use crate::domain::dates::Month;
use crate::domain::words::Outcome::Pay;
use crate::domain::words::{
    Channel, ContributionStatus, PersonType, Scheme, SettlementStatus, Sex, Tier,
};
use crate::domain::{Code, Money};

use super::super::hospitals::{SAME_SHORT_NAME, SHORT_NAME, SUSPENDED, by_code};
use super::super::lanes::*;
use super::super::model::Cell;
use super::super::people::account;
use super::super::registers::EarlierMoney;
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};

pub fn plant(world: &mut World) {
    published_examples(world);
    routes(world);
    several_stays(world);
    limits_reached(world);
    filings(world);
    dates(world);
    marks(world);
    identities(world);
    relatives(world);
    employer_agent(world);
}

fn paid(world: &mut World, claims: &[ClaimNo], what: (&str, &str), innocent_of: &[Code]) {
    let ids: Vec<String> = claims.iter().map(|&no| world.id(no)).collect();
    world.planted.add(&ids, what, Some(Pay), &[]).innocent_of(innocent_of);
}

fn yuan(total: i64, in_scope: i64, deductible: i64, fund_basic: i64) -> EarlierMoney {
    EarlierMoney {
        total: Money::from_yuan(total),
        in_scope: Money::from_yuan(in_scope),
        deductible: Money::from_yuan(deductible),
        fund_basic: Money::from_yuan(fund_basic),
    }
}

fn published_examples(world: &mut World) {
    let wish = Wish::on(WH_SHENZHEN.of_kind(PersonType::Retired)).at("H44030000101");
    let wish = wish.stay(date(2024, 3, 4), 12).ill_with("I63.900");
    let wuhan = world.hand_in(wish.in_scope(Money::from_yuan(20_000)));
    paid(
        world,
        &[wuhan],
        (
            "武汉退休职工长期备案，三级医院，首次住院，范围内20000.00元，统筹支付17049.60元",
            "Wuhan retiree, long-term filing, tier 3, first stay: 17,049.60 of 20,000.00",
        ),
        Code::ALL,
    );
    let retiree = world.enrol(place(BEIJING), Scheme::Employee, PersonType::Retired);
    // 1,300 deductible, the rest at 91 %: 7,007.00 of the year's 100,000 is used.
    let january = (date(2024, 1, 8), date(2024, 1, 18));
    world.earlier_stay(
        &retiree,
        by_code("H11000000101"),
        january,
        yuan(9_800, 9_000, 1_300, 7_007),
    );
    let wish = Wish::on(BJ_SHANGHAI).of(&retiree).at("H31000000101");
    let wish = wish.stay(date(2024, 3, 11), 26).ill_with("I61.900");
    let beijing = world.hand_in(wish.in_scope(Money::from_fen(9_737_218)));
    paid(
        world,
        &[beijing],
        (
            "北京退休职工年内第二次住院，范围内97372.18元，统筹支付91759.51元",
            "Beijing retiree, second stay of the year: 91,759.51 of 97,372.18",
        ),
        Code::ALL,
    );
}

fn routes(world: &mut World) {
    for (lane, zh, en) in [
        (SJ_BEIJING, "京津冀免备案", "Beijing–Tianjin–Hebei, no filing needed"),
        (SJ_HOME, "本地就医手工报销", "care at home, claimed by hand"),
        (BJ_SHENZHEN, "转诊备案，北京同本地待遇", "referral, paid as at home by Beijing"),
        (BJ_WUHAN_EMERGENCY, "急诊视同备案", "an emergency counts as filed"),
        (BJ_CHENGDU, "临时外出备案，北京同本地待遇", "temporary filing, paid as at home"),
        (NC_SHENZHEN, "南昌长期备案，个人先付为零", "Nanchang, long-term: nothing paid first"),
        (CD_GUANGZHOU, "成都、广州互认免备案", "Chengdu and Guangzhou need no filing"),
    ] {
        let claim = world.hand_in(Wish::on(lane));
        paid(world, &[claim], (zh, en), &[Code::F101, Code::F104]);
    }
}

fn several_stays(world: &mut World) {
    let first = world.hand_in(
        Wish::on(WH_SHENZHEN).tier(Tier::Three).stay(date(2024, 2, 19), 6).ill_with("E11.900"),
    );
    let person = world.person_of(first);
    let again = Wish::on(WH_SHENZHEN).of(&person).without_filing().tier(Tier::Three);
    let second = world.hand_in(again.stay(date(2024, 5, 6), 7).ill_with("J18.900"));
    paid(
        world,
        &[first, second],
        ("年内第二次住院，起付线减半", "second stay of the year, half the deductible"),
        &[Code::F401, Code::F404],
    );

    let wish = Wish::on(WH_SHENZHEN).at("H44030000102");
    let before = world.hand_in(wish.stay(date(2024, 4, 8), 5).ill_with("I63.900"));
    let person = world.person_of(before);
    let wish = Wish::on(WH_SHENZHEN).of(&person).without_filing().at("H44030000101");
    let after = world.hand_in(wish.stay(date(2024, 4, 13), 9).ill_with("I63.900"));
    paid(
        world,
        &[before, after],
        ("出院当日转上级医院，按一次住院", "transfer on the day of discharge: one stay"),
        &[Code::F401, Code::F404],
    );

    let (employee, active) = (Scheme::Employee, PersonType::Active);
    let patient = world.people.named("沈", Sex::Female, place(WUHAN), employee, active);
    world.register(&patient);
    let mut rounds = Vec::new();
    for (month, day) in [(3, 5), (4, 2), (4, 30)] {
        let mut wish = Wish::on(WH_SHENZHEN).of(&patient).at("H44030000101");
        if !rounds.is_empty() {
            wish = wish.without_filing();
        }
        rounds.push(world.hand_in(wish.stay(date(2024, month, day), 3).ill_with("C50.900")));
    }
    paid(
        world,
        &rounds,
        ("每月一次化疗住院，间隔超过7天", "monthly chemotherapy, more than 7 days apart"),
        &[Code::F401, Code::F404],
    );
}

fn limits_reached(world: &mut World) {
    let shenzhen = "H44030000101";
    let employee = world.enrol(place(NANCHANG), Scheme::Employee, PersonType::Active);
    // 109,200 after the deductible at 85 %: 7,180.00 of the pool's year is left.
    let january = (date(2024, 1, 5), date(2024, 1, 25));
    world.earlier_stay(&employee, by_code(shenzhen), january, yuan(118_000, 110_000, 800, 92_820));
    let wish = Wish::on(NC_SHENZHEN).of(&employee).at(shenzhen);
    let wish = wish.stay(date(2024, 4, 15), 12).ill_with("I61.900");
    let over = world.hand_in(wish.in_scope(Money::from_yuan(30_000)));
    paid(
        world,
        &[over],
        ("南昌统筹限额10万元用尽，超过部分大病支付", "over Nanchang's pool: the large layer pays"),
        &[],
    );

    let retiree = world.enrol(place(BEIJING), Scheme::Employee, PersonType::Retired);
    let february = (date(2024, 1, 22), date(2024, 2, 19));
    let used = yuan(104_300, 100_000, 1_300, 93_717);
    world.earlier_stay(&retiree, by_code("H11000000101"), february, used);
    let wish = Wish::on(BJ_SHANGHAI).of(&retiree).at("H31000000101");
    let wish = wish.stay(date(2024, 4, 9), 15).ill_with("C16.900");
    let over = world.hand_in(wish.in_scope(Money::from_yuan(40_000)));
    paid(
        world,
        &[over],
        (
            "北京退休职工超过统筹限额，大额互助和退休补充支付",
            "Beijing retiree over the pool: mutual aid and supplement pay",
        ),
        &[],
    );

    let wish = Wish::on(WH_RESIDENT_SHENZHEN).at(shenzhen);
    let wish = wish.stay(date(2024, 3, 18), 20).ill_with("I61.900");
    let serious = world.hand_in(wish.in_scope(Money::from_yuan(60_000)));
    paid(
        world,
        &[serious],
        ("武汉居民个人负担超过大病起付线", "Wuhan resident past the serious-illness deductible"),
        &[],
    );
}

fn filings(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHENZHEN));
    world.filing_of(claim).by_commitment = true;
    let what = ("承诺制备案，材料待补", "filed by commitment, papers to come");
    paid(world, &[claim], what, &[Code::F101, Code::F104]);

    let claim = world.hand_in(Wish::on(BJ_SHENZHEN));
    world.filing_of(claim).treated = place(GUANGDONG);
    let what = ("备案到广东省，在深圳就医", "filed for the province, treated in its city");
    paid(world, &[claim], what, &[Code::F101, Code::F104]);

    let claim = world.hand_in(Wish::on(BJ_RESIDENT_GUANGZHOU).at(SAME_SHORT_NAME[0]));
    world.claim(claim).hospital_name = SHORT_NAME;
    let what = ("医院简称不唯一，但有编码", "a short name of two hospitals, with the code");
    paid(world, &[claim], what, &[Code::G12]);
}

fn dates(world: &mut World) {
    let wish = Wish::on(WH_SHENZHEN).at(SUSPENDED).stay(date(2024, 2, 29), 7);
    let claim = world.hand_in(wish.ill_with("M51.202"));
    let what = ("入院次日医院才暂停", "the hospital was suspended the day after admission");
    paid(world, &[claim], what, &[Code::F107]);

    let wish = Wish::on(BJ_SHANGHAI).stay(date(2023, 12, 20), 15);
    let claim = world.hand_in(wish.ill_with("I63.900"));
    let what = ("跨年住院，2024年1月出院，未超时限", "discharged in January: within the deadline");
    paid(world, &[claim], what, &[Code::F110]);

    let wish = Wish::on(WH_SHENZHEN).stay(date(2023, 11, 13), 8);
    let claim = world.hand_in(wish.ill_with("K80.200"));
    let what = ("上年住院，武汉未定时限", "last year's stay; Wuhan has no deadline in the data");
    paid(world, &[claim], what, &[Code::F110]);

    let wish = Wish::on(WH_SHENZHEN).stay(date(2024, 5, 7), 6).ill_with("J18.900");
    let claim = world.hand_in(wish);
    let (id, may) = (world.person_of(claim).id, Month::of(date(2024, 5, 1)));
    world.month_turns(id, may, ContributionStatus::MadeUp, Some(date(2024, 6, 12)));
    let what = ("断缴一个月后及时补缴", "one month lapsed and made up in time");
    paid(world, &[claim], what, &[Code::F102]);
}

fn marks(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).ill_with("S32.000"));
    world.claim(claim).trauma = true;
    let what = ("外伤，无第三方责任", "an injury, with nobody else liable");
    paid(world, &[claim], what, &[]);

    let claim = world.hand_in(Wish::on(BJ_SHANGHAI));
    world.settle(claim, Channel::Direct, SettlementStatus::Refunded);
    let what = ("直接结算已退费，改手工报销", "settled directly, refunded, then claimed by hand");
    paid(world, &[claim], what, &[Code::F201]);
}

fn identities(world: &mut World) {
    let claim = world.hand_in(Wish::on(BJ_SHIJIAZHUANG));
    let id = world.person_of(claim).id;
    let old_form = format!("{}{}", &id.reveal()[..6], &id.reveal()[8..17]);
    world.claim(claim).spoil("证件号码", Cell::Text(old_form.into()));
    let what = ("15位旧证件号码", "the old identity number of 15 digits");
    paid(world, &[claim], what, &[Code::G01, Code::F109]);

    let person = loop {
        let kind = PersonType::Active;
        let person = world.people.person(place(WUHAN), Scheme::Employee, kind);
        if person.id.reveal().ends_with('X') {
            break person;
        }
    };
    world.register(&person);
    let claim = world.hand_in(Wish::on(WH_SHENZHEN).of(&person));
    let small = person.id.reveal().to_lowercase();
    world.claim(claim).spoil("证件号码", Cell::Text(small.into()));
    let what = ("证件号码末位为小写x", "an identity number with a small x");
    paid(world, &[claim], what, &[Code::G01, Code::F109]);
}

fn relatives(world: &mut World) {
    let (insured, child) = (place(BEIJING), PersonType::StudentChild);
    let family = account(90_001);
    let one = world.people.named("傅", Sex::Male, insured, Scheme::Resident, child);
    let other = world.people.twin_of(&one, Sex::Female);
    let mut twins = Vec::new();
    for twin in [Some(one), other].into_iter().flatten() {
        world.register(&twin);
        let claim = world.hand_in(Wish::on(BJ_CHILD_SHANGHAI).of(&twin));
        world.claim(claim).account = family.clone();
        world.claim(claim).payee = "傅志强".into();
        twins.push(claim);
    }
    let what = ("双胞胎报销到父亲账户", "twins, paid into their father's account");
    paid(world, &twins, what, &[Code::F501]);

    let mother = world.hand_in(Wish::on(BJ_SHENZHEN));
    let parent = world.person_of(mother);
    let child = world.hand_in(Wish::on(BJ_CHILD_SHANGHAI));
    world.claim(child).account = parent.account;
    world.claim(child).payee = parent.name;
    let what = ("父母代收子女报销款", "a parent collects for a child");
    paid(world, &[mother, child], what, &[Code::F501]);
}

/// An employer's clerk hands in for fifteen colleagues; each is paid into their own account.
fn employer_agent(world: &mut World) {
    let kind = PersonType::Active;
    let clerk = world.people.person(place(SHIJIAZHUANG), Scheme::Employee, kind);
    let mut claims = Vec::new();
    for _ in 0..15 {
        let claim = world.hand_in(Wish::on(SJ_BEIJING));
        world.claim(claim).agent = Some((clerk.id, clerk.name.clone()));
        world.claim(claim).employer = Some("石家庄样例纺织机械厂");
        claims.push(claim);
    }
    let what =
        ("单位专员代办15人，各自账户", "an employer's clerk for 15, each to their own account");
    paid(world, &claims, what, &[Code::F501]);
}
