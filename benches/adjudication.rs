//! How fast linked claims are decided and what memory that takes, on one thread and on two. See
//! `README.md` beside this file.
//!
//! The surprise: the claims are made in memory and linked before the clock starts, so the figures
//! are those of `adjudicate` alone. Every measurement is a process of its own.

mod world;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use lingbao::adjudicate::adjudicate;
use lingbao::flow::{Adjudicated, Silent};
use lingbao::matching::link;
use lingbao::rulebook::Rulebook;

use world::{AS_OF, LINES, World};

const SIZES: [u32; 3] = [20_000, 100_000, 1_000_000];
const THREADS: [u32; 2] = [1, 2];
const ROUNDS: usize = 5;

type Answer<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Answer<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--measure", claims] => measure(claims.parse()?),
        // One size, in this process, for a profiler.
        [claims] if claims.parse::<u32>().is_ok() => measure(claims.parse()?),
        // Cargo hands `--bench` to every bench.
        _ => compare(),
    }
}

/// One measurement: seconds, memory in KiB before and at most, and what became of the claims.
fn measure(claims: u32) -> Answer<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let rulebook = Rulebook::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    let linked = link(World::new(&rulebook.items).batch(claims), &Silent);
    // From here on the largest memory is counted anew.
    fs::write("/proc/self/clear_refs", "5")?;
    let before = kib("VmRSS:")?;
    let (begun, worked) = (Instant::now(), cpu_seconds()?);
    let adjudicated = adjudicate(linked, &rulebook, AS_OF, &Silent);
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds()? - worked);
    assert_eq!(adjudicated.lines.len(), (claims * LINES) as usize, "lines are missing");
    println!("{seconds} {cpu} {before} {} {}", kib("VmHWM:")?, outcomes(&adjudicated));
    Ok(())
}

/// How many claims came to what, as `pay 1, …`.
fn outcomes(adjudicated: &Adjudicated) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for decision in &adjudicated.decisions {
        *counts.entry(decision.outcome).or_insert(0_u32) += 1;
    }
    let told = counts.iter().map(|(outcome, count)| format!("{} {count}", outcome.word()));
    told.collect::<Vec<_>>().join(", ")
}

fn kib(what: &str) -> Answer<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    Ok(line.ok_or("no such line")?.trim_end_matches("kB").trim().parse()?)
}

/// What all threads of this process worked so far: on a machine shared with others the wall
/// clock tells of them too.
fn cpu_seconds() -> Answer<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let told = fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += told.split(' ').next().ok_or("no time")?.parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}

/// One process's answer.
struct Measured {
    seconds: f64,
    cpu: f64,
    before_kib: f64,
    peak_kib: f64,
    outcomes: String,
}

fn compare() -> Answer<()> {
    let variants: Vec<(u32, u32)> =
        SIZES.iter().flat_map(|size| THREADS.map(|threads| (*size, threads))).collect();
    let mut measured: Vec<Vec<Measured>> = variants.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        eprintln!("round {} of {ROUNDS}", round + 1);
        // All variants in turn, so that a busy minute of the machine falls on all of them.
        for (&(size, threads), runs) in variants.iter().zip(&mut measured) {
            runs.push(in_own_process(size, threads)?);
        }
    }
    println!(
        "| claims | threads | s | claims/s | CPU s | CPU µs/claim | CPU ns/line | KiB/claim |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (&(size, threads), runs) in variants.iter().zip(&mut measured) {
        runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let wall = runs[ROUNDS / 2].seconds;
        runs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        let Measured { cpu, before_kib, peak_kib, .. } = &runs[ROUNDS / 2];
        let claims = f64::from(size);
        let mut row = format!("| {size} | {threads} | {wall:.2} | {:.0} ", claims / wall);
        write!(row, "| {cpu:.2} | {:.2} ", 1e6 * cpu / claims)?;
        write!(row, "| {:.0} ", 1e9 * cpu / claims / f64::from(LINES))?;
        println!("{row}| {:.1} + {:.1} |", before_kib / claims, (peak_kib - before_kib) / claims);
    }
    for (&(size, threads), runs) in variants.iter().zip(&measured) {
        let [fastest, ..] = &runs[..] else { continue };
        let (cpu, outcomes) = (fastest.cpu, &fastest.outcomes);
        println!("{size} claims, {threads} threads: least CPU {cpu:.2} s; {outcomes}");
    }
    Ok(())
}

fn in_own_process(claims: u32, threads: u32) -> Answer<Measured> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--measure", &claims.to_string()]);
    let output = command.env("RAYON_NUM_THREADS", threads.to_string()).output()?;
    let said = String::from_utf8(output.stdout)?;
    match said.trim().splitn(5, ' ').collect::<Vec<_>>()[..] {
        [seconds, cpu, before, peak, outcomes] => Ok(Measured {
            seconds: seconds.parse()?,
            cpu: cpu.parse()?,
            before_kib: before.parse()?,
            peak_kib: peak.parse()?,
            outcomes: outcomes.to_owned(),
        }),
        _ => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}
