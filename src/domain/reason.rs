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
    F103 = "F103": "断缴期间或出院后备案", "filing made in a lapse or after discharge";
    F104 = "F104": "就医地或机构与备案不符", "treated outside the filed region";
    F106 = "F106": "重复参保", "insured twice at once";
    F108 = "F108": "姓名、性别或生日与证件不符", "name, sex or birth date disagree with the identity number";
    F109 = "F109": "证件号码损坏或校验不符", "identity number damaged";
    F204 = "F204": "同一住院另票申报", "the same stay under another invoice";
    F206 = "F206": "红冲票据申报", "a reversed invoice is claimed";
    F207 = "F207": "分票凑成已结算总额", "part bills that add up to a settled one";
    F302 = "F302": "数量乘单价与金额不符", "quantity × price is not the amount";
    F303 = "F303": "金额疑似改动", "a changed digit explains the difference";
    F304 = "F304": "单价超过就医地限价", "unit price above the ceiling";
    F305 = "F305": "费用类别被抬高", "class lifted above the catalog's";
    F306 = "F306": "票据代码或号码异常", "invoice code or number malformed";
    F307 = "F307": "票据号码连续", "consecutive invoices of unrelated persons";
    F308 = "F308": "机构代码与就医地不符", "hospital code and stated region disagree";
    F309 = "F309": "日期不可能", "impossible dates";
    F310 = "F310": "日均费用或首位数字异常", "implausible daily cost or first digits";
    F401 = "F401": "住院时间重叠", "overlapping stays";
    F402 = "F402": "住院期间门诊（挂床）", "outpatient care during a stay elsewhere";
    F403 = "F403": "同日两地就医", "two places too far apart on one day";
    F404 = "F404": "分解住院", "split stay";
    F405 = "F405": "床位护理超过住院天数", "bed, nursing or consultation days above the stay";
    F406 = "F406": "重复收费", "an item and its component on one day";
    F407 = "F407": "超过限定频次", "frequency above the item's limit";
    F408 = "F408": "限性别或年龄项目不符", "sex- or age-limited item for the wrong person";
    F409 = "F409": "超限定支付范围", "restricted scope used outside it";
    F410 = "F410": "超量开药", "over-supply of drugs";
    F411 = "F411": "住院无治疗", "stay without treatment lines";
    F412 = "F412": "一日住院", "one-day stays";
    F413 = "F413": "节假日集中住院", "stays clustered on holidays";
    F501 = "F501": "多人共用收款账户", "one account for unrelated persons";
    F502 = "F502": "同一电话或代办人多份申报", "one phone or agent for many claims";
    F503 = "F503": "结伴住院", "groups at one hospital on the same days again and again";
    F504 = "F504": "一人一药多机构", "one person, one drug, several institutions";
    F505 = "F505": "冲顶", "rising to the annual limit";
    F506 = "F506": "费用显著高于同病同级", "outlier against the same disease and tier";
    F507 = "F507": "关联团伙", "a ring of connected persons";
    F601 = "F601": "机构疑点占比高于同类", "share and money of findings above peers";
    F602 = "F602": "机构收费结构异常", "charge mix outlier";
    F603 = "F603": "代办人多份改动票据", "agent with many altered bills";
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
