//! Invented people: names, identity numbers, bank accounts, telephones.
//!
//! The surprise: the identity numbers are valid, and yet nobody bears them. Their order codes are
//! 996 to 999, which were kept for people over a hundred, and the dates of birth are younger.

use std::collections::BTreeSet;

use crate::domain::dates::Date;
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

const BANKS: [&str; 4] =
    ["示例银行东湖支行", "示例银行西山支行", "样板农商行城关分理处", "样板银行窗口支行"];

impl People {
    pub fn new(seed: u64) -> People {
        People { random: Random::stream(seed, "people"), used: BTreeSet::new(), serial: 0 }
    }

    /// Somebody new of that kind, insured there.
    pub fn person(&mut self, insured: RegionCode, scheme: Scheme, kind: PersonType) -> Person {
        let surname = *self.random.pick(&SURNAMES);
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
            if let Some(id) = self.compose(insured, born, sex) {
                break id;
            }
        };
        self.bearing(id, surname, scheme, kind, insured)
    }

    /// A twin of that sex; none when the day has no number left.
    pub fn twin_of(&mut self, person: &Person, sex: Sex) -> Option<Person> {
        let id = self.compose(person.insured, person.born, sex)?;
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
        self.serial += 1;
        Person {
            id,
            name: format!("{surname}{given}"),
            sex,
            born: id.birth_date().expect("a composed number has a date of birth"),
            insured,
            scheme,
            kind,
            bank: BANKS[self.serial as usize % BANKS.len()],
            account: account(self.serial),
            phone: format!("199-0000-{:04}", self.serial),
        }
    }

    /// A number of that place, day and sex that nobody in the batch has yet.
    fn compose(&mut self, insured: RegionCode, born: Date, sex: Sex) -> Option<IdNumber> {
        let district = RegionCode::parse(district(insured))?;
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
pub fn account(serial: u32) -> String {
    format!("62000000000000{serial:05}")
}

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
        let mut people = People::new(1);
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
}
