//! `job.toml`: what a run was asked and where its inputs lay, exactly as typed, so that a later
//! command finds them again.
//!
//! The surprise: it is no output. Paths differ from machine to machine, outputs never do, so the
//! manifest does not list it and `verify` passes over it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::Text;
use crate::flow::{Place, Problem};
use crate::message::{inert, io_words};
use crate::rulebook::toml_words::in_both_languages;

use super::{Cause, write_file};

pub const FILE: &str = "job.toml";

const HEAD: &str = "\
# 本次运行的材料、数据和密钥所在，照命令行所写，供以后的命令找回；不在 manifest.json 之列。
# Where this run found its batch, data and key, as typed, for later commands to find them again;
# not listed in manifest.json.
";

/// Where a run's inputs lay. Relative paths are as seen from where the program was started; a
/// path that is no Unicode is written as far as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobFile {
    pub batch: PathBuf,
    pub data: PathBuf,
    /// The file of the pseudonyms' key; the demo has none.
    pub key: Option<PathBuf>,
    /// The books; the demo has none.
    pub ledger: Option<PathBuf>,
}

impl JobFile {
    pub fn write(&self, folder: &Path) -> Result<(), Cause> {
        let entries = [
            ("batch", Some(&self.batch)),
            ("data", Some(&self.data)),
            ("key", self.key.as_ref()),
            ("ledger", self.ledger.as_ref()),
        ];
        write_file(&folder.join(FILE), |out| {
            out.write_all(HEAD.as_bytes())?;
            for (name, path) in entries {
                if let Some(path) = path {
                    writeln!(out, "{name} = {}", quoted(&path.to_string_lossy()))?;
                }
            }
            Ok(())
        })
    }

    /// Reads the job of a run's folder; an unknown key is refused.
    pub fn read(folder: &Path) -> Result<JobFile, Problem> {
        let text = fs::read_to_string(folder.join(FILE)).map_err(|error| {
            let words = io_words(&error);
            unusable(
                Place::file(FILE),
                String::new(),
                (format!("文件读不了：{}", words.zh), format!("cannot be read: {}", words.en)),
            )
        })?;
        toml::from_str(&text).map_err(|error| {
            let begin = error.span().unwrap_or(0..0).start;
            let row = text.bytes().take(begin).filter(|&byte| byte == b'\n').count();
            let excerpt = text.lines().nth(row).unwrap_or_default().trim().to_owned();
            let said = in_both_languages(&inert(error.message()));
            unusable(
                Place::file(FILE).row(u32::try_from(row + 1).unwrap_or(u32::MAX)),
                excerpt,
                (said.zh, said.en),
            )
        })
    }
}

fn unusable(place: Place, excerpt: String, (zh, en): (String, String)) -> Problem {
    Problem {
        kind: "job-unusable",
        place,
        excerpt,
        explanation: Text::new(zh, en),
        hint: Text::new(
            "重新运行会写出此文件；也可用 --batch、--data、--key 指明材料、数据和密钥",
            "running again writes it; or name batch, data and key by --batch, --data and --key",
        ),
    }
}

/// A TOML text. JSON escapes the same characters the same way, but for one that TOML forbids bare.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_as_it_was_written_whatever_its_paths_are() {
        let place = tempfile::tempdir().expect("a folder");
        for (at, path) in
            ["六月/批次", "..\\六\"月\"", "a\u{7f}b\nc\u{1b}", "", "=1"].into_iter().enumerate()
        {
            let folder = place.path().join(at.to_string());
            fs::create_dir(&folder).expect("a folder");
            let key = (at % 2 == 0).then(|| path.into());
            let job = JobFile { batch: path.into(), data: "data".into(), key, ledger: None };
            job.write(&folder).expect("a job");
            assert_eq!(JobFile::read(&folder), Ok(job));
        }
    }

    #[test]
    fn an_unknown_key_and_a_missing_one_are_refused_with_their_line() {
        let place = tempfile::tempdir().expect("a folder");
        let check = |text: &str, row: Option<u32>, said: &str| {
            fs::write(place.path().join(FILE), text).expect("a file");
            let problem = JobFile::read(place.path()).expect_err("refused");
            assert_eq!((problem.kind, problem.place.row), ("job-unusable", row), "{text}");
            assert!(problem.explanation.en.contains(said), "{problem:?}");
        };
        check("batch = \"a\"\ndata = \"b\"\ncolour = \"red\"\n", Some(3), "colour");
        check("batch = \"a\"\n", Some(1), "data");
        check("batch = 1\ndata = \"b\"\n", Some(1), "string");
        fs::remove_file(place.path().join(FILE)).expect("a file");
        assert_eq!(JobFile::read(place.path()).expect_err("no file").place.row, None);
    }
}
