//! Whether a claim's bill was settled before: by its invoice, else by person, hospital, dates and
//! total. Refunded and reversed settlements do not count.
//!
//! The surprise: visits under two invoices are two visits however alike they are. Two fees of one
//! day cost the same; two stays of the same days do not.

use std::collections::HashMap;

use crate::domain::words::{CareType, SettlementStatus};
use crate::flow::links::People;
use crate::flow::{Claim, HospitalIx, Records, Settled, Settlement, SettlementIx};

/// Past settlements by invoice number.
pub struct SettlementIndex {
    by_number: HashMap<Box<str>, Vec<SettlementIx>>,
}

impl SettlementIndex {
    pub fn new(records: &Records) -> SettlementIndex {
        let mut by_number: HashMap<Box<str>, Vec<SettlementIx>> = HashMap::new();
        for (i, settlement) in records.settlements.iter().enumerate() {
            if let (Some(invoice), true) = (&settlement.invoice, counts(settlement)) {
                let ix = SettlementIx(i as u32);
                by_number.entry(invoice.number.clone()).or_default().push(ix);
            }
        }
        SettlementIndex { by_number }
    }

    /// Every past settlement of this bill, the surest first.
    pub fn find(
        &self,
        claim: &Claim,
        hospital: Option<HospitalIx>,
        records: &Records,
        people: &People,
    ) -> Vec<Settled> {
        let code = hospital.map(|ix| &*records.hospitals[ix.at()].code);
        let code = code.or(claim.hospital_code.as_deref());
        let mut found: Vec<Settled> = Vec::new();
        for &settlement in self.by_number.get(&claim.invoice.number).into_iter().flatten() {
            if let Some(tier) = by_invoice(claim, code, &records.settlements[settlement.at()]) {
                found.push(Settled { settlement, tier });
            }
        }
        let files = claim.person.key().and_then(|key| people.by_key.get(&key));
        for &settlement in files.iter().flat_map(|files| &files.settlements) {
            let known = found.iter().any(|settled| settled.settlement == settlement);
            if !known && by_stay(claim, code, &records.settlements[settlement.at()]) {
                found.push(Settled { settlement, tier: "stay_total" });
            }
        }
        found.sort_by_key(|settled| (settled.tier != "invoice", settled.tier, settled.settlement));
        found
    }
}

fn counts(settlement: &Settlement) -> bool {
    settlement.status == SettlementStatus::Normal
}

/// The numbers agree already; codes decide where both are known, else hospital or person.
fn by_invoice(claim: &Claim, code: Option<&str>, settlement: &Settlement) -> Option<&'static str> {
    let invoice = settlement.invoice.as_ref()?;
    match (&claim.invoice.code, &invoice.code) {
        (Some(one), Some(two)) => (one == two).then_some("invoice"),
        _ => {
            let hospital = code.is_some() && code == settlement.hospital_code.as_deref();
            let person = match (claim.person.key(), settlement.person.key()) {
                (Some(one), Some(two)) => one == two,
                _ => false,
            };
            (hospital || person).then_some("invoice_hospital")
        }
    }
}

fn by_stay(claim: &Claim, code: Option<&str>, settlement: &Settlement) -> bool {
    counts(settlement)
        && code.is_some()
        && code == settlement.hospital_code.as_deref()
        && settlement.stay == Some(claim.stay)
        && settlement.total == claim.total
        && (claim.care == CareType::Inpatient || !other_invoice(claim, settlement))
}

/// Whether both invoices are known and are not one.
fn other_invoice(claim: &Claim, settlement: &Settlement) -> bool {
    settlement.invoice.as_ref().is_some_and(|invoice| {
        let codes = match (&claim.invoice.code, &invoice.code) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        invoice.number != claim.invoice.number || !codes
    })
}
