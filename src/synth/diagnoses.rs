//! What the people of the demo are ill with, and what a bill for it holds, by the names of
//! `data/items.csv`.
//!
//! The surprise: an item that is not in the catalog of the place of treatment on that day is left
//! out of the bill there, so the same illness reads differently in two cities.

use crate::domain::words::{PersonType, Sex};

/// An illness with the items typical of it.
#[derive(Debug)]
pub struct Diagnosis {
    /// ICD-10, 医保版.
    pub code: &'static str,
    pub name: &'static str,
    pub sex: Option<Sex>,
    pub children: bool,
    /// Nights in hospital, from and to.
    pub nights: (i32, i32),
    /// Once, or a few times, each.
    pub once: &'static [&'static str],
    /// Every day.
    pub daily: &'static [&'static str],
}

const fn adult(
    code: &'static str,
    name: &'static str,
    nights: (i32, i32),
    once: &'static [&'static str],
    daily: &'static [&'static str],
) -> Diagnosis {
    Diagnosis { code, name, sex: None, children: false, nights, once, daily }
}

pub static DIAGNOSES: [Diagnosis; 17] = [
    adult(
        "I25.100x003",
        "冠状动脉粥样硬化性心脏病",
        (4, 9),
        &[
            "冠状动脉造影术",
            "经皮冠状动脉腔内成形术(PTCA)",
            "经皮冠状动脉内支架置入术(STENT)",
            "动态血压监测",
        ],
        &["丹参注射液", "心电监测", "参麦注射液"],
    ),
    adult(
        "I63.900",
        "脑梗死",
        (8, 14),
        &["康复评定", "红细胞流变特性检测", "糖化血红蛋白测定"],
        &["注射用奥扎格雷钠", "丁苯酞氯化钠注射液", "疏血通注射液", "平衡功能训练"],
    ),
    adult(
        "I61.900",
        "脑内出血",
        (10, 18),
        &["颅内血肿清除术", "颅内压监测", "动态脑电图"],
        &["安宫牛黄丸", "重症监护", "呼吸机辅助呼吸", "醒脑静注射液"],
    ),
    adult(
        "K80.200",
        "胆囊结石",
        (4, 8),
        &["胆囊切除术", "局部浸润麻醉", "胃肠减压"],
        &["复方氨基酸注射液(18AA-Ⅱ)", "指脉氧监测"],
    ),
    adult(
        "K35.800",
        "急性阑尾炎",
        (3, 7),
        &["阑尾切除术", "阑尾切除术(经腹腔镜加收)", "局部浸润麻醉"],
        &["热毒宁注射液", "复方氨基酸注射液(18AA-Ⅰ)"],
    ),
    adult(
        "J18.900",
        "肺炎",
        (5, 10),
        &["肺通气功能检查", "支气管舒张试验"],
        &["痰热清注射液", "喜炎平注射液", "机械辅助排痰", "血氧饱和度监测"],
    ),
    adult(
        "E11.900",
        "2型糖尿病",
        (5, 9),
        &["糖化血红蛋白测定(色谱法)", "血清胰岛素测定", "血清C肽测定", "度拉糖肽注射液"],
        &["葡萄糖测定(床边血糖仪检测加收)", "丹红注射液"],
    ),
    adult(
        "N18.900",
        "慢性肾脏病",
        (6, 12),
        &["血液灌流", "无机磷测定", "血浆皮质醇测定"],
        &["血液透析", "肾康注射液"],
    ),
    adult(
        "C16.900",
        "胃恶性肿瘤",
        (8, 15),
        &["胃癌根治术", "纤维胃十二指肠镜检查", "大抢救"],
        &["康艾注射液", "中/长链脂肪乳注射液(C8-24)", "参芪扶正注射液"],
    ),
    adult(
        "C73.x00",
        "甲状腺恶性肿瘤",
        (4, 8),
        &["甲状腺癌根治术", "术中颅神经监测", "钙测定"],
        &["复方苦参注射液", "指脉氧监测"],
    ),
    adult(
        "M51.202",
        "腰椎间盘突出",
        (6, 11),
        &["经皮穿刺颈腰椎间盘切除术", "肌电图"],
        &["贴敷疗法(中)", "注射用七叶皂苷钠", "中药塌渍治疗"],
    ),
    adult(
        "S32.000",
        "腰椎骨折",
        (8, 14),
        &["胸腰椎骨折切开复位内固定术", "C型臂术中透视", "椎管扩大减压术"],
        &["翻身床治疗", "注射用血塞通(冻干)"],
    ),
    Diagnosis {
        sex: Some(Sex::Female),
        ..adult(
            "C50.900",
            "乳腺恶性肿瘤",
            (3, 6),
            &["帕妥珠单抗注射液", "钾测定(干化学法)"],
            &["艾迪注射液", "阿那曲唑片"],
        )
    },
    Diagnosis {
        sex: Some(Sex::Female),
        ..adult(
            "D25.900",
            "子宫平滑肌瘤",
            (5, 8),
            &["经腹子宫肌瘤剔除术", "经阴道B超检查", "宫腔镜检查"],
            &["坤泰胶囊", "复方氨基酸注射液(18AA-Ⅲ)"],
        )
    },
    Diagnosis {
        sex: Some(Sex::Male),
        ..adult(
            "C61.x00",
            "前列腺恶性肿瘤",
            (4, 8),
            &["前列腺癌根治术", "B超引导下前列腺活检术", "前列腺酸性磷酸酶测定(PAP)"],
            &["比卡鲁胺胶囊", "生脉注射液"],
        )
    },
    Diagnosis {
        sex: Some(Sex::Male),
        ..adult(
            "N40.x00",
            "前列腺增生",
            (4, 8),
            &["经尿道前列腺电切术", "前列腺液常规检查"],
            &["普适泰片", "持续膀胱冲洗"],
        )
    },
    Diagnosis {
        children: true,
        ..adult(
            "J18.000",
            "支气管肺炎",
            (4, 8),
            &["普通透视(胸)", "支气管舒张试验"],
            &["小儿头皮静脉输液", "小儿豉翘清热颗粒", "热毒宁注射液", "血氧饱和度监测"],
        )
    },
];

/// Illnesses of people who come again and again: rounds of chemotherapy, dialysis, a refill every
/// month, an operation of one day. Drawn only where a case asks for them.
pub static REGULAR: [Diagnosis; 5] = [
    adult(
        "Z51.103",
        "恶性肿瘤维持性化学治疗",
        (2, 4),
        &["钾测定(干化学法)", "心电监测"],
        &["艾迪注射液", "参芪扶正注射液", "复方苦参注射液"],
    ),
    adult("N18.001", "慢性肾脏病5期", (1, 1), &["血液透析", "无机磷测定"], &[]),
    adult("J06.900", "急性上呼吸道感染", (2, 4), &["尿比重测定"], &["热毒宁注射液"]),
    adult("I10.x00", "特发性（原发性）高血压", (3, 6), &["动态血压监测"], &["天麻素注射液"]),
    adult(
        "K40.900",
        "单侧腹股沟疝",
        (1, 1),
        &["腹股沟疝修补术", "局部浸润麻醉", "指脉氧监测"],
        &["复方氨基酸注射液(18AA-Ⅰ)"],
    ),
];

/// What nearly every stay has once.
pub const LABS: [&str; 11] = [
    "葡萄糖测定",
    "钾测定",
    "钠测定",
    "氯测定",
    "钙测定",
    "无机磷测定",
    "粪便常规",
    "尿比重测定",
    "糖化血红蛋白测定(各种免疫学方法)",
    "普通透视(胸)",
    "肺通气功能检查",
];

/// Charged by the day in every stay.
pub const BED_AND_CARE: [&str; 3] = ["普通病房床位费(三人间)", "Ⅱ级护理", "住院诊查费"];

/// Given by drip in any ward, whatever the illness.
pub const SUPPORT: [&str; 12] = [
    "复方氨基酸注射液(18AA)",
    "脂肪乳注射液(C14-24)",
    "参麦注射液",
    "生脉注射液",
    "丹红注射液",
    "血塞通注射液",
    "黄芪注射液",
    "舒血宁注射液",
    "注射用丹参多酚酸盐",
    "血必净注射液",
    "天麻素注射液",
    "灯盏花素注射液",
];

/// The same for children.
pub const CHILD_SUPPORT: [&str; 3] =
    ["小儿复方氨基酸注射液(18AA-Ⅰ)", "小儿复方氨基酸注射液(18AA-Ⅱ)", "清开灵注射液"];

/// In the list of no region, known to the hospital alone: name, unit, price in yuan.
pub const UNLISTED: [(&str, &str, &str); 6] = [
    ("陪护床租用", "天", "15.00"),
    ("成人护理垫", "片", "6.50"),
    ("医用弹力腹带", "条", "68.00"),
    ("病员营养餐", "餐", "25.00"),
    ("一次性洗漱包", "包", "18.80"),
    ("特需病情咨询", "次", "120.00"),
];

/// The diagnosis with that code.
pub fn by_code(code: &str) -> &'static Diagnosis {
    let mut all = DIAGNOSES.iter().chain(&REGULAR);
    all.find(|d| d.code == code).expect("a code of the tables above")
}

/// Those a person of that sex and kind may have.
pub fn for_person(sex: Sex, kind: PersonType) -> Vec<&'static Diagnosis> {
    let child = kind == PersonType::StudentChild;
    let fits = |d: &&Diagnosis| d.children == child && d.sex.is_none_or(|only| only == sex);
    DIAGNOSES.iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::test_rulebook;

    #[test]
    fn every_item_of_a_bill_is_in_the_national_list() {
        let rulebook = test_rulebook();
        let named = DIAGNOSES.iter().chain(&REGULAR).flat_map(|d| d.once.iter().chain(d.daily));
        for name in named.chain(&LABS).chain(&BED_AND_CARE).chain(&SUPPORT).chain(&CHILD_SUPPORT) {
            let found = rulebook.items.iter().any(|(_, item)| item.name == *name);
            assert!(found, "{name}");
        }
    }

    #[test]
    fn everybody_can_fall_ill() {
        for &sex in Sex::ALL {
            for &kind in PersonType::ALL {
                assert!(!for_person(sex, kind).is_empty());
            }
        }
    }
}
