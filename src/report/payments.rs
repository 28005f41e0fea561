//! One transfer or one due of the orders as payment reports show it: whose claim, why, how much.
//!
//! The surprise: money of a claim that is not in this batch may be among it: what was decided
//! earlier and came back from the bank, or what a late claim added to a posted one.

use crate::domain::Money;
use crate::flow::books::Standing;
use crate::flow::orders::{Due, DueOf};

use super::Job;

/// A due with the words for its claim.
#[derive(Clone, Copy)]
pub struct DueView<'j> {
    pub job: &'j Job<'j>,
    pub due: &'j Due,
}

impl<'j> DueView<'j> {
    pub fn new(job: &'j Job<'j>, due: &'j Due) -> DueView<'j> {
        DueView { job, due }
    }

    pub fn claim_id(&self) -> &'j str {
        match self.due.of {
            DueOf::Claim(claim) => &self.job.records().claim(claim).claim_id,
            DueOf::Open(place) => &self.job.detected.reckoning.open[place].claim_id,
        }
    }

    pub fn name(&self) -> &'j str {
        match self.due.of {
            DueOf::Claim(claim) => &self.job.records().claim(claim).name,
            DueOf::Open(place) => &self.job.detected.reckoning.open[place].name,
        }
    }

    pub fn phone(&self) -> &'j str {
        match self.due.of {
            DueOf::Claim(claim) => {
                self.job.records().claim(claim).phone.as_deref().unwrap_or_default()
            }
            DueOf::Open(place) => &self.job.detected.reckoning.open[place].phone,
        }
    }

    /// The row of the claim, or the month in which it was decided.
    pub fn place(&self) -> String {
        match self.due.of {
            DueOf::Claim(claim) => self.job.records().place(self.job.records().claim(claim).origin),
            DueOf::Open(place) => {
                let month = self.job.detected.reckoning.open[place].month;
                self.job.lang().pick(format!("{month} 账期"), format!("books of {month}"))
            }
        }
    }

    pub fn kind(&self) -> &'static str {
        self.due.kind.shown(self.job.lang())
    }

    pub fn amount(&self) -> Money {
        self.due.amount
    }

    /// Why it cannot be paid, of a due that cannot.
    pub fn lacks(&self) -> String {
        let lang = self.job.lang();
        let missing = lang.pick("缺收款人或账号", "no payee or account").to_owned();
        if !self.due.to.is_complete() {
            return missing;
        }
        let returned = match self.due.of {
            DueOf::Open(place) => self.job.detected.reckoning.open[place].returned.as_deref(),
            DueOf::Claim(_) => self.standing().and_then(|standing| standing.returned.as_deref()),
        };
        let words = returned.unwrap_or_default();
        lang.pick(format!("银行退回：{words}"), format!("returned by the bank: {words}"))
    }

    /// Why it is asked back: what changed of the posted decision.
    pub fn why_asked_back(&self) -> String {
        let lang = self.job.lang();
        let causes = self.standing().map_or(&[][..], |standing| &standing.causes);
        let shown: Vec<&str> = causes.iter().map(|cause| cause.shown(lang)).collect();
        shown.join(lang.pick("；", "; "))
    }

    /// What stands on the books, of a claim that is decided with the batch.
    fn standing(&self) -> Option<&'j Standing> {
        let DueOf::Claim(claim) = self.due.of else { return None };
        let standings = &self.job.detected.reckoning.standings;
        let place = standings.binary_search_by_key(&claim, |standing| standing.claim).ok()?;
        Some(&standings[place])
    }
}
