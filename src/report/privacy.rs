//! Pseudonyms 化名: a keyed hash stands in for a person or an account wherever a machine reads.
//!
//! The surprise: the same key gives the same pseudonym every month, which is the point; whoever
//! holds the key can test a guess, so the key stays with the agency and is never in a report.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Makes pseudonyms with one key.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
}

impl Pseudonyms {
    /// Any number of bytes; the shorter, the easier to guess.
    pub fn from_key(key: &[u8]) -> Pseudonyms {
        Pseudonyms { keyed: Hmac::new_from_slice(key).expect("HMAC takes a key of any length") }
    }

    /// `P` and 16 hexadecimal digits for an identity number or another document.
    pub fn person_ref(&self, id: &str) -> String {
        format!("P{}", &self.hash("person", id)[..16])
    }

    /// `A` and 16 hexadecimal digits for a bank account.
    pub fn account_ref(&self, account: &str) -> String {
        format!("A{}", &self.hash("account", account)[..16])
    }

    /// `G` and 16 hexadecimal digits for who hands claims in for others.
    pub fn agent_ref(&self, agent: &str) -> String {
        format!("G{}", &self.hash("agent", agent)[..16])
    }

    /// `T` and 16 hexadecimal digits for a telephone number.
    pub fn phone_ref(&self, phone: &str) -> String {
        format!("T{}", &self.hash("phone", phone)[..16])
    }

    /// Tells one key from another without giving it away; stands in the manifest.
    pub fn fingerprint(&self) -> String {
        self.hash("fingerprint", "lingbao")[..16].to_owned()
    }

    /// `purpose` keeps an account and an identity number of the same digits apart.
    fn hash(&self, purpose: &str, text: &str) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(purpose.as_bytes());
        keyed.update(&[0]);
        keyed.update(text.as_bytes());
        hexadecimal(&keyed.finalize().into_bytes())
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonyms({})", self.fingerprint())
    }
}

/// Bytes as small hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of bytes, as manifests write it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_stable_under_one_key_and_different_under_another() {
        let (ours, theirs) = (Pseudonyms::from_key(b"ours"), Pseudonyms::from_key(b"theirs"));
        let person = ours.person_ref("11010519491231002X");
        assert_eq!(person, ours.clone().person_ref("11010519491231002X"));
        assert_eq!(person.len(), 17);
        assert_ne!(person, theirs.person_ref("11010519491231002X"));
        assert_ne!(ours.fingerprint(), theirs.fingerprint());
    }

    #[test]
    fn an_account_is_not_mistaken_for_a_person_of_the_same_digits() {
        let ours = Pseudonyms::from_key(b"ours");
        let digits = "6217000010000000001";
        assert_ne!(ours.person_ref(digits)[1..], ours.account_ref(digits)[1..]);
    }

    #[test]
    fn the_hash_is_the_standard_one() {
        let mut mac: Hmac<Sha256> = Hmac::new_from_slice(b"Jefe").expect("a key");
        mac.update(b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hexadecimal(&mac.finalize().into_bytes()), expected);
    }
}
