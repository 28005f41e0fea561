//! # F203 同批重复票据 duplicate-invoice
//!
//! ## 查什么
//! 同一批申报里同一张票据出现两次以上：先受理的一份有效，后来的拒付；若后来的是另一个人，先受理的
//! 一份也暂缓支付。号码只差前面的零、同一医院、同一总额的，两份都暂缓，由人核对票据原件。
//!
//! ## 为什么要紧
//! 同一张票据经不同经办点、不同表格、纸质与电子各报一次，是最常见的重复报销手法。
//!
//! ## 什么情况下无辜
//! 经办人合并表格时把同一行贴了两遍；纸质与电子票据各登记一次而非有意；票据号码录错一位恰好相同。表格把
//! 号码存成数字会丢掉前面的零，代码都有而不同的仍是两张票。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）。

use rayon::prelude::*;

use crate::domain::words::Severity;
use crate::domain::{Code, Money};
use crate::flow::{ClaimIx, Duplicate};

use super::detector::{Detector, TWICE_PAID};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F203,
    name: "duplicate-invoice",
    source: include_str!("f203_duplicate_invoice.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = same_number(scene);
    drafts.extend(zeros_apart(scene));
    drafts
}

fn same_number(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| match &scene.links(claim).duplicate {
        Duplicate::First { others, contested: true } => Some(contested(scene, claim, others)),
        Duplicate::Later { first } if scene.gate(claim).is_some() => {
            Some(repeated(scene, claim, Some(*first)))
        }
        _ => scene.gate(claim).map(|_| repeated(scene, claim, None)),
    })
}

/// The later of two claims for one invoice.
fn repeated(scene: &Scene, ix: ClaimIx, first: Option<ClaimIx>) -> Draft {
    let (about, claim) = (scene.about(ix), scene.claim(ix));
    let (invoice, total) = (&claim.invoice.number, claim.total);
    let (zh, en) = match first.map(|first| scene.claim(first)) {
        Some(first) => (
            format!("申报 {} 已先受理（{}）", first.claim_id, first.received_on),
            format!("claim {} was received first ({})", first.claim_id, first.received_on),
        ),
        None => ("同批已有申报".to_owned(), "the batch holds it already".to_owned()),
    };
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的票据 {invoice} 在同批重复：{zh}，本次 {total} 元。", about.zh),
            format!("{}: invoice {invoice} is a duplicate: {en}; {total}.", about.en),
        )
        .under(TWICE_PAID)
        .shown_by(first.map(|first| scene.claim(first).origin))
}

/// The first of several claims for one invoice, when another person claims it too.
fn contested(scene: &Scene, ix: ClaimIx, others: &[ClaimIx]) -> Draft {
    let (about, claim) = (scene.about(ix), scene.claim(ix));
    let (invoice, total) = (&claim.invoice.number, claim.total);
    let ids: Vec<&str> = others.iter().map(|other| &*scene.claim(*other).claim_id).collect();
    let ids = ids.join("、");
    let rows = others.iter().map(|other| scene.claim(*other).origin);
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的票据 {invoice}（{total} 元）另有他人申报：{ids}。", about.zh),
            format!(
                "{}: invoice {invoice} ({total}) is claimed by another person too: {ids}.",
                about.en
            ),
        )
        .under(TWICE_PAID)
        .shown_by(rows)
        .at_most(Severity::Hold)
}

/// Claims whose numbers differ in leading zeros only, which a spreadsheet drops.
fn zeros_apart(scene: &Scene) -> Vec<Draft> {
    let claims = scene.adjudicated.decisions.par_iter().map(|decision| decision.claim);
    let standing = claims.filter(|&claim| {
        let repeated = matches!(scene.links(claim).duplicate, Duplicate::Later { .. });
        scene.is_on(claim) && scene.claim(claim).total.is_positive() && !repeated
    });
    let key = |&claim: &ClaimIx| {
        let row = scene.claim(claim);
        (
            row.invoice.number.trim_start_matches('0'),
            row.total,
            row.received_on,
            &row.claim_id,
            claim,
        )
    };
    let mut ordered: Vec<ClaimIx> = standing.collect();
    ordered.par_sort_unstable_by(|one, other| key(one).cmp(&key(other)));
    let alike = |one: &ClaimIx, next: &ClaimIx| {
        let ((number, total, ..), (next_number, next_total, ..)) = (key(one), key(next));
        number == next_number && total == next_total
    };
    let groups = ordered.chunk_by(alike).filter(|group| group.len() > 1);
    groups.flat_map(|group| repeats_of_first(scene, group)).collect()
}

fn repeats_of_first<'s>(
    scene: &'s Scene,
    group: &'s [ClaimIx],
) -> impl Iterator<Item = Draft> + 's {
    let first = group[0];
    let again = group[1..].iter().copied().filter(move |&next| {
        let (one, other) = (scene.claim(first), scene.claim(next));
        let codes_differ = match (&one.invoice.code, &other.invoice.code) {
            (Some(code), Some(other_code)) => code != other_code,
            _ => false,
        };
        let hospitals = (scene.links(first).hospital.one(), scene.links(next).hospital.one());
        let same_hospital = hospitals.0.is_some() && hospitals.0 == hospitals.1;
        one.invoice.number != other.invoice.number && !codes_differ && same_hospital
    });
    again.map(move |next| zeros_lost(scene, first, next))
}

fn zeros_lost(scene: &Scene, first: ClaimIx, next: ClaimIx) -> Draft {
    let (about, one, other) = (scene.about(next), scene.claim(first), scene.claim(next));
    let (number, again) = (&one.invoice.number, &other.invoice.number);
    let (id, total) = (&one.claim_id, other.total);
    let draft = Draft {
        claims: vec![(first, Money::ZERO), (next, scene.whole(next))],
        ..Draft::on_claim(scene, next, Money::ZERO)
    };
    draft
        .saying(
            format!(
                "{}的票据 {again} 与申报 {id} 的票据 {number} 只差前面的零，同一医院、同一总额 {total} 元。",
                about.zh
            ),
            format!(
                "{}: invoice {again} is {number} of claim {id} but for leading zeros; same \
                 hospital and total, {total}.",
                about.en
            ),
        )
        .under(TWICE_PAID)
        .shown_by([one.origin])
        .at_most(Severity::Hold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, of_code, only};
    use crate::domain::words::Outcome;
    use crate::flow::decisions::GateVerdict;

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");

    fn twice(b: &mut Batch, other_person: u16) {
        let first = b.claim("C1", 1, STAY, "900.00");
        let later = b.claim("C2", other_person, STAY, "900.00");
        b.pays(first, "500.00");
        b.links(first).duplicate =
            Duplicate::First { others: vec![later], contested: other_person != 1 };
        b.links(later).duplicate = Duplicate::Later { first };
        b.gate(later, Code::F203, GateVerdict::Reject);
    }

    #[test]
    fn the_later_claim_is_told_and_the_first_only_if_another_person_claims() {
        check(
            Code::F203,
            &[
                ("the same person twice", |b| twice(b, 1), &[("C2", "900.00")]),
                ("two persons", |b| twice(b, 2), &[("C1", "500.00"), ("C2", "900.00")]),
                (
                    "two invoices of one stay",
                    |b| {
                        b.claim("C1", 1, STAY, "900.00");
                        b.claim("C2", 1, STAY, "900.00");
                    },
                    &[],
                ),
            ],
        );
    }

    const A: &str = "H11010000001";

    fn numbered(b: &mut Batch, invoices: [(Option<&str>, &str); 2], hospitals: [&str; 2]) {
        for (at, person) in [(0, 1), (1, 2)] {
            let claim = b.claim(["C1", "C2"][at], person, STAY, "900.00");
            b.hospital(claim, hospitals[at]);
            b.invoice(claim, invoices[at].0, invoices[at].1);
        }
    }

    #[test]
    fn numbers_that_differ_in_leading_zeros_are_held_for_a_look_at_the_invoice() {
        const FULL: &str = "0071204512";
        const LOST: &str = "71204512";
        check(
            Code::F203,
            &[
                (
                    "the zeros were lost in the second form",
                    |b| numbered(b, [(Some("11060124"), FULL), (None, LOST)], [A, A]),
                    &[("C1+C2", "900.00")],
                ),
                (
                    "two codes",
                    |b| numbered(b, [(Some("11060124"), FULL), (Some("11060224"), LOST)], [A, A]),
                    &[],
                ),
                (
                    "two hospitals",
                    |b| numbered(b, [(None, FULL), (None, LOST)], [A, "H11010000002"]),
                    &[],
                ),
                (
                    "zeros behind are digits",
                    |b| numbered(b, [(None, "7120451200"), (None, LOST)], [A, A]),
                    &[],
                ),
                (
                    "another total",
                    |b| {
                        numbered(b, [(None, FULL), (None, LOST)], [A, A]);
                        b.edit(ClaimIx(1)).total = crate::detect::scene_test::money("899.00");
                    },
                    &[],
                ),
            ],
        );
        let mut batch = Batch::default();
        numbered(&mut batch, [(None, FULL), (None, LOST)], [A, A]);
        assert_eq!(only(&batch.detect(), Code::F203).severity, Severity::Hold);
    }

    #[test]
    fn a_contested_first_claim_is_held_and_the_later_one_refused() {
        let mut batch = Batch::default();
        twice(&mut batch, 2);
        let detected = batch.detect();
        let severities: Vec<_> =
            of_code(&detected, Code::F203).map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Hold, Severity::Block]);
        let outcomes: Vec<_> =
            detected.adjudicated.decisions.iter().map(|decision| decision.outcome).collect();
        assert_eq!(outcomes, [Outcome::Hold, Outcome::Reject]);
    }
}
