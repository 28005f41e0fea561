//! Control totals of a run, computed once: what the page shows, the manifest records, the
//! terminal prints, and what must tie before anything is written.

use std::collections::BTreeMap;

use crate::domain::words::{DueKind, Outcome, Severity, Tier};
use crate::domain::{Code, InsuredRegion, Lang, Money, Text, TreatedRegion};
use crate::flow::books::{Change, Standing, is_undecided, payable};
use crate::flow::{Detected, LineVerdict, Orders, Reckoning, SheetTally, TableKind};

/// Counts and sums over the whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub claims: Sums,
    /// Every outcome, also those no claim has.
    pub by_outcome: Vec<(Outcome, Sums)>,
    pub by_region_pair: Vec<((InsuredRegion, TreatedRegion), Sums)>,
    pub by_tier: Vec<(Option<Tier>, Sums)>,
    /// By headline: the first gate that fired.
    pub by_headline: Vec<(Code, Sums)>,
    pub lines: LineSums,
    pub findings: Vec<(Code, FindingSums)>,
    pub findings_total: FindingSums,
    /// Quarantined rows by table.
    pub quarantined: Vec<(TableKind, u64)>,
    pub unread: u64,
    pub paid: PaidSums,
    /// None where the run was decided without books.
    pub books: Option<BooksSums>,
    pub ties: Vec<Tie>,
}

/// What goes to accounts and what does not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaidSums {
    pub transfers: u64,
    pub total: Money,
    /// Claims without a payee or an account that can be paid to.
    pub lacking: u64,
    pub lacking_total: Money,
}

/// What the run makes of the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BooksSums {
    /// Posted claims that were decided again.
    pub posted: u64,
    pub changed: u64,
    pub supplement: Money,
    pub recovery: Money,
    /// Of claims that were not decided again: money that has not reached anybody.
    pub open: u64,
    pub open_total: Money,
    /// Past settlements that are the books' own payments.
    pub own_settlements: u64,
}

/// Claims and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub claims: u64,
    pub total: Money,
    pub fund: Money,
    pub person: Money,
}

/// The split of all bill lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineSums {
    pub lines: u64,
    pub amount: Money,
    pub full_self_paid: Money,
    pub over_ceiling: Money,
    pub first_pay: Money,
    pub in_scope: Money,
    /// Of `full_self_paid`: lines no catalog item was found for.
    pub unmatched: u64,
    pub unmatched_amount: Money,
    /// Lines that belong to no claim.
    pub orphans: u64,
    pub orphans_amount: Money,
}

/// Findings and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingSums {
    pub findings: u64,
    pub at_risk: Money,
    /// Each fen once.
    pub counted: Money,
    pub severity: Option<Severity>,
}

/// Two totals that must be equal (or, for [`Tie::at_most`], the first no more than the second).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    pub name: Text,
    pub left: String,
    pub right: String,
    relation: Relation,
    holds: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    AtMost,
}

impl Tie {
    pub fn holds(&self) -> bool {
        self.holds
    }

    /// `=` or `≤`.
    pub fn sign(&self) -> &'static str {
        match self.relation {
            Relation::Equal => "=",
            Relation::AtMost => "≤",
        }
    }

    /// The tie on one line, with both sides.
    pub fn shown(&self, lang: Lang) -> String {
        let mark = if self.holds { "✓" } else { "✗" };
        format!("{mark} {}: {} {} {}", self.name.get(lang), self.left, self.sign(), self.right)
    }

    fn new<T: PartialOrd + ToString>(name: Text, left: T, relation: Relation, right: T) -> Tie {
        let holds = match relation {
            Relation::Equal => left == right,
            Relation::AtMost => left <= right,
        };
        Tie { name, left: left.to_string(), right: right.to_string(), relation, holds }
    }

    pub(super) fn equal<T: PartialOrd + ToString>(zh: &str, en: &str, left: T, right: T) -> Tie {
        Tie::new(Text::new(zh, en), left, Relation::Equal, right)
    }

    fn at_most<T: PartialOrd + ToString>(zh: &str, en: &str, left: T, right: T) -> Tie {
        Tie::new(Text::new(zh, en), left, Relation::AtMost, right)
    }
}

impl Sums {
    fn add(&mut self, total: Money, fund: Money, person: Money) {
        self.claims += 1;
        self.total += total;
        self.fund += fund;
        self.person += person;
    }

    fn absorb(&mut self, other: &Sums) {
        self.claims += other.claims;
        self.total += other.total;
        self.fund += other.fund;
        self.person += other.person;
    }
}

impl FindingSums {
    fn add(&mut self, at_risk: Money, counted: Money, severity: Severity) {
        self.findings += 1;
        self.at_risk += at_risk;
        self.counted += counted;
        self.severity = self.severity.max(Some(severity));
    }
}

impl Summary {
    pub fn of(detected: &Detected, orders: &Orders) -> Summary {
        let mut summary = Summary::default();
        summary.count_money(&detected.reckoning, orders);
        summary.count_decisions(detected);
        summary.count_lines(detected);
        summary.count_findings(detected);
        let records = &detected.adjudicated.linked.records;
        let mut quarantined: BTreeMap<TableKind, u64> = BTreeMap::new();
        for reject in &records.quarantine {
            *quarantined.entry(reject.kind).or_default() += 1;
        }
        summary.quarantined = quarantined.into_iter().collect();
        summary.unread = records.unread.len() as u64;
        summary.ties = summary.prove(detected);
        summary.ties.push(payments_tie(detected, orders));
        summary
    }

    /// Quarantined rows of all tables.
    pub fn quarantined_total(&self) -> u64 {
        self.quarantined.iter().map(|&(_, rows)| rows).sum()
    }

    fn count_decisions(&mut self, detected: &Detected) {
        let records = &detected.adjudicated.linked.records;
        let mut outcomes: BTreeMap<Outcome, Sums> =
            Outcome::ALL.iter().map(|&outcome| (outcome, Sums::default())).collect();
        let mut pairs: BTreeMap<_, Sums> = BTreeMap::new();
        let mut tiers: BTreeMap<_, Sums> = BTreeMap::new();
        let mut headlines: BTreeMap<Code, Sums> = BTreeMap::new();
        for decision in detected.adjudicated.own_decisions() {
            let amounts = &decision.amounts;
            let (total, fund, person) = (amounts.total, amounts.fund_total(), amounts.person_total);
            let claim = records.claim(decision.claim);
            outcomes.entry(decision.outcome).or_default().add(total, fund, person);
            pairs.entry((claim.insured, claim.treated)).or_default().add(total, fund, person);
            tiers.entry(decision.tier).or_default().add(total, fund, person);
            if let Some(gate) = decision.gates.first() {
                headlines.entry(gate.code).or_default().add(total, fund, person);
            }
        }
        for sums in outcomes.values() {
            self.claims.absorb(sums);
        }
        self.by_outcome = outcomes.into_iter().collect();
        self.by_region_pair = pairs.into_iter().collect();
        self.by_tier = tiers.into_iter().collect();
        self.by_headline = headlines.into_iter().collect();
    }

    fn count_money(&mut self, reckoning: &Reckoning, orders: &Orders) {
        self.paid = PaidSums {
            transfers: orders.transfers.len() as u64,
            total: orders.total,
            lacking: orders.lacking.len() as u64,
            lacking_total: orders.lacking_total,
        };
        let changed = |standing: &&Standing| standing.change != Change::None;
        let supplements = orders.transfers.iter().flat_map(|transfer| &transfer.dues);
        let supplements = supplements.chain(&orders.lacking);
        self.books = reckoning.head.map(|_| BooksSums {
            posted: reckoning.standings.len() as u64,
            changed: reckoning.standings.iter().filter(changed).count() as u64,
            supplement: (supplements.filter(|due| due.kind == DueKind::Supplement))
                .map(|due| due.amount)
                .sum(),
            recovery: orders.recoveries_total,
            open: reckoning.open.len() as u64,
            open_total: reckoning.open.iter().map(|item| item.amount).sum(),
            own_settlements: reckoning.own_settlements,
        });
    }

    fn count_lines(&mut self, detected: &Detected) {
        let adjudicated = &detected.adjudicated;
        let records = &adjudicated.linked.records;
        let sums = &mut self.lines;
        for split in adjudicated.own_lines() {
            sums.lines += 1;
            sums.amount += records.lines[split.line.at()].amount;
            sums.full_self_paid += split.full_self_paid;
            sums.over_ceiling += split.over_ceiling;
            sums.first_pay += split.first_pay;
            sums.in_scope += split.in_scope;
            if matches!(split.verdict, LineVerdict::NotListed | LineVerdict::NoCatalog) {
                sums.unmatched += 1;
                sums.unmatched_amount += split.total();
            }
        }
        let orphans = &adjudicated.linked.orphan_lines;
        for line in &records.lines[orphans.start as usize..orphans.end as usize] {
            sums.orphans += 1;
            sums.orphans_amount += line.amount;
        }
    }

    fn count_findings(&mut self, detected: &Detected) {
        let mut by_code: BTreeMap<Code, FindingSums> = BTreeMap::new();
        for finding in &detected.findings {
            let (at_risk, counted) = (finding.at_risk(), finding.counted);
            by_code.entry(finding.code).or_default().add(at_risk, counted, finding.severity);
            self.findings_total.add(at_risk, counted, finding.severity);
        }
        self.findings = by_code.into_iter().collect();
    }

    /// Every total that must hold, from sheet to record to decision to finding.
    fn prove(&self, detected: &Detected) -> Vec<Tie> {
        let records = &detected.adjudicated.linked.records;
        let own = &records.claims[..records.own_claims()];
        let mut ties = sheet_ties(&records.tallies);
        let of_kind = |kind| {
            let tallies = records.tallies.iter().filter(move |tally| tally.kind == kind);
            tallies.fold((0, Money::ZERO), |(rows, amount), tally| {
                (rows + tally.accepted, amount + tally.amount_accepted)
            })
        };
        let (claim_rows, claim_amount) = of_kind(TableKind::Claims);
        let (line_rows, line_amount) = of_kind(TableKind::BillLines);
        let lines = &self.lines;
        let quarantined = records.tallies.iter().map(|tally| tally.quarantined).sum::<u64>();
        ties.extend([
            Tie::equal(
                "隔离行数与隔离清单",
                "quarantined rows, by sheet and in the list",
                quarantined,
                self.quarantined_total(),
            ),
            Tie::equal(
                "申报表有效行与结论件数",
                "accepted claim rows and decisions",
                claim_rows,
                self.claims.claims,
            ),
            Tie::equal(
                "申报表有效金额与各结论总费用",
                "accepted claim amounts and totals of all decisions",
                claim_amount,
                self.claims.total,
            ),
            Tie::equal(
                "总费用与基金加个人",
                "total and fund plus person",
                self.claims.total,
                self.claims.fund + self.claims.person,
            ),
            Tie::equal(
                "明细有效行与已拆分加无归属",
                "accepted bill lines and lines split plus lines of no claim",
                line_rows,
                lines.lines + lines.orphans,
            ),
            Tie::equal(
                "明细有效金额与已拆分加无归属",
                "accepted line amounts and lines split plus lines of no claim",
                line_amount,
                lines.amount + lines.orphans_amount,
            ),
            Tie::equal(
                "已拆分明细金额与四个部分",
                "amounts of lines split and their four parts",
                lines.amount,
                lines.full_self_paid + lines.over_ceiling + lines.first_pay + lines.in_scope,
            ),
            Tie::equal(
                "逐件不平的结论数",
                "decisions that do not balance",
                unbalanced(detected),
                0,
            ),
            Tie::at_most(
                "疑点计入金额与申报金额",
                "money at risk, each fen once, and money claimed",
                self.findings_total.counted,
                own.iter().map(|claim| claim.total.or_zero()).sum(),
            ),
        ]);
        ties
    }
}

/// What is decided, less what was ordered before, is what is paid, waits for an account, or is
/// asked back; what was paid and is on hold now is none of these.
fn payments_tie(detected: &Detected, orders: &Orders) -> Tie {
    let decisions = &detected.adjudicated.decisions;
    let decided: Money = decisions.iter().map(|it| payable(it.outcome, &it.amounts)).sum();
    let reckoning = &detected.reckoning;
    let ordered: Money = reckoning.standings.iter().map(|standing| standing.ordered).sum();
    let held = reckoning
        .standings
        .iter()
        .filter(|standing| is_undecided(decisions[standing.claim.at()].outcome));
    let on_hold: Money = held.map(|standing| standing.ordered).sum();
    let open: Money = reckoning.open.iter().map(|item| item.amount).sum();
    Tie::equal(
        "应付减已下达、加未到账与拨付、待补、追回",
        "payable less ordered, and what is paid, lacks an account, is asked back",
        decided - (ordered - on_hold) + open,
        orders.total + orders.lacking_total - orders.recoveries_total,
    )
}

/// Rows and amounts of the sheets, all together; a sheet that does not tie gets its own entry.
fn sheet_ties(tallies: &[SheetTally]) -> Vec<Tie> {
    let sum = |count: fn(&SheetTally) -> u64| tallies.iter().map(count).sum::<u64>();
    let money = |amount: fn(&SheetTally) -> Money| tallies.iter().map(amount).sum::<Money>();
    vec![
        Tie::equal(
            "读入行与有效、隔离、已更正、略过",
            "rows read and accepted, quarantined, replaced, passed over",
            sum(|tally| tally.rows_read),
            sum(|tally| tally.accepted + tally.quarantined + tally.replaced + tally.passed_over),
        ),
        Tie::equal(
            "读入金额与有效、隔离、已更正",
            "amounts read and accepted, quarantined, replaced",
            money(|tally| tally.amount_read),
            money(|tally| tally.amount_accepted + tally.amount_quarantined + tally.amount_replaced),
        ),
        Tie::equal(
            "逐表不平的工作表数",
            "sheets that do not tie",
            tallies.iter().filter(|tally| !tally.ties()).count() as u64,
            0,
        ),
    ]
}

/// Decisions that stand for another claim, whose total is not the claim's or not fund plus
/// person, or whose four parts are not the sums over their lines.
fn unbalanced(detected: &Detected) -> u64 {
    let adjudicated = &detected.adjudicated;
    let records = &adjudicated.linked.records;
    let balances = |(place, decision): (usize, &crate::flow::Decision)| {
        let amounts = &decision.amounts;
        let lines = &adjudicated.lines[decision.lines.start as usize..decision.lines.end as usize];
        let mut parts = [Money::ZERO; 4];
        let mut own_lines = true;
        for split in lines {
            parts[0] += split.full_self_paid;
            parts[1] += split.over_ceiling;
            parts[2] += split.first_pay;
            parts[3] += split.in_scope;
            own_lines &= split.claim == decision.claim
                && split.total() == records.lines[split.line.at()].amount;
        }
        decision.claim.at() == place
            && own_lines
            && amounts.total == records.claim(decision.claim).total
            && amounts.total == amounts.fund_total() + amounts.person_total
            && parts
                == [
                    amounts.full_self_paid,
                    amounts.over_ceiling,
                    amounts.first_pay,
                    amounts.in_scope,
                ]
    };
    adjudicated.decisions.iter().enumerate().filter(|entry| !balances(*entry)).count() as u64
}
