//! Bills that were altered or forged: sums, digits, prices, classes, numbers of invoices, dates;
//! and honest bills with something odd about them.

use crate::domain::dates::plus_days;
use crate::domain::words::{CareType, Sex};
use crate::domain::{Code, Money, Quantity, UnitPrice};

use super::super::hospitals::Hospital;
use super::super::lanes::*;
use super::super::model::{Cell, Line};
use super::super::random::Random;
use super::super::traffic::{early_day, settled_lane};
use super::super::wish::Wish;
use super::super::world::{ClaimNo, World};
use super::{honest_case, wrong};

fn bill(world: &mut World) -> ClaimNo {
    let lane = settled_lane(world);
    world.hand_in(Wish::on(lane))
}

pub fn total_too_high(world: &mut World) {
    let claim = bill(world);
    let more = Money::from_fen(i64::from(world.random.between(3_000, 180_000)));
    world.claim(claim).total += more;
    let what = ("总额比明细之和多", "the total is more than the lines");
    wrong(world, &[claim], what, &[Code::F301]).tolerates(&[Code::F303, Code::F506]);
}

pub fn no_lines(world: &mut World) {
    let claim = bill(world);
    world.claim(claim).lines.clear();
    let what = ("没有费用明细", "no bill lines at all");
    wrong(world, &[claim], what, &[Code::F301]).tolerates(&[Code::F411]);
}

/// A drug that was given back: a line the other way round, and a total without it.
pub fn lines_taken_back(world: &mut World) {
    let claim = bill(world);
    let end = world.claim(claim).end();
    let claim_here = world.claim(claim);
    let place = claim_here.lines.len() - 1;
    let mut back = claim_here.lines[place].clone();
    back.service_on = end;
    back.quantity = Quantity::from_units(-back.quantity.units());
    back.amount = -back.amount;
    claim_here.lines.push(back);
    world.retotal(claim);
    let what = ("退药冲减一行，总额相应减少", "a drug given back: its line again, with a minus");
    honest_case(world, &[claim], what, &[Code::F301, Code::F302, Code::F303, Code::F405]);
}

pub fn line_too_high(world: &mut World) {
    let claim = bill(world);
    let more = Money::from_fen(i64::from(world.random.between(311, 9_777)));
    let claim_here = world.claim(claim);
    let line = claim_here.lines.last_mut().expect("a bill has lines");
    line.amount += more;
    world.retotal(claim);
    let what = ("一行数量乘单价不等于金额", "on one line quantity × price is not the amount");
    wrong(world, &[claim], what, &[Code::F302]).tolerates(&[Code::F303]);
}

/// What a bill looks like that became much dearer.
const DEARER: [Code; 4] = [Code::F310, Code::F505, Code::F506, Code::F602];

/// What somebody did to a figure.
#[derive(Clone, Copy)]
enum Touch {
    Insert,
    Drop,
    Move,
    Swap,
}

/// The digits of whole yuan, touched once so that the figure grows (or shrinks where one is
/// dropped); none where no digit would do that.
fn touched(random: &mut Random, yuan: &str, touch: Touch) -> Option<String> {
    let digits: Vec<char> = yuan.chars().collect();
    let value = |digits: &[char]| digits.iter().collect::<String>().parse::<i64>().ok();
    let before = value(&digits)?;
    (0..60).find_map(|_| {
        let mut after = digits.clone();
        let at = random.below(digits.len() as u32) as usize;
        match touch {
            Touch::Insert => {
                let digit = char::from_digit(random.below(10), 10)?;
                after.insert(random.below(digits.len() as u32 + 1) as usize, digit);
            }
            Touch::Drop => {
                after.remove(at);
            }
            Touch::Move => {
                let digit = after.remove(at);
                after.insert(random.below(after.len() as u32 + 1) as usize, digit);
            }
            Touch::Swap if at + 1 < after.len() => after.swap(at, at + 1),
            Touch::Swap => {}
        }
        let now = value(&after)?;
        let grows = now > before;
        let fits = if matches!(touch, Touch::Drop) { now > 0 && now < before } else { grows };
        (fits && after.first() != Some(&'0')).then(|| after.into_iter().collect())
    })
}

/// An amount with a digit of its yuan touched.
fn touched_money(random: &mut Random, amount: Money, touch: Touch) -> Option<Money> {
    let written = amount.to_string();
    let (yuan, fen) = written.split_once('.')?;
    let yuan = touched(random, yuan, touch)?;
    Money::parse(&format!("{yuan}.{fen}")).ok()
}

fn digit_in_total(world: &mut World, touch: Touch, what: (&str, &str)) {
    let (claim, total) = loop {
        let claim = bill(world);
        let total = world.claim(claim).total;
        match touched_money(&mut world.random, total, touch) {
            Some(total) => break (claim, total),
            // An honest claim that stays so.
            None => continue,
        }
    };
    world.claim(claim).total = total;
    wrong(world, &[claim], what, &[Code::F301, Code::F303]).tolerates(&DEARER);
}

pub fn digit_in_total_inserted(world: &mut World) {
    let what = ("总额中加了一位数字", "a digit inserted into the total");
    digit_in_total(world, Touch::Insert, what);
}

pub fn digit_in_total_dropped(world: &mut World) {
    let what = ("总额中少了一位数字", "a digit dropped from the total");
    digit_in_total(world, Touch::Drop, what);
}

pub fn digit_in_total_moved(world: &mut World) {
    let what = ("总额中一位数字换了位置", "a digit of the total moved");
    digit_in_total(world, Touch::Move, what);
}

pub fn digit_in_total_swapped(world: &mut World) {
    let what = ("总额中相邻两位数字对调", "two digits of the total swapped");
    digit_in_total(world, Touch::Swap, what);
}

/// One of the bill's larger lines.
fn large_line<'w>(world: &'w mut World, claim: ClaimNo) -> &'w mut Line {
    let lines = &mut world.claim(claim).lines;
    lines.iter_mut().max_by_key(|line| line.amount).expect("a bill has lines")
}

pub fn digit_in_line_and_total(world: &mut World) {
    let claim = bill(world);
    let mut random = world.random.clone();
    let line = large_line(world, claim);
    if let Some(amount) = touched_money(&mut random, line.amount, Touch::Insert) {
        line.amount = amount;
    }
    world.random = random;
    world.retotal(claim);
    let what = ("一行金额加了一位数字，总额同改", "a digit inserted into a line and its total");
    wrong(world, &[claim], what, &[Code::F302, Code::F303]).tolerates(&DEARER);
}

pub fn digit_in_quantity(world: &mut World) {
    let claim = bill(world);
    let mut random = world.random.clone();
    let line = large_line(world, claim);
    let units = line.quantity.to_string();
    if let Some(units) = touched(&mut random, &units, Touch::Insert) {
        line.quantity = Quantity::whole(units.parse().expect("a few digits"));
    }
    world.random = random;
    let what = ("数量多了一位数字，金额未改", "a digit inserted into a quantity, not the amount");
    wrong(world, &[claim], what, &[Code::F302, Code::F303]).tolerates(&[
        Code::F405,
        Code::F407,
        Code::F410,
    ]);
}

/// A price with a digit more; amount and total follow, so that everything adds up.
pub fn digit_in_price(world: &mut World) {
    let claim = bill(world);
    let mut random = world.random.clone();
    let lines = &mut world.claim(claim).lines;
    let whole =
        |line: &&mut Line| line.unit_price.to_string().parse::<f64>().unwrap_or(0.0) >= 10.0;
    let line = lines.iter_mut().filter(whole).max_by_key(|line| line.amount);
    let line = line.expect("a bill has something for ten yuan");
    let written = line.unit_price.to_string();
    let (yuan, part) = written.split_once('.').unwrap_or((&written, "0"));
    if let Some(yuan) = touched(&mut random, yuan, Touch::Insert) {
        line.unit_price = UnitPrice::parse(&format!("{yuan}.{part}")).expect("digits");
        line.amount = line.unit_price.times(line.quantity);
    }
    world.random = random;
    world.retotal(claim);
    let what =
        ("单价加了一位数字，金额、总额同改", "a digit inserted into a price, and all after it");
    let codes = [Code::F304, Code::F310, Code::F505, Code::F506];
    wrong(world, &[claim], what, &[Code::F303]).tolerates(&codes);
}

const WITH_CEILING: [&str; 3] = ["Ⅱ级护理", "住院诊查费", "普通病房床位费(三人间)"];

/// Every line of an item at that price.
fn reprice(world: &mut World, claim: ClaimNo, name: &str, price: UnitPrice) {
    for line in world.claim(claim).lines.iter_mut().filter(|line| line.item_name == name) {
        line.unit_price = price;
        line.amount = price.times(line.quantity);
    }
    world.retotal(claim);
}

/// A claim, one of its items with a ceiling, and the ceiling.
fn with_ceiling(world: &mut World) -> (ClaimNo, &'static str, UnitPrice) {
    loop {
        let claim = bill(world);
        let name = world.random.pick(&WITH_CEILING);
        let billed = world.claim(claim).lines.iter().any(|line| line.item_name == name);
        if let (true, Some(ceiling)) = (billed, world.ceiling(claim, name)) {
            return (claim, name, ceiling);
        }
    }
}

pub fn price_above_ceiling(world: &mut World) {
    let (claim, name, ceiling) = with_ceiling(world);
    let percent = world.random.between(120, 260);
    let fen = ceiling.times(Quantity::whole(1)).fen() * i64::from(percent) / 100;
    let price = UnitPrice::parse(&Money::from_fen(fen).to_string()).expect("an amount is a price");
    reprice(world, claim, name, price);
    let what = ("单价超过就医地限价", "priced above the ceiling there");
    wrong(world, &[claim], what, &[Code::F304]).tolerates(&[Code::F303]);
}

pub fn price_at_ceiling(world: &mut World) {
    let (claim, name, ceiling) = with_ceiling(world);
    reprice(world, claim, name, ceiling);
    let what = ("单价正好等于限价", "priced exactly at the ceiling");
    honest_case(world, &[claim], what, &[Code::F302, Code::F303, Code::F304]);
}

pub fn expensive_implant(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).ill_with("S32.000"));
    let price = world.random.pick(&["28600.00", "33850.00", "19980.00"]);
    world.charge_unlisted(claim, "椎间融合器（进口）", price);
    let what = ("确有的高价植入材料", "a genuine expensive implant");
    let codes = [Code::F301, Code::F302, Code::F303, Code::F304, Code::F310];
    honest_case(world, &[claim], what, &codes).tolerates(&[Code::F506, Code::F602]);
}

pub fn class_lifted(world: &mut World) {
    let lane = settled_lane(world);
    let claim = world.hand_in(Wish::on(lane).ill_with("I63.900"));
    if world.claim(claim).lines.iter().all(|line| line.stated_class != "乙") {
        let day = world.claim(claim).admitted;
        world.charge_one_of(claim, &["疏血通注射液", "注射用奥扎格雷钠"], day, 10);
    }
    let lines = world.claim(claim).lines.iter_mut();
    let lifted = lines.filter(|line| line.stated_class == "乙").max_by_key(|line| line.amount);
    if let Some(line) = lifted {
        line.stated_class = "甲";
    }
    wrong(world, &[claim], ("乙类写成甲类", "class B stated as class A"), &[Code::F305]);
}

pub fn class_not_stated(world: &mut World) {
    let claim = bill(world);
    for line in &mut world.claim(claim).lines {
        line.stated_class = "";
    }
    let what = ("清单没有写等级", "a list that states no classes");
    honest_case(world, &[claim], what, &[Code::F305]);
}

pub fn malformed_invoice(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let variant = world.random.below(4);
    let claim_here = world.claim(claim);
    let what = match variant {
        0 => {
            claim_here.invoice_code.pop();
            ("票据代码少一位", "an invoice code one digit short")
        }
        1 => {
            claim_here.invoice_no.truncate(7);
            ("票据号码只有七位", "an invoice number of seven digits")
        }
        2 => {
            claim_here.invoice_no.replace_range(3..5, "AB");
            ("票据号码含字母", "letters in an invoice number")
        }
        _ => {
            claim_here.invoice_code.replace_range(0..2, "65");
            ("票据代码不是就医地的", "the invoice code of another province")
        }
    };
    wrong(world, &[claim], what, &[Code::F306]);
}

pub fn no_invoice_code(world: &mut World) {
    let claim = bill(world);
    world.claim(claim).invoice_code.clear();
    let what = ("没有填票据代码", "no invoice code given");
    honest_case(world, &[claim], what, &[Code::F306, Code::F307]);
}

/// Gives the claims neighbouring invoices of that hospital.
pub(super) fn number_in_a_row(world: &mut World, claims: &[ClaimNo], hospital: &Hospital) {
    let day = world.claim(claims[0]).end();
    let run = world.invoice_run(hospital, day, claims.len() as u64);
    for (&claim, (code, number)) in claims.iter().zip(run) {
        let claim = world.claim(claim);
        (claim.invoice_code, claim.invoice_no) = (code, number);
    }
}

pub fn consecutive_invoices(world: &mut World) {
    let hospital = world.small_hospital(WH_SHENZHEN);
    let claims = world.crowd(WH_SHENZHEN, hospital, 6);
    number_in_a_row(world, &claims, hospital);
    let what = (
        "互不相识的六人、不同日期，票据连号",
        "neighbouring invoices of six unrelated people and days",
    );
    wrong(world, &claims, what, &[Code::F307]).tolerates(&[Code::F507]);
}

/// Whoever bought the invoices hands them all in.
pub fn consecutive_in_one_hand(world: &mut World) {
    let hospital = world.small_hospital(WH_SHENZHEN);
    let claims = world.crowd(WH_SHENZHEN, hospital, 4);
    number_in_a_row(world, &claims, hospital);
    let agent = world.people.person(place(WUHAN), WH_HOME.scheme, WH_HOME.kind);
    for &claim in &claims {
        world.claim(claim).agent = Some((agent.id, agent.name.clone()));
    }
    let what =
        ("四人的连号票据由同一代办人递交", "four people's neighbouring invoices in one hand");
    wrong(world, &claims, what, &[Code::F307]).tolerates(&[Code::F502, Code::F507]);
}

pub fn family_at_one_counter(world: &mut World) {
    let lane = settled_lane(world);
    let (day, hospital) = (early_day(world), world.hospital_of(lane));
    let surname = world.random.pick(&["方", "石", "姚", "谭"]);
    let mut claims: Vec<ClaimNo> = Vec::new();
    for sex in [Sex::Male, Sex::Female, Sex::Male] {
        let person = world.people.named(surname, sex, lane.insured(), lane.scheme, lane.kind);
        world.register(&person);
        let wish = Wish::on(lane).of(&person).within(hospital);
        let claim = world.hand_in(wish.visit(CareType::Outpatient, day).ill_with("J06.900"));
        if let Some(&first) = claims.first() {
            let head = world.person_of(first);
            let claim = world.claim(claim);
            (claim.account, claim.payee, claim.phone) = (head.account, head.name, head.phone);
        }
        claims.push(claim);
    }
    number_in_a_row(world, &claims, hospital);
    let what = ("一家三口同日就诊，票据连号", "a family of three at one counter on one day");
    honest_case(world, &claims, what, &[Code::F307, Code::F503, Code::F507])
        .tolerates(&[Code::F501]);
}

pub fn one_visit_three_invoices(world: &mut World) {
    let lane = settled_lane(world);
    let day = early_day(world);
    let visit = |wish: Wish| wish.visit(CareType::Outpatient, day);
    let first = world.hand_in(visit(Wish::on(lane)).ill_with("J06.900"));
    let (person, hospital) = (world.person_of(first), world.claim(first).hospital);
    let mut claims = vec![first];
    for (place, illness) in ["E11.900", "K80.200"].into_iter().enumerate() {
        let wish = Wish::on(lane).of(&person).within(hospital).without_filing();
        let claim = world.hand_in(visit(wish).ill_with(illness));
        world.charge(claim, "葡萄糖测定", day, 2 + place as u32);
        claims.push(claim);
    }
    number_in_a_row(world, &claims, hospital);
    let what = ("一人同日三张门诊票据连号", "three invoices of one person's day in a row");
    honest_case(world, &claims, what, &[Code::F307, Code::F203, Code::F403])
        .tolerates(&[Code::F407, Code::F204]);
}

pub fn region_disagrees(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    let elsewhere = world.random.pick(&[BEIJING, SHANGHAI, CHENGDU]);
    world.claim(claim).spoil("就医地", Cell::Region(place(elsewhere)));
    let what = ("就医地与医院编码不符", "the stated region is not the hospital code's");
    let codes = [Code::F101, Code::F104, Code::F304, Code::F107, Code::F306];
    wrong(world, &[claim], what, &[Code::F308]).tolerates(&codes);
}

pub fn region_is_province(world: &mut World) {
    let claim = world.hand_in(Wish::on(WH_SHENZHEN));
    world.claim(claim).spoil("就医地", Cell::Region(place(GUANGDONG)));
    let what = ("就医地只写到省", "the stated region is the city's province");
    honest_case(world, &[claim], what, &[Code::F308]).tolerates(&[Code::F101, Code::F104]);
}

pub fn impossible_dates(world: &mut World) {
    let claim = bill(world);
    let variant = world.random.below(3);
    let claim_here = world.claim(claim);
    let (admitted, end) = (claim_here.admitted, claim_here.end());
    let what = match variant {
        0 => {
            let line = claim_here.lines.last_mut().expect("a bill has lines");
            line.service_on = plus_days(end, 9);
            ("出院9天后还有费用", "a charge nine days after discharge")
        }
        1 => {
            claim_here.lines[0].service_on = plus_days(admitted, -25);
            ("入院25天前就有费用", "a charge 25 days before admission")
        }
        _ => {
            claim_here.received = plus_days(end, -2);
            ("出院前就已受理", "handed in before the discharge")
        }
    };
    wrong(world, &[claim], what, &[Code::F309]).tolerates(&[Code::F405, Code::F407]);
}

pub fn billed_at_discharge(world: &mut World) {
    let claim = bill(world);
    let end = world.claim(claim).end();
    world.charge(claim, "钾测定", end, 1);
    let what = ("出院当天的化验", "a test on the day of discharge");
    honest_case(world, &[claim], what, &[Code::F309, Code::F405, Code::F407]);
}

pub fn implausible_daily_cost(world: &mut World) {
    let lane = settled_lane(world);
    let wish = Wish::on(lane).ill_with("J18.900");
    let claim = world.hand_in(wish);
    world.multiply_drugs(claim, 25);
    let what = ("日均费用是同类的许多倍", "a cost a day many times that of its peers");
    let codes = [Code::F303, Code::F407, Code::F410, Code::F505, Code::F506, Code::F602];
    wrong(world, &[claim], what, &[Code::F310]).tolerates(&codes);
}
