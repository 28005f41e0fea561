//! The steps of a decision in a form that can be written down and read again, and the sentences
//! they become.
//!
//! The surprise: files hold the values, not the sentences. A sentence is made when somebody
//! reads it, in their language, by [`StepRecord::sentence`], the same for page and terminal.

use serde::{Deserialize, Serialize};

use crate::domain::dates::{Date, Month};
use crate::domain::words::{Route, Tier};
use crate::domain::{Money, Rate, Text};
use crate::flow::decisions::LimitMeaning;
use crate::flow::{SettlementIx, Step, StepKind};

use super::view::ClaimView;
use super::wording::found_by;

/// Money as a text in yuan: exact, and read back as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Yuan(pub Money);

impl Yuan {
    pub fn is_zero(&self) -> bool {
        self.0 == Money::ZERO
    }
}

impl std::fmt::Display for Yuan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Yuan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Yuan {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Yuan, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let money = Money::parse(&text);
        money.map(Yuan).map_err(|_| serde::de::Error::custom("not an amount in yuan"))
    }
}

/// A step as `workings.jsonl` holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    #[serde(flatten)]
    pub did: Did,
    /// Its place in `clauses.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<u32>,
    /// The rows it rests on, `file#sheet!row`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
}

/// What a step did. Rates are percentages, months `2024-06`, words those of machine outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Did {
    Person { found: bool, tier: String },
    Hospital { code: String, tier: Option<String>, found_by: String },
    Opening { settlements: u32, stays: u16, deductible: Yuan, fund: Yuan },
    Route { route: String, filing: Option<String> },
    Lines { count: u32, total: Yuan, self_paid: Yuan, over: Yuan, first: Yuan, scope: Yuan },
    LapsedMonths { months: Vec<String>, moved: Yuan },
    RouteFirstPay { scope: Yuan, rate: String, person: Yuan },
    PersonDeductible { before: Yuan, after: Yuan },
    Deductible { ordinal: Option<u16>, figure: Yuan, scope: Yuan, charged: Yuan },
    TransferDeductible { figure: Yuan, already: Yuan, charged: Yuan },
    RemainingDeductible { per: String, figure: Yuan, due: Yuan, charged: Yuan },
    Ratio { tier: Option<String>, is_own: bool, ratio: String },
    PersonRatio { before: String, after: String },
    RouteRatio { before: String, after: String },
    Band { from: Yuan, to: Option<Yuan>, amount: Yuan, ratio: String },
    Basic { entered: Yuan, fund: Yuan, person: Yuan },
    Limit { meaning: String, limit: Yuan, used: Yuan, over: Yuan },
    Large { base: Yuan, ratio: String, fund: Yuan, supplement: Yuan },
    SeriousIllness { before: Yuan, base: Yuan, fund: Yuan },
    Supplement { before: Yuan, base: Yuan, fund: Yuan },
    Aid { before: Yuan, base: Yuan, fund: Yuan },
    Floor { share: String, scope: Yuan, funds: Yuan, fund: Yuan },
    Part { first: String, last: String, scope: Yuan },
    Result { total: Yuan, fund: Yuan, person: Yuan },
}

impl StepRecord {
    pub fn of(view: &ClaimView<'_>, step: &Step) -> StepRecord {
        StepRecord {
            did: did(view, &step.kind),
            clause: step.clause.map(|clause| clause.0),
            rows: rows(view, &step.kind),
        }
    }

    /// The step in words, with its numbers in them.
    pub fn sentence(&self) -> Text {
        sentence(&self.did)
    }
}

/// What a value of a step becomes in a file.
trait Recorded {
    type As;
    fn recorded(&self) -> Self::As;
}

macro_rules! recorded {
    ($($type:ty => $as:ty: |$value:ident| $made:expr;)*) => {
        $(impl Recorded for $type {
            type As = $as;
            fn recorded(&self) -> $as {
                let $value = self;
                $made
            }
        })*
    };
}

recorded! {
    Money => Yuan: |money| Yuan(*money);
    Option<Money> => Option<Yuan>: |money| money.map(Yuan);
    Rate => String: |rate| rate.to_string();
    bool => bool: |holds| *holds;
    Date => String: |day| day.to_string();
    u16 => u16: |count| *count;
    u32 => u32: |count| *count;
    Option<u16> => Option<u16>: |count| *count;
    Option<Tier> => Option<String>: |tier| tier.map(|tier| tier.word().to_owned());
    &'static str => String: |word| (*word).to_owned();
    Box<str> => String: |text| text.to_string();
    Vec<Month> => Vec<String>: |months| months.iter().map(ToString::to_string).collect();
    Vec<SettlementIx> => u32: |settlements| settlements.len() as u32;
    LimitMeaning => String: |meaning| meaning.word().to_owned();
}

macro_rules! did {
    ($kind:expr, { $($special:tt)* }, $($name:ident { $($field:ident)* })*) => {
        match $kind {
            $($special)*
            $(StepKind::$name { $($field),* } => Did::$name { $($field: $field.recorded()),* },)*
        }
    };
}

fn did(view: &ClaimView<'_>, kind: &StepKind) -> Did {
    did!(
        kind,
        {
            StepKind::Person { entry, tier } => {
                Did::Person { found: entry.is_some(), tier: tier.recorded() }
            }
            StepKind::Route { route, filing } => {
                let filings = &view.job.records().filings;
                let filing = filing.map(|filing| filings[filing.at()].filing_id.to_string());
                Did::Route { route: route.word().to_owned(), filing }
            }
        },
        Hospital { code tier found_by }
        Opening { settlements stays deductible fund }
        Lines { count total self_paid over first scope }
        LapsedMonths { months moved }
        RouteFirstPay { scope rate person }
        PersonDeductible { before after }
        Deductible { ordinal figure scope charged }
        TransferDeductible { figure already charged }
        RemainingDeductible { per figure due charged }
        Ratio { tier is_own ratio }
        PersonRatio { before after }
        RouteRatio { before after }
        Band { from to amount ratio }
        Basic { entered fund person }
        Limit { meaning limit used over }
        Large { base ratio fund supplement }
        SeriousIllness { before base fund }
        Supplement { before base fund }
        Aid { before base fund }
        Floor { share scope funds fund }
        Part { first last scope }
        Result { total fund person }
    )
}

/// The rows of the inputs a step rests on.
fn rows(view: &ClaimView<'_>, kind: &StepKind) -> Vec<String> {
    let linked = &view.job.detected.adjudicated.linked;
    let records = &linked.records;
    match kind {
        StepKind::Person { entry: Some(entry), .. } => {
            vec![records.place(records.persons[entry.at()].origin)]
        }
        StepKind::Hospital { .. } => {
            let found = linked.links[view.decision.claim.at()].hospital.one();
            found
                .map(|found| records.place(records.hospitals[found.at()].origin))
                .into_iter()
                .collect()
        }
        StepKind::Opening { settlements, .. } => settlements
            .iter()
            .map(|settlement| records.place(records.settlements[settlement.at()].origin))
            .collect(),
        StepKind::Route { filing: Some(filing), .. } => {
            vec![records.place(records.filings[filing.at()].origin)]
        }
        _ => Vec::new(),
    }
}

pub(super) fn limit_text(word: &str) -> (&str, &str) {
    match word {
        "fund" => ("按基金支付额计", "counting what the fund pays"),
        "entering" => ("按进入额（含起付线）计", "counting what enters, deductible included"),
        "fund_and_person" => ("按起付线以上基金加个人计", "counting fund plus person share"),
        other => (other, other),
    }
}

/// How often a deductible is due; words as `data/README.md` has them.
pub(super) fn per_text(word: &str) -> (&str, &str) {
    match word {
        "month" => ("按月累计", "per month"),
        "quarter" => ("按季度累计", "per quarter"),
        "year" => ("按年累计", "per year"),
        "year_top_up" => ("按年收取一次，不足补齐", "once a year, topped up"),
        "hospital_year" => ("每家医院每年一次", "per hospital and year"),
        "stay" => ("按次住院", "per stay"),
        "visit" => ("按次就诊", "per visit"),
        other => (other, other),
    }
}

pub(super) fn tier_text(word: &Option<String>) -> (&str, &str) {
    match word.as_deref() {
        None => ("无等级", "without a tier"),
        Some(word) => match Tier::from_word(word) {
            Some(Tier::One) => ("一级", "tier 1"),
            Some(Tier::Two) => ("二级", "tier 2"),
            Some(Tier::Three) => ("三级", "tier 3"),
            None => (word, word),
        },
    }
}

pub(super) fn route_text(word: &str) -> (&str, &str) {
    Route::from_word(word).map_or((word, word), |route| (route.zh(), route.word()))
}

macro_rules! say {
    ($zh:literal, $en:literal) => {
        Text::new(format!($zh), format!($en))
    };
}

fn sentence(did: &Did) -> Text {
    match did {
        Did::Person { found, tier } => person(*found, &found_by(tier)),
        Did::Hospital { code, tier, found_by: how } => hospital(code, tier, &found_by(how)),
        Did::Opening { settlements, stays, deductible, fund } => say!(
            "年初至今：既往结算{settlements}笔，已住院{stays}次，已扣起付线{deductible}元，\
             基金已付{fund}元",
            "The year so far: {settlements} settlements, {stays} stays, deductible charged \
             {deductible}, fund paid {fund}"
        ),
        Did::Route { route, filing } => access(route, filing.as_deref()),
        Did::Lines { count, total, self_paid, over, first, scope } => say!(
            "明细拆分：{count}行，合计{total}元 = 全自费{self_paid}元 + 超限价{over}元 + \
             先行自付{first}元 + 符合政策范围{scope}元",
            "Line split: {count} lines, {total} = self-paid {self_paid} + over ceiling {over} + \
             first pay {first} + in scope {scope}"
        ),
        Did::LapsedMonths { months, moved } => lapsed(months, *moved),
        Did::RouteFirstPay { scope, rate, person } => say!(
            "就医身份先行自付：符合范围{scope}元的{rate}，个人先付{person}元",
            "First share by route: {rate} of {scope} in scope, the person pays {person}"
        ),
        Did::PersonDeductible { before, after } => say!(
            "人员待遇：起付线{before}元减为{after}元",
            "Kind of person: deductible {before} becomes {after}"
        ),
        Did::Deductible { ordinal, figure, scope, charged } => {
            deductible(*ordinal, *figure, *scope, *charged)
        }
        Did::TransferDeductible { figure, already, charged } => say!(
            "与上次住院按一次计算：起付线标准{figure}元，已扣{already}元，本次补扣{charged}元",
            "Counted as one stay with the last: deductible {figure}, already charged {already}, \
             charged now {charged}"
        ),
        Did::RemainingDeductible { per, figure, due, charged } => {
            remaining(per, *figure, *due, *charged)
        }
        Did::Ratio { tier, is_own, ratio: table } => ratio(tier, *is_own, table),
        Did::PersonRatio { before, after } => say!(
            "人员待遇：支付比例{before}调整为{after}",
            "Kind of person: ratio {before} becomes {after}"
        ),
        Did::RouteRatio { before, after } => say!(
            "就医身份：支付比例{before}调整为{after}",
            "Access route: ratio {before} becomes {after}"
        ),
        Did::Band { from, to, amount, ratio } => band(*from, *to, *amount, ratio),
        Did::Basic { entered, fund, person } => say!(
            "基本统筹：进入{entered}元，基金支付{fund}元，个人负担{person}元",
            "Basic pool: {entered} entered, fund {fund}, person {person}"
        ),
        Did::Limit { meaning, limit: figure, used, over } => limit(meaning, *figure, *used, *over),
        Did::Large { base, ratio, fund, supplement } => large(*base, ratio, *fund, *supplement),
        Did::SeriousIllness { before, base, fund } => layer(SERIOUS, *before, *base, *fund),
        Did::Supplement { before, base, fund } => layer(SUPPLEMENT, *before, *base, *fund),
        Did::Aid { before, base, fund } => layer(AID, *before, *base, *fund),
        Did::Floor { share, scope, funds, fund } => floor(share, *scope, *funds, *fund),
        Did::Part { first, last, scope } => say!(
            "分段：{first}至{last}，符合范围{scope}元",
            "Part: {first} to {last}, {scope} in scope"
        ),
        Did::Result { total, fund, person } => say!(
            "结果：总费用{total}元 = 基金支付{fund}元 + 个人负担{person}元",
            "Result: total {total} = fund {fund} + person {person}"
        ),
    }
}

fn person(found: bool, how: &Text) -> Text {
    let Text { zh, en } = how;
    if found {
        return say!("参保人：按{zh}找到参保登记", "Person: register entry found by {en}");
    }
    say!(
        "参保人：按{zh}查找，无该地该险种的登记",
        "Person: looked up by {en}, no register entry for that region and scheme"
    )
}

fn hospital(code: &str, tier: &Option<String>, how: &Text) -> Text {
    let ((tier_zh, tier_en), Text { zh, en }) = (tier_text(tier), how);
    say!("医疗机构：{code}，{tier_zh}，按{zh}匹配", "Hospital: {code}, {tier_en}, matched by {en}")
}

fn access(route: &str, filing: Option<&str>) -> Text {
    let (zh, en) = route_text(route);
    match filing {
        Some(filing) => {
            say!("就医身份：{zh}，依据备案{filing}", "Access route: {en}, under filing {filing}")
        }
        None => say!("就医身份：{zh}", "Access route: {en}"),
    }
}

fn lapsed(months: &[String], moved: Yuan) -> Text {
    let (zh, en) = (months.join("、"), months.join(", "));
    say!(
        "断缴月份：{zh}，其间费用{moved}元转为全自费",
        "Lapsed months: {en}; {moved} dated in them becomes self-paid"
    )
}

fn deductible(ordinal: Option<u16>, figure: Yuan, scope: Yuan, charged: Yuan) -> Text {
    match ordinal {
        Some(nth) => say!(
            "起付线：本年第{nth}次住院，标准{figure}元，符合范围{scope}元，本次扣除{charged}元",
            "Deductible: stay {nth} of the year, standard {figure}, in scope {scope}, \
             charged {charged}"
        ),
        None => say!(
            "起付线：标准{figure}元，符合范围{scope}元，本次扣除{charged}元",
            "Deductible: standard {figure}, in scope {scope}, charged {charged}"
        ),
    }
}

fn remaining(per: &str, figure: Yuan, due: Yuan, charged: Yuan) -> Text {
    let (zh, en) = per_text(per);
    say!(
        "起付线：{zh}，标准{figure}元，尚余{due}元，本次扣除{charged}元",
        "Deductible {en}: {figure}, still due {due}, charged {charged}"
    )
}

fn large(base: Yuan, ratio: &str, fund: Yuan, supplement: Yuan) -> Text {
    say!(
        "大额：基数{base}元，支付{ratio}，大额支付{fund}元，补充支付{supplement}元",
        "Large amount: base {base}, paid at {ratio}, fund {fund}, supplement {supplement}"
    )
}

const SERIOUS: (&str, &str) = ("大病", "Serious illness");
const SUPPLEMENT: (&str, &str) = ("补充保障", "Supplement");
const AID: (&str, &str) = ("医疗救助", "Medical aid");

/// A layer that pays on what came together over the year.
fn layer((zh, en): (&str, &str), before: Yuan, base: Yuan, fund: Yuan) -> Text {
    say!(
        "{zh}：此前累计{before}元，本次计入{base}元，支付{fund}元",
        "{en}: {before} before, {base} added, fund {fund}"
    )
}

fn floor(share: &str, scope: Yuan, funds: Yuan, fund: Yuan) -> Text {
    say!(
        "保底：政策范围{scope}元的{share}，各项基金已付{funds}元，补足{fund}元",
        "Floor: {share} of {scope} in scope, funds paid {funds}, made up {fund}"
    )
}

fn ratio(tier: &Option<String>, is_own: bool, table: &str) -> Text {
    if is_own {
        return say!("支付比例：就医身份单列，{table}", "Ratio: a row of the route's own, {table}");
    }
    let (zh, en) = tier_text(tier);
    say!("支付比例：{zh}，表列{table}", "Ratio: {en}, table {table}")
}

fn band(from: Yuan, to: Option<Yuan>, amount: Yuan, ratio: &str) -> Text {
    match to {
        Some(to) => say!(
            "费用段：{from}元至{to}元，本段{amount}元，支付{ratio}",
            "Band: {from} to {to}, {amount} of it here, paid at {ratio}"
        ),
        None => say!(
            "费用段：{from}元以上，本段{amount}元，支付{ratio}",
            "Band: above {from}, {amount} of it here, paid at {ratio}"
        ),
    }
}

fn limit(meaning: &str, limit: Yuan, used: Yuan, over: Yuan) -> Text {
    let (zh, en) = limit_text(meaning);
    say!(
        "封顶线：{zh}，限额{limit}元，此前已用{used}元，本次超出{over}元",
        "Annual limit, {en}: {limit}, used before {used}, over it now {over}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(did: Did, zh: &str, en: &str) {
        let record = StepRecord { did, clause: Some(3), rows: vec!["a.xlsx#申报!7".into()] };
        let written = serde_json::to_string(&record).expect("a step can be written");
        let read: StepRecord = serde_json::from_str(&written).expect("and read again");
        assert_eq!(read, record, "{written}");
        assert_eq!(read.sentence(), Text::new(zh, en));
    }

    fn yuan(fen: i64) -> Yuan {
        Yuan(Money::from_fen(fen))
    }

    #[test]
    fn a_step_read_back_says_the_same_with_its_numbers() {
        check(
            Did::Deductible {
                ordinal: Some(1),
                figure: yuan(80_000),
                scope: yuan(1_234_567),
                charged: yuan(80_000),
            },
            "起付线：本年第1次住院，标准800.00元，符合范围12345.67元，本次扣除800.00元",
            "Deductible: stay 1 of the year, standard 800.00, in scope 12345.67, charged 800.00",
        );
        check(
            Did::Band { from: yuan(0), to: None, amount: yuan(5), ratio: "88.8%".into() },
            "费用段：0.00元以上，本段0.05元，支付88.8%",
            "Band: above 0.00, 0.05 of it here, paid at 88.8%",
        );
        check(
            Did::LapsedMonths { months: vec!["2024-03".into()], moved: yuan(100) },
            "断缴月份：2024-03，其间费用1.00元转为全自费",
            "Lapsed months: 2024-03; 1.00 dated in them becomes self-paid",
        );
    }
}
