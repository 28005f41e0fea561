//! The tables of the books, and how an older file becomes a newer one.
//!
//! The surprise: everything that was ever decided is in `journal` and the tables that hang on it,
//! and nothing there is changed or removed. What else is here (`claims`, `ties` and the like)
//! is worked out from it and can be made again; `ledger check` does.

use rusqlite::{Connection, TransactionBehavior};

use super::{LedgerError, ties};

/// Written into the file's head, so that another SQLite file is not taken for a ledger.
const APPLICATION: i32 = 0x6C62_616F;

/// One step for each version; a file of version n has gone through the first n.
const MIGRATIONS: &[Migration] = &[
    Migration { tables: VERSION_1, fill: |_| Ok(()) },
    Migration { tables: VERSION_2, fill: ties::fill },
    Migration { tables: VERSION_3, fill: |_| Ok(()) },
];

struct Migration {
    tables: &'static str,
    /// Works out from the journal what the new tables hold.
    fill: fn(&Connection) -> Result<(), LedgerError>,
}

/// The version this program writes.
pub const VERSION: i32 = MIGRATIONS.len() as i32;

const VERSION_1: &str = "
-- Every record of the books in order; hash = SHA-256 of the former hash, seq, kind and record.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN
        ('run', 'entry', 'order', 'reversal', 'return', 'details', 'disposition')),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
-- A run that was posted.
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    month TEXT NOT NULL,
    as_of TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    posted_by TEXT NOT NULL,
    manifest BLOB NOT NULL,
    posting BLOB NOT NULL,
    rows BLOB NOT NULL,
    program TEXT NOT NULL
) STRICT;
-- A decision on a claim, or the mirror of one. Money in fen.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    run INTEGER NOT NULL REFERENCES journal,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'mirror')),
    claim INTEGER NOT NULL,
    content BLOB NOT NULL,
    mirrors INTEGER,
    outcome TEXT NOT NULL,
    reasons TEXT NOT NULL,
    route TEXT NOT NULL,
    benefit_year INTEGER NOT NULL,
    stay_ordinal INTEGER,
    person TEXT NOT NULL,
    pool TEXT NOT NULL,
    scheme TEXT NOT NULL,
    governing_day TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    catalog_version TEXT NOT NULL,
    total INTEGER NOT NULL,
    full_self_paid INTEGER NOT NULL,
    over_ceiling INTEGER NOT NULL,
    first_pay INTEGER NOT NULL,
    in_scope INTEGER NOT NULL,
    deductible INTEGER NOT NULL,
    fund_basic INTEGER NOT NULL,
    fund_large INTEGER NOT NULL,
    fund_serious INTEGER NOT NULL,
    fund_supplement INTEGER NOT NULL,
    fund_aid INTEGER NOT NULL,
    fund_floor INTEGER NOT NULL,
    person_total INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX entries_of_claim ON entries (claim);
CREATE INDEX entries_of_run ON entries (run);
CREATE INDEX entries_of_person ON entries (person);
CREATE INDEX entries_mirrored ON entries (mirrors) WHERE mirrors IS NOT NULL;
-- Money ordered to be paid (or, negative, asked back) for a claim.
CREATE TABLE orders (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    run INTEGER NOT NULL REFERENCES journal,
    claim INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pay', 'supplement', 'repay', 'recover')),
    amount INTEGER NOT NULL,
    transfer INTEGER,
    payee TEXT NOT NULL,
    bank TEXT NOT NULL,
    account TEXT NOT NULL
) STRICT;
CREATE INDEX orders_of_claim ON orders (claim);
CREATE INDEX orders_of_run ON orders (run, transfer);
CREATE INDEX orders_of_account ON orders (account);
CREATE TABLE reversals (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    done_on TEXT NOT NULL,
    done_by TEXT NOT NULL
) STRICT;
-- What the bank sent back of an order.
CREATE TABLE returns (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    ordered INTEGER NOT NULL REFERENCES journal,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    returned_on TEXT,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX returns_of_order ON returns (ordered);
-- Where a claim's money is to go, as somebody corrected it.
CREATE TABLE details (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    claim INTEGER NOT NULL,
    payee TEXT NOT NULL,
    bank TEXT NOT NULL,
    account TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX details_of_claim ON details (claim);
-- What people decided about findings.
CREATE TABLE dispositions (
    seq INTEGER PRIMARY KEY REFERENCES journal,
    finding TEXT NOT NULL,
    verdict TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    why TEXT NOT NULL,
    reference TEXT NOT NULL
) STRICT;
CREATE INDEX dispositions_of_finding ON dispositions (finding);
-- What a claim said, each time it said something else.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    claim INTEGER NOT NULL,
    digest BLOB NOT NULL,
    claim_id TEXT NOT NULL,
    person TEXT NOT NULL,
    invoice_no TEXT NOT NULL,
    record BLOB NOT NULL,
    lines BLOB NOT NULL,
    places BLOB NOT NULL,
    UNIQUE (claim, digest)
) STRICT;
CREATE INDEX contents_by_claim_id ON contents (claim_id);
CREATE INDEX contents_of_person ON contents (person);
CREATE INDEX contents_by_invoice ON contents (invoice_no);
-- What the registers said of a person, or of a hospital, when something of it was posted.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    of TEXT NOT NULL CHECK (of IN ('person', 'hospital')),
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    record BLOB NOT NULL,
    UNIQUE (of, key, digest)
) STRICT;
-- Which runs brought it: the last day of their books, and where the books stood.
CREATE TABLE seen (
    file INTEGER NOT NULL REFERENCES files,
    as_of TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (file, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_run ON seen (seq);
-- By which names the claims found their hospitals.
CREATE TABLE hospital_names (
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    -- The run that first brought it.
    seq INTEGER NOT NULL,
    PRIMARY KEY (name, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    UNIQUE (file, sheet)
) STRICT;
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;
-- Worked out: where each claim stands.
CREATE TABLE claims (
    number INTEGER PRIMARY KEY,
    claim_id TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    standing INTEGER,
    payable INTEGER NOT NULL,
    ordered INTEGER NOT NULL
) STRICT;
CREATE INDEX claims_by_claim_id ON claims (claim_id);
CREATE INDEX claims_open ON claims (number) WHERE payable > ordered;
-- Worked out: what each person's benefit year comes to.
CREATE TABLE accumulators (
    person TEXT NOT NULL,
    pool TEXT NOT NULL,
    scheme TEXT NOT NULL,
    benefit_year INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    stays INTEGER NOT NULL,
    total INTEGER NOT NULL,
    in_scope INTEGER NOT NULL,
    deductible INTEGER NOT NULL,
    fund_basic INTEGER NOT NULL,
    fund_large INTEGER NOT NULL,
    fund_serious INTEGER NOT NULL,
    fund_supplement INTEGER NOT NULL,
    fund_aid INTEGER NOT NULL,
    fund_floor INTEGER NOT NULL,
    person_total INTEGER NOT NULL,
    PRIMARY KEY (person, pool, scheme, benefit_year)
) STRICT, WITHOUT ROWID;
-- Persons whose year has to be decided again, because something of it was taken back: since
-- which record, and with which it was done.
CREATE TABLE due (
    person TEXT NOT NULL,
    since INTEGER NOT NULL,
    done INTEGER,
    PRIMARY KEY (person, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_open ON due (person) WHERE done IS NULL;
";

const VERSION_2: &str = "
-- Worked out: by what contents of different people hang together. Of an invoice `at` is its serial
-- number, else the first day of care.
CREATE TABLE ties (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'phone', 'agent', 'hospital', 'invoice')),
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES contents,
    PRIMARY KEY (kind, key, at, content)
) STRICT, WITHOUT ROWID;
";

const VERSION_3: &str = "
-- The rows a decision is about, beside the finding.
ALTER TABLE dispositions ADD COLUMN rows TEXT NOT NULL DEFAULT '';
-- Worked out: what each posted run found.
CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES journal,
    finding TEXT NOT NULL,
    rows TEXT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    at_risk INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    -- Somebody had found it innocent before.
    silenced INTEGER NOT NULL
) STRICT;
CREATE INDEX findings_by_name ON findings (finding, rows);
CREATE TABLE finding_claims (
    of INTEGER NOT NULL REFERENCES findings,
    claim INTEGER NOT NULL,
    PRIMARY KEY (of, claim)
) STRICT, WITHOUT ROWID;
";

/// Brings a file that is opened for writing to this program's version.
pub fn prepare(connection: &mut Connection) -> Result<(), LedgerError> {
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have been quicker.
    let found = version(&transaction)?;
    for step in &MIGRATIONS[found as usize..] {
        transaction.execute_batch(step.tables)?;
        (step.fill)(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// The version of a file; an error if it is of a later program or no ledger at all. An empty file
/// is a ledger of version 0.
pub fn version(connection: &Connection) -> Result<i32, LedgerError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(0),
        (APPLICATION, version) if (0..=VERSION).contains(&version) => Ok(version),
        (APPLICATION, version) => Err(LedgerError::Newer(version)),
        _ => Err(LedgerError::Foreign),
    }
}
