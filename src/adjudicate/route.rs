//! The access route 就医身份: home, exempt, by which filing, emergency, or unfiled, with every
//! filing that did not help and why.

use crate::domain::TreatedRegion;
use crate::domain::dates::Month;
use crate::domain::words::{FilingStatus, FilingType, Route};
use crate::flow::decisions::FilingFault;
use crate::flow::{Filing, FilingIx, RouteTaken};
use crate::rulebook::clauses::filing::{FilingRule, LateFiling};

use super::case::Case;
use super::lapse::{self, CoveredMonths};
use super::year::Years;

/// How filings are judged where the region has no policy for the claim: as the national rule has
/// it, without late filing. The claim pends anyway; the route is shown.
const NATIONAL: FilingRule = FilingRule {
    late: LateFiling::No,
    commitment_counts: true,
    third_place: Route::Unfiled,
    emergency_counts: true,
};

pub fn judge(case: &Case, covered: &CoveredMonths, years: &Years) -> RouteTaken {
    let plain = |route| RouteTaken { route, filing: None, clause: None, passed_over: Vec::new() };
    if case.place().pool() == case.claim.insured.0.pool() {
        return plain(Route::Home);
    }
    let admission = case.claim.stay.first();
    let treated = TreatedRegion(case.place());
    let exempt = case.rulebook.exemption(case.claim.insured, treated, case.claim.care, admission);
    if let Some(exempt) = exempt {
        return RouteTaken { clause: Some(exempt.id), ..plain(Route::Exempt) };
    }
    let rule = case.policy().map_or(NATIONAL, |policy| policy.filing.rule);
    let mut valid: Vec<(Route, FilingIx)> = Vec::new();
    let mut passed_over = Vec::new();
    // Filings go by the id alone: somebody who is not in the register may still have filed.
    for &ix in case.files.map_or(&[][..], |files| &files.filings) {
        match examine(case, &rule, covered, &case.linked.records.filings[ix.at()]) {
            Ok(Route::Referral) if years.referred_elsewhere(ix, case) => {
                passed_over.push((ix, FilingFault::ReferredElsewhere));
            }
            Ok(route) => valid.push((route, ix)),
            Err(fault) => passed_over.push((ix, fault)),
        }
    }
    let clause = case.policy().map(|policy| policy.filing.id);
    let emergency = case.is_emergency() && rule.emergency_counts;
    let best = valid.into_iter().min_by_key(|&(route, ix)| (rank(route), ix));
    let third_place = third_place(case, &rule, &passed_over).map(|ix| (rule.third_place, ix));
    let best = best.into_iter().chain(third_place).min_by_key(|&(route, _)| rank(route));
    let (route, filing) = match best {
        Some((route, ix)) if !emergency || rank(route) <= rank(Route::Emergency) => {
            (route, Some(ix))
        }
        _ if emergency => (Route::Emergency, None),
        Some((route, ix)) => (route, Some(ix)),
        None => (Route::Unfiled, None),
    };
    RouteTaken { route, filing, clause, passed_over }
}

/// The better for the person comes first.
fn rank(route: Route) -> u8 {
    match route {
        Route::Home | Route::Exempt => 0,
        Route::LongTerm => 1,
        Route::Referral => 2,
        Route::Emergency => 3,
        Route::Temporary => 4,
        Route::LateFiled => 5,
        Route::Unfiled => 6,
    }
}

/// The route a filing gives to this stay, or why it gives none.
fn examine(
    case: &Case,
    rule: &FilingRule,
    covered: &CoveredMonths,
    filing: &Filing,
) -> Result<Route, FilingFault> {
    let claim = case.claim;
    let admission = claim.stay.first();
    if filing.insured.0.pool() != claim.insured.0.pool() {
        return Err(FilingFault::OtherInsuredRegion);
    }
    let in_force =
        filing.valid_from <= admission && filing.valid_to.is_none_or(|to| admission <= to);
    if !in_force {
        return Err(FilingFault::NotInForce);
    }
    let ended_openly = filing.status == FilingStatus::Ended && filing.valid_to.is_none();
    let papers_missing = filing.commitment && !filing.materials_complete;
    if filing.status == FilingStatus::Cancelled
        || ended_openly
        || papers_missing && !rule.commitment_counts
    {
        return Err(FilingFault::NotValid);
    }
    if lapse::had_lapsed(case, covered, Month::of(filing.filed_on)) {
        return Err(FilingFault::MadeInLapse);
    }
    if !filing.treated.0.covers(case.place()) {
        return Err(FilingFault::OtherTreatedRegion);
    }
    if !names_hospital(case, filing) {
        return Err(FilingFault::OtherHospital);
    }
    if filing.filed_on <= claim.stay.last() {
        return Ok(match filing.kind {
            FilingType::LongTerm => Route::LongTerm,
            FilingType::Referral => Route::Referral,
            FilingType::Emergency => Route::Emergency,
            FilingType::Temporary | FilingType::Late => Route::Temporary,
        });
    }
    match rule.late_until(claim.stay.last(), case.claim_deadline()) {
        Some(last) if filing.filed_on <= last => Ok(Route::LateFiled),
        _ => Err(FilingFault::MadeTooLate),
    }
}

/// A filing that names hospitals (older Beijing filings) covers only those.
fn names_hospital(case: &Case, filing: &Filing) -> bool {
    let Some(named) = filing.hospital.as_deref().filter(|named| !named.is_empty()) else {
        return true;
    };
    let own: Vec<&str> = match case.hospital {
        Some(hospital) => std::iter::once(&*hospital.code)
            .chain([hospital.name.as_str()])
            .chain(hospital.aliases.iter().map(String::as_str))
            .collect(),
        None => case.claim.hospital_name.as_deref().into_iter().collect(),
    };
    named.split(['、', '，', ',', ';', '；']).any(|name| own.contains(&name.trim()))
}

/// The filing of a long-term filer treated in a third place, where the region lets that count. It
/// was made in time or it is none.
fn third_place(
    case: &Case,
    rule: &FilingRule,
    passed_over: &[(FilingIx, FilingFault)],
) -> Option<FilingIx> {
    let mut elsewhere = passed_over.iter().filter(|(ix, fault)| {
        let filing = &case.linked.records.filings[ix.at()];
        *fault == FilingFault::OtherTreatedRegion
            && filing.kind == FilingType::LongTerm
            && filing.filed_on <= case.claim.stay.last()
    });
    let counts = rule.third_place == Route::Temporary;
    elsewhere.next().filter(|_| counts).map(|&(ix, _)| ix)
}
