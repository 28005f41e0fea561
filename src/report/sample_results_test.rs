//! The results of the sample: how its bills were split, what was decided, what was found.

use jiff::civil::date;

use crate::domain::dates::Date;
use crate::domain::words::{
    CareType, ItemClass, Outcome, PersonType, Remedy, Route, Scheme, Severity, Tier,
};
use crate::domain::{Code, Identity, Money, Origin, Rate, RegionCode, Text, Version};
use crate::flow::decisions::{FilingFault, GateVerdict};
use crate::flow::*;

use super::sample_test::{ACCOUNT, CLAIM_SHEET, LINES_EACH, id, outcome, total};

fn version(region: &str, since: Date) -> Option<Version> {
    Some(Version { region: RegionCode::parse(region)?, since: Some(since) })
}

pub fn split(records: &Records, at: usize) -> LineSplit {
    let amount = records.lines[at].amount;
    let listed = at.is_multiple_of(LINES_EACH);
    let first_pay_rate = Rate::parse("0.1").expect("a rate");
    let first_pay = if listed { first_pay_rate.of_rounded(amount) } else { Money::ZERO };
    LineSplit {
        line: LineIx(at as u32),
        claim: ClaimIx((at / LINES_EACH) as u32),
        full_self_paid: if listed { Money::ZERO } else { amount },
        over_ceiling: Money::ZERO,
        first_pay,
        in_scope: if listed { amount - first_pay } else { Money::ZERO },
        class: if listed { ItemClass::B } else { ItemClass::C },
        first_pay_rate,
        ceiling: None,
        treatment_ceiling: None,
        verdict: if listed { LineVerdict::Listed } else { LineVerdict::NotListed },
        found_by: listed.then_some("national_code"),
        catalog: None,
    }
}

pub fn decision(records: &Records, at: usize) -> Decision {
    let claim = ClaimIx(at as u32);
    let first = at * LINES_EACH;
    let parts: Vec<LineSplit> = (first..first + LINES_EACH).map(|at| split(records, at)).collect();
    let sum = |part: fn(&LineSplit) -> Money| parts.iter().map(part).sum::<Money>();
    let in_scope = sum(|part| part.in_scope);
    let outcome = outcome(at);
    let pays = !matches!(outcome, Outcome::Reject | Outcome::Pend);
    let deductible = if pays { Money::from_yuan(800) } else { Money::ZERO };
    let ratio = Rate::parse("0.88").expect("a rate");
    let fund = if pays { ratio.of_rounded((in_scope - deductible).or_zero()) } else { Money::ZERO };
    Decision {
        claim,
        outcome,
        gates: gates(outcome),
        route: RouteTaken {
            route: if outcome == Outcome::PayReduced { Route::Unfiled } else { Route::LongTerm },
            filing: (outcome != Outcome::PayReduced).then_some(FilingIx(0)),
            clause: None,
            passed_over: vec![(FilingIx(0), FilingFault::NotInForce)],
        },
        scheme: Scheme::Employee,
        person_type: (at != 3).then_some(PersonType::Active),
        care: CareType::Inpatient,
        tier: (!at.is_multiple_of(4)).then_some(Tier::Three),
        governing_day: date(2024, 5, 9),
        benefit_year: 2024,
        stay_ordinal: pays.then_some(1),
        amounts: Amounts {
            total: total(at),
            full_self_paid: sum(|part| part.full_self_paid),
            over_ceiling: sum(|part| part.over_ceiling),
            first_pay: sum(|part| part.first_pay),
            in_scope,
            deductible,
            fund_basic: fund,
            person_total: total(at) - fund,
            ..Amounts::default()
        },
        policy_version: version("420100", date(2023, 1, 1)),
        catalog_version: version("440300", date(2024, 1, 1)),
        cures: cures(outcome),
        steps: steps(at, in_scope, deductible, fund),
        lines: first as u32..(first + LINES_EACH) as u32,
    }
}

fn gates(outcome: Outcome) -> Vec<GateHit> {
    let gate = |code, verdict, zh: &str, en: &str| {
        vec![GateHit { code, verdict, saw: Text::new(zh, en), clause: None }]
    };
    match outcome {
        Outcome::Pay => Vec::new(),
        Outcome::PayReduced => gate(
            Code::F101,
            GateVerdict::Reduce,
            "没有覆盖入院日的备案",
            "no filing covers admission",
        ),
        Outcome::Reject => gate(
            Code::F201,
            GateVerdict::Reject,
            "票据 00000002 已于 2024-05-10 直接结算",
            "invoice 00000002 was settled directly on 2024-05-10",
        ),
        Outcome::Pend => {
            gate(Code::G11, GateVerdict::Pend, "缺出院记录", "the discharge record is missing")
        }
        Outcome::Hold => gate(
            Code::F303,
            GateVerdict::Hold,
            "总额多插入一个数字 0",
            "a digit 0 was inserted into the total",
        ),
    }
}

fn cures(outcome: Outcome) -> Vec<Cure> {
    match outcome {
        Outcome::Pend => vec![Cure {
            code: Some(Code::G11),
            remedy: Remedy::Mends,
            what: Text::new("补交出院记录", "hand in the discharge record"),
            by: Some(date(2024, 12, 31)),
            worth: Some(Money::from_fen(27_350)),
        }],
        Outcome::PayReduced => vec![Cure {
            code: Some(Code::F101),
            remedy: Remedy::Mends,
            what: Text::new("补办异地就医备案", "file the care elsewhere late"),
            by: None,
            worth: Some(Money::from_fen(4_321)),
        }],
        _ => Vec::new(),
    }
}

fn steps(at: usize, scope: Money, deductible: Money, fund: Money) -> Vec<Step> {
    let rate = |text| Rate::parse(text).expect("a rate");
    let step = |kind, clause: Option<u32>| Step { kind, clause: clause.map(decisions::ClauseId) };
    let entry = Some(PersonIx(at as u32));
    vec![
        step(StepKind::Person { entry, tier: "id" }, None),
        step(
            StepKind::Hospital { code: "H1".into(), tier: Some(Tier::Three), found_by: "code" },
            None,
        ),
        step(StepKind::Route { route: Route::LongTerm, filing: Some(FilingIx(0)) }, None),
        step(
            StepKind::Deductible {
                ordinal: Some(1),
                figure: Money::from_yuan(800),
                scope,
                charged: deductible,
            },
            Some(0),
        ),
        step(
            StepKind::Ratio { tier: Some(Tier::Three), is_own: false, ratio: rate("0.88") },
            Some(1),
        ),
        step(StepKind::Result { total: total(at), fund, person: total(at) - fund }, None),
    ]
}

pub fn findings(claims: usize) -> Vec<Finding> {
    let finding = |code: Code, severity, subject, claims: Vec<usize>, counted| Finding {
        rows: String::new(),
        recalled: Vec::new(),
        id: format!("{code}-{:08x}", claims.first().copied().unwrap_or_default() * 7919),
        code,
        severity,
        subject,
        claims: claims.iter().map(|&at| (ClaimIx(at as u32), total(at))).collect(),
        counted,
        sentence: Text::new("明细合计与总额相差 90000.00 元", "lines and total differ by 90000.00"),
        legal_basis: "医疗保障基金使用监督管理条例 第四十条".into(),
        evidence: claims.iter().map(|&at| Origin::new(CLAIM_SHEET, at as u32 + 2)).collect(),
        thresholds: "gap_max_days=15".into(),
        edges: Vec::new(),
    };
    let mut findings: Vec<Finding> = (0..claims)
        .filter(|&at| outcome(at) == Outcome::Hold)
        .map(|at| {
            let subject = Subject::Claim(ClaimIx(at as u32));
            finding(Code::F303, Severity::Hold, subject, vec![at], total(at))
        })
        .collect();
    let person = Subject::Person(Identity::Id(id(0)).key().expect("a key"));
    findings.push(finding(Code::F401, Severity::Warn, person, vec![0], total(0)));
    let hospital = Subject::Hospital(HospitalIx(0));
    findings.push(finding(Code::F404, Severity::Info, hospital, vec![0, 1], total(1)));
    let account = Subject::Account(ACCOUNT.into());
    findings.push(finding(Code::F501, Severity::Warn, account, vec![0, 1], Money::ZERO));
    findings
}
