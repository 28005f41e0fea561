//! `diff.csv`: every change for machines, in the order of claim ids.
//!
//! The columns are fixed: the claim, what it is in both runs, outcome, route and reasons, what is
//! payable, the cause, then every money column of `decisions.csv` old and new. Contract words are
//! English whatever language the reports are in; a side that does not have the claim is empty.

use std::path::Path;

use crate::domain::{Lang, Money};
use crate::flow::Amounts;

use super::super::cells::safe_cell;
use super::super::decisions_xlsx::MONEY;
use super::super::{Cause, write_file};
use super::Comparison;
use super::change::{Change, Side, Standing};
use super::spool::Changes;
use super::{figures, words};

pub const FILE: &str = "diff.csv";

const COLUMNS: [&str; 27] = [
    "claim_id",
    "insured_region",
    "person_ref",
    "change",
    "outcome_old",
    "outcome_new",
    "payable_old",
    "payable_new",
    "difference",
    "route_old",
    "route_new",
    "reasons_old",
    "reasons_new",
    "reasons_came",
    "reasons_went",
    "cause",
    "cause_clause_old",
    "cause_clause_new",
    "cause_source_old",
    "cause_source_new",
    "cause_value_old",
    "cause_value_new",
    "steps",
    "policy_version_old",
    "policy_version_new",
    "catalog_version_old",
    "catalog_version_new",
];

/// The money columns of `decisions.csv`, as [`MONEY`] has them.
const MONEY_COLUMNS: [&str; MONEY.len()] = [
    "total",
    "full_self_paid",
    "over_ceiling",
    "first_pay",
    "in_scope",
    "deductible",
    "fund_basic",
    "fund_large",
    "fund_serious",
    "fund_supplement",
    "fund_aid",
    "fund_floor",
    "fund_total",
    "person_total",
];

pub fn write(comparison: &Comparison, changes: &Changes, path: &Path) -> Result<(), Cause> {
    write_file(path, |out| {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(header())?;
        for change in changes.by_claim() {
            csv.write_record(row(&change?, comparison).iter().map(|cell| cell.as_bytes()))?;
        }
        csv.flush()?;
        Ok(())
    })
}

fn header() -> Vec<String> {
    let fixed = COLUMNS.iter().map(|name| (*name).to_owned());
    let money = MONEY_COLUMNS.iter().flat_map(|it| [format!("{it}_old"), format!("{it}_new")]);
    fixed.chain(money).collect()
}

fn row(change: &Change, comparison: &Comparison) -> Vec<String> {
    let sides = [change.old.as_ref(), change.new.as_ref()];
    let of = |value: fn(&Side) -> String| sides.map(|side| side.map(value).unwrap_or_default());
    let text = |text: &str| safe_cell(text).into_owned();
    let codes = |codes: &[String]| codes.join(";");
    let payable = |side: &Side| -> Option<Money> { side.standing().map(Standing::payable) };
    let cause = words::cause(change, comparison);
    let (old_value, new_value) = figures::sides(&cause.fields, Lang::En);
    let clause = |clause: &Option<String>| clause.clone().unwrap_or_default();
    let steps: Vec<&str> = change.steps.iter().map(|step| step.word().word).collect();
    let mut cells = vec![
        text(&change.claim_id),
        text(&change.insured_region),
        text(&change.person_ref),
        change.kind.word().to_owned(),
    ];
    cells.extend(of(|side| side.outcome.clone()));
    cells.extend(sides.map(|side| side.and_then(payable).map(written).unwrap_or_default()));
    cells.push(written(change.difference()));
    cells.extend(of(|side| side.route.clone()));
    cells.extend(of(|side| side.reasons.join(";")));
    cells.extend([
        codes(&change.came),
        codes(&change.went),
        cause.key.word.word(),
        text(&clause(&cause.key.old_clause)),
        text(&clause(&cause.key.new_clause)),
        text(&cause.old_source),
        text(&cause.new_source),
        text(&old_value),
        text(&new_value),
        steps.join(";"),
    ]);
    cells.extend(of(|side| side.policy_version.clone()));
    cells.extend(of(|side| side.catalog_version.clone()));
    let amounts = sides.map(|side| side.map(Side::amounts));
    for (_, _, amount) in MONEY {
        let money = |side: &Option<Amounts>| side.as_ref().map(amount).map(written);
        cells.extend(amounts.iter().map(|side| money(side).unwrap_or_default()));
    }
    cells
}

fn written(money: Money) -> String {
    money.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::super::columns::of_decisions;
    use super::*;

    #[test]
    fn the_money_columns_are_those_of_decisions_in_their_order() {
        let names: Vec<&str> = of_decisions().iter().map(|column| column.name).collect();
        let first = names.iter().position(|name| *name == "total").expect("a total");
        assert_eq!(names[first..first + MONEY_COLUMNS.len()], MONEY_COLUMNS);
    }

    #[test]
    fn the_columns_are_those_of_the_contract_in_its_order() {
        let contract = "claim_id,insured_region,person_ref,change,outcome_old,outcome_new,\
                        payable_old,payable_new,difference,route_old,route_new,reasons_old,\
                        reasons_new,reasons_came,reasons_went,cause,cause_clause_old,\
                        cause_clause_new,cause_source_old,cause_source_new,cause_value_old,\
                        cause_value_new,steps,policy_version_old,policy_version_new,\
                        catalog_version_old,catalog_version_new,total_old,total_new,\
                        full_self_paid_old,full_self_paid_new,over_ceiling_old,over_ceiling_new,\
                        first_pay_old,first_pay_new,in_scope_old,in_scope_new,deductible_old,\
                        deductible_new,fund_basic_old,fund_basic_new,fund_large_old,\
                        fund_large_new,fund_serious_old,fund_serious_new,fund_supplement_old,\
                        fund_supplement_new,fund_aid_old,fund_aid_new,fund_floor_old,\
                        fund_floor_new,fund_total_old,fund_total_new,person_total_old,\
                        person_total_new";
        assert_eq!(header().join(","), contract);
    }
}
