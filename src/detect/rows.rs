//! What a finding rests on, as a code: the contents of its claims, their bills and the register
//! rows among its evidence.
//!
//! The surprise: places do not count, contents do. The same rows under another file's name, or
//! recalled from the books a year later, give the same code; a claim that was corrected does not.

use std::collections::{HashMap, HashSet};
use std::fmt::{Display, Write};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::domain::Origin;
use crate::flow::books::Digest32;
use crate::flow::dispositions::RowsCode;
use crate::flow::{
    Adjudicated, BillLine, Claim, Contribution, Filing, Finding, Hospital, Names, PersonRecord,
    Records, Settlement, Symbol,
};

const CODE_BYTES: usize = 8;

/// Gives every finding its code.
pub fn name_rows(findings: &mut [Finding], adjudicated: &Adjudicated) {
    let registers = register_rows(findings, &adjudicated.linked.records);
    findings.par_iter_mut().for_each(|finding| {
        finding.rows = code(finding, adjudicated, &registers);
    });
}

fn code(
    finding: &Finding,
    adjudicated: &Adjudicated,
    registers: &HashMap<Origin, Digest32>,
) -> RowsCode {
    let records = &adjudicated.linked.records;
    let of_claims = finding.claims.iter().map(|&(ix, _)| {
        let mut content = Content::default();
        content.claim(records.claim(ix));
        let lines = &adjudicated.linked.links[ix.at()].lines;
        for line in &records.lines[lines.start as usize..lines.end as usize] {
            content.line(line, &records.names);
            // Two findings on one bill are told apart by the lines they point at.
            if finding.evidence.binary_search(&line.origin).is_ok() {
                content.put("evidence");
            }
        }
        content.digest()
    });
    let rows = finding.evidence.iter().filter_map(|origin| registers.get(origin).copied());
    let mut digests: Vec<Digest32> = of_claims.chain(rows).collect();
    // Where rows stood, and so in which order they come, says nothing.
    digests.sort_unstable();
    let whole = Sha256::digest(digests.concat());
    whole[..CODE_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rows of registers that are evidence of anything.
fn register_rows(findings: &[Finding], records: &Records) -> HashMap<Origin, Digest32> {
    let wanted: HashSet<Origin> =
        findings.iter().flat_map(|finding| finding.evidence.iter().copied()).collect();
    let mut found = HashMap::new();
    fn add<T: Sync>(
        rows: &[T],
        wanted: &HashSet<Origin>,
        origin: fn(&T) -> Origin,
        put: fn(&mut Content, &T),
    ) -> Vec<(Origin, Digest32)> {
        let meant = rows.par_iter().filter(|row| wanted.contains(&origin(row)));
        let digest = |row: &T| {
            let mut content = Content::default();
            put(&mut content, row);
            (origin(row), content.digest())
        };
        meant.map(digest).collect()
    }
    found.extend(add(&records.filings, &wanted, |row| row.origin, Content::filing));
    found.extend(add(&records.persons, &wanted, |row| row.origin, Content::person));
    found.extend(add(&records.contributions, &wanted, |row| row.origin, Content::contribution));
    found.extend(add(&records.hospitals, &wanted, |row| row.origin, Content::hospital));
    found.extend(add(
        &records.witnesses,
        &wanted,
        |row| row.claim.origin,
        |content, row| {
            content.claim(&row.claim);
        },
    ));
    found.extend(add(&records.settlements, &wanted, |row| row.origin, Content::settlement));
    found
}

/// What a row says, one value behind the other. The fields are written out, so that a new one of
/// the records does not change the codes people have on paper.
#[derive(Default)]
struct Content(String);

impl Content {
    fn put(&mut self, value: impl Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value}\u{1f}");
    }

    fn put_any<T: Display>(&mut self, value: Option<T>) {
        match value {
            Some(value) => self.put(value),
            None => self.put(""),
        }
    }

    fn digest(&self) -> Digest32 {
        Sha256::digest(&self.0).into()
    }

    fn claim(&mut self, it: &Claim) {
        self.put(&it.claim_id);
        self.put(it.person.reveal());
        self.put(&it.name);
        self.put(it.insured.0);
        self.put(it.scheme.word());
        self.put(it.care.word());
        self.put(it.treated.0);
        self.put_any(it.hospital_code.as_deref());
        self.put_any(it.hospital_name.as_deref());
        self.put(it.stay);
        self.put_any(it.diagnosis_code.as_deref());
        self.put_any(it.invoice.code.as_deref());
        self.put(&it.invoice.number);
        self.put(it.total);
        self.put(it.invoice_fund_paid);
        for flag in [it.emergency, it.trauma, it.third_party, it.work_injury] {
            self.put(u8::from(flag));
        }
        self.put(it.received_on);
        for text in [&it.payee, &it.account, &it.phone, &it.agent_name, &it.employer] {
            self.put_any(text.as_deref());
        }
        self.put_any(it.agent_id.as_ref().map(|agent| agent.reveal()));
    }

    fn line(&mut self, it: &BillLine, names: &Names) {
        let mut text = |symbol: Option<Symbol>| self.put_any(symbol.map(|it| names.get(it)));
        text(it.item_code);
        text(it.hospital_item_code);
        text(Some(it.item_name));
        text(it.spec);
        text(it.unit);
        self.put(it.service_on);
        self.put(it.quantity);
        self.put(it.unit_price);
        self.put(it.amount);
        self.put_any(it.stated_class.map(|class| class.word()));
    }

    fn filing(&mut self, it: &Filing) {
        self.put(&it.filing_id);
        self.put(it.person.reveal());
        self.put(it.treated.0);
        self.put(it.kind.word());
        self.put(it.valid_from);
        self.put_any(it.valid_to);
        self.put(it.filed_on);
        self.put_any(it.hospital.as_deref());
        self.put(it.status.word());
    }

    fn person(&mut self, it: &PersonRecord) {
        self.put(it.person.reveal());
        self.put(&it.name);
        self.put_any(it.sex.map(|sex| sex.word()));
        self.put_any(it.born_on);
        self.put(it.insured.0);
        self.put(it.scheme.word());
        self.put(it.person_type.word());
        self.put_any(it.died_on);
    }

    fn contribution(&mut self, it: &Contribution) {
        self.put(it.person.reveal());
        self.put(it.insured.0);
        self.put(it.scheme.word());
        self.put(it.first);
        self.put(it.last);
        self.put(it.status.word());
        self.put_any(it.paid_on);
    }

    fn hospital(&mut self, it: &Hospital) {
        self.put(&it.code);
        self.put(&it.name);
        self.put(it.region);
        for day in [it.designated_from, it.designated_to, it.suspended_from, it.suspended_to] {
            self.put_any(day);
        }
    }

    fn settlement(&mut self, it: &Settlement) {
        self.put(&it.settlement_id);
        self.put(it.person.reveal());
        self.put(it.channel.word());
        self.put_any(it.invoice.as_ref().and_then(|invoice| invoice.code.as_deref()));
        self.put_any(it.invoice.as_ref().map(|invoice| &*invoice.number));
        self.put_any(it.hospital_code.as_deref());
        self.put_any(it.stay);
        self.put(it.total);
        self.put(it.fund_total());
        self.put(it.settled_on);
        self.put(it.status.word());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, money, only};
    use crate::domain::words::Channel;
    use crate::domain::{Code, SourceId};
    use crate::flow::{ClaimIx, SettlementIx};

    /// A claim that overlaps a past stay, with a bill of one line.
    fn overlapping() -> Batch {
        let mut batch = Batch::default();
        let claim = batch.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
        batch.hospital(claim, "H11010000001");
        batch.line("1", "900.00", "900.00");
        let past = batch.past(1, ("2024-03-05", "2024-03-20"), Channel::Direct);
        batch.edit_past(past).hospital_code = Some("H31010000002".to_owned());
        batch
    }

    fn code_after(change: impl Fn(&mut Batch)) -> String {
        let mut batch = overlapping();
        change(&mut batch);
        only(&batch.detect(), Code::F401).rows.clone()
    }

    #[test]
    fn the_code_knows_contents_and_no_places() {
        let plain = code_after(|_| {});
        assert_eq!(plain.len(), 16);
        let moved = code_after(|batch| {
            let elsewhere = Origin::new(SourceId(7), 99);
            batch.edit(ClaimIx(0)).origin = elsewhere;
            batch.edit_past(SettlementIx(0)).origin = Origin::new(SourceId(8), 1);
        });
        assert_eq!(moved, plain);
        type Change = (&'static str, fn(&mut Batch));
        let changes: [Change; 4] = [
            ("the claim", |b| b.edit(ClaimIx(0)).total = money("901.00")),
            ("its bill", |b| {
                b.adjudicated.linked.records.lines[0].amount = money("899.00");
            }),
            ("a register row", |b| b.edit_past(SettlementIx(0)).total = money("901.00")),
            ("the account", |b| b.edit(ClaimIx(0)).account = Some("62220000".to_owned())),
        ];
        for (what, change) in changes {
            assert_ne!(code_after(change), plain, "{what}");
        }
    }
}
