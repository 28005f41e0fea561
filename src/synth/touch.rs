//! What plants do to a claim: lines more or less, other figures, other hospitals.

use crate::domain::dates::Date;
use crate::domain::words::ItemKind;
use crate::domain::{Quantity, UnitPrice};

use super::hospitals::{self, Hospital};
use super::lanes::Lane;
use super::model::Line;
use super::pool;
use super::wish::Wish;
use super::world::{ClaimNo, World, order};

impl World<'_> {
    /// Makes the total what the lines add up to.
    pub fn retotal(&mut self, no: ClaimNo) {
        let claim = self.claim(no);
        claim.total = claim.lines_total();
    }

    /// Charges an item whatever its scope says. False: the place has no such item.
    pub fn charge(&mut self, no: ClaimNo, name: &str, day: Date, units: u32) -> bool {
        let order = order(self.claim_at(no));
        let line = self.bills().find(&order, name, day).map(|found| found.line(day, units));
        let found = line.is_some();
        let claim = self.claim(no);
        claim.lines.extend(line);
        claim.lines.sort_by_key(|line| line.service_on);
        self.retotal(no);
        found
    }

    /// The first of those items that the place has.
    pub fn charge_one_of(&mut self, no: ClaimNo, names: &[&str], day: Date, units: u32) -> bool {
        names.iter().any(|name| self.charge(no, name, day, units))
    }

    /// Charges what no list has, at any price.
    pub fn charge_unlisted(&mut self, no: ClaimNo, name: &str, yuan: &str) {
        let claim = self.claim(no);
        let unit_price = UnitPrice::parse(yuan).expect("a price written in this program");
        let quantity = Quantity::whole(1);
        let day = claim.admitted;
        let code = super::random::hash(name) % 100_000;
        claim.lines.push(Line {
            service_on: day,
            item_code: None,
            hospital_item_code: Some(format!("YN{code:05}")),
            item_name: name.to_owned(),
            kind: ItemKind::Consumable,
            unit: "个",
            quantity,
            unit_price,
            amount: unit_price.times(quantity),
            stated_class: "丙",
        });
        claim.lines.sort_by_key(|line| line.service_on);
        self.retotal(no);
    }

    /// So many times the drugs.
    pub fn multiply_drugs(&mut self, no: ClaimNo, factor: u32) {
        for line in &mut self.claim(no).lines {
            if matches!(line.kind, ItemKind::Drug | ItemKind::Patent) {
                let units: u32 = line.quantity.to_string().parse().unwrap_or(1);
                line.quantity = Quantity::whole(units * factor);
                line.amount = line.unit_price.times(line.quantity);
            }
        }
        self.retotal(no);
    }

    /// What the place lets a hospital like the claim's ask for the item, at most.
    pub fn ceiling(&self, no: ClaimNo, name: &str) -> Option<UnitPrice> {
        let claim = self.claim_at(no);
        self.bills().ceiling(&order(claim), name, claim.admitted)
    }

    /// Another hospital of the same city.
    pub fn other_hospital(&mut self, no: ClaimNo) -> &'static Hospital {
        let here = self.claim(no).hospital;
        let others: Vec<&'static Hospital> = match self.part() {
            Some(part) => pool::in_city(here.region(), part.hospitals),
            None => hospitals::in_city(here.region()),
        };
        let others: Vec<_> = others.into_iter().filter(|other| other.code != here.code).collect();
        self.random.pick(&others)
    }

    /// A hospital that few people go to.
    pub fn small_hospital(&mut self, lane: Lane) -> &'static Hospital {
        let Some(part) = self.part() else { return self.hospital_of(lane) };
        let all = pool::in_city(lane.treated(), part.hospitals);
        let small = &all[all.len() / 2..];
        self.random.pick(small)
    }

    /// People who go to the same hospital, on that lane, one claim each.
    pub fn crowd(&mut self, lane: Lane, hospital: &'static Hospital, count: u32) -> Vec<ClaimNo> {
        (0..count).map(|_| self.hand_in(Wish::on(lane).within(hospital))).collect()
    }
}
