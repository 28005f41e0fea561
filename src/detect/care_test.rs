//! Visits and stays for the tests of those detectors that look at where somebody was when.

use crate::domain::TreatedRegion;
use crate::domain::words::{CareType, Channel, Tier};
use crate::flow::{ClaimIx, SettlementIx};

use super::scene_test::{Batch, money, region};

impl Batch {
    /// A visit of the n-th person in the hospital of that code, whose digits say where it is.
    pub fn visit(&mut self, id: &str, number: u16, day: &str, hospital: &str) -> ClaimIx {
        let claim = self.claim(id, number, (day, day), "300.00");
        self.edit(claim).care = CareType::Outpatient;
        self.put(claim, hospital);
        claim
    }

    /// A stay of the n-th person in the hospital of that code.
    pub fn stay(&mut self, id: &str, number: u16, stay: (&str, &str), hospital: &str) -> ClaimIx {
        let claim = self.claim(id, number, stay, "900.00");
        self.put(claim, hospital);
        claim
    }

    /// Puts a claim into a hospital where its code says it is.
    pub fn put(&mut self, claim: ClaimIx, hospital: &str) {
        let place = region(&hospital[1..7]);
        let registered = self.hospital(claim, hospital);
        registered.region = place;
        registered.tier = Some(Tier::Three);
        self.edit(claim).treated = TreatedRegion(place);
    }

    /// A past stay or visit of the n-th person in the hospital of that code.
    pub fn past_in(
        &mut self,
        number: u16,
        stay: (&str, &str),
        hospital: &str,
        care: CareType,
    ) -> SettlementIx {
        let past = self.past(number, stay, Channel::Direct);
        let settlement = self.edit_past(past);
        settlement.hospital_code = Some(hospital.to_owned());
        settlement.care = Some(care);
        past
    }

    pub fn diagnosed(&mut self, claim: ClaimIx, code: &str) {
        self.edit(claim).diagnosis_code = Some(code.to_owned());
    }

    /// A line of the claim that was added last, under the name and category of its bill.
    pub fn costs(&mut self, name: &str, category: &str, amount: &str) {
        let line = self.line("1", amount, amount);
        let records = &mut self.adjudicated.linked.records;
        let (name, category) = (records.names.intern(name), records.names.intern(category));
        let line = &mut records.lines[line.at()];
        (line.item_name, line.category) = (name, Some(category));
    }

    pub fn total(&mut self, claim: ClaimIx, total: &str) {
        self.edit(claim).total = money(total);
        self.decision(claim).amounts.total = money(total);
        self.pays(claim, total);
    }
}
