//! `post`, `reverse` and `ledger`: putting runs on the books, taking them back, looking at them.
//!
//! The surprise: posting decides the run again from its inputs. What goes on the books is what
//! comes out, and only if it is what the draft's manifest promised.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Text;
use crate::domain::dates::{Date, Month, plus_days};
use crate::flow::Orders;
use crate::ledger::{Ledger, LedgerError, PostedRun, Poster, Posting, Reverser, Target};
use crate::lock::{self, Lock};
use crate::message::cause_words;
use crate::report::{self, JobFile, manifest};
use crate::run::{self, again::digest_of};

use super::args::{self, LedgerJob};
use super::commands::{program, workbooks};
use super::{Done, Failure, Terminal, ledger_show};

/// Hours by which the country's clock is ahead.
const CHINA_HOURS: u64 = 8;

pub fn post(post: &args::Post, terminal: &Terminal) -> Result<Done, Failure> {
    let problems = report::verify(&post.run).map_err(|error| no_run(&post.run, &*error))?;
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    let manifest = manifest::read(&post.run).map_err(|error| no_run(&post.run, &*error))?;
    let job = job(post)?;
    let path = ledger_of(&job)?;
    let _lock = hold(&path, &format!("lingbao post {}", post.run.display()))?;
    let hash = manifest::digest(&post.run).map_err(|error| no_run(&post.run, &*error))?;
    if path.exists()
        && let Some(posted) = Ledger::read(&path)?.posted_run(&hash)?
    {
        return Err(Failure::Said(already(&posted)));
    }
    let progress = terminal.progress();
    let again = run::again(&manifest, &job, &workbooks(), &*progress)?;
    drop(progress);
    if !again.changed.is_empty() {
        return Err(Failure::Problems(again.changed));
    }
    let orders = Orders::of(&again.detected.adjudicated, &again.detected.reckoning);
    let posting = Posting::of(&again.detected, &orders, (again.month, again.as_of));
    if Some(posting.digest()) != digest_of(&manifest.posting.sha256) {
        return Err(Failure::Said(other_result()));
    }
    let poster = Poster {
        posted_on: post.on.unwrap_or_else(today),
        posted_by: post.by.clone().unwrap_or_else(lock::user),
        manifest: hash,
        program: format!("{} {}", program().version, program().sha256),
    };
    let posted = Ledger::write(&path)?.post(&posting, &poster)?;
    let (entries, (pay, recover)) = (posting.entries(), posting.money());
    terminal.say(&terminal.lang.pick(
        format!(
            "已过账：{} 账期，{entries} 条结论，拨付 {pay} 元，追回 {recover} 元；账本共 {} 条记录",
            again.month, posted.head.entries
        ),
        format!(
            "posted {}: {entries} decisions, {pay} to pay, {recover} to ask back; the books hold \
             {} records",
            again.month, posted.head.entries
        ),
    ));
    Ok(Done::All)
}

fn job(post: &args::Post) -> Result<JobFile, Failure> {
    let job = JobFile::read(&post.run).map_err(|problem| Failure::Problems(vec![problem]))?;
    Ok(JobFile {
        batch: post.batch.clone().unwrap_or(job.batch),
        data: post.data.clone().unwrap_or(job.data),
        ledger: post.ledger.clone().or(job.ledger),
        key: job.key,
    })
}

fn ledger_of(job: &JobFile) -> Result<PathBuf, Failure> {
    job.ledger.clone().ok_or_else(|| {
        Failure::Said(Text::new(
            "这次运行没有指定账本（演示不过账）；用 --ledger 指明",
            "the run names no ledger (the demo is not posted); name one by --ledger",
        ))
    })
}

pub(super) fn hold(ledger: &Path, doing: &str) -> Result<Lock, Failure> {
    let mut path = ledger.as_os_str().to_owned();
    path.push(".lock");
    Lock::take(Path::new(&path), doing).map_err(|error| Failure::Said(error.text()))
}

fn already(posted: &PostedRun) -> Text {
    let PostedRun { month, posted_on, posted_by, .. } = posted;
    Text::new(
        format!("这次运行已过账（{month} 账期，{posted_on}，{posted_by}）"),
        format!("the run is on the books already ({month}, posted on {posted_on} by {posted_by})"),
    )
}

fn other_result() -> Text {
    Text::new(
        "按同样的材料和数据，现在的程序得出的结果与试算不同，未过账；请重新运行后再过账",
        "the same inputs and data come to something else with this program: nothing was posted; \
         run again, then post",
    )
}

fn no_run(run: &Path, error: &(dyn std::error::Error + 'static)) -> Failure {
    let (run, why) = (run.display(), cause_words(error));
    Failure::Said(Text::new(
        format!("{run} 不是可以过账的报表文件夹：{}", why.zh),
        format!("{run} is no run's folder: {}", why.en),
    ))
}

pub fn reverse(reverse: &args::Reverse, terminal: &Terminal) -> Result<Done, Failure> {
    let _lock = hold(&reverse.ledger, &format!("lingbao reverse {}", reverse.target))?;
    if reverse.why.trim().is_empty() {
        return Err(Failure::Said(Text::new("请写明冲销原因", "say why it is taken back")));
    }
    let target = target(&Ledger::read(&reverse.ledger)?, &reverse.target)?;
    let by = Reverser {
        why: reverse.why.clone(),
        done_on: reverse.on.unwrap_or_else(today).to_string(),
        done_by: reverse.by.clone().unwrap_or_else(lock::user),
    };
    let reversed = Ledger::write(&reverse.ledger)?.reverse(&target, &by)?;
    let (claims, money) = (reversed.claims, reversed.recovered);
    terminal.say(&terminal.lang.pick(
        format!("已冲销 {claims} 件，已下达的 {money} 元列为追回；有关人员下次运行时重算"),
        format!(
            "{claims} claims taken back, {money} of what was ordered is asked back; the next run \
             decides these persons' years again"
        ),
    ));
    Ok(Done::All)
}

/// What somebody means: a run's folder, a month, `#number`, or a claim id.
fn target(ledger: &Ledger, said: &str) -> Result<Target, Failure> {
    let failed = |zh: String, en: String| Err(Failure::Said(Text::new(zh, en)));
    if Path::new(said).join(manifest::FILE).is_file() {
        let hash = manifest::digest(Path::new(said)).map_err(|e| no_run(Path::new(said), &*e))?;
        return match ledger.posted_run(&hash)? {
            Some(posted) => Ok(Target::Run(posted.run)),
            None => failed(format!("{said} 没有过账"), format!("{said} was not posted")),
        };
    }
    if let Some(number) = said.strip_prefix('#').and_then(|number| number.parse().ok()) {
        return Ok(Target::Claim(number));
    }
    if Month::parse(said).is_some() {
        let runs = ledger.month(said)?;
        let standing: Vec<_> = runs.iter().filter(|run| run.standing > 0).collect();
        return match standing[..] {
            [run] => Ok(Target::Run(run.run)),
            [] => failed(format!("{said} 没有可冲销的账期"), format!("no run of {said} stands")),
            _ => failed(
                format!("{said} 有 {} 期，请用报表文件夹指明", standing.len()),
                format!("{} runs of {said} stand; name one by its folder", standing.len()),
            ),
        };
    }
    match ledger.claims_called(said)?[..] {
        [(number, _)] => Ok(Target::Claim(number)),
        [] => failed(format!("账上没有申报 {said}"), format!("no claim {said} on the books")),
        ref several => {
            let shown: Vec<String> =
                several.iter().map(|(number, month)| format!("#{number}（{month}）")).collect();
            let shown = shown.join("、");
            failed(
                format!("{said} 有多件：{shown}；请用 #编号 指明"),
                format!("several claims are called {said}: {shown}; name one by its #number"),
            )
        }
    }
}

pub fn ledger(command: &args::LedgerCommand, terminal: &Terminal) -> Result<Done, Failure> {
    let books = || Ledger::read(&command.ledger);
    match &command.job {
        LedgerJob::Upgrade => upgrade(&command.ledger, terminal),
        LedgerJob::Check => check(&books()?, terminal),
        LedgerJob::Show { what, unmask } => ledger_show::show(&books()?, what, *unmask, terminal),
        LedgerJob::Export { out, key } => ledger_show::export(&books()?, out, key, terminal),
    }
}

fn upgrade(path: &Path, terminal: &Terminal) -> Result<Done, Failure> {
    if !path.exists() {
        return Err(LedgerError::Missing(path.to_owned()).into());
    }
    let _lock = hold(path, "lingbao ledger upgrade")?;
    let (before, now) = Ledger::upgrade(path)?;
    terminal.say(&match before == now {
        true => terminal
            .lang
            .pick(format!("账本已是版本 {now}"), format!("the books have version {now} already")),
        false => terminal.lang.pick(
            format!("账本由版本 {before} 升级到版本 {now}"),
            format!("the books were brought from version {before} to {now}"),
        ),
    });
    Ok(Done::All)
}

fn check(ledger: &Ledger, terminal: &Terminal) -> Result<Done, Failure> {
    let checked = ledger.check()?;
    if !checked.problems.is_empty() {
        return Err(Failure::Problems(checked.problems));
    }
    let hash = report::privacy::hexadecimal(&checked.head.hash);
    let (entries, runs, claims) = (checked.head.entries, checked.runs, checked.claims);
    let (payable, ordered) = (checked.payable, checked.ordered);
    terminal.say(&terminal.lang.pick(
        format!(
            "账本无误：{entries} 条记录的哈希链完整，{runs} 期，{claims} 件现行结论，应付 {payable} 元，\
             已下达 {ordered} 元\n链尾 {hash}"
        ),
        format!(
            "the books are sound: {entries} records in an unbroken chain, {runs} runs, {claims} \
             claims stand, {payable} payable, {ordered} ordered\nhead {hash}"
        ),
    ));
    Ok(Done::All)
}

/// The day in China. Only what is written about who posted when knows it; no decision does.
pub(super) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = (seconds + CHINA_HOURS * 3600) / 86_400;
    plus_days(jiff::civil::date(1970, 1, 1), i32::try_from(days).unwrap_or_default())
}
