//! `links.csv`: what each claim was linked to and by which rule, one row per link, for machines.
//!
//! A tier is the rule that found the target; `nearest` marks what was shown but never used.

use std::path::Path;

use crate::domain::Origin;
use crate::flow::{ClaimIx, Duplicate, HospitalIx, Match, PersonIx, PersonLink};

use super::columns::{Column, Kind, Value, write_csv};
use super::view::ClaimView;
use super::{Cause, Job, write_file};

/// A link of a claim to something else.
struct Link {
    claim_id: String,
    link: &'static str,
    target: String,
    tier: String,
    evidence: String,
}

pub fn write(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    let columns = [
        column("claim_id", |link| Value::text(&link.claim_id)),
        column("link", |link| Value::text(link.link)),
        column("target", |link| Value::text(&link.target)),
        column("tier", |link| Value::text(&link.tier)),
        column("evidence", |link| Value::text(&link.evidence)),
    ];
    write_file(path, |out| write_csv(out, &columns, job.claims().flat_map(links)))
}

fn column(name: &'static str, value: for<'v> fn(&'v Link) -> Value<'v>) -> Column<Link> {
    Column { name, kind: Kind::Text, value }
}

/// Collects the links of one claim.
struct Collector<'j> {
    view: ClaimView<'j>,
    links: Vec<Link>,
}

fn links(view: ClaimView<'_>) -> Vec<Link> {
    let mut collector = Collector { view, links: Vec::new() };
    collector.person();
    collector.hospital();
    collector.lines();
    collector.filing();
    collector.settlements();
    collector.duplicate();
    collector.links
}

impl Collector<'_> {
    fn add(&mut self, link: &'static str, target: String, tier: &str, origin: Option<Origin>) {
        let evidence = origin.map(|origin| self.view.job.records().place(origin));
        self.links.push(Link {
            claim_id: self.view.claim.claim_id.to_string(),
            link,
            target,
            tier: tier.to_owned(),
            evidence: evidence.unwrap_or_default(),
        });
    }

    fn person(&mut self) {
        let job = self.view.job;
        let records = job.records();
        match &job.detected.adjudicated.linked.links[self.view.decision.claim.at()].person {
            PersonLink::Known { key, entry, .. } => {
                let origin = entry.map(|entry| records.persons[entry.at()].origin);
                self.add("person", job.pseudonym(key), "id", origin);
            }
            PersonLink::ByName { candidates } => self.people(candidates, "name_birth_region"),
            PersonLink::Unknown { nearest } => self.people(nearest, "nearest"),
        }
    }

    fn people(&mut self, people: &[PersonIx], tier: &str) {
        let job = self.view.job;
        for entry in people {
            let person = &job.records().persons[entry.at()];
            let target = person.person.key().map(|key| job.pseudonym(&key)).unwrap_or_default();
            self.add("person", target, tier, Some(person.origin));
        }
    }

    fn hospital(&mut self) {
        let links = &self.view.job.detected.adjudicated.linked.links;
        let (found, tier): (&[HospitalIx], &str) =
            match &links[self.view.decision.claim.at()].hospital {
                Match::One { found, tier } => (std::slice::from_ref(found), tier),
                Match::Several { found, tier } => (found, tier),
                Match::Nothing { nearest } => (nearest, "nearest"),
            };
        for hospital in found {
            let hospital = &self.view.job.records().hospitals[hospital.at()];
            self.add("hospital", hospital.code.to_string(), tier, Some(hospital.origin));
        }
    }

    /// The claim's lines as one link: how many, and where the first of them stands.
    fn lines(&mut self) {
        let linked = &self.view.job.detected.adjudicated.linked;
        let link = &linked.links[self.view.decision.claim.at()];
        let Some(tier) = link.lines_tier else { return };
        let lines = &linked.records.lines[link.lines.start as usize..link.lines.end as usize];
        let first = lines.iter().map(|line| line.origin).min();
        let tier = if link.lines_ambiguous { format!("{tier} ambiguous") } else { tier.into() };
        self.add("lines", lines.len().to_string(), &tier, first);
    }

    fn filing(&mut self) {
        let records = self.view.job.records();
        let route = &self.view.decision.route;
        if let Some(filing) = route.filing {
            let filing = &records.filings[filing.at()];
            let target = filing.filing_id.to_string();
            self.add("filing", target, route.route.word(), Some(filing.origin));
        }
    }

    fn settlements(&mut self) {
        let linked = &self.view.job.detected.adjudicated.linked;
        for settled in &linked.links[self.view.decision.claim.at()].settled {
            let settlement = &linked.records.settlements[settled.settlement.at()];
            let target = settlement.settlement_id.to_string();
            self.add("settlement", target, settled.tier, Some(settlement.origin));
        }
    }

    fn duplicate(&mut self) {
        let linked = &self.view.job.detected.adjudicated.linked;
        match &linked.links[self.view.decision.claim.at()].duplicate {
            Duplicate::No => {}
            Duplicate::First { others, contested } => {
                let tier = if *contested { "first contested" } else { "first" };
                others.iter().for_each(|other| self.same_invoice(*other, tier));
            }
            Duplicate::Later { first } => self.same_invoice(*first, "later"),
        }
    }

    fn same_invoice(&mut self, other: ClaimIx, tier: &str) {
        let other = self.view.job.records().claim(other);
        self.add("duplicate", other.claim_id.to_string(), tier, Some(other.origin));
    }
}
