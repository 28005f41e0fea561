//! # F310 日均费用或首位数字异常 implausible-cost
//!
//! ## 查什么
//! 一、住院日均费用（总额除以住院天数）达到其他医院同等级住院日均中位数的 daily_cost_times 倍（默认 5
//! 倍）；手术和耗材先从总额中减去，比较的住院不少于 group_min 次（默认 100 次）。二、一家医院或一个代办人
//! 的票据总额，首位数字不合本福特定律：至少 group_min 份，最大最小相差百倍以上，卡方值超过 26.12（自由度
//! 8，概率千分之一）并达到份数的十分之一，且与其余票据（不少于本组时）的首位数字分布比较同样
//! 超过。本批、账上的申报和既往
//! 结算每份票据一次。
//!
//! ## 为什么要紧
//! 日均几倍于同级的，天数或费用至少有一样不真；编造的金额，首位数字的分布与自然形成的不同。
//!
//! ## 什么情况下无辜
//! 重症监护、贵重药品会使日均很高；按病种、按床日打包付费的医院，总额只有几种，首位数字必然集中；只接一种
//! 病的专科医院也如此。首位数字只是统计结果：列出的是多出来的那个数字打头的申报，不计金额。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条（虚构服务、伪造票据）。

use std::collections::BTreeMap;

use crate::domain::words::Tier;
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::care::Episode;
use super::detector::Detector;
use super::first_digits::{Digits, leading};
use super::line_kind::LineKind;
use super::medians::Peers;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F310,
    name: "implausible-cost",
    source: include_str!("f310_implausible_cost.rs"),
    run,
};

/// What is not spread over the days of a stay.
const NOT_BY_DAY: [LineKind; 2] = [LineKind::Operation, LineKind::Material];
const LEGAL_BASIS: &str = "《医疗保障基金使用监督管理条例》第三十八条、第四十条、第四十一条";

fn run(scene: &Scene) -> Vec<Draft> {
    let bills = scene.shared.care.each_bill(scene.adjudicated);
    let bills: Vec<Episode> =
        bills.filter(|bill| bill.total(scene.adjudicated).is_positive()).collect();
    let mut drafts = dear_days(scene, &bills);
    drafts.extend(odd_digits(scene, &bills));
    drafts
}

/// Stays whose days cost several times what they cost elsewhere.
fn dear_days(scene: &Scene, bills: &[Episode]) -> Vec<Draft> {
    let mut of_tier: BTreeMap<Option<Tier>, Vec<(i64, &str)>> = BTreeMap::new();
    for &stay in bills.iter().filter(|bill| bill.is_stay()) {
        let hospital = stay.hospital_key(scene.adjudicated).unwrap_or_default();
        let a_day = by_day(stay.total(scene.adjudicated), stay);
        of_tier.entry(stay.tier(scene.adjudicated)).or_default().push((a_day.fen(), hospital));
    }
    let peers: BTreeMap<Option<Tier>, Peers> =
        of_tier.into_iter().map(|(tier, figures)| (tier, Peers::new(figures))).collect();
    let stays = bills.iter().filter(|bill| bill.is_stay());
    stays
        .filter_map(|&stay| dear_day(scene, stay, peers.get(&stay.tier(scene.adjudicated))?))
        .collect()
}

fn by_day(total: Money, stay: Episode) -> Money {
    Money::from_fen(total.fen() / i64::from(stay.period.hospital_days()))
}

fn dear_day(scene: &Scene, stay: Episode, peers: &Peers) -> Option<Draft> {
    let claim = stay.claim().filter(|&claim| scene.is_on(claim))?;
    let group_min = scene.threshold(Threshold::GroupMin, claim);
    let times = scene.threshold(Threshold::DailyCostTimes, claim);
    let hospital = stay.hospital_key(scene.adjudicated).unwrap_or_default();
    let (count, median) = peers.without(hospital)?;
    let bound = Money::from_fen(median.saturating_mul(i64::from(times)));
    let total = scene.claim(claim).total;
    // Most stays are done with before their lines are looked at.
    if count < group_min as usize || by_day(total, stay) < bound {
        return None;
    }
    let (at_once, _) = scene.billed_of(claim, &NOT_BY_DAY);
    let a_day = by_day((total - at_once).or_zero(), stay);
    if a_day < bound {
        return None;
    }
    let days = stay.period.hospital_days();
    let usual = Money::from_fen(median.saturating_mul(i64::from(days)));
    let (about, median) = (scene.about(claim), Money::from_fen(median));
    let excess = (total - at_once - usual).or_zero().min(scene.whole(claim));
    let draft = Draft {
        thresholds: vec![(Threshold::GroupMin, group_min), (Threshold::DailyCostTimes, times)],
        ..Draft::on_claim(scene, claim, excess)
    };
    let draft = draft
        .saying(
            format!(
                "{}住院 {days} 天，除手术和耗材外日均 {a_day} 元；同等级其他医院 {count} 次住院的日均中位数为 \
                 {median} 元。",
                about.zh
            ),
            format!(
                "{}: {days} days at {a_day} each, operations and materials aside; the median of \
                 {count} stays in other hospitals of the tier is {median} a day.",
                about.en
            ),
        )
        .under(LEGAL_BASIS);
    Some(draft)
}

/// Hospitals and agents whose totals begin with other digits than those of the rest.
fn odd_digits(scene: &Scene, bills: &[Episode]) -> Vec<Draft> {
    let mut hospitals: BTreeMap<&str, Vec<Episode>> = BTreeMap::new();
    let mut agents: BTreeMap<&str, Vec<Episode>> = BTreeMap::new();
    for &bill in bills {
        if let Some(hospital) = bill.hospital_key(scene.adjudicated) {
            hospitals.entry(hospital).or_default().push(bill);
        }
        if let Some(agent) = bill.claim().and_then(|claim| agent(scene, claim)) {
            agents.entry(agent).or_default().push(bill);
        }
    }
    let all = digits(scene, bills);
    let of_hospitals = hospitals.iter().filter_map(|(name, bills)| {
        let found = bills.iter().find_map(|bill| bill.hospital(scene.adjudicated));
        let shown = found.map_or(*name, |(_, hospital)| hospital.name.as_str());
        let subject = found.map(|(ix, _)| Subject::Hospital(ix));
        odd(scene, bills, &all, subject, Text::new(shown, shown))
    });
    let of_agents = agents.iter().filter_map(|(agent, bills)| {
        let claim = bills.iter().find_map(|bill| bill.claim())?;
        let shown = agent_shown(scene, claim);
        let shown = Text::new(format!("代办人 {shown}"), format!("agent {shown}"));
        odd(scene, bills, &all, Some(Subject::Agent((*agent).to_owned())), shown)
    });
    of_hospitals.chain(of_agents).collect()
}

fn agent<'a>(scene: &Scene<'a>, claim: ClaimIx) -> Option<&'a str> {
    let claim = scene.claim(claim);
    let by_id = claim.agent_id.as_ref().filter(|id| id.key().is_some()).map(|id| id.reveal());
    by_id.or(claim.agent_name.as_deref()).filter(|text| !text.is_empty())
}

fn agent_shown(scene: &Scene, claim: ClaimIx) -> String {
    let claim = scene.claim(claim);
    let name = claim.agent_name.as_deref().map(crate::domain::identity::mask_name);
    name.or(claim.agent_id.as_ref().map(|id| id.masked())).unwrap_or_else(|| "—".to_owned())
}

fn digits(scene: &Scene, bills: &[Episode]) -> Digits {
    Digits::of(bills.iter().map(|bill| bill.total(scene.adjudicated)))
}

fn odd(
    scene: &Scene,
    bills: &[Episode],
    all: &Digits,
    subject: Option<Subject>,
    shown: Text,
) -> Option<Draft> {
    let judged = bills.iter().find_map(|bill| bill.claim().filter(|&claim| scene.is_on(claim)))?;
    let group_min = scene.threshold(Threshold::GroupMin, judged);
    if bills.len() < group_min as usize {
        return None;
    }
    let own = digits(scene, bills);
    if !own.are_odd_beside(&all.without(&own)) {
        return None;
    }
    let digit = own.most_in_excess();
    let met = bills.iter().filter(|bill| leading(bill.total(scene.adjudicated)) == Some(digit));
    let met: Vec<Episode> = met.copied().collect();
    let claims = met.iter().filter_map(|bill| bill.claim());
    let claims: Vec<(ClaimIx, Money)> =
        claims.filter(|&claim| scene.is_on(claim)).map(|claim| (claim, Money::ZERO)).collect();
    let &(claim, _) = claims.first()?;
    let rows: Vec<Origin> = met.iter().map(|bill| bill.origin(scene.adjudicated)).collect();
    let (count, begun, usual) = (bills.len(), met.len(), own.expected(digit));
    let chi_square = own.chi_square_shown();
    let draft = Draft {
        subject: subject.unwrap_or(Subject::Claim(claim)),
        claims,
        thresholds: vec![(Threshold::GroupMin, group_min)],
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{} 的 {count} 份票据总额中有 {begun} 份以 {digit} 打头，按本福特定律约 {usual} 份；卡方值 \
                 {chi_square}，临界值 26.12。",
                shown.zh
            ),
            format!(
                "{}: {begun} of {count} totals begin with {digit}, about {usual} by Benford's law; \
                 chi-square {chi_square}, critical value 26.12.",
                shown.en
            ),
        )
        .under(LEGAL_BASIS)
        .shown_by(rows);
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, of_code, only};
    use crate::domain::words::CareType;

    const A: &str = "H11010000001";
    const B: &str = "H11010000002";
    const STAY: (&str, &str) = ("2024-03-01", "2024-03-11");

    /// Ten days at that total in one hospital, and others at 100 a day in another.
    fn among(b: &mut Batch, total: &str, count: u16) {
        dear(b, total);
        others(b, count);
    }

    fn dear(b: &mut Batch, total: &str) {
        let claim = b.stay("C000", 1, STAY, A);
        b.total(claim, total);
    }

    fn others(b: &mut Batch, count: u16) {
        for number in 2..2 + count {
            let claim = b.stay(&format!("C{number:03}"), number, STAY, B);
            b.total(claim, "1000.00");
        }
    }

    #[test]
    fn a_day_at_five_times_the_usual_is_told() {
        check(
            Code::F310,
            &[
                ("five times", |b| among(b, "5000.00", 100), &[("C000", "4000.00")]),
                ("a fen less a day", |b| among(b, "4999.90", 100), &[]),
                ("too few others", |b| among(b, "5000.00", 99), &[]),
                (
                    "a long stay",
                    |b| {
                        among(b, "5000.00", 100);
                        b.edit(ClaimIx(0)).stay =
                            crate::detect::scene_test::period("2024-03-01", "2024-03-12");
                    },
                    &[],
                ),
                (
                    "an operation and its materials",
                    |b| {
                        dear(b, "5000.00");
                        b.costs("某切除术", "手术费", "100.00");
                        b.costs("吻合器", "材料费", "1.00");
                        others(b, 100);
                    },
                    &[],
                ),
                (
                    "drugs",
                    |b| {
                        dear(b, "5000.00");
                        b.costs("某针", "西药费", "4900.00");
                        others(b, 100);
                    },
                    &[("C000", "4000.00")],
                ),
                (
                    "a past stay is a peer",
                    |b| {
                        among(b, "5000.00", 99);
                        b.past_in(300, STAY, B, CareType::Inpatient);
                    },
                    &[("C000", "4000.00")],
                ),
            ],
        );
    }

    /// A hundred visits in one hospital, most of them at totals that begin with 9, and two hundred
    /// in another whose totals follow the law; between 10 and 10,000.
    fn nines(b: &mut Batch, agent: Option<&str>) {
        let lawful = [301, 477, 602, 699, 778, 845, 903, 954, 1000];
        for at in 0..300_u16 {
            let id = format!("C{at:03}");
            let rank = u32::from(at) * 1000 / 300;
            let by_law = lawful.iter().position(|&upto| rank < upto).unwrap_or(8) + 1;
            let in_a = at % 3 == 0;
            let digit = if in_a && at % 2 == 0 { 9 } else { by_law };
            let size = ["0", "00", "000", "0000"][usize::from(at / 3) % 4];
            let hospital = match agent {
                Some(_) => format!("H1101000010{}", at % 5),
                None => if in_a { A } else { B }.to_owned(),
            };
            let claim = b.visit(&id, at + 1, "2024-03-05", &hospital);
            b.total(claim, &format!("{digit}{size}.00"));
            if let Some(agent) = agent.filter(|_| in_a) {
                b.edit(claim).agent_name = Some(agent.to_owned());
            }
        }
    }

    #[test]
    fn first_digits_of_a_hospital_or_an_agent_are_told() {
        let mut batch = Batch::default();
        nines(&mut batch, None);
        let detected = batch.detect();
        let finding = only(&detected, Code::F310);
        assert!(matches!(finding.subject, Subject::Hospital(_)), "{:?}", finding.subject);
        assert!(finding.sentence.zh.contains("的 100 份票据总额中有 5"), "{}", finding.sentence.zh);
        assert!(finding.sentence.zh.contains("份以 9 打头，按本福特定律约 4 份"));
        assert_eq!(finding.at_risk(), Money::ZERO);
        let mut batch = Batch::default();
        nines(&mut batch, Some("丙丁戊"));
        let detected = batch.detect();
        let finding = only(&detected, Code::F310);
        assert_eq!(finding.subject, Subject::Agent("丙丁戊".to_owned()));
        assert!(finding.sentence.zh.starts_with("代办人 丙*"), "{}", finding.sentence.zh);
    }

    #[test]
    fn where_all_hospitals_are_alike_nobody_stands_out() {
        let mut batch = Batch::default();
        nines(&mut batch, None);
        for claim in (0..300).map(ClaimIx) {
            batch.put(claim, if claim.at() / 6 % 2 == 0 { A } else { B });
        }
        assert_eq!(of_code(&batch.detect(), Code::F310).count(), 0);
    }
}
