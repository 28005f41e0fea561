//! Makes small batches for the tests of detectors: claims that are paid in full unless a test
//! says otherwise, and everything a detector may look up around them.
//!
//! The surprise: records are added in canonical order by the test itself, claims by ascending id
//! and lines right behind their claim, as the earlier stages would hand them over.

use std::path::Path;
use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::domain::dates::Date;
use crate::domain::identity::Identity;
use crate::domain::words::{
    CareType, Channel, ContributionStatus, HospitalKind, ItemClass, Outcome, PersonType, Route,
    Scheme, SettlementStatus,
};
use crate::domain::{
    Code, IdNumber, InsuredRegion, Money, Month, Origin, Period, Quantity, Rate, RegionCode,
    SourceId, Text, TreatedRegion, UnitPrice,
};
use crate::flow::books::ClaimNumber;
use crate::flow::decisions::GateVerdict;
use crate::flow::{
    Adjudicated, Amounts, BillLine, Claim, ClaimIx, ClaimLinks, Contribution, Decision, Detected,
    Duplicate, Filing, FilingIx, Finding, GateHit, Hospital, HospitalIx, Invoice, LineIx,
    LineSplit, LineVerdict, Match, PersonIx, PersonLink, PersonRecord, RouteTaken, Settled,
    Settlement, SettlementIx, Silent, Witness,
};
use crate::rulebook::Rulebook;
use crate::rulebook::detector_settings::DetectorSettings;
use crate::rulebook::divisions::Divisions;

use super::Ground;
use super::scene::{Scene, Shared};

/// What is arranged, and for each finding expected the claims and the amounts at risk.
pub type Case<'a> = (&'a str, fn(&mut Batch), &'a [(&'a str, &'a str)]);

/// Runs all detectors on each case and compares the findings of one code.
pub fn check(code: Code, cases: &[Case]) {
    for (name, arrange, expected) in cases {
        let mut batch = Batch::default();
        arrange(&mut batch);
        let detected = batch.detect();
        let found: Vec<(String, String)> =
            of_code(&detected, code).map(|finding| shown(&detected, finding)).collect();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(ids, risk)| (ids.to_string(), risk.to_string())).collect();
        assert_eq!(found, expected, "{code}: {name}");
        detected.findings.iter().for_each(|finding| assert_presentable(&detected, finding));
    }
}

pub fn of_code(detected: &Detected, code: Code) -> impl Iterator<Item = &Finding> {
    detected.findings.iter().filter(move |finding| finding.code == code)
}

/// The only finding of a code.
pub fn only(detected: &Detected, code: Code) -> &Finding {
    let found: Vec<&Finding> = of_code(detected, code).collect();
    assert_eq!(found.len(), 1, "{code}: {found:?}");
    found[0]
}

fn shown(detected: &Detected, finding: &Finding) -> (String, String) {
    let records = &detected.adjudicated.linked.records;
    let ids = finding.claims.iter().map(|(claim, _)| &*records.claim(*claim).claim_id);
    (ids.collect::<Vec<_>>().join("+"), finding.at_risk().to_string())
}

/// What every finding owes its reader.
fn assert_presentable(detected: &Detected, finding: &Finding) {
    let sentence = &finding.sentence;
    assert!(!finding.evidence.is_empty() && !finding.legal_basis.is_empty(), "{finding:?}");
    for text in [&sentence.zh, &sentence.en] {
        assert!(!text.is_empty() && !text.contains("  "), "{finding:?}");
        for claim in &detected.adjudicated.linked.records.claims {
            let secrets = [Some(claim.person.reveal()), claim.account.as_deref()];
            for secret in secrets.into_iter().flatten() {
                assert!(!text.contains(secret), "{text} shows {secret}");
            }
            assert!(!text.contains(&claim.name), "{text} shows {}", claim.name);
        }
    }
}

/// The settings that are shipped.
pub fn settings() -> &'static DetectorSettings {
    ground().settings
}

/// All that is shipped, read once.
pub fn ground() -> Ground<'static> {
    static SHIPPED: LazyLock<(DetectorSettings, Rulebook, Divisions)> = LazyLock::new(|| {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let settings = DetectorSettings::load(&data).expect("the shipped settings");
        let rulebook = Rulebook::load(&data).expect("the shipped rules");
        (settings, rulebook, Divisions::load(&data).expect("the shipped divisions"))
    });
    let (settings, rulebook, divisions) = &*SHIPPED;
    Ground { settings, rulebook, divisions }
}

pub fn money(text: &str) -> Money {
    Money::parse(text).expect(text)
}

pub fn day(text: &str) -> Date {
    text.parse().expect(text)
}

pub fn period(first: &str, last: &str) -> Period {
    Period::new(day(first), day(last)).expect("first ≤ last")
}

pub fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect(code)
}

/// The n-th invented person.
pub fn person(number: u16) -> IdNumber {
    IdNumber::compose(region("420100"), day("1960-05-17"), number).expect("an identity number")
}

/// A batch in the making.
#[derive(Default)]
pub struct Batch {
    pub adjudicated: Adjudicated,
    rows: u32,
}

impl Batch {
    pub fn detect(self) -> Detected {
        super::detect(self.adjudicated, ground(), &Silent)
    }

    /// What one detector sees of the batch.
    pub fn with_scene<T>(&self, code: Code, look: impl FnOnce(&Scene) -> T) -> T {
        let shared = Shared::build(&self.adjudicated, ground().rulebook);
        look(&Scene { adjudicated: &self.adjudicated, shared: &shared, ground: ground(), code })
    }

    /// A posted stay of the n-th person that the batch does not decide again. Add it last.
    pub fn witness(
        &mut self,
        id: &str,
        number: u16,
        stay: (&str, &str),
        total: &str,
    ) -> &mut Witness {
        // Made like any claim, then taken out again.
        let ix = self.claim(id, number, stay, total);
        let linked = &mut self.adjudicated.linked;
        let claim = linked.records.claims.pop().expect("the claim just made");
        let key = claim.person.key().expect("a checked number");
        linked.people.by_key.entry(key).or_default().claims.retain(|it| *it != ix);
        linked.links.pop();
        self.adjudicated.decisions.pop();
        let fund_paid = claim.total;
        let witnesses = &mut linked.records.witnesses;
        witnesses.push(Witness {
            number: ClaimNumber(witnesses.len() as i64 + 1),
            month: Month::of(claim.received_on),
            outcome: Outcome::Pay,
            fund_paid,
            reasons: Vec::new(),
            claim,
        });
        witnesses.last_mut().expect("the witness just made")
    }

    /// A stay of the n-th person, insured in Wuhan and treated in Beijing; the fund pays it all.
    pub fn claim(&mut self, id: &str, number: u16, stay: (&str, &str), total: &str) -> ClaimIx {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let ix = ClaimIx(linked.records.claims.len() as u32);
        let invoice = Invoice {
            code: None,
            number: format!("{:010}", 7_104_520_019 + u64::from(ix.0) * 37).into(),
        };
        let person = Identity::Id(person(number));
        let key = person.key().expect("a checked number");
        linked.people.by_key.entry(key.clone()).or_default().claims.push(ix);
        let lines = linked.records.lines.len() as u32;
        linked.records.claims.push(Claim {
            origin,
            claim_id: id.into(),
            person,
            name: format!("甲乙{number}"),
            insured: InsuredRegion(region("420100")),
            scheme: Scheme::Employee,
            care: CareType::Inpatient,
            treated: TreatedRegion(region("110100")),
            hospital_code: None,
            hospital_name: None,
            stay: period(stay.0, stay.1),
            diagnosis_code: None,
            diagnosis: None,
            invoice,
            total: money(total),
            invoice_fund_paid: Money::ZERO,
            reason: None,
            emergency: false,
            trauma: false,
            third_party: false,
            work_injury: false,
            received_on: day("2024-12-01"),
            materials: None,
            payee: None,
            bank: None,
            account: None,
            phone: None,
            agent_id: None,
            agent_name: None,
            employer: None,
            booked_on: None,
        });
        linked.links.push(ClaimLinks {
            person: PersonLink::Known { key, entry: None, rivals: Vec::new() },
            hospital: Match::Nothing { nearest: Vec::new() },
            lines: lines..lines,
            lines_tier: None,
            lines_ambiguous: false,
            settled: Vec::new(),
            duplicate: Duplicate::No,
        });
        self.adjudicated.decisions.push(paid(ix, money(total), day(stay.1), lines));
        ix
    }

    pub fn edit(&mut self, ix: ClaimIx) -> &mut Claim {
        &mut self.adjudicated.linked.records.claims[ix.at()]
    }

    pub fn decision(&mut self, ix: ClaimIx) -> &mut Decision {
        &mut self.adjudicated.decisions[ix.at()]
    }

    pub fn links(&mut self, ix: ClaimIx) -> &mut ClaimLinks {
        &mut self.adjudicated.linked.links[ix.at()]
    }

    /// What the fund pays of a claim that is paid.
    pub fn pays(&mut self, ix: ClaimIx, fund: &str) {
        let amounts = &mut self.decision(ix).amounts;
        amounts.fund_basic = money(fund);
        amounts.person_total = amounts.total - amounts.fund_basic;
    }

    /// A gate fires; but for a reduction, the fund pays nothing.
    pub fn gate(&mut self, ix: ClaimIx, code: Code, verdict: GateVerdict) {
        let decision = self.decision(ix);
        decision.gates.push(GateHit {
            code,
            verdict,
            saw: Text::new("见闻", "what it saw"),
            clause: None,
        });
        decision.outcome = match verdict {
            GateVerdict::Reject => Outcome::Reject,
            GateVerdict::Pend => Outcome::Pend,
            GateVerdict::Hold => Outcome::Hold,
            GateVerdict::Reduce => Outcome::PayReduced,
        };
        if matches!(verdict, GateVerdict::Reject | GateVerdict::Pend) {
            self.pays(ix, "0");
        }
    }

    /// A line of the claim that was added last.
    pub fn line(&mut self, quantity: &str, price: &str, amount: &str) -> LineIx {
        let origin = self.row();
        let records = &mut self.adjudicated.linked.records;
        let decision = self.adjudicated.decisions.last_mut().expect("a claim before its lines");
        let line = LineIx(records.lines.len() as u32);
        let number = line.0 - decision.lines.start + 1;
        let item_name = records.names.intern(&format!("项目{number}"));
        let amount = money(amount);
        let decimal: Decimal = quantity.parse().expect(quantity);
        records.lines.push(BillLine {
            origin,
            claim_id: None,
            invoice_no: None,
            line_no: Some(number),
            service_on: decision.governing_day,
            item_code: None,
            hospital_item_code: None,
            item_name,
            spec: None,
            category: None,
            unit: None,
            quantity: Quantity::from_decimal(decimal).expect(quantity),
            unit_price: UnitPrice::parse(price).expect(price),
            amount,
            stated_class: None,
        });
        decision.lines.end += 1;
        decision.amounts.in_scope += amount;
        self.adjudicated.linked.links[decision.claim.at()].lines.end += 1;
        self.adjudicated.lines.push(LineSplit {
            line,
            claim: decision.claim,
            full_self_paid: Money::ZERO,
            over_ceiling: Money::ZERO,
            first_pay: Money::ZERO,
            in_scope: amount,
            class: ItemClass::A,
            first_pay_rate: Rate::ZERO,
            ceiling: None,
            treatment_ceiling: None,
            verdict: LineVerdict::Listed,
            found_by: None,
            catalog: None,
        });
        line
    }

    /// What the line added last is called.
    pub fn named(&mut self, item: &str) {
        let records = &mut self.adjudicated.linked.records;
        let name = records.names.intern(item);
        records.lines.last_mut().expect("a line before its name").item_name = name;
    }

    /// The ceiling of the place of treatment for the line added last.
    pub fn ceiling(&mut self, price: &str) {
        let split = self.adjudicated.lines.last_mut().expect("a line before its ceiling");
        split.treatment_ceiling = UnitPrice::parse(price);
    }

    /// Puts a hospital on the list and the claim into it.
    pub fn hospital(&mut self, claim: ClaimIx, code: &str) -> &mut Hospital {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let hospitals = &mut linked.records.hospitals;
        let known = hospitals.iter().position(|hospital| &*hospital.code == code);
        let at = known.unwrap_or(hospitals.len());
        if known.is_none() {
            hospitals.push(hospital(origin, code));
        }
        let found = HospitalIx(at as u32);
        linked.links[claim.at()].hospital = Match::One { found, tier: "code" };
        &mut hospitals[at]
    }

    pub fn filing(&mut self, number: u16, treated: &str, from: &str, to: &str) -> FilingIx {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let ix = FilingIx(linked.records.filings.len() as u32);
        linked.records.filings.push(Filing {
            origin,
            filing_id: format!("备{}", ix.0).into(),
            person: Identity::Id(person(number)),
            name: None,
            insured: InsuredRegion(region("420100")),
            treated: TreatedRegion(region(treated)),
            kind: crate::domain::words::FilingType::Temporary,
            valid_from: day(from),
            valid_to: Some(day(to)),
            filed_on: day(from),
            hospital: None,
            status: crate::domain::words::FilingStatus::Valid,
            commitment: false,
            materials_complete: true,
        });
        ix
    }

    pub fn died(&mut self, number: u16, died_on: &str) -> PersonIx {
        let ix = self.registered(number);
        self.edit_person(ix).died_on = Some(day(died_on));
        ix
    }

    pub fn edit_person(&mut self, ix: PersonIx) -> &mut PersonRecord {
        &mut self.adjudicated.linked.records.persons[ix.at()]
    }

    /// The n-th person paid the employees' contributions of these months in Wuhan.
    pub fn contributed(&mut self, number: u16, first: &str, last: &str) -> &mut Contribution {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let identity = Identity::Id(person(number));
        let key = identity.key().expect("a checked number");
        let at = linked.records.contributions.len();
        linked.people.by_key.entry(key).or_default().contributions.push(at as u32);
        linked.records.contributions.push(Contribution {
            origin,
            person: identity,
            insured: InsuredRegion(region("420100")),
            scheme: Scheme::Employee,
            first: Month::parse(first).expect(first),
            last: Month::parse(last).expect(last),
            status: ContributionStatus::Arrived,
            paid_on: None,
        });
        &mut linked.records.contributions[at]
    }

    /// The last `count` claims are on the books and were recalled; call it at the end.
    pub fn recalled(&mut self, count: usize) {
        let adjudicated = &mut self.adjudicated;
        let lines = adjudicated.decisions.iter().rev().take(count);
        let mut lines: Vec<u32> = lines.map(|decision| decision.lines.len() as u32).collect();
        lines.reverse();
        adjudicated.linked.records.recalled = lines;
    }

    /// Gives a claim its invoice.
    pub fn invoice(&mut self, claim: ClaimIx, code: Option<&str>, number: &str) {
        self.edit(claim).invoice = Invoice { code: code.map(Into::into), number: number.into() };
    }

    /// Puts the n-th person into the register: employed in Wuhan, alive.
    pub fn registered(&mut self, number: u16) -> PersonIx {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let ix = PersonIx(linked.records.persons.len() as u32);
        let identity = Identity::Id(person(number));
        let key = identity.key().expect("a checked number");
        linked.people.by_key.entry(key).or_default().register.push(ix);
        linked.records.persons.push(PersonRecord {
            origin,
            person: identity,
            name: format!("甲乙{number}"),
            sex: None,
            born_on: None,
            insured: InsuredRegion(region("420100")),
            scheme: Scheme::Employee,
            person_type: PersonType::Active,
            hardship: Vec::new(),
            civil_servant: false,
            retired_on: None,
            started_work_on: None,
            died_on: None,
            account: None,
            home_hospital: None,
            insured_since: None,
        });
        ix
    }

    /// A past stay of the n-th person.
    pub fn past(&mut self, number: u16, stay: (&str, &str), channel: Channel) -> SettlementIx {
        let origin = self.row();
        let linked = &mut self.adjudicated.linked;
        let ix = SettlementIx(linked.records.settlements.len() as u32);
        let identity = Identity::Id(person(number));
        let key = identity.key().expect("a checked number");
        linked.people.by_key.entry(key).or_default().settlements.push(ix);
        linked.records.settlements.push(Settlement {
            origin,
            settlement_id: format!("S{}", ix.0).into(),
            person: identity,
            channel,
            scheme: Some(Scheme::Employee),
            care: Some(CareType::Inpatient),
            invoice: None,
            hospital_code: None,
            diagnosis_code: None,
            stay: Some(period(stay.0, stay.1)),
            total: money("900.00"),
            in_scope: money("900.00"),
            deductible: Money::ZERO,
            fund_basic: money("600.00"),
            fund_large: Money::ZERO,
            fund_serious: Money::ZERO,
            fund_supplement: Money::ZERO,
            fund_aid: Money::ZERO,
            person_paid: money("300.00"),
            settled_on: day(stay.1),
            status: SettlementStatus::Normal,
        });
        ix
    }

    pub fn edit_past(&mut self, ix: SettlementIx) -> &mut Settlement {
        &mut self.adjudicated.linked.records.settlements[ix.at()]
    }

    /// The claim is the same bill as the past settlement.
    pub fn settled(&mut self, claim: ClaimIx, settlement: SettlementIx) {
        self.links(claim).settled.push(Settled { settlement, tier: "invoice" });
    }

    pub fn row(&mut self) -> Origin {
        self.rows += 1;
        Origin::new(SourceId(0), self.rows)
    }
}

fn paid(claim: ClaimIx, total: Money, governing_day: Date, lines: u32) -> Decision {
    Decision {
        claim,
        outcome: Outcome::Pay,
        gates: Vec::new(),
        route: RouteTaken {
            route: Route::Temporary,
            filing: None,
            clause: None,
            passed_over: Vec::new(),
        },
        scheme: Scheme::Employee,
        person_type: Some(PersonType::Active),
        care: CareType::Inpatient,
        tier: None,
        governing_day,
        benefit_year: governing_day.year(),
        stay_ordinal: Some(1),
        amounts: Amounts { total, fund_basic: total, ..Amounts::default() },
        policy_version: None,
        catalog_version: None,
        cures: Vec::new(),
        steps: Vec::new(),
        lines: lines..lines,
    }
}

fn hospital(origin: Origin, code: &str) -> Hospital {
    Hospital {
        origin,
        code: code.into(),
        name: format!("虚构{code}医院"),
        aliases: Vec::new(),
        region: region("110100"),
        tier: None,
        owner_level: None,
        kind: HospitalKind::Hospital,
        networked: Some(true),
        networked_since: None,
        designated_from: None,
        designated_to: None,
        suspended_from: None,
        suspended_to: None,
    }
}
