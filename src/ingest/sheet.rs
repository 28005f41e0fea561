//! One sheet, row by row: first the search for its header, then its rows. Formats push their rows
//! in here one at a time, so none has to hold a sheet twice.

use crate::flow::raw::PassedOver;
use crate::flow::{Column, Field, Place, Problem, RawRow, TableKind};
use crate::rulebook::layouts::Layouts;

use super::header::{self, HEADER_ROWS_MAX};
use super::rows::Body;
use super::told;

/// Cells further right belong to no table anybody writes; a hostile file may name column XFD.
pub(super) const COLUMNS_MAX: usize = 1024;

/// Days between the epochs 1900 and 1904 of serial dates.
pub(super) const EPOCH_DAYS: f64 = 1462.0;

/// What became of a sheet.
#[derive(Debug)]
pub(super) enum SheetRead {
    /// No cell holds anything.
    Empty,
    Table(FoundTable),
    Refused(Problem),
}

/// A table found on a sheet.
#[derive(Debug)]
pub(super) struct FoundTable {
    pub kind: TableKind,
    pub columns: Vec<Column>,
    pub rows: Vec<RawRow>,
    pub passed_over: Vec<PassedOver>,
    pub notes: Vec<Problem>,
    /// Some data row lacks a required cell that a merged cell above it may hold.
    pub lacks_merged: bool,
}

/// A cell that covers several rows of one column: the rows, counted from 1, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Merge {
    pub first_row: u32,
    pub last_row: u32,
    pub column: u32,
}

/// What the file says about a sheet besides its cells.
#[derive(Clone, Debug, Default)]
pub(super) struct SheetFacts {
    pub merges: Vec<Merge>,
    /// Serial dates count from 1904.
    pub from_1904: bool,
}

/// Takes the rows of one sheet in their order.
pub(super) struct SheetScan<'a> {
    layouts: &'a Layouts,
    place: Place,
    facts: SheetFacts,
    state: State<'a>,
}

enum State<'a> {
    Searching(Vec<RawRow>),
    Reading(Box<Body<'a>>),
    Refused(Problem),
}

impl<'a> SheetScan<'a> {
    pub fn new(layouts: &'a Layouts, place: Place, facts: SheetFacts) -> SheetScan<'a> {
        SheetScan { layouts, place, facts, state: State::Searching(Vec::new()) }
    }

    /// The next row; blank rows may be pushed or left to [`SheetScan::blank_rows`].
    pub fn push(&mut self, row: RawRow) {
        match &mut self.state {
            State::Searching(head) => {
                head.push(row);
                let filled = head.iter().filter(|row| !super::rows::is_blank(row)).count();
                // One more than is searched, for the second row of a header.
                if filled > HEADER_ROWS_MAX || head.len() > 4096 {
                    self.begin_table();
                }
            }
            State::Reading(body) => {
                let place = self.place.clone().row(row.row);
                if let Err(kinds) = body.push(row) {
                    self.state = State::Refused(told::several_tables(place, &kinds));
                }
            }
            State::Refused(_) => {}
        }
    }

    /// Rows between two others that the file does not even mention.
    pub fn blank_rows(&mut self, rows: std::ops::Range<u32>) {
        match &mut self.state {
            State::Searching(_) if rows.len() > 4096 => {}
            State::Searching(head) => {
                head.extend(rows.map(|row| RawRow { row, cells: Vec::new() }));
            }
            State::Reading(body) => body.blank_rows(rows),
            State::Refused(_) => {}
        }
    }

    /// Whether more rows could still change anything.
    pub fn is_refused(&self) -> bool {
        matches!(self.state, State::Refused(_))
    }

    pub fn finish(mut self) -> SheetRead {
        if let State::Searching(head) = &self.state {
            if head.iter().all(super::rows::is_blank) {
                return SheetRead::Empty;
            }
            self.begin_table();
        }
        match self.state {
            State::Reading(body) => SheetRead::Table(body.finish(&self.place)),
            State::Refused(problem) => SheetRead::Refused(problem),
            State::Searching(_) => SheetRead::Empty,
        }
    }

    fn begin_table(&mut self) {
        let State::Searching(head) = &mut self.state else { return };
        let head = std::mem::take(head);
        let filled: Vec<RawRow> =
            head.iter().filter(|row| !super::rows::is_blank(row)).cloned().collect();
        match header::find(&filled, self.layouts) {
            Err(fault) => {
                let problem = told::header(self.place.clone(), &fault, self.layouts);
                self.state = State::Refused(problem);
            }
            Ok(header) => {
                let titles = &filled[header.first..header.first + header.depth];
                let last = titles.last().map_or(0, |row| row.row);
                let facts = std::mem::take(&mut self.facts);
                let body = Body::new(self.layouts, header.kind, header.columns, titles, facts);
                self.state = State::Reading(Box::new(body));
                for row in head.into_iter().filter(|row| row.row > last) {
                    self.push(row);
                }
            }
        }
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
    !matches!(
        field,
        Field::Total
            | Field::InvoiceFundPaid
            | Field::Quantity
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
