//! The books prove themselves: whatever is changed behind the program's back, `ledger check` says
//! what and where; what is taken back leaves every balance as it was.

use std::path::Path;

use lingbao::flow::Problem;
use lingbao::flow::books::Change;
use lingbao::ledger::{Ledger, LedgerError, Reverser, Target};
use rusqlite::Connection;

use crate::batch::{Batch, LIU};
use crate::books::Books;

/// Two persons' claims on the books, one of which replaced another decision.
fn posted() -> Books {
    let books = Books::new();
    let mut march = Batch::world();
    march.person(&[("证件号码", LIU), ("姓名", "刘试")]).contribution(&[("证件号码", LIU)]);
    march.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    march.claim("M1", &[("受理日期", "2024-03-20")]);
    march.claim("M2", &[("证件号码", LIU), ("姓名", "刘试"), ("受理日期", "2024-03-20")]);
    books.post(march.read(), "2024-03");
    let mut june = Batch::world();
    june.claim("J1", &[("入院日期", "2024-01-04"), ("出院日期", "2024-01-15")]);
    books.post(june.read(), "2024-06");
    books
}

/// What is told after somebody changed the file.
fn told_after(change: &str) -> Vec<Problem> {
    let books = posted();
    let connection = Connection::open(books.path()).expect("the file");
    connection.execute_batch("PRAGMA foreign_keys = OFF").expect("off");
    connection.execute_batch(change).unwrap_or_else(|error| panic!("{change}: {error}"));
    drop(connection);
    Ledger::read(&books.path()).expect("the books").check().expect("checked").problems
}

const CHANGES: [(&str, &str); 23] = [
    ("ledger-chain", "UPDATE entries SET fund_basic = fund_basic + 1 WHERE seq = 2"),
    ("ledger-chain", "UPDATE entries SET outcome = 'reject' WHERE seq = 2"),
    ("ledger-chain", "UPDATE orders SET account = '6200000000000000002'"),
    ("ledger-chain", "UPDATE runs SET posted_by = 'nobody'"),
    ("ledger-chain", "DELETE FROM journal WHERE seq = 3"),
    ("ledger-chain", "UPDATE journal SET hash = zeroblob(32) WHERE seq = 1"),
    (
        "ledger-orphan",
        "INSERT INTO reversals VALUES (999, 'claim 1', 'none', '2024-07-01', 'nobody')",
    ),
    ("ledger-mirror", "UPDATE entries SET deductible = deductible - 1 WHERE kind = 'mirror'"),
    (
        "ledger-standing",
        "UPDATE claims SET standing = (SELECT mirrors FROM entries WHERE kind = 'mirror')
         WHERE number = 1",
    ),
    ("ledger-seen", "INSERT INTO seen VALUES (1, '2024-03-31', 3)"),
    ("ledger-booked", "UPDATE claims SET booked_on = '2024-01-31' WHERE number = 1"),
    ("ledger-content", "UPDATE contents SET person = '' WHERE claim_id = 'J1'"),
    ("ledger-claim", "UPDATE claims SET standing = NULL WHERE number = 1"),
    ("ledger-payable", "UPDATE claims SET payable = payable + 1 WHERE number = 1"),
    ("ledger-ordered", "UPDATE claims SET ordered = ordered - 1 WHERE number = 2"),
    ("ledger-overpaid", "UPDATE claims SET ordered = payable + 1 WHERE number = 2"),
    ("ledger-balance", "UPDATE entries SET person_total = person_total + 1 WHERE seq = 3"),
    ("ledger-year", "UPDATE accumulators SET deductible = deductible + 1"),
    (
        "ledger-content",
        "UPDATE contents SET record = zeroblob(length(record)) WHERE claim_id = 'J1'",
    ),
    ("ledger-tie", "DELETE FROM ties WHERE kind = 'account' AND content = 1"),
    ("ledger-tie", "INSERT INTO ties VALUES ('phone', '13000001234', 1, 1)"),
    ("ledger-file", "DELETE FROM seen WHERE file = 1"),
    ("ledger-file", "UPDATE files SET record = zeroblob(length(record)) WHERE of = 'hospital'"),
];

/// What is told of a file in which a page is overwritten.
fn told_of_damage() -> Vec<Problem> {
    let books = posted();
    let connection = Connection::open(books.path()).expect("the file");
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_of_account'";
    let page: u64 = connection.query_row(root, [], |row| row.get(0)).expect("a page");
    let size: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("a size");
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("one file");
    drop(connection);
    let mut bytes = std::fs::read(books.path()).expect("the bytes");
    let start = ((page - 1) * size) as usize;
    bytes[start..start + 64].fill(7);
    std::fs::write(books.path(), bytes).expect("written");
    Ledger::read(&books.path()).expect("the books").check().expect("checked").problems
}

/// One of each, for the gallery of messages.
pub fn problems() -> Vec<Problem> {
    let mut told: Vec<Problem> = told_of_damage();
    for change in CHANGES.iter().map(|(_, change)| *change) {
        for problem in told_after(change) {
            if told.iter().all(|known| known.kind != problem.kind) {
                told.push(problem);
            }
        }
    }
    told
}

#[test]
fn whatever_is_changed_is_found() {
    for (kind, change) in CHANGES {
        let problems = told_after(change);
        let kinds: Vec<&str> = problems.iter().map(|problem| problem.kind).collect();
        assert!(kinds.contains(&kind), "{change}: {kinds:?}");
    }
    assert!(told_after("SELECT 1").is_empty());
    let damaged = told_of_damage();
    assert_eq!(damaged.iter().map(|it| it.kind).collect::<Vec<_>>(), ["ledger-damaged"]);
}

/// What the first version did not have.
const BACK_TO_VERSION_1: &str = "
    PRAGMA foreign_keys = OFF;
    DROP TABLE ties;
    DROP TABLE finding_claims;
    DROP TABLE findings;
    ALTER TABLE dispositions DROP COLUMN rows;
    PRAGMA user_version = 1;";

#[test]
fn books_of_an_earlier_program_are_brought_up_to_date_and_decide_the_same() {
    let books = posted();
    let head = Ledger::read(&books.path()).expect("the books").head().expect("a head");
    let connection = Connection::open(books.path()).expect("the file");
    connection.execute_batch(BACK_TO_VERSION_1).expect("an old file");
    drop(connection);
    assert!(matches!(Ledger::read(&books.path()), Err(LedgerError::Older(1))));
    let (before, now) = Ledger::upgrade(&books.path()).expect("an upgrade");
    assert!(before == 1 && now > 1);
    let ledger = Ledger::read(&books.path()).expect("the books");
    assert_eq!(ledger.head().expect("a head"), head);
    assert_eq!(ledger.check().expect("checked").problems, []);
    drop(ledger);
    let mut july = Batch::world();
    july.claim("J2", &[("入院日期", "2024-06-04"), ("出院日期", "2024-06-15")]);
    books.post(july.read(), "2024-07");
    assert_eq!(Ledger::upgrade(&books.path()).expect("nothing to do"), (now, now));
}

#[test]
fn another_file_or_a_later_ledger_is_not_taken_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    Connection::open(&path).expect("a file").execute_batch("CREATE TABLE t (a)").expect("a table");
    assert!(matches!(Ledger::read(&path), Err(LedgerError::Foreign)));
    assert!(matches!(Ledger::write(&path), Err(LedgerError::Foreign)));
    std::fs::write(&path, "claim_id,total\n1,2\n").expect("a file");
    assert!(Ledger::read(&path).is_err());
    let books = posted();
    let connection = Connection::open(books.path()).expect("the file");
    connection.pragma_update(None, "user_version", 99).expect("a version");
    drop(connection);
    assert!(matches!(Ledger::read(&books.path()), Err(LedgerError::Newer(99))));
    assert!(matches!(Ledger::read(Path::new("/nowhere/x.db")), Err(LedgerError::Missing(_))));
}

fn reverse(books: &Books, target: Target) -> Result<(u64, String), LedgerError> {
    let by = Reverser {
        why: "wrong invoice".into(),
        done_on: "2024-07-01".into(),
        done_by: "a clerk".into(),
    };
    let reversed = Ledger::write(&books.path())?.reverse(&target, &by)?;
    books.assert_sound();
    Ok((reversed.claims, reversed.recovered.to_string()))
}

fn balances(books: &Books) -> (String, String, String) {
    let connection = Connection::open(books.path()).expect("the file");
    let text = |sql: &str| {
        connection.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).expect(sql)
    };
    let years = text(
        "SELECT group_concat(person || benefit_year || ' ' || claims || ' ' || stays || ' '
         || deductible || ' ' || fund_basic || ' ' || person_total, ';')
         FROM (SELECT * FROM accumulators ORDER BY person)",
    );
    let claims = text(
        "SELECT group_concat(number || ' ' || payable || ' ' || ordered, ';')
         FROM (SELECT * FROM claims WHERE standing IS NOT NULL ORDER BY number)",
    );
    let entries = text(
        "SELECT group_concat(claim || ' ' || total, ';') FROM (SELECT claim, sum(total) AS total
         FROM entries GROUP BY claim HAVING sum(total) <> 0 ORDER BY claim)",
    );
    (years.unwrap_or_default(), claims.unwrap_or_default(), entries.unwrap_or_default())
}

#[test]
fn posting_and_reversing_a_run_restores_every_balance() {
    let books = Books::new();
    let (march, june) = crate::books::late_january();
    books.post(march, "2024-03");
    let before = balances(&books);
    books.post(june, "2024-06");
    assert_ne!(balances(&books), before);
    let run =
        Ledger::read(&books.path()).expect("the books").month("2024-06").expect("runs")[0].run;
    // January's claim and what March gained by it.
    assert_eq!(reverse(&books, Target::Run(run)).expect("reversed"), (2, "16856.00".into()));
    assert_eq!(balances(&books), before);
}

#[test]
fn a_run_that_a_later_one_changed_is_not_reversed_first() {
    let books = posted();
    let run =
        Ledger::read(&books.path()).expect("the books").month("2024-03").expect("runs")[0].run;
    assert!(matches!(reverse(&books, Target::Run(run)), Err(LedgerError::Replaced(1))));
    books.assert_sound();
}

#[test]
fn a_claim_taken_back_lets_the_next_run_decide_its_year_again() {
    let books = posted();
    let january = Ledger::read(&books.path()).expect("the books").claims_called("J1");
    let number = january.expect("found")[0].0;
    assert_eq!(reverse(&books, Target::Claim(number)).expect("reversed"), (1, "16512.00".into()));
    assert!(matches!(reverse(&books, Target::Claim(number)), Err(LedgerError::NotStanding)));
    // Nothing of the person is in the next batch, and yet March is the first stay again.
    let detected = books.post(Batch::world().read(), "2024-07");
    let changes: Vec<_> = detected.reckoning.standings.iter().map(|it| it.change).collect();
    assert_eq!(changes, [Change::Recovery]);
    let next = books.decide(Batch::world().read(), "2024-08");
    assert!(next.reckoning.standings.is_empty(), "once is enough");
}

#[test]
fn what_moved_since_the_draft_is_not_posted() {
    let books = Books::new();
    let (march, june) = crate::books::late_january();
    let draft = books.decide(june, "2024-06");
    books.post(march, "2024-03");
    let refused = crate::books::try_post(&books.path(), &draft, "2024-06");
    assert!(matches!(refused, Err(LedgerError::Moved { .. })), "{refused:?}");
    books.assert_sound();
}

/// Liu claims the invoice that Wang was paid for.
fn contested() -> Books {
    let books = Books::new();
    let (march, _) = crate::books::late_january();
    books.post(march, "2024-03");
    let mut april = Batch::world();
    april.person(&[("证件号码", LIU), ("姓名", "刘试")]).contribution(&[("证件号码", LIU)]);
    april.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    let row = [("证件号码", LIU), ("姓名", "刘试"), ("票据号码", "M1"), ("受理日期", "2024-04-20")];
    april.claim("L1", &row);
    books.post(april.read(), "2024-04");
    books
}

#[test]
fn a_claim_is_released_when_the_one_that_contested_it_is_taken_back() {
    let books = contested();
    let number = Ledger::read(&books.path()).expect("the books").claims_called("L1");
    reverse(&books, Target::Claim(number.expect("found")[0].0)).expect("reversed");
    let detected = books.post(Batch::world().read(), "2024-05");
    let standing = &detected.reckoning.standings[0];
    let now = &detected.adjudicated.decisions[standing.claim.at()];
    assert_eq!((now.outcome.word(), standing.due(now).to_string().as_str()), ("pay", "0.00"));
    assert_eq!(standing.change, Change::Wording, "it was paid in March");
}

#[test]
fn a_held_claims_own_payment_in_the_register_does_not_refuse_it() {
    let books = contested();
    let mut may = Batch::world();
    let own = [
        ("结算方式", "手工报销"),
        ("票据号码", "M1"),
        ("入院日期", "2024-03-04"),
        ("出院日期", "2024-03-15"),
        ("医疗费总额", "20000"),
        ("结算日期", "2024-03-31"),
    ];
    may.settlement(&own);
    may.claim("A1", &[("入院日期", "2024-05-04"), ("出院日期", "2024-05-15")]);
    let detected = books.decide(may.read(), "2024-05");
    assert_eq!(detected.reckoning.own_settlements, 1);
    assert!(detected.reckoning.standings.iter().all(|it| it.change == Change::None));
    // What another office paid before the claim was handed in is a second payment.
    let mut may = Batch::world();
    may.settlement(&[&own[..], &[("结算日期", "2024-03-19")]].concat());
    let detected = books.decide(may.read(), "2024-05");
    let changes: Vec<Change> = detected.reckoning.standings.iter().map(|it| it.change).collect();
    assert!(changes.contains(&Change::Recovery), "{changes:?}");
}

/// The register contradicts itself for a month: that is cleared before anything is asked back.
#[test]
fn what_was_paid_is_not_asked_back_while_the_claim_pends() {
    let books = Books::new();
    let (march, _) = crate::books::late_january();
    books.post(march, "2024-03");
    let mut april = Batch::world();
    april.person(&[("人员类别", "退休")]);
    let detected = books.post(april.read(), "2024-04");
    assert_eq!(detected.reckoning.standings[0].change, Change::Suspended);
    let cleared = books.post(Batch::world().read(), "2024-05");
    let standing = &cleared.reckoning.standings[0];
    let now = &cleared.adjudicated.decisions[standing.claim.at()];
    assert_eq!((now.outcome.word(), standing.due(now).to_string().as_str()), ("pay", "0.00"));
}

#[test]
fn runs_are_taken_back_in_turn_and_what_they_brought_no_longer_counts() {
    let books = Books::new();
    let (march, _) = crate::books::late_january();
    books.post(march, "2024-03");
    let mut june = Batch::world();
    june.settlement(&[]).claim("J1", &[("入院日期", "2024-05-04"), ("出院日期", "2024-05-15")]);
    let detected = books.post(june.read(), "2024-06");
    assert_eq!(detected.adjudicated.own_decisions()[0].stay_ordinal, Some(3));
    let run_of = |month: &str| {
        Ledger::read(&books.path()).expect("the books").month(month).expect("runs")[0].run
    };
    reverse(&books, Target::Run(run_of("2024-06"))).expect("reversed");
    // The settlement was a mistake: without it the claim of June is the second stay.
    let mut june = Batch::world();
    june.claim("J1", &[("入院日期", "2024-05-04"), ("出院日期", "2024-05-15")]);
    let detected = books.decide(june.read(), "2024-06");
    assert_eq!(detected.adjudicated.own_decisions()[0].stay_ordinal, Some(2));
    reverse(&books, Target::Run(run_of("2024-03"))).expect("reversed");
    assert_eq!(balances(&books), (String::new(), String::new(), String::new()));
}
