//! # F408 限性别或年龄项目不符 wrong-sex-or-age
//!
//! ## 查什么
//! 账单里有限另一性别的项目，或者入院日年龄不在限定范围内的项目（审核已按自费处理的也列）。限性别的诊疗
//! 项目即使目录外、丙类也列，因为这样的检查和手术不可能做在本人身上。性别、出生日期先看参保登记，没有的
//! 看证件号码，句子里写明依据。
//!
//! ## 为什么要紧
//! 男性做妇科检查、成人用儿童专用项目，要么是冒名就医，要么是串换或虚构项目，是少数单凭账单就能看出的
//! 不可能。
//!
//! ## 什么情况下无辜
//! 新生儿费用记在母亲账单上：账单有新生儿床位、护理，或诊断为分娩、新生儿疾病的，降为“提示”。参保登记的
//! 性别与证件号码不一致的，先核对登记（见 F108），也只作提示。性别、年龄不明的不列。药品的限定只是支付
//! 范围，超说明书用药可能有理由。红冲的行不计；涉及金额按这些行的申报金额，审核并未付。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第十七条、第三十八条、第四十条、第四十一条；国家医保局智能监管规则库、
//! 知识库第一批。

use crate::domain::dates::{Date, age_on};
use crate::domain::words::{ItemKind, Severity, Sex};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, LineSplit, LineVerdict, PersonLink};
use crate::rulebook::charge_kinds::ChargeKind;

use super::detector::Detector;
use super::line_items::LineItem;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F408,
    name: "wrong-sex-or-age",
    source: include_str!("f408_wrong_sex_or_age.rs"),
    run,
};

/// Childbirth, newborns and what they are born with: such a bill may be mother's and child's.
const OF_BIRTH: [&str; 8] = ["O80", "O81", "O82", "O83", "O84", "Z37", "Z38", "P"];

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let mut wrong: Vec<(&LineSplit, LineVerdict)> = scene
            .items(claim)
            .filter_map(|(split, item)| Some((split, fault(scene, claim, split, item)?)))
            .collect();
        let net: Money = wrong.iter().map(|(split, _)| scene.line(split.line).amount).sum();
        wrong.retain(|(split, _)| !scene.line(split.line).amount.is_negative());
        net.is_positive().then(|| not_for(scene, claim, &wrong, net))
    })
}

/// Why a line cannot be for this person.
fn fault(scene: &Scene, claim: ClaimIx, split: &LineSplit, item: LineItem) -> Option<LineVerdict> {
    if matches!(split.verdict, LineVerdict::WrongSex | LineVerdict::WrongAge) {
        return Some(split.verdict);
    }
    // Where adjudication did not come to ask, because nobody pays for the item anyway.
    if split.verdict.is_payable() {
        return None;
    }
    let item = scene.ground.rulebook.items.get(item.item()?);
    let limited = item.limits.sex.filter(|_| item.kind == ItemKind::Service)?;
    let known = Patient::of(scene, claim).sex()?;
    (known != limited).then_some(LineVerdict::WrongSex)
}

/// What is known of the person, and from where.
struct Patient {
    registered: Option<Sex>,
    by_number: Option<Sex>,
    born: Option<(Date, &'static str, &'static str)>,
}

const BY_REGISTER: (&str, &str) = ("参保登记", "the register");
const BY_NUMBER: (&str, &str) = ("证件号码", "the identity number");

impl Patient {
    fn of(scene: &Scene, claim: ClaimIx) -> Patient {
        let entry = match &scene.links(claim).person {
            PersonLink::Known { entry: Some(entry), .. } => {
                Some(&scene.records().persons[entry.at()])
            }
            _ => None,
        };
        let key = scene.claim(claim).person.key();
        let number = key.as_ref().and_then(|key| key.id());
        let registered = entry.and_then(|entry| entry.born_on);
        let born = registered.map(|born| (born, BY_REGISTER.0, BY_REGISTER.1));
        let by_number = || Some((number?.birth_date()?, BY_NUMBER.0, BY_NUMBER.1));
        Patient {
            registered: entry.and_then(|entry| entry.sex),
            by_number: number.map(|id| id.sex()),
            born: born.or_else(by_number),
        }
    }

    fn sex(&self) -> Option<Sex> {
        self.registered.or(self.by_number)
    }

    fn disagrees(&self) -> bool {
        self.registered.zip(self.by_number).is_some_and(|(one, other)| one != other)
    }

    /// `女（参保登记）、入院时 5 周岁（证件号码）`, as far as it is known.
    fn shown(&self, admitted: Date) -> Text {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        if let Some(sex) = self.sex() {
            let from = if self.registered.is_some() { BY_REGISTER } else { BY_NUMBER };
            let english = if sex == Sex::Female { "female" } else { "male" };
            zh.push(format!("{}（{}）", sex.zh(), from.0));
            en.push(format!("{english} (by {})", from.1));
        }
        if let Some((born, from, from_en)) = self.born {
            let age = age_on(born, admitted).max(0);
            zh.push(format!("入院时 {age} 周岁（{from}）"));
            en.push(format!("aged {age} on admission (by {from_en})"));
        }
        Text::new(zh.join("、"), en.join(", "))
    }
}

fn not_for(
    scene: &Scene,
    claim: ClaimIx,
    wrong: &[(&LineSplit, LineVerdict)],
    amount: Money,
) -> Draft {
    let patient = Patient::of(scene, claim);
    let (about, known) = (scene.about(claim), patient.shown(scene.claim(claim).stay.first()));
    let said: Vec<Text> = wrong
        .iter()
        .map(|(split, verdict)| {
            let (line, why) = (scene.line_shown(split.line), verdict.text());
            Text::new(format!("{}{}", line.zh, why.zh), format!("{}: {}", line.en, why.en))
        })
        .collect();
    let rows: Vec<Origin> = wrong.iter().map(|(split, _)| scene.line(split.line).origin).collect();
    let (count, said) = (wrong.len(), listed(&said));
    let by_sex = wrong.iter().any(|(_, verdict)| *verdict == LineVerdict::WrongSex);
    let doubt = doubt(scene, claim, by_sex && patient.disagrees());
    let words = doubt.clone().unwrap_or_else(|| Text::new("", ""));
    let draft = Draft::on_claim(scene, claim, amount)
        .saying(
            format!(
                "{}的参保人为{}，账单有 {count} 行不是其应有的项目，共 {amount} 元，审核未付：{}{}。",
                about.zh, known.zh, said.zh, words.zh
            ),
            format!(
                "{}: the person is {}, but {count} lines are not for such a person, {amount} in \
                 all, not paid: {}{}.",
                about.en, known.en, said.en, words.en
            ),
        )
        .under(
            "《医疗保障基金使用监督管理条例》第十五条、第十七条、第三十八条、第四十条、第四十一条；国家医保局\
             智能监管规则库、知识库第一批",
        )
        .shown_by(rows);
    if doubt.is_some() { draft.at_most(Severity::Info) } else { draft }
}

/// What may explain it.
fn doubt(scene: &Scene, claim: ClaimIx, disagrees: bool) -> Option<Text> {
    if is_of_birth(scene, claim) {
        return Some(Text::new(
            "；账单含分娩或新生儿费用，可能是母婴合并结算",
            "; the bill has a birth or a newborn in it, so mother and child may share it",
        ));
    }
    disagrees.then(|| {
        Text::new(
            "；参保登记的性别与证件号码不一致，先核对登记",
            "; the register and the identity number disagree on the sex",
        )
    })
}

fn is_of_birth(scene: &Scene, claim: ClaimIx) -> bool {
    let diagnosis = scene.claim(claim).diagnosis_code.as_deref().unwrap_or_default();
    let newborn = [ChargeKind::NewbornBed, ChargeKind::NewbornNursing];
    OF_BIRTH.iter().any(|prefix| diagnosis.starts_with(prefix))
        || scene.items(claim).any(|(_, item)| item.kind.is_some_and(|kind| newborn.contains(&kind)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::Identity;
    use crate::domain::identity::Damage;

    /// A man's examination and a woman's, both in the rule lists.
    const FOR_MEN: (&str, &str) = ("002101030280000", "阴茎海绵体造影");
    const FOR_WOMEN: (&str, &str) = ("002101030300000", "子宫造影");

    /// One woman's and one man's line for the n-th person, as adjudication judged them.
    fn examined(b: &mut Batch, number: u16, judged: [LineVerdict; 2]) {
        b.claim("C1", number, ("2024-03-01", "2024-03-08"), "900.00");
        for (item, verdict) in [FOR_MEN, FOR_WOMEN].into_iter().zip(judged) {
            b.charge(item, "2024-03-02", "1", "200.00");
            b.refused(verdict);
        }
    }

    use LineVerdict::{ClassC, Listed, NotListed, ToCheck, WrongAge, WrongSex};

    /// Odd numbers are men.
    const MAN: u16 = 1;
    const WOMAN: u16 = 2;

    #[test]
    fn what_cannot_be_for_the_person_is_told_whoever_pays() {
        check(
            Code::F408,
            &[
                (
                    "for the other sex",
                    |b| examined(b, MAN, [Listed, WrongSex]),
                    &[("C1", "200.00")],
                ),
                (
                    "outside the age",
                    |b| examined(b, MAN, [WrongAge, NotListed]),
                    &[("C1", "400.00")],
                ),
                (
                    "class C all the same",
                    |b| examined(b, WOMAN, [ClassC, Listed]),
                    &[("C1", "200.00")],
                ),
                ("nothing wrong", |b| examined(b, MAN, [Listed, ToCheck]), &[]),
                (
                    "reversed",
                    |b| {
                        examined(b, MAN, [Listed, WrongSex]);
                        b.charge(FOR_WOMEN, "2024-03-03", "-1", "200.00");
                        b.refused(WrongSex);
                    },
                    &[],
                ),
                (
                    "nobody knows the person",
                    |b| {
                        examined(b, WOMAN, [ClassC, Listed]);
                        let (shown, fault) = ("4.20106E+17".to_owned(), Damage::Scientific);
                        b.edit(ClaimIx(0)).person = Identity::Damaged { shown, fault };
                    },
                    &[],
                ),
            ],
        );
    }

    fn told(arrange: fn(&mut Batch)) -> (Severity, String) {
        let mut batch = Batch::default();
        arrange(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F408);
        (finding.severity, finding.sentence.zh.clone())
    }

    #[test]
    fn mother_and_child_or_a_wrong_register_are_told_as_information() {
        let (severity, said) = told(|b| examined(b, MAN, [Listed, WrongSex]));
        assert_eq!(severity, Severity::Warn);
        assert!(said.contains("为男（证件号码）、入院时 63 周岁（证件号码）"), "{said}");
        assert!(said.contains("第 2 行“子宫造影”限定性别不符"), "{said}");
        let (severity, said) = told(|b| {
            examined(b, WOMAN, [WrongSex, Listed]);
            b.charge(("", "新生儿护理"), "2024-03-02", "3", "10.00");
        });
        assert_eq!(severity, Severity::Info);
        assert!(said.contains("母婴合并结算"), "{said}");
        let (severity, _) = told(|b| {
            examined(b, WOMAN, [WrongSex, Listed]);
            b.edit(ClaimIx(0)).diagnosis_code = Some("O80.000".to_owned());
        });
        assert_eq!(severity, Severity::Info);
        let (severity, said) = told(|b| {
            examined(b, MAN, [WrongSex, Listed]);
            b.on_register(MAN, Some(Sex::Female));
        });
        assert_eq!(severity, Severity::Info);
        assert!(said.contains("为女（参保登记）") && said.contains("先核对登记"), "{said}");
    }
}
