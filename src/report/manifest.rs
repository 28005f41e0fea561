//! `manifest.json`: what went in, what made it, the control totals, and every output by SHA-256;
//! written last, so that a folder without one is not a run's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::privacy::hexadecimal;
use super::summary::{Summary, Sums};
use super::working::Yuan;
use super::{Cause, Job, job_file, write_file};

pub const FILE: &str = "manifest.json";
/// The shape of run folders; raised when a file changes so that an older program would misread.
pub(super) const FORMAT: u32 = 1;

/// The manifest of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub program: Program,
    pub month: String,
    pub as_of: String,
    pub options: Options,
    /// Tells which key made the pseudonyms, without giving it away.
    pub key_fingerprint: String,
    pub inputs: Vec<Input>,
    pub data_files: Vec<Hashed>,
    /// The books the run was decided on; none without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerHead>,
    /// What posting the run would put on the books.
    pub posting: PostingRecord,
    pub totals: Totals,
    pub outputs: Vec<Hashed>,
}

/// Where the books stood.
#[derive(Debug, Serialize, Deserialize)]
pub struct LedgerHead {
    pub entries: u64,
    pub hash: String,
}

/// What a run would put on the books, by its digest.
#[derive(Debug, Serialize, Deserialize)]
pub struct PostingRecord {
    pub sha256: String,
    pub entries: u64,
    pub pay: Yuan,
    pub recover: Yuan,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Program {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    pub lang: String,
    pub unmask: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Input {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// The file with the same content that was read instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Hashed {
    pub path: String,
    pub sha256: String,
}

/// Everything that was counted, and what was proved of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Totals {
    pub sheets: Vec<SheetTotals>,
    pub claims: ClaimTotals,
    pub claims_by_outcome: BTreeMap<String, ClaimTotals>,
    pub lines: LineTotals,
    pub findings: FindingTotals,
    pub findings_by_code: BTreeMap<String, FindingTotals>,
    pub quarantined: u64,
    pub unread: u64,
    pub ties: Vec<TieRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SheetTotals {
    pub sheet: String,
    pub table: String,
    pub rows_read: u64,
    pub accepted: u64,
    pub quarantined: u64,
    pub replaced: u64,
    pub passed_over: u64,
    pub amount_read: Yuan,
    pub amount_accepted: Yuan,
    pub amount_quarantined: Yuan,
    pub amount_replaced: Yuan,
    pub amount_unreadable: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ClaimTotals {
    pub claims: u64,
    pub total: Yuan,
    pub fund: Yuan,
    pub person: Yuan,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct LineTotals {
    pub lines: u64,
    pub amount: Yuan,
    pub full_self_paid: Yuan,
    pub over_ceiling: Yuan,
    pub first_pay: Yuan,
    pub in_scope: Yuan,
    pub unmatched: u64,
    pub unmatched_amount: Yuan,
    pub orphans: u64,
    pub orphans_amount: Yuan,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct FindingTotals {
    pub findings: u64,
    pub at_risk: Yuan,
    pub counted: Yuan,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct TieRecord {
    pub name: String,
    pub left: String,
    pub relation: String,
    pub right: String,
}

/// Writes the manifest of everything that stands in `folder`.
pub(crate) fn write(job: &Job<'_>, folder: &Path) -> Result<(), Cause> {
    let context = job.context;
    let manifest = Manifest {
        format: FORMAT,
        program: Program {
            name: context.program.name.clone(),
            version: context.program.version.clone(),
            sha256: context.program.sha256.clone(),
        },
        month: context.month.to_string(),
        as_of: context.as_of.to_string(),
        options: Options { lang: context.lang.pick("zh", "en").to_owned(), unmask: context.unmask },
        key_fingerprint: context.pseudonyms.fingerprint(),
        inputs: job.records().files.iter().map(input).collect(),
        data_files: context
            .data_files
            .iter()
            .map(|file| Hashed { path: file.path.clone(), sha256: file.sha256.clone() })
            .collect(),
        ledger: job
            .detected
            .reckoning
            .head
            .map(|head| LedgerHead { entries: head.entries, hash: hexadecimal(&head.hash) }),
        posting: PostingRecord {
            sha256: hexadecimal(&context.posting.digest),
            entries: context.posting.entries,
            pay: Yuan(context.posting.pay),
            recover: Yuan(context.posting.recover),
        },
        totals: Totals::of(job),
        outputs: hash_files(folder)?,
    };
    write_file(&folder.join(FILE), |out| Ok(serde_json::to_writer_pretty(out, &manifest)?))
}

/// The SHA-256 of the manifest's file, by which the books know a run.
pub fn digest(folder: &Path) -> Result<[u8; 32], Cause> {
    Ok(Sha256::digest(fs::read(folder.join(FILE))?).into())
}

/// Reads a run's manifest.
pub fn read(folder: &Path) -> Result<Manifest, Cause> {
    let manifest: Manifest = serde_json::from_slice(&fs::read(folder.join(FILE))?)?;
    if manifest.format != FORMAT {
        return Err(format!("format {} is not {FORMAT}", manifest.format).into());
    }
    Ok(manifest)
}

/// What a folder holds that is no run's: `diff`, `ledger` or `returns`.
pub fn kind(folder: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Shape {
        kind: Option<String>,
    }
    let shape: Shape = serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()?;
    shape.kind
}

/// Writes the manifest of a folder that is no run's: its kind, `facts`, and every file in it by
/// hash; answers with how many files there are, itself among them.
pub fn write_listed(
    folder: &Path,
    kind: &'static str,
    facts: &impl Serialize,
) -> Result<usize, Cause> {
    #[derive(Serialize)]
    struct Listed<'f, F> {
        format: u32,
        kind: &'static str,
        #[serde(flatten)]
        facts: &'f F,
        outputs: Vec<Hashed>,
    }
    let outputs = hash_files(folder)?;
    let files = outputs.len() + 1;
    let listed = Listed { format: FORMAT, kind, facts, outputs };
    write_file(&folder.join(FILE), |out| Ok(serde_json::to_writer_pretty(out, &listed)?))?;
    Ok(files)
}

/// The outputs a manifest promises, be it of a run or of a comparison.
pub fn outputs(folder: &Path) -> Result<Vec<Hashed>, Cause> {
    #[derive(Deserialize)]
    struct Promised {
        format: u32,
        outputs: Vec<Hashed>,
    }
    let promised: Promised = serde_json::from_slice(&fs::read(folder.join(FILE))?)?;
    if promised.format != FORMAT {
        return Err(format!("format {} is not {FORMAT}", promised.format).into());
    }
    Ok(promised.outputs)
}

/// Every file of a folder but the manifest and the job, sorted by name.
pub fn hash_files(folder: &Path) -> Result<Vec<Hashed>, Cause> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && name != FILE && name != job_file::FILE {
            names.push(name);
        }
    }
    names.sort_unstable();
    let hashed: io::Result<Vec<Hashed>> = names
        .into_par_iter()
        .map(|path| Ok(Hashed { sha256: hash_file(&folder.join(&path))?, path }))
        .collect();
    Ok(hashed?)
}

pub(super) fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

fn input(file: &crate::flow::InputFile) -> Input {
    Input {
        path: file.path.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        same_as: file.same_as.clone(),
    }
}

impl Totals {
    fn of(job: &Job<'_>) -> Totals {
        let summary: &Summary = job.summary;
        let by_outcome = summary.by_outcome.iter();
        let by_code = summary.findings.iter();
        Totals {
            sheets: job.records().tallies.iter().map(|tally| sheet(job, tally)).collect(),
            claims: ClaimTotals::of(&summary.claims),
            claims_by_outcome: by_outcome
                .map(|(outcome, sums)| (outcome.word().to_owned(), ClaimTotals::of(sums)))
                .collect(),
            lines: LineTotals::of(&summary.lines),
            findings: FindingTotals::of(&summary.findings_total),
            findings_by_code: by_code
                .map(|(code, sums)| (code.as_str().to_owned(), FindingTotals::of(sums)))
                .collect(),
            quarantined: summary.quarantined_total(),
            unread: summary.unread,
            ties: summary
                .ties
                .iter()
                .map(|tie| TieRecord {
                    name: tie.name.en.clone(),
                    left: tie.left.clone(),
                    relation: tie.sign().to_owned(),
                    right: tie.right.clone(),
                })
                .collect(),
        }
    }
}

impl ClaimTotals {
    fn of(sums: &Sums) -> ClaimTotals {
        ClaimTotals {
            claims: sums.claims,
            total: Yuan(sums.total),
            fund: Yuan(sums.fund),
            person: Yuan(sums.person),
        }
    }
}

impl LineTotals {
    fn of(sums: &super::summary::LineSums) -> LineTotals {
        LineTotals {
            lines: sums.lines,
            amount: Yuan(sums.amount),
            full_self_paid: Yuan(sums.full_self_paid),
            over_ceiling: Yuan(sums.over_ceiling),
            first_pay: Yuan(sums.first_pay),
            in_scope: Yuan(sums.in_scope),
            unmatched: sums.unmatched,
            unmatched_amount: Yuan(sums.unmatched_amount),
            orphans: sums.orphans,
            orphans_amount: Yuan(sums.orphans_amount),
        }
    }
}

impl FindingTotals {
    fn of(sums: &super::summary::FindingSums) -> FindingTotals {
        FindingTotals {
            findings: sums.findings,
            at_risk: Yuan(sums.at_risk),
            counted: Yuan(sums.counted),
        }
    }
}

fn sheet(job: &Job<'_>, tally: &crate::flow::SheetTally) -> SheetTotals {
    SheetTotals {
        sheet: job.records().source(tally.source).label(),
        table: tally.kind.word().to_owned(),
        rows_read: tally.rows_read,
        accepted: tally.accepted,
        quarantined: tally.quarantined,
        replaced: tally.replaced,
        passed_over: tally.passed_over,
        amount_read: Yuan(tally.amount_read),
        amount_accepted: Yuan(tally.amount_accepted),
        amount_quarantined: Yuan(tally.amount_quarantined),
        amount_replaced: Yuan(tally.amount_replaced),
        amount_unreadable: tally.amount_unreadable,
    }
}
