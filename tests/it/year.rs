//! A year has memory: what earlier stays, settlements and claims of the batch do to a later one.

use lingbao::flow::StepKind;

use crate::batch::{Batch, LIU, decision, verdict};

/// `ordinal deductible basic/serious` of a claim, after its verdict where that is not `pay`.
fn shown(batch: &Batch, id: &str) -> String {
    let detected = batch.decide();
    let decision = decision(&detected, id);
    let amounts = &decision.amounts;
    let money = format!("{} {}/{}", amounts.deductible, amounts.fund_basic, amounts.fund_serious);
    match (verdict(decision).as_str(), decision.stay_ordinal) {
        ("pay", Some(ordinal)) => format!("{ordinal} {money}"),
        (verdict, Some(ordinal)) => format!("{verdict}: {ordinal} {money}"),
        (verdict, None) => verdict.to_owned(),
    }
}

const APRIL: [(&str, &str); 2] = [("入院日期", "2024-04-04"), ("出院日期", "2024-04-15")];

#[test]
fn stays_count_in_the_order_of_discharge_whatever_their_numbers() {
    let mut batch = Batch::world();
    batch.claim("A1", &[&APRIL[..], &[("受理日期", "2024-06-01")]].concat());
    batch.claim("A2", &[("受理日期", "2024-06-20")]);
    assert_eq!(shown(&batch, "A2"), "1 800.00 16512.00/0.00");
    assert_eq!(shown(&batch, "A1"), "2 400.00 16856.00/0.00");
}

#[test]
fn a_refused_claim_takes_no_place_and_a_held_one_does() {
    let mut refused = Batch::world();
    refused.claim("A1", &[("工伤标志", "是")]).claim("A2", &APRIL);
    assert_eq!(shown(&refused, "A2"), "1 800.00 16512.00/0.00");

    let mut held = Batch::world();
    held.person(&[("证件号码", LIU), ("姓名", "刘某")]).contribution(&[("证件号码", LIU)]);
    held.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    held.claim("A1", &[("票据号码", "777")]).claim("A2", &APRIL);
    held.claim("A3", &[("票据号码", "777"), ("证件号码", LIU), ("受理日期", "2024-06-04")]);
    assert_eq!(shown(&held, "A1"), "hold F203: 1 800.00 16512.00/0.00");
    assert_eq!(shown(&held, "A2"), "2 400.00 16856.00/0.00");
}

#[test]
fn the_year_opens_with_what_was_settled_by_the_end_of_the_month_of_receipt() {
    for (name, other, expected) in [
        ("settled in January", vec![], "2 400.00 16856.00/0.00"),
        ("refunded", vec![("状态", "退费")], "1 800.00 16512.00/0.00"),
        ("on the last day", vec![("结算日期", "2024-06-30")], "2 400.00 16856.00/0.00"),
        ("a day after", vec![("结算日期", "2024-07-01")], "1 800.00 16512.00/0.00"),
        ("outpatient care", vec![("医疗类别", "门诊")], "1 800.00 16512.00/0.00"),
        (
            "the year before",
            vec![("入院日期", "2023-12-20"), ("出院日期", "2023-12-31")],
            "1 800.00 16512.00/0.00",
        ),
    ] {
        let mut batch = Batch::world();
        batch.settlement(&other).claim("A1", &[]);
        assert_eq!(shown(&batch, "A1"), expected, "{name}");
    }
}

/// Handed in in March, a claim comes before what was settled online in April, whenever it is
/// decided; the year's limit counts both.
#[test]
fn what_was_settled_after_a_claim_was_handed_in_counts_for_the_limit_only() {
    let april =
        [("入院日期", "2024-04-01"), ("出院日期", "2024-04-20"), ("结算日期", "2024-04-20")];
    let with = |received: &'static str, fund: &'static str| {
        let mut batch = Batch::world();
        let paid = [("统筹基金支付", fund), ("医疗费总额", fund), ("符合政策范围金额", fund)];
        batch.settlement(&[&april[..], &paid].concat());
        batch.claim("A1", &[("受理日期", received)]);
        batch
    };
    assert_eq!(shown(&with("2024-03-20", "3612"), "A1"), "1 800.00 16512.00/0.00");
    assert_eq!(shown(&with("2024-04-21", "3612"), "A1"), "2 400.00 16856.00/0.00");
    // Past the limit Wuhan's data know of no further layer: the claim pends.
    assert_eq!(shown(&with("2024-03-20", "300000"), "A1"), "pend not_covered");
}

#[test]
fn a_settlement_row_given_twice_is_one_settlement() {
    let mut batch = Batch::world();
    batch.settlement(&[]).settlement(&[]).claim("A1", &[]);
    assert_eq!(shown(&batch, "A1"), "2 400.00 16856.00/0.00");
}

/// What a stay brought into the base of serious illness does not depend on what the first claim of
/// the year is for.
#[test]
fn an_outpatient_claim_before_it_changes_nothing_of_a_stay() {
    let stay = |is_first: bool| {
        let mut batch = Batch::default();
        let beijing = ("参保地", "110000");
        batch.person(&[beijing]).hospital(&[]).filing(&[beijing]).contribution(&[beijing]);
        let past = [("符合政策范围金额", "60000"), ("起付线", "1300"), ("统筹基金支付", "20000")];
        batch.settlement(&past);
        if !is_first {
            let visit = [
                ("医疗类别", "门诊"),
                ("入院日期", "2024-02-01"),
                ("出院日期", "2024-02-01"),
                ("已交材料", "票据、费用清单、处方底方"),
            ];
            batch.claim("A1", &[&[beijing][..], &visit].concat());
        }
        batch.claim("A2", &[beijing, ("已交材料", "票据、费用清单、诊断证明")]);
        shown(&batch, "A2")
    };
    // 40,000 of share and deductible before, past the 30,404: 60 % of 2,902.50 and 650 more.
    assert_eq!(stay(true), "2 650.00 16447.50/2131.50");
    assert_eq!(stay(false), "2 650.00 16447.50/2131.50");
}

#[test]
fn a_stay_settled_later_does_not_hide_the_one_a_transfer_goes_on_from() {
    let mut batch = Batch::world();
    batch.settlement(&[
        ("医疗机构编码", "H44030000102"),
        ("入院日期", "2024-02-20"),
        ("出院日期", "2024-03-04"),
        ("起付线", "600"),
    ]);
    batch.settlement(&[
        ("结算编号", "S2"),
        ("票据号码", "0099990002"),
        ("入院日期", "2024-05-01"),
        ("出院日期", "2024-05-10"),
        ("起付线", "400"),
        ("结算日期", "2024-05-10"),
    ]);
    batch.claim("A1", &[]);
    assert_eq!(shown(&batch, "A1"), "1 200.00 17028.00/0.00");
}

/// Where everything in scope went into the deductible, the table says how high it was.
#[test]
fn a_transfer_from_a_stay_below_its_deductible_is_charged_to_the_dearer_figure() {
    let mut batch = Batch::world();
    batch.hospital(&[("编码", "H44030000002"), ("名称", "深圳市白鹭医院"), ("等级", "二级")]);
    batch.settlement(&[
        ("入院日期", "2024-02-20"),
        ("出院日期", "2024-03-04"),
        ("符合政策范围金额", "500"),
        ("起付线", "500"),
        ("统筹基金支付", "0"),
    ]);
    batch.claim("A1", &[("医疗机构编码", "H44030000002")]);
    // Tier 3 asked 800, of which 500 were charged; tier 2 pays 89 % of the rest.
    assert_eq!(shown(&batch, "A1"), "1 300.00 17533.00/0.00");
}

#[test]
fn a_settlement_that_does_not_say_what_was_in_scope_had_at_least_what_was_paid() {
    let claimed = |total: &'static str| {
        let mut batch = Batch::world();
        batch.settlement(&[("符合政策范围金额", "")]).claim("A1", &[("医疗费总额", total)]);
        shown(&batch, "A1")
    };
    // 3,612 of 240,000 were paid: 236,388 are left after a deductible of 400.
    assert_eq!(claimed("236788"), "2 400.00 203293.68/0.00");
    assert_eq!(claimed("236788.01"), "pend not_covered");
}

#[test]
fn a_long_term_filing_for_another_place_helps_only_if_it_was_made_in_time() {
    let filed = |day: &'static str| {
        let mut batch = Batch::default();
        let own = ("参保地", "130100");
        batch.person(&[own]).hospital(&[]).contribution(&[own]);
        batch.filing(&[own, ("就医地", "310000"), ("办理日期", day)]).claim("A1", &[own]);
        shown(&batch, "A1")
    };
    assert_eq!(filed("2024-03-15"), "pay_reduced: 1 1500.00 14060.00/0.00");
    assert_eq!(filed("2024-03-16"), "pay_reduced: 1 3000.00 6800.00/0.00");
}

#[test]
fn a_settled_stay_without_dates_counts_as_a_stay() {
    let mut batch = Batch::world();
    batch.settlement(&[("入院日期", ""), ("出院日期", "")]).claim("A1", &[]);
    assert_eq!(shown(&batch, "A1"), "2 400.00 16856.00/0.00");
}

#[test]
fn a_transfer_between_settled_stays_was_one_stay() {
    let mut batch = Batch::world();
    let first = [
        ("医疗机构编码", "H44030000102"),
        ("入院日期", "2024-02-20"),
        ("出院日期", "2024-02-28"),
        ("起付线", "600"),
    ];
    batch.settlement(&first);
    batch.settlement(&[
        ("结算编号", "S2"),
        ("票据号码", "0099990002"),
        ("医疗机构编码", "H44030000104"),
        ("入院日期", "2024-02-28"),
        ("出院日期", "2024-03-04"),
        ("起付线", "0"),
    ]);
    batch.claim("A1", &[]);
    // Tier 3 asks 800, of which 600 were charged on the way.
    assert_eq!(shown(&batch, "A1"), "1 200.00 17028.00/0.00");
}

#[test]
fn a_referral_serves_one_hospital() {
    let second = |code: &'static str| {
        let mut batch = Batch::default();
        batch.person(&[]).contribution(&[]).filing(&[("备案类型", "转诊")]).hospital(&[]);
        batch.hospital(&[("编码", "H44030000002"), ("名称", "深圳市白鹭医院")]);
        batch.claim("A1", &[]).claim("A2", &[&APRIL[..], &[("医疗机构编码", code)]].concat());
        shown(&batch, "A2")
    };
    assert_eq!(second("H44030000001"), "pay_reduced: 2 400.00 14896.00/0.00");
    assert_eq!(second("H44030000002"), "reject F101");
}

#[test]
fn a_stay_belongs_to_the_year_of_its_discharge() {
    let mut batch = Batch::default();
    batch.person(&[]).hospital(&[]).filing(&[]);
    batch.contribution(&[("费款所属期", "202301-202412")]);
    batch.claim("A1", &[("入院日期", "2023-12-20"), ("出院日期", "2023-12-31")]);
    batch.claim("A2", &[("入院日期", "2023-12-31"), ("出院日期", "2024-01-05")]);
    batch.claim("A3", &[]);
    assert_eq!(shown(&batch, "A1"), "1 800.00 16512.00/0.00");
    assert_eq!(shown(&batch, "A2"), "1 800.00 16512.00/0.00");
    assert_eq!(shown(&batch, "A3"), "2 400.00 16856.00/0.00");
}

#[test]
fn a_transfer_on_the_day_of_discharge_goes_on_as_the_same_stay() {
    let transfer = |admitted, code: &'static str| {
        let mut batch = Batch::world();
        let second = [("编码", "H44030000002"), ("名称", "深圳市白鹭医院"), ("等级", "二级")];
        batch.hospital(&second);
        let first = [("医疗机构编码", "H44030000002"), ("入院日期", "2024-03-04")];
        batch.claim("A1", &[&first[..], &[("出院日期", "2024-03-15")]].concat());
        let next = [("医疗机构编码", code), ("入院日期", admitted), ("出院日期", "2024-03-25")];
        batch.claim("A2", &next);
        shown(&batch, "A2")
    };
    // Tier 2 was charged 600; tier 3 asks 800 once, so 200 more.
    assert_eq!(transfer("2024-03-15", "H44030000001"), "1 200.00 17028.00/0.00");
    assert_eq!(transfer("2024-03-16", "H44030000001"), "2 400.00 16856.00/0.00");
    assert_eq!(transfer("2024-03-15", "H44030000002"), "2 300.00 17533.00/0.00");
}

#[test]
fn the_limit_counts_what_earlier_claims_used() {
    let second = |total: &'static str| {
        let mut batch = Batch::world();
        batch.claim("A1", &[("医疗费总额", "200000")]);
        batch.claim("A2", &[&APRIL[..], &[("医疗费总额", total)]].concat());
        shown(&batch, "A2")
    };
    // 199,200 of 240,000 used: 40,800 are left after a deductible of 400.
    assert_eq!(second("41200"), "2 400.00 35088.00/0.00");
    assert_eq!(second("41200.01"), "pend not_covered");
}

#[test]
fn serious_illness_pays_on_what_the_year_brought_together() {
    let mut batch = Batch::default();
    batch.person(&[("险种", "居民"), ("人员类别", "居民成年")]).hospital(&[]).filing(&[]);
    batch.contribution(&[("险种", "居民")]);
    let resident = [("险种", "居民"), ("医疗费总额", "30000")];
    batch.claim("A1", &resident).claim("A2", &[&APRIL[..], &resident].concat());
    // 11,680 of share and 800 of deductible: 480 above the 12,000, at 60 %.
    assert_eq!(shown(&batch, "A1"), "1 800.00 17520.00/288.00");
    // 12,240 more, all between 12,480 and 30,000.
    assert_eq!(shown(&batch, "A2"), "2 400.00 17760.00/7344.00");
}

/// What a settled stay brings into serious illness is said by the law of that stay, not by that of
/// the refused outpatient claim which happens to come first.
#[test]
fn settlements_open_the_year_by_their_own_law() {
    let insured = [("参保地", "110000"), ("险种", "居民")];
    let there = [("就医地", "110000"), ("医疗机构编码", "H11010000001"), ("已交材料", "")];
    let visit = [("医疗类别", "门诊"), ("入院日期", "2024-02-01"), ("出院日期", "2024-02-01")];
    let mut batch = Batch::default();
    batch.person(&[&insured[..], &[("人员类别", "居民成年")]].concat());
    batch.hospital(&[("编码", "H11010000001"), ("所属地区", "110000")]);
    batch.contribution(&insured).settlement(&[("险种", "居民")]);
    batch.claim("A2", &[&insured[..], &there].concat());
    let before = |batch: &Batch| {
        let detected = batch.decide();
        let steps = &decision(&detected, "A2").steps;
        steps.iter().find_map(|step| match step.kind {
            StepKind::SeriousIllness { before, .. } => Some(before.to_string()),
            _ => None,
        })
    };
    assert_eq!(before(&batch).as_deref(), Some("1388.00"));
    batch.claim("A1", &[&insured[..], &there, &visit, &[("工伤标志", "是")]].concat());
    assert_eq!(before(&batch).as_deref(), Some("1388.00"));
}
