//! The fixed words of machine outputs, each with its Chinese term. Files may write them in many
//! ways; `data/vocabulary.csv` says which of these an office's word means.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($variant),* }

        // Not every list is shown in both languages.
        #[allow(dead_code)]
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The English word of machine outputs and data files.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            pub fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh),* }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }

            /// Every Chinese term, as hints list them: `职工、居民`.
            pub fn all_zh() -> String {
                $name::ALL.iter().map(|word| word.zh()).collect::<Vec<_>>().join("、")
            }

            /// Every English word, for whoever keeps the data files.
            pub fn all_words() -> String {
                $name::ALL.iter().map(|word| word.word()).collect::<Vec<_>>().join(", ")
            }

            pub fn shown(self, lang: $crate::domain::text::Lang) -> &'static str {
                lang.pick(self.zh(), self.word())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Insurance scheme 险种.
    Scheme { Employee = "employee", "职工"; Resident = "resident", "居民"; }
}
words! {
    /// Kind of insured person 人员类别.
    PersonType {
        Active = "active", "在职";
        Retired = "retired", "退休";
        ResidentAdult = "resident_adult", "居民成年";
        ResidentSenior = "resident_senior", "居民老年";
        StudentChild = "student_child", "学生儿童";
        Other = "other", "其他";
    }
}
words! {
    /// Hardship 困难类别: for what a person is among those whom the aid fund and tilted benefits
    /// are for. A person may be several.
    Hardship {
        SpecialPoor = "special_poor", "特困";
        Orphan = "orphan", "孤儿";
        MinimumLiving = "minimum_living", "低保";
        Marginal = "marginal", "低保边缘";
        PovertyRisk = "poverty_risk", "防止返贫监测对象";
        Disabled = "disabled", "重度残疾";
        Preferential = "preferential", "优抚对象";
        OtherHardship = "other_hardship", "其他困难";
    }
}
words! {
    /// Kind of care 医疗类别.
    CareType {
        Inpatient = "inpatient", "住院";
        Outpatient = "outpatient", "门诊";
        Emergency = "emergency", "急诊";
        Chronic = "chronic", "门诊慢特病";
        Pharmacy = "pharmacy", "药店购药";
    }
}
words! {
    /// Sex 性别.
    Sex { Male = "M", "男"; Female = "F", "女"; }
}
words! {
    /// Kind of filing 备案类型.
    FilingType {
        LongTerm = "long_term", "长期异地居住";
        Referral = "referral", "转诊";
        Emergency = "emergency", "急诊";
        Temporary = "temporary", "临时外出";
        Late = "late", "补办";
    }
}
words! {
    /// State of a filing 备案状态.
    FilingStatus {
        Valid = "valid", "有效";
        Ended = "ended", "已终止";
        Cancelled = "cancelled", "已撤销";
    }
}
words! {
    /// State of a contribution 缴费状态.
    ContributionStatus {
        Arrived = "arrived", "到账";
        Owing = "owing", "欠费";
        MadeUp = "made_up", "补缴";
    }
}
words! {
    /// How a past bill was settled 结算方式.
    Channel { Direct = "direct", "直接结算"; Manual = "manual", "手工报销"; }
}
words! {
    /// Why money is ordered to be paid, or asked back.
    DueKind {
        Pay = "pay", "本月拨付";
        Supplement = "supplement", "补支";
        Repay = "repay", "重拨";
        Recover = "recover", "追回";
    }
}
words! {
    /// What a person found when looking into a finding 核查结论.
    CheckVerdict {
        Confirmed = "confirmed", "属实";
        Partly = "partly", "部分属实";
        Innocent = "innocent", "排除";
        Unsettled = "unsettled", "无法查实";
    }
}
words! {
    /// Why a bank returned a payment 退回原因.
    ReturnReason {
        Account = "account_wrong", "账号有误";
        Name = "name_mismatch", "户名不符";
        Closed = "account_closed", "账户已销户或冻结";
        Returned = "returned", "退汇";
        // The bank's words say something that nobody knows.
        Other = "other", "其他";
    }
}
impl ReturnReason {
    /// Whether paying again to the same account would come back again.
    pub fn needs_details(self) -> bool {
        self != ReturnReason::Returned
    }

    /// Whether the bank's words are among those that somebody knows.
    pub fn is_known(self) -> bool {
        self != ReturnReason::Other
    }
}
words! {
    /// State of a past settlement.
    SettlementStatus {
        Normal = "normal", "正常";
        Refunded = "refunded", "退费";
        Reversed = "reversed", "冲销";
    }
}
words! {
    /// Hospital tier 医院等级.
    Tier { One = "1", "一级"; Two = "2", "二级"; Three = "3", "三级"; }
}
words! {
    /// To whom a hospital belongs 隶属.
    OwnerLevel {
        Province = "province", "省";
        City = "city", "市";
        County = "county", "县";
        Township = "township", "乡";
    }
}
words! {
    /// Kind of institution 机构类型. `Hospital` is a general one, or one of which the register
    /// says no more.
    HospitalKind {
        Hospital = "hospital", "医院";
        TcmHospital = "tcm_hospital", "中医医院";
        PsychiatricHospital = "psychiatric_hospital", "精神专科医院";
        SpecialHospital = "special_hospital", "专科医院";
        CommunityCentre = "community_centre", "社区卫生服务中心";
        TownshipHospital = "township_hospital", "乡镇卫生院";
        Pharmacy = "pharmacy", "药店";
        Clinic = "clinic", "诊所";
    }
}

impl HospitalKind {
    /// Whether it is a hospital of any kind, and neither a pharmacy nor a clinic.
    pub fn is_hospital(self) -> bool {
        !matches!(self, HospitalKind::Pharmacy | HospitalKind::Clinic)
    }
}

words! {
    /// Class of a catalog item: A paid whole, B after a first share, C not at all.
    ItemClass { A = "A", "甲"; B = "B", "乙"; C = "C", "丙"; }
}
words! {
    /// What an item is.
    ItemKind {
        Drug = "drug", "西药";
        Patent = "patent", "中成药";
        Herb = "herb", "中药饮片";
        Service = "service", "诊疗项目";
        Bed = "bed", "床位费";
        Consumable = "consumable", "医用耗材";
    }
}
words! {
    /// Whom a tip is about 被举报对象类型.
    SubjectKind {
        Hospital = "hospital", "医疗机构";
        Pharmacy = "pharmacy", "药店";
        Person = "person", "个人";
        Agent = "agent", "代办人";
        Employer = "employer", "单位";
    }
}
words! {
    /// Access route 就医身份: on which footing care elsewhere was taken.
    Route {
        Home = "home", "本地";
        Exempt = "exempt", "免备案";
        LongTerm = "long_term", "长期备案";
        Referral = "referral", "转诊";
        Emergency = "emergency", "急诊视同备案";
        Temporary = "temporary", "临时外出备案";
        LateFiled = "late_filed", "补办备案";
        Unfiled = "unfiled", "未备案";
    }
}
words! {
    /// What becomes of a claim.
    Outcome {
        Pay = "pay", "支付";
        PayReduced = "pay_reduced", "降低支付";
        Reject = "reject", "不予支付";
        Pend = "pend", "待补正";
        Hold = "hold", "暂缓支付";
    }
}
words! {
    /// Whether a reason can still be mended 补正.
    Remedy {
        Mends = "mends", "可以补正";
        // Nothing mends it but proof that the record it rests on is wrong.
        OnlyIf = "only_if", "记录有误方可补正";
        Never = "never", "不能补正";
    }
}
words! {
    /// How serious a finding is.
    Severity {
        Info = "info", "提示";
        Warn = "warn", "关注";
        Hold = "hold", "暂缓";
        Block = "block", "拒付";
    }
}
words! {
    /// A document handed in with a claim 材料.
    Material {
        IdCopy = "id_copy", "身份证件";
        Invoice = "invoice", "票据";
        FeeList = "fee_list", "费用清单";
        DischargeRecord = "discharge_record", "出院记录";
        DiagnosisProof = "diagnosis_proof", "诊断证明";
        Prescription = "prescription", "处方底方";
        BankAccount = "bank_account", "银行账户";
        EmergencyProof = "emergency_proof", "急诊证明";
    }
}
