//! Invented batches of any size: what the command says and refuses, that a seed is the same bytes
//! on any number of threads, that the files hold what was planted; and the floors under the
//! detectors' measured error rates.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lingbao::domain::{Code, Money};
use lingbao::flow::Silent;
use lingbao::measure::{Interval, Measurement, SlipKind, Tally};
use lingbao::run;
use lingbao::synth::{self, Format, Plan, PlantedCase, Written};
use tempfile::TempDir;

use crate::batch::{as_of, read, setup};
use crate::cli::{lingbao, text};

fn plan(claims: u32, seed: u64) -> Plan {
    Plan { claims, lines: 10, seed, planted_in_10_000: 2_500 }
}

fn write(plan: &Plan, format: Format) -> (TempDir, Written, Vec<PlantedCase>) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut cases = Vec::new();
    let keep = |planted: synth::Planted| cases.extend(planted.cases);
    let rulebook = &setup().rulebook;
    let written = synth::write_batch(plan, format, folder.path(), rulebook, &Silent, keep);
    (folder, written.expect("the batch is written"), cases)
}

#[test]
fn synth_writes_batch_and_truth_and_refuses_a_folder_with_something_in_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().join("新");
    let out = out.to_str().expect("a plain path");
    let arguments = ["synth", "--claims", "300", "--lines", "8", "--out", out];
    let first = lingbao(&arguments);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let said = text(&first.stdout);
    assert!(said.contains("申报 300 件") && said.contains("truth.csv"), "{said}");
    let truth = fs::read_to_string(Path::new(out).join("truth.csv")).expect("the truth");
    assert!(truth.lines().count() > 5 && truth.starts_with("case,pattern,claim_id"), "{truth}");
    assert!(!Path::new(out).join("batch/truth.csv").exists());
    let again = lingbao(&arguments);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("不是空文件夹"), "{}", text(&again.stderr));
}

#[test]
fn synth_says_what_is_wrong_with_an_argument() {
    for (option, value, expected) in [
        ("--claims", "0", "应为 1 至 2000000 的整数"),
        ("--claims", "many", "应为 1 至 2000000 的整数"),
        ("--lines", "201", "应为 1 至 200 的整数"),
        ("--rate", "51", "应为 0 至 50 的百分数"),
        ("--rate", "1.234", "应为 0 至 50 的百分数"),
        ("--seed", "-1", "应为非负整数"),
        ("--format", "pdf", "csv, xlsx"),
    ] {
        let mut arguments = vec!["synth", "--out", "x"];
        if option != "--claims" {
            arguments.extend(["--claims", "10"]);
        }
        let value = format!("{option}={value}");
        arguments.push(&value);
        let refused = lingbao(&arguments);
        assert_eq!(refused.status.code(), Some(2), "{value}");
        assert!(text(&refused.stderr).contains(expected), "{value}: {}", text(&refused.stderr));
    }
}

#[test]
fn one_thread_and_four_write_the_same_bytes() {
    let folder = TempDir::new().expect("a temporary folder");
    let made: Vec<_> = ["1", "4"]
        .into_iter()
        .map(|threads| {
            let out = folder.path().join(threads);
            let place = out.to_str().expect("a plain path");
            let arguments =
                ["synth", "--claims", "4500", "--lines", "6", "--threads", threads, "--out", place];
            assert_eq!(lingbao(&arguments).status.code(), Some(0));
            out
        })
        .collect();
    for name in ["truth.csv", "batch/零星报销申报表.csv", "batch/费用明细.csv", "batch/备案.csv"]
    {
        let [one, four] = [&made[0], &made[1]].map(|out| fs::read(out.join(name)).expect(name));
        assert!(!one.is_empty() && one == four, "{name} differs");
    }
}

/// What the program reads of a batch is what was written, row by row and fen by fen, and only the
/// rows spoiled on purpose are put aside.
fn holds_what_was_written(folder: &TempDir, written: Written, cases: &[PlantedCase]) {
    let records = read(&folder.path().join(synth::BATCH));
    assert!(records.unread.is_empty(), "{:?}", records.unread);
    assert_eq!(records.quarantine.len() as u64, written.spoiled);
    let read: BTreeSet<&str> = records.claims.iter().map(|claim| &*claim.claim_id).collect();
    assert_eq!(read.len() as u64, written.claims - written.spoiled);
    for case in cases {
        for id in &case.claim_ids {
            assert_eq!(read.contains(id.as_str()), !case.quarantined, "{id}: {}", case.what.en);
        }
    }
    assert_eq!(records.lines.len() as u64, written.lines);
    let billed: Money = records.lines.iter().map(|line| line.amount).sum();
    assert_eq!(billed, written.billed);
    let spoiled = cases.iter().filter(|case| case.quarantined).count();
    let total: Money = records.claims.iter().map(|claim| claim.total).sum();
    assert!(if spoiled == 0 { total == written.total } else { total < written.total });
}

#[test]
fn two_thousand_claims_are_read_as_they_were_written() {
    let (folder, written, cases) = write(&plan(2_000, 7), Format::Csv);
    assert!(written.spoiled > 0, "nothing was spoiled");
    holds_what_was_written(&folder, written, &cases);
}

#[test]
fn the_offices_workbooks_hold_the_same_as_clean_tables() {
    let (folder, written, cases) = write(&plan(600, 8), Format::Xlsx);
    holds_what_was_written(&folder, written, &cases);
    let (_, clean, _) = write(&plan(600, 8), Format::Csv);
    assert_eq!(written, clean);
}

fn measured(seeds: &[u64], claims: u32) -> Measurement {
    let mut measured = Measurement::default();
    for &seed in seeds {
        let (folder, _, cases) = write(&plan(claims, seed), Format::Csv);
        let records = read(&folder.path().join(synth::BATCH));
        let detected = run::decide(records, setup(), as_of(), &Silent);
        measured.add(seed, &cases, &detected);
    }
    measured
}

/// The floors under what was promised, on seeds that nobody calibrated on.
#[test]
fn certain_findings_are_all_found_and_raise_no_alarm() {
    let measured = measured(&[901, 902], 3_000);
    let certain =
        [Code::F101, Code::F102, Code::F105, Code::F201, Code::F202, Code::F203, Code::F205];
    for code in certain {
        let tally = measured.codes[&code];
        assert!(tally.planted >= 4, "{code}: {tally:?}");
        let slips: Vec<_> = measured.slips.iter().filter(|slip| slip.code == code).collect();
        assert_eq!(tally.found, tally.planted, "{code}: {slips:#?}");
        assert_eq!((tally.false_alarms, tally.near_miss_alarms), (0, 0), "{code}: {slips:#?}");
    }
    let at_least = |share: Option<Interval>| share.is_some_and(|interval| interval.share >= 0.95);
    for code in [Code::F301, Code::F303] {
        let tally: Tally = measured.codes[&code];
        assert!(at_least(tally.precision()), "{code}: {tally:?}");
        let patterns = measured.patterns.iter().filter(|((of, pattern), _)| {
            *of == code && (pattern.contains("total") || *pattern == "no-lines")
        });
        let (planted, found) = patterns.fold((0, 0), |sum, (_, n)| (sum.0 + n.0, sum.1 + n.1));
        assert!(planted >= 20 && found * 100 >= planted * 95, "{code}: {found} of {planted}");
    }
}

#[test]
fn what_is_missed_and_what_is_flagged_wrongly_is_counted() {
    let (folder, _, mut cases) = write(&plan(400, 11), Format::Csv);
    let records = read(&folder.path().join(synth::BATCH));
    let detected = run::decide(records, setup(), as_of(), &Silent);
    let unfiled = |case: &PlantedCase| case.expected_codes.contains(&Code::F101);
    let place = cases.iter().position(unfiled).expect("a case of unfiled care");
    // The truth is bent: what is found there is expected elsewhere.
    cases[place].expected_codes = vec![Code::F105];
    cases[place].innocent_of = vec![Code::F101];
    let mut bent = Measurement::default();
    bent.add(1, &cases, &detected);
    let kinds = |code, kind| bent.slips.iter().any(|slip| slip.code == code && slip.kind == kind);
    assert!(kinds(Code::F105, SlipKind::Missed));
    assert!(kinds(Code::F101, SlipKind::FalseAlarm) && kinds(Code::F101, SlipKind::NearMissAlarm));
    let tally = bent.codes[&Code::F101];
    assert_eq!((tally.false_alarms, tally.near_miss_alarms), (1, 1), "{tally:?}");
}

#[test]
fn findings_show_tells_the_measured_error() {
    let show = text(&lingbao(&["findings", "show", "F203"]).stdout);
    assert!(show.contains("## 实测误差") && show.contains("查全率"), "{show}");
}
