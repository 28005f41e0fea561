//! Unified social credit codes 统一社会信用代码 (GB 32100-2015): 18 characters that name an
//! employer, a hospital or whoever is reported.
//!
//! The surprise: a code whose check character disagrees is still a code. Some that were given
//! out in the first pilot areas fail the check, so it is told and not refused.

use std::fmt;

use super::region::RegionCode;

/// The 31 characters of a code: no I, O, S, V and Z, which read like digits and each other.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Who registered the unit: the first character.
const REGISTRARS: &[u8; 12] = b"123456789ANY";
/// Each place weighs three times the one before it, by the modulus.
const WEIGHT_STEP: u32 = 3;
const MODULUS: u32 = ALPHABET.len() as u32;

/// A code of the right form, in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CreditCode([u8; 18]);

impl CreditCode {
    /// Reads 18 characters, small letters too: registrar, kind of unit, six digits of region,
    /// nine of the unit's own, one of check. The text is already half-width and without blanks.
    pub fn parse(text: &str) -> Option<CreditCode> {
        let bytes: [u8; 18] = text.to_ascii_uppercase().as_bytes().try_into().ok()?;
        let is_formed = REGISTRARS.contains(&bytes[0])
            && (b'1'..=b'9').contains(&bytes[1])
            && bytes[2..8].iter().all(u8::is_ascii_digit)
            && bytes.iter().all(|&byte| value(byte).is_some());
        is_formed.then_some(CreditCode(bytes))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the last character is the one the others ask for.
    pub fn check_holds(&self) -> bool {
        self.check_character() == self.0[17]
    }

    /// Where the unit was registered; may be a code that no longer exists.
    pub fn region(&self) -> Option<RegionCode> {
        RegionCode::parse(&self.as_str()[2..8])
    }

    fn check_character(&self) -> u8 {
        let (mut sum, mut weight) = (0, 1);
        for &byte in &self.0[..17] {
            sum += value(byte).unwrap_or(0) * weight;
            weight = weight * WEIGHT_STEP % MODULUS;
        }
        ALPHABET[((MODULUS - sum % MODULUS) % MODULUS) as usize]
    }
}

fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|&known| known == byte).map(|at| at as u32)
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_one_of_all_thirty_one() {
        // The unit's own nine characters are invented; each has exactly one check character.
        for own in ["540000018", "YY00001X8", "54000002X"] {
            let fits = |&&check: &&u8| {
                let text = format!("12110105{own}{}", char::from(check));
                CreditCode::parse(&text).expect("the right form").check_holds()
            };
            assert_eq!(ALPHABET.iter().filter(fits).count(), 1, "{own}");
        }
        let code = CreditCode::parse("12420106yy00001x8n").expect("an invented code");
        assert!(code.check_holds());
        assert_eq!(code.as_str(), "12420106YY00001X8N");
        assert_eq!(code.region(), RegionCode::parse("420106"));
    }

    #[test]
    fn what_has_another_form_is_no_code() {
        for text in [
            "",
            "某某有限公司",
            "1211010540000001",
            "1211010540000001880",
            "310104000012345",
            // O and S are not in the alphabet.
            "91310104MAOFAKE19X",
            "91310104MASFAKE19X",
            // No such registrar, no such kind, a letter in the region.
            "B21101054000000188",
            "101101054000000188",
            "12A101054000000188",
        ] {
            assert_eq!(CreditCode::parse(text), None, "{text}");
        }
    }
}
