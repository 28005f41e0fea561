//! Who is paid how much and into which account 拨付: the one grouping behind the workbook and the
//! bank's file.
//!
//! The surprise: a claim whose payee or account is missing is never left out silently. It stands
//! apart as `lacking`, and both totals together are the fund payment of all payable claims.

use std::collections::BTreeMap;

use crate::domain::Money;
use crate::domain::words::Outcome;

use super::Job;
use super::view::ClaimView;

/// What this run would pay.
pub struct Payments<'j> {
    /// Sorted by account, payee and bank.
    pub payees: Vec<Payee<'j>>,
    pub total: Money,
    /// Payable claims without a payee or an account.
    pub lacking: Vec<ClaimView<'j>>,
    pub lacking_total: Money,
}

/// One transfer and the claims it is for.
pub struct Payee<'j> {
    pub payee: &'j str,
    pub bank: &'j str,
    pub account: &'j str,
    pub claims: Vec<ClaimView<'j>>,
    pub amount: Money,
}

impl<'j> Payments<'j> {
    /// Claims with outcome `pay` or `pay_reduced` and a fund payment above nothing.
    pub fn of(job: &'j Job<'j>) -> Payments<'j> {
        let mut groups: BTreeMap<(&str, &str, &str), Payee<'j>> = BTreeMap::new();
        let mut lacking = Vec::new();
        let (mut total, mut lacking_total) = (Money::ZERO, Money::ZERO);
        for view in job.claims() {
            let amount = view.decision.amounts.fund_total();
            let payable = matches!(view.decision.outcome, Outcome::Pay | Outcome::PayReduced);
            if !payable || !amount.is_positive() {
                continue;
            }
            let claim = view.claim;
            let [payee, bank, account] = [&claim.payee, &claim.bank, &claim.account]
                .map(|text| text.as_deref().unwrap_or_default().trim());
            if payee.is_empty() || account.is_empty() {
                lacking.push(view);
                lacking_total += amount;
                continue;
            }
            total += amount;
            let group = groups.entry((account, payee, bank)).or_insert_with(|| Payee {
                payee,
                bank,
                account,
                claims: Vec::new(),
                amount: Money::ZERO,
            });
            group.claims.push(view);
            group.amount += amount;
        }
        Payments { payees: groups.into_values().collect(), total, lacking, lacking_total }
    }
}
