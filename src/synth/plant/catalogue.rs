//! Every plant, how often it stands among ten thousand claims, and how it is made: the one list
//! that large batches and the measurement of detectors rest on.
//!
//! The surprise: the rates are relative. A batch asks for a share of planted claims, and all of
//! them grow or shrink with it.

use super::super::world::World;
use super::{altered, charges, networks, paid_twice, profiles, spoiled, standing, stays};

/// A way to plant one case.
pub struct Plant {
    /// The pattern, or the near miss, it makes; the truth table calls it so.
    pub pattern: &'static str,
    /// Cases among ten thousand claims, relative to the others.
    pub rate: u32,
    /// Claims of a case, about.
    pub claims: u32,
    pub make: fn(&mut World),
}

const fn plant(pattern: &'static str, rate: u32, claims: u32, make: fn(&mut World)) -> Plant {
    Plant { pattern, rate, claims, make }
}

pub static PLANTS: &[Plant] = &[
    plant("unfiled", 6, 1, standing::unfiled),
    plant("~filed-otherwise", 6, 1, standing::filed_otherwise),
    plant("~filed-late", 3, 1, standing::filed_late),
    plant("lapsed", 6, 1, standing::lapsed),
    plant("~made-up-in-time", 6, 1, standing::made_up),
    plant("filed-in-lapse", 3, 1, standing::filed_in_lapse),
    plant("filed-after-discharge", 3, 1, standing::filed_after_discharge),
    plant("~filed-on-admission", 4, 1, standing::filed_on_admission),
    plant("other-region", 4, 1, standing::other_region),
    plant("other-hospital", 3, 1, standing::other_hospital),
    plant("died-before", 5, 1, standing::died_before),
    plant("~died-after", 5, 1, standing::died_after),
    plant("insured-twice", 5, 1, standing::insured_twice),
    plant("~moved-house", 5, 1, standing::moved_house),
    plant("not-designated", 5, 1, standing::not_designated),
    plant("~suspended-next-day", 4, 1, standing::suspended_next_day),
    plant("id-disagrees", 6, 1, standing::id_disagrees),
    plant("damaged-id", 4, 1, standing::damaged_id),
    plant("~old-id", 4, 1, standing::old_id),
    plant("past-deadline", 4, 1, standing::past_deadline),
    plant("~january-discharge", 3, 1, standing::january_discharge),
    plant("other-payer", 4, 1, standing::other_payer),
    plant("~injury-alone", 4, 1, standing::injury_alone),
    plant("settled-directly", 6, 1, paid_twice::settled_directly),
    plant("~refunded", 6, 1, paid_twice::refunded),
    plant("paid-by-hand", 6, 1, paid_twice::paid_by_hand),
    plant("same-invoice", 5, 2, paid_twice::same_invoice),
    plant("same-invoice-other-person", 4, 2, paid_twice::same_invoice_other_person),
    plant("~same-number-other-code", 4, 2, paid_twice::same_number_other_code),
    plant("same-stay-again", 5, 2, paid_twice::same_stay_again),
    plant("~reissued", 4, 1, paid_twice::reissued),
    plant("~two-visits-one-day", 4, 2, paid_twice::two_visits_one_day),
    plant("fund-on-invoice", 6, 1, paid_twice::fund_on_invoice),
    plant("reversed-and-reissued", 4, 1, paid_twice::reversed_and_reissued),
    plant("reversed-in-red", 3, 2, paid_twice::reversed_in_red),
    plant("parts-of-settled", 4, 2, paid_twice::parts_of_settled),
    plant("~parts-of-refunded", 3, 2, paid_twice::parts_of_refunded),
    plant("total-too-high", 6, 1, altered::total_too_high),
    plant("no-lines", 2, 1, altered::no_lines),
    plant("~lines-taken-back", 6, 1, altered::lines_taken_back),
    plant("line-too-high", 6, 1, altered::line_too_high),
    plant("digit-in-total-inserted", 4, 1, altered::digit_in_total_inserted),
    plant("digit-in-total-dropped", 2, 1, altered::digit_in_total_dropped),
    plant("digit-in-total-moved", 4, 1, altered::digit_in_total_moved),
    plant("digit-in-total-swapped", 4, 1, altered::digit_in_total_swapped),
    plant("digit-in-line-and-total", 5, 1, altered::digit_in_line_and_total),
    plant("digit-in-quantity", 4, 1, altered::digit_in_quantity),
    plant("digit-in-price", 4, 1, altered::digit_in_price),
    plant("price-above-ceiling", 6, 1, altered::price_above_ceiling),
    plant("~price-at-ceiling", 4, 1, altered::price_at_ceiling),
    plant("~expensive-implant", 5, 1, altered::expensive_implant),
    plant("class-lifted", 6, 1, altered::class_lifted),
    plant("~class-not-stated", 4, 1, altered::class_not_stated),
    plant("malformed-invoice", 6, 1, altered::malformed_invoice),
    plant("~no-invoice-code", 3, 1, altered::no_invoice_code),
    plant("consecutive-invoices", 4, 6, altered::consecutive_invoices),
    plant("consecutive-in-one-hand", 3, 4, altered::consecutive_in_one_hand),
    plant("~family-at-one-counter", 4, 3, altered::family_at_one_counter),
    plant("~one-visit-three-invoices", 3, 3, altered::one_visit_three_invoices),
    plant("region-disagrees", 5, 1, altered::region_disagrees),
    plant("~region-is-province", 4, 1, altered::region_is_province),
    plant("impossible-dates", 6, 1, altered::impossible_dates),
    plant("~billed-at-discharge", 4, 1, altered::billed_at_discharge),
    plant("implausible-daily-cost", 5, 1, altered::implausible_daily_cost),
    plant("overlapping-stays", 5, 2, stays::overlapping),
    plant("~transfer-same-day", 5, 2, stays::transfer),
    plant("outpatient-in-stay", 5, 2, stays::outpatient_in_stay),
    plant("~visit-on-discharge-day", 4, 2, stays::visit_on_discharge_day),
    plant("two-places", 5, 2, stays::two_places),
    plant("~neighbouring-cities", 5, 2, stays::neighbouring_cities),
    plant("split-stay", 5, 2, stays::split),
    plant("~monthly-chemotherapy", 4, 3, stays::monthly_chemotherapy),
    plant("~other-illness", 4, 2, stays::other_illness),
    plant("one-day-stays", 4, 3, stays::one_day_stays),
    plant("~day-surgery", 4, 1, stays::day_surgery),
    plant("holiday-stays", 1, 14, stays::holiday_stays),
    plant("no-treatment", 5, 1, stays::no_treatment),
    plant("~drugs-alone", 4, 1, stays::drugs_alone),
    plant("days-above-stay", 6, 1, charges::days_above_stay),
    plant("~bed-of-one-day", 4, 1, charges::bed_of_one_day),
    plant("duplicate-charge", 6, 1, charges::duplicate_charge),
    plant("~component-another-day", 4, 1, charges::component_another_day),
    plant("above-frequency", 6, 1, charges::above_frequency),
    plant("~at-frequency", 4, 1, charges::at_frequency),
    plant("wrong-sex-or-age", 6, 1, charges::wrong_sex_or_age),
    plant("outside-scope", 6, 1, charges::outside_scope),
    plant("~inside-scope", 4, 1, charges::inside_scope),
    plant("over-supply-by-quantity", 3, 2, charges::over_supply_by_quantity),
    plant("over-supply-by-visits", 3, 3, charges::over_supply_by_visits),
    plant("over-supply-in-a-stay", 3, 1, charges::over_supply_in_a_stay),
    plant("~monthly-refill", 4, 3, charges::monthly_refill),
    plant("shared-account", 4, 4, networks::shared_account),
    plant("~twins", 4, 2, networks::twins),
    plant("~parent-collects", 4, 2, networks::parent_collects),
    plant("busy-agent", 3, 8, networks::busy_agent),
    plant("busy-phone", 2, 7, networks::busy_phone),
    plant("~employer-agent", 1, 40, networks::employer_agent),
    plant("~village-agent", 1, 10, networks::village_agent),
    plant("companions", 3, 6, networks::companions),
    plant("~couple-once", 4, 2, networks::couple_once),
    plant("~same-day-once", 3, 3, networks::same_day_once),
    plant("drug-at-many-places", 4, 4, networks::drug_at_many_places),
    plant("~drug-at-two-places", 4, 2, networks::drug_at_two_places),
    plant("rising-to-limit", 4, 1, networks::rising_to_limit),
    plant("~far-over-limit", 3, 1, networks::far_over_limit),
    plant("peer-outlier", 5, 1, networks::peer_outlier),
    plant("~long-stay", 4, 1, networks::long_stay),
    plant("ring", 2, 8, networks::ring),
    plant("bad-hospital", 1, 26, profiles::bad_hospital),
    plant("drug-hospital", 1, 26, profiles::drug_hospital),
    plant("altering-agent", 3, 5, profiles::altering_agent),
    plant("~agent-with-one-slip", 3, 5, profiles::agent_with_one_slip),
    plant("invented-totals", 1, 120, profiles::invented_totals),
    plant("spoiled-row", 3, 1, spoiled::one),
];

/// Plants one case of that pattern.
pub fn plant_one(world: &mut World, pattern: &str) {
    let known = PLANTS.iter().find(|plant| plant.pattern == pattern);
    let plant = known.expect("a pattern of the list above");
    let before = world.planted.cases.len();
    (plant.make)(world);
    for case in &mut world.planted.cases[before..] {
        case.pattern = plant.pattern;
    }
}

/// Plants cases of all kinds in a block of so many claims, so that about so many of ten thousand
/// claims belong to one.
pub fn scatter(world: &mut World, claims: u32, planted_in_10_000: u32) {
    let of_all: u64 = PLANTS.iter().map(|p| u64::from(p.rate) * u64::from(p.claims)).sum();
    let wanted = u64::from(claims) * u64::from(planted_in_10_000);
    for plant in PLANTS {
        // Cases, as so many of `whole`: the last one is drawn.
        let whole = of_all * 10_000;
        let parts = wanted * u64::from(plant.rate);
        let drawn = (u64::from(world.random.below(u32::MAX)) * whole) >> 32;
        let cases = parts / whole + u64::from(drawn < parts % whole);
        for _ in 0..cases {
            let room = (claims as usize).saturating_sub(world.batch.claims.len());
            if (plant.claims as usize) * 2 > room {
                break;
            }
            plant_one(world, plant.pattern);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;
    use crate::synth::bills::Bills;
    use crate::synth::people::Share;
    use crate::synth::test_rulebook;
    use crate::synth::world::Part;

    #[test]
    fn a_pattern_is_listed_once_and_makes_about_the_claims_it_says() {
        let rulebook = test_rulebook();
        let bills = Bills::new(&rulebook);
        let part = Part { share: Share { part: 2, of: 9 }, hospitals: 20, lines: 12 };
        let mut seen = std::collections::BTreeSet::new();
        for plant in PLANTS {
            assert!(seen.insert(plant.pattern), "{}", plant.pattern);
            let mut world = World::of_part(&bills, 5, part);
            for _ in 0..3 {
                (plant.make)(&mut world);
            }
            assert!(world.batch.claims.len() <= 6 * plant.claims as usize, "{}", plant.pattern);
            assert!(!world.planted.cases.is_empty(), "{}", plant.pattern);
            for case in &world.planted.cases {
                let near_miss = plant.pattern.starts_with('~');
                assert!(near_miss == case.expected_codes.is_empty() || case.quarantined);
                assert!(!near_miss || !case.innocent_of.is_empty() || !case.tolerates.is_empty());
            }
        }
    }

    #[test]
    fn every_finding_is_planted() {
        let rulebook = test_rulebook();
        let bills = Bills::new(&rulebook);
        let part = Part { share: Share { part: 0, of: 1 }, hospitals: 20, lines: 12 };
        let mut world = World::of_part(&bills, 5, part);
        for plant in PLANTS {
            for _ in 0..6 {
                (plant.make)(&mut world);
            }
        }
        for code in Code::ALL.iter().filter(|code| code.as_str().starts_with('F')) {
            let of_code = |codes: &[Code]| codes.contains(code);
            let planted = world.planted.cases.iter().any(|case| of_code(&case.expected_codes));
            assert!(planted, "{code}");
        }
    }
}
