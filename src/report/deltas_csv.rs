//! `deltas.csv`: every posted decision that this run changes, for machines. Without books, or with
//! nothing new, it has a header and no row.

use std::io::Write;
use std::path::Path;

use super::deltas::{COLUMNS, DeltaView};
use super::{Cause, Job, write_file};

const FIRST: [&str; 10] = [
    "claim_id",
    "person_ref",
    "insured_region",
    "posted_month",
    "change",
    "causes",
    "outcome_before",
    "outcome_after",
    "reasons_before",
    "reasons_after",
];

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    write_file(path, |out| {
        let mut csv = csv::Writer::from_writer(out as &mut dyn Write);
        let mut header: Vec<String> = FIRST.map(str::to_owned).to_vec();
        header.extend(["payable_before", "payable_after", "difference", "due"].map(str::to_owned));
        for (_, name, _) in COLUMNS {
            header.extend([format!("{name}_before"), format!("{name}_after")]);
        }
        csv.write_record(&header)?;
        for delta in job.deltas() {
            csv.write_record(row(&delta))?;
        }
        csv.flush()?;
        Ok(())
    })
}

fn row(delta: &DeltaView<'_>) -> Vec<String> {
    let (before, now) = (delta.before(), delta.now.decision);
    let joined = |codes: &[crate::domain::Code]| {
        codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(";")
    };
    let mut cells = vec![
        super::cells::safe_cell(&delta.now.claim.claim_id).into_owned(),
        delta.now.person_ref(),
        delta.now.claim.insured.to_string(),
        before.month.to_string(),
        delta.change().word().to_owned(),
        delta.cause_words(),
        before.outcome.word().to_owned(),
        now.outcome.word().to_owned(),
        joined(&before.reasons),
        // As the books keep them: findings come and go with what others do.
        joined(&now.gate_codes()),
        delta.payable_before().to_string(),
        delta.payable_now().to_string(),
        delta.difference().to_string(),
        delta.due().to_string(),
    ];
    for (_, _, amount) in COLUMNS {
        cells.extend([amount(&before.amounts).to_string(), amount(&now.amounts).to_string()]);
    }
    cells
}
