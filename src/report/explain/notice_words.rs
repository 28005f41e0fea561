//! What a notice says instead of codes and terms: reasons, ways out, groups of costs, funds, for
//! somebody without training. A word that stands in no list is said as the program says it.

use crate::domain::words::Route;

use super::course::{Fund, Part};

/// Both languages of a sentence.
pub(super) type Pair = (&'static str, &'static str);

/// What may follow a reason: nothing, or what the gate saw. What it saw of other persons stays
/// with the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    Nothing,
    Seen,
    /// In the same sentence.
    Joined,
    /// Seen, unless bill and application differ: that is told with the costs.
    OfBill,
}

/// When a reason has these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    Refuses,
    Otherwise,
}

/// A reason in plain words, and what may follow it.
pub(super) fn reason(code: &str, refuses: bool) -> Option<(Pair, Detail)> {
    let fits = |when| match when {
        When::Always => true,
        When::Refuses => refuses,
        When::Otherwise => !refuses,
    };
    let found = REASONS.iter().find(|(known, when, ..)| *known == code && fits(*when));
    found.map(|(_, _, pair, detail)| (*pair, *detail))
}

static REASONS: &[(&str, When, Pair, Detail)] = &[
    (
        "G01",
        When::Always,
        (
            "申报表上的证件号码在参保登记中查不到，可能是号码填写有误，或者在表格中丢失了末几位数字",
            "the identity number on the form is not in the register of insured persons; it may \
                 have been mistyped, or a spreadsheet may have lost its last digits",
        ),
        Detail::Nothing,
    ),
    (
        "G02",
        When::Always,
        (
            "按申报表上的参保地和险种，没有查到您的参保登记",
            "there is no record that you are insured in the place and scheme on the form",
        ),
        Detail::Nothing,
    ),
    (
        "F105",
        When::Always,
        (
            "登记的死亡日期早于这次就医的日期，两者不符",
            "the date of death in the register is before this treatment",
        ),
        Detail::Seen,
    ),
    (
        "F201",
        When::Always,
        (
            "这张票据的费用已经在医院直接结算，医保基金已经支付过，不能再次报销",
            "this invoice was settled directly at the hospital; the insurance has paid for it \
                 and cannot pay again",
        ),
        Detail::Seen,
    ),
    (
        "F202",
        When::Always,
        (
            "这张票据的费用此前已经手工报销过，不能再次报销",
            "this invoice has been reimbursed before and cannot be paid again",
        ),
        Detail::Seen,
    ),
    (
        "F205",
        When::Always,
        (
            "这张票据上已经载明医保统筹支付的金额，说明费用已经结算过，不能再次报销",
            "the invoice itself shows a payment by the insurance, so it has been settled and \
                 cannot be paid again",
        ),
        Detail::Nothing,
    ),
    (
        "F203",
        When::Refuses,
        (
            "同一张票据已经由另一份先受理的申请使用；一张票据只能报销一次",
            "another application, received earlier, uses the same invoice; an invoice is paid \
                 only once",
        ),
        Detail::Nothing,
    ),
    (
        "F203",
        When::Otherwise,
        (
            "另有一份申请使用了同一张票据，需要先核实票据属于谁",
            "another application uses the same invoice; whose it is must be found out first",
        ),
        Detail::Nothing,
    ),
    (
        "F111",
        When::Always,
        (
            "工伤，以及应由第三方（造成伤害的一方）负责的医疗费，依法不由基本医疗保险支付",
            "by law basic medical insurance does not pay for work injuries, nor for what \
                 somebody else is liable for",
        ),
        Detail::Seen,
    ),
    (
        "F102",
        When::Refuses,
        (
            "您就医期间没有缴纳医保费，按规定这段时间不能享受医保待遇",
            "no contributions were paid for the time of your treatment, so there is no \
                 entitlement for it",
        ),
        Detail::Seen,
    ),
    (
        "F102",
        When::Otherwise,
        (
            "您就医期间有的月份没有缴纳医保费，这些月份发生的费用由您个人负担",
            "for some months of your treatment no contributions were paid; what was spent in \
                 them you have to bear",
        ),
        Detail::Seen,
    ),
    (
        "F107",
        When::Always,
        (
            "就诊的医疗机构在您就医当天不能使用医保：不在定点名单中，或者正处于暂停期间",
            "on the day of your treatment the hospital was not open to the insurance: not on \
                 the list of designated hospitals, or suspended",
        ),
        Detail::Seen,
    ),
    (
        "F101",
        When::Always,
        (
            "这次在外地就医没有有效的异地就医备案；按参保地规定，没有备案的费用医保基金不予支付",
            "there is no valid filing for treatment elsewhere, and the place where you are \
                 insured does not pay without one",
        ),
        Detail::Seen,
    ),
    (
        "F110",
        When::Always,
        (
            "提交申请时已经超过参保地规定的报销期限",
            "the application came in after the last day that your place of insurance allows",
        ),
        Detail::Seen,
    ),
    (
        "G11",
        When::Always,
        ("提交的材料还不齐全", "your documents are not complete"),
        Detail::Joined,
    ),
    (
        "G12",
        When::Always,
        (
            "申请中的信息与登记对应不上唯一的一条记录，需要工作人员进一步核实",
            "what the form says fits more than one record, or none exactly; our staff have to \
                 look into it",
        ),
        Detail::Nothing,
    ),
    (
        "F301",
        When::Always,
        (
            "费用明细与票据总额对不上，暂时无法计算报销金额",
            "the itemised bill does not agree with the invoice, so nothing can be worked out \
                 yet",
        ),
        Detail::OfBill,
    ),
    (
        "not_covered",
        When::Always,
        (
            "您这种情况需要由工作人员按参保地规定人工核定",
            "your case has to be decided by our staff by the rules of your place of insurance",
        ),
        Detail::Nothing,
    ),
];

/// Why a payment is on hold, of findings that are no gates. Told without suspicion.
pub(super) fn doubt(code: &str) -> Pair {
    match code {
        "F302" => (
            "部分费用的数量、单价与金额对不上，需要核实",
            "quantity, price and amount of some items do not agree",
        ),
        "F303" => (
            "票据金额与费用明细的差异需要核实",
            "a difference between invoice and itemised bill has to be looked into",
        ),
        "F304" => (
            "部分项目的价格高于就医地规定，需要核实",
            "some prices are above what the place of treatment allows",
        ),
        "F401" => (
            "这次住院的时间与另一次住院有重叠，需要核实",
            "the days of this stay overlap with another stay",
        ),
        "F404" => (
            "这次住院与前一次住院间隔很短、病情相同，需要核实",
            "this stay followed another one for the same illness very soon",
        ),
        "F501" => (
            "收款账户同时用于几位参保人，需要核实",
            "the account for the payment is used by several insured persons",
        ),
        _ => ("申请中有情况需要核实", "something in the application has to be looked into"),
    }
}

/// The way out of a reason that only a wrong record, or nothing, would change.
pub(super) fn way_out(code: &str, never: bool) -> Option<Pair> {
    Some(match code {
        "G02" => (
            "请先确认您实际在哪里参保，并向参保地申请报销；如果您确实在申报的地方参保，请带上缴费凭证到经办机构更正参保登记，再重新申请",
            "find out where you are insured and apply there; if you are insured where the form \
             says, bring proof of your contributions, have the register corrected and apply again",
        ),
        "F105" if !never => (
            "如果死亡登记有误，请家属带上户籍证明或医疗证明到经办机构更正登记，再重新申请；登记无误的，这笔费用不能报销",
            "if the record is wrong, the family should bring a civil or medical record, have it \
             corrected and apply again; if it is right, this cannot be paid",
        ),
        "F201" => (
            "这笔费用不需要再申请。您可以向就诊医院索取结算单核对；如果当时的结算有误，请先由医院退费并重新结算",
            "there is nothing more to apply for. Ask the hospital for the settlement record; if \
             the settlement was wrong, have the hospital reverse it and settle again",
        ),
        "F202" => (
            "这笔费用不需要再申请。您可以向我们查询当时的报销单和到账情况",
            "there is nothing more to apply for. You can ask us for the record of that payment",
        ),
        "F205" => (
            "您可以向就诊医院索取结算单核对；如果票据开错了，请由医院更正票据，再重新申请",
            "ask the hospital for the settlement record; if the invoice is wrong, have it \
             corrected and apply again",
        ),
        "F203" => (
            "先受理的那份申请继续有效，不需要另外申请；如果您的票据被别人使用了，请带上原始票据到经办机构说明",
            "the earlier application stands and no other is needed; if somebody else used your \
             invoice, please bring the original to us",
        ),
        "F111" => (
            "属于工伤的，请向参保地工伤保险经办机构申请；由他人造成伤害的，请向责任人主张，\
             责任人不支付或者无法确定的，可以凭公安机关或法院的证明申请由医保基金先行支付；\
             申报表填写有误的，请带上证明更正后重新申请",
            "for a work injury, apply to work-injury insurance; if somebody else caused it, claim \
             from them, and if they do not pay or cannot be found, apply for advance payment with \
             proof from the police or a court; if the form was filled in wrongly, bring proof and \
             apply again",
        ),
        "F107" if !never => (
            "如果该机构当天确实是医保定点机构，或者申报表上的机构名称填错了，请提供证明或更正后重新申请；如果当时属于急诊、抢救，请提供急诊证明，由我们核定",
            "if the hospital was designated on that day, or was misnamed on the form, bring proof \
             or the right name and apply again; if it was an emergency, hand in the proof and we \
             will decide",
        ),
        "F110" => (
            "如果您在期限之前已经提交过申请，请提供当时的受理回执或邮寄凭证，我们据此更正受理日期",
            "if you had applied before that day, bring the receipt or the postal record of that \
             time and we will correct the day of receipt",
        ),
        "F102" => (
            "现在补缴已经不能恢复这段时间的待遇；如果您当时已经缴费，请带上缴费凭证到经办机构更正缴费记录",
            "paying now would not restore the entitlement; if you had paid in time, bring the \
             proof of payment and have the record corrected",
        ),
        "F101" => (
            "现在已经不能补办备案，这笔费用由您个人负担；今后到外地就医，请先在参保地办理备案",
            "it is too late for a filing and you have to bear the cost; please file with your \
             place of insurance before you are treated elsewhere again",
        ),
        _ if never => (
            "补正的期限已经过了，这笔费用由您个人负担",
            "the time for mending it has passed and you have to bear the cost",
        ),
        _ => return None,
    })
}

/// Whether the office acts and the person waits.
pub(super) fn is_for_the_office(code: &str) -> bool {
    !matches!(code, "G01" | "G11" | "F301" | "F102" | "F101")
}

/// Costs that are not paid for, by the word of the verdict.
pub(super) fn not_paid_for(verdict: &str) -> Option<Pair> {
    const WORDS: &[(&str, Pair)] = &[
        (
            "listed",
            (
                "超过规定天数或数量的部分（如床位费）",
                "beyond the days or quantity allowed, as of beds",
            ),
        ),
        (
            "to_check",
            (
                "超过规定天数或数量的部分（如床位费）",
                "beyond the days or quantity allowed, as of beds",
            ),
        ),
        (
            "outside_agreement",
            ("不在医保支付协议期内的药品", "drugs outside the time the insurance pays for them"),
        ),
        ("not_payable", ("医保不予支付的中药饮片", "herbs that are never paid for")),
        ("herb_alone", ("单独使用时医保不予支付的中药饮片", "herbs that are not paid for alone")),
        (
            "not_listed",
            ("医保目录中没有的药品、服务或材料", "drugs, services or materials on no list"),
        ),
        (
            "class_c",
            (
                "医保目录规定由个人负担的项目（丙类）",
                "items the list leaves to the person (class C)",
            ),
        ),
        ("wrong_sex", ("限另一性别使用的项目", "items for the other sex only")),
        ("wrong_age", ("不符合限定年龄的项目", "items outside their age limit")),
        (
            "hospital_too_low",
            ("限更高级别医院使用的项目", "items for hospitals of a higher tier only"),
        ),
        (
            "wrong_care",
            ("限其他就医方式（如住院）使用的项目", "items for another kind of care only"),
        ),
        (
            "other_fund",
            ("限工伤或生育保险支付的项目", "items for work-injury or maternity insurance only"),
        ),
        ("diagnosis_not_listed", ("限其他病症使用的项目", "items limited to other illnesses")),
        ("too_many_days", ("超过限定支付天数的项目", "items past the days they are paid for")),
        (
            "lapsed_month",
            ("没有缴纳医保费的月份里发生的费用", "spent in months without contributions"),
        ),
        (
            "no_catalog",
            ("就医地目录尚未录入、需要人工核定的项目", "items our staff have to decide by hand"),
        ),
    ];
    WORDS.iter().find(|(known, _)| *known == verdict).map(|(_, pair)| *pair)
}

pub(super) fn fund(fund: Fund) -> Pair {
    match fund {
        Fund::Basic => ("基本医疗保险", "basic medical insurance"),
        Fund::Large => ("大额医疗费用补助", "the fund for large amounts"),
        Fund::Serious => ("大病保险", "serious-illness insurance"),
        Fund::Supplement => ("补充医疗保险", "supplementary insurance"),
        Fund::Aid => ("医疗救助", "medical aid"),
        Fund::Floor => ("倾斜保障", "floor protection"),
        Fund::Other => ("其他保障", "other funds"),
    }
}

pub(super) fn part(part: Part) -> Pair {
    match part {
        Part::SelfPaid => ("不能报销的费用", "what cannot be reimbursed"),
        Part::OverCeiling => ("超过最高限价的部分", "what is above the highest price allowed"),
        Part::FirstPay => ("目录内项目先由个人负担的部分", "your first share of items on the list"),
        Part::RouteFirst => {
            ("外地就医先由个人负担的部分", "your first share of treatment elsewhere")
        }
        Part::Deductible => ("起付标准", "the deductible"),
        Part::Share => ("其余按规定由个人负担的部分", "the rest of your share"),
    }
}

/// How the person came to be treated elsewhere, as the reason of a lower payment.
pub(super) fn route(word: &str) -> Pair {
    match Route::from_word(word) {
        Some(Route::LongTerm) => ("备案后在外地就医", "treatment elsewhere under a filing"),
        Some(Route::Referral) => ("转诊到外地就医", "a referral to another place"),
        Some(Route::Emergency) => ("在外地急诊", "an emergency away from home"),
        Some(Route::Temporary) => ("临时外出就医", "treatment during a temporary stay away"),
        Some(Route::LateFiled) => ("出院后才补办备案", "a filing made after the discharge"),
        Some(Route::Unfiled) => ("没有办理异地就医备案", "treatment elsewhere without a filing"),
        Some(Route::Home | Route::Exempt) | None => ("在外地就医", "treatment elsewhere"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;
    use crate::flow::LineVerdict;

    #[test]
    fn every_gate_has_its_reason_and_every_verdict_its_group_in_plain_words() {
        for code in Code::ALL.iter().filter(|code| **code <= Code::NotCovered) {
            for refuses in [true, false] {
                let told = reason(code.as_str(), refuses);
                let ((zh, en), _) = told.unwrap_or_else(|| panic!("{code} has no words"));
                assert!(!zh.ends_with('。') && !en.ends_with('.'), "{code} is made a sentence");
                assert!(!zh.contains(code.as_str()) && !en.contains(code.as_str()), "{code}");
            }
        }
        for verdict in LineVerdict::ALL {
            assert!(not_paid_for(verdict.word()).is_some(), "{}", verdict.word());
        }
    }
}
