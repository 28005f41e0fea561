//! A region's special prices and first pays, `special.csv`: for an item in one scheme, for some
//! persons, at one tier, or within a band of unit prices 价格分段, instead of its catalog row.
//!
//! The surprise: of the rows that fit a line, the first whose `unit_price_to` is not below the unit
//! price holds. Above every band the catalog row holds again.

use std::path::Path;

use crate::domain::dates::Date;
use crate::domain::words::{PersonType, Scheme, Tier};
use crate::domain::{Rate, RegionCode, UnitPrice};
use crate::flow::Problem;

use super::catalog::{FIRST_PAY, PRICE, dates, overlapping, unlisted};
use super::items::{ItemIx, Items};
use super::reading::{CsvRow, DataFile, TRUE_OR_FALSE, Wrong, is_true};
use super::sources::Sources;

/// One row: to whom, where and when, and what it says instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Special {
    scheme: Option<Scheme>,
    /// Empty: anybody.
    persons: Vec<PersonType>,
    tier: Option<Tier>,
    unit_price_to: Option<UnitPrice>,
    from: Date,
    to: Option<Date>,
    pub first_pay: Option<Rate>,
    pub ceiling: Option<UnitPrice>,
}

/// What decides which row fits a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub scheme: Scheme,
    pub person: Option<PersonType>,
    pub tier: Option<Tier>,
    pub unit_price: UnitPrice,
    pub day: Date,
}

/// All rows of a region, sorted by item, then by the bound of the band; open bands last.
#[derive(Clone, Debug, Default)]
pub struct Specials {
    held: Vec<(ItemIx, Special)>,
    pub rows: usize,
    pub unverified: usize,
}

const COLUMNS: [&str; 12] = [
    "code",
    "scheme",
    "persons",
    "tier",
    "unit_price_to",
    "first_pay",
    "ceiling",
    "from",
    "to",
    "source",
    "verified",
    "note",
];

impl Specials {
    /// Reads the region's file where there is one.
    pub fn load(
        data: &Path,
        region: RegionCode,
        items: &Items,
        sources: &Sources,
        faults: &mut Vec<Problem>,
    ) -> Specials {
        let name = format!("regions/{region}/special.csv");
        let mut specials = Specials::default();
        if !data.join(&name).exists() {
            return specials;
        }
        let mut rows: Vec<(ItemIx, Special, CsvRow)> = Vec::new();
        for row in DataFile::open_csv(data, &name, &COLUMNS, faults) {
            let Some(item) = items.by_code(row.cell("code")) else {
                if items.is_complete {
                    faults.push(unlisted(&row));
                }
                continue;
            };
            match special(&row, sources) {
                Ok((special, verified)) => {
                    specials.unverified += usize::from(!verified);
                    rows.push((item, special, row));
                }
                Err(fault) => faults.push(fault),
            }
        }
        specials.rows = rows.len();
        for (at, (item, later, row)) in rows.iter().enumerate() {
            let same = |(other, earlier, _): &&(ItemIx, Special, CsvRow)| {
                other == item && earlier.collides(later)
            };
            if let Some((_, _, earlier)) = rows[..at].iter().find(same) {
                faults.push(overlapping(row, earlier.line));
            }
        }
        specials.held = rows.into_iter().map(|(item, special, _)| (item, special)).collect();
        specials.held.sort_by_key(|(item, special)| {
            let bound = special.unit_price_to;
            (*item, bound.is_none(), bound)
        });
        specials
    }

    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.held.iter().flat_map(|(_, special)| [Some(special.from), special.to]).flatten()
    }

    /// The row that holds for a line of that item.
    pub fn of(&self, item: ItemIx, line: &Line) -> Option<&Special> {
        if self.held.is_empty() {
            return None;
        }
        let first = self.held.partition_point(|(held, _)| *held < item);
        let of_item = self.held[first..].iter().take_while(|(held, _)| *held == item);
        of_item.map(|(_, special)| special).find(|special| special.fits(line))
    }
}

impl Special {
    fn fits(&self, line: &Line) -> bool {
        self.scheme.is_none_or(|scheme| scheme == line.scheme)
            && (self.persons.is_empty() || line.person.is_some_and(|p| self.persons.contains(&p)))
            && self.tier.is_none_or(|tier| line.tier == Some(tier))
            && self.unit_price_to.is_none_or(|to| line.unit_price.abs() <= to)
            && self.from <= line.day
            && self.to.is_none_or(|to| line.day < to)
    }

    /// Whether both could hold for one line, with nothing to choose between them.
    fn collides(&self, other: &Special) -> bool {
        let apart = |a: Option<u8>, b: Option<u8>| a.zip(b).is_some_and(|(a, b)| a != b);
        let persons_apart = !self.persons.is_empty()
            && !other.persons.is_empty()
            && !self.persons.iter().any(|person| other.persons.contains(person));
        let scheme = |special: &Special| special.scheme.map(|scheme| scheme as u8);
        let tier = |special: &Special| special.tier.map(|tier| tier as u8);
        self.unit_price_to == other.unit_price_to
            && !apart(scheme(self), scheme(other))
            && !apart(tier(self), tier(other))
            && !persons_apart
            && self.to.is_none_or(|to| other.from < to)
            && other.to.is_none_or(|to| self.from < to)
    }
}

fn special(row: &CsvRow, sources: &Sources) -> Result<(Special, bool), Problem> {
    sources.must_list(row)?;
    let (from, to) = dates(row)?;
    let persons = row.parts("persons", '|').map(PersonType::from_word).collect::<Option<Vec<_>>>();
    let words = (PersonType::all_words(), Scheme::all_words());
    let person_words = (format!("{}，用 | 隔开", words.0), format!("{}, with |", words.0));
    let special = Special {
        scheme: row.optional("scheme", Scheme::from_word, (&words.1, &words.1))?,
        persons: row.read("persons", |_| persons.clone(), (&person_words.0, &person_words.1))?,
        tier: row.optional("tier", Tier::from_word, TIER)?,
        unit_price_to: row.optional("unit_price_to", UnitPrice::parse, PRICE)?,
        from,
        to,
        first_pay: row.optional("first_pay", |text| Rate::parse(text).ok(), FIRST_PAY)?,
        ceiling: row.optional("ceiling", UnitPrice::parse, PRICE)?,
    };
    if special.first_pay.is_none() && special.ceiling.is_none() {
        let what = ("这一行没有规定任何内容", "the row says nothing");
        let hint =
            ("填写 first_pay 或 ceiling，或删去", "give a first_pay or a ceiling, or drop it");
        return Err(row.fault(Wrong::new("data-value", what, hint)));
    }
    Ok((special, row.read("verified", is_true, TRUE_OR_FALSE)?))
}

const TIER: (&str, &str) = ("1、2 或 3", "1, 2 or 3");

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;
    use jiff::civil::date;
    use std::fs;

    const REGION: &str = "420100";
    const STENT: &str = "C0000000000000000001";

    const ITEMS: &str = "code,kind,name,form,class,sex,age_min,age_max,min_hospital_tier,care,\
        only_fund,max_days,diagnosis,source,verified\n\
        C0000000000000000001,consumable,支架,,B,,,,,,,,,list,false\n";
    const CATALOG: &str = "code,local_code,class,first_pay,ceiling_tier1,ceiling_tier2,\
        ceiling_tier3,from,to,source,verified,note\n\
        C0000000000000000001,,,0.30,,,9000,2023-01-01,,list,false,\n";
    const HEAD: &str = "code,scheme,persons,tier,unit_price_to,first_pay,ceiling,from,to,source,\
        verified,note\n";

    /// A catalog whose special rows are these, or the lines told of.
    fn catalog(rows: &[&str]) -> Result<(Catalog, ItemIx), Vec<Option<u32>>> {
        let folder = tempfile::tempdir().expect("a folder");
        let region = folder.path().join("regions").join(REGION);
        fs::create_dir_all(&region).expect("a folder");
        let rows: String = rows.iter().map(|row| format!("{STENT},{row},list,false,\n")).collect();
        fs::write(folder.path().join("items.csv"), ITEMS).expect("a file");
        fs::write(region.join("catalog.csv"), CATALOG).expect("a file");
        fs::write(region.join("special.csv"), format!("{HEAD}{rows}")).expect("a file");
        let (mut faults, sources) = (Vec::new(), Sources::default());
        let items = Items::load(folder.path(), &sources, &mut faults);
        assert_eq!(faults, []);
        let region = RegionCode::parse(REGION).expect("a region");
        let stent = items.by_code(STENT).expect("an item");
        Catalog::load(folder.path(), region, &items, &sources)
            .map(|catalog| (catalog, stent))
            .map_err(|faults| faults.iter().map(|fault| fault.place.row).collect())
    }

    fn line() -> Line {
        Line {
            scheme: Scheme::Employee,
            person: Some(PersonType::Active),
            tier: Some(Tier::Three),
            unit_price: UnitPrice::default(),
            day: date(2024, 3, 5),
        }
    }

    fn check(name: &str, rows: &[&str], line: Line, price: &str, expected: (&str, &str)) {
        let (catalog, stent) = catalog(rows).expect(name);
        let line = Line { unit_price: UnitPrice::parse(price).expect(price), ..line };
        let entry = catalog.entry(stent, line.day).expect("an entry");
        let terms = catalog.terms(stent, entry, &line);
        let ceiling = terms.ceiling.map_or_else(|| "-".into(), |ceiling| ceiling.to_string());
        let found = (terms.first_pay.to_string(), ceiling);
        assert_eq!((&*found.0, &*found.1), expected, "{name}");
    }

    #[test]
    fn the_first_band_that_reaches_the_unit_price_holds() {
        let bands = [
            ",,,10000,0.20,,2023-01-01,",
            ",,,3000,0.10,,2023-01-01,",
            ",,,30000,,8000,2023-01-01,",
        ];
        check("below", &bands, line(), "2999.99", ("10%", "9000.00"));
        check("at the bound", &bands, line(), "3000", ("10%", "9000.00"));
        check("above it", &bands, line(), "3000.01", ("20%", "9000.00"));
        check("a reversal", &bands, line(), "-3000.01", ("20%", "9000.00"));
        check("cut at a ceiling", &bands, line(), "20000", ("30%", "8000.00"));
        check("above every band", &bands, line(), "30000.01", ("30%", "9000.00"));
        check("open at the top", &[",,,,0.50,,2023-01-01,"], line(), "99999", ("50%", "9000.00"));
    }

    #[test]
    fn a_row_holds_for_its_scheme_persons_tier_and_days_only() {
        let row = ["employee,active|retired,3,,0.05,,2024-01-01,2025-01-01"];
        check("all of them", &row, line(), "1", ("5%", "9000.00"));
        for (name, line) in [
            ("scheme", Line { scheme: Scheme::Resident, ..line() }),
            ("person", Line { person: Some(PersonType::Other), ..line() }),
            ("a person nobody knows", Line { person: None, ..line() }),
            ("the day before", Line { day: date(2023, 12, 31), ..line() }),
            ("the first day without", Line { day: date(2025, 1, 1), ..line() }),
        ] {
            check(name, &row, line, "1", ("30%", "9000.00"));
        }
        check("tier", &row, Line { tier: None, ..line() }, "1", ("30%", "-"));
    }

    #[test]
    fn rows_between_which_nothing_chooses_are_a_fault() {
        let faults = |rows: &[&str]| catalog(rows).err().unwrap_or_default();
        let row = "employee,retired,3,100,0.05,,2024-01-01,2025-01-01";
        for other in [
            ",,,100,0.06,,2023-01-01,",
            "employee,active|retired,,100,0.06,,2024-12-31,",
            ",,3,100,,50,2020-01-01,2024-01-02",
        ] {
            assert_eq!(faults(&[row, other]), [Some(3)], "{other}");
        }
        for other in [
            "resident,retired,3,100,0.06,,2024-01-01,",
            "employee,active,3,100,0.06,,2024-01-01,",
            "employee,retired,2,100,0.06,,2024-01-01,",
            "employee,retired,3,200,0.06,,2024-01-01,",
            "employee,retired,3,,0.06,,2024-01-01,",
            "employee,retired,3,100,0.06,,2025-01-01,",
        ] {
            assert_eq!(faults(&[row, other]), [], "{other}");
        }
    }
}
