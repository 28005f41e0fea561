//! The laws that the properties are tried on: every region that ships and every one made up for
//! teaching, with the days on which it has a policy and the items its catalogs know.

use std::path::Path;
use std::sync::OnceLock;

use lingbao::domain::RegionCode;
use lingbao::domain::dates::{Date, Month, plus_days};
use lingbao::domain::words::{CareType, ItemClass, ItemKind, Scheme};
use lingbao::rulebook::Rulebook;
use lingbao::rulebook::items::{Item, ItemIx};

use crate::batch;

/// A data folder, read once.
pub struct World {
    pub rulebook: &'static Rulebook,
    /// An item of class A without limit or ceiling in any catalog.
    pub plain: &'static str,
    pub beds: Vec<String>,
    /// Every other item that some catalog knows, and names as bills write them after an `@`.
    pub goods: Vec<String>,
    /// Where care may be given: every region with a catalog.
    pub places: Vec<RegionCode>,
}

/// One region's benefits, each with days on which it has a policy.
pub struct Law {
    pub world: &'static World,
    pub region: RegionCode,
    pub benefits: Vec<Benefit>,
}

#[derive(Clone, Debug)]
pub struct Benefit {
    pub scheme: Scheme,
    pub care: CareType,
    pub days: Vec<Date>,
}

/// Drugs of the national list that are limited, negotiated or herbs.
const DRUGS: [&str; 10] = [
    "XC01EBC109B001010102049",
    "XD11AXQ064F002010100319",
    "@阿莫西林胶囊",
    "@妇科千金片",
    "@小儿豉翘清热颗粒",
    "@甲磺酸多拉司琼注射液",
    "@西洋参",
    "@阿胶珠",
    "@川芎",
    "@左氧氟沙星",
];

/// Every region of every world.
pub fn laws() -> &'static [Law] {
    static LAWS: OnceLock<Vec<Law>> = OnceLock::new();
    LAWS.get_or_init(|| {
        let worlds = [shipped(), teaching()].into_iter();
        worlds.flat_map(|world| world.rulebook.regions().map(|at| law(world, at.code))).collect()
    })
}

fn shipped() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| world(&batch::setup().rulebook, batch::CLASS_A))
}

fn teaching() -> &'static World {
    static TAUGHT: OnceLock<Rulebook> = OnceLock::new();
    static WORLD: OnceLock<World> = OnceLock::new();
    let rulebook = TAUGHT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/teaching");
        Rulebook::load(&folder).unwrap_or_else(|faults| panic!("{faults:#?}"))
    });
    WORLD.get_or_init(|| world(rulebook, "T00000000000001"))
}

fn world(rulebook: &'static Rulebook, plain: &'static str) -> World {
    let years = 2019..=2026;
    let days: Vec<Date> = years.filter_map(|year| Date::new(year, 6, 1).ok()).collect();
    let is_known = |ix: ItemIx| {
        let mut catalogs = rulebook.catalogs().iter();
        catalogs.any(|catalog| days.iter().any(|day| catalog.entry(ix, *day).is_some()))
    };
    let known: Vec<&Item> =
        rulebook.items.coded().filter(|(ix, _)| is_known(*ix)).map(|(_, item)| item).collect();
    let (beds, goods): (Vec<&Item>, Vec<&Item>) =
        known.into_iter().partition(|item| item.kind == ItemKind::Bed);
    let codes = |items: Vec<&Item>| -> Vec<String> {
        items.iter().map(|item| item.code.to_string()).collect()
    };
    let drugs = DRUGS.into_iter().filter(|_| rulebook.items.len() > 1_000).map(str::to_owned);
    let places = rulebook.catalogs().iter().map(|catalog| catalog.region);
    let world = World {
        rulebook,
        plain,
        beds: codes(beds),
        goods: codes(goods).into_iter().chain(drugs).chain(["in no catalog".to_owned()]).collect(),
        places: places.collect(),
    };
    assert!(!world.beds.is_empty() && world.goods.len() > 10 && world.places.len() > 5);
    let ix = rulebook.items.by_code(plain).expect("the plain item");
    assert_eq!(rulebook.items.get(ix).class, ItemClass::A);
    world
}

fn law(world: &'static World, region: RegionCode) -> Law {
    let law = world.rulebook.regions().find(|law| law.code == region).expect("a region");
    let first = Month::new(2019, 1).expect("a month");
    let days = |scheme, care| -> Vec<Date> {
        let months = (0..96).map(|n| first.plus(n).first_day());
        let days = months.flat_map(|day| [day, plus_days(day, 17)]);
        days.filter(|day| law.policy(scheme, care, *day).value().is_some()).collect()
    };
    let benefits = Scheme::ALL
        .iter()
        .flat_map(|&scheme| CareType::ALL.iter().map(move |&care| (scheme, care)));
    let benefits = benefits
        .map(|(scheme, care)| Benefit { scheme, care, days: days(scheme, care) })
        .filter(|benefit| !benefit.days.is_empty())
        .collect();
    Law { world, region, benefits }
}
