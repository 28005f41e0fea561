//! Finds the header of a sheet and the table it belongs to: below titles and notes, in one row or
//! in two, anywhere from column A on.
//!
//! The surprise: a sheet whose header fits two tables is refused. Guessing which one was meant
//! would be wrong some day, and money hangs on it.

use crate::flow::row_key::KEY_TITLE;
use crate::flow::{Cell, Column, Field, RawRow, RowRef, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::{Layout, Layouts, Naming};

/// A header is looked for within this many rows that are not blank.
pub(super) const HEADER_ROWS_MAX: usize = 40;
/// A table is a near miss when at least this many of its columns are there.
const NEAR_COLUMNS_MIN: usize = 2;

/// A header that fits exactly one table.
#[derive(Debug)]
pub(super) struct Header {
    pub kind: TableKind,
    pub columns: Vec<Column>,
    /// Its first row, as an index into the rows searched, and how many rows it has.
    pub first: usize,
    pub depth: usize,
}

/// Why no header was taken.
#[derive(Debug)]
pub(super) enum HeaderFault {
    None { nearest: Vec<Near> },
    Several { row: u32, kinds: Vec<TableKind> },
    FitsSeveral { row: u32, kinds: Vec<TableKind> },
    Doubled { row: u32, header: String, columns: Vec<String> },
}

/// A table of which some columns were found.
#[derive(Debug)]
pub(super) struct Near {
    pub kind: TableKind,
    pub recognised: usize,
    pub missing: Vec<Field>,
    /// A title by which the sheet is some other table.
    pub foreign: Option<String>,
}

/// A title of one column, in the forms to be tried: of a two-row header first both joined.
struct Title {
    index: u32,
    forms: Vec<Form>,
}

struct Form {
    shown: String,
    folded: String,
}

/// The titles of one or two rows, read as one table.
struct Reading<'a> {
    layout: &'a Layout,
    columns: Vec<Column>,
    recognised: usize,
    missing: Vec<Field>,
    foreign: Option<String>,
    doubled: Option<(Field, Vec<String>)>,
}

impl Reading<'_> {
    fn fits(&self) -> bool {
        self.missing.is_empty() && self.foreign.is_none()
    }

    fn knows_column(&self, index: u32) -> bool {
        self.columns.iter().any(|column| column.index == index && column.field.is_some())
    }
}

/// Looks for the header among the first rows of a sheet, blank ones left out.
pub(super) fn find(head: &[RawRow], layouts: &Layouts) -> Result<Header, HeaderFault> {
    let searched = head.len().min(HEADER_ROWS_MAX);
    for first in 0..searched {
        let single = titles(head[first].view());
        let known = most_recognised(&single, layouts, true);
        let below = head.get(first + 1).map(RawRow::view);
        let double = below.and_then(|below| joined_titles(head[first].view(), below));
        let below = below.map(titles);
        if let Some(double) = double {
            let both = most_recognised(&double, layouts, true);
            let alone = below.map_or(0, |below| most_recognised(&below, layouts, true));
            if both > known && both > alone {
                return settle(&double, layouts, head, first, 2);
            }
        }
        if known > 0 {
            return settle(&single, layouts, head, first, 1);
        }
    }
    Err(HeaderFault::None { nearest: nearest(&head[..searched], layouts) })
}

/// How well rows split in some way fit a header: whether one fits, and how many columns of the
/// best table are there.
pub(super) fn score(head: &[RawRow], layouts: &Layouts) -> (bool, usize) {
    match find(head, layouts) {
        Ok(header) => (true, header.columns.iter().filter(|c| c.field.is_some()).count()),
        Err(HeaderFault::None { nearest }) => (false, nearest.first().map_or(0, |n| n.recognised)),
        Err(_) => (true, 0),
    }
}

/// The table whose header a row is all by itself, if there is one.
pub(super) fn of_row(row: RowRef<'_>, layouts: &Layouts) -> Option<TableKind> {
    let titles = titles(row);
    layouts.iter().find(|layout| read_as(layout, &titles).fits()).map(|layout| layout.kind)
}

fn settle(
    titles: &[Title],
    layouts: &Layouts,
    head: &[RawRow],
    first: usize,
    depth: usize,
) -> Result<Header, HeaderFault> {
    let row = head[first].row;
    if let Some(kinds) = side_by_side(titles, layouts) {
        return Err(HeaderFault::Several { row, kinds });
    }
    let fitting: Vec<Reading> =
        layouts.iter().map(|layout| read_as(layout, titles)).filter(Reading::fits).collect();
    let best: Vec<&Reading> = fitting
        .iter()
        .filter(|reading| !fitting.iter().any(|other| is_part_of(reading, other)))
        .collect();
    let [only] = best.as_slice() else {
        let kinds = best.iter().map(|reading| reading.layout.kind).collect();
        return Err(HeaderFault::FitsSeveral { row, kinds });
    };
    if let Some((field, columns)) = &only.doubled {
        let header = only.layout.header_of(*field).to_owned();
        return Err(HeaderFault::Doubled { row, header, columns: columns.clone() });
    }
    Ok(Header { kind: only.layout.kind, columns: only.columns.clone(), first, depth })
}

/// Whether everything one reading knows is known to the other, which knows more.
fn is_part_of(reading: &Reading, other: &Reading) -> bool {
    let known = reading.columns.iter().filter(|column| column.field.is_some());
    other.recognised > reading.recognised
        && known.into_iter().all(|column| other.knows_column(column.index))
}

/// The tables of two blocks of titles with an empty column between them.
fn side_by_side(titles: &[Title], layouts: &Layouts) -> Option<Vec<TableKind>> {
    let blocks: Vec<&[Title]> = titles.chunk_by(|a, b| b.index == a.index + 1).collect();
    let kinds: Vec<TableKind> = blocks
        .iter()
        .filter_map(|block| layouts.iter().find(|layout| read_as(layout, block).fits()))
        .map(|layout| layout.kind)
        .collect();
    (kinds.len() > 1).then_some(kinds)
}

/// Of the tables that fit (or of all), the number of columns known to the one that knows most.
fn most_recognised(titles: &[Title], layouts: &Layouts, only_fitting: bool) -> usize {
    let readings = layouts.iter().map(|layout| read_as(layout, titles));
    let counted = readings.filter(|reading| !only_fitting || reading.fits());
    counted.map(|reading| reading.recognised).max().unwrap_or(0)
}

fn nearest(head: &[RawRow], layouts: &Layouts) -> Vec<Near> {
    let mut best: Vec<Near> = Vec::new();
    for layout in layouts.iter() {
        let mut of_table: Option<Reading> = None;
        for first in 0..head.len() {
            let below = head.get(first + 1).map(RawRow::view);
            let above = head[first].view();
            let double = below.and_then(|below| joined_titles(above, below));
            for titles in [Some(titles(above)), double].into_iter().flatten() {
                let reading = read_as(layout, &titles);
                if of_table.as_ref().is_none_or(|best| reading.recognised > best.recognised) {
                    of_table = Some(reading);
                }
            }
        }
        best.extend(of_table.filter(|r| r.recognised >= NEAR_COLUMNS_MIN).map(|reading| Near {
            kind: layout.kind,
            recognised: reading.recognised,
            missing: reading.missing,
            foreign: reading.foreign,
        }));
    }
    best.sort_by_key(|near| (near.missing.len(), usize::MAX - near.recognised, near.kind));
    best.truncate(2);
    best
}

fn titles(row: RowRef<'_>) -> Vec<Title> {
    let filled = row.cells().enumerate().filter_map(|(i, cell)| Some((i, text(cell)?)));
    filled.map(|(i, text)| Title { index: i as u32, forms: vec![form(text.to_owned())] }).collect()
}

/// Two rows as one header: a group title stands over several columns, of which only the first
/// holds it, so it is carried to the right as far as the lower row has titles of its own.
fn joined_titles(above: RowRef<'_>, below: RowRef<'_>) -> Option<Vec<Title>> {
    if below.cells().any(|cell| !matches!(cell, Cell::Empty | Cell::Text(_))) {
        return None;
    }
    let mut joined = Vec::new();
    let mut group: Option<&str> = None;
    for i in 0..above.len().max(below.len()) {
        let upper = text(above.cell(i));
        let lower = text(below.cell(i));
        group = upper.or(group.filter(|_| lower.is_some()));
        let forms = match (upper, lower) {
            (None, None) => continue,
            (Some(upper), None) => vec![form(upper.to_owned())],
            (_, Some(lower)) => {
                let both = group.map(|group| form(format!("{group}{lower}")));
                both.into_iter().chain([form(lower.to_owned())]).collect()
            }
        };
        joined.push(Title { index: i as u32, forms });
    }
    Some(joined)
}

fn form(shown: String) -> Form {
    let folded = fold::title(&shown);
    Form { shown: shown.split_whitespace().collect::<Vec<_>>().join(" "), folded }
}

fn text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(text) if !fold::word(text).is_empty() => Some(text),
        _ => None,
    }
}

fn read_as<'a>(layout: &'a Layout, titles: &[Title]) -> Reading<'a> {
    let mut columns = Vec::with_capacity(titles.len());
    let mut named: Vec<Option<Naming>> = Vec::with_capacity(titles.len());
    let mut foreign = None;
    for title in titles {
        let found = title.forms.iter().find_map(|form| {
            layout.field_of(&form.folded).map(|(field, naming)| (form, field, naming))
        });
        let shown = found.map_or_else(|| title.forms.last(), |(form, _, _)| Some(form));
        let shown = shown.map(|form| form.shown.clone()).unwrap_or_default();
        if title.forms.iter().any(|form| layout.is_foreign(&form.folded)) {
            foreign.get_or_insert_with(|| shown.clone());
        }
        let is_key = title.forms.iter().any(|form| is_row_key(&form.folded));
        let field = if is_key { Some(Field::RowKey) } else { found.map(|(_, field, _)| field) };
        named.push(found.map(|(_, _, naming)| naming));
        columns.push(Column { index: title.index, title: shown, field });
    }
    let doubled = prefer_canonical(&mut columns, &named);
    let recognised = columns.iter().filter(|column| column.field.is_some()).count();
    let found = |field| columns.iter().any(|column: &Column| column.field == Some(field));
    let missing = layout.missing(found).map(|entry| entry.field).collect();
    Reading { layout, columns, recognised, missing, foreign, doubled }
}

/// Whether the title shows that the rows come back corrected.
fn is_row_key(folded: &str) -> bool {
    [KEY_TITLE.0, KEY_TITLE.1].iter().any(|title| fold::title(title) == folded)
}

/// Of several columns for one field the one under its canonical header is taken; the others are
/// told as unknown. Names the first field for which that does not decide.
fn prefer_canonical(
    columns: &mut [Column],
    named: &[Option<Naming>],
) -> Option<(Field, Vec<String>)> {
    let mut doubled = None;
    for i in 0..columns.len() {
        let Some(field) = columns[i].field else { continue };
        let same = |j: &usize| columns[*j].field == Some(field);
        let rivals: Vec<usize> = (0..columns.len()).filter(same).collect();
        let canonical = |j: &&usize| named[**j] == Some(Naming::Canonical);
        match rivals.iter().filter(canonical).collect::<Vec<_>>().as_slice() {
            _ if rivals.len() == 1 => {}
            [chosen] => {
                for &j in rivals.iter().filter(|&j| j != *chosen) {
                    columns[j].field = None;
                }
            }
            _ => {
                let labels = rivals.iter().map(|&j| columns[j].label()).collect();
                doubled.get_or_insert((field, labels));
            }
        }
    }
    doubled
}
