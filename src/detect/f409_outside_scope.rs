//! # F409 超限定支付范围 outside-scope
//!
//! ## 查什么
//! 账单里有审核认定超出限定支付范围的项目：医院级别不够、就医方式不符（如限住院）、限工伤或生育保险、诊断
//! 不在限定适应症内、饮片单味使用。每份申报列一条，逐行写明原因。性别、年龄不符的见 F408，超疗程的见 F410；
//! 需要人工核对的（适应症只有文字、二线用药等）不列。
//!
//! ## 为什么要紧
//! 基金没有付这些钱，但同一医院反复把限定范围外的项目按范围内开给病人，直接结算的部分就可能已经付了。
//!
//! ## 什么情况下无辜
//! 病情需要而自费使用，病人同意的，完全合法；诊断编码写得不全也会落在范围外，可补诊断证明。默认只作提示，
//! 用于看医院而不是看个人。红冲的行不计；涉及金额按这些行的申报金额，审核并未付。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第三十八条（将不属于医疗保障基金支付范围的医药费用纳入结算）；药品目录的
//! 限定支付范围；国家医保局智能监管规则库、知识库第三至五批。

use crate::domain::{Code, Money, Origin, Text};
use crate::flow::{ClaimIx, LineSplit, LineVerdict};

use super::detector::Detector;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F409,
    name: "outside-scope",
    source: include_str!("f409_outside_scope.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| {
        let mut outside: Vec<&LineSplit> =
            scene.splits(claim).iter().filter(|split| is_outside(split.verdict)).collect();
        let net: Money = outside.iter().map(|split| scene.line(split.line).amount).sum();
        outside.retain(|split| !scene.line(split.line).amount.is_negative());
        net.is_positive().then(|| out_of_scope(scene, claim, &outside, net))
    })
}

fn is_outside(verdict: LineVerdict) -> bool {
    matches!(
        verdict,
        LineVerdict::HospitalTooLow
            | LineVerdict::WrongCare
            | LineVerdict::OtherFund
            | LineVerdict::DiagnosisNotListed
            | LineVerdict::HerbAlone
    )
}

fn out_of_scope(scene: &Scene, claim: ClaimIx, outside: &[&LineSplit], amount: Money) -> Draft {
    let (about, hospital) = (scene.about(claim), scene.hospital_shown(claim));
    let said: Vec<Text> = outside
        .iter()
        .map(|split| {
            let (line, why) = (scene.line_shown(split.line), split.verdict.text());
            Text::new(format!("{}{}", line.zh, why.zh), format!("{}: {}", line.en, why.en))
        })
        .collect();
    let rows: Vec<Origin> = outside.iter().map(|split| scene.line(split.line).origin).collect();
    let (count, said) = (outside.len(), listed(&said));
    Draft::on_claim(scene, claim, amount)
        .saying(
            format!(
                "{}（{hospital}）有 {count} 行超出限定支付范围，共 {amount} 元，审核未付：{}。",
                about.zh, said.zh
            ),
            format!(
                "{} ({hospital}): {count} lines are outside their restricted scope, {amount} in \
                 all, not paid: {}.",
                about.en, said.en
            ),
        )
        .under("《医疗保障基金使用监督管理条例》第三十八条")
        .shown_by(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};
    use crate::domain::words::Severity;

    fn judged(b: &mut Batch, verdicts: &[LineVerdict]) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "900.00");
        for &verdict in verdicts {
            b.charge(("", "某药"), "2024-03-02", "1", "100.00");
            b.refused(verdict);
        }
    }

    #[test]
    fn lines_outside_the_scope_are_told_once_a_claim() {
        use LineVerdict::*;
        check(
            Code::F409,
            &[
                ("a tier too low", |b| judged(b, &[HospitalTooLow]), &[("C1", "100.00")]),
                (
                    "every reason",
                    |b| judged(b, &[WrongCare, OtherFund, DiagnosisNotListed, HerbAlone, Listed]),
                    &[("C1", "400.00")],
                ),
                (
                    "what is another finding's, or nobody's",
                    |b| judged(b, &[WrongSex, WrongAge, TooManyDays, ToCheck, ClassC, NotListed]),
                    &[],
                ),
                (
                    "reversed",
                    |b| {
                        judged(b, &[WrongCare]);
                        b.charge(("", "某药"), "2024-03-03", "-1", "100.00");
                        b.refused(WrongCare);
                    },
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn it_is_information_and_names_the_lines() {
        let mut batch = Batch::default();
        judged(&mut batch, &[LineVerdict::WrongCare, LineVerdict::Listed]);
        let detected = batch.detect();
        let finding = only(&detected, Code::F409);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.sentence.zh.contains("有 1 行超出限定支付范围，共 100.00 元，审核未付"));
        assert!(finding.sentence.zh.contains("第 1 行“某药”限定就医方式不符"));
        assert_eq!(finding.evidence.len(), 2);
    }
}
