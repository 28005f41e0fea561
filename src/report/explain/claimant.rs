//! The claimant's voice: a plain notice 告知书 in the polite form of offices, without codes and
//! with few terms, each explained.
//!
//! The surprise: what a gate saw of other persons is left out here, and a payment on hold is told
//! without suspicion.

use crate::domain::words::{Outcome, Remedy};

use super::super::working::Did;
use super::super::workings_jsonl::{CureRecord, GateRecord};
use super::Telling;
use super::course::Course;
use super::notice_words::{self as words, Detail, Pair};

/// A section: its title and its lines.
type Section = (Pair, Vec<String>);

impl Telling<'_> {
    pub(super) fn claimant(&self) -> Vec<String> {
        let outcome = Outcome::from_word(&self.working.outcome).unwrap_or(Outcome::Pend);
        let course = Course::of(self.working);
        let sections: Vec<Section> = vec![
            (("审核结果", "The result"), self.result_told(outcome)),
            (("原因", "Why"), self.reasons_told(outcome, &course)),
            (
                if self.waits_for_the_office() {
                    ("接下来", "What happens next")
                } else {
                    ("您可以怎样办理", "What you can do")
                },
                self.ways_out(outcome),
            ),
            (("我们收到的材料", "What we received"), self.received()),
            (("费用核对", "Your costs"), self.costs(outcome)),
            (("报销金额的计算", "How the payment came about"), self.how(outcome, &course)),
            (("不同意见", "If you disagree"), self.dissent(outcome)),
        ];
        let mut told = vec![self.title(outcome).to_owned(), String::new()];
        told.extend(self.address(outcome));
        let filled = sections.into_iter().filter(|(_, lines)| !lines.is_empty());
        for (place, ((zh, en), lines)) in filled.enumerate() {
            told.push(String::new());
            told.push(self.say(
                format!("{}、{zh}", NUMERALS[place % NUMERALS.len()]),
                format!("{}. {en}", place + 1),
            ));
            told.extend(lines.into_iter().map(|line| format!("  {line}")));
        }
        told.push(String::new());
        told.push(self.say(
            "经办机构（盖章）：                    日期：      年    月    日",
            "For the agency (seal):                    Date:",
        ));
        told
    }

    pub(super) fn pair(&self, (zh, en): Pair) -> &'static str {
        self.lang.pick(zh, en)
    }

    fn title(&self, outcome: Outcome) -> &'static str {
        self.pair(match outcome {
            Outcome::Pay | Outcome::PayReduced => {
                ("医疗费用报销结算告知书", "Notice of reimbursement")
            }
            Outcome::Reject => ("医疗费用不予报销告知书", "Notice that no reimbursement is due"),
            Outcome::Pend if self.waits_for_the_office() => {
                ("医疗费用报销审核进展告知书", "Notice of a pending application")
            }
            Outcome::Pend => ("医疗费用报销补正告知书", "Notice of what is still needed"),
            Outcome::Hold => ("医疗费用暂缓支付告知书", "Notice of a payment on hold"),
        })
    }

    /// Whether nothing is asked of the person.
    fn waits_for_the_office(&self) -> bool {
        self.working.cures.iter().all(|cure| {
            let code = cure.code.as_deref();
            cure.remedy == Remedy::Mends.word() && code.is_some_and(words::is_for_the_office)
        })
    }

    fn address(&self, outcome: Outcome) -> Vec<String> {
        let w = self.working;
        let received = self.day(&w.received_on);
        let has_died = w.gates.iter().any(|gate| gate.code == "F105");
        let (family_zh, family_en) =
            if has_died { ("的家属", "the family of ") } else { ("", "") };
        let (zh, en) = match outcome {
            Outcome::Pay | Outcome::PayReduced | Outcome::Reject => {
                ("已经审核完毕，现将结果告知如下", "has been examined, with this result")
            }
            Outcome::Pend if self.waits_for_the_office() => {
                ("正在审核，现将进展告知如下", "is being examined; this is where it stands")
            }
            Outcome::Pend => {
                ("正在审核，需要您补正，现告知如下", "is being examined and something is needed")
            }
            Outcome::Hold => {
                ("在审核中有情况需要核实，现告知如下", "is being examined and needs a closer look")
            }
        };
        vec![
            self.say(
                format!("{}（证件号码 {}）{family_zh}：", w.name, w.id),
                format!("To {family_en}{} (identity number {}):", w.name, w.id),
            ),
            self.say(
                format!("您于{received}提交的医疗费用报销申请（编号 {}）{zh}：", w.claim_id),
                format!("Your application of {received} (number {}) {en}.", w.claim_id),
            ),
        ]
    }

    fn result_told(&self, outcome: Outcome) -> Vec<String> {
        let amounts = &self.working.amounts;
        let [total, fund, person] =
            [amounts.total, amounts.fund_total, amounts.person_total].map(|y| self.yuan(y.0));
        let sums = self.say(
            format!("医疗费总额 {total}，医保支付 {fund}，您个人负担 {person}。"),
            format!("Of {total} in all, the insurance pays {fund} and you pay {person}."),
        );
        match outcome {
            Outcome::Pay | Outcome::PayReduced => {
                let (zh, en) = match outcome {
                    Outcome::Pay => ("准予报销。", "Your costs are reimbursed. "),
                    _ => (
                        "准予报销，但支付金额低于通常标准，原因见下。",
                        "Your costs are reimbursed, but for less than usual; see below. ",
                    ),
                };
                let account = if amounts.fund_total.0.is_positive() {
                    self.say(
                        "医保支付的款项将转入申请时登记的收款账户。",
                        "The payment goes to the account given in the application.",
                    )
                } else {
                    self.say(
                        "本次没有可以支付的金额，计算过程见下。",
                        "There is nothing to be paid this time; see below how it was worked out.",
                    )
                };
                vec![format!("{}{sums}", self.lang.pick(zh, en)), account]
            }
            Outcome::Reject => {
                let never = Remedy::Never.word();
                let said = if self.working.cures.iter().all(|cure| cure.remedy == never) {
                    self.say(
                        "很抱歉，这次的费用不能报销。",
                        "We are sorry: these costs cannot be reimbursed.",
                    )
                } else {
                    self.say(
                        "很抱歉，按目前的材料和登记情况，这次的费用不能报销。",
                        "We are sorry: as things stand, these costs cannot be reimbursed.",
                    )
                };
                vec![said, sums]
            }
            Outcome::Pend => vec![self.say(
                format!("医疗费总额 {total}。目前还不能作出决定，暂时没有支付；这不是拒绝报销。"),
                format!(
                    "Of {total} in all nothing is decided and nothing is paid yet; this is no \
                     refusal."
                ),
            )],
            Outcome::Hold => vec![self.say(
                format!(
                    "暂缓支付。医疗费总额 {total}；核实无误后，医保将支付 {fund}，您个人负担 {person}。"
                ),
                format!(
                    "The payment is on hold. Of {total} in all, the insurance will pay {fund} and \
                     you {person} if everything is found to be in order."
                ),
            )],
        }
    }

    /// The first reason that decided, then the others.
    fn reasons_told(&self, outcome: Outcome, course: &Course) -> Vec<String> {
        let decided = match outcome {
            Outcome::Reject => "reject",
            Outcome::Pend => "pend",
            Outcome::Hold => "hold",
            Outcome::Pay | Outcome::PayReduced => "reduce",
        };
        let (first, others): (Vec<&GateRecord>, Vec<&GateRecord>) =
            self.working.gates.iter().partition(|gate| gate.does == decided);
        let mut told: Vec<String> =
            first.into_iter().chain(others).map(|gate| self.reason_told(gate)).collect();
        if outcome == Outcome::Hold {
            let is_told = |code: &str| self.working.gates.iter().any(|gate| gate.code == code);
            let held = self.working.findings.iter().filter(|found| found.severity == "hold");
            let held = held.filter(|found| !is_told(&found.code));
            told.extend(held.map(|found| self.sentence(self.pair(words::doubt(&found.code)))));
        }
        let by_route = told.is_empty() || course.is_adjusted_by_route();
        if outcome == Outcome::PayReduced && by_route {
            let (zh, en) = words::route(&self.working.route);
            told.push(self.say(
                format!("您这次属于“{zh}”的情况，参保地对此规定了较低的支付标准。"),
                format!("For {en} your place of insurance pays less."),
            ));
        }
        told.dedup();
        self.numbered(told)
    }

    fn reason_told(&self, gate: &GateRecord) -> String {
        let refuses = gate.does == "reject";
        let Some((pair, detail)) = words::reason(&gate.code, refuses) else {
            return self.sentence(self.both(&gate.name));
        };
        let sentence = self.sentence(self.pair(pair));
        let saw = self.in_words(self.both(&gate.saw));
        match detail {
            Detail::Nothing => sentence,
            // The costs below say by how much.
            Detail::OfBill if self.differs() => sentence,
            Detail::Seen | Detail::OfBill => self.say(
                format!("{sentence}核对情况：{saw}。"),
                format!("{sentence} What we found: {}.", self.named(&saw)),
            ),
            Detail::Joined => self.say(
                format!("{}，{saw}。", self.pair(pair)),
                format!("{}; {saw}.", sentence.trim_end_matches('.')),
            ),
        }
    }

    fn differs(&self) -> bool {
        !self.bill.lines.is_empty() && self.bill.total() != self.working.amounts.total.0
    }

    /// The hospital by its name where it was named by its code.
    fn named(&self, text: &str) -> String {
        let mut steps = self.working.steps.iter();
        let code = steps.find_map(|step| match &step.did {
            Did::Hospital { code, .. } => Some(code),
            _ => None,
        });
        code.map_or(text.to_owned(), |code| text.replace(code, &self.working.hospital))
    }

    fn ways_out(&self, outcome: Outcome) -> Vec<String> {
        let mut told: Vec<String> =
            self.working.cures.iter().map(|cure| self.way_out(cure, outcome)).collect();
        told.dedup();
        self.numbered(told)
    }

    fn way_out(&self, cure: &CureRecord, outcome: Outcome) -> String {
        let code = cure.code.as_deref().unwrap_or("F101");
        let remedy = Remedy::from_word(&cure.remedy).unwrap_or(Remedy::Mends);
        let own = self.in_words(self.both(&cure.what));
        if remedy == Remedy::Mends && words::is_for_the_office(code) {
            return self.office_acts(cure);
        }
        let what = match remedy {
            Remedy::Mends if own.starts_with('如') => own.replace("，补交", "，请补交"),
            Remedy::Mends => self.say(format!("请{own}"), own.clone()),
            Remedy::OnlyIf => {
                words::way_out(code, false).map_or(own, |pair| self.pair(pair).to_owned())
            }
            Remedy::Never => {
                words::way_out(code, true).map_or(own, |pair| self.pair(pair).to_owned())
            }
        };
        let mut told = self.sentence(&what);
        if remedy == Remedy::Never {
            return told;
        }
        match &cure.by {
            Some(day) => {
                let day = self.day(day);
                told += &self.say(
                    format!("最晚办理日期：{day}（含当日）。"),
                    format!(" The last day for it is {day}."),
                );
            }
            None if remedy == Remedy::Mends => {
                told += &self.say("请尽快办理。", " Please do so soon.");
            }
            None => {}
        }
        if let Some(worth) = cure.worth.map(|worth| worth.0).filter(|worth| worth.is_positive()) {
            let worth = self.yuan(worth);
            told += &match outcome {
                Outcome::Pay | Outcome::PayReduced => self.say(
                    format!("审核通过后，预计可以多报销 {worth}。"),
                    format!(" If it is accepted, about {worth} more would be reimbursed."),
                ),
                _ => self.say(
                    format!("审核通过后，预计可以报销 {worth}。"),
                    format!(" If it is accepted, about {worth} would be reimbursed."),
                ),
            };
        }
        told
    }

    fn office_acts(&self, cure: &CureRecord) -> String {
        let told = self.say(
            "这一项由我们核实，您暂时不需要补交材料；需要您配合时，工作人员会与您联系。",
            "We look into this ourselves; you need not hand in anything for now, and our staff \
             will contact you if they need your help.",
        );
        match cure.worth.map(|worth| worth.0).filter(|worth| worth.is_positive()) {
            Some(worth) => {
                let worth = self.yuan(worth);
                self.say(
                    format!("{told}核实无误后，医保将支付 {worth}。"),
                    format!("{told} If all is in order, {worth} will be paid."),
                )
            }
            None => told,
        }
    }

    fn dissent(&self, outcome: Outcome) -> Vec<String> {
        if matches!(outcome, Outcome::Pend | Outcome::Hold) {
            return vec![self.say(
                "现在还没有作出最终决定。对以上内容有疑问的，请与受理您申请的经办机构联系，也可以提交书面说明；作出决定后，您仍有申请复核、行政复议和提起行政诉讼的权利。",
                "Nothing is decided finally yet. If you have questions, please ask the agency that \
                 took your application, or write to it; once it is decided you can still ask for \
                 a review, for administrative reconsideration, or go to court.",
            )];
        }
        vec![
            self.say(
                "对以上结果有不同意见的，请在收到本告知书之日起 60 日内向我们申请复核，或者依法申请行政复议；也可以在 6 个月内依法向人民法院提起行政诉讼。",
                "If you disagree, you can ask us for a review, or apply for administrative \
                 reconsideration, within 60 days after you receive this notice; you can also go \
                 to court within 6 months.",
            ),
            self.say(
                "（上述期限是法律的一般规定，供您参考；具体的受理机关和期限以经办机构的说明为准。）",
                "(These terms are general law, for information; the agency will tell you which \
                 authority and which term apply to you.)",
            ),
        ]
    }

    /// One line as it is, several with a number before each.
    pub(super) fn numbered(&self, lines: Vec<String>) -> Vec<String> {
        if lines.len() < 2 {
            return lines;
        }
        let numbered = lines.into_iter().enumerate();
        numbered.map(|(place, line)| format!("{}. {line}", place + 1)).collect()
    }
}

const NUMERALS: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
