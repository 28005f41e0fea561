//! Who a person is: the checked 18-digit identity number (GB 11643-1999), another document, or a
//! number that a spreadsheet destroyed.
//!
//! A damaged number can be neither compared nor hashed, so nothing can match by it.

use std::fmt;
use std::ops::RangeInclusive;

use super::dates::Date;
use super::region::RegionCode;
use super::words::{Sex, words};

/// An identity number 居民身份证号 whose check character is right. `Debug` masks it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber([u8; 18]);

/// Why a text is not an identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFault {
    /// Neither 18 nor 15 characters of the right kind.
    Form,
    /// The check character does not agree; holds the one that would.
    Check(char),
    /// The digits where the date of birth stands are no date, or one of another age.
    Birth,
}

/// The years in which the owner of a number can be born. A number says nothing of today, so
/// whoever knows the day of a row asks [`Identity::on`] as well.
const BIRTH_YEARS: RangeInclusive<i16> = 1850..=2100;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

impl IdNumber {
    /// Reads 18 characters (x may be small) or the 15 of the first generation, which are
    /// upgraded. The text is already half-width and trimmed.
    pub fn parse(text: &str) -> Result<IdNumber, IdFault> {
        let upgraded = match text.len() {
            15 if text.bytes().all(|b| b.is_ascii_digit()) => {
                let seventeen = format!("{}19{}", &text[..6], &text[6..]);
                let check = check_character(seventeen.as_bytes());
                format!("{seventeen}{}", char::from(check))
            }
            18 => text.to_ascii_uppercase(),
            _ => return Err(IdFault::Form),
        };
        let bytes: [u8; 18] = upgraded.as_bytes().try_into().map_err(|_| IdFault::Form)?;
        let digits = bytes[..17].iter().all(u8::is_ascii_digit);
        if !digits || !(bytes[17].is_ascii_digit() || bytes[17] == b'X') || bytes[0] == b'0' {
            return Err(IdFault::Form);
        }
        let check = check_character(&bytes[..17]);
        if check != bytes[17] {
            return Err(IdFault::Check(char::from(check)));
        }
        let id = IdNumber(bytes);
        match id.birth_date() {
            Some(born) if BIRTH_YEARS.contains(&born.year()) => Ok(id),
            _ => Err(IdFault::Birth),
        }
    }

    /// Makes a number from its parts; used for invented people.
    pub fn compose(region: RegionCode, born: Date, order: u16) -> Option<IdNumber> {
        let seventeen = format!(
            "{region}{:04}{:02}{:02}{:03}",
            born.year(),
            born.month(),
            born.day(),
            order % 1000
        );
        let check = check_character(seventeen.as_bytes());
        IdNumber::parse(&format!("{seventeen}{}", char::from(check))).ok()
    }

    /// The whole number. Only payments, letters to the person and matching may show it.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The prefix, the month and day hidden: `110105********002X`.
    pub fn masked(&self) -> String {
        format!("{}********{}", &self.reveal()[..6], &self.reveal()[14..])
    }

    /// Where the number was first given out; may be a code that no longer exists.
    pub fn region(&self) -> Option<RegionCode> {
        RegionCode::parse(&self.reveal()[..6])
    }

    pub fn birth_date(&self) -> Option<Date> {
        let text = self.reveal();
        let (year, month, day) = (&text[6..10], &text[10..12], &text[12..14]);
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    }

    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

fn check_character(seventeen: &[u8]) -> u8 {
    let sum: u32 =
        seventeen.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

/// What stands in an identity column.
#[derive(Clone)]
pub enum Identity {
    /// A number whose check holds.
    Id(IdNumber),
    /// A document without a check rule: passport, residence or travel permit.
    Other(String),
    /// A number that cannot be trusted: destroyed by a spreadsheet, or its check fails.
    Damaged { shown: String, fault: Damage },
}

words! {
    /// What is wrong with a damaged number.
    Damage {
        // Scientific notation: the digits are gone.
        Scientific = "scientific", "科学记数";
        // A number of more than 15 digits was rounded: it ends in zeros.
        Rounded = "rounded", "末位被舍入";
        // 18 characters, but the check character disagrees.
        Check = "check", "校验码不符";
        // The digits of the birth date are no date, or one after the day of the row.
        Birth = "birth", "出生日期不成立";
    }
}

/// What two matching identities have in common: a value that can be compared and hashed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKey {
    Id(IdNumber),
    Other(Box<str>),
}

impl Identity {
    /// The key to match by; none for a damaged number.
    pub fn key(&self) -> Option<PersonKey> {
        match self {
            Identity::Id(id) => Some(PersonKey::Id(*id)),
            Identity::Other(text) => Some(PersonKey::Other(text.as_str().into())),
            Identity::Damaged { .. } => None,
        }
    }

    /// The identity in a row written on `day`: the number of somebody born later is damaged.
    pub fn on(self, day: Date) -> Identity {
        match self {
            Identity::Id(id) if id.birth_date().is_some_and(|born| born > day) => {
                Identity::Damaged { shown: id.reveal().to_owned(), fault: Damage::Birth }
            }
            identity => identity,
        }
    }

    pub fn masked(&self) -> String {
        match self {
            Identity::Id(id) => id.masked(),
            Identity::Other(text) => mask_tail(text, 2),
            Identity::Damaged { shown, .. } => mask_tail(shown, 4),
        }
    }

    /// The text as it stood; for payments and for matching only.
    pub fn reveal(&self) -> &str {
        match self {
            Identity::Id(id) => id.reveal(),
            Identity::Other(text) => text,
            Identity::Damaged { shown, .. } => shown,
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl PersonKey {
    pub fn reveal(&self) -> &str {
        match self {
            PersonKey::Id(id) => id.reveal(),
            PersonKey::Other(text) => text,
        }
    }

    pub fn masked(&self) -> String {
        match self {
            PersonKey::Id(id) => id.masked(),
            PersonKey::Other(text) => mask_tail(text, 2),
        }
    }

    /// The identity number, when the person has one.
    pub fn id(&self) -> Option<&IdNumber> {
        match self {
            PersonKey::Id(id) => Some(id),
            PersonKey::Other(_) => None,
        }
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Everything but the last `shown` characters hidden.
pub fn mask_tail(text: &str, shown: usize) -> String {
    let count = text.chars().count();
    let hidden = count.saturating_sub(shown);
    text.chars().enumerate().map(|(i, c)| if i < hidden { '*' } else { c }).collect()
}

/// The text with every identity number in it masked, wherever it stands: rows slip, and then a
/// number turns up in a column of something else.
pub fn mask_identities(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, begun) = rest.split_at(start);
        let (run, after) = begun.split_at(begun.find(|c| !is_part(c)).unwrap_or(begun.len()));
        masked.push_str(before);
        match IdNumber::parse(run) {
            Err(IdFault::Form) => masked.push_str(run),
            // Fifteen digits are often a code of something else.
            Err(_) if run.len() == 15 => masked.push_str(run),
            _ => masked.push_str(&mask_tail(run, 4)),
        }
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// A name with everything but the first character hidden: 张**.
pub fn mask_name(name: &str) -> String {
    name.chars().enumerate().map(|(i, c)| if i == 0 { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_decides() {
        let id = IdNumber::parse("11010519491231002x").expect("the standard's own example");
        assert_eq!(id.reveal(), "11010519491231002X");
        assert_eq!(id.sex(), Sex::Female);
        assert_eq!(id.birth_date(), Date::new(1949, 12, 31).ok());
        assert_eq!(IdNumber::parse("110105194912310021"), Err(IdFault::Check('X')));
        assert_eq!(IdNumber::parse("1101051949123100"), Err(IdFault::Form));
    }

    #[test]
    fn fifteen_digits_are_upgraded() {
        let old = IdNumber::parse("110105491231002").expect("a first-generation number");
        assert_eq!(old.reveal(), "11010519491231002X");
    }

    #[test]
    fn nobody_is_born_after_the_day_of_the_row_nor_in_another_age() {
        let id = IdNumber::parse("110105209901019981").expect("a number of the year 2099");
        let day = |year| Date::new(year, 1, 1).expect("a day");
        assert!(matches!(Identity::Id(id).on(day(2099)), Identity::Id(_)));
        let early = Identity::Id(id).on(day(2024));
        assert!(matches!(early, Identity::Damaged { fault: Damage::Birth, .. }));
        assert_eq!(early.key(), None);
        for year in [1024, 1849, 2101, 9999] {
            let seventeen = format!("110105{year}0101998");
            let check = char::from(check_character(seventeen.as_bytes()));
            let number = format!("{seventeen}{check}");
            assert_eq!(IdNumber::parse(&number), Err(IdFault::Birth), "{year}");
        }
    }

    #[test]
    fn debug_output_never_shows_a_number() {
        let id = IdNumber::parse("11010519491231002X").expect("a number");
        assert_eq!(format!("{id:?}"), "110105********002X");
        assert_eq!(format!("{:?}", Identity::Other("E12345678".into())), "*******78");
        assert_eq!(mask_name("欧阳明月"), "欧***");
    }

    #[test]
    fn a_number_is_masked_wherever_it_stands() {
        for (text, expected) in [
            ("张三11010519491231002x（本人）", "张三**************002x（本人）"),
            ("110105194912310021", "**************0021"),
            ("110105491231002;A1", "***********1002;A1"),
            ("003301000010000", "003301000010000"),
            ("20240601083000 12", "20240601083000 12"),
        ] {
            assert_eq!(mask_identities(text), expected, "{text}");
        }
    }
}
