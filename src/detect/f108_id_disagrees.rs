//! # F108 姓名、性别或生日与证件不符 id-disagrees
//!
//! ## 查什么
//! 同一证件号码下，申报的姓名与参保登记的姓名不是同一个人的写法；没有登记的，几份申报的姓名互不相同。
//! 另以“提示”列出登记的性别、出生日期与身份证号码所载不符，或几条登记的姓名互不相同，不计金额。
//!
//! ## 为什么要紧
//! 号码对而姓名不对，常见的是拿亲属或他人的号码报销；性别、生日登错会让限性别、限年龄的项目和待遇算错。
//!
//! ## 什么情况下无辜
//! 空格、间隔号、全角半角、繁体异体、生僻字用问号或拼音代替、少数民族长姓名被截断，都按同名处理，不列；
//! 新生儿以“某某之子（女）”登记后取名，只作提示；改名而登记未更新；录入错字。只差一个字不当作录入错：
//! 同胞兄妹往往只差一个字。15 位旧号码按升位后的 18 位比较。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十七条、第四十一条（持本人凭证就医，冒名就医）；《公民身份号码》
//! （GB 11643-1999）。

use rayon::prelude::*;

use crate::domain::identity::{PersonKey, mask_name};
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Text};
use crate::flow::links::PersonFiles;
use crate::flow::{ClaimIx, PersonRecord, Subject};

use super::detector::Detector;
use super::person_name;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F108,
    name: "id-disagrees",
    source: include_str!("f108_id_disagrees.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let persons = scene.persons(|files| files.register.len() + files.claims.len() > 1);
    persons.par_iter().filter_map(|(key, files)| person(scene, key, files)).collect()
}

fn person(scene: &Scene, key: &PersonKey, files: &PersonFiles) -> Option<Draft> {
    let persons = &scene.records().persons;
    let register: Vec<&PersonRecord> = files.register.iter().map(|ix| &persons[ix.at()]).collect();
    let claims: Vec<ClaimIx> = scene.claims_of(files).collect();
    let named_otherwise = other_names(scene, &claims, &register);
    if named_otherwise.is_empty() {
        let said = of_the_register(key, &register);
        return (!said.is_empty()).then(|| registered(scene, key, &claims, &register, &said))?;
    }
    Some(claimed(scene, key, &named_otherwise, &claims, &register))
}

/// The claims whose name is nobody's in the register under this number. Where there is no register
/// all are told as soon as two differ.
fn other_names(scene: &Scene, claims: &[ClaimIx], register: &[&PersonRecord]) -> Vec<ClaimIx> {
    let name = |claim: ClaimIx| scene.claim(claim).name.as_str();
    if !register.is_empty() {
        let known = |claim: ClaimIx| {
            register.iter().any(|entry| person_name::agree(name(claim), &entry.name))
        };
        return claims.iter().copied().filter(|&claim| !known(claim)).collect();
    }
    let Some(&first) = claims.first() else { return Vec::new() };
    let all_one = claims.iter().all(|&claim| person_name::agree(name(first), name(claim)));
    if all_one { Vec::new() } else { claims.to_vec() }
}

fn claimed(
    scene: &Scene,
    key: &PersonKey,
    told: &[ClaimIx],
    claims: &[ClaimIx],
    register: &[&PersonRecord],
) -> Draft {
    let first = told[0];
    let about = scene.about(first);
    let (zh, en) = match register.first() {
        Some(entry) => {
            let name = mask_name(&entry.name);
            (format!("登记的姓名是 {name}"), format!("the register says {name}"))
        }
        None => {
            ("几份申报的姓名互不相同".to_owned(), "claims under it give different names".to_owned())
        }
    };
    let newborn = register.iter().any(|entry| person_name::is_newborn(&entry.name))
        || claims.iter().any(|&claim| person_name::is_newborn(&scene.claim(claim).name));
    let (masked, count) = (key.masked(), told.len());
    let draft = Draft {
        subject: Subject::Person(key.clone()),
        claims: told.iter().map(|&claim| (claim, scene.whole(claim))).collect(),
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!("{}的姓名与证件号码 {masked} 不符：{zh}，共 {count} 份申报。", about.zh),
            format!("{}: the name is not that of {masked}: {en}; {count} claims.", about.en),
        )
        .under(UNDER)
        .shown_by(told.iter().map(|&claim| scene.claim(claim).origin))
        .shown_by(register.iter().map(|entry| entry.origin));
    if newborn { draft.at_most(Severity::Info) } else { draft }
}

const UNDER: &str = "《医疗保障基金使用监督管理条例》第十七条、第四十一条；GB 11643-1999";

/// What the register says otherwise than the number, or than itself.
fn of_the_register(key: &PersonKey, register: &[&PersonRecord]) -> Vec<Text> {
    let mut said = Vec::new();
    if let Some(id) = key.id() {
        let sexes = register.iter().filter_map(|entry| entry.sex);
        if let Some(sex) = sexes.clone().find(|sex| *sex != id.sex()) {
            let of_id = id.sex();
            said.push(Text::new(
                format!("登记性别{}，号码为{}", sex.zh(), of_id.zh()),
                format!("sex {} in the register, {} by the number", sex.word(), of_id.word()),
            ));
        }
        let births = register.iter().filter_map(|entry| entry.born_on);
        if let (Some(of_id), Some(born)) =
            (id.birth_date(), births.clone().find(|born| Some(*born) != id.birth_date()))
        {
            said.push(Text::new(
                format!("登记出生日期 {born}，号码为 {of_id}"),
                format!("born on {born} by the register, on {of_id} by the number"),
            ));
        }
    }
    if let [first, others @ ..] = register
        && others.iter().any(|entry| !person_name::agree(&first.name, &entry.name))
    {
        let en = "register entries give different names";
        said.push(Text::new("几条登记的姓名互不相同", en));
    }
    said
}

fn registered(
    scene: &Scene,
    key: &PersonKey,
    claims: &[ClaimIx],
    register: &[&PersonRecord],
    said: &[Text],
) -> Option<Draft> {
    let &first = claims.first()?;
    let (about, masked) = (scene.about(first), key.masked());
    let zh: Vec<&str> = said.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = said.iter().map(|text| text.en.as_str()).collect();
    let draft = Draft {
        subject: Subject::Person(key.clone()),
        claims: claims.iter().map(|&claim| (claim, Money::ZERO)).collect(),
        ..Draft::on_claim(scene, first, Money::ZERO)
    };
    let draft = draft
        .saying(
            format!("{}的参保登记与证件号码 {masked} 不符：{}。", about.zh, zh.join("，")),
            format!("{}: the register and {masked} disagree: {}.", about.en, en.join(", ")),
        )
        .under(UNDER)
        .shown_by(claims.iter().map(|&claim| scene.claim(claim).origin))
        .shown_by(register.iter().map(|entry| entry.origin))
        .at_most(Severity::Info);
    Some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, day, only, person};
    use crate::domain::words::Sex;
    use crate::domain::{IdNumber, Identity};

    const STAY: (&str, &str) = ("2024-05-01", "2024-05-08");

    fn named(b: &mut Batch, claimed: &str, registered: &str) {
        let claim = b.claim("C1", 1, STAY, "1000.00");
        b.pays(claim, "600.00");
        b.edit(claim).name = claimed.to_owned();
        let ix = b.registered(1);
        b.edit_person(ix).name = registered.to_owned();
    }

    #[test]
    fn another_name_under_the_number_is_told_and_another_writing_is_not() {
        check(
            Code::F108,
            &[
                ("the brother's number", |b| named(b, "张建国", "张建军"), &[("C1", "600.00")]),
                ("the same name", |b| named(b, "张建国", "张建国"), &[]),
                ("a traditional form and a blank", |b| named(b, "張 建国", "张建国"), &[]),
                ("a character nobody can type", |b| named(b, "张?国", "张䶮国"), &[]),
                (
                    "one of two entries has the name: the register disagrees with itself",
                    |b| {
                        named(b, "张建国", "张建国");
                        let ix = b.registered(1);
                        b.edit_person(ix).name = "张国".to_owned();
                    },
                    &[("C1", "0.00")],
                ),
                (
                    "not registered, two names on two claims",
                    |b| {
                        for (id, name) in [("C1", "张三"), ("C2", "李四")] {
                            let claim = b.claim(id, 1, STAY, "1000.00");
                            b.edit(claim).name = name.to_owned();
                        }
                    },
                    &[("C1+C2", "2000.00")],
                ),
                (
                    "not registered, one name",
                    |b| {
                        b.claim("C1", 1, STAY, "1000.00");
                        b.claim("C2", 1, STAY, "1000.00");
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn a_newborn_that_got_its_name_is_information() {
        let mut batch = Batch::default();
        named(&mut batch, "王小明", "李红之子");
        let detected = batch.detect();
        assert_eq!(only(&detected, Code::F108).severity, Severity::Info);
    }

    #[test]
    fn sex_and_birth_of_the_register_are_held_against_the_number() {
        let by_number = person(1).sex();
        let other = if by_number == Sex::Male { Sex::Female } else { Sex::Male };
        for (sex, born, expected) in [
            (Some(by_number), Some("1960-05-17"), None),
            (None, None, None),
            (Some(other), Some("1960-05-17"), Some("登记性别")),
            (
                Some(by_number),
                Some("1960-05-18"),
                Some("登记出生日期 1960-05-18，号码为 1960-05-17"),
            ),
        ] {
            let mut batch = Batch::default();
            named(&mut batch, "张三", "张三");
            let entry = batch.edit_person(crate::flow::PersonIx(0));
            (entry.sex, entry.born_on) = (sex, born.map(day));
            let detected = batch.detect();
            let Some(said) = expected else {
                let mut found = detected.findings.iter();
                assert!(found.all(|finding| finding.code != Code::F108), "{sex:?} {born:?}");
                continue;
            };
            let finding = only(&detected, Code::F108);
            assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
            assert_eq!(finding.severity, Severity::Info);
            assert!(finding.at_risk().is_zero());
            assert_eq!(finding.evidence.len(), 2);
        }
    }

    #[test]
    fn a_number_of_fifteen_digits_is_the_same_person() {
        let full = person(1);
        let short = format!("{}{}", &full.reveal()[..6], &full.reveal()[8..17]);
        let old = IdNumber::parse(&short).expect("a first-generation number");
        assert_eq!(Identity::Id(old).key(), Identity::Id(full).key());
    }
}
