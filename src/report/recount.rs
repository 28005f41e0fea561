//! Counts the machine outputs of a run's folder again and holds them against the control totals of
//! its manifest; and the totals of the manifest against each other.
//!
//! The surprise: sums are 128 bits wide and made of whole fen. A folder that somebody tampered
//! with may hold any amount, and a check that panics proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs::{self, File};
use std::path::Path;

use csv::StringRecord;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use crate::domain::{Money, Text};
use crate::flow::{Place, Problem, TableKind};

use super::manifest::{self, Manifest, Totals};
use super::working::Yuan;
use super::{Cause, lines};

const DECISIONS: &str = "decisions.csv";
const FINDINGS: &str = "findings.csv";

/// Every total that does not hold.
pub fn recount(folder: &Path, manifest: &Manifest) -> Vec<Problem> {
    let mut told = Told::default();
    within(manifest, &mut told);
    let decisions = read(folder, DECISIONS, &mut told, |table| decisions(table, manifest));
    let findings = read(folder, FINDINGS, &mut told, |table| findings(table, manifest));
    if let (Some(decisions), Some(findings)) = (decisions, findings) {
        let mut by_code: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        // Not the other way round: a finding may be switched off where its reason stands.
        for (code, claim) in findings.difference(&decisions) {
            by_code.entry(code).or_default().push(claim);
        }
        for (code, claims) in by_code {
            let why = ("与 decisions.csv 的理由不一致", "not what decisions.csv gives as reasons");
            told.at(FINDINGS).tell(code, claims.join(";"), why);
        }
    }
    told.problems
}

/// The rows of `lines.parquet`, read from its footer alone.
pub fn recount_lines(folder: &Path, manifest: &Manifest) -> Result<Vec<Problem>, Cause> {
    let mut told = Told::default();
    let rows = ParquetReader::new(File::open(folder.join(lines::FILE))?).num_rows()?;
    told.at(lines::FILE).equal("lines", manifest.totals.lines.lines, rows as u64);
    Ok(told.problems)
}

/// Whole fen, shown as yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Fen(i128);

impl Fen {
    fn of(amount: Yuan) -> Fen {
        Fen(amount.0.fen().into())
    }

    fn sum(amounts: impl IntoIterator<Item = Yuan>) -> Fen {
        Fen(amounts.into_iter().map(|amount| Fen::of(amount).0).sum())
    }
}

impl Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, fen) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

/// What was found wrong, and in which file is looked now.
#[derive(Default)]
struct Told {
    problems: Vec<Problem>,
    file: &'static str,
    row: Option<u32>,
}

impl Told {
    fn at(&mut self, file: &'static str) -> &mut Told {
        (self.file, self.row) = (file, None);
        self
    }

    fn equal<T: PartialEq + Display>(&mut self, name: &str, promised: T, found: T) {
        if promised != found {
            self.tell(
                name,
                format!("{promised} ≠ {found}"),
                (
                    "重新合计与控制总数不符（前为清单所记，后为重计）",
                    "counted again, a control total does not hold (first the manifest, then now)",
                ),
            );
        }
    }

    fn tell(&mut self, name: &str, excerpt: String, why: (&str, &str)) {
        self.push(excerpt, why);
        if let Some(problem) = self.problems.last_mut() {
            problem.place.column = Some(name.to_owned());
        }
    }

    fn push(&mut self, excerpt: String, why: (&str, &str)) {
        self.problems.push(Problem {
            kind: "totals-differ",
            place: Place { row: self.row, ..Place::file(self.file) },
            excerpt,
            explanation: Text::new(why.0, why.1),
            hint: Text::new(
                "用同样的输入重新运行，或从备份取回；用 verify --recompute 查明哪些输出不对",
                "run again with the same inputs, or restore a backup; verify --recompute tells \
                 which outputs are wrong",
            ),
        });
    }
}

/// What the manifest says of itself.
fn within(manifest: &Manifest, told: &mut Told) {
    let totals = &manifest.totals;
    let told = told.at(manifest::FILE);
    let (claims, findings, lines) = (&totals.claims, &totals.findings, &totals.lines);
    let by_outcome = || totals.claims_by_outcome.values();
    told.equal("claims", wide(claims.claims), count(by_outcome().map(|of| of.claims)));
    told.equal("total", Fen::of(claims.total), Fen::sum(by_outcome().map(|of| of.total)));
    told.equal("fund", Fen::of(claims.fund), Fen::sum(by_outcome().map(|of| of.fund)));
    told.equal("person", Fen::of(claims.person), Fen::sum(by_outcome().map(|of| of.person)));
    told.equal("total", Fen::of(claims.total), Fen::sum([claims.fund, claims.person]));
    let by_code = || totals.findings_by_code.values();
    told.equal("findings", wide(findings.findings), count(by_code().map(|of| of.findings)));
    told.equal("at_risk", Fen::of(findings.at_risk), Fen::sum(by_code().map(|of| of.at_risk)));
    told.equal("counted", Fen::of(findings.counted), Fen::sum(by_code().map(|of| of.counted)));
    let parts = [lines.full_self_paid, lines.over_ceiling, lines.first_pay, lines.in_scope];
    told.equal("lines", Fen::of(lines.amount), Fen::sum(parts));
    sheets(totals, told);
    for tie in &totals.ties {
        let amounts = (Money::parse(&tie.left), Money::parse(&tie.right));
        let holds = match (tie.relation.as_str(), amounts) {
            ("=", _) => tie.left == tie.right,
            ("≤", (Ok(left), Ok(right))) => left <= right,
            _ => false,
        };
        if !holds {
            let excerpt = format!("{} {} {}", tie.left, tie.relation, tie.right);
            told.tell(&tie.name, excerpt, ("清单所记总数不符", "a tie of the manifest is broken"));
        }
    }
}

/// Every sheet, and what the sheets of a table come to.
fn sheets(totals: &Totals, told: &mut Told) {
    let (claims, lines) = (&totals.claims, &totals.lines);
    for of in &totals.sheets {
        let rows = count([of.accepted, of.quarantined, of.replaced, of.passed_over]);
        told.equal(&of.sheet, wide(of.rows_read), rows);
        let parts = Fen::sum([of.amount_accepted, of.amount_quarantined, of.amount_replaced]);
        told.equal(&of.sheet, Fen::of(of.amount_read), parts);
    }
    let quarantined = count(totals.sheets.iter().map(|of| of.quarantined));
    told.equal("quarantined", wide(totals.quarantined), quarantined);
    let accepted = |kind: TableKind| {
        let of_kind = || totals.sheets.iter().filter(move |of| of.table == kind.word());
        (count(of_kind().map(|of| of.accepted)), Fen::sum(of_kind().map(|of| of.amount_accepted)))
    };
    let (rows, amount) = accepted(TableKind::Claims);
    told.equal("claims", wide(claims.claims), rows);
    told.equal("total", Fen::of(claims.total), amount);
    let (rows, amount) = accepted(TableKind::BillLines);
    told.equal("lines", count([lines.lines, lines.orphans]), rows);
    told.equal("lines", Fen::sum([lines.amount, lines.orphans_amount]), amount);
}

fn wide(count: u64) -> i128 {
    count.into()
}

fn count(counts: impl IntoIterator<Item = u64>) -> i128 {
    counts.into_iter().map(wide).sum()
}

/// Codes of findings and the claims they are on.
type CodesOfClaims = BTreeSet<(String, String)>;

/// One table being read: its columns by name, and what is told of it.
struct Table<'t> {
    reader: csv::Reader<File>,
    columns: StringRecord,
    told: &'t mut Told,
}

/// Reads a table if it is there; that it is missing is told elsewhere.
fn read(
    folder: &Path,
    file: &'static str,
    told: &mut Told,
    count: impl FnOnce(&mut Table<'_>) -> Result<CodesOfClaims, Cause>,
) -> Option<CodesOfClaims> {
    told.at(file);
    let path = folder.join(file);
    // A pipe in its place could keep whoever opens it waiting for ever.
    if !fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_file()) {
        return None;
    }
    let counted = File::open(path).map_err(Cause::from).and_then(|opened| {
        let mut reader = csv::Reader::from_reader(opened);
        let columns = reader.headers()?.clone();
        count(&mut Table { reader, columns, told })
    });
    let why = ("读不懂，无法核对总数", "cannot be read, so its totals cannot be checked");
    counted.map_err(|cause| told.push(cause.to_string(), why)).ok()
}

impl Table<'_> {
    fn column(&self, name: &str) -> Result<usize, Cause> {
        let place = self.columns.iter().position(|column| column == name);
        place.ok_or_else(|| format!("no column {name}").into())
    }

    fn next(&mut self, row: &mut StringRecord) -> Result<bool, Cause> {
        let is_there = self.reader.read_record(row)?;
        self.told.row = row.position().and_then(|at| u32::try_from(at.line()).ok());
        Ok(is_there)
    }
}

fn money(row: &StringRecord, column: usize) -> Result<i128, Cause> {
    let text = row.get(column).unwrap_or_default();
    let money = Money::parse(text).map_err(|_| format!("not an amount: {text}"))?;
    Ok(money.fen().into())
}

/// A spreadsheet's apostrophe belongs to the file and not to the value.
fn value(row: &StringRecord, column: usize) -> &str {
    let text = row.get(column).unwrap_or_default();
    text.strip_prefix('\'').unwrap_or(text)
}

fn several(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(';').map(|part| part.strip_prefix('\'').unwrap_or(part));
    parts.filter(|part| !part.is_empty())
}

#[derive(Clone, Copy, Default)]
struct Sums {
    claims: u64,
    total: Fen,
    fund: Fen,
    person: Fen,
}

fn decisions(table: &mut Table<'_>, manifest: &Manifest) -> Result<CodesOfClaims, Cause> {
    let [claim, outcome, reasons, total, fund, person] =
        ["claim_id", "outcome", "reasons", "total", "fund_total", "person_total"]
            .map(|name| table.column(name));
    let (claim, outcome, reasons) = (claim?, outcome?, reasons?);
    let (total, fund, person) = (total?, fund?, person?);
    let mut by_outcome: BTreeMap<String, Sums> = BTreeMap::new();
    let (mut codes, mut row) = (CodesOfClaims::new(), StringRecord::new());
    while table.next(&mut row)? {
        let amounts = (money(&row, total)?, money(&row, fund)?, money(&row, person)?);
        table.told.equal("total", Fen(amounts.0), Fen(amounts.1 + amounts.2));
        let sums = by_outcome.entry(value(&row, outcome).to_owned()).or_default();
        sums.claims += 1;
        sums.total.0 += amounts.0;
        sums.fund.0 += amounts.1;
        sums.person.0 += amounts.2;
        for code in several(value(&row, reasons)).filter(|code| code.starts_with('F')) {
            let claims = several(value(&row, claim));
            codes.extend(claims.map(|claim| (code.to_owned(), claim.to_owned())));
        }
    }
    table.told.row = None;
    let promised = &manifest.totals.claims_by_outcome;
    let outcomes: BTreeSet<&String> = promised.keys().chain(by_outcome.keys()).collect();
    for outcome in outcomes {
        let promised = promised.get(outcome).map(|of| Sums {
            claims: of.claims,
            total: Fen::of(of.total),
            fund: Fen::of(of.fund),
            person: Fen::of(of.person),
        });
        let (promised, found) = (promised.unwrap_or_default(), by_outcome.get(outcome));
        let found = found.copied().unwrap_or_default();
        let told = &mut table.told;
        told.equal(&format!("{outcome} claims"), promised.claims, found.claims);
        told.equal(&format!("{outcome} total"), promised.total, found.total);
        told.equal(&format!("{outcome} fund_total"), promised.fund, found.fund);
        told.equal(&format!("{outcome} person_total"), promised.person, found.person);
    }
    Ok(codes)
}

fn findings(table: &mut Table<'_>, manifest: &Manifest) -> Result<CodesOfClaims, Cause> {
    let [code, claims, at_risk] =
        ["code", "claim_ids", "amount_at_risk"].map(|name| table.column(name));
    let (code, claims, at_risk) = (code?, claims?, at_risk?);
    let mut by_code: BTreeMap<String, (u64, Fen)> = BTreeMap::new();
    let (mut codes, mut row) = (CodesOfClaims::new(), StringRecord::new());
    while table.next(&mut row)? {
        let of = value(&row, code);
        let (count, sum) = by_code.entry(of.to_owned()).or_default();
        *count += 1;
        sum.0 += money(&row, at_risk)?;
        let claims = several(value(&row, claims));
        codes.extend(claims.map(|claim| (of.to_owned(), claim.to_owned())));
    }
    table.told.row = None;
    let promised = &manifest.totals.findings_by_code;
    let all: BTreeSet<&String> = promised.keys().chain(by_code.keys()).collect();
    for code in all {
        let promised = promised.get(code).map(|of| (of.findings, Fen::of(of.at_risk)));
        let (promised, found) = (promised.unwrap_or_default(), by_code.get(code));
        let (count, at_risk) = found.copied().unwrap_or_default();
        table.told.equal(&format!("{code} findings"), promised.0, count);
        table.told.equal(&format!("{code} amount_at_risk"), promised.1, at_risk);
    }
    Ok(codes)
}
