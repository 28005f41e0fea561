//! Invented hospitals for large batches: three hundred in each of seven cities, a few of them very
//! large. Names and codes belong to nobody.
//!
//! The surprise: they are made once for the life of the program, so a claim only points at its
//! hospital; the demo's few come first.

use std::sync::OnceLock;

use crate::domain::RegionCode;
use crate::domain::words::{HospitalKind, OwnerLevel, Tier};

use super::hospitals::{HOSPITALS, Hospital};
use super::random::{Random, hash};

/// Hospitals of each city.
pub const A_CITY: u32 = 300;
/// Codes from here on; real ones are counted from 1.
const FIRST_CODE: u32 = 90_001;

/// The cities that people of the lanes go to: code, and how names begin.
const CITIES: [(&str, &str); 7] = [
    ("110000", "北京"),
    ("130100", "石家庄"),
    ("310000", "上海"),
    ("420100", "武汉"),
    ("440100", "广州"),
    ("440300", "深圳"),
    ("510100", "成都"),
];

const TREES: [&str; 20] = [
    "云杉", "白桦", "青檀", "木槿", "紫荆", "楠竹", "银杉", "红枫", "合欢", "梧桐", "杜衡", "丹桂",
    "玉兰", "海棠", "石楠", "香樟", "枫杨", "雪松", "龙柏", "黄栌",
];
const PLACES: [&str; 15] =
    ["渡", "岭", "溪", "洲", "坡", "湾", "亭", "里", "塘", "原", "滩", "桥", "台", "浦", "埠"];

struct Pool {
    /// City by city, the largest of each first.
    hospitals: Vec<Hospital>,
}

fn pool() -> &'static Pool {
    static NAMES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| {
        let names = NAMES.get_or_init(names);
        let places = 0..A_CITY * CITIES.len() as u32;
        let hospitals = places.zip(names).map(|(place, (code, name))| {
            let rank = place % A_CITY;
            let (tier, owner) = standing(rank, hash(code));
            Hospital {
                code,
                name,
                aliases: "",
                tier: Some(tier),
                owner: Some(owner),
                kind: HospitalKind::Hospital,
                designated: ("2018-01-01", ""),
                suspended: ("", ""),
            }
        });
        Pool { hospitals: hospitals.collect() }
    })
}

/// Code and name of every hospital.
fn names() -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (city, begins) in CITIES {
        for rank in 0..A_CITY as usize {
            let name = format!(
                "{begins}{}{}{}",
                TREES[rank % TREES.len()],
                PLACES[rank / TREES.len() % PLACES.len()],
                if rank < 60 { "综合医院" } else { "医院" }
            );
            names.push((format!("H{city}{:05}", FIRST_CODE as usize + rank), name));
        }
    }
    names
}

/// The large ones are of the third tier, the small ones mostly of the first.
fn standing(rank: u32, drawn: u64) -> (Tier, OwnerLevel) {
    match (rank, drawn % 100) {
        (0..=4, _) => (Tier::Three, OwnerLevel::Province),
        (..40, 0..60) | (.., 0..8) => (Tier::Three, OwnerLevel::City),
        (..120, _) | (.., 8..55) => (Tier::Two, OwnerLevel::County),
        _ => (Tier::One, OwnerLevel::Township),
    }
}

/// The first `count` hospitals of a city, the largest first.
pub fn in_city(city: RegionCode, count: u32) -> Vec<&'static Hospital> {
    let of_city = pool().hospitals.chunks(A_CITY as usize);
    let mut found = of_city.filter(|hospitals| hospitals[0].region() == city);
    let hospitals = found.next().unwrap_or_default();
    hospitals.iter().take(count as usize).collect()
}

/// Every hospital that a batch with `count` of each city may name, the demo's among them.
pub fn register(count: u32) -> impl Iterator<Item = &'static Hospital> {
    let of_city = pool().hospitals.chunks(A_CITY as usize);
    HOSPITALS.iter().chain(of_city.flat_map(move |all| all.iter().take(count as usize)))
}

/// One of a city's first `count`: the second half as often as the first, the next third as often.
pub fn draw(random: &mut Random, city: RegionCode, count: u32) -> &'static Hospital {
    let hospitals = in_city(city, count);
    // A number u spread evenly, as count^u: the chance of a rank falls as one over the rank.
    let steps = 32 - (count + 1).leading_zeros();
    let top = random.below(steps);
    let rank = ((1u32 << top) - 1 + random.below(1 << top)).min(count - 1);
    hospitals[rank as usize]
}

/// How many institutions there are in all.
pub fn institutions() -> usize {
    HOSPITALS.len() + pool().hospitals.len()
}

/// Its place among all institutions.
pub fn rank(hospital: &Hospital) -> usize {
    let demo = HOSPITALS.iter().position(|known| known.code == hospital.code);
    let place = || {
        let city = CITIES.iter().position(|(city, _)| hospital.code.get(1..7) == Some(city))?;
        let number: usize = hospital.code.get(7..)?.parse().ok()?;
        Some(HOSPITALS.len() + city * A_CITY as usize + number - FIRST_CODE as usize)
    };
    demo.or_else(place).expect("a hospital of the demo or of the pool")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_are_given_once_and_ranks_count_through() {
        let all: Vec<_> = register(A_CITY).collect();
        assert_eq!(all.len(), institutions());
        assert_eq!(all.iter().map(|h| h.code).collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|h| h.name).collect::<BTreeSet<_>>().len(), all.len());
        let ranks: Vec<usize> = all.iter().map(|hospital| rank(hospital)).collect();
        assert_eq!(ranks, (0..all.len()).collect::<Vec<_>>());
        let wuhan = RegionCode::parse("420100").expect("a code");
        let tiers: BTreeSet<_> = in_city(wuhan, A_CITY).iter().map(|h| h.tier).collect();
        assert_eq!(tiers.len(), 3);
    }

    #[test]
    fn the_largest_hospital_is_drawn_far_more_often_than_the_hundredth() {
        let wuhan = RegionCode::parse("420100").expect("a code");
        let mut random = Random::stream(1, "draw");
        let mut times = [0; A_CITY as usize];
        for _ in 0..20_000 {
            let code = draw(&mut random, wuhan, A_CITY).code;
            times[code[7..].parse::<usize>().expect("digits") - FIRST_CODE as usize] += 1;
        }
        assert!(times[0] > 20 * times[99].max(1), "{} {}", times[0], times[99]);
        assert!(times.iter().filter(|&&drawn| drawn > 0).count() > 250);
    }
}
