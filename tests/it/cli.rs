//! The command line end to end: what each command prints, where, and its exit code.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::batch::Batch;

/// Runs the program from the repository's root, so that `data/` is found.
pub fn lingbao(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lingbao"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .args(arguments)
        .output()
        .expect("the program runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a plain path")
}

/// Runs a batch into a folder of its own.
fn run(batch: &Path, more: &[&str]) -> (TempDir, Output) {
    let folder = TempDir::new().expect("a temporary folder");
    let (out, key) = (folder.path().join("out"), folder.path().join("key"));
    let usual =
        ["run", path(batch), "--month", "2024-06", "--out", path(&out), "--key", path(&key)];
    let output = lingbao(&[&usual[..], more].concat());
    (folder, output)
}

fn clean_batch() -> TempDir {
    let mut batch = Batch::world();
    batch.claim("A1", &[]).claim("A2", &[("工伤标志", "是"), ("票据号码", "2")]);
    batch.write()
}

#[test]
fn a_run_that_read_everything_ends_with_0_though_it_refused_a_claim() {
    let batch = clean_batch();
    let (folder, output) = run(batch.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("不予支付"), "{said}");
    assert_eq!(text(&output.stderr), "", "no progress bar away from a terminal");
    let decisions = fs::read_to_string(folder.path().join("out/decisions.csv")).expect("decisions");
    assert!(decisions.contains("F111"), "{decisions}");
}

#[test]
fn a_run_that_put_rows_aside_ends_with_1_and_names_them() {
    let batch = clean_batch();
    let claims = batch.path().join("claims.csv");
    let damaged = fs::read_to_string(&claims).expect("claims").replacen("20000", "20000.005", 1);
    fs::write(&claims, damaged).expect("claims");
    let (_folder, output) = run(batch.path(), &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let check = lingbao(&["check", path(batch.path())]);
    assert_eq!(check.status.code(), Some(1));
    let said = text(&check.stdout);
    assert!(said.contains("20000.005") && said.contains("claims.csv"), "{said}");
}

#[test]
fn what_cannot_run_ends_with_2_and_says_why() {
    let empty = TempDir::new().expect("a temporary folder");
    for (arguments, expected) in [
        (vec!["run", path(empty.path()), "--month", "2024-06"], "没有表格文件"),
        (vec!["run", path(empty.path())], "--month"),
        (vec!["check", path(empty.path()), "--data", path(empty.path())], "--data"),
        (vec!["explain", "NOBODY", "--run", path(empty.path())], "workings.jsonl"),
        (vec!["findings", "show", "F999"], "F999"),
        (vec!["run", "x", "--month", "2024-13"], "2024-06"),
        (vec!["nonsense"], "nonsense"),
    ] {
        let output = lingbao(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(said.contains(expected), "{arguments:?} said {said}");
    }
    assert!(!Path::new(env!("CARGO_MANIFEST_DIR")).join("lingbao.key").exists());
}

#[test]
fn a_faulty_batch_toml_stops_the_run_with_2_and_names_the_line() {
    let batch = clean_batch();
    let settings = batch.path().join("batch.toml");
    fs::write(&settings, "[[sheet]]\nfile = \"claims.csv\"\ntable = \"claim\"\n").expect("a file");
    let (folder, output) = run(batch.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("batch.toml!3") && said.contains("没有这种表"), "{said}");
    assert!(!folder.path().join("out").exists(), "nothing is reported");
    fs::write(&settings, "[[sheet]]\nfile = \"claims.csv\"\ntable = \"claims\"\n").expect("a file");
    let (folder, output) = run(batch.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let manifest = fs::read_to_string(folder.path().join("out/manifest.json")).expect("a manifest");
    assert!(manifest.contains("batch.toml"), "{manifest}");
}

#[test]
fn explain_prints_the_working_with_clauses_and_rows() {
    let batch = clean_batch();
    let (folder, _) = run(batch.path(), &["--quiet"]);
    let out = folder.path().join("out");
    let zh = lingbao(&["explain", "A1", "--run", path(&out)]);
    assert_eq!(zh.status.code(), Some(0), "{}", text(&zh.stderr));
    let said = text(&zh.stdout);
    for expected in ["800.00", "86%", "16,512.00", "420100/deductible/employee", "claims.csv!2"] {
        assert!(said.contains(expected), "{expected} is not in\n{said}");
    }
    let en = text(&lingbao(&["explain", "A1", "--run", path(&out), "--lang", "en"]).stdout);
    assert!(en.contains("deductible") && en.contains("16,512.00"), "{en}");
    let unknown = lingbao(&["explain", "A9", "--run", path(&out)]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("A2"), "the nearest ids are shown");
}

#[test]
fn verify_notices_a_changed_output() {
    let batch = clean_batch();
    let (folder, _) = run(batch.path(), &["--quiet"]);
    let out = folder.path().join("out");
    assert_eq!(lingbao(&["verify", path(&out)]).status.code(), Some(0));
    let decisions = out.join("decisions.csv");
    let raised = fs::read_to_string(&decisions).expect("decisions").replace("16512", "96512");
    fs::write(&decisions, raised).expect("decisions");
    let output = lingbao(&["verify", path(&out)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("decisions.csv"));
}

#[test]
fn region_test_and_list_need_no_batch() {
    let test = lingbao(&["region", "test"]);
    assert_eq!(test.status.code(), Some(0), "{}", text(&test.stdout));
    let list = text(&lingbao(&["region", "list"]).stdout);
    assert!(list.contains("420100 武汉市") && list.contains("- 门诊"), "{list}");
    assert!(list.contains("420100 医保目录 155 行，其中"), "unchecked rows are told: {list}");
    assert!(list.contains("国家药品目录 4750 条，其中 4750 条未核对"), "and drugs: {list}");
    let show = text(&lingbao(&["findings", "show", "f303"]).stdout);
    assert!(show.contains("## 什么情况下无辜"), "{show}");
}
