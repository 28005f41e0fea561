//! What is planted in a demo batch: every outcome, every finding, and a near miss beside it.
//!
//! The surprise: the two published examples come first, so that they bear the first numbers of
//! their regions, `WH-2024-0001` and `BJ-2024-0001`.

mod altered;
mod catalogue;
mod charges;
mod doubtful;
mod networks;
mod paid;
mod paid_twice;
mod pending;
mod profiles;
mod reduced;
mod refused;
mod spoiled;
mod standing;
mod stays;

use jiff::civil::date;

use crate::domain::Code;
use crate::domain::words::{Route, SubjectKind};

use super::lanes::{BEIJING, SHIJIAZHUANG, TRAFFIC, WUHAN, place};
use super::model::Tip;
use super::planted::PlantedCase;
use super::wish::Wish;
use super::world::{ClaimNo, World};

pub use catalogue::scatter;

/// A case of something wrong: at least one finding of each code must touch its claims.
fn wrong<'w>(
    world: &'w mut World,
    claims: &[ClaimNo],
    what: (&str, &str),
    codes: &[Code],
) -> &'w mut PlantedCase {
    let ids: Vec<String> = claims.iter().map(|&no| world.id(no)).collect();
    world.planted.add(&ids, what, None, codes)
}

/// A near miss: honest, and like something that is not.
fn honest_case<'w>(
    world: &'w mut World,
    claims: &[ClaimNo],
    what: (&str, &str),
    innocent_of: &[Code],
) -> &'w mut PlantedCase {
    wrong(world, claims, what, &[]).innocent_of(innocent_of)
}

/// Plants every case, then the honest claims around them.
pub fn plant(world: &mut World) {
    paid::plant(world);
    reduced::plant(world);
    refused::plant(world);
    pending::plant(world);
    doubtful::plant(world);
    spoiled::plant(world);
    for pattern in OF_THE_CATALOGUE {
        catalogue::plant_one(world, pattern);
    }
    honest(world);
    tips(world);
}

/// What the demo has of the catalogue: a case of every finding that the cases above do not show
/// and a handful of claims can.
const OF_THE_CATALOGUE: [&str; 27] = [
    "filed-after-discharge",
    "insured-twice",
    "id-disagrees",
    "same-stay-again",
    "reversed-and-reissued",
    "parts-of-settled",
    "class-lifted",
    "malformed-invoice",
    "consecutive-invoices",
    "region-disagrees",
    "impossible-dates",
    "outpatient-in-stay",
    "two-places",
    "days-above-stay",
    "duplicate-charge",
    "above-frequency",
    "wrong-sex-or-age",
    "outside-scope",
    "over-supply-by-visits",
    "no-treatment",
    "one-day-stays",
    "busy-agent",
    "companions",
    "drug-at-many-places",
    "rising-to-limit",
    "ring",
    "altering-agent",
];

/// Claims with nothing wrong about them.
fn honest(world: &mut World) {
    for (lane, count) in TRAFFIC {
        let claims: Vec<String> = (0..count.div_ceil(2))
            .map(|_| {
                let no = world.hand_in(Wish::on(lane));
                world.id(no)
            })
            .collect();
        let what = ("普通申报，无异常", "an ordinary claim, nothing planted");
        let case = world.planted.add(&claims, what, Some(lane.outcome), &[]);
        // Unfiled care is listed as such even where it is paid, and so is a late filing that the
        // region accepts; an item outside its scope is no fault of the person's.
        let may_appear = |code: &Code| match code {
            Code::F101 => lane.route == Route::Unfiled,
            Code::F103 => lane.route == Route::LateFiled,
            Code::F409 => true,
            _ => false,
        };
        let innocent: Vec<Code> = Code::ALL.iter().copied().filter(|c| !may_appear(c)).collect();
        case.innocent_of(&innocent);
    }
}

/// Reports of suspected fraud; one of them rests on nothing.
fn tips(world: &mut World) {
    use SubjectKind::{Agent, Hospital, Person, Pharmacy};
    let shared = world.batch.claims.iter().find(|claim| claim.payee == "样例代收人");
    let person = shared.map(|claim| claim.person.name.clone()).unwrap_or_default();
    let agent = world.batch.claims.iter().find_map(|claim| claim.agent.clone());
    let agent = agent.map(|(_, name)| name).unwrap_or_default();
    for (region, kind, subject, allegation, tipper) in [
        (WUHAN, Hospital, "深圳市云杉综合医院".to_owned(), "手术费用虚高", Some("JB-0017")),
        (WUHAN, Person, person, "多人报销款进入同一账户", None),
        (SHIJIAZHUANG, Agent, agent, "长期代办多人报销", Some("JB-0021")),
        (BEIJING, Pharmacy, "北京杏影里样板药房".to_owned(), "串换药品", None),
    ] {
        let number = world.batch.tips.len() + 1;
        world.batch.tips.push(Tip {
            id: format!("XS2024{number:04}"),
            received_on: date(2024, 6, 2 + number as i8),
            region: place(region),
            kind,
            subject,
            period: (date(2024, 1, 1), date(2024, 6, 30)),
            allegation,
            tipper,
        });
    }
}
