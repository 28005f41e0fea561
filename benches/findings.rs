//! How long all findings of a batch take to be found, group by group. The batch is a folder that
//! `lingbao synth` made. See `README.md` beside this file.
//!
//! The surprise: groups do not add up to the whole. What several detectors need is worked out once,
//! and detectors run beside one another.

mod settings;

use std::path::Path;
use std::time::Instant;

use lingbao::adjudicate::adjudicate;
use lingbao::detect::{Ground, detect};
use lingbao::domain::dates::Date;
use lingbao::flow::Silent;
use lingbao::ingest::Workbooks;
use lingbao::run::{self, Setup};

const AS_OF: Date = Date::constant(2024, 6, 30);
const GROUPS: [&str; 8] = ["-", "F1", "F2", "F3", "F4", "F5", "F6", "F"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let setup = Setup::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    let folder = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let folder = folder.ok_or("name a batch: cargo bench --bench findings -- FOLDER")?;
    let begun = Instant::now();
    let workbooks = Workbooks::InProcess;
    let records = run::read(Path::new(&folder), &setup, &workbooks, &Silent)
        .unwrap_or_else(|error| panic!("{error:?}"));
    println!("{} claims, {} lines", records.claims.len(), records.lines.len());
    println!("| what | s | findings |");
    println!("|---|---|---|");
    println!("| read | {:.1} | |", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let linked = run::match_only(records, &Silent);
    let adjudicated = adjudicate(linked, &setup.rulebook, AS_OF, &Silent);
    println!("| matched and decided | {:.1} | |", begun.elapsed().as_secs_f64());
    let mut adjudicated = Some(adjudicated);
    for group in GROUPS {
        let settings = settings::only(&data, |code| code.starts_with(group))?;
        let (rulebook, divisions) = (&setup.rulebook, &setup.divisions);
        let ground = Ground { settings: &settings, rulebook, divisions };
        let begun = Instant::now();
        let detected = detect(adjudicated.take().expect("handed on"), ground, &Silent);
        let (seconds, found) = (begun.elapsed().as_secs_f64(), detected.findings.len());
        println!("| findings {group} | {seconds:.1} | {found} |");
        adjudicated = Some(detected.adjudicated);
    }
    Ok(())
}
