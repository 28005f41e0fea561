//! What the books cost: a year of claims posted at once, then a few late ones that make some
//! persons' years be decided again. See `README.md` beside this file.
//!
//! The surprise: the batches are made in memory, so reading them and writing reports is not in the
//! figures; what is, is all that a ledger adds.

mod world;

use std::fs;
use std::path::Path;
use std::time::Instant;

use lingbao::domain::Money;
use lingbao::domain::dates::{Date, Month, Period, plus_days};
use lingbao::flow::books::Change;
use lingbao::flow::order;
use lingbao::flow::{Detected, Orders, Records, Silent};
use lingbao::ledger::{Ledger, Poster, Posting};
use lingbao::run::{Setup, decide_on_books};

use world::{AS_OF, CLAIMS_A_PERSON, World};

/// Claims of the year, unless the command line says otherwise.
const YEAR: u32 = 1_000_000;
/// Persons with a late claim.
const LATE: u32 = 1_000;

type Answer<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Answer<()> {
    let year = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(YEAR);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let setup = Setup::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    let folder = tempfile::tempdir()?;
    let ledger = folder.path().join("lingbao.db");
    println!("{year} claims × {} lines, {LATE} late ones", world::LINES);

    let mut records = World::new(&setup.rulebook.items).batch(year);
    order::registers(&mut records);
    let decided = time("the year: decide", || decide(records, &setup, None))?;
    time("the year: post", || post(&ledger, &decided))?;
    drop(decided);
    let bytes = fs::metadata(&ledger)?.len();
    println!("the books: {} MiB, {} bytes a claim", bytes >> 20, bytes / u64::from(year));

    for (name, whole) in [("late, their registers", false), ("late, all registers", true)] {
        let records = late(&setup, if whole { year } else { LATE * CLAIMS_A_PERSON });
        let decided = time(&format!("{name}: decide with the books"), || {
            decide(records, &setup, Some(&Ledger::read(&ledger)?))
        })?;
        let standings = &decided.reckoning.standings;
        let changed = standings.iter().filter(|it| it.change != Change::None).count();
        println!("  {} posted claims decided again, {changed} change", standings.len());
        if !whole {
            time(&format!("{name}: post"), || post(&ledger, &decided))?;
        }
    }
    let person = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = person.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("{peak}");
    let checked = time("check all of it", || Ok(Ledger::read(&ledger)?.check()?))?;
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    time("show one claim", || Ok(Ledger::read(&ledger)?.histories("SB202400000001")?))?;
    Ok(())
}

fn time<T>(what: &str, work: impl FnOnce() -> Answer<T>) -> Answer<T> {
    let begun = Instant::now();
    let done = work()?;
    println!("{what}: {:.2} s", begun.elapsed().as_secs_f64());
    Ok(done)
}

fn decide(records: Records, setup: &Setup, books: Option<&Ledger>) -> Answer<Detected> {
    Ok(decide_on_books(records, setup, AS_OF, books, &Silent)?)
}

fn post(path: &Path, detected: &Detected) -> Answer<()> {
    let orders = Orders::of(&detected.adjudicated, &detected.reckoning);
    let posting = Posting::of(detected, &orders, (Month::of(AS_OF), AS_OF));
    let poster = Poster {
        posted_on: AS_OF,
        posted_by: "bench".into(),
        manifest: posting.digest(),
        program: String::new(),
    };
    Ledger::write(path)?.post(&posting, &poster)?;
    Ok(())
}

/// One more claim of each of the first persons, of an early January stay, with the registers of
/// as many claims as said.
fn late(setup: &Setup, registers: u32) -> Records {
    let mut records = World::new(&setup.rulebook.items).batch(registers);
    order::registers(&mut records);
    let persons = registers.div_ceil(CLAIMS_A_PERSON);
    records.claims.truncate(LATE.min(persons) as usize);
    let ids: Vec<_> = records.claims.iter().map(|claim| claim.claim_id.clone()).collect();
    records.lines.retain(|line| {
        let id = line.claim_id.map(|symbol| records.names.get(symbol));
        id.is_some_and(|id| ids.iter().take(LATE as usize).any(|kept| **kept == *id))
    });
    for (number, claim) in (0..).zip(&mut records.claims) {
        let first = plus_days(Date::constant(2024, 1, 1), number % 7);
        claim.claim_id = format!("L{number:08}").into();
        claim.invoice.number = format!("L{number:08}").into();
        claim.stay = Period::new(first, plus_days(first, 5)).unwrap_or(claim.stay);
        claim.received_on = Date::constant(2024, 12, 20);
    }
    // One line each, named by the claim it now belongs to.
    let names = &mut records.names;
    let claims = &mut records.claims;
    records.lines.truncate(claims.len());
    for (line, claim) in records.lines.iter_mut().zip(claims) {
        line.claim_id = Some(names.intern(&claim.claim_id));
        line.service_on = claim.stay.first();
        claim.total = line.amount.max(Money::ZERO);
    }
    records
}
