//! Values of the command line: what is taken, and what is said of anything else, in both languages
//! on one line.

use crate::domain::RegionCode;
use crate::domain::dates::{Date, Month};
use crate::rulebook::reading::iso_date;
use crate::synth::Plan;

/// Seeds as written: one after another, or from one to another.
#[derive(Clone, Debug)]
pub struct Seeds(pub Vec<u64>);

pub fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "应写成 2024-06 · write it as 2024-06".into())
}

pub fn region(text: &str) -> Result<RegionCode, String> {
    RegionCode::parse(text).ok_or_else(|| "应为六位行政区划代码 · a six-digit region code".into())
}

pub fn day(text: &str) -> Result<Date, String> {
    iso_date(text).ok_or_else(|| "应写成 2024-06-30 · write it as 2024-06-30".into())
}

fn whole(text: &str, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("应为 1 至 {most} 的整数 · a whole number from 1 to {most}"))
}

pub fn claims(text: &str) -> Result<u32, String> {
    whole(text, Plan::CLAIMS_MAX)
}

pub fn lines(text: &str) -> Result<u32, String> {
    whole(text, Plan::LINES_MAX)
}

pub fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "应为非负整数 · a whole number, not below 0".into())
}

/// Percent with at most two decimals, as parts of ten thousand.
pub fn percent(text: &str) -> Result<u32, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    let parts = (digits(whole) && digits(part) && part.len() <= 2).then(|| {
        let hundredths: u32 = format!("{part:0<2}").parse().ok()?;
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)
    });
    let most = Plan::PLANTED_MAX;
    parts.flatten().filter(|&parts| parts <= most).ok_or_else(|| {
        let most = most / 100;
        format!("应为 0 至 {most} 的百分数，最多两位小数 · a percentage from 0 to {most}")
    })
}

pub fn seeds(text: &str) -> Result<Seeds, String> {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let listed = match text.split_once("..") {
        Some((first, last)) => {
            let ends = number(first).zip(number(last));
            ends.filter(|(first, last)| first <= last && last - first < SEEDS_MAX)
                .map(|(first, last)| (first..=last).collect())
        }
        None => text.split(',').map(number).collect::<Option<Vec<u64>>>(),
    };
    let listed = listed.filter(|seeds: &Vec<u64>| seeds.len() as u64 <= SEEDS_MAX);
    listed.map(Seeds).ok_or_else(|| {
        format!("应写成 21,22 或 21..25，最多 {SEEDS_MAX} 个 · write 21,22 or 21..25")
    })
}

/// More would take hours and tell no more.
const SEEDS_MAX: u64 = 100;
