//! Decides a batch together with what the books hold on its persons and bills.

use crate::domain::dates::Date;
use crate::flow::books::{ClaimNumber, Reckoning};
use crate::flow::{ClaimIx, Detected, Progress, Records, Silent};
use crate::ledger::{self, Ledger, LedgerError};
use crate::replay::{self, Alone, recall, reckon};

use super::{Setup, decide};

/// Records → decisions, findings and what they make of the books. Without books every claim is
/// new.
pub fn decide_on_books(
    records: Records,
    setup: &Setup,
    as_of: Date,
    books: Option<&Ledger>,
    progress: &dyn Progress,
) -> Result<Detected, LedgerError> {
    let Some(books) = books else {
        let mut detected = decide(records, setup, as_of, progress);
        let contents = ledger::contents(&detected.adjudicated);
        detected.reckoning = Reckoning { contents, ..Reckoning::default() };
        return Ok(detected);
    };
    let past = books.past(&records)?;
    let (records, remembered) = recall(records, past, as_of);
    let mut detected = decide(records, setup, as_of, progress);
    let contents = ledger::contents(&detected.adjudicated);
    let content = |ix: ClaimIx| contents[ix.at()];
    let changed = replay::changed(&remembered, &detected.adjudicated, &content);
    let alone = decide_alone(&changed, setup, as_of, books)?;
    let reckoning = reckon(remembered, &detected.adjudicated, alone, &content);
    detected.reckoning = Reckoning { contents, ..reckoning };
    Ok(detected)
}

/// What today's data and program make of the books without the batch: held against what was
/// posted it tells a late claim's doing from that of changed data, and it gives the working of
/// what was posted.
fn decide_alone(
    claims: &[ClaimNumber],
    setup: &Setup,
    as_of: Date,
    books: &Ledger,
) -> Result<Option<Alone>, LedgerError> {
    if claims.is_empty() {
        return Ok(None);
    }
    let past = books.past_of(claims)?;
    let (records, remembered) = recall(Records::default(), past, as_of);
    let detected = decide(records, setup, as_of, &Silent);
    let places = remembered.claims.iter().map(|(ix, posted)| (posted.number, *ix));
    Ok(Some((detected, places.collect())))
}
