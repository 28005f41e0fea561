//! Which bill lines belong to which claim: by claim id, else by invoice number. Lines are moved
//! into the order of the claims; those that fit no claim, or several, come last. The bill of a
//! claim that is recalled from the books is settled already: it takes no line of the batch.

use std::collections::HashMap;
use std::ops::Range;

use crate::flow::{BillLine, ClaimIx, Duplicate, Records, Symbol};

/// The bill of each claim.
pub struct Bills {
    pub claims: Vec<Bill>,
    /// Lines of no claim.
    pub orphans: Range<u32>,
}

/// One claim's lines.
#[derive(Clone, Debug)]
pub struct Bill {
    pub lines: Range<u32>,
    pub tier: Option<&'static str>,
    pub ambiguous: bool,
}

/// Where a key of a bill line leads.
#[derive(Clone)]
enum Target {
    Claim(ClaimIx),
    Several(Vec<ClaimIx>),
}

/// Moves the lines and says where each claim's stand.
pub fn assign(records: &mut Records, duplicates: &[Duplicate]) -> Bills {
    let by_id = targets(records, duplicates, |claim| &claim.claim_id);
    let by_invoice = targets(records, duplicates, |claim| &claim.invoice.number);
    let count = records.claims.len();
    let mut bills = vec![Bill { lines: 0..0, tier: None, ambiguous: false }; count];
    // One bucket per claim and a last one for orphans; a counting sort keeps the canonical order
    // inside each.
    let orphan = count as u32;
    let mut buckets = Vec::with_capacity(records.lines.len());
    let mut sizes = vec![0_u32; count + 1];
    let own_lines = records.lines.len() - records.recalled.iter().sum::<u32>() as usize;
    for line in &records.lines[..own_lines] {
        let id = line.claim_id.and_then(|symbol| by_id[symbol.at()].as_ref());
        let invoice = line.invoice_no.and_then(|symbol| by_invoice[symbol.at()].as_ref());
        let bucket = match (id, invoice) {
            (Some(Target::Claim(ix)), _) => {
                bills[ix.at()].tier = Some("claim_id");
                ix.0
            }
            (None, Some(Target::Claim(ix))) => {
                bills[ix.at()].tier.get_or_insert("invoice");
                ix.0
            }
            (Some(Target::Several(several)), _) | (None, Some(Target::Several(several))) => {
                several.iter().for_each(|ix| bills[ix.at()].ambiguous = true);
                orphan
            }
            (None, None) => orphan,
        };
        buckets.push(bucket);
        sizes[bucket as usize] += 1;
    }
    for (claim, &lines) in (records.own_claims() as u32..).zip(&records.recalled) {
        buckets.extend(std::iter::repeat_n(claim, lines as usize));
        sizes[claim as usize] = lines;
        bills[claim as usize].tier = (lines > 0).then_some("books");
    }
    let mut end = 0;
    let starts: Vec<u32> = sizes
        .iter()
        .map(|size| {
            let start = end;
            end += size;
            start
        })
        .collect();
    for (bill, (&start, &size)) in bills.iter_mut().zip(starts.iter().zip(&sizes)) {
        bill.lines = start..start + size;
    }
    records.lines = scatter(std::mem::take(&mut records.lines), &buckets, starts.clone());
    Bills { claims: bills, orphans: starts[count]..end }
}

/// For each symbol of the bill lines, the claim whose key reads like it.
fn targets<'r>(
    records: &'r Records,
    duplicates: &[Duplicate],
    key: impl Fn(&'r crate::flow::Claim) -> &'r str,
) -> Vec<Option<Target>> {
    let mut by_text: HashMap<&str, Vec<ClaimIx>> = HashMap::with_capacity(records.claims.len());
    for (i, claim) in records.claims[..records.own_claims()].iter().enumerate() {
        by_text.entry(key(claim)).or_default().push(ClaimIx(i as u32));
    }
    let target = |(_, text): (Symbol, &str)| {
        let claims = by_text.get(text)?;
        // Claims for one invoice share its lines: they stay with the one that stands.
        let mut standing: Vec<ClaimIx> = claims
            .iter()
            .copied()
            .filter(|ix| !matches!(duplicates[ix.at()], Duplicate::Later { .. }))
            .collect();
        match (standing.len(), claims.first()) {
            (1, _) => standing.pop().map(Target::Claim),
            (0, Some(&first)) => Some(Target::Claim(first)),
            _ => Some(Target::Several(standing)),
        }
    };
    records.names.iter().map(target).collect()
}

fn scatter(lines: Vec<BillLine>, buckets: &[u32], mut next: Vec<u32>) -> Vec<BillLine> {
    let mut order = vec![0_u32; lines.len()];
    for (place, &bucket) in buckets.iter().enumerate() {
        let slot = &mut next[bucket as usize];
        order[*slot as usize] = place as u32;
        *slot += 1;
    }
    let mut held: Vec<Option<BillLine>> = lines.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| held[place as usize].take()).collect()
}
