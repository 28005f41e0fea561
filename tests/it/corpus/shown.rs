//! Whether a cell says the same as the text that Excel shows for it in an American setting: texts
//! and whole numbers to the letter, dates and formatted numbers by their value.

use lingbao::domain::dates::Date;
use lingbao::flow::Cell;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Signs of money and other words that a number's format adds to it.
const NOT_OF_NUMBER: [char; 8] = ['$', '€', '£', '¥', ',', ' ', '\u{A0}', '_'];

pub fn agrees(cell: Cell<'_>, shown: &str) -> bool {
    match cell {
        Cell::Empty => shown.trim().is_empty(),
        Cell::Text(text) => lines(text) == lines(shown),
        Cell::Bool(is_true) => shown == if is_true { "TRUE" } else { "FALSE" },
        Cell::Error(error) => shown == error,
        Cell::Number(number) => is_number(number, shown.trim()),
        Cell::Date(day) => is_day(day, shown.trim()),
    }
}

/// Excel writes a text as it is shown: without the returns of its line ends.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

fn is_number(number: f64, shown: &str) -> bool {
    let (unsigned, is_negative) = match shown.strip_prefix('(').and_then(|s| s.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (shown, false),
    };
    let plain = unsigned.replace(NOT_OF_NUMBER, "");
    let (plain, per) = match plain.strip_suffix('%') {
        Some(percent) => (percent.to_owned(), 100.0),
        None => (plain, 1.0),
    };
    let Ok(value) = plain.parse::<f64>() else { return false };
    let value = if is_negative { -value } else { value };
    (number * per - value).abs() <= half_of_last_digit(&plain)
}

/// What is lost at most by showing no more digits than these.
fn half_of_last_digit(plain: &str) -> f64 {
    let (digits, exponent) = plain.split_once(['E', 'e']).unwrap_or((plain, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    0.5 * 10f64.powi(exponent - decimals) * (1.0 + 1e-9)
}

/// A day in any of the orders that occur, whatever follows it (the time of day).
fn is_day(day: Date, shown: &str) -> bool {
    let (year, month, number) = (day.year(), day.month(), day.day());
    let (short_year, name) = (year % 100, MONTHS[month as usize - 1]);
    let short = &name[..3];
    [
        format!("{month}/{number}/{short_year:02}"),
        format!("{month:02}/{number:02}/{short_year:02}"),
        format!("{month}/{number}/{year}"),
        format!("{month:02}/{number:02}/{year}"),
        format!("{number}/{month}/{year}"),
        format!("{number:02}/{month:02}/{year}"),
        format!("{number:02}/{month:02}/{short_year:02}"),
        format!("{number:02}-{month:02}-{year}"),
        format!("{number:02}.{month:02}.{year}"),
        format!("{number:02}.{month:02}.{short_year:02}"),
        format!("{year}-{month:02}-{number:02}"),
        format!("{year}/{month:02}/{number:02}"),
        format!("{year}/{month}/{number}"),
        format!("{number}-{short}-{short_year:02}"),
        format!("{number:02}-{short}-{short_year:02}"),
        format!("{number}-{short}"),
        format!("{short}-{short_year:02}"),
        format!("{name} {number}, {year}"),
        format!("{name} {number:02}, {year}"),
    ]
    .iter()
    .any(|form| shown.contains(form.as_str()))
}
