//! # F403 同日两地就医 two-places-one-day
//!
//! ## 查什么
//! 同一人同一天在两个不相邻的省级地区就诊：两次门诊，或住院与门诊。哪些省相邻见 neighbours.csv；同省、
//! 邻省的不列。本批申报与既往结算一并看；两次住院重叠的由 F401 处理。
//!
//! ## 为什么要紧
//! 一个人一天里很难在相隔千里的两地看病，其中多半有一份是冒名或虚假票据。
//!
//! ## 什么情况下无辜
//! 当日出院、当日在外地入院的属转院，不列。门诊恰在入院日或出院日的，可能是当天乘车、乘机前往；药店购药和
//! 只取药的慢特病门诊可由家属代办；新生儿用母亲的证件。只有这几种的降为“提示”，不计金额。此外，互联网
//! 医院、录错就医地也可能无辜；机构登记地与申报的就医地不在同一省的，由 F308 处理，这里不看。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（冒名就医、虚假就医）。

use crate::domain::words::{CareType, Severity};
use crate::domain::{Code, Money, Origin, RegionCode, Text};
use crate::flow::ClaimIx;

use super::care::Episode;
use super::detector::Detector;
use super::line_kind::LineKind;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F403,
    name: "two-places-one-day",
    source: include_str!("f403_two_places_one_day.rs"),
    run,
};

/// An episode that covers the day, where it was, and whether the person was surely there.
#[derive(Clone, Copy)]
struct Present {
    episode: Episode,
    place: RegionCode,
    surely: bool,
}

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in scene.shared.care.by_person().filter(|person| person.len() > 1) {
        let episodes = scene.looked_at(person);
        let (stays, others): (Vec<Episode>, Vec<Episode>) =
            episodes.into_iter().partition(|episode| episode.is_stay());
        let visits: Vec<Episode> =
            others.into_iter().filter(|visit| visit.visit_day().is_some()).collect();
        // Visits come by day.
        let days = visits.chunk_by(|one, next| one.period == next.period);
        drafts.extend(days.filter_map(|visits| on_one_day(scene, visits, &stays)));
    }
    drafts
}

fn on_one_day(scene: &Scene, visits: &[Episode], stays: &[Episode]) -> Option<Draft> {
    let day = visits.first()?.period.first();
    let around = stays.iter().filter(|stay| stay.period.contains(day));
    let present: Vec<Present> = visits
        .iter()
        .map(|&visit| (visit, is_in_person(scene, visit)))
        .chain(around.map(|&stay| {
            // On the days of admission and discharge somebody travels.
            (stay, stay.period.first() < day && day < stay.period.last())
        }))
        .filter_map(|(episode, surely)| {
            let place = episode.place(scene.adjudicated)?;
            Some(Present { episode, place, surely })
        })
        .collect();
    let far: Vec<(Present, Present)> = pairs(&present)
        .filter(|(one, other)| is_far(scene, one, other))
        .map(|(one, other)| (*one, *other))
        .collect();
    let is_sure = |(one, other): &(Present, Present)| {
        let family = one.episode.is_mother_and_child(other.episode, scene.adjudicated);
        one.surely && other.surely && !family
    };
    let sure: Vec<(Present, Present)> = far.iter().filter(|pair| is_sure(pair)).copied().collect();
    // What is only possible is not told beside what is sure.
    let said = if sure.is_empty() { &far } else { &sure };
    told(scene, said, *said.first()?, !sure.is_empty())
}

fn pairs<T>(all: &[T]) -> impl Iterator<Item = (&T, &T)> {
    all.iter().enumerate().flat_map(|(at, two)| all[..at].iter().map(move |one| (one, two)))
}

/// Two stays are another finding's business.
fn is_far(scene: &Scene, one: &Present, other: &Present) -> bool {
    let both_stays = one.episode.is_stay() && other.episode.is_stay();
    let neighbours = &scene.ground.settings.facts.neighbours;
    !both_stays && neighbours.are_far_apart(one.place, other.place)
}

/// Whether somebody had to come: drugs can be fetched by another.
fn is_in_person(scene: &Scene, visit: Episode) -> bool {
    if visit.is_pharmacy(scene.adjudicated) {
        return false;
    }
    let is_drug = |claim: ClaimIx| {
        let mut lines = scene.splits(claim).iter().map(|split| scene.line_kind(split.line));
        lines.all(|kind| kind == LineKind::Drug)
    };
    visit.care != CareType::Chronic || !visit.claim().is_some_and(is_drug)
}

fn told(
    scene: &Scene,
    far: &[(Present, Present)],
    first: (Present, Present),
    is_sure: bool,
) -> Option<Draft> {
    let mut met: Vec<Episode> =
        far.iter().flat_map(|(one, other)| [one.episode, other.episode]).collect();
    met.sort_unstable();
    met.dedup();
    let claims = met.iter().filter_map(|episode| episode.claim().map(|claim| (episode, claim)));
    let claims: Vec<(ClaimIx, Money)> = claims
        .map(|(episode, claim)| {
            let counts = is_sure && !episode.is_stay();
            (claim, if counts { scene.whole(claim) } else { Money::ZERO })
        })
        .collect();
    let &(claim, _) = claims.first()?;
    let rows: Vec<Origin> = met.iter().map(|episode| episode.origin(scene.adjudicated)).collect();
    let visit = if first.0.episode.is_stay() { first.1 } else { first.0 };
    let (about, day) = (scene.about(claim), visit.episode.period.first());
    let [one, other] = &[first.0, first.1].map(|present| shown(scene, present));
    let excuse = if is_sure {
        Text::new("", "")
    } else {
        let en = "; drugs fetched by another, or the day of a journey";
        Text::new("；可能是代取药品或当日往返途中", en)
    };
    let draft = Draft {
        subject: scene.person_or_claim(claim),
        claims,
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}的参保人 {day} 在不相邻的两省就医：{} 与 {}{}。",
                about.zh, one.zh, other.zh, excuse.zh
            ),
            format!(
                "{}: on {day} the person was treated in two provinces that do not touch: {} and \
                 {}{}.",
                about.en, one.en, other.en, excuse.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第十七条、第四十一条")
        .shown_by(rows);
    Some(if is_sure { draft } else { draft.at_most(Severity::Info) })
}

fn shown(scene: &Scene, Present { episode, place, .. }: Present) -> Text {
    let divisions = scene.ground.divisions;
    // Some registers use codes of cities that are no divisions, such as 110100.
    let known = place.upwards().find(|code| divisions.knows(*code)).unwrap_or(place);
    let (id, name) = (episode.shown(scene.adjudicated), divisions.full_name(known));
    Text::new(
        format!("{id} {} {name}", episode.care.zh()),
        format!("{id} ({}) in {name}", episode.care.word()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    const BEIJING: &str = "H11010000001";
    const LANGFANG: &str = "H13100000001";
    const BAODING: &str = "H13060000001";
    const GUANGZHOU: &str = "H44010000001";
    const DAY: &str = "2024-03-05";

    fn two(b: &mut Batch, one: &str, other: &str) {
        b.visit("C1", 1, DAY, one);
        b.visit("C2", 1, DAY, other);
    }

    fn beside_stay(b: &mut Batch, stay: (&str, &str)) {
        b.visit("C1", 1, DAY, BEIJING);
        b.stay("C2", 1, stay, GUANGZHOU);
    }

    #[test]
    fn two_provinces_that_do_not_touch_are_told() {
        check(
            Code::F403,
            &[
                ("far apart", |b| two(b, BEIJING, GUANGZHOU), &[("C1+C2", "600.00")]),
                ("across a border", |b| two(b, BEIJING, LANGFANG), &[]),
                ("one province", |b| two(b, BAODING, LANGFANG), &[]),
                (
                    "one day later",
                    |b| {
                        b.visit("C1", 1, DAY, BEIJING);
                        b.visit("C2", 1, "2024-03-06", GUANGZHOU);
                    },
                    &[],
                ),
                (
                    "two persons",
                    |b| {
                        b.visit("C1", 1, DAY, BEIJING);
                        b.visit("C2", 2, DAY, GUANGZHOU);
                    },
                    &[],
                ),
                (
                    "during a stay",
                    |b| beside_stay(b, ("2024-03-04", "2024-03-06")),
                    &[("C1+C2", "300.00")],
                ),
                (
                    "on the day of admission",
                    |b| beside_stay(b, ("2024-03-05", "2024-03-09")),
                    &[("C1+C2", "0.00")],
                ),
                (
                    "on the day of discharge",
                    |b| beside_stay(b, ("2024-03-01", "2024-03-05")),
                    &[("C1+C2", "0.00")],
                ),
                (
                    "a transfer by air",
                    |b| {
                        b.stay("C1", 1, ("2024-03-01", DAY), BEIJING);
                        b.stay("C2", 1, (DAY, "2024-03-09"), GUANGZHOU);
                    },
                    &[],
                ),
                (
                    "a past visit",
                    |b| {
                        b.visit("C1", 1, DAY, BEIJING);
                        b.past_in(1, (DAY, DAY), GUANGZHOU, CareType::Outpatient);
                    },
                    &[("C1", "300.00")],
                ),
                (
                    "the register says another province than the claim",
                    |b| {
                        two(b, BEIJING, GUANGZHOU);
                        b.edit(ClaimIx(1)).treated = crate::domain::TreatedRegion(
                            crate::detect::scene_test::region("110100"),
                        );
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn drugs_that_another_fetched_make_it_milder() {
        let severity = |arrange: fn(&mut Batch)| {
            let mut batch = Batch::default();
            arrange(&mut batch);
            let detected = batch.detect();
            let finding = only(&detected, Code::F403);
            (finding.severity, finding.at_risk().to_string())
        };
        let harmless = (Severity::Info, "0.00".to_owned());
        assert_eq!(severity(|b| two(b, BEIJING, "P44010000001")), harmless);
        let chronic = |b: &mut Batch| {
            two(b, BEIJING, GUANGZHOU);
            b.edit(ClaimIx(1)).care = CareType::Chronic;
            b.costs("二甲双胍片", "西药费", "300.00");
        };
        assert_eq!(severity(chronic), harmless);
        let dialysis = |b: &mut Batch| {
            two(b, BEIJING, GUANGZHOU);
            b.edit(ClaimIx(1)).care = CareType::Chronic;
            b.costs("血液透析", "治疗费", "300.00");
        };
        assert_eq!(severity(dialysis), (Severity::Warn, "600.00".to_owned()));
        let third = |b: &mut Batch| {
            two(b, BEIJING, "P44010000001");
            b.visit("C3", 1, DAY, GUANGZHOU);
        };
        assert_eq!(severity(third), (Severity::Warn, "600.00".to_owned()));
    }

    #[test]
    fn both_places_are_named() {
        let mut batch = Batch::default();
        two(&mut batch, BEIJING, GUANGZHOU);
        let detected = batch.detect();
        let said = &only(&detected, Code::F403).sentence;
        let expected = "2024-03-05 在不相邻的两省就医：C1 门诊 北京市";
        assert!(said.zh.contains(expected), "{}", said.zh);
        assert!(said.zh.contains("与 C2 门诊 广东省广州市。"), "{}", said.zh);
    }
}
