//! Cells and rows as files hold them, kept close together: a sheet of a million rows is a few
//! large buffers, not twenty million little texts.
//!
//! The surprise: a cell is only a view. Its text belongs to the row or the block it was read into.

use crate::domain::dates::Date;

/// One cell as the file holds it. Text stays apart from numbers, because a number that should be
/// text has already lost something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Cell<'a> {
    #[default]
    Empty,
    Text(&'a str),
    /// A number of a spreadsheet: a binary float, to be turned into a decimal with care.
    Number(f64),
    /// A cell with a date format; the time of day is dropped.
    Date(Date),
    Bool(bool),
    /// A spreadsheet error such as `#N/A`.
    Error(&'a str),
}

/// A cell whose text stands in the buffer beside it. Numbers are kept as two halves, which makes
/// it twelve bytes instead of sixteen.
#[derive(Clone, Copy, Debug)]
enum Stored {
    Empty,
    Text { at: u32, length: u32 },
    Error { at: u32, length: u32 },
    Number { high: u32, low: u32 },
    Date(Date),
    Bool(bool),
}

impl Stored {
    fn of(cell: Cell<'_>, text: &mut String) -> Stored {
        match cell {
            Cell::Empty => Stored::Empty,
            Cell::Text(words) => {
                let (at, length) = append(text, words);
                Stored::Text { at, length }
            }
            Cell::Error(words) => {
                let (at, length) = append(text, words);
                Stored::Error { at, length }
            }
            Cell::Number(number) => {
                let bits = number.to_bits();
                Stored::Number { high: (bits >> 32) as u32, low: bits as u32 }
            }
            Cell::Date(day) => Stored::Date(day),
            Cell::Bool(is_true) => Stored::Bool(is_true),
        }
    }

    /// The same cell when its text has been moved.
    fn moved(self, by: impl Fn(u32) -> u32) -> Stored {
        match self {
            Stored::Text { at, length } => Stored::Text { at: by(at), length },
            Stored::Error { at, length } => Stored::Error { at: by(at), length },
            other => other,
        }
    }

    fn cell(self, text: &str) -> Cell<'_> {
        let words = |at: u32, length: u32| &text[at as usize..(at + length) as usize];
        match self {
            Stored::Empty => Cell::Empty,
            Stored::Text { at, length } => Cell::Text(words(at, length)),
            Stored::Error { at, length } => Cell::Error(words(at, length)),
            Stored::Number { high, low } => {
                Cell::Number(f64::from_bits(u64::from(high) << 32 | u64::from(low)))
            }
            Stored::Date(day) => Cell::Date(day),
            Stored::Bool(is_true) => Cell::Bool(is_true),
        }
    }
}

fn append(text: &mut String, words: &str) -> (u32, u32) {
    let at = text.len();
    text.push_str(words);
    let at = u32::try_from(text.len()).map(|_| at as u32).expect("a block holds less than 4 GiB");
    (at, words.len() as u32)
}

/// Adds the cells of a row, its text in one go.
fn copy(row: RowRef<'_>, cells: &mut Vec<Stored>, text: &mut String) {
    let (begin, end) = row.own;
    let (base, _) = append(text, &row.text[begin as usize..end as usize]);
    cells.extend(row.cells.iter().map(|cell| cell.moved(|at| at - begin + base)));
}

/// A row somewhere in memory; `cells` stand in the order of the sheet's columns, from column 0.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'a> {
    /// Counted from 1, as the spreadsheet shows it (for CSV: the record's first line).
    pub row: u32,
    cells: &'a [Stored],
    text: &'a str,
    /// The part of the text that is this row's.
    own: (u32, u32),
}

impl<'a> RowRef<'a> {
    /// The cell of a column; empty beyond the last.
    pub fn cell(self, column: usize) -> Cell<'a> {
        self.cells.get(column).map_or(Cell::Empty, |stored| stored.cell(self.text))
    }

    pub fn cells(self) -> impl ExactSizeIterator<Item = Cell<'a>> + DoubleEndedIterator {
        let text = self.text;
        self.cells.iter().map(move |stored| stored.cell(text))
    }

    pub fn len(self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(self) -> bool {
        self.cells.is_empty()
    }
}

/// A row on its own, to be filled cell by cell and used again.
#[derive(Clone, Debug, Default)]
pub struct RawRow {
    pub row: u32,
    cells: Vec<Stored>,
    text: String,
}

impl RawRow {
    pub fn new(row: u32) -> RawRow {
        RawRow { row, ..RawRow::default() }
    }

    /// Makes it a row without cells; keeps its memory.
    pub fn begin(&mut self, row: u32) {
        self.row = row;
        self.cells.clear();
        self.text.clear();
    }

    /// Makes it equal to another row.
    pub fn copy_from(&mut self, other: RowRef<'_>) {
        self.begin(other.row);
        copy(other, &mut self.cells, &mut self.text);
    }

    /// Adds the next column's cell.
    pub fn push(&mut self, cell: Cell<'_>) {
        self.cells.push(Stored::of(cell, &mut self.text));
    }

    /// Puts a cell into a column; columns left out on the way are empty.
    pub fn set(&mut self, column: usize, cell: Cell<'_>) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Stored::Empty);
        }
        self.cells[column] = Stored::of(cell, &mut self.text);
    }

    /// Drops the cells from this column on.
    pub fn truncate(&mut self, columns: usize) {
        self.cells.truncate(columns);
    }

    pub fn view(&self) -> RowRef<'_> {
        let own = (0, self.text.len() as u32);
        RowRef { row: self.row, cells: &self.cells, text: &self.text, own }
    }
}

impl From<RowRef<'_>> for RawRow {
    fn from(row: RowRef<'_>) -> RawRow {
        let mut own = RawRow::default();
        own.copy_from(row);
        own
    }
}

/// Rows of a block: large enough that whoever works through them block by block gains, small
/// enough that a block's text never needs more than 32 bits of address.
const ROWS_PER_BLOCK: usize = 16_384;
/// A block is also full when its text is this long: one cell may hold 32,767 characters.
const TEXT_PER_BLOCK: usize = 1 << 28;

/// A row of a block: its number, and where its cells and its text end.
#[derive(Clone, Copy, Debug)]
struct Row {
    number: u32,
    cells_end: u32,
    text_end: u32,
}

/// Some rows of a table in one piece.
#[derive(Clone, Debug, Default)]
pub struct RowBlock {
    rows: Vec<Row>,
    cells: Vec<Stored>,
    text: String,
}

impl RowBlock {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        (0..self.rows.len()).map(|place| self.row(place))
    }

    fn row(&self, place: usize) -> RowRef<'_> {
        let before = place.checked_sub(1).map(|before| self.rows[before]);
        let (cells, text) = before.map_or((0, 0), |row| (row.cells_end, row.text_end));
        let row = self.rows[place];
        RowRef {
            row: row.number,
            cells: &self.cells[cells as usize..row.cells_end as usize],
            text: &self.text,
            own: (text, row.text_end),
        }
    }

    fn push(&mut self, row: RowRef<'_>) {
        copy(row, &mut self.cells, &mut self.text);
        let (cells_end, text_end) = (self.cells.len() as u32, self.text.len() as u32);
        self.rows.push(Row { number: row.row, cells_end, text_end });
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS_PER_BLOCK || self.text.len() >= TEXT_PER_BLOCK
    }

    fn fit(&mut self) {
        self.rows.shrink_to_fit();
        self.cells.shrink_to_fit();
        self.text.shrink_to_fit();
    }
}

/// All rows of a table, in the order of the sheet.
#[derive(Clone, Debug, Default)]
pub struct RawRows {
    blocks: Vec<RowBlock>,
}

impl RawRows {
    pub fn push(&mut self, row: RowRef<'_>) {
        if self.blocks.last().is_none_or(RowBlock::is_full) {
            self.fit();
            self.blocks.push(RowBlock::default());
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(row);
        }
    }

    /// Gives back what memory the last block does not need.
    pub fn fit(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.fit();
        }
    }

    pub fn len(&self) -> usize {
        self.blocks.iter().map(RowBlock::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub fn blocks(&self) -> &[RowBlock] {
        &self.blocks
    }

    pub fn iter(&self) -> impl Iterator<Item = RowRef<'_>> {
        self.blocks.iter().flat_map(RowBlock::iter)
    }
}

impl FromIterator<RawRow> for RawRows {
    fn from_iter<I: IntoIterator<Item = RawRow>>(rows: I) -> RawRows {
        let mut all = RawRows::default();
        rows.into_iter().for_each(|row| all.push(row.view()));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_cell_is_twelve_bytes_and_comes_back_as_it_was() {
        assert_eq!(size_of::<Stored>(), 12);
        let cells = [
            Cell::Text("床位费"),
            Cell::Empty,
            Cell::Number(-0.1),
            Cell::Number(f64::MAX),
            Cell::Date(Date::constant(2024, 6, 1)),
            Cell::Bool(true),
            Cell::Error("#N/A"),
            Cell::Text(""),
        ];
        let mut row = RawRow::new(7);
        cells.into_iter().for_each(|cell| row.push(cell));
        row.set(10, Cell::Text("末"));
        let mut rows = RawRows::default();
        for number in 0..ROWS_PER_BLOCK as u32 + 1 {
            row.row = number;
            rows.push(row.view());
        }
        assert_eq!(rows.blocks().len(), 2);
        assert_eq!(rows.len(), ROWS_PER_BLOCK + 1);
        let last = rows.iter().last().expect("a row");
        assert_eq!(last.row, ROWS_PER_BLOCK as u32);
        assert!(last.cells().take(8).eq(cells));
        assert_eq!((last.len(), last.cell(9), last.cell(10)), (11, Cell::Empty, Cell::Text("末")));
        assert_eq!(last.cell(11), Cell::Empty);
    }
}
