//! What is said of a refusal that cannot be mended: that it is so, where to turn instead, and the
//! one proof that would still change it, where there is one.
//!
//! The surprise: nothing here is worth money but a record that is proved wrong, and that only when
//! it is the claim's sole reason.

use crate::domain::dates::Date;
use crate::domain::words::{Remedy, Route};
use crate::domain::{Code, Text};
use crate::flow::decisions::GateVerdict;
use crate::flow::{Cure, GateHit};
use crate::rulebook::clauses::route::RouteEffect;

use super::cure::Patient;
use super::ladder::Computed;

/// The answer to a reason that stands whatever is handed in; none for one that can be mended.
pub fn final_word(patient: &Patient, code: Code) -> Option<Cure> {
    let case = patient.weighed.case;
    let cure = match code {
        Code::G02 => only_if(
            "不能补正，除非参保登记有误：请到实际参保地申报；确在本地参保的，凭参保缴费凭证更正登记后重新申报",
            "cannot be mended unless the register is wrong: claim where you are insured, or have \
             the register corrected by proof of contributions and hand in again",
        ),
        Code::F105 => Cure {
            by: case.claim_deadline(),
            ..only_if(
                "不能补正，除非死亡登记有误：由家属凭户籍或医疗证明更正登记后重新申报",
                "cannot be mended unless the death record is wrong: the family has it corrected by \
                 a civil or medical record and hands in again",
            )
        },
        Code::F201 => never(
            "不能补正：该票据已直接结算，基金不再支付；可向就诊机构索取结算单核对，结算有误的先由该机构退费重结",
            "cannot be mended: the invoice was settled directly and nothing is owed; ask the \
             hospital for the settlement record, and if it is wrong have it reversed there first",
        ),
        Code::F202 => never(
            "不能补正：该票据已手工报销，基金不再支付；可向经办机构查询报销单和到账情况",
            "cannot be mended: the invoice was paid by hand and nothing is owed; ask the agency \
             for the settlement record",
        ),
        Code::F205 => never(
            "不能补正：票据已载明统筹支付，说明已经结算；可向就诊机构索取结算单核对，票据有误的由其更正后重新申报",
            "cannot be mended: the invoice shows a fund payment, so it was settled; ask the \
             hospital for the settlement record, or for a corrected invoice if it is wrong",
        ),
        Code::F203 => never(
            "不能补正：同一票据只支付一次，先受理的申报继续有效；票据被他人使用的，持原始票据向经办机构说明",
            "cannot be mended: an invoice is paid once and the earlier claim stands; if somebody \
             else used yours, show the original to the agency",
        ),
        Code::F111 => other_payer(patient),
        Code::F107 => Cure { by: case.claim_deadline(), ..not_designated(patient) },
        Code::F110 => only_if(
            "不能补正，除非时限内已提交过申报：凭当时的受理回执或邮寄凭证更正受理日期",
            "cannot be mended unless it was handed in before: have the day of receipt corrected \
             by the receipt or the postal record of that time",
        ),
        _ => return None,
    };
    let in_time = cure.by.is_none_or(|by| by >= case.as_of);
    let cure = if in_time { cure } else { expired(cure) };
    let worth = (cure.remedy == Remedy::OnlyIf && is_sole(patient))
        .then(|| patient.weighed.computed.as_ref().ok().map(Computed::fund))
        .flatten()
        .filter(|fund| fund.is_positive());
    Some(Cure { code: Some(code), worth, ..cure })
}

/// The answer to a reason whose cure does not exist or no longer counts.
pub fn too_late(patient: &Patient, hit: &GateHit) -> Option<Cure> {
    let deadline = match hit.code {
        Code::G11 => patient.papers_until(),
        _ => patient.weighed.case.claim_deadline(),
    };
    let cure = match hit.code {
        Code::G01 | Code::G11 | Code::G12 | Code::F301 | Code::F203 => {
            let day = deadline?;
            never(
                &format!("不能补正：补正期限 {day} 已过，费用由个人负担"),
                &format!("cannot be mended: the last day was {day}; the person bears the cost"),
            )
        }
        Code::F102 => lapsed(patient),
        Code::F101 if hit.verdict == GateVerdict::Reject => refused_route(patient),
        _ => return None,
    };
    Some(Cure { code: Some(hit.code), ..cure })
}

/// Whether nothing else stands in the way of payment.
fn is_sole(patient: &Patient) -> bool {
    patient.gates.iter().filter(|hit| hit.verdict != GateVerdict::Reduce).count() == 1
}

fn lapsed(patient: &Patient) -> Cure {
    if patient.weighed.lapse.lost().is_some_and(|lost| lost.unpaid.is_empty()) {
        return never(
            "不能补正：恢复缴费后的等待期内不享受待遇，费用由个人负担",
            "cannot be mended: there is no benefit in the wait after a gap; the person bears the \
             cost",
        );
    }
    let until = patient.make_up_until();
    if let Some(last) = until.filter(|last| *last >= patient.weighed.case.as_of) {
        let what = patient.made_up();
        return mends(&what.zh, &what.en, Some(last));
    }
    let (why_zh, why_en) = match until {
        Some(last) => {
            (format!("补缴期限 {last} 已过"), format!("the last day to make up was {last}"))
        }
        None => ("参保地不认可补缴".into(), "the region does not count what is made up".into()),
    };
    only_if(
        &format!("不能补正，除非缴费记录有误：{why_zh}；当时已缴费的，凭缴费凭证更正记录"),
        &format!(
            "cannot be mended unless the record is wrong: {why_en}; whoever had paid has it \
             corrected by the proof of payment"
        ),
    )
}

fn refused_route(patient: &Patient) -> Cure {
    let case = patient.weighed.case;
    let rule = case.policy().map(|policy| &policy.filing.rule);
    let deadline = case.claim_deadline();
    let late = rule.and_then(|rule| rule.late_until(case.claim.stay.last(), deadline));
    let is_open = |day: Option<Date>| day.is_none_or(|day| day >= case.as_of);
    // A better route helps only where the region does not refuse that one too.
    let refuses = |route| {
        case.route_rule(route).is_some_and(|clause| clause.rule.effect == RouteEffect::Refused)
    };
    let taken = patient.weighed.route.route;
    let may_file = taken == Route::Unfiled && !refuses(Route::LateFiled);
    if may_file && late.is_some() && is_open(late) {
        let by = late.filter(|last| *last < Date::MAX);
        return mends("补办异地就医备案", "file late for this stay", by);
    }
    let may_prove = taken != Route::Emergency && !refuses(Route::Emergency);
    if may_prove && rule.is_some_and(|rule| rule.emergency_counts) && is_open(deadline) {
        let (zh, en) = ("如属急诊抢救，补交急诊证明", "if it was an emergency, hand in the proof");
        return mends(zh, en, deadline);
    }
    let (why_zh, why_en) = match late {
        _ if taken != Route::Unfiled => (
            format!("参保地对“{}”不予支付", taken.zh()),
            format!("the region pays nothing for {} care", taken.word()),
        ),
        Some(_) if !may_file => (
            "参保地对补办备案的也不予支付".into(),
            "the region pays nothing after a late filing either".into(),
        ),
        Some(last) => (
            format!("补办备案的期限 {last} 已过"),
            format!("the last day for a late filing was {last}"),
        ),
        None => (
            "参保地不接受就医后补办备案".into(),
            "the region takes no filing after the care".into(),
        ),
    };
    never(
        &format!("不能补正：{why_zh}，费用由个人负担；今后异地就医请先备案"),
        &format!("cannot be mended: {why_en}; the person bears the cost, file first next time"),
    )
}

/// Social Insurance Law, article 30: who pays instead.
fn other_payer(patient: &Patient) -> Cure {
    if patient.weighed.case.claim.work_injury {
        return only_if(
            "不能补正，除非工伤标志填错：工伤医疗费请向参保地工伤保险经办机构申请；未认定工伤的，凭证明更正后重新申报",
            "cannot be mended unless the mark is wrong: claim from work-injury insurance; if it \
             was found to be none, have the mark corrected by proof and hand in again",
        );
    }
    only_if(
        "不能补正，除非第三方标志填错：请向责任人主张；责任人不支付或无法确定的，凭公安或法院证明申请先行支付",
        "cannot be mended unless the mark is wrong: claim from who is liable; if they do not pay \
         or cannot be found, apply for advance payment with proof of the police or a court",
    )
}

fn not_designated(patient: &Patient) -> Cure {
    // Of the two reasons with this code only a hospital outside the network stands on a clause.
    let mut hits = patient.gates.iter().filter(|hit| hit.code == Code::F107);
    if hits.all(|hit| hit.clause.is_some()) {
        return only_if(
            "不能补正，除非联网信息有误：提供就医当日该院已跨省联网的证明，更正后重新申报",
            "cannot be mended unless the list is wrong: prove that the hospital settled across \
             regions on the day, and hand in again",
        );
    }
    if patient.weighed.case.hospital.is_none() {
        return only_if(
            "不能补正，除非机构名称或编码有误：更正后重新申报，或提供其为定点机构的证明；属急诊抢救的，提供急诊证明由经办核定",
            "cannot be mended unless the hospital was misnamed: correct it and hand in again, or \
             prove that it is designated; of an emergency, hand in the proof for the agency to \
             decide",
        );
    }
    only_if(
        "不能补正，除非名单有误或属急诊抢救：提供就医当日为定点机构的证明，或急诊证明由经办核定",
        "cannot be mended unless the list is wrong or it was an emergency: prove that the hospital \
         was designated on the day, or hand in proof of the emergency for the agency to decide",
    )
}

fn expired(cure: Cure) -> Cure {
    match cure.by {
        Some(day) => never(
            &format!("不能补正：申报时限 {day} 已过，费用由个人负担"),
            &format!("cannot be mended: the last day was {day}; the person bears the cost"),
        ),
        None => cure,
    }
}

fn mends(zh: &str, en: &str, by: Option<Date>) -> Cure {
    Cure { code: None, remedy: Remedy::Mends, what: Text::new(zh, en), by, worth: None }
}

fn only_if(zh: &str, en: &str) -> Cure {
    Cure { remedy: Remedy::OnlyIf, ..mends(zh, en, None) }
}

fn never(zh: &str, en: &str) -> Cure {
    Cure { remedy: Remedy::Never, ..mends(zh, en, None) }
}
