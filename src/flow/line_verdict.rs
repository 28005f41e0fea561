//! Why a bill line was split as it was: one word and one phrase for each way.

use crate::domain::Text;

/// Why a line was split as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineVerdict {
    Listed,
    /// Paid like a listed one; its restriction cannot be checked from the inputs.
    ToCheck,
    NotListed,
    ClassC,
    OutsideAgreement,
    NotPayable,
    WrongSex,
    WrongAge,
    HospitalTooLow,
    WrongCare,
    OtherFund,
    DiagnosisNotListed,
    HerbAlone,
    TooManyDays,
    LapsedMonth,
    NoCatalog,
}

impl LineVerdict {
    pub const ALL: [LineVerdict; 16] = [
        LineVerdict::Listed,
        LineVerdict::ToCheck,
        LineVerdict::NotListed,
        LineVerdict::ClassC,
        LineVerdict::OutsideAgreement,
        LineVerdict::NotPayable,
        LineVerdict::WrongSex,
        LineVerdict::WrongAge,
        LineVerdict::HospitalTooLow,
        LineVerdict::WrongCare,
        LineVerdict::OtherFund,
        LineVerdict::DiagnosisNotListed,
        LineVerdict::HerbAlone,
        LineVerdict::TooManyDays,
        LineVerdict::LapsedMonth,
        LineVerdict::NoCatalog,
    ];

    /// Whether the line is paid from.
    pub fn is_payable(self) -> bool {
        matches!(self, LineVerdict::Listed | LineVerdict::ToCheck)
    }

    /// The verdict a machine output names.
    pub fn from_word(word: &str) -> Option<LineVerdict> {
        LineVerdict::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// The word of machine outputs.
    pub fn word(self) -> &'static str {
        match self {
            LineVerdict::Listed => "listed",
            LineVerdict::ToCheck => "to_check",
            LineVerdict::NotListed => "not_listed",
            LineVerdict::ClassC => "class_c",
            LineVerdict::OutsideAgreement => "outside_agreement",
            LineVerdict::NotPayable => "not_payable",
            LineVerdict::WrongSex => "wrong_sex",
            LineVerdict::WrongAge => "wrong_age",
            LineVerdict::HospitalTooLow => "hospital_too_low",
            LineVerdict::WrongCare => "wrong_care",
            LineVerdict::OtherFund => "other_fund",
            LineVerdict::DiagnosisNotListed => "diagnosis_not_listed",
            LineVerdict::HerbAlone => "herb_alone",
            LineVerdict::TooManyDays => "too_many_days",
            LineVerdict::LapsedMonth => "lapsed_month",
            LineVerdict::NoCatalog => "no_catalog",
        }
    }

    pub fn text(self) -> Text {
        let (zh, en) = match self {
            LineVerdict::Listed => ("目录内", "listed"),
            LineVerdict::ToCheck => (
                "目录内，限定支付条件待人工核对",
                "listed; its restriction is to be checked by hand",
            ),
            LineVerdict::NotListed => ("未匹配到目录项目", "no catalog item found"),
            LineVerdict::ClassC => ("丙类（目录外）", "class C"),
            LineVerdict::OutsideAgreement => {
                ("不在协议期内（更早的协议未收录）", "outside the agreement on record")
            }
            LineVerdict::NotPayable => ("单复方均不予支付", "a herb that is never payable"),
            LineVerdict::WrongSex => ("限定性别不符", "limited to the other sex"),
            LineVerdict::WrongAge => ("限定年龄不符", "outside the age limit"),
            LineVerdict::HospitalTooLow => ("限定医疗机构级别不符", "hospital tier too low"),
            LineVerdict::WrongCare => ("限定就医方式不符", "not payable for this kind of care"),
            LineVerdict::OtherFund => ("限工伤或生育保险", "payable by another fund only"),
            LineVerdict::DiagnosisNotListed => {
                ("限定适应症不符", "diagnosis outside the indication")
            }
            LineVerdict::HerbAlone => {
                ("单味使用不予支付", "a herb payable only together with others")
            }
            LineVerdict::TooManyDays => ("超过限定支付天数", "past the days payable in a stay"),
            LineVerdict::LapsedMonth => ("断缴月份发生", "dated in a lapsed month"),
            LineVerdict::NoCatalog => ("该地区目录未收录", "no catalog for that region"),
        };
        Text::new(zh, en)
    }
}
