//! # F207 分票凑成已结算总额 parts-of-settled-bill
//!
//! ## 查什么
//! 同一人在同一医院的几份申报，都落在一次已结算住院（就诊）的日期之内，总额相加分毫不差等于那次结算的
//! 总额；或者反过来，一份申报的总额恰好等于它日期之内几次既往结算之和。账上的申报一并看；单独一份就与
//! 结算相符的由 F201、F202 查。
//!
//! ## 为什么要紧
//! 把一张已结算的大票拆成几张小票再报，按票据号码和总额都查不到重复。
//!
//! ## 什么情况下无辜
//! 总额凑巧相加相等（份数越多越可能凑巧，请先核对票据）；医院先分次结算、后开汇总票据，参保人没有再领
//! 钱。已退费、冲销的结算不算。医院编码缺失的，只列不暂缓。份数超过 12 的，只试日期相连的几份。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use rayon::prelude::*;

use crate::domain::words::Severity;
use crate::domain::{Code, Money};
use crate::flow::links::PersonFiles;
use crate::flow::{ClaimIx, Subject};

use super::detector::{Detector, TWICE_PAID};
use super::scene::{Draft, Scene};
use super::stays::Stay;

pub static DETECTOR: Detector = Detector {
    code: Code::F207,
    name: "parts-of-settled-bill",
    source: include_str!("f207_parts_of_settled_bill.rs"),
    run,
};

/// Of so many bills every selection is tried, of more only runs of neighbours.
const TRIED_MAX: usize = 12;

fn run(scene: &Scene) -> Vec<Draft> {
    let several = |files: &PersonFiles| {
        !files.settlements.is_empty() && files.claims.len() + files.settlements.len() > 2
    };
    let persons = scene.persons(several);
    persons.par_iter().flat_map_iter(|(_, files)| of_person(scene, files)).collect()
}

fn of_person(scene: &Scene, files: &PersonFiles) -> Vec<Draft> {
    // A claim that is a settled bill by itself is refused for that.
    let unlinked = |bill: &Stay| bill.claim().is_some_and(|claim| is_unlinked(scene, claim));
    let claims: Vec<Stay> = scene.claimed_bills(files).into_iter().filter(unlinked).collect();
    let past = scene.settled_bills(files);
    let split = past.iter().filter_map(|&whole| add_up(scene, whole, &claims));
    let joined = claims.iter().filter_map(|&whole| add_up(scene, whole, &past));
    split.chain(joined).collect()
}

fn is_unlinked(scene: &Scene, claim: ClaimIx) -> bool {
    scene.links(claim).settled.is_empty()
}

/// A draft where some of `bills` are parts of `whole` to the fen.
fn add_up(scene: &Scene, whole: Stay, bills: &[Stay]) -> Option<Draft> {
    let total = whole.total(scene.adjudicated);
    let is_part = |part: &&Stay| {
        let inside =
            whole.period.contains(part.period.first()) && whole.period.contains(part.period.last());
        let there = part.same_hospital(whole, scene.adjudicated) != Some(false);
        inside && there && part.total(scene.adjudicated) < total
    };
    let mut parts: Vec<Stay> = bills.iter().filter(is_part).copied().collect();
    parts.sort_unstable();
    let amounts: Vec<Money> = parts.iter().map(|part| part.total(scene.adjudicated)).collect();
    let chosen = selection(&amounts, total)?;
    let parts: Vec<Stay> = chosen.into_iter().map(|at| parts[at]).collect();
    Some(told(scene, whole, &parts))
}

/// The places of at least two amounts that add up to `total`: the fewest, then the first.
fn selection(amounts: &[Money], total: Money) -> Option<Vec<usize>> {
    let count = amounts.len();
    if count > TRIED_MAX {
        return run_of_neighbours(amounts, total);
    }
    let sum_of = |set: u32| -> Money {
        (0..count).filter(|at| set >> at & 1 == 1).map(|at| amounts[at]).sum()
    };
    let several = (0..1u32 << count).filter(|set| set.count_ones() > 1);
    let found = several.filter(|&set| sum_of(set) == total);
    let best = found.min_by_key(|set| (set.count_ones(), *set))?;
    Some((0..count).filter(|at| best >> at & 1 == 1).collect())
}

fn run_of_neighbours(amounts: &[Money], total: Money) -> Option<Vec<usize>> {
    let (mut start, mut sum) = (0, Money::ZERO);
    for (end, &amount) in amounts.iter().enumerate() {
        sum += amount;
        while sum > total {
            sum -= amounts[start];
            start += 1;
        }
        if sum == total && end > start {
            return Some((start..=end).collect());
        }
    }
    None
}

fn told(scene: &Scene, whole: Stay, parts: &[Stay]) -> Draft {
    let claims: Vec<ClaimIx> = match whole.claim() {
        Some(claim) => vec![claim],
        None => parts.iter().filter_map(|part| part.claim()).collect(),
    };
    let first = claims[0];
    let shown = |bill: &Stay| {
        format!("{} {}", bill.shown(scene.adjudicated), bill.total(scene.adjudicated))
    };
    let (about, total) = (scene.about(first), whole.total(scene.adjudicated));
    let (id, count) = (whole.shown(scene.adjudicated), parts.len());
    let sum = parts.iter().map(shown).collect::<Vec<_>>().join(" + ");
    let (zh, en) = match whole.claim() {
        None => (
            format!("{count} 份申报相加恰为已结算的 {id}（{}）总额", whole.period),
            format!("{count} claims add up to the settlement {id} ({})", whole.period),
        ),
        Some(_) => (
            format!("总额恰为 {count} 次既往结算之和"),
            format!("the total is that of {count} past settlements"),
        ),
    };
    let sure = parts.iter().all(|part| part.same_hospital(whole, scene.adjudicated) == Some(true));
    let rows = parts.iter().chain([&whole]).map(|bill| bill.origin(scene.adjudicated));
    let draft = Draft {
        subject: scene.claim(first).person.key().map_or(Subject::Claim(first), Subject::Person),
        claims: claims.into_iter().map(|claim| (claim, scene.whole(claim))).collect(),
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!("{}：{zh}，{sum} = {total} 元。", about.zh),
            format!("{}: {en}: {sum} = {total}.", about.en),
        )
        .under(TWICE_PAID)
        .shown_by(rows);
    if sure { draft } else { draft.at_most(Severity::Warn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only};
    use crate::domain::words::{Channel, SettlementStatus};

    const A: &str = "H11010000001";
    const STAY: (&str, &str) = ("2024-03-01", "2024-03-20");

    fn settled(b: &mut Batch, stay: (&str, &str), total: &str) -> crate::flow::SettlementIx {
        let past = b.past(1, stay, Channel::Direct);
        let edited = b.edit_past(past);
        (edited.total, edited.hospital_code) = (money(total), Some(A.to_owned()));
        past
    }

    fn part(b: &mut Batch, id: &str, stay: (&str, &str), total: &str) -> ClaimIx {
        let claim = b.claim(id, 1, stay, total);
        b.hospital(claim, A);
        claim
    }

    const ONE: (&str, &str) = ("2024-03-01", "2024-03-10");
    const TWO: (&str, &str) = ("2024-03-10", "2024-03-20");

    #[test]
    fn parts_that_add_up_to_a_settled_bill_are_told() {
        check(
            Code::F207,
            &[
                (
                    "two parts",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", ONE, "400.01");
                        part(b, "C2", TWO, "499.99");
                    },
                    &[("C1+C2", "900.00")],
                ),
                (
                    "two of three",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", ONE, "400.00");
                        part(b, "C2", ONE, "33.00");
                        part(b, "C3", TWO, "500.00");
                    },
                    &[("C1+C3", "900.00")],
                ),
                (
                    "one part was claimed last month",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", TWO, "500.00");
                        part(b, "C0", ONE, "400.00");
                        b.recalled(1);
                    },
                    &[("C1", "500.00")],
                ),
                (
                    "one claim is the sum of two settlements",
                    |b| {
                        settled(b, ONE, "400.00");
                        settled(b, TWO, "500.00");
                        part(b, "C1", STAY, "900.00");
                    },
                    &[("C1", "900.00")],
                ),
            ],
        );
    }

    #[test]
    fn what_does_not_add_up_or_was_taken_back_is_not_told() {
        check(
            Code::F207,
            &[
                (
                    "a fen apart",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", ONE, "400.00");
                        part(b, "C2", TWO, "500.01");
                    },
                    &[],
                ),
                (
                    "refunded",
                    |b| {
                        let past = settled(b, STAY, "900.00");
                        b.edit_past(past).status = SettlementStatus::Refunded;
                        part(b, "C1", ONE, "400.00");
                        part(b, "C2", TWO, "500.00");
                    },
                    &[],
                ),
                (
                    "the day after that stay",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", ONE, "400.00");
                        part(b, "C2", ("2024-03-10", "2024-03-21"), "500.00");
                    },
                    &[],
                ),
                (
                    "another hospital",
                    |b| {
                        settled(b, STAY, "900.00");
                        part(b, "C1", ONE, "400.00");
                        let other = part(b, "C2", TWO, "500.00");
                        b.hospital(other, "H11010000002");
                    },
                    &[],
                ),
                (
                    "each part was settled by itself: the gate knows",
                    |b| {
                        settled(b, STAY, "900.00");
                        for (id, stay, total) in [("C1", ONE, "400.00"), ("C2", TWO, "500.00")] {
                            let past = settled(b, stay, total);
                            let claim = part(b, id, stay, total);
                            b.settled(claim, past);
                        }
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn many_parts_are_tried_in_runs() {
        let fen = |amounts: &[i64]| -> Vec<Money> {
            amounts.iter().map(|&fen| Money::from_fen(fen)).collect()
        };
        let many = fen(&[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]);
        assert_eq!(selection(&many, Money::from_fen(8 + 16 + 32)), Some(vec![3, 4, 5]));
        assert_eq!(selection(&many, Money::from_fen(1 + 4)), None);
        assert_eq!(selection(&many[..12], Money::from_fen(1 + 4)), Some(vec![0, 2]));
        assert_eq!(selection(&many, Money::from_fen(4096)), None);
        assert_eq!(selection(&[], Money::ZERO), None);
    }

    #[test]
    fn without_the_hospital_it_is_not_held() {
        let severity = |hospital: Option<&str>| {
            let mut batch = Batch::default();
            let past = settled(&mut batch, STAY, "900.00");
            batch.edit_past(past).hospital_code = hospital.map(str::to_owned);
            part(&mut batch, "C1", ONE, "400.00");
            part(&mut batch, "C2", TWO, "500.00");
            let detected = batch.detect();
            let finding = only(&detected, Code::F207);
            assert!(finding.sentence.zh.contains("C1 400.00 + C2 500.00 = 900.00 元"));
            assert_eq!(finding.evidence.len(), 3);
            finding.severity
        };
        assert_eq!([severity(Some(A)), severity(None)], [Severity::Hold, Severity::Warn]);
    }
}
