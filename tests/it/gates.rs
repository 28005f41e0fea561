//! Every gate, with the near misses beside it: one claim a case, through the whole program.

use lingbao::domain::words::{Outcome, Remedy};
use lingbao::flow::Silent;

use crate::batch::{Batch, CLASS_A, LIU, WANG, decision, verdict};

/// Decides the batch and compares claim `A1`.
fn check(name: &str, batch: &Batch, expected: &str) {
    let detected = batch.decide();
    assert_eq!(verdict(decision(&detected, "A1")), expected, "{name}");
}

/// One claim with some values replaced, in the usual world.
fn check_claim(name: &str, other: &[(&'static str, &str)], expected: &str) {
    let mut batch = Batch::world();
    batch.claim("A1", other);
    check(name, &batch, expected);
}

/// The usual claim in a world changed by `change`.
fn check_world(name: &str, change: impl FnOnce(&mut Batch), expected: &str) {
    let mut batch = Batch::default();
    change(&mut batch);
    batch.claim("A1", &[]);
    check(name, &batch, expected);
}

#[test]
fn a_claim_with_everything_in_order_is_paid() {
    check_claim("nothing is wrong", &[], "pay");
}

#[test]
fn a_person_who_is_not_known_or_not_insured_there_is_refused() {
    check_claim("another id", &[("证件号码", LIU), ("姓名", "刘某")], "reject G01;F101");
    check_claim("wrong check character", &[("证件号码", "420106197003059968")], "reject G01");
    check_claim("digits lost", &[("证件号码", "4.20106E+17")], "reject G01");
    check_claim("resident, but insured as employee", &[("险种", "居民")], "reject G02");
}

#[test]
fn death_is_judged_on_the_day_of_admission() {
    let died = |day: &'static str| {
        move |batch: &mut Batch| {
            batch.person(&[("死亡日期", day)]).hospital(&[]).filing(&[]).contribution(&[]);
        }
    };
    check_world("died the day before", died("2024-03-03"), "reject F105");
    check_world("died in hospital", died("2024-03-10"), "pay");
    check_world("died on the day of admission", died("2024-03-04"), "pay");
}

#[test]
fn a_bill_that_was_settled_is_not_paid_again() {
    let settled = |other: &[(&'static str, &str)]| {
        let mut batch = Batch::world();
        batch.settlement(other).claim("A1", &[]);
        batch
    };
    let same = [("票据号码", "A1")];
    check("by its invoice", &settled(&same), "reject F201");
    let manual = [("票据号码", "A1"), ("结算方式", "手工报销")];
    check("by hand", &settled(&manual), "reject F202");
    let refunded = [("票据号码", "A1"), ("状态", "退费")];
    check("refunded", &settled(&refunded), "pay");
    let other_code = [("票据号码", "A1"), ("票据代码", "44060123")];
    check("same number of another series", &settled(&other_code), "pay");
    let stay = [("入院日期", "2024-03-04"), ("出院日期", "2024-03-15"), ("医疗费总额", "20000")];
    check("same stay and total under another invoice", &settled(&stay), "reject F201");
    check("another stay of the year", &settled(&[]), "pay");
    let visit = [("入院日期", "2024-03-04"), ("出院日期", "2024-03-04"), ("医疗费总额", "20000")];
    for (other, is_refused) in [(&visit[..], false), (&[&visit[..], &same].concat(), true)] {
        let mut batch = Batch::world();
        batch.settlement(other);
        batch.claim("A1", &[("医疗类别", "门诊"), ("出院日期", "2024-03-04")]);
        let refused = verdict(decision(&batch.decide(), "A1")).contains("F201");
        assert_eq!(refused, is_refused, "two visits of a day for the same fee: {other:?}");
    }
    check_claim("the invoice shows it", &[("票据统筹支付金额", "0.01")], "reject F205");
    check_claim("the invoice shows none", &[("票据统筹支付金额", "0.00")], "pay");
}

#[test]
fn the_first_of_two_claims_for_one_invoice_stands() {
    let mut batch = Batch::world();
    batch.claim("A1", &[("票据号码", "777"), ("受理日期", "2024-06-05")]);
    batch.claim("A2", &[("票据号码", "777"), ("受理日期", "2024-06-04")]);
    let detected = batch.decide();
    assert_eq!(verdict(decision(&detected, "A1")), "reject F203");
    assert_eq!(verdict(decision(&detected, "A2")), "pay");
}

#[test]
fn an_invoice_claimed_by_two_persons_holds_the_first() {
    let mut batch = Batch::world();
    batch.person(&[("证件号码", LIU), ("姓名", "刘某")]).contribution(&[("证件号码", LIU)]);
    batch.filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    batch.claim("A1", &[("票据号码", "777")]);
    let other = [("票据号码", "777"), ("证件号码", LIU), ("姓名", "刘某")];
    batch.claim("A2", &[&other[..], &[("受理日期", "2024-06-04")]].concat());
    let detected = batch.decide();
    assert_eq!(verdict(decision(&detected, "A1")), "hold F203");
    assert_eq!(verdict(decision(&detected, "A2")), "reject F203");
    let held = decision(&detected, "A1").amounts.fund_total();
    assert_eq!(held.to_string(), "16512.00", "a held claim shows what would be paid");
}

#[test]
fn another_payer_is_not_basic_insurance() {
    check_claim("work injury", &[("工伤标志", "是")], "reject F111");
    check_claim("third party", &[("第三方责任标志", "1")], "reject F111");
    check_claim("marked as neither", &[("工伤标志", "否"), ("第三方责任标志", "0")], "pay");
}

#[test]
fn unpaid_months_take_away_what_the_region_says() {
    let paid = |rows: &'static [(&'static str, &'static str, &'static str)]| {
        move |batch: &mut Batch| {
            batch.person(&[]).hospital(&[]).filing(&[]);
            batch.person(&[("证件号码", LIU)]).contribution(&[("证件号码", LIU)]);
            for &(period, status, day) in rows {
                let row = [("费款所属期", period), ("状态", status), ("到账日期", day)];
                batch.contribution(&row);
            }
        }
    };
    check_world("no row for the month", paid(&[("202401", "到账", "")]), "reject F102");
    check_world("owing", paid(&[("202403", "欠费", "")]), "reject F102");
    check_world("made up in time", paid(&[("202403", "补缴", "2024-06-30")]), "pay");
    check_world("made up too late", paid(&[("202403", "补缴", "2024-07-01")]), "reject F102");
    check_world(
        "a retiree owes none",
        |batch| {
            batch.person(&[("人员类别", "退休")]).hospital(&[]).filing(&[]);
            batch.person(&[("证件号码", LIU)]).contribution(&[("证件号码", LIU)]);
        },
        "pay",
    );
}

#[test]
fn a_month_lost_takes_the_lines_of_that_month() {
    let mut batch = Batch::default();
    batch.person(&[]).hospital(&[]).filing(&[]);
    batch.contribution(&[("费款所属期", "202403")]);
    batch.contribution(&[("费款所属期", "202402"), ("状态", "欠费")]);
    let february = format!("{CLASS_A}|1|5000|5000|2024-02-25");
    let march = format!("{CLASS_A}|1|15000|15000|2024-03-02");
    let lines = format!("{february};{march}");
    batch.claim("A1", &[("入院日期", "2024-02-20"), ("明细", &lines)]);
    let detected = batch.decide();
    let decision = decision(&detected, "A1");
    assert_eq!(verdict(decision), "pay_reduced F102");
    assert_eq!(decision.amounts.full_self_paid.to_string(), "5000.00");
    assert_eq!(decision.amounts.fund_basic.to_string(), "12212.00");
    let [cure] = &decision.cures[..] else { panic!("{decision:?}") };
    assert_eq!((cure.remedy, cure.worth), (Remedy::OnlyIf, None), "{cure:?}");
    assert!(cure.what.zh.contains("补缴期限 2024-05-31 已过"), "{cure:?}");
}

#[test]
fn a_hospital_must_be_designated_on_the_day() {
    let hospital = |other: &'static [(&'static str, &'static str)]| {
        move |batch: &mut Batch| {
            batch.person(&[]).hospital(other).filing(&[]).contribution(&[]);
        }
    };
    check_world("ended before", hospital(&[("定点结束日期", "2024-03-03")]), "reject F107");
    check_world("ends on the day", hospital(&[("定点结束日期", "2024-03-04")]), "pay");
    check_world("begins after", hospital(&[("定点开始日期", "2024-03-05")]), "reject F107");
    let suspended = &[("暂停开始日期", "2024-03-01"), ("暂停结束日期", "2024-03-31")];
    check_world("suspended", hospital(suspended), "reject F107");
    let nowhere = [("医疗机构编码", ""), ("医疗机构名称", "深圳市无此医院")];
    check_claim("not on the list", &nowhere, "reject F107");
    let campus = [("医疗机构编码", ""), ("医疗机构名称", "云杉综合医院（福田院区）")];
    check_claim("named with its campus", &campus, "pay");
}

#[test]
fn a_hospital_designated_again_counts_from_that_day() {
    for (first, second, expected) in
        [("2023-12-31", "2024-03-01", "pay"), ("2023-12-31", "2024-04-01", "reject F107")]
    {
        let mut batch = Batch::default();
        batch.person(&[]).filing(&[]).contribution(&[]);
        batch.hospital(&[("定点开始日期", "2020-01-01"), ("定点结束日期", first)]);
        batch.hospital(&[("定点开始日期", second)]);
        batch.claim("A1", &[]);
        check(second, &batch, expected);
        let mut by_name = batch.clone();
        by_name.claim("A2", &[("医疗机构编码", ""), ("票据号码", "2"), ("医疗费总额", "10000")]);
        check("by name too", &by_name, expected);
    }
}

#[test]
fn a_name_that_fits_two_hospitals_pends() {
    let mut batch = Batch::world();
    batch.hospital(&[("编码", "H44030000002"), ("名称", "深圳云杉中医院"), ("别名", "云杉医院")]);
    batch.hospital(&[("编码", "H44030000003"), ("名称", "深圳云杉骨科医院"), ("别名", "云杉医院")]);
    batch.claim("A1", &[("医疗机构编码", ""), ("医疗机构名称", "云杉医院")]);
    check("two candidates", &batch, "pend G12");
}

#[test]
fn a_filing_must_cover_the_stay() {
    let filing = |other: &'static [(&'static str, &'static str)]| {
        move |batch: &mut Batch| {
            batch.person(&[]).hospital(&[]).filing(other).contribution(&[]);
        }
    };
    for (name, other, expected) in [
        ("for another city", &[("就医地", "440100")][..], "reject F101"),
        ("for the province", &[("就医地", "440000")], "pay"),
        ("for the province by name", &[("就医地", "广东省")], "pay"),
        ("ended the day before", &[("备案结束日期", "2024-03-03")], "reject F101"),
        ("ends on the day of admission", &[("备案结束日期", "2024-03-04")], "pay"),
        ("begins the day after", &[("备案开始日期", "2024-03-05")], "reject F101"),
        ("cancelled", &[("状态", "已撤销")], "reject F101"),
        ("for another hospital", &[("备案医疗机构", "深圳市别家医院")], "reject F101"),
        ("for this hospital", &[("备案医疗机构", "深圳市云杉综合医院")], "pay"),
        ("made on the day of discharge", &[("办理日期", "2024-03-15")], "pay"),
        ("made after discharge", &[("办理日期", "2024-03-16")], "pay_reduced"),
        ("referral", &[("备案类型", "转诊")], "pay_reduced"),
        ("temporary", &[("备案类型", "临时外出")], "pay_reduced"),
    ] {
        check_world(name, filing(other), expected);
    }
}

#[test]
fn a_filing_made_in_a_lapse_is_void() {
    let filed_in_january = |rows: &'static [(&'static str, &'static str, &'static str)]| {
        move |batch: &mut Batch| {
            batch.person(&[]).hospital(&[]).filing(&[("办理日期", "2024-01-15")]);
            batch.person(&[("证件号码", LIU)]).contribution(&[("证件号码", LIU)]);
            for &(period, status, day) in rows {
                let row = [("费款所属期", period), ("状态", status), ("到账日期", day)];
                batch.contribution(&row);
            }
        }
    };
    let late = filed_in_january(&[("202401", "补缴", "2024-06-15"), ("202402-202412", "到账", "")]);
    check_world("made up too late", late, "reject F101");
    let owing = filed_in_january(&[("202401", "欠费", ""), ("202402-202412", "到账", "")]);
    check_world("owing", owing, "reject F101");
    let gap = filed_in_january(&[("202312", "到账", ""), ("202402-202412", "到账", "")]);
    check_world("a gap", gap, "reject F101");
    let before = filed_in_january(&[("202402-202412", "到账", "")]);
    check_world("nothing is known of the time before the first row", before, "pay");
    let in_time =
        filed_in_january(&[("202401", "补缴", "2024-04-30"), ("202402-202412", "到账", "")]);
    check_world("made up in time", in_time, "pay");
}

#[test]
fn register_entries_that_contradict_each_other_pend() {
    let twice = |other: &'static [(&'static str, &'static str)]| {
        move |batch: &mut Batch| {
            batch.person(&[]).person(other).hospital(&[]).filing(&[]).contribution(&[]);
        }
    };
    check_world("the same twice", twice(&[]), "pay");
    check_world("active and retired", twice(&[("人员类别", "退休")]), "pend G12");
    check_world("alive and dead", twice(&[("死亡日期", "2024-01-01")]), "reject F105;G12");
    check_world("resident elsewhere", twice(&[("险种", "居民")]), "pay");
}

#[test]
fn a_bill_reversed_beyond_what_was_billed_pends() {
    let over =
        format!("{CLASS_A}|1|5000|5000|2024-03-15;C0000000000000000001|-1|4000|-4000|2024-03-15");
    check_claim("no original", &[("医疗费总额", "1000"), ("明细", &over)], "pend F301");
    let nothing = format!("{CLASS_A}|1|100|100|2024-03-15;{CLASS_A}|-1|100|-100|2024-03-15");
    check_claim("nothing is left", &[("医疗费总额", "0"), ("明细", &nothing)], "pend F301");
}

#[test]
fn without_a_filing_only_an_emergency_counts_as_filed() {
    let unfiled = |other: &[(&'static str, &str)]| {
        let mut batch = Batch::default();
        batch.person(&[]).hospital(&[]).contribution(&[]).claim("A1", other);
        batch
    };
    check("unfiled", &unfiled(&[]), "reject F101");
    let proven = [("急诊标志", "是"), ("已交材料", "票据、费用清单、出院记录、急诊证明")];
    check("emergency with its proof", &unfiled(&proven), "pay_reduced");
    check("emergency without proof", &unfiled(&[("急诊标志", "是")]), "pend G11");
    let cures = &unfiled(&[]).decide().adjudicated.decisions[0].cures;
    assert_eq!(cures[0].worth.map(|m| m.to_string()).as_deref(), Some("12672.00"), "{cures:?}");
}

/// Shenzhen's rule for emergencies turned on the network until 2023.
#[test]
fn where_the_network_decides_and_is_not_known_the_claim_pends_for_it() {
    let turns_on_it = |flag: &str, since: &str| {
        let mut batch = Batch::default();
        let own = ("参保地", "440300");
        let there = [("编码", "H42010000001"), ("所属地区", "420100")];
        batch.person(&[own]).contribution(&[own]);
        batch.hospital(&[&there[..], &[("跨省联网", flag), ("联网日期", since)]].concat());
        let claim = [
            own,
            ("就医地", "420100"),
            ("医疗机构编码", "H42010000001"),
            ("入院日期", "2022-03-04"),
            ("出院日期", "2022-03-15"),
            ("急诊标志", "是"),
            ("已交材料", ""),
        ];
        batch.claim("A1", &claim);
        let detected = batch.decide();
        let gates = &decision(&detected, "A1").gates;
        gates.iter().any(|hit| hit.saw.en.contains("settles across regions"))
    };
    assert!(turns_on_it("", ""));
    assert!(!turns_on_it("否", ""));
    assert!(!turns_on_it("是", "2022-03-05"));
}

#[test]
fn documents_that_are_missing_pend() {
    check_claim("no discharge record", &[("已交材料", "票据、费用清单")], "pend G11");
    check_claim("not recorded by the office", &[("已交材料", "")], "pay");
}

#[test]
fn a_bill_that_does_not_add_up_pends() {
    let fen_short = format!("{CLASS_A}|1|19999.99|19999.99|2024-03-15");
    check_claim("a fen short", &[("明细", &fen_short)], "pend F301");
    check_claim("no lines at all", &[("明细", "")], "pend F301");
    let reversed = format!(
        "{CLASS_A}|1|20000|20000|2024-03-15;{CLASS_A}|1|500|500|2024-03-15;\
         {CLASS_A}|-1|500|-500|2024-03-15"
    );
    check_claim("with a reversal", &[("明细", &reversed)], "pay");
}

#[test]
fn what_is_not_modelled_is_said_and_pends() {
    check_claim(
        "outpatient",
        &[("医疗类别", "门诊"), ("出院日期", "2024-03-04")],
        "pend not_covered",
    );
    let early = [("入院日期", "2022-03-04"), ("出院日期", "2022-03-15")];
    check_claim("before the first rule", &early, "pend not_covered");
}

#[test]
fn every_reason_is_kept_and_the_first_is_the_headline() {
    let everything = [
        ("票据统筹支付金额", "100"),
        ("工伤标志", "是"),
        ("医疗机构编码", ""),
        ("医疗机构名称", "深圳市无此医院"),
        ("已交材料", "票据"),
    ];
    check_claim("four at once", &everything, "reject F205;F111;F107;G11");
}

/// What claim `A1` is told: for each answer the reason, whether it can be mended, the last day,
/// the worth.
fn told(batch: &Batch) -> Vec<String> {
    let detected = batch.decide();
    let shown = |cure: &lingbao::flow::Cure| {
        let code = cure.code.map_or("-", |code| code.as_str());
        let by = cure.by.map_or("-".to_owned(), |day| day.to_string());
        let worth = cure.worth.map_or("-".to_owned(), |worth| worth.to_string());
        format!("{code} {} {by} {worth}", cure.remedy.word())
    };
    decision(&detected, "A1").cures.iter().map(shown).collect()
}

#[test]
fn every_refusal_says_what_would_mend_it_or_that_nothing_does() {
    let claim = |other: &[(&'static str, &str)]| {
        let mut batch = Batch::world();
        batch.claim("A1", other);
        batch
    };
    let settled = |channel: &str| {
        let mut batch = Batch::world();
        batch.settlement(&[("票据号码", "A1"), ("结算方式", channel)]).claim("A1", &[]);
        batch
    };
    let world = |person: &[(&'static str, &str)], hospital: &[(&'static str, &str)]| {
        let mut batch = Batch::default();
        batch.person(person).hospital(hospital).filing(&[]).contribution(&[]).claim("A1", &[]);
        batch
    };
    let owing = |month: &str| {
        let mut batch = Batch::default();
        batch.person(&[]).hospital(&[]).filing(&[("就医地", "广东省")]);
        batch.contribution(&[("费款所属期", month), ("状态", "欠费")]);
        batch.claim("A1", &[]);
        batch
    };
    let mut later = Batch::world();
    later.claim("A1", &[("票据号码", "7"), ("受理日期", "2024-06-05")]);
    later.claim("A2", &[("票据号码", "7")]);
    let unfiled = |other: &[(&'static str, &str)]| {
        let mut batch = Batch::default();
        batch.person(&[]).hospital(&[]).contribution(&[]).claim("A1", other);
        batch
    };
    for (name, batch, expected) in [
        ("unknown", claim(&[("证件号码", "420106197003059968")]), &["G01 mends - -"][..]),
        ("insured elsewhere", claim(&[("险种", "居民")]), &["G02 only_if - -"]),
        ("dead", world(&[("死亡日期", "2024-03-03")], &[]), &["F105 only_if - 16512.00"]),
        ("settled directly", settled("直接结算"), &["F201 never - -"]),
        ("paid by hand", settled("手工报销"), &["F202 never - -"]),
        ("the invoice shows it", claim(&[("票据统筹支付金额", "9")]), &["F205 never - -"]),
        ("the later of two", later, &["F203 never - -"]),
        ("work injury", claim(&[("工伤标志", "是")]), &["F111 only_if - 16512.00"]),
        ("third party", claim(&[("第三方责任标志", "是")]), &["F111 only_if - 16512.00"]),
        ("may be made up", owing("202403"), &["F102 mends 2024-06-30 16512.00"]),
        ("suspended", world(&[], &[("暂停开始日期", "2024-03-01")]), &["F107 only_if - 16512.00"]),
        (
            "on no list",
            claim(&[("医疗机构编码", ""), ("医疗机构名称", "深圳市无此医院")]),
            &["F107 only_if - -"],
        ),
        ("unfiled", unfiled(&[]), &["F101 mends - 12672.00"]),
        // While the route is refused, the papers alone bring nothing.
        (
            "unfiled, without papers",
            unfiled(&[("已交材料", "票据、费用清单")]),
            &["G11 mends - -", "F101 mends - 12672.00"],
        ),
        ("missing papers", claim(&[("已交材料", "票据、费用清单")]), &["G11 mends - 16512.00"]),
        ("no lines", claim(&[("明细", "")]), &["F301 mends - -"]),
        (
            "not modelled",
            claim(&[("医疗类别", "门诊"), ("出院日期", "2024-03-04")]),
            &["not_covered mends - -"],
        ),
        (
            "two for good, one that could be mended",
            claim(&[("票据统筹支付金额", "9"), ("工伤标志", "是"), ("已交材料", "票据")]),
            &["F205 never - -", "F111 only_if - -"],
        ),
    ] {
        assert_eq!(told(&batch), expected, "{name}");
    }
}

#[test]
fn a_beijing_claim_past_the_deadline_is_only_mended_by_proof_of_the_day() {
    let mut batch = Batch::default();
    let beijing = [("参保地", "110000")];
    batch.person(&beijing).hospital(&[]).filing(&beijing);
    batch.contribution(&[("参保地", "110000"), ("费款所属期", "202301-202412")]);
    let stay = [("入院日期", "2023-03-04"), ("出院日期", "2023-03-15"), ("已交材料", "")];
    batch.claim("A1", &[&beijing[..], &stay].concat());
    assert_eq!(verdict(decision(&batch.decide(), "A1")), "reject F110");
    let told = told(&batch);
    assert!(told[0].starts_with("F110 only_if - 1"), "{told:?}");
}

#[test]
fn no_claim_of_the_demo_is_refused_pending_or_held_without_an_answer() {
    let records = crate::batch::read(&crate::data().join("../reports/demo/batch"));
    let detected =
        lingbao::run::decide(records, crate::batch::setup(), crate::batch::as_of(), &Silent);
    for decision in &detected.adjudicated.decisions {
        let claim = &detected.adjudicated.linked.records.claim(decision.claim).claim_id;
        let paid = matches!(decision.outcome, Outcome::Pay | Outcome::PayReduced);
        assert!(paid || !decision.cures.is_empty(), "{claim} {decision:?}");
        for cure in &decision.cures {
            let says_no = cure.what.zh.starts_with("不能补正");
            assert_eq!(says_no, cure.remedy != Remedy::Mends, "{claim} {cure:?}");
            assert!(cure.remedy != Remedy::Never || cure.worth.is_none(), "{claim} {cure:?}");
            assert!(!cure.what.zh.is_empty() && !cure.what.en.is_empty(), "{claim}");
        }
    }
}

#[test]
fn ids_of_the_test_people_are_valid() {
    for id in [WANG, LIU] {
        assert!(lingbao::domain::IdNumber::parse(id).is_ok(), "{id}");
    }
}
