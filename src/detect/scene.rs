//! What a detector sees, and the draft of a finding it hands back.
//!
//! The surprise: a detector sees only the claims for whose insured region it is switched on, so
//! it never asks about that itself.

use rayon::prelude::*;

use crate::domain::identity::mask_name;
use crate::domain::words::{Outcome, Severity};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{
    Adjudicated, BillLine, Claim, ClaimIx, ClaimLinks, Decision, Edge, GateHit, Hospital, LineIx,
    LineSplit, Records, Subject,
};
use crate::rulebook::Rulebook;
use crate::rulebook::detector_settings::{DetectorSettings, Threshold};
use crate::rulebook::divisions::Divisions;

use super::appearances::Appearances;
use super::care::{Care, Episode};
use super::line_items::{LineItem, LineItems};
use super::stays::Stays;

/// What several detectors need and is worked out once.
#[derive(Debug, Default)]
pub struct Shared {
    pub care: Care,
    pub stays: Stays,
    pub appearances: Appearances,
    /// Lines whose amount is not quantity × unit price, in the order of the claims.
    pub odd_lines: Vec<OddLine>,
    /// What every line is.
    pub line_items: LineItems,
}

/// A line whose amount is not quantity × unit price, rounded to the fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddLine {
    pub claim: ClaimIx,
    pub line: LineIx,
    /// Quantity × unit price with the sign of the amount; nothing where it is past all money.
    pub product: Option<Money>,
}

/// What detectors look up besides the decisions: all of it from the data folder.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub settings: &'a DetectorSettings,
    pub rulebook: &'a Rulebook,
    pub divisions: &'a Divisions,
}

/// Read access for one detector.
pub struct Scene<'a> {
    pub adjudicated: &'a Adjudicated,
    pub shared: &'a Shared,
    pub ground: Ground<'a>,
    /// The detector's own code.
    pub code: Code,
}

/// A finding before it has a severity, an id and a place in the register.
#[derive(Clone, Debug)]
pub struct Draft {
    pub subject: Subject,
    /// The claims it rests on, each with the amount at risk there.
    pub claims: Vec<(ClaimIx, Money)>,
    /// Where the case is milder than the code as a whole.
    pub at_most: Option<Severity>,
    pub sentence: Text,
    pub legal_basis: String,
    pub evidence: Vec<Origin>,
    pub thresholds: Vec<(Threshold, u32)>,
    /// Of a network.
    pub edges: Vec<Edge>,
}

impl Shared {
    pub fn build(adjudicated: &Adjudicated, rulebook: &Rulebook) -> Shared {
        let ((care, appearances), (odd_lines, line_items)) = rayon::join(
            || rayon::join(|| Care::build(adjudicated), || Appearances::build(adjudicated)),
            || (odd_lines(adjudicated), LineItems::build(adjudicated, rulebook)),
        );
        Shared { stays: Stays::of(&care), care, appearances, odd_lines, line_items }
    }
}

/// No line of a bill comes to a thousand million yuan; what does is a mistyped quantity.
const MOST_OF_A_LINE: Money = Money::from_fen(100_000_000_000);

/// One pass over all lines. A reversal may carry its sign in the quantity or in the amount alone,
/// so absolute values are compared.
fn odd_lines(adjudicated: &Adjudicated) -> Vec<OddLine> {
    let lines = &adjudicated.linked.records.lines;
    let splits = adjudicated.lines.par_iter();
    let odd = splits.filter_map(|split| {
        let line = &lines[split.line.at()];
        let product = line.unit_price.abs().checked_times(line.quantity.abs());
        let product = product.filter(|product| *product <= MOST_OF_A_LINE);
        let signed = if line.amount.is_negative() { product.map(|p| -p) } else { product };
        let fits = signed == Some(line.amount);
        (!fits).then_some(OddLine { claim: split.claim, line: split.line, product: signed })
    });
    let mut odd: Vec<OddLine> = odd.collect();
    odd.sort_by_key(|odd| odd.claim);
    odd
}

impl OddLine {
    /// What the line claims above quantity × unit price; nothing where it claims less.
    pub fn excess(&self, scene: &Scene) -> Money {
        self.product.map_or(Money::ZERO, |product| scene.line(self.line).amount - product).or_zero()
    }
}

impl<'a> Scene<'a> {
    pub fn records(&self) -> &'a Records {
        &self.adjudicated.linked.records
    }

    pub fn claim(&self, ix: ClaimIx) -> &'a Claim {
        self.records().claim(ix)
    }

    pub fn decision(&self, ix: ClaimIx) -> &'a Decision {
        &self.adjudicated.decisions[ix.at()]
    }

    pub fn links(&self, ix: ClaimIx) -> &'a ClaimLinks {
        &self.adjudicated.linked.links[ix.at()]
    }

    pub fn line(&self, ix: LineIx) -> &'a BillLine {
        &self.records().lines[ix.at()]
    }

    /// The claim's lines, as adjudication split them.
    pub fn splits(&self, ix: ClaimIx) -> &'a [LineSplit] {
        let range = &self.decision(ix).lines;
        &self.adjudicated.lines[range.start as usize..range.end as usize]
    }

    /// The claim's lines, each with what it is.
    pub fn items(&self, ix: ClaimIx) -> impl Iterator<Item = (&'a LineSplit, LineItem)> {
        let items = self.shared.line_items.of(&self.decision(ix).lines);
        self.splits(ix).iter().zip(items.iter().copied())
    }

    /// The claim's lines whose amount is not quantity × unit price.
    pub fn odd_lines(&self, ix: ClaimIx) -> &'a [OddLine] {
        let all = &self.shared.odd_lines;
        let start = all.partition_point(|odd| odd.claim < ix);
        let count = all[start..].partition_point(|odd| odd.claim == ix);
        &all[start..start + count]
    }

    /// What the claim's lines add up to.
    pub fn billed(&self, ix: ClaimIx) -> Money {
        self.splits(ix).iter().map(|split| self.line(split.line).amount).sum()
    }

    /// A line by its number and item: `第3行“血常规”`.
    pub fn line_shown(&self, ix: LineIx) -> Text {
        let line = self.line(ix);
        let item = self.records().names.get(line.item_name);
        match line.line_no {
            Some(number) => {
                Text::new(format!("第 {number} 行“{item}”"), format!("line {number} ({item})"))
            }
            None => Text::new(
                format!("{} 的“{item}”", line.service_on),
                format!("the line of {} ({item})", line.service_on),
            ),
        }
    }

    /// The hospital of the claim, where exactly one was found.
    pub fn hospital(&self, ix: ClaimIx) -> Option<&'a Hospital> {
        let found = self.links(ix).hospital.one()?;
        Some(&self.records().hospitals[found.at()])
    }

    /// The gate of this detector's code, if it fired on the claim.
    pub fn gate(&self, ix: ClaimIx) -> Option<&'a GateHit> {
        self.decision(ix).gates.iter().find(|gate| gate.code == self.code)
    }

    pub fn is_on(&self, ix: ClaimIx) -> bool {
        self.ground.settings.is_enabled(self.code, self.claim(ix).insured)
    }

    /// The episodes of a person that may be looked at: past settlements belong to no region, claims
    /// must be insured where the detector is on.
    pub fn looked_at(&self, person: &[Episode]) -> Vec<Episode> {
        let on = |episode: &Episode| episode.claim().is_none_or(|claim| self.is_on(claim));
        person.iter().copied().filter(on).collect()
    }

    /// The person a claim is for, or the claim where nobody can be told.
    pub fn person_or_claim(&self, ix: ClaimIx) -> Subject {
        self.claim(ix).person.key().map_or(Subject::Claim(ix), Subject::Person)
    }

    pub fn threshold(&self, threshold: Threshold, ix: ClaimIx) -> u32 {
        self.ground.settings.threshold(threshold, self.claim(ix).insured)
    }

    /// Asks about every claim, in parallel; the drafts stand in the order of the claims.
    pub fn each_claim(&self, find: impl Fn(ClaimIx) -> Option<Draft> + Sync) -> Vec<Draft> {
        let decisions = self.adjudicated.decisions.par_iter().map(|decision| decision.claim);
        decisions.filter(|&claim| self.is_on(claim)).filter_map(&find).collect()
    }

    /// As [`Scene::each_claim`], where a claim may have several.
    pub fn each_claim_many(&self, find: impl Fn(ClaimIx) -> Vec<Draft> + Sync) -> Vec<Draft> {
        let decisions = self.adjudicated.decisions.par_iter().map(|decision| decision.claim);
        decisions.filter(|&claim| self.is_on(claim)).flat_map_iter(&find).collect()
    }

    /// A draft for every claim on which the gate of this code fired: what adjudication found is
    /// not decided a second time.
    pub fn each_gate(&self, say: impl Fn(ClaimIx, &GateHit) -> Draft + Sync) -> Vec<Draft> {
        self.each_claim(|claim| Some(say(claim, self.gate(claim)?)))
    }

    /// All of a claim: what the fund pays, or what was claimed where it pays nothing yet.
    pub fn whole(&self, ix: ClaimIx) -> Money {
        let decision = self.decision(ix);
        match decision.outcome {
            Outcome::Pay | Outcome::PayReduced | Outcome::Hold => decision.amounts.fund_total(),
            Outcome::Reject | Outcome::Pend => self.claim(ix).total,
        }
    }

    /// The words that begin a sentence about a claim. The name is masked.
    pub fn about(&self, ix: ClaimIx) -> Text {
        let claim = self.claim(ix);
        let (id, name, stay) = (&claim.claim_id, mask_name(&claim.name), claim.stay);
        let days =
            if stay.first() == stay.last() { stay.first().to_string() } else { stay.to_string() };
        Text::new(format!("申报 {id}（{name}，{days}）"), format!("claim {id} ({name}, {days})"))
    }

    /// The name of the hospital as registered, else as claimed.
    pub fn hospital_shown(&self, ix: ClaimIx) -> &'a str {
        let claim = self.claim(ix);
        let registered = self.hospital(ix).map(|hospital| hospital.name.as_str());
        let claimed = claim.hospital_name.as_deref().or(claim.hospital_code.as_deref());
        registered.or(claimed).unwrap_or("—")
    }
}

impl Draft {
    /// A finding on one claim; its row is the first piece of evidence.
    pub fn on_claim(scene: &Scene, claim: ClaimIx, at_risk: Money) -> Draft {
        Draft {
            subject: Subject::Claim(claim),
            claims: vec![(claim, at_risk)],
            at_most: None,
            sentence: Text::new("", ""),
            legal_basis: String::new(),
            evidence: vec![scene.claim(claim).origin],
            thresholds: Vec::new(),
            edges: Vec::new(),
        }
    }

    pub fn saying(mut self, zh: impl Into<String>, en: impl Into<String>) -> Draft {
        self.sentence = Text::new(zh, en);
        self
    }

    pub fn under(mut self, legal_basis: impl Into<String>) -> Draft {
        self.legal_basis = legal_basis.into();
        self
    }

    pub fn shown_by(mut self, evidence: impl IntoIterator<Item = Origin>) -> Draft {
        self.evidence.extend(evidence);
        self
    }

    pub fn at_most(mut self, severity: Severity) -> Draft {
        self.at_most = Some(severity);
        self
    }
}

/// Lists the first few things that are said of a claim's lines, and how many more there are.
pub fn listed(said: &[Text]) -> Text {
    listed_of(said, ("行", "lines"))
}

/// The same of other things, with the word that counts them.
pub fn listed_of(said: &[Text], (zh_unit, en_unit): (&str, &str)) -> Text {
    const SHOWN: usize = 3;
    let shown = &said[..said.len().min(SHOWN)];
    let zh: Vec<&str> = shown.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = shown.iter().map(|text| text.en.as_str()).collect();
    let (mut zh, mut en) = (zh.join("；"), en.join("; "));
    if said.len() > SHOWN {
        zh.push_str(&format!("；另有 {} {zh_unit}", said.len() - SHOWN));
        en.push_str(&format!("; and {} more {en_unit}", said.len() - SHOWN));
    }
    Text::new(zh, en)
}

/// What a gate saw, in brackets, to be put behind a sentence; nothing where it says nothing.
pub fn in_brackets(saw: &Text) -> Text {
    let wrap = |text: &str, open: &str, close: &str| match text.trim() {
        "" => String::new(),
        words => format!("{open}{words}{close}"),
    };
    Text::new(wrap(&saw.zh, "（", "）"), wrap(&saw.en, " (", ")"))
}
