//! `returns`: what the bank sent back goes on the books, and where it is to go instead.
//!
//! The surprise: a list is read although one of its rows cannot be. What is recognised is
//! recorded, the rest is in the report to be mended and handed in again, and nothing is recorded
//! twice.

use std::path::Path;

use crate::domain::Text;
use crate::flow::{Problem, Records, TableKind};
use crate::ledger::Ledger;
use crate::message;
use crate::report;
use crate::run::returns::{self, ReturnsError, ReturnsJob};
use crate::{lock, run::Setup};

use super::commands::{unreadable, unwritten, workbooks};
use super::{Done, Failure, Terminal, args, books};

pub fn returns(command: &args::Returns, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&command.data.folder)?;
    refuse_own_report(&command.path, &command.out)?;
    // Before a lock is left beside books that are not there.
    drop(Ledger::read(&command.ledger)?);
    let doing = format!("lingbao returns {}", command.path.display());
    let _lock = books::hold(&command.ledger, &doing)?;
    let progress = terminal.progress();
    let records = returns::read(&command.path, &setup, &workbooks(), &*progress);
    let records = records.map_err(unreadable)?;
    drop(progress);
    for problem in problems(&records) {
        terminal.print(&format!("{}\n", message::problem(problem, terminal.lang)));
    }
    if !records.tallies.iter().any(|tally| tally.kind == TableKind::Returns) {
        return Err(Failure::Said(no_list(&command.path)));
    }
    let by = command.by.clone().unwrap_or_else(lock::user);
    let job = ReturnsJob {
        ledger: &command.ledger,
        out: &command.out,
        on: command.on.unwrap_or_else(books::today),
        by: &by,
        lang: terminal.report_lang,
    };
    let recorded = returns::record(&records, &job).map_err(|error| match error {
        ReturnsError::Ledger(error) => Failure::from(error),
        ReturnsError::Report(error) => unwritten(error),
    })?;
    let lang = terminal.lang;
    for line in recorded.totals.lines(lang) {
        terminal.say(&line);
    }
    for line in recorded.left(&records, lang) {
        terminal.say(&line);
    }
    let book = command.out.join(report::returns::FILE);
    let book = book.display();
    terminal.say(&lang.pick(format!("报表：{book}"), format!("report: {book}")));
    let is_all = recorded.totals.is_all_taken() && records.unread.is_empty();
    Ok(if is_all { Done::All } else { Done::WithQuarantine })
}

/// What could not be read or is to be told of the lists; other tables are not looked at here.
fn problems(records: &Records) -> impl Iterator<Item = &Problem> {
    let rejects = records.quarantine.iter().filter(|reject| reject.kind == TableKind::Returns);
    let rows = rejects.flat_map(|reject| &reject.problems);
    records.notes.iter().chain(&records.unread).chain(rows)
}

fn no_list(path: &Path) -> Text {
    let path = path.display();
    Text::new(
        format!(
            "{path} 中没有拨付退回清单：须有收款人、银行账号、金额、退回原因各列（表头见 \
             data/layouts/returns.toml）"
        ),
        format!(
            "{path} holds no list of returns: it needs columns for payee, account, amount and \
             reason (their titles are in data/layouts/returns.toml)"
        ),
    )
}

/// The report takes the place of the former one; what somebody filled in there would be gone.
fn refuse_own_report(path: &Path, out: &Path) -> Result<(), Failure> {
    let (Ok(path), Ok(out)) = (path.canonicalize(), out.canonicalize()) else { return Ok(()) };
    if !path.starts_with(&out) {
        return Ok(());
    }
    let out = out.display();
    Err(Failure::Said(Text::new(
        format!(
            "要读的表在报表文件夹 {out} 内，写新报表时会被替换；请把填好的表另存到别处，\
             或用 --out 另指报表文件夹"
        ),
        format!(
            "what is to be read lies in {out}, which the new report replaces; save it elsewhere, \
             or name another folder by --out"
        ),
    )))
}
