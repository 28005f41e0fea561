//! The machine contract: which columns stand in which order, said once for CSV and Parquet.
//!
//! The surprise: a column is a name and a function, so that the two formats cannot drift apart.
//! Contract words are English whatever language the reports are in, except sentences.

use std::borrow::Cow;
use std::io::Write;

use crate::domain::dates::Date;
use crate::domain::{Money, Version};

use super::Cause;
use super::cells::{plain, safe_cell};
use super::view::{ClaimView, FindingView, LineView};

/// A value of a machine output.
pub enum Value<'v> {
    Text(Cow<'v, str>),
    Money(Money),
    /// A whole number that may be missing.
    Count(Option<i64>),
    Day(Date),
}

/// What kind of value a column holds, known before any row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Money,
    Count,
    Day,
}

/// A column: its name in the contract, its kind, and how a row fills it.
pub struct Column<R> {
    pub name: &'static str,
    pub kind: Kind,
    pub value: for<'v> fn(&'v R) -> Value<'v>,
}

impl<'v> Value<'v> {
    pub fn text(text: impl Into<Cow<'v, str>>) -> Value<'v> {
        Value::Text(text.into())
    }

    pub fn code<T: ToString>(value: T) -> Value<'v> {
        Value::Text(Cow::Owned(value.to_string()))
    }

    /// As CSV writes it: money in yuan with two decimals, nothing for a missing number.
    fn written(&self) -> Cow<'_, str> {
        match self {
            Value::Text(text) => safe_cell(text),
            Value::Money(money) => Cow::Owned(money.to_string()),
            Value::Count(count) => {
                Cow::Owned(count.map(|count| count.to_string()).unwrap_or_default())
            }
            Value::Day(day) => Cow::Owned(day.to_string()),
        }
    }

    /// The text of a typed format: harmless, but without a spreadsheet's apostrophe.
    pub fn into_plain(self) -> String {
        match self {
            Value::Text(text) => plain(&text).into_owned(),
            other => other.written().into_owned(),
        }
    }
}

/// Header and rows as UTF-8 CSV.
pub fn write_csv<R>(
    out: &mut dyn Write,
    columns: &[Column<R>],
    rows: impl Iterator<Item = R>,
) -> Result<(), Cause> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(columns.iter().map(|column| column.name))?;
    for row in rows {
        for column in columns {
            csv.write_field(&*(column.value)(&row).written())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()?;
    Ok(())
}

/// Columns by name, kind and how a row fills them.
macro_rules! columns {
    ($($name:literal: $kind:ident = $value:expr;)*) => {
        vec![$($crate::report::columns::Column {
            name: $name,
            kind: $crate::report::columns::Kind::$kind,
            value: $value,
        }),*]
    };
}

pub(crate) use columns;

/// `decisions.csv` and `decisions.parquet`: one row per claim.
pub fn of_decisions<'j>() -> Vec<Column<ClaimView<'j>>> {
    columns! {
        "claim_id": Text = |c| Value::text(&*c.claim.claim_id);
        "person_ref": Text = |c| Value::text(c.person_ref());
        "outcome": Text = |c| Value::text(c.decision.outcome.word());
        "reasons": Text = |c| Value::text(joined(&c.reason_codes()));
        "route": Text = |c| Value::text(c.decision.route.route.word());
        "insured_region": Text = |c| Value::code(c.claim.insured);
        "treated_region": Text = |c| Value::code(c.claim.treated);
        "scheme": Text = |c| Value::text(c.decision.scheme.word());
        "person_type": Text = |c| Value::text(c.decision.person_type.map_or("", |t| t.word()));
        "care_type": Text = |c| Value::text(c.decision.care.word());
        "hospital_tier": Text = |c| Value::text(c.decision.tier.map_or("", |t| t.word()));
        "governing_day": Day = |c| Value::Day(c.decision.governing_day);
        "benefit_year": Count = |c| Value::Count(Some(c.decision.benefit_year.into()));
        "stay_ordinal": Count = |c| Value::Count(c.decision.stay_ordinal.map(i64::from));
        "total": Money = |c| Value::Money(c.decision.amounts.total);
        "full_self_paid": Money = |c| Value::Money(c.decision.amounts.full_self_paid);
        "over_ceiling": Money = |c| Value::Money(c.decision.amounts.over_ceiling);
        "first_pay": Money = |c| Value::Money(c.decision.amounts.first_pay);
        "in_scope": Money = |c| Value::Money(c.decision.amounts.in_scope);
        "deductible": Money = |c| Value::Money(c.decision.amounts.deductible);
        "fund_basic": Money = |c| Value::Money(c.decision.amounts.fund_basic);
        "fund_large": Money = |c| Value::Money(c.decision.amounts.fund_large);
        "fund_serious": Money = |c| Value::Money(c.decision.amounts.fund_serious);
        "fund_supplement": Money = |c| Value::Money(c.decision.amounts.fund_supplement);
        "fund_aid": Money = |c| Value::Money(c.decision.amounts.fund_aid);
        "fund_floor": Money = |c| Value::Money(c.decision.amounts.fund_floor);
        "fund_total": Money = |c| Value::Money(c.decision.amounts.fund_total());
        "person_total": Money = |c| Value::Money(c.decision.amounts.person_total);
        "policy_version": Text = |c| Value::text(Version::told(c.decision.policy_version));
        "catalog_version": Text = |c| Value::text(Version::told(c.decision.catalog_version));
        "cure": Text = |c| Value::text(c.cures());
    }
}

/// `findings.csv` and `findings.parquet`: one row per finding.
pub fn of_findings<'j>() -> Vec<Column<FindingView<'j>>> {
    columns! {
        "finding_id": Text = |f| Value::text(&f.finding.id);
        "code": Text = |f| Value::text(f.finding.code.as_str());
        "severity": Text = |f| Value::text(f.finding.severity.word());
        "subject_kind": Text = |f| Value::text(f.finding.subject.kind());
        "subject_ref": Text = |f| Value::text(f.subject_ref());
        "claim_ids": Text = |f| Value::text(f.claim_ids().join(";"));
        "amount_at_risk": Money = |f| Value::Money(f.finding.at_risk());
        "sentence": Text = |f| Value::text(f.finding.sentence.get(f.job.lang()));
        "legal_basis": Text = |f| Value::text(&f.finding.legal_basis);
        "evidence": Text = |f| Value::text(f.evidence().join(";"));
        "thresholds": Text = |f| Value::text(&f.finding.thresholds);
    }
}

/// `lines.parquet`: one row per bill line that belongs to a claim, in the order of the claims.
pub fn of_lines<'j>() -> Vec<Column<LineView<'j>>> {
    columns! {
        "claim_id": Text = |l| {
            Value::text(&*l.job.records().claim(l.split.claim).claim_id)
        };
        "line_no": Count = |l| Value::Count(l.line.line_no.map(i64::from));
        "service_on": Day = |l| Value::Day(l.line.service_on);
        "item_code": Text = |l| {
            let names = &l.job.records().names;
            Value::text(l.line.item_code.map_or("", |code| names.get(code)))
        };
        "item_name": Text = |l| Value::text(l.job.records().names.get(l.line.item_name));
        "amount": Money = |l| Value::Money(l.line.amount);
        "full_self_paid": Money = |l| Value::Money(l.split.full_self_paid);
        "over_ceiling": Money = |l| Value::Money(l.split.over_ceiling);
        "first_pay": Money = |l| Value::Money(l.split.first_pay);
        "in_scope": Money = |l| Value::Money(l.split.in_scope);
        "class": Text = |l| Value::text(l.split.class.word());
        "verdict": Text = |l| Value::text(l.split.verdict.word());
        "found_by": Text = |l| Value::text(l.split.found_by.unwrap_or(""));
        "source": Text = |l| Value::text(l.job.records().place(l.line.origin));
    }
}

fn joined<T: ToString>(codes: &[T]) -> String {
    codes.iter().map(T::to_string).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<R>(columns: &[Column<R>], contract: &str) {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let contract: Vec<&str> = contract.split(',').map(str::trim).collect();
        assert_eq!(names, contract);
    }

    #[test]
    fn the_columns_are_those_of_the_contract_in_its_order() {
        check(
            &of_decisions(),
            "claim_id, person_ref, outcome, reasons, route, insured_region, treated_region, \
             scheme, person_type, care_type, hospital_tier, governing_day, benefit_year, \
             stay_ordinal, total, full_self_paid, over_ceiling, first_pay, in_scope, deductible, \
             fund_basic, fund_large, fund_serious, fund_supplement, fund_aid, fund_floor, \
             fund_total, person_total, policy_version, catalog_version, cure",
        );
        check(
            &of_findings(),
            "finding_id, code, severity, subject_kind, subject_ref, claim_ids, amount_at_risk, \
             sentence, legal_basis, evidence, thresholds",
        );
        check(
            &of_lines(),
            "claim_id, line_no, service_on, item_code, item_name, amount, full_self_paid, \
             over_ceiling, first_pay, in_scope, class, verdict, found_by, source",
        );
    }
}
