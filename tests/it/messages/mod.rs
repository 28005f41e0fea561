//! A gallery of every message about inputs and data: each is provoked by a small file and compared
//! with `tests/golden/messages.txt`, where a person can read them all.
//!
//! `LINGBAO_BLESS=1 cargo test` writes the gallery anew; the difference is then for the reviewer.

mod data_faults;
mod input_faults;
mod law_faults;
mod reader_faults;
mod run_faults;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lingbao::domain::Lang;
use lingbao::flow::Problem;
use lingbao::message;

/// Stages whose words in kebab case are kinds of problems, but for these.
const STAGES: [&str; 3] = ["ingest", "normalise", "rulebook"];
const NO_KINDS: [&str; 4] = ["utf-8", "utf-8-bom", "yyyy-mm-dd", "read-workbook"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One message as both readers see it.
fn shown(problem: &Problem) -> String {
    let text = |lang| message::problem(problem, lang);
    format!("[{}]\n{}\n{}\n", problem.kind, text(Lang::Zh), text(Lang::En))
}

fn gallery() -> Vec<(String, Vec<Problem>)> {
    let mut sections = vec![
        ("批次 · a batch".to_owned(), input_faults::problems()),
        ("批次 · batch.toml".to_owned(), input_faults::faulty_choices()),
        ("读取程序 · a reader that ends".to_owned(), reader_faults::problems()),
        ("读取 · a file that is written to".to_owned(), reader_faults::restless()),
        ("核对 · a run's folder".to_owned(), run_faults::problems()),
        ("账本 · the books".to_owned(), crate::ledger::problems()),
    ];
    sections.extend(data_faults::sections());
    sections
}

#[test]
fn every_message_reads_as_in_the_gallery() {
    let shown: Vec<String> = gallery()
        .into_iter()
        .map(|(heading, problems)| {
            let problems: Vec<String> = problems.iter().map(shown).collect();
            format!("# {heading}\n\n{}", problems.join("\n"))
        })
        .collect();
    let shown = shown.join("\n");
    let golden = root().join("tests/golden/messages.txt");
    if std::env::var_os("LINGBAO_BLESS").is_some() {
        fs::write(&golden, &shown).expect("the gallery is written");
    }
    let expected = fs::read_to_string(&golden).expect("the gallery");
    for (line, (shown, expected)) in shown.lines().zip(expected.lines()).enumerate() {
        assert_eq!(shown, expected, "line {} of the gallery", line + 1);
    }
    assert_eq!(shown.lines().count(), expected.lines().count());
}

#[test]
fn every_kind_of_problem_is_in_the_gallery() {
    let told: BTreeSet<String> = gallery()
        .into_iter()
        .flat_map(|(_, problems)| problems)
        .map(|problem| problem.kind.to_owned())
        .collect();
    let written = kinds_in_sources();
    assert!(written.len() > 40, "the kinds were not found: {written:?}");
    let missing: Vec<_> = written.difference(&told).collect();
    assert!(missing.is_empty(), "not in the gallery: {missing:?}");
}

#[test]
fn no_message_shows_the_number_of_a_person() {
    for (_, problems) in gallery() {
        for problem in problems {
            let shown = shown(&problem);
            let runs = shown.split(|c: char| !c.is_ascii_digit());
            let longest = runs.map(str::len).max().unwrap_or(0);
            assert!(longest < 17, "{shown}");
        }
    }
}

/// `kind: "…"` anywhere in the sources, and in the stages that read every word that looks like a
/// kind, for there they are handed to constructors.
fn kinds_in_sources() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let is_stage = STAGES.iter().any(|stage| path.starts_with(stage));
        for (before, word) in literals(code) {
            if is_stage && is_kebab(word) || before.ends_with("kind: ") {
                kinds.insert(word.to_owned());
            }
        }
    }
    kinds.retain(|kind| !NO_KINDS.contains(&kind.as_str()));
    kinds
}

/// Every text in quotes, with what stands before it on its line.
fn literals(code: &str) -> Vec<(&str, &str)> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(in_quotes).collect()
}

fn in_quotes(line: &str) -> Vec<(&str, &str)> {
    let quotes: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
    quotes.windows(2).map(|pair| (&line[..pair[0]], &line[pair[0] + 1..pair[1]])).collect()
}

/// `file-empty`: two words or more in small letters, dashes between them.
fn is_kebab(text: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    text.contains('-') && text.split('-').all(is_word)
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = root().join("src");
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources can be listed") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_test.rs") {
                let inside = path.strip_prefix(&root).expect("below src").to_path_buf();
                found.push((inside, fs::read_to_string(&path).expect("a source file")));
            }
        }
    }
    found
}
