//! `lingbao synth`: an invented batch of any size. `lingbao bench-findings`: how often detectors
//! are right on such batches.

use std::fs;
use std::path::Path;

use crate::detect::REGISTRY;
use crate::domain::Text;
use crate::domain::dates::Month;
use crate::flow::Progress;
use crate::measure::{self, Conditions, Measurement};
use crate::message;
use crate::run::{self, Setup};
use crate::synth::{self, Plan, PlantedCase, SynthError};

use super::args;
use super::commands::{unreadable, workbooks};
use super::{Done, Failure, Terminal};

/// Invented claims come in in this month.
const MONTH: &str = "2024-06";

pub fn synth(synth: &args::Synth, terminal: &Terminal) -> Result<Done, Failure> {
    refuse_what_is_there(&synth.out)?;
    let setup = Setup::load(&synth.data.folder)?;
    let plan = Plan {
        claims: synth.claims,
        lines: synth.lines,
        seed: synth.seed,
        planted_in_10_000: synth.rate,
    };
    let progress = terminal.progress();
    let format = synth.format.into();
    let written =
        synth::write_batch(&plan, format, &synth.out, &setup.rulebook, &*progress, |_| {});
    let written = written.map_err(unwritten)?;
    drop(progress);
    let (batch, truth) = (synth.out.join(synth::BATCH), synth.out.join(synth::TRUTH));
    let (batch, truth) = (batch.display(), truth.display());
    let synth::Written { claims, lines, persons, total, billed, cases, spoiled } = written;
    terminal.say(&terminal.lang.pick(
        format!(
            "申报 {claims} 件，总额 {total} 元；明细 {lines} 行，金额 {billed} 元；参保 {persons} 条\n\
             植入 {cases} 例，其中 {spoiled} 行故意无法读取\n\
             材料：{batch}\n真相：{truth}\n处理：lingbao run {batch} --month {MONTH}"
        ),
        format!(
            "{claims} claims, {total} yuan; {lines} bill lines, {billed} yuan; {persons} persons\n\
             {cases} cases planted, {spoiled} rows spoiled on purpose\n\
             batch: {batch}\ntruth: {truth}\nto decide it: lingbao run {batch} --month {MONTH}"
        ),
    ));
    Ok(Done::All)
}

/// A batch goes into a folder of its own: what is there already is somebody's.
fn refuse_what_is_there(out: &Path) -> Result<(), Failure> {
    let place = out.display();
    let refused = match fs::read_dir(out) {
        Ok(_) if is_empty(out) => return Ok(()),
        Ok(_) => Text::new(
            format!("{place} 不是空文件夹：编造的批次要单独存放，请另选 --out"),
            format!("{place} is not empty: an invented batch needs a folder of its own (--out)"),
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let why = message::io_words(&error);
            Text::new(
                format!("{place} 不可用：{}", why.zh),
                format!("{place} cannot be used: {}", why.en),
            )
        }
    };
    Err(Failure::Said(refused))
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn unwritten(error: SynthError) -> Failure {
    Failure::Said(Text::new(
        format!("编造的批次写不了：{error}"),
        format!("the invented batch cannot be written: {error}"),
    ))
}

pub fn bench_findings(bench: &args::BenchFindings, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&bench.data.folder)?;
    let progress = terminal.progress();
    let mut measured = Measurement::default();
    for &seed in &bench.seeds.0 {
        let (claims, lines, planted_in_10_000) = (bench.claims, bench.lines, bench.rate);
        let plan = Plan { claims, lines, seed, planted_in_10_000 };
        measure_one(&plan, &setup, &mut measured, &*progress)?;
    }
    drop(progress);
    terminal.print(&measure::lines(&measured, terminal.lang));
    let conditions = Conditions {
        measured_on: bench.as_of,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seeds: bench.seeds.0.clone(),
        claims: bench.claims,
        lines: bench.lines,
        planted_in_10_000: bench.rate,
    };
    let table = measure::csv(&measured, &conditions);
    for path in [&bench.out, &bench.commit_to].into_iter().flatten() {
        save(path, &table)?;
    }
    if let Some(path) = &bench.misses {
        save(path, &slips(&measured))?;
    }
    let codes = REGISTRY.len();
    terminal.say(&terminal.lang.pick(
        format!("{codes} 种疑点，{} 件申报；区间为 Wilson 95%", measured.claims),
        format!("{codes} kinds of findings, {} claims; Wilson intervals at 95 %", measured.claims),
    ));
    Ok(Done::All)
}

/// Writes the batch of a plan, reads and decides it as any other, and holds what was found
/// against the truth.
fn measure_one(
    plan: &Plan,
    setup: &Setup,
    measured: &mut Measurement,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| {
        unwritten(SynthError { path: std::env::temp_dir(), reason: error.to_string() })
    })?;
    let mut cases: Vec<PlantedCase> = Vec::new();
    let format = synth::Format::Csv;
    synth::write_batch(plan, format, folder.path(), &setup.rulebook, progress, |planted| {
        cases.extend(planted.cases);
    })
    .map_err(unwritten)?;
    let batch = folder.path().join(synth::BATCH);
    let records = run::read(&batch, setup, &workbooks(), progress).map_err(unreadable)?;
    let as_of = Month::parse(MONTH).expect("a month").last_day();
    let detected = run::decide(records, setup, as_of, progress);
    measured.add(plan.seed, &cases, &detected);
    Ok(())
}

fn save(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        let why = message::io_words(&error);
        Failure::Said(Text::new(
            format!("{} 写不了：{}", path.display(), why.zh),
            format!("{} cannot be written: {}", path.display(), why.en),
        ))
    })
}

/// What was missed and what was flagged wrongly, a row each.
fn slips(measured: &Measurement) -> String {
    let mut text = String::from("kind,code,pattern,seed,claims,what\n");
    for slip in &measured.slips {
        let what = slip.what.replace('"', "\"\"");
        let (kind, code, seed) = (slip.kind.word(), slip.code, slip.seed);
        let (pattern, claims) = (slip.pattern, slip.claims.join(" "));
        text.push_str(&format!("{kind},{code},{pattern},{seed},{claims},\"{what}\"\n"));
    }
    text
}
