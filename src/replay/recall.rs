//! Records of a batch and what the books hold → one set of records: the claims on the books come
//! after the batch's own, the registers say what is known latest.
//!
//! The surprise: a claim that the batch sends again is not recalled. The batch's row takes its
//! place, and is remembered to be the same claim.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::domain::dates::{Date, Month};
use crate::domain::words::{Channel, Scheme, SettlementStatus};
use crate::domain::{Identity, Origin, RegionCode, SourceId};
use crate::flow::books::{Head, Known, OpenItem, Past, PostedClaim};
use crate::flow::order;
use crate::flow::{
    BillLine, Claim, ClaimIx, Contribution, Filing, Hospital, PersonRecord, Records, Settlement,
    Symbol,
};

/// What is remembered of the books while the batch is decided.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    pub head: Head,
    /// The claims of the records that are on the books, ascending; their lines are with the
    /// records.
    pub claims: Vec<(ClaimIx, PostedClaim)>,
    pub open: Vec<OpenItem>,
    pub own_settlements: u64,
    /// How many sheets are the batch's own.
    pub sources: u32,
}

/// Whether two rows are one claim: the same number in the same pool, and the same bill or the same
/// person's stay. Offices that count anew each month use a number twice for different claims.
pub fn same_claim(one: &Claim, two: &Claim) -> bool {
    let same_bill = one.invoice.number == two.invoice.number;
    let same_stay = one.person.reveal() == two.person.reveal() && one.stay == two.stay;
    one.claim_id == two.claim_id
        && one.insured.0.pool() == two.insured.0.pool()
        && (same_bill || same_stay)
}

/// Whether a past settlement is what the books themselves paid for a claim. What somebody else paid
/// before the claim was handed in is not.
pub fn own_settlement(settlement: &Settlement, claim: &Claim) -> bool {
    let same_bill = settlement.invoice.as_ref().is_some_and(|invoice| {
        let codes = (&invoice.code, &claim.invoice.code);
        let agree = match codes {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        invoice.number == claim.invoice.number && agree
    });
    let same_stay = settlement.stay == Some(claim.stay) && settlement.total == claim.total;
    settlement.channel == Channel::Manual
        && settlement.status == SettlementStatus::Normal
        && settlement.settled_on >= claim.received_on
        && settlement.person.reveal() == claim.person.reveal()
        && (same_bill || same_stay)
}

/// Puts the past beside the batch. `as_of` is the last day of the run's books: a row of a register
/// gives way to what a later run brought.
pub fn recall(mut records: Records, mut past: Past, as_of: Date) -> (Records, Remembered) {
    let mut remembered = Remembered {
        head: past.head,
        open: std::mem::take(&mut past.open),
        sources: records.sources.len() as u32,
        ..Remembered::default()
    };
    records.dispositions = std::mem::take(&mut past.dispositions);
    if past.claims.is_empty() && past.witnesses.is_empty() {
        return (records, remembered);
    }
    let sources = remembered.sources;
    records.sources.append(&mut past.sources);
    records.own_sources = Some(sources);
    let placed = |origin: &mut Origin| origin.source = SourceId(origin.source.0 + sources);
    records.witnesses = std::mem::take(&mut past.witnesses);
    records.witnesses.sort_by_cached_key(|witness| {
        let claim = &witness.claim;
        (claim.claim_id.clone(), claim.invoice.clone(), witness.number)
    });
    records.witnesses.iter_mut().for_each(|witness| placed(&mut witness.claim.origin));
    if past.claims.is_empty() {
        return (records, remembered);
    }
    records.books_until = past.until;
    registers(&mut records, &mut past, as_of, &placed);
    records.spoken_months = std::mem::take(&mut past.months);
    let (again, mut recalled) = sent_again(&mut records, past.claims);
    recalled.sort_by_cached_key(|posted| {
        let claim = &posted.claim;
        (claim.claim_id.clone(), claim.invoice.clone(), posted.number)
    });
    let symbols = records.names.absorb(&past.names);
    remembered.claims = again;
    for mut posted in recalled {
        placed(&mut posted.claim.origin);
        let ix = ClaimIx(records.claims.len() as u32);
        records.claims.push(posted.claim.clone());
        let lines = std::mem::take(&mut posted.lines);
        records.recalled.push(lines.len() as u32);
        records.lines.extend(lines.into_iter().map(|mut line| {
            placed(&mut line.origin);
            rename(&mut line, &symbols);
            line
        }));
        remembered.claims.push((ix, posted));
    }
    remembered.own_settlements = drop_own_settlements(&mut records, &remembered.claims);
    order::registers(&mut records);
    (records, remembered)
}

/// Which rows of a batch are which claims on the books, by their places in both, in the order of
/// the batch. The closest pairs find each other first, and each only once.
pub fn pairs(sent: &[Claim], posted: &[&Claim]) -> Vec<(usize, usize)> {
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, claim) in posted.iter().enumerate() {
        by_id.entry(&claim.claim_id).or_default().push(place);
    }
    let mut pairs: Vec<(u8, usize, usize)> = Vec::new();
    for (ix, claim) in sent.iter().enumerate() {
        for &place in by_id.get(&*claim.claim_id).into_iter().flatten() {
            let posted = posted[place];
            if same_claim(claim, posted) {
                let differences = u8::from(claim.person.reveal() != posted.person.reveal())
                    + u8::from(claim.invoice != posted.invoice)
                    + u8::from(claim.stay != posted.stay)
                    + u8::from(claim.total != posted.total);
                pairs.push((differences, ix, place));
            }
        }
    }
    pairs.sort_unstable();
    let (mut taken, mut given) = (HashSet::new(), HashSet::new());
    let once = pairs.into_iter().filter(|&(_, ix, place)| {
        let is_free = !taken.contains(&ix) && !given.contains(&place);
        is_free && taken.insert(ix) && given.insert(place)
    });
    let mut once: Vec<(usize, usize)> = once.map(|(_, ix, place)| (ix, place)).collect();
    once.sort_unstable();
    once
}

/// The batch's rows that are claims on the books, and the claims on the books that it does not
/// send again.
fn sent_again(
    records: &mut Records,
    claims: Vec<PostedClaim>,
) -> (Vec<(ClaimIx, PostedClaim)>, Vec<PostedClaim>) {
    let posted: Vec<&Claim> = claims.iter().map(|posted| &posted.claim).collect();
    let pairs = pairs(&records.claims, &posted);
    let mut claims: Vec<Option<PostedClaim>> = claims.into_iter().map(Some).collect();
    let mut again = Vec::new();
    for (ix, place) in pairs {
        if let Some(posted) = claims[place].take() {
            records.claims[ix].booked_on = posted.claim.booked_on;
            again.push((ClaimIx(ix as u32), posted));
        }
    }
    (again, claims.into_iter().flatten().collect())
}

fn rename(line: &mut BillLine, symbols: &[Symbol]) {
    let new = |symbol: &mut Symbol| *symbol = symbols[symbol.at()];
    new(&mut line.item_name);
    let optional = [
        &mut line.claim_id,
        &mut line.invoice_no,
        &mut line.item_code,
        &mut line.hospital_item_code,
        &mut line.spec,
        &mut line.category,
        &mut line.unit,
    ];
    optional.into_iter().flatten().for_each(new);
}

/// The register of past settlements shows what the books paid. That is no second payment.
fn drop_own_settlements(records: &mut Records, claims: &[(ClaimIx, PostedClaim)]) -> u64 {
    let mut paid: HashMap<&str, Vec<&Claim>> = HashMap::new();
    // Also of one that was paid and is on hold now, or was refused since.
    let was_paid = |posted: &PostedClaim| {
        posted.ordered.is_positive() || posted.posted.payable().is_positive()
    };
    for (_, posted) in claims.iter().filter(|(_, posted)| was_paid(posted)) {
        paid.entry(posted.claim.person.reveal()).or_default().push(&posted.claim);
    }
    let before = records.settlements.len();
    records.settlements.retain(|settlement| {
        let own = paid.get(settlement.person.reveal());
        !own.is_some_and(|claims| claims.iter().any(|claim| own_settlement(settlement, claim)))
    });
    (before - records.settlements.len()) as u64
}

/// Of rows that several runs brought, those that hold.
pub fn holding<T: Register>(mut past: Vec<Known<T>>) -> Vec<T> {
    let mut rows = Vec::new();
    merge(&mut rows, &mut past, Date::MIN, &|_| {});
    rows
}

/// Which rows of a register speak of one thing, so that the later replaces the earlier.
pub trait Register {
    type Key: Eq + Hash + Clone;
    /// None of rows that speak of nobody known.
    fn key(&self) -> Option<Self::Key>;
    fn origin(&mut self) -> &mut Origin;
}

type Membership = (String, RegionCode, Scheme);

fn membership(person: &Identity, pool: RegionCode, scheme: Scheme) -> Option<Membership> {
    person.key().map(|key| (key.reveal().to_owned(), pool.pool(), scheme))
}

macro_rules! registers {
    ($($row:ty: $key:ty = |$it:ident| $value:expr;)*) => {$(
        impl Register for $row {
            type Key = $key;

            fn key(&self) -> Option<$key> {
                let $it = self;
                $value
            }

            fn origin(&mut self) -> &mut Origin {
                &mut self.origin
            }
        }
    )*};
}

registers! {
    PersonRecord: Membership = |it| membership(&it.person, it.insured.0, it.scheme);
    Filing: (String, Box<str>) =
        |it| it.person.key().map(|key| (key.reveal().to_owned(), it.filing_id.clone()));
    Contribution: (Membership, Month, Month) =
        |it| membership(&it.person, it.insured.0, it.scheme).map(|of| (of, it.first, it.last));
    Hospital: Box<str> = |it| Some(it.code.clone());
    Settlement: (String, Box<str>) =
        |it| it.person.key().map(|key| (key.reveal().to_owned(), it.settlement_id.clone()));
}

fn registers(records: &mut Records, past: &mut Past, as_of: Date, placed: &dyn Fn(&mut Origin)) {
    merge(&mut records.persons, &mut past.persons, as_of, placed);
    merge(&mut records.filings, &mut past.filings, as_of, placed);
    merge(&mut records.contributions, &mut past.contributions, as_of, placed);
    merge(&mut records.hospitals, &mut past.hospitals, as_of, placed);
    merge(&mut records.settlements, &mut past.settlements, as_of, placed);
}

/// What the latest run said of a thing holds; of two that are equally late, the batch.
fn merge<T: Register>(
    rows: &mut Vec<T>,
    past: &mut Vec<Known<T>>,
    as_of: Date,
    placed: &dyn Fn(&mut Origin),
) {
    let mut newest: HashMap<T::Key, (Date, u64)> = HashMap::new();
    for known in past.iter() {
        if let Some(key) = known.row.key() {
            let since = newest.entry(key).or_insert(known.since());
            *since = known.since().max(*since);
        }
    }
    let mut said: HashSet<T::Key> = HashSet::new();
    rows.retain(|row| {
        let Some((key, (day, _))) = row.key().and_then(|key| newest.get_key_value(&key)) else {
            return true;
        };
        let holds = *day <= as_of;
        if holds {
            said.insert(key.clone());
        }
        holds
    });
    for mut known in past.drain(..) {
        let key = known.row.key();
        if key.is_some_and(|key| newest[&key] == known.since() && !said.contains(&key)) {
            placed(known.row.origin());
            rows.push(known.row);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::words::ContributionStatus;
    use crate::domain::{IdNumber, InsuredRegion};

    fn contribution(month: &str, status: ContributionStatus) -> Contribution {
        let month = Month::parse(month).expect("a month");
        Contribution {
            origin: Origin::new(SourceId(0), 1),
            person: Identity::Id(IdNumber::parse("420106197003059969").expect("a number")),
            insured: InsuredRegion(RegionCode::parse("420106").expect("a region")),
            scheme: Scheme::Employee,
            first: month,
            last: month,
            status,
            paid_on: None,
        }
    }

    fn merged(
        batch: &[(&str, ContributionStatus)],
        past: &[(Date, &str, ContributionStatus)],
    ) -> Vec<(String, ContributionStatus)> {
        let mut rows = batch.iter().map(|(month, status)| contribution(month, *status)).collect();
        let known = past.iter().map(|(as_of, month, status)| Known {
            as_of: *as_of,
            seq: 1,
            row: contribution(month, *status),
        });
        merge(&mut rows, &mut known.collect(), date(2024, 6, 30), &|_| {});
        rows.iter().map(|row| (row.first.to_string(), row.status)).collect()
    }

    #[test]
    fn of_each_thing_the_latest_word_holds_and_what_is_not_said_again_stays() {
        use ContributionStatus::{Arrived, MadeUp, Owing};
        let (march, july) = (date(2024, 3, 31), date(2024, 7, 31));
        let said = |told: &[(&str, ContributionStatus)]| -> Vec<(String, ContributionStatus)> {
            told.iter().map(|(month, status)| ((*month).to_owned(), *status)).collect()
        };
        // What March said of May and nobody says again stays; of April the batch knows better.
        assert_eq!(
            merged(
                &[("2024-04", MadeUp)],
                &[(march, "2024-04", Owing), (march, "2024-05", Arrived)]
            ),
            said(&[("2024-04", MadeUp), ("2024-05", Arrived)])
        );
        // A batch that is older than what the books know gives way.
        assert_eq!(
            merged(&[("2024-04", Owing)], &[(july, "2024-04", MadeUp)]),
            said(&[("2024-04", MadeUp)])
        );
        // Of two earlier months the later one holds.
        assert_eq!(
            merged(&[], &[(march, "2024-01", Owing), (july, "2024-01", Arrived)]),
            said(&[("2024-01", Arrived)])
        );
    }
}
