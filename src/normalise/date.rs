//! Days and months, as offices write them.
//!
//! The surprise: a year of two digits is an error. 24/6/1 could be three different days.

use super::cell_text::{Parsed, clean, compact, plain};
use super::fault::Fault;
use crate::domain::Month;
use crate::domain::dates::{Date, from_serial};
use crate::flow::Cell;
use crate::rulebook::fold;

/// Days outside these years are slips of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;
/// Serial dates a bare number may stand for: 1950 to 2100.
const SERIALS: std::ops::Range<f64> = 18_264.0..73_416.0;
/// What an end is called that is left open; platforms write the year 9999.
const OPEN_ENDS: [&str; 7] = ["长期", "永久", "至今", "无限期", "长期有效", "不限", "9999"];

/// A day; its time is dropped.
pub(super) fn day(cell: Cell<'_>) -> Parsed<Date> {
    let day = match cell {
        Cell::Date(day) => day,
        Cell::Number(number) if SERIALS.contains(&number) => {
            from_serial(number.floor() as i32).ok_or_else(impossible)?
        }
        Cell::Number(number) if number.fract() == 0.0 => parse(&number.to_string())?,
        Cell::Number(_) => return Err(unreadable()),
        Cell::Text(text) if is_plain(text) => date(&text[..4], &text[5..7], &text[8..])?,
        _ => match plain(cell)? {
            Some(text) => parse(&half_width(&text))?,
            None => return Ok(None),
        },
    };
    if YEARS.contains(&day.year()) { Ok(Some(day)) } else { Err(out_of_range()) }
}

/// `2024-06-01`, as nearly every cell of a CSV has it.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let right = |(i, byte): (usize, &u8)| match i {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    bytes.len() == 10 && bytes.iter().enumerate().all(right)
}

/// The last day of something that may be open: 长期 and the year 9999 mean no end.
pub(super) fn open_end(cell: Cell<'_>) -> Parsed<Date> {
    if let Cell::Date(day) = cell
        && day.year() == 9999
    {
        return Ok(None);
    }
    match compact(cell) {
        Ok(Some(text)) if OPEN_ENDS.iter().any(|open| text.starts_with(open)) => Ok(None),
        _ => day(cell),
    }
}

/// A day, or a month that stands for its first day, as contributions are paid by the month.
pub(super) fn day_or_month(cell: Cell<'_>) -> Parsed<Date> {
    match day(cell) {
        Err(fault) => match months(cell) {
            Ok(Some((first, last))) if first == last => Ok(Some(first.first_day())),
            _ => Err(fault),
        },
        read => read,
    }
}

/// Months from–to 费款所属期: `202406`, `2024-06`, `2024年6月`, `202401-202412`.
pub(super) fn months(cell: Cell<'_>) -> Parsed<(Month, Month)> {
    if let Cell::Date(day) = cell {
        // Excel turns 2024-06 into its first day; any other day was meant as a day.
        return if day.day() == 1 {
            Ok(Some((Month::of(day), Month::of(day))))
        } else {
            Err(no_month())
        };
    }
    let Some(text) = compact(cell)? else { return Ok(None) };
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let is_known = |c: char| c.is_ascii_digit() || "-/.~至到年月—–".contains(c);
    if !text.chars().all(is_known) {
        return Err(no_month());
    }
    let joined = |year: &str, month: &str| {
        let fits = year.len() == 4 && (1..=2).contains(&month.len());
        fits.then(|| Month::new(year.parse().ok()?, month.parse().ok()?)).flatten()
    };
    let (first, last) = match numbers.as_slice() {
        [one] => (Month::parse(one), Month::parse(one)),
        [first, last] if first.len() == 6 => (Month::parse(first), Month::parse(last)),
        [year, month] => (joined(year, month), joined(year, month)),
        [y1, m1, y2, m2] => (joined(y1, m1), joined(y2, m2)),
        _ => (None, None),
    };
    let (first, last) = first.zip(last).ok_or_else(no_month)?;
    let is_in_range = YEARS.contains(&first.year()) && YEARS.contains(&last.year());
    if first <= last && is_in_range { Ok(Some((first, last))) } else { Err(no_month()) }
}

fn half_width(text: &str) -> String {
    let dash = |c: char| if matches!(c, '—' | '–' | '−' | '‐') { '-' } else { c };
    clean(text).chars().map(fold::half_width).map(dash).collect()
}

fn parse(text: &str) -> Result<Date, Fault> {
    if text.contains('年') && text.chars().next().is_some_and(|c| numeral(c).is_some()) {
        return in_numerals(text).ok_or_else(unreadable)?;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        4 => separated(text),
        8 => compacted(text, &text[8..]),
        // 20240601083000 and 202406010830, with the time behind the day.
        12 | 14 if text.len() == digits => compacted(text, ""),
        1 | 2 if text[digits..].starts_with(['-', '/', '.', '年']) => Err(two_digit_year()),
        6 if text.len() == 6 => Err(two_digit_year()),
        _ => Err(unreadable()),
    }
}

fn compacted(text: &str, rest: &str) -> Result<Date, Fault> {
    if !is_time(rest) {
        return Err(unreadable());
    }
    date(&text[..4], &text[4..6], &text[6..8])
}

/// `2024-6-1` with any one separator twice, or 年 and 月 with or without 日.
fn separated(text: &str) -> Result<Date, Fault> {
    let (year, rest) = text.split_at(4);
    let mut chars = rest.chars();
    let between = match chars.next() {
        Some(c @ ('-' | '/' | '.')) => c,
        Some('年') => '月',
        _ => return Err(unreadable()),
    };
    let (month, rest) = chars.as_str().trim_start().split_once(between).ok_or_else(unreadable)?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, rest) = rest.split_at(end);
    let rest = if between == '月' { rest.trim_start_matches(['日', '号']) } else { rest };
    let fits = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !fits(month.trim()) || !fits(day) || !is_time(rest) {
        return Err(unreadable());
    }
    date(year, month.trim(), day)
}

/// Whatever follows a day must look like a time of day.
fn is_time(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty()
        || rest.chars().all(|c| c.is_ascii_digit() || ":.TZ+-时点分秒上下午AMPM ".contains(c))
            && rest.chars().any(|c| c.is_ascii_digit())
}

fn date(year: &str, month: &str, day: &str) -> Result<Date, Fault> {
    let number = |text: &str| text.parse::<i16>().map_err(|_| unreadable());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    Date::new(year, month as i8, day as i8).map_err(|_| impossible())
}

fn numeral(c: char) -> Option<char> {
    let place = "〇一二三四五六七八九".chars().position(|digit| digit == c);
    let place = place.or_else(|| matches!(c, '零' | '○' | 'Ｏ' | 'O').then_some(0))?;
    char::from_digit(place as u32, 10)
}

/// 二〇二四年六月一日. Nothing when it is not of that form at all.
fn in_numerals(text: &str) -> Option<Result<Date, Fault>> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, rest) = rest.split_once(['日', '号'])?;
    let year: String = year.chars().map(numeral).collect::<Option<_>>()?;
    if year.len() == 2 {
        return Some(Err(two_digit_year()));
    }
    let fits = year.len() == 4 && is_time(rest);
    fits.then(|| Some(date(&year, &tens(month)?, &tens(day)?)))?
}

/// 二十一 → `21`, 十 → `10`, 六 → `6`.
fn tens(text: &str) -> Option<String> {
    let digit = |part: &str| match part.chars().collect::<Vec<_>>().as_slice() {
        [c] => numeral(*c),
        _ => None,
    };
    match text.trim().split_once('十') {
        None => digit(text.trim()).map(String::from),
        Some((ten, one)) => {
            let ten = if ten.is_empty() { '1' } else { digit(ten)? };
            let one = if one.is_empty() { '0' } else { digit(one)? };
            Some(format!("{ten}{one}"))
        }
    }
}

const HINT: (&str, &str) = ("请写作 2024-06-01", "write it as 2024-06-01");

fn unreadable() -> Fault {
    Fault::new("date-unreadable", ("不是日期", "not a date"), HINT)
}

fn impossible() -> Fault {
    let hint = ("请核对日期", "check the day");
    Fault::new("date-impossible", ("没有这一天", "there is no such day"), hint)
}

fn two_digit_year() -> Fault {
    let why = (
        "没有以四位年份开头，无法确定是哪一天",
        "it does not begin with a year of four digits, so the day is uncertain",
    );
    Fault::new("date-two-digit-year", why, HINT)
}

fn out_of_range() -> Fault {
    let why = ("年份不在 1900 至 2100 之间", "the year is not between 1900 and 2100");
    Fault::new("date-out-of-range", why, ("请核对年份", "check the year"))
}

fn no_month() -> Fault {
    let hint = ("请写作 202406 或 202401-202412", "write 202406 or 202401-202412");
    Fault::new("period-unreadable", ("不是费款所属期", "not a month or a span of months"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text)
    }

    #[test]
    fn days_are_read_in_every_usual_form() {
        for written in [
            "2024-06-01",
            "2024/6/1",
            "20240601",
            "2024.6.1",
            "2024年6月1日",
            "2024年06月01号",
            "二〇二四年六月一日",
            "二零二四年六月一日",
            "２０２４－０６－０１",
            "2024-06-01 08:30:00",
            "2024-06-01T08:30:00.000Z",
            "2024/6/1 8:30",
            "2024年6月1日 8时30分",
            "2024-06-01 上午8:30",
            "20240601083000",
            "20240601 08:30",
            "'2024-06-01",
        ] {
            let read = day(text(written)).map(|d| d.map(|d| d.to_string()));
            assert_eq!(read, Ok(Some("2024-06-01".to_owned())), "{written}");
        }
        for cell in [
            Cell::Number(45_444.0),
            Cell::Number(45_444.9),
            Cell::Number(20_240_601.0),
            Cell::Date(Date::constant(2024, 6, 1)),
        ] {
            assert_eq!(day(cell), Ok(Some(Date::constant(2024, 6, 1))), "{cell:?}");
        }
        let in_words = day(text("二〇二三年十二月二十一日"));
        assert_eq!(in_words, Ok(Some(Date::constant(2023, 12, 21))));
    }

    #[test]
    fn what_is_no_certain_day_is_refused() {
        for (cell, kind) in [
            (text("24-06-01"), "date-two-digit-year"),
            (text("24/6/1"), "date-two-digit-year"),
            (text("240601"), "date-two-digit-year"),
            (text("01/06/2024"), "date-two-digit-year"),
            (text("二四年六月一日"), "date-two-digit-year"),
            (text("2024-02-30"), "date-impossible"),
            (text("20230229"), "date-impossible"),
            (text("2024年13月1日"), "date-impossible"),
            (text("二〇二四年二月三十日"), "date-impossible"),
            (text("2024-06"), "date-unreadable"),
            (text("2024-06/01"), "date-unreadable"),
            (text("2024-06-01前后"), "date-unreadable"),
            (text("6月1日"), "date-unreadable"),
            (text("45444"), "date-unreadable"),
            (text("0224-06-01"), "date-out-of-range"),
            (text("2204-06-01"), "date-out-of-range"),
            (Cell::Number(1.5), "date-unreadable"),
            (Cell::Number(20_241_301.0), "date-impossible"),
            (Cell::Bool(true), "date-unreadable"),
            (Cell::Error("#VALUE!"), "cell-error"),
        ] {
            assert_eq!(day(cell).map_err(|fault| fault.kind), Err(kind), "{cell:?}");
        }
    }

    #[test]
    fn an_end_may_be_left_open() {
        for cell in [text("长期"), text("9999-12-31"), text("/"), Cell::Empty] {
            assert_eq!(open_end(cell), Ok(None), "{cell:?}");
        }
        assert_eq!(open_end(text("2025-12-31")), Ok(Some(Date::constant(2025, 12, 31))));
    }

    #[test]
    fn months_stand_alone_or_as_a_span() {
        let span = |first: &str, last: &str| {
            Ok(Some((Month::parse(first).expect(first), Month::parse(last).expect(last))))
        };
        for (cell, first, last) in [
            (text("202406"), "202406", "202406"),
            (Cell::Number(202_406.0), "202406", "202406"),
            (text("2024-06"), "202406", "202406"),
            (text("2024年6月"), "202406", "202406"),
            (Cell::Date(Date::constant(2024, 6, 1)), "202406", "202406"),
            (text("202401-202412"), "202401", "202412"),
            (text("2024-01至2024-12"), "202401", "202412"),
            (text("2024年1月~2024年12月"), "202401", "202412"),
        ] {
            assert_eq!(months(cell), span(first, last), "{cell:?}");
        }
        for written in ["202413", "2024", "202412-202401", "24-06", "六月", "2024-06-01"] {
            let kind = months(text(written)).map_err(|fault| fault.kind);
            assert_eq!(kind, Err("period-unreadable"), "{written}");
        }
    }
}
