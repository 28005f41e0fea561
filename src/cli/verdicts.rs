//! `findings record` and `findings verdicts`: what people decided about findings goes on the books,
//! and what became of them is told.

use std::path::Path;

use crate::domain::Text;
use crate::flow::{Problem, Records, TableKind};
use crate::ledger::Ledger;
use crate::message;
use crate::report::ReportError;
use crate::report::folder::{Draft, Taken};
use crate::report::verdicts::{self, VerdictsReport};
use crate::run::{Setup, disposed, returns};

use super::commands::{unreadable, unwritten, workbooks};
use super::{Done, Failure, Terminal, args, books};

pub fn record(command: &args::RecordVerdicts, terminal: &Terminal) -> Result<Done, Failure> {
    let setup = Setup::load(&command.data.folder)?;
    drop(Ledger::read(&command.ledger)?);
    let doing = format!("lingbao findings record {}", command.path.display());
    let _lock = books::hold(&command.ledger, &doing)?;
    let progress = terminal.progress();
    let records = returns::read(&command.path, &setup, &workbooks(), &*progress);
    let records = records.map_err(unreadable)?;
    drop(progress);
    for problem in problems(&records) {
        terminal.print(&format!("{}\n", message::problem(problem, terminal.lang)));
    }
    if !records.tallies.iter().any(|tally| tally.kind == TableKind::Dispositions) {
        return Err(Failure::Said(no_table(&command.path)));
    }
    let on = command.on.unwrap_or_else(books::today);
    let told = disposed::record(&records, &command.ledger, on)?;
    let lang = terminal.lang;
    let (recorded, repeated, open) = (told.recorded.len(), told.repeated, told.open);
    terminal.say(&lang.pick(
        format!("登记核查结论 {recorded} 条；已登记过 {repeated} 条；未填结论 {open} 条"),
        format!("{recorded} verdicts recorded; {repeated} were there; {open} rows without one"),
    ));
    if told.ahead > 0 {
        let ahead = told.ahead;
        terminal.say(&lang.pick(
            format!("其中 {ahead} 条的疑点不在已过账的运行里（试算的，或编号、核对码写错）"),
            format!("of them {ahead} about findings of no posted run: of a draft, or mistyped"),
        ));
    }
    for &place in &told.unknown {
        let row = &records.disposed[place];
        let (place, finding) = (records.place(row.origin), &row.finding);
        terminal.say(&lang.pick(
            format!("{place} {finding}：账上没有这个疑点，行中也没有核对码，未登记"),
            format!("{place} {finding}: not on the books and without a code of its rows"),
        ));
    }
    let rejects = records.quarantine.iter().any(|it| it.kind == TableKind::Dispositions);
    Ok(if rejects || !told.unknown.is_empty() { Done::WithQuarantine } else { Done::All })
}

pub fn verdicts(ledger: &Path, out: Option<&Path>, terminal: &Terminal) -> Result<Done, Failure> {
    let books = Ledger::read(ledger)?;
    let (counts, head) = (books.verdicts()?, books.head()?);
    for kind in &counts {
        terminal.print(&verdicts::line(kind, terminal.lang));
    }
    terminal.say(&verdicts::totals(&counts, terminal.lang));
    if let Some(out) = out {
        let folder = |error| unwritten(ReportError::Folder(error));
        let taken = Taken::take(out, "lingbao findings verdicts").map_err(unwritten)?;
        let draft = Draft::begin(taken).map_err(folder)?;
        let (on, lang) = (books::today(), terminal.report_lang);
        let report = VerdictsReport { counts: &counts, head, on, lang };
        verdicts::write(draft.path(), &report).map_err(unwritten)?;
        draft.publish().map_err(folder)?;
        let book = out.join(verdicts::FILE);
        let book = book.display();
        terminal.say(&terminal.lang.pick(format!("报表：{book}"), format!("report: {book}")));
    }
    Ok(Done::All)
}

/// What is to be told of the tables of verdicts. The register is one sheet of its workbook; that
/// the others are no tables of a batch is no news.
fn problems(records: &Records) -> impl Iterator<Item = &Problem> {
    let rejects = records.quarantine.iter().filter(|it| it.kind == TableKind::Dispositions);
    rejects.flat_map(|reject| &reject.problems)
}

fn no_table(path: &Path) -> Text {
    let path = path.display();
    Text::new(
        format!(
            "{path} 中没有疑点核查结论：须有疑点编号、核查结论、核查人各列（表头见 \
             data/layouts/dispositions.toml）"
        ),
        format!(
            "{path} holds no verdicts on findings: it needs columns for finding, verdict and who \
             decided (their titles are in data/layouts/dispositions.toml)"
        ),
    )
}
