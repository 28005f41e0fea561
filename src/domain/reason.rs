//! Codes of reasons and findings. A code is for ever: a retired one stays listed, none is reused.
//!
//! The order of the variants is the order in which gates are named in a decision.

use std::fmt;

macro_rules! codes {
    ($($name:ident = $text:literal: $zh:literal, $en:literal;)*) => {
        /// A reason of a decision or the kind of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($name),* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// The Chinese name, as reports show it.
            pub fn zh(self) -> &'static str {
                match self { $(Code::$name => $zh),* }
            }

            pub fn en(self) -> &'static str {
                match self { $(Code::$name => $en),* }
            }
        }
    };
}

codes! {
    G01 = "G01": "查无此人", "person unknown";
    G02 = "G02": "当日未在该地该险种参保", "not insured there and then";
    F105 = "F105": "死亡后就医", "died before the service";
    F201 = "F201": "票据已直接结算", "invoice already settled directly";
    F202 = "F202": "票据已手工报销", "invoice already paid by hand";
    F205 = "F205": "票据已显示统筹支付", "invoice shows a fund payment";
    F203 = "F203": "同批重复票据", "same invoice twice in the batch";
    F111 = "F111": "工伤或第三方责任", "work injury or third party liable";
    F102 = "F102": "就医期间断缴", "contributions lapsed at service";
    F107 = "F107": "非定点或暂停医疗机构", "hospital not designated or suspended";
    F101 = "F101": "未备案异地就医", "unfiled care";
    F110 = "F110": "超过报销时限", "past the claim deadline";
    G11 = "G11": "材料不齐", "materials missing";
    G12 = "G12": "匹配不唯一", "ambiguous match";
    F301 = "F301": "明细与总额不符", "lines do not add up to the total";
    NotCovered = "not_covered": "该情形尚未建模", "not modelled for this region";
    F104 = "F104": "就医地或机构与备案不符", "treated outside the filed region";
    F109 = "F109": "证件号码损坏或校验不符", "identity number damaged";
    F302 = "F302": "数量乘单价与金额不符", "quantity × price is not the amount";
    F303 = "F303": "金额疑似改动", "a changed digit explains the difference";
    F304 = "F304": "单价超过就医地限价", "unit price above the ceiling";
    F401 = "F401": "住院时间重叠", "overlapping stays";
    F404 = "F404": "分解住院", "split stay";
    F501 = "F501": "多人共用收款账户", "one account for unrelated persons";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_is_used_twice() {
        let distinct: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(distinct.len(), Code::ALL.len());
    }
}
