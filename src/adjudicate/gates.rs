//! The gates 待遇审核: everything that can stop a claim. All are evaluated and all that fire are
//! kept; the order of the codes is the order of precedence.

use crate::domain::dates::{Date, Month};
use crate::domain::identity::{Damage, Identity, mask_name};
use crate::domain::text::Lang;
use crate::domain::words::{Channel, Route};
use crate::domain::{Code, InForce, Text};
use crate::flow::decisions::GateVerdict;
use crate::flow::{ClauseId, Duplicate, GateHit, Match, PersonLink, RouteTaken};
use crate::rulebook::clauses::route::RouteEffect;

use super::case::Case;
use super::decide::Weighed;
use super::ladder::Gap;
use super::lapse::Lapse;
use super::lines::BillSplit;

/// Every gate that fires, in order of precedence.
pub fn evaluate(weighed: &Weighed, catalogs_complete: bool) -> Vec<GateHit> {
    let mut hits = Vec::new();
    let (case, route) = (weighed.case, &weighed.route);
    person(case, &mut hits);
    settled(case, &mut hits);
    duplicate(case, &mut hits);
    outside_insurance(case, &mut hits);
    lapse(case, &weighed.lapse, &weighed.bill, &mut hits);
    hospital(case, &mut hits);
    refused_route(case, route, &mut hits);
    deadline(case, &mut hits);
    materials(case, route, &mut hits);
    bill(case, &weighed.bill, &mut hits);
    let gap = weighed.computed.as_ref().err().copied();
    not_covered(case, gap, catalogs_complete, &mut hits);
    hits.sort_by_key(|hit| hit.code);
    hits
}

fn hit(hits: &mut Vec<GateHit>, code: Code, verdict: GateVerdict, zh: String, en: String) {
    hits.push(GateHit { code, verdict, saw: Text::new(zh, en), clause: None });
}

/// A hit that stands on a clause of the region.
fn hit_by(
    clause: ClauseId,
    hits: &mut Vec<GateHit>,
    code: Code,
    verdict: GateVerdict,
    (zh, en): (String, String),
) {
    hits.push(GateHit { code, verdict, saw: Text::new(zh, en), clause: Some(clause) });
}

fn person(case: &Case, hits: &mut Vec<GateHit>) {
    let persons = &case.linked.records.persons;
    let shown = |ixs: &[crate::flow::PersonIx]| -> String {
        let each = ixs.iter().map(|ix| {
            let near = &persons[ix.at()];
            format!("{} {}", mask_name(&near.name), near.person.masked())
        });
        each.collect::<Vec<_>>().join("、")
    };
    match &case.links.person {
        PersonLink::Unknown { nearest } => {
            let (zh, en) = why_unknown(&case.claim.person);
            let near = shown(nearest);
            let (near_zh, near_en) = if near.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("；最接近的参保人：{near}"), format!("; nearest: {near}"))
            };
            hit(hits, Code::G01, GateVerdict::Reject, zh + &near_zh, en + &near_en);
        }
        PersonLink::ByName { candidates } => hit(
            hits,
            Code::G12,
            GateVerdict::Pend,
            format!("证件号码未登记，仅姓名、出生日期和参保地相符：{}", shown(candidates)),
            format!("the id is not registered; name and birth date agree: {}", shown(candidates)),
        ),
        PersonLink::Known { entry: None, .. } => hit(
            hits,
            Code::G02,
            GateVerdict::Reject,
            format!("未在 {} 参加{}医保", case.claim.insured, case.claim.scheme.zh()),
            format!("not insured in {} ({})", case.claim.insured, case.claim.scheme.word()),
        ),
        PersonLink::Known { rivals, .. } if !rivals.is_empty() => hit(
            hits,
            Code::G12,
            GateVerdict::Pend,
            "参保登记有内容不一致的多条记录（人员类别、性别、出生或死亡日期）".into(),
            "register entries contradict each other (type, sex, birth or death)".into(),
        ),
        PersonLink::Known { .. } => {}
    }
    let admission = case.claim.stay.first();
    if let Some(died) = case.died_on().filter(|died| *died < admission) {
        hit(
            hits,
            Code::F105,
            GateVerdict::Reject,
            format!("登记死亡日期 {died}，早于入院（就诊）日 {admission}"),
            format!("registered as dead on {died}, before {admission}"),
        );
    }
}

fn why_unknown(identity: &Identity) -> (String, String) {
    match identity {
        Identity::Damaged { fault: Damage::Scientific | Damage::Rounded, .. } => (
            "证件号码被表格软件改成数字，位数已丢失，不能用于匹配".into(),
            "the id was turned into a number by a spreadsheet; its digits are lost".into(),
        ),
        Identity::Damaged { fault: Damage::Check, .. } => {
            ("证件号码校验位不符".into(), "the id's check character is wrong".into())
        }
        Identity::Damaged { fault: Damage::Birth, .. } => (
            "证件号码中的出生日期不存在，或晚于受理日".into(),
            "the birth date in the id is no date, or later than the day of receipt".into(),
        ),
        Identity::Id(_) | Identity::Other(_) => {
            ("证件号码不在参保登记中".into(), "the id is not in the register".into())
        }
    }
}

fn settled(case: &Case, hits: &mut Vec<GateHit>) {
    let records = &case.linked.records;
    for (channel, code) in [(Channel::Direct, Code::F201), (Channel::Manual, Code::F202)] {
        let found = case
            .links
            .settled
            .iter()
            .find(|settled| records.settlements[settled.settlement.at()].channel == channel);
        if let Some(settled) = found {
            let before = &records.settlements[settled.settlement.at()];
            let (id, day) = (&before.settlement_id, before.settled_on);
            hit(
                hits,
                code,
                GateVerdict::Reject,
                format!("已于 {day} {}，结算编号 {id}，总额 {}", channel.zh(), before.total),
                format!("settled on {day} ({}), {id}, {}", channel.word(), before.total),
            );
        }
    }
    let shown = case.claim.invoice_fund_paid;
    if shown.is_positive() {
        hit(
            hits,
            Code::F205,
            GateVerdict::Reject,
            format!("票据载明统筹支付 {shown} 元，说明已经结算"),
            format!("the invoice shows a fund payment of {shown}"),
        );
    }
}

fn duplicate(case: &Case, hits: &mut Vec<GateHit>) {
    let id = |ix: crate::flow::ClaimIx| &case.linked.records.claim(ix).claim_id;
    match &case.links.duplicate {
        Duplicate::No | Duplicate::First { contested: false, .. } => {}
        Duplicate::Later { first } => {
            let booked = case.linked.records.claim(*first).booked_on;
            // Of two claims of one month it stays a duplicate of that month.
            match booked.filter(|day| *day < case.settled_on()) {
                Some(day) => hit(
                    hits,
                    Code::F202,
                    GateVerdict::Reject,
                    format!("同一票据已由 {} 账期的申报 {} 使用", Month::of(day), id(*first)),
                    format!("the invoice is used by claim {} of {}", id(*first), Month::of(day)),
                ),
                None => hit(
                    hits,
                    Code::F203,
                    GateVerdict::Reject,
                    format!("同一票据已由先受理的申报 {} 使用", id(*first)),
                    format!("the invoice is used by the earlier claim {}", id(*first)),
                ),
            }
        }
        Duplicate::First { others, .. } => {
            let others: Vec<&str> = others.iter().map(|&ix| &**id(ix)).collect();
            hit(
                hits,
                Code::F203,
                GateVerdict::Hold,
                format!("他人也申报了同一票据：{}，待核实", others.join("、")),
                format!("another person claims the same invoice: {}", others.join(", ")),
            );
        }
    }
}

fn outside_insurance(case: &Case, hits: &mut Vec<GateHit>) {
    let marks: Vec<(&str, &str)> = [
        (case.claim.work_injury, ("工伤", "work injury")),
        (case.claim.third_party, ("第三方责任", "third party liable")),
    ]
    .into_iter()
    .filter_map(|(marked, words)| marked.then_some(words))
    .collect();
    if marks.is_empty() {
        return;
    }
    let zh: Vec<&str> = marks.iter().map(|mark| mark.0).collect();
    let en: Vec<&str> = marks.iter().map(|mark| mark.1).collect();
    hit(
        hits,
        Code::F111,
        GateVerdict::Reject,
        format!("申报表标有{}，不属基本医保支付（社会保险法第三十条）", zh.join("、")),
        format!("marked as {}: not for basic insurance", en.join(", ")),
    );
}

fn lapse(case: &Case, lapse: &Lapse, bill: &BillSplit, hits: &mut Vec<GateHit>) {
    let (Some(lost), Some(policy)) = (lapse.lost(), case.policy()) else { return };
    let clause = policy.contribution.id;
    let list =
        |months: &[Month]| months.iter().map(Month::to_string).collect::<Vec<_>>().join("、");
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if !lost.unpaid.is_empty() {
        zh.push(format!("{} 未缴费", list(&lost.unpaid)));
        en.push(format!("no contribution for {}", list(&lost.unpaid)));
    }
    if !lost.waiting.is_empty() {
        zh.push(format!("{} 在恢复缴费后的等待期内", list(&lost.waiting)));
        en.push(format!("{} in the wait after a gap", list(&lost.waiting)));
    }
    let (zh, en) = (zh.join("，"), en.join("; "));
    if matches!(lapse, Lapse::All(_)) {
        let saw = (format!("就医期间 {zh}"), en);
        hit_by(clause, hits, Code::F102, GateVerdict::Reject, saw);
    } else {
        let moved = bill.lapsed;
        let zh = format!("{zh}，该月费用 {moved} 元由个人负担");
        let en = format!("{en}: {moved} falls to the person");
        hit_by(clause, hits, Code::F102, GateVerdict::Reduce, (zh, en));
    }
}

fn hospital(case: &Case, hits: &mut Vec<GateHit>) {
    let hospitals = &case.linked.records.hospitals;
    let names = |ixs: &[crate::flow::HospitalIx]| -> String {
        ixs.iter().map(|ix| hospitals[ix.at()].name.as_str()).collect::<Vec<_>>().join("、")
    };
    let day = case.claim.stay.first();
    match &case.links.hospital {
        Match::Several { found, .. } => hit(
            hits,
            Code::G12,
            GateVerdict::Pend,
            format!("医疗机构名称对应多家：{}", names(found)),
            format!("the hospital name fits several: {}", names(found)),
        ),
        Match::Nothing { nearest } => {
            let near = names(nearest);
            let zh =
                if near.is_empty() { near.clone() } else { format!("；相近名称：{near}") };
            let en = if near.is_empty() { near } else { format!("; similar: {near}") };
            hit(
                hits,
                Code::F107,
                GateVerdict::Reject,
                format!("医疗机构不在定点名单中{zh}"),
                format!("the hospital is not on the list of designated ones{en}"),
            );
        }
        Match::One { found, .. } => {
            let hospital = &hospitals[found.at()];
            if !hospital.is_designated_on(day) {
                let suspended = hospital.is_suspended_on(day);
                hit(
                    hits,
                    Code::F107,
                    GateVerdict::Reject,
                    format!(
                        "{} 在 {day} {}",
                        hospital.name,
                        if suspended {
                            "处于暂停协议期间"
                        } else {
                            "不是定点医疗机构"
                        }
                    ),
                    format!(
                        "{} was {} on {day}",
                        hospital.code,
                        if suspended { "suspended" } else { "not designated" }
                    ),
                );
            }
        }
    }
}

/// A route that the region refuses: care that was not filed, or in a hospital that does not
/// settle across regions where the region asks for one.
fn refused_route(case: &Case, route: &RouteTaken, hits: &mut Vec<GateHit>) {
    let refused = case.route_rule(route.route);
    let Some(clause) = refused.filter(|clause| clause.rule.effect == RouteEffect::Refused) else {
        return;
    };
    // Whose filings a damaged id would lead to, nobody knows.
    if case.claim.person.key().is_none() {
        return;
    }
    if clause.rule.networked.is_some() {
        let zh = format!("{}在非跨省联网医疗机构就医，按参保地规定不予支付", route.route.zh());
        let en = format!("{} care in a hospital outside the network", route.route.word());
        hit_by(clause.id, hits, Code::F107, GateVerdict::Reject, (zh, en));
    } else {
        let saw = match route.route {
            Route::Unfiled => why_unfiled(case, route),
            other => (
                format!("参保地对“{}”不予支付", other.zh()),
                format!("the region pays nothing for {} care", other.word()),
            ),
        };
        hit_by(clause.id, hits, Code::F101, GateVerdict::Reject, saw);
    }
}

/// What the person's filings lacked.
fn why_unfiled(case: &Case, route: &RouteTaken) -> (String, String) {
    if route.passed_over.is_empty() {
        return ("没有异地就医备案".into(), "there is no filing".into());
    }
    let filings = &case.linked.records.filings;
    let each = |lang: Lang| {
        let told = route.passed_over.iter().map(|(ix, fault)| {
            format!("{}（{}）", filings[ix.at()].filing_id, fault.text().get(lang))
        });
        told.collect::<Vec<_>>().join("；")
    };
    (format!("备案均不适用：{}", each(Lang::Zh)), format!("no filing applies: {}", each(Lang::En)))
}

fn deadline(case: &Case, hits: &mut Vec<GateHit>) {
    let received = case.claim.received_on;
    let clause = case.policy().and_then(|policy| policy.deadline.as_ref());
    let (Some(clause), Some(last)) = (clause, case.claim_deadline()) else { return };
    if received > last {
        let saw = (
            format!("{received} 受理，报销时限为 {last}"),
            format!("received on {received}, the last day was {last}"),
        );
        hit_by(clause.id, hits, Code::F110, GateVerdict::Reject, saw);
    }
}

/// Missing papers pend; once the days for bringing them are over they refuse.
fn materials(case: &Case, route: &RouteTaken, hits: &mut Vec<GateHit>) {
    let clause = case.policy().and_then(|policy| policy.materials.as_ref());
    let (Some(clause), Some(given)) = (clause, &case.claim.materials) else { return };
    let by_emergency = route.route == Route::Emergency && route.filing.is_none();
    let missing = clause.rule.missing(given, by_emergency);
    if missing.is_empty() {
        return;
    }
    let zh = missing.iter().map(|m| m.zh()).collect::<Vec<_>>().join("、");
    let en = missing.iter().map(|m| m.word()).collect::<Vec<_>>().join(", ");
    match case.papers_until().filter(|last| case.as_of > *last) {
        None => {
            let saw = (format!("缺少：{zh}"), format!("missing: {en}"));
            hit_by(clause.id, hits, Code::G11, GateVerdict::Pend, saw);
        }
        Some(last) => {
            let saw = (
                format!("缺少：{zh}，补交期限 {last} 已过"),
                format!("missing: {en}; the last day for them was {last}"),
            );
            hit_by(clause.id, hits, Code::G11, GateVerdict::Reject, saw);
        }
    }
}

fn bill(case: &Case, bill: &BillSplit, hits: &mut Vec<GateHit>) {
    if case.links.lines_ambiguous {
        hit(
            hits,
            Code::G12,
            GateVerdict::Pend,
            "明细的票据号码对应多份申报，归属不明".into(),
            "bill lines fit several claims by their invoice number".into(),
        );
    }
    let total = case.claim.total;
    if case.links.lines.is_empty() {
        hit(
            hits,
            Code::F301,
            GateVerdict::Pend,
            format!("没有找到费用明细，总额 {total} 元无法核对"),
            format!("no bill lines found for a total of {total}"),
        );
    } else if !total.is_positive() {
        hit(
            hits,
            Code::F301,
            GateVerdict::Pend,
            format!("申报总额 {total} 元不是正数"),
            format!("a claim for {total}, which is not positive"),
        );
    } else if bill.has_unmatched_reversal() {
        hit(
            hits,
            Code::F301,
            GateVerdict::Pend,
            "冲销行多于被冲销的费用".into(),
            "more is reversed than was billed".into(),
        );
    } else if bill.total != total {
        let by = bill.total - total;
        hit(
            hits,
            Code::F301,
            GateVerdict::Pend,
            format!("明细合计 {} 元，申报总额 {total} 元，相差 {by} 元", bill.total),
            format!("the lines add up to {}, the claim says {total}, by {by}", bill.total),
        );
    }
}

fn not_covered(case: &Case, gap: Option<Gap>, catalogs_complete: bool, hits: &mut Vec<GateHit>) {
    let (zh, en) = match gap {
        // A person or hospital that is not known, and a refused route, have gates of their own.
        Some(Gap::Person) => return,
        // A refused route has its own gate; whatever else is lacking is told all the same.
        Some(Gap::Refused) if catalogs_complete => return,
        Some(Gap::Hospital) if case.hospital.is_none() => return,
        Some(Gap::Hospital) => ("医疗机构未定等级".into(), "the hospital has no tier".into()),
        Some(Gap::Policy(day)) => no_policy(case, day),
        Some(Gap::Route(route)) => (
            format!("该地区未收录“{}”的待遇", route.zh()),
            format!("the region's data do not say what {} care gets", route.word()),
        ),
        Some(Gap::Row) => (
            "待遇表没有该等级医院或人员的一行".into(),
            "the benefit table has no row for this hospital or person".into(),
        ),
        Some(Gap::Unknown(fact)) => {
            let Text { zh, en } = fact.text();
            (format!("待遇取决于{zh}，材料中没有"), format!("it depends on {en}, not on record"))
        }
        Some(Gap::OverLimit) => (
            "超过统筹限额的部分，该地区尚未建模".into(),
            "what is over the pool's limit is not modelled for this region".into(),
        ),
        Some(Gap::SeriousIllness) => (
            "个人负担已达大病保险范围，该地区大病待遇尚未收录".into(),
            "the person's share reaches serious illness, which is not on record".into(),
        ),
        None if catalogs_complete => return,
        None | Some(Gap::Refused) => (
            "未收录当时当地的医保目录".into(),
            "the catalog of that place and day is not on record".into(),
        ),
    };
    hit(hits, Code::NotCovered, GateVerdict::Pend, zh, en);
}

fn no_policy(case: &Case, day: Date) -> (String, String) {
    let (scheme, care) = (case.claim.scheme, case.claim.care);
    let policy = case.region.map_or(InForce::Never, |region| region.policy(scheme, care, day));
    let gap = case.region.and_then(|region| region.gap(scheme, care, day));
    let (why_zh, why_en) = match policy {
        _ if gap.is_some() => {
            let why = gap.map_or("", |gap| gap.why.as_str());
            (why, why)
        }
        _ if case.region.is_none() => ("没有该参保地的数据", "no data for the insured region"),
        InForce::BeforeFirst => ("早于已收录规定的起始日", "before the first rule on record"),
        InForce::Abolished => ("已收录的规定当日已失效", "the rule on record had ended"),
        InForce::Never | InForce::Value(_) => ("尚未建模", "not modelled"),
    };
    (
        format!("{} {}{}（{day}）：{why_zh}", case.claim.insured, scheme.zh(), care.zh()),
        format!("{} {} {} on {day}: {why_en}", case.claim.insured, scheme.word(), care.word()),
    )
}
