//! What the books say of others 旁证: a fraud that is split over months is found in the month that
//! completes it, and nobody is decided again for it.

use lingbao::domain::{Code, IdNumber};
use lingbao::flow::{Detected, Finding, Records, Silent};
use lingbao::ledger::{Ledger, Reverser, Target};
use lingbao::run::decide_on_books;

use crate::batch::{Batch, LIU, WANG, setup};
use crate::books::Books;

const ACCOUNT: &str = "6200000000000000007";
const OTHER: &str = "6200000000000000008";

/// A third person.
fn zhao() -> String {
    let born = "1975-08-21".parse().expect("a day");
    let wuhan = lingbao::domain::RegionCode::parse("420106").expect("a region");
    IdNumber::compose(wuhan, born, 998).expect("a number").reveal().to_owned()
}

/// One claim a person, all paid to one account.
fn month(claims: &[(&'static str, &str, &str)], received: &str) -> Records {
    let mut batch = Batch::world();
    for (id, person, name) in claims {
        if *person != WANG {
            batch.person(&[("证件号码", person), ("姓名", name)]);
            batch.contribution(&[("证件号码", person)]);
            batch.filing(&[("备案编号", id), ("证件号码", person)]);
        }
        batch.claim(
            id,
            &[
                ("证件号码", person),
                ("姓名", name),
                ("收款人", "冯收款"),
                ("银行账号", ACCOUNT),
                ("受理日期", received),
            ],
        );
    }
    batch.read()
}

fn march() -> Records {
    month(&[("M1", WANG, "王试")], "2024-03-20")
}

fn april() -> Records {
    month(&[("A1", LIU, "刘试"), ("A2", &zhao(), "赵试")], "2024-04-20")
}

fn of_account(detected: &Detected) -> Option<&Finding> {
    detected.findings.iter().find(|finding| finding.code == Code::F501)
}

#[test]
fn an_account_that_three_share_over_two_months_is_found_and_nobody_is_decided_again() {
    let books = Books::new();
    assert!(of_account(&books.post(march(), "2024-03")).is_none());
    assert!(of_account(&Books::new().decide(april(), "2024-04")).is_none());
    let detected = books.decide(april(), "2024-04");
    let finding = of_account(&detected).expect("the account");
    let records = &detected.adjudicated.linked.records;
    let ids: Vec<&str> =
        finding.claims.iter().map(|(claim, _)| &*records.claim(*claim).claim_id).collect();
    assert_eq!(ids, ["A1", "A2"]);
    let zh = &finding.sentence.zh;
    assert!(zh.contains("替 3 人收款，共 3 份申报（其中既往已过账 1 份）"), "{zh}");
    let places: Vec<String> = finding.evidence.iter().map(|it| records.place(*it)).collect();
    assert!(places.contains(&"[2024-03] claims.csv!2".to_owned()), "{places:?}");
    assert!(detected.reckoning.standings.is_empty(), "M1 is only looked at");
    assert_eq!(records.claims.len(), 2);
    books.post(april(), "2024-04");
}

fn told(detected: &Detected) -> Vec<String> {
    let records = &detected.adjudicated.linked.records;
    let places = |finding: &Finding| {
        finding.evidence.iter().map(|it| records.place(*it)).collect::<Vec<_>>()
    };
    let findings = detected.findings.iter();
    findings.map(|it| format!("{} {:?} {:?}", it.id, it.sentence, places(it))).collect()
}

#[test]
fn what_was_posted_since_changes_nothing_of_a_run_that_is_decided_again() {
    let books = Books::new();
    books.post(march(), "2024-03");
    let then = books.decide(april(), "2024-04");
    let head = then.reckoning.head.expect("a head");
    books.post(april(), "2024-04");
    // Somebody else is paid into the same account later.
    let born = "1981-02-03".parse().expect("a day");
    let wuhan = lingbao::domain::RegionCode::parse("420106").expect("a region");
    let fourth = IdNumber::compose(wuhan, born, 997).expect("a number");
    books.post(month(&[("L1", fourth.reveal(), "孙试")], "2024-05-20"), "2024-05");
    let again = Ledger::read(&books.path()).expect("the books").at(head).expect("as they stood");
    let as_of = "2024-04-30".parse().expect("a day");
    let again =
        decide_on_books(april(), setup(), as_of, Some(&again), &Silent).expect("decided again");
    assert_eq!(told(&again), told(&then));
    let now = books.decide(april(), "2024-04");
    assert_ne!(told(&now), told(&then), "today the fourth is known");
}

#[test]
fn a_claim_that_was_taken_back_bears_no_witness() {
    let books = Books::new();
    books.post(march(), "2024-03");
    let by = Reverser {
        why: "posted twice".into(),
        done_on: "2024-04-02".into(),
        done_by: "a clerk".into(),
    };
    let mut ledger = Ledger::write(&books.path()).expect("the books");
    ledger.reverse(&Target::Claim(1), &by).expect("taken back");
    drop(ledger);
    assert!(of_account(&books.decide(april(), "2024-04")).is_none());
}

type Values = [(&'static str, &'static str)];

/// Whether a claim of somebody posted in March is a witness of one of April.
fn is_witness(march: &Values, april: &Values) -> bool {
    let (mut posted, mut batch) = (Batch::world(), Batch::world());
    posted.person(&[("证件号码", LIU), ("姓名", "刘试")]);
    let usual = [
        ("证件号码", LIU),
        ("姓名", "刘试"),
        ("入院日期", "2024-02-04"),
        ("出院日期", "2024-04-20"),
        ("票据号码", "0000001000"),
        ("银行账号", OTHER),
    ];
    posted.claim("M1", &[&usual, march].concat());
    batch.claim("A1", &[&[("票据号码", "0000005000")], april].concat());
    let books = Books::new();
    books.post(posted.read(), "2024-06");
    let past = Ledger::read(&books.path()).expect("the books").past(&batch.read());
    !past.expect("the past").witnesses.is_empty()
}

#[test]
fn whatever_two_claims_share_is_found_near_and_not_far() {
    for (name, march, april, found) in [
        ("nothing", &[][..] as &Values, &[][..] as &Values, false),
        ("an account", &[("银行账号", "6200000000000000001")], &[], true),
        (
            "an account two years back",
            &[("银行账号", "6200000000000000001"), ("入院日期", "2022-03-04")],
            &[],
            true,
        ),
        (
            "an account longer back",
            &[("银行账号", "6200000000000000001"), ("入院日期", "2022-03-03")],
            &[],
            false,
        ),
        ("a telephone", &[("联系电话", "13000001234")], &[("联系电话", "130 0000 1234")], true),
        ("an agent", &[("代办人", "郑代办")], &[("代办人", "郑代办")], true),
        ("another agent", &[("代办人", "郑代办")], &[("代办人", "吴代办")], false),
        ("the days of a hospital", &[("入院日期", "2024-03-07")], &[], true),
        ("other days of it", &[("入院日期", "2024-03-08")], &[], false),
        (
            "the hospital by its name",
            &[("入院日期", "2024-03-04"), ("医疗机构编码", "")],
            &[],
            true,
        ),
        (
            "the same days elsewhere",
            &[
                ("入院日期", "2024-03-04"),
                ("医疗机构编码", "H44030000009"),
                ("医疗机构名称", "别处医院"),
            ],
            &[],
            false,
        ),
        ("a neighbouring invoice", &[("票据号码", "0000005012")], &[], true),
        ("an invoice farther off", &[("票据号码", "0000005013")], &[], false),
        (
            "one of another book",
            &[("票据号码", "0000005001"), ("票据代码", "44060125")],
            &[],
            false,
        ),
    ] {
        assert_eq!(is_witness(march, april), found, "{name}");
    }
}
