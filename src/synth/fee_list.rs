//! Fee lists of large batches: as long as asked for, and honest in every way a detector looks. Days
//! of bed and nursing are the days of the stay, nothing is billed beside what contains it, every
//! item suits the person, the illness and the hospital.
//!
//! The surprise: what is charged every day stands on as many lines as the wished length asks for,
//! from one line for the whole stay to a line a day. Hospitals print either.

use crate::domain::dates::plus_days;
use crate::domain::words::{CareType, ItemKind};

use super::bills::{Bills, Order, Priced, day_of, meets, units_a_day};
use super::diagnoses::{BED_AND_CARE, CHILD_SUPPORT, LABS, SUPPORT};
use super::model::Line;
use super::random::Random;

/// The first is not charged where the second is: it is a part of it.
const NOT_BESIDE: [(&str, &str); 5] = [
    ("经皮冠状动脉腔内成形术(PTCA)", "经皮冠状动脉内支架置入术(STENT)"),
    ("冠状动脉造影术", "经皮冠状动脉内支架置入术(STENT)"),
    ("冠状动脉造影术", "经皮冠状动脉腔内成形术(PTCA)"),
    ("肺通气功能检查", "支气管舒张试验"),
    ("血液灌流", "血液透析"),
];

/// Of each line, whether it stands beside a thing that contains it.
pub(super) fn are_parts(lines: &[Line]) -> Vec<bool> {
    let is_there = |name: &str| lines.iter().any(|line| line.item_name == name);
    let is_part = |line: &Line| {
        let beside = NOT_BESIDE.iter().filter(|(part, _)| *part == line.item_name);
        beside.into_iter().any(|(_, whole)| is_there(whole))
    };
    lines.iter().map(is_part).collect()
}

impl<'r> Bills<'r> {
    /// A bill of about so many lines.
    pub fn fee_list(&self, random: &mut Random, order: &Order, lines: u32) -> Vec<Line> {
        // Bills of visits are short; those of stays make up for it.
        let wanted = lines * random.between(85, 205).unsigned_abs() / 100;
        let mut list = match order.care {
            CareType::Inpatient => self.stay_list(random, order, wanted),
            _ => self.visit_list(random, order),
        };
        for line in &mut list {
            self.vary_code(random, order, line);
        }
        list.sort_by_key(|line| line.service_on);
        list
    }

    fn stay_list(&self, random: &mut Random, order: &Order, wanted: u32) -> Vec<Line> {
        // The test of the last months' sugar is for those who have too much of it.
        let labs = LABS.iter().copied().filter(|name| !name.starts_with("糖化"));
        let mut once: Vec<&str> = labs.filter(|_| random.percent(45)).collect();
        let done = order.diagnosis.once.iter().copied();
        once.extend(done.filter(|_| random.percent(85)));
        let mut daily: Vec<&str> = BED_AND_CARE.to_vec();
        daily.extend(order.diagnosis.daily);
        let support = if order.age < 14 { &CHILD_SUPPORT[..] } else { &SUPPORT[..] };
        for _ in 0..random.between(0, 1) {
            daily.push(random.pick(support));
        }
        daily.sort_unstable();
        daily.dedup();
        let all: Vec<&str> = once.iter().chain(&daily).copied().collect();
        let beside = |name: &&str| {
            !NOT_BESIDE.iter().any(|(part, whole)| part == name && all.contains(whole))
        };
        once.retain(beside);
        let mut list = Vec::with_capacity(wanted as usize + 8);
        for name in once {
            let day = day_of(random, order.stay);
            list.extend(self.suitable(order, name, day).map(|found| found.line(day, 1)));
        }
        let left = wanted.saturating_sub(list.len() as u32);
        let pieces = (left / daily.len() as u32).clamp(1, order.stay.hospital_days());
        for name in daily.iter().filter(|name| beside(name)) {
            let a_day = units_a_day(random, name);
            self.in_pieces(order, name, (a_day, pieces), &mut list);
        }
        self.more_labs(random, order, wanted, &mut list);
        if random.percent(25) {
            self.in_pieces(order, "病房空调降温费", (1, 1), &mut list);
        }
        if random.percent(25) {
            self.unlisted(random, order, &mut list);
        }
        list
    }

    /// What is charged every day, on so many lines.
    fn in_pieces(
        &self,
        order: &Order,
        name: &str,
        (a_day, pieces): (u32, u32),
        list: &mut Vec<Line>,
    ) {
        let days = order.stay.hospital_days();
        for piece in 0..pieces {
            let (first, last) = (piece * days / pieces, (piece + 1) * days / pieces);
            let day = plus_days(order.stay.first(), first as i32);
            let Some(found) = self.suitable(order, name, day) else { continue };
            // Payable on so many days of a stay, and given no longer.
            let payable = found.item.limits.days_max.map_or(days, u32::from);
            let units = last.min(payable).saturating_sub(first) * a_day;
            if units > 0 {
                list.push(found.line(day, units));
            }
        }
    }

    /// A long list of a short stay is long by its laboratory.
    fn more_labs(&self, random: &mut Random, order: &Order, wanted: u32, list: &mut Vec<Line>) {
        for _ in list.len()..wanted as usize {
            let name = random.pick(&LABS[..9]);
            let day = day_of(random, order.stay);
            let again = list.iter().any(|line| line.item_name == name && line.service_on == day);
            if again || name.starts_with("糖化") {
                continue;
            }
            list.extend(self.suitable(order, name, day).map(|found| found.line(day, 1)));
        }
    }

    /// A visit: the consultation, tests, and what was prescribed for some days.
    fn visit_list(&self, random: &mut Random, order: &Order) -> Vec<Line> {
        let day = order.stay.first();
        let mut list = Vec::new();
        let mut add = |name: &str, units: u32| {
            list.extend(self.suitable(order, name, day).map(|found| found.line(day, units)));
        };
        if order.care != CareType::Pharmacy {
            add("急诊诊查费", 1);
            for name in LABS.iter().filter(|name| !name.starts_with("糖化")) {
                if random.percent(25) && *name != "肺通气功能检查" {
                    add(name, 1);
                }
            }
            for name in order.diagnosis.once.iter().filter(|name| is_test(name)) {
                add(name, 1);
            }
        }
        let days = if order.care == CareType::Chronic { 28 } else { 7 };
        for name in order.diagnosis.daily.iter().filter(|name| is_taken_at_home(name)) {
            add(name, days * units_a_day(random, name));
        }
        // Somebody with nothing to take home gets an infusion; a pharmacy sells over the counter.
        let instead: &[&str] = match order.care {
            CareType::Pharmacy => &["妇科千金片", "金锁固精丸"],
            _ => &["黄芪注射液", "天麻素注射液", "血塞通注射液"],
        };
        if !list.iter().any(|line| matches!(line.kind, ItemKind::Drug | ItemKind::Patent)) {
            let units = random.between(2, 6).unsigned_abs();
            let found = instead.iter().find_map(|name| self.suitable(order, name, day));
            list.extend(found.map(|found| found.line(day, units)));
        }
        if list.is_empty() {
            self.unlisted(random, order, &mut list);
        }
        list
    }

    /// The item of that name if the catalog has it and its scope admits this person.
    fn suitable(
        &self,
        order: &Order,
        name: &str,
        day: crate::domain::dates::Date,
    ) -> Option<Priced<'r>> {
        self.find(order, name, day).filter(|found| meets(&found.item.limits, order))
    }
}

fn is_test(name: &str) -> bool {
    ["测定", "检查", "透析", "监测", "试验", "常规"].iter().any(|word| name.contains(word))
}

fn is_taken_at_home(name: &str) -> bool {
    ["片", "胶囊", "颗粒", "丸"].iter().any(|form| name.ends_with(form))
}
