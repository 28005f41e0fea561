//! People and networks: accounts, agents, telephones, companions, drugs, limits, outliers, rings;
//! and families, employers and villages that look like them.

use jiff::civil::date;

use crate::domain::dates::plus_days;
use crate::domain::words::{CareType, PersonType, Scheme, Sex};
use crate::domain::{Code, Money};

use super::super::lanes::*;
use super::super::people::Person;
use super::super::registers::EarlierMoney;
use super::super::traffic::{early_day, settled_lane};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::altered::number_in_a_row;
use super::charges::drug_visits;
use super::{honest_case, wrong};

/// Claims of so many strangers, each at a hospital of their own choice.
fn strangers(world: &mut World, count: i32) -> Vec<ClaimNo> {
    let lane = world.random.pick(&[WH_SHENZHEN, SJ_BEIJING, BJ_SHIJIAZHUANG]);
    (0..count).map(|_| world.hand_in(Wish::on(lane))).collect()
}

fn paid_into(world: &mut World, claims: &[ClaimNo], account: &str, payee: &str) {
    for &claim in claims {
        let claim = world.claim(claim);
        claim.account = account.to_owned();
        claim.payee = payee.to_owned();
    }
}

fn handed_in_by(world: &mut World, claims: &[ClaimNo], agent: &Person) {
    for &claim in claims {
        world.claim(claim).agent = Some((agent.id, agent.name.clone()));
    }
}

fn somebody(world: &mut World) -> Person {
    world.people.person(place(WUHAN), Scheme::Employee, PersonType::Active)
}

pub fn shared_account(world: &mut World) {
    let count = world.random.between(3, 6);
    let claims = strangers(world, count);
    let (account, collector) = (world.people.another_account(), somebody(world));
    paid_into(world, &claims, &account, &collector.name);
    let what = ("互不相识的人共用一个收款账户", "one account for unrelated persons");
    wrong(world, &claims, what, &[Code::F501]).tolerates(&[Code::F507]);
}

pub fn twins(world: &mut World) {
    let lane = BJ_CHILD_SHANGHAI;
    let one = world.people.named("傅", Sex::Male, lane.insured(), lane.scheme, lane.kind);
    let other = world.people.twin_of(&one, Sex::Female);
    let account = world.people.another_account();
    let mut claims = Vec::new();
    for twin in [Some(one), other].into_iter().flatten() {
        world.register(&twin);
        claims.push(world.hand_in(Wish::on(lane).of(&twin)));
    }
    paid_into(world, &claims, &account, "傅志强");
    let what = ("双胞胎报销到父亲账户", "twins, paid into their father's account");
    let codes = [Code::F203, Code::F204, Code::F501, Code::F502, Code::F503, Code::F507];
    honest_case(world, &claims, what, &codes);
}

pub fn parent_collects(world: &mut World) {
    let mother = world.hand_in(Wish::on(CHILDREN.0));
    let parent = world.person_of(mother);
    let child = world.hand_in(Wish::on(CHILDREN.1));
    paid_into(world, &[child], &parent.account, &parent.name);
    world.claim(child).phone = parent.phone;
    let what = ("父母代收子女报销款", "a parent collects for a child");
    honest_case(world, &[mother, child], what, &[Code::F501, Code::F502, Code::F507]);
}

pub fn busy_agent(world: &mut World) {
    let count = world.random.between(7, 9);
    let claims = strangers(world, count);
    let agent = somebody(world);
    handed_in_by(world, &claims, &agent);
    let what = ("一名代办人替多名无关人员申报", "one agent for many unrelated persons");
    wrong(world, &claims, what, &[Code::F502]).tolerates(&[Code::F507]);
}

pub fn busy_phone(world: &mut World) {
    let claims = strangers(world, 7);
    let phone = world.people.another_phone();
    for &claim in &claims {
        world.claim(claim).phone.clone_from(&phone);
    }
    let what = ("一个电话留在多名无关人员的申报上", "one telephone on many strangers' claims");
    wrong(world, &claims, what, &[Code::F502]).tolerates(&[Code::F507]);
}

const EMPLOYERS: [&str; 6] = [
    "石家庄样例纺织机械厂",
    "样板建筑安装公司",
    "示例运输集团",
    "样例食品加工厂",
    "示例中学",
    "样板电子材料公司",
];

/// An employer's clerk hands in for forty colleagues; each is paid into their own account.
pub fn employer_agent(world: &mut World) {
    let employer = world.random.pick(&EMPLOYERS);
    let clerk = world.people.person(place(SHIJIAZHUANG), Scheme::Employee, PersonType::Active);
    let claims: Vec<ClaimNo> = (0..40).map(|_| world.hand_in(Wish::on(SJ_BEIJING))).collect();
    handed_in_by(world, &claims, &clerk);
    for &claim in &claims {
        world.claim(claim).employer = Some(employer);
    }
    let what = ("单位专员代办40人，各自账户", "an employer's clerk for forty, their own accounts");
    let codes = [Code::F501, Code::F502, Code::F503, Code::F507, Code::F603];
    honest_case(world, &claims, what, &codes);
}

/// The villages' insurance helper hands in for neighbours.
pub fn village_agent(world: &mut World) {
    let helper = somebody(world);
    let claims: Vec<ClaimNo> =
        (0..10).map(|_| world.hand_in(Wish::on(WH_RESIDENT_SHENZHEN))).collect();
    handed_in_by(world, &claims, &helper);
    for &claim in &claims {
        world.claim(claim).employer = Some("样例镇梅溪村村民委员会");
    }
    let what = ("村医保专员代办10名村民", "a village's insurance helper for ten neighbours");
    honest_case(world, &claims, what, &[Code::F501, Code::F502, Code::F507, Code::F603]);
}

pub fn companions(world: &mut World) {
    let lane = WH_SHENZHEN;
    let hospital = world.small_hospital(lane);
    let first = early_day(world);
    let mut claims = world.crowd(lane, hospital, 0);
    let mut people: Vec<Person> = Vec::new();
    for (round, illness) in ["M51.202", "E11.900"].into_iter().enumerate() {
        let day = plus_days(first, round as i32 * 40);
        for place in 0..3 {
            let mut wish = Wish::on(lane).within(hospital).stay(day, 7).ill_with(illness);
            if let Some(person) = people.get(place) {
                wish = wish.of(person).without_filing();
            }
            let claim = world.hand_in(wish);
            people.push(world.person_of(claim));
            claims.push(claim);
        }
    }
    let what = ("同样三人两次同日同院住院", "the same three admitted together twice");
    wrong(world, &claims, what, &[Code::F503]).tolerates(&[Code::F507]);
}

/// Admitted to one hospital on one day, once.
fn together_once(world: &mut World, surnames: &[&str]) -> Vec<ClaimNo> {
    let lane = settled_lane(world);
    let hospital = world.hospital_of(lane);
    let day = plus_days(early_day(world), world.random.between(0, 60));
    let mut claims = Vec::new();
    for surname in surnames {
        let sex = if claims.is_empty() { Sex::Male } else { Sex::Female };
        let person = world.people.named(surname, sex, lane.insured(), lane.scheme, lane.kind);
        world.register(&person);
        let wish = Wish::on(lane).of(&person).within(hospital).stay(day, 6);
        claims.push(world.hand_in(wish.ill_with("J18.900")));
    }
    claims
}

pub fn couple_once(world: &mut World) {
    let claims = together_once(world, &["向", "景"]);
    let head = world.person_of(claims[0]);
    paid_into(world, &claims[1..], &head.account, &head.name);
    let what = ("夫妻同日住院一次，同一账户", "a couple, admitted together once");
    honest_case(world, &claims, what, &[Code::F501, Code::F503, Code::F507]);
}

pub fn same_day_once(world: &mut World) {
    let claims = together_once(world, &["申", "尹", "车"]);
    let what = ("三个陌生人碰巧同日同院", "three strangers, by chance on one day");
    honest_case(world, &claims, what, &[Code::F503, Code::F507]);
}

/// One man's drug from so many hospitals, so many days apart.
fn drug_from(world: &mut World, (places, apart): (i32, i32)) -> Vec<ClaimNo> {
    let claims = drug_visits(world, (places, apart, 28));
    let mut hospitals = vec![world.claim(claims[0]).hospital];
    for &claim in &claims[1..] {
        let mut other = world.other_hospital(claim);
        for _ in 0..20 {
            if hospitals.iter().all(|known| known.code != other.code) {
                break;
            }
            other = world.other_hospital(claim);
        }
        hospitals.push(other);
        let claim_here = world.claim(claim);
        claim_here.hospital = other;
        claim_here.hospital_code = Some(other.code);
        claim_here.hospital_name = other.name;
        number_in_a_row(world, &[claim], other);
    }
    claims
}

pub fn drug_at_many_places(world: &mut World) {
    let claims = drug_from(world, (4, 5));
    let what = ("二十天内在四家医院开同一种药", "one drug from four hospitals in twenty days");
    wrong(world, &claims, what, &[Code::F504]).tolerates(&[Code::F304, Code::F410]);
}

pub fn drug_at_two_places(world: &mut World) {
    let claims = drug_from(world, (2, 30));
    let what = ("换一家医院续方", "a refill from another hospital");
    honest_case(world, &claims, what, &[Code::F410, Code::F504]).tolerates(&[Code::F304]);
}

/// A Nanchang employee whose earlier stays took so much of the pool's 100,000 each, and a bill.
fn near_the_limit(world: &mut World, earlier: &[i64], yuan: i64) -> ClaimNo {
    let employee = world.enrol(place(NANCHANG), Scheme::Employee, PersonType::Active);
    let hospital = world.hospital_of(NC_SHENZHEN);
    for (month, &fund) in (1..).zip(earlier) {
        let money = EarlierMoney {
            total: Money::from_yuan(fund * 5 / 4),
            in_scope: Money::from_yuan(fund * 6 / 5),
            deductible: Money::from_yuan(800),
            fund_basic: Money::from_yuan(fund),
        };
        world.earlier_stay(
            &employee,
            hospital,
            (date(2024, month, 5), date(2024, month, 21)),
            money,
        );
    }
    let wish = Wish::on(NC_SHENZHEN).of(&employee).stay(date(2024, 4, 15), 12);
    world.hand_in(wish.ill_with("I61.900").in_scope(Money::from_yuan(yuan)))
}

pub fn rising_to_limit(world: &mut World) {
    let claim = near_the_limit(world, &[30_600, 31_100, 31_120], 7_700);
    let what = ("几张票据正好用到限额边上", "several bills that end just below the limit");
    wrong(world, &[claim], what, &[Code::F505]);
}

pub fn far_over_limit(world: &mut World) {
    let claim = near_the_limit(world, &[92_820], 60_000);
    let what = ("重病，远超限额", "a grave illness, far past the limit");
    honest_case(world, &[claim], what, &[Code::F505]).tolerates(&[Code::F506, Code::F310]);
}

pub fn peer_outlier(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).ill_with("J18.900"));
    world.multiply_drugs(claim, 14);
    let what = ("费用是同病同级的许多倍", "many times what the same illness costs elsewhere");
    let codes = [Code::F303, Code::F310, Code::F407, Code::F410, Code::F505, Code::F602];
    wrong(world, &[claim], what, &[Code::F506]).tolerates(&codes);
}

pub fn long_stay(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).stay(date(2024, 3, 4), 26).ill_with("I63.900"));
    let what = ("住院26天，费用按天正常", "a stay of 26 days, each at the usual cost");
    honest_case(world, &[claim], what, &[Code::F310, Code::F405, Code::F506]);
}

/// Six persons, one agent, two accounts, one telephone, one small hospital, invoices in a row.
pub fn ring(world: &mut World) {
    let lane = WH_SHENZHEN;
    let hospital = world.small_hospital(lane);
    let mut claims = world.crowd(lane, hospital, 6);
    let day = plus_days(date(2024, 4, 2), world.random.between(0, 20));
    for place in 0..2 {
        let person = world.person_of(claims[place]);
        let wish = Wish::on(lane).of(&person).within(hospital).without_filing();
        claims.push(world.hand_in(wish.visit(CareType::Outpatient, day).ill_with("J06.900")));
    }
    let agent = somebody(world);
    handed_in_by(world, &claims, &agent);
    for half in [0, 3] {
        let (account, payee) = (world.people.another_account(), somebody(world));
        paid_into(world, &claims[half..half + 3], &account, &payee.name);
    }
    let phone = world.people.another_phone();
    for &claim in &claims[1..5] {
        world.claim(claim).phone.clone_from(&phone);
    }
    number_in_a_row(world, &claims[..6], hospital);
    let what = (
        "团伙：六人、一名代办人、两个账户、一个电话、票据连号",
        "a ring: six persons, one agent, two accounts, one telephone, invoices in a row",
    );
    let codes = [Code::F307, Code::F402, Code::F501, Code::F502, Code::F503, Code::F601];
    wrong(world, &claims, what, &[Code::F507]).tolerates(&codes);
}
