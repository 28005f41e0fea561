//! Which documents a claim must bring 报销材料.

use crate::domain::Text;
use crate::domain::words::Material;
use crate::rulebook::keys::Keys;

use super::{Rule, text};

/// The documents asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterialRule {
    pub required: Vec<Material>,
    /// Asked for besides when the claim rests on an emergency.
    pub emergency: Vec<Material>,
}

impl MaterialRule {
    /// What is asked for and not among `given`.
    pub fn missing(&self, given: &[Material], emergency: bool) -> Vec<Material> {
        let besides = if emergency { self.emergency.as_slice() } else { &[] };
        self.required.iter().chain(besides).filter(|m| !given.contains(m)).copied().collect()
    }
}

impl Rule for MaterialRule {
    const KIND: &'static str = "materials";
    const TITLE: (&'static str, &'static str) = ("报销材料", "documents");

    fn read(keys: &mut Keys) -> Option<MaterialRule> {
        let required = keys.need_list("required");
        let emergency = keys.list("emergency");
        Some(MaterialRule { required: required?, emergency })
    }

    fn told(&self) -> Vec<Text> {
        let list = |materials: &[Material]| {
            let zh: Vec<&str> = materials.iter().map(|material| material.zh()).collect();
            let en: Vec<&str> = materials.iter().map(|material| material.word()).collect();
            (zh.join("、"), en.join(", "))
        };
        let (zh, en) = list(&self.required);
        let mut told = vec![text(format!("须交：{zh}"), format!("required: {en}"))];
        if !self.emergency.is_empty() {
            let (zh, en) = list(&self.emergency);
            told.push(text(format!("急诊另须交：{zh}"), format!("emergencies besides: {en}")));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emergency_asks_for_more() {
        let rule = MaterialRule {
            required: vec![Material::Invoice, Material::FeeList],
            emergency: vec![Material::EmergencyProof],
        };
        let given = [Material::Invoice];
        assert_eq!(rule.missing(&given, false), [Material::FeeList]);
        assert_eq!(rule.missing(&given, true), [Material::FeeList, Material::EmergencyProof]);
    }
}
