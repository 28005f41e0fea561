//! A region as an agency's officer meets it: started with `region new`, written by the guide,
//! read back with `region show`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lingbao::domain::RegionCode;
use lingbao::rulebook::Rulebook;
use lingbao::rulebook::policy::KINDS;
use tempfile::TempDir;

use crate::data;

const NEW: &str = "320300";

/// The shipped data without their regions' laws, in a folder of its own.
fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let copy = folder.path().join("data");
    copy_all(&data(), &copy);
    for entry in fs::read_dir(copy.join("regions")).expect("regions").flatten() {
        for file in ["region.toml", "policy.toml", "cases.toml"] {
            let _ = fs::remove_file(entry.path().join(file));
        }
    }
    (folder, copy)
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_all(&from, &to);
        } else {
            fs::copy(from, to).expect("a copy");
        }
    }
}

/// Runs `lingbao region … --data`, and gives back exit code, stdout and stderr.
fn region(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lingbao"))
        .arg("region")
        .args(arguments)
        .args(["--lang", "zh", "--data"])
        .arg(data)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
fn a_new_region_loads_as_it_is_and_says_that_it_says_nothing() {
    let (_keep, data) = folder();
    let (code, said, wrong) = region(&data, &["new", NEW]);
    assert_eq!(code, 0, "{wrong}");
    assert!(said.contains("policy.toml"), "{said}");
    let (code, _, wrong) = region(&data, &["test", NEW]);
    assert_eq!(code, 0, "{wrong}");
    let (_, shown, _) = region(&data, &["show", NEW, "--on", "2024-06-01"]);
    assert!(shown.contains("徐州市") && shown.contains("尚未录入"), "{shown}");
    let (code, _, wrong) = region(&data, &["new", NEW]);
    assert_eq!(code, 2);
    assert!(wrong.contains("未改动"), "{wrong}");
    let (code, _, wrong) = region(&data, &["new", "999999"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("行政区划"), "{wrong}");
}

/// The example a commented file holds: lines behind a `#` without a space.
fn uncommented(path: &Path) {
    let text = fs::read_to_string(path).expect("a file");
    let line = |line: &str| match line.strip_prefix('#') {
        Some(code) if !code.is_empty() && !code.starts_with("  ") && !code.starts_with(' ') => {
            code.to_owned()
        }
        Some(code) if code.starts_with("  {") => code.to_owned(),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    fs::write(path, lines.join("\n") + "\n").expect("a file");
}

#[test]
fn every_example_of_a_new_region_is_right_and_its_case_holds() {
    let (_keep, data) = folder();
    region(&data, &["new", NEW]);
    let folder = data.join("regions").join(NEW);
    for file in ["region.toml", "policy.toml", "cases.toml"] {
        uncommented(&folder.join(file));
    }
    let path = folder.join("region.toml");
    let text = fs::read_to_string(&path).expect("a file");
    let without_gap = text.split("[[gap]]").next().expect("a beginning");
    fs::write(&path, without_gap).expect("a file");
    let (code, said, wrong) = region(&data, &["test", NEW]);
    assert_eq!(code, 0, "{said}{wrong}");
    assert!(said.contains("1 个例子相符"), "{said}");
    let rulebook = Rulebook::load(&data).expect("the region");
    let code = RegionCode::parse(NEW).expect("a code");
    let written: Vec<&str> = rulebook
        .citations
        .iter()
        .filter_map(|citation| citation.clause.strip_prefix(&format!("{code}/"))?.split('/').next())
        .collect();
    for (kind, _) in KINDS {
        assert!(written.contains(kind), "no example of {kind}");
    }
}

/// Every `rule = …` that the guide shows, with the kind it stands under.
fn rules_of_the_guide() -> Vec<(String, String)> {
    let guide = fs::read_to_string(data().join("README.md")).expect("the guide");
    let kinds = guide.split("### 种类").nth(1).expect("the kinds");
    let kinds = kinds.split("\n## ").next().expect("their end");
    let mut kind = String::new();
    let mut rules = Vec::new();
    for line in kinds.lines() {
        if let Some(rest) = line.strip_prefix("**`") {
            kind = rest.split('`').next().unwrap_or_default().to_owned();
        }
        // Rules stand in blocks, or in a line of text between backticks.
        let found = line.split('`').filter(|part| part.starts_with("rule = {"));
        rules
            .extend(found.map(|rule| {
                (kind.clone(), rule.replace("base = […]", "base = [\"basic_share\"]"))
            }));
    }
    rules
}

#[test]
fn every_rule_the_guide_shows_is_one_the_program_takes() {
    let rules = rules_of_the_guide();
    let (_keep, data) = folder();
    region(&data, &["new", NEW]);
    let folder = data.join("regions").join(NEW);
    uncommented(&folder.join("region.toml"));
    let region_file = fs::read_to_string(folder.join("region.toml")).expect("a file");
    let region_file = region_file.replace("2019-01-01", "2099-01-01");
    fs::write(folder.join("region.toml"), region_file).expect("a file");
    for (kind, _) in KINDS {
        let examples = rules.iter().filter(|(known, _)| known == kind).count();
        assert!(examples > 0 || matches!(*kind, "supplement" | "aid"), "no example of {kind}");
    }
    // One after the other in time, each alone in force.
    let mut policy = String::new();
    for (place, (kind, rule)) in rules.iter().enumerate() {
        let (from, to) = (2030 + place, 2031 + place);
        policy.push_str(&format!(
            "[[{kind}]]\nid = \"{place}\"\napplies = {{ scheme = [\"employee\"], care = \
             [\"inpatient\"], from = \"{from}-01-01\", to = \"{to}-01-01\" }}\nbasis = {{ source \
             = \"rule\" }}\n{rule}\n\n"
        ));
    }
    fs::write(folder.join("policy.toml"), policy).expect("a file");
    let told = match Rulebook::load(&data) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    // A ratio without its deductible lacks companions, which is not the guide's fault.
    let wrong: Vec<_> =
        told.into_iter().filter(|fault| !fault.explanation.en.contains(" clause from ")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_region_is_shown_with_values_and_sources() {
    let (code, shown, _) = region(&data(), &["show", "420100", "--on", "2024-06-01"]);
    assert_eq!(code, 0);
    for part in [
        "【职工】住院",
        "三级医院：首次800元，第2次起400元",
        "退休：个人负担按80%计",
        "[420100/deductible/employee]",
        "未核对",
        "未收录：",
        "未建模",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let (code, _, wrong) = region(&data(), &["show", "999999", "--on", "2024-06-01"]);
    assert_eq!(code, 2);
    assert!(wrong.contains("region list"), "{wrong}");
}

#[test]
fn the_list_names_what_is_covered_left_out_and_not_verified() {
    let (code, listed, _) = region(&data(), &["list"]);
    assert_eq!(code, 0);
    for part in ["110000 北京市", "  + ", "  - ", "条，其中未核对出处", "route/as-at-home"]
    {
        assert!(listed.contains(part), "{part} is not in\n{listed}");
    }
}
