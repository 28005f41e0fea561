//! One claim or finding as reports see it: the record, its decision and its findings together,
//! with every name and number already masked as the run wants it.

use std::fmt;

use crate::domain::dates::Date;
use crate::domain::identity::{PersonKey, mask_name, mask_tail};
use crate::domain::{Code, Lang, Text};
use crate::flow::{
    BillLine, Claim, Cure, Decision, Edge, EdgeTo, Finding, LineSplit, Records, Subject,
};

use super::{Job, wording};

/// Digits of an account that stay readable when it is masked.
const PHONE_DIGITS_SHOWN: usize = 4;
const ACCOUNT_DIGITS_SHOWN: usize = 4;

/// A claim with what became of it.
#[derive(Clone, Copy)]
pub struct ClaimView<'j> {
    pub job: &'j Job<'j>,
    pub claim: &'j Claim,
    pub decision: &'j Decision,
}

/// A finding with the run it belongs to.
#[derive(Clone, Copy)]
pub struct FindingView<'j> {
    pub job: &'j Job<'j>,
    pub finding: &'j Finding,
}

/// A bill line with its split.
#[derive(Clone, Copy)]
pub struct LineView<'j> {
    pub job: &'j Job<'j>,
    pub line: &'j BillLine,
    pub split: &'j LineSplit,
}

impl<'a> Job<'a> {
    pub fn records(&self) -> &'a Records {
        &self.detected.adjudicated.linked.records
    }

    pub fn lang(&self) -> Lang {
        self.context.lang
    }

    /// Every claim in the order of the claims, which is that of their ids.
    pub fn claims(&self) -> impl ExactSizeIterator<Item = ClaimView<'_>> {
        self.detected.adjudicated.own_decisions().iter().map(|decision| self.view(decision))
    }

    pub fn view<'j>(&'j self, decision: &'j Decision) -> ClaimView<'j> {
        ClaimView { job: self, claim: self.records().claim(decision.claim), decision }
    }

    pub fn findings(&self) -> impl ExactSizeIterator<Item = FindingView<'_>> {
        self.detected.findings.iter().map(|finding| FindingView { job: self, finding })
    }

    pub fn finding<'j>(&'j self, finding: &'j Finding) -> FindingView<'j> {
        FindingView { job: self, finding }
    }

    pub fn pseudonym(&self, key: &PersonKey) -> String {
        self.context.pseudonyms.person_ref(key.reveal())
    }

    pub fn shown_account(&self, account: &str) -> String {
        if self.context.unmask {
            account.to_owned()
        } else {
            mask_tail(account, ACCOUNT_DIGITS_SHOWN)
        }
    }

    pub fn shown_phone(&self, phone: &str) -> String {
        if self.context.unmask { phone.to_owned() } else { mask_tail(phone, PHONE_DIGITS_SHOWN) }
    }

    /// An agent known by number shows its last digits, one known by name the surname.
    pub fn shown_agent(&self, agent: &str) -> String {
        let is_number = agent.starts_with(|c: char| c.is_ascii_alphanumeric());
        match (self.context.unmask, is_number) {
            (true, _) => agent.to_owned(),
            (false, true) => mask_tail(agent, PHONE_DIGITS_SHOWN),
            (false, false) => mask_name(agent),
        }
    }

    pub fn shown_name(&self, name: &str) -> String {
        if self.context.unmask { name.to_owned() } else { mask_name(name) }
    }
}

impl<'j> ClaimView<'j> {
    /// The person's pseudonym; empty when the number is damaged, for then nobody is known.
    pub fn person_ref(&self) -> String {
        self.claim.person.key().map(|key| self.job.pseudonym(&key)).unwrap_or_default()
    }

    pub fn shown_id(&self) -> String {
        if self.job.context.unmask {
            self.claim.person.reveal().to_owned()
        } else {
            self.claim.person.masked()
        }
    }

    pub fn shown_name(&self) -> String {
        self.job.shown_name(&self.claim.name)
    }

    pub fn findings(&self) -> impl Iterator<Item = &'j Finding> + use<'j> {
        let detected = self.job.detected;
        self.job.findings_by_claim[self.decision.claim.at()]
            .iter()
            .map(move |&place| &detected.findings[place])
    }

    /// Codes of the gates in their order, then of the other findings, each once.
    pub fn reason_codes(&self) -> Vec<Code> {
        let mut codes = self.decision.gate_codes();
        let mut others: Vec<Code> =
            self.findings().map(|finding| finding.code).filter(|c| !codes.contains(c)).collect();
        others.sort_unstable();
        others.dedup();
        codes.extend(others);
        codes
    }

    /// The reasons in words: what each gate saw, then the names of the other findings.
    pub fn reason_words(&self) -> Vec<String> {
        let lang = self.job.lang();
        let gates = &self.decision.gates;
        let named = |code: Code| format!("{code} {}", lang.pick(code.zh(), code.en()));
        let colon = lang.pick("：", ": ");
        let mut words: Vec<String> = gates
            .iter()
            .map(|gate| format!("{}{colon}{}", named(gate.code), gate.saw.get(lang)))
            .collect();
        let others = self.reason_codes().into_iter();
        words.extend(others.filter(|code| gates.iter().all(|gate| gate.code != *code)).map(named));
        words
    }

    /// What would still improve the result, in words, one after another.
    pub fn cures(&self) -> String {
        let lang = self.job.lang();
        let told = |cure: &Cure| {
            let by = cure.by.as_ref().map(|day| day as &dyn fmt::Display);
            wording::cure(cure.what.get(lang), by, cure.worth, lang)
        };
        self.decision.cures.iter().map(told).collect::<Vec<_>>().join("; ")
    }

    /// The hospital's name in the list of hospitals, else as the claim has it.
    pub fn hospital(&self) -> &'j str {
        let linked = &self.job.detected.adjudicated.linked;
        let link = &linked.links[self.decision.claim.at()].hospital;
        match link.one() {
            Some(found) => &linked.records.hospitals[found.at()].name,
            None => {
                let names = [&self.claim.hospital_name, &self.claim.hospital_code];
                names.into_iter().flatten().next().map(String::as_str).unwrap_or_default()
            }
        }
    }

    pub fn insured_name(&self) -> String {
        (self.job.context.region_names)(self.claim.insured.0)
    }

    pub fn treated_name(&self) -> String {
        (self.job.context.region_names)(self.claim.treated.0)
    }

    pub fn place(&self) -> String {
        self.job.records().place(self.claim.origin)
    }

    /// The last day on which any cure helps.
    pub fn cure_by(&self) -> Option<Date> {
        self.decision.cures.iter().filter_map(|cure| cure.by).max()
    }
}

impl FindingView<'_> {
    /// How machines name the subject: no id, name or account in it.
    pub fn subject_ref(&self) -> String {
        let records = self.job.records();
        match &self.finding.subject {
            Subject::Claim(claim) => records.claim(*claim).claim_id.to_string(),
            Subject::Person(key) => self.job.pseudonym(key),
            Subject::Hospital(hospital) => records.hospitals[hospital.at()].code.to_string(),
            Subject::Account(account) => self.job.context.pseudonyms.account_ref(account),
            Subject::Agent(agent) => self.job.context.pseudonyms.agent_ref(agent),
            Subject::Phone(phone) => self.job.context.pseudonyms.phone_ref(phone),
            Subject::Network(first) => {
                format!("network of {}", records.claim(*first).claim_id)
            }
        }
    }

    /// How people read the subject, masked as the run wants it.
    pub fn subject_shown(&self) -> String {
        let records = self.job.records();
        let lang = self.job.lang();
        match &self.finding.subject {
            Subject::Claim(claim) => {
                format!("{} {}", lang.pick("申报", "claim"), records.claim(*claim).claim_id)
            }
            Subject::Person(key) => {
                let id =
                    if self.job.context.unmask { key.reveal().to_owned() } else { key.masked() };
                format!("{} {id}", lang.pick("人员", "person"))
            }
            Subject::Hospital(hospital) => {
                let hospital = &records.hospitals[hospital.at()];
                format!("{} {}", hospital.name, hospital.code)
            }
            Subject::Account(account) => {
                format!("{} {}", lang.pick("账户", "account"), self.job.shown_account(account))
            }
            Subject::Agent(agent) => {
                format!("{} {}", lang.pick("代办人", "agent"), self.job.shown_agent(agent))
            }
            Subject::Phone(phone) => {
                format!("{} {}", lang.pick("电话", "phone"), self.job.shown_phone(phone))
            }
            Subject::Network(first) => {
                let first = &records.claim(*first).claim_id;
                lang.pick(format!("团伙（{first} 等）"), format!("network ({first} …)"))
            }
        }
    }

    /// How people read the connections of a network, masked as the run wants it.
    pub fn edges_shown(&self) -> Vec<String> {
        self.finding.edges.iter().map(|edge| self.edge_shown(edge)).collect()
    }

    fn edge_shown(&self, edge: &Edge) -> String {
        let (job, lang) = (self.job, self.job.lang());
        let person = match job.context.unmask {
            true => edge.person.reveal().to_owned(),
            false => edge.person.masked(),
        };
        let to = match &edge.to {
            EdgeTo::Account(it) => {
                lang.pick("账户 ", "account ").to_owned() + &job.shown_account(it)
            }
            EdgeTo::Agent(it) => lang.pick("代办人 ", "agent ").to_owned() + &job.shown_agent(it),
            EdgeTo::Phone(it) => lang.pick("电话 ", "phone ").to_owned() + &job.shown_phone(it),
            EdgeTo::Together(hospital, _) => {
                lang.pick(format!("结伴住院 {hospital}"), format!("stays together at {hospital}"))
            }
            EdgeTo::InvoiceRun(first) => {
                lang.pick(format!("连号票据 {first} 起"), format!("invoices from {first} on"))
            }
        };
        let rows: Vec<String> = edge.rows.iter().map(|row| job.records().place(*row)).collect();
        format!("{person} — {to} ({}): {}", edge.weight, rows.join("; "))
    }

    pub fn claim_ids(&self) -> Vec<&str> {
        let records = self.job.records();
        self.finding.claims.iter().map(|&(claim, _)| &*records.claim(claim).claim_id).collect()
    }

    pub fn evidence(&self) -> Vec<String> {
        self.finding.evidence.iter().map(|&origin| self.job.records().place(origin)).collect()
    }

    pub fn code_name(&self) -> Text {
        Text::new(self.finding.code.zh(), self.finding.code.en())
    }
}
