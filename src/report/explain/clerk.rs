//! The clerk's voice: one paragraph, as an experienced clerk tells a colleague about a claim.

use crate::domain::words::{CareType, Outcome, Remedy, Route, Severity};
use crate::domain::{Code, Money};

use super::super::cells::grouped;
use super::super::workings_jsonl::GateRecord;
use super::bill::verdict_text;
use super::course::{Changed, Course, Fund, Part, burden, funds};
use super::{Telling, prose};

impl Telling<'_> {
    pub(super) fn clerk(&self) -> Vec<String> {
        let outcome = Outcome::from_word(&self.working.outcome);
        let is_computed =
            matches!(outcome, Some(Outcome::Pay | Outcome::PayReduced | Outcome::Hold));
        let course = Course::of(self.working);
        let mut told = vec![self.who_and_where(), self.came_off()];
        if is_computed {
            told.extend(self.way_up(&course));
            told.push(self.result(&course));
        }
        told.push(self.verdict(outcome));
        told.extend(self.reasons(outcome, &course));
        told.extend(self.mending(outcome));
        told.extend(self.other_findings(outcome));
        let between = self.lang.pick("", " ");
        vec![told.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join(between)]
    }

    fn who_and_where(&self) -> String {
        let w = self.working;
        let (scheme, kind) = (self.scheme(), self.person_type());
        let days = if w.first_day == w.last_day {
            w.first_day.clone()
        } else {
            self.say(
                format!("{} 至 {}", w.first_day, w.last_day),
                format!("{} to {}", w.first_day, w.last_day),
            )
        };
        let (hospital, care) = (self.hospital(), self.care());
        let (tier_zh, tier_en) = match self.tier() {
            "" => (String::new(), String::new()),
            tier => (format!("（{tier}）"), format!(" ({tier})")),
        };
        let total = grouped(w.amounts.total.0);
        let (id, insured, name) = (&w.claim_id, &w.insured_name, &w.name);
        let route = self.route_phrase();
        let (kind_zh, kind_en) = match kind {
            "" => (String::new(), String::new()),
            _ => (format!("（{kind}）"), format!(", {kind}")),
        };
        self.say(
            format!(
                "{id}：{name}（{}），{insured}{scheme}医保{kind_zh}，{route}，{days} 在{hospital}\
                 {tier_zh}{care}，报来 {total} 元。",
                w.id
            ),
            format!(
                "{id}: {name} ({}), {scheme} insurance of {insured}{kind_en}, {route}; {care} at \
                 {hospital}{tier_en}, {days}, billed {total}.",
                w.id
            ),
        )
    }

    fn route_phrase(&self) -> &'static str {
        let route = Route::from_word(&self.working.route);
        let english = match route {
            Some(Route::Home) => "treated at home",
            Some(Route::Exempt) => "no filing needed",
            Some(Route::LongTerm) => "long-term filing",
            Some(Route::Referral) => "referral filing",
            Some(Route::Emergency) => "emergency, counts as filed",
            Some(Route::Temporary) => "temporary filing",
            Some(Route::LateFiled) => "filed late",
            Some(Route::Unfiled) => "not filed",
            None => "",
        };
        self.lang.pick(route.map_or("", Route::zh), english)
    }

    /// What came off the bill before anything is paid.
    fn came_off(&self) -> String {
        let amounts = &self.working.amounts;
        if self.bill.lines.is_empty() {
            return self.say("没有费用明细。", "No bill lines.");
        }
        let mut off = Vec::new();
        if amounts.full_self_paid.0 != Money::ZERO {
            let groups = self.bill.self_paid();
            let each: Vec<String> = groups
                .iter()
                .map(|group| {
                    let why = verdict_text(&group.verdict);
                    let why = why.get(self.lang).split('（').next().unwrap_or_default();
                    format!("{why} {}", grouped(group.money))
                })
                .collect();
            let (money, each) = (grouped(amounts.full_self_paid.0), self.listed(&each));
            off.push(
                self.say(
                    format!("全自费 {money}（{each}）"),
                    format!("self-paid {money} ({each})"),
                ),
            );
        }
        for (money, zh, en) in [
            (amounts.over_ceiling.0, "超限价", "over the ceiling"),
            (amounts.first_pay.0, "先行自付", "first pay"),
        ] {
            if money != Money::ZERO {
                off.push(format!("{} {}", self.lang.pick(zh, en), grouped(money)));
            }
        }
        let scope = grouped(amounts.in_scope.0);
        let mut told = if off.is_empty() {
            self.say("全部进政策范围。", "All of it is in scope.")
        } else {
            let off = self.listed(&off);
            self.say(
                format!("剔除{off}，进政策范围 {scope} 元。"),
                format!("Less {off}; in scope {scope}."),
            )
        };
        let (billed, total) = (self.bill.total(), amounts.total.0);
        if billed != total {
            let (less_zh, less_en) = if billed < total { ("少", "less") } else { ("多", "more") };
            let (billed, by) = (grouped(billed), grouped((billed - total).abs()));
            told += &self.say(
                format!("明细合计 {billed} 元，比申报总额{less_zh} {by} 元。"),
                format!(" The lines add up to {billed}, {by} {less_en} than the claim."),
            );
        }
        told
    }

    /// From what is in scope to what the funds pay.
    fn way_up(&self, course: &Course) -> Option<String> {
        let amounts = &self.working.amounts;
        let mut told = Vec::new();
        if let Some((rate, money)) = &course.route_first {
            let money = grouped(*money);
            told.push(self.say(
                format!("{}先自付 {rate} 计 {money} 元", self.route_phrase()),
                format!("first {rate} by route, {money}"),
            ));
        }
        told.push(self.deductible_phrase(course, amounts.deductible.0));
        let parts = funds(self.working);
        let basic = parts.iter().find(|(fund, _)| *fund == Fund::Basic);
        if let Some((_, basic)) = basic {
            told.push(self.basic_phrase(course, *basic));
        }
        if let Some([limit, used, over]) = course.over_limit {
            let [limit, used, over] = [limit, used, over].map(grouped);
            told.push(self.say(
                format!("超封顶线 {over} 元（限额 {limit}，此前已用 {used}）"),
                format!("{over} over the limit of {limit} ({used} used before)"),
            ));
        }
        for (fund, money) in parts.iter().filter(|(fund, _)| *fund != Fund::Basic) {
            let money = grouped(*money);
            let name = self.fund_word(*fund);
            told.push(self.say(format!("{name}付 {money} 元"), format!("{name} pays {money}")));
        }
        told.retain(|part| !part.is_empty());
        let told = told.join(self.lang.pick("，", "; "));
        (!told.is_empty()).then(|| self.sentence(&told))
    }

    fn deductible_phrase(&self, course: &Course, charged: Money) -> String {
        let is_stay = self.working.care_type == CareType::Inpatient.word();
        let money = grouped(charged);
        let nth = course.stay_ordinal.filter(|_| is_stay);
        match nth {
            _ if course.is_transfer => self.say(
                format!("转院按一次住院，起付线补扣 {money} 元"),
                format!("a transfer, one stay: deductible topped up by {money}"),
            ),
            Some(nth) => self.say(
                format!("本年第 {nth} 次住院，起付线 {money} 元"),
                format!("stay {nth} of the year, deductible {money}"),
            ),
            None if charged == Money::ZERO => String::new(),
            None => self.say(format!("起付线 {money} 元"), format!("deductible {money}")),
        }
    }

    fn basic_phrase(&self, course: &Course, basic: Money) -> String {
        let money = grouped(basic);
        let (left_zh, left_en) = self.left_phrase(course);
        let why = self.ratio_changes(course);
        let (rates, is_one) =
            (course.ratios.join(self.lang.pick("、", ", ")), course.ratios.len() == 1);
        let (by_zh, by_en) = match (rates.is_empty(), is_one) {
            (true, _) => ("按规定".to_owned(), "by the rules".to_owned()),
            (_, true) => (format!("按 {rates}"), format!("at {rates}")),
            (_, false) => (format!("分段按 {rates}"), format!("in bands at {rates}")),
        };
        self.say(
            format!("{left_zh}{by_zh}{why}由统筹付 {money} 元").replace("%由", "% 由"),
            format!("{left_en}{by_en}{why} the pool pays {money}"),
        )
    }

    fn left_phrase(&self, course: &Course) -> (String, String) {
        let Some(left) = course.left(self.working) else { return Default::default() };
        let shown = grouped(left);
        match course.entered.filter(|entered| *entered != left).map(grouped) {
            Some(within) => (
                format!("余 {shown} 元，限额内 {within} 元"),
                format!("{shown} left, {within} of it within the limit, "),
            ),
            None => (format!("余 {shown} 元"), format!("{shown} left, ")),
        }
    }

    /// `（退休由 86% 提到 88.8%，转诊降到 78.8%）`.
    fn ratio_changes(&self, course: &Course) -> String {
        let told = |changed: &Option<Changed>, zh: &str, en: &str| {
            changed.as_ref().map(|Changed { before, after }| {
                self.say(
                    format!("{zh}由 {before} 调为 {after}"),
                    format!("{en}, {before} becomes {after}"),
                )
            })
        };
        let kind = self.person_type();
        let route = self.route_phrase();
        let parts: Vec<String> =
            [told(&course.by_person, kind, kind), told(&course.by_route, route, route)]
                .into_iter()
                .flatten()
                .collect();
        if parts.is_empty() {
            return String::new();
        }
        let parts = parts.join(self.lang.pick("，", "; "));
        self.say(format!("（{parts}）"), format!(" ({parts})"))
    }

    fn fund_word(&self, fund: Fund) -> &'static str {
        let (zh, en) = match fund {
            Fund::Basic => ("统筹", "the pool"),
            Fund::Large => ("大额", "the large-amount fund"),
            Fund::Serious => ("大病", "serious illness"),
            Fund::Supplement => ("补充", "the supplement"),
            Fund::Aid => ("医疗救助", "medical aid"),
            Fund::Floor => ("倾斜（保底）", "the floor payment"),
            Fund::Other => ("其他基金", "other funds"),
        };
        self.lang.pick(zh, en)
    }

    fn result(&self, course: &Course) -> String {
        let amounts = &self.working.amounts;
        let (fund, person) = (grouped(amounts.fund_total.0), grouped(amounts.person_total.0));
        let parts = burden(self.working, course).unwrap_or_default();
        let each: Vec<String> = parts
            .iter()
            .map(|(part, money)| format!("{} {}", self.part_word(*part, course), grouped(*money)))
            .collect();
        let each = match each.is_empty() {
            true => String::new(),
            false => {
                let each = each.join(" + ");
                self.say(format!("（{each}）"), format!(" ({each})"))
            }
        };
        self.say(
            format!("基金合计付 {fund} 元，个人负担 {person} 元{each}。"),
            format!("The funds pay {fund}, the person {person}{each}."),
        )
    }

    fn part_word(&self, part: Part, course: &Course) -> &'static str {
        let (zh, en) = match part {
            Part::SelfPaid => ("全自费", "self-paid"),
            Part::OverCeiling => ("超限价", "over the ceiling"),
            Part::FirstPay => ("先行自付", "first pay"),
            Part::RouteFirst => ("按就医身份先自付", "first share by route"),
            Part::Deductible => ("起付线", "deductible"),
            Part::Share if course.over_limit.is_some() => ("比例内及超限自付", "share and over"),
            Part::Share => ("比例内自付", "share"),
        };
        self.lang.pick(zh, en)
    }

    fn verdict(&self, outcome: Option<Outcome>) -> String {
        let amounts = &self.working.amounts;
        let (fund, total) = (grouped(amounts.fund_total.0), grouped(amounts.total.0));
        match outcome {
            Some(Outcome::Pay) => self.say("结论：支付。", "Outcome: paid."),
            Some(Outcome::PayReduced) => {
                self.say("结论：降低支付。", "Outcome: paid at a lower rate or in part.")
            }
            Some(Outcome::Reject) => self.say(
                format!("结论：不予支付，基金付 0.00 元，{total} 元全由个人负担。"),
                format!("Outcome: refused; the funds pay 0.00, the person all {total}."),
            ),
            Some(Outcome::Pend) => {
                self.say("结论：待补正，暂不支付。", "Outcome: pending, nothing is paid for now.")
            }
            Some(Outcome::Hold) => self.say(
                format!("结论：暂缓支付，放行后基金付 {fund} 元。"),
                format!("Outcome: on hold; {fund} is paid once it is let go."),
            ),
            None => String::new(),
        }
    }

    /// The headline, then the others.
    fn reasons(&self, outcome: Option<Outcome>, course: &Course) -> Option<String> {
        let reason = |gate: &GateRecord| {
            let (name, saw) =
                (self.both(&gate.name), prose::documents(self.both(&gate.saw), self.lang));
            // Words among the codes are for machines.
            let code = if gate.code.contains('_') { "" } else { gate.code.as_str() };
            let named = format!("{code} {name}");
            let named = named.trim_start();
            self.say(format!("{named}——{saw}"), format!("{named} – {saw}"))
        };
        let gates: Vec<String> = self.working.gates.iter().map(reason).collect();
        let Some((headline, others)) = gates.split_first() else {
            if outcome == Some(Outcome::Hold) {
                let held = self.finding_names(|severity, _| severity == Severity::Hold.word());
                return Some(self.say(format!("暂缓原因：{held}。"), format!("Held for {held}.")));
            }
            let reduced = outcome == Some(Outcome::PayReduced) || course.by_route.is_some();
            let route = self.route_phrase();
            return reduced.then(|| {
                self.say(
                    format!("原因：{route}，参保地规定按较低待遇支付。"),
                    format!("Reason: {route}; the insured region pays less for it."),
                )
            });
        };
        let others = others.join(self.lang.pick("；", "; "));
        Some(match others.is_empty() {
            true => self.say(format!("理由：{headline}。"), format!("Reason: {headline}.")),
            false => self.say(
                format!("首要理由：{headline}；另有：{others}。"),
                format!("First reason: {headline}; also: {others}."),
            ),
        })
    }

    fn mending(&self, outcome: Option<Outcome>) -> Option<String> {
        let cures: Vec<String> = self
            .working
            .cures
            .iter()
            .map(|cure| prose::documents(&self.cure(cure), self.lang))
            .collect();
        if let Some(first) = self.working.cures.first() {
            let cures = cures.join(self.lang.pick("；", "; "));
            // The others begin by saying that nothing mends it.
            let mends = first.remedy == Remedy::Mends.word();
            let lead = if mends { "补正：" } else { "" };
            return Some(self.say(format!("{lead}{cures}。"), format!("Remedy: {cures}.")));
        }
        (outcome == Some(Outcome::PayReduced))
            .then(|| self.say("没有可补正的。", "Nothing that is handed in would change it."))
    }

    /// Findings that are no reason yet.
    fn other_findings(&self, outcome: Option<Outcome>) -> Option<String> {
        let is_reason = |severity: &str, code: &str| {
            let holds = self.working.gates.is_empty() && outcome == Some(Outcome::Hold);
            self.working.gates.iter().any(|gate| gate.code == code)
                || holds && severity == Severity::Hold.word()
        };
        let told = self.finding_names(|severity, code| !is_reason(severity, code));
        (!told.is_empty())
            .then(|| self.say(format!("疑点：{told}。"), format!("Doubtful: {told}.")))
    }

    /// The findings of some severities and codes, each by id and name.
    fn finding_names(&self, wanted: impl Fn(&str, &str) -> bool) -> String {
        let name = |code: &str| {
            let known = Code::ALL.iter().find(|known| known.as_str() == code);
            known.map_or("", |code| self.lang.pick(code.zh(), code.en()))
        };
        let findings = self.working.findings.iter();
        let told: Vec<String> = findings
            .filter(|finding| wanted(&finding.severity, &finding.code))
            .map(|finding| format!("{} {}", finding.id, name(&finding.code)))
            .collect();
        self.listed(&told)
    }
}
