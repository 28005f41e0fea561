//! Tables in workbooks, all set up alike: frozen header, filter, widths, landscape pages that
//! repeat the header, totals as formulas with their value beside them.
//!
//! The surprise: a table is not a sheet. When rows pass what a sheet can hold, the table goes on
//! in the next one. Money becomes a float only in the cell, where fen below 70 trillion yuan are
//! still exact.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Formula, Workbook, Worksheet};

use crate::domain::dates::Date;
use crate::domain::{Lang, Money};
use crate::flow::raw::column_letters;

use super::cells::safe_cell;
use super::look::Look;
use super::wording::width;
use super::{Cause, Job, write_file};

/// Rows of a sheet, less the totals and the grand total.
const SHEET_ROWS: u32 = 1_048_576 - 2;
/// What a cell can hold, less the note that something is missing.
const CELL_CHARACTERS: usize = 32_700;
const PAPER_A4: u8 = 9;
/// The height of a line of text, and how many a row shows at most.
const LINE_POINTS: f64 = 15.0;
const LINES_MAX: usize = 12;
/// A little larger than the usual level makes them, and a third faster.
const COMPRESSION: u8 = 3;
/// How wide a landscape page may be before its print gets too small to read.
const PAGE_CHARACTERS: f64 = 190.0;
/// The title and the header stand above the data.
const FIRST_DATA_ROW: u32 = 2;

/// A cell of a table.
pub enum Cell {
    Blank,
    Text(String),
    /// Text marked as wrong.
    Bad(String),
    Money(Money),
    Count(u64),
    Day(Date),
    /// A text that leads to a row of a table of this workbook, counted from 0.
    Link {
        shown: String,
        table: String,
        index: u32,
    },
}

/// A column's title and width, and whether it is summed below.
pub struct Heading {
    title: String,
    width: f64,
    summed: bool,
}

/// A workbook being written.
pub struct Book {
    workbook: Workbook,
    look: Look,
    lang: Lang,
    sheet_rows: u32,
}

/// A table being written; goes on in another sheet when one is full.
pub struct Table<'b> {
    book: &'b mut Book,
    name: String,
    title: String,
    headings: Vec<Heading>,
    sheet: Worksheet,
    sheet_number: u32,
    /// The next row to write, counted from 0.
    row: u32,
    sums: Vec<Money>,
    /// Totals of the sheets already full: name, row of the totals, sums.
    full: Vec<(String, u32, Vec<Money>)>,
    breaks: Vec<u32>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }
}

impl Heading {
    pub fn new(title: &str, width: u16) -> Heading {
        Heading { title: title.to_owned(), width: f64::from(width), summed: false }
    }

    pub fn summed(title: &str) -> Heading {
        Heading { title: title.to_owned(), width: 14.0, summed: true }
    }
}

impl Book {
    pub fn new(job: &Job<'_>, title: &str) -> Result<Book, Cause> {
        let (author, day) = (&job.context.program.name, job.context.as_of);
        Book::begin(job.folder, title, author, day, job.lang())
    }

    /// A workbook written into `folder` and dated `day`, of whatever is reported.
    pub fn begin(
        folder: &Path,
        title: &str,
        author: &str,
        day: Date,
        lang: Lang,
    ) -> Result<Book, Cause> {
        let mut workbook = Workbook::new();
        // The draft folder is private; the system's folder for temporary files is not.
        workbook.set_tempdir(folder)?;
        workbook.set_zip_compression_level(COMPRESSION);
        workbook.set_properties(
            &DocProperties::new()
                .set_title(title)
                .set_author(author)
                .set_creation_datetime(&excel_day(day)?),
        );
        Ok(Book { workbook, look: Look::new(), lang, sheet_rows: SHEET_ROWS })
    }

    /// Begins a table on a sheet of its own. `name` is the sheet's, `title` stands above it.
    pub fn table(
        &mut self,
        name: &str,
        title: &str,
        headings: Vec<Heading>,
    ) -> Result<Table<'_>, Cause> {
        let sheet = self.workbook.new_worksheet_with_constant_memory()?;
        let sums = vec![Money::ZERO; headings.len()];
        let mut table = Table {
            book: self,
            name: sheet_name(name),
            title: title.to_owned(),
            headings,
            sheet,
            sheet_number: 1,
            row: 0,
            sums,
            full: Vec::new(),
            breaks: Vec::new(),
        };
        table.open_sheet()?;
        Ok(table)
    }

    pub fn save(mut self, path: &Path) -> Result<(), Cause> {
        write_file(path, |out| Ok(self.workbook.save_to_writer(out)?))
    }

    /// A smaller sheet, so that a test can fill one.
    #[cfg(test)]
    pub fn limit_rows(&mut self, rows: u32) {
        self.sheet_rows = rows;
    }
}

impl Table<'_> {
    /// Adds a row; missing cells at its end stay blank.
    pub fn row(&mut self, cells: Vec<Cell>) -> Result<(), Cause> {
        if self.row >= self.book.sheet_rows {
            self.next_sheet()?;
        }
        let lines = self.lines_of(&cells);
        if lines > 1 {
            self.sheet.set_row_height(self.row, LINE_POINTS * f64::from(lines))?;
        }
        let blanks = (cells.len()..self.headings.len()).map(|_| Cell::Blank);
        for (place, cell) in cells.into_iter().chain(blanks).enumerate() {
            if let (Cell::Money(amount), true) = (&cell, self.headings[place].summed) {
                self.sums[place] += *amount;
            }
            self.cell(place as u16, cell)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Adds a row of `label` and the sum of one column over the last `rows` rows, and ends the
    /// page there.
    pub fn page_sum(
        &mut self,
        label: &str,
        rows: u32,
        (from, to): (u16, u16),
        sum: Money,
    ) -> Result<(), Cause> {
        let (first, last) = (self.row - rows + 1, self.row);
        let letters = column_letters(from.into());
        let formula = format!("=SUM({letters}{first}:{letters}{last})");
        for place in 0..self.headings.len() as u16 {
            self.sheet.write_blank(self.row, place, &self.book.look.total_text)?;
        }
        self.sheet.write_with_format(self.row, 0, label, &self.book.look.total_text)?;
        self.formula(to, &formula, sum)?;
        self.row += 1;
        self.breaks.push(self.row);
        Ok(())
    }

    /// Writes totals and page setup.
    pub fn finish(mut self) -> Result<(), Cause> {
        self.close_sheet()?;
        if self.full.len() > 1 {
            self.grand_total()?;
        }
        self.setup()?;
        let Table { book, sheet, .. } = self;
        book.workbook.push_worksheet(sheet);
        Ok(())
    }

    /// How many lines the longest text of a row wraps to. Not every program works that out when
    /// it opens a workbook.
    fn lines_of(&self, cells: &[Cell]) -> u32 {
        let lines = cells.iter().zip(&self.headings).map(|(cell, heading)| match cell {
            Cell::Text(text) | Cell::Bad(text) => width(text).div_ceil(heading.width as usize),
            _ => 1,
        });
        lines.max().unwrap_or(1).clamp(1, LINES_MAX) as u32
    }

    fn cell(&mut self, place: u16, cell: Cell) -> Result<(), Cause> {
        let (row, look, sheet) = (self.row, &self.book.look, &mut self.sheet);
        match cell {
            Cell::Blank => sheet.write_blank(row, place, &look.text)?,
            Cell::Text(text) => sheet.write_string_with_format(
                row,
                place,
                clipped(&text, self.book.lang),
                &look.text,
            )?,
            Cell::Bad(text) => sheet.write_string_with_format(
                row,
                place,
                clipped(&text, self.book.lang),
                &look.bad,
            )?,
            Cell::Money(amount) => {
                sheet.write_number_with_format(row, place, yuan(amount), &look.money)?
            }
            Cell::Count(count) => {
                sheet.write_number_with_format(row, place, count as f64, &look.count)?
            }
            Cell::Day(day) => match excel_day(day) {
                Ok(day) => sheet.write_datetime_with_format(row, place, &day, &look.day)?,
                // Before 1900 a workbook has no dates.
                Err(_) => {
                    sheet.write_string_with_format(row, place, day.to_string(), &look.text)?
                }
            },
            Cell::Link { shown, table, index } => {
                let shown = shown.replace('"', "");
                let target = target(&table, index, self.book.sheet_rows);
                let formula = format!("=HYPERLINK(\"#{target}\",\"{shown}\")");
                let formula = Formula::new(formula).set_result(shown);
                sheet.write_formula_with_format(row, place, formula, &look.link)?
            }
        };
        Ok(())
    }

    fn open_sheet(&mut self) -> Result<(), Cause> {
        self.sheet.set_name(self.current_name())?;
        for (place, heading) in self.headings.iter().enumerate() {
            self.sheet.set_column_width(place as u16, heading.width)?;
        }
        let title = safe_cell(&self.title).into_owned();
        self.sheet.write_string_with_format(0, 0, title, &self.book.look.title)?;
        for (place, heading) in self.headings.iter().enumerate() {
            let title = safe_cell(&heading.title).into_owned();
            let header = &self.book.look.header;
            self.sheet.write_string_with_format(1, place as u16, title, header)?;
        }
        self.row = FIRST_DATA_ROW;
        Ok(())
    }

    /// Totals below the rows of the present sheet.
    fn close_sheet(&mut self) -> Result<(), Cause> {
        let last_column = self.headings.len() as u16 - 1;
        let last = self.row.max(FIRST_DATA_ROW + 1) - 1;
        self.sheet.autofilter(1, 0, last, last_column)?;
        if self.headings.iter().any(|heading| heading.summed) {
            let label = self.book.lang.pick("合计", "total");
            self.total_row(label, |letters| {
                format!("=SUM({letters}{}:{letters}{})", FIRST_DATA_ROW + 1, last + 1)
            })?;
        }
        let sums = std::mem::replace(&mut self.sums, vec![Money::ZERO; self.headings.len()]);
        self.full.push((self.current_name(), self.row, sums));
        Ok(())
    }

    fn grand_total(&mut self) -> Result<(), Cause> {
        if !self.headings.iter().any(|heading| heading.summed) {
            return Ok(());
        }
        for (_, _, sums) in &self.full {
            for (place, sum) in sums.iter().enumerate() {
                self.sums[place] += *sum;
            }
        }
        let full = std::mem::take(&mut self.full);
        let label = self.book.lang.pick("各表总计", "total of all sheets");
        self.total_row(label, |letters| {
            let cells: Vec<String> =
                full.iter().map(|(name, row, _)| format!("'{name}'!{letters}{row}")).collect();
            format!("={}", cells.join("+"))
        })
    }

    fn total_row(&mut self, label: &str, formula: impl Fn(&str) -> String) -> Result<(), Cause> {
        for place in 0..self.headings.len() {
            let column = place as u16;
            if self.headings[place].summed {
                let letters = column_letters(column.into());
                self.formula(column, &formula(&letters), self.sums[place])?;
            } else {
                let look = &self.book.look.total_text;
                self.sheet.write_blank(self.row, column, look)?;
            }
        }
        self.sheet.write_string_with_format(self.row, 0, label, &self.book.look.total_text)?;
        self.row += 1;
        Ok(())
    }

    fn formula(&mut self, column: u16, formula: &str, result: Money) -> Result<(), Cause> {
        let formula = Formula::new(formula).set_result(yuan(result).to_string());
        let look = &self.book.look.total_money;
        self.sheet.write_formula_with_format(self.row, column, formula, look)?;
        Ok(())
    }

    fn next_sheet(&mut self) -> Result<(), Cause> {
        self.close_sheet()?;
        self.setup()?;
        let next = self.book.workbook.new_worksheet_with_constant_memory()?;
        self.book.workbook.push_worksheet(std::mem::replace(&mut self.sheet, next));
        self.sheet_number += 1;
        self.breaks.clear();
        self.open_sheet()
    }

    fn current_name(&self) -> String {
        numbered(&self.name, self.sheet_number)
    }

    fn setup(&mut self) -> Result<(), Cause> {
        let last_column = self.headings.len() as u16 - 1;
        let characters: f64 = self.headings.iter().map(|heading| heading.width).sum();
        let pages_wide = (characters / PAGE_CHARACTERS).ceil().max(1.0) as u16;
        let pages = self.book.lang.pick("&C第 &P 页 共 &N 页", "&Cpage &P of &N");
        self.sheet
            .set_freeze_panes(FIRST_DATA_ROW, 1)?
            .set_landscape()
            .set_paper_size(PAPER_A4)
            .set_print_fit_to_pages(pages_wide, 0)
            .set_page_order(true)
            .set_footer(pages)
            .set_repeat_rows(0, 1)?
            .set_repeat_columns(0, 0)?
            .set_print_area(0, 0, self.row.max(FIRST_DATA_ROW) - 1, last_column)?;
        if !self.breaks.is_empty() && self.breaks.len() <= 1023 {
            self.sheet.set_page_breaks(&self.breaks)?;
        }
        Ok(())
    }
}

/// The one place where money becomes a float.
fn yuan(amount: Money) -> f64 {
    amount.fen() as f64 / 100.0
}

fn excel_day(day: Date) -> Result<ExcelDateTime, Cause> {
    let year = u16::try_from(day.year())?;
    Ok(ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())?)
}

/// The text as a cell can hold it; what is cut off is said, and stands whole in the CSV.
fn clipped(text: &str, lang: Lang) -> String {
    let safe = safe_cell(text);
    if safe.chars().count() <= CELL_CHARACTERS {
        return safe.into_owned();
    }
    let kept: String = safe.chars().take(CELL_CHARACTERS).collect();
    kept + lang.pick("…（单元格放不下，全文见 CSV）", "… (cut to fit the cell, whole in the CSV)")
}

/// The name of a table's first, second … sheet.
fn numbered(name: &str, number: u32) -> String {
    if number == 1 { name.to_owned() } else { format!("{name} ({number})") }
}

/// Where a row of a table stands, as a formula writes it.
fn target(table: &str, index: u32, sheet_rows: u32) -> String {
    let rows_each = sheet_rows - FIRST_DATA_ROW;
    let name = numbered(&sheet_name(table), index / rows_each + 1);
    format!("'{name}'!A{}", index % rows_each + FIRST_DATA_ROW + 1)
}

/// A name a sheet may have: without `[]:*?/\\'` and short enough for a running number.
fn sheet_name(name: &str) -> String {
    name.chars()
        .map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { '_' } else { c })
        .take(25)
        .collect()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::report::sample_test::{context, detected};
    use crate::report::{Job, Summary};

    fn book(fill: impl FnOnce(&mut Book)) -> Xlsx<std::io::BufReader<std::fs::File>> {
        let place = tempfile::tempdir().expect("a folder");
        let (detected, context) = (detected(0), context(Lang::Zh));
        let job = Job {
            detected: &detected,
            context: &context,
            summary: &Summary::default(),
            orders: &crate::flow::Orders::default(),
            findings_by_claim: Vec::new(),
            folder: place.path(),
        };
        let mut book = Book::new(&job, "title").expect("a book");
        fill(&mut book);
        let path = place.path().join("book.xlsx");
        book.save(&path).expect("saved");
        calamine::open_workbook(path).expect("a workbook")
    }

    #[test]
    fn a_table_goes_on_in_the_next_sheet_and_sums_them_all() {
        let mut read = book(|book| {
            book.limit_rows(5);
            let headings = vec![Heading::new("n", 5), Heading::summed("yuan")];
            let mut table = book.table("t", "title", headings).expect("a table");
            for at in 1..=7 {
                let amount = Cell::Money(Money::from_fen(at * 101));
                table.row(vec![Cell::Count(at as u64), amount]).expect("a row");
            }
            table.finish().expect("finished");
        });
        assert_eq!(read.sheet_names(), ["t", "t (2)", "t (3)"]);
        let mut last_cell = |sheet: &str, back: usize| {
            let rows = read.worksheet_range(sheet).expect("a sheet");
            rows.rows().rev().nth(back).map(|row| row[1].clone())
        };
        assert_eq!(last_cell("t", 0), Some(Data::Float(6.06)));
        assert_eq!(last_cell("t (2)", 0), Some(Data::Float(15.15)));
        assert_eq!(last_cell("t (3)", 1), Some(Data::Float(7.07)));
        assert_eq!(last_cell("t (3)", 0), Some(Data::Float(28.28)), "the total of all sheets");
        let formulas = read.worksheet_formula("t (3)").expect("formulas");
        let grand = formulas.rows().next_back().and_then(|row| row.last()).cloned();
        assert_eq!(grand.as_deref(), Some("'t'!B6+'t (2)'!B6+'t (3)'!B4"));
        assert_eq!(target("t", 3, 5), "'t (2)'!A3");
        assert_eq!(target("t", 2, 5), "'t'!A5");
    }

    #[test]
    fn a_text_longer_than_a_cell_says_that_it_was_cut() {
        let long = "长".repeat(40_000);
        let shown = clipped(&long, Lang::Zh);
        assert!(shown.chars().count() < 32_767 && shown.ends_with("全文见 CSV）"));
        assert_eq!(clipped("短", Lang::Zh), "短");
    }

    #[test]
    fn a_fen_survives_the_cell() {
        let check = |fen: i64| {
            let shown = format!("{:.2}", yuan(Money::from_fen(fen)));
            assert_eq!(shown, Money::from_fen(fen).to_string());
        };
        [0, 1, -1, 27_28, 7_036_874_417_766_399].into_iter().for_each(check);
    }
}
