//! # F306 票据代码或号码异常 malformed-invoice
//!
//! ## 查什么
//! 一看形状：票据代码、号码的位数不在通行范围（默认代码 8–12 位、号码 6–10 位，没有代码时号码可把两者连
//! 写，或为 20 位），含有不该有的字，或全是同一个数字、顺次递增的数字；医疗电子票据（代码 8 位、
//! 第三四位为 06）的号码不是 10 位；8 位代码配 10 位号码的，代码前两位不是就医地的省份、也不是中央单位的 00。二看开票单位：同一医院同一年的票据，n 张以上、来自 m
//! 人以上（默认 5 张、3 人）是一种样式，而这一张是只有一个人用的另一种样式。各数可按参保地设置；省份与样
//! 式不符只作提示。
//!
//! ## 为什么要紧
//! 编造的票据往往号码位数不对、号段与医院不符；真票的样式由开票系统决定，不会单为一个人改变。
//!
//! ## 什么情况下无辜
//! 录入时漏了前面的零、多抄了校验码；医院在年中由纸质票据换成电子票据（两种样式都有多人使用，或者这一张
//! 早于或晚于其余全部票据）；门诊与住院票据代码不同而位数相同，不算两种样式；军队、部队医院用军队票据。
//! 位数范围尚未与各省监制的票样核对。
//!
//! ## 依据
//! 《财政票据管理办法》（财政部令第70号）；《医疗保障基金使用监督管理条例》第四十条（虚假票据）。

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::dates::Period;
use crate::domain::identity::PersonKey;
use crate::domain::words::{CareType, Severity};
use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, Invoice, SettlementIx};
use crate::rulebook::detector_settings::Threshold;

use super::care::{Bill, Episode};
use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F306,
    name: "malformed-invoice",
    source: include_str!("f306_malformed_invoice.rs"),
    run,
};

/// Digits of code and number of an electronic medical invoice 医疗收费电子票据.
const ELECTRONIC: (usize, usize) = (8, 10);
/// What stands in such a code behind the province: medical charges 医疗收费.
const MEDICAL: &str = "06";
/// The number of a fully digital tax invoice 数电票 has no code.
const DIGITAL_NUMBER: usize = 20;
/// What stands in the place of the province in invoices of institutions of the central government.
const CENTRAL: &str = "00";
/// Older paper numbers begin with the letters of their series.
const SERIES_LETTERS_MAX: usize = 2;

fn run(scene: &Scene) -> Vec<Draft> {
    let mut drafts = scene.each_claim(|claim| {
        if let Some(said) = malformed(scene, claim) {
            return Some(told(scene, claim, scene.whole(claim), &said, Vec::new()));
        }
        let said = other_province(scene, claim)?;
        Some(told(scene, claim, Money::ZERO, &said, Vec::new()).at_most(Severity::Info))
    });
    drafts.extend(outside_patterns(scene));
    drafts
}

/// What is wrong with the form of the claim's invoice.
fn malformed(scene: &Scene, ix: ClaimIx) -> Option<Text> {
    let Invoice { code, number } = &scene.claim(ix).invoice;
    let within = |count: usize, least: Threshold, most: Threshold| {
        let range = scene.threshold(least, ix)..=scene.threshold(most, ix);
        u32::try_from(count).is_ok_and(|count| range.contains(&count))
    };
    let of_code = |count| within(count, Threshold::CodeDigitsMin, Threshold::CodeDigitsMax);
    let of_number = |count| within(count, Threshold::NumberDigitsMin, Threshold::NumberDigitsMax);
    let Some(digits) = without_series(number) else {
        return Some(Text::new("号码含有不该有的字", "the number holds more than digits"));
    };
    if let Some(code) = code {
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Text::new("代码含有不该有的字", "the code holds more than digits"));
        }
        if !of_code(code.len()) {
            let count = code.len();
            return Some(Text::new(
                format!("代码 {count} 位"),
                format!("a code of {count} digits"),
            ));
        }
        if let Some(said) = of_electronic(code, number) {
            return Some(said);
        }
    }
    let count = digits.len();
    let has_code = code.is_some();
    let holds_code =
        !has_code && (count == DIGITAL_NUMBER || may_be_joined(count, of_code, of_number));
    if !of_number(count) && !holds_code {
        return Some(Text::new(format!("号码 {count} 位"), format!("a number of {count} digits")));
    }
    is_invented(digits)
        .then(|| Text::new("号码全是同一个数字或顺次递增", "the number is one digit or a count"))
}

/// What is wrong with the number behind the code of an electronic medical invoice.
fn of_electronic(code: &str, number: &str) -> Option<Text> {
    let (code_digits, expected) = ELECTRONIC;
    let electronic = code.len() == code_digits && code.get(2..4) == Some(MEDICAL);
    let count = number.len();
    (electronic && count != expected).then(|| {
        Text::new(
            format!("电子票据号码 {count} 位，应为 {expected} 位"),
            format!("an electronic invoice whose number has {count} digits, not {expected}"),
        )
    })
}

/// Whether so many digits may be a code and a number written as one.
fn may_be_joined(
    count: usize,
    of_code: impl Fn(usize) -> bool,
    of_number: impl Fn(usize) -> bool,
) -> bool {
    (1..count).any(|code| of_code(code) && of_number(count - code))
}

/// The digits of a number behind the letters of its series; nothing where something else is there.
fn without_series(number: &str) -> Option<&str> {
    let digits = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = number.len() - digits.len();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && letters <= SERIES_LETTERS_MAX).then_some(digits)
}

/// `0000000000` or `0123456789`: nobody was given such a number.
fn is_invented(digits: &str) -> bool {
    let steps = digits.as_bytes().windows(2).map(|pair| (pair[1] + 10 - pair[0]) % 10);
    let steps: BTreeSet<u8> = steps.collect();
    steps.len() == 1 && steps.first().is_some_and(|&step| step <= 1)
}

/// Of an electronic invoice: that its code is of another province than the place of treatment.
fn other_province(scene: &Scene, ix: ClaimIx) -> Option<Text> {
    let invoice = &scene.claim(ix).invoice;
    let code = invoice.code.as_deref()?;
    let electronic = (code.len(), invoice.number.len()) == ELECTRONIC;
    let issued = code.get(..2).filter(|issued| electronic && *issued != CENTRAL)?;
    let place = scene.hospital(ix).map_or(scene.claim(ix).treated.0, |hospital| hospital.region);
    let province = &place.to_string()[..2];
    (issued != province).then(|| {
        Text::new(
            format!("电子票据代码 {code} 以 {issued} 开头，就医地省份为 {province}"),
            format!("the electronic code {code} is of province {issued}, the care of {province}"),
        )
    })
}

fn told(scene: &Scene, ix: ClaimIx, at_risk: Money, said: &Text, rows: Vec<Origin>) -> Draft {
    let (about, invoice) = (scene.about(ix), &scene.claim(ix).invoice);
    let (code, number) = (invoice.code.as_deref().unwrap_or("—"), &invoice.number);
    let mut draft = Draft::on_claim(scene, ix, at_risk);
    let used = Threshold::ALL.iter().filter(|threshold| threshold.code() == Code::F306);
    draft.thresholds.extend(used.map(|&threshold| (threshold, scene.threshold(threshold, ix))));
    draft
        .saying(
            format!("{}的票据（代码 {code}，号码 {number}）异常：{}。", about.zh, said.zh),
            format!("{}: the invoice (code {code}, number {number}): {}.", about.en, said.en),
        )
        .under("《财政票据管理办法》；《医疗保障基金使用监督管理条例》第四十条")
        .shown_by(rows)
}

/// How an issuer's invoices look: digits and first two digits of the code, and digits of the
/// number. A code that was not typed in says nothing.
type Look<'a> = (Option<(usize, &'a str)>, usize);

/// A bill with an invoice, behind its hospital's code and its year.
type Issued<'a> = ((&'a str, i16), Episode);

fn outside_patterns(scene: &Scene) -> Vec<Draft> {
    let mut all = issued(scene);
    all.par_sort_unstable();
    let issuers = all.chunk_by(|one, next| one.0 == next.0);
    issuers.flat_map(|group| deviants(scene, group)).collect()
}

/// The invoices of claims, as far as they are well formed, and of past settlements.
fn issued<'a>(scene: &Scene<'a>) -> Vec<Issued<'a>> {
    let claims = scene.adjudicated.decisions.iter().filter_map(|decision| {
        let ix = decision.claim;
        let claim = scene.claim(ix);
        let hospital = scene.hospital(ix).map(|hospital| &*hospital.code);
        let code = hospital.or(claim.hospital_code.as_deref())?;
        let bill = Episode { period: claim.stay, bill: Bill::Claim(ix), care: claim.care };
        let counts = scene.is_on(ix) && malformed(scene, ix).is_none();
        counts.then(|| ((code, claim.stay.last().year()), bill))
    });
    let past = scene.records().settlements.iter().zip(0..).filter_map(|(past, at)| {
        past.invoice.as_ref()?;
        let period = past.stay.unwrap_or(Period::day(past.settled_on));
        let care = past.care.unwrap_or(CareType::Outpatient);
        let bill = Episode { period, bill: Bill::Settlement(SettlementIx(at)), care };
        Some(((past.hospital_code.as_deref()?, period.last().year()), bill))
    });
    claims.chain(past).collect()
}

fn look(invoice: &Invoice) -> Look<'_> {
    let code = invoice.code.as_deref();
    let start = code.map(|code| (code.len(), code.get(..2).unwrap_or(code)));
    (start, invoice.number.len())
}

/// Whether two looks can be one pattern.
fn is_like(one: Look, other: Look) -> bool {
    let codes = match (one.0, other.0) {
        (Some(code), Some(other_code)) => code == other_code,
        _ => true,
    };
    codes && one.1 == other.1
}

/// The looks of one issuer's invoices, each with how it stands among them.
struct Standing<'a> {
    look: Look<'a>,
    /// Invoices that can be of one pattern with it, and their persons.
    alike: usize,
    persons: usize,
}

fn standings<'a>(scene: &Scene<'a>, group: &[Issued<'a>]) -> Vec<Standing<'a>> {
    let looks: BTreeSet<Look> =
        group.iter().filter_map(|(_, bill)| look_of(scene, *bill)).collect();
    if looks.len() < 2 {
        return Vec::new();
    }
    let standing = |look| {
        let alike = alike(scene, group, look);
        let persons: BTreeSet<Option<PersonKey>> =
            alike.clone().map(|bill| bill.person(scene)).collect();
        Standing { look, alike: alike.count(), persons: persons.len() }
    };
    looks.into_iter().map(standing).collect()
}

fn look_of<'a>(scene: &Scene<'a>, bill: Episode) -> Option<Look<'a>> {
    bill.invoice(scene).map(look)
}

/// The bills of a group whose invoices can be of one pattern with `look`.
fn alike<'g, 'a>(
    scene: &'g Scene<'a>,
    group: &'g [Issued<'a>],
    look: Look<'a>,
) -> impl Iterator<Item = Episode> + Clone + 'g
where
    'a: 'g,
{
    let bills = group.iter().map(|(_, bill)| *bill);
    bills.filter(move |bill| look_of(scene, *bill).is_some_and(|own| is_like(own, look)))
}

/// The claims of one issuer whose invoices do not look like its others.
fn deviants(scene: &Scene, group: &[Issued]) -> Vec<Draft> {
    let Some(judge) = group.iter().find_map(|(_, bill)| bill.claim()) else { return Vec::new() };
    let invoices_min = scene.threshold(Threshold::PatternInvoicesMin, judge) as usize;
    let persons_min = scene.threshold(Threshold::PatternPersonsMin, judge) as usize;
    if group.len() <= invoices_min {
        return Vec::new();
    }
    let is_pattern = |one: &Standing| one.alike >= invoices_min && one.persons >= persons_min;
    let (patterns, rest): (Vec<Standing>, Vec<Standing>) =
        standings(scene, group).into_iter().partition(is_pattern);
    let Some(usual) = patterns.iter().max_by_key(|one| (one.alike, one.look)) else {
        return Vec::new();
    };
    let is_lonely = |one: &&Standing| {
        one.persons == 1 && !patterns.iter().any(|known| is_like(known.look, one.look))
    };
    let lonely: BTreeSet<Look> = rest.iter().filter(is_lonely).map(|one| one.look).collect();
    // Before the first and after the last of the pattern the issuer may have changed its invoices.
    let known = alike(scene, group, usual.look);
    let days = known.clone().map(|bill| bill.period.last());
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Vec::new() };
    let rows: Vec<Origin> = known.take(SAMPLE).map(|bill| bill.origin(scene.adjudicated)).collect();
    let odd = group.iter().filter(|(_, bill)| {
        let within = first <= bill.period.last() && bill.period.last() <= last;
        within && look_of(scene, *bill).is_some_and(|look| lonely.contains(&look))
    });
    odd.filter_map(|(_, bill)| Some(deviant(scene, bill.claim()?, usual, &rows))).collect()
}

/// How many invoices of the pattern are shown beside one outside it.
const SAMPLE: usize = 3;

fn deviant(scene: &Scene, ix: ClaimIx, usual: &Standing, sample: &[Origin]) -> Draft {
    let (hospital, count) = (scene.hospital_shown(ix), usual.alike);
    let (code, digits) = usual.look;
    let (zh, en) = match code {
        Some((code, start)) => (
            format!("代码 {code} 位、{start} 开头，号码 {digits} 位"),
            format!("codes of {code} digits from {start}, numbers of {digits}"),
        ),
        None => (format!("号码 {digits} 位"), format!("numbers of {digits} digits")),
    };
    let said = Text::new(
        format!("{hospital} 当年另有 {count} 张票据都是{zh}"),
        format!("{hospital} issued {count} others that year, all with {en}"),
    );
    told(scene, ix, Money::ZERO, &said, sample.to_vec()).at_most(Severity::Info)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, of_code, only};

    const STAY: (&str, &str) = ("2024-03-01", "2024-03-08");
    const A: &str = "H11010000001";

    fn invoiced(b: &mut Batch, code: Option<&str>, number: &str) {
        let claim = b.claim("C1", 1, STAY, "1000.00");
        b.invoice(claim, code, number);
    }

    /// Whether one claim with this invoice is found, and how gravely.
    fn severity(code: Option<&str>, number: &str) -> Option<Severity> {
        let mut batch = Batch::default();
        invoiced(&mut batch, code, number);
        of_code(&batch.detect(), Code::F306).map(|finding| finding.severity).next()
    }

    #[test]
    fn forms_that_no_issuer_uses_are_told() {
        let warn = Some(Severity::Warn);
        for (code, number, expected) in [
            (Some("11060124"), "0071204512", None),
            (Some("011002300411"), "23451876", None),
            (None, "0071204512", None),
            (None, "110601240071204512", None),
            (None, "24112000000012345678", None),
            (Some("11020124"), "AB2345178", None),
            (Some("11060124"), "AB2345178", warn),
            (Some("11060124"), "7120451", warn),
            (None, "12345", warn),
            (None, "123457", None),
            (Some("11060124"), "00712045121", warn),
            (Some("11060124"), "24112000000012345678", warn),
            (Some("1106012"), "0071204512", warn),
            (Some("1106012400000"), "0071204512", warn),
            (Some("1106O124"), "0071204512", warn),
            (None, "ABC2345178", warn),
            (None, "第7120451号", warn),
            (Some("11060124"), "0000000000", warn),
            (Some("11060124"), "0123456789", warn),
            (Some("11060124"), "0123456798", None),
        ] {
            assert_eq!(severity(code, number), expected, "{code:?} {number}");
        }
    }

    #[test]
    fn an_electronic_code_says_the_province() {
        let info = Some(Severity::Info);
        for (code, number, expected) in [
            ("42060124", "0071204512", info),
            ("11060124", "0071204512", None),
            ("00060124", "0071204512", None),
            // A tax invoice of a pharmacy has other digits there.
            ("042001900104", "71204512", None),
        ] {
            assert_eq!(severity(Some(code), number), expected, "{code}");
        }
    }

    /// Five invoices of one look from as many persons as said, and others.
    fn issuer(b: &mut Batch, persons: u16, others: &[(u16, &str, &str)]) {
        let usual = (0..5).map(|at| (at % persons + 1, "007120451", STAY.1));
        let others = others.iter().copied();
        for ((person, number, last), at) in usual.chain(others).zip(0..) {
            let claim = b.claim(&format!("C{at}"), person, ("2024-02-20", last), "1000.00");
            b.hospital(claim, A);
            b.invoice(claim, None, &format!("{number}{}", at + 2));
        }
    }

    #[test]
    fn an_invoice_unlike_the_others_of_its_hospital_is_told() {
        check(
            Code::F306,
            &[
                (
                    "of another length, one person",
                    |b| issuer(b, 3, &[(9, "1234875", STAY.1)]),
                    &[("C5", "0.00")],
                ),
                (
                    "two persons have it: the hospital changed its invoices",
                    |b| issuer(b, 3, &[(9, "1234875", STAY.1), (8, "1234975", STAY.1)]),
                    &[],
                ),
                ("after all the others", |b| issuer(b, 3, &[(9, "1234875", "2024-03-09")]), &[]),
                ("in another year", |b| issuer(b, 3, &[(9, "1234875", "2025-03-08")]), &[]),
                (
                    "the pattern rests on two persons",
                    |b| issuer(b, 2, &[(9, "1234875", STAY.1)]),
                    &[],
                ),
                ("like the others", |b| issuer(b, 3, &[(9, "007120461", STAY.1)]), &[]),
            ],
        );
    }

    #[test]
    fn past_settlements_show_the_pattern_too() {
        let mut batch = Batch::default();
        for number in 1..=5 {
            let past = batch.past(number, STAY, crate::domain::words::Channel::Direct);
            let edited = batch.edit_past(past);
            edited.hospital_code = Some(A.to_owned());
            let number = format!("007120451{number}").into();
            edited.invoice = Some(Invoice { code: Some("11060124".into()), number });
        }
        let claim = batch.claim("C1", 9, STAY, "1000.00");
        batch.hospital(claim, A);
        batch.invoice(claim, None, "12348754");
        let detected = batch.detect();
        let finding = only(&detected, Code::F306);
        assert_eq!(finding.severity, Severity::Info);
        let said = "当年另有 5 张票据都是代码 8 位、11 开头，号码 10 位";
        assert!(finding.sentence.zh.contains(said), "{}", finding.sentence.zh);
        assert_eq!(finding.evidence.len(), 4);
    }
}
