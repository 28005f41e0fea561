//! Proves the books: the chain from the first record to the last, and every balance against the
//! records it comes from.
//!
//! The surprise: nothing here trusts what posting worked out. Sums are added up again over all
//! entries, mirrors included, and must come to what stands.

use rusqlite::{Connection, params};

use crate::domain::{Money, Text};
use crate::flow::books::{Digest32, Head};
use crate::flow::{Claim, Place, Problem};

use super::accumulators::STANDING;
use super::bytes::{In, Torn};
use super::files;
use super::journal::{
    self, Details, Disposition, Entry, Order, Record, Return, Reversal, RunRecord, chained,
};
use super::rows::{content_digest, get_line};
use super::text::Reader;
use super::{Ledger, LedgerError, ties};

/// What was proved, or what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub head: Head,
    pub runs: u64,
    /// Claims that stand, and what the fund owes and has ordered for them.
    pub claims: u64,
    pub payable: Money,
    pub ordered: Money,
    pub problems: Vec<Problem>,
}

impl Ledger {
    /// Goes through everything.
    pub fn check(&self) -> Result<Checked, LedgerError> {
        let connection = &self.connection;
        let mut checked = Checked { head: self.head()?, ..Checked::default() };
        // Nothing that is read from a damaged file means anything.
        if let Some(problem) = integrity(connection)? {
            checked.problems.push(problem);
            return Ok(checked);
        }
        let standing = "SELECT count(standing), coalesce(sum(payable), 0),
                        coalesce(sum(ordered), 0) FROM claims";
        let (claims, payable, ordered): (u64, i64, i64) =
            connection.query_row(standing, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        (checked.claims, checked.payable) = (claims, Money::from_fen(payable));
        checked.ordered = Money::from_fen(ordered);
        checked.runs = connection.query_row("SELECT count(*) FROM runs", [], |row| row.get(0))?;
        checked.problems.extend(chain(connection)?);
        for balance in BALANCES {
            checked.problems.extend(balance.check(connection)?);
        }
        checked.problems.extend(accumulated(connection)?);
        checked.problems.extend(contents(connection)?);
        for file in files::changed(connection)? {
            let words = (
                "参保、备案、缴费等登记内容被改动：与其哈希不符".to_owned(),
                "what a register said was changed: its hash is another".to_owned(),
            );
            checked.problems.push(problem("ledger-file", format!("files {file}"), words));
        }
        for run in files::runs_changed(connection)? {
            let words = (
                "该期留存的登记内容有增减：与过账时的哈希不符".to_owned(),
                "rows of registers that the run kept are missing or new".to_owned(),
            );
            checked.problems.push(problem("ledger-file", format!("run {run}"), words));
        }
        Ok(checked)
    }
}

fn problem(kind: &'static str, place: String, (zh, en): (String, String)) -> Problem {
    Problem {
        kind,
        place: Place::file(&place),
        excerpt: String::new(),
        explanation: Text::new(zh, en),
        hint: Text::new(
            "停止过账，从备份恢复账本，再核对恢复以后各期的报表",
            "post nothing more, restore the ledger from a backup, then check the runs since",
        ),
    }
}

fn integrity(connection: &Connection) -> Result<Option<Problem>, LedgerError> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then(|| {
        let told = (format!("数据库文件损坏：{said}"), format!("the file is damaged: {said}"));
        problem("ledger-damaged", "ledger".into(), told)
    }))
}

/// Every record hashed again, in order. After the first that does not fit no other can.
fn chain(connection: &Connection) -> Result<Option<Problem>, LedgerError> {
    let mut statement = connection.prepare("SELECT seq, kind, hash FROM journal ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut head = Head::default();
    while let Some(row) = rows.next()? {
        let (seq, kind, hash): (u64, String, Digest32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let expected = match kind.as_str() {
            RunRecord::KIND => link::<RunRecord>(connection, &head, seq)?,
            Entry::KIND => link::<Entry>(connection, &head, seq)?,
            Order::KIND => link::<Order>(connection, &head, seq)?,
            Reversal::KIND => link::<Reversal>(connection, &head, seq)?,
            Return::KIND => link::<Return>(connection, &head, seq)?,
            Details::KIND => link::<Details>(connection, &head, seq)?,
            Disposition::KIND => link::<Disposition>(connection, &head, seq)?,
            _ => None,
        };
        if seq != head.entries + 1 || expected != Some(hash) {
            let told = (
                format!(
                    "第 {} 条记录（{kind}）被改动、缺失或插入：哈希链在此断开",
                    head.entries + 1
                ),
                format!(
                    "record {} ({kind}) was changed, removed or put in: the chain breaks here",
                    head.entries + 1
                ),
            );
            return Ok(Some(problem("ledger-chain", format!("journal {seq}"), told)));
        }
        head = Head { entries: seq, hash };
    }
    Ok(None)
}

fn link<R: Record>(
    connection: &Connection,
    head: &Head,
    seq: u64,
) -> Result<Option<Digest32>, LedgerError> {
    let found = journal::select::<R>(connection, "seq = ?", params![seq])?;
    Ok(found.first().map(|(seq, record)| chained(&head.hash, *seq, record)))
}

/// Two sums that must agree: a query that lists where they do not.
struct Balance {
    kind: &'static str,
    zh: &'static str,
    en: &'static str,
    /// The sides are counts, not fen.
    counts: bool,
    /// Answers with the place and both sides of everything that does not agree.
    differences: &'static str,
}

const BALANCES: &[Balance] = &[
    Balance {
        kind: "ledger-orphan",
        counts: true,
        zh: "记录不在日志中",
        en: "a record is not in the journal",
        differences: "
            SELECT 'journal', (SELECT count(*) FROM journal), sum(n) FROM (
                SELECT count(*) AS n FROM runs UNION ALL SELECT count(*) FROM entries
                UNION ALL SELECT count(*) FROM orders UNION ALL SELECT count(*) FROM reversals
                UNION ALL SELECT count(*) FROM returns UNION ALL SELECT count(*) FROM details
                UNION ALL SELECT count(*) FROM dispositions)
            HAVING sum(n) <> (SELECT count(*) FROM journal)",
    },
    Balance {
        kind: "ledger-mirror",
        counts: false,
        zh: "冲销分录与原分录金额不相反，或同一分录冲销两次",
        en: "a mirror is not the opposite of its entry, or there are two",
        differences: "
            SELECT 'entry ' || entry.seq, entry.total, sum(mirror.total)
            FROM entries AS mirror JOIN entries AS entry ON entry.seq = mirror.mirrors
            GROUP BY entry.seq
            HAVING count(*) > 1 OR mirror.claim <> entry.claim
                OR mirror.total + entry.total <> 0 OR mirror.deductible + entry.deductible <> 0
                OR mirror.fund_basic + entry.fund_basic <> 0
                OR mirror.fund_large + entry.fund_large <> 0
                OR mirror.fund_serious + entry.fund_serious <> 0
                OR mirror.fund_supplement + entry.fund_supplement <> 0
                OR mirror.fund_aid + entry.fund_aid <> 0
                OR mirror.fund_floor + entry.fund_floor <> 0
                OR mirror.person_total + entry.person_total <> 0
                OR mirror.in_scope + entry.in_scope <> 0",
    },
    Balance {
        kind: "ledger-claim",
        counts: false,
        zh: "申报的分录合计与现行结论不符",
        en: "the entries of a claim do not come to its standing decision",
        differences: "
            SELECT 'claim ' || claims.number,
                   (SELECT coalesce(sum(person_total + fund_basic + fund_large + fund_serious
                       + fund_supplement + fund_aid + fund_floor), 0)
                    FROM entries WHERE entries.claim = claims.number) AS added,
                   coalesce((SELECT total FROM entries WHERE seq = claims.standing), 0) AS stands
            FROM claims WHERE added <> stands",
    },
    Balance {
        kind: "ledger-standing",
        counts: true,
        zh: "现行结论不是该申报唯一未冲销的结论",
        en: "what stands is not the claim's one decision that is not mirrored",
        differences: "
            SELECT 'claim ' || number, coalesce(standing, 0), coalesce(open, 0) FROM (
                SELECT claims.number, claims.standing, max(entries.seq) AS open,
                       count(entries.seq) AS decisions
                FROM claims LEFT JOIN entries ON entries.claim = claims.number
                    AND entries.kind = 'decision' AND NOT EXISTS (
                        SELECT 1 FROM entries AS mirror WHERE mirror.mirrors = entries.seq)
                GROUP BY claims.number)
            WHERE coalesce(standing, 0) <> coalesce(open, 0) OR decisions > 1",
    },
    Balance {
        kind: "ledger-seen",
        counts: true,
        zh: "留存的登记内容不属于任何一期",
        en: "rows of registers are kept for no run, or for another day than the run's",
        differences: "
            SELECT 'files ' || file, seen.seq, coalesce(runs.seq, 0) FROM seen
            LEFT JOIN runs ON runs.seq = seen.seq
            WHERE runs.seq IS NULL OR runs.as_of <> seen.as_of",
    },
    Balance {
        kind: "ledger-booked",
        counts: true,
        zh: "申报的首次入账日与其第一条分录不符",
        en: "the day on which a claim was first put on the books is not that of its first entry",
        differences: "
            SELECT 'claim ' || number, number, 0 FROM claims WHERE booked_on <> (
                SELECT runs.as_of FROM entries JOIN runs ON runs.seq = entries.run
                WHERE entries.claim = number ORDER BY entries.seq LIMIT 1)",
    },
    Balance {
        kind: "ledger-payable",
        counts: false,
        zh: "申报的应付与现行结论不符",
        en: "what a claim is owed is not what its standing decision says",
        differences: "
            SELECT 'claim ' || number, claims.payable, coalesce((
                SELECT CASE WHEN outcome IN ('pay', 'pay_reduced')
                    THEN fund_basic + fund_large + fund_serious + fund_supplement + fund_aid
                       + fund_floor ELSE 0 END
                FROM entries WHERE seq = claims.standing), 0) AS owed
            FROM claims WHERE claims.payable <> owed",
    },
    Balance {
        kind: "ledger-ordered",
        counts: false,
        zh: "申报的已下达金额与付款、追回、退回记录不符",
        en: "what was ordered for a claim is not what orders and returns say",
        differences: "
            SELECT 'claim ' || number, claims.ordered, coalesce((
                SELECT sum(amount) FROM orders WHERE orders.claim = claims.number
                AND NOT EXISTS (SELECT 1 FROM returns WHERE returns.ordered = orders.seq)), 0)
                AS added
            FROM claims WHERE claims.ordered <> added",
    },
    Balance {
        kind: "ledger-overpaid",
        counts: false,
        zh: "已下达超过应付，而该申报并未暂缓或待补正",
        en: "more was ordered than is owed, and the claim is neither held nor pending",
        differences: "
            SELECT 'claim ' || number, claims.ordered, claims.payable FROM claims
            LEFT JOIN entries ON entries.seq = claims.standing
            WHERE claims.ordered > claims.payable
                AND coalesce(entries.outcome, '') NOT IN ('hold', 'pend')",
    },
    Balance {
        kind: "ledger-balance",
        counts: false,
        zh: "结论不平：总额 ≠ 基金 + 个人",
        en: "a decision does not balance: total ≠ funds + person",
        differences: "
            SELECT 'entry ' || seq, total, fund_basic + fund_large + fund_serious + fund_supplement
                + fund_aid + fund_floor + person_total AS parts
            FROM entries WHERE total <> parts",
    },
    Balance {
        kind: "ledger-content",
        counts: true,
        zh: "分录所依据的申报内容不在账上",
        en: "what a decision was made on is not on the books",
        differences: "
            SELECT 'entry ' || seq, 1, 0 FROM entries WHERE NOT EXISTS (
                SELECT 1 FROM contents WHERE contents.claim = entries.claim
                AND contents.digest = entries.content)",
    },
];

impl Balance {
    fn check(&self, connection: &Connection) -> Result<Vec<Problem>, LedgerError> {
        let mut statement = connection.prepare(self.differences)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })?;
        let told = |row: rusqlite::Result<(String, i64, i64)>| {
            let (place, one, other) = row?;
            let sides = match self.counts {
                true => format!("{one} ≠ {other}"),
                false => format!("{} ≠ {}", Money::from_fen(one), Money::from_fen(other)),
            };
            let words = (format!("{}（{sides}）", self.zh), format!("{} ({sides})", self.en));
            Ok(problem(self.kind, place, words))
        };
        rows.map(told).collect()
    }
}

/// Years that are not what the standing decisions come to, either way.
fn accumulated(connection: &Connection) -> Result<Vec<Problem>, LedgerError> {
    let standing = format!("{STANDING} GROUP BY person, pool, scheme, benefit_year");
    let sql = format!(
        "SELECT pool || ' ' || scheme || ' ' || benefit_year FROM (
            SELECT * FROM (SELECT * FROM accumulators EXCEPT {standing})
            UNION ALL SELECT * FROM ({standing} EXCEPT SELECT * FROM accumulators))
         ORDER BY 1"
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let told = |place: rusqlite::Result<String>| {
        let words = (
            "年度累计与现行结论合计不符".to_owned(),
            "a year's sums are not those of the standing decisions".to_owned(),
        );
        Ok(problem("ledger-year", place?, words))
    };
    rows.map(told).collect()
}

/// What claims said, read back and hashed again.
fn contents(connection: &Connection) -> Result<Vec<Problem>, LedgerError> {
    let sql = "SELECT claim, digest, record, lines, claim_id, person, invoice_no, id
               FROM contents ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let (mut problems, mut expected_ties) = (Vec::new(), 0);
    let mut texts = Reader::new(connection);
    while let Some(row) = rows.next()? {
        let (claim, digest): (i64, Digest32) = (row.get(0)?, row.get(1)?);
        let (record, lines): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        // By these it is found again.
        let keys: [String; 3] = [row.get(4)?, row.get(5)?, row.get(6)?];
        let is_as_kept = digest_of(&record, &lines, &mut texts) == Ok(digest);
        if !is_as_kept || keys_of(&record) != Ok(keys) {
            let words = (
                "申报内容被改动：与其哈希不符".to_owned(),
                "what a claim said was changed: its hash is another".to_owned(),
            );
            problems.push(problem("ledger-content", format!("claim {claim}"), words));
            continue;
        }
        match ties::count_if_kept(connection, row.get(7)?, &In::new(&record).get()?)? {
            Some(count) => expected_ties += count,
            None => problems.push(untied(format!("claim {claim}"))),
        }
    }
    // All are there; so more than there should be are too many.
    let ties: u64 = connection.query_row("SELECT count(*) FROM ties", [], |row| row.get(0))?;
    if problems.is_empty() && ties != expected_ties {
        problems.push(untied(format!("ties ({ties} ≠ {expected_ties})")));
    }
    Ok(problems)
}

/// By these the claims of others are found, nothing is decided from them.
fn untied(place: String) -> Problem {
    let words = (
        "申报的账户、电话、代办人、医疗机构或票据索引与其内容不符".to_owned(),
        "what a claim is found by (account, telephone, agent, hospital, invoice) is not what it \
         says"
            .to_owned(),
    );
    problem("ledger-tie", place, words)
}

fn keys_of(record: &[u8]) -> Result<[String; 3], Torn> {
    let claim: Claim = In::new(record).get()?;
    let person = claim.person.key().map(|key| key.reveal().to_owned()).unwrap_or_default();
    Ok([claim.claim_id.to_string(), person, claim.invoice.number.to_string()])
}

fn digest_of(record: &[u8], lines: &[u8], texts: &mut Reader) -> Result<Digest32, Torn> {
    let mut record = In::new(record);
    let claim: Claim = record.get()?;
    let mut from = In::new(lines);
    let named = (texts.names.intern(&claim.claim_id), texts.names.intern(&claim.invoice.number));
    let count = from.number()?;
    let read = (0..count).map(|_| get_line(&mut from, named, &mut |number| texts.symbol(number)));
    let read: Vec<_> = read.collect::<Result<_, _>>()?;
    if !record.is_at_end() || !from.is_at_end() {
        return Err(Torn);
    }
    Ok(content_digest(&claim, &read, &texts.names))
}
