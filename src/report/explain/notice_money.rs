//! The money of a notice: what was handed in, what of the bill counts, and how the payment came
//! about, in sums that add up to the claim.

use crate::domain::Money;
use crate::domain::words::{CareType, Material, Outcome};

use super::bill::{Group, verdict_text};
use super::course::{Course, Fund, burden, funds};
use super::notice_words as words;
use super::{Telling, prose};

/// Names of items that are shown of a group.
const ITEMS_SHOWN: usize = 3;

impl Telling<'_> {
    pub(super) fn received(&self) -> Vec<String> {
        let w = self.working;
        let (place, days, care) = (self.hospital(), self.days(), self.care());
        let mut told = vec![
            self.say(format!("就医机构：{place}"), format!("Treated at: {place}")),
            self.say(format!("就医时间：{days}（{care}）"), format!("When: {days} ({care})")),
        ];
        let (invoice, count) = (&w.invoice_no, self.bill.lines.len());
        told.push(match count {
            0 => self.say(
                format!("票据号码：{invoice}；没有收到费用明细"),
                format!("Invoice: {invoice}; no itemised bill"),
            ),
            _ => self.say(
                format!("票据号码：{invoice}；费用明细 {count} 项"),
                format!("Invoice: {invoice}; itemised bill with {count} lines"),
            ),
        });
        let given = w.materials.as_deref().unwrap_or_default();
        let given: Vec<String> = given
            .iter()
            .map(|word| {
                Material::from_word(word)
                    .map_or(word.as_str(), |given| prose::material(given, self.lang))
                    .to_owned()
            })
            .collect();
        if !given.is_empty() {
            let given = self.listed(&given);
            told.push(self.say(format!("材料：{given}"), format!("Documents: {given}")));
        }
        told
    }

    /// What counts and what does not, in groups that add up to the bill.
    pub(super) fn costs(&self, outcome: Outcome) -> Vec<String> {
        let amounts = &self.working.amounts;
        if self.bill.lines.is_empty() {
            return Vec::new();
        }
        let billed = self.yuan(self.bill.total());
        let (zh, en) = match outcome {
            Outcome::Reject => (
                "按医保目录核对如下（因上述原因，本次均由您个人负担）",
                "checked against the list of what the insurance pays for (for the reasons above \
                 all of it falls to you)",
            ),
            Outcome::Pend => (
                "按医保目录初步核对如下",
                "checked so far against the list of what the insurance pays for",
            ),
            _ => ("按医保目录核对如下", "checked against the list of what the insurance pays for"),
        };
        let mut told = vec![self.say(
            format!("费用明细合计 {billed}，{zh}："),
            format!("The itemised bill adds up to {billed}; {en}:"),
        )];
        for (money, zh, en) in [
            (amounts.in_scope.0, "可以纳入报销的费用", "counts towards reimbursement"),
            (
                amounts.first_pay.0,
                "目录内乙类项目，按规定先由个人负担的部分",
                "your first share of items on the list (class B)",
            ),
            (
                amounts.over_ceiling.0,
                "超过医保最高限价的部分",
                "above the highest price the insurance allows",
            ),
            (amounts.full_self_paid.0, "不能报销的费用", "cannot be reimbursed"),
        ] {
            if money != Money::ZERO {
                let money = self.yuan(money);
                told.push(self.say(format!("· {zh}：{money}"), format!("- {en}: {money}")));
            }
        }
        told.extend(self.bill.self_paid().iter().map(|group| self.not_paid_for(group)));
        let (billed, total) = (self.bill.total(), amounts.total.0);
        if billed != total {
            let total = self.yuan(total);
            told.push(self.say(
                format!("申请的总额是 {total}，{}。", self.difference()),
                format!("The application says {total}; {}.", self.difference()),
            ));
        }
        told
    }

    /// By how much the bill and the application differ.
    pub(super) fn difference(&self) -> String {
        let (billed, total) = (self.bill.total(), self.working.amounts.total.0);
        let (less_zh, less_en) = if billed < total { ("少", "less") } else { ("多", "more") };
        let by = self.yuan((billed - total).abs());
        self.say(format!("费用明细比它{less_zh} {by}"), format!("the bill is {by} {less_en}"))
    }

    fn not_paid_for(&self, group: &Group) -> String {
        let why = verdict_text(&group.verdict);
        let why = words::not_paid_for(&group.verdict)
            .map_or_else(|| why.get(self.lang).to_owned(), |pair| self.pair(pair).to_owned());
        let money = self.yuan(group.money);
        let shown: Vec<String> = group.items.iter().take(ITEMS_SHOWN).cloned().collect();
        let more = group.items.len() > ITEMS_SHOWN;
        let (more_zh, more_en) = if more { ("等", " and others") } else { ("", "") };
        let shown = self.listed(&shown);
        self.say(
            format!("  其中，{why}：{money}（{shown}{more_zh}）"),
            format!("  of these, {why}: {money} ({shown}{more_en})"),
        )
    }

    /// How the payment came about, in a few sentences.
    pub(super) fn how(&self, outcome: Outcome, course: &Course) -> Vec<String> {
        if matches!(outcome, Outcome::Reject | Outcome::Pend) {
            return Vec::new();
        }
        let amounts = &self.working.amounts;
        let (total, scope) = (self.yuan(amounts.total.0), self.yuan(amounts.in_scope.0));
        let is_all = amounts.in_scope.0 == amounts.total.0;
        let mut told = vec![if is_all {
            self.say(
                format!("医疗费总额 {total}，全部可以纳入报销。"),
                format!("Your costs are {total}; all of it counts towards reimbursement."),
            )
        } else {
            self.say(
                format!("医疗费总额 {total}，其中可以纳入报销的费用是 {scope}。"),
                format!("Your costs are {total}; {scope} of it counts towards reimbursement."),
            )
        }];
        if let Some((rate, money)) = &course.route_first {
            let ((zh, en), money) = (words::route(&self.working.route), self.yuan(*money));
            told.push(self.say(
                format!("因{zh}，先由您个人负担其中的 {rate}，即 {money}。"),
                format!("For {en} you first pay {rate} of it yourself, which is {money}."),
            ));
        }
        told.extend(self.deductible_told(course));
        told.extend(self.funds_told(course));
        told.push(self.ending(course));
        self.numbered(told)
    }

    fn deductible_told(&self, course: &Course) -> Option<String> {
        let charged = self.working.amounts.deductible.0;
        if charged == Money::ZERO {
            return None;
        }
        let money = self.yuan(charged);
        let left = course.left(self.working).map(|left| self.yuan(left));
        let is_stay = self.working.care_type == CareType::Inpatient.word()
            && (course.stay_ordinal.is_some() || course.is_transfer);
        let (what_zh, what_en) = if is_stay {
            ("每次住院先由个人承担的部分", "what everybody pays first of a stay in hospital")
        } else {
            ("报销前先由个人承担的部分", "what everybody pays before anything is reimbursed")
        };
        let (nth_zh, nth_en) = match course.stay_ordinal.filter(|_| is_stay) {
            _ if course.is_transfer => (
                "，转院视为同一次住院，只补差额".to_owned(),
                "; a transfer counts as the same stay and only the difference is due".to_owned(),
            ),
            Some(nth) => (
                format!("，这是您本年度第 {nth} 次住院"),
                format!("; this was stay number {nth} of your year"),
            ),
            None => (String::new(), String::new()),
        };
        let left_zh = left.as_ref().map(|left| format!("，余下 {left}")).unwrap_or_default();
        let left_en = left.map(|left| format!(", which leaves {left}")).unwrap_or_default();
        let then = if course.route_first.is_some() { "再" } else { "先" };
        Some(self.say(
            format!("{then}扣除起付标准 {money}（{what_zh}{nth_zh}）{left_zh}。"),
            format!("The deductible of {money} comes off ({what_en}{nth_en}){left_en}."),
        ))
    }

    fn funds_told(&self, course: &Course) -> Vec<String> {
        let parts = funds(self.working);
        let mut told = Vec::new();
        if let Some([limit, used, over]) = course.over_limit {
            let [limit, used, over] = [limit, used, over].map(|money| self.yuan(money));
            told.push(self.say(
                format!(
                    "基本医疗保险的年度限额是 {limit}，此前已用 {used}，这次有 {over}超过了限额。"
                ),
                format!(
                    "Basic insurance has a limit of {limit} a year, of which {used} was used \
                     before; {over} is above it."
                ),
            ));
        }
        if let Some((_, basic)) = parts.iter().find(|(fund, _)| *fund == Fund::Basic) {
            told.push(self.basic_told(course, *basic));
        }
        let others: Vec<String> = parts
            .iter()
            .filter(|(fund, _)| *fund != Fund::Basic)
            .map(|(fund, money)| {
                let (name, money) = (self.pair(words::fund(*fund)), self.yuan(*money));
                self.say(format!("{name}支付 {money}"), format!("{name} pays {money}"))
            })
            .collect();
        if !others.is_empty() {
            let others = others.join(self.lang.pick("，", ", "));
            told.push(self.say(format!("另外，{others}。"), format!("Besides, {others}.")));
        }
        told
    }

    fn basic_told(&self, course: &Course, basic: Money) -> String {
        let money = self.yuan(basic);
        let (of_zh, of_en) = self.of_what(course);
        let [ratio] = &course.ratios[..] else {
            let rates = course.ratios.join(self.lang.pick("、", ", "));
            return match rates.is_empty() {
                true => self.say(
                    format!("基本医疗保险按规定支付 {money}。"),
                    format!("Basic insurance pays {money} by its rules."),
                ),
                false => self.say(
                    format!("{of_zh}由基本医疗保险分段按 {rates} 支付，共 {money}。"),
                    format!("{of_en}basic insurance pays in steps at {rates}, together {money}."),
                ),
            };
        };
        let mut why = Vec::new();
        if let Some(changed) = &course.by_person {
            let (kind, before, after) = (self.person_type(), &changed.before, &changed.after);
            why.push(self.say(
                format!("按“{kind}”人员类别，支付比例由 {before} 调整为 {after}"),
                format!("{after} instead of {before} for your group: {kind}"),
            ));
        }
        if let Some(changed) = &course.by_route {
            let (zh, en) = words::route(&self.working.route);
            let (before, after) = (&changed.before, &changed.after);
            why.push(self.say(
                format!("因{zh}，支付比例由 {before} 调整为 {after}"),
                format!("{after} instead of {before} for {en}"),
            ));
        }
        let why = why.join(self.lang.pick("；", "; "));
        let (why_zh, why_en) = match why.is_empty() {
            true => (String::new(), String::new()),
            false => (format!("（{why}）"), format!(" ({why})")),
        };
        self.say(
            format!("{of_zh}由基本医疗保险按 {ratio} 支付，即 {money}{why_zh}。"),
            format!("{of_en}basic insurance pays {ratio}, which is {money}{why_en}."),
        )
    }

    /// Of what the basic insurance pays its ratio.
    fn of_what(&self, course: &Course) -> (String, String) {
        match (course.over_limit, course.entered) {
            (Some(_), Some(within)) => {
                let within = self.yuan(within);
                (format!("限额以内的 {within}"), format!("Of the {within} within the limit, "))
            }
            _ if self.working.amounts.deductible.is_zero() && course.route_first.is_none() => {
                ("这部分费用".to_owned(), "Of this, ".to_owned())
            }
            _ => ("余下的费用".to_owned(), "Of what is left, ".to_owned()),
        }
    }

    fn ending(&self, course: &Course) -> String {
        let amounts = &self.working.amounts;
        let (fund, person) = (self.yuan(amounts.fund_total.0), self.yuan(amounts.person_total.0));
        let parts = burden(self.working, course).unwrap_or_default();
        let each: Vec<String> = parts
            .iter()
            .map(|(part, money)| {
                let (name, money) = (self.pair(words::part(*part)), self.yuan(*money));
                format!("{name} {money}")
            })
            .collect();
        let each = self.listed(&each);
        let (each_zh, each_en) = match each.is_empty() {
            true => (String::new(), String::new()),
            false => (format!("，包括{each}"), format!(": {each}")),
        };
        self.say(
            format!("合计：医保支付 {fund}，您个人负担 {person}{each_zh}。"),
            format!("Together: the insurance pays {fund}, you pay {person}{each_en}."),
        )
    }
}
