//! One row under its header: every field is asked for by name and answered or complained about.
//!
//! The surprise: asking never stops at the first fault. All that is wrong with a row is collected,
//! so that it is mended in one go.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use super::cell_text::{self, Parsed};
use super::corrections::{self, Corrections};
use super::fault::{Fault, List};
use super::hospital_code::HospitalCodes;
use crate::domain::dates::Date;
use crate::domain::identity::{mask_identities, mask_tail};
use crate::domain::{Origin, RegionCode, SourceId, Text};
use crate::flow::row_key::{RowKey, TOLD_TITLES};
use crate::flow::{Cell, Column, Field, Place, Problem, RejectedCell, RowRef, Source, TableKind};
use crate::rulebook::divisions::{Divisions, RegionFault};
use crate::rulebook::vocabulary::Vocabulary;

/// What words, places and codes mean.
#[derive(Clone, Copy)]
pub(super) struct Meaning<'a> {
    pub divisions: &'a Divisions,
    pub words: &'a Vocabulary,
    /// Of the same batch; none while the hospitals themselves are read.
    pub hospitals: &'a HospitalCodes,
}

/// Something told that does not hinder.
pub(super) struct Note {
    pub problem: Problem,
    /// Of several notes of a sheet with the same words here only the first is told.
    pub once: Option<Box<str>>,
}

/// How many names of regions are remembered, and how long they may be.
const REGIONS_KEPT: usize = 10_000;
const REGION_BYTES_KEPT: usize = 200;

/// A table's header, ready to look up fields.
pub(super) struct Sheet<'a> {
    pub id: SourceId,
    pub kind: TableKind,
    source: &'a Source,
    columns: &'a [Column],
    /// The place in `columns` of each field, by the field's number.
    at: Vec<Option<u16>>,
    pub meaning: Meaning<'a>,
    /// What the names of regions on this sheet mean; a misspelled one is compared with every
    /// division, and usually stands in every row.
    regions: Mutex<HashMap<String, Result<RegionCode, RegionFault>>>,
}

impl<'a> Sheet<'a> {
    pub fn new(
        id: SourceId,
        kind: TableKind,
        source: &'a Source,
        columns: &'a [Column],
        meaning: Meaning<'a>,
    ) -> Sheet<'a> {
        let mut at = vec![None; Field::ALL.len()];
        for (i, column) in columns.iter().enumerate() {
            if let Some(field) = column.field {
                at[field as usize] = Some(i as u16);
            }
        }
        Sheet { id, kind, source, columns, at, meaning, regions: Mutex::default() }
    }

    pub fn cell<'r>(&self, row: RowRef<'r>, field: Field) -> Cell<'r> {
        self.column(field).map_or(Cell::Empty, |column| row.cell(column.index as usize))
    }

    /// Every column that is the row's own.
    pub fn cells_shown(&self, row: RowRef<'_>) -> Vec<RejectedCell> {
        let shown = |column: &Column| RejectedCell {
            title: column.title.clone(),
            field: column.field,
            text: cell_text::shown(row.cell(column.index as usize)),
        };
        self.own_columns().map(shown).collect()
    }

    /// Title and text of every column that is the row's own.
    pub fn own_cells(&self, row: RowRef<'_>) -> Vec<(String, String)> {
        let shown = |column: &Column| {
            (column.title.clone(), cell_text::shown(row.cell(column.index as usize)))
        };
        self.own_columns().map(shown).collect()
    }

    /// All columns but those that the list of quarantined rows put before a corrected row.
    fn own_columns(&self) -> impl Iterator<Item = &'a Column> {
        let is_returned = self.has(Field::RowKey);
        let is_told = |column: &Column| {
            TOLD_TITLES.iter().any(|(zh, en)| [*zh, *en].contains(&column.title.as_str()))
        };
        self.columns.iter().filter(move |column| {
            !is_returned || column.field != Some(Field::RowKey) && !is_told(column)
        })
    }

    fn resolve(&self, text: &str) -> Result<RegionCode, RegionFault> {
        let resolve = || self.meaning.divisions.resolve(text);
        let is_short = text.len() <= REGION_BYTES_KEPT;
        match self.regions.lock() {
            Ok(mut known) if is_short => match known.get(text) {
                Some(meant) => meant.clone(),
                None if known.len() < REGIONS_KEPT => {
                    known.entry(text.to_owned()).or_insert(resolve()).clone()
                }
                None => resolve(),
            },
            _ => resolve(),
        }
    }

    pub fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    pub fn place_of_sheet(&self) -> Place {
        match self.source.sheet.as_str() {
            "" => Place::file(&self.source.file),
            sheet => Place::sheet(&self.source.file, sheet),
        }
    }

    fn column(&self, field: Field) -> Option<&'a Column> {
        self.at[field as usize].map(|i| &self.columns[usize::from(i)])
    }

    fn place(&self, row: RowRef<'_>, field: Field) -> Place {
        let place = self.place_of_sheet().row(row.row);
        match self.column(field) {
            Some(column) => place.column(column.label()),
            None => place,
        }
    }
}

/// Reads the fields of one row.
pub(super) struct RowReader<'a> {
    sheet: &'a Sheet<'a>,
    row: RowRef<'a>,
    complained: Vec<Field>,
    pub problems: Vec<Problem>,
    pub notes: Vec<Note>,
}

impl<'a> RowReader<'a> {
    pub fn new(sheet: &'a Sheet<'a>, row: RowRef<'a>) -> RowReader<'a> {
        RowReader { sheet, row, complained: Vec::new(), problems: Vec::new(), notes: Vec::new() }
    }

    pub fn origin(&self) -> Origin {
        Origin::new(self.sheet.id, self.row.row)
    }

    /// The rows that this one replaces, if it comes back corrected.
    pub fn replaced_rows(&mut self, corrections: &Corrections) -> Vec<RowKey> {
        if !self.has(Field::RowKey) {
            return Vec::new();
        }
        if let Some(fault) = corrections.fault(self.origin()) {
            self.complain(Field::RowKey, fault);
        }
        let keys = |cell| corrections::keys(cell).ok_or_else(corrections::unreadable_key).map(Some);
        self.optional(Field::RowKey, keys).unwrap_or_default()
    }

    pub fn words(&self) -> &'a Vocabulary {
        self.sheet.meaning.words
    }

    pub fn divisions(&self) -> &'a Divisions {
        self.sheet.meaning.divisions
    }

    pub fn hospital_codes(&self) -> &'a HospitalCodes {
        self.sheet.meaning.hospitals
    }

    /// A field that must be there; nothing only after a complaint.
    pub fn required<T>(
        &mut self,
        field: Field,
        parse: impl FnOnce(Cell<'a>) -> Parsed<T>,
    ) -> Option<T> {
        match parse(self.sheet.cell(self.row, field)) {
            Ok(Some(value)) => Some(value),
            Ok(None) => {
                self.complain(field, Fault::missing());
                None
            }
            Err(fault) => {
                self.complain(field, fault);
                None
            }
        }
    }

    /// A field that may be empty; nothing also after a complaint.
    pub fn optional<T>(
        &mut self,
        field: Field,
        parse: impl FnOnce(Cell<'a>) -> Parsed<T>,
    ) -> Option<T> {
        parse(self.sheet.cell(self.row, field)).unwrap_or_else(|fault| {
            self.complain(field, fault);
            None
        })
    }

    /// A yes or no; an empty cell is a no.
    /// Yes or no; an empty cell says no.
    pub fn flag(&mut self, field: Field) -> bool {
        self.maybe_flag(field).unwrap_or(false)
    }

    /// Yes or no, or nothing said.
    pub fn maybe_flag(&mut self, field: Field) -> Option<bool> {
        let words = self.words();
        let parse = |cell: Cell<'_>| match cell {
            Cell::Bool(is_true) => Ok(Some(is_true)),
            _ => word(cell, ("是否", "yes or no", || "是、否".to_owned()), |text| {
                words.flag(text)
            }),
        };
        self.optional(field, parse)
    }

    pub fn region(&mut self, field: Field) -> Option<RegionCode> {
        let sheet = self.sheet;
        self.required(field, |cell| region(cell, sheet))
    }

    /// Whether the sheet has a column for the field.
    pub fn has(&self, field: Field) -> bool {
        self.sheet.has(field)
    }

    /// Complains of the field that holds the end when it is before the beginning.
    pub fn in_order(&mut self, end: Field, first: Option<Date>, last: Option<Date>) {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            self.complain(end, Fault::reversed(first, last));
        }
    }

    pub fn complain(&mut self, field: Field, fault: Fault) {
        let problem = self.problem(field, fault);
        self.complained.push(field);
        self.problems.push(problem);
    }

    pub fn complained_of(&self, field: Field) -> bool {
        self.complained.contains(&field)
    }

    /// Tells something that does not hinder.
    pub fn note(&mut self, field: Field, fault: Fault) {
        let problem = self.problem(field, fault);
        self.notes.push(Note { problem, once: None });
    }

    /// Tells it for the first row of a sheet that says this: the same cell may stand in many.
    pub fn note_once(&mut self, field: Field, said: &str, fault: Fault) {
        let once = Some(format!("{} {said}", fault.kind).into_boxed_str());
        let problem = self.problem(field, fault);
        self.notes.push(Note { problem, once });
    }

    fn problem(&self, field: Field, fault: Fault) -> Problem {
        let shown = cell_text::shown(self.sheet.cell(self.row, field));
        let shown = if is_private(field) { mask_tail(&shown, 4) } else { mask_identities(&shown) };
        Problem {
            kind: fault.kind,
            place: self.sheet.place(self.row, field),
            excerpt: shown,
            explanation: fault.explanation,
            hint: fault.hint,
        }
    }
}

/// A word of a list.
pub(super) fn word<W>(cell: Cell<'_>, list: List, find: impl Fn(&str) -> Option<W>) -> Parsed<W> {
    match cell_text::plain(cell)? {
        None => Ok(None),
        Some(text) => match find(&text) {
            Some(word) => Ok(Some(word)),
            None => Err(Fault::unknown_word(list)),
        },
    }
}

/// What must not stand in a message in full.
fn is_private(field: Field) -> bool {
    matches!(
        field,
        Field::PersonId
            | Field::AgentId
            | Field::Account
            | Field::NewAccount
            | Field::Phone
            | Field::Subject
    )
}

fn region(cell: Cell<'_>, sheet: &Sheet<'_>) -> Parsed<RegionCode> {
    let Some(text) = cell_text::plain(cell)? else { return Ok(None) };
    let listed = |regions: &[(RegionCode, String)]| {
        regions.iter().fold(String::new(), |mut list, (code, name)| {
            let _ = write!(list, "{}{name}({code})", if list.is_empty() { "" } else { "、" });
            list
        })
    };
    let (kind, why, lead, regions) = match sheet.resolve(&text) {
        Ok(code) => return Ok(Some(code)),
        Err(RegionFault::Unknown { nearest }) => {
            let lead = ("名称相近的有", "of similar name");
            ("region-unknown", ("没有这个地区", "no such region"), lead, listed(&nearest))
        }
        Err(RegionFault::Ambiguous { candidates }) => (
            "region-ambiguous",
            ("地区名称不唯一", "the name means several regions"),
            ("可能是", "it may be"),
            listed(&candidates),
        ),
    };
    let mut fault = Fault::new(
        kind,
        why,
        ("请填写六位行政区划代码或全称", "write the six-digit code or the full name"),
    );
    if !regions.is_empty() {
        fault.hint = Text::new(
            format!("{}；{}：{regions}", fault.hint.zh, lead.0),
            format!("{}; {}: {regions}", fault.hint.en, lead.1),
        );
    }
    Err(fault)
}
