//! Tests of the comparison on workings made by hand: what a change is put down to, and that the
//! totals tell a working that is missing.

use crate::domain::Money;

use super::super::working::{Did, StepRecord, Yuan};
use super::super::workings_jsonl::{AmountsRecord, Both, CureRecord, GateRecord, Working};
use super::change::{Cause, Change, Role, payable};
use super::compare::between;
use super::steps::ClauseIds;

/// The same clauses in both runs.
struct Same;

impl ClauseIds for Same {
    fn old_id(&self, number: u32) -> &str {
        ["catalog", "deductible", "ratio", "deadline"][number as usize]
    }
    fn new_id(&self, number: u32) -> &str {
        self.old_id(number)
    }
}

fn yuan(yuan: i64) -> Yuan {
    Yuan(Money::from_yuan(yuan))
}

fn step(did: Did, clause: u32) -> StepRecord {
    StepRecord { did, clause: Some(clause), rows: Vec::new() }
}

/// A working in which so much is in scope, over a deductible, at 80%.
fn paid(total: i64, scope: i64, figure: i64) -> Working {
    let entered = scope - figure;
    let fund = Money::from_yuan(entered * 8 / 10);
    let person = Money::from_yuan(total) - fund;
    let (self_paid, zero) = (yuan(total - scope), yuan(0));
    let lines = Did::Lines {
        count: 2,
        total: yuan(total),
        self_paid,
        over: zero,
        first: zero,
        scope: yuan(scope),
    };
    let deductible = Did::Deductible {
        ordinal: Some(1),
        figure: yuan(figure),
        scope: yuan(scope),
        charged: yuan(figure),
    };
    let basic =
        Did::Basic { entered: yuan(entered), fund: Yuan(fund), person: yuan(entered * 2 / 10) };
    let result = Did::Result { total: yuan(total), fund: Yuan(fund), person: Yuan(person) };
    Working {
        claim_id: "A1".into(),
        person_ref: "P1".into(),
        name: "王*".into(),
        id: "4201*".into(),
        insured_region: "420100".into(),
        insured_name: "武汉市".into(),
        treated_region: "440300".into(),
        treated_name: "深圳市".into(),
        hospital: "医院".into(),
        tier: "3".into(),
        first_day: "2024-03-04".into(),
        last_day: "2024-03-09".into(),
        received_on: "2024-06-03".into(),
        invoice_no: "1".into(),
        materials: None,
        source: "claims.csv!2".into(),
        outcome: "pay".into(),
        route: "long_term".into(),
        scheme: "employee".into(),
        person_type: "active".into(),
        care_type: "inpatient".into(),
        governing_day: "2024-03-09".into(),
        policy_version: "420100@2023-01-01".into(),
        catalog_version: "440300@2024-01-01".into(),
        amounts: amounts(total, scope, figure, fund),
        gates: Vec::new(),
        filing: None,
        passed_over: Vec::new(),
        steps: vec![
            step(lines, 0),
            step(deductible, 1),
            step(basic, 2),
            StepRecord { did: result, clause: None, rows: Vec::new() },
        ],
        cures: Vec::new(),
        findings: Vec::new(),
        lines: (0, 2),
    }
}

fn amounts(total: i64, scope: i64, figure: i64, fund: Money) -> AmountsRecord {
    let zero = yuan(0);
    AmountsRecord {
        total: yuan(total),
        full_self_paid: yuan(total - scope),
        over_ceiling: zero,
        first_pay: zero,
        in_scope: yuan(scope),
        deductible: yuan(figure),
        fund_basic: Yuan(fund),
        fund_large: zero,
        fund_serious: zero,
        fund_supplement: zero,
        fund_aid: zero,
        fund_floor: zero,
        fund_total: Yuan(fund),
        person_total: Yuan(Money::from_yuan(total) - fund),
    }
}

/// The same claim refused by a gate: nothing past the split of the lines is computed.
fn refused(mut working: Working, code: &str, clause: Option<u32>) -> Working {
    let both = || Both { zh: String::new(), en: String::new() };
    working.outcome = "reject".into();
    working.gates = vec![GateRecord {
        code: code.into(),
        does: "reject".into(),
        name: both(),
        verdict: both(),
        saw: both(),
        clause,
    }];
    let total = working.amounts.total;
    working.steps.truncate(1);
    let result = Did::Result { total, fund: yuan(0), person: total };
    working.steps.push(StepRecord { did: result, clause: None, rows: Vec::new() });
    working.amounts.fund_basic = yuan(0);
    working.amounts.fund_total = yuan(0);
    working.amounts.deductible = yuan(0);
    working.amounts.person_total = total;
    working
}

fn change(old: &Working, new: &Working) -> Change {
    between(old, new, &Same).expect("a change")
}

fn causing(change: &Change) -> &'static str {
    change.causing_step().map_or("none", |step| step.word().word)
}

#[test]
fn a_working_is_the_same_as_itself_wherever_its_rows_stand() {
    let old = paid(20_000, 18_000, 800);
    let mut new = old.clone();
    new.source = "another.csv!9".into();
    new.steps[0].rows = vec!["another.csv!10".into()];
    new.lines.0 = 77;
    assert_eq!(between(&old, &new, &Same), None);
}

#[test]
fn the_first_step_whose_figure_differs_is_the_cause_and_what_follows_follows() {
    let found = change(&paid(20_000, 18_000, 800), &paid(20_000, 18_000, 600));
    assert_eq!(causing(&found), "deductible");
    let roles: Vec<Role> = found.steps.iter().map(|step| step.role).collect();
    assert_eq!(roles, [Role::Rule, Role::Follows, Role::Follows]);
    assert_eq!(found.difference(), Money::from_yuan(160));
}

#[test]
fn another_split_of_the_same_bill_is_the_catalogs_doing() {
    let found = change(&paid(20_000, 18_000, 800), &paid(20_000, 17_000, 800));
    assert_eq!(causing(&found), "lines");
    assert_eq!(found.difference(), Money::from_yuan(-800));
}

#[test]
fn another_bill_comes_before_everything_that_follows_from_it() {
    let found = change(&paid(20_000, 18_000, 800), &paid(21_000, 19_000, 600));
    let Cause::Bill(fields) = &found.cause else { panic!("{:?}", found.cause) };
    assert_eq!(fields[0].field, "total");
    let mut one_line_more = paid(20_000, 18_000, 800);
    one_line_more.lines.1 = 3;
    one_line_more.steps[0] = paid(20_000, 17_000, 800).steps[0].clone();
    let found = change(&paid(20_000, 18_000, 800), &one_line_more);
    assert!(matches!(found.cause, Cause::Bill(_)), "{:?}", found.cause);
}

#[test]
fn other_days_come_before_the_law_that_applies_to_them() {
    let mut new = paid(20_000, 18_000, 600);
    new.last_day = "2024-03-10".into();
    let found = change(&paid(20_000, 18_000, 800), &new);
    assert!(matches!(found.cause, Cause::Facts(_)), "{:?}", found.cause);
}

#[test]
fn a_reason_that_came_or_went_is_the_cause_of_the_steps_it_cut_off() {
    let old = paid(20_000, 18_000, 800);
    let new = refused(old.clone(), "F110", Some(3));
    let found = change(&old, &new);
    let expected = Cause::Reason { code: "F110".into(), came: true, clause: Some(3) };
    assert_eq!(found.cause, expected);
    assert_eq!((found.came.len(), found.went.len()), (1, 0));
    assert_eq!(found.difference(), Money::from_yuan(-13_760));
    let back = change(&new, &old);
    assert_eq!(back.cause, Cause::Reason { code: "F110".into(), came: false, clause: Some(3) });
    assert_eq!(back.difference(), Money::from_yuan(13_760));
}

#[test]
fn a_held_claim_pays_nothing_now_though_its_fund_is_computed() {
    let old = paid(20_000, 18_000, 800);
    let mut new = old.clone();
    new.outcome = "hold".into();
    new.gates = refused(old.clone(), "F501", None).gates;
    new.gates[0].does = "hold".into();
    let found = change(&old, &new);
    let (was, is) = found.standings();
    assert_eq!((payable(was), payable(is)), (Money::from_yuan(13_760), Money::ZERO));
    assert_eq!(is.map(|side| side.fund), Some(Money::from_yuan(13_760)));
    assert!(matches!(found.cause, Cause::Reason { .. }));
}

#[test]
fn what_alone_would_mend_a_claim_is_a_change_without_money() {
    let old = refused(paid(20_000, 18_000, 800), "F110", None);
    let mut new = old.clone();
    new.cures = vec![CureRecord {
        code: Some("F110".into()),
        remedy: "only_if".into(),
        what: Both { zh: String::new(), en: String::new() },
        by: None,
        worth: Some(yuan(5)),
    }];
    let found = change(&old, &new);
    assert_eq!((&found.cause, found.difference()), (&Cause::Cures, Money::ZERO));
}
