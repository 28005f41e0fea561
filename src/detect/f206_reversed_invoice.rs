//! # F206 红冲票据申报 reversed-invoice
//!
//! ## 查什么
//! 申报的票据已经作废：批内或账上另有同一票据的负数申报（红冲），或同一人、医院、日期而金额恰好相反的
//! 红字申报；或者这张票据的原结算已退费、冲销，而同一次就医又有另一张票据（换开的新票）结算或申报。
//!
//! ## 为什么要紧
//! 医院红冲后钱已退给患者，原票据只是一张废纸；拿废票报销，等于报销没有花过的钱，或者新旧两张票各报一次。
//!
//! ## 什么情况下无辜
//! 直接结算退费、冲销后改为手工报销，正是手工报销的常见原因：只有原结算的退费记录而没有换开新票的，不列；
//! 申报用的是换开的新票，不列；单位手工冲销后重新支付同一票据，由 F202 查。部分退费的，涉及金额只计退掉
//! 的部分。换开的新票总额与原票不同的，不暂缓。以电子票据查验的状态为准。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条（使用虚假、作废的票据骗取基金，重复享受待遇）。

use rayon::prelude::*;

use crate::domain::words::{SettlementStatus, Severity};
use crate::domain::{Code, Money};
use crate::flow::links::PersonFiles;
use crate::flow::{Claim, ClaimIx, Settlement};

use super::care::of_claim;
use super::detector::Detector;
use super::persons::same_invoice;
use super::scene::{Draft, Scene};
use super::stays::Stay;

pub static DETECTOR: Detector = Detector {
    code: Code::F206,
    name: "reversed-invoice",
    source: include_str!("f206_reversed_invoice.rs"),
    run,
};

const UNDER: &str = "《医疗保障基金使用监督管理条例》第四十条、第四十一条";

fn run(scene: &Scene) -> Vec<Draft> {
    let persons = scene.persons(|files| files.claims.len() + files.settlements.len() > 1);
    persons.par_iter().flat_map_iter(|(_, files)| of_person(scene, files)).collect()
}

fn of_person(scene: &Scene, files: &PersonFiles) -> Vec<Draft> {
    let claims = scene.claims_of(files);
    let mut drafts: Vec<Draft> = claims
        .filter(|&claim| scene.claim(claim).total.is_negative())
        .filter_map(|reversal| reversed(scene, files, reversal))
        .collect();
    drafts.extend(scene.claimed_bills(files).into_iter().filter_map(|bill| {
        let claim = bill.claim()?;
        let voided = voided_settlement(scene, files, claim)?;
        let (instead, same_total) = reissued(scene, files, bill)?;
        Some(replaced(scene, claim, voided, instead, same_total))
    }));
    drafts
}

/// What a negative claim takes back: the claim for its own invoice, else the earliest of the same
/// stay and the opposite sum.
fn reversed(scene: &Scene, files: &PersonFiles, reversal: ClaimIx) -> Option<Draft> {
    let red = scene.claim(reversal);
    let claims = scene.claims_of(files).map(|ix| (ix, scene.claim(ix)));
    let claims: Vec<_> = claims.filter(|(_, claim)| claim.total.is_positive()).collect();
    let key = |(ix, claim): &(ClaimIx, &Claim)| (claim.received_on, claim.claim_id.clone(), *ix);
    let named = claims.iter().filter(|(_, claim)| same_invoice(&claim.invoice, &red.invoice));
    let opposite = claims.iter().filter(|(ix, claim)| {
        let [one, other] = [reversal, *ix].map(|ix| of_claim(scene.adjudicated, ix));
        claim.stay == red.stay
            && claim.total == -red.total
            && one.same_hospital(other, scene.adjudicated) == Some(true)
    });
    let first = named.min_by_key(|&found| key(found));
    let &(claim, original) = first.or_else(|| opposite.min_by_key(|&found| key(found)))?;
    let (about, about_red) = (scene.about(claim), &red.claim_id);
    let (invoice, back) = (&original.invoice.number, -red.total);
    let at_risk = scene.whole(claim).min(back);
    let mut draft = Draft::on_claim(scene, claim, at_risk);
    draft.claims.push((reversal, Money::ZERO));
    let draft = draft
        .saying(
            format!("{}的票据 {invoice} 已由 {about_red} 红冲 {back} 元，原票仍在申报。", about.zh),
            format!(
                "{}: {about_red} takes back {back} of invoice {invoice}, which is claimed still.",
                about.en
            ),
        )
        .under(UNDER)
        .shown_by([red.origin]);
    Some(draft)
}

/// The settlement of the claim's invoice that was taken back.
fn voided_settlement<'a>(
    scene: &Scene<'a>,
    files: &PersonFiles,
    claim: ClaimIx,
) -> Option<&'a Settlement> {
    let invoice = &scene.claim(claim).invoice;
    let past = files.settlements.iter().map(|ix| &scene.records().settlements[ix.at()]);
    past.filter(|past| past.status != SettlementStatus::Normal)
        .find(|past| past.invoice.as_ref().is_some_and(|other| same_invoice(invoice, other)))
}

/// The bill that took its place: the same stay under another invoice, and whether for the same
/// total. A second claim of another total is rather the other half of the bill.
fn reissued(scene: &Scene, files: &PersonFiles, bill: Stay) -> Option<(Stay, bool)> {
    let mut others = scene.settled_bills(files);
    others.extend(scene.claimed_bills(files));
    let instead = others.into_iter().filter(|&other| {
        let differs = match (bill.invoice(scene), other.invoice(scene)) {
            (Some(one), Some(two)) => !same_invoice(one, two),
            _ => false,
        };
        let near = bill.same_hospital(other, scene.adjudicated) != Some(false);
        differs && near && other.period == bill.period
    });
    let weighed = instead.filter_map(|other| {
        let same_total = other.total(scene.adjudicated) == bill.total(scene.adjudicated);
        let is_settled_stay = other.claim().is_none() && bill.is_stay();
        (same_total || is_settled_stay).then_some((other, same_total))
    });
    weighed.min_by_key(|&(other, same_total)| (!same_total, other))
}

fn replaced(
    scene: &Scene,
    ix: ClaimIx,
    voided: &Settlement,
    instead: Stay,
    same_total: bool,
) -> Draft {
    let (about, invoice) = (scene.about(ix), &scene.claim(ix).invoice.number);
    let (id, status) = (&voided.settlement_id, voided.status);
    let other = instead.shown(scene.adjudicated);
    let new = instead.invoice(scene).map_or("—", |invoice| &*invoice.number);
    let total = instead.total(scene.adjudicated);
    let draft = Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!(
                "{}的票据 {invoice} 原结算 {id} 已{}，同一次就医已换开票据 {new}（{other}，{total} \
                 元），原票仍来申报。",
                about.zh,
                status.zh()
            ),
            format!(
                "{}: the settlement {id} of invoice {invoice} was {}; invoice {new} ({other}, \
                 {total}) took its place, and the old one is claimed.",
                about.en,
                status.word()
            ),
        )
        .under(UNDER)
        .shown_by([voided.origin, instead.origin(scene.adjudicated)]);
    if same_total { draft } else { draft.at_most(Severity::Warn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, money, only};
    use crate::domain::words::Channel;
    use crate::flow::Invoice;

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");
    const A: &str = "H11010000001";

    fn claim(b: &mut Batch, id: &str, invoice: &str, total: &str) -> ClaimIx {
        let claim = b.claim(id, 1, STAY, total);
        b.hospital(claim, A);
        b.invoice(claim, None, invoice);
        claim
    }

    fn settlement(b: &mut Batch, invoice: &str, total: &str, status: SettlementStatus) {
        let past = b.past(1, STAY, Channel::Direct);
        let past = b.edit_past(past);
        past.invoice = Some(Invoice { code: None, number: invoice.into() });
        past.hospital_code = Some(A.to_owned());
        (past.total, past.status) = (money(total), status);
    }

    #[test]
    fn a_claim_that_another_takes_back_is_told() {
        check(
            Code::F206,
            &[
                (
                    "the same invoice in red",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "001", "-900.00");
                    },
                    &[("C1+C2", "900.00")],
                ),
                (
                    "part of it in red",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "001", "-300.00");
                    },
                    &[("C1+C2", "300.00")],
                ),
                (
                    "red under a number of its own, and a new invoice",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "002", "-900.00");
                        claim(b, "C3", "003", "900.00");
                    },
                    &[("C1+C2", "900.00")],
                ),
                (
                    "the red one is on the books since last month",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "001", "-900.00");
                        b.recalled(1);
                    },
                    &[("C1", "900.00")],
                ),
                (
                    "another stay in red",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "002", "-800.00");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn a_refunded_bill_claimed_by_hand_is_normal_until_a_new_invoice_turns_up() {
        check(
            Code::F206,
            &[
                (
                    "refunded to be claimed by hand",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        settlement(b, "001", "900.00", SettlementStatus::Refunded);
                    },
                    &[],
                ),
                (
                    "refunded, settled again under a new invoice of another total",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        settlement(b, "001", "900.00", SettlementStatus::Refunded);
                        settlement(b, "002", "880.00", SettlementStatus::Normal);
                    },
                    &[("C1", "900.00")],
                ),
                (
                    "the new invoice is claimed, the old was refunded",
                    |b| {
                        claim(b, "C1", "002", "900.00");
                        settlement(b, "001", "900.00", SettlementStatus::Refunded);
                    },
                    &[],
                ),
                (
                    "old and new are both claimed",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "002", "900.00");
                        settlement(b, "001", "900.00", SettlementStatus::Reversed);
                    },
                    &[("C1", "900.00")],
                ),
                (
                    "the other half of the bill is claimed beside it",
                    |b| {
                        claim(b, "C1", "001", "900.00");
                        claim(b, "C2", "002", "350.00");
                        settlement(b, "001", "900.00", SettlementStatus::Reversed);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn another_total_is_not_held() {
        let severity = |total| {
            let mut batch = Batch::default();
            claim(&mut batch, "C1", "001", "900.00");
            settlement(&mut batch, "001", "900.00", SettlementStatus::Refunded);
            settlement(&mut batch, "002", total, SettlementStatus::Normal);
            let detected = batch.detect();
            let finding = only(&detected, Code::F206);
            assert_eq!(finding.evidence.len(), 3);
            finding.severity
        };
        assert_eq!([severity("900.00"), severity("880.00")], [Severity::Hold, Severity::Warn]);
    }
}
