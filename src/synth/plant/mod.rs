//! What is planted in a demo batch: every outcome, every finding, and a near miss beside it.
//!
//! The surprise: the two published examples come first, so that they bear the first numbers of
//! their regions, `WH-2024-0001` and `BJ-2024-0001`.

mod doubtful;
mod paid;
mod pending;
mod reduced;
mod refused;
mod spoiled;

use jiff::civil::date;

use crate::domain::Code;
use crate::domain::words::{Route, SubjectKind};

use super::lanes::{BEIJING, SHIJIAZHUANG, TRAFFIC, WUHAN, place};
use super::model::Tip;
use super::world::{Wish, World};

/// Plants every case, then the honest claims around them.
pub fn plant(world: &mut World) {
    paid::plant(world);
    reduced::plant(world);
    refused::plant(world);
    pending::plant(world);
    doubtful::plant(world);
    spoiled::plant(world);
    honest(world);
    tips(world);
}

/// Claims with nothing wrong about them.
fn honest(world: &mut World) {
    for (lane, count) in TRAFFIC {
        let claims: Vec<String> = (0..count)
            .map(|_| {
                let no = world.hand_in(Wish::on(lane));
                world.id(no)
            })
            .collect();
        let what = ("普通申报，无异常", "an ordinary claim, nothing planted");
        let case = world.planted.add(&claims, what, Some(lane.outcome), &[]);
        // Unfiled care is listed as such even where it is paid.
        let may_appear = |code: &Code| lane.route == Route::Unfiled && *code == Code::F101;
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
