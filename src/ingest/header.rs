//! Finds the header of a sheet and the table it belongs to: below titles and notes, in one to
//! three rows, anywhere from column A on.
//!
//! The surprise: a sheet whose header fits two tables is refused. Guessing which one was meant
//! would be wrong some day, and money hangs on it.

use crate::flow::row_key::KEY_TITLE;
use crate::flow::{Column, Field, RawRow, RowRef, TableKind};
use crate::rulebook::fold;
use crate::rulebook::layouts::{Layout, Layouts, Naming};

use super::choices::{Guide, Use};
use super::sheet::{Merge, is_money};
use super::titles::{self, DEPTH_MAX, Form, Title};
use super::units;

/// A header is looked for within this many rows that are not blank.
pub(super) const HEADER_ROWS_MAX: usize = 40;
/// A table is a near miss when at least this many of its columns are there.
const NEAR_COLUMNS_MIN: usize = 2;
/// A title of another table counts as much as so many missing columns.
const FOREIGN_WEIGHT: usize = 4;

/// A header that fits exactly one table.
#[derive(Debug)]
pub(super) struct Header {
    pub kind: TableKind,
    pub columns: Vec<Column>,
    /// Its first row, as an index into the rows searched, and how many rows it has.
    pub first: usize,
    pub depth: usize,
    /// Columns that are not used and that nobody needs to be told of.
    pub quiet: Vec<u32>,
}

/// Why no header was taken.
#[derive(Debug)]
pub(super) enum HeaderFault {
    None {
        nearest: Vec<Near>,
    },
    Several {
        row: u32,
        kinds: Vec<TableKind>,
    },
    FitsSeveral {
        row: u32,
        kinds: Vec<TableKind>,
    },
    Doubled {
        row: u32,
        header: String,
        columns: Vec<String>,
    },
    /// Amounts are not in yuan; the column if its header says so.
    Unit {
        row: u32,
        column: Option<String>,
        shown: String,
    },
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

/// How a column came by its field, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// Under a header with a unit other than yuan.
    OtherUnit,
    Fallback,
    Alias,
    Canonical,
    /// A person says so.
    Chosen,
}

/// The titles of some rows, read as one table.
struct Reading<'a> {
    layout: &'a Layout,
    columns: Vec<Column>,
    recognised: usize,
    missing: Vec<Field>,
    foreign: Option<String>,
    doubled: Option<(Field, Vec<String>)>,
    /// The first column of money in another unit than yuan, and the text that says so.
    unit: Option<(String, String)>,
    quiet: Vec<u32>,
}

impl Reading<'_> {
    fn fits(&self) -> bool {
        self.missing.is_empty() && self.foreign.is_none()
    }

    fn knows_column(&self, index: u32) -> bool {
        self.columns.iter().any(|column| column.index == index && column.field.is_some())
    }
}

/// A place where a header could begin, with as many rows as explain it best.
struct Found {
    titles: Vec<Title>,
    depth: usize,
    recognised: usize,
}

/// Looks for the header among the first rows of a sheet, blank ones left out.
pub(super) fn find(
    head: &[RawRow],
    merges: &[Merge],
    guide: Guide<'_>,
) -> Result<Header, HeaderFault> {
    let searched = candidates(head, guide);
    for first in searched.clone() {
        if let Some(found) = header_at(head, first, merges, guide) {
            return settle(&found, head, first, guide);
        }
    }
    Err(HeaderFault::None { nearest: nearest(head, searched, guide) })
}

/// The rows in which a header may begin: the first ones, or the one that a person named.
fn candidates(head: &[RawRow], guide: Guide<'_>) -> std::ops::Range<usize> {
    match guide.header_row() {
        Some(row) => {
            let at = head.iter().position(|found| found.row == row);
            at.map_or(0..0, |at| at..at + 1)
        }
        None => 0..head.len().min(HEADER_ROWS_MAX),
    }
}

fn header_at(head: &[RawRow], first: usize, merges: &[Merge], guide: Guide<'_>) -> Option<Found> {
    let below: Vec<RowRef> = head[first..].iter().take(DEPTH_MAX).map(RawRow::view).collect();
    let codes = below.get(1).and_then(|next| {
        titles::of_codes_and_names(below[0], *next, guide.layouts).map(|titles| (2, titles))
    });
    let stacked =
        (1..=below.len()).filter_map(|depth| Some((depth, titles::of_rows(&below[..depth])?)));
    let found = stacked.map(|(depth, titles)| {
        let recognised = most_recognised(&titles, guide);
        Found { titles, depth, recognised }
    });
    let found: Vec<Found> = found.collect();
    if let Some((depth, titles)) = codes {
        let recognised = most_recognised(&titles, guide);
        if recognised > 0 && found.iter().all(|other| other.recognised <= recognised) {
            return Some(Found { titles, depth, recognised });
        }
    }
    // More rows are taken only if they explain more than fewer do, and more than the lower ones
    // do without the upper.
    let alone = |from: usize, to: usize| {
        let titles = below.get(from..to).and_then(titles::of_rows);
        titles.map_or(0, |titles| most_recognised(&titles, guide))
    };
    let mut best: Option<Found> = None;
    for found in found {
        let without_upper = (1..found.depth).map(|from| alone(from, found.depth)).max();
        let fewer = best.as_ref().map_or(0, |best| best.recognised);
        if found.recognised > fewer && found.recognised > without_upper.unwrap_or(0) {
            best = Some(found);
        }
    }
    let mut best = best?;
    let depth = merged_depth(head, first, merges).max(best.depth);
    let depth = depth
        + usize::from(
            head.get(first + depth).is_some_and(|row| units::is_row_of_units(row.view())),
        );
    if depth > best.depth
        && let Some(titles) = below.get(..depth).and_then(titles::of_rows)
        && most_recognised(&titles, guide) >= best.recognised
    {
        best = Found { titles, depth, ..best };
    }
    Some(best)
}

/// How many rows the titles take that are merged downwards from the first row of a header.
fn merged_depth(head: &[RawRow], first: usize, merges: &[Merge]) -> usize {
    let row = head[first].row;
    let downwards = merges.iter().filter(|merge| {
        let rows = (merge.last_row - merge.first_row) as usize;
        merge.first_row == row && (1..DEPTH_MAX).contains(&rows)
    });
    let Some(last) = downwards.map(|merge| merge.last_row).max() else { return 1 };
    head[first..].iter().take_while(|other| other.row <= last).count().max(1)
}

/// How well rows split in some way fit a header: whether one fits, and how many columns of the
/// best table are there.
pub(super) fn score(head: &[RawRow], guide: Guide<'_>) -> (bool, usize) {
    match find(head, &[], guide) {
        Ok(header) => (true, header.columns.iter().filter(|c| c.field.is_some()).count()),
        Err(HeaderFault::None { nearest }) => (false, nearest.first().map_or(0, |n| n.recognised)),
        Err(_) => (true, 0),
    }
}

/// The table whose header a row is all by itself from some column on, if there is one.
pub(super) fn of_row(row: RowRef<'_>, from: usize, layouts: &Layouts) -> Option<TableKind> {
    let mut titles = titles::of_row(row);
    titles.retain(|title| title.index as usize >= from);
    best_kind(&titles, Guide::free(layouts))
}

fn settle(
    found: &Found,
    head: &[RawRow],
    first: usize,
    guide: Guide<'_>,
) -> Result<Header, HeaderFault> {
    let (row, titles) = (head[first].row, found.titles.as_slice());
    if let Some(kinds) = apart(titles, guide).or_else(|| twice(titles, guide)) {
        return Err(HeaderFault::Several { row, kinds });
    }
    let fitting: Vec<Reading> =
        guide.tried().map(|layout| read_as(layout, titles, guide)).filter(Reading::fits).collect();
    let best: Vec<&Reading> = fitting
        .iter()
        .filter(|reading| !fitting.iter().any(|other| is_part_of(reading, other)))
        .collect();
    let touching = || touching(titles, guide).map(|kinds| HeaderFault::Several { row, kinds });
    let [only] = best.as_slice() else {
        let kinds = best.iter().map(|reading| reading.layout.kind).collect();
        return Err(touching().unwrap_or(HeaderFault::FitsSeveral { row, kinds }));
    };
    if let Some((field, columns)) = &only.doubled {
        let header = only.layout.header_of(*field).to_owned();
        let doubled = HeaderFault::Doubled { row, header, columns: columns.clone() };
        return Err(touching().unwrap_or(doubled));
    }
    if only.layout.kind.amount_field().is_some() {
        if let Some((column, shown)) = &only.unit {
            let (column, shown) = (Some(column.clone()), shown.clone());
            return Err(HeaderFault::Unit { row, column, shown });
        }
        for above in &head[..first] {
            if let Some(shown) = units::line(above.view()) {
                return Err(HeaderFault::Unit { row: above.row, column: None, shown });
            }
        }
    }
    Ok(Header {
        kind: only.layout.kind,
        columns: only.columns.clone(),
        first,
        depth: found.depth,
        quiet: only.quiet.clone(),
    })
}

/// Whether everything one reading knows is known to the other, which knows more.
fn is_part_of(reading: &Reading, other: &Reading) -> bool {
    let known = reading.columns.iter().filter(|column| column.field.is_some());
    other.recognised > reading.recognised
        && known.into_iter().all(|column| other.knows_column(column.index))
}

/// The table that some titles fit and that knows most of them.
fn best_kind(titles: &[Title], guide: Guide<'_>) -> Option<TableKind> {
    let readings = guide.tried().map(|layout| read_as(layout, titles, guide));
    let fitting = readings.filter(Reading::fits);
    let best =
        fitting.max_by_key(|reading| (reading.recognised, std::cmp::Reverse(reading.layout.kind)));
    best.map(|reading| reading.layout.kind)
}

/// The tables of blocks of titles with empty columns between them.
fn apart(titles: &[Title], guide: Guide<'_>) -> Option<Vec<TableKind>> {
    let blocks = titles.chunk_by(|a, b| b.index == a.index + 1);
    let kinds: Vec<TableKind> = blocks.filter_map(|block| best_kind(block, guide)).collect();
    (kinds.len() > 1).then_some(kinds)
}

/// Two tables without a column between them.
fn touching(titles: &[Title], guide: Guide<'_>) -> Option<Vec<TableKind>> {
    (2..titles.len().saturating_sub(1)).find_map(|at| {
        let (left, right) = titles.split_at(at);
        Some(vec![best_kind(left, guide)?, best_kind(right, guide)?])
    })
}

/// The same table twice, under the same names or under others: no wide table needs every column
/// it must have once more.
fn twice(titles: &[Title], guide: Guide<'_>) -> Option<Vec<TableKind>> {
    let kinds = touching(titles, guide)?;
    (kinds[0] == kinds[1]).then_some(kinds)
}

/// Of the tables that fit, the number of columns known to the one that knows most.
fn most_recognised(titles: &[Title], guide: Guide<'_>) -> usize {
    let readings = guide.tried().map(|layout| read_as(layout, titles, guide));
    readings.filter(Reading::fits).map(|reading| reading.recognised).max().unwrap_or(0)
}

fn nearest(head: &[RawRow], searched: std::ops::Range<usize>, guide: Guide<'_>) -> Vec<Near> {
    let enough = if guide.table().is_some() { 0 } else { NEAR_COLUMNS_MIN };
    let mut best: Vec<Near> = Vec::new();
    for layout in guide.tried() {
        let mut of_table: Option<Reading> = None;
        for first in searched.clone() {
            let below: Vec<RowRef> = head[first..].iter().take(2).map(RawRow::view).collect();
            for titles in (1..=below.len()).filter_map(|depth| titles::of_rows(&below[..depth])) {
                let reading = read_as(layout, &titles, guide);
                if of_table.as_ref().is_none_or(|best| reading.recognised > best.recognised) {
                    of_table = Some(reading);
                }
            }
        }
        best.extend(of_table.filter(|r| r.recognised >= enough).map(|reading| Near {
            kind: layout.kind,
            recognised: reading.recognised,
            missing: reading.missing,
            foreign: reading.foreign,
        }));
    }
    // What is there counts as much as what is not.
    let distance = |near: &Near| {
        let foreign = if near.foreign.is_some() { FOREIGN_WEIGHT } else { 0 };
        (near.missing.len() + foreign) as isize - near.recognised as isize
    };
    best.sort_by_key(|near| (distance(near), near.missing.len(), near.kind));
    best.truncate(2);
    best
}

fn read_as<'a>(layout: &'a Layout, titles: &[Title], guide: Guide<'_>) -> Reading<'a> {
    let mut reading = Reading {
        layout,
        columns: Vec::with_capacity(titles.len()),
        recognised: 0,
        missing: Vec::new(),
        foreign: None,
        doubled: None,
        unit: None,
        quiet: Vec::new(),
    };
    let mut claims: Vec<Option<Claim>> = Vec::with_capacity(titles.len());
    for title in titles {
        let (column, claim) = column_of(layout, title, guide, &mut reading.quiet);
        let is_foreign = |title: &Title| title.forms.iter().any(|f| layout.is_foreign(&f.folded));
        if guide.table().is_none() && is_foreign(title) {
            reading.foreign.get_or_insert_with(|| column.title.clone());
        }
        reading.columns.push(column);
        claims.push(claim);
    }
    reading.doubled = prefer_strongest(&mut reading.columns, &claims);
    for ((column, title), claim) in reading.columns.iter().zip(titles).zip(&claims) {
        if column.field.is_some() && *claim == Some(Claim::OtherUnit) {
            let shown = title.unit.clone().unwrap_or_default();
            reading.unit.get_or_insert_with(|| (column.label(), shown));
        }
    }
    reading.recognised = reading.columns.iter().filter(|column| column.field.is_some()).count();
    let found = |field| reading.columns.iter().any(|column| column.field == Some(field));
    reading.missing = layout.missing(found).map(|entry| entry.field).collect();
    let lacks = Lacking {
        money: layout.fields.iter().any(|entry| is_money(entry.field) && !found(entry.field)),
        identity: layout.fields.iter().any(|entry| is_identity(entry.field) && !found(entry.field)),
    };
    for ((column, title), claim) in reading.columns.iter().zip(titles).zip(&claims) {
        let is_ignored = |title: &Title| title.forms.iter().any(|f| layout.is_ignored(&f.folded));
        let has_better = *claim == Some(Claim::Fallback);
        let is_quiet = has_better || is_ignored(title) && !lacks.could_be(title);
        if column.field.is_none() && is_quiet {
            reading.quiet.push(column.index);
        }
    }
    reading
}

/// The column of a title, and by what right it has its field.
fn column_of(
    layout: &Layout,
    title: &Title,
    guide: Guide<'_>,
    quiet: &mut Vec<u32>,
) -> (Column, Option<Claim>) {
    let column = |shown: &str, field| Column { index: title.index, title: shown.to_owned(), field };
    if let Some(key) = title.forms.iter().find(|form| is_row_key(&form.folded)) {
        return (column(&key.shown, Some(Field::RowKey)), Some(Claim::Canonical));
    }
    if let Some((form, chosen)) =
        title.forms.iter().find_map(|form| Some((form, guide.column(&form.folded)?)))
    {
        return match chosen {
            Use::Nothing => {
                quiet.push(title.index);
                (column(&form.shown, None), None)
            }
            Use::As(fields) => {
                let field = fields.iter().copied().find(|&field| layout.has(field));
                let claim = if title.unit.is_some() && field.is_some_and(is_money) {
                    Claim::OtherUnit
                } else {
                    Claim::Chosen
                };
                (column(&form.shown, field), field.map(|_| claim))
            }
        };
    }
    let known = title.forms.iter().find_map(|form| {
        layout.field_of(&form.folded).map(|(field, naming)| (form, field, naming))
    });
    let Some((form, field, naming)) = known else {
        let shown = title.forms.last().map_or("", |form| &form.shown);
        return (column(shown, None), None);
    };
    let claim = match naming {
        _ if title.unit.is_some() && is_money(field) => Claim::OtherUnit,
        Naming::Canonical => Claim::Canonical,
        Naming::Alias => Claim::Alias,
        Naming::Fallback => Claim::Fallback,
    };
    (column(&form.shown, Some(field)), Some(claim))
}

/// Whether the title shows that the rows come back corrected.
fn is_row_key(folded: &str) -> bool {
    [KEY_TITLE.0, KEY_TITLE.1].iter().any(|title| fold::title(title) == folded)
}

/// Of several columns for one field the one with the strongest claim is taken; the others are
/// told as unknown. Names the first field for which that does not decide.
fn prefer_strongest(
    columns: &mut [Column],
    claims: &[Option<Claim>],
) -> Option<(Field, Vec<String>)> {
    let mut doubled = None;
    for i in 0..columns.len() {
        let Some(field) = columns[i].field else { continue };
        let same = |j: &usize| columns[*j].field == Some(field);
        let rivals: Vec<usize> = (0..columns.len()).filter(same).collect();
        let strongest = rivals.iter().map(|&j| claims[j]).max().flatten();
        let strong: Vec<usize> =
            rivals.iter().copied().filter(|&j| claims[j] == strongest).collect();
        if let ([chosen], Some(_)) = (strong.as_slice(), strongest) {
            for &j in rivals.iter().filter(|&j| j != chosen) {
                columns[j].field = None;
            }
        } else {
            let labels = rivals.iter().map(|&j| columns[j].label()).collect();
            doubled.get_or_insert((field, labels));
        }
    }
    doubled
}

/// What a sheet lacks of the money and the persons its table knows. A column that could hold it
/// is told although the platform has such a column and no table needs it.
struct Lacking {
    money: bool,
    identity: bool,
}

const MONEY_WORDS: [&str; 13] = [
    "金额", "费", "支付", "支出", "自付", "自负", "负担", "补助", "总额", "_pay", "_amt", "fee",
    "amt",
];
const IDENTITY_WORDS: [&str; 5] = ["证件", "身份", "姓名", "cert", "_name"];

/// What such a name ends in when it says of what kind something is, not what it is.
const KIND_ENDINGS: [&str; 5] = ["类型", "类别", "标志", "_type", "_flag"];

impl Lacking {
    fn could_be(&self, title: &Title) -> bool {
        let ends = |form: &Form| KIND_ENDINGS.iter().any(|ending| form.folded.ends_with(ending));
        let says = |words: &[&str]| {
            let has = |form: &Form| words.iter().any(|word| form.folded.contains(word));
            title.forms.iter().any(|form| has(form) && !ends(form))
        };
        self.money && says(&MONEY_WORDS) || self.identity && says(&IDENTITY_WORDS)
    }
}

/// Who a row is about, or whose money it is.
fn is_identity(field: Field) -> bool {
    matches!(field, Field::PersonId | Field::Name | Field::AgentId | Field::AgentName)
}
