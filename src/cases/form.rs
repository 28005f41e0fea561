//! How a case is written: `cases.toml` → [`Case`]. What a case leaves out is as usual.

use crate::domain::dates::{Date, Month, Period, plus_days};
use crate::domain::words::{
    CareType, FilingType, Hardship, HospitalKind, Material, OwnerLevel, PersonType, Scheme, Tier,
};
use crate::domain::{Money, Quantity, RegionCode, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::FromText;

/// A situation and what must come out.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    /// The source or article it follows; `derived` or `published` and from where.
    pub follows: String,
    pub scheme: Scheme,
    pub person: Person,
    pub care: CareType,
    pub treated: RegionCode,
    pub tier: Option<Tier>,
    pub owner: Option<OwnerLevel>,
    pub kind: HospitalKind,
    pub networked: bool,
    pub stay: Period,
    pub diagnosis: Option<String>,
    /// None: not filed.
    pub filing: Option<FilingType>,
    pub filed_on: Date,
    pub emergency: bool,
    pub received_on: Date,
    pub materials: Option<Vec<Material>>,
    pub lines: Vec<Line>,
    pub contributions: Contributions,
    pub earlier: Vec<Earlier>,
    pub expect: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Person {
    pub kind: PersonType,
    pub born_on: Option<Date>,
    pub hardship: Vec<Hardship>,
    pub civil_servant: bool,
    pub retired_on: Option<Date>,
    pub insured_since: Option<Date>,
}

/// A bill line; without a code an item of class A, or one in no catalog.
#[derive(Debug)]
pub struct Line {
    pub on: Date,
    pub code: LineCode,
    pub quantity: Quantity,
    pub amount: Money,
}

#[derive(Debug)]
pub enum LineCode {
    Listed,
    Unlisted,
    Code(String),
}

#[derive(Debug)]
pub struct Contributions {
    pub from: Month,
    pub lapsed: Vec<Month>,
    pub made_up: Vec<(Month, Date)>,
}

/// A settlement earlier in the year.
#[derive(Debug)]
pub struct Earlier {
    pub stay: Period,
    pub care: CareType,
    pub hospital: Option<String>,
    pub diagnosis: Option<String>,
    pub in_scope: Money,
    pub deductible: Money,
    pub fund_basic: Money,
    pub fund_large: Money,
    pub fund_serious: Money,
}

impl FromText for Month {
    fn from_text(text: &str) -> Option<Month> {
        Month::parse(text)
    }
    fn expected() -> Text {
        Text::new("月份，如 \"2024-06\"", "a month such as \"2024-06\"")
    }
}

impl FromText for Quantity {
    fn from_text(text: &str) -> Option<Quantity> {
        Quantity::from_decimal(text.parse().ok()?).ok()
    }
    fn expected() -> Text {
        Text::new("数量，如 \"1\"", "a quantity such as \"1\"")
    }
}

/// `cases.toml`.
pub fn read(mut keys: Keys) -> Option<Vec<Case>> {
    let cases = keys.tables("case").into_iter().filter_map(Case::read).collect();
    keys.end();
    Some(cases)
}

impl Case {
    fn read(mut keys: Keys) -> Option<Case> {
        let name = keys.need("name");
        let follows = keys.need("follows");
        let scheme = keys.need("scheme");
        let kind = keys.need("person_type");
        let person = kind.map(|kind| Person::read(&mut keys, kind));
        let care = keys.maybe("care").unwrap_or(CareType::Inpatient);
        let treated = keys.need("treated");
        let (tier, owner) = (keys.maybe("tier"), keys.maybe("owner"));
        let kind = keys.maybe("kind").unwrap_or(HospitalKind::Hospital);
        let networked = keys.maybe_flag("networked").unwrap_or(true);
        let stay = stay(&mut keys);
        let last = stay.map_or(Date::MIN, |stay| stay.last());
        let first = stay.map_or(Date::MIN, |stay| stay.first());
        let diagnosis = keys.maybe("diagnosis");
        let filing: Option<FilingType> = keys.maybe("filing");
        let filed_on = keys.maybe("filed_on").unwrap_or_else(|| plus_days(first, -60));
        let emergency = keys.flag("emergency");
        let received_on = keys.maybe("received_on").unwrap_or(last);
        let has_materials = keys.has("materials");
        let materials = keys.list("materials");
        let lines = Line::read_all(&mut keys, last);
        let contributions = Contributions::read(&mut keys, Month::of(first));
        let earlier = keys.tables("earlier").into_iter().filter_map(Earlier::read).collect();
        let expect = keys.need_table("expect").map(|mut expect| expect.texts());
        keys.end();
        Some(Case {
            name: name?,
            follows: follows?,
            scheme: scheme?,
            person: person?,
            care,
            treated: treated?,
            tier,
            owner,
            kind,
            networked,
            stay: stay?,
            diagnosis,
            filing,
            filed_on,
            emergency,
            received_on,
            materials: has_materials.then_some(materials),
            lines,
            contributions,
            earlier,
            expect: expect?,
        })
    }
}

/// `admitted` and `discharged`.
fn stay(keys: &mut Keys) -> Option<Period> {
    let (first, last) = (keys.need("admitted"), keys.need("discharged"));
    let stay = Period::new(first?, last?);
    if stay.is_none() {
        keys.contradiction("discharged 早于 admitted", "discharged is before admitted");
    }
    stay
}

impl Person {
    fn read(keys: &mut Keys, kind: PersonType) -> Person {
        Person {
            kind,
            born_on: keys.maybe("born_on"),
            hardship: keys.list("hardship"),
            civil_servant: keys.flag("civil_servant"),
            retired_on: keys.maybe("retired_on"),
            insured_since: keys.maybe("insured_since"),
        }
    }
}

impl Line {
    /// `in_scope` and `self_paid`, or `lines`.
    fn read_all(keys: &mut Keys, last_day: Date) -> Vec<Line> {
        let plain =
            |code, amount| Line { on: last_day, code, quantity: Quantity::whole(1), amount };
        let listed = keys.maybe("in_scope").map(|amount| plain(LineCode::Listed, amount));
        let unlisted = keys.maybe("self_paid").map(|amount| plain(LineCode::Unlisted, amount));
        let mut lines: Vec<Line> = listed.into_iter().chain(unlisted).collect();
        for mut line in keys.tables("lines") {
            let on = line.maybe("on").unwrap_or(last_day);
            let code = line.maybe("code").map_or(LineCode::Listed, LineCode::Code);
            let quantity = line.maybe("quantity").unwrap_or(Quantity::whole(1));
            let amount = line.need("amount");
            line.end();
            lines.extend(amount.map(|amount| Line { on, code, quantity, amount }));
        }
        if lines.is_empty() {
            keys.contradiction("须写 in_scope 或 lines", "write in_scope or lines");
        }
        lines.retain(|line| !line.amount.is_zero());
        lines
    }
}

impl Contributions {
    fn read(keys: &mut Keys, first: Month) -> Contributions {
        let from = keys.maybe("contributions_from").unwrap_or(first);
        let lapsed = keys.list("lapsed");
        let made_up = keys.tables("made_up").into_iter().filter_map(|mut row| {
            let (month, paid_on) = (row.need("month"), row.need("paid_on"));
            row.end();
            Some((month?, paid_on?))
        });
        Contributions { from, lapsed, made_up: made_up.collect() }
    }
}

impl Earlier {
    fn read(mut keys: Keys) -> Option<Earlier> {
        let stay = stay(&mut keys);
        let care = keys.maybe("care").unwrap_or(CareType::Inpatient);
        let (hospital, diagnosis) = (keys.maybe("hospital"), keys.maybe("diagnosis"));
        let (in_scope, deductible) = (keys.need("in_scope"), keys.need("deductible"));
        let fund_basic = keys.need("fund_basic");
        let fund_large = keys.maybe("fund_large").unwrap_or(Money::ZERO);
        let fund_serious = keys.maybe("fund_serious").unwrap_or(Money::ZERO);
        keys.end();
        Some(Earlier {
            stay: stay?,
            care,
            hospital,
            diagnosis,
            in_scope: in_scope?,
            deductible: deductible?,
            fund_basic: fund_basic?,
            fund_large,
            fund_serious,
        })
    }
}
