//! One sheet, row by row: first the search for its header, then its rows. Formats push their rows
//! in here one at a time, so none has to hold a sheet twice.

use crate::flow::raw::PassedOver;
use crate::flow::{Column, Field, Place, Problem, RawRow, RawRows, RowRef, TableKind};

use super::choices::Guide;
use super::header::{self, HEADER_ROWS_MAX, HeaderFault};
use super::rows::{Body, BodyFault};
use super::titles::DEPTH_MAX;
use super::{form, told};

/// Cells further right belong to no table anybody writes; a hostile file may name column XFD.
pub(super) const COLUMNS_MAX: usize = 1024;

/// So many rows are kept while the header is looked for, blank ones included.
const HEAD_MAX: usize = 4096;

/// Days between the epochs 1900 and 1904 of serial dates.
pub(super) const EPOCH_DAYS: f64 = 1462.0;

/// What became of a sheet.
#[derive(Debug)]
pub(super) enum SheetRead {
    /// No cell holds anything.
    Empty,
    /// A person says that it is not to be read.
    LeftOut,
    Table(FoundTable),
    Refused(Problem),
}

/// A table found on a sheet.
#[derive(Debug)]
pub(super) struct FoundTable {
    pub kind: TableKind,
    pub columns: Vec<Column>,
    pub rows: RawRows,
    pub passed_over: Vec<PassedOver>,
    pub notes: Vec<Problem>,
}

/// A cell that covers several rows of one column: the rows, counted from 1, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merge {
    pub first_row: u32,
    pub last_row: u32,
    pub column: u32,
}

/// What the file says about a sheet besides its cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SheetFacts {
    pub merges: Vec<Merge>,
    /// Serial dates count from 1904.
    pub from_1904: bool,
    pub hidden: Option<Hidden>,
}

/// Rows and columns that nobody sees who opens the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    /// How many rows with something in them, and the first of them, counted from 1.
    pub rows: u32,
    pub first_row: u32,
    /// Counted from 0.
    pub columns: Vec<u32>,
}

impl Hidden {
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.columns.is_empty()
    }

    /// Rows come in ascending order.
    pub fn add_row(&mut self, row: u32) {
        if self.rows == 0 {
            self.first_row = row;
        }
        self.rows += 1;
    }

    /// Both ends included. Everything to the right of a table is often hidden; that far right
    /// nothing is read.
    pub fn add_columns(&mut self, first: u32, last: u32) {
        self.columns.extend(first..last.saturating_add(1).min(COLUMNS_MAX as u32));
    }
}

/// Takes the rows of one sheet in their order.
pub(super) struct SheetScan<'a> {
    guide: Guide<'a>,
    place: Place,
    facts: SheetFacts,
    state: State<'a>,
}

enum State<'a> {
    Searching(Vec<RawRow>),
    Reading(Box<Body<'a>>),
    Refused(Problem),
    LeftOut,
}

impl<'a> SheetScan<'a> {
    pub fn new(guide: Guide<'a>, place: Place, facts: SheetFacts) -> SheetScan<'a> {
        let state = if guide.leaves_out() { State::LeftOut } else { State::Searching(Vec::new()) };
        SheetScan { guide, place, facts, state }
    }

    /// The next row; blank rows may be pushed or left to [`SheetScan::blank_rows`].
    pub fn push(&mut self, row: RowRef<'_>) {
        match &mut self.state {
            State::Searching(head) => {
                head.push(RawRow::from(row));
                if has_all_candidates(head, self.guide) {
                    self.begin_table();
                }
            }
            State::Reading(body) => {
                let place = self.place.clone().row(row.row);
                if let Err(fault) = body.push(row) {
                    self.state = State::Refused(match fault {
                        BodyFault::SecondTable(kinds) => told::several_tables(place, &kinds),
                        BodyFault::Unit(shown) => told::unit(place, &shown),
                    });
                }
            }
            State::Refused(_) | State::LeftOut => {}
        }
    }

    /// Rows between two others that the file does not even mention.
    pub fn blank_rows(&mut self, rows: std::ops::Range<u32>) {
        match &mut self.state {
            State::Searching(_) if rows.len() > HEAD_MAX => {}
            State::Searching(head) => {
                head.extend(rows.map(RawRow::new));
            }
            State::Reading(body) => body.blank_rows(rows),
            State::Refused(_) | State::LeftOut => {}
        }
    }

    /// Whether more rows could still change anything.
    pub fn is_settled(&self) -> bool {
        matches!(self.state, State::Refused(_) | State::LeftOut)
    }

    pub fn finish(mut self) -> SheetRead {
        if let State::Searching(head) = &self.state {
            if head.iter().all(|row| super::rows::is_blank(row.view())) {
                return SheetRead::Empty;
            }
            self.begin_table();
        }
        match self.state {
            State::Reading(body) => SheetRead::Table(body.finish(&self.place)),
            State::Refused(problem) => SheetRead::Refused(problem),
            State::LeftOut => SheetRead::LeftOut,
            State::Searching(_) => SheetRead::Empty,
        }
    }

    fn begin_table(&mut self) {
        let State::Searching(head) = &mut self.state else { return };
        let head = std::mem::take(head);
        let filled: Vec<RawRow> =
            head.iter().filter(|row| !super::rows::is_blank(row.view())).cloned().collect();
        let found = header::find(&filled, &self.facts.merges, self.guide);
        let is_form = match &found {
            Ok(header) => form::of_header(&filled[header.first], header.kind, self.guide.layouts),
            Err(HeaderFault::None { .. }) => form::of_rows(&filled, self.guide.layouts),
            Err(_) => None,
        };
        if let Some(form) = is_form {
            let place = self.place.clone().row(form.row);
            self.state = State::Refused(told::form(place, &form));
            return;
        }
        match found {
            Err(fault) => {
                let place = self.place.clone();
                self.state = State::Refused(told::header(place, &fault, self.guide));
            }
            Ok(header) => {
                let titles = &filled[header.first..header.first + header.depth];
                let last = titles.last().map_or(0, |row| row.row);
                let facts = std::mem::take(&mut self.facts);
                let body = Body::new(self.guide.layouts, header, titles, facts);
                self.state = State::Reading(Box::new(body));
                for row in head.iter().filter(|row| row.row > last) {
                    self.push(row.view());
                }
            }
        }
    }
}

/// Whether every row has come in which the header could stand, and the rows that could belong to
/// it.
fn has_all_candidates(head: &[RawRow], guide: Guide<'_>) -> bool {
    let filled = head.iter().filter(|row| !super::rows::is_blank(row.view()));
    match guide.header_row() {
        Some(row) => filled.filter(|found| found.row >= row).count() > DEPTH_MAX,
        None => filled.count() >= HEADER_ROWS_MAX + DEPTH_MAX || head.len() > HEAD_MAX,
    }
}

/// Whether a field holds a day, so that a bare number in it counts days since the epoch.
pub(super) fn is_date(field: Field) -> bool {
    matches!(
        field,
        Field::AdmittedOn
            | Field::DischargedOn
            | Field::ReceivedOn
            | Field::ServiceOn
            | Field::ValidFrom
            | Field::ValidTo
            | Field::FiledOn
            | Field::BornOn
            | Field::RetiredOn
            | Field::StartedWorkOn
            | Field::DiedOn
            | Field::PaidOn
            | Field::NetworkedSince
            | Field::DesignatedFrom
            | Field::DesignatedTo
            | Field::SuspendedFrom
            | Field::SuspendedTo
            | Field::SettledOn
            | Field::PeriodFrom
            | Field::PeriodTo
    )
}

/// Whether a merged cell may speak for every row it covers. An amount may not: it would be
/// counted once for each row.
pub(super) fn may_be_merged(field: Field) -> bool {
    !is_money(field) && field != Field::Quantity
}

/// Whether a field holds an amount in yuan.
pub(super) fn is_money(field: Field) -> bool {
    matches!(
        field,
        Field::Total
            | Field::InvoiceFundPaid
            | Field::UnitPrice
            | Field::Amount
            | Field::InScope
            | Field::Deductible
            | Field::FundBasic
            | Field::FundLarge
            | Field::FundSerious
            | Field::FundSupplement
            | Field::FundAid
            | Field::PersonPaid
    )
}
