//! The architecture's invariants, held by reading the sources: imports go one way, the middle does
//! no input or output, files stay small, nothing is left open.

use std::fs;
use std::path::{Path, PathBuf};

/// The stages, and what each may import besides itself: a stage, or one module of it. What is
/// absent here is the point.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("flow", &["domain"]),
    ("message", &["domain", "flow"]),
    ("rulebook", &["domain", "flow", "message"]),
    ("ingest", &["domain", "flow", "message", "rulebook"]),
    ("normalise", &["domain", "flow", "message", "rulebook"]),
    ("matching", &["domain", "flow"]),
    ("adjudicate", &["domain", "flow", "rulebook"]),
    ("detect", &["domain", "flow", "rulebook"]),
    ("replay", &["domain", "flow"]),
    ("ledger", &["domain", "flow", "message", "replay", "rulebook"]),
    ("lock", &["domain", "message"]),
    ("returns", &["domain", "flow"]),
    (
        "report",
        &["domain", "flow", "message", "lock", "rulebook::bank_layout", "rulebook::toml_words"],
    ),
    ("synth", &["domain", "flow", "rulebook"]),
    ("measure", &["domain", "flow", "synth"]),
    ("cases", &["domain", "flow", "rulebook", "matching", "adjudicate"]),
];

/// Stages that neither read nor write anything, and know no clock and no file format.
const PURE: &[&str] = &[
    "domain",
    "flow",
    "normalise",
    "matching",
    "adjudicate",
    "detect",
    "replay",
    "returns",
    "measure",
];

const NOT_IN_PURE: &[&str] =
    &["std::fs", "std::io", "std::net", "SystemTime", "Instant", "serde", "std::env"];

const LINES_MAX: usize = 500;
const COLUMNS_MAX: usize = 100;

#[test]
fn imports_go_one_way() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(stage, _)| *stage == stage_of(&file))
        else {
            continue;
        };
        for imported in imported_modules(&code_only(&text)) {
            let stage = imported.split("::").next().unwrap_or_default();
            let is_allowed = allowed.contains(&stage) || allowed.contains(&imported.as_str());
            if stage != stage_of(&file) && !is_allowed {
                broken.push(format!("{} imports {imported}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_middle_reads_and_writes_nothing() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        if !PURE.contains(&stage_of(&file).as_str()) {
            continue;
        }
        for word in NOT_IN_PURE {
            if code_only(&text).contains(word) {
                broken.push(format!("{} knows {word}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_number_cells_and_drawings_know_floats() {
    // A spreadsheet's numbers and serial days arrive as floats and leave as floats, a drawing is
    // made of them, a measured error rate is one; money never is.
    const ALLOWED: &[&str] = &[
        "flow/cells.rs",
        "domain/dates.rs",
        "ingest/",
        "normalise/",
        "report/",
        "synth/",
        "measure/",
    ];
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let name = file.display().to_string();
        if ALLOWED.iter().any(|part| name.contains(part)) {
            continue;
        }
        let code = code_only(&text);
        if code.contains("f64") || code.contains("f32") {
            broken.push(name);
        }
    }
    assert!(broken.is_empty(), "floats in {}", broken.join(", "));
}

#[test]
fn files_are_short_and_begin_by_saying_what_they_are_for() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        if text.lines().count() > LINES_MAX {
            broken.push(format!("{} has more than {LINES_MAX} lines", file.display()));
        }
        if let Some(long) = text.lines().find(|line| width(line) > COLUMNS_MAX) {
            broken.push(format!("{}: {long}", file.display()));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{} does not say what it is for", file.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Columns of a line; a Chinese character takes one, as the formatter counts.
fn width(line: &str) -> usize {
    line.chars().count()
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                if name == "tests" || name.ends_with("_test") {
                    continue;
                }
                let text = fs::read_to_string(&path).expect("a source file");
                let inside = path.strip_prefix(&root).expect("below src").to_path_buf();
                found.push((inside, text));
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// `adjudicate/lines.rs` → `adjudicate`; `cases.rs` → `cases`.
fn stage_of(file: &Path) -> String {
    let first = file.components().next().expect("a path").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The text without comments and without its tests, which may import what they like. Files of
/// tests are passed over altogether.
fn code_only(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules named by `crate::…` paths, with the stage they belong to: `rulebook::policy`, or
/// `rulebook` where the stage itself or several of its modules are named.
fn imported_modules(code: &str) -> Vec<String> {
    let is_name = |c: char| c.is_lowercase() || c.is_ascii_digit() || c == '_';
    let name = |text: &str| text.chars().take_while(|&c| is_name(c)).collect::<String>();
    let mut modules: Vec<String> = code
        .split("crate::")
        .skip(1)
        .map(|path| {
            let stage = name(path);
            let inside = path[stage.len()..].strip_prefix("::").map(name).unwrap_or_default();
            if inside.is_empty() { stage } else { format!("{stage}::{inside}") }
        })
        .collect();
    modules.sort();
    modules.dedup();
    modules
}
