//! Whole tables through [`super::normalise`]: what is accepted, what is quarantined and why, and
//! that nothing gets lost or depends on the order of rows.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::words::{CareType, Hardship, HospitalKind, Material, Scheme};
use crate::domain::{Money, SourceId};
use crate::flow::{Cell, Column, Field, RawRow, Silent};

const ID: &str = "11010519491231002X";

fn rules() -> (Divisions, Vocabulary) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let divisions = Divisions::load(&data).expect("the shipped divisions are right");
    (divisions, Vocabulary::load(&data).expect("the shipped vocabulary is right"))
}

fn batch(kind: TableKind, fields: &[Field], rows: Vec<Vec<Cell<'static>>>) -> RawBatch {
    let columns = fields.iter().enumerate().map(|(i, &field)| Column {
        index: i as u32,
        title: field.word().to_owned(),
        field: Some(field),
    });
    let rows = rows.into_iter().enumerate();
    let rows = rows.map(|(i, cells)| {
        let mut row = RawRow::new(i as u32 + 2);
        cells.into_iter().for_each(|cell| row.push(cell));
        row
    });
    RawBatch {
        sources: vec![Source { file: "批.xlsx".into(), sheet: "表".into() }],
        tables: vec![RawTable {
            source: SourceId(0),
            kind,
            columns: columns.collect(),
            rows: rows.collect(),
            passed_over: Vec::new(),
        }],
        ..RawBatch::default()
    }
}

fn read(kind: TableKind, fields: &[Field], rows: Vec<Vec<Cell<'static>>>) -> Records {
    static RULES: LazyLock<(Divisions, Vocabulary)> = LazyLock::new(rules);
    normalise(batch(kind, fields, rows), &RULES.0, &RULES.1, &Silent)
}

/// One row, its cells given by field.
fn one(kind: TableKind, cells: &[(Field, &'static str)]) -> Records {
    let fields: Vec<Field> = cells.iter().map(|(field, _)| *field).collect();
    read(kind, &fields, vec![cells.iter().map(|(_, text)| Cell::Text(text)).collect()])
}

/// `base` with some cells replaced or added.
fn with(
    base: &[(Field, &'static str)],
    changes: &[(Field, &'static str)],
) -> Vec<(Field, &'static str)> {
    let kept = base.iter().filter(|(field, _)| !changes.iter().any(|(f, _)| f == field));
    kept.chain(changes).copied().collect()
}

const CLAIM: &[(Field, &str)] = &[
    (Field::ClaimId, "SB1"),
    (Field::PersonId, ID),
    (Field::Name, "张　三"),
    (Field::InsuredRegion, "湖北武汉"),
    (Field::Scheme, "职工医保"),
    (Field::CareType, "住院"),
    (Field::TreatedRegion, "330100"),
    (Field::HospitalName, "某市第一医院"),
    (Field::AdmittedOn, "2024-06-01"),
    (Field::DischargedOn, "2024/6/9"),
    (Field::InvoiceNo, "00123456"),
    (Field::Total, "¥1,234.50"),
    (Field::ReceivedOn, "20240615"),
];

fn faults(records: &Records) -> Vec<&'static str> {
    records.quarantine.iter().flat_map(|r| r.problems.iter().map(|p| p.kind)).collect()
}

#[test]
fn a_claim_is_read_with_everything_it_says() {
    let claim = with(
        CLAIM,
        &[
            (Field::Materials, "发票、清单,发票"),
            (Field::Emergency, "是"),
            (Field::DiagnosisCode, "i10.x00"),
            (Field::AgentName, "无"),
            (Field::InvoiceFundPaid, "0.5"),
        ],
    );
    let records = one(TableKind::Claims, &claim);
    let claim = &records.claims[0];
    assert_eq!(claim.name, "张三");
    assert_eq!(claim.insured.to_string(), "420100");
    assert_eq!(claim.scheme, Scheme::Employee);
    assert_eq!(claim.stay.hospital_days(), 8);
    assert_eq!(&*claim.invoice.number, "00123456");
    assert_eq!(claim.total, Money::from_fen(123_450));
    assert_eq!(claim.invoice_fund_paid, Money::from_fen(50));
    assert_eq!(claim.materials, Some(vec![Material::Invoice, Material::FeeList]));
    assert!(claim.emergency && !claim.trauma);
    assert_eq!(claim.diagnosis_code.as_deref(), Some("I10.X00"));
    assert_eq!(claim.agent_name, None);
    assert_eq!(records.place(claim.origin), "批.xlsx#表!2");
}

#[test]
fn a_visit_without_an_end_is_its_one_day() {
    let visit = with(CLAIM, &[(Field::CareType, "门诊"), (Field::DischargedOn, "")]);
    let records = one(TableKind::Claims, &visit);
    assert_eq!(records.claims[0].care, CareType::Outpatient);
    assert_eq!(records.claims[0].stay.first(), records.claims[0].stay.last());
}

#[test]
fn a_claim_is_quarantined_for_each_thing_that_is_wrong() {
    for (changes, expected) in [
        (vec![(Field::Total, "12.345")], vec!["money-fraction"]),
        (vec![(Field::Total, "")], vec!["cell-missing"]),
        (vec![(Field::DischargedOn, "")], vec!["discharge-missing"]),
        (vec![(Field::DischargedOn, "2024-05-31")], vec!["dates-reversed"]),
        (vec![(Field::HospitalName, "/")], vec!["hospital-missing"]),
        (vec![(Field::HospitalName, ""), (Field::HospitalCode, "H1")], vec!["hospital-code"]),
        (vec![(Field::InsuredRegion, "火星")], vec!["region-unknown"]),
        (vec![(Field::Scheme, "商业险")], vec!["word-unknown"]),
        (vec![(Field::InvoiceNo, "1.23E+19")], vec!["number-damaged"]),
        (vec![(Field::Account, "6.22E+18")], vec!["number-damaged"]),
        (vec![(Field::Emergency, "也许")], vec!["word-unknown"]),
        (vec![(Field::Materials, "照片")], vec!["word-unknown"]),
        (vec![(Field::PersonId, "张三")], vec!["identity-unreadable"]),
        (
            vec![(Field::AdmittedOn, "24-6-1"), (Field::Name, "无"), (Field::Total, "多")],
            vec!["cell-missing", "date-two-digit-year", "number-unreadable"],
        ),
    ] {
        let records = one(TableKind::Claims, &with(CLAIM, &changes));
        assert!(records.claims.is_empty(), "{changes:?}");
        assert_eq!(faults(&records), expected, "{changes:?}");
    }
}

#[test]
fn a_damaged_identity_is_accepted_and_unknown_documents_beside_known_are_told() {
    let claim = with(CLAIM, &[(Field::PersonId, "1.10105E+17"), (Field::Materials, "发票;照片")]);
    let records = one(TableKind::Claims, &claim);
    assert_eq!(records.claims[0].person.key(), None);
    assert_eq!(records.claims[0].materials, Some(vec![Material::Invoice]));
    assert!(records.notes[0].explanation.zh.contains("照片"));
}

#[test]
fn a_reject_keeps_the_whole_row_and_its_messages_hide_numbers_of_persons() {
    let claim = with(CLAIM, &[(Field::PersonId, "1101051949123100211"), (Field::Account, "1.5")]);
    let records = one(TableKind::Claims, &claim);
    let reject = &records.quarantine[0];
    assert_eq!(reject.amount, Some(Money::from_fen(123_450)));
    assert_eq!(reject.problems[0].excerpt, "***************0211");
    assert_eq!(reject.problems[0].place.column.as_deref(), Some("M person_id"));
    let kept = reject.cells.iter().any(|c| c.title == "person_id" && c.text.len() == 19);
    assert!(kept);
    let tally = &records.tallies[0];
    assert_eq!((tally.rows_read, tally.quarantined, tally.amount_unreadable), (1, 1, 0));
    assert_eq!(tally.amount_quarantined, Money::from_fen(123_450));
}

#[test]
fn registers_and_settlements_and_tips_are_read() {
    let person =
        [(Field::PersonId, ID), (Field::InsuredRegion, "武汉"), (Field::Scheme, "职工医保")];
    let add = |more: &[(Field, &'static str)]| with(&person, more);
    let filing = add(&[
        (Field::FilingId, "BA1"),
        (Field::TreatedRegion, "杭州"),
        (Field::FilingType, "转诊"),
        (Field::ValidFrom, "2024-01-01"),
        (Field::ValidTo, "长期"),
        (Field::FiledOn, "2024-01-01"),
    ]);
    assert_eq!(one(TableKind::Filings, &filing).filings[0].valid_to, None);
    let reversed = with(&filing, &[(Field::ValidTo, "2023-01-01")]);
    assert_eq!(faults(&one(TableKind::Filings, &reversed)), ["dates-reversed"]);

    let register = add(&[(Field::Name, "张三"), (Field::PersonType, "在职")]);
    assert_eq!(one(TableKind::Persons, &register).persons.len(), 1);

    let paid = add(&[(Field::Period, "202401-202412"), (Field::Status, "到账")]);
    let contributions = one(TableKind::Contributions, &paid).contributions;
    assert_eq!(contributions[0].last.since(contributions[0].first), 11);
    let ends = [(Field::Period, ""), (Field::PeriodFrom, "2024-01"), (Field::PeriodTo, "2024-03")];
    let contributions = one(TableKind::Contributions, &with(&paid, &ends)).contributions;
    assert_eq!(contributions[0].last.to_string(), "2024-03");

    let pharmacy = [
        (Field::Code, "p33010000001"),
        (Field::Name, "某药店"),
        (Field::Region, "杭州市"),
        (Field::Level, "无等级"),
        (Field::Aliases, "甲店、乙店、12420106yy00001x8n"),
    ];
    let hospital = &one(TableKind::Hospitals, &pharmacy).hospitals[0];
    assert_eq!((hospital.kind, hospital.tier), (HospitalKind::Pharmacy, None));
    assert_eq!(hospital.aliases, ["甲店", "乙店", "12420106YY00001X8N"]);

    let settlement = add(&[
        (Field::SettlementId, "JS1"),
        (Field::Channel, "直接结算"),
        (Field::Total, "100"),
        (Field::FundBasic, "60.5"),
        (Field::SettledOn, "2024-03-01"),
        (Field::AdmittedOn, "2024-02-28"),
    ]);
    let records = one(TableKind::Settlements, &settlement);
    assert_eq!(records.settlements[0].fund_total(), Money::from_fen(6_050));
    assert_eq!(records.tallies[0].amount_accepted, Money::from_yuan(100));

    let tip = [
        (Field::TipId, "XS1"),
        (Field::ReceivedOn, "2024-03-01"),
        (Field::Region, "武汉"),
        (Field::SubjectKind, "医院"),
        (Field::Subject, "某医院"),
    ];
    assert_eq!(one(TableKind::Tips, &tip).tips[0].subject, "某医院");
    let coded = with(&tip, &[(Field::Subject, "12420106 yy00001x8n")]);
    assert_eq!(one(TableKind::Tips, &coded).tips[0].subject, "12420106YY00001X8N");
    let lost = with(&tip, &[(Field::Subject, "1.242E+17")]);
    assert_eq!(faults(&one(TableKind::Tips, &lost)), ["number-damaged"]);
    let mut cells: Vec<Cell> = tip.iter().map(|(_, text)| Cell::Text(text)).collect();
    cells[4] = Cell::Number(124_201_064_955_701_277.0);
    let fields: Vec<Field> = tip.iter().map(|(field, _)| *field).collect();
    assert_eq!(faults(&read(TableKind::Tips, &fields, vec![cells])), ["number-damaged"]);
}

const PERSON: &[(Field, &str)] = &[
    (Field::PersonId, ID),
    (Field::Name, "张三"),
    (Field::InsuredRegion, "武汉"),
    (Field::Scheme, "居民"),
    (Field::PersonType, "居民成年"),
];

#[test]
fn a_hardship_is_one_of_the_list_or_several_or_none_and_others_hold_the_row_back() {
    use Hardship::*;
    for (cell, expected) in [
        ("最低生活保障对象", vec![MinimumLiving]),
        ("特困供养人员/重残", vec![SpecialPoor, Disabled]),
        ("重度残疾、低保；低 保", vec![MinimumLiving, Disabled]),
        ("五保户", vec![SpecialPoor]),
        ("事实无人抚养儿童", vec![Orphan]),
        ("低收入,一级残疾", vec![Marginal, Disabled]),
        ("低保边缘家庭", vec![Marginal]),
        ("脱贫不稳定户", vec![PovertyRisk]),
        ("边缘易致贫户＋二级残疾", vec![PovertyRisk, Disabled]),
        ("突发严重困难户;返贫致贫人口", vec![PovertyRisk]),
        ("一、二级残疾", vec![Disabled]),
        ("重点优抚对象", vec![Preferential]),
        ("因病致贫重病患者", vec![OtherHardship]),
        ("2303", vec![MinimumLiving]),
        ("226101、230801", vec![PovertyRisk, Disabled]),
        ("无、低保", vec![MinimumLiving]),
    ] {
        let records = one(TableKind::Persons, &with(PERSON, &[(Field::Hardship, cell)]));
        assert_eq!(faults(&records), [""; 0], "{cell}");
        assert_eq!(records.persons[0].hardship, expected, "{cell}");
    }
    for cell in ["", "无", "否", "/", "0", "一般", "普通居民", "FALSE"] {
        let records = one(TableKind::Persons, &with(PERSON, &[(Field::Hardship, cell)]));
        assert_eq!(records.persons[0].hardship, [], "{cell}");
    }
    let records = one(TableKind::Persons, &with(PERSON, &[(Field::Hardship, "低保、外星人、是")]));
    assert_eq!(faults(&records), ["word-unknown"]);
    assert!(records.quarantine[0].problems[0].explanation.zh.ends_with("：外星人、是"));
}

#[test]
fn the_beginning_of_continuous_insurance_is_a_day_or_the_first_of_a_month() {
    for (cell, expected) in [
        ("2020-05-17", Ok(Some("2020-05-17"))),
        ("2020年5月", Ok(Some("2020-05-01"))),
        ("202005", Ok(Some("2020-05-01"))),
        ("", Ok(None)),
        ("36个月", Err("date-unreadable")),
        ("202001-202012", Err("date-unreadable")),
    ] {
        let records = one(TableKind::Persons, &with(PERSON, &[(Field::InsuredSince, cell)]));
        let since = records.persons.first().map(|p| p.insured_since.map(|day| day.to_string()));
        let read = since.ok_or_else(|| faults(&records)[0]);
        assert_eq!(read, expected.map(|day| day.map(str::to_owned)), "{cell}");
    }
}

#[test]
fn a_hospital_is_of_the_kind_its_word_says_and_remains_a_hospital() {
    use HospitalKind::*;
    for (cell, expected) in [
        ("", Hospital),
        ("综合医院", Hospital),
        ("妇幼保健院", Hospital),
        ("1", Hospital),
        ("中医院", TcmHospital),
        ("中西医结合医院", TcmHospital),
        ("精神卫生中心", PsychiatricHospital),
        ("肿瘤医院", SpecialHospital),
        ("社区卫生服务中心", CommunityCentre),
        ("中心卫生院", TownshipHospital),
        ("社区卫生服务站", Clinic),
        ("药店", Pharmacy),
    ] {
        let hospital = [
            (Field::Code, "H33010000001"),
            (Field::Name, "某院"),
            (Field::Region, "杭州市"),
            (Field::Kind, cell),
        ];
        let kind = one(TableKind::Hospitals, &hospital).hospitals[0].kind;
        assert_eq!(kind, expected, "{cell}");
        assert_eq!(kind.is_hospital(), !matches!(kind, Clinic | Pharmacy), "{cell}");
    }
}

const LINE_FIELDS: [Field; 8] = [
    Field::ClaimId,
    Field::InvoiceNo,
    Field::LineNo,
    Field::ServiceOn,
    Field::ItemName,
    Field::Quantity,
    Field::UnitPrice,
    Field::Amount,
];

/// Cells of a bill line, some of them unreadable, few enough to repeat.
fn line() -> impl Strategy<Value = Vec<Cell<'static>>> {
    let text =
        |options: &'static [&'static str]| prop::sample::select(options).prop_map(Cell::Text);
    let amount = prop_oneof![
        (-99_999i64..99_999).prop_map(|fen| Cell::Number(fen as f64 / 100.0)),
        text(&["1.5", "(2.50)", "壹元", "1,000.00", "1.234", "多少", ""]),
    ];
    (
        text(&["SB1", "SB2", ""]),
        text(&["01", "1.2E+19", ""]),
        text(&["1", "2", "x"]),
        text(&["2024-06-01", "2024-06-02", "24-6-1"]),
        text(&["床位费", "护理费", "无"]),
        text(&["1", "2"]),
        text(&["1", "0.5"]),
        amount,
    )
        .prop_map(|(a, b, c, d, e, f, g, h)| vec![a, b, c, d, e, f, g, h])
}

/// Everything but the places.
fn told(records: &Records) -> Vec<String> {
    let names = &records.names;
    let line = |line: &crate::flow::BillLine| {
        let text = |symbol: Option<crate::flow::Symbol>| symbol.map(|s| names.get(s));
        format!(
            "{:?} {:?} {:?} {} {} {} {} {}",
            text(line.claim_id),
            text(line.invoice_no),
            line.line_no,
            line.service_on,
            names.get(line.item_name),
            line.quantity,
            line.unit_price,
            line.amount
        )
    };
    records.lines.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_fen_is_lost_and_shuffled_rows_give_the_same_records(
        (rows, shuffled) in prop::collection::vec(line(), 0..40)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let amounts = rows.iter().filter_map(|row| money::amount(row[7]).ok().flatten());
        let read_in: Money = amounts.sum();
        let count = rows.len() as u64;
        let records = read(TableKind::BillLines, &LINE_FIELDS, rows);
        let tally = &records.tallies[0];
        prop_assert_eq!(tally.amount_accepted + tally.amount_quarantined, read_in);
        prop_assert_eq!(tally.accepted + tally.quarantined, count);
        let accepted: Money = records.lines.iter().map(|line| line.amount).sum();
        prop_assert_eq!(accepted, tally.amount_accepted);
        let again = read(TableKind::BillLines, &LINE_FIELDS, shuffled);
        prop_assert_eq!(told(&records), told(&again));
    }
}

#[test]
fn claims_that_differ_only_in_a_far_column_still_have_one_order() {
    let fields: Vec<Field> = CLAIM.iter().map(|c| c.0).chain([Field::AgentId]).collect();
    let row = |agent: &'static str| {
        let cells = CLAIM.iter().map(|c| c.1).chain([agent]);
        cells.map(Cell::Text).collect::<Vec<_>>()
    };
    let agents = |rows: Vec<Vec<Cell<'static>>>| {
        let records = read(TableKind::Claims, &fields, rows);
        let agent = |claim: &crate::flow::Claim| {
            claim.agent_id.as_ref().map(|agent| agent.reveal().to_owned())
        };
        records.claims.iter().map(agent).collect::<Vec<_>>()
    };
    let (a, b) = (row("E12345678"), row("E87654378"));
    let one_way = agents(vec![a.clone(), b.clone()]);
    assert_eq!(one_way.len(), 2);
    assert_eq!(one_way, agents(vec![b, a]));
}
