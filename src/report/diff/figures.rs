//! The values of a step one by one: what each is called, how it is read, and whether it is a
//! figure of the law or what became of the claim under it.
//!
//! The surprise: values are compared as the files have them, so that a new kind of step is
//! compared without being known here; only its name must be.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::words::{CareType, PersonType, Scheme};
use crate::domain::{Lang, Text};

use super::super::wording::found_by;
use super::super::working::{Did, limit_text, per_text, route_text, tier_text};

/// A value that is not the same on both sides; nothing where a side has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The step it belongs to, or `claim`.
    pub of: String,
    pub field: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// The word of a step in files, and its name.
pub fn step_name(did: &Did) -> (&'static str, Text) {
    let (word, zh, en) = match did {
        Did::Person { .. } => ("person", "参保人", "person"),
        Did::Hospital { .. } => ("hospital", "医疗机构", "hospital"),
        Did::Opening { .. } => ("opening", "年初至今", "the year so far"),
        Did::Route { .. } => ("route", "就医身份", "access route"),
        Did::Lines { .. } => ("lines", "明细拆分（目录）", "line split (catalog)"),
        Did::LapsedMonths { .. } => ("lapsed_months", "断缴月份", "lapsed months"),
        Did::RouteFirstPay { .. } => {
            ("route_first_pay", "就医身份先行自付", "first share by route")
        }
        Did::PersonDeductible { .. } => {
            ("person_deductible", "人员待遇（起付线）", "deductible of the kind of person")
        }
        Did::Deductible { .. } => ("deductible", "起付线", "deductible"),
        Did::TransferDeductible { .. } => {
            ("transfer_deductible", "起付线（与上次住院合并）", "deductible of one stay")
        }
        Did::RemainingDeductible { .. } => {
            ("remaining_deductible", "起付线（累计）", "deductible still due")
        }
        Did::Ratio { .. } => ("ratio", "支付比例", "ratio"),
        Did::PersonRatio { .. } => ("person_ratio", "人员待遇（比例）", "ratio by kind of person"),
        Did::RouteRatio { .. } => ("route_ratio", "就医身份（比例）", "ratio by route"),
        Did::Band { .. } => ("band", "费用段", "band"),
        Did::Basic { .. } => ("basic", "基本统筹", "basic pool"),
        Did::Limit { .. } => ("limit", "封顶线", "limit"),
        Did::Large { .. } => ("large", "大额", "large amount"),
        Did::SeriousIllness { .. } => ("serious_illness", "大病", "serious illness"),
        Did::Supplement { .. } => ("supplement", "补充保障", "supplement"),
        Did::Aid { .. } => ("aid", "医疗救助", "medical aid"),
        Did::Floor { .. } => ("floor", "保底", "floor"),
        Did::Part { .. } => ("part", "分段", "part of the stay"),
        Did::Result { .. } => ("result", "结果", "result"),
    };
    (word, Text::new(zh, en))
}

/// The fields of steps in the order in which they are told: Chinese, English, and whether the
/// law gives the figure or the history it looks at.
const FIELDS: &[(&str, &str, &str, bool)] = &[
    ("found", "找到登记", "entry found", true),
    ("code", "编码", "code", true),
    ("tier", "等级", "tier", true),
    ("found_by", "匹配方式", "matched by", false),
    ("route", "就医身份", "route", true),
    ("filing", "备案", "filing", true),
    ("settlements", "既往结算笔数", "settlements", true),
    ("stays", "已住院次数", "stays", true),
    ("months", "断缴月份", "lapsed months", true),
    ("ordinal", "第几次住院", "stay of the year", true),
    ("per", "计算方式", "due", true),
    ("figure", "标准", "standard", true),
    ("rate", "先付比例", "share paid first", true),
    ("is_own", "就医身份另定", "the route's own", true),
    ("ratio", "支付比例", "ratio", true),
    ("from", "段起", "above", true),
    ("to", "段止", "up to", true),
    ("meaning", "口径", "counting", true),
    ("limit", "限额", "limit", true),
    ("share", "保底比例", "floor share", true),
    ("before", "此前", "before", false),
    ("after", "此后", "after", false),
    ("first", "先行自付", "first pay", false),
    ("last", "末日", "last day", false),
    ("count", "行数", "lines", false),
    ("total", "合计", "total", false),
    ("self_paid", "全自费", "self-paid", false),
    ("over", "超出", "over", false),
    ("scope", "符合政策范围", "in scope", false),
    ("moved", "转全自费", "made self-paid", false),
    ("already", "已扣", "already charged", false),
    ("due", "尚余", "still due", false),
    ("charged", "本次扣除", "charged", false),
    ("deductible", "已扣起付线", "deductible charged", false),
    ("used", "已用", "used", false),
    ("amount", "本段金额", "in the band", false),
    ("entered", "进入", "entered", false),
    ("base", "基数", "base", false),
    ("funds", "其他基金合计", "other funds", false),
    ("fund", "基金支付", "fund", false),
    ("supplement", "补充支付", "supplement", false),
    ("person", "个人负担", "person", false),
    ("treated_region", "就医地", "treated region", true),
    ("first_day", "入院日", "first day", true),
    ("last_day", "出院日", "last day", true),
    ("scheme", "险种", "scheme", true),
    ("care_type", "医疗类别", "care", true),
    ("person_type", "人员类别", "person type", true),
];

/// The name of a value.
fn field_name(of: &str, field: &str) -> Text {
    let named = FIELDS.iter().find(|(name, ..)| *name == field);
    match (of, field) {
        ("claim", "total") => Text::new("医疗费总额", "bill total"),
        ("claim", "count") => Text::new("明细行数", "bill lines"),
        ("person", "tier") => Text::new("查找方式", "found by"),
        ("part", "first") => Text::new("首日", "first day"),
        ("lines", "over") => Text::new("超限价", "over ceiling"),
        ("person_ratio" | "route_ratio" | "person_deductible", "before") => {
            Text::new("调整前", "before it")
        }
        ("person_ratio" | "route_ratio" | "person_deductible", "after") => {
            Text::new("调整为", "becomes")
        }
        _ => named.map_or_else(|| Text::new(field, field), |(_, zh, en, _)| Text::new(*zh, *en)),
    }
}

fn values(did: &Did) -> Map<String, Value> {
    // A step is a flat record: it cannot fail to become one.
    match serde_json::to_value(did) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The values in which two steps differ, figures of the law first; of a step that stands on one
/// side only, the figures of the law.
pub fn differing(old: Option<&Did>, new: Option<&Did>) -> Vec<FieldChange> {
    let of = old.or(new).map_or("", |did| step_name(did).0);
    let (old_values, new_values) = (old.map(values), new.map(values));
    let whole = old.is_some() && new.is_some();
    let known = FIELDS.iter().map(|(name, .., of_law)| (*name, *of_law));
    let unknown = new_values
        .iter()
        .chain(&old_values)
        .flat_map(Map::keys)
        .map(String::as_str)
        .filter(|name| *name != "step" && FIELDS.iter().all(|(known, ..)| known != name))
        .collect::<std::collections::BTreeSet<&str>>();
    let fields = known.chain(unknown.into_iter().map(|name| (name, false)));
    fields
        .filter(|(_, of_law)| whole || *of_law)
        .filter_map(|(field, _)| {
            let of_side = |side: &Option<Map<String, Value>>| side.as_ref()?.get(field).cloned();
            let (old, new) = (of_side(&old_values), of_side(&new_values));
            (old != new).then(|| FieldChange { of: of.into(), field: field.into(), old, new })
        })
        .collect()
}

/// The figures of the law among what differs. What adjusts a figure is another law when it makes
/// another thing of the same figure.
pub fn of_law(changes: &[FieldChange]) -> Vec<&FieldChange> {
    let has = |field: &str| changes.iter().any(|change| change.field == field);
    let is_of_law = |change: &&FieldChange| {
        let known = FIELDS.iter().find(|(name, ..)| *name == change.field);
        match (change.of.as_str(), change.field.as_str()) {
            ("person_ratio" | "route_ratio" | "person_deductible", "after") => !has("before"),
            ("person", "tier") => false,
            // The split of a bill is the catalog's work.
            ("lines", _) => true,
            _ => known.is_some_and(|(.., of_law)| *of_law),
        }
    };
    changes.iter().filter(is_of_law).collect()
}

impl FieldChange {
    pub fn name(&self, lang: Lang) -> String {
        field_name(&self.of, &self.field).get(lang).to_owned()
    }

    /// Old and new in words; empty where a side has none.
    pub fn shown(&self, lang: Lang) -> (String, String) {
        let shown = |value: &Option<Value>| {
            value.as_ref().map(|value| self.value(value, lang)).unwrap_or_default()
        };
        (shown(&self.old), shown(&self.new))
    }

    fn value(&self, value: &Value, lang: Lang) -> String {
        let both = |(zh, en): (&str, &str)| lang.pick(zh, en).to_owned();
        match value {
            Value::Null => lang.pick("无", "none").into(),
            Value::Bool(true) => lang.pick("是", "yes").into(),
            Value::Bool(false) => lang.pick("否", "no").into(),
            Value::Array(values) => {
                let values: Vec<_> = values.iter().map(|value| self.value(value, lang)).collect();
                values.join(lang.pick("、", ", "))
            }
            Value::String(word) => match (self.of.as_str(), self.field.as_str()) {
                ("person", "tier") | (_, "found_by") => found_by(word).get(lang).to_owned(),
                (_, "tier") => both(tier_text(&Some(word.clone()))),
                (_, "route") => both(route_text(word)),
                (_, "per") => both(per_text(word)),
                (_, "meaning") => both(limit_text(word)),
                (_, "scheme") => Scheme::from_word(word).map_or(&**word, |w| w.shown(lang)).into(),
                (_, "care_type") => {
                    CareType::from_word(word).map_or(&**word, |w| w.shown(lang)).into()
                }
                (_, "person_type") => {
                    PersonType::from_word(word).map_or(&**word, |w| w.shown(lang)).into()
                }
                _ => word.clone(),
            },
            other => other.to_string(),
        }
    }
}

/// The figures of the law among the changes, or all of them where there is none.
fn told(changes: &[FieldChange]) -> Vec<&FieldChange> {
    let of_law = of_law(changes);
    if of_law.is_empty() { changes.iter().collect() } else { of_law }
}

/// Old values and new values, each on one line: `标准 800.00` and `标准 600.00`.
pub fn sides(changes: &[FieldChange], lang: Lang) -> (String, String) {
    let told = told(changes);
    let line = |side: fn((String, String)) -> String| {
        let values = told.iter().map(|change| (change.name(lang), side(change.shown(lang))));
        let shown = values.filter(|(_, value)| !value.is_empty());
        let shown: Vec<String> = shown.map(|(name, value)| format!("{name} {value}")).collect();
        shown.join(lang.pick("，", ", "))
    };
    (line(|(old, _)| old), line(|(_, new)| new))
}

/// What changed on one line: `标准 800.00 → 600.00`.
pub fn sentence(changes: &[FieldChange], lang: Lang) -> String {
    phrase(&told(changes), lang)
}

/// Like [`sentence`], with everything that differs.
pub fn whole_sentence(changes: &[FieldChange], lang: Lang) -> String {
    phrase(&changes.iter().collect::<Vec<_>>(), lang)
}

fn phrase(changes: &[&FieldChange], lang: Lang) -> String {
    let none = lang.pick("无", "none");
    let or_none = |value: String| if value.is_empty() { none.to_owned() } else { value };
    let phrases: Vec<String> = changes
        .iter()
        .map(|change| {
            let (old, new) = change.shown(lang);
            format!("{} {} → {}", change.name(lang), or_none(old), or_none(new))
        })
        .collect();
    phrases.join(lang.pick("，", ", "))
}

#[cfg(test)]
mod tests {
    use crate::domain::Money;

    use super::super::super::working::Yuan;
    use super::*;

    fn yuan(yuan: i64) -> Yuan {
        Yuan(Money::from_yuan(yuan))
    }

    fn deductible(figure: i64, scope: i64) -> Did {
        let (figure, scope) = (yuan(figure), yuan(scope));
        Did::Deductible { ordinal: Some(1), figure, scope, charged: figure }
    }

    #[test]
    fn a_figure_of_the_law_is_told_before_what_became_of_the_claim() {
        let changes = differing(Some(&deductible(800, 9000)), Some(&deductible(600, 9000)));
        assert!(!of_law(&changes).is_empty());
        assert_eq!(sentence(&changes, Lang::Zh), "标准 800.00 → 600.00");
        assert_eq!(
            whole_sentence(&changes, Lang::En),
            "standard 800.00 → 600.00, charged 800.00 → 600.00"
        );
        assert_eq!(sides(&changes, Lang::Zh), ("标准 800.00".to_owned(), "标准 600.00".to_owned()));
        let changes = differing(Some(&deductible(800, 9000)), Some(&deductible(800, 7000)));
        assert!(of_law(&changes).is_empty(), "only the bill in scope is another");
        assert_eq!(sentence(&changes, Lang::En), "in scope 9000.00 → 7000.00");
    }

    #[test]
    fn an_adjustment_is_of_law_when_it_makes_another_thing_of_the_same() {
        let step = |before: &str, after: &str| Did::RouteRatio {
            before: before.into(),
            after: after.into(),
        };
        let check = |old: &Did, new: &Did| !of_law(&differing(Some(old), Some(new))).is_empty();
        assert!(check(&step("80%", "70%"), &step("80%", "75%")));
        assert!(!check(&step("80%", "70%"), &step("90%", "80%")), "it only follows");
    }

    #[test]
    fn words_of_files_are_put_into_words() {
        let step = |route: &str| Did::Route { route: route.into(), filing: None };
        let changes = differing(Some(&step("long_term")), Some(&step("unfiled")));
        assert_eq!(sentence(&changes, Lang::Zh), "就医身份 长期备案 → 未备案");
        let ratio = Did::Ratio { tier: Some("3".into()), is_own: false, ratio: "86%".into() };
        let came = differing(None, Some(&ratio));
        assert_eq!(
            sides(&came, Lang::Zh),
            (String::new(), "等级 三级，就医身份另定 否，支付比例 86%".to_owned())
        );
    }
}
