//! Which item a name on a bill means: exactly a name of a list, or a drug's name in the national
//! list with its dosage form 剂型 and, in Western medicine, an acid or base 酸根、盐基 around it.
//!
//! The surprise: nothing here is similar to anything. A name that several entries bear, and whose
//! spec does not say which form it is, means none of them.

use std::collections::HashMap;
use std::path::Path;

use crate::flow::Problem;

use super::items::ItemIx;
use super::reading::{DataFile, TRUE_OR_FALSE, is_true};
use super::sources::Sources;

/// One of the items that bear a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bearer {
    item: ItemIx,
    /// As the national list writes it; empty where the name holds the form, or there is none.
    form: Box<str>,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    One {
        item: ItemIx,
        found_by: &'static str,
    },
    /// Several items bear the name; the spec of a line may say which.
    Several,
    Nothing,
}

/// Where a name comes from; a name of an earlier list hides those of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    LimitedDrugs,
    NationalDrugs,
    Items,
    LimitedServices,
}

/// The names of all items.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    by_name: HashMap<Box<str>, (List, Vec<Bearer>)>,
    /// Words for a form at the end of a name, the longest first, with the list's forms they mean.
    form_words: Vec<(Box<str>, Vec<Box<str>>)>,
    before: Vec<Box<str>>,
    after: Vec<Box<str>>,
}

const COLUMNS: [&str; 5] = ["kind", "word", "forms", "source", "verified"];
const POWDER: &str = "注射用";
const INJECTION: &str = "注射剂";

impl NameIndex {
    /// Reads `drug_name_parts.csv`.
    pub fn load(data: &Path, sources: &Sources, faults: &mut Vec<Problem>) -> NameIndex {
        let mut index = NameIndex::default();
        for row in DataFile::open_csv(data, "drug_name_parts.csv", &COLUMNS, faults) {
            let filled = |text: &str| (!text.is_empty()).then(|| text.into());
            let forms: Vec<Box<str>> = row.parts("forms", '|').map(Into::into).collect();
            let read = || {
                sources.must_list(&row)?;
                row.read("verified", is_true, TRUE_OR_FALSE)?;
                let known = |text: &str| KINDS.iter().find(|kind| **kind == text).copied();
                let kind = row.read("kind", known, KIND)?;
                let word =
                    row.read("word", filled, ("剂型或酸根盐基", "a form, an acid or a base"))?;
                if kind == "form" && forms.is_empty() {
                    row.read("forms", |_| None::<()>, ("国家目录剂型", "forms of the list"))?;
                }
                Ok((kind, word))
            };
            match read() {
                Ok(("form", word)) => index.form_words.push((word, forms)),
                Ok(("salt_before", word)) => index.before.push(word),
                Ok((_, word)) => index.after.push(word),
                Err(fault) => faults.push(fault),
            }
        }
        let longest_first = |word: &str| (std::cmp::Reverse(word.len()), word.to_owned());
        index.form_words.sort_by_key(|(word, _)| longest_first(word));
        index
    }

    pub fn add(&mut self, name: &str, list: List, item: ItemIx, form: &str) {
        let bearer = Bearer { item, form: form.into() };
        match self.by_name.get_mut(name) {
            Some((held, bearers)) if *held == list => bearers.push(bearer),
            Some((held, _)) if *held < list => {}
            _ => {
                self.by_name.insert(name.into(), (list, vec![bearer]));
            }
        }
    }

    /// The item of that name; `spec` is looked at where several bear it.
    pub fn find(&self, name: &str, spec: Option<&str>) -> Named {
        match self.bearers(name) {
            [] => self.by_parts(name),
            [one] => Named::One { item: one.item, found_by: "name" },
            several => spec.map_or(Named::Several, |spec| self.by_spec(several, spec)),
        }
    }

    fn bearers(&self, name: &str) -> &[Bearer] {
        self.by_name.get(name).map_or(&[], |(_, bearers)| bearers)
    }

    /// The one whose form stands in the spec as a word of its own: `注射剂 0.5g`.
    fn by_spec(&self, several: &[Bearer], spec: &str) -> Named {
        let is_part_of_word = |c: char| c.is_alphabetic() && !c.is_ascii();
        let mut hit = None;
        for word in spec.split(|c| !is_part_of_word(c)).filter(|word| !word.is_empty()) {
            let mut of_form = several.iter().filter(|bearer| self.means(word, &bearer.form));
            match (hit, of_form.next(), of_form.next()) {
                (_, None, _) => {}
                (None, Some(one), None) => hit = Some(one.item),
                (Some(held), Some(one), None) if held == one.item => {}
                _ => return Named::Several,
            }
        }
        hit.map_or(Named::Several, |item| Named::One { item, found_by: "name_spec" })
    }

    fn means(&self, word: &str, form: &str) -> bool {
        !form.is_empty()
            && (word == form
                || self.form_words.iter().any(|(known, forms)| {
                    &**known == word && forms.iter().any(|listed| &**listed == form)
                }))
    }

    /// `阿莫西林胶囊` is 阿莫西林 in the form that holds capsules; `复方氨基酸注射液(18AA)` is
    /// 复方氨基酸(18AA) as an injection.
    fn by_parts(&self, name: &str) -> Named {
        let bracket = name.ends_with(')').then(|| name.rfind('(')).flatten();
        let (head, tail) = bracket.map_or((name, ""), |at| name.split_at(at));
        let whole = self.of_base_and_form(name, "");
        match (whole, tail) {
            (Named::Nothing, "") => Named::Nothing,
            (Named::Nothing, tail) => self.of_base_and_form(head, tail),
            (found, _) => found,
        }
    }

    fn of_base_and_form(&self, name: &str, tail: &str) -> Named {
        if let Some(base) = name.strip_prefix(POWDER)
            && let found @ (Named::One { .. } | Named::Several) =
                self.of_form(base, tail, &|form| form == INJECTION)
        {
            return found;
        }
        for (word, forms) in &self.form_words {
            let Some(base) = name.strip_suffix(&**word).filter(|base| !base.is_empty()) else {
                continue;
            };
            let is_meant = |form: &str| forms.iter().any(|listed| &**listed == form);
            let found = self.of_form(base, tail, &is_meant);
            if found != Named::Nothing {
                return found;
            }
        }
        Named::Nothing
    }

    fn of_form(&self, base: &str, tail: &str, is_meant: &dyn Fn(&str) -> bool) -> Named {
        let inner = tail.trim_start_matches('(').trim_end_matches(')');
        let tails: &[&str] = if tail.is_empty() { &[""] } else { &[tail, inner] };
        let salted = self.without_salts(base);
        let bases = std::iter::once((base, "name_form"));
        for (base, found_by) in bases.chain(salted.iter().map(|base| (*base, "name_salt"))) {
            for tail in tails {
                let named = format!("{base}{tail}");
                let mut hits = self.bearers(&named).iter().filter(|one| is_meant(&one.form));
                match (hits.next(), hits.next()) {
                    (None, _) => {}
                    (Some(one), None) => return Named::One { item: one.item, found_by },
                    (Some(_), Some(_)) => return Named::Several,
                }
            }
        }
        Named::Nothing
    }

    /// 盐酸利托君 → 利托君; what is left has two characters at least.
    fn without_salts<'n>(&self, base: &'n str) -> Vec<&'n str> {
        let long = |left: &&str| left.chars().count() > 1;
        let before: Vec<&str> =
            self.before.iter().filter_map(|salt| base.strip_prefix(&**salt)).filter(long).collect();
        let ends = |base: &'n str| {
            self.after.iter().filter_map(move |salt| base.strip_suffix(&**salt)).filter(long)
        };
        let after: Vec<&str> = ends(base).collect();
        let both: Vec<&str> = before.iter().flat_map(|base| ends(base)).collect();
        [before, after, both].concat()
    }
}

const KINDS: [&str; 3] = ["form", "salt_before", "salt_after"];
const KIND: (&str, &str) = ("form、salt_before 或 salt_after", "form, salt_before or salt_after");

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: u32 = u32::MAX;
    const SEVERAL: u32 = u32::MAX - 1;

    fn index() -> NameIndex {
        let words = |list: &[&str]| list.iter().map(|word| Box::from(*word)).collect::<Vec<_>>();
        let mut index = NameIndex {
            form_words: vec![
                ("软胶囊".into(), words(&["口服常释剂型"])),
                ("注射液".into(), words(&["注射剂"])),
                ("胶囊".into(), words(&["口服常释剂型"])),
            ],
            before: words(&["盐酸", "硝酸"]),
            after: words(&["钠"]),
            ..NameIndex::default()
        };
        let national = List::NationalDrugs;
        index.add("左氧氟沙星", national, ItemIx(1), "口服常释剂型");
        index.add("左氧氟沙星", national, ItemIx(2), "注射剂");
        index.add("复方氨基酸(18AA)", national, ItemIx(3), "注射剂");
        index.add("二甲双胍Ⅱ", national, ItemIx(4), "口服常释剂型");
        index.add("甘油", national, ItemIx(5), "灌肠剂");
        index.add("甲硝唑栓", national, ItemIx(6), "");
        index.add("甲硝唑栓", List::LimitedDrugs, ItemIx(7), "");
        index.add("甲硝唑栓", List::Items, ItemIx(8), "");
        index
    }

    fn check(name: &str, spec: &str, item: u32, by: &str) {
        let spec = (!spec.is_empty()).then_some(spec);
        let found = match index().find(name, spec) {
            Named::One { item, found_by } => (item.0, found_by),
            Named::Several => (SEVERAL, ""),
            Named::Nothing => (NOTHING, ""),
        };
        assert_eq!(found, (item, by), "{name} {spec:?}");
    }

    #[test]
    fn a_name_means_the_entry_it_is_exactly() {
        check("甘油", "", 5, "name");
        check("甲硝唑栓", "", 7, "name");
        check("甲硝唑", "", NOTHING, "");
        check("甘油果糖", "", NOTHING, "");
    }

    #[test]
    fn a_form_around_the_name_is_part_of_it() {
        check("左氧氟沙星胶囊", "", 1, "name_form");
        check("注射用左氧氟沙星", "", 2, "name_form");
        check("复方氨基酸注射液(18AA)", "", 3, "name_form");
        check("二甲双胍胶囊(Ⅱ)", "", 4, "name_form");
        check("复方氨基酸胶囊(18AA)", "", NOTHING, "");
        check("胶囊", "", NOTHING, "");
    }

    #[test]
    fn an_acid_or_base_around_the_name_does_not_change_it() {
        check("盐酸左氧氟沙星注射液", "", 2, "name_salt");
        check("盐酸左氧氟沙星钠注射液", "", 2, "name_salt");
        check("硝酸甘油注射液", "", NOTHING, "");
    }

    #[test]
    fn of_several_entries_the_spec_may_name_the_form() {
        check("左氧氟沙星", "", SEVERAL, "");
        check("左氧氟沙星", "0.5g", SEVERAL, "");
        check("左氧氟沙星", "注射液 5ml:0.1g", 2, "name_spec");
        check("左氧氟沙星", "0.1g*10,胶囊", 1, "name_spec");
        check("左氧氟沙星", "胶囊/注射液", SEVERAL, "");
    }
}
