//! # F204 同一住院另票申报 same-stay-again
//!
//! ## 查什么
//! 同一人、同一医院、同样的入出院日期和总额，用另一张票据再次申报；本批申报、账上已过账的申报和既往结算
//! 一并看。门诊只在总额达到门槛（默认 200 元，可按参保地设置）、两份明细逐行相同（与既往结算比时诊断
//! 编码相同）时列为“关注”，不暂缓。
//!
//! ## 为什么要紧
//! 票据重打、换开或伪造一张新号码，就绕过了按票据号码的查重，同一次住院付两次。
//!
//! ## 什么情况下无辜
//! 原票已红冲或原结算已退费、换开新票的，不列；一次住院分开两张票据的，总额不会恰好相同；一天两次治疗或
//! 两次挂号收费相同，金额在门槛以下的不列。医院编码缺失、只能按本人、日期和总额判断的，不暂缓。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use rayon::prelude::*;

use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin};
use crate::flow::links::PersonFiles;
use crate::flow::{BillLine, ClaimIx, Subject};
use crate::rulebook::detector_settings::Threshold;

use super::detector::{Detector, TWICE_PAID};
use super::persons::same_invoice;
use super::scene::{Draft, Scene};
use super::stays::Stay;

pub static DETECTOR: Detector = Detector {
    code: Code::F204,
    name: "same-stay-again",
    source: include_str!("f204_same_stay_again.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let persons = scene.persons(|files| files.claims.len() + files.settlements.len() > 1);
    persons.par_iter().flat_map_iter(|(_, files)| of_person(scene, files)).collect()
}

fn of_person(scene: &Scene, files: &PersonFiles) -> Vec<Draft> {
    let mut bills = scene.claimed_bills(files);
    bills.extend(scene.settled_bills(files));
    bills.sort_unstable_by_key(|bill| (bill.period, bill.total(scene.adjudicated), *bill));
    let alike = |one: &Stay, next: &Stay| {
        one.period == next.period && one.total(scene.adjudicated) == next.total(scene.adjudicated)
    };
    let groups = bills.chunk_by(alike).filter(|group| group.len() > 1);
    let open = groups.filter(|group| !is_taken_back(scene, files, group[0]));
    open.flat_map(|group| repeats(scene, group)).collect()
}

/// Whether one of such bills was reversed: then another in its place is what should be.
fn is_taken_back(scene: &Scene, files: &PersonFiles, bill: Stay) -> bool {
    files.claims.iter().map(|&ix| scene.claim(ix)).any(|claim| {
        claim.total.is_negative()
            && claim.stay == bill.period
            && -claim.total == bill.total(scene.adjudicated)
    })
}

/// The bills of one person, days and total: those that repeat the earliest of them, then those
/// that repeat the earliest of the rest.
fn repeats(scene: &Scene, group: &[Stay]) -> Vec<Draft> {
    let mut rest: Vec<Stay> = group.to_vec();
    rest.sort_by_key(|bill| bill.precedence(scene));
    let mut drafts = Vec::new();
    while !rest.is_empty() {
        let first = rest.remove(0);
        let (again, others) = rest.into_iter().partition(|&next| is_repeat(scene, first, next));
        rest = others;
        drafts.extend(repeated(scene, first, &again));
    }
    drafts
}

/// Whether two bills of the same days and total are one care under two invoices.
fn is_repeat(scene: &Scene, first: Stay, next: Stay) -> bool {
    let same = match (first.invoice(scene), next.invoice(scene)) {
        (Some(one), Some(other)) => same_invoice(one, other),
        _ => false,
    };
    // One invoice, and one bill by whatever else links them, is what others look for.
    if same || scene.are_linked(first, next) {
        return false;
    }
    let at = first.same_hospital(next, scene.adjudicated);
    if first.is_stay() && next.is_stay() {
        let past = first.claim().is_none() || next.claim().is_none();
        return at == Some(true) || at.is_none() && past;
    }
    at == Some(true) && is_same_visit(scene, first, next)
}

/// Whether two visits of one day and sum are more than two equal fees.
fn is_same_visit(scene: &Scene, first: Stay, next: Stay) -> bool {
    let Some(claim) = first.claim().or(next.claim()) else { return false };
    let least = Money::from_yuan(scene.threshold(Threshold::VisitYuanMin, claim).into());
    let diagnoses = [first, next].map(|bill| bill.diagnosis_code(scene.adjudicated));
    let same_disease = match diagnoses {
        [Some(one), Some(other)] => Some(one == other),
        _ => None,
    };
    let alike = match (first.claim(), next.claim()) {
        (Some(one), Some(other)) => same_disease != Some(false) && same_lines(scene, one, other),
        _ => same_disease == Some(true),
    };
    first.total(scene.adjudicated) >= least && alike
}

/// Whether two bills list the same items, quantities and amounts; without lines nothing is known.
fn same_lines(scene: &Scene, one: ClaimIx, other: ClaimIx) -> bool {
    let said = |line: &BillLine| (line.item_name.at(), line.quantity, line.amount);
    let listed = |ix: ClaimIx| {
        let mut lines: Vec<_> =
            scene.splits(ix).iter().map(|split| said(scene.line(split.line))).collect();
        lines.sort_unstable();
        lines
    };
    !scene.splits(one).is_empty() && listed(one) == listed(other)
}

fn repeated(scene: &Scene, first: Stay, again: &[Stay]) -> Option<Draft> {
    let bills: Vec<Stay> = std::iter::once(first).chain(again.iter().copied()).collect();
    let claims: Vec<(ClaimIx, Money)> = bills
        .iter()
        .filter_map(|bill| Some((bill.claim()?, *bill == first)))
        .map(|(claim, is_first)| (claim, if is_first { Money::ZERO } else { scene.whole(claim) }))
        .collect();
    let &(claim, _) = claims.last().filter(|_| !again.is_empty())?;
    let sure = again.iter().all(|next| {
        first.is_stay()
            && next.is_stay()
            && first.same_hospital(*next, scene.adjudicated) == Some(true)
    });
    let (about, total, period) = (scene.about(claim), first.total(scene.adjudicated), first.period);
    let rows: Vec<Origin> = bills.iter().map(|bill| bill.origin(scene.adjudicated)).collect();
    let shown = |bill: &Stay| {
        let invoice = bill.invoice(scene).map_or("—", |invoice| &*invoice.number);
        (bill.shown(scene.adjudicated), invoice)
    };
    let zh = bills.iter().map(&shown).map(|(id, no)| format!("{id}（票据 {no}）"));
    let en = bills.iter().map(&shown).map(|(id, no)| format!("{id} (invoice {no})"));
    let (zh, en): (Vec<String>, Vec<String>) = (zh.collect(), en.collect());
    let least = scene.threshold(Threshold::VisitYuanMin, claim);
    let draft = Draft {
        subject: scene.claim(claim).person.key().map_or(Subject::Claim(claim), Subject::Person),
        claims,
        thresholds: vec![(Threshold::VisitYuanMin, least)],
        ..Draft::on_claim(scene, claim, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!(
                "{}与同一人、同样日期（{period}）、同样总额 {total} 元的另一张票据重复：{}。",
                about.zh,
                zh.join("，")
            ),
            format!(
                "{}: the same person, days ({period}) and total {total} under other invoices: {}.",
                about.en,
                en.join(", ")
            ),
        )
        .under(TWICE_PAID)
        .shown_by(rows);
    Some(if sure { draft } else { draft.at_most(Severity::Warn) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, money, only};
    use crate::domain::words::{CareType, Channel, SettlementStatus};
    use crate::flow::Duplicate;

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");
    const DAY: (&str, &str) = ("2024-03-01", "2024-03-01");
    const A: &str = "H11010000001";
    const B: &str = "H11010000002";

    fn claim(b: &mut Batch, id: &str, stay: (&str, &str), total: &str, hospital: &str) -> ClaimIx {
        let claim = b.claim(id, 1, stay, total);
        b.hospital(claim, hospital);
        claim
    }

    fn visit(b: &mut Batch, id: &str, lines: &[(&str, &str)]) -> ClaimIx {
        let sums = lines.iter().map(|(_, amount)| money(amount));
        let total: Money = sums.sum();
        let ix = claim(b, id, DAY, &total.to_string(), A);
        b.edit(ix).care = CareType::Outpatient;
        for (quantity, amount) in lines {
            b.line(quantity, amount, amount);
        }
        ix
    }

    fn past(b: &mut Batch, hospital: Option<&str>) -> crate::flow::SettlementIx {
        let past = b.past(1, STAY, Channel::Direct);
        b.edit_past(past).hospital_code = hospital.map(str::to_owned);
        past
    }

    #[test]
    fn the_same_stay_under_another_invoice_is_told() {
        check(
            Code::F204,
            &[
                (
                    "twice in the batch",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        claim(b, "C2", STAY, "900.00", A);
                    },
                    &[("C1+C2", "900.00")],
                ),
                (
                    "the earlier received is the first whatever its number",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        let first = claim(b, "C2", STAY, "900.00", A);
                        b.pays(first, "100.00");
                        b.edit(first).received_on = day("2024-04-01");
                    },
                    &[("C1+C2", "900.00")],
                ),
                (
                    "on the books since last month",
                    |b| {
                        claim(b, "C2", STAY, "900.00", A);
                        let first = claim(b, "C1", STAY, "900.00", A);
                        b.edit(first).received_on = day("2024-04-01");
                        b.recalled(1);
                    },
                    &[("C2", "900.00")],
                ),
                (
                    "settled before, the hospital not on record",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        past(b, None);
                    },
                    &[("C1", "900.00")],
                ),
                (
                    "one number, two codes",
                    |b| {
                        for (id, code) in [("C1", "11060124"), ("C2", "11060224")] {
                            let ix = claim(b, id, STAY, "900.00", A);
                            b.invoice(ix, Some(code), "0012345678");
                        }
                    },
                    &[("C1+C2", "900.00")],
                ),
            ],
        );
    }

    #[test]
    fn what_is_not_the_same_stay_is_not_told() {
        check(
            Code::F204,
            &[
                (
                    "two invoices of one stay",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        claim(b, "C2", STAY, "899.99", A);
                    },
                    &[],
                ),
                (
                    "another hospital",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        claim(b, "C2", STAY, "900.00", B);
                    },
                    &[],
                ),
                (
                    "the next stay at the same price",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        claim(b, "C2", ("2024-03-08", "2024-03-15"), "900.00", A);
                    },
                    &[],
                ),
                (
                    "twins",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        let twin = b.claim("C2", 2, STAY, "900.00");
                        b.hospital(twin, A);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn what_others_tell_or_was_taken_back_is_not_told() {
        check(
            Code::F204,
            &[
                (
                    "one invoice twice is another finding",
                    |b| {
                        let first = claim(b, "C1", STAY, "900.00", A);
                        let later = claim(b, "C2", STAY, "900.00", A);
                        b.links(later).duplicate = Duplicate::Later { first };
                    },
                    &[],
                ),
                (
                    "settled directly, which the gate knows",
                    |b| {
                        let ix = claim(b, "C1", STAY, "900.00", A);
                        let past = past(b, Some(A));
                        b.settled(ix, past);
                    },
                    &[],
                ),
                (
                    "the direct settlement was refunded",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        let past = past(b, None);
                        b.edit_past(past).status = SettlementStatus::Refunded;
                    },
                    &[],
                ),
                (
                    "reversed, and a new invoice in its place",
                    |b| {
                        claim(b, "C1", STAY, "900.00", A);
                        claim(b, "C2", STAY, "-900.00", A);
                        claim(b, "C3", STAY, "900.00", A);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn equal_visits_of_a_day_are_told_only_line_by_line_and_from_a_sum_on() {
        check(
            Code::F204,
            &[
                (
                    "the same lines, two hundred yuan",
                    |b| {
                        visit(b, "C1", &[("1", "150.00"), ("1", "50.00")]);
                        visit(b, "C2", &[("1", "150.00"), ("1", "50.00")]);
                    },
                    &[("C1+C2", "200.00")],
                ),
                (
                    "two registrations",
                    |b| {
                        visit(b, "C1", &[("1", "25.00")]);
                        visit(b, "C2", &[("1", "25.00")]);
                    },
                    &[],
                ),
                (
                    "a fen below",
                    |b| {
                        visit(b, "C1", &[("1", "199.99")]);
                        visit(b, "C2", &[("1", "199.99")]);
                    },
                    &[],
                ),
                (
                    "the same sum of other lines",
                    |b| {
                        visit(b, "C1", &[("1", "150.00"), ("1", "50.00")]);
                        visit(b, "C2", &[("1", "120.00"), ("1", "80.00")]);
                    },
                    &[],
                ),
                (
                    "two departments, two diseases",
                    |b| {
                        let one = visit(b, "C1", &[("1", "300.00")]);
                        let other = visit(b, "C2", &[("1", "300.00")]);
                        b.edit(one).diagnosis_code = Some("J18.900".to_owned());
                        b.edit(other).diagnosis_code = Some("S72.000".to_owned());
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn only_a_stay_in_one_hospital_is_held() {
        let severity = |arrange: fn(&mut Batch)| {
            let mut batch = Batch::default();
            arrange(&mut batch);
            only(&batch.detect(), Code::F204).severity
        };
        let stay = severity(|b| {
            claim(b, "C1", STAY, "900.00", A);
            claim(b, "C2", STAY, "900.00", A);
        });
        let visits = severity(|b| {
            visit(b, "C1", &[("1", "250.00")]);
            visit(b, "C2", &[("1", "250.00")]);
        });
        let somewhere = severity(|b| {
            claim(b, "C1", STAY, "900.00", A);
            past(b, None);
        });
        assert_eq!([stay, visits, somewhere], [Severity::Hold, Severity::Warn, Severity::Warn]);
    }
}
