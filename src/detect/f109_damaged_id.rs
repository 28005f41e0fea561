//! # F109 证件号码损坏或校验不符 damaged-id
//!
//! ## 查什么
//! 申报的身份证号被电子表格写成科学计数法、末尾被舍入成零，或 18 位而校验码、出生日期不成立（不存在或晚于受理日）。
//!
//! ## 为什么要紧
//! 损坏的号码不能与参保库比对，不允许按姓名猜人；校验码不符也可能是编造的身份。
//!
//! ## 什么情况下无辜
//! 绝大多数是录入或另存表格时造成的。让报送单位把该列设为文本后重新报送即可。
//!
//! ## 依据
//! 《公民身份号码》（GB 11643-1999）；《医疗保障基金使用监督管理条例》第十七条（持本人凭证就医）。

use crate::domain::identity::Damage;
use crate::domain::{Code, Identity, Origin};
use crate::flow::{ClaimIx, PersonLink};

use super::detector::Detector;
use super::scene::{Draft, Scene};

pub static DETECTOR: Detector = Detector {
    code: Code::F109,
    name: "damaged-id",
    source: include_str!("f109_damaged_id.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    scene.each_claim(|claim| match &scene.claim(claim).person {
        Identity::Damaged { fault, .. } => Some(damaged(scene, claim, *fault)),
        Identity::Id(_) | Identity::Other(_) => None,
    })
}

fn damaged(scene: &Scene, ix: ClaimIx, fault: Damage) -> Draft {
    let (about, masked) = (scene.about(ix), scene.claim(ix).person.masked());
    let (zh, en) = match fault {
        Damage::Scientific => {
            ("被写成科学计数法，末几位已丢失", "in scientific notation: digits lost")
        }
        Damage::Rounded => ("末几位被表格舍入成零", "rounded by a spreadsheet: it ends in zeros"),
        Damage::Check => ("校验码不符", "its check character disagrees"),
        Damage::Birth => ("出生日期不成立", "its date of birth is impossible"),
    };
    Draft::on_claim(scene, ix, scene.whole(ix))
        .saying(
            format!("{}的证件号码 {masked} {zh}，无法与参保库比对。", about.zh),
            format!("{}: the identity number {masked} cannot be matched: {en}.", about.en),
        )
        .under("GB 11643-1999；《医疗保障基金使用监督管理条例》第十七条")
        .shown_by(nearest(scene, ix))
}

/// The persons of the register that came nearest; they are shown, never used.
fn nearest(scene: &Scene, ix: ClaimIx) -> Vec<Origin> {
    let near = match &scene.links(ix).person {
        PersonLink::Unknown { nearest } => nearest.as_slice(),
        PersonLink::ByName { candidates } => candidates.as_slice(),
        PersonLink::Known { .. } => &[],
    };
    near.iter().map(|person| scene.records().persons[person.at()].origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check};
    use crate::flow::decisions::GateVerdict;

    fn with_identity(b: &mut Batch, person: Identity) {
        let claim = b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "1000.00");
        b.edit(claim).person = person;
        b.gate(claim, Code::G01, GateVerdict::Reject);
    }

    #[test]
    fn a_damaged_number_is_told_and_another_document_is_not() {
        check(
            Code::F109,
            &[
                (
                    "scientific notation",
                    |b| {
                        let shown = "1.10105E+17".to_owned();
                        with_identity(b, Identity::Damaged { shown, fault: Damage::Scientific });
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "a wrong check character",
                    |b| {
                        let shown = "110105194912310021".to_owned();
                        with_identity(b, Identity::Damaged { shown, fault: Damage::Check });
                    },
                    &[("C1", "1000.00")],
                ),
                (
                    "a passport nobody knows",
                    |b| with_identity(b, Identity::Other("E00000001".to_owned())),
                    &[],
                ),
            ],
        );
    }
}
