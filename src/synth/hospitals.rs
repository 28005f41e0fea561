//! Invented hospitals and pharmacies over seven cities. Names and codes belong to nobody.
//!
//! The surprise: one is suspended for a spring, one lost its contract, and two in Guangzhou answer
//! to the same short name. Claims rest on each of these.

use crate::domain::RegionCode;
use crate::domain::words::OwnerLevel::{City, County, Province, Township};
use crate::domain::words::Tier::{One, Three, Two};
use crate::domain::words::{HospitalKind, OwnerLevel, Tier};

/// A row of the register of designated institutions. Days are written `2024-03-01`; empty: open.
#[derive(Clone, Copy, Debug)]
pub struct Hospital {
    pub code: &'static str,
    pub name: &'static str,
    /// Other names, `、` between.
    pub aliases: &'static str,
    pub tier: Option<Tier>,
    pub owner: Option<OwnerLevel>,
    pub kind: HospitalKind,
    pub designated: (&'static str, &'static str),
    pub suspended: (&'static str, &'static str),
}

impl Hospital {
    /// The city in its code.
    pub fn region(&self) -> RegionCode {
        RegionCode::parse(&self.code[1..7]).expect("the codes below hold a region")
    }

    /// Whether claims without anything planted may come from here.
    pub fn is_ordinary(&self) -> bool {
        self.kind.is_hospital() && self.designated.1.is_empty() && self.suspended.0.is_empty()
    }
}

pub const SUSPENDED: &str = "H44030000103";
pub const CONTRACT_ENDED: &str = "H51010000102";
pub const SAME_SHORT_NAME: [&str; 2] = ["H44010000101", "H44010000102"];
pub const SHORT_NAME: &str = "木棉医院";
pub const PHARMACY: &str = "P44030000901";

const fn hospital(
    code: &'static str,
    name: &'static str,
    aliases: &'static str,
    tier: Tier,
    owner: OwnerLevel,
) -> Hospital {
    Hospital {
        code,
        name,
        aliases,
        tier: Some(tier),
        owner: Some(owner),
        kind: HospitalKind::Hospital,
        designated: ("2018-01-01", ""),
        suspended: ("", ""),
    }
}

const fn pharmacy(code: &'static str, name: &'static str) -> Hospital {
    Hospital {
        tier: None,
        owner: None,
        kind: HospitalKind::Pharmacy,
        ..hospital(code, name, "", Tier::One, OwnerLevel::County)
    }
}

/// Every institution, by city.
pub static HOSPITALS: [Hospital; 23] = [
    hospital("H44030000101", "深圳市云杉综合医院", "云杉综合医院", Three, City),
    hospital("H44030000102", "深圳市白鹭滩医院", "白鹭滩医院", Two, County),
    Hospital {
        suspended: ("2024-03-01", "2024-05-31"),
        ..hospital(SUSPENDED, "深圳市凤尾竹康复医院", "", Two, County)
    },
    hospital("H44030000104", "深圳市蓝楹街道医院", "", One, Township),
    hospital("H11000000101", "北京云海松综合医院", "云海松医院", Three, Province),
    hospital("H11000000102", "北京青檀台肿瘤医院", "", Three, City),
    hospital("H11000000103", "北京杏影里医院", "杏影里医院、杏影里区医院", Two, County),
    hospital("H11000000104", "北京槐荫台街道医院", "", One, Township),
    hospital("H31000000101", "上海望潮亭综合医院", "望潮亭医院", Three, Province),
    hospital("H31000000102", "上海芦荻洲医院", "", Two, County),
    hospital(SAME_SHORT_NAME[0], "广州木棉岭医院", SHORT_NAME, Three, City),
    hospital(SAME_SHORT_NAME[1], "广州木棉溪医院", SHORT_NAME, Two, County),
    hospital("H51010000101", "成都芙蓉坡综合医院", "芙蓉坡医院", Three, Province),
    Hospital {
        designated: ("2018-01-01", "2024-02-29"),
        ..hospital(CONTRACT_ENDED, "成都竹笛湾医院", "", Two, County)
    },
    hospital("H51010000103", "成都锦葵里医院", "", Two, County),
    hospital("H42010000101", "武汉梅岭渡综合医院", "梅岭渡医院", Three, Province),
    hospital("H42010000102", "武汉鹭尾洲医院", "", Two, City),
    hospital("H42010000103", "武汉荷叶塘街道医院", "", One, Township),
    hospital("H13010000101", "石家庄太行松综合医院", "太行松医院", Three, Province),
    hospital("H13010000102", "石家庄槐北溪医院", "", Three, City),
    hospital("H13010000103", "石家庄柳絮庄县医院", "", Two, County),
    pharmacy(PHARMACY, "深圳市云杉样板大药房"),
    pharmacy("P11000000901", "北京杏影里样板药房"),
];

/// The institution with that code.
pub fn by_code(code: &str) -> &'static Hospital {
    HOSPITALS.iter().find(|hospital| hospital.code == code).expect("a code of the table above")
}

/// A pharmacy there, or in the city of the first where the place has none.
pub fn pharmacy_of(region: RegionCode) -> &'static Hospital {
    let there = HOSPITALS.iter().find(|h| !h.kind.is_hospital() && h.region() == region);
    there.unwrap_or_else(|| by_code(PHARMACY))
}

/// The ordinary hospitals of a city, in the order of the table.
pub fn in_city(region: RegionCode) -> Vec<&'static Hospital> {
    HOSPITALS.iter().filter(|h| h.region() == region && h.is_ordinary()).collect()
}

/// The name of a place as offices write it.
pub fn place_name(region: RegionCode) -> &'static str {
    match region.to_string().as_str() {
        "110000" => "北京市",
        "120000" => "天津市",
        "130100" => "石家庄市",
        "310000" => "上海市",
        "360100" => "南昌市",
        "420100" => "武汉市",
        "440000" => "广东省",
        "440100" => "广州市",
        "440300" => "深圳市",
        "510100" => "成都市",
        other => unreachable!("{other} is no place of the demo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_have_their_form_and_are_given_once() {
        let mut seen = BTreeSet::new();
        for hospital in &HOSPITALS {
            let letter = match hospital.kind {
                HospitalKind::Pharmacy => 'P',
                _ => 'H',
            };
            assert!(hospital.code.starts_with(letter) && hospital.code.len() == 12);
            assert!(seen.insert(hospital.code), "{}", hospital.code);
            assert!(!place_name(hospital.region()).is_empty());
        }
    }

    #[test]
    fn every_city_has_an_ordinary_hospital_of_tier_three() {
        for city in ["110000", "130100", "310000", "420100", "440100", "440300", "510100"] {
            let region = RegionCode::parse(city).expect("a code");
            assert!(in_city(region).iter().any(|h| h.tier == Some(Three)), "{city}");
        }
    }
}
