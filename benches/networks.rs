//! How long networks take to be found among many claims of a county. See `README.md` beside this
//! file.
//!
//! The surprise: a detector is measured by switching all others off, and what is left when none is
//! looked for, mostly the columns that all share, stands in the first row.

mod settings;

use std::path::Path;
use std::time::Instant;

use lingbao::adjudicate::adjudicate;
use lingbao::detect::{Ground, detect};
use lingbao::domain::dates::{Date, Period, plus_days};
use lingbao::domain::words::{CareType, HospitalKind, Scheme, Tier};
use lingbao::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, RegionCode, SourceId, TreatedRegion,
};
use lingbao::flow::{Adjudicated, Claim, Hospital, Invoice, Records, Silent, Source};
use lingbao::matching::link;
use lingbao::rulebook::Rulebook;
use lingbao::rulebook::divisions::Divisions;

/// Claims, unless the command line says otherwise.
const CLAIMS: u32 = 1_000_000;
const CLAIMS_A_PERSON: u32 = 2;
const HOSPITALS: u32 = 300;
/// Every so many persons, six of them are a ring: one agent, two accounts, neighbouring invoices.
const RING_EVERY: u32 = 600;
const RING: u32 = 6;
/// Of the others every third goes to a service desk that serves so many.
const DESK: u32 = 200;
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";
const AS_OF: Date = Date::constant(2025, 3, 31);
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Answer<()> {
    let claims = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(CLAIMS);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let rulebook = Rulebook::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    let divisions = Divisions::load(&data).unwrap_or_else(|faults| panic!("{faults:?}"));
    let adjudicated = adjudicate(link(batch(claims), &Silent), &rulebook, AS_OF, &Silent);
    println!("{claims} claims of {} persons", claims / CLAIMS_A_PERSON);
    println!("| looked for | s | found |");
    println!("|---|---|---|");
    for codes in [&[][..], &["F307"], &["F501"], &["F502"], &["F503"], &["F507"], &["F603"]] {
        let settings = settings::only(&data, |code| codes.contains(&code))?;
        let ground = Ground { settings: &settings, rulebook: &rulebook, divisions: &divisions };
        measure(codes, adjudicated.clone(), ground);
    }
    Ok(())
}

fn measure(codes: &[&str], adjudicated: Adjudicated, ground: Ground<'_>) {
    let begun = Instant::now();
    let detected = detect(adjudicated, ground, &Silent);
    let seconds = begun.elapsed().as_secs_f64();
    let found = detected.findings.iter().filter(|it| codes.contains(&it.code.as_str())).count();
    let named = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
    println!("| {named} | {seconds:.2} | {found} |");
}

fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect(code)
}

const NO_ROW: Origin = Origin { source: SourceId(0), row: 0 };

fn batch(claims: u32) -> Records {
    let mut records = Records::default();
    records.sources.push(Source { file: "样例.csv".into(), sheet: String::new() });
    for number in 0..HOSPITALS {
        records.hospitals.push(hospital(number));
    }
    for number in 0..claims {
        records.claims.push(claim(number, claims / CLAIMS_A_PERSON));
    }
    records
}

fn hospital(number: u32) -> Hospital {
    Hospital {
        origin: NO_ROW,
        code: format!("H440300{number:05}").into(),
        name: format!("样例{number}医院"),
        aliases: Vec::new(),
        region: region("440300"),
        tier: Some(Tier::Three),
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

fn claim(number: u32, persons: u32) -> Claim {
    let (person, visit) = (number % persons, number / persons);
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let surname = surnames[(person.wrapping_mul(7_919) / 3) as usize % surnames.len()];
    let born = plus_days(Date::constant(1940, 1, 1), (person / 1000) as i32);
    let id = IdNumber::compose(region("420106"), born, (person % 1000) as u16);
    let ring = (person % RING_EVERY < RING).then_some(person / RING_EVERY);
    let at = ring.unwrap_or(person.wrapping_mul(31) / 7) % HOSPITALS;
    let day = match ring {
        Some(ring) => ring % 200 + visit * 60,
        None => person.wrapping_mul(104_729) % 300 + visit * 30,
    };
    let first = plus_days(Date::constant(2024, 1, 1), day as i32);
    let stay = Period::new(first, plus_days(first, 6)).expect("first ≤ last");
    let desk = (person % 3 == 0).then_some(person / DESK);
    let agent = ring.map(|ring| format!("头{ring}")).or(desk.map(|desk| format!("窗{desk}")));
    let account = match ring {
        Some(ring) => format!("62220{ring:06}{}", person % 2),
        None => format!("62221{person:09}"),
    };
    // A ring tears its invoices from one book; at a hospital they are written day by day.
    let invoice = match ring {
        Some(ring) => 900_000_000 + ring * 100 + (person % RING_EVERY) * 2 + visit * 50,
        None => at * 1_000_000 + day * 2_000 + number % 2_000,
    };
    let name = format!("{surname}样{}", person % 10);
    Claim {
        origin: Origin::new(SourceId(0), number + 2),
        claim_id: format!("SB{number:08}").into(),
        person: Identity::Id(id.expect("a number")),
        payee: Some(if ring.is_some() { "冒收款".into() } else { name.clone() }),
        name,
        insured: InsuredRegion(region("420106")),
        scheme: Scheme::Employee,
        care: CareType::Inpatient,
        treated: TreatedRegion(region("440300")),
        hospital_code: Some(format!("H440300{at:05}")),
        hospital_name: None,
        stay,
        diagnosis_code: Some("J18.900".into()),
        diagnosis: None,
        invoice: Invoice { code: Some("44060124".into()), number: format!("{invoice:010}").into() },
        total: Money::from_fen(100_000),
        invoice_fund_paid: Money::ZERO,
        reason: None,
        emergency: false,
        trauma: false,
        third_party: false,
        work_injury: false,
        received_on: plus_days(first, 20),
        materials: None,
        bank: None,
        account: Some(account),
        phone: Some(format!("13{person:09}")),
        agent_id: None,
        agent_name: agent,
        employer: None,
        booked_on: None,
    }
}
