//! Random situations, as the few choices they are made of; `records.rs` makes the records.
//!
//! The surprise: days and places are not random but told relative to a day on which the region
//! has a policy, or nearly every claim would pend for want of one.

use lingbao::domain::words::{
    FilingStatus, FilingType, Hardship, HospitalKind, Material, OwnerLevel, PersonType, Scheme,
    Sex, Tier,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::world::{Benefit, Law};

/// A batch of one region's law.
#[derive(Clone, Debug)]
pub struct Scene {
    pub benefit: usize,
    pub day: usize,
    pub persons: Vec<Person>,
    pub hospitals: Vec<Hospital>,
    pub filings: Vec<Filing>,
    pub claims: Vec<Claim>,
    pub settlements: Vec<Settled>,
    /// How long after the last receipt the books are closed.
    pub books_open: u16,
    /// By how many fen the first line of the first claim may be dearer.
    pub more: i64,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub kind: PersonType,
    /// None: with a travel document and no birth date.
    pub age: Option<u8>,
    pub sex: Option<Sex>,
    pub hardship: Vec<Hardship>,
    pub civil_servant: bool,
    pub retired_years: Option<u8>,
    pub member_years: Option<u8>,
    /// Months from that of the benefit's day, each with what the table says of it.
    pub gaps: Vec<(i32, Gap)>,
    /// No contribution rows at all.
    pub no_rows: bool,
    pub flaw: Option<Flaw>,
}

/// What the contribution table says of a month that was not paid in time.
#[derive(Clone, Copy, Debug)]
pub enum Gap {
    Silent,
    Owing,
    MadeUp(u8),
}

/// What is wrong with a person's register entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    Missing,
    Rival,
    Died,
}

#[derive(Clone, Debug)]
pub struct Hospital {
    pub place: Place,
    pub tier: Option<Tier>,
    pub owner: Option<OwnerLevel>,
    pub kind: HospitalKind,
    pub networked: bool,
    pub suspended: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum Place {
    Home,
    /// A place of the same province, mostly without a catalog.
    Near,
    /// Any place with a catalog.
    Far(usize),
}

#[derive(Clone, Debug)]
pub struct Filing {
    pub person: usize,
    /// Filed for the place of this hospital.
    pub hospital: usize,
    pub names_hospital: bool,
    pub kind: FilingType,
    /// Days from the benefit's day.
    pub from: i32,
    pub length: Option<u16>,
    pub filed: i32,
    pub status: FilingStatus,
    pub commitment: bool,
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct Claim {
    pub person: usize,
    pub hospital: usize,
    /// Days from the benefit's day to the day of discharge.
    pub end: i32,
    pub length: u16,
    pub other_care: bool,
    pub emergency: bool,
    pub received_after: u16,
    pub papers: Option<Vec<Material>>,
    pub disease: &'static str,
    pub flaw: Option<ClaimFlaw>,
    /// A filing of its own, made so many days from discharge.
    pub filed: Option<(FilingType, i32)>,
    /// Goes on in another hospital where the claim before it ended, of the same person.
    pub follows: bool,
    pub lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimFlaw {
    WorkInjury,
    ThirdParty,
    FundOnInvoice,
    SameInvoiceAsFirst,
    SettledBefore,
    UnknownHospital,
    /// The total is so many fen above the lines.
    Off(i16),
}

#[derive(Clone, Debug)]
pub struct Line {
    pub goods: Goods,
    /// From the first day of the stay.
    pub day: u16,
    pub quantity: u8,
    /// In fen.
    pub price: i64,
    /// Takes back an earlier line of the bill.
    pub reverses: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub enum Goods {
    Plain,
    Bed(usize),
    Other(usize),
}

#[derive(Clone, Debug)]
pub struct Settled {
    pub person: usize,
    pub hospital: usize,
    pub end: i32,
    pub length: u16,
    pub other_care: bool,
    pub in_scope: i64,
    pub deductible: i64,
    /// Of what the deductible leaves, in percent.
    pub fund: u8,
    pub is_normal: bool,
}

/// How untidy a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything that an office may send.
    Wild,
    /// One claim in an empty year that nothing stands against but its route.
    Single,
}

pub fn scenes(law: &'static Law, kind: Kind) -> impl Strategy<Value = Scene> {
    let benefits = 0..law.benefits.len();
    benefits.prop_flat_map(move |at| scene_of(at, &law.benefits[at], kind))
}

fn scene_of(at: usize, benefit: &Benefit, kind: Kind) -> BoxedStrategy<Scene> {
    let many = |most: usize| match kind {
        Kind::Wild => 1..=most,
        Kind::Single => 1..=1,
    };
    let settled = if kind == Kind::Wild { 0..=4 } else { 0..=0 };
    (
        0..benefit.days.len(),
        prop::collection::vec(person(benefit.scheme, kind), many(3)),
        prop::collection::vec(hospital(), many(4)),
        prop::collection::vec(filing(), 0..=4),
        prop::collection::vec(claim(kind), many(6)),
        prop::collection::vec(settlement(), settled),
        (prop_oneof![2 => Just(0_u16), 2 => 0..60_u16, 1 => 0..500_u16], fen()),
    )
        .prop_map(move |(day, persons, hospitals, filings, claims, settlements, other)| {
            let (books_open, more) = other;
            Scene {
                benefit: at,
                day,
                persons,
                hospitals,
                filings,
                claims,
                settlements,
                books_open,
                more,
            }
        })
        .boxed()
}

fn often<T: Clone + std::fmt::Debug + 'static>(
    usual: T,
    weight: u32,
    other: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![weight => Just(usual), 1 => other].boxed()
}

fn person(scheme: Scheme, kind: Kind) -> impl Strategy<Value = Person> {
    use PersonType::{Active, Other, ResidentAdult, ResidentSenior, Retired, StudentChild};
    let kinds = match scheme {
        Scheme::Employee => vec![Active, Active, Active, Retired, Retired, Retired, Other],
        Scheme::Resident => vec![ResidentAdult, ResidentAdult, ResidentSenior, StudentChild, Other],
    };
    let flaw = prop_oneof![
        40 => Just(None),
        1 => Just(Some(Flaw::Missing)),
        1 => Just(Some(Flaw::Rival)),
        1 => Just(Some(Flaw::Died)),
    ];
    let flaw = if kind == Kind::Wild { flaw.boxed() } else { Just(None).boxed() };
    let gap = prop_oneof![Just(Gap::Silent), Just(Gap::Owing), (0..6_u8).prop_map(Gap::MadeUp)];
    let gaps = prop::collection::vec((-8..8_i32, gap), 0..=5);
    let gaps = if kind == Kind::Wild { gaps.boxed() } else { Just(Vec::new()).boxed() };
    let hardship = subsequence(Hardship::ALL.to_vec(), 0..=3);
    let years = |most: u8| often(None, 1, (0..most).prop_map(Some));
    (
        (select(kinds), often(Some(50), 1, (0..=100_u8).prop_map(Some))),
        prop_oneof![1 => Just(None), 9 => select(Sex::ALL).prop_map(Some)],
        often(Vec::new(), 1, hardship),
        (any::<bool>(), years(30), years(20)),
        prop_oneof![3 => Just(Vec::new()), 2 => gaps],
        (often(false, 2, any::<bool>()), flaw, prop::bool::weighted(0.05)),
    )
        .prop_map(|((kind, age), sex, hardship, standing, gaps, (no_rows, flaw, foreign))| {
            Person {
                kind,
                age: age.filter(|_| !foreign),
                sex,
                hardship,
                civil_servant: standing.0,
                retired_years: standing.1,
                member_years: standing.2,
                gaps,
                no_rows,
                flaw,
            }
        })
}

fn hospital() -> impl Strategy<Value = Hospital> {
    let place = prop_oneof![
        8 => Just(Place::Home),
        1 => Just(Place::Near),
        9 => (0..1_000_usize).prop_map(Place::Far),
    ];
    let known = |usual| prop_oneof![20 => usual, 1 => Just(None)];
    (
        place,
        known(select(Tier::ALL).prop_map(Some).boxed()),
        prop_oneof![3 => select(OwnerLevel::ALL).prop_map(Some), 1 => Just(None)],
        often(HospitalKind::Hospital, 2, select(HospitalKind::ALL)),
        any::<bool>(),
        prop::bool::weighted(0.03),
    )
        .prop_map(|(place, tier, owner, kind, networked, suspended)| Hospital {
            place,
            tier,
            owner,
            kind,
            networked,
            suspended,
        })
}

fn filing() -> impl Strategy<Value = Filing> {
    (
        (0..3_usize, 0..4_usize, prop::bool::weighted(0.2)),
        select(FilingType::ALL),
        (-400..60_i32, often(None, 1, (0..400_u16).prop_map(Some)), -60..120_i32),
        prop_oneof![8 => Just(FilingStatus::Valid), 1 => select(FilingStatus::ALL)],
        (any::<bool>(), any::<bool>()),
    )
        .prop_map(|(whose, kind, (from, length, after), status, papers)| Filing {
            person: whose.0,
            hospital: whose.1,
            names_hospital: whose.2,
            kind,
            from,
            length,
            // Some before they begin, some long after.
            filed: from.min(0) + after,
            status,
            commitment: papers.0,
            complete: papers.1,
        })
}

fn claim(kind: Kind) -> impl Strategy<Value = Claim> {
    let flaw = prop_oneof![
        40 => Just(None),
        1 => Just(Some(ClaimFlaw::WorkInjury)),
        1 => Just(Some(ClaimFlaw::ThirdParty)),
        1 => Just(Some(ClaimFlaw::FundOnInvoice)),
        3 => Just(Some(ClaimFlaw::SameInvoiceAsFirst)),
        1 => Just(Some(ClaimFlaw::SettledBefore)),
        1 => Just(Some(ClaimFlaw::UnknownHospital)),
        1 => (-300..300_i16).prop_map(|by| Some(ClaimFlaw::Off(by))),
    ];
    let papers = subsequence(Material::ALL.to_vec(), 0..=Material::ALL.len());
    let papers = prop_oneof![
        6 => Just(None),
        3 => Just(Some(Material::ALL.to_vec())),
        1 => papers.prop_map(Some),
    ];
    let is_wild = kind == Kind::Wild;
    let flaw = if is_wild { flaw.boxed() } else { Just(None).boxed() };
    let papers = if is_wild { papers.boxed() } else { Just(None).boxed() };
    let received = prop_oneof![8 => 0..60_u16, 1 => 0..800_u16];
    let received = if is_wild { received.boxed() } else { (0..10_u16).boxed() };
    let days = prop_oneof![8 => 0..30_u16, 2 => 80..130_u16, 1 => 0..400_u16];
    let end = prop_oneof![6 => 0..30_i32, 1 => -200..250_i32];
    let end = if is_wild { end.boxed() } else { Just(0).boxed() };
    let after = prop_oneof![5 => -40..=0_i32, 1 => 1..40_i32];
    let filed = prop_oneof![
        4 => (Just(FilingType::LongTerm), after.clone()).prop_map(Some),
        2 => (select(FilingType::ALL), after).prop_map(Some),
        1 => Just(None),
    ];
    const DISEASES: [&str; 6] = ["I63.900", "C34.100", "F20.900", "J18", "", "I63.902"];
    (
        (0..3_usize, 0..4_usize),
        (end, days, prop::bool::weighted(if is_wild { 0.06 } else { 0.0 })),
        (prop::bool::weighted(0.1), received, papers),
        (select(&DISEASES[..]), flaw, filed, prop::bool::weighted(if is_wild { 0.4 } else { 0.0 })),
        prop::collection::vec(line(), 0..=7),
    )
        .prop_map(|(whose, when, (emergency, received_after, papers), what, lines)| Claim {
            person: whose.0,
            hospital: whose.1,
            end: when.0,
            length: when.1,
            other_care: when.2,
            emergency,
            received_after,
            papers,
            disease: what.0,
            flaw: what.1,
            filed: what.2,
            follows: what.3,
            lines,
        })
}

fn line() -> impl Strategy<Value = Line> {
    let goods = prop_oneof![
        4 => Just(Goods::Plain),
        1 => (0..100_usize).prop_map(Goods::Bed),
        4 => (0..1_000_usize).prop_map(Goods::Other),
    ];
    (
        goods,
        0..400_u16,
        1..=40_u8,
        fen(),
        prop_oneof![5 => Just(None), 1 => (0..7_usize).prop_map(Some)],
    )
        .prop_map(|(goods, day, quantity, price, reverses)| Line {
            goods,
            day,
            quantity,
            price,
            reverses,
        })
}

/// A price, as likely of fen as of ten thousands of yuan.
pub fn fen() -> impl Strategy<Value = i64> {
    (1..=999_i64, prop_oneof![6 => 0..=3_u32, 1 => Just(4)])
        .prop_map(|(digits, zeros)| digits * 10_i64.pow(zeros))
}

fn settlement() -> impl Strategy<Value = Settled> {
    (
        (0..3_usize, 0..4_usize),
        (-250..100_i32, 0..40_u16, prop::bool::weighted(0.2)),
        (fen(), 0..300_000_i64, 0..=100_u8),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(whose, when, (in_scope, deductible, fund), is_normal)| Settled {
            person: whose.0,
            hospital: whose.1,
            end: when.0,
            length: when.1,
            other_care: when.2,
            in_scope,
            deductible: deductible.min(in_scope),
            fund,
            is_normal,
        })
}
