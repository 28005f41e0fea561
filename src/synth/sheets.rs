//! Sheets → bytes: workbooks with real dates and merged titles, and the texts that export systems
//! write.
//!
//! The surprise: a workbook carries a fixed creation date, since the same batch must be the same
//! bytes on any day.

use std::fmt::Write as _;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use crate::domain::Money;
use crate::domain::dates::Date;

use super::hospitals::place_name;
use super::model::Cell;

/// A column: the canonical header it is filled by, and the header written over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub canonical: &'static str,
    pub written: &'static str,
}

/// A sheet before it is written.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub name: &'static str,
    /// Rows above the header; the first is merged over all columns.
    pub above: Vec<String>,
    /// A row of group names over the header: name (none: the column's own header) and columns.
    pub groups: Vec<(Option<&'static str>, u16)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell<'a>>>,
    /// Rows under the table.
    pub below: Vec<Vec<Cell<'a>>>,
    /// The header comes again after so many rows, as on a new page.
    pub header_every: Option<usize>,
    pub style: Style,
}

/// How a sheet writes its values.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub dates: Dates,
    pub region_codes: bool,
    /// 1 and 0 instead of 是 and 否.
    pub digit_flags: bool,
    /// `1,234.50` as text.
    pub grouped_money: bool,
}

/// How a sheet writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// Real dates, shown by the built-in format of that number (31 is the Chinese 年月日).
    Real(u8),
    Dashes,
    Slashes,
    Compact,
    Chinese,
}

impl Style {
    pub const PLAIN: Style = Style {
        dates: Dates::Dashes,
        region_codes: false,
        digit_flags: false,
        grouped_money: false,
    };
}

/// One workbook of several sheets.
pub fn workbook(sheets: &[Sheet<'_>]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2024, 7, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for sheet in sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(sheet.name)?;
        fill(worksheet, sheet)?;
    }
    workbook.save_to_buffer()
}

fn fill(worksheet: &mut Worksheet, sheet: &Sheet<'_>) -> Result<(), rust_xlsxwriter::XlsxError> {
    let centred = Format::new().set_bold().set_align(FormatAlign::Center);
    let last_column = (sheet.columns.len() as u16).saturating_sub(1);
    let mut row = 0;
    for (place, text) in sheet.above.iter().enumerate() {
        if place == 0 && last_column > 0 {
            worksheet.merge_range(row, 0, row, last_column, text, &centred)?;
        } else {
            worksheet.write_string(row, 0, text)?;
        }
        row += 1;
    }
    if !sheet.groups.is_empty() {
        let mut first = 0;
        for &(name, width) in &sheet.groups {
            let last = first + width - 1;
            match name {
                Some(name) => worksheet.merge_range(row, first, row, last, name, &centred)?,
                None => {
                    let header = sheet.columns[usize::from(first)].written;
                    worksheet.merge_range(row, first, row + 1, last, header, &centred)?
                }
            };
            first += width;
        }
        row += 1;
    }
    header(worksheet, row, sheet, &centred)?;
    row += 1;
    for (place, cells) in sheet.rows.iter().enumerate() {
        if sheet.header_every.is_some_and(|every| place > 0 && place % every == 0) {
            header(worksheet, row, sheet, &centred)?;
            row += 1;
        }
        write_row(worksheet, row, cells, sheet.style)?;
        row += 1;
    }
    for cells in &sheet.below {
        write_row(worksheet, row, cells, sheet.style)?;
        row += 1;
    }
    Ok(())
}

/// The header row; a column whose header is merged with the row of groups stays empty here.
fn header(
    worksheet: &mut Worksheet,
    row: u32,
    sheet: &Sheet<'_>,
    format: &Format,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let mut merged = Vec::new();
    for &(name, width) in &sheet.groups {
        merged.extend(std::iter::repeat_n(name.is_none(), usize::from(width)));
    }
    for (place, column) in sheet.columns.iter().enumerate() {
        if !merged.get(place).copied().unwrap_or(false) {
            worksheet.write_string_with_format(row, place as u16, column.written, format)?;
        }
    }
    Ok(())
}

fn write_row(
    worksheet: &mut Worksheet,
    row: u32,
    cells: &[Cell<'_>],
    style: Style,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    for (place, cell) in cells.iter().enumerate() {
        let column = place as u16;
        match (cell, style.dates) {
            (Cell::Blank, _) => {}
            (Cell::Number(digits), _) => {
                worksheet.write_number(row, column, binary(digits))?;
            }
            (Cell::Money(money), _) if !style.grouped_money => {
                worksheet.write_number(row, column, binary(&money.to_string()))?;
            }
            (Cell::Date(day), Dates::Real(format)) => {
                let (year, month, day) = (day.year(), day.month(), day.day());
                let date = ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?;
                let format = Format::new().set_num_format_index(format);
                worksheet.write_datetime_with_format(row, column, &date, &format)?;
            }
            _ => {
                worksheet.write_string(row, column, text(cell, style))?;
            }
        }
    }
    Ok(())
}

/// The binary number a spreadsheet keeps for these digits: the very loss the readers must mend.
fn binary(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// Delimited text of one sheet.
pub fn delimited(sheet: &Sheet<'_>, delimiter: u8) -> String {
    let mut written = String::new();
    for text in &sheet.above {
        quoted(text, delimiter, &mut written);
        written.push_str(LINE_END);
    }
    header_line(&sheet.columns, delimiter, &mut written);
    for cells in sheet.rows.iter().chain(&sheet.below) {
        row(cells.iter().cloned(), sheet.style, delimiter, &mut written);
    }
    written
}

const LINE_END: &str = "\r\n";

/// The headers as one line of delimited text.
pub fn header_line(columns: &[Column], delimiter: u8, written: &mut String) {
    let headers = columns.iter().map(|column| Cell::Text(column.written.into()));
    row(headers, Style::PLAIN, delimiter, written);
}

/// Cells as one line of delimited text.
pub fn row<'a>(
    cells: impl Iterator<Item = Cell<'a>>,
    style: Style,
    delimiter: u8,
    written: &mut String,
) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            written.push(char::from(delimiter));
        }
        put(&cell, style, delimiter, written);
    }
    written.push_str(LINE_END);
}

fn quoted(cell: &str, delimiter: u8, written: &mut String) {
    if cell.contains(['"', '\n', char::from(delimiter)]) {
        written.push('"');
        written.push_str(&cell.replace('"', "\"\""));
        written.push('"');
    } else {
        written.push_str(cell);
    }
}

/// The one cell that needs no text of its own first: most of a large batch is plain text, money
/// and days.
fn put(cell: &Cell<'_>, style: Style, delimiter: u8, written: &mut String) {
    let fits = "a string takes whatever is written to it";
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => quoted(text, delimiter, written),
        Cell::Money(money) if !style.grouped_money => write!(written, "{money}").expect(fits),
        Cell::Date(day) => put_date(*day, style.dates, written),
        _ => quoted(&text(cell, style), delimiter, written),
    }
}

fn text(cell: &Cell<'_>, style: Style) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => text.clone().into_owned(),
        Cell::Number(digits) => scientific(digits),
        Cell::Money(money) if style.grouped_money => grouped(*money),
        Cell::Money(money) => money.to_string(),
        Cell::Date(day) => {
            let mut written = String::new();
            put_date(*day, style.dates, &mut written);
            written
        }
        Cell::Region(code) if style.region_codes => code.to_string(),
        Cell::Region(code) => place_name(*code).to_owned(),
        Cell::Flag(set) => match (style.digit_flags, *set) {
            (true, set) => u8::from(set).to_string(),
            (false, true) => "是".to_owned(),
            (false, false) => "否".to_owned(),
        },
    }
}

fn put_date(day: Date, dates: Dates, written: &mut String) {
    let (year, month, date) = (day.year(), day.month(), day.day());
    let done = match dates {
        Dates::Real(_) | Dates::Dashes => write!(written, "{year:04}-{month:02}-{date:02}"),
        Dates::Slashes => write!(written, "{year}/{month}/{date}"),
        Dates::Compact => write!(written, "{year:04}{month:02}{date:02}"),
        Dates::Chinese => write!(written, "{year}年{month}月{date}日"),
    };
    done.expect("a string takes whatever is written to it");
}

/// `1,234.50`.
fn grouped(money: Money) -> String {
    let written = money.to_string();
    let (yuan, fen) = written.split_once('.').unwrap_or((&written, "00"));
    let mut grouped = String::new();
    for (place, digit) in yuan.chars().enumerate() {
        let left = yuan.len() - place;
        if place > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{fen}")
}

/// What a spreadsheet saves as text of a number with too many digits: `4.20106E+17`.
fn scientific(digits: &str) -> String {
    match digits.get(..7).and_then(|first| first.parse::<u32>().ok()) {
        Some(first) if digits.len() > 15 => {
            let shown = ((first + 5) / 10).to_string();
            format!("{}.{}E+{}", &shown[..1], &shown[1..], digits.len() - 1)
        }
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_the_sheet_writes_them() {
        let style = Style { grouped_money: true, dates: Dates::Slashes, ..Style::PLAIN };
        for (cell, expected) in [
            (Cell::Money(Money::from_fen(123_450)), "1,234.50"),
            (Cell::Money(Money::from_fen(-123_450)), "-1,234.50"),
            (Cell::Money(Money::from_fen(100_000_000)), "1,000,000.00"),
            (Cell::Money(Money::from_fen(5)), "0.05"),
            (Cell::Number("420106196001019970".into()), "4.20106E+17"),
            (Cell::Number("12.5".into()), "12.5"),
            (Cell::Date(jiff::civil::date(2024, 6, 1)), "2024/6/1"),
        ] {
            assert_eq!(text(&cell, style), expected);
        }
    }

    #[test]
    fn a_cell_that_holds_the_delimiter_is_quoted() {
        for (delimiter, expected) in [(b',', "\"1,234.50\""), (b'\t', "1,234.50")] {
            let mut written = String::new();
            quoted("1,234.50", delimiter, &mut written);
            assert_eq!(written, expected);
        }
    }
}
