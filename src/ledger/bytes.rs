//! Records as bytes: what the books keep of a claim, and what a hash of it is taken over.
//!
//! The surprise: words are written out (`inpatient`, not a number), so a list of words may grow
//! without a book becoming unreadable.

use std::fmt;

use crate::domain::dates::{Date, Month, Period, days_between};
use crate::domain::identity::Damage;
use crate::domain::{
    IdNumber, Identity, InsuredRegion, Money, Origin, Quantity, RegionCode, SourceId,
    TreatedRegion, UnitPrice,
};

/// Bytes that are not what this program wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn;

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record of the books cannot be read")
    }
}

impl std::error::Error for Torn {}

/// What is written.
#[derive(Clone, Debug, Default)]
pub struct Out(Vec<u8>);

impl Out {
    pub fn new() -> Out {
        Out::default()
    }

    pub fn put<T: Stored>(&mut self, value: &T) -> &mut Out {
        value.put(self);
        self
    }

    /// Seven bits a byte, the lowest first.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub fn signed(&mut self, number: i64) {
        self.number((number.wrapping_shl(1) ^ (number >> 63)) as u64);
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Ends a chain of [`Out::put`] where nothing is wanted of it.
    pub fn done(&mut self) {}

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// What is read.
#[derive(Clone, Debug)]
pub struct In<'b>(&'b [u8]);

impl<'b> In<'b> {
    pub fn new(bytes: &'b [u8]) -> In<'b> {
        In(bytes)
    }

    pub fn get<T: Stored>(&mut self) -> Result<T, Torn> {
        T::get(self)
    }

    pub fn number(&mut self) -> Result<u64, Torn> {
        let mut number = 0_u64;
        for place in 0..10 {
            let (&byte, rest) = self.0.split_first().ok_or(Torn)?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Torn)
    }

    pub fn signed(&mut self) -> Result<i64, Torn> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub fn text(&mut self) -> Result<&'b str, Torn> {
        let length = usize::try_from(self.number()?).map_err(|_| Torn)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(Torn)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| Torn)
    }

    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value the books can keep.
pub trait Stored {
    fn put(&self, out: &mut Out);
    fn get(from: &mut In) -> Result<Self, Torn>
    where
        Self: Sized;
}

macro_rules! stored {
    ($($kind:ty: |$it:ident, $out:ident| $put:expr, |$from:ident| $get:expr;)*) => {$(
        impl Stored for $kind {
            fn put(&self, $out: &mut Out) {
                let $it = self;
                $put;
            }

            fn get($from: &mut In) -> Result<$kind, Torn> {
                $get
            }
        }
    )*};
}

const EPOCH: Date = jiff::civil::date(2000, 1, 1);

stored! {
    bool: |it, out| out.number(u64::from(*it)), |from| Ok(from.number()? != 0);
    u8: |it, out| out.number(u64::from(*it)),
        |from| u8::try_from(from.number()?).map_err(|_| Torn);
    u32: |it, out| out.number(u64::from(*it)),
        |from| u32::try_from(from.number()?).map_err(|_| Torn);
    u64: |it, out| out.number(*it), |from| from.number();
    i16: |it, out| out.signed(i64::from(*it)),
        |from| i16::try_from(from.signed()?).map_err(|_| Torn);
    i64: |it, out| out.signed(*it), |from| from.signed();
    String: |it, out| out.text(it), |from| Ok(from.text()?.to_owned());
    Box<str>: |it, out| out.text(it), |from| Ok(from.text()?.into());
    Money: |it, out| out.signed(it.fen()), |from| Ok(Money::from_fen(from.signed()?));
    Quantity: |it, out| out.signed(it.units()), |from| Ok(Quantity::from_units(from.signed()?));
    UnitPrice: |it, out| out.signed(it.units()), |from| Ok(UnitPrice::from_units(from.signed()?));
    Date: |it, out| out.signed(i64::from(days_between(EPOCH, *it))),
        |from| day(from.signed()?);
    Month: |it, out| out.put(&it.first_day()), |from| Ok(Month::of(from.get()?));
    Period: |it, out| out.put(&it.first()).put(&it.last()),
        |from| Period::new(from.get()?, from.get()?).ok_or(Torn);
    RegionCode: |it, out| out.text(&it.to_string()),
        |from| RegionCode::parse(from.text()?).ok_or(Torn);
    InsuredRegion: |it, out| out.put(&it.0), |from| Ok(InsuredRegion(from.get()?));
    TreatedRegion: |it, out| out.put(&it.0), |from| Ok(TreatedRegion(from.get()?));
    Origin: |it, out| out.put(&it.source.0).put(&it.row),
        |from| Ok(Origin::new(SourceId(from.get()?), from.get()?));
}

fn day(days: i64) -> Result<Date, Torn> {
    let span = jiff::Span::new().try_days(days).map_err(|_| Torn)?;
    EPOCH.checked_add(span).map_err(|_| Torn)
}

impl<T: Stored> Stored for Option<T> {
    fn put(&self, out: &mut Out) {
        out.put(&self.is_some());
        self.iter().for_each(|value| value.put(out));
    }

    fn get(from: &mut In) -> Result<Option<T>, Torn> {
        from.get::<bool>()?.then(|| from.get()).transpose()
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Out) {
        out.number(self.len() as u64);
        self.iter().for_each(|value| value.put(out));
    }

    fn get(from: &mut In) -> Result<Vec<T>, Torn> {
        let length = from.number()?;
        (0..length).map(|_| from.get()).collect()
    }
}

/// A damaged number stays damaged: it comes back as nobody's.
impl Stored for Identity {
    fn put(&self, out: &mut Out) {
        match self {
            Identity::Id(id) => ["id", id.reveal()].into_iter().for_each(|text| out.text(text)),
            Identity::Other(text) => ["other", text].into_iter().for_each(|text| out.text(text)),
            Identity::Damaged { shown, fault } => {
                out.text("damaged");
                [shown, fault.word()].into_iter().for_each(|text| out.text(text));
            }
        };
    }

    fn get(from: &mut In) -> Result<Identity, Torn> {
        match from.text()? {
            "id" => IdNumber::parse(from.text()?).map(Identity::Id).map_err(|_| Torn),
            "other" => Ok(Identity::Other(from.get()?)),
            "damaged" => {
                let (shown, fault) = (from.get()?, from.text()?);
                let fault = Damage::from_word(fault).ok_or(Torn)?;
                Ok(Identity::Damaged { shown, fault })
            }
            _ => Err(Torn),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn again<T: Stored + PartialEq + fmt::Debug>(value: &T) {
        let mut out = Out::new();
        value.put(&mut out);
        let mut from = In::new(out.bytes());
        assert_eq!(&T::get(&mut from).expect("it can be read"), value);
        assert!(from.is_at_end());
    }

    #[test]
    fn numbers_and_days_come_back_at_their_ends() {
        for number in [0, 1, 127, 128, u64::MAX] {
            again(&number);
        }
        for number in [0, -1, 63, -64, 64, i64::MIN, i64::MAX] {
            again(&number);
            again(&Money::from_fen(number));
        }
        for day in [Date::MIN, jiff::civil::date(1999, 12, 31), EPOCH, Date::MAX] {
            again(&day);
        }
        again(&Some(vec![String::new(), "王\u{0}试".to_owned()]));
        again(&None::<Month>);
    }

    #[test]
    fn an_identity_comes_back_as_sure_as_it_was() {
        let id = IdNumber::parse("420106197003059969").expect("a number");
        let damaged = Identity::Damaged { shown: "4.20106E+17".into(), fault: Damage::Scientific };
        for identity in [Identity::Id(id), Identity::Other("E12345678".into()), damaged] {
            let mut out = Out::new();
            identity.put(&mut out);
            let read: Identity = In::new(out.bytes()).get().expect("it can be read");
            assert_eq!((read.key(), read.reveal()), (identity.key(), identity.reveal()));
        }
    }

    proptest! {
        /// Whatever stands in a book, reading it ends, and never with a panic.
        #[test]
        fn any_bytes_are_read_or_torn(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = In::new(&bytes).get::<Vec<String>>();
            let _ = In::new(&bytes).get::<Option<Identity>>();
            let _ = In::new(&bytes).get::<Vec<Period>>();
            let _ = In::new(&bytes).get::<Vec<Month>>();
        }
    }
}
