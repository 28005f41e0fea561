//! More never gives less: a dearer bill in scope, a hardship, a better access route.
//!
//! Tried on a single claim in an empty year. A claim that pends is compared with none: what goes
//! past the end of a region's data is no less, it is not known.

use std::collections::BTreeMap;

use lingbao::domain::dates::plus_days;
use lingbao::domain::words::{FilingType, Hardship, Route};
use lingbao::domain::{Money, UnitPrice};
use lingbao::flow::Decision;

use super::ladder::pays;
use super::records::{Batch, batch, filing_for};
use super::scene::Kind;
use super::try_all;

/// The one decision of a batch, where it pays.
fn paid(batch: &Batch) -> Option<Decision> {
    batch.decide().decisions.into_iter().find(pays)
}

#[test]
fn a_dearer_line_never_pays_less_and_never_costs_the_person_less() {
    try_all(Kind::Single, 40, |law, scene| {
        let before = batch(law, scene);
        let mut dearer = before.clone();
        let more = Money::from_fen(scene.more);
        let line = &mut dearer.records.lines[0];
        line.amount += more;
        line.unit_price = UnitPrice::from_units(line.amount.fen() * 10_000);
        dearer.records.claims[0].total += more;
        let (Some(before), Some(after)) = (paid(&before), paid(&dearer)) else { return Ok(()) };
        let (less, more_paid) = (before.amounts.fund_total(), after.amounts.fund_total());
        if more_paid < less {
            return Err(format!("{less}, and {more} more of bill {more_paid}: {after:#?}"));
        }
        // Every layer of every part rounds once, so a fen of bill may bring a fen of each.
        let layers = after.steps.len() as i64;
        let slack = Money::from_fen(layers);
        if more_paid - less > more + slack {
            return Err(format!("{more} more of bill pays {less}, then {more_paid}: {after:#?}"));
        }
        Ok(())
    });
}

/// Of two hardships that one clause names in two rows, the row that stands first holds; here it
/// gives less than the second. No region that ships has such rows.
const FIRST_ROW_GIVES_LESS: &str = "990900";

#[test]
fn a_hardship_never_pays_less() {
    try_all(Kind::Single, 16, |law, scene| {
        let plain = batch(law, scene);
        let Some(before) = paid(&plain) else { return Ok(()) };
        for hardship in Hardship::ALL {
            let mut worse_off = plain.clone();
            let held = &mut worse_off.records.persons[0].hardship;
            let is_second = law.region.to_string() == FIRST_ROW_GIVES_LESS && !held.is_empty();
            if held.contains(hardship) || is_second {
                continue;
            }
            held.push(*hardship);
            held.sort();
            let Some(after) = paid(&worse_off) else { continue };
            let (less, more) = (before.amounts.fund_total(), after.amounts.fund_total());
            if more < less {
                return Err(format!("{hardship:?}: {less}, then {more}: {after:#?}"));
            }
        }
        Ok(())
    });
}

/// The better for the person comes first, as the program takes them.
const ROUTES: [Route; 6] = [
    Route::LongTerm,
    Route::Referral,
    Route::Emergency,
    Route::Temporary,
    Route::LateFiled,
    Route::Unfiled,
];

/// Regions whose law pays a route less than one that comes after it, and why that is no fault.
/// No worse route is known to pay more anywhere else.
const UNEVEN: &[(&str, &[Route], &str)] = &[
    ("440300", &[Route::Emergency], "until 2023 nine tenths of the ratio in hospitals off the net"),
    ("990800", &ROUTES, "made up to show every way of paying less, one to each route"),
];

#[test]
fn a_better_access_route_never_pays_less() {
    try_all(Kind::Single, 16, |law, scene| {
        let mut plain = batch(law, scene);
        plain.records.filings.clear();
        plain.records.claims[0].emergency = false;
        let (claim, hospital) = (&plain.records.claims[0], &plain.records.hospitals[0]);
        let (admitted, late) = (claim.stay.first(), plus_days(claim.stay.last(), 1));
        let filings = [
            (FilingType::LongTerm, admitted),
            (FilingType::Referral, admitted),
            (FilingType::Emergency, admitted),
            (FilingType::Temporary, admitted),
            (FilingType::Temporary, late),
        ];
        let filings = filings.map(|(kind, on)| Some(filing_for(claim, hospital, kind, on)));
        let mut by_route: BTreeMap<usize, Money> = BTreeMap::new();
        for filing in filings.into_iter().chain([None]) {
            let mut filed = plain.clone();
            filed.records.filings.extend(filing);
            let Some(decision) = filed.decide().decisions.into_iter().next() else { continue };
            let route = ROUTES.iter().position(|route| *route == decision.route.route);
            // What is refused for the route is worth nothing; what pends is worth nobody knows.
            let codes = super::told::in_the_way(&decision);
            let is_refused = codes == [lingbao::domain::Code::F101];
            if let (Some(route), true) = (route, pays(&decision) || is_refused) {
                by_route.insert(route, decision.amounts.fund_total());
            }
        }
        let pairs = by_route.iter().flat_map(|better| by_route.iter().map(move |it| (better, it)));
        for ((better, more), (worse, less)) in pairs {
            let (better, worse) = (ROUTES[*better], ROUTES[*worse]);
            let is_known = UNEVEN.iter().any(|(region, routes, _)| {
                *region == law.region.to_string() && routes.contains(&better)
            });
            if better < worse && more < less && !is_known {
                if std::env::var("SHOW").is_ok() {
                    eprintln!("UNEVEN {} {better:?} {worse:?}", law.region);
                    continue;
                }
                return Err(format!("{better:?} pays {more}, {worse:?} {less}"));
            }
        }
        Ok(())
    });
}
