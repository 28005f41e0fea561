//! Invented people: names, identity numbers, bank accounts, telephones.
//!
//! The surprise: the identity numbers are valid, and yet nobody bears them. Their order codes are
//! 996 to 999, which were kept for people over a hundred, and the dates of birth are younger.

use std::collections::BTreeSet;

use crate::domain::dates::{Date, days_between, plus_days};
use crate::domain::words::{PersonType, Scheme, Sex};
use crate::domain::{IdNumber, RegionCode};

use super::random::Random;

/// A person of the demo, as insured in one place.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: IdNumber,
    pub name: String,
    pub sex: Sex,
    pub born: Date,
    pub insured: RegionCode,
    pub scheme: Scheme,
    pub kind: PersonType,
    pub bank: &'static str,
    pub account: String,
    pub phone: String,
}

/// Makes people, none of them twice.
#[derive(Debug)]
pub struct People {
    random: Random,
    used: BTreeSet<IdNumber>,
    serial: u32,
    /// Which of the numbers are given out here: those of every n-th day and district. None: a
    /// small batch, whose people come from one district a region.
    share: Option<Share>,
}

/// The part of a large batch that is made here. Parts are made apart from one another, so each
/// gives out numbers that no other one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub part: u32,
    pub of: u32,
}

const SURNAMES: [&str; 56] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛",
    "叶", "阎", "余", "潘", "杜", "戴", "夏", "欧阳",
];

const GIVEN_MALE: [&str; 24] = [
    "建国", "志强", "伟", "军", "国庆", "海涛", "永福", "文斌", "立新", "明远", "子轩", "浩然",
    "德顺", "向东", "家豪", "俊杰", "长根", "学文", "宏伟", "保平", "小龙", "卫民", "鹏飞", "铁柱",
];

const GIVEN_FEMALE: [&str; 24] = [
    "秀英", "桂兰", "敏", "静", "丽华", "玉梅", "淑珍", "晓燕", "雪梅", "春花", "婷婷", "雅琴",
    "思雨", "慧芳", "红霞", "美玲", "凤英", "佳怡", "素云", "文娟", "银凤", "月明", "翠莲", "欣怡",
];

/// The syllable between surname and given name.
const GENERATION: [&str; 40] = [
    "少", "景", "承", "怀", "允", "若", "之", "仲", "廷", "嘉", "维", "启", "兆", "宗", "培", "润",
    "沛", "克", "履", "希", "令", "安", "世", "元", "正", "泽", "尚", "传", "以", "守", "广", "昭",
    "友", "绍", "延", "其", "乃", "端", "孝", "继",
];

const BANKS: [&str; 4] =
    ["示例银行东湖支行", "示例银行西山支行", "样板农商行城关分理处", "样板银行窗口支行"];

impl People {
    pub fn new(seed: u64, share: Option<Share>) -> People {
        let part = share.map_or_else(String::new, |share| share.part.to_string());
        let random = Random::stream(seed, &format!("people{part}"));
        People { random, used: BTreeSet::new(), serial: 0, share }
    }

    /// Somebody new of that kind, insured there.
    pub fn person(&mut self, insured: RegionCode, scheme: Scheme, kind: PersonType) -> Person {
        let surname = self.random.pick(&SURNAMES);
        let sex = if self.random.percent(50) { Sex::Male } else { Sex::Female };
        self.named(surname, sex, insured, scheme, kind)
    }

    /// Somebody new of that sex and surname: relatives share one.
    pub fn named(
        &mut self,
        surname: &str,
        sex: Sex,
        insured: RegionCode,
        scheme: Scheme,
        kind: PersonType,
    ) -> Person {
        let id = loop {
            let born = self.birth_date(kind);
            let (born, district) = self.place_and_day(insured, born);
            if let Some(id) = self.compose(district, born, sex) {
                break id;
            }
        };
        self.bearing(id, surname, scheme, kind, insured)
    }

    /// A twin of that sex; none when the day has no number left.
    pub fn twin_of(&mut self, person: &Person, sex: Sex) -> Option<Person> {
        let district: String = person.id.reveal().chars().take(6).collect();
        let id = self.compose(RegionCode::parse(&district)?, person.born, sex)?;
        let surname: String = person.name.chars().take(1).collect();
        Some(self.bearing(id, &surname, person.scheme, person.kind, person.insured))
    }

    fn bearing(
        &mut self,
        id: IdNumber,
        surname: &str,
        scheme: Scheme,
        kind: PersonType,
        insured: RegionCode,
    ) -> Person {
        let sex = id.sex();
        let given = match sex {
            Sex::Male => self.random.pick(&GIVEN_MALE),
            Sex::Female => self.random.pick(&GIVEN_FEMALE),
        };
        let name = match self.share {
            None => format!("{surname}{given}"),
            // Among hundreds of thousands few bear one name.
            Some(_) => format!("{surname}{}{}", self.random.pick(&GENERATION), given),
        };
        self.serial += 1;
        let number = self.serial();
        Person {
            id,
            name,
            sex,
            born: id.birth_date().expect("a composed number has a date of birth"),
            insured,
            scheme,
            kind,
            bank: BANKS[self.serial as usize % BANKS.len()],
            account: account(number),
            phone: self.phone(),
        }
    }

    /// A number of its own for everybody of the whole batch.
    fn serial(&self) -> u64 {
        let part = self.share.map_or(0, |share| u64::from(share.part));
        part * PEOPLE_OF_A_PART + u64::from(self.serial)
    }

    /// A telephone that nobody has: of a range without subscribers, or one given to machines, with
    /// other lengths.
    fn phone(&self) -> String {
        match self.share {
            None => format!("199-0000-{:04}", self.serial),
            Some(_) => format!("140{:08}", self.serial()),
        }
    }

    /// An account nobody has yet, that is not its owner's: a collector's, a family's.
    pub fn another_account(&mut self) -> String {
        self.serial += 1;
        account(self.serial())
    }

    pub fn another_phone(&mut self) -> String {
        self.serial += 1;
        self.phone()
    }

    /// A day and district near the wished for whose numbers are given out here.
    fn place_and_day(&mut self, insured: RegionCode, born: Date) -> (Date, RegionCode) {
        let parse = |code| RegionCode::parse(code).expect("a district of the table");
        let Some(share) = self.share else { return (born, parse(district(insured))) };
        let districts: Vec<&str> = districts(insured).collect();
        let code = self.random.pick(&districts);
        // Of each district every n-th day is given out here, of the next district the day after.
        let turn = days_between(Date::constant(1900, 1, 1), born) + code.parse().unwrap_or(0);
        let earlier = (turn - share.part as i32).rem_euclid(share.of as i32);
        (plus_days(born, -earlier), parse(code))
    }

    /// A number of that place, day and sex that nobody in the batch has yet.
    fn compose(&mut self, district: RegionCode, born: Date, sex: Sex) -> Option<IdNumber> {
        let orders = match sex {
            Sex::Male => [997, 999],
            Sex::Female => [996, 998],
        };
        let numbers = orders.map(|order| IdNumber::compose(district, born, order));
        numbers.into_iter().flatten().find(|id| self.used.insert(*id))
    }

    fn birth_date(&mut self, kind: PersonType) -> Date {
        let (youngest, oldest) = match kind {
            PersonType::Active | PersonType::Other => (26, 54),
            PersonType::Retired => (61, 84),
            PersonType::ResidentAdult => (30, 57),
            PersonType::ResidentSenior => (62, 84),
            PersonType::StudentChild => (3, 11),
        };
        let year = 2023 - self.random.between(youngest, oldest);
        let (month, day) = (self.random.between(1, 12), self.random.between(1, 28));
        Date::new(year as i16, month as i8, day as i8).expect("the 28th is in every month")
    }
}

/// The n-th account: 19 digits that no bank gives out (the issuer's digits are zeros).
pub fn account(serial: u64) -> String {
    format!("62{serial:017}")
}

/// More people than any part of a batch has.
const PEOPLE_OF_A_PART: u64 = 20_000;

/// Districts whose codes begin the identity numbers of people insured there, for large batches:
/// mostly its own, and some elsewhere, for people move.
fn districts(insured: RegionCode) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match insured.province().to_string().as_str() {
        "110000" => &[
            "110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111",
            "110112", "110113", "110114", "110115",
        ],
        "130000" => &["130102", "130104", "130105", "130107", "130108", "130123", "130125"],
        "360000" => &["360102", "360103", "360104", "360111", "360121", "360123", "360124"],
        "510000" => &["510104", "510105", "510106", "510107", "510108", "510112", "510113"],
        _ => &[
            "420102", "420103", "420104", "420105", "420106", "420107", "420111", "420112",
            "420113", "420114", "420115", "420116", "420117",
        ],
    };
    own.iter().chain(&ELSEWHERE).copied()
}

/// Where people were born who are insured far away.
const ELSEWHERE: [&str; 14] = [
    "150104", "210106", "211322", "230505", "320623", "340803", "370304", "410822", "440803",
    "522732", "533324", "620103", "640121", "654301",
];

/// The district whose code begins the identity numbers of people from there.
fn district(insured: RegionCode) -> &'static str {
    match insured.province().to_string().as_str() {
        "110000" => "110105",
        "420000" => "420106",
        "130000" => "130102",
        "360000" => "360102",
        "510000" => "510104",
        _ => "420102",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dates::age_on;

    #[test]
    fn nobody_bears_the_number_of_an_invented_person() {
        let wuhan = RegionCode::parse("420100").expect("a code");
        let mut people = People::new(1, None);
        let mut seen = BTreeSet::new();
        for kind in PersonType::ALL.iter().cycle().take(300) {
            let person = people.person(wuhan, Scheme::Employee, *kind);
            let order: u16 = person.id.reveal()[14..17].parse().expect("an order code");
            assert!((996..=999).contains(&order), "{order}");
            assert_eq!(person.id.sex(), person.sex);
            assert!(age_on(person.born, jiff::civil::date(2024, 6, 30)) < 90);
            assert!(seen.insert(person.id), "a number given twice");
        }
    }

    #[test]
    fn a_part_of_the_largest_batch_has_numbers_for_its_people() {
        let beijing = RegionCode::parse("110000").expect("a code");
        for part in [0, 499, 999] {
            let mut people = People::new(1, Some(Share { part, of: 1000 }));
            let mut children = BTreeSet::new();
            for _ in 0..100 {
                let kind = PersonType::StudentChild;
                children.insert(people.person(beijing, Scheme::Resident, kind).id);
            }
            assert_eq!(children.len(), 100);
        }
    }
}
