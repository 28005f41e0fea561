//! What F201 and F202 share: a claimed bill that was settled before, through one channel or the
//! other.
//!
//! The surprise: the gate decides, not the link. A bill that was refunded or reversed is linked to
//! its settlement and yet no finding.

use crate::domain::words::Channel;
use crate::domain::{Origin, Text};
use crate::flow::{ClaimIx, Duplicate, Settlement};

use super::detector::TWICE_PAID;
use super::scene::{Draft, Scene, in_brackets};

/// A draft for every claim the gate of the scene's code refused.
pub fn refused(scene: &Scene, channel: Channel) -> Vec<Draft> {
    scene.each_gate(|claim, gate| {
        let past = settlements(scene, claim, channel);
        let words = past.first().map_or_else(|| in_brackets(&gate.saw), said);
        let draft = draft(scene, claim, &past, channel, &words);
        draft.shown_by(used_before(scene, claim))
    })
}

/// The claim on the books that used the invoice first.
fn used_before(scene: &Scene, ix: ClaimIx) -> Option<Origin> {
    match &scene.links(ix).duplicate {
        Duplicate::Later { first } => Some(scene.claim(*first).origin),
        _ => None,
    }
}

fn draft(
    scene: &Scene,
    ix: ClaimIx,
    past: &[(&Settlement, &'static str)],
    channel: Channel,
    words: &Text,
) -> Draft {
    let (about, claim) = (scene.about(ix), scene.claim(ix));
    let (invoice, total) = (&claim.invoice.number, claim.total);
    let (zh, en) = match channel {
        Channel::Direct => ("已直接结算", "was settled directly"),
        Channel::Manual => ("已手工报销", "was already paid by hand"),
    };
    let rows: Vec<Origin> = past.iter().map(|(settlement, _)| settlement.origin).collect();
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的票据 {invoice} {zh}{}，本次又申报 {total} 元。", about.zh, words.zh),
            format!("{}: invoice {invoice} {en}{}; claimed again: {total}.", about.en, words.en),
        )
        .under(TWICE_PAID)
        .shown_by(rows)
}

/// The settlement the claim repeats, and what made that certain.
fn said((past, tier): &(&Settlement, &'static str)) -> Text {
    let (id, day, fund) = (&past.settlement_id, past.settled_on, past.fund_total());
    let (zh, en) = match *tier {
        "invoice" => ("票据代码和号码相同", "same invoice code and number"),
        "invoice_hospital" => ("票据号码和机构相同", "same invoice number and hospital"),
        "stay_total" => ("本人、机构、日期和总额相同", "same person, hospital, days and total"),
        other => (other, other),
    };
    Text::new(
        format!("（结算 {id}，{day}，基金已支付 {fund} 元；{zh}）"),
        format!(" (settlement {id} of {day}, the fund paid {fund}; {en})"),
    )
}

fn settlements<'a>(
    scene: &Scene<'a>,
    ix: ClaimIx,
    channel: Channel,
) -> Vec<(&'a Settlement, &'static str)> {
    let all = &scene.records().settlements;
    let settled = scene.links(ix).settled.iter();
    let past = settled.map(|settled| (&all[settled.settlement.at()], settled.tier));
    past.filter(|(settlement, _)| settlement.channel == channel).collect()
}
