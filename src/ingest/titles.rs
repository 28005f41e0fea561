//! The titles of a header: the texts of one to three rows, column by column, in the forms under
//! which a layout may know them.
//!
//! The surprise: a unit other than yuan is taken off a title so that its column is recognised,
//! and remembered so that the sheet is refused.

use crate::flow::{Cell, RowRef};
use crate::rulebook::fold;
use crate::rulebook::layouts::Layouts;

use super::units;

/// A header has at most this many rows.
pub(super) const DEPTH_MAX: usize = 3;
/// A row of column codes has at least this many that are known.
const CODES_MIN: usize = 2;

/// A title of one column, in the forms to be tried: of several rows first all joined.
pub(super) struct Title {
    pub index: u32,
    pub forms: Vec<Form>,
    /// The text by which amounts of this column are not in yuan.
    pub unit: Option<String>,
}

pub(super) struct Form {
    pub shown: String,
    pub folded: String,
}

impl Title {
    fn of(index: usize, parts: &[&str]) -> Title {
        let mut unit = None;
        // A title that is nothing but a unit belongs to the title above it.
        let says_more = |part: &&&str| units::of_word(&fold::word(part)).is_none();
        let named: Vec<&str> = parts.iter().filter(says_more).copied().collect();
        let named = if named.is_empty() { parts.to_vec() } else { named };
        let plain: Vec<String> = parts
            .iter()
            .map(|part| {
                let other = units::without(&fold::word(part));
                let is_alone = units::of_word(&fold::word(part)) == Some(units::Unit::Other);
                if unit.is_none() && (other.is_some() || is_alone) {
                    unit = Some((*part).to_owned());
                }
                other.unwrap_or_else(|| (*part).to_owned())
            })
            .collect();
        let mut forms = joined(&named);
        if unit.is_some() {
            let says_more = |part: &&str| units::of_word(&fold::word(part)).is_none();
            let plain: Vec<&str> = plain.iter().map(String::as_str).filter(says_more).collect();
            let plain: Vec<&str> = plain.into_iter().filter(|part| !part.is_empty()).collect();
            // What people wrote is shown, unit and all.
            let shown = forms[0].shown.clone();
            let forms_without = joined(&plain).into_iter();
            forms.extend(forms_without.map(|form| Form { shown: shown.clone(), ..form }));
        }
        Title { index: index as u32, forms, unit }
    }
}

/// All parts joined, then fewer from above: `费用总额`, `总额`.
fn joined(parts: &[&str]) -> Vec<Form> {
    let mut forms: Vec<Form> = (0..parts.len()).map(|from| form(&parts[from..].concat())).collect();
    if let [upper, _, lower] = parts {
        forms.insert(2, form(&format!("{upper}{lower}")));
    }
    forms
}

fn form(text: &str) -> Form {
    let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Form { shown, folded: fold::title(text) }
}

/// The titles of one row.
pub(super) fn of_row(row: RowRef<'_>) -> Vec<Title> {
    let filled = row.cells().enumerate().filter_map(|(i, cell)| Some((i, text(cell)?)));
    filled.map(|(i, text)| Title::of(i, &[text])).collect()
}

/// Several rows as one header: a group title stands over several columns, of which only the first
/// holds it, so it is carried to the right as far as a lower row has titles of its own.
pub(super) fn of_rows(rows: &[RowRef<'_>]) -> Option<Vec<Title>> {
    let [first, lower @ ..] = rows else { return None };
    let is_title = |cell: Cell<'_>| matches!(cell, Cell::Empty | Cell::Text(_));
    if !lower.iter().all(|row| row.cells().all(is_title)) {
        return None;
    }
    if lower.is_empty() {
        return Some(of_row(*first));
    }
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let mut groups = [None; DEPTH_MAX];
    let mut titles = Vec::new();
    for i in 0..width {
        let own: Vec<Option<&str>> = rows.iter().map(|row| text(row.cell(i))).collect();
        let lowest = own.iter().rposition(Option::is_some);
        // A title with nothing under it is no group, and it ends the group before it.
        if let Some(highest) = own.iter().position(Option::is_some) {
            groups[highest..].fill(None);
        }
        let Some(lowest) = lowest else {
            groups = [None; DEPTH_MAX];
            continue;
        };
        let mut parts = Vec::new();
        for (level, own) in own.iter().enumerate().take(lowest + 1) {
            if level < lowest {
                groups[level] = own.or(groups[level]);
                parts.extend(groups[level]);
            } else {
                parts.extend(*own);
            }
        }
        titles.push(Title::of(i, &parts));
    }
    Some(titles)
}

/// A row of column codes of the national platform and a row of names, in either order, as one
/// header: a column is known by its name, else by its code.
pub(super) fn of_codes_and_names(
    above: RowRef<'_>,
    below: RowRef<'_>,
    layouts: &Layouts,
) -> Option<Vec<Title>> {
    let names = match (is_row_of_codes(above, layouts), is_row_of_codes(below, layouts)) {
        (true, false) => below,
        (false, true) => above,
        _ => return None,
    };
    let codes = if names.row == below.row { above } else { below };
    let is_title = |cell: Cell<'_>| matches!(cell, Cell::Empty | Cell::Text(_));
    if !names.cells().all(is_title) || agreeing(names, codes, layouts) < CODES_MIN {
        return None;
    }
    let titles = (0..names.len().max(codes.len())).filter_map(|i| {
        let parts = [text(names.cell(i)), text(codes.cell(i))];
        let mut titles = parts.into_iter().flatten().map(|text| Title::of(i, &[text]));
        let mut title = titles.next()?;
        // A column is shown by its name although it may be known by its code.
        let shown = title.forms.first().map_or_else(String::new, |form| form.shown.clone());
        let codes = titles.next().into_iter().flat_map(|code| code.forms);
        title.forms.extend(codes.map(|code| Form { shown: shown.clone(), ..code }));
        Some(title)
    });
    Some(titles.collect())
}

/// How many columns two rows name alike. Rows of data under codes do not.
fn agreeing(names: RowRef<'_>, codes: RowRef<'_>, layouts: &Layouts) -> usize {
    let folded = |cell| text(cell).map(fold::title);
    let is_same = |&i: &usize| {
        let (Some(name), Some(code)) = (folded(names.cell(i)), folded(codes.cell(i))) else {
            return false;
        };
        layouts.iter().any(|layout| {
            let field = |title: &str| layout.field_of(title).map(|(field, _)| field);
            field(&name).is_some() && field(&name) == field(&code)
        })
    };
    (0..names.len()).filter(is_same).count()
}

/// Most cells are words in Latin letters, and some of them are known headers.
fn is_row_of_codes(row: RowRef<'_>, layouts: &Layouts) -> bool {
    let (mut codes, mut known, mut filled) = (0, 0, 0);
    for cell in row.cells() {
        let Some(text) = text(cell) else { continue };
        let folded = fold::title(text);
        filled += 1;
        if is_code(&folded) {
            codes += 1;
            known += usize::from(layouts.knows(&folded));
        }
    }
    known >= CODES_MIN && codes * 2 > filled
}

fn is_code(folded: &str) -> bool {
    folded.starts_with(|c: char| c.is_ascii_alphabetic())
        && folded.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The text of a cell that could be a title.
pub(super) fn text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(text) if !fold::word(text).is_empty() => Some(text),
        _ => None,
    }
}
