//! `lingbao verify`: that a run's folder is as its manifest says, and with `--recompute` that its
//! inputs, data and program give exactly that.

use std::path::PathBuf;

use crate::domain::Text;
use crate::report::manifest;
use crate::report::{self, JobFile, Manifest, Pseudonyms};
use crate::run::{self, AgainError};

use super::commands::{DEMO_KEY, program, unusable_key, workbooks};
use super::{Done, Failure, Terminal, args, key};

pub fn verify(verify: &args::Verify, terminal: &Terminal) -> Result<Done, Failure> {
    let mut problems = report::verify(&verify.run).map_err(no_manifest)?;
    let mut proven = Text::new("报表与清单一致", "every output is as its manifest says");
    if verify.recompute {
        let again = Recomputed::of(verify, terminal)?;
        problems.extend(again.problems);
        if let Some(note) = again.note {
            terminal.say(note.get(terminal.lang));
        }
        proven = again.proven;
    }
    if problems.is_empty() {
        terminal.say(proven.get(terminal.lang));
        Ok(Done::All)
    } else {
        Err(Failure::Problems(problems))
    }
}

/// What deciding a run again came to.
struct Recomputed {
    problems: Vec<crate::flow::Problem>,
    /// That the program is another, which is no fault by itself.
    note: Option<Text>,
    proven: Text,
}

impl Recomputed {
    fn of(verify: &args::Verify, terminal: &Terminal) -> Result<Recomputed, Failure> {
        let manifest = manifest::read(&verify.run).map_err(no_manifest)?;
        let job = job(verify)?;
        let pseudonyms = pseudonyms(&job, &manifest)?;
        let progress = terminal.progress();
        let again = run::again(&manifest, &job, &workbooks(), &*progress)?;
        let fresh = again.rehearse(pseudonyms, program(), &verify.run).map_err(|error| {
            let why = error.text();
            Failure::Said(Text::new(
                format!("无法重新计算：{}", why.zh),
                format!("cannot be recomputed: {}", why.en),
            ))
        })?;
        drop(progress);
        let mut problems = again.changed;
        problems.extend(report::compare(&verify.run, &fresh).map_err(no_manifest)?);
        let counts = (fresh.inputs.len(), fresh.data_files.len(), fresh.outputs.len());
        Ok(Recomputed {
            problems,
            note: another_program(&manifest, &fresh),
            proven: Text::new(
                format!(
                    "已重新计算：{} 个批次文件和 {} 个数据文件与运行时相同，得出的 {} 个输出逐字节相同",
                    counts.0, counts.1, counts.2
                ),
                format!(
                    "recomputed: {} files of the batch and {} data files are those of the run, \
                     and all {} outputs come out byte for byte",
                    counts.0, counts.1, counts.2
                ),
            ),
        })
    }
}

impl From<AgainError> for Failure {
    fn from(error: AgainError) -> Failure {
        match error {
            AgainError::Problems(problems) => Failure::Problems(problems),
            AgainError::Said(text) => Failure::Said(text),
        }
    }
}

/// Where the inputs lie: as the run wrote it, unless the command line says otherwise.
fn job(verify: &args::Verify) -> Result<JobFile, Failure> {
    let named = (&verify.batch, &verify.data);
    let job = match (JobFile::read(&verify.run), named) {
        (Ok(job), _) => job,
        // Whoever names both needs no job file.
        (Err(_), (Some(batch), Some(data))) => {
            JobFile { batch: batch.clone(), data: data.clone(), key: None, ledger: None }
        }
        (Err(problem), _) => return Err(Failure::Problems(vec![problem])),
    };
    let or = |named: &Option<PathBuf>, otherwise| named.clone().unwrap_or(otherwise);
    Ok(JobFile {
        batch: or(&verify.batch, job.batch),
        data: or(&verify.data, job.data),
        key: verify.key.clone().or(job.key),
        ledger: verify.ledger.clone().or(job.ledger),
    })
}

/// The key of the run, which gives the same pseudonyms. It is only read, never made.
fn pseudonyms(job: &JobFile, manifest: &Manifest) -> Result<Pseudonyms, Failure> {
    let (pseudonyms, name) = match &job.key {
        Some(path) => {
            let read = key::read(path).map_err(|error| unusable_key(path, &error))?;
            (read, path.display().to_string())
        }
        None => (Pseudonyms::from_key(DEMO_KEY), "demo".to_owned()),
    };
    let (ours, theirs) = (pseudonyms.fingerprint(), &manifest.key_fingerprint);
    if ours == *theirs {
        return Ok(pseudonyms);
    }
    Err(Failure::Said(Text::new(
        format!(
            "密钥 {name} 不是这次运行所用的（指纹 {ours}，清单所记 {theirs}）；用 --key 指明当时的密钥文件"
        ),
        format!(
            "the key {name} is not the run's (fingerprint {ours}, the manifest says {theirs}); \
             name the run's key file by --key"
        ),
    )))
}

fn another_program(manifest: &Manifest, fresh: &Manifest) -> Option<Text> {
    let (theirs, ours) = (&manifest.program, &fresh.program);
    let is_same = (&theirs.name, &theirs.version, &theirs.sha256)
        == (&ours.name, &ours.version, &ours.sha256);
    (!is_same).then(|| {
        Text::new(
            format!(
                "说明：重新计算用的是另一个程序构建（{} {}，运行时为 {} {}），文件哈希不同",
                ours.name, ours.version, theirs.name, theirs.version
            ),
            format!(
                "note: recomputed by another build of the program ({} {}, the run's was {} {}): \
                 its hash differs",
                ours.name, ours.version, theirs.name, theirs.version
            ),
        )
    })
}

fn no_manifest(error: report::Cause) -> Failure {
    let why = crate::message::cause_words(&*error);
    Failure::Said(Text::new(
        format!("没有可核对的清单：{}", why.zh),
        format!("no manifest: {}", why.en),
    ))
}
