//! # F507 关联团伙 linked-ring
//!
//! ## 查什么
//! n 个以上的参保人通过 k 类以上互相印证的关联连成一片；n（ring_persons_min）默认 4 人，k
//! （ring_kinds_min）默认 2 类。关联分四类：资金（互不相识的人共用收款账户）、经手（同一代办人或同一
//! 电话，两者算一类）、结伴（F503 的反复结伴住院）、票据（F307 的号码与日期对不上的连号）。两个人除
//! 共用账户外，要有两类不同的关联才连上；已连上的人之间，其他关联再把他们并在一起。每条关联都附原始行，
//! 强度按类别计分（资金 4，结伴、票据 3，经手 2）相加，最弱的一处写在说明里，先核这一处。
//! 账上近两年与本批共用上述事项的他人申报一并看。
//!
//! ## 为什么要紧
//! 组织者收购身份、集中收票、分散账户，单看一份申报、一个账户都不出格，连起来才看得出。
//!
//! ## 什么情况下无辜
//! 一家人（不超过两个姓氏、不超过 6 人）、同一单位统一报送、单位账户转发的不作关联。经手 30 人以上而资金
//! 并不汇集的代办点、公用电话不作关联。养老院、康复机构的住客可能同时共用护工、电话和账户，须看协议。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第四十条、第四十一条；《中华人民共和国刑法》第二百六十六条。

use crate::domain::identity::{mask_name, mask_tail};
use crate::domain::{Code, Text};
use crate::flow::{Edge, EdgeTo, Subject, ties};
use crate::rulebook::detector_settings::Threshold;

use super::circle::Circle;
use super::detector::Detector;
use super::network::{Component, Network, Shares, Thing};
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F507,
    name: "linked-ring",
    source: include_str!("f507_linked_ring.rs"),
    run,
};

const DIGITS_SHOWN: usize = 4;

fn run(scene: &Scene) -> Vec<Draft> {
    let network = Network::of(scene);
    let components = network.components.iter();
    components.filter_map(|component| ring(scene, &network.things, component)).collect()
}

/// A thing of a component, with the rows of its people only.
struct Bond<'s, 'a> {
    what: Shares,
    /// Its place among all things.
    place: u32,
    circle: Circle<'s, 'a>,
}

impl Bond<'_, '_> {
    /// What it says of two people, then how many say so.
    fn strength(&self) -> (u32, usize) {
        (self.what.weight(), self.circle.persons().len())
    }
}

fn ring(scene: &Scene, things: &[Thing], component: &Component) -> Option<Draft> {
    let bonds = bonds(scene, things, component);
    let all = Circle::new(scene, bonds.iter().flat_map(|bond| bond.circle.rows.iter().copied()));
    let &(first, _) = all.at_risk().first()?;
    let persons_min = scene.threshold(Threshold::RingPersonsMin, first);
    let kinds_min = scene.threshold(Threshold::RingKindsMin, first);
    let count = component.persons.len();
    if count < persons_min as usize || component.ways < kinds_min as usize || all.is_family() {
        return None;
    }
    let edges = edges(scene, &bonds);
    let score: u32 = edges.iter().map(|edge| edge.weight).sum();
    let weakest = bonds.iter().min_by_key(|bond| (bond.strength(), bond.place))?;
    let (names, said, weak) = (all.names_shown(), counted(&bonds), shown(scene, weakest));
    let (ways, links, weak_persons) = (component.ways, edges.len(), weakest.circle.persons().len());
    let (bills, sum) = (all.bills(), all.total());
    let draft = Draft {
        thresholds: vec![
            (Threshold::RingPersonsMin, persons_min),
            (Threshold::RingKindsMin, kinds_min),
        ],
        edges,
        ..all.draft(Subject::Network(first))?
    };
    Some(
        draft
            .saying(
                format!(
                    "{count} 人（{}）由 {} 连成一片：{ways} 类关联、{links} 条、强度 {score}，{}、\
                     总额 {sum} 元。最弱的一处是{}（连 {weak_persons} 人）。",
                    names.zh, said.zh, bills.zh, weak.zh
                ),
                format!(
                    "{count} people ({}) hang together by {}: {links} links in {ways} ways, \
                     score {score}, {}, total {sum}. The weakest is {} ({weak_persons} people).",
                    names.en, said.en, bills.en, weak.en
                ),
            )
            .under(
                "《医疗保障基金使用监督管理条例》第四十条、第四十一条；《中华人民共和国刑法》\
                 第二百六十六条",
            ),
    )
}

fn bonds<'s, 'a>(
    scene: &'s Scene<'a>,
    things: &[Thing],
    component: &Component,
) -> Vec<Bond<'s, 'a>> {
    let person = &scene.appearances().person;
    let inside = |row: &u32| {
        person[*row as usize].is_some_and(|it| component.persons.binary_search(&it).is_ok())
    };
    let bond = |&place: &u32| {
        let thing = &things[place as usize];
        let rows = thing.rows.iter().copied().filter(|row| inside(row));
        Bond { what: thing.what, place, circle: Circle::new(scene, rows) }
    };
    component.things.iter().map(bond).collect()
}

/// Every person with everything that connects them.
fn edges(scene: &Scene, bonds: &[Bond]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for bond in bonds {
        let person = |row: &u32| scene.in_row(*row).person.key();
        let mut rows: Vec<_> = bond.circle.rows.iter().map(|row| (person(row), *row)).collect();
        rows.sort_unstable();
        for rows in rows.chunk_by(|one, next| one.0 == next.0) {
            let Some(person) = rows[0].0.clone() else { continue };
            let mut shown: Vec<_> = rows.iter().map(|(_, row)| scene.row_origin(*row)).collect();
            shown.sort_unstable();
            let (to, weight) = (target(scene, bond), bond.what.weight());
            edges.push(Edge { person, to, weight, rows: shown });
        }
    }
    edges.sort_unstable();
    edges
}

fn target(scene: &Scene, bond: &Bond) -> EdgeTo {
    let first = bond.circle.rows[0];
    let claim = scene.in_row(first);
    match bond.what {
        Shares::Account => EdgeTo::Account(scene.account_in_row(first).into_owned()),
        Shares::Agent => EdgeTo::Agent(ties::agent(claim).unwrap_or_default().to_owned()),
        Shares::Phone => EdgeTo::Phone(scene.phone_in_row(first).into_owned()),
        Shares::Together => {
            EdgeTo::Together(ties::hospital(claim).unwrap_or_default().to_owned(), bond.place)
        }
        Shares::Invoices => {
            let code = claim.invoice.code.as_deref().unwrap_or_default();
            EdgeTo::InvoiceRun(format!("{code} {}", claim.invoice.number))
        }
    }
}

/// `2 个收款账户、1 个代办人`.
fn counted(bonds: &[Bond]) -> Text {
    let words = [
        (Shares::Account, "个收款账户", "accounts"),
        (Shares::Agent, "个代办人", "agents"),
        (Shares::Phone, "个电话", "telephones"),
        (Shares::Together, "组结伴住院", "groups of companions"),
        (Shares::Invoices, "段连号票据", "runs of invoices"),
    ];
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (what, in_chinese, in_english) in words {
        let count = bonds.iter().filter(|bond| bond.what == what).count();
        if count > 0 {
            zh.push(format!("{count} {in_chinese}"));
            en.push(format!("{count} {in_english}"));
        }
    }
    Text::new(zh.join("、"), en.join(", "))
}

fn shown(scene: &Scene, bond: &Bond) -> Text {
    let first = bond.circle.rows[0];
    let claim = scene.in_row(first);
    match bond.what {
        Shares::Account => {
            let account = mask_tail(&scene.account_in_row(first), DIGITS_SHOWN);
            Text::new(format!("账户 {account}"), format!("the account {account}"))
        }
        Shares::Agent => {
            let named = claim.agent_name.as_deref().map_or_else(|| "—".to_owned(), mask_name);
            Text::new(format!("代办人 {named}"), format!("the agent {named}"))
        }
        Shares::Phone => {
            let phone = mask_tail(&scene.phone_in_row(first), DIGITS_SHOWN);
            Text::new(format!("电话 {phone}"), format!("the telephone {phone}"))
        }
        Shares::Together => {
            let day = claim.stay.first();
            Text::new(format!("{day} 起的结伴住院"), format!("stays together from {day} on"))
        }
        Shares::Invoices => {
            let number = &*claim.invoice.number;
            let end = mask_tail(number, DIGITS_SHOWN);
            Text::new(format!("票据 {end} 起的连号"), format!("invoices from {end} on"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only, person};
    use crate::domain::Identity;
    use crate::flow::{Claim, ClaimIx};

    const SURNAMES: [&str; 7] = ["赵", "钱", "孙", "李", "周", "吴", "郑"];

    /// A claim of each person, one after the other, changed one by one.
    fn claims(b: &mut Batch, persons: u16, change: impl Fn(u16, &mut Claim)) {
        for number in 0..persons {
            let month = number % 12 + 1;
            let (first, last) = (format!("2024-{month:02}-01"), format!("2024-{month:02}-08"));
            let ix = b.claim(&format!("C{number}"), number, (&first, &last), "100.00");
            let claim = b.edit(ix);
            claim.name = format!("{}某", SURNAMES[usize::from(number) % 7]);
            change(number, claim);
        }
    }

    fn agent(claim: &mut Claim) {
        claim.agent_name = Some("王代办".into());
    }

    fn account(claim: &mut Claim, number: u16) {
        claim.account = Some(format!("622200000000{number:04}"));
        claim.payee = Some("冯收款".into());
    }

    /// One agent; the money of each three goes to one account.
    fn ring_of(b: &mut Batch, persons: u16) {
        claims(b, persons, |number, claim| {
            agent(claim);
            account(claim, number / 3);
        });
    }

    #[test]
    fn what_two_kinds_of_links_confirm_is_told_and_what_one_kind_says_is_not() {
        check(
            Code::F507,
            &[
                (
                    "an agent and two accounts",
                    |b| ring_of(b, 6),
                    &[("C0+C1+C2+C3+C4+C5", "600.00")],
                ),
                ("three people", |b| ring_of(b, 3), &[]),
                ("three people and one with the agent only", |b| ring_of(b, 4), &[]),
                (
                    "four people in two accounts",
                    |b| {
                        claims(b, 4, |number, claim| {
                            agent(claim);
                            account(claim, number / 2);
                        });
                    },
                    &[("C0+C1+C2+C3", "400.00")],
                ),
                ("an agent alone", |b| claims(b, 6, |_, claim| agent(claim)), &[]),
                ("an account alone", |b| claims(b, 6, |_, claim| account(claim, 1)), &[]),
                (
                    "an agent and the agent's phone",
                    |b| {
                        claims(b, 6, |_, claim| {
                            agent(claim);
                            claim.phone = Some("13000001234".into());
                        });
                    },
                    &[],
                ),
                (
                    "an agent for couples, each with an account of theirs",
                    |b| {
                        claims(b, 6, |number, claim| {
                            agent(claim);
                            account(claim, number / 2);
                            let holder = SURNAMES[usize::from(number / 2 * 2)];
                            claim.payee = Some(format!("{holder}某"));
                        });
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn employers_and_desks_join_nobody_and_a_telephone_joins_the_joined() {
        check(
            Code::F507,
            &[
                (
                    "an employer's agent and account",
                    |b| {
                        claims(b, 40, |_, claim| {
                            agent(claim);
                            account(claim, 1);
                            claim.employer = Some("虚构公司".into());
                            claim.payee = Some("虚构公司".into());
                        });
                    },
                    &[],
                ),
                (
                    "a desk that serves everybody, and one account of strangers",
                    |b| {
                        claims(b, 40, |number, claim| {
                            agent(claim);
                            account(claim, if number < 3 { 1 } else { number });
                        });
                    },
                    &[],
                ),
                (
                    "two accounts bridged by a telephone of three",
                    |b| {
                        claims(b, 6, |number, claim| {
                            account(claim, number / 3);
                            if (1..4).contains(&number) {
                                claim.phone = Some("13000001234".into());
                            }
                        });
                    },
                    &[("C0+C1+C2+C3+C4+C5", "600.00")],
                ),
            ],
        );
    }

    #[test]
    fn claims_posted_before_close_the_ring() {
        let mut batch = Batch::default();
        claims(&mut batch, 2, |_, claim| {
            agent(claim);
            account(claim, 1);
        });
        for number in 2..5 {
            let day = format!("2023-{:02}-01", number + 1);
            let past = batch.witness("P", number, (&day, &day), "100.00");
            past.claim.name = format!("{}某", SURNAMES[usize::from(number)]);
            past.claim.person = Identity::Id(person(number));
            agent(&mut past.claim);
            account(&mut past.claim, 1);
        }
        let detected = batch.detect();
        let finding = only(&detected, Code::F507);
        assert_eq!(finding.claims.len(), 2);
        let zh = &finding.sentence.zh;
        assert!(zh.contains("5 份申报（其中既往已过账 3 份）"), "{zh}");
    }

    #[test]
    fn every_edge_has_its_rows_and_the_weakest_is_said() {
        let mut batch = Batch::default();
        ring_of(&mut batch, 6);
        let third = batch.adjudicated.linked.records.claim(ClaimIx(2)).origin;
        let detected = batch.detect();
        let finding = only(&detected, Code::F507);
        // Six people, each with the agent and an account.
        assert_eq!(finding.edges.len(), 12);
        let of_third: Vec<&Edge> =
            finding.edges.iter().filter(|edge| edge.rows == [third]).collect();
        assert_eq!(of_third.len(), 2);
        assert!(matches!(of_third[0].to, EdgeTo::Account(_)) && of_third[0].weight == 4);
        let zh = &finding.sentence.zh;
        assert!(zh.contains("由 2 个收款账户、1 个代办人 连成一片"), "{zh}");
        assert!(zh.contains("2 类关联、12 条、强度 36"), "{zh}");
        assert!(zh.contains("最弱的一处是代办人 王**（连 6 人）"), "{zh}");
    }
}
