//! # F406 重复收费 duplicate-charge
//!
//! ## 查什么
//! 同一份账单里，一个项目与其内涵已包含的项目同时收费（扣除红冲）。项目对取自智能监管规则库第七批
//! （data/duplicate_charges.csv），每对写明是同一天还是单次就诊。限“6 小时内”“1 小时内”的，账单只有
//! 日期，同一天的只作提示。
//!
//! ## 为什么要紧
//! 已含在甲项目里的乙项目再收一次，是重复收费中最容易凭规则定下来的一种。
//!
//! ## 什么情况下无辜
//! 部位不同、先后两次手术，或者乙项目另有适应症而单独实施，须看病历。整张账单记在同一天的，日期不能说明
//! 是否同一天，降为“提示”；按日收费的项目几天合成一行的，只有两项天数之和超过住院天数时才算重叠。涉及
//! 金额只计被包含的项目，次数不超过包含它的项目（按小时收费的除外）。
//!
//! ## 依据
//! 《医疗保障基金使用监督管理条例》第十五条、第三十八条（重复收费、分解项目收费）；国家医保局智能监管
//! 规则库、知识库第七批。

use crate::domain::dates::{Date, days_between};
use crate::domain::words::Severity;
use crate::domain::{Code, Money, Origin, Quantity, Text};
use crate::flow::{ClaimIx, LineIx};
use crate::rulebook::usage::{CountedUnit, Included, Usage, UsageIx, Window};

use super::billed::{self, Billed};
use super::detector::Detector;
use super::scene::{Draft, Scene, listed};

pub static DETECTOR: Detector = Detector {
    code: Code::F406,
    name: "duplicate-charge",
    source: include_str!("f406_duplicate_charge.rs"),
    run,
};

fn run(scene: &Scene) -> Vec<Draft> {
    let usage = &scene.ground.rulebook.usage;
    scene.each_claim_many(|claim| {
        let billed = billed::by_key(scene, claim, |item| item.usage());
        if billed.len() < 2 {
            return Vec::new();
        }
        let bill = Bill { scene, claim, usage, billed, one_date: has_one_date(scene, claim) };
        let hits = bill.hits();
        let (sure, unsure): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.is_sure);
        let drafts = [(sure, true), (unsure, false)].into_iter();
        drafts.filter_map(|(hits, is_sure)| bill.told(&hits, is_sure)).collect()
    })
}

/// Whether a bill of several days names one: then its dates say nothing.
fn has_one_date(scene: &Scene, claim: ClaimIx) -> bool {
    let mut days = scene.splits(claim).iter().map(|split| scene.line(split.line).service_on);
    let first = days.next();
    scene.claim(claim).stay.hospital_days() > 1 && days.all(|day| Some(day) == first)
}

/// What one claim was billed of the items that the list names, by item.
struct Bill<'s, 'a> {
    scene: &'s Scene<'a>,
    claim: ClaimIx,
    usage: &'a Usage,
    billed: Vec<Billed<UsageIx>>,
    one_date: bool,
}

/// An item beside one that contains it.
struct Hit<'a> {
    outer: UsageIx,
    within: &'a Included,
    /// Of days that each for itself count; nothing where the visit as a whole does.
    day: Option<Date>,
    /// How much of the contained item is charged twice.
    twice: Quantity,
    is_sure: bool,
}

impl<'a> Bill<'_, 'a> {
    fn of(&self, item: UsageIx) -> Option<&Billed<UsageIx>> {
        let at = self.billed.binary_search_by_key(&item, |billed| billed.key).ok()?;
        Some(&self.billed[at])
    }

    fn hits(&self) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for outer in &self.billed {
            for within in &self.usage.get(outer.key).includes {
                let Some(inner) = self.of(within.item) else { continue };
                self.pair(outer, within, inner, &mut hits);
            }
        }
        hits.sort_by_key(|hit: &Hit| (hit.within.item, hit.day, hit.outer));
        hits
    }

    fn pair(
        &self,
        outer: &Billed<UsageIx>,
        within: &'a Included,
        inner: &Billed<UsageIx>,
        hits: &mut Vec<Hit<'a>>,
    ) {
        let mut hit = |day, twice: Quantity, is_sure| {
            if !twice.is_zero() {
                hits.push(Hit { outer: outer.key, within, day, twice, is_sure });
            }
        };
        if within.window == Window::Visit {
            return hit(None, self.twice(outer.quantity(), inner, inner.quantity()), true);
        }
        let is_sure = within.window == Window::Day && !self.one_date;
        if self.sums_up_days(outer) || self.sums_up_days(inner) {
            return hit(None, self.overlap(outer, inner), is_sure);
        }
        for billed in &inner.days {
            let outside = outer.on(billed.day);
            let twice = self.twice(outside, inner, billed.quantity);
            hit(Some(billed.day), twice, is_sure);
        }
    }

    /// Each charge of the outer item pays for one of the inner; hours are not counted so.
    fn twice(&self, outside: Quantity, inner: &Billed<UsageIx>, inside: Quantity) -> Quantity {
        let hours = self.unit(inner.key) == Some(CountedUnit::Hour);
        if hours && !outside.is_zero() { inside } else { outside.min(inside) }
    }

    fn unit(&self, item: UsageIx) -> Option<CountedUnit> {
        self.usage.get(item).frequency.map(|limit| limit.unit)
    }

    /// Whether lines of an item that is charged by the day stand for several days each.
    fn sums_up_days(&self, billed: &Billed<UsageIx>) -> bool {
        let by_day = self.unit(billed.key) == Some(CountedUnit::Day);
        by_day && billed.days.iter().any(|day| day.quantity > Quantity::whole(1))
    }

    /// On how many days both must have been charged: their days are more than there are.
    fn overlap(&self, outer: &Billed<UsageIx>, inner: &Billed<UsageIx>) -> Quantity {
        let (outside, inside) =
            (outer.span(self.scene, self.claim), inner.span(self.scene, self.claim));
        let (first, last) = (outside.0.min(inside.0), outside.1.max(inside.1));
        let there_are = Quantity::whole((days_between(first, last) + 1).max(1).unsigned_abs());
        let both = billed::sum([outer.quantity(), inner.quantity()].into_iter());
        both.less(there_are).min(inner.quantity()).min(outer.quantity())
    }

    fn told(&self, hits: &[Hit], is_sure: bool) -> Option<Draft> {
        if hits.is_empty() {
            return None;
        }
        let scene = self.scene;
        let about = scene.about(self.claim);
        let mut said: Vec<Text> = Vec::new();
        for pair in hits.chunk_by(|one, next| one.within.item == next.within.item) {
            said.push(self.pair_shown(pair));
        }
        let (amount, lines) = (self.at_risk(hits), self.lines(hits));
        let rows: Vec<Origin> = lines.into_iter().map(|line| scene.line(line).origin).collect();
        let said = listed(&said);
        let (doubt, doubt_en) = match (is_sure, self.one_date) {
            (true, _) => ("", ""),
            (false, true) => (
                "；整张账单记在同一天，是否同一天须看病历",
                "; the whole bill bears one date, so whether it was the same day is open",
            ),
            (false, false) => (
                "；规则限小时，账单只有日期，须看病历",
                "; the rule counts hours and a bill has days only",
            ),
        };
        let draft = Draft::on_claim(scene, self.claim, amount)
            .saying(
                format!("{}重复收费 {amount} 元：{}{doubt}。", about.zh, said.zh),
                format!("{}: {amount} charged twice: {}{doubt_en}.", about.en, said.en),
            )
            .under(
                "《医疗保障基金使用监督管理条例》第十五条、第三十八条；国家医保局智能监管规则库、\
                 知识库第七批",
            )
            .shown_by(rows);
        Some(if is_sure { draft } else { draft.at_most(Severity::Info) })
    }

    /// What was charged for a contained item, in words: by the first item that contains it.
    fn pair_shown(&self, hits: &[Hit]) -> Text {
        let hit = &hits[0];
        let (outer, inner) = (self.usage.get(hit.outer), self.usage.get(hit.within.item));
        let twice = self.twice_in_all(hits);
        let days = hits.iter().filter(|one| one.outer == hit.outer).filter_map(|one| one.day);
        let days: Vec<String> = days.map(|day| day.to_string()).collect();
        let when = match days.as_slice() {
            [] => String::new(),
            [day] => format!("{day} "),
            [day, ..] => format!("{day} 等 {} 天", days.len()),
        };
        let when_en = match days.as_slice() {
            [] => String::new(),
            [day] => format!(" on {day}"),
            [day, ..] => format!(" on {day} and {} more days", days.len() - 1),
        };
        Text::new(
            format!(
                "{when}“{}”已含“{}”（{}），又收 {twice}",
                outer.name, inner.name, hit.within.content
            ),
            format!("{} contains {}, charged again: {twice}{when_en}", outer.name, inner.name),
        )
    }

    /// Of one contained item: on each day the most, added up, or that of the visit.
    fn twice_in_all(&self, hits: &[Hit]) -> Quantity {
        let most = |hits: &[Hit]| hits.iter().map(|hit| hit.twice).max().unwrap_or_default();
        let groups = || hits.chunk_by(|one, next| one.day == next.day);
        let by_day = billed::sum(groups().filter(|day| day[0].day.is_some()).map(most));
        let of_visit = groups().filter(|day| day[0].day.is_none()).map(most).max();
        by_day.max(of_visit.unwrap_or_default())
    }

    fn at_risk(&self, hits: &[Hit]) -> Money {
        let items = hits.chunk_by(|one, next| one.within.item == next.within.item);
        let cost = |hits: &[Hit]| {
            let inner = self.of(hits[0].within.item);
            inner.map_or(Money::ZERO, |inner| inner.cost_of(self.twice_in_all(hits)))
        };
        items.map(cost).sum()
    }

    fn lines(&self, hits: &[Hit]) -> Vec<LineIx> {
        let items = hits.iter().flat_map(|hit| [hit.outer, hit.within.item]);
        items.filter_map(|item| self.of(item)).flat_map(|billed| billed.lines.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scene_test::{Batch, check, only};

    const WATCH: (&str, &str) = ("001103000010000", "急诊监护费");
    const CONSULTATION: (&str, &str) = ("001102000030000", "急诊诊查费");
    const BED: (&str, &str) = ("001109000010000", "普通病房床位费");
    const DELIVERY: (&str, &str) = ("003314000020000", "单胎顺产接生");

    fn week(b: &mut Batch) {
        b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "9000.00");
        b.charge(("", "别的项目"), "2024-03-07", "1", "1.00");
    }

    #[test]
    fn an_item_beside_what_contains_it_on_one_day_is_told() {
        check(
            Code::F406,
            &[
                (
                    "the same day",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "1", "100.00");
                        b.charge(CONSULTATION, "2024-03-01", "1", "15.00");
                    },
                    &[("C1", "15.00")],
                ),
                (
                    "the day after",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "1", "100.00");
                        b.charge(CONSULTATION, "2024-03-02", "1", "15.00");
                    },
                    &[],
                ),
                (
                    "reversed later",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "1", "100.00");
                        b.charge(CONSULTATION, "2024-03-01", "1", "15.00");
                        b.charge(CONSULTATION, "2024-03-05", "-1", "15.00");
                    },
                    &[],
                ),
                (
                    "no more often than what contains it",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "1", "100.00");
                        b.charge(CONSULTATION, "2024-03-01", "3", "15.00");
                    },
                    &[("C1", "15.00")],
                ),
                (
                    "by name alone, on two days",
                    |b| {
                        week(b);
                        for day in ["2024-03-01", "2024-03-02"] {
                            b.charge(("", "急诊监护费"), day, "1", "100.00");
                            b.charge(("", "急诊诊查费"), day, "1", "15.00");
                        }
                    },
                    &[("C1", "30.00")],
                ),
            ],
        );
    }

    #[test]
    fn days_summed_up_in_one_line_overlap_only_where_the_stay_is_too_short_for_them() {
        check(
            Code::F406,
            &[
                (
                    "watched for two days, then in a bed for five, each in one line",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "2", "100.00");
                        b.charge(BED, "2024-03-01", "5", "40.00");
                    },
                    &[],
                ),
                (
                    "more days of both than there are",
                    |b| {
                        week(b);
                        b.charge(WATCH, "2024-03-01", "4", "100.00");
                        b.charge(BED, "2024-03-01", "7", "40.00");
                    },
                    &[("C1", "120.00")],
                ),
            ],
        );
    }

    fn severities(arrange: fn(&mut Batch)) -> (Severity, String) {
        let mut batch = Batch::default();
        arrange(&mut batch);
        let detected = batch.detect();
        let finding = only(&detected, Code::F406);
        (finding.severity, finding.sentence.zh.clone())
    }

    #[test]
    fn what_dates_cannot_tell_is_information() {
        let (severity, said) = severities(|b| {
            week(b);
            b.charge(WATCH, "2024-03-01", "1", "100.00");
            b.charge(CONSULTATION, "2024-03-01", "1", "15.00");
        });
        assert_eq!(severity, Severity::Warn);
        assert!(
            said.contains("“急诊监护费”已含“急诊诊查费”（含监护、床位、诊查、护理），又收 1"),
            "{said}"
        );
        let (severity, said) = severities(|b| {
            b.claim("C1", 1, ("2024-03-01", "2024-03-08"), "9000.00");
            b.charge(WATCH, "2024-03-08", "1", "100.00");
            b.charge(CONSULTATION, "2024-03-08", "1", "15.00");
        });
        assert_eq!(severity, Severity::Info);
        assert!(said.contains("整张账单记在同一天"), "{said}");
        let (severity, said) = severities(|b| {
            week(b);
            b.charge(DELIVERY, "2024-03-02", "1", "500.00");
            b.charge(("", "胎心监测"), "2024-03-02", "2", "10.00");
        });
        assert_eq!(severity, Severity::Info);
        assert!(said.contains("规则限小时"), "{said}");
    }

    #[test]
    fn of_a_visit_the_days_do_not_matter() {
        let usage = &crate::detect::scene_test::ground().rulebook.usage;
        check(
            Code::F406,
            &[(
                "two operations, one in the other",
                |b| {
                    week(b);
                    b.charge(("", "甲状腺癌扩大根治术"), "2024-03-02", "1", "3000.00");
                    b.charge(("", "甲状腺部分切除术"), "2024-03-05", "1", "900.00");
                },
                &[("C1", "900.00")],
            )],
        );
        let outer = usage.by_name("甲状腺癌扩大根治术").expect("listed");
        assert!(usage.get(outer).includes.iter().all(|one| one.window == Window::Visit));
    }
}
