//! Bill lines for the tests of detectors that count items: what is charged, when, as what.

use crate::domain::words::{ItemClass, Sex};
use crate::domain::{Money, Quantity, UnitPrice};
use crate::flow::{BillLine, LineIx, LineSplit, LineVerdict, PersonIx};
use rust_decimal::Decimal;

use super::scene_test::{Batch, day};

impl Batch {
    /// A line of the claim added last: code (or none) and name, day, quantity and unit price. A
    /// negative quantity reverses.
    pub fn charge(
        &mut self,
        (code, name): (&str, &str),
        on: &str,
        quantity: &str,
        price: &str,
    ) -> LineIx {
        let decimal: Decimal = quantity.parse().expect(quantity);
        let billed = Quantity::from_decimal(decimal).expect(quantity);
        let amount = UnitPrice::parse(price).expect(price).times(billed);
        let line = self.line(quantity, price, &amount.to_string());
        let names = &mut self.adjudicated.linked.records.names;
        let code = (!code.is_empty()).then(|| names.intern(code));
        let name = names.intern(name);
        let record = self.last_line();
        (record.item_code, record.item_name, record.service_on) = (code, name, day(on));
        line
    }

    pub fn category(&mut self, category: &str) {
        let symbol = self.adjudicated.linked.records.names.intern(category);
        self.last_line().category = Some(symbol);
    }

    pub fn unit(&mut self, unit: &str) {
        let symbol = self.adjudicated.linked.records.names.intern(unit);
        self.last_line().unit = Some(symbol);
    }

    /// Adjudication does not pay the line added last.
    pub fn refused(&mut self, verdict: LineVerdict) {
        let split = self.last_split();
        split.verdict = verdict;
        split.full_self_paid = split.in_scope;
        split.in_scope = Money::ZERO;
        if verdict == LineVerdict::ClassC {
            split.class = ItemClass::C;
        }
    }

    /// The line added last stands in the catalog with that number.
    pub fn in_catalog(&mut self, number: u16) {
        self.last_split().catalog = Some(number);
    }

    /// The claim added last, with its lines, was on the books before.
    pub fn last_recalled(&mut self) {
        let decision = self.adjudicated.decisions.last().expect("a claim");
        let lines = decision.lines.end - decision.lines.start;
        self.adjudicated.linked.records.recalled.push(lines);
    }

    /// Puts the n-th person on the register and links the claim added last to the entry.
    pub fn on_register(&mut self, number: u16, sex: Option<Sex>) -> PersonIx {
        let ix = self.died(number, "2030-01-01");
        let records = &mut self.adjudicated.linked.records;
        let entry = &mut records.persons[ix.at()];
        (entry.sex, entry.died_on) = (sex, None);
        let links = self.adjudicated.linked.links.last_mut().expect("a claim");
        if let crate::flow::PersonLink::Known { entry, .. } = &mut links.person {
            *entry = Some(ix);
        }
        ix
    }

    fn last_line(&mut self) -> &mut BillLine {
        self.adjudicated.linked.records.lines.last_mut().expect("a line")
    }

    fn last_split(&mut self) -> &mut LineSplit {
        self.adjudicated.lines.last_mut().expect("a line")
    }
}
